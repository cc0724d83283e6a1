#!/usr/bin/env bash
# Nothing that is said is passed over in silence, and --json is one object whatever goes wrong.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

mkdir home && cd home || exit 1
new_ledger . --name usage
small_table >ages.csv
run 0 zkp-ledger notarize ages.csv --name ages
recorded=$(log_size)

# failed CODE COMMAND...: with --json one object that tells what standard error tells.
failed() {
    local want=$1
    shift
    run "$want" "$@" --json
    json "d['exit_code'] == $want" "d['error'] in open('$work/.err').read()"
}

# ---- Which program it is.
run 0 zkp-ledger version
prints 'zkp-ledger '
run 0 zkp-ledger --help
says 'zkp-ledger --version'
ok "the version is told"

# ---- Texts that JSON cannot hold as they are.
odd=$(printf 'x\377')
failed 4 zkp-ledger verify "$odd.zkl"
says 'x\xff.zkl'
failed 4 zkp-ledger notarize "$odd-none.csv" --name odd
cp ages.csv "$odd.csv"
failed 8 zkp-ledger notarize "$odd.csv" --name odd
says 'not UTF-8'
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

# ---- What would be passed over.
mkdir "$work/a"
failed 2 zkp-ledger init "$work/a" --ledger "$work/b" --no-passphrase
echo secret >"$work/pass"
failed 2 zkp-ledger init "$work/a" --no-passphrase --passphrase-file "$work/pass"
[ -z "$(ls "$work/a")" ] && [ ! -e "$work/b" ] || fail "a ledger was made"
failed 2 zkp-ledger keys rotate log
failed 2 zkp-ledger keys rotate --trust
failed 2 zkp-ledger keys show signer
failed 2 zkp-ledger keys show --role log
failed 2 zkp-ledger keys backup "$work/copy" -o "$work/other"
failed 2 zkp-ledger keys backup "$work/copy" --no-passphrase --new-passphrase-file "$work/pass"
failed 10 zkp-ledger keys backup "$work/copy"
says 'use --new-passphrase-file'
[ ! -e "$work/copy" ] || fail "keys were written in the clear"
failed 2 zkp-ledger setup export "$work/key" --format zkey --circuit F18 --circuit F20
failed 2 zkp-ledger setup import "$work/key" --circuit F18 --circuit F20
failed 2 zkp-ledger verify ages --data-key "$work/pass"
failed 2 zkp-ledger notarize "$data/penguins.ndjson" --name odd --no-header
failed 2 zkp-ledger verify-chain --from 3 --to 1 --proofs
failed 4 zkp-ledger verify-chain --from 99 --proofs
failed 4 zkp-ledger doctor --ledger "$work/nowhere"
[ "$(log_size)" = "$recorded" ] || fail "something was recorded"
ok "what contradicts itself, or would not be looked at, is refused"

# ---- Said before anything is asked.
run 3 zkp-ledger init "$work" --powers ages.csv
says "'ages.csv' is no prepared .ptau file and no ceremony: it is text, perhaps CSV"
run 4 zkp-ledger init "$work/nowhere" --no-passphrase
says "there is no folder '$work/nowhere': make it first"
failed 2 zkp-ledger notarize ages.csv --name ages --leaf-blocks 5
silent_about 'did you mean'
ok "a place or file that cannot serve is told before a passphrase is asked for"
