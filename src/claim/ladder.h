#pragma once
/* A table whose keys grow strictly from row to row and end at the last key there is, so that each
 * stands there once; whoever looks a key up finds it in one row. Keys that do not occur fill it: it
 * has no padding. For assertion_<kind>.c.
 *
 * Columns y (k limbs together, of its first columns) and, in a table of its own, d (k limbs): y_0 =
 * d_0, y_t = y_(t-1) + 1 + d_t, y_(D-1) = 2^W - 1, as one identity of polynomials in s,
 *
 *   sum_t s^t ((1 - s) y_t - d_t) = (s^D - 1) / (s - 1) - 1 - (2^W - 1) s^D.
 *
 * d is bounded by range leaves, y need not be: the climb is D steps of at most 2^W each, and
 * D 2^W < r, so it cannot pass r and meet a key again. Limbs of y are compared one by one with
 * those of rows; limbs that are no limbs are nobody's. */
#include "claim/row_leaves.h"

/* Rows of a ladder that has room for this many keys and the last one: whole chunks, or all keys
 * there are. */
uint64_t zkl_ladder_rows(uint64_t room, uint32_t limbs, const zkl_proof_format *format);
/* ZKL_REJECTED: the keys are too wide for a ladder of so many rows. limbs: any number. */
zkl_status zkl_ladder_check(uint64_t rows, uint32_t limbs, const zkl_proof_format *format,
                            zkl_error *err) ZKL_MUST_USE;
/* The auxiliary table d. */
zkl_auxiliary zkl_ladder_gaps(uint64_t rows, uint32_t limbs);
/* Range leaves of d, and the identity, which takes the next power of eta. The key: the first
 * `columns` columns of the table. */
void zkl_ladder_compile(zkl_shape *shape, uint32_t table, size_t columns, uint32_t gaps);
