"""docs/troubleshooting.md from docs/troubleshooting.toml and the source's error texts.

    tools/troubleshooting.py            write the page
    tools/troubleshooting.py --check    is the page as it would be written, has every text a row, has every row a text

A text is the format string of zkl_fail, zkl_fail_hint, zkl_fail_check and zkl_toml_fail; zkl_wrap puts a place before
one, and zkl_fail_errno says what the system says."""
import collections
import fnmatch
import pathlib
import re
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent
TABLE, PAGE = ROOT / "docs/troubleshooting.toml", ROOT / "docs/troubleshooting.md"
# By function, which argument is the format.
CALLS = {"zkl_fail": 2, "zkl_fail_hint": 3, "zkl_fail_check": 3, "zkl_toml_fail": 2}
LITERAL = re.compile(r'"((?:[^"\\]|\\.)*)"|\b([A-Z_a-z]\w*)')


def skip_quoted(text, at):
    """The index behind the literal that begins here."""
    quote, at = text[at], at + 1
    while text[at] != quote:
        at += 2 if text[at] == "\\" else 1
    return at + 1


def without_comments(text):
    out, at = [], 0
    while at < len(text):
        if text.startswith("/*", at):
            end = text.index("*/", at) + 2
        elif text.startswith("//", at):
            end = text.find("\n", at)
            end = len(text) if end < 0 else end
        else:
            end = skip_quoted(text, at) if text[at] in "\"'" else at + 1
            out.append(text[at:end])
        at = end
    return "".join(out)


def argument(text, at, wanted):
    """Argument number `wanted` of the call whose first one begins here; "" when it has not so many."""
    depth, number, start = 0, 0, at
    while True:
        if text[at] in "\"'":
            at = skip_quoted(text, at)
            continue
        if text[at] in "([{":
            depth += 1
        elif text[at] in ")]}" and depth:
            depth -= 1
        elif not depth and text[at] in ",)":
            if number == wanted:
                return text[start:at]
            if text[at] == ")":
                return ""
            number, start = number + 1, at + 1
        at += 1


def formats(expression):
    """The format strings of an argument: one, or those of a choice."""
    for part in re.split(r"[?:](?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", expression):
        if '"' not in part:
            continue
        pieces = []
        for literal, name in LITERAL.findall(part):
            pieces.append("{" + name + "}" if name else literal)
        yield re.sub(r'\\(["\\])', r"\1", "".join(pieces))


def extract():
    """[(file, text)], each once, in the order of the source."""
    found = {}
    for path in sorted(p for kind in ("c", "h", "cpp") for p in (ROOT / "src").rglob("*." + kind)):
        source, name = without_comments(path.read_text()), str(path.relative_to(ROOT))
        for call in re.finditer(r"\b(" + "|".join(CALLS) + r")\s*\(", source):
            for text in formats(argument(source, call.end(), CALLS[call[1]])):
                if not re.fullmatch(r"(%s|\s)*", text):  # passed on: it is counted where it is made
                    found[name, text] = None
    return list(found)


def is_from(row, name):
    return "from" not in row or any(fnmatch.fnmatch(name, pattern) for pattern in row["from"])


def assign(rows, texts):
    """The texts of each row, and what is wrong."""
    faults, of, used = [], collections.defaultdict(list), set()
    for name, text in texts:
        by_text = []
        for number, row in enumerate(rows):
            parts = [part for part in row.get("texts", []) if part in text and is_from(row, name)]
            used.update((number, part) for part in parts)
            by_text += [(max(map(len, parts)), number)] if parts else []
        # The longest part counts: "no memory for the passphrase" is no "no memory".
        by_text.sort(reverse=True)
        if len(by_text) > 1 and by_text[0][0] == by_text[1][0]:
            faults.append(f"{name}: two rows have the text: {text}")
        by_file = [number for number, row in enumerate(rows) if "texts" not in row and is_from(row, name)]
        if not by_text and not by_file:
            faults.append(f"{name}: no row of docs/troubleshooting.toml has the text: {text}")
            continue
        of[by_text[0][1] if by_text else by_file[0]].append(text)
    for number, row in enumerate(rows):
        if not of[number]:
            faults.append(f"a row has no text: {row.get('texts') or row['from']}")
        faults += [f"no text has the part: {part}" for part in row.get("texts", []) if (number, part) not in used]
    return of, faults


def read_table():
    """The groups' titles and the rows, each row with its group: by their order in the file."""
    source = TABLE.read_text()
    table = tomllib.loads(source)
    kinds = re.findall(r"^\[\[(group|row)\]\]$", source, re.M)
    groups, rows, group = iter(table["group"]), iter(table["row"]), None
    for kind in kinds:
        if kind == "group":
            group = next(groups)["title"]
        else:
            next(rows)["group"] = group
    return table


def check_names():
    header = (ROOT / "include/zkl/status.h").read_text()
    body = re.search(r"#define ZKL_CHECK_TABLE\(X\)(.*?)\n\n", header, re.S)[1]
    return [name for name in re.findall(r'X\(\w+, "([^"]+)"\)', body)]


def shown(text):
    """A format as people meet it: … for what is put in."""
    text = re.sub(r"%[-+ #0-9.*]*(?:hh|h|ll|l|z)?[a-zA-Z]|%?\{[^}]*\}", "…", text)
    return text.replace("%%", "%").replace("|", "\\|").replace("\\n", " ").strip()


def page(table, of):
    lines = ["# Troubleshooting", "",
             "What the program says, why, and what to do. Search this page for the words of the error without its values: `…` stands",
             "for them. Written by `tools/troubleshooting.py` from `troubleshooting.toml`; a test finds every error of the source here.", "",
             "The exit code says what kind it is (`cli.md`): 1 is \"checked, and false\"; 2 wrong usage, 3 bad input, 4 not found,",
             "5 conflict, 6 a limit, 7 the disk, 8 not supported, 9 could not check, 10 not permitted. What stands behind an error after",
             "`;` or `:` is often the cure already. Where nothing helps: `zkp-ledger doctor`.", ""]
    for group in table["group"]:
        lines += ["## " + group["title"], ""]
        for number, row in enumerate(table["row"]):
            if row["group"] != group["title"]:
                continue
            texts = sorted({shown(text) for text in of[number]}, key=lambda t: (t.strip("'… ").lower(), t))
            listed = ["- `" + text.replace("`", "'") + "`" for text in texts]
            if len(texts) > 12:
                listed = [f"<details><summary>{len(texts)} texts</summary>", "", *listed, "", "</details>"]
            lines += [f"**{row['cause']}**", "", row["cure"], "", *listed, ""]
    lines += ["## Checks", "", "An error of a verification begins with the check that failed: `check 'inclusion': …`. They are made in this order.", "",
              "| check | what it holds |", "| --- | --- |"]
    lines += [f"| `{name}` | {table['checks'][name]} |" for name in check_names() if name in table["checks"]]
    return "\n".join(lines) + "\n"


def main():
    table = read_table()
    of, faults = assign(table["row"], extract())
    names = check_names()
    faults += [f"no line in [checks] for '{name}'" for name in names if name not in table["checks"]]
    faults += [f"[checks] has '{name}', which there is not" for name in table["checks"] if name not in names]
    text = page(table, of)
    if "--check" not in sys.argv:
        PAGE.write_text(text)
    elif PAGE.read_text() != text:
        faults.append("docs/troubleshooting.md is not as tools/troubleshooting.py writes it: run it")
    for fault in faults:
        print(fault)
    if faults:
        sys.exit(1)
    print("troubleshooting: every error has its row")


if __name__ == "__main__":
    main()
