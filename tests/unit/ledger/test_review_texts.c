/* What a stranger's file can make the verifier say. Errors and sentences end on a terminal. */
#include "ledger/claim_text.h"
#include "ledger/entry.h"
#include "testing.h"

static bool is_harmless(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        const unsigned char c = (unsigned char)text[i];
        if (c < 0x20 || c == 0x7f || (c == 0xc2 && i + 1 < size && (unsigned char)text[i + 1] < 0xa0))
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
static void test_review_texts__unsigned_entries_send_no_escapes(zkl_test *t)
{
    zkl_error err = { 0 };
    zkl_entry entry;
    const char *payload = "{\"\\u001b]0;owned\\u0007\":1}";
    CHECK_STATUS(t, ZKL_BAD_INPUT, zkl_entry_parse(&entry, &t->arena, zkl_bytes_of_text(payload), &err));
    check_harmless(t, &err, "owned");
}

static void test_review_texts__claims_send_no_escapes(zkl_test *t)
{
    zkl_error err = { 0 };
    zkl_asked_claim asked;
    static const char *const texts[] = { "owned\x1b[2J(", "range(owned\nvalid: everything, 1, 2", "owned\xc2\x9b" "2J(",
                                         "owned\x7f(" };
    for (size_t i = 0; i < ZKL_COUNT(texts); i++) {
        CHECK_STATUS(t, ZKL_USAGE, zkl_claim_text_parse(&asked, &t->arena, zkl_bytes_of_text(texts[i]), &err));
        check_harmless(t, &err, "owned");
    }
}

static void test_review_texts__context_is_defused_too(zkl_test *t)
{
    zkl_error err = { 0 };
    (void)zkl_fail(&err, ZKL_IO, "no such file");
    (void)zkl_wrap(&err, ZKL_IO, "load '%s'", "owned\x1b[1m\r");
    check_harmless(t, &err, "owned");
    CHECK(t, strstr(err.text, "no such file") != NULL);
}

/* Other letters stay as they are. */
static void test_review_texts__text_of_people_stays(zkl_test *t)
{
    zkl_error err = { 0 };
    (void)zkl_fail(&err, ZKL_IO, "%s", "Ünïcödé \xc2\xa0 日本語 \xc3\x82\xc2\xb5");
    CHECK_TEXT_EQ(t, err.text, "Ünïcödé \xc2\xa0 日本語 \xc3\x82\xc2\xb5");
}

ZKL_TESTS(TEST(test_review_texts__unsigned_entries_send_no_escapes), TEST(test_review_texts__claims_send_no_escapes),
          TEST(test_review_texts__context_is_defused_too), TEST(test_review_texts__text_of_people_stays))
