#!/usr/bin/env bash
# Operations whose result keeps every row of a source in its place: append, cast. What was made elsewhere and is not the
# operation's result (a value, a row, the order) is refused, and nothing is recorded.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

new_ledger .
# Names with blanks, quotes, backslashes; texts beyond ASCII; nulls.
printf '"a ""day""",città,"no\\te",pay\n1,Zürich,x,10.50\n2,,y,\n3,"",,7.25\n4,東京,x,0.10\n' >early.csv
printf '"a ""day""",città,"no\\te",pay\n3,東京,y,99.00\n1,Zürich,,1.00\n' >late.csv
run 0 zkp-ledger notarize early.csv --name early
run 0 zkp-ledger notarize late.csv --name late-of.it --like early
run 0 zkp-ledger notarize early.csv --name copy # dictionaries of its own
run 0 zkp-ledger keys show --trust
cp "$work/.out" trust.toml

run 0 zkp-ledger transform early --data early.csv --with late-of.it=late.csv --op append --as all --to all.csv -o all.zkl
entry=$(sed -n 's/^Proven of early (entry \([0-9]*\).*/\1/p' "$work/.out")
says 'its rows are those of early@1 and late-of.it@1 together'
says 'Proven of early (entry'
says 'its rows are rows 0..3 of all@1 (counted from 0), in this order'
says 'Proven of late-of.it (entry'
says 'its rows are rows 4..5 of all@1 (counted from 0), in this order'
silent_about 'Recorded, not proven'
[ "$(cut -d, -f1 all.csv | tail -n +2 | tr '\n' ' ')" = '1 2 3 4 3 1 ' ] || fail "another order: $(cat all.csv)"
run 0 zkp-ledger verify all.zkl --trust trust.toml
run 0 zkp-ledger export "early#$entry" --format receipt -o slice.zkl
run 0 zkp-ledger verify slice.zkl --trust trust.toml
says 'its rows are rows 0..3 of all@1 (counted from 0), in this order'
run 0 zkp-ledger transform early --data early.csv --with late-of.it=late.csv --op append --as all --to all.csv --check --dry-run --json
json "d['recorded'] is None" "d['dataset']['rows'] == 6" "d['proven_of_sources'] == []"
ok "append, of odd names, texts and nulls"

run 0 zkp-ledger log --json
size=$(json_value "d['size']")
# refused CODE TEXT OPTION...: nothing is recorded, and no file is left.
refused() {
    local want=$1 text=$2
    shift 2
    run "$want" zkp-ledger transform early --data early.csv --as bad "$@"
    says "$text"
    run 0 zkp-ledger log --json
    json "d['size'] == $size"
    [ ! -e bad.csv ] && [ -z "$(find . -maxdepth 1 -name '.bad*')" ] || fail "something is left: $(ls -a)"
}
# changed FROM TO: all.csv, otherwise, as other.csv
changed() { sed "s/$1/$2/" all.csv >other.csv; cmp -s all.csv other.csv && fail "nothing was changed"; }
append=(--with late-of.it=late.csv --op append --check --to other.csv)
changed 99.00 98.00
refused 1 'offending row' "${append[@]}"
head -6 all.csv >other.csv # the last row is missing
refused 1 'have 6 rows together, the dataset 5' "${append[@]}"
(cat all.csv; tail -1 all.csv) >other.csv
refused 1 'have 6 rows together, the dataset 7' "${append[@]}"
(head -5 all.csv; sed -n 7p all.csv; sed -n 6p all.csv) >other.csv # the same rows, the last two turned
refused 1 'slice(bad@1, 4..5)' "${append[@]}"
(head -1 all.csv; tail -2 all.csv; sed -n 2,5p all.csv) >other.csv # the second table first
refused 1 'slice(bad@1, 0..3)' "${append[@]}"
changed 2,, '2,"Zürich",'  # a null that was filled in
refused 1 'offending row' "${append[@]}"
refused 2 "'append' takes 2 sources, not 1" --op append --to bad.csv
refused 2 "'copy' has another schema" --with copy=early.csv --op append --to bad.csv
run 0 zkp-ledger verify-chain --proofs
ok "what is not the first table and then the second is refused"
