#!/usr/bin/env bash
# All that zkp-ledgerd does, at once, until it is stopped in the middle of it; under thread sanitizer this is where races show. And
# afterwards: no key, cookie, password or value of data is in what it wrote, told, measured or sent, nor in a core.
source "$ZKL_SOURCE_DIR/tests/cli/lib.sh"
[ -x "$ZKL_BUILD_DIR/zkp-ledgerd" ] || { echo "built without the service"; exit 77; }
command -v python3 >/dev/null || { echo "this test needs python3" >&2; exit 1; }

run 0 zkp-ledgerd --init here
key=$(grep -o 'sk-[0-9a-f]\{64\}' <<<"$out")
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
echo webhook-hunter2 >here/secrets/hook
cat >here/zkp-ledgerd.toml <<END
addresses = ["unix:zkp-ledgerd.sock"]
access_log = "access.log"
log_format = "json"
log_level = "debug"
log_public = true
metrics = "open"
metrics_step_seconds = 1
[traces]
endpoint = "http://127.0.0.1:$port"
ratio = 1.0
[[alert]]
name = "Always"
when = "zkl_build_info > 0"
summary = "It runs."
[[receiver]]
name = "ops"
webhook = "http://127.0.0.1:$port/hook"
secret_file = "secrets/hook"
group_wait = 0
END
daemon=
trap 'kill -9 $daemon 2>/dev/null; clean_up' EXIT
zkp-ledgerd here >served 2>&1 &
daemon=$!
python3 "$zkl_source/tests/cli/service_mixed_long.py" here "$key" "$daemon" "$port" "$([ "${ZKL_SOAK:-}" = 1 ] && echo 20 || echo 2)" >secrets ||
    fail "service_mixed_long.py: $(tail -40 served)"
wait $daemon || fail "it ends with $?: $(tail -80 served)"
lacks "$(cat served)" 'Sanitizer' served
ok "all of it at once, and stopped"

grep -q '"POST' here/access.log || fail "there is no access log"
grep -q traceId told && grep -q alertname told || fail "nothing was traced, or no alert came"
echo webhook-hunter2 >>secrets
for file in here/ledger/keys/*; do # what they hold besides their heads
    tr -d '\n' <"$file" | grep -oE '[A-Za-z0-9+/]{40,}' >>secrets
done
[ "$(wc -l <secrets)" -gt 12 ] || fail "these are not all secrets: $(cat secrets)"
searched() { grep -rqaF -f "$work/secrets" "$@"; }
for place in served told here/access.log here/audit; do
    [ -s "$place" ] || fail "there is no $place"
    searched "$place" && fail "$place has a secret: $(sed 's/[^A-Za-z0-9]/./g; s/.*/.{0,60}&.{0,30}/' secrets | grep -raoE -f - "$place" | head -3)"
done
searched here/ledger/zkp-ledger.toml here/keys.json here/zkp-ledgerd.toml && fail "a secret stands in the settings"
ok "no secret and no value of data is in what it says"

# crashed, it leaves no core, whatever the limits say
grep -q '^ZKL_SANITIZE:[A-Z]*=$' "$zkl_build/CMakeCache.txt" || exit 0
mkdir dump
cd dump || exit 1
zkp-ledgerd ../here >../served 2>&1 &
daemon=$!
until grep -q Listening ../served; do
    kill -0 $daemon 2>/dev/null || fail "it does not run: $(cat ../served)"
    sleep 0.05
done
prlimit --pid $daemon --core=unlimited 2>/dev/null
kill -SEGV $daemon
{ wait $daemon; } 2>/dev/null
[ -z "$(ls)" ] || fail "it left $(ls)"
searched ../served && fail "what it says of a crash has a secret"
ok "a crash leaves nothing"
