/* A connection: a socket, TLS by memory buffers between it and the protocol, one write at a time,
 * and a deadline for whatever it waits for.
 *
 * 1. Bytes in: read -> TLS -> early, until the protocol is known -> protocol.
 * 2. Bytes out: the protocol appends to `out`; connection_flush encrypts it into `sending` when
 *    nothing is under way, and goes on when that is sent.
 * 3. connection_close may be called from anywhere below: the socket closes at once, the memory goes
 *    in the loop's callback, and every entry point looks at is_closing first. */
#include "http/http_internal.h"

#include <openssl/err.h>

#include <arpa/inet.h>

#define READ_BYTES ((size_t)64 << 10)
#define RESTED_MS 1000
#define PREFACE "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
#define PREFACE_BYTES (sizeof PREFACE - 1)

static void free_connection(uv_handle_t *handle)
{
    connection *const c = handle->data;
    if (c->ssl)
        SSL_free(c->ssl);
    nghttp2_session_del(c->session);
    zkl_buffer_clear(&c->early);
    zkl_buffer_clear(&c->tls_out);
    zkl_buffer_clear(&c->out);
    zkl_buffer_clear(&c->sending);
    zkl_buffer_clear(&c->unread);
    zkl_free(c);
}

void connection_close(connection *c)
{
    if (c->is_closing)
        return;
    c->is_closing = true;
    if (c->protocol == PROTOCOL_HTTP2)
        http2_clear(c);
    else
        http1_clear(c);
    if (c->next)
        c->next->previous = c->previous;
    if (c->previous)
        c->previous->next = c->next;
    else
        c->loop->first = c->next;
    http_peer_let_go(c->loop->server, c->network);
    atomic_fetch_sub(&c->loop->server->open, 1);
    uv_close(&c->socket.handle, free_connection);
}

/* ---- deadlines */

void connection_wait(connection *c, waiting for_what)
{
    const http_limits *const limits = &c->loop->server->limits;
    const uint64_t allowed[] = {
        [WAITING_HANDSHAKE] = limits->handshake_ms, [WAITING_HEAD] = limits->head_ms,
        [WAITING_BODY] = limits->body_ms,           [WAITING_ANSWER] = 0,
        [WAITING_IDLE] = limits->idle_ms,           [WAITING_END] = HTTP_LINGER_MS
    };
    c->waiting = for_what;
    c->deadline = allowed[for_what] ? c->loop->now + allowed[for_what] : 0;
}

/* A body that comes too slowly, whatever deadline its parts keep. */
static void check_rate(connection *c, uint64_t now)
{
    if (c->protocol == PROTOCOL_HTTP2)
        http2_check_rates(c, now);
    else if (c->current && !c->ends_when_sent && http_exchange_is_slow(c->current, now))
        http1_refuse(c, 408);
}

/* One that has been idle for a moment keeps no room for answers: there may be ten thousand. */
static void give_back_buffers(connection *c, uint64_t now)
{
    const uint64_t since = c->deadline - c->loop->server->limits.idle_ms;
    if (c->waiting != WAITING_IDLE || c->is_sending || now < since + RESTED_MS)
        return;
    if (!c->out.size)
        zkl_buffer_clear(&c->out);
    if (!c->tls_out.size)
        zkl_buffer_clear(&c->tls_out);
    if (!c->sending.size)
        zkl_buffer_clear(&c->sending);
}

void connection_check_deadline(connection *c, uint64_t now)
{
    if (!c->is_closing) {
        check_rate(c, now);
        give_back_buffers(c, now);
    }
    const bool is_late = c->deadline && now >= c->deadline;
    if (c->is_closing || (!is_late && !(c->send_deadline && now >= c->send_deadline)))
        return;
    /* whoever has begun a head is told; whoever is silent knows */
    if (is_late && c->protocol == PROTOCOL_HTTP1 && c->waiting == WAITING_HEAD && c->current)
        http1_refuse(c, 408);
    else
        connection_close(c);
}

/* ---- out */

static void start_reading(connection *c);

static void when_sent(uv_write_t *write, int status)
{
    connection *const c = write->handle->data;
    c->is_sending = false;
    if (c->is_closing)
        return;
    if (status < 0) {
        connection_close(c);
        return;
    }
    c->send_deadline = 0;
    c->sending.size = 0;
    if (c->waiting == WAITING_IDLE && c->protocol != PROTOCOL_HTTP2)
        connection_wait(c, WAITING_IDLE); /* idle from now on; HTTP/2 answers pings, too */
    if (c->protocol == PROTOCOL_HTTP2)
        http2_fill(c);
    connection_flush(c);
    if (!c->is_closing && c->current && c->out.size < HTTP_PENDING_MAX / 2)
        http_exchange_drained(c->current);
    else if (!c->is_closing && !c->current && !c->is_reading && !c->ends_when_sent &&
             c->protocol == PROTOCOL_HTTP1)
        connection_go_on_reading(c); /* it was held up */
}

/* `out` becomes records, in tls_out. */
static void encrypt(connection *c)
{
    for (size_t at = 0; at < c->out.size && !c->is_closing;) {
        const size_t rest = c->out.size - at;
        const int written =
            SSL_write(c->ssl, c->out.data + at, rest > 1 << 30 ? 1 << 30 : (int)rest);
        if (written <= 0) {
            connection_close(c);
            return;
        }
        at += (size_t)written;
    }
    c->out.size = 0;
}

/* What waits in `from` goes into `sending`, which is empty; its memory is used again. */
static void take_for_sending(connection *c, zkl_buffer *from)
{
    const zkl_buffer sent = c->sending;
    ZKL_ASSERT(!sent.size);
    c->sending = *from;
    *from = sent;
}

static void when_shut(uv_shutdown_t *shutdown, int status)
{
    connection *const c = shutdown->handle->data;
    if (status < 0)
        connection_close(c);
}

/* All is sent. */
static void linger(connection *c)
{
    if (c->is_lingering)
        return;
    c->is_lingering = true;
    connection_wait(c, WAITING_END);
    if (uv_shutdown(&c->shutdown, &c->socket.stream, when_shut) != 0)
        connection_close(c);
    else
        start_reading(c);
}

void connection_end(connection *c)
{
    c->ends_when_sent = true;
    c->says_goodbye = c->ssl && SSL_is_init_finished(c->ssl);
    connection_wait(c, WAITING_BODY);
    connection_flush(c);
}

void connection_flush(connection *c)
{
    if (c->is_closing || c->is_sending)
        return;
    if (c->ssl) {
        if (c->out.size && SSL_is_init_finished(c->ssl))
            encrypt(c);
        if (c->says_goodbye && !c->is_closing) {
            c->says_goodbye = false;
            (void)SSL_shutdown(c->ssl); /* the other side's word is not waited for */
            ERR_clear_error();
        }
        take_for_sending(c, &c->tls_out);
    } else {
        take_for_sending(c, &c->out);
    }
    if (c->is_closing)
        return;
    if (c->sending.failed || c->out.failed) { /* without memory nothing can be answered */
        connection_close(c);
        return;
    }
    if (!c->sending.size) {
        if (c->ends_when_sent)
            linger(c);
        return;
    }
    uv_buf_t buffer = uv_buf_init((char *)c->sending.data, (unsigned)c->sending.size);
    atomic_fetch_add_explicit(&c->loop->server->bytes_out, c->sending.size, memory_order_relaxed);
    c->is_sending = true;
    c->send_deadline = c->loop->now + c->loop->server->limits.body_ms;
    if (uv_write(&c->write, &c->socket.stream, &buffer, 1, when_sent) != 0) {
        c->is_sending = false;
        connection_close(c);
    }
}

/* ---- in */

/* Did TLS agree on HTTP/2? */
static bool is_agreed(const connection *c)
{
    const unsigned char *name = NULL;
    unsigned size = 0;
    if (c->ssl)
        SSL_get0_alpn_selected(c->ssl, &name, &size);
    return size == 2 && memcmp(name, "h2", 2) == 0;
}

/* What TLS agreed on; else HTTP/2 begins with its preface, and every other first byte is
 * HTTP/1.1's. */
static void choose_protocol(connection *c)
{
    const size_t size = c->early.size < PREFACE_BYTES ? c->early.size : PREFACE_BYTES;
    const bool agreed = is_agreed(c);
    const bool is_preface = memcmp(c->early.data, PREFACE, size) == 0;
    if (!agreed && is_preface && size < PREFACE_BYTES)
        return;
    if (agreed || is_preface) {
        if (http2_init(c, NULL) != ZKL_OK) {
            connection_close(c);
            return;
        }
        c->protocol = PROTOCOL_HTTP2;
    } else {
        http1_init(c);
        c->protocol = PROTOCOL_HTTP1;
        connection_wait(c, WAITING_HEAD);
    }
}

/* Plain bytes, whatever way they came. */
static void take(connection *c, zkl_bytes bytes)
{
    if (c->protocol == PROTOCOL_OPEN) {
        zkl_buffer_put(&c->early, bytes.data, bytes.size);
        if (c->early.failed) {
            connection_close(c);
            return;
        }
        choose_protocol(c);
        if (c->is_closing || c->protocol == PROTOCOL_OPEN)
            return;
        bytes = zkl_buffer_bytes(&c->early);
    }
    if (c->protocol == PROTOCOL_HTTP2)
        http2_read(c, bytes);
    else
        http1_read(c, bytes);
    zkl_buffer_clear(&c->early);
}

/* ---- what TLS reads and writes: buffers of the connection, without a copy between */

static int tls_read(BIO *bio, char *out, int room)
{
    connection *const c = BIO_get_data(bio);
    const size_t size = c->tls_in.size < (size_t)room ? c->tls_in.size : (size_t)room;
    BIO_clear_retry_flags(bio);
    if (!size) {
        BIO_set_retry_read(bio);
        return -1;
    }
    memcpy(out, c->tls_in.data, size);
    c->tls_in = zkl_bytes_of(c->tls_in.data + size, c->tls_in.size - size);
    return (int)size;
}

static int tls_write(BIO *bio, const char *in, int size)
{
    connection *const c = BIO_get_data(bio);
    BIO_clear_retry_flags(bio);
    zkl_buffer_put(&c->tls_out, in, (size_t)size);
    return c->tls_out.failed ? -1 : size;
}

static long tls_control(BIO *bio, int what, long number, void *at)
{
    (void)bio;
    (void)number;
    (void)at;
    return what == BIO_CTRL_FLUSH; /* connection_flush sends it */
}

BIO_METHOD *connection_tls_method(void)
{
    BIO_METHOD *const method = BIO_meth_new(BIO_TYPE_SOURCE_SINK, "zkl");
    if (!method || BIO_meth_set_read(method, tls_read) != 1 ||
        BIO_meth_set_write(method, tls_write) != 1 || BIO_meth_set_ctrl(method, tls_control) != 1) {
        BIO_meth_free(method);
        return NULL;
    }
    return method;
}

static void take_tls(connection *c, zkl_bytes bytes)
{
    uint8_t plain[16384];
    c->tls_in = bytes;
    for (int size = 1; size > 0 && !c->is_closing && !c->ends_when_sent;) {
        ERR_clear_error();
        size = SSL_read(c->ssl, plain, sizeof plain);
        if (size > 0) {
            take(c, zkl_bytes_of(plain, (size_t)size));
            continue;
        }
        const int error = SSL_get_error(c->ssl, size);
        if (error == SSL_ERROR_WANT_READ)
            break;
        c->ends_when_sent = true; /* the alert, if TLS has one, goes out first */
    }
    c->tls_in = (zkl_bytes){ 0 }; /* TLS has all of it, or the connection ends */
    ERR_clear_error();
    connection_flush(c);
}

static void give_memory(uv_handle_t *handle, size_t wanted, uv_buf_t *out)
{
    static _Thread_local char memory[READ_BYTES]; /* a loop reads one socket at a time */
    (void)handle;
    (void)wanted;
    *out = uv_buf_init(memory, sizeof memory);
}

static void when_read(uv_stream_t *stream, ssize_t size, const uv_buf_t *buffer)
{
    connection *const c = stream->data;
    if (c->is_closing || size == 0)
        return;
    if (size < 0) { /* its end, or an error: what it asked for has no reader any more */
        connection_close(c);
        return;
    }
    atomic_fetch_add_explicit(&c->loop->server->bytes_in, (uint64_t)size, memory_order_relaxed);
    if (c->ends_when_sent)
        return;
    const zkl_bytes bytes = zkl_bytes_of(buffer->base, (size_t)size);
    if (c->ssl)
        take_tls(c, bytes);
    else
        take(c, bytes);
    if (!c->is_closing)
        connection_flush(c);
}

void connection_stop_reading(connection *c)
{
    if (!c->is_closing && c->is_reading)
        uv_read_stop(&c->socket.stream);
    c->is_reading = false;
}

static void start_reading(connection *c)
{
    if (c->is_closing || c->is_reading)
        return;
    c->is_reading = true;
    if (uv_read_start(&c->socket.stream, give_memory, when_read) != 0)
        connection_close(c);
}

void connection_go_on_reading(connection *c)
{
    start_reading(c);
    if (!c->is_closing && c->protocol == PROTOCOL_HTTP1)
        http1_go_on(c);
    if (!c->is_closing) /* what was answered in the middle of reading on */
        connection_flush(c);
}

/* ---- its begin and end */

static void name_peer(connection *c, bool is_unix)
{
    struct sockaddr_storage address;
    int size = sizeof address;
    strcpy(c->peer, is_unix ? "unix" : "unknown");
    strcpy(c->network, c->peer);
    if (is_unix || uv_tcp_getpeername(&c->socket.tcp, (struct sockaddr *)&address, &size) != 0)
        return;
    if (address.ss_family == AF_INET6)
        uv_ip6_name((const struct sockaddr_in6 *)&address, c->peer, sizeof c->peer);
    else
        uv_ip4_name((const struct sockaddr_in *)&address, c->peer, sizeof c->peer);
    http_peer_network(c->network, &address);
}

static bool start_tls(connection *c)
{
    http_server *const server = c->loop->server;
    pthread_mutex_lock(&server->tls_mutex);
    if (server->tls)
        c->ssl = SSL_new(server->tls);
    const bool wanted = server->tls != NULL;
    pthread_mutex_unlock(&server->tls_mutex);
    if (!wanted)
        return true;
    BIO *const bio = c->ssl ? BIO_new(server->tls_method) : NULL;
    if (!bio)
        return false;
    BIO_set_data(bio, c);
    BIO_set_init(bio, 1);
    SSL_set_bio(c->ssl, bio, bio);
    SSL_set_accept_state(c->ssl);
    return true;
}

static void link_connection(connection *c)
{
    c->next = c->loop->first;
    if (c->next)
        c->next->previous = c;
    c->loop->first = c;
    atomic_fetch_add(&c->loop->server->open, 1);
    atomic_fetch_add_explicit(&c->loop->server->connections, 1, memory_order_relaxed);
}

void connection_accept(loop *l, uv_stream_t *listener, bool is_unix)
{
    connection *const c = zkl_calloc(1, sizeof *c);
    if (!c)
        return; /* the backlog keeps it */
    c->loop = l;
    if (is_unix)
        uv_pipe_init(&l->uv, &c->socket.pipe, 0);
    else
        uv_tcp_init(&l->uv, &c->socket.tcp);
    c->socket.handle.data = c;
    if (uv_accept(listener, &c->socket.stream) != 0) {
        uv_close(&c->socket.handle, free_connection);
        return;
    }
    name_peer(c, is_unix);
    if (l->is_draining || !http_peer_take(l->server, c->network)) {
        atomic_fetch_add_explicit(&l->server->refused, 1, memory_order_relaxed);
        uv_close(&c->socket.handle, free_connection);
        return;
    }
    link_connection(c);
    if (!is_unix) {
        uv_tcp_nodelay(&c->socket.tcp, 1);
        uv_tcp_keepalive(&c->socket.tcp, 1, 60);
    }
    connection_wait(c, WAITING_HANDSHAKE);
    if (!start_tls(c))
        connection_close(c);
    else
        start_reading(c);
}

void connection_drain(connection *c)
{
    if (c->protocol == PROTOCOL_HTTP2)
        http2_drain(c);
    else if (http1_is_idle(c))
        connection_close(c);
    else
        c->ends_after_answer = true;
}
