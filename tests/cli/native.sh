#!/usr/bin/env bash
# ZKL_NATIVE: every program and command refuses what it does not know, before anything is made; doctor says what runs.
. "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

unset ZKL_NATIVE
run 0 zkp-ledger doctor
grep -Eq '^ok +kernels +(portable|neon|avx2|avx512ifma): Fr ' "$work/.out" || fail "doctor does not say what runs"

run 0 env ZKL_NATIVE=portable zkp-ledger doctor
grep -Eq '^ok +kernels +portable: Fr portable, G1 portable, G2 portable, SHA-3 portable, SHA-256 portable, cells portable, decoding portable, walks portable, CSV portable$' "$work/.out" ||
    fail "portable is not all portable"
ok "doctor says which sets run"

for value in sse9 AVX2 'avx2 '; do
    run 2 env ZKL_NATIVE="$value" zkp-ledger init made
    says "ZKL_NATIVE is '$value': it takes avx512ifma, avx2, neon or portable"
    [ ! -e made ] || fail "it was made"
    run 2 env ZKL_NATIVE="$value" zkp-ledger doctor --json
    json "d['exit_code'] == 2" "'ZKL_NATIVE' in d['error']"
    run 2 env ZKL_NATIVE="$value" zkl-verify-min none none
    says "ZKL_NATIVE"
    [ ! -x "$zkl_build/zkp-ledgerd" ] || { run 2 env ZKL_NATIVE="$value" zkp-ledgerd made; says "ZKL_NATIVE"; }
done
run 0 env ZKL_NATIVE=sse9 zkp-ledger --version
run 0 env ZKL_NATIVE= zkp-ledger doctor
ok "what is no path is refused by every program"
