#pragma once
/* The prover's half of assertions: what it takes to make one of cells that are there. A kind is
 * one module, assertion_<kind>.c, with a table of methods. The verifier's half is
 * claim/assertion.h. Cells are secret; nothing here writes them anywhere but into auxiliary
 * tables. */
#include "claim/assertion.h"
#include "prove/prove.h"

/* An assertion with its source tables, parameters checked (zkl_assertion_check). */
typedef struct zkl_assertion_data {
    zkl_assertion_kind kind;
    const zkl_scalar *params;
    size_t param_count;
    const zkl_source_table *const *sources; /* in the order of their roles */
    size_t source_count;
    const zkl_proof_format *format;
    bool is_second_half; /* see zkl_assertion_request */
} zkl_assertion_data;

/* NULL stands for a method that the kind does not need. */
typedef struct zkl_assertion_prover {
    /* *out: rows for which the assertion is false; what is no matter of rows counts 1 when false.
     * ZKL_NO_MEMORY. */
    zkl_status (*bad_rows)(uint64_t *out, const zkl_assertion_data *assertion, zkl_error *err);
    /* Rows for which it is false and the other one, of the same kind over the same source, is
     * not. */
    uint64_t (*bad_rows_besides)(const zkl_assertion_data *assertion,
                                 const zkl_assertion_data *other);
    /* What one that is false in `bad` places offends: "row", "sum". */
    const char *offender;
    /* Fill auxiliary table `which`: chunk, column, limb order, C cells each, zero before. Of a
     * true assertion. ZKL_NO_MEMORY. */
    zkl_status (*fill_auxiliary)(uint16_t *const *cells, size_t which,
                                 const zkl_assertion_data *assertion, zkl_error *err);
    /* Of a false one: is it true but for numbers that stand rounded in the proof? NULL: none are.
     */
    zkl_status (*is_true_unrounded)(bool *out, const zkl_assertion_data *assertion, zkl_error *err);
    /* Write all parameters: those that the data decide are measured, the others are taken from the
     * assertion's own, or stay as they are when nothing measured hangs on them. */
    zkl_status (*measure)(zkl_scalar *params, const zkl_assertion_data *assertion, zkl_error *err);
} zkl_assertion_prover;

const zkl_assertion_prover *zkl_assertion_prover_of(zkl_assertion_kind kind);

/* ---- For assertion_<kind>.c: columns of a source */

/* A column of a source table: the limb blocks of one chunk, least significant first. */
typedef struct zkl_column_cells {
    const uint16_t *const *limbs;
    size_t limb_count;
} zkl_column_cells;
zkl_column_cells zkl_column_of(const zkl_source_table *source, const zkl_proof_format *format,
                               uint64_t chunk, size_t column);
/* Rows of the chunk that are not padding. */
size_t zkl_chunk_rows_of(const zkl_source_table *source, const zkl_proof_format *format,
                         uint64_t chunk);

/* Sum of the codes of column x, of which nulls are 0, and number of its nulls. */
void zkl_sum_column(zkl_wide *total, uint64_t *nulls, const zkl_source_table *source,
                    const zkl_proof_format *format);

/* ---- Codes as limbs of log_cells bits, least significant first. Inline: range handles one in
 * every row. */

typedef struct zkl_code_limbs {
    uint32_t limb[ZKL_TABLE_LIMBS_MAX];
} zkl_code_limbs;

static inline zkl_code_limbs zkl_code_limbs_read(const zkl_column_cells *column, size_t row)
{
    zkl_code_limbs out = { { 0 } };
    for (size_t i = 0; i < column->limb_count; i++)
        out.limb[i] = column->limbs[i][row];
    return out;
}

/* A parameter below C^16. Limbs do not straddle words: log_cells divides 64. */
static inline zkl_code_limbs zkl_code_limbs_of_param(const zkl_scalar *param, unsigned log_cells)
{
    const zkl_wide w = zkl_wide_of_scalar(param);
    zkl_code_limbs out = { { 0 } };
    for (unsigned i = 0; i < 16; i++) {
        const unsigned bit = i * log_cells;
        out.limb[i] = (uint32_t)(w.word[bit / 64] >> bit % 64 & (((uint64_t)1 << log_cells) - 1));
    }
    return out;
}

static inline bool zkl_code_limbs_below(const zkl_code_limbs *a, const zkl_code_limbs *b)
{
    for (size_t i = ZKL_TABLE_LIMBS_MAX; i--;)
        if (a->limb[i] != b->limb[i])
            return a->limb[i] < b->limb[i];
    return false;
}

/* a - b, where a >= b. */
static inline zkl_code_limbs zkl_code_limbs_minus(const zkl_code_limbs *a, const zkl_code_limbs *b,
                                                  unsigned log_cells)
{
    zkl_code_limbs out;
    uint32_t borrow = 0;
    for (size_t i = 0; i < ZKL_TABLE_LIMBS_MAX; i++) {
        const uint32_t d = a->limb[i] - b->limb[i] - borrow;
        borrow = d >> 31; /* limbs have at most 16 bits */
        out.limb[i] = d & (((uint32_t)1 << log_cells) - 1);
    }
    ZKL_DEBUG_ASSERT(!borrow);
    return out;
}

#define KIND(constant, name, sources) extern const zkl_assertion_prover zkl_assertion_prover_##name;
ZKL_ASSERTION_KINDS(KIND)
#undef KIND
