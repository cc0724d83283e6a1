#!/bin/sh
# Add the format of this folder to the tree ROOT: its module, and its line in the list of formats.
#   add.sh ROOT     prints the places touched, one a line
set -eu
here=$(dirname "$0") root=$1
module=export_hello.c
cp "$here/$module" "$root/src/service/"
echo "src/service/$module"
list=include/zkl/export.h
sed -i 's/^#define ZKL_EXPORT_FORMATS(FORMAT) .*/&\n    FORMAT(HELLO, hello, "hello", false, "the name of the log") \\/' "$root/$list"
grep -q 'FORMAT(HELLO' "$root/$list"
echo "$list"
