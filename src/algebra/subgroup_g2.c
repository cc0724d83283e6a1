/* Which points of G2's curve have order r: -z P = -psi(P). */
#include "algebra/g2_inline.h"

#include "algebra/subgroup_inline.h"

/* Montgomery form of h, 2 h^2 = -1, of which (1 + u)^((1 - p) / 2) = h (1 - u) */
/* check: 2 * 0x135203e60180a68ee2e9c448d77a2cd91c3dedd930b1cf60ef396489f61eb45e304466cf3e67fa0af1ee7b04121bdea2**2 % p == p - 1 */
static const blst_fp half_root = { { 0x3e2f585da55c9ad1, 0x4294213d86c18183, 0x382844c88b623732,
                                     0x92ad2afd19103e18, 0x1d794e4fac7cf0b9, 0x0bd592fc7d825ec8 } };

/* -psi, psi(x, y) = (x^p (1 + u)^((1 - p) / 3), y^p (1 + u)^((1 - p) / 2)). The first factor is
 * g u, and x^p has the opposite second part. */
static void map_point(zkl_g2_affine *a)
{
    const blst_fp2 x = a->x, y = a->y;
    blst_fp_mul(&a->x.fp[0], &x.fp[1], &minus_root_squared);
    blst_fp_mul(&a->x.fp[1], &x.fp[0], &minus_root_squared);
    blst_fp_sub(&a->y.fp[0], &y.fp[1], &y.fp[0]);
    blst_fp_add(&a->y.fp[1], &y.fp[0], &y.fp[1]);
    blst_fp_mul(&a->y.fp[0], &a->y.fp[0], &half_root);
    blst_fp_mul(&a->y.fp[1], &a->y.fp[1], &half_root);
}

size_t zkl_g2_in_subgroup(const zkl_g2_affine *points, size_t count, zkl_g2_summer *summer,
                          zkl_g2_slice *slice)
{
    ZKL_ASSERT(count <= ZKL_SUBGROUP_SLICE);
    memcpy(slice->points, points, count * sizeof *points);
    multiply_by_z(slice, count, summer);
    return count_images(points, count, slice);
}
