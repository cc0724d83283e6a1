#!/usr/bin/env bash
# prove: claims are added to what was notarised before. Their receipt holds the notarisation too, false claims and other
# data are refused, and a ledger that refused is as it was.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

new_ledger .
printf 'id,age,pay,city\n1,20,1000,Rome\n2,30,2000,Oslo\n3,40,3000,Rome\n4,,2500,Bern\n' >people.csv
run 0 zkp-ledger notarize people.csv --name people --claim 'range(age, 0, 120)' -o people.zkl
printf 'n\n1\n' >one.csv
run 0 zkp-ledger notarize one.csv --name one # names the key of the smallest circuit, which 'prove' uses
run 0 zkp-ledger keys show --trust
cp "$work/.out" trust.toml

# log_is N: the log has N entries.
log_is() {
    [ "$(log_size)" = "$1" ] || fail "the log has not $1 entries"
}
size=$(log_size)

run 0 zkp-ledger prove people 'sum(pay)' 'mean(age) >= 25' --data people.csv -o more.zkl
says 'Added to people@1'
says 'the sum of pay over its 4 values is exactly 8500'
log_is $((size + 1))
run 0 zkp-ledger verify more.zkl --trust trust.toml --json
json "d['status'] == 'valid'" "d['entry']['kind'] == 'prove'" "d['entry']['index'] == $size" \
    "any(c['text'] == 'sum(pay) = 8500' for c in d['claims'])" \
    "any(c['text'] == 'range(age, 0, 120)' for c in d['claims'])"
run 0 zkp-ledger verify people.zkl --trust trust.toml
ok "the new receipt holds both, the old one stays valid"

run 0 zkp-ledger verify more.zkl --trust trust.toml --data people.csv --json
json "d['data_checked']"
run 0 zkp-ledger show people --json
json "[e['index'] for e in d['later']] == [$size]" "'sum(pay) = 8500' in d['later'][0]['claims']"
run 0 zkp-ledger show people
says "Added by entry $size"
run 0 zkp-ledger show "people#$size" --json
json "d['entry']['kind'] == 'prove'" "d['later'] == []" "len(d['claims']) == 2"
run 0 zkp-ledger verify "people#$size"
says 'exactly 8500'
silent_about 'Added by entry'
run 0 zkp-ledger verify people
says "Added by entry $size"
says 'exactly 8500'
run 0 zkp-ledger verify people --data people.csv --json
json "'sum(pay) = 8500' not in [c['text'] for c in d['claims']]" "[e['index'] for e in d['later']] == [$size]" \
    "'sum(pay) = 8500' in [c['text'] for c in d['later'][0]['claims']]"
run 0 zkp-ledger export "people#$size"
[ -f "people@1#$size.zkl" ] || fail "no receipt under its own name"
cmp "people@1#$size.zkl" more.zkl || fail "the export is another receipt"
silent_about 'does not hold'
run 0 zkp-ledger export people
says "It does not hold the claims of 1 later entry: 'zkp-ledger show people@1' lists them"
run 4 zkp-ledger show 'people#0'
says 'entry 0 of the log is not about'
run 4 zkp-ledger show "people#$((size + 1))"
says 'the log has no entry'
run 2 zkp-ledger show 'people#01'
run 4 zkp-ledger show "poeple#$size"
says "'people'"
ok "it is shown, verified and exported by NAME#ENTRY"

run 0 zkp-ledger verify-chain --proofs
says 'every proof verified'
ok "verify-chain takes it"

run 0 zkp-ledger prove people 'range(age, 0, 120)' 'sum(pay)' --data people.csv --json
json "d['unchanged']" "d['claims'] == []" "len(d['proven_before']) == 2" "'entry' not in d"
run 0 zkp-ledger prove people 'sum(pay)' --data people.csv -o again.zkl
says 'Nothing is left to prove'
run 0 zkp-ledger verify again.zkl --trust trust.toml --json
json "d['entry']['index'] == $size"
log_is $((size + 1))
ok "what is proven is not proven again, and its receipt is written all the same"

run 1 zkp-ledger prove people 'range(pay, 0, 1500)' 'sum(pay) <= 1' 'rows(4)' --data people.csv --json
json "[c['rows'] for c in d['false_claims'] if c['claim'].startswith('range')] == [3]" "len(d['false_claims']) == 2"
run 8 zkp-ledger prove people 'range(city, 0, 5)' --data people.csv
says 'makes no sense'
run 4 zkp-ledger prove people 'range(agee, 0, 5)' --data people.csv
says "'age'"
run 2 zkp-ledger prove people --data people.csv
run 2 zkp-ledger prove people 'rows(4)'
run 4 zkp-ledger prove nobody 'rows(4)' --data people.csv
sed 's/2500/2501/' people.csv >other.csv
run 1 zkp-ledger prove people 'range(pay, 0, 60000)' --data other.csv
says "check 'content'"
says "'pay'"
run 2 zkp-ledger prove people 'range(pay, 0, 60000)' --data people.csv -o people.csv
run 5 zkp-ledger prove people 'range(pay, 0, 60000)' --data people.csv -o trust.toml
log_is $((size + 1))
ok "false claims, other data and mistakes are refused, and nothing is recorded"

run 0 zkp-ledger prove people 'range(pay, 0, 60000)' --data people.csv --dry-run --json
json "d['dry_run']" "d['estimate']['seconds'] > 0" "len(d['claims']) == 1" "'entry' not in d" \
    "d['estimate']['receipt_bytes'] > $(stat -c %s people.zkl)" # it holds the notarisation too
log_is $((size + 1))
ok "a dry run writes nothing"

# More claims than an entry has room for: said before anything is proven, also of a notarisation.
size=$(log_size)
{
    echo 'claims = ['
    for i in $(seq 1 1025); do echo "  \"range(pay, 0, $((60000 + i)))\","; done
    echo ']'
} >many.toml
for option in --dry-run -q; do
    run 6 zkp-ledger prove people --claims many.toml --data people.csv $option
    says 'more than 1024 claims'
    run 6 zkp-ledger notarize people.csv --name many --claims many.toml $option
    says 'more than 1024 claims'
done
log_is "$size"
ok "more claims than one command takes are refused before they are proven"

run 0 zkp-ledger prove people 'not_null(pay)' --data people.csv -o carried.zkl --json
json "any('no nulls' in c for c in d['claims'])" "len(d['statements']) == 1"
run 0 zkp-ledger verify carried.zkl --trust trust.toml --json
json "[c['by_manifest'] for c in d['claims'] if c['text'] == 'not_null(pay)'] == [True]"
run 0 zkp-ledger prove people 'sum(pay)' 'not_null(pay)' --data people.csv
says 'Nothing is left to prove'
ok "a claim that follows from the manifest stands alone"

# Claims of several entries, and of the notarisation; then one that is new beside them.
run 0 zkp-ledger prove people 'sum(pay)' 'not_null(pay)' 'range(age, 0, 120)' --data people.csv -o both.zkl --json
json "d['proven_before'] == ['range(age, 0, 120)']" "len(d['claims']) == 2"
run 0 zkp-ledger prove people 'sum(pay)' 'not_null(pay)' --data people.csv -o again.zkl
says 'Nothing is left to prove'
run 0 zkp-ledger prove people 'not_null(pay)' 'unique(id)' --data people.csv -o new.zkl
for receipt in both again; do
    run 0 zkp-ledger verify $receipt.zkl --trust trust.toml --json
    json "{'sum(pay) = 8500', 'not_null(pay)', 'range(age, 0, 120)'} <= {c['text'] for c in d['claims']}"
done
run 0 zkp-ledger verify new.zkl --trust trust.toml --json
json "{'not_null(pay)', 'unique(id)'} <= {c['text'] for c in d['claims']}"
ok "a receipt holds every claim that was asked for with it"

sed 's/40,3000/41,3000/' people.csv >later.csv
run 0 zkp-ledger notarize later.csv --name people --claim 'range(age, 0, 120)' --json
json "d['dataset']['version'] == 2" \
    "sorted(d['dropped_claims']) == sorted(['mean(age) >= 25', 'not_null(pay)', 'sum(pay) = 8500', 'unique(id)'])"
run 0 zkp-ledger prove people@1 'range(pay, 0, 60000)' --data people.csv -o old.zkl
run 0 zkp-ledger verify old.zkl --trust trust.toml --json
json "d['dataset']['version'] == 1"
run 1 zkp-ledger prove people 'range(pay, 0, 60000)' --data people.csv
run 0 zkp-ledger prove people 'range(pay, 0, 60000)' --data later.csv
run 4 zkp-ledger show "people@2#$size"
says "is not about 'people@2'"
ok "an older version takes claims too, and a new one says which of them it lacks"

run 0 zkp-ledger notarize later.csv --name people --claim 'range(age, 0, 120)' --claim 'range(pay, 0, 60000)' --if-changed --json
json "d['unchanged']" "d['dataset']['version'] == 2"
ok "claims that were added count for --if-changed"

run 0 zkp-ledger export people@1 --format data-key -o people.zklkey
run 0 zkp-ledger prove people@1 'range(id, 1, 4)' --data people.csv --data-key people.zklkey
run 0 zkp-ledger export people@2 --format data-key -o later.zklkey
run 1 zkp-ledger prove people@1 'range(id, 0, 9)' --data people.csv --data-key later.zklkey
says 'of another dataset'
# An empty file is a key that was given, and not the ledger's own.
: >empty.zklkey
run 3 zkp-ledger prove people@1 'range(id, 0, 9)' --data people.csv --data-key empty.zklkey
run 3 zkp-ledger verify people@1 --data people.csv --data-key empty.zklkey
says 'it is no data key'
run 0 zkp-ledger verify people@1 --data people.csv --data-key people.zklkey
ok "a data key may be given, and is that of the dataset"

# A table of five chunks, in proofs of four leaf blocks: one claim stands in several statements.
awk 'BEGIN { print "n"; for (i = 0; i < 262145; i++) print i % 1000 }' >long.csv
run 0 zkp-ledger notarize long.csv --name long
run 0 zkp-ledger prove long 'range(n, 0, 999)' --data long.csv --leaf-blocks 4 -o long.zkl --json
json "len(d['statements']) >= 2"
run 0 zkp-ledger verify long.zkl --trust trust.toml
run 0 zkp-ledger prove long 'range(n, 0, 999)' --data long.csv --leaf-blocks 4
says 'Nothing is left to prove'
run 0 zkp-ledger verify-chain --proofs
ok "a claim over several statements"
