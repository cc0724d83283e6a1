#!/bin/sh
# Add the kind of claim of this folder to the tree ROOT: its module, and its line in the list
# of kinds. Nothing else is touched.
#   add.sh ROOT     prints the places touched, one a line
set -eu
here=$(dirname "$0") root=$1
module=claim_anything.c
cp "$here/$module" "$root/src/claim/"
echo "src/claim/$module"
sed -i 's/^    KIND(rows)$/    KIND(rows) \\\n    KIND(anything)/' "$root/src/proof/kinds.h"
grep -q 'KIND(anything)' "$root/src/proof/kinds.h"
echo src/proof/kinds.h
