/* Filling the auxiliary tables of a predicate. Blocks lie chunk by chunk, in a chunk column by
 * column. */
#include "prove/predicate.h"

static uint64_t chunk_count_of(const zkl_predicate_data *data)
{
    return zkl_statement_chunk_count(&data->source->table, data->predicate->format);
}

/* Of the row's limb; the step is the class when limbs are looked up, else the limb itself is G. */
static uint32_t class_in(const zkl_predicate_data *data, size_t limb, uint16_t value)
{
    return data->predicate->is_direct ? value : data->tables.steps[limb][value];
}

void zkl_predicate_codes(uint32_t *out, const zkl_predicate_data *data, uint64_t chunk)
{
    const zkl_predicate *p = data->predicate;
    const size_t cells = (size_t)1 << p->format->log_cells;
    memset(out, 0, cells * sizeof *out);
    for (size_t i = 0; i < p->limb_count; i++) {
        const zkl_predicate_part *limb = &p->limbs[i];
        const zkl_column_cells column =
            zkl_column_of(data->source, p->format, chunk, p->conditions[limb->condition].column);
        const uint16_t *values = column.limbs[limb->limb];
        for (size_t t = 0; t < cells; t++)
            out[t] += (p->is_direct ? 1 : limb->radix) * class_in(data, i, values[t]);
    }
    for (size_t i = 0; i < p->flag_count; i++) {
        const zkl_column_cells flag = zkl_column_of(
            data->source, p->format, chunk, p->conditions[p->flags[i].condition].column + 1);
        for (size_t t = 0; t < cells; t++)
            out[t] += p->flags[i].radix * flag.limbs[0][t];
    }
}

zkl_status zkl_predicate_data_read(zkl_predicate_data *out, zkl_arena *arena,
                                   const zkl_predicate *predicate, const zkl_source_table *source,
                                   zkl_error *err)
{
    const size_t cells = (size_t)1 << predicate->format->log_cells,
                 size = zkl_predicate_size(predicate);
    zkl_predicate_data made = { .predicate = predicate, .source = source, .arena = arena };
    ZKL_TRY(zkl_predicate_tabulate(&made.tables, arena, predicate, err));
    uint32_t *codes = ZKL_ARENA_NEW(arena, uint32_t, cells);
    made.counts = ZKL_ARENA_NEW(arena, uint64_t, size);
    if (!codes || !made.counts)
        return zkl_no_memory(err, size * sizeof *made.counts);
    for (uint64_t c = 0; c < chunk_count_of(&made); c++) {
        zkl_predicate_codes(codes, &made, c);
        for (size_t t = 0; t < zkl_chunk_rows_of(source, predicate->format, c); t++)
            made.counts[codes[t]]++;
    }
    *out = made;
    return ZKL_OK;
}

/* ---- Auxiliary tables */

static zkl_status fill_rows(uint16_t *const *cells, const zkl_predicate_data *data, zkl_error *err)
{
    const zkl_predicate *p = data->predicate;
    const size_t count = (size_t)1 << p->format->log_cells, steps = zkl_predicate_steps(p),
                 bits = zkl_predicate_bits(p);
    uint32_t *codes = ZKL_ARENA_NEW(data->arena, uint32_t, count);
    if (!codes)
        return zkl_no_memory(err, count * sizeof *codes);
    for (uint64_t c = 0; c < chunk_count_of(data); c++, cells += steps + bits) {
        zkl_predicate_codes(codes, data, c);
        for (size_t i = 0; i < steps; i++)
            for (size_t t = 0; t < count; t++)
                cells[i][t] = (uint16_t)(codes[t] / p->limbs[i].radix % p->limbs[i].classes);
        for (size_t bit = 0; bit < bits; bit++)
            for (size_t t = 0; t < count; t++)
                cells[steps + bit][t] = zkl_predicate_data_holds(data, codes[t], bit);
    }
    return ZKL_OK;
}

/* A number as limbs, one block each. */
static void put_number(uint16_t *const *limbs, size_t limb_count, size_t t, uint64_t value,
                       unsigned log_cells)
{
    for (size_t i = 0; i < limb_count; i++, value >>= log_cells)
        limbs[i][t] = (uint16_t)(value & (((uint64_t)1 << log_cells) - 1));
    ZKL_ASSERT(!value);
}

/* Limbs of a multiplicity: those of the number of rows, padding included. */
static size_t multiplicity_limbs(const zkl_predicate_data *data)
{
    zkl_auxiliary tables[ZKL_PREDICATE_TABLES];
    zkl_predicate_auxiliary(tables, data->predicate, data->source->table.row_count);
    const zkl_auxiliary *truth = &tables[ZKL_PREDICATE_TRUTH];
    return truth->columns[truth->column_count - 1].limb_count;
}

/* i; then for each limb its classes, and how often each value is looked up. */
static zkl_status fill_limbs(uint16_t *const *cells, const zkl_predicate_data *data, zkl_error *err)
{
    const zkl_predicate *p = data->predicate;
    const unsigned log_cells = p->format->log_cells;
    const size_t count = (size_t)1 << log_cells, limbs = multiplicity_limbs(data);
    uint64_t *looked_up = ZKL_ARENA_NEW(data->arena, uint64_t, count);
    if (!looked_up)
        return zkl_no_memory(err, count * sizeof *looked_up);
    for (size_t t = 0; t < count; t++)
        cells[0][t] = (uint16_t)t;
    cells++;
    for (size_t i = 0; i < zkl_predicate_steps(p); i++, cells += 1 + limbs) {
        const zkl_predicate_part *limb = &p->limbs[i];
        memset(looked_up, 0, count * sizeof *looked_up);
        for (uint64_t c = 0; c < chunk_count_of(data); c++) {
            const zkl_column_cells column =
                zkl_column_of(data->source, p->format, c, p->conditions[limb->condition].column);
            for (size_t t = 0; t < count; t++)
                looked_up[column.limbs[limb->limb][t]]++;
        }
        for (size_t t = 0; t < count; t++) {
            cells[0][t] = data->tables.steps[i][t];
            put_number(cells + 1, limbs, t, looked_up[t], log_cells);
        }
    }
    return ZKL_OK;
}

/* Bits of each G, and how often it is looked up; padding is G = 0. */
static void fill_truth(uint16_t *const *cells, const zkl_predicate_data *data)
{
    const zkl_predicate *p = data->predicate;
    const unsigned log_cells = p->format->log_cells;
    const size_t count = (size_t)1 << log_cells, bits = zkl_predicate_bits(p),
                 limbs = multiplicity_limbs(data);
    const uint64_t padding = (chunk_count_of(data) << log_cells) - data->source->table.row_count;
    for (size_t g = 0; g < zkl_predicate_size(p); g++) {
        uint16_t *const *chunk = cells + (g >> log_cells) * (bits + limbs);
        for (size_t bit = 0; bit < bits; bit++)
            chunk[bit][g & (count - 1)] = zkl_predicate_data_holds(data, (uint32_t)g, bit);
        put_number(chunk + bits, limbs, g & (count - 1), data->counts[g] + (g ? 0 : padding),
                   log_cells);
    }
}

zkl_status zkl_predicate_fill(uint16_t *const *cells, size_t which, const zkl_predicate_data *data,
                              zkl_error *err)
{
    ZKL_ASSERT(which < ZKL_PREDICATE_TABLES);
    if (which == ZKL_PREDICATE_ROWS)
        return fill_rows(cells, data, err);
    if (which == ZKL_PREDICATE_LIMBS)
        return fill_limbs(cells, data, err);
    fill_truth(cells, data);
    return ZKL_OK;
}
