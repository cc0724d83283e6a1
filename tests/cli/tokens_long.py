"""Talks to a daemon as its clients do, and is a provider of tokens: tokens_long.sh."""
import base64
import http.client
import http.server
import json
import socket
import ssl
import subprocess
import sys
import time
import urllib.parse


def url64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


# ---- what the shell asks for

if sys.argv[1] == "jwks":
    der = subprocess.check_output(["openssl", "pkey", "-in", sys.argv[2], "-pubout", "-outform", "DER"])
    print(json.dumps({"keys": [{"kty": "OKP", "crv": "Ed25519", "x": url64(der[-32:]), "kid": "one", "use": "sig"}]}))
    sys.exit()

if sys.argv[1] == "provider":
    revoked = set()

    class Provider(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            form = urllib.parse.parse_qs(self.rfile.read(int(self.headers["content-length"])).decode())
            token = form["token"][0]
            assert self.headers["authorization"] == "Basic " + base64.b64encode(b"ledger:s3cret").decode()
            if token.startswith("slow"):
                time.sleep(0.3)
            if token.startswith("never"):
                time.sleep(30)
            role = "boss" if "boss" in token else "staff"
            self.answer({"active": token not in revoked and "good" in token, "sub": "eve", "aud": "ledger", "org_id": "acme",
                         "tier": "pro", "roles": [role]})

        def do_GET(self):  # of the test: from now on that token is revoked
            revoked.add(self.path[1:])
            self.answer({})

        def answer(self, body):
            body = json.dumps(body).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Provider)
    server.daemon_threads = True
    print(server.server_port, flush=True)
    server.serve_forever()

mode, port, provider_port, key = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), sys.argv[4]


def sign(claims, header=None):
    signed = ".".join(url64(json.dumps(part).encode()) for part in (header or {"alg": "EdDSA", "kid": "one"}, claims))
    with open("message", "w") as file:
        file.write(signed)
    return signed + "." + url64(subprocess.check_output(["openssl", "pkeyutl", "-sign", "-rawin", "-inkey", "issuer.pem", "-in", "message"]))


now = int(time.time())
claims = {"iss": "local", "sub": "ada", "aud": ["ledger"], "exp": now + 600, "iat": now, "org_id": "acme", "tier": "free", "roles": ["staff"]}


def connect(client=None):
    context = ssl.create_default_context(cafile="ca.pem")
    if client:
        context.load_cert_chain(client + ".pem", ("batch" if client == "self" else client) + ".key")
    return http.client.HTTPSConnection("127.0.0.1", port, context=context, timeout=20)


def ask(method, where, token=None, client=None, body=None, want=200, connection=None, headers=(), **more):
    connection = connection or connect(client)
    headers = dict(headers)
    if token is not None:
        headers["Authorization"] = token if " " in token else "Bearer " + token
    connection.request(method, where, body=body, headers=headers, **more)
    answer = connection.getresponse()
    data = answer.read()
    assert answer.status == want, (method, where, token, client, answer.status, data)
    return json.loads(data) if data else None


def is_sent_away(client):
    """TLS 1.3 lets the client begin before the server has judged: the end shows."""
    try:
        ask("GET", "/v1/me", client=client)
    except (ssl.SSLError, ConnectionError, http.client.RemoteDisconnected):
        return True
    return False


if mode == "required":
    assert is_sent_away(None)
    assert ask("GET", "/v1/me", client="batch")["name"] == "batch"
    assert ask("GET", "/v1/me", client="revoked")["name"] == "batch"  # where no list says so
    assert ask("GET", "/v1/me", key, client="unknown")["by"] == "key"
    sys.exit()

# the organisation of the tokens has a ledger
made = ask("POST", "/v1/ledgers", key, body=json.dumps({"name": "main", "organisation": "acme"}), want=202)
while (state := ask("GET", "/v1/operations/" + made["id"], key))["state"] != "over":
    time.sleep(0.05)
assert state["status"] == "valid", state

# who is who
me = ask("GET", "/v1/me", key)
assert (me["by"], me["role"], "until" in me) == ("key", "admin", False), me
jwt = sign(claims)
me = ask("GET", "/v1/me", jwt)
assert (me["by"], me["role"], me["name"], me["org"], me["tier"]) == ("token", "developer", "ada", "acme", "free"), me
assert me["until"] == (now + 660) * 1000 and me["id"] == ask("GET", "/v1/me", jwt)["id"]
eve = ask("GET", "/v1/me", "good-eve")
assert (eve["by"], eve["role"], eve["org"], eve["tier"]) == ("token", "developer", "acme", "pro") and eve["id"] != me["id"], eve
batch = ask("GET", "/v1/me", client="batch")
assert (batch["by"], batch["role"], batch["name"], batch["org"]) == ("certificate", "developer", "batch", "acme"), batch
assert now * 1000 < batch["until"] < (now + 3 * 86400) * 1000
assert ask("GET", "/v1/me", client="mail")["role"] == "viewer"
assert ask("GET", "/v1/me", jwt, client="batch")["id"] == me["id"]  # what a header says goes first
ask("GET", "/v1/keys", jwt, want=403)
ask("GET", "/v1/keys", client="batch", want=403)
ask("GET", "/v1/keys", "good-boss", want=401)  # no second factor: no role
boss = sign({**claims, "sub": "boss", "roles": ["boss"], "amr": ["pwd", "otp"]})
assert ask("GET", "/v1/keys", boss)["keys"] == []  # of its organisation
ask("GET", "/v1/issuers", boss, want=403)
assert ask("GET", "/v1/issuers", key)["issuers"][0]["keys"] == 1
ask("GET", "/v1/me", sign({**claims, "org_id": "default"}), want=401)  # nobody's claim makes him who runs the service

# certificates: of another authority, for another purpose, of nobody but itself, revoked; and one that names nobody here
assert all(is_sent_away(client) for client in ("foreign", "wrong", "self", "revoked"))
ask("GET", "/v1/me", client="unknown", want=401)
ask("GET", "/v1/me", want=401)
ask("GET", "/v1/me", "good-boss", client="batch", want=401)  # it does not help a token that is refused

# every refusal is the same, and none comes sooner than another may
forged = jwt[:-8] + ("A" if jwt[-8] != "A" else "B") + jwt[-7:]
refused = [forged, sign({**claims, "exp": now - 100}), sign({**claims, "aud": "other"}), sign({**claims, "iss": "other"}),
           sign({**claims, "roles": []}), sign(claims, {"alg": "none"}), sign(claims, {"alg": "EdDSA", "kid": "two"}),
           sign(claims, {"alg": "EdDSA", "kid": "one", "crit": ["exp"]}), "bad", "a.b.c", "x" * 9000, ".."]
texts, connection = set(), connect()
for token in refused:
    begin = time.monotonic()
    connection.request("GET", "/v1/me", headers={"Authorization": "Bearer " + token})
    answer = connection.getresponse()
    texts.add((answer.status, answer.read(), tuple(sorted((n, v) for n, v in answer.getheaders() if n.lower() != "date"))))
    assert time.monotonic() - begin >= 0.025, token
assert len(texts) == 1 and list(texts)[0][0] == 401, texts
told = ask("GET", "/v1/issuers", key)  # only an administrator is told more
assert told["last_refusal"] and told["refused"] >= len(refused) and told["held"] and told["issuers"][0]["issuer"] == "local", told
for header in ("Bearer", "Bearer ", "bearer", "Basic " + jwt, jwt + " x", "Bearer  " + jwt):
    ask("GET", "/v1/me", header + " " if " " not in header else header, want=401)
assert ask("GET", "/v1/me", "bearer " + jwt)["name"] == "ada"

# a body that comes while the provider is asked is not lost, and no larger than it may be
def table(rows):
    return b"age,city\n" + b"".join(b"%d,Bern\n" % (i % 90) for i in range(rows))

typed = {"Content-Type": "text/csv"}
for number, (rows, more) in enumerate(((3, {}), (60000, {}), (60000, {"encode_chunked": True}))):
    body, token = table(rows) + b"1,Bern,2\n", "slow-good-%d" % number  # its last line is bad: so it was read to its end
    parts = (body[i:i + 50000] for i in range(0, len(body), 50000)) if more else body
    started = ask("PUT", "/v1/datasets/people", token, body=parts, want=202, headers=typed, **more)
    connection = connect()
    connection.request("GET", started["events"], headers={"Authorization": "Bearer " + token})
    last = json.loads(connection.getresponse().read().decode().strip().split("data: ")[-1])
    assert last["status"] == "bad input" and "line %d" % (rows + 2) in last["answer"]["error"], last
ask("PUT", "/v1/datasets/large", "slow-good-large", body=table(600000)[:4500000], want=413, headers=typed)
ask("GET", "/v1/trust", "slow-good-body", body=b"nobody asked for this", want=413)
connection = connect()  # one connection for several requests
for number in range(3):
    assert ask("GET", "/v1/me", "slow-good-again%d" % number, connection=connection)["name"] == "eve"
assert ask("POST", "/v1/call/status", "slow-good-call", body=b"{}", want=202, connection=connection)["id"]

# a token that is revoked is refused when what was remembered of it is old (2 s here, 30 s at most)
assert ask("GET", "/v1/me", "good-short")["name"] == "eve"
ask("GET", "/good-short", connection=http.client.HTTPConnection("127.0.0.1", provider_port))
end = time.monotonic() + 20
while True:
    connection = connect()
    connection.request("GET", "/v1/me", headers={"Authorization": "Bearer good-short"})
    if connection.getresponse().status == 401:
        break
    assert time.monotonic() < end, "it is still taken"
    time.sleep(0.1)

# clients that go away while they wait, and some whose provider never answers: the daemon ends nevertheless
for token in ["never-%d" % i for i in range(3)] + ["slow-good-gone"]:
    gone = connect()
    gone.request("GET", "/v1/me", headers={"Authorization": "Bearer " + token})
    if token.startswith("slow"):
        gone.sock.shutdown(socket.SHUT_RDWR)
    globals().setdefault("kept", []).append(gone)
print("tokens: all held")
