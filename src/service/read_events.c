/* Events of an audit log, merged from the segments of its classes.
 *
 *  1. Each class is in the order of time by itself; events of one moment come by class, then by
 *     segment and line. So every event has a place, and a reader that stops goes on behind it.
 *  2. One segment of each class is in memory at a time. One that is deleted meanwhile is passed
 *     over, and a last line without an end is none yet. */
#include <zkl/segments.h>

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "segment/export.h"
#include "segment/segment.h"
#include "service/segments.h"

#define LIMIT_USUAL 100

/* Where an event stands among all. */
typedef struct place {
    int64_t time_ms;
    unsigned of;
    uint64_t segment, line;
} place;

static int compare_places(const place *a, const place *b)
{
    if (a->time_ms != b->time_ms)
        return a->time_ms < b->time_ms ? -1 : 1;
    if (a->of != b->of)
        return a->of < b->of ? -1 : 1;
    if (a->segment != b->segment)
        return a->segment < b->segment ? -1 : 1;
    return a->line < b->line ? -1 : a->line > b->line;
}

/* The events of one class, one after the other. */
typedef struct source {
    const service_segment_file *files;
    size_t count, at; /* at: behind the one that is in `bytes` */
    zkl_buffer bytes;
    size_t offset;
    bool is_over;
    json_t *own;
    zkl_event event; /* the next one */
    place place;
} source;

typedef struct reading {
    const zkl_events_request *asked;
    const zkl_env *env;
    int64_t since_ms, until_ms;
    place after;
    bool has_after;
    uint64_t limit;
    source sources[ZKL_SEGMENT_CLASS_COUNT];
    zkl_events_result *out;
    zkl_audit_event *events;
    zkl_buffer text;
    place last;
} reading;

/* ---- What is asked */

static bool is_word(const char *text, const char *(*name)(unsigned), unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (strcmp(text, name(i)) == 0)
            return true;
    return false;
}

static const char *class_name(unsigned i)
{
    return zkl_segment_class_name((zkl_segment_class)i);
}

static const char *outcome_name(unsigned i)
{
    return zkl_event_outcome_name((zkl_event_outcome)i);
}

static const char *kind_name(unsigned i)
{
    return zkl_event_kind_name((zkl_event_kind)i);
}

/* "1800000000000-1-12-4": as print_place writes it, and nothing else. */
static bool parse_place(place *out, const char *text)
{
    char again[96];
    long long time;
    unsigned long long segment, line;
    if (sscanf(text, "%lld-%u-%llu-%llu", &time, &out->of, &segment, &line) != 4)
        return false;
    *out = (place){ time, out->of, segment, line };
    snprintf(again, sizeof again, "%lld-%u-%llu-%llu", time, out->of, segment, line);
    return strcmp(again, text) == 0;
}

static zkl_status check_words(const zkl_events_request *asked, zkl_error *err)
{
    if (asked->class_name && !is_word(asked->class_name, class_name, ZKL_SEGMENT_CLASS_COUNT))
        return zkl_fail(err, ZKL_USAGE,
                        "'%.64s' is no class of events: security, access, usage, debug are",
                        asked->class_name);
    if (asked->outcome && !is_word(asked->outcome, outcome_name, ZKL_EVENT_OUTCOME_COUNT))
        return zkl_fail(err, ZKL_USAGE, "'%.64s' is no outcome: success, failure, blocked are",
                        asked->outcome);
    if (asked->event && !is_word(asked->event, kind_name, ZKL_EVENT_KIND_COUNT))
        return zkl_fail(err, ZKL_USAGE, "'%.64s' is no event", asked->event);
    return ZKL_OK;
}

static zkl_status take_request(reading *r, zkl_error *err)
{
    const zkl_events_request *const asked = r->asked;
    r->until_ms = INT64_MAX;
    r->limit = asked->limit ? asked->limit : LIMIT_USUAL;
    ZKL_TRY(check_words(asked, err));
    if (r->limit > ZKL_EVENTS_MAX)
        return zkl_fail(err, ZKL_USAGE, "at most %d events at once", ZKL_EVENTS_MAX);
    if (asked->since)
        ZKL_TRY(service_time(&r->since_ms, asked->since, false, err));
    if (asked->until)
        ZKL_TRY(service_time(&r->until_ms, asked->until, true, err));
    r->has_after = asked->after != NULL;
    if (asked->after && !parse_place(&r->after, asked->after))
        return zkl_fail(err, ZKL_USAGE, "'%.64s' is no place to go on from", asked->after);
    if (r->has_after && r->after.time_ms > r->since_ms)
        r->since_ms = r->after.time_ms;
    return ZKL_OK;
}

/* ---- One class */

/* The first time of a segment; false: it has no whole line, or is gone. */
static bool first_time(int64_t *out, const char *folder, const service_segment_file *file)
{
    ZKL_AUTO_CLEAR(zkl_arena) memory = { 0 };
    uint8_t bytes[ZKL_EVENT_LINE_BYTES_MAX];
    char name[ZKL_SEGMENT_NAME_CHARS];
    size_t size;
    zkl_event event;
    json_t *own;
    zkl_error err;
    zkl_segment_name(name, file->of, file->number);
    const char *const path = zkl_arena_format(&memory, "%s/%s", folder, name);
    if (!path || zkl_file_peek(bytes, sizeof bytes, &size, path, &err) != ZKL_OK)
        return false;
    const uint8_t *const end = memchr(bytes, '\n', size);
    if (!end ||
        zkl_event_parse(&event, &own, zkl_bytes_of(bytes, (size_t)(end - bytes)), &err) != ZKL_OK)
        return false;
    *out = event.time_ms;
    json_decref(own);
    return true;
}

/* The last segment that begins before the time: those in front of it are over before. */
static void skip_earlier(source *s, const char *folder, int64_t since_ms)
{
    size_t low = 0, high = s->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        int64_t time;
        if (first_time(&time, folder, &s->files[middle]) && time < since_ms)
            low = middle + 1;
        else
            high = middle;
    }
    s->at = low ? low - 1 : 0;
}

static zkl_status open_next(reading *r, source *s, zkl_error *err)
{
    s->offset = 0;
    for (;;) {
        zkl_buffer_clear(&s->bytes);
        s->is_over = s->at == s->count;
        if (s->is_over)
            return ZKL_OK;
        const service_segment_file *const file = &s->files[s->at++];
        ZKL_TRY(zkl_env_progress(r->env, "reading events", s->at, s->count, err));
        const zkl_status status =
            service_segment_read(&s->bytes, r->asked->folder, file->of, file->number, err);
        if (status != ZKL_NOT_FOUND)
            return status;
    }
}

static zkl_status parse_next(source *s, const uint8_t *end, zkl_error *err)
{
    const service_segment_file *const file = &s->files[s->at - 1];
    const zkl_bytes line =
        zkl_bytes_of(s->bytes.data + s->offset, (size_t)(end - (s->bytes.data + s->offset)));
    char name[ZKL_SEGMENT_NAME_CHARS];
    json_decref(s->own);
    s->own = NULL;
    const zkl_status status = zkl_event_parse(&s->event, &s->own, line, err);
    if (status != ZKL_OK) {
        zkl_segment_name(name, file->of, file->number);
        return zkl_wrap(err, status == ZKL_BAD_INPUT ? ZKL_REJECTED : status, "'%s'", name);
    }
    s->offset += line.size + 1;
    s->place = (place){ s->event.time_ms, file->of, file->number, s->event.line };
    return ZKL_OK;
}

/* The next event in `event`, or is_over. */
static zkl_status step(reading *r, source *s, zkl_error *err)
{
    while (!s->is_over) {
        const uint8_t *const end =
            s->bytes.size > s->offset
                ? memchr(s->bytes.data + s->offset, '\n', s->bytes.size - s->offset)
                : NULL;
        if (!end) {
            ZKL_TRY(open_next(r, s, err));
            continue;
        }
        ZKL_TRY(parse_next(s, end, err));
        s->is_over = s->event.time_ms > r->until_ms;
        if (s->event.time_ms >= r->since_ms &&
            (!r->has_after || compare_places(&s->place, &r->after) > 0))
            return ZKL_OK;
    }
    return ZKL_OK;
}

/* ---- All of them */

static bool is_asked(const reading *r, const zkl_event *e)
{
    const zkl_events_request *const q = r->asked;
    return (!q->actor || strcmp(q->actor, e->actor) == 0) &&
           (!q->action || strcmp(q->action, e->action) == 0) &&
           (!q->org || strcmp(q->org, e->org) == 0) &&
           (!q->outcome || strcmp(q->outcome, zkl_event_outcome_name(e->outcome)) == 0) &&
           (!q->event || strcmp(q->event, zkl_event_kind_name(e->kind)) == 0);
}

static zkl_status add_event(reading *r, const source *s, zkl_error *err)
{
    const zkl_event *const e = &s->event;
    zkl_arena *const memory = &r->out->memory;
    char time[ZKL_TIME_CHARS + 1];
#define COPY_TEXT(name) .name = zkl_arena_text(memory, e->name, strlen(e->name))
    zkl_time_format(time, e->time_ms);
    zkl_audit_event *const out = &r->events[r->out->event_count];
    *out = (zkl_audit_event){ .time = zkl_arena_text(memory, time, strlen(time)),
                              .class_name = zkl_segment_class_name(zkl_event_class(e->kind)),
                              .event = zkl_event_kind_name(e->kind),
                              .outcome = zkl_event_outcome_name(e->outcome),
                              COPY_TEXT(action),
                              COPY_TEXT(resource),
                              COPY_TEXT(actor),
                              COPY_TEXT(role),
                              COPY_TEXT(org),
                              COPY_TEXT(address),
                              COPY_TEXT(request),
                              COPY_TEXT(reason),
                              .code = e->code,
                              .milliseconds = e->milliseconds,
                              .segment = s->place.segment,
                              .line = e->line };
#undef COPY_TEXT
    const bool is_good = out->time && out->action && out->resource && out->actor && out->role &&
                         out->org && out->address && out->request && out->reason;
    r->out->event_count += is_good;
    return is_good ? ZKL_OK : zkl_no_memory(err, sizeof *out);
}

static zkl_status put_event(reading *r, const source *s, zkl_error *err)
{
    r->last = s->place;
    if (r->asked->format == ZKL_EVENTS)
        return add_event(r, s, err);
    if (r->asked->format == ZKL_EVENTS_OCSF)
        zkl_event_put_ocsf(&r->text, &s->event, s->place.segment);
    else
        zkl_event_put_cef(&r->text, &s->event, s->place.segment);
    zkl_buffer_put_u8(&r->text, '\n');
    r->out->event_count++;
    return zkl_buffer_status(&r->text, err);
}

static source *earliest(reading *r)
{
    source *found = NULL;
    for (size_t c = 0; c < ZKL_SEGMENT_CLASS_COUNT; c++) {
        source *const s = &r->sources[c];
        if (!s->is_over && (!found || compare_places(&s->place, &found->place) < 0))
            found = s;
    }
    return found;
}

static zkl_status merge(reading *r, zkl_error *err)
{
    for (source *s; (s = earliest(r));) {
        if (is_asked(r, &s->event)) {
            if (r->out->event_count == r->limit) {
                r->out->next = zkl_arena_format(
                    &r->out->memory, "%lld-%u-%llu-%llu", (long long)r->last.time_ms, r->last.of,
                    (unsigned long long)r->last.segment, (unsigned long long)r->last.line);
                return r->out->next ? ZKL_OK : zkl_no_memory(err, 0);
            }
            ZKL_TRY(put_event(r, s, err));
        }
        ZKL_TRY(step(r, s, err));
    }
    return ZKL_OK;
}

/* Files of each class that is asked for, and the first event of each. */
static zkl_status open_sources(reading *r, const service_segment_file *files, size_t count,
                               zkl_error *err)
{
    for (size_t i = 0; i < count; i++) {
        source *const s = &r->sources[files[i].of];
        if (r->asked->class_name && strcmp(r->asked->class_name, class_name(files[i].of)) != 0)
            continue;
        if (!s->count++)
            s->files = &files[i];
    }
    for (size_t c = 0; c < ZKL_SEGMENT_CLASS_COUNT; c++) {
        source *const s = &r->sources[c];
        skip_earlier(s, r->asked->folder, r->since_ms);
        ZKL_TRY(step(r, s, err));
    }
    return ZKL_OK;
}

static zkl_status read_all(reading *r, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) memory = { 0 };
    service_segment_file *files = NULL;
    size_t count;
    ZKL_TRY(take_request(r, err));
    ZKL_TRY(service_segment_files(&files, &count, &memory, r->asked->folder, err));
    if (r->asked->format == ZKL_EVENTS) {
        r->events = ZKL_ARENA_NEW(&r->out->memory, zkl_audit_event, (size_t)r->limit);
        if (!r->events)
            return zkl_no_memory(err, (size_t)r->limit * sizeof *r->events);
        r->out->events = r->events;
    }
    ZKL_TRY(open_sources(r, files, count, err));
    ZKL_TRY(merge(r, err));
    if (r->asked->format == ZKL_EVENTS)
        return ZKL_OK;
    r->out->text = zkl_arena_text(&r->out->memory, r->text.size ? (const char *)r->text.data : "",
                                  r->text.size);
    r->out->event_count = 0; /* of the list, which is not wanted */
    return r->out->text ? ZKL_OK : zkl_no_memory(err, r->text.size);
}

zkl_status zkl_events_read(zkl_events_result *out, const zkl_events_request *request,
                           const zkl_env *env, zkl_error *err)
{
    reading r = { .asked = request, .env = env, .out = out };
    *out = (zkl_events_result){ 0 };
    const zkl_status status = read_all(&r, err);
    for (size_t c = 0; c < ZKL_SEGMENT_CLASS_COUNT; c++) {
        json_decref(r.sources[c].own);
        zkl_buffer_clear(&r.sources[c].bytes);
    }
    zkl_buffer_clear(&r.text);
    return status;
}
