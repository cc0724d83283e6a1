#!/bin/sh
# Add the kind of entry of this folder to the tree ROOT: its module, and its line in the list of kinds.
#   add.sh ROOT     prints the places touched, one a line
set -eu
here=$(dirname "$0") root=$1
module=entry_sample.c
cp "$here/$module" "$root/src/record/"
echo "src/record/$module"
list=src/record/entry.h
sed -i 's/^#define ZKL_ENTRY_KIND_TABLE(X) .*/&\n    X(SAMPLE, sample) \\/' "$root/$list"
grep -q 'X(SAMPLE' "$root/$list"
echo "$list"
