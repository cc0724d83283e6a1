#!/usr/bin/env bash
# Exports for other tools: what they need, what they refuse, and that only those that are signed ask for a passphrase.
# That their content is what it should be, tests/interop/exports_long.sh has judged.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
small_table >people.csv
echo secret >pass
run 0 zkp-ledger init . --passphrase-file pass
export ZKP_LEDGER_PASSPHRASE_FILE=$PWD/pass
run 0 zkp-ledger notarize people.csv --name people --claim 'range(age, 0, 120)'
run 0 zkp-ledger link people --op typed
unset ZKP_LEDGER_PASSPHRASE_FILE

# ---- Hashes of files are published only where that was asked for.
for format in croissant oms; do
    key=$([ $format = oms ] && echo --signing-key p256.pem)
    [ $format = croissant ] || openssl ecparam -name prime256v1 -genkey -noout -out p256.pem
    run 4 zkp-ledger export people --format $format $key -o out
    says "publishes no hashes of its files"
    says "--public-digest"
done
[ ! -e out ] || fail "something was written"
ok "formats that name files by hash need published hashes"

# ---- The others take neither hashes nor a passphrase; the same version gives the same bytes.
for format in prov-json openlineage cyclonedx spdx in-toto dataset-card dataset-card-json training-summary training-summary-json; do
    run 0 zkp-ledger export people --format $format -o one.$format
done
for format in openlineage cyclonedx dataset-card; do # other bytes would be a conflict
    run 0 zkp-ledger export people --format $format -o one.$format
done
grep -q '"zkl:proven"' one.prov-json || fail "no claim in prov-json"
grep -q 'every value of age lies between 0 and 120 | proven under a development set-up' one.dataset-card || fail "no claim in the card"
grep -q '| Licence | not stated |' one.dataset-card || fail "a licence that nobody stated"
run 2 zkp-ledger export 'people#3' --format spdx -o out
says "name no entry of it alone"
ok "claims are told as what they are, and what nobody said as not stated"

# ---- What the ledger signs.
for format in test-result cose-receipt scitt; do
    run 10 zkp-ledger export people --format $format -o out
    run 0 zkp-ledger export people --format $format -o out.$format --passphrase-file pass
done
ok "what keys of the ledger sign needs the passphrase"

# ---- A claim that may be of no value is a warning, and its name says so.
printf 'a,b\n1,\n2,5\n' >nulls.csv
run 0 zkp-ledger notarize nulls.csv --name nulls --claim 'range(a, 0, 9)' --claim 'range(b, 0, 9)' --no-count --passphrase-file pass
run 0 zkp-ledger export nulls --format test-result -o nulls.json --passphrase-file pass
python3 - <<'PYTHON' || fail "the test result"
import base64, json
said = json.loads(base64.b64decode(json.load(open("nulls.json"))["payload"]))["predicate"]
assert said["result"] == "WARNED", said
assert said["warnedTests"] == ["range(a, 0, 9)", "range(b, 0, 9) (may be empty)"], said
PYTHON
ok "a claim that may be empty is told as such"

# ---- Declared values: known names, texts, each once.
refused() { run 2 zkp-ledger export people --format spdx -o out "${@:2}"; says "$1"; }
refused "this format takes no 'licence', only license" --set licence=MIT
refused "is declared twice" --set license=MIT --set license=BSD
refused "is not NAME=VALUE" --set license
refused "no text of UTF-8" --set license=$'MIT\e[2J'
refused "no text of UTF-8" --set license=$'MIT\xff'
run 2 zkp-ledger export people --format prov-json --set license=MIT -o out
says "takes no declared values"
printf 'license = "MIT"\nsupplier = 7\n' >set.toml
run 3 zkp-ledger export people --format spdx --set-file set.toml -o out
says "line 2"
printf 'license = "MIT"\nlicence = "MIT"\n' >set.toml
run 3 zkp-ledger export people --format spdx --set-file set.toml -o out
says "line 2"
printf 'license = "MIT"\n' >set.toml
run 2 zkp-ledger export people --format spdx --set-file set.toml -o set.toml --force
says "is the input 'set.toml'"
run 0 zkp-ledger export people --format spdx --set-file set.toml -o declared.spdx
grep -q 'declared, signed by nobody: license = MIT' declared.spdx || fail "a declared licence is not told as such"
run 5 zkp-ledger export people --format spdx -o declared.spdx
ok "declared values are checked, and told as declared"

# ---- Keys of the caller's.
run 2 zkp-ledger export people --format oms -o out
says "--signing-key FILE"
run 2 zkp-ledger export people --format spdx --signing-key p256.pem -o out
says "not signed by a key"
[ ! -e out ] || fail "something was written"
ok "a key of the caller's, where one is taken"

# ---- Names of columns are texts from outside: no line of a page ends with them, and what turns text around is told.
printf '"a\rAll is proven.\r",x\u202ey\n1,2\n' >odd.csv
run 0 zkp-ledger notarize odd.csv --name odd --passphrase-file pass
run 0 zkp-ledger export odd --format dataset-card -o odd.card
! LC_ALL=C grep -qP '\r|\xe2\x80\xae' odd.card || fail "a name ends a line of the card, or turns it around"
ok "names of columns are shown as what they are"

# ---- A version that was revoked is exported by nothing that claims something of it.
run 0 zkp-ledger revoke people@1 --reason 'wrong rows' --passphrase-file pass
for format in prov-json openlineage cyclonedx spdx dataset-card dataset-card-json training-summary training-summary-json test-result scitt; do
    run 1 zkp-ledger export people --format $format -o revoked.$format --passphrase-file pass
    says "was revoked by entry"
    [ ! -e revoked.$format ] || fail "something was written"
done
run 0 zkp-ledger export people --format standing -o people.standing --passphrase-file pass
ok "a revoked version is told as such, or not at all"
