#!/usr/bin/env python3
"""Comments wrap at 100 columns. A checked constant (`check:`) is one line, however long."""
import pathlib
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parent.parent
bad = []
for name in subprocess.check_output(["git", "ls-files", "*.c", "*.h", "*.cpp"], cwd=root, text=True).splitlines():
    for number, line in enumerate((root / name).read_text().splitlines(), 1):
        if len(line) > 100 and line.lstrip().startswith(("/*", "*", "//")) and "check:" not in line:
            bad.append(f"{name}:{number}: {len(line)} columns")
print("\n".join(bad) if bad else "comments: wrapped at 100")
sys.exit(bool(bad))
