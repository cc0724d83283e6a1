/* A table that is kept and taken back is the table that was read; a content that is none is
 * refused, whoever sealed it. */
#include "table/keep.h"

#include <unistd.h>

#include "table_testing.h"

#define HEADER "head"

static const uint8_t key[ZKL_AEAD_KEY_BYTES] = { 5 };

static zkl_sealed sealed_in(int fd)
{
    return (zkl_sealed){ key, zkl_bytes_of_text(HEADER), fd, "the spool" };
}

/* The content that is kept of a table, in the clear. */
static zkl_bytes content_of(zkl_test *t, const zkl_table *table)
{
    ZKL_AUTO_FREE(zkl_sealed_writer) writer = NULL;
    ZKL_AUTO_FREE(zkl_sealed_reader) reader = NULL;
    const zkl_env env = test_env(t);
    zkl_error err = { 0 };
    const int fd = zkl_file_open_unnamed(test_place(t));
    const zkl_sealed with = sealed_in(fd);
    uint8_t *out = NULL;
    size_t size = 0;
    zkl_status status = zkl_fd_write(fd, with.header, with.path, &err);
    if (status == ZKL_OK)
        status = zkl_sealed_writer_new(&writer, &with, &err);
    if (status == ZKL_OK)
        status = zkl_table_keep(writer, table, &env, &err);
    if (status == ZKL_OK)
        status = zkl_sealed_finish(writer, &err);
    CHECK(t, lseek(fd, sizeof HEADER - 1, SEEK_SET) == sizeof HEADER - 1);
    if (status == ZKL_OK)
        status = zkl_sealed_reader_new(&reader, &with, &err);
    if (status == ZKL_OK) {
        size = (size_t)zkl_sealed_left(reader);
        out = zkl_arena_alloc(&t->arena, size + 64, 1); /* with room for a longer one */
        status = zkl_sealed_take(reader, out, size, &err);
    }
    if (status != ZKL_OK)
        FAIL(t, "keeping: %s", err.text);
    close(fd);
    return zkl_bytes_of(out, size);
}

/* The secrets of all dictionaries, as a data key has them. */
static zkl_read_options options_of(zkl_test *t, const zkl_table *table)
{
    const zkl_schema *schema = zkl_table_schema(table);
    zkl_read_dictionary *dictionaries =
        ZKL_ARENA_NEW(&t->arena, zkl_read_dictionary, schema->column_count);
    zkl_read_options options = test_options(t, NULL, 0);
    for (uint32_t i = 0; i < schema->column_count; i++) {
        zkl_read_dictionary *d = &dictionaries[options.dictionary_count];
        if (schema->columns[i].type.kind != ZKL_TYPE_DICTIONARY)
            continue;
        d->column = i;
        d->seed = *zkl_table_dictionary_seed(table, i);
        zkl_owner_secret_dictionary_key(d->key, &test_owner, &d->seed);
        options.dictionary_count++;
    }
    options.schema = schema;
    options.dictionaries = dictionaries;
    return options;
}

static zkl_status take_back(zkl_test *t, zkl_table **out, zkl_bytes content,
                            const zkl_read_options *options, zkl_error *err)
{
    ZKL_AUTO_FREE(zkl_sealed_writer) writer = NULL;
    ZKL_AUTO_FREE(zkl_sealed_reader) reader = NULL;
    const zkl_env env = test_env(t);
    const int fd = zkl_file_open_unnamed(test_place(t));
    const zkl_sealed with = sealed_in(fd);
    CHECK_STATUS(t, ZKL_OK, zkl_fd_write(fd, with.header, with.path, err));
    CHECK_STATUS(t, ZKL_OK, zkl_sealed_writer_new(&writer, &with, err));
    CHECK_STATUS(t, ZKL_OK, zkl_sealed_put(writer, content.data, content.size, err));
    CHECK_STATUS(t, ZKL_OK, zkl_sealed_finish(writer, err));
    CHECK(t, lseek(fd, sizeof HEADER - 1, SEEK_SET) == sizeof HEADER - 1);
    zkl_status status = zkl_sealed_reader_new(&reader, &with, err);
    if (status == ZKL_OK)
        status = zkl_table_restore(out, reader, options, &env, err);
    close(fd);
    return status;
}

/* Rows, schema with its roots, and what the files were. */
static void check_same(zkl_test *t, const zkl_table *a, const zkl_table *b)
{
    const zkl_file_digest *files_a, *files_b;
    zkl_digest schema_a, schema_b;
    CHECK_TEXT_EQ(t, test_table_text(t, b), test_table_text(t, a));
    zkl_schema_hash(&schema_a, zkl_table_schema(a));
    zkl_schema_hash(&schema_b, zkl_table_schema(b));
    CHECK_MEM_EQ(t, &schema_b, &schema_a, 32);
    CHECK_MEM_EQ(t, zkl_table_content_hash(b), zkl_table_content_hash(a), 32);
    const size_t count = zkl_table_files(a, &files_a);
    REQUIRE(t, zkl_table_files(b, &files_b) == count);
    for (size_t i = 0; i < count; i++) {
        CHECK_TEXT_EQ(t, files_b[i].name, files_a[i].name);
        CHECK_UINT_EQ(t, files_b[i].size, files_a[i].size);
        CHECK_UINT_EQ(t, files_b[i].row_count, files_a[i].row_count);
        CHECK_MEM_EQ(t, &files_b[i].hash, &files_a[i].hash, 32);
        CHECK_MEM_EQ(t, &files_b[i].sha256, &files_a[i].sha256, 32);
    }
}

static zkl_table *read_table(zkl_test *t, const char *const *files, size_t count,
                             const char *schema)
{
    zkl_read_options options = test_options(t, files, count);
    test_read read;
    if (schema)
        options.schema_file = test_file(t, "schema.toml", schema);
    if (test_read_with(t, &read, &options) != ZKL_OK)
        FAIL(t, "%s", read.err.text);
    return read.table;
}

static void check_comes_back(zkl_test *t, const char *const *files, size_t count,
                             const char *schema)
{
    ZKL_AUTO_FREE(zkl_table) table = read_table(t, files, count, schema);
    ZKL_AUTO_FREE(zkl_table) again = NULL;
    zkl_error err = { 0 };
    if (!table)
        return;
    const zkl_read_options options = options_of(t, table);
    REQUIRE_OK(t, &err, take_back(t, &again, content_of(t, table), &options, &err));
    check_same(t, table, again);
}

#define MIXED                                                                                      \
    "id,ok,pay,real,day,city,note\n"                                                               \
    "1,true,1.50,0.5e0,2024-02-29,Oslo,first\n"                                                    \
    "2,,,,,,\n"                                                                                    \
    "-70000,false,-0.25,-1e300,1969-12-31,Bergen,\"second, with more\"\n"                          \
    "4,true,999999.99,2,2000-01-01,Oslo,\"\"\n"
#define HASHED "[columns.note]\ntype = \"string16\"\n"

static void test_keep__gives_back_every_type_and_null(zkl_test *t)
{
    const char *mixed = test_file(t, "mixed.csv", MIXED);
    const char *one = test_file(t, "one.csv", "a,b\n7,x\n");
    const char *nulls = test_file(t, "nulls.csv", "a,b\n1,\n2,\n");
    const char *late = test_file(t, "late.ndjson", "{\"a\":\"x\"}\n{\"a\":\"y\",\"b\":\"z\"}\n");
    check_comes_back(t, &mixed, 1, HASHED);
    check_comes_back(t, &mixed, 1, NULL);
    check_comes_back(t, &one, 1, NULL);
    check_comes_back(t, &nulls, 1, NULL);
    check_comes_back(t, &late, 1,
                     "[columns.a]\ntype = \"string32\"\n[columns.b]\ntype = \"string16\"\n");
    const char *const two[] = { test_file(t, "part-1.csv", "a,b\n1,x\n2,y\n"),
                                test_file(t, "part-2.csv", "a,b\n3,z\n") };
    check_comes_back(t, two, 2, NULL);
}

/* A column that comes with the second chunk, so that the first has no piece of it. */
static void test_keep__gives_back_several_chunks(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    for (size_t i = 0; i < ZKL_CHUNK_ROWS; i++)
        zkl_buffer_format(&text, "{\"n\":%zu}\n", i);
    zkl_buffer_put_text(&text, "{\"n\":7,\"s\":\"behind\"}\n");
    const char *path = test_file_bytes(t, "long.ndjson", text.data, text.size);
    check_comes_back(t, &path, 1, "[columns.s]\ntype = \"string16\"\n");
}

/* Of another schema, of other keys, cut, and longer. */
static void test_keep__refuses_what_does_not_belong(zkl_test *t)
{
    const char *path = test_file(t, "mixed.csv", MIXED);
    ZKL_AUTO_FREE(zkl_table) table = read_table(t, &path, 1, HASHED);
    zkl_table *again = NULL;
    zkl_error err = { 0 };
    REQUIRE(t, table != NULL);
    const zkl_bytes content = content_of(t, table);
    zkl_read_options options = options_of(t, table);
    for (size_t size = 0; size < content.size; size++)
        CHECK_STATUS(t, ZKL_BAD_INPUT,
                     take_back(t, &again, zkl_bytes_of(content.data, size), &options, &err));
    CHECK_STATUS(
        t, ZKL_BAD_INPUT,
        take_back(t, &again, zkl_bytes_of(content.data, content.size + 1), &options, &err));
    zkl_schema shorter = *options.schema;
    shorter.column_count--;
    options.schema = &shorter;
    CHECK_STATUS(t, ZKL_BAD_INPUT, take_back(t, &again, content, &options, &err));
    CHECK(t, again == NULL);
}

/* Another key gives other roots, so another schema hash: which is what is compared. */
static void test_keep__roots_are_made_anew(zkl_test *t)
{
    const char *path = test_file(t, "mixed.csv", MIXED);
    ZKL_AUTO_FREE(zkl_table) table = read_table(t, &path, 1, NULL);
    ZKL_AUTO_FREE(zkl_table) again = NULL;
    zkl_error err = { 0 };
    zkl_digest schema_a, schema_b;
    REQUIRE(t, table != NULL);
    zkl_read_options options = options_of(t, table);
    zkl_read_dictionary *dictionaries = zkl_arena_copy(
        &t->arena, options.dictionaries, options.dictionary_count * sizeof *options.dictionaries);
    dictionaries[0].key[0] ^= 1;
    options.dictionaries = dictionaries;
    REQUIRE_OK(t, &err, take_back(t, &again, content_of(t, table), &options, &err));
    zkl_schema_hash(&schema_a, zkl_table_schema(table));
    zkl_schema_hash(&schema_b, zkl_table_schema(again));
    CHECK(t, memcmp(&schema_a, &schema_b, 32) != 0);
}

/* Each byte of the content changed in several ways, sealed as the owner would: refused, or a table
 * whose rows can be read. Nothing of it is believed unseen. */
static void test_keep__any_content_is_harmless(zkl_test *t)
{
    static const uint8_t masks[] = { 1, 2, 0x80, 0xff };
    const char *path = test_file(t, "mixed.csv", MIXED);
    ZKL_AUTO_FREE(zkl_table) table = read_table(t, &path, 1, HASHED);
    REQUIRE(t, table != NULL);
    const zkl_bytes content = content_of(t, table);
    const zkl_read_options options = options_of(t, table);
    uint8_t *changed = zkl_arena_copy(&t->arena, content.data, content.size);
    size_t refused = 0;
    for (size_t i = 0; i < content.size; i++)
        for (size_t m = 0; m < ZKL_COUNT(masks); m++) {
            ZKL_AUTO_FREE(zkl_table) again = NULL;
            ZKL_AUTO_CLEAR(zkl_buffer) rows = { 0 };
            zkl_error err = { 0 };
            changed[i] ^= masks[m];
            const zkl_status status =
                take_back(t, &again, zkl_bytes_of(changed, content.size), &options, &err);
            changed[i] ^= masks[m];
            CHECK(t, status == ZKL_OK || status == ZKL_BAD_INPUT || status == ZKL_NO_MEMORY);
            refused += status != ZKL_OK;
            if (status == ZKL_OK)
                CHECK_STATUS(t, ZKL_OK, zkl_table_chunk(again, 0, NULL, &rows, NULL, &err));
        }
    CHECK(t, refused > content.size); /* shape, flags, codes and sizes */
}

/* fuzz/corpus/spool, written by hand from docs/formats/spool.md: three rows of a nullable number, a
 * dictionary and a nullable hashed text. */
static zkl_status take_corpus(zkl_test *t, zkl_table **out, const char *name)
{
    const zkl_column columns[] = {
        { zkl_bytes_of_text("n"), { .kind = ZKL_TYPE_UINT16 }, true },
        { zkl_bytes_of_text("c"), { .kind = ZKL_TYPE_DICTIONARY }, false },
        { zkl_bytes_of_text("s"), { .kind = ZKL_TYPE_STRING16 }, true },
    };
    const zkl_schema schema = { .columns = columns, .column_count = ZKL_COUNT(columns) };
    const zkl_read_dictionary dictionary = { .column = 1 };
    zkl_read_options options = test_options(t, NULL, 0);
    ZKL_AUTO_CLEAR(zkl_buffer) content = { 0 };
    zkl_error err = { 0 };
    options.schema = &schema;
    options.dictionaries = &dictionary;
    options.dictionary_count = 1;
    CHECK_STATUS(t, ZKL_OK,
                 zkl_file_read(&content,
                               zkl_arena_format(&t->arena, "%s/fuzz/corpus/spool/%s",
                                                ZKL_TEST_SOURCE_DIR, name),
                               1 << 20, &err));
    return take_back(t, out, zkl_buffer_bytes(&content), &options, &err);
}

static void test_keep__by_the_page(zkl_test *t)
{
    static const char *const refused[] = { "longer.spool", "cut.spool",   "order.spool",
                                           "twice.spool",  "code.spool",  "flag.spool",
                                           "null.spool",   "sizes.spool", "segment.spool",
                                           "rows.spool",   "name.spool" };
    ZKL_AUTO_FREE(zkl_table) table = NULL;
    REQUIRE(t, take_corpus(t, &table, "whole.spool") == ZKL_OK);
    CHECK_TEXT_EQ(t, test_table_text(t, table),
                  "n:uint16?,c:dictionary,s:string16?\n7|Oslo|abc\n-|Bergen|-\n9|Oslo|\n");
    for (size_t i = 0; i < ZKL_COUNT(refused); i++) {
        zkl_table *none = NULL;
        CHECK_STATUS(t, ZKL_BAD_INPUT, take_corpus(t, &none, refused[i]));
        CHECK(t, none == NULL);
    }
}

/* A later version may have fewer strings than its dictionary: with its data key alone the others
 * are not taken, and root and codes are the same. */
static void test_keep__a_dictionary_in_part(zkl_test *t)
{
    const char *path = test_file(t, "three.csv", "c\nOslo\nBergen\nTromso\n");
    const char *fewer = test_file(t, "fewer.csv", "c\nTromso\nOslo\n");
    const uint8_t present[1] = { 1 << 1 | 1 << 2 }; /* not Bergen, which is the first */
    ZKL_AUTO_FREE(zkl_table) all = read_table(t, &path, 1, NULL);
    ZKL_AUTO_FREE(zkl_table) again = NULL;
    test_read later;
    zkl_error err = { 0 };
    zkl_digest schema_a, schema_b;
    const zkl_bytes *entries;
    REQUIRE(t, all != NULL);
    const size_t count = zkl_table_dictionary(all, 0, &entries);
    const zkl_previous_dictionary before = { *zkl_table_dictionary_seed(all, 0), entries, count };
    const zkl_previous previous = { zkl_table_schema(all), &before };
    zkl_read_options read = test_options(t, &fewer, 1);
    read.previous = &previous;
    REQUIRE(t, test_read_with(t, &later, &read) == ZKL_OK);
    ZKL_AUTO_FREE(zkl_table) table = later.table;
    zkl_read_options options = options_of(t, table);
    zkl_read_dictionary part = options.dictionaries[0];
    const zkl_dictionary_source whole = { ZKL_HASH_SHA3_256, part.key, entries, count };
    REQUIRE_OK(t, &err, zkl_dictionary_part_make(&part.part, &t->arena, &whole, present, &err));
    memset(part.key, 0, sizeof part.key);
    options.dictionaries = &part;
    REQUIRE_OK(t, &err, take_back(t, &again, content_of(t, table), &options, &err));
    zkl_schema_hash(&schema_a, zkl_table_schema(table));
    zkl_schema_hash(&schema_b, zkl_table_schema(again));
    CHECK_MEM_EQ(t, &schema_a, &schema_b, 32);
    CHECK_TEXT_EQ(t, test_table_text(t, again), "c:dictionary\nTromso\nOslo\n");
    CHECK(t, zkl_table_dictionary(again, 0, &entries) == 3 && entries[0].size == 0);
}

/* Each allocation of keeping and of taking back fails once: said, and nothing is left. */
static void test_keep__survives_lack_of_memory(zkl_test *t)
{
    zkl_env env = test_env(t);
    env.pool = NULL; /* in order, so that every allocation is met */
    const char *path = test_file(t, "mixed.csv", MIXED);
    ZKL_AUTO_FREE(zkl_table) table = read_table(t, &path, 1, HASHED);
    REQUIRE(t, table != NULL);
    const zkl_read_options options = options_of(t, table);
    bool done = false;
    for (uint64_t nth = 1; nth < 2000 && !done; nth++) {
        ZKL_AUTO_FREE(zkl_sealed_writer) writer = NULL;
        ZKL_AUTO_FREE(zkl_sealed_reader) reader = NULL;
        ZKL_AUTO_FREE(zkl_table) again = NULL;
        zkl_error err = { 0 };
        const int fd = zkl_file_open_unnamed(test_place(t));
        const zkl_sealed with = sealed_in(fd);
        CHECK_STATUS(t, ZKL_OK, zkl_fd_write(fd, with.header, with.path, &err));
        (void)zkl_malloc_fail_after(nth);
        zkl_status status = zkl_sealed_writer_new(&writer, &with, &err);
        if (status == ZKL_OK)
            status = zkl_table_keep(writer, table, &env, &err);
        if (status == ZKL_OK)
            status = zkl_sealed_finish(writer, &err);
        if (status == ZKL_OK && lseek(fd, sizeof HEADER - 1, SEEK_SET) >= 0)
            status = zkl_sealed_reader_new(&reader, &with, &err);
        if (status == ZKL_OK)
            status = zkl_table_restore(&again, reader, &options, &env, &err);
        (void)zkl_malloc_fail_after(0);
        done = status == ZKL_OK;
        if (status != ZKL_OK && status != ZKL_NO_MEMORY)
            FAIL(t, "allocation %llu: %s", (unsigned long long)nth, err.text);
        CHECK(t, done == (again != NULL));
        close(fd);
    }
    CHECK(t, done);
}

ZKL_TESTS(TEST(test_keep__survives_lack_of_memory), TEST(test_keep__gives_back_every_type_and_null),
          TEST(test_keep__by_the_page), TEST(test_keep__a_dictionary_in_part),
          TEST(test_keep__gives_back_several_chunks), TEST(test_keep__refuses_what_does_not_belong),
          TEST(test_keep__roots_are_made_anew), TEST(test_keep__any_content_is_harmless))
