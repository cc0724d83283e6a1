#!/usr/bin/env bash
# snarkjs and we on the same small circuit, each with the other's files: powers, key, assignment, proof.
set -euo pipefail
source "$ZKL_SOURCE_DIR/tests/interop/libsnarkjs.sh"

snarkjs_folder=$(zkl_snarkjs)
tool=$ZKL_BUILD_DIR/tests/tool_iden3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

echo "snarkjs reads our circuit and assignment"
"$tool" circuit toy.r1cs
"$tool" assign 3 toy.wtns
quietly snarkjs wtns check toy.r1cs toy.wtns

echo "snarkjs's powers and key, read and written by us without a change"
quietly snarkjs powersoftau new bls12381 3 0.ptau
quietly snarkjs powersoftau contribute 0.ptau 1.ptau --name=one -e="$RANDOM"
quietly snarkjs powersoftau contribute 1.ptau 2.ptau --name=two -e="$RANDOM"
quietly snarkjs powersoftau prepare phase2 2.ptau theirs.ptau
quietly snarkjs groth16 setup toy.r1cs theirs.ptau 0.zkey
quietly snarkjs zkey contribute 0.zkey theirs.zkey --name=one -e="$RANDOM"
for file in 0.ptau 2.ptau theirs.ptau theirs.zkey; do
    "$tool" copy $file "copy.${file##*.}"
    cmp $file "copy.${file##*.}"
done

"$tool" check theirs.ptau

echo "our ceremony, and snarkjs's contribution to it"
ZKL_INTEROP_OUT=$work quietly "$ZKL_BUILD_DIR/tests/test_setup_iden3_ceremony" for_others
quietly snarkjs powersoftau verify ceremony.ptau
quietly snarkjs powersoftau contribute ceremony.ptau continued.ptau --name=four -e="$RANDOM"
quietly snarkjs powersoftau prepare phase2 continued.ptau ready.ptau
quietly snarkjs powersoftau verify ready.ptau
"$tool" check ready.ptau

echo "our contribution to snarkjs's key"
ZKL_INTEROP_OUT=$work quietly "$ZKL_BUILD_DIR/tests/test_setup_iden3_phase2" for_others
quietly snarkjs zkey verify contributed.r1cs contributed.ptau contributed.zkey

echo "our proof under snarkjs's key"
"$tool" prove theirs.zkey toy.wtns ours
both_accept ours
quietly snarkjs zkey export verificationkey theirs.zkey exported.json
node -e 'const [a, b] = ["exported.json", "ours/verification_key.json"].map(f => JSON.parse(require("fs").readFileSync(f)));
require("assert").deepStrictEqual(a, b)'

echo "snarkjs's proof under its key"
mkdir theirs
cp exported.json theirs/verification_key.json
quietly snarkjs groth16 prove theirs.zkey toy.wtns theirs/proof.json theirs/public.json
both_accept theirs

echo "changed proofs are refused by both"
both_refuse_changes ours

echo "a torsion point: snarkjs checks no subgroups, we do"
cp -r ours torsion
"$tool" torsion ours/proof.json torsion/proof.json
quietly snarkjs groth16 verify torsion/verification_key.json torsion/public.json torsion/proof.json
refused "a point of order 3 added to A" 3 "$tool" verify torsion
