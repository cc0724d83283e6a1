/* Parquet against its own checksums and counts, before and after a reader that checks neither. */
#include "input/parquet_check.h"

#include "unit/table/table_testing.h"

static zkl_bytes data_bytes(zkl_test *t, const char *name)
{
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    zkl_error err = { 0 };
    const char *path = zkl_arena_format(&t->arena, ZKL_TEST_SOURCE_DIR "/tests/data/%s", name);
    if (zkl_file_read(&bytes, path, 1 << 20, &err) != ZKL_OK)
        FAIL(t, "%s", err.text);
    return zkl_bytes_of(zkl_arena_copy(&t->arena, bytes.data, bytes.size), bytes.size);
}

/* Without waiting for the disk: there are thousands of them. */
static const char *write_plainly(zkl_test *t, const char *name, const uint8_t *bytes, size_t size)
{
    const char *path = zkl_arena_format(&t->arena, "%s/%s", test_place(t), name);
    FILE *file = fopen(path, "w");
    CHECK(t, file && fwrite(bytes, 1, size, file) == size && fclose(file) == 0);
    return path;
}

static zkl_status check_bytes(zkl_test *t, const uint8_t *bytes, size_t size, uint64_t *rows,
                              zkl_error *err)
{
    const char *path = write_plainly(t, "checked.parquet", bytes, size);
    return zkl_parquet_check(rows, path, "checked.parquet", NULL, NULL, err);
}

static void test_parquet_check__states_the_rows(zkl_test *t)
{
    static const struct {
        const char *name;
        uint64_t rows;
    } cases[] = { { "crc.parquet", 6 },       { "crc_v2.parquet", 6 }, { "no_rows.parquet", 0 },
                  { "types.parquet", 3 },     { "int96.parquet", 1 },  { "inexact.parquet", 1 },
                  { "penguins.parquet", 344 } };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        const zkl_bytes bytes = data_bytes(t, cases[i].name);
        zkl_error err = { 0 };
        uint64_t rows = UINT64_MAX;
        REQUIRE_OK(t, &err, check_bytes(t, bytes.data, bytes.size, &rows, &err));
        CHECK_UINT_EQ(t, rows, cases[i].rows);
    }
}

/* Where the pages of these files begin and end: behind the magic, before the footer. */
static size_t footer_start(zkl_bytes bytes)
{
    const uint8_t *tail = bytes.data + bytes.size - 8;
    return bytes.size - 8 - (size_t)(tail[0] | tail[1] << 8);
}

static void check_every_bit(zkl_test *t, zkl_bytes file, uint8_t *changed, size_t start,
                            size_t size)
{
    for (size_t bit = start * 8; bit < (start + size) * 8; bit++) {
        uint64_t rows;
        changed[bit / 8] ^= (uint8_t)(1 << bit % 8);
        if (check_bytes(t, changed, file.size, &rows, NULL) != ZKL_BAD_INPUT)
            FAIL(t, "bit %zu of the file can change", bit);
        changed[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
}

/* The values of a page are under its CRC. Its header is not, by the format. */
static void test_parquet_check__every_bit_of_a_page_counts(zkl_test *t)
{
    static const char *const names[] = { "crc.parquet", "crc_v2.parquet" };
    size_t pages = 0;
    for (size_t n = 0; n < ZKL_COUNT(names); n++) {
        const zkl_bytes file = data_bytes(t, names[n]);
        uint8_t *changed = zkl_arena_copy(&t->arena, file.data, file.size);
        for (size_t at = 4; at < footer_start(file); pages++) {
            zkl_parquet_page page;
            REQUIRE(t, zkl_parquet_page_parse(&page, zkl_bytes_of(file.data + at, file.size - at)));
            REQUIRE(t, page.has_crc);
            check_every_bit(t, file, changed, at + page.header_bytes, page.body_bytes);
            at += page.header_bytes + page.body_bytes;
        }
    }
    CHECK(t, pages >= 8);
}

static void test_parquet_check__a_wrong_crc_is_named(zkl_test *t)
{
    const zkl_bytes bytes = data_bytes(t, "crc_v2.parquet");
    uint8_t *changed = zkl_arena_copy(&t->arena, bytes.data, bytes.size);
    zkl_error err = { 0 };
    uint64_t rows;
    changed[footer_start(bytes) - 1] ^= 1; /* the last byte of the last page */
    CHECK_STATUS(t, ZKL_BAD_INPUT, check_bytes(t, changed, bytes.size, &rows, &err));
    CHECK(t, strstr(err.text, "does not have the CRC that it states") != NULL);
}

static void test_parquet_check__every_cut_is_refused(zkl_test *t)
{
    const zkl_bytes bytes = data_bytes(t, "crc.parquet");
    for (size_t size = 1; size < bytes.size; size++) {
        uint64_t rows;
        if (check_bytes(t, bytes.data, size, &rows, NULL) != ZKL_BAD_INPUT)
            FAIL(t, "took %zu bytes of %zu", size, bytes.size);
    }
}

static void test_parquet_check__what_is_encrypted_is_named(zkl_test *t)
{
    static const char *const cases[][2] = { { "encrypted.parquet", "is encrypted Parquet" },
                                            { "encrypted_column.parquet",
                                              "has encrypted columns" } };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        const zkl_bytes bytes = data_bytes(t, cases[i][0]);
        zkl_error err = { 0 };
        uint64_t rows;
        CHECK_STATUS(t, ZKL_NOT_SUPPORTED, check_bytes(t, bytes.data, bytes.size, &rows, &err));
        CHECK(t, strstr(err.text, cases[i][1]) != NULL);
    }
}

/* Field 4 of each column's description is its codec: Snappy, 1, becomes LZO, 3. */
static void test_parquet_check__a_codec_that_is_not_read_is_named(zkl_test *t)
{
    const zkl_bytes bytes = data_bytes(t, "crc.parquet");
    uint8_t *changed = zkl_arena_copy(&t->arena, bytes.data, bytes.size);
    size_t named = 0;
    for (size_t at = footer_start(bytes); at < bytes.size - 8; at++) {
        zkl_error err = { 0 };
        uint64_t rows;
        if (bytes.data[at] != 1 << 1)
            continue;
        changed[at] = 3 << 1;
        const zkl_status status = check_bytes(t, changed, bytes.size, &rows, &err);
        named += status == ZKL_NOT_SUPPORTED &&
                 strstr(err.text, "has a compression that is not read (LZO)") != NULL;
        changed[at] = bytes.data[at];
    }
    CHECK_UINT_EQ(t, named, 4); /* two columns in two row groups */
}

/* Behind gzip's header, whose time and system nobody reads, and but for the byte that DEFLATE fills
 * up before the trailer. */
static void test_parquet_check__every_bit_under_gzip_counts(zkl_test *t)
{
    static const char *const names[] = { "gzip.parquet", "gzip_v2.parquet" };
    for (size_t n = 0; n < ZKL_COUNT(names); n++) {
        const zkl_bytes file = data_bytes(t, names[n]);
        uint8_t *changed = zkl_arena_copy(&t->arena, file.data, file.size);
        zkl_error err = { 0 };
        uint64_t rows;
        REQUIRE_OK(t, &err, check_bytes(t, file.data, file.size, &rows, &err));
        for (size_t at = 4; at < footer_start(file);) {
            zkl_parquet_page page;
            REQUIRE(t, zkl_parquet_page_parse(&page, zkl_bytes_of(file.data + at, file.size - at)));
            CHECK(t, !page.has_crc && page.body_bytes > page.level_bytes + 10);
            const size_t begin = at + page.header_bytes + (size_t)page.level_bytes + 10;
            at += page.header_bytes + page.body_bytes;
            check_every_bit(t, file, changed, begin, at - begin - 9);
            check_every_bit(t, file, changed, at - 8, 8);
        }
    }
}

/* A page's header is under no checksum. */
static void test_parquet_check__values_of_pages_are_those_of_the_footer(zkl_test *t)
{
    const zkl_bytes file = data_bytes(t, "crc_v2.parquet");
    uint8_t *changed = zkl_arena_copy(&t->arena, file.data, file.size);
    size_t other = 0;
    for (size_t at = 4; at < footer_start(file);) {
        zkl_parquet_page page, now;
        REQUIRE(t, zkl_parquet_page_parse(&page, zkl_bytes_of(file.data + at, file.size - at)));
        for (size_t bit = at * 8; bit < (at + page.header_bytes) * 8; bit++) {
            uint64_t rows;
            changed[bit / 8] ^= (uint8_t)(1 << bit % 8);
            if (zkl_parquet_page_parse(&now, zkl_bytes_of(changed + at, file.size - at)) &&
                (now.has_values != page.has_values || now.value_count != page.value_count)) {
                other++;
                CHECK_STATUS(t, ZKL_BAD_INPUT, check_bytes(t, changed, file.size, &rows, NULL));
            }
            changed[bit / 8] ^= (uint8_t)(1 << bit % 8);
        }
        at += page.header_bytes + page.body_bytes;
    }
    CHECK(t, other > 0);
}

static void check_agreement(zkl_test *t, const zkl_parquet_footer *footer)
{
    if (footer->chunk_count != 4) /* no groups, or one that says that it is empty, is not read */
        return;
    CHECK_UINT_EQ(t, footer->leaf_count, 2);
    for (size_t i = 0; i < 4; i++) {
        const zkl_parquet_chunk *chunk = &footer->chunks[i];
        CHECK_UINT_EQ(t, chunk->type, footer->leaves[i % 2].type);
        if (footer->leaves[0].is_flat && footer->leaves[1].is_flat)
            CHECK_UINT_EQ(t, chunk->value_count, footer->chunks[i / 2 * 2].value_count);
    }
}

/* No checksum covers the footer: what it says twice must agree. */
static void test_parquet_footer__does_not_contradict_itself(zkl_test *t)
{
    const zkl_bytes file = data_bytes(t, "crc.parquet");
    const size_t start = footer_start(file), size = file.size - 8 - start;
    uint8_t *changed = zkl_arena_copy(&t->arena, file.data + start, size);
    size_t contradictions = 0;
    for (size_t bit = 0; bit < size * 8; bit++) {
        ZKL_AUTO_CLEAR(zkl_parquet_footer) footer = { 0 };
        zkl_error err = { 0 };
        changed[bit / 8] ^= (uint8_t)(1 << bit % 8);
        if (zkl_parquet_footer_parse(&footer, zkl_bytes_of(changed, size), &err) == ZKL_OK)
            check_agreement(t, &footer);
        contradictions += strstr(err.text, "contradicts itself") != NULL;
        changed[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    CHECK(t, contradictions >= 6 * 4); /* types, lengths and rows */
}

static bool wants_all_but_id(const void *opaque, zkl_bytes column)
{
    (void)opaque;
    return !(column.size == 2 && memcmp(column.data, "id", 2) == 0);
}

static void test_parquet_check__an_encoding_that_is_not_read_is_named(zkl_test *t)
{
    const char *path = ZKL_TEST_SOURCE_DIR "/tests/data/byte_stream_split.parquet";
    zkl_error err = { 0 };
    uint64_t rows;
    CHECK_STATUS(t, ZKL_NOT_SUPPORTED,
                 zkl_parquet_check(&rows, path, "split.parquet", NULL, NULL, &err));
    CHECK(t, strstr(err.text, "column 'id' has an encoding that is not read (BYTE_STREAM_SPLIT "));
    REQUIRE_OK(t, &err,
               zkl_parquet_check(&rows, path, "split.parquet", wants_all_but_id, NULL, &err));
    CHECK_UINT_EQ(t, rows, 3);
}

/* Floats in that encoding are read, and the column beside them that is not can be left out. */
static void test_parquet__an_encoding_counts_where_it_is_read(zkl_test *t)
{
    const char *path = ZKL_TEST_SOURCE_DIR "/tests/data/byte_stream_split.parquet";
    static const char *const columns[] = { "x", "n" };
    zkl_read_options options = test_options(t, &path, 1);
    test_read read;
    CHECK_STATUS(t, ZKL_NOT_SUPPORTED, test_read_with(t, &read, &options));
    options.columns = columns;
    options.column_count = 2;
    CHECK_STATUS(t, ZKL_OK, test_read_with(t, &read, &options));
}

static void check_refused(zkl_test *t, const char *name, const char *words)
{
    const char *path = zkl_arena_format(&t->arena, ZKL_TEST_SOURCE_DIR "/tests/data/%s", name);
    const zkl_read_options options = test_options(t, &path, 1);
    test_read read;
    CHECK_STATUS(t, ZKL_BAD_INPUT, test_read_with(t, &read, &options));
    if (!strstr(read.err.text, words))
        FAIL(t, "%s: '%s' without '%s'", name, read.err.text, words);
}

static void test_parquet__names_and_rows_must_be_there(zkl_test *t)
{
    check_refused(t, "nul_name.parquet", "the name of column 1 holds a NUL byte");
    check_refused(t, "no_rows.parquet", "has no rows");
    check_refused(t, "no_columns.parquet", "has no columns");
    check_refused(t, "not_utf8.parquet", "holds a text that is not UTF-8");
}

/* Whatever is wrong with a file, people are told in our words. */
static void test_parquet__no_word_of_the_library_is_told(zkl_test *t)
{
    static const char *const words[] = { "DuckDB", "duckdb", "SELECT",    "read_parquet", "Error",
                                         "thrift", "Thrift", "TProtocol", "PRAGMA" };
    const zkl_bytes bytes = data_bytes(t, "types.parquet");
    uint8_t *changed = zkl_arena_copy(&t->arena, bytes.data, bytes.size);
    size_t refused = 0;
    for (size_t at = 4; at < bytes.size; at += 41) {
        changed[at] ^= 0x55;
        const char *path = write_plainly(t, "words.parquet", changed, bytes.size);
        const zkl_read_options options = test_options(t, &path, 1);
        test_read read;
        const zkl_status status = test_read_with(t, &read, &options);
        refused += status != ZKL_OK;
        CHECK(t, status == ZKL_OK || read.err.text[0]);
        for (size_t i = 0; i < ZKL_COUNT(words); i++)
            if (strstr(read.err.text, words[i]))
                FAIL(t, "byte %zu: '%s'", at, read.err.text);
        zkl_table_free(read.table);
        changed[at] ^= 0x55;
    }
    CHECK(t, refused > 20);
}

ZKL_TESTS(TEST(test_parquet_check__states_the_rows),
          TEST(test_parquet_check__every_bit_of_a_page_counts),
          TEST(test_parquet_check__a_wrong_crc_is_named),
          TEST(test_parquet_check__every_cut_is_refused),
          TEST(test_parquet_check__what_is_encrypted_is_named),
          TEST(test_parquet_check__a_codec_that_is_not_read_is_named),
          TEST(test_parquet_check__every_bit_under_gzip_counts),
          TEST(test_parquet_check__values_of_pages_are_those_of_the_footer),
          TEST(test_parquet_footer__does_not_contradict_itself),
          TEST(test_parquet_check__an_encoding_that_is_not_read_is_named),
          TEST(test_parquet__an_encoding_counts_where_it_is_read),
          TEST(test_parquet__names_and_rows_must_be_there),
          TEST(test_parquet__no_word_of_the_library_is_told))
