#pragma once
/* What is signed and exchanged, signed: envelopes and entries, notes, checkpoints, cosignatures.
 * Their forms, and how they are verified, are in src/record; this is the half that the verifier
 * does not have.
 *
 * Errors of every call: ZKL_NO_MEMORY, and what the signer's backend says. After a failure out
 * holds nothing to be used. Threads: any; of one out only one. */
#include "keys/signer.h"
#include "record/checkpoint.h"
#include "record/dsse.h"

/* A signature of an entry's envelope or statement, over signed_bytes (zkl_dsse_pae,
 * zkl_cose_put_signed). */
zkl_status zkl_dsse_signature_make(zkl_dsse_signature *out, const zkl_signer *signer,
                                   zkl_bytes signed_bytes, zkl_error *err) ZKL_MUST_USE;
/* An envelope, signed by every signer, in their order: 1 to ZKL_DSSE_SIGNATURES_MAX (asserted).
 * type: printable ASCII without quote and backslash (asserted). An envelope above
 * ZKL_DSSE_BYTES_MAX is ZKL_LIMIT, naming the limit. */
zkl_status zkl_dsse_sign(zkl_buffer *out, const char *payload_type, zkl_bytes payload,
                         const zkl_signer *const *signers, size_t signer_count,
                         zkl_error *err) ZKL_MUST_USE;
/* The entry as payload of such an envelope, or of a COSE statement where its kind is one (one
 * signer, asserted; ZKL_NOT_SUPPORTED when its key is not Ed25519). Errors: those of
 * zkl_entry_encode too. */
zkl_status zkl_entry_sign(zkl_buffer *envelope, const zkl_entry *entry,
                          const zkl_signer *const *signers, size_t signer_count,
                          zkl_error *err) ZKL_MUST_USE;

/* Append the line of a note by signer, which signs text under name. Ed25519 only: ZKL_BAD_INPUT. */
zkl_status zkl_note_sign(zkl_buffer *out, zkl_bytes text, const char *name,
                         const zkl_signer *signer, zkl_error *err) ZKL_MUST_USE;
/* Append a witness's line, said at time_s (seconds since 1970, below 2^63; asserted). */
zkl_status zkl_note_cosign(zkl_buffer *out, zkl_bytes text, const char *name, uint64_t time_s,
                           const zkl_signer *signer, zkl_error *err) ZKL_MUST_USE;
/* Text and the log's own signature line, under the origin as key name. */
zkl_status zkl_checkpoint_sign(zkl_buffer *out, const char *origin, uint64_t size,
                               const zkl_digest *root, const zkl_signer *signer,
                               zkl_error *err) ZKL_MUST_USE;
