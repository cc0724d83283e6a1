/* Two Keccak states side by side in registers of 128 bits, by arm64's SHA3 instructions, which are
 * theta, rho and chi as they stand in the standard: three operands xored, a rotation behind an xor,
 * and-not and xor. 25 words fit in 32 registers.
 *
 * There is no set for NEON without them: a rotation is two instructions there and chi two, so two
 * states take some 160 instructions a round, while one takes some 100 of the integer units, whose
 * operands may be rotated, and of which processors have more. */
#include "native/keccak_internal.h"

#if defined(__aarch64__)
#include <arm_neon.h>

#include "native/cpu.h"

typedef uint64x2_t keccak_word; /* two lanes */
#define XOR(a, b) veorq_u64((a), (b))
#define XOR3(a, b, c) veor3q_u64((a), (b), (c))
#define XOR_ROL(a, b, n) vxarq_u64((a), (b), (64 - (n)) & 63)
#define XOR_ROL_1(a, b) vrax1q_u64((a), (b))
#define CHI(a, b, c) vbcaxq_u64((a), (c), (b))
#define SPREAD(constant) vdupq_n_u64(constant)
#include "native/keccak_inline.h"

/* Word w of both lanes. */
static inline keccak_word words_at(const uint8_t *const *data, size_t offset)
{
    return vreinterpretq_u64_u8(vcombine_u8(vld1_u8(data[0] + offset), vld1_u8(data[1] + offset)));
}

/* The state is loaded and stored once a call, whatever the number of blocks. */
static void absorb_neon_sha3(uint64_t *state, const uint8_t *const *data, size_t block_count)
{
    keccak_word a[ZKL_KECCAK_WORDS];
#pragma GCC unroll 25
    for (int w = 0; w < ZKL_KECCAK_WORDS; w++)
        a[w] = vld1q_u64(state + 2 * w);
    for (size_t at = 0; at < block_count * ZKL_KECCAK_RATE_256; at += ZKL_KECCAK_RATE_256) {
#pragma GCC unroll 17
        for (size_t w = 0; w < ZKL_KECCAK_RATE_256 / 8; w++)
            a[w] = XOR(a[w], words_at(data, at + 8 * w));
        keccak_permute(a);
    }
#pragma GCC unroll 25
    for (int w = 0; w < ZKL_KECCAK_WORDS; w++)
        vst1q_u64(state + 2 * w, a[w]);
}

const zkl_keccak_set zkl_keccak_neon_sha3 = { "neon-sha3", 2, ZKL_CPU_NEON_SHA3, absorb_neon_sha3,
                                              NULL };
#else
extern int zkl_keccak_neon_sha3_is_empty;
#endif
