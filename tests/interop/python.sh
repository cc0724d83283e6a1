#!/usr/bin/env bash
# The Python package: what a person does with it, what must be refused, and the examples of its page.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
source "$ZKL_SOURCE_DIR/tests/interop/libpython.sh"

"$python" -m pytest -q -p no:cacheprovider --rootdir "$package/tests" "$package/tests/test_ledger.py"
mkdir readme && cd readme
"$python" -W ignore -m doctest "$package/README.md"
echo "ok the page's examples do what they say"
