"""Trust files that the program and the second verifier must judge alike: trust_files.py PROGRAM RECEIPT TRUST CLOCK AUTHORITY.
And names of cosigners that nobody knows, in a receipt.

Each case is a text and the exit code that docs/formats/trust.md demands of both: 0, 3 (bad input), 6 (limit) or 9 (none). The program is
asked by `verify` of a receipt that is valid under the honest file, the second verifier by its reader of trust files.
"""
import base64
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
import zkl_verify  # noqa: E402  (found beside this tree's tools)

program, receipt, trust, clock, authority = sys.argv[1:]
HONEST = pathlib.Path(trust).read_text()
PEM = pathlib.Path(clock).read_text().strip()
OTHER_PEM = pathlib.Path(authority).read_text().strip()
ED25519 = bytes.fromhex("302a300506032b6570032100")
POINTS = [bytes.fromhex(key) for key in (  # public keys of RFC 8032, 7.1
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")]
KEYS = [base64.b64encode(ED25519 + point).decode() for point in POINTS]


def witness(name, point=POINTS[0]):
    data = b"\x04" + point
    number = hashlib.sha256(name.encode() + b"\n" + data).digest()[:4].hex()
    return f"{name}+{number}+{base64.b64encode(data).decode()}"


def witnesses(text):
    return HONEST + "\n[witnesses]\n" + text


def tsa(name, pem=PEM):
    return f'\n[[tsa]]\nname = {name}\ncertificate = """\n{pem}\n"""\n'


def party(name="Alice", key=KEYS[0], contributed='["powers"]'):
    return f'\n[[party]]\nname = "{name}"\nkey = "{key}"\ncontributed = {contributed}\n'


CEREMONY = '\n[ceremony]\ntranscript = "' + 64 * "0" + '"\n'
ORIGIN = HONEST.split('first_log_key = "')[1].split("+")[0].encode()
SIGNER = HONEST[HONEST.index("[[signer]]"):]
HASH = '"' + 64 * "1" + '"'
assert HONEST.count("version = 1\n") == 1 and SIGNER.count("[[signer]]") == 1 and "from = 1\n" in SIGNER


def circuits(*names):
    return HONEST + "\n[circuits]\n" + "".join(f'"{name}" = {HASH}\n' for name in names)


CASES = {
    "as it is": (0, HONEST),
    "a byte order mark": (0, "\ufeff" + HONEST),
    "two byte order marks": (3, "\ufeff\ufeff" + HONEST),
    "nothing": (9, ""),
    "version true": (3, HONEST.replace("version = 1\n", "version = true\n")),
    "version 1.0": (3, HONEST.replace("version = 1\n", "version = 1.0\n")),
    "version 2": (3, HONEST.replace("version = 1\n", "version = 2\n")),
    "development 1": (3, HONEST.replace("development = true", "development = 1")),
    "until 2^63 - 1": (0, HONEST + "until = 9223372036854775807\n"),
    "until 2^63": (3, HONEST + "until = 9223372036854775808\n"),
    "until 2^64 - 1": (3, HONEST + "until = 18446744073709551615\n"),
    "from 2^63 - 1": (3, HONEST.replace("from = 1\n", "from = 9223372036854775807\nuntil = 9223372036854775807\n")),
    "from 2^63": (3, HONEST.replace("from = 1\n", "from = 9223372036854775808\n")),
    "until in 128 hex digits": (0, HONEST + "until = 0x" + 126 * "0" + "ff\n"),
    "until in 129 hex digits": (3, HONEST + "until = 0x" + 127 * "0" + "ff\n"),
    "until in 128 octal digits": (0, HONEST + "until = 0o" + 126 * "0" + "77\n"),
    "until in 129 octal digits": (3, HONEST + "until = 0o" + 127 * "0" + "77\n"),
    "until in 129 binary digits": (3, HONEST + "until = 0b" + 121 * "0" + "11111111\n"),
    "until in 5,000 digits": (3, HONEST + "until = " + 5000 * "1" + "\n"),
    "one signer twice": (3, HONEST + "\n" + SIGNER),
    "one signer in two spans": (0, HONEST + "until = 99\n\n" + SIGNER.replace("from = 1\n", "from = 99\n")),
    "a signer that is a number": (3, HONEST.replace(SIGNER, "[[signer]]\nkey = 7\nfrom = 1\n")),
    "a circuit": (0, circuits("F98")),
    "a circuit X": (3, circuits("X")),
    "a circuit F026": (3, circuits("F026")),
    "a circuit F100": (3, circuits("F100")),
    "a circuit f22": (3, circuits("f22")),
    "a circuit without a name": (3, circuits("")),
    "64 circuits": (0, circuits(*[f"G{n}" for n in range(10, 74)])),
    "65 circuits": (3, circuits(*[f"G{n}" for n in range(10, 75)])),
    "circuits that are a list": (3, HONEST.replace("version = 1\n", "version = 1\ncircuits = []\n")),
    "a tsa that is a number": (3, HONEST.replace("version = 1\n", "version = 1\ntsa = 7\n")),
    "a party that is a text": (3, HONEST.replace("version = 1\n", 'version = 1\nparty = "Alice"\n')),
    "a ceremony that is a list": (3, HONEST.replace("version = 1\n", "version = 1\nceremony = []\n")),
    "a ceremony without a transcript": (3, HONEST + "\n[ceremony]\n"),
    "a ceremony": (0, HONEST + CEREMONY),
    "two parties": (0, HONEST + CEREMONY + party() + party("Bob", KEYS[1], '["keys", "powers"]')),
    "two parties of one name": (0, HONEST + CEREMONY + party() + party(key=KEYS[1])),
    "two parties of one key": (3, HONEST + CEREMONY + party() + party("Bob")),
    "a party of no ceremony": (3, HONEST + party()),
    "a party without a name": (3, HONEST + CEREMONY + party("")),
    "a party in letters beyond ASCII": (3, HONEST + CEREMONY + party("Zoë")),
    "a party's name of 64": (0, HONEST + CEREMONY + party(64 * "a")),
    "a party's name of 65": (3, HONEST + CEREMONY + party(65 * "a")),
    "a party with another key": (3, HONEST + CEREMONY + party(key="AAAA")),
    "a party that contributed to nothing": (3, HONEST + CEREMONY + party(contributed="[]")),
    "a party that contributed to lists": (3, HONEST + CEREMONY + party(contributed='[["powers"]]')),
    "a party that contributed to luck": (3, HONEST + CEREMONY + party(contributed='["luck"]')),
    "a party with a member more": (3, HONEST + CEREMONY + party() + "age = 7\n"),
    "a clock": (0, HONEST + tsa('"a clock"')),
    "two clocks of one name": (3, HONEST + tsa('"a clock"') + tsa('"a clock"', OTHER_PEM)),
    "two clocks": (0, HONEST + tsa('"a clock"') + tsa('"another"', OTHER_PEM)),
    "one clock twice": (3, HONEST + tsa('"a clock"') + tsa('"another"')),
    "a clock without a name": (3, HONEST + tsa('""')),
    "a clock that moves the cursor": (3, HONEST + tsa('"a\\u001b[2J"')),
    "a clock that turns the text": (3, HONEST + tsa('"a\\u202eb"')),
    "a clock's name of 255": (0, HONEST + tsa('"' + 255 * "a" + '"')),
    "a clock's name of 256": (3, HONEST + tsa('"' + 256 * "a" + '"')),
    "blank lines around a PEM": (0, HONEST + tsa('"a clock"', "\n" + PEM.replace("-----\n", "-----\n\n", 1) + "\n\n")),
    "words before a PEM": (3, HONEST + tsa('"a clock"', "a clock\n" + PEM)),
    "blanks behind a PEM": (3, HONEST + tsa('"a clock"', PEM + "  ")),
    "a key instead of a certificate": (3, HONEST + tsa('"a clock"', PEM.replace("CERTIFICATE", "PUBLIC KEY"))),
    "witnesses": (0, witnesses(f'quorum = 0\nkeys = ["{witness("w.example")}"]\n')),
    "no witnesses": (0, witnesses("quorum = 0\nkeys = []\n")),
    "witnesses without keys": (3, witnesses("quorum = 0\n")),
    "witnesses without a quorum": (3, witnesses("keys = []\n")),
    "a quorum that is true": (3, witnesses(f'quorum = true\nkeys = ["{witness("w.example")}"]\n')),
    "a witness that is a number": (3, witnesses("quorum = 0\nkeys = [7]\n")),
    "nested deep": (3, "a = " + 100000 * "[" + "\n"),
}
# Names that look like another: code points that show nothing, at both ends of some ranges and just outside of them.
for point in (0x200B, 0xFEFF, 0x180E, 0xAD, 0x34F, 0x61C, 0x115F, 0x202E, 0x2066, 0x2800, 0x3164, 0xFE0F, 0xFFA0, 0xE0001, 0xE0FFF, 0x1D17A, 0x85):
    CASES[f"a witness with U+{point:04X}"] = (3, witnesses(f'quorum = 0\nkeys = ["{witness("w" + chr(point) + "x")}"]\n'))
for point in (0xAE, 0x350, 0x2010, 0x2801, 0xFE10, 0xFFA1, 0xE1000, 0x1F600):
    CASES[f"a witness with U+{point:04X}"] = (0, witnesses(f'quorum = 0\nkeys = ["{witness("w" + chr(point) + "x")}"]\n'))


def second_verifier(data):
    try:
        zkl_verify.Trust(data)
    except zkl_verify.Refused as refused:
        return refused.code
    return 0


def cosigned(name):
    """The receipt with one line more under its checkpoint, by nobody that is known."""
    data = pathlib.Path(receipt).read_bytes()[:-32]
    end = data.index(b"\n\n\xe2\x80\x94 ")
    start = data.rindex(ORIGIN + b"\n", 0, end) - 4
    size = int.from_bytes(data[start:start + 4], "big")
    line = "\u2014 {} {}\n".format(name, base64.b64encode(bytes(76)).decode()).encode()
    data = data[:start] + (size + len(line)).to_bytes(4, "big") + data[start + 4:start + 4 + size] + line + data[start + 4 + size:]
    return data + hashlib.sha3_256(data).digest()


def judge(words):
    said = subprocess.run(words, capture_output=True, text=True, check=False)
    return said.returncode, json.loads(said.stdout).get("check")


faults = 0
with tempfile.TemporaryDirectory() as folder:
    path = pathlib.Path(folder, "trust.toml")
    for name, (want, text) in CASES.items():
        path.write_text(text, encoding="utf-8")
        said = subprocess.run([program, "verify", receipt, "--trust", path], capture_output=True, text=True, check=False)
        for who, code in (("the program", said.returncode), ("the second verifier", second_verifier(path.read_bytes()))):
            if code != want:
                faults += 1
                print(f"{name}: {who} says {code}, not {want} {said.stderr.strip() if who == 'the program' else ''}")
    for point, want in (("x", (0, None)), ("\u200b", (3, "form")), ("\ufeff", (3, "form")), ("\u180e", (3, "form"))):
        path, trusted = pathlib.Path(folder, "cosigned.zkl"), trust
        path.write_bytes(cosigned("w" + point + "y"))
        for words in ([program, "verify", path], [sys.executable, zkl_verify.__file__, path]):
            said = judge([*words, "--trust", trusted, "--json"])
            if said != want:
                faults += 1
                print(f"a cosigner with U+{ord(point):04X}: {words[0]} says {said}, not {want}")
print(f"{len(CASES)} trust files, {faults} judged wrong")
sys.exit(1 if faults else 0)
