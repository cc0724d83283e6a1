#!/usr/bin/env python3
"""Only src/cli, and the service's main.c, say commands and options of the command line.

A message of the library states a fact. What to type about it is a hint (zkl_fail_hint), whose words stand in
src/cli/hints.c. So no string literal of the other folders may hold ` --option` or `zkp-ledger command`. Literals that
stand side by side are one text, as for the compiler."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
# A comment, a character constant, or a run of string literals; `\\` joins the lines of a macro.
TOKEN = re.compile(
    r"//[^\n]*|/\*.*?\*/|'(?:\\.|[^'\\\n])+'|(\"(?:\\.|[^\"\\\n])*\"(?:[ \t\n\\]*\"(?:\\.|[^\"\\\n])*\")*)",
    re.S,
)
ADVICE = re.compile(r"(?:^|[ (`'\"])--[a-z]|zkp-ledger [a-z]")

# A piece of the text, and why it may stand. One that is found no more is an error too.
EXCEPTIONS = {
    "zkp-ledger checkpoint v1": "the first line of a file format, no command",
    r"zkp-ledger ceremony\n": "the first line of a file format, no command",
    "THIS-FILE": "a page for whoever opens the file, which goes to people by itself",
    "zkp-ledger consistency ": "the same",
    "`zkp-ledger init --succeeds`": "is a warning too, and warnings carry no hint",
    "`zkp-ledger log` shows it": "the store's own fault stands behind it",
    "('zkp-ledger export' does)": "the file's own fault, which may have a hint, stands behind it",
    "to use it, name it: --ledger": "the reason stands behind it",
}


def texts(source):
    """Every text of a file, with its line."""
    for token in TOKEN.finditer(source):
        if token[1]:
            pieces = re.findall(r'"((?:\\.|[^"\\\n])*)"', token[1])
            yield source.count("\n", 0, token.start()) + 1, "".join(pieces)


bad, used = [], set()
for path in sorted((ROOT / "src").rglob("*.[ch]*")):
    name = path.relative_to(ROOT / "src").as_posix()
    if name.startswith("cli/") or name == "daemon/main.c":
        continue
    for line, text in texts(path.read_text()):
        if not ADVICE.search(text):
            continue
        known = [piece for piece in EXCEPTIONS if piece in text]
        used.update(known)
        if not known:
            bad.append(f'src/{name}:{line}: "{text}" names a command or an option: give the error a hint')
bad += [f"tools/check_advice.py: no text holds the exception '{piece}'" for piece in EXCEPTIONS if piece not in used]
print("\n".join(bad) if bad else "advice: ok")
sys.exit(bool(bad))
