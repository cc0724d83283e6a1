#!/usr/bin/env bash
# Two services: one has a log that it shows by tiles, the other is its witness. What is asked, signed, refused, and what holds
# while the witness is away.
source "$ZKL_SOURCE_DIR/tests/cli/lib.sh"
[ -x "$ZKL_BUILD_DIR/zkp-ledgerd" ] || { echo "built without the service"; exit 77; }
command -v python3 >/dev/null || { echo "this test needs python3" >&2; exit 1; }

for name in log wit; do
    run 0 zkp-ledgerd --init $name
    grep -o 'sk-[0-9a-f]\{64\}' <<<"$out" >$name.key
done
run 0 zkp-ledger witness new wit/witness --name witness.example/w1 --no-passphrase --json
json_value 'd["verifier_key"]' >w1.key
run 0 zkp-ledger keys show --trust --ledger log/ledger
cp "$work/.out" trust.toml
cp trust.toml wit/log.toml
{ cat trust.toml; printf '\n[witnesses]\nquorum = 1\nkeys = ["%s"]\n' "$(cat w1.key)"; } >witnessed.toml
printf 'age,city\n31,Bern\n44,Genf\n' >people.csv

# ---- Settings that are refused, each with its reason
refused() { # SETTINGS... WORDS: one argument of settings
    mkdir -p bad && { printf 'addresses = ["unix:s"]\n'; printf "$1"; } >bad/zkp-ledgerd.toml
    run 2 zkp-ledgerd bad
    says "$2"
}
refused '[[witness]]\nkey = "w+1+2"\n' "a witness has 'key' and 'url'"
refused '[[witness]]\nkey = "w+1+2"\nurl = "http://witness.example/"\n' 'over https alone'
refused '[[witness]]\nkey = "w+1+2"\nurl = "https://a"\n[[witness]]\nkey = "w+3+4"\nurl = "https://b"\n' 'named twice'
refused '[[witness]]\nkey = "w+1+2"\nurl = "https://a"\nname = "w"\n' "unknown key 'name'"
refused 'witness = 1\n' 'line 2'
refused 'witness_seconds = 0\n' '1 to 3600'
refused '[as_witness]\n' 'signs 1 to 10000 logs'
refused '[as_witness]\n[[as_witness.log]]\n' "a log has 'keys', or 'trust'"
refused '[as_witness]\n[[as_witness.log]]\nkeys = []\n' "a log has 'keys', or 'trust'"
refused '[as_witness]\n[[as_witness.log]]\nkeys = ["a"]\ntrust = "b"\n' "a log has 'keys', or 'trust'"
refused '[as_witness]\n[[as_witness.log]]\nkeys = [1]\n' 'a key is a text'
refused 'log_public = "yes"\n' 'log_public'
run 0 zkp-ledgerd --init broken
broken() { # WORDS CODE SETTINGS: what shows when the service begins
    { printf 'addresses = ["unix:s"]\n'; printf "$3"; } >broken/zkp-ledgerd.toml
    run "$2" zkp-ledgerd broken
    says "$1"
}
broken "the witness 'w'" 3 '[[witness]]\nkey = "w+1+2"\nurl = "https://a"\n'
broken 'witness.key' 4 "[as_witness]\n[[as_witness.log]]\nkeys = [\"$(sed -n 's/^ *\(log_key\|key\) = "\(log-[^"]*\)"/\2/p' trust.toml | head -1)\"]\n"
ok "settings that say too little are refused"

python3 "$ZKL_SOURCE_DIR/tests/cli/service_witness_long.py" || fail "service_witness_long.py: $(cat log.out wit.out)"
run 0 zkp-ledger verify-chain --ledger log/ledger
ok "the log is witnessed"
