#pragma once
/* Names of things (docs/formats/entry.md): ledger, dataset, receipt and proof statement ids,
 * dataset names. */
#include "base/buffer.h"
#include "base/bytes.h"
#include "hash/hash.h"

#define ZKL_DATASET_NAME_BYTES_MAX 128
#define ZKL_DATASET_VERSION_MAX 999999999u

/* SHA3-256("zkl/v1/ledger" 0x00, the first log verifier key's string). */
void zkl_ledger_id(zkl_digest *out, zkl_bytes first_log_key);
/* SHA3-256 of the manifest's bytes. */
void zkl_dataset_id(zkl_digest *out, zkl_bytes manifest);
/* The receipt id is the entry's RFC 6962 leaf hash: zkl_rfc6962_leaf. */

/* ASCII letters, digits, '.', '_', '-', the first a letter, digit or '_'; 1 to
 * ZKL_DATASET_NAME_BYTES_MAX. */
bool zkl_dataset_name_valid(zkl_bytes name);
/* "NAME@VERSION", or "NAME" alone: then *version is 0. name borrows from text. */
zkl_status zkl_dataset_ref_parse(zkl_bytes *name, uint32_t *version, zkl_bytes text,
                                 zkl_error *err) ZKL_MUST_USE;
/* The index of an entry in the log: digits, without a leading zero. */
bool zkl_entry_index_parse(uint64_t *out, zkl_bytes text);
/* A version's own spelling: no sign, no leading zero, 1 to ZKL_DATASET_VERSION_MAX. */
bool zkl_version_parse(uint32_t *out, zkl_bytes text);
