"""Envelopes of docs/formats/envelope.md, made and opened with nothing but PyPI's cryptography and that page.

    envelope.py FOLDER    opens FOLDER/c.env under FOLDER/kek, and writes FOLDER/python.env and FOLDER/twice.env under it
    envelope.py --vectors prints tests/vectors/envelope.json
"""
import hashlib
import json
import struct
import sys

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

HEAD, TAG = 1024, 16


def hkdf(key, salt, info, size):
    return HKDF(SHA256(), size, salt, info).derive(key)


def read_kek(text):
    lines = text.split("\n")
    assert lines[0] == "zkl-kek 1" and lines[-1] == "", lines
    return "file:" + lines[1].split(" ")[1], {int(line.split(" ")[1]): bytes.fromhex(line.split(" ")[2]) for line in lines[2:-1]}


def wrapping(versions, version, object_id):
    return AESGCM(hkdf(versions[version], object_id, b"zkl envelope key wrap 1", 32))


def derive(data_key, identity, name):
    out = hkdf(data_key, identity[16:48], b"zkl envelope" + identity + struct.pack(">I", len(name)) + name, 64)
    return AESGCM(out[:32]), out[32:]


def nonce(chunk, is_last):
    return chunk.to_bytes(11, "big") + bytes([is_last])


def slot(sequence, version, kek, wrapped):
    out = struct.pack(">QIHH", sequence, version, len(kek), len(wrapped)) + kek.ljust(96, b"\0") + wrapped.ljust(288, b"\0") + bytes(16)
    return out + hashlib.sha256(out).digest()


def make(kek_text, kind, name, content, object_id, data_key, chunk_log=16, version=None, sequence=1):
    kek, versions = read_kek(kek_text)
    version = version or max(versions)
    identity = b"zkl-env\n" + struct.pack(">IB3x", 1, chunk_log) + object_id + kind.encode().ljust(16, b"\0")
    aead, commitment = derive(data_key, identity, name.encode())
    full = 1 << chunk_log
    parts = [content[i:i + full] for i in range(0, len(content), full)] or [b""]
    slots = [slot(sequence, version, kek.encode(), wrapping(versions, version, object_id).encrypt(bytes(12), data_key, None)), bytes(448)]
    head = identity + commitment + bytes(32) + slots[(sequence + 1) % 2] + slots[sequence % 2]
    assert len(head) == HEAD
    return head + b"".join(aead.encrypt(nonce(i, i == len(parts) - 1), part, None) for i, part in enumerate(parts))


def open_envelope(kek_text, kind, name, file):
    kek, versions = read_kek(kek_text)
    identity, commitment = file[:64], file[64:96]
    assert identity[:8] == b"zkl-env\n" and identity[8:12] == b"\0\0\0\1" and identity[13:16] == bytes(3) and file[96:128] == bytes(32)
    assert identity[48:64].rstrip(b"\0").decode() == kind
    slots = [file[at:at + 448] for at in (128, 576)]
    good = [s for s in slots if hashlib.sha256(s[:416]).digest() == s[416:]]
    sequence, version, kek_size, size = struct.unpack(">QIHH", max(good)[:16])
    assert max(good)[16:16 + kek_size].decode() == kek
    data_key = wrapping(versions, version, identity[16:48]).decrypt(bytes(12), max(good)[112:112 + size], None)
    aead, want = derive(data_key, identity, name.encode())
    assert want == commitment
    full, body, out = (1 << identity[12]) + TAG, file[HEAD:], b""
    chunks = [body[i:i + full] for i in range(0, len(body), full)]
    for i, chunk in enumerate(chunks):
        out += aead.decrypt(nonce(i, i == len(chunks) - 1), chunk, None)
    return out


KEK = "zkl-kek 1\nid 0011223344556677\nkey 3 %s\nkey 4 %s\n" % ("a1" * 32, "5c" * 32)
if sys.argv[1] == "--vectors":
    vectors = []
    for size, chunk_log, version, sequence in ((0, 16, 4, 1), (5, 16, 3, 1), (4096, 12, 4, 2), (9000, 12, 3, 7)):
        content = bytes(i * i % 251 for i in range(size))
        file = make(KEK, "file", "files/0123456789abcdef", content, hashlib.sha256(b"id%d" % size).digest(), hashlib.sha256(b"key%d" % size).digest(),
                    chunk_log, version, sequence)
        assert open_envelope(KEK, "file", "files/0123456789abcdef", file) == content
        vectors.append({"size": size, "version": version, "sha256": hashlib.sha256(content).hexdigest(), "envelope": file.hex()})
    print(json.dumps({"source": "tests/interop/envelope.py --vectors", "kek": KEK, "kind": "file", "name": "files/0123456789abcdef", "vectors": vectors},
                     indent=1))
    raise SystemExit
folder = sys.argv[1]
kek_text, file = open(folder + "/kek").read(), open(folder + "/c.env", "rb").read()
content = open_envelope(kek_text, "file", "files/c", file)
assert content == open(folder + "/content", "rb").read() and len(content) > 3 << 16
for changed, name in ((file[:-1], "files/c"), (file[:HEAD] + file[HEAD + (1 << 16) + TAG:], "files/c"), (file, "files/d")):
    try:
        open_envelope(kek_text, "file", name, changed)
    except (InvalidTag, AssertionError):
        continue
    raise SystemExit("it opens what was changed")
open(folder + "/python.env", "wb").write(make(kek_text, "file", "files/python", content[::-1], b"i" * 32, b"k" * 32))
