/* Requests: their path, query and body. */
#include "daemon/request.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "base/arena.h"
#include "base/env.h"
#include "daemon/page.h"
#include "text/lines.h"
#include "text/nearest.h"
#include "text/url.h"

#define NAME_BYTES_MAX 200

/* ---- the body */

/* Where the body goes, as far as its limits let it. */
static void take_counted(daemon_request *q, zkl_bytes part)
{
    if (q->is_refused)
        return;
    q->body_bytes += part.size;
    q->is_refused = q->is_counted_by_parts && !daemon_admit_part(q, part.size);
    if (q->is_refused)
        return;
    if (q->unpack)
        q->unpack(q, part);
    else
        daemon_request_give(q, part);
}

void daemon_request_give(daemon_request *q, zkl_bytes part)
{
    if (q->take)
        q->take(q, part);
    else
        zkl_buffer_put(&q->body, part.data, part.size);
}

static void take_part(http_exchange *x, zkl_bytes part)
{
    daemon_request *const q = http_own(x);
    if (q->is_held) /* nobody knows yet whose limits count */
        zkl_buffer_put(&q->body, part.data, part.size);
    else
        take_counted(q, part);
}

static void take_end(http_exchange *x)
{
    daemon_request *const q = http_own(x);
    if (q->is_refused)
        return;
    if (q->is_held)
        q->has_ended = true;
    else if (q->unpacked)
        q->unpacked(q);
    else
        daemon_request_give_end(q);
}

void daemon_request_give_end(daemon_request *q)
{
    if (q->body.failed)
        daemon_problem(q->exchange, ZKL_NO_MEMORY, "no memory for the request");
    else if (q->finish)
        q->finish(q);
}

static void free_request(daemon_request *q)
{
    daemon_request_traced(q);
    if (q->watches[0])
        daemon_jobs_unwatch(q->daemon->jobs, q->watches, q->exchange);
    if (q->let_go)
        q->let_go(q);
    daemon_settle_body(q);
    daemon_page_clear(q->page);
    zkl_buffer_clear(&q->body);
    zkl_arena_clear(&q->memory);
    zkl_free(q);
}

static void let_go(http_exchange *x)
{
    daemon_request *const q = http_own(x);
    if (q->is_released) /* it was answered in there, and its stream is over */
        q->is_gone = true;
    else
        free_request(q);
}

static void go_on(http_exchange *x)
{
    daemon_request *const q = http_own(x);
    if (q->drained)
        q->drained(q);
}

static const http_handler handler = { take_part, take_end, go_on, let_go };

daemon_request *daemon_request_new(zkl_daemon *d, http_exchange *x)
{
    daemon_request *const q = zkl_calloc(1, sizeof *q);
    if (!q) {
        daemon_problem(x, ZKL_NO_MEMORY, "no memory for the request");
        return NULL;
    }
    *q = (daemon_request){ .daemon = d,
                           .exchange = x,
                           .prefix = "/v1",
                           .method = http_method(x),
                           .target = http_path(x),
                           .query = http_query(x) };
    daemon_request_name(q);
    q->span.begun_ns = d->tracer ? daemon_clock_ns() : 0;
    http_serve(x, &handler, q);
    return q;
}

/* ---- waiting for who asks */

void daemon_request_hold(daemon_request *q)
{
    q->is_held = true;
    http_allow_body(q->exchange, HTTP_UNKNOWN - 1); /* its path says how much, later */
    http_pause(q->exchange);
}

/* What came meanwhile goes where it belongs. */
static void give_body(daemon_request *q)
{
    ZKL_AUTO_CLEAR(zkl_buffer) kept = q->body;
    if (q->body.failed) {
        kept = (zkl_buffer){ 0 };
        return;
    }
    q->body = (zkl_buffer){ 0 };
    if (kept.size)
        take_counted(q, zkl_buffer_bytes(&kept));
}

/* Outside of the connection's reading an answer is sent at once, and may end the exchange: q lives
 * to the end of this nevertheless. */
void daemon_request_release(http_exchange *x, void (*serve)(daemon_request *q))
{
    daemon_request *const q = http_own(x);
    q->is_held = false;
    q->is_released = true;
    http_allow_body(x, DAEMON_NO_BODY_BYTES);
    serve(q);
    if (!http_status(x) && !http_body_fits(x))
        daemon_too_large(q->daemon, x);
    if (!http_status(x))
        give_body(q);
    if (!http_status(x) && q->has_ended)
        take_end(x);
    q->is_released = false;
    if (q->is_gone)
        free_request(q);
    http_resume(x);
}

/* What takes the body gets no more of it. */
void daemon_too_large(void *context, http_exchange *x)
{
    daemon_request *const q = http_own(x);
    char text[80] = "nothing is taken here besides the path and its query";
    (void)context;
    if (http_body_bytes_max(x) > DAEMON_NO_BODY_BYTES)
        snprintf(text, sizeof text, "the body is larger than it may be: at most %llu bytes",
                 (unsigned long long)http_body_bytes_max(x));
    if (q)
        q->is_refused = true;
    daemon_problem_code(x, 413, "content too large", text);
}

void daemon_read_body(daemon_request *q, void (*finish)(daemon_request *q))
{
    q->finish = finish;
    http_allow_body(q->exchange, DAEMON_BODY_BYTES_MAX);
}

/* The second is what curl -d says, whatever is sent; with the third daemon_grpc_begin has taken the
 * request, and its message becomes JSON. */
static bool is_json_type(zkl_bytes type)
{
    static const char *const types[] = { "application/json", "application/x-www-form-urlencoded",
                                         "application/grpc" };
    for (size_t i = 0; i < ZKL_COUNT(types); i++) {
        const size_t size = strlen(types[i]);
        if (type.size >= size && strncasecmp((const char *)type.data, types[i], size) == 0 &&
            (type.size == size || strchr("; +", type.data[size])))
            return true;
    }
    return !type.size;
}

/* A page makes JSON of its form. */
void daemon_read_json(daemon_request *q, void (*finish)(daemon_request *q))
{
    if (q->page || is_json_type(http_find(q->exchange, "content-type")))
        daemon_read_body(q, finish);
    else
        daemon_problem_code(q->exchange, 415, "unsupported media type",
                            "this body is JSON: Content-Type: application/json");
}

/* As far as a double has every whole number. */
static bool is_whole(const json_t *value)
{
    const double number = json_real_value(value);
    return json_is_real(value) && fabs(number) < 9007199254740992.0 && number == trunc(number);
}

/* A number of JSON that has no fraction is a whole one, as its schemas say: 2.0 is 2. */
static void make_whole(json_t *value)
{
    const char *key;
    size_t at;
    json_t *inner;
    json_object_foreach(value, key, inner)
    {
        if (is_whole(inner))
            json_object_set_new(value, key, json_integer((json_int_t)json_real_value(inner)));
        make_whole(inner);
    }
    if (json_is_array(value))
        json_array_foreach(value, at, inner)
        {
            if (is_whole(inner))
                json_array_set_new(value, at, json_integer((json_int_t)json_real_value(inner)));
            make_whole(inner);
        }
}

/* Each of these begins one more array, object or member, that takes up to a hundred times its bytes
 * when it is read. */
bool daemon_json_is_small(zkl_bytes text)
{
    size_t count = 0;
    bool is_text = false;
    for (size_t i = 0; i < text.size && count <= DAEMON_JSON_ELEMENTS_MAX; i++) {
        const uint8_t c = text.data[i];
        if (is_text && c == '\\')
            i++;
        else if (c == '"')
            is_text = !is_text;
        else if (!is_text)
            count += c == '[' || c == '{' || c == ',';
    }
    return count <= DAEMON_JSON_ELEMENTS_MAX;
}

json_t *daemon_body_json(const daemon_request *q)
{
    if (!q->body.size)
        return json_object();
    if (!daemon_json_is_small(zkl_buffer_bytes(&q->body)))
        return NULL;
    json_t *const body =
        json_loadb((const char *)q->body.data, q->body.size, JSON_REJECT_DUPLICATES, NULL);
    make_whole(body);
    return body;
}

/* ---- path and query */

/* Percent-encoding undone, and the '+' of queries; NULL: it is broken, or no text. */
static char *decode(zkl_arena *memory, zkl_bytes in, bool is_query)
{
    char *const out = zkl_arena_alloc(memory, in.size + 1, 1); /* zeroed: a NUL ends it */
    size_t size = 0;
    if (!out || !zkl_url_take((uint8_t *)out, &size, in, is_query))
        return NULL;
    for (size_t i = 0; i < size; i++)
        if ((uint8_t)out[i] < ' ')
            return NULL;
    return out;
}

bool daemon_request_cut(daemon_request *q)
{
    const zkl_bytes path = q->target;
    size_t begin = 1;
    for (size_t i = 1; i <= path.size; i++) {
        if (i < path.size && path.data[i] != '/')
            continue;
        if (q->path.count == ZKL_COUNT(q->path.at) || i - begin > NAME_BYTES_MAX)
            return false;
        const char *const part =
            decode(&q->memory, zkl_bytes_of(path.data + begin, i - begin), false);
        if (!part)
            return false;
        q->path.at[q->path.count++] = part;
        begin = i + 1;
    }
    return true;
}

json_t *daemon_query_all(daemon_request *q, const char *name)
{
    json_t *const all = json_array();
    zkl_bytes rest = q->query, member, raw;
    while (zkl_url_next(&member, &raw, &rest)) {
        if (!zkl_bytes_equal_text(member, name))
            continue;
        const char *const value = decode(&q->memory, raw, true);
        if (!value || json_array_append_new(all, json_string(value)) != 0) {
            json_decref(all);
            return NULL;
        }
    }
    return all;
}

const char *daemon_query_text(daemon_request *q, const char *name)
{
    json_t *const all = daemon_query_all(q, name);
    const char *const text = json_string_value(json_array_get(all, 0));
    const char *const out =
        !all ? NULL : zkl_arena_text(&q->memory, text ? text : "", text ? strlen(text) : 0);
    json_decref(all);
    return out;
}

bool daemon_query_number(json_t *request, daemon_request *q, const char *name)
{
    const char *const text = daemon_query_text(q, name);
    uint64_t value;
    if (text && !text[0])
        return true;
    if (text && zkl_line_decimal(&value, zkl_bytes_of_text(text)) && value <= INT64_MAX) {
        json_object_set_new(request, name, json_integer((json_int_t)value));
        return true;
    }
    char problem[64];
    snprintf(problem, sizeof problem, "'%s' is a whole number", name);
    daemon_problem(q->exchange, ZKL_USAGE, text ? problem : "the query is broken");
    return false;
}

/* ---- names that are known */

static bool is_separator(char c)
{
    return c == ' ' || c == '*';
}

/* Where name stands in names, from its first byte on; NULL: it does not, and the nearest of them is
 * remembered. */
static const char *find_among(zkl_bytes name, const char *names, zkl_nearest *nearest)
{
    for (const char *at = names; *at;) {
        const zkl_bytes one = zkl_bytes_of(at, strcspn(at, " *"));
        if (zkl_bytes_equal(name, one))
            return at;
        zkl_nearest_try(nearest, one);
        at += one.size;
        while (is_separator(*at))
            at++;
    }
    return NULL;
}

/* "limit, cursor" of "limit cursor". */
static void put_list(char *out, size_t room, const char *names)
{
    size_t size = 0;
    for (const char *c = names; *c && size + 3 < room; c++) {
        if (*c == ' ')
            out[size++] = ',';
        if (*c != '*')
            out[size++] = *c;
    }
    out[size] = 0;
}

static zkl_status refuse_name(zkl_error *err, const char *what, zkl_bytes name, const char *names,
                              const zkl_nearest *nearest)
{
    char hint[ZKL_NEAREST_HINT_BYTES], list[256];
    put_list(list, sizeof list, names);
    return zkl_fail(err, ZKL_USAGE, "there is no member '%.*s' in the %s%s; known: %s",
                    (int)(name.size < 64 ? name.size : 64), (const char *)name.data, what,
                    zkl_nearest_hint(hint, nearest), *list ? list : "none");
}

zkl_status daemon_members_are_known(const json_t *object, const char *names, zkl_error *err)
{
    const char *name;
    json_t *value;
    if (!json_is_object(object))
        return zkl_fail(err, ZKL_USAGE, "the request is no JSON object");
    json_object_foreach((json_t *)(uintptr_t)object, name, value)
    {
        zkl_nearest nearest = zkl_nearest_to(zkl_bytes_of_text(name));
        if (!find_among(zkl_bytes_of_text(name), names, &nearest))
            return refuse_name(err, "request", zkl_bytes_of_text(name), names, &nearest);
    }
    return ZKL_OK;
}

/* Of a row's names together. */
#define QUERY_NAMES_CHARS_MAX 256

bool daemon_query_is_known(daemon_request *q)
{
    const char *const names = q->route->query ? q->route->query : "";
    bool seen[QUERY_NAMES_CHARS_MAX] = { false };
    zkl_bytes rest = q->query, name, value;
    ZKL_ASSERT(strlen(names) < sizeof seen);
    while (zkl_url_next(&name, &value, &rest)) {
        const bool is_empty = !name.size && value.data == name.data; /* "&&" */
        zkl_nearest nearest = zkl_nearest_to(name);
        zkl_error err = { 0 };
        const char *const at = is_empty ? NULL : find_among(name, names, &nearest);
        zkl_status status = ZKL_OK;
        if (!is_empty && !at)
            status = refuse_name(&err, "query", name, names, &nearest);
        else if (at && seen[at - names] && at[name.size] != '*')
            status = zkl_fail(&err, ZKL_USAGE, "'%.*s' stands in the query more than once",
                              (int)name.size, (const char *)name.data);
        if (status != ZKL_OK) {
            daemon_problem(q->exchange, status, err.text);
            return false;
        }
        if (at)
            seen[at - names] = true;
    }
    return true;
}

/* ---- what serving needs */

static void decide(daemon_decision *out, const daemon_request *q, const char *text,
                   const char *owner)
{
    /* What needs no ledger is about all of them. */
    const bool is_of_one = q->about && !q->route->needs_no_ledger;
    const daemon_resource resource = {
        .organisation = q->who.org,
        .ledger = is_of_one ? q->about->name : NULL,
        .dataset = q->dataset,
        .owner = owner,
    };
    daemon_roles_decide(out, q->daemon->roles, &q->who, text, &resource);
}

bool daemon_may(const daemon_request *q, const char *permission, const char *owner)
{
    daemon_decision decision;
    decide(&decision, q, permission, owner);
    return decision.allowed;
}

bool daemon_require(daemon_request *q, const char *permission, const char *owner)
{
    daemon_decision decision;
    char text[256];
    decide(&decision, q, permission, owner);
    if (decision.allowed)
        return true;
    if (!daemon_audit_refused(q, 403, "role"))
        return false;
    snprintf(text, sizeof text, "'%s' is not allowed to a key of role '%s': %s", permission,
             q->who.role, daemon_reason_text(decision.reason));
    daemon_problem(q->exchange, ZKL_DENIED, text);
    return false;
}

bool daemon_require_first(daemon_request *q)
{
    if (q->about && strcmp(q->about->organisation, DAEMON_OWN_ORGANISATION) == 0 &&
        strcmp(q->about->name, DAEMON_FIRST_LEDGER) == 0)
        return true;
    daemon_problem(q->exchange, ZKL_NOT_FOUND, "this is served of the service's first ledger");
    return false;
}

char *daemon_new_path(daemon_request *q, const char *ending)
{
    uint8_t bytes[8];
    char hex[17], *out = NULL;
    if (zkl_env_random(&q->daemon->env, bytes, sizeof bytes, NULL) == ZKL_OK) {
        zkl_hex_encode(hex, bytes, sizeof bytes);
        const daemon_at_rest *const a = q->daemon->at_rest;
        out =
            a ? zkl_arena_format(&q->memory, "%s/%s%s", daemon_at_rest_work_folder(a), hex, ending)
              : zkl_arena_format(&q->memory, "%s/uploads/%s%s", q->daemon->settings.folder, hex,
                                 ending);
    }
    if (!out)
        daemon_problem(q->exchange, ZKL_NO_MEMORY, "no memory for the request");
    return out;
}
