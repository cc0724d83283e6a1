/* From proofs of a new version to a logged entry: its name and version, private values, and what
 * service/proving.h does for all proofs.
 *
 * The order matters. Blobs come before the entry that names them, and the own check before the
 * change is placed. After that there is no way back. */
#include "service/notarize_internal.h"

/* The version behind the one that it inherits from, which the log has. It is a wish: another writer
 * may take it until the change is placed, and then this one is refused. */
static zkl_status make_entry(zkl_entry *out, zkl_notarize_result *result,
                             const dataset_record *record, zkl_error *err)
{
    const zkl_manifest *m = &record->manifest->manifest;
    const zkl_bytes name = zkl_bytes_of_text(record->request->name);
    const uint32_t version = record->previous->version + 1;
    *out = (zkl_entry){ .kind = ZKL_ENTRY_NOTARISE,
                        .data.name = name,
                        .data.version = version,
                        .data.dataset = record->manifest->table.dataset,
                        .data.files = m->files,
                        .data.file_count = m->file_count,
                        .data.file_hash = m->schema.hash };
    result->version = version;
    return zkl_change_add_blob(&record->proofs.desk->change, &out->data.manifest_sha256,
                               record->proofs.manifest, err);
}

/* Under the owner's secret. Without it nobody recomputes this version, and later versions cannot
 * take chunks over. */
static zkl_status add_data_key(const dataset_record *record, zkl_error *err)
{
    const zkl_committed_table *table = &record->manifest->table;
    service_desk *desk = record->proofs.desk;
    ZKL_AUTO_CLEAR(zkl_buffer) plain = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) wrapped = { 0 };
    ZKL_TRY(zkl_table_data_key_make(&plain, record->proofs.plan->facts, table, desk->owner, err));
    ZKL_TRY(service_private_wrap(&wrapped, SERVICE_DATA_KEY, zkl_buffer_bytes(&plain), desk->owner,
                                 &table->dataset, record->proofs.notary->env, err));
    return zkl_change_add_private(&desk->change, &table->dataset, zkl_buffer_bytes(&wrapped), err);
}

/* Everything that fails before the change is placed leaves the ledger as it was. */
zkl_status notarize_record(zkl_notarize_result *out, const dataset_record *record, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    const service_proofs *proofs = &record->proofs;
    zkl_entry entry;
    ZKL_ASSERT(!proofs->notarised_count);
    ZKL_TRY(make_entry(&entry, out, record, err));
    ZKL_TRY(service_proofs_gather(out, &entry, &arena, proofs, err));
    ZKL_TRY(add_data_key(record, err));
    ZKL_TRY(notarize_keep_dictionaries(proofs->desk, proofs->plan->facts, record->inherited,
                                       proofs->notary->env, err));
    if (record->check && record->check->is_placed_next)
        ZKL_TRY(record->check->is_placed_next(record->check->opaque, err));
    /* A receipt of claims that are still to come is that of their entry. */
    const bool is_whole = !record->parts || !record->parts->fit.left;
    const service_receipt_place place = { is_whole ? record->request->receipt_path : NULL,
                                          record->request->force };
    return service_proofs_place(out, proofs, &place, err);
}
