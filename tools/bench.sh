#!/bin/sh
# tools/bench.sh BUILD [UNIT]: run build/bench/bench_UNIT, or all of them.
set -eu
for program in "$1"/bench/bench_${2:-*}; do
    echo "== $(basename "$program")"
    "$program"
done
