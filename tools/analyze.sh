#!/bin/sh
# gcc's static analyzer over what reads foreign bytes.
set -eu
cd "$(dirname "$0")/.."
cmake -S . -B build-analyze -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_C_FLAGS="-fanalyzer -O1" -DZKL_TESTS=OFF >/dev/null
ninja -C build-analyze --quiet
