#!/bin/sh
# tools/arm64.sh [NAME]: build for arm64 and run its quick unit tests, or those whose name holds NAME, under qemu's user mode.
# Not run there: what starts programs (cli, interop), and what looks at qemu instead of the program. base/secret_memory reads the
# core file and locked memory; log/log and storage/storage fork while they have threads, and qemu 7.2 ends such a child by an
# assertion of its own.
set -eu
root=${ZKL_DEPS_CACHE:-$HOME/.cache/zkl-deps}/arm64
tools/arm64_sysroot.sh "$root"
tools/build.sh arm64
export QEMU_LD_PREFIX="$root"
exec ctest --test-dir build-arm64 --output-on-failure -j2 --timeout 3600 -LE long -E '^(base/secret_memory|log/log|storage/storage)$' \
    -R "${1:-^(base|text|native|hash|algebra|types|proof|record|claim|verify|toml|segment|keys|vault|input|table|circuit|prove|setup|ceremony|storage|log|ledger|notary)/}"
