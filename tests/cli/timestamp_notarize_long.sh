#!/bin/bash
# notarize and prove with --timestamp: the clock stamps what was recorded, and a clock that does not takes nothing away.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib_tsa.sh"

new_ledger two --name two
export ZKP_LEDGER_DIR=$work/two/.zkp-ledger
small_table > d.csv
run 0 zkp-ledger keys show --trust
cp "$work/.out" trust.toml
make_authority ca 'Test authority'
make_tsa clock 'Test clock' ca
{ cat trust.toml; pem_toml 'The clock' clock/cert.pem; } > clock.toml
newest() { run 0 zkp-ledger log --json --last 1; json_value 'd["entries"][-1]["index"]'; }

openssl ts -query -data d.csv -sha256 -cert -out d.tsq 2>/dev/null
clock_server 3
url=http://127.0.0.1:$port/
run 0 zkp-ledger notarize d.csv --name e --timestamp "$url" -o notarised.zkl --json
json 'd["timestamp"].endswith("Z")' 'd["exit_code"] == 0'
run 0 zkp-ledger export e -o exported.zkl
cmp exported.zkl notarised.zkl || fail "the receipt is not the one that export writes"
run 0 zkp-ledger prove e 'sum(age)' --data d.csv --timestamp "$url" -o proven.zkl
prints 'timestamp: existed at '
run 7 zkp-ledger notarize d.csv --name late --timestamp "${url}late" -o late.zkl
says "the entry is recorded, without a timestamp: the clock's answer is to another request"
exec 8<&-
for receipt in notarised proven; do
    run 0 zkp-ledger verify $receipt.zkl --trust clock.toml
    prints "by the clock of 'The clock'"
done
run 0 zkp-ledger verify late.zkl --trust clock.toml --json
json 'd["timestamps"] == []'
ok "a clock stamps what was notarised, and what was proven"

# ---- An address that nobody can ask is told before anything is read
before=$(newest)
run 8 zkp-ledger notarize d.csv --name f --timestamp https://tsa.example/tsr
run 2 zkp-ledger notarize d.csv --name f --timestamp tsa.example
run 8 zkp-ledger prove e 'count(id, 1, 2)' --data d.csv --timestamp https://tsa.example/tsr
run 0 zkp-ledger notarize d.csv --name f --timestamp http://127.0.0.1:1/ --dry-run
[ "$(newest)" = "$before" ] || fail "something was recorded"

# ---- No clock: entry, spool and receipt stand, and it is said how the token comes later
run 7 zkp-ledger notarize d.csv --name f --timestamp http://127.0.0.1:1/ -o f.zkl --keep-spool
prints 'Notarised f@1'
prints 'receipt: f.zkl'
prints 'Kept a spool'
says "the entry is recorded, without a timestamp: no connection to the clock at 'http://127.0.0.1:1/'. Later: 'zkp-ledger timestamp fetch"
run 0 zkp-ledger verify f.zkl --trust clock.toml
run 7 zkp-ledger prove f 'sum(age)' --timestamp http://127.0.0.1:1/ --json
json 'd["exit_code"] == 7' 'is_hex(d["entry"]["receipt_id"])' '"timestamp" not in d' 'd["false_claims"] == []'
index=$(json_value 'd["entry"]["index"]')
[ "$(newest)" = "$index" ] || fail "the entry that was recorded is not named"
run 7 zkp-ledger notarize d.csv --name g --timestamp http://127.0.0.1:1/ -o -
cp "$work/.out" g.zkl
run 0 zkp-ledger verify g.zkl --trust clock.toml
run 0 zkp-ledger notarize d.csv --name g --if-changed --timestamp http://127.0.0.1:1/
prints 'Nothing was recorded'
run 0 zkp-ledger verify-chain
ok "a clock that does not answer takes nothing away"

# ---- Many put a timestamp into one receipt at once, and one renews it: none is lost
run 0 zkp-ledger notarize d.csv --name many -o many.zkl
run 0 zkp-ledger timestamp request many.zkl -o many.tsq
for i in 1 2 3 4 5; do answer clock many.tsq many-$i.tsr; done
pids=()
for i in 1 2 3 4 5; do
    zkp-ledger timestamp attach many.zkl many-$i.tsr -q &
    pids+=($!)
    [ $i = 3 ] && { zkp-ledger renew many.zkl -q & pids+=($!); }
done
for pid in "${pids[@]}"; do wait "$pid" || fail "one of them was refused"; done
run 0 zkp-ledger timestamp attach many.zkl many-1.tsr --json
json 'd["timestamps"] == 5'
run 0 zkp-ledger verify many.zkl --trust clock.toml
ok "timestamps that come at once are all kept"
