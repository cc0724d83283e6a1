#!/usr/bin/env bash
# Powers of tau that travel: an auditor on another machine recomputes commitments once he has the ledger's powers.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# at NAME CODE COMMAND...: run on another machine: a home of its own, no cache but the one there.
at() {
    local home=$work/$1 want=$2
    shift 2
    mkdir -p "$home"
    run "$want" env -i PATH="$PATH" HOME="$home" "$@"
}

mkdir owner && cd owner || exit 1
new_ledger . --name powers
small_table >ages.csv
run 0 zkp-ledger notarize ages.csv --name ages --claim 'range(age, 0, 120)' -o ages.zkl
run 0 zkp-ledger export ages --format data-key -o ages.zklkey
run 0 zkp-ledger keys show --trust
cp "$work/.out" trust.toml
grep -q '^srs_made = "development"$' trust.toml || fail "the trust file does not say how the powers were made"
run 0 zkp-ledger setup show --json
json 'is_hex(d["powers"])' 'd["powers_made"] == "development"'
hash=$(json_value 'd["powers"]')
audit=(zkp-ledger verify ages.zkl --trust trust.toml --data ages.csv --data-key ages.zklkey)

at auditor 0 zkp-ledger verify ages.zkl --trust trust.toml
at auditor 9 "${audit[@]}"
says "$hash"
says "'zkp-ledger setup export powers.zklpowers'"
says "'zkp-ledger setup import powers.zklpowers'"
ok "without powers: exit 9, which are needed, and how to get them"

run 0 zkp-ledger setup export powers.zklpowers
says "powers of tau $hash"
# 8 magic, 4 version, 240 for verifiers, 4 count, 48 each, 32 hash
[ "$(stat -c %s powers.zklpowers)" = $((8 + 4 + 240 + 4 + 65544 * 48 + 32)) ] || fail "another size than the format says"
run 0 zkp-ledger setup export -
cmp -s "$work/.out" powers.zklpowers || fail "powers on standard output are others"
run 2 zkp-ledger setup export - --json
at auditor 0 zkp-ledger setup import powers.zklpowers --json
json "d['powers'] == '$hash'" 'd["format"] == "powers"' 'd["powers_made"] == "development"' 'd["contributors"] == []'
at auditor 0 "${audit[@]}"
prints 'Recomputed from the data'
sed 's/40/41/' ages.csv >other.csv
at auditor 1 zkp-ledger verify ages.zkl --trust trust.toml --data other.csv --data-key ages.zklkey
at auditor 0 zkp-ledger setup import powers.zklpowers # twice is once
ok "with the ledger's powers the auditor recomputes; other data are refused"

# What is no powers is not kept.
python3 - <<'PYTHON'
import hashlib
data = bytearray(open("powers.zklpowers", "rb").read())
def write(name, content):
    open(name, "wb").write(bytes(content[:-32]) + hashlib.sha3_256(content[:-32]).digest())
first = 8 + 4 + 240 + 4
moved = bytearray(data)
moved[first + 48 * 1000:first + 48 * 1002] = data[first + 48 * 1001:first + 48 * 1002] + data[first + 48 * 1000:first + 48 * 1001]
write("moved.zklpowers", moved)
few = bytearray(data[:first + 48 * 100] + data[-32:])
few[8 + 4 + 240:first] = (100).to_bytes(4, "big")
write("few.zklpowers", few)
data[5000] ^= 1
open("changed.zklpowers", "wb").write(data)
PYTHON
at stranger 1 zkp-ledger setup import moved.zklpowers
says 'not powers of one tau'
at stranger 3 zkp-ledger setup import changed.zklpowers
says 'trailing hash'
at stranger 6 zkp-ledger setup import few.zklpowers
says 'commitments need 65544'
at stranger 3 zkp-ledger setup import ages.csv
says 'neither a ceremony (.zklceremony) nor powers'
at stranger 4 zkp-ledger setup import nothere.zklpowers
at stranger 2 zkp-ledger setup import
at stranger 2 zkp-ledger setup bring powers.zklpowers
at stranger 2 zkp-ledger setup import powers.zklpowers --circuit F18 # powers are of no circuit
at stranger 9 "${audit[@]}"
[ -z "$(find "$work/stranger" -name '*.commit')" ] || fail "something was kept"
ok "files that are no powers are refused and not kept"

# Powers for verifying make no ledger.
at auditor 4 zkp-ledger init "$work/auditor" --no-passphrase --powers "$hash"
says 'needs the whole .ptau'
at auditor 4 zkp-ledger init "$work/auditor" --no-passphrase --powers "$(printf '%064d' 7)"
says 'has no powers of tau'
mkdir "$work/second"
run 0 zkp-ledger init "$work/second" --no-passphrase --powers "$hash" --json
json "d['powers'] == '$hash'" 'd["powers_made"] == "development"'
ok "a ledger over powers that are named"
