/* From the words of an operation to its claims and its query: no ledger, no data. Names hold what
 * quotes and backslashes of claims and of SQL are made of. */
#include "service/transform_ops.h"
#include "testing.h"

static const zkl_column people[] = {
    { { (const uint8_t *)"id", 2 }, { .kind = ZKL_TYPE_INT32 }, false },
    { { (const uint8_t *)"its \"pay\"", 9 },
      { .kind = ZKL_TYPE_DECIMAL, .precision = 9, .scale = 2 },
      true },
    { { (const uint8_t *)"na\\me", 5 }, { .kind = ZKL_TYPE_DICTIONARY }, true },
};
static const zkl_schema schema = { .columns = people, .column_count = 3 };
static const transform_source sources[] = { { "people@1", &schema, 10 },
                                            { "more.of-them@12", &schema, 5 } };

static zkl_status make(transform_plan *out, const char *operation, size_t source_count,
                       zkl_error *err)
{
    static const char seed[] = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    *err = (zkl_error){ 0 };
    *out = (transform_plan){ .sources = sources, .source_count = source_count, .seed = seed };
    return transform_plan_make(out, operation, err);
}

#define REFUSED(status_, operation_, count_, text_)                                                \
    do {                                                                                           \
        transform_plan refused_;                                                                   \
        zkl_error err_;                                                                            \
        CHECK_STATUS(t, status_, make(&refused_, operation_, count_, &err_));                      \
        if (!strstr(err_.text, text_))                                                             \
            FAIL(t, "'%s' says '%s', not '%s'", operation_, err_.text, text_);                     \
        transform_plan_clear(&refused_);                                                           \
    } while (0)

static bool is_in(const char *text, const char *part)
{
    return strstr(text, part) != NULL;
}

/* Rows 0..9 of the result are the first table, rows 10..14 the second: claims about each. */
static void test_append__is_two_slices_of_the_result(zkl_test *t)
{
    zkl_error err;
    transform_plan plan;
    REQUIRE_OK(t, &err, make(&plan, "append", 2, &err));
    CHECK(t, plan.claim_count == 1 && plan.back_count == 2 && !plan.recorded);
    CHECK_TEXT_EQ(t, plan.claims[0], "split(people@1, more.of-them@12)");
    CHECK(t, plan.backs[0].source == 0 && plan.backs[1].source == 1);
    CHECK_TEXT_EQ(t, plan.backs[0].before, "slice(");
    CHECK_TEXT_EQ(t, plan.backs[0].after, ", 0..9)");
    CHECK_TEXT_EQ(t, plan.backs[1].before, "slice(");
    CHECK_TEXT_EQ(t, plan.backs[1].after, ", 10..14)");
    CHECK(t, is_in(plan.sql, "ORDER BY zkl_part, zkl_row"));
    transform_plan_clear(&plan);
    REFUSED(ZKL_USAGE, "append", 1, "'append' takes 2 sources, not 1");
    REFUSED(ZKL_USAGE, "append x", 2, "nothing more expected");
    REFUSED(ZKL_USAGE, "appended", 2, "unknown operation");
}

/* In its place a column keeps its sum; beside the old one every value is compared. What stays is
 * the same. */
static void test_cast__keeps_the_sum_or_every_value(zkl_test *t)
{
    zkl_error err;
    transform_plan plan;
    REQUIRE_OK(t, &err, make(&plan, "cast \"its \\\"pay\\\"\" to decimal( 12, 4 )", 1, &err));
    CHECK_UINT_EQ(t, plan.claim_count, 2);
    CHECK_TEXT_EQ(t, plan.claims[0],
                  "same(\"id\", \"na\\\\me\", people@1.\"id\", people@1.\"na\\\\me\")");
    CHECK_TEXT_EQ(t, plan.claims[1], "balance(\"its \\\"pay\\\"\" = people@1.\"its \\\"pay\\\"\")");
    CHECK(t, is_in(plan.sql, "CAST(\"its \"\"pay\"\"\" AS DECIMAL(12,4)) AS \"its \"\"pay"));
    CHECK(t, is_in(plan.misfits, "AS DECIMAL(12,4)) AS DECIMAL(9,2)) IS DISTINCT FROM"));
    CHECK(t, plan.recorded && is_in(plan.recorded, "that each value is the one that stood there"));
    CHECK_UINT_EQ(t, plan.type_count, 3);
    CHECK_TEXT_EQ(t, plan.types[2].as, "its \"pay\"");
    CHECK_TEXT_EQ(t, plan.types[2].type, "decimal(12,4)");
    transform_plan_clear(&plan);
    REQUIRE_OK(t, &err, make(&plan, "cast id to int64 as wide, id to decimal(9,0) as d", 1, &err));
    CHECK_UINT_EQ(t, plan.claim_count, 3);
    CHECK_TEXT_EQ(t, plan.claims[1], "linear(\"wide\" = \"id\")");
    CHECK_TEXT_EQ(t, plan.claims[2], "linear(\"d\" = \"id\")");
    CHECK(t, !plan.recorded);
    transform_plan_clear(&plan);
    REFUSED(ZKL_NOT_FOUND, "cast pay to int64", 1, "no column 'pay'");
    REFUSED(ZKL_NOT_SUPPORTED, "cast \"na\\\\me\" to int64", 1, "holds no integers or decimals");
    REFUSED(ZKL_USAGE, "cast id to float64", 1, "int16, int32");
    REFUSED(ZKL_USAGE, "cast id to decimal(0,0)", 1, "int16, int32");
    REFUSED(ZKL_USAGE, "cast id to decimal(39,0)", 1, "int16, int32");
    REFUSED(ZKL_USAGE, "cast id int64", 1, "'to' expected");
    REFUSED(ZKL_USAGE, "cast id to int64, id to int32", 1, "two columns would be called 'id'");
    REFUSED(ZKL_USAGE, "cast id to int64 as \"na\\\\me\"", 1,
            "two columns would be called 'na\\me'");
    REFUSED(ZKL_USAGE, "cast id to int64 x", 1, "nothing more expected");
}

/* Nothing of it is read or run, and it has no query. */
static void test_custom__is_words_alone(zkl_test *t)
{
    zkl_error err;
    transform_plan plan;
    REQUIRE_OK(t, &err,
               make(&plan, "custom  python clean.py --drop 'x'; rm -rf \"$HOME\" ", 2, &err));
    CHECK(t, plan.is_elsewhere && plan.claim_count == 0 && plan.back_count == 0);
    CHECK_TEXT_EQ(t, plan.sql, "");
    CHECK(t, plan.recorded && is_in(plan.recorded, "all of it"));
    CHECK_UINT_EQ(t, plan.type_count, 2);
    transform_plan_clear(&plan);
    REQUIRE_OK(t, &err, make(&plan, "sql SELECT 1", 1, &err));
    CHECK(t, !plan.is_elsewhere);
    transform_plan_clear(&plan);
    REFUSED(ZKL_USAGE, "custom", 1, "a command expected");
    REFUSED(ZKL_USAGE, "custom  ", 1, "a command expected");
}

/* As many values, tokens and pairs: so each value has one token and each token one value. */
static void test_tokens__are_one_to_one(zkl_test *t)
{
    static const uint64_t distinct[] = { 7, 4 };
    static const char *const want[] = {
        "same(\"id\", \"na\\\\me\", people@1.\"id\", people@1.\"na\\\\me\")",
        "distinct(\"id\") = 7",
        "distinct(\"id_token\") = 7",
        "distinct(\"id\", \"id_token\") = 7",
        "distinct(\"na\\\\me\") = 4",
        "distinct(\"na\\\\me_token\") = 4",
        "distinct(\"na\\\\me\", \"na\\\\me_token\") = 4",
    };
    zkl_error err;
    transform_plan plan;
    REQUIRE_OK(t, &err, make(&plan, "tokens id, \"na\\\\me\"", 1, &err));
    CHECK_UINT_EQ(t, plan.token_count, 2);
    CHECK(t, plan.token_columns[0] == 0 && plan.token_columns[1] == 2);
    REQUIRE_OK(t, &err, transform_plan_add_distinct(&plan, distinct, &err));
    CHECK_UINT_EQ(t, plan.claim_count, ZKL_COUNT(want));
    for (size_t i = 0; i < ZKL_COUNT(want) && i < plan.claim_count; i++)
        CHECK_TEXT_EQ(t, plan.claims[i], want[i]);
    CHECK(t, !plan.uses_seed); /* it is not said */
    transform_plan_clear(&plan);
    REFUSED(ZKL_USAGE, "tokens id, id", 1, "stands there twice");
    REFUSED(ZKL_NOT_FOUND, "tokens name", 1, "no column 'name'");
    REFUSED(ZKL_USAGE, "pseudonymise id", 1, "takes 2 sources, not 1");
    REFUSED(ZKL_NOT_FOUND, "pseudonymise id", 2, "'more.of-them@12' has no column 'id_token'");
}

static void test_pseudonymise__takes_the_tokens_of_the_second_source(zkl_test *t)
{
    static const zkl_column columns[] = {
        { { (const uint8_t *)"id", 2 }, { .kind = ZKL_TYPE_INT32 }, false },
        { { (const uint8_t *)"id_token", 8 }, { .kind = ZKL_TYPE_UINT64 }, false },
    };
    static const zkl_schema tokens = { .columns = columns, .column_count = 2 };
    const transform_source both[] = { sources[0], { "map@3", &tokens, 10 } };
    zkl_error err = { 0 };
    transform_plan plan = { .sources = both, .source_count = 2 };
    REQUIRE_OK(t, &err, transform_plan_make(&plan, "pseudonymise id", &err));
    CHECK_UINT_EQ(t, plan.claim_count, 2);
    CHECK_TEXT_EQ(t, plan.claims[0],
                  "same(\"its \\\"pay\\\"\", \"na\\\\me\", people@1.\"its \\\"pay\\\"\", "
                  "people@1.\"na\\\\me\")");
    CHECK_TEXT_EQ(t, plan.claims[1], "same(\"id\", map@3.\"id_token\")");
    CHECK(t, is_in(plan.sql, "s1.\"id_token\" AS \"id\"") && !is_in(plan.sql, "s0.\"id\""));
    CHECK(t, !plan.token_count && is_in(plan.recorded, "how the mapping was made"));
    /* The mapping has the values that are replaced, each in its row. */
    REQUIRE(t, plan.back_count == 1 && plan.backs[0].is_of_sources);
    CHECK_UINT_EQ(t, plan.backs[0].source, 1);
    CHECK_UINT_EQ(t, plan.backs[0].other, 0);
    CHECK_TEXT_EQ(t, plan.backs[0].before, "same(\"id\", people@1.\"id\")");
    transform_plan_clear(&plan);
}

ZKL_TESTS(TEST(test_append__is_two_slices_of_the_result),
          TEST(test_cast__keeps_the_sum_or_every_value), TEST(test_custom__is_words_alone),
          TEST(test_tokens__are_one_to_one),
          TEST(test_pseudonymise__takes_the_tokens_of_the_second_source))
