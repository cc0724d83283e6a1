"""Judge envelopes with securesystemslib, and open a key file from its documented format: dsse.py FOLDER."""

import base64
import hashlib
import json
import pathlib
import struct
import sys

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from securesystemslib.dsse import Envelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import SSlibKey

folder = pathlib.Path(sys.argv[1])


def accepts(document, key):
    try:
        envelope = Envelope.from_dict(json.loads(json.dumps(document)))
        return key.keyid in envelope.verify([key], 1)
    except (VerificationError, ValueError, KeyError):
        return False


def altered(document):
    """The envelope with payload, type, and each byte of the first signature changed in turn."""
    payload = bytearray(base64.b64decode(document["payload"]))
    payload[0] ^= 1
    yield {**document, "payload": base64.b64encode(payload).decode()}
    yield {**document, "payloadType": document["payloadType"] + "x"}
    first, *others = document["signatures"]
    signature = base64.b64decode(first["sig"])
    for at in range(len(signature)):
        changed = bytearray(signature)
        changed[at] ^= 1
        sig = base64.b64encode(changed).decode()
        yield {**document, "signatures": [{**first, "sig": sig}, *others]}


def check_envelope(name):
    document = json.loads((folder / f"{name}.json").read_bytes())
    public = load_pem_public_key((folder / f"{name}.pem").read_bytes())
    der = public.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    keyid = hashlib.sha256(der).hexdigest()
    assert document["signatures"][0]["keyid"] == keyid, "the keyid is not the SHA-256 of the DER"
    key = SSlibKey.from_crypto(public, keyid=keyid)
    assert accepts(document, key), f"{name}: our envelope is refused"
    count = 0
    for wrong in altered(document):
        assert not accepts(wrong, key), f"{name}: an altered envelope is accepted"
        count += 1
    return count


def field(data, at):
    (size,) = struct.unpack_from(">I", data, at)
    return data[at + 4 : at + 4 + size], at + 4 + size


def check_keyfile(path, passphrase):
    """docs/formats/keyfile.md, read again without our code."""
    data = path.read_bytes()
    assert data[:8] == b"zkl-key\n" and data[8:10] == b"\0\1" and data[10] == 2 and data[11] == 1
    assert hashlib.sha3_256(data[:-32]).digest() == data[-32:]
    name, at = field(data, 12)
    public, at = field(data, at)
    assert name == b"ledger.example/log-1" and data[at] == 1
    log_n, r, p = data[at + 1 : at + 4]
    salt, nonce, header_end = data[at + 4 : at + 36], data[at + 36 : at + 48], at + 48
    body = data[header_end:-32]
    assert len(body) == 48

    def open_with(words):
        key = hashlib.scrypt(words, salt=salt, n=1 << log_n, r=r, p=p, maxmem=1 << 28, dklen=32)
        return AESGCM(key).decrypt(nonce, body, data[:header_end])

    secret = Ed25519PrivateKey.from_private_bytes(open_with(passphrase))
    raw = secret.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    assert raw == public
    try:
        open_with(passphrase + b"x")
    except InvalidTag:
        return
    raise AssertionError("a wrong passphrase opens the key file")


refused = sum(check_envelope(name) for name in ("ed25519", "ecdsa-p256"))
check_keyfile(folder / "log.key", b"correct horse battery staple")
print(f"securesystemslib accepts our envelopes and refuses {refused} altered ones; the key file opens")
