#!/bin/sh
# Add the store of this folder to the tree ROOT: its file, and its line in the registry.
#   add.sh ROOT     prints the places touched, one a line
set -eu
here=$(dirname "$0") root=$1
module=template.c
cp "$here/$module" "$root/src/storage/"
echo "src/storage/$module"
list=src/storage/stores.c
sed -i 's/^#define STORES(X) .*/&\n    X(zkl_store_template) \\/' "$root/$list"
grep -q 'X(zkl_store_template)' "$root/$list"
echo "$list"
