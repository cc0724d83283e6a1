#!/usr/bin/env bash
# A ceremony on the command line, of powers alone so that it takes no time: the words of each step, its JSON, and what is
# refused. tests/unit/ceremony has the attacks, tests/unit/service/test_ceremony_long.c a ledger over one.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# party NAME FILE OUT [OPTION...]
party() {
    local name=$1 file=$2 reply=$3
    shift 3
    run 0 zkp-ledger setup contribute "$file" --name "$name" --key "$name.key" --no-passphrase -o "$reply" "$@"
}

run 2 zkp-ledger setup new ours --powers-only --power 99
run 0 zkp-ledger setup new ours --powers-only --power 4 --name 'our set-up' --json
json 'd["round"] == 1 and d["power"] == 4 and d["name"] == "our set-up"' 'is_hex(d["ceremony"])' 'd["made"] == "development"'
run 5 zkp-ledger setup new ours --powers-only --power 4
run 2 zkp-ledger setup next ours
says "nobody contributed"
run 0 zkp-ledger setup invite ours
says "zkp-ledger setup take ours FILE"
head -2 ours/invite-1.zklceremony | grep -q 'asks you to contribute' || fail "the invitation does not say what to do"
ok "a folder, and a file that says what to do"

echo 'dice 3 5 2' >typed
party Alice ours/invite-1.zklceremony a.zklceremony --entropy-file typed
says "Made your key in Alice.key"
[ "$(stat -c %a Alice.key)" = 600 ] || fail "others can read the party's key"
cp ours/invite-1.zklceremony before
party Alice ours/invite-1.zklceremony again.zklceremony
cmp -s before ours/invite-1.zklceremony || fail "the invitation was changed"
cmp -s a.zklceremony again.zklceremony && fail "the same secret twice"
run 5 zkp-ledger setup contribute ours/invite-1.zklceremony --name Alice --key Alice.key --no-passphrase -o a.zklceremony
run 0 zkp-ledger setup take ours a.zklceremony --json
json 'd["contributions"][0]["name"] == "Alice"' 'd["contributions"][0]["key"].startswith("MCow")'
run 5 zkp-ledger setup take ours again.zklceremony
says "another state of this ceremony"
ok "an interrupted contribution is made again; one of them is taken"

# One party twice is one, and what goes on is not called valid without a word.
cp -r ours twice
run 0 zkp-ledger setup invite twice
party Alice twice/invite-2.zklceremony twice.zklceremony
run 0 zkp-ledger setup take twice twice.zklceremony --json
json 'len(d["contributions"]) == 2 and d["made"] == "development" and not d["finished"]'
run 0 zkp-ledger setup verify twice/ceremony.zklceremony --json
json 'd["status"] == "valid" and not d["finished"]' '"value" not in d["contributions"][0]'
run 0 zkp-ledger setup verify twice/ceremony.zklceremony
prints "Valid so far, not finished: the powers are not closed"
prints "fewer than two parties, by their keys"
silent_about VALID
ok "parties are counted by their keys; a ceremony that goes on is valid so far"

run 0 zkp-ledger setup invite ours
party Bob ours/invite-2.zklceremony b.zklceremony
python3 - <<'PYTHON'
data = bytearray(open("b.zklceremony", "rb").read())
data[len(data) // 2] ^= 1
open("spoiled.zklceremony", "wb").write(data)
PYTHON
run 3 zkp-ledger setup take ours spoiled.zklceremony
run 0 zkp-ledger setup take ours b.zklceremony
run 2 zkp-ledger setup beacon ours 00ff --source dice --time 2001-01-01T00:00:00.000Z --iterations 10
says "public before the last contribution"
run 2 zkp-ledger setup beacon ours 00ff --source dice --time 2999-01-01T00:00:00.000Z --iterations 10
run 2 zkp-ledger setup beacon ours 00ff
says "say when"
sleep 0.01
run 0 zkp-ledger setup beacon ours 00ff --source dice --time "$(date -u +%Y-%m-%dT%H:%M:%S.%3NZ)" --iterations 10
run 2 zkp-ledger setup invite ours
says "nobody contributes behind it"
run 2 zkp-ledger setup finish ours
says "not closed"
run 0 zkp-ledger setup next ours
run 0 zkp-ledger setup finish ours -o whole.zklceremony --iden3 files
says "beacon: dice"
[ -s files/powers.ptau ] || fail "no .ptau"
ok "a beacon ends the round, and nobody contributes behind it"

run 0 zkp-ledger setup verify whole.zklceremony --json
json 'd["finished"] and [c.get("value") for c in d["contributions"]] == [None, None, "00ff"]' 'd["contributions"][2]["iterations"] == 10 and "round" not in d["contributions"][2]'
json 'd["status"] == "valid"' '[c["name"] for c in d["contributions"]] == ["Alice", "Bob", "dice"]' 'd["made"] == "ceremony"'
run 0 zkp-ledger setup verify whole.zklceremony --trust
prints 'contributed = ["powers"]'
prints 'value 00ff, SHA-256 2^10 times'
[ "$(head -1 "$work/.out")" = VALID ] || fail "a finished ceremony is valid"
# What a trust file says of a ceremony is taken at its word by verifiers; here it is held against the file.
cp "$work/.out" printed
new_ledger somebody
run 0 zkp-ledger keys show --trust --ledger somebody
cp "$work/.out" base.toml
python3 - <<'PYTHON'
printed = open("printed").read()
printed = printed[printed.index("srs = "):]
head, keys = open("base.toml").read().split("[[log_key]]", 1)
head = "".join(line for line in head.splitlines(True) if not line.startswith(("srs", "development", "#")))
srs, tables = printed.split("[ceremony]", 1)
right = head + srs + "development = false\n\n[[log_key]]" + keys + "\n[ceremony]" + tables
assert right.count("Alice") == 1 and right.count("Bob") == 1
first, second = (line for line in right.splitlines() if line.startswith("key = \"M") and line in tables)
transcript = next(line for line in right.splitlines() if line.startswith("transcript"))
cases = {"right": right, "srs": right.replace("srs = \"" + srs[7], "srs = \"" + ("0" if srs[7] != "0" else "1")),
         "transcript": right.replace(transcript, "transcript = \"" + 64 * "0" + "\""), "name": right.replace("Alice", "Carol"),
         "key": right.replace(first, "key = " + next(l for l in keys.splitlines() if l.startswith("key = \"M"))[6:]),
         "round": right.replace("[\"powers\"]", "[\"powers\", \"keys\"]", 1), "none": open("base.toml").read(),
         "fewer": right.replace(right[right.rindex("[[party]]"):], "")}
for name, text in cases.items():
    assert name == "right" or text != right, name
    open(name + ".toml", "w").write(text)
PYTHON
for good in right fewer; do
    run 0 zkp-ledger setup verify whole.zklceremony --compare $good.toml
    prints "is of this ceremony"
done
for bad in srs transcript name key round none; do
    run 1 zkp-ledger setup verify whole.zklceremony --compare $bad.toml
    says "not of this ceremony"
    silent_about VALID
done
run 3 zkp-ledger setup verify whole.zklceremony --compare printed
run 4 zkp-ledger setup verify whole.zklceremony --compare nowhere
run 9 zkp-ledger setup verify twice/ceremony.zklceremony --compare right.toml
run 3 zkp-ledger setup verify typed
run 6 zkp-ledger setup import whole.zklceremony
says "too few"
run 2 zkp-ledger setup verify whole.zklceremony --round 5
says "--round goes with 'setup beacon'"
ok "everybody can check it"
