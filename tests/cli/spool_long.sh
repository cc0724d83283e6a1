#!/usr/bin/env bash
# Spools: what is kept proves and shows as the files do, and nothing but the notarised table is ever taken from one.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# What is looked at without its proof is proven by `make soak` alone.
dry=$([ -n "${ZKL_SOAK:-}" ] || echo --dry-run)

new_ledger . --name spools
spools=.zkp-ledger/spools

# table ROWS FIRST: a number, a decimal with nulls, few different texts, and one of each row's own; some of the last two are
# null. Every text has the canary in it.
table() {
    python3 - "$@" <<'PYTHON'
import sys
rows, first = int(sys.argv[1]), int(sys.argv[2])
print("id,pay,city,note")
for i in range(rows):
    pay = "" if i % 5 == 4 else "%d.%02d" % (1000 + i % 900, i % 100)
    city = "" if i % 7 == 6 else "canary-town-%d" % (i % 3)
    note = "" if i % 11 == 10 else "canary of row %d" % (first + i)
    print("%d,%s,%s,%s" % (first + i, pay, city, note))
PYTHON
}
cat >schema.toml <<'TOML'
[columns.note]
type = "string16"
TOML

table 65537 0 >people.csv
run 0 zkp-ledger notarize people.csv --name people --schema schema.toml --keep-spool
says 'Kept a spool of'
id=$(sed -n 's/^  dataset  //p' "$work/.out")
spool=$spools/$id.zklspool
[ "$(stat -c %a $spools)" = 700 ] || fail "the folder is open to others"
[ "$(stat -c %a "$spool")" = 600 ] || fail "the spool is open to others"
[ "$(ls $spools)" = "$id.zklspool" ] || fail "something else lies there"
! grep -raq 'canary' .zkp-ledger || fail "rows lie in the ledger's folder in the clear"
run 0 zkp-ledger spool list --json
json "len(d['spools']) == 1" "d['half_written'] == 0" "d['spools'][0]['dataset'] == {'name': 'people', 'version': 1, 'id': '$id'}" \
    "d['spools'][0]['bytes'] == $(stat -c %s "$spool")" "not d['spools'][0]['orphan']" \
    "re.fullmatch(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z', d['spools'][0]['time'])"
ok "a spool is kept, encrypted and for the owner alone"

# ---- what the files say, it says

run 0 zkp-ledger prove people --search 'range(pay)' --search 'distinct(city)' --search 'min(id)' --data people.csv --json
cp "$work/.out" searched
run 0 zkp-ledger disclose people --rows 0,4,6,10,65535,65536 --data people.csv -o with-file.zkl
mkdir away && mv people.csv away/
run 0 zkp-ledger prove people --search 'range(pay)' --search 'distinct(city)' --search 'min(id)' --json
cmp -s "$work/.out" searched || fail "a search of the spool finds something else"
run 0 zkp-ledger disclose people --rows 0,4,6,10,65535,65536 -o shown.zkl
run 0 zkp-ledger verify with-file.zkl
sed -n '/^Shown/,/^$/p' "$work/.out" >want
run 0 zkp-ledger verify shown.zkl
sed -n '/^Shown/,/^$/p' "$work/.out" >got
grep -q 'canary of row 65536' got && grep -q 'null' got || fail "rows are missing"
cmp -s got want || fail "the rows that are shown are not those of the file"
run 0 zkp-ledger prove people 'range(pay, 1000, 1899.99)' 'sum(id)' 'distinct(note) >= 59000' -o more.zkl
says "the sum of id over its 65537 values is exactly $((65536 * 65537 / 2))"
run 0 zkp-ledger keys show --trust
cp "$work/.out" trust.toml
(cd / && run 0 zkp-ledger verify "$work/more.zkl" --trust "$work/trust.toml") || exit 1
run 0 zkp-ledger verify people --data away/people.csv
run 0 zkp-ledger verify-chain --proofs
ok "claims, searches and shown rows are those of the file"

before=$(log_size)
run 1 zkp-ledger prove people 'range(id, 0, 65535)'
says '1 offending row'
run 1 zkp-ledger prove people "sum(id) = $((65536 * 65537 / 2 + 1))"
run 1 zkp-ledger prove people 'not_null(city)'
[ "$(log_size)" = "$before" ] || fail "a false claim was recorded"
ok "a false claim is refused: by a row, by a unit, by nulls"

run 2 zkp-ledger prove people 'min(id) = 0' --null NA
says 'how files are read is said, and no file is given'
run 0 zkp-ledger prove people 'min(id) = 0' --dry-run
[ "$(log_size)" = "$before" ] || fail "a dry run recorded something"

# ---- nothing but what was kept of this dataset

table 30 1 >people.csv
run 0 zkp-ledger notarize people.csv --name people --keep-spool -q
rm people.csv
run 0 zkp-ledger spool list --json
second=$(json_value 'd["spools"][1]["dataset"]["id"]')
json "[s['dataset']['version'] for s in d['spools']] == [1, 2]"
run 0 zkp-ledger prove people@1 --search 'min(id)'
says 'min(id) = 0'
run 0 zkp-ledger prove people@2 --search 'min(id)'
says 'min(id) = 1'
cp "$spool" kept
cp "$spools/$second.zklspool" kept-2

# refused WORDS: the spool of people@1 as it lies there now is not used.
before=$(log_size)
refused() {
    run 1 zkp-ledger prove people@1 'min(id) >= 0'
    says "$1"
    silent_about canary
    [ "$(log_size)" = "$before" ] || fail "something was recorded"
    cp kept "$spool"
}
# edit PYTHON...: change the bytes b of the kept file, whose head has h bytes and whose frames f.
edit() {
    python3 - "$spool" "$1" <<'PYTHON'
import sys
path, change = sys.argv[1:]
b = bytearray(open("kept", "rb").read())
h = 8 + 4 + 32 + 32 + 4 + len("people") + 4 + 8 + 32
f = 16 + (1 << 18)
exec(change)
open(path, "wb").write(b)
PYTHON
}

cp kept-2 "$spool"
run 1 zkp-ledger prove people@1 --search 'min(id)'
run 1 zkp-ledger disclose people@1 --rows 0 -o no.zkl
[ ! -e no.zkl ] || fail "rows were shown"
refused 'is of another dataset: people@2'
edit 'b[44:76] = bytes(32)' # the dataset in the head
refused 'is of another dataset'
edit 'b[12] ^= 1'
refused 'is of another dataset'
for at in h-1 h h+16 h+f 'len(b)//2' 'len(b)-1' 84 'h-33'; do # salt, tag, content, second frame, name, time
    edit "b[$at] ^= 4"
    refused 'is altered, or of another owner secret'
done
edit 'b[0] ^= 1'
refused 'is no spool'
edit 'b[h:h+f], b[h+f:h+2*f] = b[h+f:h+2*f], b[h:h+f]'
refused 'is altered'
edit 'b[h+f:h+2*f] = b[h:h+f]'
refused 'is altered'
edit 'del b[h+f:h+2*f]'
refused 'is altered'
for cut in 1 'len(b)-h-f' 'len(b)-h-2*f' 'len(b)-h' 'len(b)-h-15' 'len(b)-20' 'len(b)'; do
    edit "del b[len(b)-($cut):]"
    refused 'its spool'
done
edit 'b += bytes(1)'
refused 'its spool'
edit 'b += b[h:h+f]'
refused 'its spool'
python3 - "$spool" <<'PYTHON'
import sys
a, b = open("kept", "rb").read(), open("kept-2", "rb").read()
h = 8 + 4 + 32 + 32 + 4 + len("people") + 4 + 8 + 32
open(sys.argv[1], "wb").write(a[:h] + b[h:]) # the head of one, the content of the other
PYTHON
refused 'is altered'
rm "$spool" && ln -s "$PWD/kept" "$spool"
run 10 zkp-ledger prove people@1 'min(id) >= 0'
says 'is a symbolic link, not a file'
rm "$spool" && mkdir "$spool"
run 10 zkp-ledger prove people@1 'min(id) >= 0'
says 'is a folder, not a file'
rmdir "$spool"
cp kept "$spool"
run 0 zkp-ledger prove people@1 --search 'min(id)'
ok "exchanged, cut, moved or changed by a bit: refused, and nothing is recorded"

# Whatever its head says in the clear, the list is made, and a spool of this dataset is called as the log calls it.
head=$((8 + 4 + 32 + 32 + 4 + 6 + 4 + 8 + 32))
# `make soak` changes each of its bytes, else the ends of each field: magic, version, ledger, dataset, name, version, time, salt.
for at in $([ -n "${ZKL_SOAK:-}" ] && seq 0 $((head - 1)) || echo 0 7 8 11 12 43 44 75 76 79 80 85 86 89 90 97 98 $((head - 1))); do
    edit "b[$at] ^= 1"
    run 0 zkp-ledger spool list --json
    json "all(s['orphan'] or s['dataset']['name'] + str(s['dataset']['version']) in ('people1', 'people2') for s in d['spools'])" \
        "sorted(s['file'] for s in d['spools']) == sorted(['$(basename "$spool")', '$second.zklspool'])"
done
edit 'b[len(b)-len(b)+86:94] = b"\xff" * 8' # the time: beyond any year
run 0 zkp-ledger spool list
prints 'no spool that can be read'
run 0 zkp-ledger doctor
cp "$spools/$second.zklspool" kept-2
run 0 zkp-ledger spool drop people@2
[ -e "$spool" ] && [ ! -e "$spools/$second.zklspool" ] || fail "another spool was dropped"
run 0 zkp-ledger spool drop --all
[ ! -e "$spool" ] || fail "what cannot be read was not dropped"
cp kept "$spool"
cp kept-2 "$spools/$second.zklspool"
ok "a head that was changed: listed, named by the log, dropped"

# Another owner's, of the same rows: it does not open here, under whatever head.
mkdir other && (cd other && run 0 zkp-ledger init . --no-passphrase --name other -q && cp ../away/people.csv . &&
    run 0 zkp-ledger notarize people.csv --name people --schema ../schema.toml --keep-spool -q) || exit 1
foreign=$(echo other/.zkp-ledger/spools/*.zklspool)
cp "$foreign" "$spool"
refused 'is of another dataset'
python3 - "$foreign" "$spool" <<'PYTHON'
import sys
a, b = open("kept", "rb").read(), open(sys.argv[1], "rb").read()
open(sys.argv[2], "wb").write(b[:12] + a[12:76] + b[76:]) # ledger and dataset are said to be these
PYTHON
refused 'is altered, or of another owner secret'
ok "another owner's spool of the same rows is refused"

# ---- several datasets

table 30 0 >all.csv
head -21 all.csv >train.csv
{ head -1 all.csv && tail -10 all.csv; } >test.csv
for part in all train test; do
    case $part in all) like= ;; *) like='--like all' ;; esac
    run 0 zkp-ledger notarize $part.csv --name $part $like --keep-spool -q
done
mv all.csv train.csv test.csv away/
run 0 zkp-ledger prove all 'split(train, test)' --with train --with test
run 0 zkp-ledger prove train 'subset(id, all.id)' --with all=away/all.csv --dry-run
run 1 zkp-ledger prove all 'same_rows(train)' --with train
run 0 zkp-ledger spool drop train
run 2 zkp-ledger prove all 'subset(id, train.id)' --with train
says "'train': no file is given, and no spool of it is kept"
says -- '--with NAME=FILE'
run 0 zkp-ledger prove all 'drift(id, test) <= 0.9' --with test $dry
run 8 zkp-ledger prove all 'drift(pay, test) <= 1' --with test
silent_about 'every row of it is null'
ok "other datasets need no file either, where their spools are kept"

# ---- a row, no values, nothing new

printf 'a,b\n7,canary-x\n' >one.csv
run 0 zkp-ledger notarize one.csv --name one --keep-spool -q
rm one.csv
run 0 zkp-ledger prove one 'sum(a) = 7'
printf 'a,b\n1,\n2,\n' >nulls.csv
run 0 zkp-ledger notarize nulls.csv --name nulls -q
run 2 zkp-ledger prove nulls 'sum(a) = 3'
says "'notarize --keep-spool'"
before=$(log_size)
run 0 zkp-ledger notarize nulls.csv --name nulls --if-changed --keep-spool
says 'Nothing was recorded'
says 'Kept a spool of'
[ "$(log_size)" = "$before" ] || fail "something was recorded"
rm nulls.csv
run 0 zkp-ledger prove nulls 'sum(a) = 3' 'null_rate(b) = 1' --allow-empty
run 0 zkp-ledger notarize away/all.csv --name dry --keep-spool --dry-run
[ "$(zkp-ledger spool list | grep -c dry)" = 0 ] || fail "a dry run kept something"
run 1 zkp-ledger notarize away/all.csv --name false --claim 'range(id, 0, 28)' --keep-spool
[ "$(zkp-ledger spool list | grep -c false)" = 0 ] || fail "a refused table is kept"
! grep -raq 'canary' .zkp-ledger || fail "rows lie in the ledger's folder in the clear"
ok "one row; nulls alone; of a version that is there already; not of what is refused"

# ---- a dictionary that is inherited and has more texts than the data; a passphrase

printf 'id,city\n1,Oslo\n2,Bergen\n3,Tromso\n' >towns.csv
run 0 zkp-ledger notarize towns.csv --name towns -q
printf 'id,city\n1,Tromso\n2,Oslo\n' >towns.csv
run 0 zkp-ledger notarize towns.csv --name towns --keep-spool -q
rm towns.csv
run 0 zkp-ledger prove towns 'distinct(city) = 2' $dry
run 0 zkp-ledger disclose towns --rows 0,1 -o towns.zkl
run 0 zkp-ledger verify towns.zkl
prints '"Tromso"'
echo secret >pass
mkdir locked && (cd locked && run 0 zkp-ledger init . --passphrase-file ../pass -q && cp ../away/test.csv . &&
    run 0 zkp-ledger notarize test.csv --name test --keep-spool -q --passphrase-file ../pass && rm test.csv &&
    run 10 zkp-ledger prove test --search 'min(id)' </dev/null && run 0 zkp-ledger spool list && prints 'test@1' &&
    run 0 zkp-ledger prove test --search 'min(id)' --passphrase-file ../pass && prints 'min(id) = 20') || exit 1
ok "inherited dictionaries, and keys under a passphrase"

# ---- list, drop, orphans

run 0 zkp-ledger spool drop people@1 --json
json "[s['dataset']['version'] for s in d['dropped']] == [1]" "d['status'] == 'done'"
[ ! -e "$spool" ] || fail "it is still there"
run 2 zkp-ledger prove people@1 'min(id) >= 0'
run 0 zkp-ledger prove people@2 --search 'min(id)'
cp kept "$spool"
run 0 zkp-ledger spool drop people
says 'Dropped 2 spools'
run 4 zkp-ledger spool drop people
says "there is no spool of 'people'"
run 4 zkp-ledger spool drop nobody@3
run 2 zkp-ledger spool drop
run 2 zkp-ledger spool drop people --all
run 2 zkp-ledger spool list people
run 2 zkp-ledger spool empty

run 0 zkp-ledger doctor
says 'one@1'
silent_about orphan
cp "$foreign" $spools/
echo rubbish >$spools/rubbish.zklspool
cp kept $spools/0000000000000000000000000000000000000000000000000000000000000000.zklspool # under another name
: >"$spools/$id.zklspool.1.999999999.part"
run 0 zkp-ledger spool list --json
json "sum(s['orphan'] for s in d['spools']) == 3" "[s['file'] for s in d['spools'] if not s['dataset']] == ['rubbish.zklspool']" \
    "d['half_written'] == 1"
run 0 zkp-ledger doctor
says 'orphan: its dataset is not in the log'
says 'spools/rubbish.zklspool is no spool that can be read'
says '1 half-written'
run 0 zkp-ledger notarize away/test.csv --name swept -q
[ -z "$(ls $spools | grep part)" ] || fail "what a killed process left is still there"
: >"$spools/$id.zklspool.1.999999999.part"
run 0 zkp-ledger spool drop --all --json
json "len(d['dropped']) == 8" "d['half_written'] == 1"
[ -z "$(ls $spools)" ] || fail "something is left: $(ls $spools)"
run 0 zkp-ledger spool drop --all
says 'Dropped no spool'
run 0 zkp-ledger spool list
says 'No spools'
run 0 zkp-ledger verify-chain
ok "spools are listed, orphans are told, and drop leaves none"
