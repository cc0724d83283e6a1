/* From the values of parts to queries and claims. Values hold what quotes are made of. */
#include "service/split_values.h"
#include "testing.h"

static const zkl_column
    number = { { (const uint8_t *)"a \"b\"", 5 }, { .kind = ZKL_TYPE_INT32 }, true },
    text = { { (const uint8_t *)"city", 4 }, { .kind = ZKL_TYPE_DICTIONARY }, false },
    maybe = { { (const uint8_t *)"city", 4 }, { .kind = ZKL_TYPE_DICTIONARY }, true },
    longer = { { (const uint8_t *)"story", 5 }, { .kind = ZKL_TYPE_STRING16 }, false },
    bytes = { { (const uint8_t *)"photo", 5 }, { .kind = ZKL_TYPE_BINARY32 }, false },
    maybe_bytes = { { (const uint8_t *)"photo", 5 }, { .kind = ZKL_TYPE_BINARY32 }, true },
    real = { { (const uint8_t *)"x", 1 }, { .kind = ZKL_TYPE_FLOAT64 }, false };
static const zkl_split_part parts[] = { { "a", "a.csv", 0, "O'Neill" },
                                        { "b", "b.csv", 0, "1\"2" },
                                        { "c", "c.csv", 0, NULL } };

static const char *claim_of(zkl_test *t, const zkl_column *column, size_t part)
{
    const split_values values = { column, parts, 3 };
    const char *claim = NULL;
    zkl_error err;
    CHECK_STATUS(t, ZKL_OK, split_values_claim(&claim, &t->arena, &values, part, &err));
    return claim;
}

static void test_values__are_literals_of_claims_and_of_queries(zkl_test *t)
{
    ZKL_AUTO_CLEAR(zkl_buffer) sql = { 0 };
    const split_values values = { &number, parts, 3 }, without_rest = { &number, parts, 2 };
    split_values_put_cases(&sql, &values);
    zkl_buffer_put_u8(&sql, '|');
    split_values_put_cases(&sql, &without_rest);
    zkl_buffer_put_u8(&sql, 0);
    CHECK_TEXT_EQ(
        t, (const char *)sql.data,
        "CASE WHEN \"a \"\"b\"\"\" = 'O''Neill' THEN 0 WHEN \"a \"\"b\"\"\" = '1\"2' THEN 1"
        " ELSE 2 END AS zkl_part|CASE WHEN \"a \"\"b\"\"\" = 'O''Neill' THEN 0 WHEN \"a "
        "\"\"b\"\"\" = '1\"2' THEN 1 END AS zkl_part");
    CHECK_TEXT_EQ(t, claim_of(t, &number, 0),
                  "range(\"a \\\"b\\\"\", \"O'Neill\", \"O'Neill\", nulls=refuse)");
    CHECK_TEXT_EQ(t, claim_of(t, &number, 1),
                  "range(\"a \\\"b\\\"\", \"1\\\"2\", \"1\\\"2\", nulls=refuse)");
    CHECK_TEXT_EQ(t, claim_of(t, &number, 2),
                  "count(where \"a \\\"b\\\"\" in {\"O'Neill\", \"1\\\"2\"}) = 0");
    CHECK(t, !split_values_recorded(&values) && !split_values_are_apart_by_claim(&values));
}

static void test_values__of_texts_are_named(zkl_test *t)
{
    static const zkl_split_part many[] = {
        { "a", "a", 0, "x" }, { "b", "b", 0, "y" }, { "c", "c", 0, "z" }, { "d", "d" }
    };
    const split_values values = { &text, parts, 3 }, nullable = { &maybe, parts, 3 },
                       hashed = { &longer, parts, 3 }, too_many = { &longer, many, 4 };
    CHECK_TEXT_EQ(t, claim_of(t, &text, 0), "share(where \"city\" = \"O'Neill\") = 1");
    CHECK_TEXT_EQ(t, claim_of(t, &text, 2),
                  "count(where \"city\" in {\"O'Neill\", \"1\\\"2\"}) = 0");
    CHECK_TEXT_EQ(t, claim_of(t, &longer, 0), "share(where \"story\" = \"O'Neill\") = 1");
    const split_values *const said[] = { &values, &nullable, &hashed };
    for (size_t i = 0; i < ZKL_COUNT(said); i++)
        CHECK(t, !split_values_recorded(said[i]) && !split_values_are_apart_by_claim(said[i]));
    /* a predicate has room for two fingerprints */
    CHECK(t, strstr(split_values_recorded(&too_many), "the part of all other rows") != NULL);
}

static void test_values__of_binaries_are_one_and_apart(zkl_test *t)
{
    const split_values values = { &bytes, parts, 3 }, nullable = { &maybe_bytes, parts, 3 };
    CHECK_TEXT_EQ(t, claim_of(t, &bytes, 0), "distinct(\"photo\") = 1");
    CHECK(t, !claim_of(t, &bytes, 2));
    CHECK(t, split_values_are_apart_by_claim(&values));
    CHECK(t, !split_values_are_apart_by_claim(&nullable));
    CHECK_TEXT_EQ(t, split_values_recorded(&values), "which value each part holds");
    CHECK(t, strstr(split_values_recorded(&nullable), "no value is in two") != NULL);
}

/* Predicates know no floats: of the rest nothing is claimed, and that is said. */
static void test_values__of_floats_have_a_range(zkl_test *t)
{
    const split_values values = { &real, parts, 3 }, without_rest = { &real, parts, 2 };
    CHECK_TEXT_EQ(t, claim_of(t, &real, 1), "range(\"x\", \"1\\\"2\", \"1\\\"2\", nulls=refuse)");
    CHECK(t, !claim_of(t, &real, 2));
    CHECK(t, split_values_recorded(&values) && !split_values_recorded(&without_rest));
}

static void test_values__differ_and_one_part_has_none(zkl_test *t)
{
    static const zkl_split_part twice[] = { { "a", "a", 0, "x" }, { "b", "b", 0, "x" } },
                                two_rests[] = { { "a", "a", 0, "x" }, { "b", "b" }, { "c", "c" } },
                                none[] = { { "a", "a", 1 }, { "b", "b", 1 } };
    CHECK_STATUS(t, ZKL_OK, split_values_check(parts, 3, NULL));
    CHECK_STATUS(t, ZKL_USAGE, split_values_check(twice, 2, NULL));
    CHECK_STATUS(t, ZKL_USAGE, split_values_check(two_rests, 3, NULL));
    CHECK(t, split_is_by_values(two_rests, 3) && !split_is_by_values(none, 2));
}

ZKL_TESTS(TEST(test_values__are_literals_of_claims_and_of_queries),
          TEST(test_values__of_texts_are_named), TEST(test_values__of_binaries_are_one_and_apart),
          TEST(test_values__of_floats_have_a_range),
          TEST(test_values__differ_and_one_part_has_none))
