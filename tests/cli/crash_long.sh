#!/usr/bin/env bash
# kill -9 at 8 instants (2,000 under `make soak`) spread over a notarisation: after each, the chain verifies (against `head` and the user's memory too), versions are whole or absent, no
# spool is left with content, and the next notarisation works. ZKL_TEST_SEED repeats a run's instants, ZKL_TEST_KILLS
# sets another number.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
kills=${ZKL_TEST_KILLS:-$([ -n "${ZKL_SOAK:-}" ] && echo 2000 || echo 8)}
seed=${ZKL_TEST_SEED:-$RANDOM}
echo "seed $seed, $kills kills"

mkdir home && cd home || exit 1
new_ledger . --name crash
run 0 zkp-ledger keys show --json
remembered=$XDG_STATE_HOME/zkp-ledger/checkpoints/$(json_value 'd["ledger"]')
small_table >ages.csv
run 0 zkp-ledger notarize ages.csv --name ages --claim 'range(age, 0, 120)' # logs the set-up entry

# Runs the notarisation, kills it after at_s seconds; exit code 137 when it was killed, else its own; prints its duration.
cat >"$work/kill_at.py" <<'PYTHON'
import subprocess, sys, time
command = ["zkp-ledger", "notarize", "ages.csv", "--name", "ages", "--claim", "range(age, 0, 120)", "-q", "-o", "ages.zkl"]
start = time.monotonic()
process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
try:
    code = process.wait(None if sys.argv[1] == "never" else float(sys.argv[1]))
except subprocess.TimeoutExpired:
    process.kill()
    code = process.wait()
print("%.4f" % (time.monotonic() - start))
sys.exit(137 if code == -9 else code)
PYTHON

# check: the chain with every proof; versions are 1 .. n, each with its two proofs.
check() {
    run 0 zkp-ledger verify-chain --proofs --json
    json 'd["proofs"] == d["datasets"]' 'd["proofs_checked"] is True'
    local found
    found=$(json_value 'd["datasets"]')
    run 0 zkp-ledger show ages --json
    json "[v['version'] for v in d['versions']] == list(range(1, $found + 1))"
    [ "$found" -eq "$versions" ] || [ "$found" -eq $((versions + 1)) ] || fail "$found versions after $versions"
    [ "$1" != done ] || [ "$found" -eq $((versions + 1)) ] || fail "a version that was reported is not there"
    versions=$found
    cmp -s .zkp-ledger/head "$remembered" || [ "$1" != done ] || fail "head and the user's memory differ after a run that ended"
    left=$(find . -size +0 \( -name '*spool*' -o -name '*.tmp' -o -name '*.new*' \) -path './.zkp-ledger/*' | head -1)
    [ -z "$left" ] || fail "left over: $left"
    if [ -e ages.zkl ]; then # written whole, or not at all
        run 0 zkp-ledger verify ages.zkl
        rm ages.zkl
    fi
}

versions=1
killed=0 whole=0
run 0 python3 "$work/kill_at.py" never
duration=$out
check done
for i in $(seq 0 $((kills - 1))); do
    # evenly over the duration and a little beyond, each within its own slot
    at=$(python3 -c "import random; r = random.Random($seed * 100003 + $i); print(1.1 * $duration * ($i + r.random()) / $kills)")
    last_command="kill -9 after $at s of $duration (kill $i, seed $seed)"
    code=0
    python3 "$work/kill_at.py" "$at" >"$work/.out" 2>"$work/.err" || code=$?
    case $code in
    137) killed=$((killed + 1)) && check killed ;;
    0) whole=$((whole + 1)) && check done ;;
    *) fail "neither killed nor done" ;;
    esac
    if [ $((i % 8)) -eq 7 ]; then # the next one works; and the duration as it is now, whatever else the machine does
        run 0 python3 "$work/kill_at.py" never
        duration=$out
        check done
    fi
done
echo "$killed killed, $whole were over before; $versions versions, all whole"
[ "$killed" -ge $((kills / 2)) ] || fail "too few were killed: $killed of $kills"
run 0 zkp-ledger doctor
ok "kill -9 at $kills instants: whole or absent, and the next notarisation works"
