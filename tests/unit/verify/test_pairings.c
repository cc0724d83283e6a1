/* Products of pairings judged together: e(a G, b H) e(-ab G, H) is 1. */
#include "verify/pairings.h"

#include "unit/algebra/algebra_testing.h"

#define COUNT ((size_t)40)

static zkl_g2_affine random_g2(zkl_test *t)
{
    const zkl_fr scalar = test_random_fr(t);
    zkl_g2_affine out;
    zkl_g2_mul_affine(&out, &zkl_g2_generator, &scalar);
    return out;
}

/* A product of `pairs` pairs, of which every second undoes the first; q from a few, so that they
 * meet, and off the truth by e(error G, H). */
static zkl_product make_product(zkl_test *t, size_t pairs, const zkl_g2_affine *few, int error)
{
    zkl_product out = { .count = pairs };
    for (size_t k = 0; k + 1 < pairs; k += 2) {
        const zkl_fr a = test_random_fr(t);
        zkl_g1_mul_affine(&out.p[k], &zkl_g1_generator, &a);
        out.p[k + 1] = out.p[k];
        blst_fp_cneg(&out.p[k + 1].y, &out.p[k + 1].y, true);
        out.q[k] = out.q[k + 1] = few[test_random_below(t, 3)];
        if (k == 0) { /* another b: e(a G, b H) e(-ab G, H) */
            const zkl_fr b = test_random_fr(t);
            zkl_g2_mul_affine(&out.q[0], &zkl_g2_generator, &b);
            zkl_g1_mul_affine(&out.p[1], &out.p[1], &b);
            out.q[1] = zkl_g2_generator;
        }
    }
    if (pairs % 2) /* infinity on one side or the other */
        out.q[pairs - 1] = test_random_below(t, 2) ? few[0] : (zkl_g2_affine){ 0 };
    for (; error; error += error < 0 ? 1 : -1) {
        zkl_g1 sum;
        zkl_g1_affine step = zkl_g1_generator;
        blst_fp_cneg(&step.y, &step.y, error < 0);
        blst_p1_from_affine(&sum, &out.p[1]);
        blst_p1_add_or_double_affine(&sum, &sum, &step);
        zkl_g1_normalize(&out.p[1], &sum);
    }
    return out;
}

/* `at` of COUNT products; sizes differ, and the largest stands in the middle. */
static void add_products(zkl_test *t, zkl_products *out, const int *errors, size_t count)
{
    zkl_error err = { 0 };
    const zkl_g2_affine few[3] = { zkl_g2_generator, random_g2(t), random_g2(t) };
    for (size_t i = 0; i < count; i++) {
        const zkl_product product = make_product(t, i == count / 2 ? 7 : 2 + i % 4, few, errors[i]);
        CHECK_UINT_EQ(t, zkl_product_is_one(&product), errors[i] == 0);
        REQUIRE_OK(t, &err, zkl_products_add(out, &product, &err));
    }
}

static zkl_status check_errors(zkl_test *t, const int *errors, size_t count)
{
    ZKL_AUTO_CLEAR(zkl_products) products = { 0 };
    zkl_error err = { 0 };
    add_products(t, &products, errors, count);
    const zkl_status status = zkl_products_check(&products, t->pool, &err);
    CHECK_STATUS(t, status, zkl_products_check(&products, NULL, &err));
    return status;
}

static void test_pairings__products_of_one_hold(zkl_test *t)
{
    const int none[COUNT] = { 0 };
    CHECK_STATUS(t, ZKL_OK, check_errors(t, none, 0));
    CHECK_STATUS(t, ZKL_OK, check_errors(t, none, 1));
    CHECK_STATUS(t, ZKL_OK, check_errors(t, none, 2));
    CHECK_STATUS(t, ZKL_OK, check_errors(t, none, COUNT));
}

static void test_pairings__one_false_is_seen_at_each_place(zkl_test *t)
{
    for (size_t count = 1; count <= 5; count++)
        for (size_t at = 0; at < count; at++) {
            int errors[COUNT] = { 0 };
            errors[at] = 1;
            CHECK_STATUS(t, ZKL_REJECTED, check_errors(t, errors, count));
        }
    for (size_t at = 0; at < COUNT; at += 13) {
        int errors[COUNT] = { 0 };
        errors[at] = -1;
        CHECK_STATUS(t, ZKL_REJECTED, check_errors(t, errors, COUNT));
    }
}

/* Under equal weights their product is 1. */
static void test_pairings__errors_do_not_cancel(zkl_test *t)
{
    for (size_t round = 0; round < 8; round++) {
        int errors[COUNT] = { 0 };
        errors[round % 3] = 1;
        errors[3 + round % 2] = -1;
        CHECK_STATUS(t, ZKL_REJECTED, check_errors(t, errors, 5));
    }
    const int three[COUNT] = { 1, 1, -2 };
    CHECK_STATUS(t, ZKL_REJECTED, check_errors(t, three, 3));
    CHECK_STATUS(t, ZKL_REJECTED, check_errors(t, three, COUNT));
}

/* ---- Sums that wait */

#define SHARED ((size_t)30) /* points that products have in common */

/* A product of sums: over shared points, which meet q = b H, and what undoes them, which meets the
 * generator: e(sum s_i P_i, b H) e(-b sum s_i P_i, H). The scalar of point `at` is off by
 * `error`. */
static void put_sums(zkl_test *t, zkl_products *out, const zkl_g1_affine *points, size_t count,
                     const zkl_fr *b, size_t at, int error)
{
    zkl_fr scalars[SHARED], undone[SHARED];
    zkl_g2_affine q;
    zkl_error err = { 0 };
    zkl_g2_mul_affine(&q, &zkl_g2_generator, b);
    for (size_t i = 0; i < count; i++) {
        scalars[i] = test_random_fr(t);
        zkl_fr_mul(&undone[i], &scalars[i], b);
        zkl_fr_neg(&undone[i], &undone[i]);
    }
    for (int left = error; left; left += left < 0 ? 1 : -1)
        (left < 0 ? zkl_fr_sub : zkl_fr_add)(&scalars[at], &scalars[at], &ZKL_FR_ONE);
    zkl_products_begin(out);
    REQUIRE_OK(t, &err, zkl_products_put(out, points, scalars, count, &q, &err));
    REQUIRE_OK(t, &err, zkl_products_put(out, points, undone, count, &zkl_g2_generator, &err));
}

static void random_points(zkl_test *t, zkl_g1_affine *out, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const zkl_fr a = test_random_fr(t);
        zkl_g1_mul_affine(&out[i], &zkl_g1_generator, &a);
    }
}

/* The same points in every product, few and many: equal ones are added up. */
static void test_pairings__sums_hold_and_are_seen(zkl_test *t)
{
    zkl_g1_affine points[SHARED];
    zkl_error err = { 0 };
    random_points(t, points, SHARED);
    points[1] = points[0]; /* twice in one sum */
    points[3] = (zkl_g1_affine){ 0 };
    for (size_t count = 5; count <= SHARED; count += SHARED - 5)
        for (size_t false_one = 0; false_one <= 4; false_one++) { /* 4: none */
            ZKL_AUTO_CLEAR(zkl_products) products = { 0 };
            const zkl_fr b[2] = { test_random_fr(t), test_random_fr(t) };
            for (size_t i = 0; i < 4; i++)
                put_sums(t, &products, points, count, &b[i % 2], 2, i == false_one);
            const zkl_status want = false_one < 4 ? ZKL_REJECTED : ZKL_OK;
            CHECK_STATUS(t, want, zkl_products_check(&products, t->pool, &err));
            CHECK_STATUS(t, want, zkl_products_check(&products, NULL, &err));
        }
}

/* Two products whose errors are at one point, meet one q, and are inverse: their sums would be
 * right, were they added up without weights. */
static void test_pairings__sums_do_not_cancel(zkl_test *t)
{
    zkl_g1_affine points[SHARED];
    zkl_error err = { 0 };
    random_points(t, points, SHARED);
    for (size_t count = 5; count <= SHARED; count += SHARED - 5)
        for (size_t other = 1; other < 3; other++) {
            const int errors[3] = { 1, other == 1 ? -1 : 0, other == 2 ? -1 : 0 };
            const zkl_fr b = test_random_fr(t);
            ZKL_AUTO_CLEAR(zkl_products) products = { 0 };
            for (size_t i = 0; i < 3; i++)
                put_sums(t, &products, points, count, &b, 4, errors[i]);
            CHECK_STATUS(t, ZKL_REJECTED, zkl_products_check(&products, t->pool, &err));
            /* without weights: all terms in one product */
            for (size_t i = 0; i < products.term_count; i++)
                products.terms[i].product = 0;
            CHECK_STATUS(t, ZKL_OK, zkl_products_check(&products, t->pool, &err));
        }
}

/* A list behind another: what is false stays false, at whichever end, and inverse errors in two
 * lists do not cancel. */
static void test_pairings__lists_are_joined(zkl_test *t)
{
    zkl_g1_affine points[SHARED];
    zkl_error err = { 0 };
    random_points(t, points, SHARED);
    static const int errors[5][2] = { { 0, 0 }, { 1, 0 }, { 0, 1 }, { 1, -1 }, { -2, 2 } };
    for (size_t i = 0; i < ZKL_COUNT(errors); i++) {
        const zkl_fr b = test_random_fr(t), c = test_random_fr(t);
        ZKL_AUTO_CLEAR(zkl_products) all = { 0 };
        for (size_t k = 0; k < 2; k++) {
            ZKL_AUTO_CLEAR(zkl_products) list = { 0 };
            put_sums(t, &list, points, SHARED, &c, 0, 0);
            put_sums(t, &list, points, SHARED, &b, 7, errors[i][k]);
            REQUIRE_OK(t, &err, zkl_products_append(&all, &list, &err));
        }
        CHECK_UINT_EQ(t, all.count, 4);
        CHECK_UINT_EQ(t, all.q_count, 3); /* each once */
        CHECK_STATUS(t, i ? ZKL_REJECTED : ZKL_OK, zkl_products_check(&all, t->pool, &err));
    }
}

/* Every allocation in turn fails. */
static void test_pairings__reports_no_memory(zkl_test *t)
{
    const int none[COUNT] = { 0 };
    ZKL_AUTO_CLEAR(zkl_products) products = { 0 };
    zkl_error err = { 0 };
    zkl_status status = ZKL_NO_MEMORY;
    add_products(t, &products, none, COUNT);
    for (uint64_t nth = 1; status == ZKL_NO_MEMORY && nth < 100; nth++) {
        zkl_malloc_fail_after(nth);
        status = zkl_products_check(&products, NULL, &err);
        zkl_malloc_fail_after(0);
    }
    CHECK_STATUS(t, ZKL_OK, status);
}

ZKL_TESTS(TEST(test_pairings__products_of_one_hold),
          TEST(test_pairings__one_false_is_seen_at_each_place),
          TEST(test_pairings__errors_do_not_cancel), TEST(test_pairings__sums_hold_and_are_seen),
          TEST(test_pairings__sums_do_not_cancel), TEST(test_pairings__lists_are_joined),
          TEST(test_pairings__reports_no_memory))
