#!/usr/bin/env bash
# transform: tables made of others are notarised, and what was done is proven over both. A file that is not the operation's
# result, a query that reaches for files, a mistake in the operation: refused, and nothing is recorded or left behind.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

new_ledger .
printf 'id,age,city,pay\n1,30,Rome,10.50\n2,17,"New ""York""",20.00\n3,,Oslo,7.25\n4,45,,99.99\n5,30,Rome,10.50\n6,18,Oslo,0.00\n' >people.csv
printf 'city,country\nRome,IT\n"New ""York""",US\nOslo,NO\n' >cities.csv
run 0 zkp-ledger notarize people.csv --name people
run 0 zkp-ledger keys show --trust
cp "$work/.out" trust.toml

# made OPERATION NAME FILE SENTENCE [OPTION...]: the sentence is proven, and verified elsewhere from the receipt.
made() {
    local operation=$1 name=$2 file=$3 sentence=$4
    shift 4
    run 0 zkp-ledger transform people --data people.csv --op "$operation" --as "$name" --to "$file" -o "$name.zkl" "$@"
    says "$sentence"
    run 0 zkp-ledger verify "$name.zkl" --trust trust.toml
    says "$sentence"
}
made 'filter age >= 18 and (pay < 50 or city is null)' adults adults.parquet 'those of people@1 that satisfy age >= 18'
made 'select id, pay as salary' paid paid.csv 'every row equals the row of people@1 in its place'
[ "$(cat paid.csv)" = $'id,salary\n1,10.50\n2,20.00\n3,7.25\n4,99.99\n5,10.50\n6,0.00' ] || fail "another table: $(cat paid.csv)"
made 'sort age desc' falling falling.csv 'its rows are in order of age, never rising'
says 'those of people@1, each as often, in any order'
[ "$(cut -d, -f1 falling.csv | tr '\n' ' ')" = 'id 3 4 1 5 6 2 ' ] || fail "another order: $(cat falling.csv)"
made 'add double = 2*pay - id + 1' doubled doubled.csv 'holds in every row'
run 1 zkp-ledger transform people --data people.csv --op "add older = age + 1" --as older --to older.csv
says "1 offending row" # of a null
ok "filter, select, sort, a column that follows from others"

printf 'id,city,pay\n-1,Rome,1.50\n2,Rome,2.50\n3,Oslo,1\n-4,,\n5,,\n' >sales.csv
run 0 zkp-ledger notarize sales.csv --name sales
run 0 zkp-ledger transform sales --data sales.csv --op 'group by city: n = rows, total = sum(pay), least = min(id), high = max(id), filled = values(pay)' --as by_city --to by_city.csv
says 'its rows are the groups of sales@1 by the code of city'
says '(a null counts as a value)'
says 'high is the greatest value of id'
says 'total is the sum of pay over what is not null'
# Values of a group say less of a column's type than the source: no greatest one is below 0. A group without a value has the sum 0.
[ "$(LC_ALL=C sort by_city.csv | tr '\n' ' ')" = '"Oslo",1,1.00,3,3,1 "Rome",2,4.00,-1,2,2 "city",n,total,least,high,filled ,2,0.00,-4,5,0 ' ] || fail "other groups: $(cat by_city.csv)"
run 0 zkp-ledger transform sales --data sales.csv --op 'sample 2' --as drawn --to drawn.csv --seed "$(printf x | sha256sum | cut -c1-64)"
says 'its rows are 2 of sales@1, drawn by the seed'
says 'Recorded, not proven: who chose the seed'
# Where a file lies that was written here is known.
run 0 zkp-ledger status by_city drawn --full --json
json '[x["state"] for x in d["datasets"]] == ["unchanged", "unchanged"]'
run 0 zkp-ledger transform sales --data sales.csv --op 'slice 1..3' --as part --to part.csv
says 'its rows are rows 1..3 of sales@1 (counted from 0), in this order'
run 0 zkp-ledger transform sales --data sales.csv --with part=part.csv --op concat --as both --to both.csv
says 'those of sales@1 and part@1 together'
run 0 zkp-ledger transform both --data both.csv --op dedup --as once --to once.csv
says 'no two rows agree in all of'
says 'Proven of both (entry'
printf 'id,bonus\n-1,5\n2,6\n3,7\n-4,8\n5,9\n' >bonus.csv
run 0 zkp-ledger notarize bonus.csv --name bonus
run 0 zkp-ledger transform sales --data sales.csv --with bonus=bonus.csv --op 'join on id' --as wide --to wide.parquet
says 'each with the other columns of the row of bonus@1 that agrees with it in id'
ok "group, sample, slice, concat, dedup, join"

dry=(--dry-run) # where what it says is all that is looked at
! is_soak || dry=()
run 0 zkp-ledger transform people --data people.csv --op 'sql SELECT city, count(*) AS n FROM people GROUP BY city ORDER BY n, city' --as counted --to counted.csv --json "${dry[@]}"
json "d['recorded'].startswith('all of it')" "'proven' not in d" "d['dataset']['rows'] == 4"
ok "a query is recorded, not proven"

printf 'id,city\n1,ROME\n4,\n' >cleaned.csv
run 0 zkp-ledger transform people --data people.csv --op "custom touch ran; python clean.py 'people.csv'" --as cleaned --to cleaned.csv --check
says "custom touch ran; python clean.py 'people.csv'"
says 'Recorded, not proven: all of it: that the result is what the command makes'
silent_about 'Proven'
[ ! -e ran ] || fail "the command was run"
run 0 zkp-ledger show cleaned
says 'uint16' # the type of the source
ok "a command that was run elsewhere is recorded, not proven, not run"

# Made elsewhere: the same table in another order is a shuffle, one with a changed value is not.
(head -1 people.csv; tail -n +2 people.csv | sort -r) >turned.csv
run 0 zkp-ledger transform people --data people.csv --op shuffle --as turned --to turned.csv --check
says 'Recorded, not proven: how the order came about'
silent_about seed
says 'those of people@1, each as often, in any order'
size=$(log_size)
# refused CODE TEXT OPTION...: nothing is recorded, and no file is left.
refused() {
    local want=$1 text=$2
    shift 2
    run "$want" zkp-ledger transform people --data people.csv --as bad "$@"
    says "$text"
    [ "$(log_size)" = "$size" ] || fail "something was recorded"
    [ ! -e bad.csv ] && [ -z "$(find . -maxdepth 1 -name '.bad*')" ] || fail "something is left: $(ls -a)"
}
sed 's/45/46/' turned.csv >other.csv
refused 1 '1 offending row' --op shuffle --to other.csv --check
refused 1 "has a column 'salary', which the operation does not give it" --op shuffle --to paid.csv --check
refused 2 'the seed by which the file was made is needed' --op 'sample 2' --to turned.csv --check
refused 2 'unknown operation; known: select' --op 'frobnicate x' --to bad.csv
refused 2 "'custom' describes what was done elsewhere, and makes no result; --check takes the file" --op 'custom true' --to bad.csv
refused 2 'a command expected' --op 'custom ' --to cleaned.csv --check
refused 4 'missing.csv' --op 'custom true' --to missing.csv --check
refused 4 "has no column 'aeg'" --op 'filter aeg > 3' --to bad.csv
refused 2 'file system operations are disabled' --op "sql SELECT * FROM read_csv('/etc/passwd')" --to bad.csv
refused 2 'file system operations are disabled' --op "sql SELECT * FROM '$PWD/cities.csv'" --to bad.csv
refused 2 'one statement alone is run' --op 'sql SELECT 1; SELECT 2' --to bad.csv
refused 3 "error: 'bad.csv' has no rows" --op 'filter age > 100' --to bad.csv
refused 8 "error: 'bad.parquet': column 'l' has the type 'list'" --op 'sql SELECT [1] AS l' --to bad.parquet
refused 2 'a sample of 4 of 6 rows' --op 'sample 4' --to bad.csv
refused 2 "rows 5..6: 'people@1' has rows 0..5" --op 'slice 5..6' --to bad.csv
refused 2 "'join' takes 2 sources, not 1" --op 'join on id' --to bad.csv
refused 5 'is there already' --op 'slice 0..1' --to people.csv
refused 2 'both the result and its receipt' --op 'slice 0..1' --to bad.csv -o ./bad.csv
cp people.csv before.csv
refused 2 'people.csv' --op 'slice 0..1' --to people.csv --force
cmp people.csv before.csv || fail "the source was replaced"
refused 2 'not to standard output' --op 'slice 0..1' --to -
ok "what is not so is refused, and leaves nothing"

# What a killed run left beside the ledger is told, and removed by the next run there, a dry one too; a folder that is held stays.
for name in .gone.csv-AbC123 .held.csv-AbC123; do
    mkdir -m 700 $name && printf 'rows of a run of zkp-ledger: the next one removes them\n' >$name/${name:1:8}.lock && printf 'id\n1\n' >$name/${name:1:8}
done
exec 8<.held.csv-AbC123/held.csv.lock && flock 8
run 0 zkp-ledger doctor
says '1 folder of rows that a killed run left'
[ -e .gone.csv-AbC123/gone.csv ] || fail "doctor removed it"
run 0 zkp-ledger transform people --data people.csv --op 'slice 0..1' --as after --to after.csv "${dry[@]}"
says "removed './.gone.csv-AbC123', rows that a run left which was killed"
[ ! -e .gone.csv-AbC123 ] && [ -e .held.csv-AbC123/held.csv ] || fail "others were removed: $(ls -A)"
exec 8<&-
run 0 zkp-ledger doctor
says '1 folder of rows that a killed run left'
run 0 zkp-ledger split people --part one=one.csv --part two=two.csv --ratio 50/50 --data people.csv "${dry[@]}"
[ ! -e .held.csv-AbC123 ] || fail "the next one left it"
run 0 zkp-ledger doctor
silent_about 'a killed run left'
ok "what a killed run left"

run 0 zkp-ledger verify-chain --proofs
says 'every proof verified'
ok "every proof of the chain"
