/* Four elements of Fr side by side in limbs of 29 bits, for AVX2.
 *
 * 1. A lane holds limbs l[0..8], least significant first, each below 2^29 between operations: a
 *    value below 2^261, which is 70.66 r. Every function says the bound of what it gives, in
 *    multiples of r; "value(a) < 3" means a < 3 r.
 * 2. The multiplier takes the low 32 bits of a limb and ignores the rest: only limbs that are
 *    normalised go into it.
 * 3. Products are divided by 2^261 while elements are multiplied by 2^256. So a product of two
 *    elements as they are held is 2^-5 times the element wanted; with one factor shifted left by 5
 *    it is the element itself.
 * 4. There is no shift of signed words: what is subtracted meets an offset first, so that limbs are
 *    never negative while they are carried. Only the top limb of reduce_once shows a sign.
 *
 * Limbs of 52 bits in doubles, with fused products, take as many operations once sums and
 * conversions are counted, wait longer for each step of a reduction, and hang on the rounding mode:
 * they were measured, and left out. */
#include <immintrin.h>
#include <stdint.h>

#define LIMBS 9
#define WIDTH 4 /* elements in a vector */
#define LIFT 32 /* 2^261 / 2^256 */
#define LIMB_BITS 29
#define MASK_29 0x1fffffffll
#define INLINE __attribute__((always_inline)) static inline
#define SHARED __attribute__((noinline)) static

typedef struct lanes {
    __m256i l[LIMBS];
} lanes;

/* A sum of products, before its reduction. A product adds at most 9 2^58 to a column, and so does
 * the reduction: with WIDE_MAX products columns stay below 2^64. */
typedef struct wide {
    __m256i t[2 * LIMBS];
} wide;
#define WIDE_MAX 6 /* check: 9 * 2**58 * (6 + 1) < 2**64 */

/* check: 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001 == 0x73eda7 << 232 | 0xa6533af << 203 | 0x1520cce7 << 174 | 0xc0404d0 << 145 | 0x1d80553b << 116 | 0x1b4805ff << 87 | 0x1f96ffbf << 58 | 0x1ffffff8 << 29 | 0x1 */
static const int64_t order[LIMBS] = { 0x00000001, 0x1ffffff8, 0x1f96ffbf, 0x1b4805ff, 0x1d80553b,
                                      0x0c0404d0, 0x1520cce7, 0x0a6533af, 0x0073eda7 };
/* r is 1 modulo 2^32, so -1/r modulo 2^29 is -1, and the factor of a step of a reduction is the
 * column's negative. */

INLINE __m256i spread(int64_t x)
{
    return _mm256_set1_epi64x(x);
}

/* Four elements of an array, as 4 vectors of words. Element order inside a vector is that of the
 * array. */
INLINE void load_words(__m256i w[4], const uint64_t *from)
{
    const __m256i z0 = _mm256_loadu_si256((const __m256i_u *)from);
    const __m256i z1 = _mm256_loadu_si256((const __m256i_u *)(from + 4));
    const __m256i z2 = _mm256_loadu_si256((const __m256i_u *)(from + 8));
    const __m256i z3 = _mm256_loadu_si256((const __m256i_u *)(from + 12));
    const __m256i even01 = _mm256_unpacklo_epi64(z0, z1), odd01 = _mm256_unpackhi_epi64(z0, z1);
    const __m256i even23 = _mm256_unpacklo_epi64(z2, z3), odd23 = _mm256_unpackhi_epi64(z2, z3);
    w[0] = _mm256_permute2x128_si256(even01, even23, 0x20);
    w[1] = _mm256_permute2x128_si256(odd01, odd23, 0x20);
    w[2] = _mm256_permute2x128_si256(even01, even23, 0x31);
    w[3] = _mm256_permute2x128_si256(odd01, odd23, 0x31);
}

INLINE void store_words(uint64_t *to, const __m256i w[4])
{
    const __m256i even01 = _mm256_permute2x128_si256(w[0], w[2], 0x20);
    const __m256i odd01 = _mm256_permute2x128_si256(w[1], w[3], 0x20);
    const __m256i even23 = _mm256_permute2x128_si256(w[0], w[2], 0x31);
    const __m256i odd23 = _mm256_permute2x128_si256(w[1], w[3], 0x31);
    _mm256_storeu_si256((__m256i_u *)to, _mm256_unpacklo_epi64(even01, odd01));
    _mm256_storeu_si256((__m256i_u *)(to + 4), _mm256_unpackhi_epi64(even01, odd01));
    _mm256_storeu_si256((__m256i_u *)(to + 8), _mm256_unpacklo_epi64(even23, odd23));
    _mm256_storeu_si256((__m256i_u *)(to + 12), _mm256_unpackhi_epi64(even23, odd23));
}

/* Words as limbs, shifted left by `shift` (0 or 5). */
INLINE lanes of_words(const __m256i w[4], int shift)
{
    lanes out;
#pragma GCC unroll 9
    for (int i = 0; i < LIMBS; i++) {
        const int bit = LIMB_BITS * i - shift, word = bit < 0 ? 0 : bit / 64, at = bit & 63;
        __m256i limb = bit < 0 ? _mm256_slli_epi64(w[0], -bit) : _mm256_srli_epi64(w[word], at);
        if (bit >= 0 && at > 64 - LIMB_BITS && word < 3) /* it goes on in the next word */
            limb = _mm256_or_si256(limb, _mm256_slli_epi64(w[word + 1], 64 - at));
        out.l[i] = i + 1 < LIMBS ? _mm256_and_si256(limb, spread(MASK_29)) : limb;
    }
    return out;
}

INLINE lanes zero(void)
{
    const __m256i w[4] = { spread(0), spread(0), spread(0), spread(0) };
    return of_words(w, 0);
}

/* value < 1 */
INLINE lanes load(const uint64_t *from)
{
    __m256i w[4];
    load_words(w, from);
    return of_words(w, 0);
}

/* LIFT times: value < LIFT */
INLINE lanes load_lifted(const uint64_t *from)
{
    __m256i w[4];
    load_words(w, from);
    return of_words(w, 5);
}

/* One element in all lanes. value < 1 */
INLINE lanes load_one(const uint64_t *from)
{
    const __m256i w[4] = { spread((int64_t)from[0]), spread((int64_t)from[1]),
                           spread((int64_t)from[2]), spread((int64_t)from[3]) };
    return of_words(w, 0);
}

INLINE lanes load_step(const uint64_t *from, size_t step, size_t i)
{
    return step ? load(from + 4 * i) : load_one(from);
}

/* value < 2^256 */
INLINE void store(uint64_t *to, const lanes *a)
{
    __m256i w[4];
#pragma GCC unroll 4
    for (int word = 0; word < 4; word++) {
        w[word] = spread(0);
#pragma GCC unroll 9
        for (int i = 0; i < LIMBS; i++) {
            const int at = LIMB_BITS * i - 64 * word; /* of the limb in the word */
            if (at > -LIMB_BITS && at < 0)
                w[word] = _mm256_or_si256(w[word], _mm256_srli_epi64(a->l[i], -at));
            else if (at >= 0 && at < 64)
                w[word] = _mm256_or_si256(w[word], _mm256_slli_epi64(a->l[i], at));
        }
    }
    store_words(to, w);
}

/* Limbs below 2^63, none negative, back below 2^29; the value, below 2^261, stays. */
INLINE void carry(lanes *a)
{
#pragma GCC unroll 8
    for (int i = 0; i < LIMBS - 1; i++) {
        a->l[i + 1] = _mm256_add_epi64(a->l[i + 1], _mm256_srli_epi64(a->l[i], LIMB_BITS));
        a->l[i] = _mm256_and_si256(a->l[i], spread(MASK_29));
    }
}

/* Limb i of 0, written as 2^k in every limb but the last, taken back from the next one. */
INLINE int64_t offset(int i, int k)
{
    return (i + 1 < LIMBS ? (int64_t)1 << k : 0) - (i > 0 ? (int64_t)1 << (k - LIMB_BITS) : 0);
}

/* LIFT a: value < 2.2 before, so that it fits. */
INLINE lanes lift(const lanes *a)
{
    lanes out;
    out.l[0] = _mm256_and_si256(_mm256_slli_epi64(a->l[0], 5), spread(MASK_29));
#pragma GCC unroll 8
    for (int i = 1; i < LIMBS; i++)
        out.l[i] = _mm256_and_si256(_mm256_or_si256(_mm256_slli_epi64(a->l[i], 5),
                                                    _mm256_srli_epi64(a->l[i - 1], LIMB_BITS - 5)),
                                    spread(MASK_29));
    return out;
}

/* a + b: the sum of the values */
INLINE lanes add(const lanes *a, const lanes *b)
{
    lanes out;
#pragma GCC unroll 9
    for (int i = 0; i < LIMBS; i++)
        out.l[i] = _mm256_add_epi64(a->l[i], b->l[i]);
    carry(&out);
    return out;
}

/* a - b + multiple r, value(b) <= multiple: value < value(a) + multiple. Limbs of b are below the
 * offset, 2^29 less the 1 that is taken back. */
INLINE lanes subtract(const lanes *a, const lanes *b, int64_t multiple)
{
    lanes out;
#pragma GCC unroll 9
    for (int i = 0; i < LIMBS; i++)
        out.l[i] = _mm256_add_epi64(_mm256_sub_epi64(a->l[i], b->l[i]),
                                    spread(multiple * order[i] + offset(i, LIMB_BITS + 1)));
    carry(&out);
    return out;
}

/* a, less multiple r where that leaves it positive. multiple <= 16, so 16 2^29 is the most that
 * a limb loses, and 2^34 above it. */
INLINE void reduce_once(lanes *a, int64_t multiple)
{
    lanes less;
#pragma GCC unroll 9
    for (int i = 0; i < LIMBS; i++)
        less.l[i] = _mm256_add_epi64(a->l[i], spread(offset(i, 34) - multiple * order[i]));
    carry(&less); /* its top limb keeps the sign */
    const __m256d negative = _mm256_castsi256_pd(less.l[LIMBS - 1]);
#pragma GCC unroll 9
    for (int i = 0; i < LIMBS; i++) /* by the highest bit of each word */
        a->l[i] = _mm256_castpd_si256(_mm256_blendv_pd(_mm256_castsi256_pd(less.l[i]),
                                                       _mm256_castsi256_pd(a->l[i]), negative));
}

INLINE void wide_clear(wide *sum)
{
#pragma GCC unroll 18
    for (int i = 0; i < 2 * LIMBS; i++)
        sum->t[i] = _mm256_setzero_si256();
}

/* Columns of at most WIDE_MAX products, and what was settled before, back below 2^36. */
INLINE void wide_settle(wide *sum)
{
#pragma GCC unroll 17
    for (int i = 0; i < 2 * LIMBS - 1; i++) {
        sum->t[i + 1] = _mm256_add_epi64(sum->t[i + 1], _mm256_srli_epi64(sum->t[i], LIMB_BITS));
        sum->t[i] = _mm256_and_si256(sum->t[i], spread(MASK_29));
    }
}

/* sum += x y. The compiler shall not gather products first and add them later: there are not enough
 * registers. */
INLINE void add_product(__m256i *sum, __m256i x, __m256i y)
{
    *sum = _mm256_add_epi64(*sum, _mm256_mul_epu32(x, y));
    __asm__("" : "+x"(*sum));
}

/* column += those products of limbs of a and b that belong to column k. */
INLINE void add_column(__m256i *column, int k, const lanes *a, const lanes *b)
{
#pragma GCC unroll 9
    for (int i = 0; i < LIMBS; i++)
        if (k - i >= 0 && k - i < LIMBS)
            add_product(column, a->l[i], b->l[k - i]);
}

/* sum += a b */
SHARED void wide_add(wide *sum, const lanes *a, const lanes *b)
{
    const lanes x = *a; /* in registers */
#pragma GCC unroll 17
    for (int k = 0; k < 2 * LIMBS - 1; k++) {
        __m256i column = sum->t[k];
        add_column(&column, k, &x, b);
        sum->t[k] = column;
    }
}

/* Two factors of a product. */
typedef struct factors {
    const lanes *a, *b;
} factors;

/* (sum + the products of f[0] .. f[count - 1]) / 2^261 mod r; sum NULL: 0. At most WIDE_MAX
 * products, and what is settled. With S the sum of the products of values: value < S / 70.66 + 1
 * (Montgomery 1985). One column after the other is summed, its factor m found that makes it 0
 * modulo 2^29, and the rest carried; so no column is stored.
 *
 * All waits for the factors, so no product stands between one and the next: r = 1 - 2^32 + 2^58
 * (limb 2 + 1 + ..), so m is taken once in its own column, and 8 times from the next one. Those
 * from which it is taken have 2^33 > 8 2^29 more, and the next ones 16 less. Column 10 is the one
 * that only has less: what it gets from m[8] is above 2^28, or m[8] is 0 and takes nothing. */
INLINE lanes reduce_sum(const wide *sum, const factors *f, int count)
{
    __m256i m[LIMBS], above = _mm256_setzero_si256();
    lanes out;
#pragma GCC unroll 17
    for (int k = 0; k < 2 * LIMBS - 1; k++) {
        __m256i column =
            spread((k >= 1 && k <= LIMBS ? 1ll << 33 : 0) - (k >= 2 && k <= LIMBS + 1 ? 16 : 0));
        if (sum)
            column = _mm256_add_epi64(column, sum->t[k]);
#pragma GCC unroll 3
        for (int i = 0; i < count; i++)
            add_column(&column, k, f[i].a, f[i].b);
#pragma GCC unroll 9
        for (int i = 0; i < LIMBS; i++)
            if (k - i >= 2 && k - i < LIMBS)
                add_product(&column, m[i], spread(order[k - i] + (k - i == 2)));
        if (k >= 1 && k <= LIMBS)
            column = _mm256_sub_epi64(column, _mm256_slli_epi64(m[k - 1], 3));
        column = _mm256_add_epi64(column, above);
        if (k < LIMBS) {
            m[k] =
                _mm256_and_si256(_mm256_sub_epi64(_mm256_setzero_si256(), column), spread(MASK_29));
            column = _mm256_add_epi64(column, m[k]);
        } else {
            out.l[k - LIMBS] = _mm256_and_si256(column, spread(MASK_29));
        }
        above = _mm256_srli_epi64(column, LIMB_BITS);
    }
    out.l[LIMBS - 1] = sum ? _mm256_add_epi64(sum->t[2 * LIMBS - 1], above) : above;
    return out;
}

/* a b / 2^261: value < value(a) value(b) / 70.66 + 1 */
INLINE lanes multiply(const lanes *a, const lanes *b)
{
    return reduce_sum(NULL, &(factors){ a, b }, 1);
}

/* Of each pair low + factor (high - low), the last 5 bits of a lift already in factor, which is
 * reduced: value < 1. */
INLINE void fold_two(lanes out[2], const lanes low[2], const lanes high[2], const lanes *factor)
{
    for (int v = 0; v < 2; v++) {
        const lanes slope = subtract(&high[v], &low[v], 1); /* < 2 */
        const lanes product = multiply(factor, &slope);     /* < 1.03 */
        out[v] = add(&product, &low[v]);
        reduce_once(&out[v], 1);
        reduce_once(&out[v], 1);
    }
}

/* The same, and sums of two and three products, as functions: a loop that had all of them inside
 * would be longer than what a processor keeps decoded. */
SHARED lanes multiply_far(const lanes *a, const lanes *b)
{
    return multiply(a, b);
}
SHARED lanes multiply_two(const lanes *a, const lanes *b, const lanes *c, const lanes *d)
{
    return reduce_sum(NULL, (factors[]){ { a, b }, { c, d } }, 2);
}
SHARED lanes multiply_three(const factors f[static 3])
{
    return reduce_sum(NULL, f, 3);
}
/* Of one to three products. */
INLINE lanes multiply_sum(const factors *f, int count)
{
    return count == 3   ? multiply_three(f)
           : count == 2 ? multiply_two(f[0].a, f[0].b, f[1].a, f[1].b)
                        : multiply_far(f[0].a, f[0].b);
}
SHARED lanes wide_reduce(const wide *sum)
{
    const wide settled = *sum;
    return reduce_sum(&settled, NULL, 0);
}

/* LIFT^2 times 2^261 mod r: a product with it makes up for three divisions. */
INLINE lanes correction(void)
{
    /* check: 0x21b895 << 232 | 0x12a69488 << 203 | 0xc2a845 << 174 | 0x100eb2ea << 145 | 0x5e4224e << 116 | 0x220139f << 87 | 0xf2eaa00 << 58 | 0x8d53f << 29 | 0x1ffee558 == 2**271 % r */
    static const int64_t limbs[LIMBS] = { 0x1ffee558, 0x0008d53f, 0x0f2eaa00,
                                          0x0220139f, 0x05e4224e, 0x100eb2ea,
                                          0x00c2a845, 0x12a69488, 0x0021b895 };
    lanes out;
#pragma GCC unroll 9
    for (int i = 0; i < LIMBS; i++)
        out.l[i] = spread(limbs[i]);
    return out;
}

/* LIFT times 2^261 mod r: for two divisions. */
INLINE lanes correction_of_two(void)
{
    /* check: 0x1e092e << 232 | 0x102e8190 << 203 | 0x54e487c << 174 | 0x8176cb << 145 | 0x118f3661 << 116 | 0xce3021c << 87 | 0x1f5f3540 << 58 | 0x46a7 << 29 | 0x1ffff72b == 2**266 % r */
    static const int64_t limbs[LIMBS] = { 0x1ffff72b, 0x000046a7, 0x1f5f3540,
                                          0x0ce3021c, 0x118f3661, 0x008176cb,
                                          0x054e487c, 0x102e8190, 0x001e092e };
    lanes out;
#pragma GCC unroll 9
    for (int i = 0; i < LIMBS; i++)
        out.l[i] = spread(limbs[i]);
    return out;
}

/* Value at 2 or -1 of a quadratic: 2 (nearer + lead) - other + 6 r. */
INLINE lanes extend(const lanes *nearer, const lanes *other, const lanes *lead)
{
    lanes out;
#pragma GCC unroll 9
    for (int i = 0; i < LIMBS; i++) {
        const __m256i sum = _mm256_add_epi64(nearer->l[i], lead->l[i]);
        out.l[i] = _mm256_add_epi64(_mm256_sub_epi64(_mm256_add_epi64(sum, sum), other->l[i]),
                                    spread(6 * order[i] + offset(i, LIMB_BITS + 1)));
    }
    carry(&out);
    return out;
}

/* Lane k becomes lane k ^ step. */
INLINE lanes across(const lanes *a, int step)
{
    lanes out;
#pragma GCC unroll 9
    for (int i = 0; i < LIMBS; i++)
        out.l[i] = step == 1 ? _mm256_permute4x64_epi64(a->l[i], 0xb1)
                             : _mm256_permute4x64_epi64(a->l[i], 0x4e);
    return out;
}
