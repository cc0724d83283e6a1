#!/usr/bin/env bash
# More claims than an entry has room for stand in several: all of them are checked before the first is recorded, and all
# are verified together.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

new_ledger .
printf 'id,amount\n1,10.50\n2,20.25\n3,30.00\n' >t.csv
# list FROM TO: so many claims that differ.
list() {
    echo 'claims = ['
    for n in $(seq "$1" "$2"); do echo "  \"range(amount, -$n.25, $((100000 + n)))\","; done
    echo ']'
}
list 1 440 >two.toml
list 1 900 >three.toml
run 0 zkp-ledger keys show --trust
cp "$work/.out" trust.toml

# Two entries: one receipt holds both.
run 0 zkp-ledger notarize t.csv --name two --claims two.toml -o two.zkl --json
json 'len(d["added_entries"]) == 1' 'd["added_entries"][0]["index"] > d["entry"]["index"]' \
    'len([c for c in d["claims"] if c.startswith("every value of amount")]) == 440' \
    '0 < d["added_entries"][0]["claims"] < 440' 'd["receipt_bytes"] > 0' 'is_hex(d["added_entries"][0]["receipt_id"])'
run 0 zkp-ledger verify two.zkl --trust trust.toml --json
json 'len({c["text"] for c in d["claims"] if c["text"].startswith("range(amount")}) == 440' 'd["entry"]["kind"] == "prove"'
run 0 zkp-ledger verify two --json
json 'len(d["claims"]) + sum(len(l["claims"]) for l in d["later"]) == 441'
size=$(log_size)
run 0 zkp-ledger notarize t.csv --name two --claims two.toml --if-changed
prints 'Unchanged'
[ "$(log_size)" -eq "$size" ] || fail "the same claims were recorded again"
ok "claims for two entries, in one receipt"

# Three entries: no receipt holds them, which is said before any work; a lineage receipt does.
run 6 zkp-ledger notarize t.csv --name three --claims three.toml -o three.zkl
says 'a receipt holds a notarisation and one entry of claims'
says '--format lineage'
[ ! -e three.zkl ] || fail "there is a receipt"
[ "$(log_size)" -eq "$size" ] || fail "a refusal recorded something"
run 0 zkp-ledger notarize t.csv --name three --claims three.toml
prints 'of the claims stand in entry'
run 0 zkp-ledger verify three --json
json 'len(d["claims"]) + sum(len(l["claims"]) for l in d["later"]) == 901' 'len(d["later"]) == 2'
run 0 zkp-ledger export three --format lineage -o three.lineage.zkl
run 0 zkp-ledger verify three.lineage.zkl --trust trust.toml
[ "$(grep -c 'range(amount' "$work/.out")" -eq 900 ] || fail "the lineage receipt does not hold all claims"
run 0 zkp-ledger verify-chain --proofs
ok "claims for three entries, in one lineage receipt"

# One false claim, the last, refuses all: before anything is recorded.
size=$(log_size)
list 1 440 | sed 's/-440.25, 100440/11, 100440/' >false.toml
run 1 zkp-ledger notarize t.csv --name false --claims false.toml
says "'range(amount, 11, 100440)' is false: 1 offending row"
run 1 zkp-ledger prove two --claims false.toml --data t.csv
[ "$(log_size)" -eq "$size" ] || fail "a false claim's neighbours were recorded"
# Standard input is read once, so there all claims have to fit.
run_with t.csv 6 zkp-ledger notarize - --format csv --name once --claims two.toml
says 'the entry has'
[ "$(log_size)" -eq "$size" ] || fail "a refusal recorded something"
ok "what is false, or cannot be gone on with, records nothing"

# prove goes the same way, and goes on where it was cut off: what is proven is not proven again.
run 0 zkp-ledger notarize t.csv --name later --claim 'range(amount, -1.25, 100001)'
size=$(log_size)
run 6 zkp-ledger prove later --claims three.toml --data t.csv -o later.zkl
says 'a receipt holds a notarisation and one entry of claims'
[ "$(log_size)" -eq "$size" ] || fail "a refusal recorded something"
run 0 zkp-ledger prove later --claims two.toml --data t.csv --json
json 'len(d["added_entries"]) == 1' 'd["proven_before"] == ["range(amount, -1.25, 100001)"]'
run 0 zkp-ledger prove later --claims two.toml --data t.csv
prints 'Nothing is left to prove'
[ "$(log_size)" -eq $((size + 2)) ] || fail "there are not two entries more"
run 0 zkp-ledger verify later --json
json 'len(d["claims"]) + sum(len(l["claims"]) for l in d["later"]) == 441'
ok "claims that are added later stand in several entries too"
