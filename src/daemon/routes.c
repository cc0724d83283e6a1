/* Which request is what: the tables of paths, who asks, and of which ledger. */
#include "daemon/page.h"
#include "daemon/say.h"

#include <stdio.h>

#include "api/operation.h"
#include "base/arena.h"
#include "grpc/served.h"

#define ALLOW_CHARS ((size_t)80)

static void get_proto(daemon_request *q)
{
    daemon_bytes(q->exchange, "text/plain; charset=utf-8",
                 zkl_bytes_of(grpc_zkl_proto, grpc_zkl_proto_size));
}

static const daemon_route own_routes[] = {
    { "GET", { "v1", "openapi.json" }, "api:read", daemon_send_openapi, .needs_no_ledger = true },
    { "GET",
      { "v1", "proto" },
      "api:read",
      get_proto,
      "getProto",
      "the services of gRPC, for those who make clients",
      200,
      "text/plain",
      .needs_no_ledger = true },
    { 0 },
};

const daemon_route *const daemon_routes[] = { daemon_dataset_routes,
                                              daemon_operation_routes,
                                              daemon_key_routes,
                                              daemon_log_routes,
                                              daemon_ledger_routes,
                                              daemon_role_routes,
                                              daemon_limit_routes,
                                              daemon_identity_routes,
                                              daemon_audit_routes,
                                              daemon_file_routes,
                                              daemon_typed_routes,
                                              daemon_encryption_routes,
                                              daemon_telemetry_routes,
                                              daemon_session_routes,
                                              daemon_page_routes,
                                              daemon_log_in_routes,
                                              daemon_oidc_routes,
                                              own_routes,
                                              NULL };

static bool path_fits(const daemon_route *r, const daemon_parts *path)
{
    size_t count = 0;
    while (count < ZKL_COUNT(r->at) && r->at[count])
        count++;
    const bool has_rest = count && r->at[count - 1][0] == '{' && r->at[count - 1][1] == '+';
    if (has_rest ? path->count < count : path->count != count)
        return false;
    for (size_t i = 0; i < count; i++)
        if (r->at[i][0] != '{' && strcmp(r->at[i], path->at[i]) != 0)
            return false;
    return true;
}

/* HEAD is a GET whose body is not sent. */
static bool method_fits(const daemon_route *r, zkl_bytes method)
{
    return zkl_bytes_equal_text(method, r->method) ||
           (zkl_bytes_equal_text(method, "HEAD") && strcmp(r->method, "GET") == 0);
}

/* How many parts of the path are anything. */
static size_t open_parts(const daemon_route *r)
{
    size_t count = 0;
    for (size_t i = 0; i < ZKL_COUNT(r->at) && r->at[i]; i++)
        count += r->at[i][0] == '{';
    return count;
}

/* The row of that path and method. allow: what the path is asked for with; "": there is none.
 *
 * A path that is written out counts before one with names in it, as OpenAPI has it: then the
 * methods of the other are none of it. */
static const daemon_route *find_route(const daemon_request *q, char allow[static ALLOW_CHARS])
{
    const daemon_route *found = NULL;
    size_t size = 0, fewest = SIZE_MAX;
    allow[0] = 0;
    for (size_t i = 0; daemon_routes[i]; i++)
        for (const daemon_route *r = daemon_routes[i]; r->method; r++) {
            if (!path_fits(r, &q->path) || open_parts(r) > fewest)
                continue;
            if (open_parts(r) < fewest) {
                found = NULL;
                size = 0;
                fewest = open_parts(r);
            }
            if (!found && method_fits(r, q->method))
                found = r;
            if (found && !fewest)
                return found;
            size += (size_t)snprintf(allow + size, ALLOW_CHARS - size, "%s%s%s", size ? ", " : "",
                                     r->method, strcmp(r->method, "GET") == 0 ? ", HEAD" : "");
            ZKL_ASSERT(size < ALLOW_CHARS); /* a path has few methods */
        }
    return found;
}

/* Which ledger is spoken of; the path loses what names it, unless that is all of it. false: a
 * problem is answered, the same for a ledger that is not there and for another organisation's. */
static bool find_ledger(daemon_request *q)
{
    daemon_parts *const path = &q->path;
    const size_t at = strcmp(path->at[0], "v1") == 0; /* those of pages have no such part */
    const bool is_named = path->count > at + 1 && strcmp(path->at[at], "ledgers") == 0;
    q->about =
        daemon_ledgers_find(q->daemon->ledgers, q->who.org, is_named ? path->at[at + 1] : NULL);
    if (!is_named)
        return true;
    if (!q->about || (path->count > at + 2 && strcmp(path->at[at + 2], "ledgers") == 0)) {
        if (daemon_audit_nothing(q, 404))
            daemon_problem(q->exchange, ZKL_NOT_FOUND, "there is no such ledger");
        return false;
    }
    if (at && path->count == 3)
        return true;
    q->prefix = zkl_arena_format(&q->memory, "/v1/ledgers/%s", q->about->name);
    path->count -= 2;
    memmove(&path->at[at], &path->at[at + 2], (path->count - at) * sizeof path->at[0]);
    if (!path->count) /* a ledger's first page */
        path->at[path->count++] = "";
    if (!q->prefix)
        daemon_problem(q->exchange, ZKL_NO_MEMORY, "no memory for the request");
    return q->prefix;
}

static bool open_ledger(daemon_request *q)
{
    zkl_error err = { 0 };
    if (!q->about) {
        daemon_problem(q->exchange, ZKL_NOT_FOUND, "your organisation has no ledger");
        return false;
    }
    const zkl_status status = daemon_ledgers_open(&q->ledger, q->daemon->ledgers, q->about, &err);
    if (status == ZKL_NOT_FOUND)
        daemon_problem(q->exchange, status, "the ledger is not made yet");
    else if (status != ZKL_OK) { /* paths and causes are for whoever runs the service */
        daemon_say(DAEMON_SAY_ERROR, "ledger '%s' of '%s': %s", q->about->name,
                   q->about->organisation, err.text);
        daemon_problem(q->exchange, status, "the ledger cannot be opened");
    }
    return status == ZKL_OK;
}

/* The part behind "datasets": a name, maybe with a version or an entry, which are cut off. */
static bool find_dataset(daemon_request *q)
{
    const daemon_route *const r = q->route;
    if (r->is_of_several)
        return true;
    for (size_t i = 1; i < ZKL_COUNT(r->at) && r->at[i]; i++)
        if (r->at[i][0] == '{' && strcmp(r->at[i - 1], "datasets") == 0) {
            const char *const text = q->path.at[i];
            q->dataset = zkl_arena_text(&q->memory, text, strcspn(text, "@#"));
            if (!q->dataset)
                daemon_problem(q->exchange, ZKL_NO_MEMORY, "no memory for the request");
            return q->dataset;
        }
    return true;
}

/* NULL: the path names an operation that there is not. */
static const char *permission_of(const daemon_request *q)
{
    if (strcmp(q->route->permission, DAEMON_OF_OPERATION) != 0)
        return q->route->permission;
    const api_operation *const row = api_find(q->path.at[2]);
    return row ? row->permission : NULL;
}

void daemon_serve_route(daemon_request *q)
{
    const daemon_route *const r = q->route;
    if (!find_dataset(q))
        return;
    if (strcmp(r->permission, DAEMON_OF_PAGE) == 0) {
        r->serve(q);
        return;
    }
    q->permission = permission_of(q);
    if (!q->permission) {
        if (daemon_audit_nothing(q, 404))
            daemon_problem(q->exchange, ZKL_NOT_FOUND, "there is no such operation");
        return;
    }
    if (!daemon_require(q, q->permission, r->is_own ? q->who.id : NULL))
        return;
    if ((r->needs_no_ledger || open_ledger(q)) && daemon_audit_granted(q) &&
        (r->page || daemon_query_is_known(q))) /* of a page its steps judge what they get */
        r->serve(q);
}

void daemon_serve_path(daemon_request *q, const char *method)
{
    char allow[ALLOW_CHARS];
    q->dataset = NULL;
    q->finish = NULL;
    q->method = zkl_bytes_of_text(method);
    q->route = find_route(q, allow);
    ZKL_ASSERT(q->route); /* a row of ours names it */
    daemon_serve_route(q);
}

static void say_allowed(daemon_request *q, const char *allow)
{
    const http_header header = { zkl_bytes_of_text("allow"), zkl_bytes_of_text(allow) };
    if (zkl_bytes_equal_text(q->method, "OPTIONS"))
        http_reply_with(q->exchange, 204, &header, 1, (zkl_bytes){ 0 });
    else
        daemon_not_allowed(q->exchange, &header);
}

void daemon_serve_target(daemon_request *q)
{
    char allow[ALLOW_CHARS];
    if (!find_ledger(q))
        return;
    q->route = find_route(q, allow);
    daemon_note_route(q);
    if (q->route) {
        daemon_serve_route(q);
    } else if (!daemon_audit_nothing(q, allow[0] ? 405 : 404)) {
        return;
    } else if (allow[0]) {
        say_allowed(q, allow);
    } else {
        daemon_problem(q->exchange, ZKL_NOT_FOUND, "there is no such path");
    }
}

/* It is known who asks. */
static void serve_known(daemon_request *q)
{
    daemon_request_trace(q, true);
    if (daemon_admit_request(q))
        daemon_serve_target(q);
    daemon_request_rest();
}

static void serve(daemon_request *q)
{
    char allow[ALLOW_CHARS];
    if (!daemon_request_cut(q)) {
        if (daemon_audit_nothing(q, 404))
            daemon_problem(q->exchange, ZKL_NOT_FOUND, "there is no such path");
        return;
    }
    q->route = find_route(q, allow);
    daemon_note_route(q);
    if (q->route && q->route->is_open && q->route->is_open(q->daemon)) {
        daemon_request_trace(q, false);
        q->route->serve(q);
        daemon_request_rest();
    } else if (daemon_page_is(q)) {
        daemon_page_enter(q, serve_known);
    } else {
        daemon_authenticate(q, serve_known);
    }
}

/* Health is told to whoever reaches the service, metrics to whom the settings say: neither says
 * what the service holds. */
void daemon_begin(void *context, http_exchange *x)
{
    zkl_daemon *const d = context;
    const zkl_bytes path = http_path(x);
    const bool is_get = zkl_bytes_equal_text(http_method(x), "GET");
    daemon_metrics_begin(d->metrics);
    if (daemon_grpc_begin(d, x) || !daemon_admit_address(d, x))
        return;
    if (is_get && zkl_bytes_equal_text(path, "/healthz")) {
        daemon_note_own(d, x, DAEMON_PATH_HEALTH);
        http_reply(x, 200, "text/plain", zkl_bytes_of_text("ok\n"));
    } else if (is_get && zkl_bytes_equal_text(path, "/readyz")) {
        daemon_note_own(d, x, DAEMON_PATH_READY);
        daemon_health_send(d, x);
    } else if (is_get && zkl_bytes_equal_text(path, "/metrics") && daemon_metrics_are_open(d, x)) {
        daemon_note_own(d, x, DAEMON_PATH_METRICS);
        daemon_metrics_send(d, x);
    } else if (is_get &&
               (zkl_bytes_equal_text(path, "/v1/") || zkl_bytes_equal_text(path, "/v1"))) {
        daemon_note_own(d, x, DAEMON_PATH_INDEX);
        daemon_send_index(d, x);
    } else {
        daemon_request *const q = daemon_request_new(d, x);
        if (q)
            serve(q);
    }
}
