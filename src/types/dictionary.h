#pragma once
/* Dictionaries of string columns: at most 65,536 entries in byte order, the position is the code,
 * under a salted Merkle root (docs/proof-system.md section 9, "dictionary"). */
#include "base/arena.h"
#include "base/buffer.h"
#include "hash/merkle.h"

#define ZKL_DICTIONARY_ENTRIES_MAX 65536
#define ZKL_DICTIONARY_BYTES_MAX ((size_t)16 << 20) /* of one column's entries together */

/* key, here and below: first 32 bytes of PRF(owner secret, "dictionary", seed)
 * (keys/owner_secret.h). A secret. salt of an entry = first 32 bytes of PRF(key, "entry", u32
 * code). Shown with the entry it opens. */
void zkl_dictionary_salt(uint8_t out[static 32], const uint8_t key[static 32], uint32_t code);
/* H(0x05, salt, u32 code, entry). */
void zkl_dictionary_leaf(zkl_digest *out, zkl_hash_algorithm hash, const uint8_t salt[static 32],
                         uint32_t code, zkl_bytes entry);
/* All leaves, in code order. */
void zkl_dictionary_leaves(zkl_digest *out, zkl_hash_algorithm hash, const uint8_t key[static 32],
                           const zkl_bytes *entries, size_t entry_count);
/* Of the tree over the leaves and the number of entries: H(0x07, u32 n, tree). */
zkl_status zkl_dictionary_root(zkl_digest *out, zkl_hash_algorithm hash,
                               const uint8_t key[static 32], const zkl_bytes *entries,
                               size_t entry_count, zkl_error *err) ZKL_MUST_USE;

/* An entry as it is shown: with its salt and its path it stands under the root, at its code. */
typedef struct zkl_dictionary_opening {
    uint32_t code, entry_count;
    const uint8_t *salt; /* 32 bytes */
    const zkl_digest *path;
    size_t path_count;
} zkl_dictionary_opening;
/* Cost: as many hashes as the tree is high. */
bool zkl_dictionary_opens(const zkl_dictionary_opening *opening, zkl_hash_algorithm hash,
                          zkl_bytes entry, const zkl_digest *root);

/* A dictionary to a holder of data that do not have all of its entries (a later version may have
 * fewer): salts of those that they have, and of the others the leaf alone, which says nothing
 * without its salt. All zeros: a whole one. */
typedef struct zkl_dictionary_part {
    size_t entry_count;
    const uint8_t *present;      /* bit c % 8 of byte c / 8: entry c is in the data */
    const uint8_t (*leaves)[32]; /* one an entry: its salt when it is present, else its leaf */
} zkl_dictionary_part;
static inline bool zkl_dictionary_present(const uint8_t *present, size_t code)
{
    return present[code / 8] >> code % 8 & 1;
}
/* All that the leaves of a whole dictionary are made of. The key is a secret. */
typedef struct zkl_dictionary_source {
    zkl_hash_algorithm hash;
    const uint8_t *key; /* 32 bytes */
    const zkl_bytes *entries;
    size_t entry_count;
} zkl_dictionary_source;
/* Show the entry with this code. Cost: two hashes an entry, and the PRF. */
zkl_status zkl_dictionary_open(zkl_dictionary_opening *out, zkl_arena *arena,
                               const zkl_dictionary_source *whole, uint32_t code,
                               zkl_error *err) ZKL_MUST_USE;
/* present is kept; the rest goes to arena. */
zkl_status zkl_dictionary_part_make(zkl_dictionary_part *out, zkl_arena *arena,
                                    const zkl_dictionary_source *whole, const uint8_t *present,
                                    zkl_error *err) ZKL_MUST_USE;
/* The part with no salt but those of `present`: entries that are open in `part` and not among these
 * are closed. present is kept; the rest goes to arena.
 *
 * entries: one a code, those that are open filled. present: open ones alone (asserted). */
zkl_status zkl_dictionary_part_narrow(zkl_dictionary_part *out, zkl_arena *arena,
                                      zkl_hash_algorithm hash, const zkl_dictionary_part *part,
                                      const zkl_bytes *entries, const uint8_t *present,
                                      zkl_error *err) ZKL_MUST_USE;
/* entries: one a code, those that are present filled. */
zkl_status zkl_dictionary_part_root(zkl_digest *out, zkl_hash_algorithm hash,
                                    const zkl_dictionary_part *part, const zkl_bytes *entries,
                                    zkl_error *err) ZKL_MUST_USE;

/* All entries of a dictionary, by their codes. SECRET. */
typedef struct zkl_kept_dictionary {
    const zkl_bytes *entries; /* NULL: not known */
    size_t entry_count;
} zkl_kept_dictionary;

/* The entries in bytes, for the owner's own ledger (docs/formats/dictionary.md). SECRET: they are
 * values of the table. */
void zkl_dictionary_encode(zkl_buffer *out, const zkl_bytes *entries, size_t entry_count);
/* ZKL_BAD_INPUT for anything but such bytes: entries out of order or twice, too many or too long,
 * trailing bytes. Entries borrow from bytes. */
zkl_status zkl_dictionary_parse(zkl_bytes **entries, size_t *entry_count, zkl_arena *arena,
                                zkl_bytes bytes, zkl_error *err) ZKL_MUST_USE;
