#pragma once
/* Exports from a ledger. */
#include "ledger/ledger.h"
#include "verify/receipt.h"

/* Everything zkl_content_verify needs about one notarise or prove entry, from the store. */
typedef struct zkl_loaded_content {
    zkl_content content;
    zkl_entry entry;
    zkl_digest leaf;
    uint64_t *notarised_indexes; /* content.notarised_count: of a proof's parents */
    zkl_circuit_id *circuits;    /* content.key_count */
} zkl_loaded_content;
zkl_status zkl_ledger_load_content(zkl_ledger *ledger, zkl_loaded_content *out, zkl_arena *arena,
                                   uint64_t index, zkl_error *err) ZKL_MUST_USE;

/* The checkpoint that receipts of entries up to the one at index are under: one that witnesses
 * signed (ledger/cosigned.h), else the latest. Receipts that go together are built under one: that
 * of the last of their entries. Lives in arena. ZKL_NOT_FOUND: none covers the entry yet. */
typedef struct zkl_receipt_head {
    zkl_bytes note;
    zkl_checkpoint checkpoint;
} zkl_receipt_head;
zkl_status zkl_receipt_head_find(zkl_receipt_head *out, zkl_ledger *ledger, zkl_arena *arena,
                                 uint64_t index, zkl_error *err) ZKL_MUST_USE;

/* Receipt of the entry at index (notarise or prove) under its head, with its timestamps
 * (ledger/stamps.h). _under: under another head, which covers the entry (asserted).
 *
 * It holds manifest, statements, proofs, set-up and key entries, from the store's blobs. A
 * circuit's verification key (ZKL_GROTH16_VK_BYTES) is a blob too, staged with its set-up entry. */
zkl_status zkl_receipt_build(zkl_buffer *out, zkl_ledger *ledger, uint64_t index,
                             zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_receipt_build_under(zkl_buffer *out, zkl_ledger *ledger, uint64_t index,
                                   const zkl_receipt_head *head, zkl_error *err) ZKL_MUST_USE;
/* C2SP tlog-proof text; the entry's envelope itself; both under such a checkpoint. */
zkl_status zkl_export_tlog_proof(zkl_buffer *out, zkl_ledger *ledger, uint64_t index,
                                 zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_export_dsse(zkl_buffer *out, zkl_ledger *ledger, uint64_t index,
                           zkl_error *err) ZKL_MUST_USE;
