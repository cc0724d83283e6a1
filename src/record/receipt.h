#pragma once
/* Receipt (.zkl): everything an offline verifier needs besides what it trusts.
 * docs/formats/receipt.md
 *
 *  1. Every byte is either covered by the checkpoint (through hashes), by a signature, or by the
 *     trailing hash; and every byte that is covered by the trailing hash alone is checked against
 *     something that is not.
 *  2. Source blocks of statements are left out and put back from the manifest, so t0 is recomputed
 *     over them.
 *  3. What nobody here can check is said to be unchecked, and nothing of it is shown: lines of
 *     unknown witnesses under the checkpoint, and timestamps of unknown clocks. */
#include "record/checkpoint.h"
#include "record/entry.h"
#include "record/manifest.h"
#include "record/timestamp.h"
#include "record/tlog_proof.h"
#include "record/trust.h"
#include "proof/groth16.h"
#include "proof/srs.h"

#define ZKL_RECEIPT_BYTES_MAX ((size_t)1 << 30)
#define ZKL_RECEIPT_MANIFESTS_MAX 64
#define ZKL_RECEIPT_KEYS_MAX 64
/* Those of an entry, and of each notarisation that it rests on. */
#define ZKL_RECEIPT_STATEMENTS_MAX ((1 + ZKL_ENTRY_PARENTS_MAX) * ZKL_ENTRY_STATEMENTS_MAX)
#define ZKL_RECEIPT_ENTRIES_MAX 4096
#define ZKL_RECEIPT_PROOF_BYTES_MAX 65536
#define ZKL_RECEIPT_TIMESTAMPS_MAX 8

/* An entry with its place in the log. */
typedef struct zkl_logged_entry {
    zkl_bytes envelope;
    uint64_t index;
    const zkl_digest *path; /* inclusion in the receipt's checkpoint */
    size_t path_count;
} zkl_logged_entry;

typedef struct zkl_receipt_key {
    zkl_bytes circuit; /* "F22" */
    zkl_bytes key;     /* ZKL_GROTH16_VK_BYTES */
} zkl_receipt_key;

typedef struct zkl_receipt_statement {
    zkl_bytes compact; /* the statement with the auxiliary blocks alone */
    zkl_bytes proof;
} zkl_receipt_statement;

typedef struct zkl_receipt {
    zkl_logged_entry entry;     /* notarise or prove */
    const zkl_bytes *manifests; /* the subject's, then those of a proof's other parents */
    size_t manifest_count;
    zkl_bytes powers;            /* ZKL_SRS_VERIFIER_BYTES */
    const zkl_receipt_key *keys; /* those the statements name; none twice */
    size_t key_count;
    const zkl_receipt_statement
        *statements; /* of entry, in its order; then of each of its parents */
    size_t statement_count;
    const zkl_logged_entry *others; /* set-up, key and (for prove) notarise entries, by index */
    size_t other_count;
    zkl_bytes checkpoint; /* the signed note */
    /* Tokens over entry, rising by their bytes: no two are the same. None: version 1. */
    const zkl_bytes *timestamps;
    size_t timestamp_count;
} zkl_receipt;

zkl_status zkl_receipt_encode(zkl_buffer *out, const zkl_receipt *receipt,
                              zkl_error *err) ZKL_MUST_USE;
/* A token put in its place among those of a receipt; the array lives in arena. One that is there
 * already changes nothing. ZKL_LIMIT. */
zkl_status zkl_receipt_add_timestamp(zkl_receipt *receipt, zkl_arena *arena, zkl_bytes token,
                                     zkl_error *err) ZKL_MUST_USE;
bool zkl_receipt_has_magic(zkl_bytes bytes); /* it begins as receipts do, of any version */
/* Form, limits and trailing hash; borrows from bytes and arena. ZKL_BAD_INPUT. */
zkl_status zkl_receipt_parse(zkl_receipt *out, zkl_arena *arena, zkl_bytes bytes,
                             zkl_error *err) ZKL_MUST_USE;

/* A statement without its source blocks, and back. manifest: by dataset id; ZKL_REJECTED when a
 * source table is of none of them or does not fit. */
zkl_status zkl_statement_strip(zkl_buffer *out, zkl_bytes statement, zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_statement_restore(zkl_buffer *out, zkl_bytes compact, const zkl_known_table *known,
                                 size_t known_count, zkl_error *err) ZKL_MUST_USE;
