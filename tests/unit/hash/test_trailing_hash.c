#include "hash/trailing_hash.h"

#include <string.h>

#include "hash/hash.h"
#include "testing.h"

static const char text[] = "what stands before";

/* The hash is over what was put from start on, and stands behind it. */
static void test_trailing_hash__ends_what_was_put(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    zkl_error err = { 0 };
    zkl_digest want;
    zkl_buffer_put_text(&out, "others");
    zkl_buffer_put_text(&out, text);
    zkl_trailing_hash_put(&out, 6);
    REQUIRE_OK(t, &err, zkl_buffer_status(&out, &err));
    zkl_hash(&want, ZKL_HASH_SHA3_256, text, strlen(text));
    CHECK_UINT_EQ(t, out.size, 6 + strlen(text) + 32);
    CHECK_MEM_EQ(t, out.data + 6 + strlen(text), want.bytes, 32);

    const zkl_bytes file = zkl_bytes_of(out.data + 6, out.size - 6);
    CHECK_STATUS(t, ZKL_OK, zkl_trailing_hash_check(file, "file", &err));
    zkl_reader r = zkl_trailing_hash_reader(file);
    CHECK(t, zkl_bytes_equal_text(zkl_reader_take(&r, strlen(text), "text"), text));
    CHECK_STATUS(t, ZKL_OK, zkl_reader_finish(&r, "file", &err));
}

/* Every byte counts, of the text and of the hash, and every byte that is missing. */
static void test_trailing_hash__refuses_any_change(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    zkl_error err = { 0 };
    zkl_buffer_put_text(&out, text);
    zkl_trailing_hash_put(&out, 0);
    REQUIRE_OK(t, &err, zkl_buffer_status(&out, &err));
    for (size_t i = 0; i < out.size; i++) {
        out.data[i] ^= 1;
        CHECK_STATUS(t, ZKL_BAD_INPUT,
                     zkl_trailing_hash_check(zkl_buffer_bytes(&out), "file", &err));
        CHECK(t, strncmp(err.text, "file: ", 6) == 0);
        out.data[i] ^= 1;
    }
    for (size_t size = ZKL_TRAILING_HASH_BYTES; size < out.size; size++)
        CHECK_STATUS(t, ZKL_BAD_INPUT,
                     zkl_trailing_hash_check(zkl_bytes_of(out.data, size), "file", &err));
}

/* A buffer that has failed gets no hash of what is left of it. */
static void test_trailing_hash__leaves_a_failed_buffer(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    zkl_error err = { 0 };
    zkl_buffer_put_text(&out, text);
    out.failed = true;
    zkl_trailing_hash_put(&out, 0);
    CHECK_UINT_EQ(t, out.size, strlen(text));
    CHECK_STATUS(t, ZKL_NO_MEMORY, zkl_buffer_status(&out, &err));
}

ZKL_TESTS(TEST(test_trailing_hash__ends_what_was_put), TEST(test_trailing_hash__refuses_any_change),
          TEST(test_trailing_hash__leaves_a_failed_buffer))
