#!/usr/bin/env python3
"""Adding a thing of a known kind touches as few places as the project promises.

Each folder of tests/templates is a kind of thing. Its `add.sh ROOT` adds one to the tree ROOT and prints the places that it
touches, one a line. All of them are added to one copy of the tree, in build-templates, which is built. Then each `check.sh`
runs there: it shows that the thing is known everywhere it should be. Nothing of the working tree is touched.
"""
import os
import pathlib
import shutil
import subprocess
import sys

# Files that are new or changed when one is added. docs/ARCHITECTURE.md says the same numbers.
PROMISED = {"claim": 2, "command": 2, "entry": 2, "export": 2, "operation": 2, "store": 2}

root = pathlib.Path(__file__).resolve().parent.parent
place = root / "build-templates"
tree = place / "tree"
said = set()  # places that add.sh scripts named so far


def tracked():
    """The files that a copy needs: tracked ones, and new ones that git does not ignore."""
    names = subprocess.check_output(["git", "ls-files", "--cached", "--others", "--exclude-standard"], cwd=root, text=True)
    return [name for name in names.splitlines() if (root / name).is_file() and not name.startswith("fuzz/corpus/")]


def copy_tree():
    """Files that did not change keep their times, so that a second run builds little."""
    wanted = set()
    for name in tracked():
        source, copy = root / name, tree / name
        wanted.add(copy)
        if not copy.exists() or copy.read_bytes() != source.read_bytes():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, copy)
    for old in list(tree.rglob("*")):
        if old.is_file() and old not in wanted and tree / "build" not in old.parents:
            old.unlink()


def add(folder):
    """Add the folder's thing to the copy. Returns (what is wrong, number of places)."""
    done = subprocess.run(["sh", str(folder / "add.sh"), str(tree)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode != 0:
        return f"add.sh failed: {done.stdout[-2000:]}", 0
    places = done.stdout.split()
    missing = [name for name in places if not (tree / name).is_file()]
    if missing:
        return f"add.sh names {missing[0]}, which is not there", 0
    changed = [name for name in tracked() if (root / name).is_file() and (tree / name).read_bytes() != (root / name).read_bytes()]
    unsaid = sorted(set(changed) - set(places) - said)
    if unsaid:
        return f"add.sh changes {unsaid[0]} and does not say so", 0
    said.update(places)
    if len(places) > PROMISED[folder.name]:
        return f"touches {len(places)} places, the promise is {PROMISED[folder.name]}: {', '.join(places)}", 0
    return None, len(places)


def main():
    folders = sorted((p.parent for p in (root / "tests/templates").glob("*/add.sh")), reverse=True)  # operation before command
    lacking = sorted(set(PROMISED) - {folder.name for folder in folders})
    if lacking:
        print(f"templates: there is none for {', '.join(lacking)}")
        return 1
    copy_tree()
    counts = {}
    for folder in folders:
        fault, counts[folder.name] = add(folder)
        if fault:
            print(f"templates: {folder.name}: {fault}")
            return 1
    log = place / "build.log"
    with log.open("w") as out:
        if subprocess.call(["sh", "tools/build.sh", "release"], cwd=tree, stdout=out, stderr=out) != 0:
            print(log.read_text()[-4000:])
            print("templates: the tree with all of them does not build")
            return 1
    # The set-ups that tests made are good here too: nothing of a circuit has changed.
    cache, copy = root / "build/tests/setup-cache", tree / "build/tests/setup-cache"
    if cache.is_dir() and not copy.is_dir():
        shutil.copytree(cache, copy)
    environment = dict(os.environ, ZKL_SOURCE_DIR=str(tree), ZKL_BUILD_DIR=str(tree / "build"))
    for folder in folders:
        done = subprocess.run(["bash", str(folder / "check.sh")], cwd=tree / "build", env=environment,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        if done.returncode != 0:
            print(done.stdout[-4000:])
            print(f"templates: {folder.name}: its check.sh failed")
            return 1
    print("templates: " + ", ".join(f"{name} {count}" for name, count in counts.items()) + " places")
    return 0


sys.exit(main())
