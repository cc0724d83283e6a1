#!/usr/bin/env bash
# The examples of docs/claims/*.md, run as a reader runs them: each block "console" is a transcript, commands behind "$ "
# and what they print, both streams. All blocks of a page share a folder with a ledger.
#
# A fourth of the pages, drawn by a seed (ZKL_TEST_SEED), and all under `make soak`, are run as they stand. Of the others a
# claim that the page says is true is checked by a dry run instead of proven, where nothing later needs its dataset, and
# its receipt is not verified; all else, such as each refusal, prints what the page says.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
fill_setup_cache
seed=${ZKL_TEST_SEED:-$RANDOM}
echo "seed $seed"
cat >follow.py <<'PYTHON'
import difflib, re, subprocess, sys

whole = sys.argv[2] == "whole"
text = open(sys.argv[1], encoding="utf-8").read()
lines = [line for block in re.findall(r"^```console\n(.*?)^```$", text, re.M | re.S) for line in block.splitlines()]
steps = []
for line in lines:
    if line.startswith("$ "):
        steps.append((line[2:], []))
    else:
        steps[-1][1].append(line)
if not steps:
    sys.exit("it has no example")


def is_needed(command, later):
    name = re.search(r"--name (\S+)", command)
    use = name and re.compile(r"(prove|transform|split|--like|--with|for t in.*) " + re.escape(name[1]) + r"\b")
    return not name or any(use.search(other) for other, _ in later)


for number, (command, wanted) in enumerate(steps):
    said = " ".join(wanted)
    if not whole and command.startswith("zkp-ledger verify "):
        continue
    is_claim = command.startswith("zkp-ledger prove ") or \
        (command.startswith("zkp-ledger notarize ") and "--claim" in command and not is_needed(command, steps[number + 1:]))
    dry = not whole and not said and is_claim
    done = subprocess.run(["bash", "-c", command + (" --dry-run" if dry else "")], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8", check=False)
    got = done.stdout.splitlines()
    if dry and done.returncode == 0:
        got = []
    if got != wanted:
        print(f"$ {command}", *difflib.unified_diff(wanted, got, "wanted", "got", lineterm=""), sep="\n")
        sys.exit(1)
PYTHON
pages=("$zkl_source"/docs/claims/*.md)
drawn=$(python3 -ESc 'import random, sys
names = sys.argv[2:]
print(*random.Random(sys.argv[1]).sample(names, (len(names) + 3) // 4), sep="\n")' "$seed" "${pages[@]}")
for page in "${pages[@]}"; do
    name=$(basename "$page" .md)
    mkdir "$name" && cd "$name" || exit 1
    run 0 zkp-ledger init --no-passphrase -q
    how=dry
    if is_soak || grep -qxF "$page" <<<"$drawn"; then how=whole; fi
    python3 -ES ../follow.py "$page" $how >&2 || fail "the example of $name.md prints something else"
    ok "docs/claims/$name.md: its example prints what the page says ($how)"
    cd ..
done
