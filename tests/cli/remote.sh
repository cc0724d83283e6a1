#!/usr/bin/env bash
# --remote before anything is asked of a service: where each command runs, which addresses and keys are taken.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
python3 "$zkl_source/tools/remote_doc.py" --check || fail "docs/service/remote.md"
for command in notarize verify keys; do
    run 0 zkp-ledger $command --help
    prints "With --remote:"
done
prints "keys backup: refused"
nobody=https://127.0.0.1:1 # nothing listens there
export ZKL_REMOTE_KEY=sk-not-a-key
for command in "init x" "watch ." "config" "doctor" "status" "keys backup x" "keys restore x" "transform a --pipeline x" "log cosign submit http://x"; do
    run 8 zkp-ledger --remote $nobody $command
    says "does not work on a ledger of a service"
done
ZKL_REMOTE=$nobody run 8 zkp-ledger config
says '$ZKL_REMOTE names the service'
run 0 zkp-ledger --remote $nobody policies
run 0 zkp-ledger --remote $nobody man show
run 9 zkp-ledger --remote $nobody verify name
says "--trust FILE"
ok "each command goes where the table says"

for bad in "" x ledger.example:8080 ftp://x http://ledger.example http://127.evil.example http://user:secret@localhost https://x/?a=b "unix:"; do
    run 2 zkp-ledger --remote "$bad" show
    silent_about secret
done
for far in https://127.0.0.1:1 http://127.0.0.1:1 "http://[::1]:1" http://localhost:1 unix:none.sock; do
    run 7 zkp-ledger --remote "$far" show --json
    says "no answer from"
done
json 'd["status"] == "input/output error"' 'd["exit_code"] == 7'
run 2 zkp-ledger --remote $nobody --remote-ledger ../x show
run 2 zkp-ledger --remote $nobody --remote-certificate x show
run 2 zkp-ledger --remote $nobody --ledger . show
says "name two ledgers"
ok "an address is judged before it is asked"

printf 'sk-in-a-file\nanother line\n' >key
chmod 644 key
run 10 zkp-ledger --remote $nobody --remote-key-file key show
says "can be read by others"
chmod 600 key
run 7 zkp-ledger --remote $nobody --remote-key-file key show
: >empty
chmod 600 empty
run 2 zkp-ledger --remote $nobody --remote-key-file empty show
run 4 zkp-ledger --remote $nobody --remote-key-file none show
for bad in $'a b' $'a\tb' $'a\x7f'; do
    ZKL_REMOTE_KEY=$bad run 2 zkp-ledger --remote $nobody show
    says "holds no key"
done
silent_about sk-
# nothing is read or sent of what would be written over
echo mine >there.csv
run 5 zkp-ledger --remote $nobody transform a --op 'sort a' --as b --to there.csv
run 2 zkp-ledger --remote $nobody notarize there.csv --name a -o there.csv
[ "$(cat there.csv)" = mine ] || fail "there.csv was written"
ok "keys come from files of their own, and outputs are looked at first"
