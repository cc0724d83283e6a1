/* HTTP/1.1 (RFC 9112) over llhttp, in its strict form: one exchange at a time.
 *
 * 1. The parser stops behind each request; what follows waits, unread, until it is answered. So
 *    answers come in order, and a client that sends without reading is held up by its own socket.
 * 2. Framing that two readers could take differently (both lengths, two of them, folded lines, bare
 *    CR or LF, bad chunks) is llhttp's to refuse; Host and target are exchange.c's. After a refusal
 *    nothing more of the connection is read.
 * 3. When an answer is finished before the request's body was read, the rest of a small body is
 *    read and forgotten; a large one ends the connection. */
#include "http/http_internal.h"

#include <stdio.h>

#define SKIPPED_MAX ((uint64_t)64 << 10) /* of a body that nobody wants */

static const char *reason_of(int status)
{
    switch (status) {
#define REASON(code, name, text)                                                                   \
    case code:                                                                                     \
        return #text;
        HTTP_STATUS_MAP(REASON)
#undef REASON
    default:
        return "";
    }
}

/* ---- reading */

static int when_begun(llhttp_t *parser)
{
    connection *const c = parser->data;
    if (c->current) /* not answered yet: cannot be, the parser waits */
        return HPE_USER;
    c->current = http_exchange_new(c, 0);
    c->is_message_over = false;
    c->span = (struct span){ 0 };
    c->part = IN_TARGET;
    connection_wait(c, WAITING_HEAD);
    return c->current ? 0 : HPE_USER;
}

static int refuse_head(http_exchange *x, int status)
{
    x->status = status;
    return HPE_USER;
}

/* Bytes of the head, which come in pieces. */
static bool put_head(http_exchange *x, const char *at, size_t size)
{
    if (x->head.size + size > x->loop->server->limits.head_bytes_max)
        return false;
    zkl_buffer_put(&x->head, at, size);
    return !x->head.failed;
}

static int when_target(llhttp_t *parser, const char *at, size_t size)
{
    connection *const c = parser->data;
    return put_head(c->current, at, size) ? 0 : refuse_head(c->current, 414);
}

/* Trailers come here too, behind the head: they are counted against it, and forgotten. */
static int when_name(llhttp_t *parser, const char *at, size_t size)
{
    connection *const c = parser->data;
    http_exchange *const x = c->current;
    if (c->part != IN_NAME) {
        c->part = IN_NAME;
        c->span = (struct span){ .name = x->head.size };
    }
    c->span.name_size += size;
    return put_head(x, at, size) ? 0 : refuse_head(x, 431);
}

static int when_value(llhttp_t *parser, const char *at, size_t size)
{
    connection *const c = parser->data;
    http_exchange *const x = c->current;
    if (c->part != IN_VALUE) {
        c->part = IN_VALUE;
        c->span.value = x->head.size;
    }
    c->span.value_size += size;
    return put_head(x, at, size) ? 0 : refuse_head(x, 431);
}

/* A header is complete, also an empty one. */
static int when_value_is_over(llhttp_t *parser)
{
    connection *const c = parser->data;
    http_exchange *const x = c->current;
    if (c->part == IN_NAME)
        c->span.value = x->head.size;
    c->part = IN_VALUE;
    if (x->has_begun) /* a trailer */
        return 0;
    if (x->span_count == HTTP_HEADERS_MAX)
        return refuse_head(x, 431);
    while (c->span.value_size && /* optional white space behind it is not its own */
           (x->head.data[c->span.value + c->span.value_size - 1] == ' ' ||
            x->head.data[c->span.value + c->span.value_size - 1] == '\t'))
        c->span.value_size--;
    x->spans[x->span_count++] = c->span;
    c->span = (struct span){ 0 };
    return 0;
}

/* "chunked" is the only one that is read here. */
static bool is_known_coding(const http_exchange *x)
{
    for (size_t i = 0; i < x->header_count; i++)
        if (zkl_bytes_equal_text(x->headers[i].name, "transfer-encoding") &&
            !(x->headers[i].value.size == 7 &&
              strncasecmp((const char *)x->headers[i].value.data, "chunked", 7) == 0))
            return false;
    return true;
}

static int when_head_is_over(llhttp_t *parser)
{
    connection *const c = parser->data;
    http_exchange *const x = c->current;
    const char *const method = llhttp_method_name((llhttp_method_t)llhttp_get_method(parser));
    size_t target = x->head.size;
    parser->upgrade = 0; /* there is nothing here to change to */
    for (size_t i = 0; i < x->span_count; i++)
        target = x->spans[i].name < target ? x->spans[i].name : target;
    x->target = zkl_bytes_of(x->head.data, target);
    if (llhttp_get_http_major(parser) != 1)
        return refuse_head(x, 505);
    const int status = http_exchange_head(x, zkl_bytes_of(method, strlen(method)));
    if (status)
        return refuse_head(x, status);
    if (!x->authority.size && llhttp_get_http_minor(parser) != 0)
        return refuse_head(x, 400);
    connection_wait(c, WAITING_BODY);
    c->ends_after_answer |= !llhttp_should_keep_alive(parser);
    x->is_read = !(parser->flags & F_CHUNKED) && parser->content_length == 0;
    if (!is_known_coding(x))
        return refuse_head(x, 501);
    http_exchange_begin(x);
    if (c->is_closing)
        return HPE_USER;
    if (!x->has_answer && (parser->flags & F_CONTENT_LENGTH) &&
        parser->content_length > x->body_max && !http_exchange_too_large(x))
        return refuse_head(x, 413);
    if (c->is_closing)
        return HPE_USER;
    if (x->wants_continue && !x->has_answer && llhttp_get_http_minor(parser) == 1)
        http1_continue(x);
    return 0;
}

static int when_body(llhttp_t *parser, const char *at, size_t size)
{
    connection *const c = parser->data;
    http_exchange *const x = c->current;
    if (x->is_finished) /* a small rest that nobody wants */
        return 0;
    if (x->body_size + size > x->body_max) {
        if (!http_exchange_too_large(x))
            return refuse_head(x, 413);
        return c->is_closing ? HPE_USER : 0;
    }
    connection_wait(c, WAITING_BODY);
    http_exchange_body(x, zkl_bytes_of(at, size));
    if (c->is_closing)
        return HPE_USER;
    return x->is_paused ? HPE_PAUSED : 0;
}

static int when_over(llhttp_t *parser)
{
    connection *const c = parser->data;
    http_exchange *const x = c->current;
    connection_wait(c, WAITING_ANSWER);
    c->is_message_over = true;
    http_exchange_end(x);
    return HPE_PAUSED; /* one at a time */
}

static const llhttp_settings_t settings = {
    .on_message_begin = when_begun,
    .on_url = when_target,
    .on_header_field = when_name,
    .on_header_value = when_value,
    .on_header_value_complete = when_value_is_over,
    .on_headers_complete = when_head_is_over,
    .on_body = when_body,
    .on_message_complete = when_over,
};

void http1_init(connection *c)
{
    llhttp_init(&c->parser, HTTP_REQUEST, &settings);
    c->parser.data = c;
}

/* The exchange is over; the next one may be here already. */
static void end_exchange(connection *c)
{
    http_exchange *const x = c->current;
    c->current = NULL;
    http_exchange_close(x);
    if (c->is_closing)
        return;
    if (c->ends_after_answer) {
        connection_end(c);
        return;
    }
    connection_wait(c, WAITING_IDLE);
    connection_go_on_reading(c);
}

/* Answered, and the request read to its end. */
static void end_if_over(connection *c)
{
    const http_exchange *const x = c->current;
    if (x && x->is_finished && (x->is_read || c->ends_after_answer))
        end_exchange(c);
}

/* A large body that nobody wants is not waited for: the connection ends instead. */
void http1_answers_early(http_exchange *x)
{
    connection *const c = x->connection;
    if (!x->is_read && ((c->parser.flags & F_CHUNKED) || c->parser.content_length > SKIPPED_MAX))
        c->ends_after_answer = true;
}

void http1_refuse(connection *c, int status)
{
    http_exchange *const x = c->current;
    http_count_refusal(c->loop->server, status);
    c->ends_after_answer = true;
    if (!x || !x->has_answer) /* in the middle of an answer there is nothing to be said */
        zkl_buffer_format(&c->out,
                          "HTTP/1.1 %d %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                          status, reason_of(status));
    if (x) {
        if (!x->has_answer)
            x->status = status;
        c->current = NULL;
        http_exchange_close(x);
    }
    if (!c->is_closing)
        connection_end(c);
}

/* Feeds bytes until the parser stops; keeps what it did not take. */
static void feed(connection *c, zkl_bytes bytes)
{
    if (c->ends_when_sent)
        return;
    if (c->is_feeding) { /* in a callback of its own: kept for later */
        zkl_buffer_put(&c->unread, bytes.data, bytes.size);
        return;
    }
    c->is_feeding = true;
    const llhttp_errno_t error = llhttp_execute(&c->parser, (const char *)bytes.data, bytes.size);
    c->is_feeding = false;
    if (c->is_closing)
        return;
    if (error == HPE_OK) {
        end_if_over(c); /* answered before its body was read */
        return;
    }
    if (error != HPE_PAUSED) {
        const http_exchange *const x = c->current;
        http1_refuse(c, x && x->status && !x->has_answer ? x->status : 400);
        return;
    }
    const size_t taken = (size_t)(llhttp_get_error_pos(&c->parser) - (const char *)bytes.data);
    ZKL_ASSERT(taken <= bytes.size);
    zkl_buffer_put(&c->unread, bytes.data + taken, bytes.size - taken);
    if (c->unread.failed) {
        connection_close(c);
        return;
    }
    end_if_over(c);
    /* Most requests are over by now, and to stop and start costs two calls of the system. */
    if (!c->is_closing && !c->ends_when_sent && c->current &&
        llhttp_get_errno(&c->parser) == HPE_PAUSED)
        connection_stop_reading(c);
}

void http1_read(connection *c, zkl_bytes bytes)
{
    if (c->unread.size || llhttp_get_errno(&c->parser) == HPE_PAUSED) {
        zkl_buffer_put(&c->unread, bytes.data, bytes.size);
        if (c->unread.failed)
            connection_close(c);
        return;
    }
    feed(c, bytes);
}

/* Its client asks and does not read: nothing more is begun for it until some of that is sent. */
static bool is_held_up(const connection *c)
{
    return !c->current && c->out.size >= HTTP_PENDING_MAX;
}

/* Nobody waits for an answer, or for his own reader. */
static bool may_go_on(const connection *c)
{
    if (c->is_closing || c->is_feeding || c->ends_when_sent || is_held_up(c))
        return false;
    return !c->current || (!c->is_message_over && !c->current->is_paused);
}

void http1_go_on(connection *c)
{
    if (c->is_going_on) /* further down this stack */
        return;
    c->is_going_on = true;
    while (may_go_on(c)) {
        ZKL_AUTO_CLEAR(zkl_buffer) bytes = c->unread;
        c->unread = (zkl_buffer){ 0 };
        const bool was_paused = llhttp_get_errno(&c->parser) == HPE_PAUSED;
        if (was_paused)
            llhttp_resume(&c->parser);
        if (!bytes.size && !was_paused)
            break;
        /* without bytes, too: a body that was paused at its end has ended */
        feed(c, bytes.size ? zkl_buffer_bytes(&bytes) : zkl_bytes_of("", 0));
    }
    c->is_going_on = false;
    if (is_held_up(c))
        connection_stop_reading(c);
}

bool http1_is_idle(const connection *c)
{
    return !c->current && !c->unread.size && !c->out.size && !c->is_sending;
}

void http1_clear(connection *c)
{
    http_exchange *const x = c->current;
    c->current = NULL;
    if (x)
        http_exchange_close(x);
}

/* ---- answering */

void http1_continue(http_exchange *x)
{
    zkl_buffer_put_text(&x->connection->out, "HTTP/1.1 100 Continue\r\n\r\n");
    connection_flush(x->connection);
}

/* A value with a line end in it would be a header of somebody else's. */
static void check_header(const http_header *header)
{
    ZKL_ASSERT(header->name.size);
    for (size_t i = 0; i < header->value.size; i++)
        ZKL_ASSERT(header->value.data[i] != '\r' && header->value.data[i] != '\n');
}

void http1_answer(http_exchange *x, const http_header *headers, size_t count, uint64_t size)
{
    connection *const c = x->connection;
    zkl_buffer *const out = &c->out;
    const bool has_body = x->status != 204 && x->status != 304;
    const bool is_old = llhttp_get_http_minor(&c->parser) == 0;
    x->is_chunked = size == HTTP_UNKNOWN && has_body && !is_old;
    c->ends_after_answer |= size == HTTP_UNKNOWN && has_body && is_old;
    zkl_buffer_format(out, "HTTP/1.1 %d %s\r\ndate: %s\r\n", x->status, reason_of(x->status),
                      http_date(c->loop));
    for (size_t i = 0; i < count; i++) {
        check_header(&headers[i]);
        zkl_buffer_put(out, headers[i].name.data, headers[i].name.size);
        zkl_buffer_put_text(out, ": ");
        zkl_buffer_put(out, headers[i].value.data, headers[i].value.size);
        zkl_buffer_put_text(out, "\r\n");
    }
    if (size != HTTP_UNKNOWN && has_body)
        zkl_buffer_format(out, "content-length: %llu\r\n", (unsigned long long)size);
    if (x->is_chunked)
        zkl_buffer_put_text(out, "transfer-encoding: chunked\r\n");
    if (c->ends_after_answer)
        zkl_buffer_put_text(out, "connection: close\r\n");
    zkl_buffer_put_text(out, "\r\n");
    x->is_chunked &= !x->is_head_only;
    if (!c->is_feeding)
        connection_flush(c);
}

void http1_write(http_exchange *x, zkl_bytes part)
{
    connection *const c = x->connection;
    if (x->is_chunked)
        zkl_buffer_format(&c->out, "%zx\r\n", part.size);
    zkl_buffer_put(&c->out, part.data, part.size);
    if (x->is_chunked)
        zkl_buffer_put_text(&c->out, "\r\n");
    if (!c->is_feeding)
        connection_flush(c);
}

void http1_finish(http_exchange *x)
{
    connection *const c = x->connection;
    /* fewer bytes than were promised: the reader learns of it by the connection's end */
    if (x->left != HTTP_UNKNOWN && x->left > 0 && !x->is_head_only)
        c->ends_after_answer = true;
    http1_answers_early(x);
    if (x->is_chunked)
        zkl_buffer_put_text(&c->out, "0\r\n\r\n");
    if (c->is_feeding) /* feed does the rest, behind the parser's callback */
        return;
    connection_flush(c);
    if (!c->is_closing)
        end_if_over(c);
}
