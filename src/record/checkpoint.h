#pragma once
/* Checkpoints (C2SP tlog-checkpoint): a signed note whose text is
 * "origin\nsize\nbase64(root)\n". */
#include "record/note.h"

/* Sizes of trees are below 2^63. */
#define ZKL_LOG_SIZE_MAX ((uint64_t)INT64_MAX)

typedef struct zkl_checkpoint {
    zkl_bytes origin; /* borrowed from the parsed bytes */
    uint64_t size;
    zkl_digest root;
    zkl_note note;
} zkl_checkpoint;

/* The note's text. origin: a valid note name (zkl_note_name_valid; asserted). */
void zkl_checkpoint_encode_text(zkl_buffer *out, const char *origin, uint64_t size,
                                const zkl_digest *root);
/* Canonical bytes only. Extension lines are refused (ZKL_NOT_SUPPORTED): this project writes none.
 * Checks no signature. Borrows from bytes and arena. */
zkl_status zkl_checkpoint_parse(zkl_checkpoint *out, zkl_arena *arena, zkl_bytes bytes,
                                zkl_error *err) ZKL_MUST_USE;
/* The origin is the key's name, and the key's line verifies. Statuses as zkl_note_verify. */
zkl_status zkl_checkpoint_verify(const zkl_checkpoint *checkpoint, const zkl_verifier_key *log_key,
                                 zkl_error *err) ZKL_MUST_USE;
/* Are two keys one witness? One key is, whatever its names, and so is one name, whatever its keys:
 * it may sign with two for a while, of one algorithm or of two. */
bool zkl_same_witness(const zkl_verifier_key *a, const zkl_verifier_key *b);
/* At least quorum of the witnesses have a cosignature line that verifies. A false line of a known
 * witness is ZKL_REJECTED; too few is ZKL_UNCHECKED. A line of an algorithm that libcrypto has not
 * counts for nothing. *count (may be NULL): how many verified. */
zkl_status zkl_checkpoint_verify_witnesses(const zkl_checkpoint *checkpoint,
                                           const zkl_verifier_key *witnesses, size_t witness_count,
                                           size_t quorum, size_t *count,
                                           zkl_error *err) ZKL_MUST_USE;
