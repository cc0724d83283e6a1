#!/usr/bin/env bash
# tokens, pseudonymise: the values of a column are replaced by tokens, through a table of tokens that is a dataset of its own.
# That each value has one token and each token one value is proven of it, that nothing else changed of the result. The seed is
# said nowhere. What is not so is refused.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
# What is looked at without its proof is proven by `make soak` alone.
dry=$([ -n "${ZKL_SOAK:-}" ] || echo --dry-run)

new_ledger .
printf 'id,"pa ""t""",ward,dose\n1,Ada,3,5\n2,Bo,3,7\n3,Ada,4,6\n4,,3,1\n5,Zoë,5,5\n6,Bo,4,7\n' >visits.csv
run 0 zkp-ledger notarize visits.csv --name visits
run 0 zkp-ledger keys show --trust
cp "$work/.out" trust.toml
seed=$(printf secret | sha256sum | cut -c1-64)

run 0 zkp-ledger transform visits --data visits.csv --op 'pseudonymise "pa \"t\"", ward' --as anon --to anon.csv --mapping map=map.csv --seed "$seed" -o anon.zkl
says 'every row equals the row of visits@1 in its place, in id, dose'
says 'here "pa \"t\"", ward, there "pa \"t\"_token", ward_token'
says 'there are exactly 4 different combinations of the code of "pa \"t\"" (not its text), "pa \"t\"_token"'
says 'there are exactly 3 different values of ward_token'
says 'Recorded, not proven: how tokens follow from values'
silent_about "$seed"
lacks "the seed was kept" -r "$seed" .zkp-ledger "$work/.state"
[ "$(stat -c %a map.csv)" = 600 ] || fail "the mapping is readable by others"
# Which tokens: by python's own SHA3. A value has one, in every row; a null has none.
python3 - "$seed" <<'EOP' || fail "other tokens"
import csv, hashlib, sys
rows = list(csv.reader(open("visits.csv", encoding="utf-8")))
anon = list(csv.reader(open("anon.csv", encoding="utf-8")))
def token(column, value):
    if value == "":
        return ""
    name = column.encode()
    data = len(name).to_bytes(4, "big") + name + value.encode()
    return str(int.from_bytes(hashlib.sha3_512(b"zkl/v1/prf/token\0" + bytes.fromhex(sys.argv[1]) + data).digest()[:8], "big") >> 1)
want = [rows[0]] + [[r[0], token(rows[0][1], r[1]), token("ward", r[2]), r[3]] for r in rows[1:]]
sys.exit(want != anon and f"{want}\n{anon}")
EOP
run 0 zkp-ledger verify anon.zkl --trust trust.toml
says 'every row equals the row of map@1 in its place'
run 0 zkp-ledger show map
ok "pseudonyms, and the table of them"

run 0 zkp-ledger transform visits --data visits.csv --op 'tokens dose' --as t1 --to t1.csv
run 0 zkp-ledger transform visits --data visits.csv --with t1=t1.csv --op 'pseudonymise dose' --as anon1 --to anon1.parquet --json
json "'how the mapping was made' in d['recorded']" "d['proven_of_sources'] == []" "'mapping' not in d" "len(d['proven']['claims']) == 2"
printf "[[step]]\noperation = 'tokens dose'\nname = 't2'\nfile = 't2.csv'\n[[step]]\noperation = 'pseudonymise dose'\nsource = 'visits'\nwith = ['t2']\nname = 'without'\nfile = 'without.csv'\n" >steps.toml
run 0 zkp-ledger transform visits --data visits.csv --pipeline steps.toml
cmp -s t1.csv t2.csv && fail "two drawn seeds, the same tokens"
# A table of tokens that something else made is checked.
printf '"ward","ward_token"\n3,9\n3,9\n4,1\n3,9\n5,77\n4,1\n' >own.csv
run 0 zkp-ledger transform visits --data visits.csv --op 'tokens ward' --as own --to own.csv --check $dry
ok "in two steps, and with tokens made elsewhere"

# One whose values stand in other rows would give tokens to rows that are not theirs.
(head -1 own.csv; tail -n +2 own.csv | tac) >swapped.csv
run 0 zkp-ledger notarize swapped.csv --name swapped
run 0 zkp-ledger log --json
size=$(json_value "d['size']")
refused() {
    local want=$1 text=$2
    shift 2
    run "$want" zkp-ledger transform visits --data visits.csv --as bad "$@"
    says "$text"
    run 0 zkp-ledger log --json
    json "d['size'] == $size"
    [ ! -e bad.csv ] && [ ! -e m.csv ] && [ -z "$(find . -maxdepth 1 -name '.bad*')" ] || fail "something is left: $(ls -a)"
}
tokens=(--op 'tokens ward' --check --to other.csv)
sed 's/77/9/' own.csv >other.csv # two values, one token
refused 1 'distinct("ward_token") = 3' "${tokens[@]}"
sed '2s/9/8/' own.csv >other.csv # one value, two tokens
refused 1 'distinct(' "${tokens[@]}"
sed 's/^5,/4,/' own.csv >other.csv # another value
refused 1 '1 offending row' "${tokens[@]}"
head -6 own.csv >other.csv
refused 1 'rows' "${tokens[@]}"
sed 's/77/x/' own.csv >other.csv
refused 1 "column 'ward_token' is" "${tokens[@]}"
sed '3s/.*/2,1,3,7/' anon.csv >other.csv # another token in one row
refused 1 '1 offending row' --with map=map.csv --op 'pseudonymise "pa \"t\"", ward' --check --to other.csv
(head -1 anon.csv; tail -n +2 anon.csv | sort -r) >other.csv
refused 1 'offending rows' --with map=map.csv --op 'pseudonymise "pa \"t\"", ward' --check --to other.csv
refused 1 'offending rows' --with swapped=swapped.csv --op 'pseudonymise ward' --to bad.csv
sed 's/$/,1/; 1s/,1$/,more/' anon.csv >other.csv
refused 1 "has a column 'more', which the operation does not give it" --with map=map.csv --op 'pseudonymise "pa \"t\"", ward' --check --to other.csv
refused 4 "'map@1' has no column 'dose'" --with map=map.csv --op 'pseudonymise dose' --to bad.csv
refused 4 "has no column 'does'" --op 'pseudonymise does' --to bad.csv --mapping m=m.csv
refused 2 'a mapping is made for' --op 'drop id' --to bad.csv --mapping m=m.csv
refused 2 'have one name or file' --op 'pseudonymise id' --to bad.csv --mapping m=bad.csv
refused 2 'have one name or file' --op 'pseudonymise id' --to bad.csv --mapping m=./bad.csv
refused 2 'both the result and its receipt' --op 'pseudonymise id' --to bad.csv --mapping m=m.csv -o m.csv
refused 2 'both the result and its receipt' --op 'pseudonymise id' --to bad.csv --mapping m=m.csv -o ./m.csv
refused 5 'is there already' --op 'pseudonymise id' --to bad.csv --mapping m=anon.csv
refused 2 '--mapping takes NAME=FILE' --op 'pseudonymise id' --to bad.csv --mapping m
refused 5 'anon.csv' --op 'pseudonymise id' --to anon.csv --mapping m=m.csv
refused 2 'made together with its result' --op 'pseudonymise id' --to anon.csv --check --mapping m=m.csv
refused 2 'the seed is not 64' --op 'tokens id' --to bad.csv --seed abc
run 0 zkp-ledger verify-chain --proofs
ok "what is not one to one, or not of the mapping, is refused"
