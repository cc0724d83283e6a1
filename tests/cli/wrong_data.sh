#!/usr/bin/env bash
# verify --data with a file that is not the notarised one says what differs; public digests are compared.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

new_ledger .
printf 'a,b\n1,x\n2,y\n3,x\n' >t.csv
run 0 zkp-ledger notarize t.csv --name t
run 0 zkp-ledger verify t --data t.csv

# differs FILE CHECK TEXT...: FILE is refused by that check, and the text is said.
differs() {
    local file=$1 check=$2
    shift 2
    run 1 zkp-ledger verify t --data "$file"
    says "check '$check'"
    for text in "$@"; do says "$text"; done
}

printf 'a,b\n1,x\n2,y\n3,x\n4,y\n' >longer.csv
differs longer.csv content 'it has 4 rows, not 3'
printf 'a,b\n1,x\n' >shorter.csv
differs shorter.csv content 'it has 1 row, not 3'
ok "the number of rows"

printf 'a\n1\n2\n3\n' >missing.csv
differs missing.csv data "column 'b' is missing"
printf 'a,b,c\n1,x,0\n2,y,0\n3,x,0\n' >extra.csv
differs extra.csv data "column 'c' was not there"
printf 'a,z\n1,x\n2,y\n3,x\n' >renamed.csv
differs renamed.csv data "column 'b' is missing" "column 'z' was not there"
printf 'b,a\nx,1\ny,2\nx,3\n' >order.csv
differs order.csv data 'the columns stand in another order'
silent_about 'is missing'
ok "columns: missing, one too many, of another name, in another order"

printf 'a,b\n1,x\n2,y\n4,x\n' >value.csv
differs value.csv content "the first difference lies in rows 0 to 2 (counted from 0), in 'a'"
printf 'a,b\n1,x\n2,y\n3,z\n' >text.csv
differs text.csv content "column 'b' holds other texts"
ok "values and texts"

sed 's/$/\r/' t.csv >crlf.csv
differs crlf.csv content 'the same text but for: its line ends (CR LF here, LF there)'
head -c -1 t.csv >noend.csv
differs noend.csv content 'the same text but for: a line end behind its last line (there, not here)'
(printf '\xef\xbb\xbf'; cat crlf.csv) >mark.csv
differs mark.csv content 'its line ends (CR LF here, LF there), a byte-order mark at its beginning (here, not there)'
printf 'a,b\n1,"x"\n2,y\n3,x\n' >quoted.csv
differs quoted.csv content 'every row is the same' 'quotes'
gzip -k t.csv
differs t.csv.gz content 'every row is the same' 'compression is another (gzip here, none there)'
ok "line ends, quotes and compression"

# Where the difference begins, among many rows.
seq 0 66000 >many.csv
run 0 zkp-ledger notarize many.csv --name many
sed 's/^65999$/1/' many.csv >late.csv
run 1 zkp-ledger verify many --data late.csv
says "the first difference lies in rows 65536 to 65999 (counted from 0), in '0'"
(cat many.csv; echo 7) >appended.csv
run 1 zkp-ledger verify many --data appended.csv
says 'it has 66001 rows, not 66000'
says 'the first 65536 rows are the same'
ok "the first rows that differ"

# Public digests: told by show and verify, compared by verify --data.
run 0 zkp-ledger notarize t.csv --name open --public-digest -o open.zkl
run 0 zkp-ledger show open --json
sha=$(sha256sum t.csv | cut -d' ' -f1)
json '[(f["name"], f["size"], f["sha256"]) for f in d["public_digests"]] == [("t.csv", 16, "'"$sha"'")]' \
    'is_hex(d["public_digests"][0]["hash"])'
run 0 zkp-ledger show open
prints "$sha"
run 0 zkp-ledger verify open
prints "$sha"
prints 'that the public digests are those of the files'
run 0 zkp-ledger verify open --data t.csv
silent_about 'that the public digests are those'
silent_about 'that the committed rows are those of a given file'
prints 'that the data are true'
cp t.csv other.csv
run 1 zkp-ledger verify open --data other.csv
says "check 'public digests': 'other.csv' is the file that was notarised, byte for byte, but they name it 't.csv'"
silent_about 'only bytes'
silent_about 'every row is the same'
run 1 zkp-ledger verify open --data longer.csv
says "'longer.csv' has 20 bytes, not 16"
run 1 zkp-ledger verify open --data value.csv
says "'value.csv' has another SHA-256 than the public one"
mkdir parts
cp t.csv parts/1.csv
cp value.csv parts/2.csv
run 0 zkp-ledger notarize parts --name both
run 1 zkp-ledger verify both --data parts/1.csv
says '1 file is given, 2 were read'
mv parts/2.csv parts/3.csv
run 1 zkp-ledger verify both --data parts
says "there is no file '2.csv'"
ok "public digests and files"
