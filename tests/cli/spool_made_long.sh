#!/usr/bin/env bash
# Tables that are made of spools: transform, split and pipelines need no file of a source whose spool is kept, say and prove
# what they do with the file, and leave its rows nowhere else.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# What is looked at without its proof is proven by `make soak` alone.
dry=$([ -n "${ZKL_SOAK:-}" ] || echo --dry-run)

new_ledger . --name made
spools=.zkp-ledger/spools

# table ROWS FIRST: numbers, decimals with nulls, few texts with nulls, a text of each row's own.
table() {
    python3 - "$@" <<'PYTHON'
import sys
rows, first = int(sys.argv[1]), int(sys.argv[2])
print("id,pay,city,note")
for i in range(rows):
    pay = "" if i % 5 == 4 else "%d.%02d" % (10 + i, i)
    city = "" if i % 7 == 6 else "canary-town-%d" % (i % 3)
    print("%d,%s,%s,canary of row %d" % (first + i, pay, city, first + i))
PYTHON
}
cat >schema.toml <<'TOML'
[columns.note]
type = "string16"
TOML
seed=00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff

table 40 1 >people.csv
run 0 zkp-ledger notarize people.csv --name people --schema schema.toml --keep-spool
says "'transform' and 'split' need no --data"
id=$(sed -n 's/^  dataset  //p' "$work/.out")
spool=$spools/$id.zklspool
{ echo id,grade && for i in $(seq 1 40); do echo "$i,$((i % 4))"; done; } >grades.csv
run 0 zkp-ledger notarize grades.csv --name grades --keep-spool -q
mkdir away
clean() { ! grep -raq canary .zkp-ledger || fail "rows lie in the ledger's folder in the clear"; }

# ---- the same file, words and proofs as of the data

# same OPERATION [OPTIONS]: made of the file and of the spool, the results are the same bytes.
same() {
    run 0 zkp-ledger transform people --data people.csv --op "$1" --as with_file --to with_file.csv --force "${@:2}"
    run 0 zkp-ledger transform people --op "$1" --as of_spool --to of_spool.csv -o of_spool.zkl --force "${@:2}"
    says Proven
    cmp -s with_file.csv of_spool.csv || fail "'$1' of the spool is another table"
    [ "$(stat -c %a of_spool.csv)" = 600 ] || fail "the result is open to others"
    (run 0 zkp-ledger verify of_spool.zkl) || exit 1
}
if [ -n "${ZKL_SOAK:-}" ]; then
    same 'filter pay > 30'
    same 'sort id desc'
fi
same 'shuffle' --seed $seed
run 0 zkp-ledger transform people --data people.csv --with grades=grades.csv --op 'join on id' --as with_file --to with_file.csv --force
cp with_file.csv joined.csv
# A file of one, the spool of the other.
run 0 zkp-ledger transform people --with grades=grades.csv --op 'join on id' --as dry --to dry.csv --dry-run
run 0 zkp-ledger transform people --data people.csv --with grades --op 'join on id' --as dry --to dry.csv --dry-run
clean
ok "what is made of a spool is what is made of the file, and proven"

mv people.csv grades.csv away/
run 0 zkp-ledger transform people --op 'pseudonymise note' --as hidden --to hidden.csv --mapping map=map.csv
! grep -q canary.of hidden.csv || fail "values stand beside their tokens"
run 0 zkp-ledger transform people --op 'filter id <= 9' --as dry --to dry.csv --dry-run
[ ! -e dry.csv ] || fail "a dry run wrote a file"
run 0 zkp-ledger split people --part train=train.csv --part test=test.csv --ratio 80/20 --seed $seed -o split.zkl
run 0 zkp-ledger verify split.zkl
[ "$(cat train.csv test.csv | grep -c '^[0-9]')" = 40 ] || fail "the parts are not all of it"
run 0 zkp-ledger split people --part a=a.csv --part b=b.csv --ratio 50/50 --group id $dry
cat >steps.toml <<'TOML'
[[step]]
operation = "join on id"
with = ["grades"]
name = "wide"
file = "wide.csv"

[[step]]
operation = "filter grade >= 2"
name = "good"
file = "good.csv"
TOML
run 0 zkp-ledger transform people --with grades --pipeline steps.toml
cmp -s joined.csv wide.csv || fail "a join of spools is another table"
[ "$(wc -l <good.csv)" = 21 ] || fail "the pipeline's result has other rows"
clean
run 0 zkp-ledger verify-chain --proofs
ok "pseudonyms, parts and pipelines of spools"

# ---- made elsewhere: false by a row, by a unit, by a null

before=$(log_size)
head -31 away/people.csv >made.csv
refused() {
    run 1 zkp-ledger transform people --op "$1" --as made --to made.csv --check
    says "$2"
    [ "$(log_size)" = "$before" ] || fail "something was recorded"
}
run 0 zkp-ledger transform people --op 'filter id <= 30' --as made --to made.csv --check --dry-run
refused 'filter id <= 29' 'offending row'
refused 'filter id <= 31' 'false'
sed -i '2s/10\.00/10.01/' made.csv
refused 'filter id <= 30' 'false'
sed -i '2s/10\.01//' made.csv
refused 'filter id <= 30' 'false'
head -20 away/people.csv >made.csv
cp away/people.csv rest.csv && sed -i 2,19d rest.csv
run 1 zkp-ledger split people --part one=made.csv --part two=rest.csv --check # row 19 is in both
[ "$(log_size)" = "$before" ] || fail "something was recorded"
ok "what was made elsewhere is compared with the spool's rows"

# ---- no spool, another's, an altered one: nothing is recorded

nothing() {
    [ "$(log_size)" = "$before" ] || fail "something was recorded"
    [ ! -e no.csv ] && [ ! -e no2.csv ] || fail "a result was left"
    [ -z "$(find . -maxdepth 1 -name '.*.csv-*')" ] || fail "a folder was left"
}
run 2 zkp-ledger transform people --op 'filter id <= 9' --null NA --as no --to no.csv
says 'how files are read is said, and no file is given'
cp "$spool" kept
printf '\x04' | dd of="$spool" bs=1 seek=$(($(stat -c %s kept) / 2)) conv=notrunc status=none
cmp -s kept "$spool" && printf '\x05' | dd of="$spool" bs=1 seek=$(($(stat -c %s kept) / 2)) conv=notrunc status=none
run 1 zkp-ledger transform people --op 'filter id <= 9' --as no --to no.csv
says 'is altered'
nothing
run 1 zkp-ledger split people --part no=no.csv --part no2=no2.csv --ratio 1/1
nothing
run 1 zkp-ledger transform people --with grades --pipeline steps.toml --force
nothing
cp "$(ls $spools/*.zklspool | grep -v "$id")" "$spool"
run 1 zkp-ledger transform people --op 'filter id <= 9' --as no --to no.csv
says 'is of another dataset'
nothing
cp kept "$spool"
run 0 zkp-ledger spool drop grades
run 2 zkp-ledger transform people --with grades --op 'join on id' --as no --to no.csv
says "'grades': no file is given, and no spool of it is kept"
nothing
# The step that takes it is the second one.
cat >steps.toml <<'TOML'
[[step]]
operation = "filter id <= 9"
name = "no"
file = "no.csv"

[[step]]
operation = "join on id"
with = ["grades"]
name = "no2"
file = "no2.csv"
TOML
run 2 zkp-ledger transform people --with grades --pipeline steps.toml
says "'grades': no file is given, and no spool of it is kept"
nothing
run 2 zkp-ledger transform grades --op 'filter id <= 9' --as no --to no.csv
says "'notarize --keep-spool'"
run 2 zkp-ledger split grades --part no=no.csv --part no2=no2.csv --ratio 1/1
nothing
ok "without its own spool nothing is made, and no step is run"

# ---- one row; nulls alone

printf 'a,b\n7,\n' >one.csv
run 0 zkp-ledger notarize one.csv --name one --keep-spool -q
rm one.csv
run 0 zkp-ledger transform one --op 'select a, b as c' --as same --to same.csv
run 4 zkp-ledger transform one --op 'filter nobody > 1' --as no --to no.csv
[ ! -e no.csv ] || fail "a result was left"
ok "a table of one row"
