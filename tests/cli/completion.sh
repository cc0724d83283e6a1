#!/usr/bin/env bash
# Completion, asked the way bash asks: words typed so far in, candidates out. And what help looks like on a terminal.
. "$(dirname "$0")/lib.sh"
printf 'id\n1\n' >'a file.csv'
printf 'id\n1\n' >penguins.csv
run 0 zkp-ledger init --no-passphrase --name demo
run 0 zkp-ledger notarize penguins.csv --name penguins
run 0 zkp-ledger notarize penguins.csv --name penguins
run 0 zkp-ledger notarize penguins.csv --name pelicans
eval "$(zkp-ledger completion bash)"

# completes WANT WORD...: the candidates for the last word, sorted, with a comma between.
completes() {
    local want=$1 got
    shift
    COMP_WORDS=(zkp-ledger "$@") COMP_CWORD=$# COMPREPLY=()
    _zkp_ledger
    got=$(printf '%s\n' ${COMPREPLY+"${COMPREPLY[@]}"} | sort | paste -sd,)
    [ "$got" = "$want" ] || { last_command="complete: $*"; out=$got; err=; fail "want '$want', not '$got'"; }
}
completes notarize not
completes verify,verify-chain --ledger .zkp-ledger ver
completes pelicans,penguins,penguins.csv show pe
completes pelicans,penguins,penguins.csv verify pe
completes pelicans,penguins -q notarize x.csv --name p
completes 'a file.csv' notarize a
completes penguins.csv notarize x.csv --claims pen
completes penguins.csv --passphrase-file pen
completes parquet notarize --format pa
completes F24 setup --circuit F24
completes F18,F20,F22,F24,F26 setup --circuit F
completes --dry-run notarize x.csv --dr
completes '' notarize x.csv --claim ra
completes backup keys ba
ok "bash completes commands, options, values, files, datasets and circuits"

run 0 zkp-ledger completion zsh
prints 'completion datasets'
run 0 zkp-ledger completion fish
prints 'completion datasets'
for shell in zsh fish; do
    command -v $shell >/dev/null && { zkp-ledger completion $shell >script.$shell; run 0 $shell -n script.$shell; }
done
cd / && run 4 zkp-ledger completion datasets && cd "$work" || exit 1
ok "zsh and fish ask for datasets too"

# ---- Help fits a terminal of 80 columns, commands to copy apart, and says where the exit codes are.
wide() { awk 'length > 80 && !/^  zkp-ledger / && !/^  source /' "$work/.out"; }
run 0 zkp-ledger --help
[ -z "$(awk 'length > 80' "$work/.out")" ] || fail "wider than 80 columns: $(awk 'length > 80' "$work/.out")"
prints '141 output closed'
for command in init notarize prove disclose show verify verify-chain log export keys setup doctor completion man; do
    run 0 zkp-ledger $command --help
    [ -z "$(wide)" ] || fail "wider than 80 columns: $(wide)"
    prints 'Examples:'
    prints 'Exit codes:'
done
ok "help fits 80 columns, has examples, and names the exit codes"

# ---- One of a thing is not several.
run 0 zkp-ledger show pelicans
prints 'pelicans@1  1 row, 1 column, 1 chunk'
run 0 zkp-ledger notarize penguins.csv --name pelicans --dry-run
prints 'It would be pelicans@2: 1 row'
prints 'for 1 proof ('
mkdir new && run 0 zkp-ledger init new --no-passphrase --name new
run 0 zkp-ledger log --ledger new
prints '  1 entry  root'
run 0 zkp-ledger verify-chain --ledger new
prints 'VALID  1 entry, '
ok "one row, one column, one entry"
