"""Metrics, series and health of a daemon over its Unix socket: telemetry_long.sh."""
import os
import socket
import sys
import time

sys.path.insert(0, os.path.dirname(__file__))
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as prometheus
from service_client import Client, Connection

path, key, part = sys.argv[1:]
me = Client(path, key)
stranger = Connection(path)


def ask(where, want=200, method="GET", **headers):
    """Without a key."""
    stranger.request(method, where, headers=headers)
    answer = stranger.getresponse()
    data = answer.read().decode()
    assert answer.status == want, (where, answer.status, data)
    return answer, data


def samples(text, parse=prometheus):
    return {(s.name, tuple(sorted(s.labels.items()))): s.value for family in parse(text) for s in family.samples}


def value(all, name, **labels):
    """All series that have these labels, added up."""
    found = [v for (n, l), v in all.items() if n == name and set(labels.items()) <= set(l)]
    assert found, (name, labels)
    return sum(found)


assert ask("/healthz")[1] == "ok\n"
if part == "closed":
    ask("/metrics", 401)
    assert "zkl_http_requests_total" in me.ask("GET", "/metrics").decode()
    assert "zkl_http_requests_total" in me.ask("GET", "/v1/metrics").decode()
    ask("/readyz")  # health is not closed
    sys.exit()

# ---- requests by route, jobs by operation, batches
before = samples(ask("/metrics")[1])
for _ in range(5):
    me.ask("GET", "/v1/datasets")
me.ask("GET", "/v1/datasets/nobody", want=404)
me.ask("GET", "/v1/nowhere/sk-0123", want=404)
stranger.request("PUT", "/v1/datasets/people", headers={"Authorization": "Bearer sk-0"})
assert stranger.getresponse().read()
with open("people.csv", "rb") as file:
    started = me.ask("PUT", "/v1/datasets/people", file.read(), {"Content-Type": "text/csv"}, want=202)
assert me.over(started["id"])["status"] == "valid"
answer, text = ask("/metrics")
assert answer.getheader("content-type") == "text/plain; version=0.0.4; charset=utf-8", answer.getheaders()
open("metrics.txt", "w").write(text)
after = samples(text)


def rise(name, **labels):
    old = [v for (n, l), v in before.items() if n == name and set(labels.items()) <= set(l)]
    return value(after, name, **labels) - sum(old)


assert rise("zkl_http_answers_total", route="GET /v1/datasets", code="2xx", http="1") == 5
assert rise("zkl_http_request_seconds_count", route="GET /v1/datasets") == 5
assert rise("zkl_http_request_seconds_bucket", route="GET /v1/datasets", le="+Inf") == 5
assert rise("zkl_http_answers_total", route="GET /v1/datasets/{name}", code="4xx") == 1
assert rise("zkl_http_answers_total", route="other", code="4xx") == 1
assert rise("zkl_http_problems_total", code="404") == 2 and rise("zkl_http_problems_total", code="401") == 1
assert rise("zkl_http_body_received_bytes_total", route="PUT /v1/datasets/{name}") == os.path.getsize("people.csv")
assert rise("zkl_http_answers_total", route="GET /metrics", code="2xx") == 1  # the one before
assert value(after, "zkl_http_requests_in_flight") == 1  # this one
assert rise("zkl_jobs_accepted_total", operation="notarize") == 1
assert rise("zkl_jobs_ended_total", operation="notarize", status="valid") == 1
assert rise("zkl_jobs_ended_total", operation="show", status="not found") == 1
assert rise("zkl_job_run_seconds_count", operation="notarize") == 1 and rise("zkl_job_wait_seconds_count", operation="notarize") == 1
assert rise("zkl_job_run_seconds_sum", operation="notarize") > 0
stages = {dict(l)["stage"] for (n, l), v in after.items() if n == "zkl_job_stage_seconds_count"}
assert "committing" in stages and "recording" in stages and "other" not in stages, stages
assert rise("zkl_batch_entries_sum") >= 1 and rise("zkl_batch_commit_seconds_count") >= 1
assert 0 < rise("zkl_batch_sync_seconds_sum") < rise("zkl_batch_commit_seconds_sum")
assert rise("zkl_store_operations_total", operation="put") > 0 and rise("zkl_store_syncs_total") > 0
assert value(after, "zkl_store_cache_total") >= 0
assert rise("zkl_circuit_keys_total") >= 1  # found, read or made
assert value(after, "zkl_audit_events_total") > 0 and value(after, "zkl_limits_granted_total") > 0
assert all(value(after, "zkl_component_up", component=c) == 1 for c in
           ("store", "disk", "sequencer", "audit_log", "jobs", "witnesses", "issuers", "access_log"))
assert value(after, "process_resident_memory_bytes") > 1 << 20 and value(after, "process_threads") > 3
assert abs(value(after, "process_start_time_seconds") - time.time()) < 600
assert value(after, "zkl_build_info") == 1

# ---- whatever strangers and others ask for, there are no more series than before
known = set(after)
for i in range(40):
    for where in ("/v1/datasets/made%d" % i, "/v1/datasets/made%d/lineage" % i, "/v1/none/%d" % i, "/x%d" % i):
        me.connection.request("GET", where, headers={"Authorization": "Bearer " + key})
        answer = me.connection.getresponse()
        assert answer.status == 404 and answer.read(), where
    stranger.request("MADE%d" % i if i % 2 else "DELETE", "/tile/%d" % i)
    answer = stranger.getresponse()
    assert answer.read() is not None and answer.status >= 400, answer.status
    if answer.will_close:
        stranger.close()
more = set(samples(ask("/metrics")[1])) - known
names = {n for n, _ in more}
assert not [m for m in more if "made" in str(m) or "MADE" in str(m)], more
assert names <= {n for n, _ in known} and len(more) < 80, more
for _ in range(2):  # and the same again makes none at all
    me.ask("GET", "/v1/datasets/again", want=404)
    me.ask("GET", "/v1/again", want=404)
assert set(samples(ask("/metrics")[1])) - known <= more
after = samples(ask("/metrics")[1])

# ---- the other format has the same series
answer, text = ask("/metrics", Accept="application/openmetrics-text; version=1.0.0,text/plain;q=0.5")
assert answer.getheader("content-type").startswith("application/openmetrics-text; version=1.0.0"), answer.getheaders()
assert {s for s, _ in samples(text, openmetrics)} == {s for s, _ in after}
for refused in ("application/openmetrics-text;q=0", "application/openmetrics-textual", "text/plain", "*/*"):
    assert ask("/metrics", Accept=refused)[0].getheader("content-type").startswith("text/plain"), refused

# ---- what never became a request, by why
before = samples(ask("/metrics")[1])
raw = socket.socket(socket.AF_UNIX)
raw.connect(path)
raw.sendall(b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")
assert raw.recv(100).startswith(b"HTTP/1.1 400")
after = samples(ask("/metrics")[1])
assert rise("zkl_http_refusals_total", reason="malformed") == rise("zkl_http_refusals_total") == rise("zkl_http_bad_requests_total") == 1

# ---- series: a point a second
deadline = time.monotonic() + 60
while True:
    told = me.ask("GET", "/v1/metrics/series?name=zkl_jobs_ended_total")
    mine = [s for s in told["series"] if s["labels"] == {"operation": "notarize", "status": "valid"}]
    if mine and len(mine[0]["points"]) >= 3 and mine[0]["points"][-1][1] == 1:
        break
    assert time.monotonic() < deadline, told
    time.sleep(0.2)
points = mine[0]["points"]
assert told["kind"] == "counter" and points == sorted(points) and len(points) <= 1000
late = me.ask("GET", "/v1/metrics/series?name=zkl_jobs_ended_total&from=%d" % points[-1][0])
late = [p for s in late["series"] if s["labels"] == mine[0]["labels"] for p in s["points"]]
assert points[-1] in late and all(p[0] >= points[-1][0] for p in late), late
told = me.ask("GET", "/v1/metrics/series?name=zkl_http_request_seconds")
assert {s["sample"] for s in told["series"]} == {"zkl_http_request_seconds_count", "zkl_http_request_seconds_sum"}
me.ask("GET", "/v1/metrics/series?name=none", want=404)
me.ask("GET", "/v1/metrics/series?name=zkl_series&from=x", want=400)
me.ask("GET", "/v1/metrics/series?name=zkl_series&name=zkl_series", want=400)

# ---- health: states for all, reasons for those who may
answer, text = ask("/readyz")
states = {c: "ok" for c in ("store", "disk", "sequencer", "audit_log", "jobs", "witnesses", "issuers", "access_log")}
assert __import__("json").loads(text) == {"status": "ok", "components": states}, text
assert {c: s["state"] for c, s in me.ask("GET", "/v1/health")["components"].items()} == states

# ---- who may: nobody but the organisation that runs the service
acme = me.ask("POST", "/v1/keys", {"name": "a", "role": "admin", "organisation": "acme", "tier": "pro"}, want=201)["key"]
viewer = me.ask("POST", "/v1/keys", {"name": "v", "role": "viewer"}, want=201)["key"]
for other in (acme, viewer):
    for where in ("/v1/metrics", "/v1/metrics/series?name=zkl_series", "/v1/health"):
        Client(path, other).ask("GET", where, want=403)
for where in ("/v1/metrics", "/v1/metrics/series?name=zkl_series", "/v1/health"):
    ask(where, 401)
