"""The service over gRPC, beside the same over HTTP: grpc_long.sh."""
import base64
import hashlib
import http.client
import importlib
import json
import os
import socket
import struct
import subprocess
import sys
import threading
import time

import grpc
import h2.config
import h2.connection
import h2.events
import h2.settings
from google.protobuf import any_pb2, descriptor as descriptors

port, key = int(sys.argv[1]), sys.argv[2]
target = f"127.0.0.1:{port}"
begin = time.monotonic()


def note(what):
    print(f"{time.monotonic() - begin:6.1f} s: {what}", file=sys.stderr)


# ---- the same over HTTP
def send(method, where, body=None, key=key, headers=()):
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request(method, where, body=body, headers={"Authorization": "Bearer " + key, **dict(headers)})
    answer = connection.getresponse()
    data = answer.read()
    connection.close()
    return answer.status, data


def ask(method, where, body=None, want=200, **more):
    status, data = send(method, where, json.dumps(body) if isinstance(body, dict) else body, **more)
    assert status == want, (method, where, status, data)
    return json.loads(data) if data else None


def over(id):
    while True:
        shown = ask("GET", "/v1/operations/" + id)
        if shown["state"] == "over":
            return shown
        time.sleep(0.05)


# ---- stubs of what the service gives out
open("zkl.proto", "wb").write(send("GET", "/v1/proto")[1])
subprocess.run([sys.executable, "-m", "grpc_tools.protoc", "-I.", "--python_out=.", "--grpc_python_out=.", "zkl.proto"], check=True)
sys.path.insert(0, os.getcwd())
zkl, stubs = importlib.import_module("zkl_pb2"), importlib.import_module("zkl_pb2_grpc")
channel = grpc.insecure_channel(target)
ledger, files = stubs.LedgerStub(channel), stubs.FilesStub(channel)
operations, datasets = stubs.OperationsStub(channel), stubs.DatasetsStub(channel)
bearer = (("authorization", "Bearer " + key),)


def refused(code, call, *args, metadata=bearer, **more):
    """It is, with that code; the words and the status that its ErrorInfo names."""
    try:
        answer = call(*args, metadata=metadata, **more)
        if hasattr(answer, "__next__"):
            answer = list(answer)
    except grpc.RpcError as error:
        assert error.code() == code, (error.code(), error.details(), code)
        return error.details(), info(error), error
    raise AssertionError(("it is taken", answer))


def details(error):
    raw = dict(error.trailing_metadata() or ()).get("grpc-status-details-bin", b"")
    found, at = [], 0
    while at < len(raw):  # google.rpc.Status: code = 1, message = 2, details = 3
        tag = raw[at]
        at += 1
        size, shift = 0, 0
        while True:
            size |= (raw[at] & 0x7f) << shift
            at, shift = at + 1, shift + 7
            if raw[at - 1] < 0x80:
                break
        if tag == 0x08:
            continue
        if tag == 0x1a:
            found.append(any_pb2.Any.FromString(raw[at:at + size]))
        at += size
    return found


def info(error):
    for detail in details(error):
        if detail.type_url == "type.googleapis.com/google.rpc.ErrorInfo":
            assert b"zkp-ledger" in detail.value
            return detail.value[2:2 + detail.value[1]].decode()
    return None


# ---- one form for both
def plain(value):
    """A message as its JSON is, without what is empty."""
    out = {}
    for field, content in value.ListFields():
        many = field.is_repeated if hasattr(field, "is_repeated") else field.label == field.LABEL_REPEATED
        if field.type == descriptors.FieldDescriptor.TYPE_MESSAGE:
            content = [plain(c) for c in content] if many else plain(content)
        elif many:
            content = list(content)
        elif field.type == descriptors.FieldDescriptor.TYPE_BYTES:
            content = base64.b64encode(content).decode()
        out[field.name] = content
    return out


def without_empty(value):
    if isinstance(value, dict):
        return {k: without_empty(v) for k, v in value.items() if v is not None and v != []}
    return [without_empty(v) for v in value] if isinstance(value, list) else value


def without_times(value):
    if isinstance(value, dict):
        return {k: without_times(v) for k, v in value.items() if k not in ("seconds", "created", "ended", "used", "id", "began", "time")}
    return [without_times(v) for v in value] if isinstance(value, list) else value


def fill(message, value):
    """JSON into a message."""
    for name, content in value.items():
        field = message.DESCRIPTOR.fields_by_name[name]
        if field.type == descriptors.FieldDescriptor.TYPE_MESSAGE:
            for one in content if isinstance(content, list) else [content]:
                fill(getattr(message, name).add() if isinstance(content, list) else getattr(message, name), one)
            if content == {}:
                getattr(message, name).SetInParent()
        elif isinstance(content, list):
            getattr(message, name).extend(content)
        else:
            setattr(message, name, base64.b64decode(content) if field.type == descriptors.FieldDescriptor.TYPE_BYTES else content)
    return message


def camel(name):
    return "".join(part.capitalize() for part in name.replace("_", "-").split("-"))


Code = grpc.StatusCode

# ---- who may come in
for bad in ((), (("authorization", "Bearer " + key[:-1] + ("0" if key[-1] != "0" else "1")),), (("authorization", "Basic x"),)):
    for call, message in ((ledger.Datasets, zkl.DatasetsRequest()), (operations.List, zkl.ListOperationsRequest()), (ledger.Status, zkl.StatusRequest()),
                          (files.Upload, iter([zkl.UploadFileRequest(name="x")])), (datasets.Receipt, zkl.ReceiptRequest(reference="x"))):
        words, reason, error = refused(Code.UNAUTHENTICATED, call, message, metadata=bad)
        assert reason == "UNAUTHORIZED" and words.startswith("a key is needed"), (words, reason)
        assert dict(error.initial_metadata() or error.trailing_metadata()).get("www-authenticate") == "Bearer", error
viewer = ask("POST", "/v1/keys", {"name": "v", "role": "viewer"}, want=201)["key"]
as_viewer = (("authorization", "Bearer " + viewer),)
words, reason, _ = refused(Code.PERMISSION_DENIED, ledger.Branch, zkl.BranchRequest(), metadata=as_viewer)
assert reason == "PERMISSION_DENIED" and "'datasets:create' is not allowed" in words, (words, reason)
refused(Code.PERMISSION_DENIED, datasets.Upload, iter([zkl.UploadDatasetRequest(name="x", type="text/csv")]), metadata=as_viewer)
refused(Code.NOT_FOUND, ledger.Datasets, zkl.DatasetsRequest(), metadata=bearer + (("zkl-ledger", "nowhere"),))
assert ledger.Datasets(zkl.DatasetsRequest(), metadata=bearer + (("zkl-ledger", "default"),)).status == "done"
refused(Code.UNIMPLEMENTED, channel.unary_unary("/zkl.v1.Ledger/Nothing"), b"")
refused(Code.UNIMPLEMENTED, channel.unary_unary("/zkl.v2.Ledger/Show"), b"")
refused(Code.UNAUTHENTICATED, channel.unary_unary("/zkl.v1.Ledger/Nothing"), b"", metadata=())

# ---- health needs no key
check = channel.unary_unary("/grpc.health.v1.Health/Check")
assert check(b"") == b"\x08\x01" and check(b"\x0a\x0dzkl.v1.Ledger") == b"\x08\x01"
refused(Code.NOT_FOUND, check, b"\x0a\x01x", metadata=())
watching = channel.unary_stream("/grpc.health.v1.Health/Watch")(b"")
assert next(watching) == b"\x08\x01"
os.rename("here", "away")  # the disk of the service's folder cannot be looked at: it is down, and who watches is told
assert next(watching) == check(b"") == check(b"\x0a\x0dzkl.v1.Ledger") == b"\x08\x02" and send("GET", "/readyz")[0] == 503
os.rename("away", "here")
assert next(watching) == check(b"") == b"\x08\x01"
watching.cancel()
watching = channel.unary_stream("/grpc.health.v1.Health/Watch")(b"\x0a\x01x")
assert next(watching) == b"\x08\x03"
watching.cancel()

# ---- keys, roles, ledgers, the audit log: what is done by one interface is seen by the other
keys, access = stubs.ApiKeysStub(channel), stubs.AccessStub(channel)
ledgers, audit = stubs.LedgersStub(channel), stubs.AuditStub(channel)
made = keys.Create(zkl.CreateKeyRequest(name="g", role="viewer", days=3, scopes=["log:read", "access:*"]), metadata=bearer)
as_made = (("authorization", "Bearer " + made.key),)
assert ask("GET", "/v1/keys/" + made.id)["scopes"] == "log:read access:*"
me = access.GetMe(zkl.GetMeRequest(), metadata=as_made)
assert (me.id, me.name, me.role, me.by) == (made.id, "g", "viewer", "key") and me.until > 0, me
edited = keys.Edit(zkl.EditKeyRequest(id=made.id, role="admin", scopes=["keys:read"]), metadata=bearer)
assert (edited.name, edited.role, edited.scopes) == ("g", "admin", "keys:read"), edited
assert made.id in [k.id for k in keys.List(zkl.ListKeysRequest(limit=1000), metadata=as_made).keys]
assert [k.id for k in keys.ListLeaked(zkl.ListLeakedKeysRequest(prefix=made.key[:8]), metadata=as_made).keys] == [made.id]
refused(Code.PERMISSION_DENIED, keys.Create, zkl.CreateKeyRequest(name="x", role="viewer"), metadata=as_made)
second = keys.Rotate(zkl.RotateKeyRequest(id=made.id, overlap_hours=0), metadata=bearer)
refused(Code.UNAUTHENTICATED, keys.List, zkl.ListKeysRequest(), metadata=as_made)
refused(Code.INVALID_ARGUMENT, keys.Rotate, zkl.RotateKeyRequest(id=made.id, overlap_hours=721))
assert len(keys.Get(zkl.GetKeyRequest(id=made.id), metadata=bearer).secrets) == 2 and second.id == made.id
said = access.Explain(zkl.ExplainRequest(permission="datasets:read", resources=["dataset:x", "own"], key=made.id), metadata=bearer)
assert (said.key, said.allowed, said.reason) == (made.id, False, "the key's scopes leave it out"), said
assert keys.Delete(zkl.DeleteKeyRequest(id=made.id), metadata=bearer) == zkl.DeleteKeyResponse()
refused(Code.NOT_FOUND, keys.Get, zkl.GetKeyRequest(id=made.id))
roles = access.ListRoles(zkl.ListRolesRequest(), metadata=bearer).roles
assert [r.name for r in roles] == [r["name"] for r in ask("GET", "/v1/access/roles")["roles"]] and "*" in roles[0].allow, roles
(own,) = ledgers.List(zkl.ListLedgersRequest(), metadata=bearer).ledgers
facts = ledgers.Get(zkl.GetLedgerRequest(name=own.name), metadata=bearer)
assert own.is_first and facts.origin == ask("GET", "/v1/ledgers/default")["origin"], facts
refused(Code.NOT_FOUND, ledgers.Get, zkl.GetLedgerRequest(name="nowhere"))
refused(Code.INVALID_ARGUMENT, ledgers.Create, zkl.CreateLedgerRequest(name="../x"))
refused(Code.ABORTED, ledgers.Create, zkl.CreateLedgerRequest(name="default"))
begun = ledgers.Create(zkl.CreateLedgerRequest(name="second"), metadata=bearer)
assert begun.operation == "init" and over(begun.id)["status"] == "valid", begun
assert [l.name for l in ledgers.List(zkl.ListLedgersRequest(), metadata=bearer).ledgers] == ["default", "second"]
while not (rotated := audit.List(zkl.ListEventsRequest(event="KEY_ROTATED", outcome="success"), metadata=bearer).events):
    time.sleep(0.05)  # it is written aside
assert rotated[0].resource == "keys/" + made.id and rotated[0].action == "rotateKey", rotated
assert audit.List(zkl.ListEventsRequest(event="KEY_CHANGED"), metadata=bearer).events[0].action == "editKey"
for export, path in ((audit.ExportOcsf, "ocsf"), (audit.ExportCef, "cef")):
    told = b"".join(c.data for c in export(zkl.ListEventsRequest(event="KEY_ROTATED"), metadata=bearer))
    assert told == send("GET", f"/v1/audit/{path}?event=KEY_ROTATED")[1] and told, path
*_, last = audit.Verify(zkl.VerifyAuditRequest(), metadata=bearer)
assert last.operation.state == "over" and last.result.status == "valid", last
refused(Code.INVALID_ARGUMENT, audit.List, zkl.ListEventsRequest(since="yesterday"))

# ---- limits
limited = access.GetLimits(zkl.GetLimitsRequest(), metadata=bearer)
assert limited.tier == "enterprise" and not limited.limits.HasField("requests"), limited
tiny = (("authorization", "Bearer " + ask("POST", "/v1/keys", {"name": "t", "role": "viewer", "tier": "tiny"}, want=201)["key"]),)
for left in (2, 1, 0):
    _, done = ledger.Policies.with_call(zkl.PoliciesRequest(), metadata=tiny)
    told = dict(done.initial_metadata())
    assert f";r={left};" in told["ratelimit"] and "q=3" in told["ratelimit-policy"], told
refused(Code.RESOURCE_EXHAUSTED, access.GetLimits, zkl.GetLimitsRequest(), metadata=tiny)
words, reason, error = refused(Code.RESOURCE_EXHAUSTED, ledger.Policies, zkl.PoliciesRequest(), metadata=tiny)
told = dict(list(error.initial_metadata() or ()) + list(error.trailing_metadata() or ()))
assert reason == "TOO_MANY_REQUESTS" and 1 <= int(told["retry-after"]) <= 60, (words, reason, told)
note("who may come in, and how often")

# ---- files
content = os.urandom(3_000_000)


def parts(content, size=60_000, **first):
    yield zkl.UploadFileRequest(**first)
    for at in range(0, len(content), size):
        yield zkl.UploadFileRequest(data=content[at:at + size])


sent = files.Upload(parts(content, name="random.bin"), metadata=bearer)
assert sent.size == len(content) and sent.sha256 == hashlib.sha256(content).hexdigest() and sent.name == "random.bin", sent
id = sent.file.removeprefix("file:")
assert plain(files.Get(zkl.GetFileRequest(id=id), metadata=bearer)) == ask("GET", "/v1/files/" + id)
assert plain(files.List(zkl.ListFilesRequest(), metadata=bearer)) == ask("GET", "/v1/files")
one = files.Upload(iter([zkl.UploadFileRequest(name="one.csv", data=b"a,b\n"), zkl.UploadFileRequest(), zkl.UploadFileRequest(data=b"1,2\n")]), metadata=bearer)
assert one.sha256 == hashlib.sha256(b"a,b\n1,2\n").hexdigest()
page = files.List(zkl.ListFilesRequest(limit=1), metadata=bearer)
assert [f.name for f in page.files] == ["random.bin"]
page = files.List(zkl.ListFilesRequest(limit=1, cursor=page.next), metadata=bearer)
assert [f.name for f in page.files] == ["one.csv"] and not page.HasField("next")
refused(Code.INVALID_ARGUMENT, files.List, zkl.ListFilesRequest(limit=0))
refused(Code.INVALID_ARGUMENT, files.List, zkl.ListFilesRequest(cursor="x&limit=1"))
for bad in ("../x", "a/b", ".x", "x" * 121, "a*"):
    refused(Code.INVALID_ARGUMENT, files.Upload, iter([zkl.UploadFileRequest(name=bad, data=b"x")]))
refused(Code.RESOURCE_EXHAUSTED, files.Upload, parts(bytes(9_000_000), name="large.bin"))  # upload_bytes_max
refused(Code.RESOURCE_EXHAUSTED, files.Upload, iter([zkl.UploadFileRequest(name="x", data=bytes(4_300_000))]))  # a message's limit
refused(Code.INVALID_ARGUMENT, files.Upload, iter([]))
files.Delete(zkl.DeleteFileRequest(id=id), metadata=bearer)
refused(Code.NOT_FOUND, files.Get, zkl.GetFileRequest(id=id))
refused(Code.NOT_FOUND, files.Get, zkl.GetFileRequest(id="../../" + id))
refused(Code.INVALID_ARGUMENT, files.Get, zkl.GetFileRequest())
assert [f["name"] for f in ask("GET", "/v1/files")["files"]] == ["one.csv"]
note("files")

# ---- a table in one call, and its receipt
table = b"age,city\n" + b"".join(b"%d,c%d\n" % (i % 90, i % 7) for i in range(200))


def rows(name, table=table, claims=("range(age, 0, 120)",)):
    yield zkl.UploadDatasetRequest(name=name, type="text/csv", claims=claims, data=table[:1000])
    for at in range(1000, len(table), 500):
        yield zkl.UploadDatasetRequest(data=table[at:at + 500])


steps = list(datasets.Upload(rows("people"), metadata=bearer))
last = steps[-1]
assert len(steps) > 2 and len({s.operation.id for s in steps}) == 1
assert all(s.operation.state != "over" and not s.HasField("result") for s in steps[:-1])
assert last.operation.state == "over" and last.operation.status == "valid" and last.result.dataset.rows == 200, last
assert any("age lies between 0 and 120" in c for c in last.result.claims), last
shown = ask("GET", "/v1/operations/" + last.operation.id)
assert plain(last.result) == without_empty(shown["answer"])
receipt = b"".join(c.data for c in datasets.Receipt(zkl.ReceiptRequest(reference="people"), metadata=bearer))
status, same = send("GET", "/v1/datasets/people/receipt")
assert status == 200 and receipt == same
open("people.zkl", "wb").write(receipt)
open("trust.toml", "w").write(ledger.KeysShow(zkl.KeysShowRequest(), metadata=bearer).trust)
refused(Code.NOT_FOUND, datasets.Receipt, zkl.ReceiptRequest(reference="nobody"))
refused(Code.INVALID_ARGUMENT, datasets.Upload, iter([zkl.UploadDatasetRequest(name="x", type="image/png", data=b"x")]))
words, reason, error = refused(Code.INVALID_ARGUMENT, datasets.Upload, iter([zkl.UploadDatasetRequest(name="x", type="text/csv", data=b"a\n1\n2,3\n")]))
assert reason == "BAD_INPUT" and words, (words, reason)

# verified: valid, and with a byte changed
*_, last = ledger.Verify(zkl.VerifyRequest(receipt=receipt), metadata=bearer)
assert last.result.status == "valid" and last.result.exit_code == 0, last
broken = bytearray(receipt)
broken[len(broken) // 2] ^= 1
_, reason, _ = refused(Code.INVALID_ARGUMENT, ledger.Verify, zkl.VerifyRequest(receipt=bytes(broken)))
assert reason == "BAD_INPUT", reason
# a claim that is false is rejected, and the last step says which
seen = []
try:
    for step in datasets.Upload(rows("untrue", claims=["range(age, 0, 1)"]), metadata=bearer):
        seen.append(step)
    raise AssertionError(seen)
except grpc.RpcError as error:
    assert error.code() == Code.FAILED_PRECONDITION and info(error) == "REJECTED", (error.code(), error.details())
    assert seen[-1].failure.status == "rejected" and seen[-1].failure.false_claims and seen[-1].operation.state == "over", seen[-1]
note("a table, its receipt, verdicts")

# ---- every operation: with nothing in the request, and then with something
LATER = {"keys-make", "keys-rotate", "setup-make"}  # do something with nothing, once or for long


def both(name, request, is_long):
    """Its end over HTTP and over gRPC: (status of HTTP or "valid", answer or words)."""
    path = "/v1/call/" + name
    status, data = send("POST", path, json.dumps(request))
    said = json.loads(data)
    if status == 202:
        told = over(said["id"])
        said, status = told["answer"], 200 if told["status"] == "valid" else 0
        title = told["status"]
    else:
        title = said.get("title")
    call, message = getattr(ledger, camel(name)), fill(getattr(zkl, camel(name) + "Request")(), request)
    try:
        answer = call(message, metadata=bearer)
        if is_long:
            *_, step = answer
            answer = step.result
        assert status == 200, (name, request, status, said, answer)
        return said, plain(answer)
    except grpc.RpcError as error:
        assert status != 200, (name, request, said, error.code(), error.details())
        words = said.get("detail") or said.get("error") or title
        assert error.details() == words and info(error) == title.upper().replace(" ", "_").replace("/", "_"), (name, words, title, error.details(), info(error))
        return None, None


table_of = {row["x-permission"] and where.rsplit("/", 1)[1]: row for where, methods in ask("GET", "/v1/openapi.json")["paths"].items()
            if where.startswith("/v1/call/") for row in methods.values()}
service = zkl.DESCRIPTOR.services_by_name["Ledger"]
assert {m.name for m in service.methods} == {camel(name) for name in table_of}
is_long = {name: service.methods_by_name[camel(name)].server_streaming for name in table_of}
compared = 0
for name in sorted(set(table_of) - LATER):
    said, told = both(name, {}, is_long[name])
    if said is not None and name not in ("audit", "keys-backup", "status"):
        assert without_times(without_empty(said)) == without_times(told), (name, said, told)
        compared += 1
assert compared > 8, compared
for name, request in (("show", {"reference": "people"}), ("show", {"reference": "nobody"}), ("log", {"last": 2}), ("diff", {"from": "people", "to": "people"}),
                      ("lineage", {"reference": "people"}), ("verify", {"receipt": base64.b64encode(receipt).decode()}), ("log", {"from": 10**6}),
                      ("keys-show", {}), ("policies", {}), ("templates", {}), ("setup-show", {})):
    said, told = both(name, request, is_long[name])
    assert said is None or without_times(without_empty(said)) == without_times(told), (name, said, told)
words, reason, error = refused(Code.NOT_FOUND, ledger.Show, zkl.ShowRequest(reference="nobody"))
failure = zkl.ShowFailure()
assert any(d.Unpack(failure) for d in details(error)) and failure.status == "not found" and failure.exit_code == 4, details(error)
note("every operation, as over HTTP")

# ---- files in, files out, by an operation
start = ask("POST", "/v1/call/notarize", {"name": "by-file", "files": [one.file], "output": "out:by-file.zkl"}, want=202)
seen = list(operations.Watch(zkl.WatchOperationRequest(id=start["id"]), metadata=bearer))
assert seen[-1].state == "over" and seen[-1].status == "valid" and [s.state for s in seen[:-1]] == [s.state for s in seen[:-1] if s.state != "over"]
result = zkl.NotarizeResult()
assert seen[-1].answer.Unpack(result) and result.dataset.name == "by-file" and result.dataset.rows == 1, seen[-1]
got = operations.Get(zkl.GetOperationRequest(id=start["id"]), metadata=bearer)
assert got == seen[-1] and [f.name for f in got.files] == ["by-file.zkl"]
listed = operations.ListFiles(zkl.ListOperationFilesRequest(id=start["id"]), metadata=bearer)
data = b"".join(c.data for c in files.Download(zkl.DownloadRequest(id=start["id"], name="by-file.zkl"), metadata=bearer))
assert [(f.name, f.size) for f in listed.files] == [("by-file.zkl", len(data))] and data == send("GET", f"/v1/operations/{start['id']}/files/by-file.zkl")[1]
refused(Code.NOT_FOUND, files.Download, zkl.DownloadRequest(id=start["id"], name="none"))
refused(Code.NOT_FOUND, files.Download, zkl.DownloadRequest(id=start["id"], name="../request.json"))
refused(Code.NOT_FOUND, operations.Watch, zkl.WatchOperationRequest(id="0" * 16))
assert start["id"] in [o.id for o in operations.List(zkl.ListOperationsRequest(), metadata=bearer).operations]
# an operation that fails: the watching succeeds
start = ask("POST", "/v1/call/notarize", {"name": "f", "files": [one.file], "claims": ["range(nothing, 0, 1)"]}, want=202)
*_, end = operations.Watch(zkl.WatchOperationRequest(id=start["id"]), metadata=bearer)
failure = zkl.NotarizeFailure()
assert end.status == "not found" and end.answer.Unpack(failure) and "nothing" in failure.error, end
try:
    seen = []
    for step in ledger.Notarize(zkl.NotarizeRequest(name="f", files=[one.file], claims=["range(nothing, 0, 1)"]), metadata=bearer):
        seen.append(step)
    raise AssertionError(seen)
except grpc.RpcError as error:
    assert error.code() == Code.NOT_FOUND and seen[-1].failure.error == failure.error == error.details(), (error, seen)
note("operations, watched")

# ---- cancelled, out of time, left alone
busy = b"a,b\n" + b"".join(b"%d,%d\n" % (i, i * 7 % 1000) for i in range(30_000))
busy = files.Upload(parts(busy, name="busy.csv"), metadata=bearer).file
work = dict(files=[busy], claims=["range(a, 0, 70000)", "sum(b)"])


def running(name, **more):
    call = ledger.Notarize(zkl.NotarizeRequest(name=name, **work), metadata=bearer, **more)
    return call, next(call).operation.id


call, id = running("ended")
assert operations.Cancel(zkl.CancelOperationRequest(id=id), metadata=bearer).id == id
assert refused(Code.CANCELLED, lambda metadata: list(call))[1] == "CANCELLED"
assert over(id)["status"] == "cancelled"

call, id = running("late", timeout=0.4)
refused(Code.DEADLINE_EXCEEDED, lambda metadata: list(call))
assert over(id)["status"] == "cancelled"

call, id = running("alone")
call.cancel()
assert over(id)["status"] == "valid"  # as when the reader of events goes
note("cancelled, out of time, left alone")

# ---- once
again = bearer + (("idempotency-key", "once"),)
ids = {[s for s in ledger.Notarize(zkl.NotarizeRequest(name="once", files=[one.file]), metadata=again)][-1].operation.id for _ in range(2)}
assert len(ids) == 1 and ledger.Show(zkl.ShowRequest(reference="once"), metadata=bearer).dataset.version == 1
_, reason, _ = refused(Code.FAILED_PRECONDITION, ledger.Notarize, zkl.NotarizeRequest(name="twice", files=[one.file]), metadata=again)
assert reason == "KEY_USED_BEFORE", reason
first = ledger.Branch(zkl.BranchRequest(reference="once", name="other"), metadata=bearer + (("idempotency-key", "b"),))
assert ledger.Branch(zkl.BranchRequest(reference="once", name="other"), metadata=bearer + (("idempotency-key", "b"),)) == first
note("once")

# ---- bytes
class Raw:
    """An HTTP/2 connection whose streams are sent what they are told."""

    def __init__(self):
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.h2 = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8", validate_outbound_headers=False))
        self.h2.initiate_connection()
        self.flush()

    def flush(self):
        self.socket.sendall(self.h2.data_to_send())

    def call(self, path, pieces, headers=(), ends=True, method="POST", kind="application/grpc", key=key):
        stream = self.h2.get_next_available_stream_id()
        head = [(":method", method), (":scheme", "http"), (":authority", "localhost"), (":path", path), ("content-type", kind), ("te", "trailers")]
        self.h2.send_headers(stream, head + ([("authorization", "Bearer " + key)] if key else []) + list(headers), end_stream=ends and not pieces)
        for i, piece in enumerate(pieces):
            self.h2.send_data(stream, piece, end_stream=ends and i == len(pieces) - 1)
            self.flush()
        self.flush()
        return self.answer(stream)

    def answer(self, stream):
        heads, data = [], bytearray()
        while True:
            received = self.socket.recv(65536)
            assert received, (heads, data)
            for event in self.h2.receive_data(received):
                if getattr(event, "stream_id", stream) != stream:
                    continue
                if isinstance(event, (h2.events.ResponseReceived, h2.events.TrailersReceived)):
                    heads.append(dict(event.headers))
                elif isinstance(event, h2.events.DataReceived):
                    data += event.data
                    self.h2.acknowledge_received_data(event.flow_controlled_length, stream)
                elif isinstance(event, h2.events.StreamEnded):
                    self.flush()
                    return heads, bytes(data)
                elif isinstance(event, (h2.events.StreamReset, h2.events.ConnectionTerminated)):
                    raise AssertionError((event, heads, data))
            self.flush()


def frame(message, flag=0):
    return bytes([flag]) + struct.pack(">I", len(message)) + message


raw = Raw()
SHOW, whole = "/zkl.v1.Ledger/Show", frame(zkl.ShowRequest(reference="people").SerializeToString())
heads, data = raw.call(SHOW, [whole])
assert heads[0][":status"] == "200" and heads[0]["content-type"] == "application/grpc" and heads[1] == {"grpc-status": "0"}, heads
want = data
assert data[:1] == b"\0" and zkl.ShowResult.FromString(data[5:]).dataset.rows == 200
for pieces in ([whole[i:i + 1] for i in range(len(whole))], [whole[:4], whole[4:6], whole[6:]], [b"", whole, b""], [whole[:5], whole[5:]]):
    assert raw.call(SHOW, pieces)[1] == want
for kind in ("application/grpc+proto", "application/grpc;charset=x"):
    assert raw.call(SHOW, [whole], kind=kind)[1] == want


def ends(code, *args, **more):
    heads, data = raw.call(*args, **more)
    assert heads[0][":status"] == "200" and len(heads) == 1 and heads[0]["grpc-status"] == str(code) and data == b"", (code, heads, data)
    assert heads[0]["grpc-message"].isascii()
    return heads[0]


ends(12, SHOW, [frame(b"", 1)])
ends(12, SHOW, [b"\xff"])
ends(8, SHOW, [b"\0\xff\xff\xff\xff"])
ends(8, SHOW, [b"\0\1\0\0\1"])
for size in range(1, len(whole)):
    ends(3, SHOW, [whole[:size]])
ends(3, SHOW, [])
ends(3, SHOW, [whole + whole])
ends(3, SHOW, [whole + b"\0"])
ends(3, SHOW, [frame(b"\x0a\x05a")])
ends(3, SHOW, [frame(b"\x08\x01")])
ends(3, SHOW, [frame(b"\x0a\x02\xc3\x28")])
ends(3, SHOW, [frame(b"\x0a\x01\0")])
ends(3, "/zkl.v1.Files/Upload", [frame(zkl.UploadFileRequest(name="x", data=b"y").SerializeToString()), frame(b"\x12\x05a")])
ends(3, "/zkl.v1.Files/Upload", [frame(zkl.UploadFileRequest(name="x", data=b"y").SerializeToString()), b"\0\0"])
ends(3, SHOW, [whole], headers=[("grpc-timeout", "1")])
ends(4, "/zkl.v1.Ledger/Show", [whole[:3]], headers=[("grpc-timeout", "1n")], ends=False)
assert ends(12, SHOW, [whole], headers=[("grpc-encoding", "gzip")])["grpc-accept-encoding"] == "identity"
assert raw.call(SHOW, [whole], headers=[("grpc-encoding", "identity"), ("grpc-accept-encoding", "gzip")])[1] == want
ends(16, SHOW, [whole], key="sk-" + "0" * 64)
ends(16, SHOW, [], ends=False, key=None)  # it is answered though its client says nothing
ends(12, "/zkl.v1.Ledger", [whole])
ends(5, SHOW, [whole], headers=[("zkl-ledger", "../x")])
long_words = ends(3, SHOW, [frame(zkl.ShowRequest(reference="\u00e9" * 400).SerializeToString())])["grpc-message"]
assert "%C3%A9" in long_words and len(long_words) < 2500, len(long_words)
for more, code in ((dict(kind="application/grpc-web"), "415"), (dict(kind="application/grpc+json"), "415"), (dict(method="GET"), "405")):
    heads, data = raw.call(SHOW, [whole], **more)
    assert heads[0][":status"] == code and json.loads(data)["status"] == int(code), heads
status, data = send("POST", SHOW, whole, headers={"Content-Type": "application/grpc"})
assert status == 505 and "HTTP/2" in json.loads(data)["detail"], data
assert raw.call("/v1/datasets", [], method="GET", kind="text/plain")[0][0][":status"] == "200"  # the same connection
# questions of reflection wait for their answers on one stream
REFLECT = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo"
heads, data = raw.call(REFLECT, [frame(b"\x3a\0"), frame(b"\x22\x01x"), frame(b"\x3a\0")])
assert heads[1]["grpc-status"] == "0" and data.count(b"zkl.v1.Ledgers") == 2 and b"there is no such thing" in data
# many questions whose answers nobody takes yet are answered as they are taken
many = frame(b"\x22\x0dzkl.v1.Ledger")
busy_raw, total = Raw(), 1500
stream = busy_raw.h2.get_next_available_stream_id()
busy_raw.h2.send_headers(stream, [(":method", "POST"), (":scheme", "http"), (":authority", "localhost"), (":path", REFLECT),
                                  ("content-type", "application/grpc"), ("authorization", "Bearer " + key)])
for at in range(0, total, 100):
    busy_raw.h2.send_data(stream, many * 100, end_stream=at + 100 == total)
busy_raw.flush()
memory = lambda: int(next(l for l in open(f"/proc/{os.environ['DAEMON']}/status") if l.startswith("VmRSS")).split()[1]) >> 10
before, raw_answer = memory(), raw.call(SHOW, [whole])[1]  # by now it has read some of them
assert raw_answer == want
heads, data = busy_raw.answer(stream)
assert heads[1]["grpc-status"] == "0" and data.count(b"zkl/v1/zkl.proto") >= total and len(data) > 80_000 * total, (heads, len(data))
assert memory() < before + 60, (before, memory())
ends(16, REFLECT, [frame(b"\x3a\0")], key=None)
ends(3, REFLECT, [frame(b"\x3a\x05")])
# refused by its body while its operation runs, and the refusal not taken: the operation's answer goes nowhere
waiting = Raw()
waiting.h2.update_settings({h2.settings.SettingCodes.INITIAL_WINDOW_SIZE: 0})
waiting.flush()
before = len(ask("GET", "/v1/operations")["operations"])
stream = waiting.h2.get_next_available_stream_id()
waiting.h2.send_headers(stream, [(":method", "GET"), (":scheme", "http"), (":authority", "localhost"), (":path", "/v1/trust"), ("authorization", "Bearer " + key)])
waiting.h2.send_data(stream, b"nobody asked for this")
waiting.flush()
while True:
    listed = ask("GET", "/v1/operations")["operations"]
    if len(listed) > before and all(o["state"] == "over" for o in listed):
        break
assert raw.call(SHOW, [whole])[1] == want
waiting.h2.increment_flow_control_window(100_000, stream)
waiting.flush()
heads, data = waiting.answer(stream)
assert heads[0][":status"] == "413" or json.loads(data)["status"] == 413, (heads, data)
# the server's own deadline, before its client's
heads, data = raw.call("/zkl.v1.Ledger/Notarize", [frame(zkl.NotarizeRequest(name="slow", **work).SerializeToString())], headers=[("grpc-timeout", "300m")])
assert heads[-1]["grpc-status"] == "4" and data, heads
late = zkl.NotarizeStep.FromString(data[5:5 + struct.unpack(">I", data[1:5])[0]]).operation.id
assert over(late)["status"] == "cancelled"
note("bytes")

# ---- grpcurl, by reflection
def curl(*args, want=0, key=key):
    done = subprocess.run(["grpcurl", "-plaintext", "-H", "authorization: Bearer " + key, *args], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode == want, (args, done)
    return done.stdout + done.stderr


listed = curl(target, "list").split()
assert listed == ["grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection",
                  "zkl.v1.Access", "zkl.v1.ApiKeys", "zkl.v1.Audit", "zkl.v1.Datasets", "zkl.v1.Files", "zkl.v1.Ledger", "zkl.v1.Ledgers",
                  "zkl.v1.Operations"], listed
for name in listed:
    assert name.rsplit(".", 1)[1] in curl(target, "describe", name)
assert json.loads(curl("-d", '{"reference": "people"}', target, "zkl.v1.Ledger/Show"))["dataset"]["rows"] == "200"
assert json.loads(curl("-d", json.dumps({"id": start["id"]}), target, "zkl.v1.Operations/Get"))["answer"]["@type"] == "type.googleapis.com/zkl.v1.NotarizeFailure"
assert json.loads(curl(target, "grpc.health.v1.Health/Check")) == {"status": "SERVING"}
assert "Code: NotFound" in curl("-d", '{"reference": "nobody"}', target, "zkl.v1.Ledger/Show", want=69)
assert "Unauthenticated" in curl(target, "list", want=1, key="sk-none")
note("grpcurl")

# ---- many at once on one connection, and what is left behind
answers = []
threads = [threading.Thread(target=lambda: answers.append(ledger.Show(zkl.ShowRequest(reference="people"), metadata=bearer).dataset.rows)) for _ in range(64)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert answers == [200] * 64
assert not [name for name in os.listdir("here/files") if name.endswith(".part")]
# the audit log tells of a call what it tells of the same over HTTP


def events(actor):
    while True:  # it is written aside
        page = ask("GET", f"/v1/audit?limit=1000&actor={actor}")["events"]
        if any(e["action"] == "listFiles" for e in page) and any(e["event"] == "JOB_ENDED" for e in page):
            kept = [{k: e[k] for k in ("event", "action", "resource", "role", "outcome", "code", "reason", "address")} for e in page]
            for event in kept:  # operations have ids of their own
                event["resource"] = event["resource"].split("/")[0] if "operations/" in event["resource"] else event["resource"]
            return sorted(kept, key=str)
        time.sleep(0.05)


spies = [ask("POST", "/v1/keys", {"name": "spy", "role": "viewer"}, want=201) for _ in range(2)]
as_spy = (("authorization", "Bearer " + spies[0]["key"]),)
ledger.Show(zkl.ShowRequest(reference="people"), metadata=as_spy)
refused(Code.PERMISSION_DENIED, ledger.Revoke, zkl.RevokeRequest(), metadata=as_spy)
files.List(zkl.ListFilesRequest(), metadata=as_spy)
ask("POST", "/v1/call/show", {"reference": "people"}, key=spies[1]["key"])
ask("POST", "/v1/call/revoke", {}, key=spies[1]["key"], want=403)
ask("GET", "/v1/files", key=spies[1]["key"])
told = [events(spy["id"]) for spy in spies]
assert len(told[0]) > 3 and told[0] == told[1], told
print("grpc: all held")
