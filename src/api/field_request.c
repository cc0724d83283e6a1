/* A request's struct as the JSON that api_read makes the same struct of: what a caller of another
 * machine's operation sends.
 *
 * Only what is said is written. A record of zeros says nothing (api_read), so a member that is all
 * zeros is left out, unless its row demands it. A list that is empty and not NULL is something that
 * was said. */
#include "api/field_internal.h"

#include <string.h>

#include "base/buffer.h"
#include "text/base64.h"

static bool is_zero(const void *value, size_t size)
{
    const uint8_t *bytes = value;
    uint8_t any = 0;
    for (size_t i = 0; i < size; i++)
        any |= bytes[i];
    return any == 0;
}

/* It may be a data key: its text is wiped. */
static json_t *write_bytes(const zkl_bytes *bytes)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    zkl_buffer_put_base64(&text, bytes->data, bytes->size);
    return text.failed ? NULL : json_stringn((const char *)text.data, text.size);
}

static json_t *write_struct(const api_object *object, const void *record)
{
    json_t *const out = json_object();
    if (out && api_write_request(out, object, record, NULL) != ZKL_OK) {
        json_decref(out);
        return NULL;
    }
    return out;
}

static json_t *write_list(const api_field *field, const uint8_t *first, size_t count)
{
    json_t *const array = json_array();
    for (size_t i = 0; array && i < count; i++)
        if (json_array_append_new(array, write_struct(field->of, first + i * field->of->size)) !=
            0) {
            json_decref(array);
            return NULL;
        }
    return array;
}

/* *out NULL: nothing was said. false without memory. */
static bool write_said(json_t **out, const api_field *field, const void *record)
{
    const void *const value = api_field_value(field, record);
    *out = NULL;
    if (field->kind == API_STRUCT) {
        *out = write_struct(field->of, value);
        if (*out && !json_object_size(*out) && !field->required) {
            json_decref(*out);
            *out = NULL;
            return true;
        }
        return *out != NULL;
    }
    if (field->kind == API_BYTES ? !((const zkl_bytes *)value)->size
                                 : !field->required && is_zero(value, field->size))
        return true;
    if (field->kind == API_BYTES)
        *out = write_bytes(value);
    else if (field->kind == API_LIST)
        *out = write_list(field, *(const uint8_t *const *)value, api_field_count(field, record));
    else
        *out = api_field_write(field, record);
    return *out != NULL;
}

zkl_status api_write_request(json_t *out, const api_object *object, const void *record,
                             zkl_error *err)
{
    ZKL_ASSERT(out && object && record);
    for (size_t i = 0; i < object->field_count; i++) {
        const char *last;
        json_t *value;
        if (!write_said(&value, &object->fields[i], record))
            return zkl_no_memory(err, object->size);
        if (!value)
            continue;
        json_t *const parent = api_field_parent(out, object->fields[i].name, &last);
        if (!parent || json_object_set_new(parent, last, value) != 0)
            return zkl_no_memory(err, object->size);
    }
    return ZKL_OK;
}

static zkl_status check_output(const api_field *field, const void *value, zkl_error *err)
{
    const char *const path = field->kind == API_TEXT ? *(const char *const *)value : NULL;
    return path && strcmp(path, "-") == 0
               ? zkl_fail(err, ZKL_USAGE, "member '%s' is a path, and '-' is none", field->name)
               : ZKL_OK;
}

zkl_status api_check_outputs(const api_object *object, const void *record, zkl_error *err)
{
    for (size_t i = 0; i < object->field_count; i++) {
        const api_field *const field = &object->fields[i];
        const void *const value = api_field_value(field, record);
        if (field->is_path && field->path_use == API_PATH_WRITTEN)
            ZKL_TRY(check_output(field, value, err));
        if (field->kind == API_STRUCT)
            ZKL_TRY(api_check_outputs(field->of, value, err));
        for (size_t k = 0; field->kind == API_LIST && k < api_field_count(field, record); k++)
            ZKL_TRY(api_check_outputs(field->of,
                                      *(const uint8_t *const *)value + k * field->of->size, err));
    }
    return ZKL_OK;
}

/* ---- paths in JSON, for those who hand a request on */

bool api_is_path(api_path_use use, const char *text)
{
    if (!text || !text[0])
        return true; /* a list, or a path that is none: its reader says so */
    if (use == API_PATH_READ_OR_NAME)
        return strpbrk(text, "/.:") != NULL;
    return use != API_PATH_READ_OR_COUNT || text[strspn(text, "0123456789")] != 0;
}

json_t *api_holder_of(json_t *at, const char **name)
{
    for (const char *dot; at && (dot = strchr(*name, '.')) != NULL; *name = dot + 1) {
        char key[64];
        const size_t size = (size_t)(dot - *name);
        ZKL_ASSERT(size < sizeof key); /* a row of our own */
        memcpy(key, *name, size);
        key[size] = 0;
        at = json_object_get(at, key);
    }
    return json_is_object(at) ? at : NULL;
}
