"""Kills a daemon and looks at what it does afterwards: service_restart_long.sh."""
import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(__file__))
from service_client import Client

folder, key, renaming = sys.argv[1:]
path = folder + "/zkp-ledgerd.sock"
daemon = None


def start(**env):
    global daemon
    daemon = subprocess.Popen(["zkp-ledgerd", folder], stdout=open("served", "a"), stderr=subprocess.STDOUT, env={**os.environ, **env})
    return Client(path, key)


def kill():
    daemon.send_signal(signal.SIGKILL)
    daemon.wait()


def stop():
    daemon.terminate()
    assert daemon.wait() == 0


def entries(client):
    """Those of operations: a service that begins and ends logs segments of its audit log beside them."""
    return sum(e["kind"] != "segment" for e in client.call("log", {})["entries"])


def link(client, name, text=None, want=202):
    request = {"reference": "people", "operation": text or name, "facts": [{"name": "run", "value": "1"}]}
    return client.call("link", request, want=want, headers={"Idempotency-Key": name})


def job(id, name):
    return os.path.join(folder, "jobs", id, name)


client = start()
csv = b"age\n31\n44\n"
typed = {"Content-Type": "text/csv", "Idempotency-Key": "people"}
first = client.ask("PUT", "/v1/datasets/people", csv, headers=typed, want=202)
assert client.ask("PUT", "/v1/datasets/people", csv, headers=typed, want=202) == first  # while it runs, too
kill()  # accepted, and perhaps begun
client = start()
assert client.over(first["id"])["status"] == "valid"
assert not os.path.exists(job(first["id"], "in")) and os.path.exists(job(first["id"], "answer.json"))
size = entries(client)
assert client.ask("PUT", "/v1/datasets/people", csv, headers=typed, want=202) == first
client.ask("PUT", "/v1/datasets/people", csv + b"1\n", headers=typed, want=422)
client.ask("PUT", "/v1/datasets/others", csv, headers=typed, want=422)
client.ask("PUT", "/v1/datasets/people?claim=x", csv, headers=typed, want=422)
client.ask("PUT", "/v1/datasets/people", csv, headers={**typed, "Content-Type": "application/x-ndjson"}, want=422)
assert entries(client) == size and client.ask("GET", "/v1/files")["files"] == []
other = Client(path, client.ask("POST", "/v1/keys", {"name": "o", "role": "developer"}, want=201)["key"])
started = other.call("link", {"reference": "people", "operation": "a", "facts": [{"name": "run", "value": "1"}]}, want=202, headers={"Idempotency-Key": "people"})
over = other.over(started["id"])  # a key is its owner's
assert over["status"] == "valid", over
assert entries(client) == size + 1
for bad in ("", "x" * 201):
    link(client, bad, "x", want=400)

# an answer that was waited for comes again; what failed then fails again
branch = {"reference": "people", "name": "twig"}
once = client.call("branch", branch, headers={"Idempotency-Key": "b"})
assert client.call("branch", branch, headers={"Idempotency-Key": "b"}) == once
client.call("branch", {"reference": "people", "name": "bough"}, headers={"Idempotency-Key": "b"}, want=422)
no = client.call("branch", {"reference": "nobody", "name": "x"}, headers={"Idempotency-Key": "n"}, want=404)
assert client.call("branch", {"reference": "nobody", "name": "x"}, headers={"Idempotency-Key": "n"}, want=404) == no
size = entries(client)

# many at once with one key are one
many = [Client(path, key) for _ in range(8)]
codes = []


def ask(c):
    c.connection.request("POST", "/v1/call/link", json.dumps({"reference": "people", "operation": "once", "facts": [{"name": "run", "value": "1"}]}),
                         {"Authorization": "Bearer " + key, "Idempotency-Key": "at once"})
    answer = c.connection.getresponse()
    codes.append((answer.status, json.loads(answer.read()).get("id")))


threads = [threading.Thread(target=ask, args=(c,)) for c in many]
[t.start() for t in threads]
[t.join() for t in threads]
ids = {id for code, id in codes if code == 202}
assert len(ids) == 1 and {code for code, _ in codes} <= {202, 409}, codes
client.over(ids.pop())
assert entries(client) == size + 1
size += 1

# killed at any moment while it is asked and asked again
random.seed(7)
wanted = 0
for round in range(8):
    names = ["r%d-%d" % (round, i) for i in range(3)]
    wanted += len(names)
    until = time.monotonic() + random.random() * 0.06

    def ask_all():
        mine = Client(path, key)
        try:
            for name in names:
                link(mine, name)
        except Exception:
            pass  # it is killed meanwhile

    asking = threading.Thread(target=ask_all)
    asking.start()
    while time.monotonic() < until:
        time.sleep(0.001)
    kill()
    asking.join()
    client = start()
    for name in names:
        over = client.over(link(client, name)["id"])
        assert over["status"] in ("valid", "interrupted"), over
        if over["status"] == "interrupted":
            assert len(over["answer"]["entries"]) == 1, over
    assert entries(client) == size + wanted, (round, entries(client), size, wanted)
size += wanted

# what it marked decides: none of it is in the log, and it runs again; some is, and it does not
started = link(client, "marked")
done = client.over(started["id"])
index, receipt_id = done["answer"]["entry"]["index"], done["answer"]["entry"]["receipt_id"]
assert open(job(started["id"], "marks")).read() == receipt_id + "\n"
size += 1
kill()
os.remove(job(started["id"], "answer.json"))
client = start()
over = client.over(started["id"])
assert over["status"] == "interrupted" and over["answer"]["entries"] == [index] and entries(client) == size, over
assert link(client, "marked") == started  # and is told of as before
kill()
os.remove(job(started["id"], "answer.json"))
open(job(started["id"], "marks"), "w").write(hashlib.sha256(b"none").hexdigest() + "\n" + receipt_id[:20])
client = start()
over = client.over(started["id"])
assert over["status"] == "valid" and entries(client) == size + 1, over
size += 1

# of what leaves no marks nobody knows
rotated = client.call("spool_drop", {"reference": "people"}, want=404, headers={"Idempotency-Key": "drop"})
id = client.answer.getheader("x-operation")
kill()
os.remove(job(id, "answer.json"))
client = start()
over = client.over(id)
assert over["status"] == "interrupted" and over["answer"]["entries"] == [], over
assert client.call("spool_drop", {"reference": "people"}, want=409, headers={"Idempotency-Key": "drop"})["answer"]["status"] == "interrupted"

# what was told to have failed stays so, also where the disk did not take the answer
kill()
client = start(LD_PRELOAD=renaming, RENAME_TO="/answer.json", RENAME_DO="fail")
size = entries(client)
failed = client.run("link", {"reference": "later", "operation": "x", "facts": [{"name": "run", "value": "1"}]})
assert failed["status"] == "not found", failed
recorded = client.over(link(client, "not kept")["id"])
assert recorded["status"] == "valid" and not os.path.exists(job(recorded["id"], "answer.json"))
client.call("branch", {"reference": "people", "name": "later"})
size += 3  # a link; a branch and its provenance
assert entries(client) == size
kill()
client = start()
client.ask("GET", "/v1/operations/" + failed["id"], want=404)
assert client.over(recorded["id"])["status"] == "interrupted" and entries(client) == size

# what cannot be read is not taken for what is not there: nothing is lost, and nothing is done twice
def hidden(id, name):
    """A folder in the place of a file: reading it fails, and it is there."""
    os.rename(job(id, name), "hidden")
    os.mkdir(job(id, name))


def back(id, name):
    os.rmdir(job(id, name))
    os.rename("hidden", job(id, name))


plain = client.over(link(client, "plain")["id"])["id"]
size += 1
sent = client.send("kept.csv", csv)["file"]
for name in ("job.json", "answer.json"):
    kill()
    hidden(plain, name)
    client = start()
    client.ask("GET", "/v1/operations/" + plain, want=404)
    assert entries(client) == size
    kill()
    back(plain, name)
    client = start()
    assert client.over(plain)["status"] == "valid" and entries(client) == size
kill()
facts = "%s/files/%s.json" % (folder, sent[5:])
os.rename(facts, "hidden")
os.mkdir(facts)
client = start()
assert client.ask("GET", "/v1/files")["files"] == []
kill()
os.rmdir(facts)
os.rename("hidden", facts)
os.remove(job(plain, "answer.json"))
hidden(plain, "marks")
refused = subprocess.run(["zkp-ledgerd", folder], capture_output=True, text=True)
assert refused.returncode != 0 and "marks" in refused.stderr, refused
back(plain, "marks")
open(folder + "/uploads/0123456789abcdef.zkl", "w").close()  # an answer that was being sent
client = start()
assert client.over(plain)["status"] == "interrupted" and entries(client) == size
assert [f["file"] for f in client.ask("GET", "/v1/files")["files"]] == [sent]
client.ask("DELETE", "/v1/files/" + sent[5:], want=204)

# one that waits is cancelled for good, also across a restart, and a stop leaves what waits to the next start
slow = client.ask("PUT", "/v1/datasets/slow", csv, headers={"Content-Type": "text/csv"}, want=202)["id"]
waits, unwanted = link(client, "waits")["id"], link(client, "unwanted")["id"]
client.ask("DELETE", "/v1/operations/" + unwanted, want=202)
kill()
client = start()
assert client.over(unwanted)["status"] == "cancelled"
assert client.over(waits)["status"] == "valid"
assert client.over(slow)["status"] == "valid"
slow = client.ask("PUT", "/v1/datasets/slow", csv + b"1\n", headers={"Content-Type": "text/csv"}, want=202)["id"]
waits = link(client, "waits again")["id"]
stop()
client = start()
assert client.over(waits)["status"] == "valid"
assert client.over(slow)["status"] == "valid"
stop()
left = [name for name in os.listdir(folder + "/uploads") + os.listdir(folder + "/files")]
assert not left, left
print("restart: all held")
