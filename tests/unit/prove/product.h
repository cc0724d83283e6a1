#pragma once
/* The product's half of a prover beside the plain one of the toy world: the tables that it makes
 * are the plain ones, cell by cell, and what it counts as offending is what offends. */
#include "prove/assertion.h"
#include "lies.h"

#define PRODUCT_SOURCES_MAX 8

/* ---- Plain tables */

TOY_UNUSED uint64_t cell_of(const toy_table *table, size_t column, uint64_t row)
{
    return row < table->rows ? table->columns[column].values[row] : 0;
}

TOY_UNUSED uint64_t *room(zkl_test *t, size_t count)
{
    return ZKL_ARENA_NEW(&t->arena, uint64_t, count);
}

/* Is this column the flag of the one before it? */
TOY_UNUSED bool is_flag(const toy_table *table, size_t column)
{
    return column > 0 &&
           strlen(table->columns[column].role) == strlen(table->columns[column - 1].role) + 1 &&
           strncmp(table->columns[column].role, table->columns[column - 1].role,
                   strlen(table->columns[column - 1].role)) == 0;
}

TOY_UNUSED bool has_flag(const toy_table *table, size_t column)
{
    return column + 1 < table->column_count && is_flag(table, column + 1);
}

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
    return (zkl_source_table){ .table = { .first_row = table->first_row,
                                          .row_count = table->rows,
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

/* So many rows offend. */
TOY_UNUSED void check_offenders(zkl_test *t, int line, const toy_assertion *a, uint64_t want)
{
    const uint64_t bad = product_bad_rows(t, a, toy_source_count(a));
    if (bad != want)
        zkl_test_fail(t, __BASE_FILE__, line, "%llu offend, not %llu", (unsigned long long)bad,
                      (unsigned long long)want);
}

#define BAD_ROWS(assertion, want)                                                                  \
    do {                                                                                           \
        const toy_assertion bad_assertion = (assertion);                                           \
        check_offenders(t, __LINE__, &bad_assertion, want);                                        \
    } while (0)
#define FILLED(assertion)                                                                          \
    do {                                                                                           \
        const toy_assertion filled_assertion = (assertion);                                        \
        product_agrees(t, __LINE__, &filled_assertion, toy_source_count(&filled_assertion));       \
    } while (0)

/* ---- Tables that the product fills */

/* An assertion as the product's prover takes it. Its first `source_count` tables are sources. */
typedef struct product_assertion {
    zkl_source_table sources[PRODUCT_SOURCES_MAX];
    const zkl_source_table *source_list[PRODUCT_SOURCES_MAX];
    const zkl_statement_table *tables[PRODUCT_SOURCES_MAX];
    zkl_scalar params[48];
    zkl_assertion_data data;
    zkl_assertion_facts facts;
} product_assertion;

TOY_UNUSED product_assertion *product_of(zkl_test *t, const toy_assertion *a, size_t source_count)
{
    product_assertion *out = ZKL_ARENA_NEW(&t->arena, product_assertion, 1);
    ZKL_ASSERT(source_count <= PRODUCT_SOURCES_MAX && a->param_count <= ZKL_COUNT(out->params));
    for (size_t i = 0; i < source_count; i++) {
        out->sources[i] = product_source(t, &a->tables[i]);
        out->source_list[i] = &out->sources[i];
        out->tables[i] = &out->sources[i].table;
    }
    for (size_t i = 0; i < a->param_count; i++)
        zkl_fr_encode(out->params[i].bytes, &a->params[i]);
    out->data = (zkl_assertion_data){ .kind = a->kind,
                                      .params = out->params,
                                      .param_count = a->param_count,
                                      .sources = out->source_list,
                                      .source_count = source_count,
                                      .format = &toy_format };
    out->facts = (zkl_assertion_facts){ &toy_format, out->params, a->param_count, out->tables,
                                        source_count };
    return out;
}

/* Cells of a filled table as numbers, row by row. */
TOY_UNUSED toy_table product_table(zkl_test *t, const zkl_auxiliary *shape, uint16_t *const *cells)
{
    toy_table out = { .column_count = shape->column_count, .rows = shape->row_count };
    size_t blocks = 0, before = 0;
    for (size_t i = 0; i < shape->column_count; i++)
        blocks += shape->columns[i].limb_count;
    for (size_t i = 0; i < shape->column_count; i++) {
        uint64_t *values = ZKL_ARENA_NEW(&t->arena, uint64_t, shape->row_count);
        for (uint64_t row = 0; row < shape->row_count; row++)
            for (unsigned limb = 0; limb < shape->columns[i].limb_count; limb++)
                values[row] |= (uint64_t)cells[row / TOY_C * blocks + before + limb][row % TOY_C]
                               << TOY_LOG * limb;
        out.columns[i] = (toy_column){ zkl_arena_format(&t->arena, "%s", shape->columns[i].role),
                                       shape->columns[i].limb_count, values };
        before += shape->columns[i].limb_count;
    }
    return out;
}

/* Put the auxiliary tables that the product fills behind the sources. Each allocation may fail. */
TOY_UNUSED void product_fill(zkl_test *t, toy_assertion *a, size_t source_count)
{
    const product_assertion *p = product_of(t, a, source_count);
    zkl_auxiliary shapes[ZKL_ASSERTION_AUXILIARY_MAX];
    zkl_error err = { 0 };
    ZKL_ASSERT(zkl_assertion_check(a->kind, &p->facts, &err) == ZKL_OK);
    const size_t count = zkl_assertion_auxiliary(shapes, a->kind, &p->facts);
    for (size_t which = 0; which < count; which++) {
        uint16_t *cells[TOY_BLOCKS_MAX];
        zkl_status status = ZKL_NO_MEMORY;
        for (uint64_t nth = 1; status == ZKL_NO_MEMORY && nth < 100; nth++) {
            for (size_t b = 0; b < ZKL_COUNT(cells); b++)
                cells[b] = ZKL_ARENA_NEW(&t->arena, uint16_t, TOY_C);
            (void)zkl_malloc_fail_after(nth);
            status = zkl_assertion_prover_of(a->kind)->fill_auxiliary(cells, which, &p->data, &err);
            (void)zkl_malloc_fail_after(0);
        }
        ZKL_ASSERT(status == ZKL_OK && source_count + which < ZKL_COUNT(a->tables));
        a->tables[source_count + which] = product_table(t, &shapes[which], cells);
    }
    a->table_count = source_count + count;
}

/* The block of a limb of a column in a chunk of the assertion's table, where no table is shared. */
TOY_UNUSED size_t product_block(const toy_assertion *a, size_t table, uint64_t chunk, size_t column)
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
