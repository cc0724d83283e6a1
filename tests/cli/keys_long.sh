#!/usr/bin/env bash
# keys, key: a number for each combination of columns, the same in all tables of one mapping. A mapping that is not one to
# one, or of another table, and a row with another one's number, are refused, and nothing is recorded.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

new_ledger .
run 0 zkp-ledger keys show --trust
cp "$work/.out" trust.toml
# refused CODE TEXT TABLE OPTION...: nothing is recorded.
refused() {
    local want=$1 text=$2 table=$3
    shift 3
    run "$want" zkp-ledger transform "$table" --data "$table.csv" --as bad "$@"
    says "$text"
    run 0 zkp-ledger log --json
    json "d['size'] == $size"
    [ ! -e bad.csv ] && [ -z "$(find . -maxdepth 1 -name '.bad*')" ] || fail "something is left: $(ls -a)"
}
# Two datasets with one mapping. Nulls count as a value, and combinations that one of them alone has are numbered too.
printf 'who,site,day\nAda,1,2020-01-01\nBo,1,2020-01-02\nAda,2,2020-01-01\n,1,2020-01-03\nAda,1,2020-01-04\n' >train.csv
printf 'who,site,day\nBo,2,2020-01-01\nAda,3,2020-01-01\n,2,2020-01-01\n' >test.csv
printf 'who,site,day\nBo,2,2020-01-01\n,1,2020-01-09\n,1,2020-01-09\n' >leaky.csv
run 0 zkp-ledger notarize train.csv --name train
run 0 zkp-ledger notarize test.csv --name test --like train
run 0 zkp-ledger notarize leaky.csv --name leaky --like train
seed=$(printf secret | sha256sum | cut -c1-64)
run 0 zkp-ledger transform train --data train.csv --with test=test.csv --with leaky=leaky.csv --op 'key who, site as k' --as train_k --to train_k.csv \
    --mapping map=map.csv --seed "$seed" -o train_k.zkl
says 'of every row, who, site, k are those of one row of map@1; a null is a value like others'
says 'no two rows agree in all of the code of who (not its text), site (a null counts as a value)'
says 'no two rows agree in k'
says 'Recorded, not proven: which combinations the mapping holds'
silent_about "$seed"
lacks "the seed was kept" -r "$seed" .zkp-ledger "$work/.state"
[ "$(stat -c %a map.csv)" = 600 ] || fail "the mapping is readable by others"
[ "$(cut -d, -f3 map.csv | tail -n +2 | tr '\n' ' ')" = '1 2 3 4 5 6 7 ' ] || fail "other numbers: $(cat map.csv)"
run 0 zkp-ledger verify train_k.zkl --trust trust.toml
says 'of every row, who, site, k are those of one row of map@1'
run 0 zkp-ledger transform test --data test.csv --with map=map.csv --op 'key who, site as k' --as test_k --to test_k.csv
silent_about 'Recorded, not proven'
run 0 zkp-ledger transform leaky --data leaky.csv --with map=map.csv --op 'key who, site as k' --as leaky_k --to leaky_k.parquet --json
json "d['proven_of_sources'] == []" "len(d['proven']['claims']) == 2" "d['recorded'] is None"
run 1 zkp-ledger prove leaky_k 'disjoint(k, train_k)' --data leaky_k.parquet --with train_k=train_k.csv
says '2 offending rows'
run 0 zkp-ledger prove train_k 'distinct(k) = 4' 'disjoint(k, test_k)' 'drift(k, leaky_k) <= 0.8' --data train_k.csv \
    --with test_k=test_k.csv --with leaky_k=leaky_k.parquet
says 'of no row is k that of a row of test_k@1'
run 1 zkp-ledger prove train_k 'k_anonymous(k, 2)' --data train_k.csv
says '3 offending rows'
run 1 zkp-ledger prove train_k 'drift(k, test_k) <= 0.999' --data train_k.csv --with test_k=test_k.csv # no key is in both
says 'the distributions lie farther apart'
printf 'x,name\n1e300,Ann\n0.5,Bo\n,Ann\n-2,\n0.5,\n7,Cy\n' >people.csv
run 0 zkp-ledger notarize people.csv --name people
# `keys` makes a mapping by itself.
run 0 zkp-ledger transform people --data people.csv --op 'keys x as k' --as m2 --to m2.parquet --seed "$(printf 2 | sha256sum | cut -c1-64)" --json
json "d['dataset']['rows'] == 5" "[c['type'] for c in d['columns'] if c['name'] == 'k'] == ['uint16']"
run 0 zkp-ledger transform people --data people.csv --with m2=m2.parquet --op 'key x as k' --as people_k --to people_k.parquet
printf 'name\nAnn\nEve\n' >names.csv
run 0 zkp-ledger notarize names.csv --name names
run 0 zkp-ledger verify-chain --proofs
ok "keys of two datasets by one mapping"

run 0 zkp-ledger log --json
size=$(json_value "d['size']")
key=(--with map=map.csv --op 'key who, site as k')
awk -F, -v OFS=, 'NR == 2 { $4 = $4 % 7 + 1 } 1' train_k.csv >other.csv # another one's number
refused 1 '1 offending row' train "${key[@]}" --check --to other.csv
sed '5s/,[0-9]*$/,/' train_k.csv >other.csv # no number
refused 1 '1 offending row' train "${key[@]}" --check --to other.csv
sed '5s/,[0-9]*$/,8/' train_k.csv >other.csv # a number of nothing
refused 1 '1 offending row' train "${key[@]}" --check --to other.csv
sed '2s/^"Ada",1/"Bo",1/' train_k.csv >other.csv
refused 1 '1 offending row' train "${key[@]}" --check --to other.csv
refused 1 "'map': check 'data'" train --with map=train.csv --op 'key who, site as k' --to bad.csv
refused 4 "'map@1' has no column 'day'" train --with map=map.csv --op 'key day as k' --to bad.csv
refused 4 "'map@1' has no column 'l'" train --with map=map.csv --op 'key who as l' --to bad.csv
refused 2 "there is a column 'day' already" train --with map=map.csv --op 'key who as day' --to bad.csv
refused 2 'stands there twice' train --with map=map.csv --op 'key who, who as k' --to bad.csv
refused 2 "'as' expected" train --with map=map.csv --op 'key who' --to bad.csv
refused 2 "'key' takes 2 sources, not 1" train --op 'key who as k' --to bad.csv
refused 2 "two columns would be called 'who'" train --op 'keys who as who' --to bad.csv
refused 2 "column 'name' is dictionary" people --with names=names.csv --op 'keys name as k' --to bad.csv
# A mapping that is not one to one, or of another table.
mapping() { # NAME SED: one that was made otherwise
    sed "$2" map.csv >"$1.csv"
    run 0 zkp-ledger notarize "$1.csv" --name "$1" --like map
    size=$((size + 1))
}
ada=$(grep -n '^"Ada",1,' map.csv | cut -d: -f1)
mapping twice "$ada{p;s/[0-9]*\$/8/}" # one combination, two numbers
refused 1 'unique("who", "site")' train --with twice=twice.csv --op 'key who, site as k' --to bad.csv
mapping double "s/^\"Bo\",1,.*/\"Bo\",1,$((ada - 1))/" # two combinations, one number
refused 1 'unique("k")' train --with double=double.csv --op 'key who, site as k' --to bad.csv
mapping partial "${ada}d"
refused 1 "'partial@1' has no number for the combination of 2 rows" train --with partial=partial.csv --op 'key who, site as k' --to bad.csv
# One that was made elsewhere and is one to one does, and that is proven of it once.
mapping own 's/[0-9]*$/&0/; 1s/0$//'
run 0 zkp-ledger transform train --data train.csv --with own=own.csv --op 'key who, site as k' --as by_own --to by_own.csv
says 'Proven of own'
says 'no two rows agree in k'
run 0 zkp-ledger transform test --data test.csv --with own=own.csv --op 'key who, site as k' --as by_own2 --to by_own2.csv
silent_about 'Proven of own'
ok "what is not one to one, or not of the mapping, is refused"

# A mapping's combinations have at most 240 bits: of two hashed texts each gets a number of its own first. Keys of more rows than
# one proof's block has need no texts; `make soak` has both at once.
rows=$([ -n "${ZKL_SOAK:-}" ] && echo 70000 || echo 8)
x40=xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx y40=${x40//x/y}
python3 - $rows <<'EOP'
import sys
for name in "wide", "one":
    with open(name + ".csv", "w") as f:
        f.write("a,b\n" + "".join(f"{'x' * 40}{i % 7},{'y' * 40}{i}\n" for i in range(int(sys.argv[1]) if name == "wide" else 1)))
EOP
printf '[columns.a]\ntype = "string16"\n[columns.b]\ntype = "string16"\n' >wide.toml
for name in wide one; do
    run 0 zkp-ledger notarize $name.csv --name $name --schema wide.toml
done
run 0 zkp-ledger log --json
size=$(json_value "d['size']")
refused 6 'more than 240 bits' wide --op 'keys a, b as k' --to bad.csv
run 0 zkp-ledger transform wide --data wide.csv --op 'key a as ka' --as wide_a --to wide_a.csv --mapping of_a=of_a.csv
run 0 zkp-ledger transform wide_a --data wide_a.csv --op 'key b as kb' --as wide_b --to wide_b.csv --mapping of_b=of_b.csv
run 0 zkp-ledger transform wide_b --data wide_b.csv --op 'key ka, kb as k' --as wide_k --to wide_k.csv --mapping of_k=of_k.csv --json
type=$([ $rows -gt 65536 ] && echo uint32 || echo uint16)
json "d['dataset']['rows'] == $rows" "[c['type'] for c in d['columns']][2:] == ['uint16', '$type', '$type']"
(echo b && seq 7 65543) >long.csv
run 0 zkp-ledger notarize long.csv --name long
run 0 zkp-ledger transform long --data long.csv --op 'key b as k' --as long_k --to long_k.csv --mapping of_long=of_long.csv --json
json "d['dataset']['rows'] == 65537" "[c['type'] for c in d['columns']] == ['uint32', 'uint32']"
[ "$(cut -d, -f2 long_k.csv | tail -n +2 | sort -n | uniq | wc -l)" = 65537 ] || fail "a number stands there twice"
run 0 zkp-ledger transform one --data one.csv --op 'key b as k' --as one_k --to one_k.csv --mapping of_one=of_one.csv
[ "$(tail -n 1 one_k.csv)" = "\"${x40}0\",\"${y40}0\",1" ] || fail "another key: $(cat one_k.csv)"
ok "long tables, wide keys, one row"
