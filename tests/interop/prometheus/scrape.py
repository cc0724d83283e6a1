"""A real Prometheus scrapes a daemon, by the loopback address and with a key, and judges the shipped rules: prometheus_long.sh."""
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

sys.path.insert(0, os.path.join(os.environ["ZKL_SOURCE_DIR"], "tests", "cli"))
from service_client import Client

key, rules = sys.argv[1:]
daemon = prometheus = None
free = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
ports = [s.getsockname()[1] for s in free]
for s in free:
    s.close()
open("here/zkp-ledgerd.toml", "w").write('addresses = ["unix:zkp-ledgerd.sock", "127.0.0.1:%d"]\n' % ports[0])
open("prometheus.yml", "w").write("""
global: {scrape_interval: 1s, evaluation_interval: 1s}
rule_files: [%s]
scrape_configs:
  - job_name: open
    static_configs: [{targets: ["127.0.0.1:%d"]}]
  - job_name: key
    metrics_path: /v1/metrics
    authorization: {credentials_file: monitor.key}
    static_configs: [{targets: ["127.0.0.1:%d"]}]
""" % (json.dumps(rules), ports[0], ports[0]))


def get(where, **query):
    try:
        with urllib.request.urlopen("http://127.0.0.1:%d%s?%s" % (ports[1], where, urllib.parse.urlencode(query))) as answer:
            return json.load(answer)["data"]
    except (urllib.error.URLError, ConnectionError):
        return None


def wait(what):
    deadline = time.monotonic() + 60
    while not (found := what()):
        assert time.monotonic() < deadline and prometheus.poll() is None
        time.sleep(0.1)
    return found


def value(query):
    found = get("/api/v1/query", query=query)
    return found and found["result"] and float(found["result"][0]["value"][1])


try:
    daemon = subprocess.Popen(["zkp-ledgerd", "here"], stdout=subprocess.DEVNULL, stderr=open("served", "ab"))
    me = Client("here/zkp-ledgerd.sock", key)
    me.ask("GET", "/v1/me")  # it listens, and so it takes signals
    open("here/roles.toml", "w").write('[roles.monitor]\nallow = ["telemetry:read"]\n')
    daemon.send_signal(1)
    deadline = time.monotonic() + 60
    while not any(r["name"] == "monitor" for r in me.ask("GET", "/v1/access/roles")["roles"]):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    monitor = me.ask("POST", "/v1/keys", {"name": "prometheus", "role": "monitor"}, want=201)["key"]
    open("monitor.key", "w").write(monitor)
    Client("here/zkp-ledgerd.sock", monitor).ask("GET", "/v1/datasets", want=403)  # it may that alone
    prometheus = subprocess.Popen(["prometheus", "--config.file=prometheus.yml", "--storage.tsdb.path=tsdb", "--log.level=warn",
                                   "--web.listen-address=127.0.0.1:%d" % ports[1]], stdout=open("prometheus.log", "ab"), stderr=subprocess.STDOUT)
    wait(lambda: value('sum(up{job=~"open|key"})') == 2)
    wait(lambda: value('count(zkl_component_up{job="key"} == 1)') == 8)
    for _ in range(3):
        me.ask("GET", "/v1/ledgers")
    wait(lambda: value('sum(zkl_http_request_seconds_count{job="open", route="GET /v1/ledgers"})') == 3)
    # counters are taken for counters, histograms for histograms
    about = wait(lambda: get("/api/v1/metadata"))
    assert about["zkl_http_request_seconds"][0]["type"] == "histogram" and about["zkl_jobs_waiting"][0]["type"] == "gauge"
    (answers,) = about["zkl_http_answers"]  # it asks for OpenMetrics, where a family of counters has no "_total"
    assert answers["type"] == "counter" and answers["help"]

    def judged():
        found = get("/api/v1/rules")
        all = [r for g in (found or {"groups": []})["groups"] for r in g["rules"]]
        return all if all and all[0]["health"] != "unknown" else None

    judgements = wait(judged)
    assert len(judgements) == 19 and all(r["health"] == "ok" and not r.get("lastError") for r in judgements), judgements
    targets = get("/api/v1/targets")["activeTargets"]
    assert all(t["health"] == "up" and not t["lastError"] for t in targets), targets
finally:
    for process in (daemon, prometheus):
        if process:
            process.terminate()
            process.wait(60)
print("a Prometheus scrapes it")
