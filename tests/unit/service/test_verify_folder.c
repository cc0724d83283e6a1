/* A folder's files are read twice, for their checkpoints and whole: what was compared is what is
 * verified. Everything else of a folder is in tests/cli/standing.sh and history.sh. */
#include <zkl/verify_folder.h>

#include <unistd.h>

#include "base/file.h"
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

ZKL_TESTS(TEST(test_verify_folder__a_file_that_changes))
