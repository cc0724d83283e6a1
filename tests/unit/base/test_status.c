#include <zkl/status.h>

#include <string.h>

#include "testing.h"

/* The codes people and scripts rely on, written down a second time. */
static void test_status__codes(zkl_test *t)
{
    static const struct {
        zkl_status status;
        const char *text;
        int exit_code, http_code;
    } want[] = {
        { ZKL_OK, "valid", 0, 200 },
        { ZKL_REJECTED, "rejected", 1, 422 },
        { ZKL_USAGE, "wrong usage", 2, 400 },
        { ZKL_BAD_INPUT, "bad input", 3, 400 },
        { ZKL_NOT_FOUND, "not found", 4, 404 },
        { ZKL_CONFLICT, "conflict", 5, 409 },
        { ZKL_LIMIT, "limit exceeded", 6, 413 },
        { ZKL_NO_MEMORY, "out of memory", 6, 503 },
        { ZKL_IO, "input/output error", 7, 500 },
        { ZKL_NOT_SUPPORTED, "not supported", 8, 501 },
        { ZKL_UNCHECKED, "could not check", 9, 424 },
        { ZKL_DENIED, "permission denied", 10, 403 },
        { ZKL_CANCELLED, "cancelled", 130, 499 },
    };
    CHECK_UINT_EQ(t, ZKL_COUNT(want), ZKL_STATUS_COUNT);
    for (size_t i = 0; i < ZKL_COUNT(want); i++) {
        CHECK_UINT_EQ(t, want[i].status, i);
        CHECK_TEXT_EQ(t, zkl_status_text(want[i].status), want[i].text);
        CHECK_UINT_EQ(t, zkl_status_exit_code(want[i].status), want[i].exit_code);
        CHECK_UINT_EQ(t, zkl_status_http_code(want[i].status), want[i].http_code);
    }
}

/* Only ZKL_OK is exit 0 and only it is HTTP success; only a checked and false claim is exit 1. */
static void test_status__only_valid_is_success(zkl_test *t)
{
    for (int s = ZKL_OK + 1; s <= ZKL_STATUS_COUNT; s++) {
        CHECK(t, zkl_status_exit_code((zkl_status)s) != 0);
        CHECK(t, (zkl_status_exit_code((zkl_status)s) == 1) == (s == ZKL_REJECTED));
        CHECK(t, zkl_status_http_code((zkl_status)s) >= 400);
    }
    CHECK_TEXT_EQ(t, zkl_status_text(ZKL_STATUS_COUNT), "unknown status");
    CHECK_TEXT_EQ(t, zkl_status_text((zkl_status)-1), "unknown status");
    CHECK_UINT_EQ(t, zkl_status_exit_code(ZKL_STATUS_COUNT), 7);
    CHECK_UINT_EQ(t, zkl_status_http_code((zkl_status)-1), 500);
}

static void test_error__fail_and_wrap(zkl_test *t)
{
    zkl_error err = { 0 };
    CHECK_STATUS(t, ZKL_LIMIT, zkl_fail(&err, ZKL_LIMIT, "record has %zu bytes", (size_t)7));
    CHECK(t, err.status == ZKL_LIMIT);
    CHECK_TEXT_EQ(t, err.text, "record has 7 bytes");
    CHECK_STATUS(t, ZKL_IO, zkl_wrap(&err, ZKL_IO, "load '%s'", "x.toml"));
    CHECK(t, err.status == ZKL_IO);
    CHECK_TEXT_EQ(t, err.text, "load 'x.toml': record has 7 bytes");
    CHECK_STATUS(t, ZKL_IO, zkl_wrap(&err, ZKL_IO, "init"));
    CHECK_TEXT_EQ(t, err.text, "init: load 'x.toml': record has 7 bytes");
}

/* No place for the text is no reason to fail otherwise; nothing inside gives no colon. */
static void test_error__null_and_empty(zkl_test *t)
{
    zkl_error err = { 0 };
    CHECK_STATUS(t, ZKL_DENIED, zkl_fail(NULL, ZKL_DENIED, "%d", 1));
    CHECK_STATUS(t, ZKL_DENIED, zkl_wrap(NULL, ZKL_DENIED, "%d", 1));
    CHECK_STATUS(t, ZKL_DENIED, zkl_wrap(&err, ZKL_DENIED, "alone"));
    CHECK_TEXT_EQ(t, err.text, "alone");
}

/* The old text as an argument of the new one. */
static void test_error__own_text_as_argument(zkl_test *t)
{
    zkl_error err = { 0 };
    (void)zkl_fail(&err, ZKL_IO, "disk full"); /* the text is what is tested */
    (void)zkl_fail(&err, ZKL_IO, "<%s> [%s]", err.text, err.text);
    CHECK_TEXT_EQ(t, err.text, "<disk full> [disk full]");
    (void)zkl_wrap(&err, ZKL_IO, "again %s", err.text);
    CHECK_TEXT_EQ(t, err.text, "again <disk full> [disk full]: <disk full> [disk full]");
}

/* At every length around the end: always a NUL within, the front is kept, the rest is cut. */
static void test_error__cut_at_the_end(zkl_test *t)
{
    char longer[ZKL_ERROR_TEXT_BYTES + 10];
    for (size_t size = ZKL_ERROR_TEXT_BYTES - 10; size < sizeof longer; size++) {
        zkl_error err = { 0 };
        memset(longer, 'a', size);
        longer[size] = 0;
        (void)zkl_fail(&err, ZKL_IO, "%s", longer);
        const size_t kept = size < ZKL_ERROR_TEXT_BYTES ? size : ZKL_ERROR_TEXT_BYTES - 1;
        CHECK_UINT_EQ(t, strnlen(err.text, sizeof err.text), kept);

        zkl_error inner = { .text = "inner" };
        (void)zkl_wrap(&inner, ZKL_IO, "%s", longer);
        const size_t room = kept + 3 < ZKL_ERROR_TEXT_BYTES ? ZKL_ERROR_TEXT_BYTES - 1 - kept : 0;
        CHECK_UINT_EQ(t, strnlen(inner.text, sizeof inner.text), kept + (room < 7 ? room : 7));
        CHECK_MEM_EQ(t, inner.text + kept, ": inner", room < 7 ? room : 7);

        (void)zkl_wrap(&err, ZKL_IO, "outer"); /* a full text pushed to the right */
        CHECK(t, strncmp(err.text, "outer: aaa", 10) == 0);
        CHECK_UINT_EQ(t, strnlen(err.text, sizeof err.text),
                      kept + 7 < ZKL_ERROR_TEXT_BYTES ? kept + 7 : ZKL_ERROR_TEXT_BYTES - 1);
    }
}

/* The fact and the way on stay apart: a hint survives what is put before the text, and falls with
 * the text. */
static void test_error__keeps_the_hint_apart(zkl_test *t)
{
    zkl_error err = { 0 }, copy = { 0 };
    char longer[ZKL_ERROR_VALUE_BYTES + 1];
    CHECK_STATUS(t, ZKL_NOT_FOUND,
                 zkl_fail_hint(&err, ZKL_NOT_FOUND, ZKL_HINT_MAKE_LEDGER, "no ledger in '%d'", 7));
    CHECK_TEXT_EQ(t, err.text, "no ledger in '7'");
    CHECK(t, err.hint == ZKL_HINT_MAKE_LEDGER && !err.hint_value[0]);
    (void)zkl_wrap_check(&err, ZKL_REJECTED, ZKL_CHECK_FORM); /* the error is what is tested */
    CHECK(t, err.hint == ZKL_HINT_MAKE_LEDGER);
    CHECK_STATUS(t, ZKL_REJECTED, zkl_fail_as(&copy, ZKL_REJECTED, &err));
    CHECK_STATUS(t, ZKL_REJECTED, zkl_fail_as(&err, ZKL_REJECTED, &err));
    CHECK_STATUS(t, ZKL_REJECTED, zkl_fail_as(NULL, ZKL_REJECTED, &err));
    CHECK_TEXT_EQ(t, copy.text, err.text);
    CHECK(t, copy.hint == err.hint && copy.check == ZKL_CHECK_FORM);
    CHECK_STATUS(t, ZKL_IO, zkl_hint_add(&err, ZKL_IO, ZKL_HINT_MOVE_POWERS, "a\nb"));
    CHECK(t, err.hint == ZKL_HINT_MOVE_POWERS);
    CHECK_TEXT_EQ(t, err.hint_value, "a\\x0ab");
    (void)zkl_fail(&err, ZKL_IO, "disk full");
    CHECK(t, err.hint == ZKL_HINT_NONE && !err.hint_value[0]);
    memset(longer, 'a', sizeof longer);
    longer[sizeof longer - 1] = 0; /* one byte more than fits */
    CHECK_STATUS(t, ZKL_IO, zkl_hint_add(&err, ZKL_IO, ZKL_HINT_MOVE_POWERS, longer));
    CHECK(t, err.hint == ZKL_HINT_NONE && !err.hint_value[0]);
    CHECK_STATUS(t, ZKL_IO, zkl_fail_hint(NULL, ZKL_IO, ZKL_HINT_MAKE_LEDGER, "x"));
    for (int i = 1; i < ZKL_HINT_COUNT; i++)
        for (int j = 0; j < i; j++)
            CHECK(t, strcmp(zkl_hint_name((zkl_hint)i), zkl_hint_name((zkl_hint)j)) != 0);
    CHECK_TEXT_EQ(t, zkl_hint_name(ZKL_HINT_COUNT), "");
}

/* A failed check is named in the text and kept as a code; a later failure that is no check forgets
 * it. */
static void test_error__names_the_check(zkl_test *t)
{
    zkl_error err = { 0 };
    CHECK_STATUS(t, ZKL_REJECTED,
                 zkl_fail_check(&err, ZKL_REJECTED, ZKL_CHECK_ROW_TREE, "chunk %d differs", 7));
    CHECK_TEXT_EQ(t, err.text, "check 'row tree': chunk 7 differs");
    CHECK(t, err.check == ZKL_CHECK_ROW_TREE && err.status == ZKL_REJECTED);
    (void)zkl_wrap(&err, ZKL_REJECTED, "verify 'a.zkl'");
    CHECK(t, err.check == ZKL_CHECK_ROW_TREE);
    (void)zkl_fail(&err, ZKL_IO, "disk full");
    CHECK(t, err.check == ZKL_CHECK_NONE);
    CHECK_STATUS(t, ZKL_UNCHECKED, zkl_wrap_check(&err, ZKL_UNCHECKED, ZKL_CHECK_FORM));
    CHECK_TEXT_EQ(t, err.text, "check 'form': disk full");
    const zkl_error kept = err; /* as a text that somebody kept: it is named once */
    (void)zkl_fail_check(&err, ZKL_IO, ZKL_CHECK_FORM, "%s", kept.text);
    CHECK_TEXT_EQ(t, err.text, "check 'form': disk full");
    CHECK(t, err.check == ZKL_CHECK_FORM && err.status == ZKL_IO);
    CHECK_STATUS(t, ZKL_REJECTED, zkl_fail_check(NULL, ZKL_REJECTED, ZKL_CHECK_FORM, "x"));
    for (int i = 1; i < ZKL_CHECK_COUNT; i++)
        for (int j = 0; j < i; j++)
            CHECK(t, strcmp(zkl_check_name((zkl_check)i), zkl_check_name((zkl_check)j)) != 0);
    CHECK_TEXT_EQ(t, zkl_check_name(ZKL_CHECK_COUNT), "");
}

ZKL_TESTS(TEST(test_error__keeps_the_hint_apart), TEST(test_error__names_the_check),
          TEST(test_status__codes), TEST(test_status__only_valid_is_success),
          TEST(test_error__fail_and_wrap), TEST(test_error__null_and_empty),
          TEST(test_error__own_text_as_argument), TEST(test_error__cut_at_the_end))
