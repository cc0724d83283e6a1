#!/usr/bin/env bash
# --memory: the process's greatest size stays below what was said, for tables of several shapes; below what a table takes it ends with
# how much that is, and that much is enough.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"
if ! grep -q '^ZKL_SANITIZE:[A-Z]*=$' "$zkl_build/CMakeCache.txt"; then
    echo "skipped: a sanitizer's own memory counts too"
    exit 77
fi

new_ledger . --name memory
python3 - <<'PYTHON'
def write(name, columns, rows, cell):
    with open(name, "w") as f:
        f.write(",".join("c%d" % i for i in range(columns)) + "\n")
        f.writelines(",".join(cell(r, c) for c in range(columns)) + "\n" for r in range(rows))
write("long.csv", 2, 300000, lambda r, c: str((r * 7 + c) % 60000))
write("wide.csv", 150, 70000, lambda r, c: str((r * 7 + c) % 60000))
write("keys.csv", 1, 300000, lambda r, c: str(r * 7919 % 1000003))
write("texts.csv", 3, 70000, lambda r, c: "%d-%s" % (r * 3 + c, "x" * 200))
PYTHON

# peak MIB CODE COMMAND...: run it, and its greatest resident size is no more.
peak() {
    local most=$1
    shift
    run "$1" python3 -c 'import os, resource, sys
pid = os.spawnvp(os.P_NOWAIT, sys.argv[2], sys.argv[2:])
_, status, used = os.wait4(pid, 0)
open(sys.argv[1], "w").write(str(used.ru_maxrss // 1024))
sys.exit(os.waitstatus_to_exitcode(status))' "$work/peak" "${@:2}"
    [ "$(<"$work/peak")" -le "$most" ] || fail "it took $(<"$work/peak") MiB, and $most were said"
}
for said in long:256 long:400 wide:400 texts:400; do
    name=${said%:*} most=${said#*:}
    peak "$most" 0 zkp-ledger notarize "$name.csv" --name "$name" --memory "${most}MiB" --keep-spool -q
    ok "$name within $most MiB: $(<"$work/peak")"
done
peak 256 0 zkp-ledger prove long 'range(c0, 0, 60000)' --memory 256MiB -q
ok "prove within 256 MiB: $(<"$work/peak")"

# Claims that stand in an entry behind the first are proven within it too.
head -16001 long.csv | cut -d, -f1 >claims.csv
{ echo 'claims = ['; seq -f '"range(c0, -%.0f, 60000)",' 680; echo ']'; } >claims.toml
peak 400 0 zkp-ledger notarize claims.csv --name claims --claims claims.toml --memory 400MiB --json
json 'len(d["added_entries"]) == 1'
ok "claims for two entries within 400 MiB: $(<"$work/peak")"

# Too little, and how much it is.
run 6 zkp-ledger notarize wide.csv --name less --memory 256MiB -q
says 'memory of 256 MiB is too little: '
needed=$(sed -n 's/.* takes \([0-9]*\) MiB.*/\1/p' "$work/.err")
[ "$needed" -gt 256 ] || fail "it takes $needed MiB"
peak "$needed" 0 zkp-ledger notarize wide.csv --name less --memory "${needed}MiB" -q
run 6 zkp-ledger notarize keys.csv --name keys --memory 256MiB --claim 'unique(c0)' -q
says 'a claim that cannot be cut further takes '
needed=$(sed -n 's/.* takes \([0-9]*\) MiB.*/\1/p' "$work/.err")
peak "$needed" 0 zkp-ledger notarize keys.csv --name keys --memory "${needed}MiB" --claim 'unique(c0)' -q
run 6 zkp-ledger prove keys 'distinct(c0) >= 2' --data keys.csv --memory 256MiB -q
run 6 zkp-ledger notarize long.csv --name less --memory 256MiB --leaf-blocks 256 -q
says 'a proof of so many leaf blocks takes'
run 2 zkp-ledger notarize long.csv --name less --memory 255MiB
says 'memory is at least 256 MiB'
for size in 0 1 1TB GiB 1.5GiB -1 99999999999GiB; do
    run 2 zkp-ledger notarize long.csv --name less --memory "$size"
done
ok "too little: told, with what is enough"
