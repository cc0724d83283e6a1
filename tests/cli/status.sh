#!/usr/bin/env bash
# status: what changed on disk since it was notarised; by size and times, and with --full by content.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

new_ledger .
small_table >people.csv
mkdir parts && small_table >parts/a.csv && small_table | sed 's/[1-4],/&1/' >parts/b.csv
run 0 zkp-ledger status
prints 'No datasets'
run 0 zkp-ledger notarize people.csv --name people -q
run 0 zkp-ledger notarize parts --name parts -q
run_with people.csv 0 zkp-ledger notarize - --format csv --name piped -q
run 0 zkp-ledger status
prints 'unchanged  people@1'
prints 'unchanged  parts@1'
prints 'unknown    piped@1'
(cd parts && zkp-ledger status >"$work/.out") || fail "it is not the same from another folder"
run 0 zkp-ledger status --full --json
json "d['status'] == 'done' and d['changed'] == 0 and d['unknown'] == 1" \
    "[x['name'] for x in d['datasets']] == ['parts', 'people', 'piped']" \
    "[x['full'] for x in d['datasets']] == [True, True, False]" \
    "[f['path'] for f in d['datasets'][0]['files']] == ['$PWD/parts/a.csv', '$PWD/parts/b.csv']"
run 1 zkp-ledger status piped
run 4 zkp-ledger status nobody
ok "what is as it was; a table from standard input is unknown, which counts where it is named"

touch -d 2020-01-01 people.csv
run 1 zkp-ledger status people
prints 'touched    people@1'
prints "$PWD/people.csv"
run 0 zkp-ledger status people --full
prints 'unchanged  people@1'
sed 's/30/31/' people.csv >other && cat other >people.csv # the size stays
touch -r parts/a.csv people.csv
run 1 zkp-ledger status people
prints 'touched    people@1'
run 1 zkp-ledger status people --full --json
json "d['status'] == 'rejected' and d['exit_code'] == 1 and d['changed'] == 1" \
    "d['datasets'][0]['state'] == 'changed' and d['datasets'][0]['files'][0]['state'] == 'changed'"
echo '5,70' >>people.csv
run 1 zkp-ledger status people
prints 'changed    people@1'
prints '32, was 27 bytes'
run 0 zkp-ledger notarize people.csv --name people --if-changed -q
run 0 zkp-ledger status people
prints 'unchanged  people@2'
touch -d 2020-01-01 people.csv
run 0 zkp-ledger notarize people.csv --name people --if-changed
prints 'Unchanged'
run 0 zkp-ledger status people
ok "touched is no verdict, --full tells; --if-changed notes the times anew"

small_table >parts/c.csv
run 1 zkp-ledger status parts
prints "new       $PWD/parts/c.csv"
rm parts/a.csv
run 1 zkp-ledger status parts --full
prints "missing   $PWD/parts/a.csv"
mv people.csv moved.csv
run 1 zkp-ledger status --json
json "[x['state'] for x in d['datasets']] == ['missing', 'missing', 'unknown']"
mv moved.csv people.csv
ok "files that a folder has more, and files that are gone"

# The note is the owner's: nobody else reads it, and what is exported has no path.
[ "$(stat -c %a .zkp-ledger/sources .zkp-ledger/sources/people.zklsources | xargs)" = "700 600" ] || fail "others can read the note"
run 0 zkp-ledger export people --format receipt -o people.zkl
for file in people.zkl .zkp-ledger/store/*.log; do ! grep -qa "$PWD/people.csv" "$file" || fail "$file names the path"; done
cp .zkp-ledger/sources/people.zklsources .zkp-ledger/sources/parts.zklsources
run 1 zkp-ledger status parts
prints 'unknown    parts@1: what is noted of its files is of another ledger'
printf x | dd of=.zkp-ledger/sources/people.zklsources bs=1 seek=90 conv=notrunc status=none
run 1 zkp-ledger status people
prints 'cut or changed'
rm -r .zkp-ledger/sources && ln -s /nowhere .zkp-ledger/sources
run 0 zkp-ledger notarize people.csv --name people --if-changed
says "'status' will not know where the files lie"
prints 'Unchanged'
ok "the note is private, and nothing hangs on it"
