#!/usr/bin/env bash
# The memory of checkpoints shows when another copy of a ledger was written. Where it is and cannot be used nothing is signed, and a
# copy does not get a fork past it. A machine without a place for a memory may go on, and is told so each time.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

mkdir home && cd home || exit 1
new_ledger . --name memory
small_table >ages.csv
run 0 zkp-ledger notarize ages.csv --name one -q
cp -r .zkp-ledger "$work/copy"
run 0 zkp-ledger notarize ages.csv --name two -q
run 0 zkp-ledger keys show --json
state=$XDG_STATE_HOME
folder=$state/zkp-ledger/checkpoints
file=$folder/$(json_value 'd["ledger"]')
entries=$(log_size)
mkdir "$work/new"
cp -r .zkp-ledger "$work/whole"
cp -r "$state" "$work/known"

# unusable WHAT CODE: no copy is written, not even quietly, nothing new is made, and everything that looks says so
unusable() {
    run "$2" zkp-ledger notarize ages.csv --name three -q
    says "memory of checkpoints cannot be used"
    run "$2" zkp-ledger --ledger "$work/copy" notarize ages.csv --name evil -q
    run "$2" zkp-ledger keys rotate -q
    run "$2" zkp-ledger init "$work/new" --no-passphrase -q
    [ -z "$(ls -A "$work/new")" ] || fail "a ledger was made that is not remembered"
    run "$2" zkp-ledger verify-chain
    silent_about VALID
    run 0 zkp-ledger log -q
    says "warning: this user's memory of checkpoints cannot be used"
    run 1 zkp-ledger doctor
    prints "FAULT  memory"
    [ "$(log_size)" = "$entries" ] && cmp -s .zkp-ledger/head "$work/whole/head" || fail "it was written"
    ok "$1: nothing is signed"
}
usable() {
    chmod -R go-w "$state"
    run 0 zkp-ledger verify-chain
    run 0 zkp-ledger doctor
    prints "this user's state folder remembers"
}
usable

chmod g+w "$folder"
unusable 'a folder that others may write' 10
usable
touch "$work/file"
XDG_STATE_HOME=$work/file unusable 'a file where the folder should be' 7
if [ "$(id -u)" = 0 ]; then
    chown 65534 "$folder"
    unusable "another user's folder" 10
    chown 0 "$folder"
    usable
fi
if unshare -m true 2>/dev/null; then
    read_only() { unshare -m bash -c 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"' "$state" "$@"; }
    run 10 read_only zkp-ledger notarize ages.csv --name three -q
    says "memory of checkpoints cannot be used"
    run 0 read_only zkp-ledger verify-chain # what it remembers can be read
    run 1 read_only zkp-ledger doctor
    prints "FAULT  memory"
    ok 'a folder that cannot be written: nothing is signed'
fi

# The file of this ledger alone.
for harm in "truncate -s 200 $file:3" "chmod g+w $file:10"; do
    ${harm%:*}
    run "${harm#*:}" zkp-ledger notarize ages.csv --name three -q
    says "memory of checkpoints cannot be used"
    run "${harm#*:}" zkp-ledger --ledger "$work/copy" notarize ages.csv --name evil -q
    run "${harm#*:}" zkp-ledger verify-chain
    run 1 zkp-ledger doctor
    prints "FAULT  memory"
    rm "$file" && cp -r "$work/known/." "$state"
    usable
done
ok 'a file that is damaged, or that others may write: nothing is signed'

# No place: a warning, quiet or not, once; and head alone.
run 0 env -u HOME -u XDG_STATE_HOME zkp-ledger notarize ages.csv --name three -q
says "warning: the newest checkpoint is not remembered"
[ "$(grep -c 'not remembered' "$work/.err")" = 1 ] || fail "it is said more than once"
run 0 env -u XDG_STATE_HOME HOME="$work/nowhere" zkp-ledger notarize ages.csv --name four -q
says "warning: the newest checkpoint is not remembered"
[ ! -e "$work/nowhere" ] || fail "a home was made"
run 0 env -u HOME -u XDG_STATE_HOME zkp-ledger verify-chain
run 0 env -u HOME -u XDG_STATE_HOME zkp-ledger doctor
prints "no folder for remembered checkpoints"
ok 'without a place for the memory: said each time, and the work goes on'

# What was signed so is not in the memory: where head is lost too, the memory does not make an older store whole.
rm -rf .zkp-ledger/store .zkp-ledger/head && cp -r "$work/whole/store" .zkp-ledger/store
run 1 zkp-ledger verify-chain
run 5 zkp-ledger notarize ages.csv --name evil -q
says "which names the newest checkpoint, is missing"
ok 'a memory that lacks the newest checkpoint replaces no head'

# In a home of somebody else's nothing is made.
if [ "$(id -u)" = 0 ]; then
    mkdir "$work/theirs" && chown 65534 "$work/theirs"
    run 0 env -u XDG_STATE_HOME HOME="$work/theirs" zkp-ledger init "$work/new" --no-passphrase -q
    says "warning: the newest checkpoint is not remembered"
    [ -z "$(ls -A "$work/theirs")" ] || fail "folders were made in another user's home"
    XDG_STATE_HOME=$work/theirs/state run 10 zkp-ledger init --ledger "$work/home/.other" --no-passphrase -q
    [ -z "$(ls -A "$work/theirs")" ] || fail "folders were made in another user's state folder"
    ok "another user's home stays as it was"
fi
