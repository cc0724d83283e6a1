#!/usr/bin/env bash
# PyPI's securesystemslib judges our envelopes; Python's scrypt and AES-GCM open our key files.
set -euo pipefail
source "$ZKL_SOURCE_DIR/tests/interop/libtools.sh"

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
ZKL_INTEROP_OUT=$out "$ZKL_BUILD_DIR/tests/test_record_dsse" for_others
ZKL_INTEROP_OUT=$out "$ZKL_BUILD_DIR/tests/test_keys_keyfile" for_others
python=$(zkl_python "$ZKL_SOURCE_DIR/tests/interop/dsse_requirements.txt")
"$python" "$ZKL_SOURCE_DIR/tests/interop/dsse.py" "$out"
