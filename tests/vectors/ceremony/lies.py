#!/usr/bin/env python3
"""Write powers.json and toys.json: the honest ceremonies beside this file, and lies about them, as splices.

It holds the parties' keys, so that a lie is signed anew where a party could have signed it. The exit code of each stands here
by hand, from docs/formats/ceremony.md.
"""
import importlib.util
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent


def load(name, path):
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


sys.path.insert(0, str(HERE.parents[2] / "tools"))
lib = load("receipt_lies", HERE.parent / "receipts" / "lies.py")
zkl = load("zkl_verify", HERE.parents[2] / "tools" / "zkl_verify.py")
KEYS = {}
for name in ("Alice", "Bob", "Carol"):
    key = lib.Key.seeded((HERE / f"{name}.key").read_bytes()[-64:-32])
    KEYS[key.der[12:]] = key
STRANGER, SMALL = lib.STRANGER, bytes(32)


def u64(number):
    return number.to_bytes(8, "big")


class File:
    """A ceremony in its parts, which may be changed, and put together again."""

    def __init__(self, name):
        self.name, self.data = name, (HERE / name).read_bytes()
        self.found = zkl.Ceremony(self.data)
        self.head = self.data[:self.data.index(b"\0") + 5]
        at, records = len(self.head), self.data.index(self.found.records[0].bytes)
        self.terms = self.data[at:records - 4]
        self.records = [{"step": bytes([r.step]), "name": r.name.encode(), "key": r.key, "time": r.time, "round": r.round,
                         "source": r.source.encode(), "hash": r.hash, "signature": r.signature} for r in self.found.records]
        at = records + sum(len(r.bytes) for r in self.found.records)
        self.round = self.data[at:at + 1]
        size = int.from_bytes(self.data[at + 1:at + 9], "big")
        self.ptau, self.rest = self.data[at + 9:at + 9 + size], self.data[at + 9 + size:-32]

    def unsigned(self, r):
        return (r["step"] + lib.field(r["name"]) + lib.field(r["key"]) + u64(r["time"]) + u64(r["round"]) + lib.field(r["source"]) + r["hash"])

    def sign(self):
        """The parties sign their records anew, over the chain as it is now."""
        chain = lib.sha3(b"zkl/v1/ceremony-terms\0" + self.terms)
        for r in self.records:
            if r["key"] in KEYS:
                r["signature"] = KEYS[r["key"]].sign(b"zkl/v1/ceremony-contribution\0" + chain + self.unsigned(r))
            chain = lib.sha3(b"zkl/v1/ceremony-record\0" + chain + self.unsigned(r) + lib.field(r["signature"]))

    def name_contributions(self):
        """The records name the contributions that are here now."""
        again = zkl.Ceremony(self.bytes())
        one = (1).to_bytes(4, "little")
        own = [one + c.bytes for c in again.powers.history]
        own += [b"".join(k.circuit_hash + one + k.history[i].bytes for k in again.keys) for i in range(len(again.keys[0].history) if again.keys else 0)]
        for r, data in zip(self.records, own):
            r["hash"] = lib.sha3(b"zkl/v1/ceremony-points\0" + data)
        self.sign()

    def bytes(self):
        records = b"".join(self.unsigned(r) + lib.field(r["signature"]) for r in self.records)
        body = self.head + self.terms + lib.u32(len(self.records)) + records + self.round + u64(len(self.ptau)) + self.ptau + self.rest
        return body + lib.sha3(body)

    def section(self, number):
        """Where a section of the .ptau begins and ends."""
        at = 12
        while True:
            kind, size = int.from_bytes(self.ptau[at:at + 4], "little"), int.from_bytes(self.ptau[at + 4:at + 12], "little")
            if kind == number:
                return at + 12, at + 12 + size
            at += 12 + size


class Lies:
    def __init__(self, name):
        self.name, self.data, self.bad = name, (HERE / name).read_bytes(), []

    def lie(self, name, edit, code, sign=True):
        """edit(file) changes parts, or gives the bytes of the lie; then the parties sign anew."""
        file = File(self.name)
        data = edit(file)
        if not isinstance(data, bytes):
            if sign:
                file.sign()
            data = file.bytes()
        assert data != self.data, name
        self.bad.append({"name": name, "base": self.name, "trust": "none", "check": None, "exit": code, "splices": splices(self.data, data)})

    def write(self, path):
        honest = [{"name": "honest", "base": self.name, "trust": "none", "check": None, "exit": 0}] + [c for c in self.bad if not c["exit"]]
        self.bad = [case for case in self.bad if case["exit"]]
        assert len({case["name"] for case in self.bad}) == len(self.bad)
        with open(HERE / path, "w", encoding="utf-8") as out:
            out.write('{"trusts": {"none": ""},\n')
            for part, rows in (("honest", honest), ("bad", self.bad)):
                out.write(f'"{part}": [\n' + ",\n".join(json.dumps(row, separators=(",", ":")) for row in rows) + "]")
                out.write(",\n" if part == "honest" else "}\n")
        print(f"{path}: {len(self.bad)} lies")


def splices(old, new):
    """The trailing hash apart, so that a small change is a small splice."""
    if len(new) < 40:
        return [[0, len(old), new.hex()]]
    first = lib.inner(0, old[:-32], new[:-32])
    return first + ([[len(old) - 32, 32, new[-32:].hex()]] if old[-32:] != new[-32:] else [])


def sealed(body):
    return body + lib.sha3(body)


def put(member, value, number=0):
    def edit(file):
        r = file.records[number]
        r[member] = value(r) if callable(value) else value
    return edit


def in_ptau(number, at, data):
    """Other bytes in a section of the .ptau."""
    def edit(file):
        start, end = file.section(number)
        place = start + at if at >= 0 else end + at
        new = data(file.ptau[place:]) if callable(data) else data
        file.ptau = file.ptau[:place] + new + file.ptau[place + len(new):]
    return edit


def montgomery(number):
    return (number * pow(2, 384, lib.P) % lib.P).to_bytes(48, "little")


def g1(point):
    return b"".join(map(montgomery, point))


def g2(point):
    return b"".join(montgomery(number) for coordinate in point for number in coordinate)


def g1_times(number):
    return g1(zkl.g1_affine(zkl.multiple(zkl.G1, number, zkl.GROUP1)))


def g2_times(number):
    return g2(zkl.g2_affine(zkl.multiple(zkl.G2, number, zkl.GROUP2)))


def named(edit):
    """An edit of contributions after which the records name them, and are signed."""
    def change(file):
        edit(file)
        file.name_contributions()
    return change


def outside():
    """A point of the curve that is not in the subgroup."""
    x = next(x for x in range(4, 100) if lib.on_curve(x))
    return g1((x, pow((x**3 + 4) % lib.P, (lib.P + 1) // 4, lib.P)))


def lies_form(lies):
    data = lies.data
    for size in (0, 19, 300, len(data) // 2, len(data) - 1):
        lies.lie(f"cut-{size if size < len(data) // 2 else len(data) - size}", lambda f, n=size: data[:n], 3)
    lies.lie("not-sealed", lambda f: lib.flip(data, len(data) // 2), 3)
    lies.lie("longer", lambda f: sealed(data[:-32] + b"\0"), 3)
    lies.lie("version-2", lambda f: sealed(data.replace(b"\0\0\0\0\1", b"\0\0\0\0\2", 1)[:-32]), 8)
    lies.lie("page-of-something-else", lambda f: sealed(b"zkp-ledger Ceremony" + data[19:-32]), 3)
    lies.lie("page-too-long", lambda f: setattr(f, "head", f.head[:20] + b"x" * 4100 + f.head[20:]), 3)
    lies.lie("round-0", lambda f: setattr(f, "round", b"\0"), 3)
    lies.lie("round-3", lambda f: setattr(f, "round", b"\3"), 3)
    lies.lie("round-1-with-prepared-powers", lambda f: setattr(f, "round", b"\1"), 3)
    lies.lie("power-5", lambda f: setattr(f, "terms", f.terms.replace(b"\4", b"\5", 1) if f.terms[4:].find(b"\4") < 0 else
                                          f.terms[:4 + f.terms[3]] + b"\5" + f.terms[5 + f.terms[3]:]), 3)
    lies.lie("no-powers", lambda f: setattr(f, "ptau", b""), 9)
    lies.lie("powers-cut", lambda f: setattr(f, "ptau", f.ptau[:-1]), 3)
    lies.lie("powers-longer", lambda f: setattr(f, "ptau", f.ptau + b"\0"), 3)
    lies.lie("step-0", put("step", b"\0"), 3)
    lies.lie("step-5", put("step", b"\5"), 3)
    lies.lie("name-of-a-newline", put("name", b"Al\nce"), 3)
    lies.lie("name-too-long", put("name", b"x" * 65), 3)
    lies.lie("beacon-with-a-name", put("name", b"Dora", 2), 1)
    lies.lie("beacon-with-a-key", lambda f: f.records[2].update(key=STRANGER.der[12:], signature=bytes(64), name=b"Dora"), 1)
    lies.lie("key-without-a-name", put("name", b""), 3)
    lies.lie("beacon-without-a-source", put("source", b"", 2), 1)
    lies.lie("source-too-long", put("source", b"x" * 201, 2), 3)
    lies.lie("party-with-a-source", put("source", b"dice"), 1)
    lies.lie("party-with-a-round", put("round", 7), 1)
    lies.lie("key-of-31-bytes", put("key", lambda r: r["key"][1:]), 3)
    lies.lie("key-of-small-order", put("key", SMALL), 3)
    lies.lie("signature-of-63-bytes", put("signature", lambda r: r["signature"][1:]), 3, False)
    lies.lie("key-without-a-signature", put("signature", b""), 3, False)
    lies.lie("signature-without-a-key", put("key", b""), 3, False)


def lies_people(lies):
    """Order, signatures, beacons, records."""
    def swap(file):
        file.records[0], file.records[1] = file.records[1], file.records[0]

    def drop(number):
        return lambda file: file.records.pop(number) and None

    def rename(file):
        file.terms = file.terms[:4] + bytes([file.terms[4] ^ 1]) + file.terms[5:]

    lies.lie("another-name-of-the-ceremony", rename, 1, False)
    lies.lie("another-seed-of-the-ceremony", lambda f: setattr(f, "terms", lib.flip(f.terms, len(f.terms) - 1)), 1, False)
    lies.lie("another-party", put("name", b"Alicf"), 1, False)
    lies.lie("another-time", put("time", lambda r: r["time"] - 1), 1, False)
    lies.lie("anothers-key", put("key", lambda r: STRANGER.der[12:]), 1, False)
    lies.lie("signature-false", put("signature", lambda r: lib.flip(r["signature"], 0)), 1, False)
    lies.lie("signature-of-another-record", lambda f: f.records[0].update(signature=f.records[1]["signature"]), 1, False)
    lies.lie("beacon-first-of-its-round", lambda f: f.records.insert(0, f.records.pop(2)), 1)
    lies.lie("beacon-between-two", lambda f: f.records.insert(1, f.records.pop(2)), 1)
    lies.lie("records-swapped", swap, 1)
    lies.lie("record-left-out", drop(0), 1)
    lies.lie("record-twice", lambda f: f.records.insert(1, dict(f.records[0])), 1)
    lies.lie("beacon-left-out", drop(2), 1)
    lies.lie("beacon-twice", lambda f: f.records.insert(3, dict(f.records[2])), 1)
    lies.lie("beacon-of-a-party", lambda f: f.records[2].update(step=b"\1", name=b"Dora", source=b""), 1)
    lies.lie("party-as-beacon", lambda f: f.records[1].update(step=b"\2", name=b"", key=b"", source=b"dice", signature=b""), 1)
    lies.lie("beacon-before-a-contribution", put("time", lambda r: 1000, 2), 1)
    lies.lie("beacon-with-the-last-contribution", lambda f: f.records[2].update(time=f.records[1]["time"]), 1)
    lies.lie("beacon-of-a-round-at-another-time", put("round", 30_000_000, 2), 1)
    lies.lie("another-hash", put("hash", lambda r: lib.flip(r["hash"], 0)), 1)
    lies.lie("keys-in-a-ceremony-of-powers" if lies.name == "powers.zklceremony" else "step-that-falls",
             lambda f: f.records.append(dict(f.records[0], step=b"\3")) if lies.name == "powers.zklceremony" else f.records[3].update(step=b"\1"), 1)


def lies_powers(lies):
    """Each point of the powers and of their contributions, for another one of the group; and points of none."""
    five1, five2, none1 = g1_times(5), g2_times(5), b"\0" * 96
    n = 16
    sizes = {2: 2 * n - 1, 4: n, 5: n, 12: 4 * n - 1, 14: 2 * n - 1, 15: 2 * n - 1}
    for section, count in sizes.items():
        for at in sorted({0, 1, count // 2, count - 1}):
            first = section == 2 and at == 0
            leads = (section in (2,) and at == 1) or (section in (4, 5) and at == 0)
            lies.lie(f"point-{section}-{at}", in_ptau(section, 96 * at, five1), 3 if first or leads else 1)
    for section, count in {3: n, 13: 2 * n - 1, 6: 1}.items():
        for at in sorted({0, 1, count - 1} & set(range(count))):
            lies.lie(f"point-{section}-{at}", in_ptau(section, 192 * at, five2), 3 if section in (3,) and at < 2 or section == 6 else 1)
    for name, data in (("infinite", none1), ("outside", outside()), ("off-the-curve", five1[:48] + five1[:48]),
                       ("not-below-p", lib.P.to_bytes(48, "little") + five1[48:])):
        lies.lie(f"point-{name}", in_ptau(2, 96 * 3, data), 3)
        lies.lie(f"lagrange-{name}", in_ptau(12, 96 * 3, data), 3)
        lies.lie(f"contribution-{name}", named_bytes(in_ptau(7, 4 + 96 + 192, data)), 3)
    places = {"tau1": (0, five1), "tau2": (96, five2), "alpha1": (288, five1), "beta1": (384, five1), "beta2": (480, five2)}
    at = 672
    for secret in ("tau", "alpha", "beta"):
        places |= {secret + ".s": (at, five1), secret + ".sx": (at + 96, five1)}
        at += 192
    for secret in ("tau", "alpha", "beta"):
        places[secret + ".spx"] = (at, five2)
        at += 192
    for name, (place, data) in places.items():
        for number in (0, 1):
            size = len(zkl.Ceremony(lies.data).powers.history[0].bytes)
            lies.lie(f"contribution-{number}-{name}", named(in_ptau(7, 4 + number * size + place, data)), 1)
    end = 672 + 9 * 96 + 3 * 96
    for name, place, number in (("state-block", 0, 2), ("state-h", 130, 2), ("state-compressed", 192, 2), ("next", 216, 1), ("next-of-the-last", 216, 2)):
        before = sum(len(c.bytes) for c in zkl.Ceremony(lies.data).powers.history[:number])
        lies.lie(f"contribution-{name}", named(in_ptau(7, 4 + before + end + place, lambda old: bytes([old[0] ^ 1]))), 1)

    def drop(number):
        def edit(file):
            start, end_ = file.section(7)
            history = [c.bytes for c in zkl.Ceremony(lies.data).powers.history]
            history.pop(number)
            body = len(history).to_bytes(4, "little") + b"".join(history)
            file.ptau = file.ptau[:start - 8] + len(body).to_bytes(8, "little") + body + file.ptau[end_:]
            file.records.pop(number)
        return edit

    lies.lie("contribution-0-left-out", drop(0), 1)
    lies.lie("contribution-1-left-out", drop(1), 1)
    lies.lie("beacon-and-its-record-left-out", drop(2), 3)
    lies.lie("beacon-of-another-value", named(in_ptau(7, -1, lambda old: bytes([old[0] ^ 1]))), 1)


class KeyPlaces:
    """Where in `rest` each key has what."""

    def __init__(self, file):
        self.keys, at = [], 0
        for key in file.found.keys:
            own = {"delta1": at, "delta2": at + 96, "c": at + 292}
            own["h"] = own["c"] + 96 * len(key.c) + 4
            own["section"] = own["h"] + 96 * len(key.h)
            own["circuit-hash"] = own["section"] + 4
            own["count"] = own["circuit-hash"] + 64
            own["history"], place = [], own["count"] + 4
            for c in key.history:
                own["history"].append(place)
                place += len(c.bytes)
            own["end"] = place
            self.keys.append(own)
            at = place


def in_key(number, member, data, at=0):
    def edit(file):
        own = KeyPlaces(file).keys[number]
        place = (own["history"][member] if isinstance(member, int) else own[member]) + at
        new = data(file.rest[place:]) if callable(data) else data
        file.rest = file.rest[:place] + new + file.rest[place + len(new):]
    return edit


def contributed(circuit_hash, factors):
    """Contributions to a key by these factors, and the delta that they lead to."""
    said, total, out = circuit_hash, 1, b""
    for number, factor in enumerate(factors):
        s = zkl.g1_affine(zkl.multiple(zkl.G1, 1000 + number, zkl.GROUP1))
        sx = zkl.g1_affine(zkl.multiple(s, factor, zkl.GROUP1))
        transcript = zkl.blake2b(said, zkl.uncompressed(s), zkl.uncompressed(sx))
        spx = zkl.g2_affine(zkl.multiple(zkl.sp_of(transcript), factor, zkl.GROUP2))
        total = total * factor % lib.R
        delta = zkl.g1_affine(zkl.multiple(zkl.G1, total, zkl.GROUP1))
        out += g1(delta) + g1(s) + g1(sx) + g2(spx) + transcript + bytes(4) + bytes(4)
        said += b"".join(map(zkl.uncompressed, (delta, s, sx, spx))) + transcript
    return total, len(factors).to_bytes(4, "little") + out


def made_anew(factors, divided=None):
    """Both keys anew, by these factors: the powers are what they were. divided: C and H are divided by this instead."""
    def edit(file):
        file.rest = b""
        for tier, key in zip(file.found.tiers, file.found.keys):
            circuit, powers = zkl.Circuit((HERE / f"F{tier}.r1cs").read_bytes()), file.found.powers
            total, history = contributed(key.circuit_hash, factors)
            back = pow(divided or total, -1, lib.R)
            points = [circuit.wire_terms(wire, powers) for wire in range(circuit.public + 1, circuit.wires)]
            odd = [[(point, 1)] for point in powers.domain(powers.lagrange1, 2 * circuit.size)[1::2]]
            c, h = ([zkl.g1_affine(zkl.g1_sum((point, value * back) for point, value in terms)) for terms in rows] for rows in (points, odd))
            file.rest += g1_times(total) + g2_times(total) + b"".join(lib.u32(len(rows)) + b"".join(map(g1, rows)) for rows in (c, h))
            file.rest += lib.field(key.circuit_hash + history)
        file.records = file.records[:3] + [dict(file.records[3], hash=bytes(32)) for _ in factors]
        file.name_contributions()
    return edit


def lies_keys(lies):
    five1, five2 = g1_times(5), g2_times(5)
    for number in (0, 1):
        for name, data in (("delta1", five1), ("delta2", five2), ("c", five1), ("h", five1), ("circuit-hash", lambda old: bytes([old[0] ^ 1]))):
            lies.lie(f"key-{number}-{name}", named(in_key(number, name, data)), 1)
    lies.lie("key-c-last", named(in_key(0, "c", five1, 96 * 2)), 1)
    lies.lie("key-h-last", named(in_key(0, "h", five1, 96 * 7)), 1)
    lies.lie("key-c-infinite", named(in_key(0, "c", bytes(96))), 1)
    for name in ("delta1", "c", "h"):
        lies.lie(f"key-{name}-outside", in_key(0, name, outside()), 3)
    lies.lie("key-delta-infinite", in_key(0, "delta1", bytes(96)), 3)
    lies.lie("key-c-fewer", lambda f: setattr(f, "rest", f.rest[:288] + lib.u32(len(f.found.keys[0].c) - 1) + f.rest[292 + 96:]), 1)
    lies.lie("key-h-seven", lambda f: (lambda at: setattr(f, "rest", f.rest[:at - 4] + lib.u32(len(f.found.keys[0].h) - 1) + f.rest[at + 96:]))(
        KeyPlaces(f).keys[0]["h"]), 3)
    for number in (0, 1, 2):
        for name, at, data in (("delta", 0, five1), ("s", 96, five1), ("sx", 192, five1), ("spx", 288, five2), ("transcript", 480, lambda old: bytes([old[0] ^ 1]))):
            lies.lie(f"contribution-{number}-{name}", named(in_key(number % 2, number, data, at)), 1)

    def swap(file):
        at = KeyPlaces(file).keys[0]["end"]
        file.rest = file.rest[at:] + file.rest[:at]

    lies.lie("keys-swapped", named(swap), 1)
    lies.lie("one-key-left-out", lambda f: setattr(f, "rest", f.rest[:KeyPlaces(f).keys[0]["end"]]), 3)
    lies.lie("a-circuit-more", lambda f: setattr(f, "terms", f.terms.replace(bytes([2, 18, 20]), bytes([3, 18, 20, 22]))), 3)
    lies.lie("circuits-in-another-order", lambda f: setattr(f, "terms", f.terms.replace(bytes([2, 18, 20]), bytes([2, 20, 18]))), 3)
    lies.lie("beacon-of-the-keys-before", lambda f: f.records[5].update(time=f.records[4]["time"]), 1)
    lies.lie("beacon-of-the-keys-left-out", lambda f: f.records.pop() and None, 1)
    lies.lie("records-of-the-keys-swapped", lambda f: f.records.insert(3, f.records.pop(4)), 1)
    lies.lie("beacon-of-the-keys-of-another-value", named(in_key(1, 2, lambda old: bytes([old[0] ^ 1]), len(File(lies.name).found.keys[1].history[2].bytes) - 1)), 1)
    lies.lie("keys-made-anew", made_anew([7, 11]), 0)
    lies.lie("delta-is-1", made_anew([7, pow(7, -1, lib.R)]), 1)
    lies.lie("delta-undone", made_anew([7, 11, pow(11, -1, lib.R)]), 1)
    lies.lie("contribution-of-1", made_anew([7, 1]), 1)
    lies.lie("divided-by-another-delta", made_anew([7, 11], 13), 1)


def named_bytes(edit):
    """As `named`, where the file no longer parses: the records keep their hashes."""
    return lambda file: edit(file)


def main():
    for name in ("powers", "toys"):
        lies = Lies(name + ".zklceremony")
        if name == "powers":
            lies_form(lies)
            lies_people(lies)
            lies_powers(lies)
        else:
            lies_keys(lies)
        lies.write(name + ".json")


if __name__ == "__main__":
    main()
