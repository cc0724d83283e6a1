/* What a stranger's file can make the verifier say. Errors and sentences end on a terminal. */
#include "claim/claim.h"
#include "record/entry.h"
#include "testing.h"

static bool is_harmless(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        const unsigned char c = (unsigned char)text[i];
        if (c < 0x20 || c == 0x7f ||
            (c == 0xc2 && i + 1 < size && (unsigned char)text[i + 1] < 0xa0))
            return false;
    }
    return true;
}

static void check_harmless(zkl_test *t, const zkl_error *err, const char *quoted)
{
    if (!is_harmless(err->text, strlen(err->text)))
        FAIL(t, "control characters in an error text");
    if (!strstr(err->text, quoted))
        FAIL(t, "'%s' does not quote '%s'", err->text, quoted);
}

/* An entry is parsed before its signature is checked: anybody can write this one. */
static void test_hostile_texts__unsigned_entries_send_no_escapes(zkl_test *t)
{
    zkl_error err = { 0 };
    zkl_entry entry;
    const char *payload = "{\"\\u001b]0;owned\\u0007\":1}";
    CHECK_STATUS(t, ZKL_BAD_INPUT,
                 zkl_entry_parse(&entry, &t->arena, zkl_bytes_of_text(payload), &err));
    check_harmless(t, &err, "owned");
}

static void test_hostile_texts__claims_send_no_escapes(zkl_test *t)
{
    zkl_error err = { 0 };
    zkl_claim asked;
    static const char *const texts[] = { "owned\x1b[2J(", "range(owned\nvalid: everything, 1, 2",
                                         "owned\xc2\x9b\x32J(", "owned\x7f(" };
    for (size_t i = 0; i < ZKL_COUNT(texts); i++) {
        CHECK_STATUS(t, ZKL_USAGE,
                     zkl_claim_parse(&asked, &t->arena, zkl_bytes_of_text(texts[i]), &err));
        check_harmless(t, &err, "character "); /* a place in the claim, which the caller quotes */
    }
}

static void test_hostile_texts__context_is_defused_too(zkl_test *t)
{
    zkl_error err = { 0 };
    (void)zkl_fail(&err, ZKL_IO, "no such file");
    (void)zkl_wrap(&err, ZKL_IO, "load '%s'", "owned\x1b[1m\r");
    check_harmless(t, &err, "owned");
    CHECK(t, strstr(err.text, "no such file") != NULL);
}

/* Other letters stay as they are. */
static void test_hostile_texts__text_of_people_stays(zkl_test *t)
{
    zkl_error err = { 0 };
    (void)zkl_fail(&err, ZKL_IO, "%s", "Ünïcödé \xc2\xa0 日本語 \xc3\x82\xc2\xb5");
    CHECK_TEXT_EQ(t, err.text, "Ünïcödé \xc2\xa0 日本語 \xc3\x82\xc2\xb5");
}

/* Names that show nothing, or turn the sentence around, are written by their bytes and read
 * back. */
static void test_hostile_texts__names_hide_nothing(zkl_test *t)
{
    static const struct {
        const char *name, *printed;
    } cases[] = {
        { "age", "age" },
        { "a b", "\"a b\"" },
        { "Größe", "\"Größe\"" },
        { "a\xe2\x80\x8bge", "\"a\\xe2\\x80\\x8bge\"" }, /* zero width space */
        { "\xe2\x80\xae"
          "egA",
          "\"\\xe2\\x80\\xaeegA\"" },                  /* right to left */
        { "\xe2\x81\xa6x", "\"\\xe2\\x81\\xa6x\"" },   /* isolate */
        { "\xef\xbb\xbfid", "\"\\xef\\xbb\\xbfid\"" }, /* byte order mark */
        { "x\xc2\x9b"
          "2J",
          "\"x\\xc2\\x9b2J\"" },          /* C1 */
        { "\xd8\x9c", "\"\\xd8\\x9c\"" }, /* Arabic letter mark */
        { "q\"\\\x1b", "\"q\\\"\\\\\\x1b\"" },
        { "\xe2\x80\x99", "\"\xe2\x80\x99\"" },               /* an apostrophe */
        { "a\xc2\xadge", "\"a\\xc2\\xadge\"" },               /* soft hyphen */
        { "a\xcd\x8f", "\"a\\xcd\\x8f\"" },                   /* grapheme joiner */
        { "a\xe1\xa0\x8e", "\"a\\xe1\\xa0\\x8e\"" },          /* Mongolian vowel separator */
        { "a\xe3\x85\xa4", "\"a\\xe3\\x85\\xa4\"" },          /* Hangul filler */
        { "a\xef\xb8\x8f", "\"a\\xef\\xb8\\x8f\"" },          /* variation selector */
        { "a\xf3\xa0\x81\xa1", "\"a\\xf3\\xa0\\x81\\xa1\"" }, /* tag letter a */
        { "a\xc2\xa0"
          "b",
          "\"a\\xc2\\xa0"
          "b\"" },                                   /* no-break space: another name than "a b" */
        { "a\xe3\x80\x80", "\"a\\xe3\\x80\\x80\"" }, /* ideographic space */
        { "\xf0\x9f\x90\xa7", "\"\xf0\x9f\x90\xa7\"" }, /* a penguin */
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
        zkl_claim asked;
        zkl_error err = { 0 };
        const zkl_bytes name = zkl_bytes_of_text(cases[i].name);
        zkl_buffer_put_text(&out, "not_null(");
        zkl_claim_name_print(&out, name);
        const char *printed = zkl_arena_text(&t->arena, (const char *)out.data + 9, out.size - 9);
        CHECK_TEXT_EQ(t, printed, cases[i].printed);
        zkl_buffer_put_text(&out, ")");
        REQUIRE_OK(t, &err, zkl_claim_parse(&asked, &t->arena, zkl_buffer_bytes(&out), &err));
        CHECK(t, asked.columns[0].name.size == name.size &&
                     memcmp(asked.columns[0].name.data, name.data, name.size) == 0);
    }
}

ZKL_TESTS(TEST(test_hostile_texts__names_hide_nothing),
          TEST(test_hostile_texts__unsigned_entries_send_no_escapes),
          TEST(test_hostile_texts__claims_send_no_escapes),
          TEST(test_hostile_texts__context_is_defused_too),
          TEST(test_hostile_texts__text_of_people_stays))
