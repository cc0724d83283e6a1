/* Versions in a token that gives its keys one a call (tests/few_at_a_time.c). */
#include "vault_testing.h"

#define VERSIONS 5

/* Each rotation makes the version behind the newest. One that overlooks keys would make a version
 * again, and open by one of them what the other has wrapped. */
static void test_pkcs11__finds_all_versions(zkl_test *t)
{
    fixture f;
    zkl_kek *kek = NULL;
    zkl_kek_versions versions = { 0 };
    zkl_error err = { 0 };
    REQUIRE(t, fixture_open(t, &f));
    const char *const pin = fixture_path(t, &f, "pin");
    CHECK_STATUS(t, ZKL_OK, zkl_file_write(pin, zkl_bytes_of_text("1234\n"), 0600, NULL));
    const zkl_kek_settings settings = { .provider = "pkcs11",
                                        .crypto = f.crypto,
                                        .makes = true,
                                        .module = ZKL_TEST_BUILD_DIR "/tests/few_at_a_time.so",
                                        .token = "few",
                                        .pin_file = pin,
                                        .key = "ledger" };
    if (zkl_kek_open(&kek, &settings, &err) != ZKL_OK)
        FAIL(t, "%s", err.text);
    for (uint32_t newest = 1; kek && newest <= VERSIONS; newest++) {
        CHECK_STATUS(t, ZKL_OK, kek->ops->versions(kek, &versions, NULL));
        CHECK_UINT_EQ(t, versions.oldest, 1);
        CHECK_UINT_EQ(t, versions.newest, newest);
        CHECK_STATUS(t, ZKL_OK, kek->ops->rotate(kek, NULL));
    }
    zkl_kek_close(kek);
    fixture_clear(&f);
}

ZKL_TESTS(TEST(test_pkcs11__finds_all_versions))
