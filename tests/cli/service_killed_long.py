"""kill -9 under load: service_killed_long.sh. In each round clients write and read until the service is killed at a moment drawn by
seed; then it starts again by itself, and all that it acknowledged in any round is there, once, under checkpoints of one history.
4 rounds, 200 with ZKL_SOAK=1."""
import base64
import glob
import http.client
import json
import os
import random
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(__file__))
from service_client import Client

folder, key = sys.argv[1:]
path = folder + "/zkp-ledgerd.sock"
rounds = 200 if os.environ.get("ZKL_SOAK") == "1" else 4
seed = int(os.environ.get("ZKL_SEED", "1"))
random.seed(seed)
branches, links, keys = {}, {}, set()  # what was acknowledged: name to answer, name to operation, ids
roots, broken, guard = {}, [], threading.Lock()


def start():
    return subprocess.Popen(["zkp-ledgerd", folder], stdout=open("served", "a"), stderr=subprocess.STDOUT)


def see_checkpoint(c):
    """No two of one size differ, and none is older than one that was seen before it was asked for."""
    with guard:
        least = max(roots, default=0)
    lines = c.ask("GET", "/checkpoint").decode().split("\n")
    size, root = int(lines[1]), base64.b64decode(lines[2], validate=True)
    with guard:
        assert size >= least, (size, least)
        assert roots.setdefault(size, root) == root, (size, root, roots[size])


def branch(c, name):
    return c.call("branch", {"reference": "people", "name": name}, headers={"Idempotency-Key": name})["entry"]


def link(c, name):
    request = {"reference": "people", "operation": name, "facts": [{"name": "run", "value": "1"}]}
    return c.call("link", request, want=202, headers={"Idempotency-Key": name})["id"]


def load(number, begun):
    try:
        c = Client(path, key)
        for i in range(1000000):
            name = "%s-%d" % (number, i)
            entry, operation = branch(c, "b" + name), link(c, "l" + name)
            made = c.ask("POST", "/v1/keys", {"name": name, "role": "viewer"}, want=201)["id"]
            see_checkpoint(c)
            with guard:
                branches["b" + name], links["l" + name] = entry, operation
                keys.add(made)
            begun.set()
    except (OSError, http.client.HTTPException):
        pass  # it was killed
    except BaseException as error:
        broken.append(repr(error))
    finally:
        begun.set()


def check():
    """What was acknowledged, asked for again: the same answers, and nothing is done for it."""
    c = Client(path, key)
    see_checkpoint(c)
    for name, entry in random.sample(sorted(branches.items()), min(20, len(branches))):
        assert branch(c, name) == entry, (name, entry)
    for name, id in random.sample(sorted(links.items()), min(20, len(links))):
        assert link(c, name) == id, name
        over = c.over(id)
        assert over["status"] in ("valid", "conflict") or over["status"] == "interrupted" and len(over["answer"]["entries"]) == 1, over
    shown, cursor = set(), ""
    while cursor is not None:
        page = c.ask("GET", "/v1/keys" + cursor)
        shown |= {k["id"] for k in page["keys"]}
        cursor = "?cursor=" + page["next"] if "next" in page else None
    assert keys <= shown, keys - shown


daemon = start()
client = Client(path, key)
done = client.over(client.ask("PUT", "/v1/datasets/people", b"age\n31\n44\n", headers={"Content-Type": "text/csv"}, want=202)["id"])
assert done["status"] == "valid", done
for at in range(rounds):
    begun = [threading.Event() for _ in range(3)]
    threads = [threading.Thread(target=load, args=("%d-%d" % (at, i), event)) for i, event in enumerate(begun)]
    [t.start() for t in threads]
    [event.wait() for event in begun]
    time.sleep(random.random() * 0.3)  # a moment, no limit
    daemon.kill()
    daemon.wait()
    [t.join() for t in threads]
    assert not broken, (seed, at, broken)
    daemon = start()
    check()
daemon.terminate()
assert daemon.wait() == 0
lines = [json.loads(line) for name in glob.glob(folder + "/audit/*.ndjson") for line in open(name)]
told = sum(e["event"] == "ADMINISTRATION_GRANTED" and e["action"] == "makeKey" for e in lines)
assert told >= len(keys), (told, len(keys))
print("%d rounds, seed %d: %d branches, %d links, %d keys, %d checkpoints" % (rounds, seed, len(branches), len(links), len(keys), len(roots)))
