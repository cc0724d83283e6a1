/* The verifier's powers of tau: only three points of one tau are accepted. */
#include "setup/powers.h"
#include "testing.h"

static zkl_srs_verifier powers_of(zkl_fr tau)
{
    zkl_srs_verifier out;
    zkl_g1 g1;
    zkl_g2 g2;
    zkl_fr square;

    zkl_fr_sqr(&square, &tau);
    zkl_g1_mul(&g1, &zkl_g1_generator, &tau);
    zkl_g1_normalize(&out.tau_1, &g1);
    zkl_g2_mul(&g2, &zkl_g2_generator, &tau);
    zkl_g2_normalize(&out.tau_2, &g2);
    zkl_g2_mul(&g2, &zkl_g2_generator, &square);
    zkl_g2_normalize(&out.tau2_2, &g2);
    return out;
}

static zkl_fr number(uint64_t value)
{
    zkl_fr out;
    zkl_fr_from_u64(&out, value);
    return out;
}

static zkl_status decode(const zkl_srs_verifier *srs, zkl_error *err)
{
    uint8_t bytes[ZKL_SRS_VERIFIER_BYTES];
    zkl_srs_verifier out;
    zkl_srs_verifier_encode(bytes, srs);
    return zkl_srs_verifier_decode(&out, zkl_bytes_of(bytes, sizeof bytes), err);
}

static void test_srs__round_trip(zkl_test *t)
{
    const zkl_srs_verifier srs = powers_of(number(test_random_u64(t) | 2));
    uint8_t bytes[ZKL_SRS_VERIFIER_BYTES];
    zkl_srs_verifier out;
    zkl_error err = { 0 };

    zkl_srs_verifier_encode(bytes, &srs);
    REQUIRE_OK(t, &err, zkl_srs_verifier_decode(&out, zkl_bytes_of(bytes, sizeof bytes), &err));
    CHECK_MEM_EQ(t, &out, &srs, sizeof srs);
    CHECK_STATUS(t, ZKL_BAD_INPUT,
                 zkl_srs_verifier_decode(&out, zkl_bytes_of(bytes, sizeof bytes - 1), &err));
}

static void test_srs__refuses_points_of_different_tau(zkl_test *t)
{
    const zkl_srs_verifier srs = powers_of(number(5)), other = powers_of(number(7));
    zkl_srs_verifier mixed = srs;
    zkl_error err = { 0 };

    mixed.tau_1 = other.tau_1;
    CHECK_STATUS(t, ZKL_REJECTED, decode(&mixed, &err));
    mixed = srs;
    mixed.tau_2 = other.tau_2;
    CHECK_STATUS(t, ZKL_REJECTED, decode(&mixed, &err));
    mixed = srs;
    mixed.tau2_2 = other.tau2_2;
    CHECK_STATUS(t, ZKL_REJECTED, decode(&mixed, &err));
    mixed = srs;
    mixed.tau2_2 = srs.tau_2;
    CHECK_STATUS(t, ZKL_REJECTED, decode(&mixed, &err));
}

static void test_srs__refuses_trivial_tau(zkl_test *t)
{
    const zkl_srs_verifier one = powers_of(ZKL_FR_ONE), zero = { 0 };
    zkl_error err = { 0 };

    CHECK_STATUS(t, ZKL_REJECTED, decode(&one, &err));
    CHECK_STATUS(t, ZKL_BAD_INPUT, decode(&zero, &err));
    CHECK(t, strstr(err.text, "infinity") != NULL);
}

static void test_srs__refuses_each_changed_byte(zkl_test *t)
{
    const zkl_srs_verifier srs = powers_of(number(11));
    uint8_t bytes[ZKL_SRS_VERIFIER_BYTES];
    zkl_srs_verifier out;

    zkl_srs_verifier_encode(bytes, &srs);
    for (size_t i = 0; i < sizeof bytes; i++) {
        const uint8_t saved = bytes[i];
        bytes[i] ^= (uint8_t)(1u << i % 8);
        if (zkl_srs_verifier_decode(&out, zkl_bytes_of(bytes, sizeof bytes), NULL) == ZKL_OK)
            FAIL(t, "changed byte %zu is accepted", i);
        bytes[i] = saved;
    }
}

/* Powers that the set-up makes pass the verifier's check; their hash is of the three points. */
static void test_srs__accepts_made_powers(zkl_test *t)
{
    const zkl_env env = test_env(t);
    zkl_powers powers, other;
    zkl_srs_verifier verifier;
    zkl_digest hash, want, other_hash;
    zkl_error err = { 0 };

    REQUIRE_OK(t, &err, zkl_powers_make(&powers, &t->arena, 2, &env, &err));
    REQUIRE_OK(t, &err, zkl_powers_make(&other, &t->arena, 2, &env, &err));
    zkl_powers_verifier(&verifier, &powers);
    CHECK_STATUS(t, ZKL_OK, decode(&verifier, &err));
    zkl_powers_hash(&hash, &powers);
    zkl_srs_hash(&want, &verifier);
    CHECK_MEM_EQ(t, &hash, &want, sizeof hash);
    zkl_powers_hash(&other_hash, &other);
    CHECK(t, memcmp(&hash, &other_hash, sizeof hash) != 0);
}

ZKL_TESTS(TEST(test_srs__round_trip), TEST(test_srs__refuses_points_of_different_tau),
          TEST(test_srs__refuses_trivial_tau), TEST(test_srs__refuses_each_changed_byte),
          TEST(test_srs__accepts_made_powers))
