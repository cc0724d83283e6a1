/* Later versions: columns keep type, nullability and dictionary as long as their values fit, and
 * say when not. */
#include "table_testing.h"

static void read_version(zkl_test *t, test_read *out, const char *name, const char *content,
                         const char *schema, const zkl_previous *previous)
{
    const char *path = test_file(t, name, content);
    zkl_read_options options = test_options(t, &path, 1);
    options.previous = previous;
    if (schema)
        options.schema_file = test_file(t, "schema.toml", schema);
    (void)test_read_with(t, out, &options); /* out->err tells */
}

/* What a version hands on. keeps: with its dictionaries' entries, as the ledger keeps them. */
static zkl_previous previous_of(zkl_test *t, const zkl_table *table, bool keeps)
{
    const zkl_schema *schema = zkl_table_schema(table);
    zkl_previous_dictionary *dictionaries =
        ZKL_ARENA_NEW(&t->arena, zkl_previous_dictionary, schema->column_count);
    for (size_t i = 0; i < schema->column_count; i++) {
        dictionaries[i].seed = *zkl_table_dictionary_seed(table, i);
        if (keeps)
            dictionaries[i].entry_count = zkl_table_dictionary(table, i, &dictionaries[i].entries);
    }
    return (zkl_previous){ .schema = schema, .dictionaries = dictionaries };
}

/* Read `before`, then `after` as its next version: the rows it reads as, and the changes of all
 * columns, "; " apart. */
static void check_inherits(zkl_test *t, const char *before, const char *after, const char *want,
                           const char *want_changes)
{
    test_read a, b;
    char changes[1024] = "";
    read_version(t, &a, "before.csv", before, NULL, NULL);
    if (!a.table) {
        FAIL(t, "before: %s", a.err.text);
        return;
    }
    const zkl_previous previous = previous_of(t, a.table, true);
    read_version(t, &b, "after.csv", after, NULL, &previous);
    if (!b.table) {
        FAIL(t, "after: %s", b.err.text);
    } else {
        CHECK_TEXT_EQ(t, test_table_text(t, b.table), want);
        for (size_t i = 0; i < zkl_table_schema(b.table)->column_count; i++) {
            const char *change = zkl_table_column_change(b.table, i);
            snprintf(changes + strlen(changes), sizeof changes - strlen(changes), "%s%s",
                     *changes && *change ? "; " : "", change);
        }
        CHECK_TEXT_EQ(t, changes, want_changes);
    }
    zkl_table_free(a.table);
    zkl_table_free(b.table);
}

/* Narrower values stay in the type; wider ones give that column alone another. Hand computed:
 * uint16 ends at 65,535, decimal(4,1) at 999.9, decimal(9,1) holds nine digits. */
static void test_inherit__types(zkl_test *t)
{
    check_inherits(t, "a,b\n70000,1\n5,2\n", "a,b\n7,3\n", "a:uint32,b:uint16\n7|3\n", "");
    check_inherits(t, "a,b\n7,1\n", "a,b\n70000,3\n", "a:uint32,b:uint16\n70000|3\n",
                   "70000 lies outside uint16");
    check_inherits(t, "a\n65535\n", "a\n65535\n", "a:uint16\n65535\n", "");
    check_inherits(t, "a\n7\n", "a\n65536\n", "a:uint32\n65536\n", "65536 lies outside uint16");
    check_inherits(t, "a\n7\n", "a\n-1\n", "a:int16\n-1\n", "-1 lies outside uint16");
    check_inherits(t, "a\n-7\n", "a\n7\n", "a:int16\n7\n", "");
    check_inherits(t, "a\n1.5\n", "a\n7\n", "a:decimal(4,1)\n7.0\n", "");
    check_inherits(t, "a\n1.5\n", "a\n999.9\n", "a:decimal(4,1)\n999.9\n", "");
    check_inherits(t, "a\n1.5\n", "a\n1000\n", "a:uint16\n1000\n",
                   "1000 lies outside decimal(4,1)");
    check_inherits(t, "a\n1.5\n", "a\n1.25\n", "a:decimal(4,2)\n1.25\n",
                   "values with 2 decimal places");
    check_inherits(t, "a\n1e3\n", "a\n7\n", "a:float64\n7\n", "");
    check_inherits(t, "a\n1e3\n", "a\nx\n", "a:dictionary\nx\n",
                   "not every value is a number that a float holds");
    check_inherits(t, "a\ntrue\n", "a\nfalse\n", "a:bool\nfalse\n", "");
    check_inherits(t, "a\ntrue\n", "a\n1\n", "a:uint16\n1\n", "not every value is true or false");
    check_inherits(t, "a\n2024-01-01\n", "a\n2024-02-30\n", "a:dictionary\n2024-02-30\n",
                   "not every value is a date");
}

/* Text is read no looser than a first version reads it. */
static void test_inherit__leading_zeros_are_no_numbers(zkl_test *t)
{
    check_inherits(t, "a\n7\n", "a\n007\n", "a:dictionary\n007\n",
                   "not every value is a plain number");
}

static void test_inherit__nullability(zkl_test *t)
{
    check_inherits(t, "a,b\n1,2\n,3\n", "a,b\n1,2\n", "a:uint16?,b:uint16\n1|2\n", "");
    check_inherits(t, "a,b\n1,2\n", "a,b\n1,2\n,3\n", "a:uint16?,b:uint16\n1|2\n-|3\n", "1 null");
    check_inherits(t, "a,b\n1,2\n", "a,b\n,2\n,3\n", "a:uint16?,b:uint16\n-|2\n-|3\n", "2 nulls");
    check_inherits(t, "a,b\n1,2\n", "a,b\n70000,2\n,3\n", "a:uint32?,b:uint16\n70000|2\n-|3\n",
                   "1 null; 70000 lies outside uint16");
    /* a column of nulls alone is bool, until it has values */
    check_inherits(t, "a,b\n,2\n", "a,b\n5,2\n", "a:uint16?,b:uint16\n5|2\n",
                   "not every value is true or false");
}

/* Columns go by name, wherever they stand; new ones are decided as in a first version. */
static void test_inherit__goes_by_name(zkl_test *t)
{
    check_inherits(t, "a,b,c\n70000,-1,1\n", "c,x,a\n1,2,3\n",
                   "c:uint16,x:uint16,a:uint32\n1|2|3\n", "");
}

/* Fewer strings: the same dictionary, root, seed and codes. More: another root under another
 * seed. */
static void test_inherit__dictionaries(zkl_test *t)
{
    test_read a, b, c;
    uint16_t *cells = ZKL_ARENA_NEW(&t->arena, uint16_t, ZKL_CHUNK_ROWS);
    zkl_error err = { 0 };
    read_version(t, &a, "before.csv", "city\nBern\nChur\nGenf\nChur\n", NULL, NULL);
    REQUIRE(t, a.table);
    const zkl_previous previous = previous_of(t, a.table, true);
    read_version(t, &b, "after.csv", "city\nGenf\nChur\n", NULL, &previous);
    read_version(t, &c, "after.csv", "city\nGenf\nAarau\nBern\nZug\n", NULL, &previous);
    REQUIRE(t, b.table && c.table);
    const zkl_type *had = &zkl_table_schema(a.table)->columns[0].type;
    CHECK(t, zkl_type_equal(&zkl_table_schema(b.table)->columns[0].type, had));
    CHECK_MEM_EQ(t, zkl_table_dictionary_seed(b.table, 0), zkl_table_dictionary_seed(a.table, 0),
                 32);
    CHECK_TEXT_EQ(t, zkl_table_column_change(b.table, 0), "");
    CHECK_TEXT_EQ(t, test_table_text(t, b.table), "city:dictionary\nGenf\nChur\n");
    REQUIRE_OK(t, &err, zkl_table_chunk(b.table, 0, &cells, NULL, NULL, &err));
    CHECK(t, cells[0] == 2 && cells[1] == 1); /* Bern 0, Chur 1, Genf 2 */

    CHECK(t, !zkl_type_equal(&zkl_table_schema(c.table)->columns[0].type, had));
    CHECK(t, memcmp(zkl_table_dictionary_seed(c.table, 0), zkl_table_dictionary_seed(a.table, 0),
                    32) != 0);
    CHECK_TEXT_EQ(t, zkl_table_column_change(c.table, 0), "2 new strings");
    CHECK_TEXT_EQ(t, test_table_text(t, c.table), "city:dictionary\nGenf\nAarau\nBern\nZug\n");
    zkl_table_free(a.table);
    zkl_table_free(b.table);
    zkl_table_free(c.table);
}

/* A dictionary stays one when its strings look like something narrower, and none is made of other
 * kinds of values. */
static void test_inherit__text_stays_text(zkl_test *t)
{
    check_inherits(t, "zip\n007\n12\n", "zip\n12\n", "zip:dictionary\n12\n", "");
    check_inherits(t, "zip\n007\n12\n", "zip\n13\n", "zip:dictionary\n13\n", "1 new string");
    check_inherits(t, "zip\n007\n12\n", "zip\n12\n\"\"\n", "zip:dictionary\n12\n\n",
                   "1 new string");
}

/* What the ledger does not keep any more is found again when the strings are the same ones, else
 * made anew. */
static void test_inherit__dictionaries_that_are_not_kept(zkl_test *t)
{
    test_read a, b, c;
    read_version(t, &a, "before.csv", "city\nBern\nChur\nGenf\n", NULL, NULL);
    REQUIRE(t, a.table);
    const zkl_previous previous = previous_of(t, a.table, false);
    read_version(t, &b, "after.csv", "city\nChur\nGenf\nGenf\nBern\n", NULL, &previous);
    read_version(t, &c, "after.csv", "city\nChur\n", NULL, &previous);
    REQUIRE(t, b.table && c.table);
    const zkl_type *had = &zkl_table_schema(a.table)->columns[0].type;
    CHECK(t, zkl_type_equal(&zkl_table_schema(b.table)->columns[0].type, had));
    CHECK_MEM_EQ(t, zkl_table_dictionary_seed(b.table, 0), zkl_table_dictionary_seed(a.table, 0),
                 32);
    CHECK_TEXT_EQ(t, zkl_table_column_change(b.table, 0), "");
    CHECK(t, !zkl_type_equal(&zkl_table_schema(c.table)->columns[0].type, had));
    CHECK(t, memcmp(zkl_table_dictionary_seed(c.table, 0), zkl_table_dictionary_seed(a.table, 0),
                    32) != 0);
    CHECK(t, strstr(zkl_table_column_change(c.table, 0), "is not kept"));
    zkl_table_free(a.table);
    zkl_table_free(b.table);
    zkl_table_free(c.table);
}

/* Entries under a root that is not theirs are refused, not used. */
static void test_inherit__a_dictionary_of_another_root_is_refused(zkl_test *t)
{
    test_read a, b;
    read_version(t, &a, "before.csv", "city\nBern\nChur\n", NULL, NULL);
    REQUIRE(t, a.table);
    const zkl_previous previous = previous_of(t, a.table, true);
    const zkl_bytes others[2] = { zkl_bytes_of_text("Bern"), zkl_bytes_of_text("Genf") };
    ((zkl_previous_dictionary *)(uintptr_t)previous.dictionaries)[0].entries = others;
    read_version(t, &b, "after.csv", "city\nBern\n", NULL, &previous);
    CHECK(t, !b.table);
    CHECK_STATUS(t, ZKL_REJECTED, b.err.status);
    zkl_table_free(a.table);
    zkl_table_free(b.table);
}

/* The schema file counts before what a column had. */
static void test_inherit__the_schema_file_counts(zkl_test *t)
{
    static const struct {
        const char *schema, *want, *change;
    } cases[] = {
        { "[columns.a]\ntype = \"int64\"\n", "a:int64,b:dictionary\n7|x\n",
          "its type is given by the schema file" },
        { "[columns.a]\ntype = \"uint32\"\n", "a:uint32,b:dictionary\n7|x\n", "" },
        { "[columns.a]\nnullable = true\n", "a:uint32?,b:dictionary\n7|x\n",
          "nullable by the schema file" },
        { "[columns.a]\nrange = [0, 9]\n", "a:uint32,b:dictionary\n7|x\n", "" },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        test_read a, b;
        read_version(t, &a, "before.csv", "a,b\n70000,x\n", NULL, NULL);
        REQUIRE(t, a.table);
        const zkl_previous previous = previous_of(t, a.table, true);
        read_version(t, &b, "after.csv", "a,b\n7,x\n", cases[i].schema, &previous);
        REQUIRE(t, b.table);
        CHECK_TEXT_EQ(t, test_table_text(t, b.table), cases[i].want);
        CHECK_TEXT_EQ(t, zkl_table_column_change(b.table, 0), cases[i].change);
        CHECK_TEXT_EQ(t, zkl_table_column_change(b.table, 1), "");
        zkl_table_free(a.table);
        zkl_table_free(b.table);
    }
}

/* A schema reads 0 and 1 as bools; a version without one is read by inference, as ever. */
static void test_inherit__bools_of_0_and_1(zkl_test *t)
{
    static const char schema[] = "[columns.a]\ntype = \"bool\"\n";
    test_read a, b, c;
    read_version(t, &a, "before.csv", "a\n1\n0\ntrue\n", schema, NULL);
    REQUIRE(t, a.table);
    CHECK_TEXT_EQ(t, test_table_text(t, a.table), "a:bool\ntrue\nfalse\ntrue\n");
    const zkl_previous previous = previous_of(t, a.table, true);
    read_version(t, &b, "after.csv", "a\n1\n", NULL, &previous);
    REQUIRE(t, b.table);
    CHECK_TEXT_EQ(t, test_table_text(t, b.table), "a:uint16\n1\n");
    CHECK_TEXT_EQ(t, zkl_table_column_change(b.table, 0), "not every value is true or false");
    read_version(t, &c, "bad.csv", "a\n2\n01\n1.0\n", schema, NULL);
    CHECK(t, !c.table && c.bad.total == 3);
    zkl_table_free(a.table);
    zkl_table_free(b.table);
}

/* "string" leaves a dictionary its place, and a hashed column its own; "dictionary" does not leave
 * a hashed one. */
static void test_inherit__given_strings(zkl_test *t)
{
    static const struct {
        const char *before, *after, *want;
    } cases[] = {
        { "string", "string", "b:dictionary\nx\n" },
        { "string16", "string", "b:string16\nx\n" },
        { "string16", "dictionary", "b:dictionary\nx\n" },
        { "dictionary", "string16", "b:string16\nx\n" },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        test_read a, b;
        char before[64], after[64];
        snprintf(before, sizeof before, "[columns.b]\ntype = \"%s\"\n", cases[i].before);
        snprintf(after, sizeof after, "[columns.b]\ntype = \"%s\"\n", cases[i].after);
        read_version(t, &a, "before.csv", "b\nx\ny\n", before, NULL);
        REQUIRE(t, a.table);
        const zkl_previous previous = previous_of(t, a.table, true);
        read_version(t, &b, "after.csv", "b\nx\n", after, &previous);
        REQUIRE(t, b.table);
        CHECK_TEXT_EQ(t, test_table_text(t, b.table), cases[i].want);
        if (i == 0)
            CHECK(t, zkl_type_equal(&zkl_table_schema(a.table)->columns[0].type,
                                    &zkl_table_schema(b.table)->columns[0].type));
        zkl_table_free(a.table);
        zkl_table_free(b.table);
    }
}

/* Under the ledger's other hash algorithm a root is another, so the dictionary is too. */
static void test_inherit__another_hash_is_another_dictionary(zkl_test *t)
{
    test_read a, b;
    const char *path = test_file(t, "after.csv", "b,n\nx,1\n");
    zkl_read_options options = test_options(t, &path, 1);
    read_version(t, &a, "before.csv", "b,n\nx,70000\n", NULL, NULL);
    REQUIRE(t, a.table);
    const zkl_previous previous = previous_of(t, a.table, true);
    options.previous = &previous;
    options.hash = ZKL_HASH_BLAKE3;
    CHECK_STATUS(t, ZKL_OK, test_read_with(t, &b, &options));
    REQUIRE(t, b.table);
    CHECK_TEXT_EQ(t, test_table_text(t, b.table), "b:dictionary,n:uint32\nx|1\n");
    CHECK(t, strstr(zkl_table_column_change(b.table, 0), "hash algorithm"));
    CHECK(t, memcmp(zkl_table_dictionary_seed(b.table, 0), zkl_table_dictionary_seed(a.table, 0),
                    32) != 0);
    zkl_table_free(a.table);
    zkl_table_free(b.table);
}

/* A run that was cut off had drawn a seed: it serves the same strings again, and no others, since
 * salts are of seed and code. */
static void test_inherit__a_remembered_seed_serves_its_own_strings(zkl_test *t)
{
    static const struct {
        const char *rows, *column;
        bool is_taken;
    } cases[] = {
        { "city\nChur\nBern\nChur\n", "city", true },
        { "city\nBern\nGenf\n", "city", false },
        { "city\nBern\n", "city", false },
        { "city\nBern\nChur\nGenf\n", "city", false },
        { "city\nBern\nChur\n", "town", false },
    };
    test_read a;
    read_version(t, &a, "before.csv", "city\nBern\nChur\n", NULL, NULL);
    REQUIRE(t, a.table);
    const zkl_digest *seed = zkl_table_dictionary_seed(a.table, 0),
                     *root = &zkl_table_schema(a.table)->columns[0].type.root;
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        test_read b;
        const char *path = test_file(t, "again.csv", cases[i].rows);
        zkl_read_options options = test_options(t, &path, 1);
        const zkl_remembered_dictionary had = { zkl_bytes_of_text(cases[i].column), *seed, *root };
        options.remembered = &had;
        options.remembered_count = 1;
        CHECK_STATUS(t, ZKL_OK, test_read_with(t, &b, &options));
        REQUIRE(t, b.table);
        CHECK(t,
              zkl_digest_equal(zkl_table_dictionary_seed(b.table, 0), seed) == cases[i].is_taken);
        CHECK(t, zkl_digest_equal(&zkl_table_schema(b.table)->columns[0].type.root, root) ==
                     cases[i].is_taken);
        zkl_table_free(b.table);
    }
    zkl_table_free(a.table);
}

/* Each allocation in turn fails: no memory, nothing lost; in the end the version is read. */
static void test_inherit__survives_lack_of_memory(zkl_test *t)
{
    test_read a;
    const char *path = test_file(t, "after.csv", "a,b,c\n7,x,\n8,y,\n");
    zkl_read_options options = test_options(t, &path, 1);
    read_version(t, &a, "before.csv", "a,b,c\n70000,x,1e5\n1,z,2\n", NULL, NULL);
    REQUIRE(t, a.table);
    const zkl_previous previous = previous_of(t, a.table, true);
    options.previous = &previous;
    zkl_env env = test_env(t);
    zkl_status status = ZKL_NO_MEMORY;
    env.pool = NULL; /* in order, so that every allocation is met */
    for (uint64_t nth = 1; status != ZKL_OK && nth < 2000; nth++) {
        test_read b = { 0 };
        (void)zkl_malloc_fail_after(nth);
        status = zkl_table_read(&b.table, &options, &b.bad, &env, &b.err);
        (void)zkl_malloc_fail_after(0);
        if (status != ZKL_OK && status != ZKL_NO_MEMORY)
            FAIL(t, "allocation %llu: %s", (unsigned long long)nth, b.err.text);
        zkl_table_free(b.table);
    }
    CHECK_STATUS(t, ZKL_OK, status);
    zkl_table_free(a.table);
}

ZKL_TESTS(TEST(test_inherit__types), TEST(test_inherit__leading_zeros_are_no_numbers),
          TEST(test_inherit__nullability), TEST(test_inherit__goes_by_name),
          TEST(test_inherit__dictionaries), TEST(test_inherit__text_stays_text),
          TEST(test_inherit__dictionaries_that_are_not_kept),
          TEST(test_inherit__a_dictionary_of_another_root_is_refused),
          TEST(test_inherit__the_schema_file_counts), TEST(test_inherit__bools_of_0_and_1),
          TEST(test_inherit__given_strings), TEST(test_inherit__another_hash_is_another_dictionary),
          TEST(test_inherit__a_remembered_seed_serves_its_own_strings),
          TEST(test_inherit__survives_lack_of_memory))
