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

# ---- All that is wrong is told at once: false by rows, by the row count, by the type, as a sum, and what makes no sense.
before=$(zkp-ledger log --json | sha256sum)
run 1 zkp-ledger notarize table.csv --name table --json --claim 'range(pct, 0, 50)' --claim 'rows(3)' \
    --claim 'range(tax, 70000, *)' --claim 'sum(net) = 12' --claim 'range(net, 0, 100)'
says "'range(pct, 0, 50)' is false: 1 offending row; 3 more claims are refused; nothing was recorded"
json '[(c["claim"], c["rows"]) for c in d["false_claims"]] == [("range(pct, 0, 50)", 1), ("rows(3)", 0),
    ("range(tax, 70000, *)", 2), ("sum(net) = 12", 1)]' '"the dataset has 2 rows" in d["false_claims"][1]["reason"]' \
    'd["refused_claims"] == []'
for line in 'false: range(pct, 0, 50): 1 offending row' 'false: rows(3): the dataset has 2 rows' \
    'no value of this type lies in the range: 2 offending rows' 'false: sum(net) = 12: its values add up to something else ('; do
    case $err in *"$line"*) ;; *) fail "standard error lacks: $line" ;; esac
done
run 2 zkp-ledger notarize table.csv --name table --json --claim 'range(pct, 0, 50)' --claim 'linear(net * 2 = tax)' --claim 'rang(x)'
json '[c["claim"] for c in d["refused_claims"]] == ["linear(net * 2 = tax)", "rang(x)"]'
[ "$before" = "$(zkp-ledger log --json | sha256sum)" ] || fail "something was recorded"
ok "several false claims are all told"

# ---- A row with a null is one offending row of linear, also where its other values would do.
printf 'a,b\n1,\n2,2\n3,4\n,5\n0,\n' >nulls.csv
run 1 zkp-ledger notarize nulls.csv --name nulls --claim 'linear(a = b)'
says 'linear(a = b): 4 offending rows'
ok "a null is counted once"

# ---- Nulls alone.
printf 'id,c,d\n1,,5\n2,,\n' >empty.csv
printf '[columns.c]\ntype = "uint16"\nnullable = true\n' >empty.toml
run 1 zkp-ledger notarize empty.csv --schema empty.toml --name empty --json --claim 'range(c, 0, 10)' --claim 'sum(c)' \
    --claim 'range(d, 0, 10)'
json '[c["claim"] for c in d["refused_claims"]] == ["range(c, 0, 10)", "sum(c)"]' 'd["false_claims"] == []' \
    '"--allow-empty" in d["error"]'
run 0 zkp-ledger notarize empty.csv --schema empty.toml --name empty --allow-empty --claim 'range(c, 0, 10)' \
    --claim 'range(c, *, 5)' --claim 'range(d, 0, 10)' --claim 'sum(d)' --claim 'range(id, 0, 10)'
run 0 zkp-ledger verify empty --json
json '[s for s in d["not_proven"] if "any value" in s] == ["that c has any value: nulls are passed over"]'
ok "a claim over nulls alone is refused, or said to say nothing"
