#pragma once
/* Direct openings: disclosed rows (docs/proof-system.md sections 2 and 8, "disclose"). The cells of
 * a row are public, and so is the row, so no circuit is needed: of row t of its chunk
 *
 *   w = sum_j theta'^j block_j + chi g,   P = X^t,   Y = sum_j theta'^j cell_j,
 *
 * and w(X) P(1/X) + w(1/X) P(X) = 2 (Y + chi sigma) + X S(X) + S(1/X) / X, sigma the mask's own
 * value at t. A statement of disclosed rows has nothing else, and a mask for each. */
#include "verify/reduce.h"

#define ZKL_DIRECT_ROWS_MAX 32 /* of one statement: the weights hash all of its proof for each */
#define ZKL_DIRECT_BYTES (2 * ZKL_POINT_BYTES + 5 * 32) /* S, W, sigma, the four values */

/* Of a statement that zkl_statement_check passed: are there disclosed rows, and no circuit? */
static inline bool zkl_statement_is_direct(const zkl_statement *statement)
{
    return statement->assertion_count > 0 &&
           statement->assertions[0].kind == ZKL_ASSERTION_DISCLOSE;
}

/* What shows one row. */
typedef struct zkl_direct_opening {
    uint8_t s[ZKL_POINT_BYTES], w[ZKL_POINT_BYTES];
    zkl_fr sigma;
    zkl_opening_values values;
} zkl_direct_opening;
void zkl_direct_encode(zkl_buffer *out, const zkl_direct_opening *opening);
/* Scalars below r; points are decoded later. A fault is the reader's. */
void zkl_direct_read(zkl_direct_opening *out, zkl_reader *reader);

/* Where a disclosed row lies in its statement: its row of the chunk, and the chunk's blocks, one
 * behind the other from the statement's block `first_block` on. */
typedef struct zkl_direct_place {
    size_t row, first_block, block_count;
} zkl_direct_place;
zkl_direct_place zkl_direct_place_of(const zkl_statement *statement, size_t part,
                                     const zkl_proof_format *format);

/* out[j] = theta(t0)^j: the weights of the blocks of a row. */
void zkl_direct_weights(zkl_fr *out, size_t count, const zkl_fr *t0);
/* chi of part 0, 1, ..; it follows sigma, or any Y would pass. */
void zkl_direct_chi(zkl_fr *out, const zkl_fr *t0, uint64_t part, const zkl_fr *sigma);
/* z; it follows S. */
void zkl_direct_point(zkl_fr *out, const zkl_fr *t0, uint64_t part, const zkl_fr *sigma,
                      const uint8_t s[static ZKL_POINT_BYTES]);

typedef struct zkl_reduced_direct {
    zkl_point a2, a1, a0; /* accepted: tau^2 a2 + tau a1 + a0 = 0 */
} zkl_reduced_direct;

/* Everything but the pairings. statement: given->statement, parsed. ZKL_REJECTED or ZKL_BAD_INPUT
 * name the check. */
zkl_status zkl_direct_reduce(zkl_reduced_direct *out, const zkl_statement *statement,
                             const zkl_proven_statement *given, const zkl_arithmetic *arithmetic,
                             const zkl_known_tables *known, zkl_error *err) ZKL_MUST_USE;

/* Everything, as zkl_verify_statement: parse, check, powers hash as pinned, openings, pairings. */
zkl_status zkl_verify_direct(const zkl_proven_statement *given, const zkl_srs_verifier *srs,
                             const zkl_known_tables *known, zkl_pool *pool,
                             zkl_error *err) ZKL_MUST_USE;
