#!/usr/bin/env python3
"""Write vectors.json: what several files show together, and lies about it.

Standings, consistency files and tiles beside receipts. It holds the test ledger's keys, so a lie is signed as far as a
dishonest owner could sign it. What each must be refused by is written here by hand, from docs/formats/standing.md and
consistency.md.
"""
import base64
import importlib.util
import json
import pathlib
import re

HERE = pathlib.Path(__file__).resolve().parent
spec = importlib.util.spec_from_file_location("receipt_lies", HERE.parent / "receipts" / "lies.py")
lib = importlib.util.module_from_spec(spec)
spec.loader.exec_module(lib)
lib.HERE = HERE  # where a splice finds the bytes of other files


def key_of(name):
    return lib.Key.seeded((HERE / name).read_bytes()[-64:-32])


SIGNER, LOG, STRANGER = key_of("signer.key"), key_of("log.key"), lib.STRANGER
TRUST = (HERE / "trust.toml").read_text()
NAME = re.search(r'first_log_key = "([^+]*)', TRUST)[1]
KIND = b"application/vnd.zkp-ledger.standing+json"


def read(name):
    return (HERE / name).read_bytes()


def envelope(payload, keys=(SIGNER,), kind=KIND):
    message = b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)
    rows = ",".join(f'{{"keyid":"{k.id}","sig":"{base64.b64encode(k.sign(message)).decode()}"}}' for k in keys)
    return (f'{{"payload":"{base64.b64encode(payload).decode()}","payloadType":"{kind.decode()}",'
            f'"signatures":[{rows}]}}').encode()


def payload_of(name):
    return base64.b64decode(json.loads(read(name))["payload"])


def note(size, root, key=LOG, name=NAME):
    text = f"{name}\n{size}\n{base64.b64encode(root).decode()}\n".encode()
    return text + f"\n— {name} {base64.b64encode(key.verifier_key(name)[1] + key.sign(text)).decode()}\n".encode()


def leaves_of(folder):
    data = next((HERE / folder / "tile/0/000.p").iterdir()).read_bytes()
    return [data[i:i + 32] for i in range(0, len(data), 32)]


def root_of(rows):
    if len(rows) == 1:
        return rows[0]
    k = 1 << (len(rows) - 1).bit_length() - 1
    return lib.sha256(b"\1" + root_of(rows[:k]) + root_of(rows[k:]))


def rows_of(bundle):
    """The entries of a tile of entries, each behind its two bytes of length."""
    rows = []
    while bundle:
        size = 2 + int.from_bytes(bundle[:2], "big")
        rows.append(bundle[:size])
        bundle = bundle[size:]
    return rows


def splices_of(file, old, new):
    if old[:8] == b"zkl/rcpt":
        return lib.splices_of(lib.Receipt(old).parts(), lib.Receipt(new).parts())
    if "/entries/" in file:
        return lib.splices_of(rows_of(old), rows_of(new))
    return lib.inner(0, old, new)


class Cases:
    def __init__(self):
        self.honest, self.bad, self.names = [], [], set()

    def add(self, name, receipts, options, check, code, trust="trust", changed=None, one=None):
        """options: words of the command line; one that names a file or folder here becomes its path. changed: new bytes of files."""
        assert name not in self.names, name
        self.names.add(name)
        case = {"name": name, "receipts": receipts, "options": options, "trust": trust, "check": check, "exit": code}
        if one is not None:
            case["one"] = one
        for file, data in (changed or {}).items():
            old = read(file)
            assert data != old, name
            case.setdefault("changed", {})[file] = splices_of(file, old, data)
        (self.bad if code else self.honest).append(case)


def standings(cases):
    def lie(name, data, code, check="standing", receipt="two.zkl", more=(), trust="trust"):
        cases.add("standing-" + name, [receipt], ["--standing", "new.standing", *more], check, code, trust, {"new.standing": data})

    def said(edit, keys=(SIGNER,)):
        payload = json.loads(payload_of("new.standing"))
        edit(payload)
        return envelope(lib.canonical(payload), keys)

    cases.add("standing-first", ["one.zkl"], ["--standing", "first.standing"], None, 0)
    cases.add("standing-new", ["two.zkl"], ["--standing", "new.standing"], None, 0)
    cases.add("standing-checked", ["new.zkl"], ["--standing", "new.standing", "--tiles", "tiles"], None, 0, one=True)
    cases.add("standing-of-one-of-two", ["two.zkl", "other.zkl"], ["--standing", "new.standing"], None, 0, one=False)
    cases.add("standing-revoked-allowed", ["one.zkl"], ["--standing", "new.standing", "--allow-revoked"], None, 0)
    cases.add("standing-revoked", ["one.zkl"], ["--standing", "new.standing"], "revoked", 1)
    cases.add("revocation-alone", ["revoked.zkl"], [], "revoked", 1)
    cases.add("revocation-allowed", ["revoked.zkl"], ["--allow-revoked"], None, 0)
    cases.add("standing-too-old", ["two.zkl"], ["--standing", "first.standing"], "standing", 9)
    cases.add("standing-too-old-for-the-log", ["one.zkl"], ["--standing", "first.standing", "--tiles", "tiles"], "standing", 9)
    cases.add("standing-of-another-name", ["two.zkl"], ["--standing", "other.standing"], "standing", 9)
    cases.add("standing-of-a-fork", ["two.zkl"], ["--standing", "fork.standing"], "standing", 1)
    cases.add("standing-of-a-fork-at-one-size", ["other.zkl"], ["--standing", "fork.standing"], "history", 1)
    cases.add("standing-of-a-fork-with-its-receipt", ["one.zkl", "new.zkl"], ["--standing", "fork.standing"], "history", 1)
    cases.add("standing-with-tiles-of-a-fork", ["one.zkl"], ["--standing", "new.standing", "--tiles", "fork_tiles", "--allow-revoked"], "history", 1)

    payload = payload_of("new.standing")
    form = {"blank": payload.replace(b'":', b'": ', 1), "order": b"{" + b",".join(re.split(rb',(?="(?:dataset|ledger)":)', payload[1:-1])[::-1]) + b"}",
            "type": payload.replace(b"standing:v1", b"standing:v2"), "twice": payload[:-1] + b',"type":"urn:zkp-ledger:standing:v1"}',
            "cut": payload[:-1], "nothing": b"{}", "float": payload.replace(b'"version":2', b'"version":2.0', 1)}
    for name, data in form.items():
        lie("form-" + name, envelope(data), 3)
    lie("form-entry-type", envelope(payload, kind=b"application/vnd.in-toto+json"), 3, None)
    lie("form-cut-envelope", read("new.standing")[:-1], 3)
    edits = {"further-member": lambda p: p.update(more=1), "no-time": lambda p: p.pop("time"), "no-entries": lambda p: p.update(entries=[]),
             "time-that-does-not-exist": lambda p: p.update(time="2026-02-30T00:00:00.000Z"),
             "name-that-cannot-be": lambda p: p.update(dataset="peo ple"), "short-ledger": lambda p: p.update(ledger=p["ledger"][2:]),
             "checkpoint-of-nothing": lambda p: p.update(checkpoint=""), "first-is-no-notarisation": lambda p: p.update(entries=p["entries"][2:]),
             "entries-swapped": lambda p: p["entries"].reverse(), "entry-twice": lambda p: p["entries"].append(p["entries"][-1]),
             "entry-behind-the-tree": lambda p: p["entries"][-1].update(index=9), "entry-of-no-kind": lambda p: p["entries"][1].update(kind="setup"),
             "reason-of-a-notarisation": lambda p: p["entries"][0].update(reason="x"), "no-reason": lambda p: p["entries"][-1].pop("reason"),
             "version-zero": lambda p: p["entries"][0].update(version=0), "index-negative": lambda p: p["entries"][0].update(index=-1),
             "no-claims": lambda p: p["entries"][0].pop("claims"), "claims-of-numbers": lambda p: p["entries"][0].update(claims=[1]),
             "receipt-upper-case": lambda p: p["entries"][0].update(receipt=p["entries"][0]["receipt"].upper()),
             "reason-empty": lambda p: p["entries"][-1].update(reason=""), "reason-with-nul": lambda p: p["entries"][-1].update(reason="a\0b"),
             "claim-with-nul": lambda p: p["entries"][0]["claims"].append("\0"), "version-of-33-bits": lambda p: p["entries"][0].update(version=2**32),
             "version-of-65-bits": lambda p: p["entries"][0].update(version=2**64 + 1),
             "nested-deep": lambda p: p["entries"][0].update(claims=json.loads("[" * 900 + "]" * 900)),
             "entry-time": lambda p: p["entries"][0].update(time="2026-01-01T00:00:00Z")}
    for name, edit in edits.items():
        lie("form-" + name, said(edit), 3)

    changed = base64.b64encode(payload.replace(b"consent", b"content"))
    lie("change-that-nobody-signed", read("new.standing").replace(base64.b64encode(payload), changed), 1)
    lie("by-a-stranger", envelope(payload, (STRANGER,)), 9)
    lie("by-the-log-key", envelope(payload, (LOG,)), 9)
    lie("by-two", envelope(payload, (SIGNER, STRANGER)), 1)
    lie("of-another-ledger", said(lambda p: p.update(ledger="11" * 32)), 9)
    for name, row in (("signer-until-before", "until = 9"), ("signer-from-later", "from = 10")):
        cases.add("standing-" + name, ["two.zkl"], ["--standing", "new.standing"], "standing" if "until" in row else "entry signature",
                  9 if "until" in row else 1, name)
    lines = json.loads(payload)["checkpoint"]
    root = root_of(leaves_of("tiles"))
    false = lines[:-8] + ("A" if lines[-8] != "A" else "B") + lines[-7:]
    lie("checkpoint-false", said(lambda p: p.update(checkpoint=false)), 1)
    lie("checkpoint-by-a-stranger", said(lambda p: p.update(checkpoint=note(9, root, STRANGER).decode())), 9)
    lie("checkpoint-of-another-log", said(lambda p: p.update(checkpoint=note(9, root, LOG, "elsewhere").decode())), 9)
    lie("checkpoint-of-another-root", said(lambda p: p.update(checkpoint=note(9, b"\7" * 32).decode())), 1, "history", more=["--tiles", "tiles"])
    # The kinds of entries that are about a name. That the log has another entry there is seen with the log alone.
    for kind in ("announce", "disclose", "prove", "provenance"):
        edit = lambda p, k=kind: p["entries"][3].update(kind=k)
        cases.add(f"standing-lists-{kind}", ["two.zkl"], ["--standing", "new.standing"], None, 0, "trust",
                  None if kind == "provenance" else {"new.standing": said(edit)})

    # What the owner signs of the receipt's own entry, and of others: these are seen with the log alone.
    own = {"index": 3, "version": 1, "receipt": "11" * 32, "kind": "prove"}
    for member, value in own.items():
        edit = lambda p, m=member, v=value: p["entries"][1].update({m: v})
        lie("own-" + member, said(edit), 1)
    tiles = ["--tiles", "tiles"]
    for number, members in enumerate([{"claims": ["cells(*)", "sum(age)"], "index": 1, "receipt": "11" * 32, "time": "2026-01-01T00:00:00.000Z", "version": 7},
                                      {"claims": []}, {"kind": "provenance", "claims": ["x"], "receipt": "11" * 32, "version": 1}, {"kind": "disclose", "version": 1},
                                      {"reason": "another", "version": 2, "receipt": "11" * 32}]):
        for member, value in members.items():
            edit = lambda p, n=number, m=member, v=value: p["entries"][n].update({m: v})
            revoked = (number, member) == (4, "version")
            if number != 1:
                cases.add(f"standing-word-{number}-{member}", ["new.zkl"], ["--standing", "new.standing"], "revoked" if revoked else None,
                          int(revoked), "trust", {"new.standing": said(edit)})
            cases.add(f"standing-checked-{number}-{member}", ["new.zkl"], ["--standing", "new.standing", *tiles], "standing", 1, "trust",
                      {"new.standing": said(edit)})
    for number in (2, 3, 4):
        edit = lambda p, n=number: p["entries"].pop(n)
        cases.add(f"standing-hides-{number}", ["new.zkl"], ["--standing", "new.standing", *tiles], "standing", 1, "trust", {"new.standing": said(edit)})
    cases.add("standing-hides-a-revocation", ["one.zkl"], ["--standing", "new.standing", *tiles], "standing", 1, "trust",
              {"new.standing": said(lambda p: p["entries"].pop())})

    def invent(p):
        p["entries"].insert(1, {"claims": [], "index": 3, "kind": "notarise", "receipt": "22" * 32, "time": p["time"], "version": 2})

    cases.add("standing-invents", ["new.zkl"], ["--standing", "new.standing", *tiles], "standing", 1, "trust", {"new.standing": said(invent)})


def compared(cases):
    """A standing's checkpoint is of the histories that are compared, as a receipt's is; and tiles behind it are the log's."""
    leaves, two = leaves_of("tiles"), ["--consistency", "two.consistency"]

    def at(size, root=None, name="new.standing"):
        """The standing as it would have been with so many entries."""
        payload = json.loads(payload_of(name))
        payload["entries"] = [e for e in payload["entries"] if e["index"] < size]
        payload["checkpoint"] = note(size, root or root_of(leaves[:size])).decode()
        return {name: envelope(lib.canonical(payload))}

    standing = ["--standing", "new.standing"]
    cases.add("compared-standing", ["two.zkl"], [*standing, *two], None, 0, changed=at(5), one=True)
    cases.add("compared-standing-of-one-tree", ["two.zkl"], standing, None, 0, changed=at(5), one=True)
    cases.add("compared-standing-is-not-shown", ["two.zkl"], [*standing, *two], "history", 9, changed=at(7))
    cases.add("compared-standing-of-a-fork-by-consistency", ["one.zkl"], [*standing, *two], "history", 1, changed=at(5, b"\7" * 32))
    cases.add("compared-standing-of-a-fork-by-tiles", ["one.zkl"], [*standing, "--tiles", "tiles"], "history", 1, changed=at(5, b"\7" * 32))
    cases.add("compared-standing-of-a-fork-by-a-receipt", ["one.zkl", "two.zkl"], standing, "history", 1, changed=at(5, b"\7" * 32))

    # Behind the standing of `other` nothing is about that name. Tiles in which it could have been replaced show nothing.
    bundle = next((HERE / "tiles/tile/entries/000.p").iterdir())
    file = str(bundle.relative_to(HERE))
    rows = rows_of(bundle.read_bytes())

    def with_rows(rows):
        return {file: b"".join(rows)}

    standing = ["--standing", "other.standing", "--tiles", "tiles"]
    before = at(5, name="other.standing")
    checkpoint = read("tiles/checkpoint")
    cases.add("tiles-behind-a-standing", ["other.zkl"], ["--standing", "other.standing", "--tiles", "tiles"], None, 0, one=True)
    older = ["two.zkl", "other.zkl"]
    cases.add("tiles-behind-an-older-standing", older, standing, None, 0, changed=before, one=True)
    cases.add("tiles-with-a-version-behind", ["two.zkl"], ["--standing", "new.standing", "--tiles", "tiles"], "standing", 9, changed=at(5))
    cases.add("tiles-with-other-entries-behind", older, standing, "standing", 9, changed=before | with_rows(rows[:5] + rows[5:6] * 4))
    cases.add("tiles-with-entries-swapped-behind", older, standing, "standing", 9, changed=before | with_rows(rows[:7] + rows[:6:-1]))
    cases.add("tiles-that-nobody-signed-behind", older, standing, "standing", 9,
              changed=before | {"tiles/checkpoint": note(9, root_of(leaves), STRANGER)})
    cases.add("tiles-of-another-root-that-nobody-signed", older, standing, "history", 9,
              changed=before | {"tiles/checkpoint": note(9, b"\7" * 32, STRANGER)})
    cases.add("tiles-of-no-tree", ["other.zkl"], standing, "standing", 9, changed={"tiles/checkpoint": note(0, lib.sha256(b""))})
    cases.add("tiles-with-an-empty-entry", ["other.zkl"], standing, None, 3, changed=with_rows(rows[:8] + [bytes(2)]))
    cases.add("tiles-that-are-cut", ["other.zkl"], standing, None, 3, changed=with_rows(rows[:8]))
    cases.add("tiles-with-more-than-their-tree", ["other.zkl"], standing, None, 0, changed=with_rows(rows + [bytes(2)]))
    assert checkpoint.split(b"\n")[1] == b"9" and len(rows) == 9


def ended(cases):
    """One receipt shows the end of the log key that another one's checkpoint rests on."""
    new = lib.Key.seeded(b"\3" * 32)

    def rotated(name, size):
        receipt = lib.Receipt(read(name))
        at = receipt.entry.index - 1
        assert at not in [entry.index for entry in receipt.others]
        ledger = receipt.entry.payload["predicate"]["ledger"]
        receipt.others.append(lib.key_entry(at, "log", new, LOG.id, ledger, (LOG, new)))
        receipt.others.sort(key=lambda entry: entry.index)
        receipt.relog([(new, 1)], size)
        return b"".join(receipt.parts())

    def relogged(name, size):
        receipt = lib.Receipt(read(name))
        receipt.relog([(LOG, 1)], size)
        return b"".join(receipt.parts())

    def renamed(name, size, at):
        """By a key that the ended one names."""
        receipt, other = lib.Receipt(read(name)), lib.Key.seeded(b"\5" * 32)
        receipt.others.append(lib.key_entry(at, "log", other, LOG.id, receipt.entry.payload["predicate"]["ledger"], (LOG, other)))
        receipt.relog([(other, 1)], size)
        return b"".join(receipt.parts())

    shows = {"two.zkl": rotated("two.zkl", 9)}
    cases.add("log-key-rotated", ["two.zkl"], [], None, 0, changed=shows)
    for name, size, code in (("before", 3, 0), ("at", 4, 0), ("behind", 5, 9), ("at-one-size", 9, 9), ("long-behind", 20, 9)):
        changed = shows | ({"one.zkl": relogged("one.zkl", size)} if size > 3 else {})
        for order in (["one.zkl", "two.zkl"], ["two.zkl", "one.zkl"]):
            cases.add(f"log-key-ended-{name}-{order[0][:3]}-first", order, [], "checkpoint" if code else None, code, changed=changed,
                      one=None if code else False)
    changed = shows | {"one.zkl": renamed("one.zkl", 20, 10)}
    cases.add("log-key-ended-names-another-alone", ["one.zkl"], [], None, 0, changed={"one.zkl": changed["one.zkl"]})
    cases.add("log-key-ended-names-another", ["one.zkl", "two.zkl"], [], "checkpoint", 9, changed=changed)


def consistency(cases):
    def show(name, receipts, options, code, check="history", one=None, changed=None, trust="trust"):
        cases.add("history-" + name, receipts, options, check if code else None, code, trust, changed, one)

    good = ["--consistency", "one.consistency"]
    show("no-evidence", ["one.zkl", "new.zkl"], [], 0, one=False)
    show("one-size", ["new.zkl", "other.zkl"], [], 0, one=True)
    show("consistency", ["one.zkl", "new.zkl"], good, 0, one=True)
    show("consistency-of-one", ["new.zkl"], good, 0, one=True)
    show("two-files", ["one.zkl", "two.zkl", "new.zkl"], [*good, "--consistency", "two.consistency"], 0, one=True)
    show("tiles", ["one.zkl", "two.zkl", "new.zkl"], ["--tiles", "tiles"], 0, one=True)
    show("tiles-of-a-fork-before-it", ["one.zkl"], ["--tiles", "fork_tiles"], 0, one=True)
    show("one-is-not-shown", ["one.zkl", "two.zkl", "new.zkl"], good, 9)
    show("between-is-not-shown", ["two.zkl"], good, 9)
    show("common-beginning-alone", ["two.zkl", "fork.zkl"], [], 1)
    show("fork", ["two.zkl", "fork.zkl"], ["--tiles", "tiles"], 1)
    show("fork-by-tiles", ["fork.zkl"], ["--tiles", "tiles"], 1)
    show("fork-by-other-tiles", ["two.zkl"], ["--tiles", "fork_tiles"], 1)
    show("fork-by-consistency", ["fork.zkl", "new.zkl"], ["--consistency", "two.consistency"], 1)
    show("fork-by-the-newer-checkpoint", ["new.zkl"], ["--consistency", "fork.consistency"], 1)
    show("no-tiles", ["one.zkl"], ["--tiles", "nowhere"], 4, check=None)

    text = read("two.consistency").decode()
    older, rest = text[len("zkp-ledger consistency v1\n"):].split("\n\nold ")
    older += "\n"
    size, newer = rest.split("\n", 1)
    path, newer = newer.split("\n\n", 1)
    hashes = path.split("\n")

    def made(head="zkp-ledger consistency v1\n", old=older, number=size, lines=hashes, new=newer):
        return (head + old + "\nold " + number + "\n" + "".join(line + "\n" for line in lines) + "\n" + new).encode()

    assert made().decode() == text
    receipts, option = ["two.zkl", "new.zkl"], ["--consistency", "two.consistency"]

    def lie(name, data, code, check="history", receipts=tuple(receipts), trust="trust"):
        show(name, list(receipts), option, code, check, None, {"two.consistency": data}, trust)

    other = base64.b64encode(b"\7" * 32).decode()
    for i in range(len(hashes)):
        lie(f"hash-{i}", made(lines=hashes[:i] + [other] + hashes[i + 1:]), 9)
        lie(f"hash-{i}-left-out", made(lines=hashes[:i] + hashes[i + 1:]), 9)
    lie("hash-too-many", made(lines=hashes + [other]), 9)
    lie("hash-too-many-first", made(lines=[other] + hashes), 9)
    lie("hashes-swapped", made(lines=hashes[::-1]), 9)
    lie("no-hashes", made(lines=[]), 9)
    leaves, rows = leaves_of("tiles"), (read("two.zkl"), read("new.zkl"))
    roots = [base64.b64decode(lib_note(data).split(b"\n")[2]) for data in rows]
    assert roots == [root_of(leaves[:5]), root_of(leaves)]
    lie("older-by-a-stranger", made(old=note(5, roots[0], STRANGER).decode()), 0)
    lie("newer-by-a-stranger", made(new=note(9, roots[1], STRANGER).decode()), 0)
    lie("older-of-another-root", made(old=note(5, b"\7" * 32).decode()), 1)
    lie("older-of-another-root-by-a-stranger", made(old=note(5, b"\7" * 32, STRANGER).decode()), 9)
    lie("newer-of-another-root", made(new=note(9, b"\7" * 32).decode()), 1)
    lie("newer-of-another-root-by-a-stranger", made(new=note(9, b"\7" * 32, STRANGER).decode()), 9)
    lie("older-of-another-size", made(old=note(4, roots[0]).decode(), number="4"), 9)
    lie("newer-of-another-size", made(new=note(10, roots[1]).decode()), 9)
    lie("of-another-log", made(old=note(5, roots[0], LOG, "elsewhere").decode(), new=note(9, roots[1], LOG, "elsewhere").decode()), 9)

    def false(lines):
        return lines[:-8] + ("A" if lines[-8] != "A" else "B") + lines[-7:]

    lie("older-false-signature", made(old=false(older)), 1)
    lie("newer-false-signature", made(new=false(newer)), 1)
    # The older checkpoint is nobody's, but the proof leads to a signed one: whoever signed another root at that size forked.
    cases.add("history-fork-shown-by-a-proof", ["fork.zkl"], option, "history", 1, "trust",
              {"two.consistency": made(old=note(5, roots[0], STRANGER).decode())})
    cases.add("history-fork-by-nobody", ["fork.zkl"], option, "history", 9, "trust",
              {"two.consistency": made(old=note(5, roots[0], STRANGER).decode(), new=note(9, roots[1], STRANGER).decode())})
    rows = {"head": made(head="zkp-ledger consistency v2\n"), "cut": text.encode()[:300], "size": made(number="4"), "size-zero": made(number="05"),
            "blank-behind": (text + "\n").encode(), "hash-short": made(lines=["AAAA"] + hashes[1:]), "hash-unpadded": made(lines=[hashes[0][:-1]] + hashes[1:]),
            "two-logs": made(new=note(9, roots[1], LOG, "elsewhere").decode()), "no-newer": made(new=""), "crlf": text.replace("\n", "\r\n").encode(),
            "newer-is-no-newer": made(new=older), "too-many-hashes": made(lines=[other] * 64), "no-blank": made().replace(b"\n\nold", b"\nold")}
    for name, data in rows.items():
        lie("form-" + name, data, 3, None)


def lib_note(data):
    return lib.Receipt(data).note


def trusts():
    body = TRUST[:TRUST.index("[[signer]]")]
    signer = TRUST[TRUST.index("[[signer]]"):]
    return {"trust": TRUST, "signer-until-before": body + signer + "until = 9\n", "signer-from-later": body + signer.replace("from = 1", "from = 10")}


def main():
    cases = Cases()
    standings(cases)
    compared(cases)
    ended(cases)
    consistency(cases)
    with open(HERE / "vectors.json", "w", encoding="utf-8") as out:
        out.write('{"trusts": ' + json.dumps(trusts(), indent=1) + ',\n')
        for part, rows in (("honest", cases.honest), ("bad", cases.bad)):
            out.write(f'"{part}": [\n' + ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows) + "]")
            out.write(",\n" if part == "honest" else "}\n")
    print(f"{len(cases.honest)} honest ones, {len(cases.bad)} lies")


if __name__ == "__main__":
    main()
