/* JSON Schema (draft 2020-12) from rows: what api_read takes and api_write gives, said once more
 * for programs.
 *
 * Kept to the words that every generator of clients has: type, properties, required, enum,
 * items, pattern, anyOf with null. A dotted name makes nested objects, as in field.c.
 * tests/interop/operations_long.sh lets a validator of others judge the schemas, the answers by
 * them, and whether both refuse the same requests. */
#include "api/schema.h"

#include <string.h>

#include "base/arena.h"

/* Members are put through `put`, which remembers the first failure in *ok: without memory the
 * whole schema is NULL. */
static void put(json_t *object, const char *key, json_t *value, bool *ok)
{
    *ok &= value && json_object_set_new(object, key, value) == 0;
}

/* A type, or that type and null. */
static json_t *of_type(const char *type, bool is_nullable, bool *ok)
{
    json_t *schema = json_object();
    put(schema, "type", is_nullable ? json_pack("[s, s]", type, "null") : json_string(type), ok);
    return schema;
}

/* Elements of one schema: no list here mixes kinds. */
static json_t *array_of(json_t *items, bool *ok)
{
    json_t *schema = of_type("array", false, ok);
    put(schema, "items", items, ok);
    return schema;
}

/* A path is marked, so that a server can refuse members that name files of its machine, and with
 * what is done with it, so that a program can send and fetch files for another machine. */
static json_t *text_schema(const api_field *field, bool *ok)
{
    static const char *const uses[] = { [API_PATH_READ] = "read",
                                        [API_PATH_WRITTEN] = "written",
                                        [API_PATH_EITHER] = "read or written",
                                        [API_PATH_READ_OR_NAME] = "read, or a name",
                                        [API_PATH_READ_OR_COUNT] = "read, or a number",
                                        [API_PATH_OWN] = "own" };
    json_t *schema = of_type("string", field->nullable, ok);
    if (field->is_path) {
        put(schema, "format", json_string("path"), ok);
        put(schema, "x-path", json_string(uses[field->path_use]), ok);
    }
    return schema;
}

/* Up to 2^63 - 1, which a schema need not say: JSON's integers end there for most readers. */
static json_t *number_schema(const api_field *field, bool *ok)
{
    json_t *schema = of_type("integer", false, ok);
    put(schema, "minimum", json_integer(0), ok);
    if (field->size == sizeof(uint32_t))
        put(schema, "maximum", json_integer(UINT32_MAX), ok);
    return schema;
}

/* The names say the type. */
static json_t *enum_schema(const api_field *field, bool *ok)
{
    ZKL_ASSERT(field->names && field->names[0]);
    json_t *schema = json_object(), *names = json_array();
    for (size_t i = 0; field->names[i]; i++)
        *ok &= json_array_append_new(names, json_string(field->names[i])) == 0;
    put(schema, "enum", names, ok);
    return schema;
}

/* Null stands beside what is else there. */
static json_t *or_null(json_t *schema, bool *ok)
{
    json_t *either = json_array(), *out = json_object();
    *ok &= json_array_append_new(either, schema) == 0;
    *ok &= json_array_append_new(either, of_type("null", false, ok)) == 0;
    put(out, "anyOf", either, ok);
    return out;
}

static json_t *object_schema(const api_object *object, bool is_request, bool *ok);

static json_t *value_schema(const api_field *field, bool is_request, bool *ok)
{
    json_t *schema = NULL;
    switch (field->kind) {
    case API_TEXT:
        return text_schema(field, ok);
    case API_CHARS:
        return of_type("string", false, ok);
    case API_BOOL:
    case API_ANSWER:
        return of_type("boolean", false, ok);
    case API_NUMBER:
        return number_schema(field, ok);
    case API_SECONDS:
        return of_type("number", false, ok);
    case API_DIGEST:
        schema = of_type("string", false, ok);
        put(schema, "pattern", json_string("^[0-9a-f]{64}$"), ok);
        return schema;
    case API_BYTES:
        schema = of_type("string", false, ok);
        put(schema, "contentEncoding", json_string("base64"), ok);
        return schema;
    case API_ENUM:
        return enum_schema(field, ok);
    case API_TEXTS:
        return array_of(text_schema(field, ok), ok);
    case API_NUMBERS:
        return array_of(of_type("integer", false, ok), ok);
    case API_LIST:
    case API_ARRAY:
        return array_of(object_schema(field->of, is_request, ok), ok);
    case API_STRUCT:
    case API_POINTED:
        return object_schema(field->of, is_request, ok);
    case API_WRITTEN:
        ZKL_ASSERT(field->schema);
        return json_loads(field->schema, 0, NULL);
    case API_SPREAD:
    case API_SPREAD_POINTED:
    case API_KIND_COUNT:
        break;
    }
    ZKL_UNREACHABLE("no value of its own");
    return NULL;
}

/* The object schema that the member's last name part stands in, made on the way. A nested object
 * is required when one of its members is. */
static json_t *nest(json_t *schema, const char **name, bool is_request, bool is_required, bool *ok)
{
    const char *dot;
    while (*ok && (dot = strchr(*name, '.')) != NULL) {
        json_t *properties = json_object_get(schema, "properties");
        char key[128];
        const size_t size = (size_t)(dot - *name);
        ZKL_ASSERT(size < sizeof key);
        memcpy(key, *name, size);
        key[size] = 0;
        json_t *inner = json_object_get(properties, key);
        if (!inner) {
            static const api_object empty = { .size = 1 };
            put(properties, key, inner = object_schema(&empty, is_request, ok), ok);
            if (is_required)
                *ok &= json_array_append_new(json_object_get(schema, "required"),
                                             json_string(key)) == 0;
        }
        schema = inner;
        *name = dot + 1;
    }
    return schema;
}

/* A request's members are required where the row says so, a result's where they are always
 * written. */
static void put_members(json_t *schema, const api_object *object, bool is_request, bool *ok)
{
    for (size_t i = 0; i < object->field_count && *ok; i++) {
        const api_field *field = &object->fields[i];
        const char *name = field->name;
        if (field->kind == API_SPREAD || field->kind == API_SPREAD_POINTED) {
            /* A struct that is there at times alone demands nothing. */
            json_t *before = json_copy(json_object_get(schema, "required"));
            put_members(schema, field->of, is_request, ok);
            if (field->when)
                put(schema, "required", before, ok);
            else
                json_decref(before);
            continue;
        }
        const bool is_required = is_request ? field->required : !field->when;
        json_t *parent = nest(schema, &name, is_request, is_required, ok);
        json_t *value = value_schema(field, is_request, ok);
        if (field->is_null)
            value = or_null(value, ok);
        if (field->help)
            put(value, "description", json_string(field->help), ok);
        put(json_object_get(parent, "properties"), name, value, ok);
        if (is_required)
            *ok &=
                json_array_append_new(json_object_get(parent, "required"), json_string(name)) == 0;
    }
}

static json_t *object_schema(const api_object *object, bool is_request, bool *ok)
{
    json_t *schema = of_type("object", false, ok);
    put(schema, "properties", json_object(), ok);
    put(schema, "required", json_array(), ok);
    if (object)
        put_members(schema, object, is_request, ok);
    if (is_request) /* a result may get new members */
        put(schema, "additionalProperties", json_false(), ok);
    return schema;
}

/* A schema that lacks a part would permit too much: then there is none. */
static json_t *finish(json_t *schema, bool ok)
{
    if (ok)
        return schema;
    json_decref(schema);
    return NULL;
}

json_t *api_request_schema(const api_operation *operation)
{
    bool ok = true;
    json_t *schema = object_schema(operation->request, true, &ok);
    return finish(schema, ok);
}

/* "status" and "exit_code" end every answer; of a failure so do "error" and perhaps "check". */
json_t *api_answer_schema(const api_operation *operation, bool failed)
{
    bool ok = true;
    const api_object *object = failed ? operation->failure : operation->result;
    json_t *schema = object_schema(object, false, &ok);
    json_t *properties = json_object_get(schema, "properties");
    json_t *required = json_object_get(schema, "required");
    static const char *const always[] = { "status", "exit_code", "error" };
    put(properties, "status", of_type("string", false, &ok), &ok);
    put(properties, "exit_code", of_type("integer", false, &ok), &ok);
    if (failed) {
        put(properties, "error", of_type("string", false, &ok), &ok);
        put(properties, "check", of_type("string", false, &ok), &ok);
        put(properties, "hint", of_type("string", false, &ok), &ok);
        put(properties, "hint_value", of_type("string", false, &ok), &ok);
    }
    for (size_t i = 0; i < (failed ? 3 : 2); i++)
        ok &= json_array_append_new(required, json_string(always[i])) == 0;
    return finish(schema, ok);
}
