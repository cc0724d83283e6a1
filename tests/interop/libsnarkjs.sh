# For the scripts beside this one: snarkjs as the function `snarkjs`, of the version and with the files that
# snarkjs/package-lock.json pins by hash.
source "$ZKL_SOURCE_DIR/tests/interop/libtools.sh"

interop=$ZKL_SOURCE_DIR/tests/interop

# zkl_snarkjs: print the folder that has it, installed the first time.
zkl_snarkjs() { zkl_npm "$interop/snarkjs" snarkjs-0.7.6; }

snarkjs() { node "$snarkjs_folder/node_modules/snarkjs/build/cli.cjs" "$@"; }

fail() {
    echo "FAIL: $*" >&2
    exit 1
}

# quietly COMMAND...: its output is shown only when it fails.
quietly() {
    "$@" >"$work/quiet.log" 2>&1 || { cat "$work/quiet.log" >&2; fail "$*"; }
}

# refused WHAT STATUS COMMAND...: the command must end with that exit status.
refused() {
    local what=$1 want=$2 status=0
    shift 2
    "$@" >"$work/refused.log" 2>&1 || status=$?
    [ "$status" = "$want" ] || { cat "$work/refused.log" >&2; fail "$what: exit $status, not $want"; }
}

# both_accept FOLDER: we and snarkjs take the proof in it.
both_accept() {
    quietly "$tool" verify "$1"
    quietly snarkjs groth16 verify "$1/verification_key.json" "$1/public.json" "$1/proof.json"
}

# both_refuse_changes FOLDER: neither takes what alter_proof.cjs makes of it. (Exit 1 of ours: checked and false;
# 3: malformed.)
both_refuse_changes() {
    rm -rf "$work/altered"
    node "$interop/alter_proof.cjs" "$1" "$work/altered" >"$work/names"
    [ "$(wc -l <"$work/names")" -ge 20 ] || fail "too few changes"
    local name status
    while read -r name status; do
        refused "$name" "$status" "$tool" verify "$work/altered/$name"
    done <"$work/names"
    sed "s|^\([^ ]*\).*|$work/altered/\1|" "$work/names" | node "$interop/verify_many.cjs" "$snarkjs_folder" >"$work/judged"
    [ "$(grep -c ' refused$' "$work/judged")" = "$(wc -l <"$work/names")" ] ||
        { cat "$work/judged" >&2; fail "snarkjs did not refuse all of them"; }
}
