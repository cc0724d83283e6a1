#pragma once
/* Encodings of points of G1, eight at a time: the root that gives y, and the test of the subgroup.
 *
 * What such a set takes is a point of the group other than infinity, in its one encoding (ZCash's,
 * compressed). What it leaves may be one all the same: algebra/curve.c then looks at it by itself,
 * and says what is wrong with it. */
#include <stddef.h>
#include <stdint.h>

#define ZKL_G1_DECODE_LANES 8

typedef struct zkl_g1_decode_lanes {
    const char *name;      /* "ifma" */
    uint32_t cpu_features; /* what it needs, ZKL_CPU_* */
    /* encodings: count of 48 bytes each, 1 <= count <= ZKL_G1_DECODE_LANES. Bit k of the result:
     * encoding k was taken, and out[k] is its point, x then y, in the form of point_lanes.h; of
     * the others nothing is written.
     *
     * Every point of the group is taken. Each is judged by itself: no combination is formed.
     * Cost: 450 products for the root and 1,060 for the test, of eight elements each. Constant
     * time but for which lanes are written. */
    uint8_t (*decode)(uint64_t (*out)[12], const uint8_t *encodings, size_t count);
} zkl_g1_decode_lanes;

/* The set that this CPU runs and that has passed its known answers; NULL where there is none. */
const zkl_g1_decode_lanes *zkl_g1_decode_best(void);
