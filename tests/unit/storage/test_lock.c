#include "storage/lock.h"

#include <errno.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "testing.h"

static int64_t noon(void *opaque)
{
    (void)opaque;
    return 1767268800000; /* 2026-01-01T12:00:00Z */
}

static const zkl_env at_noon = { .clock = { noon, NULL } };

static void test_lock__names_its_holder(zkl_test *t)
{
    char path[256], want[64];
    zkl_error err = { 0 };
    ZKL_AUTO_CLEAR(zkl_lock) first = { 0 };
    ZKL_AUTO_CLEAR(zkl_lock) second = { 0 };
    snprintf(path, sizeof path, "%s/lock", test_folder(t));
    REQUIRE_OK(t, &err, zkl_lock_take(&first, path, &at_noon, &err));
    CHECK_STATUS(t, ZKL_CONFLICT, zkl_lock_take(&second, path, &at_noon, &err));
    snprintf(want, sizeof want, "pid %ld,host ", (long)getpid());
    CHECK(t, strstr(err.text, want) != NULL);
    CHECK(t, strstr(err.text, "since 2026-01-01T12:00:00Z") != NULL);
    CHECK(t, strstr(err.text, path) != NULL);

    zkl_lock_clear(&first);
    zkl_lock_clear(&first);
    REQUIRE_OK(t, &err, zkl_lock_take(&second, path, &at_noon, &err));
}

/* Whoever is killed lets go, and the text it left names nobody who still holds it. */
static void test_lock__is_free_after_a_kill(zkl_test *t)
{
    char path[256], byte;
    int ready[2];
    zkl_error err = { 0 };
    ZKL_AUTO_CLEAR(zkl_lock) lock = { 0 };
    snprintf(path, sizeof path, "%s/lock", test_folder(t));
    REQUIRE(t, pipe(ready) == 0);
    pid_t child = fork();
    if (child == 0) {
        zkl_lock own = { 0 };
        if (zkl_lock_take(&own, path, &at_noon, NULL) != ZKL_OK || write(ready[1], "x", 1) != 1)
            _exit(1);
        for (;;)
            pause();
    }
    REQUIRE(t, read(ready[0], &byte, 1) == 1);
    CHECK_STATUS(t, ZKL_CONFLICT, zkl_lock_take(&lock, path, &at_noon, &err));
    char want[64];
    snprintf(want, sizeof want, "pid %ld,", (long)child);
    CHECK(t, strstr(err.text, want) != NULL);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    CHECK_STATUS(t, ZKL_OK, zkl_lock_take(&lock, path, &at_noon, &err));
    close(ready[0]);
    close(ready[1]);
}

static void test_lock__says_what_is_wrong_with_the_path(zkl_test *t)
{
    char path[256];
    zkl_error err = { 0 };
    zkl_lock lock = { 0 };
    snprintf(path, sizeof path, "%s/missing/lock", test_folder(t));
    CHECK_STATUS(t, ZKL_NOT_FOUND, zkl_lock_take(&lock, path, &at_noon, &err));
    CHECK(t, strstr(err.text, path) != NULL);
    CHECK_STATUS(t, ZKL_IO, zkl_lock_take(&lock, test_folder(t), &at_noon, &err)); /* a folder */
    CHECK(t, lock.fd_plus_1 == 0);
}

/* Rubbish in the file does not reach the terminal as it is. */
static void test_lock__shows_only_printable_text(zkl_test *t)
{
    char path[256];
    zkl_error err = { 0 };
    ZKL_AUTO_CLEAR(zkl_lock) first = { 0 };
    ZKL_AUTO_CLEAR(zkl_lock) second = { 0 };
    snprintf(path, sizeof path, "%s/lock", test_folder(t));
    REQUIRE_OK(t, &err, zkl_lock_take(&first, path, &at_noon, &err));
    FILE *file = fopen(path, "w");
    REQUIRE(t, file);
    fputs("\x1b[2Jpid 1\n", file);
    fclose(file);
    CHECK_STATUS(t, ZKL_CONFLICT, zkl_lock_take(&second, path, &at_noon, &err));
    CHECK(t, strstr(err.text, "?[2Jpid 1") != NULL);
}

/* What is not a lock of ours stays as it is: a link, another kind of file, other content, another's
 * file. */
static void test_lock__empties_nothing_else(zkl_test *t)
{
    static const char *const contents[] = { "precious", "pid\n", "pid 1\nhost \x01\n", "\n" };
    char path[256], other[256];
    zkl_error err = { 0 };
    zkl_lock lock = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) kept = { 0 };
    const char *folder = test_folder(t);
    snprintf(path, sizeof path, "%s/lock", folder);
    snprintf(other, sizeof other, "%s/other", folder);
    for (size_t i = 0; i < ZKL_COUNT(contents); i++) {
        REQUIRE_OK(t, &err, zkl_file_write(path, zkl_bytes_of_text(contents[i]), 0644, &err));
        CHECK_STATUS(t, ZKL_DENIED, zkl_lock_take(&lock, path, &at_noon, &err));
        kept.size = 0;
        REQUIRE_OK(t, &err, zkl_file_read(&kept, path, 100, &err));
        CHECK(t,
              kept.size == strlen(contents[i]) && memcmp(kept.data, contents[i], kept.size) == 0);
    }
    REQUIRE(t, unlink(path) == 0);
    REQUIRE_OK(t, &err, zkl_file_write(other, zkl_bytes_of_text("pid 1\n"), 0644, &err));
    REQUIRE(t, symlink("other", path) == 0);
    CHECK_STATUS(t, ZKL_DENIED, zkl_lock_take(&lock, path, &at_noon, &err));
    CHECK(t, strstr(err.text, "symbolic link") != NULL);
    kept.size = 0;
    REQUIRE_OK(t, &err, zkl_file_read(&kept, other, 100, &err));
    CHECK(t, kept.size == 6);
    REQUIRE(t, unlink(path) == 0 && mkfifo(path, 0600) == 0);
    CHECK_STATUS(t, ZKL_DENIED, zkl_lock_take(&lock, path, &at_noon, &err));
    REQUIRE(t, unlink(path) == 0);
    if (geteuid() == 0) {
        REQUIRE_OK(t, &err, zkl_file_write(path, zkl_bytes_of_text(""), 0644, &err));
        REQUIRE(t, chown(path, 12345, (gid_t)-1) == 0);
        CHECK_STATUS(t, ZKL_DENIED, zkl_lock_take(&lock, path, &at_noon, &err));
        CHECK(t, strstr(err.text, "belongs to user 12345") != NULL);
    }
}

/* What a writer left that was killed while it wrote its name, at any byte, is ours. */
static void test_lock__takes_over_what_was_cut(zkl_test *t)
{
    static const char text[] = "pid 4242\nhost there\nsince 2026-01-01T12:00:00Z\n";
    char path[256];
    zkl_error err = { 0 };
    snprintf(path, sizeof path, "%s/lock", test_folder(t));
    for (size_t size = 0; size < sizeof text; size++) {
        zkl_lock lock = { 0 };
        REQUIRE_OK(t, &err, zkl_file_write(path, zkl_bytes_of(text, size), 0644, &err));
        CHECK_STATUS(t, ZKL_OK, zkl_lock_take(&lock, path, &at_noon, &err));
        zkl_lock_clear(&lock);
    }
}

/* A pipe's reader that says when to let go, and counts how often a waiting writer asked whether to
 * go on. */
typedef struct waiting {
    zkl_lock *held;
    unsigned steps, let_go_at, cancel_at;
} waiting;

static bool on_wait(void *opaque, const char *stage, uint64_t done, uint64_t total)
{
    waiting *w = opaque;
    (void)stage;
    if (done > total)
        return false;
    if (++w->steps == w->let_go_at)
        zkl_lock_clear(w->held);
    return w->steps != w->cancel_at;
}

static void test_lock__waits_for_another_writer(zkl_test *t)
{
    char path[256];
    zkl_error err = { 0 };
    ZKL_AUTO_CLEAR(zkl_lock) first = { 0 };
    ZKL_AUTO_CLEAR(zkl_lock) second = { 0 };
    waiting w = { .held = &first, .let_go_at = 3 };
    zkl_env env = at_noon;
    env.progress = (zkl_progress){ on_wait, &w };
    env.wait_ms = 3600 * 1000;
    snprintf(path, sizeof path, "%s/lock", test_folder(t));
    REQUIRE_OK(t, &err, zkl_lock_take(&first, path, &at_noon, &err));
    CHECK_STATUS(t, ZKL_OK, zkl_lock_take(&second, path, &env, &err));
    CHECK_UINT_EQ(t, w.steps, 3);
    zkl_lock_clear(&second);

    /* cancelled: the lock stays whose it was */
    REQUIRE_OK(t, &err, zkl_lock_take(&first, path, &at_noon, &err));
    w = (waiting){ .held = &first, .cancel_at = 2 };
    CHECK_STATUS(t, ZKL_CANCELLED, zkl_lock_take(&second, path, &env, &err));
    CHECK(t, first.fd_plus_1 != 0 && second.fd_plus_1 == 0);

    /* time over: who holds it is told; and it was asked a few times, not in a storm */
    w = (waiting){ .held = &first };
    env.wait_ms = 300;
    CHECK_STATUS(t, ZKL_CONFLICT, zkl_lock_take(&second, path, &env, &err));
    CHECK(t, strstr(err.text, "pid ") != NULL);
    CHECK(t, w.steps >= 1 && w.steps <= 10); /* 5, 10, 20, 40, 80, 160 ms */
}

ZKL_TESTS(TEST(test_lock__names_its_holder), TEST(test_lock__is_free_after_a_kill),
          TEST(test_lock__says_what_is_wrong_with_the_path),
          TEST(test_lock__shows_only_printable_text), TEST(test_lock__empties_nothing_else),
          TEST(test_lock__takes_over_what_was_cut), TEST(test_lock__waits_for_another_writer))
