/* The OpenAPI document. Operations are rows of src/api: their schemas are the table's own. */
#include "daemon/daemon.h"

/* {"name": .., "in": .., "required": true, "schema": {"type": "string"}} */
static json_t *parameter(const char *name, const char *in, bool required)
{
    return json_pack("{s:s, s:s, s:b, s:{s:s}}", "name", name, "in", in, "required", required,
                     "schema", "type", "string");
}

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
    char path[80];
    snprintf(path, sizeof path, "/v1/call/%s", name);
    json_object_set_new(paths, path, json_pack("{s:o}", "post", post));
}

typedef struct route {
    const char *path, *method, *id, *summary, *parameter, *code, *type;
} route;

/* What is no row. */
static const route routes[] = {
    { "/v1/datasets", "get", "listDatasets", "the datasets", NULL, "200", "application/json" },
    { "/v1/datasets/{name}", "get", "showDataset", "a dataset", "name", "200", "application/json" },
    { "/v1/datasets/{name}", "put", "uploadDataset", "notarise a table", "name", "202",
      "application/json" },
    { "/v1/datasets/{name}/receipt", "get", "getReceipt", "its receipt", "name", "200",
      "application/octet-stream" },
    { "/v1/verify", "post", "verifyReceipt", "verify a receipt with this ledger's trust", NULL,
      "200", "application/json" },
    { "/v1/trust", "get", "getTrust", "the trust file", NULL, "200", "application/toml" },
    { "/v1/operations", "get", "listOperations", "operations of this key", NULL, "200",
      "application/json" },
    { "/v1/operations/{id}", "get", "showOperation", "how far it is, and its answer", "id", "200",
      "application/json" },
    { "/v1/operations/{id}", "delete", "cancelOperation", "cancel it", "id", "202",
      "application/json" },
    { "/v1/operations/{id}/events", "get", "watchOperation", "its steps as they come", "id", "200",
      "text/event-stream" },
    { "/v1/keys", "get", "listKeys", "the API keys", NULL, "200", "application/json" },
    { "/v1/keys", "post", "makeKey", "a new one; its secret is shown once", NULL, "201",
      "application/json" },
    { "/v1/keys/{id}", "delete", "removeKey", "end it", "id", "204", "application/json" },
};

static void add_route(json_t *paths, const route *r)
{
    json_t *path = json_object_get(paths, r->path);
    if (!path) {
        path = json_object();
        json_object_set_new(paths, r->path, path);
    }
    json_t *const method =
        json_pack("{s:s, s:s, s:o}", "operationId", r->id, "summary", r->summary, "responses",
                  responses(r->code, r->summary, r->type, json_object()));
    if (r->parameter)
        json_object_set_new(method, "parameters",
                            json_pack("[o]", parameter(r->parameter, "path", true)));
    json_object_set_new(path, r->method, method);
}

json_t *daemon_openapi(void)
{
    zkl_call_result table = { 0 };
    if (zkl_operations(&table, NULL) != ZKL_OK)
        return NULL;
    json_t *const rows = json_loadb(table.json, table.json_size, 0, NULL);
    json_t *const paths = json_object();
    size_t i;
    json_t *row;
    for (size_t r = 0; r < ZKL_COUNT(routes); r++)
        add_route(paths, &routes[r]);
    json_array_foreach(json_object_get(rows, "operations"), i, row) add_call(paths, row);
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
