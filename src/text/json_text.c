/* Canonical JSON, and the check that bytes are canonical.
 *
 * The check is the encoder: what was parsed is written again and must be the same bytes. So
 * whatever the parser would let pass (white space, other escapes, another order, numbers written
 * differently) is refused, and signed JSON has one form. Real numbers have none, so they are
 * refused. */
#include "text/json_text.h"

#include <string.h>

#include "base/bytes.h"

/* The shortest escapes. The text is taken to be UTF-8; bytes from 0x80 on pass as they are. */
void zkl_json_put_string(zkl_buffer *out, zkl_bytes text)
{
    static const char short_escapes[] = "\b\t\n\f\r\"\\", names[] = "btnfr\"\\";
    size_t put = 0; /* so much is there, in runs of what needs no escape */
    zkl_buffer_put_u8(out, '"');
    for (size_t i = 0; i < text.size; i++) {
        const uint8_t c = text.data[i];
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        const char *const escape = c ? strchr(short_escapes, (char)c) : NULL;
        zkl_buffer_put(out, text.data + put, i - put);
        put = i + 1;
        if (escape) {
            zkl_buffer_put_u8(out, '\\');
            zkl_buffer_put_u8(out, (uint8_t)names[escape - short_escapes]);
        } else {
            zkl_buffer_format(out, "\\u%04x", c);
        }
    }
    if (text.size > put)
        zkl_buffer_put(out, text.data + put, text.size - put);
    zkl_buffer_put_u8(out, '"');
}

/* The member whose name comes next behind `last` in byte order; names hold no NUL (the parser
 * refuses them). */
static const char *next_member(const json_t *object, const char *last)
{
    const char *best = NULL, *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)object, key,
                        value) if ((!last || strcmp(key, last) > 0) &&
                                   (!best || strcmp(key, best) < 0)) best = key;
    return best;
}

/* The members as they lie, which for what was parsed is as they stood: so canonical text is written
 * again without a search. */
static bool is_in_order(const json_t *object)
{
    const char *key, *before = NULL;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)object, key, value)
    {
        if (before && strcmp(key, before) <= 0)
            return false;
        before = key;
    }
    return true;
}

static bool put_member(zkl_buffer *out, const char *key, const json_t *value, bool is_first)
{
    if (!is_first)
        zkl_buffer_put_u8(out, ',');
    zkl_json_put_string(out, zkl_bytes_of_text(key));
    zkl_buffer_put_u8(out, ':');
    return zkl_json_put(out, value);
}

static bool put_in_order(zkl_buffer *out, const json_t *object)
{
    const char *key;
    json_t *value;
    bool is_first = true;
    json_object_foreach((json_t *)(uintptr_t)object, key, value)
    {
        if (!put_member(out, key, value, is_first))
            return false;
        is_first = false;
    }
    return true;
}

static bool put_sorted(zkl_buffer *out, const json_t *object)
{
    const char *const first = next_member(object, NULL);
    for (const char *key = first; key; key = next_member(object, key))
        if (!put_member(out, key, json_object_get(object, key), key == first))
            return false;
    return true;
}

/* Empty names are fine; the search begins with NULL, which is before all of them. */
static bool put_object(zkl_buffer *out, const json_t *object)
{
    ZKL_ASSERT(json_is_object(object));
    if (json_object_size(object) > ZKL_JSON_MEMBERS_MAX)
        return false;
    zkl_buffer_put_u8(out, '{');
    if (!(is_in_order(object) ? put_in_order : put_sorted)(out, object))
        return false;
    zkl_buffer_put_u8(out, '}');
    return true;
}

/* Elements in their order, each canonical. */
static bool put_array(zkl_buffer *out, const json_t *array)
{
    ZKL_ASSERT(json_is_array(array));
    zkl_buffer_put_u8(out, '[');
    for (size_t i = 0; i < json_array_size(array); i++) {
        if (i)
            zkl_buffer_put_u8(out, ',');
        if (!zkl_json_put(out, json_array_get(array, i)))
            return false;
    }
    zkl_buffer_put_u8(out, ']');
    return true;
}

/* Recursion: as deep as the value, which the parser has limited. */
bool zkl_json_put(zkl_buffer *out, const json_t *value)
{
    ZKL_ASSERT(value);
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        return put_object(out, value);
    case JSON_ARRAY:
        return put_array(out, value);
    case JSON_STRING:
        zkl_json_put_string(out, zkl_bytes_of(json_string_value(value), json_string_length(value)));
        return true;
    case JSON_INTEGER:
        zkl_buffer_format(out, "%lld", (long long)json_integer_value(value));
        return true;
    case JSON_TRUE:
        zkl_buffer_put_text(out, "true");
        return true;
    case JSON_FALSE:
        zkl_buffer_put_text(out, "false");
        return true;
    case JSON_NULL:
        zkl_buffer_put_text(out, "null");
        return true;
    /* Has no canonical text. */
    case JSON_REAL:
        break;
    }
    return false;
}

/* jansson reports where and why in `where`. No memory is told apart from bad input: the one is no
 * fact about the bytes. */
zkl_status zkl_json_parse_canonical(json_t **out, zkl_bytes bytes, const char *object,
                                    zkl_error *err)
{
    json_error_t where = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) again = { 0 };
    json_t *value = json_loadb(bytes.size ? (const char *)bytes.data : "", bytes.size,
                               JSON_REJECT_DUPLICATES, &where);
    if (!value && json_error_code(&where) == json_error_out_of_memory)
        return zkl_no_memory(err, bytes.size);
    if (!value)
        return zkl_fail(err, ZKL_BAD_INPUT, "%s: not JSON at byte %d: %s", object, where.position,
                        where.text);
    /* A buffer without memory is told before a difference: it would look like one. */
    const bool is_plain = zkl_json_put(&again, value);
    zkl_status status = zkl_buffer_status(&again, err);
    if (status == ZKL_OK && (!is_plain || !zkl_bytes_equal(zkl_buffer_bytes(&again), bytes)))
        status =
            zkl_fail(err, ZKL_BAD_INPUT,
                     "%s: not in canonical form (members in byte order, no white space)", object);
    if (status != ZKL_OK) {
        json_decref(value);
        return status;
    }
    ZKL_ASSERT(again.size == bytes.size);
    *out = value;
    return ZKL_OK;
}
