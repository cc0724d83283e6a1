#!/usr/bin/env python3
"""Write proto/zkl/v1/zkl.proto: proto/services.proto.in, and for each row of src/api an rpc of the service Ledger
with its messages.

    tools/proto.py TOOL_OPERATIONS [--check] [FOLDER]

A member's number is its place in its message's line of proto/numbers.txt, which only grows: new members and messages
are put behind what is there, and one that is gone keeps its place and becomes `reserved`. --check writes nothing: it
fails when a file is not what the rows say, and when any commit took a number away. FOLDER: in place of proto/."""
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDER = pathlib.Path(([a for a in sys.argv[2:] if a != "--check"] or [ROOT / "proto"])[0]).resolve()
NUMBERS, SERVICES, OUT = (FOLDER / name for name in ("numbers.txt", "services.proto.in", "zkl/v1/zkl.proto"))
FIRST_RESERVED = 19000  # numbers that protobuf keeps for itself begin here

HEAD = """// Made by tools/proto.py of src/api and services.proto.in: docs/service/grpc.md says how it is used.
//
// Every member may be missing. Of a request that is as in JSON; of an answer it stands for null too.
syntax = "proto3";

package zkl.v1;

import "google/protobuf/any.proto";

"""

STEP = """message {0}Step {{
  Operation operation = 1;
  // At the end, one of these.
  {0}Result result = 2;
  {0}Failure failure = 3;
}}
"""


def read_numbers(text):
    lines = (line.split() for line in text.splitlines() if line and not line.startswith("#"))
    return {line[0]: line[1:] for line in lines}


def camel(name):
    return "".join(part[:1].upper() + part[1:] for part in re.split("[-_]", name))


def comment(text, indent):
    return f"{indent}// {text[0].upper() + text[1:]}.\n" if text else ""


def shape_of(schema):
    """What two objects must have alike to be one message: names and types, whatever is said of them."""
    if "anyOf" in schema:
        return shape_of(schema["anyOf"][0])
    if schema.get("type") == "object":
        return tuple((member, shape_of(of)) for member, of in sorted(schema["properties"].items()))
    if schema.get("type") == "array":
        return ("repeated", shape_of(schema["items"]))
    return scalar_of(schema)


def scalar_of(schema):
    kind = schema.get("type", "enum" if "enum" in schema else "boolean" if isinstance(schema.get("const"), bool) else None)
    if kind == "integer":
        if "minimum" not in schema:
            return "int64"
        return "uint32" if schema.get("maximum") == 2**32 - 1 else "uint64"
    if schema.get("contentEncoding") == "base64":
        return "bytes"
    return {"boolean": "bool", "number": "double", "string": "string", "enum": "string"}["string" if kind == ["string", "null"] else kind]


def singular(name):
    return name[:-3] + "y" if name.endswith("ies") else name[:-1] if name.endswith("s") and not name.endswith("ss") else name


class Writer:
    """Objects within objects are messages of their own, one for all that are alike. Which one a member has stands behind
    its name in the table ("entry:Entry", "claims:Claim*" for a list) and stays so: when those that share a message become
    different, it gets the members of all of them."""

    def __init__(self, numbers, reserved):
        self.numbers, self.reserved = numbers, reserved
        self.types = {(message, m.split(":")[0]): m.split(":")[1].rstrip("*") for message, members in numbers.items() for m in members}
        self.shapes, self.members, self.done = {}, {}, set()

    def number(self, message, member, word):
        """word: "optional string", "repeated Entry", "Entry"."""
        members = self.numbers.setdefault(message, [])
        token = f"{member}:{word.split(' ')[-1]}{'*' if word.startswith('repeated') else ''}"
        if token not in members:
            assert member not in [m.split(":")[0] for m in members], f"{message}.{member} was of another kind: give it another name"
            members.append(token)
        number = members.index(token) + 1
        assert number < FIRST_RESERVED, message
        return number

    def new_type(self, message, member, is_list):
        base = camel(singular(member) if is_list else member)
        for name in (base, re.sub("(Request|Result|Failure)$", "", message) + base, message + base):
            if name not in self.numbers and name not in self.reserved:
                return name
        raise AssertionError((message, member))

    def type_of(self, message, member, schema):
        """The word in front of a member."""
        schema = schema["anyOf"][0] if "anyOf" in schema else schema
        is_list = schema.get("type") == "array"
        inner = schema["items"] if is_list else schema
        assert inner.get("type") != "array", (message, member)
        if inner.get("type") != "object":
            return ("repeated " if is_list else "optional ") + scalar_of(inner)
        shape = shape_of(inner)
        type = self.types.get((message, member))
        assert not type or type in self.numbers, f"{message}.{member} was of another kind: give it another name"
        type = type or self.shapes.get(shape) or self.new_type(message, member, is_list)
        self.types[message, member] = type
        self.shapes.setdefault(shape, type)
        self.numbers.setdefault(type, [])
        self.message(type, inner)
        return ("repeated " if is_list else "") + type

    def know(self, message, schema):
        """The shapes of what is in the table, so that what is new finds them."""
        for member, of in schema["properties"].items():
            of = of["anyOf"][0] if "anyOf" in of else of
            inner = of["items"] if of.get("type") == "array" else of
            type = self.types.get((message, member))
            if type in self.numbers and inner.get("type") == "object":
                self.shapes.setdefault(shape_of(inner), type)
                self.know(type, inner)

    def message(self, name, schema):
        if (name, shape_of(schema)) in self.done:
            return
        self.done.add((name, shape_of(schema)))
        assert set(schema) <= {"type", "properties", "required", "additionalProperties", "description"}, (name, schema)
        own = self.members.setdefault(name, {})
        self.numbers.setdefault(name, [])
        for member, of in schema["properties"].items():
            assert re.fullmatch("[a-z][a-z0-9_]*", member), (name, member)
            word = self.type_of(name, member, of)
            help = of.get("description", "")
            if "enum" in of:
                help += ": " * bool(help) + ", ".join(of["enum"])
            assert own.get(member, (word,))[0] == word, f"{name}.{member} is of two kinds"
            number = self.number(name, member, word)
            own.setdefault(member, (word, help, number))

    def text_of(self, name):
        own = self.members[name]
        lines = "".join(comment(help, "  ") + f"  {word} {member} = {number};\n"
                        for member, (word, help, number) in sorted(own.items(), key=lambda m: m[1][2]))
        gone = [i + 1 for i, member in enumerate(self.numbers[name]) if member.split(":")[0] not in own]
        if gone:
            lines += f"  reserved {', '.join(map(str, gone))};\n"
        return f"message {name} {{\n{lines}}}\n"

    def note_services(self, text):
        """Messages that are written by hand: their members stand in the order of their numbers."""
        stack = []
        for line in text.splitlines():
            if match := re.match(r"\s*message (\w+) \{", line):
                stack.append(match[1])
                self.numbers.setdefault(".".join(stack), [])
            elif line.strip() == "}" and stack:
                stack.pop()
            elif stack and (match := re.match(r"\s*(?!//)([\w. ]+) (\w+) = (\d+);", line)):
                assert self.number(".".join(stack), match[2], match[1]) == int(match[3]), (stack, line)


def put_document(numbers, operations):
    services = SERVICES.read_text()
    parts = [(camel(row["name"]) + camel(part), row[part]) for row in operations for part in ("request", "result", "failure")]
    taken = {camel(row["name"]) + "Step" for row in operations} | {name for name, _ in parts}
    writer = Writer(numbers, taken | set(re.findall(r"^(?:service|message) (\w+)", services, re.M)) | {"Ledger"})
    writer.note_services(services)
    for name, schema in parts:
        writer.know(name, schema)
    for name, schema in parts:
        writer.message(name, schema)
    rpcs, messages = "", ""
    for row in operations:
        name = camel(row["name"])
        answer = f"stream {name}Step" if row["is_long"] else f"{name}Result"
        rpcs += comment(row["summary"], "  ") + f"  rpc {name}({name}Request) returns ({answer});\n"
        messages += "".join("\n" + writer.text_of(name + part) for part in ("Request", "Result", "Failure"))
        if row["is_long"]:
            messages += "\n" + STEP.format(name)
    shared = sorted(set(writer.members) - {name for name, _ in parts})
    messages += "\n// Parts of these messages.\n" + "".join("\n" + writer.text_of(name) for name in shared)
    said = "// Every operation of docs/operations.md. One that is long tells its steps, and its result in the last of them.\n"
    return HEAD + services + "\n" + said + "service Ledger {\n" + rpcs + "}\n" + messages


def put_numbers(numbers):
    head = "# A message, then its members, with their messages: a member's number is its place. Lines only grow (tools/proto.py).\n"
    return head + "".join(" ".join([message, *members]) + "\n" for message, members in numbers.items())


def check_history():
    """In no commit has a line lost its message, or a member its place."""
    log = subprocess.run(["git", "-C", ROOT, "log", "--format=", "-p", "-U0", "--", "proto/numbers.txt"], capture_output=True, text=True)
    if log.returncode:
        print("proto: no history to look at")
        return
    gone = []
    for line in log.stdout.splitlines():  # the newest first
        if line.startswith("-") and not line.startswith(("---", "-#")):
            gone.append(line[1:])
    now = read_numbers(NUMBERS.read_text())
    for message, members in (list(read_numbers(line).items())[0] for line in gone):
        if now.get(message, [])[: len(members)] != members:
            sys.exit(f"proto: the numbers of {message} were {members}, and are {now.get(message)}")


def main():
    tool, is_check = sys.argv[1], "--check" in sys.argv
    operations = json.loads(subprocess.run([tool], capture_output=True, check=True).stdout)["operations"]
    numbers = read_numbers(NUMBERS.read_text()) if NUMBERS.exists() else {}
    document = put_document(numbers, operations)
    files = {OUT: document, NUMBERS: put_numbers(numbers)}
    for path, text in files.items():
        if not is_check:
            path.write_text(text)
        elif not path.exists() or path.read_text() != text:
            sys.exit(f"{path.relative_to(FOLDER.parent)} is not what src/api says: tools/proto.py build/tests/tool_operations")
    if is_check:
        check_history()
        print("proto: ok")


main()
