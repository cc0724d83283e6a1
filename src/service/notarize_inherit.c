/* What a later version takes over from the one before it: the seed, so that unchanged chunks keep their commitments; types,
 * nullability and dictionaries, so that chunks stay unchanged; and those commitments.
 *
 * The entries of dictionaries are values of the table. The ledger keeps them for its owner, wrapped like data keys. Without
 * them, or without the data key, a version is notarised all the same: dictionaries are made anew, chunks committed anew. */
#include <string.h>

#include "service/notarize_internal.h"
#include "types/dictionary.h"

/* ---- Finding it. */

/* *found false when the ledger does not keep it, or holds what its owner cannot open. */
static zkl_status open_private(zkl_buffer *out, bool *found, notarisation *n,
                               service_private_kind kind, const zkl_digest *id, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_bytes wrapped;
    zkl_error why = { 0 };
    zkl_status status = zkl_ledger_private(n->ledger, &wrapped, &arena, id, &why);
    if (status == ZKL_OK)
        status = service_private_unwrap(out, kind, wrapped, n->owner, id, &why);
    *found = status == ZKL_OK;
    if (*found || status == ZKL_NOT_FOUND || status == ZKL_REJECTED || status == ZKL_BAD_INPUT)
        return ZKL_OK;
    return zkl_fail_as(err, status, &why);
}

static zkl_status find_dictionary(zkl_previous_dictionary *out, bool *kept, notarisation *n,
                                  const zkl_digest *root, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) plain = { 0 };
    zkl_bytes *entries;
    ZKL_TRY(open_private(&plain, kept, n, SERVICE_DICTIONARY, root, err));
    if (!*kept)
        return ZKL_OK;
    const void *bytes = zkl_arena_copy(&n->arena, plain.data, plain.size);
    if (!bytes)
        return zkl_no_memory(err, plain.size);
    ZKL_TRY(zkl_dictionary_parse(&entries, &out->entry_count, &n->arena,
                                 zkl_bytes_of(bytes, plain.size), err));
    out->entries = entries;
    return ZKL_OK;
}

static zkl_status find_dictionaries(notarisation *n, zkl_error *err)
{
    previous_version *p = &n->previous;
    const zkl_schema *schema = &p->manifest.schema;
    zkl_previous_dictionary *dictionaries =
        ZKL_ARENA_NEW(&n->arena, zkl_previous_dictionary, schema->column_count);
    p->kept = ZKL_ARENA_NEW(&n->arena, bool, schema->column_count);
    if (!dictionaries || !p->kept)
        return zkl_no_memory(err, schema->column_count * sizeof *dictionaries);
    for (size_t i = 0; i < schema->column_count; i++) {
        if (schema->columns[i].type.kind != ZKL_TYPE_DICTIONARY)
            continue;
        dictionaries[i].seed = p->manifest.dictionary_seeds[i];
        ZKL_TRY(
            find_dictionary(&dictionaries[i], &p->kept[i], n, &schema->columns[i].type.root, err));
    }
    p->columns = (zkl_previous){ .schema = schema, .dictionaries = dictionaries };
    return ZKL_OK;
}

static zkl_status find_data_key(notarisation *n, const zkl_digest *dataset, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) plain = { 0 };
    bool found;
    ZKL_TRY(open_private(&plain, &found, n, SERVICE_DATA_KEY, dataset, err));
    if (!found)
        return ZKL_OK;
    ZKL_TRY(zkl_datakey_parse(&n->previous.data_key, &n->arena, zkl_buffer_bytes(&plain), err));
    return ZKL_OK;
}

static zkl_status draw_seed(notarisation *n, zkl_error *err)
{
    if (!n->request->seed)
        return zkl_env_random(n->env, n->seed.bytes, sizeof n->seed.bytes, err);
    memcpy(n->seed.bytes, n->request->seed, sizeof n->seed.bytes);
    return ZKL_OK;
}

zkl_status notarize_find_previous(notarisation *n, zkl_error *err)
{
    zkl_dataset_version last;
    zkl_bytes bytes;
    zkl_error none = { 0 };
    if (!n->ledger)
        return draw_seed(n, err);
    const zkl_status status =
        zkl_ledger_find(n->ledger, &last, &n->arena, zkl_bytes_of_text(n->request->name), 0, &none);
    if (status == ZKL_NOT_FOUND)
        return draw_seed(n, err);
    if (status != ZKL_OK)
        return zkl_fail_as(err, status, &none);
    ZKL_TRY(zkl_ledger_entry_with(n->ledger, &n->previous.entry, &n->arena, last.index,
                                  ZKL_FIELDS_DATA, err));
    ZKL_TRY(service_manifest(&n->previous.manifest, &bytes, &n->arena, n->ledger,
                             &n->previous.entry, err));
    n->seed = n->previous.manifest.seed;
    n->previous.version = last.version;
    n->previous.index = last.index;
    n->previous.dataset = last.dataset;
    ZKL_TRY(find_dictionaries(n, err));
    return find_data_key(n, &last.dataset, err);
}

/* ---- What changed. */

static zkl_status type_text(const char **out, zkl_arena *memory, const zkl_type *type,
                            zkl_error *err)
{
    char text[ZKL_TYPE_TEXT_BYTES_MAX];
    *out = zkl_arena_text(memory, text, zkl_type_text(text, type));
    return *out ? ZKL_OK : zkl_no_memory(err, sizeof text);
}

/* from or to may be NULL. */
static zkl_status add_change(notarisation *n, zkl_column_change *changes, const zkl_column *from,
                             const zkl_column *to, const char *reason, zkl_error *err)
{
    zkl_notarize_result *out = n->out;
    zkl_column_change *change = &changes[out->change_count];
    *change = (zkl_column_change){ .name = service_text(&out->memory, (to ? to : from)->name),
                                   .reason = zkl_arena_text(&out->memory, reason, strlen(reason)),
                                   .from_nullable = from && from->nullable,
                                   .to_nullable = to && to->nullable };
    if (!change->name || !change->reason)
        return zkl_no_memory(err, strlen(reason));
    if (from)
        ZKL_TRY(type_text(&change->from, &out->memory, &from->type, err));
    if (to)
        ZKL_TRY(type_text(&change->to, &out->memory, &to->type, err));
    out->change_count++;
    return ZKL_OK;
}

zkl_status notarize_tell_changes(notarisation *n, zkl_error *err)
{
    const previous_version *p = &n->previous;
    const zkl_schema *had = &p->manifest.schema;
    if (!p->version)
        return ZKL_OK;
    const size_t most = had->column_count + n->schema->column_count;
    zkl_column_change *changes = ZKL_ARENA_NEW(&n->out->memory, zkl_column_change, most);
    bool *found = ZKL_ARENA_NEW(&n->arena, bool, had->column_count);
    if (!changes || !found)
        return zkl_no_memory(err, most * sizeof *changes);
    n->out->previous_version = p->version;
    n->out->changes = changes;
    if (!zkl_reading_equal(&p->manifest.reading, zkl_table_reading(n->table))) {
        n->out->previous_reading = service_reading_words(&n->out->memory, &p->manifest.reading);
        if (!n->out->previous_reading)
            return zkl_no_memory(err, 0);
    }
    n->out->same_schema = zkl_digest_equal(&n->schema_hash, &p->manifest.schema_hash);
    for (size_t i = 0; i < n->schema->column_count; i++) {
        const zkl_column *column = &n->schema->columns[i];
        const zkl_column *before = zkl_table_column_previous(n->table, i);
        if (!before) {
            ZKL_TRY(add_change(n, changes, NULL, column, "a new column", err));
            continue;
        }
        found[before - had->columns] = true;
        if (!zkl_type_equal(&before->type, &column->type) || before->nullable != column->nullable)
            ZKL_TRY(
                add_change(n, changes, before, column, zkl_table_column_change(n->table, i), err));
    }
    for (size_t i = 0; i < had->column_count; i++)
        if (!found[i])
            ZKL_TRY(add_change(n, changes, &had->columns[i], NULL, "not there any more", err));
    return ZKL_OK;
}

/* ---- Chunks that did not change. */

/* The same key means the same content under the same owner, seed, schema and powers (docs/SOUNDNESS.md). Points are taken
 * over: that they commit to the cells is checked by the proofs. Row roots no proof checks, so they are computed. */
bool notarize_take_chunk(notarisation *n, size_t chunk)
{
    const zkl_manifest *m = &n->previous.manifest;
    if (!n->out->same_schema || chunk >= m->chunk_count || m->blocks_per_chunk != n->block_count)
        return false;
    const zkl_datakey_chunk *key = zkl_datakey_chunk_find(&n->previous.data_key, chunk);
    if (!key || !zkl_equal_ct(key->key, n->chunk_keys[chunk], ZKL_CHUNK_KEY_BYTES) ||
        !zkl_digest_equal(&m->row_roots[chunk], &n->row_roots[chunk]))
        return false;
    memcpy(n->points[chunk * n->block_count], m->blocks[chunk * n->block_count],
           n->block_count * ZKL_POINT_BYTES);
    return true;
}

void notarize_count_unchanged(notarisation *n)
{
    const zkl_manifest *m = &n->previous.manifest;
    const size_t count = n->chunks < m->chunk_count ? n->chunks : m->chunk_count;
    for (size_t chunk = 0; n->out->same_schema && chunk < count; chunk++)
        n->out->unchanged_chunk_count +=
            zkl_digest_equal(&m->row_roots[chunk], &n->row_roots[chunk]) &&
            memcmp(m->blocks[chunk * n->block_count], n->points[chunk * n->block_count],
                   n->block_count * ZKL_POINT_BYTES) == 0;
}

/* ---- Dictionaries, for who has the data, and for the next version. */

static const zkl_column *inherited_dictionary(const notarisation *n, size_t column)
{
    const zkl_column *before = zkl_table_column_previous(n->table, column);
    return before && zkl_type_equal(&before->type, &n->schema->columns[column].type) ? before
                                                                                     : NULL;
}

/* Which entries of a dictionary column the table has: bits by code. */
static zkl_status find_present(uint8_t *present, notarisation *n, uint32_t column, zkl_error *err)
{
    const bool nullable = n->schema->columns[column].nullable;
    size_t number = 0;
    while (n->numbered[number].column != column)
        number++;
    ZKL_AUTO_BLOCK uint16_t *cells = zkl_malloc(2 * ZKL_CHUNK_ROWS, sizeof *cells);
    ZKL_AUTO_BLOCK uint16_t **wanted = zkl_calloc(n->block_count, sizeof *wanted);
    if (!cells || !wanted)
        return zkl_no_memory(err, 2 * ZKL_CHUNK_ROWS * sizeof *cells);
    const uint16_t *flags = cells + ZKL_CHUNK_ROWS;
    wanted[n->first_block[number]] = cells;
    if (nullable)
        wanted[n->first_block[number + 1]] = cells + ZKL_CHUNK_ROWS;
    for (size_t chunk = 0; chunk < n->chunks; chunk++) {
        const uint64_t left = n->rows - (uint64_t)chunk * ZKL_CHUNK_ROWS;
        const size_t rows = left < ZKL_CHUNK_ROWS ? (size_t)left : ZKL_CHUNK_ROWS;
        ZKL_TRY(zkl_table_chunk(n->table, chunk, wanted, NULL, NULL, err));
        for (size_t row = 0; row < rows; row++)
            if (!nullable || !flags[row])
                present[cells[row] / 8] |= (uint8_t)(1 << cells[row] % 8);
    }
    return ZKL_OK;
}

/* A dictionary that was inherited may have entries that this table has not: they are not its reader's to guess. */
zkl_status notarize_dictionary_key(zkl_datakey_dictionary *out, notarisation *n, uint32_t column,
                                   zkl_error *err)
{
    const zkl_bytes *entries;
    const size_t count = zkl_table_dictionary(n->table, column, &entries);
    size_t present_count = 0;
    *out = (zkl_datakey_dictionary){ .column = column };
    zkl_owner_secret_dictionary_key(out->key, n->owner,
                                    zkl_table_dictionary_seed(n->table, column));
    if (!inherited_dictionary(n, column))
        return ZKL_OK;
    uint8_t *present = zkl_arena_alloc(&n->arena, (count + 7) / 8, 1);
    if (!present)
        return zkl_no_memory(err, count / 8);
    ZKL_TRY(find_present(present, n, column, err));
    for (size_t code = 0; code < count; code++)
        present_count += zkl_dictionary_present(present, code);
    if (present_count == count)
        return ZKL_OK;
    const zkl_dictionary_source whole = { n->schema->hash, out->key, entries, count };
    const zkl_status status = zkl_dictionary_part_make(&out->part, &n->arena, &whole, present, err);
    zkl_wipe(out->key, sizeof out->key);
    return status;
}

zkl_status notarize_keep_dictionaries(notarisation *n, zkl_error *err)
{
    for (size_t i = 0; i < n->schema->column_count; i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) plain = { 0 };
        ZKL_AUTO_CLEAR(zkl_buffer) wrapped = { 0 };
        const zkl_bytes *entries;
        const zkl_column *column = &n->schema->columns[i];
        const zkl_column *before = inherited_dictionary(n, i);
        if (column->type.kind != ZKL_TYPE_DICTIONARY)
            continue;
        if (before && n->previous.kept[before - n->previous.manifest.schema.columns])
            continue;
        const size_t count = zkl_table_dictionary(n->table, i, &entries);
        zkl_dictionary_encode(&plain, entries, count);
        ZKL_TRY(zkl_buffer_status(&plain, err));
        ZKL_TRY(service_private_wrap(&wrapped, SERVICE_DICTIONARY, zkl_buffer_bytes(&plain),
                                     n->owner, &column->type.root, n->env, err));
        ZKL_TRY(zkl_change_add_private(&n->change, &column->type.root, zkl_buffer_bytes(&wrapped),
                                       err));
    }
    return ZKL_OK;
}
