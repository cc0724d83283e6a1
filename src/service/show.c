#include <string.h>

#include "base/arena.h"
#include "service/service_internal.h"

static size_t count_claims(const zkl_entry *entry)
{
    size_t count = 0;
    for (size_t i = 0; i < entry->statement_count; i++)
        count += entry->statements[i].claim_count;
    return count;
}

/* One claim of the entry in words: its text compiled against the schema and found again in the statement. */
static zkl_status tell_claim(const char **sentence, zkl_arena *memory, zkl_bytes text,
                             const zkl_manifest *manifest, const zkl_statement *statement,
                             const zkl_digest *dataset, size_t *at, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) words = { 0 };
    zkl_asked_claim asked;
    zkl_compiled_claim claim;
    ZKL_TRY(zkl_claim_text_parse(&asked, &arena, text, err));
    ZKL_TRY(zkl_claim_compile(&claim, &arena, &asked, &manifest->schema, manifest->row_count, err));
    ZKL_TRY(zkl_claim_match(&claim, &manifest->schema, statement, dataset, at, err));
    zkl_claim_sentence(&words, &claim, &manifest->schema);
    ZKL_TRY(zkl_buffer_status(&words, err));
    *sentence = service_text(memory, zkl_buffer_bytes(&words));
    return *sentence ? ZKL_OK : zkl_no_memory(err, words.size);
}

/* One statement: its size, and its claims in words from *sentences and *texts on. */
static zkl_status fill_statement(zkl_statement_info *info, const char **sentences,
                                 const char **texts, zkl_arena *memory, zkl_ledger *ledger,
                                 const zkl_entry *entry, const zkl_entry_statement *s,
                                 const zkl_manifest *manifest, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_bytes bytes, proof;
    zkl_statement statement;
    ZKL_TRY(zkl_ledger_blob(ledger, &bytes, &arena, &s->statement_sha256, err));
    ZKL_TRY(zkl_ledger_blob(ledger, &proof, &arena, &s->proof_sha256, err));
    ZKL_TRY(service_statement_info(info, bytes, proof, err));
    ZKL_TRY(zkl_statement_parse(&statement, &arena, bytes, err));
    for (size_t c = 0, at = 0; c < s->claim_count; c++) {
        ZKL_TRY(tell_claim(&sentences[c], memory, s->claims[c].text, manifest, &statement,
                           &entry->dataset, &at, err));
        texts[c] = service_text(memory, s->claims[c].text);
        if (!texts[c])
            return zkl_no_memory(err, s->claims[c].text.size);
    }
    return ZKL_OK;
}

static zkl_status fill_statements(zkl_show_result *out, zkl_ledger *ledger, const zkl_entry *entry,
                                  const zkl_manifest *manifest, zkl_error *err)
{
    size_t count = count_claims(entry);
    const char **sentences = ZKL_ARENA_NEW(&out->memory, const char *, count);
    const char **texts = ZKL_ARENA_NEW(&out->memory, const char *, count);
    zkl_statement_info *infos =
        ZKL_ARENA_NEW(&out->memory, zkl_statement_info, entry->statement_count);
    if (!sentences || !texts || !infos)
        return zkl_no_memory(err, count * sizeof *texts);
    for (size_t i = 0; i < entry->statement_count; i++) {
        ZKL_TRY(fill_statement(&infos[i], sentences + out->claim_count, texts + out->claim_count,
                               &out->memory, ledger, entry, &entry->statements[i], manifest, err));
        out->claim_count += entry->statements[i].claim_count;
    }
    out->claims = sentences;
    out->claim_texts = texts;
    out->statements = infos;
    out->statement_count = entry->statement_count;
    return ZKL_OK;
}

static zkl_status fill_versions(zkl_show_result *out, zkl_arena *arena, zkl_ledger *ledger,
                                zkl_bytes name, zkl_error *err)
{
    uint32_t count;
    ZKL_TRY(zkl_ledger_version_count(ledger, &count, name, err));
    zkl_version_info *versions = ZKL_ARENA_NEW(&out->memory, zkl_version_info, count);
    if (!versions)
        return zkl_no_memory(err, count * sizeof *versions);
    for (uint32_t v = 1; v <= count; v++) {
        zkl_dataset_version found;
        ZKL_TRY(zkl_ledger_find(ledger, &found, arena, name, v, err));
        versions[v - 1] = (zkl_version_info){ v, found.index, found.dataset };
    }
    out->versions = versions;
    out->version_count = count;
    return ZKL_OK;
}

static zkl_status fill_show(zkl_show_result *out, zkl_arena *arena, zkl_ledger *ledger,
                            const char *reference, zkl_error *err)
{
    zkl_dataset_version found;
    zkl_entry entry;
    zkl_dsse dsse;
    zkl_manifest manifest;
    zkl_bytes bytes;
    char time[ZKL_TIME_CHARS + 1];
    ZKL_TRY(service_find(&found, arena, ledger, reference, err));
    ZKL_TRY(zkl_ledger_entry(ledger, &entry, &dsse, arena, found.index, err));
    ZKL_TRY(service_manifest(&manifest, &bytes, arena, ledger, &entry, err));
    zkl_time_format(time, entry.time_ms);
    const char *hash = zkl_hash_name(manifest.schema.hash);
    out->name = service_text(&out->memory, entry.name);
    out->time = zkl_arena_text(&out->memory, time, strlen(time));
    out->hash_algorithm = zkl_arena_text(&out->memory, hash, strlen(hash));
    if (!out->name || !out->time || !out->hash_algorithm)
        return zkl_no_memory(err, 0);
    out->version = entry.version;
    out->dataset = entry.dataset;
    out->schema_hash = manifest.schema_hash;
    out->content = manifest.content;
    out->table_root = manifest.table_root;
    out->powers_hash = manifest.powers_hash;
    out->index = found.index;
    out->row_count = manifest.row_count;
    out->chunk_count = manifest.chunk_count;
    out->blocks_per_chunk = manifest.blocks_per_chunk;
    out->column_count = manifest.schema.column_count;
    out->tree_size = zkl_log_size(zkl_ledger_log(ledger));
    ZKL_TRY(zkl_log_leaf(zkl_ledger_log(ledger), &out->receipt_id, found.index, err));
    ZKL_TRY(service_read_info(&out->read, &out->memory, &manifest, err));
    ZKL_TRY(service_columns(&out->columns, &out->memory, &manifest.schema, err));
    ZKL_TRY(fill_statements(out, ledger, &entry, &manifest, err));
    return fill_versions(out, arena, ledger, entry.name, err);
}

zkl_status zkl_show(zkl_show_result *out, const zkl_where *where, const char *reference,
                    zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    *out = (zkl_show_result){ 0 };
    zkl_status status = service_open(&ledger, where, ZKL_LEDGER_READ, NULL, err);
    if (status == ZKL_OK)
        status = fill_show(out, &arena, ledger, reference, err);
    if (status != ZKL_OK)
        zkl_arena_clear(&out->memory);
    return status;
}
