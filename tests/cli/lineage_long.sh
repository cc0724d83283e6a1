#!/usr/bin/env bash
# lineage: transform, split, link and branch record where datasets come from; lineage shows it, draws it, and verifies it; a
# lineage receipt is verified in another folder by a trust file alone. What is recorded is never said to be proven.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

new_ledger .
printf 'id,age,city\n1,30,Rome\n2,17,Oslo\n3,44,Oslo\n4,45,Rome\n5,30,Rome\n6,18,Oslo\n' >people.csv
run 0 zkp-ledger notarize people.csv --name people -c 'range(age, 0, 120)'
run 0 zkp-ledger lineage people
says 'Nothing that is logged says where it comes from.'
run 0 zkp-ledger transform people --data people.csv --op 'filter age >= 18' --as adults --to adults.csv
run 0 zkp-ledger split adults --data adults.csv --part train=train.csv --part test=test.csv --ratio 60/40 --seed "$(printf x | sha256sum | cut -c1-64)"
echo weights >model.bin
echo 'print("fit")' >"fit it.py"
run 0 zkp-ledger link train --made model.bin --used "fit it.py" --commit 3f2a91c --run mlflow:7 --fact 'seed=1' --op 'fit "a" forest <&>'
says 'Recorded, not proven: entry '
printf 'id,guess\n1,true\n' >guesses.csv
run 0 zkp-ledger notarize guesses.csv --name guesses
run 0 zkp-ledger link guesses --from test --used model.bin --op predict
ok "steps are recorded"

run 0 zkp-ledger lineage guesses
says 'recorded, entry '
says ': predict'
says 'nothing of it is proven'
says 'model.bin  file, sha256 '
says 'recorded: commit = 3f2a91c'
says 'filter(people@1, where age >= 18)'
says 'recorded as not proven: who chose the seed'
says 'sample(adults@1, 2, '
silent_about "$work" # no folder of a file
run 0 zkp-ledger lineage guesses --json
json "d['nodes'][0]['name'] == 'guesses@1' and d['nodes'][0]['kind'] == 'dataset'" "not d['verified'] and 'trust' not in d and d['circle'] is None" \
    "[s['rows_proven'] for s in d['steps'] if s['operation'] == 'predict'] == [False]" \
    "[s['rows_proven'] for s in d['steps'] if s['operation'] == 'filter age >= 18'] == [True]" \
    "all(s['recorded'] for s in d['steps'])" \
    "[f for s in d['steps'] if s['operation'].startswith('fit') for f in s['facts']] == [{'name': 'commit', 'value': '3f2a91c'}, {'name': 'run', 'value': 'mlflow:7'}, {'name': 'seed', 'value': '1'}]" \
    "{n['name'] for n in d['nodes'] if n['kind'] == 'file'} == {'model.bin', 'fit it.py'}" \
    "d['nodes'][[n['name'] for n in d['nodes']].index('people@1')]['claims'][0]['text'] == 'range(age, 0, 120)'"
sum=$(sha256sum model.bin | cut -c1-64)
json "[n['id'] for n in d['nodes'] if n['name'] == 'model.bin'] == ['$sum']"
run 0 zkp-ledger lineage people --descent
says 'guesses@1'
says 'model.bin'
run 0 zkp-ledger lineage adults --descent
prints '├─ train@1  '
prints '└─ test@1  '
run 0 zkp-ledger lineage train
silent_about guesses # what came of it is not where it comes from
ok "the tree says what is recorded and what is proven"

run 0 zkp-ledger lineage guesses --draw svg -o lineage.svg
python3 - lineage.svg <<'PYTHON' || fail "the picture is not as it should be"
import sys, xml.etree.ElementTree as tree
root = tree.parse(sys.argv[1]).getroot()
space = "{http://www.w3.org/2000/svg}"
texts = [t.text for t in root.iter(space + "text")]
assert 'fit "a" forest <&>' in texts and "predict" in texts and "guesses@1" in texts, texts
boxes = [(int(r.get("x")), int(r.get("y")), int(r.get("width")), int(r.get("height"))) for r in root.iter(space + "rect") if r.get("class")]
width, height = int(root.get("width")), int(root.get("height"))
for i, (x, y, w, h) in enumerate(boxes):
    assert 0 < x and x + w < width and 0 < y and y + h < height
    for (a, b, c, d) in boxes[:i]:
        assert x + w < a or a + c < x or y + h < b or b + d < y, "boxes overlap"
assert not list(root.iter(space + "script")) and len(boxes) == len(texts) // 2
PYTHON
echo >>lineage.svg # what is there already, to the byte, would be no conflict
run 5 zkp-ledger lineage guesses --draw svg -o lineage.svg
run 0 zkp-ledger lineage guesses --draw svg -o lineage.svg --force
run 0 zkp-ledger lineage guesses --draw dot
prints 'digraph lineage {'
prints 'fit \"a\" forest <&>'
run 2 zkp-ledger lineage guesses -o x.svg
run 2 zkp-ledger lineage guesses --draw svg --json
run 0 zkp-ledger lineage guesses --draw dot
silent_about 'rows proven'
prints 'rows claimed, not verified'
prints 'style=dotted'
run 0 zkp-ledger lineage guesses --draw svg
prints 'class="claimed"'
silent_about 'class="proven"'
silent_about 'class="solid"'
run 0 zkp-ledger lineage guesses --verify --draw dot
prints 'rows proven'
silent_about 'claimed'
run 0 zkp-ledger lineage guesses --verify --draw svg
prints 'class="proven"'
silent_about 'class="claimed"'
ok "drawings hold every node, and boxes stand apart; nothing is drawn as proven that was not verified"

run 0 zkp-ledger verify --lineage guesses
says 'VALID'
says 'it is the owner'
silent_about 'left out of the file'
run 0 zkp-ledger verify guesses --lineage --json
json "d['status'] == 'valid' and d['verified'] and d['receipts'] == 13" "'recorded' in d['not_proven_names']"
run 2 zkp-ledger verify --lineage guesses --trust trust.toml
run 0 zkp-ledger export guesses --format lineage
run 0 zkp-ledger keys show --trust
mkdir elsewhere && cp "$work/.out" elsewhere/trust.toml && mv guesses@1.lineage.zkl elsewhere/
(
    cd elsewhere || exit 1
    unset ZKP_LEDGER_DIR
    run 0 zkp-ledger verify guesses@1.lineage.zkl --trust trust.toml
    says 'VALID'
    says "  Trust: file trust.toml (log '"
    says 'left out of the file'
    says 'filter(people@1, where age >= 18)'
    run 0 zkp-ledger verify guesses@1.lineage.zkl --trust trust.toml --json
    json "d['status'] == 'valid' and d['receipts'] == 13 and d['trust']['source'] == 'file'"
    printf 'x' | dd of=guesses@1.lineage.zkl bs=1 seek=3000 conv=notrunc 2>/dev/null
    run 3 zkp-ledger verify guesses@1.lineage.zkl --trust trust.toml
    silent_about VALID
    run 2 zkp-ledger verify guesses@1.lineage.zkl --trust trust.toml --data x.csv
) || exit 1
ok "a lineage receipt is verified elsewhere"

# A receipt of what is recorded says that it proves nothing.
entry=$(zkp-ledger lineage guesses --json | python3 -c 'import json,sys; print([s["index"] for s in json.load(sys.stdin)["steps"] if s["operation"] == "predict"][0])')
run 0 zkp-ledger verify "guesses#$entry"
says "it is the owner's word"
run 0 zkp-ledger verify guesses
silent_about 'Added by entry'
run 0 zkp-ledger show guesses
says "Recorded by entry $entry"
ok "receipts of records say what they are"

run 0 zkp-ledger branch people --as line
run 0 zkp-ledger verify line
says 'age lies between 0 and 120'
sed 's/1,30,/1,31,/' people.csv >line.csv
run 0 zkp-ledger notarize line.csv --name line
run 0 zkp-ledger lineage line@1
says 'branch of people@1'
run 5 zkp-ledger branch people --as adults
run 2 zkp-ledger branch people
run 4 zkp-ledger branch nobody --as x
run 0 zkp-ledger verify-chain --proofs
ok "a branch has versions of its own"

run 2 zkp-ledger link guesses
run 2 zkp-ledger link guesses --fact seed
run 2 zkp-ledger link guesses --fact a=1 --fact a=2
run 4 zkp-ledger link guesses --used absent.bin
run 4 zkp-ledger link guesses --from nobody
run 2 zkp-ledger link guesses --from guesses
run 5 zkp-ledger link people --from guesses
says 'in a circle'
run 5 zkp-ledger link people --used model.bin
run 0 zkp-ledger lineage people
says 'Nothing that is logged'
ok "what says nothing, or goes in a circle, is refused"

# Of a file by its content, under whatever name; a dataset of that name comes first.
run 0 zkp-ledger lineage model.bin --json
json "d['nodes'][0]['kind'] == 'file' and d['nodes'][0]['name'] == 'model.bin'" "d['nodes'][1]['name'] in ('train@1', 'fit it.py')" \
    "any(s['operation'] == 'fit \"a\" forest <&>' for s in d['steps'])" "'people@1' in [n['name'] for n in d['nodes']]"
cp model.bin guesses
run 0 zkp-ledger lineage guesses
prints 'guesses@1  '
run 0 zkp-ledger lineage ./guesses
prints 'model.bin  file'
silent_about "'--verify' checks it"
run 0 zkp-ledger lineage ./guesses --descent
prints 'guesses@1'
run 0 zkp-ledger lineage model.bin --draw svg
prints '<svg'
rm guesses
echo another >another.bin
run 4 zkp-ledger lineage another.bin
says 'no entry names a file of this content'
run 4 zkp-ledger lineage ./absent.bin
run 4 zkp-ledger lineage absent.bin
says "no dataset 'absent.bin'"
run 2 zkp-ledger lineage model.bin --verify
ok "the lineage of a model's file"

# A step that claims alone tell: the reverse of it closes a circle too, and hides nothing.
run 0 zkp-ledger notarize adults.csv --name grown --like people -q
run 0 zkp-ledger prove grown 'filter(people@1, where age >= 18)' --data adults.csv --with people=people.csv -q
run 5 zkp-ledger link people --from grown --op anything
says "in a circle, 'people@1' would be made of itself"
run 0 zkp-ledger verify --lineage grown
prints 'proven of grown@1, entry '
silent_about 'Nothing that is logged'
# Of claims that tell both ways the first order stays: neither part loses its source by a link of the whole to one of them.
(head -1 people.csv; sed -n '2,3p' people.csv) >head.csv
(head -1 people.csv; tail -n +4 people.csv) >tail.csv
run 0 zkp-ledger notarize people.csv --name whole --like people -q
for name in head tail; do run 0 zkp-ledger notarize $name.csv --name $name --like people -q; done
run 0 zkp-ledger prove whole 'split(head, tail)' --data people.csv --with head=head.csv --with tail=tail.csv -q
run 5 zkp-ledger link whole --from head
says 'in a circle'
run 5 zkp-ledger link whole --from head --from tail
says "'head@1' comes from 'whole@1' already"
run 0 zkp-ledger notarize people.csv --name again --like people -q
run 0 zkp-ledger prove whole 'same(again)' --data people.csv --with again=people.csv -q
run 5 zkp-ledger link whole --from again
says "'again@1' comes from 'whole@1' already"
run 0 zkp-ledger lineage again --verify
prints 'proven of whole@1, entry '
ok "a link against what is proven is refused"

# In a drawing nobody's words stand over "proven".
run 0 zkp-ledger link again --from whole --op 'filter age >= 50'
run 0 zkp-ledger lineage again --verify --draw dot
prints 'same(again@1)\nrows proven'
silent_about 'age >= 50'
run 0 zkp-ledger lineage again --verify
prints 'recorded'

# Equal tables: each is proven of the others. That contradicts nothing, and is in the way of no step beside it.
sed 1q people.csv >rows.csv && sed 1d people.csv | tac >>rows.csv
for name in one two three; do run 0 zkp-ledger notarize rows.csv --name $name --like people -q; done
from() { run 0 zkp-ledger prove "$1" "filter($2@1, where id >= 1)" --data rows.csv --with "$2=rows.csv" -q; }
from two one
from three two
from one three
run 0 zkp-ledger verify --lineage one
prints "The claims go in a circle, as of equal tables, which contradicts nothing: the rows of 'two@1' come from others"
silent_about CONTRADICTION
run 0 zkp-ledger link grown --from three --op 'looked at both'
run 0 zkp-ledger lineage grown --json
json "d['circle'] is None and d['proven_circle'] == 'two@1'" "[s['circle'] for s in d['steps'] if s['operation'] == 'looked at both'] == [None]" \
    "sorted(s['circle'] for s in d['steps'] if s['circle']) == ['one@1', 'three@1', 'two@1']"
run 5 zkp-ledger link three --from one
says 'in a circle'
ok "claims that go in a circle are told as that"

# ---- where rows come from, by subsets: of all columns of the result, of all of the source, of some

# step_of NAME PYTHON...: what is true of its only step.
step_of() {
    run 0 zkp-ledger lineage "$1" --json
    json "len(d['steps']) == 1" "${@:2}"
    run 0 zkp-ledger lineage "$1"
}
printf 'id,score\n1,30\n2,17\n2,17\n3,44\n' >points.csv
run 0 zkp-ledger notarize points.csv --name points -q
run 0 zkp-ledger transform points --data points.csv --op dedup --as once --to once.csv
step_of once "d['steps'][0]['rows_proven'] and d['steps'][0]['proven']"
silent_about 'not proven: w'
run 0 zkp-ledger transform once --data once.csv --op 'rank score as place' --as ranked --to ranked.csv
run 0 zkp-ledger lineage ranked --json
json "[(s['rows_proven'], s['columns_proven'], s['proven']) for s in d['steps'] if s['operation'] == 'rank score as place'] == [(False, True, False)]"
run 0 zkp-ledger lineage ranked
says 'not proven: what its rows have in other columns, beyond what other claims say'
silent_about 'where its rows come from'
run 0 zkp-ledger lineage ranked --draw dot
says 'claimed in part, not verified'
run 0 zkp-ledger lineage ranked --draw dot --verify
says 'proven in part'
run 0 zkp-ledger export ranked --format lineage -o ranked.zkl
run 0 zkp-ledger verify ranked.zkl --trust elsewhere/trust.toml --json
json "[s['columns_proven'] for s in d['steps'] if s['operation'] == 'rank score as place'] == [True]" \
    "[s['rows_proven'] for s in d['steps'] if s['operation'] == 'dedup'] == [True]"
printf 'id,city\n3,Rome\n1,Oslo\n' >towns.csv
run 0 zkp-ledger notarize towns.csv --name towns -q
run 0 zkp-ledger prove towns 'subset(id, points.id)' --data towns.csv --with points=points.csv
run 0 zkp-ledger lineage towns
says 'Nothing that is logged' # a foreign key is no step
run 0 zkp-ledger link towns --from points --op 'picked some'
step_of towns "d['steps'][0]['claims'] and not d['steps'][0]['rows_proven'] and not d['steps'][0]['columns_proven']"
says 'not proven: where its rows come from'
ok "a subset of all columns says where rows come from, one of some does not"

# A claim of some columns says which: what is proven of a constant is not said of the rest.
printf 'id,flag\n8,true\n9,true\n' >flags.csv
printf 'id,flag\n1,true\n2,true\n' >source.csv
run 0 zkp-ledger notarize source.csv --name source -q
run 0 zkp-ledger notarize flags.csv --name flags --like source -q
run 0 zkp-ledger link flags --from source --op cleaned
run 0 zkp-ledger prove flags 'same(flag, source.flag)' --data flags.csv --with source=source.csv -q
step_of flags "d['steps'][0]['rows_proven'] and d['steps'][0]['columns'] == 'flag'"
prints 'that is of columns flag; of others no claim here says it'
run 0 zkp-ledger transform once --data once.csv --op 'add twice = 2*score' --as doubled --to doubled.csv
run 0 zkp-ledger lineage doubled
prints 'that is of columns id, score; of others only what other claims say'
prints 'linear(twice - 2*score = 0)'
run 0 zkp-ledger transform once --data once.csv --op 'key score as k' --mapping map=map.csv --as keyed --to keyed.csv
run 0 zkp-ledger lineage keyed
prints 'that is of columns id, score; of others only what other claims say'
prints 'not proven: what it has of its sources, beyond what these claims say'
run 0 zkp-ledger lineage flags --verify --draw dot
prints 'proven in part, in columns flag'
silent_about 'rows proven'
run 0 zkp-ledger lineage flags --draw svg
prints 'claimed in part, in columns flag, not verified'
run 0 zkp-ledger lineage once --json
json "d['steps'][0]['columns'] is None"
ok "columns that alone are spoken of are named"

# What an entry claims of a dataset and of one that is no part of the lineage is shown and verified; the receipt, for
# strangers, lacks it, and that is said.
run 0 zkp-ledger prove flags 'disjoint(id, people@1)' 'not_null(id)' --data flags.csv --with people=people.csv -q
run 0 zkp-ledger lineage flags
prints ': disjoint(id, people@1)'
prints ': not_null(id)'
prints 'that entry names people@1, which is no part of this'
run 0 zkp-ledger verify --lineage flags --json
json "d['verified']" "{c['text']: c['outside'] for c in d['nodes'][0]['claims']} == {'disjoint(id, people@1)': 'people@1', 'not_null(id)': 'people@1'}"
run 0 zkp-ledger export flags --format lineage -o flags.zkl
says '2 claims of flags@1 left out: entry '
says 'names people@1, which is no part of this lineage'
run 0 zkp-ledger verify flags.zkl --trust elsewhere/trust.toml
silent_about people
run 0 zkp-ledger export guesses --format lineage --force
silent_about 'left out'
ok "claims about others beside the lineage are not dropped silently"

# A claim on some rows says nothing of the others.
{ echo x && seq 1 65537; } >long.csv
run 0 zkp-ledger notarize long.csv --name long -q
{ echo y && seq 1 65537; } >copy.csv
run 0 zkp-ledger notarize copy.csv --name copy -q
run 0 zkp-ledger link copy --from long --op copied
run 0 zkp-ledger prove copy 'same(y, long.x) in rows 0..65535' --data copy.csv --with long=long.csv
step_of copy "d['steps'][0]['claims'] and not d['steps'][0]['rows_proven']"
says 'not proven: where its rows come from'
run 0 zkp-ledger prove copy 'same(y, long.x) in rows 65536..65536' --data copy.csv --with long=long.csv
step_of copy "d['steps'][0]['rows_proven'] and d['steps'][0]['proven']"
run 0 zkp-ledger verify --lineage copy --json
json "d['steps'][0]['rows_proven']"
ok "claims on spans count when they have every row together"

# A tree is as deep as can be read; what is cut is said, and JSON has it.
for i in {0..69}; do
    echo "$i" >"f$i"
    [ "$i" = 0 ] || run 0 zkp-ledger link source --used "f$((i - 1))" --made "f$i"
done
run 0 zkp-ledger link long --used f69
run 0 zkp-ledger lineage long
prints '(cut: its steps are too deep; --json has all)'
prints '─ f6  file'
silent_about '─ f5  file'
run 0 zkp-ledger lineage long --json
json "len(d['nodes']) == 72 and len(d['steps']) == 70"
ok "a tree that is too deep is cut, and says so"
