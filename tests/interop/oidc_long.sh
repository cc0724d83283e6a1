#!/usr/bin/env bash
# Tokens of a real provider (npm's oidc-provider): discovery, JWTs by its keys, opaque ones by introspection, revoked ones.
set -euo pipefail
source "$ZKL_SOURCE_DIR/tests/interop/libtools.sh"
[ -x "$ZKL_BUILD_DIR/zkp-ledgerd" ] || { echo "built without the service"; exit 77; }
pins=$ZKL_SOURCE_DIR/tests/interop/oidc
folder=$(zkl_npm "$pins" oidc-provider-8.8.1)
work=$(mktemp -d)
daemon=
trap 'exec 7>&-; [ -z "$daemon" ] || kill $daemon 2>/dev/null; wait; rm -rf "$work"' EXIT
cd "$work"

mkfifo in out
node "$pins/provider.mjs" "$folder" <in >out 2>provider.log &
exec 7>in
read -r issuer <out || { cat provider.log; exit 1; }

"$ZKL_BUILD_DIR/zkp-ledgerd" --init here >made
printf 'secret of led ger/1\n' >secret
cat >here/zkp-ledgerd.toml <<TOML
addresses = ["127.0.0.1:0"]
[[issuer]]
issuer = "$issuer"
audiences = ["ledger"]
discovery = true
introspection = "opaque"
client_id = "led ger/1"
client_secret_file = "$PWD/secret"
introspection_cache_s = 2
[[issuer.role]]
value = "staff"
role = "developer"
TOML
"$ZKL_BUILD_DIR/zkp-ledgerd" here >served 2>&1 &
daemon=$!
until grep -q "^Listening" served; do kill -0 $daemon || { cat served; exit 1; }; sleep 0.05; done
node "$pins/client.mjs" "$issuer" "http://$(sed -n 's/^Listening on //p' served)" "$(grep -o 'sk-[0-9a-f]\{64\}' made)" || { cat served provider.log; exit 1; }
kill -TERM $daemon
wait $daemon
daemon=
