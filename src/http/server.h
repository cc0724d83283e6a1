#pragma once
/* An HTTP server: HTTP/1.1 (RFC 9112) and HTTP/2 (RFC 9113), over TCP or a Unix socket, plain or
 * under TLS 1.3, on event loops that share their ports.
 *
 * Whoever answers is told of each exchange when its head is complete, on the thread of its loop,
 * and answers there; what takes long is done elsewhere and comes back with http_post. Nothing here
 * knows what is served.
 *
 * What a stranger sends meets limits before it meets memory: time for a handshake, a head, a body's
 * next bytes; numbers of connections, in all and of one address; sizes of heads and bodies;
 * streams.
 * A request that two readers could understand differently is refused and its connection closed. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zkl/status.h>

#include "base/bytes.h"

typedef struct http_server http_server;
typedef struct http_exchange http_exchange;

/* Names are lower case. Of a request: valid until the exchange ends. */
typedef struct http_header {
    zkl_bytes name, value;
} http_header;

/* How an exchange is served. All on its loop's thread; those that are NULL are not called. */
typedef struct http_handler {
    /* A part of the body, valid during the call. */
    void (*on_body)(http_exchange *x, zkl_bytes part);
    /* The body is complete. */
    void (*on_end)(http_exchange *x);
    /* What was written is on its way, and more may be. */
    void (*on_drain)(http_exchange *x);
    /* The exchange ends: answered, or its client is gone. Once, and the last call; frees `own`. */
    void (*on_close)(http_exchange *x);
} http_handler;

typedef struct http_app {
    void *context;
    /* A request's head is complete. Calls http_serve, or answers at once. */
    void (*begin)(void *context, http_exchange *x);
    /* After the last byte of an answer, for an access log. NULL: none. */
    void (*log)(void *context, const http_exchange *x);
} http_app;

/* Zeros have the defaults that stand behind. Times in milliseconds. */
typedef struct http_limits {
    uint32_t handshake_ms;                /* 5,000: TLS, and the first byte behind it */
    uint32_t head_ms;                     /* 5,000: from the first byte of a head to its last */
    uint32_t body_ms;                     /* 20,000: between two parts of a body, or of an answer */
    uint32_t idle_ms;                     /* 60,000: between two requests */
    uint32_t drain_ms;                    /* 10,000: for what is in flight when the server stops */
    uint32_t connections_max;             /* 12,000 */
    uint32_t connections_per_address_max; /* 1,024; of Unix sockets: none */
    uint32_t streams_max;                 /* 128, of one connection */
    uint32_t head_bytes_max;              /* 16,384: target, names and values */
    uint64_t body_bytes_max;              /* 1 MiB, unless http_allow_body says more */
} http_limits;

typedef struct http_settings {
    /* "127.0.0.1:8080", "[::1]:0", "unix:/run/zkl.sock"; port 0: any. */
    const char *const *addresses;
    size_t address_count;
    /* PEM files; NULL: plain. client_ca: certificates of clients are asked for and checked. */
    const char *certificate, *key, *client_ca;
    size_t loop_count; /* 0: one a core */
    http_limits limits;
    http_app app;
} http_settings;

/* Listens, and serves on threads of its own from here on.
 *
 * ZKL_USAGE: an address. ZKL_IO: cannot be bound, a file cannot be read. ZKL_BAD_INPUT: certificate
 * and key do not fit. */
zkl_status http_start(http_server **out, const http_settings *settings,
                      zkl_error *err) ZKL_MUST_USE;
/* Where it listens: "127.0.0.1:40123". NULL behind the last. */
const char *http_address(const http_server *server, size_t index);
/* Certificate and key are read anew, for connections to come. On failure the old ones stay. */
zkl_status http_reload(http_server *server, zkl_error *err) ZKL_MUST_USE;
/* Takes no new connections, answers what is in flight within drain_ms, ends and frees. NULL is
 * fine. */
void http_stop(http_server *server);

/* What counts up while it runs. */
typedef struct http_counts {
    uint64_t connections, refused_connections, requests, bad_requests, bytes_in, bytes_out;
    uint64_t open_connections;
} http_counts;
void http_count(const http_server *server, http_counts *out);

/* ---- The request */

zkl_bytes http_method(const http_exchange *x);
/* Without the query; begins with '/'. Still in percent-encoding. */
zkl_bytes http_path(const http_exchange *x);
/* Behind the '?'; empty when there is none. */
zkl_bytes http_query(const http_exchange *x);
/* The first of that name, lower case; data NULL when there is none. */
zkl_bytes http_find(const http_exchange *x, const char *name);
const http_header *http_headers(const http_exchange *x, size_t *count);
/* "192.0.2.7", "unix". */
const char *http_peer(const http_exchange *x);
bool http_is_secure(const http_exchange *x);
/* 1 or 2. */
int http_version(const http_exchange *x);

/* ---- Serving it */

void http_serve(http_exchange *x, const http_handler *handler, void *own);
void *http_own(const http_exchange *x);
/* A body of more than body_bytes_max: asked for in `begin`. */
void http_allow_body(http_exchange *x, uint64_t bytes_max);
/* No more parts of the body are read, and its sender is held up, until http_resume. */
void http_pause(http_exchange *x);
void http_resume(http_exchange *x);

/* Status and headers; size: of the body, or HTTP_UNKNOWN. Names in lower case; content-length, date
 * and what concerns the connection are added here. Once (asserted). */
#define HTTP_UNKNOWN UINT64_MAX
void http_answer(http_exchange *x, int status, const http_header *headers, size_t count,
                 uint64_t size);
/* A part of the answer's body, copied. false: enough is waiting, on_drain says when to go on;
 * nothing is lost. After the client is gone: does nothing. */
bool http_write(http_exchange *x, zkl_bytes part);
/* The answer is complete. trailers: HTTP/2 alone. */
void http_finish(http_exchange *x, const http_header *trailers, size_t count);
/* All three at once. */
void http_reply_with(http_exchange *x, int status, const http_header *headers, size_t count,
                     zkl_bytes body);
void http_reply(http_exchange *x, int status, const char *type, zkl_bytes body);
int http_status(const http_exchange *x);
uint64_t http_bytes_sent(const http_exchange *x);
uint64_t http_microseconds(const http_exchange *x); /* since its head was complete */

/* ---- Other threads */

/* Keeps x's memory, not its connection, until http_drop. On its loop's thread. */
void http_keep(http_exchange *x);
/* Any thread; nothing of x is used afterwards. */
void http_drop(http_exchange *x);
/* Has `call` called on the thread of x's loop, with x that is kept. Any thread. call is given
 * whether the client is still there; it drops x. */
typedef void http_posted(http_exchange *x, bool is_open, void *argument);
zkl_status http_post(http_exchange *x, http_posted *call, void *argument,
                     zkl_error *err) ZKL_MUST_USE;
