#!/usr/bin/env bash
# PyPI's py_ecc, an implementation of the curve that shares no code with blst or snarkjs, judges our exported proofs.
set -euo pipefail
source "$ZKL_SOURCE_DIR/tests/interop/libtools.sh"

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
ZKL_INTEROP_OUT=$out "$ZKL_BUILD_DIR/tests/test_setup_iden3_setup" for_others
python=$(zkl_python "$ZKL_SOURCE_DIR/tests/interop/py_ecc_requirements.txt")
"$python" "$ZKL_SOURCE_DIR/tests/interop/py_ecc_verify.py" "$out"
