#!/usr/bin/env python3
"""A second verifier of zkp-ledger's receipts, disclosures and lineage files, written from docs/ alone.

    zkl_verify.py RECEIPT.. --trust trust.toml [--consistency FILE].. [--tiles FOLDER] [--standing FILE] [--json]
    zkl_verify.py ceremony FILE [--r1cs F18=FILE].. [--trust] [--json]

It shares no code with the program: whoever doubts one of the two can ask the other. Slow and plain on purpose. It needs
Python 3.11, `cryptography` (Ed25519, ECDSA), `py_ecc` (pairings), and `blake3` for ledgers that hash with it.
Exit codes and names of checks are those of the program (docs/cli.md, docs/formats/receipt.md).
"""
import argparse
import base64
import binascii
import datetime
import hashlib
import json
import math
import os
import re
import secrets
import struct
import sys
import tomllib
from fractions import Fraction

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils
from cryptography.x509.oid import ExtendedKeyUsageOID
from py_ecc.fields import optimized_bls12_381_FQ as FQ
from py_ecc.fields import optimized_bls12_381_FQ2 as FQ2
from py_ecc.optimized_bls12_381 import FQ12, b2, final_exponentiate, is_inf, is_on_curve, multiply, pairing

try:
    from cryptography.hazmat.primitives.asymmetric import mldsa
except ImportError:  # an older package: lines by ML-DSA-44 keys count for nothing
    mldsa = None

C = 65536  # cells of a block
R = 0x73EDA753299D7D483339D80809A1D80553BDA402FFFE5BFEFFFFFFFF00000001  # scalars
P = 0x1A0111EA397FE69A4B1BA7B6434BACD764774B84F38512BF6730D2A0F6B0F6241EABFFFEB153FFFFB9FEFFFFFFFFAAAB
G1 = (0x17F1D3A73197D7942695638C4FA9AC0FC3688C4F9774B905A14E3A3F171BAC586C55E83FF97A1AEFFB3AF00ADB22C6BB,
      0x08B3F481E3AAA0F1A09E30ED741D8AE4FCF5E095D5D00AF600DB18CB2C04B3EDD03CC744A2888AE40CAA232946C5E7E1)
G2_BYTES = bytes.fromhex(
    "93e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf11213945d57e5ac7d055d042b7e"
    "024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0326a805bbefd48056c8c121bdb8")
STILL = 2**64 - 1  # an `until` that is not said
AUX = 2**32 - 1  # index of a column of an auxiliary table
TIERS = {f"F{n}": n - 16 for n in (18, 20, 22, 24, 26)}
STATUS = {0: "valid", 1: "rejected", 2: "wrong usage", 3: "bad input", 6: "limit", 7: "i/o", 8: "not supported",
          9: "could not check"}


class Refused(Exception):
    """What does not verify: an exit code, and the name of the check when it is known."""

    def __init__(self, code, text, check=None):
        super().__init__(text)
        self.code, self.check = code, check


def reject(text):
    raise Refused(1, text)


def bad(text):
    raise Refused(3, text)


def limit(text):
    raise Refused(6, text)


def cannot(text):
    raise Refused(9, text)


def need(holds, text):
    """A check whose failure is a rejection."""
    if not holds:
        reject(text)


def form(holds, text):
    """A check whose failure is bad input."""
    if not holds:
        bad(text)


# ---------------------------------------------------------------------------------------------------------------- bytes


def sha256(data):
    return hashlib.sha256(data).digest()


def sha3(data):
    return hashlib.sha3_256(data).digest()


def u32(number):
    return number.to_bytes(4, "big")


def u64(number):
    return number.to_bytes(8, "big")


def scalar(number):
    return (number % R).to_bytes(32, "big")


def field(data):
    return u32(len(data)) + data


class Reader:
    """Big-endian numbers and fields, in order. What is cut is bad input."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, size):
        form(size <= len(self.data) - self.at, "it is cut short")
        self.at += size
        return self.data[self.at - size:self.at]

    def u8(self):
        return self.take(1)[0]

    def u32(self):
        return int.from_bytes(self.take(4), "big")

    def u64(self):
        return int.from_bytes(self.take(8), "big")

    def field(self, most=None):
        size = self.u32()
        form(most is None or size <= most, f"a field of {size} bytes")
        return self.take(size)

    def count(self, most, size=1, least=0):
        """How many items of at least so many bytes follow."""
        number = self.u32()
        form(number <= most, f"a list of {number}, at most {most}")
        form(least <= number and number * size <= len(self.data) - self.at, "a list that is longer than what follows")
        return number

    def end(self):
        form(self.at == len(self.data), "something follows its end")


def sealed(data, magic, versions, most=2**30):
    """The reader of a file with magic, version and trailing hash, behind the version."""
    if len(data) > most:
        limit("the file is too large")
    form(len(data) >= 44 and data[:8] == magic, "it does not begin with " + magic.decode())
    version = int.from_bytes(data[8:12], "big")
    if version not in versions:
        raise Refused(8, f"version {version} of the format")
    form(sha3(data[:-32]) == data[-32:], "it is damaged: the trailing hash differs")
    reader = Reader(data[:-32])
    reader.at = 12
    return reader


def text(data):
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        bad("a text is no UTF-8")


def unbase64(string):
    form(isinstance(string, str), "no base 64")
    try:
        data = base64.b64decode(string, validate=True)
    except (binascii.Error, ValueError):
        bad("no base 64")
    form(base64.b64encode(data).decode() == string, "base 64 in another form")
    return data


def limbs_of(number):
    """16-bit digits without leading zeros."""
    return max(1, (number.bit_length() + 15) // 16)


def up_to_chunks(rows):
    return (rows + C - 1) // C * C


# ---------------------------------------------------------------------------------------------------------------- curve
# G1 in Jacobian coordinates of plain integers; None is infinity.


def g1_double(a):
    if a is None:
        return None
    x, y, z = a
    xx, yy = x * x % P, y * y % P
    yyyy = yy * yy % P
    s = 2 * ((x + yy) ** 2 - xx - yyyy) % P
    m = 3 * xx
    x3 = (m * m - 2 * s) % P
    return x3, (m * (s - x3) - 8 * yyyy) % P, 2 * y * z % P


def g1_add(a, b):
    if a is None or b is None:
        return b if a is None else a
    x1, y1, z1 = a
    x2, y2, z2 = b
    zz1, zz2 = z1 * z1 % P, z2 * z2 % P
    u1, u2 = x1 * zz2 % P, x2 * zz1 % P
    s1, s2 = y1 * z2 * zz2 % P, y2 * z1 * zz1 % P
    h, r = (u2 - u1) % P, (s2 - s1) % P
    if h == 0:
        return g1_double(a) if r == 0 else None
    hh = h * h % P
    hhh, v = h * hh % P, u1 * hh % P
    x3 = (r * r - hhh - 2 * v) % P
    return x3, (r * (v - x3) - s1 * hhh) % P, z1 * z2 * h % P


def g1_sum(pairs):
    """Multi-scalar multiplication by windows of four bits, over all points at once. Points are affine."""
    tables = []
    for point, weight in pairs:
        weight %= R
        if weight:
            table = [None, (*point, 1)]
            for _ in range(14):
                table.append(g1_add(table[-1], table[1]))
            tables.append((table, weight))
    total = None
    for shift in range(252, -1, -4):
        for _ in range(4):
            total = g1_double(total)
        for table, weight in tables:
            digit = weight >> shift & 15
            if digit:
                total = g1_add(total, table[digit])
    return total


def g1_affine(a):
    if a is None:
        return None
    inverse = pow(a[2], -1, P)
    return a[0] * inverse * inverse % P, a[1] * inverse ** 3 % P


DECODED = {}


def g1_decode(data):
    """A compressed point of the subgroup, not infinity, as affine coordinates."""
    if data in DECODED:
        return DECODED[data]
    number = int.from_bytes(data, "big")
    x = number & (2**381 - 1)
    form(number >> 382 == 2 and x < P, "a point of G1 in another form")
    square = (x**3 + 4) % P
    y = pow(square, (P + 1) // 4, P)
    form(y * y % P == square, "a point that is not on the curve")
    if (y > (P - 1) // 2) != bool(number >> 381 & 1):
        y = P - y
    product = None  # r times the point, for each point by itself
    for bit in bin(R)[2:]:
        product = g1_double(product)
        if bit == "1":
            product = g1_add(product, (x, y, 1))
    form(product is None, "a point outside the subgroup")
    DECODED[data] = (x, y)
    return x, y


def fp2_root(a):
    """A square root, for p = 3 mod 4."""
    start = a ** ((P - 3) // 4)
    square, root = start * start * a, start * a
    if square == FQ2([P - 1, 0]):
        root = FQ2([0, 1]) * root
    else:
        root = (FQ2.one() + square) ** ((P - 1) // 2) * root
    form(root * root == a, "a point that is not on the curve of G2")
    return root


def g2_decode(data):
    if data in DECODED:
        return DECODED[data]
    high, low = int.from_bytes(data[:48], "big"), int.from_bytes(data[48:], "big")
    form(high >> 382 == 2 and high & (2**381 - 1) < P and low < P, "a point of G2 in another form")
    x = FQ2([low, high & (2**381 - 1)])
    y = fp2_root(x * x * x + b2)
    imaginary, real = int(y.coeffs[1]), int(y.coeffs[0])
    if ((imaginary or real) > (P - 1) // 2) != bool(high >> 381 & 1):
        y = -y
    point = (x, y, FQ2.one())
    form(is_on_curve(point, b2) and is_inf(multiply(point, R)), "a point outside the subgroup of G2")
    DECODED[data] = point
    return point


class Pairings:
    """Equations e(.,.) e(.,.) .. = 1, each with a random weight of ours, with one final exponentiation for all of them."""

    def __init__(self):
        self.terms = {}  # encoded point of G2: list of (point of G1, weight)
        self.weight = 1

    def equation(self):
        self.weight = secrets.randbits(128) | 1

    def add(self, g2, *pairs):
        g2_decode(g2)
        self.terms.setdefault(g2, []).extend((point, weight * self.weight % R) for point, weight in pairs)

    def hold(self):
        product = FQ12.one()
        for g2, pairs in self.terms.items():
            point = g1_affine(g1_sum(pairs))
            if point is not None:
                product *= pairing(g2_decode(g2), (FQ(point[0]), FQ(point[1]), FQ(1)), final_exponentiate=False)
        return final_exponentiate(product) == FQ12.one()


# ------------------------------------------------------------------------------------------------------------ challenges


def hash_to_fr(label, data):
    return int.from_bytes(hashlib.sha3_512(b"zkl/v1/" + label.encode() + b"\0" + data).digest(), "big") % R


def challenge(label, *numbers):
    return hash_to_fr(label, b"".join(n if isinstance(n, bytes) else scalar(n) for n in numbers))


def inverse(number):
    need(number % R, "a denominator is 0")
    return pow(number, -1, R)


def poseidon_constants():
    """Grain LFSR of the Poseidon paper: field 1, S-box 0, 255 bits, t = 5, R_F = 8, R_P = 60."""
    state = [int(bit) for bit in f"{1:02b}{0:04b}{255:012b}{5:012b}{8:010b}{60:010b}" + "1" * 30]

    def step():
        bit = state[62] ^ state[51] ^ state[38] ^ state[23] ^ state[13] ^ state[0]
        state.pop(0)
        state.append(bit)
        return bit

    def draw():
        number = 0
        for _ in range(255):
            while step() == 0:
                step()
            number = number << 1 | step()
        return number

    for _ in range(160):
        step()
    rounds = []
    while len(rounds) < 68 * 5:
        number = draw()
        if number < R:
            rounds.append(number)
    points = [draw() % R for _ in range(10)]
    assert len(set(points)) == 10
    return rounds, [[inverse(x + y) for y in points[5:]] for x in points[:5]]


def poseidon_permute(state):
    if not POSEIDON:
        POSEIDON.extend(poseidon_constants())
    rounds, matrix = POSEIDON
    for number in range(68):
        state = [(cell + rounds[5 * number + i]) % R for i, cell in enumerate(state)]
        if 4 <= number < 64:
            state[0] = pow(state[0], 5, R)
        else:
            state = [pow(cell, 5, R) for cell in state]
        state = [sum(a * b for a, b in zip(row, state)) % R for row in matrix]
    return state


POSEIDON = []


def poseidon_hash(numbers):
    """The one public input: domain 2, four numbers at a time."""
    state = [2, 0, 0, 0, 0]
    for at in range(0, len(numbers), 4):
        for i, number in enumerate(numbers[at:at + 4]):
            state[1 + i] = (state[1 + i] + number) % R
        state = poseidon_permute(state)
    return state[1]


# ---------------------------------------------------------------------------------------------------------------- keys

ED25519_DER = bytes.fromhex("302a300506032b6570032100")
P256_DER = bytes.fromhex("3059301306072a8648ce3d020106082a8648ce3d03010703420004")
SMALL_Y = {0, 1, 2**255 - 20} | {int.from_bytes(bytes.fromhex(y), "little") for y in (
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")}


def check_ed25519(key):
    y = int.from_bytes(key, "little") & (2**255 - 1)
    form(y < 2**255 - 19 and y not in SMALL_Y, "a public key of small order, or in another form")
    return key


def check_der(der):
    """A SubjectPublicKeyInfo of Ed25519 or P-256."""
    if der[:12] == ED25519_DER and len(der) == 44:
        check_ed25519(der[12:])
    else:
        form(der[:27] == P256_DER and len(der) == 91, "a public key of another kind")
        try:
            ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), der[26:])
        except ValueError:
            bad("a public key that is not on the curve")
    return der


def signature_holds(der, signature, message):
    try:
        if der[:12] == ED25519_DER:
            ed25519.Ed25519PublicKey.from_public_bytes(der[12:]).verify(signature, message)
        else:
            if utils.encode_dss_signature(*utils.decode_dss_signature(signature)) != signature:
                return False
            key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), der[26:])
            key.verify(signature, message, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True


def ml_dsa_44_holds(key, signature, message):
    """None: there is no ML-DSA-44 here, so the signature is neither true nor false."""
    if mldsa is None:
        return None
    try:
        mldsa.MLDSA44PublicKey.from_public_bytes(key).verify(signature, message)
    except UnsupportedAlgorithm:
        return None
    except (InvalidSignature, ValueError):
        return False
    return True


LOG_KEY, WITNESS_KEY, ML_DSA_44_KEY = 1, 4, 6  # types of verifier keys


class VerifierKey:
    """`name+hash+base64(type, key)` (checkpoint.md)."""

    def __init__(self, string, *kinds):
        form(isinstance(string, str), "no verifier key")
        name, plus, rest = string.partition("+")
        number, plus2, encoded = rest.partition("+")
        data = unbase64(encoded)
        form(plus and plus2 and good_log_name(name) and data[:1] and data[0] in kinds and
             len(data) == (1313 if data[0] == ML_DSA_44_KEY else 33), "no verifier key")
        self.text, self.name, self.kind = string, name, data[0]
        self.key = data[1:] if self.kind == ML_DSA_44_KEY else check_ed25519(data[1:])
        self.hash = sha256(name.encode() + b"\n" + data)[:4]
        form(number == self.hash.hex(), "a verifier key with another key hash")
        self.der = None if self.kind == ML_DSA_44_KEY else ED25519_DER + self.key

    def cosigned(self, note, time):
        """What a witness signs of a checkpoint."""
        if self.kind == WITNESS_KEY:
            return b"cosignature/v1\ntime %d\n" % time + note.text
        name, origin = self.name.encode(), note.origin.encode()
        return (b"subtree/v1\n\0" + bytes([len(name)]) + name + u64(time) + bytes([len(origin)]) + origin +
                u64(0) + u64(note.size) + note.root)

    def check_cosignature(self, note, signature):
        """A false line is rejected. Returns whether it could be verified."""
        size = 2420 if self.kind == ML_DSA_44_KEY else 64
        time, rest = int.from_bytes(signature[:8], "big"), signature[8:]
        need(len(signature) == 8 + size and time < 2**63, "a false line of a witness")
        message = self.cosigned(note, time)
        holds = ml_dsa_44_holds(self.key, rest, message) if self.kind == ML_DSA_44_KEY else signature_holds(self.der, rest, message)
        need(holds is not False, "a false line of a witness")
        return holds is True


# Code points that show nothing or turn the text around (checkpoint.md).
HIDDEN = (
    (0x00, 0x1F), (0x7F, 0xA0), (0xAD, 0xAD), (0x34F, 0x34F), (0x600, 0x605), (0x61C, 0x61C), (0x6DD, 0x6DD), (0x70F, 0x70F),
    (0x890, 0x891), (0x8E2, 0x8E2), (0x115F, 0x1160), (0x1680, 0x1680), (0x17B4, 0x17B5), (0x180B, 0x180F), (0x2000, 0x200F),
    (0x2028, 0x202F), (0x205F, 0x206F), (0x2800, 0x2800), (0x3000, 0x3000), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFB), (0x110BD, 0x110BD), (0x110CD, 0x110CD), (0x13430, 0x1343F), (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF))


def has_hidden(string):
    return any(first <= ord(c) <= last for c in string for first, last in HIDDEN)


def good_log_name(name):
    return 0 < len(name.encode()) <= 255 and not any(c.isspace() or c == "+" for c in name) and not has_hidden(name)


# At most 128 digits, zeros in front of them too (trust.md).
LONG_NUMBER = re.compile(rb"(?m)^[ \t]*[\"'A-Za-z_]+[ \t]*=[ \t]*0[xob](?:_?[0-9A-Fa-f]){129}")


class Trust:
    """A trust file (trust.md). Keys are lists of [key, from, until]."""

    def __init__(self, data):
        if len(data) > 2**20:
            limit("the trust file is too large")
        if not data:
            cannot("the trust file is empty")
        try:
            toml = tomllib.loads(data.removeprefix(b"\xef\xbb\xbf").decode("utf-8"))
        except (ValueError, RecursionError) as error:  # TOMLDecodeError, and numbers of thousands of digits
            bad(f"the trust file: {error}")
        form(not LONG_NUMBER.search(data), "the trust file: a number that is too long")
        only(toml, {"version", "first_log_key", "srs", "srs_made", "development", "log_key", "signer", "witnesses", "circuits", "tsa",
                    "ceremony", "party"},
             {"version", "first_log_key", "srs", "development", "log_key"})
        form(type(toml["version"]) is int and toml["version"] == 1 and type(toml["development"]) is bool,
             "the trust file: version or development")
        form(all(isinstance(toml.get(name, []), list) and len(toml.get(name, [])) <= 1024
                 for name in ("log_key", "signer", "tsa", "party")), "the trust file: too many tables, or none")
        self.first = VerifierKey(toml["first_log_key"], LOG_KEY)
        self.ledger = sha3(b"zkl/v1/ledger\0" + self.first.text.encode())
        self.srs, self.development = unhex(toml["srs"]), toml["development"]
        form(toml.get("srs_made", "development") in ("ceremony", "development"), "the trust file: srs_made")
        names_parties = self.read_parties(toml)
        self.srs_ceremony = toml.get("srs_made") == "ceremony" and names_parties
        self.log_keys = [self.listed(row, lambda k: VerifierKey(k, LOG_KEY)) for row in toml["log_key"]]
        form(self.log_keys, "the trust file: no log key")
        self.signers = [self.listed(row, lambda k: check_der(unbase64(k))) for row in toml.get("signer", [])]
        for i, (key, since, until) in enumerate(self.log_keys):
            form(key.name == self.first.name, "the trust file: a log key of another name")
            for _, since2, until2 in self.log_keys[:i]:
                form(until <= since2 or until2 <= since, "the trust file: two log keys for one index")
        for i, (key, since, until) in enumerate(self.signers):
            form(not any(key == key2 and since < until2 and since2 < until for key2, since2, until2 in self.signers[:i]),
                 "the trust file: one signer twice for one index")
        witnesses = toml.get("witnesses", {"quorum": 0, "keys": []})
        only(witnesses, {"quorum", "keys"}, {"quorum", "keys"})
        form(isinstance(witnesses["keys"], list), "the trust file: no list of witnesses")
        self.quorum, self.witnesses = witnesses["quorum"], [VerifierKey(k, WITNESS_KEY, ML_DSA_44_KEY) for k in witnesses["keys"]]
        form(type(self.quorum) is int and 0 <= self.quorum <= len(self.witnesses) <= 31, "the trust file: a quorum that cannot be")
        form(len({witness.key for witness in self.witnesses}) == len(self.witnesses), "the trust file: a witness's key that stands twice")
        keys = [self.first] + [key for key, _, _ in self.log_keys] + self.witnesses
        form(all(a.text == b.text or (a.name, a.hash) != (b.name, b.hash) for a in keys for b in keys),
             "the trust file: two keys that a note's line could not tell apart")
        self.clocks = [read_clock(row) for row in toml.get("tsa", [])]
        if len(self.clocks) > 32:
            limit("the trust file: too many clocks")
        form(len({c.public_bytes(serialization.Encoding.DER) for _, c in self.clocks}) == len(self.clocks) ==
             len({name for name, _ in self.clocks}), "the trust file: a clock that stands twice")
        circuits = toml.get("circuits", {})
        form(isinstance(circuits, dict) and len(circuits) <= 64 and
             all(re.fullmatch("[A-Z][1-9][0-9]?", name) for name in circuits), "the trust file: circuits")
        self.circuits = {name: unhex(value) for name, value in circuits.items()}

    @staticmethod
    def read_parties(toml):
        """Whether parties are named who contributed to the powers, and to the keys."""
        if "ceremony" in toml:
            only(toml["ceremony"], *[{"transcript"}] * 2)
            unhex(toml["ceremony"]["transcript"])
        parties = toml.get("party", [])
        form(isinstance(parties, list) and (not parties or "ceremony" in toml), "the trust file: parties of no ceremony")
        done, keys = set(), []
        for row in parties:
            only(row, *[{"name", "key", "contributed"}] * 2)
            keys.append(check_der(unbase64(row["key"])))
            form(isinstance(row["name"], str) and re.fullmatch("[ -~]{1,64}", row["name"]) and isinstance(row["contributed"], list) and
                 row["contributed"] and all(word in ("powers", "keys") for word in row["contributed"]), "the trust file: a party")
            done |= set(row["contributed"])
        form(len(set(keys)) == len(keys), "the trust file: two parties of one key")
        return done == {"powers", "keys"}

    @staticmethod
    def listed(row, read):
        only(row, {"key", "from", "until"}, {"key", "from"})
        since, until = row["from"], row.get("until", STILL)
        form(type(since) is int and type(until) is int and 0 <= since < until and since < 2**63 and
             ("until" not in row or until < 2**63), "the trust file: from and until")
        return [read(row["key"]), since, until]


def read_clock(row):
    only(row, *[{"name", "certificate"}] * 2)
    form(all(isinstance(value, str) for value in row.values()), "the trust file: a clock")
    form(0 < len(row["name"].encode()) <= 255 and not has_hidden(row["name"]), "the trust file: a clock's name")
    pem = re.fullmatch("\n*-----BEGIN CERTIFICATE-----\n([^-]*\n)-----END CERTIFICATE-----\n*", row["certificate"])
    return row["name"], load_certificate(unbase64(pem[1].replace("\n", "") if pem else row["certificate"]))


def only(table, allowed, required):
    form(isinstance(table, dict) and set(table) <= allowed and required <= set(table),
         f"members {sorted(set(table) ^ required) if isinstance(table, dict) else table}")


def unhex(string, size=32):
    form(isinstance(string, str) and re.fullmatch("[0-9a-f]*", string) and len(string) == 2 * size, "a hash in another form")
    return bytes.fromhex(string)


# -------------------------------------------------------------------------------------------------------------- entries


DEPTH_MAX = 64  # of JSON; nothing that is signed here is half as deep


def no_float(number):
    bad(f"the number {number} in an entry")


def whole_number(digits):
    form(len(digits) <= 20 and -2**63 <= int(digits) < 2**63, "a number of more than 64 bits")
    return int(digits)


def check_depth(string):
    """Before anything recursive sees it."""
    depth, in_text = 0, False
    for match in re.finditer(r'\\.|["\[\]{}]', string, re.DOTALL):
        if match[0] == '"':
            in_text = not in_text
        elif match[0][0] != "\\" and not in_text:
            depth += 1 if match[0] in "[{" else -1
            form(depth <= DEPTH_MAX, "JSON that is nested too deep")


def unique_members(pairs):
    form(len(dict(pairs)) == len(pairs), "a member that stands twice")
    return dict(pairs)


def canonical(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def parse_json(data):
    string = text(data)
    check_depth(string)
    try:
        value = json.loads(string, parse_float=no_float, parse_int=whole_number, parse_constant=no_float, object_pairs_hook=unique_members)
        form(canonical(value).encode() == data, "JSON that is not canonical")
        form(not re.search(r"(?<!\\)(?:\\\\)*\\u0000", string), "a text with the character 0")
    except (json.JSONDecodeError, RecursionError, UnicodeEncodeError, ValueError) as error:
        bad(f"no JSON: {error}")
    return value


NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,127}")
PREDICATES = {
    "setup": {"circuit", "made", "powers"}, "notarise": {"statements"}, "prove": {"statements"}, "disclose": {"disclosure"},
    "provenance": {"facts", "made", "operation", "unproven", "used"}, "key": {"key", "replaces", "role"},
    "report": {"tree"}, "revoke": {"key", "reason", "role"}, "withdraw": {"reason"}, "announce": set()}


def cbor_head(major, number):
    if number < 24:
        return bytes([major << 5 | number])
    size = 1 if number < 256 else 2
    form(number < 65536, "a string that is too long")
    return bytes([major << 5 | 23 + size]) + number.to_bytes(size, "big")


def cbor_bytes(data):
    return cbor_head(2, len(data)) + data


def cbor_text(string):
    return cbor_head(3, len(string.encode())) + string.encode()


def read_envelope(data, wanted):
    """Payload, signatures by key id, and what they are over (dsse.md)."""
    match = re.fullmatch(rb'\{"payload":"([A-Za-z0-9+/=]*)","payloadType":"([!#-\[\]-~]{1,255})","signatures":\[(.*)\]\}', data)
    form(match, "no envelope")
    payload, kind = unbase64(match[1].decode()), match[2]
    form(kind == wanted, "an envelope of another type")
    signature = rb'\{"keyid":"([0-9a-f]{64})","sig":"([A-Za-z0-9+/=]+)"\}'
    form(re.fullmatch(rb"%b(,%b){0,7}" % (signature, signature), match[3]), "signatures in another form")
    signatures = {m[1].decode(): unbase64(m[2].decode()) for m in re.finditer(signature, match[3])}
    form(len(signatures) == len(re.findall(signature, match[3])), "two signatures by one key")
    form(all(len(s) <= 72 for s in signatures.values()), "a signature that is too long")
    return payload, signatures, b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


class Entry:
    """A logged entry: envelope (dsse.md), payload (entry.md), index and inclusion path (receipt.md)."""

    def __init__(self, envelope, index, path=()):
        self.envelope, self.index, self.path = envelope, index, path
        self.leaf = sha256(b"\0" + envelope)
        self.is_cose = envelope[:1] == b"\xd2"
        if self.is_cose:
            self.read_statement()
        else:
            self.payload, self.signatures, self.signed = read_envelope(envelope, b"application/vnd.in-toto+json")
        self.read_payload(self.payload)
        form(self.is_cose == (self.kind == "announce"), "an entry in the form of another kind")
        if self.is_cose:
            form(self.header == self.cose_header(next(iter(self.signatures))), "a header that does not fit its payload")

    @classmethod
    def logged(cls, reader):
        envelope, index = reader.field(65535), reader.u64()
        form(index < 2**63, "an index that no log has")
        return cls(envelope, index, [reader.take(32) for _ in range(reader.count(64, 32))])

    def read_statement(self):
        """A COSE statement (cose.md): its one form, found by writing it again."""
        data, at, parts = self.envelope, 2, []
        for part in range(4):
            if part == 1:
                form(data[at:at + 1] == b"\xa0", "an unprotected header that is not empty")
                at += 1
                continue
            more = {0x58: 1, 0x59: 2}.get(data[at] if at < len(data) else 0, 0)
            size = int.from_bytes(data[at + 1:at + 1 + more], "big")
            parts.append(data[at + 1 + more:at + 1 + more + size])
            at += 1 + more + size
        header, self.payload, signature = parts
        form(data == b"\xd2\x84" + cbor_bytes(header) + b"\xa0" + cbor_bytes(self.payload) + cbor_bytes(signature) and
             len(signature) == 64, "no COSE statement in its one form")
        kid_at = header.find(b"\x04\x58\x20") + 3
        self.header, self.signatures = header, {header[kid_at:kid_at + 32].hex(): signature}
        self.signed = b"\x84\x6aSignature1" + cbor_bytes(header) + b"\x40" + cbor_bytes(self.payload)

    def cose_header(self, keyid):
        issuer = f"urn:zkp-ledger:{self.ledger.hex()}"
        subject = f"{issuer}:dataset:{self.name}@{self.version}"
        return (b"\xa4\x01\x27\x03" + cbor_text("application/vnd.in-toto+json") + b"\x04\x58\x20" + bytes.fromhex(keyid) +
                b"\x0f\xa2\x01" + cbor_text(issuer) + b"\x02" + cbor_text(subject))

    def read_payload(self, payload):
        if len(payload) > 48800:
            limit("a payload that is too long")
        top = parse_json(payload)
        only(top, *[{"_type", "predicate", "predicateType", "subject"}] * 2)
        self.predicate, self.subject = top["predicate"], top["subject"]
        form(isinstance(self.predicate, dict), "no predicate")
        self.kind = self.predicate.get("kind")
        form(isinstance(self.kind, str) and self.kind in PREDICATES and top["_type"] == "https://in-toto.io/Statement/v1" and
             top["predicateType"] == f"urn:zkp-ledger:{self.kind}:v1", "an entry of another kind")
        members = PREDICATES[self.kind] | {"kind", "ledger", "parents", "time"}
        only(self.predicate, members | {"key": {"succeeds"}, "setup": {"parameters"}}.get(self.kind, set()), members)
        self.ledger = unhex(self.predicate["ledger"])
        self.time = self.predicate["time"]
        form(isinstance(self.time, str) and real_time(self.time), "a time that does not exist")
        parents = self.predicate["parents"]
        form(isinstance(parents, list), "no parents")
        self.parents = [unhex(parent) for parent in parents]
        least, most = {"prove": (1, 64), "disclose": (1, 1), "provenance": (1, 64), "withdraw": (1, 1),
                       "announce": (1, 1)}.get(self.kind, (0, 0))
        form(least <= len(parents) <= most and len(set(parents)) == len(parents), "parents that cannot be")
        getattr(self, "read_" + self.kind)()

    def subjects(self, least, most, hashes_of):
        form(isinstance(self.subject, list) and least <= len(self.subject) <= most, "a subject that cannot be")
        for item in self.subject:
            only(item, *[{"digest", "name"}] * 2)
            form(isinstance(item["name"], str) and isinstance(item["digest"], dict), "a subject that cannot be")
        for name, value in self.subject[0]["digest"].items():
            form(name in hashes_of, "another digest")
            unhex(value)
        form(set(self.subject[0]["digest"]) == set(hashes_of), "a digest is missing")

    def read_dataset(self, files=0):
        self.subjects(1, 1 + files, ("sha256", "sha3_256"))
        name, at, version = self.subject[0]["name"].partition("@")
        form(NAME.fullmatch(name) and re.fullmatch("[1-9][0-9]{0,8}", version), "a name or version that cannot be")
        self.name, self.version = name, int(version)
        self.dataset_sha256 = unhex(self.subject[0]["digest"]["sha256"])
        self.dataset = unhex(self.subject[0]["digest"]["sha3_256"])
        self.files = [(item["name"], item["digest"]) for item in self.subject[1:]]

    def read_statements(self):
        statements = self.predicate["statements"]
        form(isinstance(statements, list) and 1 <= len(statements) <= 256, "no statements, or too many")
        for item in statements:
            only(item, *[{"circuit", "claims", "proof", "statement", "t0"}] * 2)
            for name in ("proof", "statement", "t0"):
                unhex(item[name])
            form(isinstance(item["circuit"], str) and item["circuit"] in TIERS, "another circuit")
            form(isinstance(item["claims"], list) and 1 <= len(item["claims"]) <= 1024 and
                 all(isinstance(c, dict) and isinstance(c.get("text"), str) and isinstance(c.get("kind"), str)
                     for c in item["claims"]), "claims that cannot be")
        form(len({item["t0"] for item in statements}) == len(statements), "a statement that stands twice")
        self.statements = statements

    def read_notarise(self):
        self.read_dataset(256)
        self.read_statements()

    def read_prove(self):
        self.read_dataset()
        self.read_statements()

    def read_disclose(self):
        self.read_dataset()
        self.statements, self.disclosure = [], unhex(self.predicate["disclosure"])
        form(any(self.disclosure), "a disclosure of zeros")

    def read_announce(self):
        self.read_dataset()
        self.statements = []

    def read_withdraw(self):
        self.read_dataset()
        self.statements = []
        form(isinstance(self.predicate["reason"], str) and 1 <= len(self.predicate["reason"].encode()) <= 4096, "no reason")

    def read_provenance(self):
        self.read_dataset()
        self.statements = []
        p = self.predicate
        form(all(isinstance(p[m], str) and len(p[m].encode()) <= 4096 for m in ("operation", "unproven")), "no texts")
        seen = set()
        for member in ("used", "made"):
            form(isinstance(p[member], list), "files that cannot be")
            if len(p[member]) > 64:
                limit("more than 64 files")
            for item in p[member]:
                only(item, *[{"name", "sha256"}] * 2)
                form(isinstance(item["name"], str) and 0 < len(item["name"].encode()) <= 4096 and "/" not in item["name"],
                     "a file's name that cannot be")
                form(unhex(item["sha256"]) not in seen, "a file that stands twice")
                seen.add(unhex(item["sha256"]))
        form(isinstance(p["facts"], list), "facts that cannot be")
        if len(p["facts"]) > 64:
            limit("more than 64 facts")
        for item in p["facts"]:
            only(item, *[{"name", "value"}] * 2)
            form(all(isinstance(item[m], str) and len(item[m].encode()) <= 4096 for m in item) and item["name"], "a fact that cannot be")
        form(len({item["name"] for item in p["facts"]}) == len(p["facts"]), "a fact that stands twice")
        form(p["used"] or p["made"] or p["facts"] or p["operation"] or len(self.parents) > 1, "a step that says nothing")

    def read_report(self):
        form(isinstance(self.subject, list) and 1 <= len(self.subject) <= 16, "a subject that cannot be")
        for item in self.subject:
            only(item, *[{"digest", "name"}] * 2)
            only(item["digest"], *[{"sha256"}] * 2)
            unhex(item["digest"]["sha256"])
            form(isinstance(item["name"], str) and item["name"] and "/" not in item["name"], "a file's name that cannot be")
        form(len({item["digest"]["sha256"] for item in self.subject}) == len(self.subject), "a file that stands twice")
        tree = self.predicate["tree"]
        only(tree, *[{"root", "size"}] * 2)
        unhex(tree["root"])
        form(type(tree["size"]) is int and 1 <= tree["size"] <= self.index, "a tree that cannot be")

    def read_setup(self):
        self.subjects(1, 1, ("sha256", "sha3_256"))
        self.circuit, self.made = self.predicate["circuit"], self.predicate["made"]
        form(isinstance(self.circuit, str) and self.circuit in TIERS and self.made in ("development", "ceremony"), "a set-up that cannot be")
        form(self.subject[0]["name"] == f"circuit {self.circuit}", "another subject")
        self.powers = unhex(self.predicate["powers"])
        self.parameters = unhex(self.predicate["parameters"]) if "parameters" in self.predicate else None
        self.key_sha256, self.key_sha3 = (unhex(self.subject[0]["digest"][h]) for h in ("sha256", "sha3_256"))

    def read_key(self):
        self.role, self.replaces = self.predicate["role"], self.predicate["replaces"]
        form(self.role in (("signer",) if self.kind == "revoke" else ("signer", "log")), "another role")
        self.subjects(1, 1, ("sha256",))
        self.key = check_der(unbase64(self.predicate["key"]))
        form(self.role == "signer" or (len(self.key) == 44 and self.replaces), "a log key that is not Ed25519, or replaces nothing")
        form(self.replaces == "" or any(unhex(self.replaces)), "a key that is replaced")
        self.check_key_subject()
        form("succeeds" not in self.predicate or (self.index == 0 and self.role == "signer" and not self.replaces),
             "a succession where none can be")
        if "succeeds" in self.predicate:
            self.read_succession(self.predicate["succeeds"])

    def read_succession(self, old):
        only(old, *[{"key", "note", "origin", "root", "size"}] * 2)
        form(isinstance(old["note"], str), "no note")
        note = Note(old["note"].encode(), 16384)
        key = VerifierKey(old["key"], LOG_KEY)
        form((note.origin, note.root.hex(), note.size) == (old["origin"], old["root"], old["size"]), "another old log")
        line = [s for n, h, s in note.lines if (n, h) == (key.name, key.hash)]
        form(line and signature_holds(key.der, line[0], note.text), "the old log's checkpoint is not signed")

    def read_revoke(self):
        self.predicate["replaces"] = ""
        Entry.read_key(self)
        del self.predicate["replaces"]
        form(isinstance(self.predicate["reason"], str) and len(self.predicate["reason"].encode()) <= 4096, "no reason")

    def check_key_subject(self):
        form(self.subject[0]["name"] == f"{self.role} key" and self.subject[0]["digest"]["sha256"] == sha256(self.key).hex(),
             "another subject")


def real_time(string):
    match = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)\.\d{3}Z", string, re.ASCII)
    if not match:
        return False
    year, month, day, hour, minute, second = map(int, match.groups())
    return year >= 1970 and 1 <= month <= 12 and 1 <= day <= days_of(year, month) and hour < 24 and minute < 60 and second < 60


def days_of(year, month):
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return [31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]


class Note:
    """A signed checkpoint (checkpoint.md)."""

    def __init__(self, data, most=65536):
        if len(data) > most:
            limit("a checkpoint that is too long")
        body, blank, lines = data.partition(b"\n\n")
        parts = text(body).split("\n")
        if blank and len(parts) > 3:
            raise Refused(8, "a checkpoint with extension lines")
        form(blank and len(parts) == 3 and lines.endswith(b"\n"), "no checkpoint")
        form(good_log_name(parts[0]) and re.fullmatch("0|[1-9][0-9]{0,18}", parts[1]), "no checkpoint")
        self.text, self.origin, self.size, self.root = body + b"\n", parts[0], int(parts[1]), unbase64(parts[2])
        form(self.size < 2**63 and len(self.root) == 32, "no checkpoint")
        self.lines = []
        for line in text(lines[:-1]).split("\n"):
            match = re.fullmatch("— ([^ ]+) ([^ ]+)", line)
            form(match and good_log_name(match[1]), "a signature line in another form")
            data = unbase64(match[2])
            form(len(data) >= 5, "a signature line in another form")
            self.lines.append((match[1], data[:4], data[4:]))
        form(all(len(s) <= 8192 for _, _, s in self.lines), "a signature that is too long")
        if len(self.lines) > 32:
            limit("signature lines")
        form(len({(n, h) for n, h, _ in self.lines}) == len(self.lines), "two lines of one key")


# ------------------------------------------------------------------------------------------------------------- key rules


class KeyRules:
    """Which keys count at which index: the trust file's, changed by the key entries of the receipt (entry.md, trust.md)."""

    def __init__(self, trust):
        self.trust = trust
        self.signers = [list(row) for row in trust.signers]
        self.logs = [[key.der, since, until] for key, since, until in trust.log_keys]

    @staticmethod
    def counts(rows, der, index):
        return any(key == der and since <= index < until for key, since, until in rows)

    def log_key_at(self, index):
        for key, since, until in self.logs:
            if since <= index < until:
                return key
        return None

    def check(self, entry):
        need(entry.ledger == self.trust.ledger, "an entry of another ledger")
        if entry.kind in ("key", "revoke"):
            self.change(entry)
        else:
            need(len(entry.signatures) == 1, "a signature too many")
            keyid = next(iter(entry.signatures))
            der = self.known(self.signers, keyid)
            if der is None:
                cannot(f"nobody knows the key {keyid}")
            need(not entry.is_cose or der[:12] == ED25519_DER, "a statement of another algorithm than its key")
            need(signature_holds(der, entry.signatures[keyid], entry.signed), "a false signature")
            need(self.counts(self.signers, der, entry.index), "a key beyond its index")

    @staticmethod
    def known(rows, keyid):
        return next((der for der, _, _ in rows if sha256(der).hex() == keyid), None)

    @staticmethod
    def signed(entry, der):
        signature = entry.signatures.get(sha256(der).hex())
        if signature is None:
            cannot("a signature by a key that must have signed is missing")
        need(signature_holds(der, signature, entry.signed), "a false signature")

    def change(self, entry):
        """A key or revoke entry, and what it changes. One that nothing known can confirm may be passed over."""
        log = self.log_key_at(entry.index)
        try:
            (self.check_key if entry.kind == "key" else self.check_revoke)(entry, log)
        except Refused as refused:
            ends = entry.replaces if entry.kind == "key" else sha256(entry.key).hex()
            der = self.known(self.signers, ends)
            if refused.code == 9 and log is None and not (der and self.counts(self.signers, der, entry.index)):
                return
            raise
        if entry.kind == "revoke":
            self.end(self.signers, entry.key, entry.index)
            return
        rows = self.logs if entry.role == "log" else self.signers
        listed = [since for key, since, _ in rows if key == entry.key]
        need(all(since > entry.index for since in listed), "a key that comes back")
        known = entry.index + 1 in listed
        if entry.role == "log":
            need(known or all(since <= entry.index for _, since, _ in rows), "a rotation below a later log key")
        else:
            known = bool(listed)
        until = STILL
        if entry.replaces:
            old = self.known(rows, entry.replaces)
            until = next((u for key, since, u in rows if key == old and since <= entry.index < u), STILL)
            self.end(rows, old, entry.index)
        if not known and until > entry.index + 1:
            rows.append([entry.key, entry.index + 1, until])

    def check_revoke(self, entry, log):
        need(len(entry.signatures) == 1, "another number of signatures")
        if log is None:
            cannot("no log key is known here")
        self.signed(entry, log)

    def check_key(self, entry, log):
        """Signed by the new key, and by the one that it replaces; with nothing replaced by the log key."""
        need(len(entry.signatures) == 2, "another number of signatures")
        self.signed(entry, entry.key)
        own = sha256(entry.key).hex()
        need(own != entry.replaces and entry.key != log, "the new key is no other than the old one, or the log key")
        if entry.role == "log" and (log is None or sha256(log).hex() != entry.replaces):
            cannot("it replaces another log key than the one that is known here")
        if entry.role == "log" or not entry.replaces:
            if log is None:
                cannot("no log key is known here")
            self.signed(entry, log)
            return
        need(entry.replaces in entry.signatures, "the key that is replaced has not signed")
        old = self.known(self.signers, entry.replaces)
        if old is None:
            cannot("nobody knows the key that is replaced")
        need(self.counts(self.signers, old, entry.index), "a key beyond its index")
        self.signed(entry, old)

    @staticmethod
    def end(rows, der, index):
        for row in rows:
            if row[0] == der:
                row[2] = min(row[2], index + 1)


def check_inclusion(entry, note):
    def root(index, size, path):
        if size == 1:
            need(not path, "an inclusion path that is too long")
            return entry.leaf
        need(path, "an inclusion path that is too short")
        k = 1 << (size - 1).bit_length() - 1
        if index < k:
            return sha256(b"\1" + root(index, k, path[:-1]) + path[-1])
        return sha256(b"\1" + path[-1] + root(index - k, size - k, path[:-1]))

    need(entry.index < note.size, "an entry behind the checkpoint")
    need(root(entry.index, note.size, entry.path) == note.root, "an entry that is not in the checkpoint's tree")


def signed_by_log(note, key):
    """Whether a line is by this log key; a false one is rejected."""
    if key is None:
        return False
    number = sha256(note.origin.encode() + b"\n\1" + key[12:])[:4]
    signature = next((s for name, own, s in note.lines if (name, own) == (note.origin, number)), None)
    need(signature is None or signature_holds(key, signature, note.text), "a false signature of the log")
    return signature is not None


def check_checkpoint(note, rules, trust):
    if note.origin != trust.first.name:
        cannot("a checkpoint of another log")
    key = rules.log_key_at(note.size - 1)
    if key is None:
        cannot("no log key counts for the last entry")
    signed, witnessed, unchecked = signed_by_log(note, key), [], []
    for name, number, signature in note.lines:
        witness = next((w for w in trust.witnesses if (w.name, w.hash) == (name, number)), None)
        if witness is None:
            continue  # a line by a key that the trust file does not name counts for nothing
        (witnessed if witness.check_cosignature(note, signature) else unchecked).append(name)
    witnessed = list(dict.fromkeys(witnessed))  # one name is one witness, whatever keys it signs with
    unchecked = [name for name in dict.fromkeys(unchecked) if name not in witnessed]
    if not signed:
        cannot("the log did not sign the checkpoint")
    if len(witnessed) < trust.quorum:
        cannot(f"{len(witnessed)} of {trust.quorum} witnesses signed the checkpoint" +
               (f"; lines of {len(unchecked)} more cannot be checked: `cryptography` has no ML-DSA-44 here" if unchecked else ""))
    return witnessed, unchecked


# ------------------------------------------------------------------------------------------------------------ timestamps


def der(data):
    """The values that stand one after the other: (tag, all bytes, content)."""
    out, at = [], 0
    while at < len(data):
        form(len(data) - at >= 2 and data[at] & 31 != 31, "DER in another form")
        size, start = data[at + 1], at + 2
        if size >= 128:
            count = size & 127
            form(1 <= count <= 4 and len(data) - start >= count, "DER in another form")
            size = int.from_bytes(data[start:start + count], "big")
            form(size >= 128 and data[start] != 0, "a length that is not the shortest")
            start += count
        form(size <= len(data) - start, "DER that is cut short")
        out.append((data[at], data[at:start + size], data[start:start + size]))
        at = start + size
    return out


def der_of(data, *tags):
    """Exactly these values; None stands for any tag."""
    values = der(data)
    form([None if want is None else value[0] for value, want in zip(values, tags)] == list(tags) and
         len(values) == len(tags), "DER of another shape")
    return values


def oid(dotted):
    first, second, *rest = map(int, dotted.split("."))
    out = bytes([40 * first + second])
    for number in rest:
        digits = [number & 127]
        while number := number >> 7:
            digits.append(number & 127 | 128)
        out += bytes(digits[::-1])
    return out


SHA2 = {oid(f"2.16.840.1.101.3.4.2.{i}"): algorithm for i, algorithm in ((1, hashes.SHA256()), (2, hashes.SHA384()),
                                                                        (3, hashes.SHA512()))}
SIGNATURES = {oid("1.2.840.113549.1.1.1"): (rsa.RSAPublicKey, None)}
SIGNATURES |= {oid(f"1.2.840.10045.4.3.{i}"): (ec.EllipticCurvePublicKey, f"sha{n}") for i, n in ((2, 256), (3, 384), (4, 512))}


def digest(algorithm, data):
    return hashlib.new(algorithm.name, data).digest()


def algorithm_of(content):
    """An algorithm's OID, whose parameters are NULL or missing."""
    values = der(content)
    form(values and values[0][0] == 6 and [v[1] for v in values[1:]] in ([], [b"\5\0"]), "an algorithm in another form")
    return values[0][2]


def check_token(token, leaf, clocks):
    """A token of RFC 3161 in the one form of timestamp.md: clock and time, or nothing when its clock is unknown."""
    kind, outer = der_of(der_of(token, 0x30)[0][2], 6, 0xA0)
    form(kind[2] == oid("1.2.840.113549.1.7.2"), "no signed data")
    parts = der(der_of(outer[2], 0x30)[0][2])
    form([p[0] for p in parts] in ([2, 0x31, 0x30, 0x31], [2, 0x31, 0x30, 0xA0, 0x31]) and parts[0][2] == b"\3", "no signed data")
    content_type, wrapped = der_of(parts[2][2], 6, 0xA0)
    form(content_type[2] == oid("1.2.840.113549.1.9.16.1.4"), "no timestamp")
    info = der_of(wrapped[2], 4)[0][2]
    version, issuer, hash_used, attributes, how, signature = der_of(der_of(parts[-1][2], 0x30)[0][2], 2, 0x30, 0x30, 0xA0, 0x30, 4)
    form(version[2] == b"\1" and der_of(parts[1][2], 0x30)[0][1] == hash_used[1], "a signer in another form")
    algorithm = SHA2.get(algorithm_of(hash_used[2]))
    if not algorithm:
        raise Refused(8, "another hash algorithm than SHA-256, SHA-384 or SHA-512")
    form(len(der(hash_used[2])) == 2, "a hash algorithm by another name")
    time = check_info(info, leaf)
    named = check_attributes(attributes[2], digest(algorithm, info), content_type[2])
    certificate = None
    if len(parts) == 5:  # compared before it is read: what was signed for is what it is
        encoded = der_of(parts[3][2], 0x30)[0][1]
        need(digest(named[0], encoded) == named[1], "another certificate than the one that was signed for")
        certificate = load_certificate(encoded)
    return check_clock(certificate, named, clocks, issuer, b"\x31" + attributes[1][1:], algorithm, how, signature[2], time)


def load_certificate(data):
    """Whole: names and dates are read as well, which the package puts off."""
    form(0 < len(data) <= 8192, "a certificate that is too long")
    try:
        one = x509.load_der_x509_certificate(data)
        one.subject, one.issuer, one.not_valid_before_utc, one.not_valid_after_utc, one.public_key()
    except (ValueError, TypeError, x509.InvalidVersion, UnsupportedAlgorithm):
        bad("a certificate in another form")
    return one


def check_accuracy(content):
    """Seconds, [0] milliseconds, [1] microseconds, each of them or not; at most a day."""
    found = der(content)
    form([f[0] for f in found] == [tag for tag in (2, 0x80, 0x81) if tag in [f[0] for f in found]], "an accuracy in another form")
    for tag, _, digits in found:
        form(digits and digits[0] < 128 and (len(digits) == 1 or digits[0] or digits[1] >= 128) and
             int.from_bytes(digits, "big") <= (86400 if tag == 2 else 999), "an accuracy that cannot be")


def check_info(info, leaf):
    """The TSTInfo: over this entry; its time, what is below a millisecond counted as one."""
    values = der(der_of(info, 0x30)[0][2])
    form([v[0] for v in values[:5]] == [2, 6, 0x30, 2, 0x18] and values[0][2] == b"\1", "a timestamp in another form")
    algorithm, imprint = der_of(values[2][2], 0x30, 4)
    form(isinstance(SHA2.get(algorithm_of(algorithm[2])), hashes.SHA256), "an imprint of another hash")
    need(imprint[2] == leaf, "a timestamp of something else")
    tags = [v[0] for v in values[5:]]
    form(tags == [t for t in (0x30, 1, 2, 0xA0, 0xA1) if t in tags], "a timestamp in another form")
    for tag, _, content in values[5:]:
        if tag == 0x30:
            check_accuracy(content)
        if tag == 0xA1:
            for extension in der(content):
                form([v[2] for v in der(extension[2]) if v[0] == 1] != [b"\xff"], "a critical extension")
    match = re.fullmatch(rb"(\d{14})(?:\.(\d{0,8}[1-9]))?Z", values[4][2])
    form(match, "a time in another form")
    try:
        time = datetime.datetime.strptime(match[1].decode(), "%Y%m%d%H%M%S").replace(tzinfo=datetime.timezone.utc)
    except ValueError:
        bad("a time that does not exist")
    return time + datetime.timedelta(milliseconds=math.ceil(Fraction("0." + (match[2] or b"0").decode()) * 1000))


def check_attributes(content, message, kind):
    """Content type, hash and certificate, each once with one value. Returns the certificate's hash and its algorithm."""
    found = {}
    for attribute in der(content):
        form(attribute[0] == 0x30, "a signed attribute in another form")
        name, values = der_of(attribute[2], 6, 0x31)
        form(name[2] not in found, "a signed attribute that stands twice")
        found[name[2]] = der(values[2])
    form([v[1] for v in der(content)] == sorted(v[1] for v in der(content)), "signed attributes in another order")
    new, old = (found.get(oid(f"1.2.840.113549.1.9.16.2.{i}")) for i in (47, 12))
    wanted = [found.get(oid(f"1.2.840.113549.1.9.{i}")) for i in (3, 4)] + [new or old]
    form(all(w and len(w) == 1 for w in wanted) and not (new and old), "a signed attribute is missing")
    need(wanted[0][0][:3:2] == (6, kind) and wanted[1][0][:3:2] == (4, message), "a signature over something else")
    certificate = der(der(der(wanted[2][0][2])[0][2])[0][2])
    algorithm = hashes.SHA1() if old else hashes.SHA256()
    if new and certificate[0][0] == 0x30:
        algorithm = SHA2.get(algorithm_of(certificate.pop(0)[2]))
        form(algorithm, "another hash algorithm")
    form(certificate and certificate[0][0] == 4, "a signed attribute in another form")
    return algorithm, certificate[0][2]


def check_clock(certificate, named, clocks, issuer, signed, algorithm, how, signature, time):
    """Whose clock it is, and whether all that must hold of a known one does."""
    def is_named(one):
        return digest(named[0], one.public_bytes(serialization.Encoding.DER)) == named[1]

    known = next(((name, None) for name, one in clocks if is_named(one)), None)
    own = certificate or next((one for _, one in clocks if is_named(one)), None)
    if own is None:
        return None
    known = known or next(((name, one) for name, one in clocks if issued_by(own, one)), None)
    number = own.serial_number.to_bytes(own.serial_number.bit_length() // 8 + 1, "big")
    need(issuer[2] == own.issuer.public_bytes() + bytes([2, len(number)]) + number, "another issuer or number than the certificate's")
    weakest = 2048 if isinstance(own.public_key(), rsa.RSAPublicKey) else 256
    need(getattr(own.public_key(), "key_size", 0) >= weakest, "a clock's key that is too weak, or of another kind")
    need(token_signature(own.public_key(), how, algorithm, signature, signed), "a false signature of the clock")
    if known is None:
        return None
    name, authority = known
    check_certificate(own, authority, time)
    return {"clock": name, "time": time.strftime("%Y-%m-%dT%H:%M:%S.") + f"{time.microsecond // 1000:03d}Z"}


def issued_by(certificate, authority):
    """By a weak hash too: such a clock is known, and rejected for it."""
    key, weak = authority.public_key(), certificate.signature_algorithm_oid.dotted_string in WEAK_SIGNATURES
    try:
        if not weak:
            certificate.verify_directly_issued_by(authority)
        elif certificate.issuer != authority.subject:
            return False
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(certificate.signature, certificate.tbs_certificate_bytes, padding.PKCS1v15(), hashes.SHA1())
        else:
            key.verify(certificate.signature, certificate.tbs_certificate_bytes, ec.ECDSA(hashes.SHA1()))
    except (ValueError, TypeError, AttributeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


WEAK_SIGNATURES = ("1.2.840.113549.1.1.5", "1.2.840.10045.4.1")  # SHA-1 with RSA, with ECDSA
# What a certificate may call critical (timestamp.md): extensions of RFC 5280, and three that others rely on.
CRITICAL = {f"2.5.29.{i}" for i in (15, 17, 19, 30, 31, 32, 33, 36, 37, 54)} | {
    "2.16.840.1.113730.1.1", "1.3.6.1.5.5.7.1.7", "1.3.6.1.5.5.7.1.8", "1.3.6.1.5.5.7.1.14"}


def token_signature(key, how, algorithm, signature, signed):
    kind, hash_name = SIGNATURES.get(algorithm_of(how[2]), (None, None))
    form(kind and len(der(how[2])) == (2 if kind is rsa.RSAPublicKey else 1), "another signature algorithm, or by another name")
    need(isinstance(key, kind) and hash_name in (None, algorithm.name), "a signature of another kind than the key")
    try:
        if kind is rsa.RSAPublicKey:
            key.verify(signature, signed, padding.PKCS1v15(), algorithm)
        else:
            key.verify(signature, signed, ec.ECDSA(algorithm))
    except (InvalidSignature, ValueError):
        return False
    return True


def check_certificate(own, authority, time):
    try:
        for one in [own] + [authority] * (authority is not None):
            need(not any(e.critical and e.oid.dotted_string not in CRITICAL for e in one.extensions), "an extension that is not understood")
        usage = own.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
        need(usage.critical and list(usage.value) == [ExtendedKeyUsageOID.TIME_STAMPING], "a certificate that is not for timestamps alone")
        for one in [own] + [authority] * (authority is not None):
            need(one.not_valid_before_utc <= time <= one.not_valid_after_utc, "a time at which the certificate is not valid")
        if authority is not None:
            limits = authority.extensions.get_extension_for_class(x509.BasicConstraints).value
            uses = authority.extensions.get_extension_for_class(x509.KeyUsage).value
            need(limits.ca and uses.key_cert_sign, "an authority that is none")
            need(own.signature_hash_algorithm.digest_size >= 28, "a certificate that is signed by a weak hash")
    except (x509.ExtensionNotFound, ValueError) as error:
        reject(f"a clock's certificate: {error}")


# ------------------------------------------------------------------------------------------------------ schema, manifest

INTEGERS = {"int16": (1, 15), "int32": (2, 31), "int64": (4, 63), "uint16": (1, 0), "uint32": (2, 0), "uint64": (4, 0)}
OTHERS = {"bool": (1, 0), "date": (2, 31), "time": (4, 0), "timestamp": (4, 63), "float32": (2, 0), "float64": (4, 0),
          "string16": (8, 0), "binary16": (8, 0), "string32": (16, 0), "binary32": (16, 0)}


class Type:
    """A type of schema.md: limbs, offset of its codes, scale, first and last code of its values."""

    def __init__(self, string):
        self.text, self.scale, self.root = string, 0, None
        decimal = re.fullmatch(r"decimal\(([1-9]\d?),(0|[1-9]\d?)\)", string, re.ASCII)
        dictionary = re.fullmatch(r"dictionary\(([0-9a-f]{64})\)", string)
        if decimal:
            self.word, self.precision, self.scale = "decimal", int(decimal[1]), int(decimal[2])
            form(self.precision <= 38 and self.scale <= self.precision, "a decimal that cannot be")
            self.limbs, bits = next((k, b) for p, k, b in ((4, 1, 15), (9, 2, 31), (18, 4, 63), (38, 8, 127))
                                    if self.precision <= p)
            most = 10 ** self.precision - 1
        elif dictionary:
            self.word, self.limbs, bits, self.root = "dictionary", 1, 0, bytes.fromhex(dictionary[1])
        else:
            form(string in INTEGERS or string in OTHERS, f"the type {string}")
            self.word = string
            self.limbs, bits = INTEGERS.get(string) or OTHERS[string]
        self.bits = 16 * self.limbs
        self.offset = 1 << bits if bits else 0
        self.first, self.last = 0, (1 << self.bits) - 1
        if decimal:
            self.first, self.last = self.offset - most, self.offset + most
        elif string == "bool":
            self.last = 1
        elif string == "time":
            self.last = 86399999999
        elif string in ("float32", "float64"):
            self.first, self.last = float_code(-math.inf, self.bits), float_code(math.inf, self.bits)
        self.number = self.word in INTEGERS or self.word == "decimal"
        self.integer = self.word in INTEGERS
        self.float = self.word.startswith("float")
        self.hashed = self.word in ("string16", "binary16", "string32", "binary32")
        self.text_like = self.hashed or self.word == "dictionary"


def float_code(value, bits):
    """Bits of a float in the order of the values."""
    if bits == 32:
        number = int.from_bytes(struct.pack(">f", value), "big")
    else:
        number = int.from_bytes(struct.pack(">d", value), "big")
    top = 1 << bits - 1
    return number ^ ((1 << bits) - 1) if number & top else number | top


def float_of(code, bits):
    top = 1 << bits - 1
    number = code ^ top if code & top else code ^ ((1 << bits) - 1)
    return struct.unpack(">f" if bits == 32 else ">d", number.to_bytes(bits // 8, "big"))[0]


class Column:
    def __init__(self, name, kind, nullable, number):
        self.name, self.type, self.nullable, self.number = name, kind, nullable, number


class Schema:
    def __init__(self, data):
        reader = Reader(data)
        self.hash_name = text(reader.field(16))
        form(self.hash_name in ("sha3-256", "blake3"), "another hash algorithm")
        self.columns, self.numbered = [], []  # numbered: (column, is it its flag)
        for _ in range(reader.count(100000, 9, 1)):
            name = text(reader.field(65536))
            form(name and "\0" not in name, "a column's name that cannot be")
            kind, nullable = Type(text(reader.field(128))), reader.u8()
            form(nullable <= 1, "nullable")
            column = Column(name, kind, nullable == 1, len(self.numbered))
            self.columns.append(column)
            self.numbered += [(column, False)] + [(column, True)] * nullable
        reader.end()
        self.names = {column.name: column for column in self.columns}
        form(len(self.names) == len(self.columns), "a column's name that stands twice")
        self.hash = sha3(data)

    def merkle(self, data):
        if self.hash_name == "sha3-256":
            return sha3(data)
        import blake3  # of ledgers that hash with it
        return blake3.blake3(data).digest()

    def limbs(self, number):
        column, flag = self.numbered[number]
        return 1 if flag else column.type.limbs


def tree_root(leaves, node):
    if len(leaves) == 1:
        return leaves[0]
    k = 1 << (len(leaves) - 1).bit_length() - 1
    return node(tree_root(leaves[:k], node), tree_root(leaves[k:], node))


class Manifest:
    """What one dataset version is (manifest.md)."""

    def __init__(self, data):
        reader = sealed(data, b"zkl/mfst", (2,), 2**29)
        self.sha256, self.id = sha256(data), sha3(data)
        self.schema = schema = Schema(reader.field(2**26))
        wanted = [i for i, column in enumerate(schema.columns) if column.type.word == "dictionary"]
        seeds = []
        for _ in range(reader.count(100000, 36)):
            seeds.append(reader.u32())
            reader.take(32)
        form(seeds == wanted, "seeds of other dictionaries")
        self.seed, self.rows = reader.take(32), reader.u64()
        form(1 <= self.rows < 2**40, "a number of rows that cannot be")
        self.content, self.root, self.powers = reader.take(32), reader.take(32), reader.take(32)
        self.circuits = [(text(reader.field(8)), reader.take(32)) for _ in range(reader.count(64, 36))]
        form(self.circuits == sorted(set(self.circuits)), "circuits in another order")
        form(all(re.fullmatch("[A-Z][1-9][0-9]?", name) for name, _ in self.circuits), "a circuit's name")
        self.parents = [reader.take(32) for _ in range(reader.count(256, 32))]
        form(len(set(self.parents)) == len(self.parents), "a parent that stands twice")
        self.reading = read_reading(reader.field(2**20))
        self.read_files(reader)
        self.read_chunks(reader)
        reader.end()

    def read_files(self, reader):
        named, count = reader.u8(), reader.u32()
        form(named <= 1 and count >= 1, "files that cannot be")
        if count > 100000:
            limit("files")
        self.files = [text(reader.field(4096)) for _ in range(count)] if named else []
        form(all(name and "\0" not in name for name in self.files), "a file's name that cannot be")
        form(self.files == sorted(set(self.files), key=lambda name: name.encode()), "files in another order")
        digests = reader.count(100000, 72)
        form(digests in (0, len(self.files)), "public digests of other files")
        self.digests = []
        for i in range(digests):
            reader.u64()
            self.digests.append((self.files[i], reader.take(32), reader.take(32)))

    def read_chunks(self, reader):
        chunks, self.width = reader.u32(), reader.u32()
        self.places = [(number, limb) for number in range(len(self.schema.numbered))
                       for limb in range(self.schema.limbs(number))]
        form(chunks == (self.rows + C - 1) // C and self.width == len(self.places), "another number of blocks")
        self.blocks, leaves = {}, []  # (chunk, number of the column, limb): point
        for chunk in range(chunks):
            row_root, points = reader.take(32), reader.take(48 * self.width)
            for i, place in enumerate(self.places):
                self.blocks[(chunk, *place)] = points[48 * i:48 * i + 48]
            leaves.append(self.schema.merkle(b"\0" + u64(chunk) + row_root + points))
        self.chunks = chunks
        form(tree_root(leaves, lambda a, b: self.schema.merkle(b"\1" + a + b)) == self.root, "another table root")


SIGNS = r"[!\"#$%&'()*,/:;<=>?@\[\\\]^_`{|}~]"


def read_reading(data):
    """Options of reading, in their order and one encoding (manifest.md)."""
    reader, options = Reader(data), []
    while reader.at < len(data):
        options.append((text(reader.field(64)), reader.field()))
    names = ["format", "columns_chosen"]
    form([name for name, _ in options[:2]] == names, "a reading in another form")
    values = dict(options)
    csv = values["format"] == b"csv"
    form(values["format"] in (b"csv", b"parquet", b"ndjson", b"json"), "another format")
    if csv:
        names += ["delimiter", "quote", "encoding", "header", "null_quoted", "null"]
    form([name for name, _ in options] == names, "a reading in another form")
    form(all(values[name] in (b"\0", b"\1") for name in ("columns_chosen", "header", "null_quoted") if name in values),
         "an option that is neither yes nor no")
    if csv:
        delimiter, quote = text(values["delimiter"]), text(values["quote"])
        form(delimiter in ("tab", "space") or (1 <= len(values["delimiter"]) <= 4 and re.fullmatch(
            f"({SIGNS}|[¡¢£¤¥¦§¨©«¬®¯°±´¶·¸»¿])+", delimiter)), "a delimiter that cannot be")
        form(quote == "none" or (re.fullmatch(SIGNS, quote) and quote not in delimiter), "a quote that cannot be")
        form(re.fullmatch(b"[a-z0-9-]{1,32}", values["encoding"]), "an encoding that cannot be")
        nulls, reader = [], Reader(values["null"])
        while reader.at < len(reader.data):
            nulls.append(reader.field(1024))
        form(nulls == sorted(set(nulls)) and len(nulls) <= 256 and all(n and b"\0" not in n and text(n) for n in nulls),
             "null texts that cannot be")
    return values


# ------------------------------------------------------------------------------------------------------------- statement


class Table:
    """A table of a statement. Its columns are (role, index, limbs); a block is (chunk, column, limb)."""

    def __init__(self, reader):
        self.dataset = reader.field(32)
        self.first, self.rows = reader.u64(), reader.u64()
        self.columns = []
        for _ in range(reader.count(2046, 13)):
            role = reader.field(64)
            form(role, "a role of no bytes")
            self.columns.append((role, reader.u32(), reader.u32()))
        self.hashes = [reader.field(32) for _ in range(3)]
        form(all(len(h) == 32 for h in [self.dataset] + self.hashes), "a hash of another length")
        self.points, self.manifest = {}, None
        self.chunks = (self.rows + C - 1) // C
        self.pads = self.chunks * C - self.rows
        self.auxiliary = bool(self.columns) and all(index == AUX for _, index, _ in self.columns)
        self.source = bool(self.columns) and all(index != AUX for _, index, _ in self.columns)

    def flag(self, column):
        """The number of the column's flag in this table, or None."""
        if column + 1 < len(self.columns) and self.columns[column + 1][0] == self.columns[column][0] + b"?":
            return column + 1
        return None

    def is_flag(self, column):
        return column > 0 and self.flag(column - 1) == column

    def plain(self):
        return [i for i in range(len(self.columns)) if not self.is_flag(i)]

    def limbs(self, columns=None):
        return sum(self.columns[i][2] for i in (range(len(self.columns)) if columns is None else columns))

    def places(self):
        return [(chunk, i, limb) for chunk in range(self.chunks) for i, column in enumerate(self.columns)
                for limb in range(column[2])]

    def shape(self):
        return self.rows, [(role.decode("latin-1"), limbs) for role, _, limbs in self.columns]

    # Weighted blocks of a chunk: {(table, chunk, column, limb): weight}.
    def block(self, chunk, column, limb=0, weight=1):
        return {(self, chunk, column, limb): weight} if chunk < self.chunks else {}

    def number(self, chunk, column, weight=1):
        return self.joined(chunk, [column], weight)

    def joined(self, chunk, columns=None, weight=1):
        """All limbs of these columns as one number, the first column's the lowest."""
        return self.powers(chunk, columns, C, weight)

    def powers(self, chunk, columns, base, weight=1):
        out = {}
        if chunk < self.chunks:
            for i in range(len(self.columns)) if columns is None else columns:
                for limb in range(self.columns[i][2]):
                    out[(self, chunk, i, limb)] = weight % R
                    weight = weight * base % R
        return out


def plus(*terms):
    out = {}
    for blocks in terms:
        for block, weight in blocks.items():
            out[block] = (out.get(block, 0) + weight) % R
    return out


def times(blocks, factor):
    return {block: weight * factor % R for block, weight in blocks.items()}


class Assertion:
    """One claim of a statement: kind, parameters, tables."""

    def __init__(self, reader):
        name, zero, params = reader.field(64 + 32 * 4096).partition(b"\0")
        form(zero and len(params) % 32 == 0, "a claim in another form")
        self.kind = name.decode("latin-1")
        form(self.kind in KINDS or self.kind == "disclose", "a claim of another kind")
        self.params = [int.from_bytes(params[i:i + 32], "big") for i in range(0, len(params), 32)]
        form(all(p < R for p in self.params), "a parameter that is not below r")
        self.indexes = [reader.u32() for _ in range(reader.count(2046, 4))]


class Statement:
    """A compact proof statement (statement.md), and the whole one once blocks are put back."""

    def __init__(self, data):
        reader = Reader(data)
        if len(data) > 2**22:
            limit("a statement that is too long")
        form(reader.field(32) == b"zkl/table/1", "no statement")
        self.ledger = reader.field(32)
        self.circuit, self.key_hash, self.powers = text(reader.field(8)), reader.field(32), reader.field(32)
        form(all(len(h) == 32 for h in (self.ledger, self.key_hash, self.powers)), "a hash of another length")
        self.claims = [Assertion(reader) for _ in range(reader.count(1024, 8))]
        self.tables = [Table(reader) for _ in range(reader.count(2046, 80))]
        self.head = data[:reader.at]
        self.given, self.multiplicity, self.masks = ([reader.take(48) for _ in range(reader.count(most, 48))]
                                                     for most in (2046, 1, 32))
        reader.end()
        if sum(len(t.columns) for t in self.tables) > 2046:
            limit("columns of a statement")

    def restore(self, manifests):
        """Put the blocks of source tables back (statement.md, at the end)."""
        given = iter(self.given)
        blocks = []
        for table in self.tables:
            need(table.auxiliary or table.source, "a table that is neither a source nor auxiliary")
            need(len(blocks) + table.chunks * table.limbs() <= 2046, "too many blocks")
            if table.source:
                table.manifest = manifests.get(table.dataset)
                need(table.manifest is not None, "a table of a dataset that is not here")
            for chunk, column, limb in table.places():
                if table.source:
                    index, limbs = table.columns[column][1:]
                    place = (table.first // C + chunk, index, limb)
                    need(table.first % C == 0 and place in table.manifest.blocks and
                         limbs == table.manifest.schema.limbs(index), "a table that its manifest does not have")
                    point = table.manifest.blocks[place]
                else:
                    point = next(given, None)
                    need(point is not None, "auxiliary blocks are missing")
                table.points[(chunk, column, limb)] = point
                blocks.append(point)
        need(next(given, None) is None, "auxiliary blocks are left over")
        self.whole = self.head + b"".join(u32(len(points)) + b"".join(points)
                                          for points in (blocks, self.multiplicity, self.masks))
        self.t0 = hash_to_fr("t0", self.whole)

    def check(self):
        """The checklist of proof-system.md, section 5, but for what the receipt compares."""
        need(self.claims, "a statement without claims")
        order = []
        for number, claim in enumerate(self.claims):
            need(claim.indexes and all(i < len(self.tables) for i in claim.indexes), "a claim of tables that are not there")
            order += [i for i in claim.indexes if i not in order]
            claim.tables, claim.tag = [self.tables[i] for i in claim.indexes], 2 + number
        need(order == list(range(len(self.tables))), "tables in another order")
        for claim in self.claims:
            self.check_claim(claim)
        self.check_tables()
        lasts = {(t.rows - 1) % C for c in self.claims if c.kind in ("cells", "range", "count", "linear")
                 for t in c.tables if t.source}
        need(len(lasts) <= 1, "tables that end in other rows of a chunk")
        self.last = lasts.pop() if lasts else 0
        need(sum(c.params[2] for c in self.claims if c.kind == "rows" and c.params[0] == 1) <= 2**20,
             "samples that are too large together")

    def check_claim(self, claim):
        sources, shape, _ = KINDS[claim.kind]
        count = sources(claim) if callable(sources) else sources
        need(0 < count <= len(claim.tables), f"{claim.kind}: tables are missing")
        claim.sources, claim.aux = claim.tables[:count], claim.tables[count:]
        need(all(t.source for t in claim.sources) and all(t.auxiliary for t in claim.aux), "a table in another's place")
        for table in claim.sources:
            need(0 < table.rows < 2**40 and table.columns, "a table without rows or columns")
            need(all(1 <= limbs <= 16 for _, _, limbs in table.columns), "limbs that cannot be")
        wanted = [(rows, columns) for rows, columns in shape(claim)]
        need([t.shape() for t in claim.aux] == wanted, f"{claim.kind}: auxiliary tables of another shape")
        for table in claim.aux:
            need(table.first == 0 and not any(table.dataset) and not any(b"".join(table.hashes)),
                 "an auxiliary table with hashes")
            need(all(1 <= limbs <= 17 for _, _, limbs in table.columns) and 0 < table.rows < 2**40,
                 "an auxiliary table that cannot be")
            need(sum(c.tables.count(table) for c in self.claims) == 1, "an auxiliary table of two claims")

    def check_tables(self):
        seen = set()
        for table in self.tables:
            need(len({role for role, _, _ in table.columns}) == len(table.columns), "a role that stands twice")
            if not table.source:
                continue
            place = (table.dataset, table.first, table.rows, tuple(table.columns))
            need(place not in seen, "two equal tables")
            seen.add(place)
            manifest = table.manifest
            need(table.hashes == [manifest.schema.hash, manifest.root, manifest.content], "another manifest's hashes")
            end = table.first + table.rows
            need(table.first % C == 0 and end <= manifest.rows and (end % C == 0 or end == manifest.rows),
                 "a span that is no whole chunks")
            self.check_roles(table, {c.kind for c in self.claims if table in c.tables})

    def check_roles(self, table, kinds):
        """Roles are compared with the schema, never trusted."""
        numbered = table.manifest.schema.numbered
        named = {"sum", "range", "count", "histogram", "balance", "product"}
        roles = [role.decode("latin-1") for role, _, _ in table.columns]
        if kinds & named:
            column, flag = numbered[table.columns[0][1]]
            need(roles == ["x", "x?"][:1 + column.nullable] and not flag, "roles that cannot be")
        for place, (role, index, limbs) in enumerate(table.columns):
            column, flag = numbered[index]
            number = str(column.number) + "?" * ((column.type.word == "bool") + flag)
            own = roles[place]
            if kinds & named:
                pass
            elif "rates" in kinds:
                need(not flag and not column.nullable and own == ("g", "y?", "w?")[min(place, 2)] and place < 3 and
                     (place == 0 or column.type.word == "bool"), "roles that cannot be")
            elif "where" in kinds and re.fullmatch(r"x\d+\??", own):
                need(own.endswith("?") == flag and (not flag or own[:-1] == roles[place - 1]), "roles that cannot be")
            else:
                need(own == number, "a role that the schema does not say")
            if flag:
                behind = place > 0 and table.columns[place - 1][1] == index - 1
                need(behind or kinds == {"linear"}, "a flag that does not stand behind its column")
            elif column.nullable and kinds != {"linear"}:
                need(place + 1 < len(table.columns) and table.columns[place + 1][1] == index + 1,
                     "a nullable column without its flag")


# ------------------------------------------------------------------------------------------------------------- reduction


class Reduction:
    """Everything that the statement's claims put into the sum of fractions, the relations and the public numbers."""

    def __init__(self, statement, alpha):
        t0 = self.t0 = statement.t0
        self.alpha = alpha
        self.beta1 = self.beta(1)
        self.theta, self.kappa, self.eta = (challenge(label, t0, alpha) for label in ("theta", "kappa", "eta"))
        self.s = challenge("s", t0)
        self.theta_rows = challenge("theta", t0)
        self.leaves, self.ones, self.rising, self.relation = [], {}, {}, {}
        self.rho0 = self.k0 = self.k1 = 0
        self.totals, self.relations = 1, 1  # the next powers of eta and kappa

    def beta(self, index):
        return challenge("beta", self.t0, self.alpha, index)

    def fraction(self, beta, v, c=0, sign=1, top=None, null=None, pad=False, rest=False):
        """(sign + top) / (alpha - beta (1 - null) - beta_1 (pad + null) - v - c)."""
        self.leaves.append((beta, v, c, sign, top or {}, null, pad, rest))

    def range(self, block, null=None, pad=False):
        self.fraction(0, block, null=null, pad=pad)

    def ranges(self, table, columns=None):
        for chunk in range(table.chunks):
            for column in range(len(table.columns)) if columns is None else columns:
                for limb in range(table.columns[column][2]):
                    self.range(table.block(chunk, column, limb))

    def pole(self, beta, number, c=0):
        """number / (alpha - beta - c) among the public values."""
        self.rho0 = (self.rho0 + number * inverse(self.alpha - beta - c)) % R

    def take(self):
        power, self.totals = self.totals, self.totals * self.eta % R
        return power

    def total(self, parts, value):
        """The sum of these blocks, chunk by chunk, is the value."""
        power = self.take()
        for chunk, blocks in parts:
            self.ones[chunk] = plus(self.ones.get(chunk, {}), times(blocks, power))
        self.rho0 = (self.rho0 + power * value) % R

    def identity(self, parts, value):
        """The sum of s^t times these blocks, t counted through the chunks, is the value."""
        power = self.take()
        step = pow(self.s, C, R)
        for chunk, blocks in parts:
            weight = power * pow(step, chunk, R) % R
            self.rising[chunk] = plus(self.rising.get(chunk, {}), times(blocks, weight))
        self.rho0 = (self.rho0 + power * value) % R

    def own_identity(self, parts, value):
        """The same in leaf blocks of the claim's own ("unique")."""
        power = self.take()
        for chunk, blocks in parts:
            self.leaves.append((None, {}, 0, 0, times(blocks, power * pow(self.s, chunk * C, R)), None, False, False))
        self.rho0 = (self.rho0 + power * value) % R

    def public(self, table, column, cells):
        """A column of one limb whose cells are these, zeros behind them."""
        value = 0
        for cell in reversed(cells):
            value = (value * self.s + cell) % R
        self.identity([(chunk, table.block(chunk, column)) for chunk in range(table.chunks)], value)

    def geometric(self, count):
        """1 + s + .. + s^(count-1)."""
        return (pow(self.s, count, R) - 1) * inverse(self.s - 1) % R

    def ladder(self, y, y_columns, d, rows, bits):
        s = self.s
        parts = [(chunk, plus(y.joined(chunk, y_columns, 1 - s), d.joined(chunk, None, -1))) for chunk in range(y.chunks)]
        self.identity(parts, self.geometric(rows) - 1 - (2**bits - 1) * pow(s, rows, R))

    def relate(self, blocks, constant=0, last=False):
        power, self.relations = self.relations, self.relations * self.kappa % R
        self.relation = plus(self.relation, times(blocks, power))
        self.k0 = (self.k0 + power * constant) % R
        if last:
            self.k1 = (self.k1 - power * constant) % R


def check_proof(statement, blob, key, powers, pairings):
    """Groth16 and the opening of one statement; its equations are added to the pairings."""
    n = TIERS[statement.circuit]
    form(len(blob) == 48 + 96 + 48 + 48 + 48 + 64 + 128 + 32 * n, "a proof of another length")
    reader = Reader(blob)
    a, b, c, s_point, w_point = (reader.take(size) for size in (48, 96, 48, 48, 48))
    alpha, digest, wz, wi, sz, si, *hi = (int.from_bytes(reader.take(32), "big") for _ in range(6 + n))
    form(all(number < R for number in (alpha, digest, wz, wi, sz, si, *hi)), "a scalar that is not below r")
    points = [g1_decode(p) for p in (a, c, s_point, w_point)]
    g2_decode(b)
    for point in [p for t in statement.tables for p in t.points.values()] + statement.multiplicity + statement.masks:
        g1_decode(point)
    red = Reduction(statement, alpha)
    for claim in statement.claims:
        KINDS[claim.kind][2](claim, red)
    looked_up = any(leaf[0] == 0 for leaf in red.leaves)
    need(len(statement.multiplicity) == looked_up and len(statement.masks) == 1, "multiplicities or masks that cannot be")
    totals = [(0, chunks) for chunks in (red.ones, red.rising) if chunks]
    count = len(red.leaves) + sum(max(chunks) + 1 for _, chunks in totals) + looked_up
    need(count <= 2**n, "more leaf blocks than the circuit has")
    gamma, chi = challenge("gamma", red.t0, digest), challenge("chi", red.t0, digest)
    z = challenge("z", red.t0, digest, *hi, s_point)
    need(z not in (0, 1, R - 1), "a point of the opening that cannot be")
    delta = challenge("delta", z, wz, wi, sz, si)
    opened, numbers = fold(red, hi, looked_up, gamma)
    for block in statement.multiplicity:
        opened[block] = pow(gamma, 3, R)
    opened[statement.masks[0]] = (opened.get(statement.masks[0], 0) + chi) % R
    a0, a1, b0, b2_, b3 = numbers
    rho1 = inverse(alpha - red.beta1)
    public = poseidon_hash([red.t0, alpha, digest, gamma, chi, z, wz, wi, sz, si, a0, a1, b0, b2_, b3, inverse(red.s),
                            red.k0, red.k1, red.rho0, rho1, statement.last, *hi])
    vk = key.points
    pairings.equation()
    pairings.add(b, (points[0], 1))
    pairings.add(vk["beta"], (g1_decode(vk["alpha"]), -1))
    pairings.add(vk["gamma"], (g1_decode(vk["ic0"]), -1), (g1_decode(vk["ic1"]), -public))
    pairings.add(vk["delta"], (points[1], -1))
    open_equation(pairings, powers, points[3], points[2], z, delta, (wz, wi, sz, si),
                  [(g1_decode(point), weight) for point, weight in opened.items()])


def open_equation(pairings, powers, w_point, s_point, z, delta, values, opened):
    """e(W, [tau^2]_2) e(-(z + 1/z) W + r1 [1]_1, [tau]_2) e(W + r0 [1]_1 - K_w - delta K_S, [1]_2) = 1."""
    wz, wi, sz, si = values
    back = inverse(z)
    v, v2 = wz + delta * sz, wi + delta * si
    r1 = (v - v2) * inverse(z - back) % R
    r0 = (v - r1 * z) % R
    pairings.equation()
    pairings.add(powers[2], (w_point, 1))
    pairings.add(powers[1], (w_point, -(z + back)), (G1, r1))
    pairings.add(G2_BYTES, (w_point, 1), (G1, r0), (s_point, -delta), *((point, -weight) for point, weight in opened))


def fold(red, hi, looked_up, gamma):
    """K_w's weights by point, and a0, a1, b0, b2, b3 (proof-system.md, section 4)."""
    e = [1]
    for coordinate in hi:
        e = [x * (1 - coordinate) % R for x in e] + [x * coordinate % R for x in e]
    weights = {}

    def put(blocks, factor):
        for (table, *place), weight in blocks.items():
            point = table.points[tuple(place)]
            weights[point] = (weights.get(point, 0) + weight * factor) % R

    a0 = a1 = b2 = b3 = 0
    b0, square = 1, gamma * gamma % R
    for weight, (beta, v, c, sign, top, null, pad, rest) in zip(e, red.leaves):
        a0 += sign * weight
        if beta is None:
            b3 += weight
        else:
            b0 += weight * (red.alpha - beta - c - 1)
        b2 += weight * ((red.beta1 if pad else 0) - (c if rest else 0))
        put(v, weight)
        put(top, weight * square)
        if null:
            put(null, weight * (red.beta1 - beta))
    at = len(red.leaves)
    for chunks in (red.ones, red.rising):
        for chunk in range(max(chunks) + 1 if chunks else 0):
            put(chunks.get(chunk, {}), e[at] * square)
            if chunks is red.rising:
                b3 += e[at]
            at += 1
    if looked_up:
        a1 = e[at]
        b0 += a1 * (red.alpha - 1)
    b0 -= b3
    put(red.relation, gamma)
    return weights, tuple(number % R for number in (a0, a1, b0, b2, b3))


# ----------------------------------------------------------------------------------------------------------------- kinds
# Of each kind: how many sources, the auxiliary tables that follow from its parameters, and what it adds to the reduction
# (proof-system.md, section 8). Shapes also check the parameters and that nothing wraps around r.


def signed(number):
    return number if number <= R // 2 else number - R


def count_params(claim, number):
    need(len(claim.params) == number, f"{claim.kind}: another number of parameters")


def x_column(claim, most=16):
    """The column of a kind with roles: limbs, bits, its flag's number or None."""
    table = claim.sources[0]
    need(table.columns[0][0] == b"x" and len(table.columns) <= 2, "roles that cannot be")
    k = table.columns[0][2]
    need(k <= most, f"{claim.kind}: a column of too many limbs")
    return k, 16 * k, table.flag(0)


def flag_block(table, chunk, column, weight=1):
    flag = table.flag(column)
    return {} if flag is None else table.block(chunk, flag, 0, weight)


def shape_cells(claim):
    count_params(claim, 0)
    return []


def leaves_cells(claim, red):
    table, padded = claim.tables[0], 0
    for chunk in range(table.chunks):
        last = chunk == table.chunks - 1
        for i, (role, _, limbs) in enumerate(table.columns):
            for limb in range(limbs):
                red.range(table.block(chunk, i, limb), null=flag_block(table, chunk, i) or None, pad=last)
                padded += last
                if role.endswith(b"?"):
                    red.range(table.block(chunk, i, limb, 2**15))
    red.pole(red.beta1, padded * table.pads)


def range_sides(lo, hi, bits):
    return [("da", lo, 1)] * (lo > 0) + [("db", hi, -1)] * (hi < 2**bits - 1)


def shape_range(claim):
    count_params(claim, 3)
    k, bits, flag = x_column(claim, 15)
    lo, hi, nulls = claim.params
    need(lo <= hi < 2**bits and nulls <= 1 and (nulls == 0 or flag is not None), "range: bounds that cannot be")
    need(2 ** (bits + 2) < R and range_sides(lo, hi, bits), "range: it says nothing")
    j = limbs_of(hi - lo)
    return [(claim.sources[0].rows, [(side, j - 1) for side, _, _ in range_sides(lo, hi, bits)])] if j > 1 else []


def leaves_range(claim, red):
    table, (lo, hi, nulls) = claim.sources[0], claim.params
    _, bits, _ = x_column(claim)
    for aux in claim.aux:
        red.ranges(aux)
    for chunk in range(table.chunks):
        for place, (_, bound, sign) in enumerate(range_sides(lo, hi, bits)):
            c = -sign * bound
            v = table.number(chunk, 0, sign)
            if claim.aux:
                v = plus(v, claim.aux[0].number(chunk, place, -C))
            v = plus(v, flag_block(table, chunk, 0, -c if nulls else -(2**bits)))
            red.fraction(0, v, c=c, rest=chunk == table.chunks - 1)


def shape_sum(claim):
    count_params(claim, 3)
    k, bits, flag = x_column(claim, 8)
    total, nulls, mode = claim.params
    rows = claim.sources[0].rows
    need(mode <= 2 and total <= rows << bits < R, "sum: a total that cannot be")
    need(nulls <= rows and (flag is not None or nulls == 0), "sum: nulls that cannot be")
    need(mode == 1 or (rows << bits) + 2 ** (bits + 32) < R, "sum: it could wrap around")
    return [] if mode == 1 else [(C, [("q", k + 1)])]


def leaves_sum(claim, red):
    table, (value, nulls, mode) = claim.sources[0], claim.params
    parts = [(chunk, table.number(chunk, 0)) for chunk in range(table.chunks)]
    for aux in claim.aux:
        red.ranges(aux)
        parts.append((0, aux.number(0, 0, mode - 1)))
    red.total(parts, value)
    if table.flag(0) is not None:
        red.total([(chunk, flag_block(table, chunk, 0)) for chunk in range(table.chunks)], nulls)


def shape_linear(claim):
    first = claim.sources[0]
    need(all(t.rows == first.rows for t in claim.sources), "linear: tables of other rows")
    count_params(claim, 1 + sum(len(t.columns) for t in claim.sources))
    constant, *weights = map(signed, claim.params)
    limbs = [limbs for t in claim.sources for _, _, limbs in t.columns]
    down = sum(-w << 16 * k for w, k in zip(weights, limbs) if w < 0)
    up = sum(w << 16 * k for w, k in zip(weights, limbs) if w > 0)
    need(all(abs(w) < 2**64 for w in weights) and 2 * (up + down) < R, "linear: weights that could wrap around")
    need(-down <= constant <= up, "linear: a constant that no row reaches")
    return []


def leaves_linear(claim, red):
    constant, *weights = claim.params
    chunks = claim.sources[0].chunks
    for chunk in range(chunks):
        rest, blocks = iter(weights), {}
        for table in claim.sources:
            for i in range(len(table.columns)):
                blocks = plus(blocks, table.number(chunk, i, next(rest)))
        red.relate(blocks, constant, last=chunk == chunks - 1)


def shape_unique(claim):
    count_params(claim, 0)
    table = claim.sources[0]
    k = table.limbs()
    need(k <= 15 and not any(role.endswith(b"?") and table.is_flag(i) for i, (role, _, _) in enumerate(table.columns)),
         "unique: a key that is too long, or nullable")
    return [(table.rows, [("y", k)]), (table.rows + 1, [("d", k)])]


def leaves_unique(claim, red):
    x, y, d = claim.tables
    beta = red.beta(claim.tag)
    red.ranges(d)
    for table, sign in ((x, 1), (y, -1)):
        for chunk in range(table.chunks):
            red.fraction(beta, table.joined(chunk), sign=sign)
    s, rows = red.s, x.rows
    parts = [(chunk, plus(y.joined(chunk, None, 1 - s), d.joined(chunk, None, -1))) for chunk in range(d.chunks)]
    red.own_identity(parts, red.geometric(rows + 1) - 1 - 2 ** (16 * x.limbs()) * pow(s, rows, R))


def bins_of(claim):
    return [claim.params[i:i + 3] for i in range(0, len(claim.params), 3)]


def shape_histogram(claim):
    k, bits, _ = x_column(claim, 15)
    need(claim.params and len(claim.params) % 3 == 0, "histogram: another number of parameters")
    at, rows = 0, claim.sources[0].rows
    for low, width, count in bins_of(claim):
        need(low == at and count <= rows and width < 2**bits, "histogram: bins that do not tile the codes")
        at = low + width + 1
    need(at == 2**bits and 2 ** (bits + 1) < R, "histogram: bins that do not tile the codes")
    return [(rows, [("u", k), ("v", k)])]


def leaves_histogram(claim, red):
    x, aux = claim.tables
    beta = red.beta(claim.tag)
    red.ranges(aux)
    for chunk in range(x.chunks):
        v = plus(x.number(chunk, 0), aux.number(chunk, 0, red.theta - 1), aux.number(chunk, 1, red.theta))
        red.fraction(beta, v, null=flag_block(x, chunk, 0) or None)
    for low, width, count in bins_of(claim):
        red.pole(beta, count, low + red.theta * width)
    red.pole(beta, x.pads)


def whole(table):
    return table.first == 0 and table.rows == table.manifest.rows


def same_columns(a, b):
    """Two tables of one schema with the same columns."""
    need(a.hashes[0] == b.hashes[0] and a.columns == b.columns, "tables with other columns")


def shape_split(claim):
    count_params(claim, 0)
    first, *parts = claim.sources
    need(parts and first.rows == sum(p.rows for p in parts), "split: rows that do not add up")
    for part in parts:
        same_columns(first, part)
    return []


def leaves_split(claim, red):
    beta = red.beta(claim.tag)
    for i, table in enumerate(claim.sources):
        sign = -1 if i else 1
        for chunk in range(table.chunks):
            red.fraction(beta, table.powers(chunk, None, red.theta), sign=sign)
        red.pole(beta, sign * table.pads)


def shape_count(claim):
    count_params(claim, 4)
    k, bits, _ = x_column(claim, 14)
    lo, hi, number, mode = claim.params
    rows = claim.sources[0].rows
    need(lo <= hi < 2**bits and number <= rows and mode <= 2 and 2 ** (bits + 16) + 2 ** (bits + 1) < R, "count: parameters")
    sides = range_sides(lo, hi, bits)
    return ([(rows, [(side, k) for side, _, _ in sides])] if sides else []) + ([] if mode == 1 else [(C, [("q", 1)])])


def leaves_count(claim, red):
    table, (lo, hi, number, mode) = claim.sources[0], claim.params
    k, bits, _ = x_column(claim)
    sides = range_sides(lo, hi, bits)
    if sides:
        red.ranges(claim.aux[0])
    parts = []
    for chunk in range(table.chunks):
        total = {} if lo > 0 else flag_block(table, chunk, 0, -1)
        for place, (side, bound, _) in enumerate(sides):
            c = 2**bits - (bound if side == "da" else bound + 1)
            v = plus(table.number(chunk, 0), claim.aux[0].number(chunk, place, -C), flag_block(table, chunk, 0, -c))
            red.fraction(0, v, c=c, rest=chunk == table.chunks - 1)
            total = plus(total, claim.aux[0].block(chunk, place, k - 1, 1 if side == "da" else -1))
        parts.append((chunk, total))
    if mode != 1:
        red.ranges(claim.aux[-1])
        parts.append((0, claim.aux[-1].block(0, 0, 0, mode - 1)))
    red.total(parts, number if lo > 0 else number - table.rows)


class Predicate:
    """Conditions and bits of "where" and "filter" (section 8), read from the parameters."""

    def __init__(self, claim):
        table, self.rest = claim.sources[0], list(claim.params)
        self.conditions, plain = [], table.plain()
        for _ in range(self.size(64, 1)):
            number = self.next()
            need(number < len(plain), "a condition on a column that is not there")
            column = plain[number]
            bits = 16 * table.columns[column][2]
            cuts = [self.next() for _ in range(self.size(4096))]
            need(cuts == sorted(set(cuts)) and all(1 <= v < 2**bits for v in cuts), "cuts that do not rise")
            self.conditions.append((column, cuts, table.flag(column)))
        need(len({column for column, _, _ in self.conditions}) == len(self.conditions), "two conditions on one column")
        self.bits = [[self.next() for _ in range(self.size(4096, 1))] for _ in range(self.size(64, 1))]
        self.codes = math.prod(len(cuts) + 1 + (flag is not None) for _, cuts, flag in self.conditions)
        need(self.codes <= 16 * C, "too many kinds of rows")
        need(all(codes == sorted(set(codes)) and codes[-1] < self.codes for codes in self.bits), "codes that do not rise")
        self.classes(table)

    def next(self):
        need(self.rest, "parameters are missing")
        return self.rest.pop(0)

    def size(self, most, least=0):
        number = self.next()
        need(least <= number <= most, "a list of parameters that cannot be")
        return number

    def classes(self, table):
        """Digits of G: limbs (column, limb, places) and flags (column, None, None)."""
        self.digits = []
        for column, cuts, flag in self.conditions:
            for limb in range(table.columns[column][2]):
                places = set()
                for cut in cuts:
                    digit = cut >> 16 * limb & 65535
                    places |= {digit} if cut % (1 << 16 * limb) == 0 else {digit, digit + 1}
                if places - {0, C}:
                    self.digits.append((column, limb, sorted(places - {0, C})))
            if flag is not None:
                self.digits.append((flag, None, None))
        self.limbs = [digit for digit in self.digits if digit[1] is not None]
        only_one = self.conditions[0]
        self.direct = len(self.conditions) == 1 and table.columns[only_one[0]][2] == 1 and only_one[2] is None
        self.size_of = C if self.direct else math.prod(2 if p is None else len(p) + 1 for _, _, p in self.digits)
        need(self.size_of <= 16 * C, "too many classes")

    def code(self, group):
        """The code of a row of this class, by the least member of each of its classes."""
        values, flags = {}, set()
        if self.direct:
            values[self.conditions[0][0]] = group
        else:
            for column, limb, places in self.digits:
                radix = 2 if places is None else len(places) + 1
                group, digit = divmod(group, radix)
                if places is None:
                    flags |= {column} if digit else set()
                elif digit:
                    values[column] = values.get(column, 0) + (places[digit - 1] << 16 * limb)
        code, radix = 0, 1
        for column, cuts, flag in self.conditions:
            digit = len(cuts) + 1 if flag in flags else sum(cut <= values.get(column, 0) for cut in cuts)
            code += radix * digit
            radix *= len(cuts) + 1 + (flag is not None)
        return code

    def truth(self, complement):
        """The bits of each G."""
        columns = [set(codes) for codes in self.bits]
        codes = [self.code(group) for group in range(self.size_of)]
        out = [[int(code in wanted) for code in codes] for wanted in columns]
        return out + ([[1 - bit for bit in out[0]]] if complement else [])

    def shape(self, table, complement):
        rows = up_to_chunks(table.rows)
        n = limbs_of(rows)
        bits = len(self.bits) + complement
        limbs = [] if self.direct else self.limbs
        return [(rows, [(f"g{i}", 1) for i in range(len(limbs))] + [(f"b{i}", 1) for i in range(bits)]),
                (C, [("i", 1)] + [pair for i in range(len(limbs)) for pair in ((f"c{i}", 1), (f"m{i}", n))]),
                (up_to_chunks(self.size_of), [(f"t{i}", 1) for i in range(bits)] + [("m", n)])]

    def leaves(self, claim, red, complement):
        table, (rows, limbs, truth) = claim.sources[0], claim.aux[:3]
        count, bits = 0 if self.direct else len(self.limbs), len(self.bits) + complement
        self.zero = [int(self.code(0) in codes) for codes in self.bits]
        for i in range(count):
            column, limb, _ = self.limbs[i]
            beta = red.beta(claim.tag + C * (1 + i))
            for chunk in range(table.chunks):
                red.fraction(beta, plus(table.block(chunk, column, limb), rows.block(chunk, i, 0, red.theta)))
            red.fraction(beta, plus(limbs.block(0, 0), limbs.block(0, 1 + 2 * i, 0, red.theta)), sign=0,
                         top=limbs.number(0, 2 + 2 * i, -1))
        beta = red.beta(claim.tag)
        for chunk in range(table.chunks):
            v = plus(self.group(table, rows, chunk),
                     *(rows.block(chunk, count + b, 0, pow(red.theta, 1 + b, R)) for b in range(bits)))
            red.fraction(beta, v)
        for chunk in range(truth.chunks):
            v = plus(limbs.block(0, 0), *(truth.block(chunk, b, 0, pow(red.theta, 1 + b, R)) for b in range(bits)))
            red.fraction(beta, v, c=chunk * C, sign=0, top=truth.number(chunk, bits, -1))
        red.public(limbs, 0, range(C))
        for i in range(count):
            places = self.limbs[i][2]
            red.public(limbs, 1 + 2 * i, [sum(p <= cell for p in places) for cell in range(C)])
        for b, cells in enumerate(self.truth(complement)):
            red.public(truth, b, cells)
        return count

    def group(self, table, rows, chunk):
        if self.direct:
            return table.block(chunk, self.conditions[0][0])
        out, radix, place = {}, 1, 0
        for column, limb, places in self.digits:
            out = plus(out, table.block(chunk, column, 0, radix) if places is None else rows.block(chunk, place, 0, radix))
            place += places is not None
            radix *= 2 if places is None else len(places) + 1
        return out


def where_parts(claim):
    """Predicate, bounds (weights, n, mode), and sums (column, offset, total)."""
    table, predicate = claim.sources[0], Predicate(claim)
    bounds = []
    for _ in range(predicate.size(64)):
        weights = [signed(predicate.next()) for _ in predicate.bits]
        bounds.append((weights, signed(predicate.next()), predicate.next()))
        need(all(abs(w) < 2**64 for w in weights) and abs(bounds[-1][1]) < 2**112 and bounds[-1][2] <= 2, "where: a bound")
    sums = []
    for column in [i for i, (role, _, _) in enumerate(table.columns) if re.fullmatch(rb"x\d+", role)]:
        need(table.columns[column][0] == b"x%d" % len(sums), "roles that cannot be")
        sums.append((column, predicate.next(), signed(predicate.next())))
        need(sums[-1][1] <= 2**127 and 4 * table.rows << 16 * table.columns[column][2] < R, "where: a sum that could wrap around")
        need(abs(sums[-1][2]) <= table.rows * ((1 << 16 * table.columns[column][2]) + sums[-1][1]), "where: a sum that cannot be")
    need(not predicate.rest and (bounds or sums), "where: another number of parameters")
    return predicate, bounds, sums


def shape_where(claim):
    claim.parts = predicate, bounds, sums = where_parts(claim)
    return predicate.shape(claim.sources[0], bool(sums)) + [(C, [("q", 7)]) for _, _, mode in bounds if mode != 1]


def leaves_where(claim, red):
    predicate, bounds, sums = claim.parts
    table, rows = claim.sources[0], claim.aux[0]
    count = predicate.leaves(claim, red, bool(sums))
    slack = iter(claim.aux[3:])
    for weights, number, mode in bounds:
        parts = [(chunk, plus(*(rows.block(chunk, count + b, 0, w) for b, w in enumerate(weights))))
                 for chunk in range(rows.chunks)]
        if mode != 1:
            q = next(slack)
            red.ranges(q)
            parts.append((0, q.number(0, 0, mode - 1)))
        red.total(parts, number + table.pads * sum(w for w, zero in zip(weights, predicate.zero) if zero))
    for i, (column, offset, value) in enumerate(sums):
        beta = red.beta(claim.tag + C * (512 + i))
        for chunk in range(table.chunks):
            red.fraction(beta, {}, sign=-offset, null=rows.block(chunk, count + len(predicate.bits)),
                         top=plus(table.number(chunk, column), flag_block(table, chunk, column, offset)))
        red.pole(beta, value - offset * table.pads * predicate.zero[0])


def shape_same(claim):
    count_params(claim, 0)
    a, b = claim.sources
    need((a.first, a.rows) == (b.first, b.rows) and len(a.columns) == len(b.columns), "same: other rows or columns")
    for i in range(len(a.columns)):
        need(a.columns[i][2] == b.columns[i][2] and a.is_flag(i) == b.is_flag(i), "same: columns that do not pair off")
    return []


def leaves_same(claim, red):
    a, b = claim.sources
    for chunk in range(a.chunks):
        for i, (_, _, limbs) in enumerate(a.columns):
            for limb in range(limbs):
                red.relate(plus(a.block(chunk, i, limb), b.block(chunk, i, limb, -1)))


def shape_sorted(claim):
    count_params(claim, 2)
    table = claim.sources[0]
    k = table.limbs()
    need(max(claim.params) <= 1 and 2 ** (16 * k + 1) < R, "sorted: parameters, or a key that is too long")
    return [(table.rows + 1, [("d", k)])]


def leaves_sorted(claim, red):
    table, d = claim.tables
    strict, down = claim.params
    red.ranges(d)
    s, rows, most = red.s, table.rows, 2 ** (16 * table.limbs()) - 1
    parts = [(chunk, plus(table.joined(chunk, None, (s - 1) if down else (1 - s)), d.joined(chunk, None, -1)))
             for chunk in range(d.chunks)]
    steps = strict * (red.geometric(rows) - 1)
    red.identity(parts, steps - most * (1 if down else pow(s, rows, R)))


def balance_parts(claim):
    t = claim.params[0]
    return (list(map(signed, claim.params[1:1 + t])), claim.params[1 + t:1 + 2 * t], signed(claim.params[-2]), claim.params[-1])


def shape_balance(claim):
    count_params(claim, 3 + 2 * len(claim.sources))
    weights, offsets, value, mode = balance_parts(claim)
    reach = 0
    for table, w, o in zip(claim.sources, weights, offsets):
        need(table.columns[0][0] == b"x" and whole(table), "balance: roles or rows that cannot be")
        need(abs(w) < 2**64 and o <= 2**127, "balance: weights or offsets that cannot be")
        reach += abs(w) * table.rows * (2 ** (16 * table.columns[0][2]) + o)
    need(len(set(map(id, claim.sources))) == len(claim.sources), "balance: a column that stands twice")
    need(mode <= 2 and abs(value) < R // 8 and C * C * 2 * reach < R // 8, "balance: it could wrap around")
    return [] if mode == 1 else [(C, [("q", limbs_of(2 * reach))])]


def leaves_balance(claim, red):
    weights, offsets, value, mode = balance_parts(claim)
    parts = []
    for table, w, o in zip(claim.sources, weights, offsets):
        value += w * o * table.rows
        parts += [(chunk, plus(table.number(chunk, 0, w), flag_block(table, chunk, 0, w * o))) for chunk in range(table.chunks)]
    for q in claim.aux:
        red.ranges(q)
        parts.append((0, q.number(0, 0, mode - 1)))
    red.total(parts, value)


def pairs_of(claim):
    a, b = claim.sources
    need(len(a.plain()) == len(b.plain()) and
         all(a.columns[i][2] == b.columns[j][2] for i, j in zip(a.plain(), b.plain())), "columns that do not pair off")
    return a, b, a.limbs(a.plain())


def live(table):
    """The auxiliary table of ones over the rows of a last chunk that is not full."""
    return [(table.rows % C, [("l", 1)])] if table.rows % C else []


def live_mark(aux, table, chunk, mark):
    """What 1 - l adds to v in the last chunk: blocks and constant."""
    if aux is None or chunk != table.chunks - 1:
        return {}, 0
    return aux.block(0, 0, 0, -mark), mark


def live_public(aux, red):
    if aux is not None:
        red.identity([(0, aux.block(0, 0))], red.geometric(aux.rows))


def shape_subset(claim):
    count_params(claim, 1)
    a, b, _ = pairs_of(claim)
    nullable = len(a.columns) - len(a.plain())
    need(claim.params[0] <= 2 and (claim.params[0] != 1 or nullable == 1), "subset: nulls")
    return [(b.rows, [("m", limbs_of(a.rows))])] + live(b)


def leaves_subset(claim, red):
    a, b, k = pairs_of(claim)
    m, ones, nulls = claim.aux[0], claim.aux[1] if len(claim.aux) > 1 else None, claim.params[0]
    beta, theta = red.beta(claim.tag), red.theta

    def print_of(table, chunk, side):
        flags = [flag_block(table, chunk, column, pow(theta, k + 2 * i + (side if nulls != 2 else 0), R))
                 for i, column in enumerate(table.plain())]
        return plus(table.powers(chunk, table.plain(), theta), *flags)

    for chunk in range(a.chunks):
        top = plus(*(flag_block(a, chunk, column, -1) for column in a.plain())) if nulls == 1 else {}
        red.fraction(beta, print_of(a, chunk, 0), top=top)
    for chunk in range(b.chunks):
        mark, c = live_mark(ones, b, chunk, pow(theta, 3 * k, R))
        red.fraction(beta, plus(print_of(b, chunk, 1), mark), c=c, sign=0, top=m.number(chunk, 0, -1))
    red.pole(beta, a.pads)
    live_public(ones, red)


def ladder_rows(room, bits):
    return min(up_to_chunks(room + 1), 2**bits)


def ladder_fits(rows, bits):
    need(rows << bits < R, "a ladder that could wrap around")
    return rows


def shape_disjoint(claim):
    count_params(claim, 1)
    a, b, k = pairs_of(claim)
    room = claim.params[0]
    need(a.limbs() == b.limbs() == k and 1 <= room <= a.rows + b.rows, "disjoint: nullable columns, or its room")
    rows = ladder_fits(ladder_rows(room, 16 * k), 16 * k)
    return [(rows, [("y", k), ("f", 1), ("m", limbs_of(max(a.rows, b.rows)))]), (rows, [("d", k)])]


def leaves_disjoint(claim, red):
    a, b, ladder, d = claim.tables
    k, theta, beta = a.limbs(), red.theta, red.beta(claim.tag)
    side = pow(theta, k, R)
    red.ranges(d)
    for chunk in range(a.chunks):
        red.fraction(beta, a.powers(chunk, None, theta))
    for chunk in range(b.chunks):
        red.fraction(beta, b.powers(chunk, None, theta), c=side)
    for chunk in range(ladder.chunks):
        red.fraction(beta, plus(ladder.powers(chunk, [0], theta), ladder.block(chunk, 1, 0, side)), sign=0,
                     top=ladder.number(chunk, 2, -1))
    red.pole(beta, a.pads)
    red.pole(beta, b.pads, side)
    red.ladder(ladder, [0], d, ladder.rows, 16 * k)


def groups_rows(claim):
    least, most, number, mode = claim.params
    k = claim.sources[0].limbs()
    return ladder_rows(claim.sources[0].rows // least if mode == 0 else number, 16 * k)


def shape_groups(claim):
    count_params(claim, 4)
    table, (least, most, number, mode) = claim.sources[0], claim.params
    rows, k = table.rows, table.limbs()
    need(whole(table) and 1 <= least <= rows and mode <= 3 and 1 <= number <= rows // least, "groups: parameters")
    need(most == 0 or 0 <= most - least < C, "groups: parameters")
    size = ladder_fits(groups_rows(claim), 16 * k)
    shapes = [(size, [("y", k), ("e", limbs_of(rows)), ("e?", 1)]), (size, [("d", k)])]
    return shapes + ([(C, [("q", 2)])] if mode in (0, 2) else [])


def counted(red, table, e):
    """Range leaves of e and of its flag, which stands behind it."""
    for chunk in range(table.chunks):
        for limb in range(table.columns[e][2]):
            red.range(table.block(chunk, e, limb), null=table.block(chunk, e + 1))
        red.range(table.block(chunk, e + 1))
        red.range(table.block(chunk, e + 1, 0, 2**15))


def leaves_groups(claim, red):
    x, y, d = claim.tables[:3]
    least, most, number, mode = claim.params
    beta, theta = red.beta(claim.tag), red.theta
    counted(red, y, 1)
    red.ranges(d)
    for chunk in range(x.chunks):
        red.fraction(beta, x.powers(chunk, None, theta))
    for chunk in range(y.chunks):
        red.fraction(beta, y.powers(chunk, [0], theta), sign=-least,
                     top=plus(y.block(chunk, 2, 0, least), y.number(chunk, 1, -1)))
    if most:
        for chunk in range(y.chunks):
            red.fraction(0, y.number(chunk, 1, -1), c=most - least)
    if mode in (0, 2):
        red.ranges(claim.tables[3])
    red.pole(beta, x.pads)
    red.ladder(y, [0], d, y.rows, 16 * x.limbs())
    if mode != 3:
        parts = [(chunk, y.block(chunk, 2, 0, -1)) for chunk in range(y.chunks)]
        if mode != 1:
            parts.append((0, claim.tables[3].number(0, 0, mode - 1)))
        red.total(parts, number - y.rows)


def shape_diverse(claim):
    count_params(claim, 2)
    table, (l, room) = claim.sources[0], claim.params
    need(whole(table) and 1 <= l <= room <= table.rows, "diverse: parameters")
    i = table.columns[0][2] + (table.flag(0) is not None)
    k, n = table.limbs() - i, limbs_of(table.rows)
    need(k > 0, "diverse: no other columns")
    pairs = ladder_fits(ladder_rows(room, 16 * (i + k)), 16 * (i + k))
    groups = ladder_fits(ladder_rows(room // l, 16 * k), 16 * k)
    return [(pairs, [("s", i), ("y", k), ("e", n), ("e?", 1)]), (pairs, [("d", i + k)]),
            (groups, [("y", k), ("e", n), ("e?", 1)]), (groups, [("d", k)])]


def leaves_diverse(claim, red):
    x, pairs, d, groups, d2 = claim.tables
    l, theta = claim.params[0], red.theta
    beta, beta2 = red.beta(claim.tag), red.beta(claim.tag + C)
    counted(red, pairs, 2)
    counted(red, groups, 1)
    red.ranges(d)
    red.ranges(d2)
    for chunk in range(x.chunks):
        red.fraction(beta, x.powers(chunk, None, theta))
    for chunk in range(pairs.chunks):
        red.fraction(beta, pairs.powers(chunk, [0, 1], theta), sign=-1,
                     top=plus(pairs.block(chunk, 3), pairs.number(chunk, 2, -1)))
    for chunk in range(pairs.chunks):
        red.fraction(beta2, pairs.powers(chunk, [1], theta), top=pairs.block(chunk, 3, 0, -1))
    for chunk in range(groups.chunks):
        red.fraction(beta2, groups.powers(chunk, [0], theta), sign=-l,
                     top=plus(groups.block(chunk, 2, 0, l), groups.number(chunk, 1, -1)))
    red.pole(beta, x.pads)
    red.ladder(pairs, [0, 1], d, pairs.rows, 16 * pairs.limbs([0, 1]))
    red.ladder(groups, [0], d2, groups.rows, 16 * groups.limbs([0]))


def all_columns(table):
    need([index for _, index, _ in table.columns] == list(range(len(table.manifest.schema.numbered))), "columns are left out")


def shape_filter(claim):
    a, b = claim.sources
    same_columns(a, b)
    all_columns(a)
    claim.predicate = Predicate(claim)
    need(len(claim.predicate.bits) == 1 and not claim.predicate.rest, "filter: parameters")
    return claim.predicate.shape(a, False)


def leaves_filter(claim, red):
    a, b, rows = claim.tables[:3]
    count = claim.predicate.leaves(claim, red, False)
    beta = red.beta(claim.tag + C * 512)
    for chunk in range(a.chunks):
        red.fraction(beta, a.powers(chunk, None, red.theta), sign=0, top=rows.block(chunk, count))
    for chunk in range(b.chunks):
        red.fraction(beta, b.powers(chunk, None, red.theta), sign=-1)
    red.pole(beta, claim.predicate.zero[0] * a.pads - b.pads)


def sample_numbers(seed, number, rows, most=2**20):
    need(number <= min(most, max(1, rows // 2)), "a sample that is too large")
    out, j = set(), 0
    while len(out) < number:
        out.add(challenge("sample", seed, j) % rows)
        j += 1
    return sorted(out)


def given_rows(claim):
    a, b = claim.sources
    mode, *params = claim.params
    need(mode <= 2 and (mode == 0 or len(params) == 2), "rows: parameters")
    count = len(params) if mode == 0 else params[1]
    need(count == b.rows, "rows: as many numbers as rows")
    if mode == 1:
        need(a.first == 0, "rows: a sample of a span")
        return sample_numbers(params[0], count, a.rows)
    numbers = params if mode == 0 else range(params[0], params[0] + count)
    need(all(a.first <= number < a.first + a.rows for number in (numbers if mode == 0 else (params[0], params[0] + count - 1))),
         "rows: a number of no row")
    return numbers


def shape_rows(claim):
    a, b = claim.sources
    need(len(claim.params) >= 2, "rows: parameters")
    same_columns(a, b)
    all_columns(a)
    need(a.first + a.rows <= C**3, "rows: a table that is too long")
    claim.numbers = given_rows(claim)
    return [(a.rows, [("m", limbs_of(b.rows))]), (C, [("i", 1)]), (b.rows, [("n", limbs_of(a.first + a.rows - 1))])]


def leaves_rows(claim, red):
    a, b, m, i, n = claim.tables
    beta, theta = red.beta(claim.tag), red.theta
    mark = pow(theta, a.limbs(), R)
    for chunk in range(a.chunks):
        red.fraction(beta, plus(a.powers(chunk, None, theta), i.block(0, 0, 0, mark)), c=mark * (a.first + chunk * C) % R,
                     sign=0, top=m.number(chunk, 0, -1))
    for chunk in range(b.chunks):
        red.fraction(beta, plus(b.powers(chunk, None, theta), n.number(chunk, 0, mark)))
    red.pole(beta, b.pads)
    red.public(i, 0, range(C))
    value = 0
    for number in reversed(claim.numbers):
        value = (value * red.s + number) % R
    red.identity([(chunk, n.number(chunk, 0)) for chunk in range(n.chunks)], value)


def key_columns(table, keys):
    """The first so many columns without flags, and those behind them, flags with their columns."""
    plain = table.plain()
    need(1 <= keys <= len(plain), "key columns that are not there")
    split = plain[keys] if keys < len(plain) else len(table.columns)
    return list(range(split)), list(range(split, len(table.columns)))


def kinds_of(table, columns):
    return [(table.columns[i][2], table.is_flag(i)) for i in columns]


def shape_join(claim):
    count_params(claim, 1)
    a, b, j = claim.sources
    key_a, rest_a = key_columns(a, claim.params[0])
    key_b, rest_b = key_columns(b, claim.params[0])
    need(len(key_a) == len(key_b) == claim.params[0] and kinds_of(a, key_a) == kinds_of(b, key_b), "join: keys")
    need(kinds_of(j, range(len(j.columns))) == kinds_of(a, key_a + rest_a) + kinds_of(b, rest_b), "join: columns")
    need((a.rows, a.first) == (j.rows, j.first), "join: rows")
    return [(b.rows, [("m", limbs_of(a.rows))])] + live(b)


def leaves_join(claim, red):
    a, b, j, m = claim.tables[:4]
    ones = claim.tables[4] if len(claim.tables) > 4 else None
    beta, beta2, theta = red.beta(claim.tag), red.beta(claim.tag + C), red.theta
    key, width = claim.params[0], len(a.columns)
    of_b = list(range(key)) + list(range(width, len(j.columns)))
    for chunk in range(a.chunks):
        red.fraction(beta, a.powers(chunk, None, theta))
    for chunk in range(j.chunks):
        red.fraction(beta, j.powers(chunk, range(width), theta), sign=-1)
    for chunk in range(j.chunks):
        red.fraction(beta2, j.powers(chunk, of_b, theta))
    for chunk in range(b.chunks):
        mark, c = live_mark(ones, b, chunk, pow(theta, b.limbs(), R))
        red.fraction(beta2, plus(b.powers(chunk, None, theta), mark), c=c, sign=0, top=m.number(chunk, 0, -1))
    red.pole(beta, a.pads - j.pads)
    red.pole(beta2, j.pads)
    live_public(ones, red)


def group_parts(claim):
    """Number of keys, and of each aggregate code, column of A, offsets."""
    keys, *rest = claim.params
    return keys, [rest[i:i + 4] for i in range(0, len(rest), 4)]


def shape_group(claim):
    need(len(claim.params) % 4 == 1, "group: parameters")
    a, b = claim.sources
    keys, aggregates = group_parts(claim)
    key_a, _ = key_columns(a, keys)
    key_b, rest_b = key_columns(b, keys)
    need(kinds_of(a, key_a) == kinds_of(b, key_b) and len(aggregates) == len(rest_b) and
         not any(b.is_flag(i) for i in rest_b), "group: columns")
    need(aggregates and aggregates[0] == [0, 0, 0, 0], "group: its first aggregate is the number of rows")
    plain, bounds = a.plain(), []
    for i, (code, column, offset, own) in enumerate(aggregates):
        need(4 << 16 * b.columns[rest_b[i]][2] < R and max(offset, own) <= 2**127, "group: an aggregate that could wrap around")
        if i == 0:
            continue
        need(1 <= code <= 4 and keys <= column < len(plain), "group: an aggregate that cannot be")
        limbs = a.columns[plain[column]][2]
        need(code == 1 or offset == own == 0, "group: an offset that is no sum's")
        need(4 * a.rows << 16 * limbs < R, "group: a sum that could wrap around")
        nullable = a.flag(plain[column]) is not None
        need(nullable if code == 4 else (code == 1 or (not nullable and limbs == b.columns[rest_b[i]][2])), "group: nulls, limbs")
        if code in (2, 3):
            bounds.append((i, limbs))
    need(len(bounds) <= 28, "group: too many bounds")
    if not bounds:
        return []
    columns = [(f"g{i}", k) for i, k in bounds] + [(f"h{i}", k - 1) for i, k in bounds if k > 1] + [(f"m{i}", 1) for i, _ in bounds]
    return [(a.rows, columns)] + live(a)


def leaves_group(claim, red):
    a, b = claim.sources
    keys, aggregates = group_parts(claim)
    key_a, key_b = key_columns(a, keys)[0], key_columns(b, keys)[0]
    rest_b, plain, beta, theta, eta = key_columns(b, keys)[1], a.plain(), red.beta(claim.tag), red.theta, red.eta
    aux = claim.aux[0] if claim.aux else None
    ones = claim.aux[1] if len(claim.aux) > 1 else None
    place = {role.decode(): i for i, (role, _, _) in enumerate(aux.columns)} if aux else {}
    bounds = [i for i, (code, _, _, _) in enumerate(aggregates) if code in (2, 3)]
    if aux:
        red.ranges(aux, [place[f"h{i}"] for i in bounds if f"h{i}" in place])
    w = 1 + sum(pow(eta, i, R) * ((-offset if code == 1 else 0) + (code == 4))
                for i, (code, _, offset, _) in enumerate(aggregates)) % R
    for chunk in range(a.chunks):
        top = {}
        for i, (code, column, offset, _) in enumerate(aggregates):
            weight = pow(eta, i, R)
            if code == 1:
                top = plus(top, a.number(chunk, plain[column], weight), flag_block(a, chunk, plain[column], weight * offset))
            elif code == 4:
                top = plus(top, flag_block(a, chunk, plain[column], -weight))
        v = after(a, chunk, key_a, theta, [(aux, place[f"g{i}"]) for i in bounds])
        red.fraction(beta, v, sign=w, top=top)
    w2 = sum(pow(eta, i, R) * own for i, (code, _, _, own) in enumerate(aggregates) if code == 1) % R
    for chunk in range(b.chunks):
        top = b.number(chunk, rest_b[0], -1)
        for i, (code, _, _, _) in enumerate(aggregates):
            if code in (1, 4):
                top = plus(top, b.number(chunk, rest_b[i], -pow(eta, i, R)))
        red.fraction(beta, after(b, chunk, key_b, theta, [(b, rest_b[i]) for i in bounds]), sign=w2, top=top)
    red.pole(beta, a.pads * w + b.pads * w2)
    for i in bounds:
        code, column, _, _ = aggregates[i]
        sign, beta_i = (1 if code == 2 else -1), red.beta(claim.tag + C * (1 + i))
        for chunk in range(a.chunks):
            v = plus(a.number(chunk, plain[column], sign), aux.number(chunk, place[f"g{i}"], -sign))
            if f"h{i}" in place:
                v = plus(v, aux.number(chunk, place[f"h{i}"], -C))
            red.fraction(0, v)
        for chunk in range(b.chunks):
            red.fraction(beta_i, after(b, chunk, key_b, theta, [(b, rest_b[i])]))
        width = a.limbs(key_a) + a.columns[plain[column]][2]
        for chunk in range(a.chunks):
            mark, c = live_mark(ones, a, chunk, pow(theta, width, R))
            red.fraction(beta_i, plus(after(a, chunk, key_a, theta, [(a, plain[column])]), mark), c=c, sign=0,
                         top=aux.block(chunk, place[f"m{i}"], 0, -1))
        red.pole(beta_i, b.pads)
    live_public(ones, red)


def after(table, chunk, columns, theta, others):
    """The fingerprint of these columns, and of columns of other tables behind them."""
    out, at = table.powers(chunk, columns, theta), table.limbs(columns)
    for other, column in others:
        out = plus(out, other.powers(chunk, [column], theta, pow(theta, at, R)))
        at += other.columns[column][2]
    return out


def shape_product(claim):
    count_params(claim, 1)
    x, y = claim.sources
    need(x.columns[0][0] == y.columns[0][0] == b"x" and (x.dataset, x.first, x.rows) == (y.dataset, y.first, y.rows),
         "product: other rows")
    need(x is y or x.columns[0][1] != y.columns[0][1], "product: one column in two tables")
    bits, k = 16 * x.columns[0][2], y.columns[0][2]
    need(claim.params[0] <= x.rows << bits + 16 * k < R, "product: it could wrap around")
    w = sum(C**i for i in range(k))
    most = x.rows * (2**bits - 1)
    return [(C, [("i", 1), ("s", limbs_of(most * w)), ("z", limbs_of(most))])]


def leaves_product(claim, red):
    x, y = claim.sources
    aux, beta, k = claim.aux[0], red.beta(claim.tag), claim.sources[1].columns[0][2]
    for chunk in range(x.chunks):
        for limb in range(k):
            red.fraction(beta, y.block(chunk, 0, limb), sign=0, top=x.number(chunk, 0, C**limb))
    i, s = aux.block(0, 0), aux.number(0, 1)
    red.fraction(beta, i, sign=0, top=s)
    red.fraction(beta, i, c=1, sign=0, top=times(s, -1))
    red.fraction(beta, {}, sign=0, top=aux.number(0, 2, -sum(C**n for n in range(k))))
    red.total([(0, s)], claim.params[0])


def drift_parts(claim):
    cuts, (x, f, g) = claim.params[:-3], claim.params[-3:]
    return cuts, x, f, g


def shape_drift(claim):
    need(len(claim.params) >= 3, "drift: parameters")
    a, b = claim.sources
    cuts, x, f, g = drift_parts(claim)
    need(all([limbs for _, _, limbs in t.columns] == [1] and whole(t) for t in (a, b)), "drift: columns")
    need(cuts == sorted(set(cuts)) and all(1 <= cut < C for cut in cuts), "drift: cuts")
    need(x <= 2 * a.rows * b.rows and ((f == g == 0) or 0 < g <= f < 2**32), "drift: parameters")
    n, h = limbs_of(max(a.rows, b.rows)), limbs_of(4 * a.rows * b.rows)
    columns = [("i", 1), ("a", n), ("b", n)] + ([("c", 1), ("A", n), ("B", n)] if cuts else [])
    columns += [("e", h), ("u", h), ("v", h)]
    if f:
        j = limbs_of(2 * a.rows * b.rows * f)
        columns += [("y", j), ("z", j)]
    return [(C, columns), (C, [("q", h + 1)])]


def leaves_drift(claim, red):
    a, b, bins, q = claim.tables
    cuts, x, f, g = drift_parts(claim)
    beta, beta1, eta = red.beta(claim.tag), red.beta(claim.tag + C), red.eta
    place = {role.decode(): i for i, (role, _, _) in enumerate(bins.columns)}

    def number(name, weight=1):
        return bins.number(0, place[name], weight)

    for table, own, name in ((a, beta, "a"), (b, beta1, "b")):
        for chunk in range(table.chunks):
            red.fraction(own, table.block(chunk, 0))
        red.fraction(own, number("i"), sign=0, top=number(name, -1))
        red.pole(own, table.pads)
    of_a, of_b = "a", "b"
    if cuts:
        of_a, of_b = "A", "B"
        beta2 = red.beta(claim.tag + 2 * C)
        red.fraction(beta2, number("c"), sign=0, top=plus(number("a"), number("b", eta)))
        red.fraction(beta2, number("i"), sign=0, top=plus(number("A", -1), number("B", -eta)))
    names = ["e", "u", "v"] + ["y", "z"] * (f > 0)
    red.ranges(bins, [place[name] for name in names])
    difference = plus(number(of_a, b.rows), number(of_b, -a.rows))
    red.fraction(0, plus(number("e"), difference, number("u", -C)))
    red.fraction(0, plus(number("e"), times(difference, -1), number("v", -C)))
    if f:
        red.fraction(0, plus(number(of_a, f * b.rows), number(of_b, -g * a.rows), number("y", -C)))
        red.fraction(0, plus(number(of_b, f * a.rows), number(of_a, -g * b.rows), number("z", -C)))
    red.ranges(q)
    red.public(bins, place["i"], range(C))
    if cuts:
        red.public(bins, place["c"], [sum(cut <= i for cut in cuts) for i in range(C)])
    red.total([(0, plus(number("e"), q.number(0, 0)))], x)


def shape_rates(claim):
    count_params(claim, 3)
    table, (a, b, c) = claim.sources[0], claim.params
    need(0 < c < 2**32 and max(a, b) < 2**32, "rates: parameters")
    need([r for r, _, _ in table.columns] in ([b"g", b"y?"], [b"g", b"y?", b"w?"]) and table.limbs() == len(table.columns),
         "rates: columns")
    need(table.columns[0][2] == 1, "rates: columns")
    n, h = limbs_of(table.rows), limbs_of((a + b + c) * table.rows * 2 * C)
    columns = [("i", 1), ("n", n), ("p", n), ("T", n + 1), ("u", h), ("v", h)]
    if len(table.columns) == 3:
        columns += [("r", n), ("R", n), ("S", n + 1)]
    return [(table.rows, [("t", 1)]), (C, [("z", 1)]), (C, columns)]


def leaves_rates(claim, red):
    table, t, z, counts = claim.tables
    a, b, c = claim.params
    beta, beta1, eta, unit = red.beta(claim.tag), red.beta(claim.tag + C), red.eta, C - 16
    place = {role.decode(): i for i, (role, _, _) in enumerate(counts.columns)}
    with_w = "r" in place

    def number(name, weight=1):
        return counts.number(0, place[name], weight)

    def three(one, two, three_):
        return plus(number(one, -1), number(two, -eta), number(three_, -eta * eta))

    for chunk in range(table.chunks):
        top = plus(table.block(chunk, 1, 0, eta), t.block(chunk, 0, 0, eta * eta))
        if with_w:
            red.fraction(beta1, plus(table.block(chunk, 0), table.block(chunk, 2, 0, beta - beta1)), top=top)
        else:
            red.fraction(beta, table.block(chunk, 0), top=top)
    if with_w:
        red.fraction(beta1, number("i"), sign=0, top=three("r", "R", "S"))
    red.fraction(beta, number("i"), sign=0, top=three("n", "p", "T"))
    red.ranges(counts, [place[name] for name in ("T", "u", "v")])
    red.fraction(0, plus(number("p", unit), number("T", -1), number("u", -C)))
    red.fraction(0, plus(number("T", a), number("n", b * unit), number("p", -c * unit), number("v", -C)))
    if not with_w:
        red.pole(beta, table.pads)
    red.public(counts, 0, range(C))
    power = red.totals
    red.identity([(chunk, t.block(chunk, 0)) for chunk in range(t.chunks)], 0)
    red.ones[0] = plus(red.ones.get(0, {}), z.block(0, 0, 0, -power * red.geometric(table.rows)))


KINDS = {
    "cells": (1, shape_cells, leaves_cells),
    "range": (1, shape_range, leaves_range),
    "sum": (1, shape_sum, leaves_sum),
    "linear": (lambda claim: len(claim.tables), shape_linear, leaves_linear),
    "unique": (1, shape_unique, leaves_unique),
    "histogram": (1, shape_histogram, leaves_histogram),
    "split": (lambda claim: len(claim.tables), shape_split, leaves_split),
    "count": (1, shape_count, leaves_count),
    "where": (1, shape_where, leaves_where),
    "same": (2, shape_same, leaves_same),
    "sorted": (1, shape_sorted, leaves_sorted),
    "balance": (lambda claim: claim.params[0] if claim.params else 0, shape_balance, leaves_balance),
    "subset": (2, shape_subset, leaves_subset),
    "disjoint": (2, shape_disjoint, leaves_disjoint),
    "groups": (1, shape_groups, leaves_groups),
    "diverse": (1, shape_diverse, leaves_diverse),
    "filter": (2, shape_filter, leaves_filter),
    "rows": (2, shape_rows, leaves_rows),
    "join": (3, shape_join, leaves_join),
    "group": (2, shape_group, leaves_group),
    "product": (2, shape_product, leaves_product),
    "drift": (2, shape_drift, leaves_drift),
    "rates": (1, shape_rates, leaves_rates),
}


# ----------------------------------------------------------------------------------------------------------------- words
# A claim's canonical text is read, compiled to assertions, and printed again with its JSON (claims.md). Only the one
# canonical text may stand in an entry, so this reads nothing else: what is printed again has to be what was read.

BARE = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")
DATASET = re.compile(r"([A-Za-z0-9_][A-Za-z0-9._-]{0,127})@([1-9][0-9]{0,8})(?![0-9])")
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
SIGN = {">=": 0, "=": 1, "<=": 2}
HIDDEN = [tuple(int(end, 16) for end in (part.split("-") * 2)[:2]) for part in (
    "0-1f 7f-a0 ad 34f 600-605 61c 6dd 70f 890-891 8e2 115f-1160 1680 17b4-17b5 180b-180f 2000-200f 2028-202f 205f-206f "
    "2800 3000 3164 fe00-fe0f feff ffa0 fff0-fffb 110bd 110cd 13430-1343f 1bca0-1bca3 1d173-1d17a e0000-e0fff").split()]
WORDS = {"and", "or", "not", "in", "is", "null"}


def quoted(string):
    out = ""
    for letter in string:
        if any(low <= ord(letter) <= high for low, high in HIDDEN):
            out += "".join(f"\\x{byte:02x}" for byte in letter.encode())
        else:
            out += "\\" + letter if letter in '"\\' else letter
    return f'"{out}"'


def name_text(name, points=True, words=()):
    bare = BARE.fullmatch(name) and (points or "." not in name) and name not in words
    return name if bare else quoted(name)


class Scanner:
    """The canonical text from left to right."""

    def __init__(self, string):
        self.text, self.at = string, 0

    def has(self, token):
        if self.text.startswith(token, self.at):
            self.at += len(token)
            return True
        return False

    def expect(self, token):
        need(self.has(token), f"'{self.text}': {token!r} was expected at {self.at}")

    def match(self, pattern):
        found = re.compile(pattern).match(self.text, self.at)
        if found:
            self.at = found.end()
        return found

    def take(self, pattern, what):
        found = self.match(pattern)
        need(found, f"'{self.text}': {what} was expected at {self.at}")
        return found[0]

    def string(self):
        """What stands in quotes."""
        body = self.take(r'"((?:[^"\\]|\\["\\]|\\x[0-9a-f]{2})*)"', "a text in quotes")[1:-1].encode()
        raw = re.sub(rb'\\(?:(["\\])|x([0-9a-f]{2}))', lambda m: m[1] or bytes([int(m[2], 16)]), body)
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            reject("a name that is no UTF-8")

    def name(self):
        return self.string() if self.text.startswith('"', self.at) else self.take(BARE, "a name")

    def whole(self):
        number = int(self.take(r"(0|[1-9][0-9]*)(?![0-9.])", "a whole number"))
        need(number < 2**64, "a whole number that is too large")
        return number

    def decimal(self):
        found = self.take(NUMBER, "a number")
        need(not (found.startswith("-") and Fraction(found) == 0), "-0")
        need(sum(c.isdigit() for c in found) <= 76, "a number that is too long")
        return found

    def ratio(self):
        """A number, perhaps over a whole one: its text and value."""
        found = self.decimal()
        if self.has("/"):
            under = self.take(r"[1-9][0-9]*", "a whole number")
            need(under != "1", "a denominator of 1")
            return f"{found}/{under}", Fraction(found) / int(under)
        return found, Fraction(found)

    def compare(self):
        return self.take(r" (=|>=|<=) ", "a comparison").strip()

    def list(self, item, separator=", "):
        out = [item()]
        while self.has(separator):
            out.append(item())
        return out


def places(number, scale):
    """number / 10^scale with exactly so many places."""
    if scale == 0:
        return str(number)
    digits = f"{abs(number):0{scale + 1}d}"
    return ("-" if number < 0 else "") + digits[:-scale] + "." + digits[-scale:]


def over(numerator, denominator):
    return numerator if denominator == 1 else f"{numerator}/{denominator}"


def holds(value, comparison, wanted):
    return {"=": value == wanted, ">=": value >= wanted, "<=": value <= wanted}[comparison]


def exact_number(raw):
    """A literal that is a number: its value, and canonical text."""
    match = re.fullmatch(r"(-?)(\d*)(?:\.(\d+))?(?:[eE]([+-]?\d+))?", raw)
    need(match and (match[2] or match[3]) and len(match[4] or "") < 7, f"the literal {raw}")
    exponent = int(match[4] or 0)
    digits = (match[2] + (match[3] or "")).lstrip("0")
    shift = exponent - len(match[3] or "")
    shift += len(digits) - len(digits.rstrip("0"))
    digits = digits.rstrip("0")
    if not digits:
        return Fraction(0), "0"
    need(len(digits) <= 76 and abs(exponent) <= 9999, "a literal that is too long")
    value = Fraction(int(digits)) * Fraction(10) ** shift * (-1 if match[1] else 1)
    point = len(digits) + shift  # digits before the point
    if -4 <= point <= 0:
        out = "0." + "0" * -point + digits
    elif 0 < point <= 40:
        out = digits + "0" * (point - len(digits)) if shift >= 0 else digits[:point] + "." + digits[point:]
    else:
        out = digits[0] + ("." + digits[1:] if len(digits) > 1 else "") + f"e{point - 1}"
    return value, match[1] + out


def days_from(year, month, day):
    y = year - (month <= 2)
    era, of_era = divmod(y, 400)
    of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return era * 146097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719468


def day_text(days):
    days += 719468
    era, of_era = divmod(days, 146097)
    year = (of_era - of_era // 1460 + of_era // 36524 - of_era // 146096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    month = (5 * of_year + 2) // 153
    day, month = of_year - (153 * month + 2) // 5 + 1, month + 3 if month < 10 else month - 9
    return f"{year + era * 400 + (month <= 2):04d}-{month:02d}-{day:02d}"


def time_text(micros):
    seconds, rest = divmod(micros, 10**6)
    fraction = f".{rest:06d}".rstrip("0") if rest else ""
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}{fraction}"


def read_date(raw):
    match = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", raw, re.ASCII)
    need(match, f"the date {raw}")
    year, month, day = map(int, match.groups())
    need(1 <= month <= 12 and 1 <= day <= days_of(year, month), f"the date {raw}")
    return days_from(year, month, day)


def read_time(raw):
    match = re.fullmatch(r"(\d\d):(\d\d):(\d\d)(?:\.(\d+))?", raw, re.ASCII)
    need(match and int(match[1]) < 24 and int(match[2]) < 60 and int(match[3]) < 60, f"the time {raw}")
    fraction = (match[4] or "").rstrip("0")
    need(len(fraction) <= 6, f"the time {raw}")
    return ((int(match[1]) * 60 + int(match[2])) * 60 + int(match[3])) * 10**6 + int(fraction.ljust(6, "0") or 0)


def read_literal(kind, raw):
    """A literal of a type: what compares (a code, or a number), canonical text."""
    if kind.word == "bool":
        need(raw in ("true", "false"), f"the literal {raw}")
        return int(raw == "true"), raw
    if kind.word == "date":
        return read_date(raw) + kind.offset, raw
    if kind.word == "time":
        micros = read_time(raw)
        return micros, time_text(micros)
    if kind.word == "timestamp":
        need(raw.endswith("Z") and raw[10:11] == "T", f"the timestamp {raw}")
        days, micros = read_date(raw[:10]), read_time(raw[11:-1])
        return days * 86400 * 10**6 + micros + kind.offset, f"{day_text(days)}T{time_text(micros)}Z"
    need(kind.number or kind.float, f"a literal of {kind.text}")
    if kind.float and raw in ("inf", "-inf"):
        return float(raw), raw
    return exact_number(raw)


def code_up(kind, value):
    """The least code of the type whose value is at least this, or one above its last."""
    if not kind.number and not kind.float:
        return value
    if kind.number:
        return max(kind.first, math.ceil(value * 10**kind.scale) + kind.offset)
    low, high = kind.first, kind.last + 1
    zero = float_code(0.0, kind.bits)
    while low < high:
        middle = (low + high) // 2
        if float_of(middle, kind.bits) >= value:
            high = middle
        else:
            low = middle + 1
    return zero if low == zero - 1 else low


def code_down(kind, value):
    """The greatest code of the type whose value is at most this, or one below its first."""
    if not kind.number and not kind.float:
        return value
    if kind.number:
        return min(kind.last, math.floor(value * 10**kind.scale) + kind.offset)
    low, high = kind.first - 1, kind.last
    while low < high:
        middle = (low + high + 1) // 2
        if float_of(middle, kind.bits) <= value:
            low = middle
        else:
            high = middle - 1
    return low


class Words:
    """What a claim's text is compiled with: the dataset that it is about, other datasets, rows, the statement's claims."""

    def __init__(self, given, manifest, others, proven):
        self.manifest, self.schema, self.others, self.proven = manifest, manifest.schema, others, proven
        self.given, self.first, self.rows = given, 0, manifest.rows
        string = given["text"]
        self.span = re.search(r" in rows (0|[1-9]\d*)\.\.(0|[1-9]\d*)$", string, re.ASCII)
        body = string
        if self.span:
            self.first, last = int(self.span[1]), int(self.span[2])
            body = string[:self.span.start()]
            need(self.first % C == 0 and self.first <= last < manifest.rows and
                 ((last + 1) % C == 0 or last + 1 == manifest.rows), "a span that is no whole chunks")
            self.rows = last + 1 - self.first
            need(self.rows != manifest.rows, "a span that is the whole table")
        self.scan = Scanner(body)
        self.json, self.out = {}, []
        self.kind = self.scan.take(r"[a-z_]+(?=\()", "a claim")
        need(self.kind in CLAIMS, f"a claim of the kind {self.kind}")
        self.scan.expect("(")
        printed = CLAIMS[self.kind](self)
        need(self.scan.at == len(body), "something follows the claim")
        need(f"{self.kind}({printed}" == body, f"'{string}' is not the claim's one text: {self.kind}({printed}")
        self.json |= {"kind": self.kind, "text": string} | ({"rows": [self.first, last]} if self.span else {})

    # What the statement has next, behind what this claim made so far.
    def said(self, kind, number):
        at = len(self.out)
        need(at < len(self.proven) and self.proven[at].kind == kind and len(self.proven[at].params) >= number,
             f"the statement has no {kind} here")
        return self.proven[at].params

    def column(self, name, schema=None):
        found = (schema or self.schema).names.get(name)
        need(found is not None, f"there is no column {name!r}")
        return found

    def own(self):
        return self.column(self.scan.name())

    def where(self, manifest=None):
        """The rows of a table of this dataset, or of all of another."""
        if manifest is None:
            return self.manifest.id, self.first, self.rows
        return manifest.id, 0, manifest.rows

    def table(self, columns, manifest=None, flags=True):
        """A table with numbered roles."""
        return (*self.where(manifest), [row for column in columns for row in numbered(column, flags)])

    def x(self, column, manifest=None):
        return (*self.where(manifest), [("x", column.number, column.type.limbs)] +
                [("x?", column.number + 1, 1)] * column.nullable)

    def assertion(self, kind, params, *tables):
        self.out.append((kind, [p % R for p in params], list(tables)))

    def in_order(self, columns, schema=None):
        columns = [c.number for c in columns]
        need(len(set(columns)) == len(columns), "a column that stands twice")
        return columns == sorted(columns)

    def dataset(self):
        found = self.scan.match(DATASET)
        need(found, "a dataset was expected")
        need(found[0] in self.others, f"{found[0]} is no parent of the entry")
        return found[0], self.others[found[0]]

    def end(self):
        self.scan.expect(")")

    def no_span(self):
        need(not self.span, "a claim that takes no span")


def numbered(column, flags=True):
    own = str(column.number) + "?" * (column.type.word == "bool")
    return [(own, column.number, column.type.limbs)] + [(own + "?", column.number + 1, 1)] * (column.nullable and flags)


def flag_row(column):
    return numbered(column)[1]


def ordered(kind):
    need(not kind.text_like, f"{kind.text} has no order")


def bound(w, kind, up):
    """A bound of a range: code, canonical text or None for an open one, value."""
    raw = w.scan.take(r"[^,()]+", "a bound")
    if raw == "*":
        return (kind.first if up else kind.last), None, None
    value, canonical_text = read_literal(kind, raw)
    return (code_up if up else code_down)(kind, value), canonical_text, value


def claim_range(w):
    column = w.own()
    kind = column.type
    ordered(kind)
    w.scan.expect(", ")
    lo, low, low_value = bound(w, kind, True)
    w.scan.expect(", ")
    hi, high, high_value = bound(w, kind, False)
    refuse = w.scan.has(", nulls=refuse")
    w.end()
    need(low is None or high is None or low_value <= high_value, "bounds the other way around")
    need(lo <= hi and lo <= kind.last and hi >= kind.first, "bounds between which no value lies")
    refuse = refuse and column.nullable
    if lo == 0 and hi == 2**kind.bits - 1:
        if refuse:
            w.assertion("linear", [0, 1], (*w.where(), [flag_row(column)]))
    else:
        w.assertion("range", [lo, hi, int(column.nullable and not refuse)], w.x(column))
    w.json = {"column": column.name, "high": high, "low": low, "nulls": "refuse" if refuse else "pass"}
    return f"{name_text(column.name)}, {low or '*'}, {high or '*'}{', nulls=refuse' * refuse})"


def claim_not_null(w):
    column = w.own()
    w.end()
    if column.nullable:
        w.assertion("linear", [0, 1], (*w.where(), [flag_row(column)]))
    w.json = {"column": column.name}
    return name_text(column.name) + ")"


def claim_cells(w):
    schema = w.schema
    if w.scan.has("*)"):
        w.assertion("cells", [], w.table(schema.columns))
        return "*)"
    first = w.own()
    if w.scan.has(" .. "):
        last = w.own()
        w.end()
        a, b = schema.columns.index(first), schema.columns.index(last)
        need(b - a >= 2 and (a, b) != (0, len(schema.columns) - 1), "a run in another form")
        w.assertion("cells", [], w.table(schema.columns[a:b + 1]))
        w.json = {"columns": [first.name, last.name], "run": True}
        return f"{name_text(first.name)} .. {name_text(last.name)})"
    columns = [first] + [w.own() for _ in iter(lambda: w.scan.has(", "), False)]
    w.end()
    need(w.in_order(columns) and len(columns) < len(schema.columns), "columns in another order")
    places = [schema.columns.index(c) for c in columns]
    need(len(places) < 3 or places != list(range(places[0], places[-1] + 1)), "columns that are a run")
    w.assertion("cells", [], w.table(columns))
    w.json = {"columns": [c.name for c in columns]}
    return ", ".join(name_text(c.name) for c in columns) + ")"


def claim_rows(w):
    number = w.scan.whole()
    w.end()
    w.no_span()
    need(number == w.manifest.rows, "another number of rows")
    w.json = {"value": str(number)}
    return f"{number})"


def exact(kind):
    need(kind.number, f"{kind.text} has no exact sums")


def claim_sum(w):
    mean = w.kind == "mean"
    column = w.own()
    kind = column.type
    exact(kind)
    if w.scan.has(" where "):
        return claim_sum_where(w, column, mean)
    w.end()
    comparison = w.scan.compare()
    value, number = w.scan.ratio() if mean else ((d := w.scan.decimal()), Fraction(d))
    _, nulls, _ = w.said("sum", 3)[:3]
    need(nulls <= w.rows and (column.nullable or nulls == 0), "nulls that cannot be")
    live = w.rows - nulls
    need(live or not mean, "a mean over no value")
    wanted = number * 10**kind.scale * (live if mean else 1)
    total = math.ceil(wanted) if comparison == ">=" else math.floor(wanted)
    need(comparison != "=" or total == wanted, "a sum that no values have")
    total += kind.offset * live
    most = live * (2**kind.bits - 1)
    need(0 <= total <= most, "a sum that no column has, or every one")
    w.assertion("sum", [total, nulls, SIGN[comparison]], w.x(column))
    w.json = {"column": column.name, "comparison": comparison, "nulls": nulls, "value": value}
    return f"{name_text(column.name)}) {comparison} {value}"


def claim_sum_where(w, column, mean):
    """Sums over rows: S is the statement's, and n of a mean."""
    kind = column.type
    predicate = PredicateText(w)
    w.end()
    comparison = w.scan.compare()
    value, number = w.scan.ratio() if mean else ((d := w.scan.decimal()), Fraction(d))
    params = w.said("where", 3)
    total = signed(params[-1])
    count = signed(params[-4]) if mean and len(params) > 4 else None
    conditions = predicate.columns_in_order()
    test = predicate.tree
    if mean or column in conditions:
        test = ("and", [test, ("null", column, False)]) if column.nullable else test
        if column.nullable and column not in conditions:
            conditions = sorted(conditions + [column], key=lambda c: c.number)
    columns = sorted(set(conditions) | {column}, key=lambda c: c.number)
    plain = {c.number: i for i, c in enumerate(columns)}
    head = predicate_parameters(conditions, plain, [test])
    least, most = -kind.offset, 2**kind.bits - 1 - kind.offset
    if mean:
        need(count is not None and 0 < count <= w.rows, "a mean over no value")
        w_params = head + [1, 1, count, 1, kind.offset, total]
        need(least * count <= total <= most * count, "a sum that no values have")
        found, ends = Fraction(total, count * 10**kind.scale), (least, most)
    else:
        w_params = head + [0, kind.offset, total]
        need(least * w.rows <= total <= most * w.rows, "a sum that no values have")
        found, ends = Fraction(total, 10**kind.scale), (least * w.rows, most * w.rows)
    need(holds(found, comparison, number), "the result does not satisfy the comparison")
    low, high = (Fraction(end, 10**kind.scale) for end in ends)
    need(low <= number <= high and not (comparison == ">=" and number <= low) and not (comparison == "<=" and number >= high),
         "a comparison that no rows satisfy, or all")
    rows = []
    for c in columns:
        rows += [("x0", c.number, c.type.limbs)] + [("x0?", c.number + 1, 1)] * c.nullable if c is column else numbered(c)
    w.assertion("where", w_params, (*w.where(), rows))
    w.json = {"column": column.name, "comparison": comparison, "value": value, "where": predicate.text,
              "sum": places(total, kind.scale)} | predicate.texts() | ({"count": count} if mean else {})
    return f"{name_text(column.name)} where {predicate.text}) {comparison} {value}"


def terms_of(w, others):
    """Terms of a relation: (dataset or None, column, weight text, weight)."""
    terms, sign = [], "-" if w.scan.has("-") else ""
    while True:
        weight = w.scan.match(r"(0|[1-9][0-9]*)(\.[0-9]+)?\*")
        weight = weight[0][:-1] if weight else "1"
        dataset = w.scan.match(DATASET) if others else None
        if dataset:
            w.scan.expect(".")
            need(dataset[0] in w.others, f"{dataset[0]} is no parent of the entry")
            column = w.column(w.scan.name(), w.others[dataset[0]].schema)
        else:
            column = w.own()
        exact(column.type)
        terms.append((dataset and dataset[0], column, sign + weight, Fraction(sign + weight)))
        if w.scan.has(" + "):
            sign = ""
        elif w.scan.has(" - "):
            sign = "-"
        else:
            return terms


def terms_text(terms, others):
    out = ""
    for i, (dataset, column, weight, _) in enumerate(terms):
        sign, weight = weight.startswith("-"), weight.lstrip("-")
        out += ("-" if sign else "") if i == 0 else (" - " if sign else " + ")
        out += (weight + "*" if weight != "1" else "")
        out += (f"{dataset}.{name_text(column.name)}" if dataset else name_text(column.name, points=not others))
    return out


def whole_terms(terms, number):
    """Weights of each column made whole, without a common factor; the number divided alike, as a fraction."""
    scale = max([decimals(number)] + [decimals(weight) + column.type.scale for _, column, weight, _ in terms])
    weights = {}
    for dataset, column, _, weight in terms:
        key = (dataset, column)
        weights[key] = weights.get(key, 0) + int(weight * 10**(scale - column.type.scale))
    need(all(weights.values()), "a weight of 0")
    common = math.gcd(*weights.values())
    weights = {key: weight // common for key, weight in weights.items()}
    need(all(abs(weight) < 2**64 for weight in weights.values()), "a weight that is too large")
    value = Fraction(number) * 10**scale
    need(abs(value) < 2**256, "a number that is too large")
    return weights, value / common


def decimals(number):
    return len(number.partition(".")[2])


def claim_linear(w):
    terms = terms_of(w, False)
    w.scan.expect(" = ")
    number = w.scan.decimal()
    w.end()
    weights, value = whole_terms(terms, number)
    need(value.denominator == 1, "no row can satisfy it")
    weights = {column: weight for (_, column), weight in sorted(weights.items(), key=lambda item: item[0][1].number)}
    constant = value.numerator + sum(weight * column.type.offset for column, weight in weights.items())
    ends = [weight * (2**column.type.bits - 1) for column, weight in weights.items()]
    need(sum(e for e in ends if e < 0) <= constant <= sum(e for e in ends if e > 0), "no row can satisfy it")
    params, flags = [constant], [0]
    for column, weight in weights.items():
        params += [weight] + [0] * column.nullable
        flags += [0] + [1] * column.nullable
    table = w.table(weights)
    w.assertion("linear", params, table)
    if any(flags):
        w.assertion("linear", flags, table)
    w.json = {"terms": [{"column": column.name, "weight": text_} for _, column, text_, _ in terms], "value": number}
    return f"{terms_text(terms, False)} = {number})"


def claim_balance(w):
    terms = terms_of(w, True)
    comparison = w.scan.compare()
    number = w.scan.decimal()
    w.end()
    w.no_span()
    weights, value = whole_terms(terms, number)
    need(comparison != "=" or value.denominator == 1, "no sums can satisfy it")
    value = math.ceil(value) if comparison == ">=" else math.floor(value)
    names = [None] + list(dict.fromkeys(d for d, _, _, _ in terms if d))
    rows = sorted(weights.items(), key=lambda item: (names.index(item[0][0]), item[0][1].number))
    need(rows[0][0][0] is None, "no column of its own")
    low = high = 0
    tables, offsets = [], []
    for (dataset, column), weight in rows:
        manifest = w.others[dataset] if dataset else w.manifest
        ends = sorted((weight * manifest.rows * (2**column.type.bits - 1 - column.type.offset),
                       -weight * manifest.rows * column.type.offset))
        low, high = low + ends[0], high + ends[1]
        tables.append(w.x(column, manifest))
        offsets.append(column.type.offset)
    need(low <= value <= high, "a number that no sums reach, or all")
    w.assertion("balance", [len(rows)] + [weight for _, weight in rows] + offsets + [value, SIGN[comparison]], *tables)
    w.json = {"comparison": comparison, "value": number, "terms": [
        {"column": c.name, "weight": t} | ({"dataset": d} if d else {}) for d, c, t, _ in terms]}
    return f"{terms_text(terms, True)} {comparison} {number})"


def claim_unique(w):
    columns = w.scan.list(w.own)
    w.end()
    need(w.in_order(columns), "columns in another order")
    if any(c.nullable for c in columns):
        w.no_span()
        w.assertion("groups", [1, 1, w.rows, 3], w.table(columns))
    else:
        w.assertion("unique", [], w.table(columns))
    w.json = {"columns": [c.name for c in columns]}
    return ", ".join(name_text(c.name) for c in columns) + ")"


def claim_sorted(w):
    columns = names_with_options(w, (", order=", ", ties="))
    down = w.scan.has(", order=falling")
    strict = w.scan.has(", ties=refuse")
    w.end()
    w.in_order(columns)
    for column in columns:
        ordered(column.type)
    w.assertion("sorted", [int(strict), int(down)], w.table(columns[::-1]))
    w.json = {"columns": [c.name for c in columns], "order": "falling" if down else "rising", "ties": "refuse" if strict else "pass"}
    return ", ".join(name_text(c.name) for c in columns) + ", order=falling" * down + ", ties=refuse" * strict + ")"


def names_with_options(w, options):
    columns = [w.own()]
    while not any(w.scan.text.startswith(option, w.scan.at) for option in options) and w.scan.has(", "):
        columns.append(w.own())
    return columns


def claim_count(w):
    if w.scan.has("where "):
        return claim_count_where(w)
    column = w.own()
    kind = column.type
    all_values = w.scan.text.startswith(", *, *)", w.scan.at)  # of every type that is nullable
    need(all_values or not (kind.float or kind.text_like), "values of this type have no counts")
    w.scan.expect(", ")
    lo, low, low_value = bound(w, kind, True)
    w.scan.expect(", ")
    hi, high, high_value = bound(w, kind, False)
    w.end()
    comparison, number = w.scan.compare(), w.scan.whole()
    lo, hi = 0 if low is None else lo, 2**kind.bits - 1 if high is None else hi
    need(low is None or inside(kind, low_value), "a bound outside the type")
    need(high is None or inside(kind, high_value), "a bound outside the type")
    need(lo <= hi and (column.nullable or (low, high) != (None, None)), "bounds between which no value lies, or all")
    need(number <= w.rows and (comparison, number) not in ((">=", 0), ("<=", w.rows)), "a count that says nothing")
    w.assertion("count", [lo, hi, number, SIGN[comparison]], w.x(column))
    w.json = {"column": column.name, "comparison": comparison, "count": number, "high": high, "low": low}
    return f"{name_text(column.name)}, {low or '*'}, {high or '*'}) {comparison} {number}"


def inside(kind, value):
    """A constant that lies within the type."""
    return code_up(kind, value) <= kind.last and code_down(kind, value) >= kind.first and \
        (not kind.number or kind.first - kind.offset <= value * 10**kind.scale <= kind.last - kind.offset)


def edge(w, kind):
    value, canonical_text = read_literal(kind, w.scan.take(r"[^,()]+", "an edge"))
    need(inside(kind, value), "an edge outside the type")
    return code_up(kind, value), canonical_text


def claim_histogram(w):
    column = w.own()
    kind = column.type
    ordered(kind)
    need(not kind.float and kind.word != "bool", "no histogram of this type")
    w.scan.expect(", ")
    edges = w.scan.list(lambda: edge(w, kind))
    need(len(edges) <= 1024, "edges")
    w.end()
    w.scan.expect(" = ")
    counts = w.scan.list(w.scan.whole)
    codes = [code for code, _ in edges]
    need(codes == sorted(set(codes)), "edges that do not rise")
    starts = ([0] if codes[0] else []) + codes + [2**kind.bits]
    nulls = histogram_nulls(w, column, counts)
    need(len(counts) == len(starts) - 1, "another number of counts")
    params = [p for i, count in enumerate(counts) for p in (starts[i], starts[i + 1] - starts[i] - 1, count)]
    w.assertion("histogram", params, w.x(column))
    w.json = {"column": column.name, "counts": counts, "edges": [t for _, t in edges], "nulls": nulls}
    return f"{name_text(column.name)}, {', '.join(t for _, t in edges)}) = {', '.join(map(str, counts))}"


def histogram_nulls(w, column, counts):
    nulls = w.rows - sum(counts)
    need(nulls >= 0 and (column.nullable or nulls == 0), "counts that are no rows")
    return nulls


def claim_class_balance(w):
    column = w.own()
    kind = column.type
    w.end()
    w.scan.expect(" = ")
    if kind.word == "bool":
        counts = w.scan.list(w.scan.whole)
        need(len(counts) == 2, "another number of counts")
        nulls = histogram_nulls(w, column, counts)
        w.assertion("histogram", [0, 0, counts[0], 1, 65534, counts[1]], w.x(column))
        w.json = {"column": column.name, "counts": counts, "nulls": nulls}
        return f"{name_text(column.name)}) = {', '.join(map(str, counts))}"
    need(kind.word == "dictionary", "no classes of this type")

    def pair():
        string = w.scan.string()
        w.scan.expect(": ")
        return string, w.scan.whole()

    pairs = w.scan.list(pair)
    need(len(pairs) <= 64, "classes")
    shown = shown_texts(w)
    rows = [(text_code(shown, column, string), string, count) for string, count in pairs]
    codes = [code for code, _, _ in rows]
    need(codes == sorted(set(codes)), "classes in another order")
    params, at = [], 0
    for code, _, count in rows:
        if code > at:
            params += [at, code - at - 1, 0]
        params += [code, 0, count]
        at = code + 1
    if at < C:
        params += [at, C - at - 1, 0]
    counts = [count for _, _, count in rows]
    nulls = histogram_nulls(w, column, counts)
    w.assertion("histogram", params, w.x(column))
    w.json = {"column": column.name, "counts": counts, "nulls": nulls, "texts": texts_json(shown, {(column, c, s) for c, s, _ in rows})}
    return f"{name_text(column.name)}) = " + ", ".join(f"{quoted(s)}: {n}" for _, s, n in rows)


# Texts of dictionaries, which a claim shows with their openings.


def merkle_path_root(schema, leaf, index, size, path):
    """The root above a leaf, by RFC 6962's shape, of a path leaf side first; None when it has another length."""
    if size == 1:
        return leaf if not path else None
    if not path:
        return None
    k = 1 << (size - 1).bit_length() - 1
    left = index < k
    below = merkle_path_root(schema, leaf, index if left else index - k, k if left else size - k, path[:-1])
    if below is None:
        return None
    return schema.merkle(b"\6" + (below + path[-1] if left else path[-1] + below))


def dictionary_opens(schema, root, code, entries, salt, path, entry):
    if not code < entries <= 65536:
        return False
    found = merkle_path_root(schema, schema.merkle(b"\5" + salt + u32(code) + entry), code, entries, path)
    return found is not None and schema.merkle(b"\7" + u32(entries) + found) == root


def shown_texts(w):
    """The texts that the claim's JSON shows, each opened under its column's root."""
    out = []
    shown = w.given.get("texts", [])
    need(isinstance(shown, list) and len(shown) <= 64, "texts that cannot be")
    for item in shown:
        need(isinstance(item, dict) and set(item) == {"code", "column", "entries", "opening", "text"} and
             all(isinstance(item[m], str) for m in ("column", "opening", "text")) and
             all(type(item[m]) is int and item[m] >= 0 for m in ("code", "entries")), "a text in another form")
        column, opening = w.column(item["column"]), unbase64(item["opening"])
        need(column.type.root and len(opening) >= 32 and len(opening) % 32 == 0, "a text in another form")
        path = [opening[i:i + 32] for i in range(32, len(opening), 32)]
        need(dictionary_opens(w.schema, column.type.root, item["code"], item["entries"], opening[:32], path,
                              item["text"].encode()), "a text that its dictionary does not have")
        out.append((column, item["code"], item["text"], item))
    return out


def text_code(shown, column, string):
    found = [code for c, code, s, _ in shown if c is column and s == string]
    need(found, "a text that the claim does not show")
    return found[0]


def texts_json(shown, used):
    """Each text that the claim names once, by column and code, and no other."""
    out = sorted((row for row in shown if row[:3] in used), key=lambda row: (row[0].number, row[1]))
    need(len(out) == len(used) and len({row[:2] for row in out}) == len(out), "texts that the claim does not name")
    return [row[3] for row in out]


class PredicateText:
    """A predicate: its tree, canonical text, and the texts that it names."""

    def __init__(self, w):
        self.w, self.order, self.used, self.shown = w, [], set(), shown_texts(w)
        self.tree = self.either()
        self.text = self.print(self.tree, 0)

    def either(self):
        parts = self.w.scan.list(self.both, " or ")
        return parts[0] if len(parts) == 1 else ("or", parts)

    def both(self):
        parts = self.w.scan.list(self.negated, " and ")
        return parts[0] if len(parts) == 1 else ("and", parts)

    def negated(self):
        if self.w.scan.has("not "):
            return ("not", self.negated())
        if self.w.scan.has("("):
            tree = self.either()
            self.w.scan.expect(")")
            return tree
        return self.test()

    def test(self):
        scan = self.w.scan
        column = self.w.own()
        if column not in self.order:
            self.order.append(column)
        if scan.has(" is "):
            no = scan.has("not ")
            scan.expect("null")
            need(column.nullable, "a column that has no nulls")
            return ("null", column, not no)
        if scan.has(" in {"):
            values = scan.list(lambda: self.value(column, True))
            scan.expect("}")
            codes = [code for code, _ in values]
            need(codes == sorted(set(codes)), "a set in another order")
            return ("in", column, values)
        sign = scan.take(r" (!=|<=|>=|=|<|>) ", "a comparison").strip()
        return ("test", column, sign, *self.value(column, sign in ("=", "!="), sign))

    def value(self, column, equal, sign="="):
        """A constant: the code that it is compared with, canonical text."""
        kind, scan = column.type, self.w.scan
        if kind.word in ("dictionary", "string16"):
            need(equal, "texts have no order")
            string = scan.string()
            if kind.word == "dictionary":
                code = text_code(self.shown, column, string)
                self.used.add((column, code, string))
            else:
                code = int.from_bytes(sha3(string.encode())[:16], "big")
            return code, quoted(string)
        need(not kind.text_like and not kind.float, f"{kind.text} in a predicate")
        value, canonical_text = read_literal(kind, scan.take(r'[^ ,(){}=<>!"]+', "a value"))
        need(inside(kind, value), "a constant outside the type")
        up, down = code_up(kind, value), code_down(kind, value)
        need(not equal or up == down, "a constant that is no value of the type")
        return (down + 1 if sign in ("<=", ">") else up), canonical_text

    def print(self, tree, depth):
        """Depth: 0 or, 1 and, 2 not."""
        if tree[0] in ("or", "and"):
            mine = 0 if tree[0] == "or" else 1
            out = f" {tree[0]} ".join(self.print(part, mine + 1) for part in tree[1])
            return f"({out})" if depth > mine else out
        if tree[0] == "not":
            return "not " + self.print(tree[1], 2)
        name = name_text(tree[1].name, words=WORDS)
        if tree[0] == "null":
            return f"{name} is {'' if tree[2] else 'not '}null"
        if tree[0] == "in":
            return f"{name} in {{{', '.join(t for _, t in tree[2])}}}"
        return f"{name} {tree[2]} {tree[4]}"

    def columns_in_order(self):
        return sorted(self.order, key=lambda c: c.number)

    def names(self):
        return [c.name for c in self.order]

    def texts(self):
        named = texts_json(self.shown, self.used)
        need(named or "texts" not in self.w.given, "texts that the claim does not name")
        return {"texts": named} if named else {}


def cuts_of(tree, column):
    """Codes at which a test of this column changes."""
    if tree[0] in ("or", "and"):
        return set().union(*(cuts_of(part, column) for part in tree[1]))
    if tree[0] == "not":
        return cuts_of(tree[1], column)
    if tree[1] is not column or tree[0] == "null":
        return set()
    if tree[0] == "in":
        return {cut for code, _ in tree[2] for cut in (code, code + 1)}
    return {tree[3], tree[3] + 1} if tree[2] in ("=", "!=") else {tree[3]}


def truth_of(tree, row):
    """SQL's logic: True, False or None. A row has a code for each column, None for a null."""
    if tree[0] in ("or", "and"):
        parts = [truth_of(part, row) for part in tree[1]]
        strong = tree[0] == "or"
        return strong if strong in parts else None if None in parts else not strong
    if tree[0] == "not":
        inner = truth_of(tree[1], row)
        return None if inner is None else not inner
    code = row[tree[1]]
    if tree[0] == "null":
        return (code is None) == tree[2]
    if code is None:
        return None
    if tree[0] == "in":
        return any(code == c for c, _ in tree[2])
    return {"=": code == tree[3], "!=": code != tree[3], "<": code < tree[3], "<=": code < tree[3],
            ">=": code >= tree[3], ">": code >= tree[3]}[tree[2]]


def predicate_parameters(conditions, numbers, tests):
    """Conditions with their cuts, then a list of codes for each test that is neither always nor never true."""
    params, rows = [len(conditions)], [{}]
    for column in conditions:
        cuts = set().union(*(cuts_of(test, column) for test in tests)) - {0, 2**column.type.bits}
        cuts = sorted(cuts) or [1]
        params += [numbers[column.number], len(cuts), *cuts]
        values = [0] + cuts + [None] * column.nullable
        rows = [row | {column: value} for value in values for row in rows]
        need(len(rows) <= 65536, "too many kinds of rows")
    params.append(len(tests))
    for test in tests:
        codes = [code for code, row in enumerate(rows) if truth_of(test, row) is True]
        need(0 < len(codes) < len(rows), "a predicate that every row satisfies, or none")
        params += [len(codes), *codes]
    return params


def where_assertion(w, predicate, number, mode):
    conditions = predicate.columns_in_order()
    head = predicate_parameters(conditions, {c.number: i for i, c in enumerate(conditions)}, [predicate.tree])
    w.assertion("where", head + [1, 1, number, mode], w.table(conditions))


def claim_count_where(w):
    predicate = PredicateText(w)
    w.end()
    comparison, number = w.scan.compare(), w.scan.whole()
    need(number <= w.rows and (comparison, number) not in ((">=", 0), ("<=", w.rows)), "a count that says nothing")
    where_assertion(w, predicate, number, SIGN[comparison])
    w.json = {"columns": predicate.names(), "comparison": comparison, "count": number, "where": predicate.text} | predicate.texts()
    return f"where {predicate.text}) {comparison} {number}"


def share(w):
    """A share that is compared: its text, and the number of rows that it is."""
    comparison = w.scan.compare()
    value, ratio = w.scan.ratio()
    number = ratio * w.rows
    need(comparison != "=" or number.denominator == 1, "a share that no table has")
    number = math.ceil(number) if comparison == ">=" else math.floor(number)
    need(0 <= number <= w.rows, "a share that no table has, or every one")
    return comparison, value, number


def shares_all(comparison, number, rows):
    return (comparison, number) in ((">=", 0), ("<=", rows))


def claim_share(w):
    w.scan.expect("where ")
    predicate = PredicateText(w)
    w.end()
    comparison, value, number = share(w)
    need(not shares_all(comparison, number, w.rows), "a share that says nothing")
    where_assertion(w, predicate, number, SIGN[comparison])
    w.json = {"columns": predicate.names(), "comparison": comparison, "value": value, "where": predicate.text} | predicate.texts()
    return f"where {predicate.text}) {comparison} {value}"


def claim_null_rate(w):
    column = w.own()
    w.end()
    comparison, value, number = share(w)
    w.json = {"column": column.name, "comparison": comparison, "value": value}
    if column.nullable:
        need(not shares_all(comparison, number, w.rows), "a share that says nothing")
        test = ("null", column, True)
        w.assertion("where", predicate_parameters([column], {column.number: 0}, [test]) + [1, 1, number, SIGN[comparison]],
                    w.table([column]))
    else:
        need(holds(0, comparison, number), "a column without nulls")
    return f"{name_text(column.name)}) {comparison} {value}"


def bool_column(column):
    need(column.type.word == "bool" and not column.nullable, "no bool, or one with nulls")
    return column


def claim_accuracy(w):
    label = bool_column(w.own())
    w.scan.expect(", ")
    prediction = bool_column(w.own())
    w.end()
    need(label is not prediction, "a column that stands twice")
    comparison, value, number = share(w)
    need(not shares_all(comparison, number, w.rows), "a share that says nothing")
    columns = sorted((label, prediction), key=lambda c: c.number)
    w.assertion("where", [2, 0, 1, 1, 1, 1, 1, 1, 2, 0, 3, 1, 1, number, SIGN[comparison]], w.table(columns))
    w.json = {"label": label.name, "prediction": prediction.name, "comparison": comparison, "value": value}
    return f"{name_text(label.name)}, {name_text(prediction.name)}) {comparison} {value}"


def claim_auc(w):
    label = bool_column(w.own())
    w.scan.expect(", ")
    score = w.own()
    w.scan.expect(", ")
    rank = w.own()
    w.end()
    w.no_span()
    need(not score.nullable and not score.type.text_like and rank.type.integer and not rank.nullable and
         len({label, score, rank}) == 3, "columns of an area")
    comparison = w.scan.compare()
    value, ratio = w.scan.ratio()
    kind = rank.type
    for column in (score, rank):
        w.assertion("sorted", [1, 0], w.table([column]))
    need(kind.first - kind.offset <= 1 and w.rows <= kind.last - kind.offset, "ranks that the type does not have")
    w.assertion("range", [1 + kind.offset, w.rows + kind.offset, 0], w.x(rank))
    params = w.said("where", 4)
    count, total = params[-4], signed(params[-1])
    need(0 < count < w.rows, "an area without true or false rows")
    pairs, above = count * (w.rows - count), total - count * (count + 1) // 2
    need(0 <= above <= pairs and 0 <= ratio <= 1 and holds(Fraction(above, pairs), comparison, ratio), "another area")
    need((comparison, ratio) not in ((">=", 0), ("<=", 1)), "an area that says nothing")
    rows = []
    for column in sorted((label, rank), key=lambda c: c.number):
        rows += [("x0", rank.number, kind.limbs)] if column is rank else numbered(column)
    place = 0 if label.number < rank.number else 1
    w.assertion("where", [1, place, 1, 1, 1, 1, 1, 1, 1, count, 1, kind.offset, total], (*w.where(), rows))
    w.json = {"label": label.name, "score": score.name, "rank": rank.name, "comparison": comparison, "value": value,
              "count": count, "sum": str(total)}
    return ", ".join(name_text(c.name) for c in (label, score, rank)) + f") {comparison} {value}"


def claim_order(w):
    column = w.own()
    kind = column.type
    ordered(kind)
    need(not kind.float, "floats have no order here")
    share_text, a, b = None, 1, 2
    if w.kind == "quantile":
        w.scan.expect(", ")
        share_text, ratio = w.scan.ratio()
        a, b = ratio.numerator, ratio.denominator
        need(0 < ratio < 1 and b <= 10**9, "a share that is none")
    w.end()
    comparison = w.scan.compare()
    value, canonical_text = read_literal(kind, w.scan.take(r"[^ ]+$", "a value"))
    up, down = code_up(kind, value), code_down(kind, value)
    need(inside(kind, value) and (comparison != "=" or up == down), "a value outside the type")
    at_least, at_most = {"min": (({"below": 1}, 0, 1), ({"upto": 1}, 1, 0)),
                         "max": (({"live": 1, "below": -1}, 1, 0), ({"live": 1, "upto": -1}, 0, 1))}.get(
        w.kind, (({"below": b, "live": -a}, -1, 2), ({"upto": b, "live": -a}, 0, 0)))
    both = (at_most, at_least) if w.kind == "max" else (at_least, at_most)
    wanted = {">=": (at_least,), "<=": (at_most,), "=": both}[comparison]
    order_assertion(w, column, up, down + 1, wanted)
    w.json = {"column": column.name, "comparison": comparison, "value": canonical_text} | (
        {"quantile": share_text} if share_text else {})
    return name_text(column.name) + (f", {share_text}" if share_text else "") + f") {comparison} {canonical_text}"


def order_assertion(w, column, below, upto, bounds):
    """Bits are those that have a weight and are neither always nor never true."""
    edges = {"below": below, "upto": upto}
    used = {name for weights, _, _ in bounds for name in weights}
    cuts = sorted({edges[name] for name in used & set(edges)} - {0, 2**column.type.bits}) or [1]
    digits = [0] + cuts + [None] * column.nullable
    bits, sure = [], {}
    for name in ("below", "upto", "live"):
        codes = [i for i, code in enumerate(digits) if code is not None and (name == "live" or code < edges[name])]
        if name in used:
            if 0 < len(codes) < len(digits):
                bits.append((name, codes))
            else:
                sure[name] = len(codes) > 0
    out = []
    for weights, number, mode in bounds:
        number -= sum(weight * w.rows for name, weight in weights.items() if sure.get(name))
        if any(name in weights for name, _ in bits):
            out.append([weights.get(name, 0) for name, _ in bits] + [number, mode])
        else:
            need((0 >= number, 0 == number, 0 <= number)[mode], "it is false for all rows")
    need(out, "a claim that says nothing")
    used_bits = [codes for _, codes in bits]
    params = [1, 0, len(cuts), *cuts, len(used_bits)]
    for codes in used_bits:
        params += [len(codes), *codes]
    params += [len(out)] + [p for row in out for p in row]
    w.assertion("where", params, w.table([column]))


def moment_sums(w, columns, own_products):
    """linear, sum and product assertions of moments, with the totals of the statement."""
    if any(c.nullable for c in columns) and len(columns) == 2:
        flags = [c for c in columns if c.nullable]
        w.assertion("linear", [0, 1, -1] if len(flags) == 2 else [0, 1], (*w.where(), [flag_row(c) for c in flags]))
    sums, nulls = [], []
    for column in columns:
        total, missing, mode = w.said("sum", 3)[:3]
        need(total <= (w.rows - min(missing, w.rows)) * (2**column.type.bits - 1), "a sum that no rows have")
        w.assertion("sum", [total, missing, 1], w.x(column))
        sums.append(total)
        nulls.append(missing)
    need(len(set(nulls)) == 1 and nulls[0] < w.rows, "no value, or other nulls")
    live = w.rows - nulls[0]
    pairs = [(columns * 2)[:2]] + ([(c, c) for c in columns] if own_products else [])
    totals = []
    for x, y in pairs:
        total = w.said("product", 1)[0]
        need(total <= live * (2**x.type.bits - 1) * (2**y.type.bits - 1), "a sum that no rows have")
        first, second = (y, x) if y.type.limbs > x.type.limbs else (x, y)
        tables = [w.x(first), w.x(second)]
        w.assertion("product", [total], *tables)
        totals.append(total)
    return live, nulls[0], sums, totals


def moment_columns(w, number):
    columns = w.scan.list(w.own)
    w.end()
    need(len(columns) == number and len(set(columns)) == number, "other columns")
    for column in columns:
        exact(column.type)
    need(sum(c.type.limbs for c in columns) * (2 if number == 1 else 1) <= 12, "columns of too many limbs")
    return columns


def claim_moment(w):
    root, square = w.kind in ("stddev", "rmse"), w.kind in ("mean_square", "rmse")
    column, = moment_columns(w, 1)
    kind = column.type
    comparison = w.scan.compare()
    if root and w.scan.has("sqrt("):
        inner, ratio = w.scan.ratio()
        w.scan.expect(")")
        value = f"sqrt({inner})"
    else:
        value, ratio = w.scan.ratio()
        ratio = ratio * ratio if root else ratio
    need(not value.startswith("-") and not value.startswith("sqrt(-"), "a sign")
    live, nulls, (total,), (squares,) = moment_sums(w, [column], False)
    o = kind.offset
    if square:
        numerator, denominator = squares - 2 * o * total + live * o * o, live
    else:
        numerator, denominator = live * squares - total * total, live * live
    need(numerator >= 0 and holds(Fraction(numerator, denominator * 10**(2 * kind.scale)), comparison, ratio), "another result")
    need((comparison, ratio) != (">=", 0), "it says nothing")
    w.json = {"column": column.name, "comparison": comparison, "value": value, "nulls": nulls,
              "sum": places(total - o * live, kind.scale),
              "sum_of_squares": places(squares - 2 * o * total + live * o * o, 2 * kind.scale),
              "numerator": places(numerator, 2 * kind.scale), "denominator": str(denominator)}
    return f"{name_text(column.name)}) {comparison} {value}"


def claim_covariance(w):
    correlation = w.kind == "correlation"
    a, b = moment_columns(w, 2)
    comparison = w.scan.compare()
    value, parts = read_correlation(w) if correlation else (None, None)
    if parts is None:
        value, ratio = w.scan.ratio() if value is None else (value, Fraction(value))
    live, nulls, (sum_a, sum_b), totals = moment_sums(w, [a, b], correlation)
    oa, ob, sa, sb = a.type.offset, b.type.offset, a.type.scale, b.type.scale
    numerator = live * totals[0] - sum_a * sum_b
    w.json = {"columns": [a.name, b.name], "comparison": comparison, "value": value, "nulls": nulls,
              "sums": [places(sum_a - oa * live, sa), places(sum_b - ob * live, sb)],
              "sum_of_products": places(totals[0] - oa * sum_b - ob * sum_a + live * oa * ob, sa + sb),
              "numerator": places(numerator, sa + sb)}
    if not correlation:
        need(holds(Fraction(numerator, live * live * 10**(sa + sb)), comparison, ratio), "another result")
        w.json["denominator"] = str(live * live)
    else:
        under = [live * square - s * s for square, s in zip(totals[1:], (sum_a, sum_b))]
        need(min(under) > 0 and numerator * numerator <= under[0] * under[1], "no correlation")
        if parts is None:
            parts = (ratio, 1, 1)
            need((comparison, ratio >= 1) != ("<=", True) and (comparison, ratio <= -1) != (">=", True) and
                 -1 <= ratio <= 1, "a correlation that says nothing, or cannot be")
        # numerator / sqrt(under) against p / sqrt(q): both sides times the roots, signs apart
        need(holds(compare_roots(numerator, under[0] * under[1], parts[0], parts[1] * parts[2]), comparison, 0), "another result")
        w.json |= {"radicands": [places(n, 2 * s) for n, s in zip(under, (sa, sb))],
                   "sums_of_squares": [places(q - 2 * o * s + live * o * o, 2 * c)
                                       for q, s, o, c in zip(totals[1:], (sum_a, sum_b), (oa, ob), (sa, sb))]}
    return f"{name_text(a.name)}, {name_text(b.name)}) {comparison} {value}"


def read_correlation(w):
    """`p/sqrt(a*b)` as it stands, and its numbers; or nothing."""
    found = w.scan.match(r"(-?(?:0|[1-9][0-9]*))/sqrt\(([1-9][0-9]*)\*([1-9][0-9]*)\)")
    return (found[0], tuple(int(number) for number in found.groups())) if found else (None, None)


def compare_roots(p, a, q, b):
    """The sign of p / sqrt(a) - q / sqrt(b)."""
    left, right = p * abs(p) * b, q * abs(q) * a
    return (left > right) - (left < right)


def claim_distinct(w):
    columns = w.scan.list(w.own)
    w.end()
    w.no_span()
    need(w.in_order(columns), "columns in another order")
    comparison, number = w.scan.compare(), w.scan.whole()
    most = math.prod((2 if c.type.word == "bool" else 2**c.type.bits) + c.nullable for c in columns)
    need(1 <= number <= min(w.rows, most) and (comparison, number) not in ((">=", 1), ("<=", w.rows), ("<=", most)),
         "a number that no table has, or all")
    w.assertion("groups", [1, 0, number, SIGN[comparison]], w.table(columns))
    w.json = {"columns": [c.name for c in columns], "comparison": comparison, "count": number}
    return ", ".join(name_text(c.name) for c in columns) + f") {comparison} {number}"


def names_and_number(w):
    columns = [w.own()]
    w.scan.expect(", ")
    while not (number := w.scan.match(r"[1-9][0-9]*(?=\))")):
        columns.append(w.own())
        w.scan.expect(", ")
    w.end()
    w.no_span()
    need(2 <= int(number[0]) <= w.rows, "a number that no table has, or all")
    return columns, int(number[0])


def claim_k_anonymous(w):
    columns, k = names_and_number(w)
    need(w.in_order(columns), "columns in another order")
    w.assertion("groups", [k, 0, w.rows // k, 3], w.table(columns))
    w.json = {"columns": [c.name for c in columns], "k": k}
    return ", ".join(name_text(c.name) for c in columns) + f", {k})"


def claim_l_diverse(w):
    columns, l = names_and_number(w)
    *keys, sensitive = columns
    need(keys and w.in_order(keys) and sensitive not in keys, "columns in another order")
    w.assertion("diverse", [l, w.rows], w.table([sensitive] + keys))
    w.json = {"columns": [c.name for c in keys], "sensitive": sensitive.name, "l": l}
    return ", ".join(name_text(c.name) for c in columns) + f", {l})"


def claim_split(w):
    others = w.scan.list(w.dataset)
    w.end()
    w.no_span()
    need(w.kind == "split" or len(others) == 1, "one dataset")
    need(len(others) <= 63 and len({m.id for _, m in others} | {w.manifest.id}) == 1 + len(others), "a dataset that stands twice")
    need(all(m.schema.hash == w.schema.hash for _, m in others), "another schema")
    need(sum(m.rows for _, m in others) == w.rows, "other rows")
    w.assertion("split", [], w.table(w.schema.columns), *(w.table(m.schema.columns, m) for _, m in others))
    names = [name for name, _ in others]
    w.json = {"datasets": names} if w.kind == "split" else {"dataset": names[0]}
    return ", ".join(names) + ")"


def read_pairs(w, options=()):
    """Pairs of columns: own ones, the dataset, its columns; and the canonical text."""
    own = []
    while not DATASET.match(w.scan.text, w.scan.at):
        own.append(w.own())
        w.scan.expect(", ")
    name, manifest = w.dataset()
    need(name.partition("@")[0], "a dataset")
    if w.scan.has("."):
        theirs = [w.column(w.scan.name(), manifest.schema)]
        while len(theirs) < len(own) and w.scan.has(f", {name}."):
            theirs.append(w.column(w.scan.name(), manifest.schema))
        need(len(theirs) == len(own), "columns that do not pair off")
    else:
        theirs = [w.column(column.name, manifest.schema) for column in own]
    need(w.in_order(own) and len(set(theirs)) == len(theirs), "columns in another order")
    need(all(a.type.text == b.type.text or (w.kind in ("subset", "disjoint") and compatible(a.type, b.type))
             for a, b in zip(own, theirs)), "pairs of other types")
    printed = ", ".join(name_text(c.name, points=False) for c in own) + ", "
    if [c.name for c in own] == [c.name for c in theirs]:
        printed += name
    else:
        printed += ", ".join(f"{name}.{name_text(c.name)}" for c in theirs)
    w.json = {"columns": [c.name for c in own], "dataset": name, "dataset_columns": [c.name for c in theirs]}
    return own, name, manifest, theirs, printed


def compatible(a, b):
    return a.word == b.word == "decimal" and a.scale == b.scale and a.limbs == b.limbs


def claim_same(w):
    if DATASET.match(w.scan.text, w.scan.at) and w.scan.text.endswith(")") and "," not in w.scan.text:
        name, manifest = w.dataset()
        w.end()
        own = w.schema.columns
        theirs = [w.column(c.name, manifest.schema) for c in own]
        need(all(a.type.text == b.type.text for a, b in zip(own, theirs)), "pairs of other types")
        w.json, printed = {"dataset": name}, name
    else:
        own, name, manifest, theirs, printed = read_pairs(w)
        w.end()
        need(not ([c.name for c in own] == [c.name for c in theirs] and len(own) == len(w.schema.columns)), "all columns")
    need(all(a.nullable == b.nullable for a, b in zip(own, theirs)) and w.manifest.rows == manifest.rows, "nulls or rows")
    here = w.table(own)
    w.assertion("same", [], here, (manifest.id, w.first, w.rows, [r for c in theirs for r in numbered(c)]))
    return printed + ")"


def claim_subset(w):
    own, name, manifest, theirs, printed = read_pairs(w)
    nulls = "pass" if w.scan.has(", nulls=pass") else "match" if w.scan.has(", nulls=match") else "refuse"
    w.end()
    nullable = sum(c.nullable for c in own)
    need(nulls == "refuse" or nullable, "an option that says nothing")
    need(nulls != "pass" or nullable == 1, "nulls=pass of several columns")
    w.assertion("subset", [("refuse", "pass", "match").index(nulls)], w.table(own), w.table(theirs, manifest))
    w.json["nulls"] = nulls
    return printed + (f", nulls={nulls}" if nulls != "refuse" else "") + ")"


def claim_disjoint(w):
    own, name, manifest, theirs, printed = read_pairs(w)
    w.end()
    w.no_span()
    need(not any(c.nullable for c in own + theirs), "a nullable column")
    w.assertion("disjoint", [w.rows + manifest.rows], w.table(own), w.table(theirs, manifest))
    return printed + ")"


def claim_drift(w):
    own, name, manifest, theirs, printed = read_pairs(w)
    w.no_span()
    need(len(own) == 1 and not own[0].nullable and not theirs[0].nullable and own[0].type.limbs == 1, "columns of a drift")
    kind, cuts, factor = own[0].type, [], None
    need(own[0].type.text == theirs[0].type.text, "pairs of other types")
    if w.scan.has(", cuts=("):
        ordered(kind)
        cuts = w.scan.list(lambda: edge(w, kind))
        w.end()
        printed += f", cuts=({', '.join(t for _, t in cuts)})"
        w.json["cuts"] = [t for _, t in cuts]
    codes = [code for code, _ in cuts]
    need(codes == sorted(set(codes)) and all(code >= 1 for code in codes) and len(codes) <= 1024, "cuts that do not rise")
    if w.scan.has(", factor="):
        w.json["factor"], factor = w.scan.ratio()
        printed += f", factor={w.json['factor']}"
        need(factor >= 1 and factor.numerator < 2**32, "a factor that cannot be")
    w.end()
    w.scan.expect(" <= ")
    value, ratio = w.scan.ratio()
    need(0 <= ratio < 1, "a distance that says nothing")
    most = math.floor(2 * w.rows * manifest.rows * ratio)
    f, g = (factor.numerator, factor.denominator) if factor else (0, 0)
    w.assertion("drift", codes + [most, f, g], w.table(own), w.table(theirs, manifest))
    w.json |= {"comparison": "<=", "value": value}
    return f"{printed}) <= {value}"


def claim_rates(w):
    label = None
    if w.kind == "equal_opportunity":
        label = bool_column(w.own())
        w.scan.expect(", ")
    prediction = bool_column(w.own())
    w.scan.expect(", ")
    group = w.own()
    w.end()
    w.no_span()
    columns = [c for c in (label, prediction, group) if c]
    need(group.type.limbs == 1 and not group.nullable and len(set(columns)) == len(columns), "columns of shares")
    rows = [("g", group.number, 1), ("y?", prediction.number, 1)] + ([("w?", label.number, 1)] if label else [])
    printed = ", ".join(name_text(c.name) for c in columns) + ")"
    w.json = {"prediction": prediction.name, "group": group.name} | ({"label": label.name} if label else {})
    params = [5, 0, 4]
    if w.kind != "four_fifths":
        w.scan.expect(" <= ")
        value, ratio = w.scan.ratio()
        need(0 <= ratio < 1 and ratio.denominator < 2**32, "a difference that says nothing")
        params = [ratio.denominator, ratio.numerator, ratio.denominator]
        printed += f" <= {value}"
        w.json |= {"comparison": "<=", "value": value}
    w.assertion("rates", params, (*w.where(), rows))
    return printed


def source_of(w):
    """The dataset that rows were taken from: all columns of one schema."""
    w.no_span()
    name, manifest = w.dataset()
    need(manifest.schema.hash == w.schema.hash and manifest.id != w.manifest.id, "another schema")
    w.json = {"datasets": [name]}
    return name, manifest, (w.table(manifest.schema.columns, manifest), w.table(w.schema.columns))


def claim_filter(w):
    name, manifest, tables = source_of(w)
    w.scan.expect(", where ")
    predicate = PredicateText(w)
    w.end()
    need(w.rows <= manifest.rows, "more rows than its source")
    conditions = predicate.columns_in_order()
    numbers = {c.number: i for i, c in enumerate(w.schema.columns)}
    w.assertion("filter", predicate_parameters(conditions, numbers, [predicate.tree]), *tables)
    w.json |= {"columns": predicate.names(), "where": predicate.text} | predicate.texts()
    return f"{name}, where {predicate.text})"


def claim_slice(w):
    name, manifest, tables = source_of(w)
    w.scan.expect(", ")
    first = w.scan.take(r"0|[1-9]\d*", "a row")
    w.scan.expect("..")
    last = w.scan.whole()
    w.end()
    first = int(first)
    need(first <= last < manifest.rows and last - first + 1 == w.rows, "rows that are not there")
    w.assertion("rows", [2, first, w.rows], *tables)
    w.json |= {"first": first, "last": last}
    return f"{name}, {first}..{last})"


def claim_pick(w):
    name, manifest, tables = source_of(w)
    w.scan.expect(", ")

    def given():
        first = int(w.scan.take(r"0|[1-9]\d*", "a row"))
        last = w.scan.whole() if w.scan.has("..") else first
        need(first <= last < manifest.rows, "rows that are not there")
        return first, last

    numbers = [number for first, last in w.scan.list(given) for number in range(first, min(last, first + 5000) + 1)]
    w.end()
    need(len(numbers) <= 4095 and len(numbers) == w.rows, "another number of rows")
    runs = []
    for number in numbers:
        if runs and runs[-1][1] + 1 == number:
            runs[-1][1] = number
        else:
            runs.append([number, number])
    w.assertion("rows", [0] + numbers, *tables)
    w.json["numbers"] = numbers
    return f"{name}, " + ", ".join(str(a) if a == b else f"{a}..{b}" for a, b in runs) + ")"


def claim_sample(w):
    name, manifest, tables = source_of(w)
    w.scan.expect(", ")
    number = w.scan.whole()
    w.scan.expect(", ")
    seed = w.scan.take("[0-9a-f]{64}", "a seed")
    w.end()
    need(number == w.rows and number <= max(1, manifest.rows // 2), "another number of rows")
    w.assertion("rows", [1, int(seed, 16), number], *tables)
    w.json |= {"count": number, "seed": seed}
    return f"{name}, {number}, {seed})"


def same_kind(a, b):
    need(a.type.text == b.type.text and a.nullable == b.nullable, "a column of another type")


def claim_joined(w):
    w.no_span()
    name_a, a = w.dataset()
    w.scan.expect(", ")
    name_b, b = w.dataset()
    w.scan.expect(", on ")
    keys = w.scan.list(w.own)
    w.end()
    need(w.in_order(keys) and not any(c.nullable for c in keys) and sum(c.type.limbs for c in keys) <= 15, "a key that cannot be")
    names = [c.name for c in keys]
    key_a, key_b = ([w.column(name, m.schema) for name in names] for m in (a, b))
    rest_a, rest_b = ([c for c in m.schema.columns if c.name not in names] for m in (a, b))
    all_names = names + [c.name for c in rest_a + rest_b]
    need(len(set(all_names)) == len(all_names) == len(w.schema.columns) and a.rows == w.rows, "other columns or rows")
    own = [w.column(name) for name in names + [c.name for c in rest_a] + [c.name for c in rest_b]]
    for mine, theirs in zip(own, key_a + rest_a + rest_b):
        same_kind(mine, theirs)
    for mine, theirs in zip(keys, key_b):
        same_kind(mine, theirs)
    w.assertion("join", [len(keys)], w.table(key_a + rest_a, a), w.table(key_b + rest_b, b), w.table(own))
    w.assertion("unique", [], w.table(key_b, b))
    w.json = {"datasets": [name_a, name_b], "columns": names}
    return f"{name_a}, {name_b}, on {', '.join(name_text(n) for n in names)})"


FUNCTIONS = {"rows": 0, "sum": 1, "min": 2, "max": 3, "values": 4}


def claim_grouped(w):
    w.no_span()
    name, a = w.dataset()
    w.scan.expect(", by ")
    keys, aggregates = [w.own()], []
    while w.scan.has(", "):
        column = w.own()
        if not w.scan.has(" = "):
            need(not aggregates, "a key behind an aggregate")
            keys.append(column)
            continue
        function = w.scan.take("rows|sum|min|max|values", "an aggregate")
        of = None
        if function != "rows":
            w.scan.expect("(")
            of = w.column(w.scan.name(), a.schema)
            w.end()
        aggregates.append((column, function, of))
    w.end()
    own = keys + [c for c, _, _ in aggregates]
    need(len(set(own)) == len(own) == len(w.schema.columns), "columns that are left out, or stand twice")
    need(w.in_order(keys) and w.in_order([c for c, _, _ in aggregates[1:]]), "columns in another order")
    need(aggregates and [f for _, f, _ in aggregates].count("rows") == 1 and aggregates[0][1] == "rows", "the number of rows")
    key_a = [w.column(c.name, a.schema) for c in keys]
    for mine, theirs in zip(keys, key_a):
        same_kind(mine, theirs)
    need(not any(c.nullable for c in own) and sum(c.type.limbs for c in keys) <= 15, "a key or aggregate that cannot be")
    need(all(of not in key_a for _, _, of in aggregates), "an aggregate of a key")
    table_a = key_a + sorted({of for _, _, of in aggregates if of}, key=lambda c: c.number)
    params = [len(keys), 0, 0, 0, 0]
    for column, function, of in aggregates[1:]:
        group_types(column, function, of)
        summed = function == "sum"
        params += [FUNCTIONS[function], table_a.index(of), of.type.offset * summed, column.type.offset * summed]
    w.assertion("group", params, w.table(table_a, a), w.table(own))
    w.assertion("unique", [], w.table(keys))
    count = aggregates[0][0]
    need(count.type.integer, "the number of rows is an integer")
    w.assertion("range", [1 + count.type.offset, count.type.last, 0], w.x(count))
    w.json = {"dataset": name, "columns": [c.name for c in keys], "aggregates": [
        {"column": c.name, "function": f} | ({"of": of.name} if of else {}) for c, f, of in aggregates]}
    return f"{name}, by {', '.join(name_text(c.name) for c in keys)}, " + ", ".join(
        f"{name_text(c.name)} = {f}" + (f"({name_text(of.name)})" if of else "") for c, f, of in aggregates) + ")"


def group_types(column, function, of):
    if function == "sum":
        exact(of.type)
        exact(column.type)
        need(column.type.scale == of.type.scale, "a sum of another scale")
    elif function == "values":
        need(of.nullable and column.type.integer and column.type.offset == 0, "a number of values")
    else:
        need(not of.nullable and of.type.text == column.type.text and not of.type.text_like, "a bound of another type")


CLAIMS = {
    "range": claim_range, "not_null": claim_not_null, "cells": claim_cells, "rows": claim_rows, "sum": claim_sum,
    "mean": claim_sum, "linear": claim_linear, "balance": claim_balance, "unique": claim_unique, "sorted": claim_sorted,
    "count": claim_count, "histogram": claim_histogram, "class_balance": claim_class_balance, "share": claim_share,
    "null_rate": claim_null_rate, "accuracy": claim_accuracy, "auc": claim_auc, "min": claim_order, "max": claim_order,
    "median": claim_order, "quantile": claim_order, "variance": claim_moment, "stddev": claim_moment,
    "mean_square": claim_moment, "rmse": claim_moment, "covariance": claim_covariance, "correlation": claim_covariance,
    "distinct": claim_distinct, "k_anonymous": claim_k_anonymous, "l_diverse": claim_l_diverse, "split": claim_split,
    "same_rows": claim_split, "same": claim_same, "subset": claim_subset, "disjoint": claim_disjoint, "drift": claim_drift,
    "parity": claim_rates, "equal_opportunity": claim_rates, "four_fifths": claim_rates, "filter": claim_filter,
    "slice": claim_slice, "pick": claim_pick, "sample": claim_sample, "joined": claim_joined, "grouped": claim_grouped}


def match_words(said, statement, manifest, others):
    """Each claim's text compiles to the statement's next claims, and its JSON is the entry's, byte by byte."""
    rest = list(statement.claims)
    for given in said:
        words = Words(given, manifest, others, rest)
        need(len(words.out) <= len(rest), "the statement has fewer claims")
        for (kind, params, tables), proven in zip(words.out, rest):
            need(proven.kind == kind and proven.params == params, f"'{given['text']}' says something else than is proven")
            found = [(t.dataset, t.first, t.rows, [(role.decode("latin-1"), index, limbs) for role, index, limbs in t.columns])
                     for t in proven.sources]
            need(found == tables, f"'{given['text']}' is about another table than is proven")
        need(canonical(words.json) == canonical(given), f"'{given['text']}': its JSON is another")
        rest = rest[len(words.out):]
    need(not rest, "a claim of the statement that no words say")


# --------------------------------------------------------------------------------------------------------------- receipt


class CircuitKey:
    PARTS = (("alpha", 48), ("beta", 96), ("gamma", 96), ("delta", 96), ("ic0", 48), ("ic1", 48))

    def __init__(self, reader):
        self.circuit = text(reader.field(8))
        self.bytes = reader.take(432)
        self.sha3, self.sha256, self.points, at = sha3(self.bytes), sha256(self.bytes), {}, 0
        for name, size in self.PARTS:
            self.points[name] = self.bytes[at:at + size]
            at += size

    def decode(self):
        for name, size in self.PARTS:
            (g1_decode if size == 48 else g2_decode)(self.points[name])
        need(self.points["delta"] not in (G2_BYTES, self.points["gamma"]), "a key without a second phase")


class Receipt:
    """A receipt (receipt.md), parsed."""

    def __init__(self, data):
        reader = sealed(data, b"zkl/rcpt", (1, 2))
        version = data[11]
        self.entry = Entry.logged(reader)
        form(self.entry.kind in ("notarise", "prove", "disclose", "provenance", "withdraw", "announce"), "an entry of another kind")
        manifests = [reader.field() for _ in range(reader.count(64, 4, 1))]
        self.manifest_bytes, self.manifests = manifests, []
        self.powers = [reader.take(size) for size in (48, 96, 96)]
        self.keys = [CircuitKey(reader) for _ in range(reader.count(64, 440))]
        self.statements = [(reader.field(), reader.field()) for _ in range(reader.count(16640, 8))]
        self.others = [Entry.logged(reader) for _ in range(reader.count(4096, 16))]
        self.note = Note(reader.field(65536))
        self.tokens = [reader.field(16384) for _ in range(reader.count(8, 4, 1))] if version == 2 else []
        form(self.tokens == sorted(set(self.tokens)), "timestamps in another order")
        reader.end()
        indexes = [entry.index for entry in self.others]
        form(indexes == sorted(set(indexes)) and self.entry.index not in indexes, "entries in another order")


class Verifier:
    """The checks of receipt.md, in their order. The name of the one that runs is `check`."""

    def __init__(self, trust):
        self.trust, self.check = trust, "form"

    def receipt(self, data):
        self.check = "form"
        self.r = r = Receipt(data)
        self.kinds()
        self.check = "trust"
        if r.entry.ledger != self.trust.ledger:
            cannot("the entry is of another ledger than the trust file's")
        entries = sorted([r.entry] + r.others, key=lambda entry: entry.index)
        self.check, rules = "entry signature", KeyRules(self.trust)
        for entry in entries:
            rules.check(entry)
        self.check = "inclusion"
        for entry in entries:
            check_inclusion(entry, r.note)
        self.check = "checkpoint"
        self.witnessed, self.unchecked_witnesses = check_checkpoint(r.note, rules, self.trust)
        self.check = "timestamp"
        self.stamped = [t for t in (check_token(token, r.entry.leaf, self.trust.clocks) for token in r.tokens) if t]
        self.parents()
        self.powers()
        self.manifests()
        self.check = "verification keys"
        for key in r.keys:
            key.decode()
        need(len({key.bytes for key in r.keys}) == len(r.keys), "a key that stands twice")
        self.check = "proof"
        self.proofs()
        self.check = "claims"
        self.claims()
        self.check = "set-up"
        self.setup = self.key_origins()
        return self

    def kinds(self):
        """What kinds of entries a receipt may hold."""
        r = self.r
        allowed = {"setup", "key", "revoke"} | ({"notarise"} if r.entry.kind != "notarise" else set())
        need(all(entry.kind in allowed for entry in r.others), "an entry that a receipt may not hold")

    def parents(self):
        """The notarisations are a proof's parents, and stand before it; the names of a proof are its notarisation's."""
        r = self.r
        self.check = "parents"
        found = {entry.leaf: entry for entry in r.others if entry.kind == "notarise"}
        need(len(found) == len(r.entry.parents) and set(found) == set(r.entry.parents), "other notarisations than its parents")
        self.sources = [found[leaf] for leaf in r.entry.parents] or [r.entry]
        need(all(entry.index <= r.entry.index for entry in self.sources), "a parent behind the entry")
        self.check = "set-up"
        self.setups = [entry for entry in r.others if entry.kind == "setup"]
        named = set()
        for entry in self.setups:
            key = next((k for k in r.keys if (k.circuit, k.sha3, k.sha256) == (entry.circuit, entry.key_sha3, entry.key_sha256)),
                       None)
            need(key is not None and entry.powers == self.trust.srs, "a set-up entry of a key that is not here")
            need(entry.parameters in (None, sha3(b"zkl/v1/parameters\0" + b"".join(r.powers) + key.bytes[:144])),
                 "a set-up entry of other parameters")
            need(key.bytes not in named, "two set-up entries of one key")
            named.add(key.bytes)
        self.check = "entry"
        if r.entry.parents:
            own = self.sources[0]
            need((own.name, own.version, own.dataset, own.dataset_sha256) ==
                 (r.entry.name, r.entry.version, r.entry.dataset, r.entry.dataset_sha256),
                 "it is about another dataset than its notarisation")

    def powers(self):
        self.check = "set-up"
        one, tau, square = self.r.powers
        g1_decode(one)
        g2_decode(tau)
        g2_decode(square)
        pairings = Pairings()
        pairings.equation()
        pairings.add(G2_BYTES, (g1_decode(one), 1))
        pairings.add(tau, (G1, -1))
        pairings.equation()
        pairings.add(tau, (g1_decode(one), 1))
        pairings.add(square, (G1, -1))
        need(pairings.hold(), "powers of tau that do not belong together")
        need(sha3(b"".join(self.r.powers)) == self.trust.srs, "powers of tau that are not the trusted ones")
        need(g1_decode(one) != G1, "tau is 1")

    def manifests(self):
        self.check = "manifest"
        r = self.r
        need(len(r.manifest_bytes) == len(self.sources), "another number of manifests")
        for data, entry in zip(r.manifest_bytes, self.sources):
            need((sha3(data), sha256(data)) == (entry.dataset, entry.dataset_sha256), "another manifest than the entry's")
            manifest = Manifest(data)
            need(all(manifest.id != other.id for other in r.manifests), "two manifests of one dataset")
            r.manifests.append(manifest)
            need(not manifest.parents, "a manifest with parents")
            need(manifest.powers == self.trust.srs, "a manifest over other powers")
            name = "sha3_256" if manifest.schema.hash_name == "sha3-256" else "blake3"
            need(entry.files == [(file, {name: own.hex(), "sha256": other.hex()}) for file, own, other in manifest.digests],
                 "other public files than the manifest's")
            for point in manifest.blocks.values():
                g1_decode(point)

    def proofs(self):
        r, trust = self.r, self.trust
        self.check = "proof"
        entries = [r.entry] * bool(r.entry.statements) + [e for e in self.sources if e is not r.entry]
        self.by_entry = []  # (entry, its statements)
        rest, datasets = list(r.statements), {m.id: m for m in r.manifests}
        pairings, used = Pairings(), []
        for entry in entries:
            need(len(rest) >= len(entry.statements), "statements are missing")
            mine, rest = rest[:len(entry.statements)], rest[len(entry.statements):]
            self.by_entry.append((entry, []))
            for (data, blob), said in zip(mine, entry.statements):
                statement = Statement(data)
                self.by_entry[-1][1].append(statement)
                known = datasets if entry is r.entry else {entry.dataset: datasets[entry.dataset]}
                statement.restore(known)
                need(scalar(statement.t0).hex() == said["t0"] and sha256(statement.whole).hex() == said["statement"],
                     "another statement than the entry's")
                need(statement.circuit in TIERS and statement.circuit == said["circuit"] and sha256(blob).hex() == said["proof"],
                     "another proof or circuit than the entry's")
                need(statement.ledger == trust.ledger and statement.powers == trust.srs, "a statement of another ledger")
                key = next((k for k in r.keys if (k.circuit, k.sha3) == (statement.circuit, statement.key_hash)), None)
                need(key is not None, "a statement under a key that is not here")
                used += [key] * (key not in used)
                statement.check()
                check_proof(statement, blob, key, r.powers, pairings)
        need(not rest, "statements are left over")
        need(used == r.keys, "keys in another order, or left over")
        self.whole_cover(entries)
        need(pairings.hold(), "a proof that does not hold")

    def whole_cover(self, entries):
        """Circuits are those of the manifests, every block has its "cells" claim, every further parent is spoken of."""
        covered = {}
        for entry, statements in self.by_entry:
            for statement in statements:
                for claim in statement.claims:
                    for table in claim.tables if claim.kind == "cells" else []:
                        covered.setdefault(table.dataset, set()).update(
                            (table.first // C + chunk, table.columns[i][1], limb) for chunk, i, limb in table.places())
            if entry.kind == "notarise":
                manifest = next(m for m in self.r.manifests if m.id == entry.dataset)
                circuits = {(s.circuit, s.key_hash) for s in statements}
                need(sorted(circuits) == manifest.circuits, "circuits of the manifest that no statement uses")
        for manifest in self.r.manifests:
            need(covered.get(manifest.id, set()) == set(manifest.blocks), "a block without a claim that its cells are well formed")
        if self.r.entry.kind == "prove":
            spoken = {t.dataset for _, statements in self.by_entry[:1] for s in statements for t in s.tables if t.source}
            need({m.id for m in self.r.manifests[1:]} <= spoken, "a parent that no claim speaks of")

    def claims(self):
        """The entry's words are those of the statements (claims.md, "How a verifier compares")."""
        self.proven = []
        for entry, statements in self.by_entry:
            own = next(m for m in self.r.manifests if m.id == entry.dataset)
            others = {f"{e.name}@{e.version}": m for e, m in zip(self.sources, self.r.manifests)
                      if entry is self.r.entry and e.dataset != entry.dataset}
            about = None if entry.dataset == self.r.entry.dataset else f"{entry.name}@{entry.version}"
            for statement, said in zip(statements, entry.statements):
                match_words(said["claims"], statement, own, others)
                self.proven += [{"dataset": about, "text": c["text"], "circuit": statement.circuit} for c in said["claims"]]

    def key_origins(self):
        made = "ceremony"
        first_use = {}
        for entry, statements in self.by_entry:
            for statement in statements:
                key = (statement.circuit, statement.key_hash)
                first_use[key] = min(first_use.get(key, entry.index), entry.index)
        for key in self.r.keys:
            named = next((e for e in self.setups if (e.circuit, e.key_sha3) == (key.circuit, key.sha3)), None)
            pinned = self.trust.circuits.get(key.circuit)
            need(pinned in (None, key.sha3), "another key than the pinned one")
            if pinned and self.trust.srs_ceremony and not (named and named.made == "development"):
                continue
            made = "development"
            if not self.trust.development:
                cannot("a development set-up, which the trust file refuses")
            if not pinned and (named is None or named.index >= first_use[(key.circuit, key.sha3)]):
                cannot("a key that no set-up entry names before its first use")
        return made


# ------------------------------------------------------------------------------------------------------------ disclosure


class Disclosure:
    """The body of a disclosure (disclosure.md)."""

    def __init__(self, data, schema, rows):
        reader = Reader(data)
        form(reader.field(64) == b"zkl/disclosure/1", "no disclosure")
        self.challenge = reader.field(64)
        form(not self.challenge or len(self.challenge) >= 16, "a challenge that is too short")
        self.columns = [reader.u32() for _ in range(reader.count(2046, 4, 1))]
        self.rows = [reader.u64() for _ in range(reader.count(1024, 8, 1))]
        for numbers in (self.columns, self.rows):
            form(numbers == sorted(set(numbers)), "rows or columns that do not rise")
        need(self.rows[-1] < rows and self.columns[-1] < len(schema.columns), "rows or columns that are not there")
        self.schema = schema
        self.chosen = [schema.columns[i] for i in self.columns]
        if len(self.rows) * len(self.columns) > 262144:
            limit("cells")
        self.cells = [[self.cell(reader, column) for column in self.chosen] for _ in self.rows]
        self.openings = [(reader.take(48), reader.take(256)) for _ in self.rows]
        reader.end()

    def cell(self, reader, column):
        """The 16-bit numbers of a value, and its flag where it may be null."""
        kind, mark = column.type, reader.u8()
        form(mark <= 2, "a cell of another kind")
        if mark == 0:
            need(column.nullable, "a null where none can be")
            return [0] * kind.limbs + [1]
        if mark == 1:
            need(kind.word != "dictionary", "a dictionary's entry in another form")
            code = self.code(reader.field(), kind)
        else:
            entry, code, entries, salt = reader.field(), reader.u32(), reader.u32(), reader.take(32)
            path = [reader.take(32) for _ in range(reader.count(64, 32))]
            need(kind.word == "dictionary" and dictionary_opens(self.schema, kind.root, code, entries, salt, path, entry),
                 "an entry that its dictionary does not have")
        return [code >> 16 * i & 65535 for i in range(kind.limbs)] + [0] * column.nullable

    @staticmethod
    def code(value, kind):
        if kind.hashed:
            return int.from_bytes(sha3(value)[:2 * kind.limbs], "big")
        form(len(value) == (1 if kind.word == "bool" else 2 * kind.limbs), "a value of another length")
        code = int.from_bytes(value, "big")
        need(kind.first <= code <= kind.last, "a value that its type does not have")
        need(not kind.float or code != float_code(-0.0, kind.bits), "a value that its type does not have")
        return code


def verify_disclosure(verifier, data):
    reader = sealed(data, b"zkl/dscl", (1,))
    body = reader.field(2**28)
    receipt = reader.field()
    reader.end()
    form(body, "a body of no bytes")
    verifier.receipt(receipt)
    verifier.check = "disclosure"
    r = verifier.r
    need(r.entry.kind == "disclose" and sha256(body) == r.entry.disclosure, "another disclosure than the entry's")
    manifest = r.manifests[0]
    shown = Disclosure(body, manifest.schema, manifest.rows)
    if shown.challenge:
        seed = int.from_bytes(shown.challenge, "big") % R
        need(shown.rows == sample_numbers(seed, len(shown.rows), manifest.rows), "other rows than the challenge draws")
    width = sum(c.type.limbs + c.nullable for c in shown.chosen)
    need(width <= 2046, "too many blocks")
    pairings, at = Pairings(), 0
    while at < len(shown.rows):
        end = at + 1
        while end < len(shown.rows) and end - at < 32 and shown.rows[end] // C == shown.rows[at] // C:
            end += 1
        check_rows(verifier, manifest, shown, at, end, pairings)
        at = end
    need(pairings.hold(), "cells that are not the committed ones")
    verifier.more = {"rows": shown.rows, "columns": [c.name for c in shown.chosen]}
    return verifier


def check_rows(verifier, manifest, shown, at, end, pairings):
    """One statement of "disclose" claims: rows of one chunk (statement.md, "Disclosed rows")."""
    chunk = shown.rows[at] // C
    columns = [row for column in shown.chosen for row in numbered(column)]
    blocks = [manifest.blocks[(chunk, number, limb)] for _, number, limbs in columns for limb in range(limbs)]
    cells = [[cell for value in shown.cells[i] for cell in value] for i in range(at, end)]
    masks = [mask for mask, _ in shown.openings[at:end]]
    claims = b"".join(field(b"disclose\0" + scalar(shown.rows[i] - chunk * C) + b"".join(map(scalar, cells[i - at]))) +
                      u32(1) + u32(0) for i in range(at, end))
    table = field(manifest.id) + u64(chunk * C) + u64(min(C, manifest.rows - chunk * C)) + u32(len(columns))
    table += b"".join(field(role.encode()) + u32(number) + u32(limbs) for role, number, limbs in columns)
    table += field(manifest.schema.hash) + field(manifest.root) + field(manifest.content)
    whole_ = field(b"zkl/table/1") + field(verifier.trust.ledger) + field(b"") + field(sha3(b"")) + field(verifier.trust.srs)
    whole_ += u32(end - at) + claims + u32(1) + table + u32(len(blocks)) + b"".join(blocks) + u32(0)
    whole_ += u32(len(masks)) + b"".join(masks)
    t0 = hash_to_fr("t0", whole_)
    theta = challenge("theta", t0)
    weights = [pow(theta, j, R) for j in range(len(blocks))]
    for part, (mask, opening) in enumerate(shown.openings[at:end]):
        reader = Reader(opening)
        s_point, w_point = reader.take(48), reader.take(48)
        sigma, wz, wi, sz, si = (int.from_bytes(reader.take(32), "big") for _ in range(5))
        form(max(sigma, wz, wi, sz, si) < R, "a scalar that is not below r")
        g1_decode(s_point)
        g1_decode(w_point)
        chi = challenge("direct-chi", t0, part, sigma)
        z = challenge("direct-z", t0, part, sigma, s_point)
        need(z not in (0, 1, R - 1), "a point of the opening that cannot be")
        delta = challenge("delta", z, wz, wi, sz, si)
        y = sum(w * cell for w, cell in zip(weights, cells[part])) + chi * sigma
        t, back = shown.rows[at + part] - chunk * C, inverse(z)
        left = wz * pow(back, t, R) + wi * pow(z, t, R)
        need((left - 2 * y - z * sz - back * si) % R == 0, "cells that are not the committed ones")
        open_equation(pairings, verifier.r.powers, g1_decode(w_point), g1_decode(s_point), z, delta, (wz, wi, sz, si),
                      [(g1_decode(block), w) for block, w in zip(blocks, weights)] + [(g1_decode(mask), chi)])


# --------------------------------------------------------------------------------------------------------------- lineage

TAKEN = {"filter", "slice", "pick", "sample", "joined", "grouped"}
EITHER = {"split", "same_rows", "same"}


def verify_lineage(verifier, data):
    verifier.check = "form"
    reader = sealed(data, b"zkl/lnge", (1,))
    name, version = text(reader.field(128)), reader.u32()
    form(NAME.fullmatch(name) and 1 <= version <= 999999999, "a name or version that cannot be")
    receipts = [reader.field() for _ in range(reader.count(4096, 4, 1))]
    reader.end()
    found = []
    for number, receipt in enumerate(receipts):
        form(receipt[:8] == b"zkl/rcpt", "something that is no receipt")
        one = Verifier(verifier.trust)
        try:
            found.append(one.receipt(receipt))
        except Refused as refused:
            raise Refused(refused.code, f"receipt {number + 1}: {refused}", refused.check or one.check) from refused
        need(one.r.entry.kind != "disclose", "a disclosure in a lineage")
    verifier.check = None  # the next two have no name of their own
    first = found[0].r
    need(all((v.r.note.size, v.r.note.root) == (first.note.size, first.note.root) for v in found), "receipts of two checkpoints")
    indexes = [v.r.entry.index for v in found]
    need(indexes == sorted(set(indexes)), "receipts in another order")
    verifier.check = "lineage"
    nodes = {entry.leaf: entry for v in found for entry in v.sources}  # notarisations
    names = {}
    for leaf, entry in nodes.items():
        need(names.setdefault((entry.name, entry.version), leaf) == leaf, "two notarisations of one name and version")
    need((name, version) in names, "the version is not in it")
    reached = walk(names[(name, version)], steps_of(found, nodes, names))
    for v in found:
        need(v.sources[0].leaf in reached, f"{v.r.entry.name}@{v.r.entry.version} is no part of the lineage")
    verifier.proven = [claim | {"dataset": claim["dataset"] or f"{v.r.entry.name}@{v.r.entry.version}"}
                       for v in found for claim in v.proven]
    verifier.setup = "ceremony" if all(v.setup == "ceremony" for v in found) else "development"
    last = found[-1]
    verifier.witnessed, verifier.unchecked_witnesses, verifier.stamped = last.witnessed, last.unchecked_witnesses, []
    return verifier


def steps_of(found, nodes, names):
    """Steps: sources and results, each a notarisation by its leaf or a file by its hash (lineage.md)."""
    recorded, told = [], []
    for v in found:
        entry, own = v.r.entry, v.sources[0].leaf
        if entry.kind == "provenance":
            used, made = ([unhex(item["sha256"]) for item in entry.predicate[m]] for m in ("used", "made"))
            others = list(entry.parents[1:]) + used
            recorded.append((others + [own], made) if made else (others, [own]))
    for v in found:
        entry, own = v.r.entry, v.sources[0].leaf
        for statement in entry.statements:
            for claim in statement["claims"]:
                others = [names[(n, int(number))] for other in claim.get("datasets", [claim.get("dataset")]) if other
                          for n, _, number in [other.rpartition("@")] if (n, int(number)) in names]
                if claim["kind"] in TAKEN:
                    told.append((others, [own]))
                elif claim["kind"] in EITHER:
                    told.append(direction(own, others, recorded, nodes))
    return recorded + told


def direction(own, others, recorded, nodes):
    """Which of equal tables was made of which: records decide, else the order of the log."""
    made_of_own = any(own in sources and other in results for sources, results in recorded for other in others)
    own_made = all(any(other in sources and own in results for sources, results in recorded) for other in others)
    before = all(nodes[own].index < nodes[other].index for other in others)
    return ([own], others) if made_of_own or (not own_made and before) else (others, [own])


def walk(start, steps):
    reached, open_ = {start}, [start]
    while open_:
        node = open_.pop()
        for sources, results in steps:
            if node in results:
                for other in sources:
                    if other not in reached:
                        reached.add(other)
                        open_.append(other)
    return reached


# ----------------------------------------------------------------------------------------------------------- one history


def leaf_root(leaves):
    """The root of RFC 6962 over leaf hashes: full subtrees are folded as they fill."""
    peaks = []  # (height, hash)
    for leaf in leaves:
        height = 0
        while peaks and peaks[-1][0] == height:
            leaf, height = sha256(b"\1" + peaks.pop()[1] + leaf), height + 1
        peaks.append((height, leaf))
    root = sha256(b"") if not peaks else peaks.pop()[1]
    while peaks:
        root = sha256(b"\1" + peaks.pop()[1] + root)
    return root


def is_beginning(size, root, path, newer_size, newer_root):
    """RFC 9162, 2.1.4.2: the proof leads from the older root to the newer one."""
    path = ([root] if size & size - 1 == 0 else []) + path
    at, last = size - 1, newer_size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    if not path:
        return False
    old = new = path[0]
    for digest_ in path[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            old, new = sha256(b"\1" + digest_ + old), sha256(b"\1" + digest_ + new)
            while at and not at & 1:
                at, last = at >> 1, last >> 1
        else:
            new = sha256(b"\1" + new + digest_)
        at, last = at >> 1, last >> 1
    return last == 0 and (old, new) == (root, newer_root)


class Consistency:
    """A consistency file (consistency.md)."""

    def __init__(self, data):
        if len(data) > 139264:
            limit("a consistency file that is too long")
        start = b"zkp-ledger consistency v1\n"
        older, found, rest = data[len(start):].partition(b"\n\nold ")
        proof, blank, newer = rest.partition(b"\n\n")
        form(data.startswith(start) and found and blank, "no consistency file")
        lines = text(proof).split("\n")
        self.older, self.newer = Note(older + b"\n"), Note(newer)
        form(len(lines) <= 64 and lines[0] == str(self.older.size), "another old size, or too many hashes")
        self.path = [unbase64(line) for line in lines[1:]]
        form(all(len(digest_) == 32 for digest_ in self.path), "a hash of another length")
        form(self.older.origin == self.newer.origin and 1 <= self.older.size < self.newer.size, "checkpoints that do not belong together")


class Tiles:
    """A log as static tiles (log.md): its newest checkpoint, leaf hashes and entries."""

    def __init__(self, folder):
        self.folder = folder
        self.note = Note(read_file(f"{folder}/checkpoint"))
        self.leaves = list(self.rows("tile/0", hashes_of_tile, self.note.size))

    def entries(self, size):
        return self.rows("tile/entries", bundle, size)

    def rows(self, kind, split, size):
        """What the tiles of one kind hold of a tree of that size: of the last one a partial tile, or the beginning of the full one."""
        for number in range((size + 255) // 256):
            width, rest = min(256, size - 256 * number), number // 1000
            path = f"{number % 1000:03}"
            while rest:
                rest, path = rest // 1000, f"x{rest % 1000:03}/{path}"
            path = f"{self.folder}/{kind}/{path}"
            if width < 256 and os.path.exists(f"{path}.p/{width}"):
                path = f"{path}.p/{width}"
            data = read_file(path)
            try:
                yield from split(data, width)  # what follows is of a later tree
            except Refused as refused:
                refused.check = ""  # a file's own form, whatever it is read for
                raise


def hashes_of_tile(data, width):
    form(len(data) >= 32 * width, "a tile that is too short")
    return [data[i:i + 32] for i in range(0, 32 * width, 32)]


def bundle(data, width):
    reader = Reader(data)
    for _ in range(width):
        size = int.from_bytes(reader.take(2), "big")
        form(size, "an entry of no bytes")
        yield reader.take(size)


class History:
    """What the checkpoints of receipts and of evidence prove about each other (consistency.md)."""

    def __init__(self, trust, rules):
        self.trust, self.rules = trust, rules
        self.points = []  # (name, note, signed)
        self.shown = []  # (size, root, newer): the tree of the checkpoint `newer` begins with one of that size and root
        self.ties, self.forks = set(), []  # (older, newer) in `points`

    def add(self, name, note):
        if note.origin != self.trust.first.name:
            cannot(f"{name} is of another log")
        self.points.append((name, note, bool(note.size) and signed_by_log(note, self.rules.log_key_at(note.size - 1))))
        return len(self.points) - 1

    def add_consistency(self, name, file):
        older, newer = file.older, file.newer
        self.add(name + ", older", older)
        at = self.add(name + ", newer", newer)
        if is_beginning(older.size, older.root, file.path, newer.size, newer.root):
            self.shown.append((older.size, older.root, at))

    def add_tiles(self, tiles):
        """The tiles have a root at the size of each checkpoint. Where they do not lead to their own they say nothing."""
        if not tiles.note.size:
            return  # no tree: nothing is compared with it
        at = self.add("the tiles", tiles.note)
        if leaf_root(tiles.leaves) == tiles.note.root:
            sizes = {note.size for _, note, _ in self.points if note.size < tiles.note.size}
            self.shown += [(size, leaf_root(tiles.leaves[:size]), at) for size in sizes]

    def is_one(self, has_evidence):
        """Whether one checkpoint has all others as beginnings. A fork is rejected."""
        for i, (_, a, _) in enumerate(self.points):
            for j, (_, b, _) in enumerate(self.points):
                if i != j and a.size == b.size:
                    (self.ties.add if a.root == b.root else self.forks.append)((i, j))
        for size, root, newer in self.shown:
            for i, (_, note, _) in enumerate(self.points):
                if note.size == size:
                    (self.ties.add if note.root == root else self.forks.append)((i, newer))
        for i, j in self.forks:
            (a, _, a_signed), (b, _, b_signed) = self.points[i], self.points[j]
            need(not (a_signed and b_signed), f"the log is forked: {a} and {b} are of two histories, and both are signed")
        one = any(len(self.beginnings(i)) == len(self.points) for i in range(len(self.points)))
        if has_evidence and not one:
            cannot("the evidence does not show that all checkpoints are of one history")
        return one

    def beginnings(self, newest):
        reached, open_ = {newest}, [newest]
        while open_:
            at = open_.pop()
            fresh = {i for i, j in self.ties if j == at} - reached
            reached |= fresh
            open_ += fresh
        return reached


# -------------------------------------------------------------------------------------------------------------- standings

STANDING = b"application/vnd.zkp-ledger.standing+json"
ABOUT = {"notarise", "prove", "disclose", "provenance", "withdraw", "announce"}


def listed_entry(entry):
    """An entry as a standing lists it."""
    row = {"claims": [claim["text"] for statement in entry.statements for claim in statement["claims"]], "index": entry.index,
           "kind": entry.kind, "receipt": entry.leaf.hex(), "time": entry.time, "version": entry.version}
    return row | ({"reason": entry.predicate["reason"]} if entry.kind == "withdraw" else {})


class Standing:
    """An owner's word of all that his log holds about a name (standing.md)."""

    def __init__(self, data):
        if len(data) > 4194304:
            limit("a standing that is too long")
        payload, self.signatures, self.signed = read_envelope(data, STANDING)
        said = parse_json(payload)
        only(said, *[{"checkpoint", "dataset", "entries", "ledger", "time", "type"}] * 2)
        form(said["type"] == "urn:zkp-ledger:standing:v1", "another type")
        self.ledger, self.dataset, self.time = unhex(said["ledger"]), said["dataset"], said["time"]
        form(isinstance(self.time, str) and real_time(self.time), "a time that does not exist")
        form(isinstance(self.dataset, str) and NAME.fullmatch(self.dataset), "a name that cannot be")
        form(isinstance(said["checkpoint"], str), "no checkpoint")
        self.note, self.entries = Note(said["checkpoint"].encode()), said["entries"]
        form(isinstance(self.entries, list) and 1 <= len(self.entries) <= 8192, "no entries, or too many")
        for row in self.entries:
            members = {"claims", "index", "kind", "receipt", "time", "version"}
            only(row, members | {"reason"}, members)
            unhex(row["receipt"])
            form(isinstance(row["kind"], str) and row["kind"] in ABOUT and ("reason" in row) == (row["kind"] == "withdraw"), "an entry that cannot be")
            form(isinstance(row["time"], str) and real_time(row["time"]), "a time that does not exist")
            form(isinstance(row["claims"], list) and all(isinstance(t, str) for t in [*row["claims"], row.get("reason", "")]), "no texts")
            form(row.get("reason") != "", "no reason")
            form(all(type(row[m]) is int for m in ("index", "version")) and 1 <= row["version"] < 2**32, "numbers that cannot be")
        indexes = [row["index"] for row in self.entries]
        form(indexes == sorted(set(indexes)) and 0 <= indexes[0] and indexes[-1] < self.note.size, "entries in another order")
        form(self.entries[0]["kind"] == "notarise", "its first entry is no notarisation")
        self.newest = max(row["version"] for row in self.entries if row["kind"] == "notarise")
        self.revoked = {row["version"]: row for row in reversed(self.entries) if row["kind"] == "withdraw"}

    def check_signatures(self, trust, rules):
        """Its signer counts as if he signed the next entry; the log signed the checkpoint."""
        if self.ledger != trust.ledger or self.note.origin != trust.first.name:
            cannot("a standing of another ledger")
        need(len(self.signatures) == 1, "a signature too many")
        keyid, signature = next(iter(self.signatures.items()))
        der_ = rules.known(rules.signers, keyid)
        if der_ is None or not rules.counts(rules.signers, der_, self.note.size):
            cannot(f"a signer {keyid} whom nobody knows, or who does not count behind these entries")
        need(signature_holds(der_, signature, self.signed), "a false signature")
        if not signed_by_log(self.note, rules.log_key_at(self.note.size - 1)):
            cannot("the log did not sign the checkpoint")

    def check_receipt(self, entry):
        if entry.index >= self.note.size:
            cannot("a newer standing is needed")
        own = (entry.index, entry.kind, entry.version, entry.leaf.hex())
        need(own in {(row["index"], row["kind"], row["version"], row["receipt"]) for row in self.entries},
             "standing and receipt contradict each other, and both are signed")

    def check_log(self, tiles, rules):
        """All entries of the checkpoint's tree that are about the name are listed, as they are, and no other.

        All entries that the tiles have are those of the tiles' own checkpoint, which the log signed: else entries behind the
        standing's tree could be left out, or exchanged.
        """
        head = tiles.note
        if not head.size or not signed_by_log(head, rules.log_key_at(head.size - 1)):
            cannot("the log did not sign the tiles' checkpoint, or it is of an empty tree")
        listed, leaves, first = {row["index"]: row for row in self.entries}, [], None
        for index, envelope in enumerate(tiles.entries(max(self.note.size, head.size))):
            leaves.append(sha256(b"\0" + envelope))
            try:
                entry = Entry(envelope, index)
            except Refused:
                entry = None
            about = getattr(entry, "name", None) == self.dataset
            if index >= self.note.size:
                if entry is None or (about and entry.kind in ("notarise", "withdraw")):
                    cannot(f"entry {index} adds or takes back a version, or cannot be read: a newer standing is needed")
            elif entry is None:
                first = first or (9, f"entry {index} cannot be read, and may be about the name")
            elif (listed_entry(entry) if about else None) != listed.get(index):
                first = first or (1, f"entry {index} of the log is not listed as it is, and the standing is signed")
            if len(leaves) == self.note.size:
                if leaf_root(leaves) != self.note.root:
                    cannot("the entries given are not those of its checkpoint's tree")
                if first:
                    raise Refused(*first)
            if len(leaves) == head.size and leaf_root(leaves) != head.root:
                cannot("the entries given are not those of the tiles' own checkpoint")


# --------------------------------------------------------------------------------------------------------------- ceremony
# Points of iden3's files: coordinates little-endian in Montgomery form, infinity all zeros. G2 in Jacobian coordinates of
# pairs of integers, for the sums; a point is None, or affine coordinates.

Z = 0xD201000000010000  # the curve's parameter is -Z
COFACTOR1 = 0x396C8C005555E1568C00AAAB0000AAAB
COFACTOR2 = int("5d543a95414e7f1091d50792876a202cd91de4547085abaa68a205b2e5a7ddfa628f1cb4d9e82ef21537e293a6691ae1616ec6e786f0c70cf1c"
                "38e31c7238e5", 16)
MONTGOMERY = pow(2, 384, P)
UNMONTGOMERY = pow(MONTGOMERY, -1, P)


def f2_mul(a, b):
    c0, c1 = a[0] * b[0], a[1] * b[1]
    return (c0 - c1) % P, ((a[0] + a[1]) * (b[0] + b[1]) - c0 - c1) % P


def f2_inverse(a):
    norm = pow(a[0] * a[0] + a[1] * a[1], -1, P)
    return a[0] * norm % P, -a[1] * norm % P


def f2_power(a, exponent):
    result = (1, 0)
    for bit in bin(exponent)[2:]:
        result = f2_mul(result, result)
        if bit == "1":
            result = f2_mul(result, a)
    return result


def f2(*terms):
    """The sum of terms (factor, element)."""
    return sum(n * a[0] for n, a in terms) % P, sum(n * a[1] for n, a in terms) % P


def g2_double(a):
    if a is None:
        return None
    x, y, z = a
    xx, yy = f2_mul(x, x), f2_mul(y, y)
    yyyy, m = f2_mul(yy, yy), f2((3, xx))
    s = f2((4, f2_mul(x, yy)))
    x3 = f2((1, f2_mul(m, m)), (-2, s))
    return x3, f2((1, f2_mul(m, f2((1, s), (-1, x3)))), (-8, yyyy)), f2((2, f2_mul(y, z)))


def g2_add(a, b):
    if a is None or b is None:
        return b if a is None else a
    (x1, y1, z1), (x2, y2, z2) = a, b
    zz1, zz2 = f2_mul(z1, z1), f2_mul(z2, z2)
    u1, u2 = f2_mul(x1, zz2), f2_mul(x2, zz1)
    s1, s2 = f2_mul(f2_mul(y1, z2), zz2), f2_mul(f2_mul(y2, z1), zz1)
    h, r = f2((1, u2), (-1, u1)), f2((1, s2), (-1, s1))
    if h == (0, 0):
        return g2_double(a) if r == (0, 0) else None
    hh = f2_mul(h, h)
    hhh, v = f2_mul(h, hh), f2_mul(u1, hh)
    x3 = f2((1, f2_mul(r, r)), (-1, hhh), (-2, v))
    return x3, f2((1, f2_mul(r, f2((1, v), (-1, x3)))), (-1, f2_mul(s1, hhh))), f2_mul(f2_mul(z1, z2), h)


def multiple(point, number, group):
    """A multiple of an affine point, in Jacobian coordinates. The number is not reduced."""
    double, add, one = group
    total, own = None, point and (*point, one)
    for bit in bin(number)[2:]:
        total = double(total)
        if bit == "1":
            total = add(total, own)
    return total


GROUP1, GROUP2 = (g1_double, g1_add, 1), (g2_double, g2_add, (1, 0))


def g2_affine(a):
    if a is None:
        return None
    inverse_ = f2_inverse(a[2])
    square = f2_mul(inverse_, inverse_)
    return f2_mul(a[0], square), f2_mul(a[1], f2_mul(square, inverse_))


def g1_in_subgroup(point):
    """phi(P) = -z^2 P, with phi(x, y) = (beta x, y): Scott, "A note on group membership tests", 2021."""
    x, y = point
    product = g1_affine(multiple(g1_affine(multiple(point, Z, GROUP1)), Z, GROUP1))
    return product == (BETA * x % P, -y % P)


def g2_in_subgroup(point):
    """psi(Q) = z Q, with psi the untwisted Frobenius."""
    (x0, x1), (y0, y1) = point
    image = f2_mul((x0, -x1), PSI_X), f2_mul((y0, -y1), PSI_Y)
    x, y = g2_affine(multiple(point, Z, GROUP2))
    return image == (x, (-y[0] % P, -y[1] % P))


BETA = pow(2, (P - 1) // 3, P)
PSI_X, PSI_Y = f2_inverse(f2_power((1, 1), (P - 1) // 3)), f2_inverse(f2_power((1, 1), (P - 1) // 2))
G2 = tuple(tuple(int(c) for c in coordinate.coeffs) for coordinate in g2_decode(G2_BYTES)[:2])
assert g1_in_subgroup(G1) and g2_in_subgroup(G2)


def coordinates(data):
    numbers = [int.from_bytes(data[i:i + 48], "little") for i in range(0, len(data), 48)]
    form(max(numbers) < P, "a coordinate that is not below p")
    return [number * UNMONTGOMERY % P for number in numbers]


def iden3_g1(data, may_be_infinite=False):
    x, y = coordinates(data)
    if may_be_infinite and not any(data):
        return None
    form((x**3 + 4 - y * y) % P == 0 and g1_in_subgroup((x, y)), "a point that is not in the group G1")
    return x, y


def iden3_g2(data):
    x0, x1, y0, y1 = coordinates(data)
    x, y = (x0, x1), (y0, y1)
    form(f2_mul(y, y) == f2((1, f2_mul(x, f2_mul(x, x))), (1, (4, 4))) and g2_in_subgroup((x, y)), "a point that is not in the group G2")
    return x, y


def uncompressed(point, size=96):
    """Big-endian, c1 before c0; infinity is all zeros."""
    if point is None:
        return b"\0" * size
    flat = point if isinstance(point[0], int) else (point[0][1], point[0][0], point[1][1], point[1][0])
    return b"".join(number.to_bytes(48, "big") for number in flat)


def is_larger(y):
    """Is y the larger of y and -y."""
    return (y if isinstance(y, int) else y[1] or y[0]) > (P - 1) // 2


def compressed(point):
    """Big-endian x with three flags: compressed, infinity, y is the larger one."""
    x, y = point
    data = bytearray(x.to_bytes(48, "big") if isinstance(x, int) else x[1].to_bytes(48, "big") + x[0].to_bytes(48, "big"))
    data[0] |= 128 | 32 * is_larger(y)
    return bytes(data)


class Blake2b:
    """BLAKE2b-512 whose state can be read and set, which hashlib's cannot (RFC 7693)."""

    IV = [0x6A09E667F3BCC908, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1, 0x510E527FADE682D1, 0x9B05688C2B3E6C1F,
          0x1F83D9ABFB41BD6B, 0x5BE0CD19137E2179]
    SIGMA = [[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15], [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
             [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4], [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
             [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13], [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
             [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11], [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
             [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5], [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0]]

    def __init__(self):
        self.h, self.count, self.rest = [self.IV[0] ^ 0x01010040] + self.IV[1:], 0, b""

    def compress(self, block, last=False):
        m, mask = struct.unpack("<16Q", block), 2**64 - 1
        v = self.h + self.IV
        v[12] ^= self.count & mask
        v[14] ^= mask * last
        for i in range(12):
            s = self.SIGMA[i % 10]
            for j, (a, b, c, d) in enumerate(((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15), (0, 5, 10, 15),
                                              (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14))):
                v[a] = v[a] + v[b] + m[s[2 * j]] & mask
                x = v[d] ^ v[a]
                v[d] = x >> 32 | x << 32 & mask
                v[c] = v[c] + v[d] & mask
                x = v[b] ^ v[c]
                v[b] = x >> 24 | x << 40 & mask
                v[a] = v[a] + v[b] + m[s[2 * j + 1]] & mask
                x = v[d] ^ v[a]
                v[d] = x >> 16 | x << 48 & mask
                v[c] = v[c] + v[d] & mask
                x = v[b] ^ v[c]
                v[b] = x >> 63 | x << 1 & mask
        self.h = [h ^ x ^ y for h, x, y in zip(self.h, v, v[8:])]

    def update(self, data):
        data, at = self.rest + data, 0
        while len(data) - at > 128:  # the last block, full or not, waits
            self.count += 128
            self.compress(data[at:at + 128])
            at += 128
        self.rest = data[at:]

    def digest(self):
        count, h = self.count, self.h
        self.count += len(self.rest)
        self.compress(self.rest.ljust(128, b"\0"), True)
        result, self.count, self.h = struct.pack("<8Q", *self.h), count, h
        return result

    @classmethod
    def of_state(cls, state):
        own = cls()
        own.h = list(struct.unpack("<8Q", state[128:192]))
        own.count, waiting, zeros = struct.unpack("<QQQ", state[192:216])
        form(waiting <= 128 and zeros == 0, "a state of a hash that cannot be")  # behind what waits stand bytes of an older block
        own.rest = state[:waiting]
        return own


def blake2b(*parts):
    return hashlib.blake2b(b"".join(parts)).digest()


class Stream:
    """Numbers that follow from 32 bytes: eight big-endian words are the key of ChaCha20 (iden3.md)."""

    def __init__(self, seed):
        key = b"".join(seed[i:i + 4][::-1] for i in range(0, 32, 4))
        self.cipher, self.words = Cipher(algorithms.ChaCha20(key, b"\0" * 16), None).encryptor(), []

    def word(self):
        if not self.words:
            self.words = list(struct.unpack("<16I", self.cipher.update(b"\0" * 64)))
        return self.words.pop(0)

    def number(self, limbs, bits, below):
        while True:
            drawn = sum(((self.word() << 32) + self.word()) << 64 * i for i in range(limbs)) & 2**bits - 1
            if drawn < below:
                return drawn

    def scalar(self):
        return self.number(4, 255, R) * pow(2, -256, R) % R

    def coordinate(self):
        return self.number(6, 381, P) * UNMONTGOMERY % P

    def g1(self):
        while True:
            x, larger = self.coordinate(), self.word() & 1
            square = (x**3 + 4) % P
            y = pow(square, (P + 1) // 4, P)
            if y * y % P == square:
                break
        return g1_affine(multiple((x, y if is_larger(y) == larger else P - y), COFACTOR1, GROUP1))

    def g2(self):
        while True:
            x, larger = (self.coordinate(), self.coordinate()), self.word() & 1
            try:
                root = fp2_root(FQ2(list(f2((1, f2_mul(x, f2_mul(x, x))), (1, (4, 4))))))
                break
            except Refused:
                continue
        y = int(root.coeffs[0]), int(root.coeffs[1])
        y = y if is_larger(y) == larger else (-y[0] % P, -y[1] % P)
        return g2_affine(multiple((x, y), COFACTOR2, GROUP2))


class Products:
    """Equations e(a, x) = e(b, y), each with a random weight, in one product with one final exponentiation."""

    def __init__(self):
        self.terms = {}

    def add(self, *sides):
        """sides: (sign, point of G1, point of G2)."""
        weight = secrets.randbits(128) | 1
        for sign, one, two in sides:
            if one is not None and two is not None:
                self.terms.setdefault(two, []).append((one, sign * weight))

    def same_ratio(self, a, b, x, y):
        """b is as much of a as y is of x."""
        self.add((1, a, y), (-1, b, x))

    def hold(self):
        product = FQ12.one()
        for (x, y), pairs in self.terms.items():
            point = g1_affine(g1_sum(pairs))
            if point is not None:
                product *= pairing((FQ2(list(x)), FQ2(list(y)), FQ2.one()), (FQ(point[0]), FQ(point[1]), FQ(1)), final_exponentiate=False)
        return final_exponentiate(product) == FQ12.one()


def random_weights(count):
    return [secrets.randbits(128) for _ in range(count)]


def g2_sum(pairs):
    """As g1_sum. Weights have 128 bits."""
    total, tables = None, []
    for point, weight in pairs:
        table = [None, (*point, (1, 0))]
        for _ in range(14):
            table.append(g2_add(table[-1], table[1]))
        tables.append((table, weight % R))
    for shift in range(252, -1, -4):
        for _ in range(4):
            total = g2_double(total)
        for table, weight in tables:
            if weight >> shift & 15:
                total = g2_add(total, table[weight >> shift & 15])
    return total


class Little(Reader):
    """iden3's little-endian numbers and points."""

    def u32(self):
        return int.from_bytes(self.take(4), "little")

    def u64(self):
        return int.from_bytes(self.take(8), "little")

    def g1s(self, count, may_be_infinite=False):
        return [iden3_g1(self.take(96), may_be_infinite) for _ in range(count)]

    def g2s(self, count):
        return [iden3_g2(self.take(192)) for _ in range(count)]


class Contribution:
    """What a contribution of either round has: who made it, and a beacon's value."""

    def read_parameters(self, reader):
        self.kind = reader.u32()
        form(self.kind <= 1, "a contribution of another kind")
        more = Little(reader.take(reader.u32()))
        self.beacon = self.iterations = None
        tags = []
        while more.at < len(more.data):
            tag = more.u8()
            if tag == 1:
                more.take(more.u8())
            elif tag == 2:
                self.iterations = more.u8()
            elif tag == 3:
                self.beacon = more.take(more.u8())
            else:
                bad("a parameter of another kind")
            tags.append(tag)
        form(tags == sorted(set(tags)), "parameters in another order")
        if self.kind == 1:
            form(self.beacon and self.iterations is not None and 10 <= self.iterations <= 30, "a beacon without value or iterations")

    def beacon_stream(self):
        value = self.beacon
        for _ in range(2**self.iterations):
            value = sha256(value)
        return Stream(value)


class PowersContribution(Contribution):
    def __init__(self, reader):
        start = reader.at
        self.tau1, self.tau2 = reader.g1s(1)[0], reader.g2s(1)[0]
        self.alpha1, self.beta1 = reader.g1s(2)
        self.beta2 = reader.g2s(1)[0]
        s, spx = reader.g1s(6), reader.g2s(3)
        self.key = [(s[2 * i], s[2 * i + 1], spx[i]) for i in range(3)]  # s, sx, spx of tau, alpha, beta
        self.state, self.next = reader.take(216), reader.take(64)
        self.read_parameters(reader)
        self.bytes = reader.data[start:reader.at]

    def key_bytes(self):
        return b"".join(uncompressed(p) for s, sx, _ in self.key for p in (s, sx)) + b"".join(uncompressed(spx) for _, _, spx in self.key)

    def spots(self):
        return self.tau1, self.alpha1, self.beta1


class KeyContribution(Contribution):
    def __init__(self, reader):
        start = reader.at
        self.delta, self.s, self.sx = reader.g1s(3)
        self.spx = reader.g2s(1)[0]
        self.transcript = reader.take(64)
        self.read_parameters(reader)
        self.bytes = reader.data[start:reader.at]


class Powers:
    """A .ptau with its contributions (iden3.md)."""

    def __init__(self, data, power, is_prepared):
        reader = Little(data)
        form(reader.take(4) == b"ptau" and reader.u32() == 1, "no .ptau")
        sections = {}
        for _ in range(reader.u32()):
            number, size = reader.u32(), reader.u64()
            form(number not in sections and number <= 15, "a section that stands twice, or of another type")
            sections[number] = Little(reader.take(size))
        reader.end()
        form(set(sections) == {1, 2, 3, 4, 5, 6, 7} | ({12, 13, 14, 15} if is_prepared else set()), "other sections")
        n = 2**power
        head = sections[1]
        form(head.u32() == 48 and head.take(48) == P.to_bytes(48, "little"), "another field")
        self.power = head.u32()
        form(self.power == power and head.u32() >= power, "another power")
        self.tau1, self.tau2 = sections[2].g1s(2 * n - 1), sections[3].g2s(n)
        self.alpha1, self.beta1 = sections[4].g1s(n), sections[5].g1s(n)
        self.beta2 = sections[6].g2s(1)[0]
        self.history = [PowersContribution(sections[7]) for _ in range(sections[7].u32())]
        self.lagrange1 = self.lagrange2 = self.alphas = self.betas = None
        if is_prepared:
            self.lagrange1, self.lagrange2 = sections[12].g1s(4 * n - 1), sections[13].g2s(2 * n - 1)
            self.alphas, self.betas = sections[14].g1s(2 * n - 1), sections[15].g1s(2 * n - 1)
        for section in sections.values():
            section.end()
        form(self.tau1[0] == G1 and self.tau2[0] == G2, "powers that do not begin with the generators")
        last = self.history[-1] if self.history else None
        form(last is None or (last.tau1, last.tau2, last.alpha1, last.beta1, last.beta2) == self.ends(), "contributions that do not lead to these powers")

    def ends(self):
        return self.tau1[1], self.tau2[1], self.alpha1[0], self.beta1[0], self.beta2

    def points(self, write):
        """Sections 2 to 6, for hashes."""
        for points in (self.tau1, self.tau2, self.alpha1, self.beta1, [self.beta2]):
            yield from map(write, points)

    def check_powers(self, products):
        """One tau, alpha and beta; G1 and G2 agree."""
        tau2 = self.tau2[1]
        for points in (self.tau1, self.alpha1, self.beta1):
            weights = random_weights(len(points) - 1)
            products.same_ratio(g1_affine(g1_sum(zip(points, weights))), g1_affine(g1_sum(zip(points[1:], weights))), G2, tau2)
        weights = random_weights(len(self.tau2) - 1)
        products.same_ratio(G1, self.tau1[1], g2_affine(g2_sum(zip(self.tau2, weights))), g2_affine(g2_sum(zip(self.tau2[1:], weights))))
        products.same_ratio(G1, self.beta1[0], G2, self.beta2)
        products.same_ratio(G1, self.tau1[1], G2, tau2)

    def check_lagrange(self):
        """Random values at the roots, by the Lagrange points and by the coefficients of their polynomial: the same point."""
        for lagrange, powers, total in ((self.lagrange1, self.tau1, g1_sum), (self.alphas, self.alpha1, g1_sum), (self.betas, self.beta1, g1_sum),
                                        (self.lagrange2, self.tau2, g2_sum)):
            values, coefficients, at = random_weights(len(lagrange)), [0] * (len(lagrange) + 1 >> 1), 0
            while at < len(lagrange):
                size = at + 1
                for j, number in enumerate(interpolated(values[at:at + size])):
                    coefficients[j] = (coefficients[j] + number) % R
                at += size
            pairs = list(zip(lagrange, values)) + list(zip(powers, (-c for c in coefficients)))
            need(total(pairs) is None, "Lagrange points that are not made of the powers")

    def domain(self, points, size):
        return points[size - 1:2 * size - 1]

    def check_history(self, products):
        challenge_ = blake2b(blake2b(), *[uncompressed(p) for p in self.generators()])
        tau1, tau2, alpha1, beta1, beta2 = G1, G2, G1, G1, G2
        seen = [{G1}, {G1}, {G1}]
        for c in self.history:
            sps = [sp_of(blake2b(bytes([k]), challenge_, uncompressed(s), uncompressed(sx))) for k, (s, sx, _) in enumerate(c.key)]
            for sp, (s, sx, spx), before, after in zip(sps, c.key, (tau1, alpha1, beta1), c.spots()):
                products.same_ratio(s, sx, sp, spx)
                products.same_ratio(before, after, sp, spx)
            products.same_ratio(c.key[0][0], c.key[0][1], tau2, c.tau2)
            products.same_ratio(c.key[2][0], c.key[2][1], beta2, c.beta2)
            for known, spot in zip(seen, c.spots()):
                need(spot not in known, "a contribution that changes nothing, or undoes others")
                known.add(spot)
            if c.kind == 1:
                self.check_beacon(c, sps, (tau1, tau2, alpha1, beta1, beta2))
            response = Blake2b.of_state(c.state)
            response.update(c.key_bytes())
            tau1, tau2, alpha1, beta1, beta2 = c.tau1, c.tau2, c.alpha1, c.beta1, c.beta2
            last, challenge_ = challenge_, c.next
        need((tau1, tau2, alpha1, beta1, beta2) == self.ends(), "contributions that do not lead to these powers")
        if self.history:
            own, said = Blake2b(), Blake2b.of_state(self.history[-1].state)
            own.update(last + b"".join(self.points(compressed)))
            need((own.h, own.count, own.rest) == (said.h, said.count, said.rest), "another state than that of a hash over these powers")
            need(blake2b(response.digest(), *self.points(uncompressed)) == self.history[-1].next, "another next challenge")

    def generators(self):
        n = 2**self.power
        return [G1] * (2 * n - 1) + [G2] * n + [G1] * 2 * n + [G2]

    @staticmethod
    def check_beacon(c, sps, before):
        stream = c.beacon_stream()
        tau, alpha, beta = (stream.scalar() for _ in range(3))
        tau1, tau2, alpha1, beta1, beta2 = before
        after = [g1_affine(multiple(tau1, tau, GROUP1)), g2_affine(multiple(tau2, tau, GROUP2)), g1_affine(multiple(alpha1, alpha, GROUP1)),
                 g1_affine(multiple(beta1, beta, GROUP1)), g2_affine(multiple(beta2, beta, GROUP2))]
        key = []
        for secret, sp in zip((tau, alpha, beta), sps):
            s = stream.g1()
            key.append((s, g1_affine(multiple(s, secret, GROUP1)), g2_affine(multiple(sp, secret, GROUP2))))
        need(after == [c.tau1, c.tau2, c.alpha1, c.beta1, c.beta2] and key == c.key, "a beacon that does not follow from its value")


def sp_of(digest_):
    return Stream(digest_[:32]).g2()


def root_of_unity(size):
    return pow(5, (R - 1) // size, R)


def interpolated(values):
    """The coefficients of the polynomial with these values at 1, w, w^2 .."""
    size = len(values)
    root = pow(root_of_unity(size), -1, R)

    def transform(rows, w):
        if len(rows) == 1:
            return rows
        even, odd, power, out = transform(rows[::2], w * w % R), transform(rows[1::2], w * w % R), 1, [0] * len(rows)
        for i, (a, b) in enumerate(zip(even, odd)):
            b = b * power % R
            out[i], out[i + len(even)] = (a + b) % R, (a - b) % R
            power = power * w % R
        return out

    scale = pow(size, -1, R)
    return [number * scale % R for number in transform(values, root)]


class Circuit:
    """A circuit as .r1cs (iden3.md), and its rows as a key has them."""

    def __init__(self, data):
        reader = Little(data)
        form(reader.take(4) == b"r1cs" and reader.u32() == 1, "no .r1cs")
        sections = {}
        for _ in range(reader.u32()):
            number, size = reader.u32(), reader.u64()
            sections[number] = Little(reader.take(size))
        head = sections[1]
        form(head.u32() == 32 and head.take(32) == R.to_bytes(32, "little"), "another field")
        self.wires, outputs, inputs = head.u32(), head.u32(), head.u32()
        head.u32(), head.u64()
        self.public, count = outputs + inputs, head.u32()
        columns = [[[] for _ in range(self.wires)] for _ in range(3)]  # of A, B, C: for each wire (row, value)
        for row in range(count):
            for matrix in columns:
                for _ in range(sections[2].u32()):
                    wire = sections[2].u32()
                    matrix[wire].append((row, int.from_bytes(sections[2].take(32), "little")))
        for wire in range(self.public + 1):
            columns[0][wire].append((count + wire, 1))
        self.a, self.b, self.c = columns
        self.size = 1 << (count + self.public).bit_length()

    def wire_terms(self, wire, powers):
        """[beta A + alpha B + C]_1 of a wire, as points and factors."""
        parts = ((self.a, powers.betas), (self.b, powers.alphas), (self.c, powers.lagrange1))
        return [(powers.domain(points, self.size)[row], value) for matrix, points in parts for row, value in matrix[wire]]

    def hash(self, powers):
        """The circuit hash: of the key with delta = 1."""
        def g1(terms):
            return uncompressed(g1_affine(g1_sum(terms)))

        def listed(rows):
            rows = list(rows)
            return u32(len(rows)) + b"".join(rows)

        size, tau = self.size, powers.tau1
        l1, l2 = powers.domain(powers.lagrange1, size), powers.domain(powers.lagrange2, size)
        state = hashlib.blake2b(uncompressed(powers.alpha1[0]) + uncompressed(powers.beta1[0]) + uncompressed(powers.beta2) + uncompressed(G2) +
                                uncompressed(G1) + uncompressed(G2))
        state.update(listed(g1(self.wire_terms(w, powers)) for w in range(self.public + 1)))
        shifted = [g1([(tau[i + size], 1), (tau[i], -1)]) for i in range(size - 1)]
        state.update(listed(shifted))
        if size > 2**14 and size < 2**powers.power:
            state.update(g1([(tau[2 * size - 1], 1), (tau[size - 1], -1)]))
        state.update(listed(g1(self.wire_terms(w, powers)) for w in range(self.public + 1, self.wires)))
        for matrix in (self.a, self.b):
            state.update(listed(g1([(l1[row], v) for row, v in matrix[w]]) for w in range(self.wires)))
        state.update(listed(uncompressed(g2_affine(g2_sum([(l2[row], v) for row, v in self.b[w]])), 192) for w in range(self.wires)))
        return state.digest()


class CeremonyKey:
    """What contributions to a circuit's key change (ceremony.md, "A key")."""

    def __init__(self, reader):
        self.delta1, self.delta2 = iden3_g1(reader.take(96)), iden3_g2(reader.take(192))
        self.c = [iden3_g1(reader.take(96), True) for _ in range(reader.count(2**24, 96))]
        self.h = [iden3_g1(reader.take(96), True) for _ in range(reader.count(2**24, 96))]
        form(self.h and len(self.h) & len(self.h) - 1 == 0, "a domain that is no power of 2")
        section = Little(reader.field())
        self.circuit_hash = section.take(64)
        self.history = [KeyContribution(section) for _ in range(section.u32())]
        section.end()

    def check_history(self, products):
        said, delta, seen = self.circuit_hash, G1, {G1}
        for c in self.history:
            need(blake2b(said, uncompressed(c.s), uncompressed(c.sx)) == c.transcript, "another transcript of a contribution")
            sp = sp_of(c.transcript)
            products.same_ratio(c.s, c.sx, sp, c.spx)
            products.same_ratio(delta, c.delta, sp, c.spx)
            need(c.delta not in seen, "a contribution that changes nothing, or undoes others")
            seen.add(c.delta)
            if c.kind == 1:
                stream = c.beacon_stream()
                secret, s = stream.scalar(), stream.g1()
                own = (g1_affine(multiple(delta, secret, GROUP1)), s, g1_affine(multiple(s, secret, GROUP1)), g2_affine(multiple(sp, secret, GROUP2)))
                need(own == (c.delta, c.s, c.sx, c.spx), "a beacon that does not follow from its value")
            said += b"".join(map(uncompressed, (c.delta, c.s, c.sx, c.spx))) + c.transcript
            delta = c.delta
        need(delta == self.delta1, "contributions that do not lead to this delta")
        products.same_ratio(G1, self.delta1, G2, self.delta2)

    def check_divided(self, circuit, powers, products):
        """C and H are those of the circuit under these powers, divided by delta."""
        need(len(self.h) == circuit.size and len(self.c) == circuit.wires - circuit.public - 1, "a key of another size than its circuit's")
        weights = random_weights(len(self.c))
        terms = [(point, value * weight) for wire, weight in enumerate(weights, circuit.public + 1)
                 for point, value in circuit.wire_terms(wire, powers)]
        divided = g1_sum((point, weight) for point, weight in zip(self.c, weights) if point is not None)
        products.add((1, g1_affine(divided), self.delta2), (-1, g1_affine(g1_sum(terms)), G2))
        weights = random_weights(len(self.h))
        odd = powers.domain(powers.lagrange1, 2 * circuit.size)[1::2]
        divided = g1_sum((point, weight) for point, weight in zip(self.h, weights) if point is not None)
        products.add((1, g1_affine(divided), self.delta2), (-1, g1_affine(g1_sum(zip(odd, weights))), G2))
        need(circuit.hash(powers) == self.circuit_hash, "another circuit hash")


STEPS = {1: "powers", 2: "powers", 3: "keys", 4: "keys"}


def printable(data, most, what):
    form(len(data) <= most and re.fullmatch(b"[ -~]*", data), what)
    return data.decode()


class Record:
    def __init__(self, reader):
        start = reader.at
        self.step = reader.u8()
        form(self.step in STEPS, "a record of another step")
        self.is_beacon = self.step in (2, 4)
        self.name = printable(reader.field(), 64, "a name that cannot be")
        self.key = reader.field()
        form(len(self.key) in (0, 32), "a key of another length")
        if self.key:
            check_ed25519(self.key)
        self.time, self.round = reader.u64(), reader.u64()
        self.source = printable(reader.field(), 200, "a source that cannot be")
        self.hash = reader.take(32)
        self.unsigned = reader.data[start:reader.at]
        self.signature = reader.field()
        form(len(self.signature) == (64 if self.key else 0), "a signature of another length")
        form(self.name or not self.key, "a party with a key and without a name")
        self.bytes = reader.data[start:reader.at]


class Ceremony:
    """A .zklceremony, and the checks of ceremony.md in their order."""

    def __init__(self, data):
        form(data.startswith(b"zkp-ledger ceremony\n") and sha3(data[:-32]) == data[-32:], "no ceremony, or it is damaged")
        end = data.find(b"\0")
        form(0 < end <= 4096, "a page that is too long")
        reader = Reader(data[:-32])
        reader.at = end + 1
        version = reader.u32()
        if version != 1:
            raise Refused(8, f"version {version} of the format")
        start = reader.at
        self.name, self.power = printable(reader.field(), 64, "a name that cannot be"), reader.u8()
        self.tiers = [reader.u8() for _ in range(reader.u8())]
        form(self.tiers == sorted(set(self.tiers)) and all(f"F{tier}" in TIERS for tier in self.tiers), "circuits that are none, or in another order")
        form(1 <= self.power <= 28, "a power that cannot be")
        reader.take(32)
        self.id = sha3(b"zkl/v1/ceremony-terms\0" + reader.data[start:reader.at])
        self.records = [Record(reader) for _ in range(reader.count(2**16, 60))]
        self.round = reader.u8()
        form(self.round in (1, 2), "another round")
        ptau = reader.take(reader.u64())
        self.powers = Powers(ptau, self.power, self.round == 2) if ptau else None
        self.keys = [CeremonyKey(reader) for _ in self.tiers] if self.round == 2 else []
        reader.end()

    def check(self, circuits):
        self.check_order()
        self.check_signatures()
        self.check_beacons()
        self.check_records()
        if not self.records:
            raise Refused(9, "nobody contributed yet")
        if self.powers is None:
            cannot("a party's file of round 2: it has no powers")
        products = Products()
        self.powers.check_history(products)
        self.powers.check_powers(products)
        if self.round == 2:
            self.powers.check_lagrange()
        for tier, key in zip(self.tiers, self.keys):
            key.check_history(products)
            if tier not in circuits:
                cannot(f"no --r1cs says what the circuit F{tier} is")
            key.check_divided(circuits[tier], self.powers, products)
        need(products.hold(), "contributions, powers or keys that do not follow from one another")
        return self

    def check_order(self):
        steps = [record.step for record in self.records]
        need(steps == sorted(steps) and steps[:1] in ([], [1]), "steps in another order")
        need(steps.count(2) <= 1 and steps.count(4) <= 1 and (4 not in steps or 3 in steps), "a beacon that stands twice, or behind no contribution")
        need(self.tiers or max(steps, default=1) < 3, "contributions to keys where there are none")
        for r in self.records:
            need(r.source and not (r.name or r.key) if r.is_beacon else not (r.source or r.round), "a beacon with a party's members, or a party with a beacon's")

    def check_signatures(self):
        self.transcript = self.id
        for record in self.records:
            if record.key:
                message = b"zkl/v1/ceremony-contribution\0" + self.transcript + record.unsigned
                need(signature_holds(ED25519_DER + record.key, record.signature, message), f"the signature of {record.name} is false")
            self.transcript = sha3(b"zkl/v1/ceremony-record\0" + self.transcript + record.bytes)

    def check_beacons(self):
        latest = -1
        for record in self.records:
            if record.is_beacon:
                need(record.time > latest, "a beacon that was public before a contribution")
                need(not record.round or record.time == 1000 * (1692803367 + 3 * (record.round - 1)), "another time than that of the beacon's round")
            latest = max(latest, record.time)

    def check_records(self):
        powers = [r for r in self.records if r.step <= 2]
        keys = [r for r in self.records if r.step > 2]
        if self.powers:
            need(len(powers) == len(self.powers.history), "another number of contributions than records")
            for record, c in zip(powers, self.powers.history):
                need(record.is_beacon == (c.kind == 1), "a beacon that is none")
                need(record.hash == sha3(b"zkl/v1/ceremony-points\0" + (1).to_bytes(4, "little") + c.bytes), "another contribution than the record's")
        need(self.keys or not keys, "records of keys that are not there")
        need(all(len(key.history) == len(keys) for key in self.keys), "another number of contributions than records")
        for i, record in enumerate(keys):
            own = [key.history[i] for key in self.keys]
            need(all(record.is_beacon == (c.kind == 1) for c in own), "a beacon that is none")
            need(len({(c.beacon, c.iterations) for c in own}) == 1 or not record.is_beacon, "two beacons of one round")
            sections = b"".join(key.circuit_hash + (1).to_bytes(4, "little") + c.bytes for key, c in zip(self.keys, own))
            need(record.hash == sha3(b"zkl/v1/ceremony-points\0" + sections), "another contribution than the record's")
        values = [history[-1].beacon for history in ([self.powers.history] if self.powers else []) + [key.history for key in self.keys[:1]]
                  if history and history[-1].kind == 1]
        need(len(set(values)) == len(values), "one beacon for both rounds")

    def has_two_parties(self, step):
        """By their keys: whoever contributes twice is one, and what nobody signed is nobody's that could be relied on."""
        return len({record.key for record in self.records if record.step == step and record.key}) >= 2

    @property
    def is_development(self):
        return not self.has_two_parties(1) or bool(self.tiers) and not self.has_two_parties(3)

    @property
    def is_finished(self):
        return self.round == 2 and (not self.tiers or self.records[-1:] != [] and self.records[-1].step == 4)

    def trust_lines(self):
        """What a trust file says of it."""
        made = sha3(b"".join(map(compressed, (self.powers.tau1[1], self.powers.tau2[1], self.powers.tau2[2]))))
        lines = [f'srs = "{made.hex()}"', f'srs_made = "{"development" if self.is_development else "ceremony"}"', "", "[ceremony]",
                 f'transcript = "{self.transcript.hex()}"']
        done = {}  # one party a key: the name is that of its first contribution
        for record in self.records:
            if record.key:
                done.setdefault(record.key, (record.name, set()))[1].add(STEPS[record.step])
        for key, (name, rounds) in done.items():
            text_ = json.dumps(name)
            listed = ", ".join(f'"{r}"' for r in ("powers", "keys") if r in rounds)
            lines += ["", "[[party]]", f"name = {text_}", f'key = "{base64.b64encode(ED25519_DER + key).decode()}"', f"contributed = [{listed}]"]
        return lines


def verify(data, trust):
    """The verifier that found all in order, or Refused with the name of the check."""
    verifier = Verifier(trust)
    try:
        if data[:8] == b"zkl/dscl":
            return verify_disclosure(verifier, data)
        if data[:8] == b"zkl/lnge":
            return verify_lineage(verifier, data)
        return verifier.receipt(data)
    except Refused as refused:
        refused.check = refused.check or verifier.check
        raise


def read_file(path):
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise Refused(4 if isinstance(error, FileNotFoundError) else 7, str(error)) from error


def in_check(name, what, *arguments):
    """Run a check under its name."""
    try:
        return what(*arguments)
    except Refused as refused:
        if refused.check is None and refused.code not in (4, 7):
            refused.check = name
        raise


def verify_all(asked):
    """Receipts, each by itself; then what is shown of them together: history, standing, revocations."""
    trust = Trust(read_file(asked.trust))
    standing = read_standing(asked.standing) if asked.standing else None
    files = [(name, Consistency(read_file(name))) for name in asked.consistency]
    found = [verify(read_file(name), trust) for name in asked.receipt]
    if not all(hasattr(one, "r") for one in found):
        if len(found) > 1 or standing or files or asked.tiles:
            raise Refused(2, "a lineage is verified by itself")
        return found, None, None
    rules = KeyRules(trust)
    shown = {entry.leaf: entry for one in found for entry in [one.r.entry] + one.r.others}
    for entry in sorted(shown.values(), key=lambda entry: entry.index):
        changes_log_key = entry.kind == "key" and entry.role == "log"
        in_check("checkpoint" if changes_log_key else "entry signature", rules.check, entry)
    for name, one in zip(asked.receipt, found):
        in_check("checkpoint", check_log_key, name, one.r.note, rules)
    if standing:
        in_check("standing", standing.check_signatures, trust, rules)
    tiles = Tiles(asked.tiles) if asked.tiles else None
    one_history = None
    if len(found) > 1 or tiles or files or standing:
        signed = [(name, one.r.note) for name, one in zip(asked.receipt, found)]
        signed += [(asked.standing, standing.note)] if standing else []
        one_history = in_check("history", show_history, trust, rules, signed, tiles, files)
    if standing:
        in_check("standing", check_standing, standing, rules, found, tiles)
    for one in found:
        in_check("revoked", check_revoked, one.r.entry, standing, asked.allow_revoked)
    return found, standing, one_history


def read_standing(path):
    data = read_file(path)
    form(STANDING in data, "no standing")
    return in_check("standing", Standing, data)


def check_log_key(name, note, rules):
    """Each receipt was verified by itself. Here the others' key entries count too: they may end the key that signed it."""
    if not signed_by_log(note, rules.log_key_at(note.size - 1)):
        cannot(f"{name}: its checkpoint is signed by a log key that had ended before, as another receipt shows")


def show_history(trust, rules, signed, tiles, files):
    history = History(trust, rules)
    for name, note in signed:
        history.add(name, note)
    for name, file in files:
        history.add_consistency(name, file)
    if tiles:
        history.add_tiles(tiles)
    return history.is_one(bool(tiles or files))


def check_standing(standing, rules, found, tiles):
    if tiles:
        standing.check_log(tiles, rules)
    about = [one.r.entry for one in found if one.r.entry.name == standing.dataset]
    if not about:
        cannot("the standing is of another name")
    for entry in about:
        standing.check_receipt(entry)


def check_revoked(entry, standing, allowed):
    """A version that was taken back is rejected: by its standing, or when the receipt is of that very entry."""
    revoked = entry.kind == "withdraw" or (standing and entry.name == standing.dataset and entry.version in standing.revoked)
    need(not revoked or allowed, f"{entry.name}@{entry.version} was revoked")


def answer_of(one):
    return {"claims": one.proven, "setup": one.setup, "witnesses": one.witnessed, "unchecked_witnesses": one.unchecked_witnesses,
            "timestamps": one.stamped} | getattr(one, "more", {})


def lines_of(one):
    said = "" if one.setup == "ceremony" else " (development set-up: does not bind the ledger's owner)"
    lines = ["VALID" + said] + [f"existed at {t['time']}, by the clock of {t['clock']!r}" for t in one.stamped]
    if one.unchecked_witnesses:
        lines.append("Not checked, and counted for nothing: lines of " + ", ".join(one.unchecked_witnesses) +
                     ", since `cryptography` has no ML-DSA-44 here")
    return lines + [f"  {c['dataset'] + ': ' if c['dataset'] else ''}{c['text']}" for c in one.proven]


def run_verify(asked):
    found, standing, one_history = verify_all(asked)
    answer = answer_of(found[0]) if len(found) == 1 else {"receipts": [answer_of(one) for one in found]}
    lines = [line for one in found for line in lines_of(one)]
    if standing:
        answer["standing"] = {"latest_version": standing.newest, "size": standing.note.size, "time": standing.time,
                              "checked": asked.tiles is not None}
        lines.append(f"{standing.dataset}@{standing.newest} is the newest of {standing.note.size} entries, by its signer's word" +
                     (" and the log's entries" if asked.tiles else ""))
    if one_history is not None:
        answer["history"] = {"one": one_history}
        lines.append("One history" if one_history else "Not shown: that the receipts are of one history")
    return answer, lines


def run_ceremony(asked):
    circuits = {}
    for word in asked.r1cs:
        tier, _, path = word.partition("=")
        form(tier in TIERS and path, "--r1cs takes F18=FILE")
        circuits[int(tier[1:])] = Circuit(read_file(path))
    found = Ceremony(read_file(asked.file)).check(circuits)
    rows = [{"name": r.source if r.is_beacon else r.name, "beacon": r.is_beacon, "to_powers": r.step <= 2,
             "key": base64.b64encode(ED25519_DER + r.key).decode() if r.key else None} for r in found.records]
    open_ = "the powers are not closed" if found.round == 1 else "no beacon ends the round of the keys"
    lines = ["VALID" if found.is_finished else f"Valid so far, not finished: {open_}, and others may contribute"]
    lines += [f"ceremony '{found.name}' {found.id.hex()}, transcript {found.transcript.hex()}"]
    lines += [f"  {'powers' if r['to_powers'] else 'keys  '} {'beacon: ' * r['beacon']}{r['name']} {r['key'] or '(nobody signed)'}" for r in rows]
    if found.is_development:
        lines.append("Development so far: fewer than two parties, by their keys, contributed to the powers" + ", or to the keys" * bool(found.tiers))
    lines += [""] + (found.trust_lines() if found.round == 2 else []) if asked.trust else []  # a trust file names what is closed
    answer = {"name": found.name, "ceremony": found.id.hex(), "transcript": found.transcript.hex(), "contributions": rows,
              "made": "development" if found.is_development else "ceremony", "finished": found.is_finished}
    return answer, lines


def ceremony_parser():
    parser = argparse.ArgumentParser(prog="zkl_verify.py ceremony", description="Check a .zklceremony whole (docs/formats/ceremony.md).")
    parser.add_argument("file")
    parser.add_argument("--r1cs", action="append", default=[], metavar="F18=FILE", help="what a circuit is")
    parser.add_argument("--trust", action="store_true", help="print the lines for a trust file")
    parser.add_argument("--json", action="store_true")
    return parser


def main(arguments):
    if arguments[:1] == ["ceremony"]:
        return answer_to(run_ceremony, ceremony_parser().parse_args(arguments[1:]))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("receipt", nargs="+")
    parser.add_argument("--trust", required=True)
    parser.add_argument("--consistency", action="append", default=[])
    parser.add_argument("--tiles")
    parser.add_argument("--standing")
    parser.add_argument("--allow-revoked", action="store_true")
    parser.add_argument("--json", action="store_true")
    return answer_to(run_verify, parser.parse_args(arguments))


def answer_to(run, asked):
    code = 0
    try:
        answer, lines = run(asked)
    except Exception as error:  # the last resort is for what no check foresaw: it is not read, and nothing is said of it
        refused = error if isinstance(error, Refused) else Refused(3, f"it cannot be read ({type(error).__name__}: {str(error)[:200]})")
        code = refused.code
        answer = {"error": str(refused)} | ({"check": refused.check} if refused.check else {})
        lines = [f"{STATUS.get(code, 'not found')}: {refused.check + ': ' if refused.check else ''}{refused}"]
    try:
        if asked.json:
            print(json.dumps(answer | {"status": STATUS.get(code, "not found"), "exit_code": code}, indent=2), flush=True)
        else:
            print("\n".join(lines), file=sys.stderr if code else sys.stdout, flush=True)
    except OSError:  # a full disk: what cannot be said is no success; Python would try once more at its end
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1 if asked.json or not code else 2)
        return code or 7
    return code


if __name__ == "__main__":
    if None in (sys.stdin, sys.stdout, sys.stderr):  # closed: its number would go to a file
        sys.exit(7)
    sys.exit(main(sys.argv[1:]))
