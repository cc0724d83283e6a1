/* A result's JSON back into its struct: what a caller of another machine's operation was answered.
 *
 * The answer is a stranger's. What must hold of the record afterwards, so that whoever reads it may
 * do so as if the library had filled it:
 *
 *  1. A list has as many elements as its count says, also where several lists share one count.
 *  2. A pointer is NULL only where the writer would not have written the member: its row says so.
 *  3. No text is longer than its place, holds a NUL, or, where it is to be shown, anything that
 *     shows nothing or moves a terminal.
 *
 * Members that no row names are passed over: the service may be newer than this program. */
#include "api/field_internal.h"

#include <string.h>

#include "base/buffer.h"
#include "text/shown.h"

/* Of one list: its elements may be much larger than the text that they were read from. */
#define LIST_BYTES_MAX ((size_t)256 << 20)

typedef struct answering {
    zkl_arena *memory;
    bool is_shown;
} answering;

static zkl_status read_object(const answering *a, void *record, const api_object *object,
                              const json_t *json, zkl_error *err);

static zkl_status refuse(const api_field *field, const char *what, zkl_error *err)
{
    return zkl_fail(err, ZKL_BAD_INPUT, "the answer's member '%s' %s", field->name, what);
}

/* ---- texts */

static zkl_status read_text(const char **out, const answering *a, const api_field *field,
                            const json_t *value, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) shown = { 0 };
    if (!json_is_string(value) || strlen(json_string_value(value)) != json_string_length(value))
        return refuse(field, "is no text", err);
    zkl_bytes text = zkl_bytes_of(json_string_value(value), json_string_length(value));
    if (a->is_shown && zkl_has_hidden(text)) {
        zkl_buffer_put_shown(&shown, text, field->is_document ? '\n' : 0);
        ZKL_TRY(zkl_buffer_status(&shown, err));
        text = zkl_buffer_bytes(&shown);
    }
    *out = zkl_arena_text(a->memory, (const char *)text.data, text.size);
    return *out ? ZKL_OK : zkl_no_memory(err, text.size);
}

static zkl_status read_chars(char *out, const answering *a, const api_field *field,
                             const json_t *value, zkl_error *err)
{
    const char *text;
    ZKL_TRY(read_text(&text, a, field, value, err));
    if (strlen(text) >= field->size)
        return refuse(field, "is too long", err);
    strcpy(out, text);
    return ZKL_OK;
}

/* ---- lists */

static zkl_status read_texts(void *out, const answering *a, const api_field *field,
                             const json_t *value, zkl_error *err)
{
    const size_t count = json_array_size(value);
    const char **const texts = ZKL_ARENA_NEW(a->memory, const char *, count);
    if (!texts)
        return zkl_no_memory(err, count * sizeof *texts);
    for (size_t i = 0; i < count; i++)
        ZKL_TRY(read_text(&texts[i], a, field, json_array_get(value, i), err));
    *(const char *const **)out = texts;
    return ZKL_OK;
}

static zkl_status read_numbers(void *out, const answering *a, const api_field *field,
                               const json_t *value, zkl_error *err)
{
    const size_t count = json_array_size(value);
    uint64_t *const numbers = ZKL_ARENA_NEW(a->memory, uint64_t, count);
    if (!numbers)
        return zkl_no_memory(err, count * sizeof *numbers);
    for (size_t i = 0; i < count; i++) {
        const json_t *const item = json_array_get(value, i);
        if (!json_is_integer(item) || json_integer_value(item) < 0)
            return refuse(field, "has what is no number", err);
        numbers[i] = (uint64_t)json_integer_value(item);
    }
    *(const uint64_t **)out = numbers;
    return ZKL_OK;
}

/* Two rows may share one array (`keep`): what comes later stands behind. */
static zkl_status read_list(void *out, size_t before, const answering *a, const api_field *field,
                            const json_t *value, zkl_error *err)
{
    const size_t count = before + json_array_size(value), size = field->of->size;
    if (count > LIST_BYTES_MAX / size)
        return zkl_fail(err, ZKL_LIMIT, "the answer's list '%s' has %zu elements", field->name,
                        count);
    uint8_t *const records = zkl_arena_alloc(a->memory, count, size);
    if (!records)
        return zkl_no_memory(err, count * size);
    if (before)
        memcpy(records, *(const uint8_t *const *)out, before * size);
    for (size_t i = before; i < count; i++)
        ZKL_TRY(
            read_object(a, records + i * size, field->of, json_array_get(value, i - before), err));
    *(const void **)out = records;
    return ZKL_OK;
}

static zkl_status read_array(uint8_t *out, const answering *a, const api_field *field,
                             const json_t *value, zkl_error *err)
{
    const size_t count = json_array_size(value), size = field->of->size;
    if (count > field->size / size)
        return refuse(field, "has too many elements", err);
    for (size_t i = 0; i < count; i++)
        ZKL_TRY(read_object(a, out + i * size, field->of, json_array_get(value, i), err));
    return ZKL_OK;
}

/* Invariant 1: the first list of a count sets it, the others agree. */
static zkl_status read_many(void *record, const answering *a, const api_field *field,
                            const json_t *value, zkl_error *err)
{
    void *const out = (uint8_t *)record + field->offset;
    size_t *const count = (size_t *)(void *)((uint8_t *)record + field->count_offset);
    const size_t before = field->keep ? *count : 0;
    if (!json_is_array(value))
        return refuse(field, "is no list", err);
    if (*count && !field->keep && *count != json_array_size(value))
        return refuse(field, "has another length than its count", err);
    if (field->kind == API_TEXTS)
        ZKL_TRY(read_texts(out, a, field, value, err));
    else if (field->kind == API_NUMBERS)
        ZKL_TRY(read_numbers(out, a, field, value, err));
    else if (field->kind == API_LIST)
        ZKL_TRY(read_list(out, before, a, field, value, err));
    else
        ZKL_TRY(read_array(out, a, field, value, err));
    *count = before + json_array_size(value);
    return ZKL_OK;
}

/* ---- one member */

static zkl_status read_pointed(void *out, const answering *a, const api_field *field,
                               const json_t *value, zkl_error *err)
{
    void *const inner = zkl_arena_alloc(a->memory, 1, field->of->size);
    if (!inner)
        return zkl_no_memory(err, field->of->size);
    ZKL_TRY(read_object(a, inner, field->of, value, err));
    *(const void **)out = inner;
    return ZKL_OK;
}

/* As of requests; the words are of an answer. */
static zkl_status read_plain(void *record, const answering *a, const api_object *object,
                             const api_field *field, const json_t *value, zkl_error *err)
{
    zkl_error why = { 0 };
    const api_reading r = { .memory = a->memory, .object = object, .record = record };
    const zkl_status status = api_field_read(&r, field, value, &why);
    return status == ZKL_USAGE ? zkl_fail(err, ZKL_BAD_INPUT, "the answer: %s", why.text)
                               : (status == ZKL_OK ? ZKL_OK : zkl_fail_as(err, status, &why));
}

static zkl_status read_member(void *record, const answering *a, const api_object *object,
                              const api_field *field, const json_t *value, zkl_error *err)
{
    void *const out = (uint8_t *)record + field->offset;
    if (field->flag_at)
        *((bool *)record + field->flag_at - 1) = true;
    switch (field->kind) {
    case API_TEXT:
        return read_text(out, a, field, value, err);
    case API_CHARS:
        return read_chars(out, a, field, value, err);
    case API_SECONDS:
        if (!json_is_number(value))
            return refuse(field, "is no number", err);
        *(double *)out = json_number_value(value);
        return ZKL_OK;
    case API_TEXTS:
    case API_NUMBERS:
    case API_LIST:
    case API_ARRAY:
        return read_many(record, a, field, value, err);
    case API_STRUCT:
        return read_object(a, out, field->of, value, err);
    case API_POINTED:
        return read_pointed(out, a, field, value, err);
    case API_WRITTEN:
        return field->read ? field->read(record, a->memory, value, err) : ZKL_OK;
    case API_BOOL:
    case API_ANSWER:
    case API_NUMBER:
    case API_DIGEST:
    case API_ENUM:
        return read_plain(record, a, object, field, value, err);
    case API_BYTES:
    case API_SPREAD:
    case API_SPREAD_POINTED:
    case API_KIND_COUNT:
        break;
    }
    return refuse(field, "is of a kind that no answer has", err);
}

/* ---- what must hold of all of them */

/* Would the writer have left it out of this record, or said null? */
static bool may_lack(const api_field *field, const void *record)
{
    return (field->when && !field->when(record)) || (field->is_null && field->is_null(record));
}

/* Invariants 1 and 2, and no text that is demanded is NULL. */
static zkl_status settle(void *record, const api_field *field, zkl_error *err)
{
    void *const value = (uint8_t *)record + field->offset;
    if (field->kind == API_TEXT) {
        if (!*(const char **)value && !field->nullable && !may_lack(field, record))
            *(const char **)value = "";
        return ZKL_OK;
    }
    const bool points =
        field->kind == API_POINTED ||
        ((field->kind == API_TEXTS || field->kind == API_NUMBERS || field->kind == API_LIST) &&
         api_field_count(field, record));
    return points && !*(const void **)value && !may_lack(field, record)
               ? refuse(field, "is missing", err)
               : ZKL_OK;
}

static bool is_list(const api_field *field)
{
    return field->kind == API_TEXTS || field->kind == API_NUMBERS || field->kind == API_LIST ||
           field->kind == API_ARRAY;
}

/* Behind all members, since rows ask the record. value NULL: the answer does not have it. */
static zkl_status settle_member(const answering *a, void *record, const api_field *field,
                                const json_t *value, zkl_error *err)
{
    /* A number that is a list's count too must be that, whichever of them came first. */
    if (is_list(field) && !field->keep && json_is_array(value) &&
        api_field_count(field, record) != json_array_size(value))
        return refuse(field, "has another length than its count", err);
    if (field->kind == API_ARRAY && api_field_count(field, record) > field->size / field->of->size)
        return refuse(field, "has too many elements", err);
    if (field->kind == API_STRUCT && !json_is_object(value) && !may_lack(field, record)) {
        json_t *const empty = json_object(); /* what is in it is settled all the same */
        const zkl_status status =
            empty ? read_object(a, (uint8_t *)record + field->offset, field->of, empty, err)
                  : zkl_no_memory(err, 0);
        json_decref(empty);
        return status;
    }
    ZKL_TRY(settle(record, field, err));
    return field->settle ? field->settle(record, a->memory, err) : ZKL_OK;
}

static zkl_status read_object(const answering *a, void *record, const api_object *object,
                              const json_t *json, zkl_error *err)
{
    if (!json_is_object(json))
        return zkl_fail(err, ZKL_BAD_INPUT, "the answer has a value where an object belongs");
    for (size_t i = 0; i < object->field_count; i++) {
        const api_field *const field = &object->fields[i];
        const json_t *const value =
            field->kind == API_SPREAD ? json : api_field_find(json, field->name);
        if (field->kind == API_SPREAD)
            ZKL_TRY(read_object(a, (uint8_t *)record + field->offset, field->of, json, err));
        else if (value && !json_is_null(value))
            ZKL_TRY(read_member(record, a, object, field, value, err));
    }
    for (size_t i = 0; i < object->field_count; i++)
        if (object->fields[i].kind != API_SPREAD)
            ZKL_TRY(settle_member(a, record, &object->fields[i],
                                  api_field_find(json, object->fields[i].name), err));
    return ZKL_OK;
}

zkl_status api_read_answer(void *record, zkl_arena *memory, const api_object *object,
                           const json_t *json, bool is_shown, zkl_error *err)
{
    const answering a = { .memory = memory, .is_shown = is_shown };
    ZKL_ASSERT(record && object);
    return read_object(&a, record, object, json, err);
}
