/* "same(test@1)", "same(a, test@1.x)" and "same_rows(test@1)": how they are read and written, what
 * they compile to, which columns pair off. */
#include "claim_testing.h"
#include "match_testing.h"

static const zkl_column columns[] = {
    { NAMED("id"), { .kind = ZKL_TYPE_UINT32 }, false },
    { NAMED("pay"), { .kind = ZKL_TYPE_UINT16 }, true },
    { NAMED("note"), { .kind = ZKL_TYPE_STRING16 }, false },
};
static const zkl_column turned[] = {
    { NAMED("note"), { .kind = ZKL_TYPE_STRING16 }, false },
    { NAMED("pay"), { .kind = ZKL_TYPE_UINT16 }, true },
    { NAMED("more"), { .kind = ZKL_TYPE_UINT16 }, false },
    { NAMED("id"), { .kind = ZKL_TYPE_UINT32 }, false },
};
static const zkl_column others[] = {
    { NAMED("a.b"), { .kind = ZKL_TYPE_UINT32 }, false },
    { NAMED("pay"), { .kind = ZKL_TYPE_UINT16 }, false },
};
static const zkl_schema schema = { ZKL_HASH_SHA3_256, columns, 3 };
static const zkl_schema turned_schema = { ZKL_HASH_SHA3_256, turned, 4 };
static const zkl_schema other_schema = { ZKL_HASH_SHA3_256, others, 2 };
static const zkl_digest ids[] = { { { 1 } }, { { 2 } }, { { 3 } }, { { 4 } }, { { 5 } } };
static const zkl_claim_dataset datasets[] = {
    { &schema, 100000, &ids[0], NAMED("all"), 2 },
    { &schema, 100000, &ids[1], NAMED("copy"), 1 },
    { &turned_schema, 100000, &ids[2], NAMED("turned-a"), 3 },
    { &other_schema, 100000, &ids[3], NAMED("plain"), 1 },
    { &schema, 99999, &ids[4], NAMED("short"), 1 },
};
static const zkl_claim_scope scope = { datasets, 5 };

static zkl_status compile(zkl_test *t, zkl_compiled_claim *out, const char *text, zkl_error *err)
{
    return compile_in(t, out, text, &scope, err);
}

/* All texts of a claim have one canonical text, which compiles to itself. */
static void test_same_print__is_canonical(zkl_test *t)
{
    static const struct {
        const char *texts[5], *want[3];
    } cases[] = {
        { { "same(copy)", " same( copy@1 )", "same(note, id, pay, copy)",
            "same(id, pay, note, copy@1.id, copy@1.pay, copy@1.note)", "same(copy@1)" },
          { "same(copy@1)", "{\"dataset\":\"copy@1\",\"kind\":\"same\",\"text\":\"same(copy@1)\"}",
            "every row equals the row of copy@1 in its place, in all columns of this dataset; long "
            "texts are compared by their fingerprints" } },
        { { "same(turned-a@3)", "same(pay, note, id, turned-a@3)",
            "same(id, note, pay, turned-a@3.id, turned-a@3.note, turned-a@3.pay)" },
          { "same(turned-a@3)",
            "{\"dataset\":\"turned-a@3\",\"kind\":\"same\",\"text\":\"same(turned-a@3)\"}",
            "every row equals the row of turned-a@3 in its place, in all columns of this dataset; "
            "long texts are compared by their fingerprints" } },
        { { "same(pay, id, copy@1)", "same(id,pay,copy.id,copy.pay)", "same(id, pay, copy@1)" },
          { "same(id, pay, copy@1)",
            "{\"columns\":[\"id\",\"pay\"],\"dataset\":\"copy@1\",\"dataset_columns\":[\"id\","
            "\"pay\"],\"kind\":\"same\",\"text\":\"same(id, pay, copy@1)\"}",
            "every row equals the row of copy@1 in its place, in id, pay" } },
        { { "same(id, plain@1.\"a.b\")", "same(\"id\", plain.\"a.b\")" },
          { "same(id, plain@1.a.b)",
            "{\"columns\":[\"id\"],\"dataset\":\"plain@1\",\"dataset_columns\":[\"a.b\"],\"kind\":"
            "\"same\",\"text\":\"same(id, plain@1.a.b)\"}",
            "every row equals the row of plain@1 in its place: here id, there a.b" } },
        { { "same(note, copy@1.note) in rows 0..65535" },
          { "same(note, copy@1) in rows 0..65535",
            "{\"columns\":[\"note\"],\"dataset\":\"copy@1\",\"dataset_columns\":[\"note\"],"
            "\"kind\":\"same\",\"rows\":[0,65535],\"text\":\"same(note, copy@1) in rows "
            "0..65535\"}",
            "every row equals the row of copy@1 in its place, in note; long texts are compared by "
            "their fingerprints, in rows 0 to 65535 (counted from 0)" } },
        { { "same(copy) in rows 0..99999", "same(copy@1)" },
          { "same(copy@1)", "{\"dataset\":\"copy@1\",\"kind\":\"same\",\"text\":\"same(copy@1)\"}",
            "every row equals the row of copy@1 in its place, in all columns of this dataset; long "
            "texts are compared by their fingerprints" } },
        { { "same_rows(copy)", "same_rows( copy@1 )" },
          { "same_rows(copy@1)",
            "{\"dataset\":\"copy@1\",\"kind\":\"same_rows\",\"text\":\"same_rows(copy@1)\"}",
            "its rows are those of copy@1, each as often, in any order; long texts are compared by "
            "their fingerprints" } },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++)
        for (size_t k = 0; k < 5 && cases[i].texts[k]; k++)
            check_canonical(t, cases[i].texts[k], &scope, cases[i].want);
}

/* The own columns in the schema's order, each beside its pair, over the same rows of both. */
static void test_same_compile__pairs_columns(zkl_test *t)
{
    zkl_error err;
    zkl_compiled_claim c;
    REQUIRE_OK(t, &err, compile(t, &c, "same(turned-a) in rows 65536..99999", &err));
    CHECK(t, c.is_bound && c.assertion_count == 1 && c.row_count == 34464);
    CHECK(t, zkl_claim_is_by_row(&c.claim));
    const zkl_claim_assertion *a = &c.assertions[0];
    REQUIRE(t, a->kind == ZKL_ASSERTION_SAME && a->source_count == 2 && a->param_count == 0);
    static const uint32_t own[4] = { 0, 1, 2, 3 }, paired[4] = { 4, 1, 2, 0 };
    static const char *const roles[2][4] = { { "0", "1", "1?", "3" }, { "4", "1", "1?", "0" } };
    for (size_t i = 0; i < 2; i++) {
        const zkl_claim_source *source = &a->sources[i];
        CHECK_UINT_EQ(t, source->dataset, i ? 2 : 0);
        CHECK(t, source->first_row == 65536 && source->row_count == 34464);
        REQUIRE(t, source->column_count == 4);
        for (size_t k = 0; k < 4; k++) {
            CHECK_UINT_EQ(t, source->columns[k].index, i ? paired[k] : own[k]);
            CHECK(t, zkl_bytes_equal_text(source->columns[k].role, roles[i][k]));
        }
    }
    REQUIRE_OK(t, &err, compile(t, &c, "same_rows(copy)", &err));
    CHECK(t, c.assertions[0].kind == ZKL_ASSERTION_SPLIT && c.assertions[0].source_count == 2);
}

static void test_same_compile__refuses_what_does_not_fit(zkl_test *t)
{
    static const struct {
        zkl_status status;
        const char *text, *error;
    } bad[] = {
        { ZKL_USAGE, "same()", "character 6: a column name expected" },
        { ZKL_NOT_FOUND, "same(id, pay)", "the dataset 'pay' is not at hand" },
        { ZKL_USAGE, "same(id, copy@1.id, pay)", "character 6: columns expected" },
        { ZKL_USAGE, "same(id, pay, copy@1.id)", "character 6: columns expected" },
        { ZKL_USAGE, "same(copy@1, plain@1)", "character 6: columns expected" },
        { ZKL_USAGE, "same(id, copy@1.id, pay, plain@1.pay)", "character 6: columns expected" },
        { ZKL_USAGE, "same(copy@1", "character 6: columns expected" },
        { ZKL_USAGE, "same(id, copy@1", "character 16: ')' expected" },
        { ZKL_USAGE, "same(id, copy.id, pay, copy@1.pay)", "character 6: columns expected" },
        { ZKL_USAGE, "same(copy@0)", "character 6: a dataset expected" },
        { ZKL_USAGE, "same(all@2)", "is the dataset that the claim is about" },
        { ZKL_NOT_FOUND, "same(nobody)", "the dataset 'nobody' is not at hand" },
        { ZKL_NOT_FOUND, "same(plain)", "there is no column 'id' of plain@1" },
        { ZKL_NOT_FOUND, "same(no, copy@1)", "there is no column 'no'" },
        { ZKL_USAGE, "same(id, id, copy@1)", "column 'id' is uint32: named twice" },
        { ZKL_USAGE, "same(pay, plain@1)", "differs as to nulls" },
        { ZKL_USAGE, "same(id, copy@1.pay)", "'pay' of copy@1 is of another type" },
        { ZKL_REJECTED, "same(short)", "short@1 has 99999 rows, the dataset 100000" },
        { ZKL_REJECTED, "same(id, short@1) in rows 0..65535", "short@1 has 99999 rows" },
        { ZKL_USAGE, "same(copy) in rows 0..65534", "are no span of whole chunks" },
        { ZKL_USAGE, "same_rows(copy, short)", "character 15: ')' expected" },
        { ZKL_USAGE, "same_rows(copy) in rows 0..65535", "same_rows speaks of the whole dataset" },
        { ZKL_REJECTED, "same_rows(short)",
          "the other dataset has 99999 rows, the dataset 100000" },
    };
    zkl_error err;
    zkl_compiled_claim c;
    for (size_t i = 0; i < ZKL_COUNT(bad); i++) {
        const zkl_status got = compile(t, &c, bad[i].text, &err);
        if (got != bad[i].status || !strstr(err.text, bad[i].error))
            FAIL(t, "%s: %s, says '%s', not '%s'", bad[i].text, zkl_status_text(got), err.text,
                 bad[i].error);
    }
}

/* Two dictionaries of one type differ in their root. */
static void test_same_compile__wants_one_dictionary(zkl_test *t)
{
    zkl_column text[2] = { { NAMED("c"), { .kind = ZKL_TYPE_DICTIONARY }, false },
                           { NAMED("c"), { .kind = ZKL_TYPE_DICTIONARY }, false } };
    const zkl_schema schemas[2] = { { ZKL_HASH_SHA3_256, &text[0], 1 },
                                    { ZKL_HASH_SHA3_256, &text[1], 1 } };
    const zkl_claim_dataset two[] = { { &schemas[0], 5, &ids[0], NAMED("a"), 1 },
                                      { &schemas[1], 5, &ids[1], NAMED("b"), 1 } };
    const zkl_claim_scope small = { two, 2 };
    zkl_error err = { 0 };
    zkl_claim read;
    zkl_compiled_claim c;
    REQUIRE_OK(t, &err, zkl_claim_parse(&read, &t->arena, zkl_bytes_of_text("same(b)"), &err));
    REQUIRE_OK(t, &err, zkl_claim_compile(&c, &t->arena, &read, &small, &err));
    text[1].type.root.bytes[0] = 1;
    CHECK_STATUS(t, ZKL_USAGE, zkl_claim_compile(&c, &t->arena, &read, &small, &err));
    CHECK(t, strstr(err.text, "has another dictionary") != NULL);
}

/* A statement of anything else is not what the words say. */
static void test_same_match__only_what_was_said(zkl_test *t)
{
    static const char *const texts[] = {
        "same(turned-a)",
        "same(id, plain@1.a.b)",
        "same(pay, copy@1) in rows 0..65535",
    };
    for (size_t i = 0; i < ZKL_COUNT(texts); i++) {
        zkl_error err;
        zkl_compiled_claim c;
        REQUIRE_OK(t, &err, compile(t, &c, texts[i], &err));
        check_match_is_exact(t, __LINE__, &c);
    }
}

ZKL_TESTS(TEST(test_same_print__is_canonical), TEST(test_same_compile__pairs_columns),
          TEST(test_same_compile__refuses_what_does_not_fit),
          TEST(test_same_compile__wants_one_dictionary), TEST(test_same_match__only_what_was_said))
