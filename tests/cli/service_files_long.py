"""Files in and out of a daemon: service_files_long.sh."""
import json
import os
import socket
import sys
import threading

sys.path.insert(0, os.path.dirname(__file__))
from service_client import Client

path, key, folder = sys.argv[1:]
admin = Client(path, key)

if folder == "again":
    kept = json.load(open("kept.json"))
    assert Client(path, kept["key"]).ask("GET", "/v1/files/" + kept["file"].split(":")[1])["sha256"] == kept["sha256"]
    shown = admin.ask("GET", "/v1/operations/" + kept["id"])
    assert shown["state"] == "over" and shown["status"] == "valid" and shown["answer"]["dataset"]["rows"] == 4, shown
    assert admin.result(kept["id"], "adults.csv").startswith(b"age,")
    raise SystemExit

developer = Client(path, admin.ask("POST", "/v1/keys", {"name": "d", "role": "developer"}, want=201)["key"])
other = Client(path, admin.ask("POST", "/v1/keys", {"name": "o", "role": "developer"}, want=201)["key"])
viewer = Client(path, admin.ask("POST", "/v1/keys", {"name": "v", "role": "viewer"}, want=201)["key"])
csv = open("data/people.csv", "rb").read()

# ---- what is sent
sent = developer.send("people.csv", csv)
assert sent["size"] == len(csv) and sent["name"] == "people.csv" and len(sent["sha256"]) == 64, sent
assert developer.answer.getheader("location") == "/v1/files/" + sent["file"][5:]
id = sent["file"][5:]
assert developer.ask("GET", "/v1/files/" + id)["sha256"] == sent["sha256"]
assert [f["file"] for f in developer.ask("GET", "/v1/files")["files"]] == [sent["file"]]
assert other.ask("GET", "/v1/files")["files"] == []
for method in ("GET", "DELETE"):
    other.ask(method, "/v1/files/" + id, want=404)
assert developer.ask("POST", "/v1/files", b"", headers={"X-File-Name": "empty.bin"}, want=201)["size"] == 0
for bad in ("a%2Fb", "..", ".hidden", "", "a%5Cb", "a*", "%5Ba%5D", "a?name=b", "x" * 121, "a:b", "a%00b"):
    developer.send(bad, b"x", want=400)
big = os.urandom(2_000_000)
large = developer.send("large.bin", big)
developer.send("larger.bin", big, want=413)  # three million bytes are what a key has
developer.ask("DELETE", "/v1/files/" + large["file"][5:], want=204)
developer.ask("GET", "/v1/files/" + large["file"][5:], want=404)
developer.send("large.bin", big)

# a sender that goes away leaves nothing
gone = socket.socket(socket.AF_UNIX)
gone.connect(path)
gone.sendall(b"POST /v1/files HTTP/1.1\r\nHost: a\r\nContent-Length: 900000\r\nAuthorization: Bearer " + other.key.encode() + b"\r\n\r\n" + 600000 * b"x")
gone.close()
other.send("after.bin", b"after")
for _ in range(2000):
    if not any(name.endswith(".part") for name in os.listdir("here/files")):
        break
    threading.Event().wait(0.01)
else:
    raise SystemExit("a part is left")
assert [f["name"] for f in other.ask("GET", "/v1/files")["files"]] == ["after.bin"]

# ---- what is no path of a stranger's
absolute = folder + "/data/people.csv"
refused = [
    ("notarize", {"name": "x", "files": [bad]}, 403)
    for bad in ("/etc/passwd", "people.csv", "../people.csv", folder + "/elsewhere/secret.csv", folder + "/data/../elsewhere/secret.csv",
                folder + "/data/link.csv", folder + "/data/away/secret.csv", folder + "/data/below", folder + "/data//people.csv",
                folder + "/data/./people.csv", folder + "/database", "/proc/self/environ", "out:x.csv", "-", "")
]
refused += [("notarize", {"name": "x", "files": ["file:" + bad]}, 404) for bad in ("0123456789abcdef", "", "../x", id + "/", id.upper() + "x")]
refused += [
    ("notarize", {"name": "x", "files": [folder + "/data/none.csv"]}, 404),
    ("notarize", {"name": "x", "files": [7]}, 400),
    ("notarize", {"name": "x", "files": {"a": 1}}, 400),
    ("notarize", {"name": "x", "files": [sent["file"], sent["file"]]}, 400),
    ("notarize", {"name": "x", "files": [sent["file"]], "policy": "/etc/passwd"}, 403),
    ("notarize", {"name": "x", "files": [sent["file"]], "policy": "x.toml"}, 403),
    ("export", {"reference": "x", "output": "/tmp/x"}, 403),
    ("export", {"reference": "x", "output": sent["file"]}, 403),
    ("export", {"reference": "x", "output": "out:../x"}, 400),
    ("export", {"reference": "x", "output": "out:a/b"}, 400),
    ("export", {"reference": "x", "output": "out:"}, 400),
    ("export", {"reference": "x", "output": ["out:a"]}, 400),
    ("export", {"reference": "x", "format": "consistency", "from": "checkpoint", "output": "out:a"}, 403),
    ("split", {"reference": "x", "parts": [{"name": "a", "file": "/tmp/x"}]}, 403),
    ("transform", {"reference": "x", "operation": "sort age", "name": "y", "result": "out:y.csv", "mapping": {"name": "m", "file": "/tmp/m"}}, 403),
    ("prove", {"reference": "x", "with": [{"reference": "y", "data": ["/etc/passwd"]}]}, 403),
    ("pipeline", {"reference": "x", "steps": sent["file"]}, 403),
]
for operation, request, want in refused:
    developer.call(operation, request, want=want)
for operation, request in (("init", {"folder": "out:x", "keys": {"in_clear": True}}), ("doctor", {"ledger": "/"}), ("config", {"ledger": "file:" + id}),
                           ("init", {"folder": "out:x", "keys": {"passphrase_file": "/etc/passwd"}})):
    admin.call(operation, request, want=403)
other.call("notarize", {"name": "x", "files": [sent["file"]]}, want=404)  # of another
viewer.call("verify", {"receipt_file": absolute}, want=403)  # the machine's files are for those who write

# ---- by reference, and by content
both = [sent["file"], folder + "/data/below/more.csv"]
run = developer.run("notarize", {"name": "people", "files": both, "keep_spool": True, "output": "out:people.zkl"})
assert run["status"] == "valid" and run["answer"]["dataset"]["rows"] == 6 and run["answer"]["files"] == ["more.csv", "people.csv"], run
assert [f["name"] for f in run["files"]] == ["people.zkl"], run
receipt = developer.result(run["id"], "people.zkl")
other.result(run["id"], "people.zkl", want=404)
other.ask("GET", "/v1/operations/%s/files" % run["id"], want=404)

# a path that is swapped for a link while requests come never leads elsewhere
stop = threading.Event()


def swap():
    while not stop.is_set():
        os.symlink("../elsewhere/secret.csv", "data/new")
        os.replace("data/new", "data/swapped.csv")
        open("data/plain", "wb").write(b"a\n1\n")
        os.replace("data/plain", "data/swapped.csv")


swapping = threading.Thread(target=swap)
swapping.start()
try:
    seen = set()
    for _ in range(60):
        developer.connection.request("POST", "/v1/call/notarize", json.dumps({"name": "s", "files": [folder + "/data/swapped.csv"], "dry_run": True}),
                                     {"Authorization": "Bearer " + developer.key})
        answer = developer.connection.getresponse()
        data = json.loads(answer.read())
        seen.add(answer.status)
        if answer.status == 202:
            over = developer.over(data["id"])
            assert over["status"] != "valid" or [c["name"] for c in over["answer"]["columns"]] == ["a"], over
    assert seen <= {202, 403, 404}, seen
finally:
    stop.set()
    swapping.join()

# ---- what operations write
run = developer.run("transform", {"reference": "people", "data": both, "operation": "filter age >= 40", "name": "adults",
                                  "result": "out:adults.csv", "output": "out:proof.zkl"})
assert run["status"] == "valid" and run["answer"]["result"] == "out:adults.csv", run
assert sorted(f["name"] for f in run["files"]) == ["adults.csv", "proof.zkl"], run
assert developer.ask("GET", "/v1/operations/%s/files" % run["id"])["files"] == run["files"]
adults = developer.result(run["id"], "adults.csv")
assert adults.startswith(b"age,") and len(adults.decode().splitlines()) == 1 + run["answer"]["dataset"]["rows"], adults
answer, tag = developer.answer, developer.answer.getheader("etag")
assert answer.getheader("content-type") == "text/csv" and answer.getheader("accept-ranges") == "bytes" and tag.startswith('"')
assert answer.getheader("content-disposition") == 'attachment; filename="adults.csv"'
json.dump({"file": sent["file"], "sha256": sent["sha256"], "id": run["id"], "key": developer.key}, open("kept.json", "w"))
size = len(adults)
for header, want, part in (("bytes=0-3", 206, adults[:4]), ("bytes=4-", 206, adults[4:]), ("bytes=-5", 206, adults[-5:]),
                           ("bytes=0-%d" % (10 * size), 206, adults), ("bytes=%d-" % (size - 1), 206, adults[-1:]), ("bytes=%d-" % size, 416, b""),
                           ("bytes=-0", 416, b""), ("bytes=3-1", 200, adults), ("bytes=0-1,3-4", 200, adults), ("lines=0-1", 200, adults),
                           ("bytes=a-b", 200, adults), ("bytes=-", 200, adults), ("bytes=99999999999999999999999-", 200, adults)):
    assert developer.result(run["id"], "adults.csv", headers={"Range": header}, want=want) == part, header
    if want == 206:
        first = adults.index(part) if part != adults else 0
        assert developer.answer.getheader("content-range").endswith("/%d" % size) and int(developer.answer.getheader("content-length")) == len(part)
    if want == 416:
        assert developer.answer.getheader("content-range") == "bytes */%d" % size
for headers, want in (({"If-None-Match": tag}, 304), ({"If-None-Match": 'W/"x", W/%s' % tag}, 304), ({"If-None-Match": "*"}, 304),
                      ({"If-None-Match": '"x"'}, 200), ({"If-Match": tag}, 200), ({"If-Match": '"x"'}, 412), ({"If-Match": "W/" + tag}, 412),
                      ({"If-Range": tag, "Range": "bytes=0-0"}, 206), ({"If-Range": '"x"', "Range": "bytes=0-0"}, 200)):
    developer.result(run["id"], "adults.csv", headers=headers, want=want)
developer.ask("HEAD", "/v1/operations/%s/files/adults.csv" % run["id"])
assert int(developer.answer.getheader("content-length")) == size
for bad in ("..", "%2e%2e%2fjob.json", "none", "..%2Fjob.json", "%2Fetc%2Fpasswd", "adults.csv%2Fx", "."):
    developer.result(run["id"], bad, want=404)
developer.ask("OPTIONS", "/v1/files", want=204)
assert developer.answer.getheader("allow") == "POST, GET, HEAD"
developer.ask("PUT", "/v1/files", b"", want=405)

# an audit in several formats is a folder
run = developer.run("audit", {"formats": ["json", "md", "html", "csv", "json-ld"], "output": "out:audit"})
names = [f["name"] for f in run["files"]]
assert run["status"] == "valid" and len(names) >= 5 and all(name.startswith("audit/") for name in names), run
for f in run["files"]:
    assert len(developer.result(run["id"], f["name"].replace("/", "%2F"))) == f["size"]

# split, disclosure, lineage, a bundle of the log, and a folder of receipts that are verified
halves = [{"name": name, "file": "out:%s.csv" % name, "ratio": 1} for name in "ab"]
run = developer.run("split", {"reference": "people", "seed": 64 * "1", "parts": halves, "dry_run": True})
assert run["status"] == "valid", run
run = developer.run("disclose", {"reference": "people", "data": both, "rows": "0", "output": "out:rows.zkl"})
assert run["status"] == "valid", run
shown = developer.send("rows.zkl", developer.result(run["id"], "rows.zkl"))
trust = developer.ask("GET", "/v1/trust")
open("trust.toml", "wb").write(trust)
verdict = developer.run("verify", {"receipt_file": shown["file"], "trust": trust.decode()})
assert verdict["status"] == "valid", verdict
own = developer.send("trust.toml", trust)
one = developer.send("people.zkl", receipt)
verdict = viewer.run("verify", {"receipt_file": viewer.send("r.zkl", receipt)["file"], "trust_file": viewer.send("t.toml", trust)["file"]})
assert verdict["status"] == "valid", verdict
verdict = developer.run("verify-folder", {"folder": "folder:" + one["file"][5:], "trust_file": own["file"]})
assert verdict["status"] == "valid", verdict
assert developer.run("lineage", {"reference": "adults"})["status"] == "valid"
run = developer.run("export", {"reference": "adults", "output": "out:adults.zkl"})
open("adults.zkl", "wb").write(developer.result(run["id"], "adults.zkl"))
run = developer.run("export", {"format": "tlog-tiles", "output": "out:log"})
assert run["status"] == "valid" and any(f["name"].startswith("log/tile/") for f in run["files"]), run

# one file, many operations at once, and it goes while they run: each reads what was sent
table = developer.send("many.csv", b"id,age\n" + b"".join(b"%d,%d\n" % (i, i % 90) for i in range(100000)))
many = [developer.call("notarize", {"files": [table["file"]], "name": "many-%d" % i, "dry_run": True}, want=202)["id"] for i in range(12)]
while developer.ask("GET", "/v1/operations/" + many[2])["state"] == "waiting":
    pass
developer.ask("DELETE", "/v1/files/" + table["file"][5:], want=204)
ends = [developer.over(id) for id in many]
assert all(end["status"] == "valid" for end in ends), ends

# paths that people look for are the same operations
grown = "/v1/datasets/people"
run = developer.over(developer.ask("POST", grown + "/links", {"operation": "by hand", "facts": [{"name": "run", "value": "7"}]}, want=202)["id"])
assert run["operation"] == "link" and run["status"] == "valid", run
developer.ask("POST", grown + "/links", {"reference": "more", "operation": "x"}, want=400)
viewer.ask("POST", grown + "/links", {"operation": "x"}, want=403)
developer.ask("POST", grown + "/links", b"[]", want=400)
assert developer.ask("POST", grown + "/branches", {"name": "twig"})["status"] == "done"
over = developer.over(developer.ask("POST", grown + "/claims", {"claims": ["range(age, 0, 40)"], "data": both, "dry_run": True}, want=202)["id"])
assert over["operation"] == "prove" and over["answer"]["false_claims"], over
assert viewer.ask("GET", "/v1/datasets/adults/lineage")["status"] == "done"
assert viewer.ask("GET", "/v1/log?last=2")["size"] == developer.call("log", {})["size"]
viewer.ask("GET", "/v1/log?last=x", want=400)
assert b"<html" in developer.ask("GET", "/v1/audit-report").lower() and developer.answer.getheader("content-type").startswith("text/html")
assert developer.ask("GET", "/v1/audit-report?format=md&reference=people").startswith(b"#")
developer.ask("GET", "/v1/audit-report?format=exe", want=400)

# what is read has a tag
developer.ask("GET", "/v1/datasets")
tag = developer.answer.getheader("etag")
assert developer.ask("GET", "/v1/datasets", headers={"If-None-Match": tag}, want=304) == b""
developer.ask("GET", "/v1/datasets", headers={"If-Match": '"x"'}, want=412)
developer.ask("GET", "/v1/datasets/adults/receipt")
developer.ask("GET", "/v1/datasets/adults/receipt", headers={"If-None-Match": "*"}, want=304)

# lists in parts: all of it, once each, in order
whole = [o["id"] for o in developer.ask("GET", "/v1/operations")["operations"]]
for limit in (1, 2, 7, 1000):
    seen, next = [], ""
    while next is not None:
        page = developer.ask("GET", "/v1/operations?limit=%d%s" % (limit, next and "&cursor=" + next))
        assert len(page["operations"]) <= limit
        seen += [o["id"] for o in page["operations"]]
        next = page.get("next")
    assert [id for id in seen if id in whole] == whole and len(set(seen)) == len(seen), (limit, seen, whole)
next = developer.ask("GET", "/v1/operations?limit=1")["next"]
for bad in ("limit=0", "limit=1001", "limit=x", "limit=-1", "cursor=", "cursor=x", "cursor=" + next[:-1], "cursor=0" + next[1:], "limit=1&limit=2"):
    if bad != "cursor=0" + next[1:] or next[0] != "0":
        developer.ask("GET", "/v1/operations?" + bad, want=400)
developer.ask("GET", "/v1/files?cursor=" + next, want=400)  # of another list
assert [k["name"] for k in admin.ask("GET", "/v1/keys?limit=1")["keys"]] == ["first"]

for i in range(5):
    developer.ask("POST", "/v1/datasets/adults/branches", {"name": "leaf-%d" % i})
whole = [d["name"] for d in developer.ask("GET", "/v1/datasets")["datasets"]]
assert whole == sorted(whole) and {"people", "adults", "twig", "leaf-4"} <= set(whole), whole
for limit in (1, 2, len(whole), 1000):
    seen, next = [], ""
    while next is not None:
        page = developer.ask("GET", "/v1/datasets?limit=%d%s" % (limit, next and "&cursor=" + next))
        assert len(page["datasets"]) <= limit and (page.get("next") is None or page["datasets"][-1]["name"] == page["next"])
        seen += [d["name"] for d in page["datasets"]]
        next = page.get("next")
    assert seen == whole, (limit, seen, whole)
assert [d["name"] for d in developer.ask("GET", "/v1/datasets?cursor=leaf-1x&limit=1")["datasets"]] == ["leaf-2"]  # a name that is none
assert developer.ask("GET", "/v1/datasets?cursor=zzz")["datasets"] == []
for bad in ("limit=0", "limit=1001", "limit=x", "limit=-1", "cursor=%ff", "limit=1&limit=2", "cursor=a&cursor=b", "after=a"):
    developer.ask("GET", "/v1/datasets?" + bad, want=400)
developer.ask("GET", "/v1/log?from=1&from=2", want=400)

# nobody hears where on the machine all this lies
with open("answers", "w") as out:
    for client in (admin, developer):
        for each in client.ask("GET", "/v1/operations")["operations"]:
            out.write(json.dumps(client.ask("GET", "/v1/operations/" + each["id"])))
print("files: all held")
