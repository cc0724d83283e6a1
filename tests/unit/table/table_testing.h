#pragma once
/* Reading tables in tests: files written here, results as text. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "table/table.h"
#include "types/value.h"
#include "testing.h"

typedef struct test_read {
    zkl_table *table;
    zkl_bad_rows bad;
    zkl_error err;
} test_read;

/* One folder for the whole program. */
static inline const char *test_place(zkl_test *t)
{
    static char folder[4096];
    if (!folder[0])
        snprintf(folder, sizeof folder, "%s", test_folder(t));
    return folder;
}

static inline const char *test_file_bytes(zkl_test *t, const char *name, const void *content,
                                          size_t size)
{
    zkl_error err = { 0 };
    const char *path = zkl_arena_format(&t->arena, "%s/%s", test_place(t), name);
    if (zkl_file_write(path, zkl_bytes_of(content, size), 0600, &err) != ZKL_OK)
        FAIL(t, "%s", err.text);
    return path;
}

static inline const char *test_file(zkl_test *t, const char *name, const char *content)
{
    return test_file_bytes(t, name, content, strlen(content));
}

static const zkl_owner_secret test_owner = { { 1, 2, 3 } };

static inline zkl_read_options test_options(zkl_test *t, const char *const *files,
                                            size_t file_count)
{
    return (zkl_read_options){ .files = files,
                               .file_count = file_count,
                               .spool_folder = test_place(t),
                               .owner_secret = &test_owner };
}

static inline zkl_status test_read_with(zkl_test *t, test_read *out,
                                        const zkl_read_options *options)
{
    const zkl_env env = test_env(t);
    *out = (test_read){ 0 };
    return zkl_table_read(&out->table, options, &out->bad, &env, &out->err);
}

/* A dictionary's root depends on its seed: shown as "dictionary". */
static inline void test_put_schema(zkl_buffer *out, const zkl_table *table)
{
    const zkl_schema *schema = zkl_table_schema(table);
    for (size_t i = 0; i < schema->column_count; i++) {
        char type[ZKL_TYPE_TEXT_BYTES_MAX];
        const zkl_column *column = &schema->columns[i];
        (void)zkl_type_text(type, &column->type);
        zkl_buffer_format(out, "%s%.*s:%s%s", i ? "," : "", (int)column->name.size,
                          (const char *)column->name.data,
                          column->type.kind == ZKL_TYPE_DICTIONARY ? "dictionary" : type,
                          column->nullable ? "?" : "");
    }
    zkl_buffer_put_text(out, "\n");
}

static inline zkl_code test_code(zkl_bytes bytes)
{
    zkl_code code = 0;
    for (size_t i = 0; i < bytes.size; i++)
        code = code << 8 | bytes.data[i];
    return code;
}

/* "name:type?,...\n" and the rows, from row bytes; every row's cells are compared with its row
 * bytes. Nulls are "-". */
static inline const char *test_table_text(zkl_test *t, const zkl_table *table)
{
    const zkl_schema *schema = zkl_table_schema(table);
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    zkl_error err = { 0 };
    zkl_numbered_column *numbered =
        ZKL_ARENA_NEW(&t->arena, zkl_numbered_column, zkl_schema_numbered_count(schema));
    const size_t blocks = zkl_schema_number(numbered, schema);
    uint16_t **cells = ZKL_ARENA_NEW(&t->arena, uint16_t *, blocks);
    for (size_t i = 0; i < blocks; i++)
        cells[i] = ZKL_ARENA_NEW(&t->arena, uint16_t, ZKL_CHUNK_ROWS);
    size_t *starts = ZKL_ARENA_NEW(&t->arena, size_t, ZKL_CHUNK_ROWS + 1);
    test_put_schema(&out, table);
    for (uint64_t chunk = 0; chunk < zkl_table_chunks(table); chunk++) {
        ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
        if (zkl_table_chunk(table, chunk, cells, &bytes, starts, &err) != ZKL_OK) {
            FAIL(t, "chunk: %s", err.text);
            return "";
        }
        const uint64_t left = zkl_table_rows(table) - chunk * ZKL_CHUNK_ROWS;
        const size_t rows = left < ZKL_CHUNK_ROWS ? (size_t)left : ZKL_CHUNK_ROWS;
        for (size_t row = 0; row < rows; row++) {
            zkl_reader reader = zkl_reader_of(
                zkl_bytes_of(bytes.data + starts[row], starts[row + 1] - starts[row]));
            size_t block = 0;
            for (size_t i = 0; i < schema->column_count; i++) {
                const zkl_column *column = &schema->columns[i];
                const uint32_t limbs = zkl_type_limbs(&column->type);
                const bool is_value = zkl_reader_u8(&reader, "flag") == 1;
                zkl_code code = 0;
                const zkl_bytes value =
                    is_value ? zkl_reader_field(&reader, SIZE_MAX, "value") : (zkl_bytes){ 0 };
                for (uint32_t limb = limbs < 8 ? limbs : 8; limb-- > 0;)
                    code = code << 16 | cells[block + limb][row];
                zkl_buffer_put_text(&out, i ? "|" : "");
                if (!is_value) {
                    zkl_buffer_put_text(&out, "-");
                    CHECK(t, column->nullable && cells[block + limbs][row] == 1 && code == 0);
                } else if (column->type.kind == ZKL_TYPE_DICTIONARY) {
                    const zkl_bytes *entries;
                    const size_t count = zkl_table_dictionary(table, i, &entries);
                    CHECK(t, code < count && entries[code].size == value.size &&
                                 (value.size == 0 ||
                                  memcmp(entries[code].data, value.data, value.size) == 0));
                    zkl_buffer_put(&out, value.data, value.size);
                } else if (zkl_type_is_hashed(&column->type)) {
                    zkl_sha3 hash;
                    zkl_digest digest;
                    uint16_t want[16];
                    zkl_sha3_256_init(&hash);
                    zkl_sha3_update(&hash, value.data, value.size);
                    zkl_sha3_256_final(&hash, &digest);
                    zkl_limbs_of_digest(want, &digest, limbs);
                    for (uint32_t limb = 0; limb < limbs; limb++)
                        CHECK(t, want[limb] == cells[block + limb][row]);
                    zkl_buffer_put(&out, value.data, value.size);
                } else {
                    char text[ZKL_VALUE_TEXT_BYTES_MAX];
                    CHECK(t, test_code(value) == code);
                    (void)zkl_value_format(text, &column->type, code);
                    zkl_buffer_put_text(&out, text);
                }
                CHECK(t, !column->nullable || cells[block + limbs][row] == !is_value);
                block += limbs + column->nullable;
            }
            CHECK_STATUS(t, ZKL_OK, zkl_reader_finish(&reader, "row", &err));
            zkl_buffer_put_text(&out, "\n");
        }
        for (size_t block = 0; block < blocks; block++)
            for (size_t row = rows; row < ZKL_CHUNK_ROWS; row++)
                if (cells[block][row]) {
                    FAIL(t, "padding of block %zu is not zero at row %zu", block, row);
                    break;
                }
    }
    return zkl_arena_text(&t->arena, (const char *)out.data, out.size);
}

/* Read one file with default options and compare. */
static inline void test_reads_as(zkl_test *t, const char *name, const char *content,
                                 const char *want)
{
    const char *path = test_file(t, name, content);
    const zkl_read_options options = test_options(t, &path, 1);
    test_read read;
    if (test_read_with(t, &read, &options) != ZKL_OK)
        FAIL(t, "%s: %s", name, read.err.text);
    else
        CHECK_TEXT_EQ(t, test_table_text(t, read.table), want);
    zkl_table_free(read.table);
}

/* Refused with that status and a message that holds `words`. Returns the error. */
static inline zkl_error test_is_refused(zkl_test *t, const char *name, const char *content,
                                        zkl_status want, const char *words)
{
    const char *path = test_file(t, name, content);
    const zkl_read_options options = test_options(t, &path, 1);
    test_read read;
    const zkl_status status = test_read_with(t, &read, &options);
    if (status != want)
        FAIL(t, "%s: status '%s' (%s), want '%s'", name, zkl_status_text(status), read.err.text,
             zkl_status_text(want));
    else if (!strstr(read.err.text, words))
        FAIL(t, "%s: message '%s' without '%s'", name, read.err.text, words);
    zkl_table_free(read.table);
    return read.err;
}

/* The same, with that hint. */
static inline void test_is_hinted(zkl_test *t, const char *name, const char *content,
                                  zkl_status want, const char *words, zkl_hint hint)
{
    const zkl_error err = test_is_refused(t, name, content, want, words);
    if (err.hint != hint)
        FAIL(t, "%s: hint '%s', want '%s'", name, zkl_hint_name(err.hint), zkl_hint_name(hint));
}
