#include "algebra/algebra_testing.h"
#include "unit/algebra/algebra_testing.h"

#define POINTS 40

/* points[i] = known[i] G with few distinct known, so pairs double, cancel and meet infinity all the
 * time. */
static void make_points(zkl_test *t, zkl_g1_affine points[static POINTS],
                        zkl_fr known[static POINTS])
{
    for (size_t i = 0; i < POINTS; i++) {
        zkl_g1 point;
        zkl_fr_from_u64(&known[i], test_random_below(t, 5));
        if (test_random_below(t, 2))
            zkl_fr_neg(&known[i], &known[i]);
        zkl_g1_mul(&point, &zkl_g1_generator, &known[i]);
        zkl_g1_normalize(&points[i], &point);
    }
}

/* With a native set where there is one, and without. */
static zkl_g1_summer *new_summer(size_t ref_max, size_t segment_max, bool lanes)
{
    zkl_g1_summer *summer = zkl_g1_summer_new(ref_max, segment_max);
    if (summer && !lanes)
        zkl_g1_summer_without_lanes(summer);
    return summer;
}

static void check_segments(zkl_test *t, bool lanes)
{
    enum { REFS = 6000, SEGMENTS = 300 };
    static uint32_t refs[REFS], ends[SEGMENTS];
    static zkl_g1_affine sums[SEGMENTS];
    zkl_g1_affine points[POINTS], want;
    zkl_fr known[POINTS];
    make_points(t, points, known);
    ZKL_AUTO_FREE(zkl_g1_summer) summer = new_summer(REFS, SEGMENTS, lanes);
    REQUIRE(t, summer);
    uint32_t count = 0;
    for (size_t s = 0; s < SEGMENTS; s++) { /* lengths 0 .. 39, and a long one */
        const uint64_t length = s == 7 ? 1000 : test_random_below(t, s % 5 == 0 ? 1 : 17);
        for (uint64_t i = 0; i < length && count < REFS; i++)
            refs[count++] = (uint32_t)test_random_below(t, 2 * POINTS);
        ends[s] = count;
    }
    zkl_g1_sum_segments(summer, sums, &(zkl_g1_segments){ points, refs, ends, SEGMENTS });
    for (size_t s = 0, i = 0; s < SEGMENTS; s++) {
        zkl_fr sum = ZKL_FR_ZERO;
        zkl_g1 point;
        for (; i < ends[s]; i++)
            (refs[i] & 1 ? zkl_fr_sub : zkl_fr_add)(&sum, &sum, &known[refs[i] >> 1]);
        zkl_g1_mul(&point, &zkl_g1_generator, &sum);
        zkl_g1_normalize(&want, &point);
        CHECK_MEM_EQ(t, &sums[s], &want, sizeof want);
    }
}

static void test_sum_segments__matches_field(zkl_test *t)
{
    check_segments(t, false);
    check_segments(t, true);
}

static void check_buckets(zkl_test *t, bool lanes)
{
    for (unsigned key_bits = 1; key_bits <= 10; key_bits++) {
        enum { REFS = 500 };
        uint32_t refs[REFS], ends[REFS], keys[REFS], key = 0, count = 0;
        size_t segments = 0;
        zkl_g1_affine points[POINTS];
        zkl_fr known[POINTS], total = ZKL_FR_ZERO;
        make_points(t, points, known);
        ZKL_AUTO_FREE(zkl_g1_summer) summer = new_summer(REFS, REFS, lanes);
        REQUIRE(t, summer);
        while (segments < 100) {
            key += 1 + (uint32_t)test_random_below(t, 4);
            if (key >> key_bits)
                break;
            zkl_fr sum = ZKL_FR_ZERO;
            const zkl_fr weight = test_fr_u64(key);
            for (uint64_t n = 1 + test_random_below(t, 4); n > 0; n--) {
                refs[count] = (uint32_t)test_random_below(t, 2 * POINTS);
                (refs[count] & 1 ? zkl_fr_sub : zkl_fr_add)(&sum, &sum, &known[refs[count] >> 1]);
                count++;
            }
            zkl_fr_mul(&sum, &sum, &weight);
            zkl_fr_add(&total, &total, &sum);
            keys[segments] = key;
            ends[segments++] = count;
        }
        zkl_g1 got, want;
        zkl_g1_sum_buckets(summer, &got, &(zkl_g1_segments){ points, refs, ends, segments }, keys,
                           key_bits);
        zkl_g1_mul(&want, &zkl_g1_generator, &total);
        CHECK(t, test_g1_equal(&got, &want));
    }
}

static void test_sum_buckets__weights_by_key(zkl_test *t)
{
    check_buckets(t, false);
    check_buckets(t, true);
}

/* G2 by a native set and by blst alone: the same bytes, over points that double, cancel, are
 * infinity, and others. That blst's are right is shown by the sums of test_msm.c. */
static void test_sum_segments__same_in_g2_without_lanes(zkl_test *t)
{
    enum { REFS = 3000, SEGMENTS = 100 };
    static uint32_t refs[REFS], ends[SEGMENTS];
    static zkl_g2_affine points[POINTS], got[SEGMENTS], want[SEGMENTS];
    for (size_t i = 0; i < POINTS; i++) {
        zkl_fr scalar = test_random_fr(t);
        zkl_g2 point;
        if (i % 2) /* 0, 1, 2: these meet again and again */
            zkl_fr_from_u64(&scalar, test_random_below(t, 3));
        zkl_g2_mul(&point, &zkl_g2_generator, &scalar);
        zkl_g2_normalize(&points[i], &point);
    }
    for (size_t round = 0; round < 2; round++) {
        ZKL_AUTO_FREE(zkl_g2_summer) lanes = zkl_g2_summer_new(REFS, SEGMENTS);
        ZKL_AUTO_FREE(zkl_g2_summer) plain = zkl_g2_summer_new(REFS, SEGMENTS);
        REQUIRE(t, lanes && plain);
        zkl_g2_summer_without_lanes(plain);
        for (size_t i = 0; i < REFS; i++)
            refs[i] = (uint32_t)test_random_below(t, 2 * POINTS);
        for (size_t s = 0; s < SEGMENTS; s++)
            ends[s] = (uint32_t)(round ? REFS : REFS / SEGMENTS * (s + 1));
        const zkl_g2_segments segments = { points, refs, ends, SEGMENTS };
        zkl_g2_sum_segments(lanes, got, &segments);
        zkl_g2_sum_segments(plain, want, &segments);
        CHECK_MEM_EQ(t, got, want, sizeof want);
    }
}

ZKL_TESTS(TEST(test_sum_segments__same_in_g2_without_lanes), TEST(test_sum_segments__matches_field),
          TEST(test_sum_buckets__weights_by_key))
