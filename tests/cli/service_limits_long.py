"""Talks to a daemon that has limits: service_limits_long.sh."""
import http.client
import json
import os
import re
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(__file__))
from service_client import Connection

path, served, admin = sys.argv[1:4]


def ask(connection, method, where, body=None, key=admin, headers=(), **more):
    connection.request(method, where, body=body, headers={**dict(headers), **({"Authorization": "Bearer " + key} if key else {})}, **more)
    answer = connection.getresponse()
    data = answer.read()
    if answer.getheader("content-type", "").startswith("application/"):
        data = json.loads(data)
    return answer, data


def fields(answer):
    """The policy's name, quota and unit, what is left, and until when; the draft's own form is checked."""
    policy = re.fullmatch(r'"([a-z-]+)";q=(\d+);w=(\d+);qu="([a-z-]+)"', answer.getheader("ratelimit-policy").split(", ")[-1])
    limit = re.fullmatch(r'"([a-z-]+)";r=(\d+);t=(\d+)', answer.getheader("ratelimit").split(", ")[-1])
    assert policy[1] == limit[1]
    return policy[1], int(policy[2]), policy[4], int(limit[2]), int(limit[3])


if served == "anew":  # of the settings that were read last, as soon as they are and there is room
    while True:
        answer, shown = ask(Connection(path), "GET", "/v1/limits")
        if answer.status == 200 and shown["limits"]["requests"]["allowed"] == int(sys.argv[4]):
            break
        time.sleep(0.2)
    sys.exit()

local = Connection(path)
assert ask(local, "GET", "/healthz", key=None)[0].status == 200
port = int(re.search(r"Listening on 127\.0\.0\.1:(\d+)", open(served).read())[1])

# a blocked address gets nothing at all, whoever asks
for key in (None, admin):
    for where in ("/healthz", "/metrics", "/v1/datasets"):
        blocked = http.client.HTTPConnection("127.0.0.1", port, source_address=("127.9.8.7", 0))
        answer, data = ask(blocked, "GET", where, key=key)
        assert answer.status == 403 and data["detail"] == "this address is kept out", (where, answer.status)

# an address is counted before its key is looked at: six are asked for a key, then none is, with a key or without
for source, keys in (("127.0.0.1", (None,)), ("127.0.0.2", ("sk-" + 64 * "0",))):
    stranger = http.client.HTTPConnection("127.0.0.1", port, source_address=(source, 0))
    for i in range(6):
        assert ask(stranger, "GET", "/v1/datasets", key=keys[0])[0].status == 401
    for key in (*keys, admin):
        answer, data = ask(stranger, "GET", "/v1/datasets", key=key)
        assert answer.status == 429 and data["title"] == "too many requests", data
        assert fields(answer)[:4] == ("address-requests", 6, "requests", 0)
        assert 1 <= int(answer.getheader("retry-after")) <= 10

# a body that is more than may ever come is refused before it is sent; one of unknown size in its middle
typed = {"Content-Type": "text/csv"}
answer, data = ask(local, "PUT", "/v1/datasets/big", b"x" * 50001, headers=typed)
assert answer.status == 413 and fields(answer)[:3] == ("key-bytes", 50000, "content-bytes"), data
answer, data = ask(Connection(path), "PUT", "/v1/datasets/big", iter([b"x" * 997] * 60), headers=typed, encode_chunked=True)
assert answer.status == 429, answer.status

# what is left is told to whoever asks: of each unit the tightest, none of those that have no limit
answer, data = ask(local, "GET", "/v1/limits")
limits = data["limits"]
assert data["tier"] == "enterprise" and data["priority"] == 3 and set(limits) == {"requests", "bytes", "proving", "jobs"}, data
assert {k: (v["scope"], v["allowed"]) for k, v in limits.items()} == {
    "requests": ("key", 30), "bytes": ("key", 50000), "proving": ("key", 5), "jobs": ("key", 1)}, limits
assert limits["requests"]["left"] == fields(answer)[3] and limits["proving"] == {"scope": "key", "allowed": 5, "left": 5, "reset": 0, "overdrawn": False}

# proving is held when it is asked for: all five seconds of the minute, so that a second one has none
answer, started = ask(local, "PUT", "/v1/datasets/a", b"a\n1\n", headers=typed)
assert answer.status == 202, started
answer, data = ask(local, "PUT", "/v1/datasets/b", b"a\n1\n", headers=typed)
assert answer.status == 429 and fields(answer)[:3] == ("key-proving", 5, "proving-seconds"), data
assert ask(local, "DELETE", "/v1/operations/" + started["id"])[0].status == 202

# two keys of one name are one user, who has forty
twins = [ask(local, "POST", "/v1/keys", json.dumps({"name": "twin", "role": "viewer"}))[1]["key"] for _ in range(2)]
begin = time.monotonic()
answers = [ask(local, "GET", "/v1/limits", key=twin)[0] for twin in twins for _ in range(25)]
passed = time.monotonic() - begin
good = [a.status for a in answers].count(200)
assert 40 <= good <= min(40 + passed / 1.5 + 1, 50), (good, passed)
refused = [a for a in answers if a.status == 429]
assert not refused or fields(refused[0])[:3] == ("user-requests", 40, "requests")
assert refused or passed > 14  # it was that slow

# thirty requests of a key, however many come at once, but for the seven that counted already: refused ones move nothing
statuses = []
guard = threading.Lock()


def run():
    connection = Connection(path)
    for _ in range(8):
        answer, _ = ask(connection, "GET", "/v1/keys")
        name, quota, unit, left, reset = fields(answer)
        assert (name, quota, unit) == ("key-requests", 30, "requests") and left <= 30 and reset <= 60
        with guard:
            statuses.append(answer.status)


begin = time.monotonic()
threads = [threading.Thread(target=run) for _ in range(10)]
[t.start() for t in threads]
[t.join() for t in threads]
passed = time.monotonic() - begin
good = statuses.count(200)
assert len(statuses) == 80 and statuses.count(429) == 80 - good, statuses
assert 23 <= good <= 30 + passed / 2, (good, passed)  # one more each two seconds
metrics = ask(Connection(path), "GET", "/metrics", key=None)[1].decode()
assert int(re.search(r'zkl_limits_refused_total\{scope="key"\} (\d+)', metrics)[1]) >= 80 - good
assert int(re.search(r'zkl_limits_refused_total\{scope="address"\} (\d+)', metrics)[1]) == 4
print("limits: all held")
