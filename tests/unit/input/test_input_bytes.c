/* Compressed input: what is sound is read to its last byte, what is cut, changed or followed by
 * other bytes is refused. */
#include "input/input_bytes.h"

#include <zlib.h>
#include <zstd.h>

#include "unit/table/table_testing.h"

static const char plain[] = "id,amount\n1,83550\n2,91009\n3,17\n";

/* One gzip member; with_header: a file name, a comment and a checksum of the header. */
static size_t put_gzip(uint8_t *out, size_t room, const char *text, bool with_header, int flush_at)
{
    gz_header header = { .name = (Bytef *)(uintptr_t) "table.csv",
                         .comment = (Bytef *)(uintptr_t) "made by hand",
                         .hcrc = 1,
                         .os = 3 };
    z_stream z = { .next_out = out, .avail_out = (uInt)room };
    ZKL_ASSERT(deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    if (with_header)
        ZKL_ASSERT(deflateSetHeader(&z, &header) == Z_OK);
    z.next_in = (Bytef *)(uintptr_t)text;
    z.avail_in = (uInt)flush_at;
    ZKL_ASSERT(deflate(&z, Z_FULL_FLUSH) == Z_OK);
    const size_t flushed = room - z.avail_out;
    z.avail_in = (uInt)strlen(text) - (uInt)flush_at;
    ZKL_ASSERT(deflate(&z, Z_FINISH) == Z_STREAM_END && deflateEnd(&z) == Z_OK);
    return flush_at && !with_header ? flushed : room - z.avail_out;
}

static size_t put_zstd(uint8_t *out, size_t room, const char *text)
{
    ZSTD_CCtx *context = ZSTD_createCCtx();
    ZKL_ASSERT(!ZSTD_isError(ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)));
    const size_t size = ZSTD_compress2(context, out, room, text, strlen(text));
    ZKL_ASSERT(!ZSTD_isError(size));
    ZSTD_freeCCtx(context);
    return size;
}

/* Reads by small steps, so that every step ends somewhere else. */
static zkl_status read_all(zkl_test *t, const char *name, const uint8_t *bytes, size_t size,
                           zkl_buffer *out, zkl_error *err)
{
    size_t bare, got = 1;
    const char *path = zkl_arena_format(&t->arena, "%s/%s", test_place(t), name);
    zkl_input_bytes *input = NULL;
    FILE *file = fopen(path, "w"); /* thousands of them: nothing waits for the disk */
    CHECK(t, file && fwrite(bytes, 1, size, file) == size && fclose(file) == 0);
    zkl_status status =
        zkl_input_bytes_open(&input, path, name, zkl_compression_of_name(name, &bare), err);
    while (status == ZKL_OK && got) {
        uint8_t piece[7];
        status = zkl_input_bytes_read(input, piece, sizeof piece, &got, err);
        if (status == ZKL_OK)
            zkl_buffer_put(out, piece, got);
    }
    zkl_input_bytes_close(input);
    return status;
}

static bool is_plain(const zkl_buffer *out, size_t times)
{
    for (size_t i = 0; i < times; i++)
        if (out->size != times * (sizeof plain - 1) ||
            memcmp(out->data + i * (sizeof plain - 1), plain, sizeof plain - 1) != 0)
            return false;
    return true;
}

static void check_reads(zkl_test *t, const char *name, const uint8_t *bytes, size_t size,
                        size_t times)
{
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, read_all(t, name, bytes, size, &out, &err));
    CHECK(t, is_plain(&out, times));
}

static void check_refuses(zkl_test *t, const char *name, const uint8_t *bytes, size_t size,
                          const char *words)
{
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    zkl_error err = { 0 };
    const zkl_status status = read_all(t, name, bytes, size, &out, &err);
    if (status != ZKL_BAD_INPUT || !strstr(err.text, words))
        FAIL(t, "%s of %zu bytes: %s '%s', want '%s'", name, size, zkl_status_text(status),
             err.text, words);
}

/* Every cut is refused; a changed byte is refused, or (in a header) changes nothing. */
static void check_every_byte(zkl_test *t, const char *name, uint8_t *bytes, size_t size)
{
    for (size_t cut = 1; cut < size; cut++)
        check_refuses(t, name, bytes, cut, "is cut");
    for (size_t i = 0; i < size * 8; i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
        bytes[i / 8] ^= (uint8_t)(1 << i % 8);
        const zkl_status status = read_all(t, name, bytes, size, &out, NULL);
        if (status == ZKL_OK && !is_plain(&out, 1))
            FAIL(t, "%s: bit %zu changes what is read", name, i);
        bytes[i / 8] ^= (uint8_t)(1 << i % 8);
    }
}

static void test_input_bytes_gzip__every_byte_counts(zkl_test *t)
{
    uint8_t bytes[512];
    const size_t size = put_gzip(bytes, sizeof bytes, plain, true, 0);
    check_reads(t, "whole.csv.gz", bytes, size, 1);
    check_every_byte(t, "one.csv.gz", bytes, size);
}

static void test_input_bytes_gzip__members_follow_one_another(zkl_test *t)
{
    uint8_t bytes[1024];
    size_t size = put_gzip(bytes, sizeof bytes, plain, false, 0);
    size += put_gzip(bytes + size, sizeof bytes - size, plain, true, 0);
    size += put_gzip(bytes + size, sizeof bytes - size, "", false, 0);
    check_reads(t, "members.CSV.GZ", bytes, size, 2);
    check_refuses(t, "cut.csv.gz", bytes, size - 1, "is cut");
    bytes[size] = 0;
    check_refuses(t, "zeros.csv.gz", bytes, size + 1, "other bytes stand behind its gzip data");
    memcpy(bytes + size, "4,5\n", 4);
    check_refuses(t, "text.csv.gz", bytes, size + 4, "other bytes stand behind its gzip data");
}

/* The compressor flushed, so all values up to there can be read; then it was killed. */
static void test_input_bytes_gzip__a_cut_at_a_flush_is_a_cut(zkl_test *t)
{
    uint8_t bytes[512];
    check_refuses(t, "flushed.csv.gz", bytes, put_gzip(bytes, sizeof bytes, plain, false, 18),
                  "is cut");
}

static void test_input_bytes_zstd__every_byte_counts(zkl_test *t)
{
    uint8_t bytes[512];
    const size_t size = put_zstd(bytes, sizeof bytes, plain);
    check_reads(t, "whole.csv.zst", bytes, size, 1);
    check_every_byte(t, "one.csv.zst", bytes, size);
}

static void test_input_bytes_zstd__frames_follow_one_another(zkl_test *t)
{
    static const uint8_t skippable[] = { 0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 'a', 'b', 'c' };
    uint8_t bytes[1024];
    size_t size = put_zstd(bytes, sizeof bytes, plain);
    memcpy(bytes + size, skippable, sizeof skippable);
    size += sizeof skippable;
    check_reads(t, "skip.csv.zst", bytes, size, 1);
    check_refuses(t, "skipcut.csv.zst", bytes, size - 1, "is cut");
    size += put_zstd(bytes + size, sizeof bytes - size, plain);
    check_reads(t, "frames.csv.zst", bytes, size, 2);
    memcpy(bytes + size, "4,5\n", 4);
    check_refuses(t, "text.csv.zst", bytes, size + 4, "other bytes stand behind its zstd data");
}

static void test_input_bytes__a_name_must_say_the_truth(zkl_test *t)
{
    uint8_t bytes[512];
    const size_t gzip = put_gzip(bytes, sizeof bytes, plain, false, 0);
    check_refuses(t, "gzip.csv.zst", bytes, gzip, "is not a zstd file, as its name says");
    const size_t zstd = put_zstd(bytes, sizeof bytes, plain);
    check_refuses(t, "zstd.csv.gz", bytes, zstd, "is not a gzip file, as its name says");
    check_refuses(t, "plain.csv.gz", (const uint8_t *)plain, sizeof plain - 1,
                  "is not a gzip file, as its name says");
}

/* Through the whole table: a cut file leaves no table, whatever its last value looks like. */
static void test_input_bytes__a_cut_file_is_no_table(zkl_test *t)
{
    uint8_t bytes[512];
    const size_t size = put_gzip(bytes, sizeof bytes, plain, false, 0);
    const char *path = test_file_bytes(t, "t.csv.gz", bytes, size);
    zkl_read_options options = test_options(t, &path, 1);
    test_read read;
    REQUIRE_OK(t, &read.err, test_read_with(t, &read, &options));
    CHECK_TEXT_EQ(t, test_table_text(t, read.table),
                  "id:uint16,amount:uint32\n1|83550\n2|91009\n3|17\n");
    zkl_table_free(read.table);
    path = test_file_bytes(t, "u.csv.gz", bytes, size - 8);
    options = test_options(t, &path, 1);
    CHECK_STATUS(t, ZKL_BAD_INPUT, test_read_with(t, &read, &options));
    CHECK(t, strstr(read.err.text, "is cut") != NULL);
    CHECK(t, read.table == NULL);
}

ZKL_TESTS(TEST(test_input_bytes_gzip__every_byte_counts),
          TEST(test_input_bytes_gzip__members_follow_one_another),
          TEST(test_input_bytes_gzip__a_cut_at_a_flush_is_a_cut),
          TEST(test_input_bytes_zstd__every_byte_counts),
          TEST(test_input_bytes_zstd__frames_follow_one_another),
          TEST(test_input_bytes__a_name_must_say_the_truth),
          TEST(test_input_bytes__a_cut_file_is_no_table))
