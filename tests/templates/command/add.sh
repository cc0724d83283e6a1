#!/bin/sh
# Add the command of this folder to the tree ROOT, which has the operation of tests/templates/operation: its file, and its line
# in the list of commands. Nothing else is touched.
#   add.sh ROOT     prints the places touched, one a line
set -eu
here=$(dirname "$0") root=$1
file=hello.c
cp "$here/$file" "$root/src/cli/"
echo "src/cli/$file"
sed -i 's/^\( *COMMAND(doctor)\) *\\$/\1 \\\n    COMMAND(hello) \\/' "$root/src/cli/commands.h"
grep -q 'COMMAND(hello)' "$root/src/cli/commands.h"
echo src/cli/commands.h
