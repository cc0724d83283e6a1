#include "algebra/algebra_testing.h"
#include "unit/algebra/algebra_testing.h"

/* As iden3's ffjavascript computes it: w[32] = 5^((r-1) >> 32), by python's pow. */
static void test_ntt_root__is_iden3s(zkl_test *t)
{
    zkl_fr root, power;
    zkl_ntt_root(&root, 32);
    CHECK_FR_EQ(
        t, root,
        test_fr_hex(t, "0x0212d79e5b416b6f0fd56dc8d168d6c0c4024ff270b3e0941b788f500b912f1f"));
    zkl_ntt_root(&root, 17);
    CHECK_FR_EQ(
        t, root,
        test_fr_hex(t, "0x05deb333f8727901ebe905bd4fb9ac5c77d85a937ff858ec10251f7d8831e03e"));
    zkl_ntt_root(&root, 0);
    CHECK_FR_EQ(t, root, ZKL_FR_ONE);
    for (unsigned log_n = 1; log_n <= 32; log_n++) { /* of order exactly 2^log_n */
        zkl_fr minus_one;
        zkl_fr_neg(&minus_one, &ZKL_FR_ONE);
        zkl_ntt_root(&root, log_n);
        zkl_fr_pow_u64(&power, &root, (uint64_t)1 << (log_n - 1));
        CHECK_FR_EQ(t, power, minus_one);
    }
}

static void check_against_dft(zkl_test *t, const zkl_ntt *ntt, unsigned log_n)
{
    const size_t n = (size_t)1 << log_n;
    const zkl_fr *in = test_fr_array(t, n);
    zkl_fr *out = test_fr_array(t, n), root, x = ZKL_FR_ONE, want;
    memcpy(out, in, n * sizeof *in);
    zkl_ntt_forward(ntt, out, log_n, NULL);
    zkl_ntt_root(&root, log_n);
    for (size_t i = 0; i < n; i++) {
        zkl_poly_eval(&want, in, n, &x);
        CHECK_FR_EQ(t, out[i], want);
        zkl_fr_mul(&x, &x, &root);
    }
}

static void test_ntt_forward__evaluates_at_powers_of_root(zkl_test *t)
{
    zkl_error err = { 0 };
    for (unsigned extra = 0; extra < 3;
         extra++) /* twiddles of the size itself and of a larger one */
        for (unsigned log_n = 0; log_n <= 8; log_n++) {
            ZKL_AUTO_FREE(zkl_ntt) ntt = NULL;
            REQUIRE_OK(t, &err, zkl_ntt_new(&ntt, log_n + extra, &err));
            check_against_dft(t, ntt, log_n);
        }
}

static void test_ntt_inverse__undoes_forward(zkl_test *t)
{
    zkl_error err = { 0 };
    ZKL_AUTO_FREE(zkl_ntt) ntt = NULL;
    REQUIRE_OK(t, &err, zkl_ntt_new(&ntt, 16, &err));
    for (unsigned log_n = 0; log_n <= 16; log_n++) {
        const size_t n = (size_t)1 << log_n;
        const zkl_fr *in = test_fr_array(t, n);
        zkl_fr *one = test_fr_array(t, n), *two = test_fr_array(t, n);
        memcpy(one, in, n * sizeof *in);
        memcpy(two, in, n * sizeof *in);
        zkl_ntt_forward(ntt, one, log_n, NULL);
        zkl_ntt_forward(ntt, two, log_n, t->pool);
        CHECK_MEM_EQ(t, one, two, n * sizeof *in);
        zkl_ntt_inverse(ntt, one, log_n, NULL);
        zkl_ntt_inverse(ntt, two, log_n, t->pool);
        CHECK_MEM_EQ(t, one, in, n * sizeof *in);
        CHECK_MEM_EQ(t, two, in, n * sizeof *in);
    }
}

/* Spot checks where the passes across blocks work: sizes beyond 2^12, odd and even number of
 * them. */
static void test_ntt_forward__evaluates_at_large_sizes(zkl_test *t)
{
    zkl_error err = { 0 };
    ZKL_AUTO_FREE(zkl_ntt) ntt = NULL;
    REQUIRE_OK(t, &err, zkl_ntt_new(&ntt, 16, &err));
    for (unsigned log_n = 12; log_n <= 16; log_n++) {
        const size_t n = (size_t)1 << log_n;
        const zkl_fr *in = test_fr_array(t, n);
        zkl_fr *out = test_fr_array(t, n), root, x, want;
        memcpy(out, in, n * sizeof *in);
        zkl_ntt_forward(ntt, out, log_n, t->pool);
        zkl_ntt_root(&root, log_n);
        for (size_t k = 0; k < 8; k++) {
            const size_t at = k < 2 ? k * (n - 1) : test_random_below(t, n);
            zkl_fr_pow_u64(&x, &root, at);
            zkl_poly_eval(&want, in, n, &x);
            CHECK_FR_EQ(t, out[at], want);
        }
    }
}

static void test_ntt_new__refuses_what_has_no_root(zkl_test *t)
{
    zkl_error err = { 0 };
    zkl_ntt *ntt = NULL;
    CHECK_STATUS(t, ZKL_LIMIT, zkl_ntt_new(&ntt, 33, &err));
    for (uint64_t nth = 1; nth <= 2; nth++) {
        zkl_malloc_fail_after(nth);
        zkl_status status = zkl_ntt_new(&ntt, 4, &err);
        zkl_malloc_fail_after(0);
        CHECK_STATUS(t, ZKL_NO_MEMORY, status);
        CHECK(t, ntt == NULL);
    }
}

static void naive_cross(zkl_fr *out, const zkl_fr *w, size_t w_count, const zkl_fr *e,
                        size_t e_count)
{
    for (size_t d = 0; d + 1 < w_count; d++)
        out[d] = ZKL_FR_ZERO;
    for (size_t i = 0; i < w_count; i++)
        for (size_t j = 0; j < e_count; j++)
            if (i != j) {
                zkl_fr term;
                const size_t d = (i > j ? i - j : j - i) - 1;
                zkl_fr_mul(&term, &w[i], &e[j]);
                zkl_fr_add(&out[d], &out[d], &term);
            }
}

static void test_poly_cross__matches_model(zkl_test *t)
{
    zkl_error err = { 0 };
    const json_t *vector =
        json_object_get(test_vectors(t, "proof_model.json"), "opening_w_1_to_20_lo_2_3_5_7_z_11");
    const zkl_fr lo[4] = { test_fr_u64(2), test_fr_u64(3), test_fr_u64(5), test_fr_u64(7) };
    zkl_fr w[20], e[16], s[19], value, z = test_fr_u64(11);
    ZKL_AUTO_FREE(zkl_ntt) ntt = NULL;
    for (size_t i = 0; i < 20; i++)
        zkl_fr_from_u64(&w[i], i + 1);
    zkl_eq_vector(e, lo, 4);
    REQUIRE_OK(t, &err, zkl_ntt_new(&ntt, zkl_poly_cross_log(16), &err));
    REQUIRE_OK(t, &err,
               zkl_poly_cross(s, &(zkl_coefficients){ w, 20 }, &(zkl_coefficients){ e, 16 }, ntt,
                              NULL, &err));
    test_check_fr_list(t, s, json_object_get(vector, "S"), 19);
    zkl_fr_dot(&value, w, e, 16);
    CHECK_FR_EQ(t, value, test_fr_hex(t, json_string_value(json_object_get(vector, "value"))));
    zkl_poly_eval(&value, w, 20, &z);
    CHECK_FR_EQ(t, value, test_fr_hex(t, json_string_value(json_object_get(vector, "w_z"))));
    zkl_poly_eval(&value, s, 19, &z);
    CHECK_FR_EQ(t, value, test_fr_hex(t, json_string_value(json_object_get(vector, "S_z"))));
}

static void test_poly_cross__matches_sums_at_every_size(zkl_test *t)
{
    zkl_error err = { 0 };
    ZKL_AUTO_FREE(zkl_ntt) ntt = NULL;
    REQUIRE_OK(t, &err, zkl_ntt_new(&ntt, 7, &err));
    for (size_t e_count = 1; e_count <= 33; e_count += e_count < 9 ? 1 : 4)
        for (size_t more = 0; more <= 40; more += more < 9 ? 1 : 31) {
            const size_t w_count = e_count + more;
            const zkl_fr *w = test_fr_array(t, w_count), *e = test_fr_array(t, e_count);
            zkl_fr *got = test_fr_array(t, w_count), *want = test_fr_array(t, w_count);
            REQUIRE_OK(t, &err,
                       zkl_poly_cross(got, &(zkl_coefficients){ w, w_count },
                                      &(zkl_coefficients){ e, e_count }, ntt, t->pool, &err));
            naive_cross(want, w, w_count, e, e_count);
            CHECK_MEM_EQ(t, got, want, (w_count - 1) * sizeof *got);
        }
}

/* The production shape: w(x)e(1/x) + w(1/x)e(x) = 2<w,e> + x S(x) + S(1/x)/x at a random x. */
static void test_poly_cross__holds_at_a_block(zkl_test *t)
{
    zkl_error err = { 0 };
    const size_t c = 65536, w_count = c + 8;
    const zkl_fr *w = test_fr_array(t, w_count), *e = test_fr_array(t, c);
    zkl_fr *s = test_fr_array(t, w_count), x = test_random_fr(t), y, v[6], left, right;
    ZKL_AUTO_FREE(zkl_ntt) ntt = NULL;
    REQUIRE_OK(t, &err, zkl_ntt_new(&ntt, zkl_poly_cross_log(c), &err));
    CHECK_UINT_EQ(t, zkl_poly_cross_log(c), 17);
    REQUIRE_OK(t, &err,
               zkl_poly_cross(s, &(zkl_coefficients){ w, w_count }, &(zkl_coefficients){ e, c },
                              ntt, t->pool, &err));
    zkl_fr_inverse(&y, &x);
    zkl_poly_eval(&v[0], w, w_count, &x);
    zkl_poly_eval(&v[1], e, c, &y);
    zkl_poly_eval(&v[2], w, w_count, &y);
    zkl_poly_eval(&v[3], e, c, &x);
    zkl_poly_eval(&v[4], s, w_count - 1, &x);
    zkl_poly_eval(&v[5], s, w_count - 1, &y);
    zkl_fr_mul(&v[0], &v[0], &v[1]);
    zkl_fr_mul(&v[2], &v[2], &v[3]);
    zkl_fr_add(&left, &v[0], &v[2]);
    zkl_fr_mul(&v[4], &v[4], &x);
    zkl_fr_mul(&v[5], &v[5], &y);
    zkl_fr_dot(&right, w, e, c);
    zkl_fr_add(&right, &right, &right);
    zkl_fr_add(&right, &right, &v[4]);
    zkl_fr_add(&right, &right, &v[5]);
    CHECK_FR_EQ(t, left, right);
}

static void test_poly_cross__reports_no_memory(zkl_test *t)
{
    zkl_error err = { 0 };
    const zkl_fr *w = test_fr_array(t, 20);
    zkl_fr out[19];
    ZKL_AUTO_FREE(zkl_ntt) ntt = NULL;
    REQUIRE_OK(t, &err, zkl_ntt_new(&ntt, 7, &err));
    for (uint64_t nth = 1; nth <= 2; nth++) {
        zkl_malloc_fail_after(nth);
        zkl_status status = zkl_poly_cross(out, &(zkl_coefficients){ w, 20 },
                                           &(zkl_coefficients){ w, 16 }, ntt, NULL, &err);
        zkl_malloc_fail_after(0);
        CHECK_STATUS(t, ZKL_NO_MEMORY, status);
    }
}

static void test_ntt__same_without_lanes(zkl_test *t)
{
    zkl_error err = { 0 };
    ZKL_AUTO_FREE(zkl_ntt) ntt = NULL;
    ZKL_AUTO_FREE(zkl_ntt) plain = NULL;
    REQUIRE_OK(t, &err, zkl_ntt_new(&ntt, 15, &err));
    REQUIRE_OK(t, &err, zkl_ntt_new(&plain, 15, &err));
    zkl_ntt_without_lanes(plain);
    for (unsigned log_n = 0; log_n <= 15; log_n++) {
        const size_t n = (size_t)1 << log_n;
        zkl_fr *want = test_fr_array(t, n), *got = zkl_arena_alloc(&t->arena, n, sizeof *got);
        want[0] = ZKL_FR_ZERO;
        zkl_fr_neg(&want[n - 1], &ZKL_FR_ONE);
        memcpy(got, want, n * sizeof *got);
        zkl_ntt_forward(plain, want, log_n, t->pool);
        zkl_ntt_forward(ntt, got, log_n, t->pool);
        CHECK_MEM_EQ(t, got, want, n * sizeof *got);
        zkl_ntt_inverse(plain, want, log_n, t->pool);
        zkl_ntt_inverse(ntt, got, log_n, t->pool);
        CHECK_MEM_EQ(t, got, want, n * sizeof *got);
    }
}

ZKL_TESTS(TEST(test_ntt__same_without_lanes), TEST(test_ntt_root__is_iden3s),
          TEST(test_ntt_forward__evaluates_at_powers_of_root),
          TEST(test_ntt_inverse__undoes_forward), TEST(test_ntt_forward__evaluates_at_large_sizes),
          TEST(test_ntt_new__refuses_what_has_no_root), TEST(test_poly_cross__matches_model),
          TEST(test_poly_cross__matches_sums_at_every_size),
          TEST(test_poly_cross__holds_at_a_block), TEST(test_poly_cross__reports_no_memory))
