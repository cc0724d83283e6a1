#!/usr/bin/env python3
"""Print the Python package's methods and answers from what zkl_operations says:

    tools/python_operations.py build/libzkl.so --output _operations.py

A method an operation, with a keyword an optional member; a class an object of an answer."""
import argparse
import contextlib
import ctypes
import json
import keyword
import re
import textwrap

HEAD = '''"""Written by tools/python_operations.py from the rows of src/api: change a row, not this file."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Literal, TypedDict

from ._answer import Answer, request_of, texts
from ._library import Progress

Path = str | os.PathLike[str]
'''
COMMON = ("status", "exit_code", "error", "check", "hint", "hint_value")
# Operations that the package gives another form, in ledger.py and verify.py.
OWN = {"init"}


def python_name(name):
    assert name not in ("to_dict",), "the package has a method of that name"
    name = re.sub(r"\W", "_", name)
    return name + "_" if keyword.iskeyword(name) or name in ("self", "progress") else name


def class_name(*parts):
    return "".join(word[:1].upper() + word[1:] for part in parts for word in re.split(r"[^0-9A-Za-z]", part))


def inner_of(schema):
    """(schema without null, whether null is one of its values)"""
    if "anyOf" in schema:
        return schema["anyOf"][0], True
    if isinstance(schema.get("type"), list):
        return dict(schema, type=schema["type"][0]), True
    return schema, False


def type_of(schema, path, is_request):
    schema, may_be_null = inner_of(schema)
    if "const" in schema:
        name = "Literal[%r]" % (schema["const"],)
    elif "enum" in schema:
        name = "Literal[%s]" % ", ".join("%r" % value for value in schema["enum"])
    elif schema["type"] == "array":
        element = type_of(schema["items"], path, is_request)
        name = "%s | Sequence[%s]" % (element, element) if is_request and schema["items"]["type"] == "string" else (
            "Sequence[%s]" if is_request else "tuple[%s, ...]") % element
    elif schema["type"] == "object":
        name = class_name(*path) if "properties" in schema else "Mapping[str, Any]"
    elif schema["type"] == "string":
        is_bytes = is_request and schema.get("contentEncoding")
        name = "bytes" if is_bytes else "Path" if is_request and schema.get("format") == "path" else "str"
    else:
        name = {"integer": "int", "number": "float", "boolean": "bool"}[schema["type"]]
    return name + " | None" if may_be_null else name


def object_of(schema):
    """The object that a member is or lists, or None."""
    schema, _ = inner_of(schema)
    if schema.get("type") == "array":
        schema = schema["items"]
    return schema if schema.get("type") == "object" and "properties" in schema else None


def inner_objects(schema, path):
    for member, value in schema["properties"].items():
        if object_of(value):
            yield member, object_of(value), path + [member]


def sentence(text):
    text = text.replace("\\", "\\\\")
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "?")) else ".")


def answer_class(schema, path, about):
    for _, inner, inner_path in inner_objects(schema, path):
        yield from answer_class(inner, inner_path, inner.get("description", ""))
    members = [(m, v) for m, v in schema["properties"].items() if m not in COMMON or len(path) > 1 and path[-1] != "answer"]
    yield "class %s(Answer):" % class_name(*path)
    if about:
        yield '    """%s"""' % sentence(about)
        yield ""
    objects = {m: p for m, _, p in inner_objects(schema, path)}
    yield "    _NAMES: ClassVar[Mapping[str, str]] = {%s}" % ", ".join("%r: %r" % (m, python_name(m)) for m, _ in members)
    if objects:
        yield "    _OBJECTS: ClassVar[Mapping[str, type[Answer]]] = {%s}" % ", ".join(
            "%r: %s" % (m, class_name(*p)) for m, p in objects.items())
    for member, value in members:
        kind = type_of(value, path + [member], False)
        if member not in schema["required"] and not kind.endswith("| None"):
            kind += " | None"
        yield "    %s: %s" % (python_name(member), kind)
        if value.get("description"):
            yield '    """%s"""' % sentence(value["description"])
    yield ""
    yield ""


def request_classes(schema, path):
    for _, inner, inner_path in inner_objects(schema, path):
        yield from request_classes(inner, inner_path)
        yield "class %s(TypedDict, total=False):" % class_name(*inner_path)
        for member, value in inner["properties"].items():
            yield "    %s: %s" % (member, type_of(value, inner_path + [member], True))
            if value.get("description"):
                yield '    """%s"""' % sentence(value["description"])
        yield ""
        yield ""


def method(operation):
    name, request = operation["name"], operation["request"]
    path = [name, "request"]
    members = request["properties"]
    needed = [m for m in members if m in request["required"]]
    optional = [m for m in members if m not in needed]
    signature = ["self"] + ["%s: %s" % (python_name(m), type_of(members[m], path + [m], True)) for m in needed]
    if optional or operation["is_long"]:
        signature.append("*")
    for m in optional:
        kind = type_of(members[m], path + [m], True)
        signature.append("%s: bool = False" % python_name(m) if kind == "bool" else "%s: %s | None = None" % (python_name(m), kind))
    if operation["is_long"]:
        signature.append("progress: Progress | None = None")
    yield "    def %s(" % python_name(name)
    for part in signature:
        yield "        %s," % part
    yield "    ) -> %s:" % class_name(name, "answer")
    yield '        """%s' % sentence(operation["summary"])
    yield ""
    for m in needed + optional:
        yield textwrap.fill(":param %s: %s" % (python_name(m), members[m].get("description", "").replace("\\", "\\\\")), 118,
                            initial_indent=" " * 8, subsequent_indent=" " * 12)
    yield '        """'
    yield "        told = self._call("
    yield "            %r," % name
    yield "            request_of("
    yield "                ("
    for m in needed + optional:
        value = python_name(m)
        schema, _ = inner_of(members[m])
        if schema.get("type") == "array" and schema["items"].get("type") == "string":
            value = "texts(%r, %s)" % (python_name(m), value)
        yield "                    (%r, %s)," % (m, value)
    yield "                )"
    yield "            ),"
    if operation["is_long"]:
        yield "            progress,"
    yield "        )"
    yield "        return %s._of(told)" % class_name(name, "answer")
    yield ""


class CallResult(ctypes.Structure):
    """zkl_call_result of include/zkl/call.h: an arena, text and size."""

    _fields_ = [("last", ctypes.c_void_p), ("is_secret", ctypes.c_bool), ("json", ctypes.c_char_p), ("size", ctypes.c_size_t)]


def operations_of(library):
    result = CallResult()
    if ctypes.CDLL(library).zkl_operations(ctypes.byref(result), None) != 0:
        raise SystemExit("%s does not tell its operations" % library)
    return json.loads(result.json)["operations"]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("library", help="libzkl.so")
    parser.add_argument("--output", required=True, help="where to")
    asked = parser.parse_args()
    operations = [o for o in operations_of(asked.library) if o["name"] not in OWN]
    with open(asked.output, "w", encoding="utf-8") as file, contextlib.redirect_stdout(file):
        write(operations)


def write(operations):
    print(HEAD)
    for operation in operations:
        print("\n".join(request_classes(operation["request"], [operation["name"], "request"])))
        result = operation["result"]
        print("\n".join(answer_class(result, [operation["name"], "answer"], operation["summary"])))
    for title, about, kinds in (
        ("LedgerOperations", "Operations of an open ledger.", ("may read", "reads", "writes", "may write")),
        ("FreeOperations", "Operations that need no ledger.", ("none", "may read", "may write")),
    ):
        print('class %s:\n    """%s"""\n' % (title, about))
        print("    def _call(self, operation: str, request: Mapping[str, Any], progress: Progress | None = None) -> dict[str, Any]:")
        print("        raise NotImplementedError\n")
        for operation in operations:
            if operation["ledger"] in kinds:
                print("\n".join(method(operation)))
        print()


main()
