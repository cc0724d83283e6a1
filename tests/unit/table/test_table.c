/* The table itself on a reader of the test's own: every raw type, failing memory, cancelling, files
 * that change, the spool. No DuckDB is loaded here. */
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include "input/source.h"
#include "table/spool.h"
#include "table_testing.h"

/* ---- a reader of rows that are in memory */

#define FAKE_ROWS 3
#define FAKE_COLUMNS 8

static const uint8_t fake_bools[FAKE_ROWS] = { 1, 0xee, 0 };
static const int8_t fake_small[FAKE_ROWS] = { -128, 5, 127 };
static const uint64_t fake_large[FAKE_ROWS] = { UINT64_MAX, 0, 1 };
static const __int128 fake_huge[FAKE_ROWS] = { -5, (__int128)1 << 100, 0 };
static const int32_t fake_days[FAKE_ROWS] = { -1, 0x5555, 19782 };
static int64_t fake_stamps[FAKE_ROWS] = { -500, 1000, 0 };
static double fake_reals[FAKE_ROWS] = { -0.0, 1.5, 2.5 };
static const uint64_t fake_valid = 5; /* row 1 is null, and holds rubbish */

typedef struct fake_source {
    zkl_source base;
    zkl_raw_text texts[FAKE_ROWS];
    size_t rounds, round;
} fake_source;

static size_t fake_rounds = 1;
static void (*fake_between)(void); /* called before the last chunk */
static zkl_status fake_fail_with;  /* instead of the end */

static const zkl_source_ops fake_ops;

static zkl_status fake_open(zkl_source **out, const zkl_source_options *options, zkl_error *err)
{
    fake_source *source = zkl_calloc(1, sizeof *source);
    (void)options;
    if (!source)
        return zkl_no_memory(err, sizeof *source);
    source->base.ops = &fake_ops;
    source->rounds = fake_rounds;
    for (size_t i = 0; i < FAKE_ROWS; i++) {
        static const char *const texts[] = { "", "short", "longer than twelve bytes" };
        source->texts[i].inside.size = (uint32_t)strlen(texts[i]);
        if (strlen(texts[i]) <= 12)
            memcpy(source->texts[i].inside.bytes, texts[i], strlen(texts[i]));
        else
            source->texts[i].outside.data = texts[i];
    }
    *out = &source->base;
    return ZKL_OK;
}

static zkl_status fake_describe(zkl_source *base, zkl_source_layout *out, zkl_arena *arena,
                                size_t file, zkl_error *err)
{
    static const char *const names[] = { "flag", "small", "large", "huge",
                                         "day",  "stamp", "real",  "text" };
    static const zkl_raw_type types[] = {
        { .kind = ZKL_RAW_BOOL, .value_bytes = 1 },
        { .kind = ZKL_RAW_INTEGER, .value_bytes = 1 },
        { .kind = ZKL_RAW_INTEGER, .value_bytes = 8, .is_unsigned = true },
        { .kind = ZKL_RAW_INTEGER, .value_bytes = 16 },
        { .kind = ZKL_RAW_DATE, .value_bytes = 4 },
        { .kind = ZKL_RAW_TIMESTAMP, .value_bytes = 8, .units_per_second = 1000 },
        { .kind = ZKL_RAW_FLOAT64, .value_bytes = 8 },
        { .kind = ZKL_RAW_TEXT },
    };
    (void)base;
    (void)file;
    zkl_source_column *columns = ZKL_ARENA_NEW(arena, zkl_source_column, FAKE_COLUMNS);
    if (!columns)
        return zkl_no_memory(err, sizeof *columns);
    for (size_t i = 0; i < FAKE_COLUMNS; i++)
        columns[i] = (zkl_source_column){ zkl_bytes_of_text(names[i]), types[i], NULL };
    *out =
        (zkl_source_layout){ .columns = columns, .column_count = FAKE_COLUMNS, .delimiter = "," };
    return ZKL_OK;
}

static zkl_status fake_scan(zkl_source *base, size_t file, const zkl_source_layout *layout,
                            const uint32_t *columns, size_t column_count, zkl_error *err)
{
    (void)file;
    (void)layout;
    (void)columns;
    (void)err;
    ((fake_source *)base)->round = 0;
    return column_count == FAKE_COLUMNS ? ZKL_OK : ZKL_NOT_SUPPORTED;
}

static zkl_status fake_next(zkl_source *base, zkl_raw_chunk *out, zkl_error *err)
{
    fake_source *source = (fake_source *)base;
    static zkl_raw_vector vectors[FAKE_COLUMNS];
    const void *const values[] = { fake_bools, fake_small,  fake_large, fake_huge,
                                   fake_days,  fake_stamps, fake_reals, source->texts };
    *out = (zkl_raw_chunk){ 0 };
    if (source->round == source->rounds)
        return fake_fail_with ? zkl_fail(err, fake_fail_with, "the reader gave up") : ZKL_OK;
    if (++source->round == source->rounds && fake_between)
        fake_between();
    for (size_t i = 0; i < FAKE_COLUMNS; i++)
        vectors[i] = (zkl_raw_vector){ values[i], i == 7 ? NULL : &fake_valid };
    *out = (zkl_raw_chunk){ FAKE_ROWS, vectors };
    return ZKL_OK;
}

static void fake_close(zkl_source *base)
{
    zkl_free(base);
}

static const zkl_source_ops fake_ops = { "fake",    fake_open, fake_describe, fake_scan,
                                         fake_next, NULL,      fake_close };

static zkl_status read_fake(zkl_test *t, test_read *read, const zkl_env *env)
{
    const char *path = test_file(t, "fake.csv", "the reader does not look at it");
    zkl_read_options options = test_options(t, &path, 1);
    options.source = &fake_ops;
    *read = (test_read){ 0 };
    return zkl_table_read(&read->table, &options, &read->bad, env, &read->err);
}

static void test_table__reads_every_raw_type(zkl_test *t)
{
    const zkl_env env = test_env(t);
    test_read read;
    REQUIRE_OK(t, &read.err, read_fake(t, &read, &env));
    CHECK_TEXT_EQ(t, test_table_text(t, read.table),
                  "flag:bool?,small:int16?,large:uint64?,huge:int16?,day:date?,stamp:timestamp?,"
                  "real:float64?,text:dictionary\n"
                  "true|-128|18446744073709551615|-5|1969-12-31|1969-12-31T23:59:59.5Z|0|\n"
                  "-|-|-|-|-|-|-|short\n"
                  "false|127|1|0|2024-02-29|1970-01-01T00:00:00Z|2.5|longer than twelve bytes\n");
    zkl_table_free(read.table);
}

/* Chunks of the reader never line up with ours: 3 does not divide 65,536. */
static void test_table__chunks_are_cut_by_count(zkl_test *t)
{
    const zkl_env env = test_env(t);
    test_read read;
    fake_rounds = 45000; /* 135,000 rows: 2 whole chunks and 3,928 rows */
    const zkl_status status = read_fake(t, &read, &env);
    fake_rounds = 1;
    REQUIRE_OK(t, &read.err, status);
    CHECK_UINT_EQ(t, zkl_table_rows(read.table), 135000);
    CHECK_UINT_EQ(t, zkl_table_chunks(read.table), 3);
    uint16_t *cells[64] = { 0 };
    cells[2] = ZKL_ARENA_NEW(&t->arena, uint16_t, ZKL_CHUNK_ROWS); /* small: limb 0 */
    cells[3] = ZKL_ARENA_NEW(&t->arena, uint16_t, ZKL_CHUNK_ROWS); /* small: flag */
    for (uint64_t chunk = 3; chunk-- > 0;) {
        REQUIRE_OK(t, &read.err, zkl_table_chunk(read.table, chunk, cells, NULL, NULL, &read.err));
        for (uint64_t row = 0; row < ZKL_CHUNK_ROWS; row++) {
            const uint64_t at = chunk * ZKL_CHUNK_ROWS + row;
            const uint16_t want = at >= 135000 || at % 3 == 1 ? 0
                                  : at % 3 == 0               ? 32768 - 128
                                                              : 32768 + 127;
            if (cells[2][row] != want || cells[3][row] != (at < 135000 && at % 3 == 1)) {
                FAIL(t, "row %llu", (unsigned long long)at);
                break;
            }
        }
    }
    zkl_table_free(read.table);
}

static void test_table__a_fault_at_the_end_leaves_nothing(zkl_test *t)
{
    const zkl_env env = test_env(t);
    test_read read;
    fake_fail_with = ZKL_BAD_INPUT;
    CHECK_STATUS(t, ZKL_BAD_INPUT, read_fake(t, &read, &env));
    fake_fail_with = ZKL_OK;
    CHECK(t, read.table == NULL && strstr(read.err.text, "the reader gave up") != NULL);
}

static void test_table__infinite_and_odd_moments_are_bad_values(zkl_test *t)
{
    const zkl_env env = test_env(t);
    test_read read;
    fake_stamps[0] = INT64_MAX;
    fake_reals[2] = __builtin_nan("");
    CHECK_STATUS(t, ZKL_BAD_INPUT, read_fake(t, &read, &env));
    fake_stamps[0] = -500;
    fake_reals[2] = 2.5;
    CHECK_UINT_EQ(t, read.bad.total, 2);
    CHECK(t, read.bad.rows[0].row == 1 && strstr(read.bad.rows[0].reason, "infinite") != NULL);
    CHECK(t, read.bad.rows[1].row == 3 && strstr(read.bad.rows[1].reason, "NaN") != NULL);
}

static char changed_path[4200];

static void change_file(void)
{
    const int fd = open(changed_path, O_WRONLY | O_APPEND);
    const ssize_t put = write(fd, "x", 1);
    ZKL_ASSERT(put == 1);
    close(fd);
}

static void replace_file(void)
{
    char other[4300];
    snprintf(other, sizeof other, "%s.new", changed_path);
    const int fd = open(other, O_WRONLY | O_CREAT, 0600);
    const ssize_t put = write(fd, "the reader does not look at it", 30);
    ZKL_ASSERT(put == 30);
    close(fd);
    ZKL_ASSERT(rename(other, changed_path) == 0);
}

static void remove_file(void)
{
    ZKL_ASSERT(unlink(changed_path) == 0);
}

static void test_table__a_file_that_changes_is_a_conflict(zkl_test *t)
{
    static void (*const changes[])(void) = { change_file, replace_file, remove_file };
    const zkl_env env = test_env(t);
    test_read read;
    snprintf(changed_path, sizeof changed_path, "%s/fake.csv", test_place(t));
    for (size_t i = 0; i < ZKL_COUNT(changes); i++) {
        fake_between = changes[i];
        CHECK_STATUS(t, ZKL_CONFLICT, read_fake(t, &read, &env));
        CHECK(t, read.table == NULL);
    }
    fake_between = NULL;
}

static bool cancel(void *opaque, const char *stage, uint64_t done, uint64_t total)
{
    (void)done;
    (void)total;
    return strcmp(stage, opaque) != 0;
}

static void test_table__can_be_cancelled_at_each_stage(zkl_test *t)
{
    static const char *const stages[] = { "hash", "read", "encode" };
    for (size_t i = 0; i < ZKL_COUNT(stages); i++) {
        zkl_env env = test_env(t);
        test_read read;
        char stage[16];
        snprintf(stage, sizeof stage, "%s", stages[i]);
        env.progress = (zkl_progress){ cancel, stage };
        CHECK_STATUS(t, ZKL_CANCELLED, read_fake(t, &read, &env));
    }
}

static void test_table__survives_lack_of_memory(zkl_test *t)
{
    zkl_env env = test_env(t);
    bool done = false;
    env.pool = NULL; /* in order, so that every allocation is met */
    const char *path = test_file(t, "memory.csv", "x");
    zkl_read_options options = test_options(t, &path, 1);
    options.source = &fake_ops;
    for (uint64_t nth = 1; nth < 2000 && !done; nth++) {
        test_read read = { 0 };
        (void)zkl_malloc_fail_after(nth);
        zkl_status status = zkl_table_read(&read.table, &options, &read.bad, &env, &read.err);
        if (status == ZKL_OK) {
            ZKL_AUTO_CLEAR(zkl_buffer) rows = { 0 };
            status = zkl_table_chunk(read.table, 0, NULL, &rows, NULL, &read.err);
        }
        (void)zkl_malloc_fail_after(0);
        done = status == ZKL_OK;
        if (status != ZKL_OK && status != ZKL_NO_MEMORY)
            FAIL(t, "allocation %llu: %s", (unsigned long long)nth, read.err.text);
        zkl_table_free(read.table);
    }
    CHECK(t, done);
}

/* Randomness that is the same twice gives the same dictionaries. */
static void test_table__is_repeatable(zkl_test *t)
{
    zkl_digest hashes[2];
    for (size_t i = 0; i < 2; i++) {
        zkl_test again = *t;
        again.random_state = 7;
        const zkl_env env = test_env(&again);
        test_read read;
        REQUIRE_OK(t, &read.err, read_fake(t, &read, &env));
        zkl_schema_hash(&hashes[i], zkl_table_schema(read.table));
        zkl_table_free(read.table);
    }
    CHECK_MEM_EQ(t, hashes[0].bytes, hashes[1].bytes, 32);
}

/* ---- the spool */

static void test_spool__gives_back_any_part(zkl_test *t)
{
    const zkl_env env = test_env(t);
    zkl_error err = { 0 };
    ZKL_AUTO_FREE(zkl_spool) spool = NULL;
    REQUIRE_OK(t, &err, zkl_spool_new(&spool, test_place(t), &env, &err));
    uint8_t *data = zkl_arena_alloc(&t->arena, 1, 100000),
            *copy = zkl_arena_alloc(&t->arena, 1, 100000);
    uint64_t offsets[8];
    uint8_t *kept[8];
    size_t sizes[8];
    for (size_t i = 0; i < 8; i++) {
        sizes[i] = (size_t)test_random_below(t, 100000);
        test_random_bytes(t, data, sizes[i]);
        kept[i] = zkl_arena_copy(&t->arena, data, sizes[i]);
        REQUIRE_OK(t, &err, zkl_spool_put(spool, &offsets[i], data, sizes[i], &err));
        if (sizes[i] > 16)
            CHECK(t, memcmp(data, kept[i], sizes[i]) != 0); /* encrypted where it lay */
    }
    for (size_t round = 0; round < 200; round++) {
        const size_t i = (size_t)test_random_below(t, 8);
        const size_t from = (size_t)test_random_below(t, sizes[i] + 1);
        const size_t size = (size_t)test_random_below(t, sizes[i] - from + 1);
        REQUIRE_OK(t, &err, zkl_spool_get(spool, copy, offsets[i] + from, size, &err));
        CHECK_MEM_EQ(t, copy, kept[i] + from, size);
    }
    CHECK_STATUS(t, ZKL_IO, zkl_spool_get(spool, copy, zkl_spool_bytes(spool) + 16, 1, &err));
}

static void test_spool__names_a_folder_that_is_not_there(zkl_test *t)
{
    const zkl_env env = test_env(t);
    zkl_error err = { 0 };
    zkl_spool *spool = NULL;
    CHECK_STATUS(t, ZKL_NOT_FOUND, zkl_spool_new(&spool, "/nonexistent/folder", &env, &err));
    CHECK(t, spool == NULL && strstr(err.text, "/nonexistent/folder") != NULL);
}

/* A limit on file size stands for a full disk: write fails in the same place. */
static void test_spool__a_full_disk_names_the_folder(zkl_test *t)
{
    const zkl_env env = test_env(t);
    zkl_error err = { 0 };
    ZKL_AUTO_FREE(zkl_spool) spool = NULL;
    struct rlimit before, small;
    uint64_t offset;
    uint8_t *data = zkl_arena_alloc(&t->arena, 1, 100000);
    REQUIRE_OK(t, &err, zkl_spool_new(&spool, test_place(t), &env, &err));
    REQUIRE(t, getrlimit(RLIMIT_FSIZE, &before) == 0);
    small = before;
    small.rlim_cur = 50000;
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    REQUIRE(t, setrlimit(RLIMIT_FSIZE, &small) == 0);
    const zkl_status status = zkl_spool_put(spool, &offset, data, 100000, &err);
    (void)setrlimit(RLIMIT_FSIZE, &before);
    (void)signal(SIGXFSZ, handler);
    CHECK_STATUS(t, ZKL_IO, status);
    CHECK(t, strstr(err.text, test_place(t)) != NULL);
}

ZKL_TESTS(TEST(test_table__reads_every_raw_type), TEST(test_table__chunks_are_cut_by_count),
          TEST(test_table__a_fault_at_the_end_leaves_nothing),
          TEST(test_table__infinite_and_odd_moments_are_bad_values),
          TEST(test_table__a_file_that_changes_is_a_conflict),
          TEST(test_table__can_be_cancelled_at_each_stage),
          TEST(test_table__survives_lack_of_memory), TEST(test_table__is_repeatable),
          TEST(test_spool__gives_back_any_part), TEST(test_spool__names_a_folder_that_is_not_there),
          TEST(test_spool__a_full_disk_names_the_folder))
