/* What the operations of this folder share: opening, finding a dataset, and turning internal facts
 * into public structs.
 *
 * Texts of results are copied into the result's memory, so that nothing of a result borrows from
 * the ledger. */
#include "service/service_internal.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/file.h"
#include "text/nearest.h"
#include "record/ids.h"

/* An operation reads env's members without asking whether there is one. */
const zkl_env *service_lent(const zkl_env *env)
{
    static const zkl_env nothing = { 0 };
    return env ? env : &nothing;
}

char *service_text(zkl_arena *arena, zkl_bytes text)
{
    return zkl_arena_text(arena, (const char *)text.data, text.size);
}

zkl_status service_open(zkl_ledger **out, zkl_ledger *handle, zkl_ledger_mode mode,
                        const zkl_env *env, zkl_error *err)
{
    ZKL_ASSERT(handle && (mode == ZKL_LEDGER_READ || mode == ZKL_LEDGER_WRITE));
    /* A writer needs no warning: opening it fails where nothing may be signed. */
    zkl_error fault = { 0 };
    if (mode == ZKL_LEDGER_WRITE)
        return zkl_ledger_writer(out, handle, env, err);
    ZKL_TRY(zkl_ledger_view(out, handle, env, err));
    if (zkl_ledger_check_head(*out, &fault) != ZKL_OK)
        zkl_notice_warn(zkl_ledger_notice(*out), fault.text);
    return ZKL_OK;
}

/* The texts are cut to the public struct's arrays, which are as long as their formats allow. */
void service_succeeds(zkl_succeeds *out, const zkl_entry_succeeds *said)
{
    *out = (zkl_succeeds){ .size = said->size, .root = said->root };
    snprintf(out->origin, sizeof out->origin, "%.*s", (int)said->origin.size,
             said->origin.size ? (const char *)said->origin.data : "");
    snprintf(out->key, sizeof out->key, "%.*s", (int)said->key.size,
             said->key.size ? (const char *)said->key.data : "");
}

/* Reads the configuration alone: the pool is made before the ledger is opened with it. */
zkl_status zkl_threads_configured(size_t *out, const char *folder, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    zkl_config config;
    const char *path = zkl_arena_format(&arena, "%s/" ZKL_CONFIG_FILE, folder);
    if (!path)
        return zkl_no_memory(err, 0);
    ZKL_TRY(zkl_file_read(&text, path, ZKL_CONFIG_BYTES_MAX, err));
    ZKL_TRY(zkl_config_parse(&config, zkl_buffer_bytes(&text), path, err));
    *out = config.parallel_prove;
    return ZKL_OK;
}

/* A name that is not there, with the one that was meant perhaps; a version that is not there has
 * its own words. */
static zkl_status fail_unknown(zkl_arena *arena, zkl_ledger *ledger, zkl_bytes name, zkl_error *err)
{
    zkl_dataset_version *known;
    size_t count;
    zkl_error none = { 0 };
    char hint[ZKL_NEAREST_HINT_BYTES];
    zkl_nearest nearest = zkl_nearest_to(name);
    if (zkl_ledger_datasets(ledger, &known, &count, arena, &none) != ZKL_OK)
        return ZKL_NOT_FOUND; /* with the words that are there */
    for (size_t i = 0; i < count; i++) {
        if (zkl_bytes_equal(known[i].name, name))
            return ZKL_NOT_FOUND;
        zkl_nearest_try(&nearest, known[i].name);
    }
    zkl_nearest_hint(hint, &nearest);
    return zkl_fail_hint(err, ZKL_NOT_FOUND, hint[0] || !count ? ZKL_HINT_NONE : ZKL_HINT_LIST_LOG,
                         "there is no dataset '%.*s' in this ledger%s%s", (int)name.size,
                         (const char *)name.data, hint, hint[0] || count ? "" : ", nor any other");
}

/* The entry at this index, when it is about the version that was named (version 0: any). */
static zkl_status find_entry(zkl_dataset_version *out, zkl_arena *arena, zkl_ledger *ledger,
                             uint64_t index, zkl_bytes name, uint32_t version, zkl_error *err)
{
    zkl_entry entry;
    zkl_dsse dsse;
    if (index >= zkl_log_size(zkl_ledger_log(ledger)))
        return zkl_fail_hint(err, ZKL_NOT_FOUND, ZKL_HINT_LIST_LOG, "the log has no entry %llu",
                             (unsigned long long)index);
    ZKL_TRY(zkl_ledger_entry(ledger, &entry, &dsse, arena, index, err));
    const zkl_entry_data *data = zkl_entry_as_data(&entry);
    if (!data || !zkl_bytes_equal(data->name, name) || (version && data->version != version)) {
        char at_version[sizeof "@4294967295"] = "";
        if (version)
            snprintf(at_version, sizeof at_version, "@%u", version);
        return zkl_fail_hint(
            err, ZKL_NOT_FOUND, ZKL_HINT_LIST_LOG, "entry %llu of the log is not about '%.*s%s'",
            (unsigned long long)index, (int)name.size, (const char *)name.data, at_version);
    }
    *out = (zkl_dataset_version){
        .name = data->name, .version = data->version, .index = index, .dataset = data->dataset
    };
    return ZKL_OK;
}

/* Every operation that takes a reference comes through here, so all say the same of an unknown
 * one. '#' is in no name, and behind it stands the index of an entry. */
zkl_status service_find(zkl_dataset_version *out, zkl_arena *arena, zkl_ledger *ledger,
                        const char *reference, zkl_error *err)
{
    zkl_bytes name;
    uint32_t version;
    uint64_t index;
    ZKL_ASSERT(reference);
    const char *mark = strchr(reference, '#');
    const size_t size = mark ? (size_t)(mark - reference) : strlen(reference);
    ZKL_TRY(zkl_dataset_ref_parse(&name, &version, zkl_bytes_of(reference, size), err));
    if (mark && !zkl_entry_index_parse(&index, zkl_bytes_of_text(mark + 1)))
        return zkl_fail(err, ZKL_USAGE,
                        "'%.200s': behind '#' stands the number of an entry of the log", reference);
    /* Of an unknown name the same is said with '#' and without. */
    const zkl_status status = zkl_ledger_find(ledger, out, arena, name, version, err);
    if (status != ZKL_OK)
        return status == ZKL_NOT_FOUND ? fail_unknown(arena, ledger, name, err) : status;
    return mark ? find_entry(out, arena, ledger, index, name, version, err) : ZKL_OK;
}

/* The same data with the same claims have one dataset id under several names and versions. */
static bool is_about(const zkl_entry *entry, const zkl_dataset_version *version)
{
    const zkl_entry_data *data = zkl_entry_as_data(entry);
    return data && data->version == version->version && zkl_bytes_equal(data->name, version->name);
}

/* What is read about a version. */
typedef struct about_reading {
    service_entry *items;
    const uint64_t *indexes;
    const zkl_dataset_version *version;
} about_reading;

static zkl_status see_about(void *context, size_t at, const zkl_entry *entry, zkl_error *err)
{
    const about_reading *const reading = context;
    if (!zkl_digest_equal(&entry->data.dataset, &reading->version->dataset))
        return zkl_fail(err, ZKL_REJECTED,
                        "the store's index of datasets names entry %llu, which is about "
                        "another one",
                        (unsigned long long)reading->indexes[at]);
    reading->items[at] = (service_entry){ reading->indexes[at], *entry };
    return ZKL_OK;
}

zkl_status service_entries_about(service_entries *out, zkl_arena *arena, zkl_ledger *ledger,
                                 const zkl_dataset_version *version, zkl_error *err)
{
    uint64_t *indexes;
    size_t count;
    *out = (service_entries){ 0 };
    ZKL_TRY(zkl_ledger_entries_about(ledger, &indexes, &count, arena, &version->dataset, err));
    out->items = ZKL_ARENA_NEW(arena, service_entry, count);
    if (!out->items)
        return zkl_no_memory(err, count * sizeof *out->items);
    about_reading reading = { out->items, indexes, version };
    ZKL_TRY(zkl_ledger_entries_with(ledger, arena, indexes, count, ZKL_FIELDS_DATA, see_about,
                                    &reading, err));
    for (size_t i = 0; i < count; i++)
        if (is_about(&out->items[i].entry, version))
            out->items[out->count++] = out->items[i];
    return out->count && out->items[0].entry.kind == ZKL_ENTRY_NOTARISE
               ? ZKL_OK
               : zkl_fail(err, ZKL_REJECTED,
                          "the store's index of datasets lacks the notarisation of '%.*s@%u'",
                          (int)version->name.size, (const char *)version->name.data,
                          version->version);
}

zkl_status service_texts_add(service_texts *texts, zkl_arena *arena, const zkl_entry *entry,
                             zkl_error *err)
{
    size_t more = 0;
    ZKL_ASSERT(zkl_entry_as_data(entry));
    for (size_t i = 0; i < entry->data.statement_count; i++)
        more += entry->data.statements[i].claim_count;
    zkl_bytes *grown = ZKL_ARENA_NEW(arena, zkl_bytes, texts->count + more);
    if (!grown)
        return zkl_no_memory(err, (texts->count + more) * sizeof *grown);
    if (texts->count)
        memcpy(grown, texts->items, texts->count * sizeof *grown);
    texts->items = grown;
    for (size_t i = 0; i < entry->data.statement_count; i++)
        for (size_t k = 0; k < entry->data.statements[i].claim_count; k++)
            texts->items[texts->count++] = entry->data.statements[i].claims[k].text;
    return ZKL_OK;
}

/* The blob's hash is checked when it is read, the parse is strict: what comes out is what the entry
 * names. */
zkl_status service_manifest(zkl_manifest *out, zkl_bytes *bytes, zkl_arena *arena,
                            zkl_ledger *ledger, const zkl_entry *entry, zkl_error *err)
{
    ZKL_TRY(zkl_ledger_blob(ledger, bytes, arena, &entry->data.manifest_sha256, err));
    return zkl_manifest_parse(out, arena, *bytes, err);
}

/* Columns as the schema has them, with the type as a schema file would write it. The notes on how a
 * type was found are not the schema's: whoever read the table adds them. */
zkl_status service_columns(const zkl_column_info **out, zkl_arena *arena, const zkl_schema *schema,
                           zkl_error *err)
{
    ZKL_ASSERT(schema->columns || schema->column_count == 0);
    zkl_column_info *columns = ZKL_ARENA_NEW(arena, zkl_column_info, schema->column_count);
    if (!columns)
        return zkl_no_memory(err, schema->column_count * sizeof *columns);
    for (size_t i = 0; i < schema->column_count; i++) {
        const zkl_column *column = &schema->columns[i];
        ZKL_AUTO_CLEAR(zkl_buffer) type = { 0 };
        zkl_type_format(&type, &column->type);
        ZKL_TRY(zkl_buffer_status(&type, err));
        columns[i] = (zkl_column_info){ .name = service_text(arena, column->name),
                                        .type = service_text(arena, zkl_buffer_bytes(&type)),
                                        .nullable = column->nullable,
                                        .limb_count = zkl_type_limbs(&column->type) };
        if (!columns[i].name || !columns[i].type)
            return zkl_no_memory(err, column->name.size);
    }
    ZKL_ASSERT(columns || !schema->column_count);
    *out = columns;
    return ZKL_OK;
}

/* The sizes of a proof as a receipt holds it: the blob, a point for each multiplicity and mask, and
 * a point for each block of an auxiliary table. Source tables are the dataset's own and counted
 * there. */
zkl_status service_statement_info(zkl_statement_info *out, zkl_bytes statement, zkl_bytes proof,
                                  zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_statement parsed;
    zkl_fr t0;
    uint8_t t0_bytes[32];
    ZKL_TRY(zkl_statement_parse(&parsed, &arena, statement, err));
    size_t auxiliary = 0;
    bool *is_source = ZKL_ARENA_NEW(&arena, bool, parsed.table_count);
    if (!is_source)
        return zkl_no_memory(err, parsed.table_count);
    zkl_statement_find_sources(is_source, &parsed);
    for (size_t i = 0; i < parsed.table_count; i++)
        if (!is_source[i])
            auxiliary += zkl_statement_table_blocks(&parsed.tables[i], &zkl_proof_format_v1);
    *out = (zkl_statement_info){ .claim_count = parsed.assertion_count,
                                 .proof_bytes = proof.size +
                                                ZKL_POINT_BYTES *
                                                    (parsed.multiplicity_count + parsed.mask_count),
                                 .auxiliary_bytes = ZKL_POINT_BYTES * auxiliary };
    snprintf(out->circuit, sizeof out->circuit, "%.*s", (int)parsed.circuit.size,
             (const char *)parsed.circuit.data);
    zkl_statement_t0(&t0, statement);
    zkl_fr_encode(t0_bytes, &t0);
    zkl_hex_encode(out->t0, t0_bytes, sizeof t0_bytes);
    return ZKL_OK;
}

zkl_status service_time(int64_t *out, const char *text, bool is_end, zkl_error *err)
{
    char whole[ZKL_TIME_CHARS + 1];
    const size_t size = strlen(text);
    if (size == 10)
        snprintf(whole, sizeof whole, "%sT%sZ", text, is_end ? "23:59:59.999" : "00:00:00.000");
    else if (size == 20)
        snprintf(whole, sizeof whole, "%.19s%sZ", text, is_end ? ".999" : ".000");
    else
        snprintf(whole, sizeof whole, "%.24s", text);
    if (size > ZKL_TIME_CHARS || (size == 20 && text[19] != 'Z') ||
        !zkl_time_parse(out, zkl_bytes_of_text(whole)))
        return zkl_fail(err, ZKL_USAGE,
                        "'%.64s' is no time: '2026-01-31' or '2026-01-31T12:00:00Z' is", text);
    return ZKL_OK;
}
