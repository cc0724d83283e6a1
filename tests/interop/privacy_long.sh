#!/usr/bin/env bash
# PyPI's pycanon, a tool that measures the anonymity of tables, judges what k_anonymous and l_diverse say of random ones;
# one table is proven and verified.
set -euo pipefail
source "$ZKL_SOURCE_DIR/tests/interop/libtools.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PATH=$ZKL_BUILD_DIR:$PATH
export ZKL_SETUP_CACHE=$ZKL_BUILD_DIR/tests/setup-cache XDG_STATE_HOME=$work/state
python=$(zkl_python "$ZKL_SOURCE_DIR/tests/interop/privacy_requirements.txt")
cd "$work"
exec "$python" "$ZKL_SOURCE_DIR/tests/interop/privacy.py"
