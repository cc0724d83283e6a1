"""A client of zkp-ledgerd over its Unix socket, for the scripts service_*_long.py."""
import http.client
import json
import socket
import time


class Connection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("ledger")
        self.path = path

    def connect(self):
        for _ in range(400):  # until it listens
            self.sock = socket.socket(socket.AF_UNIX)
            try:
                self.sock.connect(self.path)
                return
            except (FileNotFoundError, ConnectionRefusedError):
                time.sleep(0.05)
        raise SystemExit("it does not listen")


class Client:
    """Asks with one key; `answer` has the last head."""

    def __init__(self, path, key):
        self.path, self.key, self.answer = path, key, None
        self.connection, self.used = Connection(path), time.monotonic()

    def ask(self, method, where, body=None, headers=(), want=200):
        if body is not None and not isinstance(body, (bytes, str)):
            body, headers = json.dumps(body), {"Content-Type": "application/json", **dict(headers)}
        if time.monotonic() > self.used + 30:  # the service closes connections that are idle
            self.connection.close()
        self.connection.request(method, where, body=body, headers={"Authorization": "Bearer " + self.key, **dict(headers)})
        self.answer = self.connection.getresponse()
        data = self.answer.read()
        self.used = time.monotonic()
        assert self.answer.status == want, (method, where, self.answer.status, data)
        if self.answer.getheader("content-type", "").split(";")[0] in ("application/json", "application/problem+json") and data:
            if "attachment" not in self.answer.getheader("content-disposition", ""):
                data = json.loads(data)
        return data

    def call(self, operation, request, want=200, **more):
        return self.ask("POST", "/v1/call/" + operation, request, want=want, **more)

    def send(self, name, content, want=201):
        return self.ask("POST", "/v1/files?name=" + name, content, want=want)

    def over(self, id):
        """The operation, when it is over."""
        while True:
            shown = self.ask("GET", "/v1/operations/" + id)
            if shown["state"] == "over":
                return shown
            time.sleep(0.05)

    def run(self, operation, request, **more):
        """A long operation, from its request to its end."""
        return self.over(self.call(operation, request, want=202, **more)["id"])

    def result(self, id, name, **more):
        return self.ask("GET", "/v1/operations/%s/files/%s" % (id, name), **more)
