#!/usr/bin/env bash
# The examples of docs/claims/*.md, run as a reader runs them: each block "console" is a transcript, commands behind "$ "
# and what they print, both streams. All blocks of a page share a folder with a ledger.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
fill_setup_cache
for page in "$zkl_source"/docs/claims/*.md; do
    name=$(basename "$page" .md)
    mkdir "$name" && cd "$name" || exit 1
    run 0 zkp-ledger init --no-passphrase -q
    awk '/^```console$/ { inside = 1; next } /^```$/ { inside = 0 } inside' "$page" >../wanted
    [ -s ../wanted ] || fail "$name.md has no example"
    while IFS= read -r line; do
        case $line in
        '$ '*)
            echo "$line"
            bash -c "${line#\$ }" 2>&1 </dev/null
            ;;
        esac
    done <../wanted >../got
    diff -u ../wanted ../got >&2 || fail "the example of $name.md prints something else"
    ok "docs/claims/$name.md: its example prints what the page says"
    cd ..
done
