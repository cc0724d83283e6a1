#!/usr/bin/env bash
# The HTTP core judged from outside: h2spec (RFC 9113, HPACK), Python's client, OpenSSL's s_client, testssl.sh.
set -euo pipefail
source "$ZKL_SOURCE_DIR/tests/interop/libtools.sh"
command -v testssl >/dev/null || zkl_lacks "testssl (Debian: testssl.sh)"
command -v go >/dev/null || zkl_lacks "go (Debian: golang-go)"
tool=$ZKL_BUILD_DIR/tests/tool_http
[ -x "$tool" ] || { echo "built without the service"; exit 77; }
work=$(mktemp -d)
trap 'exec 7>&- 8>&-; wait; rm -rf "$work"' EXIT

export GOMODCACHE=$(zkl_tools_folder)/go GOFLAGS="-mod=readonly -modcacherw" GOTOOLCHAIN=local GOWORK=off
(cd "$ZKL_SOURCE_DIR/tests/interop/h2spec" && zkl_locked go build -o "$work/h2spec" github.com/summerwind/h2spec/cmd/h2spec) ||
    zkl_lacks "the Go module named in tests/interop/h2spec/go.mod"

cd "$work"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out cert.pem -days 2 \
    -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 2>/dev/null

# begin NAME FD ARGUMENT...: a server that ends when the descriptor is closed; its port in $NAME
begin() {
    local name=$1 fd=$2 address
    shift 2
    mkfifo "$name.in" "$name.out"
    "$tool" "$@" <"$name.in" >"$name.out" &
    eval "exec $fd>$name.in"
    read -r address <"$name.out"
    eval "$name=${address##*:}"
}
begin plain 7
begin tls 8 cert.pem key.pem

# judge FAILED ARGUMENT...: h2spec, with as many cases that fail
judge() {
    local failed=$1
    shift
    "./h2spec" -h 127.0.0.1 -P /whole -o 5 "$@" >judge.log 2>&1 || true
    grep -E '^[0-9]+ tests, [0-9]+ passed' judge.log
    grep -Eq "^145 tests, .* $failed failed$" judge.log || { cat judge.log; return 1; }
}
judge 0 -p "$tls" -t -k
# Without TLS, what is no preface is taken for HTTP/1.1 and told 400 in its words, where a server of HTTP/2 alone hangs up.
judge 1 -p "$plain"
grep -q '× 2: Sends invalid connection preface' judge.log || { cat judge.log; exit 1; }

# Python's own client: two answers over one connection; a body back; the certificate is looked at
python3 - "$plain" "$tls" <<'PYTHON'
import http.client, ssl, sys
plain, tls = int(sys.argv[1]), int(sys.argv[2])
context = ssl.create_default_context(cafile="cert.pem")
for connection in (http.client.HTTPConnection("127.0.0.1", plain), http.client.HTTPSConnection("127.0.0.1", tls, context=context)):
    for path, want in (("/hello", b"hello"), ("/later", b"later")):
        connection.request("GET", path)
        answer = connection.getresponse()
        assert answer.status == 200 and answer.read() == want, path
    # an answer in parts that comes from another thread and ends its connection: none of them is lost
    connection.request("GET", "/later", headers={"Connection": "close"})
    assert connection.getresponse().read() == b"later"
    body = bytes(range(256)) * 800  # it is sent before a byte of the answer is read: what buffers hold
    connection.request("POST", "/echo", body=body)
    assert connection.getresponse().read() == body
    connection.request("POST", "/echo", body=(body[i:i + 7777] for i in range(0, len(body), 7777)), encode_chunked=True,
                       headers={"Transfer-Encoding": "chunked"})
    assert connection.getresponse().read() == body
    connection.request("GET", "/nothing")
    assert connection.getresponse().status == 404
PYTHON

# TLS 1.3 and nothing older; ALPN. What s_client ends with says how it was parted from, not what was agreed on.
agreed() {
    openssl s_client -connect "127.0.0.1:$tls" "$@" </dev/null >s.log 2>&1 || true
}
agreed -tls1_3 -alpn h2
grep -q '^New, TLSv1.3' s.log || { cat s.log; exit 1; }
grep -q '^ALPN protocol: h2' s.log || { cat s.log; exit 1; }
for old in -tls1_2 -tls1_1; do
    agreed "$old"
    grep -q '^New, (NONE)' s.log || { echo "FAIL: $old was taken"; cat s.log; exit 1; }
done

# and what testssl.sh finds: protocols, ciphers, key exchange, the known attacks; of the certificate, which is the test's own, nothing
testssl --quiet --color 0 --warnings off --ip 127.0.0.1 --jsonfile found.json -p -P -f -U "localhost:$tls" >testssl.log 2>&1 || { cat testssl.log; exit 1; }
python3 - <<'PYTHON' || { cat testssl.log; exit 1; }
import json
found = {f["id"]: f for f in json.load(open("found.json"))}
old = ["SSLv2", "SSLv3", "TLS1", "TLS1_1", "TLS1_2"]
assert all(found[id]["finding"].startswith("not offered") for id in old), [found[id] for id in old]
assert found["TLS1_3"]["finding"].startswith("offered"), found["TLS1_3"]
assert {"heartbleed", "ROBOT", "CRIME_TLS", "POODLE_SSL", "LOGJAM", "BEAST", "RC4"} <= set(found), sorted(found)
# engine_problem is of the openssl that testssl.sh runs with, not of the server
bad = [f for f in found.values() if f["severity"] not in ("OK", "INFO") and not f["id"].startswith(("cert_", "DNS_CAA", "engine_problem"))]
assert not bad, bad
PYTHON
echo "http: judged"
