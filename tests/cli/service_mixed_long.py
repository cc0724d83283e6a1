"""A whole session with a service: uploads, reads over HTTP/1.1 and HTTP/2, gRPC, events, cancelling, keys, the web page, all at
once, with what nobody may find again in it: service_mixed_long.sh. Prints those secrets, a line each."""
import http.server
import json
import os
import signal
import socket
import struct
import sys
import threading
import time
import urllib.parse

sys.path.insert(0, os.path.dirname(__file__))
from service_client import Client, Connection

folder, key, pid, listens, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5])
path = folder + "/zkp-ledgerd.sock"
CELL, NUMBER, QUERY, PASSWORD = "Zaphod-7421-Beeblebrox", "918273645", "query-hunter2", "Basic dXNlcjpodW50ZXIy"
secrets = [key[3:], CELL, NUMBER, QUERY, "dXNlcjpodW50ZXIy"]
csv = ("name,amount\n%s,%s\nb,2\nc,3\n" % (CELL, NUMBER)).encode()
told = open("told", "wb")  # every answer that is no key, no cookie and no data
guard, broken = threading.Lock(), []


class Stand(http.server.BaseHTTPRequestHandler):
    """Takes spans and alerts."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        with guard:
            told.write(str(self.headers).encode() + body)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


stand = http.server.ThreadingHTTPServer(("127.0.0.1", listens), Stand)
threading.Thread(target=stand.serve_forever, daemon=True).start()


def keep(answer, data):
    with guard:
        told.write(str(answer.getheaders()).encode() + data)


def ask(c, method, where, body=None, headers=(), token=key, is_secret=False):
    c.request(method, where, body=body, headers={**({"Authorization": "Bearer " + token} if token else {}), **dict(headers)})
    answer = c.getresponse()
    data = answer.read()
    if not is_secret:
        keep(answer, data)
    return answer, data


def frame(kind, flags, stream, payload=b""):
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


def header(name, value):
    def text(t):
        return (bytes([len(t)]) if len(t) < 127 else bytes([127, len(t) - 127])) + t

    return b"\0" + text(name.encode()) + text(value.encode())


class Two:
    """HTTP/2 by hand: a request, and the bytes of its answer."""

    def __init__(self):
        self.socket, self.stream, self.bytes = socket.socket(socket.AF_UNIX), 1, b""
        self.socket.connect(path)
        self.socket.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(4, 0, 0))

    def take(self, size):
        while len(self.bytes) < size:
            part = self.socket.recv(65536)
            assert part, "the connection ends"
            self.bytes += part
        part, self.bytes = self.bytes[:size], self.bytes[size:]
        return part

    def ask(self, method, where, more=(), message=None):
        head = b"".join(header(*pair) for pair in ((":method", method), (":path", where), (":scheme", "http"), (":authority", "l"),
                                                   ("authorization", "Bearer " + key), *more))
        self.socket.sendall(frame(1, 4 if message is not None else 5, self.stream, head))
        if message is not None:
            self.socket.sendall(frame(0, 1, self.stream, b"\0" + struct.pack(">I", len(message)) + message))
        got = b""
        while True:
            size, kind, flags, stream = struct.unpack(">I", b"\0" + self.take(3))[0], *self.take(2), struct.unpack(">I", self.take(4))[0]
            payload = self.take(size)
            if kind == 4 and not flags & 1:
                self.socket.sendall(frame(4, 1, 0))
            if kind == 0 and size:
                self.socket.sendall(frame(8, 0, 0, struct.pack(">I", size)))
            if stream != self.stream:
                continue
            assert kind != 3, payload
            got += payload
            if kind in (0, 1) and flags & 1:
                break
        self.stream += 2
        with guard:
            told.write(got)
        return got


def upload(number):
    c = Client(path, key)
    for i in range(rounds):
        accepted = c.ask("PUT", "/v1/datasets/d%d-%d?claim=range(amount,0,*)" % (number, i), csv, headers={"Content-Type": "text/csv"}, want=202)
        stream = Connection(path)
        stream.request("GET", accepted["events"], headers={"Authorization": "Bearer " + key})
        events = stream.getresponse()
        if i % 2 == number:  # not watched to its end, and not wanted any more
            events.read(10)
            stream.close()
            c.ask("DELETE", "/v1/operations/" + accepted["id"], want=202)
        else:
            data = events.read()  # its owner's result has the range of his column
            assert b"event: over" in data, data
        assert c.over(accepted["id"])["status"] in ("valid", "cancelled")


def read(number):
    c = Connection(path)
    for i in range(5 * rounds):
        for where in ("/v1/datasets", "/v1/log", "/v1/operations", "/v1/me", "/v1/limits", "/v1/keys", "/v1/health", "/metrics", "/readyz",
                      "/v1/metrics/series?name=zkl_http_requests_total", "/checkpoint", "/v1/audit?limit=20", "/v1/openapi.json"):
            answer, data = ask(c, "GET", where)
            assert answer.status in (200, 503), (where, answer.status, data)


def wrong(number):
    c = Connection(path)
    for i in range(5 * rounds):
        for method, where, body, headers, token, want in (
                ("GET", "/v1/datasets?token=" + QUERY, None, {}, "sk-" + "1" * 64, 401),
                ("GET", "/v1/nothing?y=%s&x=%s" % (QUERY, CELL), None, {}, key, 404),
                ("GET", "/v1/me", None, {"Authorization": PASSWORD}, None, 401),
                ("PUT", "/v1/datasets/x?claim=" + urllib.parse.quote("range(%s,0,1)" % CELL), csv, {"Content-Type": "text/csv"}, key, (202, 400, 422)),
                ("POST", "/v1/call/show", '{"reference": "nobody", "more": "%s"}' % CELL, {}, key, 400),
                ("POST", "/v1/call/show", '{"reference": "' + CELL[:5], {}, key, 400),
                ("POST", "/v1/verify", csv, {"Content-Type": "application/json"}, key, (400, 422)),
                ("POST", "/login", "key=" + key + "&csrf=" + PASSWORD, {"Content-Type": "application/x-www-form-urlencoded"}, None, (400, 403)),
                ("POST", "/v1/files?name=a.csv", csv, {"Idempotency-Key": QUERY}, key, 201)):
            answer, data = ask(c, method, where, body, headers, token)
            assert answer.status == want or type(want) is tuple and answer.status in want, (method, where, answer.status, data)


def administer(number):
    c = Connection(path)
    for i in range(3 * rounds):
        answer, data = ask(c, "POST", "/v1/keys", '{"name": "k%d", "role": "viewer"}' % i, is_secret=True)
        made = json.loads(data)
        answer, data = ask(c, "POST", "/v1/keys/%s/rotate" % made["id"], '{"overlap_hours": 1}', is_secret=True)
        assert answer.status in (200, 201), (answer.status, data)
        with guard:
            secrets.extend((made["key"][3:], json.loads(data)["key"][3:]))
        ask(c, "GET", "/v1/me", token=json.loads(data)["key"])
        ask(c, "DELETE", "/v1/keys/" + made["id"])
        os.kill(pid, signal.SIGHUP)


def grpc(number):
    two = Two()
    call = (("content-type", "application/grpc"), ("te", "trailers"), ("grpc-timeout", "30S"))
    for i in range(10 * rounds):
        assert b'"id"' in two.ask("GET", "/v1/me")
        two.ask("POST", "/grpc.health.v1.Health/Check", call, b"")
        two.ask("POST", "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", call, b"\x3a\x00")
        two.ask("POST", "/zkl.v1.Ledger/Datasets", call, b"")
        two.ask("POST", "/zkl.v1.Ledger/Show", call, b"\x0a\x06nobody")


def page(number):
    for i in range(rounds):
        c = Connection(path)
        answer, form = ask(c, "GET", "/login", token=None, is_secret=True)
        cookie = answer.getheader("set-cookie").split(";")[0]
        csrf = form.decode().split('name="csrf" value="')[1].split('"')[0]
        body = urllib.parse.urlencode({"csrf": csrf, "key": key})
        more = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie, "Sec-Fetch-Site": "same-origin"}
        answer, data = ask(c, "POST", "/login", body, more, None, is_secret=True)
        assert answer.status == 303, (answer.status, data)
        cookies = [v.split(";")[0] for n, v in answer.getheaders() if n == "set-cookie" and v.startswith("zkl-session")]
        with guard:
            secrets.append(cookies[0].split("=")[1])
        for where in ("/", "/datasets", "/log", "/jobs", "/keys", "/health"):
            ask(c, "GET", where, headers={"Cookie": cookies[0]}, token=None, is_secret=where != "/log")


def run(what, number):
    try:
        what(number)
    except Exception as error:
        broken.append((what.__name__, repr(error)))


Client(path, key).ask("GET", "/v1/me")
threads = [threading.Thread(target=run, args=pair) for pair in
           ((upload, 0), (upload, 1), (read, 0), (read, 1), (wrong, 0), (administer, 0), (grpc, 0), (page, 0))]
[t.start() for t in threads]
[t.join() for t in threads]
assert not broken, broken

# it is stopped in the middle of what is going on
threads = [threading.Thread(target=run, args=pair) for pair in ((upload, 2), (read, 0), (grpc, 0))]
[t.start() for t in threads]
time.sleep(0.2)
os.kill(pid, signal.SIGTERM)
[t.join() for t in threads]
stand.shutdown()
told.close()
print("\n".join(secrets))
