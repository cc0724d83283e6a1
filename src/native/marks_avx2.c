/* Half a word of marks an instruction: a comparison makes all ones of each byte that is alike, and
 * the top bits of 32 bytes are gathered at once. */
#include "native/marks_internal.h"

#if defined(__x86_64__)
#include <immintrin.h>

#include "native/cpu.h"

static void find_avx2(uint64_t *marks, const uint8_t *text, size_t block_count,
                      const uint8_t signs[static ZKL_MARKS_SIGNS])
{
    __m256i sign[ZKL_MARKS_SIGNS];
    for (int s = 0; s < ZKL_MARKS_SIGNS; s++)
        sign[s] = _mm256_set1_epi8((char)signs[s]);
    for (size_t block = 0; block < block_count; block++) {
        uint64_t word = 0;
        for (unsigned half = 0; half < 2; half++) {
            const __m256i bytes = _mm256_loadu_si256(
                (const __m256i *)(const void *)(text + block * ZKL_MARKS_BLOCK + 32 * half));
            const __m256i two = _mm256_or_si256(_mm256_cmpeq_epi8(bytes, sign[0]),
                                                _mm256_cmpeq_epi8(bytes, sign[1]));
            const __m256i others = _mm256_or_si256(_mm256_cmpeq_epi8(bytes, sign[2]),
                                                   _mm256_cmpeq_epi8(bytes, sign[3]));
            const uint32_t bits = (uint32_t)_mm256_movemask_epi8(_mm256_or_si256(two, others));
            word |= (uint64_t)bits << 32 * half;
        }
        marks[block] = word;
    }
}

const zkl_marks_set zkl_marks_avx2 = { "avx2", ZKL_CPU_AVX2, find_avx2 };
#else
extern int zkl_marks_avx2_is_empty;
#endif
