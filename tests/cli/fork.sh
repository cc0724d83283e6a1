#!/usr/bin/env bash
# Two histories of one log, both truly signed: whoever has the log is not told that the other one is valid.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

mkdir home && cd home || exit 1
new_ledger . --name fork
small_table >d.csv
cp -r .zkp-ledger "$work/older"
cp -r .zkp-ledger "$work/copy"
run 0 zkp-ledger notarize d.csv --name good --claim 'range(age, 0, 120)' -o good.zkl
XDG_STATE_HOME=$work/elsewhere run 0 zkp-ledger --ledger "$work/copy" notarize d.csv --name evil --claim 'range(age, 0, 120)' -o evil.zkl
run 0 zkp-ledger keys show --trust
cp "$work/.out" trust.toml

run 0 zkp-ledger verify good.zkl
run 0 zkp-ledger verify evil.zkl --trust trust.toml # only the log itself can tell
for way in '' '--ledger .zkp-ledger' '--data d.csv' '--data d.csv --ledger .zkp-ledger'; do
    run 1 zkp-ledger verify evil.zkl $way --json
    json 'd["check"] == "checkpoint"' '"forked" in d["error"]'
    silent_about VALID
done
ok "a receipt of a fork of the ledger here: rejected"

for way in '' '--data d.csv'; do
    run 9 zkp-ledger verify good.zkl --ledger "$work/older" $way --json
    json 'd["check"] == "checkpoint"' '"only" in d["error"]'
done
ok "a receipt of a longer log than the ledger here: not checked"

mv .zkp-ledger/store "$work/whole"
cp -r "$work/copy/store" .zkp-ledger/store
for what in evil evil.zkl good.zkl; do
    run 9 zkp-ledger verify $what
    says 'init --succeeds'
done
rm -r .zkp-ledger/store && mv "$work/whole" .zkp-ledger/store
run 0 zkp-ledger verify good
ok "a store with another history than was written: it is not one's own"

# `head` is written anew at each writing: never through a link, which somebody who may write to the folder can put there.
echo 'my only copy' >"$work/victim"
mv .zkp-ledger/head "$work/head"
ln -s "$work/victim" .zkp-ledger/head
run 10 zkp-ledger notarize d.csv --name third
says "is a symbolic link"
[ "$(cat "$work/victim")" = 'my only copy' ] || fail "the file that the link names was overwritten"
ln -sf "$work/nothing" .zkp-ledger/head
run 10 zkp-ledger notarize d.csv --name third
[ ! -e "$work/nothing" ] || fail "a file was made where a link led"
rm .zkp-ledger/head && mkfifo .zkp-ledger/head
run 10 zkp-ledger notarize d.csv --name third
rm .zkp-ledger/head && mv "$work/head" .zkp-ledger/head
run 0 zkp-ledger notarize d.csv --name third
ok "a link or pipe in the place of head: refused, and what it names stays"
