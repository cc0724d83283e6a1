#!/usr/bin/env bash
# Later versions of a dataset: what they inherit, what changes, and that the command says so.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

new_ledger .
printf 'id,city\n1,Bern\n2,Churwalden\n' >1.csv
printf 'id,city\n1,Churwalden\n' >2.csv           # narrower values, fewer strings
printf 'id,city\n70000,Churwalden\n2,Bern\n' >3.csv # a larger number
printf 'id,city\n3,Zugersee\n4,Churwalden\n' >4.csv    # a new string

run 0 zkp-ledger notarize 1.csv --name cities --json
json 'd["inherited"] is None'
run 0 zkp-ledger notarize 2.csv --name cities
prints 'Since cities@1:'
prints 'types as before; unchanged chunks: 0 of 1'
run 0 zkp-ledger notarize 2.csv --name cities --json
json 'd["inherited"] == {"version": 2, "previous_reading": None, "same_schema": True, "unchanged_chunks": 1, "changes": []}'
ok "narrower values and fewer strings keep the types"

run 0 zkp-ledger notarize 3.csv --name cities
prints 'uint16 -> uint32: 70000 lies outside uint16'
prints 'another schema, so every chunk is committed anew'
run 0 zkp-ledger notarize 4.csv --name cities --json
json 'd["inherited"]["version"] == 4' 'd["inherited"]["same_schema"] is False' \
    '[c["column"] for c in d["inherited"]["changes"]] == ["city"]' \
    'd["inherited"]["changes"][0]["reason"] == "1 new string"' \
    'd["inherited"]["changes"][0]["from"]["type"] != d["inherited"]["changes"][0]["to"]["type"]' \
    '[c["type"] for c in d["columns"]][0] == "uint32"'
ok "a larger number and a new string change their column, and are told"

# ---- A column that a mistake made text stays text, and both are told
printf 'id,mass\n1,30\n2,NA\n3,50\n' >na.csv
run 2 zkp-ledger notarize na.csv --name mass --claim 'sum(mass)'
says "what stands in line 3 is no number, and was not said to mean null"
says "; what means null is said with --null"
silent_about "'NA'" # errors show no values
run 8 zkp-ledger notarize na.csv --name mass --claim 'range(mass, 0, 100)'
says "what stands in line 3 is no number"
run 0 zkp-ledger notarize na.csv --name mass
run 0 zkp-ledger notarize na.csv --name mass --null NA
prints 'as before: text, though its values now are integers 30..50, 1 null; a schema file changes that'
run 8 zkp-ledger notarize na.csv --name mass --null NA --claim 'range(mass, 0, 100)'
says 'as it was in the version before; its values now would have another type'
printf '[columns.mass]\ntype = "uint16"\n' >mass.toml
run 0 zkp-ledger notarize na.csv --name mass --null NA --claim 'range(mass, 0, 100)' --schema mass.toml
run 0 zkp-ledger notarize na.csv --name mass --null NA --claim 'range(mass, 0, 100)'
silent_about 'as before: text'
printf 'a,b\n,x\n,y\n' >nulls.csv
run 2 zkp-ledger notarize nulls.csv --name nulls --claim 'range(a, 0, 1)' --allow-empty --dry-run
says 'every row of it is null, so nothing says its type: a schema file can'
printf '[columns.a]\ntype = "uint16"\n' >nulls.toml
run 0 zkp-ledger notarize nulls.csv --name nulls --claim 'range(a, 0, 1)' --allow-empty --dry-run --schema nulls.toml
ok "a column that is text by mistake is told, and a schema file ends it"

run 0 zkp-ledger show cities@1 --json
json '[c["type"] for c in d["columns"]][0] == "uint16"'
for version in 1 2 3 4 5; do
    file=$version.csv
    [ "$version" -ge 3 ] && file=$((version - 1)).csv
    run 0 zkp-ledger verify "cities@$version" --data "$file"
    prints 'Recomputed from the data'
done
run 1 zkp-ledger verify cities@2 --data 1.csv
ok "every version is recomputed from its data"

# No value of a dictionary lies in the clear in the ledger's folder.
if grep -rqa -e Zugersee -e Churwalden .zkp-ledger; then fail "a string of the table lies in the ledger's folder"; fi
ok "no string of the data is in the ledger's folder"

# ---- [export] formats is what export writes when nobody says which; those of reports are audit's.
run 0 zkp-ledger export cities@1
[ -s cities@1.zkl ] || fail "the default export is no receipt"
sed -i 's/^formats = .*/formats = ["dsse", "tlog-tiles"]/' .zkp-ledger/zkp-ledger.toml
run 0 zkp-ledger export cities@1 --json
json '[e["format"] for e in d["exports"]] == ["dsse", "tlog-tiles"]' \
    '[e["output"] for e in d["exports"]] == ["cities@1.dsse.json", "tlog-tiles"]' 'd["exports"][0]["bytes"] > 100'
python3 -m json.tool cities@1.dsse.json >/dev/null && [ -s tlog-tiles/checkpoint ] || fail "the configured formats are not there"
run 2 zkp-ledger export cities@1 -o one.place
says "say --format"
run 0 zkp-ledger export cities@1 --format receipt -o - # what is asked for counts first
run 0 zkp-ledger doctor
says 'dsse, tlog-tiles'
sed -i 's/^formats = .*/formats = ["csv", "dsse", "md"]/' .zkp-ledger/zkp-ledger.toml
run 0 zkp-ledger export cities@1 --json
json 'd["format"] == "dsse"'
sed -i 's/^formats = .*/formats = ["csv"]/' .zkp-ledger/zkp-ledger.toml
run 0 zkp-ledger export cities@1 --json
json 'd["format"] == "receipt"'
ok "configured export formats"
