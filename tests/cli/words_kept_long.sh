#!/usr/bin/env bash
# What others said is kept: a lineage is under one checkpoint whoever signed which, and no file that a clock or a witness
# spoke in is replaced by one without, by whatever command, also after the log key was rotated.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
. "$(dirname "${BASH_SOURCE[0]}")/lib_tsa.sh"

new_ledger one --name one
ledger=one/.zkp-ledger
export ZKP_LEDGER_DIR=$work/$ledger
small_table > d.csv
run 0 zkp-ledger notarize d.csv --name d -o d.zkl
echo weights > model.bin
run 0 zkp-ledger link d --used model.bin --op import
run 0 zkp-ledger keys show --trust
cp "$work/.out" trust.toml
run 0 zkp-ledger witness new w --name witness.example/w --no-passphrase --json
json_value 'd["verifier_key"]' > w.key
{ cat trust.toml; printf '\n[witnesses]\nquorum = 1\nkeys = ["%s"]\n' "$(cat w.key)"; } > w.toml
sign() {
    rm -f request signed
    run 0 zkp-ledger log cosign request -o request
    run 0 zkp-ledger witness cosign request --folder w --trust trust.toml -o signed
    run 0 zkp-ledger log cosign attach signed --witness "$(cat w.key)"
}
sign
run 0 zkp-ledger renew d.zkl
run 0 zkp-ledger verify d.zkl --trust w.toml

# ---- A lineage whose later entries no witness covers: all of it is under the newest checkpoint
run 0 zkp-ledger export d --format lineage -o witnessed.zkl
run 0 zkp-ledger verify witnessed.zkl --trust w.toml
run 0 zkp-ledger link d --used d.csv --op later
run 0 zkp-ledger lineage d --verify
run 0 zkp-ledger verify d --lineage
run 0 zkp-ledger export d --format lineage -o later.zkl
run 0 zkp-ledger verify later.zkl --trust trust.toml
run 9 zkp-ledger verify later.zkl --trust w.toml
run 5 zkp-ledger export d --format lineage -o witnessed.zkl
says "exists and has a witness's signature that the new one lacks"
run 0 zkp-ledger verify witnessed.zkl --trust w.toml
for format in prov-json openlineage training-summary; do
    run 0 zkp-ledger export d --format $format -o d.$format
done
sign
run 0 zkp-ledger export d --format lineage -o witnessed.zkl
run 0 zkp-ledger verify witnessed.zkl --trust w.toml
run 0 zkp-ledger lineage d --verify --json
json 'd["receipts"] == 3'
ok "a lineage is under one checkpoint, with the witness as soon as he signed"

# ---- The log key that signed with the witness is replaced: his signature counts all the same
run 0 zkp-ledger renew d.zkl
run 0 zkp-ledger export d --format tlog-proof -o d.proof
run 0 zkp-ledger keys rotate --role log
run 0 zkp-ledger renew d.zkl --json
json 'd["cosignatures"] == 1'
run 0 zkp-ledger export d -o exported.zkl
run 0 zkp-ledger export d --format tlog-proof -o d.proof
for file in d exported witnessed; do
    run 0 zkp-ledger verify $file.zkl --trust w.toml
done
grep -q '^— witness.example/w ' d.proof || fail "the proof for tlog clients lost its witness"
# Of a witness under the new key and others under the old one: the new key's checkpoint, and no file loses a witness by it.
run 0 zkp-ledger witness new v --name witness.example/v --no-passphrase --json
json_value 'd["verifier_key"]' > v.key
rm request signed
run 0 zkp-ledger log cosign request --old 0 -o request
run 0 zkp-ledger keys show --trust
cp "$work/.out" rotated.toml
run 0 zkp-ledger witness cosign request --folder v --trust rotated.toml -o signed
run 0 zkp-ledger log cosign attach signed --witness "$(cat v.key)"
cp d.zkl before.zkl
run 5 zkp-ledger renew d.zkl
says "exists and has a witness's signature that the new one lacks"
run 5 zkp-ledger export d -o d.zkl
run 5 zkp-ledger export d --format tlog-proof -o d.proof
run 5 zkp-ledger notarize d.csv --name d --if-changed -o d.zkl
run 5 zkp-ledger prove d 'range(age, 0, 120)' --data d.csv -o d.zkl
cmp -s d.zkl before.zkl || fail "a file that a witness signed was replaced"
run 0 zkp-ledger renew d.zkl -o newest.zkl
{ cat rotated.toml; printf '\n[witnesses]\nquorum = 1\nkeys = ["%s"]\n' "$(cat v.key)"; } > v.toml
run 0 zkp-ledger verify newest.zkl --trust v.toml
run 0 zkp-ledger verify d.zkl --trust w.toml
ok "a witness's signature outlives the log key"

# ---- Timestamps that a file alone has
make_authority ca 'Test authority'
make_tsa clock 'Test clock' ca
{ cat trust.toml; pem_toml 'The clock' clock/cert.pem; } > clock.toml
run 0 zkp-ledger notarize d.csv --name e -o s.zkl
cp s.zkl unstamped.zkl
run 0 zkp-ledger disclose e --rows 0-1 --data d.csv -o shown.zkl
run 0 zkp-ledger timestamp request s.zkl -o q
answer clock q q.tsr
run 0 zkp-ledger timestamp attach s.zkl q.tsr
run 0 zkp-ledger verify s.zkl --trust clock.toml
cp s.zkl stamped.zkl
run 5 zkp-ledger export e -o s.zkl
says 'exists and has a timestamp that the new one lacks'
run 5 zkp-ledger notarize d.csv --name e --if-changed -o s.zkl
run 5 zkp-ledger prove e 'range(age, 0, 120)' --data d.csv -o s.zkl
run 5 zkp-ledger renew unstamped.zkl -o s.zkl
cmp -s s.zkl stamped.zkl || fail "a file with a clock's word was replaced"
run 0 zkp-ledger renew s.zkl --json
json 'd["timestamps"] == 1'
run 0 zkp-ledger verify s.zkl --trust clock.toml
prints "by the clock of 'The clock'"
# What the ledger has too may be written by every command; of both the file gets both.
run 0 zkp-ledger timestamp attach e q.tsr
run 0 zkp-ledger timestamp request e -o q2
answer clock q2 q2.tsr
run 0 zkp-ledger timestamp attach s.zkl q2.tsr
run 0 zkp-ledger renew s.zkl --json
json 'd["timestamps"] == 2'
run 0 zkp-ledger timestamp attach e q2.tsr
run 0 zkp-ledger notarize d.csv --name e --if-changed -o s.zkl
run 0 zkp-ledger verify s.zkl --trust clock.toml
run 0 zkp-ledger renew shown.zkl
run 0 zkp-ledger prove e 'range(age, 0, 120)' --data d.csv -o s.zkl
ok "a clock's word in a file is kept"
