/* Schema files: what they fix, what they refuse, and bad values under fixed types. */
#include "table/schema_file.h"

#include "table_testing.h"

static zkl_status read_under(zkl_test *t, test_read *read, const char *schema, const char *csv)
{
    const char *path = test_file(t, "under.csv", csv);
    zkl_read_options options = test_options(t, &path, 1);
    options.schema_file = test_file(t, "schema.toml", schema);
    return test_read_with(t, read, &options);
}

static void test_schema_file__fixes_types(zkl_test *t)
{
    test_read read;
    REQUIRE_OK(
        t, &read.err,
        read_under(t, &read,
                   "key = [\"id\"]\n"
                   "[columns.id]\ntype = \"int64\"\n"
                   "[columns.amount]\ntype = \"decimal(9,2)\"\nnullable = true\n"
                   "[columns.code]\ntype = \"string\"\n"
                   "[columns.hash]\ntype = \"string32\"\n"
                   "[columns.zip]\ntype = \"uint32\"\n"
                   "[columns.score]\ntype = \"float32\"\nnan = \"null\"\n",
                   "id,amount,code,hash,zip,score,free\n1,2.5,7,x,00420,nan,8\n2,3,8,y,1,0.1,9\n"));
    CHECK_TEXT_EQ(t, test_table_text(t, read.table),
                  "id:int64,amount:decimal(9,2)?,code:dictionary,hash:string32,zip:uint32,score:"
                  "float32?,free:uint16\n"
                  "1|2.50|7|x|420|-|8\n2|3.00|8|y|1|0.1|9\n");
    const char *const *key;
    REQUIRE(t, zkl_table_key(read.table, &key) == 1);
    CHECK_TEXT_EQ(t, key[0], "id");
    CHECK_TEXT_EQ(t, zkl_table_column_note(read.table, 0), "given by the schema");
    CHECK_TEXT_EQ(t, zkl_table_column_note(read.table, 6), "inferred: integers 8..9, no nulls");
    zkl_table_free(read.table);
}

static void test_schema_file__ranges_become_claims(zkl_test *t)
{
    test_read read;
    const char *const *claims;
    REQUIRE_OK(
        t, &read.err,
        read_under(t, &read,
                   "[columns.age]\nrange = [0, 120]\n"
                   "[columns.\"two words\"]\ntype = \"decimal(9,2)\"\nrange = [\"-1.50\", \"*\"]\n"
                   "[columns.day]\ntype = \"date\"\nrange = [1900-01-01, 2100-12-31]\n",
                   "age,two words,day\n1,2,2024-01-01\n"));
    REQUIRE(t, zkl_table_claims(read.table, &claims) == 3);
    CHECK_TEXT_EQ(t, claims[0], "range(age, 0, 120)");
    CHECK_TEXT_EQ(t, claims[1], "range(\"two words\", -1.50, *)");
    CHECK_TEXT_EQ(t, claims[2], "range(day, 1900-01-01, 2100-12-31)");
    zkl_table_free(read.table);
}

static void test_schema_file__bad_values_are_listed(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) csv = { 0 };
    zkl_buffer_put_text(&csv, "a,b\n");
    for (unsigned i = 0; i < 70000; i++)
        zkl_buffer_format(&csv, "%u,%s\n", i, i % 7000 == 100 ? "1.239" : "1.25"); /* ten of them */
    zkl_buffer_put_text(&csv, "x,1\n,1\n70000,1\n");
    zkl_buffer_put_u8(&csv, 0);
    test_read read;
    CHECK_STATUS(t, ZKL_BAD_INPUT,
                 read_under(t, &read,
                            "[columns.a]\ntype = \"uint32\"\nnullable = false\n[columns.b]\ntype = "
                            "\"decimal(9,2)\"\n",
                            (const char *)csv.data));
    CHECK_UINT_EQ(t, read.bad.total, 12);
    REQUIRE(t, read.bad.count == 10);
    for (unsigned i = 0; i < 10; i++) {
        CHECK_UINT_EQ(t, read.bad.rows[i].row, 7000 * i + 101);
        CHECK_TEXT_EQ(t, read.bad.rows[i].column, "b");
        CHECK_TEXT_EQ(t, read.bad.rows[i].value, "1.239");
        CHECK_TEXT_EQ(t, read.bad.rows[i].reason, "finer than the type's decimal places");
        CHECK(t, strstr(read.bad.rows[i].file, "under.csv") != NULL);
    }
    CHECK(t, read.table == NULL);

    CHECK_STATUS(t, ZKL_BAD_INPUT,
                 read_under(t, &read, "[columns.a]\ntype = \"uint16\"\nnullable = false\n",
                            "a,b\nx,1\n,1\n70000,1\n"));
    CHECK_UINT_EQ(t, read.bad.total, 3);
    CHECK_TEXT_EQ(t, read.bad.rows[0].reason, "not a number");
    CHECK_TEXT_EQ(t, read.bad.rows[1].reason, "null, but the column is not nullable");
    CHECK_TEXT_EQ(t, read.bad.rows[2].reason, "outside the type");
    CHECK_TEXT_EQ(t, read.bad.rows[2].value, "70000");
}

static void test_schema_file__refuses_with_the_place(zkl_test *t)
{
    static const struct {
        const char *text, *words;
    } cases[] = {
        { "colums = 1\n", "line 1, column 1: unknown key 'colums'" },
        { "[columns.a]\ntyp = \"int16\"\n", "line 2, column 1: unknown key 'typ'" },
        { "[columns.a]\ntype = \"int8\"\n", "unknown type 'int8'" },
        { "[columns.a]\ntype = 16\n", "line 2, column 8: 'type' is an integer" },
        { "[columns.a]\nnullable = \"no\"\n", "'nullable' is a string" },
        { "[columns.a]\nrange = [1]\n", "'range' has 1 bounds" },
        { "[columns.a]\nrange = [1.5, 2]\n", "a bound is a float" },
        { "[columns.a]\ntype = \"uint16\"\nrange = [-1, 2]\n", "bound '-1': outside the type" },
        { "[columns.a]\nnan = \"zero\"\n", "'nan' is 'zero'" },
        { "[columns.a]\nnan = \"null\"\nnullable = false\n", "not nullable" },
        { "columns = 3\n", "'columns' is an integer" },
        { "[columns]\na = 3\n", "column 'a' is an integer" },
        { "key = [1]\n", "a key column is an integer" },
        { "key = [\"zz\"]\n", "no key column 'zz'" },
        { "[columns.zz]\ntype = \"bool\"\n", "line 1: there is no column 'zz'" },
        { "[columns.a\n", "line 1" },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        test_read read;
        CHECK_STATUS(t, ZKL_BAD_INPUT, read_under(t, &read, cases[i].text, "a,b\n1,2\n"));
        if (!strstr(read.err.text, cases[i].words))
            FAIL(t, "message '%s' without '%s'", read.err.text, cases[i].words);
    }
}

/* A manifest's schema reads the same data to the same bytes, and nothing else. */
static void test_schema__of_a_manifest_reads_the_data_again(zkl_test *t)
{
    static const char csv[] = "id,city,amount,left out\n1,Bern,2.5,x\n2,,nan,y\n";
    static const char *const columns[] = { "id", "city", "amount" };
    static const char *const changed[] = { "id,city,amount\n70000,Bern,2.5\n",
                                           "id,city,amount\n,Bern,2.5\n",
                                           "city,id,amount\nBern,1,2.5\n", "id,city\n1,Bern\n" };
    const char *path = test_file(t, "again.csv", csv);
    zkl_read_options options = test_options(t, &path, 1);
    test_read first, again;
    ZKL_AUTO_CLEAR(zkl_buffer) rows = { 0 }, rows_again = { 0 };
    zkl_digest hash, hash_again;
    options.columns = columns;
    options.column_count = 3;
    options.schema_file =
        test_file(t, "again.toml", "[columns.amount]\ntype = \"float32\"\nnan = \"null\"\n");
    REQUIRE_OK(t, &first.err, test_read_with(t, &first, &options));
    options = test_options(t, &path, 1);
    options.schema = zkl_table_schema(first.table);
    REQUIRE_OK(t, &again.err, test_read_with(t, &again, &options));
    zkl_schema_hash(&hash, zkl_table_schema(first.table));
    zkl_schema_hash(&hash_again, zkl_table_schema(again.table));
    CHECK_MEM_EQ(t, hash_again.bytes, hash.bytes, 32);
    CHECK_TEXT_EQ(t, test_table_text(t, again.table),
                  "id:uint16,city:dictionary?,amount:float32?\n1|Bern|2.5\n2|-|-\n");
    REQUIRE_OK(t, &first.err, zkl_table_chunk(first.table, 0, NULL, &rows, NULL, &first.err));
    REQUIRE_OK(t, &first.err, zkl_table_chunk(again.table, 0, NULL, &rows_again, NULL, &first.err));
    CHECK(t, rows.size == rows_again.size && memcmp(rows.data, rows_again.data, rows.size) == 0);
    zkl_table_free(again.table);
    for (size_t i = 0; i < ZKL_COUNT(changed); i++) {
        path = test_file(t, "changed.csv", changed[i]);
        CHECK_STATUS(t, ZKL_BAD_INPUT, test_read_with(t, &again, &options));
    }
    zkl_table_free(first.table);
}

static void test_name_quote__as_claims_write_it(zkl_test *t)
{
    static const char *const names[][2] = { { "age", "age" },
                                            { "_a1", "_a1" },
                                            { "1a", "\"1a\"" },
                                            { "a b", "\"a b\"" },
                                            { "a\"\\", "\"a\\\"\\\\\"" } };
    for (size_t i = 0; i < ZKL_COUNT(names); i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
        zkl_name_quote(&out, zkl_bytes_of_text(names[i][0]));
        zkl_buffer_put_u8(&out, 0);
        CHECK_TEXT_EQ(t, (const char *)out.data, names[i][1]);
    }
}

ZKL_TESTS(TEST(test_schema_file__fixes_types), TEST(test_schema_file__ranges_become_claims),
          TEST(test_schema_file__bad_values_are_listed),
          TEST(test_schema_file__refuses_with_the_place),
          TEST(test_schema__of_a_manifest_reads_the_data_again),
          TEST(test_name_quote__as_claims_write_it))
