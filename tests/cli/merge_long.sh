#!/usr/bin/env bash
# merge: two lines of a table come together, cell by cell. What both changed is named and refused, or one side is preferred; the
# results of random lines are those of a merge written in Python.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

new_ledger .
printf 'id,age,city\n1,30,Rome\n2,17,Oslo\n3,44,Bern\n4,50,Rome\n5,,Oslo\n' >base.csv
printf 'id,age,city\n1,31,Rome\n2,17,Oslo\n4,50,Rome\n5,,Oslo\n6,9,Rome\n' >ours.csv
printf 'id,age,city\n1,30,Bern\n2,18,Oslo\n3,44,Bern\n5,7,Oslo\n7,1,Bern\n' >theirs.csv
run 0 zkp-ledger notarize base.csv --name people
run 0 zkp-ledger branch people --as line
run 0 zkp-ledger notarize ours.csv --name people
run 0 zkp-ledger notarize theirs.csv --name line
merge() { zkp-ledger transform people@2 --data ours.csv --with "line=$1" --with people@1=base.csv --op "$2" --as people --to "$3" "${@:4}"; }
run 0 merge theirs.csv 'merge on id' merged.csv
[ "$(tr -d '"' <merged.csv)" = $'id,age,city\n1,31,Bern\n2,18,Oslo\n5,7,Oslo\n6,9,Rome\n7,1,Bern' ] || fail "another table: $(cat merged.csv)"
run 0 zkp-ledger lineage people
says 'recorded, entry '
says 'people@2'
says 'line@2'
says 'not proven: that its rows and cells are those of the two lines'
says 'unique(id)'
run 0 zkp-ledger verify people
says 'no two rows agree in id'
ok "both lines, and both parents"

printf 'id,age,city\n1,32,Rome\n2,18,Oslo\n3,45,Bern\n4,50,Rome\n5,,Oslo\n6,9,Bern\n' >other.csv
run 0 zkp-ledger notarize other.csv --name line
size=$(log_size)
run 5 merge other.csv 'merge on id' refused.csv
says '3 rows were changed on both sides: 1 (age); 3 (taken out by the first); 6 (city)'
[ ! -e refused.csv ] || fail "a result was left"
[ "$(log_size)" = "$size" ] || fail "something was recorded"
run 0 merge other.csv 'merge on id prefer first' first.csv
[ "$(tr -d '"' <first.csv)" = $'id,age,city\n1,31,Rome\n2,18,Oslo\n4,50,Rome\n5,,Oslo\n6,9,Rome' ] || fail "another table: $(cat first.csv)"
run 0 merge other.csv 'merge on id prefer second' second.csv
[ "$(tr -d '"' <second.csv)" = $'id,age,city\n1,32,Rome\n2,18,Oslo\n4,50,Rome\n5,,Oslo\n6,9,Bern\n3,45,Bern' ] || fail "another table: $(cat second.csv)"
ok "conflicts are named, or decided"

run 1 merge other.csv 'merge on age' x.csv
says '3 keys are null, or there twice in one table'
run 2 merge other.csv 'merge' x.csv
run 2 merge other.csv 'merge on id prefer both' x.csv
run 4 merge other.csv 'merge on nothing' x.csv
run 2 zkp-ledger transform people@2 --data ours.csv --with line=other.csv --op 'merge on id' --as x --to x.csv
printf 'id,age\n1,30\n' >narrow.csv
run 0 zkp-ledger notarize narrow.csv --name narrow
run 4 zkp-ledger transform people@2 --data ours.csv --with narrow=narrow.csv --with people@1=base.csv --op 'merge on id' --as x --to x.csv
[ ! -e x.csv ] || fail "a result was left"
ok "keys that are none, and tables of another form, are refused"

# Random lines of a key of two columns, with names that need quotes.
cat >lines.py <<'PYTHON'
import csv, random, sys

seed = int(sys.argv[1])
r = random.Random(0) # the base, one for all seeds
names = ['k 1', 'k"2', 'a', 'b, c']
value = lambda: r.choice(['', '1', '2', '3'])
base = {(i // 4, i % 4): [value(), value()] for i in r.sample(range(24), 14)}
r = random.Random(seed)

def line():
    out = {k: list(v) for k, v in base.items() if r.random() < 0.9}
    for v in out.values():
        if r.random() < 0.25:
            v[r.randrange(2)] = value()
    for _ in range(3):
        out.setdefault((r.randrange(6), r.randrange(4)), [value(), value()])
    return out

ours, theirs = line(), line()
conflicts, merged = set(), {}
for k in set(ours) | set(theirs):
    b, o, t = base.get(k), ours.get(k), theirs.get(k)
    if b is None:
        if o and t and o != t:
            conflicts.add(k)
        merged[k] = o or t
    elif o is None or t is None:
        if (o or t) != b:
            conflicts.add(k)
    else:
        row = []
        for x, y, z in zip(b, o, t):
            if y != x and z != x and y != z:
                conflicts.add(k)
            row.append(z if y == x else y)
        merged[k] = row
for name, table in ("base", base), ("ours", ours), ("theirs", theirs), ("want", merged):
    with open(f"r_{name}.csv", "w", newline="") as f:
        w = csv.writer(f)
        w.writerow(names)
        w.writerows([*k, *v] for k, v in sorted(table.items()))
print(len(conflicts))
PYTHON
schema() { printf '[columns.a]\ntype = "uint16"\nnullable = true\n[columns."b, c"]\ntype = "uint16"\nnullable = true\n'; }
schema >schema.toml
clean=0 refused=0
for seed in $(seq 1 $([ -n "${ZKL_SOAK:-}" ] && echo 6 || echo 2)); do
    conflicts=$(python3 lines.py "$seed")
    for part in $([ "$seed" = 1 ] && echo base) ours theirs; do
        run 0 zkp-ledger notarize r_$part.csv --name "r_$part" --schema schema.toml -q
    done
    if [ "$conflicts" = 0 ]; then
        run 0 zkp-ledger transform r_ours --data r_ours.csv --with r_theirs=r_theirs.csv --with r_base=r_base.csv --op 'merge on "k 1", "k\"2"' \
            --as r_made --to "r_made$seed.csv" --dry-run
        clean=$((clean + 1))
    else
        run 5 zkp-ledger transform r_ours --data r_ours.csv --with r_theirs=r_theirs.csv --with r_base=r_base.csv --op 'merge on "k 1", "k\"2"' \
            --as r_made --to "r_made$seed.csv"
        says "$conflicts row"
        refused=$((refused + 1))
    fi
done
[ "$refused" -gt 0 ] || fail "no seed had a conflict"
ok "$refused random pairs of lines have as many conflicts as Python finds; $clean have none"
