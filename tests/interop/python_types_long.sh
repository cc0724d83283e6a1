#!/usr/bin/env bash
# The Python package's types: mypy's strict judgement, and hypothesis, which gives every method any value.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
source "$ZKL_SOURCE_DIR/tests/interop/libpython.sh"

"$python" -m mypy --strict --cache-dir "$work/mypy" "$made"
"$python" -m pytest -q -p no:cacheprovider --rootdir "$package/tests" "$package/tests/test_wrong_types.py"
