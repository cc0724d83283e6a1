/* Rows at work: one writer from C structs to JSON, one reader back.
 *
 * Both go through memory by offset and size, so a wrong row would read or write beside its member.
 * What keeps that from happening:
 *  1. Offsets and sizes are never written by hand: API_AT and API_COUNT take them from the struct.
 *  2. A row's kind fits the member's type. The size is asserted here where C has several (numbers,
 *     enums); the rest is what tests/unit/api goes through for every row of every operation.
 *  3. A record to be read into is all zeros, so that a member that was not said is one that says
 *     nothing.
 *
 * Functions that make a value return NULL without memory, and a value that could not be put
 * anywhere is freed: jansson's _new functions take over what they are given, also when they
 * fail. */
#include "api/field.h"

#include <stdio.h>
#include <string.h>

#include <zkl/reading.h>

#include "api/field_internal.h"

#include "base/buffer.h"
#include "text/base64.h"
#include "text/shown.h"

/* Of a member's dotted name, in a request and in an error. No row's name comes near it. */
#define PATH_BYTES_MAX 256

json_t *api_text(const char *text)
{
    /* Names of files are bytes. Those that are UTF-8, nearly all, go as they are. */
    ZKL_AUTO_CLEAR(zkl_buffer) shown = { 0 };
    json_t *value = json_string(text ? text : "");
    if (value)
        return value;
    zkl_buffer_put_shown(&shown, zkl_bytes_of_text(text), 0);
    return json_stringn((const char *)shown.data, shown.size);
}

/* Lower case, as everywhere. */
json_t *api_digest(const zkl_digest *digest)
{
    char hex[2 * sizeof digest->bytes + 1];
    zkl_hex_encode(hex, digest->bytes, sizeof digest->bytes);
    return json_string(hex);
}

/* ---- Writing */

/* Invariant 1: the row has the member's own offset. */
const void *api_field_value(const api_field *field, const void *record)
{
    ZKL_ASSERT(record);
    return (const uint8_t *)record + field->offset;
}

/* Counts are size_t everywhere in the library, and a row does not say its size. */
size_t api_field_count(const api_field *field, const void *record)
{
    ZKL_ASSERT(record && field->count_offset % _Alignof(size_t) == 0);
    return *(const size_t *)(const void *)((const uint8_t *)record + field->count_offset);
}

/* Rows of numbers are uint32_t, uint64_t or size_t, told apart by size alone. */
static uint64_t number_of(const api_field *field, const void *value)
{
    ZKL_ASSERT(field->size == sizeof(uint32_t) || field->size == sizeof(uint64_t));
    return field->size == sizeof(uint32_t) ? *(const uint32_t *)value : *(const uint64_t *)value;
}

/* A value that has no name is null: results come from the library, but some from a file that
 * another version wrote. */
static json_t *enum_name(const api_field *field, const void *value)
{
    ZKL_ASSERT(field->names);
    ZKL_ASSERT(field->size == sizeof(unsigned) || field->size == sizeof(bool));
    const unsigned number =
        field->size == sizeof(bool) ? *(const bool *)value : *(const unsigned *)value;
    for (unsigned i = 0; field->names[i]; i++)
        if (i == number)
            return json_string(field->names[i]);
    return json_null();
}

/* Takes over `item`. false without memory; the array is the caller's still. */
static bool append(json_t *array, json_t *item)
{
    return json_array_append_new(array, item) == 0;
}

/* A list that failed half way is freed whole: no answer has half of one. */
static json_t *write_texts(const char *const *texts, size_t count)
{
    ZKL_ASSERT(texts || count == 0);
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++)
        if (!append(array, api_text(texts[i]))) {
            json_decref(array);
            return NULL;
        }
    return array;
}

/* JSON's integers are jansson's, signed: no count, size or index of the library reaches 2^63. */
static json_t *write_numbers(const uint64_t *numbers, size_t count)
{
    ZKL_ASSERT(numbers || count == 0);
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++)
        if (!append(array, json_integer((json_int_t)numbers[i]))) {
            json_decref(array);
            return NULL;
        }
    return array;
}

/* A struct as an object of its own. */
static json_t *write_record(const api_object *object, const void *record)
{
    ZKL_ASSERT(object && record);
    json_t *out = json_object();
    if (out && api_write(out, object, record, NULL) != ZKL_OK) {
        json_decref(out);
        return NULL;
    }
    return out;
}

/* Elements lie one behind the other, each as large as its rows' struct. */
static json_t *write_list(const api_field *field, const uint8_t *first, size_t count)
{
    ZKL_ASSERT(field->of && (first || count == 0));
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++) {
        const uint8_t *element = first + i * field->of->size;
        if (field->keep && !field->keep(element))
            continue;
        if (!append(array, write_record(field->of, element))) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

/* NULL without memory. */
json_t *api_field_write(const api_field *field, const void *record)
{
    const void *value = api_field_value(field, record);
    /* No default: a new kind does not compile until it is written here, read below, and in
     * schema.c. */
    switch (field->kind) {
    case API_TEXT: {
        const char *text = *(const char *const *)value;
        return !text && field->nullable ? json_null() : api_text(text);
    }
    case API_CHARS:
        return api_text(value);
    case API_BOOL:
        return json_boolean(*(const bool *)value);
    case API_ANSWER:
        return json_boolean(*(const zkl_answer *)value == ZKL_YES);
    case API_NUMBER:
        return json_integer((json_int_t)number_of(field, value));
    case API_SECONDS:
        return json_real(*(const double *)value);
    case API_DIGEST:
        return api_digest(value);
    case API_ENUM:
        return enum_name(field, value);
    case API_TEXTS:
        return write_texts(*(const char *const *const *)value, api_field_count(field, record));
    case API_NUMBERS:
        return write_numbers(*(const uint64_t *const *)value, api_field_count(field, record));
    case API_LIST:
        return write_list(field, *(const uint8_t *const *)value, api_field_count(field, record));
    case API_ARRAY:
        return write_list(field, value, api_field_count(field, record));
    case API_STRUCT:
        return write_record(field->of, value);
    case API_POINTED:
        return write_record(field->of, *(const void *const *)value);
    case API_WRITTEN: /* sees the whole record: what it writes is of several members */
        return field->write(record);
    case API_BYTES:
    case API_SPREAD:
    case API_SPREAD_POINTED:
    case API_KIND_COUNT:
        break;
    }
    ZKL_UNREACHABLE("a kind of requests alone");
    return NULL;
}

/* The object that a dotted name's last part stands in, made on the way; *last is that part. NULL
 * without memory. */
json_t *api_field_parent(json_t *out, const char *name, const char **last)
{
    ZKL_ASSERT(name[0]);
    const char *dot;
    while (out && (dot = strchr(name, '.')) != NULL) {
        char key[PATH_BYTES_MAX];
        const size_t size = (size_t)(dot - name);
        ZKL_ASSERT(size < sizeof key);
        memcpy(key, name, size);
        key[size] = 0;
        json_t *inner = json_object_get(out, key);
        if (!inner) {
            inner = json_object();
            if (json_object_set_new(out, key, inner) != 0)
                return NULL;
        }
        out = inner;
        name = dot + 1;
    }
    *last = name;
    return out;
}

/* In the order of the rows, which is the order in which people read a result. */
zkl_status api_write(json_t *out, const api_object *object, const void *record, zkl_error *err)
{
    ZKL_ASSERT(out && object && record);
    for (size_t i = 0; i < object->field_count; i++) {
        const api_field *field = &object->fields[i];
        const char *last;
        if (field->when && !field->when(record))
            continue;
        if (field->kind == API_SPREAD) {
            ZKL_TRY(api_write(out, field->of, api_field_value(field, record), err));
            continue;
        }
        if (field->kind == API_SPREAD_POINTED) {
            ZKL_TRY(api_write(out, field->of, *(const void *const *)api_field_value(field, record),
                              err));
            continue;
        }
        const bool is_null = field->is_null && field->is_null(record);
        json_t *parent = api_field_parent(out, field->name, &last);
        if (!parent ||
            json_object_set_new(parent, last,
                                is_null ? json_null() : api_field_write(field, record)) != 0)
            return zkl_no_memory(err, object->size);
    }
    return ZKL_OK;
}

/* ---- Reading
 *
 * Nothing is guessed or converted: 1.0 is no whole number, "yes" is not true, null is not
 * absence. What a request says and its operation does not have is refused and not passed over,
 * since the caller meant something by it. */

/* In the words of the errors, and in the order of jansson's enum. */
static const char *type_name(const json_t *value)
{
    static const char *const names[] = { "an object", "a list", "a text", "a whole number",
                                         "a number",  "true",   "false",  "null" };
    return names[json_typeof(value)];
}

/* By the member's own name. It is not the caller's text, so it may stand in an error as it is. */
static zkl_status wrong_type(const api_field *field, const char *wanted, const json_t *value,
                             zkl_error *err)
{
    return zkl_fail(err, ZKL_USAGE, "member '%s' is %s, not %s", field->name, wanted,
                    type_name(value));
}

/* A text in memory. A NUL inside would end it early for whoever reads it. */
static zkl_status read_text(const char **out, zkl_arena *memory, const api_field *field,
                            const json_t *value, zkl_error *err)
{
    if (!json_is_string(value))
        return wrong_type(field, "a text", value, err);
    const size_t size = json_string_length(value);
    if (memchr(json_string_value(value), 0, size))
        return zkl_fail(err, ZKL_USAGE, "member '%s' holds a NUL", field->name);
    *out = zkl_arena_text(memory, json_string_value(value), size);
    return *out ? ZKL_OK : zkl_no_memory(err, size);
}

/* From 0 to what the member holds. jansson has refused what does not fit into 63 bits. */
static zkl_status read_number(void *out, const api_field *field, const json_t *value,
                              zkl_error *err)
{
    ZKL_ASSERT(field->size == sizeof(uint32_t) || field->size == sizeof(uint64_t));
    if (!json_is_integer(value))
        return wrong_type(field, "a whole number", value, err);
    const json_int_t number = json_integer_value(value);
    if (number < 0 || (field->size == sizeof(uint32_t) && number > UINT32_MAX))
        return zkl_fail(err, ZKL_USAGE, "member '%s' is out of its range: %lld", field->name,
                        (long long)number);
    if (field->size == sizeof(uint32_t))
        *(uint32_t *)out = (uint32_t)number;
    else
        *(uint64_t *)out = (uint64_t)number;
    return ZKL_OK;
}

/* 64 digits, no more and no less. */
static zkl_status read_digest(zkl_digest *out, const api_field *field, const json_t *value,
                              zkl_error *err)
{
    if (!json_is_string(value))
        return wrong_type(field, "64 hex digits", value, err);
    if (!zkl_hex_decode(out->bytes, sizeof out->bytes, json_string_value(value),
                        json_string_length(value)))
        return zkl_fail(err, ZKL_USAGE, "member '%s' is not 64 hex digits", field->name);
    return ZKL_OK;
}

/* Strict base64, so that one value has one text. */
static zkl_status read_bytes(zkl_bytes *out, zkl_arena *memory, const api_field *field,
                             const json_t *value, zkl_error *err)
{
    if (!json_is_string(value))
        return wrong_type(field, "base64", value, err);
    /* One byte more than is needed: an empty text is 0 bytes, and still has a place. */
    const zkl_bytes text = zkl_bytes_of(json_string_value(value), json_string_length(value));
    uint8_t *bytes = zkl_arena_alloc(memory, zkl_base64_decoded_size(text) + 1, 1);
    size_t size;
    if (!bytes)
        return zkl_no_memory(err, text.size);
    if (!zkl_base64_decode(bytes, &size, text))
        return zkl_fail(err, ZKL_USAGE, "member '%s' is not base64", field->name);
    *out = zkl_bytes_of(bytes, size);
    return ZKL_OK;
}

/* Names are few; they are looked through. */
static zkl_status read_enum(void *out, const api_field *field, const json_t *value, zkl_error *err)
{
    ZKL_ASSERT(field->names && (field->size == sizeof(unsigned) || field->size == sizeof(bool)));
    if (!json_is_string(value))
        return wrong_type(field, "a text", value, err);
    for (unsigned i = 0; field->names[i]; i++)
        if (strcmp(field->names[i], json_string_value(value)) == 0) {
            if (field->size == sizeof(bool))
                *(bool *)out = i == 1;
            else
                *(unsigned *)out = i;
            return ZKL_OK;
        }
    return zkl_fail(err, ZKL_USAGE, "member '%s' has no value '%s'", field->name,
                    json_string_value(value));
}

/* An empty list is a pointer that is not NULL: for some members that means "none", and NULL
 * "nothing said". */
static zkl_status read_texts(const char *const **out, zkl_arena *memory, const api_field *field,
                             const json_t *value, zkl_error *err)
{
    const size_t count = json_array_size(value);
    const char **texts = ZKL_ARENA_NEW(memory, const char *, count);
    if (!texts)
        return zkl_no_memory(err, count * sizeof *texts);
    for (size_t i = 0; i < count; i++)
        ZKL_TRY(read_text(&texts[i], memory, field, json_array_get(value, i), err));
    *out = texts;
    return ZKL_OK;
}

/* Each element by the rows of its object, as large as its struct. */
static zkl_status read_list(void **out, zkl_arena *memory, const api_field *field,
                            const json_t *value, zkl_error *err)
{
    ZKL_ASSERT(field->of && field->of->size);
    const size_t count = json_array_size(value), size = field->of->size;
    uint8_t *records = zkl_arena_alloc(memory, count, size);
    if (!records)
        return zkl_no_memory(err, count * size);
    for (size_t i = 0; i < count; i++)
        ZKL_TRY(api_read(records + i * size, memory, field->of, json_array_get(value, i), err));
    *out = records;
    return ZKL_OK;
}

/* No default, as in api_field_write: kinds of results alone cannot be read. */
zkl_status api_field_read(const api_reading *r, const api_field *field, const json_t *value,
                          zkl_error *err)
{
    ZKL_ASSERT(field->offset + field->size <= r->object->size);
    void *out = (uint8_t *)r->record + field->offset;
    void *count = (uint8_t *)r->record + field->count_offset;
    switch (field->kind) {
    case API_TEXT:
        return read_text(out, r->memory, field, value, err);
    case API_BOOL:
        if (!json_is_boolean(value))
            return wrong_type(field, "true or false", value, err);
        *(bool *)out = json_is_true(value);
        return ZKL_OK;
    case API_ANSWER:
        if (!json_is_boolean(value))
            return wrong_type(field, "true or false", value, err);
        *(zkl_answer *)out = json_is_true(value) ? ZKL_YES : ZKL_NO;
        return ZKL_OK;
    case API_NUMBER:
        return read_number(out, field, value, err);
    case API_DIGEST:
        return read_digest(out, field, value, err);
    case API_BYTES:
        return read_bytes(out, r->memory, field, value, err);
    case API_ENUM:
        return read_enum(out, field, value, err);
    case API_TEXTS:
    case API_LIST:
        if (!json_is_array(value))
            return wrong_type(field, "a list", value, err);
        *(size_t *)count = json_array_size(value);
        return field->kind == API_TEXTS ? read_texts(out, r->memory, field, value, err)
                                        : read_list(out, r->memory, field, value, err);
    case API_STRUCT:
        return api_read(out, r->memory, field->of, value, err);
    case API_CHARS:
    case API_SECONDS:
    case API_NUMBERS:
    case API_ARRAY:
    case API_POINTED:
    case API_SPREAD:
    case API_SPREAD_POINTED:
    case API_WRITTEN:
    case API_KIND_COUNT:
        break;
    }
    ZKL_UNREACHABLE("a kind of results alone");
    return ZKL_USAGE;
}

/* The row of that name; *is_prefix: some row's name goes on behind it. */
static const api_field *find_field(const api_object *object, const char *path, bool *is_prefix)
{
    ZKL_ASSERT(object->fields || object->field_count == 0);
    const size_t size = strlen(path);
    *is_prefix = false;
    for (size_t i = 0; i < object->field_count; i++) {
        const char *name = object->fields[i].name;
        if (strcmp(name, path) == 0)
            return &object->fields[i];
        *is_prefix |= strncmp(name, path, size) == 0 && name[size] == '.';
    }
    return NULL;
}

/* Members below `prefix`, which is "" or ends in a dot. The recursion is no deeper than the dots
 * of the rows' names: an object goes on only where some row's name does. */
static zkl_status read_members(const api_reading *r, const char *prefix, const json_t *json,
                               zkl_error *err)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)json, key, value)
    {
        char path[PATH_BYTES_MAX];
        bool is_prefix = false;
        const api_field *field = NULL;
        const int size = snprintf(path, sizeof path, "%s%s", prefix, key);
        /* A name that is too long is none of ours. "a.b" as one key is not the member b of a,
         * but find_field would take it: a key that holds a dot is refused. */
        if (!strchr(key, '.') && size > 0 && (size_t)size + 1 < sizeof path)
            field = find_field(r->object, path, &is_prefix);
        if (field) {
            ZKL_TRY(api_field_read(r, field, value, err));
            continue;
        }
        if (!is_prefix)
            return zkl_fail(err, ZKL_USAGE, "there is no member '%s%s'", prefix, key);
        if (!json_is_object(value))
            return zkl_fail(err, ZKL_USAGE, "member '%s' is an object, not %s", path,
                            type_name(value));
        memcpy(path + size, ".", 2);
        ZKL_TRY(read_members(r, path, value, err));
    }
    return ZKL_OK;
}

/* The member of that dotted name; NULL: there is none. */
const json_t *api_field_find(const json_t *json, const char *name)
{
    const char *dot;
    while (json && (dot = strchr(name, '.')) != NULL) {
        char key[PATH_BYTES_MAX];
        const size_t size = (size_t)(dot - name);
        ZKL_ASSERT(size < sizeof key);
        memcpy(key, name, size);
        key[size] = 0;
        json = json_object_get(json, key);
        name = dot + 1;
    }
    return json_object_get(json, name);
}

/* First what is said, then what is missing: the more exact complaint comes first. */
zkl_status api_read(void *record, zkl_arena *memory, const api_object *object, const json_t *json,
                    zkl_error *err)
{
    const api_reading r = { .memory = memory, .object = object, .record = record };
    if (!json_is_object(json))
        return zkl_fail(err, ZKL_USAGE, "an object is wanted, not %s", type_name(json));
    ZKL_ASSERT(record && object);
    ZKL_TRY(read_members(&r, "", json, err));
    /* What was said is in order: now whether everything was said that must be. */
    for (size_t i = 0; i < object->field_count; i++)
        if (object->fields[i].required && !api_field_find(json, object->fields[i].name))
            return zkl_fail(err, ZKL_USAGE, "member '%s' is missing", object->fields[i].name);
    return ZKL_OK;
}
