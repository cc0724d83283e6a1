/* "disclose", the prover's half: are these the cells of the row? No auxiliary tables. */
#include "prove/assertion.h"

static zkl_status bad_rows(uint64_t *out, const zkl_assertion_data *assertion, zkl_error *err)
{
    const zkl_source_table *source = assertion->sources[0];
    const unsigned log_cells = assertion->format->log_cells;
    uint64_t row, cell;
    size_t at = 1;
    (void)err; /* takes no memory */
    ZKL_ASSERT(zkl_assertion_param_u64(&row, &assertion->params[0]));
    *out = 0;
    for (size_t i = 0; i < source->table.column_count; i++) {
        const zkl_column_cells column =
            zkl_column_of(source, assertion->format, row >> log_cells, i);
        for (size_t limb = 0; limb < column.limb_count; limb++) {
            ZKL_ASSERT(zkl_assertion_param_u64(&cell, &assertion->params[at++]));
            if (column.limbs[limb][row & (((uint64_t)1 << log_cells) - 1)] != cell)
                *out = 1;
        }
    }
    ZKL_ASSERT(at == assertion->param_count);
    return ZKL_OK;
}

const zkl_assertion_prover zkl_assertion_prover_disclose = {
    .bad_rows = bad_rows,
    .offender = "row",
};
