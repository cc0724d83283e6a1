#!/usr/bin/env bash
# The public vectors: every honest file is valid, and every lie is refused by the check and with the exit code that the
# documents say.
set -euo pipefail

vectors=$ZKL_SOURCE_DIR/tests/vectors
grade() { python3 "$vectors/receipts/grade.py" --vectors "$vectors/$1.json" --jobs 2 "${@:2}"; }
grade receipts/vectors "$ZKL_BUILD_DIR/zkp-ledger" verify {receipt} --trust {trust} --json
grade history/vectors "$ZKL_BUILD_DIR/zkp-ledger" verify {receipt} --trust {trust} --json
grade ceremony/powers "$ZKL_BUILD_DIR/zkp-ledger" setup verify {receipt} --json
# Toys take the place of the circuits of these, so the program itself cannot verify them.
grade ceremony/toys bash -c 'd=$(mktemp -d) && cp "$1" "$d/ceremony.zklceremony" && "$0" verify "$d"; code=$?; rm -r "$d"; exit $code' \
    "$ZKL_BUILD_DIR/tests/tool_ceremony" {receipt}
