#!/usr/bin/env bash
# gRPC judged from outside: grpcurl by reflection, Python's grpcio with stubs made of /v1/proto, bytes by h2 (grpc_calls.py).
set -euo pipefail
source "$ZKL_SOURCE_DIR/tests/interop/libtools.sh"
command -v go >/dev/null || zkl_lacks "go (Debian: golang-go)"
[ -x "$ZKL_BUILD_DIR/zkp-ledgerd" ] || { echo "built without the service"; exit 77; }
"$ZKL_SOURCE_DIR/tools/proto.py" "$ZKL_BUILD_DIR/tests/tool_operations" --check
python=$(zkl_python "$ZKL_SOURCE_DIR/tests/interop/grpc_requirements.txt")
work=$(mktemp -d)
daemon=
trap '[ -z "$daemon" ] || { kill $daemon; wait $daemon; } 2>/dev/null; rm -rf "$work"' EXIT

(
    export GOMODCACHE=$(zkl_tools_folder)/go GOFLAGS="-mod=readonly -modcacherw" GOTOOLCHAIN=local GOWORK=off
    cd "$ZKL_SOURCE_DIR/tests/interop/grpcurl" &&
        zkl_locked go build -o "$work/bin/grpcurl" github.com/fullstorydev/grpcurl/cmd/grpcurl
) || zkl_lacks "the Go module named in tests/interop/grpcurl/go.mod"
export PATH=$work/bin:$ZKL_BUILD_DIR:$PATH PYTHONDONTWRITEBYTECODE=1
export ZKL_SETUP_CACHE=$ZKL_BUILD_DIR/tests/setup-cache XDG_STATE_HOME=$work/state
mkdir -p "$ZKL_SETUP_CACHE"
cd "$work"
(
    flock 9 # one makes the circuit's key, the others find it
    mkdir made && zkp-ledger init made --no-passphrase --quiet && zkp-ledger setup --ledger made/.zkp-ledger --circuit F18 --quiet
) 9>"$ZKL_SETUP_CACHE.lock"

flock "$ZKL_SETUP_CACHE.lock" zkp-ledgerd --init here >made.txt
key=$(grep -o 'sk-[0-9a-f]\{64\}' made.txt)
sed -i 's/127.0.0.1:8080/127.0.0.1:0/; s/^upload_bytes_max.*/upload_bytes_max = 8000000/' here/zkp-ledgerd.toml
sed -i '1i access_log = "access.log"' here/zkp-ledgerd.toml
printf '[tiers.tiny]\nrequests_per_minute = 3\n' >>here/zkp-ledgerd.toml

# serve: begin it, and find its port
serve() {
    : >served.txt
    zkp-ledgerd here >served.txt 2>&1 &
    daemon=$!
    for _ in $(seq 400); do grep -q '127.0.0.1:' served.txt && break; sleep 0.05; done
    port=$(grep -o '127.0.0.1:[0-9]*' served.txt | cut -d: -f2)
}
stop() {
    kill -TERM $daemon
    wait $daemon || { echo "it ends with $?: $(cat served.txt)"; exit 1; }
    daemon=
}
serve
DAEMON=$daemon "$python" "$ZKL_SOURCE_DIR/tests/interop/grpc_calls.py" "$port" "$key" || { cat served.txt; exit 1; }

# the examples of docs/service/grpc.md
python3 - "$ZKL_SOURCE_DIR/docs/service/grpc.md" <<'PYTHON'
import re, sys
for i, (kind, block) in enumerate(re.findall(r"^```(sh|python)\n(.*?)^```$", open(sys.argv[1]).read(), re.S | re.M)):
    open(f"example{i}.{kind}", "w").write(block)
PYTHON
printf 'amount\n5\n7\n' >sales.csv
export KEY=$key ADDRESS=127.0.0.1:$port PATH=$(dirname "$python"):$PATH
command -v curl >/dev/null || sed -i '/^curl /d' example1.sh # zkl.proto is there
for example in example0.sh example1.sh; do sh -eu $example >"$example.out"; done
grep -qx zkl.v1.Datasets example0.sh.out && grep -q '"entries"' example0.sh.out || { cat example0.sh.out; exit 1; }
python example2.python >example.out
grpcurl -plaintext -H "authorization: Bearer $KEY" "$ADDRESS" grpc.health.v1.Health/Watch >watch.out 2>&1 &
watch=$!
for _ in $(seq 400); do grep -q SERVING watch.out && break; sleep 0.05; done
grep -qx '2 rows, entry [0-9]*' example.out || { cat example.out; exit 1; }
stop # which does not wait for those who watch
wait $watch && exit 1
grep -q 'nothing more is told here' watch.out || { cat watch.out; exit 1; }
zkp-ledger verify sales.zkl --trust trust.toml --quiet
zkp-ledger verify people.zkl --trust trust.toml --quiet

# no log has what came in metadata or messages, or what was answered
grep -q '"path": "/zkl.v1.Ledger/Show", "status": 404' here/access.log || { tail -3 here/access.log; exit 1; }
for secret in "$key" nobody untrue 'cut off'; do
    grep -rqF "$secret" here/access.log served.txt && { echo "a log has '$secret'"; exit 1; }
done

# under TLS, by ALPN; a client is known by its certificate
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out cert.pem -days 2 \
    -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 2>/dev/null
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout client.key -out client.csr -subj /CN=batch 2>/dev/null
openssl x509 -req -in client.csr -CA cert.pem -CAkey key.pem -days 2 -out client.pem \
    -extfile <(printf 'subjectAltName=URI:spiffe://example/batch\nextendedKeyUsage=clientAuth') 2>/dev/null
chmod 600 key.pem
sed -i "1i certificate = \"$PWD/cert.pem\"\nkey = \"$PWD/key.pem\"\nclient_ca = \"$PWD/cert.pem\"\nclient_may_lack = true" here/zkp-ledgerd.toml
printf '[[client]]\nsan = "uri:spiffe://example/batch"\nname = "batch"\nrole = "viewer"\norg = "default"\n' >>here/zkp-ledgerd.toml
serve
for who in "-H authorization:Bearer\ $key" '-cert client.pem -key client.key'; do
    eval grpcurl -cacert cert.pem "$who" "127.0.0.1:$port" zkl.v1.Ledger/Datasets >tls.json || { cat served.txt; exit 1; }
    grep -q '"name": "people"' tls.json || { cat tls.json; exit 1; }
done
grpcurl -cacert cert.pem -cert client.pem -key client.key "127.0.0.1:$port" zkl.v1.Ledger/KeysRotate >tls.json 2>&1 && exit 1
grep -q "'signers:manage' is not allowed to a key of role 'viewer'" tls.json || { cat tls.json; exit 1; }
grpcurl -cacert cert.pem "127.0.0.1:$port" list >tls.json 2>&1 && exit 1
grep -q Unauthenticated tls.json || { cat tls.json; exit 1; }
stop
echo "grpc: judged"
