#!/usr/bin/env python3
"""Write what is made of the service's metrics and rules of alerts, as build/tests/tool_telemetry prints them:

    deploy/prometheus/zkp-ledger.rules.yml   the rules, for Prometheus
    deploy/grafana/*.json                    dashboards
    docs/service/telemetry.md                the table of metrics, between its two marks

    python3 tools/telemetry_files.py build/tests/tool_telemetry            write them
    python3 tools/telemetry_files.py build/tests/tool_telemetry --check    say which are not as they would be written
"""
import json
import pathlib
import re
import subprocess
import sys

root = pathlib.Path(__file__).resolve().parent.parent
told = json.loads(subprocess.run([sys.argv[1]], check=True, capture_output=True, text=True).stdout)
metrics = {m["name"]: m for m in told["metrics"]}


def quoted(text):
    """A YAML scalar: what JSON quotes is one."""
    return json.dumps(text, ensure_ascii=False)


def rules():
    out = ["# Made by tools/telemetry_files.py of src/daemon/alert_rules.c: the rules that the service judges itself.",
           "groups:", "  - name: zkp-ledger", "    rules:"]
    for a in told["alerts"]:
        out += ["      - alert: " + a["name"], "        expr: " + quoted(a["prometheus"])]
        if a["for"]:
            out.append("        for: %ds" % a["for"])
        out += ["        labels:", "          severity: " + a["severity"],
                "        annotations:", "          summary: " + quoted(a["summary"])]
    return "\n".join(out) + "\n"


def table():
    out = ["| metric | kind | labels | what |", "| --- | --- | --- | --- |"]
    for m in told["metrics"]:
        out.append("| `%s` | %s | %s | %s |" % (m["name"], m["kind"], ", ".join("`%s`" % l for l in m["labels"]), m["help"]))
    return "\n".join(out)


# ---- Dashboards: rows of panels, each with its title, unit and expressions by legend

RATE = "[$__rate_interval]"
ROUTES = 'sum by (route) (rate(zkl_http_answers_total{code!="gone"}' + RATE + "))"


def quantile(q, metric, by=""):
    labels = "le" + (", " + by if by else "")
    return "histogram_quantile(%s, sum by (%s) (rate(%s_bucket%s)))" % (q, labels, metric, RATE)


DASHBOARDS = {
    "service": ("zkp-ledger: requests and operations", [
        ("Requests", [
            ("Requests a second, by route", "reqps", {"{{route}}": ROUTES}),
            ("Answers, by class of status", "reqps", {"{{code}}": "sum by (code) (rate(zkl_http_answers_total" + RATE + "))"}),
            ("Refusals and failures, by status", "reqps", {"{{code}}": "sum by (code) (rate(zkl_http_problems_total" + RATE + "))"}),
            ("How long requests take", "s", {q: quantile(q, "zkl_http_request_seconds") for q in ("0.5", "0.95", "0.99")}),
            ("Slowest routes (99 %)", "s", {"{{route}}": "topk(5, %s)" % quantile("0.99", "zkl_http_request_seconds", "route")}),
            ("Connections and requests in flight", "short", {"connections": "zkl_http_open_connections", "in flight": "zkl_http_requests_in_flight"}),
            ("Bytes", "Bps", {"received": "rate(zkl_http_received_bytes_total" + RATE + ")", "sent": "rate(zkl_http_sent_bytes_total" + RATE + ")"}),
            ("Bodies, by route", "Bps", {"{{route}} in": "sum by (route) (rate(zkl_http_body_received_bytes_total" + RATE + "))",
                                        "{{route}} out": "sum by (route) (rate(zkl_http_body_sent_bytes_total" + RATE + "))"}),
            ("Connections, malformed requests", "ops", {"refused: {{reason}}": "rate(zkl_http_refusals_total" + RATE + ")",
                                                       "refused connections": "rate(zkl_http_refused_connections_total" + RATE + ")",
                                                       "malformed": "rate(zkl_http_bad_requests_total" + RATE + ")",
                                                       "connections": "rate(zkl_http_connections_total" + RATE + ")"}),
        ]),
        ("Operations", [
            ("Accepted, by operation", "ops", {"{{operation}}": "sum by (operation) (rate(zkl_jobs_accepted_total" + RATE + "))"}),
            ("Over, by status", "ops", {"{{status}}": "sum by (status) (rate(zkl_jobs_ended_total" + RATE + "))"}),
            ("Waiting and running", "short", {"waiting": "zkl_jobs_waiting", "running": "zkl_jobs_running"}),
            ("Waiting, by priority", "short", {"{{priority}}": "zkl_jobs_queued"}),
            ("How long they wait (95 %)", "s", {"{{operation}}": quantile("0.95", "zkl_job_wait_seconds", "operation")}),
            ("How long they run (95 %)", "s", {"{{operation}}": quantile("0.95", "zkl_job_run_seconds", "operation")}),
            ("How long stages take (95 %)", "s", {"{{stage}}": quantile("0.95", "zkl_job_stage_seconds", "stage")}),
            ("Memory of running operations", "bytes", {"admitted": "zkl_jobs_memory_bytes", "limit": "zkl_jobs_memory_limit_bytes"}),
        ]),
        ("Recording", [
            ("Entries a batch", "short", {q: quantile(q, "zkl_batch_entries") for q in ("0.5", "0.99")}),
            ("Recording a batch", "s", {q: quantile(q, "zkl_batch_commit_seconds") for q in ("0.5", "0.99")}),
            ("Its store's write and sync", "s", {q: quantile(q, "zkl_batch_sync_seconds") for q in ("0.5", "0.99")}),
            ("Waiting for a batch", "s", {q: quantile(q, "zkl_batch_wait_seconds") for q in ("0.5", "0.99")}),
            ("Batches that failed", "short", {"failed": "increase(zkl_batches_failed_total" + RATE + ")"}),
        ]),
    ]),
    "machine": ("zkp-ledger: parts and machine", [
        ("Health", [
            ("Parts", "short", {"{{component}}": "zkl_component_up"}),
            ("Alerts", "short", {"{{state}}": "zkl_alerts"}),
            ("Notifications", "short", {"{{by}} {{outcome}}": "increase(zkl_notifications_total" + RATE + ")"}),
            ("Lines of the log", "short", {"{{level}}": "increase(zkl_log_lines_total" + RATE + ")"}),
        ]),
        ("Store and disk", [
            ("Keys of the store", "ops", {"{{operation}}": "rate(zkl_store_operations_total" + RATE + ")"}),
            ("Bytes of the store", "Bps", {"{{way}}": "rate(zkl_store_bytes_total" + RATE + ")"}),
            ("Blocks found in the cache", "percentunit", {"hits": 'sum(rate(zkl_store_cache_total{result="hit"}%s)) / sum(rate(zkl_store_cache_total%s))' % (RATE, RATE)}),
            ("Circuit keys", "ops", {"{{found}}": "rate(zkl_circuit_keys_total" + RATE + ")"}),
            ("Syncs", "ops", {"syncs": "rate(zkl_store_syncs_total" + RATE + ")"}),
            ("Disk", "bytes", {"free": "zkl_disk_free_bytes", "size": "zkl_disk_size_bytes"}),
            ("Key of encryption at rest", "ops", {"{{act}} {{version}}": "rate(zkl_encryption_key_uses_total" + RATE + ")",
                                                  "failed: {{act}}": "rate(zkl_encryption_key_failures_total" + RATE + ")"}),
        ]),
        ("Limits, tokens, witnesses, logs", [
            ("Limits", "ops", {"granted": "rate(zkl_limits_granted_total" + RATE + ")", "refused: {{scope}}": "rate(zkl_limits_refused_total" + RATE + ")"}),
            ("Tokens", "ops", {"{{verdict}}": "rate(zkl_tokens_total" + RATE + ")", "asked": "rate(zkl_tokens_asked_total" + RATE + ")"}),
            ("Witnesses", "short", {"asked": "zkl_witnesses", "failing": "zkl_witnesses_failing"}),
            ("Audit log", "short", {"waiting": "zkl_audit_waiting", "segments that the ledger lacks": "zkl_audit_unlogged_segments",
                                    "failing": "zkl_audit_failing"}),
            ("Access log and spans", "short", {"lines lost": "increase(zkl_access_log_dropped_total" + RATE + ")",
                                              "spans {{outcome}}": "increase(zkl_trace_spans_total" + RATE + ")"}),
        ]),
        ("Process", [
            ("Processors", "short", {"cores": "rate(process_cpu_seconds_total" + RATE + ")"}),
            ("Memory", "bytes", {"resident": "process_resident_memory_bytes"}),
            ("Descriptors", "short", {"open": "process_open_fds", "limit": "process_max_fds"}),
            ("Threads, series", "short", {"threads": "process_threads", "series": "zkl_series"}),
        ]),
    ]),
}
SOURCE = {"type": "prometheus", "uid": "${datasource}"}


def panels(rows):
    out, y = [], 0
    for title, group in rows:
        out.append({"id": len(out) + 1, "type": "row", "title": title, "collapsed": False, "panels": [],
                    "gridPos": {"h": 1, "w": 24, "x": 0, "y": y}})
        y += 1
        for i, (name, unit, lines) in enumerate(group):
            out.append({"id": len(out) + 1, "type": "timeseries", "title": name, "datasource": SOURCE,
                        "gridPos": {"h": 8, "w": 8, "x": 8 * (i % 3), "y": y + 8 * (i // 3)},
                        "fieldConfig": {"defaults": {"unit": unit, "min": 0}, "overrides": []},
                        "options": {"legend": {"displayMode": "list", "placement": "bottom"}, "tooltip": {"mode": "multi"}},
                        "targets": [{"refId": chr(65 + k), "datasource": SOURCE, "expr": expr, "legendFormat": legend}
                                    for k, (legend, expr) in enumerate(lines.items())]})
        y += 8 * ((len(group) + 2) // 3)
    return out


def dashboard(name):
    title, rows = DASHBOARDS[name]
    return json.dumps({
        "uid": "zkp-ledger-" + name, "title": title, "tags": ["zkp-ledger"], "timezone": "utc", "schemaVersion": 38, "version": 1,
        "editable": True, "refresh": "30s", "time": {"from": "now-3h", "to": "now"},
        "templating": {"list": [{"name": "datasource", "type": "datasource", "query": "prometheus", "label": "Prometheus"}]},
        "panels": panels(rows)}, indent=1) + "\n"


def page():
    text = (root / "docs/service/telemetry.md").read_text()
    begin, end = "<!-- metrics: tools/telemetry_files.py -->\n", "<!-- end of metrics -->\n"
    before, rest = text.split(begin)
    return before + begin + table() + "\n" + end + rest.split(end)[1]


files = {"deploy/prometheus/zkp-ledger.rules.yml": rules(), "docs/service/telemetry.md": page()}
for name in DASHBOARDS:
    files["deploy/grafana/zkp-ledger-%s.json" % name] = dashboard(name)

# Every metric that is named exists, and every one of ours is on a dashboard.
named = set()
for name, text in files.items():
    if name.endswith(".json"):
        for p in json.loads(text)["panels"]:
            for target in p.get("targets", []):
                named |= set(re.findall(r"\b(?:zkl|process)_[a-z_]+", target["expr"]))
for a in told["alerts"]:
    named |= set(re.findall(r"\b(?:zkl|process)_[a-z_]+", a["prometheus"]))
known = set(metrics)
for m in metrics.values():
    if m["kind"] == "histogram":
        known |= {m["name"] + e for e in ("_bucket", "_sum", "_count")}
wrong = ["there is no metric " + n for n in sorted(named - known)]
wrong += ["%s is on no dashboard" % m for m in sorted(set(metrics) - {n.removesuffix("_bucket") for n in named})
          if m not in ("zkl_build_info", "process_start_time_seconds", "zkl_jobs_kept", "zkl_jobs_failed", "zkl_http_requests_total",
                       "zkl_limits_places", "zkl_limits_crowded_total", "zkl_audit_events_total", "zkl_audit_refused_total")]
for name, text in files.items():
    path = root / name
    if sys.argv[2:] == ["--check"]:
        if not path.exists() or path.read_text() != text:
            wrong.append(name + " is not as tools/telemetry_files.py writes it: run it")
    else:
        path.write_text(text)
if wrong:
    sys.exit("\n".join(wrong))
print("telemetry files: %d, %d metrics, %d alerts" % (len(files), len(metrics), len(told["alerts"])))
