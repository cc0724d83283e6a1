#!/usr/bin/env bash
# The store says that it could not write. Whether it did is read back and said, and a second try makes no second version of
# what is there. Half-written files of processes that are gone are swept.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cc=${CC:-cc}
command -v "$cc" >/dev/null || { echo "no C compiler to build the failing disk with"; exit 77; }
"$cc" -shared -fPIC -o "$work/failing.so" "$zkl_source/tests/cli/preload_sync.c" -ldl || exit 1

mkdir home && cd home || exit 1
new_ledger . --name outcome
small_table >ages.csv
run 0 zkp-ledger notarize ages.csv --name ages -q
size=$(log_size)

# failing MODE CODE COMMAND...
failing() {
    local mode=$1 want=$2
    shift 2
    run "$want" env ZKL_FAIL="$mode" LD_PRELOAD="$work/failing.so" "$@"
}

failing sync-once 0 zkp-ledger notarize ages.csv --name ages
says "recorded as entry $size"
[ "$(log_size)" = $((size + 1)) ] || fail "it is not there"
run 0 zkp-ledger show ages@2
run 0 zkp-ledger verify-chain
ok "a sync that failed, the record there all the same: recorded, and said"

failing write-once 7 zkp-ledger notarize ages.csv --name ages
says "entry $((size + 1)) was not recorded"
[ "$(log_size)" = $((size + 1)) ] || fail "it is there"
run 0 zkp-ledger verify-chain
ok "a write that failed: not recorded, and said"

failing sync-always 7 zkp-ledger notarize ages.csv --name ages
says "it is not known whether entry $((size + 1)) was recorded"
run 0 zkp-ledger verify-chain # whatever it was
now=$(log_size)
run 0 zkp-ledger notarize ages.csv --name ages -q
[ "$(log_size)" = $((now + 1)) ] || fail "the ledger does not go on"
run 0 zkp-ledger verify-chain
ok "a disk that fails for good: not known, and said"

# A rotation whose record was not confirmed is in place, or never was.
failing sync-once 0 zkp-ledger keys rotate
run 0 zkp-ledger keys rotate --role log -q
run 0 zkp-ledger notarize ages.csv --name ages -q
run 0 zkp-ledger verify-chain
run 0 zkp-ledger doctor
silent_about FAULT
[ "$(ls .zkp-ledger/keys/*.until-* | wc -l)" = 2 ] || fail "an old key was not kept"
[ -z "$(find .zkp-ledger/keys -not -type d -not -perm 600)" ] || fail "a key is not private"
ok "a rotation whose record was not confirmed"

# Left-overs: of a process that is gone they are swept, of one that lives they stay.
sh -c 'echo $$' >gone.pid
gone=$(cat gone.pid)
echo half >.zkp-ledger/keys/signer.key.next."$gone".part
echo half >.zkp-ledger/head."$gone".part
echo half >.zkp-ledger/keys/log.key.$$.part
echo mine >.zkp-ledger/keys/notes.part
mkdir -p new/.zkp-ledger.new-"$gone"/keys && echo secret >new/.zkp-ledger.new-"$gone"/keys/log.key
mkdir -p new/.zkp-ledger.new-$$/keys
run 0 zkp-ledger notarize ages.csv --name ages -q
[ -z "$(find .zkp-ledger -name "*.$gone.part")" ] || fail "a left-over stays"
[ -e .zkp-ledger/keys/log.key.$$.part ] && [ -e .zkp-ledger/keys/notes.part ] || fail "too much was swept"
rm .zkp-ledger/keys/log.key.$$.part .zkp-ledger/keys/notes.part
run 0 zkp-ledger init new --no-passphrase -q
[ ! -e new/.zkp-ledger.new-"$gone" ] || fail "a left-over of an init stays"
[ -e new/.zkp-ledger.new-$$/keys ] || fail "that of a living process is gone"
ok "left-overs of processes that are gone are swept"
