#!/usr/bin/env bash
# Data keys of chosen chunks: whoever has the rows of these checks them, is told what was not checked, and learns nothing of
# the others.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

new_ledger . --name chunks
# Three chunks, the last one short. Towns differ by chunk, `only` is null in all but the second, grades are the same in all.
python3 - <<'PYTHON'
with open("t.csv", "w") as f:
    f.write("id,pay,town,only,grade,note\n")
    for i in range(2 * 65536 + 1000):
        chunk = i // 65536
        pay = "" if i % 5 == 4 else "%d.%02d" % (1000 + i % 900, i % 100)
        town = [["ta", "tb"], ["tb", "tc", "td"], ["ta", "te"]][chunk]
        only = "only-%d" % (i % 4) if chunk == 1 else ""
        f.write("%d,%s,%s,%s,%s,note %d\n" % (i, pay, town[i % len(town)], only, "ABCDE"[i % 5], i))
PYTHON
printf '[columns.note]\ntype = "string16"\n' >schema.toml
run 0 zkp-ledger notarize t.csv --name t --schema schema.toml -o t.zkl --public-digest
run 0 zkp-ledger keys show --trust
cp "$work/.out" trust.toml
rows() { # rows CHUNK...: the file of these alone
    head -1 t.csv
    for chunk in "$@"; do tail -n +2 t.csv | tail -n +$((chunk * 65536 + 1)) | head -n 65536; done
}
for chunks in 0 1 2 0,2 0-2; do
    run 0 zkp-ledger export t --format data-key --chunks "$chunks" --data t.csv -o "k$chunks.zklkey"
    says 'confirm guesses about the data of these chunks'
    [ "$(stat -c %a "k$chunks.zklkey")" = 600 ] || fail "the data key can be read by others"
done
run 0 zkp-ledger export t --format data-key -o whole.zklkey
says 'confirm guesses about the data.'
for chunk in 0 1 2; do rows $chunk >"d$chunk.csv"; done
rows 0 2 >d0,2.csv
audit() { # audit CODE KEY FILE: as somebody without the ledger
    run "$1" zkp-ledger verify t.zkl --trust trust.toml --data-key "k$2.zklkey" --data "${@:3}"
}

# ---- what is checked is said, and no more

for chunk in 0 1 2; do
    audit 0 $chunk d$chunk.csv
    prints 'data: 1 of 3 chunks'
    prints 'The other chunks were not checked'
    prints 'what rows there are besides'
    prints 'that the committed rows are those of a given file'
    prints 'that the public digests are those of the files'
    silent_about 'content, rows, blocks and manifest'
done
prints '  chunk 2, rows 131072..132071'
audit 0 0,2 d0,2.csv --json
json "d['status'] == 'valid'" "d['data_checked'] is False" "d['compared']['chunks'] == 2" "d['compared']['of'] == 3" \
    "[(r['first_chunk'], r['last_chunk'], r['first_row'], r['last_row']) for r in d['compared']['runs']] == [(0, 0, 0, 65535), (2, 2, 131072, 132071)]" \
    "d['not_proven_names'][:3] == ['other rows', 'file', 'digests']"
audit 0 0-2 t.csv --json
json "d['data_checked'] is False" "d['compared']['chunks'] == 3" "len(d['compared']['runs']) == 1" \
    "d['compared']['runs'][0]['last_row'] == 132071" "'other rows' not in d['not_proven_names']" "'file' in d['not_proven_names']"
run 0 zkp-ledger verify t --data d1.csv --data-key k1.zklkey
prints 'The other chunks were not checked'
tr , ';' <d1.csv >semicolons.csv
audit 0 1 semicolons.csv --delimiter ';'
prints 'the same rows come of it'
run 0 zkp-ledger verify t.zkl --trust trust.toml --data t.csv --data-key whole.zklkey --json
json "d['data_checked'] is True" "'compared' not in d" "'other rows' not in d['not_proven_names']"
ok "the chunks that were checked, their rows, and that the others were not"

# ---- the whole file, other rows, other chunks

audit 9 0 t.csv
says 'as many rows as the whole dataset, 132072, and the data key opens 1 of its 3 chunks'
says 'a file of these rows alone'
run 1 zkp-ledger verify t --data d0.csv
says "check 'content'"
refused() { # refused CHECK KEY FILE
    audit 1 "$2" "$3"
    says "check '$1'"
}
sed '$d' d0.csv >less.csv
refused rows 0 less.csv
says 'the data have 65535 rows, the chunks that the data key opens 65536'
(cat d2.csv; tail -1 d2.csv) >more.csv
refused rows 2 more.csv
head -1 t.csv >none.csv
refused data 2 none.csv
refused rows 0,2 d0.csv
refused rows 0 d0,2.csv
refused schema 0 d1.csv # as many rows, other texts
rows 2 0 >turned.csv
refused 'row tree' 0,2 turned.csv
(head -1 d2.csv; tail -n +2 d2.csv | tac) >turned.csv
refused 'row tree' 2 turned.csv
says "chunk 2 differs: the first difference lies in rows 131072 to 132071 (counted from 0), in 'id', 'pay', 'town'"
for change in 's/^131080,/131079,/' 's/^\(131080,[^,]*\),ta/\1,te/' 's/^\(131080,[^,]*\),ta,,/\1,ta,only-0,/' \
    's/^\(131080,\)[^,]*,/\1,/' 's/^\(131080,.*\)note/\1Note/' 's/^\(131080,[^,]*\),ta/\1,tb/'; do
    sed "$change" d2.csv >changed.csv
    ! cmp -s d2.csv changed.csv || fail "the test changes nothing: $change"
    audit 1 2 changed.csv
done
says "column 'town' holds other texts"
cut -d, -f1-5 d2.csv >narrow.csv
refused data 2 narrow.csv
says "column 'note' is missing"
ok "changed rows, a row more or less, rows of other chunks, the whole file"

# ---- keys

head -c -1 k2.zklkey >kcut.zklkey
audit 3 cut d2.csv
(head -c 100 k2.zklkey; printf X; tail -c +102 k2.zklkey) >kchanged.zklkey
audit 3 changed d2.csv
small_table >people.csv
run 0 zkp-ledger notarize people.csv --name people
run 0 zkp-ledger export people --format data-key --chunks 0 -o kother.zklkey # it has no dictionary: no data are needed
run 0 zkp-ledger verify people --data people.csv --data-key kother.zklkey
prints 'chunk 0, rows 0..3'
silent_about 'not checked'
refused 'data key' other d2.csv
before=$(log_size)
for command in "prove t not_null(id)" "disclose t --rows 1 -o shown.zkl"; do
    run 9 zkp-ledger $command --data t.csv --data-key k0.zklkey
    says 'it opens no whole file'
done
[ "$(log_size)" = "$before" ] || fail "an entry was recorded"
ok "keys that were cut or changed, of another dataset, for what needs the whole"

# ---- choosing

# badly TEXT LIST: refused, and no file is left
badly() {
    run 2 zkp-ledger export t --format data-key --chunks "$2" --data t.csv -o bad.zklkey
    says "$1"
    [ ! -e bad.zklkey ] || fail "a file was written"
}
for list in 3 0,3 0-3 1-18446744073709551615; do badly 'the dataset has 3, counted from 0' "$list"; done
for list in 1,0 1,1 0-1,1 2,0-1; do badly 'they are named once, rising' "$list"; done
for list in a , 0, ,0 ' 0' 2-1 -1 0-; do badly 'names no chunks' "$list"; done
run 2 zkp-ledger export t --format data-key --chunks 0 -o bad.zklkey
says 'no spool of it is kept'
says '--data FILE'
run 1 zkp-ledger export t --format data-key --chunks 0 --data d0.csv -o bad.zklkey
says "check 'content'"
run 1 zkp-ledger export people --format data-key --chunks 0 --data t.csv -o bad.zklkey # it needs none, and these are others
run 2 zkp-ledger export t --format data-key --chunks 0 --data t.csv -o t.csv
says 'it would be overwritten'
run 2 zkp-ledger export t --format receipt --chunks 0 -o bad.zkl
run 2 zkp-ledger export t --chunks 0 -o bad.zkl
run 2 zkp-ledger export t --format data-key --chunks 0 --data t.csv
says 'goes with -o FILE'
run 2 zkp-ledger export t --format data-key --data t.csv -o bad.zklkey
run 5 zkp-ledger export t --format data-key --chunks 1 --data t.csv -o k0.zklkey
run 0 zkp-ledger export t --format data-key --chunks 0 --data t.csv -o k0.zklkey # the same again
[ ! -e bad.zklkey ] && [ ! -e bad.zkl ] || fail "a file was written"
ok "chunks that are not there, fall or stand twice; data that are missing or others"

# ---- nothing else is opened

# Entries of dictionaries are not in a key; what opens them is.
! grep -aq 'only-' k0.zklkey || fail "an entry is in the key" # two letters would be there by chance, once in thirty
python3 - <<'PYTHON' || fail "a key holds more than its chunks"
import struct
def parse(name):
    b = open(name, "rb").read()
    at = 12 + 32
    size, = struct.unpack_from(">I", b, at); at += 4
    salt = b[at:at + size]; at += size
    count, = struct.unpack_from(">I", b, at); at += 4
    chunks = {}
    for _ in range(count):
        number, = struct.unpack_from(">Q", b, at)
        chunks[number] = b[at + 8:at + 40]; at += 40
    count, = struct.unpack_from(">I", b, at); at += 4
    dictionaries = {}
    for _ in range(count):
        column, n = struct.unpack_from(">II", b, at); at += 8
        if n == 0:
            dictionaries[column] = b[at:at + 32]; at += 32
        else:
            bits = b[at:at + (n + 7) // 8]; at += len(bits)
            dictionaries[column] = (n, [c for c in range(n) if bits[c // 8] >> c % 8 & 1]); at += 32 * n
    assert at + 32 == len(b)
    return b, salt, chunks, dictionaries
_, salt, chunks, dictionaries = parse("whole.zklkey")
assert len(salt) == 32 and sorted(chunks) == [0, 1, 2] and sorted(dictionaries) == [2, 3, 4]
# Codes are in byte order: ta 0 .. te 4, only-0 0 .. only-3 3. Grades are all in each chunk, so their key shows no more.
for name, numbers, towns, only in [("0", [0], [0, 1], []), ("1", [1], [1, 2, 3], None), ("2", [2], [0, 4], []),
                                   ("0,2", [0, 2], [0, 1, 4], []), ("0-2", [0, 1, 2], None, None)]:
    b, none, own, parts = parse("k%s.zklkey" % name)
    assert none == b"" and salt not in b
    assert own == {i: chunks[i] for i in numbers}
    assert all((chunks[i] in b) == (i in numbers) for i in chunks)
    assert parts[2] == ((5, towns) if towns is not None else dictionaries[2])
    assert parts[3] == ((4, only) if only is not None else dictionaries[3])
    assert parts[4] == dictionaries[4]
    assert (dictionaries[2] in b) == (towns is None) and (dictionaries[3] in b) == (only is None)
PYTHON
ok "keys of other chunks, the content salt and closed dictionaries are not in it"

# ---- from the spool, and from a version that has part of an older dictionary

sed '2,65537s/,ta,/,tb,/' t.csv | sed 's/,te,/,ta,/' >two.csv # no te any more
run 0 zkp-ledger notarize two.csv --name t --schema schema.toml --keep-spool -o two.zkl
run 0 zkp-ledger export t --format data-key --chunks 2 --data two.csv -o with-file.zklkey
(head -1 two.csv; tail -n 1000 two.csv) >last.csv
mv two.csv away.csv
run 0 zkp-ledger export t@2 --format data-key --chunks 2 -o with-spool.zklkey
cmp with-file.zklkey with-spool.zklkey || fail "the spool makes another key"
run 0 zkp-ledger verify two.zkl --trust trust.toml --data last.csv --data-key with-spool.zklkey
run 1 zkp-ledger verify two.zkl --trust trust.toml --data d2.csv --data-key with-spool.zklkey
run 1 zkp-ledger verify two.zkl --trust trust.toml --data d2.csv --data-key k2.zklkey # the other version's
says "check 'data key'"
ok "from the spool"
