#!/usr/bin/env bash
# split: the rows of a dataset are those of others together. Parts that are not, parts of another schema and datasets that
# nothing is said of are refused; the receipt holds the notarisations of all, and each is checked.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# What is looked at without its proof is proven by `make soak` alone.
dry=$([ -n "${ZKL_SOAK:-}" ] || echo --dry-run)

new_ledger .
printf 'id,pay,city\n1,1000,Rome\n2,2000,Oslo\n3,,Rome\n4,2500,Bern\n5,1000,Rome\n5,1000,Rome\n' >all.csv
printf 'id,pay,city\n5,1000,Rome\n4,2500,Bern\n1,1000,Rome\n5,1000,Rome\n' >train.csv
printf 'id,pay,city\n3,,Rome\n2,2000,Oslo\n' >test.csv
run 0 zkp-ledger notarize all.csv --name all
run 0 zkp-ledger notarize train.csv --name train --like all --claim 'sum(pay)'
run 0 zkp-ledger notarize test.csv --name test --like all@1
run 0 zkp-ledger keys show --trust
cp "$work/.out" trust.toml

run 0 zkp-ledger prove all 'split(train, test)' --data all.csv --with train=train.csv --with test@1=test.csv -o split.zkl
says 'its rows are those of train@1 and test@1 together, each as often, in any order'
run 0 zkp-ledger verify split.zkl --trust trust.toml --json
json "d['status'] == 'valid'" "[c['dataset'] for c in d['claims'] if c['text'] == 'split(train@1, test@1)'] == [None]" \
    "[c['dataset'] for c in d['claims'] if c['text'].startswith('sum(pay)')] == ['train@1']" \
    "[c['dataset'] for c in d['claims'] if c['wellformedness']] == [None, 'train@1', 'test@1']"
run 0 zkp-ledger verify split.zkl --trust trust.toml
says 'train@1: the sum of pay'
run 0 zkp-ledger verify split.zkl --trust trust.toml --data all.csv --data-key <(zkp-ledger export all --format data-key -o -)
run 0 zkp-ledger show split.zkl
says 'train@1 and test@1 together'
run 0 zkp-ledger verify-chain --proofs
says 'every proof verified'
ok "a split of dictionaries, nulls and rows that stand twice"

measure() {
    run 0 zkp-ledger log --json
    size=$(json_value "d['size']")
}
# refused CODE TEXT COMMAND...: nothing is recorded.
refused() {
    local want=$1 text=$2
    shift 2
    run "$want" "$@"
    says "$text"
    run 0 zkp-ledger log --json
    json "d['size'] == $size"
}
printf 'id,pay,city\n3,,Rome\n1,2000,Oslo\n' >other.csv
run 0 zkp-ledger notarize other.csv --name other --like all
measure
refused 1 '1 offending row' \
    zkp-ledger prove all 'split(train, other)' --data all.csv --with train=train.csv --with other=other.csv
refused 1 'the parts have 4 rows together, the dataset 6' \
    zkp-ledger prove all 'split(train)' --data all.csv --with train=train.csv
refused 2 "no claim speaks of 'other'" \
    zkp-ledger prove all 'split(train, test)' --data all.csv --with train=train.csv --with test=test.csv --with other=other.csv
refused 4 "the dataset 'test' is not at hand" zkp-ledger prove all 'split(train, test)' --data all.csv --with train=train.csv
refused 2 'is named twice' zkp-ledger prove all 'split(train, train@1)' --data all.csv --with train=train.csv
refused 2 "'train@1' is the same dataset as 'train'" \
    zkp-ledger prove all 'split(train, test)' --data all.csv --with train=train.csv --with test=test.csv --with train@1=train.csv
refused 2 'the dataset that the claim is about' zkp-ledger prove all 'split(all)' --data all.csv --with train=train.csv
refused 1 "'test': check 'content'" \
    zkp-ledger prove all 'split(train, test)' --data all.csv --with train=train.csv --with test=other.csv
refused 4 "'train'" zkp-ledger prove all 'split(trian, test)' --data all.csv --with trian=train.csv --with test=test.csv
refused 2 'the whole dataset' zkp-ledger prove all 'split(train, test) in rows 0..5' --data all.csv --with train=train.csv --with test=test.csv
refused 2 'NAME=FILE' zkp-ledger prove all 'split(train, test)' --data all.csv --with train=
refused 4 "no dataset 'train.csv'" zkp-ledger prove all 'split(train, test)' --data all.csv --with train.csv # a name alone
refused 2 'a dataset expected' zkp-ledger prove all 'split("train")' --data all.csv --with train=train.csv
run 0 zkp-ledger notarize test.csv --name plain
measure
refused 2 "'plain' has another schema: its column " \
    zkp-ledger prove all 'split(train, plain)' --data all.csv --with train=train.csv --with plain=test.csv
refused 2 'notarise it with --like' \
    zkp-ledger prove all 'split(train, plain)' --data all.csv --with train=train.csv --with plain=test.csv
refused 4 'is not at hand' zkp-ledger notarize all.csv --name all --claim 'split(train, test)'
ok "parts that are not, and mistakes, are refused"

printf 'id,pay,city\n1,1,Paris\n' >paris.csv
refused 3 "column 'city'" zkp-ledger notarize paris.csv --name paris --like all
printf 'id,pay\n1,\n' >short.csv
refused 3 'it has 2 columns, not 3' zkp-ledger notarize short.csv --name short --like all
printf 'id,pay,city\n999999,,Rome\n' >large.csv
refused 3 "column 'id' is uint32, not uint16" zkp-ledger notarize large.csv --name large --like all
run 3 zkp-ledger notarize large.csv --name large --like all
silent_about 999999 # errors show no values
printf 'pay,id,city\n,1,Rome\n' >order.csv
refused 3 'in another order' zkp-ledger notarize order.csv --name order --like all
refused 2 'has versions already' zkp-ledger notarize test.csv --name test --like all
refused 4 "'nobody'" zkp-ledger notarize test.csv --name x --like nobody
ok "--like wants the schema, whole"

run 0 zkp-ledger prove all 'split(train, test)' 'sum(id)' --data all.csv --with train=train.csv --with test=test.csv --json $dry
json "d['proven_before'] == ['split(train, test)']" "len(d['claims']) == 1"
printf 'id,pay,city\n2,2000,Oslo\n5,1000,Rome\n3,,Rome\n1,1000,Rome\n5,1000,Rome\n4,2500,Bern\n' >shuffled.csv
run 0 zkp-ledger notarize shuffled.csv --name shuffled --like all
run 0 zkp-ledger prove shuffled 'split(all)' --data shuffled.csv --with all=all.csv -o shuffled.zkl
run 0 zkp-ledger verify shuffled.zkl --trust trust.toml
says 'its rows are those of all@1, each as often, in any order'
ok "a shuffle; what is proven is not proven again"

# A data key of a part opens the strings of that part alone.
run 0 zkp-ledger export test --format data-key -o test.zklkey
run 0 zkp-ledger verify test --data test.csv --data-key test.zklkey
if grep -q Bern test.zklkey; then fail "the data key of a part holds a string of the others"; fi
ok "a part's data key"

# A part with one text of a dictionary that has many: more texts than the part's own hash table has room for.
awk 'BEGIN { print "id,w"; for (i = 0; i < 300; i++) print i ",w" i }' >many.csv
head -2 many.csv >one.csv
awk 'NR != 2' many.csv >rest.csv
run 0 zkp-ledger notarize many.csv --name many
run 0 zkp-ledger notarize one.csv --name one --like many
run 0 zkp-ledger notarize rest.csv --name rest --like many
run 0 zkp-ledger verify one --data one.csv
run 0 zkp-ledger prove many 'split(one, rest)' --data many.csv --with one=one.csv --with rest=rest.csv $dry
run 0 zkp-ledger notarize one.csv --name many
run 0 zkp-ledger verify many@2 --data one.csv
ok "few texts of a large dictionary"
