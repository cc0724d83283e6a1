#!/usr/bin/env bash
# PyPI's cryptography, by docs/formats/envelope.md alone, opens our envelopes; ours open what it makes.
set -euo pipefail
source "$ZKL_SOURCE_DIR/tests/interop/libtools.sh"

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
ZKL_INTEROP_OUT=$out "$ZKL_BUILD_DIR/tests/test_vault_envelope" for_others
python=$(zkl_python "$ZKL_SOURCE_DIR/tests/interop/dsse_requirements.txt")
"$python" "$ZKL_SOURCE_DIR/tests/interop/envelope.py" "$out"
ZKL_INTEROP_OUT=$out "$ZKL_BUILD_DIR/tests/test_vault_envelope" from_others
"$python" "$ZKL_SOURCE_DIR/tests/interop/envelope.py" --vectors | cmp - "$ZKL_SOURCE_DIR/tests/vectors/envelope.json"
echo "envelopes: Python opens ours, and we open Python's"
