/* Parquet through the DuckDB module: exact types, exact values. What the files hold is in
 * tests/data/make.py. */
#include "table_testing.h"

static const char *data_file(zkl_test *t, const char *name)
{
    return zkl_arena_format(&t->arena, "%s/tests/data/%s", ZKL_TEST_SOURCE_DIR, name);
}

static zkl_status read_file_columns(zkl_test *t, test_read *read, const char *name,
                                    const char *const *columns, size_t count, bool keep_types)
{
    const char *path = data_file(t, name);
    zkl_read_options options = test_options(t, &path, 1);
    options.columns = columns;
    options.column_count = count;
    options.keep_types = keep_types;
    return test_read_with(t, read, &options);
}

static zkl_status read_columns(zkl_test *t, test_read *read, const char *const *columns,
                               size_t count, bool keep_types)
{
    return read_file_columns(t, read, "types.parquet", columns, count, keep_types);
}

static void test_parquet__holds_every_type(zkl_test *t)
{
    static const char *const columns[] = { "bool", "i8",  "u8",  "i64",  "u64", "f32",
                                           "f64",  "dec", "day", "time", "ms",  "tz" };
    test_read read;
    REQUIRE_OK(t, &read.err, read_columns(t, &read, columns, ZKL_COUNT(columns), false));
    CHECK_TEXT_EQ(
        t, test_table_text(t, read.table),
        "bool:bool?,i8:int16,u8:uint16,i64:int64,u64:uint64,f32:float32,f64:float64?,dec:decimal("
        "38,2)?,day:date,time:time?,"
        "ms:timestamp?,tz:timestamp?\n"
        "true|-128|0|-9223372036854775808|0|0|1e+300|-12345678901234567890.12|1969-12-31|00:00:00."
        "000001|"
        "1969-12-31T23:59:59.5Z|2024-07-01T10:00:00Z\n"
        "-|0|1|0|1|0.1|-|0.01|2024-02-29|23:59:59.999999|2024-02-29T00:00:00Z|2024-01-01T00:00:"
        "00Z\n"
        "false|127|255|9223372036854775807|18446744073709551615|inf|-0.1|-|0001-01-01|-|-|-\n");
    zkl_table_free(read.table);
}

static void test_parquet__keeps_types_when_asked(zkl_test *t)
{
    static const char *const columns[] = { "i8", "u8", "i64", "dec" };
    test_read read;
    REQUIRE_OK(t, &read.err, read_columns(t, &read, columns, ZKL_COUNT(columns), true));
    CHECK_TEXT_EQ(t, test_table_text(t, read.table),
                  "i8:int16,u8:uint16,i64:int64,dec:decimal(38,2)?\n"
                  "-128|0|-9223372036854775808|-12345678901234567890.12\n0|1|0|0.01\n127|255|"
                  "9223372036854775807|-\n");
    zkl_table_free(read.table);
}

static void test_parquet__text_is_never_retyped_by_its_bytes(zkl_test *t)
{
    static const char *const columns[] = { "text" };
    test_read read;
    const zkl_bytes *entries;
    REQUIRE_OK(t, &read.err, read_columns(t, &read, columns, 1, false));
    REQUIRE(t, zkl_table_dictionary(read.table, 0, &entries) == 2);
    CHECK(t, entries[0].size == 0);
    CHECK(t, entries[1].size == 6 && memcmp(entries[1].data, "gr\xc3\xbcn\0", 6) == 0);
    zkl_table_free(read.table);
}

static void test_parquet__binary_is_hashed_as_it_is(zkl_test *t)
{
    static const char *const columns[] = { "bin" };
    static const uint8_t want[] = {
        1, 0, 0, 0, 2, 0xff, 0x00, 1, 0, 0, 0, 0, 0
    }; /* two values, a null */
    test_read read;
    ZKL_AUTO_CLEAR(zkl_buffer) rows = { 0 };
    REQUIRE_OK(t, &read.err, read_columns(t, &read, columns, 1, false));
    CHECK(t, zkl_table_schema(read.table)->columns[0].type.kind == ZKL_TYPE_BINARY16);
    (void)test_table_text(t, read.table); /* compares the hashes */
    REQUIRE_OK(t, &read.err, zkl_table_chunk(read.table, 0, NULL, &rows, NULL, &read.err));
    REQUIRE(t, rows.size == sizeof want);
    CHECK_MEM_EQ(t, rows.data, want, sizeof want);
    zkl_table_free(read.table);
}

static void test_parquet__refuses_what_a_cell_cannot_hold(zkl_test *t)
{
    static const char *const nan[] = { "nan" }, *const list[] = { "list" }, *const ns[] = { "ns" };
    test_read read;
    CHECK_STATUS(t, ZKL_BAD_INPUT, read_columns(t, &read, nan, 1, false));
    CHECK_UINT_EQ(t, read.bad.total, 1);
    CHECK(t, read.bad.rows[0].row == 1 && strstr(read.bad.rows[0].reason, "NaN") != NULL &&
                 strcmp(read.bad.rows[0].column, "nan") == 0);
    CHECK_STATUS(t, ZKL_BAD_INPUT, read_columns(t, &read, ns, 1, false));
    CHECK(t, read.bad.total == 1 && strstr(read.bad.rows[0].reason, "microseconds") != NULL);
    CHECK_STATUS(t, ZKL_NOT_SUPPORTED, read_columns(t, &read, list, 1, false));
    CHECK(t, strstr(read.err.text, "'list'") != NULL);
}

/* DuckDB makes 20635975.68 of the decimal 1.23 and drops the last three digits of both times, and
 * says nothing. */
static void test_parquet__refuses_what_the_reader_would_round(zkl_test *t)
{
    static const char *const wide[] = { "wide" }, *const nstz[] = { "nstz" };
    test_read read;
    CHECK_STATUS(t, ZKL_NOT_SUPPORTED,
                 read_file_columns(t, &read, "inexact.parquet", wide, 1, false));
    CHECK(t, strstr(read.err.text, "'wide'") && strstr(read.err.text, "more than 38 digits"));
    CHECK_STATUS(t, ZKL_NOT_SUPPORTED,
                 read_file_columns(t, &read, "inexact.parquet", nstz, 1, false));
    CHECK(t, strstr(read.err.text, "'nstz'") && strstr(read.err.text, "nanoseconds"));
    CHECK_STATUS(t, ZKL_NOT_SUPPORTED,
                 read_file_columns(t, &read, "int96.parquet", NULL, 0, false));
    CHECK(t, strstr(read.err.text, "INT96") != NULL);
}

/* Spark's INT96 have microseconds only. */
static void test_parquet__reads_times_as_spark_writes_them(zkl_test *t)
{
    test_read read;
    REQUIRE_OK(t, &read.err, read_file_columns(t, &read, "int96_spark.parquet", NULL, 0, false));
    CHECK_TEXT_EQ(t, test_table_text(t, read.table), "t:timestamp\n2024-02-29T12:00:00.123456Z\n");
    zkl_table_free(read.table);
}

/* A struct before them holds the same names. */
static void test_parquet__names_may_differ_by_case_only(zkl_test *t)
{
    static const char *const columns[] = { "A", "a" };
    test_read read;
    REQUIRE_OK(t, &read.err, read_file_columns(t, &read, "inexact.parquet", columns, 2, false));
    CHECK_TEXT_EQ(t, test_table_text(t, read.table), "A:uint16,a:uint16\n1|2\n");
    zkl_table_free(read.table);
}

/* Asked for, digits that people wrote are decimals and integers; what has more than 18 is a float.
 */
static void test_parquet__floats_are_their_shortest_digits(zkl_test *t)
{
    static const char *const columns[] = { "price", "count", "single", "third",
                                           "tiny",  "huge",  "endless" };
    const char *path = data_file(t, "floats.parquet");
    zkl_read_options options = test_options(t, &path, 1);
    options.columns = columns;
    options.column_count = ZKL_COUNT(columns);
    options.float_decimals = true;
    test_read read;
    REQUIRE_OK(t, &read.err, test_read_with(t, &read, &options));
    CHECK_TEXT_EQ(t, test_table_text(t, read.table),
                  "price:decimal(4,2)?,count:uint32?,single:decimal(9,1),third:float64,"
                  "tiny:float64,huge:float64,endless:float64\n"
                  "19.99|1|0.1|0.3333333333333333|1e-20|1e+300|inf\n"
                  "0.10|0|16777216.0|12.5|0|1|1\n"
                  "-|-|2.5|0|0|2|2\n"
                  "-5.00|300000|-0.5|1|1|3|3\n");
    CHECK(t,
          strstr(zkl_table_column_note(read.table, 0), "by their digits: decimals -5.00..19.99"));
    zkl_table_free(read.table);
}

/* The same by a schema; a digit that has no room is a bad value, as of text. */
static void test_parquet__a_schema_makes_decimals_of_floats(zkl_test *t)
{
    static const char *const columns[] = { "price", "third" };
    const char *path = data_file(t, "floats.parquet");
    zkl_read_options options = test_options(t, &path, 1);
    options.columns = columns;
    options.column_count = 1;
    options.schema_file = test_file(t, "s.toml", "[columns.price]\ntype = \"decimal(9,3)\"\n");
    test_read read;
    REQUIRE_OK(t, &read.err, test_read_with(t, &read, &options));
    CHECK_TEXT_EQ(t, test_table_text(t, read.table),
                  "price:decimal(9,3)?\n19.990\n0.100\n-\n-5.000\n");
    zkl_table_free(read.table);
    options.columns = columns + 1;
    options.schema_file = test_file(t, "s2.toml", "[columns.third]\ntype = \"decimal(18,9)\"\n");
    CHECK_STATUS(t, ZKL_BAD_INPUT, test_read_with(t, &read, &options));
    CHECK_UINT_EQ(t, read.bad.total, 1);
    CHECK(t, strcmp(read.bad.rows[0].value, "0.3333333333333333") == 0 &&
                 strstr(read.bad.rows[0].reason, "finer than the type's decimal places"));
}

/* Labels of other tools: 0 and 1 are bools where a schema says so, and nothing else is. */
static void test_parquet__a_schema_makes_bools_of_0_and_1(zkl_test *t)
{
    static const char *const columns[] = { "label", "flag", "count" };
    const char *path = data_file(t, "floats.parquet");
    zkl_read_options options = test_options(t, &path, 1);
    options.columns = columns;
    options.column_count = 2;
    options.schema_file = test_file(
        t, "s.toml", "[columns.label]\ntype = \"bool\"\n[columns.flag]\ntype = \"bool\"\n");
    test_read read;
    REQUIRE_OK(t, &read.err, test_read_with(t, &read, &options));
    CHECK_TEXT_EQ(t, test_table_text(t, read.table),
                  "label:bool?,flag:bool\ntrue|false\nfalse|true\n-|true\ntrue|false\n");
    zkl_table_free(read.table);
    options.columns = columns + 2;
    options.column_count = 1;
    options.schema_file = test_file(t, "s2.toml", "[columns.count]\ntype = \"bool\"\n");
    CHECK_STATUS(t, ZKL_BAD_INPUT, test_read_with(t, &read, &options));
    CHECK_UINT_EQ(t, read.bad.total, 2); /* -0.0 and 300000 */
}

/* What is no number is no decimal either. */
static void test_parquet__no_decimal_is_infinite_or_nan(zkl_test *t)
{
    static const char *const columns[] = { "endless", "gap" };
    const char *path = data_file(t, "floats.parquet");
    zkl_read_options options = test_options(t, &path, 1);
    options.columns = columns;
    options.column_count = 2;
    options.schema_file = test_file(t, "s.toml",
                                    "[columns.endless]\ntype = \"int64\"\n"
                                    "[columns.gap]\ntype = \"decimal(4,1)\"\nnan = \"null\"\n");
    test_read read;
    CHECK_STATUS(t, ZKL_BAD_INPUT, test_read_with(t, &read, &options));
    CHECK_UINT_EQ(t, read.bad.total, 1);
    CHECK(t, strcmp(read.bad.rows[0].column, "endless") == 0 && read.bad.rows[0].row == 1);
    options.columns = columns + 1;
    options.column_count = 1;
    options.schema_file =
        test_file(t, "s2.toml", "[columns.gap]\ntype = \"decimal(4,1)\"\nnan = \"null\"\n");
    REQUIRE_OK(t, &read.err, test_read_with(t, &read, &options));
    CHECK_TEXT_EQ(t, test_table_text(t, read.table), "gap:decimal(4,1)?\n-\n1.5\n2.5\n3.5\n");
    zkl_table_free(read.table);
}

static void test_parquet__a_cut_file_is_refused(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) bytes = { 0 };
    zkl_error err = { 0 };
    test_read read;
    REQUIRE_OK(t, &err, zkl_file_read(&bytes, data_file(t, "types.parquet"), 1 << 20, &err));
    for (size_t cut = 1; cut < bytes.size; cut += bytes.size / 7) {
        const char *path = test_file_bytes(t, "cut.parquet", bytes.data, bytes.size - cut);
        const zkl_read_options options = test_options(t, &path, 1);
        CHECK_STATUS(t, ZKL_BAD_INPUT, test_read_with(t, &read, &options));
        zkl_table_free(read.table);
    }
}

/* The same rows from three formats. Inference gives the same types, and the content is the same,
 * value by value. */
static void test_formats__agree_on_the_penguins(zkl_test *t)
{
    static const char *const na[] = { "NA" };
    static const char *const names[] = { "penguins.csv", "penguins.ndjson", "penguins.parquet",
                                         "penguins.csv.gz", "penguins.ndjson.zst" };
    const char *text[5] = { 0 };
    for (size_t i = 0; i < 5; i++) {
        const char *path = data_file(t, names[i]);
        zkl_read_options options = test_options(t, &path, 1);
        test_read read;
        options.reading.null_texts = na;
        options.reading.null_text_count = i % 3 == 0;
        REQUIRE_OK(t, &read.err, test_read_with(t, &read, &options));
        CHECK_UINT_EQ(t, zkl_table_rows(read.table), 344);
        text[i] = test_table_text(t, read.table);
        zkl_table_free(read.table);
    }
    static const char want[] =
        "species:dictionary,island:dictionary,bill_length_mm:decimal(4,1)?,bill_depth_mm:decimal(4,"
        "1)?,"
        "flipper_length_mm:uint16?,body_mass_g:uint16?,sex:dictionary?,year:uint16\n"
        "Adelie|Torgersen|39.1|18.7|181|3750|male|2007\n";
    CHECK(t, strncmp(text[0], want, sizeof want - 1) == 0);
    for (size_t i = 1; i < 5; i++)
        CHECK_TEXT_EQ(t, text[i], text[0]);
}

ZKL_TESTS(TEST(test_parquet__holds_every_type), TEST(test_parquet__keeps_types_when_asked),
          TEST(test_parquet__text_is_never_retyped_by_its_bytes),
          TEST(test_parquet__refuses_what_a_cell_cannot_hold),
          TEST(test_parquet__refuses_what_the_reader_would_round),
          TEST(test_parquet__reads_times_as_spark_writes_them),
          TEST(test_parquet__names_may_differ_by_case_only),
          TEST(test_parquet__floats_are_their_shortest_digits),
          TEST(test_parquet__a_schema_makes_decimals_of_floats),
          TEST(test_parquet__no_decimal_is_infinite_or_nan),
          TEST(test_parquet__a_schema_makes_bools_of_0_and_1),
          TEST(test_parquet__binary_is_hashed_as_it_is), TEST(test_parquet__a_cut_file_is_refused),
          TEST(test_formats__agree_on_the_penguins))
