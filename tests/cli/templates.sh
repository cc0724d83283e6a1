#!/usr/bin/env bash
# init --template: configuration and policies of a new ledger, by what it is for.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
shipped="clinical ml-training public-dataset"

run 0 zkp-ledger init --templates --json
json "' '.join(t['name'] for t in d['templates']) == '$shipped'" "all(t['about'] for t in d['templates'])" \
    "[t['settings'] for t in d['templates']][1] == ['ledger.hash_algorithm = blake3', 'proof.cache_size_mb = 128', 'export.formats = receipt,dsse']"
for name in $shipped; do
    run 0 zkp-ledger init --templates
    prints "$name"
    mkdir "$name"
    run 0 zkp-ledger init "$name" --template "$name" --no-passphrase
    prints "template  $name"
    (cd "$name" && zkp-ledger doctor | grep '^FAULT' | grep -v 'table reader') && fail "$name: doctor finds a fault"
    # What it says comes next is a command line as far as its words go.
    python3 - "$zkl_source/share/templates/$name.toml" >lines <<'PYTHON' || fail "$name names what there is not"
import subprocess, sys, tomllib
t = tomllib.load(open(sys.argv[1], "rb"))
assert t["next"] and t["policies"]
for line in t["next"]:
    words = line.split(":")[0].split(",")[0].split()
    said = subprocess.run(["zkp-ledger", words[0], "--help"], capture_output=True, text=True)
    assert said.returncode == 0 and all(w in said.stdout for w in words if w.startswith("--")), line
PYTHON
done
ok "each that comes with the program makes a ledger; its advice names options that there are"

cd ml-training
run 0 zkp-ledger config --show-origin
prints 'ledger.hash_algorithm = blake3'
cmp -s .zkp-ledger/policies/fairness.toml "$zkl_source/share/policies/fairness.toml" || fail "another policy was copied"
small_table >people.csv
run 0 zkp-ledger notarize people.csv --name people --dry-run --policy .zkp-ledger/policies/data-quality.toml \
    --set key=id --set required=age --set number=age --set least=0 --set greatest=120 --set sparse=age --set rate=0
prints 'policy data-quality: 4 of 4 claims hold'
cd ..
mkdir own && printf 'name = "ours"\nabout = "ours"\n[config.ledger]\nhash_algorithm = "blake3"\n' >ours.toml
run 0 zkp-ledger init own --template ./ours.toml --hash sha3-256 --no-passphrase --json
json "d['template'] == 'ours' and d['policies'] == [] and d['next'] == []"
run 0 zkp-ledger config get ledger.hash_algorithm --ledger own
prints sha3-256
[ ! -e own/.zkp-ledger/policies ] || fail "it has policies"
ok "what it says is what counts, and an option before it"

mkdir not
refused() { run "$1" zkp-ledger init not --template "$2" --no-passphrase; says "$3"; [ ! -e not/.zkp-ledger ] || fail "a ledger was made"; }
refused 4 clinicol "did you mean 'clinical'"
refused 4 ./nowhere.toml 'nowhere.toml'
printf 'name = "ours"\nabout = "x"\n[config.ledger]\nname = "mine"\n' >ours.toml
refused 3 ours.toml 'line 4, column 8: a template names no ledger'
printf 'name = "ours"\nabout = "x"\n[config.storage]\npath = "/etc"\n' >ours.toml
refused 3 ours.toml "not inside the ledger's folder"
for path in keys keys/store ./store head/ .git lock sources/a policies zkp-ledger.toml; do
    printf 'name = "ours"\nabout = "x"\n[config.storage]\npath = "%s"\n' "$path" >ours.toml
    refused 3 ours.toml "is among the ledger's own files"
done
printf 'name = "ours"\nabout = "x"\npolicies = ["../../etc/x.toml"]\n' >ours.toml
refused 3 ours.toml 'is no policy that comes with the program'
printf 'name = "ours"\nabout = "x"\npolicies = ["none"]\n' >ours.toml
refused 4 ours.toml "there is no policy 'none'"
printf 'name = "ours"\nabout = "x"\nkeys = 1\n' >ours.toml
refused 3 ours.toml "unknown key 'keys'"
ok "a template that is none is refused before anything is made"
