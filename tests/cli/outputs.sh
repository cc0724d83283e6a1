#!/usr/bin/env bash
# What a command writes never takes the place of what it reads, nor of another result that is there.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
small_table >people.csv
printf 'id,age\n1,31\n2,40\n' >later.csv
printf '[columns.age]\ntype = "uint8"\n' >schema.toml
printf 'claims = ["range(age, 0, 120)"]\n' >claims.toml
echo secret >pass
new_ledger .
mkdir kept && cp people.csv schema.toml claims.toml pass kept/
unharmed() { for file in people.csv schema.toml claims.toml pass; do cmp -s $file kept/$file || fail "$file was changed"; done; }

# ---- Onto an input: by its name, another spelling, a link of either kind, as one of several, as standard input.
ln -s people.csv link.csv && ln people.csv hard.csv && mkdir folder && cp people.csv folder/
for output in people.csv ./people.csv "$PWD/people.csv" kept/../people.csv link.csv hard.csv; do
    run 2 zkp-ledger notarize people.csv --name people -o "$output"
    says "the output '$output' is the input 'people.csv'"
    unharmed
done
run 2 zkp-ledger notarize people.csv --name people -o people.csv --force
run 2 zkp-ledger notarize 'p*.csv' later.csv --name people -o people.csv
run 2 zkp-ledger notarize folder --name people -o folder/people.csv
cmp -s folder/people.csv kept/people.csv || fail "a file of the folder was overwritten"
run_with people.csv 2 zkp-ledger notarize - --format csv --name people -o people.csv
says "standard input"
for file in schema claims; do
    run 2 zkp-ledger notarize people.csv --name people --$file $file.toml -o $file.toml
    says "is the input '$file.toml'"
done
run 2 zkp-ledger notarize people.csv --name people --passphrase-file pass -o pass
ZKP_LEDGER_PASSPHRASE_FILE=pass run 2 zkp-ledger notarize people.csv --name people -o pass
unharmed
ok "no output onto an input, the schema, the claims or the passphrase file"

# ---- Into the ledger.
cp -r .zkp-ledger before
for output in .zkp-ledger/people.zkl .zkp-ledger/zkp-ledger.toml .zkp-ledger/keys/log.key .zkp-ledger; do
    run 2 zkp-ledger notarize people.csv --name people -o $output --force
    says "lies in the ledger's folder"
    run 2 zkp-ledger setup export $output --force
    run 2 zkp-ledger keys backup $output --no-passphrase
    run 2 zkp-ledger keys make $output --no-passphrase
done
for name in signer.key.next log.key.next other.key; do # the next writer would take away what it did not make
    run 2 zkp-ledger keys make .zkp-ledger/keys/$name --no-passphrase
    says "lies in the ledger's folder"
done
new_ledger other
run 2 zkp-ledger keys make other/.zkp-ledger/keys/mine.key --no-passphrase
run 2 zkp-ledger export --format tlog-tiles -o other/.zkp-ledger/store/tiles
run 2 zkp-ledger setup export other/.zkp-ledger/powers --force
rm -r other
ln -s .zkp-ledger inside
run 2 zkp-ledger notarize people.csv --name people -o inside/store/people.zkl
diff -r before/keys .zkp-ledger/keys || fail "the keys were changed"
[ "$(log_size)" -eq 1 ] || fail "something was recorded"
ok "no output into the ledger, and nothing was recorded"

# ---- notarize: a receipt gives way to that of a later version of the same dataset, nothing else does.
echo precious >report.txt
run 5 zkp-ledger notarize people.csv --name people -o report.txt
says "'report.txt' exists and is no receipt"
run 0 zkp-ledger notarize people.csv --name people -o people.zkl
run 5 zkp-ledger notarize people.csv --name others -o people.zkl
says "is the receipt of another dataset"
grep -q precious report.txt || fail "report.txt was overwritten"
entries=$(log_size)
[ "$entries" -eq 3 ] || fail "a refused command recorded something: $entries entries"
run 0 zkp-ledger notarize later.csv --name people -o people.zkl
run 0 zkp-ledger notarize later.csv --name people -o report.txt --force
run 0 zkp-ledger notarize later.csv --name people -o /dev/null
ok "notarize -o: the receipt of an earlier version is replaced, another file only by --force"

# ---- export: each version has a name of its own; the same again is fine; another version's file is not overwritten.
run 0 zkp-ledger export people@1
run 0 zkp-ledger export people
[ -s people@1.zkl ] && [ -s people@4.zkl ] || fail "the names do not carry the versions"
for form in receipt tlog-proof dsse data-key; do
    run 0 zkp-ledger export people@1 --format $form -o one.$form
    run 0 zkp-ledger export people@1 --format $form -o one.$form
    cp one.$form one.before
    run 5 zkp-ledger export people@2 --format $form -o one.$form
    [ $form = data-key ] && says "'one.data-key' is a key file: it is never overwritten" || says "'one.$form' exists and holds something else"
    cmp -s one.$form one.before || fail "one.$form was overwritten"
done
run 5 zkp-ledger export people@1 --format dsse -o one.receipt
run 5 zkp-ledger export people@1 --format data-key -o people.csv
unharmed
run 0 zkp-ledger export people@1 --format snarkjs
run 5 zkp-ledger export people@2 --format snarkjs -o people@1.snarkjs
run 0 zkp-ledger export --format tlog-tiles
run 0 zkp-ledger notarize people.csv --name people
# The log has grown: what shows a checkpoint is brought up to date.
for form in receipt tlog-proof; do run 0 zkp-ledger export people@1 --format $form -o one.$form; done
run 0 zkp-ledger export --format tlog-tiles
run 0 zkp-ledger verify one.receipt
run 0 zkp-ledger export people@2 -o one.receipt --force
run 0 zkp-ledger keys rotate --role log
run 0 zkp-ledger export --format tlog-tiles # over the key file of the log's earlier key
run 0 zkp-ledger export --format tlog-tiles
ok "export overwrites the same format of the same version, anything else only by --force"

# ---- Folders: each file that is made below them is an output, and no link is followed to one.
ls -A .zkp-ledger >names
for file in key tile/0/000.p/$(log_size) tile/entries/000.p/$(log_size); do
    rm -rf tiles && mkdir -p "tiles/$(dirname $file)" && echo precious >tiles/$file
    run 5 zkp-ledger export --format tlog-tiles -o tiles
    says "'tiles/$file' exists and holds something else"
    grep -q precious tiles/$file || fail "tiles/$file was overwritten"
    run 0 zkp-ledger export --format tlog-tiles -o tiles --force
    cmp -s tiles/$file tlog-tiles/$file || fail "tiles/$file is not as it is without --force"
done
echo precious >victim
for file in key checkpoint tile tile/0 tile/entries tile/0/000.p; do
    rm -rf tiles && mkdir -p "tiles/$(dirname $file)"
    case $file in key | checkpoint) ln -s "$PWD/victim" tiles/$file ;; *) ln -s "$PWD/.zkp-ledger" tiles/$file ;; esac
    for force in '' --force; do
        run 5 zkp-ledger export --format tlog-tiles -o tiles $force
        says "'tiles/$file' is a symbolic link"
    done
done
rm -rf proofs && mkdir proofs && run 0 zkp-ledger export people@1 --format snarkjs -o proofs
one=$(ls proofs | head -n 1)
rm -r "proofs/$one" && ln -s "$PWD/.zkp-ledger" "proofs/$one"
run 5 zkp-ledger export people@1 --format snarkjs -o proofs --force
says "'proofs/$one' is a symbolic link"
rm "proofs/$one" && mkdir "proofs/$one" && ln -s "$PWD/victim" "proofs/$one/proof.json"
run 5 zkp-ledger export people@1 --format snarkjs -o proofs --force
grep -q precious victim || fail "a file was written through a link"
ls -A .zkp-ledger | cmp -s names - || fail "the ledger's folder was written to"
ln -s tiles linked && rm -rf tiles && mkdir tiles
run 0 zkp-ledger export --format tlog-tiles -o linked # the folder that is named may be a link
ok "no file below an exported folder is overwritten, and no link in it is followed"

# ---- Powers and keys.
run 0 zkp-ledger setup export powers.zklpowers
run 0 zkp-ledger setup export powers.zklpowers
run 5 zkp-ledger setup export people.csv
run 2 zkp-ledger setup show --force
run 0 zkp-ledger keys backup copy --no-passphrase
rm copy/signer.key
run 5 zkp-ledger keys backup copy --no-passphrase
[ ! -e copy/signer.key ] || fail "half a backup was written over another"
run 0 zkp-ledger keys make own.key --no-passphrase
cp own.key own.before
run 5 zkp-ledger keys make own.key --no-passphrase
run 5 zkp-ledger keys make people.csv --no-passphrase
cmp -s own.key own.before || fail "a key was overwritten"
unharmed
ok "setup export, keys backup and keys make overwrite nothing"

# ---- A receipt that could not be written is refused before anything is recorded.
size=$(log_size)
for output in nowhere/people.zkl folder/ .; do
    want=2
    [ $output != nowhere/people.zkl ] || want=4
    run $want zkp-ledger notarize people.csv --name people -o $output
    run $want zkp-ledger prove people 'rows(4)' --data people.csv -o $output --force
    silent_about 'is recorded'
done
[ "$(log_size)" -eq "$size" ] || fail "something was recorded"
ok "no receipt without a place: nothing is recorded"

# ---- "-" is standard input or output, never a folder
new_ledger dash
small_table > dash.csv
run 0 zkp-ledger notarize dash.csv --name dash --ledger dash
for format in snarkjs tlog-tiles; do
    run 2 zkp-ledger export dash --format "$format" -o - --ledger dash
    says "'-' is standard output, and this is a folder"
done
run 2 zkp-ledger keys backup - --no-passphrase --ledger dash
says "'-' is standard output, and this is a folder"
[ ! -e ./- ] || fail "a folder named '-' was made"
mkdir ./-
cp "$data/penguins.csv" ./-/
run_with dash.csv 0 zkp-ledger notarize - --format csv --name input --dry-run --ledger dash
prints 'age '
ok "a folder named '-' is neither written nor read"

# ---- Standard output holds a file or a JSON object, never both, whichever command writes it.
rm -r ./-
size=$(log_size --ledger dash)
for command in 'notarize dash.csv --name new -o -' 'prove dash unique(id) --data dash.csv -o -' 'export dash -o -' \
    'setup export -' 'keys make - --no-passphrase' 'keys make -o - --no-passphrase'; do
    run 2 zkp-ledger $command --ledger dash --json
    says 'both want standard output'
    json 'd["exit_code"] == 2' '"both want standard output" in d["error"]'
done
[ "$(log_size --ledger dash)" -eq "$size" ] || fail "something was recorded"
run 0 zkp-ledger keys make made.key --no-passphrase
run 0 zkp-ledger keys make - --no-passphrase
[ "$(stat -c %s "$work/.out")" -eq "$(stat -c %s made.key)" ] || fail "more than the key was written"
ok "--json beside '-' is refused, and a key on standard output stands alone"
