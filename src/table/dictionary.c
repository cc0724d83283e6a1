#include "table/dictionary.h"

#include "base/buffer.h"

void zkl_dictionary_key(uint8_t out[static 32], const uint8_t owner_secret[static 32],
                        const zkl_digest *seed)
{
    zkl_prf_32(out, zkl_bytes_of(owner_secret, 32), "dictionary", zkl_bytes_of(seed->bytes, 32));
}

void zkl_dictionary_salt(uint8_t out[static 32], const uint8_t key[static 32], uint32_t code)
{
    uint8_t position[4];
    zkl_store_be32(position, code);
    zkl_prf_32(out, zkl_bytes_of(key, 32), "entry", zkl_bytes_of(position, 4));
}

void zkl_dictionary_leaf(zkl_digest *out, zkl_hash_algorithm hash, const uint8_t salt[static 32],
                         uint32_t code, zkl_bytes entry)
{
    const uint8_t prefix = 0x05;
    uint8_t position[4];
    zkl_store_be32(position, code);
    const zkl_bytes parts[] = { zkl_bytes_of(&prefix, 1), zkl_bytes_of(salt, 32),
                                zkl_bytes_of(position, 4), entry };
    zkl_hash_parts(out, hash, parts, ZKL_COUNT(parts));
}

void zkl_dictionary_leaves(zkl_digest *out, zkl_hash_algorithm hash, const uint8_t key[static 32],
                           const zkl_bytes *entries, size_t entry_count)
{
    uint8_t salt[32];
    for (size_t i = 0; i < entry_count; i++) {
        zkl_dictionary_salt(salt, key, (uint32_t)i);
        zkl_dictionary_leaf(&out[i], hash, salt, (uint32_t)i, entries[i]);
    }
    zkl_wipe(salt, sizeof salt);
}

zkl_status zkl_dictionary_root(zkl_digest *out, zkl_hash_algorithm hash,
                               const uint8_t key[static 32], const zkl_bytes *entries,
                               size_t entry_count, zkl_error *err)
{
    ZKL_ASSERT(entry_count <= ZKL_DICTIONARY_ENTRIES_MAX);
    ZKL_AUTO_BLOCK zkl_digest *leaves = zkl_malloc(entry_count, sizeof *leaves);
    if (!leaves)
        return zkl_no_memory(err, entry_count * sizeof *leaves);
    zkl_dictionary_leaves(leaves, hash, key, entries, entry_count);
    zkl_merkle_root(out, hash, ZKL_DICTIONARY_NODE, leaves, entry_count);
    return ZKL_OK;
}
