#!/usr/bin/env bash
# audit: every entry with its result, the same in every format; what it names, remembers, refuses and logs.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
export XDG_CACHE_HOME=$work/.cache

new_ledger . --name audited
printf 'id,age,<i>c</i>\n1,30,1\n2,17,0\n3,44,1\n4,45,0\n' >people.csv
run 0 zkp-ledger notarize people.csv --name people -c 'range(age, 0, 120)' -c 'range("<i>c</i>", 0, 1)' --public-digest
echo weights >model.bin
run 0 zkp-ledger link people --made model.bin --op 'fit <script>alert(1)</script> "a" | b' --fact 'seed=<b>'

# ---- One model: every format has each receipt id with its result.
for ending in html json jsonld csv md; do
    run 0 zkp-ledger audit -o audit.$ending
    says 'VERIFIED  4 of 4 entries, 1 dataset version, 2 claims'
done
run 0 zkp-ledger log --json
python3 - "$work/.out" <<'PYTHON' || fail "the formats are not of one model"
import csv, json, re, sys
log = json.load(open(sys.argv[1]))
ids = [e["receipt_id"] for e in log["entries"]]
d = json.load(open("audit.json"))
assert d["format"] == "zkp-ledger-audit" and d["version"] == 1 and d["result"]["status"] == "verified", d["result"]
assert [e["receipt_id"] for e in d["entries"]] == ids and {e["state"] for e in d["entries"]} == {"verified"}
assert d["log"]["root"] == log["root"] and d["log"]["size"] == 4
assert 'every value of "<i>c</i>" lies between 0 and 1' in [c["sentence"] for c in d["entries"][2]["claims"]]
assert d["entries"][3]["recorded"]["operation"].startswith("fit <script>") and d["steps"][0]["state"] == "recorded"
rows = list(csv.DictReader(open("audit.csv", newline="")))
assert [r["receipt_id"] for r in rows] == ids and {r["state"] for r in rows} == {"verified"}
graph = json.load(open("audit.jsonld"))["@graph"]
assert [n["zkl:receiptId"] for n in graph if "zkl:receiptId" in n] == ids
page = open("audit.html").read()
assert re.findall(r'class="mono">([0-9a-f]{64})</td>', page) == ids
assert page.count("<script") == 1 and "<i>" not in page and "<b>" not in page
text = open("audit.md").read()
assert [i for i in re.findall(r"`([0-9a-f]{64})` \|\n", text)] == ids and "<" not in text.replace("\n    ", "")
PYTHON
ok "HTML, JSON, JSON-LD, CSV and Markdown have every entry with its result"

# ---- A part of the log.
run 0 zkp-ledger audit people --kind notarise --format csv -o -
[ "$(wc -l <"$work/.out")" -eq 2 ] || fail "one entry was asked for"
run 0 zkp-ledger audit --until 2000-01-01 --json -o old.json
json 'd["entries"] == 0 and d["log"]["size"] == 4' 'd["status"] == "valid"'
run 4 zkp-ledger audit people@2 -o none.html
run 2 zkp-ledger audit --kind notarize -o none.html
says "did you mean 'notarise'"
# What is not there yet is nothing that was verified.
run 0 zkp-ledger audit --since 2100-01-01 --format md -o later.md
says 'NO ENTRY is among what was asked for; the log'"'"'s newest is of 20'
grep -q 'No entry of the log is among what was asked for; its newest is of 20' later.md || fail "the report says that all were verified"
run 2 zkp-ledger audit --since yesterday -o none.html
[ ! -e none.html ] || fail "it wrote what it refused"
ok "by dataset, kind and time"

# ---- Where it goes. A report of this ledger is replaced, anything else is not.
run 0 zkp-ledger audit --format html --format json -o both
[ -s both/audit.html ] && [ -s both/audit.json ] || fail "two formats make a folder"
run 0 zkp-ledger audit -o audit.html
run 5 zkp-ledger audit --format html -o people.csv
run 2 zkp-ledger audit -o .zkp-ledger/report.html
sed -i 's/^formats = .*/formats = ["receipt", "md"]/; s/^include_visualizations = .*/include_visualizations = false/' .zkp-ledger/zkp-ledger.toml
run 0 zkp-ledger audit
[ -s audit.md ] || fail "the configured format is md"
run 0 zkp-ledger audit -o plain.html
lacks "the configuration wants no drawings" zkl-lineage\" plain.html
run 0 zkp-ledger audit -o plain.html --visualizations yes
grep -q 'zkl-lineage"' plain.html || fail "a drawing was asked for"
ok "outputs and the configuration"

# ---- Proofs that were verified are remembered, unless they are to be verified anew.
run 0 zkp-ledger audit --json -o audit.html
json 'd["proofs"] == d["remembered"] > 0'
run 0 zkp-ledger audit --json -o audit.html --fresh
json 'd["proofs"] > d["remembered"] == 0'
chmod 770 "$XDG_CACHE_HOME/zkp-ledger/verified"
run 0 zkp-ledger audit --json -o audit.html
json 'd["remembered"] == 0'
ok "verified proofs are remembered, where nobody else can write"

# ---- PDF, by the helper; without it there is none.
if [ -x "$zkl_build/lib/zkp-ledger/zkl-report-pdf" ]; then
    run 0 zkp-ledger audit -o audit.pdf
    head -c 5 audit.pdf | grep -q '%PDF-' || fail "it is no PDF"
    run 0 zkp-ledger audit -o audit.pdf
fi
mkdir empty
ZKP_LEDGER_MODULE_DIR=$work/empty run 8 zkp-ledger audit -o none.pdf
says 'writes no PDF'
ok "PDF"

# ---- Logged: the hash of the file, and the tree that it is of. Then a broken log.
run 0 zkp-ledger audit -o audit.json --notarize --json
json 'd["notarized"]["index"] == 4' "d['files'][0]['sha256'] == '$(sha256sum audit.json | cut -c1-64)'"
run 0 zkp-ledger log --last 1
prints 'report    audit.json, of 4 entries'
run 0 zkp-ledger verify-chain --proofs
run 2 zkp-ledger audit --format json -o - --notarize
cp -r .zkp-ledger/store "$work/older"
run 0 zkp-ledger notarize people.csv --name more
rm -r .zkp-ledger/store && mv "$work/older" .zkp-ledger/store
run 1 zkp-ledger audit -o broken.json --json
json 'd["status"] == "rejected" and "lost entries" in d["log"]["fault"] and d["entries"] == 5'
python3 -c 'import json; d = json.load(open("broken.json"))["result"]; assert d["status"] == "broken" and d["fault"]' || fail "the report calls it whole"
run 1 zkp-ledger audit -o broken2.json --notarize
run 0 zkp-ledger log
prints '5 entries'
ok "a report is logged, and one of a log that does not hold is not"
