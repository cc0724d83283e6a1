/* What a request of HTTP is answered with, as messages and a status.
 *
 *  1. A problem is a status: its title names the ledger's status, its detail is the words, and what
 *     the operation says of its failure is a detail.
 *  2. JSON is one message. Of an operation that was accepted it is none: that one is watched.
 *  3. An event is a message. The last one of an operation that failed is followed by its status;
 *     of Operations.Watch it is not: the watching succeeded.
 *  4. Bytes are messages with a part each.
 *  5. A call ends well when all of its messages were sent. */
#include "daemon/grpc.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "api/operation.h"
#include "base/arena.h"
#include "grpc/codec.h"
#include "grpc/wire.h"

#define CHUNK_BYTES ((size_t)256 << 10)
#define DETAIL_BYTES_MAX ((size_t)3072) /* readers take heads of 8 KiB */
#define WORDS_BYTES_MAX 600
#define CLOCKS_MS 1000
#define PACKAGE "zkl.v1."

daemon_grpc *daemon_grpc_of(const http_exchange *x)
{
    return http_coat_own(x);
}

static bool is_step(const grpc_method *m)
{
    const size_t size = m ? strlen(m->gives->name) : 0;
    return size > 4 && strcmp(m->gives->name + size - 4, "Step") == 0;
}

/* ---- sending */

/* What is told besides the answer. */
static bool is_told(zkl_bytes name)
{
    static const char *const names[] = {
        "retry-after", "ratelimit",        "ratelimit-policy",
        "x-operation", "www-authenticate", "grpc-accept-encoding"
    };
    for (size_t i = 0; i < ZKL_COUNT(names); i++)
        if (zkl_bytes_equal_text(name, names[i]))
            return true;
    return false;
}

/* Of what is answered first. */
static void keep_metadata(daemon_grpc *g, const http_header *headers, size_t count)
{
    if (g->metadata_count)
        return;
    g->metadata[0] =
        (http_header){ zkl_bytes_of_text("content-type"), zkl_bytes_of_text("application/grpc") };
    g->metadata_count = 1;
    for (size_t i = 0; i < count && g->metadata_count < ZKL_COUNT(g->metadata); i++) {
        if (!is_told(headers[i].name))
            continue;
        const zkl_bytes name = headers[i].name, value = headers[i].value;
        const char *const kept = zkl_arena_text(&g->memory, (const char *)name.data, name.size);
        const char *const text = zkl_arena_text(&g->memory, (const char *)value.data, value.size);
        if (kept && text)
            g->metadata[g->metadata_count++] =
                (http_header){ zkl_bytes_of_text(kept), zkl_bytes_of_text(text) };
    }
}

void daemon_grpc_send_head(http_exchange *x)
{
    daemon_grpc *const g = daemon_grpc_of(x);
    keep_metadata(g, NULL, 0);
    g->has_head = true;
    http_coat_answer(x, g->metadata, g->metadata_count, true);
}

bool daemon_grpc_send_message(http_exchange *x, const zkl_buffer *message)
{
    daemon_grpc *const g = daemon_grpc_of(x);
    ZKL_AUTO_CLEAR(zkl_buffer) frame = { 0 };
    grpc_put_frame(&frame, message->data, message->size);
    g->lacks_message |= message->failed || frame.failed;
    return g->lacks_message || http_coat_write(x, zkl_buffer_bytes(&frame));
}

/* The end's own headers: code, words, details. Texts of the coat's memory. */
static size_t put_end(http_header out[static 3], daemon_grpc *g, const grpc_outcome *o)
{
    ZKL_AUTO_CLEAR(zkl_buffer) words = { 0 }, details = { 0 };
    size_t count = 0;
    const char *const code = zkl_arena_format(&g->memory, "%d", (int)o->code);
    out[count++] =
        (http_header){ zkl_bytes_of_text("grpc-status"), zkl_bytes_of_text(code ? code : "13") };
    if (o->code == GRPC_OK)
        return count;
    grpc_put_words(&words, o->words);
    grpc_put_details(&details, o);
    const char *const kept = zkl_arena_text(&g->memory, (char *)words.data, words.size);
    const char *const more = zkl_arena_text(&g->memory, (char *)details.data, details.size);
    if (kept)
        out[count++] = (http_header){ zkl_bytes_of_text("grpc-message"), zkl_bytes_of_text(kept) };
    if (more && details.size)
        out[count++] =
            (http_header){ zkl_bytes_of_text("grpc-status-details-bin"), zkl_bytes_of_text(more) };
    return count;
}

/* Without a message before it, the end is the head too. */
void daemon_grpc_end(http_exchange *x, const grpc_outcome *outcome)
{
    daemon_grpc *const g = daemon_grpc_of(x);
    http_header end[3], all[ZKL_COUNT(g->metadata) + ZKL_COUNT(end)];
    if (outcome->code == GRPC_OK && !g->has_head)
        daemon_grpc_send_head(x);
    grpc_outcome o = *outcome; /* what its time cancelled may be over before the alarm */
    if (o.code == GRPC_CANCELLED && g->deadline_ms && daemon_clock_ms() >= g->deadline_ms)
        o.code = GRPC_DEADLINE_EXCEEDED;
    if (o.code == GRPC_OK && g->lacks_message)
        o = (grpc_outcome){ .code = GRPC_UNAVAILABLE, .words = "no memory for the answer" };
    const size_t count = put_end(end, g, &o);
    if (g->has_head) {
        http_coat_finish(x, end, count);
        return;
    }
    keep_metadata(g, NULL, 0);
    memcpy(all, g->metadata, g->metadata_count * sizeof *all);
    memcpy(all + g->metadata_count, end, count * sizeof *all);
    http_coat_answer(x, all, g->metadata_count + count, false);
    http_coat_finish(x, NULL, 0);
}

static void end_as(http_exchange *x, grpc_code code, const char *words)
{
    daemon_grpc_end(x, &(grpc_outcome){ .code = code, .words = words });
}

/* ---- messages of operations */

/* "keys-show", "Result": zkl.v1.KeysShowResult. */
static const grpc_message *message_of(const zkl_daemon *d, const char *operation, const char *part)
{
    char name[128] = PACKAGE;
    size_t size = sizeof PACKAGE - 1;
    bool begins = true;
    for (; *operation && size + strlen(part) + 2 < sizeof name; operation++) {
        const bool is_letter = isalnum((unsigned char)*operation);
        if (is_letter)
            name[size++] = begins ? (char)toupper(*operation) : *operation;
        begins = !is_letter;
    }
    strcpy(name + size, part);
    return grpc_types_message(d->grpc, name);
}

static bool is_valid(const json_t *job)
{
    const char *const status = json_string_value(json_object_get(job, "status"));
    return status && strcmp(status, zkl_status_text(ZKL_OK)) == 0;
}

static const grpc_member *member_named(const grpc_message *m, const char *name)
{
    for (size_t i = 0; i < m->count; i++)
        if (strcmp(m->members[i].name, name) == 0)
            return &m->members[i];
    return NULL;
}

/* `answer`: an Any, which is the operation's Result or its Failure. */
static zkl_status put_any(zkl_buffer *out, const daemon_grpc *g, const json_t *job, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) any = { 0 }, url = { 0 }, value = { 0 };
    const char *const operation = json_string_value(json_object_get(job, "operation"));
    const json_t *const answer = json_object_get(job, "answer");
    const grpc_message *const type =
        operation ? message_of(g->daemon, operation, is_valid(job) ? "Result" : "Failure") : NULL;
    const grpc_member *const member = member_named(g->method->gives, "answer");
    if (!json_is_object(answer) || !type || !member)
        return ZKL_OK;
    ZKL_TRY(grpc_encode(&value, type, answer, err));
    zkl_buffer_put_text(&url, "type.googleapis.com/");
    zkl_buffer_put_text(&url, type->name);
    ZKL_TRY(zkl_buffer_status(&url, err));
    grpc_put_bytes(&any, 1, zkl_buffer_bytes(&url));
    grpc_put_bytes(&any, 2, zkl_buffer_bytes(&value));
    grpc_put_bytes(out, member->number, zkl_buffer_bytes(&any));
    return zkl_buffer_status(&any, err);
}

/* A job as {"operation", and at its end "result" or "failure"}. */
static json_t *put_step(const json_t *job)
{
    json_t *const answer = json_object_get(job, "answer");
    json_t *const step = json_pack("{s:O}", "operation", job);
    if (step && json_is_object(answer))
        json_object_set(step, is_valid(job) ? "result" : "failure", answer);
    return step;
}

static void send_json(http_exchange *x, const json_t *json)
{
    daemon_grpc *const g = daemon_grpc_of(x);
    ZKL_AUTO_CLEAR(zkl_buffer) message = { 0 };
    zkl_error err = { 0 };
    zkl_status status = grpc_encode(&message, g->method->gives, json, &err);
    if (status == ZKL_OK && strcmp(g->method->gives->name, PACKAGE "Operation") == 0)
        status = put_any(&message, g, json, &err);
    if (status != ZKL_OK) {
        end_as(x, GRPC_INTERNAL, err.text);
        return;
    }
    if (!g->has_head)
        daemon_grpc_send_head(x);
    (void)daemon_grpc_send_message(x, &message); /* one, or few and small */
}

/* ---- problems */

/* Of a unary operation that failed, what it says of it, where that is short. */
static void put_failure(grpc_outcome *o, zkl_buffer *out, const daemon_grpc *g,
                        const json_t *answer)
{
    const grpc_message *type = NULL;
    if (g->method && json_is_object(answer) && strcmp(g->method->service, PACKAGE "Ledger") == 0)
        type = message_of(g->daemon, g->method->name, "Failure");
    if (type && grpc_encode(out, type, answer, NULL) == ZKL_OK && out->size <= DETAIL_BYTES_MAX) {
        o->type = type->name;
        o->value = zkl_buffer_bytes(out);
    }
}

static void cut_words(char out[static WORDS_BYTES_MAX + 1], const char *text)
{
    size_t size = strlen(text);
    if (size > WORDS_BYTES_MAX) {
        size = WORDS_BYTES_MAX;
        while (size && ((uint8_t)text[size] & 0xc0) == 0x80)
            size--; /* no half character */
    }
    memcpy(out, text, size);
    out[size] = 0;
}

static void end_with_problem(http_exchange *x, int code)
{
    daemon_grpc *const g = daemon_grpc_of(x);
    ZKL_AUTO_CLEAR(zkl_buffer) failure = { 0 };
    char words[WORDS_BYTES_MAX + 1];
    json_t *const body =
        g->text.size ? json_loadb((const char *)g->text.data, g->text.size, 0, NULL) : NULL;
    const char *const title = json_string_value(json_object_get(body, "title"));
    const char *const detail = json_string_value(json_object_get(body, "detail"));
    const zkl_status status = title ? grpc_status_named(title) : ZKL_STATUS_COUNT;
    grpc_outcome o = { .code = grpc_code_of_http(code), .status = title };
    if (status != ZKL_STATUS_COUNT)
        o.code = grpc_code_of_status(status);
    cut_words(words, detail ? detail : title ? title : "it was refused");
    o.words = words;
    put_failure(&o, &failure, g, json_object_get(body, "answer"));
    daemon_grpc_end(x, &o);
    json_decref(body);
}

/* ---- accepted operations */

/* It is watched from here on, if its caller may watch what is his own; else he is told that it was
 * accepted. */
static void watch_accepted(http_exchange *x, json_t *accepted)
{
    daemon_grpc *const g = daemon_grpc_of(x);
    daemon_request *const q = http_own(x);
    const char *const id = json_string_value(json_object_get(accepted, "id"));
    const daemon_job_view mine = { q->ledger, q->who.id };
    g->text.size = 0;
    if (id && daemon_may(q, "operations:read", q->who.id)) {
        http_coat_again(x);
        if (!daemon_watch(q, id, &mine))
            end_as(x, GRPC_NOT_FOUND, "the operation is not known any more");
        return;
    }
    json_t *const step = json_pack("{s:O}", "operation", accepted);
    send_json(x, step);
    json_decref(step);
    if (!http_is_cut(x))
        daemon_grpc_end(x, &(grpc_outcome){ .code = GRPC_OK });
}

/* ---- events */

/* Of "event: step\ndata: {...}". */
static void take_event(http_exchange *x, zkl_bytes event)
{
    daemon_grpc *const g = daemon_grpc_of(x);
    const uint8_t *const data = memmem(event.data, event.size, "data: ", 6);
    if (!data)
        return;
    const size_t skip = (size_t)(data - event.data) + 6;
    json_t *const job = json_loadb((const char *)event.data + skip, event.size - skip, 0, NULL);
    json_decref(g->last);
    g->last = job;
    json_t *const step = is_step(g->method) ? put_step(job) : json_incref(job);
    send_json(x, step);
    json_decref(step);
}

static void take_events(http_exchange *x, zkl_bytes part)
{
    daemon_grpc *const g = daemon_grpc_of(x);
    const uint8_t *end;
    size_t at = 0;
    zkl_buffer_put(&g->text, part.data, part.size);
    while (!http_is_cut(x) &&
           (end = memmem(g->text.data + at, g->text.size - at, "\n\n", 2)) != NULL) {
        const size_t size = (size_t)(end - g->text.data) - at;
        take_event(x, zkl_bytes_of(g->text.data + at, size));
        at += size + 2;
    }
    if (at)
        memmove(g->text.data, g->text.data + at, g->text.size - at);
    g->text.size -= at;
    g->lacks_message |= g->text.failed;
}

static void end_events(http_exchange *x)
{
    const daemon_grpc *const g = daemon_grpc_of(x);
    const json_t *const job = g->last;
    const char *const status = json_string_value(json_object_get(job, "status"));
    const char *const error =
        json_string_value(json_object_get(json_object_get(job, "answer"), "error"));
    char words[WORDS_BYTES_MAX + 1];
    if (!status) { /* it is not over, and its watching is */
        end_as(x, GRPC_UNAVAILABLE,
               "the service stops: the operation goes on when it starts again");
        return;
    }
    grpc_outcome o = { .code = GRPC_OK };
    if (is_step(g->method) && !is_valid(job)) {
        const zkl_status s = grpc_status_named(status);
        cut_words(words, error ? error : status);
        o = (grpc_outcome){ .words = words, .status = status };
        o.code = s == ZKL_STATUS_COUNT ? GRPC_ABORTED : grpc_code_of_status(s);
    }
    daemon_grpc_end(x, &o);
}

/* ---- bytes */

static bool send_chunks(http_exchange *x, zkl_bytes part)
{
    bool goes_on = true;
    while (part.size) {
        ZKL_AUTO_CLEAR(zkl_buffer) message = { 0 };
        const size_t size = part.size < CHUNK_BYTES ? part.size : CHUNK_BYTES;
        grpc_put_bytes(&message, 1, zkl_bytes_of(part.data, size));
        goes_on = daemon_grpc_send_message(x, &message);
        part = zkl_bytes_of(part.data + size, part.size - size);
    }
    return goes_on;
}

/* ---- the coat */

static daemon_grpc_answer kind_of(const daemon_grpc *g, int status, zkl_bytes type)
{
    if (status < 200 || status > 299 || !g->method)
        return DAEMON_GRPC_TEXT;
    if (zkl_bytes_begin_with(type, "text/event-stream"))
        return DAEMON_GRPC_EVENTS;
    return strcmp(g->method->gives->name, PACKAGE "Chunk") == 0 ? DAEMON_GRPC_CHUNKS
                                                                : DAEMON_GRPC_TEXT;
}

static void take_answer(http_exchange *x, int status, const http_header *headers, size_t count,
                        uint64_t size)
{
    daemon_grpc *const g = daemon_grpc_of(x);
    zkl_bytes type = { 0 };
    for (size_t i = 0; i < count; i++)
        if (zkl_bytes_equal_text(headers[i].name, "content-type"))
            type = headers[i].value;
    keep_metadata(g, headers, count);
    g->size = size;
    g->sent = 0;
    g->kind = kind_of(g, status, type);
    if (g->kind != DAEMON_GRPC_TEXT)
        daemon_grpc_send_head(x);
}

static bool take_part(http_exchange *x, zkl_bytes part)
{
    daemon_grpc *const g = daemon_grpc_of(x);
    g->sent += part.size;
    if (g->kind == DAEMON_GRPC_CHUNKS)
        return send_chunks(x, part);
    if (g->kind == DAEMON_GRPC_EVENTS)
        take_events(x, part);
    else
        zkl_buffer_put(&g->text, part.data, part.size);
    return true;
}

/* One message, and the end. */
static void end_with_message(http_exchange *x)
{
    daemon_grpc *const g = daemon_grpc_of(x);
    json_t *const body = g->text.size
                             ? json_loadb((const char *)g->text.data, g->text.size, 0, NULL)
                             : json_object();
    if (g->text.failed || !body)
        end_as(x, GRPC_INTERNAL, "the answer is no JSON");
    else if (http_status(x) == 202 && is_step(g->method))
        watch_accepted(x, body);
    else {
        send_json(x, body);
        if (!http_is_cut(x))
            daemon_grpc_end(x, &(grpc_outcome){ .code = GRPC_OK });
    }
    json_decref(body);
}

static void take_end(http_exchange *x)
{
    daemon_grpc *const g = daemon_grpc_of(x);
    const int status = http_status(x);
    if (status < 200 || status > 299)
        end_with_problem(x, status);
    else if (g->kind == DAEMON_GRPC_EVENTS)
        end_events(x);
    else if (g->kind == DAEMON_GRPC_CHUNKS && g->size != HTTP_UNKNOWN && g->sent < g->size)
        end_as(x, GRPC_INTERNAL, "the file was cut off");
    else if (g->kind == DAEMON_GRPC_CHUNKS)
        daemon_grpc_end(x, &(grpc_outcome){ .code = GRPC_OK });
    else
        end_with_message(x);
}

/* Its caller's time is over: what runs for it ends by its own deadline (jobs.h). Or a stream that
 * waits for nothing is not to be waited for. */
static void take_alarm(http_exchange *x)
{
    static const char words[] = "the call's time is over";
    const daemon_grpc *const g = daemon_grpc_of(x);
    if (daemon_grpc_look(x))
        return;
    /* two clocks: the loop's is as of when it woke */
    const bool is_late = g->deadline_ms && daemon_clock_ms() + CLOCKS_MS >= g->deadline_ms;
    if (!is_late)
        end_as(x, GRPC_UNAVAILABLE, "nothing more is told here: ask anew");
    else if (http_status(x) == 0)
        daemon_problem_code(x, 504, "deadline exceeded", words);
    else
        end_as(x, GRPC_DEADLINE_EXCEEDED, words);
}

static void let_go(http_exchange *x)
{
    daemon_grpc *const g = daemon_grpc_of(x);
    grpc_frames_clear(&g->frames);
    zkl_buffer_clear(&g->text);
    json_decref(g->last);
    zkl_arena_clear(&g->memory);
    zkl_free(g);
}

const http_coat daemon_grpc_coat = { take_answer, take_part, take_end, take_alarm, let_go };
