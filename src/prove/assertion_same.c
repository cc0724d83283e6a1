/* "same", the prover's half: rows that differ in any cell are bad. No auxiliary tables. */
#include "prove/assertion.h"

/* Rows of one chunk that differ in some of `limbs` blocks. */
static uint64_t count_differences(const uint16_t *const *a, const uint16_t *const *b, size_t limbs,
                                  size_t rows)
{
    uint64_t count = 0;
    for (size_t t = 0; t < rows; t++) {
        bool same = true;
        for (size_t i = 0; same && i < limbs; i++)
            same = a[i][t] == b[i][t];
        count += !same;
    }
    return count;
}

static zkl_status bad_rows(uint64_t *out, const zkl_assertion_data *assertion, zkl_error *err)
{
    (void)err; /* takes no memory */
    const zkl_source_table *a = assertion->sources[0], *b = assertion->sources[1];
    const uint64_t chunks = zkl_statement_chunk_count(&a->table, assertion->format);
    const size_t limbs = zkl_statement_table_blocks(&a->table, assertion->format) / (size_t)chunks;
    uint64_t bad = 0;
    ZKL_ASSERT(assertion->source_count == 2 && a->table.row_count == b->table.row_count);
    for (uint64_t c = 0; c < chunks; c++) {
        /* the blocks of a chunk lie one behind the other */
        const zkl_column_cells x = zkl_column_of(a, assertion->format, c, 0),
                               y = zkl_column_of(b, assertion->format, c, 0);
        bad +=
            count_differences(x.limbs, y.limbs, limbs, zkl_chunk_rows_of(a, assertion->format, c));
    }
    *out = bad;
    return ZKL_OK;
}

const zkl_assertion_prover zkl_assertion_prover_same = {
    .bad_rows = bad_rows,
    .offender = "row",
};
