/* From commitments to a manifest. Its bytes are fixed by the table, the owner secret, the seed and
 * the keys: the same inputs make the same dataset id. */
#include "notary/table_manifest.h"

#include <string.h>

#include "record/ids.h"

void zkl_table_manifest_clear(zkl_table_manifest *manifest)
{
    zkl_buffer_clear(&manifest->bytes);
    zkl_arena_clear(&manifest->memory);
    *manifest = (zkl_table_manifest){ 0 };
}

/* Whoever has the names can guess at the data, and plain digests confirm a guess: both are the
 * caller's to publish or not. How many files there were is always said. */
zkl_status zkl_manifest_name_files(zkl_manifest *m, zkl_arena *memory, const zkl_table *table,
                                   const zkl_manifest_terms *terms, zkl_error *err)
{
    const zkl_file_digest *files;
    const size_t count = zkl_table_files(table, &files);
    ZKL_ASSERT(!(terms->hide_file_names && terms->public_digest)); /* digests have names */
    zkl_bytes *names = ZKL_ARENA_NEW(memory, zkl_bytes, count);
    zkl_public_file *digests = ZKL_ARENA_NEW(memory, zkl_public_file, count);
    if (!names || !digests)
        return zkl_no_memory(err, count * sizeof *digests);
    for (size_t i = 0; i < count; i++) {
        names[i] = zkl_bytes_of_text(files[i].name);
        digests[i] = (zkl_public_file){ names[i], files[i].size, files[i].hash, files[i].sha256 };
    }
    m->read_file_count = count;
    m->read_files = terms->hide_file_names ? NULL : names;
    m->files = digests;
    m->file_count = terms->public_digest ? count : 0;
    return ZKL_OK;
}

/* Circuits' keys stand in the manifest, so they are made before it, and it before the statements,
 * which bind its root and id. */
zkl_status zkl_table_manifest_make(zkl_table_manifest *out, const zkl_table_facts *facts,
                                   const zkl_commitments *commitments, const zkl_notary *notary,
                                   const zkl_manifest_terms *terms, zkl_error *err)
{
    const zkl_circuit_keys *keys = terms->circuits;
    const size_t columns = facts->schema->column_count;
    ZKL_ASSERT(keys->count > 0 && commitments->chunk_count == facts->chunk_count);
    zkl_digest *seeds = ZKL_ARENA_NEW(&out->memory, zkl_digest, columns);
    zkl_circuit_id *circuits = ZKL_ARENA_NEW(&out->memory, zkl_circuit_id, keys->count);
    if (!seeds || !circuits)
        return zkl_no_memory(err, columns * sizeof *seeds);
    for (size_t i = 0; i < columns; i++)
        seeds[i] = *zkl_table_dictionary_seed(facts->table, i);
    for (size_t i = 0; i < keys->count; i++)
        circuits[i] = keys->keys[i].id;
    out->manifest =
        (zkl_manifest){ .schema = *facts->schema,
                        .schema_hash = facts->schema_hash,
                        .dictionary_seeds = seeds,
                        .row_count = facts->row_count,
                        .content = facts->content,
                        .powers_hash = notary->powers_hash,
                        .circuits = circuits,
                        .circuit_count = keys->count,
                        .reading = *zkl_table_reading(facts->table),
                        .chunk_count = commitments->chunk_count,
                        .blocks_per_chunk = commitments->block_count,
                        .row_roots = commitments->row_roots,
                        .blocks = (const uint8_t(*)[ZKL_POINT_BYTES])commitments->points };
    /* Public: it tells chunk keys of datasets apart, and the owner secret hides them. */
    memcpy(out->manifest.seed.bytes, notary->seed, sizeof out->manifest.seed.bytes);
    /* The table's root covers schema, row roots and blocks; the dataset's id is the hash of the
     * whole manifest. */
    ZKL_TRY(zkl_manifest_name_files(&out->manifest, &out->memory, facts->table, terms, err));
    zkl_manifest_table_root(&out->manifest.table_root, &out->manifest);
    ZKL_TRY(zkl_manifest_encode(&out->bytes, &out->manifest, err));
    out->table.commitments = commitments;
    out->table.table_root = out->manifest.table_root;
    zkl_dataset_id(&out->table.dataset, zkl_buffer_bytes(&out->bytes));
    return ZKL_OK;
}
