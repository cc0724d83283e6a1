#!/usr/bin/env bash
# snarkjs on our own set-up of the real circuit F_n at the model's toy size: our powers, key, assignment and proof.
set -euo pipefail
source "$ZKL_SOURCE_DIR/tests/interop/libsnarkjs.sh"

snarkjs_folder=$(zkl_snarkjs)
tool=$ZKL_BUILD_DIR/tests/tool_iden3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/ours"
cd "$work/ours"
ZKL_INTEROP_OUT=$PWD quietly "$ZKL_BUILD_DIR/tests/test_setup_iden3_setup" for_others

echo "our record of our own set-up"
quietly snarkjs powersoftau verify small.ptau
quietly snarkjs zkey verify small.r1cs small.ptau small.zkey
"$tool" check small.ptau

echo "our proof under our key"
both_accept .
both_refuse_changes .

echo "snarkjs's proof under our key, from our assignment"
quietly snarkjs wtns check circuit.r1cs circuit.wtns
mkdir ../theirs
cp verification_key.json ../theirs
quietly snarkjs groth16 prove circuit.zkey circuit.wtns ../theirs/proof.json ../theirs/public.json
both_accept ../theirs
quietly snarkjs zkey export verificationkey circuit.zkey ../exported.json
node -e 'const [a, b] = ["../exported.json", "verification_key.json"].map(f => JSON.parse(require("fs").readFileSync(f)));
require("assert").deepStrictEqual(a, b)'

echo "snarkjs's key from our powers: the same but for delta, which is in the sections 2, 8, 9, 10"
quietly snarkjs groth16 setup small.r1cs small.ptau initial.zkey
node "$interop/same_sections.cjs" small.zkey initial.zkey 1 3 4 5 6 7
