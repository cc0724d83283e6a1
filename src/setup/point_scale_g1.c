/* Many factors times many points of G1. */
#define GROUP g1
#include "algebra/curve.h"
#include "setup/point_scale_internal.h"

static void apply_phi(zkl_g1_affine *point)
{
    blst_fp_mul(&point->x, &point->x, &zkl_point_scale_beta);
}

#include "setup/point_scale_each_inline.h"
