/* `segment`: that a segment of an audit log was closed, or that it was deleted because its class is
 * kept no longer. The file lies with the service that wrote it; the entry has its root, by which
 * whoever is shown the file later sees that no line of it was changed, and the root of the segment
 * before, so that none is missing. Nothing of what the lines say is in here.
 *
 * A closing has the entry that closed the segment before as its parent, a deletion the one that
 * closed the same segment. */
#include <stdio.h>
#include <string.h>

#include "record/entry_internal.h"
#include "text/json_text.h"

/* What a reader of JSON counts exactly. */
#define COUNT_MAX ((uint64_t)1 << 53)
#define DAY_MS INT64_C(86400000)
#define DAYS_MAX 365000

/* ---- Classes and names */

static const char *const class_names[] = {
#define CLASS_NAME(NAME, name) #name,
    ZKL_SEGMENT_CLASS_TABLE(CLASS_NAME)
#undef CLASS_NAME
};

const char *zkl_segment_class_name(zkl_segment_class class)
{
    ZKL_ASSERT((unsigned)class < ZKL_SEGMENT_CLASS_COUNT);
    return class_names[class];
}

void zkl_segment_name(char out[static ZKL_SEGMENT_NAME_CHARS], zkl_segment_class class,
                      uint64_t number)
{
    ZKL_ASSERT(number <= ZKL_SEGMENT_NUMBER_MAX);
    snprintf(out, ZKL_SEGMENT_NAME_CHARS, "%s-%08llu.ndjson", zkl_segment_class_name(class),
             (unsigned long long)number);
}

bool zkl_segment_name_parse(zkl_segment_class *class, uint64_t *number, const char *name)
{
    const char *const dash = strchr(name, '-');
    char again[ZKL_SEGMENT_NAME_CHARS];
    uint64_t value = 0;
    if (!dash || strspn(dash + 1, "0123456789") != 8)
        return false;
    for (size_t i = 1; i <= 8; i++)
        value = 10 * value + (uint64_t)(dash[i] - '0');
    for (unsigned k = 0; k < ZKL_SEGMENT_CLASS_COUNT; k++) {
        zkl_segment_name(again, (zkl_segment_class)k, value);
        if (strcmp(again, name) != 0)
            continue;
        *class = (zkl_segment_class)k;
        *number = value;
        return true;
    }
    return false;
}

/* ---- Members */

static zkl_status read_count(const zkl_entry_reader *r, uint64_t *out, const json_t *object,
                             const char *key)
{
    const json_t *const value = json_object_get(object, key);
    if (!json_is_integer(value) || json_integer_value(value) < 0)
        return zkl_fail(r->err, ZKL_BAD_INPUT, "entry: '%s' is no count", key);
    *out = (uint64_t)json_integer_value(value);
    return ZKL_OK;
}

static zkl_status read_time(const zkl_entry_reader *r, int64_t *out, const json_t *object,
                            const char *key)
{
    zkl_bytes text;
    ZKL_TRY(zkl_entry_read_text(r, &text, object, key));
    return zkl_time_parse(out, text)
               ? ZKL_OK
               : zkl_fail(r->err, ZKL_BAD_INPUT, "entry: '%s' is no time", key);
}

static void put_time(zkl_buffer *out, int64_t time_ms)
{
    char text[ZKL_TIME_CHARS + 1];
    zkl_time_format(text, time_ms);
    zkl_buffer_format(out, "\"%s\"", text);
}

static void put_deletion(zkl_buffer *out, const zkl_entry *e)
{
    zkl_buffer_format(out, "{\"days\":%u,\"time\":", e->segment.deletion_days);
    put_time(out, e->segment.deleted_ms);
    zkl_buffer_put_u8(out, '}');
}

static zkl_status read_deletion(const zkl_entry_reader *r, zkl_entry *e, const json_t *predicate)
{
    const json_t *const deletion = json_object_get(predicate, "deletion");
    uint64_t days = 0;
    if (!deletion) /* of a closing */
        return ZKL_OK;
    ZKL_TRY(read_count(r, &days, deletion, "days"));
    if (!days || days > DAYS_MAX)
        return zkl_fail(r->err, ZKL_BAD_INPUT, "entry: a rule of %llu days, 1 to %d",
                        (unsigned long long)days, DAYS_MAX);
    e->segment.deletion_days = (uint32_t)days;
    return read_time(r, &e->segment.deleted_ms, deletion, "time");
}

static bool is_closing(const zkl_entry *e)
{
    return !e->segment.deletion_days;
}

static void put_segment(zkl_buffer *out, const zkl_entry *e)
{
    const zkl_entry_segment *const s = &e->segment;
    zkl_buffer_put_text(out, "{\"begins\":");
    put_time(out, s->begins_ms);
    zkl_buffer_format(out,
                      ",\"class\":\"%s\",\"count\":%llu,\"ends\":", zkl_segment_class_name(s->of),
                      (unsigned long long)s->count);
    put_time(out, s->ends_ms);
    zkl_buffer_format(out, ",\"number\":%llu,\"previous\":", (unsigned long long)s->number);
    zkl_entry_put_hex(out, &s->previous);
    zkl_buffer_put_text(out, ",\"root\":");
    zkl_entry_put_hex(out, &s->root);
    zkl_buffer_put_u8(out, '}');
}

static zkl_status read_segment(const zkl_entry_reader *r, zkl_entry *e, const json_t *predicate)
{
    const json_t *const segment = json_object_get(predicate, "segment");
    zkl_entry_segment *const s = &e->segment;
    unsigned class;
    ZKL_TRY(zkl_entry_read_name(r, &class, segment, "class", class_names, ZKL_COUNT(class_names)));
    s->of = (zkl_segment_class) class;
    ZKL_TRY(read_time(r, &s->begins_ms, segment, "begins"));
    ZKL_TRY(read_time(r, &s->ends_ms, segment, "ends"));
    ZKL_TRY(read_count(r, &s->count, segment, "count"));
    ZKL_TRY(read_count(r, &s->number, segment, "number"));
    ZKL_TRY(zkl_entry_read_digest(r, &s->previous, segment, "previous"));
    return zkl_entry_read_digest(r, &s->root, segment, "root");
}

static const zkl_entry_member members[] = {
    { "deletion", put_deletion, read_deletion, is_closing },
    { "segment", put_segment, read_segment, NULL },
};

/* ---- Rules */

/* No entry says of a segment that it was deleted before its rule allows it. */
static zkl_status check_deletion(const zkl_entry_segment *s, zkl_error *err)
{
    if (s->deletion_days > DAYS_MAX || s->deleted_ms < 0 || s->deleted_ms > ZKL_TIME_MS_MAX)
        return zkl_fail(err, ZKL_BAD_INPUT, "entry: the deletion has no rule or no time");
    if (s->deleted_ms - s->ends_ms < s->deletion_days * DAY_MS)
        return zkl_fail(err, ZKL_BAD_INPUT,
                        "entry: the segment was deleted before its rule of %u days allows it",
                        s->deletion_days);
    return ZKL_OK;
}

static bool is_zero(const zkl_digest *digest)
{
    return zkl_digest_equal(digest, &(zkl_digest){ 0 });
}

static zkl_status check(const zkl_entry *e, zkl_error *err)
{
    const zkl_entry_segment *const s = zkl_entry_as_segment(e);
    ZKL_ASSERT(s);
    if ((unsigned)s->of >= ZKL_SEGMENT_CLASS_COUNT || s->number > ZKL_SEGMENT_NUMBER_MAX)
        return zkl_fail(err, ZKL_BAD_INPUT, "entry: the segment has no class or no number");
    if (!s->count || s->count > COUNT_MAX)
        return zkl_fail(err, ZKL_BAD_INPUT, "entry: a segment has lines");
    if (s->begins_ms < 0 || s->begins_ms > s->ends_ms || s->ends_ms > ZKL_TIME_MS_MAX)
        return zkl_fail(err, ZKL_BAD_INPUT, "entry: the segment ends before it begins");
    if (is_zero(&s->root) || (s->number == 0) != is_zero(&s->previous))
        return zkl_fail(err, ZKL_BAD_INPUT,
                        "entry: a segment has a root, and all but the first one before it");
    const size_t parents = !s->number && !s->deletion_days ? 0 : 1;
    if (e->parent_count != parents)
        return zkl_fail(err, ZKL_BAD_INPUT, "entry: %zu parents, where this segment has %zu",
                        e->parent_count, parents);
    return s->deletion_days ? check_deletion(s, err) : ZKL_OK;
}

/* The subject is the file: a tool of in-toto looks it up by its digest. */
static void put_subjects(zkl_buffer *out, const zkl_entry *e)
{
    char name[ZKL_SEGMENT_NAME_CHARS];
    zkl_segment_name(name, e->segment.of, e->segment.number);
    zkl_buffer_put_text(out, "{\"digest\":{\"sha256\":");
    zkl_entry_put_hex(out, &e->segment.sha256);
    zkl_buffer_format(out, "},\"name\":\"%s\"}", name);
}

static zkl_status read_subjects(const zkl_entry_reader *r, zkl_entry *e, const json_t *subjects)
{
    return zkl_entry_read_digest(r, &e->segment.sha256,
                                 json_object_get(json_array_get(subjects, 0), "digest"), "sha256");
}

static bool reference(zkl_reference *out, const zkl_entry *e, size_t at)
{
    if (!e->parent_count)
        return false;
    *out = (zkl_reference){ .kind = ZKL_REFERS_TO_SEGMENT,
                            .receipt = e->parents[0],
                            .segment = &e->segment };
    return at == 0;
}

static bool index_key(zkl_index_key *out, const zkl_entry *e, size_t at)
{
    *out = (zkl_index_key){ .kind = ZKL_INDEX_SEGMENT, .segment = &e->segment };
    return at == 0;
}

/* "access-00000012.ndjson, 40 lines", "access-00000012.ndjson, deleted by the rule of 365 days" */
static char *words(zkl_arena *memory, const zkl_entry *e)
{
    const zkl_entry_segment *const s = &e->segment;
    char name[ZKL_SEGMENT_NAME_CHARS];
    zkl_segment_name(name, s->of, s->number);
    if (s->deletion_days)
        return zkl_arena_format(memory, "%s, deleted by the rule of %u days", name,
                                s->deletion_days);
    return zkl_arena_format(memory, "%s, %llu line%s", name, (unsigned long long)s->count,
                            s->count == 1 ? "" : "s");
}

const zkl_entry_ops zkl_entry_ops_segment = {
    .facts = { .noun = "segment",
               .fields = ZKL_FIELDS_SEGMENT,
               .signing = ZKL_SIGNED_BY_SIGNER,
               .effect = ZKL_KEYS_STAY,
               .place = ZKL_PLACE_NOWHERE,
               .parents_max = 1 },
    .members = members,
    .member_count = ZKL_COUNT(members),
    .check = check,
    .put_subjects = put_subjects,
    .read_subjects = read_subjects,
    .reference = reference,
    .index_key = index_key,
    .words = words,
};
