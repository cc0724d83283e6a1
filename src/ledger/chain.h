#pragma once
/* The whole log again from its first entry. */
#include "ledger/ledger.h"

/* For a caller that wants the result of every entry, and not the first fault alone. */
typedef struct zkl_chain_judge {
    void *context;
    /* Need the proofs of this entry not be verified, since they were before or nobody asks? Asked
     * of entries that stand under keys that count, whose references hold. */
    bool (*skips_proofs)(void *context, uint64_t index, const zkl_entry *entry,
                         const zkl_digest *leaf);
    /* Each entry once, in order. leaf: of its bytes, as the tree has it. fault: what does not hold;
     * NULL: all of it holds. proof_count: proofs that were verified now. */
    void (*judged)(void *context, uint64_t index, const zkl_digest *leaf, const zkl_error *fault,
                   size_t proof_count);
} zkl_chain_judge;

typedef struct zkl_chain_options {
    uint64_t from,
        to; /* entries whose content is looked at; to 0: the end. Structure is always checked whole */
    bool proofs; /* also verify every proof */
    /* Begin behind what this user's walk has verified before, and remember what this one has, when
     * all of it holds (ledger/chain_known.h). Entries before are read and hashed, with the tree,
     * checkpoints and indexes of them. Not with from, to or a judge (asserted). With proofs only
     * what was verified with proofs counts. */
    bool remember;
    bool fresh; /* remember alone: begin with the first entry. The log goes on from the one that was
                   verified before all the same, or is ZKL_REJECTED */
    /* NULL: the walk ends at the first entry that fails. With a judge it goes on behind one whose
     * bytes are those that were logged, and fails at its end. */
    const zkl_chain_judge *judge;
} zkl_chain_options;

typedef struct zkl_chain_report {
    uint64_t entry_count, checkpoint_count, blob_count, proof_count, dataset_count;
    uint64_t bad_index; /* the first entry that fails, when ZKL_REJECTED */
    bool proofs_checked;
    /* Of entry_count, and of checkpoint_count: those verified before, and compared now. */
    uint64_t known_count, known_checkpoint_count;
    bool known_has_proofs; /* those were verified with their proofs */
    bool remembered;       /* what was verified is kept for the next walk */
} zkl_chain_report;

/* Every entry's form, signatures by keys that count at its index, references, parents, blob hashes,
 * versions; the tree and its consistency with every checkpoint ever signed, those that are kept
 * outside the store too (ledger/head.h); the store's indexes. ZKL_REJECTED names the first entry
 * that fails, or is missing. */
zkl_status zkl_ledger_verify_chain(zkl_ledger *ledger, const zkl_chain_options *options,
                                   zkl_chain_report *report, zkl_error *err) ZKL_MUST_USE;

/* The leaves of the first `count` entries, which a walk over this ledger saw hold. Entries that are
 * read from now on are compared with them, and not with the tree, which takes a reading of the
 * store for each level of it. Borrowed until the ledger is closed. */
void zkl_ledger_use_leaves(zkl_ledger *ledger, const zkl_digest *leaves, uint64_t count);
