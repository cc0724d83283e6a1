/* Claims about which rows agree: distinct, k_anonymous, l_diverse. How they are read and written,
 * what they compile to, what their sentences call a code; and what their parameters say of random
 * tables, which plain counting decides. */
#include "claim/assertion_diverse.h"
#include "claim/assertion_groups.h"
#include "prove/prove.h"
#include "claim_testing.h"

static const zkl_column columns[] = {
    { { (const uint8_t *)"id", 2 }, { .kind = ZKL_TYPE_UINT32 }, false },
    { { (const uint8_t *)"age", 3 }, { .kind = ZKL_TYPE_UINT16 }, true },
    { { (const uint8_t *)"paid", 4 }, { .kind = ZKL_TYPE_BOOL }, true },
    { { (const uint8_t *)"city", 4 }, { .kind = ZKL_TYPE_DICTIONARY }, false },
    { { (const uint8_t *)"score", 5 }, { .kind = ZKL_TYPE_FLOAT64 }, false },
    { { (const uint8_t *)"note", 4 }, { .kind = ZKL_TYPE_STRING16 }, false },
    { { (const uint8_t *)"long", 4 }, { .kind = ZKL_TYPE_STRING32 }, false },
    { { (const uint8_t *)"5", 1 }, { .kind = ZKL_TYPE_UINT16 }, false },
    { { (const uint8_t *)"big", 3 }, { .kind = ZKL_TYPE_UINT64 }, true },
    { { (const uint8_t *)"at", 2 }, { .kind = ZKL_TYPE_TIMESTAMP }, false },
};
static const zkl_schema schema = { ZKL_HASH_SHA3_256, columns, ZKL_COUNT(columns) };
static const zkl_digest id = { { 7 } };
#define ROWS 100

static zkl_status compile(zkl_test *t, zkl_compiled_claim *out, const char *text, uint64_t rows,
                          zkl_error *err)
{
    return compile_rows(t, out, text, &schema, rows, &id, err);
}

/* An open claim, to this number. */
static zkl_status bind(zkl_test *t, zkl_compiled_claim *claim, uint64_t count, zkl_error *err)
{
    const size_t params = claim->assertions[0].param_count;
    zkl_scalar *stated =
        zkl_arena_copy(&t->arena, claim->assertions[0].params, params * sizeof *stated);
    if (!claim->is_bound) {
        memset(&stated[ZKL_GROUPS_NUMBER], 0, sizeof *stated);
        zkl_be64_put(stated[ZKL_GROUPS_NUMBER].bytes + 24, count);
    }
    return zkl_claim_bind(claim, stated, params, err);
}

/* ---- Texts and words */

/* Columns stand in the schema's order, the sensitive one last. */
static void test_combinations__have_one_text(zkl_test *t)
{
    static const char *const texts[][2] = {
        { "distinct(paid,age)= 7", "distinct(age, paid) = 7" },
        { " distinct( id )>=7", "distinct(id) >= 7" },
        { "distinct(\"5\", id) <= 7", "distinct(id, \"5\") <= 7" },
        { "k_anonymous(paid,age,5)", "k_anonymous(age, paid, 5)" },
        { "k_anonymous( \"5\" , 5 )", "k_anonymous(\"5\", 5)" },
        { "k_anonymous(id, 100)", "k_anonymous(id, 100)" },
        { "l_diverse(paid,age,id,3)", "l_diverse(age, paid, id, 3)" },
        { "l_diverse(\"5\", age, 3)", "l_diverse(\"5\", age, 3)" },
        { "l_diverse(id, \"5\", 100)", "l_diverse(id, \"5\", 100)" },
    };
    for (size_t i = 0; i < ZKL_COUNT(texts); i++) {
        zkl_compiled_claim c, again;
        zkl_error err;
        REQUIRE_OK(t, &err, compile(t, &c, texts[i][0], ROWS, &err));
        const char *text = text_of(t, &c, print_text);
        CHECK_TEXT_EQ(t, text, texts[i][1]);
        REQUIRE_OK(t, &err, compile(t, &again, text, ROWS, &err));
        CHECK_TEXT_EQ(t, text_of(t, &again, print_text), text);
        const zkl_claim_assertion *a = &c.assertions[0], *b = &again.assertions[0];
        REQUIRE(t, a->param_count == b->param_count && c.assertion_count == 1);
        CHECK_MEM_EQ(t, a->params, b->params, a->param_count * sizeof *a->params);
        CHECK(t, !zkl_claim_is_by_row(&c.claim) && !zkl_claim_needs_values(&c));
    }
}

/* What a sentence calls a code: of texts it says codes where more of them could mean fewer texts,
 * and texts where it could not; fingerprints are fingerprints, and floats are codes. */
static void test_combinations__words(zkl_test *t)
{
    static const struct {
        const char *text, *print, *bare, *sentence, *json;
    } cases[] = {
        { "distinct(id)", "distinct(id) = 12", "distinct(id)",
          "there are exactly 12 different values of id",
          "{\"columns\":[\"id\"],\"comparison\":\"=\",\"count\":12,\"kind\":\"distinct\",\"text\":"
          "\"distinct(id) = 12\"}" },
        { "distinct(id) = 1", "distinct(id) = 1", "distinct(id)",
          "there is exactly 1 different value of id",
          "{\"columns\":[\"id\"],\"comparison\":\"=\",\"count\":1,\"kind\":\"distinct\",\"text\":"
          "\"distinct(id) = 1\"}" },
        { "distinct(city, age) >= 3", "distinct(age, city) >= 3", "distinct(age, city) >= 3",
          "there are at least 3 different combinations of age, the code of city (not its text) (a "
          "null counts as a value)",
          "{\"columns\":[\"age\",\"city\"],\"comparison\":\">=\",\"count\":3,\"kind\":\"distinct\","
          "\"text\":\"distinct(age, city) >= 3\"}" },
        { "distinct(city) <= 3", "distinct(city) <= 3", "distinct(city) <= 3",
          "there are at most 3 different values of the code of city (not its text)",
          "{\"columns\":[\"city\"],\"comparison\":\"<=\",\"count\":3,\"kind\":\"distinct\","
          "\"text\":"
          "\"distinct(city) <= 3\"}" },
        { "k_anonymous(age, city, 5)", "k_anonymous(age, city, 5)", "k_anonymous(age, city, 5)",
          "every combination of age, city that occurs, occurs in at least 5 rows (a null counts as "
          "a value)",
          "{\"columns\":[\"age\",\"city\"],\"k\":5,\"kind\":\"k_anonymous\",\"text\":"
          "\"k_anonymous(age, city, 5)\"}" },
        { "k_anonymous(note, 2)", "k_anonymous(note, 2)", "k_anonymous(note, 2)",
          "every value of the fingerprint of note (not its text) that occurs, occurs in at least 2 "
          "rows",
          "{\"columns\":[\"note\"],\"k\":2,\"kind\":\"k_anonymous\",\"text\":\"k_anonymous(note, "
          "2)\"}" },
        { "k_anonymous(id, score, 2)", "k_anonymous(id, score, 2)", "k_anonymous(id, score, 2)",
          "every combination of id, the code of score (not its number) that occurs, occurs in at "
          "least 2 rows",
          "{\"columns\":[\"id\",\"score\"],\"k\":2,\"kind\":\"k_anonymous\",\"text\":"
          "\"k_anonymous(id, score, 2)\"}" },
        { "l_diverse(city, id, 3)", "l_diverse(city, id, 3)", "l_diverse(city, id, 3)",
          "every value of city that occurs, occurs with at least 3 different values of id",
          "{\"columns\":[\"city\"],\"kind\":\"l_diverse\",\"l\":3,\"sensitive\":\"id\",\"text\":"
          "\"l_diverse(city, id, 3)\"}" },
        { "l_diverse(id, \"5\", city, 2)", "l_diverse(id, \"5\", city, 2)",
          "l_diverse(id, \"5\", city, 2)",
          "every combination of id, \"5\" that occurs, occurs with at least 2 different values of "
          "the code of city (not its text)",
          "{\"columns\":[\"id\",\"5\"],\"kind\":\"l_diverse\",\"l\":2,\"sensitive\":\"city\","
          "\"text\":\"l_diverse(id, \\\"5\\\", city, 2)\"}" },
        { "l_diverse(id, paid, 3)", "l_diverse(id, paid, 3)", "l_diverse(id, paid, 3)",
          "every value of id that occurs, occurs with at least 3 different values of paid (a null "
          "counts as a value)",
          "{\"columns\":[\"id\"],\"kind\":\"l_diverse\",\"l\":3,\"sensitive\":\"paid\",\"text\":"
          "\"l_diverse(id, paid, 3)\"}" },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        zkl_compiled_claim c;
        zkl_error err;
        REQUIRE_OK(t, &err, compile(t, &c, cases[i].text, ROWS, &err));
        REQUIRE_OK(t, &err, bind(t, &c, 12, &err));
        CHECK_TEXT_EQ(t, text_of(t, &c, print_text), cases[i].print);
        CHECK_TEXT_EQ(t, text_of(t, &c, print_bare), cases[i].bare);
        CHECK_TEXT_EQ(t, text_of(t, &c, zkl_claim_sentence), cases[i].sentence);
        CHECK_TEXT_EQ(t, text_of(t, &c, zkl_claim_json), cases[i].json);
        /* rows that offend are counted, a number that is another has words */
        CHECK(t, (zkl_claim_false_words(&c) != NULL) == (cases[i].text[0] == 'd'));
    }
}

static void test_combinations__refuse(zkl_test *t)
{
    static const struct {
        const char *text;
        zkl_status status;
        const char *message;
    } cases[] = {
        { "distinct()", ZKL_USAGE, "character 10: a column name" },
        { "distinct(id", ZKL_USAGE, "character 12: ')' expected" },
        { "distinct(id) = x", ZKL_USAGE, "character 16: a whole number" },
        { "distinct(id) = 1.5", ZKL_USAGE, "character 17: nothing more" },
        { "distinct(id) in rows 0..65535", ZKL_USAGE, "distinct speaks of the whole dataset" },
        { "distinct(id, id)", ZKL_USAGE, "named twice" },
        { "distinct(no)", ZKL_NOT_FOUND, "no column 'no'" },
        { "distinct(id) = 101", ZKL_REJECTED, "only 100 rows" },
        { "distinct(id) = 0", ZKL_REJECTED, "one at least" },
        { "distinct(id) <= 0", ZKL_REJECTED, "one at least" },
        { "distinct(id) >= 101", ZKL_REJECTED, "only 100 rows" },
        { "distinct(id) >= 1", ZKL_USAGE, "says nothing" },
        { "distinct(id) >= 0", ZKL_USAGE, "says nothing" },
        { "distinct(id) <= 100", ZKL_USAGE, "says nothing" },
        { "distinct(long)", ZKL_LIMIT, "column 'long' is string32: with it the columns have more" },
        { "k_anonymous(5)", ZKL_USAGE, "character 13: a column name" },
        { "k_anonymous(id)", ZKL_USAGE, "character 15: k is missing" },
        { "k_anonymous(id,)", ZKL_USAGE, "character 16: a whole number" },
        { "k_anonymous(id, 5", ZKL_USAGE, "character 18: ')' expected" },
        { "k_anonymous(id, 5, 6)", ZKL_USAGE, "character 18: ')' expected" },
        { "k_anonymous(id, 05)", ZKL_USAGE, "whole number" },
        { "k_anonymous(id, -5)", ZKL_USAGE, "whole number" },
        { "k_anonymous(id, age, 5, paid)", ZKL_USAGE, "')' expected" },
        { "k_anonymous(id, 5) in rows 0..99", ZKL_USAGE, "k_anonymous speaks of the whole" },
        { "k_anonymous(id, 1)", ZKL_USAGE, "says nothing" },
        { "k_anonymous(id, 0)", ZKL_USAGE, "says nothing" },
        { "k_anonymous(id, 101)", ZKL_REJECTED, "only 100 rows" },
        { "k_anonymous(id, age, id, 5)", ZKL_USAGE, "named twice" },
        { "k_anonymous(no, 5)", ZKL_NOT_FOUND, "no column 'no'" },
        { "k_anonymous(long, 5)", ZKL_LIMIT, "with it the columns have more than 224 bits" },
        { "l_diverse(id, 5)", ZKL_USAGE, "character 15: a column name" },
        { "l_diverse(5)", ZKL_USAGE, "character 11: a column name" },
        { "l_diverse(id, age)", ZKL_USAGE, "character 18: l is missing" },
        { "l_diverse(id, age, )", ZKL_USAGE, "character 20: a whole number" },
        { "l_diverse(id, age, 1)", ZKL_USAGE, "says nothing" },
        { "l_diverse(id, age, 101)", ZKL_REJECTED, "only 100 rows" },
        { "l_diverse(id, age, id, 2)", ZKL_USAGE, "column 'id' is uint32: named twice" },
        { "l_diverse(id, id, 2)", ZKL_USAGE, "named twice" },
        { "l_diverse(id, no, 2)", ZKL_NOT_FOUND, "no column 'no'" },
        { "l_diverse(id, age, 2) in rows 0..99", ZKL_USAGE, "l_diverse speaks of the whole" },
        { "l_diverse(id, long, 2)", ZKL_LIMIT, "column 'long' is string32" },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        zkl_compiled_claim c;
        zkl_error err;
        CHECK_STATUS(t, cases[i].status, compile(t, &c, cases[i].text, ROWS, &err));
        if (!strstr(err.text, cases[i].message))
            FAIL(t, "'%s' says '%s', not '%s'", cases[i].text, err.text, cases[i].message);
    }
}

/* As many as well-formed cells can have: two of a bool, 65,536 a limb of others, and a null. What
 * every table is like says nothing, what none is like is false. */
static void test_distinct__knows_how_many_there_can_be(zkl_test *t)
{
    static const struct {
        const char *of;
        uint64_t rows, most;
    } cases[] = {
        { "paid", 100, 3 },
        { "\"5\"", 100000, 65536 },
        { "age", 100000, 65537 },
        { "city", 100000, 65536 },
        { "paid, \"5\"", 1000000, 3 * 65536 },
        { "id", (uint64_t)1 << 33, (uint64_t)1 << 32 },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        const unsigned long long most = cases[i].most;
        const struct {
            const char *sign;
            unsigned long long count;
            zkl_status status;
        } says[] = {
            { "<=", most - 1, ZKL_OK },       { "<=", most, ZKL_USAGE },
            { "<=", most + 1, ZKL_USAGE },    { "=", most, ZKL_OK },
            { "=", most + 1, ZKL_REJECTED },  { ">=", most, ZKL_OK },
            { ">=", most + 1, ZKL_REJECTED },
        };
        for (size_t k = 0; k < ZKL_COUNT(says); k++) {
            const char *text = zkl_arena_format(&t->arena, "distinct(%s) %s %llu", cases[i].of,
                                                says[k].sign, says[k].count);
            zkl_compiled_claim c;
            zkl_error err;
            const zkl_status status = compile(t, &c, text, cases[i].rows, &err);
            if (status != says[k].status ||
                (status != ZKL_OK && !strstr(err.text, "columns of these types have")))
                FAIL(t, "'%s' says '%s'", text, err.text);
        }
    }
    /* More than there is a number for. */
    zkl_compiled_claim c;
    zkl_error err;
    CHECK_STATUS(t, ZKL_OK, compile(t, &c, "distinct(big, id) <= 99", ROWS, &err));
    CHECK_STATUS(t, ZKL_OK, compile(t, &c, "distinct(big) <= 99", ROWS, &err));
    CHECK_STATUS(t, ZKL_OK, compile(t, &c, "distinct(note) <= 99", ROWS, &err));
    CHECK_STATUS(t, ZKL_OK, compile(t, &c, "distinct(paid)", ROWS, &err));
}

/* 14 limbs with flags, of all columns together: note 8, big 4 and its flag are 13. */
static void test_combinations__widths(zkl_test *t)
{
    static const struct {
        const char *text;
        bool fits;
    } cases[] = {
        { "distinct(note, big)", true },
        { "distinct(note, big, city)", true },
        { "distinct(note, big, id)", false },
        { "distinct(note, big, city, \"5\")", false },
        { "k_anonymous(note, at, city, \"5\", 2)", true },
        { "k_anonymous(note, at, paid, 2)", true },
        { "k_anonymous(note, at, paid, city, 2)", false },
        { "l_diverse(note, city, big, 2)", true },
        { "l_diverse(big, note, city, 2)", true },
        { "l_diverse(note, id, big, 2)", false },
        { "l_diverse(big, note, id, 2)", false },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        zkl_compiled_claim c;
        zkl_error err;
        CHECK_STATUS(t, cases[i].fits ? ZKL_OK : ZKL_LIMIT,
                     compile(t, &c, cases[i].text, ROWS, &err));
    }
}

/* ---- What they compile to */

static uint64_t param_of(const zkl_compiled_claim *c, size_t at)
{
    uint64_t value = UINT64_MAX;
    ZKL_ASSERT(zkl_assertion_param_u64(&value, &c->assertions[0].params[at]));
    return value;
}

static void check_columns(zkl_test *t, const zkl_compiled_claim *c, const char *const *roles,
                          size_t count)
{
    const zkl_claim_source *source = &c->assertions[0].sources[0];
    REQUIRE(t, c->assertion_count == 1 && c->assertions[0].source_count == 1);
    REQUIRE(t, source->column_count == count && source->first_row == 0);
    CHECK_UINT_EQ(t, source->row_count, ROWS);
    for (size_t i = 0; i < count; i++)
        CHECK(t, zkl_bytes_equal_text(source->columns[i].role, roles[i]));
}

/* Numbers count flags: id 0, age 1, paid 3, city 5. */
static void test_combinations__compile(zkl_test *t)
{
    zkl_compiled_claim c;
    zkl_error err;
    REQUIRE_OK(t, &err, compile(t, &c, "distinct(paid, age) >= 7", ROWS, &err));
    CHECK_UINT_EQ(t, c.assertions[0].kind, ZKL_ASSERTION_GROUPS);
    check_columns(t, &c, (const char *const[]){ "1", "1?", "3?", "3??" }, 4);
    CHECK(t, param_of(&c, ZKL_GROUPS_LEAST) == 1 && param_of(&c, ZKL_GROUPS_MOST) == 0);
    CHECK(t, param_of(&c, ZKL_GROUPS_NUMBER) == 7 &&
                 param_of(&c, ZKL_GROUPS_MODE) == ZKL_MODE_AT_LEAST);
    /* k alone is in what it compiles to, beside the rows */
    REQUIRE_OK(t, &err, compile(t, &c, "k_anonymous(city, id, 7)", ROWS, &err));
    CHECK_UINT_EQ(t, c.assertions[0].kind, ZKL_ASSERTION_GROUPS);
    check_columns(t, &c, (const char *const[]){ "0", "5" }, 2);
    CHECK(t, param_of(&c, ZKL_GROUPS_LEAST) == 7 && param_of(&c, ZKL_GROUPS_MOST) == 0);
    CHECK(t, param_of(&c, ZKL_GROUPS_NUMBER) == ROWS / 7 &&
                 param_of(&c, ZKL_GROUPS_MODE) == ZKL_GROUPS_HIDDEN);
    REQUIRE_OK(t, &err, compile(t, &c, "l_diverse(paid, id, age, 7)", ROWS, &err));
    CHECK_UINT_EQ(t, c.assertions[0].kind, ZKL_ASSERTION_DIVERSE);
    check_columns(t, &c, (const char *const[]){ "1", "1?", "0", "3?", "3??" }, 5);
    CHECK(t, param_of(&c, ZKL_DIVERSE_LEAST) == 7 && param_of(&c, ZKL_DIVERSE_ROOM) == ROWS);
}

/* A key with nulls: groups of one row. It says nothing of how many nulls there are. */
static void test_combinations__keys_with_nulls(zkl_test *t)
{
    zkl_compiled_claim c, other;
    zkl_error err;
    REQUIRE_OK(t, &err, compile(t, &c, "unique(paid, id, age)", ROWS, &err));
    CHECK(t, c.is_bound && c.assertions[0].kind == ZKL_ASSERTION_GROUPS);
    check_columns(t, &c, (const char *const[]){ "0", "1", "1?", "3?", "3??" }, 5);
    CHECK(t, param_of(&c, ZKL_GROUPS_LEAST) == 1 && param_of(&c, ZKL_GROUPS_MOST) == 1);
    CHECK(t, param_of(&c, ZKL_GROUPS_NUMBER) == ROWS &&
                 param_of(&c, ZKL_GROUPS_MODE) == ZKL_GROUPS_HIDDEN);
    CHECK_TEXT_EQ(t, text_of(t, &c, print_text), "unique(id, age, paid)");
    CHECK_TEXT_EQ(t, text_of(t, &c, zkl_claim_sentence),
                  "no two rows agree in all of id, age, paid (a null counts as a value)");
    REQUIRE_OK(t, &err, compile(t, &other, "range(age, 0, 9)", ROWS, &err));
    CHECK(t, zkl_claim_values_for(&c, &other).least == 0 && zkl_claim_false_words(&c) == NULL);
    REQUIRE_OK(t, &err, compile(t, &c, "unique(id, city)", ROWS, &err));
    CHECK(t, c.assertions[0].kind == ZKL_ASSERTION_UNIQUE && !c.assertions[0].param_count);
    CHECK_TEXT_EQ(t, text_of(t, &c, zkl_claim_sentence),
                  "no two rows agree in all of id, the code of city (not its text)");
    CHECK_STATUS(t, ZKL_USAGE, compile(t, &c, "unique(id, age) in rows 0..65535", 100000, &err));
    CHECK(t, strstr(err.text, "column 'age' is uint16: it may hold nulls") != NULL);
    REQUIRE_OK(t, &err, compile(t, &c, "unique(id, age) in rows 0..99", ROWS, &err)); /* all */
    REQUIRE_OK(t, &err, compile(t, &c, "unique(note, big, city)", ROWS, &err));
    CHECK_STATUS(t, ZKL_LIMIT, compile(t, &c, "unique(note, big, id)", ROWS, &err));
    CHECK_STATUS(t, ZKL_USAGE, compile(t, &c, "unique(age, age)", ROWS, &err));
}

/* A number from outside is one that a table of so many rows can have. */
static void test_combinations__bind(zkl_test *t)
{
    static const struct {
        uint64_t count;
        zkl_status status;
    } cases[] = { { 0, ZKL_REJECTED },
                  { 1, ZKL_OK },
                  { ROWS, ZKL_OK },
                  { ROWS + 1, ZKL_REJECTED },
                  { UINT64_MAX, ZKL_REJECTED } };
    zkl_compiled_claim c;
    zkl_error err;
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        REQUIRE_OK(t, &err, compile(t, &c, "distinct(id)", ROWS, &err));
        CHECK(t, !c.is_bound && c.claim.is_open);
        CHECK_STATUS(t, cases[i].status, bind(t, &c, cases[i].count, &err));
        CHECK(t, c.is_bound == (cases[i].status == ZKL_OK));
    }
    REQUIRE_OK(t, &err, compile(t, &c, "distinct(id)", ROWS, &err));
    zkl_scalar wide[ZKL_GROUPS_PARAMS] = { { { 0 } } };
    wide[ZKL_GROUPS_NUMBER].bytes[23] = 1; /* 2^64 */
    wide[ZKL_GROUPS_NUMBER].bytes[31] = 1;
    CHECK_STATUS(t, ZKL_REJECTED, zkl_claim_bind(&c, wide, ZKL_GROUPS_PARAMS, &err));
}

/* A statement with another parameter, another column first, or of other rows is another claim; an
 * open claim takes its number from the statement and nothing else. */
static void test_combinations__match(zkl_test *t)
{
    static const char *const texts[] = { "distinct(id, age)", "distinct(id, age) <= 9",
                                         "k_anonymous(id, age, 9)", "l_diverse(id, age, 9)" };
    for (size_t i = 0; i < ZKL_COUNT(texts); i++) {
        zkl_compiled_claim c, open;
        zkl_error err;
        const uint32_t tables[1] = { 0 };
        size_t at = 0;
        REQUIRE_OK(t, &err, compile(t, &c, texts[i], ROWS, &err));
        REQUIRE_OK(t, &err, bind(t, &c, 12, &err));
        const zkl_claim_assertion *own = &c.assertions[0];
        zkl_scalar *params =
            zkl_arena_copy(&t->arena, own->params, own->param_count * sizeof *params);
        zkl_statement_column *stated = zkl_arena_copy(
            &t->arena, own->sources[0].columns, own->sources[0].column_count * sizeof *stated);
        zkl_assertion assertion = { own->kind, params, own->param_count, tables, 1 };
        zkl_statement_table table = { .dataset = id,
                                      .row_count = ROWS,
                                      .columns = stated,
                                      .column_count = own->sources[0].column_count };
        const zkl_statement s = {
            .assertions = &assertion, .assertion_count = 1, .tables = &table, .table_count = 1
        };
        REQUIRE_OK(t, &err, compile(t, &open, texts[i], ROWS, &err));
        REQUIRE_OK(t, &err, zkl_claim_match(&open, &s, &at, &err));
        CHECK_TEXT_EQ(t, text_of(t, &open, print_text), text_of(t, &c, print_text));
        for (size_t k = 0; k < own->param_count; k++) {
            params[k].bytes[31]++;
            REQUIRE_OK(t, &err, compile(t, &open, texts[i], ROWS, &err));
            at = 0;
            const zkl_status status = zkl_claim_match(&open, &s, &at, &err);
            CHECK_STATUS(t, i == 0 && k == ZKL_GROUPS_NUMBER ? ZKL_OK : ZKL_REJECTED, status);
            params[k].bytes[31]--;
        }
        at = 0;
        const zkl_statement_column first = stated[0];
        stated[0] = stated[table.column_count - 1];
        stated[table.column_count - 1] = first;
        CHECK_STATUS(t, ZKL_REJECTED, zkl_claim_match(&c, &s, &at, &err));
        stated[table.column_count - 1] = stated[0];
        stated[0] = first;
        table.row_count--;
        CHECK_STATUS(t, ZKL_REJECTED, zkl_claim_match(&c, &s, &at, &err));
        table.row_count++;
        table.first_row = 65536;
        CHECK_STATUS(t, ZKL_REJECTED, zkl_claim_match(&c, &s, &at, &err));
    }
}

/* ---- What the parameters say of tables */

enum { CELLS = 65536, TABLE_ROWS = 14, USED = 4 };

/* id, age, paid, city, with few values; a null has code 0. */
typedef struct small_table {
    uint64_t rows, codes[USED][TABLE_ROWS];
    bool nulls[USED][TABLE_ROWS];
} small_table;

static void draw(zkl_test *t, small_table *out)
{
    out->rows = 2 + test_random_below(t, TABLE_ROWS - 1);
    for (size_t c = 0; c < USED; c++) {
        const uint64_t values = 1 + test_random_below(t, c == 2 ? 2 : 3);
        for (uint64_t row = 0; row < out->rows; row++) {
            out->nulls[c][row] = columns[c].nullable && test_random_below(t, 4) == 0;
            out->codes[c][row] = out->nulls[c][row] ? 0 : test_random_below(t, values);
            if (c == 0) /* the upper limb counts */
                out->codes[c][row] *= 65536;
        }
    }
}

/* Do two rows agree in these columns? */
static bool agree(const small_table *table, unsigned set, uint64_t a, uint64_t b)
{
    bool same = true;
    for (size_t c = 0; c < USED; c++)
        same = same && (!(set >> c & 1) || (table->codes[c][a] == table->codes[c][b] &&
                                            table->nulls[c][a] == table->nulls[c][b]));
    return same;
}

/* Of the rows that agree with this one in `set`: how many there are that differ in `more`. */
static uint64_t different(const small_table *table, unsigned set, unsigned more, uint64_t row)
{
    uint64_t out = 0;
    for (uint64_t i = 0; i < table->rows; i++) {
        bool first = agree(table, set, i, row);
        for (uint64_t k = 0; first && k < i; k++)
            first = !agree(table, set | more, i, k);
        out += first;
    }
    return out;
}

static uint64_t size_of_group(const small_table *table, unsigned set, uint64_t row)
{
    uint64_t out = 0;
    for (uint64_t i = 0; i < table->rows; i++)
        out += agree(table, set, i, row);
    return out;
}

/* The source as a prover has it. */
static zkl_source_table source_of(zkl_test *t, const small_table *table,
                                  const zkl_claim_source *source)
{
    static const struct {
        size_t column;
        bool is_flag;
    } numbers[] = {
        { 0, false }, { 1, false }, { 1, true }, { 2, false }, { 2, true }, { 3, false }
    };
    const uint16_t **cells = ZKL_ARENA_NEW(&t->arena, const uint16_t *, 2 * source->column_count);
    size_t block = 0;
    for (size_t i = 0; i < source->column_count; i++)
        for (uint32_t limb = 0; limb < source->columns[i].limb_count; limb++) {
            uint16_t *out = ZKL_ARENA_NEW(&t->arena, uint16_t, CELLS);
            const size_t c = numbers[source->columns[i].index].column;
            const bool is_flag = numbers[source->columns[i].index].is_flag;
            for (uint64_t row = 0; row < table->rows; row++)
                out[row] =
                    (uint16_t)(is_flag ? table->nulls[c][row] : table->codes[c][row] >> 16 * limb);
            cells[block++] = out;
        }
    return (zkl_source_table){ .table = { .row_count = table->rows,
                                          .columns = source->columns,
                                          .column_count = source->column_count },
                               .cells = cells };
}

/* Rows that offend, of a claim that is bound to the data first. */
static uint64_t bad_rows(zkl_test *t, const small_table *table, zkl_compiled_claim *c)
{
    const zkl_claim_assertion *own = &c->assertions[0];
    const zkl_source_table source = source_of(t, table, &own->sources[0]);
    const uint32_t sources[1] = { 0 };
    const zkl_assertion_request request = { own->kind, own->params, own->param_count, sources, 1 };
    zkl_scalar params[ZKL_GROUPS_PARAMS];
    zkl_error err = { 0 };
    uint64_t bad = 0;
    if (!c->is_bound && (zkl_prove_measure(params, &request, &source, 1, &err) != ZKL_OK ||
                         zkl_claim_bind(c, params, own->param_count, &err) != ZKL_OK))
        FAIL(t, "measured: %s", err.text);
    const zkl_status status = zkl_prove_check(&bad, &request, 1, &source, 1, &err);
    CHECK_STATUS(t, bad ? ZKL_REJECTED : ZKL_OK, status);
    return bad;
}

static const char *list_of(zkl_test *t, unsigned set)
{
    char out[64] = "";
    size_t size = 0;
    for (size_t c = 0; c < USED; c++)
        if (set >> c & 1)
            size += (size_t)snprintf(out + size, sizeof out - size, "%s%s", size ? ", " : "",
                                     (const char *)columns[c].name.data);
    return zkl_arena_text(&t->arena, out, size);
}

/* Every set of columns, and a sensitive one beside it. */
static void check_table(zkl_test *t, const small_table *table, unsigned set, size_t sensitive)
{
    zkl_compiled_claim c;
    zkl_error err;
    const char *list = list_of(t, set);
    const uint64_t number = different(table, 0, set, 0);
    const uint64_t k = 2 + test_random_below(t, table->rows - 1),
                   l = 2 + test_random_below(t, table->rows - 1);
    uint64_t few_rows = 0, few_values = 0;
    for (uint64_t row = 0; row < table->rows; row++) {
        few_rows += size_of_group(table, set, row) < k;
        few_values += different(table, set, 1u << sensitive, row) < l;
    }
    const char *text = zkl_arena_format(&t->arena, "distinct(%s)", list);
    REQUIRE_OK(t, &err, compile(t, &c, text, table->rows, &err));
    CHECK_UINT_EQ(t, bad_rows(t, table, &c), 0);
    CHECK_UINT_EQ(t, param_of(&c, ZKL_GROUPS_NUMBER), number);
    for (uint64_t n = 1; n <= table->rows; n++)
        for (unsigned mode = 0; mode < ZKL_MODE_COUNT; mode++) {
            static const char *const signs[] = { ">=", "=", "<=" };
            text = zkl_arena_format(&t->arena, "distinct(%s) %s %llu", list, signs[mode],
                                    (unsigned long long)n);
            if (compile(t, &c, text, table->rows, &err) != ZKL_OK)
                continue;
            const bool holds = mode == 0 ? number >= n : mode == 1 ? number == n : number <= n;
            CHECK_UINT_EQ(t, bad_rows(t, table, &c), !holds);
        }
    text = zkl_arena_format(&t->arena, "unique(%s)", list);
    REQUIRE_OK(t, &err, compile(t, &c, text, table->rows, &err));
    CHECK_UINT_EQ(t, bad_rows(t, table, &c), table->rows - number);
    text = zkl_arena_format(&t->arena, "k_anonymous(%s, %llu)", list, (unsigned long long)k);
    REQUIRE_OK(t, &err, compile(t, &c, text, table->rows, &err));
    CHECK_UINT_EQ(t, bad_rows(t, table, &c), few_rows);
    text = zkl_arena_format(&t->arena, "l_diverse(%s, %s, %llu)", list,
                            (const char *)columns[sensitive].name.data, (unsigned long long)l);
    REQUIRE_OK(t, &err, compile(t, &c, text, table->rows, &err));
    CHECK_UINT_EQ(t, bad_rows(t, table, &c), few_values);
}

static void test_combinations__say_what_the_text_says(zkl_test *t)
{
    for (size_t round = 0; round < 60; round++) {
        zkl_arena kept = t->arena; /* cells are large: a round's memory is given back */
        t->arena = (zkl_arena){ 0 };
        small_table table;
        draw(t, &table);
        const size_t sensitive = round % USED;
        const unsigned set = (1 + (unsigned)test_random_below(t, 14)) & ~(1u << sensitive);
        check_table(t, &table, set ? set : 15u & ~(1u << sensitive), sensitive);
        zkl_arena_clear(&t->arena);
        t->arena = kept;
    }
}

ZKL_TESTS(TEST(test_combinations__have_one_text), TEST(test_combinations__words),
          TEST(test_combinations__refuse), TEST(test_distinct__knows_how_many_there_can_be),
          TEST(test_combinations__widths), TEST(test_combinations__compile),
          TEST(test_combinations__keys_with_nulls), TEST(test_combinations__bind),
          TEST(test_combinations__match), TEST(test_combinations__say_what_the_text_says))
