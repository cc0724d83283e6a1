#!/usr/bin/env bash
# The wheel, as a user builds and installs it: out of a source distribution, whole by auditwheel's judgement, below 60 MB, and in
# an empty environment without a compiler the examples of its page do what they say, and Parquet is read.
set -euo pipefail
source "$ZKL_SOURCE_DIR/tests/interop/libtools.sh"
judge=$(zkl_python "$ZKL_SOURCE_DIR/tests/interop/python_requirements.txt")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "python_wheel: $*" >&2; exit 1; }
export ZKL_SETUP_CACHE=$ZKL_BUILD_DIR/tests/setup-cache XDG_STATE_HOME=$work/state PYTHONDONTWRITEBYTECODE=1
mkdir -p "$ZKL_SETUP_CACHE"

# In a clone: what is not tracked is no part of it.
git -C "$ZKL_SOURCE_DIR" ls-files -z | (cd "$ZKL_SOURCE_DIR" && tar --null -T - -c) | (mkdir "$work/tree" && tar -x -C "$work/tree")
(cd "$work/tree" && SOURCE_DATE_EPOCH=1767225600 tools/wheel.sh "$work/dist")
wheel=$(echo "$work"/dist/zkp_ledger-*-cp310-abi3-manylinux_*_x86_64.whl)
[ -f "$wheel" ] || fail "auditwheel gave no wheel: $(ls "$work/dist")"
[ "$(stat -c %s "$wheel")" -lt 60000000 ] || fail "it has $(stat -c %s "$wheel") bytes"
echo "ok a wheel of $(stat -c %s "$wheel") bytes"

# An environment of its own. cffi is what it depends on: from the judge's environment, so that nothing is fetched.
python3 -m venv --without-pip "$work/venv"
site=$("$work/venv/bin/python" -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')
"$judge" -m pip install --quiet --disable-pip-version-check --no-index --no-deps --target "$site" "$wheel"
cp -r "$(dirname "$("$judge" -c 'import cffi; print(cffi.__path__[0])')")"/{cffi,_cffi_backend*,pycparser} "$site/"
mkdir "$work/readme" && cd "$work/readme"
env -i PATH=/nonexistent HOME="$work" ZKL_SETUP_CACHE="$ZKL_SETUP_CACHE" XDG_STATE_HOME="$XDG_STATE_HOME" \
    "$work/venv/bin/python" -W ignore -m doctest "$work/tree/bindings/python/README.md"
echo "ok its page's examples, installed"

env -i PATH=/nonexistent HOME="$work" ZKL_SETUP_CACHE="$ZKL_SETUP_CACHE" XDG_STATE_HOME="$XDG_STATE_HOME" \
    "$work/venv/bin/python" -W ignore - "$ZKL_SOURCE_DIR/tests/data/crc.parquet" <<'PYTHON'
import sys, zkp_ledger
with zkp_ledger.Ledger("wheel", folder="other") as ledger:
    proof = ledger.notarize_dataset(sys.argv[1], "table")
    assert proof.rows > 0 and ledger.verify_proof(proof)
    assert zkp_ledger.free.policies().policies
PYTHON
echo "ok the wheel's own reader of Parquet"
