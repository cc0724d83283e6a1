/* "linear", the prover's half: sum_j w_j x_j = c in every row, computed in the field from the
 * limbs, LINEAR_RUN rows at once. No auxiliary tables. */
#include "prove/assertion.h"
#include "prove/prove_internal.h"

#define LINEAR_RUN 256 /* rows: 8 KiB of field elements, which stay in the cache */

/* Which of `count` rows from `from` on offend the assertion. */
static void mark_linear(bool bad[static LINEAR_RUN], const zkl_assertion_data *assertion,
                        uint64_t chunk, size_t from, size_t count)
{
    zkl_fr c, sum[LINEAR_RUN], base;
    size_t at = 1;
    ZKL_ASSERT(count <= LINEAR_RUN);
    zkl_fr_power_of_two(&base, assertion->format->log_cells);
    ZKL_ASSERT(zkl_fr_decode(&c, assertion->params[0].bytes));
    memset(sum, 0, sizeof sum);
    for (size_t i = 0; i < assertion->source_count; i++)
        for (size_t j = 0; j < assertion->sources[i]->table.column_count; j++) {
            zkl_fr weights[ZKL_TABLE_LIMBS_MAX], part[LINEAR_RUN];
            const zkl_column_cells column =
                zkl_column_of(assertion->sources[i], assertion->format, chunk, j);
            ZKL_ASSERT(zkl_fr_decode(&weights[0], assertion->params[at++].bytes));
            /* w_j x_j = sum over limbs of w_j C^limb x_(j,limb) */
            for (size_t limb = 1; limb < column.limb_count; limb++)
                zkl_fr_mul(&weights[limb], &weights[limb - 1], &base);
            zkl_cells_combine(part, weights, column.limbs, column.limb_count, from, count);
            for (size_t t = 0; t < count; t++)
                zkl_fr_add(&sum[t], &sum[t], &part[t]);
        }
    ZKL_ASSERT(at == assertion->param_count);
    for (size_t t = 0; t < count; t++)
        bad[t] = !zkl_fr_equal(&sum[t], &c);
}

/* other: rows that offend it too are not counted; NULL: all are. */
static uint64_t count_linear(const zkl_assertion_data *assertion, const zkl_assertion_data *other)
{
    const zkl_source_table *first = assertion->sources[0];
    uint64_t count = 0;
    for (uint64_t chunk = 0; chunk < zkl_statement_chunk_count(&first->table, assertion->format);
         chunk++)
        for (size_t from = 0, rows = zkl_chunk_rows_of(first, assertion->format, chunk);
             from < rows; from += LINEAR_RUN) {
            const size_t run = rows - from < LINEAR_RUN ? rows - from : LINEAR_RUN;
            bool bad[LINEAR_RUN], counted[LINEAR_RUN] = { false };
            mark_linear(bad, assertion, chunk, from, run);
            if (other)
                mark_linear(counted, other, chunk, from, run);
            for (size_t t = 0; t < run; t++)
                count += bad[t] && !counted[t];
        }
    return count;
}

static zkl_status bad_rows(uint64_t *out, const zkl_assertion_data *assertion, zkl_error *err)
{
    (void)err; /* takes no memory */
    *out = count_linear(assertion, NULL);
    return ZKL_OK;
}

static uint64_t bad_rows_besides(const zkl_assertion_data *assertion,
                                 const zkl_assertion_data *other)
{
    ZKL_ASSERT(assertion->sources[0] == other->sources[0]);
    return count_linear(assertion, other);
}

const zkl_assertion_prover zkl_assertion_prover_linear = {
    .bad_rows = bad_rows,
    .bad_rows_besides = bad_rows_besides,
    .offender = "row",
};
