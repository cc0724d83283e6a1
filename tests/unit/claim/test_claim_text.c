/* Claims: grammar, what they compile to, words, and agreement with a statement. Expected codes are
 * computed by hand from docs/proof-system.md section 9 (offsets 2^15, 2^31) and section 8
 * ("Offsets"). */
#include "claim_testing.h"

#include "text/exact.h"
#include "text/json_text.h"

static const zkl_column columns[] = {
    { { (const uint8_t *)"id", 2 }, { .kind = ZKL_TYPE_UINT32 }, false },
    { { (const uint8_t *)"age", 3 }, { .kind = ZKL_TYPE_UINT16 }, true },
    { { (const uint8_t *)"amount", 6 },
      { .kind = ZKL_TYPE_DECIMAL, .precision = 9, .scale = 2 },
      true },
    { { (const uint8_t *)"net amount", 10 },
      { .kind = ZKL_TYPE_DECIMAL, .precision = 9, .scale = 1 },
      false },
    { { (const uint8_t *)"day", 3 }, { .kind = ZKL_TYPE_DATE }, false },
    { { (const uint8_t *)"score", 5 }, { .kind = ZKL_TYPE_FLOAT64 }, false },
    { { (const uint8_t *)"city", 4 }, { .kind = ZKL_TYPE_DICTIONARY }, false },
    { { (const uint8_t *)"paid", 4 }, { .kind = ZKL_TYPE_BOOL }, true },
    { { (const uint8_t *)"temp", 4 }, { .kind = ZKL_TYPE_INT16 }, false },
    { { (const uint8_t *)"at", 2 }, { .kind = ZKL_TYPE_TIMESTAMP }, false },
    { { (const uint8_t *)"a..b", 4 }, { .kind = ZKL_TYPE_UINT16 }, false },
    { { (const uint8_t *)"1st\xc2\xa0", 5 }, { .kind = ZKL_TYPE_UINT16 }, false },
};
static const zkl_schema schema = { ZKL_HASH_SHA3_256, columns, sizeof columns / sizeof columns[0] };
#define ROWS 344

static const zkl_digest dataset_id = { { 7 } };

static const zkl_claim_scope *scope_of(zkl_test *t, uint64_t rows)
{
    const zkl_claim_dataset dataset = { &schema, rows, &dataset_id };
    zkl_claim_scope scope = { zkl_arena_copy(&t->arena, &dataset, sizeof dataset), 1 };
    return zkl_arena_copy(&t->arena, &scope, sizeof scope);
}

/* Bind a claim to what a statement may say of its column: nulls, and the sum of the codes of the
 * others. */
static zkl_status bind(zkl_compiled_claim *claim, uint64_t nulls, uint64_t code_sum, zkl_error *err)
{
    const zkl_exact sum = zkl_exact_of_u64(code_sum), count = zkl_exact_of_u64(nulls);
    zkl_scalar params[3] = { { { 0 } } };
    zkl_exact_to_bytes(params[0].bytes, &sum);
    zkl_exact_to_bytes(params[1].bytes, &count);
    return zkl_claim_bind(claim, params, 3, err);
}

static zkl_status compile(zkl_test *t, zkl_compiled_claim *out, const char *text, uint64_t rows,
                          zkl_error *err)
{
    return compile_in(t, out, text, scope_of(t, rows), err);
}

static uint64_t low_u64(const zkl_scalar *scalar)
{
    uint64_t value = 0;
    for (int i = 24; i < 32; i++)
        value = value << 8 | scalar->bytes[i];
    return value;
}

static void test_claim_parse__takes_every_kind(zkl_test *t)
{
    static const char *const texts[] = {
        "range(age, 0, 120)",
        "range(age, *, 120, nulls=refuse)",
        "range(day, 2024-02-29, *)",
        "range(amount, -12.50, 1e3)",
        "sum(age)",
        "sum(amount) >= 10.5",
        "mean(age) = 35/2",
        "mean(temp) <= -3.25",
        "linear(2*id + age - 0.5*amount = 5)",
        "linear(-id = -7)",
        "linear(id + temp = 2*age + 5)",
        "not_null(age)",
        "unique(id)",
        "count(age, 18, 65)",
        "count( age ,18, * )>= 3",
        "count(day, *, 2024-02-29) = 7 in rows 0..343",
        "histogram(age, 18, 65)",
        "histogram( age , 0,100 , bins = 10 ) = 1, 2",
        "histogram(day, 2024-02-29) in rows 0..343",
        "class_balance( paid )",
        "class_balance(paid)=340 , 4",
        "unique( day,\t\"net amount\" )",
        "rows(344)",
        "cells(*)",
        "cells(id, age)",
        "sum(\"net amount\")",
        "  range ( age , 0 , 120 )  ",
        "cells(*) in rows 0..343",
        "range(age, \"0\", 120, nulls=pass)",
    };
    zkl_claim read;
    zkl_error err = { 0 };
    for (size_t i = 0; i < ZKL_COUNT(texts); i++)
        if (zkl_claim_parse(&read, &t->arena, zkl_bytes_of_text(texts[i]), &err) != ZKL_OK)
            FAIL(t, "'%s': %s", texts[i], err.text);
}

static void test_claim_parse__refuses_with_place(zkl_test *t)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        { "", "empty" },
        { "rang(age, 0, 1)", "character 1: unknown kind" },
        { "linear(id - age >= 0)", "character 17: a linear claim is an equation: '=' expected" },
        { "range(age, 0)", "character 13: ',' expected" },
        { "range(sepal length (cm), 0, 9)",
          "character 13: ',' expected; a name with blanks or signs stands in double quotes" },
        { "range(sepal-length, 0, 9)", "',' expected; a name with blanks or signs" },
        { "mean(\tage\t[cm])", "')' expected; a name with blanks or signs" },
        { "count(where sepal length > 3)", "; a name with blanks or signs" },
        { "range(age, , 1)", "character 12: a value or '*' expected" },
        { "range(age, 0, 1) x", "character 18: nothing more" },
        { "range(age, 0, 1", "character 16: ')' expected" },
        { "range(\"age, 0, 1)", "character 7: the quote is not closed" },
        { "range(\"a\\n\", 0, 1)", "behind a backslash" },
        { "sum(age) >= ", "character 13: a plain number" },
        { "sum(age) = 007", "a plain number" },
        { "sum(age) = 1/2", "character 13: nothing more" },
        { "mean(age) = 1/0", "denominator is 0" },
        { "sum(3age)", "character 5: a column name" },
        { "linear(2*age)", "character 13: '=' expected" },
        { "linear(2 age = 1)", "character 10: '*' expected" },
        { "linear(age = 2 id)", "character 16: '*' expected" },
        { "linear(1 = 1)", "character 8: a column name" },
        { "linear(age = )", "a column name" },
        { "linear(age = 1 = 2)", "')' expected" },
        { "rows(-1)", "character 6: a whole number" },
        { "count(age)", "character 10: ',' expected" },
        { "count(age, 1)", "character 13: ',' expected" },
        { "count(age, 1, 2) >= ", "character 21: a whole number" },
        { "count(age, 1, 2) = 1.5", "character 21: nothing more" },
        { "count(age, 1, 2) > 1", "character 18: nothing more" },
        { "histogram(age)", "character 14: ',' expected" },
        { "histogram(age, *)", "character 16: an edge is a value, not '*'" },
        { "histogram(age, 1, bins=3)", "character 19: 'bins=' stands behind two edges" },
        { "histogram(age, bins=3)", "character 16: 'bins=' stands behind two edges" },
        { "histogram(age, 1, 9, bins=0)", "character 22: from 1 to 1023 equal bins" },
        { "histogram(age, 1, 9, bins=1024)", "character 22: from 1 to 1023 equal bins" },
        { "histogram(age, 1, 9, bins=3, 4)", "character 28: ')' expected" },
        { "class_balance(paid, true)", "character 19: ')' expected" },
        { "class_balance(paid) = ", "character 23: a whole number" },
        { "histogram(age, 1) = ", "character 21: a whole number" },
        { "histogram(age, 1) = 1, -2", "character 24: a whole number" },
        { "unique()", "character 8: a column name" },
        { "unique(id", "character 10: ')' expected" },
        { "unique(*)", "character 8: a column name" },
        { "rows(1) in rows 0..1", "whole dataset" },
        { "range(age, 0, 1, nulls=maybe)", "'pass' expected" },
        { "sum(age) = "
          "99999999999999999999999999999999999999999999999999999999999999999999999999999",
          "a plain number" },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        zkl_claim read;
        zkl_error err = { 0 };
        CHECK_STATUS(t, ZKL_USAGE,
                     zkl_claim_parse(&read, &t->arena, zkl_bytes_of_text(cases[i].text), &err));
        if (!strstr(err.text, cases[i].message))
            FAIL(t, "'%s' says '%s', not '%s'", cases[i].text, err.text, cases[i].message);
    }
    zkl_claim read;
    static const char nul[] = "range(age\0, 0, 1)", bad[] = "range(\"\xff\", 0, 1)";
    CHECK_STATUS(t, ZKL_USAGE,
                 zkl_claim_parse(&read, &t->arena, zkl_bytes_of(nul, sizeof nul - 1), NULL));
    CHECK_STATUS(t, ZKL_USAGE, zkl_claim_parse(&read, &t->arena, zkl_bytes_of_text(bad), NULL));
}

static void test_claim_compile__range_takes_codes(zkl_test *t)
{
    zkl_compiled_claim c;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, compile(t, &c, "range(amount, -12.50, 100)", ROWS, &err));
    REQUIRE(t, c.assertion_count == 1 && c.assertions[0].param_count == 3 &&
                   c.assertions[0].sources[0].column_count == 2);
    CHECK_UINT_EQ(t, c.assertions[0].kind, ZKL_ASSERTION_RANGE);
    CHECK_UINT_EQ(t, low_u64(&c.assertions[0].params[0]), 2147483648ull - 1250);
    CHECK_UINT_EQ(t, low_u64(&c.assertions[0].params[1]), 2147483648ull + 10000);
    CHECK_UINT_EQ(t, low_u64(&c.assertions[0].params[2]), 1);
    /* id 0; age 1, 2; amount 3, 4 */
    CHECK_UINT_EQ(t, c.assertions[0].sources[0].columns[0].index, 3);
    CHECK_UINT_EQ(t, c.assertions[0].sources[0].columns[1].index, 4);
    CHECK_UINT_EQ(t, c.assertions[0].sources[0].columns[0].limb_count, 2);
    CHECK_MEM_EQ(t, c.assertions[0].sources[0].columns[1].role.data, "x?", 2);

    REQUIRE_OK(t, &err, compile(t, &c, "range(day, 2024-02-29, *)", ROWS, &err));
    CHECK_UINT_EQ(t, low_u64(&c.assertions[0].params[0]),
                  2147483648ull + 19782); /* days from 1970 */
    CHECK_UINT_EQ(t, low_u64(&c.assertions[0].params[1]), 4294967295u);
    CHECK_UINT_EQ(t, low_u64(&c.assertions[0].params[2]), 0);

    REQUIRE_OK(t, &err, compile(t, &c, "range(amount, *, *)", ROWS, &err)); /* +-(10^9 - 1) */
    CHECK_UINT_EQ(t, low_u64(&c.assertions[0].params[0]), 2147483648ull - 999999999);
    CHECK_UINT_EQ(t, low_u64(&c.assertions[0].params[1]), 2147483648ull + 999999999);

    REQUIRE_OK(
        t, &err,
        compile(t, &c, "range(age, 0, 65535)", ROWS, &err)); /* all codes: nothing to prove */
    CHECK_UINT_EQ(t, c.assertion_count, 0);
    REQUIRE_OK(t, &err, compile(t, &c, "range(age, -1, 1e9)", ROWS, &err)); /* and beyond them */
    CHECK_UINT_EQ(t, c.assertion_count, 0);
    /* a bound outside the type is the type's end; one with more decimals is rounded inward */
    REQUIRE_OK(t, &err, compile(t, &c, "range(age, 5, 70000)", ROWS, &err));
    CHECK_UINT_EQ(t, low_u64(&c.assertions[0].params[0]), 5);
    CHECK_UINT_EQ(t, low_u64(&c.assertions[0].params[1]), 65535);
    REQUIRE_OK(t, &err, compile(t, &c, "range(amount, 0.005, 10000000)", ROWS, &err));
    CHECK_UINT_EQ(t, low_u64(&c.assertions[0].params[0]), 2147483648ull + 1);
    CHECK_UINT_EQ(t, low_u64(&c.assertions[0].params[1]), 2147483648ull + 999999999);
    REQUIRE_OK(t, &err, compile(t, &c, "range(age, *, *, nulls=refuse)", ROWS, &err));
    REQUIRE(t, c.assertion_count == 1);
    CHECK_UINT_EQ(t, c.assertions[0].kind, ZKL_ASSERTION_LINEAR);
    CHECK_UINT_EQ(t, c.assertions[0].sources[0].columns[0].index, 2);
    CHECK_MEM_EQ(t, c.assertions[0].sources[0].columns[0].role.data, "1?", 2);
}

static void test_claim_compile__linear_shifts_and_refuses_nulls(zkl_test *t)
{
    zkl_compiled_claim c;
    zkl_error err = { 0 };
    /* 2 temp + age = 5 in codes: age + 2 (temp + 2^15) = 5 + 2^16; age is nullable, so its flag
     * must be 0 */
    REQUIRE_OK(t, &err, compile(t, &c, "linear(2*temp + age = 5)", ROWS, &err));
    REQUIRE(t, c.assertion_count == 2 && c.assertions[0].sources[0].column_count == 3 &&
                   c.assertions[0].param_count == 4);
    CHECK_UINT_EQ(t, low_u64(&c.assertions[0].params[0]), 5 + 65536);
    CHECK_UINT_EQ(t, low_u64(&c.assertions[0].params[1]), 1);
    CHECK_UINT_EQ(t, low_u64(&c.assertions[0].params[2]), 0);
    CHECK_UINT_EQ(t, low_u64(&c.assertions[0].params[3]), 2);
    CHECK_UINT_EQ(t, c.assertions[0].sources[0].columns[2].index,
                  11); /* temp: 8 columns and 3 flags before it */
    CHECK_UINT_EQ(t, low_u64(&c.assertions[1].params[0]), 0);
    CHECK_UINT_EQ(t, low_u64(&c.assertions[1].params[1]), 0);
    CHECK_UINT_EQ(t, low_u64(&c.assertions[1].params[2]), 1);
    CHECK_UINT_EQ(t, low_u64(&c.assertions[1].params[3]), 0);

    /* amount has two decimals, net amount one: in hundredths amount - 10 net = 0; offsets 2^31 - 10
     * * 2^31 */
    REQUIRE_OK(t, &err, compile(t, &c, "linear(amount - \"net amount\" = 0)", ROWS, &err));
    const uint8_t *minus = c.assertions[0].params[3].bytes; /* r - 10 */
    CHECK_UINT_EQ(t, minus[0], 0x73);
    CHECK_UINT_EQ(t, low_u64(&c.assertions[0].params[3]), 0xffffffff00000001u - 10);
    CHECK_UINT_EQ(t, low_u64(&c.assertions[0].params[0]), 0xffffffff00000001u - 9 * 2147483648ull);

    CHECK_STATUS(t, ZKL_REJECTED, compile(t, &c, "linear(2*id + 2*temp = 5)", ROWS, &err));
    CHECK_STATUS(t, ZKL_USAGE, compile(t, &c, "linear(id - id = 0)", ROWS, &err));
    CHECK_STATUS(t, ZKL_LIMIT,
                 compile(t, &c, "linear(18446744073709551616*id + age = 0)", ROWS, &err));
    REQUIRE_OK(t, &err, compile(t, &c, "linear(18446744073709551615*id + age = 0)", ROWS, &err));
}

/* Integers that are equal mod r have one parameter: at most one of them can be said. r ends in the
 * digit 3, so (7 + r) / 10 and (3 - r) / 10 are whole, and with a weight of 0.1 they have few
 * enough digits to be written. */
static void test_claim_compile__constants_equal_mod_r_are_refused(zkl_test *t)
{
    static const char *const pairs[][2] = {
        /* (r + 7) / 10 */
        { "linear(0.1*id = 0.7)",
          "linear(0.1*id = "
          "5243587517512619047944774050818596583769055250052763782260365869993858118452)" },
        /* -(r - 3) / 10 */
        { "linear(0.1*id = 0.3)",
          "linear(0.1*id = "
          "-5243587517512619047944774050818596583769055250052763782260365869993858118451)" },
        { "linear(0.1*id - 0.1*temp = 0.7)",
          "linear(0.1*id - 0.1*temp = "
          "5243587517512619047944774050818596583769055250052763782260365869993858118452)" },
    };
    for (size_t i = 0; i < ZKL_COUNT(pairs); i++) {
        zkl_compiled_claim c;
        zkl_error err = { 0 };
        REQUIRE_OK(t, &err, compile(t, &c, pairs[i][0], ROWS, &err));
        CHECK_STATUS(t, ZKL_REJECTED, compile(t, &c, pairs[i][1], ROWS, &err));
        if (!strstr(err.text, "no row of these types"))
            FAIL(t, "'%s': %s", pairs[i][1], err.text);
    }
    /* amount has two decimals: a sum of r + 707 hundredths, of which the last digit is 0 */
    zkl_compiled_claim c;
    zkl_error err = { 0 };
    static const char sum[] =
        "sum(amount) = "
        "524358751751261904794477405081859658376905525005276378226036586999385811852.2";
    REQUIRE_OK(t, &err, compile(t, &c, sum, ROWS, &err));
    CHECK_STATUS(t, ZKL_REJECTED, bind(&c, 0, 0, &err));
}

/* The ends of what codes reach: id has 2^32 codes from 0, temp 2^16 from -2^15; decimals count by
 * their codes too. */
static void test_claim_compile__linear_constants_within_reach(zkl_test *t)
{
    static const struct {
        const char *text;
        bool fine;
    } cases[] = {
        { "linear(id = 4294967295)", true },
        { "linear(id = 4294967296)", false },
        { "linear(id = 0)", true },
        { "linear(id = -1)", false },
        { "linear(-id = 0)", true },
        { "linear(-id = 1)", false },
        { "linear(temp = 32767)", true },
        { "linear(temp = 32768)", false },
        { "linear(temp = -32768)", true },
        { "linear(temp = -32769)", false },
        { "linear(2*id - temp = 8589967358)", true }, /* 2 (2^32 - 1) + 2^15 */
        { "linear(2*id - temp = 8589967359)", false },
        { "linear(2*id - temp = -32767)", true },
        { "linear(2*id - temp = -32768)", false },
        { "linear(\"net amount\" = 214748364.7)", true }, /* (2^31 - 1) tenths */
        { "linear(\"net amount\" = 214748364.8)", false },
        { "linear(\"net amount\" = -214748364.8)", true },
        { "linear(\"net amount\" = -214748364.9)", false },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        zkl_compiled_claim c;
        zkl_error err = { 0 };
        const zkl_status status = compile(t, &c, cases[i].text, ROWS, &err);
        if (status != (cases[i].fine ? ZKL_OK : ZKL_REJECTED))
            FAIL(t, "'%s': %s %s", cases[i].text, zkl_status_text(status), err.text);
    }
}

/* What a statement may say of a histogram: as many counts as there are bins. */
static zkl_status bind_counts(zkl_compiled_claim *claim, const uint64_t *counts, zkl_error *err)
{
    zkl_scalar params[3 * 8] = { { { 0 } } };
    ZKL_ASSERT(claim->assertions[0].param_count <= ZKL_COUNT(params));
    for (size_t i = 0; i < claim->assertions[0].param_count / 3; i++)
        zkl_be64_put(params[3 * i + 2].bytes + 24, counts[i]);
    return zkl_claim_bind(claim, params, claim->assertions[0].param_count, err);
}

/* A bool's two bins tile all that a cell can hold: 0, and the rest. */
static void test_claim_bind__balances_disclose_counts(zkl_test *t)
{
    zkl_compiled_claim c;
    zkl_error err = { 0 };
    static const uint64_t counts[2] = { 12, 300 }, many[2] = { 44, 301 };
    REQUIRE_OK(t, &err, compile(t, &c, "class_balance(paid)", ROWS, &err));
    CHECK(t, c.claim.is_open && !c.is_bound);
    REQUIRE(t, c.assertion_count == 1 && c.assertions[0].kind == ZKL_ASSERTION_HISTOGRAM);
    REQUIRE(t, c.assertions[0].param_count == 6 && c.assertions[0].sources[0].column_count == 2);
    const uint64_t want[2][2] = { { 0, 0 }, { 1, 65534 } }; /* low, width - 1 */
    for (size_t i = 0; i < 2; i++)
        for (size_t k = 0; k < 2; k++)
            CHECK_UINT_EQ(t, low_u64(&c.assertions[0].params[3 * i + k]), want[i][k]);
    CHECK_STATUS(t, ZKL_REJECTED, bind_counts(&c, many, &err));
    REQUIRE_OK(t, &err, bind_counts(&c, counts, &err));
    CHECK_TEXT_EQ(t, text_of(t, &c, print_text), "class_balance(paid) = 12, 300");
    CHECK_TEXT_EQ(t, text_of(t, &c, print_bare), "class_balance(paid)");
    CHECK_TEXT_EQ(t, text_of(t, &c, zkl_claim_sentence),
                  "of the 312 non-null values of paid, 12 are false, 300 are true");
    CHECK_TEXT_EQ(t, text_of(t, &c, zkl_claim_json),
                  "{\"column\":\"paid\",\"counts\":[12,300],\"kind\":\"class_balance\",\"nulls\":"
                  "32,\"text\":\"class_balance(paid) = 12, 300\"}");
    CHECK_STATUS(t, ZKL_USAGE, compile(t, &c, "class_balance(age)", ROWS, &err));
    CHECK_STATUS(t, ZKL_USAGE, compile(t, &c, "class_balance(paid) = 1", ROWS, &err));
    CHECK_STATUS(t, ZKL_USAGE, compile(t, &c, "histogram(paid, true)", ROWS, &err));
}

/* Bins of codes tile all codes. 344 rows; the counts come from the statement, or from the text. */
static void test_claim_bind__histograms_disclose_counts(zkl_test *t)
{
    zkl_compiled_claim c;
    zkl_error err = { 0 };
    static const uint64_t counts[3] = { 12, 300, 30 };
    REQUIRE_OK(t, &err, compile(t, &c, "histogram(age, 018, 6.5e1)", ROWS, &err));
    CHECK(t, c.claim.is_open && !c.is_bound && !zkl_claim_is_by_row(&c.claim));
    REQUIRE(t, c.assertion_count == 1 && c.assertions[0].param_count == 9);
    static const uint64_t want[9] = { 0, 17, 0, 18, 46, 0, 65, 65470, 0 };
    for (size_t i = 0; i < 9; i++)
        CHECK_UINT_EQ(t, low_u64(&c.assertions[0].params[i]), want[i]);
    CHECK_UINT_EQ(t, c.assertions[0].sources[0].column_count, 2); /* x, x? */
    REQUIRE_OK(t, &err, bind_counts(&c, counts, &err));
    CHECK_TEXT_EQ(t, text_of(t, &c, print_text), "histogram(age, 18, 65) = 12, 300, 30");
    CHECK_TEXT_EQ(t, text_of(t, &c, zkl_claim_sentence),
                  "of the 342 non-null values of age, 12 are below 18, 300 lie from 18 to below "
                  "65, 30 are at least 65");
    CHECK_TEXT_EQ(t, text_of(t, &c, zkl_claim_json),
                  "{\"column\":\"age\",\"counts\":[12,300,30],\"edges\":[\"18\",\"65\"],"
                  "\"kind\":\"histogram\",\"nulls\":2,\"text\":\"histogram(age, 18, 65) = 12, "
                  "300, 30\"}");
    for (size_t i = 0; i < 3; i++)
        CHECK_UINT_EQ(t, low_u64(&c.assertions[0].params[3 * i + 2]), counts[i]);

    /* a first edge at the least code has no bin below it; an edge between two values is rounded up;
     * 344 values of 344 rows */
    static const uint64_t all[2] = { 343, 1 }, few[2] = { 342, 1 }, many[2] = { 344, 1 };
    REQUIRE_OK(t, &err, compile(t, &c, "histogram(id, 0, 0.5)", ROWS, &err));
    REQUIRE(t, c.assertions[0].param_count == 6);
    CHECK_UINT_EQ(t, low_u64(&c.assertions[0].params[3]), 1);
    CHECK_UINT_EQ(t, low_u64(&c.assertions[0].params[4]), 0xfffffffe);
    CHECK_STATUS(t, ZKL_REJECTED, bind_counts(&c, few, &err));
    CHECK_STATUS(t, ZKL_REJECTED, bind_counts(&c, many, &err));
    REQUIRE_OK(t, &err, bind_counts(&c, all, &err));
    CHECK_TEXT_EQ(t, text_of(t, &c, zkl_claim_sentence),
                  "of the 344 values of id, 343 lie from 0 to below 0.5, 1 is at least 0.5");
    /* the counts of the text are the claim's own, whatever a statement says */
    REQUIRE_OK(t, &err, compile(t, &c, "histogram(id, 0, 0.5) = 1, 343", ROWS, &err));
    REQUIRE_OK(t, &err, bind_counts(&c, all, &err));
    CHECK_UINT_EQ(t, low_u64(&c.assertions[0].params[2]), 1);
    CHECK_TEXT_EQ(t, text_of(t, &c, print_text), "histogram(id, 0, 0.5) = 1, 343");

    /* equal bins stand as their edges */
    static const uint64_t five[5] = { 0, 344, 0, 0, 0 };
    REQUIRE_OK(t, &err, compile(t, &c, "histogram(\"net amount\", -1, 0.5, bins=3)", ROWS, &err));
    REQUIRE_OK(t, &err, bind_counts(&c, five, &err));
    CHECK_TEXT_EQ(t, text_of(t, &c, print_text),
                  "histogram(\"net amount\", -1, -0.5, 0, 0.5) = 0, 344, 0, 0, 0");
    CHECK_UINT_EQ(t, low_u64(&c.assertions[0].params[3]), 2147483648ull - 10);
}

/* The count of a statement's parameter; the others are the claim's own. */
static zkl_status bind_count(zkl_compiled_claim *claim, uint64_t count, zkl_error *err)
{
    zkl_scalar params[4] = { { { 0 } } };
    zkl_be64_put(params[2].bytes + 24, count);
    return zkl_claim_bind(claim, params, 4, err);
}

/* Bounds in codes, rounded inward; '*' leaves no code out, not even one beyond the type. */
static void test_claim_bind__counts_are_disclosed_or_compared(zkl_test *t)
{
    static const struct {
        const char *text, *printed, *sentence;
        uint64_t lo, hi, mode;
    } cases[] = {
        { "count(age, 17.5, 6.5e1)", "count(age, 17.5, 65) = 7",
          "exactly 7 of the 344 rows have a value of age between 17.5 and 65", 18, 65, 1 },
        { "count(age, *, 65) = 1", "count(age, *, 65) = 1",
          "exactly 1 of the 344 rows has a value of age that is at most 65", 0, 65, 1 },
        { "count(amount, 0.005, *) >= 12", "count(amount, 0.005, *) >= 12",
          "at least 12 of the 344 rows have a value of amount that is at least 0.005",
          2147483648ull + 1, 4294967295u, 0 },
        { "count(amount, *, *)<=12", "count(amount, *, *) <= 12",
          "at most 12 of the 344 rows have a value of amount", 0, 4294967295u, 2 },
        { "count(paid, true, *)", "count(paid, true, *) = 7",
          "exactly 7 of the 344 rows have a value of paid that is at least true", 1, 65535, 1 },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        zkl_compiled_claim c;
        zkl_error err = { 0 };
        REQUIRE_OK(t, &err, compile(t, &c, cases[i].text, ROWS, &err));
        CHECK(t, !c.is_bound && !zkl_claim_is_by_row(&c.claim));
        REQUIRE_OK(t, &err, bind_count(&c, 7, &err));
        REQUIRE(t, c.assertion_count == 1 && c.assertions[0].param_count == 4);
        CHECK_UINT_EQ(t, c.assertions[0].kind, ZKL_ASSERTION_COUNT);
        CHECK_UINT_EQ(t, low_u64(&c.assertions[0].params[0]), cases[i].lo);
        CHECK_UINT_EQ(t, low_u64(&c.assertions[0].params[1]), cases[i].hi);
        CHECK_UINT_EQ(t, low_u64(&c.assertions[0].params[3]), cases[i].mode);
        CHECK_TEXT_EQ(t, text_of(t, &c, print_text), cases[i].printed);
        CHECK_TEXT_EQ(t, text_of(t, &c, zkl_claim_sentence), cases[i].sentence);
    }
    zkl_compiled_claim c;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, compile(t, &c, "count(age, 18, *)", ROWS, &err));
    CHECK_STATUS(t, ZKL_REJECTED, bind_count(&c, ROWS + 1, &err));
    REQUIRE_OK(t, &err, bind_count(&c, ROWS, &err));
    CHECK_TEXT_EQ(t, text_of(t, &c, zkl_claim_json),
                  "{\"column\":\"age\",\"comparison\":\"=\",\"count\":344,\"high\":null,"
                  "\"kind\":\"count\",\"low\":\"18\",\"text\":\"count(age, 18, *) = 344\"}");
}

static void test_claim_compile__counts_refuse_what_makes_no_sense(zkl_test *t)
{
    static const struct {
        const char *text;
        zkl_status status;
        const char *message;
    } cases[] = {
        { "count(city, 1, 2)", ZKL_NOT_SUPPORTED, "texts and binaries" },
        { "count(score, 1, 2)", ZKL_NOT_SUPPORTED, "-0 has a code" },
        { "count(age, -1, 2)", ZKL_USAGE, "'-1' is outside the type" },
        { "count(age, 1, 65536)", ZKL_USAGE, "outside the type" },
        { "count(amount, *, 10000000)", ZKL_USAGE, "outside the type" },
        { "count(age, 65, 18)", ZKL_USAGE, "no value of this type" },
        { "count(age, 17.1, 17.9)", ZKL_USAGE, "no value of this type" },
        { "count(id, *, *)", ZKL_USAGE, "all rows have a value" },
        { "count(age, 1, 2) = 345", ZKL_REJECTED, "only 344 rows" },
        { "count(age, 1, 2) >= 345", ZKL_REJECTED, "only 344 rows" },
        { "count(age, 1, 2) >= 0", ZKL_USAGE, "says nothing" },
        { "count(age, 1, 2) <= 344", ZKL_USAGE, "says nothing" },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        zkl_compiled_claim c;
        zkl_error err = { 0 };
        CHECK_STATUS(t, cases[i].status, compile(t, &c, cases[i].text, ROWS, &err));
        if (!strstr(err.text, cases[i].message))
            FAIL(t, "'%s' says '%s', not '%s'", cases[i].text, err.text, cases[i].message);
    }
}

static void test_claim_compile__histograms_refuse_what_makes_no_bins(zkl_test *t)
{
    static const struct {
        const char *text;
        zkl_status status;
        const char *message;
    } cases[] = {
        { "histogram(city, 1)", ZKL_USAGE, "only integers, decimals, dates and times" },
        { "histogram(paid, true)", ZKL_USAGE, "only integers, decimals, dates and times" },
        { "histogram(score, 1)", ZKL_NOT_SUPPORTED, "NaN has codes" },
        { "histogram(age, x)", ZKL_USAGE, "'x' is" },
        { "histogram(age, -1)", ZKL_USAGE, "'-1' is outside the type" },
        { "histogram(age, 65536)", ZKL_USAGE, "outside the type" },
        { "histogram(amount, -10000000)", ZKL_USAGE, "outside the type" },
        { "histogram(age, 65, 18)", ZKL_USAGE, "not ascending" },
        { "histogram(age, 18, 18)", ZKL_USAGE, "not ascending" },
        { "histogram(age, 17.1, 17.9)", ZKL_USAGE, "no value lies between" },
        { "histogram(age, 0, 10, bins=3)", ZKL_USAGE, "no such equal bins" },
        { "histogram(age, 0.5, 10, bins=1)", ZKL_USAGE, "no such equal bins" },
        { "histogram(age, 10, 0, bins=2)", ZKL_USAGE, "no such equal bins" },
        { "histogram(age, 18, 65) = 1, 2", ZKL_USAGE, "there are 3 bins, and 2 counts" },
        { "histogram(no, 1)", ZKL_NOT_FOUND, "no column" },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        zkl_compiled_claim c;
        zkl_error err = { 0 };
        CHECK_STATUS(t, cases[i].status, compile(t, &c, cases[i].text, ROWS, &err));
        if (!strstr(err.text, cases[i].message))
            FAIL(t, "'%s' says '%s', not '%s'", cases[i].text, err.text, cases[i].message);
    }
}

/* A key is at most 15 limbs: 240 bits, so that two of them differ by less than r. */
static void test_claim_compile__keys_fit(zkl_test *t)
{
    zkl_compiled_claim c;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, compile(t, &c, "unique(temp, id)", ROWS, &err));
    REQUIRE(t, c.assertion_count == 1 && c.is_bound);
    CHECK_UINT_EQ(t, c.assertions[0].kind, ZKL_ASSERTION_UNIQUE);
    CHECK_UINT_EQ(t, c.assertions[0].param_count, 0);
    REQUIRE(t, c.assertions[0].source_count == 1 && c.assertions[0].sources[0].column_count == 2);
    CHECK_UINT_EQ(t, c.assertions[0].sources[0].columns[0].index, 0);
    CHECK_UINT_EQ(t, c.assertions[0].sources[0].columns[1].index, 11); /* three flags before it */
    CHECK_MEM_EQ(t, c.assertions[0].sources[0].columns[1].role.data, "11", 2);
    CHECK(t, !zkl_claim_is_by_row(&c.claim));
    CHECK_STATUS(t, ZKL_NOT_FOUND, compile(t, &c, "unique(id, no)", ROWS, &err));
    /* id 2, net amount 2, day 2, score 4, at 4, temp 1: 15 limbs; with city 16 */
    REQUIRE_OK(t, &err,
               compile(t, &c, "unique(id, \"net amount\", day, score, at, temp)", ROWS, &err));
    CHECK_STATUS(
        t, ZKL_LIMIT,
        compile(t, &c, "unique(id, \"net amount\", day, score, at, temp, city)", ROWS, &err));
    CHECK(t, strstr(err.text, "with it the key has more than 240 bits") != NULL);
}

static void test_claim_bind__sums_speak_of_codes(zkl_test *t)
{
    zkl_compiled_claim c;
    zkl_error err = { 0 };
    const uint64_t codes = 342ull * 2147483648ull + 5025; /* 342 values that add up to 50.25 */
    REQUIRE_OK(t, &err, compile(t, &c, "sum(amount)", ROWS, &err));
    CHECK(t, c.claim.is_open && !c.is_bound);
    REQUIRE_OK(t, &err, bind(&c, 2, codes, &err));
    CHECK_TEXT_EQ(t, text_of(t, &c, print_text), "sum(amount) = 50.25");
    CHECK_TEXT_EQ(t, text_of(t, &c, zkl_claim_sentence),
                  "the sum of amount over its 342 non-null values is exactly 50.25");
    CHECK_TEXT_EQ(t, text_of(t, &c, zkl_claim_json),
                  "{\"column\":\"amount\",\"comparison\":\"=\",\"kind\":\"sum\",\"nulls\":2,"
                  "\"text\":\"sum(amount) = 50.25\",\"value\":\"50.25\"}");
    CHECK_UINT_EQ(t, low_u64(&c.assertions[0].params[0]), 342ull * 2147483648ull + 5025);
    CHECK_UINT_EQ(t, low_u64(&c.assertions[0].params[1]), 2);
    CHECK_UINT_EQ(t, low_u64(&c.assertions[0].params[2]), 1);

    REQUIRE_OK(t, &err, compile(t, &c, "mean(amount)", ROWS, &err));
    REQUIRE_OK(t, &err, bind(&c, 2, codes, &err));
    CHECK_TEXT_EQ(t, text_of(t, &c, print_text), "mean(amount) = 50.25/342");
    /* the same text alone gives the same sum */
    REQUIRE_OK(t, &err, compile(t, &c, "mean(amount) = 50.25/342", ROWS, &err));
    REQUIRE_OK(t, &err, bind(&c, 2, 0, &err));
    CHECK_UINT_EQ(t, low_u64(&c.assertions[0].params[0]), 342ull * 2147483648ull + 5025);

    /* the mean of 3 values of hundredths is at least 0.125: the sum at least 37.5 hundredths, so
     * 38; at most: 37 */
    REQUIRE_OK(t, &err, compile(t, &c, "mean(amount) >= 0.125", 3, &err));
    REQUIRE_OK(t, &err, bind(&c, 0, 0, &err));
    CHECK_UINT_EQ(t, low_u64(&c.assertions[0].params[0]), 3ull * 2147483648ull + 38);
    CHECK_UINT_EQ(t, low_u64(&c.assertions[0].params[2]), 0);
    REQUIRE_OK(t, &err, compile(t, &c, "mean(amount) <= 0.125", 3, &err));
    REQUIRE_OK(t, &err, bind(&c, 0, 0, &err));
    CHECK_UINT_EQ(t, low_u64(&c.assertions[0].params[0]), 3ull * 2147483648ull + 37);
    CHECK_UINT_EQ(t, low_u64(&c.assertions[0].params[2]), 2);
    /* and below zero: at least -0.125 is -37 hundredths, at most -38 */
    REQUIRE_OK(t, &err, compile(t, &c, "mean(amount) >= -0.125", 3, &err));
    REQUIRE_OK(t, &err, bind(&c, 0, 0, &err));
    CHECK_UINT_EQ(t, low_u64(&c.assertions[0].params[0]), 3ull * 2147483648ull - 37);

    REQUIRE_OK(t, &err, compile(t, &c, "mean(amount) = 0.125", 3, &err));
    CHECK_STATUS(t, ZKL_REJECTED, bind(&c, 0, 0, &err));
    REQUIRE_OK(t, &err, compile(t, &c, "mean(amount)", 3, &err));
    CHECK_STATUS(t, ZKL_REJECTED, bind(&c, 3, codes, &err));
    REQUIRE_OK(t, &err, compile(t, &c, "sum(age) >= 0", ROWS, &err)); /* every one is */
    REQUIRE_OK(t, &err, bind(&c, 0, 0, &err)); /* a bound that is reached is no lie */
    REQUIRE_OK(t, &err, compile(t, &c, "sum(age) >= -1", ROWS, &err));
    CHECK_STATUS(t, ZKL_USAGE, bind(&c, 0, 0, &err));
    REQUIRE_OK(t, &err, compile(t, &c, "sum(age) >= 22544041", ROWS, &err)); /* 344 * 65535 + 1 */
    CHECK_STATUS(t, ZKL_REJECTED, bind(&c, 0, 0, &err));
    REQUIRE_OK(t, &err, compile(t, &c, "sum(id) = 5", ROWS, &err)); /* id has no nulls */
    CHECK_STATUS(t, ZKL_REJECTED, bind(&c, 1, 0, &err));
}

static void test_claim_compile__refuses_what_makes_no_sense(zkl_test *t)
{
    static const struct {
        const char *text;
        zkl_status status;
        const char *message;
    } cases[] = {
        { "range(nobody, 0, 1)", ZKL_NOT_FOUND, "no column 'nobody'" },
        { "range(age, 2, 1)", ZKL_USAGE, "lower bound is above" },
        { "range(age, 70000, *)", ZKL_REJECTED, "no value of this type lies in the range" },
        { "range(age, *, -1)", ZKL_REJECTED, "no value of this type lies in the range" },
        { "range(temp, 40000, 50000)", ZKL_REJECTED, "no value of this type" },
        { "range(amount, 0.001, 0.009)", ZKL_REJECTED, "no value of this type" },
        { "range(amount, 0.009, 0.001)", ZKL_USAGE, "lower bound is above" },
        { "range(age, 80000, 70000)", ZKL_USAGE, "lower bound is above" },
        { "range(score, inf, 1e400)", ZKL_USAGE, "lower bound is above" },
        { "range(age, x, 1)", ZKL_USAGE, "'x' is not a number" },
        { "range(day, 2024-02-30, *)", ZKL_USAGE, "'2024-02-30'" },
        { "range(city, a, b)", ZKL_NOT_SUPPORTED, "no range" },
        { "sum(score)", ZKL_NOT_SUPPORTED, "declare decimal(p,s)" },
        { "mean(score) >= 1", ZKL_NOT_SUPPORTED, "declare decimal(p,s)" },
        { "sum(city)", ZKL_USAGE, "only integers and decimals" },
        { "sum(day)", ZKL_USAGE, "only integers and decimals" },
        { "linear(score + age = 1)", ZKL_USAGE, "only integers and decimals" },
        { "rows(345)", ZKL_REJECTED, "has 344 rows" },
        { "cells(id, id)", ZKL_USAGE, "named twice" },
        { "cells(*) in rows 1..343", ZKL_USAGE, "whole chunks" },
        { "cells(*) in rows 0..342", ZKL_USAGE, "whole chunks" },
        { "cells(*) in rows 0..65535", ZKL_USAGE, "whole chunks" },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        zkl_compiled_claim c;
        zkl_error err = { 0 };
        CHECK_STATUS(t, cases[i].status, compile(t, &c, cases[i].text, ROWS, &err));
        if (!strstr(err.text, cases[i].message))
            FAIL(t, "'%s' says '%s', not '%s'", cases[i].text, err.text, cases[i].message);
    }
}

/* Printed text parses and compiles to the same parts, prints the same again, and its JSON is
 * canonical. */
static void test_claim_print__is_a_fixed_point(zkl_test *t)
{
    static const char *const texts[][3] = {
        { "range(age,0,120)", "range(age, 0, 120)",
          "every non-null value of age lies between 0 and 120" },
        { "range(age, *, 120, nulls=refuse)", "range(age, *, 120, nulls=refuse)",
          "age has no nulls, and every value of age is at most 120" },
        { "range(id, 1, *, nulls=refuse)", "range(id, 1, *)", "every value of id is at least 1" },
        { "range(amount, 1.5, 2.00)", "range(amount, 1.5, 2)",
          "every non-null value of amount lies between 1.5 and 2" },
        { "range(amount, -0.005, 12345678901.50)", "range(amount, -0.005, 12345678901.5)",
          "every non-null value of amount lies between -0.005 and 12345678901.5" },
        { "range(temp, -1e5, 120)", "range(temp, -100000, 120)",
          "every value of temp lies between -100000 and 120" },
        { "range(score, 0.10, 123456789012345678)", "range(score, 0.1, 123456789012345678)",
          "every value of score lies between 0.1 and 123456789012345678" },
        { "range(\"net amount\", *, *)", "range(\"net amount\", *, *)",
          "every value of \"net amount\" is a value of its type decimal(9,1)" },
        { "linear(2*id+age-0.5*amount=5)", "linear(2*id + age - 0.5*amount = 5)",
          "2*id + age - 0.5*amount = 5 holds in every row, and none of these columns has a null" },
        { "linear(-id = -7)", "linear(-id = -7)", "-id = -7 holds in every row" },
        { "linear(id + temp = \"net amount\")", "linear(id + temp - \"net amount\" = 0)",
          "id + temp - \"net amount\" = 0 holds in every row" },
        { "linear(id + 2.5 = 2*amount - 1)", "linear(id - 2*amount = -3.5)", NULL },
        { "linear(5 - id = -temp)", "linear(-id + temp = -5)", NULL },
        { "linear(7 = id)", "linear(-id = -7)", NULL },
        { "not_null(paid)", "not_null(paid)", "paid has no nulls" },
        { "not_null(id)", "not_null(id)", "id has no nulls" },
        { "unique(id)", "unique(id)", "no two rows agree in id" },
        { "unique(temp,day , id)", "unique(id, day, temp)",
          "no two rows agree in all of id, day, temp" },
        { "unique(city)", "unique(city)", "no two rows agree in the code of city (not its text)" },
        { "unique(score, city)", "unique(score, city)",
          "no two rows agree in all of the code of score (not its number), the code of city (not "
          "its text)" },
        { "unique(id) in rows 0..343", "unique(id)", "no two rows agree in id" },
        { "rows(344)", "rows(344)", "the dataset has 344 rows" },
        { "cells(age, id)", "cells(id, age)", NULL },
        { "cells(*) in rows 0..343", "cells(*)", NULL },
    };
    for (size_t i = 0; i < ZKL_COUNT(texts); i++) {
        zkl_compiled_claim first, again;
        zkl_error err = { 0 };
        json_t *json;
        REQUIRE_OK(t, &err, compile(t, &first, texts[i][0], ROWS, &err));
        const char *text = text_of(t, &first, print_text);
        CHECK_TEXT_EQ(t, text, texts[i][1]);
        if (texts[i][2])
            CHECK_TEXT_EQ(t, text_of(t, &first, zkl_claim_sentence), texts[i][2]);
        REQUIRE_OK(t, &err, compile(t, &again, text, ROWS, &err));
        CHECK_TEXT_EQ(t, text_of(t, &again, print_text), text);
        CHECK_UINT_EQ(t, again.assertion_count, first.assertion_count);
        for (size_t j = 0; j < first.assertion_count; j++)
            if (first.assertions[j].param_count) /* cells has none */
                CHECK_MEM_EQ(t, again.assertions[j].params, first.assertions[j].params,
                             first.assertions[j].param_count * 32);
        REQUIRE_OK(t, &err,
                   zkl_json_parse_canonical(&json,
                                            zkl_bytes_of_text(text_of(t, &first, zkl_claim_json)),
                                            "claim", &err));
        CHECK_TEXT_EQ(t, json_string_value(json_object_get(json, "text")), text);
        json_decref(json);
    }
}

/* The table "One text for one claim" of docs/formats/claims.md. NULL: refused. */
static void test_claim_print__is_the_text_of_the_page(zkl_test *t)
{
    static const char *const texts[][2] = {
        { "  range ( age,0 ,\t\"120\" )", "range(age, 0, 120)" },
        { "\"range\"(age, 007, 1.2e2)", "range(age, 7, 120)" },
        { "range(id, *, *, nulls=refuse)", "range(id, *, *)" },
        { "range(score, 10e-9999, 1.2e9999)", "range(score, 1e-9998, 1.2e9999)" },
        { "range(score, 0e9999, 12e9999)", NULL }, /* 1.2e10000 */
        { "range(score, 0.1e-9999, 12)", NULL },
        { "range(paid, false, \"true\")", "range(paid, false, true)" },
        { "range(at, 2024-02-29 12:00:00.500+01:00, *)", "range(at, 2024-02-29T11:00:00.5Z, *)" },
        { "range(at, 0000-01-01T00:00:00+01:00, *)", NULL },
        { "range(at, *, 9999-12-31T23:59:59-01:00)", NULL },
        { "sum(amount)>=10.500", "sum(amount) >= 10.500" },
        { "sum(amount) = -0", "sum(amount) = 0" },
        { "mean(age) = 4/2", "mean(age) = 4/2" },
        { "mean(age) = 4/1", "mean(age) = 4" },
        { "linear(1.0*id-0.50*temp=7.00)", "linear(1.0*id - 0.50*temp = 7.00)" },
        { "linear(id + id = 4)", "linear(id + id = 4)" },
        { "linear(5 = temp)", "linear(-temp = -5)" },
        { "cells(temp, age, id)", "cells(id, age, temp)" },
        { "cells(amount, age, id)", "cells(id .. amount)" },
        { "cells(id .. \"1st\\xc2\\xa0\")", "cells(*)" },
        { "cells(id .. age)", "cells(id, age)" },
        { "cells(id..age)", NULL },
        { "cells(age .. id)", NULL },
        { "sum(\"a..b\") >= 1", "sum(a..b) >= 1" },
        { "sum(\"1st\xc2\xa0\") >= 1", "sum(\"1st\\xc2\\xa0\") >= 1" },
        { "not_null(id) in rows 0..343", "not_null(id)" },
        { "unique(temp, \"id\")", "unique(id, temp)" },
        { "unique(id, temp, id)", NULL },
        { "unique(age)", "unique(age)" },
        { "sum(id) = 007", NULL },
        { "linear(2 id = 4)", NULL },
        { "range(age, 0, 120) .", NULL },
        /* 9 + 9 times 10^75: 77 digits, which nobody could read again */
        { "linear(1000000000000000000000000000000000000000000000000000000000000000000000000000*id "
          "= "
          "9000000000000000000000000000000000000000000000000000000000000000000000000000 + "
          "9000000000000000000000000000000000000000000000000000000000000000000000000000)",
          NULL },
    };
    for (size_t i = 0; i < ZKL_COUNT(texts); i++) {
        zkl_compiled_claim c;
        zkl_error err = { 0 };
        zkl_status status = compile(t, &c, texts[i][0], ROWS, &err);
        if (status == ZKL_OK)
            status = c.is_bound ? ZKL_OK : bind(&c, 0, 0, &err);
        if (!texts[i][1]) {
            if (status == ZKL_OK)
                FAIL(t, "'%s' is taken", texts[i][0]);
            continue;
        }
        REQUIRE_OK(t, &err, status);
        CHECK_TEXT_EQ(t, text_of(t, &c, print_text), texts[i][1]);
    }
}

static void test_claim_compile__spans_are_whole_chunks(zkl_test *t)
{
    zkl_compiled_claim c;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, compile(t, &c, "range(age, 0, 120) in rows 65536..99999", 100000, &err));
    CHECK_UINT_EQ(t, c.first_row, 65536);
    CHECK_UINT_EQ(t, c.row_count, 34464);
    CHECK_TEXT_EQ(t, text_of(t, &c, print_text), "range(age, 0, 120) in rows 65536..99999");
    REQUIRE_OK(t, &err, compile(t, &c, "range(age, 0, 120) in rows 0..65535", 100000, &err));
    CHECK_STATUS(t, ZKL_USAGE, compile(t, &c, "range(age, 0, 120) in rows 0..65536", 100000, &err));
}

/* A statement that holds exactly the compiled parts matches; one that differs anywhere does not. */
static void test_claim_match__compares_every_part(zkl_test *t)
{
    zkl_compiled_claim c;
    zkl_error err = { 0 };
    const uint32_t table_of_claim[] = { 0 };
    zkl_statement_column stated_columns[2];
    zkl_scalar params[3];
    size_t at = 0;
    REQUIRE_OK(t, &err, compile(t, &c, "range(age, 0, 120)", ROWS, &err));
    memcpy(stated_columns, c.assertions[0].sources[0].columns, sizeof stated_columns);
    memcpy(params, c.assertions[0].params, sizeof params);
    zkl_assertion claim = { ZKL_ASSERTION_RANGE, params, 3, table_of_claim, 1 };
    zkl_statement_table table = {
        .dataset = dataset_id, .row_count = ROWS, .columns = stated_columns, .column_count = 2
    };
    const zkl_statement s = {
        .assertions = &claim, .assertion_count = 1, .tables = &table, .table_count = 1
    };

    REQUIRE_OK(t, &err, zkl_claim_match(&c, &s, &at, &err));
    CHECK_UINT_EQ(t, at, 1);
    CHECK_STATUS(t, ZKL_REJECTED, zkl_claim_match(&c, &s, &at, &err)); /* none left */
#define DIFFERS(change, back)                                                                      \
    do {                                                                                           \
        at = 0;                                                                                    \
        change;                                                                                    \
        CHECK_STATUS(t, ZKL_REJECTED, zkl_claim_match(&c, &s, &at, &err));                         \
        CHECK_UINT_EQ(t, at, 0);                                                                   \
        back;                                                                                      \
    } while (0)
    DIFFERS(params[1].bytes[31]++, params[1].bytes[31]--);
    DIFFERS(params[2].bytes[31] = 0, params[2].bytes[31] = 1);
    DIFFERS(claim.kind = ZKL_ASSERTION_SUM, claim.kind = ZKL_ASSERTION_RANGE);
    DIFFERS(claim.param_count = 2, claim.param_count = 3);
    DIFFERS(table.dataset.bytes[0]++, table.dataset.bytes[0]--);
    DIFFERS(table.first_row = 65536, table.first_row = 0);
    DIFFERS(table.row_count--, table.row_count++);
    DIFFERS(table.column_count = 1, table.column_count = 2);
    DIFFERS(stated_columns[0].index = 0, stated_columns[0].index = 1);
    DIFFERS(stated_columns[0].limb_count = 2, stated_columns[0].limb_count = 1);

    /* a disclosed sum takes its numbers from the statement */
    REQUIRE_OK(t, &err, compile(t, &c, "sum(age) = 700", ROWS, &err));
    memset(params, 0, sizeof params);
    params[0].bytes[30] = 700 >> 8;
    params[0].bytes[31] = 700 & 255;
    params[1].bytes[31] = 2;
    params[2].bytes[31] = 1;
    claim.kind = ZKL_ASSERTION_SUM;
    at = 0;
    REQUIRE_OK(t, &err, zkl_claim_match(&c, &s, &at, &err));
    CHECK_TEXT_EQ(t, text_of(t, &c, zkl_claim_sentence),
                  "the sum of age over its 342 non-null values is exactly 700");
    REQUIRE_OK(t, &err, compile(t, &c, "sum(age) = 701", ROWS, &err));
    at = 0;
    CHECK_STATUS(t, ZKL_REJECTED, zkl_claim_match(&c, &s, &at, &err));
}

/* What was shown of a span is not said of the whole table, nor of another span. */
static void test_claim_match__words_say_the_span(zkl_test *t)
{
    enum { TWO_CHUNKS = 100000 };
    static const struct {
        const char *text;
        uint64_t first_row, row_count;
        bool matches;
    } cases[] = {
        { "range(age, 0, 120)", 0, TWO_CHUNKS, true },
        { "range(age, 0, 120)", 0, 65536, false },
        { "range(age, 0, 120)", 65536, TWO_CHUNKS - 65536, false },
        { "range(age, 0, 120) in rows 0..65535", 0, 65536, true },
        { "range(age, 0, 120) in rows 0..65535", 65536, TWO_CHUNKS - 65536, false },
        { "range(age, 0, 120) in rows 65536..99999", 65536, TWO_CHUNKS - 65536, true },
        { "range(age, 0, 120) in rows 65536..99999", 0, TWO_CHUNKS, false },
    };
    const uint32_t table_of_claim[] = { 0 };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        zkl_compiled_claim c;
        zkl_error err = { 0 };
        size_t at = 0;
        REQUIRE_OK(t, &err, compile(t, &c, cases[i].text, TWO_CHUNKS, &err));
        const zkl_assertion claim = { ZKL_ASSERTION_RANGE, c.assertions[0].params, 3,
                                      table_of_claim, 1 };
        const zkl_statement_table table = { .dataset = dataset_id,
                                            .first_row = cases[i].first_row,
                                            .row_count = cases[i].row_count,
                                            .columns = c.assertions[0].sources[0].columns,
                                            .column_count = 2 };
        const zkl_statement s = {
            .assertions = &claim, .assertion_count = 1, .tables = &table, .table_count = 1
        };
        if (zkl_claim_match(&c, &s, &at, &err) != (cases[i].matches ? ZKL_OK : ZKL_REJECTED))
            FAIL(t, "case %zu: %s", i, err.text);
    }
}

/* The bare text is what two versions of a dataset may have in common: no rows, and no result that
 * their data decide. */
static void test_claim_print__bare_has_no_result(zkl_test *t)
{
    static const char *const texts[][2] = {
        { "sum(age)", "sum(age)" },
        { "sum(age) = 700", "sum(age)" },
        { "histogram(age, 18) = 1, 343", "histogram(age, 18)" },
        { "count(age, 18, *) = 7", "count(age, 18, *)" },
        { "count(age, 18, *) <= 7 in rows 0..65535", "count(age, 18, *) <= 7" },
        { "mean(age) >= 1/2", "mean(age) >= 1/2" },
        { "mean(amount) = 50.25/342 in rows 0..65535", "mean(amount)" },
        { "rows(344)", "rows(0)" },
        { "range(age, 0, 120, nulls=refuse) in rows 0..65535", "range(age, 0, 120, nulls=refuse)" },
        { "linear(id = age + 5)", "linear(id - age = 5)" },
        { "cells(id .. amount)", "cells(id .. amount)" },
        /* of other datasets, which nobody has looked up */
        { "split(a@1, b-c@2)", "split(a@1, b-c@2)" },
        { "same_rows(a@1)", "same_rows(a@1)" },
        { "same(id, a@1)", "same(id, a@1)" },
        { "same(id, age, a@3.id, a@3.x) in rows 0..65535", "same(id, age, a@3.id, a@3.x)" },
        { "same(a@1)", "same(a@1)" },
        { "subset(id, a@1, nulls=pass)", "subset(id, a@1, nulls=pass)" },
        { "subset(id, a.x)", "subset(id, a.x)" },
        { "disjoint(id, age, a@1.x, a@1.y)", "disjoint(id, age, a@1.x, a@1.y)" },
        { "balance(id - a@1.x - b@2.y >= 5)", "balance(id - a@1.x - b@2.y >= 5)" },
        { "drift(age, a@1, cuts=(18)) <= 0.1", "drift(age, a@1, cuts=(18)) <= 0.1" },
        { "joined(a@1, b@2, on id)", "joined(a@1, b@2, on id)" },
        { "grouped(a@1, by id, age = rows)", "grouped(a@1, by id, age = rows)" },
        { "filter(a@1, where age >= 18)", "filter(a@1, where age >= 18)" },
        { "slice(a@1, 0..4)", "slice(a@1, 0..4)" },
        { "pick(a@1, 3, 5)", "pick(a@1, 3, 5)" },
    };
    for (size_t i = 0; i < ZKL_COUNT(texts); i++) {
        zkl_claim read;
        zkl_error err = { 0 };
        zkl_buffer bare = { 0 };
        REQUIRE_OK(t, &err,
                   zkl_claim_parse(&read, &t->arena, zkl_bytes_of_text(texts[i][0]), &err));
        zkl_claim_print_bare(&bare, &read);
        CHECK_TEXT_EQ(t, zkl_arena_text(&t->arena, (const char *)bare.data, bare.size),
                      texts[i][1]);
        zkl_buffer_clear(&bare);
    }
}

static void test_exact__agrees_with_128_bits(zkl_test *t)
{
    for (int i = 0; i < 2000; i++) {
        const int64_t a = (int64_t)test_random_u64(t) >> test_random_below(t, 60);
        const int64_t b = (int64_t)test_random_u64(t) >> test_random_below(t, 60);
        const zkl_exact x = zkl_exact_of(a), y = zkl_exact_of(b);
        zkl_exact sum, product, quotient, rest, back;
        zkl_buffer text = { 0 };
        unsigned scale;
        REQUIRE(t, zkl_exact_add(&sum, &x, &y) && zkl_exact_mul(&product, &x, &y));
        const __int128 want_sum = (__int128)a + b, want_product = (__int128)a * b;
        zkl_exact want =
            zkl_exact_of_u128((unsigned __int128)(want_sum < 0 ? -want_sum : want_sum));
        want.negative = want_sum < 0;
        CHECK(t, zkl_exact_compare(&sum, &want) == 0);
        want =
            zkl_exact_of_u128((unsigned __int128)(want_product < 0 ? -want_product : want_product));
        want.negative = want_product < 0;
        CHECK(t, zkl_exact_compare(&product, &want) == 0);
        if (b > 0) {
            int64_t floor = a / b - (a % b < 0), mod = a - floor * b;
            const zkl_exact q = zkl_exact_of(floor), r = zkl_exact_of(mod);
            zkl_exact_divide(&quotient, &rest, &x, &y);
            CHECK(t, zkl_exact_compare(&quotient, &q) == 0 && zkl_exact_compare(&rest, &r) == 0);
        }
        zkl_exact_format(&text, &product, 3);
        REQUIRE(t, zkl_exact_parse(&back, &scale, zkl_buffer_bytes(&text)));
        CHECK(t, scale == 3 && zkl_exact_compare(&back, &product) == 0);
        zkl_buffer_clear(&text);
    }
    /* the edge of 256 bits */
    uint8_t ones[32];
    memset(ones, 0xff, sizeof ones);
    const zkl_exact top = zkl_exact_of_bytes(ones), one = zkl_exact_of(1), two = zkl_exact_of(2);
    zkl_exact out;
    CHECK(t, !zkl_exact_add(&out, &top, &one));
    CHECK(t, !zkl_exact_mul(&out, &top, &two));
    CHECK(t, zkl_exact_sub(&out, &top, &top) && zkl_exact_is_zero(&out) && !out.negative);
    CHECK(t, !zkl_exact_power_of_ten(&out, 78) && zkl_exact_power_of_ten(&out, 77));
}

static void test_claim_text__allocation_failure(zkl_test *t)
{
    const zkl_claim_scope *scope = scope_of(t, ROWS);
    for (uint64_t nth = 1; nth < 200; nth++) {
        zkl_arena arena = { 0 };
        zkl_claim read;
        zkl_compiled_claim c;
        zkl_error err = { 0 };
        zkl_malloc_fail_after(nth);
        zkl_status status = zkl_claim_parse(
            &read, &arena, zkl_bytes_of_text("linear(2*id + age - \"net amount\" = 5)"), &err);
        if (status == ZKL_OK)
            status = zkl_claim_compile(&c, &arena, &read, scope, &err);
        zkl_malloc_fail_after(0);
        zkl_arena_clear(&arena);
        if (status == ZKL_OK)
            return;
        CHECK_STATUS(t, ZKL_NO_MEMORY, status);
    }
    FAIL(t, "never succeeds");
}

ZKL_TESTS(TEST(test_claim_parse__takes_every_kind), TEST(test_claim_parse__refuses_with_place),
          TEST(test_claim_compile__range_takes_codes),
          TEST(test_claim_compile__linear_shifts_and_refuses_nulls),
          TEST(test_claim_compile__constants_equal_mod_r_are_refused),
          TEST(test_claim_compile__linear_constants_within_reach),
          TEST(test_claim_bind__sums_speak_of_codes),
          TEST(test_claim_compile__refuses_what_makes_no_sense), TEST(test_claim_compile__keys_fit),
          TEST(test_claim_bind__counts_are_disclosed_or_compared),
          TEST(test_claim_compile__counts_refuse_what_makes_no_sense),
          TEST(test_claim_bind__balances_disclose_counts),
          TEST(test_claim_bind__histograms_disclose_counts),
          TEST(test_claim_compile__histograms_refuse_what_makes_no_bins),
          TEST(test_claim_print__is_a_fixed_point), TEST(test_claim_print__is_the_text_of_the_page),
          TEST(test_claim_compile__spans_are_whole_chunks),
          TEST(test_claim_match__compares_every_part), TEST(test_claim_match__words_say_the_span),
          TEST(test_claim_print__bare_has_no_result), TEST(test_exact__agrees_with_128_bits),
          TEST(test_claim_text__allocation_failure))
