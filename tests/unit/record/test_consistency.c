/* Consistency files: one encoding, and what is no such file is refused. */
#include "record/consistency.h"

#include <string.h>

#include "base/bytes.h"
#include "keys/sign_record.h"
#include "keys/signing_key.h"
#include "testing.h"

#define ORIGIN "ledger.example/log-1"

static zkl_bytes note_of(zkl_test *t, const char *origin, uint64_t size)
{
    zkl_signing_key key = { 0 };
    zkl_env env = test_env(t);
    ZKL_AUTO_CLEAR(zkl_buffer) note = { 0 };
    const zkl_digest root = { { (uint8_t)size } };
    CHECK_STATUS(t, ZKL_OK, zkl_signing_key_make(&key, ZKL_KEY_ED25519, &env, NULL));
    CHECK_STATUS(t, ZKL_OK, zkl_checkpoint_sign(&note, origin, size, &root, &key.signer, NULL));
    return zkl_bytes_of(zkl_arena_copy(&t->arena, note.data, note.size), note.size);
}

static zkl_bytes file_of(zkl_test *t, zkl_bytes before, uint64_t old, size_t path_count,
                         zkl_bytes after)
{
    ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
    zkl_consistency c = {
        .before_note = before, .after_note = after, .before.size = old, .path_count = path_count
    };
    zkl_consistency_encode(&file, &c);
    CHECK_STATUS(t, ZKL_OK, zkl_buffer_status(&file, NULL));
    return zkl_bytes_of(zkl_arena_copy(&t->arena, file.data, file.size), file.size);
}

static zkl_status parsed(zkl_test *t, zkl_consistency *out, zkl_bytes bytes)
{
    return zkl_consistency_parse(out, &t->arena, bytes, NULL);
}

static void test_consistency__has_one_encoding(zkl_test *t)
{
    const zkl_bytes before = note_of(t, ORIGIN, 4), after = note_of(t, ORIGIN, 9);
    for (size_t count = 0; count <= ZKL_CONSISTENCY_PATH_MAX; count += 21) {
        const zkl_bytes file = file_of(t, before, 4, count, after);
        ZKL_AUTO_CLEAR(zkl_buffer) again = { 0 };
        zkl_consistency c;
        CHECK(t, zkl_consistency_has_magic(file));
        CHECK_STATUS(t, ZKL_OK, parsed(t, &c, file));
        CHECK(t, c.before.size == 4 && c.after.size == 9 && c.path_count == count);
        zkl_consistency_encode(&again, &c);
        CHECK(t, zkl_bytes_equal(zkl_buffer_bytes(&again), file));
        /* Cut anywhere, or with a byte more, it is another file or none. */
        for (size_t size = 0; size < file.size; size++)
            CHECK(t, parsed(t, &c, zkl_bytes_of(file.data, size)) != ZKL_OK);
    }
}

static void test_consistency__refuses_what_does_not_belong_together(zkl_test *t)
{
    const zkl_bytes four = note_of(t, ORIGIN, 4), nine = note_of(t, ORIGIN, 9);
    zkl_consistency c;
    CHECK_STATUS(t, ZKL_OK, parsed(t, &c, file_of(t, four, 4, 2, nine)));
    CHECK_STATUS(t, ZKL_BAD_INPUT, parsed(t, &c, file_of(t, four, 5, 2, nine)));
    CHECK_STATUS(t, ZKL_BAD_INPUT, parsed(t, &c, file_of(t, nine, 9, 2, four)));
    CHECK_STATUS(t, ZKL_BAD_INPUT, parsed(t, &c, file_of(t, four, 4, 0, four)));
    CHECK_STATUS(t, ZKL_BAD_INPUT, parsed(t, &c, file_of(t, note_of(t, ORIGIN, 0), 0, 0, nine)));
    CHECK_STATUS(t, ZKL_BAD_INPUT, parsed(t, &c, file_of(t, note_of(t, "another", 4), 4, 2, nine)));
    /* A line of proof more than trees can have. */
    const zkl_bytes full = file_of(t, four, 4, ZKL_CONSISTENCY_PATH_MAX, nine);
    const char line[] = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";
    ZKL_AUTO_CLEAR(zkl_buffer) longer = { 0 };
    const uint8_t *at = memmem(full.data, full.size, "old 4\n", 6);
    zkl_buffer_put(&longer, full.data, (size_t)(at - full.data) + 6);
    zkl_buffer_put_text(&longer, line);
    zkl_buffer_put(&longer, at + 6, full.size - (size_t)(at - full.data) - 6);
    CHECK_STATUS(t, ZKL_BAD_INPUT, parsed(t, &c, zkl_buffer_bytes(&longer)));
}

ZKL_TESTS(TEST(test_consistency__has_one_encoding),
          TEST(test_consistency__refuses_what_does_not_belong_together))
