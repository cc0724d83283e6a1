/* The owner secret: what derives from it, and that it is its own copy. */
#include "keys/owner_secret.h"

#include "hash/domains.h"
#include "hash/hash.h"
#include "testing.h"

/* Each label gives its own key, and that key is the PRF's first half: what proof-system.md section
 * 9 fixes. The values themselves are compared with the model's in hash/hash, types/schema and
 * prove/commit. */
static void test_owner_secret_derive__is_the_prf_by_label(zkl_test *t)
{
    static const char *const labels[] = { ZKL_PRF_CHUNK, ZKL_PRF_DICTIONARY, ZKL_PRF_CONTENT,
                                          ZKL_PRF_DATA_KEY, ZKL_PRF_DICTIONARY_ENTRIES };
    const zkl_digest data = { { 7 } };
    uint8_t keys[ZKL_COUNT(labels)][32], want[32];
    zkl_owner_secret *secret = NULL;
    zkl_error err = { 0 };
    zkl_env env = test_env(t);
    REQUIRE_OK(t, &err, zkl_owner_secret_make(&secret, &env, &err));
    for (size_t i = 0; i < ZKL_COUNT(labels); i++) {
        zkl_owner_secret_derive(keys[i], secret, labels[i], zkl_bytes_of(data.bytes, 32));
        zkl_prf_32(want, zkl_owner_secret_bytes(secret), labels[i], zkl_bytes_of(data.bytes, 32));
        CHECK_MEM_EQ(t, keys[i], want, 32);
        for (size_t j = 0; j < i; j++)
            CHECK(t, memcmp(keys[i], keys[j], 32) != 0);
    }
    zkl_owner_secret_dictionary_key(want, secret, &data);
    CHECK_MEM_EQ(t, want, keys[1], 32);
    zkl_owner_secret_content_salt(want, secret, &data);
    CHECK_MEM_EQ(t, want, keys[2], 32);
    zkl_owner_secret_close(secret);
}

static void test_owner_secret_of__is_a_copy(zkl_test *t)
{
    uint8_t bytes[ZKL_OWNER_SECRET_BYTES] = { 1, 2, 3 };
    zkl_owner_secret *secret = NULL;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, zkl_owner_secret_of(&secret, bytes, &err));
    bytes[0] = 9;
    CHECK_UINT_EQ(t, secret->bytes[0], 1);
    CHECK_UINT_EQ(t, zkl_owner_secret_bytes(secret).size, ZKL_OWNER_SECRET_BYTES);
    zkl_owner_secret_close(secret);
    zkl_owner_secret_close(NULL);
}

static zkl_status no_randomness(void *opaque, uint8_t *out, size_t size, zkl_error *err)
{
    (void)opaque;
    (void)out;
    (void)size;
    return zkl_fail(err, ZKL_IO, "no randomness");
}

/* Without randomness there is no secret, and nothing is handed out. */
static void test_owner_secret_make__fails_with_its_source(zkl_test *t)
{
    zkl_owner_secret *secret = NULL;
    zkl_error err = { 0 };
    const zkl_env env = { .random = { no_randomness, NULL } };
    CHECK_STATUS(t, ZKL_IO, zkl_owner_secret_make(&secret, &env, &err));
    CHECK(t, secret == NULL);
}

ZKL_TESTS(TEST(test_owner_secret_derive__is_the_prf_by_label),
          TEST(test_owner_secret_of__is_a_copy),
          TEST(test_owner_secret_make__fails_with_its_source))
