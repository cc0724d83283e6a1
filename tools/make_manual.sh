#!/bin/sh
# tools/make_manual.sh FOLDER PROGRAM...: manual pages and completion scripts, from the program's table of commands.
set -eu
out=$1
shift # what is left runs the program: by an emulator, where it is for another processor
rm -rf "$out"
mkdir -p "$out/man1"
"$@" man >"$out/man1/zkp-ledger.1"
"$@" --help | sed -n '/^Commands:/,/^$/p' | awk '/^  / {print $1}' | while read -r command; do
    "$@" man "$command" >"$out/man1/zkp-ledger-$command.1"
done
"$@" completion bash >"$out/zkp-ledger.bash"
"$@" completion zsh >"$out/_zkp-ledger"
"$@" completion fish >"$out/zkp-ledger.fish"
touch "$out/done"
