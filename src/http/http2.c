/* HTTP/2 (RFC 9113) over nghttp2, which holds requests to the standard's rules: pseudo-headers,
 * their order, lengths that fit, names in lower case. Floods are its and ours to end: streams that
 * are reset without end, heads that never end, settings and pings that ask for answers.
 *
 * Windows open when a body's bytes were taken, so a paused exchange holds up its stream alone. */
#include "http/http_internal.h"

#include <stdio.h>

#define WINDOW_BYTES ((int32_t)1 << 18)
#define CONNECTION_WINDOW_BYTES ((int32_t)1 << 20)
#define RESETS_AT_ONCE 200 /* then so many a second */
#define RESETS_A_SECOND 20
#define OUTGOING_MAX 200 /* answers to pings and settings that nobody reads */

static http_exchange *exchange_of(nghttp2_session *session, int32_t stream)
{
    return nghttp2_session_get_stream_user_data(session, stream);
}

/* ---- reading */

/* What all streams hold together is bounded; a client that opens many leaves each other one its
 * first. */
static bool take_further(http_server *server)
{
    if (atomic_fetch_add(&server->further, 1) < server->limits.streams_all_max)
        return true;
    atomic_fetch_sub(&server->further, 1);
    return false;
}

static void let_further(http_server *server, bool is_further)
{
    if (is_further)
        atomic_fetch_sub(&server->further, 1);
}

/* Answers wait for windows that are the client's to open. When those of all are many, whoever let
 * many wait begins nothing more. */
static bool lets_many_wait(const connection *c)
{
    const http_server *const server = c->loop->server;
    return c->unsent >= HTTP_PENDING_MAX &&
           atomic_load(&server->unsent) >= (uint64_t)server->limits.unsent_mb_max << 20;
}

void http2_wait(http_exchange *x, size_t size)
{
    x->connection->unsent += size;
    atomic_fetch_add_explicit(&x->loop->server->unsent, size, memory_order_relaxed);
}

void http2_waits_no_more(http_exchange *x, size_t size)
{
    ZKL_ASSERT(size <= x->connection->unsent);
    x->connection->unsent -= size;
    atomic_fetch_sub_explicit(&x->loop->server->unsent, size, memory_order_relaxed);
}

static int when_head_begins(nghttp2_session *session, const nghttp2_frame *frame, void *context)
{
    connection *const c = context;
    if (frame->hd.type != NGHTTP2_HEADERS || frame->headers.cat != NGHTTP2_HCAT_REQUEST)
        return 0;
    const bool is_further = c->exchanges != NULL;
    if (is_further && (lets_many_wait(c) || !take_further(c->loop->server))) /* try again */
        return nghttp2_submit_rst_stream(session, 0, frame->hd.stream_id, NGHTTP2_REFUSED_STREAM);
    http_exchange *const x = http_exchange_new(c, frame->hd.stream_id);
    if (!x) {
        let_further(c->loop->server, is_further);
        return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    }
    x->is_further = is_further;
    nghttp2_session_set_stream_user_data(session, x->stream, x);
    x->next = c->exchanges;
    if (x->next)
        x->next->previous = x;
    c->exchanges = x;
    return 0;
}

/* A head on a stream that is over, or was left out: nghttp2 overlooks it. A stream that was reset
 * here is none of these: its trailers may have been on their way. */
static int when_frame_begins(nghttp2_session *session, const nghttp2_frame_hd *hd, void *context)
{
    connection *const c = context;
    if (hd->type != NGHTTP2_HEADERS || hd->stream_id % 2 == 0)
        return 0;
    if (hd->stream_id > c->last_stream) {
        c->last_stream = hd->stream_id;
        return 0;
    }
    for (size_t i = 0; i < ZKL_COUNT(c->reset); i++)
        if (c->reset[i] == hd->stream_id)
            return nghttp2_session_terminate_session(session, NGHTTP2_STREAM_CLOSED);
    if (!nghttp2_session_find_stream(session, hd->stream_id))
        return nghttp2_session_terminate_session(session, NGHTTP2_PROTOCOL_ERROR);
    return 0;
}

/* Trailers of a request are counted, and forgotten. */
static int when_header(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name,
                       size_t name_size, const uint8_t *value, size_t value_size, uint8_t flags,
                       void *context)
{
    http_exchange *const x = exchange_of(session, frame->hd.stream_id);
    (void)flags;
    (void)context;
    if (!x)
        return 0;
    if (!http_exchange_add(x, zkl_bytes_of(name, name_size), zkl_bytes_of(value, value_size)))
        return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE; /* the stream is reset */
    if (x->has_begun)
        x->span_count--;
    return 0;
}

/* Pseudo-headers are taken out; :authority stands for Host. */
static zkl_bytes take_pseudo(http_exchange *x)
{
    zkl_bytes method = { 0 };
    size_t kept = 0;
    for (size_t i = 0; i < x->span_count; i++) {
        struct span s = x->spans[i];
        const zkl_bytes name = zkl_bytes_of(x->head.data + s.name, s.name_size);
        const zkl_bytes value = zkl_bytes_of(x->head.data + s.value, s.value_size);
        if (zkl_bytes_equal_text(name, ":method"))
            method = value;
        else if (zkl_bytes_equal_text(name, ":path"))
            x->target = value;
        else if (zkl_bytes_equal_text(name, ":authority"))
            x->authority = value;
        if (!s.name_size || x->head.data[s.name] != ':')
            x->spans[kept++] = s;
    }
    x->span_count = kept;
    return method;
}

static void begin(http_exchange *x, bool is_all)
{
    const zkl_bytes said = take_pseudo(x), authority = x->authority;
    int status = http_exchange_head(x, said);
    x->wants_continue = false;
    if (!status && authority.size && !zkl_bytes_equal(x->authority, authority))
        status = 400; /* Host says another */
    if (!status && !x->authority.size)
        status = 400;
    if (!status && x->target.size && x->target.data[0] != '/' &&
        !zkl_bytes_equal_text(x->target, "*"))
        status = 400;
    x->is_read = is_all;
    if (status) {
        http2_refuse(x, status);
        return;
    }
    http_exchange_begin(x);
}

static int when_frame(nghttp2_session *session, const nghttp2_frame *frame, void *context)
{
    connection *const c = context;
    http_exchange *x = exchange_of(session, frame->hd.stream_id);
    const bool is_end = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
    if (frame->hd.type == NGHTTP2_RST_STREAM)
        c->reset[c->reset_count++ % ZKL_COUNT(c->reset)] = frame->hd.stream_id;
    if (!x || (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA))
        return 0;
    if (frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST)
        begin(x, is_end);
    if (c->is_closing)
        return NGHTTP2_ERR_CALLBACK_FAILURE;
    x = exchange_of(session, frame->hd.stream_id);
    if (x && is_end && x->answered_at)
        x->is_read = true; /* it was answered: nobody waits for the end */
    else if (x && is_end)
        http_exchange_end(x);
    return c->is_closing ? NGHTTP2_ERR_CALLBACK_FAILURE : 0;
}

static int when_data(nghttp2_session *session, uint8_t flags, int32_t stream, const uint8_t *data,
                     size_t size, void *context)
{
    connection *const c = context;
    http_exchange *const x = exchange_of(session, stream);
    (void)flags;
    if (!x) {
        nghttp2_session_consume(session, stream, size);
        return 0;
    }
    if (x->is_finished) { /* its answer is on its way: nobody waits for the rest */
        nghttp2_session_consume_connection(session, size);
        return 0;
    }
    if (x->body_size + size > x->body_max) {
        nghttp2_session_consume_connection(session, size);
        if (!http_exchange_too_large(x))
            http2_refuse(x, 413);
        return c->is_closing ? NGHTTP2_ERR_CALLBACK_FAILURE : 0;
    }
    http_exchange_body(x, zkl_bytes_of(data, size));
    if (c->is_closing)
        return NGHTTP2_ERR_CALLBACK_FAILURE;
    http2_consume(x, size);
    return 0;
}

static int when_stream_ends(nghttp2_session *session, int32_t stream, uint32_t error, void *context)
{
    connection *const c = context;
    http_exchange *const x = exchange_of(session, stream);
    (void)error;
    if (!x)
        return 0;
    nghttp2_session_set_stream_user_data(session, stream, NULL);
    if (x->next)
        x->next->previous = x->previous;
    if (x->previous)
        x->previous->next = x->next;
    else
        c->exchanges = x->next;
    let_further(c->loop->server, x->is_further);
    http_exchange_close(x);
    return 0;
}

/* CVE-2025-8671: a stream that a client breaks, so that it is reset here, is as one that it reset
 * itself, and nghttp2 counts those alone. Streams above the limit, and what is reset for our own
 * reasons, are no fault of its. */
static bool is_broken_by_client(uint32_t error)
{
    return error != NGHTTP2_NO_ERROR && error != NGHTTP2_REFUSED_STREAM &&
           error != NGHTTP2_INTERNAL_ERROR;
}

static void count_broken(connection *c)
{
    const uint64_t given_back = (c->loop->now - c->broken_from) * RESETS_A_SECOND / 1000;
    if (given_back) {
        c->broken -= given_back < c->broken ? given_back : c->broken;
        c->broken_from = c->loop->now;
    }
    if (++c->broken <= RESETS_AT_ONCE)
        return;
    http_count_refusal(c->loop->server, 0);
    (void)nghttp2_session_terminate_session(c->session, NGHTTP2_ENHANCE_YOUR_CALM);
}

/* An answer that is complete before its request is. The stream is not reset yet: clients that are
 * still sending lose the answer then (curl 7.88 does). They have a moment to end it themselves, and
 * no more credit than they had. */
static int when_sent(nghttp2_session *session, const nghttp2_frame *frame, void *context)
{
    connection *const c = context;
    http_exchange *const x = exchange_of(session, frame->hd.stream_id);
    if (frame->hd.type == NGHTTP2_RST_STREAM && is_broken_by_client(frame->rst_stream.error_code))
        count_broken(c);
    if (x && x->is_finished && !x->is_read && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) &&
        (frame->hd.type == NGHTTP2_DATA || frame->hd.type == NGHTTP2_HEADERS))
        x->answered_at = c->loop->now ? c->loop->now : 1;
    return 0;
}

/* What a paused exchange was not credited yet is credited when it goes on. */
void http2_consume(http_exchange *x, size_t size)
{
    nghttp2_session *const session = x->connection->session;
    nghttp2_session_consume_connection(session, size);
    x->left_to_consume += size;
    if (x->is_paused)
        return;
    nghttp2_session_consume_stream(session, x->stream, x->left_to_consume);
    x->left_to_consume = 0;
    if (!x->connection->is_feeding) {
        http2_fill(x->connection);
        connection_flush(x->connection);
    }
}

zkl_status http2_init(connection *c, zkl_error *err)
{
    nghttp2_session_callbacks *callbacks = NULL;
    nghttp2_option *option = NULL;
    const http_limits *const limits = &c->loop->server->limits;
    const nghttp2_settings_entry entries[] = {
        { NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits->streams_max },
        { NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, (uint32_t)WINDOW_BYTES },
        { NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, limits->head_bytes_max },
    };
    if (nghttp2_session_callbacks_new(&callbacks) != 0 || nghttp2_option_new(&option) != 0) {
        nghttp2_session_callbacks_del(callbacks);
        return zkl_no_memory(err, sizeof entries);
    }
    nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, when_head_begins);
    nghttp2_session_callbacks_set_on_begin_frame_callback(callbacks, when_frame_begins);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, when_header);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, when_frame);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, when_data);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, when_stream_ends);
    nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, when_sent);
    nghttp2_option_set_no_auto_window_update(option, 1);
    nghttp2_option_set_stream_reset_rate_limit(option, RESETS_AT_ONCE, RESETS_A_SECOND);
    nghttp2_option_set_max_outbound_ack(option, OUTGOING_MAX);
    const int made = nghttp2_session_server_new2(&c->session, callbacks, c, option);
    nghttp2_session_callbacks_del(callbacks);
    nghttp2_option_del(option);
    if (made != 0)
        return zkl_no_memory(err, sizeof entries);
    if (nghttp2_submit_settings(c->session, NGHTTP2_FLAG_NONE, entries, ZKL_COUNT(entries)) != 0 ||
        nghttp2_session_set_local_window_size(c->session, NGHTTP2_FLAG_NONE, 0,
                                              CONNECTION_WINDOW_BYTES) != 0)
        return zkl_no_memory(err, sizeof entries);
    return ZKL_OK;
}

/* Idle, waiting for a body, or at work: the deadline of the whole connection. Pings and the like
 * are no requests: idle stays idle. */
static void choose_deadline(connection *c)
{
    bool wants_body = false;
    if (c->ends_when_sent || (!c->exchanges && c->waiting == WAITING_IDLE))
        return;
    for (const http_exchange *x = c->exchanges; x; x = x->next)
        wants_body |= !x->is_read && !x->is_paused && !x->is_patient;
    if (!c->exchanges)
        connection_wait(c, WAITING_IDLE);
    else
        connection_wait(c, wants_body ? WAITING_BODY : WAITING_ANSWER);
}

void http2_read(connection *c, zkl_bytes bytes)
{
    c->is_feeding = true;
    const ssize_t taken = nghttp2_session_mem_recv(c->session, bytes.data, bytes.size);
    c->is_feeding = false;
    if (c->is_closing)
        return;
    if (taken < 0) {
        http_count_refusal(c->loop->server, 0);
        connection_close(c);
        return;
    }
    http2_fill(c);
}

void http2_fill(connection *c)
{
    while (!c->is_closing && c->out.size < HTTP_PENDING_MAX) {
        const uint8_t *data;
        c->is_feeding = true;
        const ssize_t size = nghttp2_session_mem_send(c->session, &data);
        c->is_feeding = false;
        if (size < 0) {
            connection_close(c);
            return;
        }
        if (size == 0)
            break;
        zkl_buffer_put(&c->out, data, (size_t)size);
    }
    if (!c->is_closing && !nghttp2_session_want_read(c->session) &&
        !nghttp2_session_want_write(c->session))
        connection_end(c); /* GOAWAY was sent, or the session is over */
    if (!c->is_closing)
        choose_deadline(c);
}

/* ---- answering */

static nghttp2_nv pair_of(zkl_bytes name, zkl_bytes value)
{
    return (nghttp2_nv){ (uint8_t *)(uintptr_t)name.data, (uint8_t *)(uintptr_t)value.data,
                         name.size, value.size, NGHTTP2_NV_FLAG_NONE };
}

/* Behind the last byte: what is submitted before would be sent before. */
static void send_trailers(http_exchange *x)
{
    nghttp2_nv pairs[HTTP_ADDED_MAX];
    for (size_t i = 0; i < x->trailer_count; i++)
        pairs[i] = pair_of(x->trailers[i].name, x->trailers[i].value);
    (void)nghttp2_submit_trailer(x->connection->session, x->stream, pairs, x->trailer_count);
}

/* nghttp2 asks for bytes of an answer. */
static ssize_t give_data(nghttp2_session *session, int32_t stream, uint8_t *out, size_t room,
                         uint32_t *flags, nghttp2_data_source *source, void *context)
{
    http_exchange *const x = source->ptr;
    (void)session;
    (void)stream;
    (void)context;
    if (x->pending.size - x->pending_at < HTTP_PENDING_MAX / 2)
        http_exchange_drained(x);
    const size_t unsent = x->pending.size - x->pending_at;
    const size_t size = unsent < room ? unsent : room;
    if (x->pending.failed)
        return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    if (size)
        memcpy(out, x->pending.data + x->pending_at, size);
    x->pending_at += size;
    x->taken += size;
    http2_waits_no_more(x, size);
    if (x->pending_at == x->pending.size)
        x->pending.size = x->pending_at = 0;
    if (x->is_finished && !x->pending.size) {
        *flags |= NGHTTP2_DATA_FLAG_EOF;
        if (x->trailer_count) {
            *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
            send_trailers(x);
        }
        return (ssize_t)size;
    }
    return size ? (ssize_t)size : NGHTTP2_ERR_DEFERRED;
}

static void send_soon(connection *c)
{
    if (c->is_feeding || c->is_closing)
        return;
    http2_fill(c);
    connection_flush(c);
}

void http2_answer(http_exchange *x, int code, const http_header *headers, size_t count)
{
    connection *const c = x->connection;
    nghttp2_nv pairs[HTTP_HEADERS_MAX + 3];
    char status[8], size[24];
    size_t n = 0;
    ZKL_ASSERT(count <= HTTP_HEADERS_MAX);
    snprintf(status, sizeof status, "%d", code);
    snprintf(size, sizeof size, "%llu", (unsigned long long)x->left);
    pairs[n++] = pair_of(zkl_bytes_of_text(":status"), zkl_bytes_of_text(status));
    pairs[n++] = pair_of(zkl_bytes_of_text("date"), zkl_bytes_of_text(http_date(c->loop)));
    for (size_t i = 0; i < count; i++)
        pairs[n++] = pair_of(headers[i].name, headers[i].value);
    if (x->left != HTTP_UNKNOWN && code != 204 && code != 304)
        pairs[n++] = pair_of(zkl_bytes_of_text("content-length"), zkl_bytes_of_text(size));
    const bool has_body = !x->is_head_only && x->left != 0;
    const nghttp2_data_provider body = { .source.ptr = x, .read_callback = give_data };
    x->has_data = has_body;
    if (nghttp2_submit_response(c->session, x->stream, pairs, n, has_body ? &body : NULL) != 0)
        (void)nghttp2_submit_rst_stream(c->session, 0, x->stream, NGHTTP2_INTERNAL_ERROR);
}

void http2_resume(http_exchange *x)
{
    connection *const c = x->connection;
    if (x->has_data)
        (void)nghttp2_session_resume_data(c->session, x->stream);
    send_soon(c);
}

/* Bytes that were promised and do not come: the stream is reset, so that nobody takes it for
 * all. */
void http2_finish(http_exchange *x, const http_header *trailers, size_t count)
{
    connection *const c = x->connection;
    ZKL_ASSERT(count <= HTTP_ADDED_MAX);
    for (size_t i = 0; i < count && x->has_data; i++) {
        const zkl_bytes name = trailers[i].name, value = trailers[i].value;
        const char *const kept = zkl_arena_text(&x->memory, (const char *)name.data, name.size);
        const char *const text = zkl_arena_text(&x->memory, (const char *)value.data, value.size);
        if (kept && text)
            x->trailers[x->trailer_count++] =
                (http_header){ zkl_bytes_of(kept, name.size), zkl_bytes_of(text, value.size) };
    }
    if (x->left != HTTP_UNKNOWN && x->left > 0 && !x->is_head_only)
        (void)nghttp2_submit_rst_stream(c->session, 0, x->stream, NGHTTP2_INTERNAL_ERROR);
    http2_resume(x);
}

void http2_refuse(http_exchange *x, int status)
{
    http_count_refusal(x->loop->server, status);
    x->is_head_only = false;
    if (!x->has_answer)
        http_reply(x, status, "text/plain", zkl_bytes_of("", 0));
    else
        (void)nghttp2_submit_rst_stream(x->connection->session, 0, x->stream, NGHTTP2_CANCEL);
    x->is_cut = x->is_finished = true; /* an answer that is still being made comes too late */
    x->alarm = 0;
}

/* A head that does not end holds up its whole connection, which then ends. Streams whose answer
 * nobody reads are reset: their windows are the client's to open. */
static void check_streams(connection *c, uint64_t now)
{
    bool is_late = false, is_unread = false;
    if (c->ends_when_sent)
        return;
    for (http_exchange *x = c->exchanges; x; x = x->next) {
        is_late |= !x->has_begun && !x->has_answer &&
                   now - x->window_from >= c->loop->server->limits.head_ms;
        if (!http_exchange_is_unread(x, now))
            continue;
        http2_refuse(x, 408); /* it has an answer: nothing is sent yet */
        is_unread = true;
    }
    if (is_late) {
        http_count_refusal(c->loop->server, 408);
        (void)nghttp2_session_terminate_session(c->session, NGHTTP2_ENHANCE_YOUR_CALM);
    }
    if (is_late || is_unread)
        send_soon(c);
}

/* Streams that were answered and whose clients do not end them. They leave the list when the frame
 * is sent, which is after the loop. Whether there were any. */
static bool end_answered(connection *c, uint64_t now)
{
    bool has_ended = false;
    for (http_exchange *x = c->exchanges; x; x = x->next) {
        if (!x->answered_at || x->is_read || now - x->answered_at < HTTP_LINGER_MS)
            continue;
        x->is_read = true;
        (void)nghttp2_submit_rst_stream(c->session, 0, x->stream, NGHTTP2_NO_ERROR);
        has_ended = true;
    }
    if (has_ended)
        send_soon(c);
    if (has_ended && !c->is_closing)
        choose_deadline(c);
    return has_ended;
}

/* One at a time: a stream that is refused may leave the list. The others are asked at the next
 * tick. */
void http2_check_rates(connection *c, uint64_t now)
{
    check_streams(c, now);
    if (c->is_closing)
        return;
    for (http_exchange *x = c->exchanges, *next; x; x = next) {
        next = x->next; /* an alarm ends no stream but its own */
        http_exchange_check_alarm(x, now);
        if (c->is_closing)
            return;
    }
    if (end_answered(c, now))
        return;
    for (http_exchange *x = c->exchanges; x; x = x->next)
        if (http_exchange_is_slow(x, now)) {
            http2_refuse(x, 408);
            send_soon(c);
            return;
        }
}

void http2_drain(connection *c)
{
    for (http_exchange *x = c->exchanges, *next; x; x = next) {
        next = x->next;
        if (x->is_patient && !x->is_cut)
            x->coat->alarm(x);
        if (c->is_closing)
            return;
    }
    const int32_t last = nghttp2_session_get_last_proc_stream_id(c->session);
    (void)nghttp2_submit_goaway(c->session, 0, last, NGHTTP2_NO_ERROR, NULL, 0);
    send_soon(c);
    if (!c->is_closing && !c->exchanges)
        connection_end(c);
}

/* Streams that are open end with their connection. The session goes with its memory: this may be
 * called from within it. */
void http2_clear(connection *c)
{
    while (c->exchanges) {
        http_exchange *const x = c->exchanges;
        c->exchanges = x->next;
        nghttp2_session_set_stream_user_data(c->session, x->stream, NULL);
        let_further(c->loop->server, x->is_further);
        http_exchange_close(x);
    }
}
