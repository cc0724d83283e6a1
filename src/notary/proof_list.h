#pragma once
/* The statements and proofs of a plan, and what an entry says of them. */
#include "record/entry.h"
#include "notary/circuit_keys.h"
#include "notary/table_manifest.h"
#include "verify/receipt.h"

typedef struct zkl_made_proof {
    /* compact: the statement without what the manifest says too, as a receipt has it. */
    zkl_buffer statement, proof, compact;
    /* Seconds. */
    double commit_s, argument_s, opening_s, groth16_s;
    /* A run before had made it. */
    bool is_resumed;
} zkl_made_proof;

/* One of each statement of the plan, in its order. */
typedef struct zkl_proof_list {
    zkl_arena memory;
    zkl_made_proof *items;
    size_t count;
} zkl_proof_list;
void zkl_proof_list_clear(zkl_proof_list *list);

/* Where finished proofs are kept, for a run that is cut off. Of all zeros: nowhere. What is found
 * is checked as all proofs are, before it is recorded. On the calling thread. */
typedef struct zkl_proof_store {
    void *opaque;
    /* of: the dataset and its claims, as bytes. Borrowed from the store; false: not kept. */
    bool (*find)(void *opaque, zkl_bytes of, zkl_bytes *statement, zkl_bytes *proof);
    void (*put)(void *opaque, zkl_bytes of, zkl_bytes statement, zkl_bytes proof);
} zkl_proof_store;

/* committed: each of the plan's tables, in its order. store NULL: nothing is kept. One proof after
 * the other: each uses all workers, and memory is that of one. Cells are in memory only while their
 * proof is made. ZKL_CANCELLED by the notary's env. */
zkl_status zkl_proof_list_make(zkl_proof_list *out, const zkl_proof_plan *plan,
                               const zkl_committed_table *committed, const zkl_notary *notary,
                               const zkl_proof_store *store, zkl_error *err) ZKL_MUST_USE;

/* Seconds of the proofs, by stage. */
void zkl_proof_list_add_times(zkl_stage_times *times, const zkl_proof_list *list);

/* What an entry says of a statement before it is proven: claims and circuit, the digests zero.
 * Lives in memory. */
zkl_status zkl_entry_statement_foresee(zkl_entry_statement *out, zkl_arena *memory,
                                       const zkl_planned_statement *planned,
                                       zkl_error *err) ZKL_MUST_USE;
/* What an entry says of a statement, but for the two hashes of its blobs. Lives in memory. */
zkl_status zkl_entry_statement_of(zkl_entry_statement *out, zkl_arena *memory,
                                  const zkl_planned_statement *planned, zkl_bytes statement,
                                  zkl_error *err) ZKL_MUST_USE;

/* What is about to be recorded. All borrowed. */
typedef struct zkl_draft {
    const zkl_entry *entry;
    /* Of claims added later: the notarisations that they rest on, as a receipt has each; the one
     * that they are about first. 0: entry is one. */
    const zkl_content *const *notarised;
    size_t notarised_count;
    /* Of the dataset that the entry is about. */
    zkl_bytes manifest, powers;
    const zkl_proof_list *proofs;
    const zkl_proof_plan *plan;
    const zkl_circuit_keys *circuits;
} zkl_draft;
/* The verifier's code on the very bytes that will be logged, as a stranger will see them. out lives
 * in memory: the words of its claims say what was proven. ZKL_REJECTED is a mistake of ours:
 * nothing may be recorded then. */
zkl_status zkl_draft_check(zkl_verified *out, zkl_arena *memory, const zkl_draft *draft,
                           const zkl_notary *notary, zkl_error *err) ZKL_MUST_USE;
