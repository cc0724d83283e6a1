#!/usr/bin/env bash
# notarize --each: many files, each a dataset of its own; what fails leaves the others, and the same call goes on.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

new_ledger .
mkdir in receipts
for n in 1 2 3 4 5 6; do small_table >in/part$n.csv; done
small_table >'in/may sales.csv'
small_table | sed 's/30//' >in/bad.csv
small_table >in/.hidden.csv
echo text >in/notes.md

run 1 zkp-ledger --threads 3 notarize --each in --name-prefix p- --claim 'not_null(age)' --receipts receipts --json
# One object a line, the last one with the status; whichever comes first.
python3 - "$work/.out" <<'PYTHON' || fail "its JSON is not as documented"
import json, sys
*files, end = [json.loads(line) for line in open(sys.argv[1])]
failed = {f["path"]: f for f in files if f["event"] == "failed"}
made = {f["name"]: f for f in files if f["event"] == "notarised"}
assert set(failed) == {"in/bad.csv", "in/notes.md"} and all(f["error"] for f in failed.values()), failed
assert set(made) == {"p-may-sales"} | {f"p-part{n}" for n in range(1, 7)}, made
assert all(f["version"] == 1 and f["rows"] == 4 for f in made.values()), made
assert len({f["index"] for f in made.values()}) == 7 and len({f["id"] for f in made.values()}) == 7, made
assert (end["notarised"], end["failed"], end["unchanged"], end["known"]) == (7, 2, 0, 0), end
assert end["exit_code"] == 1, end
PYTHON
says 'failed: in/bad.csv'
says "failed: in/notes.md: the file's name makes no name of a dataset"
[ "$(find receipts -name '*.zkl' | wc -l)" -eq 7 ] || fail "not every dataset has a receipt"
run 0 zkp-ledger keys show --trust
cp "$work/.out" trust.toml
run 0 zkp-ledger verify receipts --trust trust.toml
run 0 zkp-ledger verify-chain --proofs
ok "each file is a dataset with a receipt of its own, and failures leave the others"

# The same call: what is recorded is not read. What is new, was changed, or has lost its receipt, is.
rm in/bad.csv in/notes.md
size=$(log_size)
run 0 zkp-ledger notarize --each in --name-prefix p- --claim 'not_null(age)' --receipts receipts
prints '0 notarised, 0 unchanged, 7 known, 0 failed'
small_table >in/part7.csv
echo '5,70' >>in/part1.csv
rm receipts/p-part2.zkl
run 0 zkp-ledger notarize --each in --name-prefix p- --claim 'not_null(age)' --receipts receipts
prints '2 notarised, 1 unchanged, 5 known, 0 failed'
prints 'p-part1@2, 5 rows'
run 0 zkp-ledger verify receipts/p-part2.zkl --trust trust.toml
[ "$(log_size)" -eq $((size + 2)) ] || fail "more was recorded than is new"
# So is one whose receipt there is not the latest version's; and a link that leads nowhere is told as a file is that cannot be read.
cp receipts/p-part3.zkl old.zkl
echo '6,44' >>in/part3.csv
run 0 zkp-ledger notarize --each in/part3.csv --name-prefix p- --claim 'not_null(age)'
cp old.zkl receipts/p-part3.zkl
ln -s nowhere in/lost.csv
run 4 zkp-ledger notarize --each in --name-prefix p- --claim 'not_null(age)' --receipts receipts
prints '0 notarised, 1 unchanged, 7 known, 1 failed'
says 'failed: in/lost.csv: cannot open'
cmp -s old.zkl receipts/p-part3.zkl && fail "the receipt of the version before is there still"
rm in/lost.csv
# Other claims are those of files that are read.
run 0 zkp-ledger notarize --each in/part3.csv in/part4.csv --name-prefix p- --claim 'range(age, 0, 99)'
prints '0 notarised, 0 unchanged, 2 known, 0 failed'
run 0 zkp-ledger notarize --each in/part3.csv in/part4.csv --name-prefix p- --claim 'range(age, 0, 99)' --read-known
prints '2 notarised, 0 unchanged, 0 known, 0 failed'
run 0 zkp-ledger show p-part4
prints 'every value of age lies between 0 and 99'
ok "the same call goes on where one ended"

# A false claim is of the one file that it is false of.
small_table | sed 's/30/130/' >in/old.csv
run 1 zkp-ledger notarize --each in/old.csv in/part5.csv --claim 'range(age, 0, 120)'
says "failed: in/old.csv"
prints 'part5@1'
run 4 zkp-ledger show old
# Of two files that make one name the second is refused, however many lie between.
small_table >in/may-sales.csv
run 3 zkp-ledger notarize --each in --name-prefix q-
says "failed: in/may-sales.csv: 'may sales.csv' makes the name 'q-may-sales' already"
ok "a file that fails is told by its own reason"

# One thread, and one after the other: the same datasets.
run 0 zkp-ledger --threads 1 notarize --each 'in/part[12].csv' --name-prefix one-
prints '2 notarised'
run 4 zkp-ledger notarize --each in/part1.csv in/nothing.csv --name-prefix two-
prints 'two-part1@1'
cp in/part1.csv plain
run 3 zkp-ledger notarize --each plain
run 0 zkp-ledger notarize --each plain --format csv
prints 'plain@1'
ok "with one thread, a missing file, and a format that is said"

while read -r code options; do
    # shellcheck disable=SC2086
    run "$code" zkp-ledger notarize --each in/part1.csv $options
done <<'OPTIONS'
2 --name x
2 --like x
2 --dry-run
2 -o x.zkl
2 --name-prefix -x
4 --receipts nowhere
2 --receipts trust.toml
OPTIONS
run 2 zkp-ledger notarize --each -
run 2 zkp-ledger notarize in/part1.csv --name x --receipts receipts
run 2 zkp-ledger notarize in/part1.csv
says '--each'
run 8 zkp-ledger --remote http://127.0.0.1:1 --remote-plain notarize --each in
says 'watch FOLDER --once'
ok "what is of one dataset does not go with many"
