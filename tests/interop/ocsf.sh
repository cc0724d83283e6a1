#!/usr/bin/env bash
# OCSF's own schema, as PyPI's ocsf-json-schema has it, judges the events that the audit log is exported as.
set -euo pipefail
source "$ZKL_SOURCE_DIR/tests/interop/libtools.sh"

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
ZKL_INTEROP_OUT=$out "$ZKL_BUILD_DIR/tests/test_segment_export" for_others
python=$(zkl_python "$ZKL_SOURCE_DIR/tests/interop/ocsf_requirements.txt")
"$python" "$ZKL_SOURCE_DIR/tests/interop/ocsf.py" "$out/ocsf.ndjson"
