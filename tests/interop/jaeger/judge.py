"""Jaeger beside a daemon: what it shows of one request. jaeger_long.sh."""
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

sys.path.insert(0, os.path.join(os.environ["ZKL_SOURCE_DIR"], "tests", "cli"))
from service_client import Client

jaeger, key = sys.argv[1:]
TRACE, MINE = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
free = [socket.create_server(("127.0.0.1", 0)) for _ in range(7)]
otlp, otlp_grpc, query, query_grpc, admin, http, grpc = (s.getsockname()[1] for s in free)
for s in free:
    s.close()
here = "127.0.0.1:%d"
server = subprocess.Popen([
    jaeger, "--collector.otlp.http.host-port=" + here % otlp, "--collector.otlp.grpc.host-port=" + here % otlp_grpc,
    "--query.http-server.host-port=" + here % query, "--query.grpc-server.host-port=" + here % query_grpc,
    "--admin.http.host-port=" + here % admin, "--collector.http-server.host-port=" + here % http,
    "--collector.grpc-server.host-port=" + here % grpc, "--log-level=warn",
], stdout=open("jaeger.log", "ab"), stderr=subprocess.STDOUT, env={**os.environ, "SPAN_STORAGE_TYPE": "memory"})


def get(where):
    try:
        with urllib.request.urlopen("http://" + here % query + where) as answer:
            return json.load(answer)
    except (urllib.error.URLError, ConnectionError):
        return None


def wait(what):
    deadline = time.monotonic() + 60
    while not (found := what()):
        assert time.monotonic() < deadline and server.poll() is None
        time.sleep(0.1)
    return found


daemon = None
try:
    wait(lambda: get("/api/services"))
    open("here/zkp-ledgerd.toml", "w").write('addresses = ["unix:zkp-ledgerd.sock"]\n[traces]\nendpoint = "http://%s"\n' % (here % otlp))
    daemon = subprocess.Popen(["zkp-ledgerd", "here"], stdout=subprocess.DEVNULL, stderr=open("served", "ab"))
    me = Client("here/zkp-ledgerd.sock", key)
    started = me.ask("PUT", "/v1/datasets/people", "age\n31\n44\n", {"Content-Type": "text/csv", "traceparent": "00-%s-%s-01" % (TRACE, MINE)}, want=202)
    assert me.over(started["id"])["status"] == "valid"

    def shown():
        found = get("/api/traces/" + TRACE)
        spans = found["data"][0]["spans"] if found and found.get("data") else []
        names = {s["operationName"] for s in spans}
        return {"uploadDataset", "notarize", "committing", "recording", "batch"} <= names and found["data"][0]

    trace = wait(shown)
    by_id = {s["spanID"]: s for s in trace["spans"]}

    def parents(span):
        return [r["spanID"] for r in span["references"] if r["refType"] == "CHILD_OF"]

    for span in trace["spans"]:
        (above,) = parents(span)
        want = {"uploadDataset": MINE}.get(span["operationName"])
        tags = {t["key"]: t["value"] for t in span["tags"]}
        if want:
            assert above == want and tags["span.kind"] == "server" and tags["http.response.status_code"] == 202, span
        elif span["operationName"] == "notarize":
            assert by_id[above]["operationName"] == "uploadDataset" and tags["zkl.operation.id"] == started["id"], span
        elif span["operationName"] in ("committing", "recording", "batch"):
            assert by_id[above]["operationName"] == "notarize", span
        assert trace["processes"][span["processID"]]["serviceName"] == "zkp-ledgerd"
    assert not trace.get("warnings") and not [s for s in trace["spans"] if s.get("warnings") and s["operationName"] != "uploadDataset"], trace
finally:
    for process in (daemon, server):
        if process:
            process.terminate()
            process.wait(60)
