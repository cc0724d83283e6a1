/* Products and points, counted on their way to who computes them. */
#include "algebra/fr.h"
#include "floor/count.h"
#include "native/cell_sums.h"
#include "native/fr_lanes.h"
#include "native/g1_decode.h"
#include "native/point_lanes.h"
#include "native/point_walk.h"

/* ---- loops over Fr: a set of our own, which counts and calls the real one */

static const zkl_fr_lanes *real_fr;
static zkl_fr_lanes counting_fr;

static void count_products(uint64_t terms, uint64_t reductions)
{
    count_add(COUNT_FR_TERM, terms);
    count_add(COUNT_FR_REDUCTION, reductions);
}

static void multiply(uint64_t *out, const uint64_t *a, const uint64_t *b, size_t count)
{
    count_products(count, count);
    real_fr->multiply(out, a, b, count);
}

static void fold(uint64_t *out, zkl_fr_values low, zkl_fr_values high, const uint64_t c[static 4],
                 size_t count)
{
    count_products(count, count);
    real_fr->fold(out, low, high, c, count);
}

static void butterflies(uint64_t *a, uint64_t *b, const uint64_t *w, size_t count)
{
    count_products(count, count);
    real_fr->butterflies(a, b, w, count);
}

static void butterflies_twice(uint64_t *values, const uint64_t *w, size_t span, size_t count,
                              bool exact)
{
    count_products(4 * count, 4 * count);
    real_fr->butterflies_twice(values, w, span, count, exact);
}

/* Of eight values twelve butterflies, five of them with a twiddle other than 1. */
static void first_butterflies(uint64_t *values, const uint64_t w[static 12], size_t count)
{
    count_products(count / 8 * 5, count / 8 * 5);
    real_fr->first_butterflies(values, w, count);
}

static bool is_word(const uint64_t *value, uint64_t number)
{
    zkl_fr want;
    zkl_fr_from_u64(&want, number);
    return memcmp(value, want.l, sizeof want.l) == 0;
}

/* Is the numerator a factor that costs a product: neither 0 nor 1 throughout? */
static bool is_factor(const zkl_fr_fractions *f, size_t b)
{
    return f->p_step[b] || !(is_word(f->p[b], 0) || is_word(f->p[b], 1));
}

static bool is_unit(const zkl_fr_fractions *f, size_t b)
{
    return !f->q_step[b] && is_word(f->q[b], 1);
}

/* p01 = p0 q1 + p1 q0 and q01 = q0 q1, of both pairs; then p01 q23 + q01 p23 and q01 q23. */
static void add_fractions(uint64_t *p, uint64_t *q, const zkl_fr_fractions *in, size_t count)
{
    uint64_t terms = 3, reductions = 2;
    for (size_t b = 0; b < 4; b += 2) {
        const uint64_t factors = (uint64_t)is_factor(in, b) + (uint64_t)is_factor(in, b + 1);
        const bool joined = !is_unit(in, b) && !is_unit(in, b + 1);
        terms += factors + (uint64_t)joined;
        reductions += (uint64_t)(factors > 0) + (uint64_t)joined;
    }
    count_products(count * terms, count * reductions);
    real_fr->add_fractions(p, q, in, count);
}

static bool is_unit_line(const zkl_fr_fractions *low, const zkl_fr_fractions *high, size_t b)
{
    return is_unit(low, b) && is_unit(high, b);
}

/* A pair of lines: three values each of q0 q1 and of p0 q1 + p1 q0, in the second pair with lambda
 * q0 q1 beside it. Then, at four points, p01 q23 + q01 p23, and its weight, whose sum is reduced
 * once for all. */
static void sum_lines(uint64_t sums[static 16], const zkl_fr_fractions *low,
                      const zkl_fr_fractions *high, const uint64_t *e, const uint64_t lam[static 4],
                      size_t count)
{
    uint64_t terms = 4 * 3, reductions = 4;
    for (size_t b = 0; b < 4; b += 2) {
        uint64_t factors = b == 2; /* lambda */
        for (size_t k = b; k < b + 2; k++)
            factors += is_factor(low, k) || is_factor(high, k);
        const uint64_t joined = !is_unit_line(low, high, b) && !is_unit_line(low, high, b + 1);
        terms += 3 * (factors + joined);
        reductions += 3 * ((uint64_t)(factors > 0) + joined);
    }
    count_products(count * terms, count * reductions);
    real_fr->sum_lines(sums, low, high, e, lam, count);
}

const zkl_fr_lanes *__real_zkl_fr_lanes_best(void);
const zkl_fr_lanes *__wrap_zkl_fr_lanes_best(void);
const zkl_fr_lanes *__wrap_zkl_fr_lanes_best(void)
{
    if (real_fr) /* asked for the first time before there are threads */
        return &counting_fr;
    real_fr = __real_zkl_fr_lanes_best();
    if (!real_fr)
        return NULL;
    counting_fr = *real_fr; /* what is not counted goes to the real one */
    counting_fr.multiply = multiply;
    counting_fr.fold = fold;
    if (real_fr->butterflies)
        counting_fr.butterflies = butterflies;
    if (real_fr->butterflies_twice)
        counting_fr.butterflies_twice = butterflies_twice;
    if (real_fr->first_butterflies)
        counting_fr.first_butterflies = first_butterflies;
    counting_fr.add_fractions = add_fractions;
    counting_fr.sum_lines = sum_lines;
    return &counting_fr;
}

/* ---- additions of points in lanes */

static const zkl_point_lanes *real_g1, *real_g2;
static zkl_point_lanes counting_g1, counting_g2;

static size_t add_g1(zkl_point_addition *batch, size_t count, void *scratch,
                     zkl_point_invert *invert)
{
    count_add(COUNT_G1_LANES, count);
    return real_g1->add(batch, count, scratch, invert);
}

static size_t add_g2(zkl_point_addition *batch, size_t count, void *scratch,
                     zkl_point_invert *invert)
{
    count_add(COUNT_G2_LANES, count);
    return real_g2->add(batch, count, scratch, invert);
}

static size_t add_g1_ahead(zkl_point_addition *batch, size_t count, const zkl_point_addition *next,
                           size_t next_count, void *scratch, zkl_point_invert *invert)
{
    count_add(COUNT_G1_LANES, count);
    return real_g1->add_ahead(batch, count, next, next_count, scratch, invert);
}

static size_t add_g2_ahead(zkl_point_addition *batch, size_t count, const zkl_point_addition *next,
                           size_t next_count, void *scratch, zkl_point_invert *invert)
{
    count_add(COUNT_G2_LANES, count);
    return real_g2->add_ahead(batch, count, next, next_count, scratch, invert);
}

const zkl_point_lanes *__real_zkl_g1_lanes_best(void);
const zkl_point_lanes *__wrap_zkl_g1_lanes_best(void);
const zkl_point_lanes *__wrap_zkl_g1_lanes_best(void)
{
    if (real_g1)
        return &counting_g1;
    real_g1 = __real_zkl_g1_lanes_best();
    if (!real_g1)
        return NULL;
    counting_g1 = *real_g1;
    counting_g1.add = add_g1;
    if (real_g1->add_ahead)
        counting_g1.add_ahead = add_g1_ahead;
    return &counting_g1;
}

const zkl_point_lanes *__real_zkl_g2_lanes_best(void);
const zkl_point_lanes *__wrap_zkl_g2_lanes_best(void);
const zkl_point_lanes *__wrap_zkl_g2_lanes_best(void)
{
    if (real_g2)
        return &counting_g2;
    real_g2 = __real_zkl_g2_lanes_best();
    if (!real_g2)
        return NULL;
    counting_g2 = *real_g2;
    counting_g2.add = add_g2;
    if (real_g2->add_ahead)
        counting_g2.add_ahead = add_g2_ahead;
    return &counting_g2;
}

/* ---- sums of cells */

static const zkl_cell_sums *real_cells;
static zkl_cell_sums counting_cells;

static void combine(uint64_t *out, const uint64_t *weights, const uint16_t *const *cells,
                    size_t block_count, size_t from, size_t count)
{
    size_t used = 0;
    for (size_t b = 0; b < block_count; b++)
        used += !is_word(weights + 4 * b, 0);
    count_add(COUNT_CELL, used * count);
    real_cells->combine(out, weights, cells, block_count, from, count);
}

/* An element for each moment of each list, times integers of a few cells. */
static void add_quads(const zkl_quad_sums *sums, const zkl_quads *quads)
{
    count_add(COUNT_CELL,
              sums->list_count * ZKL_QUAD_MOMENT(quads->quarter_count + 1) * quads->count);
    real_cells->add_quads(sums, quads);
}

/* m numbers have m and m + 1 coefficients, and two reductions. */
static void add_numbers(uint64_t *p, uint64_t *q, const zkl_number_nodes *nodes, size_t count)
{
    size_t m = 0;
    while (m < ZKL_NODE_NUMBERS_MAX && nodes->numbers[m])
        m++;
    count_add(COUNT_CELL, (2 * m + 1) * count);
    count_add(COUNT_FR_REDUCTION, 2 * count);
    real_cells->add_numbers(p, q, nodes, count);
}

const zkl_cell_sums *__real_zkl_cell_sums_best(void);
const zkl_cell_sums *__wrap_zkl_cell_sums_best(void);
const zkl_cell_sums *__wrap_zkl_cell_sums_best(void)
{
    if (real_cells)
        return &counting_cells;
    real_cells = __real_zkl_cell_sums_best();
    counting_cells = *real_cells;
    counting_cells.combine = combine;
    counting_cells.add_quads = add_quads;
    counting_cells.add_numbers = add_numbers;
    return &counting_cells;
}

/* ---- walks of points: a doubling has as many multiply-adds as the six products of an addition in
 * lanes, an addition here as ten */

static const zkl_point_walk *real_walk;
static zkl_point_walk counting_walk;

static uint8_t walk(uint64_t (*out)[18], const zkl_point_step *steps, size_t step_count,
                    const void *const *entries)
{
    uint64_t products = 0;
    for (size_t i = 0; i < step_count; i++)
        products += 6 * (uint64_t)steps[i].doublings + (i > 0 && !steps[i].is_last ? 10 : 0);
    count_add(COUNT_G1_LANES, ZKL_POINT_WALK_LANES * products / 6);
    return real_walk->walk(out, steps, step_count, entries);
}

const zkl_point_walk *__real_zkl_point_walk_best(void);
const zkl_point_walk *__wrap_zkl_point_walk_best(void);
const zkl_point_walk *__wrap_zkl_point_walk_best(void)
{
    if (real_walk)
        return &counting_walk;
    real_walk = __real_zkl_point_walk_best();
    if (!real_walk)
        return NULL;
    counting_walk = *real_walk;
    counting_walk.walk = walk;
    return &counting_walk;
}

/* ---- points decoded in lanes */

static const zkl_g1_decode_lanes *real_decode;
static zkl_g1_decode_lanes counting_decode;

static uint8_t decode(uint64_t (*out)[12], const uint8_t *encodings, size_t count)
{
    count_add(COUNT_DECODE_LANES, count);
    return real_decode->decode(out, encodings, count);
}

const zkl_g1_decode_lanes *__real_zkl_g1_decode_best(void);
const zkl_g1_decode_lanes *__wrap_zkl_g1_decode_best(void);
const zkl_g1_decode_lanes *__wrap_zkl_g1_decode_best(void)
{
    if (real_decode)
        return &counting_decode;
    real_decode = __real_zkl_g1_decode_best();
    if (!real_decode)
        return NULL;
    counting_decode = *real_decode;
    counting_decode.decode = decode;
    return &counting_decode;
}

/* ---- blst, one at a time */

/* Defines __wrap_name, which counts and calls. */
#define COUNTED(name, kind, number, type, parameters, arguments)                                   \
    type __real_##name parameters;                                                                 \
    type __wrap_##name parameters;                                                                 \
    type __wrap_##name parameters                                                                  \
    {                                                                                              \
        count_add(kind, number);                                                                   \
        return __real_##name arguments;                                                            \
    }

COUNTED(blst_fr_mul, COUNT_FR, 1, void, (blst_fr * out, const blst_fr *a, const blst_fr *b),
        (out, a, b))
COUNTED(blst_fr_sqr, COUNT_FR, 1, void, (blst_fr * out, const blst_fr *a), (out, a))
COUNTED(blst_fp_mul, COUNT_FP, 1, void, (blst_fp * out, const blst_fp *a, const blst_fp *b),
        (out, a, b))
COUNTED(blst_fp_sqr, COUNT_FP, 1, void, (blst_fp * out, const blst_fp *a), (out, a))
COUNTED(blst_fp2_mul, COUNT_FP, 3, void, (blst_fp2 * out, const blst_fp2 *a, const blst_fp2 *b),
        (out, a, b))
COUNTED(blst_fp2_sqr, COUNT_FP, 2, void, (blst_fp2 * out, const blst_fp2 *a), (out, a))
COUNTED(blst_p1_add_or_double, COUNT_G1, 1, void,
        (blst_p1 * out, const blst_p1 *a, const blst_p1 *b), (out, a, b))
COUNTED(blst_p1_add_or_double_affine, COUNT_G1, 1, void,
        (blst_p1 * out, const blst_p1 *a, const blst_p1_affine *b), (out, a, b))
COUNTED(blst_p1_double, COUNT_G1, 1, void, (blst_p1 * out, const blst_p1 *a), (out, a))
COUNTED(blst_p2_add_or_double, COUNT_G2, 1, void,
        (blst_p2 * out, const blst_p2 *a, const blst_p2 *b), (out, a, b))
COUNTED(blst_p2_add_or_double_affine, COUNT_G2, 1, void,
        (blst_p2 * out, const blst_p2 *a, const blst_p2_affine *b), (out, a, b))
COUNTED(blst_p2_double, COUNT_G2, 1, void, (blst_p2 * out, const blst_p2 *a), (out, a))
COUNTED(blst_p1_mult, COUNT_G1_MULTIPLY, 1, void,
        (blst_p1 * out, const blst_p1 *a, const uint8_t *scalar, size_t bits),
        (out, a, scalar, bits))
COUNTED(blst_p2_mult, COUNT_G2_MULTIPLY, 1, void,
        (blst_p2 * out, const blst_p2 *a, const uint8_t *scalar, size_t bits),
        (out, a, scalar, bits))
COUNTED(blst_p1_uncompress, COUNT_DECODE, 1, BLST_ERROR,
        (blst_p1_affine * out, const uint8_t *bytes), (out, bytes))
COUNTED(blst_p1_affine_in_g1, COUNT_SUBGROUP, 1, bool, (const blst_p1_affine *a), (a))
COUNTED(blst_miller_loop, COUNT_MILLER, 1, void,
        (blst_fp12 * out, const blst_p2_affine *q, const blst_p1_affine *p), (out, q, p))
COUNTED(blst_final_exp, COUNT_FINAL, 1, void, (blst_fp12 * out, const blst_fp12 *a), (out, a))
