#!/usr/bin/env bash
# Claims as people state them: bounds that are no values of the column's type, columns on both sides of '='.
. "$(dirname "$0")/lib.sh"
printf 'pct,net,tax,total\n99.5,1,2,3\n0.25,10,20,30\n' >table.csv
printf '[columns.x]\ntype = "float32"\n' >float.toml
printf 'x\n0.5\n123456789012345678\n' >float.csv

run 0 zkp-ledger init --no-passphrase --name demo

# ---- One notarisation of claims that a policy may make of any table. What verify says are the numbers as they were asked.
run 0 zkp-ledger notarize table.csv --name table --claim 'range(pct, 0, 100)' --claim 'range(tax, -0.5, 1e6)' \
    --claim 'linear(net + tax = total)'
says 'pct                      decimal(4,2)'
run 0 zkp-ledger verify table
prints 'every value of pct lies between 0 and 100'
prints 'every value of tax lies between -0.5 and 1000000'
prints 'net + tax - total = 0 holds in every row'
run 0 zkp-ledger verify table --json
json '"range(pct, 0, 100)" in [c["text"] for c in d["claims"]]' \
    '"linear(net + tax - total = 0)" in [c["text"] for c in d["claims"]]'
ok "bounds outside the type are said as asked"

# ---- float32 has 123456790519087104 there, which lies above the bound that was asked.
run 1 zkp-ledger notarize float.csv --schema float.toml --name float --claim 'range(x, 0, 123456789012345678)'
says 'range(x, 0, 123456789012345678): 1 offending row'
ok "bounds on floats are not rounded outward"
