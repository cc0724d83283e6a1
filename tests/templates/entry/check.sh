#!/bin/bash
# The tests that run over every kind of entry pass with the new one, and so do those of the ledger.
set -eu
tests="$ZKL_BUILD_DIR/tests"
nm "$ZKL_BUILD_DIR/folders/libzkl_record.a" 2> /dev/null | grep -q ' zkl_entry_ops_sample$'
cd "$(mktemp -d)"
"$tests/test_record_entry_kinds"
"$tests/test_record_entry"
"$tests/test_ledger_ledger"
