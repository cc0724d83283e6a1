/* "filter(source@1, where P)": how it is read and written, what it compiles to, and what it says of
 * rows: the assertion's codes are those of which the text is true. */
#include "claim/predicate.h"
#include "claim_testing.h"

static const zkl_column columns[] = {
    { { (const uint8_t *)"id", 2 }, { .kind = ZKL_TYPE_UINT32 }, false },
    { { (const uint8_t *)"pay", 3 }, { .kind = ZKL_TYPE_UINT16 }, true },
    { { (const uint8_t *)"y", 1 }, { .kind = ZKL_TYPE_INT16 }, false },
};
static const zkl_column others[] = {
    { { (const uint8_t *)"id", 2 }, { .kind = ZKL_TYPE_UINT32 }, false },
    { { (const uint8_t *)"pay", 3 }, { .kind = ZKL_TYPE_UINT16 }, false },
    { { (const uint8_t *)"y", 1 }, { .kind = ZKL_TYPE_INT16 }, false },
};
static const zkl_column hashed[] = {
    { { (const uint8_t *)"id", 2 }, { .kind = ZKL_TYPE_UINT32 }, false },
    { { (const uint8_t *)"text", 4 }, { .kind = ZKL_TYPE_STRING16 }, true },
};
static const zkl_schema schema = { ZKL_HASH_SHA3_256, columns, 3 };
static const zkl_schema not_null = { ZKL_HASH_SHA3_256, others, 3 };
static const zkl_schema texts = { ZKL_HASH_SHA3_256, hashed, 2 };
static const zkl_digest ids[] = { { { 1 } }, { { 2 } }, { { 3 } }, { { 4 } } };

static const zkl_claim_dataset datasets[] = {
    { &schema, 70000, &ids[0], NAMED("child"), 2 },
    { &schema, 100000, &ids[1], NAMED("all"), 1 },
    { &schema, 69999, &ids[2], NAMED("small"), 1 },
    { &not_null, 100000, &ids[3], NAMED("plain"), 1 },
};
static const zkl_claim_scope scope = { datasets, 4 };

static zkl_status compile(zkl_test *t, zkl_compiled_claim *out, const char *text, zkl_error *err)
{
    return compile_in(t, out, text, &scope, err);
}

static void test_filter__has_one_text(zkl_test *t)
{
    static const char want[] = "filter(all@1, where pay >= 18 and (id < 7 or y in {-1, 3}))";
    static const char *const texts_of_it[] = {
        "filter(all,where pay>=18 and(id<7 or y in{3,-1}))",
        " filter( all@1 ,\twhere (pay >= 18) and (id < 7 or (y in {-1, 3})) )",
        want,
    };
    zkl_error err;
    zkl_compiled_claim c;
    for (size_t i = 0; i < ZKL_COUNT(texts_of_it); i++) {
        REQUIRE_OK(t, &err, compile(t, &c, texts_of_it[i], &err));
        check_words(t, &c, want,
                    "{\"columns\":[\"pay\",\"id\",\"y\"],\"datasets\":[\"all@1\"],\"kind\":"
                    "\"filter\",\"text\":\"filter(all@1, where pay >= 18 and (id < 7 or y in "
                    "{-1, 3}))\",\"where\":\"pay >= 18 and (id < 7 or y in {-1, 3})\"}",
                    "its rows are those of all@1 that satisfy pay >= 18 and (id < 7 or y in {-1, "
                    "3}) (no comparison holds of a null), each as often, in any order");
    }
    /* no column with nulls; texts */
    const zkl_claim_dataset two[] = { { &texts, 5, &ids[0], NAMED("a"), 1 },
                                      { &texts, 5, &ids[1], NAMED("b"), 1 } };
    const zkl_claim_scope small = { two, 2 };
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    zkl_claim read;
    REQUIRE_OK(
        t, &err,
        zkl_claim_parse(&read, &t->arena, zkl_bytes_of_text("filter(b, where id < 5)"), &err));
    REQUIRE_OK(t, &err, zkl_claim_compile(&c, &t->arena, &read, &small, &err));
    zkl_claim_sentence(&out, &c);
    CHECK(t, zkl_bytes_equal_text(zkl_buffer_bytes(&out),
                                  "its rows are those of b@1 that satisfy id < 5, each as often, "
                                  "in any order; long texts are compared by their fingerprints"));
}

/* The other dataset first, all columns of both, and codes over all columns. */
static void test_filter__compiles_to_one_assertion(zkl_test *t)
{
    zkl_error err;
    zkl_compiled_claim c;
    REQUIRE_OK(t, &err, compile(t, &c, "filter(all, where y >= 5 or pay is null)", &err));
    CHECK(t, c.is_bound && c.assertion_count == 1 && c.row_count == 70000);
    const zkl_claim_assertion *a = &c.assertions[0];
    REQUIRE(t, a->kind == ZKL_ASSERTION_FILTER && a->source_count == 2);
    for (size_t i = 0; i < 2; i++) {
        const zkl_claim_source *source = &a->sources[i];
        CHECK_UINT_EQ(t, source->dataset, 1 - i);
        CHECK(t, source->first_row == 0 && source->row_count == (i ? 70000 : 100000));
        REQUIRE(t, source->column_count == 4); /* id, pay, pay?, y */
        CHECK(t, zkl_bytes_equal_text(source->columns[2].role, "1?"));
    }
    /* pay: one cut for its nulls; y from code 32773 on; digits of pay 0, 1 and 2 for a null */
    static const uint64_t want[] = { 2, 1, 1, 1, 2, 1, 32773, 1, 4, 2, 3, 4, 5 };
    CHECK_UINT_EQ(t, a->param_count, ZKL_COUNT(want));
    for (size_t i = 0; i < a->param_count && i < ZKL_COUNT(want); i++) {
        uint64_t got = 0;
        CHECK(t, zkl_assertion_param_u64(&got, &a->params[i]));
        CHECK_UINT_EQ(t, got, want[i]);
    }
}

static void test_filter__refuses_what_does_not_fit(zkl_test *t)
{
    static const struct {
        zkl_status status;
        const char *text, *error;
    } bad[] = {
        { ZKL_USAGE, "filter()", "character 8: a dataset expected" },
        { ZKL_USAGE, "filter(all)", "character 11: ',' expected" },
        { ZKL_USAGE, "filter(all, id = 3)", "character 13: 'where' expected" },
        { ZKL_USAGE, "filter(all, where id = 3", "character 25: ')' expected" },
        { ZKL_USAGE, "filter(all, small, where id = 3)", "character 13: 'where' expected" },
        { ZKL_USAGE, "filter(all, where id = 3) = 7", "nothing more expected" },
        { ZKL_USAGE, "filter(all, where id = 3) in rows 0..65535", "the whole dataset" },
        { ZKL_USAGE, "filter(child, where id = 3)", "the dataset that the claim is about" },
        { ZKL_NOT_FOUND, "filter(all@2, where id = 3)", "'all@2' is not at hand" },
        { ZKL_NOT_FOUND, "filter(all, where x = 3)", "no column 'x'" },
        { ZKL_USAGE, "filter(plain, where id = 3)", "another schema: its column 'pay'" },
        { ZKL_REJECTED, "filter(small, where id = 3)", "70000 rows, more than its source's 69999" },
        { ZKL_USAGE, "filter(all, where id >= 0)", "holds of all values" },
        { ZKL_USAGE, "filter(all, where id < 3 and id > 5)", "no row can satisfy" },
        { ZKL_USAGE, "filter(all, where id < 3 or id >= 3)", "every row can satisfy" },
    };
    zkl_error err;
    zkl_compiled_claim c;
    for (size_t i = 0; i < ZKL_COUNT(bad); i++) {
        CHECK_STATUS(t, bad[i].status, compile(t, &c, bad[i].text, &err));
        if (!strstr(err.text, bad[i].error))
            FAIL(t, "%s: says '%s', not '%s'", bad[i].text, err.text, bad[i].error);
    }
    /* the classes of two limbs multiply: 2,001 of each */
    ZKL_AUTO_CLEAR(zkl_buffer) wide = { 0 };
    zkl_buffer_put_text(&wide, "filter(all, where id in {");
    for (size_t i = 1; i <= 1000; i++)
        zkl_buffer_format(&wide, "%s%zu", i > 1 ? ", " : "", 2 * i * 65537);
    zkl_buffer_put_text(&wide, "})");
    zkl_buffer_put_u8(&wide, 0);
    CHECK_STATUS(t, ZKL_LIMIT, compile(t, &c, (const char *)wide.data, &err));
    if (!strstr(err.text, "the predicate is too wide for a proof"))
        FAIL(t, "says '%s'", err.text);
}

/* Random predicates and rows: the assertion's bit of a row is what the text says of it. */
static void test_filter__says_what_the_text_says(zkl_test *t)
{
    static const char *const signs[] = { "<", "<=", ">", ">=", "=", "!=" };
    for (size_t round = 0; round < 300; round++) {
        const unsigned cut_id = 1 + (unsigned)(test_random_u64(t) % 200000),
                       cut_y = (unsigned)(test_random_u64(t) % 20);
        const size_t sign_id = test_random_u64(t) % 6, sign_y = test_random_u64(t) % 6;
        const bool is_or = round % 2, negated = round % 3 == 0;
        const char *text = zkl_arena_format(&t->arena, "filter(all, where %s(id %s %u) %s y %s %u)",
                                            negated ? "not " : "", signs[sign_id], cut_id,
                                            is_or ? "or" : "and", signs[sign_y], cut_y);
        zkl_error err;
        zkl_compiled_claim c;
        REQUIRE_OK(t, &err, compile(t, &c, text, &err));
        zkl_statement_table tables[2];
        const zkl_statement_table *list[2] = { &tables[0], &tables[1] };
        for (size_t i = 0; i < 2; i++)
            tables[i] = (zkl_statement_table){
                .row_count = c.assertions[0].sources[i].row_count,
                .columns = c.assertions[0].sources[i].columns,
                .column_count = c.assertions[0].sources[i].column_count,
            };
        const zkl_assertion_facts facts = { &zkl_proof_format_v1, c.assertions[0].params,
                                            c.assertions[0].param_count, list, 2 };
        zkl_predicate p;
        zkl_predicate_tables public_tables;
        size_t at = 0;
        REQUIRE_OK(t, &err, zkl_predicate_read(&p, &at, &facts, &err));
        REQUIRE_OK(t, &err, zkl_predicate_tabulate(&public_tables, &t->arena, &p, &err));
        for (size_t i = 0; i < 50; i++) {
            const uint64_t id = i < 5 ? cut_id - 2 + i : test_random_u64(t) % 200010;
            const int64_t y = (int64_t)(test_random_u64(t) % 24) - 2;
            const uint64_t codes[4] = { id, 0, 0, (uint64_t)(y + 32768) };
            size_t g = 0;
            for (size_t k = 0; k < p.limb_count; k++) {
                const zkl_predicate_part *limb = &p.limbs[k];
                const uint16_t v =
                    (uint16_t)(codes[p.conditions[limb->condition].column] >> 16 * limb->limb);
                g += p.is_direct ? v : limb->radix * public_tables.steps[k][v];
            }
            const int64_t d_id = (int64_t)id - cut_id, d_y = y - (int64_t)cut_y;
            const bool of_id[6] = { d_id<0, d_id <= 0, d_id> 0, d_id >= 0, !d_id, d_id != 0 },
                       of_y[6] = { d_y<0, d_y <= 0, d_y> 0, d_y >= 0, !d_y, d_y != 0 };
            const bool first = of_id[sign_id] != negated,
                       want = is_or ? first || of_y[sign_y] : first && of_y[sign_y];
            if (zkl_predicate_holds(&p, &public_tables, g, 0) != want)
                FAIL(t, "%s: of id %llu, y %lld", text, (unsigned long long)id, (long long)y);
        }
    }
}

ZKL_TESTS(TEST(test_filter__has_one_text), TEST(test_filter__compiles_to_one_assertion),
          TEST(test_filter__refuses_what_does_not_fit), TEST(test_filter__says_what_the_text_says))
