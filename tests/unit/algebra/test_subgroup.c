/* The subgroup tests of many points against blst's of one. */
#include "algebra/subgroup.h"

#include "algebra/algebra_testing.h"
#include "unit/algebra/algebra_testing.h"

#define COUNT ((size_t)70)

/* Any point of the curve: one in 2^125 is in the subgroup. */
static zkl_g1_affine stray_g1(zkl_test *t)
{
    zkl_g1_affine point;
    uint8_t bytes[48];
    do {
        test_random_bytes(t, bytes, sizeof bytes);
        bytes[0] = (uint8_t)(0x80 | (bytes[0] & 0x2f));
    } while (blst_p1_uncompress(&point, bytes) != BLST_SUCCESS);
    return point;
}

static zkl_g2_affine stray_g2(zkl_test *t)
{
    zkl_g2_affine point;
    uint8_t bytes[96];
    do {
        test_random_bytes(t, bytes, sizeof bytes);
        bytes[0] = (uint8_t)(0x80 | (bytes[0] & 0x2f));
        bytes[48] &= 0x0f;
    } while (blst_p2_uncompress(&point, bytes) != BLST_SUCCESS);
    return point;
}

/* (0, 2) or (0, -2). */
static zkl_g1_affine of_order_3(bool negate)
{
    zkl_g1_affine point = { 0 };
    const uint64_t two[6] = { 2 };
    blst_fp_from_uint64(&point.y, two);
    blst_fp_cneg(&point.y, &point.y, negate);
    return point;
}

static zkl_g1_affine plus_g1(const zkl_g1_affine *a, const zkl_g1_affine *b)
{
    zkl_g1 sum;
    zkl_g1_affine out;
    blst_p1_from_affine(&sum, a);
    blst_p1_add_or_double_affine(&sum, &sum, b);
    zkl_g1_normalize(&out, &sum);
    return out;
}

/* Where the first stranger stands, for strangers of each kind at each end of lanes and slice. */
static void test_subgroup__finds_the_first_stranger_of_g1(zkl_test *t)
{
    ZKL_AUTO_FREE(zkl_g1_summer) summer = zkl_g1_summer_new(3 * COUNT, COUNT);
    ZKL_AUTO_BLOCK zkl_g1_slice *slice = zkl_malloc(1, sizeof *slice);
    static zkl_g1_affine points[COUNT];
    static const size_t places[] = { 0, 7, 8, COUNT - 1 };
    REQUIRE(t, summer && slice);
    for (size_t i = 0; i < COUNT; i++)
        points[i] = test_random_g1(t);
    points[5] = (zkl_g1_affine){ 0 };
    points[9] = points[8];
    CHECK_UINT_EQ(t, zkl_g1_in_subgroup(points, COUNT, summer, slice), COUNT);
    for (size_t place = 0; place < ZKL_COUNT(places); place++)
        for (size_t kind = 0; kind < 5; kind++) {
            const size_t at = places[place];
            const zkl_g1_affine member = points[at], third = of_order_3(kind == 1);
            const zkl_g1_affine kinds[] = { of_order_3(false), of_order_3(true), stray_g1(t),
                                            plus_g1(&member, &third), stray_g1(t) };
            points[at] = kinds[kind];
            CHECK(t, blst_p1_affine_on_curve(&points[at]) && !blst_p1_affine_in_g1(&points[at]));
            CHECK_UINT_EQ(t, zkl_g1_in_subgroup(points, COUNT, summer, slice), at);
            CHECK_UINT_EQ(t, zkl_g1_in_subgroup(points, at, summer, slice), at);
            points[at] = member;
        }
}

/* Without lanes: points of order 3, alone and beside members, and multiples of a stray point. */
static void test_subgroup__no_stranger_of_g1_passes(zkl_test *t)
{
    ZKL_AUTO_FREE(zkl_g1_summer) summer = zkl_g1_summer_new(3 * COUNT, COUNT);
    ZKL_AUTO_BLOCK zkl_g1_slice *slice = zkl_malloc(1, sizeof *slice);
    REQUIRE(t, summer && slice);
    zkl_g1_summer_without_lanes(summer);
    zkl_g1_affine point = of_order_3(false), stray = stray_g1(t), sum = stray;
    for (size_t i = 0; i < 32; i++) {
        CHECK_UINT_EQ(t, zkl_g1_in_subgroup(&point, 1, summer, slice), 0);
        CHECK_UINT_EQ(t, zkl_g1_in_subgroup(&sum, 1, summer, slice), 0);
        const zkl_g1_affine third = of_order_3(i % 2 != 0), member = test_random_g1(t);
        point = plus_g1(&member, &third);
        sum = plus_g1(&sum, &stray);
    }
}

static void test_subgroup__finds_the_first_stranger_of_g2(zkl_test *t)
{
    ZKL_AUTO_FREE(zkl_g2_summer) summer = zkl_g2_summer_new(3 * COUNT, COUNT);
    ZKL_AUTO_BLOCK zkl_g2_slice *slice = zkl_malloc(1, sizeof *slice);
    static zkl_g2_affine points[COUNT];
    static const size_t places[] = { 0, 7, 8, COUNT - 1 };
    REQUIRE(t, summer && slice);
    for (size_t i = 0; i < COUNT; i++) {
        const zkl_fr factor = test_random_fr(t);
        zkl_g2_mul_affine(&points[i], &zkl_g2_generator, &factor);
    }
    points[5] = (zkl_g2_affine){ 0 };
    points[9] = points[8];
    CHECK_UINT_EQ(t, zkl_g2_in_subgroup(points, COUNT, summer, slice), COUNT);
    for (size_t place = 0; place < ZKL_COUNT(places); place++)
        for (size_t kind = 0; kind < 3; kind++) {
            const size_t at = places[place];
            const zkl_g2_affine member = points[at], stray = stray_g2(t);
            zkl_g2 sum;
            blst_p2_from_affine(&sum, &stray);
            blst_p2_add_or_double_affine(&sum, &sum, kind == 1 ? &member : &stray);
            zkl_g2_normalize(&points[at], &sum);
            if (kind == 0)
                points[at] = stray;
            CHECK(t, blst_p2_affine_on_curve(&points[at]) && !blst_p2_affine_in_g2(&points[at]));
            CHECK_UINT_EQ(t, zkl_g2_in_subgroup(points, COUNT, summer, slice), at);
            CHECK_UINT_EQ(t, zkl_g2_in_subgroup(points, at, summer, slice), at);
            points[at] = member;
        }
}

ZKL_TESTS(TEST(test_subgroup__finds_the_first_stranger_of_g1),
          TEST(test_subgroup__no_stranger_of_g1_passes),
          TEST(test_subgroup__finds_the_first_stranger_of_g2))
