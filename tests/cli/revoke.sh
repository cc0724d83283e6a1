#!/usr/bin/env bash
# Versions that their owner takes back, and signer keys that count no more.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

new_ledger . --name revoke
small_table >d.csv
run 0 zkp-ledger notarize d.csv --name people -o first.zkl -q --keep-spool
run 0 zkp-ledger keys show --trust
cp "$work/.out" trust.toml

run 2 zkp-ledger revoke people --reason 'which version?'
says "which version?"
run 2 zkp-ledger revoke people@1
says "no reason"
run 2 zkp-ledger revoke
run 2 zkp-ledger revoke people@1 --signer current --reason x
run 2 zkp-ledger revoke people@1 --reason x --replace
run 4 zkp-ledger revoke people@2 --reason x
run 4 zkp-ledger revoke nobody@1 --reason x
run 0 zkp-ledger verify people
silent_about REVOKED
run 0 zkp-ledger branch people --as twin # made of it
before=$(log_size)
run 0 zkp-ledger revoke people@1 --reason 'consent withdrawn' --json
json 'd["dataset"] == {"name": "people", "version": 1}' 'is_hex(d["entry"]["receipt_id"])' "d['entry']['index'] == $before"
run 5 zkp-ledger revoke people@1 --reason again
says "revoked already, by entry $before"
[ "$(log_size)" = $((before + 1)) ] || fail "what was refused was recorded"
ok "a version is revoked once, with its version and a reason"

run 0 zkp-ledger show people
prints 'REVOKED     by entry'
run 0 zkp-ledger show people --json
json 'd["revoked"]["reason"] == "consent withdrawn"' 'd["versions"][0]["revoked"]' '[e["kind"] for e in d["later"]] == ["withdraw"]'
run 0 zkp-ledger log
prints '  revoke    revoked people@1: consent withdrawn'
run 0 zkp-ledger log --last 1 --json
json 'd["entries"][0]["kind"] == "withdraw"'
for what in people first.zkl; do
    run 1 zkp-ledger verify $what --json
    json 'd["check"] == "revoked"' '"consent withdrawn" in d["error"]'
    silent_about VALID
    run 0 zkp-ledger verify $what --allow-revoked
    prints "VALID BUT REVOKED"
done
run 0 zkp-ledger verify people --allow-revoked --json
json 'd["status"] == "valid"' "d['revoked']['index'] == $before"
run 1 zkp-ledger verify people --lineage --json
json 'd["check"] == "revoked"'
run 0 zkp-ledger verify people --lineage --allow-revoked --json
json "d['nodes'][0]['revoked']['index'] == $before" 'd["nodes"][0]["revoked"]["reason"] == "consent withdrawn"'
run 0 zkp-ledger lineage people
prints "REVOKED by entry $before"
run 0 zkp-ledger export people --format lineage -o lineage.zkl
run 1 zkp-ledger verify lineage.zkl
says "REVOKED: people@1"
run 0 zkp-ledger verify lineage.zkl --trust trust.toml # nothing is known of it elsewhere
run 0 zkp-ledger verify first.zkl --trust trust.toml
run 0 zkp-ledger export "people#$before" -o revocation.zkl
run 1 zkp-ledger verify revocation.zkl --trust trust.toml
says "consent withdrawn"
run 0 zkp-ledger export people -o after.zkl
says "was revoked by entry"
run 1 zkp-ledger export people --format dataset-card -o card.md
says "revoked"
run 0 zkp-ledger export people --format in-toto -o statement.jsonl
says "does not say so"
run 5 zkp-ledger prove people 'range(age, 0, 120)'
says "was revoked by entry"
run 0 zkp-ledger verify-chain
run 0 zkp-ledger audit -o audit.md
grep -q '^### people@1: verified, revoked$' audit.md || fail "the report does not mark the version as revoked"
run 0 zkp-ledger audit -o audit.html
grep -q '<span class="tag revoked">' audit.html || fail "the page does not mark the version as revoked"
# A lineage is as good as the worst version in it, whoever asks: here one that was made of it.
run 0 zkp-ledger export twin --format lineage -o twin.lineage.zkl
says "people@1, in the lineage of twin@1, was revoked by entry $before, and the lineage does not say so"
run 0 zkp-ledger verify twin
run 0 zkp-ledger lineage twin
prints "REVOKED by entry $before"
run 0 zkp-ledger lineage twin --draw dot
prints "REVOKED by entry $before"
mkdir some && cp twin.lineage.zkl some
for what in 'lineage twin --verify' 'verify twin --lineage' 'verify twin.lineage.zkl' 'verify some/'; do
    run 1 zkp-ledger $what --json
    json 'd.get("check", d.get("receipts", [{}])[0].get("check")) == "revoked"'
    run 1 zkp-ledger $what
    silent_about 'VALID '
    run 0 zkp-ledger $what --allow-revoked --json
done
run 1 zkp-ledger lineage people@1 --verify
says "REVOKED: people@1 was taken back by entry $before"
run 0 zkp-ledger lineage twin --verify --allow-revoked
prints "VALID BUT REVOKED"
run 2 zkp-ledger lineage twin --allow-revoked
for format in prov-json openlineage training-summary; do
    run 0 zkp-ledger export twin --format $format -o twin.$format
    says "people@1, in the lineage of twin@1, was revoked by entry $before, and the ${format//-/ } says so"
done
grep -q "\"zkl:revokedByEntry\":{\"\$\":\"$before\"" <(tr -d ' \n' <twin.prov-json) || fail "prov-json does not say it"
grep -q "\"revokedByEntry\": *\"\?$before" twin.openlineage || fail "openlineage does not say it"
grep -q "REVOKED by entry $before" twin.training-summary || fail "the summary does not say it"
ok "a lineage with a revoked version in it is rejected whichever way it is asked, and every export tells"

ok "whoever has the ledger, the entry's receipt or a report is told; claims are refused"

run 0 zkp-ledger notarize d.csv --name people -o second.zkl -q
run 0 zkp-ledger verify people
run 0 zkp-ledger show people
prints 'people@1  entry'
prints '  REVOKED'
ok "the next version is not revoked"

# Signer keys.
signer() { run 0 zkp-ledger keys show --json && json_value '[k["id"] for k in d["keys"] if k["role"] == "signer"][-1]'; }
old=$(signer)
run 5 zkp-ledger revoke --signer current --reason 'laptop stolen'
says "last signer"
says "--replace"
run 4 zkp-ledger revoke --signer 0123456789abcdef
run 2 zkp-ledger revoke --signer 0123
run 0 zkp-ledger revoke --signer "${old:0:16}" --reason 'laptop stolen' --replace --json
json 'is_hex(d["key"])' 'd["replaced_at"] == d["index"] + 1'
[ "$(signer)" != "$old" ] || fail "the key is the old one"
run 4 zkp-ledger revoke --signer "${old:0:16}" --replace
run 0 zkp-ledger branch people --as later
run 0 zkp-ledger export later -o later.zkl
run 0 zkp-ledger verify later.zkl --trust trust.toml
run 0 zkp-ledger verify second.zkl --trust trust.toml
run 0 zkp-ledger verify-chain
run 0 zkp-ledger log
prints 'revoke    revoked signer key'
ok "a revoked signer is replaced, and what it signed before stays valid"
