#include "text/shown.h"

#include "testing.h"

static void test_shown__hides_and_keeps(zkl_test *t)
{
    static const char *const cases[][2] = {
        { "", "" },
        { "plain text, ~", "plain text, ~" },
        { "a\nb", "a\nb" }, /* the one that stays */
        { "a\tb\r", "a\\x09b\\x0d" },
        { "\x1b[2J", "\\x1b[2J" },
        { "caf\xc3\xa9 \xf0\x9f\x90\xa7", "caf\xc3\xa9 \xf0\x9f\x90\xa7" },
        { "a\xe2\x80\xae"
          "b",
          "a\\xe2\\x80\\xaeb" },      /* right to left */
        { "\xc2\xa0", "\\xc2\\xa0" }, /* no-break space */
        { "\x9b"
          "2J",
          "\\x9b2J" },                  /* a terminal's 8-bit escape, no UTF-8 */
        { "caf\xe9", "caf\\xe9" },      /* Latin-1 */
        { "a\xe2\x80", "a\\xe2\\x80" }, /* ends within a character */
        { "\xc1\x9b", "\\xc1\\x9b" },   /* U+005B in two bytes */
        { "\xff\xfe", "\\xff\\xfe" },
        { "\xe0\x85\x81", "\\xe0\\x85\\x81" },          /* U+0141 in three bytes */
        { "\xed\xa0\x80", "\\xed\\xa0\\x80" },          /* a surrogate */
        { "\xf4\x90\x80\x80", "\\xf4\\x90\\x80\\x80" }, /* above U+10FFFF */
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
        zkl_buffer_put_shown(&out, zkl_bytes_of_text(cases[i][0]), '\n');
        CHECK_UINT_EQ(t, out.size, strlen(cases[i][1]));
        if (out.size == strlen(cases[i][1]) && out.size)
            CHECK_MEM_EQ(t, out.data, cases[i][1], out.size);
        CHECK(t, zkl_has_hidden(zkl_bytes_of_text(cases[i][0])) ==
                     (strchr(cases[i][1], '\\') || strchr(cases[i][1], '\n')));
    }
}

ZKL_TESTS(TEST(test_shown__hides_and_keeps))
