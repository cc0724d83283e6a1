#!/bin/bash
# Under the same randomness and clock a notarisation gives the same receipt, to the byte, whatever the number of threads and
# whichever kernels the processor runs. Paths that this processor has not are named and left out.
set -eu
tool="$ZKL_BUILD_DIR/tests/tool_same_bytes"
cache="$ZKL_BUILD_DIR/tests/setup-cache"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { echo "same_bytes: $*" >&2; exit 1; }
cd "$work"

# 70,000 rows: a chunk and a part of one. Claims of each shape: ranges, sums, sorted keys, counts, groups.
"$ZKL_BUILD_DIR/bench/gen_table" 70000 > t.csv
claims=('range(age, 0, 120)' 'sum(amount)' 'unique(id)' 'median(age)' 'count(where category = "travel")' 'class_balance(category)')

# notarise NAME THREADS
notarise() {
    mkdir "$1"
    "$tool" "$cache" "$1" "$2" t.csv "${claims[@]}"
}
same() { cmp first/receipt.zkl "$1/receipt.zkl" || fail "$2 give another receipt"; }

notarise keys 2 # what it makes is there from then on: receipts hang on the keys, and on what drew them
notarise first 2
for threads in 1 5; do
    notarise "threads-$threads" $threads
    same "threads-$threads" "$threads threads"
done
echo "ok the number of threads changes no byte"

paths=0
for path in portable neon avx2 avx512ifma; do
    if ! ZKL_NATIVE=$path "$ZKL_BUILD_DIR/zkp-ledger" policies >/dev/null 2>words; then
        grep -q 'processor' words || fail "$path is refused for another reason: $(cat words)"
        echo "not on this processor: $path"
        continue
    fi
    ZKL_NATIVE=$path notarise "path-$path" 2
    same "path-$path" "kernels of $path"
    paths=$((paths + 1))
done
[ $paths -gt 1 ] || fail "the kernels of one path alone were compared with nothing"
echo "ok $paths paths of kernels give the same bytes"

# What is compared hangs on the input.
sed '2s/,[0-9]*,/,33,/' t.csv > other.csv
mkdir other
"$tool" "$cache" other 2 other.csv "${claims[@]}"
! cmp -s first/receipt.zkl other/receipt.zkl || fail "another table gives the same receipt"
echo "ok another table gives another receipt"
