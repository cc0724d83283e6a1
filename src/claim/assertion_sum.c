/* "sum": the sum of x over its rows that are not null, the number of its nulls, mode. With mode 0
 * (at least) and 2 (at most) a slack column q, any C numbers of k + 1 limbs, makes up the
 * difference.
 *
 *   sum_c sum_k 2^16k x_{c,k} + (mode - 1) sum_k 2^16k q_k = T,   sum_c x?_c = nulls
 *
 * No wrap: both sides are integers below r. */
#include "claim/assertion.h"

enum { SUM_TOTAL, SUM_NULLS, SUM_MODE, SUM_PARAMS };

/* The left side reaches N 2^W, the slack C 2^(16 (k+1)), at most 2^(W + 32): both together stay
 * below r. A total beyond N 2^W is one that no rows have. */
static zkl_status check_sum(const zkl_assertion_facts *facts, zkl_error *err)
{
    const zkl_scalar *p = facts->params;
    const uint64_t rows = facts->sources[0]->row_count;
    const unsigned bits = zkl_assertion_x_bits(facts), limb_bits = facts->format->log_cells;
    uint64_t nulls, mode;
    if (facts->param_count != SUM_PARAMS)
        return zkl_fail(err, ZKL_REJECTED, "parameters: sum takes 3, not %zu", facts->param_count);
    if (!zkl_assertion_param_u64(&mode, &p[SUM_MODE]) || mode >= ZKL_MODE_COUNT)
        return zkl_fail(err, ZKL_REJECTED, "parameters: mode is not 0, 1 or 2");
    if (!zkl_assertion_param_u64(&nulls, &p[SUM_NULLS]) ||
        nulls > (zkl_assertion_x_nullable(facts) ? rows : 0))
        return zkl_fail(err, ZKL_REJECTED, "parameters: more nulls than can be");
    const zkl_wide total = zkl_wide_of_scalar(&p[SUM_TOTAL]), order = zkl_wide_field_order();
    zkl_wide most = zkl_wide_shifted(rows, bits);
    if (zkl_wide_compare(&total, &most) > 0)
        return zkl_fail(err, ZKL_REJECTED,
                        "parameters: the sum is larger than the rows can make it");
    if (mode != ZKL_MODE_EXACTLY)
        zkl_wide_add_shifted(&most, 1, bits + 2 * limb_bits);
    if (zkl_wide_compare(&most, &order) >= 0)
        return zkl_fail(err, ZKL_REJECTED, "no wrap: the sum can reach the field order");
    return ZKL_OK;
}

/* An exact sum needs no slack. */
static size_t auxiliary_sum(zkl_auxiliary out[static ZKL_ASSERTION_AUXILIARY_MAX],
                            const zkl_assertion_facts *facts)
{
    uint64_t mode = 0;
    (void)zkl_assertion_param_u64(&mode, &facts->params[SUM_MODE]); /* checked */
    if (mode == ZKL_MODE_EXACTLY)
        return 0;
    out[0] = (zkl_auxiliary){ .columns = { { "q", zkl_assertion_x_limbs(facts) + 1 } },
                              .column_count = 1,
                              .row_count = (uint64_t)1 << facts->format->log_cells };
    return 1;
}

/* The slack is subtracted for "at least", added for "at most". The number of nulls is a total of
 * its own. */
static void compile_sum(zkl_shape *shape, unsigned tag, const zkl_assertion *assertion)
{
    (void)tag;
    const zkl_table_view *x = &shape->tables[assertion->tables[0]];
    const zkl_scalar *p = assertion->params;
    ZKL_ASSERT(assertion->param_count == SUM_PARAMS && assertion->table_count <= 2);
    zkl_fr weight, minus;

    zkl_shape_total(shape, &weight, &p[SUM_TOTAL]);
    for (uint64_t c = 0; c < x->chunk_count; c++)
        zkl_shape_total_column(shape, assertion->tables[0], c, 0, &weight);
    if (assertion->table_count > 1) {
        uint64_t mode = 0;
        (void)zkl_assertion_param_u64(&mode, &p[SUM_MODE]); /* checked */
        zkl_shape_range(shape, assertion->tables[1], false);
        zkl_fr_neg(&minus, &weight);
        zkl_shape_total_column(shape, assertion->tables[1], 0, 0,
                               mode == ZKL_MODE_AT_LEAST ? &minus : &weight);
    }
    if (x->table->column_count > 1) {
        zkl_shape_total(shape, &weight, &p[SUM_NULLS]);
        for (uint64_t c = 0; c < x->chunk_count; c++)
            zkl_shape_total_column(shape, assertion->tables[0], c, 1, &weight);
    }
}

const zkl_assertion_ops zkl_assertion_sum = {
    .names_roles = true,
    .check = check_sum,
    .auxiliary = auxiliary_sum,
    .compile = compile_sum,
};
