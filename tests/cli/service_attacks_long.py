"""Attacks on a daemon: service_attacks_long.sh."""
import json
import os
import socket
import sys

sys.path.insert(0, os.path.dirname(__file__))
from service_client import Client, Connection

path, admin, pid = sys.argv[1:]
client = Client(path, admin)


def is_up():
    other = Connection(path)
    other.request("GET", "/healthz")
    assert other.getresponse().status == 200


# ---- two who ask in one request are nobody, whichever of them comes first


def code_of(*keys):
    other = socket.socket(socket.AF_UNIX)
    other.connect(path)
    lines = "".join("Authorization: Bearer %s\r\n" % key for key in keys)
    other.sendall(("GET /v1/me HTTP/1.1\r\nHost: a\r\n%s\r\n" % lines).encode())
    return int(other.makefile("rb").readline().split()[1])


assert code_of(admin) == 200
for keys in ((admin, "sk-none"), ("sk-none", admin), (admin, admin)):
    assert code_of(*keys) == 401, keys


# ---- what costs whoever asks little costs the service little


def processor_seconds():
    fields = open("/proc/%s/stat" % pid).read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def cost(where, key=None, times=100):
    other = Connection(path)
    begin = processor_seconds()
    for _ in range(times):
        other.request("GET", where, headers={"Authorization": "Bearer " + key} if key else {})
        answer = other.getresponse()
        assert answer.status == 200 and answer.read()
    return processor_seconds() - begin


for where, key in (("/v1", None), ("/v1/openapi.json", admin)):
    first = cost(where, key, times=2)  # it is made
    assert cost(where, key) < 10 * first + 0.5, where


# ---- HTTP/2 by hand: a body that is refused in its middle is not answered again at its end


def frame(kind, flags, stream, payload):
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload


def literal(text):
    assert len(text) < 127
    return bytes([len(text)]) + text.encode()


def head(method, where, key):
    pairs = [(":method", method), (":scheme", "http"), (":path", where), (":authority", "a")]
    pairs += [("authorization", "Bearer " + key)] if key else []
    return b"".join(b"\0" + literal(name) + literal(value) for name, value in pairs)


class Http2:
    def __init__(self):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(path)
        self.file = self.socket.makefile("rb")
        self.socket.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0, b""))
        self.room = {0: 65535, 1: 65535}

    def frame(self):
        """The next one: type, flags, stream, payload."""
        start = self.file.read(9)
        assert len(start) == 9, "the service hung up"
        kind, stream, payload = start[3], int.from_bytes(start[5:], "big"), self.file.read(int.from_bytes(start[:3], "big"))
        if kind == 8:
            self.room[stream] += int.from_bytes(payload, "big")
        elif kind == 4 and payload:
            settings = {payload[i + 1]: int.from_bytes(payload[i + 2 : i + 6], "big") for i in range(0, len(payload), 6)}
            self.room[1] += settings.get(4, 65535) - 65535
            self.socket.sendall(frame(4, 1, 0, b""))  # the window counts at the other end from then on
        return kind, start[4], stream, payload

    def answer(self, where, size, key=admin):
        """The first byte of the answer's head to a body of that size, whose last byte ends it."""
        self.socket.sendall(frame(1, 4, 1, head("POST", where, key)))
        while self.room[1] <= 65535:
            self.frame()
        while size:
            part = min(size, 16384)
            while min(self.room.values()) < part:
                got = self.frame()
                if got[0] == 1:
                    return got[3][0]
            size -= part
            self.room = {stream: room - part for stream, room in self.room.items()}
            self.socket.sendall(frame(0, 0 if size else 1, 1, b"a" * part))
        while True:
            got = self.frame()
            if got[0] == 1:
                return got[3][0]


is_up()  # Http2 waits for nothing
for where, most in (("/v1/call/log", 16 << 20), ("/v1/verify", 16 << 20), ("/v1/keys", 16 << 20)):
    Http2().answer(where, most + 1)
    is_up()
for where in ("/login", "/login/code", "/add-checkpoint"):  # nobody needs a key
    for size in (8193, 16385, 262145):
        Http2().answer(where, size, key=None)
        is_up()

# ---- JSON that is small, and much to read

for text in ("[" + "{}," * (1 << 18) + "{}]", "[" * 100000 + "]" * 100000, '{"a":' + "[0," * 100000):
    refused = client.ask("POST", "/v1/call/log", text, want=400)
    assert "too many" in refused["detail"], refused

# ---- a clock that is not in the settings is not asked; one that is, is

listener = socket.socket()
listener.bind(("127.0.0.1", 0))
listener.listen()
listener.setblocking(False)
address = "http://127.0.0.1:%d/" % listener.getsockname()[1]
for operation, request in (("timestamp-attach", {"reference": "a", "url": address}),
                           ("notarize", {"name": "a", "files": ["file:0000000000000000"], "timestamp": address}),
                           ("prove", {"reference": "a", "claims": ["count(a) = 1"], "timestamp": address})):
    refused = client.call(operation, request, want=403)
    assert "the service asks no clock" in refused["detail"], refused
try:
    listener.accept()
    raise SystemExit("the clock was asked")
except BlockingIOError:
    pass
client.call("timestamp-attach", {"reference": "a", "url": "http://127.0.0.1:1/clock"}, want=404)  # there is no such dataset

# ---- the audit log: what was refused was not let in, what administrators do is said so, ends come behind beginnings

viewer = Client(path, client.ask("POST", "/v1/keys", {"name": "v", "role": "viewer"}, want=201)["key"])
viewer.call("doctor", {}, want=403)
client.call("doctor", {})
client.call("keys-show", {})
client.call("no-such-operation", {}, want=404)
me = viewer.ask("GET", "/v1/me")["id"]
ends = {}
while len(ends) < 3:  # an end is written when it can be
    events = client.ask("GET", "/v1/audit?limit=10000")["events"]
    ends = {e["request"]: e["time"] for e in events if e["event"] == "JOB_ENDED"}
refused = [e["event"] for e in events if e["actor"] == me and e["action"] == "doctor"]
assert refused == ["ACCESS_REFUSED"], refused
kinds = {e["action"]: e["event"] for e in events if e["actor"] != me and e["event"].endswith("GRANTED")}
assert kinds["doctor"] == kinds["keys-show"] == "ADMINISTRATION_GRANTED" and "no-such-operation" not in kinds, kinds
begins = {e["request"]: e["time"] for e in events if e["event"] == "JOB_CREATED"}
assert all(begins[request] <= ends[request] for request in ends), (begins, ends)

# ---- ids of requests do not count them

numbers = sorted({int(e["request"][12:], 16) for e in events if e["request"]})
assert len(numbers) > 10 and min(b - a for a, b in zip(numbers, numbers[1:])) > 1, numbers

is_up()
