#!/usr/bin/env bash
# Traces: a request, its operation, stages and batch at a collector, judged by OpenTelemetry's own protocol; what is not
# traced, and what happens when no collector is there.
source "$ZKL_SOURCE_DIR/tests/cli/lib.sh"
source "$ZKL_SOURCE_DIR/tests/interop/libtools.sh"
[ -x "$ZKL_BUILD_DIR/zkp-ledgerd" ] || { echo "built without the service"; exit 77; }
python=$(zkl_python "$ZKL_SOURCE_DIR/tests/interop/telemetry_requirements.txt")

refused() { # SETTINGS WORDS
    mkdir -p bad && { printf 'addresses = ["unix:s"]\n[traces]\n'; printf "$1"; } >bad/zkp-ledgerd.toml
    run 2 zkp-ledgerd bad
    says "$2"
}
refused 'ratio = 0.5\n' 'traces have an endpoint'
refused 'endpoint = "http://collector.example:4318"\n' 'over https alone'
refused 'endpoint = "http://127.0.0.1:4318"\nratio = 1.5\n' "'ratio' is 0 to 1"
refused 'endpoint = "http://127.0.0.1:4318"\nratio = "all"\n' "'ratio' is 0 to 1"
refused 'endpoint = "http://127.0.0.1:4318"\nsample = 1\n' "unknown key 'sample'"

run 0 zkp-ledgerd --init here
key=$(grep -o 'sk-[0-9a-f]\{64\}' <<<"$out")
printf 'X-Token: sekret-0123\n' >here/secrets/collector
run 0 zkp-ledger witness new wit --name witness.example/w1 --no-passphrase --json
json_value 'd["verifier_key"]' >witness.key
"$python" "$ZKL_SOURCE_DIR/tests/cli/traces_long.py" "$key" || fail "traces_long.py: $(cat served)"
lacks "the secret stands in the log" "sekret-0123" served
ok "requests are traced"
