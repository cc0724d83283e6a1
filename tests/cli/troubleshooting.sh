#!/usr/bin/env bash
# docs/troubleshooting.md has every error of the source, each with one cure; and errors as they are met are found in it.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

run 0 python3 "$zkl_source/tools/troubleshooting.py" --check
ok "every error has its row, every row an error, and the page is as it would be written"

# A copy with an error that no row has, and with a row that has none, is refused.
mkdir -p copy/docs copy/tools copy/include/zkl copy/src
cp "$zkl_source"/docs/troubleshooting.* copy/docs && cp "$zkl_source/tools/troubleshooting.py" copy/tools
cp "$zkl_source/include/zkl/status.h" copy/include/zkl && cp -r "$zkl_source"/src/* copy/src
echo 'zkl_fail(err, ZKL_USAGE, "the moon" " is %s", phase);' >copy/src/moon.c
printf '[[row]]\ntexts = ["nobody ever says this"]\ncause = "c"\ncure = "d"\n' >>copy/docs/troubleshooting.toml
run 1 python3 copy/tools/troubleshooting.py --check
says 'moon.c: no row of docs/troubleshooting.toml has the text: the moon is %s'
says 'nobody ever says this'
ok "an error without a row is named"

# found COMMAND...: it fails, and what it says stands on the page.
found() {
    "$@" >"$work/.out" 2>"$work/.err" </dev/null && fail "it was to fail: $*"
    python3 - "$work/.err" "$zkl_source/docs/troubleshooting.md" <<'PYTHON' || fail "docs/troubleshooting.md lacks what '$*' says"
import re, sys
said, page = open(sys.argv[1]).read(), open(sys.argv[2]).read()
texts = [t for t in re.findall(r"^- `(.*)`$", page, re.M) if len(t.replace("…", "")) > 9]
sys.exit(not any(re.search(".*".join(map(re.escape, t.split("…"))), said) for t in texts))
PYTHON
}
found zkp-ledger show
found zkp-ledger verfy
found zkp-ledger show --ledger /nowhere
new_ledger .
small_table >people.csv
found zkp-ledger init .
found zkp-ledger show people
found zkp-ledger notarize missing.csv --name people
found zkp-ledger notarize people.csv --name 'no name'
found zkp-ledger notarize people.csv --name people --claim 'range(age, 0, 45)'
found zkp-ledger notarize people.csv --name people --claim 'range(age 0)'
found zkp-ledger notarize people.csv --name people --claim 'sum(wage)'
found zkp-ledger notarize people.csv --name people --encoding utf-16
found zkp-ledger verify people.csv --trust people.csv
found zkp-ledger verify nothing.zkl
found zkp-ledger spool drop people
found zkp-ledger setup export
ok "errors as they are met are found on the page"
