#!/bin/sh
# Configure (once) and build a preset of CMakePresets.json: release, dev, portable, san, tsan, msan, fuzz.
set -eu
preset=${1:-release}
[ $# -eq 0 ] || shift
case $preset in release) folder=build ;; *) folder=build-$preset ;; esac
log=$folder/configure.log
# Where there is a ccache, trees at different places share what they compile: paths below the tree are hashed relative to it.
export CCACHE_BASEDIR="$PWD" CCACHE_NOHASHDIR=1
mkdir -p "$folder"
if [ ! -e "$folder/build.ninja" ]; then
    echo "Configuring ($preset); packages are fetched by name and checked against their pinned hashes ..."
fi
if ! cmake --preset "$preset" >"$log" 2>&1; then
    cat "$log" >&2
    exit 1
fi
grep 'Fetching' "$log" || true
[ "$preset" != msan ] || set -- memory_tests "$@" # the rest needs libraries that it does not see
ninja -C "$folder" --quiet "$@"
