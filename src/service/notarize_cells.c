/* What the prover needs of a plan: the tables that its claims speak of, with their cells,
 * commitments and blinders.
 *
 * A plan's cells are loaded for one proof and wiped after it: they bound the prover's memory. */
#include <string.h>

#include "service/notarize_internal.h"

/* Cells are the table's values: wiped before they are freed. */
void plan_inputs_clear(plan_inputs *inputs)
{
    if (inputs->cells)
        zkl_wipe(inputs->cells, inputs->cell_bytes);
    zkl_free(inputs->cells);
    zkl_arena_clear(&inputs->arena);
    *inputs = (plan_inputs){ 0 };
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
static uint32_t find_source(plan_inputs *out, const notarisation *n, const zkl_claim_source *source)
{
    ZKL_ASSERT(source->dataset == 0); /* a notarisation speaks of its own table alone */
    for (uint32_t i = 0; i < out->source_count; i++)
        if (is_source(&out->sources[i].table, source))
            return i;
    out->sources[out->source_count].table = (zkl_statement_table){
        .dataset = n->dataset,
        .first_row = source->first_row,
        .row_count = source->row_count,
        .columns = source->columns,
        .column_count = source->column_count,
        .schema_hash = n->schema_hash,
        .merkle_root = n->table_root,
        .content = n->content,
    };
    return (uint32_t)out->source_count++;
}

/* A claim may say several assertions; from the second on they continue the first (is_second_half).
 * Each names the tables it speaks of. */
zkl_status plan_inputs_shape(plan_inputs *out, const notarisation *n, claim_piece *const *pieces,
                             size_t piece_count, zkl_error *err)
{
    size_t assertions = 0, sources = 0;
    for (size_t i = 0; i < piece_count; i++)
        for (size_t k = 0; k < pieces[i]->claim.assertion_count; k++, assertions++)
            sources += pieces[i]->claim.assertions[k].source_count;
    out->assertions = ZKL_ARENA_NEW(&out->arena, zkl_assertion_request, assertions);
    out->sources = ZKL_ARENA_NEW(&out->arena, zkl_source_table, sources);
    uint32_t *indexes = ZKL_ARENA_NEW(&out->arena, uint32_t, sources);
    if (!out->assertions || !out->sources || !indexes)
        return zkl_no_memory(err, sources * sizeof *out->sources);
    for (size_t i = 0; i < piece_count; i++)
        for (size_t k = 0; k < pieces[i]->claim.assertion_count; k++) {
            const zkl_claim_assertion *assertion = &pieces[i]->claim.assertions[k];
            for (size_t s = 0; s < assertion->source_count; s++)
                indexes[s] = find_source(out, n, &assertion->sources[s]);
            out->assertions[out->assertion_count++] =
                (zkl_assertion_request){ .kind = assertion->kind,
                                         .params = assertion->params,
                                         .param_count = assertion->param_count,
                                         .sources = indexes,
                                         .source_count = assertion->source_count,
                                         .is_second_half = k > 0 };
            indexes += assertion->source_count;
        }
    return ZKL_OK;
}

/* Which blocks of a chunk the sources want, and where their cells lie: block b has slot of[b] - 1,
 * and 0 says that it is not wanted. Sources that speak of one block share its slot. */
typedef struct block_slots {
    size_t *of;
    size_t count; /* of a chunk */
} block_slots;

typedef struct load_job {
    const notarisation *n;
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
    size_t blocks = job->n->block_count;
    ZKL_AUTO_BLOCK uint16_t **at = zkl_calloc(blocks, sizeof *at);
    if (!at)
        return zkl_no_memory(err, blocks * sizeof *at);
    for (size_t b = 0; b < blocks; b++)
        if (job->slots->of[b])
            at[b] =
                job->cells + (index * job->slots->count + job->slots->of[b] - 1) * ZKL_CHUNK_ROWS;
    return zkl_table_chunk(job->n->table, job->first_chunk + index, at, NULL, NULL, err);
}

/* All sources of a plan speak of one span of chunks. */
static zkl_status load_cells(plan_inputs *out, const notarisation *n, const block_slots *slots,
                             uint64_t first_chunk, size_t chunks, zkl_error *err)
{
    size_t cells;
    if (!zkl_size_mul(&cells, slots->count * chunks, ZKL_CHUNK_ROWS) ||
        !zkl_size_mul(&out->cell_bytes, cells, sizeof *out->cells))
        return zkl_no_memory(err, SIZE_MAX);
    load_job job = { n, slots, first_chunk, NULL };
    job.cells = out->cells = zkl_malloc(cells ? cells : 1, sizeof *out->cells);
    if (!out->cells)
        return zkl_no_memory(err, out->cell_bytes);
    return zkl_pool_try(n->env ? n->env->pool : NULL, chunks, load_chunk, &job, err);
}

/* Cells, commitments and blinders of one source, in the statement's order: chunk, column, limb. */
static zkl_status fill_source(plan_inputs *out, const notarisation *n, zkl_source_table *source,
                              const block_slots *slots, bool with_points, zkl_error *err)
{
    uint64_t first_chunk = source->table.first_row / ZKL_CHUNK_ROWS;
    size_t count = zkl_statement_table_blocks(&source->table, &zkl_proof_format_v1), at = 0;
    const uint16_t **cells = ZKL_ARENA_NEW(&out->arena, const uint16_t *, count);
    uint8_t(*points)[ZKL_POINT_BYTES] = zkl_arena_alloc(&out->arena, count, ZKL_POINT_BYTES);
    zkl_fr *blinders = ZKL_ARENA_NEW(&out->arena, zkl_fr, count);
    if (!cells || !points || !blinders)
        return zkl_no_memory(err, count * ZKL_POINT_BYTES);
    for (size_t chunk = 0; at < count; chunk++) {
        for (size_t c = 0; c < source->table.column_count; c++) {
            const zkl_statement_column *column = &source->table.columns[c];
            for (uint32_t limb = 0; limb < column->limb_count; limb++, at++) {
                size_t block = n->first_block[column->index] + limb;
                ZKL_ASSERT(at < count && slots->of[block]); /* every source's blocks were loaded */
                cells[at] =
                    out->cells + (chunk * slots->count + slots->of[block] - 1) * ZKL_CHUNK_ROWS;
                if (!with_points)
                    continue;
                memcpy(points[at], n->points[(first_chunk + chunk) * n->block_count + block],
                       ZKL_POINT_BYTES);
                zkl_chunk_blinder(&blinders[at], n->chunk_keys[first_chunk + chunk], column->index,
                                  limb);
            }
        }
    }
    source->cells = cells;
    if (with_points) {
        source->commitments = points;
        source->blinders = blinders;
    }
    return ZKL_OK;
}

zkl_status plan_inputs_load(plan_inputs *out, const notarisation *n, const statement_plan *plan,
                            bool with_points, zkl_error *err)
{
    ZKL_TRY(plan_inputs_shape(out, n, plan->pieces, plan->piece_count, err));
    block_slots slots = { .of = ZKL_ARENA_NEW(&out->arena, size_t, n->block_count) };
    if (!slots.of)
        return zkl_no_memory(err, n->block_count * sizeof *slots.of);
    for (size_t s = 0; s < out->source_count; s++)
        for (size_t c = 0; c < out->sources[s].table.column_count; c++) {
            const zkl_statement_column *column = &out->sources[s].table.columns[c];
            for (uint32_t limb = 0; limb < column->limb_count; limb++) {
                size_t *slot = &slots.of[n->first_block[column->index] + limb];
                *slot = *slot ? *slot : ++slots.count;
            }
        }
    /* The planner puts claims over one span of rows into a statement: the first source has them
     * all. */
    const zkl_statement_table *first = &out->sources[0].table;
    size_t chunks = (size_t)zkl_statement_chunk_count(first, &zkl_proof_format_v1);
    ZKL_TRY(load_cells(out, n, &slots, first->first_row / ZKL_CHUNK_ROWS, chunks, err));
    for (size_t s = 0; s < out->source_count; s++)
        ZKL_TRY(fill_source(out, n, &out->sources[s], &slots, with_points, err));
    return ZKL_OK;
}

/* The flag block of every chunk is 1 in the rows that are null. */
zkl_status notarize_count_values(uint64_t *out, const notarisation *n, uint32_t column,
                                 uint64_t first_row, uint64_t row_count, zkl_error *err)
{
    *out = row_count;
    if (!n->schema->columns[column].nullable)
        return ZKL_OK;
    size_t number = 0;
    while (n->numbered[number].column != column || !n->numbered[number].is_flag)
        number++;
    ZKL_AUTO_BLOCK uint16_t **at = zkl_calloc(n->block_count, sizeof *at);
    ZKL_AUTO_BLOCK uint16_t *flags = zkl_calloc(ZKL_CHUNK_ROWS, sizeof *flags);
    if (!at || !flags)
        return zkl_no_memory(err, ZKL_CHUNK_ROWS * sizeof *flags);
    at[n->first_block[number]] = flags;
    const uint64_t end = (first_row + row_count - 1) / ZKL_CHUNK_ROWS + 1;
    uint64_t nulls = 0;
    zkl_status status = ZKL_OK;
    for (uint64_t chunk = first_row / ZKL_CHUNK_ROWS; status == ZKL_OK && chunk < end; chunk++) {
        status = zkl_table_chunk(n->table, chunk, at, NULL, NULL, err);
        for (size_t t = 0; status == ZKL_OK && t < ZKL_CHUNK_ROWS; t++)
            nulls += flags[t];
    }
    zkl_wipe(flags, ZKL_CHUNK_ROWS * sizeof *flags);
    *out -= nulls;
    return status;
}
