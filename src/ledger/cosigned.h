#pragma once
/* Cosignatures of a ledger's checkpoints, in its store: under `cosigned/` by the tree's size. No
 * entry refers to them. docs/formats/checkpoint.md, "Witnesses" */
#include "ledger/ledger.h"

/* A checkpoint with the lines of its witnesses. */
typedef struct zkl_cosigned_checkpoint {
    uint64_t size;
    zkl_bytes note; /* the log's line, then theirs */
    size_t line_count;
} zkl_cosigned_checkpoint;

/* The checkpoint that a receipt of the entry at index is exported under, of those that cover it and
 * are signed by the log key that counted for their last entry: one by the key that counts now, if
 * there is any; of those the one with most witnesses; of several the newest. Lives in arena.
 * ZKL_NOT_FOUND: there is none. ZKL_REJECTED: the store is damaged. */
zkl_status zkl_cosigned_find(zkl_cosigned_checkpoint *out, zkl_ledger *ledger, zkl_arena *arena,
                             uint64_t index, zkl_error *err) ZKL_MUST_USE;

/* The checkpoint of this size, if it is signed by the log key that counted for its last entry and a
 * witness signed it. Otherwise as above. */
zkl_status zkl_cosigned_at(zkl_cosigned_checkpoint *out, zkl_ledger *ledger, zkl_arena *arena,
                           uint64_t size, zkl_error *err) ZKL_MUST_USE;

/* A witness that signed, and the largest tree that it signed. */
typedef struct zkl_known_witness {
    zkl_verifier_key key;
    uint64_t size;
} zkl_known_witness;
#define ZKL_KNOWN_WITNESSES_MAX 256
/* All that ever signed a checkpoint of this ledger, by what is stored. Lives in arena. */
zkl_status zkl_cosigned_witnesses(zkl_known_witness **out, size_t *count, zkl_ledger *ledger,
                                  zkl_arena *arena, zkl_error *err) ZKL_MUST_USE;

/* A cosignature that was verified. */
typedef struct zkl_new_cosignature {
    zkl_bytes note; /* the ledger's checkpoint that it is of, as the log stored it */
    uint64_t size;
    const zkl_verifier_key *key;
    zkl_bytes signature; /* behind the key hash */
} zkl_new_cosignature;
/* Store it, in the place of an older one by the same key. Takes the writer's lock of handle for the
 * moment. ZKL_LIMIT: a note has no room for more lines. */
zkl_status zkl_cosigned_add(zkl_ledger *handle, const zkl_new_cosignature *fresh,
                            const zkl_env *env, zkl_error *err) ZKL_MUST_USE;
