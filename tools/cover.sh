#!/bin/sh
# Branch coverage of the quick tests by gcov, a line per source file of src/.
set -eu
cd "$(dirname "$0")/.."
cmake -S . -B build-cover -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_C_FLAGS=--coverage -DCMAKE_EXE_LINKER_FLAGS=--coverage \
    -DCMAKE_SHARED_LINKER_FLAGS=--coverage -DCMAKE_MODULE_LINKER_FLAGS=--coverage >build-cover.log 2>&1 || { cat build-cover.log; exit 1; }
rm -f build-cover.log
ninja -C build-cover --quiet
ctest --test-dir build-cover -j2 -LE long --output-on-failure | tail -3
cd build-cover
find . -name '*.gcda' -path '*src/*' | xargs gcov -b -n 2>/dev/null |
    awk -F"['%:]" '/^File/ {file=$2} /^Lines executed/ {lines=$3} /^Branches executed/ {b=1} /^Taken at least once/ {if (file ~ /src\//) {sub(/.*\/src\//, "src/", file); printf "%-40s lines %6s %%  branches %6s %%\n", file, $2=="" ? lines : lines, $2}} ' |
    sort -u
