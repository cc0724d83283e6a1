#pragma once
/* One factor times many points, which is what dividing a key by delta costs, and many factors
 * times many points, which is what contributing to powers of tau costs.
 *
 * G1 has the endomorphism phi(x, y) = (beta x, y) = lambda (x, y), lambda = z^2 - 1, z the curve's
 * parameter, beta^3 = 1. A factor low + high lambda with halves of 128 bits takes 128 doublings
 * instead of 255. Points go through the digits together, so that their additions share
 * inversions.
 * Source: Gallant, Lambert, Vanstone, CRYPTO 2001. */
#include "algebra/curve.h"
#include "base/env.h"

/* Each half is 16 little-endian bytes. Uniform halves make a factor whose every value mod r has
 * about the same chance. */
typedef struct zkl_split_factor {
    uint8_t low[16], high[16];
} zkl_split_factor;

/* The halves of a factor, whose value is that factor. */
void zkl_split_factor_of(zkl_split_factor *out, const zkl_fr *factor);
void zkl_split_factor_value(zkl_fr *out, const zkl_split_factor *factor);

/* points[i] = factor * points[i]; points of the subgroup or infinity. Variable time in the factor:
 * for factors that are wiped before anybody else hears of the result. */
zkl_status zkl_points_scale(zkl_g1_affine *points, size_t count, const zkl_split_factor *factor,
                            zkl_pool *pool, zkl_error *err) ZKL_MUST_USE;

/* to[i] = factors[i] from[i]: what contributing to powers of tau costs. Points of the subgroup or
 * infinity; to may be from. Variable time in the factors, as above. Cost: about 180 affine
 * additions a point. */
zkl_status zkl_g1_scale_each(zkl_g1_affine *to, const zkl_g1_affine *from, const zkl_fr *factors,
                             size_t count, zkl_pool *pool, zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_g2_scale_each(zkl_g2_affine *to, const zkl_g2_affine *from, const zkl_fr *factors,
                             size_t count, zkl_pool *pool, zkl_error *err) ZKL_MUST_USE;
