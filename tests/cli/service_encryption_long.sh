#!/usr/bin/env bash
# zkp-ledgerd with encryption at rest: nothing that was sent, asked or answered is on the disk in clear, whenever the
# service is killed; the key's versions come and go; what was put there by others is not read.
source "$ZKL_SOURCE_DIR/tests/cli/lib.sh"
[ -x "$ZKL_BUILD_DIR/zkp-ledgerd" ] || { echo "built without the service"; exit 77; }
command -v python3 >/dev/null || { echo "this test needs python3" >&2; exit 1; }

run 0 zkp-ledgerd --init here
key=$(grep -o 'sk-[0-9a-f]\{64\}' <<<"$out")
sed -i 's/, "127.0.0.1:8080"//' here/zkp-ledgerd.toml
python3 "$ZKL_SOURCE_DIR/tests/cli/service_encryption_long.py" here "$key" || fail "service_encryption_long.py"
run 0 zkp-ledger verify-chain --ledger here/ledger
ok "what the service keeps is encrypted, and stays so"
