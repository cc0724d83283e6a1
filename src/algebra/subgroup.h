#pragma once
/* Whether points of the curve are in the group of order r, many at a time.
 *
 * P of G1 is if z^2 P = -phi(P), phi(x, y) = (b x, y) with b^3 = 1; P of G2 if z P = psi(P), psi
 * Frobenius' map on the twist; z is the curve's parameter. Each point has its own test, exact: no
 * combination of points is formed. Source: Scott, ePrint 2021/1130. */
#include "algebra/group_sum.h"

/* Points a call at most: their additions share inversions. */
#define ZKL_SUBGROUP_SLICE 512

typedef struct zkl_g1_slice {
    zkl_g1_affine points[3 * ZKL_SUBGROUP_SLICE];
    uint32_t refs[3 * ZKL_SUBGROUP_SLICE], ends[ZKL_SUBGROUP_SLICE];
} zkl_g1_slice;

typedef struct zkl_g2_slice {
    zkl_g2_affine points[3 * ZKL_SUBGROUP_SLICE];
    uint32_t refs[3 * ZKL_SUBGROUP_SLICE], ends[ZKL_SUBGROUP_SLICE];
} zkl_g2_slice;

/* The number of points before the first that is outside; count, when none is. Points of the curve
 * or infinity, which is in every subgroup. A summer for 3 ZKL_SUBGROUP_SLICE references and
 * ZKL_SUBGROUP_SLICE segments; any content of the slice. count <= ZKL_SUBGROUP_SLICE (asserted).
 * Cost: 137 affine additions a point of G1, 69 of G2. */
size_t zkl_g1_in_subgroup(const zkl_g1_affine *points, size_t count, zkl_g1_summer *summer,
                          zkl_g1_slice *slice);
size_t zkl_g2_in_subgroup(const zkl_g2_affine *points, size_t count, zkl_g2_summer *summer,
                          zkl_g2_slice *slice);
