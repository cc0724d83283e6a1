/* Bodies that come too slowly, of HTTP/1.1 and HTTP/2, and sockets that listen already. */
#include "unit/http/http2_client.h"

static http_server *start(zkl_test *t, char path[static 128], http_limits limits)
{
    zkl_error err = { 0 };
    http_server *server = NULL;
    snprintf(path, 128, "%s/s", test_folder(t));
    const char *const address = zkl_arena_format(&t->arena, "unix:%s", path);
    const http_settings settings = { .addresses = &address,
                                     .address_count = 1,
                                     .loop_count = 1,
                                     .limits = limits,
                                     .app = { .begin = app_begin } };
    if (http_start(&server, &settings, &err) != ZKL_OK)
        FAIL(t, "%s", err.text);
    return server;
}

static bool has_answer(int fd, int wait_ms)
{
    struct pollfd one = { .fd = fd, .events = POLLIN };
    return poll(&one, 1, wait_ms) == 1;
}

/* A part each few milliseconds, until an answer comes or so many were sent. */
static size_t drip(int fd, zkl_bytes part, size_t most)
{
    size_t sent = 0;
    while (sent < most && !has_answer(fd, 20) && send_all(fd, part))
        sent++;
    return sent;
}

/* Each part comes in time, and all of them too slowly: 408. */
static void test_rates__refuse_a_slow_body(zkl_test *t)
{
    static const char *const heads[] = {
        "POST /whole HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n",
        "POST /whole HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
    };
    static const char *const parts[] = { "x", "1\r\nx\r\n" };
    char path[128];
    http_server *const server = start(t, path,
                                      (http_limits){ .body_rate_min = 1000000,
                                                     .body_window_ms = 300,
                                                     .body_ms = 3600000,
                                                     .body_bytes_max = UINT64_MAX });
    REQUIRE(t, server);
    for (size_t i = 0; i < 2; i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) answer = { 0 };
        const int fd = connect_unix(path);
        CHECK(t, send_all(fd, zkl_bytes_of_text(heads[i])));
        CHECK(t, drip(fd, zkl_bytes_of_text(parts[i]), 100000) < 100000);
        shutdown(fd, SHUT_WR);
        read_to_end(fd, &answer);
        CHECK_UINT_EQ(t, status_of(zkl_buffer_bytes(&answer)), 408);
        close(fd);
    }
    http_stop(server);
}

/* One that keeps the rate over many windows is answered, however long it takes; so is one whose
 * answer takes long, and one that waits between two requests. */
static void test_rates__let_a_steady_body_pass(zkl_test *t)
{
    char path[128];
    ZKL_AUTO_CLEAR(zkl_buffer) answer = { 0 };
    http_server *const server =
        start(t, path, (http_limits){ .body_rate_min = 1, .body_window_ms = 1000 });
    REQUIRE(t, server);
    const int fd = connect_unix(path);
    CHECK(t, send_all(fd, zkl_bytes_of_text(
                              "POST /whole HTTP/1.1\r\nHost: a\r\nContent-Length: 60\r\n\r\n")));
    CHECK_UINT_EQ(t, drip(fd, zkl_bytes_of_text("x"), 60), 60);
    CHECK(t, read_until(fd, &answer, "whole"));
    CHECK_UINT_EQ(t, status_of(zkl_buffer_bytes(&answer)), 200);
    close(fd);
    http_stop(server);
}

/* ---- HTTP/2 */

static void test_rates__refuse_a_slow_stream(zkl_test *t)
{
    char path[128];
    ZKL_AUTO_CLEAR(zkl_buffer) begin = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) part = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) other = { 0 };
    http_server *const server =
        start(t, path,
              (http_limits){ .body_rate_min = 1000000, .body_window_ms = 300, .body_ms = 3600000 });
    REQUIRE(t, server);
    const int fd = connect_unix(path);
    put_preface(&begin);
    put_frame(&begin, HEADERS, END_HEADERS, 1, zkl_bytes_of(post_whole, sizeof post_whole));
    put_frame(&part, DATA, 0, 1, zkl_bytes_of("x", 1));
    CHECK(t, send_all(fd, zkl_buffer_bytes(&begin)));
    for (size_t i = 0; i < 20; i++) { /* what it says at the beginning comes meanwhile */
        CHECK(t, send_all(fd, zkl_buffer_bytes(&part)));
        usleep(20000);
    }
    CHECK(t, wait_for_frame(fd, HEADERS, 1)); /* an answer, though the request has no end */
    /* another stream of the connection is served */
    put_frame(&other, HEADERS, END_HEADERS | END_STREAM, 3,
              zkl_bytes_of(post_whole, sizeof post_whole));
    CHECK(t, send_all(fd, zkl_buffer_bytes(&other)));
    CHECK(t, wait_for_frame(fd, DATA, 3));
    close(fd);
    http_stop(server);
}

/* A head's bytes that come one by one, each in time: the connection ends. */
static void test_rates__end_a_slow_head_of_a_stream(zkl_test *t)
{
    char path[128];
    ZKL_AUTO_CLEAR(zkl_buffer) begin = { 0 };
    http_server *const server =
        start(t, path, (http_limits){ .head_ms = 300, .body_ms = 3600000, .idle_ms = 3600000 });
    REQUIRE(t, server);
    const int fd = connect_unix(path);
    put_preface(&begin);
    put_frame(&begin, HEADERS, END_HEADERS, 1, zkl_bytes_of(post_whole, sizeof post_whole));
    begin.size -= sizeof post_whole;
    CHECK(t, send_all(fd, zkl_buffer_bytes(&begin)));
    for (size_t i = 0; i + 1 < sizeof post_whole; i++) {
        usleep(20000);
        CHECK(t, send_all(fd, zkl_bytes_of(post_whole + i, 1)));
    }
    CHECK(t, wait_for_frame(fd, GOAWAY, 0));
    close(fd);
    http_stop(server);
}

/* Whoever opens no window for an answer gets none of it, and its stream is reset; whoever opens one
 * gets it all. */
static void test_rates__reset_an_answer_that_nobody_reads(zkl_test *t)
{
    static const uint8_t no_window[] = { 0, 4, 0, 0, 0, 0 }, window[] = { 0, 0, 0, 5 };
    char path[128];
    ZKL_AUTO_CLEAR(zkl_buffer) begin = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) other = { 0 };
    http_server *const server = start(t, path, (http_limits){ .body_ms = 300 });
    REQUIRE(t, server);
    const int fd = connect_unix(path);
    put_preface(&begin);
    put_frame(&begin, SETTINGS, 0, 0, zkl_bytes_of(no_window, sizeof no_window));
    put_frame(&begin, HEADERS, END_HEADERS | END_STREAM, 1,
              zkl_bytes_of(get_hello, sizeof get_hello));
    CHECK(t, send_all(fd, zkl_buffer_bytes(&begin)));
    CHECK(t, wait_for_frame(fd, HEADERS, 1));
    CHECK(t, wait_for_frame(fd, RST_STREAM, 1));
    put_frame(&other, HEADERS, END_HEADERS | END_STREAM, 3,
              zkl_bytes_of(get_hello, sizeof get_hello));
    put_frame(&other, WINDOW_UPDATE, 0, 3, zkl_bytes_of(window, sizeof window));
    CHECK(t, send_all(fd, zkl_buffer_bytes(&other)));
    CHECK(t, wait_for_frame(fd, DATA, 3));
    close(fd);
    http_stop(server);
}

/* A connection without a request ends after its time, also one that asks for answers to pings, and
 * one whose last answer another thread made. */
static void test_rates__pings_are_no_requests(zkl_test *t)
{
    static const uint8_t get_later[] = { 0x82, 0x86, 0x04, 6,    '/', 'l', 'a',
                                         't',  'e',  'r',  0x01, 1,   'a' };
    char path[128];
    ZKL_AUTO_CLEAR(zkl_buffer) begin = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) ping = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) rest = { 0 };
    http_server *const server = start(t, path, (http_limits){ .idle_ms = 300 });
    REQUIRE(t, server);
    const int pinging = connect_unix(path), silent = connect_unix(path);
    put_preface(&begin);
    put_frame(&ping, PING, 0, 0, zkl_bytes_of("12345678", 8));
    CHECK(t, send_all(pinging, zkl_buffer_bytes(&begin)));
    put_frame(&begin, HEADERS, END_HEADERS | END_STREAM, 1,
              zkl_bytes_of(get_later, sizeof get_later));
    CHECK(t, send_all(silent, zkl_buffer_bytes(&begin)));
    CHECK(t, wait_for_frame(silent, DATA, 1));
    read_to_end(silent, &rest);
    size_t sent = 0;
    while (sent < 5000 && send_all(pinging, zkl_buffer_bytes(&ping))) {
        sent++;
        usleep(2000);
    }
    CHECK(t, sent < 5000);
    close(pinging);
    close(silent);
    http_stop(server);
}

/* ---- sockets that listen already */

static int listen_unix(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    ZKL_ASSERT(bind(fd, (const struct sockaddr *)&address, sizeof address) == 0 &&
               listen(fd, 10) == 0);
    return fd;
}

/* They are served on, and not removed at the end: they are whoever made them's. */
static void test_sockets__are_taken_over(zkl_test *t)
{
    zkl_error err = { 0 };
    http_server *server = NULL;
    ZKL_AUTO_CLEAR(zkl_buffer) answer = { 0 };
    const char *const path = zkl_arena_format(&t->arena, "%s/given", test_folder(t));
    const int sockets[] = { listen_unix(path) };
    const http_settings settings = {
        .sockets = sockets, .socket_count = 1, .loop_count = 2, .app = { .begin = app_begin }
    };
    REQUIRE_OK(t, &err, http_start(&server, &settings, &err));
    CHECK_TEXT_EQ(t, http_address(server, 0), zkl_arena_format(&t->arena, "unix:%s", path));
    CHECK(t, !http_address(server, 1));
    const int fd = connect_unix(path);
    CHECK(t, send_all(fd, zkl_bytes_of_text("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")));
    CHECK(t, read_until(fd, &answer, "hello"));
    close(fd);
    http_stop(server);
    CHECK(t, access(path, F_OK) == 0);
}

/* A port has one server, also of the same user; and it is a port. */
static void test_sockets__are_nobody_elses(zkl_test *t)
{
    zkl_error err = { 0 };
    http_server *first = NULL, *second = NULL;
    const char *any = "127.0.0.1:0";
    http_settings settings = {
        .addresses = &any, .address_count = 1, .loop_count = 2, .app = { .begin = app_begin }
    };
    REQUIRE_OK(t, &err, http_start(&first, &settings, &err));
    const char *const taken = http_address(first, 0);
    settings.addresses = &taken;
    CHECK_STATUS(t, ZKL_IO, http_start(&second, &settings, &err));
    http_stop(first);
    static const char *const wrong[] = { "127.0.0.1:",    "127.0.0.1:65536", "127.0.0.1:99999",
                                         "127.0.0.1:-1",  "127.0.0.1:80a",   "127.0.0.1:http",
                                         "127.0.0.1:+80", "localhost:80",    "80" };
    for (size_t i = 0; i < ZKL_COUNT(wrong); i++) {
        settings.addresses = &wrong[i];
        CHECK_STATUS(t, ZKL_USAGE, http_start(&second, &settings, &err));
    }
}

static void test_sockets__that_do_not_listen_are_refused(zkl_test *t)
{
    http_server *server = NULL;
    zkl_error err = { 0 };
    const int sockets[] = { socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0) };
    const http_settings settings = { .sockets = sockets,
                                     .socket_count = 1,
                                     .app = { .begin = app_begin } };
    CHECK_STATUS(t, ZKL_USAGE, http_start(&server, &settings, &err));
    close(sockets[0]);
}

ZKL_TESTS(TEST(test_rates__refuse_a_slow_body), TEST(test_rates__let_a_steady_body_pass),
          TEST(test_rates__refuse_a_slow_stream), TEST(test_rates__end_a_slow_head_of_a_stream),
          TEST(test_rates__reset_an_answer_that_nobody_reads),
          TEST(test_rates__pings_are_no_requests), TEST(test_sockets__are_taken_over),
          TEST(test_sockets__are_nobody_elses), TEST(test_sockets__that_do_not_listen_are_refused))
