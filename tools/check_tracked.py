#!/usr/bin/env python3
"""What git tracks is source: no file is larger than any of ours has a reason to be, and nothing new lies at the top unnoticed."""
import pathlib
import subprocess
import sys

BYTES_MAX = 1_500_000  # the largest are test vectors
TOP = set(""".ci .clang-format .clang-tidy .gitignore CHANGELOG.md CMakeLists.txt CMakePresets.json LICENSE Makefile README.md pyproject.toml
bench bindings cmake deploy docs fuzz include proto share src tests tools""".split())
root = pathlib.Path(__file__).resolve().parent.parent
bad = []
for name in subprocess.check_output(["git", "ls-files", "-z"], cwd=root, text=True).split("\0")[:-1]:
    top, path = name.split("/")[0], root / name
    if top not in TOP:
        bad.append(f"{name}: {top} is no part of this repository (tools/check_tracked.py lists its parts)")
    if path.is_file() and path.stat().st_size > BYTES_MAX:
        bad.append(f"{name}: {path.stat().st_size} bytes, over {BYTES_MAX}: is it made by something?")
print("\n".join(bad) if bad else "tracked files: ok")
sys.exit(bool(bad))
