"""Starts a daemon as systemd does: service_http_long.sh."""
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time

key = sys.argv[1]
notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
notify.bind("notify")
notify.settimeout(60)


def start(sockets, **variables):
    """The daemon with these sockets from descriptor 3 on, and $LISTEN_PID its own unless it is given."""

    def place():
        high = [os.dup2(s.fileno(), 100 + i) for i, s in enumerate(sockets)]
        for i, fd in enumerate(high):
            os.dup2(fd, 3 + i)
            os.close(fd)

    environment = {**os.environ, "NOTIFY_SOCKET": os.path.abspath("notify"), "LISTEN_FDS": str(len(sockets)), **variables}
    given = [] if "LISTEN_PID" in variables else ["export LISTEN_PID=$$;"]
    command = " ".join([*given, "exec zkp-ledgerd here"])
    return subprocess.Popen(["sh", "-c", command], env=environment, preexec_fn=place, close_fds=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def listening(family, address):
    s = socket.socket(family)
    s.bind(address)
    s.listen(16)
    return s


def over_unix(path):
    connection = http.client.HTTPConnection("ledger")
    connection.sock = socket.socket(socket.AF_UNIX)
    connection.sock.connect(path)
    return connection


def ask(connection, where, method="GET", **headers):
    connection.putrequest(method, where, skip_accept_encoding=True)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    answer.read()
    return answer.status


def hear():
    return notify.recv(4096).decode()


def ended(daemon, want, says):
    output = daemon.communicate(timeout=60)[0]
    assert daemon.returncode == want and says in output, (daemon.returncode, output)


# what is no list of sockets, and what is no socket for those who have no certificate
ended(start([], LISTEN_FDS="x"), 2, "LISTEN_FDS is 'x'")
ended(start([], LISTEN_FDS="65"), 2, "LISTEN_FDS is '65'")
ended(start([], LISTEN_PID="0x1"), 2, "LISTEN_PID is '0x1'")
with listening(socket.AF_INET, ("0.0.0.0", 0)) as public:
    ended(start([public]), 2, "no loopback address")
with socket.socket(socket.AF_UNIX) as deaf:
    ended(start([deaf]), 2, "no socket that listens")

# sockets of another process's are not its own: it listens where its settings say
daemon = start([], LISTEN_PID="1", LISTEN_FDS="7")
assert hear() == "READY=1"
assert ask(over_unix("here/own.sock"), "/healthz") == 200
daemon.send_signal(signal.SIGTERM)
assert hear() == "STOPPING=1"
ended(daemon, 0, "Listening on unix:here/own.sock")
os.unlink("here/access.log")

# both kinds of sockets
unix, tcp = listening(socket.AF_UNIX, "given.sock"), listening(socket.AF_INET, ("127.0.0.1", 0))
port = tcp.getsockname()[1]
daemon = start([unix, tcp])
assert hear() == "READY=1"
assert not os.path.exists("here/own.sock")
for i in range(20):
    assert ask(over_unix("given.sock"), "/healthz") == 200
    assert ask(http.client.HTTPConnection("127.0.0.1", port), "/healthz") == 200

# a line a request, with who and what, and nothing of what is secret
hostile = '/v1/datasets/a"b\\c%22?claim=hidden'
assert ask(over_unix("given.sock"), hostile, authorization="Bearer " + key) == 400  # no name of a dataset
assert ask(over_unix("given.sock"), "/v1/keys", authorization="Bearer sk-" + 64 * "1") == 401


def lines(path, count):
    """What is in the log, when so many lines are there."""
    for _ in range(600):
        text = open(path).read() if os.path.exists(path) else ""
        if text.count("\n") >= count:
            break
        time.sleep(0.1)
    return text, [json.loads(line) for line in text.splitlines()]


text, log = lines("here/access.log", 42)
assert len(log) == 42 and os.stat("here/access.log").st_mode & 0o777 == 0o600, len(log)
assert {line["peer"] for line in log} == {"unix", "127.0.0.1"}
line = log[-2]
assert line["path"] == '/v1/datasets/a"b\\c%22' and line["status"] == 400 and line["method"] == "GET", line
assert len(line["client"]) == 16 and log[-1]["client"] == "" and log[-1]["status"] == 401
assert line["http"] == 1 and line["secure"] is False and line["sent"] > 0 and line["received"] == 0 and line["microseconds"] > 0
assert "hidden" not in text and key not in text and 16 * "1" not in text and "claim" not in text

# a reload: told twice, and the log goes on in a new file
os.rename("here/access.log", "here/access.log.1")
daemon.send_signal(signal.SIGHUP)
reloading = hear()
assert reloading.startswith("RELOADING=1\nMONOTONIC_USEC=") and int(reloading.split("=")[-1]) > 0
assert hear() == "READY=1"
assert ask(over_unix("given.sock"), "/healthz") == 200
assert len(lines("here/access.log", 1)[1]) == 1 and len(lines("here/access.log.1", 42)[1]) == 42

daemon.send_signal(signal.SIGTERM)
assert hear() == "STOPPING=1"
ended(daemon, 0, "Listening on unix:given.sock")
assert os.path.exists("given.sock")  # whoever made it keeps it
print("supervised: all held")
