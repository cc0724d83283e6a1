#!/usr/bin/env bash
# What a service tells of itself: metrics in both formats, judged by promtool and by Prometheus' own parser of OpenMetrics;
# series; health; and who may read them.
source "$ZKL_SOURCE_DIR/tests/cli/lib.sh"
source "$ZKL_SOURCE_DIR/tests/interop/libtools.sh"
[ -x "$ZKL_BUILD_DIR/zkp-ledgerd" ] || { echo "built without the service"; exit 77; }
command -v promtool >/dev/null || zkl_lacks "promtool, of Debian's package prometheus"
python=$(zkl_python "$ZKL_SOURCE_DIR/tests/interop/telemetry_requirements.txt")

refused() { # SETTINGS WORDS
    mkdir -p bad && printf 'addresses = ["unix:s"]\n'"$1" >bad/zkp-ledgerd.toml
    run 2 zkp-ledgerd bad
    says "$2"
}
refused 'metrics = "all"\n' 'metrics is "loopback", "open" or "key"'
refused 'metrics_step_seconds = 0\n' "'metrics_step_seconds' is 1 to 60"

run 0 zkp-ledgerd --init here
key=$(grep -o 'sk-[0-9a-f]\{64\}' <<<"$out")
trap 'kill $daemon 2>/dev/null; clean_up' EXIT
serve() { # SETTINGS: the daemon with them
    { printf 'addresses = ["unix:zkp-ledgerd.sock"]\n'; printf "$1"; } >here/zkp-ledgerd.toml
    : >served
    zkp-ledgerd here >served 2>&1 &
    daemon=$!
}
end() {
    kill -TERM $daemon
    wait $daemon || fail "it ends with $?: $(cat served)"
}
ask() { # PART
    "$python" "$ZKL_SOURCE_DIR/tests/cli/telemetry_long.py" here/zkp-ledgerd.sock "$key" "$1" || fail "$1: $(cat served)"
}
printf 'age,city\n31,Bern\n44,Genf\n' >people.csv
serve 'metrics_step_seconds = 1\naccess_log = "access.log"\n'
ask counted
promtool check metrics <metrics.txt >promtool.out 2>&1 || fail "promtool: $(cat promtool.out)"
[ ! -s promtool.out ] || fail "promtool: $(cat promtool.out)"
lacks "a dataset is named in the metrics" -F 'people' metrics.txt
for secret in "${key:3}" Bern; do
    lacks "the metrics have a secret: $secret" -F -- "$secret" metrics.txt
    lacks "the log has a secret: $secret" -F -- "$secret" served
done
end
serve 'metrics = "key"\n'
ask closed
end
ok "metrics are judged"
