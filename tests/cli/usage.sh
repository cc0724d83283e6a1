#!/usr/bin/env bash
# --json is one object whatever goes wrong.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

mkdir home && cd home || exit 1
new_ledger . --name usage
small_table >ages.csv
run 0 zkp-ledger notarize ages.csv --name ages

# failed CODE COMMAND...: with --json one object that tells what standard error tells.
failed() {
    local want=$1
    shift
    run "$want" "$@" --json
    json "d['exit_code'] == $want" "d['error'] in open('$work/.err').read()"
}

# ---- Texts that JSON cannot hold as they are.
odd=$(printf 'x\377')
failed 4 zkp-ledger verify "$odd.zkl"
says 'x\xff.zkl'
failed 4 zkp-ledger notarize "$odd-none.csv" --name odd
failed 2 zkp-ledger notarize ages.csv --name "$odd"
failed 2 zkp-ledger notarize ages.csv --name odd --claim "range(x$(printf 'é%.0s' {1..700}), 0, 1)" # cut within a character
run 0 zkp-ledger export ages -o "$odd.zkl" --json
json 'd["output"] == "x\\xff.zkl"' 'd["format"] == "receipt"' 'd["bytes"] > 0'
ok "--json holds every member also of texts that are not UTF-8"

failed 2 zkp-ledger verrify x
says "did you mean 'verify'"
failed 2 zkp-ledger man nothing
failed 2 zkp-ledger completion tcsh
ok "--json of an unknown command, page and shell"
