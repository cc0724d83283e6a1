#!/usr/bin/env bash
# auc(label, score, rank), and the operation `rank` that makes such a table: rows by score, numbered from 1. What is not
# ranked so is refused, whatever the area would be.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

new_ledger .
cat >scores.csv <<'CSV'
"id ""no.""",label,score,note
1,true,0.9,
2,false,0.1,x
3,true,0.35,
4,false,0.4,y
5,true,0.8,x
6,false,-0.25,
7,false,1e-3,z
CSV
printf '[columns.score]\ntype = "float64"\n' >scores.toml
run 0 zkp-ledger notarize scores.csv --name scores --schema scores.toml -q
run 0 zkp-ledger keys show --trust
cp "$work/.out" trust.toml

# ---- rank
run 0 zkp-ledger transform scores --data scores.csv --op 'rank score as r' --as ranked --to ranked.csv -o ranked.zkl
says 'its rows are in order of score, always rising'
says 'its rows are in order of r, always rising'
says 'every value of r lies between 1 and 7'
silent_about 'Recorded, not proven'
[ "$(cut -d, -f1,4- --complement ranked.csv | tail -n +2 | cut -d, -f1 | tr '\n' ' ')" = 'false false false true false true true ' ] ||
    fail "another order: $(cat ranked.csv)"
[ "$(sed 's/.*,//' ranked.csv | tr '\n' ' ')" = 'r 1 2 3 4 5 6 7 ' ] || fail "other ranks: $(cat ranked.csv)"
run 0 zkp-ledger verify ranked.zkl --trust trust.toml
says 'are those of one row of scores@1'
says 'the dataset has 7 rows'
run 0 zkp-ledger lineage ranked
says 'rank score as r'
ok "rank, with an odd name and nulls beside the score"

run 0 zkp-ledger log --json
size=$(json_value "d['size']")
# refused CODE TEXT OPTION...: of the operation; nothing is recorded, and no file is left.
refused() {
    local want=$1 text=$2
    shift 2
    run "$want" zkp-ledger transform "${source:-scores}" --data "${source:-scores}.csv" --as bad "$@"
    says "$text"
    run 0 zkp-ledger log --json
    json "d['size'] == $size"
    [ ! -e bad.csv ] || fail "something is left: $(ls -a)"
}
refused 2 "'as' expected" --op 'rank score' --to bad.csv
refused 2 'a column name expected' --op 'rank' --to bad.csv
refused 2 "there is a column 'label' already" --op 'rank score as label' --to bad.csv
refused 2 "'note' may hold nulls, which have no rank" --op 'rank note as r' --to bad.csv
refused 4 "no column 'scores'" --op 'rank scores as r' --to bad.csv
refused 2 'nothing more expected' --op 'rank score as r desc' --to bad.csv
refused 1 '7 rows have a value that another row has too' --op 'rank label as r' --to bad.csv
sed 's/^7,false,1e-3/7,false,0.80/' scores.csv >ties.csv
run 0 zkp-ledger notarize ties.csv --name ties --schema scores.toml -q
size=$((size + 1))
source=ties refused 1 '2 rows have a value that another row has too' --op 'rank score as r' --to bad.csv
# -0 and 0 are one number, though two codes.
printf 'label,score\ntrue,0\nfalse,-0.0\n' >zeros.csv
run 0 zkp-ledger notarize zeros.csv --name zeros --schema scores.toml -q
size=$((size + 1))
source=zeros refused 1 '2 rows have a value that another row has too' --op 'rank score as r' --to bad.csv
ok "rank: ties, nulls and names that are taken are refused"

# ---- rank of a table that was made elsewhere
check=(--op 'rank score as r' --check --to other.csv)
cp ranked.csv other.csv
run 0 zkp-ledger transform scores --data scores.csv --as bad "${check[@]}" --dry-run
elsewhere() { # SED TEXT
    sed "$1" ranked.csv >other.csv
    cmp -s ranked.csv other.csv && fail "nothing was changed"
    refused 1 "$2" "${check[@]}"
}
elsewhere 's/,7$/,8/' 'range("r", 1, 7)'
elsewhere 's/,1$/,0/' 'range("r", 1, 7)'
elsewhere 's/,3$/,2/' 'sorted("r", ties=refuse)'
elsewhere '3{h;d};4G' 'sorted("score", ties=refuse)'
elsewhere 's/^4,false/4,true/' 'subset('
elsewhere '$d' "'rows(7)'"
ok "rank: another row, order, rank or number of rows is refused"

# ---- The area
run 0 zkp-ledger prove ranked 'auc(label, score, r)' --data ranked.csv -o area.zkl -q
run 0 zkp-ledger verify area.zkl --trust trust.toml --json
json "[c['text'] for c in d['claims'] if not c['wellformedness']] == ['auc(label, score, r) = 11/12']"
run 0 zkp-ledger prove ranked 'auc(label, score, r) >= 0.9166' 'auc(label, score, r) <= 11/12' --data ranked.csv --dry-run
for text in 'auc(label, score, r) >= 0.9167' 'auc(label, score, r) <= 0.9166' 'auc(label, score, r) = 10/12' \
    'auc(label, score, r) = 12/12' 'auc(label, score, "id ""no.""")'; do
    run 1 zkp-ledger prove ranked "${text//\"\"/\\\"}" --data ranked.csv --dry-run
done
run 2 zkp-ledger prove ranked 'auc(label, score, r) >= 0' --data ranked.csv --dry-run
says 'the claim says nothing'
run 2 zkp-ledger prove ranked 'auc(label, score, r) in rows 0..6' --data ranked.csv --dry-run
says 'speaks of the whole dataset'
python3 - <<'PYTHON'
import base64, hashlib, pathlib, re
receipt = pathlib.Path("area.zkl").read_bytes()
payloads = {p: base64.b64decode(p) for p in re.findall(rb'"payload":"([^"]+)"', receipt)}
for name, old, new in (("value", b"= 11/12", b"= 12/12"), ("sign", b"r) = 11/12", b"r) < 11/12"), ("count", b'"count":3', b'"count":4')):
    changed = receipt
    for payload, text in payloads.items():
        changed = changed.replace(payload, base64.b64encode(text.replace(old, new)))
    assert changed != receipt and len(changed) == len(receipt)
    changed = changed[:-32] + hashlib.sha3_256(changed[:-32]).digest()
    pathlib.Path(name + ".zkl").write_bytes(changed)
PYTHON
for name in value sign count; do run 1 zkp-ledger verify "$name.zkl" --trust trust.toml; done
ok "the area, what lies beside it, and a receipt that says another one"

# ---- Tables that are not ranked: refused whatever is claimed of the area.
printf '[columns.score]\ntype = "decimal(9,3)"\n' >points.toml
# table NAME < rows "label score rank"
table() { (echo label,score,r; tr ' ' ,) >"$1.csv"; }
claims() { # CODE NAME CLAIM [TEXT]
    run "$1" zkp-ledger notarize "$2.csv" --name "$2" --schema points.toml --claim "$3" --dry-run
    says "${4:-}"
}
good='false -1 1|true 0.5 2|false 0.7 3|true 2 4'
rows() { tr '|' '\n' <<<"$1" | table t; }
rows "$good"
claims 0 t 'auc(label, score, r) = 3/4' 'is exactly 3/4'
claims 0 t 'auc(label, score, r)' 'is exactly 3/4'
claims 1 t 'auc(label, score, r) >= 0.7501' 'it is less'
claims 1 t 'auc(label, score, r) = 4/4' 'it is another number'
# each with the area that its numbers would give, and open
for bad in 'false -1 0|true 0.5 1|false 0.7 2|true 2 3' 'false -1 2|true 0.5 3|false 0.7 4|true 2 5' \
    'false -1 1|false 0.7 2|true 0.5 3|true 2 4' 'false -1 1|true 0.7 2|false 0.7 3|true 2 4' \
    'false -1 1|true 0.5 2|false 0.7 3|true 2 5' 'false -1 1|true 0.5 3|false 0.7 2|true 2 4' \
    'false -1 1|true 0.5 2|false 0.7 2|true 2 4' 'true 2 4|false 0.7 3|true 0.5 2|false -1 1'; do
    rows "$bad"
    claims 1 t 'auc(label, score, r)'
    for area in 0/4 1/4 2/4 3/4 4/4; do claims 1 t "auc(label, score, r) = $area"; done
done
rows 'false -1 1|true 0.5 2|true 0.7 3|true 2 4' # one label turned over
claims 1 t 'auc(label, score, r) = 3/4' 'it is another number'
rows 'true -1 1|true 2 2'
claims 1 t 'auc(label, score, r)' 'the label is true in every row: there is no pair'
rows 'false -1 1'
claims 1 t 'auc(label, score, r) >= 0.5' 'the label is false in every row: there is no pair'
rows 'false -1 1|true  2'
claims 2 t 'auc(label, score, r)' "'score' is decimal(9,3): it may hold nulls"
ok "ranks that are shifted, turned, tied or have a gap; a label turned over; one label alone"

# ---- In a pipeline
cat >steps.toml <<'TOML'
[[step]]
operation = 'slice 0..5'
name = "some"
file = "some.csv"

[[step]]
operation = 'rank score as place'
name = "placed"
file = "placed.csv"
TOML
run 0 zkp-ledger transform scores --data scores.csv --pipeline steps.toml --dry-run
run 0 zkp-ledger transform scores --data scores.csv --pipeline steps.toml -q
run 0 zkp-ledger prove placed 'auc(label, score, place)' --data placed.csv --dry-run
prints 'is exactly 8/9'
ok "rank as a step of a pipeline"
