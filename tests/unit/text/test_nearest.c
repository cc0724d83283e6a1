#include "text/nearest.h"
#include "testing.h"

static const char *hint(const char *word, const char *const *names, size_t count,
                        char out[static ZKL_NEAREST_HINT_BYTES])
{
    zkl_nearest nearest = zkl_nearest_to(zkl_bytes_of_text(word));
    for (size_t i = 0; i < count; i++)
        zkl_nearest_try(&nearest, zkl_bytes_of_text(names[i]));
    return zkl_nearest_hint(out, &nearest);
}

static void test_nearest__finds_one_slip(zkl_test *t)
{
    static const char *const names[] = { "amount", "age", "country", "Total" };
    static const char *const slips[][2] = {
        { "amont", "amount" },   { "ammount", "amount" }, { "amuont", "amount" },
        { "agee", "age" },       { "AGE", "age" },        { "ag", "age" },
        { "contry", "country" }, { "total", "Total" },    { "conutri", "country" },
    };
    char out[ZKL_NEAREST_HINT_BYTES], want[64];
    for (size_t i = 0; i < ZKL_COUNT(slips); i++) {
        snprintf(want, sizeof want, "; did you mean '%s'?", slips[i][1]);
        CHECK_TEXT_EQ(t, hint(slips[i][0], names, ZKL_COUNT(names), out), want);
    }
}

/* A word that is not like any name has no hint: a wrong one is worse than none. */
static void test_nearest__is_silent_about_other_words(zkl_test *t)
{
    static const char *const names[] = { "amount", "age", "id", "" };
    static const char *const words[] = { "", "x", "price", "mountain", "ages_of_all", "di7" };
    char out[ZKL_NEAREST_HINT_BYTES], longer[ZKL_NEAREST_BYTES_MAX + 2];
    for (size_t i = 0; i < ZKL_COUNT(words); i++)
        CHECK_TEXT_EQ(t, hint(words[i], names, ZKL_COUNT(names), out), "");
    memset(longer, 'a', sizeof longer - 1);
    longer[sizeof longer - 1] = 0;
    const char *const same[] = { longer };
    CHECK_TEXT_EQ(t, hint(longer, same, 1, out), "");
}

/* The nearest one wins, and of two equally near the first. */
static void test_nearest__takes_the_nearest(zkl_test *t)
{
    static const char *const names[] = { "column_11", "column_1", "Column", "column_2" };
    char out[ZKL_NEAREST_HINT_BYTES];
    CHECK_TEXT_EQ(t, hint("columm_1", names, 4, out), "; did you mean 'column_1'?");
    CHECK_TEXT_EQ(t, hint("column_3", names, 4, out), "; did you mean 'column_1'?");
    CHECK_TEXT_EQ(t, hint("column", names, 4, out), "; did you mean 'Column'?");
}

ZKL_TESTS(TEST(test_nearest__finds_one_slip), TEST(test_nearest__is_silent_about_other_words),
          TEST(test_nearest__takes_the_nearest))
