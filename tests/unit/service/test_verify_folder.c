/* A folder's files are read twice, for their checkpoints and whole: what was compared is what is
 * verified. Everything else of a folder is in tests/cli/standing.sh and history.sh. */
#include <zkl/verify_folder.h>

#include <unistd.h>

#include <zkl/verify.h>

#include "base/file.h"
#include "hash/hash.h"
#include "testing.h"

/* What happens to the folder between the two readings. */
typedef struct folder_change {
    const char *path;
    zkl_bytes content;
    bool is_made;
} folder_change;

static bool change_between(void *opaque, const char *stage, uint64_t done, uint64_t total)
{
    folder_change *change = opaque;
    (void)done;
    (void)total;
    if (strcmp(stage, "verifying") == 0 && !change->is_made) {
        change->is_made = true;
        ZKL_ASSERT(zkl_file_write(change->path, change->content, 0600, NULL) == ZKL_OK);
    }
    return true;
}

static void read_vector(zkl_test *t, zkl_buffer *out, const char *name)
{
    char path[4096];
    zkl_error err = { 0 };
    snprintf(path, sizeof path, "%s/tests/vectors/history/%s", ZKL_TEST_SOURCE_DIR, name);
    REQUIRE_OK(t, &err, zkl_file_read(out, path, 1 << 20, &err));
}

static void check_change(zkl_test *t, zkl_bytes before, zkl_bytes after, zkl_bytes trust,
                         zkl_status want)
{
    char path[4096];
    const char *folder = test_folder(t);
    zkl_verify_folder_result result = { 0 };
    zkl_error err = { 0 };
    snprintf(path, sizeof path, "%s/one.zkl", folder);
    REQUIRE_OK(t, &err, zkl_file_write(path, before, 0600, &err));
    folder_change change = { .path = path, .content = after };
    const zkl_env env = { .progress = { change_between, &change } };
    const zkl_verify_folder_request request = { .folder = folder, .trust = trust };
    REQUIRE_OK(t, &err, zkl_verify_folder(&result, NULL, &request, &env, &err));
    CHECK(t, change.is_made && result.count == 1);
    CHECK_UINT_EQ(t, result.worst, want);
    CHECK_UINT_EQ(t, result.lines[0].is_valid, want == ZKL_OK);
    if (want != ZKL_OK)
        CHECK(t, strstr(result.lines[0].error, "has changed while the folder was verified"));
    zkl_arena_clear(&result.memory);
}

static void test_verify_folder__a_file_that_changes(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) trust = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) one = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) two = { 0 };
    read_vector(t, &trust, "trust.toml");
    read_vector(t, &one, "one.zkl");
    read_vector(t, &two, "two.zkl");
    const zkl_bytes receipt = zkl_buffer_bytes(&one), other = zkl_buffer_bytes(&two),
                    text = zkl_buffer_bytes(&trust);
    check_change(t, receipt, receipt, text, ZKL_OK);
    check_change(t, receipt, other, text, ZKL_CONFLICT);
    check_change(t, zkl_bytes_of_text("none"), other, text, ZKL_CONFLICT);
    check_change(t, receipt, zkl_bytes_of_text(""), text, ZKL_CONFLICT);
}

/* ---- One receipt among others has the verdict of one alone. */

static void put_file(zkl_test *t, const char *folder, const char *name, zkl_bytes bytes)
{
    char path[4096];
    zkl_error err = { 0 };
    snprintf(path, sizeof path, "%s/%s", folder, name);
    REQUIRE_OK(t, &err, zkl_file_write(path, bytes, 0600, &err));
}

/* Changed receipts by their numbers, right ones between them. */
static void check_among(zkl_test *t, const zkl_bytes *changed, size_t count, zkl_bytes right,
                        zkl_bytes trust)
{
    char name[32];
    const char *folder = test_folder(t);
    const zkl_env env = { .pool = t->pool };
    zkl_verify_folder_result result = { 0 };
    zkl_error err = { 0 };
    size_t good = 0;
    for (size_t i = 0; i < count; i++) {
        snprintf(name, sizeof name, "%04zu.zkl", i);
        put_file(t, folder, name, changed[i]);
        snprintf(name, sizeof name, "%04zu-right.zkl", i);
        put_file(t, folder, name, right);
    }
    const zkl_verify_folder_request request = { .folder = folder, .trust = trust };
    REQUIRE_OK(t, &err, zkl_verify_folder(&result, NULL, &request, &env, &err));
    REQUIRE(t, result.count == 2 * count);
    for (size_t i = 0; i < 2 * count; i++) {
        const zkl_verify_folder_line *line = &result.lines[i];
        /* '-' is before '.' */
        const zkl_bytes bytes = i % 2 ? changed[i / 2] : right;
        zkl_verify_result alone = { 0 };
        zkl_error why = { 0 };
        const zkl_status want = zkl_verify_receipt(&alone, bytes, trust, &env, &why);
        CHECK_STATUS(t, want, line->status);
        CHECK_UINT_EQ(t, line->is_valid, want == ZKL_OK);
        CHECK_UINT_EQ(t, line->check, want == ZKL_OK ? ZKL_CHECK_NONE : why.check);
        CHECK_TEXT_EQ(t, line->error ? line->error : "", want == ZKL_OK ? "" : why.text);
        if (want == ZKL_OK)
            CHECK_TEXT_EQ(t, line->name, alone.name);
        good += want == ZKL_OK;
        zkl_arena_clear(&alone.memory);
    }
    CHECK_UINT_EQ(t, result.accepted_count, good);
    CHECK_UINT_EQ(t, result.refused_count, 2 * count - good);
    zkl_arena_clear(&result.memory);
}

/* Changed bytes in all parts of a receipt, right ones between them; and files that are none. */
static void test_verify_folder__each_has_its_own_verdict(zkl_test *t)
{
    enum { CHANGED = 40 };
    ZKL_AUTO_CLEAR(zkl_buffer) trust = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) one = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) two = { 0 };
    zkl_bytes changed[CHANGED];
    read_vector(t, &trust, "trust.toml");
    read_vector(t, &one, "one.zkl");
    read_vector(t, &two, "two.zkl");
    for (size_t i = 0; i < CHANGED; i++) {
        const size_t at = one.size * i / CHANGED + test_random_below(t, one.size / CHANGED);
        uint8_t *bytes = zkl_arena_copy(&t->arena, one.data, one.size);
        bytes[at] ^= (uint8_t)(1u << test_random_below(t, 8));
        if (i % 4 && at < one.size - 32) { /* its own last hash says nothing then */
            zkl_digest hash;
            zkl_hash(&hash, ZKL_HASH_SHA3_256, bytes, one.size - 32);
            memcpy(bytes + one.size - 32, hash.bytes, 32);
        }
        changed[i] = zkl_bytes_of(bytes, one.size);
    }
    changed[7] = zkl_buffer_bytes(&trust);
    changed[8] = zkl_bytes_of(one.data, one.size / 2);
    changed[9] = zkl_buffer_bytes(&two);
    check_among(t, changed, 1, zkl_buffer_bytes(&one), zkl_buffer_bytes(&trust));
    check_among(t, changed, CHANGED, zkl_buffer_bytes(&two), zkl_buffer_bytes(&trust));
}

ZKL_TESTS(TEST(test_verify_folder__a_file_that_changes),
          TEST(test_verify_folder__each_has_its_own_verdict))
