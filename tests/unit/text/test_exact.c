/* Products of exact integers beside one another: against products that fit 256 bits, and against
 * one another where they do not. */
#include "text/exact.h"
#include "testing.h"

static zkl_exact random_exact(zkl_test *t, unsigned bits)
{
    zkl_exact out = { 0 };
    for (unsigned i = 0; i < 4 && 64 * i < bits; i++) {
        out.words[i] = test_random_u64(t);
        if (bits - 64 * i < 64)
            out.words[i] &= ((uint64_t)1 << (bits - 64 * i)) - 1;
    }
    out.negative = test_random_u64(t) % 2 && !zkl_exact_is_zero(&out);
    return out;
}

/* Two and three factors whose product fits. */
static void test_exact_compare_products__agrees_with_products(zkl_test *t)
{
    for (size_t round = 0; round < 2000; round++) {
        zkl_exact a[3], b[2], left, right;
        for (size_t i = 0; i < 3; i++)
            a[i] = random_exact(t, round % 2 ? 80 : 4);
        for (size_t i = 0; i < 2; i++)
            b[i] = random_exact(t, round % 2 ? 120 : 6);
        REQUIRE(t, zkl_exact_mul(&left, &a[0], &a[1]) && zkl_exact_mul(&left, &left, &a[2]) &&
                       zkl_exact_mul(&right, &b[0], &b[1]));
        CHECK(t, zkl_exact_compare_products(a, 3, b, 2) == zkl_exact_compare(&left, &right));
        CHECK(t, zkl_exact_compare_products(b, 2, a, 3) == zkl_exact_compare(&right, &left));
        CHECK(t, zkl_exact_compare_products(&left, 1, a, 3) == 0);
    }
    const zkl_exact one = zkl_exact_of(1), minus = zkl_exact_of(-1), zero = zkl_exact_of(0);
    CHECK(t, zkl_exact_compare_products(NULL, 0, &one, 1) == 0);
    CHECK(t, zkl_exact_compare_products(&zero, 1, &minus, 1) == 1);
}

/* As many factors as there may be, of all bits: in another order they are the same product, and
 * with one of them larger or smaller by 1 they are not. */
static void test_exact_compare_products__of_all_bits(zkl_test *t)
{
    const zkl_exact one = zkl_exact_of(1);
    for (size_t round = 0; round < 200; round++) {
        zkl_exact a[ZKL_EXACT_FACTORS_MAX], b[ZKL_EXACT_FACTORS_MAX];
        bool negative = false;
        for (size_t i = 0; i < ZKL_EXACT_FACTORS_MAX; i++) {
            a[i] = random_exact(t, 256);
            a[i].words[0] |= 2; /* not 0, and neither with one less */
            a[i].words[3] &= UINT64_MAX >> 1;
            b[ZKL_EXACT_FACTORS_MAX - 1 - i] = a[i];
            negative ^= a[i].negative;
        }
        CHECK(t,
              zkl_exact_compare_products(a, ZKL_EXACT_FACTORS_MAX, b, ZKL_EXACT_FACTORS_MAX) == 0);
        zkl_exact *changed = &b[round % ZKL_EXACT_FACTORS_MAX];
        const bool factor_negative = changed->negative;
        REQUIRE(t, zkl_exact_add(changed, changed, &one));
        /* a factor above 0 that grows moves the product away from 0, one below 0 towards it */
        const int moved = negative == factor_negative ? 1 : -1;
        CHECK(t, zkl_exact_compare_products(b, ZKL_EXACT_FACTORS_MAX, a, ZKL_EXACT_FACTORS_MAX) ==
                     moved);
    }
    zkl_exact most[ZKL_EXACT_FACTORS_MAX];
    memset(most, 0xff, sizeof most);
    for (size_t i = 0; i < ZKL_EXACT_FACTORS_MAX; i++)
        most[i].negative = false;
    CHECK(t, zkl_exact_compare_products(most, ZKL_EXACT_FACTORS_MAX, most,
                                        ZKL_EXACT_FACTORS_MAX - 1) == 1);
    CHECK(t, zkl_exact_compare_products(most, ZKL_EXACT_FACTORS_MAX, most, ZKL_EXACT_FACTORS_MAX) ==
                 0);
}

ZKL_TESTS(TEST(test_exact_compare_products__agrees_with_products),
          TEST(test_exact_compare_products__of_all_bits))
