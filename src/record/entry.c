/* Entries of every kind: the table of kinds, the statement around what a kind says, and the rule
 * that makes reading strict: a payload that was read is written again and must come out the same.
 * So a kind needs to read only what its fields cannot do without, and no byte of a payload can say
 * something that the entry does not. */
#include "record/entry.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "record/cose.h"
#include "record/entry_internal.h"
#include "text/json_text.h"

#define STATEMENT_TYPE "https://in-toto.io/Statement/v1"
#define PREDICATE_TYPE_HEAD "urn:zkp-ledger:"
#define PREDICATE_TYPE_TAIL ":v1"

/* ---- The kinds */

static const char *const kind_names[ZKL_ENTRY_KIND_COUNT] = {
#define KIND_NAME(NAME, name) #name,
    ZKL_ENTRY_KIND_TABLE(KIND_NAME)
#undef KIND_NAME
};

static const zkl_entry_ops *const kinds[ZKL_ENTRY_KIND_COUNT] = {
#define KIND_OPS(NAME, name) &zkl_entry_ops_##name,
    ZKL_ENTRY_KIND_TABLE(KIND_OPS)
#undef KIND_OPS
};

/* A kind beyond the table is a mistake of our own: parsing gives none, and encode refuses one
 * before anything else. */
static const zkl_entry_ops *ops_of(zkl_entry_kind kind)
{
    ZKL_ASSERT((unsigned)kind < ZKL_ENTRY_KIND_COUNT);
    return kinds[kind];
}

const char *zkl_entry_kind_name(zkl_entry_kind kind)
{
    return (unsigned)kind < ZKL_ENTRY_KIND_COUNT ? kind_names[kind] : "unknown";
}

const zkl_entry_facts *zkl_entry_facts_of(zkl_entry_kind kind)
{
    return &ops_of(kind)->facts;
}

const zkl_entry_data *zkl_entry_as_data(const zkl_entry *e)
{
    return zkl_entry_facts_of(e->kind)->fields == ZKL_FIELDS_DATA ? &e->data : NULL;
}

const zkl_entry_setup *zkl_entry_as_setup(const zkl_entry *e)
{
    return zkl_entry_facts_of(e->kind)->fields == ZKL_FIELDS_SETUP ? &e->setup : NULL;
}

const zkl_entry_keys *zkl_entry_as_keys(const zkl_entry *e)
{
    return zkl_entry_facts_of(e->kind)->fields == ZKL_FIELDS_KEYS ? &e->keys : NULL;
}

const zkl_entry_report *zkl_entry_as_report(const zkl_entry *e)
{
    return zkl_entry_facts_of(e->kind)->fields == ZKL_FIELDS_REPORT ? &e->report : NULL;
}

const zkl_entry_segment *zkl_entry_as_segment(const zkl_entry *e)
{
    return zkl_entry_facts_of(e->kind)->fields == ZKL_FIELDS_SEGMENT ? &e->segment : NULL;
}

/* ---- Facts, for the folders above */

/* Parents first: every kind may have them, and a parent that is not there says more than what
 * follows from it. */
bool zkl_entry_reference(zkl_reference *out, const zkl_entry *e, size_t at)
{
    const zkl_entry_ops *ops = ops_of(e->kind);
    if (at < e->parent_count) {
        *out = (zkl_reference){ .kind = ZKL_REFERS_TO_PARENT,
                                .number = at,
                                .receipt = e->parents[at] };
        return true;
    }
    return ops->reference && ops->reference(out, e, at - e->parent_count);
}

/* What a kind says is found by the store without reading entries one by one. */
bool zkl_entry_index_key(zkl_index_key *out, const zkl_entry *e, size_t at)
{
    const zkl_entry_ops *ops = ops_of(e->kind);
    return ops->index_key && ops->index_key(out, e, at);
}

char *zkl_entry_words(zkl_arena *memory, const zkl_entry *e)
{
    ZKL_ASSERT(ops_of(e->kind)->words != NULL);
    return ops_of(e->kind)->words(memory, e);
}

/* ---- What must fit together, for encode and parse alike. */

/* What all kinds have in common, then what this one asks of its fields. Both ways go through it, so
 * an entry that can be written can be read. */
static zkl_status check_entry(const zkl_entry *e, zkl_error *err)
{
    if ((unsigned)e->kind >= ZKL_ENTRY_KIND_COUNT)
        return zkl_fail(err, ZKL_BAD_INPUT, "entry: unknown kind");
    const zkl_entry_facts *facts = zkl_entry_facts_of(e->kind);
    if (e->time_ms < 0 || e->time_ms > ZKL_TIME_MS_MAX)
        return zkl_fail(err, ZKL_BAD_INPUT, "entry: the time is not in the years 1970 to 9999");
    if (e->parent_count > ZKL_ENTRY_PARENTS_MAX)
        return zkl_fail(err, ZKL_LIMIT, "the entry has %zu parents, at most %d", e->parent_count,
                        ZKL_ENTRY_PARENTS_MAX);
    if (e->parent_count < facts->parents_min || e->parent_count > facts->parents_max)
        return zkl_fail(err, ZKL_BAD_INPUT, "entry: %zu parents, where a `%s` entry has %zu",
                        e->parent_count, kind_names[e->kind],
                        e->parent_count < facts->parents_min ? facts->parents_min
                                                             : facts->parents_max);
    const zkl_entry_ops *ops = ops_of(e->kind);
    return ops->check ? ops->check(e, err) : ZKL_OK;
}

/* ---- Writing: members in byte order. */

static void put_kind(zkl_buffer *out, const zkl_entry *e)
{
    zkl_buffer_format(out, "\"%s\"", kind_names[e->kind]);
}

static void put_ledger(zkl_buffer *out, const zkl_entry *e)
{
    zkl_entry_put_hex(out, &e->ledger);
}

/* In the order of the writer. */
static void put_parents(zkl_buffer *out, const zkl_entry *e)
{
    zkl_buffer_put_u8(out, '[');
    for (size_t i = 0; i < e->parent_count; i++) {
        if (i)
            zkl_buffer_put_u8(out, ',');
        zkl_entry_put_hex(out, &e->parents[i]);
    }
    zkl_buffer_put_u8(out, ']');
}

static void put_time(zkl_buffer *out, const zkl_entry *e)
{
    char text[ZKL_TIME_CHARS + 1];
    zkl_time_format(text, e->time_ms);
    zkl_buffer_format(out, "\"%s\"", text);
}

/* Reading. The kind was read before: it says what else there is. */

static zkl_status read_ledger(const zkl_entry_reader *r, zkl_entry *e, const json_t *predicate)
{
    return zkl_entry_read_digest(r, &e->ledger, predicate, "ledger");
}

static zkl_status read_parents(const zkl_entry_reader *r, zkl_entry *e, const json_t *predicate)
{
    return zkl_entry_read_digests(r, &e->parents, &e->parent_count, predicate, "parents",
                                  ZKL_ENTRY_PARENTS_MAX);
}

/* A text of one form, since canonical JSON has no dates. Milliseconds always stand there. */
static zkl_status read_time(const zkl_entry_reader *r, zkl_entry *e, const json_t *predicate)
{
    zkl_bytes text;
    ZKL_TRY(zkl_entry_read_text(r, &text, predicate, "time"));
    if (!zkl_time_parse(&e->time_ms, text))
        return zkl_fail(r->err, ZKL_BAD_INPUT,
                        "entry: the time '%.64s' is not YYYY-MM-DDThh:mm:ss.mmmZ",
                        (const char *)text.data);
    return ZKL_OK;
}

/* What every entry has. The kind is no member to be read here: read_predicate does it first, since
 * it decides what the others may be. */
static const zkl_entry_member common_members[] = {
    { "kind", put_kind, NULL, NULL },
    { "ledger", put_ledger, read_ledger, NULL },
    { "parents", put_parents, read_parents, NULL },
    { "time", put_time, read_time, NULL },
};

/* The members of the kind and the common ones, merged by name. */
static void put_predicate(zkl_buffer *out, const zkl_entry *e)
{
    const zkl_entry_ops *ops = ops_of(e->kind);
    size_t own = 0, common = 0;
    const char *before = "";
    zkl_buffer_put_u8(out, '{');
    while (own < ops->member_count || common < ZKL_COUNT(common_members)) {
        const bool is_own = common == ZKL_COUNT(common_members) ||
                            (own < ops->member_count &&
                             strcmp(ops->members[own].name, common_members[common].name) < 0);
        const zkl_entry_member *m = is_own ? &ops->members[own++] : &common_members[common++];
        ZKL_ASSERT(strcmp(before, m->name) < 0); /* the tables are sorted, and share no name */
        if (!m->is_left_out || !m->is_left_out(e)) {
            zkl_buffer_format(out, "%s\"%s\":", *before ? "," : "", m->name);
            m->put(out, e);
            before = m->name;
        }
    }
    zkl_buffer_put_u8(out, '}');
}

/* An in-toto Statement: who it is about (subject), what is said (predicate), and by which form
 * (predicateType, with our version). */
static void put_payload(zkl_buffer *out, const zkl_entry *e)
{
    zkl_buffer_put_text(out, "{\"_type\":\"" STATEMENT_TYPE "\",\"predicate\":");
    put_predicate(out, e);
    zkl_buffer_format(out,
                      ",\"predicateType\":\"" PREDICATE_TYPE_HEAD "%s" PREDICATE_TYPE_TAIL
                      "\",\"subject\":[",
                      kind_names[e->kind]);
    ZKL_ASSERT(ops_of(e->kind)->put_subjects);
    ops_of(e->kind)->put_subjects(out, e); /* in-toto asks for at least one */
    zkl_buffer_put_text(out, "]}");
}

zkl_status zkl_entry_payload_bytes(size_t *out, const zkl_entry *entry, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) payload = { 0 };
    ZKL_TRY(check_entry(entry, err));
    put_payload(&payload, entry);
    *out = payload.size;
    return zkl_buffer_status(&payload, err);
}

/* The limit is on the payload: base 64 and signatures make an envelope of at most
 * ZKL_DSSE_BYTES_MAX of it. */
zkl_status zkl_entry_encode(zkl_buffer *out, const zkl_entry *entry, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) payload = { 0 };
    ZKL_TRY(check_entry(entry, err));
    put_payload(&payload, entry);
    ZKL_TRY(zkl_buffer_status(&payload, err));
    if (payload.size > ZKL_ENTRY_PAYLOAD_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT,
                        "the entry has %zu bytes, at most %d: state fewer claims at once and the "
                        "others with `prove`",
                        payload.size, ZKL_ENTRY_PAYLOAD_BYTES_MAX);
    zkl_buffer_put(out, payload.data, payload.size);
    return zkl_buffer_status(out, err);
}

/* ---- Reading */

#define MEMBERS_MAX 32 /* of a predicate: the common ones and the kind's */

/* Writing again would find an unknown member too. This names it. */
static zkl_status refuse_unknown_members(const zkl_entry_reader *r, const zkl_entry_ops *ops,
                                         const json_t *predicate)
{
    const char *known[MEMBERS_MAX];
    size_t count = 0;
    ZKL_ASSERT(ops->member_count + ZKL_COUNT(common_members) <= MEMBERS_MAX);
    for (size_t i = 0; i < ZKL_COUNT(common_members); i++)
        known[count++] = common_members[i].name;
    for (size_t i = 0; i < ops->member_count; i++)
        known[count++] = ops->members[i].name;
    return zkl_entry_refuse_unknown(r, predicate, known, count, "the predicate");
}

/* The kind first, then what all have, then what this kind has and nothing else. */
static zkl_status read_predicate(const zkl_entry_reader *r, zkl_entry *e, const json_t *predicate)
{
    unsigned number;
    if (!json_is_object(predicate))
        return zkl_fail(r->err, ZKL_BAD_INPUT, "entry: 'predicate' is missing or no object");
    ZKL_TRY(zkl_entry_read_name(r, &number, predicate, "kind", kind_names, ZKL_ENTRY_KIND_COUNT));
    ZKL_ASSERT(number < ZKL_ENTRY_KIND_COUNT);
    e->kind = (zkl_entry_kind)number;
    for (size_t i = 0; i < ZKL_COUNT(common_members); i++)
        if (common_members[i].read)
            ZKL_TRY(common_members[i].read(r, e, predicate));
    const zkl_entry_ops *ops = ops_of(e->kind);
    ZKL_TRY(refuse_unknown_members(r, ops, predicate));
    for (size_t i = 0; i < ops->member_count; i++)
        ZKL_TRY(ops->members[i].read(r, e, predicate));
    return ZKL_OK;
}

/* The first subject has a name for every kind; which further ones there may be is the kind's to
 * say. */
static zkl_status read_subjects(const zkl_entry_reader *r, zkl_entry *e, const json_t *root)
{
    const zkl_entry_ops *ops = ops_of(e->kind);
    const json_t *subjects;
    zkl_bytes name;
    size_t count = 0;
    ZKL_TRY(zkl_entry_read_array(r, &subjects, &count, root, "subject", 1 + ZKL_ENTRY_FILES_MAX));
    if (!count)
        return zkl_fail(r->err, ZKL_BAD_INPUT, "entry: no subject");
    ZKL_TRY(zkl_entry_read_text(r, &name, json_array_get(subjects, 0), "name"));
    return ops->read_subjects ? ops->read_subjects(r, e, subjects) : ZKL_OK;
}

/* _type and predicateType are not read: they follow from the kind, and are compared when the
 * payload is written again. */
static zkl_status read_payload(const zkl_entry_reader *r, zkl_entry *e, const json_t *root)
{
    static const char *const members[] = { "_type", "predicate", "predicateType", "subject" };
    ZKL_TRY(zkl_entry_refuse_unknown(r, root, members, ZKL_COUNT(members), "the statement"));
    ZKL_TRY(read_predicate(r, e, json_object_get(root, "predicate")));
    ZKL_TRY(read_subjects(r, e, root));
    return check_entry(e, r->err);
}

zkl_status zkl_entry_parse(zkl_entry *out, zkl_arena *arena, zkl_bytes payload, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) again = { 0 };
    const zkl_entry_reader reader = { arena, err };
    zkl_entry entry;
    json_t *root;
    memset(&entry, 0, sizeof entry);
    if (payload.size > ZKL_ENTRY_PAYLOAD_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "the entry has %zu bytes, at most %d", payload.size,
                        ZKL_ENTRY_PAYLOAD_BYTES_MAX);
    ZKL_TRY(zkl_json_parse_canonical(&root, payload, "entry", err));
    const zkl_status status = read_payload(&reader, &entry, root);
    json_decref(root);
    ZKL_TRY(status);
    /* What was read says all that there is: no byte of the payload is without a meaning. */
    ZKL_ASSERT(entry.parents || !entry.parent_count);
    put_payload(&again, &entry);
    ZKL_TRY(zkl_buffer_status(&again, err));
    if (!zkl_bytes_equal(zkl_buffer_bytes(&again), payload))
        return zkl_fail(err, ZKL_BAD_INPUT, "entry: its members do not fit its kind '%s'",
                        zkl_entry_kind_name(entry.kind));
    *out = entry;
    return ZKL_OK;
}

/* ---- In an envelope */

void zkl_entry_urns_of(zkl_entry_urns *out, const zkl_entry *entry)
{
    char ledger[65];
    const zkl_entry_data *data = zkl_entry_as_data(entry);
    ZKL_ASSERT(data && data->name.size <= ZKL_DATASET_NAME_BYTES_MAX);
    zkl_hex_encode(ledger, entry->ledger.bytes, sizeof entry->ledger.bytes);
    snprintf(out->issuer, sizeof out->issuer, "urn:zkp-ledger:%s", ledger);
    const int size = snprintf(out->subject, sizeof out->subject, "%s:dataset:%.*s@%u", out->issuer,
                              (int)data->name.size, (const char *)data->name.data, data->version);
    ZKL_ASSERT(size > 0 && (size_t)size < sizeof out->subject);
}

/* No bit of a statement's header says what its payload does not. */
static zkl_status check_cose_header(const zkl_entry *entry, const zkl_dsse *statement,
                                    zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) want = { 0 };
    zkl_entry_urns urns;
    zkl_entry_urns_of(&urns, entry);
    zkl_cose_put_statement_header(&want, &statement->signatures[0].key_digest, urns.issuer,
                                  urns.subject);
    ZKL_TRY(zkl_buffer_status(&want, err));
    return zkl_bytes_equal(zkl_buffer_bytes(&want), statement->cose_header)
               ? ZKL_OK
               : zkl_fail(err, ZKL_BAD_INPUT,
                          "entry: the header of the COSE statement does not fit its payload");
}

/* Nothing is verified here: who must have signed depends on what the payload says, and on the keys
 * that count at its index. */
zkl_status zkl_entry_open(zkl_entry *out, zkl_dsse *dsse, zkl_arena *arena, zkl_bytes envelope,
                          zkl_error *err)
{
    const bool is_cose = zkl_cose_is_statement(envelope);
    zkl_entry entry;
    ZKL_TRY(is_cose ? zkl_cose_statement_parse(dsse, envelope, err)
                    : zkl_dsse_parse(dsse, arena, envelope, err));
    if (!zkl_bytes_equal_text(dsse->payload_type, ZKL_DSSE_TYPE_IN_TOTO))
        return zkl_fail(err, ZKL_BAD_INPUT, "entry: the payload type is not '%s'",
                        ZKL_DSSE_TYPE_IN_TOTO);
    ZKL_TRY(zkl_entry_parse(&entry, arena, dsse->payload, err));
    /* One payload in two forms would be one entry with two receipt ids. */
    if (zkl_entry_facts_of(entry.kind)->is_cose != is_cose)
        return zkl_fail(err, ZKL_BAD_INPUT, "entry: a kind '%s' is %s COSE statement",
                        zkl_entry_kind_name(entry.kind), is_cose ? "no" : "a");
    if (is_cose)
        ZKL_TRY(check_cose_header(&entry, dsse, err));
    *out = entry;
    return ZKL_OK;
}

/* ---- Time as text */

/* Milliseconds since 1970 in UTC, without leap seconds, as everywhere. gmtime_r cannot fail within
 * the years that are allowed. */
void zkl_time_format(char out[static ZKL_TIME_CHARS + 1], int64_t time_ms)
{
    const time_t seconds = (time_t)(time_ms / 1000);
    ZKL_ASSERT(time_ms >= 0 && time_ms <= ZKL_TIME_MS_MAX); /* four digits of a year */
    struct tm t;
    gmtime_r(&seconds, &t);
    char text[64];
    snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", t.tm_year + 1900,
             t.tm_mon + 1, t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec, (int)(time_ms % 1000));
    memcpy(out, text, ZKL_TIME_CHARS);
    out[ZKL_TIME_CHARS] = 0;
}

/* Digits where the form has digits, and the form's own characters elsewhere. Values are checked by
 * writing them again, so the 30th of February and the 25th hour have no rules of their own here. */
bool zkl_time_parse(int64_t *out, zkl_bytes text)
{
    static const char form[] = "0000-00-00T00:00:00.000Z";
    char again[ZKL_TIME_CHARS + 1];
    int n[7] = { 0 };
    if (text.size != ZKL_TIME_CHARS)
        return false;
    for (size_t i = 0, part = 0; i < text.size; i++) {
        const bool digit = zkl_is_digit(text.data[i]);
        if (form[i] == '0' ? !digit : text.data[i] != (uint8_t)form[i])
            return false;
        if (digit)
            n[part] = 10 * n[part] + (text.data[i] - '0');
        else
            part++;
    }
    struct tm t = { .tm_year = n[0] - 1900,
                    .tm_mon = n[1] - 1,
                    .tm_mday = n[2],
                    .tm_hour = n[3],
                    .tm_min = n[4],
                    .tm_sec = n[5] };
    const int64_t time_ms = (int64_t)timegm(&t) * 1000 + n[6];
    if (time_ms < 0 || time_ms > ZKL_TIME_MS_MAX)
        return false;
    zkl_time_format(again, time_ms); /* the 30th of February comes out as another day */
    if (memcmp(again, text.data, text.size) != 0)
        return false;
    *out = time_ms;
    return true;
}
