#!/usr/bin/env bash
# Trust files, honest and not: the program and the second verifier say the same of each, as docs/formats/trust.md has it.
set -euo pipefail
source "$ZKL_SOURCE_DIR/tests/interop/libtools.sh"

python=$(zkl_python "$ZKL_SOURCE_DIR/tests/interop/second_verifier_requirements.txt")
vectors=$ZKL_SOURCE_DIR/tests/vectors/receipts
XDG_STATE_HOME=$(mktemp -d)
export XDG_STATE_HOME
trap 'rm -rf "$XDG_STATE_HOME"' EXIT
"$python" "$ZKL_SOURCE_DIR/tests/interop/trust_files.py" "$ZKL_BUILD_DIR/zkp-ledger" \
    "$vectors/cells.zkl" "$vectors/trust.toml" "$vectors/clock.pem" "$vectors/authority.pem"
"$python" "$ZKL_SOURCE_DIR/tests/interop/timestamp_files.py" "$ZKL_BUILD_DIR/zkp-ledger" "$vectors/tiny.zkl" "$vectors/trust.toml"
