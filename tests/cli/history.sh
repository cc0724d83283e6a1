#!/usr/bin/env bash
# Receipts of one log: their checkpoints are of one history, are not shown to be, or are of a fork.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

# Two histories of one log: the ledger here and `copy` have three entries in common. One proof serves all of them.
new_ledger . --name history
small_table >d.csv
run 0 zkp-ledger notarize d.csv --name first -o first.zkl -q
run 0 zkp-ledger keys show --trust
cp "$work/.out" trust.toml
cp -r .zkp-ledger copy
export other=$work/.other # the second one has a memory of its own
entry() { run 0 zkp-ledger --ledger "$1" branch first --as "$2" && run 0 zkp-ledger --ledger "$1" export "$2" -o "$2.zkl"; }
entry .zkp-ledger second
entry .zkp-ledger third
XDG_STATE_HOME=$other entry copy evil
XDG_STATE_HOME=$other entry copy evil2
run 0 zkp-ledger export --format tlog-tiles -o tiles
XDG_STATE_HOME=$other run 0 zkp-ledger --ledger copy export --format tlog-tiles -o evil-tiles
run 0 zkp-ledger export second --format lineage -o good.lineage
XDG_STATE_HOME=$other run 0 zkp-ledger --ledger copy export evil --format lineage -o evil.lineage
mkdir elsewhere && cp -- *.zkl *.lineage trust.toml elsewhere && cp -r tiles evil-tiles elsewhere

cd elsewhere || exit 1
verify() { run "$1" zkp-ledger verify --trust trust.toml "${@:2}"; }

verify 0 first.zkl third.zkl --json
json 'd["status"] == "valid"' 'not d["history"]["one"]' '[r["dataset"]["name"] for r in d["receipts"]] == ["first", "third"]' \
    '"dataset" not in d' '[c["source"] for c in d["history"]["checkpoints"]] == ["receipt"] * 2' 'all(c["signed"] for c in d["history"]["checkpoints"])'
verify 0 first.zkl third.zkl
prints "Not shown: that the receipts are of one history"
cp first.zkl again.zkl
verify 0 first.zkl again.zkl
prints "One history"
ok "checkpoints of two sizes without evidence: not shown; equal ones need none"

verify 0 first.zkl third.zkl second.zkl --tiles tiles
prints "One history"
verify 0 first.zkl --tiles tiles --json
json 'd["history"]["one"]' 'len(d["history"]["checkpoints"]) == 2' 'len(d["receipts"]) == 1' 'd["receipts"][0]["file"] == d["file"] == "first.zkl"' \
    'all(d[k] == v for k, v in d["receipts"][0].items())'
verify 1 second.zkl evil.zkl --json # trees of one size
json 'd["check"] == "history"' '"forked" in d["error"]'
silent_about VALID
verify 1 second.zkl evil2.zkl --tiles evil-tiles
says "second.zkl"
verify 1 evil.zkl third.zkl --tiles tiles
verify 1 third.zkl --tiles evil-tiles
verify 0 second.zkl evil2.zkl # only evidence tells
prints "Not shown"
ok "a fork is told by equal sizes, and by tiles of either history"

# A folder's receipts are compared as well: the table is printed, and a fork refuses the whole.
mkdir all && cp first.zkl second.zkl again.zkl all
verify 0 all
prints "Not shown: that the receipts are of one history"
silent_about 'receipt: '
verify 0 all --tiles tiles --json
json 'd["history"]["one"] and d["accepted"] == 3' '[c["name"] for c in d["history"]["checkpoints"] if c["source"] == "receipt"] == ["again.zkl", "second.zkl"]'
cp evil.zkl all
verify 1 all --json
json 'd["accepted"] == 4 and d["check"] == "history" and "forked" in d["history_error"] and "history" not in d' '"evil.zkl" in d["history_error"]'
verify 1 all
prints "REJECTED: they are not of one history. check"
prints "4 accepted"
rm all/second.zkl
verify 1 all --tiles tiles
rm all/evil.zkl
verify 4 all --tiles nowhere --json
json 'd["accepted"] == 2 and "nowhere" in d["history_error"]'
ok "a folder's receipts are compared too"

# Checkpoints of lineage receipts are compared as well. One file alone shows nothing.
mkdir part && cp good.lineage part/good.zkl
verify 0 part
verify 9 part --one-log
says "nothing is here that the receipt's checkpoint is compared with"
verify 0 part --one-log --tiles tiles
verify 1 part --one-log --tiles evil-tiles
verify 4 part --one-log --tiles nowhere
cp first.zkl part
verify 9 part --one-log
verify 0 part --one-log --tiles tiles --json
json 'd["history"]["one"] and [c["name"] for c in d["history"]["checkpoints"] if c["source"] == "receipt"] == ["first.zkl", "good.zkl"]'
cp third.zkl evil.lineage part && mv part/evil.lineage part/evil.zkl && rm part/good.zkl part/first.zkl # trees of one size
verify 1 part --json
json 'd["accepted"] == 2 and d["check"] == "history" and "forked" in d["history_error"] and "evil.zkl" in d["history_error"]'
rm part/third.zkl part/evil.zkl && cp first.zkl part
verify 9 part --one-log
printf x >part/first.zkl
verify 3 part --tiles nowhere --json
json '"compared with nothing" in d["history_error"]'
ok "a folder's lineage receipts are compared with the others"

# Each file is read when its turn comes, and waits for nobody.
mkdir odd odd/folder && cp first.zkl odd && ln -s ../first.zkl odd/link.zkl && ln -s folder odd/folder.zkl
mkfifo odd/pipe.zkl && ln -s /dev/zero odd/zero.zkl
verify 3 odd --json
json '[(r["file"], "is not a regular file" in r.get("error", "")) for r in d["receipts"]] == [("first.zkl", False), ("folder.zkl", True), ("link.zkl", False), ("pipe.zkl", True), ("zero.zkl", True)]' \
    'd["accepted"] == 2'
ok "in a folder regular files alone are read"

# The consistency file, from a size and from a receipt.
cd .. || exit 1
run 0 zkp-ledger export --format consistency --from first.zkl -o elsewhere/good.consistency
run 0 zkp-ledger export --format consistency --from "$(sed -n 3p elsewhere/good.consistency)" -o elsewhere/size.consistency
cmp elsewhere/good.consistency elsewhere/size.consistency || fail "a size and the receipt of that size are one checkpoint"
XDG_STATE_HOME=$other run 0 zkp-ledger --ledger copy export --format consistency --from evil.zkl -o elsewhere/evil.consistency
run 1 zkp-ledger export --format consistency --from evil.zkl -o no
says forked
run 0 zkp-ledger export --format consistency --from first.zkl --to second.zkl -o elsewhere/middle.consistency
run 0 zkp-ledger export --format consistency --from second.zkl --to third.zkl -o elsewhere/last.consistency
run 1 zkp-ledger export --format consistency --from first.zkl --to evil.zkl -o no
run 2 zkp-ledger export --format consistency --from second.zkl --to first.zkl -o no
says "nothing to prove"
run 4 zkp-ledger export --format consistency --from first.zkl --to 77 -o no
run 2 zkp-ledger export first --to 3 -o no
run 2 zkp-ledger export --format consistency -o no
run 2 zkp-ledger export --format consistency --from third.zkl -o no
says "nothing to prove"
run 4 zkp-ledger export --format consistency --from 77 -o no
run 2 zkp-ledger export first --from 3 -o no
[ ! -e no ] || fail "something was written"

cd elsewhere || exit 1
verify 0 first.zkl third.zkl --consistency good.consistency
prints "One history"
verify 9 first.zkl second.zkl third.zkl --consistency good.consistency
says "the proof from $(sed -n 3p last.consistency) to "
# The log had grown since the newer receipt: the proof ends where that does.
verify 9 first.zkl second.zkl --consistency good.consistency
says "the proof from $(sed -n 3p last.consistency) to "
verify 0 first.zkl second.zkl --consistency good.consistency --consistency last.consistency --one-log
verify 0 first.zkl second.zkl --consistency middle.consistency --one-log
prints "One history"
verify 0 first.zkl second.zkl third.zkl --consistency good.consistency --consistency last.consistency
cp second.zkl all
verify 9 all --consistency good.consistency
prints "Not shown: one history"
says "does not show that 'second.zkl'"
verify 1 third.zkl first.zkl --consistency evil.consistency # it brings a signed checkpoint itself
verify 1 second.zkl evil2.zkl --consistency evil.consistency
says forked
# A proof that leads nowhere accuses nobody; a false signature is named.
python3 - <<'PYTHON'
lines = open("good.consistency").read().split("\n")
at = lines.index("old " + lines[2])
lines[at + 1] = "A" * 42 + "E="
open("bad.consistency", "w").write("\n".join(lines))
text = open("good.consistency").read()
sig = text.rstrip("\n").rfind(" ") + 20
open("unsigned.consistency", "w").write(text[:sig] + ("A" if text[sig] != "A" else "B") + text[sig + 1:])
open("cut.consistency", "w").write(text[:len(text) // 2])
PYTHON
verify 9 first.zkl third.zkl --consistency bad.consistency
verify 1 first.zkl third.zkl --consistency unsigned.consistency
verify 3 first.zkl third.zkl --consistency cut.consistency
verify 3 first.zkl third.zkl --consistency first.zkl
ok "consistency files: from a size or a receipt; a false one shows nothing"

# Tiles that are damaged, of another log, or not there.
cp -r tiles torn && rm -r torn/tile/0 && mkdir torn/tile/0
verify 4 first.zkl --tiles torn
verify 4 first.zkl --tiles nowhere
cp -r tiles mixed && cp evil-tiles/checkpoint mixed
verify 9 first.zkl second.zkl --tiles mixed
silent_about forked
mkdir foreign && XDG_STATE_HOME=$other new_ledger foreign --name foreign
run 0 zkp-ledger --ledger foreign export --format tlog-tiles -o foreign-tiles
verify 9 first.zkl --tiles foreign-tiles
says "is of log 'foreign"
verify 2 first.zkl third.zkl --data ../d.csv
verify 4 first.zkl third
ok "evidence of no use is said to be"

# An auditor's memory, in his own state folder.
export XDG_STATE_HOME=$work/.auditor
verify 0 second.zkl --remember
prints "the first checkpoint of log"
verify 0 second.zkl --remember --json
json 'd["history"]["remembered"] == 1' 'd["history"]["not_comparable"] == 0' 'd["history"]["one"]'
verify 1 evil.zkl --remember
says "what was verified before"
verify 0 third.zkl --remember # longer, and nothing compares them
prints "not shown to be of one history with 1 of the 1 checkpoint"
verify 9 third.zkl --remember --one-log --json
json 'd["check"] == "history"' 'd["verdict"]["history"]["not_comparable"] == 1' '"not shown to be of one history with 1 of the 2" in d["error"]'
verify 9 first.zkl third.zkl --one-log
prints 'VALID' # the receipts are
verify 0 first.zkl third.zkl --one-log --tiles tiles
verify 2 first.zkl --one-log
verify 0 first.zkl --remember --json # shorter: a log that went back looks the same
json 'd["history"]["not_comparable"] == 2'
verify 0 first.zkl --remember --tiles tiles
prints "of one history with all that was verified before (3 checkpoints"
verify 1 evil2.zkl --remember
mkdir new && cp evil2.zkl new
verify 1 new --remember --tiles evil-tiles
prints "what was verified before"
cp first.zkl third.zkl new && rm new/evil2.zkl
verify 9 new --one-log
verify 0 new --one-log --tiles tiles
verify 0 new --remember --tiles tiles
prints "of one history with all that was verified before"
verify 1 first.zkl --remember --tiles evil-tiles
verify 0 evil2.zkl # only the memory knows
[ ! -e "$XDG_STATE_HOME/zkp-ledger/checkpoints" ] || fail "an auditor's memory is kept apart from that of writers"
run 2 zkp-ledger verify ../first.zkl --ledger ../.zkp-ledger --remember
run 2 zkp-ledger verify ./new/ --ledger ../.zkp-ledger --remember
kept=$(find "$XDG_STATE_HOME/zkp-ledger/seen" -type f -size +0 | sort | head -1)
echo broken >"$kept"
verify 3 first.zkl --remember
rm "$kept" && chmod 777 "$(dirname "$kept")" && echo broken >"$kept"
verify 10 first.zkl --remember
# A receipt that is rejected is compared, and its checkpoint is not remembered.
export XDG_STATE_HOME=$work/.another
mkdir damaged && python3 - <<'PYTHON'
import hashlib
data = bytearray(open("first.zkl", "rb").read()[:-32])
number = lambda at: int.from_bytes(data[at:at + 4], "big")
at = 12 + 4 + number(12) + 8  # behind the entry's envelope and index: its path, then the manifests (docs/formats/receipt.md)
at += 4 + 32 * number(at) + 4
data[at + 4 + number(at) - 1] ^= 1
open("damaged/damaged.zkl", "wb").write(data + hashlib.sha3_256(data).digest())
PYTHON
verify 1 damaged --remember
[ -z "$(find "$XDG_STATE_HOME" -path '*seen*' -type f -size +0)" ] || fail "the checkpoint of a rejected receipt is remembered"
cp third.zkl damaged
verify 1 damaged --remember
verify 0 third.zkl --remember --json
json 'd["history"]["remembered"] == 1'
ok "what was seen of a log is remembered, and another history of it is refused"

cd .. || exit 1
export XDG_STATE_HOME=$work/.state
run 0 zkp-ledger verify first.zkl third.zkl
prints "One history"
run 1 zkp-ledger verify first.zkl evil.zkl
ok "in the ledger itself its own log is the evidence"

# A log key that a receipt shows to have ended counts for no checkpoint behind its end: the copy has it still, as a thief would.
run 0 zkp-ledger keys rotate --role log -q
entry .zkp-ledger late
XDG_STATE_HOME=$other run 0 zkp-ledger --ledger copy revoke evil@1 --reason 'as long as the other one'
XDG_STATE_HOME=$other entry copy thief
XDG_STATE_HOME=$other run 0 zkp-ledger --ledger copy export --format tlog-tiles -o thief-tiles
export XDG_STATE_HOME=$work/.auditor2
verify 0 thief.zkl --remember # nothing shows it
prints VALID
for files in 'thief.zkl late.zkl' 'late.zkl first.zkl thief.zkl'; do
    verify 9 $files --json
    json 'd["check"] == "checkpoint"' 'd["error"].split(": ")[0].endswith("thief.zkl\x27") and "late.zkl\x27 shows its end" in d["error"]'
    silent_about forked
done
verify 0 evil2.zkl late.zkl # below the end: nothing compares them
verify 9 late.zkl --tiles thief-tiles
says "does not show"
verify 5 late.zkl --remember # nor does what was remembered of the thief accuse it; its place is taken
says "the checkpoint is right, and was not remembered"
ok "what a retired log key signed counts for nothing beside a receipt that shows its end"
