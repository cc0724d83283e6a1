/* "range", the prover's half: lo <= x <= hi in rows that are not null, nulls only where they are
 * passed over. The auxiliary columns are the limbs of x - lo (da) and of hi - x (db) above the
 * lowest, 0 under nulls and in the padding. */
#include "prove/assertion.h"

/* The parameters. */
enum { RANGE_LO, RANGE_HI, RANGE_NULLS };

/* Null rows count when nulls are refused, and never otherwise. */
static zkl_status bad_rows(uint64_t *out, const zkl_assertion_data *assertion, zkl_error *err)
{
    (void)err; /* takes no memory */
    const zkl_source_table *source = assertion->sources[0];
    const zkl_code_limbs lo =
        zkl_code_limbs_of_param(&assertion->params[RANGE_LO], assertion->format->log_cells);
    const zkl_code_limbs hi =
        zkl_code_limbs_of_param(&assertion->params[RANGE_HI], assertion->format->log_cells);
    const bool skip_nulls = assertion->params[RANGE_NULLS].bytes[31] == 1,
               nullable = source->table.column_count > 1;
    uint64_t bad = 0;
    for (uint64_t c = 0; c < zkl_statement_chunk_count(&source->table, assertion->format); c++) {
        const zkl_column_cells x = zkl_column_of(source, assertion->format, c, 0);
        const zkl_column_cells flag =
            nullable ? zkl_column_of(source, assertion->format, c, 1) : (zkl_column_cells){ 0 };
        for (size_t t = 0; t < zkl_chunk_rows_of(source, assertion->format, c); t++) {
            const zkl_code_limbs v = zkl_code_limbs_read(&x, t);
            const bool null = nullable && flag.limbs[0][t];
            bad +=
                null ? !skip_nulls : zkl_code_limbs_below(&v, &lo) || zkl_code_limbs_below(&hi, &v);
        }
    }
    *out = bad;
    return ZKL_OK;
}

static zkl_status fill_auxiliary(uint16_t *const *cells, size_t which,
                                 const zkl_assertion_data *assertion, zkl_error *err)
{
    (void)err;              /* takes no memory */
    ZKL_ASSERT(which == 0); /* there is one */
    const zkl_source_table *source = assertion->sources[0];
    const unsigned log_cells = assertion->format->log_cells;
    const zkl_range_sides sides =
        zkl_assertion_range_sides(&assertion->params[RANGE_LO], &assertion->params[RANGE_HI],
                                  source->table.columns[0].limb_count, assertion->format);
    const zkl_code_limbs lo = zkl_code_limbs_of_param(&assertion->params[RANGE_LO], log_cells),
                         hi = zkl_code_limbs_of_param(&assertion->params[RANGE_HI], log_cells);
    const bool nullable = source->table.column_count > 1;
    /* Blocks lie chunk by chunk; in a chunk the limbs of da come before those of db. */
    for (uint64_t c = 0; c < zkl_statement_chunk_count(&source->table, assertion->format); c++) {
        const zkl_column_cells x = zkl_column_of(source, assertion->format, c, 0);
        const zkl_column_cells flag =
            nullable ? zkl_column_of(source, assertion->format, c, 1) : (zkl_column_cells){ 0 };
        for (unsigned side = 0; side < 2; side++) {
            if (!(side ? sides.above : sides.below))
                continue;
            for (size_t t = 0; t < zkl_chunk_rows_of(source, assertion->format, c); t++) {
                if (nullable && flag.limbs[0][t])
                    continue;
                const zkl_code_limbs v = zkl_code_limbs_read(&x, t),
                                     d = side ? zkl_code_limbs_minus(&hi, &v, log_cells)
                                              : zkl_code_limbs_minus(&v, &lo, log_cells);
                ZKL_DEBUG_ASSERT(sides.limb_count < ZKL_TABLE_LIMBS_MAX);
                for (size_t i = 0; i < sides.limb_count; i++)
                    cells[i][t] = (uint16_t)d.limb[i + 1]; /* the lowest limb is the rest */
            }
            cells += sides.limb_count;
        }
    }
    return ZKL_OK;
}

const zkl_assertion_prover zkl_assertion_prover_range = {
    .bad_rows = bad_rows,
    .offender = "row",
    .fill_auxiliary = fill_auxiliary,
};
