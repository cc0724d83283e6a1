#!/bin/sh
# tools/bench.sh BUILD [UNIT]: run build/bench/bench_UNIT, or the script of that name in bench where there is
# no such program; all programs without a UNIT.
set -eu
if [ -n "${2:-}" ] && [ ! -x "$1/bench/bench_$2" ] && [ -x "bench/$2.sh" ]; then
    exec "bench/$2.sh" "$1"
fi
for program in "$1"/bench/bench_${2:-*}; do
    echo "== $(basename "$program")"
    "$program"
done
