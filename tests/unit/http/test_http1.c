/* HTTP/1.1 byte by byte: what is served, and what is refused. */
#include "unit/http/http_client.h"

typedef struct world {
    http_server *server;
    char path[128];
} world;

static bool begin(zkl_test *t, world *w, http_limits limits)
{
    zkl_error err = { 0 };
    const char *address;
    snprintf(w->path, sizeof w->path, "%s/s", test_folder(t));
    address = zkl_arena_format(&t->arena, "unix:%s", w->path);
    const http_settings settings = { .addresses = &address,
                                     .address_count = 1,
                                     .loop_count = 1,
                                     .limits = limits,
                                     .app = { .begin = app_begin } };
    const zkl_status status = http_start(&w->server, &settings, &err);
    if (status != ZKL_OK)
        FAIL(t, "%s", err.text);
    return status == ZKL_OK;
}

/* One connection: the bytes, cut at `cut`; all that comes back. */
static int exchange_cut(world *w, const char *request, size_t size, size_t cut, zkl_buffer *answer)
{
    const int fd = connect_unix(w->path);
    answer->size = 0;
    if (send_all(fd, zkl_bytes_of(request, cut)) && cut < size)
        (void)send_all(fd, zkl_bytes_of(request + cut, size - cut));
    shutdown(fd, SHUT_WR);
    read_to_end(fd, answer);
    close(fd);
    return status_of(zkl_buffer_bytes(answer));
}

/* What a proxy in front could read differently, or what is none. Each whole, and cut at every
 * place. No answer of 2xx may come. */
static void test_http1__refuses_what_is_ambiguous(zkl_test *t)
{
    world w = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) answer = { 0 };
#define HOST "Host: a\r\n"
    static const struct {
        const char *request;
        int status;
    } cases[] = {
        { "POST /echo HTTP/1.1\r\n" HOST
          "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
          400 },
        { "POST /echo HTTP/1.1\r\n" HOST
          "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
          400 },
        { "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400 },
        { "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
          400 },
        { "POST /echo HTTP/1.1\r\n" HOST "Content-Length: +3\r\n\r\nabc", 400 },
        { "POST /echo HTTP/1.1\r\n" HOST "Content-Length: -3\r\n\r\nabc", 400 },
        { "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 3, 3\r\n\r\nabc", 400 },
        { "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 0x3\r\n\r\nabc", 400 },
        { "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 99999999999999999999\r\n\r\nabc", 400 },
        { "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
          400 },
        { "POST /echo HTTP/1.1\r\n" HOST "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", 501 },
        { "GET /hello HTTP/1.1\r\n" HOST "A: b\r\n c\r\n\r\n", 400 },
        { "GET /hello HTTP/1.1\r\n" HOST "A : b\r\n\r\n", 400 },
        { "GET /hello HTTP/1.1\r\n" HOST " A: b\r\n\r\n", 400 },
        { "GET /hello HTTP/1.1\n"
          "Host: a\n\n",
          400 },
        { "GET /hello HTTP/1.1\r\n" HOST "A: b\rc\r\n\r\n", 400 },
        { "GET /hello HTTP/1.1\r\n" HOST "A: b\nc: d\r\n\r\n", 400 },
        { "GET /hello HTTP/1.1\r\n" HOST "A\r\n\r\n", 400 },
        { "GET /hello HTTP/1.1\r\n" HOST ": b\r\n\r\n", 400 },
        { "GET /hello HTTP/1.1\r\n\r\n", 400 },
        { "GET /hello HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400 },
        { "GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400 },
        { "GET /hello HTTP/1.1\r\nHost: a b\r\n\r\n", 400 },
        { "GET /hello HTTP/1.1\r\nHost: a/b\r\n\r\n", 400 },
        { "GET /hello HTTP/1.1\r\nHost:\r\n\r\n", 400 },
        { "GET http://b/hello HTTP/1.1\r\nHost: a\r\n\r\n", 400 },
        { "GET hello HTTP/1.1\r\n" HOST "\r\n", 400 },
        { "GET /he llo HTTP/1.1\r\n" HOST "\r\n", 400 },
        { "GET /hello#a HTTP/1.1\r\n" HOST "\r\n", 400 },
        { "GET * HTTP/1.1\r\n" HOST "\r\n", 400 },
        { "GET /hello HTTP/2.0\r\n" HOST "\r\n", 505 },
        { "GET /hello HTTP/1.1 \r\n" HOST "\r\n", 400 },
        { "GET /hello\r\n\r\n", 505 },
        { "get /hello HTTP/1.1\r\n" HOST "\r\n", 400 },
        { "CONNECT a:1 HTTP/1.1\r\n" HOST "\r\n", 501 },
        { "POST /echo HTTP/1.1\r\n" HOST "Expect: magic\r\nContent-Length: 1\r\n\r\na", 417 },
    };
    const http_limits limits = { .idle_ms = 5000 };
    if (!begin(t, &w, limits))
        return;
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        const size_t size = strlen(cases[i].request);
        for (size_t cut = 0; cut <= size; cut += test_is_soak() ? 1 : 5) {
            const int status = exchange_cut(&w, cases[i].request, size, cut, &answer);
            if (status != cases[i].status)
                FAIL(t, "case %zu, cut at %zu: %d, want %d", i, cut, status, cases[i].status);
            CHECK_UINT_EQ(t, count_text(zkl_buffer_bytes(&answer), "HTTP/1.1 "), 1);
        }
    }
    http_stop(w.server);
}

/* A NUL, in each part of a head. */
static void test_http1__refuses_a_nul(zkl_test *t)
{
    world w = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) answer = { 0 };
    static const char request[] = "GET /hello HTTP/1.1\r\nHost: a\r\nAb: cd\r\n\r\n";
    if (!begin(t, &w, (http_limits){ 0 }))
        return;
    for (size_t at = 0; at < sizeof request - 5; at++) {
        char copy[sizeof request];
        memcpy(copy, request, sizeof copy);
        copy[at] = '\0';
        CHECK(t, exchange_cut(&w, copy, sizeof copy - 1, at, &answer) / 100 != 2);
    }
    CHECK_UINT_EQ(t, exchange_cut(&w, request, sizeof request - 1, 0, &answer), 200);
    http_stop(w.server);
}

/* Chunks whose framing is bad: the part that came before may have been answered, nothing behind it
 * is. */
static void test_http1__a_bad_chunk_ends_the_connection(zkl_test *t)
{
    world w = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) answer = { 0 };
    static const char *const bodies[] = {
        "3\r\nabcd\r\n0\r\n\r\n",   "3\nabc\r\n0\r\n\r\n",    "-3\r\nabc\r\n0\r\n\r\n",
        "3 \r\nabc\r\n0\r\n\r\n",   "\r\n0\r\n\r\n",          "g\r\n0\r\n\r\n",
        "fffffffffffffffff\r\nabc", "0x3\r\nabc\r\n0\r\n\r\n"
    };
    if (!begin(t, &w, (http_limits){ 0 }))
        return;
    for (size_t i = 0; i < ZKL_COUNT(bodies); i++) {
        const char *request =
            zkl_arena_format(&t->arena,
                             "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
                             "chunked\r\n\r\n%sGET /hello HTTP/1.1\r\nHost: a\r\n\r\n",
                             bodies[i]);
        for (size_t cut = 0; cut < strlen(request); cut += 7) {
            (void)exchange_cut(&w, request, strlen(request), cut, &answer);
            CHECK_UINT_EQ(t, count_text(zkl_buffer_bytes(&answer), "hello"), 0);
            CHECK_UINT_EQ(t, count_text(zkl_buffer_bytes(&answer), "\r\n0\r\n\r\n"), 0);
        }
    }
    http_stop(w.server);
}

/* Several requests at once, answered in their order, however they are cut. */
static void test_http1__answers_in_order(zkl_test *t)
{
    world w = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) answer = { 0 };
    static const char requests[] =
        "GET /later HTTP/1.1\r\nHost: a\r\n\r\n"
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nfirst"
        "\r\nGET http://a/hello?x=1 HTTP/1.1\r\nHost: a\r\n\r\n"
        "HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\n"
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
        "chunked\r\n\r\n3\r\nsec\r\n3\r\nond\r\n0\r\nT: t\r\n\r\n"
        "GET /head HTTP/1.1\r\nHost: a\r\nA:\r\nB: c \r\nConnection: close\r\n\r\n"
        "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";
    if (!begin(t, &w, (http_limits){ 0 }))
        return;
    for (size_t cut = 0; cut < sizeof requests; cut += 3) {
        const int fd = connect_unix(w.path);
        answer.size = 0;
        CHECK(t, send_all(fd, zkl_bytes_of(requests, cut)));
        (void)send_all(fd, zkl_bytes_of(requests + cut, sizeof requests - 1 - cut));
        read_to_end(fd, &answer);
        close(fd);
        zkl_buffer_put_u8(&answer, 0);
        const char *at = (const char *)answer.data;
        static const char *const want[] = {
            "later",         "5\r\nfirst\r\n0\r\n\r\n",
            "\r\n\r\nhello", "content-length: 5\r\n\r\nHTTP/1.1 200",
            "sec",           "ond",
            "0\r\n\r\n",     "\r\n\r\n4"
        };
        for (size_t i = 0; i < ZKL_COUNT(want) && at; i++) {
            const char *const found = strstr(at, want[i]);
            if (!found)
                FAIL(t, "cut at %zu: no '%s' in '%s'", cut, want[i], at);
            at = found ? found + 1 : NULL;
        }
        CHECK_UINT_EQ(t, count_text(zkl_buffer_bytes(&answer), "HTTP/1.1 200"), 6);
    }
    http_stop(w.server);
}

static bool is_served(const world *w)
{
    ZKL_AUTO_CLEAR(zkl_buffer) answer = { 0 };
    const int fd = connect_unix(w->path);
    const bool served = send_all(fd, zkl_bytes_of_text("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")) &&
                        read_until(fd, &answer, "hello");
    close(fd);
    return served;
}

/* Small requests for large answers, all at once, and nothing is read: no more of them is begun than
 * what may wait to be sent, and the rest when it is. The loop is one: who is served behind them
 * comes when it has looked at all of them. */
static void test_http1__asks_in_advance_are_held_up(zkl_test *t)
{
    enum { REQUESTS = 1000, BEGUN_MAX = 40 };
    static const char ask[] = "GET /large HTTP/1.1\r\nHost: a\r\n\r\n";
    world w = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) asks = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) answers = { 0 };
    http_counts counts;
    if (!begin(t, &w, (http_limits){ 0 }))
        return;
    for (size_t i = 0; i < REQUESTS; i++)
        zkl_buffer_put_text(&asks, ask);
    const int fd = connect_unix(w.path);
    CHECK(t, send_all(fd, zkl_buffer_bytes(&asks)));
    for (size_t i = 0; i < 3; i++) /* what the socket takes is sent, and as much begun anew */
        CHECK(t, is_served(&w));
    http_count(w.server, &counts);
    CHECK(t, counts.requests > 3 && counts.requests < BEGUN_MAX);
    while (answers.size < REQUESTS * sizeof large_body) {
        uint8_t part[65536];
        const ssize_t n = read(fd, part, sizeof part);
        REQUIRE(t, n > 0);
        zkl_buffer_put(&answers, part, (size_t)n);
    }
    http_count(w.server, &counts);
    CHECK_UINT_EQ(t, counts.requests, REQUESTS + 3);
    close(fd);
    http_stop(w.server);
}

/* More than all buffers hold, both ways; a reader who does not read holds up his own sender. */
static void test_http1__holds_up_who_does_not_read(zkl_test *t)
{
    world w = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) answer = { 0 };
    const size_t size = (size_t)24 << 20;
    ZKL_AUTO_BLOCK uint8_t *body = zkl_calloc(size, 1);
    if (!begin(t, &w, (http_limits){ 0 }))
        return;
    int fd = connect_unix(w.path);
    const char *head = zkl_arena_format(
        &t->arena, "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: %zu\r\n\r\n", size);
    CHECK(t, send_all(fd, zkl_bytes_of_text(head)));
    size_t sent = 0;
    struct pollfd ready = { .fd = fd, .events = POLLOUT };
    while (sent < size && poll(&ready, 1, 300) == 1) { /* until nothing more fits */
        const ssize_t n = send(fd, body + sent, size - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
        REQUIRE(t, n > 0);
        sent += (size_t)n;
    }
    CHECK(t, sent < size / 2);
    while (sent < size) { /* reading lets it go on */
        uint8_t part[65536];
        struct pollfd both = { .fd = fd, .events = POLLIN | POLLOUT };
        REQUIRE(t, poll(&both, 1, -1) == 1);
        if (both.revents & POLLIN) {
            const ssize_t n = read(fd, part, sizeof part);
            REQUIRE(t, n > 0);
            zkl_buffer_put(&answer, part, (size_t)n);
        }
        if (both.revents & POLLOUT) {
            const ssize_t n = send(fd, body + sent, size - sent, MSG_NOSIGNAL | MSG_DONTWAIT);
            sent += n > 0 ? (size_t)n : 0;
        }
    }
    CHECK(t, read_until(fd, &answer, "\r\n0\r\n\r\n"));
    CHECK(t, answer.size > size);
    close(fd);
    answer.size = 0;
    fd = connect_unix(w.path);
    CHECK(t, send_all(fd, zkl_bytes_of_text("GET /many?5000000 HTTP/1.0\r\n\r\n")));
    read_to_end(fd, &answer);
    CHECK(t, answer.size > 5000000 && answer.size < 5000300);
    close(fd);
    http_stop(w.server);
}

/* Sizes and times that are too much, each with its status. */
static void test_http1__limits(zkl_test *t)
{
    world w = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) answer = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) request = { 0 };
    const http_limits limits = { .head_bytes_max = 2000,
                                 .body_bytes_max = 10,
                                 .head_ms = 300,
                                 .body_ms = 300,
                                 .handshake_ms = 300,
                                 .idle_ms = 300,
                                 .connections_max = 3 };
    if (!begin(t, &w, limits))
        return;
    zkl_buffer_put_text(&request, "GET /");
    for (size_t i = 0; i < 3000; i++)
        zkl_buffer_put_u8(&request, 'a');
    zkl_buffer_put_text(&request, " HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK_UINT_EQ(t, exchange_cut(&w, (char *)request.data, request.size, 0, &answer), 414);
    request.size = 0;
    zkl_buffer_put_text(&request, "GET /hello HTTP/1.1\r\nHost: a\r\n");
    for (size_t i = 0; i < 101; i++)
        zkl_buffer_format(&request, "a%zu: b\r\n", i);
    zkl_buffer_put_text(&request, "\r\n");
    CHECK_UINT_EQ(t, exchange_cut(&w, (char *)request.data, request.size, 0, &answer), 431);
    static const char large[] =
        "POST /hello2 HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n01234567890";
    CHECK_UINT_EQ(t, exchange_cut(&w, large, sizeof large - 1, 0, &answer),
                  404); /* answered before its body */
    /* slow: a head, a body, nothing at all, nothing more */
    static const char *const slow[] = {
        "GET /hello HTTP/1.1\r\nHo", "", "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n",
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nab"
    };
    static const int status[] = { 408, 0, 200, 200 };
    for (size_t i = 0; i < ZKL_COUNT(slow); i++) {
        const int fd = connect_unix(w.path);
        answer.size = 0;
        CHECK(t, send_all(fd, zkl_bytes_of_text(slow[i])));
        read_to_end(fd, &answer); /* until the server has had enough */
        CHECK_UINT_EQ(t, status_of(zkl_buffer_bytes(&answer)), status[i]);
        close(fd);
    }
    http_stop(w.server);
}

/* Answered before a body that does not end: after a moment no more of it is read, and the answer
 * arrives. */
static void test_http1__does_not_read_what_nobody_wants(zkl_test *t)
{
    enum { PATHS = 4, COUNT = 2 * PATHS };
    world w = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) answer = { 0 };
    static const char *const paths[PATHS] = { "/none", "/hello", "/parts", "/later" };
    static const int status[PATHS] = { 404, 200, 200, 200 };
    static const char *const framings[] = { "Content-Length: 1000000000000000\r\n\r\n",
                                            "Transfer-Encoding: chunked\r\n\r\nfffffffffffff\r\n" };
    static uint8_t body[65536];
    int open[COUNT];
    size_t left = COUNT;
    if (!begin(t, &w, (http_limits){ .body_bytes_max = UINT64_MAX, .body_ms = 3600000 }))
        return;
    for (size_t i = 0; i < COUNT; i++) {
        const char *const head = zkl_arena_format(&t->arena, "POST %s HTTP/1.1\r\nHost: a\r\n%s",
                                                  paths[i / 2], framings[i % 2]);
        open[i] = connect_unix(w.path);
        CHECK(t, send_all(open[i], zkl_bytes_of_text(head)));
    }
    bool is_over[COUNT] = { false };
    while (left) /* until the server has closed all of them */
        for (size_t i = 0; i < COUNT; i++) {
            if (is_over[i] || send_all(open[i], zkl_bytes_of(body, sizeof body)))
                continue;
            is_over[i] = true;
            left--;
            answer.size = 0;
            read_to_end(open[i], &answer);
            CHECK_UINT_EQ(t, status_of(zkl_buffer_bytes(&answer)), status[i / 2]);
            close(open[i]);
        }
    http_stop(w.server);
}

/* More than may: closed without a word; those that are there are served, and there is room again
 * when one goes. */
static void test_http1__counts_connections(zkl_test *t)
{
    world w = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) answer = { 0 };
    int open[3];
    if (!begin(t, &w, (http_limits){ .connections_max = 3 }))
        return;
    for (size_t i = 0; i < ZKL_COUNT(open); i++) {
        open[i] = connect_unix(w.path);
        CHECK(t, send_all(open[i], zkl_bytes_of_text("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")));
        CHECK(t, read_until(open[i], &answer, "hello"));
        answer.size = 0;
    }
    const int refused = connect_unix(w.path);
    read_to_end(refused, &answer);
    CHECK_UINT_EQ(t, answer.size, 0);
    close(refused);
    CHECK(t, send_all(open[2], zkl_bytes_of_text(
                                   "GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")));
    read_to_end(open[2], &answer);
    CHECK_UINT_EQ(t, status_of(zkl_buffer_bytes(&answer)), 200);
    for (size_t i = 0; i < ZKL_COUNT(open); i++)
        close(open[i]);
    http_counts counts;
    do
        http_count(w.server, &counts);
    while (counts.open_connections);
    CHECK_UINT_EQ(t, counts.requests, 4);
    CHECK_UINT_EQ(t, counts.refused_connections, 1);
    http_stop(w.server);
}

/* What is in flight when it stops is answered; nothing new is taken. */
static void test_http1__stops_when_all_is_answered(zkl_test *t)
{
    world w = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) answer = { 0 };
    if (!begin(t, &w, (http_limits){ 0 }))
        return;
    const int fd = connect_unix(w.path), idle = connect_unix(w.path);
    CHECK(t, send_all(fd, zkl_bytes_of_text(
                              "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nab")));
    CHECK(t, read_until(fd, &answer, "ab\r\n"));
    pthread_t stopping;
    REQUIRE(t, pthread_create(&stopping, NULL, (void *(*)(void *))(uintptr_t)http_stop, w.server) ==
                   0);
    uint8_t byte;
    CHECK(t, read(idle, &byte, 1) == 0); /* it has begun to stop */
    CHECK(t, send_all(fd, zkl_bytes_of_text("cd")));
    read_to_end(fd, &answer);
    CHECK_UINT_EQ(t, count_text(zkl_buffer_bytes(&answer), "cd\r\n0\r\n\r\n"), 1);
    pthread_join(stopping, NULL);
    CHECK(t, access(w.path, F_OK) != 0);
    close(fd);
    close(idle);
}

ZKL_TESTS(TEST(test_http1__refuses_what_is_ambiguous), TEST(test_http1__refuses_a_nul),
          TEST(test_http1__a_bad_chunk_ends_the_connection), TEST(test_http1__answers_in_order),
          TEST(test_http1__holds_up_who_does_not_read),
          TEST(test_http1__asks_in_advance_are_held_up), TEST(test_http1__limits),
          TEST(test_http1__does_not_read_what_nobody_wants), TEST(test_http1__counts_connections),
          TEST(test_http1__stops_when_all_is_answered))
