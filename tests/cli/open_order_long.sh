#!/usr/bin/env bash
# min, max, median and quantile without a value: it is found while proving, and what is recorded and proven says it.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

new_ledger .
cat >people.csv <<'CSV'
id,age,city,pay,born,ok,rate
1,30,Rome,10.50,2001-02-03,true,0.5
2,30,Rome,,1999-12-31,true,-0.1
3,31,Rome,-30.25,2020-01-01,false,1e30
4,40,Oslo,40,2000-02-29,true,0
5,40,Oslo,50,2001-01-01,true,2.5
CSV
open=('min(pay)' 'max(pay)' 'median(pay)' 'quantile(pay, 0.51)' 'max(born)' 'min(ok)' 'quantile(age, 4/5)')
found=('min(pay) = -30.25' 'max(pay) = 50' 'median(pay) = 10.5' 'quantile(pay, 0.51) = 40' 'max(born) = 2020-01-01' 'min(ok) = false'
    'quantile(age, 4/5) = 40')
flags() { for text; do printf '%s\0' --claim "$text"; done; }
mapfile -d '' -t claims < <(flags "${open[@]}")
want=$(printf '%s|' "${found[@]}")

run 0 zkp-ledger notarize people.csv --name people "${claims[@]}" --dry-run
prints 'the least value of pay is exactly -30.25'
run 0 zkp-ledger notarize people.csv --name people "${claims[@]}" -o people.zkl -q
run 0 zkp-ledger verify people.zkl --ledger .zkp-ledger --json
json "''.join(c['text'] + '|' for c in d['claims'] if not c['wellformedness']) == '$want'" \
    "'the median of pay (of two in the middle the lower one) is exactly 10.5' in [c['sentence'] for c in d['claims']]"
ok "notarize finds the values, and the receipt says them"

# ---- What is found is true, and what is beside it is not.
for text in 'min(pay) = -30.24' 'max(pay) = 49.99' 'median(pay) = 40' 'quantile(pay, 0.51) = 10.5' 'max(born) = 2020-01-02' \
    'min(ok) = true' 'quantile(age, 4/5) = 31'; do
    run 1 zkp-ledger notarize people.csv --name people --claim "$text" --dry-run
done
ok "and no other values"

# ---- Added later; asked again it is proven before; a policy and a file of claims may ask too.
run 0 zkp-ledger notarize people.csv --name later -q
run 0 zkp-ledger prove later 'min(pay)' 'quantile(pay, 3/4)' --data people.csv -o later.zkl -q
run 0 zkp-ledger verify later.zkl --ledger .zkp-ledger --json
json "['min(pay) = -30.25', 'quantile(pay, 3/4) = 40'] == [c['text'] for c in d['claims'] if not c['wellformedness']]"
size=$(log_size)
run 0 zkp-ledger prove later 'min(pay)' --data people.csv --json
json "d['unchanged']"
[ "$(log_size)" -eq "$size" ] || fail "it was proven twice"
printf 'name = "places"\nabout = "where values lie"\nclaims = ["max({c})", "median({c}) >= 0"]\n[settings]\nc = "the column"\n' >places.toml
run 0 zkp-ledger prove later --policy ./places.toml --set c=pay --data people.csv --dry-run
prints 'policy places: 2 of 2 claims hold'
prints 'the greatest value of pay is exactly 50'
printf 'claims = ["max(age)"]\n' >claims.toml
run 0 zkp-ledger prove later --claims claims.toml --data people.csv --dry-run
prints 'the greatest value of age is exactly 40'
ok "prove, policies and files of claims"

# ---- The next version has another least value, and says so: nothing is missing that was claimed before.
sed 's/-30.25/-31/' people.csv >next.csv
run 0 zkp-ledger notarize next.csv --name people "${claims[@]}" -q
case $err in *'and this version does not'*) fail "a claim is called missing: $err" ;; esac
run 0 zkp-ledger verify people --json
json "'min(pay) = -31' in [c['text'] for c in d['claims']]"
run 0 zkp-ledger notarize next.csv --name people --claim 'max(pay)' --dry-run
says "people@2 claimed 'min(pay) = -31', and this version does not"
ok "a later version's value may be another one"

# ---- Refused: by name, and before a word is said of the data.
refused() {
    local code=$1 words=$2
    shift 2
    run "$code" zkp-ledger notarize people.csv --name people -q "$@"
    says "$words"
    for value in -30.25 10.5 2020-01-01 1999-12-31; do silent_about "$value"; done
}
size=$(log_size)
refused 1 "'sum(id) = 14' is false" --claim 'min(pay)' --claim 'sum(id) = 14'
refused 8 "'min(city)'" --claim 'min(city)' --claim 'max(born)'
refused 8 "'median(rate)': column 'rate' is float64: -0 has a code of its own" --claim 'median(rate)' --claim 'min(pay)'
refused 2 'above 0 and below 1' --claim 'quantile(pay, 0)' --claim 'min(pay)'
refused 2 'above 0 and below 1' --claim 'quantile(pay, 1)'
refused 2 'a value expected' --claim 'min(pay) ='
refused 2 'no span of whole chunks' --claim 'min(pay) in rows 0..3' --claim 'max(pay)'
refused 4 "did you mean 'pay'" --claim 'min(pya)'
run 2 zkp-ledger notarize people.csv --name people --claim 'min(pay' --claim 'min()'
[ "$(log_size)" -eq "$size" ] || fail "something was recorded"
ok "what is refused says no value"

# ---- Nulls alone, one row, rows beyond the first chunk.
printf 'a,b\n1,\n2,\n' >nulls.csv
printf '[columns.b]\ntype = "int32"\nnullable = true\n' >nulls.toml
run 1 zkp-ledger notarize nulls.csv --name nulls --schema nulls.toml --claim 'median(b)' --allow-empty --json
json "d['false_claims'][0]['claim'] == 'median(b)'" "'only nulls' in d['false_claims'][0]['reason']"
printf 'a\n7\n' >one.csv
run 0 zkp-ledger notarize one.csv --name one --claim 'min(a)' --claim 'max(a)' --claim 'quantile(a, 1/1000)' --dry-run --json
json "[s.split()[-1] for s in d['claims'][-3:]] == ['7'] * 3"
seq 1 70000 | awk 'BEGIN { print "n,m" } { print ($1 * 40503) % 70001 - 35000 "," ($1 > 65536 ? 5 : "") }' >long.csv
run 0 zkp-ledger notarize long.csv --name long --claim 'median(n)' --claim 'min(n) in rows 65536..69999' --claim 'max(m)' --dry-run --json
want=$(python3 -c 'n = [i * 40503 % 70001 - 35000 for i in range(1, 70001)]
print([str(sorted(n)[34999]), str(min(n[65536:])), "5"])')
json "[s.split(' exactly ')[1].split(',')[0] for s in d['claims'][-3:]] == $want"
run 1 zkp-ledger notarize long.csv --name long --claim 'max(m) in rows 0..65535' --dry-run --json
json "'only nulls' in d['false_claims'][0]['reason']"
ok "nulls alone, one row, spans"
