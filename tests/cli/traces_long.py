"""A collector of traces, and a daemon that is traced: traces_long.sh."""
import base64
import http.server
import json
import os
import queue
import re
import subprocess
import sys
import threading
import time

sys.path.insert(0, os.path.dirname(__file__))
from google.protobuf import json_format
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from service_client import Client, Connection

key = sys.argv[1]
path = "here/zkp-ledgerd.sock"
WAIT = 60
arrived, asked = queue.Queue(), queue.Queue()
answers = [503]  # the first one, and then good ones
bodies = []


def to_base64(value):
    """OTLP/JSON has ids in hexadecimal, where protobuf's own JSON has base64."""
    if isinstance(value, dict):
        return {k: base64.b64encode(bytes.fromhex(v)).decode() if k in ("traceId", "spanId", "parentSpanId") else to_base64(v)
                for k, v in value.items()}
    return [to_base64(v) for v in value] if isinstance(value, list) else value


class Collector(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.path == "/witness/add-checkpoint":  # a witness that signs nothing
            asked.put(self.headers["traceparent"])
            self.send_response(404)
            self.end_headers()
            return
        assert self.path == "/v1/traces" and self.headers["content-type"] == "application/json"
        assert self.headers["x-token"] == "sekret-0123" and "traceparent" not in self.headers
        code = answers.pop() if answers else 200
        self.send_response(code)
        self.end_headers()
        self.wfile.write(b"{}")
        if code == 200:
            bodies.append(body)
            # unknown members and wrong types are refused
            request = json_format.Parse(json.dumps(to_base64(json.loads(body))), ExportTraceServiceRequest())
            for resource in request.resource_spans:
                about = {a.key: a.value.string_value for a in resource.resource.attributes}
                assert about["service.name"] == "zkp-ledgerd" and re.fullmatch("[0-9a-f]{16}", about["service.instance.id"])
                for scope in resource.scope_spans:
                    for span in scope.spans:
                        arrived.put(span)

    def log_message(self, *_):
        pass


collector = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Collector)
threading.Thread(target=collector.serve_forever, daemon=True).start()
port = collector.server_address[1]
out = open("served", "ab")


def serve(ratio, port, more=""):
    open("here/zkp-ledgerd.toml", "w").write("""addresses = ["unix:zkp-ledgerd.sock"]
access_log = "access.log"
log_level = "debug"
%s
[traces]
endpoint = "http://127.0.0.1:%d/"
header_file = "secrets/collector"
ratio = %s
""" % (more, port, ratio))
    return subprocess.Popen(["zkp-ledgerd", "here"], stdout=subprocess.DEVNULL, stderr=out)


def end(daemon):
    daemon.terminate()
    assert daemon.wait(60) == 0


def spans_of(trace, wanted):
    """Spans of a trace by name, when all that are wanted have come."""
    found = {}
    while not wanted <= set(found):
        span = arrived.get(timeout=WAIT)
        if span.trace_id.hex() == trace:
            found.setdefault(span.name, []).append(span)
    return found


def attributes(span):
    return {a.key: a.value.string_value or a.value.int_value for a in span.attributes}


def parent(trace, span, flags="01"):
    return {"traceparent": "00-%s-%s-%s" % (trace, span, flags)}


daemon = serve(0, port)
try:
    me = Client(path, key)
    trace, mine = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
    # what may not be traced: no flag, no key, a header that is none, no header
    me.ask("GET", "/v1/datasets", headers=parent("1" * 32, mine, "00"))
    stranger = Connection(path)
    for headers in ({}, {"Authorization": "Bearer sk-" + 64 * "0"}):
        stranger.request("GET", "/v1/datasets", headers={**parent("2" * 32, mine), **headers})
        answer = stranger.getresponse()
        assert answer.status == 401 and answer.read()
    me.ask("GET", "/v1/datasets", headers={"traceparent": "00-%s-%s-1" % ("3" * 32, mine)})
    me.ask("GET", "/v1/datasets")
    body = b"name,age\nsecretperson,31\nother,44\n"
    started = me.ask("PUT", "/v1/datasets/hiddenname", body, {"Content-Type": "text/csv", **parent(trace, mine)}, want=202)
    assert me.over(started["id"])["status"] == "valid"
    found = spans_of(trace, {"uploadDataset", "notarize", "committing", "recording", "batch"})

    (request,) = found["uploadDataset"]
    assert request.parent_span_id.hex() == mine and request.kind == 2
    said = attributes(request)
    assert said["http.route"] == "PUT /v1/datasets/{name}" and said["http.response.status_code"] == 202, said
    (job,) = found["notarize"]
    assert job.parent_span_id == request.span_id and job.kind == 1
    assert attributes(job)["zkl.operation.id"] == started["id"] and attributes(job)["zkl.status"] == "valid"
    for name in ("committing", "recording", "batch"):
        for span in found[name]:
            assert span.parent_span_id == job.span_id
            assert job.start_time_unix_nano <= span.start_time_unix_nano <= span.end_time_unix_nano, name
            assert span.end_time_unix_nano <= job.end_time_unix_nano + 1_000_000_000
    assert request.start_time_unix_nano <= request.end_time_unix_nano
    assert attributes(found["batch"][0])["zkl.batch.entries"] >= 1
    ids = [s.span_id for spans in found.values() for s in spans]
    assert len(set(ids)) == len(ids) and all(ids)

    # a failure is one
    me.ask("GET", "/v1/datasets/nobody", want=404, headers=parent("5" * 32, mine))
    found = spans_of("5" * 32, {"show"})
    assert found["show"][0].status.code == 2 and attributes(found["show"][0])["zkl.status"] == "not found"

    # one request has one id in the access log, the audit log and its span; and its trace
    lines = [json.loads(line) for line in open("here/access.log")]
    (line,) = [l for l in lines if l.get("trace") == trace]
    assert line["request"] == said["zkl.request.id"] and line["path"] == "/v1/datasets/hiddenname", line
    assert line["request"] in json.dumps(me.ask("GET", "/v1/audit?limit=1000"))
    (line,) = [l for l in lines if l.get("trace") == "1" * 32]  # not sampled, and joined all the same
    assert not [l for l in lines if l.get("trace") in ("2" * 32, "3" * 32)]
    metrics = me.ask("GET", "/v1/metrics").decode()
    assert int(re.search(r'zkl_trace_spans_total\{outcome="sent"\} (\d+)', metrics)[1]) > 4
    end(daemon)
    everything = b"".join(bodies)
    for hidden in (b"hiddenname", b"secretperson", b"sekret", b"sk-", b"default", b"1" * 32, b"2" * 32, b"3" * 32):
        assert hidden not in everything, hidden

    # ---- all of them, by the settings
    witness = '[[witness]]\nkey = "%s"\nurl = "http://127.0.0.1:%d/witness"\n' % (open("witness.key").read().strip(), port)
    daemon = serve(1, port, witness)
    me = Client(path, key)
    # what is asked of another service: it learns the trace, and is a span of it
    seen = []
    told = asked.get(timeout=WAIT)
    _, trace, called, flags = told.split("-")
    while len(seen) < 2:
        span = arrived.get(timeout=WAIT)
        if span.trace_id.hex() == trace:
            seen.append(span)
    (root,), (call,) = ([s for s in seen if s.name == name] for name in ("witness", "POST"))
    assert flags == "01" and call.span_id.hex() == called and call.parent_span_id == root.span_id and not root.parent_span_id
    assert call.kind == 3 and attributes(call)["http.response.status_code"] == 404 and call.status.code == root.status.code == 2
    me.ask("GET", "/v1/datasets")
    while (span := arrived.get(timeout=WAIT)).name != "listDatasets":
        pass
    assert not span.parent_span_id
    me.ask("GET", "/v1/datasets", headers=parent("6" * 32, mine, "00"))  # but those of a trace that is not sampled
    me.ask("GET", "/v1/me")
    while (span := arrived.get(timeout=WAIT)).name != "showMe":
        assert span.trace_id.hex() != "6" * 32
    end(daemon)

    # ---- nobody there: dropped and counted, and nothing waits for it
    collector.shutdown()
    collector.server_close()
    daemon = serve(1, port)
    me = Client(path, key)
    deadline = time.monotonic() + WAIT
    while True:
        me.ask("GET", "/v1/me")
        lost = re.search(r'zkl_trace_spans_total\{outcome="failed"\} (\d+)', me.ask("GET", "/v1/metrics").decode())
        if int(lost[1]) > 0:
            break
        assert time.monotonic() < deadline
        time.sleep(0.2)
finally:
    daemon.terminate()
assert daemon.wait(60) == 0
assert "the collector of traces" in open("served").read()
