#!/usr/bin/env bash
# Make the honest receipts anew: make.sh ZKP-LEDGER FOLDER. One ledger, small tables, claims of every kind. Keys and masks are
# random, so every run makes other bytes, and lies.py is then to run again (README.md).
set -euo pipefail
program=$(realpath "$1")
here=$(dirname "$(realpath "$0")")
mkdir -p "$2"
out=$(realpath "$2")
rm -f "$out"/*.zkl
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export XDG_STATE_HOME=$work/state
cd "$work"
z() { "$program" "$@" -q; }
note() { z notarize "$1.csv" --name "$@"; }

cat >people.csv <<'END'
id,age,pay,city,paid,day,at,clock,temp,ratio,"odd ""name",good,score,rank
1,42,1000.50,Oslo,true,2024-02-29,2024-02-29T12:00:00Z,12:00:00,-5,0.5,a,true,0.9,6
2,,2000.25,Bergen,false,2023-01-01,2023-01-01T00:00:00.5Z,00:00:01,7,1e-3,b,true,0.8,5
3,17,3000.00,Oslo,true,2022-12-31,2022-12-31T23:59:59Z,23:59:59.25,-1,2.25,c,false,0.4,2
4,42,,Bern,true,2024-03-01,2024-03-01T00:00:00Z,06:30:00,12,-7e2,d,false,0.6,3
5,65,1000.50,Oslo,false,2020-01-01,1999-12-31T00:00:00Z,06:30:01,0,1,e,true,0.7,4
6,17,10.00,Bern,false,2021-06-15,2021-06-15T08:00:00Z,18:00:00,3,0.25,f,false,0.1,1
END
{ head -1 people.csv; tail -n +2 people.csv | sort -t, -k14n; } >ranked.csv
cat >schema.toml <<'END'
[columns.'odd "name']
type = "string16"
END
seq 65539 | awk 'BEGIN { print "id,v" } { print $1 "," ($1 * 7919) % 1000 }' >long.csv
printf 'age,city\n42,Oslo\n,Bergen\n17,Oslo\n' >tiny.csv
printf 'x,pay,city\n1,1000,Rome\n2,2000,Oslo\n3,,Rome\n4,2500,Bern\n5,1000,Rome\n5,1000,Rome\n' >parent.csv
printf 'x,pay,city\n5,1000,Rome\n4,2500,Bern\n3,,Rome\n5,1000,Rome\n' >child.csv
printf 'x,pay,city\n2,2000,Oslo\n3,,Rome\n4,2500,Bern\n' >middle.csv
printf 'x,pay,city\n5,1000,Rome\n3,,Rome\n1,1000,Rome\n' >first.csv
printf 'x,pay,city\n2,2000,Oslo\n4,2500,Bern\n5,1000,Rome\n' >second.csv
printf 'customer,total\n1,10\n2,20\n1,5\n' >orders.csv
printf 'customer,country\n1,47\n2,49\n3,33\n' >customers.csv
printf 'customer,total,country\n1,10,47\n1,5,47\n2,20,49\n' >full.csv
printf 'customer,n,total,low,high\n1,2,15,5,10\n2,1,20,20,20\n' >groups.csv
printf 'customer,n,total\n1,2,15\n2,1,20\n' >totals.csv
printf 'who,age\n1,30\n2,50\n3,30\n4,20\n' >live.csv
printf 'who,age\n7,20\n8,30\n9,30\n11,50\n10,30\n' >train.csv
printf 'net,tax,note\n100.00,20.00,a\n50.50,10.10,b\n' >invoices.csv
printf 'paid,back\n120.00,1.00\n60.60,\n' >bank.csv

# p NAME FILE CLAIM... [--with ..]: more claims about a dataset, and their receipt.
p() {
    local name=$1 file=$2
    shift 2
    z prove "$name" "$@" --data "$name.csv" -o "$out/$file.zkl"
}

z init --no-passphrase --name vectors
z keys show --trust >"$out/trust.toml"
cp .zkp-ledger/keys/signer.key "$out/signer.key"
cp .zkp-ledger/keys/log.key "$out/log.key"
note tiny --claim 'range(age, 0, 120)' --claim 'sum(age)' -o "$out/tiny.zkl"
note people --schema schema.toml -o "$out/cells.zkl" \
    --claim 'range(age, 17, 65)' --claim 'range(pay, 0.005, 70000)' --claim 'range(id, *, *)' --claim 'range(age, 10, 2000)' \
    --claim 'range(at, 1990-01-01, *)' --claim 'range(day, 2000-02-29, 2024-03-01, nulls=refuse)' --claim 'range(clock, *, *)' \
    --claim 'range(ratio, -1e3, 2.5)' --claim 'range(paid, false, true)' --claim 'range(score, 0.1, 0.9)' --claim 'rows(6)' \
    --claim 'not_null(city)' --claim 'not_null(id)' --claim 'cells(id, age)' --claim 'cells(pay .. paid)'
p people sums 'sum(pay)' 'sum(temp) >= -4' 'sum(pay) <= 9999.999' 'mean(age)' 'mean(temp) <= 35/12' 'sum(temp) = 16'
p people keys 'unique(id)' 'unique(age, pay, city)' 'unique(id, city)' 'unique("odd \"name")'
p people counts 'count(age, 18, 64)' 'count(age, 18, *) >= 3' 'count(temp, *, 6.5) <= 5' 'histogram(age, 18, 65)' \
    'histogram(temp, 0, 10, bins=2)' 'class_balance(paid)' 'class_balance(city)'
p people where 'count(where age >= 18 and not (city = "Oslo" or temp < 0))' 'count(where pay is null or paid = true) >= 2' \
    'share(where temp > 0) >= 1/3' 'null_rate(age) <= 0.5' 'null_rate(id) = 0' 'accuracy(paid, good)' \
    'count(where "odd \"name" in {"a", "c"}) = 2'
p people sums_where 'sum(pay where paid = true)' 'mean(temp where age is not null) >= -1' 'mean(age where age > 17)'
p people order 'min(age)' 'max(temp) <= 20' 'median(pay)' 'quantile(temp, 0.9)' 'min(day) = 2020-01-01' 'median(clock) >= 06:00:00'
p people moments 'variance(temp)' 'stddev(age) <= 25' 'mean_square(temp)' 'rmse(age)' 'covariance(temp, id) >= -10' \
    'correlation(temp, id)'
p people groups 'distinct(age, city)' 'distinct(city) <= 4' 'distinct(id) >= 3' 'k_anonymous(paid, 3)' 'l_diverse(paid, temp, 2)'
p people rates 'parity(paid, city) <= 0.9' 'equal_opportunity(good, paid, city) <= 0.99'
note ranked --schema schema.toml
p ranked sorted 'auc(good, score, rank)' 'sorted(score, rank, ties=refuse)' 'sorted(rank)'
note long -o "$out/long.zkl" \
    --claim 'range(v, 0, 999) in rows 0..65535' --claim 'range(v, 0, 1999) in rows 65536..65538' --claim 'sum(id) in rows 0..65535' \
    --claim 'unique(id)' --claim 'sorted(id, ties=refuse)' --claim 'count(v, 5, 10)'
p long long_groups 'distinct(v)' 'histogram(v, 500)' 'count(where v < 5 or id > 65537)' 'sum(v where id > 9)'
note invoices --claim 'linear(net - 5*tax = 0)' --claim 'balance(net - 2*tax >= 31.20)' -o "$out/linear.zkl"
note bank
note parent
for name in child middle first second; do note $name --like parent; done
for name in orders customers full groups totals live train; do note $name; done
seed=$(printf 'beacon' | sha256sum | cut -d' ' -f1)
p invoices balance 'balance(net + tax = bank.paid)' 'balance(net >= 2*bank.back + 40)' --with bank=bank.csv
p child filter 'filter(parent, where x >= 3)' --with parent=parent.csv
p middle slice 'slice(parent, 1..3)' 'pick(parent, 1, 2..3)' --with parent=parent.csv
python3 - "$seed" <<'END'
import hashlib, sys
r = 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001
lines = open("parent.csv").read().splitlines()
numbers, j = set(), 0
while len(numbers) < 3:
    data = (int(sys.argv[1], 16) % r).to_bytes(32, "big") + j.to_bytes(32, "big")
    numbers.add(int.from_bytes(hashlib.sha3_512(b"zkl/v1/sample\0" + data).digest(), "big") % r % (len(lines) - 1))
    j += 1
open("drawn.csv", "w").write("\n".join([lines[0]] + [lines[1 + i] for i in sorted(numbers)]) + "\n")
END
note drawn --like parent
p drawn sample "sample(parent, 3, $seed)" --with parent=parent.csv
p parent split 'split(first, second)' --with first=first.csv --with second=second.csv
cp parent.csv copy.csv
note copy --like parent
p copy same 'same(parent)' 'same_rows(parent)' 'same(x, parent)' --with parent=parent.csv
p orders subset 'subset(customer, customers)' --with customers=customers.csv
p child subset_nulls 'subset(pay, parent, nulls=pass)' 'subset(x, pay, parent, nulls=match)' 'subset(x, parent)' --with parent=parent.csv
p live disjoint 'disjoint(who, train)' 'drift(age, train) <= 0.3' 'drift(age, train, cuts=(30, 50), factor=3) <= 2/5' --with train=train.csv
p full joined 'joined(orders, customers, on customer)' --with orders=orders.csv --with customers=customers.csv
p totals grouped 'grouped(orders, by customer, n = rows, total = sum(total))' --with orders=orders.csv
p groups grouped_bounds 'grouped(orders, by customer, n = rows, total = sum(total), low = min(total), high = max(total))' --with orders=orders.csv
z disclose people --rows 0,3-4 --data people.csv -o "$out/disclosure.zkl"
z disclose parent --sample 2 --challenge 00112233445566778899aabbccddeeff --columns x,city --data parent.csv -o "$out/sample_rows.zkl"
z link totals --from orders --op 'group by customer' --fact by=hand
z export full --format lineage -o "$out/lineage.zkl"
z export totals --format lineage -o "$out/recorded.zkl"
z keys rotate --role signer
z keys rotate --role log
note tiny --claim 'range(age, 0, 100)' -o "$out/rotated.zkl"
z keys show --trust >"$out/late.toml"

# Two clocks by openssl, which stamp the first receipt.
fail() { echo "$*" >&2; exit 1; }
. "$here/../../cli/lib_tsa.sh"
make_authority ca 'Test authority'
make_tsa clock 'Test clock' ca
make_tsa rsa 'RSA clock' ca critical,timeStamping 20 rsa
cp "$out/tiny.zkl" "$out/stamped.zkl"
z timestamp request "$out/stamped.zkl" -o d.tsq
for name in clock rsa; do
    answer $name d.tsq $name.tsr
    z timestamp attach "$out/stamped.zkl" $name.tsr
done
cp clock/cert.pem "$out/clock.pem"
cp ca/cert.pem "$out/authority.pem"
