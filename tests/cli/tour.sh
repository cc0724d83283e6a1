#!/usr/bin/env bash
# The tour of the README and every verb, on the shipped table in all its forms; --json; help, completion and manual pages.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# ---- The README's tour.
mkdir home && cd home || exit 1
new_ledger . --name tour
says "Made the ledger 'tour-"
cp "$data/penguins.csv" .
run 0 zkp-ledger notarize penguins.csv --name penguins --null NA --claim 'range(body_mass_g, 1000, 10000)' \
    --claim 'sum(flipper_length_mm)'
# 68713: awk -F, 'NR > 1 && $5 != "NA" { s += $5 } END { print s }' penguins.csv
for text in 'Notarised penguins@1: 344 rows' 'every non-null value of body_mass_g lies between 1000 and 10000' \
    'the sum of flipper_length_mm over its 342 non-null values is exactly 68713' 'development set-up'; do
    prints "$text"
done
ok "notarize"

run 0 zkp-ledger show penguins
for text in 'penguins@1  344 rows, 8 columns, 1 chunk' species bill_length_mm 'decimal(4,1)' 'table root' 'receipt id' \
    'lies between 1000 and 10000' '68713' 'Proofs:'; do
    prints "$text"
done
ok "show"

run 0 zkp-ledger export penguins --format receipt -o penguins.zkl
run 0 zkp-ledger keys show --trust
cp "$work/.out" trust.toml
grep -q '^first_log_key = "tour-' trust.toml || fail "no first log key in trust.toml"
run 0 zkp-ledger verify penguins --data penguins.csv
prints 'Recomputed from the data'
run 0 zkp-ledger verify-chain
prints 'VALID'
prints 'proofs were not verified'
run 0 zkp-ledger verify-chain --proofs
prints 'every proof verified: 1'
run 0 zkp-ledger log
for text in 'new signer key' 'F22 (development)' 'penguins@1'; do prints "$text"; done
ok "export, verify --data, verify-chain, log"

run 0 zkp-ledger prove penguins 'mean(body_mass_g) >= 4000' --data penguins.csv -o more.zkl
prints 'Added to penguins@1'
prints 'the mean of body_mass_g over its 342 non-null values is at least 4000'
run 0 zkp-ledger verify more.zkl --trust trust.toml
prints '68713'
ok "prove"

# ---- An auditor elsewhere: no ledger, no data, no home, not even a cache.
mkdir "$work/elsewhere" && mv penguins.zkl trust.toml "$work/elsewhere/" && cd "$work/elsewhere" || exit 1
run 0 env -i PATH="$PATH" zkp-ledger verify penguins.zkl --trust trust.toml
prints "VALID (development set-up: does not bind the ledger's owner)  penguins@1  344 rows, 8 columns"
prints 'under a development set-up'
prints 'Not proven:'
run 0 env -i PATH="$PATH" zkp-ledger verify penguins.zkl --trust trust.toml --json
json 'd["status"] == "valid"' 'd["exit_code"] == 0' 'd["setup"] == "development"' 'd["data_checked"] is False' \
    'd["dataset"]["name"] == "penguins"' 'd["dataset"]["version"] == 1' 'd["dataset"]["rows"] == 344' \
    'd["dataset"]["columns"] == 8' 'd["dataset"]["blocks"] > 8' 'is_hex(d["dataset"]["id"])' \
    'd["entry"]["kind"] == "notarise"' 'd["entry"]["index"] < d["log"]["size"]' 'is_hex(d["entry"]["receipt_id"])' \
    'd["entry"]["time"].endswith("Z")' 'is_hex(d["entry"]["signer"])' 'd["log"]["origin"].startswith("tour-")' \
    'is_hex(d["log"]["ledger"])' 'd["log"]["key"].startswith(d["log"]["origin"] + "+")' 'd["witnesses"] == []' \
    'len(d["not_proven"]) >= 4' 'len(d["claims"]) == 4' 'd["claims"][0]["wellformedness"] is True' \
    'd["claims"][1]["text"] == "range(body_mass_g, 1000, 10000)"' \
    'd["claims"][2]["text"] == "sum(flipper_length_mm) = 68713"' \
    'd["claims"][3]["text"] == "count(body_mass_g, *, *) >= 1"' \
    'all(is_hex(c["statement"]) and c["circuit"] in ("F20", "F22") for c in d["claims"])'
run_with penguins.zkl 0 zkp-ledger verify - --trust trust.toml
prints "owner)  penguins@1"
prints '  Trust: file '
ok "verify elsewhere, without ledger, data or home; from standard input"

# And data with its key, also elsewhere.
run 0 zkp-ledger export penguins --ledger "$work/home/.zkp-ledger" --format data-key -o penguins.zklkey
[ "$(stat -c %a penguins.zklkey)" = 600 ] || fail "the data key can be read by others"
run 0 zkp-ledger verify penguins.zkl --trust trust.toml --data "$data/penguins.csv" --data-key penguins.zklkey
prints 'Recomputed from the data'
sed 's/3750/3751/' "$data/penguins.csv" >other.csv
run 1 zkp-ledger verify penguins.zkl --trust trust.toml --data other.csv --data-key penguins.zklkey
ok "verify with data and data key elsewhere; other data is refused"

# ---- The same rows in every form: one column with nulls, for the second smallest circuit.
cd "$work/home" || exit 1
for file in penguins.csv penguins.csv.gz penguins.ndjson penguins.ndjson.zst penguins.parquet; do
    name=$(echo "$file" | tr . -)
    case $file in *.csv*) null=(--null NA) ;; *) null=() ;; esac
    run 0 zkp-ledger notarize "$data/$file" --name "$name" "${null[@]}" --columns flipper_length_mm \
        --claim 'sum(flipper_length_mm) = 68713' --json -o "$name.zkl"
    json 'd["dataset"]["rows"] == 344' '[c["name"] for c in d["columns"]] == ["flipper_length_mm"]' \
        '[c["type"] for c in d["columns"]] == ["uint16"]' 'all(c["nullable"] for c in d["columns"])' \
        '[s["circuit"] for s in d["statements"]] == ["F20"]'
    run 0 zkp-ledger verify "$name.zkl"
    run 0 zkp-ledger verify "$name" --data "$data/$file" --json
    json 'd["data_checked"] is True'
    ok "$file"
done
cd "$work" && cp "$data/penguins.csv" stdin.csv
run_with stdin.csv 0 zkp-ledger notarize - --ledger "$work/home/.zkp-ledger" --name from-input --format csv --null NA \
    --columns year
export ZKP_LEDGER_DIR=$work/home/.zkp-ledger
run 0 zkp-ledger show from-input
prints '344 rows, 1 column,'
unset ZKP_LEDGER_DIR
ok "standard input; --ledger; ZKP_LEDGER_DIR"

# Two files are one table, in name order; a later version keeps its name.
cd "$work/home" || exit 1
mkdir parts && printf 'id,age\n1,30\n' >parts/1.csv && printf 'id,age\n2,40\n3,50\n' >parts/2.csv
run 0 zkp-ledger notarize 'parts/*.csv' --name ages --claim 'rows(3)' --public-digest --json
json 'd["dataset"]["version"] == 1' 'd["dataset"]["rows"] == 3'
for files in 'parts/*.csv' parts parts/ 'part?/[12].csv'; do # a folder or a glob is one dataset
    run 0 zkp-ledger verify ages --data "$files"
    prints 'Recomputed from the data'
done
run 0 zkp-ledger verify ages --data parts/2.csv --data parts/1.csv
run 1 zkp-ledger verify ages --data parts/2.csv
run 4 zkp-ledger verify ages --data 'parts/*.parquet'
says "'parts/*.parquet'"
small_table >'odd [1]*.csv' # a file that exists is no pattern
run 0 zkp-ledger notarize 'odd [1]*.csv' --name odd
prints '4 rows'
small_table >ages.csv
run 0 zkp-ledger notarize ages.csv --name ages --claim 'range(age, 0, 120)' --claim 'not_null(age)' \
    --claim 'mean(age) = 45' --json
json 'd["dataset"]["version"] == 2' 'd["entry"]["index"] > 0' 'is_hex(d["entry"]["receipt_id"])' \
    'd["setup"] == "development"' 'd["seconds"]["total"] > 0' 'd["statements"][0]["proof_bytes"] == 704'
run 0 zkp-ledger show ages@1 --json
json 'd["dataset"]["version"] == 1' 'd["dataset"]["rows"] == 3' '[v["version"] for v in d["versions"]] == [1, 2]' \
    'is_hex(d["dataset"]["table_root"])' 'is_hex(d["dataset"]["content"])' 'is_hex(d["dataset"]["schema_hash"])' \
    'is_hex(d["dataset"]["powers"])' 'd["dataset"]["hash"] == "sha3-256"' 'd["claims"][0]["text"] == "cells(*)"' \
    'd["entry"]["tree_size"] > d["entry"]["index"]'
run 0 zkp-ledger show ages
prints 'ages@2'
ok "several files, versions, claims of every word"

# ---- The other verbs.
run 0 zkp-ledger log --json
json 'd["origin"].startswith("tour-")' 'd["size"] == len(d["entries"])' 'is_hex(d["root"])' \
    '[e["index"] for e in d["entries"]] == list(range(d["size"]))' 'd["entries"][0]["kind"] == "key"' \
    'all(is_hex(e["receipt_id"]) and e["time"].endswith("Z") and e["what"] for e in d["entries"])'
size=$(json_value 'd["size"]')
run 0 zkp-ledger log --last 2 --json
json "[e['index'] for e in d['entries']] == [$size - 2, $size - 1]"
run 0 zkp-ledger log --from 3 --json
json "[e['index'] for e in d['entries']] == list(range(3, $size))"
run 0 zkp-ledger verify-chain --json
json "d['entries'] == $size" 'd["proofs_checked"] is False' 'd["datasets"] == 10' 'd["checkpoints"] > 1' 'd["blobs"] > 1'
run 0 zkp-ledger verify-chain --from ages@1 --to ages --proofs --json
json 'd["proofs_checked"] is True'
run 0 zkp-ledger verify ages@1
prints "owner)  ages@1"
ok "log, verify-chain, verify of a version"

run 0 zkp-ledger setup --json
json '[c["circuit"] for c in d["circuits"]] == ["F18", "F20", "F22", "F24", "F26"]' 'is_hex(d["powers"])' \
    'd["circuits"][0]["made"] and d["circuits"][0]["logged"] and is_hex(d["circuits"][0]["key"])'
run 0 zkp-ledger setup --circuit F18
prints 'key made'
[ "$(log_size)" = "$size" ] || fail "a set-up that was logged is logged again"
run 0 zkp-ledger doctor
prints 'in the clear'
run 0 zkp-ledger doctor --json
json 'all(f["severity"] in ("ok", "note") and f["what"] and f["found"] for f in d["findings"])'
ok "setup, doctor"

run 0 zkp-ledger keys
prints 'counts from entry'
run 0 zkp-ledger keys show --json
json 'is_hex(d["ledger"])' 'd["origin"].startswith("tour-")' 'd["passphrase"] is False' \
    'sorted(k["role"] for k in d["keys"]) == ["log", "signer"]' '"first_log_key" in d["trust"]'
run 0 zkp-ledger keys show --trust --quiet
prints 'first_log_key'
run 0 zkp-ledger keys backup "$work/backup" --no-passphrase
[ "$(ls "$work/backup")" = $'log.key\nowner.key\nsigner.key' ] || fail "the backup lacks a key"
[ "$(stat -c %a "$work/backup" "$work/backup/owner.key")" = $'700\n600' ] || fail "the backup can be read by others"
run 0 zkp-ledger keys make "$work/new.key" --role signer --name new --no-passphrase
[ "$(stat -c %a "$work/new.key")" = 600 ] || fail "a new key can be read by others"
run 0 zkp-ledger keys rotate --role log --json
json "d['index'] == $size"
ok "keys show, backup, make, rotate"

for form in receipt tlog-proof dsse data-key; do
    run 0 zkp-ledger export ages --format $form -o "$work/x.$form" --json
    json "d['format'] == '$form'" "d['bytes'] == $(stat -c %s "$work/x.$form")"
done
python3 -m json.tool "$work/x.dsse" >/dev/null || fail "the envelope is not JSON"
run 0 zkp-ledger export ages -o -
cmp -s "$work/.out" "$work/x.receipt" || fail "a receipt on standard output is another"
run 0 zkp-ledger export ages --format snarkjs -o "$work/x.snarkjs"
for file in verification_key proof public; do
    python3 -m json.tool "$work/x.snarkjs"/1-F*/$file.json >/dev/null || fail "$file.json is not JSON"
done
run 0 zkp-ledger export --format tlog-tiles -o "$work/x.tiles"
[ -s "$work/x.tiles/checkpoint" ] && [ -d "$work/x.tiles/tile" ] || fail "no tiles"
ok "export in every form"

# ---- Help, completion, manual pages: all from one table.
run 0 zkp-ledger --help
commands=$(sed -n '/^Commands:/,/^$/p' "$work/.out" | awk '/^  / { print $1 }')
[ "$(echo "$commands" | wc -l)" -ge 12 ] || fail "the overview lacks commands"
run 0 zkp-ledger help
run 0 zkp-ledger --version
prints 'zkp-ledger 0.'
for command in $commands; do
    run 0 zkp-ledger "$command" --help
    prints "Usage: zkp-ledger $command"
    prints '--json'
    cp "$work/.out" "$work/help"
    run 0 zkp-ledger help "$command"
    cmp -s "$work/.out" "$work/help" || fail "help $command and $command --help differ"
done
for command in init notarize show verify verify-chain log export keys setup completion man; do
    run 0 zkp-ledger "$command" --help
    prints 'Examples:'
done
ok "help of every command"

run 0 zkp-ledger completion bash
cp "$work/.out" "$work/completion.bash"
bash -n "$work/completion.bash" || fail "the completion script is no bash"
complete_words() { # WORDS...: what the last one may become
    bash -c '. "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _zkp_ledger; echo "${COMPREPLY[*]}"' \
        "$work/completion.bash" "$@"
}
expect_words() { [ "$2" = "$1" ] || fail "completion gives '$2', want '$1'"; }
expect_words 'verify verify-chain' "$(complete_words zkp-ledger ver)"
expect_words 'receipt lineage tlog-tiles consistency standing tlog-proof dsse timestamp snarkjs croissant prov-json openlineage cyclonedx spdx in-toto test-result oms cose-receipt scitt dataset-card dataset-card-json training-summary training-summary-json data-key' "$(complete_words zkp-ledger export --format '')"
expect_words 'tlog-tiles tlog-proof' "$(complete_words zkp-ledger export --format tl)"
expect_words '--claim --claims' "$(complete_words zkp-ledger notarize --cl)"
expect_words 'rotate' "$(complete_words zkp-ledger keys ro)"
expect_words 'signer log' "$(complete_words zkp-ledger keys rotate --role '')"
expect_words 'bash' "$(complete_words zkp-ledger completion b)"
for shell in zsh fish; do
    run 0 zkp-ledger completion $shell
    prints 'verify-chain'
    prints 'tlog-tiles'
    if command -v $shell >/dev/null; then
        $shell -n "$work/.out" || fail "the completion script is no $shell"
    fi
done
run 2 zkp-ledger completion tcsh
ok "completion"

for command in '' $commands; do
    run 0 zkp-ledger man $command
    cp "$work/.out" "$work/page.1"
    for section in NAME SYNOPSIS 'EXIT STATUS'; do
        grep -q "^\.SH $section\$" "$work/page.1" || fail "the page lacks $section"
    done
    if command -v groff >/dev/null; then
        run 0 groff -man -Tutf8 -ww -z "$work/page.1"
        [ -z "$err" ] || fail "groff finds fault with the page of '$command'"
    fi
done
ok "manual pages"

# ---- Every exit code of the table that an ordinary run meets (130 is met in refuse_long.sh).
run 0 zkp-ledger show ages
run 1 zkp-ledger notarize ages.csv --name false --claim 'range(age, 0, 40)'
run 2 zkp-ledger verrify x
says "did you mean 'verify'"
run 3 zkp-ledger verify ages.csv
run 4 zkp-ledger show nobody
run 5 zkp-ledger init . --no-passphrase
head -c 2000000 /dev/zero >"$work/large"
run 6 zkp-ledger verify "$work/elsewhere/penguins.zkl" --trust "$work/large"
run 7 zkp-ledger verify "$work/elsewhere/penguins.zkl" --trust "$work"
run 8 zkp-ledger notarize "$data/types.parquet" --name nested
run 9 zkp-ledger verify "$work/elsewhere/penguins.zkl" --trust /dev/null
cd "$work/elsewhere" || exit 1
run 9 zkp-ledger verify penguins.zkl
says 'Nothing is trusted on first use'
echo secret >"$work/passphrase" && echo wrong >"$work/wrong"
run 0 zkp-ledger init --name locked --passphrase-file "$work/passphrase"
run 10 zkp-ledger keys rotate --passphrase-file "$work/wrong"
ok "exit codes 0 to 10"
