#!/usr/bin/env bash
# Key files that are lost or older than a rotation: nothing is signed, doctor calls it a fault, a backup is checked before it is
# put in place. And a log that cannot be gone on with: another one succeeds it.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

mkdir home && cd home || exit 1
new_ledger . --name lost
small_table >ages.csv
run 0 zkp-ledger notarize ages.csv --name ages -q
echo one >one && echo two >two && chmod 600 one two
run 0 zkp-ledger keys backup old --no-passphrase -q
run 0 zkp-ledger keys rotate -q
run 0 zkp-ledger keys rotate --role log -q
run 0 zkp-ledger keys backup new --new-passphrase-file one -q
cp -r .zkp-ledger "$work/whole"
size=$(log_size)

run 0 zkp-ledger keys show --json
remembered=$XDG_STATE_HOME/zkp-ledger/checkpoints/$(json_value 'd["ledger"]')

# The ledger as it was here, and what the user knew of it then.
back() { rm -rf .zkp-ledger && cp -r "$work/whole" .zkp-ledger && cp "$work/whole/head" "$remembered"; }
# refused WHAT TEXT: nothing is signed
refused() {
    run 5 zkp-ledger notarize ages.csv --name more
    says "$2"
    says "keys restore"
    run 5 zkp-ledger keys rotate
    run 1 zkp-ledger doctor
    prints "FAULT"
    [ "$(log_size)" = "$size" ] || fail "something was signed"
    run 0 zkp-ledger verify-chain
    ok "$1: refused"
}

cp old/log.key .zkp-ledger/keys/log.key
refused "a log key from before its rotation" "is an older log key: it counted for the entries below"
back
cp old/signer.key .zkp-ledger/keys/signer.key
refused "a signer key from before its rotation" "is an older signer key"
back
rm .zkp-ledger/keys/log.key
refused "no log key" "the log key that counts is missing"
back
rm .zkp-ledger/keys/owner.key
run 1 zkp-ledger doctor
prints "FAULT  key file"
ok "no owner secret: a fault"

# A backup is of keys that count, or there is none.
back
for key in log signer owner; do
    if [ $key = owner ]; then
        new_ledger "$work/stranger" --name stranger
        cp "$work/stranger/.zkp-ledger/keys/owner.key" .zkp-ledger/keys/
    else
        cp old/$key.key .zkp-ledger/keys/
    fi
    run 5 zkp-ledger keys backup none --no-passphrase
    says "$key"
    [ ! -e none ] || fail "something was copied"
    back
done
# A rotation that was cut off after its entry: the new key counts, and is still beside the old one.
for key in log signer; do
    mv .zkp-ledger/keys/$key.key .zkp-ledger/keys/$key.key.next
    mv .zkp-ledger/keys/$key.key.until-* .zkp-ledger/keys/$key.key
done
cp -r .zkp-ledger/keys cut
run 0 zkp-ledger keys backup between --no-passphrase
diff -r cut .zkp-ledger/keys || fail "the backup changed the keys"
for key in log signer owner; do cmp -s between/$key.key "$work/whole/keys/$key.key" || fail "the copy of $key.key does not count"; done
back
rm .zkp-ledger/keys/*.key
run 0 zkp-ledger keys restore between
run 0 zkp-ledger notarize ages.csv --name more -q
ok "keys backup copies the keys that count, and no others"

# An old backup does not count, and nothing is changed by it.
back
rm .zkp-ledger/keys/log.key
run 5 zkp-ledger keys restore old
says "is not the one that counts"
[ ! -e .zkp-ledger/keys/log.key ] || fail "a key that does not count was put in place"
run 5 zkp-ledger keys restore old/log.key
run 4 zkp-ledger keys restore nowhere
run 10 zkp-ledger keys restore new # it has a passphrase, and there is no terminal
run 10 zkp-ledger keys restore new --passphrase-file two
ok "keys restore refuses what does not count"

run 0 zkp-ledger keys restore new --passphrase-file one --no-passphrase --json
json 'd["restored"] == 1' 'd["in_place"] == 2'
[ "$(stat -c %a .zkp-ledger/keys/log.key)" = 600 ] || fail "it is not private"
run 0 zkp-ledger notarize ages.csv --name more -q
run 0 zkp-ledger verify-chain
ok "keys restore brings back the one that is missing"

# All of them, under the passphrase of the backup; an older key in place is kept beside.
back
cp old/log.key .zkp-ledger/keys/log.key
rm .zkp-ledger/keys/signer.key .zkp-ledger/keys/owner.key
run 0 zkp-ledger keys restore new --passphrase-file one
cmp -s old/log.key .zkp-ledger/keys/log.key.unknown-1 || fail "the key that was in place is gone"
run 0 zkp-ledger notarize ages.csv --name more --passphrase-file one -q
run 0 zkp-ledger verify --ledger .zkp-ledger more
run 0 zkp-ledger keys restore new --passphrase-file one --json
json 'd["restored"] == 0' 'd["in_place"] == 3'
run 0 zkp-ledger doctor
silent_about FAULT
ok "keys restore brings back all, and keeps what it replaces"

# One passphrase opens all files of a ledger, or nothing is restored.
run 0 zkp-ledger keys backup third --passphrase-file one --new-passphrase-file two -q
rm .zkp-ledger/keys/log.key
run 10 zkp-ledger keys restore third --passphrase-file two
says "under another passphrase"
[ ! -e .zkp-ledger/keys/log.key ] || fail "it was put in place"
run 0 zkp-ledger keys restore third --passphrase-file two --new-passphrase-file one
run 0 zkp-ledger notarize ages.csv --name more --passphrase-file one -q
ok "keys restore under the passphrase of the keys that stay"

# The owner secret of another ledger does not open what this one keeps.
new_ledger "$work/other" --name other
run 0 zkp-ledger keys backup "$work/foreign" --ledger "$work/other/.zkp-ledger" --no-passphrase -q
rm .zkp-ledger/keys/owner.key
run 5 zkp-ledger keys restore "$work/foreign/owner.key"
says "does not open the data keys"
ok "keys restore refuses another ledger's owner secret"

# doctor: what it warns of.
back
touch pass && chmod 644 pass
chmod 644 .zkp-ledger/keys/signer.key.until-*
chmod 770 .zkp-ledger
run 0 env ZKP_LEDGER_PASSPHRASE_FILE=pass zkp-ledger doctor
prints "note   old key"
prints "note   passphrase file"
prints "note   ledger folder"
ok "doctor warns of what others can read or write"

# Succession: entry 0 of a new log names the old one's newest checkpoint, also when the store has it no more.
back
rm -rf .zkp-ledger/store
mkdir next after later last
run 4 zkp-ledger init next --no-passphrase -q --succeeds "$work/nowhere"
old_key=$(sed -n 's/^log-key //p' .zkp-ledger/head)
run 0 zkp-ledger init next --no-passphrase --json --succeeds .zkp-ledger
json "d['succeeds']['size'] >= $size" "d['succeeds']['origin'].startswith('lost-')" 'is_hex(d["succeeds"]["root"])'
known=$(json_value 'd["succeeds"]["size"]')
run 0 zkp-ledger log --ledger next/.zkp-ledger
prints "succeeds lost-"
run 0 zkp-ledger log --ledger next/.zkp-ledger --json
json "d['entries'][0]['succeeds']['size'] == $known" "d['entries'][0]['succeeds']['key'] == '$old_key'"
run 0 zkp-ledger verify-chain --ledger next/.zkp-ledger
prints "succeeds the log lost-"
prints "$old_key"
run 0 zkp-ledger notarize ages.csv --name ages --ledger next/.zkp-ledger -o ages.zkl -q
run 0 zkp-ledger keys show --trust --ledger next/.zkp-ledger
cp "$work/.out" trust.toml
run 0 zkp-ledger verify ages.zkl --trust trust.toml
back
run 0 zkp-ledger init after --no-passphrase --json --succeeds .zkp-ledger/head
json "d['succeeds']['size'] == $size" "d['succeeds']['key'] == '$old_key'"
silent_about "compare the key"
run 0 zkp-ledger notarize ages.csv --name more -q # signed by the log key that was rotated in
run 0 zkp-ledger init later --no-passphrase --succeeds .zkp-ledger
silent_about "compare the key"
run 0 zkp-ledger init last --no-passphrase --succeeds .zkp-ledger/head
says "nothing in it shows that: compare the key"
ok "a new log that succeeds one that is lost"

# The owner secret of another ledger in place: nothing is recorded under it, and nothing else is called altered for it.
back
cp "$work/stranger/.zkp-ledger/keys/owner.key" .zkp-ledger/keys/owner.key
size=$(log_size)
for command in "notarize $PWD/ages.csv --name ages" "notarize $PWD/ages.csv --name ages --dry-run" \
    'export ages --format data-key -o ages.zklkey' "verify ages --data $PWD/ages.csv"; do
    run 5 zkp-ledger $command
    says 'holds the owner secret of another ledger'
done
[ "$(log_size)" = "$size" ] || fail "an entry was recorded"
run 1 zkp-ledger doctor
prints 'holds the owner secret of another ledger'
run 0 zkp-ledger keys restore "$work/whole/keys/owner.key"
run 0 zkp-ledger verify ages --data ages.csv
ok "the owner secret of another ledger in place: refused by whatever uses it"
