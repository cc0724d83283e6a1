#!/usr/bin/env bash
# Attacks on a running zkp-ledgerd by those who have a key, and by those who have none: each is refused, and the service goes on.
source "$ZKL_SOURCE_DIR/tests/cli/lib.sh"
[ -x "$ZKL_BUILD_DIR/zkp-ledgerd" ] || { echo "built without the service"; exit 77; }
command -v python3 >/dev/null || { echo "this test needs python3" >&2; exit 1; }

run 0 zkp-ledgerd --init here
key=$(grep -o 'sk-[0-9a-f]\{64\}' <<<"$out")
# each says what is wrong with it, before anything starts
for clocks in '"https://clock.example/"' '"clock.example"' '7' '"file:///etc/passwd"'; do
    mkdir -p bad && { cat here/zkp-ledgerd.toml; echo "clocks = [$clocks]"; } >bad/zkp-ledgerd.toml
    run 2 zkp-ledgerd bad
    says "line "
done
cat >here/zkp-ledgerd.toml <<'TOML'
addresses = ["unix:zkp-ledgerd.sock"]
clocks = ["http://127.0.0.1:1/clock"]
TOML
zkp-ledgerd here >served 2>&1 &
daemon=$!
trap 'kill $daemon 2>/dev/null; clean_up' EXIT
python3 "$ZKL_SOURCE_DIR/tests/cli/service_attacks_long.py" here/zkp-ledgerd.sock "$key" $daemon || fail "service_attacks_long.py: $(cat served)"
kill -TERM $daemon
wait $daemon || fail "it ends with $?: $(cat served)"
trap clean_up EXIT
ok "each is refused, and the service goes on"
