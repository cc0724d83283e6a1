/* From the words of an operation to its claims and its query: no ledger, no data. Names hold what
 * quotes and backslashes of claims and of SQL are made of. */
#include "service/transform_ops.h"

#include "claim/claim.h"
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

/* An engine rounds a constant that the type does not have; the claim takes it as it is. */
static void test_filter__compares_with_values_of_the_type(zkl_test *t)
{
    static const struct {
        const char *said, *sql;
    } cases[] = {
        { "id <= 17.5", "\"id\" <= '17'" },
        { "id < 17.5", "\"id\" < '18'" },
        { "id > 17.5", "\"id\" > '17'" },
        { "id >= 17.5", "\"id\" >= '18'" },
        { "id < -17.5", "\"id\" < '-17'" },
        { "id <= 1.8e1", "\"id\" <= '18'" },
        { "id = 18.0", "\"id\" = '18'" },
        { "not id in {2.0, 1e0}", "not \"id\" in ('1', '2')" },
        { "\"its \\\"pay\\\"\" <= 10.555", "\"its \"\"pay\"\"\" <= '10.55'" },
        { "\"na\\\\me\" in {\"O'Hara\", \"1.50\"}", "\"na\\me\" in ('O''Hara', '1.50')" },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        char operation[80], claim[100];
        zkl_error err;
        transform_plan plan;
        snprintf(operation, sizeof operation, "filter %s", cases[i].said);
        snprintf(claim, sizeof claim, "filter(people@1, where %s)", cases[i].said);
        REQUIRE_OK(t, &err, make(&plan, operation, 1, &err));
        if (!is_in(plan.sql, cases[i].sql))
            FAIL(t, "'%s' is '%s', without '%s'", operation, plan.sql, cases[i].sql);
        CHECK_TEXT_EQ(t, plan.claims[0], claim);
        transform_plan_clear(&plan);
    }
    REFUSED(ZKL_USAGE, "filter id = 17.5", 1, "no value of this type is equal to the constant");
    REFUSED(ZKL_USAGE, "filter id < 2147483648", 1, "outside the type");
    REFUSED(ZKL_USAGE, "filter id in {1, 1.0}", 1, "twice");
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

/* Names stand in claims so that they read as themselves, whatever is in them. */
static void test_names__read_as_themselves(zkl_test *t)
{
    static const zkl_column odd[] = {
        { { (const uint8_t *)"a\xe2\x80\x8b\"b", 6 }, { .kind = ZKL_TYPE_INT32 }, false },
        { { (const uint8_t *)"\\x41\n", 5 }, { .kind = ZKL_TYPE_INT32 }, false },
        { { (const uint8_t *)"other@1", 7 }, { .kind = ZKL_TYPE_INT32 }, false },
    };
    static const zkl_schema odd_schema = { .columns = odd, .column_count = ZKL_COUNT(odd) };
    static const transform_source odd_source = { "odd@1", &odd_schema, 10 };
    zkl_error err = { 0 };
    zkl_claim claim;
    transform_plan plan = { .sources = &odd_source, .source_count = 1 };
    REQUIRE_OK(t, &err, transform_plan_make(&plan, "dedup", &err));
    REQUIRE(t, plan.claim_count > 0);
    CHECK(t, !is_in(plan.claims[0], "\xe2\x80\x8b")); /* it shows nothing */
    REQUIRE_OK(t, &err,
               zkl_claim_parse(&claim, &t->arena, zkl_bytes_of_text(plan.claims[0]), &err));
    REQUIRE(t, claim.column_count == ZKL_COUNT(odd));
    for (size_t i = 0; i < ZKL_COUNT(odd); i++)
        CHECK(t, zkl_bytes_equal(claim.columns[i].name, odd[i].name));
    transform_plan_clear(&plan);
}

/* What its claim would refuse is refused before a query is run, in the claim's words; texts of
 * dictionaries are not known here. */
static void test_filter__is_refused_as_its_claim_would_be(zkl_test *t)
{
    zkl_error err;
    transform_plan plan;
    REQUIRE_OK(t, &err,
               make(&plan, "filter \"its \\\"pay\\\"\" <= 9999999.99 and id != 7", 1, &err));
    CHECK_TEXT_EQ(t, plan.claims[0],
                  "filter(people@1, where \"its \\\"pay\\\"\" <= 9999999.99 and id != 7)");
    transform_plan_clear(&plan);
    REQUIRE_OK(t, &err, make(&plan, "filter \"na\\\\me\" in {\"x\", \"y\"} or id > 5", 1, &err));
    transform_plan_clear(&plan);
    REFUSED(ZKL_USAGE, "filter \"its \\\"pay\\\"\" > 100000000", 1, "is outside the type");
    REFUSED(ZKL_USAGE, "filter \"its \\\"pay\\\"\" = 1.005", 1, "no value of this type is equal");
    REFUSED(ZKL_USAGE, "filter id > 2147483648", 1, "'2147483648' is outside the type");
    REFUSED(ZKL_USAGE, "filter \"na\\\\me\" = \"x\" or not (id > 1 and id < 4294967296)", 1,
            "'4294967296' is outside the type");
    REFUSED(ZKL_USAGE, "filter id >= -2147483648", 1, "holds of all values");
    REFUSED(ZKL_USAGE, "filter id is null", 1, "it holds no nulls");
    REFUSED(ZKL_NOT_SUPPORTED, "filter \"na\\\\me\" < \"x\"", 1, "have no order");
    REFUSED(ZKL_NOT_FOUND, "filter nobody > 1", 1, "no column 'nobody'");
    /* In a pipeline, where rows are not known. */
    plan = (transform_plan){ .sources = sources, .source_count = 1, .is_trial = true };
    err = (zkl_error){ 0 };
    CHECK_STATUS(t, ZKL_USAGE, transform_plan_make(&plan, "filter id > 2147483648", &err));
    transform_plan_clear(&plan);
}

/* All rows of the source, in an order without ties, numbered. Of a trial nothing rests on their
 * number. */
static void test_rank__is_all_rows_numbered(zkl_test *t)
{
    zkl_error err;
    transform_plan plan;
    REQUIRE_OK(t, &err, make(&plan, "rank id as \"the \\\"r\\\"\"", 1, &err));
    REQUIRE(t, plan.claim_count == 5 && plan.back_count == 0 && !plan.recorded);
    CHECK_TEXT_EQ(t, plan.claims[0],
                  "subset(\"id\", \"its \\\"pay\\\"\", \"na\\\\me\", people@1, nulls=match)");
    CHECK_TEXT_EQ(t, plan.claims[1], "sorted(\"id\", ties=refuse)");
    CHECK_TEXT_EQ(t, plan.claims[2], "sorted(\"the \\\"r\\\"\", ties=refuse)");
    CHECK_TEXT_EQ(t, plan.claims[3], "range(\"the \\\"r\\\"\", 1, 10)");
    CHECK_TEXT_EQ(t, plan.claims[4], "rows(10)");
    CHECK(t, is_in(plan.sql, "row_number() OVER (ORDER BY s0.\"id\") AS \"the \"\"r\"\"\""));
    CHECK(t, is_in(plan.misfits, "GROUP BY \"id\" HAVING count(*) > 1"));
    CHECK(t, plan.misfit_kind == TRANSFORM_MISFIT_TIES);
    transform_plan_clear(&plan);
    plan = (transform_plan){ .sources = sources, .source_count = 1, .is_trial = true };
    REQUIRE_OK(t, &err, transform_plan_make(&plan, "rank id as r", &err));
    CHECK_UINT_EQ(t, plan.claim_count, 3);
    transform_plan_clear(&plan);
    REFUSED(ZKL_USAGE, "rank id", 1, "'as' expected");
    REFUSED(ZKL_USAGE, "rank id as id", 1, "there is a column 'id' already");
    REFUSED(ZKL_USAGE, "rank \"na\\\\me\" as r", 1, "may hold nulls, which have no rank");
    REFUSED(ZKL_NOT_FOUND, "rank no as r", 1, "no column 'no'");
    REFUSED(ZKL_USAGE, "rank id as r, s", 1, "nothing more expected");
    REFUSED(ZKL_USAGE, "rank id as r", 2, "'rank' takes 1 source, not 2");
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

/* Each edge is a cut; a null has the bucket behind the last; what every value satisfies is not
 * said. */
static void test_bucket__follows_from_the_edges(zkl_test *t)
{
    zkl_error err;
    transform_plan plan;
    REQUIRE_OK(t, &err, make(&plan, "bucket \"its \\\"pay\\\"\" by 0.50, 1e3 as b", 1, &err));
    CHECK_UINT_EQ(t, plan.claim_count, 2);
    CHECK_TEXT_EQ(
        t, plan.claims[1],
        "count(where \"its \\\"pay\\\"\" < \"0.5\" and \"b\" = 0 or \"its \\\"pay\\\"\" >= "
        "\"0.5\" and \"its \\\"pay\\\"\" < \"1000\" and \"b\" = 1 or \"its \\\"pay\\\"\" >= "
        "\"1000\" and \"b\" = 2 or \"its \\\"pay\\\"\" is null and \"b\" = 3) = 10");
    CHECK(t, is_in(plan.sql,
                   "CASE WHEN \"its \"\"pay\"\"\" IS NULL THEN 3 WHEN \"its \"\"pay\"\"\" < "
                   "'0.5' THEN 0 WHEN \"its \"\"pay\"\"\" < '1000' THEN 1 ELSE 2 END AS \"b\""));
    CHECK(t, !plan.recorded && plan.type_count == 4);
    CHECK_TEXT_EQ(t, plan.types[3].type, "uint16");
    CHECK(t, plan.types[3].is_filled && !plan.types[0].is_filled);
    transform_plan_clear(&plan);
    REQUIRE_OK(t, &err, make(&plan, "bucket id by -2147483648 as b", 1, &err));
    CHECK_TEXT_EQ(t, plan.claims[1], "count(where \"b\" = 1) = 10"); /* below the least is none */
    transform_plan_clear(&plan);
    REFUSED(ZKL_USAGE, "bucket id by 1, 1 as b", 1, "edges rise");
    REFUSED(ZKL_USAGE, "bucket id by 2147483648 as b", 1, "outside the type");
    REFUSED(ZKL_USAGE, "bucket id by 1.5 as b", 1, "no such value");
    REFUSED(ZKL_USAGE, "bucket id by * as b", 1, "'*' is");
    REFUSED(ZKL_NOT_SUPPORTED, "bucket \"na\\\\me\" by 1 as b", 1, "have no order");
    REFUSED(ZKL_USAGE, "bucket id by 1 as id", 1, "there is a column 'id' already");
    REFUSED(ZKL_USAGE, "bucket id by 1 as b", 2, "'bucket' takes 1 source, not 2");
}

/* Where two claims meet, each leaves the edge's two sides to the other: 32 edges of two limbs, then
 * one. */
static void test_bucket__many_edges_are_several_claims(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) words = { 0 };
    zkl_error err;
    transform_plan plan;
    zkl_buffer_put_text(&words, "bucket id by ");
    for (int i = 0; i < 33; i++)
        zkl_buffer_format(&words, "%s%d", i ? ", " : "", i);
    zkl_buffer_put_text(&words, " as b");
    zkl_buffer_put_u8(&words, 0);
    REQUIRE_OK(t, &err, make(&plan, (const char *)words.data, 1, &err));
    CHECK_UINT_EQ(t, plan.claim_count, 3);
    CHECK(t, is_in(plan.claims[1], "count(where \"id\" < \"0\" and \"b\" = 0 or"));
    CHECK(t, is_in(plan.claims[1], "or \"id\" >= \"31\" and \"b\" >= 32) = 10"));
    CHECK_TEXT_EQ(
        t, plan.claims[2],
        "count(where \"id\" < \"32\" and \"b\" <= 32 or \"id\" >= \"32\" and \"b\" = 33) = 10");
    transform_plan_clear(&plan);
}

/* Combinations and numbers are unique in the mapping, and each row's are those of one of its
 * rows. */
static void test_key__is_a_row_of_its_mapping(zkl_test *t)
{
    static const zkl_column columns[] = {
        { { (const uint8_t *)"na\\me", 5 }, { .kind = ZKL_TYPE_DICTIONARY }, true },
        { { (const uint8_t *)"id", 2 }, { .kind = ZKL_TYPE_INT32 }, false },
        { { (const uint8_t *)"k", 1 }, { .kind = ZKL_TYPE_UINT16 }, false },
    };
    static const zkl_schema numbered = { .columns = columns, .column_count = 3 };
    const transform_source both[] = { sources[0], { "map@3", &numbered, 10 } };
    zkl_error err = { 0 };
    transform_plan plan = { .sources = both, .source_count = 2 };
    REQUIRE_OK(t, &err, transform_plan_make(&plan, "key id, \"na\\\\me\" as k", &err));
    CHECK_UINT_EQ(t, plan.claim_count, 2);
    CHECK_TEXT_EQ(t, plan.claims[1],
                  "subset(\"id\", \"na\\\\me\", \"k\", map@3.\"id\", map@3.\"na\\\\me\", "
                  "map@3.\"k\", nulls=match)");
    REQUIRE(t, plan.back_count == 2);
    for (size_t i = 0; i < 2; i++)
        CHECK(t,
              plan.backs[i].is_of_sources && plan.backs[i].source == 1 && plan.backs[i].other == 1);
    CHECK_TEXT_EQ(t, plan.backs[0].before, "unique(\"id\", \"na\\\\me\")");
    CHECK_TEXT_EQ(t, plan.backs[1].before, "unique(\"k\")");
    CHECK(t, !plan.recorded && is_in(plan.misfits, "IS NOT DISTINCT FROM zkl_c1"));
    transform_plan_clear(&plan);
    REQUIRE_OK(t, &err, make(&plan, "keys id, \"na\\\\me\" as k", 2, &err));
    CHECK_UINT_EQ(t, plan.claim_count, 0);
    REQUIRE(t, plan.own_count == 2);
    CHECK_TEXT_EQ(t, plan.own_claims[0], "unique(\"id\", \"na\\\\me\")");
    CHECK_TEXT_EQ(t, plan.own_claims[1], "unique(\"k\")");
    CHECK(t, is_in(plan.sql, "UNION ALL") && is_in(plan.recorded, "which combinations"));
    CHECK(t, !plan.uses_seed); /* it is not said */
    transform_plan_clear(&plan);
    REFUSED(ZKL_USAGE, "keys id, id as k", 1, "stands there twice");
    REFUSED(ZKL_USAGE, "keys id as id", 1, "two columns would be called 'id'");
    REFUSED(ZKL_NOT_FOUND, "key id as k", 2, "'more.of-them@12' has no column 'k'");
    REFUSED(ZKL_USAGE, "key id as k", 1, "'key' takes 2 sources, not 1");
    REFUSED(ZKL_USAGE, "key id k", 2, "'as' expected");
}

ZKL_TESTS(TEST(test_names__read_as_themselves), TEST(test_filter__compares_with_values_of_the_type),
          TEST(test_filter__is_refused_as_its_claim_would_be),
          TEST(test_append__is_two_slices_of_the_result), TEST(test_bucket__follows_from_the_edges),
          TEST(test_bucket__many_edges_are_several_claims),
          TEST(test_cast__keeps_the_sum_or_every_value), TEST(test_key__is_a_row_of_its_mapping),
          TEST(test_rank__is_all_rows_numbered), TEST(test_custom__is_words_alone),
          TEST(test_tokens__are_one_to_one),
          TEST(test_pseudonymise__takes_the_tokens_of_the_second_source))
