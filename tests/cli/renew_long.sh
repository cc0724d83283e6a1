#!/usr/bin/env bash
# renew: receipts and disclosures get what witnesses signed after they were written, and nothing but their own entry's.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

new_ledger one --name one
ledger=one/.zkp-ledger
small_table > d.csv
run 0 zkp-ledger notarize d.csv --name d --ledger $ledger -o d.zkl
run 0 zkp-ledger disclose d --rows 0-1 --data d.csv --ledger $ledger -o shown.zkl
run 0 zkp-ledger export d --format lineage --ledger $ledger -o lineage.zkl
run 0 zkp-ledger keys show --trust --ledger $ledger
cp "$work/.out" trust.toml
run 0 zkp-ledger witness new w --name witness.example/w --no-passphrase --json
json_value 'd["verifier_key"]' > w.key
{ cat trust.toml; printf '\n[witnesses]\nquorum = 1\nkeys = ["%s"]\n' "$(cat w.key)"; } > w.toml
for file in d shown; do
    cp $file.zkl $file.before
    run 9 zkp-ledger verify $file.zkl --trust w.toml
done

run 0 zkp-ledger log cosign request --ledger $ledger -o request
run 0 zkp-ledger witness cosign request --folder w --trust trust.toml -o signed
run 0 zkp-ledger log cosign attach signed --ledger $ledger --witness "$(cat w.key)"
run 0 zkp-ledger renew shown.zkl --ledger $ledger --json
json 'd["disclosure"] and d["cosignatures"] == 1 and d["old_tree_size"] <= d["tree_size"]' 'd["bytes"] > 0'
[ "$(stat -c %a shown.zkl)" = 600 ] || fail "others may read the values"
run 0 zkp-ledger renew d.zkl --ledger $ledger -o renewed.zkl
says 'a receipt, under a checkpoint of'
cmp -s d.zkl d.before || fail "the file itself was changed"
for file in renewed shown; do
    run 0 zkp-ledger verify $file.zkl --trust w.toml
    prints 'witness.example/w'
done
run 0 zkp-ledger verify shown.zkl --trust w.toml
says 'Shown, 2 rows'
ok "a receipt and a disclosure are under what a witness signed"

# What is not of this ledger, or no such file, changes nothing.
new_ledger two --name two
run 0 zkp-ledger notarize d.csv --name d --ledger two/.zkp-ledger -o other.zkl
cp other.zkl other.before
run 5 zkp-ledger renew other.zkl --ledger $ledger
says "it is of the log 'two-"
run 5 zkp-ledger renew d.zkl --ledger $ledger -o d.csv
small_table | cmp -s - d.csv || fail "a file that is no receipt was written over"
run 3 zkp-ledger renew d.csv --ledger $ledger
run 4 zkp-ledger renew nowhere.zkl --ledger $ledger
run 2 zkp-ledger renew lineage.zkl --ledger $ledger
says 'exported anew'
run 2 zkp-ledger renew d.zkl --ledger $ledger -o $ledger/d.zkl
python3 - <<'PYTHON'
data = bytearray(open("shown.before", "rb").read())
for at in range(8, len(data), 97):
    open("bad-%d.zkl" % at, "wb").write(data[:at] + bytes([data[at] ^ 1]) + data[at + 1:])
PYTHON
for bad in bad-*.zkl; do
    zkp-ledger renew "$bad" --ledger $ledger -o out.zkl 2>/dev/null && { zkp-ledger verify out.zkl --trust w.toml >verdict 2>&1 || fail "$bad became a file that is no good: $(cat verdict)"; cmp -s out.zkl shown.zkl || fail "$bad became something else"; rm -f out.zkl; }
done
cmp -s other.zkl other.before || fail "another ledger's receipt was changed"
ok "nothing else is written"

# Standard input needs an output; what only its owner may read stays so; a revoked version is told.
run_with d.before 2 zkp-ledger renew - --ledger $ledger
run_with d.before 0 zkp-ledger renew - --ledger $ledger -o piped.zkl
run 0 zkp-ledger verify piped.zkl --trust w.toml
chmod 600 d.zkl
run 0 zkp-ledger renew d.zkl --ledger $ledger
[ "$(stat -c %a d.zkl)" = 600 ] || fail "others may read a file that was its owner's"
[ "$(stat -c %a piped.zkl)" = 644 ] || fail "a new receipt has another mode"
silent_about 'was revoked'
run 0 zkp-ledger revoke d@1 --reason 'a wrong table' --ledger $ledger
for file in d shown; do
    run 0 zkp-ledger renew $file.zkl --ledger $ledger
    says "'d@1' was revoked by entry"
done
ok "from standard input, with the file's mode, and a revoked version is told"

# A witness's answer to an older checkpoint takes no revocation out of a receipt.
run 0 zkp-ledger notarize d.csv --name e --ledger $ledger
run 0 zkp-ledger log cosign request --ledger $ledger -o request
run 0 zkp-ledger revoke --signer current --replace --reason stolen --ledger $ledger
run 0 zkp-ledger export e --ledger $ledger -o e.zkl
run 0 zkp-ledger witness cosign request --folder w --trust trust.toml -o late
run 0 zkp-ledger log cosign attach late --ledger $ledger --witness "$(cat w.key)"
cp e.zkl e.before
run 5 zkp-ledger renew e.zkl --ledger $ledger
says 'has a later entry, as of a revocation, that the new one lacks'
cmp -s e.zkl e.before || fail "the revocation is gone"
ok "a receipt does not go back"
