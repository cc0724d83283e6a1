#!/usr/bin/env bash
# Make the honest files anew: make.sh BUILD FOLDER. Two ceremonies of powers of 2^4: one of powers alone, one with keys for two
# toy circuits (tests/tool_ceremony). Secrets are random, so every run makes other bytes, and lies.py is then to run again.
set -euo pipefail
program=$(realpath "$1/zkp-ledger") tool=$(realpath "$1/tests/tool_ceremony")
mkdir -p "$2" && rm -f "$2"/*.zklceremony
out=$(realpath "$2")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
setup() { "$program" setup "$@" -q; }
now() { date -u +%Y-%m-%dT%H:%M:%S.%3NZ; }
# party NAME DIR: invited, contributes, is taken in.
party() {
    rm -f there back
    setup invite "$2" -o there
    setup contribute there --name "$1" --key "$1.key" --no-passphrase -o back
    setup take "$2" back
}

setup new powers --powers-only --power 4 --name powers
party Alice powers
party Bob powers
sleep 0.01
setup beacon powers 00ff --source dice --time "$(now)" --iterations 10
setup next powers
setup finish powers -o "$out/powers.zklceremony"

"$tool" new toys
party Alice toys
party Bob toys
sleep 0.01
setup beacon toys 0102030405060708 --source dice --time "$(now)" --iterations 10
"$tool" next toys
party Alice toys
party Carol toys
sleep 0.01
setup beacon toys 1112131415161718 --source dice --time "$(now)" --iterations 10
"$tool" verify toys
"$tool" write toys files
cp toys/ceremony.zklceremony "$out/toys.zklceremony"
cp files/F18.r1cs files/F20.r1cs Alice.key Bob.key Carol.key "$out"
