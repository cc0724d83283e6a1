#!/usr/bin/env bash
# The public vectors: every honest file is valid, and every lie is refused by the check and with the exit code that the
# documents say.
set -euo pipefail

python3 "$ZKL_SOURCE_DIR/tests/vectors/receipts/grade.py" --vectors "$ZKL_SOURCE_DIR/tests/vectors/history/vectors.json" --jobs 2 \
    "$ZKL_BUILD_DIR/zkp-ledger" verify {receipt} --trust {trust} --json
python3 "$ZKL_SOURCE_DIR/tests/vectors/receipts/grade.py" --jobs 2 \
    "$ZKL_BUILD_DIR/zkp-ledger" verify {receipt} --trust {trust} --json
