#include "record/entry.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "text/base64.h"
#include "record/checkpoint.h"
#include "text/json_text.h"
#include "text/utf8.h"

#define STATEMENT_TYPE "https://in-toto.io/Statement/v1"
#define PREDICATE_TYPE_HEAD "urn:zkp-ledger:"
#define PREDICATE_TYPE_TAIL ":v1"
#define TIME_MS_MAX INT64_C(253402300799999) /* 9999-12-31T23:59:59.999Z */

static const char *const kind_names[ZKL_ENTRY_KIND_COUNT] = { "setup", "notarise", "prove", "key",
                                                              "revoke" };
static const char *const role_names[] = { "signer", "log" };
static const char *const made_names[] = { "development", "ceremony" };

const char *zkl_entry_kind_name(zkl_entry_kind kind)
{
    return (unsigned)kind < ZKL_ENTRY_KIND_COUNT ? kind_names[kind] : "unknown";
}

void zkl_time_format(char out[static ZKL_TIME_CHARS + 1], int64_t time_ms)
{
    const time_t seconds = (time_t)(time_ms / 1000);
    struct tm t;
    gmtime_r(&seconds, &t);
    char text[64];
    snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", t.tm_year + 1900,
             t.tm_mon + 1, t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec, (int)(time_ms % 1000));
    memcpy(out, text, ZKL_TIME_CHARS);
    out[ZKL_TIME_CHARS] = 0;
}

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
    if (time_ms < 0 || time_ms > TIME_MS_MAX)
        return false;
    zkl_time_format(again, time_ms); /* the 30th of February comes out as another day */
    if (memcmp(again, text.data, text.size) != 0)
        return false;
    *out = time_ms;
    return true;
}

/* ---- Writing: members in byte order. */

static void put_hex(zkl_buffer *out, const zkl_digest *digest)
{
    char hex[65];
    zkl_hex_encode(hex, digest->bytes, 32);
    zkl_buffer_format(out, "\"%s\"", hex);
}

static void put_parents(zkl_buffer *out, const zkl_entry *e)
{
    zkl_buffer_put_text(out, "\"parents\":[");
    for (size_t i = 0; i < e->parent_count; i++) {
        if (i)
            zkl_buffer_put_u8(out, ',');
        put_hex(out, &e->parents[i]);
    }
    zkl_buffer_put_text(out, "]");
}

static void put_time(zkl_buffer *out, const zkl_entry *e)
{
    char text[ZKL_TIME_CHARS + 1];
    zkl_time_format(text, e->time_ms);
    zkl_buffer_format(out, "\"time\":\"%s\"", text);
}

static void put_key(zkl_buffer *out, const zkl_public_key *key)
{
    uint8_t der[ZKL_PUBLIC_KEY_DER_BYTES_MAX];
    const size_t size = zkl_public_key_der(der, key);
    zkl_buffer_put_text(out, "\"key\":\"");
    zkl_buffer_put_base64(out, der, size);
    zkl_buffer_put_text(out, "\",");
}

static void put_statements(zkl_buffer *out, const zkl_entry *e)
{
    zkl_buffer_put_text(out, ",\"statements\":[");
    for (size_t i = 0; i < e->statement_count; i++) {
        const zkl_entry_statement *s = &e->statements[i];
        zkl_buffer_format(out, "%s{\"circuit\":\"%s\",\"claims\":[", i ? "," : "", s->circuit);
        for (size_t j = 0; j < s->claim_count; j++) {
            if (j)
                zkl_buffer_put_u8(out, ',');
            zkl_buffer_put(out, s->claims[j].json.data, s->claims[j].json.size);
        }
        zkl_buffer_put_text(out, "],\"proof\":");
        put_hex(out, &s->proof_sha256);
        zkl_buffer_put_text(out, ",\"statement\":");
        put_hex(out, &s->statement_sha256);
        zkl_buffer_put_text(out, ",\"t0\":");
        put_hex(out, &s->t0);
        zkl_buffer_put_u8(out, '}');
    }
    zkl_buffer_put_u8(out, ']');
}

static void put_succeeds(zkl_buffer *out, const zkl_entry_succeeds *s)
{
    zkl_buffer_put_text(out, ",\"succeeds\":{\"key\":");
    zkl_json_put_string(out, s->key);
    zkl_buffer_put_text(out, ",\"note\":");
    zkl_json_put_string(out, s->note);
    zkl_buffer_put_text(out, ",\"origin\":");
    zkl_json_put_string(out, s->origin);
    zkl_buffer_put_text(out, ",\"root\":");
    put_hex(out, &s->root);
    zkl_buffer_format(out, ",\"size\":%llu}", (unsigned long long)s->size);
}

static void put_predicate(zkl_buffer *out, const zkl_entry *e)
{
    zkl_buffer_put_u8(out, '{');
    if (e->kind == ZKL_ENTRY_SETUP)
        zkl_buffer_format(out, "\"circuit\":\"%s\",", e->circuit.name);
    if (e->kind == ZKL_ENTRY_KEY || e->kind == ZKL_ENTRY_REVOKE)
        put_key(out, &e->key);
    zkl_buffer_format(out, "\"kind\":\"%s\",\"ledger\":", kind_names[e->kind]);
    put_hex(out, &e->ledger);
    zkl_buffer_put_u8(out, ',');
    if (e->kind == ZKL_ENTRY_SETUP)
        zkl_buffer_format(out, "\"made\":\"%s\",", made_names[e->is_ceremony]);
    put_parents(out, e);
    if (e->kind == ZKL_ENTRY_SETUP) {
        zkl_buffer_put_text(out, ",\"powers\":");
        put_hex(out, &e->powers_hash);
    } else if (e->kind == ZKL_ENTRY_KEY) {
        zkl_buffer_put_text(out, ",\"replaces\":");
        if (zkl_digest_is_zero(&e->replaces))
            zkl_buffer_put_text(out, "\"\"");
        else
            put_hex(out, &e->replaces);
    } else if (e->kind == ZKL_ENTRY_REVOKE) {
        zkl_buffer_put_text(out, ",\"reason\":");
        zkl_json_put_string(out, e->reason);
    }
    if (e->kind == ZKL_ENTRY_KEY || e->kind == ZKL_ENTRY_REVOKE)
        zkl_buffer_format(out, ",\"role\":\"%s\"", role_names[e->role]);
    if (e->kind == ZKL_ENTRY_KEY && e->succeeds.note.size)
        put_succeeds(out, &e->succeeds);
    if (e->kind == ZKL_ENTRY_NOTARISE || e->kind == ZKL_ENTRY_PROVE)
        put_statements(out, e);
    zkl_buffer_put_u8(out, ',');
    put_time(out, e);
    zkl_buffer_put_u8(out, '}');
}

static void put_subject(zkl_buffer *out, const zkl_entry *e)
{
    zkl_digest id;
    switch (e->kind) {
    case ZKL_ENTRY_SETUP:
        zkl_buffer_put_text(out, "{\"digest\":{\"sha256\":");
        put_hex(out, &e->key_sha256);
        zkl_buffer_put_text(out, ",\"sha3_256\":");
        put_hex(out, &e->circuit.key_hash);
        zkl_buffer_format(out, "},\"name\":\"circuit %s\"}", e->circuit.name);
        break;
    case ZKL_ENTRY_NOTARISE:
    case ZKL_ENTRY_PROVE:
        zkl_buffer_put_text(out, "{\"digest\":{\"sha256\":");
        put_hex(out, &e->manifest_sha256);
        zkl_buffer_put_text(out, ",\"sha3_256\":");
        put_hex(out, &e->dataset);
        zkl_buffer_format(out, "},\"name\":\"%.*s@%u\"}", (int)e->name.size,
                          (const char *)e->name.data, e->version);
        for (size_t i = 0; i < e->file_count; i++) {
            const bool blake3 = e->file_hash == ZKL_HASH_BLAKE3;
            zkl_buffer_put_text(out,
                                blake3 ? ",{\"digest\":{\"blake3\":" : ",{\"digest\":{\"sha256\":");
            put_hex(out, blake3 ? &e->files[i].hash : &e->files[i].sha256);
            zkl_buffer_put_text(out, blake3 ? ",\"sha256\":" : ",\"sha3_256\":");
            put_hex(out, blake3 ? &e->files[i].sha256 : &e->files[i].hash);
            zkl_buffer_put_text(out, "},\"name\":");
            zkl_json_put_string(out, e->files[i].name);
            zkl_buffer_put_u8(out, '}');
        }
        break;
    case ZKL_ENTRY_KEY:
    case ZKL_ENTRY_REVOKE:
        zkl_public_key_digest(&id, &e->key);
        zkl_buffer_put_text(out, "{\"digest\":{\"sha256\":");
        put_hex(out, &id);
        zkl_buffer_format(out, "},\"name\":\"%s key\"}", role_names[e->role]);
        break;
    case ZKL_ENTRY_KIND_COUNT:
        break;
    }
}

static void put_payload(zkl_buffer *out, const zkl_entry *e)
{
    zkl_buffer_put_text(out, "{\"_type\":\"" STATEMENT_TYPE "\",\"predicate\":");
    put_predicate(out, e);
    zkl_buffer_format(out,
                      ",\"predicateType\":\"" PREDICATE_TYPE_HEAD "%s" PREDICATE_TYPE_TAIL
                      "\",\"subject\":[",
                      kind_names[e->kind]);
    put_subject(out, e);
    zkl_buffer_put_text(out, "]}");
}

/* ---- What must fit together, for encode and parse alike. */

static zkl_status check_statements(const zkl_entry *e, zkl_error *err)
{
    if (e->statement_count > ZKL_ENTRY_STATEMENTS_MAX)
        return zkl_fail(
            err, ZKL_LIMIT,
            "the entry has %zu proof statements, at most %d: split over several `prove`",
            e->statement_count, ZKL_ENTRY_STATEMENTS_MAX);
    if (!e->statement_count)
        return zkl_fail(err, ZKL_BAD_INPUT, "entry: no proof statements");
    for (size_t i = 0; i < e->statement_count; i++) {
        if (!zkl_circuit_name_valid(zkl_bytes_of_text(e->statements[i].circuit)))
            return zkl_fail(err, ZKL_BAD_INPUT, "entry: statement %zu names no circuit", i);
        if (!e->statements[i].claim_count)
            return zkl_fail(err, ZKL_BAD_INPUT, "entry: statement %zu has no claims", i);
        if (e->statements[i].claim_count > ZKL_ENTRY_CLAIMS_MAX)
            return zkl_fail(err, ZKL_LIMIT, "entry: statement %zu has %zu claims, at most %d", i,
                            e->statements[i].claim_count, ZKL_ENTRY_CLAIMS_MAX);
        for (size_t j = 0; j < i; j++)
            if (zkl_digest_equal(&e->statements[i].t0, &e->statements[j].t0))
                return zkl_fail(err, ZKL_BAD_INPUT, "entry: statement %zu stands twice", i);
    }
    return ZKL_OK;
}

static zkl_status check_files(const zkl_entry *e, zkl_error *err)
{
    if (e->file_count > ZKL_ENTRY_FILES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "the entry names %zu public files, at most %d",
                        e->file_count, ZKL_ENTRY_FILES_MAX);
    if (e->kind != ZKL_ENTRY_NOTARISE && e->file_count)
        return zkl_fail(err, ZKL_BAD_INPUT, "entry: only a notarisation names files");
    for (size_t i = 0; i < e->file_count; i++)
        if (!e->files[i].name.size || e->files[i].name.size > ZKL_ENTRY_TEXT_BYTES_MAX ||
            !zkl_utf8_valid(e->files[i].name) ||
            memchr(e->files[i].name.data, 0, e->files[i].name.size))
            return zkl_fail(err, ZKL_BAD_INPUT, "entry: file %zu has a bad name", i);
    return ZKL_OK;
}

/* The note is signed by the key, and the members beside it say what it says. */
static zkl_status check_succeeds(const zkl_entry *e, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    const zkl_entry_succeeds *s = &e->succeeds;
    zkl_checkpoint old;
    zkl_verifier_key key;
    if (!s->note.size)
        return ZKL_OK;
    if (e->role != ZKL_ROLE_SIGNER || !zkl_digest_is_zero(&e->replaces))
        return zkl_fail(err, ZKL_BAD_INPUT,
                        "entry: only the first signer key's entry names a log that is succeeded");
    if (s->note.size > ZKL_ENTRY_SUCCEEDS_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT,
                        "entry: the checkpoint that is succeeded has %zu bytes, at most %d",
                        s->note.size, ZKL_ENTRY_SUCCEEDS_BYTES_MAX);
    ZKL_TRY(zkl_checkpoint_parse(&old, &arena, s->note, err));
    ZKL_TRY(zkl_verifier_key_parse(&key, s->key, err));
    if (zkl_checkpoint_verify(&old, &key, err) != ZKL_OK)
        return zkl_wrap(err, ZKL_BAD_INPUT, "entry: the checkpoint that is succeeded");
    if (!zkl_bytes_equal(old.origin, s->origin) || old.size != s->size ||
        !zkl_digest_equal(&old.root, &s->root))
        return zkl_fail(
            err, ZKL_BAD_INPUT,
            "entry: the checkpoint that is succeeded says another origin, size or root");
    return ZKL_OK;
}

static zkl_status check_entry(const zkl_entry *e, zkl_error *err)
{
    if ((unsigned)e->kind >= ZKL_ENTRY_KIND_COUNT)
        return zkl_fail(err, ZKL_BAD_INPUT, "entry: unknown kind");
    if (e->time_ms < 0 || e->time_ms > TIME_MS_MAX)
        return zkl_fail(err, ZKL_BAD_INPUT, "entry: the time is not in the years 1970 to 9999");
    if (e->parent_count > ZKL_ENTRY_PARENTS_MAX)
        return zkl_fail(err, ZKL_LIMIT, "the entry has %zu parents, at most %d", e->parent_count,
                        ZKL_ENTRY_PARENTS_MAX);
    /* A receipt shows one parent, a proof's notarisation. What it cannot show, no entry may say. */
    if (e->parent_count != (e->kind == ZKL_ENTRY_PROVE))
        return zkl_fail(err, ZKL_BAD_INPUT, "entry: %zu parents, where a `%s` entry has %d",
                        e->parent_count, kind_names[e->kind], e->kind == ZKL_ENTRY_PROVE);
    switch (e->kind) {
    case ZKL_ENTRY_SETUP:
        if (!zkl_circuit_name_valid(zkl_bytes_of_text(e->circuit.name)))
            return zkl_fail(err, ZKL_BAD_INPUT, "entry: '%s' is no circuit's name",
                            e->circuit.name);
        return ZKL_OK;
    case ZKL_ENTRY_NOTARISE:
    case ZKL_ENTRY_PROVE:
        if (!zkl_dataset_name_valid(e->name) || !e->version || e->version > ZKL_DATASET_VERSION_MAX)
            return zkl_fail(err, ZKL_BAD_INPUT, "entry: the subject is not NAME@VERSION");
        ZKL_TRY(check_files(e, err));
        return check_statements(e, err);
    case ZKL_ENTRY_REVOKE:
        if (e->role != ZKL_ROLE_SIGNER)
            return zkl_fail(err, ZKL_BAD_INPUT,
                            "entry: only signer keys are revoked; a log key is rotated");
        if (e->reason.size > ZKL_ENTRY_TEXT_BYTES_MAX || !zkl_utf8_valid(e->reason) ||
            (e->reason.size && memchr(e->reason.data, 0, e->reason.size)))
            return zkl_fail(err, ZKL_BAD_INPUT, "entry: the reason is not text of at most %d bytes",
                            ZKL_ENTRY_TEXT_BYTES_MAX);
        return ZKL_OK;
    case ZKL_ENTRY_KEY:
        if (e->role == ZKL_ROLE_LOG &&
            (zkl_digest_is_zero(&e->replaces) || e->key.type != ZKL_KEY_ED25519))
            return zkl_fail(err, ZKL_BAD_INPUT,
                            "entry: a log key is an Ed25519 key that replaces another");
        return check_succeeds(e, err);
    case ZKL_ENTRY_KIND_COUNT:
        break;
    }
    return ZKL_OK;
}

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

typedef struct entry_reader {
    zkl_arena *arena;
    zkl_error *err;
} entry_reader;

static zkl_status refuse_unknown(const json_t *object, const char *const *known, size_t known_count,
                                 const char *where, zkl_error *err)
{
    const char *key;
    json_t *value;
    if (!json_is_object(object))
        return zkl_fail(err, ZKL_BAD_INPUT, "entry: %s is not an object", where);
    json_object_foreach((json_t *)(uintptr_t)object, key, value)
    {
        bool found = false;
        for (size_t i = 0; i < known_count; i++)
            found = found || strcmp(key, known[i]) == 0;
        if (!found)
            return zkl_fail(err, ZKL_BAD_INPUT, "entry: %s has the unknown member '%.64s'", where,
                            key);
    }
    return ZKL_OK;
}

static zkl_status read_text(const entry_reader *r, zkl_bytes *out, const json_t *object,
                            const char *key)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_string(value))
        return zkl_fail(r->err, ZKL_BAD_INPUT, "entry: '%s' is missing or no string", key);
    const size_t size = json_string_length(value);
    const char *copy = zkl_arena_text(r->arena, json_string_value(value), size);
    if (!copy)
        return zkl_no_memory(r->err, size);
    *out = zkl_bytes_of(copy, size);
    return ZKL_OK;
}

static zkl_status read_name(const entry_reader *r, unsigned *out, const json_t *object,
                            const char *key, const char *const *names, unsigned name_count)
{
    zkl_bytes text;
    ZKL_TRY(read_text(r, &text, object, key));
    for (*out = 0; *out < name_count; (*out)++)
        if (zkl_bytes_equal_text(text, names[*out]))
            return ZKL_OK;
    return zkl_fail(r->err, ZKL_BAD_INPUT, "entry: '%s' is '%.64s'", key, (const char *)text.data);
}

static zkl_status digest_of(const entry_reader *r, zkl_digest *out, const json_t *value,
                            const char *what)
{
    if (!json_is_string(value) ||
        !zkl_hex_decode(out->bytes, 32, json_string_value(value), json_string_length(value)))
        return zkl_fail(r->err, ZKL_BAD_INPUT, "entry: '%s' is not 64 lower-case hex digits", what);
    return ZKL_OK;
}

static zkl_status read_digest(const entry_reader *r, zkl_digest *out, const json_t *object,
                              const char *key)
{
    return digest_of(r, out, json_object_get(object, key), key);
}

static zkl_status read_array(const entry_reader *r, const json_t **out, size_t *count,
                             const json_t *object, const char *key, size_t count_max)
{
    *out = json_object_get(object, key);
    if (!json_is_array(*out))
        return zkl_fail(r->err, ZKL_BAD_INPUT, "entry: '%s' is missing or no list", key);
    *count = json_array_size(*out);
    if (*count > count_max)
        return zkl_fail(r->err, ZKL_LIMIT, "entry: '%s' has %zu members, at most %zu", key, *count,
                        count_max);
    return ZKL_OK;
}

static zkl_status read_parents(const entry_reader *r, zkl_entry *e, const json_t *predicate)
{
    const json_t *list;
    ZKL_TRY(read_array(r, &list, &e->parent_count, predicate, "parents", ZKL_ENTRY_PARENTS_MAX));
    zkl_digest *parents = ZKL_ARENA_NEW(r->arena, zkl_digest, e->parent_count);
    if (!parents)
        return zkl_no_memory(r->err, e->parent_count * sizeof *parents);
    for (size_t i = 0; i < e->parent_count; i++)
        ZKL_TRY(digest_of(r, &parents[i], json_array_get(list, i), "parents"));
    e->parents = parents;
    return ZKL_OK;
}

static zkl_status read_circuit(const entry_reader *r,
                               char out[static ZKL_CIRCUIT_NAME_BYTES_MAX + 1],
                               const json_t *object)
{
    zkl_bytes name;
    ZKL_TRY(read_text(r, &name, object, "circuit"));
    if (!zkl_circuit_name_valid(name))
        return zkl_fail(r->err, ZKL_BAD_INPUT, "entry: '%.64s' is no circuit's name",
                        (const char *)name.data);
    memcpy(out, name.data, name.size);
    return ZKL_OK;
}

static zkl_status read_claims(const entry_reader *r, zkl_entry_statement *s, const json_t *object)
{
    const json_t *list;
    ZKL_TRY(read_array(r, &list, &s->claim_count, object, "claims", ZKL_ENTRY_CLAIMS_MAX));
    zkl_entry_claim *claims = ZKL_ARENA_NEW(r->arena, zkl_entry_claim, s->claim_count);
    if (!claims)
        return zkl_no_memory(r->err, s->claim_count * sizeof *claims);
    for (size_t i = 0; i < s->claim_count; i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) json = { 0 };
        const json_t *claim = json_array_get(list, i);
        if (!json_is_object(claim))
            return zkl_fail(r->err, ZKL_BAD_INPUT, "entry: claim %zu is not an object", i);
        ZKL_TRY(read_text(r, &claims[i].text, claim, "text"));
        if (ZKL_NEVER(!zkl_json_put(&json, claim)))
            return zkl_fail(r->err, ZKL_BAD_INPUT, "entry: claim %zu is not canonical", i);
        ZKL_TRY(zkl_buffer_status(&json, r->err));
        claims[i].json = zkl_bytes_of(zkl_arena_copy(r->arena, json.data, json.size), json.size);
        if (!claims[i].json.data)
            return zkl_no_memory(r->err, json.size);
    }
    s->claims = claims;
    return ZKL_OK;
}

static zkl_status read_statements(const entry_reader *r, zkl_entry *e, const json_t *predicate)
{
    static const char *const known[] = { "circuit", "claims", "proof", "statement", "t0" };
    const json_t *list;
    ZKL_TRY(read_array(r, &list, &e->statement_count, predicate, "statements",
                       ZKL_ENTRY_STATEMENTS_MAX));
    zkl_entry_statement *statements =
        ZKL_ARENA_NEW(r->arena, zkl_entry_statement, e->statement_count);
    if (!statements)
        return zkl_no_memory(r->err, e->statement_count * sizeof *statements);
    for (size_t i = 0; i < e->statement_count; i++) {
        const json_t *object = json_array_get(list, i);
        ZKL_TRY(refuse_unknown(object, known, ZKL_COUNT(known), "a statement", r->err));
        ZKL_TRY(read_circuit(r, statements[i].circuit, object));
        ZKL_TRY(read_claims(r, &statements[i], object));
        ZKL_TRY(read_digest(r, &statements[i].proof_sha256, object, "proof"));
        ZKL_TRY(read_digest(r, &statements[i].statement_sha256, object, "statement"));
        ZKL_TRY(read_digest(r, &statements[i].t0, object, "t0"));
    }
    e->statements = statements;
    return ZKL_OK;
}

static zkl_status read_key(const entry_reader *r, zkl_entry *e, const json_t *predicate)
{
    uint8_t der[ZKL_PUBLIC_KEY_DER_BYTES_MAX + 3];
    zkl_bytes text;
    size_t size = 0;
    unsigned role;
    ZKL_TRY(read_text(r, &text, predicate, "key"));
    if (zkl_base64_decoded_size(text) > sizeof der || !zkl_base64_decode(der, &size, text))
        return zkl_fail(r->err, ZKL_BAD_INPUT, "entry: 'key' is not a key in base 64");
    ZKL_TRY(zkl_public_key_parse_der(&e->key, zkl_bytes_of(der, size), r->err));
    ZKL_TRY(read_name(r, &role, predicate, "role", role_names, ZKL_COUNT(role_names)));
    e->role = (zkl_key_role)role;
    return ZKL_OK;
}

static zkl_status read_succeeds(const entry_reader *r, zkl_entry *e, const json_t *predicate)
{
    static const char *const members[] = { "key", "note", "origin", "root", "size" };
    const json_t *object = json_object_get(predicate, "succeeds");
    zkl_entry_succeeds *s = &e->succeeds;
    if (!object)
        return ZKL_OK;
    ZKL_TRY(refuse_unknown(object, members, ZKL_COUNT(members), "'succeeds'", r->err));
    ZKL_TRY(read_text(r, &s->key, object, "key"));
    ZKL_TRY(read_text(r, &s->note, object, "note"));
    ZKL_TRY(read_text(r, &s->origin, object, "origin"));
    ZKL_TRY(read_digest(r, &s->root, object, "root"));
    const json_t *size = json_object_get(object, "size");
    if (!s->note.size || !json_is_integer(size) || json_integer_value(size) < 0)
        return zkl_fail(r->err, ZKL_BAD_INPUT,
                        "entry: 'succeeds' has no checkpoint or no number of entries");
    s->size = (uint64_t)json_integer_value(size);
    return ZKL_OK;
}

static zkl_status read_predicate(const entry_reader *r, zkl_entry *e, const json_t *predicate)
{
    static const char *const data_members[] = { "kind", "ledger", "parents", "statements", "time" };
    static const char *const setup_members[] = { "circuit", "kind",   "ledger", "made",
                                                 "parents", "powers", "time" };
    static const char *const key_members[] = { "key",      "kind", "ledger",   "parents",
                                               "replaces", "role", "succeeds", "time" };
    static const char *const revoke_members[] = { "key",    "kind", "ledger", "parents",
                                                  "reason", "role", "time" };
    unsigned number;
    zkl_bytes text;

    if (!json_is_object(predicate))
        return zkl_fail(r->err, ZKL_BAD_INPUT, "entry: 'predicate' is missing or no object");
    ZKL_TRY(read_name(r, &number, predicate, "kind", kind_names, ZKL_ENTRY_KIND_COUNT));
    e->kind = (zkl_entry_kind)number;
    ZKL_TRY(read_digest(r, &e->ledger, predicate, "ledger"));
    ZKL_TRY(read_parents(r, e, predicate));
    ZKL_TRY(read_text(r, &text, predicate, "time"));
    if (!zkl_time_parse(&e->time_ms, text))
        return zkl_fail(r->err, ZKL_BAD_INPUT,
                        "entry: the time '%.64s' is not YYYY-MM-DDThh:mm:ss.mmmZ",
                        (const char *)text.data);
    switch (e->kind) {
    case ZKL_ENTRY_SETUP:
        ZKL_TRY(refuse_unknown(predicate, setup_members, ZKL_COUNT(setup_members), "the predicate",
                               r->err));
        ZKL_TRY(read_circuit(r, e->circuit.name, predicate));
        ZKL_TRY(read_name(r, &number, predicate, "made", made_names, ZKL_COUNT(made_names)));
        e->is_ceremony = number == 1;
        return read_digest(r, &e->powers_hash, predicate, "powers");
    case ZKL_ENTRY_NOTARISE:
    case ZKL_ENTRY_PROVE:
        ZKL_TRY(refuse_unknown(predicate, data_members, ZKL_COUNT(data_members), "the predicate",
                               r->err));
        return read_statements(r, e, predicate);
    case ZKL_ENTRY_KEY:
        ZKL_TRY(refuse_unknown(predicate, key_members, ZKL_COUNT(key_members), "the predicate",
                               r->err));
        ZKL_TRY(read_key(r, e, predicate));
        ZKL_TRY(read_succeeds(r, e, predicate));
        if (json_string_length(json_object_get(predicate, "replaces")) == 0)
            return ZKL_OK; /* what is no string differs when it is written again */
        return read_digest(r, &e->replaces, predicate, "replaces");
    case ZKL_ENTRY_REVOKE:
        ZKL_TRY(refuse_unknown(predicate, revoke_members, ZKL_COUNT(revoke_members),
                               "the predicate", r->err));
        ZKL_TRY(read_key(r, e, predicate));
        return read_text(r, &e->reason, predicate, "reason");
    case ZKL_ENTRY_KIND_COUNT:
        break;
    }
    return ZKL_OK;
}

static zkl_status read_files(const entry_reader *r, zkl_entry *e, const json_t *subjects)
{
    e->file_count = json_array_size(subjects) - 1;
    zkl_public_file *files = ZKL_ARENA_NEW(r->arena, zkl_public_file, e->file_count);
    if (!files)
        return zkl_no_memory(r->err, e->file_count * sizeof *files);
    for (size_t i = 0; i < e->file_count; i++) {
        const json_t *subject = json_array_get(subjects, i + 1),
                     *digest = json_object_get(subject, "digest");
        const bool blake3 = json_object_get(digest, "blake3") != NULL;
        ZKL_TRY(read_text(r, &files[i].name, subject, "name"));
        if (i == 0)
            e->file_hash = blake3 ? ZKL_HASH_BLAKE3 : ZKL_HASH_SHA3_256;
        ZKL_TRY(read_digest(r, &files[i].sha256, digest, "sha256"));
        ZKL_TRY(read_digest(r, &files[i].hash, digest,
                            e->file_hash == ZKL_HASH_BLAKE3 ? "blake3" : "sha3_256"));
    }
    e->files = files;
    return ZKL_OK;
}

static zkl_status read_subject(const entry_reader *r, zkl_entry *e, const json_t *root)
{
    const json_t *subjects;
    size_t count = 0;
    zkl_bytes name;
    ZKL_TRY(read_array(r, &subjects, &count, root, "subject", 1 + ZKL_ENTRY_FILES_MAX));
    if (!count)
        return zkl_fail(r->err, ZKL_BAD_INPUT, "entry: no subject");
    const json_t *first = json_array_get(subjects, 0), *digest = json_object_get(first, "digest");
    ZKL_TRY(read_text(r, &name, first, "name"));
    if (e->kind == ZKL_ENTRY_SETUP) {
        ZKL_TRY(read_digest(r, &e->key_sha256, digest, "sha256"));
        return read_digest(r, &e->circuit.key_hash, digest, "sha3_256");
    }
    if (e->kind != ZKL_ENTRY_NOTARISE && e->kind != ZKL_ENTRY_PROVE)
        return ZKL_OK; /* follows from the key, and is compared with it */
    ZKL_TRY(read_digest(r, &e->manifest_sha256, digest, "sha256"));
    ZKL_TRY(read_digest(r, &e->dataset, digest, "sha3_256"));
    if (zkl_dataset_ref_parse(&e->name, &e->version, name, NULL) != ZKL_OK || !e->version)
        return zkl_fail(r->err, ZKL_BAD_INPUT, "entry: the subject '%.200s' is not NAME@VERSION",
                        (const char *)name.data);
    return read_files(r, e, subjects);
}

static zkl_status read_payload(const entry_reader *r, zkl_entry *e, const json_t *root)
{
    static const char *const members[] = { "_type", "predicate", "predicateType", "subject" };
    ZKL_TRY(refuse_unknown(root, members, ZKL_COUNT(members), "the statement", r->err));
    ZKL_TRY(read_predicate(r, e, json_object_get(root, "predicate")));
    ZKL_TRY(read_subject(r, e, root));
    return check_entry(e, r->err);
}

zkl_status zkl_entry_parse(zkl_entry *out, zkl_arena *arena, zkl_bytes payload, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) again = { 0 };
    const entry_reader reader = { arena, err };
    zkl_entry entry = { 0 };
    json_t *root;
    if (payload.size > ZKL_ENTRY_PAYLOAD_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "the entry has %zu bytes, at most %d", payload.size,
                        ZKL_ENTRY_PAYLOAD_BYTES_MAX);
    ZKL_TRY(zkl_json_parse_canonical(&root, payload, "entry", err));
    const zkl_status status = read_payload(&reader, &entry, root);
    json_decref(root);
    ZKL_TRY(status);
    put_payload(&again, &entry); /* what was read says all that there is */
    ZKL_TRY(zkl_buffer_status(&again, err));
    if (!zkl_bytes_equal(zkl_buffer_bytes(&again), payload))
        return zkl_fail(err, ZKL_BAD_INPUT, "entry: its members do not fit its kind '%s'",
                        zkl_entry_kind_name(entry.kind));
    *out = entry;
    return ZKL_OK;
}

zkl_status zkl_entry_open(zkl_entry *out, zkl_dsse *dsse, zkl_arena *arena, zkl_bytes envelope,
                          zkl_error *err)
{
    ZKL_TRY(zkl_dsse_parse(dsse, arena, envelope, err));
    if (!zkl_bytes_equal_text(dsse->payload_type, ZKL_DSSE_TYPE_IN_TOTO))
        return zkl_fail(err, ZKL_BAD_INPUT, "entry: the payload type is not '%s'",
                        ZKL_DSSE_TYPE_IN_TOTO);
    return zkl_entry_parse(out, arena, dsse->payload, err);
}
