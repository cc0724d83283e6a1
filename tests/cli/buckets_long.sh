#!/usr/bin/env bash
# bucket: a column of a few numbers, never null, that follows from one of values, for claims that take no other. One that
# does not follow in one row, or by one unit at an edge, is refused, and nothing is recorded.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

new_ledger .
run 0 zkp-ledger keys show --trust
cp "$work/.out" trust.toml

# bucketed OPERATION WANT: the new column of the result, row by row.
# foreseen OPERATION WANT [HEADER]: the same without a proof: its claims hold of what is made, and of what is wanted alone.
# `make soak` proves these too.
made=0
foreseen() {
    if [ -n "${ZKL_SOAK:-}" ]; then
        bucketed "$1" "$2"
        return
    fi
    run 0 zkp-ledger transform people --data people.csv --op "$1" --as foreseen --to foreseen.csv --dry-run
    says 'it would be foreseen@1, 6 rows'
    paste -d, people.csv <(printf '%s\n' "${3:-b}" $2) >wanted.csv
    run 0 zkp-ledger transform people --data people.csv --op "$1" --as foreseen --to wanted.csv --check --dry-run
    awk -F, -v OFS=, 'NR > 1 { $NF = 1 - ($NF > 0) } 1' wanted.csv >other.csv # another bucket in every row
    run 1 zkp-ledger transform people --data people.csv --op "$1" --as foreseen --to other.csv --check --dry-run
    says 'another number of rows is like that (0)'
}
bucketed() {
    made=$((made + 1))
    run 0 zkp-ledger transform people --data people.csv --op "$1" --as "made$made" --to made$made.csv -o made$made.zkl
    says "Notarised made$made@1"
    [ "$(tail -n +2 made$made.csv | sed 's/.*,//' | tr '\n' ' ')" = "$2 " ] || fail "other buckets: $(cat made$made.csv)"
    run 0 zkp-ledger verify made$made.zkl --trust trust.toml
    says 'every row equals the row of people@1 in its place'
}
printf '%s\n' 'id,n,neg,pay,born,at,seen,ok,x,name' '1,0,-40000,0.00,1999-12-31,00:00:00,2020-01-01T00:00:00Z,false,0.5,Ann' \
    '2,17,-1,10.49,2000-01-01,11:59:59,2020-01-01T00:00:01Z,true,1.5,Bo' '3,,,,,,,,,' \
    '4,18,0,10.50,2000-01-02,12:00:00,1960-05-05T12:00:00Z,false,2.5,Ann' '5,65535,70000,99.99,2024-02-29,23:59:59,2999-01-01T00:00:00Z,true,1e300,Cy' \
    '6,64,1,10.51,1900-01-01,12:00:01,2019-12-31T23:59:59Z,true,3,Di' >people.csv
run 0 zkp-ledger notarize people.csv --name people
bucketed 'bucket n by 0, 18, 65 as b' '1 1 4 2 3 2'
says 'exactly 6 of the 6 rows satisfy n < 18 and b = 1 or n >= 18 and n < 65 and b = 2 or n >= 65 and b = 3 or n is null and b = 4'
run 0 zkp-ledger show made1
silent_about 'b                        uint16           nullable'
foreseen 'bucket n by 0 as b' '1 1 2 1 1 1'
foreseen 'bucket n by 65535 as "b \"q\""' '0 0 2 0 1 0' '"b ""q"""'
foreseen 'bucket neg by -40000, -1, 0, 70000 as b' '1 2 5 3 4 3'
foreseen 'bucket pay by 10.5 as b' '0 0 2 1 1 1'
foreseen 'bucket born by 2000-01-01, 2024-02-29 as b' '0 1 3 1 2 0'
foreseen 'bucket at by 12:00:00, 23:59:59 as b' '0 0 3 1 2 1'
bucketed 'bucket seen by 1970-01-01T00:00:00Z, 2020-01-01T00:00:00Z as b' '2 2 3 0 2 1'
foreseen 'bucket ok by true as b' '0 1 2 0 1 1'
foreseen 'bucket id by 2, 3 as b' '0 1 2 2 2 2'
ok "buckets of each type, edges, nulls"

run 0 zkp-ledger log --json
size=$(json_value "d['size']")
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
checked=(--op 'bucket n by 0, 18, 65 as b' --check --to other.csv)
sed '5s/,2$/,1/' made1.csv >other.csv # 18 is its own bucket's first value
refused 1 'another number of rows is like that' people "${checked[@]}"
sed '3s/,1$/,2/' made1.csv >other.csv # and 17 the last below it
refused 1 'another number of rows' people "${checked[@]}"
sed '4s/,4$/,3/' made1.csv >other.csv # a null in another's bucket
refused 1 'another number of rows' people "${checked[@]}"
sed '4s/,4$/,/' made1.csv >other.csv # or in none
refused 1 'another number of rows' people "${checked[@]}"
sed '7s/,2$/,5/' made1.csv >other.csv # a bucket that is none
refused 1 'another number of rows' people "${checked[@]}"
sed '7s/^6,64,/6,63,/' made1.csv >other.csv # another value in its bucket
refused 1 '1 offending row' people "${checked[@]}"
sed 's/$/,1/; 1s/,1$/,more/' made1.csv >other.csv
refused 1 "has a column 'more', which the operation does not give it" people "${checked[@]}"
head -6 made1.csv >other.csv
refused 1 'rows' people "${checked[@]}"
refused 2 'edges rise' people --op 'bucket n by 18, 18 as b' --to bad.csv
refused 2 'edges rise' people --op 'bucket n by 18, 0 as b' --to bad.csv
refused 2 "'-1' is outside the type" people --op 'bucket n by -1 as b' --to bad.csv
refused 2 "'65536' is outside the type" people --op 'bucket n by 18, 65536 as b' --to bad.csv
refused 2 'has no such value' people --op 'bucket n by 17.5 as b' --to bad.csv
refused 2 'has no such value' people --op 'bucket pay by 10.505 as b' --to bad.csv
refused 2 "'x' is" people --op 'bucket n by x as b' --to bad.csv
refused 2 'an edge expected' people --op 'bucket n by , 3 as b' --to bad.csv
refused 2 "'by' expected" people --op 'bucket n as b' --to bad.csv
refused 2 "'as' expected" people --op 'bucket n by 3' --to bad.csv
refused 2 'nothing more expected' people --op 'bucket n by 3 as b c' --to bad.csv
refused 2 "there is a column 'id' already" people --op 'bucket n by 3 as id' --to bad.csv
refused 4 "no column 'm'" people --op 'bucket m by 3 as b' --to bad.csv
refused 8 "column 'x' is float64" people --op 'bucket x by 1.5 as b' --to bad.csv
refused 8 "column 'name' is text: codes of texts and binaries have no order" people --op 'bucket name by Bo as b' --to bad.csv
ok "what does not follow, and what is no edge, is refused"

# As many buckets as there may be; the values that the edges are made of decide how many fit a proof.
edges() { seq -s, "$1" "$2"; }
(echo 'v,w'; for i in 0 1 253 254 255 60000; do echo "$i,$((i * 4294967296))"; done) >long.csv
run 0 zkp-ledger notarize long.csv --name long
run 0 zkp-ledger transform long --data long.csv --op "bucket v by $(edges 1 254) as b" --as most --to most.csv
[ "$(tail -n +2 most.csv | cut -d, -f3 | tr '\n' ' ')" = '0 1 253 254 254 254 ' ] || fail "other buckets: $(cat most.csv)"
run 0 zkp-ledger log --json
size=$(json_value "d['size']")
refused 6 '256 buckets, at most 255' long --op "bucket v by $(edges 1 255) as b" --to bad.csv
refused 6 'more than 255 edges' long --op "bucket v by $(edges 1 256) as b" --to bad.csv
# Edges of four limbs are claimed nine at a time. Where two claims meet, a value has one bucket.
wide_edges=$(for i in $(seq 0 19); do printf '%s' "$((i * 281479271743489)), "; done | sed 's/, $//')
(echo 'w'; for i in $(seq 0 19); do echo $((i * 281479271743489)); [ $i = 0 ] || echo $((i * 281479271743489 - 1)); done; echo) >steps.csv
run 0 zkp-ledger notarize steps.csv --name steps
run 0 zkp-ledger transform steps --data steps.csv --op "bucket w by $wide_edges as b" --as stepped --to stepped.csv --json
json "len(d['proven']['claims']) == 4"
[ "$(tail -n +2 stepped.csv | cut -d, -f2 | sort -n | uniq -c | awk '{print $1}' | tr '\n' ' ')" = "$(printf '2 %.0s' $(seq 19))1 1 " ] || fail "$(cat stepped.csv)"
run 0 zkp-ledger log --json
size=$(json_value "d['size']")
for row in 2 19 20 40 ${ZKL_SOAK:+3 18 21}; do # 9 is where the first claim ends and the second begins
    for step in 1 -1; do
        awk -F, -v OFS=, -v row=$row -v step=$step 'NR == row { $2 += step; if ($2 < 0) $2 = 21 } 1' stepped.csv >other.csv
        refused 1 'another number of rows' steps --op "bucket w by $wide_edges as b" --check --to other.csv
    done
done
ok "255 buckets, and no more"
run 0 zkp-ledger verify-chain --proofs
ok "every proof of the chain"
