/* Which points of G1's curve have order r: z^2 P = -phi(P). */
#include "algebra/g1_inline.h"

#include "algebra/subgroup_inline.h"

/* -phi, (b^2 x, -y) */
static void map_point(zkl_g1_affine *a)
{
    blst_fp_mul(&a->x, &a->x, &minus_root_squared);
    blst_fp_cneg(&a->x, &a->x, true);
    blst_fp_cneg(&a->y, &a->y, true);
}

size_t zkl_g1_in_subgroup(const zkl_g1_affine *points, size_t count, zkl_g1_summer *summer,
                          zkl_g1_slice *slice)
{
    ZKL_ASSERT(count <= ZKL_SUBGROUP_SLICE);
    memcpy(slice->points, points, count * sizeof *points);
    multiply_by_z(slice, count, summer);
    multiply_by_z(slice, count, summer);
    return count_images(points, count, slice);
}
