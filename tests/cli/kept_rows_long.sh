#!/usr/bin/env bash
# Rows whose notarisation is in the log are never removed: not when their file cannot be placed, nor when the run is killed
# before it is, by a later run either. What replaces a file leaves it there until then. Parts that change between their
# check and their recording are not recorded, and what was is said. An entry that has no room is refused before any is
# written.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
cc=${CC:-cc}
command -v "$cc" >/dev/null || { echo "no C compiler to build the failing disk with"; exit 77; }
"$cc" -shared -fPIC -o "$work/renaming.so" "$zkl_source/tests/cli/preload_rename.c" -ldl || exit 1
"$cc" -shared -fPIC -o "$work/failing.so" "$zkl_source/tests/cli/preload_sync.c" -ldl || exit 1
# renaming CODE WHAT NAME COMMAND...
renaming() { run "$1" env LD_PRELOAD="$work/renaming.so" RENAME_DO="$2" RENAME_TO="$3" "${@:4}"; }

mkdir home && cd home || exit 1
new_ledger .
printf 'id,age\n1,16\n2,17\n3,20\n' >people.csv
run 0 zkp-ledger notarize people.csv --name people
printf 'id,age\n1,16\n' >a.csv
printf 'id,age\n2,17\n3,20\n' >b.csv
renaming 5 b.csv /head zkp-ledger split people --data people.csv --part a=a.csv --part b=b.csv --check
says "1 of 2 parts are recorded, and stay: 'b.csv' changed while the parts were checked"
silent_about 'nothing was recorded'
run 4 zkp-ledger show b
ok "a part that changed"

echo old >out.csv
tokens=(zkp-ledger transform people --data people.csv --op 'tokens id' --to out.csv --force)
kept() { find . -path './.out.csv-*/out.csv' | sort; }

renaming 7 fail out.csv "${tokens[@]}" --as one
says "'one@1' is recorded, and stays"
says "the rows stay in the folder '.out.csv-"
first=$(kept)
[ -n "$first" ] && [ "$(cat out.csv)" = old ] || fail "rows or the file before are gone"
run 0 zkp-ledger verify one --data "$first"
renaming 137 kill out.csv "${tokens[@]}" --as two
says "stays: a run was killed while it recorded its rows"
[ "$(kept | wc -l)" = 2 ] && [ "$(cat out.csv)" = old ] || fail "rows or the file before are gone"
run 0 zkp-ledger verify two --data "$(kept | grep -vxF "$first")"
run 0 "${tokens[@]}" --as three
[ "$(kept | wc -l)" = 2 ] || fail "a later run removed rows that are recorded"
run 0 zkp-ledger verify three --data out.csv
rm -rf .out.csv-*
ok "rows that are recorded stay"

# Whether they are recorded is not known: they stay, and it is said where.
run 7 env ZKL_FAIL=sync-always LD_PRELOAD="$work/failing.so" "${tokens[@]}" --as four
says "it is not known whether"
says "the rows stay in the folder '.out.csv-"
[ "$(kept | wc -l)" = 1 ] || fail "the rows are gone"
rm -rf .out.csv-*
ok "rows that may be recorded stay"

python3 - <<'EOF'
texts = ["a" * 8000, "b" * 8000]
open("long.csv", "w").write("id,c\n1,%s\n2,%s\n3,x\n4,y\n" % tuple(texts))
open("op.txt", "w").write('filter c in {"%s", "%s"}' % tuple(texts))
EOF
run 0 zkp-ledger notarize long.csv --name long
size=$(log_size)
for dry in --dry-run ''; do
    run 6 zkp-ledger transform long --data long.csv --op "$(cat op.txt)" --as few --to few.csv $dry
    says 'at most 48800'
    [ "$(log_size)" = "$size" ] && [ ! -e few.csv ] && [ -z "$(find . -name '.few.csv-*')" ] || fail "something is recorded, or left"
done
ok "an entry without room is refused before the first"

printf 'zkl_row,b\n1,2\n2,3\n' >names.csv
run 0 zkp-ledger notarize names.csv --name names
for command in "transform names --op sort\ b --as sorted --to s.csv" "split names --ratio 1/1 --part s=s.csv --part u=u.csv"; do
    eval "run 8 zkp-ledger $command --data names.csv"
    says "'names@1' has a column 'zkl_row'"
done
run 0 zkp-ledger verify-chain --proofs
ok "names of columns that operations use themselves"
