/* "sum", the prover's half: the sum of the codes of x and the number of its nulls, as the
 * parameters say. A null is code 0, so it adds nothing. The auxiliary column q is the slack of a
 * comparison, |sum - total|, spread over C numbers. */
#include "prove/filling.h"

/* The parameters. */
enum { SUM_TOTAL, SUM_NULLS, SUM_MODE };

/* Total and nulls; the mode is the claim's own. */
static zkl_status measure(zkl_scalar *params, const zkl_assertion_data *assertion, zkl_error *err)
{
    zkl_wide sum;
    uint64_t nulls;
    const zkl_wide order = zkl_wide_field_order();
    const zkl_source_table *source = assertion->sources[0];
    zkl_sum_column(&sum, &nulls, source, assertion->format);
    if (zkl_wide_compare(&sum, &order) >= 0)
        return zkl_fail(err, ZKL_LIMIT, "the sum of a column of %u limbs is no field element",
                        source->table.columns[0].limb_count);
    params[SUM_NULLS] = (zkl_scalar){ { 0 } };
    for (size_t i = 0; i < 32; i++)
        params[SUM_TOTAL].bytes[31 - i] = (uint8_t)(sum.word[i / 8] >> 8 * (i % 8));
    for (size_t i = 0; i < 8; i++)
        params[SUM_NULLS].bytes[31 - i] = (uint8_t)(nulls >> 8 * i);
    return ZKL_OK;
}

/* A sum is no matter of rows: 1 when its total, compared as the mode says, or the number of its
 * nulls is another. */
static zkl_status bad_rows(uint64_t *out, const zkl_assertion_data *assertion, zkl_error *err)
{
    (void)err; /* takes no memory */
    const zkl_wide bound = zkl_wide_of_scalar(&assertion->params[SUM_TOTAL]);
    uint64_t nulls, stated = 0, mode = 0;
    zkl_wide total;
    zkl_sum_column(&total, &nulls, assertion->sources[0], assertion->format);
    const bool small = zkl_assertion_param_u64(&stated, &assertion->params[SUM_NULLS]) &&
                       zkl_assertion_param_u64(&mode, &assertion->params[SUM_MODE]);
    ZKL_ASSERT(small && mode < ZKL_MODE_COUNT); /* zkl_assertion_check */
    const int order = zkl_wide_compare(&total, &bound);
    ZKL_ASSERT(assertion->source_count == 1);
    const bool holds = mode == ZKL_MODE_EXACTLY    ? order == 0
                       : mode == ZKL_MODE_AT_LEAST ? order >= 0
                                                   : order <= 0;
    *out = !holds || nulls != stated;
    return ZKL_OK;
}

/* The slack, |total - bound|, as C numbers of k + 1 limbs, which hold what 2^32 rows can differ
 * by. */
static zkl_status fill_auxiliary(uint16_t *const *cells, size_t which,
                                 const zkl_assertion_data *assertion, zkl_error *err)
{
    (void)err;              /* takes no memory */
    ZKL_ASSERT(which == 0); /* there is one */
    const size_t limbs = assertion->sources[0]->table.columns[0].limb_count + 1;
    const zkl_wide bound = zkl_wide_of_scalar(&assertion->params[SUM_TOTAL]);
    zkl_wide total, slack;
    uint64_t nulls;
    zkl_sum_column(&total, &nulls, assertion->sources[0], assertion->format);
    /* Above the bound for "at least", below it for "at most": the assertion is true. */
    const bool above = zkl_wide_compare(&total, &bound) > 0;
    slack = above ? zkl_wide_minus(&total, &bound) : zkl_wide_minus(&bound, &total);
    zkl_fill_slack(cells, limbs, &slack, assertion->format->log_cells);
    return ZKL_OK;
}

const zkl_assertion_prover zkl_assertion_prover_sum = {
    .bad_rows = bad_rows,
    .offender = "sum",
    .fill_auxiliary = fill_auxiliary,
    .measure = measure,
};
