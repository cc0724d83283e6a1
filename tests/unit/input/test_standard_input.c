/* Standard input: kept in memory while it fits, then in a file without a name; read as any file
 * is. */
#include "input/stream.h"

#include <limits.h>
#include <unistd.h>

#include "unit/table/table_testing.h"

/* Call with standard input from a pipe that holds the bytes; at most 64 KiB, for the pipe is filled
 * first. */
static zkl_status with_input(zkl_status (*call)(void *context, zkl_error *err), void *context,
                             const char *bytes, size_t size, zkl_error *err)
{
    int ends[2], before = dup(STDIN_FILENO);
    if (pipe(ends) != 0)
        return ZKL_IO;
    zkl_status status = zkl_fd_write(ends[1], zkl_bytes_of(bytes, size), "pipe", err);
    close(ends[1]);
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    if (status == ZKL_OK)
        status = call(context, err);
    dup2(before, STDIN_FILENO);
    close(before);
    return status;
}

typedef struct test_input {
    const char *folder;
    uint64_t memory_bytes;
    int fd;
} test_input;

static zkl_status take(void *context, zkl_error *err)
{
    test_input *input = context;
    return zkl_stream_keep(&input->fd, STDIN_FILENO, "standard input", input->folder,
                           input->memory_bytes, err);
}

/* At every limit around the input's size: its bytes, and where they are. */
static void test_standard_input__stays_in_memory_while_it_fits(zkl_test *t)
{
    static const char bytes[] = "a,b\n1,2\n3,4\n";
    const size_t size = sizeof bytes - 1;
    static const uint64_t limits[] = { 1, sizeof bytes - 2, sizeof bytes - 1, sizeof bytes, 0 };
    for (size_t i = 0; i < ZKL_COUNT(limits); i++) {
        test_input input = { test_place(t), limits[i], -1 };
        char got[64], link[64], place[PATH_MAX] = "";
        zkl_error err = { 0 };
        REQUIRE_OK(t, &err, with_input(take, &input, bytes, size, &err));
        CHECK_UINT_EQ(t, (uint64_t)pread(input.fd, got, sizeof got, 0), size);
        CHECK_MEM_EQ(t, got, bytes, size);
        snprintf(link, sizeof link, "/proc/self/fd/%d", input.fd);
        REQUIRE(t, readlink(link, place, sizeof place - 1) > 0);
        const bool in_memory = limits[i] == 0 || limits[i] >= size;
        CHECK(t, (strncmp(place, "/memfd:", 7) == 0) == in_memory);
        CHECK(t, in_memory || strstr(place, "(deleted)"));
        close(input.fd);
    }
}

/* Longer than a piece, so that it moves to the disk with some of it already in memory. */
static void test_standard_input__moves_whole(zkl_test *t)
{
    const size_t size = 60000;
    char *bytes = ZKL_ARENA_NEW(&t->arena, char, size), *got = ZKL_ARENA_NEW(&t->arena, char, size);
    const char *path = zkl_arena_format(&t->arena, "%s/long", test_place(t));
    zkl_error err = { 0 };
    for (size_t i = 0; i < size; i++)
        bytes[i] = (char)(i * 2654435761u >> 13);
    FILE *file = fopen(path, "we"); /* 50 times, longer than any pipe holds */
    REQUIRE(t, file);
    for (size_t i = 0; i < 50; i++)
        CHECK(t, fwrite(bytes, 1, size, file) == size);
    REQUIRE(t, fclose(file) == 0);
    const int before = dup(STDIN_FILENO);
    REQUIRE(t, freopen(path, "re", stdin) != NULL);
    test_input input = { test_place(t), 1000000, -1 };
    const zkl_status status = take(&input, &err);
    dup2(before, STDIN_FILENO);
    close(before);
    REQUIRE_OK(t, &err, status);
    for (size_t i = 0; i < 50; i++) {
        CHECK_UINT_EQ(t, (uint64_t)pread(input.fd, got, size, (off_t)(i * size)), size);
        CHECK_MEM_EQ(t, got, bytes, size);
    }
    CHECK_UINT_EQ(t, (uint64_t)lseek(input.fd, 0, SEEK_END), 50 * size);
    close(input.fd);
}

static void test_standard_input__names_a_folder_that_is_not_there(zkl_test *t)
{
    test_input input = { "/nowhere/at/all", 1, -1 };
    zkl_error err = { 0 };
    CHECK(t, with_input(take, &input, "abc", 3, &err) != ZKL_OK);
    CHECK(t, strstr(err.text, "/nowhere/at/all"));
    CHECK(t, input.fd < 0);
}

typedef struct test_table {
    zkl_test *t;
    zkl_read_options options;
    test_read read;
} test_table;

static zkl_status read_table(void *context, zkl_error *err)
{
    test_table *table = context;
    const zkl_status status = test_read_with(table->t, &table->read, &table->options);
    *err = table->read.err;
    return status;
}

/* The reader takes it from memory and from the disk alike. */
static void test_standard_input__is_a_table(zkl_test *t)
{
    static const char bytes[] = "a,b\n1,x\n3,y\n";
    static const char *const files[] = { "-" };
    for (uint64_t limit = 0; limit < 2; limit++) {
        test_table table = { .t = t, .options = test_options(t, files, 1) };
        zkl_error err = { 0 };
        table.options.reading.format = "csv";
        table.options.input_memory_bytes = limit;
        REQUIRE_OK(t, &err, with_input(read_table, &table, bytes, sizeof bytes - 1, &err));
        CHECK_TEXT_EQ(t, test_table_text(t, table.read.table), "a:uint16,b:dictionary\n1|x\n3|y\n");
        zkl_table_free(table.read.table);
    }
    test_table table = { .t = t, .options = test_options(t, files, 1) };
    zkl_error err = { 0 };
    table.options.reading.format = "csv";
    CHECK_STATUS(t, ZKL_BAD_INPUT, with_input(read_table, &table, "", 0, &err));
}

ZKL_TESTS(TEST(test_standard_input__stays_in_memory_while_it_fits),
          TEST(test_standard_input__moves_whole),
          TEST(test_standard_input__names_a_folder_that_is_not_there),
          TEST(test_standard_input__is_a_table))
