#!/usr/bin/env bash
# filter, slice, pick, sample: a dataset is made of rows of another one. The claim is about what was made, and its source is
# the other dataset. What was not made so is refused, by the number of rows that are not; nothing is recorded then.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

new_ledger .
printf 'x,pay,city\n1,1000,Rome\n2,2000,Oslo\n3,,Rome\n4,2500,Bern\n5,1000,Rome\n5,1000,Rome\n' >parent.csv
printf 'x,pay,city\n5,1000,Rome\n4,2500,Bern\n3,,Rome\n5,1000,Rome\n' >child.csv
printf 'x,pay,city\n2,2000,Oslo\n3,,Rome\n4,2500,Bern\n' >middle.csv
run 0 zkp-ledger notarize parent.csv --name parent
for name in child middle; do
    run 0 zkp-ledger notarize $name.csv --name $name --like parent
done
run 0 zkp-ledger keys show --trust
cp "$work/.out" trust.toml

run 0 zkp-ledger prove child 'filter(parent, where x >= 3)' --data child.csv --with parent=parent.csv -o child.zkl
says 'its rows are those of parent@1 that satisfy x >= 3, each as often, in any order'
run 0 zkp-ledger verify child.zkl --trust trust.toml --json
json "d['status'] == 'valid'" "d['dataset']['name'] == 'child'" \
    "[c['dataset'] for c in d['claims'] if c['text'] == 'filter(parent@1, where x >= 3)'] == [None]" \
    "[c['dataset'] for c in d['claims'] if c['wellformedness']] == [None, 'parent@1']"
run 0 zkp-ledger verify child.zkl --trust trust.toml --data child.csv --data-key <(zkp-ledger export child --format data-key -o -)
run 0 zkp-ledger show child.zkl
says 'those of parent@1 that satisfy x >= 3'
ok "a filter, with a row that stands twice and a null"

run 0 zkp-ledger prove middle 'slice(parent, 1..3)' 'filter(parent, where x >= 2 and (pay is null or pay > 1000))' \
    --data middle.csv --with parent=parent.csv -o middle.zkl
run 0 zkp-ledger verify middle.zkl --trust trust.toml
says 'its rows are rows 1..3 of parent@1 (counted from 0), in this order'
says '(no comparison holds of a null), each as often, in any order'
ok "a slice"

# Which rows a seed draws, by python's own SHA3: those are the sample, and no others are.
seed=$(printf 'beacon' | sha256sum | cut -d' ' -f1)
numbers=$(python3 - "$seed" <<'EOF'
import hashlib, sys
r = 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001
lines = open("parent.csv").read().splitlines()
rows, numbers, j = lines[1:], set(), 0
while len(numbers) < 3:
    data = (int(sys.argv[1], 16) % r).to_bytes(32, "big") + j.to_bytes(32, "big")
    numbers.add(int.from_bytes(hashlib.sha3_512(b"zkl/v1/sample\0" + data).digest(), "big") % r % len(rows))
    j += 1
open("sample.csv", "w").write("\n".join([lines[0]] + [rows[i] for i in sorted(numbers)]) + "\n")
print(", ".join(map(str, sorted(numbers))))
EOF
)
run 0 zkp-ledger notarize sample.csv --name sample --like parent
run 0 zkp-ledger prove sample "sample(parent, 3, $seed)" "pick(parent, $numbers)" --data sample.csv --with parent=parent.csv -o sample.zkl
run 0 zkp-ledger verify sample.zkl --trust trust.toml
says "its rows are 3 of parent@1, drawn by the seed $seed"
says 'this says something only if the seed came after parent@1 was logged'
says 'of parent@1 (counted from 0), in this order'
run 0 zkp-ledger verify-chain --proofs
says 'every proof verified'
ok "a sample, and the same rows as a list"

run 0 zkp-ledger log --json
size=$(json_value "d['size']")
# refused CODE TEXT COMMAND...: nothing is recorded.
refused() {
    local want=$1 text=$2
    shift 2
    run "$want" "$@"
    says "$text"
    run 0 zkp-ledger log --json
    json "d['size'] == $size"
}
# told CODE TEXT DATASET CLAIM: with the source.
told() {
    refused "$1" "$2" zkp-ledger prove "$3" "$4" --data "$3.csv" --with parent=parent.csv
}
told 1 '1 offending row' child 'filter(parent, where x >= 4)'
told 1 '1 offending row' child 'filter(parent, where x >= 2)'
told 1 '2 offending rows' child 'filter(parent, where pay is not null)'
told 1 '3 offending rows' middle 'slice(parent, 0..2)'
told 1 '2 offending rows' middle 'pick(parent, 1, 3, 2)'
told 1 'offending row' sample "sample(parent, 3, ${seed//[0-9]/f})"
told 1 'the claim names 2 rows, the dataset has 3' middle 'slice(parent, 1..2)'
told 1 'there is no row 6' middle 'slice(parent, 4..6)'
told 2 'at most half of the 6 rows' child "sample(parent, 4, $seed)"
told 2 'a seed of 64 digits' sample 'sample(parent, 3, abc)'
told 2 'every row can satisfy' child 'filter(parent, where x >= 3 or x < 3)'
told 4 "no column 'y'" child 'filter(parent, where y >= 3)'
told 2 'the whole dataset' child 'filter(parent, where x >= 3) in rows 0..3'
told 2 'the dataset that the claim is about' child 'filter(child, where x >= 3)'
refused 1 'more than its source' zkp-ledger prove parent 'filter(child, where x >= 3)' --data parent.csv --with child=child.csv
refused 4 'is not at hand' zkp-ledger prove child 'filter(parent, where x >= 3)' --data child.csv
refused 1 "'parent': check 'content'" \
    zkp-ledger prove child 'filter(parent, where x >= 3)' --data child.csv --with parent=child.csv
run 0 zkp-ledger prove child 'filter(parent, where x >= 3)' --data child.csv --with parent=parent.csv --json
json "d['proven_before'] == ['filter(parent, where x >= 3)']"
ok "what was not made so, and mistakes, are refused"
