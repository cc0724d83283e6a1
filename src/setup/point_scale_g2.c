/* Many factors times many points of G2. There beta^2 belongs to lambda. */
#define GROUP g2
#include "algebra/curve.h"
#include "setup/point_scale_internal.h"

static void apply_phi(zkl_g2_affine *point)
{
    for (size_t i = 0; i < 2; i++) {
        blst_fp_mul(&point->x.fp[i], &point->x.fp[i], &zkl_point_scale_beta);
        blst_fp_mul(&point->x.fp[i], &point->x.fp[i], &zkl_point_scale_beta);
    }
}

#include "setup/point_scale_each_inline.h"
