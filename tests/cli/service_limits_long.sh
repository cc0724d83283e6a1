#!/usr/bin/env bash
# Limits of zkp-ledgerd: who is kept out, who asks too often, what is too much, and what each is told.
source "$ZKL_SOURCE_DIR/tests/cli/lib.sh"
[ -x "$ZKL_BUILD_DIR/zkp-ledgerd" ] || { echo "built without the service"; exit 77; }
command -v python3 >/dev/null || { echo "this test needs python3" >&2; exit 1; }

run 0 zkp-ledgerd --init here
key=$(grep -o 'sk-[0-9a-f]\{64\}' <<<"$out")
cat >here/zkp-ledgerd.toml <<'TOML'
addresses = ["unix:zkp-ledgerd.sock", "127.0.0.1:0"]
[limits]
blocked = ["127.9.0.0/16"]
address = { requests_per_minute = 6 }
[tiers.enterprise]
requests_per_minute = 30
bytes_per_minute = 50000
proving_seconds_per_minute = 5
jobs_at_once = 1
user = { requests_per_minute = 40 }
organisation = { requests_per_minute = "none", bytes_per_minute = "none", proving_seconds_per_minute = "none", jobs_at_once = "none" }
TOML

# what is wrong is named with its line, before anything starts
mkdir bad && sed 's/6 }/6, a = 1 }/' here/zkp-ledgerd.toml >bad/zkp-ledgerd.toml
run 2 zkp-ledgerd bad
says "line 4"
says "unknown key 'a'"

: >served
zkp-ledgerd here >served 2>&1 &
daemon=$!
trap 'kill $daemon 2>/dev/null; clean_up' EXIT
python3 "$ZKL_SOURCE_DIR/tests/cli/service_limits_long.py" here/zkp-ledgerd.sock served "$key" || fail "service_limits_long.py: $(cat served)"
# read anew at a signal, while it runs: a slip of the pen changes nothing
cp here/zkp-ledgerd.toml good.toml
anew() { python3 "$ZKL_SOURCE_DIR/tests/cli/service_limits_long.py" here/zkp-ledgerd.sock anew "$key" "$1" || fail "limits anew: $(cat served)"; }
sed -i 's/requests_per_minute = 30$/requests_per_minute = many/' here/zkp-ledgerd.toml
kill -HUP $daemon
for _ in $(seq 400); do grep -q 'the limits stay as they were' served && break; sleep 0.05; done
grep -q "the limits stay as they were: 'here/zkp-ledgerd.toml': line" served || fail "the slip is not told: $(cat served)"
anew 30
sed 's/requests_per_minute = 30$/requests_per_minute = 29000/; s/requests_per_minute = 40 }/requests_per_minute = "none" }/' good.toml >here/zkp-ledgerd.toml
kill -HUP $daemon
anew 29000
kill -TERM $daemon
wait $daemon || fail "it ends with $?"
trap clean_up EXIT
[ -z "$(ls here/uploads)" ] || fail "uploads are left"
ok "limits hold, and say what is left"
