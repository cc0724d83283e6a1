#!/usr/bin/env bash
# Who may what: every path of the OpenAPI document, for every role, of one's own organisation and of another.
source "$ZKL_SOURCE_DIR/tests/cli/lib.sh"
source "$ZKL_SOURCE_DIR/tests/interop/libtools.sh"
[ -x "$ZKL_BUILD_DIR/zkp-ledgerd" ] || { echo "built without the service"; exit 77; }
command -v python3 >/dev/null || { echo "this test needs python3" >&2; exit 1; }

run 0 zkp-ledgerd --init here
key=$(grep -o 'sk-[0-9a-f]\{64\}' <<<"$out")
sed -i 's/, "127.0.0.1:8080"//' here/zkp-ledgerd.toml
mkdir data
printf 'age\n1\n' >data/a.csv
sed -i "1i readable = [\"$PWD/data\"]" here/zkp-ledgerd.toml
printf '[tiers.pro]\nrequests_per_minute = "none"\njobs_at_once = "none"\n[tiers.gold]\nrequests_per_minute = 7\n' >>here/zkp-ledgerd.toml # a matrix is many requests

# a slip of the pen in the roles is told, and nothing is served
printf '[roles.analyst]\nallow = [\n"datset:read"]\n' >here/roles.toml
run 2 zkp-ledgerd here
says "'here/roles.toml': line 3, column 1: 'datset:read' fits no permission"
cat >here/roles.toml <<'END'
[roles.analyst]
organisation = "acme"
allow = ["datasets:* in dataset:people", "datasets:read in dataset:p*", "log:read in project:second", "keys:rotate in own", "keys:create", "datasets:verify"]
deny = ["datasets:revoke", "datasets:read in dataset:private"]
END

serve() {
    : >served
    zkp-ledgerd here >served 2>&1 &
    daemon=$!
    trap 'kill $daemon 2>/dev/null; wait $daemon; clean_up' EXIT
}
end() {
    kill -TERM $daemon
    wait $daemon || fail "it ends with $?: $(cat served)"
    trap clean_up EXIT
}
serve
python3 "$ZKL_SOURCE_DIR/tests/cli/access_long.py" here/zkp-ledgerd.sock "$key" first "$PWD/data/a.csv" || fail "access_long.py: $(cat served)"
python=$(zkl_python "$ZKL_SOURCE_DIR/tests/interop/grpc_requirements.txt") || exit 1
"$python" "$ZKL_SOURCE_DIR/tests/interop/grpc_access.py" here/zkp-ledgerd.sock || fail "grpc_access.py: $(cat served)"
rm matrix.json
# a slip of the pen in roles that are read anew changes nothing; then they count without a restart
printf '[roles.late]\nallow = 1\n' >here/roles.toml
kill -HUP $daemon
for _ in $(seq 200); do grep -q 'the roles stay as they were' served && break; sleep 0.05; done
grep -q "the roles stay as they were: 'here/roles.toml': line 2" served || fail "the slip is not told: $(cat served)"
python3 "$ZKL_SOURCE_DIR/tests/cli/access_long.py" here/zkp-ledgerd.sock "$key" roles analyst || fail "access_long.py: $(cat served)"
printf '[roles.late]\nallow = ["log:read"]\n' >here/roles.toml
kill -HUP $daemon
python3 "$ZKL_SOURCE_DIR/tests/cli/access_long.py" here/zkp-ledgerd.sock "$key" roles late || fail "access_long.py: $(cat served)"
end
# the same after it was started anew, and: a ledger that has a name and was not made; one that lies there already
python3 - <<'END'
import json
ledgers = json.load(open("here/ledgers.json"))
ledgers["ledgers"].append({"organisation": "beta", "name": "third"})
json.dump(ledgers, open("here/ledgers.json", "w"))
END
run 0 zkp-ledger init --no-passphrase
mv .zkp-ledger here/ledgers/acme/brought
serve
python3 "$ZKL_SOURCE_DIR/tests/cli/access_long.py" here/zkp-ledgerd.sock "$key" second || fail "access_long.py: $(cat served)"
end
[ -f here/ledgers/acme/main/zkp-ledger.toml ] && [ -f here/ledgers/beta/main/zkp-ledger.toml ] || fail "ledgers lie elsewhere"
lacks "a key stands in a file" -rF -f secrets here
ok "nobody may what is not said"
