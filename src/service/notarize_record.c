/* From proofs to a logged entry: blobs, the entry, its own check, private values, and all of it
 * placed at once.
 *
 * The order matters. Blobs come before the entry that names them, and the own check before the
 * change is placed. After that there is no way back. */
#include <string.h>

#include "base/file.h"
#include "ledger/entry_export.h"
#include "service/notarize_internal.h"

/* Statement and proof as blobs, and what they are. */
static zkl_status add_statement(zkl_entry_statement *out, zkl_statement_info *info,
                                zkl_arena *arena, const dataset_record *record, size_t at,
                                zkl_error *err)
{
    const zkl_made_proof *made = &record->proofs->items[at];
    const zkl_bytes statement = zkl_buffer_bytes(&made->statement),
                    proof = zkl_buffer_bytes(&made->proof);
    zkl_change *change = &record->desk->change;
    ZKL_TRY(zkl_entry_statement_of(out, arena, &record->plan->statements[at], statement, err));
    ZKL_TRY(zkl_change_add_blob(change, &out->statement_sha256, statement, err));
    ZKL_TRY(zkl_change_add_blob(change, &out->proof_sha256, proof, err));
    ZKL_TRY(service_statement_info(info, statement, proof, err));
    info->argument = made->argument_s;
    info->opening = made->opening_s;
    info->groth16 = made->groth16_s;
    return ZKL_OK;
}

/* The entry with its statements, and all of its blobs added. The next version of its name. */
static zkl_status make_entry(zkl_entry *out, zkl_notarize_result *result, zkl_arena *arena,
                             const dataset_record *record, zkl_error *err)
{
    const zkl_manifest *m = &record->manifest->manifest;
    const size_t count = record->proofs->count;
    const zkl_bytes name = zkl_bytes_of_text(record->request->name);
    uint32_t versions;
    zkl_entry_statement *statements = ZKL_ARENA_NEW(arena, zkl_entry_statement, count);
    zkl_statement_info *infos = ZKL_ARENA_NEW(&result->memory, zkl_statement_info, count);
    if (!statements || !infos)
        return zkl_no_memory(err, count * sizeof *statements);
    for (size_t i = 0; i < count; i++)
        ZKL_TRY(add_statement(&statements[i], &infos[i], arena, record, i, err));
    ZKL_TRY(zkl_ledger_version_count(record->desk->ledger, &versions, name, err));
    *out = (zkl_entry){ .kind = ZKL_ENTRY_NOTARISE,
                        .ledger = *record->notary->ledger,
                        .time_ms = zkl_env_now_ms(record->notary->env),
                        .data.name = name,
                        .data.version = versions + 1,
                        .data.dataset = record->manifest->table.dataset,
                        .data.files = m->files,
                        .data.file_count = m->file_count,
                        .data.file_hash = m->schema.hash,
                        .data.statements = statements,
                        .data.statement_count = count };
    /* The version is a wish: another writer may take it until the change is placed, and then this
     * one is refused. */
    result->statements = infos;
    result->statement_count = count;
    result->version = versions + 1;
    return zkl_change_add_blob(&record->desk->change, &out->data.manifest_sha256,
                               zkl_buffer_bytes(&record->manifest->bytes), err);
}

/* The verifier's code on the very bytes that will be logged. The claims' words come from there, so
 * that they say what was proven. */
static zkl_status check_own(zkl_notarize_result *out, zkl_arena *arena, const zkl_entry *entry,
                            const dataset_record *record, zkl_error *err)
{
    const double start = zkl_seconds();
    const zkl_draft draft = { .entry = entry,
                              .manifest = zkl_buffer_bytes(&record->manifest->bytes),
                              .powers = zkl_ledger_powers(record->desk->ledger),
                              .proofs = record->proofs,
                              .plan = record->plan,
                              .circuits = record->circuits };
    zkl_verified verified;
    ZKL_TRY(zkl_draft_check(&verified, arena, &draft, record->notary, err));
    const char **words = ZKL_ARENA_NEW(&out->memory, const char *, verified.claim_count);
    if (!words)
        return zkl_no_memory(err, verified.claim_count * sizeof *words);
    for (size_t i = 0; i < verified.claim_count; i++) {
        words[i] = zkl_arena_text(&out->memory, verified.claims[i].sentence,
                                  strlen(verified.claims[i].sentence));
        if (!words[i])
            return zkl_no_memory(err, 0);
    }
    out->claims = words;
    out->claim_count = verified.claim_count;
    /* One key of one machine is enough: whoever made it can prove what is false. */
    for (size_t i = 0; i < record->circuits->count; i++)
        out->is_development = out->is_development || !record->circuits->keys[i].is_ceremony;
    out->times.check += zkl_seconds() - start;
    return ZKL_OK;
}

/* Under the owner's secret. Without it nobody recomputes this version, and later versions cannot
 * take chunks over. */
static zkl_status add_data_key(const dataset_record *record, zkl_error *err)
{
    const zkl_committed_table *table = &record->manifest->table;
    service_desk *desk = record->desk;
    ZKL_AUTO_CLEAR(zkl_buffer) plain = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) wrapped = { 0 };
    ZKL_TRY(zkl_table_data_key_make(&plain, record->plan->facts, table, desk->owner, err));
    ZKL_TRY(service_private_wrap(&wrapped, SERVICE_DATA_KEY, zkl_buffer_bytes(&plain), desk->owner,
                                 &table->dataset, record->notary->env, err));
    return zkl_change_add_private(&desk->change, &table->dataset, zkl_buffer_bytes(&wrapped), err);
}

/* Built from the store, as an export is: the entry is there by now. */
zkl_status notarize_write_receipt(zkl_notarize_result *out, const zkl_notarize_request *request,
                                  zkl_ledger *ledger, uint64_t index, zkl_error *err)
{
    /* By rename, so a receipt that was there before stays whole until this one is. */
    ZKL_AUTO_CLEAR(zkl_buffer) receipt = { 0 };
    if (!request->receipt_path)
        return ZKL_OK;
    ZKL_TRY(zkl_ledger_catch_up(ledger, err)); /* what was just placed */
    ZKL_TRY(zkl_receipt_build(&receipt, ledger, index, err));
    out->receipt_bytes = receipt.size;
    return zkl_file_write(request->receipt_path, zkl_buffer_bytes(&receipt), 0644, err);
}

/* The one step that holds the writer's lock. The notarisation is the last entry of its change. */
static zkl_status place(zkl_notarize_result *out, zkl_change *change, const zkl_env *env,
                        zkl_error *err)
{
    ZKL_ASSERT(change->entry_count);
    ZKL_TRY(zkl_change_place(change, env, err));
    out->index = change->entries[change->entry_count - 1].index;
    out->receipt_id = change->entries[change->entry_count - 1].receipt_id;
    return ZKL_OK;
}

/* Everything that fails before the change is placed leaves the ledger as it was. */
zkl_status notarize_record(zkl_notarize_result *out, const dataset_record *record, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    const zkl_env *env = record->notary->env;
    service_desk *desk = record->desk;
    zkl_entry entry;
    ZKL_ASSERT(record->proofs->count == record->plan->count);
    for (size_t i = 0; i < record->circuits->count; i++) /* before its first use */
        ZKL_TRY(
            service_circuit_key_log(&record->circuits->keys[i], &desk->change, desk->ledger, err));
    ZKL_TRY(make_entry(&entry, out, &arena, record, err));
    ZKL_TRY(zkl_change_add_entry(&desk->change, &entry, 0, err));
    ZKL_TRY(check_own(out, &arena, &entry, record, err));
    ZKL_TRY(add_data_key(record, err));
    ZKL_TRY(notarize_keep_dictionaries(desk, record->plan->facts, record->previous, env, err));
    ZKL_TRY(zkl_env_progress(env, "recording", 0, 0, err));
    ZKL_TRY(place(out, &desk->change, env, err));
    const zkl_status status =
        notarize_write_receipt(out, record->request, desk->ledger, out->index, err);
    return status == ZKL_OK ? ZKL_OK
                            : zkl_wrap(err, status,
                                       "the entry is recorded, its receipt could not be written "
                                       "('zkp-ledger export' does)");
}
