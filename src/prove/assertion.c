/* The prover's half of assertions, whatever their kind: the list of kinds, and what they share.
 * A source's blocks lie chunk by chunk, in a chunk column by column, of a column limb by limb. */
#include "prove/assertion.h"

static const zkl_assertion_prover *const provers[ZKL_ASSERTION_KIND_COUNT] = {
#define KIND(constant, name, sources) &zkl_assertion_prover_##name,
    ZKL_ASSERTION_KINDS(KIND)
#undef KIND
};

const zkl_assertion_prover *zkl_assertion_prover_of(zkl_assertion_kind kind)
{
    ZKL_ASSERT((unsigned)kind < ZKL_ASSERTION_KIND_COUNT);
    return provers[kind];
}

/* ---- Columns of a source */

zkl_column_cells zkl_column_of(const zkl_source_table *source, const zkl_proof_format *format,
                               uint64_t chunk, size_t column)
{
    const size_t blocks = zkl_statement_table_blocks(&source->table, format);
    ZKL_ASSERT(column < source->table.column_count);
    size_t at = (size_t)chunk * (blocks / zkl_statement_chunk_count(&source->table, format));
    for (size_t i = 0; i < column; i++)
        at += source->table.columns[i].limb_count;
    return (zkl_column_cells){ source->cells + at, source->table.columns[column].limb_count };
}

size_t zkl_chunk_rows_of(const zkl_source_table *source, const zkl_proof_format *format,
                         uint64_t chunk)
{
    const uint64_t cells = (uint64_t)1 << format->log_cells,
                   left = source->table.row_count - chunk * cells;
    ZKL_ASSERT(chunk * cells < source->table.row_count);
    return (size_t)(left < cells ? left : cells);
}

/* Limb by limb: a block adds less than C 2^16 < 2^33, a column of 2^26 rows less than 2^42,
 * weighted by C^limb. */
void zkl_sum_column(zkl_wide *total, uint64_t *nulls, const zkl_source_table *source,
                    const zkl_proof_format *format)
{
    *total = (zkl_wide){ { 0 } };
    *nulls = 0;
    for (uint64_t c = 0; c < zkl_statement_chunk_count(&source->table, format); c++) {
        const zkl_column_cells x = zkl_column_of(source, format, c, 0);
        const size_t rows = zkl_chunk_rows_of(source, format, c);
        for (size_t i = 0; i < x.limb_count; i++) {
            uint64_t sum = 0;
            for (size_t t = 0; t < rows; t++)
                sum += x.limbs[i][t];
            zkl_wide_add_shifted(total, sum, (unsigned)i * format->log_cells);
        }
        if (source->table.column_count > 1) {
            const zkl_column_cells flag = zkl_column_of(source, format, c, 1);
            for (size_t t = 0; t < rows; t++)
                *nulls += flag.limbs[0][t];
        }
    }
}
