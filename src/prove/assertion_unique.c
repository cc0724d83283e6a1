/* "unique", the prover's half: keys are sorted, and rows whose key stands in an earlier row as well
 * are bad. The auxiliary columns are y, the sorted keys, and d, the gaps before, between and behind
 * them. */
#include "prove/assertion.h"

/* Keys one behind the other, each of limb_count limbs, least significant first. Secret. */
typedef struct key_list {
    uint16_t *limbs;
    size_t limb_count, count;
} key_list;

static void key_list_clear(key_list *keys)
{
    zkl_free(keys->limbs); /* wipes */
    *keys = (key_list){ 0 };
}

static const uint16_t *key_at(const key_list *keys, size_t i)
{
    return keys->limbs + i * keys->limb_count;
}

/* Column by column: a key's limbs are those of the columns, the first column's lowest. */
static void copy_chunk(key_list *keys, const zkl_source_table *source,
                       const zkl_proof_format *format, uint64_t chunk)
{
    const size_t rows = zkl_chunk_rows_of(source, format, chunk);
    const size_t first = (size_t)(chunk << format->log_cells);
    size_t at = 0;
    for (size_t i = 0; i < source->table.column_count; i++) {
        const zkl_column_cells column = zkl_column_of(source, format, chunk, i);
        for (size_t limb = 0; limb < column.limb_count; limb++, at++)
            for (size_t t = 0; t < rows; t++)
                keys->limbs[(first + t) * keys->limb_count + at] = column.limbs[limb][t];
    }
    ZKL_ASSERT(at == keys->limb_count);
}

/* One pass of a radix sort: by one limb, stable. */
static void sort_by_limb(key_list *out, const key_list *in, size_t limb, size_t *starts)
{
    const size_t values = (size_t)1 << 16;
    memset(starts, 0, (values + 1) * sizeof *starts);
    for (size_t i = 0; i < in->count; i++)
        starts[key_at(in, i)[limb] + 1]++;
    for (size_t v = 0; v < values; v++)
        starts[v + 1] += starts[v];
    for (size_t i = 0; i < in->count; i++)
        memcpy(out->limbs + starts[key_at(in, i)[limb]]++ * out->limb_count, key_at(in, i),
               in->limb_count * sizeof *in->limbs);
}

/* The keys in ascending order. Memory: two copies. Cost: a pass a limb. */
static zkl_status sort_keys(key_list *out, const zkl_assertion_data *assertion, zkl_error *err)
{
    const zkl_source_table *source = assertion->sources[0];
    const zkl_proof_format *format = assertion->format;
    key_list keys = { .count = (size_t)source->table.row_count };
    for (size_t i = 0; i < source->table.column_count; i++)
        keys.limb_count += source->table.columns[i].limb_count;
    ZKL_AUTO_CLEAR(key_list) here = keys, there = keys;
    here.limbs = zkl_calloc(keys.count, keys.limb_count * sizeof(uint16_t));
    there.limbs = zkl_calloc(keys.count, keys.limb_count * sizeof(uint16_t));
    ZKL_AUTO_BLOCK size_t *starts = zkl_calloc(((size_t)1 << 16) + 1, sizeof *starts);
    if (!here.limbs || !there.limbs || !starts)
        return zkl_no_memory(err, keys.count * keys.limb_count * sizeof(uint16_t));
    for (uint64_t c = 0; c < zkl_statement_chunk_count(&source->table, format); c++)
        copy_chunk(&here, source, format, c);
    for (size_t limb = 0; limb < keys.limb_count; limb++) {
        sort_by_limb(&there, &here, limb, starts);
        const key_list sorted = there;
        there = here;
        here = sorted;
    }
    zkl_wipe(starts, (((size_t)1 << 16) + 1) * sizeof *starts);
    *out = here;
    here = (key_list){ 0 };
    return ZKL_OK;
}

static zkl_status bad_rows(uint64_t *out, const zkl_assertion_data *assertion, zkl_error *err)
{
    ZKL_AUTO_CLEAR(key_list) keys = { 0 };
    uint64_t bad = 0;
    ZKL_TRY(sort_keys(&keys, assertion, err));
    for (size_t i = 1; i < keys.count; i++)
        bad += memcmp(key_at(&keys, i - 1), key_at(&keys, i),
                      keys.limb_count * sizeof *keys.limbs) == 0;
    *out = bad;
    return ZKL_OK;
}

/* Row t of a column of limb blocks, which lie chunk by chunk. */
static void put_row(uint16_t *const *cells, const zkl_proof_format *format, size_t row,
                    const uint16_t *limbs, size_t limb_count)
{
    const size_t chunk = row >> format->log_cells, t = row & (((size_t)1 << format->log_cells) - 1);
    for (size_t i = 0; i < limb_count; i++)
        cells[chunk * limb_count + i][t] = limbs[i];
}

/* above - below, less `borrow`, which is 0 or 1. Not negative. */
static void subtract(uint16_t *out, const uint16_t *above, const uint16_t *below, uint32_t borrow,
                     const key_list *keys, unsigned log_cells)
{
    for (size_t i = 0; i < keys->limb_count; i++) {
        const uint32_t d = (uint32_t)above[i] - below[i] - borrow;
        borrow = d >> 31; /* limbs have at most 16 bits */
        out[i] = (uint16_t)(d & (((uint32_t)1 << log_cells) - 1));
    }
    ZKL_ASSERT(!borrow);
}

/* d: the gap before the first key, between neighbours, behind the last one up to 2^W - 1. */
static void fill_gaps(uint16_t *const *cells, const key_list *keys, const zkl_proof_format *format)
{
    uint16_t zero[ZKL_TABLE_LIMBS_MAX] = { 0 }, last[ZKL_TABLE_LIMBS_MAX], gap[ZKL_TABLE_LIMBS_MAX];
    ZKL_ASSERT(keys->count > 0 && keys->limb_count <= ZKL_TABLE_LIMBS_MAX);
    for (size_t i = 0; i < keys->limb_count; i++)
        last[i] = (uint16_t)(((uint32_t)1 << format->log_cells) - 1);
    for (size_t row = 0; row <= keys->count; row++) {
        const uint16_t *below = row ? key_at(keys, row - 1) : zero,
                       *above = row < keys->count ? key_at(keys, row) : last;
        subtract(gap, above, below, row > 0 && row < keys->count, keys, format->log_cells);
        put_row(cells, format, row, gap, keys->limb_count);
    }
    zkl_wipe(gap, sizeof gap);
}

static zkl_status fill_auxiliary(uint16_t *const *cells, size_t which,
                                 const zkl_assertion_data *assertion, zkl_error *err)
{
    ZKL_AUTO_CLEAR(key_list) keys = { 0 };
    ZKL_ASSERT(which < 2); /* y, d */
    ZKL_TRY(sort_keys(&keys, assertion, err));
    if (which == 1)
        fill_gaps(cells, &keys, assertion->format);
    for (size_t row = 0; which == 0 && row < keys.count; row++)
        put_row(cells, assertion->format, row, key_at(&keys, row), keys.limb_count);
    return ZKL_OK;
}

const zkl_assertion_prover zkl_assertion_prover_unique = {
    .bad_rows = bad_rows,
    .offender = "row",
    .fill_auxiliary = fill_auxiliary,
};
