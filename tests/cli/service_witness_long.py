"""Starts two services and talks to them: service_witness_long.sh."""
import atexit
import base64
import hashlib
import http.client
import json
import os
import re
import signal
import socket
import struct
import subprocess
import time

running = {}


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


# a service that is left running ends with this script
def stop_all():
    for process in running.values():
        process.kill()


atexit.register(stop_all)
ports = {"log": free_port(), "wit": free_port()}
keys = {name: open(name + ".key").read().strip() for name in ports}


def write_settings(name, more):
    with open(f"{name}/zkp-ledgerd.toml", "w") as f:
        f.write(f'addresses = ["127.0.0.1:{ports[name]}"]\nwitness_seconds = 1\n{more}')


def start(name):
    running[name] = subprocess.Popen(["zkp-ledgerd", name], stdout=open(name + ".out", "a"), stderr=subprocess.STDOUT)
    for _ in range(400):  # until it listens
        assert running[name].poll() is None, name + " ended"
        try:
            return socket.create_connection(("127.0.0.1", ports[name])).close()
        except ConnectionRefusedError:
            time.sleep(0.05)
    raise SystemExit(name + " does not listen")


def stop(name, how=signal.SIGTERM):
    running[name].send_signal(how)
    code = running.pop(name).wait()
    assert code == (-how if how == signal.SIGKILL else 0), (name, code)


answer = None  # the last one


def ask(name, method, where, body=None, key=None, want=200, headers=()):
    global answer
    connection = http.client.HTTPConnection("127.0.0.1", ports[name], timeout=60)
    connection.request(method, where, body=body, headers={**dict(headers), **({"Authorization": "Bearer " + key} if key else {})})
    answer = connection.getresponse()
    data = answer.read()
    connection.close()
    assert answer.status == want, (method, where, answer.status, want, data)
    return data


def until(what, check):
    for _ in range(600):
        got = check()
        if got:
            return got
        time.sleep(0.05)
    raise SystemExit("never: " + what)


def upload(dataset):
    started = json.loads(ask("log", "PUT", "/v1/datasets/" + dataset, open("people.csv", "rb").read(), keys["log"], 202,
                             {"Content-Type": "text/csv"}))
    over = until("the upload", lambda: [o for o in [json.loads(ask("log", "GET", "/v1/operations/" + started["id"], key=keys["log"]))]
                                        if o["state"] == "over"])[0]
    assert over["status"] == "valid", over


def receipt(dataset, trust, want):
    data = ask("log", "GET", f"/v1/datasets/{dataset}/receipt", key=keys["log"])
    open(dataset + ".zkl", "wb").write(data)
    done = subprocess.run(["zkp-ledger", "verify", dataset + ".zkl", "--trust", trust], capture_output=True, text=True)
    assert done.returncode == want, (dataset, trust, done.returncode, done.stdout, done.stderr)
    return done.stdout + done.stderr


# ---- A tree of our own, from the entries that are served (RFC 6962)
def tree(leaves):
    if len(leaves) == 1:
        return leaves[0]
    k = 1
    while 2 * k < len(leaves):
        k *= 2
    return hashlib.sha256(b"\1" + tree(leaves[:k]) + tree(leaves[k:])).digest()


def checkpoint(key=None):
    note = ask("log", "GET", "/checkpoint", key=key).decode()
    text, signatures = note.split("\n\n")
    origin, size, root = text.split("\n")
    return origin, int(size), base64.b64decode(root), signatures.strip().split("\n")


def check_log(key=None):
    """All entries hash to the root that is signed."""
    origin, size, root, _ = checkpoint(key)
    assert size < 256, "this test reads one tile"
    bundle = ask("log", "GET", f"/tile/entries/000.p/{size}", key=key)
    entries = []
    while bundle:
        (length,) = struct.unpack(">H", bundle[:2])
        entries.append(bundle[2:2 + length])
        bundle = bundle[2 + length:]
    leaves = [hashlib.sha256(b"\0" + e).digest() for e in entries]
    assert len(leaves) == size and tree(leaves) == root
    assert ask("log", "GET", f"/tile/0/000.p/{size}", key=key) == b"".join(leaves)
    for width in range(1, size):
        assert ask("log", "GET", f"/tile/0/000.p/{width}", key=key) == b"".join(leaves[:width])
    return size


# ---- 1. The log: by key, then by everybody
write_settings("log", "")
start("log")
for path in ("/checkpoint", "/tile/0/000.p/1", "/tile/entries/000.p/1", "/v1/witnesses"):
    ask("log", "GET", path, want=401)
    ask("log", "GET", path, key=keys["log"])
assert "private" in (ask("log", "GET", "/tile/0/000.p/1", key=keys["log"]), answer.getheader("cache-control"))[1]
assert json.loads(ask("log", "GET", "/v1/witnesses", key=keys["log"])) == {"witnesses": []}
upload("people")
check_log(keys["log"])
document = json.loads(ask("log", "GET", "/v1/openapi.json", key=keys["log"]))
tile_path = document["paths"]["/tile/{path}"]["get"]
assert [p["name"] for p in tile_path["parameters"]] == ["path"] and "post" in document["paths"]["/add-checkpoint"]
stop("log")
write_settings("log", "log_public = true\n")
start("log")
size = check_log()
ask("log", "GET", "/checkpoint")
assert answer.getheader("content-type") == "text/plain; charset=utf-8" and answer.getheader("cache-control") == "no-cache"
ask("log", "GET", "/tile/entries/000.p/1")
assert answer.getheader("content-type") == "application/octet-stream"
assert "public" in answer.getheader("cache-control") and "immutable" in answer.getheader("cache-control")
for path in ("/tile/0/000", f"/tile/0/000.p/{size + 1}", "/tile/1/000.p/1", "/tile/0/001.p/1", "/tile/entries/000", "/tile/63/000.p/1",
             "/tile/0/0", "/tile/0/000.p/0", "/tile/0/000.p/01", "/tile/0/x000/000.p/1", "/tile/00/000.p/1", "/tile/0/000.p/1/",
             "/tile/0%2F000.p/1", "/tile/0/%30%30%30.p/1", "/tile/0/../0/000.p/1", "/tile/entries/../../keys.json", "/tile/x", "/tile//"):
    ask("log", "GET", path, want=404)
for method, path in (("GET", "/v1/datasets"), ("GET", "/v1/witnesses"), ("GET", "/tile"), ("GET", "/checkpoint/")):
    ask("log", method, path, want=401)
ask("log", "POST", "/checkpoint", want=401)
for key in (None, keys["log"]):  # nobody needs a key there, and it is no witness
    ask("log", "POST", "/add-checkpoint", b"old 0\n", key, want=404)

# ---- 2. A witness is asked, and receipts carry its line
write_settings("wit", '[as_witness]\n[[as_witness.log]]\ntrust = "log.toml"\n')
start("wit")
receipt("people", "witnessed.toml", 9)
stop("log")
witness = open("w1.key").read().strip()
write_settings("log", f'log_public = true\n[[witness]]\nkey = "{witness}"\nurl = "http://127.0.0.1:{ports["wit"]}/"\n')
start("log")


def told():
    return json.loads(ask("log", "GET", "/v1/witnesses", key=keys["log"]))["witnesses"][0]


def witnessed(size):
    until(f"the witness signs {size}", lambda: told().get("size") == size)
    assert told()["failures"] == 0 and told()["signed"] and "error" not in told()
    until("the checkpoint shows it", lambda: len(checkpoint()[3]) == 2)
    assert checkpoint()[3][1].startswith("— witness.example/w1 ")


assert told()["name"] == "witness.example/w1"
size = check_log()  # a service that ended has closed its audit log's segments
witnessed(size)
assert "witness   witness.example/w1" in receipt("people", "witnessed.toml", 0)
upload("more")
size = check_log()
witnessed(size)
receipt("more", "witnessed.toml", 0)
own = json.loads(ask("wit", "GET", "/v1/witnesses", key=keys["wit"]))
assert own == {"witnesses": [], "own_key": witness}

# ---- 3. The witness is gone: the log goes on, and is signed when it is back
stop("wit", signal.SIGKILL)
upload("alone")
size = check_log()
until("a failure is told", lambda: told()["failures"] > 0)
assert "no answer" in told()["error"] and told()["failed"] and told()["size"] < size
receipt("alone", "witnessed.toml", 9)
receipt("people", "witnessed.toml", 0)
start("wit")
witnessed(size)
receipt("alone", "witnessed.toml", 0)
# started again, it goes on from what the store has of the witness
stop("log")
start("log")
size = check_log()
until("the newest is signed", lambda: told().get("size") == size)
receipt("alone", "witnessed.toml", 0)


# ---- 4. What a witness refuses
def add(body, want):
    return ask("wit", "POST", "/add-checkpoint", body, want=want)


def request(ledger, old):
    subprocess.run(["zkp-ledger", "log", "cosign", "request", "--old", str(old), "-o", "ask.txt", "--ledger", ledger], check=True,
                   capture_output=True)
    return open("ask.txt", "rb").read()


good = request("log/ledger", size)
assert add(good, 200).decode().startswith("— witness.example/w1 ")  # the same again
for bad in (b"", b"old\n", b"old 0", b"old -1\n\n", b"old 01\n\nx", good[:-1], good + b"x", b"old 99999" + good[good.index(b"\n"):]):
    add(bad, 400)
add(b"old 0\n" + b"x" * (1 << 17), 413)
for old in (0, 1, size - 1):
    assert add(request("log/ledger", old), 409) == f"{size}\n".encode() and answer.getheader("content-type") == "text/x.tlog.size"
origin = checkpoint()[0].encode()
add(good.replace(origin, b"other.example/log"), 404)
add(good.replace(f"\n{size}\n".encode(), f"\n{size + 1}\n".encode(), 1), 403)  # another text than was signed
# by hand, from the command line: from where the witness stands, whatever was said first
def by_hand(want, *more, ledger="log/ledger", url=f"http://127.0.0.1:{ports['wit']}/", key=witness):
    done = subprocess.run(["zkp-ledger", "log", "cosign", "submit", url, "--witness", key, "--ledger", ledger, *more],
                          capture_output=True, text=True)
    assert done.returncode == want, (more, ledger, url, done.returncode, done.stdout, done.stderr)
    return done.stdout + done.stderr


assert "the ledger is being written by another process" in by_hand(5)  # the service is its one writer
stop("log")
said = by_hand(0)  # at more entries: the service has closed the segments of its audit log
size = int(re.search(r"'witness.example/w1' signed the log at (\d+) entries", said)[1])
by_hand(0, "--old", "0")
assert json.loads(by_hand(0, "--old", "1", "--json"))["cosignatures"][0]["size"] == size
assert "does not sign this log" in by_hand(9, ledger="wit/ledger")
by_hand(3, key="other.example/w+" + witness.split("+", 1)[1])
by_hand(7, url=f"http://127.0.0.1:{free_port()}")
by_hand(2, url="file:///etc/passwd")
by_hand(2, url="-o/tmp/x")
assert "answered 401" in by_hand(7, url=f"http://127.0.0.1:{ports['wit']}/elsewhere")
# a copy of the ledger goes another way: its checkpoints are the log key's own, and no extension of what was signed
subprocess.run("cp -r log/ledger copy", shell=True, check=True)
elsewhere = {**os.environ, "XDG_STATE_HOME": os.path.abspath("elsewhere")}
for ledger, environment in (("log/ledger", None), ("copy", elsewhere)):
    subprocess.run(["zkp-ledger", "keys", "rotate", "--ledger", ledger], check=True, capture_output=True, env=environment)
start("log")
size += 1
witnessed(size)
fork = request("copy", size)
add(fork, 409)
assert answer.getheader("content-type") == "application/problem+json"  # another root at that size
subprocess.run(["zkp-ledger", "keys", "rotate", "--ledger", "copy"], check=True, capture_output=True, env=elsewhere)
add(request("copy", size), 422)
check_log()
witnessed(size)
for method in ("GET", "PUT"):
    ask("wit", method, "/add-checkpoint", want=401)

stop("log")
stop("wit")
assert not any(re.search("sk-[0-9a-f]", open(name + ".out").read()) for name in ports)
print("service_witness: all held")
