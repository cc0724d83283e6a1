#!/usr/bin/env bash
# All powers of tau as a .ptau on another machine, and a ledger over them there. (A minute of checking points.)
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

mkdir owner other && cd owner || exit 1
new_ledger . --name powers
run 0 zkp-ledger setup export all.ptau --format ptau --json
json 'd["format"] == "ptau"' 'is_hex(d["powers"])'
hash=$(json_value 'd["powers"]')
run 0 env -i PATH="$PATH" HOME="$work/other" zkp-ledger init "$work/other" --no-passphrase --powers all.ptau --json
json "d['powers'] == '$hash'" 'd["powers_made"] == "development"'
run 0 env -i PATH="$PATH" HOME="$work/other" zkp-ledger setup --ledger "$work/other/.zkp-ledger" --circuit F18 --json
json "d['powers'] == '$hash'" 'd["circuits"][0]["made"] and d["circuits"][0]["logged"]'
ok "powers from another machine: a ledger and a circuit key over them"

# One point of the prepared part exchanged with its neighbour: each is in its group, together they are no Lagrange points.
python3 - <<'PYTHON'
data = bytearray(open("all.ptau", "rb").read())
at = len(data) - 96 * 1000
data[at:at + 192] = data[at + 96:at + 192] + data[at:at + 96]
open("moved.ptau", "wb").write(data)
PYTHON
mkdir "$work/stranger"
run 1 env -i PATH="$PATH" HOME="$work/stranger" zkp-ledger setup import moved.ptau
says 'do not fit the powers'
[ -z "$(find "$work/stranger" -name '*.commit')" ] || fail "something was kept"
ok "exchanged points are refused"
