/* What goes out over gRPC: all of it, or a status that says that it is not. */
#include "daemon/grpc.h"

#include <nghttp2/nghttp2.h>

#include "unit/http/http2_client.h"

#define CONTENT_BYTES ((size_t)1000)
/* A frame's head, a tag, a size of two bytes, the content. */
#define ANSWER_BYTES (5 + 1 + 2 + CONTENT_BYTES)

/* Method whose answer is bytes, in messages with a part each. */
static const grpc_message nothing = { .name = "zkl.v1.Nothing" },
                          chunk = { .name = "zkl.v1.Chunk" };
static const grpc_method download = { .service = "zkl.v1.Files",
                                      .name = "Download",
                                      .takes = &nothing,
                                      .gives = &chunk,
                                      .streams_out = true };

typedef struct denial {
    /* Allocation of what is sent, from which on memory is denied; and how many were made. */
    _Atomic uint64_t nth, made;
} denial;

static void begin(void *context, http_exchange *x)
{
    static const uint8_t content[CONTENT_BYTES] = { 1 };
    denial *const d = context;
    daemon_grpc *const g = zkl_calloc(1, sizeof *g);
    ZKL_ASSERT(g);
    g->method = &download;
    http_put_on(x, &daemon_grpc_coat, g);
    http_answer(x, 200, NULL, 0, CONTENT_BYTES);
    (void)zkl_malloc_fail_after(d->nth);
    (void)http_write(x, zkl_bytes_of(content, sizeof content));
    d->made = zkl_malloc_fail_after(0);
    http_finish(x, NULL, 0);
}

typedef struct came {
    size_t bytes;    /* of messages, with what stands around them */
    char status[16]; /* "": none */
    bool is_whole;   /* the stream has ended, and was not broken off */
} came;

static void take_head(came *out, nghttp2_hd_inflater *inflater, const uint8_t *in, size_t size)
{
    nghttp2_nv pair;
    int flags = 0;
    while (size && !(flags & NGHTTP2_HD_INFLATE_FINAL)) {
        const ssize_t used = nghttp2_hd_inflate_hd2(inflater, &pair, &flags, in, size, 1);
        ZKL_ASSERT(used >= 0);
        in += used;
        size -= (size_t)used;
        if ((flags & NGHTTP2_HD_INFLATE_EMIT) &&
            zkl_bytes_equal_text(zkl_bytes_of(pair.name, pair.namelen), "grpc-status"))
            snprintf(out->status, sizeof out->status, "%.*s", (int)pair.valuelen,
                     (const char *)pair.value);
    }
    nghttp2_hd_inflate_end_headers(inflater);
}

/* The answer to one call. */
static void call(came *out, const char *path)
{
    ZKL_AUTO_CLEAR(zkl_buffer) asked = { 0 };
    uint8_t head[9], payload[16384];
    nghttp2_hd_inflater *inflater = NULL;
    const int fd = connect_unix(path);
    *out = (came){ 0 };
    ZKL_ASSERT(nghttp2_hd_inflate_new(&inflater) == 0);
    put_preface(&asked);
    put_frame(&asked, HEADERS, END_HEADERS | END_STREAM, 1,
              zkl_bytes_of(get_hello, sizeof get_hello));
    ZKL_ASSERT(send_all(fd, zkl_buffer_bytes(&asked)));
    while (!out->is_whole && recv(fd, head, sizeof head, MSG_WAITALL) == sizeof head) {
        const size_t size = (size_t)head[0] << 16 | (size_t)head[1] << 8 | head[2];
        ZKL_ASSERT(size <= sizeof payload);
        if (recv(fd, payload, size, MSG_WAITALL) != (ssize_t)size || head[3] == RST_STREAM)
            break;
        if (head[3] == HEADERS)
            take_head(out, inflater, payload, size);
        if (head[3] == DATA)
            out->bytes += size;
        out->is_whole = head[8] == 1 && (head[4] & END_STREAM) && head[3] <= HEADERS;
    }
    nghttp2_hd_inflate_del(inflater);
    close(fd);
}

/* Each allocation of what is sent fails: what is not all there does not end well. */
static void test_grpc_answer__is_whole_or_fails(zkl_test *t)
{
    http_server *server = NULL;
    denial d = { .nth = 1 };
    came c;
    const char *const path = zkl_arena_format(&t->arena, "%s/s", test_folder(t));
    const char *const address = zkl_arena_format(&t->arena, "unix:%s", path);
    const http_settings settings = { .addresses = &address,
                                     .address_count = 1,
                                     .loop_count = 1,
                                     .app = { .context = &d, .begin = begin } };
    REQUIRE(t, http_start(&server, &settings, NULL) == ZKL_OK);
    for (; d.nth < 30; d.nth++) {
        call(&c, path);
        if (d.made < d.nth)
            break; /* there was memory for all of it */
        if (c.is_whole && strcmp(c.status, "0") == 0)
            CHECK_UINT_EQ(t, c.bytes, ANSWER_BYTES);
    }
    CHECK(t, d.nth > 3 && d.nth < 30);
    CHECK(t, c.is_whole);
    CHECK_TEXT_EQ(t, c.status, "0");
    CHECK_UINT_EQ(t, c.bytes, ANSWER_BYTES);
    http_stop(server);
}

ZKL_TESTS(TEST(test_grpc_answer__is_whole_or_fails))
