#!/bin/sh
# Two checkouts in different folders build the same bytes: copies the tree's committed state twice, builds program, library
# and reader in each, and compares. By hand: it builds everything twice.
#   tools/compare_builds.sh [REVISION]
set -eu
here=$(cd "$(dirname "$0")/.." && pwd)
revision=$(git -C "$here" rev-parse "${1:-HEAD}") # once: a branch may move meanwhile
work=$(mktemp -d "${TMPDIR:-/tmp}/zkl-compare-XXXXXX")
trap 'rm -rf "$work"' EXIT
different=0
for folder in one another/longer/way; do
    mkdir -p "$work/$folder"
    git -C "$here" archive "$revision" | tar -x -C "$work/$folder"
    (cd "$work/$folder" && CCACHE_DISABLE=1 tools/build.sh release zkp-ledger zkl zkl_static zkl_reader_duckdb zkl-verify-min)
done
for file in zkp-ledger libzkl.so.0 libzkl.a lib/zkp-ledger/zkl_reader_duckdb.so zkl-verify-min; do
    if cmp "$work/one/build/$file" "$work/another/longer/way/build/$file"; then
        echo "same  $(sha256sum <"$work/one/build/$file" | cut -c1-16)  $file"
    else
        different=1
    fi
done
exit $different
