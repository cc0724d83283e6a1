#!/usr/bin/env python3
"""What the documents name exists: every test that docs/SOUNDNESS.md and docs/security.md name, and every file and function
of ours that any page names.

There a test stands as `test_<unit>__<what>`. When a file of tests stands before it in the same cell or
paragraph, the test is in that file, or in one named earlier there; else it may be in any."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
UNIT = ROOT / "tests" / "unit"
QUOTED = re.compile(r"`([^`\n]+)`")
TEST = re.compile(r"test_\w+__\w+")
FILE_OF_TESTS = re.compile(r"(?:\w+/)?test_\w+\.c")
SCRIPT = re.compile(r"(?:cli|interop)/\w+\.sh")
OURS = re.compile(r"zkl_\w+")
CODE_FILE = re.compile(r"[a-z]\w*\.(?:c|h|cpp|py)")
PATH = re.compile(r"(?:src|include|tests|tools|fuzz|cmake|bench)/[\w./*-]*\w/?")


def tests_of(path):
    return set(re.findall(r"^static void (test_\w+)\(zkl_test", path.read_text(), re.M))


def cells(text):
    """Table cells and lines, each with the number of its line."""
    for number, line in enumerate(text.splitlines(), 1):
        for cell in line.split("|"):
            yield number, cell


def check_soundness(page, units):
    bad = []
    everywhere = set().union(*units.values())
    for number, cell in cells(page.read_text()):
        nearby = set()
        for word in QUOTED.findall(cell):
            where = f"{page.relative_to(ROOT)}:{number}"
            if FILE_OF_TESTS.fullmatch(word):
                found = [path for path in units if str(path).endswith("/" + word)]
                if not found:
                    bad.append(f"{where}: there is no file of tests '{word}'")
                nearby.update(*(units[path] for path in found))
            elif SCRIPT.fullmatch(word) and not (ROOT / "tests" / word).exists():
                bad.append(f"{where}: there is no script '{word}'")
            elif TEST.fullmatch(word) and word not in everywhere:
                bad.append(f"{where}: there is no test '{word}'")
            elif TEST.fullmatch(word) and nearby and word not in nearby:
                home = [str(path.relative_to(UNIT)) for path in units if word in units[path]]
                bad.append(f"{where}: '{word}' is in {home[0]}, which the cell does not name")
    return bad


def check_names(page, sources):
    """Functions and types by zkl_, and files of code by their name alone."""
    bad = []
    files = {path.name for path in sources}
    code = set(OURS.findall("\n".join(path.read_text() for path in sources)))
    for number, line in enumerate(page.read_text().splitlines(), 1):
        for word in QUOTED.findall(line):
            if (OURS.fullmatch(word) and word not in code) or (CODE_FILE.fullmatch(word) and word not in files):
                bad.append(f"{page.relative_to(ROOT)}:{number}: there is no '{word}'")
    return bad


def check_paths(page):
    bad = []
    for number, line in enumerate(page.read_text().splitlines(), 1):
        for word in QUOTED.findall(line):
            if PATH.fullmatch(word) and not list(ROOT.glob(word)):
                bad.append(f"{page.relative_to(ROOT)}:{number}: there is no '{word}'")
    return bad


def main():
    units = {path: tests_of(path) for path in sorted(UNIT.glob("*/test_*.c"))}
    bad = [line for page in ("SOUNDNESS.md", "security.md") for line in check_soundness(ROOT / "docs" / page, units)]
    sources = [path for folder in ("src", "include", "tests", "tools", "fuzz", "bench")
               for path in (ROOT / folder).rglob("*") if path.suffix in (".c", ".h", ".cpp", ".py")]
    for page in sorted((ROOT / "docs").rglob("*.md")):
        bad += check_paths(page) + check_names(page, sources)
    print("\n".join(bad) if bad else "named tests and files: all there")
    return 1 if bad else 0


sys.exit(main())
