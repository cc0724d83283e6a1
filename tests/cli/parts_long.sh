#!/usr/bin/env bash
# split: a table into parts that together are exactly the table; groups stay together, strata are shared out alike, parts
# made elsewhere are checked. What is not so is refused.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

new_ledger .
python3 - <<'EOF'
with open("visits.csv", "w") as f:
    f.write("id,patient,sex,day\n")
    for i in range(120):
        f.write(f"{i},{i % 30},{'fm'[i % 4 == 0]},2024-{1 + i // 10:02}-15\n")
EOF
run 0 zkp-ledger notarize visits.csv --name visits
run 0 zkp-ledger keys show --trust
cp "$work/.out" trust.toml

seed=$(printf 'public' | sha256sum | cut -c1-64)
run 0 zkp-ledger split visits --data visits.csv --part train=train.csv --part test=test.parquet --ratio 80/20 --seed "$seed" -o split.zkl --json
json "[p['rows'] for p in d['parts']] == [96, 24]" "'split' in d['operation'] and '$seed' in d['operation']"
run 0 zkp-ledger verify split.zkl --trust trust.toml
says 'its rows are those of train@1 and test@1 together, each as often, in any order'
cp train.csv first.csv
run 0 zkp-ledger split visits --data visits.csv --part train=train.csv --part test=test.parquet --ratio 80/20 --seed "$seed" --force
cmp train.csv first.csv || fail "one seed, two splits"
says 'Proven of test (entry'
says "its rows are 24 of visits@1, drawn by the seed $seed"
says 'Recorded, not proven: who chose the seed'
run 0 zkp-ledger split visits --data visits.csv --part p=p.csv --part q=q.csv --ratio 80/20 --seed "$seed"
run 0 zkp-ledger transform visits --data visits.csv --op 'sample 24' --seed "$seed" --as drawn --to drawn.csv
cmp q.csv drawn.csv || fail "the smaller part is another sample"
run 0 zkp-ledger split visits --data visits.csv --part p3=p3.csv --part q3=q3.csv --part r3=r3.csv --ratio 2/1/1 --seed "$seed" --json
json "d['recorded'].startswith('that the parts besides that one follow the seed')" "d['drawn']['claims'][0].startswith('its rows are 30 of visits@1')"
ok "a seeded split, the same again: one part is the sample that the seed draws"

run 0 zkp-ledger split visits --data visits.csv --part ga=ga.csv --part gb=gb.csv --ratio 3/1 --group patient
says 'Proven of ga (entry'
says '  - of no row is patient that of a row of gb@1'
[ -z "$(comm -12 <(cut -d, -f2 ga.csv | tail -n +2 | sort -u) <(cut -d, -f2 gb.csv | tail -n +2 | sort -u))" ] || fail "a patient is in both"
run 0 zkp-ledger split visits --data visits.csv --part sa=sa.csv --part sb=sb.csv --part sc=sc.csv --ratio 2/1/1 --stratify sex
for part in sa:15 sb:8 sc:7; do
    [ "$(grep -c ',"m",' "${part%%:*}.csv")" = "${part##*:}" ] || fail "strata: ${part%%:*} has $(grep -c ',"m",' "${part%%:*}.csv")"
done
# Strata of one row each: nobody is left without rows.
run 0 zkp-ledger split visits --data visits.csv --part oa=oa.csv --part ob=ob.csv --part oc=oc.csv --ratio 2/1/1 --stratify id --json
json "[p['rows'] for p in d['parts']] == [60, 30, 30]"
run 0 zkp-ledger split visits --data visits.csv --part past=past.csv --part recent=recent.csv --by day --at 2024-06-01
[ "$(wc -l <past.csv)" = 51 ] || fail "another cut"
ok "groups, strata, a date"

run 0 zkp-ledger split visits --data visits.csv --part fa=past.csv --part fb=recent.csv --check
says 'those of fa@1 and fb@1 together'
ok "parts made elsewhere"

run 0 zkp-ledger log --json
size=$(json_value "d['size']")
refused() {
    local want=$1 text=$2
    shift 2
    run "$want" zkp-ledger split visits --data visits.csv --part x=x.csv --part y=y.csv "$@"
    says "$text"
    run 0 zkp-ledger log --json
    json "d['size'] == $size"
    [ ! -e x.csv ] && [ -z "$(find . -maxdepth 1 -name '.x*')" ] || fail "something is left: $(ls -a)"
}
refused 2 'a ratio is needed'
refused 2 '--ratio takes a whole number for each part' --ratio 80
refused 2 '--ratio takes a whole number for each part' --ratio 80/20/1
refused 2 'whole numbers above 0' --ratio 80/0
refused 4 "has no column 'pateint'" --ratio 1/1 --group pateint
refused 2 'one way to split alone' --ratio 1/1 --group patient --stratify sex
refused 1 'would have no row' --by day --at 1999-01-01
refused 2 'the seed is not 64' --ratio 1/1 --seed abc
# Parts made elsewhere that are not the source, or of which both hold a patient, are refused before one of them is recorded.
elsewhere() {
    run 1 zkp-ledger split visits --data visits.csv --part u=other.csv --part v=recent.csv --check "$@"
    says rejected
    run 0 zkp-ledger log --json
    json "d['size'] == $size"
}
sed '3s/^1,/2,/' past.csv >other.csv
elsewhere
sed '$d' past.csv >other.csv
elsewhere
cp past.csv other.csv
elsewhere --ratio 1/1 --group patient
ok "what makes no sense is refused, and leaves nothing"
run 0 zkp-ledger verify-chain --proofs
says 'every proof verified'
