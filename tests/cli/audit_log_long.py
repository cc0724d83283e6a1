"""Asks a daemon over its Unix socket, for its audit log: audit_log_long.sh. `ask`: what the log says of requests. `hammer`: makes
keys until the daemon is killed, and writes the ids that it was told of."""
import http.client
import json
import os
import sys

sys.path.insert(0, os.path.dirname(__file__))
from service_client import Connection

what, path, admin = sys.argv[1:4]


connection = Connection(path)
answer = None


def ask(method, where, body=None, key=admin, headers=(), want=200):
    global answer
    connection.request(method, where, body=body, headers={**dict(headers), **({"Authorization": "Bearer " + key} if key else {})})
    answer = connection.getresponse()
    data = answer.read()
    assert answer.status == want, (method, where, answer.status, data)
    return json.loads(data) if "json" in answer.getheader("content-type", "") and "ndjson" not in answer.getheader("content-type") else data


def over(operation):
    return json.loads(ask("GET", operation["events"]).decode().strip().split("data: ")[-1])


def hammer():
    made = 0
    try:
        while True:
            ask("POST", "/v1/keys", json.dumps({"name": "k%d" % made, "role": "viewer"}), want=201)
            made += 1
            if made == 20:
                print("begun", flush=True)
    except (OSError, http.client.HTTPException):
        print(made)


def all_events(**more):
    events, after = [], None
    while True:
        query = "&".join("%s=%s" % item for item in {**more, "limit": 7, **({"after": after} if after else {})}.items())
        page = ask("GET", "/v1/audit?" + query)
        assert len(page["events"]) <= 7
        events += page["events"]
        after = page["next"]
        if not after:
            return events


def ask_all():
    viewer = ask("POST", "/v1/keys", json.dumps({"name": "v", "role": "viewer"}), want=201)["key"]
    id = [k for k in ask("GET", "/v1/keys")["keys"] if k["name"] == "v"][0]["id"]
    ask("GET", "/v1/datasets", key=None, want=401)
    ask("GET", "/v1/datasets/" + viewer, key="sk-" + 64 * "1", want=401)
    ask("GET", "/v1/datasets/" + viewer, want=404)  # a secret where a name belongs
    ask("PUT", "/v1/datasets/people", b"secret-cell,b\n1,2\n", key=viewer, headers={"Content-Type": "text/csv"}, want=403)
    for where in ("/v1/audit", "/v1/audit/ocsf", "/v1/audit/cef"):
        ask("GET", where, key=viewer, want=403)
    ask("POST", "/v1/audit/verify", key=viewer, want=403)
    ask("POST", "/v1/call/events", json.dumps({"folder": "/srv"}), want=403)  # no file is read for a stranger
    ask("GET", "/v1/nothing?token=secret-query", want=404)
    ask("PATCH", "/v1/datasets", want=405)
    # a table that fails at once: to prove one would take seconds
    done = over(ask("PUT", "/v1/datasets/people?claim=range(b,0,9)", b"secret-cell,secret-cell\n1,2\n", headers={"Content-Type": "text/csv"}, want=202))
    assert done["status"] != "valid" and done["state"] == "over", done
    ask("DELETE", "/v1/keys/" + id, want=204)
    for bad in ("limit=0", "limit=x", "limit=10001", "since=yesterday", "outcome=good", "after=1", "actor=a&actor=b", "class=%zz", "event=E"):
        ask("GET", "/v1/audit?" + bad, want=400)

    events = all_events()
    said = {(e["event"], e["outcome"], e["action"], e["resource"], e["code"], e["reason"]) for e in events}
    for want in (("SERVICE_STARTED", "success", "service", "", 0, ""),
                 ("ADMINISTRATION_GRANTED", "success", "makeKey", "keys", 0, ""),
                 ("KEY_CREATED", "success", "makeKey", "keys/" + id, 0, ""),
                 ("ACCESS_REFUSED", "blocked", "listDatasets", "datasets", 401, "nobody's key"),
                 ("ACCESS_REFUSED", "blocked", "showDataset", "datasets/{name}", 401, "nobody's key"),
                 ("ACCESS_GRANTED", "success", "showDataset", "datasets/withheld", 0, ""),
                 ("ACCESS_REFUSED", "blocked", "uploadDataset", "datasets/people", 403, "role"),
                 ("ACCESS_REFUSED", "blocked", "listEvents", "audit", 403, "role"),
                 ("ACCESS_REFUSED", "blocked", "verifyAudit", "audit/verify", 403, "role"),
                 ("ACCESS_REFUSED", "blocked", "events", "call/events", 403, "names a file"),
                 ("NOTHING_THERE", "failure", "", "", 404, ""),
                 ("NOTHING_THERE", "failure", "", "", 405, ""),
                 ("DATASET_UPLOADED", "success", "uploadDataset", "datasets/people", 0, ""),
                 ("ADMINISTRATION_GRANTED", "success", "removeKey", "keys/" + id, 0, ""),
                 ("KEY_REMOVED", "success", "removeKey", "keys/" + id, 0, "")):
        assert want in said, (want, sorted(said))
    ended = [e for e in events if e["event"] == "JOB_ENDED" and e["action"] == "notarize"]
    assert len(ended) == 1 and ended[0]["outcome"] == "failure" and ended[0]["reason"] == done["status"]
    # all events of one request have its id
    assert {e["event"] for e in events if e["request"] == ended[0]["request"]} == {"ACCESS_GRANTED", "DATASET_UPLOADED", "JOB_CREATED", "JOB_ENDED"}
    assert [e["time"] for e in events] == sorted(e["time"] for e in events)
    assert len({(e["class"], e["segment"], e["line"]) for e in events}) == len(events)

    refused = all_events(event="ACCESS_REFUSED", outcome="blocked")
    assert refused and all(e["event"] == "ACCESS_REFUSED" for e in refused)
    mine = [e for e in all_events(actor=id)]
    assert mine and all(e["actor"] == id and e["role"] == "viewer" for e in mine)
    assert all_events(action="removeKey") and all_events(since="2999-01-01") == [] and all_events(until="1999-01-01") == []
    assert {e["class"] for e in all_events(**{"class": "usage"})} == {"usage"}

    ocsf = ask("GET", "/v1/audit/ocsf?limit=1000").decode().splitlines()
    assert answer.getheader("content-type") == "application/x-ndjson"
    assert len(ocsf) > 30 and all(json.loads(line)["class_uid"] == 6003 for line in ocsf)
    open("ocsf.ndjson", "w").write("\n".join(ocsf) + "\n")
    cef = ask("GET", "/v1/audit/cef?limit=1000&event=ACCESS_REFUSED").decode().splitlines()
    assert len(cef) == len(refused) and all(line.startswith("CEF:0|zkp-ledger|zkp-ledgerd|") for line in cef)

    checked = over(ask("POST", "/v1/audit/verify", want=202))
    assert checked["status"] == "valid" and checked["answer"]["segments"]["open_lines"] >= len(events), checked
    document = ask("GET", "/v1/openapi.json")
    assert "/v1/audit" in document["paths"] and "/v1/audit/verify" in document["paths"]
    print(viewer)


hammer() if what == "hammer" else ask_all()
