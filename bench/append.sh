#!/usr/bin/env bash
# Durable appends of facts of 1 KB: our ledger kept open, and opened for each batch, and Tessera's POSIX driver under the same
# load on the same disk. 50 syncs of a file are timed first, since all hangs on them.
# Needs Go 1.24 for the last, and the modules of bench/tessera/go.mod, which it fetches once.
# bench/append.sh BUILD [FOLDER [SECONDS [WRITERS...]]]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
folder=$(mktemp -d "${2:-$PWD}/append.XXXXXX")
trap 'rm -rf "$folder"' EXIT
seconds=${3:-5}
shift $(($# < 3 ? $# : 3))
[ $# -gt 0 ] || set -- 1 256 4000
export XDG_STATE_HOME=$folder/state
dd if=/dev/zero of="$folder/sync" bs=1k count=50 oflag=dsync 2>&1 | tail -1
"$build/bench/bench_append" "$folder" "$seconds" "$@"
command -v go >/dev/null || { echo "no Go: without Tessera" >&2; exit 1; }
export GOMODCACHE=${ZKL_DEPS_CACHE:-$HOME/.cache/zkl-deps}/tools/go GOFLAGS="-mod=readonly -modcacherw" GOTOOLCHAIN=local GOWORK=off
(cd "$here/tessera" && go build -o "$folder/tessera" .)
"$folder/tessera" "$folder" "$seconds" "$@"
