/* "cells", the prover's half: a row is bad for each of its cells that is not below C, is a flag
 * or bool above 1, or is not zero in the padding or under a null. No auxiliary tables. */
#include "prove/assertion.h"

/* Counts cells rather than rows: what reads a table makes no such cell, so any number but 0 is a
 * fault of the program. */
static zkl_status bad_rows(uint64_t *out, const zkl_assertion_data *assertion, zkl_error *err)
{
    (void)err; /* takes no memory */
    const zkl_source_table *source = assertion->sources[0];
    const zkl_statement_table *table = &source->table;
    const size_t cells = (size_t)1 << assertion->format->log_cells;
    uint64_t bad = 0;
    for (uint64_t c = 0; c < zkl_statement_chunk_count(table, assertion->format); c++) {
        const size_t rows = zkl_chunk_rows_of(source, assertion->format, c);
        for (size_t i = 0; i < table->column_count; i++) {
            const zkl_column_cells column = zkl_column_of(source, assertion->format, c, i);
            zkl_column_cells flag = { 0 }; /* of the column, when it has one */
            for (size_t j = 0; j < table->column_count; j++)
                if (zkl_role_is_flag_of(table->columns[j].role, table->columns[i].role))
                    flag = zkl_column_of(source, assertion->format, c, j);
            const bool boolean = zkl_role_is_boolean(table->columns[i].role);
            for (size_t limb = 0; limb < column.limb_count; limb++)
                for (size_t t = 0; t < cells; t++) {
                    const uint16_t v = column.limbs[limb][t];
                    bad += v && (t >= rows || (flag.limb_count && flag.limbs[0][t]) ||
                                 (boolean && v > 1) || v >= cells);
                }
        }
    }
    *out = bad;
    return ZKL_OK;
}

const zkl_assertion_prover zkl_assertion_prover_cells = {
    .bad_rows = bad_rows,
    .offender = "row",
};
