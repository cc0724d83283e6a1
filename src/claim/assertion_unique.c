/* "unique": no two rows have the same key. No parameters. The key of a row is the number whose
 * limbs are those of all columns, the first column's lowest; W bits.
 *
 * Auxiliary: y, the N keys in ascending order, and d, N + 1 numbers of W bits:
 *   d_0 = y_0,   d_i = y_i - y_(i-1) - 1,   d_N = 2^W - 1 - y_(N-1)
 * d lies in range, so the keys in y grow strictly and end below 2^W. The table holds the same keys
 * as y: under a tag of the assertion's own, 1 / (alpha - beta - x) and -1 / (alpha - beta - y) add
 * up to 0, padding being 0 on both sides. The equations of d are one identity of polynomials in s,
 *
 *   sum_t s^t ((1 - s) y_t - d_t) = s + .. + s^N - 2^W s^N
 *                                 = (s^(N+1) - 1) / (s - 1) - 1 - 2^W s^N,
 *
 * which also says that y and d are 0 past their rows. y has no range leaf: it is matched with x,
 * which its own `cells` bounds.
 *
 * No wrap. Keys of x lie in [0, 2^W), and y holds those; so both sides of each equation of d lie
 * within 2^(W+1) of 0, and 2^(W+1) < r. */
#include "claim/row_leaves.h"

/* Keys are short first: the pairs of columns are few then. A null would have the key of a 0. */
static zkl_status check_unique(const zkl_assertion_facts *facts, zkl_error *err)
{
    const zkl_statement_table *table = facts->sources[0];
    if (facts->param_count)
        return zkl_fail(err, ZKL_REJECTED, "parameters: unique takes none, not %zu",
                        facts->param_count);
    const uint32_t limbs = zkl_table_limbs(table);
    if (limbs > ZKL_TABLE_LIMBS_MAX)
        return zkl_fail(err, ZKL_REJECTED, "limbs: a key of %u, at most %d", limbs,
                        ZKL_TABLE_LIMBS_MAX);
    const zkl_wide twice = zkl_wide_shifted(2, facts->format->log_cells * limbs),
                   order = zkl_wide_field_order();
    if (zkl_wide_compare(&twice, &order) >= 0)
        return zkl_fail(err, ZKL_REJECTED,
                        "no wrap: differences of keys of %u limbs can reach the field order",
                        limbs);
    for (size_t i = 0; i < table->column_count; i++)
        for (size_t j = 0; j < table->column_count; j++)
            if (zkl_role_is_flag_of(table->columns[j].role, table->columns[i].role))
                return zkl_fail(err, ZKL_REJECTED, "key: column %zu may be null", i);
    return ZKL_OK;
}

static size_t auxiliary_unique(zkl_auxiliary out[static ZKL_ASSERTION_AUXILIARY_MAX],
                               const zkl_assertion_facts *facts)
{
    const zkl_statement_table *table = facts->sources[0];
    const uint32_t limbs = zkl_table_limbs(table);
    out[0] = (zkl_auxiliary){ .columns = { { "y", limbs } },
                              .column_count = 1,
                              .row_count = table->row_count };
    out[1] = (zkl_auxiliary){ .columns = { { "d", limbs } },
                              .column_count = 1,
                              .row_count = table->row_count + 1 };
    return 2;
}

/* One leaf block a chunk: the keys of a table under the tag. */
static void add_keys(zkl_shape *shape, uint32_t table, unsigned tag, bool negative)
{
    const zkl_table_view *view = &shape->tables[table];
    for (uint64_t c = 0; c < view->chunk_count; c++) {
        zkl_leaf_term terms[ZKL_TABLE_LIMBS_MAX];
        size_t count = 0;
        for (size_t i = 0; i < view->table->column_count; i++)
            zkl_shape_column_terms(terms, &count, shape, &(zkl_block_column){ table, c, i },
                                   &shape->limb[count]);
        zkl_shape_leaf(shape,
                       &(zkl_leaf){ .negative = negative, .tag = tag, .null = ZKL_BLOCK_NONE },
                       terms, count);
    }
}

/* The right side of the identity. s is not 1: shape.c refuses it. */
static void sum_steps(zkl_fr *out, const zkl_shape *shape, uint64_t rows, uint32_t limbs)
{
    zkl_fr power, v;
    zkl_fr_sub(&v, &shape->s, &ZKL_FR_ONE);
    zkl_fr_inverse_vartime(&v, &v);
    zkl_fr_pow_u64(&power, &shape->s, rows);
    zkl_fr_mul(out, &power, &shape->s);
    zkl_fr_sub(out, out, &ZKL_FR_ONE);
    zkl_fr_mul(out, out, &v);
    zkl_fr_sub(out, out, &ZKL_FR_ONE);
    zkl_fr_mul(&v, &power, &shape->limb[limbs]);
    zkl_fr_sub(out, out, &v);
}

/* The identity's leaves over s^-t: chunk c has eta^r s^(cC) ((1 - s) y_c - d_c). d may have a chunk
 * more than y. */
static void add_steps(zkl_shape *shape, uint32_t y, uint32_t d, const zkl_fr *weight)
{
    zkl_fr at = *weight, chunk_power, rise, minus;
    zkl_fr_pow_u64(&chunk_power, &shape->s, (uint64_t)1 << shape->format->log_cells);
    for (uint64_t c = 0; c < shape->tables[d].chunk_count; c++) {
        zkl_leaf_term terms[2 * ZKL_TABLE_LIMBS_MAX];
        size_t count = 0;
        zkl_fr_sub(&rise, &ZKL_FR_ONE, &shape->s);
        zkl_fr_mul(&rise, &rise, &at);
        zkl_fr_neg(&minus, &at);
        if (c < shape->tables[y].chunk_count)
            zkl_shape_column_terms(terms, &count, shape, &(zkl_block_column){ y, c, 0 }, &rise);
        zkl_shape_column_terms(terms, &count, shape, &(zkl_block_column){ d, c, 0 }, &minus);
        zkl_shape_leaf(shape,
                       &(zkl_leaf){ .is_total = true, .is_power = true, .null = ZKL_BLOCK_NONE },
                       terms, count);
        zkl_fr_mul(&at, &at, &chunk_power);
    }
}

/* Range leaves of d, the keys on both sides, then the steps. */
static void compile_unique(zkl_shape *shape, unsigned tag, const zkl_assertion *assertion)
{
    ZKL_ASSERT(assertion->param_count == 0 && assertion->table_count == 3);
    const uint32_t x = assertion->tables[0], y = assertion->tables[1], d = assertion->tables[2];
    const zkl_statement_table *table = shape->tables[x].table;
    zkl_fr value, weight;
    zkl_shape_range(shape, d, false);
    add_keys(shape, x, tag, false);
    add_keys(shape, y, tag, true);
    sum_steps(&value, shape, table->row_count, zkl_table_limbs(table));
    zkl_shape_next_total(shape, &weight, &value);
    add_steps(shape, y, d, &weight);
}

const zkl_assertion_ops zkl_assertion_unique = {
    .check = check_unique,
    .auxiliary = auxiliary_unique,
    .compile = compile_unique,
};
