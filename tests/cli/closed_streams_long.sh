#!/usr/bin/env bash
# Standard streams that are closed: no file gets their numbers, so nothing that is printed ends in a ledger, and what cannot
# be written is no success.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

new_ledger one
export ZKP_LEDGER_DIR=$work/one/.zkp-ledger
small_table > d.csv
run 0 zkp-ledger notarize d.csv --name d -o d.zkl
run 0 zkp-ledger keys show --trust
cp "$work/.out" trust.toml
run 0 zkp-ledger export d --format data-key -o secret.key

# ends CODE COMMAND...: as it is redirected where it is called.
ends() {
    local want=$1
    shift
    "$@"
    code=$?
    last_command=$*
    [ "$code" -eq "$want" ] || fail "want exit code $want"
}
for format in data-key receipt tlog-proof dsse in-toto; do
    ends 7 zkp-ledger export d --format $format -o - >&- 2>/dev/null
    ends 7 zkp-ledger export d --format $format -o - >&- 2>&- <&-
done
ends 7 zkp-ledger disclose d --rows 0-1 --data d.csv -o - >&- 2>/dev/null
ends 7 zkp-ledger audit --format json -o - >&- 2>/dev/null
ends 7 zkp-ledger log cosign request -o - >&- 2>/dev/null
ends 7 zkp-ledger timestamp request d -o - >&- 2>/dev/null
ends 7 zkp-ledger renew d.zkl -o - >&- 2>/dev/null
ends 7 zkp-ledger show d --json >&- 2>/dev/null
ends 7 zkp-ledger verify - --trust trust.toml <&- >/dev/null 2>&1
ends 7 zkl-verify-min - "$zkl_source/tests/vectors/receipt/trust.bin" <&- 2>/dev/null
python3 - <<'PYTHON' || fail "what was to be printed stands in a file of the ledger"
import os, sys
secret = open("secret.key", "rb").read()
for folder, _, names in os.walk("one"):
    for name in names:
        content = open(os.path.join(folder, name), "rb").read()
        for at in range(0, len(secret) - 32, 32):
            if secret[at:at + 32].strip(b"\0") and secret[at:at + 32] in content:
                sys.exit("%s/%s has bytes of the data key" % (folder, name))
PYTHON
run 0 zkp-ledger verify-chain
run 0 zkp-ledger verify d.zkl --trust trust.toml
ok "nothing is printed into a file that was opened"

# Nor by the names that open a stream again.
for name in /dev/stdout /dev/fd/1 /proc/self/fd/1; do
    for format in data-key receipt; do ends 7 zkp-ledger export d --format $format -o $name >&- 2>/dev/null; done
done
ends 7 zkp-ledger export d -o /dev/stderr 2>&- >/dev/null
ends 7 zkp-ledger export d -o /dev/stdout --force >&- 2>/dev/null
ends 7 zkp-ledger verify /dev/stdin --trust trust.toml <&- >/dev/null 2>&1
[ "$(zkp-ledger export d -o /dev/stdout | wc -c)" -gt 1000 ] || fail "a pipe is not written by its name"
# What cannot be printed is no success, of words that are no command either.
for words in --version --help 'help verify' 'verify --help'; do
    ends 7 zkp-ledger $words >&- 2>/dev/null
    ends 7 zkp-ledger $words >/dev/full 2>/dev/null
done
ends 7 zkl-verify-min "$zkl_source/tests/vectors/receipt/notarise.zkl" "$zkl_source/tests/vectors/receipt/trust.bin" >&- 2>/dev/null
ends 7 zkl-verify-min "$zkl_source/tests/vectors/receipt/notarise.zkl" "$zkl_source/tests/vectors/receipt/trust.bin" >/dev/full 2>/dev/null
ok "a stream that is closed is not opened again by its name"
