#!/usr/bin/env python3
"""Write vectors.json: the honest receipts beside this file, and lies about them, as splices.

It holds the test ledger's keys (signer.key, log.key), so a lie gets as far as its owner could take it: an entry that is
changed is signed anew, the tree is built anew over it, and the checkpoint is signed. What each lie must be refused by is
written here by hand, from the documents; where these left it open the program decided, and the page was mended.
"""
import base64
import difflib
import hashlib
import json
import pathlib
import re
import sys

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa

HERE = pathlib.Path(__file__).resolve().parent
ED25519_DER = bytes.fromhex("302a300506032b6570032100")
R = 0x73EDA753299D7D483339D80809A1D80553BDA402FFFE5BFEFFFFFFFF00000001
P = 0x1A0111EA397FE69A4B1BA7B6434BACD764774B84F38512BF6730D2A0F6B0F6241EABFFFEB153FFFFB9FEFFFFFFFFAAAB
G1 = bytes.fromhex("97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb")
G2 = bytes.fromhex("93e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e"
                   "024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8")


def sha256(data):
    return hashlib.sha256(data).digest()


def sha3(data):
    return hashlib.sha3_256(data).digest()


def u32(number):
    return number.to_bytes(4, "big")


def field(data):
    return u32(len(data)) + data


class Key:
    """An Ed25519 or P-256 key, with its SubjectPublicKeyInfo and key id."""

    def __init__(self, secret):
        self.secret = secret
        self.der = secret.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        self.id = sha256(self.der).hex()

    @classmethod
    def seeded(cls, seed):
        return cls(ed25519.Ed25519PrivateKey.from_private_bytes(seed))

    @classmethod
    def of_file(cls, name):
        data = (HERE / name).read_bytes()
        return cls.seeded(data[-64:-32])

    def sign(self, message):
        if self.der[:12] == ED25519_DER:
            return self.secret.sign(message)
        return self.secret.sign(message, ec.ECDSA(hashes.SHA256()))

    def verifier_key(self, name, kind=1):
        data = bytes([kind]) + self.der[12:]
        number = sha256(name.encode() + b"\n" + data)[:4]
        return f"{name}+{number.hex()}+{base64.b64encode(data).decode()}", number


class MlDsaKey:
    """A witness's key of ML-DSA-44 (checkpoint.md)."""

    def __init__(self, seed, size=2420):
        self.secret, self.size = mldsa.MLDSA44PrivateKey.from_seed_bytes(seed), size

    def verifier_key(self, name, kind=6):
        data = bytes([kind]) + self.secret.public_key().public_bytes_raw()
        number = sha256(name.encode() + b"\n" + data)[:4]
        return f"{name}+{number.hex()}+{base64.b64encode(data).decode()}", number

    def cosign(self, name, time, text):
        origin, size, root = text.decode().splitlines()
        message = b"subtree/v1\n\0" + bytes([len(name)]) + name.encode() + time + bytes([len(origin)]) + origin.encode()
        return self.secret.sign(message + bytes(8) + int(size).to_bytes(8, "big") + base64.b64decode(root))[:self.size]


SIGNER, LOG = Key.of_file("signer.key"), Key.of_file("log.key")
STRANGER, WITNESS = Key.seeded(b"\1" * 32), Key.seeded(b"\2" * 32)
ML_DSA, ML_DSA_CUT = MlDsaKey(b"\4" * 32), MlDsaKey(b"\4" * 32, 64)
P256 = Key(ec.derive_private_key(7, ec.SECP256R1()))


def canonical(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


class Entry:
    def __init__(self, envelope, index, path):
        self.envelope, self.index, self.path = envelope, index, path
        self.payload = json.loads(base64.b64decode(json.loads(envelope)["payload"]))

    def change(self, edit, keys=(SIGNER,)):
        """Edit the payload and sign it anew."""
        edit(self.payload)
        self.sign(canonical(self.payload), keys)

    def sign(self, payload, keys=(SIGNER,)):
        kind = b"application/vnd.in-toto+json"
        message = b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)
        rows = ",".join(f'{{"keyid":"{k.id}","sig":"{base64.b64encode(k.sign(message)).decode()}"}}' for k in keys)
        self.envelope = (f'{{"payload":"{base64.b64encode(payload).decode()}","payloadType":"{kind.decode()}",'
                         f'"signatures":[{rows}]}}').encode()

    def parts(self):
        payload, middle, rest = self.envelope.partition(b'","payloadType"')
        return [u32(len(self.envelope)), payload, middle + rest, self.index.to_bytes(8, "big"), u32(len(self.path)), *self.path]


class Receipt:
    """A receipt in its parts, which may be changed, and put together again."""

    def __init__(self, data):
        self.data, self.at = data, 12
        self.head = data[:12]
        self.entry = self.read_entry()
        self.manifests = [self.read_field() for _ in range(self.number())]
        self.powers = [self.take(size) for size in (48, 96, 96)]
        self.keys = [(self.read_field(), self.take(432)) for _ in range(self.number())]
        self.statements = [[self.read_field(), self.read_field()] for _ in range(self.number())]
        self.others = [self.read_entry() for _ in range(self.number())]
        self.note = self.read_field()
        self.tokens = [self.read_field() for _ in range(self.number())] if data[11] == 2 else None
        assert self.at == len(data) - 32

    def take(self, size):
        self.at += size
        return self.data[self.at - size:self.at]

    def number(self):
        return int.from_bytes(self.take(4), "big")

    def read_field(self):
        return self.take(self.number())

    def read_entry(self):
        envelope = self.read_field()
        return Entry(envelope, int.from_bytes(self.take(8), "big"), [self.take(32) for _ in range(self.number())])

    def parts(self):
        out = [self.head, *self.entry.parts(), u32(len(self.manifests)), *map(field, self.manifests), *self.powers]
        out += [u32(len(self.keys))] + [field(name) + key for name, key in self.keys]
        out += [u32(len(self.statements))] + [field(part) for pair in self.statements for part in pair]
        out += [u32(len(self.others))] + [part for entry in self.others for part in entry.parts()]
        out += [field(self.note)]
        if self.tokens is not None:
            out += [u32(len(self.tokens))] + [field(token) for token in self.tokens]
        return out + [sha3(b"".join(out))]

    def note_lines(self, size, root, signers):
        name = self.note.split(b"\n")[0].decode()
        text = f"{name}\n{size}\n{base64.b64encode(root).decode()}\n".encode()
        lines = b""
        for key, kind in signers:
            own = name if kind == 1 else "witness.example"
            number = key.verifier_key(own, kind)[1]
            time = (1767225600).to_bytes(8, "big")
            if kind == 1:
                signature = key.sign(text)
            elif kind == 4:
                signature = time + key.sign(b"cosignature/v1\ntime 1767225600\n" + text)
            else:
                signature = time + key.cosign(own, time, text)
            lines += f"— {own} {base64.b64encode(number + signature).decode()}\n".encode()
        return text + b"\n" + lines

    def relog(self, signers=((LOG, 1),), size=None):
        """Build the tree anew over the entries (all others of the log are fillers), and sign its checkpoint."""
        size = int(self.note.split(b"\n")[1]) if size is None else size
        leaves = [sha256(b"filler %d" % i) for i in range(size)]
        for entry in [self.entry] + self.others:
            leaves[entry.index] = sha256(b"\0" + entry.envelope)

        def root(rows):
            if len(rows) == 1:
                return rows[0]
            k = 1 << (len(rows) - 1).bit_length() - 1
            return sha256(b"\1" + root(rows[:k]) + root(rows[k:]))

        def path(rows, index):
            if len(rows) == 1:
                return []
            k = 1 << (len(rows) - 1).bit_length() - 1
            if index < k:
                return path(rows[:k], index) + [root(rows[k:])]
            return path(rows[k:], index - k) + [root(rows[:k])]

        for entry in [self.entry] + self.others:
            entry.path = path(leaves, entry.index)
        self.note = self.note_lines(size, root(leaves), signers)

    def say(self, number):
        """Have the entry name statement and proof of this number as they are now."""
        said = self.entry.payload["predicate"]["statements"][number]
        whole = self.whole(self.statements[number][0])
        said["statement"], said["proof"] = sha256(whole).hex(), sha256(self.statements[number][1]).hex()
        said["t0"] = (int.from_bytes(hashlib.sha3_512(b"zkl/v1/t0\0" + whole).digest(), "big") % R).to_bytes(32, "big").hex()

    def whole(self, compact):
        """The statement with the blocks of its source tables put back (G1 for those that no manifest has)."""
        statement, points, given = Statement(compact), [], 0
        blocks = {hashlib.sha3_256(m).digest(): blocks_of(m) for m in self.manifests}
        for table in statement.tables:
            chunks = min((table["rows"] + 65535) // 65536, 64)
            for chunk, index, limb in [(c, i, k) for c in range(chunks) for _, i, n in table["columns"] for k in range(n)]:
                if index == 2**32 - 1:
                    points.append(statement.points[0][given] if given < len(statement.points[0]) else G1)
                    given += 1
                else:
                    points.append(blocks.get(table["dataset"], {}).get((table["first"] // 65536 + chunk, index, limb), G1))
        statement.points[0] = points
        return statement.bytes()


def blocks_of(manifest):
    """Blocks by chunk, number of the column, and limb."""
    sys.path.insert(0, str(HERE.parents[2] / "tools"))
    import zkl_verify
    return zkl_verify.Manifest(manifest).blocks


class Statement:
    """A compact statement in its parts."""

    def __init__(self, data):
        self.data, self.at = data, 0
        self.magic, self.ledger, self.circuit, self.key, self.powers = (self.read_field() for _ in range(5))
        self.claims = []
        for _ in range(self.number()):
            body = self.read_field()
            kind, _, params = body.partition(b"\0")
            self.claims.append({"kind": kind, "params": [params[i:i + 32] for i in range(0, len(params), 32)],
                                "tables": [self.number() for _ in range(self.number())]})
        self.tables = [self.read_table() for _ in range(self.number())]
        self.points = [[self.take(48) for _ in range(self.number())] for _ in range(3)]

    take, number, read_field = Receipt.take, Receipt.number, Receipt.read_field

    def read_table(self):
        return {"dataset": self.read_field(), "first": int.from_bytes(self.take(8), "big"),
                "rows": int.from_bytes(self.take(8), "big"),
                "columns": [[self.read_field(), self.number(), self.number()] for _ in range(self.number())],
                "hashes": [self.read_field() for _ in range(3)]}

    def bytes(self):
        out = b"".join(map(field, (self.magic, self.ledger, self.circuit, self.key, self.powers))) + u32(len(self.claims))
        for claim in self.claims:
            out += field(claim["kind"] + b"\0" + b"".join(claim["params"])) + u32(len(claim["tables"]))
            out += b"".join(map(u32, claim["tables"]))
        out += u32(len(self.tables))
        for t in self.tables:
            out += field(t["dataset"]) + t["first"].to_bytes(8, "big") + t["rows"].to_bytes(8, "big") + u32(len(t["columns"]))
            out += b"".join(field(role) + u32(index) + u32(limbs) for role, index, limbs in t["columns"])
            out += b"".join(map(field, t["hashes"]))
        return out + b"".join(u32(len(points)) + b"".join(points) for points in self.points)


# --------------------------------------------------------------------------------------------------------------- splices


def splices_of(old, new):
    """Splices from the parts of one receipt to those of another."""
    out, at = [], [0]
    for part in old:
        at.append(at[-1] + len(part))
    for tag, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        if tag == "replace" and b - a == d - c:
            for i in range(b - a):
                put = put_of(new[c + i])
                if isinstance(put, list):
                    out.append([at[a + i], len(old[a + i]), put])
                else:
                    out += inner(at[a + i], old[a + i], new[c + i])
        else:
            puts = [put_of(part) for part in new[c:d]] or [""]
            out += [[at[a], at[b] - at[a], puts[0]]] + [[at[b], 0, put] for put in puts[1:]]
    return out


def put_of(data):
    """Hex, or where an honest file has these bytes."""
    if len(data) > 256:
        for name in sorted(f.name for f in HERE.glob("*.zkl")):
            at = (HERE / name).read_bytes().find(data)
            if at >= 0:
                return [name, at, len(data)]
    return data.hex()


def inner(at, old, new):
    if len(old) != len(new):
        start = next((i for i, (x, y) in enumerate(zip(old, new)) if x != y), min(len(old), len(new)))
        end = next((i for i, (x, y) in enumerate(zip(old[start:][::-1], new[start:][::-1])) if x != y),
                   min(len(old), len(new)) - start)
        return [[at + start, len(old) - end - start, new[start:len(new) - end].hex()]]
    out, i = [], 0
    while i < len(old):
        if old[i] == new[i]:
            i += 1
            continue
        start, end = i, i + 1
        while i < len(old) and i - end < 8:
            if old[i] != new[i]:
                end = i + 1
            i += 1
        out.append([at + start, end - start, new[start:end].hex()])
    return out


def file_parts(data):
    """Parts of a disclosure or lineage, for splices: fields as far as they can be told."""
    out, at = [data[:12]], 12
    end = len(data) - 32
    while at + 4 <= end:
        size = int.from_bytes(data[at:at + 4], "big")
        size = size if at + 4 + size <= end else 0
        out += [data[at:at + 4], data[at + 4:at + 4 + size]]
        at += 4 + size
        if data[:8] == b"zkl/lnge" and len(out) == 3:
            out.append(data[at:at + 8])
            at += 8
    return out + [data[at:end], data[max(at, end):]]


class Lies:
    def __init__(self, trusts):
        self.out, self.trusts, self.names = [], trusts, set()

    def add(self, name, base, new, check, code, trust="trust"):
        """new: parts of the bad file, or its bytes."""
        data = (HERE / base).read_bytes()
        if isinstance(new, bytes) and data.startswith(new):
            splices = [[len(new), len(data) - len(new), ""]]
        elif isinstance(new, bytes):
            splices = splices_of(file_parts(data), file_parts(new)) if data[:8] != b"zkl/rcpt" else inner(0, data, new)
        else:
            splices = splices_of(Receipt(data).parts(), new)
        made = b"".join(new) if not isinstance(new, bytes) else new
        assert made != data or trust != "trust", name
        assert name not in self.names, name
        self.names.add(name)
        self.out.append({"name": name, "base": base, "trust": trust, "check": check, "exit": code, "splices": splices})

    def lie(self, name, base, edit, check, code, trust="trust", sign=False):
        """edit(receipt) changes parts; sign: False, or the entry is signed anew and the log built anew."""
        receipt = Receipt((HERE / base).read_bytes())
        edit(receipt)
        if sign:
            receipt.entry.change(lambda payload: None)
            receipt.relog()
        self.add(name, base, receipt.parts(), check, code, trust)


def flip(data, at, bit=1):
    return data[:at] + bytes([data[at] ^ bit]) + data[at + 1:]


# ------------------------------------------------------------------------------------------------------------------ form


def lies_form(lies):
    data = (HERE / "tiny.zkl").read_bytes()
    for size in (0, 7, 11, 12, 43, 44, 600, len(data) // 2, len(data) - 33, len(data) - 1):
        lies.add(f"cut-{size}", "tiny.zkl", data[:size], "form", 3)
    for at in (0, 3, 13, 700, len(data) - 40, len(data) - 1):
        lies.add(f"damaged-{at}", "tiny.zkl", flip(data, at), "form", 3)
    lies.add("longer", "tiny.zkl", data + b"\0", "form", 3)

    def sealed(body):
        return body + sha3(body)

    lies.add("longer-sealed", "tiny.zkl", sealed(data[:-32] + b"\0"), "form", 3)
    lies.add("cut-sealed", "tiny.zkl", sealed(data[:-33]), "form", 3)
    for version in (0, 9):
        lies.add(f"version-{version}", "tiny.zkl", sealed(data[:8] + u32(version) + data[12:-32]), "form", 8)
    lies.add("no-receipt", "tiny.zkl", sealed(b"zkl/rcpu" + data[8:-32]), "form", 3)

    lists = {"manifests": 64, "keys": 64, "statements": 16640, "entries": 4096}
    receipt = Receipt(data)
    parts, at, places = receipt.parts(), 0, {}
    for i, part in enumerate(parts):
        places[i] = at
        at += len(part)
    where = {"manifests": 6 + len(receipt.entry.path)}
    where["keys"] = where["manifests"] + 1 + len(receipt.manifests) + 3
    where["statements"] = where["keys"] + 1 + len(receipt.keys)
    where["entries"] = where["statements"] + 1 + 2 * len(receipt.statements)
    for name, most in lists.items():
        at = places[where[name]]
        lies.add(f"{name}-over-the-limit", "tiny.zkl", sealed(data[:at] + u32(most + 1) + data[at + 4:-32]), "form", 3)
        lies.add(f"{name}-huge", "tiny.zkl", sealed(data[:at] + u32(2**32 - 1) + data[at + 4:-32]), "form", 3)

    def swap_others(r):
        r.others[0], r.others[1] = r.others[1], r.others[0]

    def twice(r):
        r.others.insert(1, r.others[0])

    lies.lie("entries-swapped", "tiny.zkl", swap_others, "form", 3)
    lies.lie("entry-twice", "tiny.zkl", twice, "form", 3)
    lies.lie("entry-among-the-others", "tiny.zkl", lambda r: r.others.append(r.entry), "form", 3)
    lies.lie("no-manifest", "tiny.zkl", lambda r: r.manifests.clear(), "form", 3)

    def payload(edit):
        def change(r):
            r.entry.sign(edit(canonical(r.entry.payload)))
            r.relog()
        return change

    rows = {"blank": lambda p: p.replace(b'":', b'": ', 1), "float": lambda p: p.replace(b'"nulls":1', b'"nulls":1.0', 1),
            "escape": lambda p: p.replace(b"cells", b"c\\u0065lls", 1), "newline": lambda p: p + b"\n",
            "twice": lambda p: p.replace(b'"kind":"notarise",', b'"kind":"notarise","kind":"notarise",', 1),
            "order": lambda p: p.replace(b'"circuit":"F20","claims":', b'"claims":"F20","circuit":', 1),
            "not-utf-8": lambda p: p.replace(b"cells", b"cell\xff", 1), "solidus": lambda p: p.replace(b"https://", b"https:\\/\\/"),
            "cut": lambda p: p[:-1], "exponent": lambda p: p.replace(b'"nulls":1', b'"nulls":1e0', 1),
            "minus-zero": lambda p: p.replace(b'"nulls":1', b'"nulls":-0', 1), "comment": lambda p: p + b"//"}
    for name, edit in rows.items():
        lies.lie(f"payload-{name}", "tiny.zkl", payload(edit), "form", 3)

    def member(edit):
        def change(r):
            r.entry.change(edit)
            r.relog()
        return change

    def put(*path, value=None):
        def edit(p):
            for step in path[:-1]:
                p = p[step]
            if value is None:
                del p[path[-1]]
            else:
                p[path[-1]] = value
        return edit

    rows = {"type": put("_type", value="https://in-toto.io/Statement/v0.1"), "predicate-type": put("predicateType", value="urn:x"),
            "further-member": put("more", value=1), "further-predicate-member": put("predicate", "more", value=1),
            "no-time": put("predicate", "time"), "time-before-1970": put("predicate", "time", value="1969-12-31T23:59:59.999Z"),
            "february-30": put("predicate", "time", value="2026-02-30T00:00:00.000Z"),
            "leap-second": put("predicate", "time", value="2016-12-31T23:59:60.000Z"),
            "time-without-millis": put("predicate", "time", value="2026-02-03T00:00:00Z"),
            "parents": put("predicate", "parents", value=["00" * 32]), "no-subject": put("subject", value=[]),
            "name-with-blank": put("subject", 0, "name", value="ti ny@1"), "version-zero": put("subject", 0, "name", value="tiny@0"),
            "version-01": put("subject", 0, "name", value="tiny@01"), "name-without-version": put("subject", 0, "name", value="tiny"),
            "name-with-dot-first": put("subject", 0, "name", value=".tiny@1"), "upper-case-hash":
            lambda p: p["predicate"]["statements"][0].update(t0=p["predicate"]["statements"][0]["t0"].upper()),
            "short-hash": lambda p: p["predicate"]["statements"][0].update(t0=p["predicate"]["statements"][0]["t0"][2:]),
            "no-statements": put("predicate", "statements", value=[]), "no-claims": put("predicate", "statements", 0, "claims", value=[]),
            "statement-twice": lambda p: p["predicate"]["statements"].append(p["predicate"]["statements"][0]),
            "no-sha256": put("subject", 0, "digest", "sha256"), "kind-of-another": put("predicate", "kind", value="prove")}
    for name, edit in rows.items():
        lies.lie(f"member-{name}", "tiny.zkl", member(edit), "form", 3)

    def envelope(edit):
        def change(r):
            r.entry.envelope = edit(r.entry.envelope)
            r.relog()
        return change

    def signatures(r):
        r.entry.sign(canonical(r.entry.payload), [SIGNER] + [Key.seeded(bytes([i]) * 32) for i in range(3, 11)])
        r.relog()

    rows = {"blank": lambda e: e.replace(b":", b": ", 1), "upper-case-key-id": lambda e: e.replace(SIGNER.id.encode(), SIGNER.id.upper().encode()),
            "another-type": lambda e: e.replace(b"vnd.in-toto+json", b"vnd.in-toto+jsom"), "no-padding": lambda e: e.replace(b'=="}]}', b'"}]}'),
            "stray-bits": lambda e: re.sub(rb'(.)=="}\]}$', lambda m: chr(m[1][0] + 1).encode() + b'=="}]}', e),
            "no-signatures": lambda e: re.sub(rb'"signatures":\[.*\]', b'"signatures":[]', e),
            "signature-twice": lambda e: re.sub(rb'\[(\{.*\})\]\}$', rb"[\1,\1]}", e), "further-member": lambda e: e[:-1] + b',"x":1}',
            "order": lambda e: b'{"payloadType"' + re.sub(rb'^\{"payload":"([^"]*)","payloadType":"([^"]*)"', rb':"\2","payload":"\1"', e)}
    for name, edit in rows.items():
        lies.lie(f"envelope-{name}", "tiny.zkl", envelope(edit), "form", 3)
    lies.lie("envelope-nine-signatures", "tiny.zkl", signatures, "form", 3)

    def note(edit):
        def change(r):
            r.note = edit(r.note)
        return change

    def lines(r):
        r.relog([(LOG, 1)] * 1)
        r.note += r.note.split(b"\n\n")[1]

    rows = {"no-newline": lambda n: n[:-1], "leading-zero": lambda n: re.sub(rb"\n(\d+)\n", rb"\n0\1\n", n, count=1),
            "hyphen": lambda n: n.replace("—".encode(), b"-"),
            "no-lines": lambda n: n.split(b"\n\n")[0] + b"\n\n", "short-root": lambda n: re.sub(rb"\n[^\n]{44}\n\n", b"\nAAAA\n\n", n),
            "crlf": lambda n: n.replace(b"\n", b"\r\n"), "blank-behind": lambda n: n[:-1] + b" \n"}
    for name, edit in rows.items():
        lies.lie(f"note-{name}", "tiny.zkl", note(edit), "form", 3)
    lies.lie("note-extension-line", "tiny.zkl", note(lambda n: n.replace(b"\n\n", b"\nmore\n\n")), "form", 8)
    lies.lie("note-line-twice", "tiny.zkl", lines, "form", 3)


# ------------------------------------------------------------------------------------------- entries, log, keys, set-up


def lies_kinds(lies):
    def more(base):
        def edit(r):
            other = Receipt((HERE / base).read_bytes()).entry
            other.index = max(e.index for e in r.others + [r.entry]) + 1
            r.others = sorted(r.others + [other], key=lambda e: e.index)
            r.relog(size=max(other.index + 1, int(r.note.split(b"\n")[1])))
        return edit

    lies.lie("further-notarisation", "tiny.zkl", more("cells.zkl"), "form", 1)
    lies.lie("further-proof", "tiny.zkl", more("sums.zkl"), "form", 1)
    lies.lie("proof-beside-a-proof", "sums.zkl", more("keys.zkl"), "form", 1)
    lies.lie("further-notarisation-of-a-proof", "sums.zkl", more("tiny.zkl"), "parents", 1)


def key_entry(index, role, key, replaces, ledger, keys):
    name = f"{role} key"
    payload = {"_type": "https://in-toto.io/Statement/v1", "predicateType": "urn:zkp-ledger:key:v1",
               "predicate": {"kind": "key", "ledger": ledger, "parents": [], "time": "2026-01-02T03:04:05.678Z", "role": role,
                             "key": base64.b64encode(key.der).decode(), "replaces": replaces},
               "subject": [{"name": name, "digest": {"sha256": sha256(key.der).hex()}}]}
    entry = Entry(b'{"payload":"e30="}', index, [])
    entry.payload = payload
    entry.sign(canonical(payload), keys)
    return entry


def revoke_entry(index, key, ledger, keys):
    entry = key_entry(index, "signer", key, "", ledger, keys)
    predicate = entry.payload["predicate"]
    del predicate["replaces"]
    predicate |= {"kind": "revoke", "reason": "lost"}
    entry.payload["predicateType"] = "urn:zkp-ledger:revoke:v1"
    entry.sign(canonical(entry.payload), keys)
    return entry


def with_entry(make, resign=(SIGNER,)):
    """Put another entry right before the receipt's own, and sign that by these keys."""
    def edit(r):
        ledger = r.entry.payload["predicate"]["ledger"]
        size = int(r.note.split(b"\n")[1])
        r.entry.index = max(r.entry.index, max(e.index for e in r.others) + 1) + 1
        made = make(r.entry.index - 1, ledger)
        r.others.append(made)
        r.entry.change(lambda p: None, resign)
        r.relog(size=max(size, r.entry.index + 1))
    return edit


def lies_signatures(lies):
    def wrong(r):
        r.entry.envelope = re.sub(rb'"sig":"(.)', lambda m: b'"sig":"' + (b"A" if m[1] != b"A" else b"B"), r.entry.envelope)
        r.relog()

    def by(*keys):
        def edit(r):
            r.entry.change(lambda p: None, keys)
            r.relog()
        return edit

    def other_ledger(r):
        r.others[-1].change(lambda p: p["predicate"].update(ledger="11" * 32))
        r.relog()

    def own_ledger(r):
        r.entry.change(lambda p: p["predicate"].update(ledger="11" * 32))
        r.relog()

    check = "entry signature"
    lies.lie("signature-false", "tiny.zkl", wrong, check, 1)
    lies.lie("signature-by-a-stranger", "tiny.zkl", by(STRANGER), check, 9)
    lies.lie("signature-by-the-log-key", "tiny.zkl", by(LOG), check, 9)
    lies.lie("signature-too-many", "tiny.zkl", by(SIGNER, STRANGER), check, 1)
    lies.lie("another-ledger", "tiny.zkl", own_ledger, "trust", 9)
    lies.lie("another-ledger-of-a-set-up", "tiny.zkl", other_ledger, check, 1)
    lies.lie("payload-changed", "tiny.zkl", lambda r: setattr(r.entry, "envelope", swap_payload(r.entry)), check, 1)
    new = Key.seeded(b"\3" * 32)

    def rotation(role, key, replaces, *keys):
        return lambda index, ledger: key_entry(index, role, key, replaces, ledger, keys)

    rows = {"by-the-old-key-alone": (rotation("signer", new, SIGNER.id, SIGNER), (new,), 1),
            "by-the-new-key-alone": (rotation("signer", new, SIGNER.id, new), (new,), 1),
            "with-a-third": (rotation("signer", new, SIGNER.id, SIGNER, new, LOG), (new,), 1),
            "of-a-stranger": (rotation("signer", new, STRANGER.id, STRANGER, new), (new,), 9),
            "the-old-key-is-outlived": (rotation("signer", new, SIGNER.id, SIGNER, new), (SIGNER,), 1),
            "the-key-itself": (rotation("signer", SIGNER, SIGNER.id, SIGNER), (SIGNER,), 1),
            "a-log-key-by-the-signer": (rotation("log", new, LOG.id, SIGNER, new), (SIGNER,), 9),
            "a-log-key-for-the-signer": (rotation("log", new, SIGNER.id, SIGNER, new), (SIGNER,), 9),
            "a-signer-by-itself": (rotation("signer", new, "", new), (new,), 1),
            "the-log-key-as-signer": (rotation("signer", LOG, SIGNER.id, SIGNER, LOG), (LOG,), 1)}
    for name, (make, keys, code) in rows.items():
        lies.lie(f"rotation-{name}", "tiny.zkl", with_entry(make, keys), check, code)
    lies.lie("rotation-a-log-key-for-nothing", "tiny.zkl", with_entry(rotation("log", new, "", LOG, new)), "form", 3)
    revoked = lambda *keys: lambda index, ledger: revoke_entry(index, SIGNER, ledger, keys)
    lies.lie("revoked-signer", "tiny.zkl", with_entry(revoked(LOG)), check, 1)
    lies.lie("revoked-by-itself", "tiny.zkl", with_entry(revoked(SIGNER)), check, 9)
    lies.lie("revoked-by-two", "tiny.zkl", with_entry(revoked(LOG, SIGNER)), check, 1)
    lies.lie("signer-that-counts-later", "tiny.zkl", lambda r: None, check, 1, "signer from later")
    lies.lie("signer-that-ended", "tiny.zkl", lambda r: None, check, 1, "signer until before")
    lies.lie("signer-that-nobody-lists", "sums.zkl", lambda r: r.others.pop(0), check, 9, "no signer")


def swap_payload(entry):
    """Another payload under the old signature."""
    old = json.loads(entry.envelope)["payload"]
    return entry.envelope.replace(old.encode(), base64.b64encode(base64.b64decode(old).replace(b"age", b"agf")))


def lies_log(lies):
    def path(at, edit):
        def change(r):
            entry = r.entry if at is None else r.others[at]
            edit(entry.path)
        return change

    check = "inclusion"
    for name, at in (("entry", None), ("key", 0), ("set-up", 1)):
        lies.lie(f"path-changed-{name}", "tiny.zkl", path(at, lambda p: p.__setitem__(0, flip(p[0], 5))), check, 1)
        lies.lie(f"path-longer-{name}", "tiny.zkl", path(at, lambda p: p.append(b"\0" * 32)), check, 1)
        lies.lie(f"path-shorter-{name}", "tiny.zkl", path(at, lambda p: p.pop()), check, 1)
        lies.lie(f"path-reversed-{name}", "tiny.zkl", path(at, lambda p: p.reverse()), check, 1)
    lies.lie("index-behind-the-checkpoint", "tiny.zkl", lambda r: setattr(r.entry, "index", 1000), check, 1)
    lies.lie("index-that-no-log-has", "tiny.zkl", lambda r: setattr(r.entry, "index", 2**63), "form", 3)

    def note(signers=((LOG, 1),), size=None, root=None, edit=None):
        def change(r):
            lines = r.note.split(b"\n")
            r.note = r.note_lines(int(lines[1]) if size is None else size, base64.b64decode(lines[2]) if root is None else root, signers)
            r.note = edit(r.note) if edit else r.note
        return change

    lies.lie("another-root", "tiny.zkl", note(root=b"\7" * 32), check, 1)
    lies.lie("another-size", "tiny.zkl", note(size=100), check, 1)
    lies.lie("size-zero", "tiny.zkl", note(size=0), check, 1)
    check = "checkpoint"
    lies.lie("checkpoint-false-signature", "tiny.zkl", note(edit=lambda n: n[:-8] + (b"A" if n[-8:-7] != b"A" else b"B") + n[-7:]), check, 1)
    lies.lie("checkpoint-by-a-stranger", "tiny.zkl", note([(STRANGER, 1)]), check, 9)
    lies.lie("checkpoint-with-a-stranger-and-too-few-witnesses", "tiny.zkl", note([(LOG, 1), (STRANGER, 1)]), check, 9, "witness")
    lies.lie("checkpoint-without-the-log", "tiny.zkl", note([(WITNESS, 4)]), check, 9, "witness")
    lies.lie("too-few-witnesses", "tiny.zkl", lambda r: None, check, 9, "witness")
    false = lambda n: n[:-20] + (b"A" if n[-20:-19] != b"A" else b"B") + n[-19:]
    lies.lie("false-line-of-a-witness", "tiny.zkl", note([(LOG, 1), (WITNESS, 4)], edit=false), check, 1, "witness")
    # One name is one witness, whatever keys it has, and one key is one witness, whatever names it has.
    lies.lie("one-witness-with-two-keys", "tiny.zkl", note([(LOG, 1), (WITNESS, 4), (STRANGER, 4)]), check, 9, "witness of two keys")
    lies.lie("one-witness-with-two-algorithms", "tiny.zkl", note([(LOG, 1), (WITNESS, 4), (ML_DSA, 6)]), check, 9, "witness of two algorithms, quorum 2")
    lies.lie("one-key-as-two-witnesses", "tiny.zkl", note([(LOG, 1), (WITNESS, 4)]), None, 3, "one key as two witnesses")
    lies.lie("ml-dsa-line-missing", "tiny.zkl", note([(LOG, 1)]), check, 9, "ml-dsa witness")
    lies.lie("ml-dsa-line-of-another-length", "tiny.zkl", note([(LOG, 1), (WITNESS, 4), (ML_DSA_CUT, 6)]), check, 1, "witness of two algorithms")
    lies.lie("ml-dsa-key-of-another-hash", "tiny.zkl", note([(LOG, 1)]), None, 3, "ml-dsa witness of another hash")
    lies.lie("log-key-that-ended", "tiny.zkl", lambda r: None, check, 9, "log key until before")

    def other_origin(r):
        name = r.note.split(b"\n")[0]
        r.note = r.note.replace(name, name[:-1] + b"x")

    lies.lie("another-origin", "tiny.zkl", other_origin, check, 9)


def lies_setup(lies):
    def drop(kind):
        def edit(r):
            r.others = [e for e in r.others if e.payload["predicate"]["kind"] != kind]
            r.relog()
        return edit

    def setup(number, edit):
        def change(r):
            entry = [e for e in r.others if e.payload["predicate"]["kind"] == "setup"][number]
            entry.change(edit)
            r.relog()
        return change

    check = "set-up"
    lies.lie("no-set-up-entries", "tiny.zkl", drop("setup"), check, 9)
    lies.lie("set-up-of-other-powers", "tiny.zkl", setup(0, lambda p: p["predicate"].update(powers="22" * 32)), check, 1)
    lies.lie("set-up-of-another-key", "tiny.zkl", setup(0, lambda p: p["subject"][0]["digest"].update(sha3_256="22" * 32)), check, 1)
    lies.lie("set-up-of-another-sha256", "tiny.zkl", setup(1, lambda p: p["subject"][0]["digest"].update(sha256="22" * 32)), check, 1)
    lies.lie("set-up-of-another-circuit", "tiny.zkl", setup(0, lambda p: (p["predicate"].update(circuit="F24"), p["subject"][0].update(name="circuit F24"))), check, 1)
    lies.lie("set-up-of-no-circuit", "tiny.zkl", setup(0, lambda p: p["predicate"].update(circuit="F19")), "form", 3)
    lies.lie("set-up-made-by-nobody", "tiny.zkl", setup(0, lambda p: p["predicate"].update(made="nobody")), "form", 3)

    def late(r):
        """The set-up entries stand behind the first entry that uses their keys."""
        setups = [e for e in r.others if e.payload["predicate"]["kind"] == "setup"]
        r.entry.index, setups[0].index, setups[1].index = setups[0].index, setups[1].index, r.entry.index
        r.relog()

    def twice(r):
        first = next(e for e in r.others if e.payload["predicate"]["kind"] == "setup")
        again = Entry(first.envelope, r.entry.index, [])
        again.change(lambda p: p["predicate"].update(time="2026-01-01T00:00:00.000Z"))
        r.entry.index += 1
        r.others.append(again)
        r.relog(size=max(r.entry.index + 1, int(r.note.split(b"\n")[1])))

    lies.lie("set-up-behind-its-use", "tiny.zkl", late, check, 9)
    lies.lie("set-up-twice", "tiny.zkl", twice, check, 1)
    lies.lie("development-refused", "tiny.zkl", lambda r: None, check, 9, "no development")
    lies.lie("another-key-is-pinned", "tiny.zkl", lambda r: None, check, 1, "another key pinned")
    lies.lie("pinned-without-parties", "tiny.zkl", drop("setup"), check, 9, "pinned, no parties")
    other = {"parameters": "22" * 32}
    lies.lie("set-up-of-other-parameters", "tiny.zkl", setup(0, lambda p: p["predicate"].update(other)), check, 1)
    lies.lie("pinned-but-development", "tiny.zkl", lambda r: None, check, 9, "pinned, no development")
    lies.lie("other-powers-trusted", "tiny.zkl", lambda r: None, "set-up", 1, "other powers")

    def power(number, value):
        def edit(r):
            r.powers[number] = value(r) if callable(value) else value
        return edit

    lies.lie("tau-is-1", "tiny.zkl", lambda r: r.powers.__setitem__(slice(0, 3), [G1, G2, G2]), check, 1)
    lies.lie("tau-negated", "tiny.zkl", power(0, lambda r: flip(r.powers[0], 0, 0x20)), check, 1)
    lies.lie("tau-squared-negated", "tiny.zkl", power(2, lambda r: flip(r.powers[2], 0, 0x20)), check, 1)
    lies.lie("tau-infinite", "tiny.zkl", power(0, b"\xc0" + b"\0" * 47), check, 3)
    lies.lie("tau-off-the-curve", "tiny.zkl", power(0, off_the_curve()), check, 3)
    lies.lie("tau-outside-the-subgroup", "tiny.zkl", power(0, outside()), check, 3)
    lies.lie("tau-uncompressed", "tiny.zkl", power(0, lambda r: flip(r.powers[0], 0, 0x80)), check, 3)
    lies.lie("tau-not-below-p", "tiny.zkl", power(0, (P + 1 | 1 << 383).to_bytes(48, "big")), check, 3)


def on_curve(x):
    square = (x**3 + 4) % P
    y = pow(square, (P + 1) // 4, P)
    return y * y % P == square


def off_the_curve():
    x = next(x for x in range(1, 100) if not on_curve(x))
    return (x | 1 << 383).to_bytes(48, "big")


def outside():
    """A point of the curve that is not in the subgroup: nearly every one is not; x = 4 is one."""
    x = next(x for x in range(4, 100) if on_curve(x))
    return (x | 1 << 383).to_bytes(48, "big")


# ------------------------------------------------------------------------------------------------ manifest, keys, proofs


def resealed(manifest, at, data):
    body = manifest[:at] + data + manifest[at + len(data):-32]
    return body + sha3(body)


def rename(r, manifest):
    """The entry names another manifest, truly."""
    r.manifests[0] = manifest
    r.entry.payload["subject"][0]["digest"] = {"sha256": sha256(manifest).hex(), "sha3_256": sha3(manifest).hex()}
    r.entry.change(lambda p: None)
    r.relog()


def lies_manifest(lies):
    manifest = Receipt((HERE / "tiny.zkl").read_bytes()).manifests[0]
    schema = 16
    width = int.from_bytes(manifest[12:16], "big")
    at = schema + width
    seeds = at + 4 + 36
    rows, content, root, powers = seeds + 32, seeds + 40, seeds + 72, seeds + 104
    circuits = powers + 32
    places = {"a-type": schema + 40, "dictionary-seed": at + 8, "seed": seeds, "content": content, "powers": powers,
              "circuit-hash": circuits + 11, "row-root": len(manifest) - 32 - 3 * 48 - 32, "block": len(manifest) - 32 - 100}
    check = "manifest"
    for name in ("dictionary-seed", "seed", "content", "powers", "circuit-hash"):
        data = flip(manifest, places[name])[places[name]:places[name] + 1]
        lies.lie(f"manifest-{name}", "tiny.zkl", lambda r, n=name, d=data: r.manifests.__setitem__(0, resealed(r.manifests[0], places[n], d)), check, 1)
    signed = {"seed": ("proof", 1), "content": ("proof", 1), "powers": (check, 1), "circuit-hash": ("proof", 1)}
    for name, (where, code) in signed.items():
        data = flip(manifest, places[name])[places[name]:places[name] + 1]
        lies.lie(f"manifest-{name}-signed", "tiny.zkl", lambda r, n=name, d=data: rename(r, resealed(r.manifests[0], places[n], d)), where, code)
    for name in ("row-root", "block"):
        data = flip(manifest, places[name])[places[name]:places[name] + 1]
        lies.lie(f"manifest-{name}", "tiny.zkl", lambda r, n=name, d=data: r.manifests.__setitem__(0, resealed(r.manifests[0], places[n], d)), check, 1)
        lies.lie(f"manifest-{name}-signed", "tiny.zkl", lambda r, n=name, d=data: rename(r, resealed(r.manifests[0], places[n], d)), check, 3)
    lies.lie("manifest-root-signed", "tiny.zkl", lambda r: rename(r, resealed(r.manifests[0], root, b"\0\0")), check, 3)
    for number in (0, 2**40, 65537):
        lies.lie(f"manifest-rows-{number}-signed", "tiny.zkl",
                 lambda r, n=number: rename(r, resealed(r.manifests[0], rows, n.to_bytes(8, "big"))), check, 3)
    lies.lie("manifest-rows-2-signed", "tiny.zkl", lambda r: rename(r, resealed(r.manifests[0], rows, (2).to_bytes(8, "big"))), "proof", 1)
    lies.lie("manifest-damaged", "tiny.zkl", lambda r: r.manifests.__setitem__(0, flip(r.manifests[0], 100)), check, 1)
    lies.lie("manifest-damaged-signed", "tiny.zkl", lambda r: rename(r, flip(r.manifests[0], 100)), check, 3)
    lies.lie("manifest-version-1-signed", "tiny.zkl", lambda r: rename(r, resealed(r.manifests[0], 8, u32(1))), check, 8)
    lies.lie("manifest-of-another-dataset", "tiny.zkl",
             lambda r: r.manifests.__setitem__(0, Receipt((HERE / "cells.zkl").read_bytes()).manifests[0]), check, 1)
    lies.lie("manifest-twice", "tiny.zkl", lambda r: r.manifests.append(r.manifests[0]), check, 1)

    def with_parent(r):
        m = r.manifests[0]
        at = circuits + 4 + len(r.keys) * 39
        assert m[at:at + 4] == u32(0)
        body = m[:at] + u32(1) + b"\5" * 32 + m[at + 4:-32]
        rename(r, body + sha3(body))

    lies.lie("manifest-with-a-parent", "tiny.zkl", with_parent, check, 1)

    def public_file(r):
        r.entry.payload["subject"].append({"name": "tiny.csv", "digest": {"sha256": "33" * 32, "sha3_256": "33" * 32}})
        r.entry.change(lambda p: None)
        r.relog()

    lies.lie("public-file-that-the-manifest-lacks", "tiny.zkl", public_file, check, 1)

    def reading(old, new):
        def edit(r):
            m = r.manifests[0]
            assert m.count(old) == 1 and len(old) == len(new), old
            rename(r, resealed(m, m.index(old), new))
        return edit

    for name, old, new, where, code in (
            ("delimiter-of-letters", b"delimiter\0\0\0\1,", b"delimiter\0\0\0\1a", check, 3),
            ("quote-in-the-delimiter", b"quote\0\0\0\1\"", b"quote\0\0\0\1,", check, 3),
            ("encoding-in-capitals", b"utf-8", b"UTF-8", check, 3), ("header-2", b"header\0\0\0\1\1", b"header\0\0\0\1\2", check, 3),
            ("another-delimiter", b"delimiter\0\0\0\1,", b"delimiter\0\0\0\1;", "proof", 1)):
        lies.lie(f"reading-{name}", "tiny.zkl", reading(old, new), where, code)


def lies_keys(lies):
    def key(number, at, value):
        def edit(r):
            name, data = r.keys[number]
            data = data[:at] + value(data[at:]) + data[at + len(value(data[at:])):]
            r.keys[number] = (name, data)
        return edit

    # A changed key has no set-up entry and no statement: which check is first is said by the order of checks.
    parts = {"alpha": (0, 48), "beta": (48, 96), "gamma": (144, 96), "delta": (240, 96), "ic0": (336, 48), "ic1": (384, 48)}

    def bare(edit):
        """Without set-up entries, so that none names the key as it was."""
        def change(r):
            r.others = [e for e in r.others if e.payload["predicate"]["kind"] != "setup"]
            r.relog()
            edit(r)
        return change

    for name, (at, size) in parts.items():
        lies.lie(f"key-{name}-negated", "tiny.zkl", key(0, at, lambda d: bytes([d[0] ^ 0x20])), "set-up", 1)
        lies.lie(f"key-{name}-negated-without-set-up", "tiny.zkl", bare(key(0, at, lambda d: bytes([d[0] ^ 0x20]))), "proof", 1)
        infinite = lambda d, s=size: b"\xc0" + b"\0" * (s - 1)
        lies.lie(f"key-{name}-infinite", "tiny.zkl", bare(key(0, at, infinite)), "verification keys", 3)
    lies.lie("key-ic0-off-the-curve", "tiny.zkl", bare(key(0, 336, lambda d: off_the_curve())), "verification keys", 3)
    lies.lie("key-ic1-outside-the-subgroup", "tiny.zkl", bare(key(0, 384, lambda d: outside())), "verification keys", 3)
    lies.lie("key-without-a-second-phase", "tiny.zkl", bare(key(0, 240, lambda d: G2)), "verification keys", 1)
    lies.lie("key-twice", "tiny.zkl", bare(lambda r: r.keys.append(r.keys[0])), "verification keys", 1)
    lies.lie("keys-swapped", "tiny.zkl", lambda r: r.keys.reverse(), "proof", 1)
    lies.lie("key-left-out", "tiny.zkl", bare(lambda r: r.keys.pop()), "proof", 1)
    lies.lie("key-of-another-name", "tiny.zkl", bare(lambda r: r.keys.__setitem__(0, (b"F24", r.keys[0][1]))), "proof", 1)
    lies.lie("key-of-no-circuit", "tiny.zkl", bare(lambda r: r.keys.__setitem__(0, (b"F19", r.keys[0][1]))), "proof", 1)


def said(number, edit):
    """Change statement or proof of this number, and have the owner sign and log it so."""
    def change(r):
        edit(r.statements[number])
        r.say(number)
        r.entry.change(lambda p: None)
        r.relog()
    return change


def lies_proof(lies):
    check = "proof"
    blob = [("a", 0, 48), ("b", 48, 96), ("c", 144, 48), ("s", 192, 48), ("w", 240, 48)]
    scalars = ["alpha", "digest", "wz", "wi", "sz", "si", "hi0", "hi1"]

    def patch(at, value):
        def edit(pair):
            data = value(pair[1][at:]) if callable(value) else value
            pair[1] = pair[1][:at] + data + pair[1][at + len(data):]
        return edit

    for name, at, size in blob:
        negated = patch(at, lambda d: bytes([d[0] ^ 0x20]))
        lies.lie(f"proof-{name}-negated", "tiny.zkl", said(1, negated), check, 1)
        lies.lie(f"proof-{name}-infinite", "tiny.zkl", said(1, patch(at, b"\xc0" + b"\0" * (size - 1))), check, 3)
        lies.lie(f"proof-{name}-changed-unsigned", "tiny.zkl", lambda r, e=negated: e(r.statements[1]), check, 1)
        if size == 48:
            lies.lie(f"proof-{name}-off-the-curve", "tiny.zkl", said(1, patch(at, off_the_curve())), check, 3)
            lies.lie(f"proof-{name}-outside-the-subgroup", "tiny.zkl", said(1, patch(at, outside())), check, 3)
    for i, name in enumerate(scalars):
        at = 288 + 32 * i
        lies.lie(f"proof-{name}-changed", "tiny.zkl", said(1, patch(at + 31, lambda d: bytes([d[0] ^ 1]))), check, 1)
        lies.lie(f"proof-{name}-not-below-r", "tiny.zkl", said(1, patch(at, lambda d: (R + 1).to_bytes(32, "big"))), check, 3)
    lies.lie("proof-longer", "tiny.zkl", said(1, lambda p: p.__setitem__(1, p[1] + b"\0")), check, 3)
    lies.lie("proof-shorter", "tiny.zkl", said(1, lambda p: p.__setitem__(1, p[1][:-32])), check, 3)

    def statement(edit, number=1, base=None):
        def change(pair):
            s = Statement(pair[0])
            edit(s)
            pair[0] = s.bytes()
        return said(number, change)

    def number(value):
        return (value % R).to_bytes(32, "big")

    def param(claim, at, value):
        return lambda s: s.claims[claim]["params"].__setitem__(at, number(value))

    def table(at, member, value):
        return lambda s: s.tables[at].__setitem__(member, value)

    def column(at, value):
        return lambda s: s.tables[0]["columns"][at[0]].__setitem__(at[1], value)

    rows = {
        "range-lo": param(0, 0, 1), "range-hi": param(0, 1, 121), "range-nulls": param(0, 2, 0), "range-hi-wide": param(0, 1, 2**16),
        "range-lo-above-hi": param(0, 0, 200), "range-of-all": lambda s: (param(0, 0, 0)(s), param(0, 1, 65535)(s)),
        "sum-total": param(1, 0, 60), "sum-nulls": param(1, 1, 0), "sum-mode": param(1, 2, 0), "sum-mode-3": param(1, 2, 3),
        "sum-total-negative": param(1, 0, -1), "sum-nulls-more-than-rows": param(1, 1, 4),
        "parameter-left-out": lambda s: s.claims[1]["params"].pop(), "parameter-too-many": lambda s: s.claims[1]["params"].append(number(0)),
        "claims-swapped": lambda s: s.claims.reverse(), "claim-left-out": lambda s: s.claims.pop(),
        "no-claims": lambda s: s.claims.clear(), "claim-twice": lambda s: s.claims.append(s.claims[0]),
        "claim-without-tables": lambda s: s.claims[0].update(tables=[]), "claim-of-no-table": lambda s: s.claims[0].update(tables=[7]),
        "table-left-over": lambda s: s.tables.append(dict(s.tables[0], first=65536)),
        "rows-2": table(0, "rows", 2), "rows-0": table(0, "rows", 0), "rows-4": table(0, "rows", 4), "rows-2-40": table(0, "rows", 2**40),
        "first-row-1": table(0, "first", 1), "first-row-of-another-chunk": table(0, "first", 65536),
        "dataset-of-nobody": table(0, "dataset", b"\6" * 32),
        "schema-hash": lambda s: s.tables[0]["hashes"].__setitem__(0, b"\6" * 32), "table-root": lambda s: s.tables[0]["hashes"].__setitem__(1, b"\6" * 32),
        "content": lambda s: s.tables[0]["hashes"].__setitem__(2, b"\6" * 32),
        "role-y": column((0, 0), b"y"), "role-of-flag": column((1, 0), b"y?"), "role-number": column((0, 0), b"0"),
        "index-of-another-column": column((0, 1), 2), "index-of-no-column": column((0, 1), 9), "limbs-2": column((0, 2), 2),
        "limbs-0": column((0, 2), 0), "flag-left-out": lambda s: s.tables[0]["columns"].pop(),
        "columns-swapped": lambda s: s.tables[0]["columns"].reverse(), "no-columns": lambda s: s.tables[0]["columns"].clear(),
        "another-ledger-in-it": lambda s: setattr(s, "ledger", b"\7" * 32), "another-key-in-it": lambda s: setattr(s, "key", b"\7" * 32),
        "other-powers-in-it": lambda s: setattr(s, "powers", b"\7" * 32), "another-circuit-in-it": lambda s: setattr(s, "circuit", b"F20"),
        "no-multiplicity": lambda s: s.points[1].clear(),         "no-mask": lambda s: s.points[2].clear(), "two-masks": lambda s: s.points[2].append(s.points[2][0]),
        "another-mask": lambda s: s.points[2].__setitem__(0, G1), "another-multiplicity": lambda s: s.points[1].__setitem__(0, G1),
        "auxiliary-block-left-over": lambda s: s.points[0].append(G1),
        "mask-and-multiplicity-swapped": lambda s: s.points.__setitem__(slice(1, 3), [s.points[2], s.points[1]])}
    for name, edit in rows.items():
        lies.lie(f"statement-{name}", "tiny.zkl", statement(edit), check, 1)
    for name, point in (("infinite", b"\xc0" + b"\0" * 47), ("outside-the-subgroup", outside())):
        lies.lie(f"statement-mask-{name}", "tiny.zkl", statement(lambda s, p=point: s.points[2].__setitem__(0, p)), check, 3)
    # These do not parse.
    rows = {"kind-that-is-none": lambda s: s.claims[0].update(kind=b"rangf"), "parameter-not-below-r": lambda s: s.claims[0]["params"].__setitem__(0, R.to_bytes(32, "big")),
            "parameter-of-31-bytes": lambda s: s.claims[0]["params"].__setitem__(0, b"\0" * 31), "role-empty": column((0, 0), b""), "two-multiplicities": lambda s: s.points[1].append(s.points[1][0]),
            "magic": lambda s: setattr(s, "magic", b"zkl/table/2"), "short-hash": lambda s: setattr(s, "ledger", b"\7" * 31)}
    for name, edit in rows.items():
        lies.lie(f"statement-{name}", "tiny.zkl", statement(edit), check, 3)
    lies.lie("statement-unsigned", "tiny.zkl", lambda r: r.statements.__setitem__(1, [Statement(r.statements[1][0]).bytes()[:-1] + b"\0", r.statements[1][1]]), check, 1)

    def swapped(r):
        r.statements.reverse()

    def left_out(r):
        r.statements.pop()

    def left_out_signed(r):
        r.statements.pop()
        r.entry.payload["predicate"]["statements"].pop()
        r.entry.change(lambda p: None)
        r.relog()

    def without_cells(r):
        r.statements.pop(0)
        r.entry.payload["predicate"]["statements"].pop(0)
        r.entry.change(lambda p: None)
        r.keys.pop(0)
        r.others = [e for e in r.others if e.payload["predicate"]["kind"] != "setup"]
        r.relog()

    def proof_of_another(r):
        r.statements[1][1] = Receipt((HERE / "rotated.zkl").read_bytes()).statements[1][1]
        r.say(1)
        r.entry.change(lambda p: None)
        r.relog()

    def twice(r):
        r.statements.append(r.statements[0])

    lies.lie("statements-swapped", "tiny.zkl", swapped, check, 1)
    lies.lie("statement-left-out", "tiny.zkl", left_out, check, 1)
    lies.lie("statement-left-out-signed", "tiny.zkl", left_out_signed, check, 1)
    lies.lie("statement-twice", "tiny.zkl", twice, check, 1)
    lies.lie("no-cells", "tiny.zkl", without_cells, check, 1)
    lies.lie("proof-of-another-statement", "tiny.zkl", proof_of_another, check, 1)
    for member in ("t0", "statement", "proof"):
        def other(r, m=member):
            r.entry.payload["predicate"]["statements"][1][m] = "44" * 32
            r.entry.change(lambda p: None)
            r.relog()
        lies.lie(f"said-{member}", "tiny.zkl", other, check, 1)
    lies.lie("said-circuit", "tiny.zkl", lambda r: (r.entry.payload["predicate"]["statements"][1].update(circuit="F20"),
                                                     r.entry.change(lambda p: None), r.relog()), check, 1)


def lies_assertions(lies, honest):
    """Of every kind of assertion: each of its first and last parameters one more, and another auxiliary table."""
    seen = set()
    for case in honest:
        data = (HERE / case["base"]).read_bytes()
        if data[:8] != b"zkl/rcpt" or case["trust"] != "trust":
            continue
        receipt = Receipt(data)
        for number in range(len(receipt.entry.payload["predicate"].get("statements", []))):
            for at, claim in enumerate(Statement(receipt.statements[number][0]).claims):
                kind = claim["kind"].decode()
                if kind in seen:
                    continue
                seen.add(kind)
                for name, edit in assertion_twists(claim, at):
                    def change(pair, e=edit):
                        s = Statement(pair[0])
                        e(s)
                        pair[0] = s.bytes()
                    lies.lie(f"assertion-{kind}-{name}", case["base"], said(number, change), "proof", 1)


def assertion_twists(claim, at):
    def more(place):
        def edit(s):
            params = s.claims[at]["params"]
            params[place] = ((int.from_bytes(params[place], "big") + 1) % R).to_bytes(32, "big")
        return edit

    def last_table(edit):
        def change(s):
            edit(s.tables[s.claims[at]["tables"][-1]])
        return change

    count = len(claim["params"])
    for place in sorted({0, 1, count - 1} & set(range(count))):
        yield f"parameter-{place}", more(place)
    yield "further-parameter", lambda s: s.claims[at]["params"].append(b"\0" * 32)
    yield "table-twice", lambda s: s.claims[at]["tables"].append(s.claims[at]["tables"][0])
    yield "limbs", last_table(lambda t: t["columns"][-1].__setitem__(2, t["columns"][-1][2] + 1))
    yield "role", last_table(lambda t: t["columns"][0].__setitem__(0, b"zz"))
    yield "rows", last_table(lambda t: t.update(rows=t["rows"] - 1))


# ---------------------------------------------------------------------------------------------------------------- claims


def lies_claims(lies, honest):
    """Of every claim of every honest receipt: another text, another JSON, both another; and claims left out and exchanged."""
    seen = set()
    for case in honest:
        data = (HERE / case["base"]).read_bytes()
        if data[:8] != b"zkl/rcpt" or case["trust"] != "trust":
            continue
        entry = Receipt(data).entry.payload["predicate"]
        for i, statement in enumerate(entry.get("statements", [])):
            for j, claim in enumerate(statement["claims"]):
                kind = claim["kind"] + (" where" if "where" in claim else "")
                if kind in seen:
                    continue
                seen.add(kind)
                for name, edit in twists(claim):
                    def change(r, e=edit, i=i, j=j):
                        e(r.entry.payload["predicate"]["statements"][i]["claims"][j])
                        r.entry.change(lambda p: None)
                        r.relog()
                    lies.lie(f"words-{kind.replace(' ', '-')}-{name}", case["base"], change, "claims", 1)

    def of(number, edit):
        def change(r):
            edit(r.entry.payload["predicate"]["statements"][number]["claims"])
            r.entry.change(lambda p: None)
            r.relog()
        return change

    def exchanged(claims):
        claims.reverse()

    lies.lie("words-exchanged", "tiny.zkl", of(1, exchanged), "claims", 1)
    lies.lie("words-left-out", "tiny.zkl", of(1, lambda c: c.pop()), "claims", 1)
    lies.lie("words-twice", "tiny.zkl", of(1, lambda c: c.append(c[0])), "claims", 1)
    lies.lie("words-rows-more", "tiny.zkl", of(1, lambda c: c.append({"kind": "rows", "text": "rows(4)", "value": "4"})), "claims", 1)
    lies.lie("words-not-null", "tiny.zkl", of(1, lambda c: c.append({"kind": "not_null", "text": "not_null(age)", "column": "age"})), "claims", 1)
    lies.lie("words-span", "tiny.zkl", of(1, lambda c: c[0].update(text="range(age, 0, 120) in rows 0..2", rows=[0, 2])), "claims", 1)
    for name, text in (("blank", "range( age, 0, 120)"), ("quotes", 'range("age", 0, 120)'), ("plus", "range(age, +0, 120)"),
                       ("zero", "range(age, 00, 120)"), ("point", "range(age, 0, 120.0)"), ("exponent", "range(age, 0, 1.2e2)"),
                       ("pass", "range(age, 0, 120, nulls=pass)"), ("refuse", "range(age, 0, 120, nulls=refuse)"),
                       ("behind", "range(age, 0, 120) "), ("other-column", "range(agf, 0, 120)"), ("empty", ""),
                       ("kind", "rangf(age, 0, 120)"), ("open", "range(age, *, 120)"), ("120.5", "range(age, 0, 120.5)")):
        lies.lie(f"words-text-{name}", "tiny.zkl", of(1, lambda c, t=text: c[0].update(text=t)), "claims", 1)
    lies.lie("words-both-120.5", "tiny.zkl", of(1, lambda c: c[0].update(text="range(age, 0, 121)", high="121")), "claims", 1)


def twists(claim):
    """Lies about one claim's words."""
    digits = re.search(r"\d(?=\D*$)", claim["text"])
    if digits:
        other = str((int(digits[0]) + 1) % 10)
        changed = claim["text"][:digits.start()] + other + claim["text"][digits.end():]
        yield "text", lambda c: c.update(text=changed)
    # Where the result is disclosed another comparison of it can be true.
    if claim.get("comparison") in ("=", ">=", "<=") and "numerator" not in claim and "sum" not in claim:
        old = claim["comparison"]
        new = {"=": ">=", ">=": "<=", "<=": ">="}[old]
        text = claim["text"][::-1].replace(old[::-1], new[::-1], 1)[::-1]
        yield "comparison", lambda c: c.update(text=text, comparison=new)
    members = sorted(set(claim) - {"text", "kind"})
    if members:
        yield "json", lambda c: c.update({members[0]: other_value(c[members[0]])})
    yield "json-more", lambda c: c.update(zz="1")


def other_value(value):
    """Another value of the same length."""
    if isinstance(value, list):
        return [other_value(value[0])] + value[1:]
    if isinstance(value, dict):
        name = sorted(value)[0]
        return value | {name: other_value(value[name])}
    if isinstance(value, int):
        return value ^ 1
    return value[:-1] + ("x" if value[-1] != "x" else "y") if value else "x"


# ------------------------------------------------------------------------------------------------- disclosures, lineages


class File:
    """A disclosure or a lineage: header, fields, hash."""

    def __init__(self, data):
        self.data, self.head = data, data[:12]
        if data[:8] == b"zkl/dscl":
            size = int.from_bytes(data[12:16], "big")
            self.body, self.receipt = data[16:16 + size], data[20 + size:-32]

    def with_body(self, body, sign=False):
        receipt = self.receipt
        if sign:
            r = Receipt(receipt)
            r.entry.payload["predicate"]["disclosure"] = sha256(body).hex()
            r.entry.change(lambda p: None)
            r.relog()
            receipt = b"".join(r.parts())
        return self.sealed(field(body) + field(receipt))

    def sealed(self, rest):
        return self.head + rest + sha3(self.head + rest)


def lies_disclosure(lies):
    base = "sample_rows.zkl"
    file = File((HERE / base).read_bytes())
    body = file.body
    # body: field(magic), field(challenge, 16), u32 2, 2 x u32, u32 2, 2 x u64, cells, 2 x 304
    columns = 4 + len(b"zkl/disclosure/1") + 4 + 16
    rows = columns + 4 + 8
    cells = rows + 4 + 16
    opening = len(body) - 304
    check = "disclosure"

    def patched(at, data):
        return body[:at] + data + body[at + len(data):]

    places = {"challenge": columns - 1, "first-row": rows + 4 + 7, "cell": cells + 6, "mask": opening + 47, "column": columns + 7}
    for name, at in places.items():
        lies.add(f"disclosure-{name}-unsigned", base, file.with_body(flip(body, at)), check, 1)
    lies.add("disclosure-challenge", base, file.with_body(flip(body, columns - 1), True), check, 1)
    lies.add("disclosure-cell", base, file.with_body(flip(body, cells + 6), True), check, 1)
    for i, name in enumerate(("sigma", "wz", "wi", "sz", "si")):
        lies.add(f"disclosure-{name}", base, file.with_body(flip(body, opening + 48 + 96 + 32 * i + 31), True), check, 1)
    for name, at in (("mask", opening), ("s", opening + 48), ("w", opening + 96)):
        lies.add(f"disclosure-{name}-negated", base, file.with_body(flip(body, at, 0x20), True), check, 1)
        # The mask is in the statement: with another one the equation fails before the point is decoded.
        lies.add(f"disclosure-{name}-infinite", base, file.with_body(patched(at, b"\xc0" + b"\0" * 47), True), check,
                 1 if name == "mask" else 3)
    lies.add("disclosure-sigma-not-below-r", base, file.with_body(patched(opening + 144, (R + 1).to_bytes(32, "big")), True), check, 3)
    lies.add("disclosure-longer", base, file.with_body(body + b"\0", True), check, 3)
    lies.add("disclosure-shorter", base, file.with_body(body[:-1], True), check, 3)
    lies.add("disclosure-column-twice", base, file.with_body(patched(columns + 8, body[columns + 4:columns + 8]), True), check, 3)
    lies.add("disclosure-row-that-is-not-there", base, file.with_body(patched(rows + 12, (99).to_bytes(8, "big")), True), check, 1)
    lies.add("disclosure-magic", base, file.with_body(flip(body, 10), True), check, 3)
    lies.add("disclosure-cut", base, file.data[:-1], "form", 3)
    lies.add("disclosure-version", base, (lambda b: b + sha3(b))(file.data[:8] + u32(2) + file.data[12:-32]), "form", 8)
    lies.add("disclosure-of-another-entry", base, file.sealed(field(body) + field(File((HERE / "disclosure.zkl").read_bytes()).receipt)), check, 1)
    lies.add("disclosure-under-a-notarisation", base, file.sealed(field(body) + field((HERE / "tiny.zkl").read_bytes())), check, 1)
    lies.add("disclosure-under-no-receipt", base, file.sealed(field(body) + field(b"")), "form", 3)
    lies.add("disclosure-without-a-body", base, file.sealed(field(b"") + field(file.receipt)), "form", 3)


def lies_lineage(lies):
    base = "lineage.zkl"
    data = (HERE / base).read_bytes()
    at = 12
    size = int.from_bytes(data[at:at + 4], "big")
    name, at = data[at + 4:at + 4 + size], at + 4 + size
    version, count, at = data[at:at + 4], int.from_bytes(data[at + 4:at + 8], "big"), at + 8
    receipts = []
    for _ in range(count):
        size = int.from_bytes(data[at:at + 4], "big")
        receipts.append(data[at + 4:at + 4 + size])
        at += 4 + size

    def made(name=name, version=version, receipts=receipts):
        body = data[:12] + field(name) + version + u32(len(receipts)) + b"".join(map(field, receipts))
        return body + sha3(body)

    assert made() == data and count >= 2
    check = "lineage"
    lies.add("lineage-of-another-name", base, made(name=b"nobody"), check, 1)
    lies.add("lineage-of-another-version", base, made(version=u32(7)), check, 1)
    lies.add("lineage-swapped", base, made(receipts=receipts[::-1]), None, 1)
    lies.add("lineage-twice", base, made(receipts=receipts[:1] + receipts), None, 1)
    lies.add("lineage-of-two-checkpoints", base, made(receipts=receipts + [(HERE / "rotated.zkl").read_bytes()]), None, 1)
    lies.add("lineage-with-a-stranger", base, made(receipts=[(HERE / "tiny.zkl").read_bytes()] + receipts), None, 1)
    lies.add("lineage-no-receipts", base, made(receipts=[]), "form", 3)
    lies.add("lineage-version-zero", base, made(version=u32(0)), "form", 3)
    lies.add("lineage-no-name", base, made(name=b""), "form", 3)
    lies.add("lineage-cut", base, data[:-1], "form", 3)
    bad = Receipt(receipts[-1])
    bad.entry.path[0] = flip(bad.entry.path[0], 3)
    lies.add("lineage-with-a-bad-receipt", base, made(receipts=receipts[:-1] + [b"".join(bad.parts())]), "inclusion", 1)


def lies_timestamps(lies):
    base, check = "stamped.zkl", "timestamp"

    def token(at, edit):
        def change(r):
            r.tokens[at] = edit(r.tokens[at])
            r.tokens.sort()
        return change

    def another_entry(r):
        r.entry.change(lambda p: p["predicate"].update(time="2026-01-02T03:04:05.678Z"))
        r.relog()

    def version(number, tokens=None):
        def change(r):
            r.head = r.head[:8] + u32(number)
            r.tokens = r.tokens if tokens is None else tokens
        return change

    policy = bytes.fromhex("06042a030401")  # 1.2.3.4.1, which the clocks of make.sh say
    for trust in ("trust", "clock", "authority"):
        for at in (0, 1):
            lies.lie(f"token-{at}-false-signature-{trust}", base, token(at, lambda t: flip(t, len(t) - 1)), check, 1, trust)
            lies.lie(f"token-{at}-another-policy-{trust}", base, token(at, lambda t: t.replace(policy, policy[:-1] + b"\2")), check, 1, trust)
        lies.lie(f"token-of-another-entry-{trust}", base, another_entry, check, 1, trust)
    lies.lie("token-cut", base, token(0, lambda t: t[:-1]), check, 3, "clock")
    lies.lie("token-longer", base, token(0, lambda t: t + b"\0"), check, 3, "clock")
    lies.lie("token-of-nothing", base, token(0, lambda t: b""), check, 3, "clock")
    lies.lie("tokens-swapped", base, lambda r: r.tokens.reverse(), "form", 3)
    lies.lie("token-twice", base, lambda r: r.tokens.append(r.tokens[-1]), "form", 3)
    lies.lie("tokens-of-version-1", base, version(1), "form", 3)
    lies.lie("no-tokens-of-version-2", base, version(2, []), "form", 3)
    lies.lie("tokens-nine", base, version(2, [bytes([i]) for i in range(9)]), "form", 3)


# ---------------------------------------------------------------------------------------------------------------- honest


def honest_variants(lies, trusts):
    """What a verifier has to accept besides what the program wrote."""
    def witnessed(r):
        r.relog([(LOG, 1), (WITNESS, 4)])

    def lines_of_strangers(r):
        r.relog([(LOG, 1), (STRANGER, 1), (WITNESS, 4)])

    def no_setups(r):
        r.others = [e for e in r.others if e.payload["predicate"]["kind"] != "setup"]
        r.relog()

    def with_parameters(r):
        for entry in r.others:
            p = entry.payload["predicate"]
            if p["kind"] == "setup":
                key = next(data for name, data in r.keys if name.decode() == p["circuit"])
                p["parameters"] = sha3(b"zkl/v1/parameters\0" + b"".join(r.powers) + key[:144]).hex()
                entry.change(lambda payload: None)
        r.relog()

    new = Key.seeded(b"\3" * 32)
    rows = [
        ("set-ups-with-parameters", "tiny.zkl", with_parameters, "trust"), ("witnessed", "tiny.zkl", witnessed, "witness"),
        ("witnessed-with-two-algorithms", "tiny.zkl", lambda r: r.relog([(LOG, 1), (WITNESS, 4), (ML_DSA, 6)]), "witness of two algorithms"),
        ("ml-dsa-witness-that-none-asks-for", "tiny.zkl", lambda r: None, "ml-dsa witness, no quorum"),
        ("lines-of-strangers", "tiny.zkl", lines_of_strangers, "trust"), ("pinned", "tiny.zkl", no_setups, "pinned, no development"),
        ("rotated-signer", "tiny.zkl", with_entry(lambda i, l: key_entry(i, "signer", new, SIGNER.id, l, (SIGNER, new)), (new,)), "trust"),
        ("second-signer", "tiny.zkl", with_entry(lambda i, l: key_entry(i, "signer", new, "", l, (new, LOG)), (new,)), "trust"),
        ("p256-signer", "tiny.zkl", with_entry(lambda i, l: key_entry(i, "signer", P256, SIGNER.id, l, (SIGNER, P256)), (P256,)), "trust"),
        ("first-signer-by-entry-0", "tiny.zkl", lambda r: None, "no signer")]
    out = []
    for name, base, edit, trust in rows:
        receipt = Receipt((HERE / base).read_bytes())
        edit(receipt)
        lies.add(name, base, receipt.parts(), None, 0, trust)
        out.append(lies.out.pop())
    return out


def trust_variants(text, tiny):
    """Trust files beside the one that was printed: each with one change."""
    keys = {name.decode(): sha3(data).hex() for name, data in tiny.keys}
    pins = "\n[circuits]\n" + "".join(f'{name} = "{value}"\n' for name, value in keys.items())
    signer = text[text.index("[[signer]]"):] if "[[signer]]" in text else f'[[signer]]\nkey = "{base64.b64encode(SIGNER.der).decode()}"\nfrom = 1\n'
    body = text.replace(signer, "")
    ended = re.sub(r"(\[\[log_key\]\]\nkey = .*\nfrom = 0\n)", r"\1until = 2\n", body)
    first = signer.replace("from = 1", "from = %d")
    parties = "".join(f'\n[[party]]\nname = "{name}"\nkey = "{base64.b64encode(key.der).decode()}"\ncontributed = ["powers", "keys"]\n'
                      for name, key in (("Ada", STRANGER), ("Bob", P256)))
    pinned = text.replace("development = true", "development = false").replace('"development"', '"ceremony"') + pins

    def witnesses(quorum, *keys):
        return text + f"\n[witnesses]\nquorum = {quorum}\nkeys = [" + ", ".join(f'"{key}"' for key in keys) + "]\n"

    own, other, ml_dsa = (key.verifier_key("witness.example", kind)[0] for key, kind in ((WITNESS, 4), (STRANGER, 4), (ML_DSA, 6)))
    return {
        "witness of two keys": witnesses(2, own, other), "witness of two algorithms": witnesses(1, own, ml_dsa),
        "witness of two algorithms, quorum 2": witnesses(2, own, ml_dsa),
        "one key as two witnesses": witnesses(2, own, WITNESS.verifier_key("other.example", 4)[0]),
        "ml-dsa witness": witnesses(1, ml_dsa), "ml-dsa witness, no quorum": witnesses(0, ml_dsa),
        "ml-dsa witness of another hash": witnesses(0, re.sub(r"\+[0-9a-f]{8}\+", "+00000000+", ml_dsa)),
        "witness": text + f'\n[witnesses]\nquorum = 1\nkeys = ["{WITNESS.verifier_key("witness.example", 4)[0]}"]\n',
        "no signer": body, "signer from later": body + first % 100, "signer until before": body + first % 1 + "until = 2\n",
        "log key until before": ended + signer, "no development": text.replace("development = true", "development = false"),
        "another key pinned": text + pins.replace(keys["F18"], "55" * 32),
        "pinned, no development": pinned + '\n[ceremony]\ntranscript = "' + "77" * 32 + '"\n' + parties,
        "pinned, no parties": pinned,
        "other powers": re.sub(r'srs = "[0-9a-f]{64}"', 'srs = "' + "66" * 32 + '"', text)}


def main():
    trusts = {"trust": (HERE / "trust.toml").read_text(), "late": (HERE / "late.toml").read_text()}
    tiny = Receipt((HERE / "tiny.zkl").read_bytes())
    trusts |= trust_variants(trusts["trust"], tiny)
    for name in ("clock", "authority"):
        pem = (HERE / f"{name}.pem").read_text()
        trusts[name] = trusts["trust"] + f'\n[[tsa]]\nname = "the {name}"\ncertificate = """\n{pem}"""\n'
    honest = [{"name": f.stem, "base": f.name, "trust": "trust", "check": None, "exit": 0} for f in sorted(HERE.glob("*.zkl"))]
    honest += [{"name": f"stamped-{name}", "base": "stamped.zkl", "trust": name, "check": None, "exit": 0} for name in ("clock", "authority")]
    honest.append({"name": "rotated-late", "base": "rotated.zkl", "trust": "late", "check": None, "exit": 0})
    for case in honest:
        data = (HERE / case["base"]).read_bytes()
        if data[:8] == b"zkl/rcpt":
            predicate = Receipt(data).entry.payload["predicate"]
            if predicate["kind"] == "notarise":
                case["claims"] = [c["text"] for s in predicate["statements"] for c in s["claims"]]
    lies = Lies(trusts)
    honest += honest_variants(lies, trusts)
    lies_form(lies)
    lies_kinds(lies)
    lies_signatures(lies)
    lies_log(lies)
    lies_setup(lies)
    lies_manifest(lies)
    lies_keys(lies)
    lies_proof(lies)
    lies_assertions(lies, honest)
    lies_claims(lies, honest)
    lies_disclosure(lies)
    lies_lineage(lies)
    lies_timestamps(lies)
    with open(HERE / "vectors.json", "w", encoding="utf-8") as out:
        out.write('{"trusts": ' + json.dumps(trusts, indent=1) + ',\n')
        for part, rows in (("honest", honest), ("bad", lies.out)):
            out.write(f'"{part}": [\n' + ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows) + "]")
            out.write(",\n" if part == "honest" else "}\n")
    print(f"{len(honest)} honest ones, {len(lies.out)} lies")


if __name__ == "__main__":
    main()
