#!/bin/sh
# The shared library exports zkl_* and nothing else, and exactly what include/zkl declares as ZKL_API.
set -eu
cd "$(dirname "$0")/.."
lib=build-dev/libzkl.so
exported=$(nm -D --defined-only "$lib" | awk '$2 ~ /[TDRB]/ {print $3}' | sed 's/@.*//' | sort -u)
foreign=$(printf '%s\n' "$exported" | grep -v '^zkl_' || true)
[ -z "$foreign" ] || { echo "exported without the prefix: $foreign"; exit 1; }
declared=$(cat include/zkl/*.h | tr '\n' ' ' | grep -o 'ZKL_API [^;{]*' | grep -v '__attribute__' \
    | sed -E 's/ZKL_[A-Z_]+(\([0-9, ]*\))?//g' | grep -oE 'zkl_[a-z0-9_]+ *(\(|$)|zkl_[a-z0-9_]+ *$' | grep -oE 'zkl_[a-z0-9_]+' | sort -u)
printf '%s\n' "$exported" | while read -r symbol; do
    printf '%s\n' "$declared" | grep -qx "$symbol" || { echo "exported but not declared in include/zkl: $symbol"; exit 1; }
done
printf '%s\n' "$declared" | while read -r symbol; do
    printf '%s\n' "$exported" | grep -qx "$symbol" || { echo "declared in include/zkl but not exported: $symbol"; exit 1; }
done
echo "symbols: $(printf '%s\n' "$exported" | wc -l) exported, all declared"
