#pragma once
/* The product's half of a prover beside the plain one of the toy world: the tables that it makes
 * are the plain ones, cell by cell, and what it counts as offending is what offends. */
#include "prove/assertion.h"
#include "lies.h"

/* A table as the product takes it: 16-bit cells, chunk by chunk. */
TOY_UNUSED zkl_source_table product_source(zkl_test *t, const toy_table *table)
{
    zkl_statement_column *columns =
        ZKL_ARENA_NEW(&t->arena, zkl_statement_column, table->column_count);
    const uint16_t **cells = ZKL_ARENA_NEW(&t->arena, const uint16_t *, TOY_BLOCKS_MAX);
    size_t block = 0;
    for (size_t i = 0; i < table->column_count; i++)
        columns[i] = (zkl_statement_column){ zkl_bytes_of_text(table->columns[i].role), (uint32_t)i,
                                             table->columns[i].limbs };
    for (uint64_t first = 0; first < table->rows; first += TOY_C)
        for (size_t i = 0; i < table->column_count; i++)
            for (unsigned limb = 0; limb < table->columns[i].limbs; limb++) {
                uint16_t *out = ZKL_ARENA_NEW(&t->arena, uint16_t, TOY_C);
                for (size_t k = 0; k < TOY_C && first + k < table->rows; k++)
                    out[k] = table->columns[i].values[first + k] >> TOY_LOG * limb & (TOY_C - 1);
                cells[block++] = out;
            }
    ZKL_ASSERT(block <= TOY_BLOCKS_MAX);
    return (zkl_source_table){ .table = { .row_count = table->rows,
                                          .columns = columns,
                                          .column_count = table->column_count },
                               .cells = cells };
}

/* The assertion's first source_count tables as the product's prover takes them. */
TOY_UNUSED zkl_assertion_data product_data(zkl_test *t, const toy_assertion *a, size_t source_count)
{
    zkl_source_table *tables = ZKL_ARENA_NEW(&t->arena, zkl_source_table, source_count);
    const zkl_source_table **sources =
        ZKL_ARENA_NEW(&t->arena, const zkl_source_table *, source_count);
    zkl_scalar *params = ZKL_ARENA_NEW(&t->arena, zkl_scalar, a->param_count);
    for (size_t i = 0; i < source_count; i++) {
        tables[i] = product_source(t, &a->tables[i]);
        sources[i] = &tables[i];
    }
    for (size_t i = 0; i < a->param_count; i++)
        zkl_fr_encode(params[i].bytes, &a->params[i]);
    return (zkl_assertion_data){ .kind = a->kind,
                                 .params = params,
                                 .param_count = a->param_count,
                                 .sources = sources,
                                 .source_count = source_count,
                                 .format = &toy_format };
}

/* How often the assertion is offended, as the product counts; each allocation may fail. */
TOY_UNUSED uint64_t product_bad_rows(zkl_test *t, const toy_assertion *a, size_t source_count)
{
    const zkl_assertion_data data = product_data(t, a, source_count);
    zkl_error err = { 0 };
    uint64_t bad = UINT64_MAX;
    zkl_status status = ZKL_NO_MEMORY;
    for (uint64_t nth = 1; status == ZKL_NO_MEMORY && nth < 100; nth++) {
        (void)zkl_malloc_fail_after(nth);
        status = zkl_assertion_prover_of(a->kind)->bad_rows(&bad, &data, &err);
        (void)zkl_malloc_fail_after(0);
    }
    CHECK_STATUS(t, ZKL_OK, status);
    return bad;
}

/* Of a true assertion: nothing offends it, and its auxiliary tables are those of the plain prover,
 * cell by cell; each allocation may fail. */
TOY_UNUSED void product_agrees(zkl_test *t, int line, const toy_assertion *want,
                               size_t source_count)
{
    const zkl_assertion_data data = product_data(t, want, source_count);
    zkl_error err = { 0 };
    if (product_bad_rows(t, want, source_count) != 0)
        zkl_test_fail(t, __BASE_FILE__, line, "the product's prover calls it false");
    for (size_t which = source_count; which < want->table_count; which++) {
        const zkl_source_table plain = product_source(t, &want->tables[which]);
        uint16_t *cells[TOY_BLOCKS_MAX];
        const size_t blocks = zkl_statement_table_blocks(&plain.table, &toy_format);
        zkl_status status = ZKL_NO_MEMORY;
        for (uint64_t nth = 1; status == ZKL_NO_MEMORY && nth < 100; nth++) {
            for (size_t b = 0; b < blocks; b++)
                cells[b] = ZKL_ARENA_NEW(&t->arena, uint16_t, TOY_C);
            (void)zkl_malloc_fail_after(nth);
            status = zkl_assertion_prover_of(want->kind)
                         ->fill_auxiliary(cells, which - source_count, &data, &err);
            (void)zkl_malloc_fail_after(0);
        }
        CHECK_STATUS(t, ZKL_OK, status);
        for (size_t b = 0; b < blocks; b++)
            if (memcmp(cells[b], plain.cells[b], TOY_C * sizeof(uint16_t)) != 0)
                zkl_test_fail(t, __BASE_FILE__, line, "auxiliary table %zu, block %zu differs",
                              which - source_count, b);
    }
}
