/* Keys and powers that several verifications share are what their own bytes decode to, and nothing
 * else: not what begins alike, nor what was refused before. */
#include "verify/decoded.h"

#include "unit/algebra/algebra_testing.h"

enum { KEYS = ZKL_DECODED_KEYS_MAX + 4, POWERS = ZKL_DECODED_POWERS_MAX + 2, WORKERS = 4 };

typedef struct encoded_key {
    uint8_t bytes[ZKL_GROTH16_VK_BYTES];
} encoded_key;

typedef struct encoded_powers {
    uint8_t bytes[ZKL_SRS_VERIFIER_BYTES];
} encoded_powers;

static void random_g1(zkl_test *t, zkl_g1_affine *out)
{
    const zkl_fr a = test_random_fr(t);
    zkl_g1_mul_affine(out, &zkl_g1_generator, &a);
}

static void random_g2(zkl_test *t, zkl_g2_affine *out)
{
    const zkl_fr a = test_random_fr(t);
    zkl_g2_mul_affine(out, &zkl_g2_generator, &a);
}

/* All alike but for the last point. */
static void make_keys(zkl_test *t, encoded_key *out, size_t count)
{
    zkl_groth16_vk key;
    random_g1(t, &key.alpha);
    random_g2(t, &key.beta);
    key.gamma = zkl_g2_generator;
    random_g2(t, &key.delta);
    random_g1(t, &key.ic[0]);
    for (size_t i = 0; i < count; i++) {
        random_g1(t, &key.ic[1]);
        zkl_groth16_vk_encode(out[i].bytes, &key);
    }
}

static void make_powers(zkl_test *t, encoded_powers *out, size_t count)
{
    zkl_srs_verifier powers;
    random_g1(t, &powers.tau_1);
    random_g2(t, &powers.tau_2);
    for (size_t i = 0; i < count; i++) {
        random_g2(t, &powers.tau2_2);
        zkl_srs_verifier_encode(out[i].bytes, &powers);
    }
}

static void check_key(zkl_test *t, zkl_decoded *decoded, const encoded_key *key)
{
    zkl_error err = { 0 };
    zkl_groth16_vk got = { 0 };
    encoded_key again;
    REQUIRE_OK(t, &err,
               zkl_decoded_key(decoded, &got, zkl_bytes_of(key->bytes, sizeof key->bytes), &err));
    zkl_groth16_vk_encode(again.bytes, &got);
    CHECK_MEM_EQ(t, again.bytes, key->bytes, sizeof again.bytes);
}

static void check_powers(zkl_test *t, zkl_decoded *decoded, const encoded_powers *powers)
{
    zkl_error err = { 0 };
    zkl_srs_verifier got = { 0 };
    encoded_powers again;
    const zkl_bytes bytes = zkl_bytes_of(powers->bytes, sizeof powers->bytes);
    REQUIRE_OK(t, &err, zkl_decoded_powers(decoded, &got, bytes, &err));
    zkl_srs_verifier_encode(again.bytes, &got);
    CHECK_MEM_EQ(t, again.bytes, powers->bytes, sizeof again.bytes);
}

/* Twice each, and more than are kept. */
static void test_decoded__each_is_its_own(zkl_test *t)
{
    encoded_key keys[KEYS];
    encoded_powers powers[POWERS];
    make_keys(t, keys, KEYS);
    make_powers(t, powers, POWERS);
    ZKL_AUTO_FREE(zkl_decoded) decoded = zkl_decoded_new();
    REQUIRE(t, decoded != NULL);
    for (size_t round = 0; round < 2; round++) {
        for (size_t i = 0; i < KEYS; i++)
            check_key(t, decoded, &keys[i]);
        for (size_t i = 0; i < POWERS; i++)
            check_powers(t, decoded, &powers[i]);
    }
    check_key(t, NULL, &keys[0]);
    check_powers(t, NULL, &powers[0]);
}

/* Each byte of what is kept changed, and its length: refused, or decoded as what it is. */
static void test_decoded__takes_nothing_for_another(zkl_test *t)
{
    encoded_key key;
    encoded_powers powers;
    zkl_error err = { 0 };
    make_keys(t, &key, 1);
    make_powers(t, &powers, 1);
    ZKL_AUTO_FREE(zkl_decoded) decoded = zkl_decoded_new();
    REQUIRE(t, decoded != NULL);
    check_key(t, decoded, &key);
    check_powers(t, decoded, &powers);
    for (size_t i = 0; i < sizeof key.bytes; i += 5) {
        encoded_key other = key;
        zkl_groth16_vk got, want;
        other.bytes[i] ^= 1;
        const zkl_bytes bytes = zkl_bytes_of(other.bytes, sizeof other.bytes);
        const zkl_status status = zkl_groth16_vk_decode(&want, bytes, &err);
        for (int round = 0; round < 2; round++) { /* the second time as the first */
            CHECK_STATUS(t, status, zkl_decoded_key(decoded, &got, bytes, &err));
            if (status == ZKL_OK)
                CHECK_MEM_EQ(t, &got, &want, sizeof got);
        }
    }
    for (size_t i = 0; i < sizeof powers.bytes; i += 5) {
        encoded_powers other = powers;
        zkl_srs_verifier got, want;
        other.bytes[i] ^= 1;
        const zkl_bytes bytes = zkl_bytes_of(other.bytes, sizeof other.bytes);
        const zkl_status status = zkl_srs_verifier_decode_points(&want, bytes, &err);
        for (int round = 0; round < 2; round++) {
            CHECK_STATUS(t, status, zkl_decoded_powers(decoded, &got, bytes, &err));
            if (status == ZKL_OK)
                CHECK_MEM_EQ(t, &got, &want, sizeof got);
        }
    }
    zkl_groth16_vk got;
    zkl_srs_verifier got_powers;
    CHECK_STATUS(
        t, ZKL_BAD_INPUT,
        zkl_decoded_key(decoded, &got, zkl_bytes_of(key.bytes, sizeof key.bytes - 1), &err));
    CHECK_STATUS(t, ZKL_BAD_INPUT,
                 zkl_decoded_powers(decoded, &got_powers,
                                    zkl_bytes_of(powers.bytes, sizeof powers.bytes - 1), &err));
}

typedef struct shared_work {
    zkl_decoded *decoded;
    const encoded_key *keys;
    const encoded_powers *powers;
    bool is_wrong[64];
} shared_work;

static void use_shared(void *context, size_t index, size_t worker)
{
    (void)worker;
    shared_work *work = context;
    const encoded_key *key = &work->keys[index % KEYS];
    const encoded_powers *powers = &work->powers[index % POWERS];
    zkl_groth16_vk got;
    zkl_srs_verifier got_powers;
    encoded_key again;
    encoded_powers powers_again;
    work->is_wrong[index] =
        zkl_decoded_key(work->decoded, &got, zkl_bytes_of(key->bytes, sizeof key->bytes), NULL) !=
            ZKL_OK ||
        zkl_decoded_powers(work->decoded, &got_powers,
                           zkl_bytes_of(powers->bytes, sizeof powers->bytes), NULL) != ZKL_OK;
    if (work->is_wrong[index])
        return;
    zkl_groth16_vk_encode(again.bytes, &got);
    zkl_srs_verifier_encode(powers_again.bytes, &got_powers);
    work->is_wrong[index] = memcmp(again.bytes, key->bytes, sizeof again.bytes) != 0 ||
                            memcmp(powers_again.bytes, powers->bytes, sizeof powers_again.bytes);
}

static void test_decoded__is_for_many_threads(zkl_test *t)
{
    encoded_key keys[KEYS];
    encoded_powers powers[POWERS];
    zkl_error err = { 0 };
    zkl_pool *pool = NULL;
    make_keys(t, keys, KEYS);
    make_powers(t, powers, POWERS);
    ZKL_AUTO_FREE(zkl_decoded) decoded = zkl_decoded_new();
    REQUIRE(t, decoded != NULL);
    REQUIRE_OK(t, &err, zkl_pool_new(&pool, WORKERS, &err));
    shared_work work = { .decoded = decoded, .keys = keys, .powers = powers };
    zkl_pool_run(pool, ZKL_COUNT(work.is_wrong), use_shared, &work);
    for (size_t i = 0; i < ZKL_COUNT(work.is_wrong); i++)
        CHECK(t, !work.is_wrong[i]);
    zkl_pool_free(pool);
}

ZKL_TESTS(TEST(test_decoded__each_is_its_own), TEST(test_decoded__takes_nothing_for_another),
          TEST(test_decoded__is_for_many_threads))
