#!/usr/bin/env bash
# watch: files of a folder, notarised as they are finished; once, and until a signal.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

new_ledger .
mkdir in
small_table >in/may\ sales.csv
small_table | sed 's/30//' >in/bad.csv
small_table >in/.hidden.csv
echo text >in/notes.md
small_table >elsewhere.csv
ln -s ../elsewhere.csv in/link.csv # whoever may write here does not choose files elsewhere
run 1 zkp-ledger watch in --once --settle 0 --name-prefix p- --claim 'not_null(age)' --json
# One object a line, the last one with the status.
python3 - "$work/.out" <<'PYTHON' || fail "its JSON is not as documented"
import json, sys
bad, sales, end = [json.loads(line) for line in open(sys.argv[1])]
assert bad["event"] == "failed" and bad["path"] == "in/bad.csv" and bad["name"] == "p-bad" and bad["error"], bad
assert sales["event"] == "notarised" and sales["name"] == "p-may-sales" and sales["version"] == 1 and sales["rows"] == 4, sales
assert end["exit_code"] == 1 and (end["notarised"], end["failed"], end["unchanged"]) == (1, 1, 0), end
PYTHON
says 'failed: in/bad.csv'
rm in/bad.csv
size=$(log_size)
run 0 zkp-ledger watch in --once --settle 0 --name-prefix p-
prints '0 notarised, 0 unchanged, 1 known, 0 failed'
touch in/may\ sales.csv
run 0 zkp-ledger watch in --once --settle 0 --name-prefix p- --claim 'not_null(age)'
prints '0 notarised, 1 unchanged, 0 known, 0 failed'
[ "$(log_size)" -eq "$size" ] || fail "something was recorded"
small_table >in/may-sales.csv
run 3 zkp-ledger watch in --once --settle 0 --name-prefix p-
says "'may sales.csv' makes the name 'p-may-sales' already"
rm in/may-sales.csv
run 2 zkp-ledger watch in --once --new-only
run 2 zkp-ledger watch in --once --name-prefix -x
run 4 zkp-ledger watch nowhere --once
ok "once: new files are notarised, known ones are not read, bad ones are told and passed over"

# Until a signal. Every wait is for a line that is written, and ends after a minute.
zkp-ledger watch in --new-only --settle 0 >events 2>told &
watcher=$!
trap 'kill "$watcher" 2>/dev/null; clean_up' EXIT
until_said() {
    for _ in $(seq 600); do grep -q "$1" "$2" 2>/dev/null && return; kill -0 "$watcher" || break; read -rt 0.1 <> <(:); done
    cat events told >&2
    fail "it did not say: $1"
}
until_said 'Watching in' told
small_table >new.csv && mv new.csv in/new.csv
until_said 'notarised  in/new.csv  new@1' events
echo '5,70' >>in/new.csv
until_said 'notarised  in/new.csv  new@2, 5 rows' events
printf 'id,age\n1,2,3\n' >in/torn.csv
until_said 'failed: in/torn.csv' told
small_table >in/torn.csv
until_said 'notarised  in/torn.csv  torn@1' events
kill -TERM "$watcher"
wait "$watcher" || fail "it did not end cleanly"
lacks "--new-only took what was there" 'sales' events
run 0 zkp-ledger verify-chain
run 0 zkp-ledger status
ok "and as they come, until a signal, which ends it with exit code 0"
