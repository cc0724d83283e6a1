#pragma once
/* What the files of this folder share: server.c listens and stops, connection.c has sockets, TLS
 * and deadlines, http1.c and http2.c speak the protocols, exchange.c has what an application
 * sees.
 *
 * A loop owns its connections, a connection its exchanges. Everything of a connection is touched on
 * its loop's thread alone; http_post is the way in from others. */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include <llhttp.h>
#include <nghttp2/nghttp2.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <uv.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "http/server.h"

#define HTTP_PENDING_MAX ((size_t)256 << 10) /* of an answer, waiting to be sent: then no more */
#define HTTP_HEADERS_MAX 100
#define HTTP_LINGER_MS 2000 /* for the other side to end, which has its answer */

typedef struct loop loop;
typedef struct connection connection;

/* ---- exchange.c */

/* A name and a value in what the head has. */
struct span {
    size_t name, name_size, value, value_size;
};

struct http_exchange {
    connection *connection; /* NULL: gone */
    loop *loop;
    http_exchange *next, *previous; /* of an HTTP/2 connection */
    atomic_size_t kept;             /* by other threads, and one for the connection */
    int32_t stream;                 /* of HTTP/2; 0: HTTP/1.1 */

    /* the request */
    zkl_arena memory;
    zkl_buffer head; /* target, names and values, one after the other */
    size_t span_count;
    http_header *headers;
    size_t header_count;
    zkl_bytes method, target, path, query, authority;
    uint64_t body_size, body_max;
    /* Of the loop's clock: when the head began, then when the window did, and body_size then. */
    uint64_t window_from, window_size;
    const char *client;
    void *note;
    size_t left_to_consume; /* of HTTP/2: taken, and not credited yet */
    uint64_t answered_at; /* of HTTP/2: all of the answer went out before the request came; 0: no */
    bool has_begun, is_read, is_paused, wants_continue;
    bool is_further; /* a stream of HTTP/2 that is not its connection's only one */

    /* whoever answers */
    const http_handler *handler;
    void *own;
    const http_coat *coat; /* NULL: none */
    void *coat_own;
    uint64_t alarm;          /* of the loop's clock; 0: none */
    bool is_patient, is_cut; /* the coat has finished */

    /* the answer */
    int status;
    bool has_answer, is_finished, is_head_only, is_chunked, wants_drain, has_data;
    http_header added[HTTP_ADDED_MAX];
    size_t added_count;
    http_header trailers[HTTP_ADDED_MAX];
    size_t trailer_count;
    uint64_t left; /* of the size that was said, or HTTP_UNKNOWN */
    zkl_buffer pending;
    size_t pending_at; /* sent so far */
    uint64_t bytes_sent, begun_us;
    /* Of HTTP/2: taken of `pending`; what has to be taken of it by a window's end (0: there is
     * none), and when that window began. */
    uint64_t taken, taken_until, unread_from;

    /* Of the request; the last member, since only those below span_count are ever written or read:
     * a new exchange is zeroed up to here. */
    struct span spans[HTTP_HEADERS_MAX];
};

http_exchange *http_exchange_new(connection *c, int32_t stream);
/* A head is complete: headers are put together, the target is cut. 0, or the status that it is
 * refused with. */
int http_exchange_head(http_exchange *x, zkl_bytes method);
void http_exchange_begin(http_exchange *x);
void http_exchange_body(http_exchange *x, zkl_bytes part);
/* Answers 413 in the application's words; false: it has none. */
bool http_exchange_too_large(http_exchange *x);
void http_exchange_end(http_exchange *x);
/* The connection lets go of it: on_close, then freed unless another thread keeps it. */
void http_exchange_close(http_exchange *x);
/* Bytes of the answer went out. */
void http_exchange_drained(http_exchange *x);
/* Its alarm goes off when it is time. */
void http_exchange_check_alarm(http_exchange *x, uint64_t now);
/* Does its body come too slowly? Asked often; begins a window anew when one is over. */
bool http_exchange_is_slow(http_exchange *x, uint64_t now);
/* Does nobody read what waits of its answer? Asked often, as the one above. Of HTTP/2. */
bool http_exchange_is_unread(http_exchange *x, uint64_t now);
/* A name and value behind what the head has; false: too much. */
bool http_exchange_add(http_exchange *x, zkl_bytes name, zkl_bytes value);

/* ---- server.c */

/* Those that are 0 have their defaults. */
void http_limits_fill(http_limits *limits);
/* A loop that listens nowhere yet, and that no thread runs. */
void http_loop_init(loop *l, http_server *server);
/* One of bad_requests, by the status that it is refused with; 0: a broken connection. */
void http_count_refusal(http_server *server, int status);

/* ---- client_names.c */

/* Of a certificate's alternative names those that are told; in memory. NULL is fine. false: no
 * memory. */
bool http_client_names_take(http_client_names *out, zkl_arena *memory, const GENERAL_NAMES *all);

/* ---- connection.c */

/* What a deadline is for. */
typedef enum waiting {
    WAITING_HANDSHAKE,
    WAITING_HEAD,
    WAITING_BODY,   /* of a request, or for a reader of an answer */
    WAITING_ANSWER, /* of the application: as long as it takes */
    WAITING_IDLE,
    WAITING_END, /* of the other side, which has its answer */
} waiting;

typedef enum protocol { PROTOCOL_OPEN, PROTOCOL_HTTP1, PROTOCOL_HTTP2 } protocol;

struct connection {
    loop *loop;
    connection *next, *previous;
    union {
        uv_handle_t handle;
        uv_stream_t stream;
        uv_tcp_t tcp;
        uv_pipe_t pipe;
    } socket;
    char peer[48], network[48]; /* its address, and what it is counted as */
    SSL *ssl;                   /* NULL: plain */
    zkl_bytes tls_in;           /* read, and not taken by TLS yet: of when_read's call */
    zkl_buffer tls_out;         /* records that wait until `sending` is sent */
    protocol protocol;
    zkl_buffer early;                 /* until the protocol is known */
    uint64_t deadline, send_deadline; /* of the loop's clock; 0: none */
    waiting waiting;

    uv_write_t write;
    zkl_buffer out;     /* of the protocol, to be sent */
    zkl_buffer sending; /* under way */
    uv_shutdown_t shutdown;
    bool is_sending, is_reading, is_closing, ends_when_sent, is_lingering;
    bool says_goodbye; /* TLS's own, behind the last byte */

    /* HTTP/1.1 */
    llhttp_t parser;
    http_exchange *current;
    zkl_buffer unread; /* behind a request that is not answered yet */
    enum { IN_TARGET, IN_NAME, IN_VALUE } part;
    struct span span;
    bool ends_after_answer, is_feeding, is_going_on, is_message_over;

    /* HTTP/2 */
    nghttp2_session *session;
    http_exchange *exchanges;
    size_t unsent;                 /* bytes of their answers */
    int32_t last_stream, reset[8]; /* the newest, and those that the client reset last */
    size_t reset_count;
    uint64_t broken,
        broken_from; /* streams that the client broke, less those that time gave back */
};

/* NULL without memory. */
BIO_METHOD *connection_tls_method(void);
void connection_accept(loop *l, uv_stream_t *listener, bool is_unix);
/* From the protocol: bytes for the other side were put into out. */
void connection_flush(connection *c);
void connection_close(connection *c); /* at once */
/* When all is sent: what still comes is read and forgotten for a moment, so that the answer is not
 * lost to a reset. */
void connection_end(connection *c);
void connection_wait(connection *c, waiting for_what);
void connection_stop_reading(connection *c);
void connection_go_on_reading(connection *c);
void connection_check_deadline(connection *c, uint64_t now);
/* The server stops: idle ones end, others after what is in flight. */
void connection_drain(connection *c);

/* ---- http1.c */

void http1_init(connection *c);
void http1_read(connection *c, zkl_bytes bytes);
void http1_answer(http_exchange *x, const http_header *headers, size_t count, uint64_t size);
void http1_write(http_exchange *x, zkl_bytes part);
void http1_finish(http_exchange *x);
void http1_continue(http_exchange *x);
/* It is going to be answered in full. */
void http1_answers_early(http_exchange *x);
void http1_go_on(connection *c); /* with what stayed unread */
void http1_refuse(connection *c, int status);
void http1_clear(connection *c);
bool http1_is_idle(const connection *c);

/* ---- http2.c */

zkl_status http2_init(connection *c, zkl_error *err) ZKL_MUST_USE;
void http2_read(connection *c, zkl_bytes bytes);
/* What the session has to send, into out. */
void http2_fill(connection *c);
void http2_answer(http_exchange *x, int status, const http_header *headers, size_t count);
void http2_resume(http_exchange *x); /* more of the answer, or its end */
void http2_finish(http_exchange *x, const http_header *trailers, size_t count);
void http2_consume(http_exchange *x, size_t size);
/* So much of its answer waits, or waits no more. */
void http2_wait(http_exchange *x, size_t size);
void http2_waits_no_more(http_exchange *x, size_t size);
void http2_refuse(http_exchange *x, int status);
void http2_drain(connection *c);
void http2_check_rates(connection *c, uint64_t now);
void http2_clear(connection *c);

/* ---- server.c */

/* What another thread wants done on the loop's. */
typedef struct post {
    struct post *next;
    http_exchange *x;
    http_posted *call;
    void *argument;
} post;

struct loop {
    http_server *server;
    uv_loop_t uv;
    uv_thread_t thread;
    uv_async_t wake;
    uv_timer_t tick;
    union {
        uv_handle_t handle;
        uv_stream_t stream;
        uv_tcp_t tcp;
        uv_pipe_t pipe;
    } *listeners; /* one an address; of Unix sockets the first loop's alone */
    size_t listener_count;
    connection *first;
    pthread_mutex_t post_mutex;
    struct post *posted; /* newest first */
    uint64_t now, drain_until;
    bool is_draining, has_ended;
    char date[40]; /* of this second */
    uint64_t date_s;
};

struct http_server {
    http_settings settings;
    http_limits limits;
    zkl_arena memory;
    char **addresses;
    size_t own_count; /* of addresses: those behind are of sockets that were given */
    int *sockets;     /* loop_count times address_count, -1: none */
    loop *loops;
    size_t loop_count, started;
    pthread_mutex_t tls_mutex;
    SSL_CTX *tls;           /* guarded by it */
    BIO_METHOD *tls_method; /* how TLS reads and writes: connection.c */
    atomic_bool stops;
    atomic_uint_fast64_t connections, refused, requests, bad_requests, bytes_in, bytes_out, open;
    atomic_uint_fast64_t refusals[HTTP_REFUSALS];
    atomic_uint_fast64_t further; /* exchanges that are so */
    atomic_uint_fast64_t unsent;  /* bytes of answers of HTTP/2 */
    pthread_mutex_t peer_mutex;
    struct peer_count *peers; /* by address */
    size_t peer_count, peer_capacity;
};

/* What an address is counted as: of IPv6 the network of 64 bits, since whoever has one has all of
 * it. */
void http_peer_network(char out[static 48], const struct sockaddr_storage *address);
/* Whether one more of that network is allowed; then it counts. */
bool http_peer_take(http_server *server, const char *network);
void http_peer_let_go(http_server *server, const char *network);
const char *http_date(loop *l);
