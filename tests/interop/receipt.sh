#!/usr/bin/env bash
# A real notarisation: the Groth16 part of each of its proofs, exported, is accepted by snarkjs and by py_ecc under our
# verification key, and refused by both when altered.
set -euo pipefail
source "$ZKL_SOURCE_DIR/tests/interop/libsnarkjs.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
snarkjs_folder=$(zkl_snarkjs)
tool=$ZKL_BUILD_DIR/tests/tool_iden3
python=$(zkl_python "$interop/py_ecc_requirements.txt")
# One set-up for all tests of a build; the user's own is left alone.
export ZKL_SETUP_CACHE=$ZKL_BUILD_DIR/tests/setup-cache
mkdir -p "$ZKL_SETUP_CACHE"

printf 'age,amount\n31,10.50\n44,-3.25\n27,99.00\n' >"$work/table.csv"
cd "$work"
ledger() { quietly "$ZKL_BUILD_DIR/zkp-ledger" "$@"; }
quietly flock "$ZKL_SETUP_CACHE.lock" "$ZKL_BUILD_DIR/zkp-ledger" init --no-passphrase
# so few leaf blocks that one proof has no room for all of it
ledger notarize table.csv --name table --leaf-blocks 4 --claim 'range(age, 18, 120)' --claim 'sum(amount)' --json
made=$(python3 -c 'import json; print(len(json.load(open("quiet.log"))["statements"]))')
[ "$made" -gt 1 ] || fail "$made proof was made: several are wanted here"
ledger export table --format snarkjs -o exported
count=0
for folder in exported/*/; do
    both_accept "$folder"
    both_refuse_changes "$folder"
    "$python" "$interop/py_ecc_verify.py" "$folder"
    count=$((count + 1))
done
[ "$count" = "$made" ] || fail "$made proofs were made, $count exported"
echo "snarkjs and py_ecc accept $count exported proofs and refuse altered ones"
