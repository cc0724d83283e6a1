#pragma once
/* Dictionaries of string columns: at most 65,536 entries in byte order, the position is the code, under a salted
 * Merkle root (docs/proof-system.md section 9, "dictionary"). */
#include "hash/merkle.h"

#define ZKL_DICTIONARY_ENTRIES_MAX 65536

/* key = first 32 bytes of PRF(owner secret, "dictionary", seed). A secret. */
void zkl_dictionary_key(uint8_t out[static 32], const uint8_t owner_secret[static 32],
                        const zkl_digest *seed);
/* salt of an entry = first 32 bytes of PRF(key, "entry", u32 code). Shown with the entry it opens. */
void zkl_dictionary_salt(uint8_t out[static 32], const uint8_t key[static 32], uint32_t code);
/* H(0x05, salt, u32 code, entry). */
void zkl_dictionary_leaf(zkl_digest *out, zkl_hash_algorithm hash, const uint8_t salt[static 32],
                         uint32_t code, zkl_bytes entry);
/* All leaves, in code order. */
void zkl_dictionary_leaves(zkl_digest *out, zkl_hash_algorithm hash, const uint8_t key[static 32],
                           const zkl_bytes *entries, size_t entry_count);
/* Node prefix of the tree over the leaves. */
#define ZKL_DICTIONARY_NODE 0x06
zkl_status zkl_dictionary_root(zkl_digest *out, zkl_hash_algorithm hash,
                               const uint8_t key[static 32], const zkl_bytes *entries,
                               size_t entry_count, zkl_error *err) ZKL_MUST_USE;
