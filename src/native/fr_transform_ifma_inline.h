/* Levels of a transform by AVX-512 IFMA: included by fr_ifma.c after fr_ifma_inline.h.
 *
 * 1. Values stay in registers for as many levels as fit: two of any span, the first three of all.
 *    Between, they are not reduced but grow, by the bounds beside each step; values of memory are
 *    below 1.1 ("< 1.1"), and below 1 where the caller asks.
 * 2. A twiddle is lifted, as fr_ifma_inline.h's (3) wants one factor: value < 16, so a product
 *    with b is below 16 value(b) / 35.33 + 1. */
#include <stdbool.h>

/* check: RECIPROCAL == 2**98 // (0x73eda753299d + 1) */
#define RECIPROCAL 0x8d54253b7fb6e
/* From value < 16 to value < 1.1, by the quotient of top limbs: floor(l[4] RECIPROCAL / 2^98) is
 * never above the true quotient, and below it only where value is next to a multiple of r. */
INLINE void reduce_16(lanes *a)
{
    const __m512i quotient = _mm512_srli_epi64(
        _mm512_madd52hi_epu64(_mm512_setzero_si512(), a->l[LIMBS - 1], spread(RECIPROCAL)), 46);
#pragma GCC unroll 5
    for (int i = 0; i < LIMBS; i++) {
        const int64_t x = order[i]; /* 15 x fits: limbs have 52 bits */
        const __m512i low = _mm512_setr_epi64(0, x, 2 * x, 3 * x, 4 * x, 5 * x, 6 * x, 7 * x);
        const __m512i high =
            _mm512_setr_epi64(8 * x, 9 * x, 10 * x, 11 * x, 12 * x, 13 * x, 14 * x, 15 * x);
        a->l[i] = _mm512_sub_epi64(a->l[i], _mm512_permutex2var_epi64(low, quotient, high));
    }
    carry(a);
}

/* a + b, limbs not normalised: for what is no factor before the next carry. */
INLINE lanes add_loose(const lanes *a, const lanes *b)
{
    lanes out;
#pragma GCC unroll 5
    for (int i = 0; i < LIMBS; i++)
        out.l[i] = _mm512_add_epi64(a->l[i], b->l[i]);
    return out;
}

/* (a, b) := (a + b, a - b + multiple r), value(b) <= multiple */
INLINE void add_subtract(lanes *a, lanes *b, int64_t multiple)
{
    const lanes sum = add(a, b);
    *b = subtract(a, b, multiple);
    *a = sum;
}

INLINE void finish_values(uint64_t *to, lanes *a, bool exact)
{
    reduce_16(a); /* < 1.1 */
    if (exact)
        reduce_once(a, 1);
    store(to, a);
}

/* Levels of spans `span` and 2 span: values at i, i + span, i + 2 span, i + 3 span, twiddles of the
 * first at i, of the second at i + span, which is i of its own, and i + 2 span. */
static void butterflies_twice(uint64_t *values, const uint64_t *w, size_t span, size_t count,
                              bool exact)
{
    for (size_t i = 0; i < 4 * count; i += 4 * ZKL_FR_LANES) {
        uint64_t *at[4];
        lanes v[4];
        for (size_t k = 0; k < 4; k++) {
            at[k] = values + i + 4 * k * span;
            v[k] = load(at[k]); /* < 1.1 */
        }
        lanes twiddle = load(w + i);
        twiddle = lift(&twiddle);
        v[1] = multiply(&twiddle, &v[1]); /* < 1.5 */
        v[3] = multiply(&twiddle, &v[3]);
        const lanes sum = add_loose(&v[0], &v[1]);
        v[1] = subtract(&v[0], &v[1], 2); /* < 3.1 */
        v[0] = sum;                       /* < 2.6 */
        add_subtract(&v[2], &v[3], 2);    /* < 2.6, 3.1 */
        twiddle = load(w + i + 4 * span);
        twiddle = lift(&twiddle);
        v[2] = multiply(&twiddle, &v[2]); /* < 2.2 */
        twiddle = load(w + i + 8 * span);
        twiddle = lift(&twiddle);
        v[3] = multiply(&twiddle, &v[3]); /* < 2.5 */
        add_subtract(&v[0], &v[2], 3);    /* < 5.6 */
        add_subtract(&v[1], &v[3], 3);    /* < 6.1 */
        for (size_t k = 0; k < 4; k++)
            finish_values(at[k], &v[k], exact);
    }
}

/* Element k of each of eight runs of 8. */
INLINE lanes load_across(const uint64_t *from)
{
    __m512i w[4], pairs[4];
    for (size_t k = 0; k < 4; k++)
        pairs[k] = _mm512_inserti64x4(
            _mm512_castsi256_si512(_mm256_loadu_si256((const __m256i *)(from + 64 * k))),
            _mm256_loadu_si256((const __m256i *)(from + 64 * k + 32)), 1);
    turn_words(w, pairs);
    return of_words(w);
}

INLINE void store_across(uint64_t *to, const lanes *a)
{
    __m512i w[4], pairs[4];
    to_words(w, a);
    turn_back(pairs, w);
    for (size_t k = 0; k < 4; k++) {
        _mm256_storeu_si256((__m256i *)(to + 64 * k), _mm512_castsi512_si256(pairs[k]));
        _mm256_storeu_si256((__m256i *)(to + 64 * k + 32), _mm512_extracti64x4_epi64(pairs[k], 1));
    }
}

/* Spans 1, 2 and 4, of runs of eight values: eight runs at a time, v[k] being element k of each.
 * Twiddles other than 1 are w^2 in the second level and w, w^2, w^3 in the third. Inputs < 1. */
static void first_butterflies(uint64_t *values, const uint64_t w[static 12], size_t count)
{
    lanes twiddle[3];
    for (size_t k = 0; k < 3; k++) {
        twiddle[k] = load_one(w + 4 * k);
        twiddle[k] = lift(&twiddle[k]);
    }
    for (size_t i = 0; i < count; i += 64) {
        lanes v[8];
#pragma GCC unroll 8
        for (size_t k = 0; k < 8; k++)
            v[k] = load_across(values + 4 * (i + k));
#pragma GCC unroll 4
        for (size_t k = 0; k < 8; k += 2)
            add_subtract(&v[k], &v[k + 1], 1); /* < 2, 2 */
#pragma GCC unroll 2
        for (size_t k = 0; k < 8; k += 4) {
            v[k + 3] = multiply(&twiddle[1], &v[k + 3]); /* < 2 */
            add_subtract(&v[k], &v[k + 2], 2);           /* < 4 */
            add_subtract(&v[k + 1], &v[k + 3], 2);       /* < 4 */
        }
#pragma GCC unroll 3
        for (size_t k = 0; k < 3; k++)
            v[k + 5] = multiply(&twiddle[k], &v[k + 5]); /* < 2.9 */
#pragma GCC unroll 4
        for (size_t k = 0; k < 4; k++)
            add_subtract(&v[k], &v[k + 4], 4); /* < 8 */
#pragma GCC unroll 8
        for (size_t k = 0; k < 8; k++) {
            reduce_16(&v[k]);
            store_across(values + 4 * (i + k), &v[k]);
        }
    }
}
