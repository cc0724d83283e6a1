#!/usr/bin/env bash
# Exports for other tools, each judged by the PyPI library of its format (exports.py). One ledger for all of them.
set -euo pipefail
source "$ZKL_SOURCE_DIR/tests/interop/libtools.sh"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export PATH=$ZKL_BUILD_DIR:$PATH PYTHONDONTWRITEBYTECODE=1
export ZKL_SETUP_CACHE=$ZKL_BUILD_DIR/tests/setup-cache XDG_STATE_HOME=$work/state
mkdir -p "$ZKL_SETUP_CACHE"
python=$(zkl_python "$ZKL_SOURCE_DIR/tests/interop/exports_requirements.txt")
cd "$work"

flock "$ZKL_SETUP_CACHE.lock" zkp-ledger init --no-passphrase --quiet
printf 'id,grp,label,predicted\n1,a,true,true\n2,a,false,false\n3,b,true,true\n4,b,false,true\n' >scores.csv
echo 'how to label' >guide.txt
zkp-ledger notarize scores.csv --name scores --public-digest --quiet \
    --claim 'range(id, 1, 4)' --claim 'accuracy(label, predicted) >= 0.7'
zkp-ledger prove scores 'not_null(id)' --data scores.csv --quiet
zkp-ledger link scores --used guide.txt --op labelling --fact vendor='"ACME" Labelling' --quiet
zkp-ledger transform scores --data scores.csv --op 'filter id >= 2' --as kept --to kept.csv --quiet

declared='--set license=CC0-1.0'
for format in croissant cyclonedx spdx; do
    zkp-ledger export scores --format $format $declared -o scores.$format --quiet
done
for format in prov-json openlineage; do
    zkp-ledger export kept --format $format -o kept.$format --quiet
done
for format in in-toto test-result cose-receipt dsse; do
    zkp-ledger export scores --format $format -o scores.$format --quiet
done
zkp-ledger audit --format json-ld -o audit.jsonld --quiet
# The first export logs the announcement, the second one finds it.
for file in scores.scitt again.scitt; do
    zkp-ledger export scores --format scitt -o $file --quiet
done
cmp scores.scitt again.scitt
zkp-ledger log --json >log.json
zkp-ledger verify-chain --proofs --quiet
hostile='</td>| [a](http://b) `c` *d* _e_ <!-- &amp; \ # ~~f~~ é'
printf 'license = "cc0-1.0"\ncreator = "overridden"\n' >card.toml
for format in dataset-card dataset-card-json; do
    zkp-ledger export scores --format $format --set-file card.toml --set creator="$hostile" -o scores.$format --quiet
done
for format in training-summary training-summary-json; do
    zkp-ledger export scores --format $format --set provider="$hostile" -o scores.$format --quiet
done
openssl ecparam -name prime256v1 -genkey -noout -out p256.pem
openssl ec -in p256.pem -pubout -out p256.pub 2>/dev/null
zkp-ledger export scores --format oms --signing-key p256.pem -o scores.oms --quiet
zkp-ledger keys show --trust >trust.toml
exec "$python" "$ZKL_SOURCE_DIR/tests/interop/exports.py" "$work"
