#!/usr/bin/env bash
# The Python package on a ledger of a real service over TLS, and on services that lie.
set -euo pipefail
[ -x "$ZKL_BUILD_DIR/zkp-ledgerd" ] || { echo "built without the service"; exit 77; }
work=$(mktemp -d)
daemon=
trap '[ -z "$daemon" ] || { kill $daemon; wait $daemon; } 2>/dev/null; rm -rf "$work"' EXIT
source "$ZKL_SOURCE_DIR/tests/interop/libpython.sh"
export PATH=$ZKL_BUILD_DIR:$PATH XDG_STATE_HOME=$work/state

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout own.key -out own.pem -days 2 -subj /CN=service \
    -addext subjectAltName=IP:127.0.0.1 2>/dev/null
flock "$ZKL_SETUP_CACHE.lock" zkp-ledgerd --init here >made.txt
ZKL_TEST_SERVICE_KEY=$(grep -o 'sk-[0-9a-f]\{64\}' made.txt)
cat >here/zkp-ledgerd.toml <<TOML
addresses = ["127.0.0.1:0"]
certificate = "$work/own.pem"
key = "$work/own.key"
TOML
: >served
zkp-ledgerd here >served 2>&1 &
daemon=$!
until grep -q 127.0.0.1 served; do kill -0 $daemon || { cat served >&2; exit 1; }; sleep 0.05; done
export ZKL_TEST_SERVICE=https://127.0.0.1:$(sed -n 's/^Listening on 127.0.0.1://p' served)
export ZKL_TEST_SERVICE_KEY ZKL_TEST_SERVICE_CA=$work/own.pem
"$python" -m pytest -q -p no:cacheprovider --rootdir "$package/tests" "$package/tests/test_remote.py"
[ -z "$(ls here/files)" ] || { echo "files are left at the service: $(ls here/files)" >&2; exit 1; }
! grep -q "$ZKL_TEST_SERVICE_KEY" served || { echo "the service's output has the key" >&2; exit 1; }
echo "ok nothing is left there"
