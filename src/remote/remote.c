/* One operation, from its request to its result:
 *
 *     request -> JSON -> (files sent) -> POST /v1/call/NAME
 *         200, 4xx: over                        operations that are not long
 *         202: events until it is over          the others; a stream that breaks is opened again
 *     -> (files fetched) -> answer -> result
 *
 * Cancelled, the operation is cancelled there, and what became of it is what is said: it may have
 * recorded already. */
#include "remote/remote.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/env.h"
#include "remote/events.h"
#include "remote/fetch.h"
#include "text/shown.h"

#define CANCEL_WAIT_MS 10000
#define STAGE_BYTES 48
#define SILENCE_SECONDS 60 /* of a stream of events: then it is opened again */

struct remote_service {
    remote_http *http;
    char prefix[256];
    bool is_shown;
    uint64_t patience_ms;
    uint64_t file_bytes_max;
    char stages[2][STAGE_BYTES]; /* the last two: progress compares them */
    const char *stage;           /* one of them; NULL: none yet */
};

/* ---- opening */

static bool is_ledger_name(const char *name)
{
    const size_t size = strlen(name);
    for (size_t i = 0; i < size; i++)
        if (!((name[i] >= '0' && name[i] <= '9') ||
              ((name[i] | 32) >= 'a' && (name[i] | 32) <= 'z') || strchr("-_.", name[i])))
            return false;
    return size > 0 && size <= 128 && name[0] != '.';
}

/* One line of printable ASCII, as a header may hold it. */
static bool is_key_text(const char *key)
{
    for (const unsigned char *at = (const unsigned char *)key; *at; at++)
        if (*at <= ' ' || *at >= 0x7f)
            return false;
    return key[0] && strlen(key) <= 16384;
}

zkl_status remote_service_open(remote_service **out, const remote_options *o, zkl_error *err)
{
    if (o->ledger && !is_ledger_name(o->ledger))
        return zkl_fail(err, ZKL_USAGE, "'%.200s' is no name of a ledger", o->ledger);
    if (!o->certificate != !o->certificate_key)
        return zkl_fail(err, ZKL_USAGE, "a certificate and its key go together");
    if (o->key && !is_key_text(o->key))
        return zkl_fail(err, ZKL_USAGE, "%.200s holds no key", o->key_from);
    remote_service *const s = zkl_calloc(1, sizeof *s);
    if (!s)
        return zkl_no_memory(err, sizeof *s);
    s->is_shown = o->is_shown;
    s->patience_ms = o->patience_ms;
    s->file_bytes_max = UINT64_MAX;
    if (o->ledger)
        snprintf(s->prefix, sizeof s->prefix, "/v1/ledgers/%s", o->ledger);
    else
        snprintf(s->prefix, sizeof s->prefix, "/v1");
    const zkl_status status = remote_http_new(&s->http, o, err);
    if (status == ZKL_OK)
        *out = s;
    else
        zkl_free(s);
    return status;
}

void remote_service_limit_files(remote_service *service, uint64_t bytes_max)
{
    service->file_bytes_max = bytes_max;
}

void remote_service_close(remote_service *s)
{
    if (!s)
        return;
    remote_http_free(s->http);
    zkl_free(s);
}

/* ---- one call */

typedef struct call {
    remote_service *service;
    const api_operation *operation;
    const zkl_env *env;
    zkl_arena memory;
    remote_paths paths;
    json_t *request;
    bool force;
    char id[17];       /* of the operation there; "": none */
    zkl_status status; /* of the operation */
    json_t *answer;    /* its own words */
    json_t *files;     /* NULL: not told */
} call;

static void clear_call(call *c)
{
    json_decref(c->request);
    json_decref(c->answer);
    json_decref(c->files);
    zkl_arena_clear(&c->memory);
}

/* What shows data, or opens them, is for whoever asked alone: as when it is written here. */
static bool is_private(const api_operation *operation, const json_t *request)
{
    const char *const format = json_string_value(json_object_get(request, "format"));
    for (unsigned i = 0; operation == &api_export && format && i < ZKL_EXPORT_FORMAT_COUNT; i++)
        if (strcmp(zkl_export_format_name((zkl_export_format)i), format) == 0)
            return zkl_export_is_secret((zkl_export_format)i);
    return operation == &api_disclose;
}

static zkl_status fill_request(call *c, const void *request, zkl_error *err)
{
    c->request = json_object();
    if (!c->request)
        return zkl_no_memory(err, 0);
    if (c->operation->request)
        ZKL_TRY(api_write_request(c->request, c->operation->request, request, err));
    c->paths.is_private = is_private(c->operation, c->request);
    c->force = json_is_true(json_object_get(c->request, "force"));
    ZKL_TRY(remote_paths_find(&c->paths, c->request, err));
    if (!json_is_true(json_object_get(c->request, "dry_run")))
        ZKL_TRY(remote_fetch_check(&c->paths, c->force, err));
    return remote_paths_send(&c->paths, c->request, err);
}

/* ---- how it ended */

static zkl_status status_named(const char *word)
{
    for (unsigned i = 0; word && i < ZKL_STATUS_COUNT; i++)
        if (strcmp(zkl_status_text((zkl_status)i), word) == 0)
            return (zkl_status)i;
    return ZKL_STATUS_COUNT;
}

static bool is_id(const char *text)
{
    return text && strlen(text) == 16 && text[strspn(text, "0123456789abcdef")] == 0;
}

/* An operation that is over, as the service tells of it. */
static zkl_status take_over(call *c, json_t *told, zkl_error *err)
{
    const char *const word = json_string_value(json_object_get(told, "status"));
    json_decref(c->answer);
    json_decref(c->files);
    c->answer = json_incref(json_object_get(told, "answer"));
    c->files = json_incref(json_object_get(told, "files"));
    c->status = status_named(word);
    if (word && strcmp(word, "interrupted") == 0)
        return zkl_fail(err, ZKL_CONFLICT,
                        "the service was ended while it ran: look at the ledger for what it "
                        "recorded (operation %s)",
                        c->id);
    if (c->status == ZKL_STATUS_COUNT || !json_is_object(c->answer))
        return zkl_fail(err, ZKL_BAD_INPUT, "the service does not say how the operation ended");
    return ZKL_OK;
}

/* ---- events */

typedef struct watching {
    call *call;
    json_t *over;  /* the last event */
    bool has_come; /* any */
    bool is_cancelled, is_broken;
} watching;

/* Words that are drawn: plain ones alone. */
static void keep_stage(remote_service *s, const char *stage)
{
    char *const into = s->stages[s->stage == s->stages[0]];
    size_t size = 0;
    for (; stage[size] && size + 1 < STAGE_BYTES; size++)
        into[size] = stage[size] >= ' ' && stage[size] < 0x7f ? stage[size] : '?';
    into[size] = 0;
    if (!s->stage || strcmp(s->stage, into) != 0)
        s->stage = into;
}

static bool take_event(void *opaque, const char *type, zkl_bytes data)
{
    watching *const w = opaque;
    json_t *const told =
        json_loadb((const char *)data.data, data.size, JSON_REJECT_DUPLICATES, NULL);
    w->is_broken = !json_is_object(told);
    w->has_come = true;
    if (!w->is_broken && strcmp(type, "over") == 0) {
        w->over = told;
        return false;
    }
    const char *const stage = json_string_value(json_object_get(told, "stage"));
    const json_int_t done = json_integer_value(json_object_get(told, "done"));
    const json_int_t total = json_integer_value(json_object_get(told, "total"));
    keep_stage(w->call->service, stage && stage[0] ? stage : "waiting for the service");
    json_decref(told);
    w->is_cancelled =
        !w->is_broken &&
        zkl_env_progress(w->call->env, w->call->service->stage, done > 0 ? (uint64_t)done : 0,
                         total > 0 ? (uint64_t)total : 0, NULL) != ZKL_OK;
    return !w->is_broken && !w->is_cancelled;
}

typedef struct stream {
    remote_events events;
    watching *watching;
    zkl_error *err;
} stream;

static bool take_stream(void *opaque, zkl_bytes part)
{
    stream *const s = opaque;
    zkl_status status;
    if (remote_events_feed(&s->events, part, REMOTE_ANSWER_BYTES_MAX, take_event, s->watching,
                           &status))
        return true;
    if (status != ZKL_OK)
        (void)zkl_fail(s->err, status, "an event of the service is too large");
    else if (s->watching->is_broken)
        (void)zkl_fail(s->err, ZKL_BAD_INPUT, "an event of the service is none");
    return false;
}

/* One stream, to its end. ZKL_OK: what came of it is in w. */
static zkl_status watch_once(watching *w, zkl_error *err)
{
    call *const c = w->call;
    remote_answer answer;
    char path[320];
    stream s = { .watching = w, .err = err };
    snprintf(path, sizeof path, "%s/operations/%s/events", c->service->prefix, c->id);
    const remote_ask ask = { .method = "GET",
                             .path = path,
                             .take = take_stream,
                             .opaque = &s,
                             .bytes_max = UINT64_MAX,
                             .may_repeat = false,
                             .silence_seconds = SILENCE_SECONDS,
                             .stage = c->service->stage ? c->service->stage
                                                        : "waiting for the service" };
    zkl_error why = { 0 };
    s.err = &why;
    zkl_status status = remote_http_ask(&answer, c->service->http, &ask, c->env, &why);
    remote_events_clear(&s.events);
    if (status == ZKL_OK && answer.code != 200 && answer.code != 429 && answer.code < 500)
        status = remote_http_fail(c->service->http, &answer, &why);
    else if (status == ZKL_IO || w->over || w->is_cancelled)
        status = ZKL_OK; /* broken off, by either side */
    zkl_buffer_clear(&answer.body);
    if (status == ZKL_CANCELLED) {
        w->is_cancelled = true;
        status = ZKL_OK;
    }
    return status == ZKL_OK ? ZKL_OK : zkl_fail_as(err, status, &why);
}

/* Asked for as if nobody could cancel, since somebody did. */
static json_t *ask_last(const call *c, const char *method)
{
    char path[320];
    remote_answer answer;
    snprintf(path, sizeof path, "%s/operations/%s", c->service->prefix, c->id);
    const remote_ask ask = {
        .method = method, .path = path, .bytes_max = REMOTE_ANSWER_BYTES_MAX, .is_last = true
    };
    if (remote_http_ask(&answer, c->service->http, &ask, c->env, NULL) != ZKL_OK)
        return NULL;
    json_t *const told = json_loadb((const char *)answer.body.data, answer.body.size, 0, NULL);
    zkl_buffer_clear(&answer.body);
    return told;
}

static bool is_over(const json_t *told)
{
    const char *const state = json_string_value(json_object_get(told, "state"));
    return state && strcmp(state, "over") == 0;
}

/* What became of it, within a while. */
static zkl_status cancel(call *c, zkl_error *err)
{
    const zkl_env silent = { 0 };
    json_t *told = ask_last(c, "DELETE");
    const uint64_t since = remote_now_ms();
    while (told && !is_over(told) && remote_now_ms() - since < CANCEL_WAIT_MS) {
        json_decref(told);
        (void)!remote_wait(&silent, 200, "", NULL);
        told = ask_last(c, "GET");
    }
    const zkl_status status =
        is_over(told) ? take_over(c, told, err)
                      : zkl_fail(err, ZKL_CANCELLED,
                                 "cancelled; the service was told and has not answered yet "
                                 "(operation %s)",
                                 c->id);
    json_decref(told);
    return status;
}

/* Streams one behind the other, until one says that it is over. */
static zkl_status watch(call *c, zkl_error *err)
{
    uint64_t silent_since = remote_now_ms();
    for (uint64_t pause_ms = 250;;) {
        watching w = { .call = c };
        ZKL_TRY(watch_once(&w, err));
        if (w.is_cancelled)
            return cancel(c, err);
        if (w.over) {
            const zkl_status status = take_over(c, w.over, err);
            json_decref(w.over);
            return status;
        }
        if (w.has_come) {
            silent_since = remote_now_ms();
            pause_ms = 250;
        }
        if (remote_now_ms() - silent_since > c->service->patience_ms + 1000 * SILENCE_SECONDS)
            return zkl_fail(err, ZKL_IO,
                            "the service does not answer any more; the operation may go on there "
                            "(operation %s)",
                            c->id);
        if (remote_wait(c->env, pause_ms, "waiting for the service", NULL) != ZKL_OK)
            return cancel(c, err);
        pause_ms = pause_ms < 5000 ? 2 * pause_ms : 10000;
    }
}

/* ---- asking */

/* Of one that is not long: 200 with its answer, or a problem that holds it. */
static zkl_status take_answer(call *c, const remote_answer *answer, zkl_error *err)
{
    json_t *const told = json_loadb((const char *)answer->body.data, answer->body.size,
                                    JSON_REJECT_DUPLICATES, NULL);
    if (answer->code == 200) {
        c->status = ZKL_OK;
        c->answer = json_incref(told);
    } else {
        c->status = status_named(json_string_value(json_object_get(told, "title")));
        c->answer = json_incref(json_object_get(told, "answer"));
    }
    json_decref(told);
    if (is_id(answer->operation))
        memcpy(c->id, answer->operation, sizeof c->id);
    if (json_is_object(c->answer) && c->status != ZKL_STATUS_COUNT)
        return ZKL_OK;
    return answer->code == 200
               ? zkl_fail(err, ZKL_BAD_INPUT, "the service's answer is no JSON of a result")
               : remote_http_fail(c->service->http, answer, err);
}

static zkl_status take_accepted(call *c, const remote_answer *answer, zkl_error *err)
{
    json_t *const told = json_loadb((const char *)answer->body.data, answer->body.size, 0, NULL);
    const char *const id = json_string_value(json_object_get(told, "id"));
    const bool fits = is_id(id);
    if (fits)
        memcpy(c->id, id, sizeof c->id);
    json_decref(told);
    return fits ? watch(c, err)
                : zkl_fail(err, ZKL_BAD_INPUT, "the service names no operation that it has begun");
}

/* The same request, under the same key, until it has been answered: a connection that broke while
 * the first one was served leaves 409 behind for a while, without an answer in it. */
static zkl_status post(call *c, remote_answer *answer, const remote_ask *ask, zkl_error *err)
{
    const uint64_t since = remote_now_ms();
    for (bool was_repeated = false;;) {
        ZKL_TRY(remote_http_ask(answer, c->service->http, ask, c->env, err));
        was_repeated |= answer->was_repeated;
        json_t *const told =
            json_loadb((const char *)answer->body.data, answer->body.size, 0, NULL);
        const bool is_served =
            answer->code == 409 && was_repeated && told && !json_object_get(told, "answer");
        json_decref(told);
        if (!is_served || remote_now_ms() - since > c->service->patience_ms)
            return ZKL_OK;
        zkl_buffer_clear(&answer->body);
        ZKL_TRY(remote_wait(c->env, 500, "waiting for the service", err));
    }
}

static zkl_status ask_service(call *c, zkl_error *err)
{
    uint8_t random[16];
    char key[33], path[400];
    remote_answer answer;
    ZKL_TRY(zkl_env_random(c->env, random, sizeof random, err));
    zkl_hex_encode(key, random, sizeof random);
    snprintf(path, sizeof path, "%s/call/%s", c->service->prefix, c->operation->name);
    char *const text = json_dumps(c->request, JSON_COMPACT | JSON_ENSURE_ASCII);
    if (!text)
        return zkl_no_memory(err, 0);
    const remote_ask ask = { .method = "POST",
                             .path = path,
                             .idempotency_key = key,
                             .type = "application/json",
                             .body = zkl_bytes_of_text(text),
                             .bytes_max = REMOTE_ANSWER_BYTES_MAX,
                             .may_repeat = true };
    zkl_status status = post(c, &answer, &ask, err);
    zkl_wipe(text, strlen(text)); /* it may hold a data key */
    free(text);
    if (status == ZKL_OK)
        status = answer.code == 202 ? take_accepted(c, &answer, err) : take_answer(c, &answer, err);
    zkl_buffer_clear(&answer.body);
    return status;
}

/* ---- files and result */

static zkl_status list_files(call *c, zkl_error *err)
{
    char path[320];
    remote_answer answer;
    if (c->files || !c->id[0] || !c->paths.output_count)
        return ZKL_OK;
    snprintf(path, sizeof path, "%s/operations/%s/files", c->service->prefix, c->id);
    const remote_ask ask = {
        .method = "GET", .path = path, .bytes_max = REMOTE_ANSWER_BYTES_MAX, .may_repeat = true
    };
    ZKL_TRY(remote_http_ask(&answer, c->service->http, &ask, c->env, err));
    json_t *const told = json_loadb((const char *)answer.body.data, answer.body.size, 0, NULL);
    c->files = json_incref(json_object_get(told, "files"));
    json_decref(told);
    const zkl_status status =
        answer.code == 200 ? ZKL_OK : remote_http_fail(c->service->http, &answer, err);
    zkl_buffer_clear(&answer.body);
    return status;
}

static zkl_check check_named(const char *name)
{
    for (unsigned i = 0; name && i < ZKL_CHECK_COUNT; i++)
        if (strcmp(zkl_check_name((zkl_check)i), name) == 0)
            return (zkl_check)i;
    return ZKL_CHECK_NONE;
}

static zkl_hint hint_named(const char *name)
{
    for (unsigned i = 0; name && i < ZKL_HINT_COUNT; i++)
        if (strcmp(zkl_hint_name((zkl_hint)i), name) == 0)
            return (zkl_hint)i;
    return ZKL_HINT_NONE;
}

/* The operation's own failure, in its own words. */
static zkl_status fail_operation(const call *c, zkl_error *err)
{
    const char *const words = json_string_value(json_object_get(c->answer, "error"));
    const char *const value = json_string_value(json_object_get(c->answer, "hint_value"));
    zkl_error said = { 0 };
    (void)zkl_fail(&said, c->status, "%s", words ? words : zkl_status_text(c->status));
    said.check = check_named(json_string_value(json_object_get(c->answer, "check")));
    said.hint = hint_named(json_string_value(json_object_get(c->answer, "hint")));
    snprintf(said.hint_value, sizeof said.hint_value, "%s", value ? value : "");
    return zkl_fail_as(err, c->status, &said);
}

/* Of a failure only what its row calls known then. */
static zkl_status fill_result(void *result, const call *c, zkl_error *err)
{
    const api_operation *const row = c->operation;
    const api_object *const object = c->status == ZKL_OK ? row->result : row->failure;
    zkl_arena *const memory = (zkl_arena *)(void *)((uint8_t *)result + row->memory_offset);
    if (!remote_paths_put_here(&c->paths, c->answer))
        return zkl_no_memory(err, 0);
    if (!object)
        return ZKL_OK;
    const zkl_status status =
        api_read_answer(result, memory, object, c->answer, c->service->is_shown, err);
    if (status != ZKL_OK) { /* half of a result is none */
        zkl_arena_clear(memory);
        memset(result, 0, row->result->size);
    }
    return status;
}

static zkl_status run(void *result, call *c, const void *request, zkl_error *err)
{
    ZKL_TRY(fill_request(c, request, err));
    ZKL_TRY(ask_service(c, err));
    ZKL_TRY(list_files(c, err));
    ZKL_TRY(fill_result(result, c, err));
    const bool is_done =
        c->status == ZKL_OK && !json_is_true(json_object_get(c->request, "dry_run"));
    ZKL_TRY(remote_fetch(&c->paths, c->id, c->files, is_done, c->force, err));
    return c->status == ZKL_OK ? ZKL_OK : fail_operation(c, err);
}

zkl_status remote_service_call(void *result, remote_service *s, const api_operation *operation,
                               const void *request, const zkl_env *env, zkl_error *err)
{
    zkl_error own = { 0 };
    call c = { .service = s, .operation = operation, .env = env };
    ZKL_ASSERT(result && operation && (request || !operation->request));
    c.paths = (remote_paths){ .http = s->http,
                              .prefix = s->prefix,
                              .env = env,
                              .memory = &c.memory,
                              .operation = operation,
                              .file_bytes_max = s->file_bytes_max };
    const zkl_status status = run(result, &c, request, err ? err : &own);
    remote_paths_forget(&c.paths);
    clear_call(&c);
    return status;
}
