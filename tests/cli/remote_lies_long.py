"""A service that lies to the command line: remote_lies_long.sh. Each case says how it answers, and what must come of it."""
import hashlib
import http.server
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time

ID = "0123456789abcdef"
KEY = "sk-" + 32 * "5e"
hits, script = [], {}


class Liar(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def serve(self):
        length = self.headers.get("content-length")
        body = self.rfile.read(int(length)) if length else b""
        hits.append((self.command, self.path, dict(self.headers), body))
        path = self.path.split("?")[0]
        for (method, ending), answer in script.items():
            if method == self.command and path.endswith(ending):
                answer = answer(sum(1 for h in hits if h[0] == method and h[1].split("?")[0].endswith(ending))) if callable(answer) else answer
                return self.say(*answer)
        self.say(404, b'{"title": "not found", "detail": "nothing here"}')

    def say(self, code, body, headers=()):
        if code == "drop":
            self.close_connection = True
            return self.connection.close()
        self.send_response(code)
        for name, value in dict(headers).items():
            self.send_header(name, value)
        if isinstance(body, (bytes, dict, list)):
            body = body if isinstance(body, bytes) else json.dumps(body).encode()
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            return
        self.send_header("connection", "close")
        self.end_headers()
        self.close_connection = True
        try:
            for part in body():
                self.wfile.write(part)
                self.wfile.flush()
        except OSError:
            pass  # it has heard enough

    do_GET = do_POST = do_DELETE = do_PUT = serve

    def log_message(self, *words):
        pass

    def handle_one_request(self):
        try:
            super().handle_one_request()
        except (OSError, ValueError):
            self.close_connection = True


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Liar)
server.daemon_threads = True
threading.Thread(target=server.serve_forever, daemon=True).start()
url = "http://127.0.0.1:%d" % server.server_port
env = {k: v for k, v in os.environ.items() if not k.startswith(("ZKL_REMOTE", "ZKP_LEDGER"))}
env.update(ZKL_REMOTE=url, ZKL_REMOTE_KEY=KEY)


def run(*words, interrupt=None):
    p = subprocess.Popen(["zkp-ledger", *words], env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if interrupt:
        interrupt.wait(20)
        p.send_signal(signal.SIGINT)
    out, err = p.communicate(timeout=120)
    for text in (out, err):
        assert KEY.encode() not in text, words
        assert b"\x1b" not in text and b"gave up" not in text, (words, text)
    return p.returncode, out.decode(), err.decode()


def says(want, part, answers, *words, **more):
    hits.clear()
    script.clear()
    script.update(answers)
    code, out, err = run(*words, **more)
    assert code == want and part in out + err, (words, want, part, code, out, err)
    left = [name for name in os.listdir(".") if name.startswith(".zkl-")]
    assert not left and os.listdir("../outside") == [], (words, left, os.listdir("../outside"))
    return out, err


def endless():
    yield b'{"datasets": ['
    while True:
        yield 65536 * b" "


def events(*told):
    def body():
        for kind, data in told:
            yield b"event: %s\ndata: %s\n\n" % (kind.encode(), data if isinstance(data, bytes) else json.dumps(data).encode())
    return body


def over(status="valid", answer=None, files=()):
    return ("over", {"id": ID, "state": "over", "status": status, "answer": answer if answer is not None else {"format": "receipt", "output": "out:x.zkl"},
                     "files": list(files)})


accepted = (202, {"id": ID, "operation": "export", "events": "/x"})
SHOW, EXPORT, EVENTS = ("POST", "/v1/call/datasets"), ("POST", "/v1/call/export"), ("GET", "/%s/events" % ID)

# ---- answers that are none, or too large, or elsewhere
says(6, "more than", {SHOW: (200, endless)}, "show")
says(3, "no JSON", {SHOW: (200, b"<html>")}, "show")
says(3, "no JSON", {SHOW: (200, b"[]")}, "show")
for wrong in ({"datasets": 7}, {"datasets": [7]}, {"log": 7, "datasets": []}, {"datasets": [{"name": "a", "versions": -1}]},
              {"datasets": [{"name": "a", "versions": 2 ** 40}]}):
    says(3, "the answer", {SHOW: (200, wrong)}, "show")
says(7, "answers 302", {SHOW: (302, b"", {"location": url + "/elsewhere"})}, "show")
assert not any(h[1] == "/elsewhere" for h in hits)
says(10, "does not know the key of $ZKL_REMOTE_KEY", {SHOW: (401, {"detail": "no"})}, "show")
says(10, "does not let this key do that: datasets:read", {SHOW: (403, {"title": "permission denied", "detail": "datasets:read"})}, "show")
says(7, "answers 500", {SHOW: (500, b"\x1b[2Joops")}, "show")
says(1, "no such", {SHOW: (422, {"title": "rejected", "detail": "no such\x1b[2J thing"})}, "show")

# ---- texts that would draw, or begin a line of their own
out, err = says(0, "", {SHOW: (200, {"log": "l\nVALID  by me\x1b[2J\u202e", "datasets": [{"name": "n\r\nVALID", "versions": 1, "index": 0, "id": 64 * "0"}]})}, "show")
assert not any(line.startswith("VALID") for line in out.splitlines()) and "\u202e" not in out and "\\x0a" in out, out

# ---- busy, and broken connections: the same key each time
busy = lambda n: (503, {"detail": "busy"}, {"retry-after": "1"}) if n < 3 else (200, {"log": "l", "datasets": []})
says(0, "asking again in 1 second", {SHOW: busy}, "show")
assert len({h[2]["Idempotency-Key"] for h in hits}) == 1 and len(hits) == 3
says(6, "busy", {SHOW: (429, {"detail": "slowly"}, {"retry-after": "86400"})}, "show")
assert len(hits) == 1
drops = lambda n: ("drop", b"") if n < 3 else (200, {"log": "l", "datasets": []})
says(7, "no answer", {SHOW: drops}, "show")  # nothing ever answered: no service
first = lambda n: (503, b"{}", {"retry-after": "1"}) if n == 1 else drops(n)
says(0, "0 datasets", {SHOW: first}, "show")
assert len({h[2]["Idempotency-Key"] for h in hits}) == 1
served = lambda n: (503, b"{}", {"retry-after": "1"}) if n == 1 else (409, {"title": "conflict", "detail": "still"}) if n < 4 else (200, {"log": "l", "datasets": []})
says(0, "0 datasets", {SHOW: served}, "show")
says(5, "still", {SHOW: (409, {"title": "conflict", "detail": "still"})}, "show")
says(6, "busy", {SHOW: (503, b"{}")}, "show", "--wait=0")

# ---- operations: ids, events, streams that break
words = ("export", "x", "-o", "x.zkl")
for id in ("../../x", "", "0123456789ABCDEF", 7):
    says(3, "no operation", {EXPORT: (202, {"id": id})}, *words)
says(3, "an event of the service is none", {EXPORT: accepted, EVENTS: (200, events(("step", b"{")))}, *words)
says(6, "too large", {EXPORT: accepted, EVENTS: (200, lambda: (b"data: " + 65536 * b"x" for _ in range(1000)))}, *words)
says(3, "does not say how", {EXPORT: accepted, EVENTS: (200, events(("over", {"state": "over", "status": "wonderful"})))}, *words)
says(5, "the service was ended", {EXPORT: accepted, EVENTS: (200, events(over("interrupted")))}, *words)
says(4, "no operation now", {EXPORT: accepted, EVENTS: (404, {"title": "not found", "detail": "no operation now"})}, *words)
says(4, "gone", {EXPORT: accepted, EVENTS: (200, events(("step", {"stage": "\x1b[31mred"}), over("not found", {"error": "it is\x1b gone"})))}, *words)
again = lambda n: (200, events(("step", {"stage": "a"}))) if n < 3 else (200, events(over("rejected", {"error": "false after all"})))
says(1, "false after all", {EXPORT: accepted, EVENTS: again}, *words)

# ---- files: names and sizes
FILE = ("GET", "/files/" + "".join("%%%02X" % c for c in b"x.zkl"))
good = (200, b"zkl/rcpt content")
done = lambda *files: {EXPORT: accepted, EVENTS: (200, events(over(files=files))), FILE: good}
for name in ("other", "../outside/x", "/etc/x", "x.zkl2", "", 7, None):
    says(3, "nobody asked for", done({"name": name, "size": 16}), *words)
    assert not os.path.exists("x.zkl")
for name in ("x.zkl/../../outside/y", "x.zkl//y", "x.zkl/.y", "x.zkl/a/..", "x.zkl/a\\b", "x.zkl/\x1b", "x.zkl/"):
    says(3, "a path that is none", done({"name": name, "size": 16}), *words)
    assert not os.path.exists("x.zkl")
says(3, "nobody asked for", done({"name": "x.zkl", "size": -1}), *words)
# it says that it is done, and what was written is not there, or not all of it
says(3, "has no file for 'x.zkl'", done(), *words)
says(3, "17 were announced", done({"name": "x.zkl", "size": 17}), *words)
assert not os.path.exists("x.zkl")
says(6, "more than 15 bytes", done({"name": "x.zkl", "size": 15}), *words)
assert not os.path.exists("x.zkl")
open("x.zkl", "w").write("mine")
says(5, "not overwritten", done({"name": "x.zkl", "size": 16}), *words)
assert open("x.zkl").read() == "mine"
os.remove("x.zkl")
open("../kept", "w").write("mine")
os.symlink("../kept", "x.zkl")
says(5, "not overwritten", done({"name": "x.zkl", "size": 16}), *words)
assert open("../kept").read() == "mine" and os.path.islink("x.zkl")
script.clear()
script.update({**done({"name": "x.zkl", "size": 16}), ("POST", "/v1/call/show"): (200, {"dataset": {"name": "x", "version": 1}})})
assert run(*words, "--force")[0] in (0, 3)
assert open("../kept").read() == "mine" and open("x.zkl").read() == good[1].decode() and not os.path.islink("x.zkl")
os.remove("x.zkl")
# a receipt that is true, of something else
last = sys.argv[2]


def sends(file):
    content = open("../" + file, "rb").read()
    return {EXPORT: accepted, EVENTS: (200, events(over(files=[{"name": "receipt", "size": len(content)}]))),
            ("GET", "/files/" + "".join("%%%02X" % c for c in b"receipt")): (200, content)}


# one that is larger than any receipt is not taken, however long it goes on
endless_receipt = {EXPORT: accepted, EVENTS: (200, events(over(files=[{"name": "receipt", "size": 2 ** 40}])))}
says(6, "a file of 1099511627776 bytes", endless_receipt, "verify", "sales", "--trust", "trust.toml")
assert not any("/files/" in h[1] for h in hits)
right = (("sales", "sales@1"), ("sales", "sales@2"), ("sales@2", "sales@2"), (last, last), ("sales@2" + last[5:], last))
wrong = (("sales", "other"), ("sales@2", "sales@1"), ("sales", last), (last, "sales@2"), ("sales#0", last), ("sales@1" + last[5:], last), ("sale", "sales@1"))
for reference, sent in right:
    says(0, "VALID", sends(sent + ".zkl"), "verify", reference, "--trust", "trust.toml")
for reference, sent in wrong:
    out, err = says(1, "'%s' was asked for, and what came is" % reference, sends(sent + ".zkl"), "verify", reference, "--trust", "trust.toml")
    assert "VALID" not in out, (reference, sent, out)
    out, err = says(1, "", sends(sent + ".zkl"), "verify", reference, "--trust", "trust.toml", "--json")
    assert json.loads(out)["status"] == "rejected", out
says(0, "VALID", sends("sales@2.lineage"), "verify", "sales", "--trust", "trust.toml", "--lineage")
for reference, sent in (("sales", "other"), ("sales@2", "sales@1")):
    out, err = says(1, "'%s' was asked for, and what came is of '" % reference, sends(sent + ".lineage"), "verify", reference, "--trust", "trust.toml", "--lineage")
    assert "VALID" not in out, (reference, sent, out)
# a default name is made of the service's
for name in ("../outside/x", "/etc/x", ".x", "", "a/b"):
    shown = {("POST", "/v1/call/show"): (200, {"dataset": {"name": name, "version": 1}})}
    says(3, "is no name", shown, "export", "x")
    says(3, "is no name", shown, "disclose", "x", "--rows", "0", "--json")
# a folder of outputs in which a link leads elsewhere
os.mkdir("tiles")
os.symlink(os.path.abspath("../outside"), "tiles/tile")
TILE = ("GET", "/files/" + "".join("%%%02X" % c for c in b"tiles/tile/0"))
says(5, "", {EXPORT: accepted, EVENTS: (200, events(over(files=[{"name": "tiles/tile/0", "size": 1}]))), TILE: (200, b"x")},
     "export", "--format", "tlog-tiles", "-o", "tiles")
# what is sent gets an id, and not a path
for file in ("file:../x", "file:", 7, "file:0123456789abcdeg"):
    says(3, "names no file", {("POST", "/v1/files"): (201, {"file": file})}, "notarize", "a.csv", "--name", "a")
# nor another content
for sha256 in (None, "x", 64 * "0", hashlib.sha256(b"a\n2\n").hexdigest()):
    says(3, "another content than was sent", {("POST", "/v1/files"): (201, {"file": "file:" + ID, "sha256": sha256})}, "notarize", "a.csv", "--name", "a")


def taken(_):
    return 201, {"file": "file:" + ID, "sha256": hashlib.sha256(hits[-1][3]).hexdigest()}


says(6, "send 'a.csv'", {("POST", "/v1/files"): (413, {"title": "limit exceeded", "detail": "full"})}, "notarize", "a.csv", "--name", "a")

# ---- cancelled: it is told, and what became of it is said
watching = threading.Event()


def slow():
    yield b'event: step\ndata: {"stage": "proving"}\n\n'
    watching.set()
    while True:
        time.sleep(0.05)
        yield b'event: step\ndata: {"stage": "proving"}\n\n'


gone = ("DELETE", "/operations/" + ID)
says(130, "cancelled", {EXPORT: accepted, EVENTS: (200, slow), gone: (202, over("cancelled", {"error": "cancelled"})[1])}, *words, interrupt=watching)
assert any(h[0] == "DELETE" for h in hits)
watching.clear()
late = over("rejected", {"error": "it was over before"})[1]
says(1, "it was over before", {EXPORT: accepted, EVENTS: (200, slow), gone: (202, late)}, *words, interrupt=watching)

# ---- every verb, and answers of the right form that make no sense: words or an exit code, and no end by a signal
operations = {o["name"]: o for o in json.load(open(sys.argv[1]))["operations"]}
drawn = random.Random(10)


def value(schema, deep=0):
    kind = schema.get("type")
    kind = drawn.choice(kind) if isinstance(kind, list) else kind
    if drawn.random() < lies:
        return drawn.choice([None, 7, -1, "x\n\x1b", [], {}, True, 2 ** 62])
    if "const" in schema:
        return schema["const"]
    if "enum" in schema:
        return drawn.choice(schema["enum"])
    if kind == "object" or "properties" in schema:
        return {k: value(s, deep + 1) for k, s in schema.get("properties", {}).items() if drawn.random() > lies}
    if kind == "array":
        return [value(schema.get("items", {}), deep + 1) for _ in range(drawn.choice([0, 1, 1, 2, 3]) if deep < 6 else 0)]
    if kind == "string" and "pattern" in schema:
        return 64 * "a"
    if kind == "string":
        return drawn.choice(["", "a", "a@1", "2026-01-01T00:00:00.000Z", 64 * "a", "csv", "x\nVALID\x1b[2J", "é" * 300])
    return {"boolean": lambda: drawn.random() < 0.5, "null": lambda: None, "number": lambda: drawn.choice([0, 0.5, 1e300])}.get(
        kind, lambda: drawn.choice([0, 1, 2, 3, 65536, 2 ** 31, 2 ** 62]))()


verbs = {
    "datasets": ["show"], "show": ["show", "a"], "log": ["log"], "diff": ["diff", "a", "b"], "keys-show": ["keys", "show"], "keys-rotate": ["keys", "rotate"],
    "lineage": ["lineage", "a"], "verify-chain": ["verify-chain"], "spool_list": ["spool", "list"], "spool_drop": ["spool", "drop", "a"],
    "branch": ["branch", "a", "--as", "b"], "link": ["link", "a", "--op", "x"], "revoke": ["revoke", "a@1", "--reason", "x"],
    "revoke-signer": ["revoke", "--signer", "current"], "setup-show": ["setup"], "setup-make": ["setup", "--circuit", "F18"],
    "notarize": ["notarize", "a.csv", "--name", "a"], "prove": ["prove", "a", "rows(1)"],
    "transform": ["transform", "a", "--op", "sort a", "--as", "b", "--to", "b.csv"],
    "split": ["split", "a", "--part", "b=b.csv", "--part", "c=c.csv", "--ratio", "1/1"], "disclose": ["disclose", "a", "--rows", "0", "-o", "d.zkl"],
    "audit": ["audit", "-o", "r.json"], "timestamp-request": ["timestamp", "request", "a", "-o", "a.tsq"],
    "timestamp-attach": ["timestamp", "fetch", "a", "http://127.0.0.1:1/"], "log-cosign-request": ["log", "cosign", "request", "-o", "c.txt"],
    "log-cosign-attach": ["log", "cosign", "attach", "a.csv"], "renew": ["renew", "a.csv", "-o", "n.zkl"],
    "setup-export": ["setup", "export", "p.zklpowers"],
}
ends, lies = set(), 0
for name, words in verbs.items():
    row = operations[name]
    for seed in range(4):
        fails, lies = seed % 4 == 3, (0, 0.01, 0.05, 0.05)[seed % 4]
        answer = value(row["failure" if fails else "result"])
        answer = answer if isinstance(answer, dict) else {}
        status = "rejected" if fails else "valid"
        script.clear()
        script[("POST", "/v1/files")] = taken
        if row["is_long"]:
            script[("POST", "/v1/call/" + name)] = accepted
            script[EVENTS] = (200, events(over(status, answer)))
        else:
            script[("POST", "/v1/call/" + name)] = (422, {"title": "rejected", "detail": "x", "answer": answer}) if fails else (200, answer)
        hits.clear()
        code, out, err = run(*words, *(["--json"] if seed % 2 else []))
        assert "another content" not in out + err, (words, out, err)
        assert code in (0, 1, 2, 3, 5, 6), (words, seed, code, answer, out, err)
        assert not any(line.startswith("VALID\\") or line == "VALID" for line in out.splitlines()), (words, out)
        ends.add((name, code))
assert sum(1 for _, code in ends if code == 0) > len(verbs) // 3, ends  # many of them are taken
print("a service that lies: all held")
