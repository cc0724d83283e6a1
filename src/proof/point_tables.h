#pragma once
/* Many short sums of products of fixed points with full scalars, each point in many sums: the dense columns of a circuit.
 *
 * For each point its multiples 2^(7 k) are stored, so that a product is 37 signed digits of 7 bits, one addition each into the
 * bucket of its absolute value; a sum of any number of products then costs one walk over 64 buckets. */
#include "algebra/curve.h"
#include "base/env.h"

#define ZKL_POINT_TABLE_BITS 7
#define ZKL_POINT_TABLE_DIGITS 37 /* 7 * 37 = 259: 255 bits and the last carry */
#define ZKL_POINT_TABLE_BUCKETS 64 /* |digit| <= 64 */

typedef zkl_g1_affine zkl_point_table[ZKL_POINT_TABLE_DIGITS];

/* tables[i][k] = 2^(7 k) points[indexes[i]] */
void zkl_point_tables_make(zkl_point_table *tables, const zkl_g1_affine *points, const uint32_t *indexes, size_t count,
                           zkl_pool *pool);

typedef struct zkl_point_sum {
    zkl_g1 buckets[ZKL_POINT_TABLE_BUCKETS];
} zkl_point_sum;

/* Start with all zeros. Variable time in the scalar: for public coefficients. */
void zkl_point_sum_add(zkl_point_sum *sum, const zkl_point_table *table, const zkl_fr *scalar);
void zkl_point_sum_finish(zkl_g1 *out, const zkl_point_sum *sum);
