/* "balance(2*amount - paid@1.amount + 3 = 0)": how it is read and written, and that what it
 * compiles to says of sums what its text says, in the units and offsets of the types. */
#include "algebra/wide.h"
#include "claim_testing.h"
#include "match_testing.h"

static const zkl_column columns[] = {
    { NAMED("amount"), { .kind = ZKL_TYPE_DECIMAL, .precision = 9, .scale = 2 }, false },
    { NAMED("fee"), { .kind = ZKL_TYPE_INT16 }, true },
    { NAMED("n"), { .kind = ZKL_TYPE_UINT16 }, false },
    { NAMED("big"), { .kind = ZKL_TYPE_DECIMAL, .precision = 38 }, false },
    { NAMED("city"), { .kind = ZKL_TYPE_DICTIONARY }, false },
    { NAMED("a.b"), { .kind = ZKL_TYPE_UINT16 }, false },
    { NAMED("score"), { .kind = ZKL_TYPE_FLOAT64 }, false },
};
static const zkl_column paid[] = {
    { NAMED("x"), { .kind = ZKL_TYPE_UINT16 }, true },
    { NAMED("amount"), { .kind = ZKL_TYPE_DECIMAL, .precision = 9, .scale = 3 }, false },
};
static const zkl_schema schema = { ZKL_HASH_SHA3_256, columns, ZKL_COUNT(columns) };
static const zkl_schema paid_schema = { ZKL_HASH_SHA3_256, paid, 2 };
static const zkl_digest ids[] = { { { 1 } }, { { 2 } }, { { 3 } }, { { 4 } } };
static const zkl_claim_dataset datasets[] = {
    { &schema, 100, &ids[0], NAMED("ledger"), 2 },
    { &paid_schema, 40, &ids[1], NAMED("paid"), 1 },
    { &paid_schema, 70, &ids[2], NAMED("2024-x"), 3 },
    { &schema, (uint64_t)1 << 30, &ids[3], NAMED("huge"), 1 },
};
static const zkl_claim_scope scope = { datasets, 4 };

static zkl_status compile(zkl_test *t, zkl_compiled_claim *out, const char *text, zkl_error *err)
{
    return compile_in(t, out, text, &scope, err);
}

static void test_balance_print__is_canonical(zkl_test *t)
{
    static const struct {
        const char *texts[4], *want[3];
    } cases[] = {
        { { "balance(amount = paid.amount)", "balance( amount-1*paid@1.\"amount\"=0 )" },
          { "balance(amount - paid@1.amount = 0)",
            "{\"comparison\":\"=\",\"kind\":\"balance\",\"terms\":[{\"column\":\"amount\","
            "\"weight\":\"1\"},{\"column\":\"amount\",\"dataset\":\"paid@1\",\"weight\":\"-1\"}],"
            "\"text\":\"balance(amount - paid@1.amount = 0)\",\"value\":\"0\"}",
            "of the sums over all rows of each dataset, amount - paid@1.amount = 0" } },
        { { "balance(2*n + 3 - 0.50*fee >= 2024-x@3.x - 4.0)" },
          { "balance(2*n - 0.50*fee - 2024-x@3.x >= -7.0)",
            "{\"comparison\":\">=\",\"kind\":\"balance\",\"terms\":[{\"column\":\"n\",\"weight\":"
            "\"2\"},{\"column\":\"fee\",\"weight\":\"-0.50\"},{\"column\":\"x\",\"dataset\":"
            "\"2024-x@3\",\"weight\":\"-1\"}],\"text\":\"balance(2*n - 0.50*fee - 2024-x@3.x >= "
            "-7.0)\",\"value\":\"-7.0\"}",
            "of the sums over all rows of each dataset, 2*n - 0.50*fee - 2024-x@3.x >= -7.0; a "
            "null adds nothing, and how many there are is not shown" } },
        { { "balance(-\"a.b\" + n <= 5)" },
          { "balance(-\"a.b\" + n <= 5)",
            "{\"comparison\":\"<=\",\"kind\":\"balance\",\"terms\":[{\"column\":\"a.b\",\"weight\":"
            "\"-1\"},{\"column\":\"n\",\"weight\":\"1\"}],\"text\":\"balance(-\\\"a.b\\\" + n <= "
            "5)\",\"value\":\"5\"}",
            "of the sums over all rows, -\"a.b\" + n <= 5" } },
        { { "balance(n + n = 4)" },
          { "balance(n + n = 4)",
            "{\"comparison\":\"=\",\"kind\":\"balance\",\"terms\":[{\"column\":\"n\",\"weight\":"
            "\"1\"},{\"column\":\"n\",\"weight\":\"1\"}],\"text\":\"balance(n + n = 4)\",\"value\":"
            "\"4\"}",
            "of the sums over all rows, n + n = 4" } },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++)
        for (size_t k = 0; k < 4 && cases[i].texts[k]; k++)
            check_canonical(t, cases[i].texts[k], &scope, cases[i].want);
}

/* A parameter v as a small number: mod r, negative ones stand as r - |v|. */
static int64_t number_of(zkl_test *t, const zkl_scalar *param)
{
    const zkl_wide v = zkl_wide_of_scalar(param), order = zkl_wide_field_order(),
                   minus = zkl_wide_minus(&order, &v);
    const bool negative = zkl_wide_compare(&minus, &v) < 0;
    CHECK(t, zkl_wide_bits(negative ? &minus : &v) < 63);
    return negative ? -(int64_t)minus.word[0] : (int64_t)v.word[0];
}

/* Tables, weights, offsets and total of the assertion. Own columns first, in the schema's order,
 * then other datasets as they are named. */
static void test_balance_compile__weights_and_offsets(zkl_test *t)
{
    static const struct {
        const char *text;
        size_t count;
        struct {
            size_t dataset;
            uint32_t index;
            bool flag;
            int64_t weight, offset;
        } tables[4];
        int64_t total;
        unsigned mode;
    } cases[] = {
        /* hundredths times 10 less thousandths */
        { "balance(amount = paid.amount)",
          2,
          { { 0, 0, false, 10, (int64_t)1 << 31 }, { 1, 2, false, -1, (int64_t)1 << 31 } },
          0,
          ZKL_MODE_EXACTLY },
        { "balance(2024-x@3.x + paid.x + 2*n - 3*fee <= 7)",
          4,
          { { 0, 1, true, -3, 1 << 15 },
            { 0, 3, false, 2, 0 },
            { 2, 0, true, 1, 0 },
            { 1, 0, true, 1, 0 } },
          7,
          ZKL_MODE_AT_MOST },
        { "balance(6*n - 4*fee = 10)",
          2,
          { { 0, 1, true, -2, 1 << 15 }, { 0, 3, false, 3, 0 } },
          5,
          ZKL_MODE_EXACTLY },
        { "balance(0.5*n + 0.25*fee >= 1.1)", /* 2 n + fee >= 4.4 */
          2,
          { { 0, 1, true, 1, 1 << 15 }, { 0, 3, false, 2, 0 } },
          5,
          ZKL_MODE_AT_LEAST },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        zkl_error err;
        zkl_compiled_claim c;
        REQUIRE_OK(t, &err, compile(t, &c, cases[i].text, &err));
        REQUIRE(t, c.is_bound && c.assertion_count == 1);
        const zkl_claim_assertion *a = &c.assertions[0];
        const size_t count = cases[i].count;
        REQUIRE(t, a->kind == ZKL_ASSERTION_BALANCE && a->source_count == count &&
                       a->param_count == 3 + 2 * count);
        CHECK(t, number_of(t, &a->params[0]) == (int64_t)count);
        for (size_t k = 0; k < count; k++) {
            const zkl_claim_source *source = &a->sources[k];
            CHECK_UINT_EQ(t, source->dataset, cases[i].tables[k].dataset);
            CHECK_UINT_EQ(t, source->row_count, datasets[source->dataset].row_count);
            CHECK_UINT_EQ(t, source->columns[0].index, cases[i].tables[k].index);
            CHECK(t, zkl_bytes_equal_text(source->columns[0].role, "x"));
            REQUIRE(t, source->column_count == 1u + cases[i].tables[k].flag);
            if (cases[i].tables[k].flag)
                CHECK(t, zkl_bytes_equal_text(source->columns[1].role, "x?") &&
                             source->columns[1].index == source->columns[0].index + 1);
            CHECK(t, number_of(t, &a->params[1 + k]) == cases[i].tables[k].weight);
            CHECK(t, number_of(t, &a->params[1 + count + k]) == cases[i].tables[k].offset);
        }
        CHECK(t, number_of(t, &a->params[1 + 2 * count]) == cases[i].total);
        CHECK_UINT_EQ(t, a->params[2 + 2 * count].bytes[31], cases[i].mode);
    }
}

/* For every small sum and number: the whole numbers that are compared say what the text says. */
static void test_balance_compile__says_what_the_text_says(zkl_test *t)
{
    static const char *const signs[] = { ">=", "=", "<=" };
    for (int weight = -4; weight <= 4; weight++)
        for (int value = -17; value <= 17; value++)
            for (unsigned mode = 0; mode < 3; mode++) {
                zkl_error err;
                zkl_compiled_claim c;
                const char *text =
                    zkl_arena_format(&t->arena, "balance(%d*n - fee - fee %s %d)",
                                     weight < 0 ? -weight : weight, signs[mode], value);
                if (weight < 0)
                    text = zkl_arena_format(&t->arena, "balance(-%d*n - fee - fee %s %d)", -weight,
                                            signs[mode], value);
                const zkl_status status = compile(t, &c, text, &err);
                if (!weight) {
                    CHECK_STATUS(t, ZKL_USAGE, status);
                    continue;
                }
                const bool whole = weight % 2 || value % 2 == 0;
                if (mode == ZKL_MODE_EXACTLY && !whole) {
                    CHECK_STATUS(t, ZKL_REJECTED, status);
                    continue;
                }
                REQUIRE_OK(t, &err, status);
                const zkl_scalar *p = c.assertions[0].params;
                const int64_t w_fee = number_of(t, &p[1]), w_n = number_of(t, &p[2]),
                              total = number_of(t, &p[5]);
                for (int n = 0; n < 9; n++)
                    for (int fee = -5; fee < 5; fee++) {
                        const int64_t said = weight * n - 2 * fee, proven = w_n * n + w_fee * fee;
                        const bool holds = mode == 0   ? said >= value
                                           : mode == 1 ? said == value
                                                       : said <= value,
                                   shown = mode == 0   ? proven >= total
                                           : mode == 1 ? proven == total
                                                       : proven <= total;
                        if (holds != shown)
                            FAIL(t, "%s of %d, %d: %d, not %d", text, n, fee, shown, holds);
                    }
            }
}

static void test_balance_compile__refuses_what_says_nothing(zkl_test *t)
{
    static const struct {
        zkl_status status;
        const char *text, *error;
    } bad[] = {
        { ZKL_USAGE, "balance()", "character 9: a column name expected" },
        { ZKL_USAGE, "balance(3 = 4)", "character 9: a column name expected" },
        { ZKL_USAGE, "balance(n)", "character 10: '=', '>=' or '<=' expected" },
        { ZKL_USAGE, "balance(n < 3)", "character 11: '=', '>=' or '<=' expected" },
        { ZKL_USAGE, "balance(n = 3", "character 14: ')' expected" },
        { ZKL_USAGE, "balance(n = paid@1)", "a column of this dataset expected" },
        { ZKL_USAGE, "balance(n = 3) in rows 0..99", "balance speaks of the whole dataset" },
        { ZKL_USAGE, "balance(paid.x = 3)", "the balance names no column of this dataset" },
        { ZKL_USAGE, "balance(n = ledger@2.n)", "is the dataset that the claim is about" },
        { ZKL_NOT_FOUND, "balance(n = paid@2.x)", "the dataset 'paid@2' is not at hand" },
        { ZKL_NOT_FOUND, "balance(n-paid@1.x = 3)", "the dataset 'n-paid@1' is not at hand" },
        { ZKL_NOT_FOUND, "balance(n = paid.n)", "there is no column 'n' of paid@1" },
        { ZKL_USAGE, "balance(n - paid.x = paid@1.x)", "the dataset 'paid' is named twice" },
        { ZKL_USAGE, "balance(city = 3)", "only integers and decimals stand in a balance" },
        { ZKL_USAGE, "balance(n + score = 3)", "only integers and decimals stand in a balance" },
        { ZKL_USAGE, "balance(n - paid.x + paid.x = 3)", "'x' of paid@1 is uint16: its weight" },
        { ZKL_REJECTED, "balance(2*n - 4*fee = 3)", "always a multiple of something" },
        /* 100 rows from 0 to 65535; with nulls, 100 from -32768 to 32767 */
        { ZKL_REJECTED, "balance(n = 6553501)", "no columns of these types and row counts" },
        { ZKL_REJECTED, "balance(n >= 6553501)", "no columns of these types and row counts" },
        { ZKL_REJECTED, "balance(n <= -1)", "no columns of these types and row counts" },
        { ZKL_REJECTED, "balance(fee = -3276801)", "no columns of these types and row counts" },
        { ZKL_REJECTED, "balance(n - paid.x >= 6553501)", "no columns of these types" },
        { ZKL_REJECTED, "balance(n - paid.x <= -2621401)", "no columns of these types" },
        { ZKL_USAGE, "balance(n <= 6553501)", "the claim says nothing" },
        { ZKL_USAGE, "balance(n >= -1)", "the claim says nothing" },
        { ZKL_USAGE, "balance(-fee <= 3276801)", "the claim says nothing" },
        { ZKL_LIMIT, "balance(18446744073709551616*n - fee = 0)", "has more than 64 bits" },
        { ZKL_LIMIT, "balance(n - 18446744073709551615*huge.big = 0)", "more than 217 bits" },
    };
    static const char *const good[] = {
        "balance(n = 6553500)",
        "balance(n >= 0)",
        "balance(n <= 0)",
        "balance(fee = -3276800)",
        "balance(-fee <= 3276800)",
        "balance(n - paid.x >= -2621400)",
        "balance(n - paid.x = -2621400)",
        "balance(n - 18446744073709551615*big = 0)",
    };
    zkl_error err;
    zkl_compiled_claim c;
    for (size_t i = 0; i < ZKL_COUNT(bad); i++) {
        const zkl_status got = compile(t, &c, bad[i].text, &err);
        if (got != bad[i].status || !strstr(err.text, bad[i].error))
            FAIL(t, "%s: %s, says '%s', not '%s'", bad[i].text, zkl_status_text(got), err.text,
                 bad[i].error);
    }
    for (size_t i = 0; i < ZKL_COUNT(good); i++)
        REQUIRE_OK(t, &err, compile(t, &c, good[i], &err));
}

/* A statement of anything else is not what the words say. */
static void test_balance_match__only_what_was_said(zkl_test *t)
{
    static const char *const texts[] = {
        "balance(2*n - fee + 2024-x@3.x - paid.x - paid.amount >= 3)",
        "balance(fee = -3)",
    };
    for (size_t i = 0; i < ZKL_COUNT(texts); i++) {
        zkl_error err;
        zkl_compiled_claim c;
        REQUIRE_OK(t, &err, compile(t, &c, texts[i], &err));
        check_match_is_exact(t, __LINE__, &c);
    }
}

ZKL_TESTS(TEST(test_balance_print__is_canonical), TEST(test_balance_compile__weights_and_offsets),
          TEST(test_balance_compile__says_what_the_text_says),
          TEST(test_balance_compile__refuses_what_says_nothing),
          TEST(test_balance_match__only_what_was_said))
