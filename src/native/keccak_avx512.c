/* Eight Keccak states side by side in 512-bit registers. Rotations and three-operand logic are
 * single instructions here, and 25 words fit in 32 registers. */
#include "native/keccak_internal.h"

#if defined(__x86_64__)
#include <immintrin.h>

#include "native/cpu.h"

typedef __m512i keccak_word; /* eight lanes */
#define XOR(a, b) _mm512_xor_si512((a), (b))
#define XOR3(a, b, c) _mm512_ternarylogic_epi64((a), (b), (c), 0x96)
#define ROL(a, n) _mm512_rol_epi64((a), (n))
#define CHI(a, b, c) _mm512_ternarylogic_epi64((a), (b), (c), 0xd2)
#define SPREAD(constant) _mm512_set1_epi64((long long)(constant))
#include "native/keccak_inline.h"

/* Words 8j..8j+7 of eight lanes into a[0..7]: eight rows of 64 bytes, transposed. */
__attribute__((always_inline)) static inline void
xor_words_8(keccak_word *a, const uint8_t *const *data, size_t offset)
{
    __m512i r[8], s[8], q[8];
    for (int l = 0; l < 8; l++)
        r[l] = _mm512_loadu_si512(data[l] + offset);
    for (int l = 0; l < 8; l += 2) { /* pairs of words: s[l] even, s[l + 1] odd */
        s[l] = _mm512_unpacklo_epi64(r[l], r[l + 1]);
        s[l + 1] = _mm512_unpackhi_epi64(r[l], r[l + 1]);
    }
    for (int k = 0; k < 2; k++) { /* lanes 0..3 and 4..7: quarters 0, 2 and 1, 3 of each parity */
        for (int parity = 0; parity < 2; parity++) {
            q[4 * k + parity] =
                _mm512_shuffle_i64x2(s[4 * k + parity], s[4 * k + 2 + parity], 0x88);
            q[4 * k + 2 + parity] =
                _mm512_shuffle_i64x2(s[4 * k + parity], s[4 * k + 2 + parity], 0xdd);
        }
    }
    /* q[4k + 2h + parity] holds, for lanes 4k..4k+3, words 2h + parity and 4 + 2h + parity */
    for (int w = 0; w < 4; w++) {
        a[w] = XOR(a[w], _mm512_shuffle_i64x2(q[w], q[4 + w], 0x88));
        a[4 + w] = XOR(a[4 + w], _mm512_shuffle_i64x2(q[w], q[4 + w], 0xdd));
    }
}

/* The 17th word of a block: 136 bytes are two rows of 64 and this. */
static long long word_at(const uint8_t *bytes)
{
    long long word;
    __builtin_memcpy(&word, bytes, sizeof word);
    return word;
}

/* The state is loaded and stored once a call, whatever the number of blocks. */
static void absorb_avx512(uint64_t *state, const uint8_t *const *data, size_t block_count)
{
    keccak_word a[ZKL_KECCAK_WORDS];
#pragma GCC unroll 25 /* else gcc makes it a rep movs, 40 ns a call */
    for (int w = 0; w < ZKL_KECCAK_WORDS; w++)
        a[w] = _mm512_load_si512(state + 8 * w);
    for (size_t at = 0; at < block_count * ZKL_KECCAK_RATE_256; at += ZKL_KECCAK_RATE_256) {
        xor_words_8(a, data, at);
        xor_words_8(a + 8, data, at + 64);
        const size_t last = at + 128;
        a[16] = XOR(a[16], _mm512_set_epi64(word_at(data[7] + last), word_at(data[6] + last),
                                            word_at(data[5] + last), word_at(data[4] + last),
                                            word_at(data[3] + last), word_at(data[2] + last),
                                            word_at(data[1] + last), word_at(data[0] + last)));
        keccak_permute(a);
    }
#pragma GCC unroll 25
    for (int w = 0; w < ZKL_KECCAK_WORDS; w++)
        _mm512_store_si512(state + 8 * w, a[w]);
}

const zkl_keccak_set zkl_keccak_avx512 = { "avx512", 8, ZKL_CPU_AVX512, absorb_avx512 };
#else
extern int zkl_keccak_avx512_is_empty;
#endif
