/* What follows from claims that were proven, and what does not: for policies that ask for claims,
 * and for how many values stand behind one. */
#include "claim/implied.h"

#include "claim_testing.h"

#define ROWS 200000

static const zkl_column columns[] = {
    { NAMED("age"), { .kind = ZKL_TYPE_UINT16 }, true },
    { NAMED("pay"), { .kind = ZKL_TYPE_DECIMAL, .precision = 8, .scale = 2 }, false },
    { NAMED("day"), { .kind = ZKL_TYPE_DATE }, false },
    { NAMED("city"), { .kind = ZKL_TYPE_DICTIONARY }, false },
    { NAMED("name"), { .kind = ZKL_TYPE_STRING16 }, true },
};
static const zkl_schema schema = { ZKL_HASH_SHA3_256, columns, ZKL_COUNT(columns) };

/* proven: claims with ";" between them, each with so many values. */
static zkl_status ask(bool *out, zkl_test *t, const char *proven, const char *asked, uint64_t least,
                      uint64_t values)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_proven_claim items[8];
    zkl_proven_claims claims = { .items = items, .schema = &schema, .row_count = ROWS };
    zkl_claim claim;
    zkl_error err = { 0 };
    for (const char *at = proven; *at; at += *at == ';') {
        const size_t size = strcspn(at, ";");
        if (claims.count < ZKL_COUNT(items))
            items[claims.count++] = (zkl_proven_claim){ zkl_bytes_of(at, size), values };
        at += size;
    }
    *out = false;
    zkl_status status = zkl_claim_parse(&claim, &arena, zkl_bytes_of_text(asked), &err);
    if (status != ZKL_OK) {
        zkl_test_fail(t, __FILE__, __LINE__, "'%s': %s", asked, err.text);
        return status;
    }
    return zkl_claim_is_implied(out, &claim, least, &claims, &err);
}

static void check(zkl_test *t, int line, const char *proven, const char *asked, bool want)
{
    bool got;
    const zkl_status status = ask(&got, t, proven, asked, 0, ROWS);
    if (status != ZKL_OK || got != want)
        zkl_test_fail(t, __BASE_FILE__, line, "'%s' by '%s': status %d, %s", asked, proven, status,
                      got ? "follows" : "does not follow");
}
#define FOLLOWS(proven, asked) check(t, __LINE__, proven, asked, true)
#define NOT(proven, asked) check(t, __LINE__, proven, asked, false)

static void test_implied__claims(zkl_test *t)
{
    /* the same, whatever the spelling */
    FOLLOWS("range(age, 0, 120)", "range( age,0,120 )");
    FOLLOWS("range(pay, 0.5, 10)", "range(pay, 0.50, 10.00)");
    NOT("range(age, 0, 120)", "range(pay, 0, 120)");
    NOT("", "range(age, 0, 120)");
    /* a narrower range, and none that is wider on one side */
    FOLLOWS("range(age, 5, 100)", "range(age, 0, 120)");
    FOLLOWS("range(age, 5, 100)", "range(age, *, 100)");
    FOLLOWS("range(day, 2024-01-01, 2024-12-31)", "range(day, 2023-01-01, *)");
    NOT("range(age, 0, 121)", "range(age, 0, 120)");
    NOT("range(age, 0, 120)", "range(age, 1, 120)");
    /* nulls */
    FOLLOWS("range(age, 0, 120, nulls=refuse)", "range(age, 0, 120)");
    NOT("range(age, 0, 120)", "range(age, 0, 120, nulls=refuse)");
    FOLLOWS("range(age, 0, 120, nulls=refuse)", "not_null(age)");
    NOT("range(age, 0, 120)", "not_null(age)");
    NOT("range(pay, 0, 120)", "not_null(age)");
    FOLLOWS("", "not_null(pay)"); /* the schema says it */
    FOLLOWS("", "rows(200000)");
}

static void test_implied__results(zkl_test *t)
{
    FOLLOWS("sum(pay) = 12.50", "sum(pay)");
    FOLLOWS("sum(pay) = 12.50", "sum(pay) = 12.5");
    FOLLOWS("sum(pay) = 12.50", "sum(pay) >= 12.50");
    FOLLOWS("sum(pay) >= 12.51", "sum(pay) >= 12.50");
    NOT("sum(pay) >= 12.50", "sum(pay)");
    NOT("sum(pay) >= 12.50", "sum(pay) = 12.50");
    NOT("sum(pay) >= 12.49", "sum(pay) >= 12.50");
    NOT("sum(pay) <= 12.50", "sum(pay) >= 12.50");
    NOT("sum(pay) = 12.51", "sum(pay) <= 12.50");
    FOLLOWS("sum(pay) = -3.00", "sum(pay) >= -4");
    NOT("sum(pay) = -5.00", "sum(pay) >= -4");
    /* fractions, also of other denominators */
    FOLLOWS("mean(pay) = 1/3", "mean(pay) <= 0.34");
    NOT("mean(pay) = 1/3", "mean(pay) >= 0.34");
    FOLLOWS("null_rate(age) = 1/200000", "null_rate(age) <= 0.01");
    NOT("null_rate(age) = 2001/200000", "null_rate(age) <= 0.01");
    FOLLOWS("count(age, 18, 64) >= 300", "count(age, 18, 64) >= 299");
    NOT("count(age, 18, 65) >= 300", "count(age, 18, 64) >= 300");
    /* numbers that hold more rows */
    FOLLOWS("k_anonymous(age, city, 5)", "k_anonymous(age, city, 3)");
    NOT("k_anonymous(age, city, 5)", "k_anonymous(age, city, 6)");
    NOT("k_anonymous(age, city, 5)", "k_anonymous(age, 5)");
    /* texts are compared as they are written */
    FOLLOWS("count(where city = \"Bern\") = 12", "count(where city = \"Bern\") >= 10");
    NOT("count(where city = \"Bern\") = 12", "count(where city = \"Chur\") >= 10");
    FOLLOWS("disjoint(pay, test@1)", "disjoint(pay, test@1)");
    NOT("disjoint(pay, test@1)", "disjoint(pay, test@2)");
}

/* By row, spans that hold all rows say what is said of all. */
static void test_implied__spans(zkl_test *t)
{
    const char *first = "range(age, 0, 9) in rows 0..65535",
               *whole = "range(age, 0, 9) in rows 65536..199999;range(age, 0, 9) in rows 0..65535";
    FOLLOWS(whole, "range(age, 0, 9)");
    NOT(first, "range(age, 0, 9)");
    NOT("range(age, 0, 9) in rows 0..65535;range(age, 0, 9) in rows 131072..199999",
        "range(age, 0, 9)");
    FOLLOWS("range(age, 0, 9)", "range(age, 0, 9) in rows 0..65535");
    FOLLOWS(whole, "range(age, 0, 9) in rows 65536..131071");
    NOT(first, "range(age, 0, 9) in rows 65536..131071");
    /* a sum of spans is no sum of all */
    NOT("sum(pay) = 1 in rows 0..65535;sum(pay) = 1 in rows 65536..199999", "sum(pay) = 1");
    NOT("sum(pay) = 1", "sum(pay) = 1 in rows 0..65535");
}

static void test_implied__values(zkl_test *t)
{
    bool got;
    const char *range = "range(age, 0, 9)",
               *spans = "range(age, 0, 9) in rows 65536..199999;range(age, 0, 9) in rows 0..65535",
               *twice = "range(age, 0, 9) in rows 0..65535;range(age, 0, 9) in rows 0..65535;"
                        "range(age, 0, 9) in rows 65536..199999";
    CHECK_STATUS(t, ZKL_OK, ask(&got, t, range, range, 5, 5));
    CHECK(t, got);
    CHECK_STATUS(t, ZKL_OK, ask(&got, t, range, range, 6, 5));
    CHECK(t, !got);
    CHECK_STATUS(t, ZKL_OK, ask(&got, t, spans, range, 10, 5));
    CHECK(t, got);
    CHECK_STATUS(t, ZKL_OK, ask(&got, t, spans, range, 11, 5));
    CHECK(t, !got);
    /* rows that are told twice are counted once */
    CHECK_STATUS(t, ZKL_OK, ask(&got, t, twice, range, 11, 5));
    CHECK(t, !got);
    /* what follows from the manifest says nothing of values where there may be nulls */
    CHECK_STATUS(t, ZKL_OK, ask(&got, t, "", "range(age, *, *)", 0, 0));
    CHECK(t, got);
    CHECK_STATUS(t, ZKL_OK, ask(&got, t, "", "range(age, *, *)", 1, 0));
    CHECK(t, !got);
    CHECK_STATUS(t, ZKL_OK, ask(&got, t, "", "not_null(pay)", ROWS, 0));
    CHECK(t, got);
    CHECK_STATUS(t, ZKL_OK, ask(&got, t, "", "rows(200000)", 1, 0));
    CHECK(t, !got);
    /* a name that is not here is not met; bounds that make no sense are said so */
    CHECK_STATUS(t, ZKL_OK, ask(&got, t, range, "range(none, 0, 9)", 0, 5));
    CHECK(t, !got);
    CHECK_STATUS(t, ZKL_USAGE, ask(&got, t, range, "range(age, 9, 0)", 0, 5));
}

/* count(c, *, *) of any type that may be null, and what a count on other rows says. */
static void test_implied__counts(zkl_test *t)
{
    static const struct {
        const char *count, *range;
        uint64_t least;
        bool is_exact;
    } cases[] = {
        { "count(age, *, *) >= 7", "range(age, 0, 9)", 7, false },
        { "count(age, *, *) = 7", "range(age, 0, 9)", 7, true },
        { "count(age, 0, 5) = 7", "range(age, 0, 9)", 7, false },
        { "count(age, *, *) <= 7", "range(age, 0, 9)", 0, false },
        { "count(age, *, *) = 199999", "range(age, 0, 9) in rows 0..65535", 65535, false },
        { "count(age, *, *) = 100000", "range(age, 0, 9) in rows 0..65535", 0, false },
        { "count(age, *, *) = 7 in rows 0..65535", "range(age, 0, 9)", 7, false },
        { "count(name, *, *) >= 7", "range(age, 0, 9)", 0, false },
    };
    const zkl_claim_dataset dataset = { .schema = &schema, .row_count = ROWS };
    const zkl_claim_scope scope = { .datasets = &dataset, .dataset_count = 1 };
    zkl_compiled_claim count, range;
    zkl_error err = { 0 };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        REQUIRE_OK(t, &err, compile_in(t, &count, cases[i].count, &scope, &err));
        REQUIRE_OK(t, &err, compile_in(t, &range, cases[i].range, &scope, &err));
        const zkl_claim_values values = zkl_claim_values_for(&count, &range);
        CHECK_UINT_EQ(t, values.least, cases[i].least);
        CHECK(t, values.is_exact == cases[i].is_exact);
    }
    CHECK_STATUS(t, ZKL_OK, compile_in(t, &count, "count(name, *, *) >= 1", &scope, &err));
    CHECK_STATUS(t, compile_in(t, &count, "count(name, a, *) >= 1", &scope, &err),
                 ZKL_NOT_SUPPORTED);
    CHECK_STATUS(t, ZKL_USAGE, compile_in(t, &count, "count(city, *, *) >= 1", &scope, &err));
}

ZKL_TESTS(TEST(test_implied__claims), TEST(test_implied__results), TEST(test_implied__spans),
          TEST(test_implied__values), TEST(test_implied__counts))
