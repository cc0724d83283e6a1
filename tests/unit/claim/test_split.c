/* "split(train@1, test@1)": how it is read and written, what it compiles to, and which datasets it
 * may name. */
#include "claim_testing.h"

static const zkl_column columns[] = {
    { { (const uint8_t *)"id", 2 }, { .kind = ZKL_TYPE_UINT32 }, false },
    { { (const uint8_t *)"pay", 3 }, { .kind = ZKL_TYPE_UINT16 }, true },
};
static const zkl_column others[] = {
    { { (const uint8_t *)"id", 2 }, { .kind = ZKL_TYPE_UINT32 }, false },
    { { (const uint8_t *)"pay", 3 }, { .kind = ZKL_TYPE_UINT16 }, false },
};
static const zkl_column hashed[] = {
    { { (const uint8_t *)"id", 2 }, { .kind = ZKL_TYPE_STRING16 }, false },
};
static const zkl_schema schema = { ZKL_HASH_SHA3_256, columns, 2 };
static const zkl_schema not_null = { ZKL_HASH_SHA3_256, others, 2 };
static const zkl_schema texts = { ZKL_HASH_SHA3_256, hashed, 1 };
static const zkl_digest ids[] = { { { 1 } }, { { 2 } }, { { 3 } }, { { 4 } }, { { 5 } } };

static const zkl_claim_dataset datasets[] = {
    { &schema, 100000, &ids[0], NAMED("all"), 2 },
    { &schema, 80000, &ids[1], NAMED("train"), 1 },
    { &schema, 20000, &ids[2], NAMED("test-a"), 3 },
    { &not_null, 20000, &ids[3], NAMED("plain"), 1 },
    { &schema, 100000, &ids[4], NAMED("all"), 1 },
};
static const zkl_claim_scope scope = { datasets, 5 };

static zkl_status compile(zkl_test *t, zkl_compiled_claim *out, const char *text, zkl_error *err)
{
    return compile_in(t, out, text, &scope, err);
}

static void test_split_parse__names_datasets(zkl_test *t)
{
    static const struct {
        const char *text, *error;
    } bad[] = {
        { "split()", "character 7: a dataset expected" },
        { "split(train@)", "character 7: a dataset expected" },
        { "split(train@0)", "character 7: a dataset expected" },
        { "split(train@01)", "character 7: a dataset expected" },
        { "split(train@1@2)", "character 7: a dataset expected" },
        { "split(@1)", "character 7: a dataset expected" },
        { "split(-a)", "character 7: a dataset expected" },
        { "split(\"train\")", "character 7: a dataset expected" },
        { "split(train", "character 12: ')' expected" },
        { "split(train,)", "character 13: a dataset expected" },
        { "split(train test)", "character 13: ')' expected" },
        { "split(train) = 3", "character 14: nothing more expected" },
        { "split(train) in rows 0..65535", "character 14: split speaks of the whole dataset" },
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
    zkl_buffer_put_text(&many, "split(a");
    for (size_t i = 0; i < ZKL_CLAIM_OTHERS_MAX; i++)
        zkl_buffer_format(&many, ", a%zu", i);
    zkl_buffer_put_u8(&many, ')');
    CHECK_STATUS(t, ZKL_LIMIT, zkl_claim_parse(&claim, &t->arena, zkl_buffer_bytes(&many), &err));
}

/* The version that is at hand becomes part of the text, which compiles to the same again. */
static void test_split_compile__is_canonical(zkl_test *t)
{
    static const char want[] = "split(train@1, test-a@3)";
    static const char *const texts_of_it[] = { "split(train,test-a)", " split( train@1 ,\ttest-a )",
                                               want };
    zkl_error err;
    zkl_compiled_claim c;
    for (size_t i = 0; i < ZKL_COUNT(texts_of_it); i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
        REQUIRE_OK(t, &err, compile(t, &c, texts_of_it[i], &err));
        zkl_claim_print(&out, &c.claim);
        CHECK(t, zkl_bytes_equal_text(zkl_buffer_bytes(&out), want));
        out.size = 0;
        zkl_claim_json(&out, &c);
        CHECK(t, zkl_bytes_equal_text(zkl_buffer_bytes(&out),
                                      "{\"datasets\":[\"train@1\",\"test-a@3\"],\"kind\":\"split\","
                                      "\"text\":\"split(train@1, test-a@3)\"}"));
        out.size = 0;
        zkl_claim_sentence(&out, &c);
        CHECK(t, zkl_bytes_equal_text(zkl_buffer_bytes(&out),
                                      "its rows are those of train@1 and test-a@3 together, each "
                                      "as often, in any order"));
    }
    CHECK(t, c.is_bound && c.assertion_count == 1 && c.row_count == 100000);
    const zkl_claim_assertion *a = &c.assertions[0];
    REQUIRE(t, a->kind == ZKL_ASSERTION_SPLIT && a->source_count == 3 && a->param_count == 0);
    for (size_t i = 0; i < 3; i++) {
        const zkl_claim_source *source = &a->sources[i];
        CHECK_UINT_EQ(t, source->dataset, i);
        CHECK(t, source->first_row == 0 && source->row_count == datasets[i].row_count);
        REQUIRE(t, source->column_count == 3); /* id, pay, pay? */
        CHECK(t, zkl_bytes_equal_text(source->columns[0].role, "0") &&
                     source->columns[0].limb_count == 2);
        CHECK(t,
              zkl_bytes_equal_text(source->columns[2].role, "1?") && source->columns[2].index == 2);
    }
    /* an older version of the dataset itself is another dataset */
    REQUIRE_OK(t, &err, compile(t, &c, "split(all@1)", &err));
    CHECK_UINT_EQ(t, c.assertions[0].sources[1].dataset, 4);
}

static void test_split_compile__refuses_what_does_not_fit(zkl_test *t)
{
    static const struct {
        zkl_status status;
        const char *text, *error;
    } bad[] = {
        { ZKL_NOT_FOUND, "split(train@2, test-a)", "the dataset 'train@2' is not at hand" },
        { ZKL_NOT_FOUND, "split(train, nobody)", "the dataset 'nobody' is not at hand" },
        { ZKL_USAGE, "split(train, train@1)", "named twice" },
        { ZKL_USAGE, "split(all)", "several versions of 'all' are at hand: say which" },
        { ZKL_NOT_FOUND, "split(all@3)", "the dataset 'all@3' is not at hand" },
        { ZKL_USAGE, "split(all@2)", "is the dataset that the claim is about" },
        { ZKL_USAGE, "split(train, plain)", "'plain' has another schema: its column 'pay'" },
        { ZKL_REJECTED, "split(train)", "80000 rows together, the dataset 100000" },
        { ZKL_REJECTED, "split(train, all@1)", "180000 rows together, the dataset 100000" },
    };
    zkl_error err;
    zkl_compiled_claim c;
    for (size_t i = 0; i < ZKL_COUNT(bad); i++) {
        CHECK_STATUS(t, bad[i].status, compile(t, &c, bad[i].text, &err));
        if (!strstr(err.text, bad[i].error))
            FAIL(t, "%s: says '%s', not '%s'", bad[i].text, err.text, bad[i].error);
    }
}

static void test_split_sentence__says_what_fingerprints_are(zkl_test *t)
{
    const zkl_claim_dataset two[] = { { &texts, 5, &ids[0], NAMED("a"), 1 },
                                      { &texts, 5, &ids[1], NAMED("b"), 1 } };
    const zkl_claim_scope small = { two, 2 };
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    zkl_error err = { 0 };
    zkl_claim read;
    zkl_compiled_claim c;
    REQUIRE_OK(t, &err, zkl_claim_parse(&read, &t->arena, zkl_bytes_of_text("split(b)"), &err));
    REQUIRE_OK(t, &err, zkl_claim_compile(&c, &t->arena, &read, &small, &err));
    zkl_claim_sentence(&out, &c);
    CHECK(t, zkl_bytes_equal_text(zkl_buffer_bytes(&out),
                                  "its rows are those of b@1, each as often, in any order; long "
                                  "texts are compared by their fingerprints"));
}

ZKL_TESTS(TEST(test_split_parse__names_datasets), TEST(test_split_compile__is_canonical),
          TEST(test_split_compile__refuses_what_does_not_fit),
          TEST(test_split_sentence__says_what_fingerprints_are))
