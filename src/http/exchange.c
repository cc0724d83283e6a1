/* Exchanges as an application sees them; the protocols' own parts are http1.c's and http2.c's. */
#include "http/http_internal.h"

#include <stdlib.h>
#include <time.h>

#define ANSWER_HEADERS_MAX ((size_t)32)
#define HEAD_BYTES ((size_t)512) /* most requests have less */

static uint64_t now_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

http_exchange *http_exchange_new(connection *c, int32_t stream)
{
    http_exchange *const x = zkl_malloc(1, sizeof *x);
    if (!x)
        return NULL;
    memset(x, 0, offsetof(http_exchange, spans));
    x->connection = c;
    x->loop = c->loop;
    x->stream = stream;
    x->body_max = c->loop->server->limits.body_bytes_max;
    x->left = HTTP_UNKNOWN;
    zkl_buffer_reserve(&x->head, HEAD_BYTES);
    x->window_from = x->loop->now;
    atomic_init(&x->kept, 1);
    return x;
}

bool http_exchange_add(http_exchange *x, zkl_bytes name, zkl_bytes value)
{
    const http_limits *const limits = &x->loop->server->limits;
    if (x->span_count == HTTP_HEADERS_MAX ||
        x->head.size + name.size + value.size > limits->head_bytes_max)
        return false;
    struct span *const span = &x->spans[x->span_count++];
    span->name = x->head.size;
    span->name_size = name.size;
    zkl_buffer_put(&x->head, name.data, name.size);
    span->value = x->head.size;
    span->value_size = value.size;
    zkl_buffer_put(&x->head, value.data, value.size);
    return !x->head.failed;
}

/* ---- the head */

/* "host", "host:port", "[v6]:port": what may stand there, and nothing else. */
static bool is_authority(zkl_bytes text)
{
    for (size_t i = 0; i < text.size; i++) {
        const uint8_t c = text.data[i];
        const bool ok = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                        (c >= 'A' && c <= 'Z') || strchr(".-_~:[]", c) != NULL;
        if (!ok || c == 0)
            return false;
    }
    return text.size > 0 && text.size <= 255;
}

/* absolute-form: its authority has to be the Host's. */
static int cut_absolute(http_exchange *x)
{
    const char *const scheme = zkl_bytes_begin_with(x->target, "http://") ? "http://" : "https://";
    if (!zkl_bytes_begin_with(x->target, scheme))
        return 400;
    const size_t at = strlen(scheme);
    const zkl_bytes rest = zkl_bytes_of(x->target.data + at, x->target.size - at);
    const uint8_t *const slash = memchr(rest.data, '/', rest.size);
    const size_t size = slash ? (size_t)(slash - rest.data) : rest.size;
    if (!zkl_bytes_equal(zkl_bytes_of(rest.data, size), x->authority))
        return 400;
    x->target = slash ? zkl_bytes_of(slash, rest.size - size) : zkl_bytes_of("/", 1);
    return 0;
}

/* The target's bytes are printable ASCII; a fragment has no place in it. */
static int cut_target(http_exchange *x)
{
    for (size_t i = 0; i < x->target.size; i++)
        if (x->target.data[i] <= ' ' || x->target.data[i] >= 0x7f || x->target.data[i] == '#')
            return 400;
    if (zkl_bytes_equal_text(x->target, "*")) {
        x->path = x->target;
        return zkl_bytes_equal_text(x->method, "OPTIONS") ? 0 : 400;
    }
    if (x->target.size && x->target.data[0] != '/') {
        const int status = cut_absolute(x);
        if (status)
            return status;
    }
    if (!x->target.size)
        return 400;
    const uint8_t *const mark = memchr(x->target.data, '?', x->target.size);
    const size_t size = mark ? (size_t)(mark - x->target.data) : x->target.size;
    x->path = zkl_bytes_of(x->target.data, size);
    if (mark)
        x->query = zkl_bytes_of(mark + 1, x->target.size - size - 1);
    return 0;
}

static const char *const known_methods[] = { "GET",   "HEAD",    "POST",  "PUT",  "DELETE",
                                             "PATCH", "OPTIONS", "TRACE", "QUERY" };

int http_exchange_head(http_exchange *x, zkl_bytes method)
{
    size_t hosts = 0;
    x->headers = ZKL_ARENA_NEW(&x->memory, http_header, x->span_count);
    const char *const kept = zkl_arena_text(&x->memory, (const char *)method.data, method.size);
    if (!x->headers || !kept || x->head.failed)
        return 503;
    x->method = zkl_bytes_of(kept, method.size);
    x->header_count = x->span_count;
    for (size_t i = 0; i < x->span_count; i++) {
        const struct span *const s = &x->spans[i];
        for (size_t k = 0; k < s->name_size; k++) { /* names are compared in lower case */
            uint8_t *const c = &x->head.data[s->name + k];
            *c = *c >= 'A' && *c <= 'Z' ? (uint8_t)(*c | 0x20) : *c;
        }
        x->headers[i] = (http_header){ zkl_bytes_of(x->head.data + s->name, s->name_size),
                                       zkl_bytes_of(x->head.data + s->value, s->value_size) };
        if (zkl_bytes_equal_text(x->headers[i].name, "host")) {
            hosts++;
            x->authority = x->headers[i].value;
        }
    }
    bool known = false;
    for (size_t i = 0; i < ZKL_COUNT(known_methods); i++)
        known |= zkl_bytes_equal_text(x->method, known_methods[i]);
    if (!known)
        return 501;
    if (hosts > 1 || (hosts && !is_authority(x->authority)))
        return 400;
    x->wants_continue = zkl_bytes_equal_text(http_find(x, "expect"), "100-continue");
    if (http_find(x, "expect").data && !x->wants_continue)
        return 417;
    return cut_target(x);
}

/* ---- what the connection says */

/* An answer that is complete already, and a reader that holds the sender up, end no window: they
 * begin it anew. */
bool http_exchange_is_slow(http_exchange *x, uint64_t now)
{
    const http_limits *const limits = &x->loop->server->limits;
    if (!x->has_begun || x->is_read || x->is_patient || x->answered_at)
        return false;
    if (!x->is_paused && now - x->window_from < limits->body_window_ms)
        return false;
    const uint64_t wanted = (uint64_t)limits->body_rate_min * limits->body_window_ms / 1000;
    const bool is_slow = !x->is_paused && x->body_size - x->window_size < wanted;
    x->window_from = now;
    x->window_size = x->body_size;
    return is_slow;
}

/* A window ends as soon as as much was taken of what waited as had to be in its time. */
bool http_exchange_is_unread(http_exchange *x, uint64_t now)
{
    const http_limits *const limits = &x->loop->server->limits;
    const uint64_t unsent = x->pending.size - x->pending_at;
    const uint64_t most = (uint64_t)limits->body_rate_min * limits->body_ms / 1000;
    const uint64_t wanted = unsent < most ? unsent : most;
    if (!unsent || x->is_cut) {
        x->taken_until = 0;
        return false;
    }
    if (x->taken_until && x->taken < x->taken_until)
        return now - x->unread_from >= limits->body_ms;
    x->unread_from = now;
    x->taken_until = x->taken + (wanted ? wanted : 1);
    return false;
}

static void count_request(http_exchange *x)
{
    atomic_fetch_add_explicit(&x->loop->server->requests, 1, memory_order_relaxed);
    x->begun_us = now_us();
}

void http_exchange_begin(http_exchange *x)
{
    const http_app *const app = &x->loop->server->settings.app;
    x->has_begun = true;
    x->window_from = x->loop->now;
    x->is_head_only = zkl_bytes_equal_text(x->method, "HEAD");
    count_request(x);
    app->begin(app->context, x);
}

void http_exchange_body(http_exchange *x, zkl_bytes part)
{
    x->body_size += part.size;
    /* a parser that goes on behind a pause says the end of the part before as one of no bytes */
    if (part.size && x->handler && x->handler->on_body)
        x->handler->on_body(x, part);
}

bool http_exchange_too_large(http_exchange *x)
{
    const http_app *const app = &x->loop->server->settings.app;
    if (!app->too_large || x->has_answer)
        return false;
    http_count_refusal(x->loop->server, 413);
    app->too_large(app->context, x);
    return true;
}

/* What was answered already, in the middle of its body, is over for whoever answered. */
void http_exchange_end(http_exchange *x)
{
    x->is_read = true;
    if (!x->is_finished && x->handler && x->handler->on_end)
        x->handler->on_end(x);
}

static void let_go(http_exchange *x)
{
    if (atomic_fetch_sub_explicit(&x->kept, 1, memory_order_acq_rel) != 1)
        return;
    zkl_arena_clear(&x->memory);
    zkl_buffer_clear(&x->head);
    zkl_buffer_clear(&x->pending);
    zkl_free(x);
}

void http_exchange_close(http_exchange *x)
{
    const http_app *const app = &x->loop->server->settings.app;
    if (x->has_begun && app->log)
        app->log(app->context, x);
    if (x->stream && x->connection)
        http2_waits_no_more(x, x->pending.size - x->pending_at);
    x->connection = NULL;
    if (x->handler && x->handler->on_close)
        x->handler->on_close(x);
    x->handler = NULL;
    if (x->coat)
        x->coat->let_go(x);
    x->coat = NULL;
    let_go(x);
}

void http_exchange_drained(http_exchange *x)
{
    if (!x->wants_drain || x->is_finished)
        return;
    x->wants_drain = false;
    if (x->handler && x->handler->on_drain)
        x->handler->on_drain(x);
}

/* ---- the request */

zkl_bytes http_method(const http_exchange *x)
{
    return x->method;
}

zkl_bytes http_path(const http_exchange *x)
{
    return x->path;
}

zkl_bytes http_query(const http_exchange *x)
{
    return x->query;
}

zkl_bytes http_find(const http_exchange *x, const char *name)
{
    for (size_t i = 0; i < x->header_count; i++)
        if (zkl_bytes_equal_text(x->headers[i].name, name))
            return x->headers[i].value;
    return (zkl_bytes){ 0 };
}

const http_header *http_headers(const http_exchange *x, size_t *count)
{
    *count = x->header_count;
    return x->headers;
}

const char *http_peer(const http_exchange *x)
{
    return x->connection ? x->connection->peer : "";
}

bool http_is_secure(const http_exchange *x)
{
    return x->connection && x->connection->ssl;
}

int http_version(const http_exchange *x)
{
    return x->stream ? 2 : 1;
}

/* ---- serving */

void http_serve(http_exchange *x, const http_handler *handler, void *own)
{
    x->handler = handler;
    x->own = own;
}

void *http_own(const http_exchange *x)
{
    return x->own;
}

void http_allow_body(http_exchange *x, uint64_t bytes_max)
{
    x->body_max = bytes_max;
}

uint64_t http_body_bytes_max(const http_exchange *x)
{
    return x->body_max;
}

bool http_body_fits(const http_exchange *x)
{
    char text[24] = "";
    const zkl_bytes said = http_find(x, "content-length"); /* digits: it was checked */
    if (said.size >= sizeof text || x->body_size > x->body_max)
        return false;
    if (said.size)
        memcpy(text, said.data, said.size);
    return strtoull(text, NULL, 10) <= x->body_max;
}

void http_pause(http_exchange *x)
{
    if (!x->connection || x->is_paused)
        return;
    x->is_paused = true;
    if (!x->stream)
        connection_stop_reading(x->connection);
}

void http_resume(http_exchange *x)
{
    if (!x->connection || !x->is_paused)
        return;
    x->is_paused = false;
    x->window_from = x->loop->now;
    x->window_size = x->body_size;
    if (x->stream)
        http2_consume(x, 0);
    else
        connection_go_on_reading(x->connection);
}

void http_add_header(http_exchange *x, const char *name, zkl_bytes value)
{
    ZKL_ASSERT(!x->has_answer && x->added_count < HTTP_ADDED_MAX);
    const char *const kept_name = zkl_arena_text(&x->memory, name, strlen(name));
    const char *const kept = zkl_arena_text(&x->memory, (const char *)value.data, value.size);
    if (kept_name && kept)
        x->added[x->added_count++] =
            (http_header){ zkl_bytes_of_text(kept_name), zkl_bytes_of(kept, value.size) };
}

void http_remove_header(http_exchange *x, const char *name)
{
    size_t kept = 0;
    for (size_t i = 0; i < x->added_count; i++)
        if (!zkl_bytes_equal_text(x->added[i].name, name))
            x->added[kept++] = x->added[i];
    x->added_count = kept;
}

void http_answer(http_exchange *x, int status, const http_header *headers, size_t count,
                 uint64_t size)
{
    http_header all[ANSWER_HEADERS_MAX + HTTP_ADDED_MAX];
    if (x->is_cut)
        return;
    ZKL_ASSERT(!x->has_answer && status >= 200 && status <= 599 && count <= ANSWER_HEADERS_MAX);
    memcpy(all, x->added, x->added_count * sizeof *all);
    if (count)
        memcpy(all + x->added_count, headers, count * sizeof *all);
    headers = all;
    count += x->added_count;
    x->has_answer = true;
    x->status = status;
    x->left = size;
    x->is_head_only |= status == 204 || status == 304;
    if (!x->connection)
        return;
    if (x->coat)
        x->coat->answer(x, status, headers, count, size);
    else if (x->stream)
        http2_answer(x, status, headers, count);
    else
        http1_answer(x, headers, count, size);
}

/* Into what waits to be sent. */
static bool write_out(http_exchange *x, zkl_bytes part)
{
    x->bytes_sent += part.size;
    if (x->stream) {
        const size_t before = x->pending.size;
        zkl_buffer_put(&x->pending, part.data, part.size);
        http2_wait(x, x->pending.size - before);
        http2_resume(x);
    } else {
        http1_write(x, part);
    }
    if (!x->connection)
        return true;
    const size_t unsent = x->stream ? x->pending.size - x->pending_at : x->connection->out.size;
    x->wants_drain = unsent >= HTTP_PENDING_MAX;
    return !x->wants_drain;
}

bool http_write(http_exchange *x, zkl_bytes part)
{
    if (x->is_cut)
        return true;
    ZKL_ASSERT(x->has_answer && !x->is_finished);
    ZKL_ASSERT(x->left == HTTP_UNKNOWN || part.size <= x->left);
    if (x->left != HTTP_UNKNOWN)
        x->left -= part.size;
    if (!x->connection || !part.size || x->is_head_only)
        return true;
    return x->coat ? x->coat->write(x, part) : write_out(x, part);
}

bool http_is_held_up(const http_exchange *x)
{
    return x->wants_drain;
}

void http_finish(http_exchange *x, const http_header *trailers, size_t count)
{
    if (x->is_cut)
        return;
    ZKL_ASSERT(x->has_answer && !x->is_finished);
    if (x->coat && x->connection) { /* which says when it is finished */
        x->coat->finish(x);
        return;
    }
    x->is_finished = true;
    if (!x->connection)
        return;
    if (x->stream)
        http2_finish(x, trailers, count);
    else
        http1_finish(x);
}

void http_reply_with(http_exchange *x, int status, const http_header *headers, size_t count,
                     zkl_bytes body)
{
    if (x->connection && !x->stream)
        http1_answers_early(x); /* before the head, which says whether the connection ends */
    http_answer(x, status, headers, count, body.size);
    (void)http_write(x, body); /* it is complete: nothing is to be held back */
    http_finish(x, NULL, 0);
}

void http_reply(http_exchange *x, int status, const char *type, zkl_bytes body)
{
    const http_header header = { zkl_bytes_of_text("content-type"), zkl_bytes_of_text(type) };
    http_reply_with(x, status, &header, 1, body);
}

int http_status(const http_exchange *x)
{
    return x->status;
}

uint64_t http_bytes_sent(const http_exchange *x)
{
    return x->bytes_sent;
}

uint64_t http_bytes_received(const http_exchange *x)
{
    return x->body_size;
}

void http_name_client(http_exchange *x, const char *name)
{
    x->client = zkl_arena_text(&x->memory, name, strlen(name));
}

const char *http_client(const http_exchange *x)
{
    return x->client ? x->client : "";
}

void *http_note(http_exchange *x, size_t size)
{
    if (!x->note)
        x->note = zkl_arena_alloc(&x->memory, 1, size);
    return x->note;
}

const void *http_noted(const http_exchange *x)
{
    return x->note;
}

uint64_t http_microseconds(const http_exchange *x)
{
    return x->begun_us ? now_us() - x->begun_us : 0;
}

/* ---- in a coat */

void http_put_on(http_exchange *x, const http_coat *coat, void *own)
{
    ZKL_ASSERT(x->stream && !x->coat && !x->has_answer);
    x->coat = coat;
    x->coat_own = own;
}

void *http_coat_own(const http_exchange *x)
{
    return x->coat ? x->coat_own : NULL;
}

void http_coat_answer(http_exchange *x, const http_header *headers, size_t count, bool has_body)
{
    ZKL_ASSERT(x->coat && x->connection && !x->is_cut);
    x->is_head_only = !has_body;
    x->status = x->status ? x->status : 200;
    x->left = HTTP_UNKNOWN;
    http2_answer(x, 200, headers, count);
}

bool http_coat_write(http_exchange *x, zkl_bytes part)
{
    ZKL_ASSERT(x->coat && !x->is_cut);
    return !x->connection || !part.size || write_out(x, part);
}

void http_coat_finish(http_exchange *x, const http_header *trailers, size_t count)
{
    ZKL_ASSERT(x->coat && x->connection && !x->is_cut);
    x->is_cut = x->is_finished = true;
    x->alarm = 0;
    http2_finish(x, trailers, count);
}

bool http_is_cut(const http_exchange *x)
{
    return x->is_cut;
}

void http_coat_again(http_exchange *x)
{
    ZKL_ASSERT(x->coat && x->has_answer && !x->is_finished);
    x->has_answer = false;
    x->added_count = 0;
    x->left = HTTP_UNKNOWN;
}

void http_coat_set_alarm(http_exchange *x, uint64_t ms)
{
    ZKL_ASSERT(x->coat && x->coat->alarm);
    x->alarm = uv_now(&x->loop->uv) + (ms ? ms : 1); /* not as of the last tick: never too early */
}

void http_coat_is_patient(http_exchange *x)
{
    ZKL_ASSERT(x->coat && x->coat->alarm);
    x->is_patient = true;
}

bool http_is_ending(const http_exchange *x)
{
    return x->loop->is_draining;
}

void http_exchange_check_alarm(http_exchange *x, uint64_t now)
{
    if (!x->alarm || now < x->alarm)
        return;
    x->alarm = 0;
    x->coat->alarm(x);
}

/* ---- other threads */

void http_keep(http_exchange *x)
{
    atomic_fetch_add_explicit(&x->kept, 1, memory_order_relaxed);
}

void http_drop(http_exchange *x)
{
    let_go(x);
}

zkl_status http_post(http_exchange *x, http_posted *call, void *argument, zkl_error *err)
{
    loop *const l = x->loop;
    post *const p = zkl_malloc(1, sizeof *p);
    if (!p)
        return zkl_no_memory(err, sizeof *p);
    *p = (post){ .x = x, .call = call, .argument = argument };
    pthread_mutex_lock(&l->post_mutex);
    const bool ended = l->has_ended;
    if (!ended) {
        p->next = l->posted;
        l->posted = p;
        uv_async_send(
            &l->wake); /* under the mutex: the handle lives as long as has_ended is false */
    }
    pthread_mutex_unlock(&l->post_mutex);
    if (!ended)
        return ZKL_OK;
    zkl_free(p);
    return zkl_fail(err, ZKL_CANCELLED, "the server has stopped");
}
