#!/bin/bash
# The new command runs, prints JSON, and stands in help and completion.
set -eu
program="$ZKL_BUILD_DIR/zkp-ledger"
[ "$("$program" hello Ada)" = "hello, Ada" ]
"$program" hello Ada --json | grep -q '"letters": 3'
"$program" --help | grep -q 'hello .*greet somebody'
"$program" hello --help | grep -q 'Greets NAME'
"$program" completion bash | grep -q hello
if "$program" hello 2> /dev/null; then exit 1; fi
