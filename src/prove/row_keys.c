/* Sorting rows: a radix sort, a stable pass for each limb from the lowest up that has several
 * values. */
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

static size_t column_count_of(const zkl_source_table *source, const zkl_key_columns *columns)
{
    return columns ? columns->count : source->table.column_count;
}

/* The rows of one chunk, from row `first` of the list on. */
static void copy_chunk(zkl_row_keys *keys, size_t first, const zkl_source_table *source,
                       const zkl_key_columns *columns, const zkl_proof_format *format,
                       uint64_t chunk)
{
    const size_t rows = zkl_chunk_rows_of(source, format, chunk);
    size_t at = 0;
    ZKL_ASSERT(first + rows <= keys->count);
    for (size_t i = 0; i < column_count_of(source, columns); i++) {
        const size_t from = columns ? columns->columns[i] : i;
        if (from == ZKL_KEY_ZERO) {
            at++; /* zero before */
            continue;
        }
        const zkl_column_cells column = zkl_column_of(source, format, chunk, from);
        for (size_t limb = 0; limb < column.limb_count; limb++, at++)
            for (size_t t = 0; t < rows; t++)
                keys->limbs[(first + t) * keys->limb_count + at] = column.limbs[limb][t];
    }
    ZKL_ASSERT(at == keys->limb_count);
}

static void copy_rows(zkl_row_keys *keys, size_t first, const zkl_source_table *source,
                      const zkl_key_columns *columns, const zkl_proof_format *format)
{
    for (uint64_t c = 0; c < zkl_statement_chunk_count(&source->table, format); c++) {
        copy_chunk(keys, first, source, columns, format, c);
        first += zkl_chunk_rows_of(source, format, c);
    }
}

static size_t limbs_of(const zkl_source_table *source, const zkl_key_columns *columns)
{
    size_t limbs = 0;
    for (size_t i = 0; i < column_count_of(source, columns); i++) {
        const size_t from = columns ? columns->columns[i] : i;
        limbs += from == ZKL_KEY_ZERO ? 1 : source->table.columns[from].limb_count;
    }
    return limbs;
}

zkl_status zkl_row_keys_read(zkl_row_keys *out, const zkl_source_table *source,
                             const zkl_key_columns *columns, const zkl_proof_format *format,
                             zkl_error *err)
{
    zkl_row_keys keys = { .limb_count = limbs_of(source, columns),
                          .count = (size_t)source->table.row_count };
    keys.limbs = zkl_calloc(keys.count, keys.limb_count * sizeof(uint16_t));
    if (!keys.limbs)
        return zkl_no_memory(err, keys.count * keys.limb_count * sizeof(uint16_t));
    copy_rows(&keys, 0, source, columns, format);
    *out = keys;
    return ZKL_OK;
}

/* Where the keys of each value of the limb begin. starts: room for LIMB_VALUES + 1. False: all keys
 * have one value there, and a pass would leave them as they are. High limbs often have. */
static bool find_starts(size_t *starts, const zkl_row_keys *keys, size_t limb)
{
    memset(starts, 0, (LIMB_VALUES + 1) * sizeof *starts);
    for (size_t i = 0; i < keys->count; i++)
        starts[zkl_row_key(keys, i)[limb] + 1]++;
    if (keys->count && starts[zkl_row_key(keys, 0)[limb] + 1] == keys->count)
        return false;
    for (size_t v = 0; v < LIMB_VALUES; v++)
        starts[v + 1] += starts[v];
    return true;
}

/* By one limb, stable. */
static void sort_by_limb(zkl_row_keys *out, const zkl_row_keys *in, size_t limb, size_t *starts)
{
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
    keys.limb_count = limbs_of(sources[0], NULL);
    ZKL_AUTO_CLEAR(zkl_row_keys) here = keys, there = keys;
    here.limbs = zkl_calloc(keys.count, keys.limb_count * sizeof(uint16_t));
    there.limbs = zkl_calloc(keys.count, keys.limb_count * sizeof(uint16_t));
    ZKL_AUTO_BLOCK size_t *starts = zkl_calloc(LIMB_VALUES + 1, sizeof *starts);
    if (!here.limbs || !there.limbs || !starts)
        return zkl_no_memory(err, keys.count * keys.limb_count * sizeof(uint16_t));
    size_t first = 0;
    for (size_t i = 0; i < source_count; i++) {
        copy_rows(&here, first, sources[i], NULL, format);
        first += (size_t)sources[i]->table.row_count;
    }
    for (size_t limb = 0; limb < keys.limb_count; limb++) {
        if (!find_starts(starts, &here, limb))
            continue;
        sort_by_limb(&there, &here, limb, starts);
        const zkl_row_keys sorted = there;
        there = here;
        here = sorted;
    }
    *out = here;
    here = (zkl_row_keys){ 0 };
    return ZKL_OK;
}

/* By one limb, stable: the numbers move, the keys stay. */
static void order_by_limb(uint32_t *out, const uint32_t *in, const zkl_row_keys *keys, size_t limb,
                          size_t *starts)
{
    for (size_t i = 0; i < keys->count; i++)
        out[starts[zkl_row_key(keys, in[i])[limb]]++] = in[i];
}

zkl_status zkl_row_keys_order(uint32_t **out, const zkl_row_keys *keys, zkl_error *err)
{
    ZKL_ASSERT(keys->count <= UINT32_MAX);
    ZKL_AUTO_BLOCK uint32_t *here = zkl_calloc(keys->count, sizeof *here);
    ZKL_AUTO_BLOCK uint32_t *there = zkl_calloc(keys->count, sizeof *there);
    ZKL_AUTO_BLOCK size_t *starts = zkl_calloc(LIMB_VALUES + 1, sizeof *starts);
    if (!here || !there || !starts)
        return zkl_no_memory(err, keys->count * sizeof *here);
    for (size_t i = 0; i < keys->count; i++)
        here[i] = (uint32_t)i;
    for (size_t limb = 0; limb < keys->limb_count; limb++) {
        if (!find_starts(starts, keys, limb))
            continue;
        order_by_limb(there, here, keys, limb, starts);
        uint32_t *ordered = there;
        there = here;
        here = ordered;
    }
    *out = here;
    here = NULL;
    return ZKL_OK;
}

/* ---- Which rows are asked for */

void zkl_row_match_clear(zkl_row_match *match)
{
    zkl_free(match->counts); /* wipes */
    *match = (zkl_row_match){ 0 };
}

/* Both in ascending order: each run of equal keys asked for is counted to the first row of the
 * table that has this key. */
static void count_matches(zkl_row_match *out, const zkl_row_keys *asked, const uint8_t *asked_out,
                          const uint32_t *asked_order, const zkl_row_keys *table,
                          const uint8_t *table_out, const uint32_t *table_order)
{
    for (size_t i = 0, j = 0; i < asked->count;) {
        if (asked_out && asked_out[asked_order[i]]) {
            i++;
            continue;
        }
        while (j < table->count && table_out && table_out[table_order[j]])
            j++;
        const int order = j < table->count ? zkl_row_key_compare(zkl_row_key(asked, asked_order[i]),
                                                                 zkl_row_key(table, table_order[j]),
                                                                 asked->limb_count)
                                           : -1;
        if (order == 0)
            out->counts[table_order[j]]++;
        out->unmatched += order < 0;
        i += order <= 0;
        j += order > 0;
    }
}

zkl_status zkl_row_keys_match(zkl_row_match *out, const zkl_row_keys *asked,
                              const uint8_t *asked_out, const zkl_row_keys *table,
                              const uint8_t *table_out, zkl_error *err)
{
    ZKL_ASSERT(asked->limb_count == table->limb_count);
    ZKL_AUTO_BLOCK uint32_t *asked_order = NULL;
    ZKL_AUTO_BLOCK uint32_t *table_order = NULL;
    ZKL_TRY(zkl_row_keys_order(&asked_order, asked, err));
    ZKL_TRY(zkl_row_keys_order(&table_order, table, err));
    *out = (zkl_row_match){ .counts = zkl_calloc(table->count, sizeof *out->counts) };
    if (!out->counts)
        return zkl_no_memory(err, table->count * sizeof *out->counts);
    count_matches(out, asked, asked_out, asked_order, table, table_out, table_order);
    return ZKL_OK;
}

/* Keys in ascending order, as numbers of rows. */
typedef struct ordered_keys {
    const zkl_row_keys *keys;
    const uint32_t *order;
} ordered_keys;

/* The key that stands at this place of the order. */
static const uint16_t *key_at(const ordered_keys *list, size_t at)
{
    return zkl_row_key(list->keys, list->order[at]);
}

static void find_each(uint32_t *out, uint64_t *lost_keys, const ordered_keys *asked,
                      const ordered_keys *table)
{
    const size_t limbs = asked->keys->limb_count;
    *lost_keys = 0;
    for (size_t i = 0, j = 0; i < asked->keys->count; i++) {
        const bool again =
            i > 0 && zkl_row_key_compare(key_at(asked, i - 1), key_at(asked, i), limbs) == 0;
        int order = -1;
        while (j < table->keys->count &&
               (order = zkl_row_key_compare(key_at(asked, i), key_at(table, j), limbs)) > 0)
            j++;
        const bool found = j < table->keys->count && order == 0;
        out[asked->order[i]] = found ? table->order[j] : ZKL_ROW_NONE;
        *lost_keys += !found && !again;
    }
}

zkl_status zkl_row_keys_find(uint32_t **out, uint64_t *lost_keys, const zkl_row_keys *asked,
                             const zkl_row_keys *table, zkl_error *err)
{
    ZKL_ASSERT(asked->limb_count == table->limb_count && table->count < ZKL_ROW_NONE);
    ZKL_AUTO_BLOCK uint32_t *asked_order = NULL;
    ZKL_AUTO_BLOCK uint32_t *table_order = NULL;
    ZKL_AUTO_BLOCK uint32_t *found = zkl_calloc(asked->count, sizeof *found);
    uint64_t lost;
    if (!found)
        return zkl_no_memory(err, asked->count * sizeof *found);
    ZKL_TRY(zkl_row_keys_order(&asked_order, asked, err));
    ZKL_TRY(zkl_row_keys_order(&table_order, table, err));
    find_each(found, lost_keys ? lost_keys : &lost, &(ordered_keys){ asked, asked_order },
              &(ordered_keys){ table, table_order });
    *out = found;
    found = NULL;
    return ZKL_OK;
}

zkl_status zkl_row_keys_mark_unmatched(uint8_t *marks, const zkl_row_keys *asked,
                                       const zkl_row_keys *table, bool once, zkl_error *err)
{
    ZKL_ASSERT(asked->limb_count == table->limb_count);
    ZKL_AUTO_BLOCK uint32_t *asked_order = NULL;
    ZKL_AUTO_BLOCK uint32_t *table_order = NULL;
    ZKL_TRY(zkl_row_keys_order(&asked_order, asked, err));
    ZKL_TRY(zkl_row_keys_order(&table_order, table, err));
    const ordered_keys left = { asked, asked_order }, right = { table, table_order };
    for (size_t i = 0, j = 0; i < asked->count;) {
        const int order =
            j < table->count
                ? zkl_row_key_compare(key_at(&left, i), key_at(&right, j), asked->limb_count)
                : -1;
        if (order < 0)
            marks[asked_order[i]] = 1;
        i += order <= 0;
        j += order > 0 || (once && order == 0);
    }
    return ZKL_OK;
}
