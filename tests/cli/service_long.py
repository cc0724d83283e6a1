"""Talks to a daemon over its Unix socket: service_long.sh."""
import base64
import json
import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
from service_client import Connection

path, admin, table = sys.argv[1:]


connection = Connection(path)


answer = None  # the last one


def ask(method, where, body=None, key=admin, headers=(), want=200):
    global answer
    connection.request(method, where, body=body, headers={**dict(headers), **({"Authorization": "Bearer " + key} if key else {})})
    answer = connection.getresponse()
    data = answer.read()
    assert answer.status == want, (method, where, answer.status, data)
    if answer.getheader("content-type", "").split(";")[0] in ("application/json", "application/problem+json"):
        data = json.loads(data)
        if want >= 400:
            assert data["status"] == want and data["title"] and data["detail"], data
    return data


def post(name, request, **more):
    return ask("POST", "/v1/call/" + name, json.dumps(request), **more)


# health is told to all, the rest to those who have a key
assert ask("GET", "/healthz", key=None) == b"ok\n"
assert b"zkl_http_requests_total" in ask("GET", "/metrics", key=None)
for key in (None, "sk-" + 64 * "0", admin[:-1], admin + "0", admin.upper(), ""):
    ask("GET", "/v1/datasets", key=key, want=401)
    assert answer.getheader("www-authenticate") == "Bearer"
assert ask("GET", "/v1/datasets")["datasets"] == []

# a method that a path has not, TRACE like any other, is told which it has
for method in ("TRACE", "PATCH"):
    connection.request(method, "/v1/datasets", headers={"Authorization": "Bearer " + admin})
    answer = connection.getresponse()
    assert answer.read() and answer.status == 405 and answer.getheader("allow") == "GET, HEAD", (method, answer.status)

# roles
viewer = ask("POST", "/v1/keys", json.dumps({"name": "v", "role": "viewer"}), want=201)["key"]
developer = ask("POST", "/v1/keys", json.dumps({"name": "d", "role": "developer", "days": 1}), want=201)["key"]
for bad in ({}, {"name": "x"}, {"name": "x", "role": "king"}, {"name": "", "role": "viewer"}, {"name": "x", "role": "viewer", "more": 1},
            {"name": 64 * "x", "role": "viewer"}, {"name": "x", "role": "viewer", "scopes": []}, {"name": "x", "role": "viewer", "scopes": ["datset:read"]},
            {"name": "x", "role": "viewer", "tier": "gold"}, {"name": "x", "role": "viewer", "organisation": "../x"}):
    ask("POST", "/v1/keys", json.dumps(bad), want=400)
csv = open(table, "rb").read()
typed = {"Content-Type": "text/csv"}
ask("PUT", "/v1/datasets/people", csv, key=viewer, headers=typed, want=403)
for method, where in (("GET", "/v1/keys"), ("POST", "/v1/keys"), ("DELETE", "/v1/keys/0")):
    ask(method, where, key=developer, want=403)
post("keys-show", {}, key=developer, want=403)
post("revoke", {"reference": "people", "reason": "x"}, key=viewer, want=403)

# no file of the machine is read or written for a stranger, however deep it is named
for name, request in (("export", {"reference": "people", "output": "/tmp/x"}), ("notarize", {"name": "x", "files": ["/etc/passwd"]}),
                      ("init", {"folder": "/tmp/x", "keys": {"in_clear": True}}), ("init", {"keys": {"passphrase_file": "/etc/passwd"}}),
                      ("show", {"receipt_file": "/etc/passwd"})):
    assert "names a file" in post(name, request, want=403)["detail"], name

# what is wrong with a request's members is said at once, of long operations too: none is begun
began = ask("GET", "/v1/operations")["operations"]
for request in ({"nam": "x"}, {"name": 7, "files": []}, {"name": "x", "files": [], "claims": 7}, {}):
    assert "member" in post("notarize", request, want=400)["detail"], request
assert ask("GET", "/v1/operations")["operations"] == began

# what is no request
ask("GET", "/v1/nothing", want=404)
ask("GET", "/v1/datasets/%zz", want=404)
ask("GET", "/v1/datasets/a%00b", want=404)
ask("PATCH", "/v1/datasets", want=405)
post("nothing", {}, want=404)
ask("POST", "/v1/call/show", "[]", want=400)
ask("POST", "/v1/call/show", '{"reference": "a", "reference": "b"}', want=400)
post("show", {"referense": "people"}, want=400)
ask("GET", "/v1/datasets/nobody", want=404)
ask("GET", "/v1/operations/0123456789abcdef", want=404)
ask("PUT", "/v1/datasets/people", csv, headers={"Content-Type": "image/png"}, want=415)
for query in ("keep_spool=yes", "keep_spool=true&keep_spool=true", "delimiter=,&delimiter=;", "null=%zz"):
    ask("PUT", "/v1/datasets/people?" + query, csv, headers=typed, want=400)

# a table becomes an operation, which its owner can watch, and nobody else
started = ask("PUT", "/v1/datasets/people", csv, key=developer, headers=typed, want=202)
assert answer.getheader("location") == "/v1/operations/" + started["id"]
ask("GET", "/v1/operations/" + started["id"], key=viewer, want=404)
events = ask("GET", started["events"], key=developer).decode().strip().split("\n\n")
last = json.loads(events[-1].split("data: ", 1)[1])
assert events[-1].startswith("event: over") and last["status"] == "valid", events[-1]
assert last["answer"]["dataset"]["rows"] == 2
assert ask("GET", "/v1/operations/" + started["id"], key=developer)["state"] == "over"
assert ask("GET", "/v1/operations", key=viewer)["operations"] == []
assert "notarize" in [o["operation"] for o in ask("GET", "/v1/operations", key=developer)["operations"]]

# its receipt verifies, and not when it is changed
receipt = ask("GET", "/v1/datasets/people/receipt", key=viewer)
open("people.zkl", "wb").write(receipt)
assert ask("POST", "/v1/verify", receipt, key=viewer)["status"] == "valid"
open("trust.toml", "wb").write(ask("GET", "/v1/trust", key=viewer))
assert answer.getheader("content-type") == "application/toml"
changed = bytearray(receipt)
changed[len(receipt) // 2] ^= 1
ask("POST", "/v1/verify", bytes(changed), key=viewer, want=400)
ask("POST", "/v1/verify", b"no receipt", key=viewer, want=400)

# asked for again it is the same, and sent once to whoever has it; a newer version is seen at once
assert ask("GET", "/v1/datasets/people/receipt", key=viewer) == receipt
tag = answer.getheader("etag")
ask("GET", "/v1/datasets/people/receipt", key=viewer, headers=[("If-None-Match", tag)], want=304)
again = ask("PUT", "/v1/datasets/people", csv + csv.split(b"\n")[1] + b"\n", key=developer, headers=typed, want=202)
ask("GET", again["events"], key=developer)
newer = ask("GET", "/v1/datasets/people/receipt", key=viewer)
assert newer != receipt and answer.getheader("etag") != tag
assert ask("POST", "/v1/verify", newer, key=viewer)["dataset"]["version"] == 2
assert ask("GET", "/v1/datasets/people@1/receipt", key=viewer) != newer
ask("GET", "/v1/datasets/nobody/receipt", key=viewer, want=404)

# a failure says what the command line says
bad = ask("PUT", "/v1/datasets/bad", b"a,a\n1,2\n", key=developer, headers=typed, want=202)
over = json.loads(ask("GET", bad["events"], key=developer).decode().strip().split("data: ")[-1])
assert over["status"] != "valid" and over["answer"]["error"], over

# a key that ends is nobody's
mine = [k for k in ask("GET", "/v1/keys")["keys"] if k["name"] == "v"]
assert viewer.startswith(mine[0]["begins"]) and viewer not in json.dumps(mine)
ask("DELETE", "/v1/keys/" + mine[0]["id"], want=204)
ask("DELETE", "/v1/keys/" + mine[0]["id"], want=404)
ask("GET", "/v1/datasets", key=viewer, want=401)

# the document of the interface has every path
document = ask("GET", "/v1/openapi.json")
assert document["openapi"] == "3.1.0" and "/v1/call/verify" in document["paths"] and "put" in document["paths"]["/v1/datasets/{name}"]
assert list(document["paths"]["/v1/trust"]["get"]["responses"]["200"]["content"]) == ["application/toml"]
watch = document["paths"]["/v1/operations/{id}/events"]["get"]
assert [(p["name"], p["in"], p["required"]) for p in watch["parameters"]] == [("id", "path", True)] and "200" in watch["responses"]
assert not any("{operation}" in path or "openapi" in path for path in document["paths"])
print("service: all held")
