#!/usr/bin/env bash
# transform --pipeline: several operations in one file, each proven as one alone is. All of them are checked before the first
# is run. The first that fails ends it and is named; what was recorded before stays.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

new_ledger .
printf 'id,"a ""b""",pay\n1,Rome,10.50\n2,,20.00\n3,Oslo,7.25\n4,Bern,99.99\n5,Rome,10.50\n' >people.csv
printf '"a ""b""",country\nRome,IT\nOslo,NO\nBern,CH\n' >cities.csv
run 0 zkp-ledger notarize people.csv --name people
run 0 zkp-ledger notarize cities.csv --name cities
run 0 zkp-ledger keys show --trust
cp "$work/.out" trust.toml

cat >steps.toml <<'TOML'
[[step]]
operation = 'filter pay >= 10'
name = "paid"
file = "paid.csv"

[[step]]
operation = 'cast id to int64 as wide'
name = "wide"
file = "wide.parquet"
receipt = "wide.zkl"

[[step]]
operation = 'sort pay desc'
source = "paid"
name = "falling"
file = "falling.csv"

[[step]]
operation = 'group by pay: n = rows, least = min(id)'
name = "by_pay"
file = "by_pay.csv"

[[step]]
operation = 'custom head -2 people.csv'
source = "people"
with = ["cities"]
name = "first"
file = "first.csv"
check = true
TOML
head -2 people.csv >first.csv
run 0 zkp-ledger log --json
size=$(json_value "d['size']")
run 0 zkp-ledger transform people --data people.csv --with cities=cities.csv --pipeline steps.toml --dry-run
says '5 steps in order; nothing was run'
[ ! -e paid.csv ] || fail "something was run"
run 0 zkp-ledger log --json
json "d['size'] == $size"
run 0 zkp-ledger transform people --data people.csv --with cities=cities.csv --pipeline steps.toml
says 'Step 2 of 5: cast id to int64 as wide'
says 'those of people@1 that satisfy pay >= 10'
says 'every row equals the row of paid@1 in its place'
says 'its rows are the groups of falling@1'
says 'Recorded, not proven: all of it: that the result is what the command makes'
[ "$(cut -d, -f1 falling.csv | tr '\n' ' ')" = 'id 4 2 1 5 ' ] || fail "another order: $(cat falling.csv)"
run 0 zkp-ledger verify wide.zkl --trust trust.toml
ok "steps, each of the one before or of a named table"

rm -f paid.csv wide.* falling.csv by_pay.csv
run 0 zkp-ledger transform people --data people.csv --with cities=cities.csv --pipeline steps.toml --json
json "d['planned'] == 5 and len(d['steps']) == 5" "d['steps'][3]['dataset']['name'] == 'by_pay'" \
    "[s['recorded'] is None for s in d['steps']] == [True, True, True, True, False]" "d['steps'][0]['dataset']['version'] == 2"

run 0 zkp-ledger log --json
size=$(json_value "d['size']")
# refused CODE TEXT SED...: the steps, changed so, are refused before the first is run.
refused() {
    local want=$1 text=$2
    shift 2
    rm -f paid.csv wide.* falling.csv by_pay.csv
    sed "$@" steps.toml >bad.toml
    cmp -s steps.toml bad.toml && fail "nothing was changed"
    run "$want" zkp-ledger transform people --data people.csv --with cities=cities.csv --pipeline bad.toml
    says "$text"
    run 0 zkp-ledger log --json
    json "d['size'] == $size"
    [ ! -e paid.csv ] || fail "a step was run"
}
refused 2 "step 4 ('gruop by pay: n = rows, least = min(id)'): unknown operation" 's/group by/gruop by/'
refused 4 "step 3 ('sort pya desc'): 'paid' has no column 'pya'" 's/sort pay/sort pya/'
refused 4 "there is no table 'towns'" 's/"cities"/"towns"/'
refused 2 "'by pay' is no dataset name" 's/by_pay/by pay/'
refused 2 "there is a table 'paid' already" 's/name = "wide"/name = "paid"/'
refused 2 'its file is one of step 1' 's/wide.parquet/paid.csv/'
refused 2 'its file is one of step 1' 's#wide.parquet#./paid.csv#'
refused 4 "step 5 ('custom head -2 people.csv'): cannot open 'none.csv'" 's/first.csv/none.csv/'
refused 5 "step 4 ('group by pay: n = rows, least = min(id)'): 'cities.csv' is there already" 's/by_pay.csv/cities.csv/'
refused 2 'it makes no file' 's/^check.*//'
refused 3 'line 5, column 1: unknown key' '4a form = 1'
run 2 zkp-ledger transform people --data people.csv --pipeline steps.toml --op dedup
says '--op is said of each step'
run 4 zkp-ledger transform people --data people.csv --pipeline missing.toml
run 4 zkp-ledger transform people --data people.csv --pipeline steps.toml
says "there is no table 'cities'"
ok "what makes no sense is found before the first step"

# Found by the rows alone: the second step's claim is false of them. The first stays.
cat >bad.toml <<'TOML'
[[step]]
operation = 'filter pay >= 10'
name = "kept"
file = "kept.csv"

[[step]]
operation = 'slice 0..9'
name = "short"
file = "short.csv"

[[step]]
operation = 'dedup'
name = "never"
file = "never.csv"
TOML
run 2 zkp-ledger transform people --data people.csv --pipeline bad.toml
says "step 2 ('slice 0..9'): rows 0..9: 'kept@1' has rows 0..3"
says 'step 1 is recorded and stands: kept@1'
says 'of step 2 nothing is recorded'
[ -e kept.csv ] && [ ! -e short.csv ] && [ ! -e never.csv ] || fail "another place to stop: $(ls)"
run 0 zkp-ledger log
says 'kept@1'
silent_about 'never@1'
(head -1 people.csv; tail -2 people.csv) >turned.csv
printf "[[step]]\noperation = 'shuffle'\nname = 'turned'\nfile = 'turned.csv'\ncheck = true\n" >bad.toml
run 1 zkp-ledger transform people --data people.csv --pipeline bad.toml --json
json "d['failed_step'] == 1 and d['status'] == 'rejected'"
printf "[[step]]\noperation = 'slice 0..1'\nname = 'firm'\nfile = 'firm.csv'\n[[step]]\noperation = 'add more = id + 1'\nsource = 'kept'\nname = 'more'\nfile = 'more.csv'\n[[step]]\noperation = 'filter pay > 99.99'\nname = 'gone'\nfile = 'gone.csv'\n" >bad.toml
run 3 zkp-ledger transform people --data people.csv --with kept@1=kept.csv --pipeline bad.toml
says 'step 2 is recorded and stands: more@1'
says "step 3 ('filter pay > 99.99'): 'gone.csv' has no rows"
# Of a false claim the error itself says that nothing was recorded, once.
printf "[[step]]\noperation = 'slice 0..1'\nname = 'stays'\nfile = 'stays.csv'\n[[step]]\noperation = 'dedup'\nsource = 'people'\nname = 'once'\nfile = 'turned.csv'\ncheck = true\n" >bad.toml
run 1 zkp-ledger transform people --data people.csv --pipeline bad.toml
says 'step 1 is recorded and stands: stays@1'
[ "$(grep -c 'nothing' <<<"$out$err")" = 1 ] || fail "it is said another number of times"
# A receipt that cannot be written: what the step recorded by then is said.
printf "[[step]]\noperation = 'slice 0..1'\nname = 'late'\nfile = 'late.csv'\nreceipt = '/proc/late.zkl'\n" >bad.toml
run 4 zkp-ledger transform people --data people.csv --pipeline bad.toml
says 'step 1 failed behind its notarisation: late@1 is recorded'
silent_about 'nothing is recorded'
run 0 zkp-ledger verify-chain --proofs
ok "the first step that fails ends it"
