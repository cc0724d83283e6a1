#!/usr/bin/env bash
# disclose: rows go into a file that verify takes by itself; the log gets a hash. Over two chunks, drawn and chosen; what is
# asked too much is refused, and nothing is recorded then.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

new_ledger .
python3 - <<'PYTHON'
import random
random.seed(5)
with open("many.csv", "w", newline="") as f:
    f.write("id,city\n")
    for i in range(65540):
        f.write("%d,%s\n" % (i % 50000, ['Oslo', '"a ""q"" \\ b"', ""][i % 3]))
PYTHON
run 0 zkp-ledger notarize many.csv --name many -o many.zkl
run 0 zkp-ledger keys show --trust
cp "$work/.out" trust.toml
run 0 zkp-ledger log --json
size=$(json_value "d['size']")

run 0 zkp-ledger disclose many --rows 65536,0-2,65539 --data many.csv -o shown.zkl --json
json "d['status'] == 'done'" "d['rows'] == [0, 1, 2, 65536, 65539]" "d['columns'] == ['id', 'city']" \
    "d['entry']['index'] == $size" "d['bytes'] > 5 * 304"
[ "$(stat -c %a shown.zkl)" = 600 ] || fail "others may read the values"
cd / && run 0 zkp-ledger verify "$work/shown.zkl" --trust "$work/trust.toml"
says 'Shown, 5 rows of 2 columns:'
says '  0  0  "Oslo"'
says '  1  1  "a \"q\" \\ b"'
says '  2  2  null'
says '  65536  15536  "a \"q\" \\ b"'
says '  65539  15539  "a \"q\" \\ b"'
says 'The owner chose these rows'
cd "$work" && run 0 zkp-ledger verify shown.zkl --trust trust.toml --json
json "d['status'] == 'valid'" "d['entry']['kind'] == 'disclose'" "d['disclosed']['challenge'] is None" \
    "[r['row'] for r in d['disclosed']['rows']] == [0, 1, 2, 65536, 65539]" \
    "d['disclosed']['rows'][2]['cells'] == [{'text': '2'}, {'null': True}]"
run 0 zkp-ledger verify shown.zkl --trust trust.toml --data many.csv
run 0 zkp-ledger verify shown.zkl
ok "chosen rows of two chunks are shown and verified"

challenge=00112233445566778899aabbccddeeff
run 0 zkp-ledger disclose many@1 --sample 3 --challenge $challenge --columns city --data many.csv
[ -f many@1.rows.zkl ] || fail "no file under its usual name"
run 0 zkp-ledger verify many@1.rows.zkl --trust trust.toml
says "drawn by the challenge $challenge"
says 'Shown, 3 rows of 1 column'
prints '  row  city'
run 5 zkp-ledger disclose many --rows 1 --data many.csv
says 'exists'
ok "a sample is drawn, a file that is there stays"

run 0 zkp-ledger log
says 'disclose  many@1'
run 0 zkp-ledger show many
says "Rows were shown by entry $size"
run 0 zkp-ledger verify "many#$size"
silent_about 'Shown,'
run 0 zkp-ledger export many --force
silent_about 'later entr'
run 0 zkp-ledger export many --format dsse --force
run 0 zkp-ledger verify-chain --proofs
run 3 zkp-ledger show shown.zkl
says 'a disclosure of rows'
ok "the log has the entry, and nothing of the values"

python3 - <<'PYTHON'
import hashlib
d = bytearray(open("shown.zkl", "rb").read())
at = d.index(b"Oslo")
d[at] ^= 1
open("damaged.zkl", "wb").write(d)
d[-32:] = hashlib.sha3_256(d[:-32]).digest()
open("false.zkl", "wb").write(d)
PYTHON
run 3 zkp-ledger verify damaged.zkl --trust trust.toml
run 1 zkp-ledger verify false.zkl --trust trust.toml --json
json "d['check'] == 'disclosure'" "'disclosed' not in d"
ok "another byte is refused"

run 0 zkp-ledger log --json
json "d['size'] == $size + 2"
run 0 zkp-ledger disclose many --rows 9,2-3 --columns city --data many.csv -o a.zkl --dry-run
says 'A dry run: 3 rows of many@1 would be shown in a.zkl; nothing was written or recorded'
says 'rows     2, 3, 9'
says 'columns  city'
run 0 zkp-ledger disclose many --sample 3 --challenge $challenge --columns city --data many.csv -o a.zkl --dry-run --json
drawn=$(json_value "d['rows']")
json "d['dry_run'] is True" "'entry' not in d" "'bytes' not in d"
run 0 zkp-ledger verify many@1.rows.zkl --trust trust.toml --json
json "[r['row'] for r in d['disclosed']['rows']] == $drawn"
for wrong in '--rows 65540 -o a.zkl' '--rows 1 --columns town -o a.zkl' '--rows 1 -o many.csv --force'; do
    run 2 zkp-ledger disclose many $wrong --data many.csv --dry-run
done
sed 's/^7,/8,/' many.csv >other.csv
run 1 zkp-ledger disclose many --rows 1 --data other.csv -o a.zkl --dry-run
run 5 zkp-ledger disclose many --rows 1 --data many.csv -o shown.zkl --dry-run
run 2 zkp-ledger disclose many --rows 65540 --data many.csv -o a.zkl
says 'the dataset has 65540, counted from 0'
run 6 zkp-ledger disclose many --rows 0-2000 --data many.csv -o a.zkl
says 'more than 1024 rows'
run 2 zkp-ledger disclose many --rows 1 --columns town --data many.csv -o a.zkl
says "no column 'town'"
run 2 zkp-ledger disclose many --data many.csv -o a.zkl
run 2 zkp-ledger disclose many --sample 3 --data many.csv -o a.zkl
run 2 zkp-ledger disclose many --rows 1 --challenge $challenge --data many.csv -o a.zkl
run 2 zkp-ledger disclose many --rows 1 -o a.zkl
run 2 zkp-ledger disclose many --rows 1 --data many.csv -o many.csv --force
sed 's/^7,/8,/' many.csv >other.csv
run 1 zkp-ledger disclose many --rows 1 --data other.csv -o a.zkl
[ ! -e a.zkl ] || fail "a refused one left a file"
run 0 zkp-ledger log --json
json "d['size'] == $size + 2"
ok "what cannot be shown is refused, and leaves nothing"
