/* "slice", "pick", "sample": how they are read and written, what they compile to, and which rows
 * they may name. */
#include "claim/assertion_pick.h"
#include "claim_testing.h"

static const zkl_column columns[] = {
    { { (const uint8_t *)"id", 2 }, { .kind = ZKL_TYPE_UINT32 }, false },
    { { (const uint8_t *)"pay", 3 }, { .kind = ZKL_TYPE_UINT16 }, true },
};
static const zkl_column hashed[] = {
    { { (const uint8_t *)"id", 2 }, { .kind = ZKL_TYPE_STRING16 }, false },
};
static const zkl_schema schema = { ZKL_HASH_SHA3_256, columns, 2 };
static const zkl_schema texts = { ZKL_HASH_SHA3_256, hashed, 1 };
static const zkl_digest ids[] = { { { 1 } }, { { 2 } }, { { 3 } } };

#define SEED "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define SEED_MOST "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"

/* The claim, of a dataset of `own` rows whose source "all" has `rows`. */
static zkl_status compile(zkl_test *t, zkl_compiled_claim *out, uint64_t own, uint64_t rows,
                          const char *text, zkl_error *err)
{
    zkl_claim_dataset *datasets = ZKL_ARENA_NEW(&t->arena, zkl_claim_dataset, 3);
    zkl_claim_scope *scope = ZKL_ARENA_NEW(&t->arena, zkl_claim_scope, 1);
    datasets[0] = (zkl_claim_dataset){ &schema, own, &ids[0], NAMED("part"), 1 };
    datasets[1] = (zkl_claim_dataset){ &schema, rows, &ids[1], NAMED("all"), 1 };
    datasets[2] = (zkl_claim_dataset){ &texts, rows, &ids[2], NAMED("plain"), 1 };
    *scope = (zkl_claim_scope){ datasets, 3 };
    return compile_in(t, out, text, scope, err);
}

static void check_params(zkl_test *t, const zkl_compiled_claim *c, const uint64_t *want,
                         size_t count)
{
    const zkl_claim_assertion *a = &c->assertions[0];
    REQUIRE(t, c->is_bound && c->assertion_count == 1 && a->kind == ZKL_ASSERTION_PICK);
    REQUIRE(t, a->source_count == 2 && a->param_count == count);
    CHECK(t, a->sources[0].dataset == 1 && a->sources[1].dataset == 0);
    for (size_t i = 0; i < 2; i++)
        CHECK(t, a->sources[i].first_row == 0 && a->sources[i].column_count == 3);
    for (size_t i = 0; i < count; i++) {
        uint64_t got = 0;
        CHECK(t, zkl_assertion_param_u64(&got, &a->params[i]) || want[i] == UINT64_MAX);
        if (want[i] != UINT64_MAX)
            CHECK_UINT_EQ(t, got, want[i]);
    }
}

static void test_pick__slices(zkl_test *t)
{
    zkl_error err;
    zkl_compiled_claim c;
    REQUIRE_OK(t, &err, compile(t, &c, 100, 1000, " slice( all , 100 .. 199 )", &err));
    static const uint64_t want[] = { ZKL_PICK_SLICE, 100, 100 };
    check_params(t, &c, want, 3);
    check_words(t, &c, "slice(all@1, 100..199)",
                "{\"datasets\":[\"all@1\"],\"first\":100,\"kind\":\"slice\",\"last\":199,"
                "\"text\":\"slice(all@1, 100..199)\"}",
                "its rows are rows 100..199 of all@1 (counted from 0), in this order");
    REQUIRE_OK(t, &err, compile(t, &c, 1, 1000, "slice(all, 999..999)", &err));
    check_words(t, &c, "slice(all@1, 999..999)",
                "{\"datasets\":[\"all@1\"],\"first\":999,\"kind\":\"slice\",\"last\":999,"
                "\"text\":\"slice(all@1, 999..999)\"}",
                "its only row is row 999 of all@1 (counted from 0)");
    REQUIRE_OK(t, &err, compile(t, &c, 1000, 1000, "slice(all, 0..999)", &err));
}

/* Numbers that follow one another are a range, however they were written. */
static void test_pick__lists(zkl_test *t)
{
    static const char *const same[] = { "pick(all, 3, 5, 10..12, 3)", "pick(all,3,5,10,11,12,3)",
                                        "pick(all@1, 3..3, 5 , 10..11, 12..12, 3)" };
    static const uint64_t want[] = { ZKL_PICK_LIST, 3, 5, 10, 11, 12, 3 };
    zkl_error err;
    zkl_compiled_claim c;
    for (size_t i = 0; i < ZKL_COUNT(same); i++) {
        REQUIRE_OK(t, &err, compile(t, &c, 6, 13, same[i], &err));
        check_params(t, &c, want, ZKL_COUNT(want));
        check_words(t, &c, "pick(all@1, 3, 5, 10..12, 3)",
                    "{\"datasets\":[\"all@1\"],\"kind\":\"pick\",\"numbers\":[3,5,10,11,12,3],"
                    "\"text\":\"pick(all@1, 3, 5, 10..12, 3)\"}",
                    "its rows are rows 3, 5, 10..12, 3 of all@1 (counted from 0), in this order");
    }
    REQUIRE_OK(t, &err, compile(t, &c, 1, 13, "pick(all, 12)", &err));
    check_words(t, &c, "pick(all@1, 12)",
                "{\"datasets\":[\"all@1\"],\"kind\":\"pick\",\"numbers\":[12],\"text\":"
                "\"pick(all@1, 12)\"}",
                "its only row is row 12 of all@1 (counted from 0)");
    /* many are not spelled out: they are in the text */
    ZKL_AUTO_CLEAR(zkl_buffer) many = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    zkl_buffer_put_text(&many, "pick(all, 0");
    for (size_t i = 1; i < 17; i++)
        zkl_buffer_format(&many, ", %zu", 2 * i);
    zkl_buffer_put_text(&many, ")");
    zkl_buffer_put_u8(&many, 0);
    REQUIRE_OK(t, &err, compile(t, &c, 17, 33, (const char *)many.data, &err));
    zkl_claim_sentence(&out, &c);
    CHECK(t, zkl_bytes_equal_text(zkl_buffer_bytes(&out),
                                  "its rows are the 17 rows of all@1 that the claim names, in its "
                                  "order"));
    /* as many as an assertion's parameters hold */
    REQUIRE_OK(t, &err, compile(t, &c, 4095, 4096, "pick(all, 1..4095)", &err));
    CHECK_STATUS(t, ZKL_LIMIT, compile(t, &c, 4096, 4096, "pick(all, 0..4095)", &err));
    CHECK(t, strstr(err.text, "more than 4095 rows") != NULL);
    CHECK_STATUS(t, ZKL_LIMIT, compile(t, &c, 4096, 4096, "pick(all, 0..4094, 3)", &err));
    CHECK_STATUS(t, ZKL_LIMIT, compile(t, &c, 9, 9, "pick(all, 0..18446744073709551615)", &err));
    CHECK_STATUS(t, ZKL_REJECTED, compile(t, &c, 1, 9, "pick(all, 18446744073709551615)", &err));
}

/* The seed is a number mod r; the words have it as it was given. */
static void test_pick__samples(zkl_test *t)
{
    static const uint64_t want[] = { ZKL_PICK_SAMPLE, UINT64_MAX, 50 };
    zkl_error err;
    zkl_compiled_claim c;
    REQUIRE_OK(t, &err, compile(t, &c, 50, 100, "sample(all, 50, " SEED ")", &err));
    check_params(t, &c, want, 3);
    CHECK_MEM_EQ(t, c.assertions[0].params[1].bytes,
                 "\x01\x23\x45\x67\x89\xab\xcd\xef\x01\x23\x45\x67\x89\xab\xcd\xef", 16);
    check_words(t, &c, "sample(all@1, 50, " SEED ")",
                "{\"count\":50,\"datasets\":[\"all@1\"],\"kind\":\"sample\",\"seed\":\"" SEED
                "\",\"text\":\"sample(all@1, 50, " SEED ")\"}",
                "its rows are 50 of all@1, drawn by the seed " SEED
                ", in their order there; this says something only if the seed came after all@1 "
                "was logged, and nobody chose it");
    /* 2^256 - 1 mod r, from r's own digits */
    REQUIRE_OK(t, &err, compile(t, &c, 1, 1, "sample(all, 1, " SEED_MOST ")", &err));
    CHECK_MEM_EQ(t, c.assertions[0].params[1].bytes, "\x18\x24\xb1\x59\xac\xc5\x05\x6f", 8);
    check_words(t, &c, "sample(all@1, 1, " SEED_MOST ")",
                "{\"count\":1,\"datasets\":[\"all@1\"],\"kind\":\"sample\",\"seed\":\"" SEED_MOST
                "\",\"text\":\"sample(all@1, 1, " SEED_MOST ")\"}",
                "its only row is one of all@1, drawn by the seed " SEED_MOST
                "; this says something only if the seed came after all@1 was logged, and nobody "
                "chose it");
    CHECK_STATUS(t, ZKL_USAGE, compile(t, &c, 51, 101, "sample(all, 51, " SEED ")", &err));
    CHECK(t, strstr(err.text, "at most half of the 101 rows") != NULL);
    REQUIRE_OK(t, &err, compile(t, &c, 1 << 20, 1 << 22, "sample(all, 1048576, " SEED ")", &err));
    CHECK_STATUS(t, ZKL_LIMIT,
                 compile(t, &c, (1 << 20) + 1, 1 << 22, "sample(all, 1048577, " SEED ")", &err));
}

static void test_pick__refuses_what_does_not_fit(zkl_test *t)
{
    static const struct {
        zkl_status status;
        const char *text, *error;
    } bad[] = {
        { ZKL_USAGE, "slice()", "character 7: a dataset expected" },
        { ZKL_USAGE, "slice(all)", "character 10: ',' expected" },
        { ZKL_USAGE, "slice(all, 3)", "character 13: '..' expected" },
        { ZKL_USAGE, "slice(all, 3..)", "a whole number expected" },
        { ZKL_USAGE, "slice(all, 5..3)", "character 12: the rows end before they begin" },
        { ZKL_USAGE, "slice(all, -1..3)", "a whole number expected" },
        { ZKL_USAGE, "slice(all, 0..3, 5)", "')' expected" },
        { ZKL_USAGE, "slice(all, 0..9) in rows 0..9", "slice speaks of the whole dataset" },
        { ZKL_USAGE, "pick(all, 1..10) in rows 0..9", "pick speaks of the whole dataset" },
        { ZKL_USAGE, "pick(all)", "character 9: ',' expected" },
        { ZKL_USAGE, "pick(all, 3,)", "a whole number expected" },
        { ZKL_USAGE, "pick(all, 5..3)", "character 11: the rows end before they begin" },
        { ZKL_USAGE, "sample(all, 3)", "',' expected" },
        { ZKL_USAGE, "sample(all, 3, abc)", "a seed of 64 digits expected" },
        { ZKL_USAGE, "sample(all, 3, " SEED "0)", "a seed of 64 digits expected" },
        { ZKL_USAGE, "sample(all, 3, A" SEED ")", "a seed of 64 digits expected" },
        { ZKL_USAGE, "slice(part, 0..9)", "the dataset that the claim is about" },
        { ZKL_NOT_FOUND, "slice(some, 0..9)", "'some' is not at hand" },
        { ZKL_USAGE, "slice(plain, 0..9)", "another schema" },
        { ZKL_USAGE, "pick(plain, 0..9)", "another schema" },
        { ZKL_USAGE, "sample(plain, 10, " SEED ")", "another schema" },
        { ZKL_REJECTED, "slice(all, 0..8)", "the claim names 9 rows, the dataset has 10" },
        { ZKL_REJECTED, "slice(all, 91..100)", "no row 100: the source has 100" },
        { ZKL_REJECTED, "slice(all, 0..18446744073709551615)", "no row 18446744073709551615" },
        { ZKL_REJECTED, "pick(all, 0..8)", "the claim names 9 rows, the dataset has 10" },
        { ZKL_REJECTED, "pick(all, 0..8, 100)", "no row 100: the source has 100" },
        { ZKL_REJECTED, "sample(all, 9, " SEED ")", "the claim names 9 rows, the dataset has 10" },
        { ZKL_REJECTED, "sample(all, 0, " SEED ")", "the claim names 0 rows, the dataset has 10" },
    };
    zkl_error err;
    zkl_compiled_claim c;
    for (size_t i = 0; i < ZKL_COUNT(bad); i++) {
        CHECK_STATUS(t, bad[i].status, compile(t, &c, 10, 100, bad[i].text, &err));
        if (!strstr(err.text, bad[i].error))
            FAIL(t, "%s: says '%s', not '%s'", bad[i].text, err.text, bad[i].error);
    }
}

ZKL_TESTS(TEST(test_pick__slices), TEST(test_pick__lists), TEST(test_pick__samples),
          TEST(test_pick__refuses_what_does_not_fit))
