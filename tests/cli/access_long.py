"""Who may what, asked over the Unix socket of a daemon: access_long.sh.

What is expected stands here in this test's own words: which permission a path needs, which a role has. A path or an
operation that the OpenAPI document has and this test has not is a failure: say here who may it."""
import json
import os
import re
import sys
import time

sys.path.insert(0, os.path.dirname(__file__))
import access_pages
from service_client import Connection

path, operator, part = sys.argv[1:4]

PATHS = {  # permission, the answer to whom it is allowed
    "get /v1/datasets": ("datasets:read", 200),
    "get /v1/datasets/{name}": ("datasets:read", 200),
    "put /v1/datasets/{name}": ("datasets:create", 415),
    "get /v1/datasets/{name}/receipt": ("datasets:read", 200),
    "get /v1/trust": ("log:read", 200),
    "post /v1/verify": ("datasets:verify", 400),
    "get /v1/operations": ("operations:read", 200),
    "get /v1/operations/{id}": ("operations:read", 200),
    "delete /v1/operations/{id}": ("operations:cancel", 202),
    "get /v1/operations/{id}/events": ("operations:read", 200),
    "get /v1/operations/{id}/files": ("operations:read", 200),
    "get /v1/operations/{id}/files/{name}": ("operations:read", 404),
    "get /v1/files": ("files:read", 200),
    "post /v1/files": ("files:create", 201),
    "get /v1/files/{id}": ("files:read", 200),
    "delete /v1/files/{id}": ("files:delete", 204),
    "post /v1/datasets/{name}/claims": ("datasets:prove", 400),
    "post /v1/datasets/{name}/transform": ("datasets:create", 400),
    "post /v1/datasets/{name}/split": ("datasets:create", 400),
    "post /v1/datasets/{name}/disclosures": ("datasets:disclose", 400),
    "post /v1/datasets/{name}/links": ("datasets:create", 400),
    "post /v1/datasets/{name}/branches": ("datasets:create", 400),
    "post /v1/datasets/{name}/revocations": ("datasets:revoke", 400),
    "get /v1/datasets/{name}/lineage": ("datasets:read", 200),
    "get /v1/log": ("log:read", 200),
    "get /v1/audit-report": ("log:audit", 200),
    "get /v1/keys": ("keys:read", 200),
    "get /v1/keys/leaked": ("keys:read", 400),
    "post /v1/keys": ("keys:create", 400),
    "get /v1/keys/{id}": ("keys:read", 404),
    "patch /v1/keys/{id}": ("keys:create", 404),
    "post /v1/keys/{id}/rotate": ("keys:rotate", 400),
    "delete /v1/keys/{id}": ("keys:delete", 404),
    "delete /v1/keys/{id}/second-factor": ("keys:rotate", 404),
    "get /v1/ledgers": ("ledgers:read", 200),
    "get /v1/ledgers/{ledger}": ("ledgers:read", 200),
    "post /v1/ledgers": ("ledgers:create", 400),
    "get /v1/audit": ("audit:read", 200),
    "get /v1/audit/ocsf": ("audit:read", 200),
    "get /v1/audit/cef": ("audit:read", 200),
    "post /v1/audit/verify": ("audit:read", 202),
    "get /v1/access/roles": ("access:read", 200),
    "get /v1/witnesses": ("log:read", 200),
    "get /v1/access/explain": ("access:explain", 400),
    "get /v1/limits": ("access:explain", 200),
    "get /v1/me": ("access:explain", 200),
    "get /v1/issuers": ("service:manage", 200),
    "get /v1/encryption": ("service:manage", 200),
    "post /v1/encryption/rotate": ("service:manage", 409),  # nothing is encrypted there
    "post /v1/encryption/rewrap": ("service:manage", 409),
    "post /v1/encryption/retire": ("service:manage", 409),
    "get /v1/metrics": ("telemetry:read", 200),
    "get /v1/metrics/series": ("telemetry:read", 404),
    "get /v1/health": ("telemetry:read", 200),
    "get /v1/alerts": ("telemetry:read", 200),
    "get /v1/alerts/silences": ("telemetry:read", 200),
    "post /v1/alerts/silences": ("telemetry:manage", 400),
    "delete /v1/alerts/silences/{id}": ("telemetry:manage", 404),
    "get /v1/sessions": ("sessions:read", 200),
    "delete /v1/sessions/{id}": ("sessions:delete", 404),
    "get /v1/proto": ("api:read", 200),
}
LOG_PATHS = {"get /checkpoint": 200, "get /tile/{path}": 404, "post /add-checkpoint": 404}  # of the first ledger alone
FIRST_ALONE = {"get /v1/witnesses", "post /v1/audit/verify"}
OPERATIONS = {
    "datasets:read": "templates policies show diff datasets lineage spool_list",
    "datasets:create": "notarize watch transform pipeline split link branch",
    "datasets:prove": "prove",
    "datasets:disclose": "disclose",
    "datasets:export": "export renew",
    "datasets:manage": "spool_drop status",
    "datasets:revoke": "revoke",
    "datasets:verify": "verify verify-folder verify-lineage",
    "log:read": "log verify-chain log-cosign-request timestamp-request",
    "log:write": "log-cosign-attach timestamp-attach",
    "log:audit": "audit",
    "audit:read": "events",
    "signers:read": "keys-show",
    "signers:manage": "keys-rotate keys-backup keys-restore keys-make revoke-signer witness-new witness-cosign",
    "setup:read": "setup-show setup-export setup-verify",
    "setup:manage": "setup-make setup-import setup-new setup-invite setup-contribute setup-take setup-beacon setup-next setup-finish",
    "service:manage": "init config doctor",
}
for permission, names in OPERATIONS.items():
    for name in names.split():
        PATHS["post /v1/call/" + name] = (permission, 400)
OF_THE_SERVICE = {"service:manage", "telemetry:read", "telemetry:manage", "ledgers:create", "organisations:manage"}
# all roles: of what is their own, and what describes the service
OWN = {"api:read", "operations:read", "operations:cancel", "access:explain", "files:create", "files:read", "files:delete", "sessions:read", "sessions:delete"}
ROLES = {
    "developer": {p for p, _ in PATHS.values() if p.startswith(("datasets:", "log:"))} | {"ledgers:read"},
    "viewer": {"datasets:read", "datasets:verify", "log:read", "ledgers:read"},
    "service": {"datasets:verify", "log:read"},
    "admin": {p for p, _ in PATHS.values()},
}


def may(role, org, permission):
    if permission in OF_THE_SERVICE and org != "default":
        return False
    return permission in ROLES[role] | OWN


connection = Connection(path)
begin = time.monotonic()


def note(what):
    print(f"{time.monotonic() - begin:6.1f} s: {what}", file=sys.stderr)


def send(method, where, key, body=None, headers=()):
    connection.request(method.upper(), where, body=body, headers={**dict(headers), **({"Authorization": "Bearer " + key} if key else {})})
    answer = connection.getresponse()
    return answer.status, answer.read()


def ask(method, where, key, body=None, want=200, headers=()):
    status, data = send(method, where, key, json.dumps(body) if isinstance(body, dict) else body, headers)
    assert status == want, (method, where, status, data)
    return json.loads(data) if data[:1] in (b"{", b"[") else data


def problem(answer, code):
    said = json.loads(answer[1])
    return answer[0] == code == said["status"] and said["title"] and said["detail"]


def wait(where, key):
    """The operation's end, when that is a good one."""
    over = json.loads(ask("get", where + "/events", key).decode().strip().split("data: ")[-1])
    assert over["state"] == "over" and over["status"] == "valid", over
    return over


def explain(key, permission, *resources, of=None, want=200):
    query = "&".join(["permission=" + permission] + ["resource=" + r for r in resources] + (["key=" + of] if of else []))
    return ask("get", "/v1/access/explain?" + query, key, want=want)


if part == "second":  # what the first part made is there again
    secrets = open("secrets").read().split()
    for key, (org, ledgers) in zip(secrets, (("acme", ["main", "second"]), ("beta", ["main", "third"]))):
        assert [l["name"] for l in ask("get", "/v1/ledgers", key)["ledgers"]] == ledgers, org
        assert [d["name"] for d in ask("get", "/v1/datasets", key)["datasets"]] == ["people"], org
        assert all(k["organisation"] == org for k in ask("get", "/v1/keys", key)["keys"])
    acme, beta = secrets[:2]
    assert ask("get", "/v1/ledgers/third/datasets", beta, want=404)["detail"] == "the ledger is not made yet"
    made = ask("post", "/v1/ledgers", operator, {"name": "third", "organisation": "beta"}, want=202)
    wait("/v1/operations/" + made["id"], operator)
    assert ask("get", "/v1/ledgers/third/datasets", beta)["datasets"] == []
    ask("post", "/v1/ledgers", operator, {"name": "brought", "organisation": "acme"}, want=201)
    assert ask("get", "/v1/ledgers/brought/datasets", acme)["datasets"] == []
    ask("get", "/v1/ledgers/brought/datasets", beta, want=404)
    # operations of the journal are of their ledger again, and files of their key
    late, file = open("kept").read().split()
    over = ask("get", "/v1/ledgers/second/operations/" + late, acme)
    assert over["status"] == "valid" and over["answer"]["dataset"]["name"] == "late", over
    for key, where in ((acme, "/v1"), (beta, "/v1"), (beta, "/v1/ledgers/main"), (operator, "/v1")):
        ask("get", f"{where}/operations/{late}", key, want=404)
    began = [{o["id"] for o in ask("get", "/v1/operations", key)["operations"] if o["operation"] == "notarize"} for key in (acme, beta)]
    assert all(began) and began[0].isdisjoint(began[1] | {late}), began
    used = {k["name"]: k["used"] for k in ask("get", "/v1/keys", secrets[0])["keys"]}
    assert used["viewer"] and used["never"] == 0, used
    seen = [key for key in secrets if send("get", "/v1/files/" + file, key)[0] == 200]
    assert len(seen) == 1 and seen[0] not in (acme, beta), seen
    print("access: all held again")
    sys.exit()

if part == "roles":  # that acme has beside those that are built in, and no other: read anew at a signal
    chief = open("secrets").read().split()[0]
    for _ in range(400):
        names = [r["name"] for r in ask("get", "/v1/access/roles", chief)["roles"] if not r["built_in"]]
        if names == sys.argv[4:]:
            break
        time.sleep(0.05)
    assert names == sys.argv[4:], names
    print("access: roles read anew")
    sys.exit()

# ---- organisations, ledgers of the same name, and a key of every role in each
for bad in ({}, {"name": "a/b"}, {"name": ".."}, {"name": ""}, {"name": "x", "organisation": "../y"}, {"name": "x", "more": 1}):
    ask("post", "/v1/ledgers", operator, bad, want=400)
secrets, ids = {}, {}


def make(maker, org, name, role, **more):
    made = ask("post", "/v1/keys", maker, {"name": name, "role": role, **more}, want=201)
    secrets[org, name], ids[org, name] = made["key"], made["id"]
    return made["key"]


for org in ("acme", "beta"):
    make(operator, org, "admin", "admin", organisation=org, tier="pro")
    assert ask("get", "/v1/ledgers", secrets[org, "admin"]) == {"ledgers": []}
    assert ask("get", "/v1/datasets", secrets[org, "admin"], want=404)["detail"] == "your organisation has no ledger"
    ask("post", "/v1/ledgers", secrets[org, "admin"], {"name": "mine"}, want=403)
started = [ask("post", "/v1/ledgers", operator, {"name": "main", "organisation": org}, want=202) for org in ("acme", "beta")]
started.append(ask("post", "/v1/ledgers", operator, {"name": "second", "organisation": "acme"}, want=202))
for s in started:
    wait("/v1/operations/" + s["id"], operator)
ask("post", "/v1/ledgers", operator, {"name": "main", "organisation": "acme"}, want=409)
ask("post", "/v1/ledgers", operator, {"name": "default"}, want=409)
make(operator, "default", "admin", "admin")
for org in ("default", "acme", "beta"):
    for role in ("developer", "viewer", "service"):
        make(secrets[org, "admin"], org, role, role)
acme, beta = ({r: secrets[o, r] for r in ROLES} for o in ("acme", "beta"))
origins = {ask("get", "/v1/ledgers/" + name, key)["origin"] for name, key in
           (("main", acme["viewer"]), ("second", acme["viewer"]), ("main", beta["viewer"]), ("default", operator))}
assert len(origins) == 4, origins
assert [(l["name"], l["is_first"]) for l in ask("get", "/v1/ledgers", acme["viewer"])["ledgers"]] == [("main", True), ("second", False)]

note("ledgers and keys")
# the same name in both: each has its own
typed = {"Content-Type": "text/csv"}
uploads = [(key, ask("put", "/v1/datasets/people", key, body, 202, typed)) for key, body in
           ((acme["developer"], "age\n1\n2\n"), (beta["developer"], "age\n1\n2\n3\n"))]
for (key, s), rows in zip(uploads, (2, 3)):
    assert wait(s["events"][:-len("/events")], key)["answer"]["dataset"]["rows"] == rows
assert ask("get", "/v1/datasets/people", acme["viewer"])["dataset"]["rows"] == 2
assert ask("get", "/v1/datasets/people", beta["viewer"])["dataset"]["rows"] == 3
assert ask("get", "/v1/ledgers/second/datasets", acme["viewer"])["datasets"] == []
receipt = ask("get", "/v1/datasets/people/receipt", acme["viewer"])
assert ask("post", "/v1/verify", acme["service"], receipt)["status"] == "valid"
stranger = send("post", "/v1/verify", beta["service"], receipt)
assert problem(stranger, 424) and json.loads(stranger[1])["title"] == "could not check", stranger

note("datasets")
# ---- the matrix
document = ask("get", "/v1/openapi.json", acme["service"])
have = {method + " " + where for where, methods in document["paths"].items() for method in methods}
assert have == set(PATHS) | set(LOG_PATHS), ("paths without a word here, and the other way round", have ^ set(PATHS) ^ set(LOG_PATHS))
for where, methods in document["paths"].items():
    for method, row in methods.items():
        assert row["x-permission"] == PATHS.get(method + " " + where, ("log:read",))[0], (method, where)


def own_operation(key):
    send("post", "/v1/verify", key, b"no receipt")
    return ask("get", "/v1/operations", key)["operations"][-1]["id"]


def own_file(key):
    return ask("post", "/v1/files?name=a.csv", key, "age\n1\n", 201)["file"][len("file:"):]


def fill(where, operation, key_id, file):
    where = where.replace("{name}", "people").replace("{ledger}", "main")
    return where.replace("{id}", key_id if where.startswith("/v1/keys") else file if where.startswith("/v1/files") else operation)


def try_path(what, key, prefix="/v1", operation="0" * 16, key_id="0" * 16, file="0" * 16):
    method, where = what.split(" ")
    where = prefix + fill(where, operation, key_id, file)[len("/v1"):]
    body = "[" if method in ("post", "put") else None
    return send(method, where, key, body, {"Content-Type": "image/png"} if method == "put" else ())


count = 0
for org in ("acme", "beta", "default"):
    for role in ROLES:
        key = secrets[org, role]
        operation = own_operation(key)
        for what, (permission, code) in PATHS.items():
            if org == "default" and "{name}" in what and code == 200:
                continue  # it has no dataset
            if org == "default" and what == "get /v1/ledgers/{ledger}":
                continue  # nor a ledger of that name
            allowed = may(role, org, permission)
            for prefix in ("/v1", "/v1/ledgers/" + ("default" if org == "default" else "main")):
                if prefix != "/v1" and what.split(" ")[1].startswith("/v1/ledgers"):
                    continue
                answer = try_path(what, key, prefix, operation, file=own_file(key) if "files/{id}" in what else "")
                code = 404 if what in FIRST_ALONE and org != "default" else code
                assert answer[0] == code if allowed else problem(answer, 403), (org, role, prefix, what, answer)
                assert allowed or permission in json.loads(answer[1])["detail"], answer
                count += 1

# the first ledger's log is nobody else's
for org in ("acme", "beta", "default"):
    for role in ROLES:
        for what, code in LOG_PATHS.items():
            method, where = what.split(" ")
            answer = send(method, where.replace("{path}", "0/999"), secrets[org, role], "x" if method == "post" else None)
            allowed = org == "default" or method == "post"
            want = code if allowed else 404
            assert answer[0] == (want if method == "post" or may(role, org, "log:read") else 403), (org, role, what, answer)
            assert org == "default" or b"zkp" not in answer[1], answer
for what in LOG_PATHS:
    method, where = what.split(" ")
    assert send(method, where.replace("{path}", "0/0"), None, "x" if method == "post" else None)[0] == (404 if method == "post" else 401), what

# what is another key's, of the same organisation and of another; and what is nobody's
operations = {(o, r): own_operation(secrets[o, r]) for o in ("acme", "beta") for r in ROLES}
file = own_file(acme["developer"])
for role in ROLES:
    for what in ("get /v1/files/{id}", "delete /v1/files/{id}"):  # its key's alone: an administrator's neither
        for key in (acme[role], beta[role]):
            if key != acme["developer"]:
                foreign, absent = try_path(what, key, file=file), try_path(what, key)
                assert problem(foreign, 404) and foreign[1].replace(file.encode(), b"0" * 16) == absent[1], (role, what, foreign, absent)
                count += 2
    for key in (acme[role], beta[role]):
        assert key == acme["developer"] or file not in str(ask("get", "/v1/files", key)), role
for key, code in ((acme["admin"], 404), (beta["developer"], 404), (acme["viewer"], 403)):
    foreign, absent = (send("post", "/v1/call/notarize", key, json.dumps({"name": "f", "files": ["file:" + i]})) for i in (file, "0" * 16))
    if code == 404:  # a long one: refused before it is accepted
        assert problem(foreign, 404) and foreign[1].replace(file.encode(), b"0" * 16) == absent[1], (foreign, absent)
    else:
        assert problem(foreign, 403), foreign
ask("get", "/v1/files/" + file, acme["developer"])
# folders of the machine are read for the organisation that runs the service
for key, code in ((secrets["default", "developer"], 202), (acme["developer"], 403), (acme["admin"], 403), (secrets["default", "viewer"], 403)):
    named = ask("post", "/v1/call/notarize", key, {"name": "readable", "files": [sys.argv[4]]}, want=code)
    if code == 202:
        wait("/v1/operations/" + named["id"], key)
# what was written is seen by who sees the operation
for role in ROLES:
    for what in ("get /v1/operations/{id}/files", "get /v1/operations/{id}/files/{name}"):
        foreign, absent = try_path(what, beta[role], operation=operations["acme", "developer"]), try_path(what, beta[role])
        assert problem(foreign, 404) and foreign == absent, (role, what, foreign, absent)
        count += 2
for role in ROLES:
    for what in (w for w in PATHS if "{id}" in w and "operations" in w):
        code = PATHS[what][1] if role == "admin" else 404
        assert try_path(what, acme[role], operation=operations["acme", "developer" if role != "developer" else "viewer"])[0] == code, (role, what)
    for what in (w for w in PATHS if "{id}" in w and "/v1/files/" not in w):
        absent = try_path(what, beta[role])
        foreign = try_path(what, beta[role], operation=operations["acme", "admin"], key_id=ids["acme", "viewer"])
        hidden = [a[1].replace(i.encode(), b"ID") for a, i in ((absent, "0" * 16), (foreign, ids["acme", "viewer"]))]
        assert absent[0] == foreign[0] in (403, 404, 400) and hidden[0] == hidden[1], (role, what, absent, foreign)
        count += 2
    body = {"overlap_hours": 1}
    for key_id in ("0" * 16, ids["acme", "viewer"]):
        ask("post", f"/v1/keys/{key_id}/rotate", beta[role], body, want=404 if role == "admin" else 403)
        explain(beta[role], "log:read", of=key_id, want=404)

# for the same over gRPC: tests/interop/grpc_access.py
every = [(o, r) for o in ("acme", "beta", "default") for r in ROLES]
json.dump({"secrets": {f"{o}/{r}": secrets[o, r] for o, r in every}, "operation": operations["acme", "developer"], "file": file,
           "began": acme["developer"], "owner": acme["developer"],
           "operations": {name: permission for permission, names in OPERATIONS.items() for name in names.split()},
           "may": {f"{o}/{r}": sorted({p for p, _ in PATHS.values() if may(r, o, p)}) for o, r in every}}, open("matrix.json", "w"))
open("zkl.proto", "wb").write(ask("get", "/v1/proto", acme["service"]))

# another organisation's ledger is as one that is not there, on every path, for every role: the operator's too
for org, role in [("beta", r) for r in ROLES] + [("default", r) for r in ROLES]:
    for what in PATHS:
        foreign = try_path(what, secrets[org, role], "/v1/ledgers/second", operations["acme", "admin"], ids["acme", "viewer"])
        absent = try_path(what, secrets[org, role], "/v1/ledgers/nowhere")
        assert problem(foreign, 404) and foreign == absent, (org, role, what, foreign, absent)
        count += 2
for what in PATHS:
    assert problem(try_path(what, None), 401) and problem(try_path(what, acme["admin"][:-1] + "x"), 401), what
ask("get", "/v1/ledgers/main/ledgers/second/datasets", acme["admin"], want=404)
ask("get", "/v1/ledgers/main/ledgers", acme["admin"], want=404)

note(f"{count} requests of the matrix")
count = access_pages.check(globals())
note(f"{count} requests of the matrix of pages")
# lists hold one's own alone
for org, other in (("acme", "beta"), ("beta", "acme")):
    keys = ask("get", "/v1/keys", secrets[org, "admin"])["keys"]
    assert {k["id"] for k in keys} == {i for (o, _), i in ids.items() if o == org}, org
    begins = secrets[other, "admin"][:8]
    assert ask("get", "/v1/keys/leaked?prefix=" + begins, secrets[org, "admin"])["keys"] == []
    assert [k["id"] for k in ask("get", "/v1/keys/leaked?prefix=" + begins, secrets[other, "admin"])["keys"]] == [ids[other, "admin"]]
    listed = {o["id"] for o in ask("get", "/v1/operations", secrets[org, "admin"])["operations"]}
    assert {operations[org, r] for r in ROLES} <= listed and not listed & {operations[other, r] for r in ROLES}
assert {o["id"] for o in ask("get", "/v1/operations", acme["viewer"])["operations"]}.isdisjoint({operations["acme", "developer"]})
assert {o["id"] for o in ask("get", "/v1/ledgers/second/operations", acme["admin"])["operations"]}.isdisjoint(operations.values())

# ---- a role of one's own: scopes, denials, and which rule decided
analyst = make(acme["admin"], "acme", "analyst", "analyst")
assert "analyst" in [r["name"] for r in ask("get", "/v1/access/roles", acme["admin"])["roles"]]
assert "analyst" not in [r["name"] for r in ask("get", "/v1/access/roles", beta["admin"])["roles"]]
ask("post", "/v1/keys", beta["admin"], {"name": "x", "role": "analyst"}, want=400)
ask("get", "/v1/datasets/people", analyst)
ask("get", "/v1/datasets/people@1", analyst)
ask("get", "/v1/datasets/private", analyst, want=403)
ask("get", "/v1/datasets/private@1", analyst, want=403)
ask("get", "/v1/datasets/peoples", analyst, want=404)
ask("get", "/v1/datasets/other", analyst, want=403)
ask("get", "/v1/datasets", analyst, want=403)
ask("post", "/v1/call/show", analyst, {"reference": "people"}, want=403)
ask("post", "/v1/datasets/people/claims", analyst, {}, want=202)
ask("post", "/v1/datasets/people/claims", analyst, {"with": [{"reference": "private"}]}, want=403)
for several in ("transform", "split", "links", "branches"):  # they name datasets that are not the path's
    ask("post", "/v1/datasets/people/" + several, analyst, {}, want=403)
ask("get", "/v1/datasets/people/lineage", analyst, want=403)
ask("post", "/v1/datasets/people/revocations", analyst, {"reason": "x"}, want=403)
ask("get", "/v1/trust", analyst, want=403)
ask("get", "/v1/ledgers/second/trust", analyst)
for permission, resources, allowed, rule in (
        ("datasets:read", ["dataset:people"], True, "datasets:* in dataset:people"),
        ("datasets:read", ["dataset:private"], False, "datasets:read in dataset:private"),
        ("datasets:read", [], False, "datasets:read in dataset:private"),
        ("datasets:create", [], False, None),
        ("datasets:revoke", ["dataset:people"], False, "datasets:revoke"),
        ("log:read", ["project:second"], True, "log:read in project:second"),
        ("log:read", ["project:main"], False, None),
        ("keys:rotate", ["own"], True, "keys:rotate in own"),
        ("keys:create", ["organisation:beta"], False, None),
        ("keys:created", [], False, None)):
    said = explain(acme["admin"], permission, *resources, of=ids["acme", "analyst"])
    assert (said["allowed"], said["rule"], said["role"], said["key"]) == (allowed, rule, "analyst", ids["acme", "analyst"]), said
assert explain(acme["viewer"], "datasets:create")["reason"] == "no rule allows it"
explain(acme["viewer"], "log:read", of=ids["acme", "admin"], want=403)
explain(acme["viewer"], "log:read", "dataset", want=400)

# ---- no key gives more than it has
ask("post", "/v1/keys", analyst, {"name": "x", "role": "admin"}, want=403)
ask("post", "/v1/keys", analyst, {"name": "x", "role": "service"}, want=403)
ask("post", "/v1/keys", analyst, {"name": "x", "role": "service", "scopes": ["datasets:verify"]}, want=201)
ask("post", "/v1/keys", acme["admin"], {"name": "x", "role": "viewer", "organisation": "beta"}, want=403)
ask("post", "/v1/keys", acme["admin"], {"name": "x", "role": "admin", "organisation": "default"}, want=403)
ask("post", "/v1/keys", acme["admin"], {"name": "x", "role": "viewer", "tier": "enterprise"}, want=403)
assert {k["tier"] for k in ask("get", "/v1/keys", acme["admin"])["keys"]} == {"pro"}
# a tier of the settings is a key's as those are that are there without
gold = ask("post", "/v1/keys", operator, {"name": "gold", "role": "viewer", "tier": "gold"}, want=201)["key"]
limits = ask("get", "/v1/limits", gold)
assert (limits["tier"], limits["limits"]["requests"]["allowed"]) == ("gold", 7), limits
ask("post", "/v1/keys", operator, {"name": "x", "role": "viewer", "tier": "silver"}, want=400)
ask("post", f"/v1/keys/{ids['acme', 'admin']}/rotate", analyst, {"overlap_hours": 1}, want=403)
narrow = make(acme["admin"], "acme", "narrow", "admin", scopes=["log:*", "keys:*"])
ask("get", "/v1/trust", narrow)
ask("get", "/v1/datasets", narrow, want=403)
ask("post", "/v1/keys", narrow, {"name": "x", "role": "viewer"}, want=403)
ask("post", f"/v1/keys/{ids['acme', 'viewer']}/rotate", narrow, {"overlap_hours": 1}, want=403)
assert explain(acme["admin"], "datasets:read", of=ids["acme", "narrow"])["reason"] == "the key's scopes leave it out"

# ---- a key is changed: what is not said stays, and so does its secret
edited = make(acme["admin"], "acme", "edited", "viewer")
mine = "/v1/keys/" + ids["acme", "edited"]


def tag_of(where):
    connection.request("GET", where, headers={"Authorization": "Bearer " + acme["admin"]})
    answer = connection.getresponse()
    answer.read()
    return answer.getheader("etag")


tag = tag_of(mine)
ask("get", "/v1/datasets/people", edited)  # a use is no change
changed = ask("patch", mine, acme["admin"], {"role": "developer", "scopes": ["log:*", "datasets:read"]}, headers={"If-Match": tag})
assert (changed["name"], changed["role"], changed["scopes"], changed["expires"]) == ("edited", "developer", "log:* datasets:read", 0), changed
assert ask("get", mine, acme["admin"])["role"] == "developer"
ask("patch", mine, acme["admin"], {"role": "viewer"}, want=412, headers={"If-Match": tag})
ask("delete", mine, acme["admin"], want=412, headers={"If-Match": tag})
ask("get", "/v1/trust", edited)
ask("post", "/v1/datasets/people/claims", edited, {}, want=403)
assert ask("patch", mine, acme["admin"], {"scopes": [], "days": 1, "name": "late"}, headers={"If-Match": tag_of(mine)})["expires"] > 0
ask("post", "/v1/datasets/people/claims", edited, {}, want=202)
for bad in ({}, {"name": ""}, {"name": "a\nb"}, {"role": "nobody"}, {"days": -1}, {"days": 36501}, {"scopes": ["datset:read"]}, {"organisation": "beta"}, {"id": "x"},
            {"scopes": ["log:read"] * 13}):
    ask("patch", mine, acme["admin"], bad, want=400)
ask("patch", mine, acme["admin"], {"role": "viewer"}, want=415, headers={"Content-Type": "text/plain"})
ask("patch", mine, acme["admin"], {"tier": "enterprise"}, want=403)
ask("patch", mine, beta["admin"], {"role": "viewer"}, want=404)
ask("patch", mine, narrow, {"role": "viewer"}, want=403)  # neither what may more than the caller
low = make(acme["admin"], "acme", "low", "viewer", scopes=["log:read"])
ask("patch", "/v1/keys/" + ids["acme", "low"], narrow, {"role": "admin", "scopes": []}, want=403)  # nor what would
ask("patch", "/v1/keys/" + ids["acme", "low"], narrow, {"name": "lower"})
ask("delete", mine, acme["admin"], want=204, headers={"If-Match": tag_of(mine)})
ask("get", "/v1/trust", edited, want=401)

# ---- rotation: both count while they overlap, and without an overlap the old one is nobody's at once
for bad in ({}, {"overlap_hours": -1}, {"overlap_hours": 721}, {"overlap_hours": "1"}, {"overlap_hours": 1, "more": 1}):
    ask("post", f"/v1/keys/{ids['acme', 'analyst']}/rotate", analyst, bad, want=400)
second = ask("post", f"/v1/keys/{ids['acme', 'analyst']}/rotate", analyst, {"overlap_hours": 1}, want=201)["key"]
for key in (analyst, second):
    ask("get", "/v1/datasets/people", key)
    assert [k["id"] for k in ask("get", "/v1/keys/leaked?prefix=" + key[:8], acme["admin"])["keys"]] == [ids["acme", "analyst"]]
third = ask("post", f"/v1/keys/{ids['acme', 'analyst']}/rotate", second, {"overlap_hours": 0}, want=201)["key"]
for key, code in ((analyst, 401), (second, 401), (third, 200)):
    ask("get", "/v1/datasets/people", key, want=code)
make(acme["admin"], "acme", "never", "viewer")
ask("delete", "/v1/keys/" + ids["acme", "analyst"], acme["admin"], want=204)
ask("get", "/v1/datasets/people", third, want=401)

late = ask("put", "/v1/ledgers/second/datasets/late", acme["developer"], "age\n1\n", 202, typed)
assert late["events"].startswith("/v1/ledgers/second/operations/"), late
wait(late["events"][:-len("/events")], acme["developer"])
open("kept", "w").write(late["id"] + " " + file)
open("secrets", "w").write("\n".join([acme["admin"], beta["admin"], *secrets.values(), second, third]) + "\n")
print(f"access: all held, {count} requests of the matrix")
