#include "base/file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "testing.h"

/* In the place of the C library's: which file was synced last. */
static ino_t synced;

int fsync(int fd)
{
    struct stat st;
    if (fstat(fd, &st) == 0)
        synced = st.st_ino;
    return (int)syscall(SYS_fsync, fd);
}

static const char *path_in(zkl_test *t, const char *folder, const char *name)
{
    return zkl_arena_format(&t->arena, "%s/%s", folder, name);
}

static size_t entries_of(const char *folder)
{
    size_t count = 0;
    DIR *dir = opendir(folder);
    while (dir && readdir(dir))
        count++;
    if (dir)
        closedir(dir);
    return count - 2; /* . and .. */
}

static void check_content(zkl_test *t, const char *path, zkl_bytes want)
{
    ZKL_AUTO_CLEAR(zkl_buffer) got = { 0 };
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, zkl_file_read(&got, path, SIZE_MAX, &err));
    CHECK_UINT_EQ(t, got.size, want.size);
    if (got.size == want.size && want.size)
        CHECK_MEM_EQ(t, got.data, want.data, want.size);
}

/* What is written is what is read, at sizes around the reading buffer; nothing else is left in the
 * folder. */
static void test_file__there_and_back(zkl_test *t)
{
    static const size_t sizes[] = { 0, 1, 65535, 65536, 65537, 300000 };
    const char *folder = test_folder(t), *path = path_in(t, folder, "file");
    zkl_error err = { 0 };
    for (size_t i = 0; i < ZKL_COUNT(sizes); i++) {
        uint8_t *data = zkl_arena_alloc(&t->arena, sizes[i], 1);
        test_random_bytes(t, data, sizes[i]);
        REQUIRE_OK(t, &err, zkl_file_write(path, zkl_bytes_of(data, sizes[i]), 0644, &err));
        check_content(t, path, zkl_bytes_of(data, sizes[i]));
        CHECK_UINT_EQ(t, entries_of(folder), 1);
    }
}

/* A limit is exact, for a file and for a pipe, and what the buffer held before is all it holds
 * after. */
static void test_file_read__limit(zkl_test *t)
{
    const char *path = path_in(t, test_folder(t), "file");
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, zkl_file_write(path, zkl_bytes_of_text("0123456789"), 0600, &err));
    for (size_t most = 0; most <= 12; most++) {
        ZKL_AUTO_CLEAR(zkl_buffer) got = { 0 };
        zkl_buffer_put_text(&got, "ab");
        CHECK_STATUS(t, most < 10 ? ZKL_LIMIT : ZKL_OK, zkl_file_read(&got, path, most, &err));
        CHECK_UINT_EQ(t, got.size, most < 10 ? 2 : 12);
        CHECK_MEM_EQ(t, got.data, "ab0123456789", got.size);
        if (most < 10)
            CHECK(t, strstr(err.text, path) != NULL);
    }
}

/* Run the reader with standard input from a pipe that holds the text. */
static zkl_status read_standard_input(zkl_buffer *out, const char *text, size_t most,
                                      zkl_error *err)
{
    int ends[2], before = dup(STDIN_FILENO);
    if (pipe(ends) != 0)
        return ZKL_IO;
    zkl_status status = zkl_fd_write(ends[1], zkl_bytes_of_text(text), "pipe", err);
    close(ends[1]);
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    if (status == ZKL_OK)
        status = zkl_file_read(out, "-", most, err);
    dup2(before, STDIN_FILENO);
    close(before);
    return status;
}

static void test_file_read__standard_input(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) got = { 0 };
    zkl_error err = { 0 };
    CHECK_STATUS(t, ZKL_LIMIT, read_standard_input(&got, "piped", 4, &err));
    CHECK_UINT_EQ(t, got.size, 0);
    REQUIRE_OK(t, &err, read_standard_input(&got, "piped", 5, &err));
    CHECK_UINT_EQ(t, got.size, 5);
    CHECK_MEM_EQ(t, got.data, "piped", 5);
}

static void test_file_read__refused(zkl_test *t)
{
    const char *folder = test_folder(t), *missing = path_in(t, folder, "missing");
    ZKL_AUTO_CLEAR(zkl_buffer) got = { 0 };
    zkl_error err = { 0 };
    CHECK_STATUS(t, ZKL_NOT_FOUND, zkl_file_read(&got, missing, 10, &err));
    CHECK(t, strstr(err.text, missing) && strstr(err.text, "No such file"));
    CHECK_STATUS(t, ZKL_IO, zkl_file_read(&got, folder, 10, &err));
    CHECK(t, strstr(err.text, folder) && strstr(err.text, "directory"));
    REQUIRE_OK(t, &err,
               zkl_file_write(path_in(t, folder, "f"), zkl_bytes_of_text("x"), 0600, &err));
    CHECK_STATUS(t, ZKL_NOT_FOUND, zkl_file_read(&got, path_in(t, folder, "f/g"), 10, &err));
    CHECK_UINT_EQ(t, got.size, 0);
}

static void test_file_read__without_memory(zkl_test *t)
{
    const char *path = path_in(t, test_folder(t), "file");
    static uint8_t data[300000];
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, zkl_file_write(path, zkl_bytes_of(data, sizeof data), 0600, &err));
    uint64_t nth = 1;
    for (bool passed = false; !passed; nth++) {
        ZKL_AUTO_CLEAR(zkl_buffer) got = { 0 };
        zkl_malloc_fail_after(nth);
        zkl_status status = zkl_file_read(&got, path, SIZE_MAX, &err);
        zkl_malloc_fail_after(0);
        passed = status == ZKL_OK;
        CHECK(t, passed || status == ZKL_NO_MEMORY);
        CHECK_UINT_EQ(t, got.size, passed ? sizeof data : 0);
    }
    CHECK(t, nth > 2);
}

/* The new file has the mode asked for, whatever stood there or was left by a process of our
 * number. */
static void test_file_write__mode_and_leftovers(zkl_test *t)
{
    const char *folder = test_folder(t), *path = path_in(t, folder, "key");
    const char *part =
        zkl_arena_format(&t->arena, "%s.%ld.%ld.part", path, (long)gettid(), (long)getpid());
    zkl_error err = { 0 };
    struct stat st;
    REQUIRE_OK(t, &err, zkl_file_write(path, zkl_bytes_of_text("old"), 0644, &err));
    REQUIRE_OK(t, &err, zkl_file_write(part, zkl_bytes_of_text("left"), 0666, &err));
    REQUIRE_OK(t, &err, zkl_file_write(path, zkl_bytes_of_text("new"), 0600, &err));
    REQUIRE(t, stat(path, &st) == 0);
    CHECK_UINT_EQ(t, st.st_mode & 07777, 0600);
    check_content(t, path, zkl_bytes_of_text("new"));
    CHECK_UINT_EQ(t, entries_of(folder), 1);
}

/* A file of the program's own is no link and no device: what stands there instead is refused, and
 * what it names stays. */
static void test_file_replace__follows_nothing(zkl_test *t)
{
    zkl_error err = { 0 };
    const char *folder = test_folder(t);
    const char *path = path_in(t, folder, "own"), *victim = path_in(t, folder, "victim"),
               *link = path_in(t, folder, "link"), *dangling = path_in(t, folder, "dangling"),
               *pipe = path_in(t, folder, "pipe");
    const zkl_bytes new = zkl_bytes_of_text("new");
    zkl_buffer got = { 0 };
    struct stat st;
    REQUIRE_OK(t, &err, zkl_file_replace(path, zkl_bytes_of_text("old"), 0600, &err));
    REQUIRE_OK(t, &err, zkl_file_replace(path, new, 0644, &err));
    REQUIRE_OK(t, &err, zkl_file_read(&got, path, 100, &err));
    CHECK_MEM_EQ(t, got.data, new.data, new.size);
    CHECK(t, stat(path, &st) == 0 && (st.st_mode & 0777) == 0644);
    zkl_buffer_clear(&got);

    REQUIRE_OK(t, &err, zkl_file_write(victim, zkl_bytes_of_text("mine"), 0644, &err));
    REQUIRE(t, symlink(victim, link) == 0 && symlink("/nonexistent/x", dangling) == 0 &&
                   mkfifo(pipe, 0600) == 0);
    const char *const others[] = { link, dangling, pipe, folder };
    for (size_t i = 0; i < ZKL_COUNT(others); i++) {
        CHECK_STATUS(t, ZKL_DENIED, zkl_file_check_regular(others[i], &err));
        CHECK_STATUS(t, ZKL_DENIED, zkl_file_replace(others[i], new, 0644, &err));
    }
    REQUIRE_OK(t, &err, zkl_file_read(&got, victim, 100, &err));
    CHECK_MEM_EQ(t, got.data, "mine", 4);
    CHECK(t, lstat(link, &st) == 0 && S_ISLNK(st.st_mode));
    REQUIRE_OK(t, &err, zkl_file_check_regular(path_in(t, folder, "nothing"), &err));
    zkl_buffer_clear(&got);
}

/* A link stays a link and its file changes; a left-over that is a link to another's file does not
 * harm it. */
static void test_file_write__links(zkl_test *t)
{
    const char *folder = test_folder(t), *path = path_in(t, folder, "real"),
               *link = path_in(t, folder, "link");
    const char *victim = path_in(t, folder, "victim");
    const char *part =
        zkl_arena_format(&t->arena, "%s.%ld.%ld.part", path, (long)gettid(), (long)getpid());
    zkl_error err = { 0 };
    struct stat st;
    REQUIRE_OK(t, &err, zkl_file_write(path, zkl_bytes_of_text("old"), 0644, &err));
    REQUIRE_OK(t, &err, zkl_file_write(victim, zkl_bytes_of_text("safe"), 0644, &err));
    REQUIRE(t, symlink(path, link) == 0 && symlink(victim, part) == 0);
    REQUIRE_OK(t, &err, zkl_file_write(link, zkl_bytes_of_text("new"), 0644, &err));
    REQUIRE(t, lstat(link, &st) == 0);
    CHECK(t, S_ISLNK(st.st_mode));
    check_content(t, path, zkl_bytes_of_text("new"));
    check_content(t, victim, zkl_bytes_of_text("safe"));
    CHECK_UINT_EQ(t, entries_of(folder), 3);
}

/* A pipe is written into, not replaced. */
static void test_file_write__pipe_in_place(zkl_test *t)
{
    const char *folder = test_folder(t), *path = path_in(t, folder, "pipe");
    zkl_error err = { 0 };
    struct stat st;
    char got[8] = { 0 };
    REQUIRE(t, mkfifo(path, 0600) == 0);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    REQUIRE(t, fd >= 0);
    REQUIRE_OK(t, &err, zkl_file_write(path, zkl_bytes_of_text("hello"), 0600, &err));
    CHECK_UINT_EQ(t, read(fd, got, sizeof got), 5);
    CHECK_TEXT_EQ(t, got, "hello");
    close(fd);
    REQUIRE(t, stat(path, &st) == 0);
    CHECK(t, S_ISFIFO(st.st_mode));
    CHECK_UINT_EQ(t, entries_of(folder), 1);
}

/* What fails leaves the old content and no part behind, and names the path and the reason. */
static void test_file_write__refused(zkl_test *t)
{
    const char *folder = test_folder(t), *inside = path_in(t, folder, "no/such");
    zkl_error err = { 0 };
    CHECK_STATUS(t, ZKL_NOT_FOUND, zkl_file_write(inside, zkl_bytes_of_text("x"), 0600, &err));
    CHECK(t, strstr(err.text, inside) != NULL);
    REQUIRE(t, mkdir(path_in(t, folder, "folder"), 0700) == 0);
    CHECK_STATUS(t, ZKL_IO,
                 zkl_file_write(path_in(t, folder, "folder"), zkl_bytes_of_text("x"), 0600, &err));
    CHECK(t, strstr(err.text, "directory") != NULL);
    CHECK_UINT_EQ(t, entries_of(folder), 1);
    char *longer = zkl_arena_alloc(&t->arena, PATH_MAX + 100, 1);
    memset(longer, 'a', PATH_MAX + 50);
    CHECK_STATUS(t, ZKL_LIMIT, zkl_file_write(longer, zkl_bytes_of_text("x"), 0600, &err));
    CHECK_STATUS(t, ZKL_IO, zkl_file_write("/dev/full", zkl_bytes_of_text("x"), 0600, &err));
    CHECK(t, strstr(err.text, "No space") != NULL);
}

/* Standard output, in a child so that ours stays as it is. */
static void test_file_write__standard_output(zkl_test *t)
{
    int ends[2], status = -1;
    char got[8] = { 0 };
    REQUIRE(t, pipe(ends) == 0);
    pid_t child = fork();
    if (child == 0) {
        dup2(ends[1], STDOUT_FILENO);
        _exit(zkl_file_write("-", zkl_bytes_of_text("out"), 0600, NULL) == ZKL_OK ? 0 : 1);
    }
    close(ends[1]);
    CHECK_UINT_EQ(t, read(ends[0], got, sizeof got), 3);
    CHECK_TEXT_EQ(t, got, "out");
    REQUIRE(t, waitpid(child, &status, 0) == child);
    CHECK(t, WIFEXITED(status) && WEXITSTATUS(status) == 0);
    close(ends[0]);
}

static void test_fail_errno__statuses(zkl_test *t)
{
    static const struct {
        int code;
        zkl_status want;
    } cases[] = {
        { ENOENT, ZKL_NOT_FOUND }, { ENOTDIR, ZKL_NOT_FOUND }, { EACCES, ZKL_DENIED },
        { EPERM, ZKL_DENIED },     { EROFS, ZKL_DENIED },      { EIO, ZKL_IO },
        { ENOSPC, ZKL_IO },        { EISDIR, ZKL_IO },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        zkl_error err = { 0 };
        errno = cases[i].code;
        CHECK_STATUS(t, cases[i].want, zkl_fail_errno(&err, "open", "a/b"));
        CHECK(t, strncmp(err.text, "cannot open 'a/b': ", 19) == 0 && err.text[19]);
        CHECK(t, err.status == cases[i].want);
    }
}

static void test_folder_make__once_and_again(zkl_test *t)
{
    const char *folder = path_in(t, test_folder(t), "new");
    zkl_error err = { 0 };
    struct stat st;
    REQUIRE_OK(t, &err, zkl_folder_make(folder, 0700, &err));
    REQUIRE(t, stat(folder, &st) == 0);
    CHECK(t, S_ISDIR(st.st_mode) && (st.st_mode & 07777) == 0700);
    REQUIRE_OK(t, &err, zkl_folder_make(folder, 0700, &err));
    CHECK_STATUS(t, ZKL_NOT_FOUND, zkl_folder_make(path_in(t, folder, "a/b"), 0700, &err));
    const char *file = path_in(t, folder, "file");
    REQUIRE_OK(t, &err, zkl_file_write(file, zkl_bytes_of_text("x"), 0600, &err));
    CHECK(t, zkl_folder_make(file, 0700, &err) != ZKL_OK); /* there, but no folder */
    CHECK(t, strstr(err.text, file) != NULL);
}

/* A pipe is read when somebody writes to it, named or not; a named one that nobody writes to is not
 * waited for. */
static void test_file_read__pipes(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) got = { 0 };
    zkl_error err = { 0 };
    char path[64];
    int ends[2];
    const char *fifo = path_in(t, test_folder(t), "fifo");
    REQUIRE(t, pipe(ends) == 0 && write(ends[1], "unnamed", 7) == 7 && close(ends[1]) == 0);
    snprintf(path, sizeof path, "/proc/self/fd/%d", ends[0]);
    REQUIRE_OK(t, &err, zkl_file_read(&got, path, 7, &err));
    CHECK(t, got.size == 7 && memcmp(got.data, "unnamed", 7) == 0);
    close(ends[0]);

    REQUIRE(t, mkfifo(fifo, 0600) == 0);
    const pid_t child = fork();
    if (child == 0) {
        const int fd = open(fifo, O_WRONLY);
        _exit(fd < 0 || write(fd, "named", 5) != 5);
    }
    got.size = 0;
    REQUIRE_OK(t, &err, zkl_file_read(&got, fifo, 100, &err));
    CHECK(t, got.size == 5 && memcmp(got.data, "named", 5) == 0);
    REQUIRE(t, waitpid(child, NULL, 0) == child);

    got.size = 0;
    CHECK_STATUS(t, ZKL_IO, zkl_file_read(&got, fifo, 100, &err));
    CHECK(t, strstr(err.text, "nobody has written to it") != NULL);
    CHECK_STATUS(t, ZKL_LIMIT, zkl_file_read(&got, "/dev/zero", 100000, &err));
    CHECK_UINT_EQ(t, got.size, 0);
}

static void test_file_peek__regular_files_alone(zkl_test *t)
{
    uint8_t start[4];
    size_t size = 9;
    zkl_error err = { 0 };
    const char *folder = test_folder(t);
    const char *file = path_in(t, folder, "file"), *fifo = path_in(t, folder, "fifo");
    REQUIRE_OK(t, &err, zkl_file_write(file, zkl_bytes_of_text("abcdef"), 0600, &err));
    REQUIRE_OK(t, &err, zkl_file_peek(start, sizeof start, &size, file, &err));
    CHECK(t, size == 4 && memcmp(start, "abcd", 4) == 0);
    REQUIRE_OK(t, &err, zkl_file_write(file, zkl_bytes_of_text("ab"), 0600, &err));
    REQUIRE_OK(t, &err, zkl_file_peek(start, sizeof start, &size, file, &err));
    CHECK_UINT_EQ(t, size, 2);
    REQUIRE(t, mkfifo(fifo, 0600) == 0);
    CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_file_peek(start, sizeof start, &size, fifo, &err));
    CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_file_peek(start, sizeof start, &size, "/dev/zero", &err));
    CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_file_peek(start, sizeof start, &size, folder, &err));
    CHECK_STATUS(t, ZKL_NOT_FOUND,
                 zkl_file_peek(start, sizeof start, &size, path_in(t, folder, "none"), &err));
    CHECK_UINT_EQ(t, size, 2); /* as it was */

    ZKL_AUTO_CLEAR(zkl_buffer) got = { 0 };
    REQUIRE_OK(t, &err, zkl_file_read_regular(&got, file, 2, &err));
    CHECK(t, got.size == 2 && memcmp(got.data, "ab", 2) == 0);
    CHECK_STATUS(t, ZKL_LIMIT, zkl_file_read_regular(&got, file, 1, &err));
    CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_file_read_regular(&got, fifo, 100, &err));
    CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_file_read_regular(&got, "/dev/zero", 100, &err));
    CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_file_read_regular(&got, folder, 100, &err));
    CHECK_UINT_EQ(t, got.size, 2);
}

/* ---- Two threads, one path */

#define SHARED_BYTES 100000
#define SHARED_ROUNDS 40

typedef struct path_writer {
    const char *path;
    uint8_t letter; /* all that it writes */
    zkl_status status;
    zkl_error err;
} path_writer;

/* Write the path and read it back: some thread's content, and all of it. */
static zkl_status write_and_look(const path_writer *w, const uint8_t *content, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) got = { 0 };
    ZKL_TRY(zkl_file_write(w->path, zkl_bytes_of(content, SHARED_BYTES), 0644, err));
    ZKL_TRY(zkl_file_read(&got, w->path, SIZE_MAX, err));
    if (got.size != SHARED_BYTES)
        return zkl_fail(err, ZKL_REJECTED, "%zu bytes", got.size);
    for (size_t i = 0; i < got.size; i++)
        if (got.data[i] != got.data[0])
            return zkl_fail(err, ZKL_REJECTED, "the contents of two writers, from byte %zu on", i);
    return ZKL_OK;
}

static void *write_on(void *context)
{
    path_writer *w = context;
    uint8_t content[SHARED_BYTES];
    memset(content, w->letter, sizeof content);
    for (int round = 0; round < SHARED_ROUNDS && w->status == ZKL_OK; round++)
        w->status = write_and_look(w, content, &w->err);
    return NULL;
}

/* Threads that write one path at once all succeed, and whoever reads meanwhile finds the content of
 * one of them, whole. */
static void test_file_write__threads_do_not_mix(zkl_test *t)
{
    const char *folder = test_folder(t), *path = path_in(t, folder, "file");
    path_writer writers[3];
    pthread_t threads[ZKL_COUNT(writers)];
    for (size_t i = 0; i < ZKL_COUNT(writers); i++) {
        writers[i] = (path_writer){ .path = path, .letter = (uint8_t)('a' + i) };
        REQUIRE(t, pthread_create(&threads[i], NULL, write_on, &writers[i]) == 0);
    }
    for (size_t i = 0; i < ZKL_COUNT(writers); i++) {
        pthread_join(threads[i], NULL);
        if (writers[i].status != ZKL_OK)
            FAIL(t, "writer %zu: %s", i, writers[i].err.text);
    }
    CHECK_UINT_EQ(t, entries_of(folder), 1);
}

static void test_process_is_gone__tells_by_the_number_alone(zkl_test *t)
{
    static const char *const none[] = { "", "-1", " 7", "+7", "0", "99999999999999999999", "x" };
    char own[32], gone[32];
    const char *rest = NULL;
    for (size_t i = 0; i < ZKL_COUNT(none); i++)
        CHECK(t, !zkl_process_is_gone(none[i], &rest));
    snprintf(own, sizeof own, "%ld-x", (long)getpid());
    CHECK(t, !zkl_process_is_gone(own, &rest));
    CHECK_TEXT_EQ(t, rest, "-x");
    const pid_t child = fork();
    if (child == 0)
        _exit(0);
    REQUIRE(t, child > 0 && waitpid(child, NULL, 0) == child);
    snprintf(gone, sizeof gone, "%ld.part", (long)child);
    CHECK(t, zkl_process_is_gone(gone, &rest));
    CHECK_TEXT_EQ(t, rest, ".part");
}

/* What was not seen stays, whether it came to a free name, took another's place or was written to;
 * nothing is left beside it. */
static void test_file_write_over__replaces_what_was_seen(zkl_test *t)
{
    const char *folder = test_folder(t), *path = path_in(t, folder, "file"),
               *other = path_in(t, folder, "other");
    const zkl_bytes mine = zkl_bytes_of_text("mine"), theirs = zkl_bytes_of_text("theirs");
    zkl_error err = { 0 };
    struct stat st;
    zkl_file_seen seen = zkl_file_look(path);
    CHECK(t, !seen.is_there);
    REQUIRE_OK(t, &err, zkl_file_write(path, theirs, 0640, &err));
    CHECK_STATUS(t, ZKL_CONFLICT, zkl_file_write_over(path, &seen, mine, 0644, &err));
    check_content(t, path, theirs);
    seen = zkl_file_look(path);
    REQUIRE_OK(t, &err, zkl_file_write(other, zkl_bytes_of_text("third"), 0644, &err));
    REQUIRE(t, rename(other, path) == 0);
    CHECK_STATUS(t, ZKL_CONFLICT, zkl_file_write_over(path, &seen, mine, 0644, &err));
    check_content(t, path, zkl_bytes_of_text("third"));
    seen = zkl_file_look(path);
    REQUIRE_OK(t, &err, zkl_file_write(other, theirs, 0644, &err));
    CHECK_STATUS(t, ZKL_CONFLICT, zkl_file_put_over(other, path, &(zkl_file_seen){ 0 }, &err));
    REQUIRE(t, truncate(path, 1) == 0);
    CHECK_STATUS(t, ZKL_CONFLICT, zkl_file_put_over(other, path, &seen, &err));
    check_content(t, other, theirs);
    seen = zkl_file_look(path);
    REQUIRE_OK(t, &err, zkl_file_put_over(other, path, &seen, &err));
    CHECK_UINT_EQ(t, entries_of(folder), 1);
    seen = zkl_file_look(path);
    REQUIRE_OK(t, &err, zkl_file_write_over(path, &seen, mine, 0600, &err));
    REQUIRE(t, stat(path, &st) == 0);
    CHECK_UINT_EQ(t, st.st_mode & 07777, 0600);
    check_content(t, path, mine);
    seen = zkl_file_look(path);
    REQUIRE(t, unlink(path) == 0); /* nothing is lost then */
    REQUIRE_OK(t, &err, zkl_file_write_over(path, &seen, theirs, 0600, &err));
    seen = zkl_file_look(folder);
    CHECK_STATUS(t, ZKL_IO, zkl_file_write_over(folder, &seen, mine, 0644, &err));
    CHECK_UINT_EQ(t, entries_of(folder), 1);
    check_content(t, path, theirs);
}

#define ADDERS 6
#define ADDED_ROUNDS 60

/* One letter more at the end of what is there; again when somebody else was first. */
static zkl_status add_letter(const path_writer *w, zkl_error *err)
{
    for (;;) {
        ZKL_AUTO_CLEAR(zkl_buffer) content = { 0 };
        zkl_error none = { 0 };
        const zkl_file_seen seen = zkl_file_look(w->path);
        ZKL_TRY(zkl_file_read(&content, w->path, SIZE_MAX, err));
        zkl_buffer_put_u8(&content, w->letter);
        const zkl_status status =
            zkl_file_write_over(w->path, &seen, zkl_buffer_bytes(&content), 0644, &none);
        if (status != ZKL_CONFLICT)
            return status == ZKL_OK ? ZKL_OK : zkl_fail_as(err, status, &none);
    }
}

static void *add_on(void *context)
{
    path_writer *w = context;
    for (int round = 0; round < ADDED_ROUNDS && w->status == ZKL_OK; round++)
        w->status = add_letter(w, &w->err);
    return NULL;
}

/* Of many that add to one file at once none is told of success whose letter is not there. */
static void test_file_write_over__loses_nobodys(zkl_test *t)
{
    const char *const folder = test_folder(t), *const path = path_in(t, folder, "file");
    ZKL_AUTO_CLEAR(zkl_buffer) got = { 0 };
    path_writer writers[ADDERS];
    pthread_t threads[ADDERS];
    zkl_error err = { 0 };
    size_t counts[256] = { 0 };
    REQUIRE_OK(t, &err, zkl_file_write(path, zkl_bytes_of_text(""), 0644, &err));
    for (size_t i = 0; i < ADDERS; i++) {
        writers[i] = (path_writer){ .path = path, .letter = (uint8_t)('a' + i) };
        REQUIRE(t, pthread_create(&threads[i], NULL, add_on, &writers[i]) == 0);
    }
    for (size_t i = 0; i < ADDERS; i++) {
        REQUIRE(t, pthread_join(threads[i], NULL) == 0);
        CHECK_STATUS(t, ZKL_OK, writers[i].status);
    }
    REQUIRE_OK(t, &err, zkl_file_read(&got, path, SIZE_MAX, &err));
    for (size_t i = 0; i < got.size; i++)
        counts[got.data[i]]++;
    for (size_t i = 0; i < ADDERS; i++)
        CHECK_UINT_EQ(t, counts[writers[i].letter], ADDED_ROUNDS);
    CHECK_UINT_EQ(t, entries_of(folder), 1);
}

/* After a power cut the folder is there with what was synced in it. */
static void test_folder_make_durable__syncs_its_name(zkl_test *t)
{
    const char *const folder = test_folder(t);
    const char *const path = path_in(t, folder, "below");
    struct stat st;
    zkl_error err = { 0 };
    REQUIRE(t, stat(folder, &st) == 0);
    for (int i = 0; i < 2; i++) { /* the second time it is there */
        synced = 0;
        REQUIRE_OK(t, &err, zkl_folder_make_durable(path, 0700, &err));
        CHECK(t, synced == st.st_ino);
    }
    CHECK_STATUS(t, ZKL_NOT_FOUND,
                 zkl_folder_make_durable(path_in(t, folder, "none/below"), 0700, &err));
}

ZKL_TESTS(TEST(test_folder_make_durable__syncs_its_name),
          TEST(test_file_write_over__replaces_what_was_seen),
          TEST(test_file_write_over__loses_nobodys),
          TEST(test_process_is_gone__tells_by_the_number_alone), TEST(test_file__there_and_back),
          TEST(test_file_read__limit), TEST(test_file_read__standard_input),
          TEST(test_file_read__refused), TEST(test_file_read__without_memory),
          TEST(test_file_write__mode_and_leftovers), TEST(test_file_write__links),
          TEST(test_file_replace__follows_nothing), TEST(test_file_write__pipe_in_place),
          TEST(test_file_write__refused), TEST(test_file_write__standard_output),
          TEST(test_file_read__pipes), TEST(test_file_write__threads_do_not_mix),
          TEST(test_file_peek__regular_files_alone), TEST(test_fail_errno__statuses),
          TEST(test_folder_make__once_and_again))
