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
# Her key is in the clear: no passphrase is asked for.
run 0 zkp-ledger setup contribute twice/invite-2.zklceremony --name Alice --key Alice.key -o twice.zklceremony
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
says "contribution 3, a beacon: the beacon's value was public before the last contribution"
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
prints "2 contributions, 1 beacon"
grep -A1 'beacon: dice' ours/transcript.txt | grep -q 'value 00ff, SHA-256 2^10 times' || fail "the transcript does not have the beacon's value"
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

# One party's ceremony is a development one in the lines for a trust file too, and whatever a trust file says of it.
run 0 zkp-ledger setup new alone --powers-only --power 4
run 0 zkp-ledger setup invite alone
party Alice alone/invite-1.zklceremony alone.reply
run 0 zkp-ledger setup take alone alone.reply
sleep 0.01
run 0 zkp-ledger setup beacon alone 00ff --source dice --time "$(date -u +%Y-%m-%dT%H:%M:%S.%3NZ)" --iterations 10
run 0 zkp-ledger setup next alone
run 0 zkp-ledger setup finish alone -o one.zklceremony
run 0 zkp-ledger setup verify one.zklceremony --trust
says "Development so far"
prints 'srs_made = "development"'
silent_about 'srs_made = "ceremony"'
cp "$work/.out" printed
python3 - <<'PYTHON'
printed = open("printed").read()
srs, tables = printed[printed.index("srs = "):].split("[ceremony]", 1)
head, keys = open("base.toml").read().split("[[log_key]]", 1)
head = "".join(line for line in head.splitlines(True) if not line.startswith(("srs", "development", "#")))
honest = head + srs + "development = false\n\n[[log_key]]" + keys + "\n[ceremony]" + tables
open("honest.toml", "w").write(honest)
open("boasts.toml", "w").write(honest.replace('srs_made = "development"', 'srs_made = "ceremony"'))
open("nobody.toml", "w").write(honest[:honest.index("[[party]]")])
right = open("right.toml").read()
open("none_named.toml", "w").write(right[:right.index("[[party]]")])
PYTHON
run 1 zkp-ledger setup verify one.zklceremony --compare boasts.toml
says "fewer than two parties, by their keys, contributed"
silent_about VALID
run 0 zkp-ledger setup verify one.zklceremony --compare honest.toml
prints "is of this ceremony: its powers, 1 party and 0 circuits"
prints "By it proofs are of a development set-up"
run 0 zkp-ledger setup verify one.zklceremony --compare nobody.toml --json
json 'd["compared"] == {"parties": 0, "circuits": 0, "made": "development"}'
run 0 zkp-ledger setup verify whole.zklceremony --compare none_named.toml
prints "is of this ceremony: its powers, 0 parties and 0 circuits"
prints "By it proofs are of a development set-up"
run 0 zkp-ledger setup verify whole.zklceremony --compare right.toml --json
json 'd["compared"]["parties"] == 2'
ok "a ceremony of one party is called development, also by its trust file"
