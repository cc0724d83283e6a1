/* The check over all statements of a receipt: every block of its datasets has been shown well
 * formed. */
#include "verify/statement.h"

#include "claim/assertion.h"

/* One bit for each (chunk, numbered column) of one dataset. */
static void mark_table(uint8_t *marks, const zkl_statement_table *table, size_t column_count)
{
    const uint64_t first = table->first_row >> zkl_proof_format_v1.log_cells;
    for (uint64_t c = 0; c < zkl_statement_chunk_count(table, &zkl_proof_format_v1); c++)
        for (size_t i = 0; i < table->column_count; i++) {
            ZKL_DEBUG_ASSERT(table->columns[i].index < column_count); /* zkl_statement_check */
            marks[(size_t)(first + c) * column_count + table->columns[i].index] = 1;
        }
}

/* A proof of some column says nothing of the others: without this check a cell of an uncovered
 * block could be any field element, also where its manifest shows a commitment. Memory: a byte for
 * each chunk and column. */
static zkl_status check_cover(const zkl_statement *const *statements, size_t statement_count,
                              const zkl_known_table *known, zkl_error *err)
{
    const zkl_statement_table whole = { .row_count = known->row_count };
    const uint64_t chunks = zkl_statement_chunk_count(&whole, &zkl_proof_format_v1);
    size_t count;
    if (!zkl_size_mul(&count, (size_t)chunks, known->column_count))
        return zkl_no_memory(err, SIZE_MAX);
    ZKL_ASSERT(chunks && known->column_count); /* a manifest that parsed has rows and columns */
    ZKL_AUTO_BLOCK uint8_t *covered = zkl_calloc(count, 1);
    if (!covered)
        return zkl_no_memory(err, count);
    for (size_t i = 0; i < statement_count; i++) {
        const zkl_statement *s = statements[i];
        for (size_t j = 0; j < s->assertion_count; j++) {
            const zkl_statement_table *table = &s->tables[s->assertions[j].tables[0]];
            if (zkl_assertion_ops_of(s->assertions[j].kind)->is_wellformedness &&
                zkl_digest_equal(&table->dataset, &known->dataset))
                mark_table(covered, table, known->column_count);
        }
    }
    for (size_t i = 0; i < count; i++)
        if (!covered[i])
            return zkl_fail(err, ZKL_REJECTED,
                            "cells: chunk %zu of column %zu is not covered by a cells claim",
                            i / known->column_count, i % known->column_count);
    return ZKL_OK;
}

/* Every source of the statement is a table of one of the datasets. */
static zkl_status check_sources(const zkl_statement *s, const zkl_known_table *known,
                                size_t known_count, zkl_error *err)
{
    ZKL_AUTO_BLOCK bool *is_source = zkl_calloc(s->table_count, sizeof *is_source);
    if (!is_source)
        return zkl_no_memory(err, s->table_count);
    zkl_statement_find_sources(is_source, s);
    for (size_t i = 0; i < s->table_count; i++)
        if (is_source[i] && !zkl_known_table_find(&s->tables[i].dataset, known, known_count))
            return zkl_fail(err, ZKL_REJECTED, "cells: a table is of no known dataset");
    return ZKL_OK;
}

zkl_status zkl_cells_cover(const zkl_statement *const *statements, size_t statement_count,
                           const zkl_known_table *known, size_t known_count, zkl_error *err)
{
    for (size_t i = 0; i < statement_count; i++)
        ZKL_TRY(check_sources(statements[i], known, known_count, err));
    for (size_t k = 0; k < known_count; k++)
        ZKL_TRY(check_cover(statements, statement_count, &known[k], err));
    return ZKL_OK;
}
