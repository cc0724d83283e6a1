/* Loops over Fr by AVX-512 IFMA, eight elements at a time. Representation and bounds are
 * fr_ifma_inline.h's.
 *
 * 1. Inputs are reduced and outputs are reduced. Between the two, values are bounded multiples of
 *    r, and the comment behind a value says its bound ("< 1.46": below 1.46 r). A bound is what the
 *    next operation needs: shift_4 takes values below 2.2, a lane holds 35.33.
 * 2. multiply(a, b) gives a b / 2^260 + less than r, so value < value(a) value(b) / 35.33 + 1. One
 *    factor is shifted left by 4, which makes up for 2^260 against 2^256.
 * 3. A result below k r is reduced by subtracting 2 r and r where that leaves it positive, never by
 *    a loop over its value: time does not depend on elements.
 * 4. Loads and stores permute lanes (load_words). Lanes never mix but in finish_sum, so the order
 *    does not matter. */
#include "native/fr_lanes_internal.h"

#if defined(__x86_64__)
#include <stdbool.h>
#include <string.h>

#include "base/memory.h"
#include "native/cpu.h"
#include "native/fr_ifma_inline.h"
#include "native/fr_transform_ifma_inline.h"

static const uint64_t one[4] = { 0x00000001fffffffe, 0x5884b7fa00034802, 0x998c4fefecbc4ff5,
                                 0x1824b159acc5056f };
/* check: 0x1824b159acc5056f998c4fefecbc4ff55884b7fa0003480200000001fffffffe == 2**256 % r */

/* x < 1, shifted < 16, y < 1: the product is below 16 / 35.33 + 1 = 1.46. */
static void multiply_all(uint64_t *out, const uint64_t *a, const uint64_t *b, size_t count)
{
    for (size_t i = 0; i < count; i += ZKL_FR_LANES) {
        const lanes x = load(a + 4 * i), y = load(b + 4 * i), shifted = shift_4(&x);
        lanes product = multiply(&shifted, &y); /* < 16 / 35.33 + 1 */
        reduce_once(&product, 1);
        store(out + 4 * i, &product);
    }
}

/* a + w b and a - w b + 2 r: both below 3, so 2 r and r are taken off. */
static void butterflies(uint64_t *a, uint64_t *b, const uint64_t *w, size_t count)
{
    for (size_t i = 0; i < count; i += ZKL_FR_LANES) {
        const lanes x = load(a + 4 * i), y = load(b + 4 * i), z = load(w + 4 * i);
        const lanes shifted = shift_4(&z);
        const lanes product = multiply(&shifted, &y); /* < 1.46 */
        lanes sum = add(&x, &product), difference = subtract(&x, &product, 2);
        reduce_once(&sum, 2);
        reduce_once(&sum, 1);
        reduce_once(&difference, 2);
        reduce_once(&difference, 1);
        store(a + 4 * i, &sum);
        store(b + 4 * i, &difference);
    }
}

/* low + c (high - low). The slope is high - low + r, below 2; c is shifted once for all. */
static void fold(uint64_t *out, zkl_fr_values low, zkl_fr_values high, const uint64_t c[static 4],
                 size_t count)
{
    ZKL_DEBUG_ASSERT(count % ZKL_FR_LANES == 0);
    const lanes factor = load_one(c), shifted = shift_4(&factor);
    for (size_t i = 0; i < count; i += ZKL_FR_LANES) {
        const lanes x = load_step(low.words, low.step, i), y = load_step(high.words, high.step, i);
        const lanes slope = subtract(&y, &x, 1);  /* < 2 */
        lanes value = multiply(&shifted, &slope); /* < 32 / 35.33 + 1 */
        value = add(&value, &x);                  /* < 3 */
        reduce_once(&value, 2);
        reduce_once(&value, 1);
        store(out + 4 * i, &value);
    }
}

/* ---- sums of four fractions */

/* What is known of a numerator, the same for all lanes and all i. */
typedef enum kind { VARIES, ZERO, ONE, CONSTANT } kind;

/* Comparisons of constants alone, which are public: which numerators are 0 or 1 follows from the
 * claim. */
static bool same(const uint64_t *a, const uint64_t *b)
{
    return memcmp(a, b, 4 * sizeof *a) == 0;
}

static bool is_zero(const uint64_t *a)
{
    return (a[0] | a[1] | a[2] | a[3]) == 0;
}

/* Decided once a call, so the loops below branch on something that does not change. */
static kind kind_of(const uint64_t *p, size_t step)
{
    return step ? VARIES : is_zero(p) ? ZERO : same(p, one) ? ONE : CONSTANT;
}

/* A numerator at one point. */
typedef struct numerator {
    kind kind;
    lanes p; /* 16 times */
} numerator;

/* p0 q1 + p1 q0 + scale q, with numerators given 16 times; scale NULL: 0. Values of q0, q1 below 2,
 * of 16 p below 32. */
INLINE lanes cross(const numerator *p0, const numerator *p1, const lanes *q0, const lanes *q1,
                   const lanes *scale, const lanes *q)
{
    lanes out = { { _mm512_setzero_si512() } };
    const bool product0 = p0->kind == VARIES || p0->kind == CONSTANT;
    const bool product1 = p1->kind == VARIES || p1->kind == CONSTANT;
    if (product0 || product1 || scale) {
        wide sum;
        wide_clear(&sum);
        if (product0)
            wide_add(&sum, &p0->p, q1);
        if (product1)
            wide_add(&sum, &p1->p, q0);
        if (scale)
            wide_add(&sum, scale, q);
        out = wide_reduce(&sum);
    }
    if (p0->kind == ONE)
        out = add(&out, q1);
    if (p1->kind == ONE)
        out = add(&out, q0);
    return out;
}

/* Constants were prepared before the loop. */
INLINE void load_numerator(numerator *out, const uint64_t *p, size_t step, size_t i)
{
    if (out->kind == VARIES) {
        const lanes value = load_step(p, step, i);
        out->p = shift_4(&value);
    }
}

static void prepare_numerator(numerator *out, const uint64_t *p, size_t step)
{
    out->kind = kind_of(p, step);
    const lanes value = load_one(p);
    out->p = shift_4(&value);
}

/* q0 q1, where a denominator that is 1 throughout costs nothing. value < 1.46 */
INLINE lanes multiply_units(const lanes *q0, bool unit0, const lanes *q1, bool unit1)
{
    if (unit0)
        return *q1;
    if (unit1)
        return *q0;
    const lanes shifted = shift_4(q0);
    return multiply(&shifted, q1);
}

/* 1 in Montgomery form, one value for all. */
static void find_units(bool unit[static 4], const zkl_fr_fractions *in)
{
    for (int b = 0; b < 4; b++)
        unit[b] = in->q_step[b] == 0 && same(in->q[b], one);
}

/* Pairs first: p0/q0 + p1/q1 = (p0 q1 + p1 q0) / (q0 q1), then the same of the two sums. No
 * inversion: denominators multiply up the tree. */
static void add_fractions(uint64_t *p, uint64_t *q, const zkl_fr_fractions *in, size_t count)
{
    ZKL_DEBUG_ASSERT(count % ZKL_FR_LANES == 0);
    numerator num[4];
    bool unit[4];
    find_units(unit, in);
    for (int b = 0; b < 4; b++)
        prepare_numerator(&num[b], in->p[b], in->p_step[b]);
    for (size_t i = 0; i < count; i += ZKL_FR_LANES) {
        lanes den[4];
        for (int b = 0; b < 4; b++) {
            load_numerator(&num[b], in->p[b], in->p_step[b], i);
            den[b] = load_step(in->q[b], in->q_step[b], i);
        }
        /* p01, p23 < 2.46; q01, q23 < 1.46 */
        const lanes p01 = cross(&num[0], &num[1], &den[0], &den[1], NULL, NULL);
        const lanes p23 = cross(&num[2], &num[3], &den[2], &den[3], NULL, NULL);
        const lanes q01 = multiply_units(&den[0], unit[0], &den[1], unit[1]);
        const lanes q23 = multiply_units(&den[2], unit[2], &den[3], unit[3]);
        const lanes q01_16 = shift_4(&q01), q23_16 = shift_4(&q23);
        lanes sum_p = multiply_cross(&p01, &q23_16, &p23, &q01_16); /* < 4.26 */
        lanes sum_q = multiply(&q01_16, &q23);                      /* < 1.97 */
        reduce_once(&sum_p, 2);
        reduce_once(&sum_p, 2);
        reduce_once(&sum_p, 1);
        reduce_once(&sum_q, 1);
        store(p + 4 * i, &sum_p);
        store(q + 4 * i, &sum_q);
    }
}

/* ---- the same over lines */

#define POINTS 4 /* 0, 2, -1, and the leading coefficient */

/* Values of a quadratic polynomial at 0 and 1, and its coefficient of X^2. */
typedef struct quadratic {
    lanes at_0, at_1, lead;
} quadratic;

/* Value at 2 or -1: twice the nearer value, less the other, and twice the coefficient. f < 3.67,
 * lead < 6.28: < 25.9 */
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

/* At X = 0, 2, -1 and the coefficient of X^2, from the values at 0 and 1 and that coefficient. */
INLINE void spread_points(lanes out[POINTS], const quadratic *f)
{
    out[0] = f->at_0;
    out[1] = extend(&f->at_1, &f->at_0, &f->lead);
    out[2] = extend(&f->at_0, &f->at_1, &f->lead);
    out[3] = f->lead;
}

/* A line: its values at 0 and 1 below 1, its slope below 2. */
typedef struct line {
    lanes at_0, at_1, slope;
    bool unit; /* 1 throughout */
} line;

/* The numerator of a fraction as a line: at 0, at 1, slope. */
typedef struct numerator_line {
    numerator at_0, at_1, slope;
} numerator_line;

INLINE void load_numerator_line(numerator_line *out, const uint64_t *low, size_t low_step,
                                const uint64_t *high, size_t high_step, size_t i)
{
    const lanes a = load_step(low, low_step, i), b = load_step(high, high_step, i);
    const lanes d = subtract(&b, &a, 1);
    out->at_0.p = shift_4(&a);
    out->at_1.p = shift_4(&b);
    out->slope.p = shift_4(&d);
}

/* Where low and high are constant. */
static void prepare_numerator_line(numerator_line *out, const uint64_t *low, const uint64_t *high,
                                   size_t step)
{
    uint64_t slopes[4 * ZKL_FR_LANES];
    prepare_numerator(&out->at_0, low, step);
    prepare_numerator(&out->at_1, high, step);
    const lanes a = load_one(low), b = load_one(high);
    lanes d = subtract(&b, &a, 1);
    reduce_once(&d, 1);
    store(slopes, &d);
    prepare_numerator(&out->slope, slopes, step);
}

/* values < 1, slope = high - low + r < 2 */
INLINE void load_line(line *out, const uint64_t *low, size_t low_step, const uint64_t *high,
                      size_t high_step, size_t i)
{
    out->at_0 = load_step(low, low_step, i);
    out->at_1 = load_step(high, high_step, i);
    out->slope = subtract(&out->at_1, &out->at_0, 1);
}

/* values < 1.46, lead < 2.82 */
INLINE void multiply_lines(quadratic *out, const line *q0, const line *q1)
{
    if (q0->unit || q1->unit) {
        const line *other = q0->unit ? q1 : q0;
        *out = (quadratic){ other->at_0, other->at_1, { { _mm512_setzero_si512() } } };
        return;
    }
    const lanes a = shift_4(&q0->at_0), b = shift_4(&q0->at_1), d = shift_4(&q0->slope);
    out->at_0 = multiply(&a, &q1->at_0);
    out->at_1 = multiply(&b, &q1->at_1);
    out->lead = multiply(&d, &q1->slope);
}

/* p[0] q[1] + p[1] q[0] + scale product as polynomials. Values < 3.67, lead < 6.28, with scale
 * below 16 and product as multiply_lines gives it. */
INLINE void cross_lines(quadratic *out, const numerator_line p[2], const line q[2],
                        const lanes *scale, const quadratic *product)
{
    out->at_0 = cross(&p[0].at_0, &p[1].at_0, &q[0].at_0, &q[1].at_0, scale, &product->at_0);
    out->at_1 = cross(&p[0].at_1, &p[1].at_1, &q[0].at_1, &q[1].at_1, scale, &product->at_1);
    out->lead = cross(&p[0].slope, &p[1].slope, &q[0].slope, &q[1].slope, scale, &product->lead);
}

/* The sum of the lanes of a sum of e times values, each 2^-8 of what it stands for: value < 11.1
 * after the division. */
static void finish_sum(uint64_t out[static 4], wide *sum)
{
    /* check: 0x43712b2a694 << 208 | 0x880615422c03a << 156 | 0xcba8bc8449c22 << 104 | 0x139f79755000 << 52 | 0x2354ffffdcab == 2**268 % r */
    static const int64_t correction[LIMBS] = { 0x2354ffffdcab, 0x139f79755000, 0xcba8bc8449c22,
                                               0x880615422c03a, 0x43712b2a694 };
    uint64_t each[4 * ZKL_FR_LANES];
    lanes factor, value = wide_reduce(sum);
    for (int i = 0; i < LIMBS; i++)
        factor.l[i] = spread(correction[i]);
    value = multiply(&value, &factor); /* < 1.32 */
    for (int step = 1; step < ZKL_FR_LANES; step *= 2) {
        const __m512i across =
            _mm512_xor_si512(_mm512_setr_epi64(0, 1, 2, 3, 4, 5, 6, 7), spread(step));
        lanes other;
        for (int i = 0; i < LIMBS; i++)
            other.l[i] = _mm512_permutexvar_epi64(across, value.l[i]);
        value = add(&value, &other);
    }
    for (int multiple = 8; multiple; multiple /= 2) /* < 8 * 1.32 */
        reduce_once(&value, multiple);
    store(each, &value); /* the same in all lanes */
    memcpy(out, each, 4 * sizeof *out);
}

/* P / Q at the four points, for each i: lines times lines are quadratics, whose values at 0 and 1
 * and leading coefficient say all; extend gives 2 and -1; quadratics times quadratics are evaluated
 * there, and weighted by e. At most ZKL_FR_LANES_RUN_MAX products are gathered before a reduction:
 * 200 would fit. */
static void sum_lines(uint64_t sums[static 16], const zkl_fr_fractions *low,
                      const zkl_fr_fractions *high, const uint64_t *e, const uint64_t lam[static 4],
                      size_t count)
{
    ZKL_DEBUG_ASSERT(count <= ZKL_FR_LANES_RUN_MAX);
    numerator_line num[4];
    line den[4];
    bool unit_low[4], unit_high[4];
    wide total[POINTS];
    const lanes lam_one = load_one(lam), scale = shift_4(&lam_one);
    find_units(unit_low, low);
    find_units(unit_high, high);
    for (int b = 0; b < 4; b++) {
        den[b].unit = unit_low[b] && unit_high[b];
        prepare_numerator_line(&num[b], low->p[b], high->p[b], low->p_step[b] | high->p_step[b]);
    }
    for (int x = 0; x < POINTS; x++)
        wide_clear(&total[x]);
    for (size_t i = 0; i < count; i += ZKL_FR_LANES) {
        quadratic p01, p23, q01, q23;
        lanes a[POINTS], b[POINTS], c[POINTS], d[POINTS];
        const lanes weight = load(e + 4 * i);
        for (int k = 0; k < 4; k++) {
            load_line(&den[k], low->q[k], low->q_step[k], high->q[k], high->q_step[k], i);
            if (num[k].at_0.kind == VARIES)
                load_numerator_line(&num[k], low->p[k], low->p_step[k], high->p[k], high->p_step[k],
                                    i);
        }
        multiply_lines(&q01, &den[0], &den[1]);
        multiply_lines(&q23, &den[2], &den[3]);
        cross_lines(&p01, &num[0], &den[0], NULL, &q01);
        cross_lines(&p23, &num[2], &den[2], &scale, &q23);
        spread_points(a, &p01);
        spread_points(b, &q01);
        spread_points(c, &p23);
        spread_points(d, &q23);
        /* P + lam Q = p01 q23 + q01 (p23 + lam q23); the bracket is what cross_lines gave. */
        for (int x = 0; x < POINTS; x++) {
            const lanes value = multiply_cross(&a[x], &d[x], &b[x], &c[x]); /* < 22.2, 2^-4 */
            wide_add(&total[x], &weight, &value);
        }
    }
    /* One reduction a point, after the whole run. */
    for (int x = 0; x < POINTS; x++)
        finish_sum(sums + 4 * x, &total[x]);
}

const zkl_fr_lanes zkl_fr_lanes_ifma = { "ifma",           ZKL_CPU_AVX512 | ZKL_CPU_AVX512_IFMA,
                                         multiply_all,     fold,
                                         add_fractions,    sum_lines,
                                         butterflies,      butterflies_twice,
                                         first_butterflies };
#endif
