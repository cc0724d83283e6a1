/* A standing's payload: canonical JSON, which is written again when it was read, so that no byte of
 * it can say what the fields do not. */
#include "record/standing.h"

#include <string.h>

#include "base/bytes.h"
#include "record/entry_internal.h"
#include "text/json_text.h"

#define TYPE "urn:zkp-ledger:standing:v1"

/* ---- Entries as a standing has them */

zkl_status zkl_standing_entry_of(zkl_standing_entry *out, zkl_arena *arena, const zkl_entry *entry,
                                 uint64_t index, const zkl_digest *leaf, zkl_error *err)
{
    const zkl_entry_data *data = zkl_entry_as_data(entry);
    size_t count = 0;
    ZKL_ASSERT(data);
    for (size_t i = 0; i < data->statement_count; i++)
        count += data->statements[i].claim_count;
    zkl_bytes *claims = ZKL_ARENA_NEW(arena, zkl_bytes, count);
    if (!claims)
        return zkl_no_memory(err, count * sizeof *claims);
    *out = (zkl_standing_entry){ .index = index,
                                 .receipt = *leaf,
                                 .kind = entry->kind,
                                 .version = data->version,
                                 .time_ms = entry->time_ms,
                                 .claims = claims,
                                 .reason = data->reason };
    for (size_t i = 0; i < data->statement_count; i++)
        for (size_t k = 0; k < data->statements[i].claim_count; k++)
            claims[out->claim_count++] = data->statements[i].claims[k].text;
    return ZKL_OK;
}

bool zkl_standing_entry_equal(const zkl_standing_entry *a, const zkl_standing_entry *b)
{
    if (a->index != b->index || a->kind != b->kind || a->version != b->version ||
        a->time_ms != b->time_ms || a->claim_count != b->claim_count ||
        !zkl_bytes_equal(a->reason, b->reason) || !zkl_digest_equal(&a->receipt, &b->receipt))
        return false;
    for (size_t i = 0; i < a->claim_count; i++)
        if (!zkl_bytes_equal(a->claims[i], b->claims[i]))
            return false;
    return true;
}

/* ---- What must hold, for encode and parse alike */

static zkl_status check_entry(const zkl_standing *s, size_t at, zkl_error *err)
{
    const zkl_standing_entry *e = &s->entries[at];
    if (zkl_entry_facts_of(e->kind)->fields != ZKL_FIELDS_DATA)
        return zkl_fail(err, ZKL_BAD_INPUT, "standing: a '%s' entry is about no dataset",
                        zkl_entry_kind_name(e->kind));
    if (e->index >= s->checkpoint.size || (at && s->entries[at - 1].index >= e->index))
        return zkl_fail(err, ZKL_BAD_INPUT,
                        "standing: entries are not in the order of the checkpoint's tree");
    if (e->time_ms < 0 || e->time_ms > ZKL_TIME_MS_MAX || !e->version ||
        (e->kind == ZKL_ENTRY_WITHDRAW) != (e->reason.size > 0))
        return zkl_fail(err, ZKL_BAD_INPUT, "standing: bad entry %llu",
                        (unsigned long long)e->index);
    return ZKL_OK;
}

static zkl_status check(const zkl_standing *s, zkl_error *err)
{
    if (!zkl_dataset_name_valid(s->name))
        return zkl_fail(err, ZKL_BAD_INPUT, "standing: bad name of a dataset");
    if (s->time_ms < 0 || s->time_ms > ZKL_TIME_MS_MAX)
        return zkl_fail(err, ZKL_BAD_INPUT, "standing: the time is not in the years 1970 to 9999");
    if (s->entry_count > ZKL_STANDING_ENTRIES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "a standing of %zu entries, at most %d", s->entry_count,
                        ZKL_STANDING_ENTRIES_MAX);
    if (!s->entry_count || s->entries[0].kind != ZKL_ENTRY_NOTARISE)
        return zkl_fail(err, ZKL_BAD_INPUT, "standing: it does not begin with a notarisation");
    for (size_t i = 0; i < s->entry_count; i++)
        ZKL_TRY(check_entry(s, i, err));
    return ZKL_OK;
}

/* ---- Writing: members in byte order */

static void put_entry(zkl_buffer *out, const zkl_standing_entry *e)
{
    char time[ZKL_TIME_CHARS + 1];
    zkl_time_format(time, e->time_ms);
    zkl_buffer_put_text(out, "{\"claims\":[");
    for (size_t i = 0; i < e->claim_count; i++) {
        if (i)
            zkl_buffer_put_u8(out, ',');
        zkl_json_put_string(out, e->claims[i]);
    }
    zkl_buffer_format(out, "],\"index\":%llu,\"kind\":\"%s\"", (unsigned long long)e->index,
                      zkl_entry_kind_name(e->kind));
    if (e->reason.size) {
        zkl_buffer_put_text(out, ",\"reason\":");
        zkl_json_put_string(out, e->reason);
    }
    zkl_buffer_put_text(out, ",\"receipt\":");
    zkl_entry_put_hex(out, &e->receipt);
    zkl_buffer_format(out, ",\"time\":\"%s\",\"version\":%u}", time, e->version);
}

zkl_status zkl_standing_encode(zkl_buffer *out, const zkl_standing *s, zkl_error *err)
{
    char time[ZKL_TIME_CHARS + 1];
    ZKL_TRY(check(s, err));
    zkl_time_format(time, s->time_ms);
    zkl_buffer_put_text(out, "{\"checkpoint\":");
    zkl_json_put_string(out, s->note);
    zkl_buffer_put_text(out, ",\"dataset\":");
    zkl_json_put_string(out, s->name);
    zkl_buffer_put_text(out, ",\"entries\":[");
    for (size_t i = 0; i < s->entry_count; i++) {
        if (i)
            zkl_buffer_put_u8(out, ',');
        put_entry(out, &s->entries[i]);
    }
    zkl_buffer_put_text(out, "],\"ledger\":");
    zkl_entry_put_hex(out, &s->ledger);
    zkl_buffer_format(out, ",\"time\":\"%s\",\"type\":\"" TYPE "\"}", time);
    return zkl_buffer_status(out, err);
}

/* ---- Reading */

static zkl_status read_number(uint64_t *out, const json_t *object, const char *key, uint64_t most,
                              zkl_error *err)
{
    const json_t *value = json_object_get(object, key);
    const json_int_t number = json_integer_value(value);
    if (!json_is_integer(value) || number < 0 || (uint64_t)number > most)
        return zkl_fail(err, ZKL_BAD_INPUT, "standing: bad member '%s'", key);
    *out = (uint64_t)number;
    return ZKL_OK;
}

static zkl_status read_claims(const zkl_entry_reader *r, zkl_standing_entry *e,
                              const json_t *object)
{
    const json_t *list = json_object_get(object, "claims");
    const size_t count = json_array_size(list);
    zkl_bytes *claims = ZKL_ARENA_NEW(r->arena, zkl_bytes, count);
    if (!json_is_array(list))
        return zkl_fail(r->err, ZKL_BAD_INPUT, "standing: bad member 'claims'");
    if (!claims)
        return zkl_no_memory(r->err, count * sizeof *claims);
    for (size_t i = 0; i < count; i++) {
        const json_t *text = json_array_get(list, i);
        const size_t size = json_string_length(text);
        if (!json_is_string(text))
            return zkl_fail(r->err, ZKL_BAD_INPUT, "standing: a claim is no text");
        claims[i] = zkl_bytes_of(zkl_arena_copy(r->arena, json_string_value(text), size), size);
        if (!claims[i].data)
            return zkl_no_memory(r->err, size);
    }
    e->claims = claims;
    e->claim_count = count;
    return ZKL_OK;
}

static zkl_status read_time(const zkl_entry_reader *r, int64_t *out, const json_t *object)
{
    zkl_bytes time;
    ZKL_TRY(zkl_entry_read_text(r, &time, object, "time"));
    return zkl_time_parse(out, time) ? ZKL_OK
                                     : zkl_fail(r->err, ZKL_BAD_INPUT, "standing: bad time");
}

static zkl_status read_entry(const zkl_entry_reader *r, zkl_standing_entry *e, const json_t *object)
{
    const char *names[ZKL_ENTRY_KIND_COUNT];
    unsigned kind;
    uint64_t version = 0;
    for (unsigned i = 0; i < ZKL_ENTRY_KIND_COUNT; i++)
        names[i] = zkl_entry_kind_name((zkl_entry_kind)i);
    ZKL_TRY(zkl_entry_read_name(r, &kind, object, "kind", names, ZKL_ENTRY_KIND_COUNT));
    e->kind = (zkl_entry_kind)kind;
    ZKL_TRY(read_number(&e->index, object, "index", ZKL_LOG_SIZE_MAX, r->err));
    ZKL_TRY(read_number(&version, object, "version", UINT32_MAX, r->err));
    e->version = (uint32_t)version;
    ZKL_TRY(zkl_entry_read_digest(r, &e->receipt, object, "receipt"));
    ZKL_TRY(read_time(r, &e->time_ms, object));
    if (e->kind == ZKL_ENTRY_WITHDRAW)
        ZKL_TRY(zkl_entry_read_text(r, &e->reason, object, "reason"));
    return read_claims(r, e, object);
}

static zkl_status read_standing(zkl_standing *s, const zkl_entry_reader *r, const json_t *object)
{
    const json_t *list;
    zkl_bytes type;
    ZKL_TRY(zkl_entry_read_text(r, &type, object, "type"));
    if (!zkl_bytes_equal_text(type, TYPE))
        return zkl_fail(r->err, ZKL_BAD_INPUT, "standing: it is not of type " TYPE);
    ZKL_TRY(zkl_entry_read_text(r, &s->note, object, "checkpoint"));
    ZKL_TRY(zkl_entry_read_text(r, &s->name, object, "dataset"));
    ZKL_TRY(zkl_entry_read_digest(r, &s->ledger, object, "ledger"));
    ZKL_TRY(read_time(r, &s->time_ms, object));
    ZKL_TRY(zkl_checkpoint_parse(&s->checkpoint, r->arena, s->note, r->err));
    ZKL_TRY(zkl_entry_read_array(r, &list, &s->entry_count, object, "entries",
                                 ZKL_STANDING_ENTRIES_MAX));
    zkl_standing_entry *entries = ZKL_ARENA_NEW(r->arena, zkl_standing_entry, s->entry_count);
    if (!entries)
        return zkl_no_memory(r->err, s->entry_count * sizeof *entries);
    for (size_t i = 0; i < s->entry_count; i++)
        ZKL_TRY(read_entry(r, &entries[i], json_array_get(list, i)));
    s->entries = entries;
    return ZKL_OK;
}

zkl_status zkl_standing_parse(zkl_standing *out, zkl_arena *arena, zkl_bytes payload,
                              zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) again = { 0 };
    const zkl_entry_reader reader = { arena, err };
    zkl_standing standing = { 0 };
    json_t *object;
    if (payload.size > ZKL_STANDING_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "a standing of %zu bytes, at most %zu", payload.size,
                        ZKL_STANDING_BYTES_MAX);
    ZKL_TRY(zkl_json_parse_canonical(&object, payload, "standing", err));
    zkl_status status = read_standing(&standing, &reader, object);
    json_decref(object);
    if (status == ZKL_OK)
        status = zkl_standing_encode(&again, &standing, err);
    if (status == ZKL_OK && !zkl_bytes_equal(zkl_buffer_bytes(&again), payload))
        status = zkl_fail(err, ZKL_BAD_INPUT, "standing: it has members of no meaning");
    if (status == ZKL_OK)
        *out = standing;
    return status;
}
