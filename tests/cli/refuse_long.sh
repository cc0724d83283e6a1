#!/usr/bin/env bash
# What must be refused, each with its exit code, a text that names the cause, and nothing recorded.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

mkdir home && cd home || exit 1
home=$PWD
new_ledger . --name refuse
small_table >ages.csv
run 0 zkp-ledger notarize ages.csv --name ages --claim 'range(age, 0, 120)' -o ages.zkl
run 0 zkp-ledger keys show --trust
cp "$work/.out" trust.toml
recorded=$(log_size)

# The log of this ledger is as it was.
unchanged() { [ "$(log_size --ledger "$home/.zkp-ledger")" = "$recorded" ] || fail "something was recorded"; }
# refused CODE TEXT COMMAND...: exit code, a text, and nothing recorded.
refused() {
    local want=$1 text=$2
    shift 2
    run "$want" "$@"
    says "$text"
    unchanged
}
# notarize_refused CODE TEXT FILE [OPTIONS]
notarize_refused() {
    local want=$1 text=$2
    shift 2
    refused "$want" "$text" zkp-ledger notarize "$@" --name refused
}

# ---- False claims: counted, not shown. The ages are 30, 40, 50, 60.
notarize_refused 1 '2 offending rows; nothing was recorded' ages.csv --claim 'range(age, 0, 45)'
notarize_refused 1 'range(age, 35, *): 1 offending' ages.csv --claim 'range(age, 35, *)'
notarize_refused 1 "'sum(age) = 181' is false" ages.csv --claim 'sum(age) = 181'
notarize_refused 1 "'sum(age) <= 179' is false" ages.csv --claim 'sum(age) <= 179'
notarize_refused 1 "'mean(age) >= 46' is false" ages.csv --claim 'mean(age) >= 46'
notarize_refused 1 '4 offending rows' ages.csv --claim 'linear(age - 10*id = 19)'
notarize_refused 1 'the dataset has 4 rows' ages.csv --claim 'rows(3)'
notarize_refused 1 '2 offending rows' "$data/penguins.csv" --null NA --columns body_mass_g \
    --claim 'range(body_mass_g, *, *, nulls=refuse)'
run 1 zkp-ledger notarize ages.csv --name refused --json --claim 'range(age, 0, 45)' --claim 'range(age, 0, 100)'
json 'd["exit_code"] == 1' 'd["status"] == "rejected"' 'len(d["false_claims"]) == 1' 'd["false_claims"][0]["rows"] == 2' \
    'd["false_claims"][0]["claim"] == "range(age, 0, 45)"' '"nothing was recorded" in d["error"]'
unchanged
ok "false claims: exit 1, rows counted, nothing recorded"

# ---- Claims that make no sense for the table.
notarize_refused 4 "no column 'agee'" ages.csv --claim 'sum(agee)'
notarize_refused 2 "'x' is not a number" ages.csv --claim 'range(age, "x", 3)'
notarize_refused 2 'unknown kind; known: range' ages.csv --claim 'rang(age, 1, 3)'
says "; did you mean 'range'?"
silent_about "'rang(age, 1, 3)': claim 'rang(" # it is quoted once
notarize_refused 2 'the lower bound is above the upper one' ages.csv --claim 'range(age, 5, 3)'
notarize_refused 1 'no value of this type lies in the range' ages.csv --claim 'range(age, 70000, *)'
printf 'x\n0.1e3\n2.5e-3\n' >floats.csv
printf '[columns.x]\ntype = "float64"\n' >floats.toml
notarize_refused 8 'declare decimal(p,s)' floats.csv --schema floats.toml --claim 'sum(x)'
printf 'claimz = ["x"]\n' >claims.toml
notarize_refused 3 "line 1, column 1: unknown key 'claimz'" ages.csv --claims claims.toml
ok "claims on unknown columns, of wrong types, on floats"

# ---- Files that hold no table.
printf 'a,b\n1,2\n3\n4,5,6\n' >ragged.csv
notarize_refused 3 ragged.csv ragged.csv
printf 'a,b\n1,\xff\xfe\n' >encoding.csv
notarize_refused 3 'line 2: not UTF-8' encoding.csv
printf 'a,a\n1,2\n' >duplicate.csv
notarize_refused 3 "'a' stands twice" duplicate.csv
: >empty.csv
notarize_refused 3 'is empty' empty.csv
printf 'a,b\n' >header.csv
notarize_refused 3 'no rows' header.csv
notarize_refused 3 ages.csv ages.csv --format parquet
notarize_refused 4 'nothere.csv' nothere.csv
cp ages.csv ages.unknown
notarize_refused 2 '--format csv' ages.unknown
mkfifo pipe.csv
(exec 8<>pipe.csv; notarize_refused 3 'not a regular file' pipe.csv) || exit 1
notarize_refused 8 "'list'" "$data/types.parquet"
says 'leave it out with --columns'
notarize_refused 8 "'list'" "$data/types.parquet" --columns i8,list
notarize_refused 3 "no column 'nope'" "$data/types.parquet" --columns i8,nope
printf '{"a":1,"b":{"c":2}}\n{"a":2,"b":{"c":3}}\n' >nested.ndjson
notarize_refused 8 "column 'b' holds an object" nested.ndjson
says 'leave it out with --columns'
ok "ragged, empty, wrong encoding, nested"

printf '[columns.age]\ntype = "uint99"\n' >schema.toml
notarize_refused 3 'line 2, column 8: unknown type' ages.csv --schema schema.toml
printf '[columns.age]\ntype = = 3\n' >schema.toml
notarize_refused 3 'line 2, column 8' ages.csv --schema schema.toml
printf '[columns.nope]\ntype = "int16"\n' >schema.toml
notarize_refused 3 "no column 'nope'" ages.csv --schema schema.toml
printf '[columns.age]\ntype = "date"\n' >schema.toml
notarize_refused 3 "line 5, column 'age': not a date" ages.csv --schema schema.toml
says '4 values do not fit'
printf '[columns.a]\ntype = "date"\n[columns.b]\ntype = "date"\n' >schema.toml
(echo a,b && seq -f '%g,x' 6) >wrong.csv
notarize_refused 3 '... 12 bad values in all' wrong.csv --schema schema.toml
(echo a,b && seq 11) >ragged.csv
notarize_refused 3 '... 11 bad rows in all' ragged.csv
ok "schema files: line and column; rows that do not fit"

# What stands right beside the refused is taken.
dry=(--dry-run) # reading takes or refuses them; that such columns are proven, other tests say
! is_soak || dry=()
run 0 zkp-ledger notarize nested.ndjson --name beside --columns a "${dry[@]}"
printf 'a,b\n1,2\n' >one.csv
run 0 zkp-ledger notarize one.csv --name beside-one
run 0 zkp-ledger notarize "$data/types.parquet" --name beside-types --columns i8 "${dry[@]}"
recorded=$(log_size)
ok "one row, and nested columns left out, are taken"

# ---- What there is not; names and words that are none.
refused 4 "no dataset 'nobody'" zkp-ledger show nobody
refused 4 'nobody' zkp-ledger verify nobody
refused 4 'nobody' zkp-ledger export nobody
refused 4 'ages' zkp-ledger show ages@9
refused 2 'the version is a number' zkp-ledger show ages@x
refused 2 'no dataset name' zkp-ledger notarize ages.csv --name ../x
refused 2 '--name' zkp-ledger notarize ages.csv
refused 2 'takes one of' zkp-ledger export ages --format pdf
refused 2 "unknown option '--clam'" zkp-ledger notarize ages.csv --name x --clam 'rows(4)'
refused 2 'unexpected argument' zkp-ledger show ages ages
refused 2 'missing argument' zkp-ledger verify
refused 2 'given twice' zkp-ledger show ages --json --json
run 4 env -C / zkp-ledger log
says "zkp-ledger init"
run 4 zkp-ledger log --ledger "$work/nowhere"
mkdir "$work/no-ledger"
run 4 zkp-ledger log --ledger "$work/no-ledger"
ok "unknown datasets, versions, options, ledgers"

# ---- Receipts and trust.
mkdir "$work/elsewhere" && cp ages.zkl trust.toml "$work/elsewhere/" && cd "$work/elsewhere" || exit 1
run 0 zkp-ledger verify ages.zkl --trust trust.toml
run 9 zkp-ledger verify ages.zkl
says 'Nothing is trusted on first use'
run 4 zkp-ledger verify ages.zkl --trust nothere.toml
: >none && run 9 zkp-ledger verify ages.zkl --trust none
new_ledger "$work/other" --name other
(cd "$work/other" && zkp-ledger keys show --trust) >foreign.toml
run 9 zkp-ledger verify ages.zkl --trust foreign.toml
run 9 env -C "$work/other" zkp-ledger verify "$PWD/ages.zkl"
ok "no trust file, another ledger's trust: exit 9"

sed 's/^srs = "......../srs = "00000000/' trust.toml >other-powers.toml
run 1 zkp-ledger verify ages.zkl --trust other-powers.toml
says 'powers of tau'
sed 's/^development = true/development = false/' trust.toml >ceremony.toml
run 9 zkp-ledger verify ages.zkl --trust ceremony.toml
{ cat trust.toml; echo 'surprise = 1'; } >unknown-key.toml
run 3 zkp-ledger verify ages.zkl --trust unknown-key.toml
says "unknown key 'surprise'"
# The signer counts by log index: from <= index < until. The entry of ages has index 2.
python3 - trust.toml <<'PYTHON'
import re, sys
text = open(sys.argv[1]).read()
at = text.index("[[signer]]")
signer = text[at:]
open("from-beyond.toml", "w").write(text[:at] + re.sub(r"(?m)^from = \d+$", "from = 3", signer))
open("until-before.toml", "w").write(text[:at] + re.sub(r"(?m)^(from = \d+)$", r"\1\nuntil = 2", signer))
PYTHON
for file in from-beyond until-before; do
    run_any() { zkp-ledger verify ages.zkl --trust $file.toml; }
    run_any >"$work/.out" 2>"$work/.err"
    code=$?
    last_command="zkp-ledger verify ages.zkl --trust $file.toml"
    [ $code -eq 9 ] || [ $code -eq 1 ] || fail "a key counts beyond its index"
done
ok "other powers, no development keys, keys beyond their index"

size=$(stat -c %s ages.zkl)
for cut in 0 1 7 8 40 $((size / 2)) $((size - 33)) $((size - 1)); do
    head -c $cut ages.zkl >cut.zkl
    run 3 zkp-ledger verify cut.zkl --trust trust.toml
done
{ cat ages.zkl; echo; } >long.zkl
run 3 zkp-ledger verify long.zkl --trust trust.toml
cat ages.zkl ages.zkl >twice.zkl
run 3 zkp-ledger verify twice.zkl --trust trust.toml
truncate -s 2G huge.zkl
run 6 zkp-ledger verify huge.zkl --trust trust.toml
rm huge.zkl
# One byte changed at 8 places (24 under `make soak`), as it is and with the trailing hash repaired (all bytes: service/receipt_bytes).
places=8
! is_soak || places=24
python3 - ages.zkl $places <<'PYTHON'
import hashlib, sys
whole, places = open(sys.argv[1], "rb").read(), int(sys.argv[2])
for i in range(places):
    data = bytearray(whole)
    at = len(data) * i // places + 5
    data[at] ^= 1
    open(f"changed-{at}.zkl", "wb").write(data)
    data[-32:] = hashlib.sha3_256(data[:-32]).digest()
    open(f"changed-{at}-repaired.zkl", "wb").write(data)
PYTHON
changed=(changed-*.zkl)
[ ${#changed[@]} -eq $((2 * places)) ] || fail "${#changed[@]} changed receipts"
for receipt in "${changed[@]}"; do
    last_command="zkp-ledger verify $receipt"
    zkp-ledger verify "$receipt" --trust trust.toml >"$work/.out" 2>"$work/.err"
    code=$?
    case $code in 1 | 3 | 8 | 9) ;; *) fail "a changed receipt is not refused" ;; esac
    [ -s "$work/.err" ] && ! grep -q VALID "$work/.out" || fail "refused without a word"
done
ok "truncated, oversized and changed receipts"

# ---- Passphrases.
mkdir "$work/locked" && cd "$work/locked" || exit 1
echo secret >pass && echo other >wrong && : >blank && cp "$home/ages.csv" .
run 10 zkp-ledger init # no terminal to ask on
says '--no-passphrase'
run 10 zkp-ledger init --passphrase-file blank
[ ! -e .zkp-ledger ] || fail "a ledger was made all the same"
run 0 zkp-ledger init --name locked --passphrase-file pass
run 10 zkp-ledger notarize ages.csv --name ages
says '--passphrase-file'
run 10 zkp-ledger notarize ages.csv --name ages --passphrase-file wrong
run 10 zkp-ledger notarize ages.csv --name ages --passphrase-file blank
run 10 env ZKP_LEDGER_PASSPHRASE_FILE=wrong zkp-ledger keys rotate
[ "$(log_size)" = 1 ] || fail "something was recorded under a wrong passphrase"
run 0 env ZKP_LEDGER_PASSPHRASE_FILE=pass zkp-ledger notarize ages.csv --name ages
run 0 zkp-ledger export ages --format data-key -o key --passphrase-file pass
run 10 zkp-ledger export ages --format data-key -o key2 --passphrase-file wrong
[ ! -e key2 ] || fail "a data key was written"
run 0 zkp-ledger verify ages # needs no key
run 0 zkp-ledger keys backup copy --passphrase-file pass --new-passphrase-file wrong
lacks "the passphrase is in a file" -raF secret .zkp-ledger/keys copy
run 0 zkp-ledger keys show --trust
ok "passphrases by file and environment; wrong and empty ones: exit 10"

# ---- Rotation. A receipt carries the rotations, signed by the key before, so trust given once goes on.
cd "$home" || exit 1
run 0 zkp-ledger keys rotate --role signer
run 0 zkp-ledger keys rotate --role log
run 0 zkp-ledger notarize ages.csv --name ages -o new.zkl
run 0 zkp-ledger keys show --trust
cp "$work/.out" new.toml
cmp -s trust.toml new.toml && fail "the trust file is the old one"
for receipt in ages.zkl new.zkl; do
    for trust in trust.toml new.toml; do
        run 0 zkp-ledger verify $receipt --trust $trust
    done
done
run 0 zkp-ledger verify-chain --proofs
recorded=$(log_size)
ok "rotated keys"

# ---- A second writer, named.
python3 - .zkp-ledger/lock "$work/held" <<'PYTHON' &
import fcntl, os, socket, sys, time
with open(sys.argv[1], "r+") as lock:
    fcntl.flock(lock, fcntl.LOCK_EX)
    lock.write("pid %d\nhost %s\nsince now\n" % (os.getpid(), socket.gethostname()))
    lock.flush()
    open(sys.argv[2], "w").close()
    while os.path.exists(sys.argv[2]):
        time.sleep(0.05)
PYTHON
holder=$!
until [ -e "$work/held" ]; do kill -0 $holder || fail "the lock cannot be held"; done
run 5 zkp-ledger notarize ages.csv --name second
says "pid $holder"
says "host $(hostname)"
run 5 zkp-ledger keys rotate
run 0 zkp-ledger show ages # readers do not wait
rm "$work/held"
wait $holder
unchanged
ok "a second writer is told who writes"

# ---- Where nothing can be written.
before=$recorded
run 0 zkp-ledger log
last_command="zkp-ledger notarize ages.csv --name ages -o /dev/full"
zkp-ledger notarize ages.csv --name ages -o /dev/full >"$work/.out" 2>"$work/.err" </dev/null
code=$?
[ $code -ne 0 ] || fail "a receipt that cannot be written passes"
grep -q 'the entry is recorded, its receipt could not be written' "$work/.err" || fail "it does not say what is recorded"
recorded=$((recorded + 1))
unchanged
run 4 zkp-ledger notarize ages.csv --name ages -o "$work/no/such/folder/x.zkl"
unchanged # a place that is not there is seen before anything is done
zkp-ledger show ages >/dev/full 2>"$work/.err"
code=$?
last_command='zkp-ledger show ages > /dev/full'
[ $code -eq 7 ] || fail "standard output that is full passes"
ok "a receipt or output that cannot be written"

# ---- Ctrl-C leaves the ledger as it was.
python3 -c 'print("id,age"); [print("%d,%d" % (i, i % 90)) for i in range(400000)]' >large.csv
for wait_s in 0.1 0.4 0.8; do
    zkp-ledger notarize large.csv --name interrupted --threads 1 >"$work/.out" 2>"$work/.err" </dev/null &
    pid=$!
    python3 -c "import time; time.sleep($wait_s)" # when it comes does not matter: it must be before the end
    kill -INT $pid 2>/dev/null || fail "the notarisation was over before it was interrupted"
    wait $pid
    code=$?
    last_command="zkp-ledger notarize large.csv, interrupted after $wait_s s"
    [ $code -eq 130 ] || fail "an interrupted notarisation"
    unchanged
    [ "$(find .zkp-ledger -name '*spool*' -size +0 | wc -l)" = 0 ] || fail "a spool file is left"
done
run 0 zkp-ledger verify-chain
run 4 zkp-ledger show interrupted
ok "an interrupted notarisation: exit 130, the ledger as before"

# ---- A file that changes while it is read.
(while [ ! -e "$work/stop" ]; do touch large.csv; done) &
toucher=$!
run 5 zkp-ledger notarize large.csv --name changing
says 'changed while it was read'
touch "$work/stop"
wait $toucher
unchanged
ok "a file that changes while it is read: exit 5"

# ---- A read-only folder and a full disk, also when this is root: file systems of our own.
if ! unshare -m true 2>/dev/null && ! unshare -rm true 2>/dev/null; then
    echo "skipped: a read-only folder and a full disk (neither root nor user namespaces)"
    exit 77
fi
user=
unshare -m true 2>/dev/null || user=-r
cat >"$work/read-only.sh" <<'INNER'
mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" || exit 99
cd "$1" && zkp-ledger notarize ages.csv --name ro </dev/null
code=$?
zkp-ledger show ages >/dev/null || exit 98 # reading goes on
zkp-ledger verify-chain >/dev/null || exit 97
exit $code
INNER
run 10 unshare $user -m bash "$work/read-only.sh" "$home"
unchanged
ok "a read-only ledger: refused, still read and verified"

cat >"$work/full.sh" <<'INNER'
mkdir -p "$1" && mount -t tmpfs -o size=3m,mode=700 tmpfs "$1" && cd "$1" || exit 99
zkp-ledger init --no-passphrase --name full </dev/null || exit 98
printf 'id,age\n1,30\n2,40\n' >ages.csv
zkp-ledger notarize ages.csv --name ages >/dev/null || exit 97
zkp-ledger log --json >before
cat /dev/zero >filler 2>/dev/null
zkp-ledger notarize ages.csv --name more </dev/null
code=$?
rm filler
zkp-ledger verify-chain --proofs >/dev/null || exit 96
zkp-ledger log --json >after
cmp -s before after || exit 95
zkp-ledger notarize ages.csv --name more >/dev/null || exit 94
exit $code
INNER
run 7 unshare $user -m bash "$work/full.sh" "$work/disk"
ok "a full disk: refused, the ledger as before, and goes on once there is room"
