/* Sorting rows: a radix sort, a stable pass for each limb from the lowest up. */
#include "prove/row_keys.h"

#define LIMB_VALUES ((size_t)1 << 16)

void zkl_row_keys_clear(zkl_row_keys *keys)
{
    zkl_free(keys->limbs); /* wipes */
    *keys = (zkl_row_keys){ 0 };
}

int zkl_row_key_compare(const uint16_t *a, const uint16_t *b, size_t limb_count)
{
    for (size_t i = limb_count; i--;)
        if (a[i] != b[i])
            return a[i] < b[i] ? -1 : 1;
    return 0;
}

/* The rows of one chunk, from row `first` of the list on. */
static void copy_chunk(zkl_row_keys *keys, size_t first, const zkl_source_table *source,
                       const zkl_proof_format *format, uint64_t chunk)
{
    const size_t rows = zkl_chunk_rows_of(source, format, chunk);
    size_t at = 0;
    ZKL_ASSERT(first + rows <= keys->count);
    for (size_t i = 0; i < source->table.column_count; i++) {
        const zkl_column_cells column = zkl_column_of(source, format, chunk, i);
        for (size_t limb = 0; limb < column.limb_count; limb++, at++)
            for (size_t t = 0; t < rows; t++)
                keys->limbs[(first + t) * keys->limb_count + at] = column.limbs[limb][t];
    }
    ZKL_ASSERT(at == keys->limb_count);
}

/* By one limb, stable. starts: room for LIMB_VALUES + 1. */
static void sort_by_limb(zkl_row_keys *out, const zkl_row_keys *in, size_t limb, size_t *starts)
{
    memset(starts, 0, (LIMB_VALUES + 1) * sizeof *starts);
    for (size_t i = 0; i < in->count; i++)
        starts[zkl_row_key(in, i)[limb] + 1]++;
    for (size_t v = 0; v < LIMB_VALUES; v++)
        starts[v + 1] += starts[v];
    for (size_t i = 0; i < in->count; i++)
        memcpy(out->limbs + starts[zkl_row_key(in, i)[limb]]++ * out->limb_count,
               zkl_row_key(in, i), in->limb_count * sizeof *in->limbs);
}

zkl_status zkl_row_keys_sort(zkl_row_keys *out, const zkl_source_table *const *sources,
                             size_t source_count, const zkl_proof_format *format, zkl_error *err)
{
    zkl_row_keys keys = { 0 };
    for (size_t i = 0; i < source_count; i++)
        keys.count += (size_t)sources[i]->table.row_count;
    for (size_t i = 0; i < sources[0]->table.column_count; i++)
        keys.limb_count += sources[0]->table.columns[i].limb_count;
    ZKL_AUTO_CLEAR(zkl_row_keys) here = keys, there = keys;
    here.limbs = zkl_calloc(keys.count, keys.limb_count * sizeof(uint16_t));
    there.limbs = zkl_calloc(keys.count, keys.limb_count * sizeof(uint16_t));
    ZKL_AUTO_BLOCK size_t *starts = zkl_calloc(LIMB_VALUES + 1, sizeof *starts);
    if (!here.limbs || !there.limbs || !starts)
        return zkl_no_memory(err, keys.count * keys.limb_count * sizeof(uint16_t));
    size_t first = 0;
    for (size_t i = 0; i < source_count; i++)
        for (uint64_t c = 0; c < zkl_statement_chunk_count(&sources[i]->table, format); c++) {
            copy_chunk(&here, first, sources[i], format, c);
            first += zkl_chunk_rows_of(sources[i], format, c);
        }
    ZKL_ASSERT(first == keys.count);
    for (size_t limb = 0; limb < keys.limb_count; limb++) {
        sort_by_limb(&there, &here, limb, starts);
        const zkl_row_keys sorted = there;
        there = here;
        here = sorted;
    }
    *out = here;
    here = (zkl_row_keys){ 0 };
    return ZKL_OK;
}
