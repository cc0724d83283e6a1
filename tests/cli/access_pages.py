"""The web page's part of access_long.py: who is logged in sees what the key may, and nothing of others.

Which permission a page needs stands here in this test's own words; a page of src/daemon/page_routes.c that is not here is a
failure: say here who may it."""
import os
import re

PAGES = {  # permission, the answer to whom it is allowed
    "get /": ("access:explain", 200),
    "get /datasets": ("datasets:read", 200),
    "get /datasets/{name}": ("datasets:read", 200),
    "get /datasets/{name}/receipt": ("datasets:read", 200),
    "get /datasets/{name}/prove": ("datasets:prove", 200),
    "post /datasets/{name}/prove": ("datasets:prove", 303),
    "get /datasets/{name}/transform": ("datasets:create", 200),
    "post /datasets/{name}/transform": ("datasets:create", 303),
    "get /datasets/{name}/split": ("datasets:create", 200),
    "post /datasets/{name}/split": ("datasets:create", 303),
    "get /datasets/{name}/revoke": ("datasets:revoke", 200),
    "post /datasets/{name}/revoke": ("datasets:revoke", 400),
    "get /datasets/{name}/export": ("datasets:export", 200),
    "post /datasets/{name}/export": ("datasets:export", 400),
    "get /reports": ("log:audit", 200),
    "get /reports/file": ("log:audit", 200),
    "get /policies": ("datasets:read", 200),
    "get /log": ("log:read", 200),
    "get /trust.toml": ("log:read", 200),
    "get /jobs": ("operations:read", 200),
    "get /jobs/{id}": ("operations:read", 200),
    "get /jobs/{id}/events": ("operations:read", 200),
    "get /jobs/{id}/files/{name}": ("operations:read", 404),
    "post /jobs/{id}/cancel": ("operations:cancel", 303),
    "get /upload": ("datasets:create", 200),
    "post /upload": ("datasets:create", 303),
    "get /verify": ("datasets:verify", 200),
    "post /verify": ("datasets:verify", 200),
    "get /keys": ("keys:read", 200),
    "post /keys": ("keys:create", 400),
    "post /keys/{id}/rotate": ("keys:rotate", 404),
    "post /keys/{id}/revoke": ("keys:delete", 404),
    "post /keys/{id}/forget-factor": ("keys:rotate", 404),
    "get /roles": ("access:read", 200),
    "get /sessions": ("sessions:read", 200),
    "post /sessions/{id}/end": ("sessions:delete", 404),
    "get /ledgers": ("ledgers:read", 200),
    "get /health": ("access:explain", 200),
}
NOBODY = "0" * 16
WITHOUT_FILE = ["post /datasets/{name}/" + verb for verb in ("prove", "transform", "split")]  # by the rows that the ledger keeps


def written():
    """The rows of the table."""
    text = open(os.path.join(os.path.dirname(__file__), "../../src/daemon/page_routes.c")).read()
    for kind, pattern in (("get", r"(?:SHOW|FORM)\(PATH\(([^)]*)\)"), ("post", r"ACT\(PATH\(([^)]*)\)")):
        for where in re.findall(pattern, text):
            yield kind + " /" + "/".join(re.findall(r'"([^"]*)"', where))


class Person:
    """Somebody who is logged in with a key."""

    def __init__(self, connection, key):
        self.connection = connection
        status, headers, text = self.send("GET", "/login")
        cookie = headers.get_all("set-cookie")[0].split(";")[0]
        status, headers, _ = self.send("POST", "/login", f"csrf={self.form(text)}&key={key}&next=/", cookie)
        assert status == 303, status
        self.cookie = [v for v in headers.get_all("set-cookie") if v.startswith("zkl-session=")][0].split(";")[0]
        self.csrf = self.form(self.send("GET", "/", None, self.cookie)[2])

    @staticmethod
    def form(text):
        return re.search(r'name="csrf" value="(\w+)"', text)[1]

    def send(self, method, where, body=None, cookie="", kind="application/x-www-form-urlencoded"):
        self.connection.request(method, where, body, {"Cookie": cookie, **({"Content-Type": kind} if body else {})})
        answer = self.connection.getresponse()
        return answer.status, answer.headers, answer.read().decode(errors="replace")

    def ask(self, what, base="", operation=NOBODY):
        """Status and text, in which ids and the token are hidden."""
        method, where = what.split(" ")
        where = base + where.replace("{name}", "people").replace("{id}", operation if where.startswith("/jobs") else NOBODY)
        body, kind = "csrf=" + self.csrf if method == "post" else None, "application/x-www-form-urlencoded"
        if what in ("post /upload", "post /verify") or what in WITHOUT_FILE:
            file = ("receipt" if "verify" in what else "table") + '"; filename="' + ("" if what in WITHOUT_FILE else "a.csv")
            body = "".join(f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
                           for name, value in (("csrf", self.csrf), ("name", "%"), (file, "age\n1\n"))) + "--b--\r\n"
            kind = "multipart/form-data; boundary=b"
        status, _, text = self.send(method.upper(), where, body, self.cookie, kind)
        return status, text.replace(operation, "ID").replace(NOBODY, "ID").replace(base, "")


def check(world):
    """world: connection, secrets, operations, roles, may, ask, own_operation of access_long.py. How many requests."""
    count = 0
    assert set(written()) == set(PAGES), ("pages without a word here, and the other way round", set(written()) ^ set(PAGES))
    for org in ("acme", "beta", "default"):
        for role in world["ROLES"]:
            key = world["secrets"][org, role]
            person, operation = Person(world["connection"], key), world["own_operation"](key)
            for what, (permission, code) in PAGES.items():
                if org == "default" and "{name}" in what and code == 200:
                    continue  # it has no dataset
                allowed = world["may"](role, org, permission)
                for base in ("", "/ledgers/" + ("default" if org == "default" else "main")):
                    if base and what == "get /ledgers":
                        continue
                    answer = person.ask(what, base, operation)
                    assert answer[0] == (code if allowed else 403), (org, role, base, what, answer)
                    assert allowed or f"&#39;{permission}&#39; is not allowed" in answer[1], (org, role, base, what, answer)
                    count += 1
                if org == "acme":
                    continue
                foreign, absent = person.ask(what, "/ledgers/second"), person.ask(what, "/ledgers/nowhere")
                assert foreign[0] == 404 and foreign == absent, (org, role, what, foreign, absent)
                count += 2
                if "/jobs/{id}" in what:
                    foreign, absent = person.ask(what, operation=world["operations"]["acme", "admin"]), person.ask(what)
                    assert foreign[0] == 404 and foreign == absent, (org, role, what, foreign, absent)
                    count += 2
            check_sessions(world, org, role, person)
    for what in PAGES:
        method, where = what.split(" ")
        stranger = person.send(method.upper(), where, "csrf=1" if method == "post" else None, "zkl-session=" + "0" * 64)
        assert stranger[0] == (303 if method == "get" else 401), (what, stranger)
    return count


def check_sessions(world, org, role, person):
    """Those of one's own, or of the organisation; another's are not there."""
    key = world["secrets"][org, role]
    sessions = world["ask"]("get", "/v1/sessions", key)["sessions"]
    mine = world["ask"]("get", "/v1/me", key)["id"]
    assert sessions and (role == "admin" or {s["key"] for s in sessions} == {mine}), sessions
    last = [s["id"] for s in sessions if s["key"] == mine][-1]
    for (other, of), secret in world["secrets"].items():
        if other != org:
            world["ask"]("delete", "/v1/sessions/" + last, secret, want=404)
            assert last not in str(world["ask"]("get", "/v1/sessions", secret)), (other, of)
    assert person.ask("get /")[0] == 200
    if role == "service":
        world["ask"]("delete", "/v1/sessions/" + last, world["secrets"][org, "viewer"], want=403)
        world["ask"]("delete", "/v1/sessions/" + last, world["secrets"][org, "admin"], want=204)
        assert person.ask("get /")[0] == 303
