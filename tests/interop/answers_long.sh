#!/usr/bin/env bash
# PyPI's DuckDB and fairlearn judge what claims say of random tables: what they answer is accepted, one unit beside it is
# refused. Nearly all of it by --dry-run, which reads the table and checks every claim on its cells before any curve work;
# a few of the tables are proven and verified whole.
set -euo pipefail
source "$ZKL_SOURCE_DIR/tests/interop/libtools.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PATH=$ZKL_BUILD_DIR:$PATH PYTHONDONTWRITEBYTECODE=1
export ZKL_SETUP_CACHE=$ZKL_BUILD_DIR/tests/setup-cache XDG_STATE_HOME=$work/state
python=$(zkl_python "$ZKL_SOURCE_DIR/tests/interop/answers_requirements.txt")
cd "$work"
exec "$python" "$ZKL_SOURCE_DIR/tests/interop/answers/judge.py" "$@"
