/* Floods of HTTP/2: each ends its own connection, or its stream, and nobody else's. */
#include "unit/http/http2_client.h"

/* More frames than any of the floods may send. */
#define FRAMES_MAX 100000

typedef struct world {
    http_server *server;
    char path[128];
    int calm, flood; /* two connections */
} world;

static bool is_served(int fd, uint32_t stream)
{
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    put_frame(&out, HEADERS, END_HEADERS | END_STREAM, stream,
              zkl_bytes_of(get_hello, sizeof get_hello));
    return send_all(fd, zkl_buffer_bytes(&out)) && wait_for_frame(fd, DATA, stream);
}

static int begin_connection(const world *w)
{
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    const int fd = connect_unix(w->path);
    put_preface(&out);
    ZKL_ASSERT(send_all(fd, zkl_buffer_bytes(&out)));
    return fd;
}

static bool begin(zkl_test *t, world *w, http_limits limits)
{
    zkl_error err = { 0 };
    snprintf(w->path, sizeof w->path, "%s/s", test_folder(t));
    const char *const address = zkl_arena_format(&t->arena, "unix:%s", w->path);
    const http_settings settings = { .addresses = &address,
                                     .address_count = 1,
                                     .loop_count = 1,
                                     .limits = limits,
                                     .app = { .begin = app_begin } };
    if (http_start(&w->server, &settings, &err) != ZKL_OK) {
        FAIL(t, "%s", err.text);
        return false;
    }
    w->calm = begin_connection(w);
    w->flood = begin_connection(w);
    CHECK(t, is_served(w->calm, 1));
    return true;
}

/* Another connection of the loop is served as before. */
static void end(zkl_test *t, world *w)
{
    CHECK(t, is_served(w->calm, 3));
    close(w->calm);
    close(w->flood);
    http_stop(w->server);
}

/* Sends one after the other until the server hangs up, which it has to. */
static void flood(zkl_test *t, world *w, void (*put)(zkl_buffer *out, uint32_t i))
{
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    uint32_t sent = 0;
    do {
        out.size = 0;
        put(&out, sent);
    } while (send_all(w->flood, zkl_buffer_bytes(&out)) && ++sent < FRAMES_MAX);
    CHECK(t, sent < FRAMES_MAX);
}

/* CVE-2023-44487: streams that are begun and reset at once. */
static void put_reset(zkl_buffer *out, uint32_t i)
{
    const uint8_t cancel[] = { 0, 0, 0, 8 };
    put_frame(out, HEADERS, END_HEADERS | END_STREAM, 2 * i + 1,
              zkl_bytes_of(get_hello, sizeof get_hello));
    put_frame(out, RST_STREAM, 0, 2 * i + 1, zkl_bytes_of(cancel, sizeof cancel));
}

static void test_http2__ends_a_rapid_reset(zkl_test *t)
{
    world w = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    if (!begin(t, &w, (http_limits){ 0 }))
        return;
    for (uint32_t i = 0; i < 20000; i++)
        put_reset(&out, i);
    (void)send_all(w.flood, zkl_buffer_bytes(&out));
    CHECK(t, wait_for_frame(w.flood, GOAWAY, 0));
    http_counts counts;
    http_count(w.server, &counts);
    CHECK(t, counts.requests < 5000); /* no more than what was read at once */
    end(t, &w);
}

/* CVE-2025-8671: streams that are begun and broken at once, so that the server resets them. */
static void put_broken_window(zkl_buffer *out, uint32_t i)
{
    static const uint8_t most[] = { 0x7f, 0xff, 0xff, 0xff };
    put_frame(out, HEADERS, END_HEADERS, 2 * i + 1, zkl_bytes_of(post_whole, sizeof post_whole));
    put_frame(out, WINDOW_UPDATE, 0, 2 * i + 1, zkl_bytes_of(most, sizeof most));
}

/* A body that is shorter than its head says. */
static void put_broken_length(zkl_buffer *out, uint32_t i)
{
    static const uint8_t length[] = { 0x0f, 0x0d, 1, '5' };
    ZKL_AUTO_CLEAR(zkl_buffer) head = { 0 };
    zkl_buffer_put(&head, post_whole, sizeof post_whole);
    zkl_buffer_put(&head, length, sizeof length);
    put_frame(out, HEADERS, END_HEADERS, 2 * i + 1, zkl_buffer_bytes(&head));
    put_frame(out, DATA, END_STREAM, 2 * i + 1, zkl_bytes_of("ab", 2));
}

static void put_broken_head(zkl_buffer *out, uint32_t i)
{
    static const uint8_t upper[] = { 0x00, 1, 'A', 1, 'b' };
    ZKL_AUTO_CLEAR(zkl_buffer) head = { 0 };
    zkl_buffer_put(&head, post_whole, sizeof post_whole);
    zkl_buffer_put(&head, upper, sizeof upper);
    put_frame(out, HEADERS, END_HEADERS | END_STREAM, 2 * i + 1, zkl_buffer_bytes(&head));
}

/* Some are any client's mistakes: the connection goes on. So many are none. */
static void test_http2__ends_who_breaks_streams(zkl_test *t)
{
    static void (*const puts_[])(zkl_buffer *, uint32_t) = { put_broken_window, put_broken_length,
                                                             put_broken_head };
    enum { SOME = 100, MANY = 20000 };
    for (size_t k = 0; k < ZKL_COUNT(puts_); k++) {
        world w = { 0 };
        ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
        if (!begin(t, &w, (http_limits){ 0 }))
            return;
        for (uint32_t i = 0; i < SOME; i++)
            puts_[k](&out, i);
        CHECK(t, send_all(w.flood, zkl_buffer_bytes(&out)));
        CHECK(t, is_served(w.flood, 2 * SOME + 1));
        out.size = 0;
        for (uint32_t i = SOME + 1; i < MANY; i++)
            puts_[k](&out, i);
        (void)send_all(w.flood, zkl_buffer_bytes(&out));
        CHECK(t, wait_for_frame(w.flood, GOAWAY, 0));
        http_counts counts;
        http_count(w.server, &counts);
        CHECK(t, counts.requests < 5000); /* no more than what was read at once */
        end(t, &w);
    }
}

/* CVE-2024-28182: a head that never ends, of fields that are small or none at all. */
static void put_continuation(zkl_buffer *out, uint32_t i)
{
    static const uint8_t field[] = { 0x00, 1, 'a', 1, 'b' };
    if (i == 0)
        put_frame(out, HEADERS, END_STREAM, 1, zkl_bytes_of(get_hello, sizeof get_hello));
    else
        put_frame(out, CONTINUATION, 0, 1, zkl_bytes_of(field, sizeof field));
}

static void put_empty_continuation(zkl_buffer *out, uint32_t i)
{
    if (i == 0)
        put_frame(out, HEADERS, END_STREAM, 1, zkl_bytes_of(get_hello, sizeof get_hello));
    else
        put_frame(out, CONTINUATION, 0, 1, zkl_bytes_of("", 0));
}

static void test_http2__ends_a_head_without_end(zkl_test *t)
{
    static void (*const puts_[])(zkl_buffer *, uint32_t) = { put_continuation,
                                                             put_empty_continuation };
    for (size_t i = 0; i < ZKL_COUNT(puts_); i++) {
        world w = { 0 };
        if (!begin(t, &w, (http_limits){ 0 }))
            return;
        flood(t, &w, puts_[i]);
        end(t, &w);
    }
}

/* CVE-2019-9512 and 9515: frames that ask for an answer, which nobody reads. */
static void put_ping(zkl_buffer *out, uint32_t i)
{
    (void)i;
    put_frame(out, PING, 0, 0, zkl_bytes_of("12345678", 8));
}

static void put_settings(zkl_buffer *out, uint32_t i)
{
    (void)i;
    put_frame(out, SETTINGS, 0, 0, zkl_bytes_of("", 0));
}

static void test_http2__ends_who_asks_and_does_not_read(zkl_test *t)
{
    static void (*const puts_[])(zkl_buffer *, uint32_t) = { put_ping, put_settings };
    for (size_t i = 0; i < ZKL_COUNT(puts_); i++) {
        world w = { 0 };
        if (!begin(t, &w, (http_limits){ 0 }))
            return;
        flood(t, &w, puts_[i]);
        end(t, &w);
    }
}

/* CVE-2019-9518: a body of frames that hold nothing comes too slowly, however many they are. */
static void test_http2__an_empty_body_is_a_slow_one(zkl_test *t)
{
    world w = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) head = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) empty = { 0 };
    if (!begin(t, &w, (http_limits){ .body_window_ms = 200, .body_ms = 3600000 }))
        return;
    put_frame(&head, HEADERS, END_HEADERS, 1, zkl_bytes_of(post_whole, sizeof post_whole));
    put_frame(&empty, DATA, 0, 1, zkl_bytes_of("", 0));
    CHECK(t, send_all(w.flood, zkl_buffer_bytes(&head)));
    /* what it says at the beginning is read, so that what comes then is the answer */
    CHECK(t, wait_for_frame(w.flood, SETTINGS, 0) && wait_for_frame(w.flood, SETTINGS, 0));
    struct pollfd answer = { .fd = w.flood, .events = POLLIN };
    bool is_open = true;
    while (is_open && poll(&answer, 1, 1) == 0)
        is_open = send_all(w.flood, zkl_buffer_bytes(&empty));
    CHECK(t, !is_open || wait_for_frame(w.flood, HEADERS, 1));
    end(t, &w);
}

/* A head that is small on the wire and large when it is unpacked: one field of 4,000 bytes goes
 * into the table, and each byte behind it names it again. The stream is refused, and the
 * connection goes on. */
static void test_http2__a_packed_head_counts_unpacked(zkl_test *t)
{
    world w = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) block = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    if (!begin(t, &w, (http_limits){ 0 }))
        return;
    zkl_buffer_put(&block, get_hello, sizeof get_hello);
    static const uint8_t named[] = { 0x40, 1, 'a', 0x7f, 0xa1, 0x1e }; /* a value of 4,000 bytes */
    zkl_buffer_put(&block, named, sizeof named);
    for (size_t i = 0; i < 4000; i++)
        zkl_buffer_put_u8(&block, 'b');
    for (size_t i = 0; i < 1000; i++)
        zkl_buffer_put_u8(&block, 0xbe); /* index 62: the newest of the table */
    put_frame(&out, HEADERS, END_HEADERS | END_STREAM, 1, zkl_buffer_bytes(&block));
    CHECK(t, send_all(w.flood, zkl_buffer_bytes(&out)));
    CHECK(t, is_served(w.flood, 3));
    http_counts counts;
    http_count(w.server, &counts);
    CHECK_UINT_EQ(t, counts.requests, 2); /* the calm one's, and the one behind */
    end(t, &w);
}

/* A body that is larger than it may be is refused once, though its end is read with it: whoever
 * would have answered at that end is not asked. */
static void test_http2__a_large_body_is_refused_once(zkl_test *t)
{
    world w = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    if (!begin(t, &w, (http_limits){ .body_bytes_max = 3 }))
        return;
    put_frame(&out, HEADERS, END_HEADERS, 1, zkl_bytes_of(post_whole, sizeof post_whole));
    put_frame(&out, DATA, END_STREAM, 1, zkl_bytes_of("four", 4));
    CHECK(t, send_all(w.flood, zkl_buffer_bytes(&out)));
    CHECK(t, wait_for_frame(w.flood, HEADERS, 1));
    CHECK(t, is_served(w.flood, 3));
    end(t, &w);
}

static void begin_streams(zkl_test *t, const world *w, uint32_t count)
{
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    for (uint32_t i = 0; i < count; i++)
        put_frame(&out, HEADERS, END_HEADERS, 2 * i + 1,
                  zkl_bytes_of(post_whole, sizeof post_whole));
    CHECK(t, send_all(w->flood, zkl_buffer_bytes(&out)));
}

/* Of a client that may not have read the limit the streams above it are refused, and the others
 * answered. */
static void test_http2__refuses_streams_above_the_limit(zkl_test *t)
{
    world w = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    if (!begin(t, &w, (http_limits){ .streams_max = 4 }))
        return;
    begin_streams(t, &w, 5);
    CHECK(t, wait_for_frame(w.flood, RST_STREAM, 9));
    put_frame(&out, DATA, END_STREAM, 7, zkl_bytes_of("x", 1));
    CHECK(t, send_all(w.flood, zkl_buffer_bytes(&out)));
    CHECK(t, wait_for_frame(w.flood, DATA, 7));
    end(t, &w);
}

/* Streams of all connections together: whoever opens many leaves each other connection one, and
 * what ended makes room. */
static void test_http2__bounds_streams_of_all(zkl_test *t)
{
    world w = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    if (!begin(t, &w, (http_limits){ .streams_all_max = 2 }))
        return;
    begin_streams(t, &w, 4); /* one, and two further ones */
    CHECK(t, wait_for_frame(w.flood, RST_STREAM, 7));
    CHECK(t, is_served(w.calm, 3));
    put_frame(&out, DATA, END_STREAM, 5, zkl_bytes_of("x", 1));
    CHECK(t, send_all(w.flood, zkl_buffer_bytes(&out)));
    CHECK(t, wait_for_frame(w.flood, DATA, 5));
    CHECK(t, is_served(w.flood, 9));
    CHECK(t, is_served(w.calm, 5));
    close(w.calm);
    close(w.flood);
    http_stop(w.server);
}

/* Answers that nobody reads, of all connections: whoever lets many wait begins nothing more, others
 * do, and so does he when he has read. */
static void test_http2__bounds_answers_that_wait(zkl_test *t)
{
    enum { STREAMS = 24 }; /* 64 KiB each */
    static const uint8_t get_large[] = { 0x82, 0x86, 0x04, 6,    '/', 'l', 'a',
                                         'r',  'g',  'e',  0x01, 1,   'a' };
    static const uint8_t closed[] = { 0, 4, 0, 0, 0, 0 };
    static const uint8_t open[] = { 0, 4, 0, 0x10, 0, 0 }, more[] = { 0, 0x20, 0, 0 };
    world w = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    if (!begin(t, &w, (http_limits){ .unsent_mb_max = 1 }))
        return;
    put_frame(&out, SETTINGS, 0, 0, zkl_bytes_of(closed, sizeof closed));
    for (uint32_t i = 0; i < STREAMS; i++)
        put_frame(&out, HEADERS, END_HEADERS | END_STREAM, 2 * i + 1,
                  zkl_bytes_of(get_large, sizeof get_large));
    CHECK(t, send_all(w.flood, zkl_buffer_bytes(&out)));
    CHECK(t, wait_for_frame(w.flood, RST_STREAM, 2 * 16 + 1)); /* sixteen are a MiB */
    CHECK(t, is_served(w.calm, 3));
    out.size = 0;
    put_frame(&out, SETTINGS, 0, 0, zkl_bytes_of(open, sizeof open));
    put_frame(&out, WINDOW_UPDATE, 0, 0, zkl_bytes_of(more, sizeof more));
    CHECK(t, send_all(w.flood, zkl_buffer_bytes(&out)));
    uint8_t type = 0;
    uint32_t stream = 0;
    size_t read = 0; /* a frame of DATA has 16 KiB at most */
    for (size_t left = 16 * 4; left && read_frame(w.flood, &type, &stream);)
        if (type == DATA) {
            left--;
            read++;
        }
    CHECK_UINT_EQ(t, read, 16 * 4);
    CHECK(t, is_served(w.flood, 2 * STREAMS + 1));
    CHECK(t, is_served(w.calm, 5));
    close(w.calm);
    close(w.flood);
    http_stop(w.server);
}

/* One that has acknowledged it knows better. */
static void test_http2__ends_who_does_not_keep_the_limit(zkl_test *t)
{
    world w = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    const uint8_t ack = 1;
    if (!begin(t, &w, (http_limits){ .streams_max = 4 }))
        return;
    put_frame(&out, SETTINGS, ack, 0, zkl_bytes_of("", 0));
    CHECK(t, send_all(w.flood, zkl_buffer_bytes(&out)));
    begin_streams(t, &w, 5);
    CHECK(t, wait_for_frame(w.flood, GOAWAY, 0));
    end(t, &w);
}

/* Answered before its body is over: who goes on sending has the answer, and no reset, until he ends
 * his stream or a moment is over. */
static void test_http2__an_early_answer_is_no_reset(zkl_test *t)
{
    world w = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    static const uint8_t part[1000];
    uint8_t type = 0;
    uint32_t stream = 0;
    if (!begin(t, &w, (http_limits){ 0 }))
        return;
    for (uint32_t i = 1; i <= 3; i += 2)
        put_frame(&out, HEADERS, END_HEADERS, i, zkl_bytes_of(post_hello, sizeof post_hello));
    CHECK(t, send_all(w.flood, zkl_buffer_bytes(&out)));
    CHECK(t, wait_for_frame(w.flood, DATA, 1) && wait_for_frame(w.flood, DATA, 3));
    out.size = 0;
    for (size_t i = 0; i < 20; i++)
        put_frame(&out, DATA, i == 19 ? END_STREAM : 0, 1, zkl_bytes_of(part, sizeof part));
    put_frame(&out, HEADERS, END_HEADERS | END_STREAM, 5,
              zkl_bytes_of(get_hello, sizeof get_hello));
    CHECK(t, send_all(w.flood, zkl_buffer_bytes(&out)));
    while (read_frame(w.flood, &type, &stream) && !(type == DATA && stream == 5))
        CHECK(t, type != RST_STREAM || stream != 1);
    CHECK_UINT_EQ(t, stream, 5);
    CHECK(t, wait_for_frame(w.flood, RST_STREAM, 3)); /* its client says nothing more */
    CHECK(t, is_served(w.flood, 7));
    end(t, &w);
}

ZKL_TESTS(TEST(test_http2__ends_a_rapid_reset), TEST(test_http2__ends_who_breaks_streams),
          TEST(test_http2__ends_a_head_without_end),
          TEST(test_http2__ends_who_asks_and_does_not_read),
          TEST(test_http2__an_empty_body_is_a_slow_one),
          TEST(test_http2__a_packed_head_counts_unpacked),
          TEST(test_http2__a_large_body_is_refused_once),
          TEST(test_http2__refuses_streams_above_the_limit),
          TEST(test_http2__bounds_streams_of_all), TEST(test_http2__bounds_answers_that_wait),
          TEST(test_http2__ends_who_does_not_keep_the_limit),
          TEST(test_http2__an_early_answer_is_no_reset))
