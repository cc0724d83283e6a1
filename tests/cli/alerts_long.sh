#!/usr/bin/env bash
# Alerts of a service: fired, grouped, told by webhook, mail and syslog, silenced over a restart, inhibited, resolved.
source "$ZKL_SOURCE_DIR/tests/cli/lib.sh"
[ -x "$ZKL_BUILD_DIR/zkp-ledgerd" ] || { echo "built without the service"; exit 77; }
command -v python3 >/dev/null || { echo "this test needs python3" >&2; exit 1; }

refused() { # SETTINGS WORDS
    mkdir -p bad && { printf 'addresses = ["unix:s"]\n'; printf "$1"; } >bad/zkp-ledgerd.toml
    run 2 zkp-ledgerd bad
    says "$2"
}
hook='[[receiver]]\nname = "ops"\nwebhook = "http://127.0.0.1:1/"\n'
refused '[[alert]]\nname = "a"\n' "an alert has 'name' and 'when'"
refused '[[alert]]\nname = "a"\nwhen = "zkl_witnesses > "\n' "line 4, column 8: 'when', character 17: a number"
refused '[[alert]]\nname = "a"\nwhen = "zkl_witness > 1"\n' 'there is no metric of that name'
refused '[[alert]]\nname = "a"\nwhen = "rate(zkl_jobs_ended_total{operation=\\"nothing\\"}, 5m) > 1"\n' 'the label never has that value'
refused '[[alert]]\nname = "a"\nwhen = "rate(zkl_http_requests_total, 10s) > 1"\n' '2 to 999 times metrics_step_seconds'
refused '[[alert]]\nname = "a"\nwhen = "increase(zkl_http_requests_total, 167m) > 1"\n' '2 to 999 times metrics_step_seconds'
refused 'metrics_step_seconds = 1\n[[alert]]\nname = "a"\nwhen = "increase(zkl_http_requests_total, 1000s) > 1"\n' '2 to 999 times metrics_step_seconds'
refused '[[alert]]\nname = "a"\nwhen = "zkl_witnesses > 1"\nfor = -1\n' "'for' is 0 to"
refused '[[alert]]\nname = "a"\nwhen = "zkl_witnesses > 1"\nseverity = "bad"\n' 'severity is'
refused '[[alert]]\nname = "a"\nwhen = "zkl_witnesses > 1"\nreceivers = ["ops"]\n' "there is no receiver 'ops'"
refused '[[alert]]\nname = "a"\nwhen = "zkl_witnesses > 1"\nlabels = { severity = "x" }\n' "the label 'severity' is said by the alert itself"
refused '[[alert]]\nname = "a"\nwhen = "zkl_witnesses > 1"\nfore = 1\n' "unknown key 'fore'"
refused '[[alert]]\nname = "a"\nwhen = "zkl_witnesses > 1"\n[[alert]]\nname = "a"\nwhen = "zkl_witnesses > 2"\n' 'named twice'
refused '[[receiver]]\nname = "ops"\nwebhok = "http://127.0.0.1:1/"\n' "did you mean 'webhook'?"
refused '[[receiver]]\nname = "ops"\n' "a receiver has a name, and 'webhook', 'smtp' or 'syslog'"
refused '[[receiver]]\nname = "ops"\nwebhook = "http://hook.example/"\n' 'over https alone'
refused "$hook$hook" 'named twice'
for host in mail.example 127.evil.example:25 localhost.evil.example 127.0.0.1.evil.example; do
    refused '[[receiver]]\nname = "m"\nsmtp = "smtp://'$host'"\nfrom = "a@b"\nto = ["c@d"]\nplain_smtp = true\n' 'plain_smtp is for a server on this machine'
done
refused '[[receiver]]\nname = "m"\nsmtp = "smtp://localhost:x@evil.example"\nfrom = "a@b"\nto = ["c@d"]\nplain_smtp = true\n' "'smtp' is smtp://HOST:PORT"
refused '[[receiver]]\nname = "m"\nsmtp = "smtps://mail.example"\nfrom = "a@b\\nTo: x"\nto = ["c@d"]\n' "'from' is one line"
refused '[[receiver]]\nname = "m"\nsmtp = "smtps://mail.example"\n' "'smtp' wants 'from' and 'to'"
refused '[[receiver]]\nname = "s"\nsyslog = "udp:host"\n' "'syslog' is unix:/PATH"
refused '[[inhibit]]\nsource = { severity = "critical" }\n' "an inhibition has 'source' and 'target'"
refused 'log_format = "xml"\n' 'log_format is'
refused 'log_level = "loud"\n' 'log_level is'
ok "settings that say too little are refused"

run 0 zkp-ledgerd --init here
key=$(grep -o 'sk-[0-9a-f]\{64\}' <<<"$out")
printf 'whsec-0123456789abcdef\n' >here/secrets/hook
python3 "$ZKL_SOURCE_DIR/tests/cli/alerts_long.py" "$key" || fail "alerts_long.py: $(cat served)"
lacks "the secret stands in the log" "whsec" served
ok "alerts are told"
