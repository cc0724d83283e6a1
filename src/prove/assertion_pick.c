/* "rows", the prover's half: rows that are not the ones that they are to be are bad. A row of the
 * source is looked up as often as its number is named. */
#include "prove/filling.h"

#include "claim/assertion_pick.h"
#include "claim/row_leaves.h"

enum { AUXILIARY_M, AUXILIARY_I, AUXILIARY_N };

/* One assertion, read, with its numbers. */
typedef struct pick_data {
    zkl_arena arena;
    zkl_pick pick;
    const uint64_t *numbers;
} pick_data;

static void pick_data_clear(pick_data *data)
{
    zkl_arena_clear(&data->arena);
    *data = (pick_data){ 0 };
}

static zkl_status pick_data_read(pick_data *out, const zkl_assertion_data *assertion,
                                 zkl_error *err)
{
    const zkl_statement_table *sources[2] = { &assertion->sources[0]->table,
                                              &assertion->sources[1]->table };
    const zkl_assertion_facts facts = { assertion->format, assertion->params,
                                        assertion->param_count, sources, 2 };
    ZKL_TRY(zkl_pick_read(&out->pick, &facts, err));
    return zkl_pick_numbers(&out->numbers, &out->arena, &out->pick, err);
}

/* Is row `made` of the second table row `from` of the first, in every limb and flag? */
static bool same_row(const zkl_assertion_data *assertion, uint64_t from, uint64_t made)
{
    const unsigned log_cells = assertion->format->log_cells;
    const uint64_t mask = ((uint64_t)1 << log_cells) - 1;
    bool same = true;
    for (size_t i = 0; same && i < assertion->sources[0]->table.column_count; i++) {
        const zkl_column_cells a = zkl_column_of(assertion->sources[0], assertion->format,
                                                 from >> log_cells, i),
                               b = zkl_column_of(assertion->sources[1], assertion->format,
                                                 made >> log_cells, i);
        for (size_t limb = 0; same && limb < a.limb_count; limb++)
            same = a.limbs[limb][from & mask] == b.limbs[limb][made & mask];
    }
    return same;
}

static zkl_status bad_rows(uint64_t *out, const zkl_assertion_data *assertion, zkl_error *err)
{
    ZKL_AUTO_CLEAR(pick_data) data = { 0 };
    uint64_t bad = 0;
    ZKL_TRY(pick_data_read(&data, assertion, err));
    for (uint64_t t = 0; t < data.pick.count; t++)
        bad += !same_row(assertion, data.numbers[t] - data.pick.source_first, t);
    *out = bad;
    return ZKL_OK;
}

/* How often each row of the source is named. */
static zkl_status fill_times(const zkl_filling *f, pick_data *data, zkl_error *err)
{
    uint64_t *times = ZKL_ARENA_NEW(&data->arena, uint64_t, (size_t)data->pick.source_count);
    if (!times)
        return zkl_no_memory(err, (size_t)data->pick.source_count * sizeof *times);
    for (size_t t = 0; t < data->pick.count; t++)
        times[data->numbers[t] - data->pick.source_first]++;
    for (size_t t = 0; t < data->pick.source_count; t++)
        zkl_filling_number(f, 0, t, times[t], f->blocks_per_chunk);
    return ZKL_OK;
}

static void fill_index(const zkl_filling *f)
{
    for (size_t t = 0; t < (size_t)1 << f->log_cells; t++)
        *zkl_filling_cell(f, 0, t) = (uint16_t)t;
}

static zkl_status fill_auxiliary(uint16_t *const *cells, size_t which,
                                 const zkl_assertion_data *assertion, zkl_error *err)
{
    ZKL_AUTO_CLEAR(pick_data) data = { 0 };
    zkl_filling f = { cells, 1, assertion->format->log_cells };
    if (which == AUXILIARY_I) {
        fill_index(&f);
        return ZKL_OK;
    }
    ZKL_TRY(pick_data_read(&data, assertion, err));
    if (which == AUXILIARY_M) {
        f.blocks_per_chunk = zkl_limbs_for(data.pick.count, assertion->format);
        return fill_times(&f, &data, err);
    }
    f.blocks_per_chunk =
        zkl_limbs_for(data.pick.source_first + data.pick.source_count - 1, assertion->format);
    for (size_t t = 0; t < data.pick.count; t++)
        zkl_filling_number(&f, 0, t, data.numbers[t], f.blocks_per_chunk);
    return ZKL_OK;
}

const zkl_assertion_prover zkl_assertion_prover_rows = {
    .bad_rows = bad_rows,
    .offender = "row",
    .fill_auxiliary = fill_auxiliary,
};
