/* "linear": c, then a weight for each column of all its tables, flags too. sum_j w_j x_j = c in every row.
 *
 * One relation a chunk; padding is zero, so there the right side is 0. No wrap: 2 sum |w_j| 2^W_j < r. */
#include "proof/claim.h"

/* |w| of a weight in (-2^64, 2^64), written mod r. */
static bool read_weight(uint64_t *out, const zkl_scalar *param)
{
    const zkl_wide w = zkl_wide_of_scalar(param), order = zkl_wide_field_order();
    const zkl_wide minus = zkl_wide_minus(&order, &w);
    const bool positive = zkl_wide_bits(&w) <= 64;
    *out = positive ? w.word[0] : minus.word[0];
    return positive || zkl_wide_bits(&minus) <= 64;
}

static zkl_status check_linear(const zkl_claim_facts *facts, zkl_error *err)
{
    const zkl_wide order = zkl_wide_field_order();
    zkl_wide most = { { 0 } };
    size_t columns = 0, at = 1;
    for (size_t i = 0; i < facts->source_count; i++) {
        if (facts->sources[i]->row_count != facts->sources[0]->row_count)
            return zkl_fail(err, ZKL_REJECTED, "parameters: linear over tables of different rows");
        columns += facts->sources[i]->column_count;
    }
    if (facts->param_count != 1 + columns)
        return zkl_fail(err, ZKL_REJECTED,
                        "parameters: linear takes 1 and a weight for each of %zu columns, not %zu",
                        columns, facts->param_count);
    for (size_t i = 0; i < facts->source_count; i++)
        for (size_t j = 0; j < facts->sources[i]->column_count; j++) {
            uint64_t weight;
            if (!read_weight(&weight, &facts->params[at++]))
                return zkl_fail(err, ZKL_REJECTED, "parameters: weight %zu has more than 64 bits",
                                at - 2);
            zkl_wide_add_shifted(&most, weight,
                                 1 + facts->format->log_cells *
                                         facts->sources[i]->columns[j].limb_count);
        }
    if (zkl_wide_compare(&most, &order) >= 0)
        return zkl_fail(err, ZKL_REJECTED,
                        "no wrap: the weighted sum of a row can reach the field order");
    return ZKL_OK;
}

static void compile_linear(zkl_shape *shape, unsigned tag, const zkl_claim *claim)
{
    (void)tag;
    const uint64_t chunks = shape->tables[claim->tables[0]].chunk_count;
    zkl_fr c;
    ZKL_ASSERT(zkl_fr_decode(&c, claim->params[0].bytes));
    for (uint64_t chunk = 0; chunk < chunks; chunk++) {
        zkl_fr wt, w;
        size_t at = 1;
        zkl_shape_relate(shape, &wt, &c, chunk == chunks - 1);
        for (size_t i = 0; i < claim->table_count; i++)
            for (size_t j = 0; j < shape->tables[claim->tables[i]].table->column_count; j++) {
                ZKL_ASSERT(zkl_fr_decode(&w, claim->params[at++].bytes));
                zkl_fr_mul(&w, &w, &wt);
                zkl_shape_relate_column(shape, claim->tables[i], chunk, j, &w);
            }
    }
    zkl_shape_rows(shape, claim->tables[0]);
}

const zkl_claim_kind_ops zkl_claim_linear = {
    .name = "linear",
    .sources_only = true,
    .check = check_linear,
    .compile = compile_linear,
};
