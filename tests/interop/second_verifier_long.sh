#!/usr/bin/env bash
# The second verifier, written from the documents alone, says what the public vectors say: a sample of them, all under
# `make soak`. ZKL_TEST_SEED repeats a run's sample. What the program made just now, it verifies too.
set -euo pipefail
source "$ZKL_SOURCE_DIR/tests/interop/libtools.sh"

python=$(zkl_python "$ZKL_SOURCE_DIR/tests/interop/second_verifier_requirements.txt")
verifier=$ZKL_SOURCE_DIR/tools/zkl_verify.py
seed=${ZKL_TEST_SEED:-$RANDOM}
sample=(--sample "${ZKL_TEST_VECTORS:-3}" --seed "$seed")
[ -z "${ZKL_SOAK:-}" ] || sample=()
echo "seed $seed"
python3 "$ZKL_SOURCE_DIR/tests/vectors/receipts/grade.py" --jobs 2 "${sample[@]}" \
    "$python" "$verifier" {receipt} --trust {trust} --json
python3 "$ZKL_SOURCE_DIR/tests/vectors/receipts/grade.py" --vectors "$ZKL_SOURCE_DIR/tests/vectors/history/vectors.json" --jobs 2 \
    "${sample[@]}" "$python" "$verifier" {receipt} --trust {trust} --json

for name in powers toys; do
    vectors=$ZKL_SOURCE_DIR/tests/vectors/ceremony
    python3 "$ZKL_SOURCE_DIR/tests/vectors/receipts/grade.py" --vectors "$vectors/$name.json" --jobs 2 "${sample[@]}" \
        "$python" "$verifier" ceremony {receipt} --json --r1cs "F18=$vectors/F18.r1cs" --r1cs "F20=$vectors/F20.r1cs"
done

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
export ZKL_SETUP_CACHE=$ZKL_BUILD_DIR/tests/setup-cache
mkdir -p "$ZKL_SETUP_CACHE"
ledger() { "$ZKL_BUILD_DIR/zkp-ledger" "$@" -q; }
flock "$ZKL_SETUP_CACHE.lock" "$ZKL_BUILD_DIR/zkp-ledger" init --no-passphrase -q
printf 'age,amount\n31,10.50\n44,-3.25\n,99.00\n' >table.csv
ledger notarize table.csv --name table --claim 'range(age, 18, 120)' --claim 'sum(amount)' --claim 'unique(amount)' -o table.zkl
ledger keys show --trust >trust.toml
said=$("$python" "$verifier" table.zkl --trust trust.toml)
[ "$said" = "VALID (development set-up: does not bind the ledger's owner)
  cells(*)
  range(age, 18, 120)
  sum(amount) = 106.25
  unique(amount)
  count(age, *, *) >= 1" ] || { echo "$said"; exit 1; }
# An entry that is a COSE statement.
ledger export table --format scitt -o table.scitt
announcement=$("$ZKL_BUILD_DIR/zkp-ledger" log --json | "$python" -c 'import json, sys
print([e["index"] for e in json.load(sys.stdin)["entries"] if e["kind"] == "announce"][0])')
ledger export "table#$announcement" -o announced.zkl
"$python" "$verifier" announced.zkl --trust trust.toml >out
grep -q ^VALID out || { cat out; exit 1; }
ledger export table --format standing -o table.standing
ledger export --format tlog-tiles -o tiles
"$python" "$verifier" announced.zkl --trust trust.toml --standing table.standing --tiles tiles >out
grep -q " by its signer's word and the log's entries\$" out || { cat out; exit 1; }
# What is nested deep is refused, not followed.
"$python" -c 'import base64, sys
kind = "application/vnd.zkp-ledger.standing+json"
payload = base64.b64encode(b"[" * 100000 + b"]" * 100000).decode()
print("{\"payload\":\"%s\",\"payloadType\":\"%s\",\"signatures\":[{\"keyid\":\"%s\",\"sig\":\"AAAA\"}]}" % (payload, kind, "0" * 64), end="")' >deep.standing
code=0
"$python" "$verifier" table.zkl --trust trust.toml --standing deep.standing --json >out || code=$?
[ "$code" = 3 ] && grep -q '"check": "standing"' out || { cat out; exit 1; }
code=0
"$python" "$verifier" table.zkl --trust <(sed 's/^development = true/development = false/' trust.toml) --json >out || code=$?
[ "$code" = 9 ] && grep -q '"check": "set-up"' out || { cat out; exit 1; }
echo "the second verifier takes what was notarised now, and refuses its set-up where the trust file does"

# Ceremonies that are none yet, or one party's: judged as the program judges them, with the same lines for a trust file.
ceremony() { "$ZKL_BUILD_DIR/zkp-ledger" setup "$@" </dev/null >log 2>&1 || { cat log; exit 1; }; }
party() { rm -f reply; ceremony contribute "$1" --name "$2" --key "$3" --no-passphrase -o reply; ceremony take "$4" reply; }
beacon() {
    sleep 0.01
    ceremony beacon "$1" 00ff --source dice --time "$(date -u +%Y-%m-%dT%H:%M:%S.%3NZ)" --iterations 10
    ceremony next "$1"
}
# alike FILE CODE MADE FIRST
alike() {
    local code=0
    "$ZKL_BUILD_DIR/zkp-ledger" setup verify "$1" --trust >ours 2>&1 || code=$?
    [ "$code" = "$2" ] || { echo "$1: $code"; cat ours; exit 1; }
    code=0
    "$python" "$verifier" ceremony "$1" --trust >theirs 2>&1 || code=$?
    [ "$code" = "$2" ] || { echo "$1: theirs $code"; cat theirs; exit 1; }
    [ "$2" = 0 ] || return 0
    grep -qx "srs_made = \"$3\"" theirs || [[ "$4" = *"not finished"* ]] || { cat theirs; exit 1; }
    [ "$3" = ceremony ] || grep -q "^Development so far" theirs || { cat theirs; exit 1; }
    [[ "$(head -1 theirs)" = "$4"* ]] || { cat theirs; exit 1; }
    diff <(sed -n '/^srs =/,$p' ours) <(sed -n '/^srs =/,$p' theirs)
}
for name in one names two; do
    ceremony new $name --powers-only --power 4 --name $name
    ceremony invite $name
done
alike one/invite-1.zklceremony 9
for name in one names two; do
    party $name/invite-1.zklceremony Alice alice.key $name
done
alike one/ceremony.zklceremony 0 development "Valid so far, not finished"
ceremony invite names
party names/invite-2.zklceremony Bob alice.key names
ceremony invite two
party two/invite-2.zklceremony Bob bob.key two
alike two/ceremony.zklceremony 0 ceremony "Valid so far, not finished"
for name in one names two; do
    beacon $name
    ceremony finish $name -o $name.zklceremony
done
alike one.zklceremony 0 development VALID
alike names.zklceremony 0 development VALID
alike two.zklceremony 0 ceremony VALID
