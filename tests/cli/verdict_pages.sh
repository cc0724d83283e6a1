#!/usr/bin/env bash
# Every sentence of a verdict has its page: each kind of claim one in docs/claims, each thing that is not proven a line in
# docs/verdict.md, and every page that is named there exists.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
python3 - "$zkl_source" <<'PYTHON' || fail "docs/verdict.md or docs/claims lacks something"
import pathlib, re, sys
root = pathlib.Path(sys.argv[1])
verdict = (root / "docs/verdict.md").read_text()
pages = {p.name: p.read_text() for p in (root / "docs/claims").glob("*.md")}
wrong = []
kinds = re.search(r"#define ZKL_CLAIM_KINDS\(KIND\)(.*?)\n\n", (root / "src/proof/kinds.h").read_text(), re.S).group(1)
names = re.findall(r"KIND\((\w+)\)", kinds)
assert len(names) > 40
spelled = {"sum_where": "sum(c where P)", "mean_where": "mean(c where P)", "count_where": "count(where P)"}
for name in names:
    word = spelled.get(name, name)
    if not any(re.search(r"(?<![\w])" + re.escape(word) + r"(?![\w])", page) for page in pages.values()):
        wrong.append("no page of docs/claims speaks of " + word)
codes = re.findall(r'\[ZKL_UNPROVEN_\w+\] = \{\s*"([a-z ]+)"', (root / "src/verify/verdict.c").read_text())
assert len(codes) >= 10
for code in codes:
    if f"| `{code}` |" not in verdict:
        wrong.append("docs/verdict.md has no line for what is not proven: " + code)
for page in re.findall(r"`claims/(\w+\.md)`", verdict):
    if page not in pages:
        wrong.append("docs/verdict.md names a page that is not there: " + page)
for page in pages:
    if f"`claims/{page}`" not in verdict:
        wrong.append("docs/verdict.md does not lead to docs/claims/" + page)
print("\n".join(wrong))
sys.exit(1 if wrong else 0)
PYTHON
ok "every sentence of a verdict has its page"
