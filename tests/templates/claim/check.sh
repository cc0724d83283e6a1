#!/bin/bash
# The new claim is parsed, checked against the data and said in words; a misspelling is told.
set -eu
program="$ZKL_BUILD_DIR/zkp-ledger"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
printf 'age\n42\n17\n' > "$folder/t.csv"
cd "$folder"
"$program" notarize t.csv --name t --claim 'anything(age)' --dry-run | grep -q 'there is a column age'
if "$program" notarize t.csv --name t --claim 'anythin(age)' --dry-run 2> says; then exit 1; fi
grep -q "did you mean 'anything'" says
