#!/usr/bin/env bash
# Go judges the service's log and witnesses: filippo.io/torchwood reads the log by tiles, transparency-dev's witness signs it
# as the service asks, its client asks the service as a witness; and forked logs ask that one while it is killed again and again.
source "$ZKL_SOURCE_DIR/tests/cli/lib.sh"
source "$ZKL_SOURCE_DIR/tests/interop/libtools.sh"
[ -x "$ZKL_BUILD_DIR/zkp-ledgerd" ] || { echo "built without the service"; exit 77; }
command -v go >/dev/null || zkl_lacks "go (Debian: golang-go)"
command -v python3 >/dev/null || zkl_lacks "python3"
command -v curl >/dev/null || zkl_lacks "curl"

# The modules go into our own cache on the first run; the checksums stand in go.sum.
export GOMODCACHE=$(zkl_tools_folder)/go GOFLAGS="-mod=readonly -modcacherw" GOTOOLCHAIN=local GOWORK=off
(cd "$ZKL_SOURCE_DIR/tests/interop/witness_http" && zkl_locked go build -o "$work/judge" .) || zkl_lacks "the Go modules named in tests/interop/witness_http/go.mod"

started=()
stop_all() { kill -9 "${started[@]}" 2>/dev/null; clean_up; }
trap stop_all EXIT
read -r log_port go_port own_port fork_port < <(python3 - <<'PYTHON'
import socket
all = [socket.socket() for _ in range(4)]
for s in all:
    s.bind(("127.0.0.1", 0))
print(*(s.getsockname()[1] for s in all))
PYTHON
)
# until COMMAND...: waits half a minute at most for it to succeed
until_holds() {
    for _ in $(seq 300); do
        "$@" >/dev/null 2>&1 && return
        sleep 0.1
    done
    fail "never: $*"
}
listens() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# ---- Go's witness signs our log as the service asks it
new_ledger one --name one
ledger=one/.zkp-ledger
small_table >d.csv
run 0 zkp-ledger notarize d.csv --name d --ledger $ledger
run 0 zkp-ledgerd --init log
grep -o 'sk-[0-9a-f]\{64\}' <<<"$out" >log.key
rm -r log/ledger && mv one/.zkp-ledger log/ledger
ledger=log/ledger
run 0 zkp-ledger keys show --trust --ledger $ledger
cp "$work/.out" trust.toml
run 0 zkp-ledger export --format tlog-tiles --ledger $ledger -o tiles
./judge witness 127.0.0.1:$go_port go.example/witness "$(cat tiles/key)" >go.key 2>go.err &
started+=($!)
until_holds listens $go_port
until_holds test -s go.key
cat >log/zkp-ledgerd.toml <<SETTINGS
addresses = ["127.0.0.1:$log_port"]
log_public = true
witness_seconds = 1
[[witness]]
key = "$(cat go.key)"
url = "http://127.0.0.1:$go_port"
SETTINGS
: >log.out
zkp-ledgerd log >log.out 2>&1 &
started+=($!)
until_holds listens $log_port
{ cat trust.toml; printf '\n[witnesses]\nquorum = 1\nkeys = ["%s"]\n' "$(cat go.key)"; } >go.toml
# witnessed: the newest checkpoint has its line
witnessed() {
    python3 - "$log_port" "$(sed -n 2p tiles/checkpoint)" <<'PYTHON'
import sys, urllib.request
note = urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}/checkpoint").read().decode()
sys.exit(note.split("\n")[1] != sys.argv[2] or "\n— go.example/witness " not in note)
PYTHON
}
until_holds witnessed
run 0 zkp-ledger export d --ledger $ledger -o d.zkl
run 0 zkp-ledger verify d.zkl --trust go.toml
prints "  witness   go.example/witness"
run 0 ./judge read "http://127.0.0.1:$log_port" "$(cat tiles/key)" "$(sed -n 2p tiles/checkpoint)"
for name in e f; do # the log grows by the service's own hand, which is the only one
    run 5 zkp-ledger notarize d.csv --name $name --ledger $ledger
    run 0 curl -sSf -H "Authorization: Bearer $(cat log.key)" -H 'Content-Type: text/csv' -T d.csv "http://127.0.0.1:$log_port/v1/datasets/$name"
    until_holds zkp-ledger show $name --ledger $ledger
    run 0 zkp-ledger export --format tlog-tiles --ledger $ledger -o tiles
    until_holds witnessed
    run 0 ./judge read "http://127.0.0.1:$log_port" "$(cat tiles/key)" "$(sed -n 2p tiles/checkpoint)"
done
run 0 zkp-ledger export f --ledger $ledger -o f.zkl
run 0 zkp-ledger verify f.zkl --trust go.toml
run 0 zkp-ledger verify-chain --ledger $ledger
[ ! -s go.err ] || fail "Go's witness: $(cat go.err)"
ok "Go's witness signs the log, and Go's client reads it by tiles"

# ---- Go's client asks our witness
run 0 zkp-ledgerd --init own
run 0 zkp-ledger witness new own/witness --name witness.example/own --no-passphrase --json
json_value 'd["verifier_key"]' >own.key
./judge ask "http://127.0.0.1:$own_port" "$(cat own.key)" go_log.key >ask.out 2>&1 &
judge=$!
started+=($judge)
until_holds test -s go_log.key
printf 'addresses = ["127.0.0.1:%s"]\n[as_witness]\n[[as_witness.log]]\nkeys = ["%s"]\n' $own_port "$(cat go_log.key)" >own/zkp-ledgerd.toml
: >own.out
zkp-ledgerd own >own.out 2>&1 &
started+=($!)
wait $judge || fail "Go's client: $(cat ask.out)"
ok "Go's client has our witness sign a log of 600 entries, and refuse what it must"

# ---- Forks at once, and kills
run 0 zkp-ledgerd --init forks
run 0 zkp-ledger witness new forks/witness --name witness.example/forks --no-passphrase --json
json_value 'd["verifier_key"]' >forks.key
seed=${ZKL_SEED:-$RANDOM}
run 0 ./judge forks forks 127.0.0.1:$fork_port "$(cat forks.key)" 6 "$seed"
ok "killed at any point, it signs one of two forks (seed $seed): $out"
