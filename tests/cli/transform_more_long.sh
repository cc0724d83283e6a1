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

size=$(log_size)
# refused CODE TEXT OPTION...: nothing is recorded, and no file is left.
refused() {
    local want=$1 text=$2
    shift 2
    run "$want" zkp-ledger transform early --data early.csv --as bad "$@"
    says "$text"
    [ "$(log_size)" = "$size" ] || fail "something was recorded"
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
ok "what is not the first table and then the second is refused"

run 0 zkp-ledger transform early --data early.csv --op 'cast pay to decimal(12,4), "a \"day\"" to int64' --as wide --to wide.parquet -o wide.zkl
says 'decimal(12,4)'
says 'every row equals the row of early@1 in its place'
says 'of the sums over all rows of each dataset, pay - early@1.pay = 0'
says 'Recorded, not proven: of a column that was cast in its place'
run 0 zkp-ledger verify wide.zkl --trust trust.toml
run 0 zkp-ledger transform early --data early.csv --op 'cast "a \"day\"" to int32 as day' --as beside --to beside.csv
says 'day - "a \"day\"" = 0 holds in every row'
silent_about 'Recorded, not proven'
run 0 zkp-ledger transform beside --data beside.csv --op 'drop "a \"day\""' --as dropped --to dropped.csv
[ "$(head -2 dropped.csv)" = $'"città","no\\te",pay,day\n"Zürich","x",10.50,1' ] || fail "another table: $(cat dropped.csv)"
ok "cast, in its place and beside"

size=$(log_size)
refused 1 'a value of 3 rows does not fit' --op 'cast pay to int32' --to bad.csv # 10.50, 7.25, 0.10; a null fits
refused 1 'a value of 1 row does not fit' --op 'cast pay to decimal(3,2)' --to bad.csv
refused 1 'offending row' --op 'cast pay to decimal(12,2) as more' --to bad.csv # of a null
refused 8 'holds no integers or decimals' --op 'cast "città" to int64' --to bad.csv
refused 2 'expected' --op 'cast pay to money' --to bad.csv
# A filter is refused as its claim would be, before anything is made.
refused 2 "column 'pay' is decimal(4,2): '1000' is outside the type" --op 'filter pay > 1000' --to bad.csv
refused 2 "column 'pay' is decimal(4,2): no value of this type is equal to the constant" --op 'filter pay = 0.125' --to bad.csv
refused 2 'it holds no nulls' --op 'filter "a \"day\"" is null' --to bad.csv
dry=(--dry-run) # what it says is all that is looked at
! is_soak || dry=()
cast=(--op 'cast pay to decimal(12,4)' --check --to other.csv)
sed 's/10.50/10.51/' early.csv >other.csv
refused 1 'the sums give something else' "${cast[@]}"
sed 's/7.25/7.25001/' early.csv >other.csv
refused 1 "column 'pay' is decimal(9,5), not decimal(12,4)" "${cast[@]}"
sed 's/東京/京都/' early.csv >other.csv
refused 2 'città' "${cast[@]}"
head -4 early.csv >other.csv
refused 1 'rows' "${cast[@]}"
run 0 zkp-ledger transform early --data early.csv --op 'cast pay to decimal(12,4)' --check --to early.csv --as taken "${dry[@]}"
says 'decimal(12,4)'
run 0 zkp-ledger verify-chain --proofs
ok "what does not fit its type, and another value, is refused"
