#pragma once
/* The sets, one a file. */
#include "native/keccak.h"

extern const zkl_keccak_set zkl_keccak_portable;
#if defined(__x86_64__)
extern const zkl_keccak_set zkl_keccak_bmi, zkl_keccak_avx2, zkl_keccak_avx512;
#elif defined(__aarch64__)
extern const zkl_keccak_set zkl_keccak_neon_sha3;
#endif
