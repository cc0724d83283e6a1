#include "unit/algebra/algebra_testing.h"

static zkl_fr model_fr(zkl_test *t, const char *name)
{
    return test_fr_hex(
        t, json_string_value(json_object_get(test_vectors(t, "proof_model.json"), name)));
}

static void test_fr_hash__matches_model(zkl_test *t)
{
    zkl_fr got;
    zkl_fr_hash(&got, "t0", zkl_bytes_of_text("abc"));
    CHECK_FR_EQ(t, got, model_fr(t, "hash_to_fr_t0_abc"));
}

static void test_fr_challenge__matches_model(zkl_test *t)
{
    const zkl_fr scalars[3] = { test_fr_u64(1), test_fr_u64(2), test_fr_u64(3) };
    zkl_fr got;
    zkl_fr_challenge(&got, "beta", scalars, 3);
    CHECK_FR_EQ(t, got, model_fr(t, "challenge_beta_1_2_3"));
    zkl_fr other;
    zkl_fr_challenge(&other, "beta", scalars, 2);
    CHECK(t, !zkl_fr_equal(&got, &other));
    zkl_fr_challenge(&other, "eta", scalars, 3);
    CHECK(t, !zkl_fr_equal(&got, &other));
}

/* blinder of column 2, limb 1 under the key "kk..k" */
static void test_fr_prf__matches_model(zkl_test *t)
{
    uint8_t key[32];
    static const uint8_t at[8] = { 0, 0, 0, 2, 0, 0, 0, 1 };
    zkl_fr got;
    memset(key, 'k', sizeof key);
    zkl_fr_prf(&got, zkl_bytes_of(key, sizeof key), "blinder", zkl_bytes_of(at, sizeof at));
    CHECK_FR_EQ(t, got, model_fr(t, "blinder_of_k_2_1"));
}

ZKL_TESTS(TEST(test_fr_hash__matches_model), TEST(test_fr_challenge__matches_model),
          TEST(test_fr_prf__matches_model))
