#include "native/sha256_internal.h"

#if defined(__x86_64__)
#include <immintrin.h>

#include "native/cpu.h"

/* The SHA extensions hold the chain as (a, b, e, f) and (c, d, g, h), high word first; sha256rnds2
 * does two rounds. Intel, "Intel SHA Extensions", 2013. The flags stand on the functions: this file
 * is the only one that needs them. */
#define NI __attribute__((target("sha,sse4.1,ssse3")))

/* Message words t..t+3 from the sixteen before them: w[0] holds words t-16.., w[3] words t-4... */
NI static inline __m128i next_words(const __m128i w[static 4])
{
    __m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(w[0], w[1]), _mm_alignr_epi8(w[3], w[2], 4));
    return _mm_sha256msg2_epu32(sum, w[3]);
}

NI static void compress_ni(uint32_t chain[static 8], const uint8_t *blocks, size_t block_count)
{
    const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    __m128i dcba = _mm_loadu_si128((const __m128i *)(const void *)chain);
    __m128i hgfe = _mm_loadu_si128((const __m128i *)(const void *)(chain + 4));
    __m128i cdab = _mm_shuffle_epi32(dcba, 0xb1), efgh = _mm_shuffle_epi32(hgfe, 0x1b);
    __m128i abef = _mm_alignr_epi8(cdab, efgh, 8), cdgh = _mm_blend_epi16(efgh, cdab, 0xf0);
    /* Words come as big-endian bytes; `swap` turns each. Sixteen rounds use the words as they are,
     * 48 use those of the schedule; w rotates, so that w[0] are always the next four. */
    for (; block_count; block_count--, blocks += 64) {
        const __m128i abef_before = abef, cdgh_before = cdgh;
        __m128i w[4];
        for (int i = 0; i < 4; i++)
            w[i] = _mm_shuffle_epi8(
                _mm_loadu_si128((const __m128i *)(const void *)(blocks + 16 * i)), swap);
        for (int t = 0; t < 64; t += 4) {
            const __m128i k =
                _mm_loadu_si128((const __m128i *)(const void *)&zkl_sha256_constants[t]);
            const __m128i wk = _mm_add_epi32(w[0], k);
            cdgh = _mm_sha256rnds2_epu32(cdgh, abef, wk);
            abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(wk, 0x0e));
            const __m128i fresh = next_words(w);
            w[0] = w[1], w[1] = w[2], w[2] = w[3], w[3] = fresh;
        }
        abef = _mm_add_epi32(abef, abef_before);
        cdgh = _mm_add_epi32(cdgh, cdgh_before);
    }
    /* Back from (a, b, e, f) and (c, d, g, h) to the order of the chain. */
    const __m128i feba = _mm_shuffle_epi32(abef, 0x1b), dchg = _mm_shuffle_epi32(cdgh, 0xb1);
    _mm_storeu_si128((__m128i *)(void *)chain, _mm_blend_epi16(feba, dchg, 0xf0));
    _mm_storeu_si128((__m128i *)(void *)(chain + 4), _mm_alignr_epi8(dchg, feba, 8));
}

const zkl_sha256_set zkl_sha256_ni = { "sha-ni", ZKL_CPU_SHA, compress_ni };
#else
extern int zkl_sha256_ni_is_empty;
#endif
