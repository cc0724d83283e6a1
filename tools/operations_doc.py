#!/usr/bin/env python3
"""Print docs/operations.md from what zkl_operations says: tools/operations_doc.py build/tests/tool_operations"""
import json
import subprocess
import sys

HEAD = """# Operations

Written by `tools/operations_doc.py` from the rows of `src/api`: change a row, not this page.

`zkl_call` (`include/zkl/call.h`) takes an operation's name and its request, a JSON object, and answers with a JSON object. `zkp-ledger COMMAND --json` prints the same object: of `keys show` that of `keys-show`, of `setup --circuit` that of `setup-make`,
of `show` alone that of `datasets`. Requests are of `zkl_call` alone: a command has arguments and options.

What holds of all of them (bytes that are no text, hashes, `status`, `exit_code`, `error`, `check`, `warnings`) is said in `cli.md`, "JSON". A member below another is written with a dot: `dataset.rows` is `rows` in the object `dataset`. `[]` stands behind a list, and the
members of its elements follow. A request with a member that is not named here is refused with `wrong usage`. *path*: it names a file of the machine that runs the library; a server must not take one from a stranger.
"""

LEDGER = {
    "none": "needs no ledger",
    "may read": "reads a ledger, or none",
    "reads": "reads the ledger",
    "writes": "writes to the ledger",
    "may write": "writes to the ledger; a trial needs none",
}


def kind(schema):
    """The type of a member in a word or two."""
    if "anyOf" in schema:
        return kind(schema["anyOf"][0]) + " or null"
    if "const" in schema:
        return json.dumps(schema["const"])
    if "enum" in schema:
        return ", ".join('"%s"' % name for name in schema["enum"])
    name = schema["type"]
    if isinstance(name, list):
        return kind(dict(schema, type=name[0])) + " or null"
    if name == "array":
        return {"object": "list", "string": "texts", "integer": "numbers"}[schema["items"]["type"]]
    if name == "string":
        if schema.get("contentEncoding"):
            return "base64"
        return "hash" if "pattern" in schema else "text"
    return {"integer": "number", "number": "decimal", "boolean": "yes or no"}.get(name, name)


def is_path(schema):
    return "path" in (schema.get("format"), schema.get("items", {}).get("format"))


def members(schema, prefix, says_required):
    for name, value in schema["properties"].items():
        inner = value["anyOf"][0] if "anyOf" in value else value
        is_list = inner.get("type") == "array" and inner["items"]["type"] == "object"
        words = [kind(value)] + ["*path*"] * is_path(value)
        if says_required and name in schema["required"]:
            words.append("needed")
        if inner.get("type") != "object" or "description" in value:
            yield "- `%s%s` (%s): %s" % (prefix, name, ", ".join(words), value.get("description", ""))
        if is_list:
            yield from members(inner["items"], "%s%s[]." % (prefix, name), says_required)
        elif inner.get("type") == "object":
            yield from members(inner, "%s%s." % (prefix, name), says_required)


def without(schema, names):
    kept = {k: v for k, v in schema["properties"].items() if k not in names}
    return dict(schema, properties=kept)


def page(operation):
    facts = [LEDGER[operation["ledger"]]]
    if operation["needs_keys"]:
        facts.append("needs keys")
    if operation["is_long"]:
        facts.append("is long")
    summary = operation["summary"]
    yield "## %s" % operation["name"]
    yield "%s%s. It %s." % (summary[0].upper(), summary[1:], "; ".join(facts))
    common = ("status", "exit_code", "error", "check", "hint")
    for title, schema, says in (
        ("Request", operation["request"], True),
        ("Answer", without(operation["result"], common), False),
        ("Answer to a failure", without(operation["failure"], common), False),
    ):
        if not schema["properties"]:
            continue
        yield ""
        yield title + ":"
        yield from members(schema, "", says)
    yield ""


def main():
    told = json.loads(subprocess.run([sys.argv[1]], check=True, capture_output=True).stdout)
    print(HEAD)
    for operation in told["operations"]:
        print("\n".join(page(operation)))


main()
