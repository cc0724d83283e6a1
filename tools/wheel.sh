#!/usr/bin/env bash
# Build the Python wheel into FOLDER (dist): tools/wheel.sh [FOLDER]
# Out of a source distribution, as a user would; auditwheel takes along every library that is not the C library's.
set -euo pipefail
cd "$(dirname "$0")/.."
dist=$(mkdir -p "${1:-dist}" && realpath "${1:-dist}")
source tests/interop/libtools.sh
python=$(zkl_python bindings/python/build_requirements.txt)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}
export PATH=$(dirname "$python"):$PATH
echo "Writing the source distribution ..."
"$python" -c 'import sys; from scikit_build_core.build import build_sdist; print(build_sdist(sys.argv[1]))' "$work" >"$work/log" 2>&1 ||
    { cat "$work/log" >&2; exit 1; }
echo "Building the wheel out of it (minutes) ..."
"$python" -m pip wheel --quiet --disable-pip-version-check --no-index --no-deps --no-build-isolation -w "$work/wheel" "$work"/*.tar.gz
echo "Taking libraries along ..."
"$python" -m auditwheel repair --strip -w "$work/whole" "$work"/wheel/*.whl >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
rm -f "$dist"/zkp_ledger-*.whl "$dist"/zkp_ledger-*.tar.gz
cp "$work"/whole/*.whl "$work"/*.tar.gz "$dist/"
ls -l "$dist"
