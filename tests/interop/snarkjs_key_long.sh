#!/usr/bin/env bash
# snarkjs makes the key of the circuit F_n at the model's toy size from our powers: all that is free of delta is ours, byte
# for byte. (Half a minute; snarkjs_setup.sh does the same with a small circuit.)
set -euo pipefail
source "$ZKL_SOURCE_DIR/tests/interop/libsnarkjs.sh"

snarkjs_folder=$(zkl_snarkjs)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
ZKL_INTEROP_OUT=$PWD quietly "$ZKL_BUILD_DIR/tests/test_setup_iden3_setup" for_others
quietly snarkjs groth16 setup circuit.r1cs circuit.ptau initial.zkey
node "$interop/same_sections.cjs" circuit.zkey initial.zkey 1 3 4 5 6 7

# The real circuits, as anybody gets them from the command line, are read by snarkjs with the sizes that bench/RESULTS.md has.
for size in F18:30712 F26:59404; do
    circuit=${size%:*}
    quietly "$ZKL_BUILD_DIR/zkp-ledger" setup export "$circuit.r1cs" --format r1cs --circuit "$circuit"
    snarkjs r1cs info "$circuit.r1cs" >info.log
    grep -q "# of Constraints: ${size#*:}\$" info.log || fail "$circuit has another size"
done
"$ZKL_BUILD_DIR/zkp-ledger" setup export none.r1cs --format r1cs >/dev/null 2>&1 && fail "a circuit without a name"
echo "snarkjs reads our circuits"
