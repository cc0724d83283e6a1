#!/bin/bash
# The configuration takes the new store by its name, and an unknown name is told of it.
set -eu
program="$ZKL_BUILD_DIR/zkp-ledger"
export ZKL_SETUP_CACHE="$ZKL_BUILD_DIR/tests/setup-cache" XDG_STATE_HOME="$PWD/state"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$program" init "$folder" --no-passphrase --name template --quiet
# What it keeps is nothing, so the ledger's own values are missing in it.
use_store() {
    sed -i "s/^backend = .*/backend = \"$1\"/" "$folder/.zkp-ledger/zkp-ledger.toml"
    if "$program" log --ledger "$folder" 2> "$folder/says"; then exit 1; fi
}
use_store template
if grep -q 'not supported' "$folder/says"; then exit 1; fi
use_store nope
grep -q "'template'" "$folder/says"
