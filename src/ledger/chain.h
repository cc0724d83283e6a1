#pragma once
/* The whole log again from its first entry. */
#include "ledger/ledger.h"

typedef struct zkl_chain_options {
    uint64_t from,
        to; /* entries whose content is looked at; to 0: the end. Structure is always checked whole */
    bool proofs; /* also verify every proof */
} zkl_chain_options;

typedef struct zkl_chain_report {
    uint64_t entry_count, checkpoint_count, blob_count, proof_count, dataset_count;
    uint64_t bad_index; /* the first entry that fails, when ZKL_REJECTED */
    bool proofs_checked;
} zkl_chain_report;

/* Every entry's form, signatures by keys that count at its index, references, parents, blob hashes,
 * versions; the tree and its consistency with every checkpoint ever signed, those that are kept
 * outside the store too (ledger/head.h); the store's indexes. ZKL_REJECTED names the first entry
 * that fails, or is missing. */
zkl_status zkl_ledger_verify_chain(zkl_ledger *ledger, const zkl_chain_options *options,
                                   zkl_chain_report *report, zkl_error *err) ZKL_MUST_USE;
