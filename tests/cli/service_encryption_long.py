"""A daemon with encryption at rest, killed, rotated and lied to: service_encryption_long.sh."""
import atexit
import hashlib
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(__file__))
from service_client import Client

folder, key = sys.argv[1:]
path = folder + "/zkp-ledgerd.sock"
kek = os.path.abspath("elsewhere/kek")
os.mkdir("elsewhere")
daemon = None


@atexit.register
def end_daemon():
    if daemon and daemon.poll() is None:
        daemon.kill()


VALUE, NAME, WORD = "value-6b1d0e9c", "name-41c7aa20", "word-93fd5e12"
CSV = ("age,city\n" + "".join("%d,%s-%d\n" % (i % 90, VALUE, i % 3) for i in range(400))).encode()


def zkp(*arguments, want=0):
    done = subprocess.run(["zkp-ledgerd", *arguments], capture_output=True, text=True)
    assert done.returncode == want, (arguments, done)
    return done.stdout + done.stderr


def start(as_key=key):
    global daemon
    daemon = subprocess.Popen(["zkp-ledgerd", folder], stdout=open("served", "a"), stderr=subprocess.STDOUT)
    return Client(path, as_key)


def kill():
    daemon.send_signal(signal.SIGKILL)
    daemon.wait()


def stop():
    daemon.terminate()
    assert daemon.wait() == 0, open("served").read()


def refuses_to_start(word):
    said = subprocess.run(["zkp-ledgerd", folder], capture_output=True, text=True, timeout=60)
    assert said.returncode != 0 and word in said.stderr, said


def files_below(top):
    for where, _, names in os.walk(top):
        for name in names:
            if os.path.isfile(os.path.join(where, name)) and not os.path.islink(os.path.join(where, name)):
                yield os.path.join(where, name)


def in_clear(*words, but=()):
    """Files below the service's folder in which one of the words stands."""
    found = set()
    for file in files_below(folder):
        if any(file.startswith(os.path.join(folder, b)) for b in but):
            continue
        try:
            content = open(file, "rb").read()
        except FileNotFoundError:
            continue
        found |= {(file, word) for word in words if word.encode() in content}
    return found


def settings(**more):
    text = open(folder + "/zkp-ledgerd.toml").read().split("\n[encryption]")[0]
    if more:
        text += "\n[encryption]\n" + "".join("%s = %s\n" % (k, json.dumps(v)) for k, v in more.items())
    open(folder + "/zkp-ledgerd.toml", "w").write(text)


# ---- a service that has run in clear: turned on, and nothing of it is lost
client = start()
old = client.send(NAME + "-0.csv", CSV)
made = client.run("notarize", {"name": "old", "files": [old["file"]], "output": "out:old.zkl"})
assert made["status"] == "valid", made
receipt = client.result(made["id"], "old.zkl")
assert {file for file, word in in_clear(VALUE, NAME, but=["ledger"])}  # the search finds what is there
assert client.ask("GET", "/v1/encryption")["encrypted"] == []
client.ask("POST", "/v1/encryption/rotate", want=409)
stop()

zkp("--encrypt", folder, want=2)  # not set
settings(file="kek")
assert "in the folder that it protects" in zkp("--encrypt", folder, want=2)
settings(file=kek, work_folder="work")
assert "not in memory" in zkp("--encrypt", folder, want=10)
shutil.rmtree(folder + "/work")
settings(file=kek, fips=True)
fips = subprocess.run(["zkp-ledgerd", "--encrypt", folder], capture_output=True, text=True)
assert fips.returncode == 0 or "FIPS provider" in fips.stderr, fips
settings(file=kek)
# what a kill may leave behind: half written files, what an operation read, and a folder of its own with rows
left = ["keys.json.7.7.part", "second_factors.json.7.7.part", "secrets/pepper.7.7.part", "jobs/%s/answer.json.7.7.part" % made["id"],
        "jobs/%s/in/0/table.csv" % made["id"], "jobs/%s/out/.old.csv-AbCdEf/old.csv.kept" % made["id"]]
for file in left:
    os.makedirs(os.path.dirname(folder + "/" + file), exist_ok=True)
    open(folder + "/" + file, "wb").write(CSV)
refuses_to_start("kek")  # no key yet: none is made but by --encrypt
said = zkp("--encrypt", folder)
assert "Still in clear" in said and not said.startswith("0 files"), said
assert zkp("--encrypt", folder).startswith("0 files")
assert not any(os.path.exists(folder + "/" + file) for file in left)
assert os.path.exists(folder + "/jobs/%s/sealed/.old.csv-AbCdEf/old.csv.kept" % made["id"])  # perhaps the only rows there are
assert os.stat(kek).st_mode & 0o777 == 0o600
assert not in_clear(VALUE, NAME, but=["ledger"]), in_clear(VALUE, NAME, but=["ledger"])
assert not in_clear(VALUE), in_clear(VALUE)  # not in the ledgers' stores either

work = "/dev/shm/zkp-ledgerd-%d-%s" % (os.geteuid(), hashlib.sha256(os.path.realpath(folder).encode()).hexdigest()[:16])
assert not os.path.exists(work)
client = start()
assert client.result(made["id"], "old.zkl") == receipt
assert client.ask("GET", "/v1/operations/" + made["id"])["answer"]["dataset"]["rows"] == 400
assert [f["name"] for f in client.ask("GET", "/v1/files")["files"]] == [NAME + "-0.csv"]
shown = client.ask("GET", "/v1/encryption")
assert shown["provider"] == "file" and shown["newest"] == 1 and shown["clear"] == 0 and shown["unreadable"] == 0 and shown["objects"] > 5, shown
assert shown["not_encrypted"] and all(row["why"] for row in shown["not_encrypted"])

# ---- what comes now
assert client.run("notarize", {"name": "older", "files": [old["file"]]})["status"] == "valid"
sent = client.send(NAME + ".csv", CSV)
assert sent["size"] == len(CSV)
empty = client.send("empty.csv", b"")
assert empty["size"] == 0
table = client.ask("PUT", "/v1/datasets/table", CSV, headers={"Content-Type": "text/csv"}, want=202)
assert client.over(table["id"])["status"] == "valid"
made = client.run("notarize", {"name": "people", "files": [sent["file"]], "output": "out:people.zkl"})
assert made["status"] == "valid" and made["answer"]["files"] == [NAME + ".csv"], made
whole = client.result(made["id"], "people.zkl")
size = [f["size"] for f in made["files"] if f["name"] == "people.zkl"][0]
assert size == len(whole) == int(client.answer.getheader("content-length"))
part = client.result(made["id"], "people.zkl", headers={"Range": "bytes=5-104"}, want=206)
assert part == whole[5:105], part
client.result(made["id"], "people.zkl", headers={"If-None-Match": client.answer.getheader("etag")}, want=304)
client.result(made["id"], "nothing", want=404)
cut = client.run("transform", {"reference": "people", "data": [sent["file"]], "operation": "filter age > 40", "name": "grown", "result": "out:grown.csv"})
assert cut["status"] == "valid", cut
grown = client.result(cut["id"], "grown.csv")
assert VALUE.encode() in grown
direct = client.ask("GET", "/v1/datasets/people/receipt")
assert direct[:20] == whole[:20]
no = client.call("link", {"reference": WORD, "operation": "x", "facts": []}, want=202)
assert client.over(no["id"])["status"] != "valid"
clear = in_clear(VALUE, NAME, WORD, but=["ledger"])
assert not clear, clear
assert not in_clear(VALUE), in_clear(VALUE)  # not in the ledgers' stores either

# ---- ledgers' keys: under a passphrase that is nowhere in clear
second = client.ask("POST", "/v1/ledgers", {"name": "second"}, want=202)
assert client.over(second["id"])["status"] == "valid"
for where in ("ledger", "ledgers/default/second"):
    held = os.listdir(os.path.join(folder, where, "keys"))
    assert {"signer.key", "log.key", "owner.key"} <= set(held), held
    for name in held:
        shown = open(os.path.join(folder, where, "keys", name), "rb").read()
        at = 12 + 4 + int.from_bytes(shown[12:16], "big")
        at += 4 + int.from_bytes(shown[at:at + 4], "big")
        assert shown[:8] == b"zkl-key\n" and shown[at] == 1, (where, name)  # protection: a passphrase
phrase = open(work + "/passphrase").read()
assert len(phrase) == 64 and not in_clear(phrase)
doctor = subprocess.run(["zkp-ledger", "doctor", "--ledger", folder + "/ledger"], capture_output=True, text=True).stdout
assert re.search(r"service +[0-9]+ of its files encrypted, 0 in clear", doctor) and "not encrypted" in doctor, doctor

# ---- killed while a job runs and while one is sent: nothing is in clear, and it goes on
for i in range(2):
    sent = client.send("%s-%d.csv" % (NAME, i + 1), CSV)
    begun = client.call("notarize", {"name": "killed-%d" % i, "files": [sent["file"]], "output": "out:killed.zkl"}, want=202)
    if i % 2:
        while client.ask("GET", "/v1/operations/" + begun["id"])["state"] == "waiting":
            pass
    kill()
    clear = in_clear(VALUE, NAME, but=["ledger"])
    assert not clear, clear
    for left in ("files/0123456789abcdef.part", "jobs/%s/job.json.7.7.part" % made["id"], "jobs/%s/sealed/.sealing" % made["id"]):
        open(os.path.join(folder, left), "wb").write(b"zkl-env" if i else b"")  # as a kill leaves them
    client = start()
    over = client.over(begun["id"])
    assert over["status"] in ("valid", "conflict"), over  # it had recorded its entry, or ran again
    if over["status"] == "valid":
        assert len(client.result(begun["id"], "killed.zkl")) > 100
    assert [os.path.basename(file) for file in files_below(work)] == ["passphrase"], list(files_below(work))  # it is over: its files in memory are gone

# ---- the key: in locked memory, in no core file
secret = bytes.fromhex(re.search(r"^key 1 ([0-9a-f]{64})$", open(kek).read(), re.M).group(1))
limits = open("/proc/%d/limits" % daemon.pid).read()
assert re.search(r"Max core file size\s+0\s+0\s", limits), limits
try:
    memory = open("/proc/%d/mem" % daemon.pid, "rb", 0)
except PermissionError:
    memory = None  # not root: nobody looks into it
seen, flags = 0, None
if memory:
    regions, begin, end = [], 0, 0
    for line in open("/proc/%d/smaps" % daemon.pid):
        head = re.match(r"([0-9a-f]+)-([0-9a-f]+) (\S+)", line)
        if head:
            begin, end, mode = int(head.group(1), 16), int(head.group(2), 16), head.group(3)
        elif line.startswith("VmFlags:") and mode.startswith("rw"):
            regions.append((begin, end, line.split()[1:]))
    for begin, end, flags in regions:
        at = begin
        while at < end:
            try:
                memory.seek(at)
                content = memory.read(min(end - at, 1 << 24))
            except (OSError, ValueError):
                break
            if secret in content or secret.hex().encode() in content:
                seen += 1
                assert "dd" in flags and "lo" in flags, (hex(at), flags)
            at += max(len(content) - 64, 1) if at + len(content) < end else len(content) or 1
    assert seen, "the search finds what is there"

# ---- versions
before = client.ask("GET", "/v1/encryption")
rotated = client.ask("POST", "/v1/encryption/rotate")
assert rotated["newest"] == 2 and 10 < rotated["rewrapped"] <= rotated["objects"] and rotated["oldest_needed"] == 2, rotated
counted = client.ask("GET", "/v1/metrics").decode()
rewrapped = re.findall(r'zkl_encryption_key_uses_total\{act="rewrap",version="(\d+)"\} (\d+)', counted)
assert sum(int(n) for _, n in rewrapped) == rotated["uses"]["rewrap"] and {v for v, _ in rewrapped} == {"1"}, counted
assert 'zkl_encryption_key_failures_total{act="unwrap"} 0' in counted
assert rotated["uses"]["rewrap"] == rotated["rewrapped"] and rotated["uses"]["rotate"] == 1 and not rotated["uses"]["failed"], rotated
again = client.ask("POST", "/v1/encryption/rewrap")
assert again["rewrapped"] == 0 and again["oldest_needed"] == 2, again
client.ask("POST", "/v1/encryption/retire", {"oldest": 3}, want=409)
client.ask("POST", "/v1/encryption/retire", {"oldest": 0}, want=400)
client.ask("POST", "/v1/encryption/retire", {}, want=400)
gone = client.ask("POST", "/v1/encryption/retire", {"oldest": 2})
assert gone["oldest"] == 2 and secret.hex() not in open(kek).read(), gone
assert client.result(made["id"], "people.zkl") == whole
viewer = Client(path, client.ask("POST", "/v1/keys", {"name": "v", "role": "viewer"}, want=201)["key"])
for method, where in (("GET", ""), ("POST", "/rotate"), ("POST", "/rewrap"), ("POST", "/retire")):
    viewer.ask(method, "/v1/encryption" + where, {} if where == "/retire" else None, want=403)
# a file that is being sent meanwhile is not left behind
long = b"text\n" + b"".join(b"%064d\n" % i for i in range(12000))
sender = socket.socket(socket.AF_UNIX)
sender.connect(path)
sender.sendall(b"POST /v1/files?name=long.csv HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\nAuthorization: Bearer %s\r\n\r\n" % (len(long), key.encode()) + long[:600000])
while not any(os.path.getsize(os.path.join(folder, "files", n)) > 1024 for n in os.listdir(folder + "/files") if n.endswith(".part")):
    time.sleep(0.02)
rotated = client.ask("POST", "/v1/encryption/rotate")
assert rotated["newest"] == 3 and rotated["oldest_needed"] == 3 and not rotated["unreadable"], rotated
client.ask("POST", "/v1/encryption/retire", {"oldest": 3})
sender.sendall(long[600000:])
said = http.client.HTTPResponse(sender)
said.begin()
assert said.status == 201, said.status
sent = json.loads(said.read())
sender.close()
over = client.run("notarize", {"name": "long", "files": [sent["file"]]})
assert over["status"] == "valid" and over["answer"]["dataset"]["rows"] == 12000, over
kill()  # after a rotation all of it opens
client = start()
assert client.ask("GET", "/v1/encryption")["oldest_needed"] == 3
assert client.result(made["id"], "people.zkl") == whole
events = client.ask("GET", "/v1/audit?limit=1000&event=WRAPPING_KEY_CHANGED")
told = [(e["action"], e["code"], e["outcome"]) for e in events["events"]]
assert ("rotate", 2, "success") in told and ("retire", 1, "success") in told and ("rotate", 3, "success") in told, told
events = client.ask("GET", "/v1/audit?limit=1000&event=WRAPPING_KEY_USED")["events"]
assert {"wrap", "unwrap", "rewrap"} <= {e["action"] for e in events}, events
assert any(e["resource"].startswith("files/") for e in events) and any(e["resource"] == "secrets/pepper" for e in events)
assert secret.hex() not in json.dumps(events)

# ---- a folder that lies
result = os.path.join(folder, "jobs", made["id"], "sealed", "people.zkl")
good = open(result, "rb").read()
open(result, "r+b").write(good[:2000] + bytes([good[2000] ^ 1]) + good[2001:])
other = os.path.join(folder, "jobs", cut["id"], "sealed", "grown.csv")
answer = client.ask("GET", "/v1/operations/%s/files/people.zkl" % made["id"], want=500)
assert answer["detail"] == "the file cannot be decrypted", answer
shutil.copyfile(other, result)  # of another operation
client.ask("GET", "/v1/operations/%s/files/people.zkl" % made["id"], want=500)
open(result, "wb").write(good)
assert client.result(made["id"], "people.zkl") == whole
stop()
assert not os.path.exists(work)
keys = open(folder + "/keys.json", "rb").read()
for bad, word in ((b'{"version": 2, "keys": []}', "in clear"), (keys[:-1], "keys.json"), (keys[:1500] + b"\0" + keys[1501:], "not what was written")):
    open(folder + "/keys.json", "wb").write(bad)
    refuses_to_start(word)
shutil.copyfile(folder + "/secrets/pepper", folder + "/keys.json")
refuses_to_start("keys.json")
open(folder + "/keys.json", "wb").write(keys)

# ---- another key, no key, no settings
os.rename(kek, kek + ".away")
refuses_to_start("kek")
os.chmod(kek + ".away", 0o640)
os.symlink(kek + ".away", kek)
refuses_to_start("kek")
os.unlink(kek)
os.rename(kek + ".away", kek)
refuses_to_start("owner's alone")
os.chmod(kek, 0o600)
settings()
refuses_to_start("is encrypted")
settings(file=kek + ".other")
refuses_to_start("kek.other")
settings(file=kek)
client = start()
assert client.result(made["id"], "people.zkl") == whole
stop()
