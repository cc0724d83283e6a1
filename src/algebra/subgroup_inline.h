/* The walk through the bits of z for either group, included by subgroup_g1.c and subgroup_g2.c
 * after the names of the group. Sums are complete on the whole curve (group_sum.h), so nothing is
 * presumed of a point. */
#include <string.h>

#include "algebra/subgroup.h"

/* The image that |z| P, or z^2 P, has to be. */
static void map_point(GROUP(affine) * a);

#define MINUS_Z 0xd201000000010000u

/* Montgomery form of g = -b^2, g^3 = -1 */
/* check: pow(0x1a0111ea397fe699ec02408663d4de85aa0d857d89759ad4897d29650fb85f9b409427eb4f49fffd8bfd00000000aaad, 3, p) == p - 1 */
static const blst_fp minus_root_squared = { { 0x890dc9e4867545c3, 0x2af322533285a5d5,
                                              0x50880866309b7e2c, 0xa20d1b8c7e881024,
                                              0x14e4f04fe2db9068, 0x14e56d3f1564853a } };

/* points[0 .. n - 1] times |z|, in their place: the slice's second part is the sum so far. */
static void multiply_by_z(GROUP(slice) * slice, size_t n, GROUP(summer) * summer)
{
    GROUP(affine) *const base = slice->points, *const sum = base + ZKL_SUBGROUP_SLICE,
                         *const next = sum + ZKL_SUBGROUP_SLICE;
    memcpy(sum, base, n * sizeof *base);
    for (unsigned bit = 63; bit-- > 0;) {
        uint32_t count = 0;
        for (uint32_t i = 0; i < n; i++) {
            slice->refs[count++] = 2 * (ZKL_SUBGROUP_SLICE + i);
            slice->refs[count++] = 2 * (ZKL_SUBGROUP_SLICE + i);
            if (MINUS_Z >> bit & 1)
                slice->refs[count++] = 2 * i;
            slice->ends[i] = count;
        }
        const GROUP(segments) sums = { base, slice->refs, slice->ends, n };
        GROUP(sum_segments)(summer, next, &sums);
        memcpy(sum, next, n * sizeof *base);
    }
    memcpy(base, sum, n * sizeof *base);
}

/* The slice's points are multiples of points, and should be these images of them. */
static size_t count_images(const GROUP(affine) * points, size_t count, const GROUP(slice) * slice)
{
    for (size_t i = 0; i < count; i++) {
        GROUP(affine) image = points[i];
        map_point(&image);
        if (memcmp(&image, &slice->points[i], sizeof image) != 0)
            return i;
    }
    return count;
}
