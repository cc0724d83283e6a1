/* Server-sent events, in one part and split at every place. */
#include "remote/events.h"

#include "testing.h"

#define BYTES_MAX 64

typedef struct taken {
    zkl_buffer text; /* "TYPE|DATA;" each */
    size_t count, end_at;
} taken;

static bool take(void *opaque, const char *type, zkl_bytes data)
{
    taken *const t = opaque;
    zkl_buffer_format(&t->text, "%s|%.*s;", type, (int)data.size, (const char *)data.data);
    return ++t->count != t->end_at;
}

static bool feed(zkl_test *t, const char *text, size_t cut, const char *want)
{
    remote_events events = { 0 };
    taken got = { 0 };
    zkl_status status;
    const size_t size = strlen(text);
    const bool goes_on =
        remote_events_feed(&events, zkl_bytes_of(text, cut), BYTES_MAX, take, &got, &status) &&
        remote_events_feed(&events, zkl_bytes_of(text + cut, size - cut), BYTES_MAX, take, &got,
                           &status);
    CHECK(t, goes_on && status == ZKL_OK);
    zkl_buffer_put_u8(&got.text, 0);
    const bool is_same = strcmp((const char *)got.text.data, want) == 0;
    if (!is_same)
        FAIL(t, "cut at %zu: %s", cut, (const char *)got.text.data);
    remote_events_clear(&events);
    zkl_buffer_clear(&got.text);
    return is_same;
}

static void test_remote_events__are_read_wherever_they_are_cut(zkl_test *t)
{
    static const struct {
        const char *text, *want;
    } cases[] = {
        { "event: step\ndata: {}\n\n", "step|{};" },
        { "data:a\r\ndata: b\r\n\r\nevent: over\r\ndata:  c\r\n\r\n", "message|a\nb;over| c;" },
        { "data: a\rdata\r\r", "message|a\n;" },
        { ": a comment\nid: 7\n\nevent: step\n\ndata: x\n\n", "message|x;" },
        { "event: a name that is too long\ndata: x\n\n", "message|x;" },
        { "data: not ended", "" },
        { "\n\n\n", "" },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++)
        for (size_t cut = 0; cut <= strlen(cases[i].text); cut++)
            if (!feed(t, cases[i].text, cut, cases[i].want))
                return;
}

static void test_remote_events__end_when_they_are_told(zkl_test *t)
{
    static const char text[] = "data: a\n\ndata: b\n\n";
    remote_events events = { 0 };
    taken got = { .end_at = 1 };
    zkl_status status;
    CHECK(t, !remote_events_feed(&events, zkl_bytes_of_text(text), BYTES_MAX, take, &got, &status));
    CHECK(t, status == ZKL_OK && got.count == 1);
    remote_events_clear(&events);
    zkl_buffer_clear(&got.text);
}

/* A line, and data of many lines, that have no end. */
static void test_remote_events__hold_no_more_than_they_may(zkl_test *t)
{
    static const char *const parts[] = { "data: 0123456789", "data: 0123456789\n",
                                         ":0123456789abc" };
    for (size_t i = 0; i < ZKL_COUNT(parts); i++) {
        remote_events events = { 0 };
        taken got = { 0 };
        zkl_status status = ZKL_OK;
        bool goes_on = true;
        for (size_t k = 0; goes_on && k < 100; k++) {
            goes_on = remote_events_feed(&events, zkl_bytes_of_text(parts[i]), BYTES_MAX, take,
                                         &got, &status);
            CHECK(t, events.line.size <= BYTES_MAX && events.data.size <= 2 * BYTES_MAX);
        }
        CHECK(t, !goes_on && status == ZKL_LIMIT && got.count == 0);
        remote_events_clear(&events);
        zkl_buffer_clear(&got.text);
    }
}

ZKL_TESTS(TEST(test_remote_events__are_read_wherever_they_are_cut),
          TEST(test_remote_events__end_when_they_are_told),
          TEST(test_remote_events__hold_no_more_than_they_may))
