#!/bin/bash
# The new format is written, named in the help, and taken by the configuration.
set -eu
program="$ZKL_BUILD_DIR/zkp-ledger"
export ZKL_SETUP_CACHE="$ZKL_BUILD_DIR/tests/setup-cache" XDG_STATE_HOME="$PWD/state"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$program" export --help | grep -q '^  hello: the name of the log'
"$program" init "$folder" --no-passphrase --name template --quiet
"$program" export --ledger "$folder" --format hello -o "$folder/out.hello"
grep -q '^hello template-' "$folder/out.hello"
sed -i 's/^formats = .*/formats = ["hello"]/' "$folder/.zkp-ledger/zkp-ledger.toml"
"$program" export --ledger "$folder" -o - | grep -q '^hello template-'
