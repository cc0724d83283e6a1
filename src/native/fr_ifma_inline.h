/* Eight elements of Fr side by side in 52-bit limbs, for AVX-512 IFMA.
 *
 * 1. A lane holds limbs l[0..4], least significant first, each below 2^52 between operations: a
 *    value below 2^260, which is 35.33 r. Every function says the bound of what it gives, in
 *    multiples of r; "value(a) < 3" means a < 3 r.
 * 2. The multiplier takes the low 52 bits of a limb and ignores the rest: nothing unnormalised may
 *    go into it.
 * 3. Products are divided by 2^260 while elements are multiplied by 2^256. So a product of two
 *    elements as they are held is 2^-4 times the element wanted; with one factor shifted left by 4
 *    it is the element itself. */
#include <immintrin.h>
#include <stdint.h>

#define LIMBS 5
#define WIDTH 8 /* elements in a vector */
#define LIFT 16 /* 2^260 / 2^256 */
#define MASK_52 0xfffffffffffffll
#define INLINE __attribute__((always_inline)) static inline

typedef struct lanes {
    __m512i l[LIMBS];
} lanes;

/* A sum of products, before its reduction. Columns stay below 2^63 and a product adds less than 10
 * 2^52 to each: 200 fit. */
typedef struct wide {
    __m512i t[2 * LIMBS];
} wide;
#define WIDE_MAX 200

/* check: 0x73eda753299d7d483339d80809a1d80553bda402fffe5bfeffffffff00000001 == 0x73eda753299d << 208 | 0x7d483339d8080 << 156 | 0x9a1d80553bda4 << 104 | 0x2fffe5bfefff << 52 | 0xfffff00000001 */
static const int64_t order[LIMBS] = { 0xfffff00000001, 0x02fffe5bfefff, 0x9a1d80553bda4,
                                      0x7d483339d8080, 0x073eda753299d };
#define MINUS_INVERSE 0xffffeffffffffll /* check: 0xffffeffffffff == -pow(r, -1, 2**52) % 2**52 */

INLINE __m512i spread(int64_t x)
{
    return _mm512_set1_epi64(x);
}

/* (high:low) of a pair of 64-bit words, shifted right, the low 52 bits: (a >> right | b << left) &
 * mask */
INLINE __m512i join_52(__m512i a, unsigned right, __m512i b, unsigned left)
{
    return _mm512_ternarylogic_epi64(_mm512_srli_epi64(a, right), _mm512_slli_epi64(b, left),
                                     spread(MASK_52), 0xa8); /* (x | y) & z */
}

/* Four pairs of elements, as 4 vectors of words. Element order inside a vector is 0, 2, 1, 3, 4, 6,
 * 5, 7. */
INLINE void turn_words(__m512i w[4], const __m512i z[4])
{
    const __m512i even01 = _mm512_unpacklo_epi64(z[0], z[1]);
    const __m512i odd01 = _mm512_unpackhi_epi64(z[0], z[1]);
    const __m512i even23 = _mm512_unpacklo_epi64(z[2], z[3]);
    const __m512i odd23 = _mm512_unpackhi_epi64(z[2], z[3]);
    w[0] = _mm512_shuffle_i64x2(even01, even23, 0x88);
    w[1] = _mm512_shuffle_i64x2(odd01, odd23, 0x88);
    w[2] = _mm512_shuffle_i64x2(even01, even23, 0xdd);
    w[3] = _mm512_shuffle_i64x2(odd01, odd23, 0xdd);
}

/* Eight elements of an array. */
INLINE void load_words(__m512i w[4], const uint64_t *from)
{
    const __m512i z[4] = { _mm512_loadu_si512(from), _mm512_loadu_si512(from + 8),
                           _mm512_loadu_si512(from + 16), _mm512_loadu_si512(from + 24) };
    turn_words(w, z);
}

/* The inverse of turn_words. */
INLINE void turn_back(__m512i z[4], const __m512i w[4])
{
    const __m512i low = _mm512_setr_epi64(0, 1, 8, 9, 2, 3, 10, 11);
    const __m512i high = _mm512_setr_epi64(4, 5, 12, 13, 6, 7, 14, 15);
    const __m512i a = _mm512_unpacklo_epi64(w[0], w[1]), b = _mm512_unpackhi_epi64(w[0], w[1]);
    const __m512i c = _mm512_unpacklo_epi64(w[2], w[3]), d = _mm512_unpackhi_epi64(w[2], w[3]);
    z[0] = _mm512_permutex2var_epi64(a, low, c);
    z[1] = _mm512_permutex2var_epi64(b, low, d);
    z[2] = _mm512_permutex2var_epi64(a, high, c);
    z[3] = _mm512_permutex2var_epi64(b, high, d);
}

INLINE lanes of_words(const __m512i w[4])
{
    return (lanes){ { _mm512_and_si512(w[0], spread(MASK_52)), join_52(w[0], 52, w[1], 12),
                      join_52(w[1], 40, w[2], 24), join_52(w[2], 28, w[3], 36),
                      _mm512_srli_epi64(w[3], 16) } };
}

INLINE lanes zero(void)
{
    return (lanes){ { _mm512_setzero_si512() } };
}

/* value < 1 */
INLINE lanes load(const uint64_t *from)
{
    __m512i w[4];
    load_words(w, from);
    return of_words(w);
}

/* One element in all lanes. value < 1 */
INLINE lanes load_one(const uint64_t *from)
{
    const __m512i w[4] = { spread((int64_t)from[0]), spread((int64_t)from[1]),
                           spread((int64_t)from[2]), spread((int64_t)from[3]) };
    return of_words(w);
}

INLINE lanes load_step(const uint64_t *from, size_t step, size_t i)
{
    return step ? load(from + 4 * i) : load_one(from);
}

/* value < 2^256 */
INLINE void to_words(__m512i w[4], const lanes *a)
{
    w[0] = _mm512_or_si512(a->l[0], _mm512_slli_epi64(a->l[1], 52));
    w[1] = _mm512_or_si512(_mm512_srli_epi64(a->l[1], 12), _mm512_slli_epi64(a->l[2], 40));
    w[2] = _mm512_or_si512(_mm512_srli_epi64(a->l[2], 24), _mm512_slli_epi64(a->l[3], 28));
    w[3] = _mm512_or_si512(_mm512_srli_epi64(a->l[3], 36), _mm512_slli_epi64(a->l[4], 16));
}

/* value < 2^256 */
INLINE void store(uint64_t *to, const lanes *a)
{
    __m512i w[4], z[4];
    to_words(w, a);
    turn_back(z, w);
    for (size_t k = 0; k < 4; k++)
        _mm512_storeu_si512(to + 8 * k, z[k]);
}

/* Limbs of any sign back below 2^52; the value, below 2^260 and not negative, stays. */
INLINE void carry(lanes *a)
{
#pragma GCC unroll 4
    for (int i = 0; i < LIMBS - 1; i++) {
        a->l[i + 1] = _mm512_add_epi64(a->l[i + 1], _mm512_srai_epi64(a->l[i], 52));
        a->l[i] = _mm512_and_si512(a->l[i], spread(MASK_52));
    }
}

/* LIFT a: value < 2.2 before, so that it fits. */
INLINE lanes lift(const lanes *a)
{
    const __m512i mask = spread(MASK_52);
    lanes out;
    out.l[0] = _mm512_and_si512(_mm512_slli_epi64(a->l[0], 4), mask);
#pragma GCC unroll 4
    for (int i = 1; i < LIMBS; i++)
        out.l[i] = _mm512_ternarylogic_epi64(_mm512_slli_epi64(a->l[i], 4),
                                             _mm512_srli_epi64(a->l[i - 1], 48), mask, 0xa8);
    return out;
}

/* LIFT times: value < LIFT */
INLINE lanes load_lifted(const uint64_t *from)
{
    const lanes value = load(from);
    return lift(&value);
}

/* a + b: the sum of the values */
INLINE lanes add(const lanes *a, const lanes *b)
{
    lanes out;
#pragma GCC unroll 5
    for (int i = 0; i < LIMBS; i++)
        out.l[i] = _mm512_add_epi64(a->l[i], b->l[i]);
    carry(&out);
    return out;
}

/* a - b + multiple r, value(b) <= multiple: value < value(a) + multiple */
INLINE lanes subtract(const lanes *a, const lanes *b, int64_t multiple)
{
    lanes out;
#pragma GCC unroll 5
    for (int i = 0; i < LIMBS; i++)
        out.l[i] =
            _mm512_add_epi64(_mm512_sub_epi64(a->l[i], b->l[i]), spread(multiple * order[i]));
    carry(&out);
    return out;
}

/* a, less multiple r where that leaves it positive. */
INLINE void reduce_once(lanes *a, int64_t multiple)
{
    lanes less;
#pragma GCC unroll 5
    for (int i = 0; i < LIMBS; i++)
        less.l[i] = _mm512_sub_epi64(a->l[i], spread(multiple * order[i]));
    carry(&less); /* its top limb keeps the sign */
    const __mmask8 negative = _mm512_movepi64_mask(less.l[LIMBS - 1]);
#pragma GCC unroll 5
    for (int i = 0; i < LIMBS; i++)
        a->l[i] = _mm512_mask_mov_epi64(less.l[i], negative, a->l[i]);
}

INLINE void wide_clear(wide *sum)
{
#pragma GCC unroll 10
    for (int i = 0; i < 2 * LIMBS; i++)
        sum->t[i] = _mm512_setzero_si512();
}

/* sum += a b */
INLINE void wide_add(wide *sum, const lanes *a, const lanes *b)
{
#pragma GCC unroll 5
    for (int i = 0; i < LIMBS; i++) {
#pragma GCC unroll 5
        for (int j = 0; j < LIMBS; j++)
            sum->t[i + j] = _mm512_madd52lo_epu64(sum->t[i + j], a->l[i], b->l[j]);
#pragma GCC unroll 5
        for (int j = 0; j < LIMBS; j++)
            sum->t[i + j + 1] = _mm512_madd52hi_epu64(sum->t[i + j + 1], a->l[i], b->l[j]);
    }
}

/* Columns have room for WIDE_MAX products, which is more than a run has. */
INLINE void wide_settle(wide *sum)
{
    (void)sum;
}

/* sum / 2^260 mod r. With sum = the sum of products of values: value < sum / 35.33 + 1 (Montgomery
 * 1985). */
INLINE lanes wide_reduce(wide *sum)
{
    lanes out;
#pragma GCC unroll 5
    for (int i = 0; i < LIMBS; i++) {
        const __m512i m =
            _mm512_madd52lo_epu64(_mm512_setzero_si512(), sum->t[i], spread(MINUS_INVERSE));
#pragma GCC unroll 5
        for (int j = 0; j < LIMBS; j++)
            sum->t[i + j] = _mm512_madd52lo_epu64(sum->t[i + j], m, spread(order[j]));
#pragma GCC unroll 5
        for (int j = 0; j < LIMBS; j++)
            sum->t[i + j + 1] = _mm512_madd52hi_epu64(sum->t[i + j + 1], m, spread(order[j]));
        sum->t[i + 1] = _mm512_add_epi64(sum->t[i + 1], _mm512_srli_epi64(sum->t[i], 52));
    }
#pragma GCC unroll 5
    for (int i = 0; i < LIMBS; i++)
        out.l[i] = sum->t[LIMBS + i];
    carry(&out);
    return out;
}

/* a b / 2^260: value < value(a) value(b) / 35.33 + 1 */
INLINE lanes multiply(const lanes *a, const lanes *b)
{
    wide sum;
    wide_clear(&sum);
    wide_add(&sum, a, b);
    return wide_reduce(&sum);
}

/* Of each pair low + factor (high - low), the last 4 bits of a lift already in factor, which is
 * reduced: value < 1. Low goes into the columns that are left after the reduction, so the sum takes
 * no addition of its own: value < 2 / 35.33 + 1 + 1. Two pairs at once, since the steps of one wait
 * for each other. */
INLINE void fold_two(lanes out[2], const lanes low[2], const lanes high[2], const lanes *factor)
{
    wide sum[2];
    lanes slope[2];
#pragma GCC unroll 2
    for (int v = 0; v < 2; v++) {
        slope[v] = subtract(&high[v], &low[v], 1); /* < 2 */
#pragma GCC unroll 5
        for (int j = 0; j < LIMBS; j++) {
            sum[v].t[j] = _mm512_setzero_si512();
            sum[v].t[LIMBS + j] = low[v].l[j];
        }
    }
#pragma GCC unroll 5
    for (int i = 0; i < LIMBS; i++)
#pragma GCC unroll 2
        for (int v = 0; v < 2; v++) {
#pragma GCC unroll 5
            for (int j = 0; j < LIMBS; j++)
                sum[v].t[i + j] =
                    _mm512_madd52lo_epu64(sum[v].t[i + j], slope[v].l[i], factor->l[j]);
#pragma GCC unroll 5
            for (int j = 0; j < LIMBS; j++)
                sum[v].t[i + j + 1] =
                    _mm512_madd52hi_epu64(sum[v].t[i + j + 1], slope[v].l[i], factor->l[j]);
        }
#pragma GCC unroll 5
    for (int i = 0; i < LIMBS; i++)
#pragma GCC unroll 2
        for (int v = 0; v < 2; v++) {
            const __m512i m =
                _mm512_madd52lo_epu64(_mm512_setzero_si512(), sum[v].t[i], spread(MINUS_INVERSE));
#pragma GCC unroll 5
            for (int j = 0; j < LIMBS; j++)
                sum[v].t[i + j] = _mm512_madd52lo_epu64(sum[v].t[i + j], m, spread(order[j]));
#pragma GCC unroll 5
            for (int j = 0; j < LIMBS; j++)
                sum[v].t[i + j + 1] =
                    _mm512_madd52hi_epu64(sum[v].t[i + j + 1], m, spread(order[j]));
            sum[v].t[i + 1] = _mm512_add_epi64(sum[v].t[i + 1], _mm512_srli_epi64(sum[v].t[i], 52));
        }
#pragma GCC unroll 2
    for (int v = 0; v < 2; v++) {
#pragma GCC unroll 5
        for (int i = 0; i < LIMBS; i++)
            out[v].l[i] = sum[v].t[LIMBS + i];
        carry(&out[v]);
        reduce_once(&out[v], 1);
        reduce_once(&out[v], 1);
    }
}

/* What fr_loops_inline.h has as a function of its own where the set is slower for its length. */
INLINE lanes multiply_far(const lanes *a, const lanes *b)
{
    return multiply(a, b);
}

/* (a b + c d) / 2^260 */
INLINE lanes multiply_two(const lanes *a, const lanes *b, const lanes *c, const lanes *d)
{
    wide sum;
    wide_clear(&sum);
    wide_add(&sum, a, b);
    wide_add(&sum, c, d);
    return wide_reduce(&sum);
}

/* Two factors of a product. */
typedef struct factors {
    const lanes *a, *b;
} factors;

/* The sum of the products of f[0] .. f[count - 1], over 2^260. */
INLINE lanes multiply_sum(const factors *f, int count)
{
    wide sum;
    wide_clear(&sum);
    for (int i = 0; i < count; i++)
        wide_add(&sum, f[i].a, f[i].b);
    return wide_reduce(&sum);
}

/* LIFT^2 times 2^260 mod r: a product with it makes up for three divisions. */
INLINE lanes correction(void)
{
    /* check: 0x43712b2a694 << 208 | 0x880615422c03a << 156 | 0xcba8bc8449c22 << 104 | 0x139f79755000 << 52 | 0x2354ffffdcab == 2**268 % r */
    static const int64_t limbs[LIMBS] = { 0x2354ffffdcab, 0x139f79755000, 0xcba8bc8449c22,
                                          0x880615422c03a, 0x43712b2a694 };
    lanes out;
    for (int i = 0; i < LIMBS; i++)
        out.l[i] = spread(limbs[i]);
    return out;
}

/* LIFT times 2^260 mod r: for two divisions. */
INLINE lanes correction_of_two(void)
{
    /* check: 0x247db575276a << 208 | 0x7fa6f1563642b << 156 | 0xdce3c3e2e7505 << 104 | 0x61039ef635000 << 52 | 0x234fffffdcb == 2**264 % r */
    static const int64_t limbs[LIMBS] = { 0x234fffffdcb, 0x61039ef635000, 0xdce3c3e2e7505,
                                          0x7fa6f1563642b, 0x247db575276a };
    lanes out;
    for (int i = 0; i < LIMBS; i++)
        out.l[i] = spread(limbs[i]);
    return out;
}

/* Value at 2 or -1 of a quadratic: 2 (nearer + lead) - other + 6 r. */
INLINE lanes extend(const lanes *nearer, const lanes *other, const lanes *lead)
{
    lanes out;
#pragma GCC unroll 5
    for (int i = 0; i < LIMBS; i++) {
        const __m512i twice = _mm512_slli_epi64(_mm512_add_epi64(nearer->l[i], lead->l[i]), 1);
        out.l[i] = _mm512_add_epi64(_mm512_sub_epi64(twice, other->l[i]), spread(6 * order[i]));
    }
    carry(&out);
    return out;
}

/* Lane k becomes lane k ^ step. */
INLINE lanes across(const lanes *a, int step)
{
    const __m512i from = _mm512_xor_si512(_mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7), spread(step));
    lanes out;
    for (int i = 0; i < LIMBS; i++)
        out.l[i] = _mm512_permutexvar_epi64(from, a->l[i]);
    return out;
}
