/* Dictionaries: entries in byte order, their leaves, root and bytes (docs/proof-system.md section
 * 9).
 *
 * leaf(code) = H(0x05, salt(code), u32 code, entry), salt(code) = PRF(key, "entry", u32 code)
 *
 * 1. Entries are strictly ascending, so the order of codes is the order of strings, and one set of
 *    strings has one dictionary.
 * 2. A leaf without its salt says nothing about its entry: the salt has 256 bits and is derived
 *    from a secret key.
 * 3. The leaf binds the code, and the root how many entries there are, root = H(0x07, u32 n, tree):
 *    so a code has one place in the tree, and one entry. By the tree alone it could have another
 *    one for each number of entries that is said: the node that is entry 1 of two is the parent of
 *    entry 1 of three. */
#include "types/dictionary.h"

#include "hash/domains.h"

#define DICTIONARY_MAGIC "zkl/dict"
#define DICTIONARY_VERSION 1

/* Four bytes, big-endian: codes of all dictionaries fit. */
void zkl_dictionary_salt(uint8_t out[static 32], const uint8_t key[static 32], uint32_t code)
{
    ZKL_ASSERT(code < ZKL_DICTIONARY_ENTRIES_MAX);
    uint8_t position[4];
    zkl_be32_put(position, code);
    zkl_prf_32(out, zkl_bytes_of(key, 32), ZKL_PRF_ENTRY, zkl_bytes_of(position, 4));
}

void zkl_dictionary_leaf(zkl_digest *out, zkl_hash_algorithm hash, const uint8_t salt[static 32],
                         uint32_t code, zkl_bytes entry)
{
    ZKL_ASSERT(code < ZKL_DICTIONARY_ENTRIES_MAX);
    const uint8_t prefix = ZKL_H_DICTIONARY_LEAF;
    uint8_t position[4];
    zkl_be32_put(position, code);
    const zkl_bytes parts[] = { zkl_bytes_of(&prefix, 1), zkl_bytes_of(salt, 32),
                                zkl_bytes_of(position, 4), entry };
    zkl_hash_parts(out, hash, parts, ZKL_COUNT(parts));
}

void zkl_dictionary_leaves(zkl_digest *out, zkl_hash_algorithm hash, const uint8_t key[static 32],
                           const zkl_bytes *entries, size_t entry_count)
{
    ZKL_ASSERT(entry_count <= ZKL_DICTIONARY_ENTRIES_MAX);
    uint8_t salt[32];
    for (size_t i = 0; i < entry_count; i++) {
        zkl_dictionary_salt(salt, key, (uint32_t)i);
        zkl_dictionary_leaf(&out[i], hash, salt, (uint32_t)i, entries[i]);
    }
    zkl_wipe(salt, sizeof salt);
}

/* Invariant 3. out may be tree. */
static void close_root(zkl_digest *out, zkl_hash_algorithm hash, const zkl_digest *tree,
                       size_t entry_count)
{
    const uint8_t prefix = ZKL_H_DICTIONARY_ROOT;
    uint8_t count[4];
    zkl_be32_put(count, (uint32_t)entry_count);
    const zkl_digest inner = *tree;
    const zkl_bytes parts[] = { zkl_bytes_of(&prefix, 1), zkl_bytes_of(count, 4),
                                zkl_bytes_of(inner.bytes, sizeof inner.bytes) };
    zkl_hash_parts(out, hash, parts, ZKL_COUNT(parts));
}

bool zkl_dictionary_opens(const zkl_dictionary_opening *opening, zkl_hash_algorithm hash,
                          zkl_bytes entry, const zkl_digest *root)
{
    zkl_digest leaf, found;
    if (opening->code >= opening->entry_count || opening->entry_count > ZKL_DICTIONARY_ENTRIES_MAX)
        return false;
    zkl_dictionary_leaf(&leaf, hash, opening->salt, opening->code, entry);
    const zkl_merkle_place place = { &leaf, opening->code, opening->entry_count };
    if (!zkl_merkle_path_root(&found, hash, ZKL_H_DICTIONARY_NODE, &place, opening->path,
                              opening->path_count))
        return false;
    close_root(&found, hash, &found, opening->entry_count);
    return zkl_digest_equal(&found, root);
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
    zkl_merkle_root(out, hash, ZKL_H_DICTIONARY_NODE, leaves, entry_count);
    close_root(out, hash, out, entry_count);
    return ZKL_OK;
}

zkl_status zkl_dictionary_open(zkl_dictionary_opening *out, zkl_arena *arena,
                               const zkl_dictionary_source *whole, uint32_t code, zkl_error *err)
{
    const size_t count = whole->entry_count;
    uint8_t *salt = zkl_arena_alloc(arena, 32, 1);
    zkl_digest *path = ZKL_ARENA_NEW(arena, zkl_digest, ZKL_MERKLE_PATH_MAX);
    ZKL_AUTO_BLOCK zkl_digest *leaves = zkl_malloc(count, sizeof *leaves);
    ZKL_ASSERT(code < count);
    if (!salt || !path || !leaves)
        return zkl_no_memory(err, count * sizeof *leaves);
    zkl_dictionary_salt(salt, whole->key, code);
    zkl_dictionary_leaves(leaves, whole->hash, whole->key, whole->entries, count);
    const size_t steps =
        zkl_merkle_path(path, whole->hash, ZKL_H_DICTIONARY_NODE, leaves, count, code);
    *out = (zkl_dictionary_opening){ code, (uint32_t)count, salt, path, steps };
    return ZKL_OK;
}

/* For each entry either its salt or its leaf: the reader computes the other leaves from the data
 * and the salts, and gets the same root. */
zkl_status zkl_dictionary_part_make(zkl_dictionary_part *out, zkl_arena *arena,
                                    const zkl_dictionary_source *whole, const uint8_t *present,
                                    zkl_error *err)
{
    const size_t count = whole->entry_count;
    uint8_t(*leaves)[32] = zkl_arena_alloc(arena, count, sizeof *leaves);
    if (!leaves)
        return zkl_no_memory(err, count * sizeof *leaves);
    ZKL_ASSERT(count <= ZKL_DICTIONARY_ENTRIES_MAX);
    for (size_t i = 0; i < count; i++) {
        zkl_digest leaf;
        zkl_dictionary_salt(leaves[i], whole->key, (uint32_t)i);
        if (zkl_dictionary_present(present, i))
            continue;
        zkl_dictionary_leaf(&leaf, whole->hash, leaves[i], (uint32_t)i, whole->entries[i]);
        memcpy(leaves[i], leaf.bytes, sizeof leaf.bytes);
    }
    *out = (zkl_dictionary_part){ count, present, (const uint8_t(*)[32])leaves };
    return ZKL_OK;
}

/* A leaf takes the place of each salt that is not to be shown. */
zkl_status zkl_dictionary_part_narrow(zkl_dictionary_part *out, zkl_arena *arena,
                                      zkl_hash_algorithm hash, const zkl_dictionary_part *part,
                                      const zkl_bytes *entries, const uint8_t *present,
                                      zkl_error *err)
{
    const size_t count = part->entry_count;
    uint8_t(*leaves)[32] = zkl_arena_alloc(arena, count, sizeof *leaves);
    if (!leaves)
        return zkl_no_memory(err, count * sizeof *leaves);
    for (size_t i = 0; i < count; i++) {
        const bool is_open = zkl_dictionary_present(part->present, i);
        zkl_digest leaf;
        ZKL_ASSERT(is_open || !zkl_dictionary_present(present, i));
        memcpy(leaves[i], part->leaves[i], sizeof leaves[i]);
        if (!is_open || zkl_dictionary_present(present, i))
            continue;
        zkl_dictionary_leaf(&leaf, hash, part->leaves[i], (uint32_t)i, entries[i]);
        memcpy(leaves[i], leaf.bytes, sizeof leaf.bytes);
    }
    *out = (zkl_dictionary_part){ count, present, (const uint8_t(*)[32])leaves };
    return ZKL_OK;
}

/* The other side of zkl_dictionary_part_make. A part that lies gives another root, which is what
 * the caller compares. */
zkl_status zkl_dictionary_part_root(zkl_digest *out, zkl_hash_algorithm hash,
                                    const zkl_dictionary_part *part, const zkl_bytes *entries,
                                    zkl_error *err)
{
    /* A data key with more entries was refused when it was parsed. */
    ZKL_ASSERT(part->entry_count <= ZKL_DICTIONARY_ENTRIES_MAX &&
               (part->leaves || !part->entry_count));
    ZKL_AUTO_BLOCK zkl_digest *leaves = zkl_malloc(part->entry_count, sizeof *leaves);
    if (!leaves)
        return zkl_no_memory(err, part->entry_count * sizeof *leaves);
    for (size_t i = 0; i < part->entry_count; i++)
        if (zkl_dictionary_present(part->present, i))
            zkl_dictionary_leaf(&leaves[i], hash, part->leaves[i], (uint32_t)i, entries[i]);
        else
            memcpy(leaves[i].bytes, part->leaves[i], sizeof leaves[i].bytes);
    zkl_merkle_root(out, hash, ZKL_H_DICTIONARY_NODE, leaves, part->entry_count);
    close_root(out, hash, out, part->entry_count);
    return ZKL_OK;
}

/* magic, u32 version, u32 count, field(entry) for each (docs/formats/dictionary.md). */
void zkl_dictionary_encode(zkl_buffer *out, const zkl_bytes *entries, size_t entry_count)
{
    ZKL_ASSERT(entry_count <= ZKL_DICTIONARY_ENTRIES_MAX);
    zkl_buffer_put_text(out, DICTIONARY_MAGIC);
    zkl_buffer_put_u32(out, DICTIONARY_VERSION);
    zkl_buffer_put_u32(out, (uint32_t)entry_count);
    for (size_t i = 0; i < entry_count; i++)
        zkl_buffer_put_field(out, entries[i].data, entries[i].size);
}

zkl_status zkl_dictionary_parse(zkl_bytes **entries, size_t *entry_count, zkl_arena *arena,
                                zkl_bytes bytes, zkl_error *err)
{
    zkl_reader reader = zkl_reader_of(bytes);
    size_t left = ZKL_DICTIONARY_BYTES_MAX;
    const zkl_bytes magic = zkl_reader_take(&reader, strlen(DICTIONARY_MAGIC), "magic");
    if (!reader.fault && memcmp(magic.data, DICTIONARY_MAGIC, magic.size) != 0)
        zkl_reader_fault(&reader, "magic (not a dictionary)");
    if (zkl_reader_u32(&reader, "version") != DICTIONARY_VERSION)
        zkl_reader_fault(&reader, "version (not 1)");
    const uint32_t count =
        zkl_reader_count(&reader, ZKL_DICTIONARY_ENTRIES_MAX, 4, "number of entries");
    /* After a fault the count is 0, so this takes no memory for a lie. */
    zkl_bytes *list = ZKL_ARENA_NEW(arena, zkl_bytes, count);
    if (!list)
        return zkl_no_memory(err, count * sizeof *list);
    /* `left` bounds all entries together: each may use what those before it left. */
    for (uint32_t i = 0; i < count && !reader.fault; i++) {
        list[i] = zkl_reader_field(&reader, left, "entry");
        ZKL_ASSERT(list[i].size <= left);
        left -= list[i].size;
        if (!reader.fault && i && zkl_bytes_compare(list[i - 1], list[i]) >= 0)
            zkl_reader_fault(&reader, "entry (out of order)");
    }
    ZKL_TRY(zkl_reader_finish(&reader, "dictionary", err));
    ZKL_ASSERT(count <= ZKL_DICTIONARY_ENTRIES_MAX);
    *entries = list;
    *entry_count = count;
    return ZKL_OK;
}
