#!/usr/bin/env bash
# zkp-ledgerd under a supervisor: sockets that it is given, words on how it stands, the access log; and settings that are not its own.
source "$ZKL_SOURCE_DIR/tests/cli/lib.sh"
[ -x "$ZKL_BUILD_DIR/zkp-ledgerd" ] || { echo "built without the service"; exit 77; }
command -v python3 >/dev/null || { echo "this test needs python3" >&2; exit 1; }

run 0 zkp-ledgerd --init here
key=$(grep -o 'sk-[0-9a-f]\{64\}' <<<"$out")

# a ledger's configuration is refused, and each key is told its place
mkdir other
cat >other/zkp-ledgerd.toml <<'TOML'
[ledger]
name = "production-ml-pipeline"
compression = true
[storage]
path = "./ledger-data"
TOML
run 2 zkp-ledgerd other
says "line 2: [ledger] name: "
says "line 3: [ledger] compression: "
says "line 5: [storage] path: "
says "unknown key 'ledger'"

printf 'addresses = ["unix:own.sock"]\naccess_log = "access.log"\n[http]\nhead_seconds = 2\n' >here/zkp-ledgerd.toml
python3 "$ZKL_SOURCE_DIR/tests/cli/service_http_long.py" "$key" || fail "service_http_long.py"
# the units are what systemd takes, with this program
if command -v systemd-analyze >/dev/null; then
    mkdir units && cp "$ZKL_SOURCE_DIR"/deploy/zkp-ledgerd.* units
    sed -i "s#^ExecStart=[^ ]*#ExecStart=$ZKL_BUILD_DIR/zkp-ledgerd#" units/zkp-ledgerd.service
    run 0 systemd-analyze verify units/zkp-ledgerd.service units/zkp-ledgerd.socket
    [ -z "$out$err" ] || fail "systemd-analyze says more"
fi
ok "it is started, told and watched as supervisors do"
