/* Events as lines: columns in byte order of their names, all of them always. */
#include "segment/event.h"

#include <stddef.h>
#include <string.h>

#include "text/json_text.h"
#include "text/utf8.h"

static const char *const kind_names[] = {
#define KIND_NAME(NAME, class) #NAME,
    ZKL_EVENT_KIND_TABLE(KIND_NAME)
#undef KIND_NAME
};

static const zkl_segment_class kind_classes[] = {
#define KIND_CLASS(NAME, class) ZKL_SEGMENT_##class,
    ZKL_EVENT_KIND_TABLE(KIND_CLASS)
#undef KIND_CLASS
};

static const char *const outcome_names[] = { "success", "failure", "blocked" };

const char *zkl_event_kind_name(zkl_event_kind kind)
{
    ZKL_ASSERT((unsigned)kind < ZKL_EVENT_KIND_COUNT);
    return kind_names[kind];
}

zkl_segment_class zkl_event_class(zkl_event_kind kind)
{
    ZKL_ASSERT((unsigned)kind < ZKL_EVENT_KIND_COUNT);
    return kind_classes[kind];
}

const char *zkl_event_outcome_name(zkl_event_outcome outcome)
{
    ZKL_ASSERT((unsigned)outcome < ZKL_EVENT_OUTCOME_COUNT);
    return outcome_names[outcome];
}

bool zkl_event_text_valid(const char *text)
{
    const size_t size = strlen(text);
    for (size_t i = 0; i < size; i++)
        if ((uint8_t)text[i] < ' ' || text[i] == 0x7f)
            return false;
    return size <= ZKL_EVENT_TEXT_BYTES_MAX && zkl_utf8_valid(zkl_bytes_of(text, size));
}

/* ---- Columns */

typedef enum column_kind { TEXT, COUNT, CODE, CLASS, KIND, OUTCOME, DIGEST, TIME } column_kind;

#define AT(member) offsetof(zkl_event, member)
static const struct column {
    const char *name;
    column_kind kind;
    size_t offset;
} columns[] = {
    { "action", TEXT, AT(action) },
    { "actor", TEXT, AT(actor) },
    { "address", TEXT, AT(address) },
    { "class", CLASS, AT(kind) },
    { "code", CODE, AT(code) },
    { "event", KIND, AT(kind) },
    { "line", COUNT, AT(line) },
    { "milliseconds", COUNT, AT(milliseconds) },
    { "org", TEXT, AT(org) },
    { "outcome", OUTCOME, AT(outcome) },
    { "previous", DIGEST, AT(previous) },
    { "reason", TEXT, AT(reason) },
    { "request", TEXT, AT(request) },
    { "resource", TEXT, AT(resource) },
    { "role", TEXT, AT(role) },
    { "time", TIME, AT(time_ms) },
};
#undef AT

/* A word of ours, in which nothing is to be escaped. Without printf: lines are written by the ten
 * thousand a second. */
static void put_word(zkl_buffer *out, const char *word)
{
    zkl_buffer_put_u8(out, '"');
    zkl_buffer_put_text(out, word);
    zkl_buffer_put_u8(out, '"');
}

static void put_column(zkl_buffer *out, const struct column *column, const zkl_event *e)
{
    const void *const at = (const uint8_t *)e + column->offset;
    char time[ZKL_TIME_CHARS + 1], hex[2 * sizeof e->previous.bytes + 1];
    switch (column->kind) {
    case TEXT: {
        const char *const text = *(const char *const *)at;
        zkl_json_put_string(out, zkl_bytes_of_text(text ? text : ""));
        break;
    }
    case COUNT:
        zkl_buffer_put_decimal(out, *(const uint64_t *)at);
        break;
    case CODE:
        zkl_buffer_put_decimal(out, e->code);
        break;
    case CLASS:
        put_word(out, zkl_segment_class_name(zkl_event_class(e->kind)));
        break;
    case KIND:
        put_word(out, kind_names[e->kind]);
        break;
    case OUTCOME:
        put_word(out, outcome_names[e->outcome]);
        break;
    case DIGEST:
        zkl_hex_encode(hex, e->previous.bytes, sizeof e->previous.bytes);
        put_word(out, hex);
        break;
    case TIME:
        zkl_time_format(time, e->time_ms);
        put_word(out, time);
        break;
    }
}

/* What a reader of JSON counts exactly. */
#define COUNT_MAX ((uint64_t)1 << 53)

static zkl_status check(const zkl_event *e, zkl_error *err)
{
    if ((unsigned)e->kind >= ZKL_EVENT_KIND_COUNT ||
        (unsigned)e->outcome >= ZKL_EVENT_OUTCOME_COUNT)
        return zkl_fail(err, ZKL_BAD_INPUT, "event: a kind or an outcome that there is not");
    if (e->time_ms < 0 || e->time_ms > ZKL_TIME_MS_MAX)
        return zkl_fail(err, ZKL_BAD_INPUT, "event: the time is not in the years 1970 to 9999");
    if (e->line > COUNT_MAX || e->milliseconds > COUNT_MAX)
        return zkl_fail(err, ZKL_BAD_INPUT, "event: a number is too large");
    for (size_t i = 0; i < ZKL_COUNT(columns); i++) {
        const char *const text =
            columns[i].kind == TEXT
                ? *(const char *const *)(const void *)((const uint8_t *)e + columns[i].offset)
                : NULL;
        if (text && !zkl_event_text_valid(text))
            return zkl_fail(err, ZKL_BAD_INPUT, "event: '%s' is no text of at most %d bytes",
                            columns[i].name, ZKL_EVENT_TEXT_BYTES_MAX);
    }
    return ZKL_OK;
}

static void put_line(zkl_buffer *out, const zkl_event *e)
{
    for (size_t i = 0; i < ZKL_COUNT(columns); i++) {
        zkl_buffer_put_u8(out, i ? ',' : '{');
        put_word(out, columns[i].name);
        zkl_buffer_put_u8(out, ':');
        put_column(out, &columns[i], e);
    }
    zkl_buffer_put_u8(out, '}');
}

zkl_status zkl_event_encode(zkl_buffer *out, const zkl_event *event, zkl_error *err)
{
    const size_t begin = out->size;
    ZKL_TRY(check(event, err));
    put_line(out, event);
    ZKL_ASSERT(out->failed || out->size - begin < ZKL_EVENT_LINE_BYTES_MAX);
    return zkl_buffer_status(out, err);
}

/* ---- Reading */

static bool find_word(unsigned *out, json_t *value, const char *const *words, unsigned count)
{
    const char *const text = json_string_value(value);
    for (unsigned i = 0; text && i < count; i++)
        if (strcmp(text, words[i]) == 0) {
            *out = i;
            return true;
        }
    return false;
}

static bool take_digest(zkl_digest *out, json_t *value)
{
    return json_is_string(value) &&
           zkl_hex_decode(out->bytes, sizeof out->bytes, json_string_value(value),
                          json_string_length(value));
}

static bool take_time(int64_t *out, json_t *value)
{
    return json_is_string(value) &&
           zkl_time_parse(out, zkl_bytes_of(json_string_value(value), json_string_length(value)));
}

static bool take_number(uint64_t *out, json_t *value, uint64_t max)
{
    if (!json_is_integer(value) || json_integer_value(value) < 0 ||
        (uint64_t)json_integer_value(value) > max)
        return false;
    *out = (uint64_t)json_integer_value(value);
    return true;
}

/* CLASS is not read: it follows from the kind, and the line is written again. */
static bool take_column(zkl_event *e, const struct column *column, json_t *value)
{
    void *const at = (uint8_t *)e + column->offset;
    unsigned word = 0;
    uint64_t number = 0;
    bool is_good = false;
    switch (column->kind) {
    case TEXT:
        *(const char **)at = json_string_value(value);
        return *(const char **)at && json_string_length(value) == strlen(*(const char **)at);
    case COUNT:
        return take_number(at, value, COUNT_MAX);
    case CODE:
        is_good = take_number(&number, value, UINT32_MAX);
        e->code = (uint32_t)number;
        return is_good;
    case CLASS:
        return true;
    case KIND:
        is_good = find_word(&word, value, kind_names, ZKL_EVENT_KIND_COUNT);
        e->kind = (zkl_event_kind)word;
        return is_good;
    case OUTCOME:
        is_good = find_word(&word, value, outcome_names, ZKL_EVENT_OUTCOME_COUNT);
        e->outcome = (zkl_event_outcome)word;
        return is_good;
    case DIGEST:
        return take_digest(at, value);
    case TIME:
        return take_time(at, value);
    }
    ZKL_UNREACHABLE("a column of a kind that is not listed");
    return false;
}

static zkl_status take_columns(zkl_event *e, json_t *object, zkl_bytes line, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) again = { 0 };
    for (size_t i = 0; i < ZKL_COUNT(columns); i++)
        if (!take_column(e, &columns[i], json_object_get(object, columns[i].name)))
            return zkl_fail(err, ZKL_BAD_INPUT, "event: '%s' is missing or of another form",
                            columns[i].name);
    ZKL_TRY(zkl_event_encode(&again, e, err));
    return zkl_bytes_equal(zkl_buffer_bytes(&again), line)
               ? ZKL_OK
               : zkl_fail(err, ZKL_BAD_INPUT, "event: not in the one form that it has");
}

zkl_status zkl_event_parse(zkl_event *out, json_t **own, zkl_bytes line, zkl_error *err)
{
    zkl_event e = { 0 };
    json_t *object = NULL;
    if (line.size >= ZKL_EVENT_LINE_BYTES_MAX)
        return zkl_fail(err, ZKL_BAD_INPUT, "event: a line of %zu bytes, at most %d", line.size,
                        ZKL_EVENT_LINE_BYTES_MAX - 1);
    ZKL_TRY(zkl_json_parse_canonical(&object, line, "event", err));
    const zkl_status status = take_columns(&e, object, line, err);
    if (status != ZKL_OK) {
        json_decref(object);
        return status;
    }
    *out = e;
    *own = object;
    return ZKL_OK;
}
