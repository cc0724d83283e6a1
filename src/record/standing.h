#pragma once
/* Standings: an owner's signed word of what his log holds about a dataset, up to a checkpoint.
 * docs/formats/standing.md
 *
 *  1. It lists every entry about the name. That none is missing is its signer's word, which whoever
 *     has the log's entries can compare (verify/standing.h).
 *  2. It carries the checkpoint, so that what it speaks of is one tree, and its signer is bound to
 *     that. The payload type keeps its signature apart from those of entries. */
#include "record/checkpoint.h"
#include "record/entry.h"

#define ZKL_STANDING_BYTES_MAX ((size_t)1 << 22)
#define ZKL_STANDING_ENTRIES_MAX 8192
#define ZKL_DSSE_TYPE_STANDING "application/vnd.zkp-ledger.standing+json"

/* An entry about the dataset, as the log has it. */
typedef struct zkl_standing_entry {
    uint64_t index;
    zkl_digest receipt;  /* its leaf */
    zkl_entry_kind kind; /* one that is about a dataset */
    uint32_t version;
    int64_t time_ms;         /* its signer's word */
    const zkl_bytes *claims; /* texts, in the entry's order */
    size_t claim_count;
    zkl_bytes reason; /* of a withdrawal; of others empty */
} zkl_standing_entry;

typedef struct zkl_standing {
    zkl_digest ledger;
    zkl_bytes name;
    int64_t time_ms; /* the signer's word */
    zkl_bytes note;  /* the signed checkpoint */
    zkl_checkpoint checkpoint;
    const zkl_standing_entry *entries; /* ascending by index, below the checkpoint's size */
    size_t entry_count;
} zkl_standing;

/* What a standing says of an entry that is about its dataset (asserted). Borrows from entry;
 * claims live in arena. */
zkl_status zkl_standing_entry_of(zkl_standing_entry *out, zkl_arena *arena, const zkl_entry *entry,
                                 uint64_t index, const zkl_digest *leaf,
                                 zkl_error *err) ZKL_MUST_USE;
bool zkl_standing_entry_equal(const zkl_standing_entry *a, const zkl_standing_entry *b);

/* The payload. `checkpoint` is not written: it follows from note. */
zkl_status zkl_standing_encode(zkl_buffer *out, const zkl_standing *standing,
                               zkl_error *err) ZKL_MUST_USE;
/* Canonical bytes only. Checks no signature. Borrows from arena alone. ZKL_BAD_INPUT, ZKL_LIMIT. */
zkl_status zkl_standing_parse(zkl_standing *out, zkl_arena *arena, zkl_bytes payload,
                              zkl_error *err) ZKL_MUST_USE;
