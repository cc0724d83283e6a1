#pragma once
/* What a witness is asked: a checkpoint, and the proof that its tree extends the one that the
 * witness signed last. The body of C2SP tlog-witness' add-checkpoint. docs/formats/checkpoint.md */
#include "hash/merkle.h"
#include "record/checkpoint.h"

#define ZKL_COSIGN_PATH_MAX 63 /* as C2SP has it: enough for every tree below 2^63 */
#define ZKL_COSIGN_REQUEST_BYTES_MAX (ZKL_NOTE_BYTES_MAX + 64 + ZKL_COSIGN_PATH_MAX * 45)

typedef struct zkl_cosign_request {
    uint64_t old_size; /* of the tree that the witness signed last; 0: none */
    zkl_digest path[ZKL_MERKLE_PATH_MAX];
    size_t path_count; /* at most ZKL_COSIGN_PATH_MAX */
    zkl_bytes note;    /* the checkpoint; borrowed */
    zkl_checkpoint checkpoint;
} zkl_cosign_request;

/* "old N\n", a digest a line, "\n", the note. */
void zkl_cosign_request_encode(zkl_buffer *out, const zkl_cosign_request *request);
/* Canonical bytes only: ZKL_BAD_INPUT, ZKL_LIMIT. No signature and no path is checked, but that
 * old_size is not above the checkpoint's. Borrows from bytes and arena. */
zkl_status zkl_cosign_request_parse(zkl_cosign_request *out, zkl_arena *arena, zkl_bytes bytes,
                                    zkl_error *err) ZKL_MUST_USE;

/* A witness's answer: signature lines alone, or a whole note that ends in such. Borrows from bytes
 * and arena; text is not looked at. */
zkl_status zkl_cosignatures_parse(zkl_note *out, zkl_arena *arena, zkl_bytes bytes,
                                  zkl_error *err) ZKL_MUST_USE;
