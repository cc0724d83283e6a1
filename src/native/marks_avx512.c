/* A word of marks is what a comparison of 64 bytes gives. */
#include "native/marks_internal.h"

#if defined(__x86_64__)
#include <immintrin.h>

#include "native/cpu.h"

static void find_avx512(uint64_t *marks, const uint8_t *text, size_t block_count,
                        const uint8_t signs[static ZKL_MARKS_SIGNS])
{
    __m512i sign[ZKL_MARKS_SIGNS];
    for (int s = 0; s < ZKL_MARKS_SIGNS; s++)
        sign[s] = _mm512_set1_epi8((char)signs[s]);
    for (size_t block = 0; block < block_count; block++) {
        const __m512i bytes = _mm512_loadu_si512(text + block * ZKL_MARKS_BLOCK);
        marks[block] =
            _mm512_cmpeq_epi8_mask(bytes, sign[0]) | _mm512_cmpeq_epi8_mask(bytes, sign[1]) |
            _mm512_cmpeq_epi8_mask(bytes, sign[2]) | _mm512_cmpeq_epi8_mask(bytes, sign[3]);
    }
}

const zkl_marks_set zkl_marks_avx512 = { "avx512", ZKL_CPU_AVX512, find_avx512 };
#else
extern int zkl_marks_avx512_is_empty;
#endif
