"""Receivers of alerts, and a daemon that tells them: alerts_long.sh."""
import email
import email.policy
import hashlib
import hmac
import http.server
import json
import os
import queue
import re
import signal
import socket
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(__file__))
from service_client import Client

key = sys.argv[1]
path = "here/zkp-ledgerd.sock"
SECRET = b"whsec-0123456789abcdef"
WAIT = 60  # for what comes within seconds


# ---- receivers
hooks, mails, lines = queue.Queue(), queue.Queue(), queue.Queue()
fails = 2  # the first ones


class Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        global fails
        body = self.rfile.read(int(self.headers["content-length"]))
        assert self.headers["content-type"] == "application/json"
        t, v1 = re.fullmatch(r"t=(\d+),v1=([0-9a-f]{64})", self.headers["x-zkl-signature"]).groups()
        assert hmac.new(SECRET, t.encode() + b"." + body, hashlib.sha256).hexdigest() == v1
        assert abs(int(t) - time.time()) < 60
        fails -= 1
        self.send_response(200 if fails < 0 else 500)
        self.end_headers()
        hooks.put(json.loads(body))

    def log_message(self, *_):
        pass


hook = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hook)
threading.Thread(target=hook.serve_forever, daemon=True).start()


def mail_server(listening):
    """As much of SMTP as a mail needs."""
    while True:
        connection, _ = listening.accept()
        file = connection.makefile("rwb")

        def say(text):
            file.write(text + b"\r\n")
            file.flush()

        say(b"220 here")
        envelope = []
        for line in file:
            verb = line[:4].upper()
            if verb in (b"EHLO", b"HELO"):
                say(b"250 here")
            elif verb in (b"MAIL", b"RCPT"):
                envelope.append(line.strip())
                say(b"250 ok")
            elif verb == b"DATA":
                say(b"354 go on")
                body = b""
                for part in file:
                    if part == b".\r\n":
                        break
                    body += part[1:] if part.startswith(b".") else part
                mails.put((envelope, body))
                say(b"250 taken")
            elif verb == b"QUIT":
                say(b"221 bye")
                break


mail = socket.create_server(("127.0.0.1", 0))
threading.Thread(target=mail_server, args=(mail,), daemon=True).start()
log_unix = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
log_unix.bind("log.sock")
log_udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
log_udp.bind(("127.0.0.1", 0))
log_tcp = socket.create_server(("127.0.0.1", 0))


def syslog(text):
    """RFC 5424: facility, severity and message."""
    found = re.fullmatch(rb"<(\d{1,3})>1 (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) (\S{1,255}) zkp-ledgerd (\d+) alert - (.*)", text, re.S)
    assert found, text
    return divmod(int(found[1]), 8) + (found[5].decode(),)


SETTINGS = """addresses = ["unix:zkp-ledgerd.sock"]
metrics_step_seconds = 1
log_format = "json"
shipped_alerts = %s

[[alert]]
name = "Always"
when = "zkl_witnesses >= 0"
severity = "critical"
summary = "it always is"
labels = { team = "a" }

[[alert]]
name = "Missing"
when = "increase(zkl_http_problems_total{code=\\"404\\"}, 3s) > 0"
summary = "something was not there"
labels = { team = "b" }
receivers = ["hook", "socket"]

[[alert]]
name = "Lesser"
when = "zkl_witnesses == 0"
severity = "info"
labels = { team = "a" }

[[receiver]]
name = "hook"
webhook = "http://127.0.0.1:%d/alerts"
secret_file = "secrets/hook"
group_by = ["team"]
group_wait = 0
group_interval = 1

[[receiver]]
name = "mail"
smtp = "smtp://127.0.0.1:%d"
plain_smtp = true
from = "ledger@example.org"
to = ["ops@example.org", "boss@example.org"]
group_wait = 1

[[receiver]]
name = "socket"
syslog = "unix:%s/log.sock"
group_wait = 0
group_interval = 1

[[receiver]]
name = "udp"
syslog = "udp:127.0.0.1:%d"
group_wait = 0

[[receiver]]
name = "tcp"
syslog = "tcp:127.0.0.1:%d"
group_wait = 0

[[inhibit]]
source = { severity = "critical" }
target = { severity = "info" }
equal = ["team"]
"""
ports = hook.server_address[1], mail.getsockname()[1], os.getcwd(), log_udp.getsockname()[1], log_tcp.getsockname()[1]
out = open("served", "ab")


def serve(shipped="false"):
    open("here/zkp-ledgerd.toml", "w").write(SETTINGS % ((shipped,) + ports))
    return subprocess.Popen(["zkp-ledgerd", "here"], stdout=subprocess.DEVNULL, stderr=out)


def end(daemon):
    daemon.terminate()
    assert daemon.wait(60) == 0


def names(told):
    return [(a["labels"]["alertname"], a["status"]) for a in told["alerts"]]


daemon = serve()
try:
    me = Client(path, key)
    states = {a["name"]: a for a in me.ask("GET", "/v1/alerts")["alerts"]}
    assert set(states) == {"Always", "Missing", "Lesser"} and states["Missing"]["state"] == "inactive"

    # ---- a webhook: signed, tried again after it failed, in the form of Alertmanager
    told = [hooks.get(timeout=WAIT) for _ in range(3)]
    assert told[0] == told[1] == told[2], told
    told = told[0]
    assert told["version"] == "4" and told["status"] == "firing" and told["receiver"] == "hook" and told["truncatedAlerts"] == 0
    assert told["groupLabels"] == {"team": "a"} and told["groupKey"] == '{}:{team="a"}' and names(told) == [("Always", "firing")]
    assert told["commonLabels"] == {"alertname": "Always", "severity": "critical", "team": "a"}
    one = told["alerts"][0]
    assert one["annotations"] == {"summary": "it always is", "rule": "zkl_witnesses >= 0", "value": "0"}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", one["startsAt"]) and one["endsAt"] == "0001-01-01T00:00:00Z"
    assert re.fullmatch("[0-9a-f]{16}", one["fingerprint"])

    # ---- a mail
    envelope, body = mails.get(timeout=WAIT)
    assert envelope == [b"MAIL FROM:<ledger@example.org>", b"RCPT TO:<ops@example.org>", b"RCPT TO:<boss@example.org>"], envelope
    message = email.message_from_bytes(body, policy=email.policy.default)
    assert not message.defects and message["to"].addresses[1].addr_spec == "boss@example.org" and message["date"].datetime
    assert message["subject"] == "[FIRING:1] zkp-ledgerd: Always" and "it always is" in message.get_content()

    # ---- syslog, three ways
    for s in (log_unix, log_udp):
        s.settimeout(WAIT)
        facility, severity, text = syslog(s.recv(65536))
        assert (facility, severity) == (3, 2) and text == "FIRING Always (critical): it always is zkl_witnesses >= 0: 0", text
    log_tcp.settimeout(WAIT)
    with log_tcp.accept()[0] as connection:
        stream = b"".join(iter(lambda: connection.recv(65536), b""))
    size, text = stream.split(b" ", 1)
    assert len(text) == int(size) and syslog(text)[2].startswith("FIRING Always"), stream

    # ---- what comes and goes, in a group of its own
    me.ask("GET", "/v1/datasets/nobody", want=404)
    told = hooks.get(timeout=WAIT)
    assert told["groupLabels"] == {"team": "b"} and names(told) == [("Missing", "firing")], told
    told = hooks.get(timeout=WAIT)
    assert told["status"] == "resolved" and names(told) == [("Missing", "resolved")], told
    assert told["alerts"][0]["endsAt"] > told["alerts"][0]["startsAt"]
    kinds = []
    while not kinds or kinds[-1][1] != "resolved":  # of both alerts: they are one group there
        _, severity, text = syslog(log_unix.recv(65536))
        kinds.append((severity, *text.split(" ")[:2]))
    assert set(kinds) == {(2, "FIRING", "Always"), (4, "FIRING", "Missing"), (5, "resolved", "Missing")}, kinds

    # ---- inhibited: it fires, and nobody is told
    states = {a["name"]: a for a in me.ask("GET", "/v1/alerts")["alerts"]}
    assert states["Lesser"]["state"] == "firing" and states["Lesser"]["inhibited"], states
    assert not states["Always"]["silenced"] and states["Always"]["value"] == 0 and states["Always"]["since"] <= time.time() * 1000

    # ---- silences: on the disk, until they are over
    soon = int(time.time() * 1000) + 3600_000
    for bad in ({}, {"labels": {}, "until": soon, "reason": "r"}, {"labels": {"a": 1}, "until": soon, "reason": "r"},
                {"labels": {"a": "b"}, "until": 1, "reason": "r"}, {"labels": {"a": "b"}, "until": soon, "reason": ""},
                {"labels": {"a": "b"}, "until": soon, "reason": "a\nb"}, {"labels": {"a": "b"}, "until": soon * 2, "reason": "r"}):
        me.ask("POST", "/v1/alerts/silences", bad, want=400)
    id = me.ask("POST", "/v1/alerts/silences", {"labels": {"alertname": "Missing"}, "until": soon, "reason": "known"}, want=201)["id"]
    other = me.ask("POST", "/v1/alerts/silences", {"labels": {"team": "nobody"}, "until": soon, "reason": "x"}, want=201)["id"]
    end(daemon)
    daemon = serve("true")
    me = Client(path, key)
    silences = me.ask("GET", "/v1/alerts/silences")["silences"]
    assert [s["id"] for s in silences] == [id, other] and silences[0]["reason"] == "known" and silences[0]["by"], silences
    assert names(hooks.get(timeout=WAIT)) == [("Always", "firing")]  # told anew
    me.ask("GET", "/v1/datasets/nobody", want=404)
    deadline = time.monotonic() + WAIT
    while True:
        now = {a["name"]: a for a in me.ask("GET", "/v1/alerts")["alerts"]}
        if now["Missing"]["state"] == "firing":
            break
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert now["Missing"]["silenced"] and "DiskFull" in now and "AuditLogFails" in now
    me.ask("DELETE", "/v1/alerts/silences/" + other, want=204)
    me.ask("DELETE", "/v1/alerts/silences/" + other, want=404)
    me.ask("DELETE", "/v1/alerts/silences/" + id, want=204)
    for _ in range(600):  # again and again, until it fires unsilenced
        me.ask("GET", "/v1/datasets/nobody", want=404)
        try:
            told = hooks.get(timeout=0.1)
            break
        except queue.Empty:
            pass
    assert names(told) == [("Missing", "firing")], told
    # ---- other rules and receivers, while it runs
    def reload(settings):
        open("here/zkp-ledgerd.toml", "w").write(settings)
        daemon.send_signal(signal.SIGHUP)

    def until(holds):
        deadline = time.monotonic() + WAIT
        while not holds():
            assert time.monotonic() < deadline
            time.sleep(0.1)

    def rules():
        return {a["name"]: a for a in me.ask("GET", "/v1/alerts")["alerts"]}

    def nothing_comes(of):
        while True:
            try:
                told = hooks.get(timeout=WAIT if of else 3)
            except queue.Empty:
                assert not of, of
                return
            of -= set(names(told))
            if not of:
                return

    before = rules()["Always"]
    now = SETTINGS % (("false",) + ports)
    reload(now.replace('name = "Missing"', 'name = "Absent"').replace('["hook", "socket"]', '["hook"]'))
    until(lambda: set(rules()) == {"Always", "Absent", "Lesser"})
    assert rules()["Always"]["since"] == before["since"] and rules()["Always"]["state"] == "firing"  # it goes on
    nothing_comes({("Missing", "resolved")})  # its rule is gone
    me.ask("GET", "/v1/datasets/nobody", want=404)
    nothing_comes({("Absent", "firing")})
    for bad, why in ((now.replace("zkl_witnesses == 0", "nothing > 0"), b"there is no metric of that name"),
                     (now.replace("metrics_step_seconds = 1", "metrics_step_seconds = 2").replace("3s", "10s"), b"changes at a start alone"),
                     (now.replace("secrets/hook", "secrets/none"), b"secrets/none")):  # it changes nothing
        reload(bad)
        until(lambda: re.search(b"the alerts stay as they were: .*" + why, open("served", "rb").read()))
        assert set(rules()) == {"Always", "Absent", "Lesser"}
    series = me.ask("GET", "/v1/metrics/series?name=zkl_alert_state")
    points = {s["labels"]["alertname"]: s["points"] for s in series["series"]}
    assert set(points) == {"Always", "Absent", "Lesser"} and points["Always"][-1][1] == 2 and {v for _, v in points["Absent"]} >= {0, 2}, points
    assert all(a[0] < b[0] for a, b in zip(points["Always"], points["Always"][1:]))
    me.ask("GET", "/v1/metrics/series?name=zkl_alert_states", want=404)

    metrics = me.ask("GET", "/v1/metrics").decode()
    assert int(re.search(r'zkl_notifications_total\{by="webhook",outcome="sent"\} (\d+)', metrics)[1]) >= 2
    assert re.search(r'zkl_alerts\{state="firing"\} (\d+)', metrics)[1] != "0"
    events = me.ask("GET", "/v1/audit?limit=1000")
    assert "addSilence" in json.dumps(events)
finally:
    daemon.terminate()
assert daemon.wait(60) == 0
said = [json.loads(line) for line in open("served")]
assert {"time", "level", "message"} <= set(said[0]) and any(s["message"].startswith("alert Always: it always is") for s in said), said
assert any(s["message"].startswith("receiver 'hook': it answers 500") for s in said), said
