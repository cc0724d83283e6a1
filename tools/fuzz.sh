#!/bin/sh
# tools/fuzz.sh [TARGET [SECONDS]]: run one fuzz target (or, with an empty name, each in turn) on a scratch copy of its
# corpus. What it finds stays in build-fuzz/found/.
set -eu
cd "$(dirname "$0")/.."
seconds=${2:-600}
folder=fuzz
tools/build.sh fuzz $folder/all # and none of the tests
mkdir -p build-fuzz/found
for program in build-fuzz/fuzz/fuzz_${1:-*}; do
    name=$(basename "$program" | sed 's/^fuzz_//')
    work=build-fuzz/work/$name
    mkdir -p "$work"
    echo "== $name, $seconds s"
    "$program" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 -verbosity=0 \
        -artifact_prefix="build-fuzz/found/$name-" "$work" "fuzz/corpus/$name"
done
