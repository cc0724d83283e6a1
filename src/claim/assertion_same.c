/* "same": the rows of two tables are equal, in order. No parameters. Both have as many rows from
 * the same row on, and as many columns of the same limbs, flags opposite flags.
 *
 * In each chunk, for each limb and flag, kappa^r (block of the first - block of the second) = 0 is
 * a relation of its own. So every cell is compared with its like, limb by limb: nothing can wrap,
 * at any width. Padded rows are zero on both sides by their `cells`, and so equal.
 *
 * Equal limbs are equal codes. That they are equal values, since the types are the same, is the
 * words' to say (claim_same.c). */
#include "claim/row_leaves.h"

static zkl_status check_same(const zkl_assertion_facts *facts, zkl_error *err)
{
    const zkl_statement_table *a = facts->sources[0], *b = facts->sources[1];
    if (facts->param_count)
        return zkl_fail(err, ZKL_REJECTED, "parameters: same takes none, not %zu",
                        facts->param_count);
    if (a->row_count != b->row_count || a->first_row != b->first_row)
        return zkl_fail(err, ZKL_REJECTED,
                        "rows: %llu from %llu on, and %llu from %llu on in the other",
                        (unsigned long long)a->row_count, (unsigned long long)a->first_row,
                        (unsigned long long)b->row_count, (unsigned long long)b->first_row);
    bool pair = zkl_tables_pair(a, b);
    for (size_t i = 0; pair && i < a->column_count; i++)
        pair = zkl_column_is_flag(a, i) == zkl_column_is_flag(b, i);
    return pair ? ZKL_OK : zkl_fail(err, ZKL_REJECTED, "columns: those of the other are not like");
}

static void compile_same(zkl_shape *shape, unsigned tag, const zkl_assertion *assertion)
{
    (void)tag;
    const zkl_table_view *a = &shape->tables[assertion->tables[0]],
                         *b = &shape->tables[assertion->tables[1]];
    ZKL_ASSERT(assertion->param_count == 0 && assertion->table_count == 2);
    ZKL_ASSERT(a->chunk_count == b->chunk_count && a->blocks_per_chunk == b->blocks_per_chunk);
    for (uint64_t c = 0; c < a->chunk_count; c++) {
        const uint32_t from = zkl_table_block(a, c, 0), to = zkl_table_block(b, c, 0);
        for (uint32_t i = 0; i < a->blocks_per_chunk; i++) {
            zkl_fr weight, minus;
            zkl_shape_relate(shape, &weight, &ZKL_FR_ZERO, false);
            zkl_fr_neg(&minus, &weight);
            zkl_shape_relate_block(shape, from + i, &weight);
            zkl_shape_relate_block(shape, to + i, &minus);
        }
    }
}

const zkl_assertion_ops zkl_assertion_same = {
    .check = check_same,
    .compile = compile_same,
};
