#!/usr/bin/env bash
# zkp-ledgerd is the one writer of its ledger: commands beside it read, and are told who writes. Killed, it goes on by itself.
source "$ZKL_SOURCE_DIR/tests/cli/lib.sh"
[ -x "$ZKL_BUILD_DIR/zkp-ledgerd" ] || { echo "built without the service"; exit 77; }
command -v curl >/dev/null || { echo "this test needs curl" >&2; exit 1; }

run 0 zkp-ledgerd --init here
key=$(grep -o 'sk-[0-9a-f]\{64\}' <<<"$out")
sed -i 's/, "127.0.0.1:8080"//' here/zkp-ledgerd.toml
cp here/zkp-ledgerd.toml settings.toml

# settings that are none
for bad in 'memory_max = -1' 'store_cache_mb = 0' 'batch_entries = 1000001' 'batch_wait_us = 1000001'; do
    { cat settings.toml; echo "$bad"; } >here/zkp-ledgerd.toml
    run 2 zkp-ledgerd here
    says "'${bad%% *}'"
done
{ cat settings.toml; printf 'memory_max = 134217728\nstore_cache_mb = 64\nbatch_entries = 100\nbatch_wait_us = 500\n'; } >here/zkp-ledgerd.toml

daemon=
trap 'kill -9 $daemon 2>/dev/null; clean_up' EXIT
serve() {
    : >served
    zkp-ledgerd here >served 2>&1 &
    daemon=$!
    until curl -s --unix-socket here/zkp-ledgerd.sock http://l/healthz >/dev/null; do
        kill -0 $daemon 2>/dev/null || fail "it does not run: $(cat served)"
        sleep 0.05
    done
}
post() { curl -s --unix-socket here/zkp-ledgerd.sock -H "Authorization: Bearer $key" -d "$2" "http://l/v1/call/$1"; }

serve
small_table >people.csv
run 5 zkp-ledger --ledger here/ledger notarize people.csv --name people
says "the ledger is being written by another process"
says "pid $daemon"
run 5 zkp-ledger --ledger here/ledger keys rotate
says "pid $daemon"
run 0 zkp-ledger --ledger here/ledger verify-chain
run 0 zkp-ledger --ledger here/ledger log
ok "beside the service a command reads, and is told who writes"

# what may need more memory than there is for all is refused, and says so; what needs less is not
out=$(curl -s --unix-socket here/zkp-ledgerd.sock -H "Authorization: Bearer $key" -H 'Content-Type: text/csv' -T people.csv http://l/v1/datasets/people)
says "'memory_max'"
[ -z "$(ls here/uploads)" ] || fail "the refused table is left"
out=$(post datasets '{}')
says '"datasets"'
ok "an operation that never fits is refused at once"

# keys rotate in the service: two entries, then killed; the next one has them and goes on
out=$(post keys-rotate '{"role": "signer"}')
size=$(zkp-ledger --ledger here/ledger log --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["size"])')
[ "$size" -eq 2 ] || fail "the rotation is not in the log: $out"
for _ in 1 2 3; do
    post keys-rotate '{"role": "signer"}' >rotated &
    rotating=$!
    kill -9 $daemon
    wait $daemon $rotating 2>/dev/null
    serve
    run 0 zkp-ledger --ledger here/ledger verify-chain
done
post keys-rotate '{"role": "log"}' >rotated
run 0 zkp-ledger --ledger here/ledger verify-chain
kill -TERM $daemon
wait $daemon || fail "it ends with $?"
run 0 zkp-ledger --ledger here/ledger keys rotate
ok "killed, it goes on by itself; ended, the ledger is free"
