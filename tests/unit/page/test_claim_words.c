/* Claims that are chosen by their words. */
#include "page/form.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "claim/claim.h"
#include "testing.h"

static void check_claim(zkl_test *t, const char *fields, const char *want)
{
    json_t *const form = page_form_read(zkl_bytes_of_text(fields));
    json_t *const claims = page_form_claims(form);
    char *const got = json_dumps(claims, 0);
    CHECK_TEXT_EQ(t, got, want);
    free(got);
    json_decref(claims);
    json_decref(form);
}

static void test_claim_words__places_are_filled(zkl_test *t)
{
    check_claim(t, "words1=range&column1=age&a1=0&b1=120", "[\"range(\\\"age\\\", 0, 120)\"]");
    check_claim(t, "words1=range&column1=age&a1=&b1=-1.5", "[\"range(\\\"age\\\", *, -1.5)\"]");
    check_claim(t, "words1=unique&column1=+site,+id+", "[\"unique(\\\"site\\\", \\\"id\\\")\"]");
    check_claim(t, "words1=null_rate&column1=x&a1=1%25", "[\"null_rate(\\\"x\\\") <= 1%\"]");
    /* those in words stand in front of those that are written, and none is none */
    check_claim(t, "claims=sum(a)%0D%0A%0D%0Amean(b)&words3=sum&column3=c&words1=&column1=x",
                "[\"sum(\\\"c\\\")\", \"sum(a)\", \"mean(b)\"]");
    check_claim(t, "words1=nothing&column1=x&words4=sum&column4=x", "[]");
    check_claim(t, "", "[]");
}

/* Whatever stands at the column's place is one name: no other claim comes of it. */
static void test_claim_words__a_column_is_one_name(zkl_test *t)
{
    static const char *const texts[] = { "a\") = 1", "\\",  "a)\nsum(b",      "\001",  "\"", "(",
                                         "=",        "not", "\u00e9\"\\\"\\", "a + b", "*",  "0..1",
                                         "a@1.b",    "5",   "where",          "\177" };
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    for (size_t i = 0; i < ZKL_COUNT(texts); i++) {
        zkl_claim claim;
        zkl_error err;
        json_t *const form = json_pack("{s:s, s:s}", "words1", "not_null", "column1", texts[i]);
        json_t *const claims = page_form_claims(form);
        const char *const text = json_string_value(json_array_get(claims, 0));
        CHECK_UINT_EQ(t, json_array_size(claims), 1);
        const zkl_status status = zkl_claim_parse(&claim, &arena, zkl_bytes_of_text(text), &err);
        if (status != ZKL_OK)
            FAIL(t, "%s: %s", text, err.text);
        CHECK_UINT_EQ(t, claim.column_count, 1);
        CHECK(t, zkl_bytes_equal_text(claim.columns[0].name, texts[i]));
        json_decref(claims);
        json_decref(form);
    }
}

/* Nor can a bound be more than one. */
static void test_claim_words__a_bound_is_one(zkl_test *t)
{
    static const char *const texts[] = { "1, 2", "1) at least 5 values", "\", 3", "1\\",
                                         "2024-02-29 12:00:00" };
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    for (size_t i = 0; i < ZKL_COUNT(texts); i++) {
        zkl_claim claim;
        zkl_error err;
        json_t *const form = json_pack("{s:s, s:s, s:s, s:s}", "words1", "range", "column1", "c",
                                       "a1", texts[i], "b1", "9");
        json_t *const claims = page_form_claims(form);
        const char *const text = json_string_value(json_array_get(claims, 0));
        const zkl_status status = zkl_claim_parse(&claim, &arena, zkl_bytes_of_text(text), &err);
        if (status != ZKL_OK)
            FAIL(t, "%s: %s", text, err.text);
        CHECK_UINT_EQ(t, claim.column_count, 1);
        json_decref(claims);
        json_decref(form);
    }
}

ZKL_TESTS(TEST(test_claim_words__places_are_filled), TEST(test_claim_words__a_column_is_one_name),
          TEST(test_claim_words__a_bound_is_one))
