#!/usr/bin/env bash
# Policies: claims under a name, with values in their places. What is proven and recorded are the claims; a name means the
# policy that came with the program, and nothing that lies in the current folder.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

new_ledger .
# Three rows a combination of age and city, two diagnoses each; one pay is missing.
printf 'id,age,city,diagnosis,pay\n1,30,Rome,flu,10\n2,30,Rome,flu,\n3,30,Rome,cold,30\n4,40,Oslo,cold,40\n5,40,Oslo,flu,50\n6,40,Oslo,flu,60\n' >people.csv
printf 'id,age,city,diagnosis,pay\n7,30,Rome,flu,10\n8,31,Rome,cold,20\n' >test.csv
shipped="data-quality fairness privacy train-test-hygiene"

run 0 zkp-ledger policies
for name in $shipped; do prints "$name"; done
prints 'k_anonymous({quasi}, {k})'
run 0 zkp-ledger policies --json
json "' '.join(p['name'] for p in d['policies']).split() == '$shipped'.split()" \
    "all(p['about'] and is_hex(p['sha256']) and p['claims'] for p in d['policies'])" \
    "all(s['help'] for p in d['policies'] for s in p['settings'])" \
    "[s['name'] for p in d['policies'] if p['name'] == 'privacy' for s in p['settings']] == ['quasi', 'k', 'sensitive', 'l']"
for name in $shipped; do
    sum=$(sha256sum <"$zkl_source/share/policies/$name.toml")
    json "any(p['name'] == '$name' and p['sha256'] == '${sum%% *}' for p in d['policies'])"
done
ok "policies are listed with what they need, and the hash of their text"

quality=(--policy data-quality --set key=id --set required=id --set required=age --set number=age --set least=0 --set greatest=120
    --set sparse=pay --set rate=0.2)
run 0 zkp-ledger notarize people.csv --name people "${quality[@]}" -o people.zkl
prints 'policy data-quality: 5 of 5 claims proven'
prints "$(sha256sum <"$zkl_source/share/policies/data-quality.toml" | cut -c 1-64)"
run 0 zkp-ledger verify people.zkl --ledger .zkp-ledger --json
json "{'unique(id)', 'not_null(id)', 'not_null(age)', 'range(age, 0, 120)', 'null_rate(pay) <= 0.2'} <= {c['text'] for c in d['claims']}"
lacks "the receipt names the policy" -a data-quality people.zkl
ok "data-quality: its claims are proven and stand in the receipt, its name does not"

privacy=(--policy privacy --set 'quasi=age, city' --set sensitive=diagnosis --set l=2)
run 0 zkp-ledger prove people "${privacy[@]}" --set k=3 --data people.csv
prints 'policy privacy: 2 of 2 claims proven'
size=$(log_size)
run 0 zkp-ledger prove people "${privacy[@]}" --set k=3 --data people.csv --json
json "d['unchanged']" "d['policy']['name'] == 'privacy'" "d['policy']['claims'] == 2" "d['policy']['refused'] == 0" \
    "is_hex(d['policy']['sha256'])"
run 0 zkp-ledger prove people 'rows(6)' --data people.csv --dry-run --json
json "d['policy'] is None"
run 1 zkp-ledger prove people "${privacy[@]}" --set k=4 --data people.csv
says 'policy privacy: 1 of 2 claims refused'
says 'k_anonymous(age, city, 4)'
run 1 zkp-ledger prove people "${privacy[@]}" --set k=4 --data people.csv --json
json "d['policy']['refused'] == 1" "d['policy']['claims'] == 2" "d['false_claims'][0]['claim'] == 'k_anonymous(age, city, 4)'"
run 0 zkp-ledger prove people "${privacy[@]}" --set k=2 --data people.csv --dry-run
prints 'policy privacy: 2 of 2 claims hold'
[ "$(log_size)" -eq "$size" ] || fail "something was recorded"
ok "privacy: proven, proven before, false, and by a dry run"

run 0 zkp-ledger notarize test.csv --name test --like people -q
hygiene=(--policy train-test-hygiene --set key=id --set row=id --set label=diagnosis)
run 0 zkp-ledger prove people "${hygiene[@]}" --set test=test@1 --data people.csv --with test@1=test.csv
prints 'policy train-test-hygiene: 3 of 3 claims proven'
prints 'of no row is id that of a row of test@1'
run 1 zkp-ledger prove people "${hygiene[@]/key=id/key=age}" --set test=test@1 --data people.csv --with test@1=test.csv
says 'disjoint(age, test@1)'
ok "train-test-hygiene: a training set against its test set"

# Half of one group is hired, three of five of the other; everybody who is good is.
printf 'sex,good,hired\nf,true,true\nf,true,true\nf,false,false\nf,false,false\nm,true,true\nm,true,true\nm,false,true\nm,false,false\nm,false,false\n' >staff.csv
fairness=(--policy fairness --set prediction=hired --set group=sex --set label=good)
run 0 zkp-ledger notarize staff.csv --name staff "${fairness[@]}" --set gap=0.1 --dry-run
prints 'policy fairness: 2 of 2 claims hold'
run 1 zkp-ledger notarize staff.csv --name staff "${fairness[@]}" --set gap=0.05 --dry-run --json
json "d['policy']['refused'] == 1" "[c['claim'] for c in d['false_claims']] == ['parity(hired, sex) <= 0.05']"
ok "fairness: of a table that keeps it, and of one that does not"

# ---- Places and values.
want_usage() { run 2 zkp-ledger notarize people.csv --name other --dry-run "$@"; }
want_usage --policy privacy --set quasi=age --set k=2 --set l=2
says "policy 'privacy' has no value for 'sensitive'"
says 'it needs: quasi (the columns'
says '--set sensitive=VALUE'
want_usage "${privacy[@]}" --set k=2 --set sensitve=pay
says "has no setting 'sensitve'; did you mean 'sensitive'?"
want_usage "${privacy[@]}" --set k
says "'k' is no setting"
want_usage "${privacy[@]}" --set k=
says "'k=' is no setting"
want_usage "${privacy[@]}" --set =2
want_usage --set k=2
says 'no policy'
run 2 zkp-ledger notarize people.csv --name other --dry-run "${privacy[@]}" --set 'k={l}'
says 'k_anonymous(age, city, {l})'
ok "a missing, unknown or broken setting is wrong usage, and a value is put in as it is"

cat >ours.toml <<'TOML'
name = "ours"
claims = ["range({column}, {least}, *)", "count(where age in {30}) >= {some}", "rows(6)"]
TOML
run 0 zkp-ledger notarize people.csv --name other --dry-run --policy ours.toml --set column=id --set column=age --set least=1 --set some=3 --json
json "d['policy']['name'] == 'ours'" "d['policy']['claims'] == 4"
run 0 zkp-ledger notarize people.csv --name other --dry-run --policy ./ours.toml --set column=id --set least=0 --set least=1 --set some=3
prints 'policy ours: 4 of 4 claims hold'
run 2 zkp-ledger notarize people.csv --name other --policy ours.toml --set column=id --set least=1 --set some=3 -o ours.toml
says 'would be overwritten'
ok "a policy of one's own: a setting given twice claims twice, and other braces stand for themselves"

# ---- Which file a name means.
sed 's/ours/mine/' ours.toml >mine
cp ours.toml privacy
mkdir -p share/zkp-ledger/policies && cp ours.toml share/zkp-ledger/policies/ours.toml
run 4 zkp-ledger notarize people.csv --name other --dry-run --policy ours
says "there is no policy 'ours'"
says 'there are: data-quality, '
run 4 zkp-ledger notarize people.csv --name other --dry-run --policy privcy
says "did you mean 'privacy'?"
run 4 zkp-ledger notarize people.csv --name other --dry-run --policy mine
run 4 zkp-ledger notarize people.csv --name other --dry-run --policy ''
run 4 zkp-ledger notarize people.csv --name other --dry-run --policy ./none.toml
run 0 zkp-ledger notarize people.csv --name other --dry-run "${privacy[@]}" --set k=2 -o privacy --json
json "d['policy']['name'] == 'privacy'" "d['policy']['claims'] == 2"
ok "a name is never looked for in the current folder"

bad_policy() {
    printf '%s\n' "$2" >bad.toml
    run 3 zkp-ledger notarize people.csv --name other --dry-run --policy bad.toml
    says "'bad.toml'"
    says "$1"
}
bad_policy 'no `name`' 'claims = ["rows(6)"]'
bad_policy 'no array `claims`' 'name = "x"'
bad_policy 'no array `claims`' $'name = "x"\nclaims = []'
bad_policy 'a claim is a string' $'name = "x"\nclaims = [6]'
bad_policy 'a claim is a string' $'name = "x"\nclaims = ["rows(6)\\u0000"]'
bad_policy "unknown key 'claim'" $'name = "x"\nclaim = ["rows(6)"]'
bad_policy "no claim has the place '{b}'" $'name = "x"\nclaims = ["rows({a})"]\n[settings]\na = ""\nb = ""'
bad_policy 'line 4' $'name = "x"\nclaims = ["rows({a})"]\n[settings]\na = 6'
run 2 zkp-ledger notarize people.csv --name other --dry-run --policy ours.toml --set column=nope --set some=3 --set 'least=)('
says 'character'
ok "a broken file is refused with what is wrong with it"

# ---- Beside the program.
mkdir -p copy/share/zkp-ledger && cp "$zkl_build/zkp-ledger" copy/ && cp -r "$zkl_build/share/zkp-ledger/policies" copy/share/zkp-ledger/
run 0 copy/zkp-ledger policies
chmod g+w copy/share/zkp-ledger/policies/privacy.toml
run 10 copy/zkp-ledger policies
says 'others can write'
chmod g-w copy/share/zkp-ledger/policies/privacy.toml
chmod o+w copy/share/zkp-ledger/policies
run 10 copy/zkp-ledger notarize people.csv --name other --dry-run "${privacy[@]}" --set k=2
chmod o-w copy/share/zkp-ledger/policies
mv copy/share/zkp-ledger/policies/privacy.toml copy/share/zkp-ledger/policies/other.toml
run 3 copy/zkp-ledger policies
says "names itself 'privacy'"
ok "policies beside the program count when nobody else can write them, and are called as their files"
