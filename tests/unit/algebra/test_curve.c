#include "unit/algebra/algebra_testing.h"

/* The compressed generators as the curve's specification prints them. */
static const char g1_hex[] = "97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e"
                             "83ff97a1aeffb3af00adb22c6bb";
static const char g2_hex[] = "93e02b6052719f607dacd3a088274f65596bd0d09920b61ab5da61bbdc7f5049334cf"
                             "11213945d57e5ac7d055d042b7e"
                             "024aa2b2f08f0a91260805272dc51051c6e47ad4fa403b02b4510b647ae3d1770bac0"
                             "326a805bbefd48056c8c121bdb8";
static const char p_hex[] = "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabff"
                            "feb153ffffb9feffffffffaaab";

static void test_generators__are_the_specified(zkl_test *t)
{
    uint8_t g1[48], g2[96];
    zkl_g1_encode(g1, &zkl_g1_generator);
    zkl_g2_encode(g2, &zkl_g2_generator);
    CHECK_MEM_EQ(t, g1, test_hex(t, g1_hex).data, 48);
    CHECK_MEM_EQ(t, g2, test_hex(t, g2_hex).data, 96);
    CHECK(t, !zkl_g1_is_infinity(&zkl_g1_generator));
}

static void test_decode__undoes_encode(zkl_test *t)
{
    zkl_error err = { 0 };
    for (size_t i = 0; i < 20; i++) {
        const zkl_g1_affine a = test_random_g1(t);
        const zkl_fr scalar = test_random_fr(t);
        zkl_g1_affine back;
        zkl_g2_affine b, b_back;
        zkl_g2 product;
        uint8_t bytes[96];
        zkl_g1_encode(bytes, &a);
        REQUIRE_OK(t, &err, zkl_g1_decode(&back, bytes, "a", &err));
        CHECK_MEM_EQ(t, &back, &a, sizeof a);
        zkl_g2_mul(&product, &zkl_g2_generator, &scalar);
        zkl_g2_normalize(&b, &product);
        zkl_g2_encode(bytes, &b);
        REQUIRE_OK(t, &err, zkl_g2_decode(&b_back, bytes, "b", &err));
        CHECK_MEM_EQ(t, &b_back, &b, sizeof b);
    }
}

static void check_g1_refused(zkl_test *t, const uint8_t *bytes, const char *why)
{
    zkl_error err = { 0 };
    zkl_g1_affine out = zkl_g1_generator;
    CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_g1_decode(&out, bytes, "commitment", &err));
    CHECK(t, strncmp(err.text, "commitment: ", 12) == 0);
    if (!strstr(err.text, why))
        FAIL(t, "'%s' does not say '%s'", err.text, why);
    CHECK_MEM_EQ(t, &out, &zkl_g1_generator, sizeof out); /* left alone */
}

static void check_g2_refused(zkl_test *t, const uint8_t *bytes, const char *why)
{
    zkl_error err = { 0 };
    zkl_g2_affine out = zkl_g2_generator;
    CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_g2_decode(&out, bytes, "proof", &err));
    if (!strstr(err.text, why))
        FAIL(t, "'%s' does not say '%s'", err.text, why);
    CHECK_MEM_EQ(t, &out, &zkl_g2_generator, sizeof out);
}

static void test_g1_decode__refuses(zkl_test *t)
{
    uint8_t bytes[48] = { 0xc0 };
    check_g1_refused(t, bytes, "infinity");
    bytes[47] = 1; /* infinity with a coordinate */
    check_g1_refused(t, bytes, "wrong flags");
    bytes[47] = 0;
    bytes[0] = 0xe0; /* infinity with a sign */
    check_g1_refused(t, bytes, "wrong flags");
    memset(bytes, 0, 48);
    check_g1_refused(t, bytes, "wrong flags");
    memcpy(bytes, test_hex(t, g1_hex).data, 48);
    bytes[0] &= 0x7f; /* not marked compressed */
    check_g1_refused(t, bytes, "wrong flags");
    bytes[0] |= 0xc0; /* marked infinity */
    check_g1_refused(t, bytes, "wrong flags");

    memcpy(bytes, test_hex(t, p_hex).data, 48); /* x = p, which is 0 mod p and on the curve */
    bytes[0] |= 0x80;
    check_g1_refused(t, bytes, "not below p");
    bytes[47]++; /* x = p + 1 */
    check_g1_refused(t, bytes, "not below p");

    /* x = 1: y^2 = 5 is no square mod p (python's pow(5, (p-1)/2, p)). */
    memset(bytes, 0, 48);
    bytes[0] = 0x80;
    bytes[47] = 1;
    check_g1_refused(t, bytes, "not on the curve");
}

/* (0, 2) has order 3: the tangent slope there is 0, so 2 (0, 2) = (0, -2) = -(0, 2). */
static void test_g1_decode__refuses_torsion(zkl_test *t)
{
    uint8_t bytes[48] = { 0x80 };
    check_g1_refused(t, bytes, "outside the subgroup"); /* (0, 2) */
    bytes[0] = 0xa0;
    check_g1_refused(t, bytes, "outside the subgroup"); /* (0, -2) */

    /* A subgroup point plus it, which a batched check passes once in three. */
    zkl_g1_affine torsion, sum_affine;
    zkl_g1 sum, two, minus;
    const uint64_t x[6] = { 0 }, y[6] = { 2 };
    blst_fp_from_uint64(&torsion.x, x);
    blst_fp_from_uint64(&torsion.y, y);
    CHECK(t, blst_p1_affine_on_curve(&torsion));
    blst_p1_from_affine(&sum, &torsion);
    blst_p1_double(&two, &sum);
    minus = sum;
    blst_p1_cneg(&minus, true);
    CHECK(t, blst_p1_is_equal(&two, &minus)); /* order 3 indeed */
    const zkl_g1_affine point = test_random_g1(t);
    blst_p1_add_or_double_affine(&sum, &sum, &point);
    zkl_g1_normalize(&sum_affine, &sum);
    zkl_g1_encode(bytes, &sum_affine);
    check_g1_refused(t, bytes, "outside the subgroup");
}

/* A point of the curve over Fp2 outside the subgroup: the map of hash-to-curve before its cofactor
 * is cleared would do; here, the first x = (k, 0) on the curve, whose order is not r. */
static void test_g2_decode__refuses(zkl_test *t)
{
    uint8_t bytes[96] = { 0xc0 };
    check_g2_refused(t, bytes, "infinity");
    bytes[95] = 1;
    check_g2_refused(t, bytes, "wrong flags");
    memcpy(bytes, test_hex(t, g2_hex).data, 96);
    bytes[0] &= 0x7f;
    check_g2_refused(t, bytes, "wrong flags");
    memcpy(bytes, test_hex(t, p_hex).data, 48); /* x_1 = p */
    memset(bytes + 48, 0, 48);
    bytes[0] |= 0x80;
    check_g2_refused(t, bytes, "not below p");
    memset(bytes, 0, 96);
    bytes[0] = 0x80;
    memcpy(bytes + 48, test_hex(t, p_hex).data, 48); /* x_0 = p */
    check_g2_refused(t, bytes, "not below p");
    size_t outside = 0, off_curve = 0;
    for (unsigned k = 0; k < 16; k++) {
        memset(bytes, 0, 96);
        bytes[0] = 0x80;
        bytes[95] = (uint8_t)k;
        zkl_g2_affine point;
        if (blst_p2_uncompress(&point, bytes) == BLST_SUCCESS) {
            check_g2_refused(t, bytes, "outside the subgroup");
            outside++;
        } else {
            check_g2_refused(t, bytes, "not on the curve");
            off_curve++;
        }
    }
    CHECK(t, outside > 0 && off_curve > 0);
}

static void test_g1_decode_many__names_the_first_bad(zkl_test *t)
{
    zkl_error err = { 0 };
    enum { COUNT = 150 };
    uint8_t bytes[48 * COUNT];
    zkl_g1_affine want[COUNT], got[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        want[i] = test_random_g1(t);
        zkl_g1_encode(bytes + 48 * i, &want[i]);
    }
    REQUIRE_OK(t, &err, zkl_g1_decode_many(got, bytes, COUNT, "block", t->pool, &err));
    CHECK_MEM_EQ(t, got, want, sizeof want);
    REQUIRE_OK(t, &err, zkl_g1_decode_many(got, bytes, 0, "block", t->pool, &err));
    memset(bytes + 48 * 140, 0, 48);
    memset(bytes + 48 * 77, 0, 48);
    bytes[48 * 77] = 0x80; /* the point of order 3 */
    CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_g1_decode_many(got, bytes, COUNT, "block", t->pool, &err));
    CHECK_TEXT_EQ(t, err.text, "block 77: point in G1: outside the subgroup");
    CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_g1_decode_many(got, bytes, COUNT, "block", NULL, &err));
    CHECK_TEXT_EQ(t, err.text, "block 77: point in G1: outside the subgroup");
}

static void test_normalize_many__keeps_infinity(zkl_test *t)
{
    enum { COUNT = 20 };
    zkl_g1 in[COUNT];
    zkl_g2 in2[COUNT];
    zkl_g1_affine out[COUNT], want;
    zkl_g2_affine out2[COUNT], want2;
    for (size_t i = 0; i < COUNT; i++) {
        const zkl_fr scalar = i % 3 == 0 ? ZKL_FR_ZERO : test_random_fr(t);
        zkl_g1_mul(&in[i], &zkl_g1_generator, &scalar);
        zkl_g2_mul(&in2[i], &zkl_g2_generator, &scalar);
    }
    zkl_g1_normalize_many(out, in, COUNT);
    zkl_g2_normalize_many(out2, in2, COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        zkl_g1_normalize(&want, &in[i]);
        zkl_g2_normalize(&want2, &in2[i]);
        CHECK_MEM_EQ(t, &out[i], &want, sizeof want);
        CHECK_MEM_EQ(t, &out2[i], &want2, sizeof want2);
        CHECK(t, zkl_g1_is_infinity(&out[i]) == (i % 3 == 0));
    }
}

/* Scalar multiplication against doubling and adding by the scalar's own arithmetic. */
static void test_g1_mul__is_linear(zkl_test *t)
{
    for (size_t i = 0; i < 12; i++) {
        const zkl_fr a = test_random_fr(t), b = i == 0   ? ZKL_FR_ZERO
                                                : i == 1 ? a
                                                         : test_random_fr(t);
        zkl_fr ab;
        zkl_g1 left, right, term;
        zkl_fr_add(&ab, &a, &b);
        zkl_g1_mul(&left, &zkl_g1_generator, &ab);
        zkl_g1_mul(&right, &zkl_g1_generator, &a);
        zkl_g1_mul(&term, &zkl_g1_generator, &b);
        blst_p1_add_or_double(&right, &right, &term);
        CHECK(t, test_g1_equal(&left, &right));
    }
    zkl_fr five = test_fr_u64(5);
    zkl_g1 got, want = { 0 };
    zkl_g1_mul(&got, &zkl_g1_generator, &five);
    for (int i = 0; i < 5; i++)
        blst_p1_add_or_double_affine(&want, &want, &zkl_g1_generator);
    CHECK(t, test_g1_equal(&got, &want));
    const zkl_g1_affine infinity = { { { 0 } } };
    zkl_g1_mul(&got, &infinity, &five);
    CHECK(t, blst_p1_is_inf(&got));
}

/* e(aG, bH) e(-abG, H) = 1, and not when anything is changed. */
static void test_pairing__is_bilinear(zkl_test *t)
{
    const zkl_fr a = test_random_fr(t), b = test_random_fr(t);
    zkl_fr ab;
    zkl_g1 points[3];
    zkl_g2 point2;
    zkl_g1_affine p[3] = { { { { 0 } } } };
    zkl_g2_affine q[3] = { { { { { { 0 } } } } } };
    zkl_fr_mul(&ab, &a, &b);
    zkl_fr_neg(&ab, &ab);
    zkl_g1_mul(&points[0], &zkl_g1_generator, &a);
    zkl_g1_mul(&points[1], &zkl_g1_generator, &ab);
    zkl_g2_mul(&point2, &zkl_g2_generator, &b);
    zkl_g1_normalize(&p[0], &points[0]);
    zkl_g1_normalize(&p[1], &points[1]);
    zkl_g2_normalize(&q[0], &point2);
    q[1] = zkl_g2_generator;
    CHECK(t, zkl_pairing_product_is_one(p, q, 2));
    CHECK(t, zkl_pairing_product_is_one(p, q, 3)); /* infinity on both sides counts 1 */
    p[2] = zkl_g1_generator;
    CHECK(t, zkl_pairing_product_is_one(p, q, 3)); /* and on one */
    q[2] = zkl_g2_generator;
    CHECK(t, !zkl_pairing_product_is_one(p, q, 3));
    p[2] = (zkl_g1_affine){ { { 0 } } };
    CHECK(t, zkl_pairing_product_is_one(p, q, 3));
    p[1] = p[0];
    CHECK(t, !zkl_pairing_product_is_one(p, q, 2));
    CHECK(t, !zkl_pairing_product_is_one(p, q, 1));
    CHECK(t, zkl_pairing_product_is_one(p, q, 0));
}

/* e(aG, bH) = e(bG, aH), and not when one of the four is another point. */
static void test_pairings_equal__compares_products(zkl_test *t)
{
    const zkl_fr a = test_random_fr(t), b = test_random_fr(t);
    zkl_g1_affine in_1[2];
    zkl_g2_affine in_2[2];
    const zkl_fr factors[] = { a, b };
    for (size_t i = 0; i < 2; i++) {
        zkl_g1_mul_affine(&in_1[i], &zkl_g1_generator, &factors[i]);
        zkl_g2_mul_affine(&in_2[i], &zkl_g2_generator, &factors[i]);
    }
    CHECK(t, zkl_pairings_equal(&in_1[0], &in_2[1], &in_1[1], &in_2[0]));
    CHECK(t, !zkl_pairings_equal(&zkl_g1_generator, &in_2[1], &in_1[1], &in_2[0]));
    CHECK(t, !zkl_pairings_equal(&in_1[0], &zkl_g2_generator, &in_1[1], &in_2[0]));
    CHECK(t, !zkl_pairings_equal(&in_1[0], &in_2[1], &zkl_g1_generator, &in_2[0]));
    CHECK(t, !zkl_pairings_equal(&in_1[0], &in_2[1], &in_1[1], &zkl_g2_generator));
    /* both products are 1 when a point of each is infinity, and one alone does not do */
    const zkl_g1_affine infinity = { { { 0 } } };
    CHECK(t, zkl_pairings_equal(&infinity, &in_2[1], &infinity, &in_2[0]));
    CHECK(t, !zkl_pairings_equal(&infinity, &in_2[1], &in_1[1], &in_2[0]));
    CHECK(t, !zkl_pairings_equal(&in_1[0], &in_2[1], &infinity, &in_2[0]));
}

ZKL_TESTS(TEST(test_generators__are_the_specified), TEST(test_decode__undoes_encode),
          TEST(test_g1_decode__refuses), TEST(test_g1_decode__refuses_torsion),
          TEST(test_g2_decode__refuses), TEST(test_g1_decode_many__names_the_first_bad),
          TEST(test_normalize_many__keeps_infinity), TEST(test_g1_mul__is_linear),
          TEST(test_pairing__is_bilinear), TEST(test_pairings_equal__compares_products))
