/* Four Keccak states side by side in 256-bit registers. There is no rotation, so it is two shifts
 * and an xor. 25 words do not fit in 16 registers: some of the state lives in the first-level
 * cache. */
#include "native/keccak_internal.h"

#if defined(__x86_64__)
#include <immintrin.h>

#include "native/cpu.h"

typedef __m256i keccak_word; /* four lanes */
#define XOR(a, b) _mm256_xor_si256((a), (b))
#define XOR3(a, b, c) XOR(XOR((a), (b)), (c))
#define ROL(a, n) ((n) ? XOR(_mm256_slli_epi64((a), (n)), _mm256_srli_epi64((a), 64 - (n))) : (a))
#define CHI(a, b, c) XOR((a), _mm256_andnot_si256((b), (c)))
#define SPREAD(constant) _mm256_set1_epi64x((long long)(constant))
#include "native/keccak_inline.h"

/* Four words of four lanes into a[0..3]: four rows of 32 bytes, transposed. */
__attribute__((always_inline)) static inline void
xor_words_4(keccak_word *a, const uint8_t *const *data, size_t offset)
{
    __m256i r[4];
    for (int l = 0; l < 4; l++)
        r[l] = _mm256_loadu_si256((const __m256i *)(const void *)(data[l] + offset));
    const __m256i even01 = _mm256_unpacklo_epi64(r[0], r[1]),
                  odd01 = _mm256_unpackhi_epi64(r[0], r[1]);
    const __m256i even23 = _mm256_unpacklo_epi64(r[2], r[3]),
                  odd23 = _mm256_unpackhi_epi64(r[2], r[3]);
    a[0] = XOR(a[0], _mm256_permute2x128_si256(even01, even23, 0x20));
    a[1] = XOR(a[1], _mm256_permute2x128_si256(odd01, odd23, 0x20));
    a[2] = XOR(a[2], _mm256_permute2x128_si256(even01, even23, 0x31));
    a[3] = XOR(a[3], _mm256_permute2x128_si256(odd01, odd23, 0x31));
}

/* The 17th word of a block: 136 bytes are four rows of 32 and this. */
static long long word_at(const uint8_t *bytes)
{
    long long word;
    __builtin_memcpy(&word, bytes, sizeof word);
    return word;
}

/* The state is loaded and stored once a call, whatever the number of blocks. */
static void absorb_avx2(uint64_t *state, const uint8_t *const *data, size_t block_count)
{
    keccak_word a[ZKL_KECCAK_WORDS];
#pragma GCC unroll 25 /* else gcc makes it a rep movs, 40 ns a call */
    for (int w = 0; w < ZKL_KECCAK_WORDS; w++)
        a[w] = _mm256_load_si256((const __m256i *)(const void *)(state + 4 * w));
    for (size_t at = 0; at < block_count * ZKL_KECCAK_RATE_256; at += ZKL_KECCAK_RATE_256) {
        for (int j = 0; j < 4; j++)
            xor_words_4(a + 4 * j, data, at + 32 * (size_t)j);
        const size_t last = at + 128;
        a[16] = XOR(a[16], _mm256_set_epi64x(word_at(data[3] + last), word_at(data[2] + last),
                                             word_at(data[1] + last), word_at(data[0] + last)));
        keccak_permute(a);
    }
#pragma GCC unroll 25
    for (int w = 0; w < ZKL_KECCAK_WORDS; w++)
        _mm256_store_si256((__m256i *)(void *)(state + 4 * w), a[w]);
}

const zkl_keccak_set zkl_keccak_avx2 = { "avx2", 4, ZKL_CPU_AVX2, absorb_avx2 };
#else
extern int zkl_keccak_avx2_is_empty;
#endif
