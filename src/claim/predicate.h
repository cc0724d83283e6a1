#pragma once
/* Predicates over rows, as parameters of an assertion (docs/proof-system.md section 8).
 *
 * A condition is a column and cuts v_1 < v_2 < ..; its digit in a row is the number of cuts that
 * are at most the value, or one more than there are cuts for a null. The digits of a row, the first
 * condition's lowest, are its code in mixed radix. A bit of the predicate lists the codes of which
 * it is true. So a >= v takes one cut, a = v two, and what is said of several columns (and, or,
 * not, IS NULL) is a matter of which codes are listed.
 *
 * A code is found limb by limb. The places of a limb of a condition are where its class changes:
 * v_j and v_j + 1 for limb j of a cut, v_j alone when all lower limbs of the cut are 0. Which cuts
 * are at most a value hangs on the classes of its limbs only. Limbs without places are not looked
 * up. The classes of all limbs, and a flag for each nullable column, are one number in mixed radix,
 * G. The truth table says for each G which bits are true.
 *
 * Parameters: number of conditions; each: column (an index among those without flags), number of
 * cuts, cuts; number of bits; each: number of codes, codes. */
#include "claim/row_leaves.h"

/* In a statement, and so in every vector of it. */
#define ZKL_PREDICATE_CONDITIONS_MAX 64
#define ZKL_PREDICATE_BITS_MAX 64
/* Codes and G are below 16 C, 2^20 at most, and each condition or limb at least doubles them. */
#define ZKL_PREDICATE_PARTS_MAX 20
/* Sub-tags: 1 + i of limb i, then those of the assertion's own. */
#define ZKL_PREDICATE_SUB_TAG_OWN 512

typedef struct zkl_predicate_condition {
    size_t column; /* of the source table; its flag is the next one */
    uint32_t limb_count;
    bool nullable;
    const zkl_scalar *cuts;
    size_t cut_count;
} zkl_predicate_condition;

/* A limb with places, or a flag. */
typedef struct zkl_predicate_part {
    size_t condition;
    uint32_t limb; /* of the column; of no meaning for a flag */
    uint32_t classes;
    uint32_t radix; /* what one class weighs in G */
} zkl_predicate_part;

typedef struct zkl_predicate {
    const zkl_proof_format *format;
    zkl_predicate_condition conditions[ZKL_PREDICATE_PARTS_MAX];
    size_t condition_count;
    zkl_predicate_part limbs[ZKL_PREDICATE_PARTS_MAX], flags[ZKL_PREDICATE_PARTS_MAX];
    size_t limb_count, flag_count;
    const zkl_scalar *codes; /* of each bit: how many, then which */
    size_t bit_count;
    /* One more bit behind those: the complement of bit 0. Set by the assertion. */
    bool has_complement;
    uint32_t code_count, class_count; /* of codes, of G */
    /* One limb and no flag: the limb itself is G. Then there are no classes to look up, and G is
     * below C. */
    bool is_direct;
} zkl_predicate;

/* Read it from the parameters from *at on, and move *at behind it. The source table has passed
 * zkl_statement_check's own checks. ZKL_REJECTED with the name of the check. Takes no memory. */
zkl_status zkl_predicate_read(zkl_predicate *out, size_t *at, const zkl_assertion_facts *facts,
                              zkl_error *err) ZKL_MUST_USE;

/* Bits, the complement included; entries of the truth table; limbs that are looked up. */
static inline size_t zkl_predicate_bits(const zkl_predicate *p)
{
    return p->bit_count + p->has_complement;
}
static inline size_t zkl_predicate_size(const zkl_predicate *p)
{
    return p->is_direct ? (size_t)1 << p->format->log_cells : p->class_count;
}
static inline size_t zkl_predicate_steps(const zkl_predicate *p)
{
    return p->is_direct ? 0 : p->limb_count;
}

/* ---- Its auxiliary tables, in this order */

enum {
    ZKL_PREDICATE_ROWS,  /* g0, g1, ..: classes of the limbs; b0, b1, ..: bits; padding included */
    ZKL_PREDICATE_LIMBS, /* i = 0..C-1; c0, m0, c1, m1, ..: class of a limb, how often looked up */
    ZKL_PREDICATE_TRUTH, /* t0, t1, ..: bits of each G; m: how often looked up */
    ZKL_PREDICATE_TABLES
};
void zkl_predicate_auxiliary(zkl_auxiliary out[static ZKL_PREDICATE_TABLES],
                             const zkl_predicate *predicate, uint64_t row_count);

/* What is public in them. All in the arena. */
typedef struct zkl_predicate_tables {
    const uint16_t *steps[ZKL_PREDICATE_PARTS_MAX]; /* of each limb with places: C classes */
    const uint64_t *truth;                          /* of each G: the bits, but the complement */
} zkl_predicate_tables;
zkl_status zkl_predicate_tabulate(zkl_predicate_tables *out, zkl_arena *arena,
                                  const zkl_predicate *predicate, zkl_error *err) ZKL_MUST_USE;
/* Is the bit true of G? */
static inline bool zkl_predicate_holds(const zkl_predicate *p, const zkl_predicate_tables *tables,
                                       size_t g, size_t bit)
{
    return bit == p->bit_count ? !(tables->truth[g] & 1) : tables->truth[g] >> bit & 1;
}

/* The leaves that make the bits of the rows table the predicate's: of padded rows too, which are
 * rows of zeros. tables: the assertion's, the source first and the auxiliary ones behind it.
 * public_tables: NULL will do for a shape that is only counted. */
void zkl_predicate_compile(zkl_shape *shape, unsigned tag, const uint32_t *tables,
                           const zkl_predicate *predicate,
                           const zkl_predicate_tables *public_tables);
/* A bit's column of the rows table. */
zkl_block_column zkl_predicate_bit(const uint32_t *tables, const zkl_predicate *predicate,
                                   uint64_t chunk, size_t bit);
