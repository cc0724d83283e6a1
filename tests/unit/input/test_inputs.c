/* Files as they are opened and hashed. */
#include "input/inputs.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "testing.h"

/* A table has rows; a file that is hashed alone may have nothing in it. */
static void test_inputs__an_empty_file_is_taken_where_nothing_is_read(zkl_test *t)
{
    const char *path = zkl_arena_format(&t->arena, "%s/empty", test_folder(t));
    const zkl_env env = { 0 };
    zkl_digest nothing;
    zkl_error err = { 0 };
    zkl_hash(&nothing, ZKL_HASH_SHA_256, NULL, 0);
    REQUIRE_OK(t, &err, zkl_file_write(path, (zkl_bytes){ 0 }, 0600, &err));
    for (int takes_empty = 0; takes_empty <= 1; takes_empty++) {
        ZKL_AUTO_CLEAR(zkl_inputs) inputs = { 0 };
        const zkl_inputs_request request = { .names = &path,
                                             .count = 1,
                                             .spool_folder = ".",
                                             .hash = ZKL_HASH_SHA3_256,
                                             .takes_empty = takes_empty };
        CHECK_STATUS(t, takes_empty ? ZKL_OK : ZKL_BAD_INPUT,
                     zkl_inputs_open(&inputs, &t->arena, &request, &env, &err));
        if (takes_empty)
            CHECK_MEM_EQ(t, inputs.digests[0].sha256.bytes, nothing.bytes, 32);
    }
    CHECK(t, strstr(err.text, "is empty") != NULL);
}

typedef struct opened {
    const char *path, *other;
    zkl_inputs inputs;
} opened;

static zkl_status open_one(zkl_test *t, opened *o, unsigned mode)
{
    const zkl_env env = { 0 };
    const zkl_inputs_request request = {
        .names = &o->path, .count = 1, .spool_folder = ".", .hash = ZKL_HASH_SHA3_256
    };
    zkl_error err = { 0 };
    o->path = zkl_arena_format(&t->arena, "%s/table-%o", test_folder(t), mode);
    o->other = zkl_arena_format(&t->arena, "%s.again", o->path);
    ZKL_TRY(zkl_file_write(o->path, zkl_bytes_of_text("a\n1\n"), mode, &err));
    if (chmod(o->path, mode) != 0) /* whatever the umask */
        return ZKL_IO;
    return zkl_inputs_open(&o->inputs, &t->arena, &request, &env, &err);
}

/* Until the clock of the file system has gone on, so that its last change is another one. */
static void add_name(zkl_test *t, const opened *o)
{
    struct stat before, now;
    CHECK(t, stat(o->path, &before) == 0);
    for (;;) {
        CHECK(t, link(o->path, o->other) == 0 && stat(o->path, &now) == 0);
        if (now.st_ctim.tv_sec != before.st_ctim.tv_sec ||
            now.st_ctim.tv_nsec != before.st_ctim.tv_nsec)
            return;
        CHECK(t, unlink(o->other) == 0);
    }
}

/* A further name and its end change no content: of a file that somebody may write that cannot be
 * told from a write whose time was set back. */
static void test_inputs_check__names_of_a_read_only_file_may_come_and_go(zkl_test *t)
{
    static const struct {
        unsigned mode;
        zkl_status want;
    } cases[] = { { 0400, ZKL_OK },
                  { 0444, ZKL_OK },
                  { 0600, ZKL_CONFLICT },
                  { 0420, ZKL_CONFLICT },
                  { 0402, ZKL_CONFLICT } };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        opened o = { 0 };
        CHECK_STATUS(t, ZKL_OK, open_one(t, &o, cases[i].mode));
        CHECK_STATUS(t, ZKL_OK, zkl_inputs_check(&o.inputs, NULL));
        add_name(t, &o);
        CHECK_STATUS(t, cases[i].want, zkl_inputs_check(&o.inputs, NULL));
        CHECK(t, unlink(o.other) == 0);
        CHECK_STATUS(t, cases[i].want, zkl_inputs_check(&o.inputs, NULL));
        zkl_inputs_clear(&o.inputs);
    }
}

/* Whoever makes it writable meanwhile, writes, and makes it read-only again is seen; also when he
 * puts the time of the write back, if it is writable when it is looked at. */
static void test_inputs_check__a_read_only_file_that_is_written(zkl_test *t)
{
    for (int keeps_time = 0; keeps_time <= 1; keeps_time++) {
        struct stat before;
        opened o = { 0 };
        CHECK_STATUS(t, ZKL_OK, open_one(t, &o, 0400));
        REQUIRE(t, stat(o.path, &before) == 0 && chmod(o.path, 0600) == 0);
        const int fd = open(o.path, O_WRONLY | O_CLOEXEC);
        const struct timespec times[] = { before.st_atim, before.st_mtim };
        CHECK(t, fd >= 0 && pwrite(fd, "2", 1, 2) == 1);
        if (keeps_time)
            CHECK(t, futimens(fd, times) == 0);
        else
            CHECK(t, fchmod(fd, 0400) == 0);
        close(fd);
        CHECK_STATUS(t, ZKL_CONFLICT, zkl_inputs_check(&o.inputs, NULL));
        zkl_inputs_clear(&o.inputs);
        CHECK(t, unlink(o.path) == 0);
    }
}

/* Put off and done bit by bit, also beside others who end at once, hashes are what they are at the
 * beginning. A file that has become longer or shorter meanwhile ends it. */
static void test_inputs_hash_some__the_same_hashes(zkl_test *t)
{
    enum { FILES = 3 };
    static const size_t sizes[FILES] = { 300000, 1, 70000 };
    const zkl_env env = { 0 };
    const char *names[FILES], *folder = test_folder(t); /* one for all: files are sorted by path */
    zkl_error err = { 0 };
    uint8_t *content = zkl_arena_alloc(&t->arena, sizes[0], 1);
    for (size_t i = 0; i < FILES; i++) {
        names[i] = zkl_arena_format(&t->arena, "%s/hashed-%zu", folder, i);
        test_random_bytes(t, content, sizes[i]);
        REQUIRE_OK(t, &err, zkl_file_write(names[i], zkl_bytes_of(content, sizes[i]), 0600, &err));
    }
    zkl_inputs_request request = {
        .names = names, .count = FILES, .spool_folder = ".", .hash = ZKL_HASH_SHA3_256
    };
    ZKL_AUTO_CLEAR(zkl_inputs) want = { 0 }, got = { 0 }, changed = { 0 };
    REQUIRE_OK(t, &err, zkl_inputs_open(&want, &t->arena, &request, &env, &err));
    request.hashes_later = true;
    REQUIRE_OK(t, &err, zkl_inputs_open(&got, &t->arena, &request, &env, &err));
    REQUIRE_OK(t, &err, zkl_inputs_open(&changed, &t->arena, &request, &env, &err));
    const _Atomic size_t some = 1, none = 0;
    for (int call = 0; call < 4; call++) {
        REQUIRE_OK(t, &err, zkl_inputs_hash_some(&got, 1, &some, &err));
        REQUIRE_OK(t, &err, zkl_inputs_hash_some(&got, UINT64_MAX, &none, &err));
    }
    CHECK(t, !got.list[0].is_hashed);
    REQUIRE_OK(t, &err, zkl_inputs_hash_rest(&got, &err));
    for (size_t i = 0; i < FILES; i++) {
        CHECK_MEM_EQ(t, &got.digests[i].hash, &want.digests[i].hash, sizeof(zkl_digest));
        CHECK_MEM_EQ(t, &got.digests[i].sha256, &want.digests[i].sha256, sizeof(zkl_digest));
        CHECK_UINT_EQ(t, got.digests[i].size, sizes[i]);
    }
    CHECK_MEM_EQ(t, &got.content_hash, &want.content_hash, sizeof want.content_hash);
    CHECK(t, truncate(names[2], 69999) == 0);
    CHECK_STATUS(t, ZKL_CONFLICT, zkl_inputs_hash_rest(&changed, &err));
    CHECK_STATUS(t, ZKL_CONFLICT, zkl_inputs_check(&got, &err));
}

ZKL_TESTS(TEST(test_inputs_hash_some__the_same_hashes),
          TEST(test_inputs__an_empty_file_is_taken_where_nothing_is_read),
          TEST(test_inputs_check__names_of_a_read_only_file_may_come_and_go),
          TEST(test_inputs_check__a_read_only_file_that_is_written))
