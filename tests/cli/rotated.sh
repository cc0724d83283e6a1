#!/usr/bin/env bash
# Right after a rotation of the log key: the old key has signed the newest checkpoint, and what is exported says so.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# signed_by_key FOLDER: the key in it is the one whose line stands in its checkpoint. A key is NAME+HASH+BYTES; a line's
# base 64 begins with the four bytes of that hash.
signed_by_key() {
    python3 - "$1" <<'PYTHON' || fail "the key of '$1' has not signed its checkpoint"
import base64, sys
name, key_hash, _ = open(sys.argv[1] + "/key").read().strip().split("+", 2)
lines = [l.split(" ") for l in open(sys.argv[1] + "/checkpoint") if l.startswith("\u2014 ")]
sys.exit(not any(l[1] == name and base64.b64decode(l[2])[:4].hex() == key_hash for l in lines))
PYTHON
}

new_ledger . --name rotated
run 0 zkp-ledger export --format tlog-tiles -o before
signed_by_key before
cp before/key first.key
run 0 zkp-ledger keys rotate --role log
run 0 zkp-ledger export --format tlog-tiles -o after
signed_by_key after
cmp -s first.key after/key || fail "the old key signs the checkpoint of its rotation"
run 0 zkp-ledger keys rotate
run 0 zkp-ledger export --format tlog-tiles -o after
signed_by_key after
cmp -s first.key after/key && fail "the new key counts from the next entry on"
ok "tiles are exported with the key that signed their checkpoint"
