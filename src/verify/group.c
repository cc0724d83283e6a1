/* G1 of BLS12-381 as the verifier's group. Decoding is where a commitment becomes a point:
 * canonical, on the curve, in the subgroup, not infinity, each by itself. The sum of points runs in
 * variable time, over public values only. */
#include "verify/group.h"

_Static_assert(sizeof(zkl_point) == sizeof(zkl_g1_affine),
               "arrays of points are arrays of affine points");

static zkl_status decode_points(zkl_point *out, const uint8_t *bytes, size_t count,
                                const char *what, zkl_pool *pool, zkl_error *err)
{
    return count ? zkl_g1_decode_many(&out->g1, bytes, count, what, pool, err) : ZKL_OK;
}

static void encode_point(uint8_t out[static ZKL_POINT_BYTES], const zkl_point *point)
{
    zkl_g1_encode(out, &point->g1);
}

static zkl_status multiply_points(zkl_point *out, const zkl_point *points, const zkl_fr *scalars,
                                  size_t count, zkl_pool *pool, zkl_error *err)
{
    zkl_g1 sum;
    ZKL_ASSERT(count > 0);
    ZKL_TRY(zkl_g1_msm_small(&sum, &points->g1, scalars, count, pool, err));
    zkl_g1_normalize(&out->g1, &sum);
    return ZKL_OK;
}

const zkl_group *zkl_group_g1(void)
{
    static const zkl_group group = {
        .generator = (const zkl_point *)&zkl_g1_generator,
        .decode = decode_points,
        .encode = encode_point,
        .msm = multiply_points,
    };
    return &group;
}
