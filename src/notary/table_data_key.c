/* From keys and dictionaries of a committed table to its data key. What is secret lives in an arena
 * of its own, which is wiped.
 *
 * The key opens this version alone: chunk keys depend on the chunk's content, and a dictionary that
 * this table has only a part of gives away salts of that part alone. So does a key of chosen chunks
 * with what their rows have. */
#include "notary/table_data_key.h"

#include <string.h>

const zkl_column *zkl_table_facts_inherited_dictionary(const zkl_table_facts *facts, size_t column)
{
    const zkl_type *type = &facts->schema->columns[column].type;
    const zkl_column *before = zkl_table_column_previous(facts->table, column);
    /* Types of dictionaries are equal when their roots are. */
    return before && type->kind == ZKL_TYPE_DICTIONARY && zkl_type_equal(&before->type, type)
               ? before
               : NULL;
}

/* The key of the whole dictionary, or the part of it that the table has. */
static zkl_status make_dictionary(zkl_datakey_dictionary *out, zkl_arena *memory,
                                  const zkl_table_facts *facts, uint32_t column,
                                  const zkl_owner_secret *owner, zkl_error *err)
{
    const zkl_bytes *entries;
    const size_t count = zkl_table_dictionary(facts->table, column, &entries);
    size_t present_count = 0;
    *out = (zkl_datakey_dictionary){ .column = column };
    zkl_owner_secret_dictionary_key(out->key, owner,
                                    zkl_table_dictionary_seed(facts->table, column));
    if (!zkl_table_facts_inherited_dictionary(facts, column))
        return ZKL_OK;
    uint8_t *present = zkl_arena_alloc(memory, (count + 7) / 8, 1);
    if (!present)
        return zkl_no_memory(err, count / 8);
    ZKL_TRY(zkl_table_facts_find_codes(present, facts, column, err));
    /* With all entries present the whole dictionary's key shows nothing more. */
    for (size_t code = 0; code < count; code++)
        present_count += zkl_dictionary_present(present, code);
    if (present_count == count)
        return ZKL_OK;
    const zkl_dictionary_source whole = { facts->schema->hash, out->key, entries, count };
    const zkl_status status = zkl_dictionary_part_make(&out->part, memory, &whole, present, err);
    zkl_wipe(out->key, sizeof out->key);
    return status;
}

zkl_status zkl_table_data_key_make(zkl_buffer *out, const zkl_table_facts *facts,
                                   const zkl_committed_table *committed,
                                   const zkl_owner_secret *owner, zkl_error *err)
{
    const zkl_commitments *commitments = committed->commitments;
    ZKL_AUTO_CLEAR(zkl_arena) memory = { .is_secret = true };
    zkl_datakey_chunk *chunks = ZKL_ARENA_NEW(&memory, zkl_datakey_chunk, commitments->chunk_count);
    zkl_datakey_dictionary *dictionaries =
        ZKL_ARENA_NEW(&memory, zkl_datakey_dictionary, facts->schema->column_count);
    if (!chunks || !dictionaries)
        return zkl_no_memory(err, commitments->chunk_count * sizeof *chunks);
    zkl_datakey key = { .dataset = committed->dataset,
                        .has_content_salt = true,
                        .chunks = chunks,
                        .chunk_count = commitments->chunk_count,
                        .dictionaries = dictionaries };
    for (size_t i = 0; i < commitments->chunk_count; i++) {
        chunks[i].chunk = i;
        memcpy(chunks[i].key, commitments->chunk_keys[i], ZKL_CHUNK_KEY_BYTES);
    }
    for (uint32_t i = 0; i < facts->schema->column_count; i++) {
        if (facts->schema->columns[i].type.kind != ZKL_TYPE_DICTIONARY)
            continue;
        ZKL_TRY(
            make_dictionary(&dictionaries[key.dictionary_count++], &memory, facts, i, owner, err));
    }
    zkl_owner_secret_content_salt(key.content_salt, owner, zkl_table_content_hash(facts->table));
    const zkl_status status = zkl_datakey_encode(out, &key, err);
    zkl_wipe(key.content_salt, sizeof key.content_salt);
    return status;
}

/* ---- Of chosen chunks. */

/* The entries that the chosen chunks have, as bits by code, and how many they are. */
static zkl_status find_entries(uint8_t *present, size_t *present_count, size_t count,
                               const zkl_table_facts *facts, uint32_t column,
                               const zkl_datakey *chosen, zkl_error *err)
{
    for (size_t i = 0; i < chosen->chunk_count; i++)
        ZKL_TRY(zkl_table_facts_find_chunk_codes(present, facts, column,
                                                 (size_t)chosen->chunks[i].chunk, err));
    *present_count = 0;
    for (size_t code = 0; code < count; code++)
        *present_count += zkl_dictionary_present(present, code);
    return ZKL_OK;
}

/* The dictionary's key only when the chosen chunks have all entries: it shows nothing more then. */
static zkl_status choose_entries(zkl_datakey_dictionary *out, zkl_arena *memory,
                                 const zkl_table_facts *facts, const zkl_datakey_dictionary *whole,
                                 const zkl_datakey *chosen, zkl_error *err)
{
    const zkl_bytes *entries;
    const size_t count = zkl_table_dictionary(facts->table, whole->column, &entries);
    size_t present_count;
    uint8_t *present = zkl_arena_alloc(memory, (count + 7) / 8, 1);
    if (!present)
        return zkl_no_memory(err, count / 8);
    ZKL_ASSERT(!whole->part.entry_count || whole->part.entry_count == count);
    ZKL_TRY(find_entries(present, &present_count, count, facts, whole->column, chosen, err));
    *out = (zkl_datakey_dictionary){ .column = whole->column };
    if (whole->part.entry_count)
        return zkl_dictionary_part_narrow(&out->part, memory, facts->schema->hash, &whole->part,
                                          entries, present, err);
    if (present_count == count) {
        memcpy(out->key, whole->key, sizeof out->key);
        return ZKL_OK;
    }
    const zkl_dictionary_source source = { facts->schema->hash, whole->key, entries, count };
    return zkl_dictionary_part_make(&out->part, memory, &source, present, err);
}

zkl_status zkl_table_data_key_choose(zkl_buffer *out, const zkl_table_facts *facts,
                                     const zkl_datakey *whole, const uint64_t *chunks,
                                     size_t chunk_count, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) memory = { .is_secret = true };
    zkl_datakey_chunk *keys = ZKL_ARENA_NEW(&memory, zkl_datakey_chunk, chunk_count);
    zkl_datakey_dictionary *dictionaries =
        ZKL_ARENA_NEW(&memory, zkl_datakey_dictionary, whole->dictionary_count);
    ZKL_ASSERT(chunk_count && (facts || !whole->dictionary_count));
    if (!keys || !dictionaries)
        return zkl_no_memory(err, chunk_count * sizeof *keys);
    for (size_t i = 0; i < chunk_count; i++) {
        const zkl_datakey_chunk *key = zkl_datakey_chunk_find(whole, chunks[i]);
        if (!key)
            return zkl_fail(err, ZKL_UNCHECKED, "the data key lacks chunk %llu",
                            (unsigned long long)chunks[i]);
        keys[i] = *key;
    }
    const zkl_datakey chosen = { .dataset = whole->dataset,
                                 .chunks = keys,
                                 .chunk_count = chunk_count,
                                 .dictionaries = dictionaries,
                                 .dictionary_count = whole->dictionary_count };
    for (size_t i = 0; i < whole->dictionary_count; i++)
        ZKL_TRY(choose_entries(&dictionaries[i], &memory, facts, &whole->dictionaries[i], &chosen,
                               err));
    return zkl_datakey_encode(out, &chosen, err);
}
