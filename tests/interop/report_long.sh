#!/usr/bin/env bash
# Audit reports before others' judges: html-validate and axe-core (npm), rdflib (PyPI), qpdf and poppler (apt). The ledger
# has names and texts that mean something to each format.
source "$ZKL_SOURCE_DIR/tests/interop/libtools.sh"
. "$ZKL_SOURCE_DIR/tests/cli/lib.sh"
export XDG_CACHE_HOME=$work/.cache

zkl_page_tools() {
    command -v npm >/dev/null || zkl_lacks "node and npm"
    local pins=$ZKL_SOURCE_DIR/tests/interop/report folder
    folder=$(zkl_tools_folder)/report-$(sha256sum <"$pins/package-lock.json" | cut -c1-16)
    (
        flock 9
        if [ ! -d "$folder" ]; then
            rm -rf "$folder.part" && mkdir "$folder.part" && cp "$pins"/package*.json "$folder.part/" && cd "$folder.part" &&
                npm ci --silent --ignore-scripts --no-audit --no-fund >&2 && mv "$folder.part" "$folder"
        fi
    ) 9>"$(zkl_tools_folder)/lock" || zkl_lacks "the packages of tests/interop/report from npm's registry, once"
    echo "$folder/node_modules"
}

new_ledger . --name 'judged'
printf 'id,age,"<b>x</b>"\n1,30,true\n2,17,false\n3,44,true\n4,45,false\n5,30,true\n' >people.csv
run 0 zkp-ledger notarize people.csv --name people -c 'histogram(age, 18, 40)' -c 'class_balance("<b>x</b>")' --public-digest
run 0 zkp-ledger transform people --data people.csv --op 'filter age >= 18' --as adults --to adults.csv
echo weights >model.bin
hostile=$(printf '<script>alert(1)</script> "a" \xe2\x80\xae \xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d &amp; ]]>')
run 0 zkp-ledger link adults --made model.bin --op "$hostile" --fact "run=$hostile"
run 0 zkp-ledger audit --format html --format json --format json-ld --format pdf -o whole

modules=$(zkl_page_tools) || exit 1
node "$ZKL_SOURCE_DIR/tests/interop/report/page.cjs" "$modules" whole/audit.html || fail "the page"
python=$(zkl_python "$ZKL_SOURCE_DIR/tests/interop/report_requirements.txt") || exit 1
"$python" "$ZKL_SOURCE_DIR/tests/interop/report.py" whole/audit.jsonld whole/audit.json || fail "the JSON-LD"
python3 - <<'PYTHON' || fail "the counts of claims"
import json
d = json.load(open("whole/audit.json"))
counts = {c["column"]: [(b["label"], b["count"]) for b in c["counts"]] for e in d["entries"] for c in e.get("claims", []) if "counts" in c}
assert counts == {"age": [("below 18", 1), ("18 to below 40", 2), ("40 or more", 2)], "<b>x</b>": [("false", 2), ("true", 3)]}, counts
PYTHON
ok "html-validate, axe-core and rdflib find nothing"

command -v qpdf >/dev/null || zkl_lacks "qpdf"
command -v pdftotext >/dev/null || zkl_lacks "poppler-utils"
run 0 qpdf --check whole/audit.pdf
run 0 pdfinfo whole/audit.pdf
prints 'Tagged:          yes'
prints 'Title:           Audit of judged-'
run 0 pdfinfo -struct whole/audit.pdf
for tag in 'H1 (block)' 'H2 (block)' 'H3 (block)' 'Table (block)' '  TH' '  TD' 'LBody (block)' '  Figure'; do prints "$tag"; done
pdftotext -raw whole/audit.pdf text
tr -d '\n ' <text >packed
python3 - <<'PYTHON' || fail "the PDF lacks what the model has"
import json
d, text = json.load(open("whole/audit.json")), open("packed").read()
for e in d["entries"]:
    assert e["receipt_id"] in text, e["index"]
    for c in e.get("claims", []):
        assert c["wellformedness"] or c["sentence"].replace(" ", "") in text, c
assert "\u202e" not in text and "<script>" in text
PYTHON
run 0 qpdf --json --json-key=outlines whole/audit.pdf
prints '"title": "Timeline"'
ok "the PDF is whole, tagged, with an outline, and says the same"

# The helper locks itself in before it reads: a filter on system calls, no new privileges.
helper=$zkl_build/lib/zkp-ledger/zkl-report-pdf
run_with /dev/null 1 "$helper"
says 'what it is given is no report'
mkfifo pipe
"$helper" <pipe >/dev/null 2>&1 &
pid=$!
exec 7>pipe
for _ in $(seq 500); do grep -q '^Seccomp:.*2' "/proc/$pid/status" && break; done
grep -q '^Seccomp:.*2' "/proc/$pid/status" || fail "the helper reads without a filter"
grep -q '^NoNewPrivs:.*1' "/proc/$pid/status" || fail "the helper may gain privileges"
exec 7>&-
wait "$pid"
ok "the helper is locked in"
