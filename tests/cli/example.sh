#!/usr/bin/env bash
# The example program, built against include/zkl and libzkl.so alone, notarises and verifies; the command line agrees.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export ZKL_SETUP_CACHE=$ZKL_BUILD_DIR/tests/setup-cache
mkdir -p "$ZKL_SETUP_CACHE"
cd "$work"
flock "$ZKL_SETUP_CACHE.lock" "$ZKL_BUILD_DIR/tests/example_notarize_and_verify" "$ZKL_SOURCE_DIR/tests/data/penguins.csv" >said
grep -qx 'proven: every value of year lies between 2000 and 2030' said || { cat said; exit 1; }
"$ZKL_BUILD_DIR/zkp-ledger" verify example.zkl --ledger example-ledger >/dev/null
echo "ok the example program notarises, and its receipt verifies"
