#pragma once
/* What the assertions of a statement compile to: leaves of one fraction sum, and linear relations
 * at the same point (docs/proof-system.md sections 2, 4, 8). Compiled by the same functions for
 * prover and verifier, from public data.
 *
 * Leaf blocks, C leaves each, in tree order:
 *   fraction: sign / (alpha - beta_tag (1 - null) - beta_1 (padding + null) - v), beta_0 = 0,
 *             v = sum of weighted cells + one, the latter with `end` only up to the last row;
 *             weighted: its numerator is sign + sum of weighted cells, sign any number;
 *   total:    (sum of weighted cells) / 1, or / s^-t, which adds sum_t s^t (weighted cells);
 *   then, with has_table, -m_t / (alpha - t); then unused leaves 0 / 1.
 * The sum of all leaves is rho0 + u rho1, u = the hidden sum of null times numerator over the
 * leaves with a null term: without weights the number of null cells. Relation: sum of relation[b]
 * block_b, at the leaf point, = k0 + k1 [t > last].
 *
 * An assertion that needs several sums apart from one another has sub-tags: sub-tag i of tag t is
 * t + 2^16 i, with a beta of its own. Sub-tag 0 is the tag. Tags are below 2^16, so no sub-tag of
 * one assertion is one of another. */
#include "proof/statement.h"
#include "algebra/wide.h"

#define ZKL_LEAF_BLOCKS_MAX 1024 /* the table's included: the largest tier has 2^26 leaves */
#define ZKL_TIER_MAX 26
#define ZKL_TABLE_LIMBS_MAX 17
#define ZKL_BLOCK_NONE UINT32_MAX
#define ZKL_TABLE_NONE UINT32_MAX

typedef struct zkl_leaf_term {
    uint32_t block; /* of the statement */
    zkl_fr weight;
} zkl_leaf_term;

typedef struct zkl_leaf {
    bool is_total; /* of what follows only is_power and terms then */
    bool is_power; /* of a total: over s^-t in place of 1 */
    bool negative; /* sign -1; of a fraction that is not weighted */
    bool is_weighted;
    bool pad; /* beta_1 in padded rows */
    bool has_one, end;
    uint32_t tag;
    uint32_t null; /* the flag block, or ZKL_BLOCK_NONE */
    zkl_fr one;
    const zkl_leaf_term *terms;
    size_t term_count;
    /* Of the numerator, weighted. With a null term no weight depends on a challenge: u comes before
     * all of them. */
    zkl_fr sign;
    const zkl_leaf_term *numerators;
    size_t numerator_count;
    /* Not set by who adds the leaf: of its tag. */
    zkl_fr beta;
} zkl_leaf;

#define ZKL_SUB_TAG_SHIFT 16
_Static_assert(2 + ZKL_STATEMENT_ASSERTIONS_MAX <= 1 << ZKL_SUB_TAG_SHIFT,
               "no tag is the sub-tag of another assertion");

typedef struct zkl_table_view {
    const zkl_statement_table *table;
    size_t first_block, blocks_per_chunk;
    uint64_t chunk_count;
} zkl_table_view;

typedef struct zkl_shape {
    const zkl_statement *statement;
    const zkl_proof_format *format;
    zkl_table_view *tables; /* statement->table_count */
    zkl_fr t0, alpha, s, s_inv, theta;
    zkl_fr *beta;                         /* 2 + assertion_count */
    zkl_fr limb[ZKL_TABLE_LIMBS_MAX + 1]; /* powers of C */
    zkl_leaf *leaves;
    size_t
        leaf_count; /* without the table's; counts on beyond ZKL_LEAF_BLOCKS_MAX, storing no more */
    bool has_table;
    zkl_fr *relation; /* a weight for each block */
    bool has_relation;
    zkl_fr k0, k1, rho0, rho1;
    uint64_t last; /* (rows - 1) mod C */

    /* Of zkl_shape_count: public columns are not looked at, so rho0 and the weights of totals mean
     * nothing. */
    bool is_counted;

    /* While compiling. */
    zkl_arena arena;
    zkl_fr kappa, eta, next_relation, next_total;
    /* A weight for each block: all totals of all assertions ride in one leaf block a chunk. */
    zkl_fr *totals;
    uint32_t *total_chunk; /* of each block with a total: its chunk + 1 */
    uint64_t total_chunks, pads;
    /* The same of totals over s^-t that assertions share. */
    zkl_fr *steps;
    uint32_t *step_chunk;
    uint64_t step_chunks;
    /* s^t for t = 0..C is s_low[t mod 2^k] s_high[t div 2^k], with k half the bits of a cell's
     * number; NULL until they are needed. */
    zkl_fr *s_low, *s_high;
    /* The last sub-tag asked for. */
    uint32_t sub_tag;
    zkl_fr sub_beta;
    bool has_last;
    zkl_status status;
    const char *fault;
} zkl_shape;

/* The statement has passed the structural checks of zkl_statement_check. Any t0 and alpha give
 * the same leaves and counts. ZKL_REJECTED: more leaf blocks than a tier has (leaf_count is
 * right then too), tables whose last rows differ, a zero denominator. Clear it whatever the
 * status. */
zkl_status zkl_shape_compile(zkl_shape *out, const zkl_statement *statement,
                             const zkl_proof_format *format, const zkl_fr *t0, const zkl_fr *alpha,
                             zkl_error *err) ZKL_MUST_USE;
/* The same for challenges 0 and 1, without what public columns add up to: its leaves and counts.
 * The same statuses. */
zkl_status zkl_shape_count(zkl_shape *out, const zkl_statement *statement,
                           const zkl_proof_format *format, zkl_error *err) ZKL_MUST_USE;
void zkl_shape_clear(zkl_shape *shape);
/* The smallest even n whose 2^n leaves hold them. */
unsigned zkl_shape_tier(const zkl_shape *shape);
/* Leaf blocks, the table's included. */
static inline size_t zkl_shape_leaf_blocks(const zkl_shape *shape)
{
    return shape->leaf_count + shape->has_table;
}

/* Weights of the blocks in X (denominators), X2 (relations) and X3 (numerators), block_count
 * each; eb[i] = eq(r_hi, i) over leaf blocks. Any of the three may be NULL. */
void zkl_shape_weights(zkl_fr *x, zkl_fr *x2, zkl_fr *x3, const zkl_shape *shape, const zkl_fr *eb);

/* ---- For assertion_<kind>.c. */
uint32_t zkl_table_block(const zkl_table_view *view, uint64_t chunk, size_t column);
/* Index of the column with this role; column_count when there is none. */
size_t zkl_table_find(const zkl_statement_table *table, zkl_bytes role);
bool zkl_role_is(zkl_bytes role, const char *text);
bool zkl_role_is_boolean(zkl_bytes role); /* ends in "?": a bool or a flag */
bool zkl_role_is_flag_of(zkl_bytes flag, zkl_bytes role);

/* A column of a table of the statement, in one chunk. */
typedef struct zkl_block_column {
    uint32_t table;
    uint64_t chunk;
    size_t column;
} zkl_block_column;

/* Every cell of the table in [0, C); with `padded`, cells past the last row and under nulls are
 * 0; flags are 0 or 1. */
void zkl_shape_range(zkl_shape *shape, uint32_t table, bool padded);
/* The same, not padded, of the table's columns from number `first` on alone. */
void zkl_shape_range_from(zkl_shape *shape, uint32_t table, size_t first);
/* The same of `count` columns from number `first` on. */
void zkl_shape_range_some(zkl_shape *shape, uint32_t table, size_t first, size_t count);
/* A limb that is never committed: +-x - C above + one, without `one` on padding, with `null`
 * added on nulls, lies in [0, C). */
typedef struct zkl_rest {
    uint32_t source; /* table with columns x and perhaps x? */
    bool minus_x;
    uint32_t above; /* auxiliary table of the higher limbs, ZKL_TABLE_NONE without */
    size_t above_column;
    zkl_fr one, null;
} zkl_rest;
void zkl_shape_rest(zkl_shape *shape, const zkl_rest *rest, uint64_t chunk);
/* Sub-tag i of a tag. */
unsigned zkl_sub_tag(unsigned tag, unsigned i);
/* beta of a tag or a sub-tag: what a leaf that lies under one of two has in its terms. */
void zkl_shape_beta(zkl_fr *out, zkl_shape *shape, unsigned tag);
/* The numerator of a fraction, without weights: 1, -1 or a weighted leaf's sign. */
void zkl_leaf_sign(zkl_fr *out, const zkl_leaf *leaf);
/* A leaf block of the assertion's own, behind those that are there. Leaf, terms and numerators are
 * copied. */
void zkl_shape_leaf(zkl_shape *shape, const zkl_leaf *leaf, const zkl_leaf_term *terms,
                    size_t term_count);
/* Put the terms of weight * column, a limb each, behind the *count that are there. */
void zkl_shape_column_terms(zkl_leaf_term *terms, size_t *count, const zkl_shape *shape,
                            const zkl_block_column *column, const zkl_fr *weight);
/* A leaf block a chunk of the table, under the tag: 1 (negative: -1) over alpha - beta_tag -
 * sum_j theta^j block_j, over all blocks of the chunk. Padded rows have the value 0. */
void zkl_shape_fingerprints(zkl_shape *shape, uint32_t table, unsigned tag, bool negative);
/* Leaves of the assertion's tag have poles that no other leaf answers: the sum of all leaves has
 * *count / (alpha - beta_tag - *v). */
void zkl_shape_expect(zkl_shape *shape, unsigned tag, const zkl_fr *v, const zkl_fr *count);
/* The same of the padded rows of a table, which are zero by their `cells`; negative: less them. */
void zkl_shape_expect_padding(zkl_shape *shape, uint32_t table, unsigned tag, bool negative);
/* The next total (eta^r) of leaf blocks that the assertion adds itself: the sum of all leaves has
 * *weight value. */
void zkl_shape_next_total(zkl_shape *shape, zkl_fr *weight, const zkl_fr *value);
/* The next total (eta^r) is `value`: *weight times what its columns add. */
void zkl_shape_total(zkl_shape *shape, zkl_fr *weight, const zkl_scalar *value);
void zkl_shape_total_column(zkl_shape *shape, uint32_t table, uint64_t chunk, size_t column,
                            const zkl_fr *weight);
/* The same of one limb of a column, with no power of C. */
void zkl_shape_total_limb(zkl_shape *shape, const zkl_block_column *column, uint32_t limb,
                          const zkl_fr *weight);
/* Cells of an auxiliary column, as the public numbers that they are to be: one of the lists, or
 * without any first, first + 1, .. */
typedef struct zkl_public_column {
    uint32_t table;
    size_t column;
    const uint16_t *values; /* of rows from 0 on; rows behind them are 0 */
    size_t count;
    const uint64_t *wide_values; /* in place of values; below 2^63 */
    uint64_t first;
} zkl_public_column;
/* The cells are these numbers: both sides of sum_c s^(cC) sum_t s^t cell_(c,t) = sum_t s^t value_t
 * are polynomials in s, which is drawn after the cells are committed. It takes the next power of
 * eta. Cost: an addition for each row whose value is not its neighbour's; without a list none. Of a
 * shape that is counted the lists may be left out. */
void zkl_shape_public(zkl_shape *shape, const zkl_public_column *column);
/* What an identity in s has of a column in one chunk, with other totals over s^-t in the leaf block
 * of that chunk index: weight is eta^r s^(cC) and the column's own. */
void zkl_shape_power_column(zkl_shape *shape, const zkl_block_column *column, const zkl_fr *weight);
/* The next relation (kappa^r) is c in every row up to the last; 0 in padding, which last_chunk
 * has. */
void zkl_shape_relate(zkl_shape *shape, zkl_fr *weight, const zkl_fr *c, bool last_chunk);
void zkl_shape_relate_column(zkl_shape *shape, uint32_t table, uint64_t chunk, size_t column,
                             const zkl_fr *weight);
/* The same of one block, with no power of C. */
void zkl_shape_relate_block(zkl_shape *shape, uint32_t block, const zkl_fr *weight);
/* Memory was missing: compiling goes on, and says so at its end. */
void zkl_shape_no_memory(zkl_shape *shape);
/* All tables whose padding matters end at the same row of their last chunk. */
void zkl_shape_rows(zkl_shape *shape, uint32_t table);
