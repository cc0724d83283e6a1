#!/bin/bash
# Names from outside that hold escape sequences, newlines or characters that turn the text around: shown, never sent to the terminal.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

esc=$(printf '\033') rlo=$(printf '\342\200\256')

# no_hidden WHAT FILE...: neither of the two is in the files.
no_hidden() {
    local what=$1
    shift
    if grep -q -e "$esc" -e "$rlo" "$@"; then fail "$what printed a hidden character"; fi
}

fill_setup_cache
run 0 zkp-ledger init --no-passphrase --name hostile
printf '"a\nVALID forged","b\033[2J","c\342\200\256d"\n1,2,x\n3,4,y\n' >hostile.csv
run 0 zkp-ledger notarize hostile.csv --name h --claim 'sum("b\x1b[2J")' -o h.zkl
no_hidden notarize "$work/.out" "$work/.err"
prints 'a\x0aVALID forged'
prints 'b\x1b[2J'
prints 'c\xe2\x80\xaed'
run 0 zkp-ledger show h
no_hidden show "$work/.out" "$work/.err"
if grep -q '^ *VALID forged' "$work/.out"; then fail "a name began a line of its own"; fi
run 0 zkp-ledger verify h
no_hidden verify "$work/.out" "$work/.err"
run 0 zkp-ledger verify h --json
no_hidden 'verify --json' "$work/.out"
ok "notarize, show and verify show hidden characters of names"

run 1 zkp-ledger notarize hostile.csv --name i --claim 'range("b\x1b[2J", 3, *)'
no_hidden 'a false claim' "$work/.out" "$work/.err"
run 2 zkp-ledger notarize hostile.csv --name i --claim "sum(${esc}[2J)"
no_hidden 'a claim that does not parse' "$work/.err"
printf 'b\033[2J,b\033[2J\n1,2\n' >twice.csv
run 3 zkp-ledger notarize twice.csv --name i
no_hidden 'a name that stands twice' "$work/.err"
run 4 zkp-ledger verify "x${rlo}.zkl" --trust none.toml
no_hidden 'a file that is not there' "$work/.err"
ok "errors show hidden characters"

mkdir other
run 2 zkp-ledger init other --no-passphrase --name "log${esc}[2J"
run 2 zkp-ledger init other --no-passphrase --name "log${rlo}"
ok "init refuses them in a ledger's name"

printf '5.1,3.5,setosa\n4.9,3.0,setosa\n' >headless.csv
run 0 zkp-ledger notarize headless.csv --name headless
says 'if it is data, notarise again with --no-header'
run 0 zkp-ledger notarize headless.csv --name headless2 --no-header
silent_about 'notarise again'
ok "a first line of numbers is not taken for names in silence"

printf 'a b c\n1 2 3\n4 5 6\n' >blanks.csv
run 3 zkp-ledger notarize blanks.csv --name blanks
says 'say --delimiter space'
run 0 zkp-ledger notarize blanks.csv --name blanks --delimiter ,
prints 'its one column is well formed'
run 0 zkp-ledger notarize blanks.csv --name blanks2 --delimiter space
silent_about 'notarise again'
prints 'all 3 columns are well formed'
ok "a table that could be one column or several is not taken for one in silence"
