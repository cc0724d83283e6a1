#!/bin/sh
# tools/make_manual.sh PROGRAM FOLDER: manual pages and completion scripts, from the program's table of commands.
set -eu
program=$1
out=$2
rm -rf "$out"
mkdir -p "$out/man1"
"$program" man >"$out/man1/zkp-ledger.1"
"$program" --help | sed -n '/^Commands:/,/^$/p' | awk '/^  / {print $1}' | while read -r command; do
    "$program" man "$command" >"$out/man1/zkp-ledger-$command.1"
done
"$program" completion bash >"$out/zkp-ledger.bash"
"$program" completion zsh >"$out/_zkp-ledger"
"$program" completion fish >"$out/zkp-ledger.fish"
touch "$out/done"
