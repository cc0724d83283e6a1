/* Asking others: what comes back, and what is not waited for, followed, or taken. */
#include "daemon/client.h"

#include "unit/http/http_client.h"

typedef struct world {
    http_server *server;
    daemon_client *client;
    char base[64];
    atomic_int elsewhere; /* requests to /elsewhere */
} world;

/* /echo answers with method, type and body; /code418 with that code; /large with 5,000 bytes;
 * /moved sends to /elsewhere; /never not at all. */
static void echo_whole(http_exchange *x)
{
    zkl_buffer *const out = http_own(x);
    http_reply(x, 200, "text/x.test; charset=utf-8", zkl_buffer_bytes(out));
}

static void echo_part(http_exchange *x, zkl_bytes part)
{
    zkl_buffer_put(http_own(x), part.data, part.size);
}

static void echo_close(http_exchange *x)
{
    zkl_buffer *const out = http_own(x);
    zkl_buffer_clear(out);
    zkl_free(out);
}

static const http_handler echo_all = { echo_part, echo_whole, NULL, echo_close };
static const http_handler nothing = { NULL, NULL, NULL, NULL };

static void begin(void *context, http_exchange *x)
{
    world *const w = context;
    const zkl_bytes path = http_path(x), method = http_method(x);
    static char large[5000];
    if (zkl_bytes_equal_text(path, "/echo")) {
        zkl_buffer *const out = zkl_calloc(1, sizeof *out);
        const zkl_bytes mark = http_find(x, "x-mark");
        zkl_buffer_put(out, method.data, method.size);
        zkl_buffer_put(out, mark.data, mark.size);
        http_serve(x, &echo_all, out);
    } else if (zkl_bytes_equal_text(path, "/code418")) {
        http_reply(x, 418, "text/plain", zkl_bytes_of_text("a pot"));
    } else if (zkl_bytes_equal_text(path, "/large")) {
        http_reply(x, 200, "text/plain", zkl_bytes_of(large, sizeof large));
    } else if (zkl_bytes_equal_text(path, "/moved")) {
        const http_header to = { zkl_bytes_of_text("location"), zkl_bytes_of_text("/elsewhere") };
        http_reply_with(x, 307, &to, 1, (zkl_bytes){ 0 });
    } else if (zkl_bytes_equal_text(path, "/elsewhere")) {
        atomic_fetch_add(&w->elsewhere, 1);
        http_reply(x, 200, "text/plain", (zkl_bytes){ 0 });
    } else {
        http_serve(x, &nothing, NULL);
    }
}

static bool open_world(zkl_test *t, world *w)
{
    zkl_error err = { 0 };
    static const char *const address = "127.0.0.1:0";
    *w = (world){ 0 };
    const http_settings settings = { .addresses = &address,
                                     .address_count = 1,
                                     .loop_count = 1,
                                     .limits = { .drain_ms = 1 },
                                     .app = { .context = w, .begin = begin } };
    if (http_start(&w->server, &settings, &err) != ZKL_OK ||
        daemon_client_new(&w->client, &err) != ZKL_OK) {
        FAIL(t, "%s", err.text);
        return false;
    }
    snprintf(w->base, sizeof w->base, "http://%s", http_address(w->server, 0));
    return true;
}

static void close_world(world *w)
{
    daemon_client_free(w->client);
    http_stop(w->server);
}

static zkl_status ask(zkl_test *t, world *w, daemon_client_answer *out, const char *path,
                      daemon_client_request request)
{
    zkl_error err = { 0 };
    request.url = zkl_arena_format(&t->arena, "%s%s", w->base, path);
    request.connect_ms = 5000;
    if (!request.wait_ms)
        request.wait_ms = 20000;
    if (!request.answer_bytes_max)
        request.answer_bytes_max = 4999;
    return daemon_client_ask(out, w->client, &request, &err);
}

static void test_client__whatever_is_answered(zkl_test *t)
{
    static const char *const headers[] = { "X-Mark: *", NULL };
    world w;
    REQUIRE(t, open_world(t, &w));
    for (size_t i = 0; i < 3; i++) { /* over one connection: nothing of a call stays for the next */
        daemon_client_answer a = { 0 };
        CHECK_STATUS(t, ZKL_OK, ask(t, &w, &a, "/echo", (daemon_client_request){ 0 }));
        CHECK(t, a.code == 200 && zkl_bytes_equal_text(zkl_buffer_bytes(&a.body), "GET"));
        CHECK_TEXT_EQ(t, a.type, "text/x.test");
        zkl_buffer_clear(&a.body);
        CHECK_STATUS(t, ZKL_OK,
                     ask(t, &w, &a, "/echo",
                         (daemon_client_request){ .content_type = "text/plain",
                                                  .headers = headers,
                                                  .body = zkl_bytes_of_text("words") }));
        CHECK(t, a.code == 200 && zkl_bytes_equal_text(zkl_buffer_bytes(&a.body), "POST*words"));
        zkl_buffer_clear(&a.body);
        CHECK_STATUS(t, ZKL_OK, ask(t, &w, &a, "/code418", (daemon_client_request){ 0 }));
        CHECK(t, a.code == 418 && zkl_bytes_equal_text(zkl_buffer_bytes(&a.body), "a pot"));
        zkl_buffer_clear(&a.body);
    }
    http_counts counts;
    http_count(w.server, &counts);
    CHECK_UINT_EQ(t, counts.connections, 1);
    close_world(&w);
}

static void test_client__no_more_than_is_asked_for(zkl_test *t)
{
    world w;
    daemon_client_answer a = { 0 };
    atomic_bool gives_up = true;
    REQUIRE(t, open_world(t, &w));
    CHECK_STATUS(t, ZKL_LIMIT, ask(t, &w, &a, "/large", (daemon_client_request){ 0 }));
    zkl_buffer_clear(&a.body);
    CHECK_STATUS(t, ZKL_OK,
                 ask(t, &w, &a, "/large", (daemon_client_request){ .answer_bytes_max = 5000 }));
    CHECK_UINT_EQ(t, a.body.size, 5000);
    zkl_buffer_clear(&a.body);
    CHECK_STATUS(t, ZKL_OK, ask(t, &w, &a, "/moved", (daemon_client_request){ 0 }));
    CHECK(t, a.code == 307 && atomic_load(&w.elsewhere) == 0);
    zkl_buffer_clear(&a.body);
    CHECK_STATUS(t, ZKL_IO, ask(t, &w, &a, "/never", (daemon_client_request){ .wait_ms = 50 }));
    zkl_buffer_clear(&a.body);
    CHECK_STATUS(t, ZKL_CANCELLED,
                 ask(t, &w, &a, "/never", (daemon_client_request){ .gives_up = &gives_up }));
    zkl_buffer_clear(&a.body);
    close_world(&w);
}

static void test_client__where_it_asks(zkl_test *t)
{
    static const struct {
        const char *url;
        bool is_fine, is_fine_when_plain;
    } cases[] = {
        { "https://witness.example", true, true },
        { "https://witness.example:8443/a/b", true, true },
        { "http://127.0.0.1:80/x", true, true },
        { "http://localhost/x", true, true },
        { "http://[::1]:1/x", true, true },
        { "http://witness.example", false, true },
        { "http://127.evil.example", false, true },
        { "http://127.0.0.1.evil.example/", false, true },
        { "http://localhost.example/", false, true },
        { "http://10.0.0.1/", false, true },
        { "ftp://witness.example", false, false },
        { "file:///etc/passwd", false, false },
        { "https://name:word@witness.example", false, false },
        { "http://127.0.0.1@witness.example", false, false },
        { "witness.example", false, false },
        { "https://", false, false },
        { "", false, false },
        { "https://a b/", false, false },
    };
    zkl_error err = { 0 };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        const bool is_fine = daemon_client_check_url(cases[i].url, false, &err) == ZKL_OK;
        const bool when_plain = daemon_client_check_url(cases[i].url, true, &err) == ZKL_OK;
        if (is_fine != cases[i].is_fine || when_plain != cases[i].is_fine_when_plain)
            FAIL(t, "'%s'", cases[i].url);
    }
}

/* Of any scheme, by the host: not by how the address begins. */
static void test_client__where_an_address_leads(zkl_test *t)
{
    static const struct {
        const char *url, *scheme; /* NULL: it is none */
        bool is_here;
    } cases[] = {
        { "smtp://127.0.0.1:25", "smtp", true },
        { "smtp://localhost", "smtp", true },
        { "SMTPS://[::1]:465", "smtps", true },
        { "smtp://mail.example", "smtp", false },
        { "smtp://127.evil.example:25", "smtp", false },
        { "smtp://127.0.0.1.evil.example", "smtp", false },
        { "smtp://localhost.evil.example", "smtp", false },
        { "smtp://localhost@evil.example", NULL, false },
        { "smtp://127.0.0.1:x@evil.example", NULL, false },
        { "smtp://:x@evil.example", NULL, false },
        { "smtp://", NULL, false },
        { "mail.example", NULL, false },
        { "longscheme://mail.example", "", false },
    };
    for (size_t i = 0; i < ZKL_COUNT(cases); i++) {
        daemon_client_place place = { "", false };
        const zkl_status status = daemon_client_find_place(&place, cases[i].url, NULL);
        CHECK_STATUS(t, cases[i].scheme ? ZKL_OK : ZKL_USAGE, status);
        if (cases[i].scheme)
            CHECK_TEXT_EQ(t, place.scheme, cases[i].scheme);
        if (place.is_here != cases[i].is_here)
            FAIL(t, "'%s'", cases[i].url);
    }
}

ZKL_TESTS(TEST(test_client__where_an_address_leads), TEST(test_client__whatever_is_answered),
          TEST(test_client__no_more_than_is_asked_for), TEST(test_client__where_it_asks))
