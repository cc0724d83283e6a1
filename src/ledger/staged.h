#pragma once
/* What a writer knows of the batch that it stages: where in it a key is, and which references were
 * found to hold. Both only save looking: without them every key is searched from the end of the
 * batch, and a notarisation that thousands of entries rest on is read and proven thousands of
 * times.
 *
 *  1. What was found to hold rests on the log, which only grows, and on what is staged in front of
 *     it. When anything staged is taken back, all of it is forgotten.
 *  2. Keys come from outside (names): the table is under a SipHash key of its own. Without memory
 *     or a key there is no table, and the batch is searched: slower, with the same answer. */
#include "hash/hash.h"
#include "hash/siphash.h"
#include "storage/storage.h"

#define ZKL_STAGED_REFERENCES 64

typedef struct zkl_staged_index {
    uint32_t *slots;   /* number of a change and 1; 0: empty */
    size_t slot_count; /* a power of two, or 0 */
    size_t indexed;    /* the changes in front of this one are in it */
    zkl_siphash_key key;
    bool has_key;
    zkl_digest references[ZKL_STAGED_REFERENCES]; /* by their first byte; zeros: none */
} zkl_staged_index;

/* The latest change of a key in the batch; NULL: there is none. The batch is the one that it was
 * asked of before, with more changes perhaps. */
const zkl_batch_change *zkl_staged_find(zkl_staged_index *index, const zkl_batch *batch,
                                        zkl_bytes key);
/* A reference, by a hash of all that it says. */
bool zkl_staged_holds(const zkl_staged_index *index, const zkl_digest *reference);
void zkl_staged_note(zkl_staged_index *index, const zkl_digest *reference);

/* Before a batch is truncated or cleared without having been committed. */
void zkl_staged_forget(zkl_staged_index *index);
/* Before one is cleared that was committed: what was found to hold does so. */
void zkl_staged_committed(zkl_staged_index *index);
void zkl_staged_clear(zkl_staged_index *index);
