#!/usr/bin/env bash
# Keys of encryption at rest that lie elsewhere: in a token of PKCS#11 (SoftHSM), and in a service of the form of Vault's
# transit engine (a stand-in, transit_stand_in.py), which goes away and comes back.
#   service_encryption_keys_long.sh [pkcs11|transit]
source "$ZKL_SOURCE_DIR/tests/cli/lib.sh"
[ -x "$ZKL_BUILD_DIR/zkp-ledgerd" ] || { echo "built without the service"; exit 77; }
command -v python3 >/dev/null || { echo "this test needs python3" >&2; exit 1; }

mkdir -m 700 elsewhere tokens
printf 'directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\n' "$PWD/tokens" >elsewhere/softhsm2.conf
export SOFTHSM2_CONF=$PWD/elsewhere/softhsm2.conf
module=$(ls /usr/lib/softhsm/libsofthsm2.so /usr/lib/*/softhsm/libsofthsm2.so 2>/dev/null | head -1)
providers="transit pkcs11"
if ! command -v softhsm2-util >/dev/null || [ -z "$module" ]; then
    echo "no SoftHSM here (package softhsm2): the provider 'pkcs11' is not tested"
    providers=transit
fi
for provider in $providers; do
    run 0 zkp-ledgerd --init "$provider"
    key=$(grep -o 'sk-[0-9a-f]\{64\}' <<<"$out")
    sed -i 's/, "127.0.0.1:8080"//' "$provider/zkp-ledgerd.toml"
    python3 "$ZKL_SOURCE_DIR/tests/cli/service_encryption_keys_long.py" "$provider" "$key" "$module" || fail "$provider: $(tail -5 served)"
    ok "keys of '$provider' wrap what the service keeps"
done
