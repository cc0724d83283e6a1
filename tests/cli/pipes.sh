#!/usr/bin/env bash
# Files that are no files: what may be a pipe is read, what may not is refused, and nothing waits for ever.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
mkfifo silent
small_table >people.csv
mkdir people
run 0 zkp-ledger init people --passphrase-file <(echo secret)
cd people || exit 1
run 10 zkp-ledger keys rotate --passphrase-file <(echo wrong)
run 0 zkp-ledger keys rotate --passphrase-file <(sleep 0.3; echo secret)
run_with <(echo secret) 0 zkp-ledger keys rotate --passphrase-file /dev/stdin
ok "a passphrase from a process substitution"
run 7 zkp-ledger keys rotate --passphrase-file ../silent
says "nobody has written to it"
run 3 zkp-ledger notarize ../silent --name people --format csv --passphrase-file <(echo secret)
says "is not a regular file"
run 7 zkp-ledger verify ../people.csv --trust ../silent
ok "a pipe that nobody writes to is told, not waited for"
for file in ../silent /dev/zero /dev/full .; do
    run 3 zkp-ledger setup import "$file"
    says "is not a regular file"
done
truncate -s 3G large
run 3 zkp-ledger setup import large
says "neither a ceremony (.zklceremony) nor powers (.zklpowers) nor iden3's .ptau or .zkey"
ok "setup import looks at the first bytes, and at nothing but regular files"
