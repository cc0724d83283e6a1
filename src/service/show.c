/* show: what a ledger holds of a dataset, or what a receipt says of itself.
 *
 *  1. Nothing is verified here. Of a ledger what is shown is in its log, and was verified when it
 *     was recorded; of a receipt its maker chose it, and the result says so by `origin`.
 *  2. Claims are shown in words that come of the entry's text, the schema and the statement: text
 *     and statement that do not fit are refused, so no sentence says more than was proven. */
#include <string.h>

#include "base/arena.h"
#include "claim/values_behind.h"
#include "service/service_internal.h"

/* Over all statements: claims of an entry are shown as one list. */
static size_t count_claims(const zkl_entry *entry)
{
    size_t count = 0;
    for (size_t i = 0; i < entry->data.statement_count; i++)
        count += entry->data.statements[i].claim_count;
    return count;
}

/* Where the bytes of an entry's statements and proofs come from: a ledger's store, or a receipt. */
typedef struct statement_source {
    zkl_ledger *ledger; /* or NULL: */
    const zkl_receipt *receipt;
    /* Of each dataset that the entry speaks of, its own first. known: of a receipt alone. */
    zkl_known_table *known;
    zkl_claim_dataset *datasets;
    size_t dataset_count;
} statement_source;

/* An entry that is being shown. Texts of the result go to memory. */
typedef struct shown_entry {
    zkl_arena *memory;
    const statement_source *source;
    const zkl_entry *entry;
    /* Its claims, and those of the notarisation that it is about: compiled, until all are known. */
    zkl_arena *arena;
    zkl_claim_scope scope; /* they borrow it */
    zkl_compiled_claim *compiled;
    bool *is_about_first;
    size_t compiled_count;
} shown_entry;

static bool is_about_first(const zkl_claim *claim)
{
    return !claim->column_count || claim->columns[0].dataset == 0;
}

/* One claim of the entry in words: its text compiled against the schema and found again in the
 * statement, from claim *at on. One without its result would be told with the statement's, which
 * the entry does not say. */
static zkl_status read_claim(const char **sentence, size_t *at, shown_entry *shown,
                             const zkl_entry_claim *said, const zkl_statement *statement,
                             zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) words = { 0 };
    zkl_claim read;
    zkl_compiled_claim claim;
    const zkl_claim_scope *scope = &shown->scope;
    const zkl_bytes text = said->text;
    const zkl_status parsed = zkl_claim_parse(&read, shown->arena, text, err);
    if (parsed != ZKL_OK)
        return zkl_wrap(err, parsed, "claim '%.*s'", (int)(text.size < 200 ? text.size : 200),
                        (const char *)text.data);
    ZKL_TRY(zkl_claim_shown_texts(&scope, shown->arena, scope, said->json, err));
    ZKL_TRY(zkl_claim_compile(&claim, shown->arena, &read, scope, err));
    if (claim.claim.is_open)
        return zkl_fail(err, ZKL_REJECTED, "the claim says no result");
    if (statement)
        ZKL_TRY(zkl_claim_match(&claim, statement, at, err));
    shown->is_about_first[shown->compiled_count] = is_about_first(&claim.claim);
    shown->compiled[shown->compiled_count++] = claim;
    if (!sentence)
        return ZKL_OK;
    zkl_claim_sentence(&words, &claim);
    ZKL_TRY(zkl_buffer_status(&words, err));
    *sentence = service_text(shown->memory, zkl_buffer_bytes(&words));
    return *sentence ? ZKL_OK : zkl_no_memory(err, words.size);
}

/* An entry whose words make no sense is refused as such, whatever would be said of a caller's own
 * words: he has written none. */
static zkl_status tell_claim(const char **sentence, size_t *at, shown_entry *shown,
                             const zkl_entry_claim *said, const zkl_statement *statement,
                             zkl_error *err)
{
    const zkl_status status = read_claim(sentence, at, shown, said, statement, err);
    return status == ZKL_OK || status == ZKL_NO_MEMORY
               ? status
               : zkl_wrap(err, ZKL_REJECTED, "the entry's claims");
}

/* A receipt has its statements without their source blocks, which stand in its manifest. */
static zkl_status load_statement(zkl_bytes *bytes, zkl_bytes *proof, zkl_arena *arena,
                                 const shown_entry *shown, size_t at, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) restored = { 0 };
    const statement_source *source = shown->source;
    ZKL_ASSERT(!source->ledger != !source->receipt); /* one of the two */
    ZKL_ASSERT(at < shown->entry->data.statement_count);
    const zkl_entry_statement *s = &shown->entry->data.statements[at];
    if (source->ledger) {
        ZKL_TRY(zkl_ledger_blob(source->ledger, bytes, arena, &s->statement_sha256, err));
        return zkl_ledger_blob(source->ledger, proof, arena, &s->proof_sha256, err);
    }
    const zkl_receipt_statement *given = &source->receipt->statements[at];
    ZKL_TRY(zkl_statement_restore(&restored, given->compact, source->known, source->dataset_count,
                                  err));
    *bytes = zkl_bytes_of(zkl_arena_copy(arena, restored.data, restored.size), restored.size);
    *proof = given->proof;
    return bytes->data ? ZKL_OK : zkl_no_memory(err, restored.size);
}

/* One statement: its size, and its claims in words from *sentences and *texts on. */
static zkl_status fill_statement(zkl_statement_info *info, const char **sentences,
                                 const char **texts, shown_entry *shown, size_t at, zkl_error *err)
{
    const zkl_entry_statement *s = &shown->entry->data.statements[at];
    zkl_bytes bytes, proof;
    zkl_statement statement;
    ZKL_TRY(load_statement(&bytes, &proof, shown->arena, shown, at, err));
    ZKL_TRY(service_statement_info(info, bytes, proof, err));
    ZKL_TRY(zkl_statement_parse(&statement, shown->arena, bytes, err));
    for (size_t c = 0, claim_at = 0; c < s->claim_count; c++) {
        ZKL_TRY(tell_claim(&sentences[c], &claim_at, shown, &s->claims[c], &statement, err));
        texts[c] = service_text(shown->memory, s->claims[c].text);
        if (!texts[c])
            return zkl_no_memory(err, s->claims[c].text.size);
    }
    return ZKL_OK;
}

/* Sentences and texts side by side: claims[i] is the sentence of claim_texts[i]. */
static zkl_status fill_statements(zkl_show_result *out, shown_entry *shown, zkl_error *err)
{
    const zkl_entry *const entry = shown->entry;
    const size_t count = count_claims(entry), statement_count = entry->data.statement_count;
    const char **sentences = ZKL_ARENA_NEW(&out->memory, const char *, count);
    const char **texts = ZKL_ARENA_NEW(&out->memory, const char *, count);
    zkl_statement_info *infos = ZKL_ARENA_NEW(&out->memory, zkl_statement_info, statement_count);
    if (!sentences || !texts || !infos)
        return zkl_no_memory(err, count * sizeof *texts);
    for (size_t i = 0; i < statement_count; i++) {
        ZKL_TRY(fill_statement(&infos[i], sentences + out->claim_count, texts + out->claim_count,
                               shown, i, err));
        out->claim_count += entry->data.statements[i].claim_count;
    }
    ZKL_ASSERT(out->claim_count == count);
    out->claims = sentences;
    out->claim_texts = texts;
    out->statements = infos;
    out->statement_count = statement_count;
    return ZKL_OK;
}

/* The claims of the notarisation that the entry is about may say how many values stand behind its
 * own. */
static zkl_status compile_notarised(shown_entry *shown, const zkl_entry *notarised, zkl_error *err)
{
    for (size_t i = 0; i < notarised->data.statement_count; i++)
        for (size_t k = 0; k < notarised->data.statements[i].claim_count; k++)
            ZKL_TRY(
                tell_claim(NULL, NULL, shown, &notarised->data.statements[i].claims[k], NULL, err));
    return ZKL_OK;
}

static zkl_status fill_values(zkl_show_result *out, const shown_entry *shown, zkl_error *err)
{
    const zkl_claim_list_behind list = { .claims = shown->compiled,
                                         .is_about_first = shown->is_about_first,
                                         .count = shown->compiled_count,
                                         .schema = shown->source->datasets[0].schema };
    zkl_values_behind *const values =
        ZKL_ARENA_NEW(&out->memory, zkl_values_behind, out->claim_count);
    zkl_claim_behind *behind;
    const char **names;
    size_t count;
    ZKL_ASSERT(shown->compiled_count >= out->claim_count); /* the entry's own stand first */
    if (!values)
        return zkl_no_memory(err, out->claim_count * sizeof *values);
    ZKL_TRY(zkl_claims_behind(&behind, shown->arena, &list, err));
    for (size_t i = 0; i < out->claim_count; i++)
        values[i] = (zkl_values_behind){ behind[i].can_be_empty, behind[i].values.least,
                                         behind[i].values.is_exact };
    ZKL_TRY(zkl_claims_unknown_nulls(&names, &count, shown->arena, &list, behind, err));
    const char **const kept = ZKL_ARENA_NEW(&out->memory, const char *, count);
    if (!kept)
        return zkl_no_memory(err, count * sizeof *kept);
    for (size_t i = 0; i < count; i++) {
        kept[i] = zkl_arena_text(&out->memory, names[i], strlen(names[i]));
        if (!kept[i])
            return zkl_no_memory(err, strlen(names[i]));
    }
    out->values = values;
    out->unknown_nulls = kept;
    out->unknown_null_count = count;
    return ZKL_OK;
}

/* Room for the claims of both. notarised: NULL: the entry is one itself, or nobody looks for it. */
static zkl_status begin_shown(shown_entry *out, const zkl_entry *notarised, zkl_error *err)
{
    const size_t most = count_claims(out->entry) + (notarised ? count_claims(notarised) : 0);
    out->scope = (zkl_claim_scope){ .datasets = out->source->datasets,
                                    .dataset_count = out->source->dataset_count };
    out->compiled = ZKL_ARENA_NEW(out->arena, zkl_compiled_claim, most);
    out->is_about_first = ZKL_ARENA_NEW(out->arena, bool, most);
    return out->compiled && out->is_about_first ? ZKL_OK
                                                : zkl_no_memory(err, most * sizeof *out->compiled);
}

/* What entry and manifest say, wherever they come from. */
static zkl_status fill_head(zkl_show_result *out, const zkl_entry *entry,
                            const zkl_manifest *manifest, zkl_error *err)
{
    char time[ZKL_TIME_CHARS + 1];
    const char *hash = zkl_hash_name(manifest->schema.hash);
    zkl_time_format(time, entry->time_ms);
    out->name = service_text(&out->memory, entry->data.name);
    out->time = zkl_arena_text(&out->memory, time, strlen(time));
    out->hash_algorithm = zkl_arena_text(&out->memory, hash, strlen(hash));
    if (!out->name || !out->time || !out->hash_algorithm)
        return zkl_no_memory(err, 0);
    out->version = entry->data.version;
    out->kind = zkl_entry_kind_name(entry->kind);
    out->dataset = entry->data.dataset;
    out->schema_hash = manifest->schema_hash;
    out->content = manifest->content;
    out->table_root = manifest->table_root;
    out->powers_hash = manifest->powers_hash;
    out->row_count = manifest->row_count;
    out->chunk_count = manifest->chunk_count;
    out->blocks_per_chunk = manifest->blocks_per_chunk;
    out->column_count = manifest->schema.column_count;
    ZKL_TRY(service_read_info(&out->read, &out->memory, manifest, err));
    return service_columns(&out->columns, &out->memory, &manifest->schema, err);
}

/* Was this version revoked? shown: the version that is shown, whose entries were read (NULL: they
 * were not): they may be many. */
static zkl_status find_revoked(bool *revoked, zkl_ledger *ledger, const zkl_dataset_version *found,
                               const zkl_show_result *shown, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    service_entries about;
    const zkl_revocation *revocation = shown ? shown->revoked : NULL;
    if (!shown) {
        ZKL_TRY(service_entries_about(&about, &arena, ledger, found, err));
        ZKL_TRY(service_revocation(&revocation, &arena, &about, err));
    }
    *revoked = revocation != NULL;
    return ZKL_OK;
}

/* From 1 on: a ledger has them all, as versions are never taken back. One that the log does not
 * have ends it. has_later: what was added to the version that is shown was read. */
static zkl_status fill_versions(zkl_show_result *out, zkl_arena *arena, zkl_ledger *ledger,
                                zkl_bytes name, bool has_later, zkl_error *err)
{
    uint32_t count;
    ZKL_TRY(zkl_ledger_version_count(ledger, &count, name, err));
    zkl_version_info *versions = ZKL_ARENA_NEW(&out->memory, zkl_version_info, count);
    if (!versions)
        return zkl_no_memory(err, count * sizeof *versions);
    for (uint32_t v = 1; v <= count; v++) {
        zkl_dataset_version found;
        ZKL_TRY(zkl_ledger_find(ledger, &found, arena, name, v, err));
        bool revoked;
        const bool is_shown = has_later && v == out->version;
        ZKL_TRY(find_revoked(&revoked, ledger, &found, is_shown ? out : NULL, err));
        versions[v - 1] = (zkl_version_info){ v, found.index, found.dataset, revoked };
    }
    out->versions = versions;
    out->version_count = count;
    return ZKL_OK;
}

/* One entry of claims that were added. */
static zkl_status fill_later(zkl_later_claims *out, zkl_arena *memory, const service_entry *from,
                             zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    service_texts texts = { 0 };
    char time[ZKL_TIME_CHARS + 1];
    zkl_time_format(time, from->entry.time_ms);
    ZKL_TRY(service_texts_add(&texts, &arena, &from->entry, err));
    const char **copies = ZKL_ARENA_NEW(memory, const char *, texts.count);
    if (!copies)
        return zkl_no_memory(err, texts.count * sizeof *copies);
    for (size_t i = 0; i < texts.count; i++) {
        copies[i] = service_text(memory, texts.items[i]);
        if (!copies[i])
            return zkl_no_memory(err, texts.items[i].size);
    }
    *out = (zkl_later_claims){ .kind = zkl_entry_kind_name(from->entry.kind),
                               .index = from->index,
                               .time = zkl_arena_text(memory, time, strlen(time)),
                               .claim_texts = copies,
                               .claim_count = texts.count };
    const zkl_entry_provenance *p = from->entry.data.provenance;
    if (p && p->operation.size)
        out->operation = service_text(memory, p->operation);
    return out->time && (!p || !p->operation.size || out->operation)
               ? ZKL_OK
               : zkl_no_memory(err, sizeof time);
}

/* The first entry is the notarisation itself. */
static zkl_status fill_all_later(zkl_show_result *out, zkl_arena *arena, zkl_ledger *ledger,
                                 const zkl_dataset_version *version, zkl_error *err)
{
    service_entries about;
    ZKL_TRY(service_entries_about(&about, arena, ledger, version, err));
    ZKL_ASSERT(about.count > 0);
    ZKL_TRY(service_revocation(&out->revoked, &out->memory, &about, err));
    zkl_later_claims *later = ZKL_ARENA_NEW(&out->memory, zkl_later_claims, about.count);
    if (!later)
        return zkl_no_memory(err, about.count * sizeof *later);
    for (size_t i = 1; i < about.count; i++)
        ZKL_TRY(fill_later(&later[i - 1], &out->memory, &about.items[i], err));
    out->later = later;
    out->later_count = about.count - 1;
    return ZKL_OK;
}

/* The datasets that an entry may speak of are those of its parents; a notarisation's is its own. */
static zkl_claim_dataset dataset_of(const zkl_entry *notarised, const zkl_manifest *manifest)
{
    return (zkl_claim_dataset){ .schema = &manifest->schema,
                                .row_count = manifest->row_count,
                                .id = &notarised->data.dataset,
                                .name = notarised->data.name,
                                .version = notarised->data.version };
}

static zkl_status source_init(statement_source *out, zkl_arena *arena, const zkl_entry *entry,
                              const zkl_manifest *manifest, zkl_error *err)
{
    out->dataset_count = entry->parent_count ? entry->parent_count : 1;
    out->known = ZKL_ARENA_NEW(arena, zkl_known_table, out->dataset_count);
    out->datasets = ZKL_ARENA_NEW(arena, zkl_claim_dataset, out->dataset_count);
    if (!out->known || !out->datasets)
        return zkl_no_memory(err, out->dataset_count * sizeof *out->known);
    out->datasets[0] = dataset_of(entry, manifest);
    return ZKL_OK;
}

/* Parent number `at` of a ledger's entry. */
static zkl_status find_parent(statement_source *source, zkl_arena *arena, const zkl_digest *leaf,
                              size_t at, zkl_error *err)
{
    zkl_manifest *manifest = ZKL_ARENA_NEW(arena, zkl_manifest, 1);
    zkl_entry *parent = ZKL_ARENA_NEW(arena, zkl_entry, 1);
    zkl_bytes bytes;
    uint64_t index;
    if (!manifest || !parent)
        return zkl_no_memory(err, sizeof *parent);
    ZKL_TRY(zkl_ledger_index_of(source->ledger, &index, leaf, err));
    ZKL_TRY(zkl_ledger_entry_with(source->ledger, parent, arena, index, ZKL_FIELDS_DATA, err));
    ZKL_TRY(service_manifest(manifest, &bytes, arena, source->ledger, parent, err));
    source->datasets[at] = dataset_of(parent, manifest);
    return ZKL_OK;
}

/* With its claims. */
static zkl_status find_notarised(const zkl_entry **out, zkl_arena *arena, zkl_ledger *ledger,
                                 const zkl_digest *leaf, zkl_error *err)
{
    zkl_entry *const found = ZKL_ARENA_NEW(arena, zkl_entry, 1);
    zkl_dsse dsse;
    uint64_t index;
    if (!found)
        return zkl_no_memory(err, sizeof *found);
    ZKL_TRY(zkl_ledger_index_of(ledger, &index, leaf, err));
    ZKL_TRY(zkl_ledger_entry(ledger, found, &dsse, arena, index, err));
    *out = found;
    return ZKL_OK;
}

zkl_status service_show_entry(zkl_show_result *out, zkl_arena *arena, zkl_ledger *ledger,
                              uint64_t index, const zkl_entry *entry, zkl_error *err)
{
    statement_source source = { .ledger = ledger };
    zkl_manifest manifest;
    zkl_bytes bytes;
    ZKL_ASSERT(zkl_entry_as_data(entry));
    ZKL_TRY(service_manifest(&manifest, &bytes, arena, ledger, entry, err));
    ZKL_TRY(fill_head(out, entry, &manifest, err));
    out->index = index;
    out->tree_size = zkl_log_size(zkl_ledger_log(ledger));
    if (!entry->data.statement_count)
        return ZKL_OK;
    ZKL_TRY(source_init(&source, arena, entry, &manifest, err));
    for (size_t i = 1; i < source.dataset_count; i++)
        ZKL_TRY(find_parent(&source, arena, &entry->parents[i], i, err));
    const zkl_entry *notarised = NULL;
    if (entry->parent_count)
        ZKL_TRY(find_notarised(&notarised, arena, ledger, &entry->parents[0], err));
    shown_entry shown = {
        .memory = &out->memory, .source = &source, .entry = entry, .arena = arena
    };
    ZKL_TRY(begin_shown(&shown, notarised, err));
    ZKL_TRY(fill_statements(out, &shown, err));
    if (notarised)
        ZKL_TRY(compile_notarised(&shown, notarised, err));
    return fill_values(out, &shown, err);
}

/* By the index of names, then the entry that it leads to. */
static zkl_status fill_show(zkl_show_result *out, zkl_arena *arena, zkl_ledger *ledger,
                            const char *reference, zkl_error *err)
{
    zkl_dataset_version found;
    zkl_entry entry;
    ZKL_TRY(service_find(&found, arena, ledger, reference, err));
    ZKL_TRY(zkl_ledger_entry_with(ledger, &entry, arena, found.index, ZKL_FIELDS_DATA, err));
    ZKL_TRY(service_show_entry(out, arena, ledger, found.index, &entry, err));
    ZKL_TRY(zkl_log_leaf(zkl_ledger_log(ledger), &out->receipt_id, found.index, err));
    const bool has_later = entry.kind == ZKL_ENTRY_NOTARISE;
    if (has_later)
        ZKL_TRY(fill_all_later(out, arena, ledger, &found, err));
    return fill_versions(out, arena, ledger, entry.data.name, has_later, err);
}

/* A failure leaves nothing in the result. */
static void drop(zkl_show_result *out)
{
    zkl_arena_clear(&out->memory);
    *out = (zkl_show_result){ 0 };
}

zkl_status zkl_show(zkl_show_result *out, zkl_ledger *handle, const char *reference, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLOSE(zkl_ledger) ledger = NULL;
    *out = (zkl_show_result){ 0 };
    zkl_status status = service_open(&ledger, handle, ZKL_LEDGER_READ, NULL, err);
    if (status == ZKL_OK)
        status = fill_show(out, &arena, ledger, reference, err);
    if (status != ZKL_OK)
        drop(out);
    return status;
}

/* Parent number `at` of a receipt's entry: its manifest, and its name by the entry among the others
 * that has its leaf. */
static zkl_status read_parent(statement_source *source, zkl_arena *arena, const zkl_digest *leaf,
                              size_t at, zkl_error *err)
{
    const zkl_receipt *r = source->receipt;
    zkl_manifest *manifest = ZKL_ARENA_NEW(arena, zkl_manifest, 1);
    zkl_entry *parent = ZKL_ARENA_NEW(arena, zkl_entry, 1);
    zkl_digest dataset;
    zkl_dsse dsse;
    bool found = false;
    if (!manifest || !parent)
        return zkl_no_memory(err, sizeof *parent);
    for (size_t i = 0; i < r->other_count && !found; i++) {
        zkl_digest other;
        zkl_rfc6962_leaf(&other, r->others[i].envelope);
        found = zkl_digest_equal(&other, leaf);
        if (found)
            ZKL_TRY(zkl_entry_open(parent, &dsse, arena, r->others[i].envelope, err));
    }
    ZKL_TRY(zkl_manifest_parse(manifest, arena, r->manifests[at], err));
    zkl_dataset_id(&dataset, r->manifests[at]);
    if (!found || !zkl_entry_as_data(parent) || !zkl_digest_equal(&dataset, &parent->data.dataset))
        return zkl_fail(err, ZKL_REJECTED, "the receipt's parts do not fit its entry");
    source->datasets[at] = dataset_of(parent, manifest);
    return zkl_manifest_known_table(&source->known[at], arena, manifest, &dataset, err);
}

/* A receipt's own word. That it holds together is looked at as far as the words need it; keys,
 * signatures, inclusion and proofs are a verification's to check. */
static zkl_status fill_receipt(zkl_show_result *out, zkl_arena *arena, zkl_bytes bytes,
                               zkl_error *err)
{
    zkl_receipt receipt;
    zkl_entry entry;
    zkl_dsse dsse;
    zkl_manifest manifest;
    zkl_checkpoint checkpoint;
    zkl_digest dataset;
    statement_source source = { .receipt = &receipt };
    ZKL_TRY(service_check_is_receipt(bytes, err));
    ZKL_TRY(zkl_receipt_parse(&receipt, arena, bytes, err));
    ZKL_TRY(zkl_entry_open(&entry, &dsse, arena, receipt.entry.envelope, err));
    ZKL_TRY(zkl_checkpoint_parse(&checkpoint, arena, receipt.checkpoint, err));
    ZKL_TRY(zkl_manifest_parse(&manifest, arena, receipt.manifests[0], err));
    zkl_dataset_id(&dataset, receipt.manifests[0]);
    if (!zkl_entry_as_data(&entry) || !zkl_digest_equal(&dataset, &entry.data.dataset) ||
        receipt.statement_count < entry.data.statement_count)
        return zkl_fail(err, ZKL_REJECTED, "the receipt's parts do not fit its entry");
    ZKL_TRY(source_init(&source, arena, &entry, &manifest, err));
    if (receipt.manifest_count != source.dataset_count)
        return zkl_fail(err, ZKL_REJECTED, "the receipt's parts do not fit its entry");
    ZKL_TRY(zkl_manifest_known_table(&source.known[0], arena, &manifest, &dataset, err));
    for (size_t i = 1; i < source.dataset_count; i++)
        ZKL_TRY(read_parent(&source, arena, &entry.parents[i], i, err));
    ZKL_TRY(fill_head(out, &entry, &manifest, err));
    out->index = receipt.entry.index;
    out->tree_size = checkpoint.size;
    zkl_rfc6962_leaf(&out->receipt_id, receipt.entry.envelope);
    out->origin = service_text(&out->memory, checkpoint.origin);
    if (!out->origin)
        return zkl_no_memory(err, checkpoint.origin.size);
    shown_entry shown = {
        .memory = &out->memory, .source = &source, .entry = &entry, .arena = arena
    };
    ZKL_TRY(begin_shown(&shown, NULL, err));
    return fill_statements(out, &shown, err);
}

/* Needs no ledger, and reads no file. */
zkl_status zkl_show_receipt(zkl_show_result *out, zkl_bytes receipt, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    *out = (zkl_show_result){ 0 };
    const zkl_status status = fill_receipt(out, &arena, receipt, err);
    if (status != ZKL_OK)
        drop(out);
    return status;
}
