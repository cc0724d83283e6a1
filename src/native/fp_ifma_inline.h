/* Eight elements of Fp side by side in 52-bit limbs, for AVX-512 IFMA.
 *
 * 1. A lane holds limbs l[0..7], least significant first, each below 2^52 between operations: a
 *    value below 2^416, which is more than 2^35.2 p. Every function says the bound of what it
 *    gives, in multiples of p; "value(a) < 3": a < 3 p.
 * 2. The multiplier takes the low 52 bits of a limb and ignores the rest: nothing unnormalised may
 *    go into it.
 * 3. Products are divided by 2^416 while elements are multiplied by 2^384. So a product is 2^-32
 *    times the element wanted; with one factor shifted left by 32 it is the element itself. */
#include <immintrin.h>
#include <stdint.h>

#define LIMBS 8
#define WORDS 6
#define MASK_52 0xfffffffffffffll
#define INLINE __attribute__((always_inline)) static inline

typedef struct lanes {
    __m512i l[LIMBS];
} lanes;

/* check: 0x1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab == 0x1a011 << 364 | 0x1ea397fe69a4b << 312 | 0x1ba7b6434bacd << 260 | 0x764774b84f385 << 208 | 0x12bf6730d2a0f << 156 | 0x6b0f6241eabff << 104 | 0xfeb153ffffb9f << 52 | 0xeffffffffaaab */
static const int64_t prime[LIMBS] = { 0xeffffffffaaab, 0xfeb153ffffb9f, 0x6b0f6241eabff,
                                      0x12bf6730d2a0f, 0x764774b84f385, 0x1ba7b6434bacd,
                                      0x1ea397fe69a4b, 0x000000001a011 };
#define MINUS_INVERSE 0x3fffcfffcfffdll /* check: 0x3fffcfffcfffd == -pow(p, -1, 2**52) % 2**52 */

INLINE __m512i spread(int64_t x)
{
    return _mm512_set1_epi64(x);
}

/* The limbs of p where the compiler does not see that they are constants: it would bring each one
 * through a general register again and again, where the multiplier takes it from memory. */
INLINE const int64_t *prime_in_memory(void)
{
    const int64_t *p = prime;
    __asm__("" : "+r"(p));
    return p;
}

/* (a >> right | b << left) & mask */
INLINE __m512i join_52(__m512i a, unsigned right, __m512i b, unsigned left)
{
    return _mm512_ternarylogic_epi64(_mm512_srli_epi64(a, right), _mm512_slli_epi64(b, left),
                                     spread(MASK_52), 0xa8); /* (x | y) & z */
}

/* Word j of 8 elements, each of 6 words in a place of its own: element k's is named by
 * from[k * step]. offset: words into that place. */
INLINE void load_words(__m512i w[WORDS], const void *const *from, size_t step, size_t offset)
{
    __m512i row[8], even[4], odd[4];
#pragma GCC unroll 8
    for (size_t k = 0; k < 8; k++)
        row[k] = _mm512_maskz_loadu_epi64(0x3f, (const uint64_t *)from[k * step] + offset);
#pragma GCC unroll 4
    for (int k = 0; k < 4; k++) {
        even[k] = _mm512_unpacklo_epi64(row[2 * k], row[2 * k + 1]);
        odd[k] = _mm512_unpackhi_epi64(row[2 * k], row[2 * k + 1]);
    }
    const __m512i a = _mm512_shuffle_i64x2(even[0], even[1], 0x88);
    const __m512i b = _mm512_shuffle_i64x2(even[2], even[3], 0x88);
    const __m512i c = _mm512_shuffle_i64x2(odd[0], odd[1], 0x88);
    const __m512i d = _mm512_shuffle_i64x2(odd[2], odd[3], 0x88);
    w[0] = _mm512_shuffle_i64x2(a, b, 0x88);
    w[4] = _mm512_shuffle_i64x2(a, b, 0xdd);
    w[1] = _mm512_shuffle_i64x2(c, d, 0x88);
    w[5] = _mm512_shuffle_i64x2(c, d, 0xdd);
    w[2] = _mm512_shuffle_i64x2(_mm512_shuffle_i64x2(even[0], even[1], 0xdd),
                                _mm512_shuffle_i64x2(even[2], even[3], 0xdd), 0x88);
    w[3] = _mm512_shuffle_i64x2(_mm512_shuffle_i64x2(odd[0], odd[1], 0xdd),
                                _mm512_shuffle_i64x2(odd[2], odd[3], 0xdd), 0x88);
}

/* The inverse of load_words, for the lanes of live. */
INLINE void store_words(void *const *to, size_t step, size_t offset, const __m512i w[WORDS],
                        __mmask8 live)
{
    const __m512i zero = _mm512_setzero_si512();
    const __m512i a = _mm512_unpacklo_epi64(w[0], w[1]), b = _mm512_unpackhi_epi64(w[0], w[1]);
    const __m512i c = _mm512_unpacklo_epi64(w[2], w[3]), d = _mm512_unpackhi_epi64(w[2], w[3]);
    const __m512i e = _mm512_unpacklo_epi64(w[4], w[5]), f = _mm512_unpackhi_epi64(w[4], w[5]);
    __m512i row[8];
    /* 128-bit groups of a: words 0, 1 of elements 0, 2, 4, 6; of b: of 1, 3, 5, 7; and so on. */
    const __m512i ac_low = _mm512_shuffle_i64x2(a, c, 0x44),
                  ac_high = _mm512_shuffle_i64x2(a, c, 0xee);
    const __m512i bd_low = _mm512_shuffle_i64x2(b, d, 0x44),
                  bd_high = _mm512_shuffle_i64x2(b, d, 0xee);
    const __m512i e_low = _mm512_shuffle_i64x2(e, zero, 0x44),
                  e_high = _mm512_shuffle_i64x2(e, zero, 0xee);
    const __m512i f_low = _mm512_shuffle_i64x2(f, zero, 0x44),
                  f_high = _mm512_shuffle_i64x2(f, zero, 0xee);
    row[0] = _mm512_shuffle_i64x2(ac_low, e_low, 0x88);
    row[2] = _mm512_shuffle_i64x2(ac_low, e_low, 0xdd);
    row[4] = _mm512_shuffle_i64x2(ac_high, e_high, 0x88);
    row[6] = _mm512_shuffle_i64x2(ac_high, e_high, 0xdd);
    row[1] = _mm512_shuffle_i64x2(bd_low, f_low, 0x88);
    row[3] = _mm512_shuffle_i64x2(bd_low, f_low, 0xdd);
    row[5] = _mm512_shuffle_i64x2(bd_high, f_high, 0x88);
    row[7] = _mm512_shuffle_i64x2(bd_high, f_high, 0xdd);
#pragma GCC unroll 8
    for (size_t k = 0; k < 8; k++)
        if (live >> k & 1)
            _mm512_mask_storeu_epi64((uint64_t *)to[k * step] + offset, 0x3f, row[k]);
}

/* value < 1 for elements */
INLINE lanes of_words(const __m512i w[WORDS])
{
    return (lanes){ { _mm512_and_si512(w[0], spread(MASK_52)), join_52(w[0], 52, w[1], 12),
                      join_52(w[1], 40, w[2], 24), join_52(w[2], 28, w[3], 36),
                      join_52(w[3], 16, w[4], 48),
                      _mm512_and_si512(_mm512_srli_epi64(w[4], 4), spread(MASK_52)),
                      join_52(w[4], 56, w[5], 8), _mm512_srli_epi64(w[5], 44) } };
}

/* value < 2^384 */
INLINE void to_words(__m512i w[WORDS], const lanes *a)
{
    const __m512i *l = a->l;
    w[0] = _mm512_or_si512(l[0], _mm512_slli_epi64(l[1], 52));
    w[1] = _mm512_or_si512(_mm512_srli_epi64(l[1], 12), _mm512_slli_epi64(l[2], 40));
    w[2] = _mm512_or_si512(_mm512_srli_epi64(l[2], 24), _mm512_slli_epi64(l[3], 28));
    w[3] = _mm512_or_si512(_mm512_srli_epi64(l[3], 36), _mm512_slli_epi64(l[4], 16));
    w[4] = _mm512_or_si512(_mm512_or_si512(_mm512_srli_epi64(l[4], 48), _mm512_slli_epi64(l[5], 4)),
                           _mm512_slli_epi64(l[6], 56));
    w[5] = _mm512_or_si512(_mm512_srli_epi64(l[6], 8), _mm512_slli_epi64(l[7], 44));
}

/* One element in all lanes. */
INLINE lanes load_one(const uint64_t from[WORDS])
{
    __m512i w[WORDS];
    for (int j = 0; j < WORDS; j++)
        w[j] = spread((int64_t)from[j]);
    return of_words(w);
}

/* Limbs of any sign back below 2^52; the value, below 2^416 and not negative, stays. */
INLINE void carry(lanes *a)
{
#pragma GCC unroll 7
    for (int i = 0; i < LIMBS - 1; i++) {
        a->l[i + 1] = _mm512_add_epi64(a->l[i + 1], _mm512_srai_epi64(a->l[i], 52));
        a->l[i] = _mm512_and_si512(a->l[i], spread(MASK_52));
    }
}

/* 2^bits a, bits <= 32: value < 9 before, so that it fits. */
INLINE lanes shift(const lanes *a, unsigned bits)
{
    lanes out;
    out.l[0] = _mm512_and_si512(_mm512_slli_epi64(a->l[0], bits), spread(MASK_52));
#pragma GCC unroll 7
    for (int i = 1; i < LIMBS; i++)
        out.l[i] = join_52(a->l[i - 1], 52 - bits, a->l[i], bits);
    return out;
}

/* a - b + multiple p, value(b) <= multiple: value < value(a) + multiple */
INLINE lanes subtract(const lanes *a, const lanes *b, int64_t multiple)
{
    lanes out;
#pragma GCC unroll 8
    for (int i = 0; i < LIMBS; i++)
        out.l[i] =
            _mm512_add_epi64(_mm512_sub_epi64(a->l[i], b->l[i]), spread(multiple * prime[i]));
    carry(&out);
    return out;
}

/* a, less multiple p where that leaves it positive. */
INLINE void reduce_once(lanes *a, int64_t multiple)
{
    lanes less;
#pragma GCC unroll 8
    for (int i = 0; i < LIMBS; i++)
        less.l[i] = _mm512_sub_epi64(a->l[i], spread(multiple * prime[i]));
    carry(&less); /* its top limb keeps the sign */
    const __mmask8 negative = _mm512_movepi64_mask(less.l[LIMBS - 1]);
#pragma GCC unroll 8
    for (int i = 0; i < LIMBS; i++)
        a->l[i] = _mm512_mask_mov_epi64(less.l[i], negative, a->l[i]);
}

/* t[j] += the low halves of x b[j] */
INLINE void add_low(__m512i t[LIMBS], __m512i x, const lanes *b)
{
#pragma GCC unroll 8
    for (int j = 0; j < LIMBS; j++)
        t[j] = _mm512_madd52lo_epu64(t[j], x, b->l[j]);
}

INLINE void add_high(__m512i t[LIMBS], __m512i x, const lanes *b)
{
#pragma GCC unroll 8
    for (int j = 0; j < LIMBS; j++)
        t[j] = _mm512_madd52hi_epu64(t[j], x, b->l[j]);
}

/* multiply_add before its carries: limbs are not normalised, below 2^58. A limb of a and c at a
 * time, t[0] being the column of that limb, so that no more than 9 sums are in use. What does not
 * need m, the next row's low halves too, is added before what does: else each row would wait for
 * the one before, and the chain of rows would take longer than the multiplier. */
INLINE lanes multiply_add_columns(const lanes *a, const lanes *b, const lanes *c, const lanes *d)
{
    __m512i t[LIMBS + 1];
    lanes out;
    const int64_t *const p = prime_in_memory();
#pragma GCC unroll 9
    for (int j = 0; j <= LIMBS; j++)
        t[j] = _mm512_setzero_si512();
    add_low(t, a->l[0], b);
    if (c)
        add_low(t, c->l[0], d);
#pragma GCC unroll 8
    for (int i = 0; i < LIMBS; i++) {
        const __m512i m =
            _mm512_madd52lo_epu64(_mm512_setzero_si512(), t[0], spread(MINUS_INVERSE));
        add_high(t + 1, a->l[i], b);
        if (c)
            add_high(t + 1, c->l[i], d);
        if (i + 1 < LIMBS) {
            add_low(t + 1, a->l[i + 1], b);
            if (c)
                add_low(t + 1, c->l[i + 1], d);
        }
        t[0] = _mm512_madd52lo_epu64(t[0], m, spread(p[0]));
        t[1] = _mm512_madd52hi_epu64(t[1], m, spread(p[0]));
#pragma GCC unroll 7
        for (int j = 1; j < LIMBS; j++)
            t[j] = _mm512_madd52lo_epu64(t[j], m, spread(p[j]));
#pragma GCC unroll 7
        for (int j = 1; j < LIMBS; j++)
            t[j + 1] = _mm512_madd52hi_epu64(t[j + 1], m, spread(p[j]));
        t[1] = _mm512_add_epi64(t[1], _mm512_srli_epi64(t[0], 52));
#pragma GCC unroll 8
        for (int j = 0; j < LIMBS; j++)
            t[j] = t[j + 1];
        t[LIMBS] = _mm512_setzero_si512();
    }
#pragma GCC unroll 8
    for (int j = 0; j < LIMBS; j++)
        out.l[j] = t[j];
    return out;
}

/* a^2 / 2^416, limbs not normalised: products of two different limbs once, then doubled, and a
 * reduction as multiply_add_columns has it. Columns stay below 2^58, as there. */
INLINE lanes square_one(const lanes *a)
{
    __m512i t[2 * LIMBS];
    lanes out;
    const int64_t *const p = prime_in_memory();
#pragma GCC unroll 16
    for (int j = 0; j < 2 * LIMBS; j++)
        t[j] = _mm512_setzero_si512();
#pragma GCC unroll 8
    for (int i = 0; i < LIMBS; i++)
#pragma GCC unroll 8
        for (int j = i + 1; j < LIMBS; j++) {
            t[i + j] = _mm512_madd52lo_epu64(t[i + j], a->l[i], a->l[j]);
            t[i + j + 1] = _mm512_madd52hi_epu64(t[i + j + 1], a->l[i], a->l[j]);
        }
#pragma GCC unroll 16
    for (int j = 1; j < 2 * LIMBS - 1; j++)
        t[j] = _mm512_add_epi64(t[j], t[j]);
#pragma GCC unroll 8
    for (int i = 0; i < LIMBS; i++) {
        t[2 * i] = _mm512_madd52lo_epu64(t[2 * i], a->l[i], a->l[i]);
        t[2 * i + 1] = _mm512_madd52hi_epu64(t[2 * i + 1], a->l[i], a->l[i]);
    }
#pragma GCC unroll 8
    for (int i = 0; i < LIMBS; i++) {
        const __m512i m =
            _mm512_madd52lo_epu64(_mm512_setzero_si512(), t[i], spread(MINUS_INVERSE));
#pragma GCC unroll 8
        for (int j = 0; j < LIMBS; j++)
            t[i + j] = _mm512_madd52lo_epu64(t[i + j], m, spread(p[j]));
#pragma GCC unroll 8
        for (int j = 0; j < LIMBS; j++)
            t[i + j + 1] = _mm512_madd52hi_epu64(t[i + j + 1], m, spread(p[j]));
        t[i + 1] = _mm512_add_epi64(t[i + 1], _mm512_srli_epi64(t[i], 52));
    }
#pragma GCC unroll 8
    for (int j = 0; j < LIMBS; j++)
        out.l[j] = t[LIMBS + j];
    return out;
}

/* (a b + c d) / 2^416 mod p, c NULL: a b alone. value < (value(a) value(b) + value(c) value(d)) /
 * 2^35.2 + 1 (Montgomery 1985). Each column collects at most 8 rows of 6 halves, 48 * 2^52. */
INLINE lanes multiply_add(const lanes *a, const lanes *b, const lanes *c, const lanes *d)
{
    lanes out = multiply_add_columns(a, b, c, d);
    carry(&out);
    return out;
}
