#pragma once
/* Additions of affine points of BLS12-381 G1, several at a time, sharing one inversion.
 *
 * A point is 12 words, x then y, least significant first: each x 2^384 mod p, below p, as blst holds it; all zeros:
 * infinity. Sums are reduced too, so they are equal, bit for bit, to those of algebra/group_sum_inline.h, which is the
 * meaning, and what runs where there is no set. */
#include <stddef.h>
#include <stdint.h>

#define ZKL_G1_LANES 8
#define ZKL_G1_LANES_BATCH_MAX 1024
/* check: ZKL_G1_LANES_SCRATCH_BYTES == 1024 * 8 * 8 + 64 */
#define ZKL_G1_LANES_SCRATCH_BYTES 65600

/* out = a + b, each maybe negated; the points of the group's own type. The two flags at the end are its owner's. */
typedef struct zkl_point_addition {
    const void *a, *b;
    void *out;
    uint8_t negate_a, negate_b;
    uint8_t doubles, done;
} zkl_point_addition;

typedef struct zkl_g1_lanes {
    const char *name;      /* "ifma" */
    uint32_t cpu_features; /* what it needs, ZKL_CPU_* */
    /* Does all additions of points with different x, neither of them 0, and moves the others (doublings, sums of opposite
     * points, infinity) to the front of batch, undone and in order: returns their number.
     *
     * count <= ZKL_G1_LANES_BATCH_MAX. No out overlaps an a or b. scratch: ZKL_G1_LANES_SCRATCH_BYTES, any
     * content. invert: 1 / in mod p, in the form above, in not 0. Constant time but for what is moved. */
    size_t (*add)(zkl_point_addition *batch, size_t count, void *scratch,
                  void (*invert)(uint64_t out[static 6], const uint64_t in[static 6]));
} zkl_g1_lanes;

/* The fastest set that this CPU runs and that has passed its known answers; NULL where there is none. */
const zkl_g1_lanes *zkl_g1_lanes_best(void);
