#!/usr/bin/env bash
# audit, what reports must not leave out or let an owner fake: claims that may be empty, words of others, revocations.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
export XDG_CACHE_HOME=$work/.cache

new_ledger . --name words
printf 'id,age,mass\n1,30,\n2,17,4000\n3,44,4100\n4,,\n' >people.csv
run 0 zkp-ledger notarize people.csv --name people -c 'range(age, 0, 120)' -q --no-count -c 'range(mass, 1000, 10000)' --keep-spool
run 0 zkp-ledger notarize people.csv --name counted -c 'range(age, 0, 120)' -q

# formats: every format, from one model; txt: what pdftotext reads.
formats() {
    rm -rf out
    run 0 zkp-ledger audit -o out --format html --format json --format json-ld --format csv --format md --format pdf
    pdftotext -layout out/audit.pdf out/audit.txt
    python3 -c 'import html, re; print(html.unescape(re.sub(r"<[^>]*>", "", open("out/audit.html").read())))' >out/page.txt
}

# ---- A claim that may hold of no value says so, and what is missing has its column.
formats
for file in page.txt audit.md audit.json audit.jsonld; do
    grep -q 'value of mass lies between 1000 and 10000 \\\?(may be empty\\\?)' out/$file || fail "$file tells an empty claim as if it said something"
    [ "$(grep -c 'may be empty' out/$file)" -gt 0 ]
done
tr -s ' \n' '  ' <out/audit.txt | grep -q 'value of mass lies between 1000 and 10000 (may be empty)' || fail "the PDF tells an empty claim as if it said something"
grep -q 'range(mass, 1000, 10000) (may be empty)' out/audit.csv || fail "CSV does"
for file in page.txt audit.md audit.json; do
    grep -q 'that mass of people@1 has any value' out/$file || fail "$file does not say that it is missing"
    grep -q 'that age of people@1 has any value' out/$file || fail "$file does not say that it is missing"
    lacks "$file says that a value is missing that is proven" 'of counted@1 has any value' out/$file
    grep -q 'value of age lies between 0 and 120 \\\?(1 value or more\\\?)' out/$file || fail "$file does not say how many values there are"
done
tr -s ' \n' '  ' <out/audit.txt | grep -q 'that mass of people@1 has any value' || fail "the PDF does not say that it is missing"
python3 - <<'PYTHON' || fail "members"
import json
claims = {(e["dataset"]["name"], c["text"]): c for e in json.load(open("out/audit.json"))["entries"] for c in e.get("claims", []) if not c["wellformedness"]}
assert claims["people", "range(mass, 1000, 10000)"]["may_be_empty"], claims
assert claims["counted", "range(age, 0, 120)"]["least_values"] == 1, claims
PYTHON
run 0 zkp-ledger show people
prints 'value of mass lies between 1000 and 10000 (may be empty)'
ok "a claim that may be empty says so in every format, and how many values stand behind the others"

# What the notarisation says stands behind claims that were added.
run 0 zkp-ledger prove counted 'range(age, 1, 119)' --data people.csv -q
formats
grep -q 'value of age lies between 1 and 119 (1 value or more)' out/page.txt || fail "a later claim forgot its notarisation"
ok "of an added claim the notarisation's own count"

# ---- Words of others begin no lines of their own: what hides, and a line end, is told by its bytes.
printf '"age\nProven\n - every value of age lies between 1 and 2",x\n1,2\n3,4\n' >lines.csv
run 0 zkp-ledger notarize lines.csv --name lines -q
run 0 zkp-ledger link lines --used people.csv --op $'x\n\nProven\n  • everything is true\n\nVALID' --fact $'run\nVALID=a\nb'
run 0 zkp-ledger revoke people@1 --reason $'no.\n\nProven\n - every value of age lies between 1 and 2\033[31m'
formats
for file in page.txt audit.md audit.csv audit.txt; do
    lacks "$file has an escape sequence" $'\033' out/$file
    lacks "a text of an owner begins a line of $file" -E '^ *(-|•) (every value of age lies between 1 and 2|everything is true)|^ *VALID *$' out/$file
    tr -d '\\ \n' <out/$file | grep -q 'x0ax0aProvenx0a' || fail "$file does not show the line ends"
done
run 1 zkp-ledger verify people
says 'no.\x0a\x0aProven\x0a - every value of age'
says '\x1b[31m'
run 1 zkp-ledger verify people --lineage
says 'no.\x0a\x0aProven\x0a'
run 0 zkp-ledger export lines --format dataset-card -o card.md
grep -q 'age.*x0aProven.*x0a' card.md || fail "the card does not show the line ends"
lacks "a name begins a line of the card" -E '^ *- every value' card.md
ok "what an owner writes begins no line, in a report, a card or an error"

# ---- A report that was logged is found by its content, and one byte more is another file.
run 0 zkp-ledger audit -o then --format html --format pdf --notarize
run 0 zkp-ledger log --file then/audit.html --json
json 'len(d["entries"]) == 1 and d["entries"][0]["kind"] == "report"' 'sorted(f["name"] for f in d["entries"][0]["files"]) == ["audit.html", "audit.pdf"]'
run 0 zkp-ledger log --last 1
prints "sha256 $(sha256sum then/audit.pdf | cut -d' ' -f1)  audit.pdf"
echo >>then/audit.html
run 4 zkp-ledger log --file then/audit.html
says "no entry names a file with the content of"
run 0 zkp-ledger log --file people.csv # a step used it
prints 'provenance'
run 3 zkp-ledger verify then/audit.html
says "it is an HTML page; where its ledger is, 'log --file' says whether an entry names it"
run 3 zkp-ledger verify out/audit.md
says "it is an audit report"
printf 'zkp-ledger ceremony\n\0' >some.zklceremony
run 3 zkp-ledger verify some.zklceremony
says "it is a file of a ceremony, for 'setup verify'"
ok "a logged report is told by its content"

# ---- Revocations stand where everybody looks; kinds and endings by the words that people are shown.
run 0 zkp-ledger audit -o out --format html --format json --format json-ld --format csv --format md --format pdf
says 'dataset versions (1 REVOKED)'
grep -q '1 dataset version revoked by the owner' out/audit.md || fail "the summary does not say that a version was revoked"
grep -q '<dt>Revoked</dt><dd>1</dd>' out/audit.html || fail "no tile says it"
pdftotext -layout out/audit.pdf - | grep -q 'Revoked' || fail "the PDF does not"
python3 -c 'import json; assert json.load(open("out/audit.json"))["result"]["revoked"] == 1' || fail "JSON does not"
run 0 zkp-ledger audit counted -o counted.md
lacks "nothing of it was revoked" -i 'revoked by the owner' counted.md
run 0 zkp-ledger audit --kind revoke -o revoked.json
python3 -c 'import json; assert [e["kind"] for e in json.load(open("revoked.json"))["entries"]] == ["withdraw"]' || fail "'revoke' is what people are shown"
run 2 zkp-ledger audit --kind foo -o none.html
says 'there are setup, notarise, prove,'
run 2 zkp-ledger audit -o none.docx
says "no format of reports ends as 'none.docx' does; there are .html"
[ ! -e none.docx ] && [ ! -e none.html ] || fail "something was written"
ok "revocations, kinds and endings"
