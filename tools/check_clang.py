#!/usr/bin/env python3
"""Every source of src/ through clang-tidy, which says clang's warnings too (.clang-tidy), and those of tests/ and fuzz/ through
clang with warnings as errors. A source is parsed once."""
import concurrent.futures
import json
import os
import pathlib
import shlex
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parent.parent
build = root / sys.argv[1]
jobs = []
for entry in json.loads((build / "compile_commands.json").read_text()):
    path = pathlib.Path(entry["file"])
    if root not in path.parents or build in path.parents or path.suffix != ".c":
        continue
    words = shlex.split(entry["command"])
    words = words[[os.path.basename(w) in ("cc", "gcc", "clang") for w in words].index(True) + 1:]
    flags = [w for i, w in enumerate(words) if w not in ("-c", "-o") and (i == 0 or words[i - 1] != "-o") and w != entry["file"]]
    jobs.append((path, flags))


def run(job):
    path, flags = job
    if "src" in path.relative_to(root).parts[:1]:
        command = ["clang-tidy-16", "--quiet", "-p", str(build), str(path)]
    else:
        command = ["clang-16", "-fsyntax-only", "-Werror", *flags, str(path)]
    done = subprocess.run(command, capture_output=True, text=True)
    return done.stdout + done.stderr if done.returncode else None


bad = 0
with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
    for text in pool.map(run, jobs):
        if text:
            print(text)
            bad += 1
print(f"clang and clang-tidy: {len(jobs)} files, {bad} with findings")
sys.exit(bool(bad))
