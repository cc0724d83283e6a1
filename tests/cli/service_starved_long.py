"""A service on a machine that fails it, over its Unix socket: service_starved_long.sh. Clients go on asking all the time; whatever
goes wrong, what was acknowledged is there afterwards, once, and nobody has to lend a hand."""
import http.client
import json
import os
import resource
import socket
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(__file__))
from service_client import Client

folder, key, pid = sys.argv[1], sys.argv[2], int(sys.argv[3])
path = folder + "/zkp-ledgerd.sock"
csv = b"age\n31\n44\n"
text = {"Content-Type": "text/csv"}
wrong = open("wrong", "r+b")
FAILS = {429, 500, 503, 507}  # as problems, with words


def put_wrong(at, value):
    wrong.seek(at)
    wrong.write(value)
    wrong.flush()


def ask(client, method, where, body=None, headers=()):
    """Code and answer, whatever it is; every failure has words."""
    data = json.dumps(body) if isinstance(body, dict) else body
    client.connection.request(method, where, body=data, headers={"Authorization": "Bearer " + key, **dict(headers)})
    answer = client.connection.getresponse()
    got = answer.read()
    if answer.status >= 400:
        problem = json.loads(got)
        assert problem["status"] == answer.status and problem.get("detail") or where == "/readyz", (where, got)
    return answer.status, json.loads(got) if got else None


client = Client(path, key)
assert client.over(client.ask("PUT", "/v1/datasets/people", csv, headers=text, want=202)["id"])["status"] == "valid"

receipt = client.ask("GET", "/v1/datasets/people/receipt")
placed, links, made = {}, {}, set()  # entries by their index, operations by the key they were asked with, keys
ends, broken, guard = threading.Event(), [], threading.Lock()
makes_keys = threading.Lock()  # an event loop writes them itself


def branch(c, name):
    code, answer = ask(c, "POST", "/v1/call/branch", {"reference": "people", "name": name}, {"Idempotency-Key": name})
    assert code == 200 or code in FAILS, (code, answer)
    if code == 200:
        with guard:
            assert placed.setdefault(answer["entry"]["index"], name) == name
    return code


def link(c, name):
    code, answer = ask(c, "POST", "/v1/call/link", {"reference": "people", "operation": name, "facts": [{"name": "run", "value": "1"}]},
                       {"Idempotency-Key": name})
    assert code == 202 or code in FAILS, (code, answer)
    if code == 202:
        assert links.setdefault(name, answer["id"]) == answer["id"]
    return code


def make_key(c, name):
    with makes_keys:
        code, answer = ask(c, "POST", "/v1/keys", {"name": name, "role": "viewer"})
    assert code == 201 or code in FAILS, (code, answer)
    if code == 201:
        made.add(answer["id"])
    return code


def load(number):
    try:
        c = Client(path, key)
        for i in range(1000000):
            if ends.is_set():
                return
            name = "t%d-%d" % (number, i)
            codes = [branch(c, name), link(c, "l" + name), make_key(c, name), ask(c, "GET", "/v1/datasets")[0]]
            if any(code in FAILS for code in codes):
                time.sleep(0.05)
    except Exception as error:  # the service has to outlive all of this
        broken.append(error)


def settle(what):
    """Without hands: it is ready again, and takes what is asked."""
    while ask(client, "GET", "/readyz")[0] != 200 or branch(client, what) != 200:
        assert not broken, broken
        time.sleep(0.05)


def until(condition):
    while not condition():
        assert not broken, broken
        time.sleep(0.02)


threads = [threading.Thread(target=load, args=(i,)) for i in range(3)]
[t.start() for t in threads]

# a full disk, and one that does not sync: told to whoever asks, and health says it
for what, at in (("full", 0), ("fails", 1)):
    until(lambda: len(placed) > 3)
    put_wrong(at, b"f")
    until(lambda: ask(client, "GET", "/readyz")[0] == 503)
    code, problem = ask(client, "POST", "/v1/keys", {"name": "unseen-" + what, "role": "admin"})
    assert code in FAILS, (code, problem)
    size = len(placed)
    until(lambda: any(branch(client, "while-%s-%d" % (what, i)) != 200 for i in range(3)))
    put_wrong(at, b"\0")
    settle("after-" + what)
    until(lambda: len(placed) > size + 3)
    print("ok", what, flush=True)

# a disk that takes its time: whoever writes waits, whoever reads does not
makes_keys.acquire()
put_wrong(2, b"s")
waiting = threading.Thread(target=branch, args=(Client(path, key), "slow"))
waiting.start()
other = Client(path, key)
for _ in range(20):
    assert ask(other, "GET", "/v1/datasets/people")[0] == 200
    assert ask(other, "POST", "/v1/verify", receipt, {"Content-Type": "application/octet-stream"})[0] == 200
assert "slow" not in placed.values()
put_wrong(2, b"\0")
makes_keys.release()
waiting.join()
assert "slow" in placed.values()
settle("after-slow")
print("ok slow", flush=True)

# no memory: 503, and the next one goes on
size = len(placed)
lines = open("/proc/%d/status" % pid).read().splitlines()
now = int([line.split()[1] for line in lines if line.startswith("VmSize:")][0]) * 1024
table = csv * 200000
for more in (16 << 20, 1 << 20):
    subprocess.run(["prlimit", "--as=%d:" % (now + more), "--pid", str(pid)], check=True)
    code, answer = ask(client, "PUT", "/v1/datasets/large", table, text)
    if code == 202:
        over = None
        while not over or over.get("state") != "over":
            code, over = ask(client, "GET", "/v1/operations/" + answer["id"])
            assert code == 200 or code in FAILS, (code, over)
        assert over["status"] in ("out of memory", "valid"), over
    else:
        assert code in FAILS, (code, answer)
subprocess.run(["prlimit", "--as=unlimited:", "--pid", str(pid)], check=True)
settle("after-memory")
until(lambda: len(placed) > size + 3)
print("ok memory", flush=True)

# a clock that jumps: the order of entries is the log's, and nothing is thrown away by it
kept = len(os.listdir(folder + "/audit"))
for ahead in (400, -4000, 30):
    put_wrong(8, (86400 * ahead).to_bytes(8, "little", signed=True))
    size = len(placed)
    until(lambda: len(placed) > size + 3)
    settle("clock%d" % ahead)
put_wrong(8, bytes(8))
settle("after-clock")
assert len(os.listdir(folder + "/audit")) >= kept
print("ok clock", flush=True)

# 10,000 connections: those that are here are served, one more is refused, and all of it passes
ends.set()
[t.join() for t in threads]
assert not broken, broken
room = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
count = min(10000, room - 200)
resource.setrlimit(resource.RLIMIT_NOFILE, (room, room))
crowd = []
for i in range(count):
    s = socket.socket(socket.AF_UNIX)
    s.connect(path)
    crowd.append(s)
for s in crowd[:: max(1, count // 50)]:
    s.sendall(b"GET /healthz HTTP/1.1\r\nHost: l\r\n\r\n")
    assert s.recv(100).startswith(b"HTTP/1.1 200 "), "one of the crowd is not served"
more = socket.socket(socket.AF_UNIX)
more.connect(path)
assert more.recv(1) == b"", "one more than may be is let in"
[s.close() for s in crowd]
while True:  # as soon as their end is seen
    try:
        client = Client(path, key)
        settle("after-crowd")
        break
    except (OSError, http.client.HTTPException):
        time.sleep(0.05)
print("ok", count, "connections", flush=True)

# all that was acknowledged is there, once
client = Client(path, key)
names = {d["name"] for d in client.ask("GET", "/v1/datasets")["datasets"]}
assert set(placed.values()) <= names, set(placed.values()) - names
for index, name in list(placed.items())[::7]:
    again = client.call("branch", {"reference": "people", "name": name}, headers={"Idempotency-Key": name})
    assert again["entry"]["index"] == index, (again, index)
keys, cursor = [], ""
while cursor is not None:
    page = client.ask("GET", "/v1/keys" + cursor)
    keys += page["keys"]
    cursor = "?cursor=" + page["next"] if "next" in page else None
ids = {k["id"] for k in keys}
assert made <= ids, made - ids
assert not [k for k in keys if k["name"].startswith("unseen")]
recorded = set()
for name, id in links.items():
    over = client.over(id)
    assert over["status"] in ("valid", "out of memory", "input/output error", "limit exceeded", "conflict"), over
    if over["status"] == "valid":
        assert over["answer"]["entry"]["index"] not in recorded
        recorded.add(over["answer"]["entry"]["index"])
entries = client.call("log", {})["entries"]
print("%d entries: %d branches, %d of %d links, %d keys" % (len(entries), len(placed), len(recorded), len(links), len(made)))
assert recorded and recorded | set(placed) <= {e["index"] for e in entries} and not recorded & set(placed)
verified = client.over(client.ask("POST", "/v1/audit/verify", want=202)["id"])
assert verified["status"] == "valid", verified
