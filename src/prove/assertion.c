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
