"""The table of docs/service/remote.md, from the rows of src/cli/remote.c.

    tools/remote_doc.py            write the page's table
    tools/remote_doc.py --check    is the page as it would be written, and has every command a row"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/service/remote.md"
BEGIN, END = "<!-- from src/cli/remote.c -->\n", "<!-- end -->\n"
WORDS = {"CLI_THERE": "at the service", "CLI_HERE": "here", "CLI_NOWHERE": "refused"}


def text(token):
    return "" if token == "NULL" else "".join(re.findall(r'"([^"]*)"', token))


source = (ROOT / "src/cli/remote.c").read_text()
table = source[source.index("cli_place places[] = {"):source.index("const cli_place *cli_place_at")]
rows = re.findall(r'\{ ("[^"]*"), (NULL|"[^"]*"), (CLI_\w+),\s*(NULL|(?:"[^"]*"\s*)+) \}', table)
commands = re.findall(r"COMMAND\((\w+)\)", (ROOT / "src/cli/commands.h").read_text())
lacking = {c.replace("_", "-") for c in commands if c != "name"} - {text(row[0]) for row in rows if row[1] == "NULL"}
if lacking or not rows:
    sys.exit("src/cli/remote.c: no row of %s" % ", ".join(sorted(lacking)))

lines = ["| command | runs | |\n", "| --- | --- | --- |\n"]
for kind in WORDS:
    for command, action, at, why in rows:
        if at == kind:
            lines.append("| `%s` | %s | %s |\n" % ((text(command) + " " + text(action)).strip(), WORDS[kind], text(why)))
page = PAGE.read_text()
written = page[:page.index(BEGIN) + len(BEGIN)] + "".join(lines) + page[page.index(END):]
if "--check" in sys.argv:
    if page != written:
        sys.exit("docs/service/remote.md is not as tools/remote_doc.py writes it: run it")
    print("remote: the page has %d rows" % len(rows))
else:
    PAGE.write_text(written)
