#include "page/form.h"

#include <string.h>

#include "text/url.h"

/* Percent-encoding and '+' undone; false: it is broken. */
static bool decode(zkl_buffer *out, zkl_bytes in)
{
    zkl_buffer_put(out, in.data, in.size);
    return !out->failed && zkl_url_take(out->data, &out->size, zkl_buffer_bytes(out), true) &&
           (!out->size || !memchr(out->data, 0, out->size));
}

static bool take_field(json_t *form, zkl_bytes raw_name, zkl_bytes raw_value)
{
    ZKL_AUTO_CLEAR(zkl_buffer) name = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) value = { 0 };
    if (!decode(&name, raw_name) || !decode(&value, raw_value) || !name.size)
        return false;
    zkl_buffer_put_u8(&name, 0);
    if (name.failed || json_object_get(form, (const char *)name.data))
        return false;
    return json_object_set_new(
               form, (const char *)name.data,
               json_stringn(value.size ? (const char *)value.data : "", value.size)) == 0;
}

json_t *page_form_read(zkl_bytes body)
{
    json_t *const form = json_object();
    zkl_bytes name, value;
    while (form && zkl_url_next(&name, &value, &body))
        if (json_object_size(form) == PAGE_FIELDS_MAX || !take_field(form, name, value)) {
            json_decref(form);
            return NULL;
        }
    return form;
}

json_t *page_form_lines(const json_t *form, const char *name)
{
    const char *lines = page_form_text(form, name);
    json_t *const all = json_array();
    while (*lines) {
        const size_t size = strcspn(lines, "\r\n");
        if (size)
            json_array_append_new(all, json_stringn(lines, size));
        lines += size + strspn(lines + size, "\r\n");
    }
    return all;
}

const char *page_form_text(const json_t *form, const char *name)
{
    const char *const text = json_string_value(json_object_get(form, name));
    return text ? text : "";
}
