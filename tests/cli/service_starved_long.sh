#!/usr/bin/env bash
# zkp-ledgerd on a machine that fails it while clients ask: a full disk, one that does not sync, a slow one, no memory, a clock that
# jumps, 10,000 connections. Failures have words, what was acknowledged is there, and the service goes on without hands.
source "$ZKL_SOURCE_DIR/tests/cli/lib.sh"
[ -x "$ZKL_BUILD_DIR/zkp-ledgerd" ] || { echo "built without the service"; exit 77; }
if ! grep -q '^ZKL_SANITIZE:[A-Z]*=$' "$zkl_build/CMakeCache.txt"; then
    echo "skipped: a sanitizer's runtime needs what is taken away here"
    exit 77
fi
command -v python3 >/dev/null || { echo "this test needs python3" >&2; exit 1; }
cc=$(command -v cc || command -v gcc) || { echo "this test needs a C compiler" >&2; exit 1; }
"$cc" -shared -fPIC -o starve.so "$zkl_source/tests/cli/preload_starve.c" -ldl || exit 1

run 0 zkp-ledgerd --init here
key=$(grep -o 'sk-[0-9a-f]\{64\}' <<<"$out")
sed -i 's/, "127.0.0.1:8080"//' here/zkp-ledgerd.toml
room=$(ulimit -Hn)
[ "$room" != unlimited ] && [ "$room" -lt 10200 ] && most=$((room - 200)) || most=10000
printf '[http]\nconnections_max = %d\nidle_seconds = 600\nhandshake_seconds = 600\n' $((most + 1)) >>here/zkp-ledgerd.toml
head -c 16 /dev/zero >wrong
ulimit -Sn "$room"
STARVE=$work/wrong LD_PRELOAD=$work/starve.so zkp-ledgerd here >served 2>&1 &
daemon=$!
trap 'kill -9 $daemon 2>/dev/null; clean_up' EXIT
python3 "$zkl_source/tests/cli/service_starved_long.py" here "$key" "$daemon" || fail "service_starved_long.py: $(cat served)"
kill -TERM $daemon
wait $daemon || fail "it ends with $?: $(cat served)"
run 0 zkp-ledger --ledger here/ledger verify-chain --segments here/audit
silent_about "deleted by rule"
ok "whatever the machine takes away, nothing acknowledged is lost"
