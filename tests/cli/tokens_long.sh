#!/usr/bin/env bash
# zkp-ledgerd and who is known otherwise than by a key: JWTs, opaque tokens, certificates of clients.
source "$ZKL_SOURCE_DIR/tests/cli/lib.sh"
[ -x "$ZKL_BUILD_DIR/zkp-ledgerd" ] || { echo "built without the service"; exit 77; }
command -v python3 >/dev/null || { echo "this test needs python3" >&2; exit 1; }

# authority NAME: a certificate that signs others
authority() {
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -out "$1.pem" -days 2 \
        -subj "/CN=$1" 2>/dev/null || fail "openssl req"
}
# client NAME AUTHORITY SAN PURPOSE DAYS
client() {
    openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$1.key" -out "$1.csr" -subj "/CN=$1" 2>/dev/null
    openssl x509 -req -in "$1.csr" -CA "$2.pem" -CAkey "$2.key" -out "$1.pem" -days "$5" \
        -extfile <(echo "subjectAltName=$3"; echo "extendedKeyUsage=$4") 2>/dev/null || fail "openssl x509"
}
authority ca
authority strangers
client server ca IP:127.0.0.1,DNS:localhost serverAuth 2
client batch ca URI:spiffe://example/batch,DNS:batch.example clientAuth 2
client mail ca email:ada@example clientAuth 2
client unknown ca DNS:nobody.example clientAuth 2
client foreign strangers URI:spiffe://example/batch clientAuth 2
client wrong ca URI:spiffe://example/batch serverAuth 2
client revoked ca URI:spiffe://example/batch clientAuth 2
printf '[ca]\ndefault_ca = d\n[d]\ndatabase = index.txt\ndefault_md = sha256\ndefault_crl_days = 2\n' >ca.cnf
touch index.txt
openssl ca -config ca.cnf -keyfile ca.key -cert ca.pem -revoke revoked.pem 2>/dev/null || fail "openssl ca"
openssl ca -config ca.cnf -keyfile ca.key -cert ca.pem -gencrl -out crl.pem 2>/dev/null || fail "openssl ca"
openssl req -x509 -key batch.key -out self.pem -days 2 -subj /CN=batch -addext subjectAltName=URI:spiffe://example/batch 2>/dev/null
openssl genpkey -algorithm ed25519 -out issuer.pem
printf 's3cret\n' >secret

run 0 zkp-ledgerd --init here
key=$(grep -o 'sk-[0-9a-f]\{64\}' <<<"$out")
exec 3< <(exec python3 "$ZKL_SOURCE_DIR/tests/cli/tokens_long.py" provider 2>provider.log)
provider=$!
read -r port <&3
trap 'kill $provider ${daemon:-} 2>/dev/null; clean_up' EXIT

settings() {
    cat <<TOML
addresses = ["unix:zkp-ledgerd.sock", "127.0.0.1:0"]
certificate = "$PWD/server.pem"
key = "$PWD/server.key"
upload_bytes_max = 4000000
client_ca = "$PWD/ca.pem"
client_may_lack = $1
$2

[[client]]
san = "uri:spiffe://example/batch"
name = "batch"
role = "developer"
org = "acme"

[[client]]
san = "email:ada@example"
role = "viewer"
org = "acme"

[[issuer]]
issuer = "local"
audiences = ["ledger"]
jwks = "$PWD/jwks.json"
introspection = "opaque"
introspection_url = "http://127.0.0.1:$port/introspect"
client_id = "ledger"
client_secret_file = "$PWD/secret"
introspection_cache_s = 2
[[issuer.role]]
value = "boss"
role = "admin"
amr = ["otp"]
[[issuer.role]]
value = "staff"
role = "developer"
[tiers.free]
requests_per_minute = "none"
jobs_at_once = "none"
TOML
}

# a key set that is none is told at the start, and so is a client's certificate without TLS
settings true '' >here/zkp-ledgerd.toml
echo '{"keys": [{"kty": "oct", "k": "AAAA"}]}' >jwks.json
run 2 zkp-ledgerd here
says "it is a secret one"
python3 "$ZKL_SOURCE_DIR/tests/cli/tokens_long.py" jwks issuer.pem >jwks.json
settings true '' | sed '/^certificate/d; /^key/d' >here/zkp-ledgerd.toml
run 2 zkp-ledgerd here
says "'client_ca' needs a certificate"
settings true '' | sed 's/^role = "admin"/role = "king"/' >here/zkp-ledgerd.toml
run 2 zkp-ledgerd here
says "there is no role 'king'"
settings true "client_crl = \"$PWD/ca.pem\"" >here/zkp-ledgerd.toml
run 3 zkp-ledgerd here
says "revoked certificates"

# serve WHAT MAY_LACK MEMBER
serve() {
    settings "$2" "$3" >here/zkp-ledgerd.toml
    : >served
    zkp-ledgerd here >served 2>&1 &
    daemon=$!
    until grep -q 127.0.0.1 served; do kill -0 $daemon 2>/dev/null || fail "it does not listen: $(cat served)"; sleep 0.05; done
    python3 "$ZKL_SOURCE_DIR/tests/cli/tokens_long.py" "$1" "$(sed -n 's/^Listening on 127.0.0.1://p' served)" "$port" "$key" ||
        fail "tokens_long.py $1: $(cat served provider.log)"
    kill -TERM $daemon
    wait $daemon || fail "it ends with $?"
    daemon=
}
serve optional true 'client_crl = "'$PWD'/crl.pem"'
ok "keys, tokens and certificates say who asks"
serve required false ''
ok "with client_ca alone nobody comes in without a certificate"
lacks "a secret stands in what it says" -r -e 's3cret' -e "$key" served
