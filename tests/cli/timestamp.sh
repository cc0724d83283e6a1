#!/bin/bash
# Time that counts: a clock (RFC 3161) stamps an entry, receipts carry its token, and a verifier who trusts the clock says when.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/lib_tsa.sh"

new_ledger one --name one
new_ledger two --name two
small_table > d.csv
for of in one two; do
    run 0 zkp-ledger notarize d.csv --name d --ledger $of/.zkp-ledger -o $of.zkl
    run 0 zkp-ledger keys show --trust --ledger $of/.zkp-ledger
    cp "$work/.out" $of.toml
done
make_authority ca 'Test authority'
make_tsa clock 'Test clock' ca
make_tsa rsa 'RSA clock' ca critical,timeStamping 20 rsa
make_authority stranger_ca 'Test authority'
make_tsa stranger 'Test clock' stranger_ca
{ cat one.toml; pem_toml 'The clock' clock/cert.pem; } > clock.toml
{ cat one.toml; pem_toml 'The authority' ca/cert.pem; } > authority.toml

# ---- Request, answer, attach
run 0 zkp-ledger timestamp request d --ledger one/.zkp-ledger -o d.tsq --json
id=$(json_value 'd["entry"]["receipt_id"]')
run 0 openssl ts -query -in d.tsq -text
prints 'Hash Algorithm: sha256'
prints 'Certificate required: yes'
run 0 zkp-ledger timestamp request one.zkl -o same.tsq
cmp d.tsq same.tsq || fail "ledger and receipt ask for different things"
answer clock d.tsq d.tsr
run 0 zkp-ledger timestamp attach d d.tsr --ledger one/.zkp-ledger --json
json 'd["status"] == "done"' 'd["timestamps"] == 1' 'd["accuracy_ms"] == 1500' "d['entry']['receipt_id'] == '$id'"
time=$(json_value 'd["time"]')
run 0 zkp-ledger timestamp attach d d.tsr --ledger one/.zkp-ledger --json
json 'd["timestamps"] == 1'
run 0 zkp-ledger timestamp attach one.zkl d.tsr
run 0 zkp-ledger export d --ledger one/.zkp-ledger -o exported.zkl
cmp exported.zkl one.zkl || fail "a receipt that is exported is not the one that was stamped"
run 0 zkp-ledger verify-chain --ledger one/.zkp-ledger
# A report says it, and that nobody here vouches for the clock.
run 0 zkp-ledger audit d --ledger one/.zkp-ledger --format json -o -
json "[e['timestamps'] for e in d['entries'] if e['kind'] == 'notarise'] == [[{'time': '$time', 'clock': None}]]"
ok "a clock's answer goes into the ledger, and into a receipt"

# ---- Whose clock it was, and when; without trust in it: nothing
for trust in clock authority; do
    run 0 zkp-ledger verify one.zkl --trust $trust.toml
    prints "  clock     existed at $time (within 1,500 ms), by the clock of 'The $trust'"
    prints 'how long before the time by that clock it was made'
    silent_about "the time is the signer's word
"
    run 0 zkp-ledger verify one.zkl --trust $trust.toml --json
    json "d['timestamps'] == [{'clock': 'The $trust', 'time': '$time', 'accuracy_ms': 1500}]" \
        '"time" not in d["not_proven_names"]' '"earlier" in d["not_proven_names"]' '"clock" not in d["not_proven_names"]'
done
run 0 zkp-ledger verify one.zkl --trust one.toml --json
json 'd["timestamps"] == []' '"time" in d["not_proven_names"]' '"clock" in d["not_proven_names"]'
run 0 zkp-ledger verify d --ledger one/.zkp-ledger --json
json '"clock" in d["not_proven_names"]'
ok "the verdict names the clock and the time, or that the clock is unknown"

# ---- openssl takes what is exported
run 0 zkp-ledger export d --format timestamp --ledger one/.zkp-ledger -o stamps
run 0 openssl ts -verify -in stamps/1.tsr -data stamps/data.bin -CAfile ca/cert.pem
run 1 openssl ts -verify -in stamps/1.tsr -data d.csv -CAfile ca/cert.pem
run 0 zkp-ledger export d --format timestamp --ledger one/.zkp-ledger -o stamps
echo other > stamps/1.tsr
run 5 zkp-ledger export d --format timestamp --ledger one/.zkp-ledger -o stamps
run 0 zkp-ledger export d --format timestamp --ledger one/.zkp-ledger -o stamps --force
ln -sf "$work/d.csv" stamps/1.tsr
run 5 zkp-ledger export d --format timestamp --ledger one/.zkp-ledger -o stamps --force
run 4 zkp-ledger export d --format timestamp --ledger two/.zkp-ledger -o none
ok "openssl verifies the exported timestamp"

# ---- More clocks, of other algorithms; a receipt that has one is not replaced by one that has none
answer rsa d.tsq rsa.tsr -sha512
run 0 zkp-ledger timestamp attach one.zkl rsa.tsr -o both.zkl --json
json 'd["timestamps"] == 2'
run 0 zkp-ledger verify both.zkl --trust authority.toml --json
json '[t["clock"] for t in d["timestamps"]] == ["The authority"] * 2'
answer stranger d.tsq stranger.tsr
run 0 zkp-ledger timestamp attach both.zkl stranger.tsr -o three.zkl
run 0 zkp-ledger verify three.zkl --trust authority.toml --json
json 'len(d["timestamps"]) == 2' '"clock" in d["not_proven_names"]'
run 5 zkp-ledger export d --ledger one/.zkp-ledger -o three.zkl
run 0 zkp-ledger export d --ledger one/.zkp-ledger -o three.zkl --force
ok "several clocks stamp one entry, and an unknown one of the same name counts for nothing"

# A clock that answers in BER: the same token all the same
python3 -c '
import sys
reply = open("d.tsr", "rb").read()
head = 2 + (reply[1] - 128 if reply[1] > 128 else 0)
open("ber.tsr", "wb").write(b"\x30\x80" + reply[head:] + b"\0\0")'
run 0 zkp-ledger export d --ledger one/.zkp-ledger -o again.zkl
run 0 zkp-ledger timestamp attach again.zkl ber.tsr --json
json 'd["timestamps"] == 1'

# ---- What is refused
run 1 zkp-ledger timestamp attach d d.tsr --ledger two/.zkp-ledger
says 'the timestamp is over something else than this entry'
run 1 zkp-ledger timestamp attach two.zkl d.tsr
openssl ts -query -data d.csv -sha512 -cert -out other.tsq 2>/dev/null
answer clock other.tsq other.tsr
run 3 zkp-ledger timestamp attach d other.tsr --ledger one/.zkp-ledger
says 'its imprint is not a SHA-256'
run 3 zkp-ledger timestamp attach d d.csv --ledger one/.zkp-ledger
says 'this is no answer of a clock'
{ cat one.toml; pem_toml 'x' d.csv; } > bad.toml
run 3 zkp-ledger verify one.zkl --trust bad.toml
says "'certificate' is not an X.509 certificate"
run 8 zkp-ledger timestamp fetch d https://tsa.example/tsr --ledger one/.zkp-ledger
says 'zkp-ledger timestamp attach NAME x.tsr'
run 7 zkp-ledger timestamp fetch d http://127.0.0.1:1/ --ledger one/.zkp-ledger
says 'no connection to the clock'
ok "answers to other questions are refused"

# ---- A clock at an address
clock_server 3
run 0 zkp-ledger timestamp fetch two.zkl "http://127.0.0.1:$port/" --json
json 'd["timestamps"] == 1' 'd["output"] == "two.zkl"'
run 1 zkp-ledger timestamp fetch two.zkl "http://127.0.0.1:$port/late" -o late.zkl
says "the clock's answer is to another request"
run 0 zkp-ledger export d --ledger two/.zkp-ledger --timestamp "http://127.0.0.1:$port/" -o stamped.zkl
exec 8<&-
{ cat two.toml; pem_toml 'The clock' clock/cert.pem; } > two_clock.toml
for receipt in two stamped; do
    run 0 zkp-ledger verify $receipt.zkl --trust two_clock.toml
    prints "by the clock of 'The clock'"
done
ok "a clock is asked over http"
