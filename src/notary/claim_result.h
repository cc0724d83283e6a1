#pragma once
/* What a claim would have to say to be true, for its owner: "by how much" of one that is false.
 *
 * A claim that is made so is checked as any other. So a mistake here can find one that is not the
 * tightest, and none that is false.
 *
 * SECRET: everything found is a result that nobody was told. */
#include "notary/proof_plan.h"

/* Of a claim that says a result: "6497"; of one that says a bound alone, of a distance: "at most
 * 0.0620". Nothing is put when there is none, when it is a value of a row, as of `min`, and when
 * the piece has some of the rows alone. Cost: a pass over the cells, of a distance 14. */
zkl_status zkl_claim_result_put(zkl_buffer *out, const zkl_claim_piece *piece,
                                const zkl_proof_plan *plan, zkl_pool *pool,
                                zkl_error *err) ZKL_MUST_USE;

/* The least bound of four decimal places of a distance that is at most 1: behind the stem, as
 * "parity(p, g)", "<= 0.0620" makes it true. *found: there is one below 1. */
zkl_status zkl_claim_least_bound_put(bool *found, zkl_buffer *out, zkl_bytes stem,
                                     const zkl_proof_plan *plan, zkl_pool *pool,
                                     zkl_error *err) ZKL_MUST_USE;
