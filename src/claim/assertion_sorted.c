/* "sorted": rows are in order of their keys. Parameters: strict (1: no two neighbours are equal),
 * down (1: the other way around). The key of a row is the number whose limbs are those of all
 * columns, the first column's lowest, a flag a limb above its column; W bits. So a null comes last,
 * and first where the order falls.
 *
 * Auxiliary: d, N + 1 numbers of W bits. Rising:
 *   d_0 = x_0,   d_t = x_t - x_(t-1) - strict,   d_N = 2^W - 1 - x_(N-1)
 * and falling:
 *   d_0 = 2^W - 1 - x_0,   d_t = x_(t-1) - x_t - strict,   d_N = x_(N-1).
 * d lies in range, so no key is smaller than the one before it (larger). The equations of d are one
 * identity of polynomials in s, with g = 1 - s rising and s - 1 falling:
 *
 *   sum_t s^t (g x_t - d_t) = strict (s + .. + s^(N-1)) - (2^W - 1) s^N   (falling: (2^W - 1) s^0)
 *
 * x are the table's own rows: its `cells` bounds them and makes padded rows zero.
 *
 * No wrap. Keys lie in [0, 2^W), so both sides of each equation of d lie within 2^(W+1) of each
 * other, and 2^(W+1) < r. */
#include "claim/row_leaves.h"

enum { SORTED_STRICT, SORTED_DOWN, SORTED_PARAMS };

static zkl_status check_sorted(const zkl_assertion_facts *facts, zkl_error *err)
{
    uint64_t value;
    if (facts->param_count != SORTED_PARAMS)
        return zkl_fail(err, ZKL_REJECTED, "parameters: sorted takes 2, not %zu",
                        facts->param_count);
    for (size_t i = 0; i < SORTED_PARAMS; i++)
        if (!zkl_assertion_param_u64(&value, &facts->params[i]) || value > 1)
            return zkl_fail(err, ZKL_REJECTED, "parameters: %s is not 0 or 1",
                            i == SORTED_STRICT ? "strict" : "down");
    const uint32_t limbs = zkl_table_limbs(facts->sources[0]);
    if (limbs > ZKL_TABLE_LIMBS_MAX)
        return zkl_fail(err, ZKL_REJECTED, "limbs: a key of %u, at most %d", limbs,
                        ZKL_TABLE_LIMBS_MAX);
    const zkl_wide twice = zkl_wide_shifted(2, facts->format->log_cells * limbs),
                   order = zkl_wide_field_order();
    if (zkl_wide_compare(&twice, &order) >= 0)
        return zkl_fail(err, ZKL_REJECTED,
                        "no wrap: differences of keys of %u limbs can reach the field order",
                        limbs);
    return ZKL_OK;
}

static size_t auxiliary_sorted(zkl_auxiliary out[static ZKL_ASSERTION_AUXILIARY_MAX],
                               const zkl_assertion_facts *facts)
{
    const zkl_statement_table *table = facts->sources[0];
    out[0] = (zkl_auxiliary){ .columns = { { "d", zkl_table_limbs(table) } },
                              .column_count = 1,
                              .row_count = table->row_count + 1 };
    return 1;
}

static bool is_set(const zkl_assertion *assertion, size_t param)
{
    uint64_t value = 0;
    (void)zkl_assertion_param_u64(&value, &assertion->params[param]); /* checked */
    return value != 0;
}

/* The right side. s is not 1: shape.c refuses it. */
static void sum_steps(zkl_fr *out, const zkl_shape *shape, const zkl_assertion *assertion)
{
    const zkl_statement_table *x = shape->tables[assertion->tables[0]].table;
    zkl_fr power, top, v;
    zkl_fr_pow_u64(&power, &shape->s, x->row_count);
    *out = ZKL_FR_ZERO;
    if (is_set(assertion, SORTED_STRICT)) { /* (s^N - 1) / (s - 1) - 1 */
        zkl_fr_sub(&v, &shape->s, &ZKL_FR_ONE);
        zkl_fr_inverse_vartime(&v, &v);
        zkl_fr_sub(out, &power, &ZKL_FR_ONE);
        zkl_fr_mul(out, out, &v);
        zkl_fr_sub(out, out, &ZKL_FR_ONE);
    }
    zkl_fr_sub(&top, &shape->limb[zkl_table_limbs(x)], &ZKL_FR_ONE);
    if (!is_set(assertion, SORTED_DOWN))
        zkl_fr_mul(&top, &top, &power);
    zkl_fr_sub(out, out, &top);
}

/* The keys of one chunk, with eta^r s^(cC) g, each column at its place in the key. */
static void add_keys(zkl_shape *shape, uint32_t table, uint64_t chunk, const zkl_fr *weight)
{
    const zkl_statement_table *x = shape->tables[table].table;
    uint32_t below = 0;
    for (size_t i = 0; i < x->column_count; i++) {
        zkl_fr w;
        zkl_fr_mul(&w, weight, &shape->limb[below]);
        zkl_shape_power_column(shape, &(zkl_block_column){ table, chunk, i }, &w);
        below += x->columns[i].limb_count;
    }
}

/* d may have a chunk more than x. */
static void compile_sorted(zkl_shape *shape, unsigned tag, const zkl_assertion *assertion)
{
    (void)tag;
    ZKL_ASSERT(assertion->param_count == SORTED_PARAMS && assertion->table_count == 2);
    const uint32_t x = assertion->tables[0], d = assertion->tables[1];
    zkl_fr value, at, chunk_power, rise, weight;
    zkl_shape_range(shape, d, false);
    sum_steps(&value, shape, assertion);
    zkl_shape_next_total(shape, &at, &value);
    zkl_fr_pow_u64(&chunk_power, &shape->s, (uint64_t)1 << shape->format->log_cells);
    zkl_fr_sub(&rise, &ZKL_FR_ONE, &shape->s);
    if (is_set(assertion, SORTED_DOWN))
        zkl_fr_neg(&rise, &rise);
    for (uint64_t c = 0; c < shape->tables[d].chunk_count; c++) {
        zkl_fr_mul(&weight, &rise, &at);
        if (c < shape->tables[x].chunk_count)
            add_keys(shape, x, c, &weight);
        zkl_fr_neg(&weight, &at);
        zkl_shape_power_column(shape, &(zkl_block_column){ d, c, 0 }, &weight);
        zkl_fr_mul(&at, &at, &chunk_power);
    }
}

const zkl_assertion_ops zkl_assertion_sorted = {
    .check = check_sorted,
    .auxiliary = auxiliary_sorted,
    .compile = compile_sorted,
};
