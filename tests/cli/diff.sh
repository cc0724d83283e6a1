#!/usr/bin/env bash
# diff: what differs between two versions, by what is public of them.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

new_ledger .
small_table >people.csv
run 0 zkp-ledger notarize people.csv --name people --claim 'sum(age)' --claim 'not_null(age)' -o one.zkl -q
echo '5,70' >>people.csv
run 0 zkp-ledger notarize people.csv --name people --claim 'sum(age)' --claim 'not_null(id)' -o two.zkl -q
printf 'age\n70000\n30\n' >people.csv
run 0 zkp-ledger notarize people.csv --name people -q
run 0 zkp-ledger branch people@2 --as copy -q

run 0 zkp-ledger diff people@2 people@2
prints 'No difference'
run 0 zkp-ledger diff people@2 copy --json
json "d['status'] == 'done' and d['same'] and d['same_content'] and d['same_chunks'] == 1"
run 1 zkp-ledger diff people@1 people@2
says 'people@1 and people@2 differ'
silent_about rejected
prints 'Rows: 4 -> 5'
prints 'Chunks: 0 of 1 unchanged'
prints '~ sum(age) = 180 -> sum(age) = 250'
prints '- not_null(age)'
prints '+ not_null(id)'
run 1 zkp-ledger diff people@2 people --json
json "d['status'] == 'differs' and d['exit_code'] == 1 and not d['same'] and d['verified'] is False" \
    "(d['from']['version'], d['to']['version'], d['to']['rows'], d['to']['columns']) == (2, 3, 2, 1)" \
    "[(c['name'], c['from'], c['to']) for c in d['columns']] == [('id', 'uint16', None), ('age', 'uint16', 'uint32')]" \
    "d['columns'][0]['to_nullable'] is None and d['columns'][0]['from_nullable'] is False" \
    "not d['order_differs'] and not d['chunks_comparable'] and d['same_chunks'] == 0" \
    "{c['from'] for c in d['claims']} == {'sum(age) = 250', 'not_null(id)'} and not any(c['to'] for c in d['claims'])"
run 1 zkp-ledger diff people people@2
prints '  + id '
prints '  ~ age                      uint32 -> uint16'
prints 'Chunks: not comparable, the schema is another'
ok "columns, rows, chunks and claims that differ"

mkdir elsewhere && cd elsewhere
run 0 zkp-ledger diff ../two.zkl ../two.zkl
run 1 zkp-ledger diff ../one.zkl ../two.zkl
prints 'NOT VERIFIED'
prints 'Rows: 4 -> 5'
cd ..
run 0 zkp-ledger diff people@2 two.zkl
run 4 zkp-ledger diff people@1 people@9
run 2 zkp-ledger diff people@1 'people#3'
says 'an entry is named'
head -c 100 two.zkl >cut.zkl
run 3 zkp-ledger diff people@1 cut.zkl
says 'the second receipt'
ok "receipts, with and without a ledger; what is none is refused"
