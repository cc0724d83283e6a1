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

/* In place of a column: a limb of zeros, where another table has one that this one lacks. */
#define ZKL_KEY_ZERO SIZE_MAX

/* Columns of a source whose rows are read; NULL: all. */
typedef struct zkl_key_columns {
    const size_t *columns;
    size_t count;
} zkl_key_columns;

/* The rows of a table as they stand. ZKL_NO_MEMORY. */
zkl_status zkl_row_keys_read(zkl_row_keys *out, const zkl_source_table *source,
                             const zkl_key_columns *columns, const zkl_proof_format *format,
                             zkl_error *err) ZKL_MUST_USE;
/* The rows of all these tables together, ascending. Their columns have the same limbs.
 * ZKL_NO_MEMORY. Memory: the rows twice. Cost: a pass over them for each limb. */
zkl_status zkl_row_keys_sort(zkl_row_keys *out, const zkl_source_table *const *sources,
                             size_t source_count, const zkl_proof_format *format,
                             zkl_error *err) ZKL_MUST_USE;
/* The rows' numbers, ascending by key, equal keys by number. keys->count below 2^32. Give back with
 * zkl_free. ZKL_NO_MEMORY. */
zkl_status zkl_row_keys_order(uint32_t **out, const zkl_row_keys *keys,
                              zkl_error *err) ZKL_MUST_USE;

/* How often each row of a table is asked for. Of equal rows the first one takes all. */
typedef struct zkl_row_match {
    uint64_t *counts;   /* of each row of the table */
    uint64_t unmatched; /* rows asked for that no row of the table is */
} zkl_row_match;
void zkl_row_match_clear(zkl_row_match *match); /* wipes */
/* Keys of the same limb count, as they stand. NULL masks: a set byte leaves the row out. */
zkl_status zkl_row_keys_match(zkl_row_match *out, const zkl_row_keys *asked,
                              const uint8_t *asked_out, const zkl_row_keys *table,
                              const uint8_t *table_out, zkl_error *err) ZKL_MUST_USE;

#define ZKL_ROW_NONE UINT32_MAX
/* For each row asked for the number of the first row of the table that is the same, ZKL_ROW_NONE
 * without one. Keys of the same limb count. *lost_keys, NULL or: how many different keys that are
 * asked for no row has. Give *out back with zkl_free. ZKL_NO_MEMORY. */
zkl_status zkl_row_keys_find(uint32_t **out, uint64_t *lost_keys, const zkl_row_keys *asked,
                             const zkl_row_keys *table, zkl_error *err) ZKL_MUST_USE;
/* marks[i] = 1 for each row asked for that no row of the table is; once: for which none is left, if
 * each stands for one. Of equal rows it does not matter which. Others stay. ZKL_NO_MEMORY. */
zkl_status zkl_row_keys_mark_unmatched(uint8_t *marks, const zkl_row_keys *asked,
                                       const zkl_row_keys *table, bool once,
                                       zkl_error *err) ZKL_MUST_USE;
