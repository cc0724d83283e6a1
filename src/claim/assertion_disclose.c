/* "disclose": row, then its cells: of one row of the source all blocks, in the order of a chunk's
 * blocks. The row is counted from the table's first.
 *
 * It has no leaf and no relation. Its cells are public, so that no circuit is needed: one direct
 * opening (verify/direct.h) shows sum_j theta'^j cell_j for the row, theta' = theta(t0). For a
 * random theta' equal sums are equal cells, one by one. A cell is a number below C on both sides:
 * of the parameters by this check, of the table by its `cells`. */
#include "claim/assertion.h"

/* Blocks of a chunk: at most 2,046 columns of at most 16 limbs (zkl_statement_check). */
static size_t count_cells(const zkl_statement_table *table)
{
    size_t count = 0;
    for (size_t i = 0; i < table->column_count; i++)
        count += table->columns[i].limb_count;
    return count;
}

/* The number of parameters before any of them is read. */
static zkl_status check_disclose(const zkl_assertion_facts *facts, zkl_error *err)
{
    const zkl_statement_table *table = facts->sources[0];
    const size_t cells = count_cells(table);
    uint64_t row, cell;
    if (facts->param_count != 1 + cells)
        return zkl_fail(err, ZKL_REJECTED,
                        "parameters: disclose takes a row and its %zu cells, not %zu", cells,
                        facts->param_count);
    if (!zkl_assertion_param_u64(&row, &facts->params[0]) || row >= table->row_count)
        return zkl_fail(err, ZKL_REJECTED, "parameters: the table has no such row");
    for (size_t i = 1; i < facts->param_count; i++)
        if (!zkl_assertion_param_u64(&cell, &facts->params[i]) ||
            cell >> facts->format->log_cells != 0)
            return zkl_fail(err, ZKL_REJECTED, "parameters: cell %zu has more than %u bits", i - 1,
                            facts->format->log_cells);
    return ZKL_OK;
}

static void compile_disclose(zkl_shape *shape, unsigned tag, const zkl_assertion *assertion)
{
    (void)shape;
    (void)tag;
    ZKL_ASSERT(assertion->table_count == 1);
}

const zkl_assertion_ops zkl_assertion_disclose = {
    .check = check_disclose,
    .compile = compile_disclose,
};
