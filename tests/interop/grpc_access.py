"""The matrix of access_long.py over gRPC: every method, every role, what is one's own and what is foreign.

Run by access_long.sh while its daemon runs. matrix.json has what access_long.py made and its words of who may what."""
import json
import sys

import grpc

channel = grpc.insecure_channel("unix:" + sys.argv[1])
known = json.load(open("matrix.json"))
secrets = {tuple(k.split("/")): v for k, v in known["secrets"].items()}
Code = grpc.StatusCode
count = 0


def text(number, value):
    return bytes([number << 3 | 2, len(value)]) + value.encode()


def call(method, key, message=b"", ledger=None):
    """The code, its words, and the messages that came."""
    global count
    count += 1
    metadata = ((("authorization", "Bearer " + key),) if key else ()) + ((("zkl-ledger", ledger),) if ledger else ())
    answers = channel.stream_stream("/zkl.v1." + method)(iter([message]), metadata=metadata)
    came = []
    try:
        came.extend(answers)
    except grpc.RpcError:
        pass
    return answers.code(), answers.details(), came


# the method, its message for an id, and what it needs; the code to whom it is allowed, of what is not there
ABSENT = "0" * 16
METHODS = {
    "Files/Upload": (lambda id: text(1, "a.csv"), "files:create", Code.OK),
    "Files/List": (lambda id: b"", "files:read", Code.OK),
    "Files/Get": (lambda id: text(1, id), "files:read", Code.NOT_FOUND),
    "Files/Delete": (lambda id: text(1, id), "files:delete", Code.NOT_FOUND),
    "Files/Download": (lambda id: text(1, id) + text(2, "x"), "operations:read", Code.NOT_FOUND),
    "Operations/List": (lambda id: b"", "operations:read", Code.OK),
    "Operations/Get": (lambda id: text(1, id), "operations:read", Code.NOT_FOUND),
    "Operations/Watch": (lambda id: text(1, id), "operations:read", Code.NOT_FOUND),
    "Operations/Cancel": (lambda id: text(1, id), "operations:cancel", Code.NOT_FOUND),
    "Operations/ListFiles": (lambda id: text(1, id), "operations:read", Code.NOT_FOUND),
    "Datasets/Upload": (lambda id: text(1, "x") + text(2, "image/png"), "datasets:create", Code.INVALID_ARGUMENT),
    "Datasets/Receipt": (lambda id: text(1, "nobody"), "datasets:read", Code.NOT_FOUND),
    "Ledgers/List": (lambda id: b"", "ledgers:read", Code.OK),
    "Ledgers/Get": (lambda id: text(1, "main"), "ledgers:read", Code.OK),
    "Ledgers/Create": (lambda id: b"", "ledgers:create", Code.INVALID_ARGUMENT),
    "ApiKeys/List": (lambda id: b"", "keys:read", Code.OK),
    "ApiKeys/ListLeaked": (lambda id: text(1, "sk-"), "keys:read", Code.INVALID_ARGUMENT),
    "ApiKeys/Get": (lambda id: text(1, id), "keys:read", Code.NOT_FOUND),
    "ApiKeys/Create": (lambda id: b"", "keys:create", Code.INVALID_ARGUMENT),
    "ApiKeys/Edit": (lambda id: text(1, id), "keys:create", Code.NOT_FOUND),
    "ApiKeys/Rotate": (lambda id: text(1, id), "keys:rotate", Code.INVALID_ARGUMENT),
    "ApiKeys/Delete": (lambda id: text(1, id), "keys:delete", Code.NOT_FOUND),
    "ApiKeys/DeleteSecondFactor": (lambda id: text(1, id), "keys:rotate", Code.NOT_FOUND),
    "Access/ListRoles": (lambda id: b"", "access:read", Code.OK),
    "Access/Explain": (lambda id: b"", "access:explain", Code.INVALID_ARGUMENT),
    "Access/GetMe": (lambda id: b"", "access:explain", Code.OK),
    "Access/GetLimits": (lambda id: b"", "access:explain", Code.OK),
    "Audit/List": (lambda id: b"", "audit:read", Code.OK),
    "Audit/ExportOcsf": (lambda id: b"", "audit:read", Code.OK),
    "Audit/ExportCef": (lambda id: b"", "audit:read", Code.OK),
    "Audit/Verify": (lambda id: b"", "audit:read", Code.OK),
}
for name, permission in known["operations"].items():
    camel = "".join(part.capitalize() for part in name.replace("_", "-").split("-"))
    METHODS["Ledger/" + camel] = (lambda id: b"\xff", permission, Code.INVALID_ARGUMENT)  # a broken message, so that nothing is done
served = {line.split("(")[0].split()[1] for line in open("zkl.proto") if line.strip().startswith("rpc ")}
assert served == {m.split("/")[1] for m in METHODS}, "methods without a word here, and the other way round"

for (org, role), key in secrets.items():
    for method, (message, permission, code) in METHODS.items():
        allowed = permission in known["may"][f"{org}/{role}"]
        if method == "Ledgers/Get" and org == "default":
            code = Code.NOT_FOUND  # which comes before the role
            allowed = True
        if method == "Audit/Verify" and org != "default":
            code = Code.NOT_FOUND  # the service's first ledger alone
        got, words, came = call(method, key, message(ABSENT))
        assert got == (code if allowed else Code.PERMISSION_DENIED), (org, role, method, got, words)
        assert allowed or (permission in words and not came), (org, role, method, words)
    # another organisation's ledger is as one that is not there
    for method, (message, _, _) in METHODS.items():
        if org != "acme":
            foreign, absent = (call(method, key, message(ABSENT), ledger) for ledger in ("second", "nowhere"))
            assert foreign == absent and foreign[0] == Code.NOT_FOUND, (org, role, method, foreign, absent)

# what is another organisation's is as what is not there; so is another key's file, to an administrator too
for (org, role), key in secrets.items():
    for method in METHODS:
        ids = [known["operation"]] if method.startswith("Operations/") or method == "Files/Download" else [known["file"]]
        message, permission, code = METHODS[method]
        if code != Code.NOT_FOUND or method.startswith(("Datasets/", "ApiKeys/")) or key in (known["owner"], known["began"]):
            continue
        if org == "acme" and role == "admin" and method not in ("Files/Get", "Files/Delete"):
            continue  # it sees all operations of its ledger
        for id in ids:
            foreign, absent = call(method, key, message(id)), call(method, key, message(ABSENT))
            assert foreign[0] == absent[0] == Code.NOT_FOUND and not foreign[2], (org, role, method, foreign)
            assert foreign[1].replace(id, ABSENT) == absent[1], (org, role, method, foreign, absent)
assert call("Files/Get", known["owner"], text(1, known["file"]))[0] == Code.OK
assert call("Operations/Get", known["began"], text(1, known["operation"]))[0] == Code.OK

# without a key, and with one that is none
for method, (message, _, _) in METHODS.items():
    for key in (None, known["owner"][:-1] + ("0" if known["owner"][-1] != "0" else "1")):
        assert call(method, key, message(ABSENT))[0] == Code.UNAUTHENTICATED, method
for service in ("v1", "v1alpha"):
    reflect = channel.stream_stream(f"/grpc.reflection.{service}.ServerReflection/ServerReflectionInfo")
    for key in (None, *secrets.values()):
        answers = reflect(iter([b"\x3a\0"]), metadata=(("authorization", "Bearer " + key),) if key else ())
        try:
            list(answers)
        except grpc.RpcError:
            pass
        (who,) = [w for w, k in secrets.items() if k == key] or [None]
        want = Code.UNAUTHENTICATED if not who else Code.OK if "api:read" in known["may"]["/".join(who)] else Code.PERMISSION_DENIED
        assert answers.code() == want, (who, answers.code(), want)
print(f"access: all held over gRPC, {count} calls")
