#!/usr/bin/env bash
# docs/tour-lineage.md, run as a reader runs it: blocks "python NAME" are files, blocks "console" transcripts, commands behind
# "$ " and what they print, both streams. Hashes of files differ from one version of the packages to another: they are not
# compared. scikit-learn is the model's maker, and the judge of the score.
set -euo pipefail
source "$ZKL_SOURCE_DIR/tests/interop/libtools.sh"

page=$ZKL_SOURCE_DIR/docs/tour-lineage.md
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python=$(zkl_python "$ZKL_SOURCE_DIR/tests/interop/answers_requirements.txt")
mkdir "$work/tour" "$work/bin"
ln -s "$python" "$work/bin/python3"
export PATH=$ZKL_BUILD_DIR:$(dirname "$python"):$PATH
export ZKL_SETUP_CACHE=$ZKL_BUILD_DIR/tests/setup-cache XDG_STATE_HOME=$work/state
cd "$work/tour"
awk '/^```python / { name = $2; next } /^```$/ { name = "" } name { print > name }' "$page"
awk '/^```console$/ { inside = 1; next } /^```$/ { inside = 0 } inside' "$page" >../wanted
[ -s ../wanted ] || { echo "the page has no transcript" >&2; exit 1; }
while IFS= read -r line; do
    case $line in
    '$ '*)
        echo "$line"
        bash -c "${line#\$ }" 2>&1 </dev/null || true
        ;;
    esac
done <../wanted >../got
hide() { sed -E 's/sha256 [0-9a-f]{16}/sha256 ----------------/' "$1"; }
if [ -n "${ZKL_SHOW_TRANSCRIPT:-}" ]; then
    cat ../got
    exit
fi
diff -u <(hide ../wanted) <(hide ../got) >&2 || { echo "the tour prints something else" >&2; exit 1; }
echo "ok docs/tour-lineage.md prints what it says"

# The score that was proven is a score that scikit-learn finds, and the one that was refused is not.
"$python" - evaluated.csv <<'PYTHON'
import csv, sys
from sklearn.metrics import accuracy_score

rows = list(csv.DictReader(open(sys.argv[1])))
score = accuracy_score([r["malignant"] for r in rows], [r["predicted"] for r in rows])
assert 0.85 <= score < 0.99, score
PYTHON
echo "ok scikit-learn finds that score"
