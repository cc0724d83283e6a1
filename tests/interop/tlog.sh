#!/usr/bin/env bash
# Go's golang.org/x/mod/sumdb/note and tlog judge our checkpoints, tiles and proofs.
set -euo pipefail
source "$ZKL_SOURCE_DIR/tests/interop/libtools.sh"
command -v go >/dev/null || zkl_lacks "go (Debian: golang-go)"

out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
ZKL_INTEROP_OUT=$out "$ZKL_BUILD_DIR/tests/test_log_tiles" for_others

# The module goes into our own cache on the first run; the checksums stand in go.sum.
export GOMODCACHE=$(zkl_tools_folder)/go GOFLAGS="-mod=readonly -modcacherw" GOTOOLCHAIN=local GOWORK=off
cd "$ZKL_SOURCE_DIR/tests/interop/tlog"
zkl_locked go build -o "$out/tlog" . || zkl_lacks "the Go module named in tests/interop/tlog/go.mod"
"$out/tlog" "$out"
