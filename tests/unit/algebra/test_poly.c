#include "algebra/poly.h"
#include "unit/algebra/algebra_testing.h"

static void test_eq_vector__matches_model(zkl_test *t)
{
    const zkl_fr point[2] = { test_fr_u64(5), test_fr_u64(7) };
    zkl_fr out[4];
    zkl_eq_vector(out, point, 2);
    test_check_fr_list(t, out, json_object_get(test_vectors(t, "proof_model.json"), "eq_5_7"), 4);
    zkl_eq_vector(out, point, 0);
    CHECK_FR_EQ(t, out[0], ZKL_FR_ONE);
}

/* At a corner of the cube it is 1 there and 0 elsewhere; everywhere it sums to 1. */
static void test_eq_vector__selects_corners(zkl_test *t)
{
    zkl_fr point[6], out[64], sum = ZKL_FR_ZERO;
    for (size_t at = 0; at < 64; at++) {
        for (size_t k = 0; k < 6; k++)
            zkl_fr_from_u64(&point[k], at >> k & 1);
        zkl_eq_vector(out, point, 6);
        for (size_t i = 0; i < 64; i++)
            CHECK_FR_EQ(t, out[i], i == at ? ZKL_FR_ONE : ZKL_FR_ZERO);
    }
    for (size_t k = 0; k < 6; k++)
        point[k] = test_random_fr(t);
    zkl_eq_vector(out, point, 6);
    for (size_t i = 0; i < 64; i++)
        zkl_fr_add(&sum, &sum, &out[i]);
    CHECK_FR_EQ(t, sum, ZKL_FR_ONE);
}

static void test_greater__is_the_extension(zkl_test *t)
{
    zkl_fr point[4] = { test_fr_u64(3), test_fr_u64(5), test_fr_u64(7), test_fr_u64(11) }, eq[16],
           got;
    test_greater(&got, point, 4, 5);
    CHECK_FR_EQ(
        t, got,
        test_fr_hex(t, json_string_value(json_object_get(test_vectors(t, "proof_model.json"),
                                                         "greater_3_5_7_11_than_5"))));
    for (size_t k = 0; k < 4; k++)
        point[k] = test_random_fr(t);
    zkl_eq_vector(eq, point, 4);
    for (uint64_t last = 0; last < 16; last++) {
        zkl_fr want = ZKL_FR_ZERO;
        for (uint64_t i = last + 1; i < 16; i++)
            zkl_fr_add(&want, &want, &eq[i]);
        test_greater(&got, point, 4, last);
        CHECK_FR_EQ(t, got, want);
    }
}

/* (X - a)(X - b) q, and the line through f(a) and f(b), make f. */
static void test_poly_divide_two__leaves_a_line(zkl_test *t)
{
    for (size_t n = 2; n < 20; n++) {
        const zkl_fr *f = test_fr_array(t, n);
        const zkl_fr a = test_random_fr(t), b = test_random_fr(t), x = test_random_fr(t);
        zkl_fr *quotient = test_fr_array(t, n), at_a, at_b, left, right, from_a, v;
        memcpy(quotient, f, n * sizeof *f);
        zkl_poly_divide_two(quotient, n, &a, &b);
        zkl_poly_eval(&at_a, f, n, &a);
        zkl_poly_eval(&at_b, f, n, &b);
        zkl_poly_eval(&left, f, n, &x);
        zkl_poly_eval(&right, quotient, n - 2, &x);
        zkl_fr_sub(&from_a, &x, &a);
        zkl_fr_mul(&right, &right, &from_a);
        zkl_fr_sub(&v, &x, &b);
        zkl_fr_mul(&right, &right, &v);
        zkl_fr_sub(&left, &left, &right);
        zkl_fr_sub(&left, &left, &at_a); /* (f(b) - f(a)) (x - a) / (b - a) */
        zkl_fr_sub(&v, &b, &a);
        zkl_fr_mul(&left, &left, &v);
        zkl_fr_sub(&right, &at_b, &at_a);
        zkl_fr_mul(&right, &right, &from_a);
        CHECK_FR_EQ(t, left, right);
    }
}

/* With a set of lanes or without, longer points are products of shorter ones. */
static void test_eq_vector__is_a_product(zkl_test *t)
{
    zkl_fr point[8], low[4], high[64], out[256], want;
    for (size_t k = 0; k < 8; k++)
        point[k] = k == 5 ? ZKL_FR_ONE : k == 6 ? ZKL_FR_ZERO : test_random_fr(t);
    zkl_eq_vector(low, point, 2);
    zkl_eq_vector(high, point + 2, 6);
    zkl_eq_vector(out, point, 8);
    for (size_t i = 0; i < 256; i++) {
        zkl_fr_mul(&want, &low[i % 4], &high[i / 4]);
        CHECK_FR_EQ(t, out[i], want);
    }
}

static void test_poly_eval__uses_horner_order(zkl_test *t)
{
    const zkl_fr f[3] = { test_fr_u64(5), test_fr_u64(3), test_fr_u64(2) }, x = test_fr_u64(10);
    zkl_fr got;
    zkl_poly_eval(&got, f, 3, &x);
    CHECK_FR_EQ(t, got, test_fr_u64(235));
    zkl_poly_eval(&got, f, 0, &x);
    CHECK_FR_EQ(t, got, ZKL_FR_ZERO);
}

ZKL_TESTS(TEST(test_eq_vector__matches_model), TEST(test_eq_vector__selects_corners),
          TEST(test_greater__is_the_extension), TEST(test_poly_divide_two__leaves_a_line),
          TEST(test_eq_vector__is_a_product), TEST(test_poly_eval__uses_horner_order))
