#pragma once
/* Offline proofs as text (C2SP tlog-proof): index, inclusion path, checkpoint. The extra data is
 * not authenticated by anything. */
#include "record/checkpoint.h"
#include "hash/merkle.h"

#define ZKL_TLOG_PROOF_EXTRA_BYTES_MAX 65535
#define ZKL_TLOG_PROOF_BYTES_MAX (ZKL_NOTE_BYTES_MAX + 100000)

typedef struct zkl_tlog_proof {
    zkl_bytes extra; /* data NULL: no extra line */
    uint64_t index;
    zkl_digest path[ZKL_MERKLE_PATH_MAX];
    size_t path_count;
    zkl_bytes checkpoint; /* the signed note, verbatim */
} zkl_tlog_proof;

void zkl_tlog_proof_encode(zkl_buffer *out, const zkl_tlog_proof *proof);
/* Canonical bytes only; extra and checkpoint borrow from bytes and arena. Checks nothing but the
 * form. */
zkl_status zkl_tlog_proof_parse(zkl_tlog_proof *out, zkl_arena *arena, zkl_bytes bytes,
                                zkl_error *err) ZKL_MUST_USE;
/* Entry stands at the proof's index in the checkpoint's tree, and log_key signed the checkpoint. */
zkl_status zkl_tlog_proof_verify(const zkl_tlog_proof *proof, zkl_bytes entry,
                                 const zkl_verifier_key *log_key, zkl_error *err) ZKL_MUST_USE;
