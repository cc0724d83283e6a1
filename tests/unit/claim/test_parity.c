/* Claims about shares of groups: parity, equal_opportunity, four_fifths. How they are read and
 * written, what they compile to, what they say, and what does not fit them. */
#include "claim/assertion_rates.h"
#include "claim_testing.h"
#include "match_testing.h"

static const zkl_column columns[] = {
    { NAMED("id"), { .kind = ZKL_TYPE_UINT32 }, false },
    { NAMED("old"), { .kind = ZKL_TYPE_BOOL }, true },
    { NAMED("sex"), { .kind = ZKL_TYPE_DICTIONARY }, false },
    { NAMED("hired"), { .kind = ZKL_TYPE_BOOL }, false },
    { NAMED("good"), { .kind = ZKL_TYPE_BOOL }, false },
    { NAMED("age"), { .kind = ZKL_TYPE_UINT16 }, false },
    { NAMED("city"), { .kind = ZKL_TYPE_DICTIONARY }, true },
    { NAMED("at x"), { .kind = ZKL_TYPE_INT16 }, false },
    { NAMED("day"), { .kind = ZKL_TYPE_DATE }, false },
    { NAMED("note"), { .kind = ZKL_TYPE_STRING16 }, false },
};
static const zkl_schema schema = { ZKL_HASH_SHA3_256, columns, ZKL_COUNT(columns) };
static const zkl_digest id = { { 7 } };
static const zkl_claim_dataset datasets[] = { { &schema, 200000, &id, NAMED("all"), 1 } };
static const zkl_claim_scope scope = { datasets, 1 };

static zkl_status compile(zkl_test *t, zkl_compiled_claim *out, const char *text, zkl_error *err)
{
    return compile_in(t, out, text, &scope, err);
}

#define UNSAID " (which values occur, how often and with what share is not said)"
#define UNSAID_OF_LABELS                                                                           \
    " (which values occur, how often and with what share is not said; a value without such a "     \
    "row is left out)"

static void test_parity__words(zkl_test *t)
{
    static const struct {
        const char *text, *print, *sentence, *json;
    } cases[] = {
        { " parity ( hired ,sex )<=0.1", "parity(hired, sex) <= 0.1",
          "of the rows with one value of sex, the share where hired is true differs from that of "
          "any other value by at most 0.1" UNSAID,
          "{\"comparison\":\"<=\",\"group\":\"sex\",\"kind\":\"parity\",\"prediction\":\"hired\","
          "\"text\":\"parity(hired, sex) <= 0.1\",\"value\":\"0.1\"}" },
        { "parity(hired, \"at x\") <= 1/3", "parity(hired, \"at x\") <= 1/3",
          "of the rows with one value of \"at x\", the share where hired is true differs from that "
          "of any other value by at most 1/3" UNSAID,
          "{\"comparison\":\"<=\",\"group\":\"at x\",\"kind\":\"parity\",\"prediction\":\"hired\","
          "\"text\":\"parity(hired, \\\"at x\\\") <= 1/3\",\"value\":\"1/3\"}" },
        { "equal_opportunity(good, hired, sex) <= 0.05",
          "equal_opportunity(good, hired, sex) <= 0.05",
          "of the rows where good is true with one value of sex, the share where hired is true "
          "differs from that of any other value by at most 0.05" UNSAID_OF_LABELS,
          "{\"comparison\":\"<=\",\"group\":\"sex\",\"kind\":\"equal_opportunity\",\"label\":"
          "\"good\",\"prediction\":\"hired\",\"text\":\"equal_opportunity(good, hired, sex) <= "
          "0.05\",\"value\":\"0.05\"}" },
        { "four_fifths(hired, good)", "four_fifths(hired, good)",
          "of the rows with one value of good, the share where hired is true is at least 4/5 of "
          "that of any other value" UNSAID,
          "{\"group\":\"good\",\"kind\":\"four_fifths\",\"prediction\":\"hired\",\"text\":"
          "\"four_fifths(hired, good)\"}" },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        const char *const want[] = { cases[i].print, cases[i].json, cases[i].sentence };
        zkl_compiled_claim c;
        zkl_error err;
        check_canonical(t, cases[i].text, &scope, want);
        REQUIRE_OK(t, &err, compile(t, &c, cases[i].text, &err));
        CHECK(t, c.is_bound && !zkl_claim_is_by_row(&c.claim) && zkl_claim_false_words(&c) != NULL);
    }
}

static uint64_t param_of(const zkl_compiled_claim *c, size_t at)
{
    uint64_t value = UINT64_MAX;
    ZKL_ASSERT(zkl_assertion_param_u64(&value, &c->assertions[0].params[at]));
    return value;
}

/* b/c in lowest terms is what is said. Numbers count flags: sex 3, hired 4, good 5, age 6, "at x"
 * 9. */
static void test_parity__compiles(zkl_test *t)
{
    static const struct {
        const char *text;
        uint64_t a, b, c;
        uint32_t indexes[3];
    } cases[] = {
        { "parity(hired, sex) <= 0.05", 20, 1, 20, { 3, 4 } },
        { "parity(hired, age) <= 0", 1, 0, 1, { 6, 4 } },
        { "parity(hired, age) <= 6/8", 4, 3, 4, { 6, 4 } },
        { "parity(good, \"at x\") <= 0.5/3", 6, 1, 6, { 9, 5 } },
        { "parity(good, age) <= 4294967294/4294967295",
          4294967295,
          4294967294,
          4294967295,
          { 6, 5 } },
        { "equal_opportunity(good, hired, sex) <= 0.125", 8, 1, 8, { 3, 4, 5 } },
        { "equal_opportunity(hired, good, age) <= 0.125", 8, 1, 8, { 6, 5, 4 } },
        { "four_fifths(good, hired)", 5, 0, 4, { 4, 5 } },
    };
    static const char *const roles[] = { "g", "y?", "w?" };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        zkl_compiled_claim c;
        zkl_error err;
        REQUIRE_OK(t, &err, compile(t, &c, cases[i].text, &err));
        REQUIRE(t, c.assertion_count == 1 && c.assertions[0].source_count == 1);
        const zkl_claim_source *source = &c.assertions[0].sources[0];
        CHECK_UINT_EQ(t, c.assertions[0].kind, ZKL_ASSERTION_RATES);
        CHECK_UINT_EQ(t, c.assertions[0].param_count, ZKL_RATES_PARAMS);
        CHECK_UINT_EQ(t, param_of(&c, ZKL_RATES_A), cases[i].a);
        CHECK_UINT_EQ(t, param_of(&c, ZKL_RATES_B), cases[i].b);
        CHECK_UINT_EQ(t, param_of(&c, ZKL_RATES_C), cases[i].c);
        CHECK(t, source->first_row == 0 && source->row_count == 200000 && source->dataset == 0);
        CHECK_UINT_EQ(t, source->column_count, cases[i].indexes[2] ? 3 : 2);
        for (size_t k = 0; k < source->column_count; k++) {
            CHECK(t, zkl_bytes_equal_text(source->columns[k].role, roles[k]));
            CHECK_UINT_EQ(t, source->columns[k].index, cases[i].indexes[k]);
            CHECK_UINT_EQ(t, source->columns[k].limb_count, 1);
        }
        check_match_is_exact(t, __LINE__, &c);
    }
}

/* Columns under other roles: another column for the label, or none, is another claim. */
static void test_parity__no_other_columns(zkl_test *t)
{
    zkl_compiled_claim c;
    zkl_error err;
    REQUIRE_OK(t, &err, compile(t, &c, "equal_opportunity(good, hired, sex) <= 0.1", &err));
    match_statement *s = match_statement_of(t, &c);
    zkl_statement_column *stated = (zkl_statement_column *)(uintptr_t)s->tables[0].columns;
    const zkl_bytes y = stated[1].role;
    stated[1].role = stated[2].role;
    stated[2].role = y;
    CHECK(t, strstr(match_fault(t, &c, s), "the columns") != NULL);
    REQUIRE_OK(t, &err, compile(t, &c, "parity(hired, sex) <= 0.1", &err));
    CHECK(t, *match_fault(t, &c, match_statement_of(t, &c)) == 0);
    s->tables[0].column_count = 2;
    CHECK(t, strstr(match_fault(t, &c, s), "the columns") != NULL);
}

static void test_parity__refuse(zkl_test *t)
{
    static const struct {
        const char *text;
        zkl_status status;
        const char *message;
    } cases[] = {
        { "parity()", ZKL_USAGE, "character 8: a column name" },
        { "parity(hired)", ZKL_USAGE, "character 13: ',' expected" },
        { "parity(hired, sex, age) <= 0.1", ZKL_USAGE, "character 18: ')' expected" },
        { "parity(hired, sex)", ZKL_USAGE, "'<=' expected" },
        { "parity(hired, sex) >= 0.1", ZKL_USAGE, "'<=' expected" },
        { "parity(hired, sex) <= ", ZKL_USAGE, "a plain number" },
        { "parity(hired, sex) <= 1/0", ZKL_USAGE, "the denominator is 0" },
        { "parity(hired, sex) <= 0.1 in rows 0..65535", ZKL_USAGE, "speaks of the whole dataset" },
        { "parity(hired, sex) <= 1", ZKL_USAGE, "says nothing" },
        { "parity(hired, sex) <= 7/3", ZKL_USAGE, "says nothing" },
        { "parity(hired, sex) <= -0.1", ZKL_REJECTED, "at least 0" },
        { "parity(hired, sex) <= 0.00000000011", ZKL_LIMIT, "a denominator above 4294967295" },
        { "parity(hired, sex) <= 1/4294967296", ZKL_LIMIT, "a denominator above" },
        { "parity(hired, sex) <= 0."
          "11111111111111111111111111111111111111111111111111111111111111111111111111",
          ZKL_LIMIT, "denominator above" },
        { "parity(hired, no) <= 0.1", ZKL_NOT_FOUND, "no column 'no'" },
        { "parity(hired, hired) <= 0.1", ZKL_USAGE, "named twice" },
        { "parity(hired, city) <= 0.1", ZKL_USAGE, "column 'city' is text: it may hold nulls" },
        { "parity(old, sex) <= 0.1", ZKL_USAGE, "it may hold nulls" },
        { "parity(age, sex) <= 0.1", ZKL_USAGE, "column 'age' is uint16: a bool is expected" },
        { "parity(hired, id) <= 0.1", ZKL_NOT_SUPPORTED, "groups are short texts" },
        { "parity(hired, day) <= 0.1", ZKL_NOT_SUPPORTED, "groups are short texts" },
        { "parity(hired, note) <= 0.1", ZKL_NOT_SUPPORTED, "groups are short texts" },
        { "equal_opportunity(good, hired) <= 0.1", ZKL_USAGE, "',' expected" },
        { "equal_opportunity(good, good, sex) <= 0.1", ZKL_USAGE, "named twice" },
        { "equal_opportunity(good, hired, good) <= 0.1", ZKL_USAGE, "named twice" },
        { "equal_opportunity(age, hired, sex) <= 0.1", ZKL_USAGE, "a bool is expected" },
        { "equal_opportunity(old, hired, sex) <= 0.1", ZKL_USAGE, "it may hold nulls" },
        { "four_fifths(hired, sex) <= 0.1", ZKL_USAGE, "nothing more" },
        { "four_fifths(hired)", ZKL_USAGE, "',' expected" },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        zkl_compiled_claim c;
        zkl_error err;
        CHECK_STATUS(t, cases[i].status, compile(t, &c, cases[i].text, &err));
        if (!strstr(err.text, cases[i].message))
            FAIL(t, "'%s' says '%s', not '%s'", cases[i].text, err.text, cases[i].message);
    }
}

ZKL_TESTS(TEST(test_parity__words), TEST(test_parity__compiles),
          TEST(test_parity__no_other_columns), TEST(test_parity__refuse))
