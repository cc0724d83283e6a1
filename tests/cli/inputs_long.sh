#!/usr/bin/env bash
# Input that is damaged, odd or of another kind: read exactly, or refused in words; and what was read is told.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

mkdir home && cd home || exit 1
new_ledger . --name inputs
empty_log=$(log_size)

# refused CODE WORDS FILE [OPTION...]: nothing is recorded, and no library's own words are told.
refused() {
    local code=$1 words=$2
    shift 2
    run "$code" zkp-ledger notarize "$@" --name refused
    says "$words"
    lacks "a library's words" -E 'DuckDB|duckdb|SELECT|sniff|read_csv|Invalid Input|RocksDB|Error:' "$work/.err"
    [ "$(log_size)" = "$empty_log" ] || fail "something was recorded"
}

# ---- Files of other kinds, under their own name and under a wrong one.
binary() { printf '%b' "$2" >"$1"; head -c 600 /dev/zero >>"$1"; cp "$1" "as-$1.csv"; refused 8 "$3" "$1"; refused 8 "$3" "as-$1.csv"; }
binary a.xlsx 'PK\x03\x04[Content_Types].xml' 'a spreadsheet'
binary a.xls '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1' 'a spreadsheet'
binary a.zip 'PK\x03\x04' 'an archive'
binary a.feather 'ARROW1\x00\x00' 'Arrow IPC'
binary a.arrow '\xff\xff\xff\xff' 'Arrow IPC'
binary a.orc 'ORC' 'ORC; write it as Parquet'
binary a.avro 'Obj\x01' 'Avro; write it as Parquet'
binary a.sqlite 'SQLite format 3\x00' 'an SQLite database'
binary a.h5 '\x89HDF\r\n\x1a\n' 'HDF5'
binary a.pkl '\x80\x04' 'a Python pickle'
binary a.npy '\x93NUMPY' 'a NumPy array'
binary a.csv.bz2 'BZh91AY&SY' 'bzip2'
binary a.csv.xz '\xfd7zXZ\x00' 'xz'
binary a.csv.lz4 '\x04\x22\x4d\x18' 'lz4'
{ head -c 257 /dev/zero; printf ustar; head -c 300 /dev/zero; } >a.tar
cp a.tar as-a.tar.csv
refused 8 'an archive' a.tar
refused 8 'an archive' as-a.tar.csv
printf x >a.csv.br
refused 8 'Brotli' a.csv.br
printf '<!doctype html><p>not found' >page.csv
refused 8 'a web page' page.csv
cp "$data/penguins.parquet" penguins.csv
refused 8 'holds Parquet; say --format parquet' penguins.csv
cp "$data/penguins.csv" penguins.parquet
refused 3 'is no Parquet file' penguins.parquet
refused 8 'is encrypted Parquet' "$data/encrypted.parquet"
ok "other formats are named, whatever the file is called"

# ---- Damage.
gzip -c "$data/penguins.csv" >whole.csv.gz
head -c -4 whole.csv.gz >cut.csv.gz
refused 3 'is cut' cut.csv.gz
{ cat whole.csv.gz; echo 1,2; } >behind.csv.gz
refused 3 'other bytes stand behind' behind.csv.gz
cp whole.csv.gz twice.csv.gz.gz && gzip -c whole.csv.gz >nested.csv.gz
refused 8 'holds gzip data' nested.csv.gz
refused 2 'cannot tell the format' twice.csv.gz.gz
cp whole.csv.gz plain.csv
refused 8 'holds gzip data' plain.csv
zstd -qc "$data/penguins.csv" | head -c 500 >cut.csv.zst
refused 3 'is cut' cut.csv.zst
head -c 1000 "$data/penguins.parquet" >cut.parquet
refused 3 'is cut or damaged' cut.parquet
ok "cut, damaged and nested files are refused"

# ---- What is no file of data.
mkfifo pipe.csv
refused 3 'not a regular file' pipe.csv
: >nothing.csv
refused 3 'is empty' nothing.csv
printf 'a,b\n' >header.csv
refused 3 'has no rows' header.csv
printf '\n\n\n' >lines.csv
refused 3 'has no rows' lines.csv
refused 2 'a text that means null' "$data/penguins.ndjson" --null NA
refused 2 'a text that means null' "$data/penguins.parquet" --null NA
printf '\xff\xfe{\x00}\x00' >wide.ndjson
refused 3 'begins with the mark of UTF-16; write it in UTF-8' wide.ndjson
refused 2 "--encoding takes one of utf-8|utf-16" "$data/penguins.csv" --encoding ebcdic
ok "pipes, empty files and options that would be passed over"

# ---- Lines.
printf 'a,b\n1,2\n3\n' >few.csv
refused 3 "line 3 has 1 field, not 2" few.csv
printf 'a,b\n1,2,3\n4,5\n' >first.csv
refused 3 "line 2 has 3 fields, not 2" first.csv
{ echo a,b; yes 1,2 | head -n 30000; echo '"x
y",2'; echo 1,2,3; } >late.csv
refused 3 "line 30004 has 3 fields, not 2" late.csv
printf 'a,b\n1,2\n3, "x"\n' >blank.csv
refused 3 "line 3: a blank stands between a delimiter and a quote" blank.csv
printf 'a,a\n1,2\n' >twice.csv
refused 3 "'a' stands twice" twice.csv
printf 'a,h\0x\n1,2\n' >nul.csv
refused 3 "the name of column 2 holds a NUL byte" nul.csv
printf ',a\n0,1\n1,2\n' >index.csv
refused 3 "column 1 has no name; give it one, or name the others with --columns" index.csv
run 0 zkp-ledger notarize index.csv --columns a --name index --dry-run
printf 'a,b\nr1,1,2\nr2,3,4\n' >row_names.csv
refused 3 "perhaps it begins with a row's name" row_names.csv
printf '{"a":1}\n\n{"a":2,\n' >rows.ndjson
refused 3 "line 3: a key is missing" rows.ndjson
printf '[\n {"a":1},\n {"a":2,\n  "b":}\n]\n' >rows.json
refused 3 "line 4: not a JSON value" rows.json
printf 'a\nx\ngr\374n\n' >latin.csv
refused 3 "line 3: not UTF-8" latin.csv
says '--encoding windows-1252'
printf '1 2 3\n4 5 6\n' >blanks.csv
refused 3 "cannot tell whether blanks separate 3 fields or each line is one" blanks.csv
run 0 zkp-ledger notarize blanks.csv --name blanks --dry-run --delimiter space --no-header
run 0 zkp-ledger notarize blanks.csv --name blanks --dry-run --delimiter ,
printf ' 1   2\n10  20\n' >aligned.csv
refused 3 "several blanks in a row seem to separate 2 fields" aligned.csv
refused 3 "(separated by a blank); each blank separates" aligned.csv --delimiter space --no-header
printf 'name\nJohn Smith\nJane Doe\n' >people.csv
run 0 zkp-ledger notarize people.csv --name people --dry-run
refused 3 "has no column 'z': no row has that key" "$data/penguins.ndjson" --columns species,z
ok "every fault has its line"

# ---- One file twice.
printf 'a\n1\n' >one.csv
ln one.csv hard.csv
ln -s one.csv soft.csv
for again in ./one.csv hard.csv soft.csv "$PWD/one.csv"; do
    refused 2 "are one file, whose rows would count twice" one.csv "$again"
done
cp one.csv copy.csv
run 0 zkp-ledger notarize one.csv copy.csv --name copies --dry-run
ok "a file is not read twice"

# ---- Folders.
folder() { rm -rf t && mkdir t && cp "$data/penguins.csv" t/part-0.csv; }
folder; mkdir t/_delta_log
refused 8 "'t' is a table of Delta" t
refused 8 "'t' is a table of Delta" t/part-0.csv
refused 8 "'t' is a table of Delta" 't/*.csv'
mkdir t/year=2024 && mv t/part-0.csv t/year=2024
refused 8 "'t' is a table of Delta" t/year=2024/part-0.csv
folder; mkdir t/.hoodie
refused 8 "'t' is a table of Hudi" t/
folder; mkdir t/metadata t/data && : >t/metadata/v1.metadata.json && mv t/part-0.csv t/data
refused 8 "'t' is a table of Iceberg" t
refused 8 "'t' is a table of Iceberg" t/data
refused 8 "'t' is a table of Iceberg" t/data/part-0.csv
folder; mkdir t/year=2024
refused 8 "is split into partitions ('year=2024')" t
folder; mkdir t/more
refused 3 "holds the folder 'more', which is not read" t
folder; echo notes >t/README.md
refused 2 "cannot tell the format of 't/README.md'" t
folder; ln -s nowhere t/part-1.csv
refused 4 "t/part-1.csv" t
rm -rf t && mkdir t && : >t/.hidden.csv
refused 4 "holds no files but hidden ones" t
ok "folders that are more than their files are refused by name"

# Spark's marks and hidden files are left out, and told.
rm -rf t && mkdir t
printf 'id\n1\n2\n' >t/part-0.csv
printf 'id\n3\n' >t/part-1.csv
touch t/_SUCCESS t/.part-0.csv.crc t/_committed_12 t/_started_12
run 0 zkp-ledger notarize t --name told --json
json 'd["files"] == ["part-0.csv", "part-1.csv"]' 'd["file_rows"] == [2, 1]' 'd["file_bytes"] == [7, 5]' \
    'd["left_out"] == ["t/.part-0.csv.crc", "t/_SUCCESS", "t/_committed_12", "t/_started_12"]'
run 0 zkp-ledger notarize t --name told
prints 'from part-0.csv: 2 rows, 7 bytes'
prints 'not read, as it is hidden or a mark beside the data: t/_SUCCESS'
ok "the files that were read are told, and those that were not"
