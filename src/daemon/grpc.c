/* Calls as the requests that do the same: from the head of a call to daemon_serve_target.
 *
 * Who asks is found out by the head, before anything of a message is read, and for an operation of
 * the ledger whether he may so. Then a call's message is read whole; of one that sends parts, the
 * first, which says what they are for. */
#include "daemon/grpc.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "api/operation.h"
#include "base/arena.h"
#include "grpc/codec.h"
#include "grpc/wire.h"
#include "text/url.h"

#define FILES "zkl.v1.Files"
#define OPERATIONS "zkl.v1.Operations"
#define DATASETS "zkl.v1.Datasets"
#define LEDGER "zkl.v1.Ledger"
#define LEDGERS "zkl.v1.Ledgers"
#define KEYS "zkl.v1.ApiKeys"
#define ACCESS "zkl.v1.Access"
#define AUDIT "zkl.v1.Audit"
#define AUDIT_FILTERS "since until actor action outcome class event after limit"

static const daemon_grpc_way ways[] = {
    { FILES, "Upload", "POST", "/files", "name", .takes_parts = true },
    { FILES, "List", "GET", "/files", "limit cursor" },
    { FILES, "Get", "GET", "/files/{id}", "" },
    { FILES, "Delete", "DELETE", "/files/{id}", "" },
    { FILES, "Download", "GET", "/operations/{id}/files/{name}", "" },
    { OPERATIONS, "List", "GET", "/operations", "limit cursor" },
    { OPERATIONS, "Get", "GET", "/operations/{id}", "" },
    { OPERATIONS, "Watch", "GET", "/operations/{id}/events", "" },
    { OPERATIONS, "Cancel", "DELETE", "/operations/{id}", "" },
    { OPERATIONS, "ListFiles", "GET", "/operations/{id}/files", "" },
    { DATASETS, "Upload", "PUT", "/datasets/{name}", "claims=claim", .takes_parts = true },
    { DATASETS, "Receipt", "GET", "/datasets/{reference}/receipt", "" },
    { LEDGERS, "List", "GET", "/ledgers", "" },
    { LEDGERS, "Get", "GET", "/ledgers/{name}", "" },
    { LEDGERS, "Create", "POST", "/ledgers", "" },
    { KEYS, "List", "GET", "/keys", "limit cursor" },
    { KEYS, "ListLeaked", "GET", "/keys/leaked", "prefix" },
    { KEYS, "Get", "GET", "/keys/{id}", "" },
    { KEYS, "Create", "POST", "/keys", "" },
    { KEYS, "Edit", "PATCH", "/keys/{id}", "" },
    { KEYS, "Rotate", "POST", "/keys/{id}/rotate", "" },
    { KEYS, "Delete", "DELETE", "/keys/{id}", "" },
    { KEYS, "DeleteSecondFactor", "DELETE", "/keys/{id}/second-factor", "" },
    { ACCESS, "ListRoles", "GET", "/access/roles", "" },
    { ACCESS, "Explain", "GET", "/access/explain", "permission resources=resource key" },
    { ACCESS, "GetMe", "GET", "/me", "" },
    { ACCESS, "GetLimits", "GET", "/limits", "" },
    { AUDIT, "List", "GET", "/audit", AUDIT_FILTERS },
    { AUDIT, "ExportOcsf", "GET", "/audit/ocsf", AUDIT_FILTERS },
    { AUDIT, "ExportCef", "GET", "/audit/cef", AUDIT_FILTERS },
    { AUDIT, "Verify", "POST", "/audit/verify", "" },
};

/* Is "KeysShow" what becomes of "keys-show"? */
static bool is_method_of(const char *method, const char *operation)
{
    bool begins = true;
    for (; *operation; operation++) {
        if (!isalnum((unsigned char)*operation)) {
            begins = true;
            continue;
        }
        if (*method++ != (begins ? toupper(*operation) : *operation))
            return false;
        begins = false;
    }
    return *method == 0;
}

/* false: there is no request for it. */
static bool find_way(daemon_grpc *g)
{
    const grpc_method *const m = g->method;
    for (size_t i = 0; i < ZKL_COUNT(ways); i++)
        if (strcmp(ways[i].service, m->service) == 0 && strcmp(ways[i].name, m->name) == 0) {
            g->way = ways[i];
            return true;
        }
    const api_operation *row;
    for (size_t i = 0; strcmp(m->service, LEDGER) == 0 && (row = api_at(i)) != NULL; i++)
        if (is_method_of(m->name, row->name)) {
            const char *const path = zkl_arena_format(&g->memory, "/call/%s", row->name);
            g->way = (daemon_grpc_way){ m->service, m->name, "POST", path, "" };
            return path != NULL;
        }
    return false;
}

/* ---- the target */

/* A member as text: a string or a number; "" for one that is missing. */
static void put_value(zkl_buffer *out, const json_t *value)
{
    if (json_is_integer(value))
        zkl_buffer_format(out, "%lld", (long long)json_integer_value(value));
    else if (json_is_string(value))
        zkl_url_put(out, zkl_bytes_of_text(json_string_value(value)), "");
}

/* false: a part of the path is missing, which the caller says. */
static bool put_path(zkl_buffer *out, const daemon_request *q, const daemon_grpc *g,
                     const json_t *message)
{
    char ledger[128], name[64];
    const zkl_bytes asked = http_find(q->exchange, "zkl-ledger");
    zkl_buffer_put_text(out, "/v1");
    if (asked.size && asked.size < sizeof ledger) {
        memcpy(ledger, asked.data, asked.size);
        ledger[asked.size] = 0;
        zkl_buffer_put_text(out, "/ledgers/");
        zkl_url_put(out, zkl_bytes_of_text(ledger), "");
    }
    for (const char *at = g->way.path; *at; at++) {
        if (*at != '{') {
            zkl_buffer_put_u8(out, (uint8_t)*at);
            continue;
        }
        const size_t size = strcspn(at + 1, "}");
        ZKL_ASSERT(size < sizeof name); /* a row of ours */
        memcpy(name, at + 1, size);
        name[size] = 0;
        const char *const value = json_string_value(json_object_get(message, name));
        if (!value || !*value)
            return false;
        zkl_url_put(out, zkl_bytes_of_text(value), "");
        at += size + 1;
    }
    return asked.size < sizeof ledger;
}

static void put_pair(zkl_buffer *out, const char *name, size_t size, const json_t *value)
{
    if (out->size)
        zkl_buffer_put_u8(out, '&');
    zkl_buffer_put(out, name, size);
    zkl_buffer_put_u8(out, '=');
    put_value(out, value);
}

/* A list becomes as many pairs. */
static void put_query(zkl_buffer *out, const char *names, const json_t *message)
{
    while (*names) {
        char member[32];
        const size_t size = strcspn(names, " "), own = strcspn(names, "= ");
        const size_t skip = own < size ? own + 1 : 0;
        json_t *element;
        size_t at;
        ZKL_ASSERT(own < sizeof member); /* a row of ours */
        memcpy(member, names, own);
        member[own] = 0;
        json_t *const value = json_object_get(message, member);
        if (json_is_array(value)) {
            json_array_foreach(value, at, element)
                put_pair(out, names + skip, size - skip, element);
        } else if (value) {
            put_pair(out, names + skip, size - skip, value);
        }
        names += size + (names[size] == ' ');
    }
}

/* As the head of a request of HTTP would have it; q's memory. */
static bool set_target(daemon_request *q, const json_t *message)
{
    daemon_grpc *const g = daemon_grpc_of(q->exchange);
    ZKL_AUTO_CLEAR(zkl_buffer) path = { 0 }, query = { 0 };
    const char *const type = json_string_value(json_object_get(message, "type"));
    if (!put_path(&path, q, g, message)) {
        daemon_problem(q->exchange, ZKL_USAGE, "the message lacks a name or an id");
        return false;
    }
    put_query(&query, g->way.query, message);
    const char *const kept_path = zkl_arena_text(&q->memory, (char *)path.data, path.size);
    const char *const kept_query = zkl_arena_text(&q->memory, (char *)query.data, query.size);
    q->type = g->way.takes_parts
                  ? zkl_arena_text(&q->memory, type ? type : "", type ? strlen(type) : 0)
                  : NULL;
    if (path.failed || query.failed || !kept_path || !kept_query) {
        daemon_problem(q->exchange, ZKL_NO_MEMORY, "no memory for the request");
        return false;
    }
    q->method = zkl_bytes_of_text(g->way.method);
    q->target = zkl_bytes_of_text(kept_path);
    q->query = zkl_bytes_of_text(kept_query);
    q->path = (daemon_parts){ 0 };
    if (daemon_request_cut(q))
        return true;
    if (daemon_audit_nothing(q, 404))
        daemon_problem(q->exchange, ZKL_NOT_FOUND, "there is nothing of that name");
    return false;
}

/* ---- messages */

static json_t *decode(daemon_request *q, zkl_bytes message)
{
    const daemon_grpc *const g = daemon_grpc_of(q->exchange);
    zkl_error err = { 0 };
    json_t *json = NULL;
    const zkl_status status = grpc_decode(&json, g->method->takes, message, &err);
    if (status != ZKL_OK)
        daemon_problem(q->exchange, status, err.text);
    return json;
}

/* Whether it reads on. message NULL: no part of the target is in it. */
static bool route(daemon_request *q, const json_t *message)
{
    daemon_grpc_of(q->exchange)->is_routed = true;
    if (set_target(q, message))
        daemon_serve_target(q);
    return !http_status(q->exchange);
}

/* What stands in the path is not in the body. */
static void drop_path_members(json_t *message, const char *path)
{
    for (const char *at = path; (at = strchr(at, '{')) != NULL;) {
        char name[64];
        const size_t size = strcspn(++at, "}");
        ZKL_ASSERT(size < sizeof name); /* a row of ours */
        memcpy(name, at, size);
        name[size] = 0;
        json_object_del(message, name);
    }
}

/* The message is the body, as JSON, where the row reads one. */
static void serve_message(daemon_request *q, zkl_bytes message)
{
    daemon_grpc *const g = daemon_grpc_of(q->exchange);
    json_t *const json = decode(q, message);
    grpc_frames_clear(&g->frames);
    q->unpack = NULL;
    q->unpacked = NULL;
    if (json && (g->is_routed || route(q, json)) && q->finish) {
        drop_path_members(json, g->way.path);
        char *const text = json_dumps(json, JSON_ENSURE_ASCII);
        if (text)
            daemon_request_give(q, zkl_bytes_of_text(text));
        q->body.failed |= !text;
        free(text);
        daemon_request_give_end(q);
    }
    json_decref(json);
}

/* `data` of a message, the last one that stands there. false: it is no message. */
static bool find_data(zkl_bytes *out, const grpc_method *method, zkl_bytes message)
{
    grpc_wire wire = { .bytes = message };
    grpc_tag tag;
    *out = (zkl_bytes){ 0 };
    while (grpc_wire_tag(&wire, &tag)) {
        const grpc_member *const member = grpc_member_numbered(method->takes, tag.number);
        const bool is_data = member && member->kind == GRPC_BYTES && tag.type == GRPC_WIRE_BYTES;
        if (!(is_data ? grpc_wire_bytes(&wire, out) : grpc_wire_skip(&wire, tag.type)))
            break;
    }
    return !wire.is_broken;
}

/* The first of several says what the parts are for. Of the others `data` alone counts. */
static void take_part_message(daemon_request *q, zkl_bytes message)
{
    const daemon_grpc *const g = daemon_grpc_of(q->exchange);
    json_t *const json = g->is_routed ? NULL : decode(q, message);
    if (g->is_routed || (json && route(q, json))) {
        zkl_bytes data;
        if (!find_data(&data, g->method, message))
            daemon_problem(q->exchange, ZKL_BAD_INPUT, "a message is cut off, or none");
        else if (data.size)
            daemon_request_give(q, data);
    }
    json_decref(json);
}

static void refuse_frame(http_exchange *x, grpc_frame_is is, uint32_t size_max)
{
    char text[80];
    snprintf(text, sizeof text, "a message has at most %u bytes", size_max);
    if (is == GRPC_FRAME_TOO_LARGE)
        daemon_problem(x, ZKL_LIMIT, text);
    else if (is == GRPC_FRAME_NO_MEMORY)
        daemon_problem(x, ZKL_NO_MEMORY, "no memory for the message");
    else
        daemon_problem(x, ZKL_NOT_SUPPORTED, "messages are not to be compressed");
}

/* A call with one message is served at its end: until then it could send a second one. */
static void unpack(daemon_request *q, zkl_bytes part)
{
    http_exchange *const x = q->exchange;
    daemon_grpc *const g = daemon_grpc_of(x);
    while (!http_status(x)) {
        const grpc_frame_is is = grpc_frames_next(&g->frames, &part);
        if (is == GRPC_FRAME_MORE)
            return;
        if (is != GRPC_FRAME_WHOLE) {
            refuse_frame(x, is, g->frames.size_max);
            return;
        }
        const bool is_first = g->message_count++ == 0;
        if (g->way.takes_parts)
            take_part_message(q, zkl_buffer_bytes(&g->frames.message));
        else if (!is_first)
            daemon_problem(x, ZKL_BAD_INPUT, "the call has more than one message");
    }
}

static void unpacked(daemon_request *q)
{
    http_exchange *const x = q->exchange;
    daemon_grpc *const g = daemon_grpc_of(x);
    if (http_status(x))
        return;
    if (!grpc_frames_are_whole(&g->frames))
        daemon_problem(x, ZKL_BAD_INPUT, "the last message is cut off");
    else if (g->message_count == 0)
        daemon_problem(x, ZKL_BAD_INPUT, "the call has no message");
    else if (g->way.takes_parts)
        daemon_request_give_end(q);
    else
        serve_message(q, zkl_buffer_bytes(&g->frames.message));
}

/* ---- the head */

static void serve_call(daemon_request *q)
{
    daemon_grpc *const g = daemon_grpc_of(q->exchange);
    if (http_status(q->exchange) || !daemon_admit_request(q)) /* its time may be over */
        return;
    if (g->method && daemon_grpc_is_reflection(g->method)) {
        daemon_grpc_serve_reflection(q);
        return;
    }
    if (!g->method || !find_way(g)) {
        if (daemon_audit_nothing(q, 501))
            daemon_problem(q->exchange, ZKL_NOT_SUPPORTED, "there is no such method");
        return;
    }
    g->frames.size_max =
        g->way.takes_parts ? DAEMON_GRPC_PART_BYTES_MAX : (uint32_t)DAEMON_BODY_BYTES_MAX;
    q->unpack = unpack;
    q->unpacked = unpacked;
    http_allow_body(q->exchange, g->frames.size_max + 2 * GRPC_FRAME_HEAD_BYTES);
    if (strcmp(g->method->service, LEDGER) == 0) /* whoever may not so sends no message */
        (void)route(q, NULL);
}

/* "application/grpc", with "+proto" or parameters behind it. */
static bool type_fits(zkl_bytes type)
{
    const size_t size = sizeof "application/grpc" - 1;
    zkl_bytes rest = zkl_bytes_of(type.data + size, type.size - size);
    if (zkl_bytes_begin_with(rest, "+proto"))
        rest = zkl_bytes_of(rest.data + 6, rest.size - 6);
    return rest.size == 0 || rest.data[0] == ';' || rest.data[0] == ' ';
}

static bool is_post(const http_exchange *x)
{
    return zkl_bytes_equal_text(http_method(x), "POST");
}

/* What is no call is answered as HTTP is. */
static void refuse_head(http_exchange *x)
{
    const http_header allow = { zkl_bytes_of_text("allow"), zkl_bytes_of_text("POST") };
    if (!type_fits(http_find(x, "content-type")))
        daemon_problem_code(x, 415, "unsupported media type",
                            "calls of gRPC are application/grpc, with messages of protobuf");
    else if (http_version(x) < 2)
        daemon_problem_code(x, 505, "http version not supported", "gRPC is spoken over HTTP/2");
    else
        daemon_not_allowed(x, &allow);
}

/* Codings of messages, and the call's time. */
static bool read_head(http_exchange *x, daemon_grpc *g)
{
    const zkl_bytes timeout = http_find(x, "grpc-timeout");
    const zkl_bytes coding = http_find(x, "grpc-encoding");
    uint64_t ms;
    if (coding.size && !zkl_bytes_equal_text(coding, "identity")) {
        http_add_header(x, "grpc-accept-encoding", zkl_bytes_of_text("identity"));
        daemon_problem(x, ZKL_NOT_SUPPORTED, "messages are not to be compressed");
        return false;
    }
    if (!timeout.data)
        return true;
    if (!grpc_timeout_parse(&ms, timeout)) {
        daemon_problem(x, ZKL_USAGE, "'grpc-timeout' is no time");
        return false;
    }
    http_coat_set_alarm(x, ms);
    g->deadline_ms = daemon_clock_ms() + (ms ? ms : 1);
    return true;
}

/* In its coat. */
static void begin_call(zkl_daemon *d, http_exchange *x, daemon_grpc *g)
{
    g->daemon = d;
    http_put_on(x, &daemon_grpc_coat, g);
    if (!daemon_admit_address(d, x) || !read_head(x, g))
        return;
    g->method = grpc_types_method(d->grpc, http_path(x));
    daemon_request *const q = daemon_request_new(d, x);
    if (!q)
        return;
    q->deadline_ms = g->deadline_ms;
    if (g->method && daemon_grpc_is_health(g->method))
        daemon_grpc_serve_health(q);
    else
        daemon_authenticate(q, serve_call);
}

bool daemon_grpc_begin(zkl_daemon *d, http_exchange *x)
{
    const zkl_bytes type = http_find(x, "content-type");
    if (!zkl_bytes_begin_with(type, "application/grpc"))
        return false;
    const bool is_call = type_fits(type) && http_version(x) >= 2 && is_post(x);
    daemon_grpc *const g = is_call ? zkl_calloc(1, sizeof *g) : NULL;
    if (g)
        begin_call(d, x, g);
    else if (is_call)
        daemon_problem(x, ZKL_NO_MEMORY, "no memory for the call");
    else if (daemon_admit_address(d, x))
        refuse_head(x);
    return true;
}
