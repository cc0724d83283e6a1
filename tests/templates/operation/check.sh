#!/bin/bash
# The tests that run over every row of the table of operations pass with the new one, and it is performed by its name.
set -eu
cd "$(mktemp -d)"
nm "$ZKL_BUILD_DIR/folders/libzkl_api.a" 2> /dev/null | grep -q ' api_hello$'
"$ZKL_BUILD_DIR/tests/test_api_call"
