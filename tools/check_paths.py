#!/usr/bin/env python3
"""A file or folder of this repository that a document, comment or script names is there."""
import pathlib
import re
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parent.parent
named = re.compile(r"(?<![\w./$}-])((?:src|tests|tools|include|fuzz|bench|cmake|docs)/[\w./*<>-]*[\w*>/])")
bare = re.compile(r"`([\w<>]+\.[ch])`|(?<![\w./*-])(\w+\.[ch])(?= )")  # a source by its name alone
sources = {path.name for folder in ("src", "tests", "tools", "include", "fuzz", "bench") for path in (root / folder).rglob("*.[ch]*")}
bad = []
for name in subprocess.check_output(["git", "ls-files"], cwd=root, text=True).splitlines():
    if name.startswith(("fuzz/corpus/", "tests/vectors/", "tests/data/", "CHANGELOG.md")):
        continue
    try:
        text = (root / name).read_text()
    except (UnicodeDecodeError, FileNotFoundError):
        continue
    for number, line in enumerate(text.splitlines(), 1):
        for path in named.findall(line):
            if "<" not in path and not list(root.glob(path.rstrip("/"))) and not list(root.glob(path + "*")):
                bad.append(f"{name}:{number}: there is no {path}")
        for quoted, plain in bare.findall(line) if name.endswith(".md") else ():
            if not quoted.startswith("_") and "<" not in quoted and (quoted or plain) not in sources:
                bad.append(f"{name}:{number}: there is no {quoted or plain}")
print("\n".join(bad) if bad else "paths: ok")
sys.exit(bool(bad))
