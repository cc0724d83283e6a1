#!/usr/bin/env bash
# Logging in to the service's web page: cookies under TLS, a second factor (Python's hmac is the authenticator), and a provider
# of OpenID Connect (npm's oidc-provider) in a browser (Chromium).
source "$ZKL_SOURCE_DIR/tests/interop/libtools.sh"
. "$ZKL_SOURCE_DIR/tests/cli/lib.sh"
[ -x "$ZKL_BUILD_DIR/zkp-ledgerd" ] || { echo "built without the service"; exit 77; }
[ -x /usr/bin/chromium ] || { echo "skipped: chromium is not installed (tools/setup.sh test)"; exit 77; }
export XDG_CACHE_HOME=$work/.cache
pins=$ZKL_SOURCE_DIR/tests/interop/web
folder=$(zkl_npm "$pins" web-pages) || exit 1

run 0 zkp-ledgerd --init here
key=$(grep -o 'sk-[0-9a-f]\{64\}' <<<"$out")
sed -i 's/^addresses.*/addresses = ["127.0.0.1:0"]/' here/zkp-ledgerd.toml
serve() {
    rm -f served
    : >served
    zkp-ledgerd here >served 2>&1 &
    daemon=$!
    trap 'kill $daemon 2>/dev/null; wait $daemon; clean_up' EXIT
    until grep -qs "^Listening" served; do kill -0 $daemon || fail "$(cat served)"; sleep 0.05; done
    url=$(sed -n 's/^Listening on //p' served)
}
end() {
    kill -TERM $daemon
    wait $daemon || fail "it ends with $?: $(cat served)"
    trap clean_up EXIT
}

# under TLS the cookie is bound to this host and to TLS
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout here/key.pem -out here/cert.pem -days 2 -subj /CN=localhost 2>/dev/null
sed -i 's/^# certificate/certificate/; s/^# key/key/' here/zkp-ledgerd.toml
serve
run 0 curl -sk -i "https://$url/login"
prints 'set-cookie: __Host-zkl-login='
prints '; HttpOnly; SameSite=Strict; Secure'
curl -sk -c jar "https://$url/login" >form
csrf=$(sed -n 's/.*name="csrf" value="\([0-9a-f]*\)".*/\1/p' form)
run 0 curl -sk -i -b jar "https://$url/login" -d "csrf=$csrf&key=$key&next=/"
prints 'set-cookie: __Host-zkl-session='
prints 'location: /'
# logging in does not go by a form that was shown to nobody
run 0 curl -sk -o /dev/null -w '%{http_code}' "https://$url/login" -d "csrf=$csrf&key=$key&next=/"
[ "$out" = 403 ] || fail "a form of another browser: $out"
end
ok "cookies are bound to TLS"

# a second factor, where a role needs one: the codes of RFC 6238 by Python's hmac
printf '\n[page]\nsecond_factor = ["admin"]\n' >>here/zkp-ledgerd.toml
code_of() { # SECRET STEPS-AWAY
    python3 - "$@" <<'PYTHON'
import base64, hashlib, hmac, struct, sys, time
mac = hmac.digest(base64.b32decode(sys.argv[1]), struct.pack(">Q", int(time.time()) // 30 + int(sys.argv[2])), hashlib.sha1)
at = mac[19] & 15
print("%06d" % ((struct.unpack(">I", mac[at:at + 4])[0] & 0x7fffffff) % 1000000))
PYTHON
}
token_of() { sed -n 's/.*name="csrf" value="\([0-9a-f]*\)".*/\1/p' form; }
log_in() {
    rm -f jar
    curl -sk -c jar -b jar "https://$url/login" >form
    run 0 curl -sk -i -c jar -b jar "https://$url/login" -d "csrf=$(token_of)&key=$key&next=/keys"
    prints 'location: /login/code?next=/keys'
    run 0 curl -sk -i -b jar "https://$url/datasets"
    prints 'location: /login/code?next=/datasets'
    curl -sk -b jar "https://$url/login/code?next=/keys" >form
}
try_code() { run 0 curl -sk -i -c jar -b jar "https://$url/login/code" -d "csrf=$(token_of)&next=/keys&code=$1"; }
serve
log_in
secret=$(sed -n 's/.*id="secret">\([A-Z2-7]*\)<.*/\1/p' form)
[ ${#secret} = 32 ] || fail "it offers no secret"
try_code 000000
prints 'HTTP/2 401'
grep -q second_factors <(ls here) && fail "a factor counts before a code was right"
cp jar before
digits=$(code_of "$secret" 0)
try_code "${digits:0:3}%20${digits:3}"
prints 'location: /keys'
for cookies in jar before; do
    run 0 curl -sk -i -b $cookies "https://$url/keys"
    if [ $cookies = jar ]; then prints 'HTTP/2 200'; else prints 'location: /login?next=/keys'; fi
done
end
serve # what counts, counts after a restart, and a code that was used does not
log_in
lacks "the secret is shown again" 'id="secret"' form
lacks "as text" "$secret" here/second_factors.json
try_code "$digits"
prints 'HTTP/2 401'
for _ in 1 2 3 4; do try_code 000000; prints 'HTTP/2 401'; done
try_code "$(code_of "$secret" 1)"
prints 'HTTP/2 429'
run 0 curl -sk "https://$url/v1/keys" -H "Authorization: Bearer $key"
json "d['keys'][0]['second_factor'] is True" "[k['second_factor'] for k in d['keys'][1:]] == [False] * (len(d['keys']) - 1)"
id=$(python3 -c 'import json; print(json.load(open("'"$work"'/.out"))["keys"][0]["id"])')
run 0 curl -sk -i -X DELETE "https://$url/v1/keys/$id/second-factor" -H "Authorization: Bearer $key"
prints 'HTTP/2 204'
log_in
grep -q 'id="secret"' form || fail "no other can be set up"
lacks "the one that was forgotten is offered" "$secret" form
end
grep -l "\"$digits\"\|$secret" served here/audit/* 2>/dev/null && fail "a code or a secret was written down"
ok "a second factor is asked for"

# logging in by a provider: npm's oidc-provider
provider=$(zkl_npm "$ZKL_SOURCE_DIR/tests/interop/oidc" oidc-provider-8.8.1) || exit 1
run 0 zkp-ledgerd --init there
first=$(grep -o 'sk-[0-9a-f]\{64\}' <<<"$out")
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
echo alice >who
mkfifo in told
node "$pins/provider.mjs" "$provider" "$PWD/who" "http://127.0.0.1:$port" <in >told 2>provider.log &
exec 7>in
exec 8<told # kept open: the provider says more later
read -r issuer <&8 || fail "$(cat provider.log)"
printf 'a secret/1\n' >there/secret
cat >there/zkp-ledgerd.toml <<TOML
addresses = ["127.0.0.1:$port"]
[[issuer]]
issuer = "$issuer"
audiences = ["api"]
discovery = true
[[issuer.role]]
value = "staff"
role = "developer"
[page.log_in]
issuer = "$issuer"
url = "http://127.0.0.1:$port"
client_id = "led ger"
client_secret_file = "secret"
name = "the house"
TOML
mkdir -p bad
for wrong in 's|^url.*|url = "http://ledger.example"|' 's|^issuer = .*page||;s|^client_id.*||' 's|^name.*|colour = "red"|'; do
    sed "$wrong" there/zkp-ledgerd.toml >bad/zkp-ledgerd.toml
    run 2 zkp-ledgerd bad
done
mv here before-it; mv there here
serve
run 0 curl -s "http://$url/v1/ledgers" -H "Authorization: Bearer $first" -d '{"name": "main", "organisation": "acme"}'
node "$pins/log_in.cjs" "$folder/node_modules" "http://$url" "$PWD/who" || fail "log_in.cjs: $(cat served provider.log)"
exec 7>&- 8<&-
end
ok "a provider says who somebody is"
