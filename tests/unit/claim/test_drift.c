/* Claims about distributions of two columns, "drift": how they are read and written, what they
 * compile to, what they say, and what does not fit them. */
#include "claim/assertion_drift.h"
#include "claim_testing.h"
#include "match_testing.h"

#define ROOT_A .root = { { 1 } }
#define ROOT_B .root = { { 2 } }

static const zkl_column own_columns[] = {
    { NAMED("id"), { .kind = ZKL_TYPE_UINT32 }, false },
    { NAMED("pay"), { .kind = ZKL_TYPE_UINT16 }, true },
    { NAMED("age"), { .kind = ZKL_TYPE_UINT16 }, false },
    { NAMED("temp"), { .kind = ZKL_TYPE_INT16 }, false },
    { NAMED("price"), { .kind = ZKL_TYPE_DECIMAL, .precision = 4, .scale = 2 }, false },
    { NAMED("city"), { .kind = ZKL_TYPE_DICTIONARY, ROOT_A }, false },
    { NAMED("paid"), { .kind = ZKL_TYPE_BOOL }, false },
    { NAMED("cuts"), { .kind = ZKL_TYPE_UINT16 }, false },
    { NAMED("note"), { .kind = ZKL_TYPE_STRING16 }, false },
};
static const zkl_column other_columns[] = {
    { NAMED("pay"), { .kind = ZKL_TYPE_UINT16 }, false },
    { NAMED("years"), { .kind = ZKL_TYPE_UINT16 }, true },
    { NAMED("age"), { .kind = ZKL_TYPE_UINT16 }, false },
    { NAMED("temp"), { .kind = ZKL_TYPE_INT16 }, false },
    { NAMED("price"), { .kind = ZKL_TYPE_DECIMAL, .precision = 4, .scale = 1 }, false },
    { NAMED("city"), { .kind = ZKL_TYPE_DICTIONARY, ROOT_A }, false },
    { NAMED("town"), { .kind = ZKL_TYPE_DICTIONARY, ROOT_B }, false },
    { NAMED("paid"), { .kind = ZKL_TYPE_BOOL }, false },
    { NAMED("id"), { .kind = ZKL_TYPE_UINT32 }, false },
    { NAMED("cuts"), { .kind = ZKL_TYPE_UINT16 }, false },
    { NAMED("note"), { .kind = ZKL_TYPE_STRING16 }, false },
};
static const zkl_schema own = { ZKL_HASH_SHA3_256, own_columns, ZKL_COUNT(own_columns) },
                        other = { ZKL_HASH_SHA3_256, other_columns, ZKL_COUNT(other_columns) };
static const zkl_digest ids[] = { { { 1 } }, { { 2 } }, { { 3 } } };
static const zkl_claim_dataset datasets[] = {
    { &own, 70000, &ids[0], NAMED("all"), 2 },
    { &other, 1000, &ids[1], NAMED("train"), 1 },
    { &own, 30, &ids[2], NAMED("all"), 1 },
};
static const zkl_claim_scope scope = { datasets, ZKL_COUNT(datasets) };

static zkl_status compile(zkl_test *t, zkl_compiled_claim *out, const char *text, zkl_error *err)
{
    return compile_in(t, out, text, &scope, err);
}

#define APART(what)                                                                                \
    " apart (total variation: half the sum of the differences of shares of rows, by " what         \
    "; which differ is not said)"

static void test_drift__words(zkl_test *t)
{
    static const struct {
        const char *text, *print, *sentence, *json;
    } cases[] = {
        { " drift ( age ,train )<=0.1", "drift(age, train@1) <= 0.1",
          "the distribution of age and that of train@1 are at most 0.1" APART("value"),
          "{\"columns\":[\"age\"],\"comparison\":\"<=\",\"dataset\":\"train@1\",\"dataset_"
          "columns\":[\"age\"],\"kind\":\"drift\",\"text\":\"drift(age, train@1) <= "
          "0.1\",\"value\":"
          "\"0.1\"}" },
        { "drift(city, train@1, factor = 5/4) <= 1/20", "drift(city, train@1, factor=5/4) <= 1/20",
          "the distribution of city and that of train@1 are at most 1/20" APART(
              "value") "; of no value is one share more than 5/4 of the other, so the population "
                       "stability index is at most 2 * 1/20 * ln(5/4)",
          "{\"columns\":[\"city\"],\"comparison\":\"<=\",\"dataset\":\"train@1\",\"dataset_"
          "columns\":[\"city\"],\"factor\":\"5/4\",\"kind\":\"drift\",\"text\":\"drift(city, "
          "train@1, factor=5/4) <= 1/20\",\"value\":\"1/20\"}" },
        { "drift(age, train.pay, cuts=(018,65), factor=1.5) <= 0.1",
          "drift(age, train@1.pay, cuts=(18, 65), factor=1.5) <= 0.1",
          "the distribution of age and that of train@1 (there pay), over bins cut at 18, 65, are "
          "at "
          "most 0.1" APART("bin") "; of no bin is one share more than 1.5 of the other, so the "
                                  "population stability index is at most 2 * 0.1 * ln(1.5)",
          "{\"columns\":[\"age\"],\"comparison\":\"<=\",\"cuts\":[\"18\",\"65\"],\"dataset\":"
          "\"train@1\",\"dataset_columns\":[\"pay\"],\"factor\":\"1.5\",\"kind\":\"drift\","
          "\"text\":"
          "\"drift(age, train@1.pay, cuts=(18, 65), factor=1.5) <= 0.1\",\"value\":\"0.1\"}" },
        { "drift(cuts, all@1, cuts=(5)) <= 0", "drift(cuts, all@1, cuts=(5)) <= 0",
          "the distribution of cuts and that of all@1, over bins cut at 5, are at most 0" APART(
              "bin"),
          "{\"columns\":[\"cuts\"],\"comparison\":\"<=\",\"cuts\":[\"5\"],\"dataset\":\"all@1\","
          "\"dataset_columns\":[\"cuts\"],\"kind\":\"drift\",\"text\":\"drift(cuts, all@1, "
          "cuts=(5)) <= 0\",\"value\":\"0\"}" },
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

/* X is 2 * 70,000 * 1,000 x (of all@1 2 * 70,000 * 30 x), rounded down; cuts are codes, rounded up.
 * Numbers count flags: id 0, pay 1, age 3, temp 4, price 5, city 6, paid 7; of train pay 0, years
 * 1, age 3, temp 4. */
static void test_drift__compiles(zkl_test *t)
{
    static const struct {
        const char *text;
        uint64_t cuts[3];
        size_t cut_count;
        uint64_t most, f, g;
        uint32_t own, other;
        uint64_t others;
    } cases[] = {
        { "drift(age, train) <= 0.1", { 0 }, 0, 14000000, 0, 0, 3, 3, 1000 },
        { "drift(age, train.pay) <= 0", { 0 }, 0, 0, 0, 0, 3, 0, 1000 },
        { "drift(age, train) <= 1/3", { 0 }, 0, 46666666, 0, 0, 3, 3, 1000 },
        { "drift(age, train) <= 0.0000000071", { 0 }, 0, 0, 0, 0, 3, 3, 1000 },
        { "drift(age, train) <= 0.00000000715", { 0 }, 0, 1, 0, 0, 3, 3, 1000 },
        { "drift(age, train) <= 0.99999999999", { 0 }, 0, 139999999, 0, 0, 3, 3, 1000 },
        { "drift(price, all@1, cuts=(-1.005, 0, 1.001)) <= 0.1",
          { 32668, 32768, 32869 },
          3,
          420000,
          0,
          0,
          5,
          5,
          30 },
        { "drift(temp, train, cuts=(-5, 7), factor=10/8) <= 0.1",
          { 32763, 32775 },
          2,
          14000000,
          5,
          4,
          4,
          4,
          1000 },
        { "drift(paid, all@1, cuts=(true), factor=1) <= 0.1", { 1 }, 1, 420000, 1, 1, 7, 7, 30 },
        { "drift(age, train, factor=4294967295/4294967294) <= 0.1",
          { 0 },
          0,
          14000000,
          4294967295,
          4294967294,
          3,
          3,
          1000 },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        zkl_compiled_claim c;
        zkl_error err;
        REQUIRE_OK(t, &err, compile(t, &c, cases[i].text, &err));
        const zkl_claim_assertion *a = &c.assertions[0];
        const size_t cuts = cases[i].cut_count;
        REQUIRE(t, c.assertion_count == 1 && a->source_count == 2);
        CHECK_UINT_EQ(t, a->kind, ZKL_ASSERTION_DRIFT);
        REQUIRE(t, a->param_count == cuts + ZKL_DRIFT_PARAMS);
        for (size_t k = 0; k < cuts; k++)
            CHECK_UINT_EQ(t, param_of(&c, k), cases[i].cuts[k]);
        CHECK_UINT_EQ(t, param_of(&c, cuts + ZKL_DRIFT_MOST), cases[i].most);
        CHECK_UINT_EQ(t, param_of(&c, cuts + ZKL_DRIFT_FACTOR), cases[i].f);
        CHECK_UINT_EQ(t, param_of(&c, cuts + ZKL_DRIFT_DIVISOR), cases[i].g);
        CHECK(t, a->sources[0].dataset == 0 && a->sources[0].first_row == 0);
        CHECK_UINT_EQ(t, a->sources[0].row_count, 70000);
        CHECK_UINT_EQ(t, a->sources[1].row_count, cases[i].others);
        CHECK_UINT_EQ(t, a->sources[1].dataset, cases[i].others == 30 ? 2 : 1);
        CHECK(t, a->sources[0].column_count == 1 && a->sources[1].column_count == 1);
        CHECK_UINT_EQ(t, a->sources[0].columns[0].index, cases[i].own);
        CHECK_UINT_EQ(t, a->sources[1].columns[0].index, cases[i].other);
        check_match_is_exact(t, __LINE__, &c);
    }
}

static void test_drift__refuse(zkl_test *t)
{
    static const char pair[] = "columns expected, and as many of one other dataset";
    static const struct {
        const char *text;
        zkl_status status;
        const char *message;
    } cases[] = {
        { "drift()", ZKL_USAGE, "a column name expected" },
        { "drift(age) <= 0.1", ZKL_USAGE, pair },
        { "drift(age, age) <= 0.1", ZKL_NOT_FOUND, "age" },
        { "drift(age, temp, train) <= 0.1", ZKL_USAGE, "one column expected" },
        { "drift(age, train)", ZKL_USAGE, "'<=' expected" },
        { "drift(age, train) >= 0.1", ZKL_USAGE, "'<=' expected" },
        { "drift(age, train@1, 5) <= 0.1", ZKL_USAGE, "'cuts=' or 'factor=' expected" },
        { "drift(age, train, cuts=18) <= 0.1", ZKL_USAGE, "'(' expected" },
        { "drift(age, train, cuts=()) <= 0.1", ZKL_USAGE, "expected" },
        { "drift(age, train, cuts=(*)) <= 0.1", ZKL_USAGE, "a cut is a value" },
        { "drift(age, train, cuts=(18), cuts=(19)) <= 0.1", ZKL_USAGE, "'factor' expected" },
        { "drift(age, train, factor=2, cuts=(19)) <= 0.1", ZKL_USAGE, "')' expected" },
        { "drift(age, train, cuts=(18, 18)) <= 0.1", ZKL_USAGE, "cuts rise" },
        { "drift(age, train, cuts=(18, 17)) <= 0.1", ZKL_USAGE, "cuts rise" },
        { "drift(age, train, cuts=(0)) <= 0.1", ZKL_USAGE, "a value lies below each" },
        { "drift(age, train, cuts=(65536)) <= 0.1", ZKL_USAGE, "outside the type" },
        { "drift(age, train, cuts=(x)) <= 0.1", ZKL_USAGE, "'x'" },
        { "drift(city, train, cuts=(5)) <= 0.1", ZKL_NOT_SUPPORTED, "texts and binaries" },
        { "drift(age, train, factor=0.9) <= 0.1", ZKL_USAGE, "at least 1" },
        { "drift(age, train, factor=-2) <= 0.1", ZKL_USAGE, "at least 1" },
        { "drift(age, train, factor=4294967296) <= 0.1", ZKL_LIMIT, "a numerator above" },
        { "drift(age, train) <= 1", ZKL_USAGE, "says nothing" },
        { "drift(age, train) <= 3/2", ZKL_USAGE, "says nothing" },
        { "drift(age, train) <= -0.1", ZKL_REJECTED, "at least 0" },
        { "drift(age, train) <= 0.1 in rows 0..65535", ZKL_USAGE, "drift speaks of the whole" },
        { "drift(no, train) <= 0.1", ZKL_NOT_FOUND, "no" },
        { "drift(age, no) <= 0.1", ZKL_NOT_FOUND, "no" },
        { "drift(pay, train) <= 0.1", ZKL_USAGE, "column 'pay' is uint16: it may hold nulls" },
        { "drift(age, train.years) <= 0.1", ZKL_USAGE, "train@1 is uint16: it may hold nulls" },
        { "drift(age, train.temp) <= 0.1", ZKL_USAGE, "int16" },
        { "drift(price, train) <= 0.1", ZKL_USAGE, "decimal" },
        { "drift(city, train.town) <= 0.1", ZKL_USAGE, "dictionary" },
        { "drift(id, train) <= 0.1", ZKL_NOT_SUPPORTED, "numbers of 16 bits" },
        { "drift(note, train) <= 0.1", ZKL_NOT_SUPPORTED, "numbers of 16 bits" },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        zkl_compiled_claim c;
        zkl_error err;
        CHECK_STATUS(t, cases[i].status, compile(t, &c, cases[i].text, &err));
        if (!strstr(err.text, cases[i].message))
            FAIL(t, "'%s' says '%s', not '%s'", cases[i].text, err.text, cases[i].message);
    }
}

/* 1,024 cuts, and one more. */
static void test_drift__many_cuts(zkl_test *t)
{
    static char text[16384];
    for (unsigned count = 1024; count <= 1025; count++) {
        zkl_compiled_claim c;
        zkl_error err;
        size_t at = (size_t)sprintf(text, "drift(age, train, cuts=(");
        for (unsigned i = 1; i <= count; i++)
            at += (size_t)sprintf(text + at, "%s%u", i > 1 ? ", " : "", 3 * i);
        sprintf(text + at, ")) <= 0.1");
        CHECK_STATUS(t, count == 1024 ? ZKL_OK : ZKL_LIMIT, compile(t, &c, text, &err));
    }
}

ZKL_TESTS(TEST(test_drift__words), TEST(test_drift__compiles), TEST(test_drift__refuse),
          TEST(test_drift__many_cuts))
