#include "base/below.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/file.h"
#include "testing.h"

static const char *in(zkl_test *t, const char *folder, const char *path)
{
    return zkl_arena_format(&t->arena, "%s/%s", folder, path);
}

static void check_content(zkl_test *t, const char *path, const char *want)
{
    ZKL_AUTO_CLEAR(zkl_buffer) got = { 0 };
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, zkl_file_read(&got, path, 1000, &err));
    CHECK(t, got.size == strlen(want) && memcmp(got.data, want, got.size) == 0);
}

static void test_below__there_and_back(zkl_test *t)
{
    static const char *const paths[] = { "file", "a/file", "a/b/c/file", "./file" };
    const char *folder = test_folder(t), *link = in(t, test_folder(t), "link");
    zkl_error err = { 0 };
    REQUIRE(t, symlink(folder, link) == 0); /* the folder itself may be one */
    for (size_t i = 0; i < ZKL_COUNT(paths); i++)
        for (int durable = 0; durable < 2; durable++) {
            ZKL_AUTO_CLEAR(zkl_buffer) got = { 0 };
            struct stat st;
            const zkl_bytes text = zkl_bytes_of_text(durable ? "second" : "first");
            REQUIRE_OK(t, &err, zkl_below_write(link, paths[i], text, durable, &err));
            REQUIRE_OK(t, &err, zkl_below_read(&got, folder, paths[i], 6, &err));
            check_content(t, in(t, folder, paths[i]), durable ? "second" : "first");
            CHECK_UINT_EQ(t, got.size, text.size);
            CHECK(t, stat(in(t, folder, paths[i]), &st) == 0 && (st.st_mode & 0777) == 0644);
        }
    ZKL_AUTO_CLEAR(zkl_buffer) got = { 0 };
    CHECK_STATUS(t, ZKL_LIMIT, zkl_below_read(&got, folder, "file", 5, &err));
    CHECK_STATUS(t, ZKL_NOT_FOUND, zkl_below_read(&got, folder, "none", 5, &err));
    CHECK_STATUS(t, ZKL_NOT_FOUND, zkl_below_read(&got, folder, "none/file", 5, &err));
    CHECK_STATUS(t, ZKL_NOT_FOUND, zkl_below_read(&got, in(t, folder, "x"), "file", 5, &err));
    CHECK_UINT_EQ(t, got.size, 0);
    CHECK(t, access(in(t, folder, "none"), F_OK) != 0); /* reading makes nothing */
}

/* Whatever the link leads to, and the folder beyond it, stay as they were. */
static void test_below__links_and_other_things_are_refused(zkl_test *t)
{
    static const char *const paths[] = { "file", "folder/file", "folder/new/file", "gone",
                                         "gone/file" };
    const char *folder = test_folder(t), *beyond = test_folder(t);
    const char *victim = in(t, beyond, "file");
    const zkl_bytes text = zkl_bytes_of_text("new");
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, zkl_file_write(victim, zkl_bytes_of_text("precious"), 0600, &err));
    REQUIRE(t, symlink(victim, in(t, folder, "file")) == 0);
    REQUIRE(t, symlink(beyond, in(t, folder, "folder")) == 0);
    REQUIRE(t, symlink(in(t, beyond, "none"), in(t, folder, "gone")) == 0);
    for (size_t i = 0; i < ZKL_COUNT(paths); i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) got = { 0 };
        CHECK_STATUS(t, ZKL_CONFLICT, zkl_below_write(folder, paths[i], text, false, &err));
        CHECK(t, strstr(err.text, "is a symbolic link") != NULL);
        CHECK_STATUS(t, ZKL_CONFLICT, zkl_below_read(&got, folder, paths[i], 100, &err));
        CHECK(t, strstr(err.text, "is a symbolic link") != NULL);
    }
    check_content(t, victim, "precious");
    CHECK(t, access(in(t, beyond, "new"), F_OK) != 0 && access(in(t, beyond, "none"), F_OK) != 0);

    /* A file where a folder belongs, and the other way round. */
    ZKL_AUTO_CLEAR(zkl_buffer) got = { 0 };
    REQUIRE(t, mkdir(in(t, folder, "sub"), 0755) == 0);
    REQUIRE_OK(t, &err, zkl_below_write(folder, "plain", text, false, &err));
    CHECK_STATUS(t, ZKL_CONFLICT, zkl_below_write(folder, "plain/file", text, false, &err));
    CHECK(t, strstr(err.text, "/plain' is in the way") != NULL);
    CHECK_STATUS(t, ZKL_CONFLICT, zkl_below_write(folder, "sub", text, false, &err));
    CHECK_STATUS(t, ZKL_CONFLICT, zkl_below_read(&got, folder, "sub", 100, &err));
    check_content(t, in(t, folder, "plain"), "new");
}

/* What lies under the name that is written beside is replaced, not followed. */
static void test_below__the_part_beside_is_a_new_file(zkl_test *t)
{
    const char *folder = test_folder(t), *victim = in(t, test_folder(t), "victim");
    const char *part =
        zkl_arena_format(&t->arena, "%s/file.%ld.%ld.part", folder, (long)gettid(), (long)getpid());
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, zkl_file_write(victim, zkl_bytes_of_text("precious"), 0600, &err));
    REQUIRE(t, symlink(victim, part) == 0);
    REQUIRE_OK(t, &err, zkl_below_write(folder, "file", zkl_bytes_of_text("new"), true, &err));
    check_content(t, victim, "precious");
    check_content(t, in(t, folder, "file"), "new");
    CHECK(t, access(part, F_OK) != 0);
}

/* Whatever writes a folder: a key in it stays, and what cannot be read may be one. */
static void test_below__key_files_stay(zkl_test *t)
{
    static const char *const keys[] = { "zkl-key\nx", "zkl/dkey",
                                        "Bag Attributes\n-----BEGIN EC PRIVATE KEY-----\n",
                                        "-----BEGIN PRIVATE KEY-----\r\n" };
    const char *folder = test_folder(t), *path = in(t, folder, "key");
    const zkl_bytes text = zkl_bytes_of_text("new");
    zkl_error err = { 0 };
    for (size_t i = 0; i < ZKL_COUNT(keys); i++) {
        REQUIRE_OK(t, &err, zkl_file_write(path, zkl_bytes_of_text(keys[i]), 0600, &err));
        CHECK_STATUS(t, ZKL_CONFLICT, zkl_below_write(folder, "key", text, false, &err));
        check_content(t, path, keys[i]);
    }
    static const char public[] = "-----BEGIN PUBLIC KEY-----\nPRIVATE KEY-----";
    REQUIRE_OK(t, &err, zkl_file_write(path, zkl_bytes_of_text(public), 0600, &err));
    REQUIRE_OK(t, &err, zkl_below_write(folder, "key", text, false, &err));
    check_content(t, path, "new");
}

ZKL_TESTS(TEST(test_below__key_files_stay), TEST(test_below__there_and_back),
          TEST(test_below__links_and_other_things_are_refused),
          TEST(test_below__the_part_beside_is_a_new_file))
