/* Sixteen bytes a comparison. NEON gathers no top bits: each byte that is alike keeps the bit of
 * its place in its eight, and sums of neighbours, three times, make a byte of every eight. */
#include "native/marks_internal.h"

#if defined(__aarch64__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
#include <arm_neon.h>

#include "native/cpu.h"

/* The bits of the places of those of sixteen bytes that are a sign. */
static inline uint8x16_t bits_of(const uint8_t *text, const uint8x16_t sign[ZKL_MARKS_SIGNS])
{
    static const uint8_t places[16] = { 1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128 };
    const uint8x16_t bytes = vld1q_u8(text);
    const uint8x16_t two = vorrq_u8(vceqq_u8(bytes, sign[0]), vceqq_u8(bytes, sign[1]));
    const uint8x16_t others = vorrq_u8(vceqq_u8(bytes, sign[2]), vceqq_u8(bytes, sign[3]));
    return vandq_u8(vorrq_u8(two, others), vld1q_u8(places));
}

static void find_neon(uint64_t *marks, const uint8_t *text, size_t block_count,
                      const uint8_t signs[static ZKL_MARKS_SIGNS])
{
    uint8x16_t sign[ZKL_MARKS_SIGNS];
    for (int s = 0; s < ZKL_MARKS_SIGNS; s++)
        sign[s] = vdupq_n_u8(signs[s]);
    for (size_t block = 0; block < block_count; block++) {
        const uint8_t *at = text + block * ZKL_MARKS_BLOCK;
        const uint8x16_t low = vpaddq_u8(bits_of(at, sign), bits_of(at + 16, sign));
        const uint8x16_t high = vpaddq_u8(bits_of(at + 32, sign), bits_of(at + 48, sign));
        const uint8x16_t fours = vpaddq_u8(low, high);
        marks[block] = vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(fours, fours)), 0);
    }
}

const zkl_marks_set zkl_marks_neon = { "neon", ZKL_CPU_NEON, find_neon };
#else
extern int zkl_marks_neon_is_empty;
#endif
