#!/usr/bin/env bash
# PyPI's jsonschema judges the schemas of the operations, and by them what the command line prints.
set -euo pipefail
source "$ZKL_SOURCE_DIR/tests/interop/libtools.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PATH=$ZKL_BUILD_DIR:$ZKL_BUILD_DIR/tests:$PATH
export ZKL_SETUP_CACHE=$ZKL_BUILD_DIR/tests/setup-cache XDG_STATE_HOME=$work/state
python=$(zkl_python "$ZKL_SOURCE_DIR/tests/interop/operations_requirements.txt")
python3 "$ZKL_SOURCE_DIR/tools/operations_doc.py" "$ZKL_BUILD_DIR/tests/tool_operations" >"$work/operations.md"
diff -u "$ZKL_SOURCE_DIR/docs/operations.md" "$work/operations.md" || {
    echo "docs/operations.md is not what src/api says: tools/operations_doc.py build/tests/tool_operations >docs/operations.md"
    exit 1
}
echo "ok docs/operations.md is what the rows say"
cd "$work"
exec "$python" "$ZKL_SOURCE_DIR/tests/interop/operations.py"
