#pragma once
/* The group that commitments live in, as the verifier sees it. There is one in production, G1 of
 * BLS12-381; tests have another, whose points are scalars, to run the model's vectors and its
 * attacks. */
#include "algebra/curve.h"
#include "proof/statement.h"

typedef union zkl_point {
    zkl_g1_affine g1;
    zkl_fr logarithm; /* tests: the point is this multiple of the generator */
} zkl_point;

typedef struct zkl_group {
    const zkl_point *generator;
    /* count points of 48 bytes; refuses what is not canonical, off the curve, outside the subgroup
     * or at infinity. */
    zkl_status (*decode)(zkl_point *out, const uint8_t *bytes, size_t count, const char *what,
                         zkl_pool *pool, zkl_error *err);
    void (*encode)(uint8_t out[static ZKL_POINT_BYTES], const zkl_point *point);
    /* *out = sum of scalars[i] points[i]; a few thousand at most. */
    zkl_status (*msm)(zkl_point *out, const zkl_point *points, const zkl_fr *scalars, size_t count,
                      zkl_pool *pool, zkl_error *err);
} zkl_group;

const zkl_group *zkl_group_g1(void);
