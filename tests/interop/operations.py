"""Every schema is one of draft 2020-12. What the command line prints fits the schema of its operation, with no member that
the schema does not name. A request is refused by zkl_call where the schema refuses it."""
import json
import subprocess

from jsonschema import Draft202012Validator

told = json.loads(subprocess.run(["tool_operations"], check=True, capture_output=True).stdout)
operations = {operation["name"]: operation for operation in told["operations"]}


def strict(schema):
    """The same, naming every member: a result may grow, but not without its row."""
    if not isinstance(schema, dict):
        return schema
    out = {k: strict(v) if isinstance(v, dict) else [strict(x) for x in v] if isinstance(v, list) else v for k, v in schema.items()}
    if "properties" in out and out.get("type") == "object":
        out["properties"] = {k: strict(v) for k, v in schema["properties"].items()}
        out["additionalProperties"] = False
    return out


for operation in operations.values():
    for part in ("request", "result", "failure"):
        Draft202012Validator.check_schema(operation[part])
print("ok %d operations have schemas" % len(operations))

with open("p.csv", "w") as file:
    file.write("id,age,name\n1,31,ann\n2,40,bob\n3,,NA\n")
with open("q.csv", "w") as file:
    file.write("id,age,name\n1,31,ann\n2,70000,bob\n3,7,NA\n")
with open("bad.csv", "w") as file:
    file.write("id,age\n1,2\n3\n")

COMMANDS = """
init: init . --no-passphrase
notarize: notarize p.csv --name p --null NA --claim range(age,0,120) -o p.zkl --public-digest
notarize: notarize q.csv --name p --null NA
notarize: notarize q.csv --name p --null NA --if-changed
notarize: notarize q.csv --name p --dry-run --claim sum(id)
notarize: notarize p.csv --name x --claim range(id,0,1) --claim range(nope,0,1)
notarize: notarize bad.csv --name x
prove: prove p@1 sum(id) range(age,0,120) --data p.csv
prove: prove p@1 sum(id) --data p.csv
prove: prove p@1 range(id,0,2) --data p.csv --dry-run
prove: prove p@1 range(id,0,1) --data p.csv
show: show p@1
show: show p
show: show p.zkl
show: show nope
datasets: show
log: log
verify: verify p
verify: verify p.zkl --ledger . --data p.csv
verify: verify p.zkl p.zkl --ledger .
verify: verify p@1 --data q.csv
verify-chain: verify-chain --proofs
export: export p
export: export p -o p.csv
keys-show: keys show
keys-backup: keys backup copy --no-passphrase
keys-restore: keys restore copy
keys-rotate: keys rotate
keys-make: keys make own.key --no-passphrase
setup-show: setup
setup-export: setup export powers
setup-import: setup import powers
doctor: doctor
init: init new --succeeds . --no-passphrase
verify-chain: verify-chain --ledger new
log: log --ledger new
"""
count = 0
for line in COMMANDS.strip().splitlines():
    name, words = line.split(": ")
    run = subprocess.run(["zkp-ledger", "--json", *words.split(" ")], capture_output=True, stdin=subprocess.DEVNULL)
    answer = json.loads(run.stdout)
    part = "result" if run.returncode == 0 else "failure"
    for fault in Draft202012Validator(strict(operations[name][part])).iter_errors(answer):
        raise SystemExit("%s: %s" % (words, fault))
    count += 1
print("ok %d answers fit, success and failure" % count)

REQUESTS = [
    ("show", {}), ("show", {"reference": 1}), ("show", {"x": "a"}), ("log", {"from": -1}), ("log", {"last": 1.5}),
    ("log", {"last": 2}), ("datasets", {}), ("datasets", {"a": 1}), ("export", {"format": "receipt"}), ("keys-show", {}),
    ("export", {"format": "nope", "output": "x"}), ("verify", {"reference": "p", "reading": {"a": 1}}),
    ("keys-make", {"output": "z.key"}), ("setup-make", {"circuits": "F18"}), ("verify", {"reference": "p"}),
    ("verify", {"receipt_file": "p.zkl"}), ("verify", {"receipt_files": ["p.zkl", "p.zkl"]}), ("verify", {"receipt_files": "p.zkl"}), ("notarize", {"name": "d", "files": ["p.csv"], "dry_run": True}),
]
for name, request in REQUESTS:
    run = subprocess.run(["tool_operations", name, ".zkp-ledger"], capture_output=True, input=json.dumps(request).encode())
    answer = json.loads(run.stdout)
    fits = Draft202012Validator(operations[name]["request"]).is_valid(request)
    part = "result" if answer["exit_code"] == 0 else "failure"
    Draft202012Validator(strict(operations[name][part])).validate(answer)
    if not fits and answer["status"] != "wrong usage":
        raise SystemExit("%s %s: the schema refuses it, zkl_call says %s" % (name, request, answer["status"]))
    if fits and answer["status"] == "wrong usage" and "say one of" not in answer["error"]:
        raise SystemExit("%s %s: the schema takes it, zkl_call says %s" % (name, request, answer["error"]))
print("ok %d requests are judged alike" % len(REQUESTS))
