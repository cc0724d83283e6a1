#!/usr/bin/env bash
# The OpenAPI document, judged by openapi-spec-validator, and the service against it by schemathesis: every path, by keys of
# two organisations, in all phases (examples, coverage, fuzzing, stateful by links). What it may not ask for, and why, stands in
# schemathesis.toml. ZKL_SOAK=1: more of everything.
set -euo pipefail
source "$ZKL_SOURCE_DIR/tests/interop/libtools.sh"
[ -x "$ZKL_BUILD_DIR/zkp-ledgerd" ] || { echo "built without the service"; exit 77; }
python=$(zkl_python "$ZKL_SOURCE_DIR/tests/interop/schemathesis_requirements.txt")
work=$(mktemp -d)
daemon=
trap '[ -z "$daemon" ] || { kill $daemon; wait $daemon; } 2>/dev/null; rm -rf "$work"' EXIT
export PATH=$ZKL_BUILD_DIR:$PATH PYTHONDONTWRITEBYTECODE=1
export ZKL_SETUP_CACHE=$ZKL_BUILD_DIR/tests/setup-cache XDG_STATE_HOME=$work/state
mkdir -p "$ZKL_SETUP_CACHE"
cd "$work"

flock "$ZKL_SETUP_CACHE.lock" zkp-ledgerd --init here >made.txt
operator=$(grep -o 'sk-[0-9a-f]\{64\}' made.txt)
sed -i 's/127.0.0.1:8080/127.0.0.1:0/' here/zkp-ledgerd.toml
# Those who ask come with tokens: a key could end itself on the way, and all that follows would be refused.
openssl genpkey -algorithm ed25519 -out issuer.pem
cat >tokens.py <<'PYTHON'
import base64, json, subprocess, time
code = lambda b: base64.urlsafe_b64encode(b).rstrip(b"=").decode()
public = subprocess.run("openssl pkey -in issuer.pem -pubout -outform DER", shell=True, capture_output=True, check=True).stdout[-32:]
json.dump({"keys": [{"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "kid": "1", "x": code(public)}]}, open("here/jwks.json", "w"))
for name, issuer, org, role in (("operator", "https://own", None, "admin"), ("acme", "https://others", "acme", "admin"), ("viewer", "https://others", "acme", "viewer")):
    claims = {"iss": issuer, "aud": "zkl", "sub": name, "exp": int(time.time()) + 86400, "roles": [role], **({"org_id": org} if org else {})}
    text = ".".join(code(json.dumps(part).encode()) for part in ({"alg": "EdDSA", "kid": "1"}, claims))
    open("text", "w").write(text)
    signed = subprocess.run("openssl pkeyutl -sign -inkey issuer.pem -rawin -in text", shell=True, capture_output=True, check=True).stdout
    open(name, "w").write(text + "." + code(signed))
with open("here/zkp-ledgerd.toml", "a") as settings:
    for issuer, org in (("https://own", 'org = "default"\n'), ("https://others", "")):
        settings.write(f'[[issuer]]\nissuer = "{issuer}"\naudiences = ["zkl"]\njwks = "jwks.json"\n{org}')
        settings.write("".join(f'[[issuer.role]]\nvalue = "{role}"\nrole = "{role}"\n' for role in ("admin", "viewer")))
PYTHON
"$python" tokens.py
zkp-ledgerd here >served.txt 2>&1 &
daemon=$!
for _ in $(seq 400); do grep -q '127.0.0.1:' served.txt && break; sleep 0.05; done
port=$(grep -o '127.0.0.1:[0-9]*' served.txt | cut -d: -f2)

# acme has a ledger, and in it a dataset
"$python" - "$ZKL_SOURCE_DIR/tests/cli" here/zkp-ledgerd.sock "$operator" <<'PYTHON'
import json, sys
sys.path.insert(0, sys.argv[1])
from service_client import Client
operator, acme = Client(sys.argv[2], sys.argv[3]), Client(sys.argv[2], open("acme").read())
operator.over(operator.ask("POST", "/v1/ledgers", {"name": "main", "organisation": "acme"}, want=202)["id"])
began = acme.ask("PUT", "/v1/datasets/people", "age\n1\n2\n", {"Content-Type": "text/csv"}, want=202)
assert acme.over(began["id"])["status"] == "valid"
for who in ("operator", "acme", "viewer"):
    json.dump(Client(sys.argv[2], open(who).read()).ask("GET", "/v1/openapi.json"), open(who + ".json", "w"))
PYTHON
for document in operator acme; do
    "$python" -m openapi_spec_validator --schema 3.1 $document.json
done

# judge WHO PHASES EXAMPLES ARGUMENTS...
judge() {
    local who=$1 phases=$2 examples=$3
    shift 3
    "$python" "$(dirname "$python")/schemathesis" --config-file "$ZKL_SOURCE_DIR/tests/interop/schemathesis.toml" run \
        "http://127.0.0.1:$port/v1/openapi.json" --header "Authorization: Bearer $(cat "$who")" --phases "$phases" --seed 1 \
        --max-examples "$examples" --no-color --continue-on-failure "$@" >judged.txt 2>&1 ||
        { cat judged.txt served.txt; kill -0 $daemon || echo "the service is gone"; exit 1; }
    kill -0 $daemon
    grep -E 'generated|Tested:' judged.txt
}
own='^/v1/(call|datasets)/'
if [ "${ZKL_SOAK:-0}" = 1 ]; then
    for who in operator acme; do
        judge $who examples,coverage,fuzzing,stateful 40 --workers 2
    done
    judge viewer examples,coverage,fuzzing 10 --workers 2
else
    judge operator examples,coverage 1 --exclude-path-regex "$own" --workers 2
    judge acme fuzzing,stateful 1 --no-shrink --workers 2
fi
echo "schemathesis: found nothing"
