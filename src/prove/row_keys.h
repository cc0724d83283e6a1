#pragma once
/* Rows of source tables as numbers, in ascending order: what kinds need that ask which rows are the
 * same. Secret. */
#include "prove/assertion.h"

/* Rows one behind the other, each of limb_count limbs: those of all columns, flags too, the first
 * column's lowest, least significant first. */
typedef struct zkl_row_keys {
    uint16_t *limbs;
    size_t limb_count, count;
} zkl_row_keys;

void zkl_row_keys_clear(zkl_row_keys *keys); /* wipes */

static inline const uint16_t *zkl_row_key(const zkl_row_keys *keys, size_t i)
{
    return keys->limbs + i * keys->limb_count;
}

/* -1, 0, 1 as numbers. Both of limb_count limbs. */
int zkl_row_key_compare(const uint16_t *a, const uint16_t *b, size_t limb_count);

/* The rows of all these tables together, ascending. Their columns have the same limbs.
 * ZKL_NO_MEMORY. Memory: the rows twice. Cost: a pass over them for each limb. */
zkl_status zkl_row_keys_sort(zkl_row_keys *out, const zkl_source_table *const *sources,
                             size_t source_count, const zkl_proof_format *format,
                             zkl_error *err) ZKL_MUST_USE;
