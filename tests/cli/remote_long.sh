#!/usr/bin/env bash
# The command line on a ledger of a service (--remote), over TLS with an authority of our own: every verb, beside the same
# verb on a ledger here, says and writes the same.
source "$ZKL_SOURCE_DIR/tests/cli/lib.sh"
[ -x "$zkl_build/zkp-ledgerd" ] || { echo "built without the service"; exit 77; }
command -v openssl >/dev/null || { echo "this test needs openssl" >&2; exit 1; }

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.pem -days 2 -subj /CN=authority 2>/dev/null
issue() { # NAME ALTERNATIVE-NAME USAGE
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -out "$1.csr" -subj "/CN=$1" 2>/dev/null &&
        openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -out "$1.pem" -days 2 \
            -extfile <(printf 'subjectAltName=%s\nextendedKeyUsage=%s\n' "$2" "$3") 2>/dev/null
}
issue server IP:127.0.0.1,DNS:localhost serverAuth && issue batch URI:spiffe://example/batch clientAuth || fail "openssl"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout other.key -out other.pem -days 2 -subj /CN=other 2>/dev/null

run 0 zkp-ledgerd --init here
grep -o 'sk-[0-9a-f]\{64\}' <<<"$out" >key
chmod 600 key
cat >here/zkp-ledgerd.toml <<TOML
addresses = ["unix:zkp-ledgerd.sock", "127.0.0.1:0"]
certificate = "$PWD/server.pem"
key = "$PWD/server.key"
client_ca = "$PWD/ca.pem"
client_may_lack = true

[[client]]
san = "uri:spiffe://example/batch"
name = "batch"
role = "viewer"
org = "default"
TOML
: >served
zkp-ledgerd here >served 2>&1 &
daemon=$!
trap 'kill $daemon 2>/dev/null; clean_up' EXIT
until grep -q 127.0.0.1 served; do kill -0 $daemon 2>/dev/null || fail "it does not listen: $(cat served)"; sleep 0.05; done
port=$(sed -n 's/^Listening on 127.0.0.1://p' served)
service=https://127.0.0.1:$port
python3 "$ZKL_SOURCE_DIR/tests/cli/remote_long.py" "$service" "$PWD" "$data" || fail "remote_long.py: $(cat served)"
kill -TERM $daemon
wait $daemon || fail "it ends with $?"
trap clean_up EXIT
lacks "the service's output has the key" -F "$(cat key)" served
[ -z "$(ls here/files)" ] || fail "files are left at the service: $(ls here/files)"
ok "every verb works on a ledger of a service"
