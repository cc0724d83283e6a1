/* Files as they are opened and hashed. */
#include "input/inputs.h"

#include "base/file.h"
#include "testing.h"

/* A table has rows; a file that is hashed alone may have nothing in it. */
static void test_inputs__an_empty_file_is_taken_where_nothing_is_read(zkl_test *t)
{
    const char *path = zkl_arena_format(&t->arena, "%s/empty", test_folder(t));
    const zkl_env env = { 0 };
    zkl_digest nothing;
    zkl_error err = { 0 };
    zkl_hash(&nothing, ZKL_HASH_SHA_256, NULL, 0);
    REQUIRE_OK(t, &err, zkl_file_write(path, (zkl_bytes){ 0 }, 0600, &err));
    for (int takes_empty = 0; takes_empty <= 1; takes_empty++) {
        ZKL_AUTO_CLEAR(zkl_inputs) inputs = { 0 };
        const zkl_inputs_request request = { .names = &path,
                                             .count = 1,
                                             .spool_folder = ".",
                                             .hash = ZKL_HASH_SHA3_256,
                                             .takes_empty = takes_empty };
        CHECK_STATUS(t, takes_empty ? ZKL_OK : ZKL_BAD_INPUT,
                     zkl_inputs_open(&inputs, &t->arena, &request, &env, &err));
        if (takes_empty)
            CHECK_MEM_EQ(t, inputs.digests[0].sha256.bytes, nothing.bytes, 32);
    }
    CHECK(t, strstr(err.text, "is empty") != NULL);
}

ZKL_TESTS(TEST(test_inputs__an_empty_file_is_taken_where_nothing_is_read))
