#!/usr/bin/env bash
# The example program of tests/example, built as a stranger builds it: public headers and the shared library alone.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
if ! grep -q '^ZKL_SANITIZE:[A-Z]*=$' "$zkl_build/CMakeCache.txt"; then
    echo "skipped: a library under a sanitizer links only with its compiler's runtime"
    exit 77
fi
run 0 ${CC:-cc} -std=c17 -Wall -Wextra -Wpedantic -Werror -I "$zkl_source/include" \
    "$zkl_source/tests/example/notarize.c" -o notarize -L "$zkl_build" -lzkl "-Wl,-rpath,$zkl_build"
ok "builds with the public headers and libzkl.so, without a warning"
small_table >people.csv
run 0 ./notarize ledger people.csv 'range(age, 0, 120)'
prints 'proven: every value of age lies between 0 and 120'
run 0 zkp-ledger verify people.zkl --ledger ledger
run 0 zkp-ledger verify-chain --ledger ledger --proofs
ok "notarises, proves and verifies; the command line agrees"
rm people.zkl # another ledger's
run 1 ./notarize other people.csv 'range(age, 0, 45)'
says '2 offending rows'
run 2 ./notarize
ok "a false claim is refused"
