#!/usr/bin/env bash
# docs/ci.md: its lines hold as they stand there, and stop a pipeline when something is wrong.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
page=$zkl_source/docs/ci.md

# blocks LANGUAGE: what stands between ```LANGUAGE and ```, without the indentation of YAML.
blocks() { awk -v open="\`\`\`$1" '$0 == "```" { on = 0 } on { print } $0 == open { on = 1 }' "$page"; }

small_table >patients.csv
new_ledger .
run 0 zkp-ledger notarize patients.csv --name patients -q
echo '5,70' >>patients.csv
run 0 zkp-ledger notarize patients.csv --name patients -o patients.zkl -q
zkp-ledger keys show --trust >trust.toml

blocks sh >steps
[ "$(wc -l <steps)" -ge 6 ] || fail "docs/ci.md has lost its steps"
blocks yaml | sed 's/^ *- *//; s/^ *//' | grep '^zkp-ledger' >in_yaml
[ -s in_yaml ] || fail "docs/ci.md has no YAML"
grep -vxFf steps in_yaml && fail "a line of YAML is in no block that is run"
while IFS= read -r step; do run 0 bash -c "$step"; done <steps
ok "every line of the page holds"

gate() { run "$1" bash -c "$(grep -m1 "$2" steps)"; }
run 0 zkp-ledger verify-chain --from patients@1
prints 'content looked at: entries 2 to'
run 4 zkp-ledger verify-chain --from patients@9
sed -i 's/30/31/' patients.csv
gate 1 'status --full'
new_ledger other
run 0 zkp-ledger verify patients.zkl --trust trust.toml
zkp-ledger keys show --trust --ledger other >trust.toml
gate 9 'verify patients.zkl'
printf x | dd of=patients.zkl bs=1 seek=300 conv=notrunc status=none
gate 3 'verify patients.zkl'
ok "and ends with another exit code where it does not"
