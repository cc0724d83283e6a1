#pragma once
/* Many short sums of products of fixed points with full scalars, each point in many sums: the dense
 * columns of a circuit.
 *
 * For each point its multiples 2^(7 k) are stored, so that a product is 37 signed digits of 7 bits,
 * one addition each into the bucket of its absolute value. Many sums are done together, so that
 * their additions share inversions (algebra/group_sum.h). */
#include "algebra/curve.h"
#include "base/env.h"

#define ZKL_POINT_TABLE_BITS 7
#define ZKL_POINT_TABLE_DIGITS 37 /* 7 * 37 = 259: 255 bits and the last carry */

typedef zkl_g1_affine zkl_point_table[ZKL_POINT_TABLE_DIGITS];

/* tables[i][k] = 2^(7 k) points[indexes[i]]; count < 2^25. */
void zkl_point_tables_make(zkl_point_table *tables, const zkl_g1_affine *points,
                           const uint32_t *indexes, size_t count, zkl_pool *pool);

/* A batch of sums over one set of tables. One for each worker. */
typedef struct zkl_point_sums zkl_point_sums;

/* For at most sum_max < 1024 sums of term_max products together. */
zkl_status zkl_point_sums_new(zkl_point_sums **out, const zkl_point_table *tables, size_t term_max,
                              size_t sum_max, zkl_error *err) ZKL_MUST_USE;
void zkl_point_sums_free(zkl_point_sums *sums);
/* Sum `sum` += scalar * point of `table`. Variable time in the scalar: for public coefficients. */
void zkl_point_sums_add(zkl_point_sums *sums, size_t sum, size_t table, const zkl_fr *scalar);
/* out[i] += sum i for i < count; the batch is empty again. */
void zkl_point_sums_finish(zkl_point_sums *sums, zkl_g1 *out, size_t count);
