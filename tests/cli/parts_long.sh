#!/usr/bin/env bash
# split: a table into parts that together are exactly the table; groups stay together, strata are shared out alike, parts
# made elsewhere are checked. What is not so is refused.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# What is looked at without its proof is proven by `make soak` alone.
dry=$([ -n "${ZKL_SOAK:-}" ] || echo --dry-run)

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
run 0 zkp-ledger split visits --data visits.csv --part train=train.csv --part test=test.csv --ratio 80/20 --seed "$seed" --force
cmp train.csv first.csv || fail "one seed, two splits"
says "note: 'train' exists: this is its version 2"
says "note: 'test' exists: this is its version 2"
silent_about 'and this version does not' # that test@1 is a sample is proven anew
says 'Proven of test (entry'
says "its rows are 24 of visits@1, drawn by the seed $seed"
says 'Recorded, not proven: who chose the seed'
run 0 zkp-ledger transform visits --data visits.csv --op 'sample 24' --seed "$seed" --as drawn --to drawn.csv
cmp test.csv drawn.csv || fail "the smaller part is another sample"
silent_about 'exists: this is'
run 0 zkp-ledger transform visits --data visits.csv --op 'sample 24' --seed "$seed" --as drawn --to again.csv
says "note: 'drawn' exists: this is its version 2"
silent_about 'and this version does not'
run 0 zkp-ledger split visits --data visits.csv --part p3=p3.csv --part q3=q3.csv --part r3=r3.csv --ratio 2/1/1 --seed "$seed" --json
json "d['recorded'].startswith('that the parts besides that one follow the seed')" "d['drawn']['claims'][0].startswith('its rows are 30 of visits@1')"
ok "a seeded split, the same again: one part is the sample that the seed draws"

# A dry run makes and checks the parts, and leaves neither files nor entries.
size=$(log_size)
run 0 zkp-ledger split visits --data visits.csv --part da=da.csv --part db=db.csv --ratio 80/20 --seed "$seed" --dry-run --json
json "d['dry_run'] and d['parts'] == [{'name': 'da', 'version': 1, 'rows': 96}, {'name': 'db', 'version': 1, 'rows': 24}]" \
    "'proven' not in d and '$seed' in d['operation']"
run 0 zkp-ledger split visits --data visits.csv --part da=da.csv --part db=db.csv --ratio 80/20 --group patient --dry-run
prints 'A dry run'
run 0 zkp-ledger split visits --data visits.csv --part da=train.csv --part db=test.parquet --check --ratio 80/20 --dry-run
sed '$d' train.csv >fewer.csv
run 1 zkp-ledger split visits --data visits.csv --part da=fewer.csv --part db=test.parquet --check --dry-run
says 'the parts have 119 rows together, the dataset 120'
run 1 zkp-ledger split visits --data visits.csv --part da=da.csv --part db=db.csv --by day --at 1999-01-01 --dry-run
[ "$(log_size)" = "$size" ] && [ ! -e da.csv ] && [ ! -e db.csv ] && [ -z "$(find . -maxdepth 1 -name '.d*')" ] || fail "a dry run left something"
ok "a dry run of a split"

# Beyond 65,536 rows a part is proven to be drawn when the seed is said to be public.
python3 -c 'print("id", *range(131074), sep="\n")' >wide.csv
run 0 zkp-ledger notarize wide.csv --name wide
run 0 zkp-ledger split wide --data wide.csv --part la=la.csv --part lb=lb.csv --ratio 1/1 --seed "$seed"
says 'Recorded, not proven: that the parts follow the seed'
run 0 zkp-ledger split wide --data wide.csv --part da=da.csv --part db=db.csv --ratio 1/1 --public-seed "$seed"
says "its rows are 65537 of wide@1, drawn by the seed $seed"
says 'Recorded, not proven: who chose the seed'
cmp la.csv da.csv || fail "the public seed draws other rows"
ok "a public seed proves the draw of large parts"

run 0 zkp-ledger split visits --data visits.csv --part ga=ga.csv --part gb=gb.csv --ratio 3/1 --group patient
says 'Proven of ga (entry'
says '  - of no row is patient that of a row of gb@1'
[ -z "$(comm -12 <(cut -d, -f2 ga.csv | tail -n +2 | sort -u) <(cut -d, -f2 gb.csv | tail -n +2 | sort -u))" ] || fail "a patient is in both"
run 0 zkp-ledger split visits --data visits.csv --part sa=sa.csv --part sb=sb.csv --part sc=sc.csv --ratio 2/1/1 --stratify sex
for part in sa:15 sb:8 sc:7; do
    [ "$(grep -c ',"m",' "${part%%:*}.csv")" = "${part##*:}" ] || fail "strata: ${part%%:*} has $(grep -c ',"m",' "${part%%:*}.csv")"
done
# Strata of one row each: nobody is left without rows.
run 0 zkp-ledger split visits --data visits.csv --part oa=oa.csv --part ob=ob.csv --part oc=oc.csv --ratio 2/1/1 --stratify id --json $dry
json "[p['rows'] for p in d['parts']] == [60, 30, 30]"
run 0 zkp-ledger split visits --data visits.csv --part past=past.csv --part recent=recent.csv --by day --at 2024-06-01
[ "$(wc -l <past.csv)" = 51 ] || fail "another cut"
says 'all 50 rows satisfy day < 2024-06-01'
says 'exactly 0 of the 70 rows satisfy day < 2024-06-01'
silent_about 'Recorded, not proven'
ok "groups, strata, a date that is proven"

# The cut is a constant of claims: no engine rounds it, or loses its zone; rows with a null are in the second part.
printf 'id,age,d,t,x\n1,16,10.5,2024-01-01 10:00:00,0.25\n2,17,10.6,2024-01-02 10:00:00,0.5\n3,20,10.7,2024-01-03 10:00:00,\n4,,10.8,2024-01-04 10:00:00,0.49999999999999994\n' >people.csv
run 0 zkp-ledger notarize people.csv --name people
ids() { cut -d, -f1 "$1" | tail -n +2 | tr '\n' ' '; }
# cut_at COLUMN VALUE IDS IDS
cut_at() {
    run 0 zkp-ledger split people --data people.csv --part "lo$1=lo.csv" --part "hi$1=hi.csv" --by "$1" --at "$2" --force
    silent_about 'Recorded, not proven'
    [ "$(ids lo.csv)|$(ids hi.csv)" = "$3|$4" ] || fail "at $2: $(ids lo.csv)|$(ids hi.csv)"
}
# cut_seen COLUMN VALUE IDS IDS: the same without a proof: the claims hold of the parts that are made, and of those that are
# wanted, and with a row in the other part they do not. `make soak` proves these too.
cut_seen() {
    if [ -n "${ZKL_SOAK:-}" ]; then
        cut_at "$@"
        return
    fi
    local cut=(zkp-ledger split people --data people.csv --part lo=lo.csv --part hi=hi.csv --by "$1" --at "$2" --dry-run)
    run 0 "${cut[@]}" --force --json
    json "[p['rows'] for p in d['parts']] == [$(wc -w <<<"$3"), $(wc -w <<<"$4")]"
    part() { head -1 people.csv && printf '%s\n' $1 | sed 's/.*/^&,/' | grep -f - people.csv; }
    part "$3" >lo.csv && part "$4" >hi.csv
    run 0 "${cut[@]}" --check
    for row in $3; do # it would be in the second part
        [ "$3" = "$row " ] && break # an empty part is none
        part "${3/$row /}" >lo.csv && part "$row $4" >hi.csv
        run 1 "${cut[@]}" --check
    done
    for row in $4; do # in the first
        part "$3$row" >lo.csv && part "${4/$row /}" >hi.csv
        run 1 "${cut[@]}" --check
    done
}
cut_at age 17.4 '1 2 ' '3 4 '
says 'split at age < 17.4, rows with a null in the second part'
run 0 zkp-ledger lineage loage
says 'share(where age < 17.4) = 1'
cut_seen d 10.64 '1 2 ' '3 4 '
cut_seen t 2024-01-02T12:00:00+05:00 '1 ' '2 3 4 '
cut_seen x 0.5 '1 4 ' '2 3 '
ok "a cut is a constant of claims"

run 0 zkp-ledger split visits --data visits.csv --part fa=past.csv --part fb=recent.csv --check $dry
run 0 zkp-ledger split visits --data visits.csv --part ta=train.csv --part tb=test.parquet --check --ratio 80/20 $dry
says 'split 80/20, made elsewhere'
run 0 zkp-ledger split visits --data visits.csv --part tc=sa.csv --part td=sb.csv --part te=sc.csv --check --ratio 2/1/1 --stratify sex
says 'Recorded, not proven: that the rows of each value are shared out alike: checked here'
run 0 zkp-ledger split visits --data visits.csv --part ca=past.csv --part cb=recent.csv --check --by day --at 2024-06-01
says 'those of ca@1 and cb@1 together'
silent_about 'Recorded, not proven'
ok "parts made elsewhere: sizes, strata, a cut"

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
# One file by two names: a part would lie where the other one was.
mkdir -p sub && ln -s . itself
for other in ./x.csv sub/../x.csv itself/x.csv "$PWD/x.csv"; do
    run 2 zkp-ledger split visits --data visits.csv --part a=x.csv --part b="$other" --ratio 1/1
    says 'parts 1 and 2 have one name or file'
    run 2 zkp-ledger split visits --data visits.csv --part a=x.csv --part b=y.csv --ratio 1/1 -o "$other"
    says 'both the result and its receipt'
    run 0 zkp-ledger log --json
    json "d['size'] == $size"
    [ ! -e x.csv ] && [ ! -e y.csv ] || fail "a part was written"
done
ln -s absent.csv link.csv # not there, and another name: no two files
# Parts made elsewhere that are not the source, or of which both hold a patient, are refused before one of them is recorded.
elsewhere() { # TEXT OPTION...
    run 1 zkp-ledger split visits --data visits.csv --part u=other.csv --part v=recent.csv --check "${@:2}"
    says "$1"
    run 0 zkp-ledger log --json
    json "d['size'] == $size"
}
sed '3s/^1,/2,/' past.csv >other.csv
elsewhere rejected
sed '$d' past.csv >other.csv
elsewhere rejected
cp past.csv other.csv
elsewhere rejected --group patient
# What is asked beside --check is checked, or refused by name.
elsewhere "'u' has 50 rows: a share of 1/2 of the 120 rows is 60" --ratio 1/1
elsewhere 'share(where day < 2024-05-15)' --by day --at 2024-05-15
elsewhere 'count(where day < 2024-07-01)' --by day --at 2024-07-01
python3 - <<'EOF'
def lines(name):
    return open(name).read().splitlines()
a, b = lines("sa.csv"), lines("sb.csv")
m, f = next(l for l in a if l.split(",")[2] in ('"m"', "m")), next(l for l in b if l.split(",")[2] in ('"f"', "f"))
a[a.index(m)], b[b.index(f)] = f, m
open("sa2.csv", "w").write("\n".join(a) + "\n")
open("sb2.csv", "w").write("\n".join(b) + "\n")
EOF
one_off() {
    run "$1" zkp-ledger split visits --data visits.csv --part u=sa2.csv --part v=sb2.csv --part w=sc.csv --check --ratio 2/1/1 "${@:2}"
}
one_off 1 --stratify sex
says "part 'u' has another share of the rows of 2, 'v' of 2 of the values of 'sex'"
run 0 zkp-ledger log --json
json "d['size'] == $size"
# A column too many, and a type that is another one, are told; --like is nothing that split takes.
sed '1s/$/,__index_level_0__/; 2,$s/$/,7/' past.csv >other.csv
unlike() { # TEXT
    run 2 zkp-ledger split visits --data visits.csv --part u=other.csv --part v=recent.csv --check
    says "'u' has another schema than 'visits': $1"
    silent_about '--like'
    run 0 zkp-ledger log --json
    json "d['size'] == $size"
}
unlike "it has a column '__index_level_0__' more"
sed '2s/^[^,]*/70000/' past.csv >other.csv
unlike "its column 'id' is uint32, not uint16"
refused 2 'not checked against a seed' --check --seed "$seed"
refused 2 'one seed alone' --ratio 1/1 --seed "$seed" --public-seed "$seed"
refused 2 'it is not proven that strata follow a seed' --ratio 1/1 --stratify sex --public-seed "$seed"
refused 2 'it is not proven that groups follow a seed' --ratio 1/1 --group patient --public-seed "$seed"
refused 2 'it is not proven that values follow a seed' --by day --at 2024-06-01 --public-seed "$seed"
refused 2 'it is not proven that parts made elsewhere follow a seed' --check --public-seed "$seed"
refused 2 'strata are checked against a ratio' --check --stratify sex
refused 2 'groups stay whole' --check --group patient --ratio 1/1
refused 2 'share out the rows, and no ratio' --by day --at 2024-06-01 --ratio 1/1
refused 2 "'2024-06' is" --by day --at 2024-06
ok "what makes no sense is refused, and leaves nothing"
run 0 zkp-ledger verify-chain --proofs
says 'every proof verified'
