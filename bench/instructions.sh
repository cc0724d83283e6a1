#!/usr/bin/env bash
# Instructions of small fixed jobs (bench_instructions.c), counted by valgrind's callgrind: of this tree, and of another
# commit beside it. The number is nearly the same in every run, whatever else the machine does.
#
#     bench/instructions.sh [COMMIT [JOB...]]
#
# Both are built by the preset "portable": valgrind knows no AVX-512, so it says nothing of those kernels. The other commit is
# checked out below build-instructions, with this tree's jobs, and stays there.
set -euo pipefail
cd "$(dirname "$0")/.."
commit=${1:-}
shift $(($# < 1 ? $# : 1))

# build TREE: print the path of its program
build() {
    (cd "$1" && tools/build.sh portable bench/bench_instructions >&2)
    echo "$1/build-portable/bench/bench_instructions"
}

# instructions PROGRAM JOB
instructions() {
    valgrind --tool=callgrind --collect-atstart=no --toggle-collect=measured --callgrind-out-file=/dev/null "$1" "$2" 2>&1 >/dev/null |
        sed -n 's/.*Collected : \([0-9]*\).*/\1/p'
}

new=$(build "$PWD")
old=
if [ -n "$commit" ]; then
    commit=$(git rev-parse --short=12 "$commit^{commit}")
    tree=$PWD/build-instructions/$commit
    if [ ! -d "$tree" ]; then
        mkdir -p "$tree"
        git archive "$commit" | tar -x -C "$tree"
    fi
    cp bench/bench_instructions.c bench/gen_table.h "$tree/bench/"
    old=$(build "$tree")
fi
[ $# -gt 0 ] || mapfile -t jobs < <("$new")
[ $# -eq 0 ] || jobs=("$@")
printf '%-10s %16s %16s %8s\n' job "this tree" "${commit:--}" ratio
for job in "${jobs[@]}"; do
    here=$(instructions "$new" "$job")
    there=
    [ -z "$old" ] || there=$(instructions "$old" "$job")
    printf '%-10s %16s %16s %8s\n' "$job" "${here:-failed}" "${there:--}" \
        "$([ -z "$there" ] || awk -v a="$here" -v b="$there" 'BEGIN { printf "%.3f", a / b }')"
done
