/* Sums and means over the rows that satisfy a predicate: grammar, canonical texts, refusals; what
 * is measured by the parameters is what the values say, to the least unit; numbers that no rows
 * have. */
#include "claim/assertion_where.h"
#include "claim_testing.h"
#include "match_testing.h"

enum { ID, AGE, AMOUNT, TEMP, WIDE };
static const zkl_column columns[] = {
    { NAMED("id"), { .kind = ZKL_TYPE_UINT32 }, false },
    { NAMED("age"), { .kind = ZKL_TYPE_UINT16 }, true },
    { NAMED("amount"), { .kind = ZKL_TYPE_DECIMAL, .precision = 9, .scale = 2 }, true },
    { NAMED("temp"), { .kind = ZKL_TYPE_INT16 }, false },
    { NAMED("wide"), { .kind = ZKL_TYPE_DECIMAL, .precision = 38, .scale = 1 }, false },
    { NAMED("score"), { .kind = ZKL_TYPE_FLOAT64 }, false },
    { NAMED("city"), { .kind = ZKL_TYPE_DICTIONARY }, true },
    { NAMED("paid"), { .kind = ZKL_TYPE_BOOL }, false },
    { NAMED("day"), { .kind = ZKL_TYPE_DATE }, false },
    { NAMED("where"), { .kind = ZKL_TYPE_INT64 }, false },
};
static const zkl_schema schema = { ZKL_HASH_SHA3_256, columns, ZKL_COUNT(columns) };
static const zkl_digest dataset_id = { { 7 } };
#define ROWS 100

static zkl_status compile(zkl_test *t, zkl_compiled_claim *out, const char *text, uint64_t rows,
                          zkl_error *err)
{
    return compile_rows(t, out, text, &schema, rows, &dataset_id, err);
}

static bool is_mean(zkl_test *t, const zkl_compiled_claim *claim)
{
    return text_of(t, claim, print_text)[0] == 'm';
}

/* Parameters as they are, with this sum and, of a mean, this number of values. */
static zkl_scalar *measured(zkl_test *t, const zkl_compiled_claim *claim, int64_t sum,
                            uint64_t count)
{
    const zkl_claim_assertion *own = &claim->assertions[0];
    zkl_scalar *params = zkl_arena_copy(&t->arena, own->params, own->param_count * sizeof *params);
    const size_t last = own->param_count - 1;
    zkl_fr value;
    zkl_fr_from_u64(&value, (uint64_t)(sum < 0 ? -sum : sum));
    if (sum < 0)
        zkl_fr_neg(&value, &value);
    zkl_fr_encode(params[last].bytes, &value);
    if (is_mean(t, claim)) {
        memset(&params[last - 3], 0, sizeof *params);
        zkl_be64_put(params[last - 3].bytes + 24, count);
    }
    return params;
}

static zkl_status bind(zkl_test *t, zkl_compiled_claim *claim, int64_t sum, uint64_t count,
                       zkl_error *err)
{
    *err = (zkl_error){ 0 };
    return zkl_claim_bind(claim, measured(t, claim, sum, count), zkl_claim_param_count(claim), err);
}

/* ---- Texts */

static void test_sum_where__has_one_text(zkl_test *t)
{
    static const char *const texts[][2] = {
        { "sum(amount where age>=018)= 7.50", "sum(amount where age >= 18) = 7.50" },
        { "sum( amount where(age >= 18)) >= -7", "sum(amount where age >= 18) >= -7" },
        { "mean(temp where not(age<18 or paid=true))<=7/3",
          "mean(temp where not (age < 18 or paid = true)) <= 7/3" },
        { "mean(amount where amount is not null) = -1/2",
          "mean(amount where amount is not null) = -1/2" },
        { "sum(where where where = 1) = 7", "sum(where where \"where\" = 1) = 7" },
        { "\"sum\"(\"id\"where id = 1) = 1 in rows 0..99", "sum(id where id = 1) = 1" },
        { "mean(wide where paid = true) >= 0.25", "mean(wide where paid = true) >= 0.25" },
    };
    for (size_t i = 0; i < ZKL_COUNT(texts); i++) {
        zkl_compiled_claim c, again;
        zkl_error err = { 0 };
        REQUIRE_OK(t, &err, compile(t, &c, texts[i][0], ROWS, &err));
        const char *text = text_of(t, &c, print_text);
        CHECK_TEXT_EQ(t, text, texts[i][1]);
        REQUIRE_OK(t, &err, compile(t, &again, text, ROWS, &err));
        CHECK_TEXT_EQ(t, text_of(t, &again, print_text), text);
        const zkl_claim_assertion *a = &c.assertions[0], *b = &again.assertions[0];
        REQUIRE(t, a->param_count == b->param_count);
        CHECK_MEM_EQ(t, a->params, b->params, a->param_count * sizeof *a->params);
    }
}

static void test_sum_where__words(zkl_test *t)
{
    static const struct {
        const char *text, *bare, *words[3];
    } cases[] = {
        { "sum(amount where age >= 18)",
          "sum(amount where age >= 18)",
          { "sum(amount where age >= 18) = -12.50",
            "{\"column\":\"amount\",\"comparison\":\"=\",\"kind\":\"sum\",\"sum\":\"-12.50\","
            "\"text\":\"sum(amount where age >= 18) = -12.50\",\"value\":\"-12.50\",\"where\":"
            "\"age >= 18\"}",
            "the sum of amount over its non-null values in rows that satisfy age >= 18 (no "
            "comparison holds of a null) is exactly -12.50; the sum is shown, and not how many "
            "rows these are" } },
        { "sum(temp where paid = true) <= -1000.5",
          "sum(temp where paid = true) <= -1000.5",
          { "sum(temp where paid = true) <= -1000.5",
            "{\"column\":\"temp\",\"comparison\":\"<=\",\"kind\":\"sum\",\"sum\":\"-1250\","
            "\"text\":\"sum(temp where paid = true) <= -1000.5\",\"value\":\"-1000.5\",\"where\":"
            "\"paid = true\"}",
            "the sum of temp over the rows that satisfy paid = true is at most -1000.5; the sum is "
            "shown, and not how many rows these are" } },
        { "mean(amount where paid = true)",
          "mean(amount where paid = true)",
          { "mean(amount where paid = true) = -12.50/4",
            "{\"column\":\"amount\",\"comparison\":\"=\",\"count\":4,\"kind\":\"mean\",\"sum\":"
            "\"-12.50\",\"text\":\"mean(amount where paid = true) = -12.50/4\",\"value\":"
            "\"-12.50/4\",\"where\":\"paid = true\"}",
            "the mean of amount over the 4 non-null values in rows that satisfy paid = true is "
            "exactly -12.50/4 (about -3.125); their sum and their number are shown" } },
        { "mean(temp where age is null) >= -312.5",
          "mean(temp where age is null) >= -312.5",
          { "mean(temp where age is null) >= -312.5",
            "{\"column\":\"temp\",\"comparison\":\">=\",\"count\":4,\"kind\":\"mean\",\"sum\":"
            "\"-1250\",\"text\":\"mean(temp where age is null) >= -312.5\",\"value\":\"-312.5\","
            "\"where\":\"age is null\"}",
            "the mean of temp over the 4 values in rows that satisfy age is null (no comparison "
            "holds of a null) is at least -312.5; their sum and their number are shown" } },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        zkl_compiled_claim c;
        zkl_error err = { 0 };
        REQUIRE_OK(t, &err, compile(t, &c, cases[i].text, ROWS, &err));
        CHECK(t, !zkl_claim_is_by_row(&c.claim));
        CHECK(t, !zkl_claim_passes_nulls(&c));
        CHECK(t, zkl_claim_chooses_rows(&c) == (strncmp(cases[i].text, "sum", 3) == 0));
        CHECK(t, zkl_claim_is_of_some_rows(&c));
        REQUIRE_OK(t, &err, bind(t, &c, -1250, 4, &err));
        check_words(t, &c, cases[i].words[0], cases[i].words[1], cases[i].words[2]);
        CHECK_TEXT_EQ(t, text_of(t, &c, print_bare), cases[i].bare);
    }
}

static void test_sum_where__refuses(zkl_test *t)
{
    static const struct {
        const char *text;
        zkl_status status;
        const char *message;
    } cases[] = {
        { "sum(id where)", ZKL_USAGE, "character 13: a column name" },
        { "sum(id where age >= 18", ZKL_USAGE, "character 23: ')' expected" },
        { "sum(id, where age >= 18)", ZKL_USAGE, "character 7: ')' expected" },
        { "sum(where age >= 18)", ZKL_USAGE, "character 11: ')' expected" },
        { "sum(id where age >= 18) = 1/2", ZKL_USAGE, "character 28: nothing more" },
        { "mean(id where age >= 18) = 1/0", ZKL_USAGE, "the denominator is 0" },
        { "sum(no where age >= 18)", ZKL_NOT_FOUND, "no column 'no'" },
        { "sum(id where no >= 18)", ZKL_NOT_FOUND, "no column 'no'" },
        { "sum(score where age >= 18)", ZKL_NOT_SUPPORTED, "sums of floats are not exact" },
        { "mean(city where age >= 18)", ZKL_USAGE, "only integers and decimals have a sum" },
        { "sum(paid where age >= 18)", ZKL_USAGE, "only integers and decimals have a sum" },
        { "sum(day where age >= 18)", ZKL_USAGE, "only integers and decimals have a sum" },
        { "sum(id where score > 1)", ZKL_NOT_SUPPORTED, "-0 has a code of its own" },
        { "sum(id where id < 5 and id > 5)", ZKL_USAGE, "no row can satisfy" },
        { "sum(id where id < 5 or id >= 5)", ZKL_USAGE, "every row can satisfy" },
        { "sum(age where age is null)", ZKL_USAGE, "no row can satisfy" },
        { "mean(age where age is null)", ZKL_USAGE, "no row can satisfy" },
        /* of 100 rows of 32 bits, of 16 with a sign */
        { "sum(id where age = 1) >= 0", ZKL_USAGE, "says nothing" },
        { "sum(id where age = 1) <= 429496729500", ZKL_USAGE, "says nothing" },
        { "sum(id where age = 1) >= 429496729501", ZKL_REJECTED, "has such a sum" },
        { "sum(id where age = 1) <= -1", ZKL_REJECTED, "has such a sum" },
        { "sum(temp where age = 1) >= -3276800", ZKL_USAGE, "says nothing" },
        { "sum(temp where age = 1) = -3276801", ZKL_REJECTED, "has such a sum" },
        { "mean(temp where age = 1) <= 32767", ZKL_USAGE, "says nothing" },
        { "mean(temp where age = 1) = 32768", ZKL_REJECTED, "has such a mean" },
        { "mean(temp where age = 1) >= 65535/2", ZKL_REJECTED, "has such a mean" },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        zkl_compiled_claim c;
        zkl_error err = { 0 };
        CHECK_STATUS(t, cases[i].status, compile(t, &c, cases[i].text, ROWS, &err));
        if (!strstr(err.text, cases[i].message))
            FAIL(t, "'%s' says '%s', not '%s'", cases[i].text, err.text, cases[i].message);
    }
    static const char *const fine[] = { "sum(id where age = 1) >= 1", "sum(id where age = 1) <= 0",
                                        "sum(id where age = 1) = 429496729500",
                                        "sum(temp where age = 1) >= -3276799",
                                        "mean(temp where age = 1) = 32767" };
    for (size_t i = 0; i < ZKL_COUNT(fine); i++) {
        zkl_compiled_claim c;
        zkl_error err = { 0 };
        REQUIRE_OK(t, &err, compile(t, &c, fine[i], ROWS, &err));
    }
}

/* Twenty columns in P, and the mean's own where it may be null. */
static void test_sum_where__limits(zkl_test *t)
{
    enum { COUNT = 22 };
    zkl_column many[COUNT];
    char names[COUNT][8], text[1024];
    for (size_t i = 0; i < COUNT; i++) {
        snprintf(names[i], sizeof names[i], "c%zu", i);
        many[i] = (zkl_column){ zkl_bytes_of_text(names[i]), { .kind = ZKL_TYPE_BOOL }, false };
    }
    many[0] = (zkl_column){ zkl_bytes_of_text(names[0]), { .kind = ZKL_TYPE_UINT16 }, true };
    const zkl_schema wide = { ZKL_HASH_SHA3_256, many, COUNT };
    for (size_t count = 15; count <= 20; count += 5)
        for (size_t mean = 0; mean < 2; mean++) {
            size_t at = (size_t)sprintf(text, "%s(c0 where ", mean ? "mean" : "sum");
            for (size_t i = 1; i <= count; i++)
                at += (size_t)sprintf(text + at, "%sc%zu >= true", i > 1 ? " and " : "", i);
            sprintf(text + at, ")");
            zkl_compiled_claim c;
            zkl_error err = { 0 };
            const zkl_status status = compile_rows(t, &c, text, &wide, ROWS, NULL, &err);
            CHECK_STATUS(t, count == 15 && !mean ? ZKL_OK : ZKL_LIMIT, status);
            if (count == 20)
                CHECK(t, strstr(err.text, mean ? "the mean name more than 20 columns"
                                               : "more than 65536 kinds of rows") != NULL);
        }
}

/* ---- What the parameters say */

typedef struct row {
    int64_t values[5]; /* in the last decimal */
    bool nulls[5];
} row;

static int64_t offset_of(size_t column)
{
    return column == TEMP ? 32768 : column == AMOUNT ? (int64_t)1 << 31 : 0;
}

static bool is_adult(const row *r)
{
    return !r->nulls[AGE] && r->values[AGE] >= 18;
}
static bool is_unknown_or_small(const row *r)
{
    return r->nulls[AGE] || r->values[ID] <= 3;
}
static bool is_debt(const row *r)
{
    return !r->nulls[AMOUNT] && r->values[AMOUNT] < 0;
}
static bool is_no_frost(const row *r)
{
    return r->values[TEMP] >= 0;
}

/* Sum and number as a prover measures them, by the bits that the parameters make. */
static void measure(zkl_test *t, const zkl_compiled_claim *c, const row *rows, size_t count,
                    int64_t *sum, uint64_t *number)
{
    const zkl_claim_assertion *a = &c->assertions[0];
    const zkl_statement_table table = { .row_count = count,
                                        .columns = a->sources[0].columns,
                                        .column_count = a->sources[0].column_count };
    const zkl_statement_table *tables[1] = { &table };
    const zkl_assertion_facts facts = { &zkl_proof_format_v1, a->params, a->param_count, tables,
                                        1 };
    zkl_error err = { 0 };
    zkl_where where;
    zkl_predicate_tables made;
    REQUIRE_OK(t, &err, zkl_where_read(&where, &facts, &err));
    REQUIRE_OK(t, &err, zkl_predicate_tabulate(&made, &t->arena, &where.predicate, &err));
    REQUIRE(t, where.sum_count == 1 && where.predicate.bit_count == 1);
    CHECK_UINT_EQ(t, where.bound_count, is_mean(t, c));
    size_t column_of[8] = { 0 }; /* of the source, its column of a row */
    for (size_t i = 0; i < table.column_count; i++)
        for (size_t k = 0, at = 0; k < 5; at += 1u + columns[k].nullable, k++)
            if (table.columns[i].index == at)
                column_of[i] = k;
    const size_t summand = zkl_where_summand(&table, 0);
    const zkl_scalar *offset = &where.sums[ZKL_WHERE_SUM_OFFSET];
    uint64_t o = 0;
    CHECK(t, zkl_assertion_param_u64(&o, offset));
    CHECK_UINT_EQ(t, o, (uint64_t)offset_of(column_of[summand]));
    *sum = 0;
    *number = 0;
    for (size_t i = 0; i < count; i++) {
        const zkl_predicate *p = &where.predicate;
        size_t g = 0;
        for (size_t k = 0; k < p->limb_count; k++) {
            const size_t column = column_of[p->conditions[p->limbs[k].condition].column];
            const uint64_t code =
                rows[i].nulls[column] ? 0 : (uint64_t)(rows[i].values[column] + offset_of(column));
            const uint16_t limb = (uint16_t)(code >> 16 * p->limbs[k].limb);
            g += p->is_direct ? limb : p->limbs[k].radix * made.steps[k][limb];
        }
        for (size_t k = 0; k < p->flag_count; k++)
            g += p->flags[k].radix *
                 rows[i].nulls[column_of[p->conditions[p->flags[k].condition].column]];
        if (!zkl_predicate_holds(p, &made, g, 0))
            continue;
        ++*number;
        if (!rows[i].nulls[column_of[summand]])
            *sum += rows[i].values[column_of[summand]];
    }
}

/* Random small tables, one row and empty sets of rows among them: the result is that of the values,
 * a comparison with it holds, with the unit beside it does not. */
static void test_sum_where__says_what_the_values_say(zkl_test *t)
{
    static const struct {
        const char *where;
        bool (*holds)(const row *);
    } predicates[] = { { "age >= 18", is_adult },
                       { "age is null or id <= 3", is_unknown_or_small },
                       { "amount < 0", is_debt },
                       { "temp >= 0", is_no_frost } };
    static const char *const names[] = { "id", "age", "amount", "temp" };
    size_t empty = 0, some = 0;
    for (size_t round = 0; round < 400; round++) {
        row rows[6] = { { { 0 }, { false } } };
        const size_t count = 1 + test_random_u64(t) % 6, p = test_random_u64(t) % 4,
                     column = test_random_u64(t) % 4, scale = column == AMOUNT ? 100 : 1;
        const bool mean = test_random_u64(t) % 2;
        for (size_t i = 0; i < count; i++) {
            rows[i].values[ID] = (int64_t)(test_random_u64(t) % 8);
            rows[i].values[AGE] = (int64_t)(test_random_u64(t) % 36);
            rows[i].values[AMOUNT] = (int64_t)(test_random_u64(t) % 2001) - 1000;
            rows[i].values[TEMP] = (int64_t)(test_random_u64(t) % 65536) - 32768;
            rows[i].nulls[AGE] = test_random_u64(t) % 4 == 0;
            rows[i].nulls[AMOUNT] = test_random_u64(t) % 4 == 0;
        }
        int64_t want = 0, sum = 0;
        uint64_t want_count = 0, number = 0;
        for (size_t i = 0; i < count; i++)
            if (predicates[p].holds(&rows[i]) && !rows[i].nulls[column]) {
                want += rows[i].values[column];
                want_count++;
            }
        char text[128], wanted[160];
        zkl_compiled_claim c;
        zkl_error err = { 0 };
        snprintf(text, sizeof text, "%s(%s where %s)", mean ? "mean" : "sum", names[column],
                 predicates[p].where);
        REQUIRE_OK(t, &err, compile(t, &c, text, count, &err));
        measure(t, &c, rows, count, &sum, &number);
        if (mean && !want_count) {
            empty++;
            CHECK_STATUS(t, ZKL_REJECTED, bind(t, &c, sum, number, &err));
            continue;
        }
        some++;
        REQUIRE_OK(t, &err, bind(t, &c, sum, number, &err));
        snprintf(wanted, sizeof wanted, scale == 1 ? "%s = %s%lld" : "%s = %s%lld.%02lld", text,
                 want < 0 ? "-" : "", llabs(want) / (long long)scale,
                 llabs(want) % (long long)scale);
        if (mean && want_count != 1)
            snprintf(wanted + strlen(wanted), 24, "/%llu", (unsigned long long)want_count);
        CHECK_TEXT_EQ(t, text_of(t, &c, print_text), wanted);
        static const char *const signs[] = { "=", ">=", "<=" };
        for (int by = -1; by <= 1; by++)
            for (size_t sign = 0; sign < 3; sign++) {
                const bool truth = sign == 0 ? by == 0 : sign == 1 ? by <= 0 : by >= 0;
                const long long v = want + by;
                size_t at = (size_t)snprintf(
                    wanted, sizeof wanted, scale == 1 ? "%s %s %s%lld" : "%s %s %s%lld.%02lld",
                    text, signs[sign], v < 0 ? "-" : "", llabs(v) / (long long)scale,
                    llabs(v) % (long long)scale);
                if (mean)
                    snprintf(wanted + at, sizeof wanted - at, "/%llu",
                             (unsigned long long)want_count);
                if (compile(t, &c, wanted, count, &err) != ZKL_OK)
                    continue; /* says nothing of the type */
                const zkl_status status = bind(t, &c, sum, number, &err);
                if (status != (truth ? ZKL_OK : ZKL_REJECTED))
                    FAIL(t, "'%s' of the sum %lld is %s", wanted, (long long)want, err.text);
            }
    }
    CHECK(t, empty > 10 && some > 200);
}

/* ---- Numbers from outside */

static void test_sum_where__numbers_that_no_rows_have(zkl_test *t)
{
    static const struct {
        const char *text;
        int64_t sum;
        uint64_t count;
        bool fits;
    } cases[] = {
        { "sum(age where id = 1)", 6553500, 0, true },
        { "sum(age where id = 1)", 6553501, 0, false },
        { "sum(age where id = 1)", 0, 0, true },
        { "sum(age where id = 1)", -1, 0, false },
        { "sum(temp where id = 1)", -3276800, 0, true },
        { "sum(temp where id = 1)", -3276801, 0, false },
        { "mean(age where id = 1)", 131070, 2, true },
        { "mean(age where id = 1)", 131071, 2, false },
        { "mean(age where id = 1)", 1, 100, true },
        { "mean(age where id = 1)", 1, 101, false },
        { "mean(age where id = 1)", 0, 0, false },
        { "mean(temp where id = 1)", -65536, 2, true },
        { "mean(temp where id = 1)", -65537, 2, false },
        { "mean(temp where id = 1) <= 0", -65537, 2, false },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        zkl_compiled_claim c;
        zkl_error err = { 0 };
        REQUIRE_OK(t, &err, compile(t, &c, cases[i].text, ROWS, &err));
        const zkl_status status = bind(t, &c, cases[i].sum, cases[i].count, &err);
        if (status != (cases[i].fits ? ZKL_OK : ZKL_REJECTED))
            FAIL(t, "'%s' takes the sum %lld of %llu: %s", cases[i].text, (long long)cases[i].sum,
                 (unsigned long long)cases[i].count, err.text);
    }
}

/* What was proven is the text, in every number but those that it does not say: those are disclosed
 * by its JSON. */
static void test_sum_where__match(zkl_test *t)
{
    static const char *const texts[] = { "sum(amount where age >= 18)",
                                         "mean(temp where paid = true)" };
    for (size_t i = 0; i < ZKL_COUNT(texts); i++) {
        zkl_compiled_claim proven, c;
        zkl_error err = { 0 };
        REQUIRE_OK(t, &err, compile(t, &proven, texts[i], ROWS, &err));
        REQUIRE_OK(t, &err, bind(t, &proven, -1250, 4, &err));
        check_match_is_exact(t, __LINE__, &proven);
        /* the entry's text, bound from the statement */
        match_statement *s = match_statement_of(t, &proven);
        REQUIRE_OK(t, &err, compile(t, &c, text_of(t, &proven, print_text), ROWS, &err));
        CHECK_TEXT_EQ(t, match_fault(t, &c, s), "");
        CHECK_TEXT_EQ(t, text_of(t, &c, zkl_claim_json), text_of(t, &proven, zkl_claim_json));
        const size_t last = proven.assertions[0].param_count - 1;
        s = match_statement_of(t, &proven);
        match_params(s, 0)[last].bytes[31]++;
        REQUIRE_OK(t, &err, compile(t, &c, text_of(t, &proven, print_text), ROWS, &err));
        CHECK_TEXT_EQ(t, match_fault(t, &c, s), "it is another number");
    }
}

ZKL_TESTS(TEST(test_sum_where__has_one_text), TEST(test_sum_where__words),
          TEST(test_sum_where__refuses), TEST(test_sum_where__limits),
          TEST(test_sum_where__says_what_the_values_say),
          TEST(test_sum_where__numbers_that_no_rows_have), TEST(test_sum_where__match))
