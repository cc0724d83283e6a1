#!/bin/sh
# Add the operation of this folder to the tree ROOT: its file, and its line in the list of operations. Nothing else is touched;
# docs/operations.md is then written anew.
#   add.sh ROOT     prints the places touched, one a line
set -eu
here=$(dirname "$0") root=$1
file=op_hello.c
cp "$here/$file" "$root/src/api/"
echo "src/api/$file"
sed -i 's/^    OPERATION(doctor)$/    OPERATION(doctor) \\\n    OPERATION(hello)/' "$root/src/api/operation.h"
grep -q 'OPERATION(hello)' "$root/src/api/operation.h"
echo src/api/operation.h
