/* Claims about rows by a predicate, and about the order of a column's values: grammar, canonical
 * texts, refusals; what the parameters say of rows is what the text says, row by row and bound by
 * bound. The parameters are read as a verifier reads them. */
#include "claim/assertion_where.h"
#include "claim_testing.h"

static const zkl_column columns[] = {
    { { (const uint8_t *)"id", 2 }, { .kind = ZKL_TYPE_UINT32 }, false },
    { { (const uint8_t *)"age", 3 }, { .kind = ZKL_TYPE_UINT16 }, true },
    { { (const uint8_t *)"amount", 6 },
      { .kind = ZKL_TYPE_DECIMAL, .precision = 9, .scale = 2 },
      true },
    { { (const uint8_t *)"day", 3 }, { .kind = ZKL_TYPE_DATE }, false },
    { { (const uint8_t *)"score", 5 }, { .kind = ZKL_TYPE_FLOAT64 }, true },
    { { (const uint8_t *)"city", 4 }, { .kind = ZKL_TYPE_DICTIONARY }, true },
    { { (const uint8_t *)"paid", 4 }, { .kind = ZKL_TYPE_BOOL }, false },
    { { (const uint8_t *)"temp", 4 }, { .kind = ZKL_TYPE_INT16 }, false },
    { { (const uint8_t *)"not", 3 }, { .kind = ZKL_TYPE_UINT16 }, false },
    { { (const uint8_t *)"at", 2 }, { .kind = ZKL_TYPE_TIMESTAMP }, false },
    { { (const uint8_t *)"where", 5 }, { .kind = ZKL_TYPE_UINT16 }, false },
    { { (const uint8_t *)"big", 3 }, { .kind = ZKL_TYPE_UINT64 }, false },
    { { (const uint8_t *)"told", 4 }, { .kind = ZKL_TYPE_BOOL }, false },
    { { (const uint8_t *)"maybe", 5 }, { .kind = ZKL_TYPE_BOOL }, true },
};
static const zkl_schema schema = { ZKL_HASH_SHA3_256, columns, ZKL_COUNT(columns) };
#define ROWS 100

static zkl_status compile(zkl_test *t, zkl_compiled_claim *out, const char *text, uint64_t rows,
                          zkl_error *err)
{
    return compile_rows(t, out, text, &schema, rows, NULL, err);
}

/* Bound, to this number of rows when the claim is open. */
static zkl_status bind(zkl_test *t, zkl_compiled_claim *claim, uint64_t count, zkl_error *err)
{
    const size_t params = claim->assertions[0].param_count;
    zkl_scalar *stated =
        zkl_arena_copy(&t->arena, claim->assertions[0].params, params * sizeof *stated);
    memset(&stated[params - 2], 0, sizeof *stated);
    zkl_be64_put(stated[params - 2].bytes + 24, count);
    return zkl_claim_bind(claim, stated, params, err);
}

/* ---- Texts */

static void test_claim_where__has_one_text(zkl_test *t)
{
    static const char *const texts[][2] = {
        { "count(where age>=018)= 7", "count(where age >= 18) = 7" },
        { "count( where(age >= 18)) >= 7", "count(where age >= 18) >= 7" },
        { "count(where not(age<18 or paid=true))<=7",
          "count(where not (age < 18 or paid = true)) <= 7" },
        { "count(where (age < 18 or paid = true) and not not city is null) = 7",
          "count(where (age < 18 or paid = true) and not not city is null) = 7" },
        { "count(where age < 18 or (paid = true and temp > -1.50)) = 7",
          "count(where age < 18 or paid = true and temp > -1.5) = 7" },
        { "count(where (age < 18 or (paid = true or temp != 0))) = 7",
          "count(where age < 18 or paid = true or temp != 0) = 7" },
        { "count(where age in {30,5 , 7}) = 7", "count(where age in {5, 7, 30}) = 7" },
        { "count(where amount = 5.0) = 7", "count(where amount = 5) = 7" },
        { "count(where day < 2024-02-29 and at>=\"2024-02-29 12:00:00.500+01:00\") = 7",
          "count(where day < 2024-02-29 and at >= 2024-02-29T11:00:00.5Z) = 7" },
        { "count(where \"not\" = 1) = 7", "count(where \"not\" = 1) = 7" },
        { "count(where \"where\" = 1) = 7", "count(where \"where\" = 1) = 7" },
        { "count(where \"age\" is not null) = 7", "count(where age is not null) = 7" },
        { "count(where, 1, 2) = 7", "count(where, 1, 2) = 7" },
        { "count(where age = 65535 or id = 4294967295 or age = 0) = 7",
          "count(where age = 65535 or id = 4294967295 or age = 0) = 7" },
        { "count(where age = 1) = 7 in rows 0..99", "count(where age = 1) = 7" },
        { "share(where age >= 18) >= 0.950", "share(where age >= 18) >= 0.950" },
        { "share(where age >= 18) = 1/4", "share(where age >= 18) = 1/4" },
        { "null_rate(age)<=1/3", "null_rate(age) <= 1/3" },
        { " accuracy ( told,paid )>=9/10", "accuracy(told, paid) >= 9/10" },
        { "min(age)>=018", "min(age) >= 18" },
        { "max( amount ) <= 12.50 in rows 0..99", "max(amount) <= 12.5" },
        { "median(temp) = -3", "median(temp) = -3" },
        { "quantile(day, 0.90) >= \"2024-02-29\"", "quantile(day, 0.90) >= 2024-02-29" },
        { "quantile(age, 9/10) = 4", "quantile(age, 9/10) = 4" },
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

/* Each with its words; an open claim takes its result from the data. */
static void test_claim_where__words(zkl_test *t)
{
    static const struct {
        const char *text, *print, *bare, *sentence, *json;
    } cases[] = {
        { "count(where id >= 18)", "count(where id >= 18) = 12", "count(where id >= 18)",
          "exactly 12 of the 100 rows satisfy id >= 18",
          "{\"columns\":[\"id\"],\"comparison\":\"=\",\"count\":12,\"kind\":\"count\",\"text\":"
          "\"count(where id >= 18) = 12\",\"where\":\"id >= 18\"}" },
        { "count(where age >= 18 or paid = true) >= 1",
          "count(where age >= 18 or paid = true) >= 1",
          "count(where age >= 18 or paid = true) >= 1",
          "at least 1 of the 100 rows satisfies age >= 18 or paid = true (no comparison holds of a "
          "null)",
          "{\"columns\":[\"age\",\"paid\"],\"comparison\":\">=\",\"count\":1,\"kind\":\"count\","
          "\"text\":\"count(where age >= 18 or paid = true) >= 1\",\"where\":\"age >= 18 or paid = "
          "true\"}" },
        { "share(where paid = true)", "share(where paid = true) = 12/100",
          "share(where paid = true)",
          "a share of exactly 12/100 of the 100 rows satisfies paid = true",
          "{\"columns\":[\"paid\"],\"comparison\":\"=\",\"kind\":\"share\",\"text\":\"share(where "
          "paid = true) = 12/100\",\"value\":\"12/100\",\"where\":\"paid = true\"}" },
        { "null_rate(city) <= 0.01", "null_rate(city) <= 0.01", "null_rate(city) <= 0.01",
          "a share of at most 0.01 of the 100 rows has no value of city",
          "{\"column\":\"city\",\"comparison\":\"<=\",\"kind\":\"null_rate\",\"text\":\"null_rate("
          "city) <= 0.01\",\"value\":\"0.01\"}" },
        { "accuracy(told, paid) >= 0.8", "accuracy(told, paid) >= 0.8",
          "accuracy(told, paid) >= 0.8",
          "a share of at least 0.8 of the 100 rows agrees in told and paid",
          "{\"comparison\":\">=\",\"kind\":\"accuracy\",\"label\":\"told\",\"prediction\":"
          "\"paid\",\"text\":\"accuracy(told, paid) >= 0.8\",\"value\":\"0.8\"}" },
        { "accuracy(told, paid)", "accuracy(told, paid) = 12/100", "accuracy(told, paid)",
          "a share of exactly 12/100 of the 100 rows agrees in told and paid",
          "{\"comparison\":\"=\",\"kind\":\"accuracy\",\"label\":\"told\",\"prediction\":"
          "\"paid\",\"text\":\"accuracy(told, paid) = 12/100\",\"value\":\"12/100\"}" },
        { "min(age) = 18", "min(age) = 18", "min(age)", "the least value of age is exactly 18",
          "{\"column\":\"age\",\"comparison\":\"=\",\"kind\":\"min\",\"text\":\"min(age) = 18\","
          "\"value\":\"18\"}" },
        { "median(age) <= 18", "median(age) <= 18", "median(age) <= 18",
          "the median of age (of two in the middle the lower one) is at most 18",
          "{\"column\":\"age\",\"comparison\":\"<=\",\"kind\":\"median\",\"text\":\"median(age) <= "
          "18\",\"value\":\"18\"}" },
        { "quantile(age, 0.9) >= 18", "quantile(age, 0.9) >= 18", "quantile(age, 0.9) >= 18",
          "the quantile 0.9 of age (the least value that so large a share of the values is at "
          "most) "
          "is at least 18",
          "{\"column\":\"age\",\"comparison\":\">=\",\"kind\":\"quantile\",\"quantile\":\"0.9\","
          "\"text\":\"quantile(age, 0.9) >= 18\",\"value\":\"18\"}" },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        zkl_compiled_claim c;
        zkl_error err = { 0 };
        zkl_buffer bare = { 0 };
        REQUIRE_OK(t, &err, compile(t, &c, cases[i].text, ROWS, &err));
        CHECK(t, !zkl_claim_is_by_row(&c.claim) && !zkl_claim_needs_values(&c));
        REQUIRE_OK(t, &err, bind(t, &c, 12, &err));
        CHECK_TEXT_EQ(t, text_of(t, &c, print_text), cases[i].print);
        CHECK_TEXT_EQ(t, text_of(t, &c, zkl_claim_sentence), cases[i].sentence);
        CHECK_TEXT_EQ(t, text_of(t, &c, zkl_claim_json), cases[i].json);
        zkl_claim_print_bare(&bare, &c.claim);
        CHECK_UINT_EQ(t, bare.size, strlen(cases[i].bare));
        CHECK_MEM_EQ(t, bare.data, cases[i].bare, bare.size);
        zkl_buffer_clear(&bare);
        CHECK(t, zkl_claim_false_words(&c) != NULL);
    }
    zkl_compiled_claim c;
    zkl_error err = { 0 };
    REQUIRE_OK(t, &err, compile(t, &c, "count(where id >= 18)", ROWS, &err));
    CHECK_STATUS(t, ZKL_REJECTED, bind(t, &c, ROWS + 1, &err));
    REQUIRE_OK(t, &err, bind(t, &c, ROWS, &err));
    /* where rows offend, their number is said in place of words */
    static const struct {
        const char *text;
        bool by_rows;
    } offended[] = { { "min(id) >= 5", true },    { "max(id) <= 5", true },
                     { "min(id) <= 5", false },   { "min(id) = 5", false },
                     { "min(age) >= 5", false },  { "max(age) <= 5", false },
                     { "median(id) >= 5", false } };
    for (size_t i = 0; i < ZKL_COUNT(offended); i++) {
        REQUIRE_OK(t, &err, compile(t, &c, offended[i].text, ROWS, &err));
        CHECK(t, (zkl_claim_false_words(&c) == NULL) == offended[i].by_rows);
    }
}

static void test_claim_where__refuses(zkl_test *t)
{
    static const struct {
        const char *text;
        zkl_status status;
        const char *message;
    } cases[] = {
        { "count(where)", ZKL_USAGE, "character 12: ',' expected" },
        { "count(where )", ZKL_USAGE, "character 13: a column name" },
        { "count(where age)", ZKL_USAGE, "character 16: '=', '!='" },
        { "count(where age >= )", ZKL_USAGE, "character 20: a value expected" },
        { "count(where age >= 18 and)", ZKL_USAGE, "character 26: a column name" },
        { "count(where age >= 18 or or paid = true)", ZKL_USAGE, "'=', '!='" },
        { "count(where (age >= 18)", ZKL_USAGE, "character 24: ')' expected" },
        { "count(where age >= 18))", ZKL_USAGE, "character 23: nothing more" },
        { "count(where age in {})", ZKL_USAGE, "character 21: a value expected" },
        { "count(where age in {1, 2)", ZKL_USAGE, "'}' expected" },
        { "count(where age is nil)", ZKL_USAGE, "character 20: 'null' expected" },
        { "count(where age >= 18) = x", ZKL_USAGE, "character 26: a whole number" },
        { "count(where age >= 18) = 101", ZKL_REJECTED, "only 100 rows" },
        { "count(where age >= 18) >= 0", ZKL_USAGE, "says nothing" },
        { "count(where age >= 18) <= 100", ZKL_USAGE, "says nothing" },
        { "share(age)", ZKL_USAGE, "character 7: 'where' expected" },
        { "share(where age >= 18) >= 1.5", ZKL_REJECTED, "only 100 rows" },
        { "share(where age >= 18) >= 1/0", ZKL_USAGE, "the denominator is 0" },
        { "share(where age >= 18) = 1/3", ZKL_REJECTED, "exactly that share" },
        { "share(where age >= 18) <= -0.1", ZKL_REJECTED, "only 100 rows" },
        { "share(where age >= 18) <= 1", ZKL_USAGE, "says nothing" },
        { "null_rate(id) >= 0.1", ZKL_REJECTED, "the column holds no nulls" },
        { "null_rate(id) = 0.1", ZKL_REJECTED, "the column holds no nulls" },
        { "null_rate(id) <= 1", ZKL_USAGE, "says nothing" },
        { "accuracy(told)", ZKL_USAGE, "character 14: ',' expected" },
        { "accuracy(told, paid, big)", ZKL_USAGE, "character 20: ')' expected" },
        { "accuracy(told, told) >= 0.9", ZKL_USAGE, "named twice" },
        { "accuracy(told, age) >= 0.9", ZKL_USAGE, "column 'age' is uint16: a bool is expected" },
        { "accuracy(maybe, told) >= 0.9", ZKL_USAGE, "it may hold nulls" },
        { "accuracy(told, paid) >= 1.01", ZKL_REJECTED, "only 100 rows" },
        { "accuracy(told, paid) >= 0", ZKL_USAGE, "says nothing" },
        { "count(where id is null)", ZKL_USAGE, "it holds no nulls" },
        { "count(where no = 1)", ZKL_NOT_FOUND, "no column 'no'" },
        { "count(where city = 3)", ZKL_NOT_FOUND, "there is no code of \"3\"" },
        { "count(where city < 3)", ZKL_NOT_SUPPORTED, "have no order" },
        { "count(where score > 3)", ZKL_NOT_SUPPORTED, "-0 has a code of its own" },
        { "count(where age > 65536)", ZKL_USAGE, "column 'age' is uint16" },
        { "count(where age = 1.5)", ZKL_USAGE, "no value of this type is equal" },
        { "count(where age in {1, 1.0})", ZKL_USAGE, "one of its values twice" },
        { "count(where age >= 0)", ZKL_USAGE, "holds of all values of this type, or of none" },
        { "count(where age < 0)", ZKL_USAGE, "holds of all values of this type, or of none" },
        { "count(where age > 65535)", ZKL_USAGE, "holds of all values of this type, or of none" },
        { "count(where id < 5 and id > 5)", ZKL_USAGE, "no row can satisfy" },
        { "count(where id < 5 or id >= 5)", ZKL_USAGE, "every row can satisfy" },
        { "min(age)", ZKL_REJECTED, "the claim says no result" },
        { "median(temp) in rows 0..99", ZKL_REJECTED, "the claim says no result" },
        { "max(city)", ZKL_NOT_SUPPORTED, "texts and binaries" },
        { "max(score)", ZKL_NOT_SUPPORTED, "-0 has a code" },
        { "quantile(age, 1)", ZKL_USAGE, "above 0 and below 1" },
        { "max(age) in rows 0..5", ZKL_USAGE, "no span of whole chunks" },
        { "min(age) 5", ZKL_USAGE, "nothing more expected" },
        { "min(age) = ", ZKL_USAGE, "a value expected" },
        { "min(age) = 1.5", ZKL_USAGE, "no value of this type is equal" },
        { "min(id) >= 0", ZKL_USAGE, "says nothing" },
        { "max(id) <= 4294967295", ZKL_USAGE, "says nothing" },
        { "min(city) = 1", ZKL_NOT_SUPPORTED, "texts and binaries" },
        { "median(score) = 1", ZKL_NOT_SUPPORTED, "-0 has a code" },
        { "quantile(age) = 1", ZKL_USAGE, "character 13: ',' expected" },
        { "quantile(age, 0) = 1", ZKL_USAGE, "above 0 and below 1" },
        { "quantile(age, 1) = 1", ZKL_USAGE, "above 0 and below 1" },
        { "quantile(age, -0.5) = 1", ZKL_USAGE, "above 0 and below 1" },
        { "quantile(age, 0.1234567891) = 1", ZKL_USAGE, "above 0 and below 1" },
        { "quantile(age, 3/2) = 1", ZKL_USAGE, "above 0 and below 1" },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        zkl_compiled_claim c;
        zkl_error err = { 0 };
        CHECK_STATUS(t, cases[i].status, compile(t, &c, cases[i].text, ROWS, &err));
        if (!strstr(err.text, cases[i].message))
            FAIL(t, "'%s' says '%s', not '%s'", cases[i].text, err.text, cases[i].message);
    }
}

/* Too much is a limit, said before anything grows with it. */
static void test_claim_where__limits(zkl_test *t)
{
    zkl_compiled_claim c;
    zkl_error err = { 0 };
    static char text[60000];
    size_t at;
    /* depth */
    for (unsigned depth = 63; depth <= 64; depth++) {
        at = (size_t)sprintf(text, "count(where ");
        for (unsigned i = 0; i < depth; i++)
            at += (size_t)sprintf(text + at, "(");
        at += (size_t)sprintf(text + at, "age = 1");
        for (unsigned i = 0; i < depth; i++)
            at += (size_t)sprintf(text + at, ")");
        sprintf(text + at, ")");
        CHECK_STATUS(t, depth < 64 ? ZKL_OK : ZKL_USAGE, compile(t, &c, text, ROWS, &err));
    }
    CHECK(t, strstr(err.text, "too deep") != NULL);
    /* parts; a set of many values of one limb is fine, of two limbs too wide for a proof */
    for (unsigned count = 500; count <= 1100; count += 600) {
        at = (size_t)sprintf(text, "count(where age in {");
        for (unsigned i = 0; i < count; i++)
            at += (size_t)sprintf(text + at, "%s%u", i ? ", " : "", 3 * i + 1);
        sprintf(text + at, "})");
        CHECK_STATUS(t, count == 500 ? ZKL_OK : ZKL_LIMIT, compile(t, &c, text, ROWS, &err));
    }
    CHECK(t, strstr(err.text, "more than 1024 parts") != NULL);
    at = (size_t)sprintf(text, "count(where big in {");
    for (uint64_t i = 1; i <= 20; i++) /* digits all over the limbs */
        at += (size_t)sprintf(text + at, "%s%llu", i > 1 ? ", " : "",
                              (unsigned long long)(i * 876543210987654321u));
    sprintf(text + at, "})");
    CHECK_STATUS(t, ZKL_LIMIT, compile(t, &c, text, ROWS, &err));
    CHECK(t, strstr(err.text, "too many classes") != NULL);
    /* kinds of rows: two columns of 300 cuts each */
    at = (size_t)sprintf(text, "count(where age in {");
    for (unsigned i = 0; i < 150; i++)
        at += (size_t)sprintf(text + at, "%s%u", i ? ", " : "", 3 * i + 1);
    at += (size_t)sprintf(text + at, "} and id in {");
    for (unsigned i = 0; i < 150; i++)
        at += (size_t)sprintf(text + at, "%s%u", i ? ", " : "", 3 * i + 1);
    sprintf(text + at, "})");
    CHECK_STATUS(t, ZKL_LIMIT, compile(t, &c, text, ROWS, &err));
    CHECK(t, strstr(err.text, "more than 65536 kinds of rows") != NULL);
    /* fewer of them, but 6,000 that it is true of */
    at = (size_t)sprintf(text, "count(where age in {");
    for (unsigned i = 0; i < 100; i++)
        at += (size_t)sprintf(text + at, "%s%u", i ? ", " : "", 3 * i + 1);
    at += (size_t)sprintf(text + at, "} and id in {");
    for (unsigned i = 0; i < 60; i++)
        at += (size_t)sprintf(text + at, "%s%u", i ? ", " : "", 3 * i + 1);
    sprintf(text + at, "})");
    CHECK_STATUS(t, ZKL_LIMIT, compile(t, &c, text, ROWS, &err));
    CHECK(t, strstr(err.text, "numbers in the statement, at most 4096") != NULL);
}

/* ---- What the parameters say */

/* A row: of each column of the test a value in codes, and whether it is null. */
typedef struct row {
    uint64_t codes[3];
    bool nulls[3];
} row;

/* The assertion, read as a verifier does, with its tables. */
typedef struct reader {
    zkl_statement_table table;
    zkl_where where;
    zkl_predicate_tables tables;
} reader;

static void read_assertion(zkl_test *t, reader *out, const zkl_compiled_claim *c)
{
    const zkl_claim_assertion *a = &c->assertions[0];
    zkl_error err = { 0 };
    out->table = (zkl_statement_table){ .row_count = c->row_count,
                                        .columns = a->sources[0].columns,
                                        .column_count = a->sources[0].column_count };
    const zkl_statement_table *tables[1] = { &out->table };
    const zkl_assertion_facts facts = { &zkl_proof_format_v1, a->params, a->param_count, tables,
                                        1 };
    REQUIRE_OK(t, &err, zkl_where_read(&out->where, &facts, &err));
    REQUIRE_OK(t, &err,
               zkl_predicate_tabulate(&out->tables, &t->arena, &out->where.predicate, &err));
}

/* G of a row; numbers: which of the row's columns each of the table's is (UINT32_MAX: a flag). */
static size_t g_of(const reader *r, const row *values, const size_t *order)
{
    const zkl_predicate *p = &r->where.predicate;
    size_t g = 0;
    for (size_t i = 0; i < p->limb_count; i++) {
        const size_t at = order[p->limbs[i].condition];
        const uint16_t limb =
            (uint16_t)((values->nulls[at] ? 0 : values->codes[at]) >> 16 * p->limbs[i].limb);
        g += p->is_direct ? limb : p->limbs[i].radix * r->tables.steps[i][limb];
    }
    for (size_t i = 0; i < p->flag_count; i++)
        g += p->flags[i].radix * values->nulls[order[p->flags[i].condition]];
    return g;
}

/* A random predicate over id, age, temp, as text; its truth of a row, SQL's: -1, 0, 1. */
typedef struct made {
    char text[4096];
    size_t size;
    bool used[3];
} made;

static const char *const names[3] = { "id", "age", "temp" };
static const int64_t offsets[3] = { 0, 0, 32768 };

static void put(made *m, const char *text)
{
    m->size += (size_t)snprintf(m->text + m->size, sizeof m->text - m->size, "%s", text);
}

/* A tree of tests by a random number; the same number evaluates the same tree. */
static int walk(zkl_test *t, uint64_t *state, made *m, const row *values, unsigned depth)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    const uint64_t draw = *state >> 33;
    static const char *const joins[2] = { " and ", " or " };
    if (depth && draw % 3 == 0) {
        const bool any = draw / 3 % 2;
        if (m)
            put(m, "(");
        const int a = walk(t, state, m, values, depth - 1);
        if (m)
            put(m, joins[any]);
        const int b = walk(t, state, m, values, depth - 1);
        if (m)
            put(m, ")");
        return any ? (a > b ? a : b) : (a < b ? a : b);
    }
    if (depth && draw % 3 == 1) {
        if (m)
            put(m, "not ");
        return -walk(t, state, m, values, depth - 1);
    }
    const size_t column = draw / 3 % 3;
    const bool null = values && values->nulls[column];
    const int64_t v = values ? (int64_t)values->codes[column] - offsets[column] : 0;
    const unsigned sign = draw / 9 % 8;
    /* constants that are no end of any type, some where a limb begins */
    const int64_t k = (int64_t)(draw / 72 % 5 == 0 && column == 0 ? 65536 * (1 + draw / 360 % 3)
                                                                  : 1 + draw / 360 % 12);
    static const char *const signs[6] = { "=", "!=", "<", "<=", ">", ">=" };
    if (m) {
        m->used[column] = true;
        m->size +=
            (size_t)snprintf(m->text + m->size, sizeof m->text - m->size, "%s", names[column]);
        if (sign == 6 && column == 1)
            put(m, draw / 9000 % 2 ? " is not null" : " is null");
        else if (sign >= 6)
            m->size += (size_t)snprintf(m->text + m->size, sizeof m->text - m->size,
                                        " in {%lld, %lld, %lld}", (long long)k + 7, (long long)k,
                                        (long long)k + 1);
        else
            m->size += (size_t)snprintf(m->text + m->size, sizeof m->text - m->size, " %s %lld",
                                        signs[sign], (long long)k);
    }
    if (sign == 6 && column == 1)
        return null != (draw / 9000 % 2) ? 1 : -1;
    if (null)
        return 0;
    const bool holds[8] = { v == k,
                            v != k,
                            v<k, v <= k, v>
                                k,
                            v >= k,
                            v == k || v == k + 1 || v == k + 7,
                            v == k || v == k + 1 || v == k + 7 };
    return holds[sign] ? 1 : -1;
}

/* Random predicates on random rows, and on those beside the constants. */
static void test_claim_where__says_what_the_text_says(zkl_test *t)
{
    size_t compiled = 0, checked = 0;
    for (size_t round = 0; round < 150; round++) {
        const uint64_t seed = test_random_u64(t);
        made m = { .size = 0 };
        uint64_t state = seed;
        zkl_compiled_claim c;
        zkl_error err = { 0 };
        reader r;
        size_t order[3], count = 0;
        put(&m, "count(where ");
        (void)walk(t, &state, &m, NULL, 3);
        put(&m, ") >= 1");
        const zkl_status status = compile(t, &c, m.text, ROWS, &err);
        if (status !=
            ZKL_OK) { /* a predicate that is true or false of every row, and no other fault */
            if (!strstr(err.text, "row can satisfy"))
                FAIL(t, "'%s' says '%s'", m.text, err.text);
            continue;
        }
        compiled++;
        for (size_t i = 0; i < 3; i++)
            if (m.used[i])
                order[count++] = i;
        read_assertion(t, &r, &c);
        for (size_t i = 0; i < 200; i++) {
            row values = { 0 };
            static const uint64_t tops[3] = { (uint64_t)1 << 32, 65536, 65536 };
            for (size_t k = 0; k < 3; k++) {
                const uint64_t draw = test_random_u64(t);
                values.codes[k] = draw % 4 == 0   ? (draw >> 8) % tops[k]
                                  : draw % 4 == 1 ? 65536 * (1 + (draw >> 8) % 3) + (draw >> 16) % 3
                                                  : (uint64_t)offsets[k] + (draw >> 8) % 22;
                values.codes[k] %= tops[k];
                values.nulls[k] = k == 1 && draw >> 60 == 0;
            }
            state = seed;
            const int truth = walk(t, &state, NULL, &values, 3);
            const bool said =
                zkl_predicate_holds(&r.where.predicate, &r.tables, g_of(&r, &values, order), 0);
            if (said != (truth > 0))
                FAIL(t, "'%s' is %s of %llu, %llu%s, %llu", m.text, said ? "true" : "false",
                     (unsigned long long)values.codes[0], (unsigned long long)values.codes[1],
                     values.nulls[1] ? " (null)" : "", (unsigned long long)values.codes[2]);
            checked++;
        }
    }
    CHECK(t, compiled > 75 && checked > 10000);
}

/* Do the bounds hold of a column of these values (codes; a null stands as -1)? */
static bool bounds_hold(zkl_test *t, const zkl_compiled_claim *c, const int64_t *values,
                        size_t count)
{
    reader r;
    static const size_t order[1] = { 0 };
    read_assertion(t, &r, c);
    bool all = true;
    for (size_t bound = 0; bound < r.where.bound_count; bound++) {
        const zkl_scalar *params = zkl_where_bound(&r.where, bound);
        const size_t bits = r.where.predicate.bit_count;
        zkl_fr sum = ZKL_FR_ZERO, w, n;
        for (size_t i = 0; i < count; i++) {
            const row values_of = { { values[i] < 0 ? 0 : (uint64_t)values[i] },
                                    { values[i] < 0 } };
            for (size_t bit = 0; bit < bits; bit++)
                if (zkl_predicate_holds(&r.where.predicate, &r.tables, g_of(&r, &values_of, order),
                                        bit)) {
                    CHECK(t, zkl_fr_decode(&w, params[bit].bytes));
                    zkl_fr_add(&sum, &sum, &w);
                }
        }
        CHECK(t, zkl_fr_decode(&n, params[bits].bytes));
        zkl_fr_sub(&sum, &sum, &n); /* small, either way */
        uint8_t bytes[32];
        zkl_fr_encode(bytes, &sum);
        const bool negative = bytes[0] != 0, zero = zkl_fr_is_zero(&sum);
        const uint64_t mode = zkl_where_mode(&r.where, bound);
        all &= mode == ZKL_MODE_EXACTLY    ? zero
               : mode == ZKL_MODE_AT_LEAST ? !negative
                                           : negative || zero;
    }
    return all;
}

/* Every column of up to four values from 0 to 3, or null: least, greatest, median, quantiles; as
 * they are and as bounds. A claim that says nothing of such a type is refused. */
static void test_claim_where__order_statistics(zkl_test *t)
{
    static const struct {
        const char *word, *place;
        unsigned a, b; /* 0, 1: the least; 1, 1: the greatest */
    } kinds[] = { { "min", "", 0, 1 },
                  { "max", "", 1, 1 },
                  { "median", "", 1, 2 },
                  { "quantile", ", 2/3", 2, 3 },
                  { "quantile", ", 0.9", 9, 10 } };
    static const char *const signs[3] = { ">=", "=", "<=" }, *const names_of[2] = { "id", "age" };
    for (size_t column = 0; column < 2; column++)
        for (size_t kind = 0; kind < ZKL_COUNT(kinds); kind++)
            for (unsigned mode = 0; mode < 3; mode++)
                for (unsigned v = 0; v < 4; v++)
                    for (size_t count = 1; count <= 3; count++) {
                        char text[64];
                        zkl_compiled_claim c;
                        zkl_error err = { 0 };
                        snprintf(text, sizeof text, "%s(%s%s) %s %u", kinds[kind].word,
                                 names_of[column], kinds[kind].place, signs[mode], v);
                        const zkl_status status = compile(t, &c, text, count, &err);
                        if (status != ZKL_OK) {
                            /* no code is below 0 */
                            CHECK(t, v == 0 && mode == 0 && column == 0);
                            CHECK_STATUS(t, ZKL_USAGE, status);
                            continue;
                        }
                        size_t worlds = 1;
                        for (size_t i = 0; i < count; i++)
                            worlds *= 4 + column;
                        for (size_t world = 0; world < worlds; world++) {
                            int64_t values[3];
                            size_t rest = world, live = 0, below = 0, upto = 0;
                            for (size_t i = 0; i < count; i++, rest /= 4 + column) {
                                values[i] = (int64_t)(rest % (4 + column));
                                values[i] = values[i] == 4 ? -1 : values[i];
                                live += values[i] >= 0;
                                below += values[i] >= 0 && values[i] < (int64_t)v;
                                upto += values[i] >= 0 && values[i] <= (int64_t)v;
                            }
                            /* rank of the value: ceil(a n / b), at least 1 */
                            const size_t a = kinds[kind].a, b = kinds[kind].b;
                            size_t rank = (a * live + b - 1) / b;
                            rank = rank ? rank : 1;
                            const bool at_least = live && below < rank,
                                       at_most = live && upto >= rank;
                            const bool truth = mode == 0   ? at_least
                                               : mode == 1 ? at_least && at_most
                                                           : at_most;
                            if (bounds_hold(t, &c, values, count) != truth)
                                FAIL(t, "'%s' of world %zu of %zu rows: %d", text, world, count,
                                     !truth);
                        }
                    }
}

/* Without a value: whether it is asked for, at which place, and that with it the claim is the one
 * that says so. */
static void test_claim_where__asks_for_a_value(zkl_test *t)
{
    static const struct {
        const char *text;
        uint64_t count, place;
    } cases[] = {
        { "min(age)", 1, 1 },
        { "min(age)", 5, 1 },
        { "max(age)", 1, 1 },
        { "max(age)", 5, 5 },
        { "median(age)", 1, 1 },
        { "median(age)", 4, 2 },
        { "median(age)", 5, 3 },
        { "quantile(age, 1/4)", 4, 1 },
        { "quantile(age, 1/4)", 5, 2 },
        { "quantile(age, 0.75)", 4, 3 },
        { "quantile(age, 999999999/1000000000)", (uint64_t)1 << 39, ((uint64_t)1 << 39) - 549 },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        zkl_claim read;
        zkl_error err = { 0 };
        uint64_t place = 0;
        REQUIRE_OK(t, &err,
                   zkl_claim_parse(&read, &t->arena, zkl_bytes_of_text(cases[i].text), &err));
        REQUIRE(t, zkl_claim_asks_value(&read));
        REQUIRE_OK(t, &err, zkl_claim_place(&place, &read, cases[i].count, &err));
        CHECK_UINT_EQ(t, place, cases[i].place);
        zkl_claim_put_value(&read, zkl_bytes_of_text("7"));
        CHECK(t, !zkl_claim_asks_value(&read));
        char wanted[64];
        zkl_compiled_claim c, want;
        const zkl_claim_dataset dataset = { &schema, ROWS, NULL };
        const zkl_claim_scope scope = { &dataset, 1 };
        snprintf(wanted, sizeof wanted, "%s = 7", cases[i].text);
        REQUIRE_OK(t, &err, zkl_claim_compile(&c, &t->arena, &read, &scope, &err));
        REQUIRE_OK(t, &err, compile(t, &want, wanted, ROWS, &err));
        CHECK_TEXT_EQ(t, text_of(t, &c, zkl_claim_json), text_of(t, &want, zkl_claim_json));
        REQUIRE(t, c.assertions[0].param_count == want.assertions[0].param_count);
        CHECK_MEM_EQ(t, c.assertions[0].params, want.assertions[0].params,
                     c.assertions[0].param_count * sizeof(zkl_scalar));
    }
    static const char *const others[] = { "min(age) = 7", "sum(age)", "count(where age = 1)",
                                          "rows(5)" };
    for (size_t i = 0; i < ZKL_COUNT(others); i++) {
        zkl_claim read;
        zkl_error err = { 0 };
        REQUIRE_OK(t, &err, zkl_claim_parse(&read, &t->arena, zkl_bytes_of_text(others[i]), &err));
        CHECK(t, !zkl_claim_asks_value(&read));
    }
}

/* A share is a number of rows: rounded up for at least, down for at most. */
static void test_claim_where__shares_are_rows(zkl_test *t)
{
    static const struct {
        const char *text;
        uint64_t rows, n;
    } cases[] = { { "share(where paid = true) >= 0.95", 100, 95 },
                  { "share(where paid = true) >= 0.951", 100, 96 },
                  { "share(where paid = true) <= 0.951", 100, 95 },
                  { "share(where paid = true) >= 1/3", 100, 34 },
                  { "share(where paid = true) <= 1/3", 100, 33 },
                  { "share(where paid = true) = 1/4", 100, 25 },
                  { "share(where paid = true) >= 1", 100, 100 },
                  { "share(where paid = true) <= 0", 100, 0 },
                  { "null_rate(age) <= 0.999", 1000, 999 } };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        zkl_compiled_claim c;
        zkl_error err = { 0 };
        REQUIRE_OK(t, &err, compile(t, &c, cases[i].text, cases[i].rows, &err));
        const zkl_claim_assertion *a = &c.assertions[0];
        uint64_t n = 0;
        CHECK(t, zkl_assertion_param_u64(&n, &a->params[a->param_count - 2]));
        CHECK_UINT_EQ(t, n, cases[i].n);
    }
}

/* It is the share of rows with both or neither, in whatever order they are named. */
static void test_claim_where__accuracy_is_a_share(zkl_test *t)
{
    static const char *const texts[] = {
        "accuracy(told, paid) >= 0.9", "accuracy(paid, told) >= 0.9",
        "share(where paid >= true and told >= true or paid < true and told < true) >= 0.9"
    };
    zkl_compiled_claim claims[3];
    zkl_error err = { 0 };
    for (size_t i = 0; i < ZKL_COUNT(texts); i++)
        REQUIRE_OK(t, &err, compile(t, &claims[i], texts[i], ROWS, &err));
    const zkl_claim_assertion *want = &claims[2].assertions[0];
    for (size_t i = 0; i < 2; i++) {
        const zkl_claim_assertion *got = &claims[i].assertions[0];
        REQUIRE(t, claims[i].assertion_count == 1 && got->kind == want->kind);
        REQUIRE(t, got->param_count == want->param_count && got->sources[0].column_count == 2);
        CHECK_MEM_EQ(t, got->params, want->params, want->param_count * sizeof *want->params);
        for (size_t k = 0; k < 2; k++)
            CHECK_UINT_EQ(t, got->sources[0].columns[k].index, want->sources[0].columns[k].index);
    }
}

ZKL_TESTS(TEST(test_claim_where__has_one_text), TEST(test_claim_where__words),
          TEST(test_claim_where__refuses), TEST(test_claim_where__limits),
          TEST(test_claim_where__says_what_the_text_says), TEST(test_claim_where__order_statistics),
          TEST(test_claim_where__asks_for_a_value), TEST(test_claim_where__shares_are_rows),
          TEST(test_claim_where__accuracy_is_a_share))
