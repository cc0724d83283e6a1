#pragma once
/* Lineage: the graph that follows from entries of a log, and the receipts that show it.
 *
 *  1. The graph is a function of the entries: who has them all has the whole lineage, who has some
 *     has what they say.
 *  2. A step is recorded by a provenance entry, or follows from claims that tell an origin
 *     (zkl_claim_origin_of) of datasets that no record links.
 *  3. A claim stands at a step when it is about one of its sources and names one of its results, or
 *     the other way round. Others stand at the dataset that they are about. */
#include <zkl/lineage.h>

#include "base/env.h"
#include "record/entry.h"
#include "record/trust.h"
#include "verify/receipt.h"

#define ZKL_LINEAGE_NODES_MAX 4096
#define ZKL_LINEAGE_STEPS_MAX 4096

/* An entry about a dataset, at its place in the log. */
typedef struct zkl_lineage_entry {
    uint64_t index;
    zkl_digest leaf;
    const zkl_entry *entry;
    /* Of a notarisation's dataset; 0: not known, and then less is said to be proven. */
    uint64_t row_count;
    size_t column_count;
} zkl_lineage_entry;

/* A dataset version; or a file, by the SHA-256 of its content. */
typedef struct zkl_lineage_target {
    zkl_bytes name;
    uint32_t version;
    bool is_descent;
    const zkl_digest *file; /* NULL: a version */
    /* All steps that the entries tell, whatever they lead to. The others count for nothing then. */
    bool is_whole;
} zkl_lineage_target;

/* entries: each once, ascending by index, each parent among them. Everything in *out lives in
 * memory. ZKL_NOT_FOUND: the version is not among them, or none of them names the file.
 * ZKL_REJECTED: a claim cannot be read, a parent is missing. ZKL_LIMIT. Cost: entries and steps
 * times datasets of the lineage. */
zkl_status zkl_lineage_make(zkl_lineage *out, zkl_arena *memory, const zkl_lineage_entry *entries,
                            size_t count, const zkl_lineage_target *of,
                            zkl_error *err) ZKL_MUST_USE;

typedef struct zkl_verified_lineage {
    zkl_lineage lineage;
    /* The last of its receipts: all are under one checkpoint. */
    zkl_verified last;
    size_t receipt_count;
    bool is_development;
    const zkl_not_proven *not_proven;
    size_t not_proven_count;
} zkl_verified_lineage;

/* Verify a lineage receipt. Everything in *out lives in arena (and borrows from bytes). Errors are
 * those of zkl_receipt_verify, with the receipt's number in front. */
zkl_status zkl_lineage_verify(zkl_verified_lineage *out, zkl_arena *arena, zkl_bytes bytes,
                              const zkl_trust *trust, const zkl_env *env,
                              zkl_error *err) ZKL_MUST_USE;
