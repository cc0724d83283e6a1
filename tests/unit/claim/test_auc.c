/* The area under a ROC curve: grammar, canonical texts, refusals; what is measured is the share of
 * pairs, of every labelling of few rows; numbers that no rows have. */
#include "claim/assertion_where.h"
#include "claim_testing.h"
#include "match_testing.h"

static const zkl_column columns[] = {
    { NAMED("label"), { .kind = ZKL_TYPE_BOOL }, false },
    { NAMED("score"), { .kind = ZKL_TYPE_FLOAT64 }, false },
    { NAMED("r"), { .kind = ZKL_TYPE_UINT16 }, false },
    { NAMED("points"), { .kind = ZKL_TYPE_DECIMAL, .precision = 9, .scale = 2 }, false },
    { NAMED("nr"), { .kind = ZKL_TYPE_INT16 }, false },
    { NAMED("maybe"), { .kind = ZKL_TYPE_BOOL }, true },
    { NAMED("guess"), { .kind = ZKL_TYPE_FLOAT32 }, true },
    { NAMED("place"), { .kind = ZKL_TYPE_INT64 }, true },
    { NAMED("city"), { .kind = ZKL_TYPE_DICTIONARY }, false },
    { NAMED("day"), { .kind = ZKL_TYPE_DATE }, false },
};
static const zkl_schema schema = { ZKL_HASH_SHA3_256, columns, ZKL_COUNT(columns) };
static const zkl_digest dataset_id = { { 7 } };
#define ROWS 7

static zkl_status compile(zkl_test *t, zkl_compiled_claim *out, const char *text, uint64_t rows,
                          zkl_error *err)
{
    return compile_rows(t, out, text, &schema, rows, &dataset_id, err);
}

/* Its own parameters, with so many rows that are true and this sum of their ranks. */
static zkl_status bind(zkl_test *t, zkl_compiled_claim *claim, uint64_t count, int64_t sum,
                       zkl_error *err)
{
    const size_t param_count = zkl_claim_param_count(claim);
    zkl_scalar *params = ZKL_ARENA_NEW(&t->arena, zkl_scalar, param_count), *at = params;
    zkl_fr value;
    for (size_t i = 0; i < claim->assertion_count; i++) {
        const zkl_claim_assertion *own = &claim->assertions[i];
        memcpy(at, own->params, own->param_count * sizeof *at);
        at += own->param_count;
    }
    zkl_fr_from_u64(&value, (uint64_t)(sum < 0 ? -sum : sum));
    if (sum < 0)
        zkl_fr_neg(&value, &value);
    zkl_fr_encode(at[-1].bytes, &value);
    memset(&at[-4], 0, sizeof *at);
    zkl_be64_put(at[-4].bytes + 24, count);
    *err = (zkl_error){ 0 };
    return zkl_claim_bind(claim, params, param_count, err);
}

/* ---- Texts */

static void test_auc__words(zkl_test *t)
{
    static const struct {
        const char *asked, *bare, *words[3];
    } cases[] = {
        { " auc ( label,score , r )",
          "auc(label, score, r)",
          { "auc(label, score, r) = 8/12",
            "{\"comparison\":\"=\",\"count\":3,\"kind\":\"auc\",\"label\":\"label\",\"rank\":\"r\","
            "\"score\":\"score\",\"sum\":\"14\",\"text\":\"auc(label, score, r) = 8/12\",\"value\":"
            "\"8/12\"}",
            "the area under the ROC curve of score for label is exactly 8/12 (about 0.666667): in "
            "so large a share "
            "of all pairs of a row where label is true and one where it is false the true one has "
            "the higher score; no two rows have one score; shown are that label is true in 3 of "
            "the 7 rows, and the sum of their ranks; floats by their codes: as numbers, -0 before "
            "0, and NaN beyond the infinities" } },
        { "auc(label, points, nr)>=0.60",
          "auc(label, points, nr) >= 0.60",
          { "auc(label, points, nr) >= 0.60",
            "{\"comparison\":\">=\",\"count\":3,\"kind\":\"auc\",\"label\":\"label\",\"rank\":"
            "\"nr\",\"score\":\"points\",\"sum\":\"14\",\"text\":\"auc(label, points, nr) >= 0.60\""
            ",\"value\":\"0.60\"}",
            "the area under the ROC curve of points for label is at least 0.60: in so large a "
            "share of all pairs of a row where label is true and one where it is false the true "
            "one has the higher score; no two rows have one score; shown are that label is true "
            "in 3 of the 7 rows, and the sum of their ranks" } },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        zkl_compiled_claim c;
        zkl_error err = { 0 };
        REQUIRE_OK(t, &err, compile(t, &c, cases[i].asked, ROWS, &err));
        CHECK(t, !zkl_claim_is_by_row(&c.claim));
        REQUIRE_OK(t, &err, bind(t, &c, 3, 14, &err));
        check_words(t, &c, cases[i].words[0], cases[i].words[1], cases[i].words[2]);
        CHECK_TEXT_EQ(t, text_of(t, &c, print_bare), cases[i].bare);
        /* what was printed is the same claim */
        zkl_compiled_claim again;
        REQUIRE_OK(t, &err, compile(t, &again, cases[i].words[0], ROWS, &err));
        REQUIRE_OK(t, &err, bind(t, &again, 3, 14, &err));
        CHECK_TEXT_EQ(t, text_of(t, &again, zkl_claim_json), cases[i].words[1]);
    }
}

static void test_auc__refuses(zkl_test *t)
{
    static const struct {
        const char *text;
        uint64_t rows;
        zkl_status status;
        const char *message;
    } cases[] = {
        { "auc(label, score)", ROWS, ZKL_USAGE, "character 17: ',' expected" },
        { "auc(label, score, r", ROWS, ZKL_USAGE, "character 20: ')' expected" },
        { "auc(label, score, r) >= 1/0", ROWS, ZKL_USAGE, "the denominator is 0" },
        { "auc(label, score, r) >= x", ROWS, ZKL_USAGE, "a plain number expected" },
        { "auc(label, score, r) in rows 0..6", ROWS, ZKL_USAGE, "the whole dataset" },
        { "auc(lable, score, r)", ROWS, ZKL_NOT_FOUND, "no column 'lable'" },
        { "auc(nr, score, r)", ROWS, ZKL_USAGE, "'nr' is int16: a bool is expected" },
        { "auc(maybe, score, r)", ROWS, ZKL_USAGE, "'maybe' is bool: it may hold nulls" },
        { "auc(label, guess, r)", ROWS, ZKL_USAGE, "'guess' is float32: it may hold nulls" },
        { "auc(label, score, place)", ROWS, ZKL_USAGE, "'place' is int64: it may hold nulls" },
        { "auc(label, city, r)", ROWS, ZKL_NOT_SUPPORTED, "have no order" },
        { "auc(label, score, points)", ROWS, ZKL_USAGE, "ranks are integers" },
        { "auc(label, points, score)", ROWS, ZKL_USAGE, "ranks are integers" },
        { "auc(label, score, day)", ROWS, ZKL_USAGE, "ranks are integers" },
        { "auc(label, r, r)", ROWS, ZKL_USAGE, "named twice" },
        { "auc(label, label, r)", ROWS, ZKL_USAGE, "named twice" },
        { "auc(label, score, r)", 65536, ZKL_REJECTED, "do not fit its type" },
        { "auc(label, score, nr)", 32768, ZKL_REJECTED, "do not fit its type" },
        { "auc(label, score, r) >= 0", ROWS, ZKL_USAGE, "says nothing" },
        { "auc(label, score, r) >= -0.5", ROWS, ZKL_USAGE, "says nothing" },
        { "auc(label, score, r) <= 1", ROWS, ZKL_USAGE, "says nothing" },
        { "auc(label, score, r) <= 7/7", ROWS, ZKL_USAGE, "says nothing" },
        { "auc(label, score, r) >= 1.0000001", ROWS, ZKL_REJECTED, "between 0 and 1" },
        { "auc(label, score, r) = 8/7", ROWS, ZKL_REJECTED, "between 0 and 1" },
        { "auc(label, score, r) <= -1/7", ROWS, ZKL_REJECTED, "between 0 and 1" },
    };
    static const char *const fine[] = { "auc(label, score, r) >= 1", "auc(label, score, r) <= 0",
                                        "auc(label, score, r) = 1", "auc(label, day, nr) = 0" };
    zkl_compiled_claim c;
    zkl_error err = { 0 };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        CHECK_STATUS(t, cases[i].status, compile(t, &c, cases[i].text, cases[i].rows, &err));
        if (!strstr(err.text, cases[i].message))
            FAIL(t, "'%s' says '%s', not '%s'", cases[i].text, err.text, cases[i].message);
    }
    for (size_t i = 0; i < ZKL_COUNT(fine); i++)
        REQUIRE_OK(t, &err, compile(t, &c, fine[i], ROWS, &err));
    REQUIRE_OK(t, &err, compile(t, &c, "auc(label, score, r)", 65535, &err));
    REQUIRE_OK(t, &err, compile(t, &c, "auc(label, score, nr)", 32767, &err));
}

/* ---- What it compiles to */

/* Order of both columns without ties, ranks from 1 to the number of rows, and the true ones. */
static void test_auc__compiles_to_ranks(zkl_test *t)
{
    static const struct {
        const char *text;
        uint32_t label, score, rank;
        uint64_t offset;
    } cases[] = { { "auc(label, score, r)", 0, 1, 2, 0 },
                  { "auc(label, points, nr)", 0, 3, 4, 32768 } };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        zkl_compiled_claim c;
        zkl_error err = { 0 };
        uint64_t value = 0;
        REQUIRE_OK(t, &err, compile(t, &c, cases[i].text, ROWS, &err));
        REQUIRE(t, c.assertion_count == 4);
        for (size_t k = 0; k < 2; k++) {
            const zkl_claim_assertion *sorted = &c.assertions[k];
            CHECK(t, sorted->kind == ZKL_ASSERTION_SORTED);
            CHECK_UINT_EQ(t, sorted->sources[0].columns[0].index,
                          k ? cases[i].rank : cases[i].score);
            CHECK(t, zkl_assertion_param_u64(&value, &sorted->params[0]) && value == 1);
            CHECK(t, zkl_assertion_param_u64(&value, &sorted->params[1]) && value == 0);
        }
        const zkl_claim_assertion *range = &c.assertions[2], *where = &c.assertions[3];
        CHECK(t, range->kind == ZKL_ASSERTION_RANGE && where->kind == ZKL_ASSERTION_WHERE);
        CHECK_UINT_EQ(t, range->sources[0].columns[0].index, cases[i].rank);
        CHECK(t, zkl_assertion_param_u64(&value, &range->params[0]));
        CHECK_UINT_EQ(t, value, cases[i].offset + 1);
        CHECK(t, zkl_assertion_param_u64(&value, &range->params[1]));
        CHECK_UINT_EQ(t, value, cases[i].offset + ROWS);
        REQUIRE(t, where->sources[0].column_count == 2);
        CHECK_UINT_EQ(t, where->sources[0].columns[0].index, cases[i].label);
        CHECK_UINT_EQ(t, where->sources[0].columns[1].index, cases[i].rank);
        CHECK(t, zkl_bytes_equal_text(where->sources[0].columns[1].role, "x0"));
        for (size_t k = 0; k < 4; k++)
            CHECK(t, c.assertions[k].sources[0].row_count == ROWS);
        /* one bit, true where the label is: the number of such rows, the sum less the offset */
        const zkl_statement_table table = { .row_count = ROWS,
                                            .columns = where->sources[0].columns,
                                            .column_count = 2 };
        const zkl_statement_table *tables[1] = { &table };
        const zkl_assertion_facts facts = { &zkl_proof_format_v1, where->params, where->param_count,
                                            tables, 1 };
        zkl_where read;
        zkl_predicate_tables made;
        REQUIRE_OK(t, &err, zkl_where_read(&read, &facts, &err));
        REQUIRE_OK(t, &err, zkl_predicate_tabulate(&made, &t->arena, &read.predicate, &err));
        REQUIRE(t, read.bound_count == 1 && read.sum_count == 1);
        CHECK_UINT_EQ(t, zkl_where_mode(&read, 0), ZKL_MODE_EXACTLY);
        CHECK(t, !zkl_predicate_holds(&read.predicate, &made, 0, 0));
        CHECK(t, zkl_predicate_holds(&read.predicate, &made, 1, 0));
        CHECK(t, zkl_assertion_param_u64(&value, &read.sums[ZKL_WHERE_SUM_OFFSET]));
        CHECK_UINT_EQ(t, value, cases[i].offset);
    }
}

/* Every labelling of up to seven rows: the area is the share of pairs, and comparisons hold of it
 * to the pair. */
static void test_auc__is_the_share_of_pairs(zkl_test *t)
{
    for (unsigned rows = 1; rows <= 7; rows++)
        for (unsigned labels = 0; labels < 1u << rows; labels++) {
            uint64_t count = 0, sum = 0, ordered = 0;
            for (unsigned i = 0; i < rows; i++) {
                if (!(labels >> i & 1))
                    continue;
                count++;
                sum += i + 1;
                for (unsigned k = 0; k < i; k++)
                    ordered += !(labels >> k & 1);
            }
            const uint64_t pairs = count * (rows - count);
            char text[64];
            zkl_compiled_claim c;
            zkl_error err = { 0 };
            REQUIRE_OK(t, &err, compile(t, &c, "auc(label, points, r)", rows, &err));
            const zkl_status status = bind(t, &c, count, (int64_t)sum, &err);
            if (!pairs) {
                CHECK_STATUS(t, ZKL_REJECTED, status);
                CHECK(t, strstr(err.text, count ? "the label is true in every row"
                                                : "the label is false in every row") != NULL);
                continue;
            }
            REQUIRE_OK(t, &err, status);
            snprintf(text, sizeof text,
                     pairs == 1 ? "auc(label, points, r) = %llu"
                                : "auc(label, points, r) = %llu/%llu",
                     (unsigned long long)ordered, (unsigned long long)pairs);
            CHECK_TEXT_EQ(t, text_of(t, &c, print_text), text);
            static const char *const signs[] = { "=", ">=", "<=" };
            for (int by = -1; by <= 1; by++)
                for (size_t sign = 0; sign < 3; sign++) {
                    const bool truth = sign == 0 ? by == 0 : sign == 1 ? by <= 0 : by >= 0;
                    snprintf(text, sizeof text, "auc(label, points, r) %s %lld/%llu", signs[sign],
                             (long long)ordered + by, (unsigned long long)pairs);
                    if (compile(t, &c, text, rows, &err) != ZKL_OK)
                        continue; /* beyond 0 or 1, or says nothing */
                    CHECK_STATUS(t, truth ? ZKL_OK : ZKL_REJECTED,
                                 bind(t, &c, count, (int64_t)sum, &err));
                }
        }
}

/* ---- Numbers from outside */

static void test_auc__numbers_that_no_rows_have(zkl_test *t)
{
    static const struct {
        const char *text;
        uint64_t count;
        int64_t sum;
        bool fits;
    } cases[] = {
        { "auc(label, score, r)", 3, 6, true },     { "auc(label, score, r)", 3, 5, false },
        { "auc(label, score, r)", 3, 18, true },    { "auc(label, score, r)", 3, 19, false },
        { "auc(label, score, r)", 3, -6, false },   { "auc(label, score, r)", 0, 0, false },
        { "auc(label, score, r)", 7, 28, false },   { "auc(label, score, r)", 8, 30, false },
        { "auc(label, points, nr)", 1, 0, false },  { "auc(label, points, nr)", 1, 7, true },
        { "auc(label, points, nr)", 1, -1, false }, { "auc(label, points, nr)", 6, 27, true },
        { "auc(label, points, nr)", 6, 28, false },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        zkl_compiled_claim c;
        zkl_error err = { 0 };
        REQUIRE_OK(t, &err, compile(t, &c, cases[i].text, ROWS, &err));
        const zkl_status status = bind(t, &c, cases[i].count, cases[i].sum, &err);
        if (status != (cases[i].fits ? ZKL_OK : ZKL_REJECTED))
            FAIL(t, "%llu rows with the sum %lld: %s", (unsigned long long)cases[i].count,
                 (long long)cases[i].sum, err.text);
    }
    /* more pairs than a denominator counts */
    static const zkl_column wide[] = { { NAMED("l"), { .kind = ZKL_TYPE_BOOL }, false },
                                       { NAMED("s"), { .kind = ZKL_TYPE_INT64 }, false },
                                       { NAMED("r"), { .kind = ZKL_TYPE_UINT64 }, false } };
    const zkl_schema large = { ZKL_HASH_SHA3_256, wide, 3 };
    const uint64_t rows = (uint64_t)1 << 35;
    zkl_compiled_claim c;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, compile_rows(t, &c, "auc(l, s, r)", &large, rows, NULL, &err));
    CHECK_STATUS(t, ZKL_LIMIT, bind(t, &c, rows / 2, 1, &err));
}

/* Any parameter, kind or table another is another claim. */
static void test_auc__match(zkl_test *t)
{
    zkl_compiled_claim proven, c;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, compile(t, &proven, "auc(label, score, r)", ROWS, &err));
    REQUIRE_OK(t, &err, bind(t, &proven, 3, 14, &err));
    check_match_is_exact(t, __LINE__, &proven);
    match_statement *s = match_statement_of(t, &proven);
    REQUIRE_OK(t, &err, compile(t, &c, "auc(label, score, r) = 8/12", ROWS, &err));
    CHECK_TEXT_EQ(t, match_fault(t, &c, s), "");
    CHECK_TEXT_EQ(t, text_of(t, &c, zkl_claim_json), text_of(t, &proven, zkl_claim_json));
    static const char *const others[] = { "auc(label, score, r) = 9/12",
                                          "auc(label, score, r) >= 9/12",
                                          "auc(label, score, nr) = 8/12",
                                          "auc(label, points, r) = 8/12" };
    for (size_t i = 0; i < ZKL_COUNT(others); i++) {
        REQUIRE_OK(t, &err, compile(t, &c, others[i], ROWS, &err));
        CHECK(t, *match_fault(t, &c, s));
    }
    /* fields of the statement that the text does not say are what it is bound to */
    s = match_statement_of(t, &proven);
    match_params(s, 3)[proven.assertions[3].param_count - 1].bytes[31]++;
    REQUIRE_OK(t, &err, compile(t, &c, "auc(label, score, r) = 8/12", ROWS, &err));
    CHECK_TEXT_EQ(t, match_fault(t, &c, s), "it is another number");
}

ZKL_TESTS(TEST(test_auc__words), TEST(test_auc__refuses), TEST(test_auc__compiles_to_ranks),
          TEST(test_auc__is_the_share_of_pairs), TEST(test_auc__numbers_that_no_rows_have),
          TEST(test_auc__match))
