/* The OpenAPI document. Operations are rows of src/api: their schemas are the table's own. */
#include "daemon/request.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "api/operation.h"
#include "base/arena.h"
#include "daemon/openapi_shapes.h"

#define PATH_CHARS_MAX 80
#define SCHEMA_CHARS_MAX 2048

/* What is put in the place of "x-one-of", of whoever asks. */
typedef struct document {
    json_t *paths, *rows;
    const daemon_request *q; /* NULL: of nobody in particular */
} document;

static json_t *problem_response(void)
{
    return json_pack("{s:s, s:{s:{s:{s:s}}}}", "description", "a problem (RFC 9457)", "content",
                     "application/problem+json", "schema", "$ref", "#/components/schemas/problem");
}

static json_t *responses(const char *code, const char *description, const char *type,
                         json_t *schema)
{
    json_t *const content = json_pack("{s:{s:o}}", type, "schema", schema);
    json_t *const ok = json_pack("{s:s, s:o}", "description", description, "content", content);
    return json_pack("{s:o, s:o}", code, ok, "default", problem_response());
}

/* What 202 says of an operation that is told of later. */
static json_t *accepted_schema(void)
{
    return json_pack("{s:s, s:[s, s, s], s:{s:{s:s}, s:{s:s}, s:{s:s}}}", "type", "object",
                     "required", "id", "operation", "events", "properties", "id", "type", "string",
                     "operation", "type", "string", "events", "type", "string");
}

static const daemon_shape *shape_of(const char *id)
{
    static const daemon_shape none = { 0 };
    for (const daemon_shape *s = daemon_shapes; s->id; s++)
        if (strcmp(s->id, id) == 0)
            return s;
    return &none;
}

static json_t *roles_of(const daemon_request *q)
{
    json_t *const names = json_array();
    json_t *const roles = daemon_roles_list(q->daemon->roles, q->who.org);
    size_t at;
    json_t *role;
    json_array_foreach(roles, at, role) json_array_append(names, json_object_get(role, "name"));
    json_decref(roles);
    return names;
}

static json_t *tiers_of(const daemon_request *q)
{
    const daemon_limit_settings *const limits = daemon_limits_now(q->daemon);
    json_t *const names = json_array();
    for (size_t i = 0; i < limits->tier_count; i++)
        json_array_append_new(names, json_string(limits->tiers[i].name));
    return names;
}

/* Each, and each group of them ("datasets:*"). */
static json_t *permission_patterns(void)
{
    static const char *const all[] = {
#define PERMISSION(text, of_service, about) text,
        DAEMON_PERMISSIONS(PERMISSION)
#undef PERMISSION
    };
    json_t *const names = json_pack("[s]", "*");
    const char *group = "";
    for (size_t i = 0; i < ZKL_COUNT(all); i++) {
        const size_t size = strcspn(all[i], ":") + 1;
        if (strncmp(group, all[i], size) != 0)
            json_array_append_new(names, json_sprintf("%.*s*", (int)size, all[i]));
        group = all[i];
        json_array_append_new(names, json_string(all[i]));
    }
    return names;
}

static json_t *one_of(const document *d, const char *list)
{
    if (strcmp(list, "permissions") == 0)
        return permission_patterns();
    return strcmp(list, "roles") == 0 ? roles_of(d->q) : tiers_of(d->q);
}

/* Lists go where they are named; without anybody who asks they are left out. */
static void fill_lists(const document *d, json_t *schema)
{
    const char *key;
    size_t at;
    json_t *inner;
    if (json_is_array(schema))
        json_array_foreach(schema, at, inner) fill_lists(d, inner);
    json_object_foreach(schema, key, inner) fill_lists(d, inner);
    const char *const list = json_string_value(json_object_get(schema, "x-one-of"));
    if (list && d->q)
        json_object_set_new(schema, "enum", one_of(d, list));
    json_object_del(schema, "x-one-of");
}

/* text: JSON with single quotes, of a row of ours. */
static json_t *schema_of(const document *d, const char *text)
{
    char quoted[SCHEMA_CHARS_MAX];
    const size_t size = strlen(text);
    ZKL_ASSERT(size < sizeof quoted);
    for (size_t i = 0; i <= size; i++)
        quoted[i] = text[i];
    for (char *c = quoted; (c = strchr(c, '\'')) != NULL; c++)
        *c = '"';
    json_t *const schema = json_loads(quoted, 0, NULL);
    ZKL_ASSERT(schema);
    fill_lists(d, schema);
    return schema;
}

static json_t *row_named(const document *d, const char *operation)
{
    size_t at;
    json_t *row;
    json_array_foreach(json_object_get(d->rows, "operations"), at,
                       row) if (strcmp(json_string_value(json_object_get(row, "name")),
                                       operation) == 0) return row;
    return NULL;
}

static json_t *answer_schema(const document *d, const daemon_route *r)
{
    const daemon_shape *const shape = shape_of(r->id);
    if (shape->answer)
        return schema_of(d, shape->answer);
    const char *const operation = r->gives ? r->gives : r->code == 200 ? r->takes : NULL;
    json_t *const row = operation ? row_named(d, operation) : NULL;
    if (row)
        return json_incref(json_object_get(row, "result"));
    return r->code == 202 ? accepted_schema() : json_object();
}

/* How to go on from an answer. is_begun: it names an operation. NULL: nothing is said. */
static json_t *links_of(const char *id, bool is_begun)
{
    json_t *const links = json_object();
    for (const daemon_link_shape *l = daemon_link_shapes; l->to; l++)
        if (l->from ? strcmp(l->from, id) == 0 : is_begun)
            json_object_set_new(links, l->to,
                                json_pack("{s:s, s:{s:s}}", "operationId", l->to, "parameters",
                                          l->member, l->expression));
    if (json_object_size(links))
        return links;
    json_decref(links);
    return NULL;
}

static void add_links(json_t *responses, const char *code, json_t *links)
{
    if (links)
        json_object_set_new(json_object_get(responses, code), "links", links);
}

static json_t *call_responses(json_t *row)
{
    if (json_is_true(json_object_get(row, "is_long"))) {
        json_t *const all = responses("202", "accepted: it is told of under its id",
                                      "application/json", accepted_schema());
        add_links(all, "202", links_of("", true));
        return all;
    }
    return responses("200", "its result", "application/json",
                     json_incref(json_object_get(row, "result")));
}

static json_t *json_body(json_t *schema)
{
    return json_pack("{s:b, s:{s:{s:o}}}", "required", 0, "content", "application/json", "schema",
                     schema);
}

/* Where a request that comes again is the same request (replays.h). */
static void add_idempotency(json_t *parameters)
{
    json_array_append_new(parameters,
                          json_pack("{s:s, s:s, s:b, s:s, s:{s:s, s:i}}", "name", "Idempotency-Key",
                                    "in", "header", "required", 0, "description",
                                    "a request that comes again with it is the same request",
                                    "schema", "type", "string", "maxLength", 200));
}

/* POST /v1/call/NAME */
static void add_call(json_t *paths, json_t *row)
{
    const char *const name = json_string_value(json_object_get(row, "name"));
    const api_operation *const operation = api_find(name);
    ZKL_ASSERT(operation && operation->permission);
    json_t *const parameters = json_array();
    add_idempotency(parameters);
    json_t *const post = json_pack("{s:s, s:O, s:s, s:o, s:o, s:o}", "operationId", name, "summary",
                                   json_object_get(row, "summary"), "x-permission",
                                   operation->permission, "parameters", parameters, "requestBody",
                                   json_body(json_incref(json_object_get(row, "request"))),
                                   "responses", call_responses(row));
    char path[PATH_CHARS_MAX];
    snprintf(path, sizeof path, "/v1/call/%s", name);
    json_object_set_new(paths, path, json_pack("{s:o}", "post", post));
}

/* Of "{name}", or of "{+name}": that a value has slashes this version of the format cannot say. */
static json_t *parameter(const char *part)
{
    const size_t skip = part[1] == '+' ? 2 : 1;
    return json_pack("{s:s%, s:s, s:b, s:{s:s}}", "name", part + skip, strlen(part) - skip - 1,
                     "in", "path", "required", 1, "schema", "type", "string");
}

static const daemon_query_shape *query_shape_of(const char *id, const char *name)
{
    static const daemon_query_shape any = { .schema = "{'type': 'string'}" };
    for (const daemon_query_shape *s = daemon_query_shapes; s->name; s++)
        if (strcmp(s->name, name) == 0 && (!s->id || strcmp(s->id, id) == 0))
            return s;
    return &any;
}

/* Of "limit cursor claim*". */
static void add_query(const document *d, json_t *parameters, const daemon_route *r)
{
    const char *names = r->query;
    while (names && *names) {
        char name[32];
        const size_t size = strcspn(names, " *");
        ZKL_ASSERT(size < sizeof name); /* a row of ours */
        memcpy(name, names, size);
        name[size] = 0;
        const daemon_query_shape *const shape = query_shape_of(r->id, name);
        json_t *schema = schema_of(d, shape->schema);
        if (names[size] == '*')
            schema = json_pack("{s:s, s:o}", "type", "array", "items", schema);
        json_array_append_new(parameters,
                              json_pack("{s:s, s:s, s:b, s:o}", "name", name, "in", "query",
                                        "required", shape->is_required, "schema", schema));
        names += size + strspn(names + size, " *");
    }
}

/* The request of an operation, without the member that the path has. */
static json_t *rest_of_request(const document *d, const char *operation)
{
    size_t at;
    json_t *name;
    const json_t *const row = row_named(d, operation);
    if (!row)
        return NULL;
    json_t *const schema = json_deep_copy(json_object_get(row, "request"));
    json_t *const required = json_object_get(schema, "required");
    json_object_del(json_object_get(schema, "properties"), "reference");
    json_array_foreach(required, at, name) if (strcmp(json_string_value(name), "reference") == 0)
    {
        json_array_remove(required, at);
        break;
    }
    return schema;
}

/* "text/csv application/json" into a content; text: the schema of all, NULL: of any form. */
static void add_types(const document *d, json_t *content, const char *types, const char *text)
{
    while (types && *types) {
        const size_t size = strcspn(types, " ");
        json_object_setn_new(
            content, types, size,
            json_pack("{s:o}", "schema", text ? schema_of(d, text) : json_object()));
        types += size + (types[size] == ' ');
    }
}

/* An operation's members may all be missing, and then so may the body. A file may be empty. */
static json_t *body_of(const document *d, const daemon_route *r)
{
    json_t *const schema = rest_of_request(d, r->takes);
    if (schema)
        return json_body(schema);
    json_t *const content = json_object();
    const bool is_json = strcmp(r->takes, "application/json") == 0;
    add_types(d, content, r->takes, shape_of(r->id)->body);
    return json_pack("{s:b, s:o}", "required", is_json, "content", content);
}

/* A row of the table of paths, which may have several methods. */
static void add_route(const document *d, const daemon_route *r)
{
    char path[PATH_CHARS_MAX] = "", method[8] = "", code[4];
    json_t *const parameters = json_array(), *const paths = d->paths;
    for (size_t i = 0, size = 0; i < ZKL_COUNT(r->at) && r->at[i]; i++) {
        const bool has_rest = r->at[i][0] == '{' && r->at[i][1] == '+';
        size += (size_t)snprintf(path + size, sizeof path - size, "/%s%s", has_rest ? "{" : "",
                                 r->at[i] + (has_rest ? 2 : 0));
        ZKL_ASSERT(size < sizeof path); /* a table of our own */
        if (r->at[i][0] == '{')
            json_array_append_new(parameters, parameter(r->at[i]));
    }
    add_query(d, parameters, r);
    if (r->at[1] && strcmp(r->at[1], "datasets") == 0 && strcmp(r->method, "GET") != 0)
        add_idempotency(parameters);
    for (size_t i = 0; r->method[i]; i++)
        method[i] = (char)tolower(r->method[i]);
    snprintf(code, sizeof code, "%d", r->code);
    if (!json_object_get(paths, path))
        json_object_set_new(paths, path, json_object());
    json_t *const all =
        responses(code, r->summary, r->type ? r->type : "application/json", answer_schema(d, r));
    add_types(d, json_object_get(json_object_get(all, code), "content"), shape_of(r->id)->types,
              NULL);
    if (r->code == 204) /* it has no body */
        json_object_del(json_object_get(all, code), "content");
    add_links(all, code, links_of(r->id, r->code == 202 && !shape_of(r->id)->answer));
    json_t *const operation =
        json_pack("{s:s, s:s, s:s, s:o, s:o}", "operationId", r->id, "summary", r->summary,
                  "x-permission", r->permission, "parameters", parameters, "responses", all);
    if (operation && r->is_open) /* the settings may let anybody in */
        json_object_set_new(operation, "security", json_pack("[{}, {s:[]}]", "key"));
    if (operation && r->takes)
        json_object_set_new(operation, "requestBody", body_of(d, r));
    json_object_set_new(json_object_get(paths, path), method, operation);
}

json_t *daemon_openapi(const daemon_request *q)
{
    zkl_call_result table = { 0 };
    if (zkl_operations(&table, NULL) != ZKL_OK)
        return NULL;
    json_t *const rows = json_loadb(table.json, table.json_size, 0, NULL);
    json_t *const paths = json_object();
    const document d = { .paths = paths, .rows = rows, .q = q };
    size_t at;
    json_t *row;
    for (size_t i = 0; daemon_routes[i]; i++)
        for (const daemon_route *r = daemon_routes[i]; r->method; r++)
            if (r->id)
                add_route(&d, r);
    json_array_foreach(json_object_get(rows, "operations"), at, row) add_call(paths, row);
    zkl_arena_clear(&table.memory);
    json_decref(rows);
    return json_pack("{s:s, s:{s:s, s:s}, s:o, s:[{s:[]}], s:{s:{s:{s:s, s:s}}, s:{s:{s:s, "
                     "s:{s:{s:s}, s:{s:s}, s:{s:s}}}}}}",
                     "openapi", "3.1.0", "info", "title", "zkp-ledger", "version", ZKL_VERSION,
                     "paths", paths, "security", "key", "components", "securitySchemes", "key",
                     "type", "http", "scheme", "bearer", "schemas", "problem", "type", "object",
                     "properties", "title", "type", "string", "status", "type", "integer", "detail",
                     "type", "string");
}

/* ---- sent */

/* Of all that the document hangs on. Freed by the caller; NULL without memory. */
static char *name_of(const daemon_request *q)
{
    json_t *const lists = json_pack("{s:o, s:o}", "roles", roles_of(q), "tiers", tiers_of(q));
    char *const name = lists ? json_dumps(lists, JSON_COMPACT) : NULL;
    json_decref(lists);
    return name;
}

static void send_text(const daemon_request *q, zkl_bytes text)
{
    char tag[DAEMON_TAG_CHARS];
    daemon_tag_of(tag, text);
    daemon_bytes_tagged(q->exchange, "application/json", tag, text);
}

/* Kept among the receipts, of no ledger. */
void daemon_send_openapi(daemon_request *q)
{
    daemon_receipts *const receipts = q->daemon->receipts;
    char *const name = name_of(q);
    const daemon_receipt *const kept = name ? daemon_receipts_find(receipts, NULL, 1, name) : NULL;
    json_t *const made = kept || !name ? NULL : daemon_openapi(q);
    char *const text = made ? json_dumps(made, JSON_INDENT(2) | JSON_ENSURE_ASCII) : NULL;
    json_decref(made);
    if (text)
        daemon_receipts_keep(receipts, NULL, 1, name, zkl_bytes_of_text(text));
    free(name);
    if (kept) {
        daemon_bytes_tagged(q->exchange, "application/json", kept->tag, kept->bytes);
        daemon_receipt_drop(kept);
    } else if (text) {
        send_text(q, zkl_bytes_of_text(text));
    } else {
        daemon_problem(q->exchange, ZKL_NO_MEMORY, "no memory for the document");
    }
    free(text);
}
