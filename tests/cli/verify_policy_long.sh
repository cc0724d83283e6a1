#!/usr/bin/env bash
# verify --policy: what a receiver asks of a receipt, what is met, and what is told of what is not. And how many values stand
# behind claims that pass over nulls.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
run 0 zkp-ledger init --no-passphrase -q --name policies
run 0 zkp-ledger keys show --trust
cp "$work/.out" trust.toml
printf 'id,age,pay,note\n1,17,10.50,a\n2,,12.00,\n3,64,9.25,b\n4,,1.00,\n' >people.csv

# ---- Values behind a claim.
run 0 zkp-ledger notarize people.csv --name people --claim 'range(age, 0, 120) at least 2 values' --claim 'range(pay, 0, 20)' \
    --claim 'count(note, *, *)' --claim 'sum(pay)' -o people.zkl
run 0 zkp-ledger verify people.zkl --trust trust.toml --json
json '[c["text"] for c in d["claims"]] == ["cells(*)", "range(age, 0, 120)", "range(pay, 0, 20)", "count(note, *, *) = 2", "sum(pay) = 32.75", "count(age, *, *) >= 2"]' \
    'd["claims"][1]["least_values"] == 2 and d["claims"][1]["values_are_exact"] is False' \
    'd["claims"][1]["rows"] == 4 and d["claims"][1]["first_row"] == 0' \
    '"least_values" not in d["claims"][2] and "may_be_empty" not in d["claims"][2]' \
    'not [s for s in d["not_proven"] if "any value" in s]'
run 0 zkp-ledger verify people.zkl --trust trust.toml
prints 'between 0 and 120 (2 values or more)'
run 1 zkp-ledger notarize people.csv --name x --claim 'range(age, 0, 120) at least 3 values' --json
json '"fewer rows have such a value (2)" in d["error"]'
run 1 zkp-ledger notarize people.csv --name x --claim 'range(id, 0, 120) at least 5 values'
run 2 zkp-ledger notarize people.csv --name x --claim 'range(age, 0, 120) at least 0 values'
run 2 zkp-ledger notarize people.csv --name x --claim 'range(age, 0, 120) at least -1 values'
run 2 zkp-ledger notarize people.csv --name x --claim 'rows(4) at least 1 value'
run 0 zkp-ledger notarize people.csv --name open --claim 'range(age, 0, 120)' --no-count -o open.zkl
run 0 zkp-ledger verify open.zkl --trust trust.toml --json
json 'd["claims"][1]["may_be_empty"] is True' '[s for s in d["not_proven"] if "age has any value" in s]'
run 0 zkp-ledger verify open.zkl --trust trust.toml
prints 'between 0 and 120 (may be empty)'
ok "a claim over nulls says how many values stand behind it, or that it may be empty"

# ---- Policies. ask RC RECEIPT LINES...: its answer, by exit code; what is missing goes to stdout.
ask() {
    local rc=$1 receipt=$2
    shift 2
    printf '%s\n' 'version = 1' "$@" >policy.toml
    run "$rc" zkp-ledger verify "$receipt" --trust trust.toml --policy policy.toml --json
}
ask 0 people.zkl 'about = "ours"' 'names = ["people", "x"]' 'rows_at_least = 4' 'columns = ["age"]' 'no_empty_claims = true' \
    'max_age = "1 day"' 'claims = ["range(age, -5, 130) at least 2 values", "sum(pay) >= 30", "rows(4)", "not_null(id)"]'
json 'd["status"] == "valid" and d["policy"]["met"] is True and d["policy"]["about"] == "ours"' \
    '[r["policy"] for r in d["receipts"]] == [d["policy"]] and d["file"] == "people.zkl" and "history" not in d'
run 0 zkp-ledger verify people.zkl --trust trust.toml --policy policy.toml
prints '  Meets the policy policy.toml (ours)'

missing() { # WORDS: of the last ask
    json 'd["status"] == "rejected" and d["policy"]["met"] is False' "\"$1\" in d['policy']['missing']" \
        'd["verdict"]["dataset"]["rows"] == 4 and d["verdict"]["receipts"][0]["dataset"]["rows"] == 4'
}
ask 1 people.zkl 'names = ["other"]' && missing "the dataset is 'people'"
ask 1 people.zkl 'rows_at_least = 5' && missing 'it has 4 rows, and 5 are asked for'
ask 1 people.zkl 'columns = ["age", "none"]' && missing "no column 'none'"
ask 1 people.zkl "signers = [\"$(printf '0%.0s' {1..64})\"]" && missing 'not by one of'
ask 1 people.zkl 'setup = "ceremony"' && missing 'development set-up'
ask 1 people.zkl 'parties = ["anybody"]' && missing 'development set-up'
ask 1 people.zkl 'witnesses = 1' && missing '0 witnesses'
ask 1 people.zkl 'data_checked = true' && missing 'recomputed from the data'
ask 1 open.zkl 'no_empty_claims = true' && missing 'range(age, 0, 120) may be empty'
ask 1 people.zkl 'claims = ["range(age, 0, 63)"]' && missing "no claim says 'range(age, 0, 63)'"
ask 1 people.zkl 'claims = ["range(age, 0, 120) at least 3 values"]' && missing 'at least 3 values'
ask 1 open.zkl 'claims = ["range(age, 0, 120) at least 1 value"]' && missing 'at least 1 value'
# Rows are no values: of a claim that does not pass over nulls either, and of one that the manifest says.
ask 0 people.zkl 'claims = ["sum(pay) >= 30 at least 4 values", "count(note, *, *) = 2 at least 2 values"]'
ask 1 people.zkl 'claims = ["count(note, *, *) >= 1 at least 3 values"]' && missing 'at least 3 values'
ask 1 people.zkl 'claims = ["range(age, *, *) at least 1 value"]' && missing 'at least 1 value'
run 0 zkp-ledger notarize people.csv --name some --claim 'sum(age where id >= 4) <= 9' --claim 'sum(age) <= 81' -o some.zkl
run 0 zkp-ledger verify some.zkl --trust trust.toml --json
json '[c.get("least_values") for c in d["claims"]] == [None, None, None]' 'd["claims"][1]["may_be_empty"] is True' '"may_be_empty" not in d["claims"][2]'
ask 0 some.zkl 'claims = ["sum(age) <= 90 at least 2 values", "sum(age where id >= 4) <= 9"]'
ask 1 some.zkl 'claims = ["sum(age) <= 90 at least 3 values"]' && missing 'at least 3 values'
ask 1 some.zkl 'claims = ["sum(age where id >= 4) <= 9 at least 1 value"]' && missing 'at least 1 value'
# The first that is not met is told, all of them to programs, and the verdict says so in its first line.
ask 1 people.zkl 'witnesses = 1' 'rows_at_least = 5' 'columns = ["none", "age", "no"]' 'claims = ["rows(4)", "unique(id)"]' && missing 'it has 4 rows'
json '[a.split(",")[0] for a in d["policy"]["all_missing"]] == ["it has 4 rows", "there is no column '"'none'"'", "there is no column '"'no'"'", "0 witnesses of the trust file signed the checkpoint", "no claim says '"'unique(id)'"'"]' \
    'd["policy"]["all_missing"][0] == d["policy"]["missing"]' 'd["verdict"]["policy"] == d["policy"]'
run 1 zkp-ledger verify people.zkl --trust trust.toml --policy policy.toml
prints 'and 5 are asked for; 4 more (--json has all)'
head -1 "$work/.out" | grep -q '^VALID, BUT THE POLICY IS NOT MET' || fail "the first line does not say that the policy is not met"
ok "a policy is met, or the first thing that is missing is told"

# ---- What is no policy is refused, whatever the receipt is.
ask 3 people.zkl
ask 3 people.zkl 'claims = []'
ask 3 people.zkl 'claims = ["range(age, 0"]'
ask 3 people.zkl 'witness = 1'
ask 3 people.zkl 'witnesses = 0'
ask 3 people.zkl 'setup = "any"'
ask 3 people.zkl 'max_age = "soon"'
ask 3 people.zkl 'rows_at_least = 9' 'max_age = "soon"'
ask 3 people.zkl 'data_checked = false'
printf 'rows_at_least = 1\n' >policy.toml
run 3 zkp-ledger verify people.zkl --trust trust.toml --policy policy.toml
run 4 zkp-ledger verify people.zkl --trust trust.toml --policy none.toml
# A receipt that is not valid is not held against a policy.
ask 0 people.zkl 'rows_at_least = 1'
head -c 900 people.zkl >cut.zkl
run 3 zkp-ledger verify cut.zkl --trust trust.toml --policy policy.toml --json
json '"policy" not in d and "verdict" not in d'
ok "mistakes of a policy are told with their place"

# ---- A folder: one line a receipt, and the exit code of the worst.
mkdir incoming
cp people.zkl open.zkl incoming
mkdir incoming/older
cp people.zkl incoming/older
touch incoming/notes.txt
run 0 zkp-ledger verify incoming/ --trust trust.toml --json
json '[r["file"] for r in d["receipts"]] == ["open.zkl", "people.zkl"]' 'd["accepted"] == 2 and d["refused"] == 0' \
    'all(len(r["sentences"]) == r["claims"] > 0 for r in d["receipts"])' 'any("age" in w for w in d["receipts"][1]["sentences"])' \
    'd["receipts"][1]["rows"] == 4 and d["receipts"][1]["name"] == "people"' \
    'd["passed_over"] == ["notes.txt", "older/"] and d["passed_over_count"] == 2'
run 0 zkp-ledger verify incoming/ --trust trust.toml
prints "is a folder: notes.txt, older/"
printf 'version = 1\nno_empty_claims = true\n' >policy.toml
run 1 zkp-ledger verify incoming --trust trust.toml --policy policy.toml --json
json '[r["status"] for r in d["receipts"]] == ["rejected", "valid"]' 'd["missing"] == 1' \
    'd["receipts"][0]["misses_policy"] and "may be empty" in d["receipts"][0]["error"]'
run 1 zkp-ledger verify people.zkl open.zkl --trust trust.toml --policy policy.toml --json
json '[r["policy"]["met"] for r in d["verdict"]["receipts"]] == [True, False]' '"open.zkl" in d["error"]'
cp cut.zkl incoming
run 3 zkp-ledger verify incoming/ --trust trust.toml --json
json 'd["receipts"][0]["check"] == "form" and d["accepted"] == 2 and d["refused"] == 1'
run 1 zkp-ledger verify incoming/ --trust trust.toml --policy policy.toml
prints '3 receipts: 1 accepted, 1 valid without what the policy asks for, 1 refused'
mkdir empty
run 4 zkp-ledger verify empty/ --trust trust.toml
run 4 zkp-ledger verify nowhere/ --trust trust.toml
run 3 zkp-ledger verify incoming/ --trust people.csv
ok "a folder of receipts is verified as a table"
