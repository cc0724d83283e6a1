#!/usr/bin/env python3
"""Includes point down: a file includes its own folder and those that src/layers.txt allows it."""
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parent.parent
allowed = {}  # folder -> folders it may include
for line in (root / "src/layers.txt").read_text().splitlines():
    if not line.strip() or line.startswith("#"):
        continue
    folder, *rest = line.split()
    columns = re.split(r"\s{2,}", line)
    below = columns[1].split()
    allowed[folder] = set(allowed) if below == ["*"] else {name for name in below if name != "-"}

bad = []
for folder, below in allowed.items():
    for name in sorted(below):
        if name not in allowed or list(allowed).index(name) >= list(allowed).index(folder):
            bad.append(f"src/layers.txt: {folder} may not name {name}: it does not stand above it")
for path in sorted((root / "src").glob("*")):
    if path.is_dir() and path.name not in allowed:
        bad.append(f"src/{path.name}: src/layers.txt does not list it")
for path in sorted((root / "src").glob("*/*.[ch]*")):
    folder = path.parent.name
    lines = path.read_text().splitlines()
    includes = []
    for number, line in enumerate(lines, 1):
        found = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
        if not found:
            continue
        included = found.group(1)
        includes.append(included)
        other = included.split("/")[0]
        where = f"{path.relative_to(root)}:{number}"
        if "/" not in included:
            bad.append(f'{where}: include "{included}" by its folder: "{folder}/{included}"')
        elif not (root / "src" / included).exists():
            bad.append(f'{where}: there is no src/{included}')
        elif other != folder and other not in allowed.get(folder, ()):
            bad.append(f"{where}: {folder} may not include {included}: includes point down (src/layers.txt)")
    own = f"{folder}/{path.stem}.h"
    shared = f"{folder}/{folder}_internal.h"  # what the files of one folder share comes first too
    if path.suffix == ".c" and path.with_suffix(".h").exists() and includes and includes[0] not in (own, shared):
        bad.append(f"{path.relative_to(root)}: its own header comes first, found {includes[0]}")
print("\n".join(bad) if bad else "layers: ok")
sys.exit(bool(bad))
