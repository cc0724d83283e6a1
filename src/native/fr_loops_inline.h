/* The loops of a set over Fr, for the arithmetic that was included before: lanes of WIDTH elements,
 * wide sums of products, and LIFT, which makes up for their division.
 *
 * 1. Inputs are reduced and outputs are reduced. Between the two, values are bounded multiples of
 *    r, and the comment behind a value says its bound ("< 1.46": below 1.46 r). A bound is what the
 *    next operation needs: lift takes values below 2.2, a lane holds 2.2 LIFT.
 * 2. multiply(a, b) gives a b / R + less than r, with R / r = 2.208 LIFT. So where one factor is
 *    lifted, value < value(a) value(b) / 2.208 + 1.
 * 3. A result below k r is reduced by subtracting 2 r and r where that leaves it positive, never by
 *    a loop over its value: time does not depend on elements.
 * 4. Lanes never mix but in finish_sum. */
#include <stdbool.h>
#include <string.h>

#include "base/memory.h"

static const uint64_t one[4] = { 0x00000001fffffffe, 0x5884b7fa00034802, 0x998c4fefecbc4ff5,
                                 0x1824b159acc5056f };
/* check: 0x1824b159acc5056f998c4fefecbc4ff55884b7fa0003480200000001fffffffe == 2**256 % r */

/* x < LIFT, y < 1: the product is below 1.46. */
static void multiply_all(uint64_t *out, const uint64_t *a, const uint64_t *b, size_t count)
{
    for (size_t i = 0; i < count; i += WIDTH) {
        const lanes x = load_lifted(a + 4 * i), y = load(b + 4 * i);
        lanes product = multiply(&x, &y);
        reduce_once(&product, 1);
        store(out + 4 * i, &product);
    }
}

/* The factor of a fold: LIFT c, reduced. */
static lanes fold_factor(const uint64_t c[static 4])
{
    const lanes factor = load_one(c);
    lanes lifted = lift(&factor); /* < LIFT */
    for (int multiple = LIFT / 2; multiple; multiple /= 2)
        reduce_once(&lifted, multiple);
    return lifted;
}

/* low + c (high - low) */
static void fold(uint64_t *out, zkl_fr_values low, zkl_fr_values high, const uint64_t c[static 4],
                 size_t count)
{
    ZKL_DEBUG_ASSERT(count % WIDTH == 0);
    const lanes factor = fold_factor(c);
    for (size_t i = 0; i < count; i += 2 * (size_t)WIDTH) {
        const size_t next = i + WIDTH < count ? i + WIDTH : i; /* one is done twice at an odd end */
        const lanes x[2] = { load_step(low.words, low.step, i),
                             load_step(low.words, low.step, next) };
        const lanes y[2] = { load_step(high.words, high.step, i),
                             load_step(high.words, high.step, next) };
        lanes value[2];
        fold_two(value, x, y, &factor);
        store(out + 4 * i, &value[0]);
        store(out + 4 * next, &value[1]);
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
    lanes p; /* lifted */
} numerator;

/* p0 q1 + p1 q0 + scale q, with numerators lifted; scale NULL: 0. Values of q0, q1 below 2, of
 * lifted p below 2 LIFT. */
INLINE lanes cross(const numerator *p0, const numerator *p1, const lanes *q0, const lanes *q1,
                   const lanes *scale, const lanes *q)
{
    factors f[3];
    int count = 0;
    if (p0->kind == VARIES || p0->kind == CONSTANT)
        f[count++] = (factors){ &p0->p, q1 };
    if (p1->kind == VARIES || p1->kind == CONSTANT)
        f[count++] = (factors){ &p1->p, q0 };
    if (scale)
        f[count++] = (factors){ scale, q };
    lanes out = count ? multiply_sum(f, count) : zero();
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
        out->p = lift(&value);
    }
}

static void prepare_numerator(numerator *out, const uint64_t *p, size_t step)
{
    out->kind = kind_of(p, step);
    const lanes value = load_one(p);
    out->p = lift(&value);
}

/* q0 q1, where a denominator that is 1 throughout costs nothing. value < 1.46 */
INLINE lanes multiply_units(const lanes *q0, bool unit0, const lanes *q1, bool unit1)
{
    if (unit0)
        return *q1;
    if (unit1)
        return *q0;
    const lanes lifted = lift(q0);
    return multiply_far(&lifted, q1);
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
    ZKL_DEBUG_ASSERT(count % WIDTH == 0);
    numerator num[4];
    bool unit[4];
    find_units(unit, in);
    for (int b = 0; b < 4; b++)
        prepare_numerator(&num[b], in->p[b], in->p_step[b]);
    for (size_t i = 0; i < count; i += WIDTH) {
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
        const lanes lifted_q01 = lift(&q01), lifted_q23 = lift(&q23);
        lanes sum_p = multiply_two(&p01, &lifted_q23, &p23, &lifted_q01); /* < 4.26 */
        lanes sum_q = multiply(&lifted_q01, &q23);                        /* < 1.97 */
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
    out->at_0.p = lift(&a);
    out->at_1.p = lift(&b);
    out->slope.p = lift(&d);
}

/* Where low and high are constant. */
static void prepare_numerator_line(numerator_line *out, const uint64_t *low, const uint64_t *high,
                                   size_t step)
{
    uint64_t slopes[4 * WIDTH];
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
        *out = (quadratic){ other->at_0, other->at_1, zero() };
        return;
    }
    const lanes a = lift(&q0->at_0), b = lift(&q0->at_1), d = lift(&q0->slope);
    out->at_0 = multiply_far(&a, &q1->at_0);
    out->at_1 = multiply_far(&b, &q1->at_1);
    out->lead = multiply_far(&d, &q1->slope);
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

/* A sum of products, divided, corrected, and added up over its lanes: the same in all of them,
 * value < 1. The quotient is below 11.1. */
INLINE lanes finish_lanes(wide *sum, const lanes *factor)
{
    wide_settle(sum);
    const lanes quotient = wide_reduce(sum);
    lanes value = multiply(&quotient, factor); /* < 1.32 */
    for (int step = 1; step < WIDTH; step *= 2) {
        const lanes other = across(&value, step);
        value = add(&value, &other);
    }
    for (int multiple = 8; multiple; multiple /= 2) /* < 8 * 1.32 */
        reduce_once(&value, multiple);
    return value;
}

/* One of the lanes, which are all the same and below 16. */
static void store_one(uint64_t out[static 4], lanes *value)
{
    uint64_t each[4 * WIDTH];
    for (int multiple = 8; multiple; multiple /= 2)
        reduce_once(value, multiple);
    store(each, value);
    memcpy(out, each, 4 * sizeof *out);
}

/* Of e times values, each LIFT^-2 of what it stands for. */
static void finish_sum(uint64_t out[static 4], wide *sum)
{
    const lanes factor = correction();
    lanes value = finish_lanes(sum, &factor);
    store_one(out, &value);
}

/* Is fraction b 0 / 1 throughout? */
static bool is_unused(const zkl_fr_fractions *f, int b)
{
    return f->p_step[b] == 0 && f->q_step[b] == 0 && is_zero(f->p[b]) && same(f->q[b], one);
}

/* Where the last two fractions are unused: P + lam Q = p01 + lam q01 has degree 2, so the sums of
 * both at 0, at 1 and of X^2 say all, and lam comes in at the end. */
static void sum_lines_of_two(uint64_t sums[static 16], const zkl_fr_fractions *low,
                             const zkl_fr_fractions *high, const uint64_t *e,
                             const uint64_t lam[static 4], size_t count)
{
    numerator_line num[2];
    line den[2];
    bool unit_low[4], unit_high[4];
    wide p[3], q[3];
    find_units(unit_low, low);
    find_units(unit_high, high);
    for (int b = 0; b < 2; b++) {
        den[b].unit = unit_low[b] && unit_high[b];
        prepare_numerator_line(&num[b], low->p[b], high->p[b], low->p_step[b] | high->p_step[b]);
    }
    for (int x = 0; x < 3; x++) {
        wide_clear(&p[x]);
        wide_clear(&q[x]);
    }
    for (size_t i = 0; i < count; i += WIDTH) {
        quadratic p01, q01;
        const lanes weight = load(e + 4 * i);
        for (int k = 0; k < 2; k++) {
            load_line(&den[k], low->q[k], low->q_step[k], high->q[k], high->q_step[k], i);
            if (num[k].at_0.kind == VARIES)
                load_numerator_line(&num[k], low->p[k], low->p_step[k], high->p[k], high->p_step[k],
                                    i);
        }
        multiply_lines(&q01, &den[0], &den[1]);
        cross_lines(&p01, num, den, NULL, &q01);
        const lanes *const ps[3] = { &p01.at_0, &p01.at_1, &p01.lead };
        const lanes *const qs[3] = { &q01.at_0, &q01.at_1, &q01.lead };
        for (int x = 0; x < 3; x++) {
            wide_add(&p[x], &weight, ps[x]);
            wide_add(&q[x], &weight, qs[x]);
            if ((i / WIDTH + 1) % WIDE_MAX == 0) {
                wide_settle(&p[x]);
                wide_settle(&q[x]);
            }
        }
    }
    const lanes factor = correction_of_two(), lam_one = load_one(lam), scale = lift(&lam_one);
    lanes values[POINTS];
    for (int x = 0; x < 3; x++) {
        const lanes sum_p = finish_lanes(&p[x], &factor), sum_q = finish_lanes(&q[x], &factor);
        const lanes product = multiply(&scale, &sum_q); /* < 1.46 */
        values[x] = add(&sum_p, &product);              /* < 2.46 */
        reduce_once(&values[x], 2);
        reduce_once(&values[x], 1);
    }
    const quadratic sum = { values[0], values[1], values[2] };
    spread_points(values, &sum); /* < 10 */
    values[POINTS - 1] = zero(); /* of X^4 */
    for (int x = 0; x < POINTS; x++)
        store_one(sums + 4 * x, &values[x]);
}

/* Where all numerators and denominators vary, which is so above the leaves, nothing is lifted: a
 * product is LIFT^-1 of what it stands for, and so are the four quadratics. Only lam is lifted, so
 * that its term is as the two others. Values and leads of q01, q23 < 1.12, of p01 < 1.23, of p23
 * < 1.74. */
INLINE void multiply_plain(quadratic *out, const line *a, const line *b)
{
    out->at_0 = multiply_far(&a->at_0, &b->at_0);
    out->at_1 = multiply_far(&a->at_1, &b->at_1);
    out->lead = multiply_far(&a->slope, &b->slope);
}

INLINE void cross_plain(quadratic *out, const line p[2], const line q[2])
{
    out->at_0 = multiply_two(&p[0].at_0, &q[1].at_0, &p[1].at_0, &q[0].at_0);
    out->at_1 = multiply_two(&p[0].at_1, &q[1].at_1, &p[1].at_1, &q[0].at_1);
    out->lead = multiply_two(&p[0].slope, &q[1].slope, &p[1].slope, &q[0].slope);
}

INLINE void cross_scaled(quadratic *out, const line p[2], const line q[2], const lanes *scale,
                         const quadratic *product)
{
    const factors at_0[3] = { { &p[0].at_0, &q[1].at_0 },
                              { &p[1].at_0, &q[0].at_0 },
                              { scale, &product->at_0 } };
    const factors at_1[3] = { { &p[0].at_1, &q[1].at_1 },
                              { &p[1].at_1, &q[0].at_1 },
                              { scale, &product->at_1 } };
    const factors lead[3] = { { &p[0].slope, &q[1].slope },
                              { &p[1].slope, &q[0].slope },
                              { scale, &product->lead } };
    out->at_0 = multiply_sum(at_0, 3);
    out->at_1 = multiply_sum(at_1, 3);
    out->lead = multiply_sum(lead, 3);
}

static void sum_lines_of_any(uint64_t sums[static 16], const zkl_fr_fractions *low,
                             const zkl_fr_fractions *high, const uint64_t *e,
                             const uint64_t lam[static 4], size_t count)
{
    wide total[POINTS];
    const lanes lam_one = load_one(lam), scale = lift(&lam_one);
    for (int x = 0; x < POINTS; x++)
        wide_clear(&total[x]);
    for (size_t i = 0; i < count; i += WIDTH) {
        line p[4], q[4];
        quadratic p01, p23, q01, q23;
        lanes a[POINTS], b[POINTS], c[POINTS], d[POINTS];
        const lanes weight = load(e + 4 * i);
        for (int k = 0; k < 4; k++) {
            load_line(&p[k], low->p[k], 4, high->p[k], 4, i);
            load_line(&q[k], low->q[k], 4, high->q[k], 4, i);
        }
        multiply_plain(&q01, &q[0], &q[1]);
        multiply_plain(&q23, &q[2], &q[3]);
        cross_plain(&p01, &p[0], &q[0]);
        cross_scaled(&p23, &p[2], &q[2], &scale, &q23);
        spread_points(a, &p01); /* < 11 */
        spread_points(b, &q01);
        spread_points(c, &p23); /* < 13 */
        spread_points(d, &q23);
        for (int x = 0; x < POINTS; x++) {
            const lanes value = multiply_two(&a[x], &d[x], &b[x], &c[x]); /* < 9, LIFT^-3 */
            wide_add(&total[x], &weight, &value);
        }
        if ((i / WIDTH + 1) % WIDE_MAX == 0)
            for (int x = 0; x < POINTS; x++)
                wide_settle(&total[x]);
    }
    /* LIFT^-4: two lifts more than correction makes up for. */
    lanes factor = correction();
    for (int k = 0; k < 2; k++) {
        factor = lift(&factor);
        for (int multiple = LIFT / 2; multiple; multiple /= 2)
            reduce_once(&factor, multiple);
    }
    for (int x = 0; x < POINTS; x++) {
        lanes value = finish_lanes(&total[x], &factor);
        store_one(sums + 4 * x, &value);
    }
}

static bool all_vary(const zkl_fr_fractions *f)
{
    for (int b = 0; b < 4; b++)
        if (!f->p_step[b] || !f->q_step[b])
            return false;
    return true;
}

/* P / Q at the four points, for each i: lines times lines are quadratics, whose values at 0 and 1
 * and leading coefficient say all; extend gives 2 and -1; quadratics times quadratics are evaluated
 * there, and weighted by e. Products are gathered over the whole run; their columns are settled
 * before they overflow. */
static void sum_lines(uint64_t sums[static 16], const zkl_fr_fractions *low,
                      const zkl_fr_fractions *high, const uint64_t *e, const uint64_t lam[static 4],
                      size_t count)
{
    ZKL_DEBUG_ASSERT(count <= ZKL_FR_LANES_RUN_MAX);
    if (all_vary(low) && all_vary(high)) {
        sum_lines_of_any(sums, low, high, e, lam, count);
        return;
    }
    const bool three = is_unused(low, 3) && is_unused(high, 3);
    /* With three fractions the degree is 3, so X^4 has no coefficient. */
    const int points = three ? POINTS - 1 : POINTS;
    if (three && is_unused(low, 2) && is_unused(high, 2)) {
        sum_lines_of_two(sums, low, high, e, lam, count);
        return;
    }
    numerator_line num[4];
    line den[4];
    bool unit_low[4], unit_high[4];
    wide total[POINTS];
    const lanes lam_one = load_one(lam), scale = lift(&lam_one);
    find_units(unit_low, low);
    find_units(unit_high, high);
    for (int b = 0; b < 4; b++) {
        den[b].unit = unit_low[b] && unit_high[b];
        prepare_numerator_line(&num[b], low->p[b], high->p[b], low->p_step[b] | high->p_step[b]);
    }
    for (int x = 0; x < POINTS; x++)
        wide_clear(&total[x]);
    for (size_t i = 0; i < count; i += WIDTH) {
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
        for (int x = 0; x < points; x++) {
            const lanes value = multiply_two(&a[x], &d[x], &b[x], &c[x]); /* < 22.2, 1 / LIFT */
            wide_add(&total[x], &weight, &value);
        }
        if ((i / WIDTH + 1) % WIDE_MAX == 0)
            for (int x = 0; x < POINTS; x++)
                wide_settle(&total[x]);
    }
    /* One reduction a point, after the whole run. */
    for (int x = 0; x < POINTS; x++)
        finish_sum(sums + 4 * x, &total[x]);
}
