#!/bin/bash
# What an auditor reads: whose trust counted, what was proven, and which check failed.
. "$(dirname "$0")/lib.sh"

new_ledger one
small_table > d.csv
run 0 zkp-ledger notarize d.csv --name d --claim 'range(age, 0, 120)' --ledger one/.zkp-ledger -o d.zkl
run 0 zkp-ledger keys show --trust --ledger one/.zkp-ledger
cp "$work/.out" one.toml
new_ledger two
run 0 zkp-ledger keys show --trust --ledger two/.zkp-ledger
cp "$work/.out" two.toml

# ---- A failed check has a name that programs can rely on
run 9 zkp-ledger verify d.zkl --trust two.toml --json
json 'd["check"] == "trust"' '"this is a receipt of log '"'"'one-" in d["error"]' \
    '"the trust file is of log '"'"'two-" in d["error"]' 'd["exit_code"] == 9'
printf 'x' | dd of=d.zkl bs=1 seek=2000 conv=notrunc 2>/dev/null
run 3 zkp-ledger verify d.zkl --trust one.toml --json
json 'd["check"] == "form"'
run 4 zkp-ledger verify nothing.zkl --trust one.toml --json
json '"check" not in d'
ok "a failed check is named, and a wrong trust file says whose it is"

# ---- What a verdict says first, and whose trust counted
run 0 zkp-ledger notarize d.csv --name e --claim 'range(age, 0, 120)' --ledger one/.zkp-ledger -o e.zkl
run 0 zkp-ledger verify e.zkl --trust one.toml
[ "$(head -1 "$work/.out")" = "VALID (development set-up: does not bind the ledger's owner)  e@1  4 rows, 2 columns" ] ||
    fail "the first line says less than it should"
prints "  Trust: file one.toml (log 'one-"
prints 'age                      uint16'
prints 'that this is the latest version'
prints 'Read as: CSV'
run 0 zkp-ledger verify e.zkl --ledger one/.zkp-ledger
prints "  Trust: the ledger one/.zkp-ledger, by --ledger (log 'one-"
run 0 zkp-ledger verify e.zkl --trust one.toml --json
json 'd["trust"]["source"] == "file"' 'd["trust"]["path"] == "one.toml"' \
    'd["trust"]["log"] == d["log"]["origin"]' 'd["trust"]["key"].startswith(d["trust"]["log"] + "+")' \
    'd["setup"] == "development"' '"latest" in d["not_proven_names"]' '"owner" in d["not_proven_names"]' \
    'len(d["not_proven"]) == len(d["not_proven_names"])' \
    'd["columns"] == [{"name": "id", "type": "uint16", "nullable": False}, {"name": "age", "type": "uint16", "nullable": False}]'
run 0 zkp-ledger verify e.zkl --ledger one/.zkp-ledger --json
json 'd["trust"]["source"] == "named ledger"' 'd["trust"]["path"] == "one/.zkp-ledger"'
run 0 zkp-ledger verify e --ledger one/.zkp-ledger --data d.csv --json
json '"file" not in d["not_proven_names"]' 'd["trust"]["source"] == "named ledger"'
run 0 zkp-ledger verify-chain --ledger one/.zkp-ledger
prints "Trust: log 'one-"
ok "the verdict says first what a development set-up is worth, and whose trust counted"

# ---- Of a part of the log no more is said than was looked at
run 0 zkp-ledger show d --ledger one/.zkp-ledger --json
of_d=$(json_value 'len(d["statements"])')
run 0 zkp-ledger show e --ledger one/.zkp-ledger --json
of_e=$(json_value 'len(d["statements"])')
run 0 zkp-ledger verify-chain --ledger one/.zkp-ledger --proofs --from d --to d --json
json 'd["content_of"] == {"from": 2, "to": 2}' "d['proofs'] == $of_d"
run 0 zkp-ledger verify-chain --ledger one/.zkp-ledger --proofs --from d --to d
prints '  content looked at: entries 2 to 2 alone'
prints "  every proof of these entries verified: $of_d"
run 0 zkp-ledger verify-chain --ledger one/.zkp-ledger --proofs
prints "  every proof verified: $((of_d + of_e))"
silent_about 'alone'
ok "verify-chain says which entries it looked into"

# ---- A receipt shown without a ledger
run 0 zkp-ledger show e.zkl
[ "$(head -1 "$work/.out")" = "NOT VERIFIED: this is what the receipt says ('verify' checks it)" ] || fail "it looks verified"
prints 'every value of age lies between 0 and 120'
prints 'age                      uint16'
run 0 zkp-ledger show e.zkl --json
json 'd["verified"] is False' 'd["log"].startswith("one-")' 'd["dataset"]["name"] == "e"' 'len(d["claims"]) == 2' \
    'd["columns"][1]["name"] == "age"' 'd["versions"] == []'
cp e.zkl plain
run 0 zkp-ledger show plain
run 3 zkp-ledger show ./d.csv
says 'this is no receipt: it is text, perhaps CSV'
mkdir e && run 0 zkp-ledger show e --ledger one/.zkp-ledger
ok "show reads a receipt, and says that it verifies nothing"

# ---- Only what was verified is called valid
for command in 'show e.zkl' 'show e --ledger one/.zkp-ledger' 'log --ledger one/.zkp-ledger' 'keys show --ledger one/.zkp-ledger' \
    'doctor --ledger one/.zkp-ledger' 'notarize d.csv --name f --dry-run --ledger one/.zkp-ledger' \
    'export d --ledger one/.zkp-ledger -o d2.zkl'; do
    run 0 zkp-ledger $command --json
    json 'd["status"] == "done"' 'd["exit_code"] == 0'
done
for command in 'verify e.zkl --trust one.toml' 'verify-chain --ledger one/.zkp-ledger'; do
    run 0 zkp-ledger $command --json
    json 'd["status"] == "valid"' 'd["exit_code"] == 0'
done
ok "only what was verified is called valid"

# ---- What is no receipt is told what it is
run 0 zkp-ledger export e --format data-key --ledger one/.zkp-ledger -o e.zklkey
run 0 zkp-ledger export e --format dsse --ledger one/.zkp-ledger -o e.json
printf 'PAR1....' > e.parquet
: > empty
printf '\001\002\000' > odd
gzip -c d.csv > d.csv.gz
while read -r file what; do
    run 3 zkp-ledger verify "./$file" --trust one.toml --json
    json 'd["check"] == "form"' '"this is no receipt: it is '"$what"'" in d["error"]'
done <<'LIST'
one.toml a trust file
e.zklkey a data key
e.json a signed entry alone
d.csv text, perhaps CSV
d.csv.gz gzip-compressed
e.parquet a Parquet file
empty empty
odd of an unknown kind
one/.zkp-ledger/keys/owner.key a secret key file
LIST
run 0 zkp-ledger export e --ledger one/.zkp-ledger -o e.zkl --force
while read -r file what; do
    run 3 zkp-ledger verify e.zkl --trust "$file"
    says "'$file' is no trust file, it names no 'first_log_key': it is $what"
done <<'LIST'
e.zkl a receipt
e.zklkey a data key
d.csv text, perhaps CSV
d.csv.gz gzip-compressed
LIST
grep -v '^srs = ' one.toml > lacking.toml
run 3 zkp-ledger verify e.zkl --trust lacking.toml
says "trust file 'lacking.toml': 'srs' is missing"
for file in one.toml e.zkl d.csv; do
    run 3 zkp-ledger verify e.zkl --trust one.toml --data d.csv --data-key "$file"
    says 'what is given as data key is none: it is '
done
ok "what is no trust file and no data key is told what it is"

head -c 2000 e.zkl > short.zkl
run 3 zkp-ledger verify short.zkl --trust one.toml
says 'cut short or changed'
ok "a receipt that is cut short is told so"

# ---- Another kind of file in place of the data
printf '[{"id":1,"age":30}]' > d.json
run 1 zkp-ledger verify e --ledger one/.zkp-ledger --data d.json
says 'the file begins as JSON does, and the manifest says CSV'
run 1 zkp-ledger verify e --ledger one/.zkp-ledger --data one.toml
says 'the file begins as a trust file does'
run 8 zkp-ledger verify e --ledger one/.zkp-ledger --data e.zkl
says "'e.zkl' holds a receipt, not the table it speaks of"
run 8 zkp-ledger verify e --ledger one/.zkp-ledger --data e.zkl --format csv --delimiter ,
says "'e.zkl' holds a receipt"
ok "another kind of file in place of the data is told"
