#pragma once
/* What kinds of assertions share that match rows of one table with rows of another: the terms of a
 * leaf, put together limb by limb; fractions; padded rows that are told from rows of zeros. For
 * assertion_<kind>.c, like the second half of claim/shape.h. */
#include "claim/assertion.h"

/* Terms of one leaf while they are put together, in the shape's memory. Without memory the shape
 * says so at its end, and what is put is dropped. */
typedef struct zkl_term_list {
    zkl_shape *shape;
    zkl_leaf_term *terms;
    size_t count, capacity;
} zkl_term_list;
zkl_term_list zkl_terms_new(zkl_shape *shape, size_t capacity);
void zkl_terms_put(zkl_term_list *list, uint32_t block, const zkl_fr *weight);
/* The column's integer, times weight: limb i with weight C^i. */
void zkl_terms_put_value(zkl_term_list *list, const zkl_block_column *column, const zkl_fr *weight);
/* The column's fingerprint: limb i with *power theta^i. *power moves behind its limbs. */
void zkl_terms_put_print(zkl_term_list *list, const zkl_block_column *column, zkl_fr *power);
/* Fingerprint of all columns of a table in a chunk, from 1 on, as a list with room for `more` terms
 * behind it. *power: of what stands behind them. */
zkl_term_list zkl_terms_of_row(zkl_shape *shape, uint32_t table, uint64_t chunk, size_t more,
                               zkl_fr *power);

/* One leaf block: (sign + above) / (alpha - beta_tag - one - below). above, one: NULL without. */
typedef struct zkl_fraction {
    unsigned tag;
    zkl_fr sign;
    const zkl_term_list *above;
    const zkl_fr *one;
    const zkl_term_list *below;
} zkl_fraction;
void zkl_shape_fraction(zkl_shape *shape, const zkl_fraction *fraction);
/* One leaf block: terms + one lie in [0, C), in every cell, padding too. one: NULL without. */
void zkl_shape_rest_of(zkl_shape *shape, const zkl_term_list *terms, const zkl_fr *one);

/* How many rows of the table are padding, mod r. */
void zkl_shape_pads(zkl_fr *out, const zkl_shape *shape, uint32_t table);
/* rho0 += weight pads / (alpha - beta_tag - v): what the padded rows add, that are zero. */
void zkl_shape_expect_pads(zkl_shape *shape, uint32_t table, unsigned tag, const zkl_fr *v,
                           const zkl_fr *weight);

/* ---- Live rows. On the side of a lookup whose multiplicities are free a padded row would be a row
 * with key 0. The last chunk gets a block that is 1 in real rows, and its leaf a mark 1 - l: padded
 * rows have a pole of their own. A table of whole chunks needs none. */

/* Puts the auxiliary table of such a block; returns how many there are, 0 or 1. */
size_t zkl_auxiliary_live(zkl_auxiliary *out, const zkl_statement_table *table,
                          const zkl_proof_format *format);
/* Its identity: takes the next power of eta. live: the auxiliary table; not read when the table has
 * whole chunks. The block, or ZKL_BLOCK_NONE. */
uint32_t zkl_shape_live(zkl_shape *shape, uint32_t table, uint32_t live);
/* mark (1 - l) behind the terms of a leaf over `chunk` of the table: *one += mark, and a term
 * -mark, in its last chunk. live: as above. */
void zkl_terms_put_live(zkl_term_list *list, zkl_fr *one, uint32_t table, uint64_t chunk,
                        uint32_t live, const zkl_fr *mark);

/* ---- Sources */

/* Do both have as many columns, with the same limbs, in this order? */
bool zkl_tables_pair(const zkl_statement_table *a, const zkl_statement_table *b);
/* Do they have one schema hash, and the same columns by number, role and limbs? Then equal codes
 * are equal values: types and dictionaries are the same. */
bool zkl_tables_alike(const zkl_statement_table *a, const zkl_statement_table *b);
/* Is this column the flag of the one before it? */
bool zkl_column_is_flag(const zkl_statement_table *table, size_t column);
/* Limbs of all columns, flags too. */
uint32_t zkl_table_limbs(const zkl_statement_table *table);
/* Limbs of the integers 0 .. most, at least 1. */
uint32_t zkl_limbs_for(uint64_t most, const zkl_proof_format *format);
