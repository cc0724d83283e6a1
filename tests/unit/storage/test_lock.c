#include "storage/lock.h"

#include <errno.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "testing.h"

#define NOON_MS 1767268800000 /* 2026-01-01T12:00:00Z */

static void test_lock__names_its_holder(zkl_test *t)
{
    char path[256], want[64];
    zkl_error err = { 0 };
    ZKL_AUTO_CLEAR(zkl_lock) first = { 0 };
    ZKL_AUTO_CLEAR(zkl_lock) second = { 0 };
    snprintf(path, sizeof path, "%s/lock", test_folder(t));
    REQUIRE_OK(t, &err, zkl_lock_take(&first, path, NOON_MS, &err));
    CHECK_STATUS(t, ZKL_CONFLICT, zkl_lock_take(&second, path, NOON_MS, &err));
    snprintf(want, sizeof want, "pid %ld,host ", (long)getpid());
    CHECK(t, strstr(err.text, want) != NULL);
    CHECK(t, strstr(err.text, "since 2026-01-01T12:00:00Z") != NULL);
    CHECK(t, strstr(err.text, path) != NULL);

    zkl_lock_clear(&first);
    zkl_lock_clear(&first);
    REQUIRE_OK(t, &err, zkl_lock_take(&second, path, NOON_MS, &err));
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
        if (zkl_lock_take(&own, path, NOON_MS, NULL) != ZKL_OK || write(ready[1], "x", 1) != 1)
            _exit(1);
        for (;;)
            pause();
    }
    REQUIRE(t, read(ready[0], &byte, 1) == 1);
    CHECK_STATUS(t, ZKL_CONFLICT, zkl_lock_take(&lock, path, NOON_MS, &err));
    char want[64];
    snprintf(want, sizeof want, "pid %ld,", (long)child);
    CHECK(t, strstr(err.text, want) != NULL);
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    CHECK_STATUS(t, ZKL_OK, zkl_lock_take(&lock, path, NOON_MS, &err));
    close(ready[0]);
    close(ready[1]);
}

static void test_lock__says_what_is_wrong_with_the_path(zkl_test *t)
{
    char path[256];
    zkl_error err = { 0 };
    zkl_lock lock = { 0 };
    snprintf(path, sizeof path, "%s/missing/lock", test_folder(t));
    CHECK_STATUS(t, ZKL_NOT_FOUND, zkl_lock_take(&lock, path, NOON_MS, &err));
    CHECK(t, strstr(err.text, path) != NULL);
    CHECK_STATUS(t, ZKL_IO, zkl_lock_take(&lock, test_folder(t), NOON_MS, &err)); /* a folder */
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
    REQUIRE_OK(t, &err, zkl_lock_take(&first, path, NOON_MS, &err));
    FILE *file = fopen(path, "w");
    REQUIRE(t, file);
    fputs("\x1b[2Jpid 1\n", file);
    fclose(file);
    CHECK_STATUS(t, ZKL_CONFLICT, zkl_lock_take(&second, path, NOON_MS, &err));
    CHECK(t, strstr(err.text, "?[2Jpid 1") != NULL);
}

ZKL_TESTS(TEST(test_lock__names_its_holder), TEST(test_lock__is_free_after_a_kill),
          TEST(test_lock__says_what_is_wrong_with_the_path),
          TEST(test_lock__shows_only_printable_text))
