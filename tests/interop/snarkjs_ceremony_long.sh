#!/usr/bin/env bash
# A ceremony with somebody in the middle who uses snarkjs, in both rounds, and snarkjs's judgement of what comes out. The
# circuits are toys (tool_ceremony.c); everything else is the program.
set -euo pipefail
source "$ZKL_SOURCE_DIR/tests/interop/libsnarkjs.sh"

snarkjs_folder=$(zkl_snarkjs)
tool=$ZKL_BUILD_DIR/tests/tool_ceremony
export PATH=$ZKL_BUILD_DIR:$PATH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
setup() { quietly zkp-ledger setup "$@"; }

# party NAME FILE OUT: contribute on a machine of one's own.
party() { setup contribute "$2" --name "$1" --key "$1.key" --no-passphrase -o "$3"; }

echo "the first round: Alice, somebody with snarkjs, Bob, a beacon"
quietly "$tool" new joint
setup invite joint -o one.zklceremony
party Alice one.zklceremony back.zklceremony
setup take joint back.zklceremony
setup invite joint --iden3 for_snarkjs
quietly snarkjs powersoftau contribute for_snarkjs/powers.ptau theirs.ptau --name=Snark -e="$RANDOM"
setup take joint theirs.ptau
refused "a contribution that is there already" 5 zkp-ledger setup take joint theirs.ptau
refused "a contribution to an older state" 5 zkp-ledger setup take joint back.zklceremony
setup invite joint -o three.zklceremony
party Bob three.zklceremony three_back.zklceremony
setup take joint three_back.zklceremony
sleep 0.01
now=$(date -u +%Y-%m-%dT%H:%M:%S.%3NZ)
setup beacon joint 0102030405060708 --source 'test' --time "$now" --iterations 10
quietly "$tool" next joint
quietly "$tool" write joint powers
quietly snarkjs powersoftau verify powers/powers.ptau

echo "the second round: Alice, snarkjs, Bob, a beacon"
setup invite joint -o five.zklceremony
party Alice five.zklceremony five_back.zklceremony
setup take joint five_back.zklceremony
quietly "$tool" write joint keys
for circuit in F18 F20; do
    quietly snarkjs zkey verify "keys/$circuit.r1cs" keys/powers.ptau "keys/$circuit.zkey"
    quietly snarkjs zkey contribute "keys/$circuit.zkey" "theirs_$circuit.zkey" --name=Snark -e="$RANDOM"
done
refused "a round's keys without all of them" 5 zkp-ledger setup take joint theirs_F18.zkey
setup take joint theirs_F20.zkey theirs_F18.zkey
setup invite joint -o seven.zklceremony
party Bob seven.zklceremony seven_back.zklceremony
setup take joint seven_back.zklceremony
sleep 0.01
setup beacon joint 1112131415161718 --source 'test' --time "$(date -u +%Y-%m-%dT%H:%M:%S.%3NZ)" --iterations 10

echo "snarkjs and we accept the whole"
quietly "$tool" verify joint
quietly "$tool" write joint whole
for circuit in F18 F20; do
    quietly snarkjs zkey verify "whole/$circuit.r1cs" whole/powers.ptau "whole/$circuit.zkey"
done
[ "$(grep -c 'not signed' joint/transcript.txt)" = 2 ] || fail "snarkjs signs nothing, and that is not said"
