#!/usr/bin/env python3
"""Includes point down: a file of one room includes only its own room and those below it (docs/ARCHITECTURE.md)."""
import pathlib
import re
import sys

BELOW = {
    "base": [],
    "native": ["base"],
    "hash": ["base", "native"],
    "algebra": ["base", "native", "hash"],
    "table": ["base", "hash"],
    "proof": ["base", "native", "hash", "algebra", "table"],
    "storage": ["base"],
    "ledger": ["base", "hash", "algebra", "table", "proof", "storage"],
    "service": ["base", "hash", "algebra", "table", "proof", "storage", "ledger"],
    "cli": ["service", "base"],
}
# The code that says "valid" stands apart: these files of src/proof include no prover's header.
VERIFIER = re.compile(r"^(verify_.*|claim.*|statement|shape)\.[ch]$")
PROVER = re.compile(r"^proof/(prove.*|groth16_prove|groth16_setup|setup|circuit.*|r1cs|commit|iden3_.*)\.h$")

bad = []
root = pathlib.Path(__file__).resolve().parent.parent
for path in sorted((root / "src").glob("*/*.[ch]*")):
    room = path.parent.name
    for number, line in enumerate(path.read_text().splitlines(), 1):
        found = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
        if not found:
            continue
        included = found.group(1)
        other = included.split("/")[0]
        where = f"{path.relative_to(root)}:{number}"
        if "/" not in included:
            bad.append(f'{where}: include "{included}" by its room: "{room}/{included}"')
        elif other not in BELOW:
            bad.append(f'{where}: unknown room "{other}"')
        elif other != room and other not in BELOW[room]:
            bad.append(f'{where}: {room} may not include {included}: includes point down')
        if room == "proof" and VERIFIER.match(path.name) and PROVER.match(included):
            bad.append(f"{where}: the verifier may not include the prover's {included}")
for path in sorted((root / "src").glob("*/*.c")):
    own = path.with_suffix(".h")
    lines = [l for l in path.read_text().splitlines() if l.startswith("#include")]
    internal = f'#include "{path.parent.name}/{path.parent.name}_internal.h"'  # what the files of one room share comes first too
    if own.exists() and lines and lines[0] not in (f'#include "{path.parent.name}/{own.name}"', internal):
        bad.append(f"{path.relative_to(root)}: its own header comes first, found {lines[0]}")
print("\n".join(bad) if bad else "layers: ok")
sys.exit(bool(bad))
