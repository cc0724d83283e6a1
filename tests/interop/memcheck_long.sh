#!/bin/bash
# Nothing that parses or verifies reads memory that nobody wrote, past its end, or after it was freed: valgrind's memcheck over
# the verifier alone with receipts, good and bad, and over every parser with its corpus, of which 6 files are drawn by a seed
# (ZKL_TEST_SEED; all under `make soak`). AddressSanitizer (preset san) does not
# see memory that was never written. A leak of what is still pointed to at the end is none.
#
# clang's MemorySanitizer is not run: libcrypto, jansson, RocksDB and the C++ library are not built with it, and it would take
# what they write for unwritten. Nor is anything that proves: memcheck takes it from seconds to hours.
set -eu
build=$ZKL_BUILD_DIR source=$ZKL_SOURCE_DIR
log=$(mktemp)
trap 'rm -f "$log"' EXIT
fail() {
    echo "memcheck: $*" >&2
    tail -n 60 "$log" >&2
    exit 1
}
command -v valgrind >/dev/null || { echo "skipped: no valgrind"; exit 77; }
program=$build/zkl-verify-min
[ -x "$program" ] || fail "'$program' is not built"
if nm "$program" | grep -q -e __asan_init -e __tsan_init; then
    echo "skipped: sanitizers do not run under valgrind"
    exit 77
fi

# memcheck WANT COMMAND...: it ends with WANT, as it does without, and memcheck has nothing to say (its own code is 99).
memcheck() {
    local want=$1 got=0
    shift
    valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite "$@" >"$log" 2>&1 || got=$?
    [ "$got" -eq "$want" ] || fail "exit $got, not $want: $*"
}

# It sees what it is to see.
printf '#include <stdio.h>\n#include <stdlib.h>\nint main(void) { char *c = malloc(1); int r = *c == 3; puts(r ? "a" : "b"); free(c); return 0; }\n' >"$log.c"
${CC:-cc} -O0 -o "$log.bad" "$log.c"
got=0
valgrind -q --error-exitcode=99 "$log.bad" >/dev/null 2>&1 || got=$?
rm -f "$log.c" "$log.bad"
[ "$got" -eq 99 ] || fail "an unwritten byte goes unnoticed"

real=$source/tests/vectors/receipt corpus=$source/fuzz/corpus
memcheck 0 "$program" "$real/notarise.zkl" "$real/trust.bin"
memcheck 0 "$program" "$real/rotated.zkl" "$real/trust.bin"
memcheck 9 "$program" "$real/notarise.zkl" "$corpus/trust/trust.bin"
memcheck 3 "$program" "$corpus/receipt/small.zkl" "$corpus/trust/trust.bin"
memcheck 3 "$program" "$corpus/receipt/cut.zkl" "$corpus/trust/trust.bin"
echo "ok the verifier alone, with receipts that are valid, of another trust, and damaged"

seed=${ZKL_TEST_SEED:-$RANDOM}
echo "seed $seed"
# inputs FOLDER: what of a corpus is run.
inputs() {
    if [ -n "${ZKL_SOAK:-}" ]; then
        echo "$1"
    else
        find "$1" -type f ! -name '.*' | LC_ALL=C sort | awk -v seed="$seed" 'BEGIN { srand(seed) } { print rand() "\t" $0 }' | sort -n | sed 6q | cut -f 2
    fi
}
count=0
for target in "$build"/fuzz/fuzz_*; do
    [ -x "$target" ] || continue
    parser=${target##*/fuzz_}
    mapfile -t drawn < <(inputs "$corpus/$parser")
    [ ${#drawn[@]} -gt 0 ] || fail "'$corpus/$parser' is empty"
    memcheck 0 "$target" "${drawn[@]}"
    count=$((count + 1))
done
[ "$count" -gt 0 ] || { echo "skipped: no parser is built"; exit 77; }
echo "ok $count parsers, each with its corpus"
