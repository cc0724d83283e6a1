/* Which request is what. Each route says who may: a role, or what the operation's row asks for.
 *
 * Members that name files of this machine are never taken from a request: the only files that an
 * operation reads or writes here are the daemon's own, of uploads and results. */
#include "daemon/daemon.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "api/operation.h"
#include "base/arena.h"
#include "base/env.h"
#include "base/file.h"
#include "text/base64.h"

#define BODY_BYTES_MAX ((size_t)16 << 20) /* of JSON, and of receipts */
#define NAME_BYTES_MAX 200
#define BYTES_TYPE "application/octet-stream"
#define TOML_TYPE "application/toml"

/* A request that is being read. */
typedef struct pending {
    zkl_daemon *daemon;
    daemon_identity who;
    zkl_buffer body;
    char *path; /* of an upload */
    int file;   /* -1: none */
    bool failed;
    void (*finish)(http_exchange *x, struct pending *p);
    zkl_arena memory;
    const api_operation *row;
    const char *name;
} pending;

/* ---- reading a request */

static void take_part(http_exchange *x, zkl_bytes part)
{
    pending *const p = http_own(x);
    if (p->file < 0) {
        zkl_buffer_put(&p->body, part.data, part.size);
        return;
    }
    for (size_t at = 0; at < part.size && !p->failed;) {
        const ssize_t size = write(p->file, part.data + at, part.size - at);
        p->failed = size <= 0;
        at += size > 0 ? (size_t)size : 0;
    }
}

static void take_end(http_exchange *x)
{
    pending *const p = http_own(x);
    if (p->body.failed)
        daemon_problem(x, ZKL_NO_MEMORY, "no memory for the request");
    else
        p->finish(x, p);
}

static void let_go(http_exchange *x)
{
    pending *const p = http_own(x);
    if (p->file >= 0)
        close(p->file);
    if (p->path)
        unlink(p->path); /* not taken over by a job */
    free(p->path);
    zkl_buffer_clear(&p->body);
    zkl_arena_clear(&p->memory);
    zkl_free(p);
}

static const http_handler reading = { take_part, take_end, NULL, let_go };

/* finish is called with the whole body. NULL: answered already. */
static pending *read_request(zkl_daemon *d, http_exchange *x, const daemon_identity *who,
                             void (*finish)(http_exchange *x, pending *p))
{
    pending *const p = zkl_calloc(1, sizeof *p);
    if (!p) {
        daemon_problem(x, ZKL_NO_MEMORY, "no memory for the request");
        return NULL;
    }
    *p = (pending){ .daemon = d, .who = *who, .file = -1, .finish = finish };
    http_allow_body(x, BODY_BYTES_MAX);
    http_serve(x, &reading, p);
    return p;
}

/* ---- the query */

/* Percent-encoding undone, and the '+' of queries; NULL: it is broken, or no text. */
static char *decode(zkl_arena *memory, zkl_bytes in, bool is_query)
{
    char *const out = zkl_arena_alloc(memory, in.size + 1, 1);
    size_t size = 0;
    for (size_t i = 0; out && i < in.size; i++) {
        uint8_t byte = in.data[i];
        if (byte == '+' && is_query) {
            byte = ' ';
        } else if (byte == '%') {
            char hex[3] = "";
            for (size_t k = 0; k < 2; k++)
                hex[k] = i + 1 + k < in.size ? (char)tolower(in.data[i + 1 + k]) : ' ';
            if (!zkl_hex_decode(&byte, 1, hex, 2))
                return NULL;
            i += 2;
        }
        if (byte < ' ')
            return NULL;
        out[size++] = (char)byte;
    }
    return out;
}

/* All values of that name, in order; NULL: one is broken. */
static json_t *query_values(http_exchange *x, zkl_arena *memory, const char *name)
{
    json_t *const all = json_array();
    zkl_bytes rest = http_query(x);
    while (rest.size) {
        const uint8_t *const end = memchr(rest.data, '&', rest.size);
        const size_t size = end ? (size_t)(end - rest.data) : rest.size;
        const uint8_t *const equals = memchr(rest.data, '=', size);
        const size_t name_size = equals ? (size_t)(equals - rest.data) : size;
        if (zkl_bytes_equal_text(zkl_bytes_of(rest.data, name_size), name)) {
            const size_t at = equals ? name_size + 1 : size;
            const char *const value = decode(memory, zkl_bytes_of(rest.data + at, size - at), true);
            if (!value || json_array_append_new(all, json_string(value)) != 0) {
                json_decref(all);
                return NULL;
            }
        }
        rest = end ? zkl_bytes_of(end + 1, rest.size - size - 1) : (zkl_bytes){ 0 };
    }
    return all;
}

/* ---- who may */

static bool is_writing(const api_operation *row)
{
    return row->effect == API_WRITES || row->effect == API_MAY_WRITE;
}

/* Keys and set-ups are an administrator's; what writes or signs a developer's; the rest anybody's
 * who has a key. */
static daemon_role role_for(const api_operation *row)
{
    static const char *const administrative[] = { "keys-",  "setup-", "config",
                                                  "doctor", "init",   "revoke-signer" };
    for (size_t i = 0; i < ZKL_COUNT(administrative); i++)
        if (strncmp(row->name, administrative[i], strlen(administrative[i])) == 0)
            return DAEMON_ADMIN;
    return is_writing(row) || row->needs_keys ? DAEMON_DEVELOPER : DAEMON_VIEWER;
}

static bool require_role(http_exchange *x, const daemon_identity *who, daemon_role role)
{
    char text[96];
    if (who->role >= role)
        return true;
    snprintf(text, sizeof text, "a key of role %s is needed, this one is %s",
             daemon_role_text(role), daemon_role_text(who->role));
    daemon_problem(x, ZKL_DENIED, text);
    return false;
}

/* Does the request name a file of this machine? */
static const char *named_path(const api_object *object, const json_t *request)
{
    for (size_t i = 0; i < object->field_count; i++) {
        const api_field *const f = &object->fields[i];
        json_t *const value = json_object_get(request, f->name);
        if (!value)
            continue;
        if (f->is_path)
            return f->name;
        const char *found = f->of && json_is_object(value) ? named_path(f->of, value) : NULL;
        for (size_t k = 0; f->of && !found && k < json_array_size(value); k++)
            found = named_path(f->of, json_array_get(value, k));
        if (found)
            return found;
    }
    return NULL;
}

/* ---- operations */

static void submit(http_exchange *x, const pending *p, const daemon_job_request *request,
                   bool waits)
{
    char id[17], text[80];
    zkl_error err = { 0 };
    daemon_job_request r = *request;
    r.owner = p->who.id;
    r.waits = waits ? x : NULL;
    const zkl_status status = daemon_jobs_add(id, p->daemon->jobs, &r, &err);
    if (status != ZKL_OK) {
        daemon_problem(x, status, err.text);
        return;
    }
    if (waits)
        return;
    snprintf(text, sizeof text, "/v1/operations/%s", id);
    const http_header location = { zkl_bytes_of_text("location"), zkl_bytes_of_text(text) };
    daemon_json(x, 202, &location,
                json_pack("{s:s, s:s, s:s+}", "id", id, "operation", request->operation, "events",
                          text, "/events"));
}

/* POST /v1/call/NAME */
static void finish_call(http_exchange *x, pending *p)
{
    json_t *const request = p->body.size ? json_loadb((const char *)p->body.data, p->body.size,
                                                      JSON_REJECT_DUPLICATES, NULL)
                                         : json_object();
    const char *const path =
        json_is_object(request) && p->row->request ? named_path(p->row->request, request) : NULL;
    char text[128];
    if (!json_is_object(request)) {
        daemon_problem(x, ZKL_BAD_INPUT, "the request is no JSON object");
    } else if (path) {
        snprintf(text, sizeof text, "'%s' names a file of the service's machine", path);
        daemon_problem(x, ZKL_DENIED, text);
    } else {
        const daemon_job_request job = { .operation = p->row->name,
                                         .request = zkl_buffer_bytes(&p->body) };
        submit(x, p, &job, !p->row->is_long);
    }
    json_decref(request);
}

static void begin_call(zkl_daemon *d, http_exchange *x, const daemon_identity *who,
                       const char *name)
{
    const api_operation *const row = api_find(name);
    if (!row) {
        daemon_problem(x, ZKL_NOT_FOUND, "there is no such operation");
        return;
    }
    if (!require_role(x, who, role_for(row)))
        return;
    pending *const p = read_request(d, x, who, finish_call);
    if (p)
        p->row = row;
}

/* A row that is asked for by a path. Takes request. what: the job without its request. */
static void call_row(zkl_daemon *d, http_exchange *x, const daemon_identity *who,
                     const daemon_job_request *what, json_t *request)
{
    char *const text = request ? json_dumps(request, JSON_ENSURE_ASCII) : NULL;
    const pending p = { .daemon = d, .who = *who };
    daemon_job_request job = *what;
    json_decref(request);
    if (!text) {
        daemon_problem(x, ZKL_BAD_INPUT, "a name is no text");
        return;
    }
    job.request = zkl_bytes_of_text(text);
    submit(x, &p, &job, true);
    free(text);
}

/* ---- datasets */

static char *new_path(const zkl_daemon *d, const char *ending)
{
    uint8_t bytes[8];
    char hex[17], *out = NULL;
    if (zkl_env_random(&d->env, bytes, sizeof bytes, NULL) != ZKL_OK)
        return NULL;
    zkl_hex_encode(hex, bytes, sizeof bytes);
    return asprintf(&out, "%s/uploads/%s%s", d->settings.folder, hex, ending) < 0 ? NULL : out;
}

static void finish_upload(http_exchange *x, pending *p)
{
    json_t *const claims = query_values(x, &p->memory, "claim");
    const bool is_whole = !p->failed && fsync(p->file) == 0;
    if (!is_whole || !claims) {
        daemon_problem(x, is_whole ? ZKL_USAGE : ZKL_IO,
                       is_whole ? "the query is broken" : "the table could not be kept");
        json_decref(claims);
        return;
    }
    json_t *const request = json_pack("{s:s, s:[s], s:o, s:b}", "name", p->name, "files", p->path,
                                      "claims", claims, "hide_file_names", 1);
    char *const text = request ? json_dumps(request, JSON_ENSURE_ASCII) : NULL;
    json_decref(request);
    if (!text) {
        daemon_problem(x, ZKL_NO_MEMORY, "no memory for the request");
        return;
    }
    const daemon_job_request job = { .operation = "notarize",
                                     .request = zkl_bytes_of_text(text),
                                     .upload = p->path };
    submit(x, p, &job, false);
    if (http_status(x) == 202) { /* the job removes it */
        free(p->path);
        p->path = NULL;
    }
    free(text);
}

/* PUT /v1/datasets/NAME: the format is the content type's. */
static void begin_upload(zkl_daemon *d, http_exchange *x, const daemon_identity *who,
                         const char *name)
{
    static const struct {
        const char *type, *ending;
    } types[] = { { "text/csv", ".csv" },
                  { "application/vnd.apache.parquet", ".parquet" },
                  { "application/x-ndjson", ".ndjson" },
                  { "application/json", ".json" } };
    const char *ending = NULL;
    const zkl_bytes type = http_find(x, "content-type");
    for (size_t i = 0; i < ZKL_COUNT(types); i++)
        if (zkl_bytes_begin_with(type, types[i].type))
            ending = types[i].ending;
    if (!ending) {
        daemon_problem_code(x, 415, "unsupported media type",
                            "a table is text/csv, application/vnd.apache.parquet, "
                            "application/x-ndjson or application/json");
        return;
    }
    pending *const p = read_request(d, x, who, finish_upload);
    if (!p)
        return;
    http_allow_body(x, d->settings.upload_bytes_max);
    p->name = zkl_arena_text(&p->memory, name, strlen(name));
    p->path = new_path(d, ending);
    p->file =
        p->path ? open(p->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600) : -1;
    if (!p->name || p->file < 0)
        daemon_problem(x, ZKL_IO, "the table cannot be kept");
}

/* ---- verification */

static void finish_verify(http_exchange *x, pending *p)
{
    ZKL_AUTO_CLEAR(zkl_buffer) request = { 0 };
    zkl_buffer_put_text(&request, "{\"receipt\": \"");
    zkl_buffer_put_base64(&request, p->body.data, p->body.size);
    zkl_buffer_put_text(&request, "\"}");
    if (request.failed) {
        daemon_problem(x, ZKL_NO_MEMORY, "no memory for the receipt");
        return;
    }
    const daemon_job_request job = { .operation = "verify", .request = zkl_buffer_bytes(&request) };
    submit(x, p, &job, true);
}

/* ---- keys */

static void finish_key(http_exchange *x, pending *p)
{
    ZKL_AUTO_CLEAR(zkl_buffer) secret = { 0 };
    json_t *const request =
        json_loadb((const char *)p->body.data, p->body.size, JSON_REJECT_DUPLICATES, NULL);
    const char *name = NULL, *role_text = NULL;
    json_int_t days = 0;
    daemon_role role;
    zkl_error err = { 0 };
    const zkl_env *const env = &p->daemon->env;
    if (json_unpack(request, "{s:s, s:s, s?I !}", "name", &name, "role", &role_text, "days",
                    &days) != 0 ||
        !daemon_role_find(&role, role_text) || days < 0 || days > 36500) {
        daemon_problem(x, ZKL_USAGE,
                       "a key has a name, a role (viewer, developer, admin) and maybe days");
        json_decref(request);
        return;
    }
    const int64_t expires = days ? zkl_env_now_ms(env) + days * 86400000 : 0;
    const zkl_status status =
        daemon_access_add(&secret, p->daemon->access, name, role, expires, env, &err);
    json_decref(request);
    if (status == ZKL_OK)
        daemon_json(x, 201, NULL,
                    json_pack("{s:s%}", "key", (const char *)secret.data, secret.size));
    else
        daemon_problem(x, status, err.text);
}

static void remove_key(zkl_daemon *d, http_exchange *x, const char *id)
{
    zkl_error err = { 0 };
    const zkl_status status = daemon_access_remove(d->access, id, &err);
    if (status != ZKL_OK) {
        daemon_problem(x, status, err.text);
        return;
    }
    http_reply_with(x, 204, NULL, 0, (zkl_bytes){ 0 });
}

/* ---- health */

static void send_metrics(zkl_daemon *d, http_exchange *x)
{
    ZKL_AUTO_CLEAR(zkl_buffer) out = { 0 };
    http_counts http;
    daemon_job_counts jobs;
    http_count(d->server, &http);
    daemon_jobs_count(d->jobs, &jobs);
    const struct {
        const char *name, *type, *help;
        uint64_t value;
    } all[] = {
        { "zkl_http_requests_total", "counter", "Requests whose head was complete.",
          http.requests },
        { "zkl_http_bad_requests_total", "counter", "Requests that were refused as malformed.",
          http.bad_requests },
        { "zkl_http_connections_total", "counter", "Connections that were taken.",
          http.connections },
        { "zkl_http_refused_connections_total", "counter", "Connections over a limit.",
          http.refused_connections },
        { "zkl_http_open_connections", "gauge", "Connections that are open.",
          http.open_connections },
        { "zkl_http_received_bytes_total", "counter", "Bytes that came.", http.bytes_in },
        { "zkl_http_sent_bytes_total", "counter", "Bytes that went.", http.bytes_out },
        { "zkl_jobs_waiting", "gauge", "Operations that wait for a thread.", jobs.waiting },
        { "zkl_jobs_running", "gauge", "Operations that run.", jobs.running },
        { "zkl_jobs_kept", "gauge", "Operations that are over and still told of.", jobs.over },
        { "zkl_jobs_failed", "gauge", "Of these, those that failed.", jobs.failed },
    };
    for (size_t i = 0; i < ZKL_COUNT(all); i++)
        zkl_buffer_format(&out, "# HELP %s %s\n# TYPE %s %s\n%s %llu\n", all[i].name, all[i].help,
                          all[i].name, all[i].type, all[i].name, (unsigned long long)all[i].value);
    http_reply(x, 200, "text/plain; version=0.0.4", zkl_buffer_bytes(&out));
}

/* ---- the table of paths */

static bool cut_path(daemon_parts *out, zkl_arena *memory, zkl_bytes path)
{
    *out = (daemon_parts){ 0 };
    size_t begin = 1;
    for (size_t i = 1; i <= path.size; i++) {
        if (i < path.size && path.data[i] != '/')
            continue;
        if (out->count == ZKL_COUNT(out->at) || i - begin > NAME_BYTES_MAX)
            return false;
        const char *const part = decode(memory, zkl_bytes_of(path.data + begin, i - begin), false);
        if (!part)
            return false;
        out->at[out->count++] = part;
        begin = i + 1;
    }
    return true;
}

static bool authenticate(zkl_daemon *d, http_exchange *x, daemon_identity *who)
{
    static const char scheme[] = "Bearer ";
    const zkl_bytes header = http_find(x, "authorization");
    const size_t skip = sizeof scheme - 1;
    const bool is_bearer =
        header.size > skip && strncasecmp((const char *)header.data, scheme, skip) == 0;
    const zkl_bytes secret = is_bearer ? zkl_bytes_of(header.data + skip, header.size - skip)
                                       : zkl_bytes_of_text("none");
    if (daemon_access_find(who, d->access, secret, zkl_env_now_ms(&d->env)))
        return true;
    daemon_ask_for_key(x);
    return false;
}

static const char *owner_of(const daemon_identity *who)
{
    return who->role == DAEMON_ADMIN ? NULL : who->id;
}

static void list_datasets(zkl_daemon *d, http_exchange *x, const daemon_identity *who,
                          const daemon_parts *path)
{
    (void)path;
    call_row(d, x, who, &(daemon_job_request){ .operation = "datasets" }, json_object());
}

static void show_dataset(zkl_daemon *d, http_exchange *x, const daemon_identity *who,
                         const daemon_parts *path)
{
    call_row(d, x, who, &(daemon_job_request){ .operation = "show" },
             json_pack("{s:s}", "reference", path->at[2]));
}

static void put_dataset(zkl_daemon *d, http_exchange *x, const daemon_identity *who,
                        const daemon_parts *path)
{
    begin_upload(d, x, who, path->at[2]);
}

static void get_receipt(zkl_daemon *d, http_exchange *x, const daemon_identity *who,
                        const daemon_parts *path)
{
    char *const file = new_path(d, ".out");
    const daemon_job_request job = { .operation = "export",
                                     .result_file = file,
                                     .result_type = BYTES_TYPE };
    if (file)
        call_row(d, x, who, &job,
                 json_pack("{s:s, s:s}", "reference", path->at[2], "output", file));
    else
        daemon_problem(x, ZKL_NO_MEMORY, "no memory for the request");
    free(file);
}

static void get_trust(zkl_daemon *d, http_exchange *x, const daemon_identity *who,
                      const daemon_parts *path)
{
    static const daemon_job_request job = { .operation = "keys-show",
                                            .result_member = "trust",
                                            .result_type = TOML_TYPE };
    (void)path;
    call_row(d, x, who, &job, json_object());
}

static void post_verify(zkl_daemon *d, http_exchange *x, const daemon_identity *who,
                        const daemon_parts *path)
{
    (void)path;
    (void)read_request(d, x, who, finish_verify);
}

static void post_call(zkl_daemon *d, http_exchange *x, const daemon_identity *who,
                      const daemon_parts *path)
{
    begin_call(d, x, who, path->at[2]);
}

static void list_operations(zkl_daemon *d, http_exchange *x, const daemon_identity *who,
                            const daemon_parts *path)
{
    (void)path;
    daemon_json(x, 200, NULL,
                json_pack("{s:o}", "operations", daemon_jobs_list(d->jobs, owner_of(who))));
}

static void show_operation(zkl_daemon *d, http_exchange *x, const daemon_identity *who,
                           const daemon_parts *path)
{
    json_t *const body = daemon_jobs_show(d->jobs, path->at[2], owner_of(who));
    if (body)
        daemon_json(x, 200, NULL, body);
    else
        daemon_problem(x, ZKL_NOT_FOUND, "there is no such operation");
}

static void cancel_operation(zkl_daemon *d, http_exchange *x, const daemon_identity *who,
                             const daemon_parts *path)
{
    if (daemon_jobs_cancel(d->jobs, path->at[2], owner_of(who)))
        daemon_json(x, 202, NULL, daemon_jobs_show(d->jobs, path->at[2], owner_of(who)));
    else
        daemon_problem(x, ZKL_NOT_FOUND, "there is no such operation");
}

static void watch_operation(zkl_daemon *d, http_exchange *x, const daemon_identity *who,
                            const daemon_parts *path)
{
    if (!daemon_jobs_watch(d->jobs, path->at[2], owner_of(who), x))
        daemon_problem(x, ZKL_NOT_FOUND, "there is no such operation");
}

static void list_keys(zkl_daemon *d, http_exchange *x, const daemon_identity *who,
                      const daemon_parts *path)
{
    (void)who;
    (void)path;
    daemon_json(x, 200, NULL, json_pack("{s:o}", "keys", daemon_access_list(d->access)));
}

static void post_key(zkl_daemon *d, http_exchange *x, const daemon_identity *who,
                     const daemon_parts *path)
{
    (void)path;
    (void)read_request(d, x, who, finish_key);
}

static void delete_key(zkl_daemon *d, http_exchange *x, const daemon_identity *who,
                       const daemon_parts *path)
{
    (void)who;
    remove_key(d, x, path->at[2]);
}

static void get_openapi(zkl_daemon *d, http_exchange *x, const daemon_identity *who,
                        const daemon_parts *path)
{
    (void)d;
    (void)who;
    (void)path;
    daemon_json(x, 200, NULL, daemon_openapi());
}

const daemon_route daemon_routes[] = {
    { "GET",
      { "v1", "datasets" },
      DAEMON_VIEWER,
      list_datasets,
      "listDatasets",
      "the datasets",
      200 },
    { "GET",
      { "v1", "datasets", "{name}" },
      DAEMON_VIEWER,
      show_dataset,
      "showDataset",
      "a dataset",
      200 },
    { "PUT",
      { "v1", "datasets", "{name}" },
      DAEMON_DEVELOPER,
      put_dataset,
      "uploadDataset",
      "notarise a table",
      202 },
    { "GET",
      { "v1", "datasets", "{name}", "receipt" },
      DAEMON_VIEWER,
      get_receipt,
      "getReceipt",
      "its receipt",
      200,
      BYTES_TYPE },
    { "GET",
      { "v1", "trust" },
      DAEMON_VIEWER,
      get_trust,
      "getTrust",
      "the trust file",
      200,
      TOML_TYPE },
    { "POST",
      { "v1", "verify" },
      DAEMON_VIEWER,
      post_verify,
      "verifyReceipt",
      "verify a receipt with this ledger's trust",
      200 },
    { "POST", { "v1", "call", "{operation}" }, DAEMON_VIEWER, post_call }, /* a path a row of api */
    { "GET",
      { "v1", "operations" },
      DAEMON_VIEWER,
      list_operations,
      "listOperations",
      "operations of this key",
      200 },
    { "GET",
      { "v1", "operations", "{id}" },
      DAEMON_VIEWER,
      show_operation,
      "showOperation",
      "how far it is, and its answer",
      200 },
    { "DELETE",
      { "v1", "operations", "{id}" },
      DAEMON_VIEWER,
      cancel_operation,
      "cancelOperation",
      "cancel it",
      202 },
    { "GET",
      { "v1", "operations", "{id}", "events" },
      DAEMON_VIEWER,
      watch_operation,
      "watchOperation",
      "its steps as they come",
      200,
      "text/event-stream" },
    { "GET", { "v1", "keys" }, DAEMON_ADMIN, list_keys, "listKeys", "the API keys", 200 },
    { "POST",
      { "v1", "keys" },
      DAEMON_ADMIN,
      post_key,
      "makeKey",
      "a new one; its secret is shown once",
      201 },
    { "DELETE", { "v1", "keys", "{id}" }, DAEMON_ADMIN, delete_key, "removeKey", "end it", 204 },
    { "GET", { "v1", "openapi.json" }, DAEMON_VIEWER, get_openapi }, /* this document */
};
const size_t daemon_route_count = ZKL_COUNT(daemon_routes);

static bool path_fits(const daemon_route *r, const daemon_parts *path)
{
    size_t count = 0;
    while (count < ZKL_COUNT(r->at) && r->at[count])
        count++;
    if (count != path->count)
        return false;
    for (size_t i = 0; i < count; i++)
        if (r->at[i][0] != '{' && strcmp(r->at[i], path->at[i]) != 0)
            return false;
    return true;
}

static void serve_route(zkl_daemon *d, http_exchange *x, const daemon_parts *path)
{
    daemon_identity who;
    bool is_known = false;
    if (!authenticate(d, x, &who))
        return;
    for (size_t i = 0; i < daemon_route_count; i++) {
        if (!path_fits(&daemon_routes[i], path))
            continue;
        is_known = true;
        if (!zkl_bytes_equal_text(http_method(x), daemon_routes[i].method))
            continue;
        if (require_role(x, &who, daemon_routes[i].role))
            daemon_routes[i].serve(d, x, &who, path);
        return;
    }
    if (is_known)
        daemon_problem_code(x, 405, "method not allowed", "this path is asked for otherwise");
    else
        daemon_problem(x, ZKL_NOT_FOUND, "there is no such path");
}

/* Health and metrics are told to whoever reaches the service: they say nothing of what it holds. */
void daemon_begin(void *context, http_exchange *x)
{
    zkl_daemon *const d = context;
    ZKL_AUTO_CLEAR(zkl_arena) memory = { 0 };
    const zkl_bytes path = http_path(x);
    const bool is_get = zkl_bytes_equal_text(http_method(x), "GET");
    daemon_parts p;
    if (is_get && (zkl_bytes_equal_text(path, "/healthz") || zkl_bytes_equal_text(path, "/readyz")))
        http_reply(x, 200, "text/plain", zkl_bytes_of_text("ok\n"));
    else if (is_get && zkl_bytes_equal_text(path, "/metrics"))
        send_metrics(d, x);
    else if (!cut_path(&p, &memory, path))
        daemon_problem(x, ZKL_NOT_FOUND, "there is no such path");
    else
        serve_route(d, x, &p);
}
