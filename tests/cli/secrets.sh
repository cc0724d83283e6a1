#!/usr/bin/env bash
# A process that is killed with a passphrase in its memory leaves no core file.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
mkdir -p people dump
echo 'the passphrase of this test' >pass
run 0 zkp-ledger init people --passphrase-file pass
small_table >people/people.csv
cd dump || exit 1
ulimit -c unlimited 2>/dev/null
flock ../people/.zkp-ledger/lock bash -c 'touch ../held; until [ -e ../go ]; do sleep 0.05; done' &
holder=$!
until [ -e ../held ]; do sleep 0.05; done
zkp-ledger notarize ../people/people.csv --name people --ledger ../people/.zkp-ledger --passphrase-file ../pass --wait=600 >../out 2>&1 &
waiter=$!
until grep -q '^Max core file size *0 *0 ' /proc/$waiter/limits; do
    kill -0 $waiter 2>/dev/null || fail "it did not wait: $(cat ../out)"
    sleep 0.05
done
ok "a running program may leave no core file"
# The limit is lifted from outside: what forbids the dump now is that the process is not dumpable.
prlimit --pid $waiter --core=unlimited 2>/dev/null
kill -SEGV $waiter
{ wait $waiter; } 2>/dev/null
[ $? -eq 139 ] || fail "it was not killed"
touch ../go
wait $holder
[ -z "$(ls)" ] || fail "it left $(ls)"
sleep 600 &
control=$!
kill -SEGV $control
{ wait $control; } 2>/dev/null
if [ -n "$(ls)" ]; then
    ok "killed it left none; another program did"
else
    ok "killed it left none; but this system leaves none of others either"
fi
