#pragma once
/* Ladders that count, plainly, for tests of "groups" and "diverse": which keys a ladder has, what
 * stands beside them; and the product's prover compared with that. After `climb`, `counted_ladder`
 * of tests/model/proof_model.py, and not after src/prove. */
#include "lies.h"
#include "prove/assertion.h"

enum { LADDER_MAX = 128 };

typedef struct plain_ladder {
    uint64_t rows;
    unsigned limbs, count_limbs;
    uint64_t *y, *d, *e, *fills;
} plain_ladder;

TOY_UNUSED int compare_keys(const void *a, const void *b)
{
    const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

TOY_UNUSED uint64_t top_key(unsigned limbs)
{
    return limbs < 16 ? ((uint64_t)1 << TOY_LOG * limbs) - 1 : UINT64_MAX;
}

/* Limbs of the integers 0..n. */
TOY_UNUSED unsigned plain_limbs(uint64_t n)
{
    unsigned limbs = 1;
    for (uint64_t top = TOY_C; n >= top; top *= TOY_C)
        limbs++;
    return limbs;
}

/* Room for so many keys and the last one: whole chunks, or all keys there are. */
TOY_UNUSED uint64_t plain_capacity(uint64_t room, unsigned limbs)
{
    const uint64_t rows = (room + TOY_C) / TOY_C * TOY_C;
    return limbs < 4 && rows > top_key(limbs) ? top_key(limbs) + 1 : rows;
}

TOY_UNUSED uint64_t count_key(const uint64_t *keys, uint64_t count, uint64_t key)
{
    uint64_t out = 0;
    for (uint64_t i = 0; i < count; i++)
        out += keys[i] == key;
    return out;
}

/* The gaps that follow from y, mod 2^W: where keys do not grow, as good as cells in range get. */
TOY_UNUSED void plain_gaps(plain_ladder *ladder)
{
    for (uint64_t t = 0; t < ladder->rows; t++)
        ladder->d[t] = (ladder->y[t] - (t ? ladder->y[t - 1] + 1 : 0)) & top_key(ladder->limbs);
}

/* Of these keys; e = count - least, 0 where the count is smaller. most: of the count's limbs. */
TOY_UNUSED plain_ladder plain_climb(zkl_test *t, const uint64_t *keys, uint64_t count,
                                    unsigned limbs, uint64_t room, uint64_t least, uint64_t most)
{
    plain_ladder out = { plain_capacity(room, limbs),
                         limbs,
                         plain_limbs(most),
                         ZKL_ARENA_NEW(&t->arena, uint64_t, LADDER_MAX),
                         ZKL_ARENA_NEW(&t->arena, uint64_t, LADDER_MAX),
                         ZKL_ARENA_NEW(&t->arena, uint64_t, LADDER_MAX),
                         ZKL_ARENA_NEW(&t->arena, uint64_t, LADDER_MAX) };
    uint64_t used = 0;
    ZKL_ASSERT(out.rows <= LADDER_MAX);
    for (uint64_t i = 0; i < count; i++)
        if (!count_key(out.y, used, keys[i])) {
            ZKL_ASSERT(used < out.rows);
            out.y[used++] = keys[i];
        }
    if (!count_key(out.y, used, top_key(limbs))) {
        ZKL_ASSERT(used < out.rows);
        out.y[used++] = top_key(limbs);
    }
    for (uint64_t v = 0; used < out.rows; v++)
        if (!count_key(out.y, used, v))
            out.y[used++] = v;
    qsort(out.y, out.rows, sizeof *out.y, compare_keys);
    for (uint64_t i = 0; i < out.rows; i++) {
        const uint64_t n = count_key(keys, count, out.y[i]);
        out.e[i] = n > least ? n - least : 0;
        out.fills[i] = n == 0;
    }
    plain_gaps(&out);
    return out;
}

/* Where the key stands in the ladder. */
TOY_UNUSED uint64_t place_of(const plain_ladder *ladder, uint64_t key)
{
    uint64_t i = 0;
    while (i < ladder->rows && ladder->y[i] != key)
        i++;
    ZKL_ASSERT(i < ladder->rows);
    return i;
}

/* Columns from `from` on as one number, the first one's limbs lowest. */
TOY_UNUSED uint64_t *plain_keys(zkl_test *t, const toy_table *table, size_t from)
{
    uint64_t *out = ZKL_ARENA_NEW(&t->arena, uint64_t, table->rows + 1);
    for (uint64_t row = 0; row < table->rows; row++)
        for (size_t i = table->column_count; i-- > from;)
            out[row] =
                out[row] << TOY_LOG * table->columns[i].limbs | table->columns[i].values[row];
    return out;
}

TOY_UNUSED unsigned limbs_of(const toy_table *table, size_t from)
{
    unsigned limbs = 0;
    for (size_t i = from; i < table->column_count; i++)
        limbs += table->columns[i].limbs;
    return limbs;
}

/* The block of a limb of a column of the assertion's table, in a statement of it alone. */
TOY_UNUSED size_t block_of(const toy_assertion *a, size_t table, uint64_t chunk, size_t column)
{
    size_t block = 0;
    for (size_t i = 0; i < table; i++)
        block += (a->tables[i].rows + TOY_C - 1) / TOY_C * limbs_of(&a->tables[i], 0);
    block += chunk * limbs_of(&a->tables[table], 0);
    for (size_t i = 0; i < column; i++)
        block += a->tables[table].columns[i].limbs;
    return block;
}

/* The lowest limb of a row of a column becomes this. */
TOY_UNUSED toy_change change_of(const toy_assertion *a, size_t table, size_t column, uint64_t row,
                                zkl_fr value)
{
    return (toy_change){ block_of(a, table, row / TOY_C, column), row % TOY_C, value };
}

/* The table as the product takes it: 16-bit cells, chunk by chunk. */
TOY_UNUSED zkl_source_table source_of(zkl_test *t, const toy_table *table)
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
                for (uint64_t k = first; k < first + TOY_C && k < table->rows; k++)
                    out[k - first] = table->columns[i].values[k] >> TOY_LOG * limb & 15;
                ZKL_ASSERT(block < TOY_BLOCKS_MAX);
                cells[block++] = out;
            }
    return (zkl_source_table){ .table = { .row_count = table->rows,
                                          .columns = columns,
                                          .column_count = table->column_count },
                               .cells = cells };
}

/* The assertion as the product's prover takes it. */
TOY_UNUSED zkl_assertion_data data_of(zkl_test *t, const toy_assertion *a)
{
    zkl_scalar *params = ZKL_ARENA_NEW(&t->arena, zkl_scalar, a->param_count);
    zkl_source_table *source = ZKL_ARENA_NEW(&t->arena, zkl_source_table, 1);
    const zkl_source_table **sources = ZKL_ARENA_NEW(&t->arena, const zkl_source_table *, 1);
    for (size_t i = 0; i < a->param_count; i++)
        zkl_fr_encode(params[i].bytes, &a->params[i]);
    *source = source_of(t, &a->tables[0]);
    sources[0] = source;
    return (zkl_assertion_data){ a->kind, params, a->param_count, sources, 1, &toy_format, false };
}

TOY_UNUSED uint64_t bad_rows_of(zkl_test *t, const toy_assertion *a)
{
    const zkl_assertion_data data = data_of(t, a);
    zkl_error err = { 0 };
    uint64_t bad = UINT64_MAX;
    if (zkl_assertion_prover_of(a->kind)->bad_rows(&bad, &data, &err) != ZKL_OK)
        FAIL(t, "bad_rows: %s", err.text);
    return bad;
}

/* The auxiliary tables that the product makes of a true assertion are the plain ones, cell by cell;
 * each allocation may fail. */
TOY_UNUSED void check_fills(zkl_test *t, const toy_assertion *a)
{
    const zkl_assertion_data data = data_of(t, a);
    zkl_error err = { 0 };
    CHECK_UINT_EQ(t, bad_rows_of(t, a), 0);
    for (size_t which = 1; which < a->table_count; which++) {
        const zkl_source_table plain = source_of(t, &a->tables[which]);
        const size_t blocks = zkl_statement_table_blocks(&plain.table, &toy_format);
        uint16_t *cells[TOY_BLOCKS_MAX];
        zkl_status status = ZKL_NO_MEMORY;
        for (uint64_t nth = 1; status == ZKL_NO_MEMORY && nth < 100; nth++) {
            for (size_t b = 0; b < blocks; b++)
                cells[b] = ZKL_ARENA_NEW(&t->arena, uint16_t, TOY_C);
            (void)zkl_malloc_fail_after(nth);
            status =
                zkl_assertion_prover_of(a->kind)->fill_auxiliary(cells, which - 1, &data, &err);
            (void)zkl_malloc_fail_after(0);
        }
        REQUIRE_OK(t, &err, status);
        for (size_t b = 0; b < blocks; b++)
            CHECK_MEM_EQ(t, cells[b], plain.cells[b], TOY_C * sizeof(uint16_t));
    }
}

/* Every block of the assertion's auxiliary tables, in these two rows of its chunk: one more than it
 * should be is refused, committed or only pretended. */
TOY_UNUSED void lie_in_each_block(zkl_test *t, int line, const toy_assertion *a)
{
    toy_proof honest;
    toy_prove(t, &honest, a, 1, NULL);
    for (size_t b = block_of(a, 1, 0, 0); b < honest.statement.block_count; b++)
        for (size_t cell = 0; cell < TOY_C; cell += TOY_C - 1) {
            const toy_change change = { b, cell, toy_add(honest.cells[b][cell], ZKL_FR_ONE) };
            const toy_lies tampered = { .tamper = { change }, .tamper_count = 1 },
                           pretended = { .lie = { change }, .lie_count = 1 };
            lie(t, line, a, 1, &tampered, "circuit: root");
            lie(t, line, a, 1, &pretended, "");
        }
}
