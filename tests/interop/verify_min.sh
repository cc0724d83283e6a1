#!/bin/bash
# A program of the verifier library alone: it links blst, BLAKE3, libcrypto and jansson, holds no prover, reader, store or TOML,
# and checks what it is given.
set -eu
program="$ZKL_BUILD_DIR/zkl-verify-min"
corpus="$ZKL_SOURCE_DIR/fuzz/corpus"
fail() {
    echo "verify_min: $*" >&2
    exit 1
}
[ -x "$program" ] || fail "'$program' is not built"

# Libraries: those of docs/ARCHITECTURE.md, the C library, and what sanitizers add.
sanitizers=
if nm "$program" | grep -q -e __asan_init -e __tsan_init; then sanitizers='|libresolv'; fi
extra=$(readelf -d "$program" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p' |
    grep -Ev '^(libcrypto|libjansson|libc|libm|libpthread|libdl|librt|libgcc_s|ld-linux-x86-64'"$sanitizers"')\.so' || true)
[ -z "$extra" ] || fail "needs $extra"

# Symbols: nothing of the prover, the readers, the stores or the ledger's writing half.
symbols=$(nm "$program" | awk '$2 ~ /[TtDdBbRr]/ { print $3 }')
echo "$symbols" | grep -q '^zkl_receipt_verify$' || fail "the verifier itself is missing"
bad=$(echo "$symbols" | grep -E '^(zkl_(prove|ntt|setup|powers|groth16_prove|groth16_setup|circuit_fraction|r1cs_|g1_msm_u16|chunk_|store_|batch_|log_|tiles_|keyfile_|sign_|signing_key_|signer_|owner_secret_|(dsse|note|entry|checkpoint)_(co)?sign$|aead_|ledger_(open|init|commit|stage|close)|toml|table_read|table_chunk|duckdb|config_|service_)|duckdb|rocksdb|_ZN4toml)' || true)
[ -z "$bad" ] || fail "holds $(echo $bad)"

# It works: real receipts are valid, one under the wrong trust cannot be checked; a receipt whose key is no key is refused there, one cut in two before, and no trust is no answer.
expect() {
    local want=$1 text=$2 got=0 out
    shift 2
    out=$("$program" "$@" 2>&1) || got=$?
    [ "$got" = "$want" ] || fail "exit $got, not $want: $out"
    case $out in *"$text"*) ;; *) fail "says '$out', not '$text'" ;; esac
}
real="$ZKL_SOURCE_DIR/tests/vectors/receipt"
expect 0 "proven: the sum of flipper_length_mm over its 342 non-null values is exactly 68713" "$real/notarise.zkl" "$real/trust.bin"
expect 0 "proven: every value of year lies between 2007 and 2009" "$real/rotated.zkl" "$real/trust.bin"
expect 0 "read as: CSV, delimiter ',', quote '\"', encoding utf-8, header, nulls: empty, 'NA'" "$real/notarise.zkl" "$real/trust.bin"
expect 9 "check 'trust'" "$real/notarise.zkl" "$corpus/trust/trust.bin"
expect 3 "check 'verification keys'" "$corpus/receipt/small.zkl" "$corpus/trust/trust.bin"
expect 3 "check 'form'" "$corpus/receipt/cut.zkl" "$corpus/trust/trust.bin"
expect 3 "not a trust record" "$corpus/receipt/small.zkl" "$corpus/receipt/small.zkl"
expect 2 "usage" "$corpus/receipt/small.zkl"
echo "verify_min: $(echo "$symbols" | grep -c '^zkl_') functions and tables of ours, $(stat -c %s "$program") bytes"
