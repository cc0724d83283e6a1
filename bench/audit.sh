#!/usr/bin/env bash
# How long a report on a ledger of N entries takes: the first time, and with its proofs remembered; beside it `verify-chain`
# of the same ledger. Entries are branches of one small dataset, so each has two proofs' statements and no data.
# bench/audit.sh BUILD [N]
set -eu
build=$(cd "$1" && pwd)
entries=${2:-1000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PATH=$build:$PATH XDG_STATE_HOME=$work/state XDG_CACHE_HOME=${XDG_CACHE_HOME:-$HOME/.cache}
export ZKL_SETUP_CACHE=${ZKL_SETUP_CACHE:-$XDG_CACHE_HOME/zkp-ledger/setup}
cd "$work"
printf 'id,age\n1,30\n2,40\n3,50\n4,60\n' >people.csv
zkp-ledger init --no-passphrase -q
zkp-ledger notarize people.csv --name people --claim 'range(age, 0, 120)' -q
for ((i = 1; i <= entries; i++)); do zkp-ledger branch people --as "b$i" -q; done
export XDG_CACHE_HOME=$work/cache # what is remembered of proofs
seconds() { # WHAT COMMAND...: seconds of the processor and of the clock
    local what=$1
    shift
    TIMEFORMAT="%U + %S s of the processor, %R s  $what"
    time "$@" >"$work/out" 2>&1 || { cat "$work/out"; exit 1; }
}
echo "$(zkp-ledger log --last 1 | head -1)"
seconds "audit, the first time" zkp-ledger audit --format html -o first.html -q
seconds "audit, proofs remembered" zkp-ledger audit --format html -o second.html -q
seconds "verify-chain, without proofs" zkp-ledger verify-chain
stat -c '%s bytes of HTML' second.html
