/* What is remembered of verified proofs: by one verifier, of one ledger, and only where nobody else
 * could have written it. */
#include "testing.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "report/remembered.h"

static const zkl_digest ledger = { { 1 } }, powers = { { 2 } }, first = { { 9 } },
                        second = { { 3 } }, third = { { 5 } };

static void remember(const char *folder, const zkl_digest *what)
{
    report_remembered r;
    report_remembered_open(&r, folder, &ledger, &powers, false);
    report_remembered_add(&r, what);
    report_remembered_save(&r);
    report_remembered_clear(&r);
}

static bool knows(const char *folder, const zkl_digest *of, const zkl_digest *under, bool fresh,
                  const zkl_digest *what)
{
    report_remembered r;
    report_remembered_open(&r, folder, of, under, fresh);
    const bool has = report_remembered_has(&r, what);
    report_remembered_clear(&r);
    return has;
}

/* folder/<ledger>: the one file of it. */
static const char *file_in(zkl_test *t, const char *folder)
{
    char hex[65];
    zkl_hex_encode(hex, ledger.bytes, 32);
    return zkl_arena_format(&t->arena, "%s/%s", folder, hex);
}

static void test_remembered__is_of_one_ledger(zkl_test *t)
{
    const char *folder = zkl_arena_format(&t->arena, "%s/made/verified", test_folder(t));
    CHECK(t, !knows(folder, &ledger, &powers, false, &first));
    remember(folder, &first);
    remember(folder, &second);
    remember(folder, &first);
    CHECK(t, knows(folder, &ledger, &powers, false, &first));
    CHECK(t, knows(folder, &ledger, &powers, false, &second));
    CHECK(t, !knows(folder, &ledger, &powers, false, &third));
    CHECK(t, !knows(folder, &ledger, &powers, true, &first));
    CHECK(t, !knows(folder, &powers, &powers, false, &first));
    CHECK(t, !knows(folder, &ledger, &ledger, false, &first));
}

/* Under the name of another ledger, a file counts for nothing; nor does one with another byte. */
static void test_remembered__damage_is_forgotten(zkl_test *t)
{
    const char *folder = zkl_arena_format(&t->arena, "%s/damaged", test_folder(t));
    const char *path = file_in(t, folder);
    zkl_buffer file = { 0 };
    zkl_error err = { 0 };
    remember(folder, &first);
    REQUIRE_OK(t, &err, zkl_file_read(&file, path, 4096, &err));
    CHECK_UINT_EQ(t, file.size, 96);
    for (size_t i = 0; i < file.size; i++) {
        file.data[i] ^= 1;
        REQUIRE_OK(t, &err, zkl_file_write(path, zkl_buffer_bytes(&file), 0600, &err));
        if (knows(folder, &ledger, &powers, false, &first))
            FAIL(t, "byte %zu changed, and it is believed", i);
        file.data[i] ^= 1;
    }
    REQUIRE_OK(t, &err, zkl_file_write(path, zkl_buffer_bytes(&file), 0600, &err));
    CHECK(t, knows(folder, &ledger, &powers, false, &first));
    zkl_buffer_clear(&file);
}

static void test_remembered__others_may_not_write_it(zkl_test *t)
{
    const char *folder = zkl_arena_format(&t->arena, "%s/shared", test_folder(t));
    const char *path = file_in(t, folder), *aside = zkl_arena_format(&t->arena, "%s.aside", path);
    remember(folder, &first);
    REQUIRE(t, chmod(path, 0620) == 0);
    CHECK(t, !knows(folder, &ledger, &powers, false, &first));
    REQUIRE(t, chmod(path, 0600) == 0);
    REQUIRE(t, chmod(folder, 0770) == 0);
    CHECK(t, !knows(folder, &ledger, &powers, false, &first));
    REQUIRE(t, chmod(folder, 0700) == 0);
    CHECK(t, knows(folder, &ledger, &powers, false, &first));
    /* A link may lead to what somebody else chose. */
    REQUIRE(t, rename(path, aside) == 0 && symlink(aside, path) == 0);
    CHECK(t, !knows(folder, &ledger, &powers, false, &first));
}

ZKL_TESTS(TEST(test_remembered__is_of_one_ledger), TEST(test_remembered__damage_is_forgotten),
          TEST(test_remembered__others_may_not_write_it))
