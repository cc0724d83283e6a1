#pragma once
/* Additions of affine points of BLS12-381, several at a time, sharing one inversion.
 *
 * A point of G1 is 12 words, x then y, least significant first: each x 2^384 mod p, below p, as
 * blst holds it; of G2, 24 words: x.c0, x.c1, y.c0, y.c1. All zeros: infinity. Sums are reduced
 * too, so they are equal, bit for bit, to those of algebra/group_sum_inline.h, which is the
 * meaning, and what runs where there is no set. */
#include <stddef.h>
#include <stdint.h>

#define ZKL_POINT_LANES 8
#define ZKL_POINT_LANES_BATCH_MAX 1024
/* For each eight additions three coordinates of eight lanes in limbs; half of it for G1. */
#define ZKL_POINT_LANES_SCRATCH_OF(additions)                                                      \
    (((additions) + ZKL_POINT_LANES - 1) / ZKL_POINT_LANES * (3 * 8 * 8 * 2 * ZKL_POINT_LANES) + 64)
#define ZKL_POINT_LANES_SCRATCH_BYTES ZKL_POINT_LANES_SCRATCH_OF(ZKL_POINT_LANES_BATCH_MAX)

/* out = a + b, each maybe negated; the points of the group's own type. The two flags at the end are
 * its owner's. */
typedef struct zkl_point_addition {
    const void *a, *b;
    void *out;
    uint8_t negate_a, negate_b;
    uint8_t doubles, done;
} zkl_point_addition;

/* 1 / in, a coordinate in the form above, 6 or 12 words, not 0. */
typedef void zkl_point_invert(uint64_t *out, const uint64_t *in);

typedef struct zkl_point_lanes {
    const char *name;      /* "ifma" */
    uint32_t cpu_features; /* what it needs, ZKL_CPU_* */
    /* Does all additions of points with different x, neither of them 0, and doublings, and moves
     * the others (sums of opposite points, infinity) to the front of batch, undone and in order:
     * returns their number. A doubling may be left, too, if a part of its y is 0.
     *
     * count <= ZKL_POINT_LANES_BATCH_MAX. No out overlaps an a or b. scratch:
     * ZKL_POINT_LANES_SCRATCH_OF(count) bytes, any content; what is left there says what the points
     * are. Constant time but for what is moved, for whether any of eight is negated or a doubling,
     * and for whether a coordinate of the sum is within p / 2^15 of 0 or p. */
    size_t (*add)(zkl_point_addition *batch, size_t count, void *scratch, zkl_point_invert *invert);
    /* The same, while points that are added next come nearer in the caches: those of next, which
     * is another batch, of next_count. NULL where a set does not do it. */
    size_t (*add_ahead)(zkl_point_addition *batch, size_t count, const zkl_point_addition *next,
                        size_t next_count, void *scratch, zkl_point_invert *invert);
} zkl_point_lanes;

/* The fastest set that this CPU runs and that has passed its known answers; NULL where there is
 * none. */
const zkl_point_lanes *zkl_g1_lanes_best(void);
const zkl_point_lanes *zkl_g2_lanes_best(void);
