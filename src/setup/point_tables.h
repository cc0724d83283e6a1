#pragma once
/* Many short sums of products of fixed points with full scalars, each point in many sums: the dense
 * columns of a circuit.
 *
 * A scalar is low + high lambda, both of 128 bits (point_scale.h). For each point its multiples
 * 2^(7 k) and those of phi of it are stored, so that a product is 38 signed digits of 7 bits, one
 * addition each into the bucket of its absolute value. Many sums are done together, so that their
 * additions share inversions (algebra/group_sum.h). */
#include "algebra/curve.h"
#include "base/env.h"

#define ZKL_POINT_TABLE_BITS 7
#define ZKL_POINT_TABLE_PLACES 19 /* 7 * 19 = 133: 128 bits and the last carry */
#define ZKL_POINT_TABLE_DIGITS (2 * ZKL_POINT_TABLE_PLACES)

typedef zkl_g1_affine zkl_point_table[ZKL_POINT_TABLE_DIGITS];

/* tables[i][k] = 2^(7 k) points[indexes[i]], and behind these phi of each; count < 2^25. Points of
 * the subgroup. */
zkl_status zkl_point_tables_make(zkl_point_table *tables, const zkl_g1_affine *points,
                                 const uint32_t *indexes, size_t count, zkl_pool *pool,
                                 zkl_error *err) ZKL_MUST_USE;

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
