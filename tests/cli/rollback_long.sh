#!/usr/bin/env bash
# A store that lost what was signed: nothing more is signed in it, verify-chain is not valid, and reading says so. Also a whole
# folder that was restored, a folder that was copied, and what remains when nothing remembers.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

mkdir home && cd home || exit 1
new_ledger . --name rollback
small_table >ages.csv
run 0 zkp-ledger notarize ages.csv --name one -q
cp -r .zkp-ledger "$work/older" # as a backup would have it
run 0 zkp-ledger notarize ages.csv --name two -q
cp -r .zkp-ledger "$work/whole"
run 0 zkp-ledger log --json
entries=$(json_value 'd["size"]')
[ -s .zkp-ledger/head ] || fail "no head file"
[ "$(stat -c %a .zkp-ledger/head)" = 644 ] || fail "not every reader of the ledger can read head"
run 0 zkp-ledger keys show --json
remembered=$XDG_STATE_HOME/zkp-ledger/checkpoints/$(json_value 'd["ledger"]')
cmp -s .zkp-ledger/head "$remembered" || fail "not remembered"
[ "$(stat -c %a "$remembered")" = 600 ] || fail "the memory is not private"

# back [WHICH]: the ledger as it was, whole or older
back() { rm -rf .zkp-ledger && cp -r "$work/${1:-whole}" .zkp-ledger; }
# refused WHAT: nothing is signed, the chain is not valid, what can be read is read
refused() {
    run 5 zkp-ledger notarize ages.csv --name three
    says "init --succeeds"
    run 5 zkp-ledger keys rotate
    run 1 zkp-ledger verify-chain
    silent_about VALID
    run 0 zkp-ledger log
    says "init --succeeds"
    run 0 zkp-ledger log -q
    says "init --succeeds"
    run 0 zkp-ledger log --json
    json "'init --succeeds' in d['warnings'][0]" "len(d['warnings']) == 1"
    run 1 zkp-ledger doctor
    prints "FAULT  newest checkpoint"
    ok "$1: refused"
}

rm .zkp-ledger/store/*.log
refused "the store's write-ahead log is gone"
rm .zkp-ledger/head
refused "it is gone, and head too: this user remembers"

back
wal=$(ls -S .zkp-ledger/store/*.log | head -1)
truncate -s $(($(stat -c %s "$wal") / 2)) "$wal"
refused "the write-ahead log was cut short"

back
rm -rf .zkp-ledger/store && cp -r "$work/older/store" .zkp-ledger/store
refused "an older copy of the store came back"

# A store of the same size and keys with another history: what a copy elsewhere went on to.
cp -r "$work/older" "$work/fork"
XDG_STATE_HOME=$work/elsewhere run 0 zkp-ledger notarize ages.csv --name fork --ledger "$work/fork" -q
back
rm -rf .zkp-ledger/store && cp -r "$work/fork/store" .zkp-ledger/store
refused "a store with another history"
XDG_STATE_HOME=$work/empty refused "a store with another history, told by head"
back fork
refused "a folder with another history, head and all"

# A head of another ledger, or one that is damaged where nobody remembers, shows nothing.
back
cp "$work/fork/head" .zkp-ledger/head
run 5 zkp-ledger notarize ages.csv --name three
back
printf 'x' | dd of=.zkp-ledger/head bs=1 seek=200 conv=notrunc status=none
XDG_STATE_HOME=$work/empty run 5 zkp-ledger notarize ages.csv --name three
says "damaged"
ok "a head of another history, a damaged head: refused"

back older
refused "an older copy of the whole folder came back"

# The database's own list of its files, torn or gone: what is lost is noticed by the database or by us.
for cut in 1 40 90 150; do
    back && cp "$work/whole/head" "$remembered"
    truncate -s -$cut "$(ls .zkp-ledger/store/MANIFEST-*)"
    zkp-ledger keys rotate -q >"$work/.out" 2>"$work/.err" </dev/null && code=0 || code=$?
    last_command="keys rotate, the MANIFEST $cut bytes short"
    [ "$code" = 0 ] || continue
    [ "$(log_size)" = $((entries + 1)) ] || fail "entries were lost and signing went on"
    run 0 zkp-ledger show two@1
done
back && cp "$work/whole/head" "$remembered"
rm .zkp-ledger/store/CURRENT
zkp-ledger keys rotate -q >"$work/.out" 2>"$work/.err" </dev/null && fail "rotated without CURRENT"
ok "a torn MANIFEST, a missing CURRENT: refused, or nothing was lost"

# Nobody remembers: head alone catches the store.
state=$XDG_STATE_HOME
back
rm -rf .zkp-ledger/store && cp -r "$work/older/store" .zkp-ledger/store
XDG_STATE_HOME=$work/empty refused "an older store, on a machine that does not remember the ledger"
# Neither head nor memory: nothing shows that the store is whole.
back
rm .zkp-ledger/head
export XDG_STATE_HOME=$work/empty
refused "no head, on a machine that does not remember the ledger"

# The memory alone is no head: it may lack what others signed. The user may say that it does not.
export XDG_STATE_HOME=$state
back
for harm in 'rm .zkp-ledger/head' 'truncate -s 200 .zkp-ledger/head'; do
    $harm
    run 5 zkp-ledger notarize ages.csv --name three -q
    says "cp '$remembered'"
    run 1 zkp-ledger verify-chain
    silent_about VALID
    cp "$remembered" .zkp-ledger/head
    run 0 zkp-ledger verify-chain
done
run 0 zkp-ledger notarize ages.csv --name three -q
cmp -s .zkp-ledger/head "$work/whole/head" && fail "head did not move on"
[ "$(stat -c %a .zkp-ledger/head)" = 644 ] || fail "the next writer does not make head readable again"
run 0 zkp-ledger verify-chain
ok "a head that is missing is not made from the memory, unless the user does so"

# Two copies of one folder: the second one that is written is told, before it records anything.
back
refused "a copy of the folder, after the other copy was written"
run 0 zkp-ledger log --json
json "d['size'] == $entries"

