#!/usr/bin/env bash
# Processes that prove at the same time all get in: the writer's lock is held for a moment only. Of two that make the same
# version the second is told, and has recorded nothing.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
new_ledger . --name together
small_table >people.csv

# ---- Different names, begun at once; none is told to wait, and each finds the set-up missing.
for i in 1 2 3 4; do
    zkp-ledger notarize people.csv --name "people-$i" --claim 'range(age, 0, 120)' -o "$i.zkl" >"$i.out" 2>&1 &
    running[i]=$!
done
for i in 1 2 3 4; do
    wait "${running[i]}" || { cat "$i.out" >&2; fail "process $i did not get in"; }
done
run 0 zkp-ledger verify-chain --proofs --json
json 'd["datasets"] == 4' 'd["proofs_checked"] is True'
for i in 1 2 3 4; do
    run 0 zkp-ledger verify "$i.zkl"
    run 0 zkp-ledger show "people-$i" --json
    json 'len(d["versions"]) == 1'
done
[ "$(log_size)" -eq 6 ] || fail "$(log_size) entries: not the first key, one set-up and four datasets"
ok "four processes that prove at once: all recorded, their set-up once"

# begin NAME: a notarisation that has read most of its input, and waits for the rest; end_input gives it. What is written
# first is more than a pipe holds, so that it is read when this returns, and the ledger was opened before.
long_row() { printf '%d,%d,%s\n' "$1" $((10 * $1)) "$(printf '%040000d' "$1")"; }
begin() {
    rm -f input && mkfifo input
    zkp-ledger notarize - --format csv --name "$1" <input >begun.out 2>&1 &
    begun=$!
    exec 8>input
    { echo id,age,note && long_row 1 && long_row 2 && long_row 3 && long_row 4; } >&8
}
end_input() {
    long_row 5 >&8
    exec 8>&-
    wait $begun
}

begin slow
run 0 zkp-ledger notarize people.csv --name quick
run 0 zkp-ledger keys rotate --role log
end_input || { cat begun.out >&2; fail "the one that began first did not get in"; }
run 0 zkp-ledger show slow@1
run 0 zkp-ledger verify-chain
ok "who reads and proves keeps nobody out, not even a change of the log key"

begin quick
run 0 zkp-ledger notarize people.csv --name quick
size=$(log_size)
end_input
code=$?
[ $code -eq 5 ] || { cat begun.out >&2; fail "the second of one version: exit code $code"; }
grep -q "'quick@2' was recorded by another writer meanwhile" begun.out || { cat begun.out >&2; fail "it is not told why"; }
[ "$(log_size)" -eq "$size" ] || fail "something was recorded"
run 0 zkp-ledger verify-chain
ok "a version that was taken meanwhile is a conflict, and nothing is recorded"

begin stale
run 0 zkp-ledger keys rotate --role signer
size=$(log_size)
end_input && fail "an entry of the old signer was recorded"
[ "$(log_size)" -eq "$size" ] || fail "something was recorded"
run 0 zkp-ledger verify-chain
run 0 zkp-ledger notarize people.csv --name quick
ok "an entry of a signer that was replaced meanwhile is refused"
