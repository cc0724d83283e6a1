"""Timestamps that the program and the second verifier must judge alike: timestamp_files.py PROGRAM RECEIPT TRUST.

Tokens are made by openssl (libtimestamp.sh) over the receipt's entry, and put into the receipt as they are. Each case is
the exit code that docs/formats/timestamp.md demands of both: 0, 1 (rejected), 3 (bad input) or 8 (not supported).
"""
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1] / "tools"), str(HERE.parents[1] / "tests" / "vectors" / "receipts")]
import lies  # noqa: E402
import zkl_verify  # noqa: E402

program, receipt, trust = sys.argv[1:]
RECEIPT = pathlib.Path(receipt).read_bytes()
HONEST = pathlib.Path(trust).read_text()
# token, certificates that the trust file names, exit code
CASES = [
    ("plain", ["plain"], 0), ("plain", ["ca"], 0), ("plain", [], 0),
    ("policy", ["policy"], 0),
    ("critical", ["critical"], 1), ("critical", ["ca"], 1), ("critical", [], 0),
    ("old", ["old"], 0), ("old", ["ca"], 1), ("old", [], 0),
    ("rsa", ["rsa"], 1), ("rsa", ["ca"], 1), ("rsa", [], 1),
    ("day", ["plain"], 0), ("days", ["plain"], 3), ("days", [], 3),
    ("sha1", ["plain"], 8), ("sha1", [], 8),
]
faults = 0


def changed(pem, old, new):
    """A certificate with some bytes exchanged, in base 64; its signature is false, which a trust file does not ask."""
    der = zkl_verify.base64.b64decode("".join(pem.strip().split("\n")[1:-1]))
    assert der.count(old) >= 1
    return zkl_verify.base64.b64encode(der.replace(old, new, 1)).decode()


def judge(label, data, text, want):
    global faults
    (work / "x.zkl").write_bytes(data)
    (work / "x.toml").write_text(text)
    for words in ([program, "verify"], [sys.executable, zkl_verify.__file__]):
        said = subprocess.run([*words, "x.zkl", "--trust", "x.toml"], cwd=work, capture_output=True, text=True, check=False)
        if said.returncode != want or "Traceback" in said.stderr:
            faults += 1
            print(f"{label}: {words[0]} says {said.returncode}, not {want}: {said.stderr.strip()[-200:]}")


def trusted(names):
    return HONEST + "".join(tsa(name, (work / (name + ".pem")).read_text()) for name in names)


def tsa(name, certificate):
    return f'\n[[tsa]]\nname = "{name}"\ncertificate = """\n{certificate}"""\n'


with tempfile.TemporaryDirectory() as folder:
    work = pathlib.Path(folder)
    entry = lies.Receipt(RECEIPT).entry
    (work / "leaf").write_bytes(b"\0" + entry.envelope)
    subprocess.run(["bash", HERE / "libtimestamp.sh", folder], check=True)
    for token, names, want in CASES:
        r = lies.Receipt(RECEIPT)
        r.head, r.tokens = r.head[:8] + lies.u32(2), [(work / (token + ".token")).read_bytes()]
        judge(f"{token} by {names or 'nobody'}", b"".join(r.parts()), trusted(names), want)
    # Certificates of a trust file that one library reads with a look, and the other without.
    ca = (work / "ca.pem").read_text()
    for label, old, new in (("version 4", b"\xa0\3\2\1\2", b"\xa0\3\2\1\3"),
                            ("a date that is none", b"\x17\x0d2", b"\x17\x0dx")):
        judge(label, RECEIPT, HONEST + tsa(label, changed(ca, old, new)), 3)
    long = zkl_verify.base64.b64encode(b"0" * 12000).decode()
    judge("a certificate of 12 kB", RECEIPT, HONEST + tsa("long", long), 3)
    judge("a certificate that is none", RECEIPT, HONEST + tsa("none", "MAAA"), 3)
print(f"{len(CASES)} tokens, {faults} judged wrong")
sys.exit(1 if faults else 0)
