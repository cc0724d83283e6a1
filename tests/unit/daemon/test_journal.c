/* Jobs on the disk, where the disk, or the system, gives less than was asked for. */
#include "daemon/journal.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "daemon/at_rest.h"
#include "testing.h"

#define ID "0123456789abcdef"

static const char *path_in(zkl_test *t, const char *folder, const char *name)
{
    return zkl_arena_format(&t->arena, "%s/%s", folder, name);
}

static bool begin(zkl_test *t, daemon_journal **out, const char *folder)
{
    zkl_error err = { 0 };
    const bool is_open = daemon_journal_open(out, path_in(t, folder, "jobs"), &err) == ZKL_OK &&
                         daemon_journal_make(*out, ID, &err) == ZKL_OK;
    if (!is_open)
        FAIL(t, "%s", err.text);
    return is_open;
}

/* How many more descriptors there are. */
static void leave_descriptors(zkl_test *t, rlim_t more)
{
    struct rlimit limit;
    const int next = dup(0);
    REQUIRE(t, next >= 0 && getrlimit(RLIMIT_NOFILE, &limit) == 0);
    close(next);
    limit.rlim_cur = (rlim_t)next + more;
    REQUIRE(t, setrlimit(RLIMIT_NOFILE, &limit) == 0);
}

static void give_descriptors_back(zkl_test *t)
{
    struct rlimit limit;
    REQUIRE(t, getrlimit(RLIMIT_NOFILE, &limit) == 0);
    limit.rlim_cur = limit.rlim_max;
    REQUIRE(t, setrlimit(RLIMIT_NOFILE, &limit) == 0);
}

/* A disk that was full left a part of a line: what is marked behind it is found all the same, and
 * the job is not run a second time. */
static void test_journal_mark__takes_the_place_of_a_cut_line(zkl_test *t)
{
    const char *const folder = test_folder(t);
    daemon_journal *journal = NULL;
    const zkl_digest ids[3] = { { { 1 } }, { { 2 } }, { { 3 } } };
    zkl_digest found;
    bool is_there;
    if (!begin(t, &journal, folder))
        return;
    const char *const path = path_in(t, folder, "jobs/" ID "/marks");
    for (size_t cut = 1; cut < 65; cut += 9) {
        CHECK_STATUS(t, ZKL_OK, daemon_journal_mark(journal, ID, ids, 1, NULL));
        CHECK_STATUS(t, ZKL_OK, daemon_journal_mark(journal, ID, &ids[2], 1, NULL));
        REQUIRE(t, truncate(path, (off_t)(65 + cut)) == 0);
        CHECK_STATUS(t, ZKL_OK, daemon_journal_marked(&is_there, &found, journal, ID, 1, NULL));
        CHECK(t, !is_there);
        CHECK_STATUS(t, ZKL_OK, daemon_journal_mark(journal, ID, &ids[1], 2, NULL));
        for (size_t i = 0; i < 3; i++) {
            CHECK_STATUS(t, ZKL_OK, daemon_journal_marked(&is_there, &found, journal, ID, i, NULL));
            CHECK(t, is_there && zkl_digest_equal(&found, &ids[i]));
        }
        REQUIRE(t, unlink(path) == 0);
    }
    daemon_journal_free(journal);
}

/* What was accepted is not passed over because nobody can look. */
static void test_journal_list__what_cannot_be_read_is_no_end(zkl_test *t)
{
    const char *const folder = test_folder(t);
    daemon_journal *journal = NULL;
    json_t *all = NULL;
    zkl_error err = { 0 };
    if (!begin(t, &journal, folder))
        return;
    json_t *const record = json_pack("{s:s, s:i}", "id", ID, "created", 1);
    REQUIRE_OK(t, &err, daemon_journal_accept(journal, ID, record, &err));
    json_decref(record);
    leave_descriptors(t, 0);
    const zkl_status status = daemon_journal_list(&all, journal, &err);
    give_descriptors_back(t);
    CHECK_STATUS(t, ZKL_IO, status);
    REQUIRE_OK(t, &err, daemon_journal_list(&all, journal, &err));
    CHECK_UINT_EQ(t, json_array_size(all), 1);
    json_decref(all);

    const char *const turning =
        path_in(t, folder, "jobs/" ID "/in"); /* a link that leads to itself */
    REQUIRE(t, symlink("in", turning) == 0);
    CHECK(t, daemon_journal_has(journal, ID, "in/job.json")); /* it cannot be told */
    CHECK(t, !daemon_journal_has(journal, ID, "answer.json"));
    daemon_journal_free(journal);
}

/* What an operation wrote is there, and told later. */
static void test_journal_files__that_cannot_be_looked_at_are_not_told(zkl_test *t)
{
    const char *const folder = test_folder(t);
    daemon_journal *journal = NULL;
    zkl_error err = { 0 };
    if (!begin(t, &journal, folder))
        return;
    json_t *files = daemon_journal_files(journal, ID);
    CHECK(t, files && json_array_size(files) == 0); /* it wrote nothing */
    json_decref(files);
    REQUIRE_OK(t, &err, zkl_folder_make(path_in(t, folder, "jobs/" ID "/out"), 0700, &err));
    REQUIRE_OK(t, &err, zkl_folder_make(path_in(t, folder, "jobs/" ID "/out/below"), 0700, &err));
    REQUIRE_OK(t, &err,
               zkl_file_write(path_in(t, folder, "jobs/" ID "/out/below/a"), zkl_bytes_of("abc", 3),
                              0600, &err));
    for (rlim_t more = 0; more < 2; more++) {
        leave_descriptors(t, more);
        files = daemon_journal_files(journal, ID);
        give_descriptors_back(t);
        CHECK(t, !files);
        json_decref(files);
    }
    files = daemon_journal_files(journal, ID);
    CHECK_UINT_EQ(t, json_array_size(files), 1);
    json_decref(files);
    daemon_journal_free(journal);
}

/* Results that cannot be looked at are not those of an operation that wrote none. */
static void test_journal_seal__loses_no_result(zkl_test *t)
{
    const char *const folder = test_folder(t);
    daemon_journal *journal = NULL;
    daemon_at_rest *at_rest = NULL;
    uint64_t bytes;
    zkl_error err = { 0 };
    const daemon_at_rest_settings settings = { .is_on = true,
                                               .kek = { .provider = "file",
                                                        .file = path_in(t, folder, "kek") },
                                               .work_folder = path_in(t, folder, "work"),
                                               .work_folder_may_be_disk = true };
    if (!begin(t, &journal, folder))
        return;
    REQUIRE_OK(t, &err, daemon_at_rest_open(&at_rest, &settings, folder, true, &err));
    daemon_journal_encrypt(journal, at_rest);
    REQUIRE_OK(t, &err, daemon_journal_prepare(&bytes, journal, ID, &err));
    REQUIRE_OK(t, &err,
               zkl_file_write(path_in(t, folder, "jobs/" ID "/out/a.zkl"), zkl_bytes_of("abc", 3),
                              0600, &err));
    leave_descriptors(t, 1); /* the folder, and nothing in it */
    const zkl_status status = daemon_journal_seal(journal, ID, &err);
    give_descriptors_back(t);
    CHECK_STATUS(t, ZKL_IO, status);
    REQUIRE_OK(t, &err, daemon_journal_seal(journal, ID, &err));
    CHECK(t, access(path_in(t, folder, "jobs/" ID "/sealed/a.zkl"), R_OK) == 0);
    daemon_journal_free(journal);
    daemon_at_rest_free(at_rest);
}

ZKL_TESTS(TEST(test_journal_mark__takes_the_place_of_a_cut_line),
          TEST(test_journal_list__what_cannot_be_read_is_no_end),
          TEST(test_journal_files__that_cannot_be_looked_at_are_not_told),
          TEST(test_journal_seal__loses_no_result))
