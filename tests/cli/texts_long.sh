#!/usr/bin/env bash
# Claims that name texts: of one chunk and of several, with nulls, of a dictionary that was inherited,
# of fingerprints; as filters and parts; and what is refused.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

new_ledger .
python3 - <<'PYTHON'
import random

draw = random.Random(5)
cities = ["Bern", "Chur", 'São "Paulo", BR', "", "a,b", "Genf"]
with open("people.csv", "w") as out:
    out.write("id,city\n")
    for i in range(65537):
        city = draw.choices([*cities, None], [5, 4, 3, 1, 1, 1, 2])[0]
        out.write(f"{i},{'' if city is None else chr(34) + city.replace(chr(34), chr(34) * 2) + chr(34)}\n")
with open("one.csv", "w") as out:
    out.write('id,city\n7,"Chur"\n')
with open("long.csv", "w") as out:
    out.write("id,note\n")
    for i in range(65600):
        out.write(f'{i},"note {i % 65599}"\n')
PYTHON
# counted FILE PYTHON: of how many rows the expression holds. An empty field without quotes is null.
counted() {
    python3 - "$1" "$2" <<'PYTHON'
import sys

count = 0
for line in open(sys.argv[1]).read().splitlines()[1:]:
    text = line.split(",", 1)[1]
    count += bool(eval(sys.argv[2], {"city": text[1:-1].replace('""', '"') if text else None}))
print(count)
PYTHON
}
run 0 zkp-ledger notarize people.csv --name people
run 0 zkp-ledger keys show --trust
cp "$work/.out" trust.toml
bern=$(counted people.csv 'city == "Bern"') others=$(counted people.csv 'city not in (None, "Bern", "a,b")')
empty=$(counted people.csv 'city == ""')
run 0 zkp-ledger prove people 'count(where city = Bern)' 'count(where not city in {Bern, "a,b"})' 'count(where city = "")' \
    'class_balance(city)' --data people.csv -o people.zkl
run 0 zkp-ledger verify people.zkl --trust trust.toml
says "exactly $bern of the 65537 rows satisfy city = \"Bern\""
says "exactly $others of the 65537 rows satisfy not city in {\"Bern\", \"a,b\"}"
says "exactly $empty of the 65537 rows satisfy city = \"\""
says "$empty are \"\""
says "$bern are \"Bern\""
says 'are "São \"Paulo\", BR"'
says "of the $(counted people.csv 'city is not None') non-null values of city"
ok "counted and judged elsewhere"

# refused STATUS TEXT NAME FILE CLAIM
refused() {
    run "$1" zkp-ledger prove "$3" "$5" --data "$4" -o no.zkl
    says "$2"
    [ ! -e no.zkl ] || fail "a receipt of a false claim"
}
refused 1 'is false' people people.csv "count(where city = Bern) = $((bern + 1))"
refused 1 'is false' people people.csv "count(where city = Bern) >= $((bern + 1))"
refused 1 'is false' people people.csv "count(where city = Bern) <= $((bern - 1))"
refused 1 'is false' people people.csv "class_balance(city) = \"Bern\": $bern"
refused 4 'no code of "bern"' people people.csv 'count(where city = bern)'
refused 8 'have no order' people people.csv 'count(where city > Bern)'
ok "one row more and less, a class left out, no such text"

run 0 zkp-ledger notarize one.csv --name one --like people
run 0 zkp-ledger prove one 'count(where city != Bern) = 1' 'class_balance(city) = "Chur": 1' --data one.csv -o one.zkl
run 0 zkp-ledger verify one.zkl --trust trust.toml
says 'exactly 1 of the 1 rows satisfies city != "Bern"'
says 'of the 1 non-null value of city, 1 is "Chur", and none has another code'
run 0 zkp-ledger prove one 'class_balance(city) = "Chur": 1, "Bern": 0' --data one.csv
refused 1 'is false' one one.csv 'class_balance(city) = "Bern": 1'
ok "a dictionary that is larger than the table"

# As filters and parts: of 1,000 of its rows; under `make soak` of all, in several chunks.
few=people
if ! is_soak; then
    few=few
    head -n 1001 people.csv >few.csv
    run 0 zkp-ledger notarize few.csv --name few --like people
fi
bern=$(counted $few.csv 'city == "Bern"')
run 0 zkp-ledger transform $few --data $few.csv --op 'filter city in {"São \"Paulo\", BR", Chur} or city is null' --as some --to some.csv -o some.zkl
run 0 zkp-ledger verify some.zkl --trust trust.toml
says 'that satisfy city in {"Chur", "São \"Paulo\", BR"} or city is null'
[ "$(counted some.csv 'city not in (None, "Chur", "São \"Paulo\", BR")')" = 0 ] || fail "other rows"
[ "$(($(wc -l <some.csv) - 1))" = "$(counted $few.csv 'city in (None, "Chur", "São \"Paulo\", BR")')" ] || fail "rows are missing"
sed -i '2d' some.csv
run 1 zkp-ledger transform $few --data $few.csv --op 'filter city in {"São \"Paulo\", BR", Chur} or city is null' --as fewer --to some.csv --check
ok "filtered by a text; a row short of it"

run 0 zkp-ledger split $few --data $few.csv --part bern=bern.csv --part chur=chur.csv --part rest=rest.csv --by city --value Bern --value Chur -o split.zkl
silent_about 'Recorded, not proven'
run 0 zkp-ledger verify bern
says "all $bern rows satisfy city = \"Bern\""
run 0 zkp-ledger verify rest
says 'exactly 0 of the'
says 'satisfy city in {"Bern", "Chur"}'
sed -i '2s/Bern/Chur/' bern.csv
run 1 zkp-ledger split $few --data $few.csv --part b2=bern.csv --part c2=chur.csv --part r2=rest.csv --by city --value Bern --value Chur --check
ok "parts by a text; one row in the wrong part"

run 0 zkp-ledger notarize long.csv --name long
run 0 zkp-ledger prove long 'count(where note in {"note 0", "note 9"}) = 3' 'count(where note = "note 70000") = 0' --data long.csv -o long.zkl
run 0 zkp-ledger verify long.zkl --trust trust.toml
says 'long texts are compared by their fingerprints'
refused 1 'is false' long long.csv 'count(where note = "note 0") = 1'
refused 6 'two long texts at most' long long.csv 'count(where note in {"note 0", "note 9", "note 10"}) = 4'
ok "fingerprints"
