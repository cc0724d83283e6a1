#!/usr/bin/env bash
# A whole ceremony at its real size, timed: two parties to the powers of 2^16, two to the keys of all five circuits (with
# PARTIES=5 five of each), and snarkjs's contribution to the same powers. Minutes to hours; no test.
#
#     ZKL_SOURCE_DIR=. ZKL_BUILD_DIR=build PARTIES=5 bench/ceremony.sh
#
# SNARKJS=0 leaves snarkjs out. `taskset -c 0,1` before it measures two cores; beside other work the processor's seconds count.
set -euo pipefail
source "$ZKL_SOURCE_DIR/tests/interop/libsnarkjs.sh"

export PATH=$ZKL_BUILD_DIR:$PATH
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
parties=${PARTIES:-2}

# timed WHAT COMMAND...: seconds of the wall and of the processor.
timed() {
    local what=$1 wall user system
    shift
    local TIMEFORMAT='%R %U %S'
    { time quietly "$@" 2>&3; } 3>&2 2>times
    read -r wall user system <times
    printf '%-40s %8.1f s %8.1f s of processor\n' "$what" "$wall" "$(echo "$user + $system" | bc)"
}

# contribute_all: one party after the other, of whatever round it is.
contribute_all() {
    for i in $(seq "$parties"); do
        quietly zkp-ledger setup invite joint -o "invite.zklceremony"
        timed "contribute" zkp-ledger setup contribute invite.zklceremony --name "party $i" --key "$i.key" --no-passphrase -o back.zklceremony
        timed "take" zkp-ledger setup take joint back.zklceremony
        rm invite.zklceremony back.zklceremony
    done
}

quietly zkp-ledger setup new joint ${CIRCUITS:-}
echo "round 1"
contribute_all
if [ "${SNARKJS:-1}" = 1 ]; then
    snarkjs_folder=$(zkl_snarkjs)
    quietly zkp-ledger setup invite joint --iden3 iden3
    timed "snarkjs powersoftau contribute" snarkjs powersoftau contribute iden3/powers.ptau theirs.ptau --name=s -e=x
fi
timed "next" zkp-ledger setup next joint
echo "round 2"
contribute_all
timed "finish" zkp-ledger setup finish joint -o whole.zklceremony
timed "verify" zkp-ledger setup verify whole.zklceremony
ls -l whole.zklceremony
