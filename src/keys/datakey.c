/* Data keys in bytes: magic, version, dataset, content salt, chunk keys, dictionaries, and the
 * SHA3-256 of all that.
 *
 *  1. One data key has one encoding. Chunks and columns ascend strictly, a dictionary that is there
 *     in part is neither empty nor whole, and no bit stands beyond its last entry.
 *  2. What is read is checked by the same rules as what is written (check_key), so a file that
 *     opens could have been written.
 *  3. Counts are compared with the bytes that are left before anything is allocated for them.
 *
 * The trailing hash finds damage; it is no authentication. Whoever holds a data key could write
 * another one, and gains nothing: it must recompute the commitments of a signed manifest. */
#include "keys/datakey.h"

#include <string.h>

#include "base/key_file.h"
#include "hash/trailing_hash.h"
#include "record/ids.h"
#include "types/schema.h"

#define DATAKEY_MAGIC ZKL_DATAKEY_MAGIC
#define DATAKEY_VERSION 3

/* Invariant 1 of one dictionary. A whole dictionary is said by its key in place of a part; an empty
 * part says nothing. */
static bool part_valid(const zkl_dictionary_part *part)
{
    size_t present = 0;
    ZKL_ASSERT(part->entry_count && part->present);
    for (size_t i = 0; i < part->entry_count; i++)
        present += zkl_dictionary_present(part->present, i);
    for (size_t i = part->entry_count; i % 8; i++)
        if (zkl_dictionary_present(part->present, i))
            return false;
    return present < part->entry_count;
}

/* Invariants 1 and 2. Errors name what is wrong as of a file: in memory it is our own mistake, and
 * is refused all the same before it becomes a file. */
static zkl_status check_key(const zkl_datakey *k, zkl_error *err)
{
    if (k->chunk_count > ZKL_DATAKEY_CHUNKS_MAX || k->dictionary_count > ZKL_COLUMNS_MAX)
        return zkl_fail(err, ZKL_LIMIT, "data key: too many chunks or dictionaries");
    for (size_t i = 1; i < k->chunk_count; i++)
        if (k->chunks[i - 1].chunk >= k->chunks[i].chunk)
            return zkl_fail(err, ZKL_BAD_INPUT, "data key: chunks are not in order");
    for (size_t i = 1; i < k->dictionary_count; i++)
        if (k->dictionaries[i - 1].column >= k->dictionaries[i].column)
            return zkl_fail(err, ZKL_BAD_INPUT, "data key: dictionaries are not in order");
    for (size_t i = 0; i < k->dictionary_count; i++) {
        const zkl_dictionary_part *part = &k->dictionaries[i].part;
        if (part->entry_count > ZKL_DICTIONARY_ENTRIES_MAX)
            return zkl_fail(err, ZKL_LIMIT, "data key: a dictionary of %zu entries",
                            part->entry_count);
        if (part->entry_count && !part_valid(part))
            return zkl_fail(err, ZKL_BAD_INPUT, "data key: which entries there are is not plain");
    }
    return ZKL_OK;
}

/* Column and number of entries, then either the key of all of them (number 0), or a bit for each
 * entry that is there and, for each entry, its leaf or salt. */
static void put_dictionary(zkl_buffer *out, const zkl_datakey_dictionary *d)
{
    const zkl_dictionary_part *part = &d->part;
    ZKL_ASSERT(!part->entry_count || part->leaves);
    zkl_buffer_put_u32(out, d->column);
    zkl_buffer_put_u32(out, (uint32_t)part->entry_count);
    if (part->entry_count) {
        zkl_buffer_put(out, part->present, (part->entry_count + 7) / 8);
        zkl_buffer_put(out, part->leaves, part->entry_count * sizeof *part->leaves);
    } else {
        zkl_buffer_put(out, d->key, sizeof d->key);
    }
}

zkl_status zkl_datakey_encode(zkl_buffer *out, const zkl_datakey *k, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) b = { 0 };
    ZKL_ASSERT(!k->chunk_count || k->chunks);
    ZKL_ASSERT(!k->dictionary_count || k->dictionaries);
    ZKL_TRY(check_key(k, err));
    zkl_buffer_put_text(&b, DATAKEY_MAGIC);
    zkl_buffer_put_u32(&b, DATAKEY_VERSION);
    zkl_buffer_put(&b, k->dataset.bytes, 32);
    zkl_buffer_put_field(&b, k->content_salt, k->has_content_salt ? sizeof k->content_salt : 0);
    zkl_buffer_put_u32(&b, (uint32_t)k->chunk_count);
    for (size_t i = 0; i < k->chunk_count; i++) {
        zkl_buffer_put_u64(&b, k->chunks[i].chunk);
        zkl_buffer_put(&b, k->chunks[i].key, 32);
    }
    zkl_buffer_put_u32(&b, (uint32_t)k->dictionary_count);
    for (size_t i = 0; i < k->dictionary_count; i++)
        put_dictionary(&b, &k->dictionaries[i]);
    zkl_trailing_hash_put(&b, 0);
    ZKL_TRY(zkl_buffer_status(&b, err));
    zkl_buffer_put(out, b.data, b.size);
    return zkl_buffer_status(out, err);
}

static zkl_status read_dictionary(zkl_datakey_dictionary *out, zkl_reader *reader, zkl_arena *arena,
                                  zkl_error *err)
{
    *out = (zkl_datakey_dictionary){ .column = zkl_reader_u32(reader, "dictionary's column") };
    out->part.entry_count =
        zkl_reader_count(reader, ZKL_DICTIONARY_ENTRIES_MAX, 32, "number of entries");
    if (!out->part.entry_count) {
        zkl_reader_copy(reader, out->key, sizeof out->key, "dictionary key");
        return ZKL_OK;
    }
    const size_t count = out->part.entry_count;
    const zkl_bytes present = zkl_reader_take(reader, (count + 7) / 8, "entries that are there");
    const zkl_bytes leaves = zkl_reader_take(reader, count * 32, "salts and leaves");
    if (reader->fault) {
        out->part = (zkl_dictionary_part){ 0 };
        return ZKL_OK; /* zkl_reader_finish says what is missing */
    }
    out->part.present = zkl_arena_copy(arena, present.data, present.size);
    out->part.leaves = zkl_arena_copy(arena, leaves.data, leaves.size);
    return out->part.present && out->part.leaves ? ZKL_OK : zkl_no_memory(err, leaves.size);
}

bool zkl_datakey_has_magic(zkl_bytes bytes)
{
    const size_t size = sizeof DATAKEY_MAGIC - 1;
    return bytes.size >= size && memcmp(bytes.data, DATAKEY_MAGIC, size) == 0;
}

zkl_status zkl_datakey_parse(zkl_datakey *out, zkl_arena *arena, zkl_bytes bytes, zkl_error *err)
{
    zkl_datakey k = { 0 };
    if (bytes.size > ZKL_DATAKEY_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "the data key has %zu bytes, at most %zu", bytes.size,
                        ZKL_DATAKEY_BYTES_MAX);
    if (bytes.size < 8 + 4 + ZKL_TRAILING_HASH_BYTES) /* magic and version before it */
        return zkl_fail(err, ZKL_BAD_INPUT, "data key: cut off");

    /* Magic and version before the hash: a file of another kind is not called damaged. */
    zkl_reader r = zkl_trailing_hash_reader(bytes);
    if (!zkl_bytes_equal_text(zkl_reader_take(&r, 8, "magic"), DATAKEY_MAGIC))
        return zkl_fail(err, ZKL_BAD_INPUT, "data key: not a data key");
    const uint32_t version = zkl_reader_u32(&r, "version");
    if (version == 1 || version == 2)
        return zkl_fail(
            err, ZKL_NOT_SUPPORTED,
            "data key: written by version 0.1, whose manifests do not bind how the file "
            "was read: notarise it again, in a new ledger");
    if (version != DATAKEY_VERSION)
        return zkl_fail(err, ZKL_NOT_SUPPORTED, "data key: version %u", version);
    ZKL_TRY(zkl_trailing_hash_check(bytes, "data key", err));

    /* A salt of no bytes: the key of some chunks only, which cannot recompute the content
     * commitment. */
    zkl_reader_copy(&r, &k.dataset, sizeof k.dataset, "dataset");
    const zkl_bytes salt = zkl_reader_field(&r, sizeof k.content_salt, "content salt");
    if (salt.size != 0 && salt.size != sizeof k.content_salt)
        zkl_reader_fault(&r, "content salt");
    k.has_content_salt = salt.size == sizeof k.content_salt;
    if (k.has_content_salt)
        memcpy(k.content_salt, salt.data, sizeof k.content_salt);

    /* Invariant 3: a count that the rest cannot hold is a fault, and counts as 0 here. */
    k.chunk_count = zkl_reader_count(&r, ZKL_DATAKEY_CHUNKS_MAX, 8 + 32, "number of chunks");
    zkl_datakey_chunk *chunks = ZKL_ARENA_NEW(arena, zkl_datakey_chunk, k.chunk_count);
    if (!chunks)
        return zkl_no_memory(err, k.chunk_count * sizeof *chunks);
    for (size_t i = 0; i < k.chunk_count; i++) {
        chunks[i].chunk = zkl_reader_u64(&r, "chunk");
        zkl_reader_copy(&r, chunks[i].key, sizeof chunks[i].key, "chunk key");
    }
    k.dictionary_count =
        zkl_reader_count(&r, ZKL_COLUMNS_MAX, 4 + 4 + 32, "number of dictionaries");
    zkl_datakey_dictionary *dictionaries =
        ZKL_ARENA_NEW(arena, zkl_datakey_dictionary, k.dictionary_count);
    if (!dictionaries)
        return zkl_no_memory(err, k.dictionary_count * sizeof *dictionaries);
    for (size_t i = 0; i < k.dictionary_count && !r.fault; i++)
        ZKL_TRY(read_dictionary(&dictionaries[i], &r, arena, err));
    ZKL_TRY(zkl_reader_finish(&r, "data key", err));
    k.chunks = chunks;
    k.dictionaries = dictionaries;
    ZKL_TRY(check_key(&k, err));
    *out = k;
    return ZKL_OK;
}

/* The first chunk that is not below the one that is wanted, by bisection. */
const zkl_datakey_chunk *zkl_datakey_chunk_find(const zkl_datakey *key, uint64_t chunk)
{
    size_t low = 0, high = key->chunk_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (key->chunks[middle].chunk < chunk)
            low = middle + 1;
        else
            high = middle;
    }
    ZKL_ASSERT(low == key->chunk_count || key->chunks[low].chunk >= chunk);
    return low < key->chunk_count && key->chunks[low].chunk == chunk ? &key->chunks[low] : NULL;
}

const zkl_datakey_dictionary *zkl_datakey_dictionary_find(const zkl_datakey *key, uint32_t column)
{
    /* At most a few hundred: a walk. */
    for (size_t i = 0; i < key->dictionary_count; i++)
        if (key->dictionaries[i].column == column)
            return &key->dictionaries[i];
    return NULL;
}
