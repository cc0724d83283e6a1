#!/usr/bin/env bash
# What an owner says of newer versions and revocations, up to a checkpoint, and what that is worth.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

new_ledger . --name standing
small_table >d.csv
run 0 zkp-ledger notarize d.csv --name people -o one.zkl -q --keep-spool
run 0 zkp-ledger keys show --trust
cp "$work/.out" trust.toml
cp -r .zkp-ledger copy
run 0 zkp-ledger export --format tlog-tiles -o first-tiles
run 0 zkp-ledger export people --format standing -o first.standing
run 0 zkp-ledger export people --format lineage -o one.lineage.zkl
run 0 zkp-ledger branch people --as other
run 0 zkp-ledger notarize d.csv --name people --claim 'not_null(age)' -o two.zkl -q
run 0 zkp-ledger export people --format lineage -o two.lineage.zkl
run 0 zkp-ledger revoke people@1 --reason 'consent withdrawn'
run 0 zkp-ledger export people --format standing -o now.standing
run 0 zkp-ledger export other -o other.zkl
run 0 zkp-ledger export other --format standing -o other.standing
run 0 zkp-ledger export other --format lineage -o other.lineage.zkl
run 0 zkp-ledger export --format tlog-tiles -o tiles
run 0 zkp-ledger export --format consistency --from one.zkl -o to-now.consistency
mkdir elsewhere && cp -r -- *.zkl *.standing *.consistency trust.toml tiles first-tiles elsewhere

# A fork, with other entries where the second version is, and another log.
export XDG_STATE_HOME=$work/.other
for name in a b; do run 0 zkp-ledger --ledger copy branch people --as $name; done
run 0 zkp-ledger --ledger copy export people --format standing -o elsewhere/as-long.standing # as now.standing
for name in c d; do run 0 zkp-ledger --ledger copy branch people --as $name; done
run 0 zkp-ledger --ledger copy export people --format standing -o elsewhere/fork.standing
run 0 zkp-ledger --ledger copy export --format tlog-tiles -o elsewhere/fork-tiles
# By the first signer, of a tree that goes on behind his end in the log with another one.
run 0 zkp-ledger --ledger copy branch people --as e
run 0 zkp-ledger --ledger copy export people --format standing -o elsewhere/ended.standing
cp -r .zkp-ledger rotated
export XDG_STATE_HOME=$work/.third
run 0 zkp-ledger --ledger rotated keys rotate -q
run 0 zkp-ledger --ledger rotated export people@1 -o elsewhere/ends.zkl
mkdir foreign && new_ledger foreign --name foreign
run 0 zkp-ledger --ledger foreign notarize d.csv --name people -q
run 0 zkp-ledger --ledger foreign export people --format standing -o elsewhere/foreign.standing

cd elsewhere || exit 1
verify() { run "$1" zkp-ledger verify --trust trust.toml "${@:2}"; }
verify 0 one.zkl --standing first.standing
prints "people@1 is the newest version"
prints "people@1 was not revoked"
prints "the standing leaves no later version and no revocation out"
silent_about "this is the latest version"
verify 0 one.zkl --standing first.standing --json
json 'd["receipts"][0]["standing"]["latest_version"] == 1' 'not d["receipts"][0]["standing"]["checked"]' \
    'd["standing"] == d["receipts"][0]["standing"]' '"standing" in d["receipts"][0]["not_proven_names"]' '"latest" not in d["receipts"][0]["not_proven_names"]'
verify 1 one.zkl --standing now.standing --json
json 'd["check"] == "revoked"' '"consent withdrawn" in d["error"]'
verify 0 one.zkl --standing now.standing --allow-revoked
prints "VALID BUT REVOKED"
prints "there is a newer version: people@2"
verify 0 two.zkl other.zkl --standing now.standing --tiles tiles
prints "Standing, compared with the log's entries"
prints "people@2 is the newest version"
prints ', less than an hour ago, by signer'
# asks CODE MEMBER...: a policy with these members
asks() { printf 'version = 1\n' > policy.toml; printf '%s\n' "${@:2}" >> policy.toml; verify "$1" two.zkl --standing now.standing --policy policy.toml; }
asks 0 'latest = true' 'not_revoked = true' 'standing_max_age = "1 hour"'
asks 1 'latest = true' 'standing_max_age = "0 hours"'
says 'the standing is said to be of 2'
says '`standing_max_age` is 0 hours'
asks 3 'standing_max_age = 7'
printf 'version = 1\nstanding_max_age = "1 day"\n' > policy.toml
verify 1 two.zkl --policy policy.toml
says 'there is no standing'
ok "a standing says which version is the newest and which are revoked; with tiles it is compared"

# The log went on behind a standing, and what is given shows it.
verify 0 one.zkl --standing first.standing
verify 9 one.zkl --standing first.standing --tiles tiles
says "a newer standing is needed"
verify 9 two.zkl --standing first.standing
says "a newer standing is needed"
verify 9 other.zkl --standing now.standing
says "the standing is of 'people'"
verify 9 one.zkl --standing foreign.standing
says "log 'foreign"
verify 1 two.zkl --standing now.standing --tiles fork-tiles
says forked
verify 1 two.zkl --standing fork.standing
says "contradict each other"
# Its checkpoint is compared as a receipt's is: with tiles, consistency files and what was verified before.
verify 1 one.zkl --standing as-long.standing --tiles tiles --json
json 'd["check"] == "history"' '"as-long.standing" in d["error"] and "forked" in d["error"]'
verify 1 one.zkl --standing now.standing --tiles fork-tiles --allow-revoked
says "forked: 'now.standing'"
verify 1 one.zkl --standing as-long.standing --consistency to-now.consistency --one-log
says "'as-long.standing' (7 entries)"
verify 0 one.zkl --standing fork.standing # nothing shows the fork
prints "Not shown: that the receipts and standings are of one history"
verify 9 one.zkl --standing fork.standing --one-log
says "not shown that all of this is of one history"
verify 0 one.zkl --standing now.standing --allow-revoked --one-log --consistency to-now.consistency --json
json '[(c["source"], c["name"], c["shown"]) for c in d["history"]["checkpoints"]][:2] == [("receipt", "one.zkl", True), ("standing", "now.standing", True)]'
(
    export XDG_STATE_HOME=$work/.auditor
    verify 0 one.zkl --standing now.standing --allow-revoked --remember
    verify 1 one.zkl --standing as-long.standing --remember
    says "what was verified before"
) || exit 1
verify 3 one.zkl --standing trust.toml
says "no standing: it is a trust file"
verify 3 now.standing
says "it goes with --standing"
verify 4 one.zkl --standing nothing
ok "older, of another dataset, of another log, of a fork, or no standing: told apart"

# What lies behind the standing's checkpoint is the log's as well: all entries of the tiles lead to their own signed root.
python3 - <<'PYTHON'
import glob, os, re, shutil, struct
def copy(name):
    shutil.copytree("tiles", name)
    return glob.glob(name + "/tile/entries/000*/*")[0]
def hide(name, of):  # whatever is about the dataset becomes another entry
    path = copy(name)
    data, entries = open(path, "rb").read(), []
    while data:
        size = struct.unpack(">H", data[:2])[0]
        entries, data = entries + [data[2:2 + size]], data[2 + size:]
    size = int(open(of + "/checkpoint").read().split("\n")[1])
    open(path, "wb").write(b"".join(struct.pack(">H", len(e)) + e for e in entries[:size] + [entries[0]] * (len(entries) - size)))
hide("hiding", "first-tiles")
copy("unknown")
note = open("tiles/checkpoint").read().split("\n")
at = next(i for i, line in enumerate(note) if line.startswith("\u2014 "))
name, sig = note[at].rsplit(" ", 1)
note[at] = name + " " + ("B" if sig[0] == "A" else "A") + sig[1:]
open("unknown/checkpoint", "w").write("\n".join(note))
PYTHON
verify 9 one.zkl --standing first.standing --tiles hiding
says "not those of their own checkpoint's tree"
verify 9 two.zkl other.zkl --standing now.standing --tiles unknown
says "the tiles: no log key is known that signed"
verify 0 two.zkl other.zkl --tiles unknown
ok "entries behind a standing's checkpoint are those of the signed tiles"

# A folder: each standing is put to the receipts of its dataset, and the worst of all is the exit code.
mkdir some && cp two.zkl other.zkl some
verify 0 some --standing now.standing --standing other.standing --tiles tiles --json
json 'd["accepted"] == 2 and d["history"]["one"]' '[(s["name"], s["receipts"], s["status"], s["checked"]) for s in d["standings"]] == [("people", 1, "valid", True), ("other", 1, "valid", True)]' \
    '[r["dataset"]["version"] for r in d["receipts"]] == [1, 2]' 'not any("newer_version" in r for r in d["receipts"])'
printf 'version = 1\nlatest = true\nnot_revoked = true\n' >latest.toml
verify 0 some --standing now.standing --standing other.standing --policy latest.toml
prints "Standings:"
prints "  of people, put to 1 receipt:"
verify 1 some --standing now.standing --policy latest.toml --json
json '[r.get("all_missing") for r in d["receipts"]] == [["no standing says which version is the newest", "no standing says whether it was revoked"], None]'
cp one.zkl some
verify 1 some --standing now.standing --json
json '[r["status"] for r in d["receipts"]] == ["rejected" if r["file"] == "one.zkl" else "valid" for r in d["receipts"]]' \
    '[r["check"] for r in d["receipts"] if "check" in r] == ["revoked"]' '"history_error" not in d'
verify 0 some --standing now.standing --allow-revoked
prints "there is a newer version, 2; REVOKED"
verify 9 some --standing first.standing --json
json '[r.get("check") for r in d["receipts"]] == [None, None, "standing"]' # two.zkl, behind the standing
verify 2 some --standing now.standing --standing first.standing
says "are both standings of 'people'"
mkdir alone && cp one.zkl alone
verify 0 alone --standing as-long.standing # nothing shows the fork
verify 9 alone --standing as-long.standing --one-log
verify 1 alone --standing as-long.standing --tiles tiles
says "forked"
verify 1 alone --standing as-long.standing --consistency to-now.consistency --json
json 'd["check"] == "history" and "as-long.standing" in d["history_error"]'
verify 0 alone --standing now.standing --allow-revoked --one-log --consistency to-now.consistency
rm some/other.zkl
verify 9 some --allow-revoked --standing now.standing --standing other.standing
prints "and none of the receipts is"
verify 9 some --allow-revoked --standing foreign.standing --json
json 'd["check"] == "standing" and d["accepted"] == 2 and "name" not in d["standings"][0]'
verify 1 some --allow-revoked --standing fork.standing
prints "contradict each other"
verify 3 some --standing trust.toml
verify 4 some --standing nothing
ok "of a folder each standing counts for the receipts of its dataset"

# Each entry of a lineage receipt gets its dataset's: its subject's, and those of what that is made of.
mkdir lineage && cp one.lineage.zkl two.zkl lineage
verify 0 lineage
verify 1 lineage --standing now.standing --json
json '[(r["status"], r.get("check")) for r in d["receipts"]] == [("rejected", "revoked"), ("valid", None)]' \
    'd["receipts"][0]["newer_version"] == 2 and "consent withdrawn" in d["receipts"][0]["error"]' '[s["receipts"] for s in d["standings"]] == [2]'
verify 0 lineage --standing now.standing --allow-revoked --json
json '[r["is_revoked"] for r in d["receipts"]] == [True, False]'
rm lineage/* && cp other.lineage.zkl lineage
verify 0 lineage --standing other.standing --json
json '[s["receipts"] for s in d["standings"]] == [1]' 'not d["receipts"][0]["is_revoked"] and "newer_version" not in d["receipts"][0]'
verify 1 lineage --standing now.standing
prints "REVOKED: people@1, in the lineage of other@1, was taken back by entry"
rm lineage/* && cp two.lineage.zkl lineage
verify 0 lineage --standing now.standing
verify 9 lineage --standing first.standing
prints "a newer standing is needed"
verify 1 lineage --standing fork.standing
prints "contradict each other"
ok "of a folder each standing counts for the lineage receipts too"

# The same of one lineage receipt, without a folder.
verify 1 one.lineage.zkl --standing now.standing --json
json 'd["check"] == "revoked" and "consent withdrawn" in d["error"]'
verify 1 other.lineage.zkl --standing now.standing
says "REVOKED: people@1, in the lineage of other@1"
verify 0 other.lineage.zkl --standing now.standing --standing other.standing --tiles tiles --allow-revoked
prints "VALID BUT REVOKED"
prints "  - people@1 was revoked"
prints "  - other@1 was not revoked"
prints "REVOKED by entry"
verify 0 other.lineage.zkl --standing now.standing --allow-revoked --json
json '[(s["name"], s["latest_version"], s["checked"]) for s in d["standings"]] == [("people", 2, False)]' \
    '[n["name"] for n in d["nodes"] if "revoked" in n] == ["people@1"]' '"latest" in d["not_proven_names"]' '[(c["source"], c["size"]) for c in d["history"]["checkpoints"]] == [("receipt", 7), ("standing", 7)]'
verify 0 two.lineage.zkl --standing now.standing --json
json '"latest" not in d["not_proven_names"] and "standing" in d["not_proven_names"]'
verify 9 two.lineage.zkl --standing first.standing
says "a newer standing is needed"
verify 1 two.lineage.zkl --standing fork.standing
says "contradict each other"
verify 9 two.lineage.zkl --standing other.standing
says "the standing is of 'other', and nothing in the lineage is"
verify 2 two.lineage.zkl --standing now.standing --standing now.standing
says "two standings are of 'people'"
verify 1 two.lineage.zkl --standing now.standing --tiles fork-tiles
says forked
verify 9 two.lineage.zkl --standing now.standing --one-log
verify 0 two.lineage.zkl --standing now.standing --tiles tiles --one-log
verify 2 two.lineage.zkl two.zkl --standing now.standing
says "verified alone, or in a folder"
ok "a lineage receipt takes standings as a receipt does, one for each dataset in it"

# What ends a signer counts, whichever name its file has: here two receipts are under one checkpoint, and one says less.
python3 - <<'PYTHON'
import hashlib, struct
file = open("ends.zkl", "rb").read()
def number(at, form=">I"): return struct.unpack_from(form, file, at)[0]
def entry(at): # envelope, index, path
    at += 4 + number(at) + 8
    return at + 4 + 32 * number(at)
def fields(at, each):
    count, at = number(at), at + 4
    for _ in range(count):
        for more in each:
            at += 4 + number(at) + more
    return at
others = fields(fields(fields(entry(12), [0]) + 240, [432]), [0, 0])
at, kept, count = others + 4, [], number(others)
for _ in range(count):
    end = entry(at)
    kept.append(file[at:end])
    at = end
less = file[:others] + struct.pack(">I", count - 1) + b"".join(kept[:-1]) + file[at:-32]
open("silent.zkl", "wb").write(less + hashlib.sha3_256(less).digest())
PYTHON
verify 0 silent.zkl --standing ended.standing
mkdir ended && cp silent.zkl ended/1.zkl
verify 0 ended --standing ended.standing
for name in 0 2; do
    cp ends.zkl ended/$name.zkl
    verify 9 ended --standing ended.standing --json
    json 'd["accepted"] == 2 and "no signer" in d["standings"][0]["error"]' 'len(d["history"]["checkpoints"]) == 2'
    rm ended/$name.zkl
done
ok "a signer's end counts whatever the names of the files"

# No byte of it can be changed.
python3 - <<'PYTHON'
import base64, json
d = json.load(open("now.standing"))
p = base64.b64decode(d["payload"])
def write(name, payload):
    open(name, "w").write(json.dumps(d | {"payload": base64.b64encode(payload).decode()}, separators=(",", ":")))
write("same.standing", p)
q = json.loads(p)
q["entries"] = [e for e in q["entries"] if e["kind"] != "withdraw"]
write("hides.standing", json.dumps(q, separators=(",", ":"), ensure_ascii=False).encode())
write("spaced.standing", json.dumps(json.loads(p)).encode())
write("type.standing", p.replace(b"standing:v1", b"standing:v2"))
PYTHON
cmp now.standing same.standing || fail "the example is not the file"
verify 1 one.zkl --standing hides.standing
verify 3 one.zkl --standing spaced.standing
verify 3 one.zkl --standing type.standing
ok "a standing that was changed is refused"

cd .. || exit 1
export XDG_STATE_HOME=$work/.state
run 0 zkp-ledger verify two.zkl --standing now.standing
prints "compared with the log's entries"
run 0 zkp-ledger export people --format standing -o first.standing
run 5 zkp-ledger export other --format standing -o first.standing
run 2 zkp-ledger verify people --standing now.standing --lineage
ok "in the ledger it is compared with the log; a file is replaced by a newer one of its name alone"
