#!/usr/bin/env bash
# The audit log of zkp-ledgerd: every decision and act is in it, nothing secret is, a kill loses nothing that was acknowledged, and
# verify-chain takes no other files than those that were written.
source "$ZKL_SOURCE_DIR/tests/cli/lib.sh"
[ -x "$ZKL_BUILD_DIR/zkp-ledgerd" ] || { echo "built without the service"; exit 77; }
command -v python3 >/dev/null || { echo "this test needs python3" >&2; exit 1; }

cc=$(command -v cc || command -v gcc) || { echo "this test needs a C compiler" >&2; exit 1; }
"$cc" -shared -fPIC -o "$work/clock.so" "$zkl_source/tests/cli/preload_clock.c" -ldl || exit 1

daemon=
stop() { [ -z "$daemon" ] || kill -9 "$daemon" 2>/dev/null; clean_up; }
trap stop EXIT
start() {
    : >served # what one before has said is not this one's word
    "$@" zkp-ledgerd here >served 2>&1 &
    daemon=$!
}
# A condition, of a daemon that is there: it holds at last.
until_it() {
    for _ in $(seq 600); do
        "$@" && return
        kill -0 "$daemon" 2>/dev/null || fail "it ended: $(cat served)"
        sleep 0.05
    done
    fail "it never comes to hold: $*"
}
until_it_listens() { until_it grep -q Listening served; }
answers() { [ "$(get "$2")" = "$1" ]; }
is_gone() { [ ! -e "$1" ]; }
get() { curl -s -o got -w '%{http_code}' --unix-socket here/zkp-ledgerd.sock -H "Authorization: Bearer $key" "http://ledger$1" "${@:2}"; }
ask() { python3 "$ZKL_SOURCE_DIR/tests/cli/audit_log_long.py" "$1" here/zkp-ledgerd.sock "$key"; }
verify() { run "$1" zkp-ledger verify-chain --ledger here/ledger --segments here/audit; }
judge() { python3 "$ZKL_SOURCE_DIR/tests/cli/audit_log.py" here/audit >judged || fail "audit_log.py"; }

run 0 zkp-ledgerd --init here
key=$(grep -o 'sk-[0-9a-f]\{64\}' <<<"$out")
sed -i 's/, "127.0.0.1:8080"//' here/zkp-ledgerd.toml
cp here/zkp-ledgerd.toml plain.toml

# a class is not kept for less than the law asks
printf '[audit]\ndays = { access = 100 }\nfloor_days = { access = 180 }\n' >>here/zkp-ledgerd.toml
run 2 zkp-ledgerd here
says "events of class 'access' are kept for 100 days, and by law for at least 180"
cp plain.toml here/zkp-ledgerd.toml
ok "a class below its floor is refused"

start
ask ask >viewer || fail "audit_log_long.py: $(cat served)"
run 5 zkp-ledgerd here # two services do not write one log
kill -TERM $daemon
wait $daemon || fail "it ends with $?"
for secret in "$key" "${key:3}" "$(cat viewer)" secret-cell secret-query; do
    lacks "the audit log has a secret: $secret" -rF "$secret" here/audit
done
verify 0
prints "audit log: "
judge
run 0 zkp-ledger log --ledger here/ledger
prints "access-00000000.ndjson"
ok "every decision is in it, and no secret"

# while the disk takes nothing, nothing is done; then it goes on by itself
command -v curl >/dev/null || { echo "this test needs curl" >&2; exit 1; }
start
until_it_listens
[ "$(get /v1/keys)" = 200 ] || fail "$(cat got)"
prlimit --fsize=1: --pid $daemon
get /v1/keys >code # the first may be let in: it is refused when it cannot be written
until_it answers 503 /v1/keys
grep -q "the audit log takes nothing" got || fail "$(cat got)"
[ "$(get /v1/keys -d '{"name": "unseen", "role": "admin"}')" = 503 ] || fail "a key was made: $(cat got)"
[ "$(get /healthz)" = 200 ] || fail "$(cat got)"
[ "$(get /readyz)" = 503 ] && grep -q '"audit_log": "down"' got || fail "$(cat got)"
get /metrics >code && grep -q '^zkl_audit_failing 1' got || fail "$(cat got)"
lacks "a key was made that no event tells of" unseen here/keys.json
prlimit --fsize=unlimited: --pid $daemon
until_it answers 200 /v1/keys
kill -TERM $daemon
wait $daemon || fail "it ends with $?: $(cat served)"
verify 0
ok "nothing is done that the disk does not take the event of"

# and so it does when the clock was set back meanwhile: nothing waits for the time that it showed
start env LD_PRELOAD="$work/clock.so" ZKL_CLOCK_HOURS=1
until_it_listens
until_it answers 200 /v1/keys
prlimit --fsize=1: --pid $daemon
until_it answers 503 /v1/keys
prlimit --fsize=unlimited: --pid $daemon
until_it answers 200 /v1/keys
kill -TERM $daemon
wait $daemon || fail "it ends with $?: $(cat served)"
verify 0
ok "it goes on whatever is done to the clock"

# killed in the middle of writing: what was acknowledged is there, and a line without an end is cut off
start
ask hammer >hammered &
hammer=$!
until_it grep -q begun hammered
kill -9 $daemon
wait $daemon 2>/dev/null
wait $hammer
verify 0
prints "not in the log yet"
printf '{"action":"half a li' >>"$(ls here/audit/security-* | tail -1)"
verify 0
prints "behind the last whole line: 20 bytes"
start
until_it_listens
kill -TERM $daemon
wait $daemon || fail "it ends with $?: $(cat served)"
verify 0
judge
python3 - "$(tail -1 hammered)" <<'PYTHON' || fail "what was acknowledged is not there"
import json, sys
events = json.load(open("judged"))["events"]
granted = sum(e["event"] == "ADMINISTRATION_GRANTED" and e["action"] == "makeKey" for e in events)
assert granted >= int(sys.argv[1]) + 1 > 20, (granted, sys.argv)
recovered = [e for e in events if e["event"] == "LOG_RECOVERED"]
assert [e["code"] for e in recovered if e["outcome"] == "failure"] == [20], recovered
PYTHON
ok "a kill loses nothing that was acknowledged"

# no other files than those that were written
cp -a here/audit whole
again() { rm -rf here/audit; cp -a whole here/audit; }
python3 - <<'PYTHON'
data = bytearray(open("here/audit/security-00000000.ndjson", "rb").read())
at = data.index(b"blocked")
data[at:at + 7] = b"success"
open("here/audit/security-00000000.ndjson", "wb").write(data)
PYTHON
verify 1
says "security-00000000.ndjson"
again
rm here/audit/usage-00000000.ndjson
verify 1
says "'usage-00000000.ndjson': it is missing, and no entry says that it was deleted"
again
sed -i '$d' here/audit/access-00000000.ndjson
verify 1
says "lines, and had"
again
sed -i '2{h;d};3{G}' here/audit/access-00000000.ndjson
verify 1
says "access-00000000.ndjson': line 2"
again
mv here/audit/security-00000000.ndjson x
mv here/audit/security-00000001.ndjson here/audit/security-00000000.ndjson
mv x here/audit/security-00000001.ndjson
verify 1
says "security-00000000.ndjson"
again
cp here/audit/debug-00000000.ndjson here/audit/debug-00000009.ndjson
verify 1
again
touch here/audit/more
verify 1
says "is no segment of an audit log"
again
verify 0
json_out=$(zkp-ledger verify-chain --ledger here/ledger --segments here/audit --json) || fail "--json"
python3 -c 'import json,sys; d = json.loads(sys.argv[1]); assert d["status"] == "valid" and d["segments"]["closed"] > 4 and d["segments"]["open"] == 0' "$json_out" || fail "$json_out"
ok "nothing missing, changed, cut, moved or added is taken"

# eight days later: what the shortest class has is deleted by its rule, and nothing else; but not at once, since the clock may have jumped
for hours in 192 204; do
    start env LD_PRELOAD="$work/clock.so" ZKL_CLOCK_HOURS=$hours
    until_it_listens
    kill -TERM $daemon
    wait $daemon || fail "it ends with $?: $(cat served)"
    [ -e here/audit/debug-00000000.ndjson ] || fail "it is deleted by a clock that jumped"
    [ $hours = 204 ] || grep -q "the clock went ahead, or the service did not run" served || fail "it does not say so: $(cat served)"
done
start env LD_PRELOAD="$work/clock.so" ZKL_CLOCK_HOURS=217
until_it_listens
until_it is_gone here/audit/debug-00000000.ndjson
kill -TERM $daemon
wait $daemon || fail "it ends with $?: $(cat served)"
verify 0
prints "  debug-00000000.ndjson deleted by rule 'debug, 7 days' on $(date -u -d '+217 hours' +%Y-%m-)"
silent_about "security-00000000.ndjson deleted"
mv here/audit/security-00000000.ndjson away
verify 1
says "'security-00000000.ndjson': it is missing, and no entry says that it was deleted"
mv away here/audit/security-00000000.ndjson
ok "what is old is deleted by rule, and said"

# what the ledger lacks and was changed is told, and nothing goes on behind it
start
until_it_listens
kill -9 $daemon
wait $daemon 2>/dev/null
daemon=
last=$(ls here/audit/security-* | tail -1)
mv "$last" elsewhere
ln -s "$PWD/elsewhere" "$last"
run 1 zkp-ledgerd here
says "is no file: a link"
mv elsewhere "$last"
grep -q SERVICE_STARTED "$last" || fail "it serves, and the log has no start of it: $(cat "$last")"
sed -i 's/SERVICE_STARTED/SERVICE_STOPPED/' "$last"
echo '{"action":"forged"}' >>"$last"
run 1 zkp-ledgerd here
says "$(basename "$last")"
ok "a service does not go on behind a change"
