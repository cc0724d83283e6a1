#!/bin/sh
# The tour of the README on a shipped real table, then a million generated rows with timings.
set -eu
build=$(cd "$1" && pwd)
source=$(cd "$(dirname "$0")/.." && pwd)
PATH=$build:$PATH
tour=$(mktemp -d)
trap 'rm -rf "$tour"' EXIT
say() { printf '\n\033[1m$ %s\033[0m\n' "$*"; "$@"; }
[ -t 1 ] || say() { printf '\n$ %s\n' "$*"; "$@"; }

cp "$source/tests/data/penguins.csv" "$tour/"
cd "$tour"
echo "1. A ledger: keys, configuration, store, log. (The first on this machine also makes a development set-up.)"
say zkp-ledger init --no-passphrase --name demo
echo
echo "2. Notarise 344 real penguins, and prove two claims about them. Nobody else sees a row."
say zkp-ledger notarize penguins.csv --name penguins --null NA --claim 'range(body_mass_g, 1000, 10000)' --claim 'sum(flipper_length_mm)'
say zkp-ledger show penguins
echo
echo "3. What an auditor gets: one receipt, and once, what to trust."
say zkp-ledger export penguins --format receipt -o penguins.zkl
printf '\n$ zkp-ledger keys show --trust > trust.toml\n'
zkp-ledger keys show --trust >trust.toml
mkdir elsewhere
mv penguins.zkl trust.toml elsewhere/
echo
echo "4. The auditor, elsewhere: no ledger, no data, no network."
cd elsewhere
say zkp-ledger verify penguins.zkl --trust trust.toml
cd ..
echo
echo "5. The owner, with the data: everything recomputed. And the log from its first entry."
say zkp-ledger verify penguins --data penguins.csv
say zkp-ledger verify-chain
say zkp-ledger log
echo
echo "6. A claim that is false is refused before anything is recorded."
printf '\n$ zkp-ledger notarize penguins.csv --name heavy --null NA --claim %s\n' "'range(body_mass_g, 4000, *)'"
zkp-ledger notarize penguins.csv --name heavy --null NA --claim 'range(body_mass_g, 4000, *)' && exit 1 || echo "exit code $?"
echo
echo "7. A million rows, five columns, three claims."
say "$build/bench/bench_notarize" 1000000
