#!/bin/bash
# Witnesses by files: a ledger asks, a witness signs what extends its memory, receipts carry the signature, and auditors count.
. "$(dirname "$0")/lib.sh"

new_ledger one --name one
ledger=one/.zkp-ledger
small_table > d.csv
run 0 zkp-ledger notarize d.csv --name d --ledger $ledger -o plain.zkl
run 0 zkp-ledger keys show --trust --ledger $ledger
cp "$work/.out" trust.toml
printf 'pass\n' > passphrase
for w in w1 w2; do
    run 0 zkp-ledger witness new $w --name witness.example/$w --no-passphrase --json
    json_value 'd["verifier_key"]' > $w.key
    { cat trust.toml; printf '\n[witnesses]\nquorum = 1\nkeys = ["%s"]\n' "$(cat $w.key)"; } > $w.toml
done
{ cat trust.toml; printf '\n[witnesses]\nquorum = 2\nkeys = ["%s", "%s"]\n' "$(cat w1.key)" "$(cat w2.key)"; } > both.toml
run 5 zkp-ledger witness new w1 --name again --no-passphrase
run 3 zkp-ledger witness new w3 --name 'two words' --no-passphrase
run 9 zkp-ledger verify plain.zkl --trust w1.toml
says '0 of the 1 trusted witnesses signed it, 1 are needed'

# ---- Ask, sign, attach
run 0 zkp-ledger log cosign request --ledger $ledger -o 1.txt --json
json 'd["old_size"] == 0' 'd["size"] == 3'
[ "$(head -1 1.txt)" = 'old 0' ] && [ -z "$(sed -n 2p 1.txt)" ] || fail "the first request is not that of an unknown witness"
for w in w1 w2; do
    run 0 zkp-ledger witness cosign 1.txt --folder $w --trust trust.toml -o $w.txt --json
    json 'd["old_size"] == 0' 'd["size"] == 3' "d['witness'] == 'witness.example/$w'"
done
run 9 zkp-ledger log cosign attach w1.txt --ledger $ledger
says 'no line is by a witness that is known here'
run 0 zkp-ledger log cosign attach w1.txt --ledger $ledger --witness "$(cat w1.key)" --json
json '[c["witness"] for c in d["cosignatures"]] == ["witness.example/w1"]' 'd["ignored"] == 0' 'd["cosignatures"][0]["size"] == 3'
time=$(json_value 'd["cosignatures"][0]["time"]')
run 0 zkp-ledger audit --ledger $ledger --format md -o audit.md
lacks "the report forgets its witness" 'no witness that is trusted signed the checkpoint' audit.md
grep -q 'whether they are to be trusted is yours to say' audit.md || fail "the report says nothing of its witness"
run 0 zkp-ledger export d --ledger $ledger -o d.zkl
run 0 zkp-ledger verify d.zkl --trust w1.toml
prints "  witness   witness.example/w1, said to be of $time"
silent_about 'no witness that is trusted signed the checkpoint'
run 0 zkp-ledger verify d.zkl --trust w1.toml --json
json "d['cosignatures'] == [{'witness': 'witness.example/w1', 'time': '$time'}]" 'd["witnesses"] == ["witness.example/w1"]'
run 9 zkp-ledger verify d.zkl --trust both.toml
run 0 zkp-ledger verify d.zkl --trust trust.toml --json
json 'd["cosignatures"] == []' '"cosigners" in d["not_proven_names"]' '"witnessed" in d["not_proven_names"]'
run 0 zkp-ledger log cosign attach w2.txt --ledger $ledger --witness "$(cat w2.key)"
run 0 zkp-ledger export d --ledger $ledger -o d.zkl
run 0 zkp-ledger verify d.zkl --trust both.toml --json
json 'sorted(d["witnesses"]) == ["witness.example/w1", "witness.example/w2"]'
run 0 zkp-ledger audit --ledger $ledger --format json -o -
json '[(w["name"], w["size"]) for w in d["log"]["witnesses"]] == [("witness.example/w1", 3), ("witness.example/w2", 3)]' \
    "d['log']['witnesses'][0]['time'] == '$time' and d['log']['witnesses'][0]['key'] == open('w1.key').read().strip()"
run 0 zkp-ledger verify d --ledger $ledger
run 0 zkp-ledger verify-chain --ledger $ledger
ok "witnesses sign, and each auditor counts those that he believes"

# ---- The log grows: a receipt stays under the checkpoint with most witnesses, and the next proof begins where one stopped
run 0 zkp-ledger notarize d.csv --name e --ledger $ledger -o e.zkl
run 0 zkp-ledger verify e.zkl --trust trust.toml
run 2 zkp-ledger log cosign request --ledger $ledger -o 2.txt
says 'several witnesses signed this log'
run 0 zkp-ledger log cosign request --ledger $ledger --witness witness.example/w1 -o 2.txt --json
json 'd["old_size"] == 3' 'd["size"] == 4'
run 0 zkp-ledger witness cosign 2.txt --folder w1 --trust trust.toml -o w1.txt --json
json 'd["old_size"] == 3' 'd["size"] == 4'
run 0 zkp-ledger log cosign attach w1.txt --ledger $ledger
run 0 zkp-ledger export d --ledger $ledger -o d.zkl
run 0 zkp-ledger verify d.zkl --trust both.toml --json
json 'd["log"]["size"] == 3'
run 0 zkp-ledger export e --ledger $ledger -o e.zkl
run 0 zkp-ledger verify e.zkl --trust w1.toml --json
json 'd["log"]["size"] == 4'
run 0 zkp-ledger export d --format tlog-proof --ledger $ledger -o d.proof
grep -q '^— witness.example/w1 ' d.proof || fail "the proof for tlog clients lacks the witness's line"
run 0 zkp-ledger export --format tlog-tiles --ledger $ledger -o tiles
[ "$(grep -c '^— ' tiles/checkpoint)" = 2 ] && grep -q '^— witness.example/w1 ' tiles/checkpoint || fail "the tiles' checkpoint lacks the witness's line"
ok "the log grows under its witnesses"

# ---- A witness signs no rollback, no fork, and nothing that others signed
run 5 zkp-ledger witness cosign 1.txt --folder w1 --trust trust.toml
says 'this witness signed the log at 4 entries'
run 0 zkp-ledger log cosign request --ledger $ledger --old 4 -o same.txt
run 0 zkp-ledger witness cosign same.txt --folder w1 --trust trust.toml -o again.txt
cp -r one copy # as its owner may, elsewhere
run 0 zkp-ledger keys rotate --ledger $ledger
run 0 zkp-ledger log cosign request --ledger $ledger --witness witness.example/w1 --old 4 -o one.txt
XDG_STATE_HOME=$work/.elsewhere run 0 zkp-ledger keys rotate --ledger copy/.zkp-ledger
run 0 zkp-ledger log cosign request --ledger copy/.zkp-ledger --old 4 -o copy.txt
sed '2s/^./#/; 2s/^#/A/' one.txt > altered.txt
cmp -s one.txt altered.txt && sed '2s/^./B/' one.txt > altered.txt
run 1 zkp-ledger witness cosign altered.txt --folder w1 --trust trust.toml
run 0 zkp-ledger witness cosign one.txt --folder w1 --trust trust.toml -o one.line
run 5 zkp-ledger witness cosign copy.txt --folder w1 --trust trust.toml
run 0 zkp-ledger log cosign request --ledger copy/.zkp-ledger --old 5 -o fork.txt
run 1 zkp-ledger witness cosign fork.txt --folder w1 --trust trust.toml
says 'the log is forked'
XDG_STATE_HOME=$work/.elsewhere run 0 zkp-ledger keys rotate --ledger copy/.zkp-ledger
run 0 zkp-ledger log cosign request --ledger copy/.zkp-ledger --old 5 -o fork.txt
run 1 zkp-ledger witness cosign fork.txt --folder w1 --trust trust.toml
says 'the log is forked'
run 1 zkp-ledger log cosign attach one.line --ledger copy/.zkp-ledger
says 'is of no checkpoint of this log'
new_ledger two --name two
run 0 zkp-ledger log cosign request --ledger two/.zkp-ledger -o two.txt
run 9 zkp-ledger witness cosign two.txt --folder w1 --trust trust.toml
run 9 zkp-ledger witness cosign one.txt --folder w1
sed "s/^from = 0/from = 99/" trust.toml > late.toml
run 9 zkp-ledger witness cosign one.txt --folder w2 --trust late.toml
printf 'old 9\n\n%s\n' "$(tail -n +3 1.txt)" > ahead.txt
run 3 zkp-ledger witness cosign ahead.txt --folder w2 --trust trust.toml
run 3 zkp-ledger witness cosign d.csv --folder w2 --trust trust.toml
ok "a witness signs no fork, no rollback, and no other log"

# ---- Its key under a passphrase
run 0 zkp-ledger witness new w3 --name witness.example/w3 --new-passphrase-file passphrase
run 10 zkp-ledger witness cosign 1.txt --folder w3 --trust trust.toml
[ -z "$(ls w3/logs)" ] || fail "it remembers what it could not sign"
run 0 zkp-ledger witness cosign 1.txt --folder w3 --trust trust.toml --passphrase-file passphrase
ok "a witness's key is kept under a passphrase"
