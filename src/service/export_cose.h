#pragma once
/* What the exports for readers of COSE share: receipts of entries. docs/formats/cose.md */
#include "service/export_format.h"

/* Append the receipt of the entry at this index, which is about a dataset version (ZKL_USAGE when
 * it is not). writer: open for writing, by the ledger's own keys.
 *
 * Errors: ZKL_NOT_FOUND: no checkpoint covers it yet. ZKL_REJECTED: it is not in the tree of the
 * newest one. Those of signing. */
zkl_status export_cose_receipt_put(zkl_buffer *out, zkl_ledger *writer, uint64_t index,
                                   zkl_error *err) ZKL_MUST_USE;
