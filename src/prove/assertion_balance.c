/* "balance", the prover's half: the weighted sum of the columns' sums, less their offsets, compared
 * with T as the mode says. The auxiliary column q is the slack of a comparison, |sum - T|, spread
 * over C numbers. */
#include "prove/filling.h"

/* What stands on both sides, without sign: the weighted sum is at least T when up >= down. */
typedef struct balance_sides {
    zkl_wide up, down;
} balance_sides;

static zkl_wide *side_of(balance_sides *sides, bool negative)
{
    return negative ? &sides->down : &sides->up;
}

/* w (sum of codes - o values): no part reaches 2^(64 + 40 + 257). */
static void weigh_source(balance_sides *sides, const zkl_assertion_data *assertion, size_t at)
{
    const size_t count = assertion->source_count;
    const zkl_source_table *source = assertion->sources[at];
    const zkl_wide offset = zkl_wide_of_scalar(&assertion->params[1 + count + at]);
    bool negative;
    const zkl_wide weight = zkl_assertion_param_centred(&negative, &assertion->params[1 + at]);
    zkl_wide sum, offsets = { { 0 } };
    uint64_t nulls;
    zkl_sum_column(&sum, &nulls, source, assertion->format);
    zkl_wide_add_product(&offsets, &offset, source->table.row_count - nulls, 0);
    zkl_wide_add_product(side_of(sides, negative), &sum, weight.word[0], 0);
    zkl_wide_add_product(side_of(sides, !negative), &offsets, weight.word[0], 0);
}

static balance_sides weigh(const zkl_assertion_data *assertion)
{
    const size_t count = assertion->source_count;
    balance_sides sides = { { { 0 } }, { { 0 } } };
    bool negative;
    const zkl_wide total =
        zkl_assertion_param_centred(&negative, &assertion->params[1 + 2 * count]);
    for (size_t i = 0; i < count; i++)
        weigh_source(&sides, assertion, i);
    zkl_wide_add(side_of(&sides, !negative), &total);
    return sides;
}

/* |sum - T| */
static zkl_wide slack_of(const balance_sides *sides)
{
    return zkl_wide_compare(&sides->up, &sides->down) >= 0
               ? zkl_wide_minus(&sides->up, &sides->down)
               : zkl_wide_minus(&sides->down, &sides->up);
}

/* Limbs of q; 0: there is none. */
static size_t slack_limbs(const zkl_assertion_data *assertion)
{
    zkl_auxiliary auxiliary[ZKL_ASSERTION_AUXILIARY_MAX];
    const zkl_statement_table *tables[ZKL_STATEMENT_TABLES_MAX];
    for (size_t i = 0; i < assertion->source_count; i++)
        tables[i] = &assertion->sources[i]->table;
    const zkl_assertion_facts facts = { assertion->format, assertion->params,
                                        assertion->param_count, tables, assertion->source_count };
    return zkl_assertion_auxiliary(auxiliary, assertion->kind, &facts)
               ? auxiliary[0].columns[0].limb_count
               : 0;
}

/* Two sums differ by no more than a number of q's limbs. A bound that none comes near may be
 * farther away. */
static bool has_slack(const zkl_assertion_data *assertion, const balance_sides *sides)
{
    const zkl_wide slack = slack_of(sides);
    return zkl_wide_bits(&slack) <= assertion->format->log_cells * slack_limbs(assertion);
}

/* A balance is no matter of rows: 1 when it is false. A bound so far off that no q holds the
 * difference says nothing, is asked for by no words (claim_balance.c), and counts as false. */
static zkl_status bad_rows(uint64_t *out, const zkl_assertion_data *assertion, zkl_error *err)
{
    (void)err; /* takes no memory */
    const balance_sides sides = weigh(assertion);
    uint64_t mode = 0;
    const bool small =
        zkl_assertion_param_u64(&mode, &assertion->params[2 + 2 * assertion->source_count]);
    ZKL_ASSERT(small && mode < ZKL_MODE_COUNT); /* zkl_assertion_check */
    const int order = zkl_wide_compare(&sides.up, &sides.down);
    const bool holds = mode == ZKL_MODE_EXACTLY    ? order == 0
                       : mode == ZKL_MODE_AT_LEAST ? order >= 0
                                                   : order <= 0;
    *out = !holds || (mode != ZKL_MODE_EXACTLY && !has_slack(assertion, &sides));
    return ZKL_OK;
}

static zkl_status fill_auxiliary(uint16_t *const *cells, size_t which,
                                 const zkl_assertion_data *assertion, zkl_error *err)
{
    (void)err;              /* takes no memory */
    ZKL_ASSERT(which == 0); /* there is one */
    const balance_sides sides = weigh(assertion);
    const zkl_wide slack = slack_of(&sides);
    zkl_fill_slack(cells, slack_limbs(assertion), &slack, assertion->format->log_cells);
    return ZKL_OK;
}

const zkl_assertion_prover zkl_assertion_prover_balance = {
    .bad_rows = bad_rows,
    .offender = "sum",
    .fill_auxiliary = fill_auxiliary,
};
