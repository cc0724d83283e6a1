"""Every verb here and at a service, side by side: remote_long.sh."""
import difflib
import json
import os
import re
import shutil
import subprocess
import sys
import time

service, work, data = sys.argv[1:]
base = {k: v for k, v in os.environ.items() if not k.startswith(("ZKL_REMOTE", "ZKP_LEDGER"))}
there = dict(base, ZKL_REMOTE=service, ZKL_REMOTE_KEY_FILE=work + "/key", ZKL_REMOTE_CA=work + "/ca.pem")
key = open(work + "/key").read().strip()
for folder in ("L", "R"):
    os.mkdir(folder)
    rows = [row.split(",") for row in open(data + "/penguins.csv").read().splitlines()[:25]]
    lines = [",".join((row[0], row[4], row[5])) + "\n" for row in rows]
    open(folder + "/penguins.csv", "w").write("".join(lines))
    os.mkdir(folder + "/parts")
    for i in range(3):
        open("%s/parts/p%d.csv" % (folder, i), "w").write(lines[0] + "".join(lines[1 + 8 * i:9 + 8 * i]))
    open(folder + "/model.bin", "w").write("model")
    open(folder + "/claims.toml", "w").write('claims = ["range(body_mass_g, 1000, 10000)"]\n')
subprocess.run(["zkp-ledger", "init", ".", "--no-passphrase", "-q"], cwd="L", env=base, check=True)


def run(where, *words, env=None, stdin=None):
    return subprocess.run(["zkp-ledger", *words], cwd=where, env=env or (there if where == "R" else base), capture_output=True,
                          stdin=subprocess.DEVNULL if stdin is None else open(stdin, "rb"), text=True)


# What differs between two ledgers that did the same: names of logs, keys, hashes, sizes, times, and where entries lie.
def plain(text):
    text = re.sub(r"^note: (the|the keys are as the) .*service.*\n", "", text, flags=re.M)
    text = re.sub(r"\b(here|L)-[0-9a-f]{16}(\+[0-9a-f]+\+[A-Za-z0-9+/=]+)?", "LOG", text)
    text = re.sub(r"\b[0-9a-f]{16,}\b|MCow[A-Za-z0-9+/=]+", "HEX", text)
    text = re.sub(r"(?m)^  Trust: .*\n|^note: .*, and this version does not\n", "", text)  # whose ledger; what a ledger notices besides
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "TIME", text)
    text = re.sub(r"\b\d+ of \d+( entries)?|\b(entry|entries|of) \d+|\b\d+ (entries|checkpoints)", "ENTRY", text)  # the service's ledger has segments of its audit log too
    text = re.sub(r"(?m)^ *(\d+  TIME  segment|\d+  \S+  segment) .*\n", "", text)
    text = re.sub(r"(?m)^ *\d+  (?=TIME)", "", text)
    text = re.sub(r"(?m)^(.*\b(seconds|bytes|kB|MB|made in|took)\b.*)$", lambda m: re.sub(r"[\d.,]+", "N", m.group(1)), text)
    return re.sub(r"[\d.]+(e-?\d+)? s\b", "N s", text)


def strip(value):
    """The same of JSON: its form stays. Numbers of entries are lists' names elsewhere."""
    if isinstance(value, dict):
        value = {k: "N" if k in ("entries", "checkpoints", "from", "to") and isinstance(v, int) else v for k, v in value.items()}
        return {k: "N" if k in ("seconds", "bytes", "proof_bytes", "auxiliary_bytes", "file_bytes", "receipt_bytes", "cache", "folder", "estimate", "source", "index", "size", "tree_size", "old_tree_size")
                else strip(v) for k, v in value.items() if k != "verified_by"}
    if isinstance(value, list):
        return [strip(v) for v in value if not (isinstance(v, dict) and v.get("kind") == "segment")]
    return plain(value) if isinstance(value, str) else value


different = []


def same(what, a, b):
    if a != b:
        different.append("%s\n%s" % (" ".join(what), "\n".join(difflib.unified_diff(a.splitlines(), b.splitlines(), "here", "there", lineterm=""))))


def both(*words, want=0, files=(), stdin=None, says=True):
    """Once as text or as JSON, whichever was not said: the other is by another version of the dataset's name."""
    begun = time.monotonic()
    got = [run(where, *words, stdin=stdin) for where in "LR"]
    for where, r in zip("LR", got):
        if r.returncode != want:
            different.append("%s: %s ends with %d\n%s\n%s" % (where, words, r.returncode, r.stdout, r.stderr))
            return None
        assert key not in r.stdout + r.stderr, words
    if not says:
        return got
    if "--json" in words:
        mine, other = (json.dumps(strip(json.loads(r.stdout)), indent=1) for r in got)
        same(words, mine, other)
    else:
        same(words, plain(got[0].stdout), plain(got[1].stdout))
    same(words, plain(got[0].stderr), plain(got[1].stderr))
    for name in files:
        lacking = [where for where in "LR" if not os.path.exists(os.path.join(where, name))]
        if lacking:
            different.append("%s: no %s in %s" % (words, name, lacking))
            continue
        modes = [os.stat(os.path.join(where, name)).st_mode & 0o777 for where in "LR"]
        if modes[0] != modes[1]:
            different.append("%s: %s has modes %o, %o" % (words, name, *modes))
    left = [name for name in os.listdir("R") if name.startswith(".zkl-")]
    assert not left, (words, left)
    print("ok %.1f" % (time.monotonic() - begun), *words)
    return got


def trial(*words, **more):
    """As text and as JSON: nothing is recorded by it."""
    both(*words, **more)
    both(*words, "--json", **more)


trial("show")
both("notarize", "penguins.csv", "--name", "penguins", "--null", "NA", "--claim", "range(body_mass_g, 1000, 10000)", "--claim", "sum(flipper_length_mm)",
     "--keep-spool", "-o", "penguins.zkl", files=["penguins.zkl"])
both("notarize", "penguins.csv", "--name", "again", "--null", "NA", "--claims", "claims.toml", "--json")
trial("notarize", "penguins.csv", "--name", "penguins", "--null", "NA", "--if-changed")
both("notarize", "parts", "--name", "parts", "--null", "NA")
both("notarize", "parts/p*.csv", "--name", "parts", "--null", "NA", "--hide-file-names", "--dry-run", "--json")
both("notarize", "-", "--name", "stdin", "--format", "csv", "--null", "NA", stdin="L/penguins.csv")
trial("notarize", "penguins.csv", "--name", "bad", "--null", "NA", "--claim", "range(body_mass_g, 4000, *)", want=1)
trial("notarize", "penguins.csv", "--name", "dry", "--null", "NA", "--dry-run")
trial("notarize", "none.csv", "--name", "bad", want=4)
trial("show")
trial("show", "penguins")
trial("show", "penguins@1")
trial("show", "nobody", want=4)
trial("show", "penguins.zkl")
trial("diff", "penguins@1", "penguins@2", want=1)
trial("diff", "penguins", "again", want=1)
trial("diff", "penguins", "penguins.zkl", want=1)
both("prove", "penguins", "mean(body_mass_g) >= 3000", "--data", "penguins.csv", "-o", "more.zkl", files=["more.zkl"])
trial("prove", "penguins", "count(body_mass_g, 3000, 4000)", "--dry-run")
trial("prove", "penguins", "sum(body_mass_g) = 1", want=1)
trial("prove", "penguins", "--search", "range(body_mass_g)")
both("transform", "penguins", "--op", "filter body_mass_g >= 4000", "--as", "heavy", "--to", "heavy.csv", "-o", "heavy.zkl", files=["heavy.csv", "heavy.zkl"])
trial("transform", "penguins", "--data", "penguins.csv", "--op", "sort body_mass_g", "--as", "sorted", "--to", "sorted.csv", "--dry-run")
both("transform", "penguins", "--op", "sort body_mass_g", "--as", "sorted2", "--to", "heavy.csv", want=5, says=False)
both("split", "penguins", "--part", "train=train.csv", "--part", "test=test.csv", "--ratio", "80/20", "--seed", 64 * "1", files=["train.csv", "test.csv"])
both("disclose", "penguins", "--rows", "0,3", "--columns", "species,body_mass_g", "--data", "penguins.csv", "-o", "rows.zkl", files=["rows.zkl"])
trial("disclose", "penguins", "--rows", "0", "-o", "dry.zkl", "--dry-run")
both("link", "heavy", "--made", "model.bin", "--op", "trained", "--fact", "seed=7")
both("link", "again", "--used", "claims.toml", "--op", "chosen", "--json")
trial("lineage", "heavy")
trial("lineage", "model.bin")
both("lineage", "heavy", "--verify")
both("lineage", "heavy", "--draw", "svg", "-o", "heavy.svg", files=["heavy.svg"])
both("branch", "penguins", "--as", "twig")
both("revoke", "again@1", "--reason", "trial")
trial("revoke", "again@1", "--reason", "again", want=5)
both("spool", "list")
both("spool", "drop", "penguins", "--json")
both("export", "penguins", files=["penguins@2.zkl"])
both("export", "penguins@1", "-o", "penguins.zkl", "--json")
both("export", "penguins", "-o", "heavy.csv", want=5)
both("export", "penguins", "--format", "data-key", "-o", "penguins.zklkey", files=["penguins.zklkey"])
both("export", "--format", "tlog-tiles", "-o", "tiles", files=["tiles/checkpoint", "tiles/tile/0"])
both("export", "heavy", "--format", "lineage", "-o", "heavy.lineage.zkl", files=["heavy.lineage.zkl"])
both("export", "penguins", "--format", "prov-json", "--json", files=[])
trial("log")
both("log", "--last", "2", says=False)
trial("keys", "show")
trial("verify-chain")
both("verify-chain", "--from", "penguins", "--json")
both("log", "cosign", "request", "-o", "cosign.txt", want=0)
both("timestamp", "request", "penguins", "-o", "penguins.tsq", files=["penguins.tsq"])
both("audit", "--format", "json", "-o", "audit.json", files=["audit.json"])
both("audit", "--format", "md", "--format", "csv", "-o", "audit", files=["audit"])
both("setup")
both("setup", "export", "powers.zklpowers", files=["powers.zklpowers"])
both("renew", "penguins.zkl")
both("keys", "rotate")
both("policies")

# Each file is what it is here: a receipt verifies by the trust file, tables are the same bytes.
for where in "LR":
    with open(where + "/trust.toml", "w") as out:
        out.write(run(where, "keys", "show", "--trust").stdout)
    for name in ("penguins.zkl", "more.zkl", "heavy.zkl", "rows.zkl", "heavy.lineage.zkl"):
        r = run(where, "verify", name, "--trust", "trust.toml")
        assert r.returncode == 0 and r.stdout.startswith("VALID"), (where, name, r)
for name in ("heavy.csv", "train.csv", "test.csv"):
    assert open("L/" + name, "rb").read() == open("R/" + name, "rb").read(), name

# A dataset of the service is verified here, and by a trust file alone.
r = run("R", "verify", "penguins", "--trust", "trust.toml")
assert r.returncode == 0 and r.stdout.startswith("VALID"), r
r = run("R", "verify", "heavy", "--lineage", "--trust", "trust.toml")
assert r.returncode == 0, r
shutil.copy("L/trust.toml", "R/other.toml")
assert run("R", "verify", "penguins", "--trust", "other.toml").returncode in (1, 9)
for words in (("verify", "penguins"), ("verify", "heavy", "--lineage")):
    r = run("R", *words)
    assert r.returncode == 9 and "--trust" in r.stderr and "VALID" not in r.stdout, r
r = run("R", "verify", "penguins", "--trust", "trust.toml", "--data", "penguins.csv", "--data-key", "penguins.zklkey")
assert r.returncode in (0, 9), r
for words in (("verify-chain", "-q"), ("lineage", "heavy", "--verify", "-q"), ("audit", "-o", "w.html", "-q")):
    assert "nothing was verified here" in run("R", *words).stderr, words
    assert json.loads(run("R", *words, "--json", "--force").stdout if words[0] == "audit" else run("R", *words, "--json").stdout)["verified_by"] == "service"

# ---- a folder's files, sent and compared there; what the service tells of a file is told by its path here
for event, count in (("notarised", "3 notarised, 0 unchanged"), ("unchanged", "0 notarised, 3 unchanged")):
    r = run("R", "watch", "parts", "--once", "--name-prefix", "seen-")
    assert r.returncode == 0 and count in r.stdout, r
    assert [line.split()[:2] for line in r.stdout.splitlines()[:3]] == [[event, f"parts/p{i}.csv"] for i in range(3)], r
open("R/parts/p1.csv", "a").write("a,b\n")
r = run("R", "watch", "parts", "--once", "--name-prefix", "seen-", "--json")
lines = [json.loads(line) for line in r.stdout.splitlines()]
assert r.returncode != 0 and [line.get("event") for line in lines[:3]] == ["unchanged", "failed", "unchanged"], r
assert lines[1]["path"] == "parts/p1.csv" and lines[-1]["failed"] == 1, lines

# ---- what is refused
for words in (("init", "x"), ("watch", "parts"), ("doctor",), ("config",), ("status",), ("keys", "backup", "x"), ("keys", "restore", "x"),
              ("transform", "penguins", "--pipeline", "x.toml"), ("log", "cosign", "submit", "http://127.0.0.1:1/")):
    r = run("R", *words)
    assert r.returncode == 8 and "does not work on a ledger of a service" in r.stderr, (words, r)
r = run("R", "export", "penguins", "--format", "oms", "--signing-key", "model.bin", "-o", "x.json")
assert r.returncode == 8 and "does not go to a service" in r.stderr, r


def refused(want, text, env, *words):
    r = run("R", *words, env=env)
    assert r.returncode == want and text in r.stderr and key not in r.stderr, (want, text, words, r)


refused(7, "is not to be trusted", dict(there, ZKL_REMOTE_CA=work + "/other.pem"), "show")
without_ca = {k: v for k, v in there.items() if k != "ZKL_REMOTE_CA"}
refused(7, "is not to be trusted", without_ca, "show")
refused(2, "plain http goes to this machine alone", dict(there, ZKL_REMOTE="http://ledger.example:1"), "show")
refused(2, "no address of", dict(there, ZKL_REMOTE="ledger.example"), "show")
refused(2, "no name and password", dict(there, ZKL_REMOTE="https://a:b@127.0.0.1"), "show")
refused(7, "no answer from", dict(there, ZKL_REMOTE="https://127.0.0.1:1"), "show")
refused(4, "", dict(there, ZKL_REMOTE_LEDGER="nobody"), "show")
refused(2, "no name of a ledger", dict(there, ZKL_REMOTE_LEDGER="../x"), "show")
refused(10, "wants a key", {k: v for k, v in there.items() if k != "ZKL_REMOTE_KEY_FILE"}, "show")
wrong = "sk-" + 64 * "0"
refused(10, "does not know the key of $ZKL_REMOTE_KEY", dict(there, ZKL_REMOTE_KEY=wrong), "show")
os.chmod(work + "/key", 0o640)
refused(10, "can be read by others", there, "show")
os.chmod(work + "/key", 0o600)
refused(2, "name two ledgers", there, "show", "--remote", service, "--ledger", "../L")
assert run("R", "show", "--ledger", "../L").stdout.startswith("L-")  # on the command line before the environment
socket = dict(there, ZKL_REMOTE="unix:" + work + "/here/zkp-ledgerd.sock")
assert run("R", "log", env=socket).returncode == 0
# a viewer's key may not write, and hears what it may not
made = subprocess.run(["curl", "-s", "--cacert", work + "/ca.pem", "-H", "Authorization: Bearer " + key, service + "/v1/keys", "-d",
                       '{"name": "v", "role": "viewer"}'], capture_output=True, text=True, check=True)
viewer = dict(there, ZKL_REMOTE_KEY=json.loads(made.stdout)["key"])
refused(10, "does not let this key do that", viewer, "notarize", "penguins.csv", "--name", "x")
assert run("R", "show", env=viewer).returncode == 0
# a certificate in place of a key
certified = {k: v for k, v in there.items() if k != "ZKL_REMOTE_KEY_FILE"}
words = ("--remote-certificate", work + "/batch.pem", "--remote-certificate-key", work + "/batch.key")
assert run("R", "show", *words, env=certified).returncode == 0, run("R", "show", *words, env=certified)
refused(10, "does not let this key do that", certified, "notarize", "penguins.csv", "--name", "x", *words)
refused(2, "no certificate and key", certified, "show", words[0], work + "/key", *words[2:])
if different:
    raise SystemExit("\n\n".join(different))
print("remote: all held")
