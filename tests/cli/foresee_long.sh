#!/usr/bin/env bash
# See before you sign: --dry-run, claims that are gone, --if-changed.
. "$(dirname "$0")/lib.sh"
printf 'id,age\n1,30\n2,40\n3,\n' >ages.csv
everything() { (cd "$work" && find . "$ZKL_SETUP_CACHE" -type f ! -name '.out' ! -name '.err' -printf '%p %s %T@\n' | sort | sha256sum); }

# ---- Without a ledger, and in one that nobody may write, while another writer holds it. Nothing is made anywhere.
before=$(everything)
run 0 zkp-ledger notarize ages.csv --name ages --dry-run --claim 'range(age, 0, 120)'
says 'there is no ledger here'
says 'A dry run: nothing is written. It would be ages@1: 3 rows'
[ "$before" = "$(everything)" ] || fail "a dry run without a ledger wrote something"

run 0 zkp-ledger init --no-passphrase --name demo
chmod -R a-w .zkp-ledger
before=$(everything)
run 0 zkp-ledger notarize ages.csv --name ages --dry-run --json --claim 'range(age, 0, 120)' --claim 'sum(age)' -o ages.zkl
json 'd["dry_run"] is True' 'd["dataset"] == {"name": "ages", "version": 1, "rows": 3, "chunks": 1, "blocks_per_chunk": 3}' \
    '"every non-null value of age lies between 0 and 120" in d["claims"]' 'len(d["statements"]) == 1' \
    '"the sum of age over its 2 non-null values is exactly 70" in d["claims"]' '"entry" not in d' \
    'd["estimate"]["receipt_bytes"] > 5000' '[c["type"] for c in d["columns"]] == ["uint16", "uint16"]' 'd["files"] == ["ages.csv"]'
circuits=$(python3 -c 'import json,sys; print([s["circuit"] for s in json.load(sys.stdin)["statements"]])' <"$work/.out")
run 1 zkp-ledger notarize ages.csv --name ages --dry-run --json --claim 'range(age, 35, 120)'
json 'd["false_claims"][0]["rows"] == 1'
[ "$before" = "$(everything)" ] || fail "a dry run wrote something"
[ ! -e ages.zkl ] || fail "a dry run wrote a receipt"
chmod -R u+w .zkp-ledger
ok "a dry run checks everything and writes nothing"

# ---- What the dry run foresaw is what comes.
run 0 zkp-ledger notarize ages.csv --name ages --json --claim 'range(age, 0, 120)' --claim 'sum(age)' --claim 'rows(3)' -o ages.zkl
json 'd["dry_run"] is False' 'd["unchanged"] is False' 'd["dropped_claims"] == []' "[s['circuit'] for s in d['statements']] == $circuits"

# ---- The same data, schema and claims are no news; a claim more or less is, and so is another row.
size=$(zkp-ledger log --json | python3 -c 'import json,sys; print(json.load(sys.stdin)["size"])')
run 0 zkp-ledger notarize ages.csv --name ages --if-changed --claim 'range(age, 0, 120)' --claim 'sum(age)' --claim 'rows(3)'
prints 'Unchanged: data, schema and claims are those of ages@1. Nothing was recorded'
run 0 zkp-ledger notarize ages.csv --name ages --if-changed --json --claim 'rows(3)' --claim 'range(age, 0, 120)' --claim 'sum(age)'
json 'd["unchanged"] is True' 'd["dataset"]["version"] == 1'
unchanged_id=$(json_value 'd["entry"]["receipt_id"]')
run 0 zkp-ledger show ages@1 --json
[ "$(json_value 'd["entry"]["receipt_id"]')" = "$unchanged_id" ] || fail "the unchanged version has another receipt id"
run 0 zkp-ledger notarize ages.csv --name ages --if-changed -o ages.zkl --claim 'rows(3)' --claim 'range(age, 0, 120)' --claim 'sum(age)'
prints '  receipt of ages@1: ages.zkl, '
run 0 zkp-ledger verify ages.zkl
prints 'ages@1'
run 0 zkp-ledger log --json
json "d['size'] == $size"
run 0 zkp-ledger notarize ages.csv --name ages --if-changed --json --claim 'range(age, 0, 110)' --claim 'sum(age)'
says "note: ages@1 claimed 'range(age, 0, 120)', and this version does not"
says "note: ages@1 claimed 'rows(3)', and this version does not"
json 'd["unchanged"] is False' 'd["dataset"]["version"] == 2' 'sorted(d["dropped_claims"]) == ["range(age, 0, 120)", "rows(3)"]'
printf '4,50\n' >>ages.csv
run 0 zkp-ledger notarize ages.csv --name ages --if-changed --json --claim 'range(age, 0, 110)' --claim 'sum(age)'
json 'd["unchanged"] is False' 'd["dataset"]["version"] == 3' 'd["dropped_claims"] == []'
run 0 zkp-ledger notarize ages.csv --name ages --if-changed --json --claim 'range(age, 0, 110)' --claim 'sum(age)'
json 'd["unchanged"] is True'
run 0 zkp-ledger notarize ages.csv --name ages --if-changed --json --null none --claim 'range(age, 0, 110)' --claim 'sum(age)'
json 'd["unchanged"] is False' 'd["dataset"]["version"] == 4'
run 0 zkp-ledger notarize ages.csv --name ages --if-changed --json --null none --hide-file-names --claim 'range(age, 0, 110)' --claim 'sum(age)'
json 'd["unchanged"] is False' 'd["dataset"]["version"] == 5'
run 0 zkp-ledger notarize ages.csv --name ages --if-changed --json --null none --hide-file-names --claim 'range(age, 0, 110)' --claim 'sum(age)'
json 'd["unchanged"] is True' 'd["dataset"]["version"] == 5'
ok "unchanged data are told from changed ones; claims that are gone are told"

# ---- Claims about another dataset that were proven of the version before are among those that are gone.
run 0 zkp-ledger notarize ages.csv --name others
run 0 zkp-ledger prove others 'subset(id, ages)' 'same(id, age, ages)' 'drift(id, ages) <= 0.5' 'balance(id - ages.id = 0)' 'same_rows(ages)' \
    --data ages.csv --with ages=ages.csv
run 0 zkp-ledger notarize ages.csv --name others --dry-run --json
json 'len(d["dropped_claims"]) == 5' '"subset(id, ages@5)" in d["dropped_claims"]' '"balance(id - ages@5.id = 0)" in d["dropped_claims"]'
run 0 zkp-ledger notarize ages.csv --name others
says "note: others@1 claimed 'drift(id, ages@5) <= 0.5', and this version does not"
ok "a version may follow one of which claims about other datasets are proven"

# ---- Which datasets there are
run 0 zkp-ledger show
prints '  ages@5  entry '
run 0 zkp-ledger show --json
json '[(d["name"], d["versions"]) for d in d["datasets"]] == [("ages", 5), ("others", 2)]' 'is_hex(d["datasets"][0]["id"])' 'd["status"] == "done"'
ok "show alone lists the datasets"
