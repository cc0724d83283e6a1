#!/bin/bash
# The model runs whole: honest proofs are accepted, each cheating prover is refused, and accepted where its guard is taken
# out. It exits at the first surprise. docs/proof-system.md
set -eu
exec python3 "$ZKL_SOURCE_DIR/tests/model/proof_model.py"
