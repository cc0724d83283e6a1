/* "linear": c, then a weight for each column of all its tables, flags too. sum_j w_j x_j = c in
 * every row.
 *
 * One relation a chunk; padding is zero, so there the right side is 0.
 *
 * No wrap. x_j lies in [0, 2^W_j), so the left side lies in (-down, up): up is the sum of w_j
 * 2^W_j over positive weights, down that of |w_j| 2^W_j over negative ones. The check wants 2
 * (up + down) < r, and c in [-down, up], where c is the parameter or the parameter less r,
 * whichever is nearer to 0. Then both sides differ by less than r, and equal mod r is equal. */
#include "claim/assertion.h"

/* What the left side can reach: up, and down, without sign. */
typedef struct linear_reach {
    zkl_wide up, down;
} linear_reach;

/* A column of `bits` bits adds less than |w| 2^bits to one side. A weight has at most 64 bits,
 * so that the sums of 4,096 columns fit zkl_wide. */
static zkl_status weigh_column(linear_reach *reach, const zkl_scalar *param, unsigned bits,
                               size_t at, zkl_error *err)
{
    bool negative;
    const zkl_wide weight = zkl_assertion_param_centred(&negative, param);
    if (zkl_wide_bits(&weight) > 64)
        return zkl_fail(err, ZKL_REJECTED, "parameters: weight %zu has more than 64 bits", at);
    zkl_wide_add_shifted(negative ? &reach->down : &reach->up, weight.word[0], bits);
    return ZKL_OK;
}

/* 2 (up + down) < r, and the constant is one that rows can reach. */
static zkl_status check_reach(const linear_reach *reach, const zkl_scalar *constant, zkl_error *err)
{
    const zkl_wide order = zkl_wide_field_order();
    zkl_wide all = reach->up;
    bool negative;
    zkl_wide_add(&all, &reach->down);
    zkl_wide_add(&all, &all);
    if (zkl_wide_compare(&all, &order) >= 0)
        return zkl_fail(err, ZKL_REJECTED,
                        "no wrap: the weighted sum of a row can reach the field order");
    const zkl_wide c = zkl_assertion_param_centred(&negative, constant);
    if (zkl_wide_compare(&c, negative ? &reach->down : &reach->up) > 0)
        return zkl_fail(err, ZKL_REJECTED, "parameters: the constant is one that no row can reach");
    return ZKL_OK;
}

/* Parameters: the constant, then a weight for every column of every source. Rows are counted
 * together, so all sources have as many. */
static zkl_status check_linear(const zkl_assertion_facts *facts, zkl_error *err)
{
    linear_reach reach = { { { 0 } }, { { 0 } } };
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
        for (size_t j = 0; j < facts->sources[i]->column_count; j++, at++)
            ZKL_TRY(weigh_column(
                &reach, &facts->params[at],
                facts->format->log_cells * facts->sources[i]->columns[j].limb_count, at - 1, err));
    return check_reach(&reach, &facts->params[0], err);
}

/* A relation for each chunk: kappa^r (sum of weighted columns) = kappa^r c. */
static void compile_linear(zkl_shape *shape, unsigned tag, const zkl_assertion *assertion)
{
    (void)tag;
    const uint64_t chunks = shape->tables[assertion->tables[0]].chunk_count;
    ZKL_ASSERT(chunks > 0 && assertion->param_count > 1);
    zkl_fr c;
    ZKL_ASSERT(zkl_fr_decode(&c, assertion->params[0].bytes));
    for (uint64_t chunk = 0; chunk < chunks; chunk++) {
        zkl_fr wt, w;
        size_t at = 1;
        zkl_shape_relate(shape, &wt, &c, chunk == chunks - 1);
        for (size_t i = 0; i < assertion->table_count; i++)
            for (size_t j = 0; j < shape->tables[assertion->tables[i]].table->column_count; j++) {
                ZKL_ASSERT(zkl_fr_decode(&w, assertion->params[at++].bytes));
                zkl_fr_mul(&w, &w, &wt);
                zkl_shape_relate_column(shape, assertion->tables[i], chunk, j, &w);
            }
    }
    zkl_shape_rows(shape, assertion->tables[0]);
}

const zkl_assertion_ops zkl_assertion_linear = {
    .takes_lone_flags = true,
    .check = check_linear,
    .compile = compile_linear,
};
