#!/usr/bin/env bash
# Files in and out of zkp-ledgerd: what is sent, what operations write, and what is no path of a stranger's.
source "$ZKL_SOURCE_DIR/tests/cli/lib.sh"
[ -x "$ZKL_BUILD_DIR/zkp-ledgerd" ] || { echo "built without the service"; exit 77; }
command -v python3 >/dev/null || { echo "this test needs python3" >&2; exit 1; }

run 0 zkp-ledgerd --init here
key=$(grep -o 'sk-[0-9a-f]\{64\}' <<<"$out")
mkdir -p data/below elsewhere
printf 'age,city\n31,Bern\n44,Genf\n50,Bern\n' >data/people.csv
cp data/people.csv data/below/more.csv
cp data/people.csv elsewhere/secret.csv
ln -s ../elsewhere/secret.csv data/link.csv
ln -s ../elsewhere data/away
sed -i 's/, "127.0.0.1:8080"//; s/^files_count_max.*/files_count_max = 40/; s/^files_bytes_max.*/files_bytes_max = 3000000/' here/zkp-ledgerd.toml
echo "readable = [\"$PWD/data/\"]" >>here/zkp-ledgerd.toml
for bad in '["data"]' '["/"]' '[7]'; do
    mkdir -p bad && sed "s|^readable.*|readable = $bad|" here/zkp-ledgerd.toml >bad/zkp-ledgerd.toml
    run 2 zkp-ledgerd bad
done

: >served
zkp-ledgerd here >served 2>&1 &
daemon=$!
trap 'kill $daemon 2>/dev/null; clean_up' EXIT
python3 "$ZKL_SOURCE_DIR/tests/cli/service_files_long.py" here/zkp-ledgerd.sock "$key" "$PWD" || fail "service_files_long.py: $(cat served)"
kill -TERM $daemon
wait $daemon || fail "it ends with $?"
lacks "an answer names a folder of the machine" "$PWD" answers

# what was sent and what was written is there after a restart
: >served
zkp-ledgerd here >served 2>&1 &
daemon=$!
python3 "$ZKL_SOURCE_DIR/tests/cli/service_files_long.py" here/zkp-ledgerd.sock "$key" again || fail "after a restart: $(cat served)"
kill -TERM $daemon
wait $daemon || fail "it ends with $?"
trap clean_up EXIT
[ -z "$(ls here/uploads)" ] || fail "uploads are left"
ls here/files | grep -q part && fail "parts are left"
run 0 zkp-ledger verify adults.zkl --trust trust.toml
prints VALID
ok "files go in and out, and nothing else of the machine does"
