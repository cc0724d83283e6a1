/* "sorted(a, b)" and its options: how they are read and written, which columns have an order, and
 * that the column written first is the highest of the key. */
#include "claim_testing.h"
#include "match_testing.h"

static const zkl_column columns[] = {
    { NAMED("id"), { .kind = ZKL_TYPE_UINT32 }, false },
    { NAMED("pay"), { .kind = ZKL_TYPE_UINT16 }, true },
    { NAMED("day"), { .kind = ZKL_TYPE_DATE }, false },
    { NAMED("score"), { .kind = ZKL_TYPE_FLOAT64 }, true },
    { NAMED("order"), { .kind = ZKL_TYPE_BOOL }, true },
    { NAMED("order_id"), { .kind = ZKL_TYPE_DECIMAL, .precision = 38, .scale = 2 }, false },
    { NAMED("ties"), { .kind = ZKL_TYPE_TIME }, false },
    { NAMED("city"), { .kind = ZKL_TYPE_DICTIONARY }, false },
    { NAMED("note"), { .kind = ZKL_TYPE_STRING16 }, false },
    { NAMED("at"), { .kind = ZKL_TYPE_TIMESTAMP }, false },
};
static const zkl_schema schema = { ZKL_HASH_SHA3_256, columns, ZKL_COUNT(columns) };
static const zkl_digest id = { { 1 } };
static const zkl_claim_dataset dataset = { &schema, 100000, &id, NAMED("all"), 2 };
static const zkl_claim_scope scope = { &dataset, 1 };

static zkl_status compile(zkl_test *t, zkl_compiled_claim *out, const char *text, zkl_error *err)
{
    return compile_in(t, out, text, &scope, err);
}

/* All texts of a claim have one canonical text, which compiles to itself; columns keep their order,
 * since it says something; columns may have the names of options. */
static void test_sorted_print__is_canonical(zkl_test *t)
{
    static const struct {
        const char *texts[5], *want[3];
    } cases[] = {
        { { "sorted(id)", " sorted( \"id\" )", "sorted(id,order=rising)",
            "sorted(id, ties = pass, order = rising)", "sorted(id) in rows 0..99999" },
          { "sorted(id)",
            "{\"columns\":[\"id\"],\"kind\":\"sorted\",\"order\":\"rising\",\"text\":\"sorted(id)"
            "\",\"ties\":\"pass\"}",
            "its rows are in order of id, never falling" } },
        { { "sorted(day, id, ties=refuse)", "sorted(day,id,ties=refuse,order=rising)" },
          { "sorted(day, id, ties=refuse)",
            "{\"columns\":[\"day\",\"id\"],\"kind\":\"sorted\",\"order\":\"rising\",\"text\":"
            "\"sorted(day, id, ties=refuse)\",\"ties\":\"refuse\"}",
            "its rows are in order of day, then id, always rising" } },
        { { "sorted(pay, order=falling)", "sorted(pay, ties=pass, order=falling)" },
          { "sorted(pay, order=falling)",
            "{\"columns\":[\"pay\"],\"kind\":\"sorted\",\"order\":\"falling\",\"text\":\"sorted("
            "pay, order=falling)\",\"ties\":\"pass\"}",
            "its rows are in order of pay, never rising, nulls first" } },
        { { "sorted(score, ties=refuse, order=falling) in rows 0..65535" },
          { "sorted(score, order=falling, ties=refuse) in rows 0..65535",
            "{\"columns\":[\"score\"],\"kind\":\"sorted\",\"order\":\"falling\",\"rows\":[0,65535],"
            "\"text\":\"sorted(score, order=falling, ties=refuse) in rows 0..65535\",\"ties\":"
            "\"refuse\"}",
            "its rows are in order of score, always falling, nulls first; floats by their codes: "
            "as numbers, -0 before 0, and NaN beyond the infinities, in rows 0 to 65535 (counted "
            "from 0)" } },
        { { "sorted(order, order_id, ties, ties=refuse)" },
          { "sorted(order, order_id, ties, ties=refuse)",
            "{\"columns\":[\"order\",\"order_id\",\"ties\"],\"kind\":\"sorted\",\"order\":"
            "\"rising\",\"text\":\"sorted(order, order_id, ties, ties=refuse)\",\"ties\":"
            "\"refuse\"}",
            "its rows are in order of order, then order_id, then ties, always rising, nulls "
            "last" } },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++)
        for (size_t k = 0; k < 5 && cases[i].texts[k]; k++)
            check_canonical(t, cases[i].texts[k], &scope, cases[i].want);
}

/* What was written first stands last, so highest; flags behind their columns. */
static void test_sorted_compile__first_column_is_highest(zkl_test *t)
{
    static const struct {
        const char *text;
        const char *roles[5];
        uint32_t indexes[5];
        uint8_t strict, down;
    } cases[] = {
        { "sorted(pay, id)", { "0", "1", "1?" }, { 0, 1, 2 }, 0, 0 },
        { "sorted(id, pay, order=falling)", { "1", "1?", "0" }, { 1, 2, 0 }, 0, 1 },
        { "sorted(order, day, id, ties=refuse)", { "0", "3", "6?", "6??" }, { 0, 3, 6, 7 }, 1, 0 },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        zkl_error err;
        zkl_compiled_claim c;
        REQUIRE_OK(t, &err, compile(t, &c, cases[i].text, &err));
        REQUIRE(t, c.is_bound && c.assertion_count == 1 && !zkl_claim_is_by_row(&c.claim));
        const zkl_claim_assertion *a = &c.assertions[0];
        REQUIRE(t, a->kind == ZKL_ASSERTION_SORTED && a->param_count == 2 && a->source_count == 1);
        CHECK_UINT_EQ(t, a->params[0].bytes[31], cases[i].strict);
        CHECK_UINT_EQ(t, a->params[1].bytes[31], cases[i].down);
        for (size_t k = 0; k < 5 && cases[i].roles[k]; k++) {
            REQUIRE(t, k < a->sources[0].column_count);
            CHECK_UINT_EQ(t, a->sources[0].columns[k].index, cases[i].indexes[k]);
            CHECK(t, zkl_bytes_equal_text(a->sources[0].columns[k].role, cases[i].roles[k]));
        }
    }
}

static void test_sorted_compile__refuses_what_has_no_order(zkl_test *t)
{
    static const struct {
        zkl_status status;
        const char *text, *error;
    } bad[] = {
        { ZKL_USAGE, "sorted()", "character 8: a column name expected" },
        { ZKL_USAGE, "sorted(id,)", "character 11: a column name expected" },
        { ZKL_USAGE, "sorted(order=falling)", "character 13: ')' expected" },
        { ZKL_USAGE, "sorted(id, order=down)", "character 18: 'falling' or 'rising' expected" },
        { ZKL_USAGE, "sorted(id, ties=no)", "character 17: 'refuse' or 'pass' expected" },
        { ZKL_USAGE, "sorted(id, ties=refuse, ties=refuse)", "an option that is not there yet" },
        { ZKL_USAGE, "sorted(id, order=falling, order=rising)", "an option that is not there yet" },
        { ZKL_USAGE, "sorted(id, order=falling, day)", "an option that is not there yet" },
        { ZKL_USAGE, "sorted(id, day, id)", "column 'id' is uint32: named twice" },
        { ZKL_NOT_FOUND, "sorted(no)", "there is no column 'no'" },
        { ZKL_NOT_SUPPORTED, "sorted(id, city)", "codes of texts and binaries have no order" },
        { ZKL_NOT_SUPPORTED, "sorted(note)", "codes of texts and binaries have no order" },
        { ZKL_LIMIT, "sorted(order_id, at, ties)", "the key has more than 240 bits" },
        { ZKL_USAGE, "sorted(id) in rows 0..9", "are no span of whole chunks" },
    };
    zkl_error err;
    zkl_compiled_claim c;
    for (size_t i = 0; i < ZKL_COUNT(bad); i++) {
        const zkl_status got = compile(t, &c, bad[i].text, &err);
        if (got != bad[i].status || !strstr(err.text, bad[i].error))
            FAIL(t, "%s: %s, says '%s', not '%s'", bad[i].text, zkl_status_text(got), err.text,
                 bad[i].error);
    }
    /* 8 + 4 + 2 limbs fit; a limb and its flag more do not */
    CHECK_STATUS(t, ZKL_LIMIT, compile(t, &c, "sorted(order_id, at, id, pay)", &err));
    REQUIRE_OK(t, &err, compile(t, &c, "sorted(order_id, at, id)", &err));
}

/* A statement of anything else is not what the words say. */
static void test_sorted_match__only_what_was_said(zkl_test *t)
{
    static const char *const texts[] = {
        "sorted(day, pay, id, order=falling)",
        "sorted(id, ties=refuse) in rows 65536..99999",
    };
    for (size_t i = 0; i < ZKL_COUNT(texts); i++) {
        zkl_error err;
        zkl_compiled_claim c;
        REQUIRE_OK(t, &err, compile(t, &c, texts[i], &err));
        check_match_is_exact(t, __LINE__, &c);
    }
}

ZKL_TESTS(TEST(test_sorted_print__is_canonical), TEST(test_sorted_compile__first_column_is_highest),
          TEST(test_sorted_compile__refuses_what_has_no_order),
          TEST(test_sorted_match__only_what_was_said))
