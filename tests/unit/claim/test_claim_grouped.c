/* "grouped(sales@1, by region, n = rows, total = sum(amount))": how it is read and written, what it
 * compiles to, and what columns and types it refuses. */
#include "claim/assertion.h"
#include "claim_testing.h"
#include "match_testing.h"

#define COLUMN(name, type_kind, nullable)                                                          \
    {                                                                                              \
        NAMED(name), { .kind = ZKL_TYPE_##type_kind }, nullable                                    \
    }
#define DECIMAL(name, digits, decimals, nullable)                                                  \
    {                                                                                              \
        NAMED(name), { .kind = ZKL_TYPE_DECIMAL, .precision = digits, .scale = decimals },         \
            nullable                                                                               \
    }
#define TEXT(name, byte)                                                                           \
    {                                                                                              \
        NAMED(name), { .kind = ZKL_TYPE_DICTIONARY, .root = { { byte } } }, false                  \
    }

static const zkl_column own_columns[] = {
    DECIMAL("total", 18, 2, false),    COLUMN("region", UINT32, false),
    COLUMN("n", UINT64, false),        COLUMN("year", INT16, false),
    COLUMN("low", DATE, false),        COLUMN("high", FLOAT64, false),
    COLUMN("filled", UINT16, false),   TEXT("city", 7),
    COLUMN("maybe", UINT32, true),     COLUMN("signed", INT64, false),
    COLUMN("letter", STRING16, false), COLUMN("none", UINT16, true),
    DECIMAL("coarse", 18, 1, false),   COLUMN("wide", UINT64, false),
};
static const zkl_column sales_columns[] = {
    COLUMN("region", UINT32, false),
    DECIMAL("amount", 9, 2, true),
    COLUMN("day", DATE, false),
    COLUMN("year", INT16, false),
    COLUMN("score", FLOAT64, false),
    COLUMN("pieces", INT32, false),
    TEXT("city", 7),
    COLUMN("letter", STRING16, false),
    COLUMN("none", UINT16, true),
    COLUMN("when", DATE, true),
    COLUMN("wide", UINT32, false),
};
static const zkl_column other_city[] = { TEXT("city", 8), COLUMN("region", UINT32, true) };
static const zkl_schema own = { ZKL_HASH_SHA3_256, own_columns, ZKL_COUNT(own_columns) },
                        sales = { ZKL_HASH_SHA3_256, sales_columns, ZKL_COUNT(sales_columns) },
                        cities = { ZKL_HASH_SHA3_256, other_city, 2 };
static const zkl_digest ids[3] = { { { 1 } }, { { 2 } }, { { 3 } } };
static const zkl_claim_dataset datasets[] = {
    { &own, 70, &ids[0], NAMED("regions"), 1 },
    { &sales, 100000, &ids[1], NAMED("sales"), 3 },
    { &cities, 9, &ids[2], NAMED("cities"), 1 },
};
static const zkl_claim_scope scope = { datasets, ZKL_COUNT(datasets) };

static zkl_status compile(zkl_test *t, zkl_compiled_claim *out, const char *text, zkl_error *err)
{
    return compile_in(t, out, text, &scope, err);
}

static void check_text(zkl_test *t, int line, zkl_buffer *out, const char *want)
{
    if (!zkl_bytes_equal_text(zkl_buffer_bytes(out), want))
        zkl_test_fail(t, __FILE__, line, "'%.*s', want '%s'", (int)out->size,
                      (const char *)out->data, want);
    out->size = 0;
}

static void test_claim_grouped__is_read(zkl_test *t)
{
    static const struct {
        const char *text, *error;
    } bad[] = {
        { "grouped()", "character 9: a dataset expected" },
        { "grouped(sales)", "character 14: ',' expected" },
        { "grouped(sales, region, n = rows)", "character 16: 'by' expected" },
        { "grouped(sales, by n = rows)", "character 27: a key column expected" },
        { "grouped(sales, by region)", "character 25: one column is the number of rows" },
        { "grouped(sales, by region, total = sum(amount))", "one column is the number of rows" },
        { "grouped(sales, by region, n = rows, m = rows)", "one column is the number of rows" },
        { "grouped(sales, by region, n = rows, year)", "character 41: '=' expected" },
        { "grouped(sales, by region, n = rows, total = mean(amount))",
          "character 45: rows, sum(c), min(c), max(c) or values(c) expected" },
        { "grouped(sales, by region, n = rows, total = sum amount)", "'(' expected" },
        { "grouped(sales, by region, n = rows, total = sum())", "a column name expected" },
        { "grouped(sales, by region, n = rows, total = sum(amount)", "')' expected" },
        { "grouped(sales, by region, n = rows,)", "a column name expected" },
        { "grouped(sales, by region, n = rows) = 3", "nothing more expected" },
        { "grouped(sales, by region, n = rows) in rows 0..65535", "speaks of the whole dataset" },
    };
    zkl_error err;
    zkl_claim claim;
    for (size_t i = 0; i < ZKL_COUNT(bad); i++) {
        err = (zkl_error){ 0 };
        CHECK_STATUS(t, ZKL_USAGE,
                     zkl_claim_parse(&claim, &t->arena, zkl_bytes_of_text(bad[i].text), &err));
        if (!strstr(err.text, bad[i].error))
            FAIL(t, "%s: says '%s', not '%s'", bad[i].text, err.text, bad[i].error);
    }
    ZKL_AUTO_CLEAR(zkl_buffer) many = { 0 };
    zkl_buffer_put_text(&many, "grouped(sales, by region, n = rows");
    for (size_t i = 0; i < 256; i++)
        zkl_buffer_format(&many, ", a%zu = sum(amount)", i);
    zkl_buffer_put_u8(&many, ')');
    CHECK_STATUS(t, ZKL_LIMIT, zkl_claim_parse(&claim, &t->arena, zkl_buffer_bytes(&many), &err));
    CHECK(t, strstr(err.text, "more than 256 aggregates") != NULL);
}

static void check_columns(zkl_test *t, int line, const zkl_claim_source *source, size_t dataset,
                          const char *want)
{
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    for (size_t i = 0; i < source->column_count; i++) {
        zkl_buffer_put_text(&out, i ? " " : "");
        zkl_buffer_put(&out, source->columns[i].role.data, source->columns[i].role.size);
        zkl_buffer_format(&out, ":%u", source->columns[i].limb_count);
    }
    CHECK_UINT_EQ(t, source->dataset, dataset);
    CHECK(t, source->first_row == 0 && source->row_count == datasets[dataset].row_count);
    check_text(t, line, &out, want);
}

/* Numbers below 2^63, or a power of two: what offsets are. */
static void check_param(zkl_test *t, int line, const zkl_scalar *got, unsigned power,
                        uint64_t value)
{
    zkl_fr number, v;
    zkl_fr_from_u64(&number, value);
    zkl_fr_power_of_two(&v, power);
    if (power)
        number = v;
    uint8_t bytes[32];
    zkl_fr_encode(bytes, &number);
    if (memcmp(bytes, got->bytes, 32) != 0)
        zkl_test_fail(t, __FILE__, line, "another parameter");
}

/* Columns in other orders, blanks: one text, one JSON, one sentence. */
static void test_claim_grouped__is_canonical(zkl_test *t)
{
    static const char want[] = "grouped(sales@3, by region, year, n = rows, total = sum(amount), "
                               "low = min(day), high = max(score), filled = values(amount))";
    static const char *const texts[] = {
        "grouped(sales,by year,region,filled=values(amount),high=max(score),n=rows,low=min(day),"
        "total=sum(amount))",
        " grouped( sales@3 ,\tby region , year, total = sum( amount ), low = min(day), high = "
        "max(\"score\"), filled = values(amount), n = rows )",
        want
    };
    zkl_error err;
    zkl_compiled_claim c;
    for (size_t i = 0; i < ZKL_COUNT(texts); i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
        REQUIRE_OK(t, &err, compile(t, &c, texts[i], &err));
        zkl_claim_print(&out, &c.claim);
        check_text(t, __LINE__, &out, want);
        zkl_claim_json(&out, &c);
        check_text(t, __LINE__, &out,
                   "{\"aggregates\":[{\"column\":\"n\",\"function\":\"rows\"},{\"column\":"
                   "\"total\",\"function\":\"sum\",\"of\":\"amount\"},{\"column\":\"low\","
                   "\"function\":\"min\",\"of\":\"day\"},{\"column\":\"high\",\"function\":"
                   "\"max\",\"of\":\"score\"},{\"column\":\"filled\",\"function\":\"values\","
                   "\"of\":\"amount\"}],\"columns\":[\"region\",\"year\"],\"dataset\":"
                   "\"sales@3\",\"kind\":\"grouped\",\"text\":\"grouped(sales@3, by region, "
                   "year, n = rows, total = sum(amount), low = min(day), high = max(score), "
                   "filled = values(amount))\"}");
        zkl_claim_sentence(&out, &c);
        check_text(t, __LINE__, &out,
                   "its rows are the groups of sales@3 by region, year, one row for each group "
                   "that occurs: n is the number of its rows, total is the sum of amount over "
                   "what is not null, low is the least value of day, high is the greatest code of "
                   "score (in the order of numbers, codes of NaN beyond the infinities), filled "
                   "is the number of its rows with a value of amount");
    }
    REQUIRE(t, c.is_bound && c.assertion_count == 3);
    const zkl_claim_assertion *group = &c.assertions[0], *unique = &c.assertions[1],
                              *range = &c.assertions[2];
    REQUIRE(t, group->kind == ZKL_ASSERTION_GROUP && group->source_count == 2 &&
                   group->param_count == 1 + 4 * 5);
    /* region, year; amount and its flag, day, score */
    check_columns(t, __LINE__, &group->sources[0], 1, "0:2 4:1 1:2 1?:1 3:2 5:4");
    check_columns(t, __LINE__, &group->sources[1], 0, "1:2 3:1 2:4 0:4 4:2 5:4 6:1");
    static const uint64_t params[] = {
        2, 0, 0, 0, 0, 1, 2, 0, 0, 2, 3, 0, 0, 3, 4, 0, 0, 4, 2, 0, 0
    };
    for (size_t i = 0; i < ZKL_COUNT(params); i++) /* offsets of decimal(9,2), decimal(18,2) */
        check_param(t, __LINE__, &group->params[i], i == 7 ? 31 : i == 8 ? 63 : 0, params[i]);
    /* the companions, on the own columns and all rows */
    REQUIRE(t, unique->kind == ZKL_ASSERTION_UNIQUE && unique->param_count == 0);
    check_columns(t, __LINE__, &unique->sources[0], 0, "1:2 3:1");
    REQUIRE(t, range->kind == ZKL_ASSERTION_RANGE && range->param_count == 3);
    check_columns(t, __LINE__, &range->sources[0], 0, "x:4");
    CHECK_UINT_EQ(t, range->sources[0].columns[0].index, 2);
    check_param(t, __LINE__, &range->params[0], 0, 1);
    check_param(t, __LINE__, &range->params[1], 0, UINT64_MAX);
    check_param(t, __LINE__, &range->params[2], 0, 0);
    check_match_is_exact(t, __LINE__, &c);
}

/* Codes and fingerprints in the key; a sum without nulls; a column aggregated twice. */
static void test_claim_grouped__codes_are_not_values(zkl_test *t)
{
    zkl_error err;
    zkl_compiled_claim c;
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    REQUIRE_OK(t, &err,
               compile(t, &c,
                       "grouped(sales, by letter, city, n = rows, signed = sum(pieces), wide = "
                       "sum(pieces))",
                       &err));
    zkl_claim_sentence(&out, &c);
    check_text(t, __LINE__, &out,
               "its rows are the groups of sales@3 by the code of city (not its text), the "
               "fingerprint of letter (not its text), one row for each group that occurs: n is the "
               "number of its rows, signed is the sum of pieces, wide is the sum of pieces");
    const zkl_claim_assertion *group = &c.assertions[0];
    check_columns(t, __LINE__, &group->sources[0], 1, "7:1 8:8 6:2");
    check_param(t, __LINE__, &group->params[5 + 2], 31, 0);
    check_param(t, __LINE__, &group->params[5 + 3], 63, 0);
    check_param(t, __LINE__, &group->params[9 + 2], 31, 0);
    check_param(t, __LINE__, &group->params[9 + 3], 0, 0);
}

static void test_claim_grouped__refuses_what_does_not_fit(zkl_test *t)
{
    static const struct {
        zkl_status status;
        const char *text, *error;
    } bad[] = {
        { ZKL_NOT_FOUND, "nobody, by region, n = rows", "'nobody' is not at hand" },
        { ZKL_USAGE, "regions, by region, n = rows", "the claim is about" },
        { ZKL_NOT_FOUND, "sales, by nothing, n = rows", "no column 'nothing'" },
        { ZKL_NOT_FOUND, "sales, by filled, n = rows", "no column 'filled' of sales@3" },
        { ZKL_NOT_FOUND, "sales, by region, nobody = rows", "no column 'nobody'" },
        { ZKL_NOT_FOUND, "sales, by region, n = rows, total = sum(low)", "'low' of sales@3" },
        { ZKL_USAGE, "sales, by region, region, n = rows", "named twice" },
        { ZKL_USAGE, "sales, by region, region = rows", "named twice" },
        { ZKL_USAGE, "sales, by region, n = rows, n = values(amount)", "named twice" },
        { ZKL_USAGE, "sales, by wide, n = rows", "is of another type" },
        { ZKL_USAGE, "cities, by city, n = rows", "has another dictionary" },
        { ZKL_USAGE, "cities, by region, n = rows", "differs as to nulls" },
        { ZKL_USAGE, "sales, by region, low = rows", "a number of rows is uint16" },
        { ZKL_USAGE, "sales, by region, signed = rows", "a number of rows is uint16" },
        { ZKL_USAGE, "sales, by region, maybe = rows", "an aggregate may not" },
        { ZKL_USAGE, "sales, by region, n = rows, filled = values(day)", "it holds no nulls" },
        { ZKL_USAGE, "sales, by region, n = rows, year = values(amount)", "a number of rows is" },
        { ZKL_USAGE, "sales, by region, n = rows, total = sum(day)", "only integers and decimals" },
        { ZKL_NOT_SUPPORTED, "sales, by region, n = rows, total = sum(score)", "of floats" },
        { ZKL_USAGE, "sales, by region, n = rows, high = sum(pieces)", "an integer or a decimal" },
        { ZKL_USAGE, "sales, by region, n = rows, coarse = sum(amount)", "number of decimals" },
        { ZKL_USAGE, "sales, by region, n = rows, signed = sum(amount)", "number of decimals" },
        { ZKL_USAGE, "sales, by region, n = rows, low = min(year)", "is of another type" },
        { ZKL_USAGE, "sales, by year, n = rows, low = max(year)", "it is a key of the groups" },
        { ZKL_USAGE, "sales, by region, n = rows, total = sum(region)", "a key of the groups" },
        { ZKL_NOT_SUPPORTED, "sales, by region, n = rows, low = min(when)", "it may hold nulls" },
        { ZKL_NOT_SUPPORTED, "sales, by region, n = rows, city = min(city)", "texts and binaries" },
        { ZKL_NOT_SUPPORTED, "sales, by region, n = rows, letter = max(letter)",
          "texts and binaries" },
    };
    zkl_error err;
    zkl_compiled_claim c;
    for (size_t i = 0; i < ZKL_COUNT(bad); i++) {
        const char *text = zkl_arena_format(&t->arena, "grouped(%s)", bad[i].text);
        const zkl_status status = compile(t, &c, text, &err);
        if (status != bad[i].status || !strstr(err.text, bad[i].error))
            FAIL(t, "%s: %s, '%s', not '%s'", text, zkl_status_text(status), err.text,
                 bad[i].error);
    }
}

/* 28 bounds fit an auxiliary table; what compiles is well formed as the assertion. */
static void test_claim_grouped__bounds(zkl_test *t)
{
    zkl_column all[31] = { COLUMN("k", UINT16, false), COLUMN("n", UINT16, false) };
    const zkl_column source[2] = { COLUMN("k", UINT16, false), COLUMN("x", UINT16, false) };
    for (size_t i = 2; i < ZKL_COUNT(all); i++)
        all[i] = (zkl_column){ zkl_bytes_of_text(zkl_arena_format(&t->arena, "b%zu", i - 1)),
                               { .kind = ZKL_TYPE_UINT16 },
                               false };
    const zkl_schema wide = { ZKL_HASH_SHA3_256, all, ZKL_COUNT(all) },
                     narrow = { ZKL_HASH_SHA3_256, source, 2 };
    const zkl_claim_dataset two[2] = { { &wide, 5, &ids[0], NAMED("b"), 1 },
                                       { &narrow, 9, &ids[1], NAMED("a"), 1 } };
    const zkl_claim_scope small = { two, 2 };
    for (size_t count = 28; count <= 29; count++) {
        ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
        zkl_error err = { 0 };
        zkl_claim read;
        zkl_compiled_claim c;
        zkl_buffer_put_text(&text, "grouped(a, by k, n = rows");
        for (size_t i = 1; i <= count; i++)
            zkl_buffer_format(&text, ", b%zu = %s(x)", i, i % 2 ? "min" : "max");
        zkl_buffer_put_u8(&text, ')');
        REQUIRE_OK(t, &err, zkl_claim_parse(&read, &t->arena, zkl_buffer_bytes(&text), &err));
        CHECK_STATUS(t, count == 28 ? ZKL_OK : ZKL_LIMIT,
                     zkl_claim_compile(&c, &t->arena, &read, &small, &err));
        if (count == 29)
            continue;
        const zkl_claim_assertion *group = &c.assertions[0];
        const zkl_statement_table tables[2] = {
            { .row_count = 9,
              .columns = group->sources[0].columns,
              .column_count = group->sources[0].column_count },
            { .row_count = 5,
              .columns = group->sources[1].columns,
              .column_count = group->sources[1].column_count },
        };
        const zkl_statement_table *sources[2] = { &tables[0], &tables[1] };
        const zkl_assertion_facts facts = { &zkl_proof_format_v1, group->params, group->param_count,
                                            sources, 2 };
        CHECK_STATUS(t, ZKL_OK, zkl_assertion_check(ZKL_ASSERTION_GROUP, &facts, &err));
    }
}

ZKL_TESTS(TEST(test_claim_grouped__is_read), TEST(test_claim_grouped__is_canonical),
          TEST(test_claim_grouped__codes_are_not_values),
          TEST(test_claim_grouped__refuses_what_does_not_fit), TEST(test_claim_grouped__bounds))
