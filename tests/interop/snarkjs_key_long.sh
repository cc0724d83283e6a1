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
