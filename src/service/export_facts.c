/* The facts of a version, by verification (export_facts.h). */
#include "service/export_facts.h"

#include <stdio.h>
#include <string.h>

#include "ledger/entry_export.h"
#include "service/words.h"

/* Of the entry's own dataset, and asked for by its owner. */
static bool is_told(const zkl_claim_verdict *claim)
{
    return !claim->dataset && !claim->is_wellformedness;
}

static zkl_status add_claims(export_facts *f, export_claim *claims, const zkl_claim_verdict *from,
                             size_t from_count, const export_claim *of, zkl_error *err)
{
    for (size_t i = 0; i < from_count; i++) {
        if (!is_told(&from[i]))
            continue;
        export_claim *const out = &claims[f->claim_count++];
        *out = *of;
        out->claim = &from[i];
        out->sentence = service_claim_sentence(&f->memory, &from[i]);
        if (!out->sentence)
            return zkl_no_memory(err, 0);
    }
    return ZKL_OK;
}

static zkl_status gather_claims(export_facts *f, zkl_error *err)
{
    const zkl_verify_result *v = &f->verdict;
    size_t most = v->claim_count;
    for (size_t i = 0; i < v->later_count; i++)
        most += v->later[i].claim_count;
    export_claim *claims = ZKL_ARENA_NEW(&f->memory, export_claim, most);
    if (!claims)
        return zkl_no_memory(err, most * sizeof *claims);
    ZKL_TRY(add_claims(f, claims, v->claims, v->claim_count,
                       &(export_claim){ .index = v->index, .time = v->time }, err));
    for (size_t i = 0; i < v->later_count; i++)
        ZKL_TRY(add_claims(f, claims, v->later[i].claims, v->later[i].claim_count,
                           &(export_claim){ .index = v->later[i].index, .time = v->later[i].time },
                           err));
    ZKL_ASSERT(f->claim_count <= most);
    f->claims = claims;
    return ZKL_OK;
}

static const char *hex_of(export_facts *f, const zkl_digest *digest)
{
    char hex[2 * sizeof digest->bytes + 1];
    zkl_hex_encode(hex, digest->bytes, sizeof digest->bytes);
    return zkl_arena_text(&f->memory, hex, sizeof hex - 1);
}

/* Ids as texts, and the names that the other exports of the version usually have. */
static zkl_status gather_names(export_facts *f, zkl_error *err)
{
    const zkl_verify_result *v = &f->verdict;
    f->reference = zkl_arena_format(&f->memory, "%s@%u", v->name, v->version);
    f->receipt_file = zkl_arena_format(&f->memory, "%s@%u.zkl", v->name, v->version);
    f->envelope_file = zkl_arena_format(&f->memory, "%s@%u.dsse.json", v->name, v->version);
    f->dataset = hex_of(f, &v->dataset);
    f->receipt_id = hex_of(f, &v->receipt_id);
    f->ledger = hex_of(f, &v->ledger);
    return f->reference && f->receipt_file && f->envelope_file && f->dataset && f->receipt_id &&
                   f->ledger
               ? ZKL_OK
               : zkl_no_memory(err, 0);
}

zkl_status export_facts_gather(export_facts *out, const export_source *source, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) envelope = { 0 };
    const zkl_dataset_version *version = source->version;
    zkl_entry entry;
    ZKL_ASSERT(version);
    *out = (export_facts){ 0 };
    ZKL_TRY(zkl_ledger_entry_with(source->ledger, &entry, &arena, version->index, ZKL_FIELDS_DATA,
                                  err));
    if (entry.kind != ZKL_ENTRY_NOTARISE)
        return zkl_fail(err, ZKL_USAGE,
                        "this format is of a whole version: name no entry of it alone");
    const char *reference = zkl_arena_format(&arena, "%.*s@%u", (int)version->name.size,
                                             (const char *)version->name.data, version->version);
    if (!reference)
        return zkl_no_memory(err, version->name.size);
    ZKL_TRY(zkl_verify_own(&out->verdict, source->handle, reference, source->env, err));
    /* None of these formats has a place for it, and what they claim would be relied on. */
    if (out->verdict.revoked)
        return zkl_fail_check(err, ZKL_REJECTED, ZKL_CHECK_REVOKED,
                              "%s was revoked by entry %llu, which this format would not say",
                              reference, (unsigned long long)out->verdict.revoked->index);
    ZKL_TRY(zkl_export_dsse(&envelope, source->ledger, version->index, err));
    zkl_sha256(&out->envelope_sha256, envelope.data, envelope.size);
    ZKL_TRY(gather_names(out, err));
    return gather_claims(out, err);
}

void export_lineage_clear(export_lineage *lineage)
{
    zkl_arena_clear(&lineage->result.memory);
    *lineage = (export_lineage){ 0 };
}

zkl_status export_lineage_gather(export_lineage *out, const export_source *source,
                                 const export_facts *facts, zkl_error *err)
{
    const zkl_lineage_request request = { .reference = facts->reference, .verify = true };
    *out = (export_lineage){ 0 };
    return zkl_lineage_of(&out->result, source->handle, &request, source->env, err);
}

zkl_status export_entry_time(char out[static ZKL_TIME_CHARS + 1], const export_source *source,
                             uint64_t index, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_entry entry;
    zkl_dsse dsse;
    ZKL_TRY(zkl_ledger_entry(source->ledger, &entry, &dsse, &arena, index, err));
    zkl_time_format(out, entry.time_ms);
    return ZKL_OK;
}

void export_uuid(char out[static EXPORT_UUID_CHARS + 1], const zkl_digest *digest)
{
    uint8_t b[16];
    char hex[2 * sizeof b + 1];
    memcpy(b, digest->bytes, sizeof b);
    b[6] = (uint8_t)((b[6] & 0x0f) | 0x80); /* version 8: what the bits are is the maker's own */
    b[8] = (uint8_t)((b[8] & 0x3f) | 0x80); /* the variant of RFC 9562 */
    zkl_hex_encode(hex, b, sizeof b);
    snprintf(out, EXPORT_UUID_CHARS + 1, "%.8s-%.4s-%.4s-%.4s-%.12s", hex, hex + 8, hex + 12,
             hex + 16, hex + 20);
}

void export_facts_clear(export_facts *facts)
{
    zkl_arena_clear(&facts->verdict.memory);
    zkl_arena_clear(&facts->memory);
    *facts = (export_facts){ 0 };
}

zkl_status export_need_digests(const export_facts *facts, const char *format, zkl_error *err)
{
    return facts->verdict.read.digest_count
               ? ZKL_OK
               : zkl_fail_hint(err, ZKL_NOT_FOUND, ZKL_HINT_PUBLISH_DIGESTS,
                               "%s publishes no hashes of its files, and %s has to name them",
                               facts->reference, format);
}

const char *export_declared(const export_source *source, const char *name)
{
    for (size_t i = 0; i < source->declared_count; i++)
        if (strcmp(source->declared[i].name, name) == 0)
            return source->declared[i].value;
    return NULL;
}

const char *export_proven_words(const zkl_claim_verdict *claim)
{
    return claim->is_development ? EXPORT_PROVEN " under a development set-up" : EXPORT_PROVEN;
}

const char *export_type(const zkl_column_info *column)
{
    return strncmp(column->type, "dictionary", strlen("dictionary")) == 0 ? "dictionary"
                                                                          : column->type;
}

const char *export_media_type(const export_facts *facts)
{
    return export_media_type_of(facts->verdict.read.reading.format);
}

const char *export_media_type_of(const char *format)
{
    static const char *const types[][2] = {
        { "csv", "text/csv" },
        { "parquet", "application/vnd.apache.parquet" },
        { "ndjson", "application/x-ndjson" },
        { "json", "application/json" },
    };
    for (size_t i = 0; i < ZKL_COUNT(types); i++)
        if (strcmp(types[i][0], format) == 0)
            return types[i][1];
    return "application/octet-stream";
}

void export_put_claims(zkl_json_writer *w, const char *key, const export_facts *facts)
{
    zkl_json_open(w, key, '[');
    for (size_t i = 0; i < facts->claim_count; i++) {
        const export_claim *c = &facts->claims[i];
        zkl_json_open(w, NULL, '{');
        zkl_json_text(w, "status", export_proven_words(c->claim));
        zkl_json_text(w, "claim", c->claim->text);
        zkl_json_text(w, "sentence", c->sentence);
        zkl_json_number(w, "entry", c->index);
        zkl_json_close(w);
    }
    zkl_json_close(w);
}

void export_put_not_proven(zkl_json_writer *w, const char *key, const export_facts *facts)
{
    zkl_json_open(w, key, '[');
    for (size_t i = 0; i < facts->verdict.not_proven_count; i++)
        zkl_json_text(w, NULL, facts->verdict.not_proven[i]);
    zkl_json_close(w);
}

void export_put_evidence(zkl_json_writer *w, const char *key, const export_facts *facts)
{
    const zkl_verify_result *v = &facts->verdict;
    zkl_json_open(w, key, '{');
    zkl_json_text(w, "dataset", facts->dataset);
    zkl_json_text(w, "receipt", facts->receipt_id);
    zkl_json_text(w, "ledger", facts->ledger);
    zkl_json_text(w, "log", v->origin);
    zkl_json_number(w, "entry", v->index);
    zkl_json_text(w, "logKey", v->log_key);
    zkl_json_text(w, "signer", v->signer);
    zkl_json_text(w, "signedAt", v->time);
    zkl_json_bool(w, "developmentSetup", v->is_development);
    zkl_json_text(w, "receiptFile", facts->receipt_file);
    zkl_json_text(w, "envelopeFile", facts->envelope_file);
    zkl_json_digest(w, "envelopeSha256", &facts->envelope_sha256);
    zkl_json_close(w);
}
