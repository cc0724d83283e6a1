#!/usr/bin/env bash
# Make the honest files anew: make.sh ZKP-LEDGER FOLDER. One log, and a fork of it with which it has its first entries in
# common. Keys are random, so every run makes other bytes, and lies.py is then to run again.
set -euo pipefail
program=$(realpath "$1")
mkdir -p "$2"
out=$(realpath "$2")
rm -rf "$out"/*.zkl "$out"/*.standing "$out"/*.consistency "$out"/*tiles
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XDG_STATE_HOME=$work/state
cd "$work"
z() { "$program" "$@" -q; }
# size LEDGER [KIND]: how many entries it has, or the number of the first of that kind.
size() {
    "$program" --ledger "$1" log --json | python3 -c 'import json, sys
log = json.load(sys.stdin)
print(next(e["index"] for e in log["entries"] if e["kind"] == sys.argv[1]) if sys.argv[1:] else log["size"])' "${@:2}"
}

printf 'age\n42\n\n17\n' >people.csv
printf 'age\n5\n' >other.csv
z init --no-passphrase --name history
z keys show --trust >"$out/trust.toml"
cp .zkp-ledger/keys/signer.key "$out/signer.key"
cp .zkp-ledger/keys/log.key "$out/log.key"
z notarize people.csv --name people -o "$out/one.zkl"
cp -r .zkp-ledger fork
z export people --format standing -o "$out/first.standing"
z notarize other.csv --name other
z notarize people.csv --name people --claim 'range(age, 0, 120)' -o "$out/two.zkl"
z disclose people --rows 0 --data people.csv -o "$work/rows.zkl"
z link people --op 'by hand' --fact by=hand
z audit -o "$work/report" --notarize
z revoke people@1 --reason 'consent withdrawn'
z export people --format receipt -o "$out/new.zkl"
z export "people#$(size .zkp-ledger withdraw)" -o "$out/revoked.zkl"
z export people --format standing -o "$out/new.standing"
z export other --format standing -o "$out/other.standing"
z export other -o "$out/other.zkl"
z export --format tlog-tiles -o "$out/tiles"
z export --format consistency --from "$out/one.zkl" -o "$out/one.consistency"
z export --format consistency --from "$out/two.zkl" -o "$out/two.consistency"

# The fork, in another state folder: until it has as many entries as two.zkl's checkpoint, then as many as the log.
export XDG_STATE_HOME=$work/other
f() { z --ledger fork "$@"; }
f notarize other.csv --name evil
while [ "$(size fork)" -lt "$(sed -n 2p "$out/tiles/checkpoint")" ]; do
    f link evil --op 'by hand' --fact "by=$RANDOM"
    [ -e "$out/fork.zkl" ] || f export people -o "$out/fork.zkl"
done
f export people --format standing -o "$out/fork.standing"
f export --format tlog-tiles -o "$out/fork_tiles"
f export --format consistency --from "$out/fork.zkl" -o "$out/fork.consistency"
