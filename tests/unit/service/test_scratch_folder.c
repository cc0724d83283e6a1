/* Folders of runs: gone with their run, found when it was killed, and never taken from one that
 * lives or that is somebody else's. */
#include "service/scratch_folder.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "testing.h"

static void count_said(void *opaque, const char *text)
{
    ++*(int *)opaque;
    ZKL_ASSERT(strstr(text, "rows that a run left which was killed"));
}

static void count_kept(void *opaque, const char *text)
{
    ++*(int *)opaque;
    ZKL_ASSERT(strstr(text, "stays: a run was killed while it recorded its rows"));
}

static bool is_there(const char *path)
{
    struct stat st;
    return lstat(path, &st) == 0;
}

/* A child makes a folder with rows in it, says that it has, and waits to be killed. */
static pid_t start_run(const char *place, char *path, size_t path_size)
{
    int said[2];
    ZKL_ASSERT(pipe(said) == 0);
    const pid_t child = fork();
    ZKL_ASSERT(child >= 0);
    if (child == 0) {
        zkl_arena arena = { 0 };
        scratch_folder folder;
        bool well = scratch_folder_make(&folder, &arena, place, NULL) == ZKL_OK;
        const char *rows = well ? zkl_arena_format(&arena, "%s/rows.csv", folder.path) : NULL;
        well = rows && zkl_file_write(rows, zkl_bytes_of_text("a\n1\n"), 0600, NULL) == ZKL_OK;
        if (well && write(said[1], folder.path, strlen(folder.path) + 1) > 0)
            pause();
        _exit(1);
    }
    close(said[1]);
    const ssize_t got = read(said[0], path, path_size);
    close(said[0]);
    ZKL_ASSERT(got > 0 && path[got - 1] == 0);
    return child;
}

static void end_run(zkl_test *t, pid_t child)
{
    int status;
    REQUIRE(t, kill(child, SIGKILL) == 0 && waitpid(child, &status, 0) == child);
    CHECK(t, WIFSIGNALED(status));
}

static void test_scratch_folders__of_killed_runs_alone_are_removed(zkl_test *t)
{
    int said = 0;
    char killed[4096], living[4096];
    const zkl_notice notice = { .say = count_said, .opaque = &said };
    const char *folder = test_folder(t);
    char place[4096];
    snprintf(place, sizeof place, "%s/rows.csv", folder);
    const pid_t first = start_run(place, killed, sizeof killed),
                second = start_run(place, living, sizeof living);
    CHECK_UINT_EQ(t, scratch_folders_count(place), 0);
    scratch_folders_sweep(place, &notice);
    CHECK(t, is_there(killed) && is_there(living) && !said);
    end_run(t, first);
    CHECK_UINT_EQ(t, scratch_folders_count(place), 1);
    CHECK(t, is_there(killed));
    scratch_folders_sweep(place, &notice);
    CHECK(t, !is_there(killed) && is_there(living) && said == 1);
    end_run(t, second);
    scratch_folders_sweep(place, &notice);
    CHECK(t, !is_there(living) && said == 2);
}

static void test_scratch_folder__goes_with_its_run(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_error err;
    struct stat st;
    scratch_folder folder;
    const char *place = zkl_arena_format(&arena, "%s/a.b", test_folder(t));
    REQUIRE_OK(t, &err, scratch_folder_make(&folder, &arena, place, &err));
    const char *path = folder.path;
    CHECK(t, stat(path, &st) == 0 && (st.st_mode & 0777) == 0700);
    CHECK_UINT_EQ(t, scratch_folders_count(place), 0); /* of another run in this process too */
    scratch_folder_clear(&folder);
    CHECK(t, !is_there(path));
    scratch_folder_clear(&folder);
    CHECK_STATUS(t, ZKL_NOT_FOUND, scratch_folder_make(&folder, &arena, "/no/such/a.b", &err));
    CHECK(t, !folder.path);
}

/* Of rows that may be recorded: neither their run's end removes them, nor a later run. */
static void test_scratch_folder__that_is_held_stays(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_error err;
    int said = 0;
    const zkl_notice notice = { .say = count_kept, .opaque = &said };
    scratch_folder folder;
    const char *place = zkl_arena_format(&arena, "%s/a.b", test_folder(t));
    REQUIRE_OK(t, &err, scratch_folder_make(&folder, &arena, place, &err));
    const char *path = folder.path, *rows = zkl_arena_format(&arena, "%s/a.b", path);
    REQUIRE_OK(t, &err, zkl_file_write(rows, zkl_bytes_of_text("a\n1\n"), 0600, &err));
    REQUIRE_OK(t, &err, scratch_folder_hold(&folder, &arena, &err));
    scratch_folders_sweep(place, &notice);
    CHECK(t, is_there(rows) && said == 0); /* its run lives */
    scratch_folder_clear(&folder);
    scratch_folders_sweep(place, &notice);
    CHECK(t, is_there(rows) && said == 1);
    CHECK_UINT_EQ(t, scratch_folders_count(place), 0);
}

/* A folder that looks like one, as the lines say: what is made in it, and whether it goes. */
typedef struct look_alike {
    const char *folder, *lock, *text;
    mode_t mode;
    bool goes;
} look_alike;

static void test_scratch_folders__look_alikes_stay(zkl_test *t)
{
    static const char mark[] = "rows of a run of zkp-ledger: the next one removes them\n";
    static const look_alike all[] = {
        { ".a.csv-Ab0Xyz", "a.csv.lock", mark, 0700, true },
        { ".a.csv-Ab0Xy1", "a.csv.lock", "another", 0700, false },
        { ".a.csv-Ab0Xy2", "a.csv.lock", "", 0700, false },
        { ".a.csv-Ab0Xy3", "b.csv.lock", mark, 0700, false },
        { ".a.csv-Ab0Xy4", "a.csv.lock.new", mark, 0700, false }, /* in the making */
        { ".a.csv-Ab0Xy5", "a.csv.lock", mark, 0750, false },
        { ".a.csv-Ab0Xy", "a.csv.lock", mark, 0700, false },
        { ".a.csv-Ab0X_6", "a.csv.lock", mark, 0700, false },
        { "a.csv-Ab0Xy7", "a.csv.lock", mark, 0700, false },
        { ".-Ab0Xy8", ".lock", mark, 0700, false },
    };
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_error err;
    int said = 0;
    const zkl_notice notice = { .say = count_said, .opaque = &said };
    const char *folder = test_folder(t);
    for (size_t i = 0; i < ZKL_COUNT(all); i++) {
        const char *path = zkl_arena_format(&arena, "%s/%s", folder, all[i].folder);
        const char *lock = zkl_arena_format(&arena, "%s/%s", path, all[i].lock);
        REQUIRE(t, mkdir(path, 0700) == 0);
        REQUIRE_OK(t, &err, zkl_file_write(lock, zkl_bytes_of_text(all[i].text), 0600, &err));
        REQUIRE(t, chmod(path, all[i].mode) == 0);
    }
    scratch_folders_sweep(zkl_arena_format(&arena, "%s/c.csv", folder), &notice);
    for (size_t i = 0; i < ZKL_COUNT(all); i++)
        if (is_there(zkl_arena_format(&arena, "%s/%s", folder, all[i].folder)) == all[i].goes)
            FAIL(t, "%s", all[i].folder);
    CHECK(t, said == 1);
}

/* What a link leads to is not touched, and a folder inside keeps the one around it. */
static void test_scratch_folders__no_link_is_followed(zkl_test *t)
{
    static const char mark[] = "rows of a run of zkp-ledger: the next one removes them\n";
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_error err;
    const char *folder = test_folder(t);
    const char *own = zkl_arena_format(&arena, "%s/.a-AAAAAA", folder),
               *linked = zkl_arena_format(&arena, "%s/.a-BBBBBB", folder),
               *precious = zkl_arena_format(&arena, "%s/precious", folder),
               *deep = zkl_arena_format(&arena, "%s/.a-CCCCCC", folder);
    REQUIRE_OK(t, &err, zkl_file_write(precious, zkl_bytes_of_text("x"), 0600, &err));
    REQUIRE(t, mkdir(own, 0700) == 0 && mkdir(deep, 0700) == 0);
    REQUIRE_OK(t, &err,
               zkl_file_write(zkl_arena_format(&arena, "%s/a.lock", own), zkl_bytes_of_text(mark),
                              0600, &err));
    REQUIRE(t, symlink(precious, zkl_arena_format(&arena, "%s/rows", own)) == 0);
    REQUIRE(t, symlink(own, linked) == 0);
    REQUIRE_OK(t, &err,
               zkl_file_write(zkl_arena_format(&arena, "%s/a.lock", deep), zkl_bytes_of_text(mark),
                              0600, &err));
    REQUIRE(t, mkdir(zkl_arena_format(&arena, "%s/kept", deep), 0700) == 0);
    scratch_folders_sweep(zkl_arena_format(&arena, "%s/a", folder), &(zkl_notice){ 0 });
    CHECK(t, !is_there(own) && is_there(linked) && is_there(precious));
    CHECK(t, is_there(zkl_arena_format(&arena, "%s/kept", deep)));
    CHECK(t, is_there(zkl_arena_format(&arena, "%s/a.lock", deep))); /* found again */
}

ZKL_TESTS(TEST(test_scratch_folders__of_killed_runs_alone_are_removed),
          TEST(test_scratch_folder__goes_with_its_run),
          TEST(test_scratch_folder__that_is_held_stays),
          TEST(test_scratch_folders__look_alikes_stay),
          TEST(test_scratch_folders__no_link_is_followed))
