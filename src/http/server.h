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
    /* A part of the body, never empty; valid during the call. */
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
    /* A body is larger than it may be: answers 413. What still comes is forgotten. NULL: an answer
     * without a body. */
    void (*too_large)(void *context, http_exchange *x);
    /* After the last byte of an answer, for an access log. NULL: none. */
    void (*log)(void *context, const http_exchange *x);
} http_app;

/* Zeros have the defaults that stand behind. Times in milliseconds. */
typedef struct http_limits {
    uint32_t handshake_ms; /* 5,000: TLS, and the first byte behind it */
    uint32_t head_ms;      /* 5,000: from the first byte of a head to its last */
    uint32_t body_ms;      /* 20,000: between two parts of a body, or of an answer */
    /* A body comes with at least so many bytes a second (500), over each body_window_ms (10,000) in
     * which it is not paused: what comes slower is refused (408), though a part came in time. */
    uint32_t body_rate_min, body_window_ms;
    uint32_t idle_ms;                     /* 60,000: between two requests */
    uint32_t drain_ms;                    /* 10,000: for what is in flight when the server stops */
    uint32_t connections_max;             /* 12,000 */
    uint32_t connections_per_address_max; /* 1,024; IPv6: of 64 bits; Unix: none */
    uint32_t streams_max;                 /* 128, of one connection */
    /* 32,768, of all connections together, but for one of each: those are always taken. */
    uint32_t streams_all_max;
    /* 256 MiB of answers of HTTP/2 that wait to be read, of all connections together: then a
     * connection of which much waits has no further stream. */
    uint32_t unsent_mb_max;
    uint32_t head_bytes_max; /* 16,384: target, names and values */
    uint64_t body_bytes_max; /* 1 MiB, unless http_allow_body says more */
} http_limits;

typedef struct http_settings {
    /* "127.0.0.1:8080", "[::1]:0", "unix:/run/zkl.sock"; port 0: any. */
    const char *const *addresses;
    size_t address_count;
    /* Sockets that listen already, TCP or Unix, besides: taken over, and closed at the end. */
    const int *sockets;
    size_t socket_count;
    /* PEM files; NULL: plain. client_ca: certificates of clients are asked for and checked; a
     * client without one is sent away, unless client_may_lack. client_crl: those of them that are
     * revoked; it has to be of client_ca, and of today. */
    const char *certificate, *key, *client_ca, *client_crl;
    bool client_may_lack;
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
/* Where it listens: "127.0.0.1:40123", "unix:/run/zkl.sock". NULL behind the last. */
const char *http_address(const http_server *server, size_t index);
/* Certificate and key are read anew, for connections to come. On failure the old ones stay. */
zkl_status http_reload(http_server *server, zkl_error *err) ZKL_MUST_USE;
/* Takes no new connections, answers what is in flight within drain_ms, ends and frees. NULL is
 * fine. */
void http_stop(http_server *server);

/* Why a request was refused before anybody was asked to answer it, or in the middle of its body. */
#define HTTP_REFUSALS 5
extern const char *const http_refusal_texts[HTTP_REFUSALS]; /* "malformed", ... */

/* What counts up while it runs. */
typedef struct http_counts {
    uint64_t connections, refused_connections, requests, bad_requests, bytes_in, bytes_out;
    uint64_t open_connections;
    uint64_t refused[HTTP_REFUSALS]; /* of bad_requests: by http_refusal_texts */
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

/* The alternative names of the client's certificate, which TLS has checked against client_ca:
 * "uri:spiffe://a/b", "dns:a.example", "email:a@b.example". Others are left out. */
typedef struct http_client_names {
    const char **names; /* of the exchange's memory */
    size_t count;
    int64_t end_s; /* when the certificate ends: a connection may live longer */
} http_client_names;
/* false: it showed none. */
bool http_client_certificate(http_exchange *x, http_client_names *out);

/* ---- Serving it */

void http_serve(http_exchange *x, const http_handler *handler, void *own);
void *http_own(const http_exchange *x);
/* A body of more than body_bytes_max: asked for in `begin`. */
void http_allow_body(http_exchange *x, uint64_t bytes_max);
/* Do the body's announced size and what came of it keep to what was allowed? For whoever allowed
 * less behind `begin` than in it. */
bool http_body_fits(const http_exchange *x);
uint64_t http_body_bytes_max(const http_exchange *x);
/* No more parts of the body are read, and its sender is held up, until http_resume. */
void http_pause(http_exchange *x);
void http_resume(http_exchange *x);

/* Status and headers; size: of the body, or HTTP_UNKNOWN. Names in lower case; content-length, date
 * and what concerns the connection are added here. Once (asserted). */
#define HTTP_UNKNOWN UINT64_MAX
void http_answer(http_exchange *x, int status, const http_header *headers, size_t count,
                 uint64_t size);
/* A header that any answer of this exchange has, in front of its own: before http_answer. value is
 * copied. At most HTTP_ADDED_MAX (asserted); without memory it is left out. */
#define HTTP_ADDED_MAX 8
void http_add_header(http_exchange *x, const char *name, zkl_bytes value);
/* One that was added is not sent after all. */
void http_remove_header(http_exchange *x, const char *name);
/* A part of the answer's body, copied. false: enough is waiting, on_drain says when to go on;
 * nothing is lost. After the client is gone: does nothing. */
bool http_write(http_exchange *x, zkl_bytes part);
/* http_write said that enough is waiting, and it still is. */
bool http_is_held_up(const http_exchange *x);
/* The answer is complete. trailers: copied; at most HTTP_ADDED_MAX (asserted), of HTTP/2 alone. */
void http_finish(http_exchange *x, const http_header *trailers, size_t count);
/* All three at once. */
void http_reply_with(http_exchange *x, int status, const http_header *headers, size_t count,
                     zkl_bytes body);
void http_reply(http_exchange *x, int status, const char *type, zkl_bytes body);
int http_status(const http_exchange *x);
uint64_t http_bytes_sent(const http_exchange *x);
uint64_t http_bytes_received(const http_exchange *x); /* of its body */
/* Who it was found to be, for the log: copied; "" until then. */
void http_name_client(http_exchange *x, const char *name);
const char *http_client(const http_exchange *x);
uint64_t http_microseconds(const http_exchange *x); /* since its head was complete */
/* Memory for what the application's log wants to know, zeroed when it is first asked for; later the
 * same. On its loop's thread. NULL without memory. */
void *http_note(http_exchange *x, size_t size);
/* NULL: there is none. */
const void *http_noted(const http_exchange *x);

/* ---- In another coat: answers that go out in the form of another protocol on top of HTTP/2.
 *
 * Whoever answers calls http_answer, http_write and http_finish as always. The coat gets these
 * calls instead, and sends what it makes of them by the http_coat_ calls. http_status and the log
 * have what was answered, not what was sent. */

typedef struct http_coat {
    void (*answer)(http_exchange *x, int status, const http_header *headers, size_t count,
                   uint64_t size);
    /* As http_write. */
    bool (*write)(http_exchange *x, zkl_bytes part);
    void (*finish)(http_exchange *x);
    /* The alarm that was set. NULL: none is. */
    void (*alarm)(http_exchange *x);
    /* The exchange has ended; after on_close. */
    void (*let_go)(http_exchange *x);
} http_coat;

/* HTTP/2 alone, in `begin`, before anything is answered (asserted). */
void http_put_on(http_exchange *x, const http_coat *coat, void *own);
/* NULL: x has no coat. */
void *http_coat_own(const http_exchange *x);
/* As http_answer, http_write and http_finish. 200; without a body that is all of it. */
void http_coat_answer(http_exchange *x, const http_header *headers, size_t count, bool has_body);
bool http_coat_write(http_exchange *x, zkl_bytes part);
/* From here on nobody's answer goes anywhere. */
void http_coat_finish(http_exchange *x, const http_header *trailers, size_t count);
/* It has. */
bool http_is_cut(const http_exchange *x);
/* What was answered and finished was for the coat alone: the exchange may be answered once more. */
void http_coat_again(http_exchange *x);
/* The coat's alarm goes off so many milliseconds from now, a quarter of a second later at most. */
void http_coat_set_alarm(http_exchange *x, uint64_t ms);
/* The body comes when it comes, as one of questions that each have an answer does, and the alarm
 * goes off when the server stops: such an exchange is not waited for. */
void http_coat_is_patient(http_exchange *x);
/* Does the server end? Then an alarm that comes is the last one. */
bool http_is_ending(const http_exchange *x);

/* ---- Other threads */

/* Keeps x's memory, not its connection, until http_drop. On its loop's thread, or another one's
 * that keeps it already. */
void http_keep(http_exchange *x);
/* Any thread; nothing of x is used afterwards. */
void http_drop(http_exchange *x);
/* Has `call` called on the thread of x's loop, with x that is kept. Any thread. call is given
 * whether the client is still there; it drops x. */
typedef void http_posted(http_exchange *x, bool is_open, void *argument);
zkl_status http_post(http_exchange *x, http_posted *call, void *argument,
                     zkl_error *err) ZKL_MUST_USE;
