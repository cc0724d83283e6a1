#pragma once
/* COSE Receipts (RFC 9942): that an entry is in the log, signed for readers of COSE.
 *
 * What is signed is "Signature1" with the root of the tree at tree_size: another message than a
 * checkpoint, which is text, and than an envelope, which begins with "DSSEv1". So no signature of
 * one is one of another. */
#include "hash/merkle.h"
#include "keys/signer.h"

typedef struct zkl_cose_receipt {
    /* The log's name: who issues it. */
    const char *origin;
    /* What the entry is about. */
    const char *subject;
    uint64_t tree_size, index;
    /* From the leaf to the root: at least one. */
    const zkl_digest *path;
    size_t path_count;
    /* It is not in the receipt: a verifier computes it. */
    zkl_digest root;
} zkl_cose_receipt;

/* Append the receipt, a tagged COSE_Sign1: protected alg (EdDSA), kid (the key's digest), CWT
 * claims (issuer and subject) and vds (RFC9162_SHA256); unprotected vdp with the one inclusion
 * proof; the payload detached.
 *
 * signer: the log's; Ed25519 (asserted).
 *
 * Errors: ZKL_NO_MEMORY, and what the signer's backend says. */
zkl_status zkl_cose_receipt_sign(zkl_buffer *out, const zkl_cose_receipt *receipt,
                                 const zkl_signer *signer, zkl_error *err) ZKL_MUST_USE;
