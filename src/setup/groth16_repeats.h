#pragma once
/* The dense rows of a circuit that repeats the same part many times, as ours repeat Poseidon's
 * permutation: which sums of points each wire's column needs, worked out once for all parts.
 *
 * A column is the sum over the dense rows of coefficient * point of the row. Columns of Poseidon's
 * partial rounds are those of a linear recurrence: each is a combination of the four before it and
 * of a few rows' points, 9 products in place of up to 65. Such combinations are found here by
 * solving for them, whatever the circuit; each is exact, since its remainder is added row by row.
 */
#include "circuit/r1cs.h"
#include "setup/point_plan.h"

/* A column, as a sum over bases: rows first, then the columns before it. */
typedef struct groth16_column {
    uint32_t wire; /* counted from the part's first */
    bool is_base;  /* a column behind it is a combination of it */
    size_t term_count;
    zkl_point_plan plan;
} groth16_column;

typedef struct groth16_repeats {
    const zkl_r1cs *r1cs;
    uint32_t *rows; /* the dense ones, counted from the part's first, ascending */
    size_t row_count;
    groth16_column *columns; /* by wire, ascending */
    size_t column_count;
    bool *is_dense; /* every row of the circuit: a dense one of a part; NULL: there are no parts */
} groth16_repeats;

/* Coefficients other than 1 and -1 that make a row dense. */
#define GROTH16_DENSE_TERMS_MIN 4

/* *out is zeros before. Without parts, or where they differ, column_count is 0. All of C's terms in
 * dense rows are of wire 0, which no column stands for, or of the part's own wires. */
zkl_status groth16_repeats_find(groth16_repeats *out, const zkl_r1cs *r1cs,
                                zkl_error *err) ZKL_MUST_USE;
void groth16_repeats_clear(groth16_repeats *repeats);

/* sums[wire] = the sum of its column, for every wire of every part; the others are left. lagrange:
 * the point of each row. Cost: some 50 additions and doublings a term. */
zkl_status groth16_repeats_sum(zkl_g1_affine *sums, const groth16_repeats *repeats,
                               const zkl_g1_affine *lagrange, zkl_pool *pool,
                               zkl_error *err) ZKL_MUST_USE;
