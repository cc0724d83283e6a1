#!/usr/bin/env bash
# verify-chain --remember begins behind what was verified before, says so, and finds what was changed since.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

new_ledger . --name again
small_table >ages.csv
run 0 zkp-ledger notarize ages.csv --name one -q
size=$(log_size)

run 0 zkp-ledger verify-chain --remember
prints "structure, signatures and references"
prints "remembered: the next --remember begins behind entry $((size - 1))"
silent_about "verified before"
run 0 zkp-ledger verify-chain --remember --json
[ "$(json_value 'd["verified_before"]["entries"]')" = "$size" ] || fail "not so: all of it was verified before"
[ "$(json_value 'd["blobs"]')" = 0 ] || fail "not so: no blob is read again"
[ "$(json_value '"content_of" in d')" = False ] || fail "not so: no content was looked at"
run 0 zkp-ledger notarize ages.csv --name two -q
run 0 zkp-ledger verify-chain --remember
prints "verified before: $size entries"
prints "their signatures, references and blobs were not checked again"
prints "of the entries since: structure, signatures and references"
# No room for a file: what was verified holds, and nothing is said of proofs that nobody verified.
out=$(trap '' XFSZ && ulimit -f 0 && zkp-ledger verify-chain --remember 2>&1) || fail "it holds all the same: $out"
[[ $out == *"what was verified is not remembered: "* && $out == *VALID* ]] || fail "it does not say why: $out"
[[ $out != *"with proofs before"* ]] || fail "it was not verified with proofs: $out"
ok "it goes on behind what it verified"

run 0 zkp-ledger verify-chain --remember --fresh --proofs
silent_about "verified before"
run 0 zkp-ledger verify-chain --remember
prints "not remembered: it was verified with proofs before, and now without"
run 0 zkp-ledger verify-chain --remember --proofs
prints "every proof of the entries since verified: 0"
run 0 zkp-ledger verify-chain --remember --fresh
prints "remembered: the next --remember begins behind"
run 0 zkp-ledger verify-chain --remember --proofs
silent_about "verified before"
ok "proofs count where they are asked for"

run 2 zkp-ledger verify-chain --remember --from 1
says "not with --from or --to"
run 2 zkp-ledger verify-chain --fresh
says "--fresh is said with --remember"

# A store that went back is found by what was verified, also without the memory of checkpoints.
cp -r .zkp-ledger whole
run 0 zkp-ledger notarize ages.csv --name three -q
run 0 zkp-ledger verify-chain --remember --fresh
rm -r .zkp-ledger "$XDG_STATE_HOME/zkp-ledger/checkpoints"
mv whole .zkp-ledger
for again in "" --fresh --proofs; do
    run 1 zkp-ledger verify-chain --remember $again
    says "were verified before"
    silent_about VALID
done
run 0 zkp-ledger verify-chain
ok "a log that is shorter than what was verified is refused"

file=$(echo "$XDG_STATE_HOME"/zkp-ledger/verified/*)
head -c 100 "$file" >cut && cp cut "$file"
run 0 zkp-ledger verify-chain --remember
silent_about "verified before"
ok "a memory that is damaged counts as none"
