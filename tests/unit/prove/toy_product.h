#pragma once
/* The product's half of a prover in the toy world: what it makes of the cells of a toy assertion,
 * beside what the test wrote down for it. */
#include "toy.h"
#include "prove/assertion.h"

/* The table as the product takes it: 16-bit cells, chunk by chunk. */
TOY_UNUSED zkl_source_table toy_source(zkl_test *t, const toy_table *table)
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
                for (uint64_t k = 0; k < TOY_C && first + k < table->rows; k++)
                    out[k] = table->columns[i].values[first + k] >> TOY_LOG * limb & (TOY_C - 1);
                ZKL_ASSERT(block < TOY_BLOCKS_MAX);
                cells[block++] = out;
            }
    return (zkl_source_table){ .table = { .row_count = table->rows,
                                          .columns = columns,
                                          .column_count = table->column_count },
                               .cells = cells };
}

typedef struct toy_data {
    zkl_scalar params[48];
    zkl_source_table tables[8];
    const zkl_source_table *sources[8];
    zkl_assertion_data data;
} toy_data;

/* The assertion's parameters and sources. */
TOY_UNUSED toy_data *toy_data_of(zkl_test *t, const toy_assertion *a)
{
    toy_data *out = ZKL_ARENA_NEW(&t->arena, toy_data, 1);
    const size_t count = zkl_assertion_source_count(a->kind, a->table_count);
    for (size_t i = 0; i < a->param_count; i++)
        zkl_fr_encode(out->params[i].bytes, &a->params[i]);
    for (size_t i = 0; i < count; i++) {
        out->tables[i] = toy_source(t, &a->tables[i]);
        out->sources[i] = &out->tables[i];
    }
    out->data = (zkl_assertion_data){ .kind = a->kind,
                                      .params = out->params,
                                      .param_count = a->param_count,
                                      .sources = out->sources,
                                      .source_count = count,
                                      .format = &toy_format };
    return out;
}

/* As many rows offend it, whichever allocation fails before. */
TOY_UNUSED void toy_check_bad_rows(zkl_test *t, int line, const toy_assertion *a, uint64_t want)
{
    const zkl_assertion_data *data = &toy_data_of(t, a)->data;
    const zkl_assertion_prover *prover = zkl_assertion_prover_of(a->kind);
    zkl_error err = { 0 };
    uint64_t bad = want + 1;
    zkl_status status = ZKL_NO_MEMORY;
    for (uint64_t nth = 1; status == ZKL_NO_MEMORY && nth < 200; nth++) {
        (void)zkl_malloc_fail_after(nth);
        status = prover->bad_rows(&bad, data, &err);
        (void)zkl_malloc_fail_after(0);
    }
    if (status != ZKL_OK || bad != want)
        zkl_test_fail(t, __BASE_FILE__, line, "%s, %llu bad rows, want %llu",
                      zkl_status_text(status), (unsigned long long)bad, (unsigned long long)want);
}
#define BAD_ROWS(assertion, want)                                                                  \
    do {                                                                                           \
        const toy_assertion bad_assertion = (assertion);                                           \
        toy_check_bad_rows(t, __LINE__, &bad_assertion, want);                                     \
    } while (0)

/* No row offends the assertion, and each auxiliary table is filled as the test has it, whichever
 * allocation fails before. */
TOY_UNUSED void toy_check_filled(zkl_test *t, int line, const toy_assertion *a)
{
    const zkl_assertion_data *data = &toy_data_of(t, a)->data;
    const zkl_assertion_prover *prover = zkl_assertion_prover_of(a->kind);
    zkl_error err = { 0 };
    toy_check_bad_rows(t, line, a, 0);
    for (size_t which = data->source_count; which < a->table_count; which++) {
        const zkl_source_table want = toy_source(t, &a->tables[which]);
        const size_t blocks = zkl_statement_table_blocks(&want.table, &toy_format);
        uint16_t *cells[TOY_BLOCKS_MAX];
        zkl_status status = ZKL_NO_MEMORY;
        for (uint64_t nth = 1; status == ZKL_NO_MEMORY && nth < 200; nth++) {
            for (size_t b = 0; b < blocks; b++)
                cells[b] = ZKL_ARENA_NEW(&t->arena, uint16_t, TOY_C);
            (void)zkl_malloc_fail_after(nth);
            status = prover->fill_auxiliary(cells, which - data->source_count, data, &err);
            (void)zkl_malloc_fail_after(0);
        }
        for (size_t b = 0; b < blocks; b++)
            if (status != ZKL_OK || memcmp(cells[b], want.cells[b], TOY_C * sizeof(uint16_t)) != 0)
                zkl_test_fail(t, __BASE_FILE__, line, "%s: auxiliary table %zu, block %zu",
                              zkl_status_text(status), which - data->source_count, b);
    }
}
#define FILLED(assertion)                                                                          \
    do {                                                                                           \
        const toy_assertion filled_assertion = (assertion);                                        \
        toy_check_filled(t, __LINE__, &filled_assertion);                                          \
    } while (0)

/* The block of a limb of a column in a chunk of the assertion's table, of a statement that begins
 * with the assertion and in which no table stands twice. */
TOY_UNUSED size_t toy_block(const toy_assertion *a, size_t table, uint64_t chunk, size_t column)
{
    size_t at = 0;
    for (size_t i = 0; i <= table; i++) {
        size_t blocks = 0, before = 0;
        for (size_t k = 0; k < a->tables[i].column_count; k++) {
            before += k < column ? a->tables[i].columns[k].limbs : 0;
            blocks += a->tables[i].columns[k].limbs;
        }
        if (i == table)
            return at + chunk * blocks + before;
        at += blocks * ((a->tables[i].rows + TOY_C - 1) / TOY_C);
    }
    return at;
}
