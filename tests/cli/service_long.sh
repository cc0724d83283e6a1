#!/usr/bin/env bash
# zkp-ledgerd over its Unix socket: keys, roles, a table that is uploaded, its receipt, and what is refused.
source "$ZKL_SOURCE_DIR/tests/cli/lib.sh"
[ -x "$ZKL_BUILD_DIR/zkp-ledgerd" ] || { echo "built without the service"; exit 77; }
command -v python3 >/dev/null || { echo "this test needs python3" >&2; exit 1; }

run 2 zkp-ledgerd
run 4 zkp-ledgerd nowhere
run 0 zkp-ledgerd --init here
key=$(grep -o 'sk-[0-9a-f]\{64\}' <<<"$out")
run 5 zkp-ledgerd --init here
lacks "the key stands in a file" -r "$key" here
sed -i 's/, "127.0.0.1:8080"//' here/zkp-ledgerd.toml

# without a certificate, no address that others reach
sed 's/^addresses.*/addresses = ["0.0.0.0:0"]/' here/zkp-ledgerd.toml >open.toml
mkdir open && cp open.toml open/zkp-ledgerd.toml
run 2 zkp-ledgerd open
says "no loopback address"

printf 'age,city\n31,Bern\n44,Genf\n' >people.csv
: >served
zkp-ledgerd here >served 2>&1 &
daemon=$!
trap 'kill $daemon 2>/dev/null; clean_up' EXIT
python3 "$ZKL_SOURCE_DIR/tests/cli/service_long.py" here/zkp-ledgerd.sock "$key" people.csv || fail "service_long.py: $(cat served)"
kill -TERM $daemon
wait $daemon || fail "it ends with $?"
trap clean_up EXIT
[ ! -e here/zkp-ledgerd.sock ] || fail "its socket is still there"
[ -z "$(ls here/uploads)" ] || fail "uploads are left"
run 0 zkp-ledger show people.zkl
prints people
run 0 zkp-ledger verify people.zkl --trust trust.toml
prints VALID
ok "a service of many is one ledger"
