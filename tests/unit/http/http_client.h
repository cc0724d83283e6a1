#pragma once
/* A client that sends exactly the bytes it is told to, and an application to serve it. */
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "http/server.h"
#include "testing.h"

/* ---- the application: /hello, /echo (the body again), /head (how many headers), /many?N (N bytes
 * of an answer whose size is not said), /later (answered by another thread), /parts (at once, in
 * parts) */

static inline void echo_body(http_exchange *x, zkl_bytes part)
{
    if (!http_write(x, part))
        http_pause(x);
}

static inline void echo_drain(http_exchange *x)
{
    http_resume(x);
}

static inline void echo_end(http_exchange *x)
{
    http_finish(x, NULL, 0);
}

static const http_handler echo = { echo_body, echo_end, echo_drain, NULL };

static inline void reply_whole(http_exchange *x)
{
    http_reply(x, 200, "text/plain", zkl_bytes_of_text("whole"));
}

/* /whole: answered when the request is complete. */
static const http_handler whole = { NULL, reply_whole, NULL, NULL };

typedef struct many {
    size_t left;
} many;

static inline void many_drain(http_exchange *x)
{
    static const char line[1000] = "";
    many *const m = http_own(x);
    while (m->left) {
        const size_t size = m->left < sizeof line ? m->left : sizeof line;
        m->left -= size;
        if (!http_write(x, zkl_bytes_of(line, size)) && m->left)
            return;
    }
    http_finish(x, NULL, 0);
}

static inline void many_close(http_exchange *x)
{
    zkl_free(http_own(x));
}

static const http_handler many_bytes = { NULL, NULL, many_drain, many_close };

static inline void answer_later(http_exchange *x, bool is_open, void *argument)
{
    (void)argument;
    if (is_open)
        http_reply(x, 200, "text/plain", zkl_bytes_of_text("later"));
    http_drop(x);
}

static inline void *post_later(void *context)
{
    http_exchange *const x = context;
    if (http_post(x, answer_later, NULL, NULL) != ZKL_OK)
        http_drop(x);
    return NULL;
}

static const uint8_t large_body[64 << 10];

static inline void app_begin(void *context, http_exchange *x)
{
    char text[32];
    size_t count;
    pthread_t thread;
    (void)context;
    if (zkl_bytes_equal_text(http_path(x), "/echo")) {
        http_allow_body(x, (uint64_t)64 << 20);
        http_serve(x, &echo, NULL);
        http_answer(x, 200, NULL, 0, HTTP_UNKNOWN);
    } else if (zkl_bytes_equal_text(http_path(x), "/whole")) {
        http_serve(x, &whole, NULL);
    } else if (zkl_bytes_equal_text(http_path(x), "/many")) {
        many *const m = zkl_calloc(1, sizeof *m);
        m->left = strtoul((const char *)http_query(x).data, NULL, 10);
        http_serve(x, &many_bytes, m);
        http_answer(x, 200, NULL, 0, HTTP_UNKNOWN);
        many_drain(x);
    } else if (zkl_bytes_equal_text(http_path(x), "/later")) {
        http_keep(x);
        ZKL_ASSERT(pthread_create(&thread, NULL, post_later, x) == 0);
        pthread_detach(thread);
    } else if (zkl_bytes_equal_text(http_path(x), "/head")) {
        (void)http_headers(x, &count);
        snprintf(text, sizeof text, "%zu", count);
        http_reply(x, 200, "text/plain", zkl_bytes_of_text(text));
    } else if (zkl_bytes_equal_text(http_path(x), "/parts")) {
        http_answer(x, 200, NULL, 0, 5);
        (void)http_write(x, zkl_bytes_of_text("par"));
        (void)http_write(x, zkl_bytes_of_text("ts"));
        http_finish(x, NULL, 0);
    } else if (zkl_bytes_equal_text(http_path(x), "/large")) {
        http_reply(x, 200, "text/plain", zkl_bytes_of(large_body, sizeof large_body));
    } else if (zkl_bytes_equal_text(http_path(x), "/hello")) {
        http_reply(x, 200, "text/plain", zkl_bytes_of_text("hello"));
    } else {
        http_reply(x, 404, "text/plain", zkl_bytes_of_text("no such page"));
    }
}

/* ---- the client */

static inline int connect_unix(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ZKL_ASSERT(strlen(path) < sizeof address.sun_path);
    strcpy(address.sun_path, path);
    ZKL_ASSERT(fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof address) == 0);
    return fd;
}

/* false: the server closed. */
static inline bool send_all(int fd, zkl_bytes bytes)
{
    for (size_t at = 0; at < bytes.size;) {
        const ssize_t sent = send(fd, bytes.data + at, bytes.size - at, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        at += (size_t)sent;
    }
    return true;
}

/* Until the server closes. */
static inline void read_to_end(int fd, zkl_buffer *out)
{
    uint8_t part[65536];
    ssize_t size;
    while ((size = read(fd, part, sizeof part)) > 0)
        zkl_buffer_put(out, part, (size_t)size);
}

/* Until what was read ends in that text, or the server closes. */
static inline bool read_until(int fd, zkl_buffer *out, const char *end)
{
    const size_t size = strlen(end);
    uint8_t byte;
    while (out->size < size || memcmp(out->data + out->size - size, end, size) != 0) {
        if (read(fd, &byte, 1) != 1)
            return false;
        zkl_buffer_put_u8(out, byte);
    }
    return true;
}

static inline size_t count_text(zkl_bytes in, const char *what)
{
    size_t count = 0;
    for (size_t i = 0; i + strlen(what) <= in.size; i++)
        count += memcmp(in.data + i, what, strlen(what)) == 0;
    return count;
}

/* 200 of "HTTP/1.1 200 OK"; 0: nothing came. */
static inline int status_of(zkl_bytes answer)
{
    char head[13] = "";
    if (answer.size < 12)
        return 0;
    memcpy(head, answer.data, 12);
    return atoi(head + 9);
}
