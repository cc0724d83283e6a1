/* Planned sums, and one factor times many points, against plain products. */
#include "setup/point_plan.h"

#include "setup/point_scale_internal.h"
#include "testing.h"

static zkl_fr random_fr(zkl_test *t)
{
    uint8_t bytes[64];
    zkl_fr out;
    test_random_bytes(t, bytes, sizeof bytes);
    zkl_fr_reduce(&out, bytes, sizeof bytes);
    return out;
}

static zkl_g1_affine times(const zkl_g1_affine *point, const zkl_fr *scalar)
{
    zkl_g1 product;
    zkl_g1_affine out;
    zkl_g1_mul(&product, point, scalar);
    zkl_g1_normalize(&out, &product);
    return out;
}

/* 0, 1, -1, 2^k - 1, digits at the edge of recoding (64, 65), and random ones. */
static zkl_fr edge_scalar(zkl_test *t, size_t i)
{
    zkl_fr out = ZKL_FR_ONE;
    if (i == 0)
        return ZKL_FR_ZERO;
    if (i == 2)
        zkl_fr_neg(&out, &ZKL_FR_ONE);
    else if (i >= 3 && i < 6) {
        uint8_t bytes[32];
        memset(bytes, i == 3 ? 0x55 : i == 4 ? 0x20 : 0x71, sizeof bytes);
        zkl_fr_reduce(&out, bytes, sizeof bytes);
    } else if (i >= 6 && i < 10)
        zkl_fr_from_u64(&out, 62 + i - 6 + 1);
    else if (i >= 10)
        out = random_fr(t);
    return out;
}

enum { PLACES = ZKL_POINT_WALK_LANES, BASES = 6 };

/* The entries of a base in one place, as a plan wants them. */
static void fill_entries(zkl_g1_affine out[ZKL_POINT_PLAN_ENTRIES], const zkl_g1_affine *base)
{
    for (size_t k = 0; k < POINT_SCALE_ODD_COUNT; k++) {
        zkl_fr odd;
        zkl_fr_from_u64(&odd, 2 * k + 1);
        out[k] = (zkl_g1_affine){ 0 };
        if (!zkl_g1_is_infinity(base))
            out[k] = times(base, &odd);
        out[POINT_SCALE_ODD_COUNT + k] = out[k];
        blst_fp_mul(&out[POINT_SCALE_ODD_COUNT + k].x, &out[k].x, &zkl_point_scale_beta);
    }
}

/* Places whose sums meet equal points, opposite ones, or infinity, on their way or at the end,
 * stand beside others. */
static void test_point_plan__agrees_with_plain_products(zkl_test *t)
{
    static zkl_g1_affine entries[BASES][PLACES][ZKL_POINT_PLAN_ENTRIES];
    const void *places[BASES * ZKL_POINT_PLAN_ENTRIES * PLACES];
    zkl_g1_affine bases[BASES][PLACES];
    zkl_error err = { 0 };
    for (size_t b = 0; b < BASES; b++)
        for (size_t k = 0; k < PLACES; k++) {
            const zkl_fr scalar = random_fr(t);
            bases[b][k] = times(&zkl_g1_generator, &scalar);
        }
    bases[1][1] = bases[0][1];
    bases[1][2] = bases[0][2];
    blst_fp_cneg(&bases[1][2].y, &bases[1][2].y, true);
    memset(&bases[0][3], 0, sizeof bases[0][3]);
    memset(&bases[2][4], 0, sizeof bases[2][4]);
    for (size_t b = 0; b < BASES; b++)
        for (size_t k = 0; k < PLACES; k++) {
            fill_entries(entries[b][k], &bases[b][k]);
            for (size_t e = 0; e < ZKL_POINT_PLAN_ENTRIES; e++)
                places[(b * ZKL_POINT_PLAN_ENTRIES + e) * PLACES + k] = &entries[b][k][e];
        }
    for (size_t round = 0; round < 16; round++) {
        ZKL_AUTO_CLEAR(zkl_point_plan) plan = { 0 };
        zkl_point_term terms[BASES];
        zkl_fr factors[BASES];
        zkl_g1 got[PLACES];
        const size_t count = round % (BASES + 1);
        for (size_t i = 0; i < count; i++) {
            factors[i] = edge_scalar(t, round);
            terms[i].first_entry = (uint32_t)(i * ZKL_POINT_PLAN_ENTRIES);
            zkl_split_factor_of(&terms[i].factor, &factors[i]);
        }
        REQUIRE_OK(t, &err, zkl_point_plan_make(&plan, terms, count, &err));
        zkl_point_plan_run(&plan, got, places);
        for (size_t k = 0; k < PLACES; k++) {
            zkl_g1 want = { 0 };
            for (size_t i = 0; i < count; i++) {
                zkl_g1 product = { 0 };
                if (!zkl_g1_is_infinity(&bases[i][k]))
                    zkl_g1_mul(&product, &bases[i][k], &factors[i]);
                blst_p1_add_or_double(&want, &want, &product);
            }
            CHECK(t, blst_p1_is_equal(&got[k], &want));
        }
    }
}

/* Around multiples of lambda, and the largest values: the halves give the factor back, the lower
 * one below lambda. */
static void test_split_factor_of__gives_the_value_back(zkl_test *t)
{
    for (size_t i = 0; i < 60; i++) {
        zkl_split_factor factor = { 0 }, halves;
        zkl_fr value, again;
        test_random_bytes(t, &factor, sizeof factor);
        if (i < 30)
            memset(factor.low, 0, 16);
        if (i < 20)
            memset(factor.high, i % 4 < 2 ? 0xff : 0, i % 10 + 6);
        zkl_split_factor_value(&value, &factor);
        if (i % 3 == 1)
            zkl_fr_sub(&value, &value, &ZKL_FR_ONE);
        if (i % 3 == 2)
            zkl_fr_add(&value, &value, &ZKL_FR_ONE);
        zkl_split_factor_of(&halves, &value);
        zkl_split_factor_value(&again, &halves);
        CHECK_MEM_EQ(t, &again, &value, sizeof value);
        CHECK(t, halves.low[15] < 0xac || (halves.low[15] == 0xac && halves.low[14] <= 0x45));
    }
}

static void test_points_scale__agrees_with_plain_products(zkl_test *t)
{
    static const uint8_t fills[] = { 0x00, 0xff, 0x55, 0x0f, 0x10 };
    enum { POINTS = 530 }; /* more than a slice */
    zkl_g1_affine *points = ZKL_ARENA_NEW(&t->arena, zkl_g1_affine, POINTS);
    zkl_g1_affine *got = ZKL_ARENA_NEW(&t->arena, zkl_g1_affine, POINTS);
    zkl_error err = { 0 };

    for (size_t i = 0; i < POINTS; i++) {
        const zkl_fr scalar = random_fr(t);
        points[i] = times(&zkl_g1_generator, &scalar);
    }
    memset(&points[7], 0, sizeof points[7]); /* infinity */
    points[9] = points[8];
    for (size_t i = 0; i < 8; i++) {
        zkl_split_factor factor;
        zkl_fr value;
        test_random_bytes(t, &factor, sizeof factor);
        if (i < ZKL_COUNT(fills))
            memset(i % 2 == 0 ? factor.low : factor.high, fills[i], 16);
        if (i == 5)
            memset(&factor, 0xff, sizeof factor);
        if (i == 6)
            memset(&factor, 0, sizeof factor);
        zkl_split_factor_value(&value, &factor);
        memcpy(got, points, POINTS * sizeof *got);
        REQUIRE_OK(t, &err, zkl_points_scale(got, POINTS, &factor, t->pool, &err));
        for (size_t j = 0; j < POINTS; j += j < 10 || j > 508 ? 1 : 31) {
            const zkl_g1_affine want = times(&points[j], &value);
            CHECK_MEM_EQ(t, &got[j], &want, sizeof want);
        }
    }
}

/* Each point its own factor, in both groups; 0, 1, -1, lambda and infinity among them. */
static void test_scale_each__agrees_with_plain_products(zkl_test *t)
{
    enum { COUNT = 300 };
    static zkl_g1_affine from_1[COUNT], to_1[COUNT];
    static zkl_g2_affine from_2[COUNT], to_2[COUNT];
    static zkl_fr factors[COUNT];
    const zkl_split_factor lambda = { .high = { 1 } };
    zkl_error err = { 0 };
    for (size_t i = 0; i < COUNT; i++) {
        uint8_t bytes[64];
        zkl_fr seed;
        test_random_bytes(t, bytes, sizeof bytes);
        zkl_fr_reduce(&factors[i], bytes, sizeof bytes);
        zkl_fr_from_u64(&seed, 3 + i % 7);
        zkl_g1_mul_affine(&from_1[i], &zkl_g1_generator, &seed);
        zkl_g2_mul_affine(&from_2[i], &zkl_g2_generator, &seed);
    }
    factors[0] = ZKL_FR_ZERO;
    factors[1] = ZKL_FR_ONE;
    zkl_fr_neg(&factors[2], &ZKL_FR_ONE);
    zkl_split_factor_value(&factors[3], &lambda);
    from_1[5] = (zkl_g1_affine){ 0 };
    from_2[5] = (zkl_g2_affine){ 0 };
    REQUIRE_OK(t, &err, zkl_g1_scale_each(to_1, from_1, factors, COUNT, t->pool, &err));
    REQUIRE_OK(t, &err, zkl_g2_scale_each(to_2, from_2, factors, COUNT, t->pool, &err));
    for (size_t i = 0; i < COUNT; i++) {
        zkl_g1_affine want_1 = { 0 };
        zkl_g2_affine want_2 = { 0 };
        if (i != 0 && i != 5) {
            zkl_g1_mul_affine(&want_1, &from_1[i], &factors[i]);
            zkl_g2_mul_affine(&want_2, &from_2[i], &factors[i]);
        }
        CHECK_MEM_EQ(t, &to_1[i], &want_1, sizeof want_1);
        CHECK_MEM_EQ(t, &to_2[i], &want_2, sizeof want_2);
    }
}

ZKL_TESTS(TEST(test_point_plan__agrees_with_plain_products),
          TEST(test_split_factor_of__gives_the_value_back),
          TEST(test_points_scale__agrees_with_plain_products),
          TEST(test_scale_each__agrees_with_plain_products))
