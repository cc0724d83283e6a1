#!/usr/bin/env bash
# A second writer waits when told to; the lock is nobody else's file.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
new_ledger .
[ "$(cat .zkp-ledger/.gitignore)" = '*' ] || fail "the ledger is not kept out of repositories"
small_table >people.csv
hold() { # until the file `go` is there
    flock .zkp-ledger/lock bash -c 'touch held; until [ -e go ]; do sleep 0.05; done' &
    holder=$!
    until [ -e held ]; do sleep 0.05; done
}
hold
run 5 zkp-ledger notarize people.csv --name people
says "the ledger is being written by another process"
run 5 zkp-ledger notarize people.csv --name people --wait=1
says "the ledger is being written by another process"
run 5 zkp-ledger keys rotate --wait=0
run 2 zkp-ledger notarize people.csv --name people --wait=soon
run 2 zkp-ledger notarize people.csv --name people --wait=99999999
run 0 zkp-ledger log --wait
[ "$(log_size)" -eq 1 ] || fail "something was recorded"
ok "who does not wait, or not long enough, is refused; readers never wait"
zkp-ledger notarize people.csv --name people --wait >waiting.out 2>&1 &
waiter=$!
zkp-ledger keys rotate --wait=600 >cancelled.out 2>&1 &
cancelled=$!
# A background job ignores the signal until the program watches for it; from then on one ends it.
while kill -INT $cancelled 2>/dev/null; do sleep 0.1; done
wait $cancelled
code=$?
[ $code -eq 130 ] || { cat cancelled.out >&2; fail "Ctrl-C while waiting: exit code $code"; }
touch go
wait $holder
wait $waiter || { cat waiting.out >&2; fail "it did not wait"; }
[ "$(log_size)" -eq 3 ] || fail "the waiting writer recorded nothing"
ok "--wait waits for the other writer; Ctrl-C ends it"

# ---- The lock is a link, or somebody's file.
echo precious >report.txt
rm .zkp-ledger/lock
ln -s ../report.txt .zkp-ledger/lock
run 10 zkp-ledger notarize people.csv --name people
says "is a symbolic link"
rm .zkp-ledger/lock
ln report.txt .zkp-ledger/lock
run 10 zkp-ledger notarize people.csv --name people
says "holds what no ledger writes there"
[ "$(cat report.txt)" = precious ] || fail "report.txt was emptied"
rm .zkp-ledger/lock
run 0 zkp-ledger notarize people.csv --name people
ok "a lock that is another file is refused and stays as it is"
