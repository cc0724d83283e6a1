#pragma once
/* Consistency files: two signed checkpoints of a log, and the proof that the newer one's tree
 * begins with the older one's. docs/formats/consistency.md
 *
 * Behind the older checkpoint the file is, to the byte, what C2SP's tlog-witness calls the body of
 * add-checkpoint: a witness that has the older one takes it as it stands. */
#include "hash/merkle.h"
#include "record/checkpoint.h"

/* As tlog-witness has it: trees are below 2^63. */
#define ZKL_CONSISTENCY_PATH_MAX 63
#define ZKL_CONSISTENCY_BYTES_MAX (2 * ZKL_NOTE_BYTES_MAX + 8192)

typedef struct zkl_consistency {
    zkl_checkpoint before, after; /* before.size < after.size, of one origin */
    zkl_digest path[ZKL_CONSISTENCY_PATH_MAX];
    size_t path_count;
    zkl_bytes before_note, after_note; /* the checkpoints as they were signed */
} zkl_consistency;

/* Of before_note, after_note, before.size and the path; the rest follows from these. */
void zkl_consistency_encode(zkl_buffer *out, const zkl_consistency *consistency);
bool zkl_consistency_has_magic(zkl_bytes bytes);
/* Canonical bytes only. Neither signatures nor the path are checked. Borrows from bytes and arena.
 * ZKL_BAD_INPUT, ZKL_LIMIT. */
zkl_status zkl_consistency_parse(zkl_consistency *out, zkl_arena *arena, zkl_bytes bytes,
                                 zkl_error *err) ZKL_MUST_USE;
