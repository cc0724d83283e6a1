/* Connections of HTTP/1.1 and HTTP/2, as a stranger opens them: byte 0 says where the rest is cut
 * in two. However it is cut, an HTTP/1.1 server sees the same requests and answers the same.
 *
 * Answered at once: paths that begin with "/a"; when the request is over: "/b"; part by part, and
 * held up by each: all others. */
#include "http/http_internal.h"

#include "fuzz_connection.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define HELD_MAX 200 /* streams_max and more */

static zkl_buffer seen; /* requests, as they were told of */
static http_exchange *held[HELD_MAX];
static size_t held_count;

static void see(const char *what, zkl_bytes bytes)
{
    zkl_buffer_put_text(&seen, what);
    zkl_buffer_put(&seen, bytes.data, bytes.size);
}

static void take_part(http_exchange *x, zkl_bytes part)
{
    bool is_held = false;
    ZKL_ASSERT(part.size);
    see("", part);
    (void)http_write(x, part);
    for (size_t i = 0; i < held_count; i++) /* what was on its way comes all the same */
        is_held |= held[i] == x;
    ZKL_ASSERT(is_held || held_count < HELD_MAX);
    if (!is_held)
        held[held_count++] = x;
    http_pause(x);
}

static void take_end(http_exchange *x)
{
    see("|end", (zkl_bytes){ 0 });
    http_finish(x, NULL, 0);
}

static void count_part(http_exchange *x, zkl_bytes part)
{
    (void)x;
    see("", part);
}

static void reply(http_exchange *x)
{
    see("|end", (zkl_bytes){ 0 });
    http_reply(x, 200, "text/plain", zkl_bytes_of_text("over"));
}

static void let_go(http_exchange *x)
{
    size_t kept = 0;
    for (size_t i = 0; i < held_count; i++)
        if (held[i] != x)
            held[kept++] = held[i];
    held_count = kept;
}

static void check_text(zkl_bytes text)
{
    for (size_t i = 0; i < text.size; i++)
        ZKL_ASSERT(text.data[i] != '\r' && text.data[i] != '\n' && text.data[i]);
}

static void begin(void *context, http_exchange *x)
{
    static const http_handler by_parts = { take_part, take_end, NULL, let_go };
    static const http_handler whole = { count_part, reply, NULL, NULL };
    size_t count;
    const http_header *const headers = http_headers(x, &count);
    (void)context;
    see("\n", http_method(x));
    see(" ", http_path(x));
    see("?", http_query(x));
    for (size_t i = 0; i < count; i++) {
        see("|", headers[i].name);
        see(": ", headers[i].value);
        check_text(headers[i].name);
        check_text(headers[i].value);
        for (size_t k = 0; k < headers[i].name.size; k++)
            ZKL_ASSERT(headers[i].name.data[k] < 'A' || headers[i].name.data[k] > 'Z');
    }
    see("|body ", (zkl_bytes){ 0 });
    ZKL_ASSERT(http_path(x).size && (http_path(x).data[0] == '/' || http_path(x).data[0] == '*'));
    if (zkl_bytes_begin_with(http_path(x), "/a")) {
        http_reply(x, 200, "text/plain", zkl_bytes_of_text("at once"));
    } else if (zkl_bytes_begin_with(http_path(x), "/b")) {
        http_serve(x, &whole, NULL);
    } else {
        http_serve(x, &by_parts, NULL);
        http_answer(x, 200, NULL, 0, HTTP_UNKNOWN);
    }
}

static void release(int fd, zkl_buffer *answer)
{
    while (held_count) {
        http_exchange *const x = held[--held_count];
        http_resume(x);
        fuzz_connection_send(fd, (zkl_bytes){ 0 }, answer);
    }
}

/* The second of a date is nobody's. */
static void blank_dates(zkl_buffer *answer)
{
    static const char date[] = "\r\ndate: ";
    const size_t skip = sizeof date - 1;
    for (size_t i = 0; i + skip + 29 <= answer->size; i++)
        if (memcmp(answer->data + i, date, skip) == 0)
            memset(answer->data + i + skip, '-', 29);
}

static void talk(zkl_bytes first, zkl_bytes second, zkl_buffer *requests, zkl_buffer *answer)
{
    int fd;
    seen.size = 0;
    (void)fuzz_connection_open(&fd);
    fuzz_connection_send(fd, first, answer);
    release(fd, answer);
    if (second.size)
        fuzz_connection_send(fd, second, answer);
    release(fd, answer);
    fuzz_connection_end(fd, answer, 0);
    ZKL_ASSERT(!held_count && atomic_load(&fuzz_server.open) == 0);
    blank_dates(answer);
    zkl_buffer_put(requests, seen.data, seen.size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ZKL_AUTO_CLEAR(zkl_buffer) whole = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) cut = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) of_whole = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) of_cut = { 0 };
    if (!fuzz_server.settings.app.begin)
        fuzz_connection_begin((http_app){ .begin = begin });
    if (!size)
        return 0;
    const zkl_bytes all = zkl_bytes_of(data + 1, size - 1);
    const size_t at = data[0] % (all.size + 1);
    talk(all, (zkl_bytes){ 0 }, &whole, &of_whole);
    talk(zkl_bytes_of(all.data, at), zkl_bytes_of(all.data + at, all.size - at), &cut, &of_cut);
    /* of HTTP/2 the answer to a first half changes what the second one means */
    if (of_whole.size && !zkl_bytes_begin_with(zkl_buffer_bytes(&of_whole), "HTTP/1.1"))
        return 0;
    ZKL_ASSERT(zkl_bytes_equal(zkl_buffer_bytes(&whole), zkl_buffer_bytes(&cut)));
    if (of_whole.size && memmem(of_whole.data, of_whole.size, "chunked\r\n", 9))
        return 0; /* its parts are those of the request */
    ZKL_ASSERT(zkl_bytes_equal(zkl_buffer_bytes(&of_whole), zkl_buffer_bytes(&of_cut)));
    return 0;
}
