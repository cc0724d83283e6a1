#!/usr/bin/env bash
# promtool judges the rules of alerts that are shipped for Prometheus, tries them on series, and reads every expression of the
# dashboards. All of it is as it is made of the service's own tables, and names no metric that the service has not. Then a
# Prometheus scrapes a service and judges the rules.
source "$ZKL_SOURCE_DIR/tests/cli/lib.sh"
set -euo pipefail
source "$ZKL_SOURCE_DIR/tests/interop/libtools.sh"
tool=$ZKL_BUILD_DIR/tests/tool_telemetry
[ -x "$tool" ] || { echo "built without the service"; exit 77; }
command -v promtool >/dev/null || zkl_lacks "promtool, of Debian's package prometheus"

python3 "$ZKL_SOURCE_DIR/tools/telemetry_files.py" "$tool" --check
cp "$ZKL_SOURCE_DIR/deploy/prometheus/zkp-ledger.rules.yml" "$ZKL_SOURCE_DIR/tests/interop/prometheus/rules_test.yml" "$work"
promtool check rules --lint-fatal "$work/zkp-ledger.rules.yml"
(cd "$work" && promtool test rules rules_test.yml)
# a rule that never fires would pass: one that is broken must not
sed 's/< 0.03/< 0.0003/' "$ZKL_SOURCE_DIR/deploy/prometheus/zkp-ledger.rules.yml" >"$work/zkp-ledger.rules.yml"
(cd "$work" && ! promtool test rules rules_test.yml >/dev/null 2>&1) || { echo "a broken rule passes"; exit 1; }
python3 - "$ZKL_SOURCE_DIR"/deploy/grafana/*.json >"$work/dashboards.yml" <<'P'
import json, sys
print("groups:\n  - name: dashboards\n    rules:")
count = 0
for name in sys.argv[1:]:
    board = json.load(open(name))
    ids = [p["id"] for p in board["panels"]]
    assert len(set(ids)) == len(ids) and board["uid"] and board["title"]
    for panel in board["panels"]:
        for target in panel.get("targets", []):
            print("      - record: panel:%d\n        expr: %s" % (count, json.dumps(target["expr"].replace("$__rate_interval", "5m"))))
            count += 1
assert count > 30
P
promtool check rules "$work/dashboards.yml"

run 0 zkp-ledgerd --init here
key=$(grep -o 'sk-[0-9a-f]\{64\}' <<<"$out")
python3 "$ZKL_SOURCE_DIR/tests/interop/prometheus/scrape.py" "$key" "$ZKL_SOURCE_DIR/deploy/prometheus/zkp-ledger.rules.yml" ||
    fail "scrape.py: $(cat served; tail -20 prometheus.log)"
