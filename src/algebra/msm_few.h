#pragma once
/* zkl_g1_msm and zkl_g2_msm where points are too few for batches: blst's sums over one range a
 * worker. */
#include "algebra/curve.h"

zkl_status zkl_g1_msm_few(zkl_g1 *out, const zkl_g1_affine *bases, const zkl_fr *scalars,
                          size_t count, zkl_pool *pool, zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_g2_msm_few(zkl_g2 *out, const zkl_g2_affine *bases, const zkl_fr *scalars,
                          size_t count, zkl_pool *pool, zkl_error *err) ZKL_MUST_USE;
