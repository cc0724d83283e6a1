#!/usr/bin/env bash
# config: every setting as it counts, and where it comes from: option, environment, file with its line, default.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

origin() { run 0 env "${@:3}" zkp-ledger config --show-origin; grep -Eq "^$2 +$1\$" "$work/.out" || fail "no line '$2 ... $1'"; }

run 0 zkp-ledger config -q
run 0 zkp-ledger config
says 'no ledger here'
prints 'storage.backend = rocksdb'
origin 'proof.cache_size_mb = 32' default
new_ledger .
printf '# mine\n[proof]\nparallel_prove = 1\n[export]\nformats = ["receipt",\n  "dsse"]\n' >.zkp-ledger/zkp-ledger.toml
file=$PWD/.zkp-ledger/zkp-ledger.toml
origin 'proof.parallel_prove = 1' "$file:3"
origin 'export.formats = receipt,dsse' "$file:5"
origin 'proof.cache_size_mb = 32' default
origin "ledger = $PWD/.zkp-ledger" default
origin "ledger = $PWD" 'environment ZKP_LEDGER_DIR' ZKP_LEDGER_DIR="$PWD"
origin 'setup_cache = /c/zkp-ledger/setup' 'environment XDG_CACHE_HOME' -u ZKL_SETUP_CACHE XDG_CACHE_HOME=/c
origin 'setup_cache = /h/.cache/zkp-ledger/setup' default -u ZKL_SETUP_CACHE -u XDG_CACHE_HOME HOME=/h
origin 'checkpoints = /s/zkp-ledger/checkpoints' 'environment XDG_STATE_HOME' XDG_STATE_HOME=/s
origin 'passphrase_file = p' 'environment ZKP_LEDGER_PASSPHRASE_FILE' ZKP_LEDGER_PASSPHRASE_FILE=p
[ ! -e /c ] && [ ! -e /h ] || fail "it made a folder"
run 0 env ZKP_LEDGER_PASSPHRASE_FILE=p zkp-ledger config --show-origin --threads 2 --passphrase-file q --ledger .
prints 'option --threads                 proof.parallel_prove = 2'
prints 'option --passphrase-file         passphrase_file = q'
prints 'option --ledger                  ledger = .'
ok "the first that says anything counts"

# What is listed is what counts: doctor, which asks those that use it, says the same.
zkp-ledger doctor 2>/dev/null | grep -qxF "ok     set-up cache       $ZKL_SETUP_CACHE" || fail "doctor says another cache"
run 0 zkp-ledger config get setup_cache
[ "$out" = "$ZKL_SETUP_CACHE" ] || fail "another cache"
run 0 zkp-ledger config --json
json "{s['key']: s for s in d['settings']}['proof.parallel_prove'] == {'key': 'proof.parallel_prove', 'value': '1', 'origin': 'file', 'where': '$file', 'line': 3}" \
    "{s['key'] for s in d['settings'] if '.' not in s['key']} == {'ledger', 'passphrase_file', 'setup_cache', 'checkpoints', 'reader', 'wait'}"
for key in $(sed -n 's/^| `\(\[[a-z]*\] \)\?\([a-z_]*\)`.*/\2/p; s/^| `\[proof\] curve`, `\([a-z_]*\)`.*/\1/p' "$zkl_source/docs/formats/configuration.md"); do
    json "any(s['key'].endswith('.$key') for s in d['settings'])"
done
run 4 zkp-ledger config get proof.paralel_prove
says "did you mean 'proof.parallel_prove'"
run 2 zkp-ledger config set a
run 2 zkp-ledger config get
run 4 zkp-ledger config --ledger /nowhere
echo 'x = 1' >>.zkp-ledger/zkp-ledger.toml
run 2 zkp-ledger config
says 'line 7'
ok "one by name, as JSON; what is wrong is named with its line"
