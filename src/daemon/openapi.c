/* The OpenAPI document. Operations are rows of src/api: their schemas are the table's own. */
#include "daemon/daemon.h"

#include <ctype.h>
#include <stdio.h>

#define PATH_CHARS_MAX 80

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

/* POST /v1/call/NAME */
static void add_call(json_t *paths, json_t *row)
{
    const char *const name = json_string_value(json_object_get(row, "name"));
    json_t *const body = json_pack("{s:b, s:{s:{s:O}}}", "required", 0, "content",
                                   "application/json", "schema", json_object_get(row, "request"));
    json_t *const post =
        json_pack("{s:s, s:O, s:o, s:o}", "operationId", name, "summary",
                  json_object_get(row, "summary"), "requestBody", body, "responses",
                  responses("200", "its result", "application/json",
                            json_incref(json_object_get(row, "result"))));
    char path[PATH_CHARS_MAX];
    snprintf(path, sizeof path, "/v1/call/%s", name);
    json_object_set_new(paths, path, json_pack("{s:o}", "post", post));
}

/* Of "{name}". */
static json_t *parameter(const char *part)
{
    return json_pack("{s:s%, s:s, s:b, s:{s:s}}", "name", part + 1, strlen(part) - 2, "in", "path",
                     "required", 1, "schema", "type", "string");
}

/* A row of the table of paths, which may have several methods. */
static void add_route(json_t *paths, const daemon_route *r)
{
    char path[PATH_CHARS_MAX] = "", method[8] = "", code[4];
    json_t *const parameters = json_array();
    for (size_t i = 0, size = 0; i < ZKL_COUNT(r->at) && r->at[i]; i++) {
        size += (size_t)snprintf(path + size, sizeof path - size, "/%s", r->at[i]);
        ZKL_ASSERT(size < sizeof path); /* a table of our own */
        if (r->at[i][0] == '{')
            json_array_append_new(parameters, parameter(r->at[i]));
    }
    for (size_t i = 0; r->method[i]; i++)
        method[i] = (char)tolower(r->method[i]);
    snprintf(code, sizeof code, "%d", r->code);
    if (!json_object_get(paths, path))
        json_object_set_new(paths, path, json_object());
    json_object_set_new(
        json_object_get(paths, path), method,
        json_pack(
            "{s:s, s:s, s:o, s:o}", "operationId", r->id, "summary", r->summary, "parameters",
            parameters, "responses",
            responses(code, r->summary, r->type ? r->type : "application/json", json_object())));
}

json_t *daemon_openapi(void)
{
    zkl_call_result table = { 0 };
    if (zkl_operations(&table, NULL) != ZKL_OK)
        return NULL;
    json_t *const rows = json_loadb(table.json, table.json_size, 0, NULL);
    json_t *const paths = json_object();
    size_t at;
    json_t *row;
    for (size_t i = 0; i < daemon_route_count; i++)
        if (daemon_routes[i].id)
            add_route(paths, &daemon_routes[i]);
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
