#!/usr/bin/env bash
# zkp-ledgerd is killed under load, again and again: what it acknowledged is there once, and no two checkpoints contradict each other.
source "$ZKL_SOURCE_DIR/tests/cli/lib.sh"
[ -x "$ZKL_BUILD_DIR/zkp-ledgerd" ] || { echo "built without the service"; exit 77; }
command -v python3 >/dev/null || { echo "this test needs python3" >&2; exit 1; }

run 0 zkp-ledgerd --init here
key=$(grep -o 'sk-[0-9a-f]\{64\}' <<<"$out")
sed -i 's/, "127.0.0.1:8080"//' here/zkp-ledgerd.toml
python3 "$zkl_source/tests/cli/service_killed_long.py" here "$key" || fail "service_killed_long.py: $(tail -20 served)"
run 0 zkp-ledger --ledger here/ledger verify-chain --segments here/audit
run 0 zkp-ledger --ledger here/ledger log --json
json 'len({e["receipt_id"] for e in d["entries"]}) == len(d["entries"]) == d["size"]' \
    'all(n == 1 for n in __import__("collections").Counter(e["what"] for e in d["entries"] if e["kind"] == "branch").values())'
ok "killed under load, nothing acknowledged is lost or done twice"
