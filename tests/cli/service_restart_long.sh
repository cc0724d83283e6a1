#!/usr/bin/env bash
# zkp-ledgerd is killed at many places: what was accepted is done once, and no entry is there twice.
source "$ZKL_SOURCE_DIR/tests/cli/lib.sh"
[ -x "$ZKL_BUILD_DIR/zkp-ledgerd" ] || { echo "built without the service"; exit 77; }
command -v python3 >/dev/null || { echo "this test needs python3" >&2; exit 1; }

cc=$(command -v cc || command -v gcc) || { echo "this test needs a C compiler" >&2; exit 1; }
"$cc" -shared -fPIC -o "$work/renaming.so" "$zkl_source/tests/cli/preload_rename.c" -ldl || exit 1

run 0 zkp-ledgerd --init here
key=$(grep -o 'sk-[0-9a-f]\{64\}' <<<"$out")
sed -i 's/, "127.0.0.1:8080"//; s/^job_threads.*/job_threads = 1/' here/zkp-ledgerd.toml
python3 "$ZKL_SOURCE_DIR/tests/cli/service_restart_long.py" here "$key" "$work/renaming.so" || fail "service_restart_long.py"
run 0 zkp-ledger verify-chain --ledger here/ledger
ok "what was accepted is done once, whenever the service is killed"
