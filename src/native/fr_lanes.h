#pragma once
/* Loops over many elements of the scalar field of BLS12-381 (order r), several elements at a time.
 *
 * An element is 4 words, least significant first: x 2^256 mod r, below r, as blst and algebra/fr.h
 * hold it; an array of them is flat, element i at words 4 i. Results are reduced too, so they are
 * equal, bit for bit, to what the same loop over zkl_fr_mul, _add and _sub gives: that loop is the
 * meaning, and what callers run where there is no set. Constant time in the values, unless a
 * function says otherwise. No set allocates. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ZKL_FR_LANES 8
#define ZKL_FR_LANES_RUN_MAX 128 /* values in one call of sum_lines; a multiple of ZKL_FR_LANES */

/* Values, one for each i: an array where step is 4, the same value for all where it is 0. */
typedef struct zkl_fr_values {
    const uint64_t *words;
    size_t step;
} zkl_fr_values;

/* count values each of four fractions p_b / q_b. A step of 4 is an array, of 0 one value for
 * all. */
typedef struct zkl_fr_fractions {
    const uint64_t *p[4], *q[4];
    uint8_t p_step[4], q_step[4];
} zkl_fr_fractions;

typedef struct zkl_fr_lanes {
    const char *name;      /* "ifma", "avx2" */
    uint32_t cpu_features; /* what it needs, ZKL_CPU_* */

    /* count is a multiple of ZKL_FR_LANES in all of them. Outputs may be an input of the same
     * index, at the same step. */

    /* out[i] = a[i] b[i] */
    void (*multiply)(uint64_t *out, const uint64_t *a, const uint64_t *b, size_t count);
    /* out[i] = low[i] + c (high[i] - low[i]) */
    void (*fold)(uint64_t *out, zkl_fr_values low, zkl_fr_values high, const uint64_t c[static 4],
                 size_t count);
    /* p[i] / q[i] = the sum of the four fractions i, by products alone. Which constants are 0 or 1
     * shows in the time. */
    void (*add_fractions)(uint64_t *p, uint64_t *q, const zkl_fr_fractions *in, size_t count);
    /* With the lines p_b(X), q_b(X) that are low at 0 and high at 1, and P / Q their sum as above:
     * sums = sum over i of e[i] (P + lam Q)_i at X = 0, 2, -1, and its coefficient of X^4. 16
     * words. count <= ZKL_FR_LANES_RUN_MAX. Constants show in the time, as above. */
    void (*sum_lines)(uint64_t sums[static 16], const zkl_fr_fractions *low,
                      const zkl_fr_fractions *high, const uint64_t *e, const uint64_t lam[static 4],
                      size_t count);
    /* a[i], b[i] become a[i] + w[i] b[i] and a[i] - w[i] b[i]: a level of a transform. NULL in a
     * set that is slower at it than the plain loop. */
    void (*butterflies)(uint64_t *a, uint64_t *b, const uint64_t *w, size_t count);

    /* The next two are NULL where a set does not have them. Between levels of one transform values
     * may be not reduced, x or x + r below 1.1 r; butterflies takes such values, too. */

    /* Two levels at once: of spans `span` and 2 span, over i < count of each quarter, values at
     * i + k span. w: twiddles of the first level, which those of the second follow: w[i], and w[i +
     * span], w[i + 2 span]. Results are reduced if exact. */
    void (*butterflies_twice)(uint64_t *values, const uint64_t *w, size_t span, size_t count,
                              bool exact);
    /* The levels of spans 1, 2, 4 over count values, a multiple of 64, reduced; results may be not.
     * w: powers 1, 2 and 3 of the root of order 8. */
    void (*first_butterflies)(uint64_t *values, const uint64_t w[static 12], size_t count);
} zkl_fr_lanes;

/* The fastest set that this CPU runs and that has passed its known answers; NULL where there is
 * none. */
const zkl_fr_lanes *zkl_fr_lanes_best(void);
/* The set of this name, if this CPU runs it and it has passed its known answers; else NULL. For
 * tests and timings. */
const zkl_fr_lanes *zkl_fr_lanes_find(const char *name);
