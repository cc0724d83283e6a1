/* What the prover is given for one statement: the tables that its claims speak of, with their
 * cells, commitments and blinders.
 *
 * A statement's cells are loaded for one proof and wiped after it: they bound the prover's memory.
 *
 *  1. Sources that are equal are one source, and blocks that several sources speak of are loaded
 *     once.
 *  2. Loaded blocks lie table by table, in each chunk by chunk, in each chunk by slot. A slot is
 *     given to a block when a source first speaks of it.
 *  3. A source's cells, points and blinders stand in the statement's order: chunk, column, limb. */
#include "notary/statement_inputs.h"

#include <string.h>

/* Cells are the table's values: wiped before they are freed. */
void zkl_statement_inputs_clear(zkl_statement_inputs *inputs)
{
    if (inputs->cells)
        zkl_wipe(inputs->cells, inputs->cell_bytes);
    zkl_free(inputs->cells);
    zkl_arena_clear(&inputs->memory);
    *inputs = (zkl_statement_inputs){ 0 };
}

/* By table, rows, columns and roles: two claims on the same ones share one table of their
 * statement. */
static bool is_source(const zkl_statement_inputs *out, size_t at, const zkl_claim_source *source)
{
    const zkl_statement_table *table = &out->sources[at].table;
    bool same = out->source_tables[at] == source->dataset &&
                table->first_row == source->first_row && table->row_count == source->row_count &&
                table->column_count == source->column_count;
    for (size_t i = 0; same && i < source->column_count; i++)
        same = table->columns[i].index == source->columns[i].index &&
               zkl_bytes_equal(table->columns[i].role, source->columns[i].role);
    return same;
}

/* Equal tables of one statement are one table (docs/proof-system.md section 9). */
static uint32_t find_source(zkl_statement_inputs *out, const zkl_claimed_tables *tables,
                            const zkl_claim_source *source)
{
    ZKL_ASSERT(source->dataset < tables->count);
    for (uint32_t i = 0; i < out->source_count; i++)
        if (is_source(out, i, source))
            return i;
    const zkl_claimed_table *of = &tables->items[source->dataset];
    zkl_statement_table *table = &out->sources[out->source_count].table;
    out->source_tables[out->source_count] = source->dataset;
    /* Before the manifest is made, table root and id are zeros: nothing but a proof needs them. */
    *table = (zkl_statement_table){
        .first_row = source->first_row,
        .row_count = source->row_count,
        .columns = source->columns,
        .column_count = source->column_count,
        .schema_hash = of->facts->schema_hash,
        .content = of->facts->content,
    };
    if (of->committed) {
        table->dataset = of->committed->dataset;
        table->merkle_root = of->committed->table_root;
    }
    return (uint32_t)out->source_count++;
}

/* A claim may say several assertions; from the second on they continue the first (is_second_half).
 * Each names the tables it speaks of. */
zkl_status zkl_statement_inputs_shape(zkl_statement_inputs *out, const zkl_claimed_tables *tables,
                                      const zkl_pieces *pieces, zkl_error *err)
{
    size_t assertions = 0, sources = 0;
    for (size_t i = 0; i < pieces->count; i++)
        for (size_t k = 0; k < pieces->items[i]->claim.assertion_count; k++, assertions++)
            sources += pieces->items[i]->claim.assertions[k].source_count;
    out->assertions = ZKL_ARENA_NEW(&out->memory, zkl_assertion_request, assertions);
    out->sources = ZKL_ARENA_NEW(&out->memory, zkl_source_table, sources);
    out->source_tables = ZKL_ARENA_NEW(&out->memory, size_t, sources);
    uint32_t *indexes = ZKL_ARENA_NEW(&out->memory, uint32_t, sources);
    if (!out->assertions || !out->sources || !out->source_tables || !indexes)
        return zkl_no_memory(err, sources * sizeof *out->sources);
    for (size_t i = 0; i < pieces->count; i++)
        for (size_t k = 0; k < pieces->items[i]->claim.assertion_count; k++) {
            /* indexes: a slice of one array for each assertion. */
            const zkl_claim_assertion *assertion = &pieces->items[i]->claim.assertions[k];
            for (size_t s = 0; s < assertion->source_count; s++)
                indexes[s] = find_source(out, tables, &assertion->sources[s]);
            out->assertions[out->assertion_count++] =
                (zkl_assertion_request){ .kind = assertion->kind,
                                         .params = assertion->params,
                                         .param_count = assertion->param_count,
                                         .sources = indexes,
                                         .source_count = assertion->source_count,
                                         .is_second_half = k > 0 };
            indexes += assertion->source_count;
        }
    ZKL_ASSERT(out->assertion_count == assertions && out->source_count <= sources);
    return ZKL_OK;
}

/* What is loaded of one table: a span of its chunks, and in each the blocks that sources want.
 * Block b has slot of[b] - 1, and 0 says that it is not wanted. Sources that speak of one block
 * share its slot. */
typedef struct table_load {
    const zkl_table_facts *facts;
    size_t *of;
    size_t slot_count; /* of a chunk */
    uint64_t first_chunk;
    size_t chunk_count; /* 0: no source speaks of the table */
    uint16_t *cells;
} table_load;

/* One chunk of the spool, its wanted blocks alone. Chunks lie one behind the other in load->cells,
 * so workers write apart. */
static zkl_status load_chunk(void *context, size_t index, size_t worker, zkl_error *err)
{
    (void)worker;
    const table_load *load = context;
    const size_t blocks = load->facts->block_count;
    ZKL_AUTO_BLOCK uint16_t **at = zkl_calloc(blocks, sizeof *at);
    if (!at)
        return zkl_no_memory(err, blocks * sizeof *at);
    /* Blocks without a slot stay NULL, and are not read. */
    for (size_t b = 0; b < blocks; b++)
        if (load->of[b])
            at[b] = load->cells + (index * load->slot_count + load->of[b] - 1) * ZKL_CHUNK_ROWS;
    return zkl_table_chunk(load->facts->table, load->first_chunk + index, at, NULL, NULL, err);
}

/* Number the blocks of the source that are wanted, from 1. All sources of a table speak of one span
 * of its chunks. */
static void want_source(table_load *load, const zkl_statement_table *table)
{
    const uint64_t first = table->first_row / ZKL_CHUNK_ROWS;
    const size_t chunks = (size_t)zkl_statement_chunk_count(table, &zkl_proof_format_v1);
    ZKL_ASSERT(!load->chunk_count || (load->first_chunk == first && load->chunk_count == chunks));
    load->first_chunk = first;
    load->chunk_count = chunks;
    for (size_t c = 0; c < table->column_count; c++)
        for (uint32_t limb = 0; limb < table->columns[c].limb_count; limb++) {
            size_t *slot = &load->of[load->facts->first_block[table->columns[c].index] + limb];
            *slot = *slot ? *slot : ++load->slot_count;
        }
}

/* What is wanted of each table. */
static zkl_status plan_loads(table_load **loads, zkl_statement_inputs *out,
                             const zkl_claimed_tables *tables, zkl_error *err)
{
    *loads = ZKL_ARENA_NEW(&out->memory, table_load, tables->count);
    if (!*loads)
        return zkl_no_memory(err, tables->count * sizeof **loads);
    for (size_t i = 0; i < tables->count; i++) {
        table_load *load = &(*loads)[i];
        load->facts = tables->items[i].facts;
        load->of = ZKL_ARENA_NEW(&out->memory, size_t, load->facts->block_count);
        if (!load->of)
            return zkl_no_memory(err, load->facts->block_count * sizeof *load->of);
    }
    for (size_t s = 0; s < out->source_count; s++)
        want_source(&(*loads)[out->source_tables[s]], &out->sources[s].table);
    return ZKL_OK;
}

/* The cells of all tables, one table behind the other. */
static zkl_status load_cells(zkl_statement_inputs *out, table_load *loads, size_t count,
                             zkl_pool *pool, zkl_error *err)
{
    size_t cells = 0, more;
    for (size_t i = 0; i < count; i++)
        if (!zkl_size_mul(&more, loads[i].slot_count * loads[i].chunk_count, ZKL_CHUNK_ROWS) ||
            __builtin_add_overflow(cells, more, &cells))
            return zkl_no_memory(err, SIZE_MAX);
    if (!zkl_size_mul(&out->cell_bytes, cells, sizeof *out->cells))
        return zkl_no_memory(err, SIZE_MAX);
    out->cells = zkl_malloc(cells ? cells : 1, sizeof *out->cells);
    if (!out->cells)
        return zkl_no_memory(err, out->cell_bytes);
    uint16_t *next = out->cells;
    for (size_t i = 0; i < count; i++) {
        loads[i].cells = next;
        next += loads[i].slot_count * loads[i].chunk_count * ZKL_CHUNK_ROWS;
        ZKL_TRY(zkl_pool_try(pool, loads[i].chunk_count, load_chunk, &loads[i], err));
    }
    return ZKL_OK;
}

/* Cells, commitments and blinders of one source, in the statement's order: chunk, column, limb. */
static zkl_status fill_source(zkl_statement_inputs *out, zkl_source_table *source,
                              const zkl_claimed_table *of, const table_load *load, zkl_error *err)
{
    const zkl_commitments *made = of->committed ? of->committed->commitments : NULL;
    size_t count = zkl_statement_table_blocks(&source->table, &zkl_proof_format_v1), at = 0;
    const uint16_t **cells = ZKL_ARENA_NEW(&out->memory, const uint16_t *, count);
    uint8_t(*points)[ZKL_POINT_BYTES] = zkl_arena_alloc(&out->memory, count, ZKL_POINT_BYTES);
    zkl_fr *blinders = ZKL_ARENA_NEW(&out->memory, zkl_fr, count);
    if (!cells || !points || !blinders)
        return zkl_no_memory(err, count * ZKL_POINT_BYTES);
    for (size_t chunk = 0; at < count; chunk++) {
        for (size_t c = 0; c < source->table.column_count; c++) {
            const zkl_statement_column *column = &source->table.columns[c];
            for (uint32_t limb = 0; limb < column->limb_count; limb++, at++) {
                size_t block = load->facts->first_block[column->index] + limb;
                ZKL_ASSERT(at < count && load->of[block]); /* every source's blocks were loaded */
                cells[at] =
                    load->cells + (chunk * load->slot_count + load->of[block] - 1) * ZKL_CHUNK_ROWS;
                if (!made)
                    continue;
                /* Block number in the table, as a manifest counts them. */
                memcpy(points[at],
                       made->points[(load->first_chunk + chunk) * made->block_count + block],
                       ZKL_POINT_BYTES);
                zkl_chunk_blinder(&blinders[at], made->chunk_keys[load->first_chunk + chunk],
                                  column->index, limb);
            }
        }
    }
    source->cells = cells;
    if (made) {
        source->commitments = points;
        source->blinders = blinders;
    }
    return ZKL_OK;
}

/* What is committed has the table's own shape. */
static void check_committed(const zkl_claimed_table *table)
{
    const zkl_commitments *made = table->committed ? table->committed->commitments : NULL;
    ZKL_ASSERT(!made || (made->block_count == table->facts->block_count &&
                         made->chunk_count == table->facts->chunk_count));
}

zkl_status zkl_statement_inputs_load(zkl_statement_inputs *out, const zkl_claimed_tables *tables,
                                     const zkl_pieces *pieces, zkl_pool *pool, zkl_error *err)
{
    table_load *loads;
    for (size_t i = 0; i < tables->count; i++)
        check_committed(&tables->items[i]);
    ZKL_TRY(zkl_statement_inputs_shape(out, tables, pieces, err));
    ZKL_ASSERT(out->source_count > 0);
    ZKL_TRY(plan_loads(&loads, out, tables, err));
    ZKL_TRY(load_cells(out, loads, tables->count, pool, err));
    for (size_t s = 0; s < out->source_count; s++) {
        const size_t of = out->source_tables[s];
        ZKL_TRY(fill_source(out, &out->sources[s], &tables->items[of], &loads[of], err));
    }
    return ZKL_OK;
}
