#!/bin/sh
# Generated files are what their generators write.
set -eu
cd "$(dirname "$0")/.."
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
# Two JSON objects, one behind the other: each ends with a brace that stands alone.
python3 tests/model/proof_model.py vectors |
    awk -v first="$tmp/proof_model.json" -v further="$tmp/proof_model_further.json" \
        '{ print > (ended ? further : first) } /^}$/ { ended = 1 }'
cmp "$tmp/proof_model.json" tests/vectors/proof_model.json
cmp "$tmp/proof_model_further.json" tests/vectors/proof_model_further.json
python3 tools/poseidon_constants.py >"$tmp/poseidon_constants.c"
cmp "$tmp/poseidon_constants.c" src/algebra/poseidon_constants.c
[ -x build/tests/tool_operations ] || tools/build.sh release tool_operations
python3 tools/operations_doc.py build/tests/tool_operations >"$tmp/operations.md"
cmp "$tmp/operations.md" docs/operations.md
python3 tools/proto.py build/tests/tool_operations --check
echo "generated files: ok"
