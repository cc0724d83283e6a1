/* What the prover is given for one statement: the tables that its claims speak of, with their
 * cells, commitments and blinders.
 *
 * A statement's cells are loaded for one proof and wiped after it: they bound the prover's memory.
 *
 *  1. Sources that are equal are one source, and blocks that several sources speak of are loaded
 *     once.
 *  2. Loaded blocks lie chunk by chunk, in each chunk by slot. A slot is given to a block when a
 *     source first speaks of it.
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

/* By rows, columns and roles: two claims on the same ones share one table of their statement. */
static bool is_source(const zkl_statement_table *table, const zkl_claim_source *source)
{
    bool same = table->first_row == source->first_row && table->row_count == source->row_count &&
                table->column_count == source->column_count;
    for (size_t i = 0; same && i < source->column_count; i++)
        same = table->columns[i].index == source->columns[i].index &&
               zkl_bytes_equal(table->columns[i].role, source->columns[i].role);
    return same;
}

/* Equal tables of one statement are one table (docs/proof-system.md section 9). */
static uint32_t find_source(zkl_statement_inputs *out, const zkl_table_facts *facts,
                            const zkl_committed_table *committed, const zkl_claim_source *source)
{
    ZKL_ASSERT(source->dataset == 0); /* claims speak of one table alone */
    for (uint32_t i = 0; i < out->source_count; i++)
        if (is_source(&out->sources[i].table, source))
            return i;
    zkl_statement_table *table = &out->sources[out->source_count].table;
    /* Before the manifest is made, table root and id are zeros: nothing but a proof needs them. */
    *table = (zkl_statement_table){
        .first_row = source->first_row,
        .row_count = source->row_count,
        .columns = source->columns,
        .column_count = source->column_count,
        .schema_hash = facts->schema_hash,
        .content = facts->content,
    };
    if (committed) {
        table->dataset = committed->dataset;
        table->merkle_root = committed->table_root;
    }
    return (uint32_t)out->source_count++;
}

/* A claim may say several assertions; from the second on they continue the first (is_second_half).
 * Each names the tables it speaks of. */
zkl_status zkl_statement_inputs_shape(zkl_statement_inputs *out, const zkl_table_facts *facts,
                                      const zkl_committed_table *committed,
                                      const zkl_pieces *pieces, zkl_error *err)
{
    size_t assertions = 0, sources = 0;
    for (size_t i = 0; i < pieces->count; i++)
        for (size_t k = 0; k < pieces->items[i]->claim.assertion_count; k++, assertions++)
            sources += pieces->items[i]->claim.assertions[k].source_count;
    out->assertions = ZKL_ARENA_NEW(&out->memory, zkl_assertion_request, assertions);
    out->sources = ZKL_ARENA_NEW(&out->memory, zkl_source_table, sources);
    uint32_t *indexes = ZKL_ARENA_NEW(&out->memory, uint32_t, sources);
    if (!out->assertions || !out->sources || !indexes)
        return zkl_no_memory(err, sources * sizeof *out->sources);
    for (size_t i = 0; i < pieces->count; i++)
        for (size_t k = 0; k < pieces->items[i]->claim.assertion_count; k++) {
            /* indexes: a slice of one array for each assertion. */
            const zkl_claim_assertion *assertion = &pieces->items[i]->claim.assertions[k];
            for (size_t s = 0; s < assertion->source_count; s++)
                indexes[s] = find_source(out, facts, committed, &assertion->sources[s]);
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

/* Which blocks of a chunk the sources want, and where their cells lie: block b has slot of[b] - 1,
 * and 0 says that it is not wanted. Sources that speak of one block share its slot. */
typedef struct block_slots {
    size_t *of;
    size_t count; /* of a chunk */
} block_slots;

typedef struct load_job {
    const zkl_table_facts *facts;
    const block_slots *slots;
    uint64_t first_chunk;
    uint16_t *cells;
} load_job;

/* One chunk of the spool, its wanted blocks alone. Chunks lie one behind the other in job->cells,
 * so workers write apart. */
static zkl_status load_chunk(void *context, size_t index, size_t worker, zkl_error *err)
{
    (void)worker;
    const load_job *job = context;
    const size_t blocks = job->facts->block_count;
    ZKL_AUTO_BLOCK uint16_t **at = zkl_calloc(blocks, sizeof *at);
    if (!at)
        return zkl_no_memory(err, blocks * sizeof *at);
    /* Blocks without a slot stay NULL, and are not read. */
    for (size_t b = 0; b < blocks; b++)
        if (job->slots->of[b])
            at[b] =
                job->cells + (index * job->slots->count + job->slots->of[b] - 1) * ZKL_CHUNK_ROWS;
    return zkl_table_chunk(job->facts->table, job->first_chunk + index, at, NULL, NULL, err);
}

/* All sources of a statement speak of one span of chunks: the first source has them all. */
static zkl_status load_cells(zkl_statement_inputs *out, const zkl_table_facts *facts,
                             const block_slots *slots, zkl_pool *pool, zkl_error *err)
{
    size_t cells;
    const zkl_statement_table *first = &out->sources[0].table;
    const size_t chunks = (size_t)zkl_statement_chunk_count(first, &zkl_proof_format_v1);
    if (!zkl_size_mul(&cells, slots->count * chunks, ZKL_CHUNK_ROWS) ||
        !zkl_size_mul(&out->cell_bytes, cells, sizeof *out->cells))
        return zkl_no_memory(err, SIZE_MAX);
    out->cells = zkl_malloc(cells ? cells : 1, sizeof *out->cells);
    if (!out->cells)
        return zkl_no_memory(err, out->cell_bytes);
    load_job job = { facts, slots, first->first_row / ZKL_CHUNK_ROWS, out->cells };
    return zkl_pool_try(pool, chunks, load_chunk, &job, err);
}

/* Cells, commitments and blinders of one source, in the statement's order: chunk, column, limb. */
static zkl_status fill_source(zkl_statement_inputs *out, zkl_source_table *source,
                              const zkl_table_facts *facts, const zkl_committed_table *committed,
                              const block_slots *slots, zkl_error *err)
{
    const zkl_commitments *made = committed ? committed->commitments : NULL;
    uint64_t first_chunk = source->table.first_row / ZKL_CHUNK_ROWS;
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
                size_t block = facts->first_block[column->index] + limb;
                ZKL_ASSERT(at < count && slots->of[block]); /* every source's blocks were loaded */
                cells[at] =
                    out->cells + (chunk * slots->count + slots->of[block] - 1) * ZKL_CHUNK_ROWS;
                if (!made)
                    continue;
                /* Block number in the table, as a manifest counts them. */
                memcpy(points[at], made->points[(first_chunk + chunk) * made->block_count + block],
                       ZKL_POINT_BYTES);
                zkl_chunk_blinder(&blinders[at], made->chunk_keys[first_chunk + chunk],
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

zkl_status zkl_statement_inputs_load(zkl_statement_inputs *out, const zkl_table_facts *facts,
                                     const zkl_committed_table *committed, const zkl_pieces *pieces,
                                     zkl_pool *pool, zkl_error *err)
{
    ZKL_ASSERT(!committed || (committed->commitments->block_count == facts->block_count &&
                              committed->commitments->chunk_count == facts->chunk_count));
    ZKL_TRY(zkl_statement_inputs_shape(out, facts, committed, pieces, err));
    block_slots slots = { .of = ZKL_ARENA_NEW(&out->memory, size_t, facts->block_count) };
    if (!slots.of)
        return zkl_no_memory(err, facts->block_count * sizeof *slots.of);
    /* Number the blocks that are wanted, from 1. */
    for (size_t s = 0; s < out->source_count; s++)
        for (size_t c = 0; c < out->sources[s].table.column_count; c++) {
            const zkl_statement_column *column = &out->sources[s].table.columns[c];
            for (uint32_t limb = 0; limb < column->limb_count; limb++) {
                size_t *slot = &slots.of[facts->first_block[column->index] + limb];
                *slot = *slot ? *slot : ++slots.count;
            }
        }
    ZKL_ASSERT(out->source_count > 0);
    ZKL_TRY(load_cells(out, facts, &slots, pool, err));
    for (size_t s = 0; s < out->source_count; s++)
        ZKL_TRY(fill_source(out, &out->sources[s], facts, committed, &slots, err));
    return ZKL_OK;
}
