#pragma once
/* What the two orders of the steps of notary.h share: notarising a table, and adding claims to one
 * that was notarised before. A desk to work at, what can be foreseen of a plan, and the way from
 * proofs to a logged entry. */
#include "notary/proof_list.h"
#include "service/service_internal.h"

/* The ledger that an operation works in, and its owner's secret. */
typedef struct service_desk {
    /* NULL, as ledger is: a dry run in no ledger. */
    zkl_ledger *handle;
    /* A view of it. */
    zkl_ledger *ledger;
    /* What is to be recorded. Of a dry run all zeros. */
    zkl_change change;
    zkl_owner_secret *owner;
} service_desk;
/* A dry run takes no lock, and without a ledger it draws the secret that salts what it forgets.
 * Otherwise the lock is held for this moment, and again when the change is placed. */
zkl_status service_desk_open(service_desk *desk, zkl_ledger *handle, bool dry_run,
                             const zkl_env *env, zkl_error *err) ZKL_MUST_USE;
/* What was gathered and not placed is dropped. */
void service_desk_clear(service_desk *desk);

/* Powers of four: a circuit each. 0: the usual. ZKL_USAGE for another number. */
zkl_status service_check_leaf_blocks(size_t leaf_blocks_max, zkl_error *err) ZKL_MUST_USE;
/* The receipt has a place, and overwrites nothing that is read. handle: NULL without a ledger. */
zkl_status service_check_receipt_apart(const char *receipt_path, const service_files *files,
                                       const char *const *texts, size_t text_count,
                                       const zkl_ledger *handle, zkl_error *err) ZKL_MUST_USE;

/* What is known of a plan before it is proven: claims in words, statements, time and size. blocks:
 * that are read and committed for it. receipt_rest: bytes of its receipt besides the plan's
 * statements and their keys. */
zkl_status service_foresee(zkl_notarize_result *out, const zkl_proof_plan *plan, size_t blocks,
                           size_t receipt_rest, zkl_error *err) ZKL_MUST_USE;
/* Of a notarisation of this table. */
size_t service_receipt_rest(const zkl_table_facts *facts);

/* Whether an entry has room for the plan's claims, before anything is proven. entry: kind, parents,
 * name, version and files are filled in. ZKL_LIMIT: it has not. */
zkl_status service_check_room(const zkl_entry *entry, const zkl_proof_plan *plan,
                              zkl_error *err) ZKL_MUST_USE;

/* Of the claims that are planned, those that an entry has room for, from the first on. */
typedef struct service_fit {
    size_t kept, left;
    /* That an entry of all of them would have: more than an entry may, where some are left. */
    size_t bytes_of_all;
} service_fit;
/* Take the others out of the plan: they go into an entry behind this one. Errors: those of
 * service_check_room, where not one has room. */
zkl_status service_fit_claims(service_fit *out, const zkl_entry *entry, zkl_proof_plan *plan,
                              const zkl_claim_list *claims, zkl_error *err) ZKL_MUST_USE;

/* What was recorded behind `out` goes into it: claims, statements and entries. */
zkl_status service_take_added(zkl_notarize_result *out, const zkl_notarize_result *more,
                              zkl_error *err) ZKL_MUST_USE;

/* Proofs about a dataset, to be recorded. All borrowed. */
typedef struct service_proofs {
    service_desk *desk;
    const zkl_notary *notary;
    const zkl_proof_plan *plan;
    const zkl_circuit_keys *circuits;
    /* Of the dataset. */
    zkl_bytes manifest;
    const zkl_proof_list *proofs;
    /* 0: the entry is a notarisation. Else what it rests on, as zkl_draft has it. */
    const zkl_content *const *notarised;
    size_t notarised_count;
    /* NULL: no clock stamps the entry. */
    const char *timestamp_url;
} service_proofs;
/* Gather the set-ups, the blobs of statements and proofs, and the entry, signed. Then check it as a
 * stranger would, and take the claims' words from what was verified. entry: all but ledger, time
 * and statements is filled in. */
zkl_status service_proofs_gather(zkl_notarize_result *out, zkl_entry *entry, zkl_arena *arena,
                                 const service_proofs *record, zkl_error *err) ZKL_MUST_USE;
/* Where a receipt goes; force: whatever is there. */
typedef struct service_receipt_place {
    const char *path; /* NULL: nowhere */
    bool force;
} service_receipt_place;
/* Place what was gathered, have the clock stamp it, then write the receipt. An error says when the
 * entry is recorded all the same. */
zkl_status service_proofs_place(zkl_notarize_result *out, const service_proofs *record,
                                const service_receipt_place *place, zkl_error *err) ZKL_MUST_USE;
/* The receipt of a logged entry, built from the store as an export is. */
zkl_status service_write_receipt(zkl_notarize_result *out, const service_receipt_place *place,
                                 zkl_ledger *ledger, uint64_t index, zkl_error *err) ZKL_MUST_USE;
