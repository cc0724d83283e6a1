#!/usr/bin/env bash
# How a file is read decides what it says: it is bound, shown, marked where it is unusual, and the auditor's to override.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

new_ledger .
printf 'amount\n100\n91009\n92009\n250\n' >pay.csv

# ---- What values are made of separates and quotes nothing.
for quote in 9 . - + a ' ' $'\t' ',,' é; do
    run 2 zkp-ledger notarize pay.csv --name pay --quote "$quote"
    says 'is no quote'
done
for delimiter in 0 . - + x ' ' $'\n' ', '; do
    run 2 zkp-ledger notarize pay.csv --name pay --delimiter "$delimiter"
    says 'is no delimiter'
done
run 2 zkp-ledger notarize pay.csv --name pay --delimiter ';' --quote ';'
says 'quote and delimiter at once'
run 2 zkp-ledger notarize there-is-no-such-file.csv --name pay --quote 9
says 'is no quote' # before anything is read
run 2 zkp-ledger notarize pay.csv --name pay --quote ''
says "no quote is 'none'"
[ "$(log_size)" = 1 ] || fail "something was recorded"
ok "quotes and delimiters that data need are refused"

# ---- Two payments are declared to be nulls: what is proven is true of the rest, and whoever reads the verdict sees it.
run 0 zkp-ledger notarize pay.csv --name pay --null 92009 --null 91009 --claim 'sum(amount)' -o pay.zkl
prints 'exactly 350'
prints "Read as: CSV, delimiter ',', quote '\"', encoding utf-8, header, nulls: empty, '91009', '92009'"
prints "the text '91009' is null"
run 0 zkp-ledger keys show --trust
cp "$work/.out" trust.toml
run 0 zkp-ledger verify pay.zkl --trust trust.toml
prints 'exactly 350'
prints 'Unusual ways of reading'
prints "the text '91009' is null"
prints "the text '92009' is null"
run 0 zkp-ledger verify pay.zkl --trust trust.toml --json
json 'd["reading"]["null"] == ["91009", "92009"]' 'd["reading"]["quote"] == "\""' 'd["reading"]["header"] is True' \
    'len(d["unusual_reading"]) == 2' 'd["files"] == ["pay.csv"]' 'd["file_count"] == 1' 'd["public_digests"] == []' \
    'd["read_otherwise"] is None'
run 0 zkp-ledger show pay
prints "the text '92009' is null"
run 0 zkp-ledger verify pay --data pay.csv
prints 'Recomputed from the data'
prints "the text '91009' is null"
ok "null texts that are data are bound, shown and marked"

# ---- The auditor's own options count.
run 1 zkp-ledger verify pay --data pay.csv --null ''
says "check 'data'"
says 'read as you say'
says "'91009', '92009'"
run 1 zkp-ledger verify pay --data pay.csv --no-header
run 0 zkp-ledger verify pay --data pay.csv --header --delimiter ',' --encoding utf-8 # as the manifest says
silent_about 'not as the manifest says'
run 0 zkp-ledger verify pay --data pay.csv --quote "'" # another reading, the same table
prints 'not as the manifest says'
run 0 zkp-ledger verify pay --data pay.csv --delimiter ';' --json
json 'd["data_checked"]' '"delimiter '"';'"'" in d["read_otherwise"]'
run 2 zkp-ledger verify pay --data pay.csv --quote 9
run 2 zkp-ledger verify pay --data pay.csv --header --no-header
run 2 zkp-ledger verify pay --quote "'"
says 'with --data only'
ok "the auditor's options are used, and a difference is told"

printf '91009\n100\n250\n' >headless.csv
run 0 zkp-ledger notarize headless.csv --name headless -o headless.zkl
run 0 zkp-ledger verify headless.zkl --trust trust.toml
prints "one of them is a value: '91009'"
printf 'alice,2024-01-01\nbob,2024-01-02\n' >dated.csv
run 0 zkp-ledger notarize dated.csv --name dated --dry-run
prints "one of them is a value: '2024-01-01'"
printf 'x,y\n"39,1",31/12/2020\n"40,2",01/01/2021\n' >comma.csv
run 0 zkp-ledger notarize comma.csv --name comma --dry-run
prints "since '39,1' (line 2) is no number: a comma stands in it"
prints "since '31/12/2020' (line 2) is no date"
printf '{"a":{"0":1},"b":{"0":2}}\n' >columns.json
run 8 zkp-ledger notarize columns.json --name columns --dry-run
says 'rows are wanted'
printf '{"a":[1],"b":[2]}\n{"c":3}\n' >some.ndjson
run 0 zkp-ledger notarize some.ndjson --name some --columns c --dry-run
printf 'true,x\nfalse,y\n' >flags.csv
run 0 zkp-ledger notarize flags.csv --name flags --dry-run
prints "one of them is a value: 'true'"
ok "a first line of data that is taken for names is marked"

# ---- Another quote takes signs off the values: it is marked, and refused by who expects the usual one.
printf "n\n100\n'250'\n" >signs.csv
run 0 zkp-ledger notarize signs.csv --name signs --quote "'" --claim 'sum(n)' -o signs.zkl
prints 'exactly 350'
run 0 zkp-ledger verify signs.zkl --trust trust.toml
prints "quote \"'\""
prints "the quote is \"'\": in a field that begins with it, it is no part of the value"
run 0 zkp-ledger verify signs --data signs.csv
prints "the quote is"
run 1 zkp-ledger verify signs --data signs.csv --quote '"'
says "check 'data'"
ok "another quote is marked, and the auditor's own counts"

# ---- A quoted empty field is null only when that is said, and then it is told.
printf 'n\n1\n""\n2\n' >empty.csv
run 0 zkp-ledger notarize empty.csv --name empty --null-quoted --claim 'sum(n)'
prints 'nulls: empty, quoted empty'
prints 'a quoted empty field is null'
run 0 zkp-ledger verify empty --data empty.csv
run 1 zkp-ledger verify empty --data empty.csv --no-null-quoted
says 'read as you say'
run 0 zkp-ledger notarize empty.csv --name empty # forgotten: the column is text now, and the command says why
prints 'Since empty@1:'
prints "read otherwise; before: CSV, delimiter ',', quote '\"', encoding utf-8, header, nulls: empty, quoted empty"
ok "quoted empty fields"

# ---- Words for signs, and what is not CSV.
printf 'a b\n1 "x y"\n2 z\n' >blank.csv
run 0 zkp-ledger notarize blank.csv --name blank --delimiter space
prints 'Read as: CSV, delimiter space,'
prints 'fields are separated by space'
run 0 zkp-ledger verify blank --data blank.csv
printf 'a\tb\n1\t"x"\n2\tz\n' >tabs.txt
run 0 zkp-ledger notarize tabs.txt --name tabs --delimiter tab --quote none --hide-file-names
prints 'delimiter tab, quote none'
prints 'whose name is not told'
prints 'there is no quote'
run 0 zkp-ledger show tabs --json
json 'd["files"] is None' 'd["file_count"] == 1' 'd["reading"]["quote"] == "none"'
run 0 zkp-ledger export tabs -o tabs.zkl
[ -s tabs.zkl ] || fail "no receipt"
if grep -qa 'tabs.txt' tabs.zkl; then fail "the receipt holds a hidden name"; fi
run 0 zkp-ledger verify tabs --data tabs.txt
run 2 zkp-ledger notarize tabs.txt --name tabs --hide-file-names --public-digest
ok "a blank and a tab have words, and names can be hidden"

# ---- Several files: listed in the order in which they count, without the folder they share.
mkdir -p deep/er
printf '{"n": 1}\n' >deep/er/b.ndjson
printf '{"n": 2}\n' >deep/er/a.ndjson
run 0 zkp-ledger notarize deep/er --name both --json
json 'd["files"] == ["a.ndjson", "b.ndjson"]' 'd["reading"] == {"format": "ndjson", "columns_chosen": False}' \
    'd["unusual_reading"] == []'
mkdir -p hive/year=2024 hive/year=2025
echo '{"n": 1}' | tee hive/year=2024/a.ndjson >hive/year=2025/a.ndjson
run 0 zkp-ledger notarize 'hive/*/a.ndjson' --name hive --dry-run
prints "the folder of 'year=2024/a.ndjson' is named like a value of a column, which is in no file and was not read"
ok "the files that were read are listed, and partitions' names"
