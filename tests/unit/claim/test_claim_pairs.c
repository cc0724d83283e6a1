/* Claims that pair columns of the dataset with columns of another one, "subset" and "disjoint": how
 * pairs are read and written, what they compile to, and what they say. */
#include "claim_testing.h"
#include "claim/claim_kind.h"

#define ROOT_A .root = { { 1 } }
#define ROOT_B .root = { { 2 } }

static const zkl_column own_columns[] = {
    { NAMED("id"), { .kind = ZKL_TYPE_UINT32 }, false },
    { NAMED("pay"), { .kind = ZKL_TYPE_UINT16 }, true },
    { NAMED("a.b"), { .kind = ZKL_TYPE_UINT16 }, false },
    { NAMED("x y"), { .kind = ZKL_TYPE_UINT16 }, false },
    { NAMED("nulls"), { .kind = ZKL_TYPE_UINT16 }, true },
    { NAMED("city"), { .kind = ZKL_TYPE_DICTIONARY, ROOT_A }, false },
    { NAMED("score"), { .kind = ZKL_TYPE_FLOAT64 }, false },
    { NAMED("name"), { .kind = ZKL_TYPE_STRING16 }, false },
    { NAMED("note"), { .kind = ZKL_TYPE_STRING32 }, false },
    { NAMED("paid"), { .kind = ZKL_TYPE_BOOL }, false },
};
static const zkl_column other_columns[] = {
    { NAMED("pay"), { .kind = ZKL_TYPE_UINT16 }, false },
    { NAMED("key"), { .kind = ZKL_TYPE_UINT32 }, false },
    { NAMED("c.d"), { .kind = ZKL_TYPE_UINT16 }, false },
    { NAMED("a.b"), { .kind = ZKL_TYPE_UINT16 }, false },
    { NAMED("x y"), { .kind = ZKL_TYPE_UINT16 }, true },
    { NAMED("id"), { .kind = ZKL_TYPE_UINT32 }, false },
    { NAMED("city"), { .kind = ZKL_TYPE_DICTIONARY, ROOT_A }, false },
    { NAMED("town"), { .kind = ZKL_TYPE_DICTIONARY, ROOT_B }, false },
    { NAMED("score"), { .kind = ZKL_TYPE_FLOAT64 }, false },
    { NAMED("name"), { .kind = ZKL_TYPE_STRING16 }, false },
    { NAMED("note"), { .kind = ZKL_TYPE_STRING32 }, false },
    { NAMED("paid"), { .kind = ZKL_TYPE_BOOL }, false },
    { NAMED("nulls"), { .kind = ZKL_TYPE_UINT16 }, true },
};
static const zkl_schema own = { ZKL_HASH_SHA3_256, own_columns, ZKL_COUNT(own_columns) },
                        other = { ZKL_HASH_SHA3_256, other_columns, ZKL_COUNT(other_columns) };
static const zkl_digest ids[] = { { { 1 } }, { { 2 } }, { { 3 } }, { { 4 } }, { { 5 } } };
static const zkl_claim_dataset datasets[] = {
    { &own, 200000, &ids[0], NAMED("all"), 2 },     { &other, 1000, &ids[1], NAMED("train"), 1 },
    { &other, 70000, &ids[2], NAMED("test-a"), 3 }, { &other, 30, &ids[3], NAMED("sales.eu"), 1 },
    { &own, 90000, &ids[4], NAMED("all"), 1 },
};
static const zkl_claim_scope scope = { datasets, ZKL_COUNT(datasets) };

static zkl_status compile(zkl_test *t, zkl_compiled_claim *out, const char *text, zkl_error *err)
{
    return compile_in(t, out, text, &scope, err);
}

/* What is asked has this canonical text, and that text has itself. */
static void check_text(zkl_test *t, int line, const char *asked, const char *want)
{
    zkl_error err;
    zkl_compiled_claim c;
    const char *got = asked;
    for (size_t i = 0; i < 2; i++) {
        if (compile(t, &c, got, &err) != ZKL_OK) {
            zkl_test_fail(t, __BASE_FILE__, line, "'%s': %s", got, err.text);
            return;
        }
        got = text_of(t, &c, print_text);
        if (strcmp(got, want) != 0)
            zkl_test_fail(t, __BASE_FILE__, line, "'%s' is '%s', not '%s'", asked, got, want);
    }
}
#define CHECK_TEXT(asked, want) check_text(t, __LINE__, asked, want)

static void test_pairs__are_read_and_written(zkl_test *t)
{
    /* the short form, with and without version */
    CHECK_TEXT("subset(id, train)", "subset(id, train@1)");
    CHECK_TEXT(" subset ( id ,\ttrain@1 ) ", "subset(id, train@1)");
    CHECK_TEXT("subset(pay, id, train)", "subset(id, pay, train@1)");
    CHECK_TEXT("disjoint(id, test-a@3)", "disjoint(id, test-a@3)");
    CHECK_TEXT("disjoint(id, sales.eu@1)", "disjoint(id, sales.eu@1)");
    /* the long form; it is the short one when all names are the same */
    CHECK_TEXT("subset(id, train.key)", "subset(id, train@1.key)");
    CHECK_TEXT("subset(id, train@1.key)", "subset(id, train@1.key)");
    CHECK_TEXT("subset(id, train@1.id)", "subset(id, train@1)");
    CHECK_TEXT("subset(pay, id, train.pay, train.key)",
               "subset(id, pay, train@1.key, train@1.pay)");
    CHECK_TEXT("subset(pay, id, train.pay, train.id)", "subset(id, pay, train@1)");
    CHECK_TEXT("disjoint(id, test-a@3.key)", "disjoint(id, test-a@3.key)");
    /* points: of the own dataset in quotes; behind a version in the name; the last one without */
    CHECK_TEXT("subset(\"a.b\", train)", "subset(\"a.b\", train@1)");
    CHECK_TEXT("subset(\"a.b\", train@1.c.d)", "subset(\"a.b\", train@1.c.d)");
    CHECK_TEXT("subset(\"a.b\", train.\"c.d\")", "subset(\"a.b\", train@1.c.d)");
    CHECK_TEXT("subset(\"a.b\", train@1.\"a.b\")", "subset(\"a.b\", train@1)");
    CHECK_TEXT("subset(id, sales.eu.key)", "subset(id, sales.eu@1.key)");
    CHECK_TEXT("subset(id, sales.eu@1.key)", "subset(id, sales.eu@1.key)");
    /* quotes */
    CHECK_TEXT("subset(\"x y\", train.pay)", "subset(\"x y\", train@1.pay)");
    CHECK_TEXT("subset(\"x y\", train@1.\"x y\")", "subset(\"x y\", train@1)");
    CHECK_TEXT("subset(pay, train.\"x y\", nulls=match)",
               "subset(pay, train@1.\"x y\", nulls=match)");
    CHECK_TEXT("subset(\"id\", train)", "subset(id, train@1)");
    CHECK_TEXT("subset(\"x\\x20y\", train)", "subset(\"x y\", train@1)");
    /* the option, and a column of its name */
    CHECK_TEXT("subset(pay, train, nulls=pass)", "subset(pay, train@1, nulls=pass)");
    CHECK_TEXT("subset(pay, train@1.pay ,nulls = match )", "subset(pay, train@1, nulls=match)");
    CHECK_TEXT("subset(pay, train, nulls=refuse)", "subset(pay, train@1)");
    CHECK_TEXT("subset(nulls, train)", "subset(nulls, train@1)");
    CHECK_TEXT("subset(nulls, train.pay, nulls=pass)", "subset(nulls, train@1.pay, nulls=pass)");
    CHECK_TEXT("subset(id, nulls, train, nulls=pass)", "subset(id, nulls, train@1, nulls=pass)");
    /* another version of the dataset itself */
    CHECK_TEXT("disjoint(id, all@1)", "disjoint(id, all@1)");
    CHECK_TEXT("disjoint(id, all@1.id)", "disjoint(id, all@1)");
}

static void test_pairs__that_do_not_read(zkl_test *t)
{
    static const char expected[] = "columns expected, and as many of one other dataset";
    static const struct {
        const char *text, *error;
    } bad[] = {
        { "subset()", "character 8: a column name expected" },
        { "subset(id)", expected },
        { "subset(train@1)", expected },
        { "subset(train@1.key)", expected },
        { "subset(id, pay, train.key)", expected },
        { "subset(id, train.key, train.pay)", expected },
        { "subset(train.key, id)", expected },
        { "subset(id, train.key, pay, train.pay)", expected },
        { "subset(id, train@1, train@1.key)", "'nulls=' expected" },
        /* two other datasets, or one in two ways */
        { "subset(id, pay, train.key, test.pay)", expected },
        { "subset(id, pay, train@1.key, train.pay)", expected },
        { "subset(id, train.key, test@1)", expected },
        { "subset(id, train@1, test@1)", "'nulls=' expected" },
        /* names */
        { "subset(id, \"train\")", expected },
        { "subset(id, \"train\"@1)", expected },
        { "subset(id, train@)", "a dataset expected" },
        { "subset(id, train@0)", "a dataset expected" },
        { "subset(id, train@01.key)", "a dataset expected" },
        { "subset(id, train@1.)", "a column name expected" },
        { "subset(id, train@1 .key)", "')' expected" },
        { "subset(id, train@1x)", "')' expected" },
        { "subset(id, -a@1)", "a dataset expected" },
        { "subset(id, @1)", "a column name expected" },
        { "subset(id, .key)", "a column name expected" },
        { "subset(id train)", "" },
        { "subset(id, train", "character 17: ')' expected" },
        { "subset(id,, train)", "character 11: a column name expected" },
        { "subset(id, train,)", "" },
        { "subset(\"id, train)", "the quote is not closed" },
        /* the option */
        { "subset(id, train, nulls=no)", "character 25: 'refuse', 'pass' or 'match' expected" },
        { "subset(id, train, nulls=pass, pay)", "')' expected" },
        { "subset(id, nulls=pass)", expected },
        { "subset(nulls=pass, id, train)", "" },
        { "subset(id, train@1, nulls)", "'nulls=' expected" },
        { "subset(id, train@1, nullsx=pass)", "'nulls=' expected" },
        { "disjoint(id, train, nulls=pass)", "" },
        { "disjoint(id, train@1, nulls=pass)", "')' expected" },
        { "disjoint(id, train) in rows 0..65535", "disjoint speaks of the whole dataset" },
        { "disjoint(id, train) = 0", "nothing more expected" },
    };
    zkl_error err;
    zkl_claim claim;
    for (size_t i = 0; i < ZKL_COUNT(bad); i++) {
        err = (zkl_error){ 0 };
        if (zkl_claim_parse(&claim, &t->arena, zkl_bytes_of_text(bad[i].text), &err) != ZKL_USAGE)
            FAIL(t, "%s: not refused", bad[i].text);
        if (!strstr(err.text, bad[i].error))
            FAIL(t, "%s: says '%s', not '%s'", bad[i].text, err.text, bad[i].error);
    }
    /* too many columns */
    ZKL_AUTO_CLEAR(zkl_buffer) many = { 0 };
    zkl_buffer_put_text(&many, "subset(a");
    for (size_t i = 0; i < ZKL_CLAIM_COLUMNS_MAX / 2; i++)
        zkl_buffer_format(&many, ", a%zu", i);
    zkl_buffer_put_text(&many, ", b@1)");
    CHECK_STATUS(t, ZKL_LIMIT, zkl_claim_parse(&claim, &t->arena, zkl_buffer_bytes(&many), &err));
}

static void test_pairs__that_do_not_fit(zkl_test *t)
{
    static const struct {
        zkl_status status;
        const char *text, *error;
    } bad[] = {
        { ZKL_NOT_FOUND, "subset(nobody, train)", "there is no column 'nobody'" },
        { ZKL_NOT_FOUND, "subset(\"a.b\", train.e)", "there is no column 'e' of train@1" },
        { ZKL_NOT_FOUND, "subset(id, nowhere)", "the dataset 'nowhere' is not at hand" },
        { ZKL_NOT_FOUND, "subset(id, train@2)", "the dataset 'train@2' is not at hand" },
        { ZKL_USAGE, "subset(id, all)", "several versions of 'all' are at hand" },
        { ZKL_USAGE, "subset(id, all@2)", "is the dataset that the claim is about" },
        { ZKL_USAGE, "disjoint(id, id, train)", "named twice" },
        { ZKL_USAGE, "subset(id, pay, id, train.id, train.pay, train.key)", "named twice" },
        { ZKL_USAGE, "subset(\"a.b\", \"x y\", train.pay, train.pay)",
          "column 'pay' of train@1 is uint16: named twice" },
        /* types: another, another dictionary, a fingerprint of another length */
        { ZKL_USAGE, "subset(id, train.pay)",
          "column 'id' is uint32: 'pay' of train@1 is of another type" },
        { ZKL_USAGE, "disjoint(city, train.town)", "'town' of train@1 has another dictionary" },
        { ZKL_USAGE, "disjoint(city, train.id)", "'id' of train@1 is of another type" },
        { ZKL_USAGE, "subset(name, train.note)", "is of another type" },
        { ZKL_USAGE, "subset(pay, nulls, train, nulls=pass)",
          "column 'nulls' is uint16: it may hold nulls, and so may a column before it" },
        /* keys of a ladder */
        { ZKL_USAGE, "disjoint(pay, train)", "column 'pay' is uint16: it may hold nulls" },
        { ZKL_USAGE, "disjoint(\"x y\", train)",
          "column 'x y' of train@1 is uint16: it may hold nulls" },
        { ZKL_LIMIT, "disjoint(note, train)",
          "column 'note' is string32: with it the key has more than 224 bits" },
        { ZKL_LIMIT, "disjoint(id, score, name, city, train)",
          "column 'name' is string16: with it the key has more than 224 bits" },
    };
    zkl_error err;
    zkl_compiled_claim c;
    for (size_t i = 0; i < ZKL_COUNT(bad); i++) {
        CHECK_STATUS(t, bad[i].status, compile(t, &c, bad[i].text, &err));
        if (!strstr(err.text, bad[i].error))
            FAIL(t, "%s: says '%s', not '%s'", bad[i].text, err.text, bad[i].error);
    }
    /* 14 limbs */
    REQUIRE_OK(t, &err, compile(t, &c, "disjoint(id, score, name, train)", &err));
}

/* ---- What they compile to */

static void check_column(zkl_test *t, const zkl_claim_source *source, size_t at, const char *role,
                         uint32_t index, uint32_t limbs)
{
    REQUIRE(t, at < source->column_count);
    CHECK(t, zkl_bytes_equal_text(source->columns[at].role, role));
    CHECK_UINT_EQ(t, source->columns[at].index, index);
    CHECK_UINT_EQ(t, source->columns[at].limb_count, limbs);
}

static void test_pairs_compile__to_assertions(zkl_test *t)
{
    zkl_error err;
    zkl_compiled_claim c;
    REQUIRE_OK(t, &err,
               compile(t, &c,
                       "subset(paid, pay, id, test-a@3.paid, test-a@3.c.d, "
                       "test-a@3.key, nulls=pass) in rows 65536..131071",
                       &err));
    CHECK(t, c.is_bound && c.assertion_count == 1);
    const zkl_claim_assertion *a = &c.assertions[0];
    REQUIRE(t, a->kind == ZKL_ASSERTION_SUBSET && a->source_count == 2 && a->param_count == 1);
    CHECK_UINT_EQ(t, a->params[0].bytes[31], 1);
    CHECK(t, a->sources[0].dataset == 0 && a->sources[0].first_row == 65536 &&
                 a->sources[0].row_count == 65536);
    CHECK(t, a->sources[1].dataset == 2 && a->sources[1].first_row == 0 &&
                 a->sources[1].row_count == 70000);
    /* id, pay, pay?, paid; flags take a number, a bool's role ends in "?" */
    CHECK_UINT_EQ(t, a->sources[0].column_count, 4);
    check_column(t, &a->sources[0], 0, "0", 0, 2);
    check_column(t, &a->sources[0], 1, "1", 1, 1);
    check_column(t, &a->sources[0], 2, "1?", 2, 1);
    check_column(t, &a->sources[0], 3, "11?", 11, 1);
    /* key, c.d, paid: in the order of the own ones, behind one flag */
    CHECK_UINT_EQ(t, a->sources[1].column_count, 3);
    check_column(t, &a->sources[1], 0, "1", 1, 2);
    check_column(t, &a->sources[1], 1, "2", 2, 1);
    check_column(t, &a->sources[1], 2, "12?", 12, 1);
    CHECK(t, zkl_claim_is_by_row(&c.claim));

    static const struct {
        const char *text;
        uint8_t param;
        bool passes, needs; /* nulls; values */
        uint32_t column;
    } nulls[] = {
        { "subset(pay, train)", 0, false, false, 1 },
        { "subset(pay, train, nulls=pass)", 1, true, true, 1 },
        { "subset(id, pay, train, nulls=pass)", 1, true, true, 1 },
        { "subset(pay, train, nulls=match)", 2, false, false, 1 },
        { "subset(pay, nulls, train, nulls=match)", 2, false, false, 1 },
        /* where there are no nulls, nothing becomes of them */
        { "subset(id, train, nulls=pass)", 0, false, false, 0 },
        { "subset(id, train, nulls=match)", 0, false, false, 0 },
        { "subset(\"x y\", train, nulls=match)", 0, false, false, 3 },
    };
    for (size_t i = 0; i < ZKL_COUNT(nulls); i++) {
        REQUIRE_OK(t, &err, compile(t, &c, nulls[i].text, &err));
        CHECK_UINT_EQ(t, c.assertions[0].params[0].bytes[31], nulls[i].param);
        CHECK(t, zkl_claim_passes_nulls(&c) == nulls[i].passes);
        CHECK(t, zkl_claim_needs_values(&c) == nulls[i].needs);
        CHECK_UINT_EQ(t, c.column, nulls[i].column);
        CHECK(t, (strstr(text_of(t, &c, print_text), "nulls=") != NULL) == (nulls[i].param != 0));
    }
    /* refusing nulls says how many values there are: as many as rows */
    zkl_compiled_claim refusing, ranged;
    REQUIRE_OK(t, &err, compile(t, &ranged, "range(pay, 1, 5)", &err));
    REQUIRE_OK(t, &err, compile(t, &refusing, "subset(id, pay, train)", &err));
    zkl_claim_values values = zkl_claim_values_for(&refusing, &ranged);
    CHECK(t, values.least == 200000 && values.is_exact);
    REQUIRE_OK(t, &err, compile(t, &refusing, "subset(id, pay, train, nulls=match)", &err));
    CHECK(t, zkl_claim_values_for(&refusing, &ranged).least == 0);
    REQUIRE_OK(t, &err, compile(t, &refusing, "subset(id, train.key)", &err));
    CHECK(t, zkl_claim_values_for(&refusing, &ranged).least == 0);

    /* room for all rows of both */
    REQUIRE_OK(t, &err, compile(t, &c, "disjoint(id, paid, test-a@3)", &err));
    a = &c.assertions[0];
    REQUIRE(t, c.assertion_count == 1 && a->kind == ZKL_ASSERTION_DISJOINT && a->param_count == 1);
    zkl_scalar all;
    zkl_claim_scalar_u64(&all, 270000);
    CHECK_MEM_EQ(t, &a->params[0], &all, sizeof all);
    CHECK(t, a->sources[0].row_count == 200000 && a->sources[1].row_count == 70000);
    CHECK(t, a->sources[0].dataset == 0 && a->sources[1].dataset == 2);
    CHECK(t, !zkl_claim_is_by_row(&c.claim));
}

/* What a claim compiles to, as a statement of the proof says it. */
static const zkl_statement *statement_of(zkl_test *t, const zkl_compiled_claim *claim)
{
    const zkl_claim_assertion *a = &claim->assertions[0];
    zkl_statement_table *tables = ZKL_ARENA_NEW(&t->arena, zkl_statement_table, a->source_count);
    uint32_t *indexes = ZKL_ARENA_NEW(&t->arena, uint32_t, a->source_count);
    for (uint32_t i = 0; i < a->source_count; i++) {
        tables[i] = (zkl_statement_table){ .dataset = ids[a->sources[i].dataset],
                                           .first_row = a->sources[i].first_row,
                                           .row_count = a->sources[i].row_count,
                                           .columns = a->sources[i].columns,
                                           .column_count = a->sources[i].column_count };
        indexes[i] = i;
    }
    const zkl_assertion assertion = { a->kind, a->params, a->param_count, indexes,
                                      a->source_count };
    const zkl_statement statement = { .assertions =
                                          zkl_arena_copy(&t->arena, &assertion, sizeof assertion),
                                      .assertion_count = 1,
                                      .tables = tables,
                                      .table_count = a->source_count };
    return zkl_arena_copy(&t->arena, &statement, sizeof statement);
}

/* Each of these says something else than all others, and is proven by its own statement alone. */
static void test_pairs_match__no_other_words(zkl_test *t)
{
    static const char *const texts[] = {
        "subset(id, train)",
        "subset(id, train.key)",
        "subset(id, test-a@3)",
        "subset(id, train) in rows 0..65535",
        "subset(pay, train)",
        "subset(pay, train, nulls=pass)",
        "subset(pay, train, nulls=match)",
        "subset(pay, train.\"x y\")",
        "subset(id, pay, train)",
        "subset(\"a.b\", \"x y\", train@1.pay, train@1.c.d)",
        "subset(\"a.b\", \"x y\", train@1.c.d, train@1.pay)",
        "disjoint(id, train)",
        "disjoint(id, train.key)",
        "disjoint(id, sales.eu@1)",
        "disjoint(id, all@1)",
    };
    zkl_error err;
    zkl_compiled_claim claims[ZKL_COUNT(texts)];
    for (size_t i = 0; i < ZKL_COUNT(texts); i++)
        REQUIRE_OK(t, &err, compile(t, &claims[i], texts[i], &err));
    for (size_t i = 0; i < ZKL_COUNT(texts); i++) {
        const zkl_statement *statement = statement_of(t, &claims[i]);
        for (size_t k = 0; k < ZKL_COUNT(texts); k++) {
            size_t at = 0;
            if ((zkl_claim_match(&claims[k], statement, &at, &err) == ZKL_OK) != (i == k))
                FAIL(t, "'%s' is proven by '%s'", texts[k], texts[i]);
        }
    }
}

/* ---- Words */

static void test_pairs_words__say_what_is_compared(zkl_test *t)
{
    static const struct {
        const char *text, *sentence, *json;
    } words[] = {
        { "subset(id, train)", "of every row, id is that of a row of train@1",
          "{\"columns\":[\"id\"],\"dataset\":\"train@1\",\"dataset_columns\":[\"id\"],\"kind\":"
          "\"subset\",\"nulls\":\"refuse\",\"text\":\"subset(id, train@1)\"}" },
        { "subset(id, city, train.key, train.city)",
          "of every row, id, city are those of one row of train@1 (there key, city)",
          "{\"columns\":[\"id\",\"city\"],\"dataset\":\"train@1\",\"dataset_columns\":[\"key\","
          "\"city\"],\"kind\":\"subset\",\"nulls\":\"refuse\",\"text\":\"subset(id, city, "
          "train@1.key, train@1.city)\"}" },
        { "subset(pay, train)", "of every row, pay is that of a row of train@1; none is null",
          NULL },
        { "subset(id, pay, train, nulls=pass)",
          "of every row where pay is not null, id, pay are those of one row of train@1", NULL },
        { "subset(pay, train, nulls=match)",
          "of every row, pay is that of a row of train@1; a null is a value like others",
          "{\"columns\":[\"pay\"],\"dataset\":\"train@1\",\"dataset_columns\":[\"pay\"],\"kind\":"
          "\"subset\",\"nulls\":\"match\",\"text\":\"subset(pay, train@1, nulls=match)\"}" },
        { "subset(score, name, train)",
          "of every row, the code of score (not its number), the fingerprint of name (not its "
          "text) are those of one row of train@1",
          NULL },
        { "subset(id, train) in rows 0..65535",
          "of every row, id is that of a row of train@1, in rows 0 to 65535 (counted from 0)",
          NULL },
        { "disjoint(id, train)", "of no row is id that of a row of train@1",
          "{\"columns\":[\"id\"],\"dataset\":\"train@1\",\"dataset_columns\":[\"id\"],\"kind\":"
          "\"disjoint\",\"text\":\"disjoint(id, train@1)\"}" },
        { "disjoint(id, city, name, train.key, train.city, train.name)",
          "of no row are id, the code of city (not its text), the fingerprint of name (not its "
          "text) together those of a row of train@1 (there key, city, name)",
          NULL },
        { "disjoint(\"x y\", score, train.pay, train.score)",
          "of no row are \"x y\", the code of score (not its number) together those of a row of "
          "train@1 (there pay, score)",
          NULL },
    };
    zkl_error err;
    zkl_compiled_claim c;
    for (size_t i = 0; i < ZKL_COUNT(words); i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
        REQUIRE_OK(t, &err, compile(t, &c, words[i].text, &err));
        zkl_claim_sentence(&out, &c);
        if (!zkl_bytes_equal_text(zkl_buffer_bytes(&out), words[i].sentence))
            FAIL(t, "%s: '%.*s'", words[i].text, (int)out.size, (const char *)out.data);
        out.size = 0;
        zkl_claim_json(&out, &c);
        if (words[i].json && !zkl_bytes_equal_text(zkl_buffer_bytes(&out), words[i].json))
            FAIL(t, "%s: '%.*s'", words[i].text, (int)out.size, (const char *)out.data);
    }
}

/* A version's claims are printed without being compiled, to see whether the next one has them. */
static void test_pairs__are_printed_uncompiled(zkl_test *t)
{
    static const char *const texts[] = {
        "subset(a, b, train@1)",
        "disjoint(a, \"x y\", train@12.b, train@12.\"x y\")",
        "same(a, b, train@1.b, train@1.c)",
        "balance(a - x@2.b - y@3.b = 0)",
        "joined(a@1, b@2, on key)",
        "grouped(a@1, by key, n = rows)",
    };
    for (size_t i = 0; i < ZKL_COUNT(texts); i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
        zkl_claim claim;
        zkl_error err;
        REQUIRE_OK(t, &err, zkl_claim_parse(&claim, &t->arena, zkl_bytes_of_text(texts[i]), &err));
        zkl_claim_print_bare(&out, &claim);
        if (!zkl_bytes_equal_text(zkl_buffer_bytes(&out), texts[i]))
            FAIL(t, "%s: '%.*s'", texts[i], (int)out.size, (const char *)out.data);
    }
}

ZKL_TESTS(TEST(test_pairs__are_read_and_written), TEST(test_pairs__that_do_not_read),
          TEST(test_pairs__that_do_not_fit), TEST(test_pairs_compile__to_assertions),
          TEST(test_pairs_match__no_other_words), TEST(test_pairs_words__say_what_is_compared),
          TEST(test_pairs__are_printed_uncompiled))
