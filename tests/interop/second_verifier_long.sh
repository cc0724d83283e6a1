#!/usr/bin/env bash
# The second verifier, written from the documents alone, says what the public vectors say: a sample of them, all under
# `make soak`. ZKL_TEST_SEED repeats a run's sample. What the program made just now, it verifies too.
set -euo pipefail
source "$ZKL_SOURCE_DIR/tests/interop/libtools.sh"

python=$(zkl_python "$ZKL_SOURCE_DIR/tests/interop/second_verifier_requirements.txt")
verifier=$ZKL_SOURCE_DIR/tools/zkl_verify.py
seed=${ZKL_TEST_SEED:-$RANDOM}
sample=(--sample "${ZKL_TEST_VECTORS:-8}" --seed "$seed")
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
