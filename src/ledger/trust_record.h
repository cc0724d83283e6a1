#pragma once
/* What a ledger says of its own trust, as its store holds it: signed by the log key that counts, so
 * that whoever can write to the store cannot change what is trusted. docs/formats/trust.md, "In the
 * store"
 *
 * The record's signature binds its policy (how the powers of tau were made, development, circuits,
 * witnesses). Its keys follow from the log's entries: whoever opens a ledger follows the log keys
 * from the first one (ledger.c). */
#include "keys/signer.h"
#include "record/trust.h"

#define ZKL_TRUST_RECORD_BYTES_MAX (ZKL_TRUST_BYTES_MAX + 256)

/* The log key that still counts; NULL when the trust names none. */
const zkl_verifier_key *zkl_trust_newest_log_key(const zkl_trust *trust);

/* Append the record. ZKL_BAD_INPUT when log_signer's key is not the trust's newest log key. */
zkl_status zkl_trust_record_seal(zkl_buffer *out, const zkl_trust *trust,
                                 const zkl_signer *log_signer, zkl_error *err) ZKL_MUST_USE;

/* Form and signature, by the log key that the record itself calls the newest. ZKL_NOT_SUPPORTED: an
 * unsigned record, as version 0.1 wrote them. ZKL_REJECTED: a false signature. ZKL_BAD_INPUT: no
 * record. Copies to arena. */
zkl_status zkl_trust_record_open(zkl_trust *out, zkl_arena *arena, zkl_bytes bytes,
                                 zkl_error *err) ZKL_MUST_USE;
