#!/bin/bash
# What an auditor reads: whose trust counted, what was proven, and which check failed.
. "$(dirname "$0")/lib.sh"

new_ledger one
small_table > d.csv
run 0 zkp-ledger notarize d.csv --name d --claim 'range(age, 0, 120)' --ledger one/.zkp-ledger -o d.zkl
run 0 zkp-ledger keys show --trust --ledger one/.zkp-ledger
cp "$work/.out" one.toml
new_ledger two
run 0 zkp-ledger keys show --trust --ledger two/.zkp-ledger
cp "$work/.out" two.toml

# ---- A failed check has a name that programs can rely on
run 9 zkp-ledger verify d.zkl --trust two.toml --json
json 'd["check"] == "trust"' '"this is a receipt of log '"'"'one-" in d["error"]' \
    '"the trust file is of log '"'"'two-" in d["error"]' 'd["exit_code"] == 9'
printf 'x' | dd of=d.zkl bs=1 seek=2000 conv=notrunc 2>/dev/null
run 3 zkp-ledger verify d.zkl --trust one.toml --json
json 'd["check"] == "form"'
run 4 zkp-ledger verify nothing.zkl --trust one.toml --json
json '"check" not in d'
ok "a failed check is named, and a wrong trust file says whose it is"
