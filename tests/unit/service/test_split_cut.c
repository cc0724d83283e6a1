/* From a cut to a query and claims: literals that the column's type rounds, and those that it does
 * not have. */
#include "service/split_cut.h"

#include "claim/claim_bound.h"
#include "testing.h"
#include "types/value.h"

static const zkl_column columns[] = {
    { { (const uint8_t *)"age", 3 }, { .kind = ZKL_TYPE_UINT16 }, true },
    { { (const uint8_t *)"a \"b\"", 5 },
      { .kind = ZKL_TYPE_DECIMAL, .precision = 4, .scale = 1 },
      false },
    { { (const uint8_t *)"at", 2 }, { .kind = ZKL_TYPE_TIMESTAMP }, false },
    { { (const uint8_t *)"x", 1 }, { .kind = ZKL_TYPE_FLOAT64 }, true },
    { { (const uint8_t *)"y", 1 }, { .kind = ZKL_TYPE_FLOAT32 }, false },
    { { (const uint8_t *)"city", 4 }, { .kind = ZKL_TYPE_DICTIONARY }, false },
};
static const zkl_schema schema = { .columns = columns, .column_count = 6 };

static void check_cut(zkl_test *t, size_t column, const char *at, const char *sql,
                      const char *first, const char *second)
{
    zkl_error err;
    split_cut cut;
    REQUIRE_OK(t, &err, split_cut_make(&cut, &t->arena, &schema, column, at, &err));
    CHECK_TEXT_EQ(t, cut.sql, sql);
    CHECK_TEXT_EQ(t, cut.claims[0], first);
    CHECK_TEXT_EQ(t, cut.claims[1], second);
}

/* An engine rounds 17.4 to 17, and forgets the zone: the query has a value of the type. */
static void test_cut__the_query_has_the_types_own_value(zkl_test *t)
{
    check_cut(t, 0, "17.4", "\"age\" < '18'", "share(where age < 17.4) = 1",
              "count(where age < 17.4) = 0");
    check_cut(t, 0, "17", "\"age\" < '17'", "share(where age < 17) = 1",
              "count(where age < 17) = 0");
    check_cut(t, 1, "10.6400", "\"a \"\"b\"\"\" < '10.7'",
              "share(where \"a \\\"b\\\"\" < 10.64) = 1",
              "count(where \"a \\\"b\\\"\" < 10.64) = 0");
    check_cut(t, 2, "2024-01-02T12:00:00+05:00", "\"at\" < '2024-01-02T07:00:00Z'",
              "share(where at < 2024-01-02T07:00:00Z) = 1",
              "count(where at < 2024-01-02T07:00:00Z) = 0");
}

/* Up to the cut and not with it: a number right below it, above the float before it. */
static void test_cut__floats_have_two_ranges(zkl_test *t)
{
    static const char *const at[] = { "0.5", "0", "1e300", "-3.25", "1e-300", "16777216", "inf" };
    for (size_t i = 0; i < ZKL_COUNT(at); i++)
        for (size_t column = 3; column <= 4; column++) {
            zkl_error err;
            split_cut cut;
            zkl_bound most, whole;
            const char *why;
            const zkl_type *type = &columns[column].type;
            REQUIRE_OK(t, &err, split_cut_make(&cut, &t->arena, &schema, column, at[i], &err));
            const char *below = cut.claims[0] + strlen("range(x, *, ");
            REQUIRE(t, zkl_bound_parse(&whole, type, zkl_bytes_of_text(at[i]), &why));
            REQUIRE(t, zkl_bound_parse(&most, type,
                                       zkl_bytes_of(below, (size_t)(strchr(below, ',') - below)),
                                       &why));
            const zkl_code zero =
                column == 3 ? zkl_code_of_float64(0.0) : zkl_code_of_float32(0.0f);
            CHECK(t, most.greatest + 1 + (whole.least == zero) == whole.least);
        }
    check_cut(t, 3, "0.1", "\"x\" < '0.1'", "range(x, *, 0.1, nulls=refuse)", "range(x, 0.1, *)");
}

/* Binary64 has 0.1 as 0.1000000000000000055.., 0.3 as 0.29999999999999998.., and 0.5 itself. */
static void test_cut__says_where_a_written_float_lies(zkl_test *t)
{
    static const struct {
        const char *at, *words;
    } cases[] = {
        { "0.1", "x < 0.1 (no float is that number: the one that is written so lies above)" },
        { "0.3", "x < 0.3 (no float is that number: the one that is written so lies below)" },
        { "0.5", "x < 0.5" },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        zkl_error err;
        split_cut cut;
        REQUIRE_OK(t, &err, split_cut_make(&cut, &t->arena, &schema, 3, cases[i].at, &err));
        CHECK_TEXT_EQ(t, cut.words, cases[i].words);
    }
}

#define REFUSED(status_, column_, at_, text_)                                                      \
    do {                                                                                           \
        zkl_error err_;                                                                            \
        split_cut cut_;                                                                            \
        CHECK_STATUS(t, status_, split_cut_make(&cut_, &t->arena, &schema, column_, at_, &err_));  \
        if (!strstr(err_.text, text_))                                                             \
            FAIL(t, "'%s' says '%s', not '%s'", at_, err_.text, text_);                            \
    } while (0)

static void test_cut__refuses(zkl_test *t)
{
    REFUSED(ZKL_USAGE, 0, "seventeen", "not a number");
    REFUSED(ZKL_USAGE, 0, "", "not a number");
    REFUSED(ZKL_USAGE, 0, "65536", "outside the type");
    REFUSED(ZKL_USAGE, 0, "0", "or of none");
    REFUSED(ZKL_USAGE, 2, "noon", "'noon'");
    REFUSED(ZKL_USAGE, 3, "nan", "not a number");
    REFUSED(ZKL_USAGE, 3, "-inf", "no value lies below");
    REFUSED(ZKL_NOT_SUPPORTED, 5, "Rome", "have no order");
}

ZKL_TESTS(TEST(test_cut__the_query_has_the_types_own_value), TEST(test_cut__floats_have_two_ranges),
          TEST(test_cut__says_where_a_written_float_lies), TEST(test_cut__refuses))
