/* "histogram": (low, width - 1, count) of each bin. Bins tile [0, 2^W); so many rows that are not
 * null have x in the bin from low on.
 *
 * Auxiliary: u and v of k limbs, x having k. For x in the bin (low, w = width - 1):
 *   u = x - low,   v = low + w - x;   both 0 on padding and nulls.
 * Both lie in range. Under the assertion's tag each row has 1 / (alpha - beta - (x - u) -
 * theta (u + v)): x - u is the bin's low and u + v its w, so that rows meet at the pole of their
 * bin, and the count is its numerator. A padded row meets at 0, a null falls on beta_1.
 *
 * No wrap. A row's pole is a bin's: u = x - low and u + v = w mod r. x, u, v and low lie in
 * [0, 2^W) and 2^(W+1) < r, so these are equal integers; v >= 0 then says x <= low + w. */
#include "claim/assertion.h"

enum { BIN_LOW, BIN_WIDTH, BIN_COUNT, BIN_PARAMS };

/* The bin begins where the one before ended. *low: where the next begins, below 2^267. */
static zkl_status check_bin(zkl_wide *low, const zkl_scalar *bin, uint64_t rows, zkl_error *err)
{
    const zkl_wide begin = zkl_wide_of_scalar(&bin[BIN_LOW]),
                   width = zkl_wide_of_scalar(&bin[BIN_WIDTH]), one = zkl_wide_shifted(1, 0);
    uint64_t count;
    if (zkl_wide_compare(&begin, low) != 0)
        return zkl_fail(err, ZKL_REJECTED, "parameters: the bins do not tile");
    zkl_wide_add(low, &width);
    zkl_wide_add(low, &one);
    if (!zkl_assertion_param_u64(&count, &bin[BIN_COUNT]) || count > rows)
        return zkl_fail(err, ZKL_REJECTED, "parameters: more rows in a bin than there are");
    return ZKL_OK;
}

static zkl_status check_histogram(const zkl_assertion_facts *facts, zkl_error *err)
{
    const unsigned bits = zkl_assertion_x_bits(facts);
    const zkl_wide top = zkl_wide_shifted(1, bits), twice = zkl_wide_shifted(2, bits),
                   order = zkl_wide_field_order();
    zkl_wide low = zkl_wide_shifted(0, 0);
    if (!facts->param_count || facts->param_count % BIN_PARAMS)
        return zkl_fail(err, ZKL_REJECTED, "parameters: histogram takes 3 a bin, not %zu",
                        facts->param_count);
    if (zkl_wide_compare(&twice, &order) >= 0)
        return zkl_fail(err, ZKL_REJECTED,
                        "no wrap: differences of %u bits can reach the field order", bits);
    for (size_t i = 0; i < facts->param_count; i += BIN_PARAMS)
        ZKL_TRY(check_bin(&low, &facts->params[i], facts->sources[0]->row_count, err));
    if (zkl_wide_compare(&low, &top) != 0) /* the lows grow, so none lies beyond */
        return zkl_fail(err, ZKL_REJECTED, "parameters: the bins do not tile");
    return ZKL_OK;
}

static size_t auxiliary_histogram(zkl_auxiliary out[static ZKL_ASSERTION_AUXILIARY_MAX],
                                  const zkl_assertion_facts *facts)
{
    const uint32_t limbs = zkl_assertion_x_limbs(facts);
    out[0] = (zkl_auxiliary){ .columns = { { "u", limbs }, { "v", limbs } },
                              .column_count = 2,
                              .row_count = facts->sources[0]->row_count };
    return 1;
}

/* (x - u) + theta (u + v) of one chunk. */
static void add_rows(zkl_shape *shape, const zkl_assertion *assertion, unsigned tag, uint64_t chunk)
{
    const uint32_t source = assertion->tables[0], aux = assertion->tables[1];
    const zkl_table_view *view = &shape->tables[source];
    zkl_leaf_term terms[3 * ZKL_TABLE_LIMBS_MAX];
    size_t count = 0;
    zkl_fr of_u;
    zkl_fr_sub(&of_u, &shape->theta, &ZKL_FR_ONE);
    zkl_shape_column_terms(terms, &count, shape, &(zkl_block_column){ source, chunk, 0 },
                           &ZKL_FR_ONE);
    zkl_shape_column_terms(terms, &count, shape, &(zkl_block_column){ aux, chunk, 0 }, &of_u);
    zkl_shape_column_terms(terms, &count, shape, &(zkl_block_column){ aux, chunk, 1 },
                           &shape->theta);
    const bool nullable = view->table->column_count > 1;
    const zkl_leaf leaf = { .tag = tag,
                            .null = nullable ? zkl_table_block(view, chunk, 1) : ZKL_BLOCK_NONE };
    zkl_shape_leaf(shape, &leaf, terms, count);
}

/* Range leaves of u and v, a leaf block a chunk, and what they add up to. */
static void compile_histogram(zkl_shape *shape, unsigned tag, const zkl_assertion *assertion)
{
    const zkl_table_view *view = &shape->tables[assertion->tables[0]];
    ZKL_ASSERT(assertion->param_count % BIN_PARAMS == 0 && assertion->table_count == 2);
    zkl_shape_range(shape, assertion->tables[1], false);
    for (uint64_t c = 0; c < view->chunk_count; c++)
        add_rows(shape, assertion, tag, c);
    for (size_t i = 0; i < assertion->param_count; i += BIN_PARAMS) {
        const zkl_scalar *bin = &assertion->params[i];
        zkl_fr low, width, count;
        ZKL_ASSERT(zkl_fr_decode(&low, bin[BIN_LOW].bytes) &&
                   zkl_fr_decode(&width, bin[BIN_WIDTH].bytes) &&
                   zkl_fr_decode(&count, bin[BIN_COUNT].bytes));
        zkl_fr_mul(&width, &width, &shape->theta);
        zkl_fr_add(&low, &low, &width);
        zkl_shape_expect(shape, tag, &low, &count);
    }
    zkl_shape_expect_padding(shape, assertion->tables[0], tag, false);
}

const zkl_assertion_ops zkl_assertion_histogram = {
    .names_roles = true,
    .check = check_histogram,
    .auxiliary = auxiliary_histogram,
    .compile = compile_histogram,
};
