#include "ledger/datakey.h"

#include <string.h>

#include "ledger/ids.h"
#include "table/schema.h"

#define DATAKEY_MAGIC "zkl/dkey"
#define DATAKEY_VERSION 1

static zkl_status check_key(const zkl_datakey *k, zkl_error *err)
{
    if (k->chunk_count > ZKL_DATAKEY_CHUNKS_MAX || k->dictionary_count > ZKL_COLUMNS_MAX ||
        k->reader_options.size > ZKL_DATAKEY_OPTIONS_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT,
                        "data key: too many chunks or dictionaries, or too long reader options");
    for (size_t i = 1; i < k->chunk_count; i++)
        if (k->chunks[i - 1].chunk >= k->chunks[i].chunk)
            return zkl_fail(err, ZKL_BAD_INPUT, "data key: chunks are not in order");
    for (size_t i = 1; i < k->dictionary_count; i++)
        if (k->dictionaries[i - 1].column >= k->dictionaries[i].column)
            return zkl_fail(err, ZKL_BAD_INPUT, "data key: dictionaries are not in order");
    return ZKL_OK;
}

zkl_status zkl_datakey_encode(zkl_buffer *out, const zkl_datakey *k, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) b = { 0 };
    zkl_digest hash;
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
    for (size_t i = 0; i < k->dictionary_count; i++) {
        zkl_buffer_put_u32(&b, k->dictionaries[i].column);
        zkl_buffer_put(&b, k->dictionaries[i].key, 32);
    }
    zkl_buffer_put_field(&b, k->reader_options.data, k->reader_options.size);
    ZKL_TRY(zkl_buffer_status(&b, err));
    zkl_hash(&hash, ZKL_HASH_SHA3_256, b.data, b.size);
    zkl_buffer_put(&b, hash.bytes, 32);
    ZKL_TRY(zkl_buffer_status(&b, err));
    zkl_buffer_put(out, b.data, b.size);
    return zkl_buffer_status(out, err);
}

static void read_key(uint8_t out[static 32], zkl_reader *reader, const char *what)
{
    const zkl_bytes bytes = zkl_reader_take(reader, 32, what);
    if (bytes.size == 32)
        memcpy(out, bytes.data, 32);
}

zkl_status zkl_datakey_parse(zkl_datakey *out, zkl_arena *arena, zkl_bytes bytes, zkl_error *err)
{
    zkl_datakey k = { 0 };
    zkl_digest hash;
    if (bytes.size > ZKL_DATAKEY_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "the data key has %zu bytes, at most %zu", bytes.size,
                        ZKL_DATAKEY_BYTES_MAX);
    if (bytes.size < 8 + 4 + 32) /* magic, version, trailing hash */
        return zkl_fail(err, ZKL_BAD_INPUT, "data key: cut off");
    zkl_reader r = zkl_reader_of(zkl_bytes_of(bytes.data, bytes.size - 32));
    if (!zkl_bytes_equal_text(zkl_reader_take(&r, 8, "magic"), DATAKEY_MAGIC))
        return zkl_fail(err, ZKL_BAD_INPUT, "data key: not a data key");
    const uint32_t version = zkl_reader_u32(&r, "version");
    if (version != DATAKEY_VERSION)
        return zkl_fail(err, ZKL_NOT_SUPPORTED, "data key: version %u", version);
    zkl_hash(&hash, ZKL_HASH_SHA3_256, bytes.data, bytes.size - 32);
    if (memcmp(hash.bytes, bytes.data + bytes.size - 32, 32) != 0)
        return zkl_fail(err, ZKL_BAD_INPUT, "data key: the trailing hash is not that of its bytes");

    read_key(k.dataset.bytes, &r, "dataset");
    const zkl_bytes salt = zkl_reader_field(&r, sizeof k.content_salt, "content salt");
    if (salt.size != 0 && salt.size != sizeof k.content_salt)
        zkl_reader_fault(&r, "content salt");
    k.has_content_salt = salt.size == sizeof k.content_salt;
    if (k.has_content_salt)
        memcpy(k.content_salt, salt.data, sizeof k.content_salt);

    k.chunk_count = zkl_reader_count(&r, ZKL_DATAKEY_CHUNKS_MAX, 8 + 32, "number of chunks");
    zkl_datakey_chunk *chunks = ZKL_ARENA_NEW(arena, zkl_datakey_chunk, k.chunk_count);
    if (!chunks)
        return zkl_no_memory(err, k.chunk_count * sizeof *chunks);
    for (size_t i = 0; i < k.chunk_count; i++) {
        chunks[i].chunk = zkl_reader_u64(&r, "chunk");
        read_key(chunks[i].key, &r, "chunk key");
    }
    k.dictionary_count = zkl_reader_count(&r, ZKL_COLUMNS_MAX, 4 + 32, "number of dictionaries");
    zkl_datakey_dictionary *dictionaries =
        ZKL_ARENA_NEW(arena, zkl_datakey_dictionary, k.dictionary_count);
    if (!dictionaries)
        return zkl_no_memory(err, k.dictionary_count * sizeof *dictionaries);
    for (size_t i = 0; i < k.dictionary_count; i++) {
        dictionaries[i].column = zkl_reader_u32(&r, "dictionary's column");
        read_key(dictionaries[i].key, &r, "dictionary key");
    }
    k.reader_options = zkl_reader_field(&r, ZKL_DATAKEY_OPTIONS_BYTES_MAX, "reader options");
    ZKL_TRY(zkl_reader_finish(&r, "data key", err));
    k.chunks = chunks;
    k.dictionaries = dictionaries;
    ZKL_TRY(check_key(&k, err));
    *out = k;
    return ZKL_OK;
}

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
    return low < key->chunk_count && key->chunks[low].chunk == chunk ? &key->chunks[low] : NULL;
}

const zkl_datakey_dictionary *zkl_datakey_dictionary_find(const zkl_datakey *key, uint32_t column)
{
    for (size_t i = 0; i < key->dictionary_count; i++)
        if (key->dictionaries[i].column == column)
            return &key->dictionaries[i];
    return NULL;
}
