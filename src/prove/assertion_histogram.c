/* "histogram", the prover's half: rows that are not null are counted by their bin. The auxiliary
 * columns are u = x - low and v = low + width - 1 - x of x's own bin, 0 under nulls and in the
 * padding. */
#include "prove/assertion.h"

/* The parameters of a bin. */
enum { BIN_LOW, BIN_WIDTH, BIN_COUNT, BIN_PARAMS };

/* Where the bins begin, and the last code of each. */
typedef struct bins {
    zkl_code_limbs *low, *last;
    size_t count;
} bins;

static void bins_clear(bins *b)
{
    zkl_free(b->low);
    zkl_free(b->last);
    *b = (bins){ 0 };
}

/* The bins tile [0, 2^W), by zkl_assertion_check: the last one of a bin is the code before the next
 * one. Before that check (measure) only their lows are relied on. */
static zkl_status read_bins(bins *out, const zkl_assertion_data *assertion, zkl_error *err)
{
    const unsigned log_cells = assertion->format->log_cells;
    const size_t count = assertion->param_count / BIN_PARAMS;
    ZKL_AUTO_CLEAR(bins) b = { .count = count };
    b.low = zkl_calloc(count, sizeof *b.low);
    b.last = zkl_calloc(count, sizeof *b.last);
    if (!b.low || !b.last)
        return zkl_no_memory(err, 2 * count * sizeof *b.low);
    for (size_t i = 0; i < count; i++) {
        const zkl_scalar *bin = &assertion->params[i * BIN_PARAMS];
        b.low[i] = zkl_code_limbs_of_param(&bin[BIN_LOW], log_cells);
        b.last[i] = zkl_code_limbs_of_param(&bin[BIN_WIDTH], log_cells);
        uint32_t carry = 0; /* low + (width - 1) */
        for (size_t k = 0; k < ZKL_TABLE_LIMBS_MAX; k++) {
            carry += b.low[i].limb[k] + b.last[i].limb[k];
            b.last[i].limb[k] = carry & (((uint32_t)1 << log_cells) - 1);
            carry >>= log_cells;
        }
    }
    *out = b;
    b = (bins){ 0 };
    return ZKL_OK;
}

/* The bin with the greatest low that is at most x; the first one begins at 0. */
static size_t find_bin(const bins *b, const zkl_code_limbs *x)
{
    size_t from = 0, end = b->count;
    while (end - from > 1) {
        const size_t middle = from + (end - from) / 2;
        if (zkl_code_limbs_below(x, &b->low[middle]))
            end = middle;
        else
            from = middle;
    }
    return from;
}

/* A row of the source: its value, and whether it has one. */
typedef struct source_row {
    zkl_column_cells x, flag;
    bool nullable;
} source_row;

static source_row chunk_of(const zkl_assertion_data *assertion, uint64_t chunk)
{
    const zkl_source_table *source = assertion->sources[0];
    source_row out = { .x = zkl_column_of(source, assertion->format, chunk, 0),
                       .nullable = source->table.column_count > 1 };
    if (out.nullable)
        out.flag = zkl_column_of(source, assertion->format, chunk, 1);
    return out;
}

/* counts: one for each bin. */
static zkl_status count_rows(uint64_t *counts, const zkl_assertion_data *assertion, zkl_error *err)
{
    const zkl_source_table *source = assertion->sources[0];
    ZKL_AUTO_CLEAR(bins) b = { 0 };
    ZKL_TRY(read_bins(&b, assertion, err));
    memset(counts, 0, b.count * sizeof *counts);
    for (uint64_t c = 0; c < zkl_statement_chunk_count(&source->table, assertion->format); c++) {
        const source_row row = chunk_of(assertion, c);
        for (size_t t = 0; t < zkl_chunk_rows_of(source, assertion->format, c); t++) {
            const zkl_code_limbs x = zkl_code_limbs_read(&row.x, t);
            if (!row.nullable || !row.flag.limbs[0][t])
                counts[find_bin(&b, &x)]++;
        }
    }
    return ZKL_OK;
}

/* The counts, into the parameters of bins whose edges are there. */
static zkl_status measure(zkl_scalar *params, const zkl_assertion_data *assertion, zkl_error *err)
{
    const size_t bin_count = assertion->param_count / BIN_PARAMS;
    ZKL_AUTO_BLOCK uint64_t *counts = zkl_calloc(bin_count, sizeof *counts);
    if (!counts)
        return zkl_no_memory(err, bin_count * sizeof *counts);
    ZKL_TRY(count_rows(counts, assertion, err));
    memcpy(params, assertion->params, assertion->param_count * sizeof *params);
    for (size_t i = 0; i < bin_count; i++) {
        zkl_scalar *count = &params[i * BIN_PARAMS + BIN_COUNT];
        *count = (zkl_scalar){ { 0 } };
        zkl_be64_put(count->bytes + 24, counts[i]);
    }
    return ZKL_OK;
}

/* It is no matter of rows: 1 when a count is another. */
static zkl_status bad_rows(uint64_t *out, const zkl_assertion_data *assertion, zkl_error *err)
{
    const size_t bin_count = assertion->param_count / BIN_PARAMS;
    ZKL_AUTO_BLOCK uint64_t *counts = zkl_calloc(bin_count, sizeof *counts);
    uint64_t stated = 0, bad = 0;
    if (!counts)
        return zkl_no_memory(err, bin_count * sizeof *counts);
    ZKL_TRY(count_rows(counts, assertion, err));
    for (size_t i = 0; i < bin_count; i++)
        bad |= !zkl_assertion_param_u64(&stated, &assertion->params[i * BIN_PARAMS + BIN_COUNT]) ||
               stated != counts[i];
    *out = bad;
    return ZKL_OK;
}

/* In a chunk the limbs of u come before those of v. */
static zkl_status fill_auxiliary(uint16_t *const *cells, size_t which,
                                 const zkl_assertion_data *assertion, zkl_error *err)
{
    ZKL_ASSERT(which == 0); /* there is one */
    const zkl_source_table *source = assertion->sources[0];
    const unsigned log_cells = assertion->format->log_cells;
    const size_t limbs = source->table.columns[0].limb_count;
    ZKL_AUTO_CLEAR(bins) b = { 0 };
    ZKL_TRY(read_bins(&b, assertion, err));
    for (uint64_t c = 0; c < zkl_statement_chunk_count(&source->table, assertion->format);
         c++, cells += 2 * limbs) {
        const source_row row = chunk_of(assertion, c);
        for (size_t t = 0; t < zkl_chunk_rows_of(source, assertion->format, c); t++) {
            if (row.nullable && row.flag.limbs[0][t])
                continue;
            const zkl_code_limbs x = zkl_code_limbs_read(&row.x, t);
            const size_t bin = find_bin(&b, &x);
            const zkl_code_limbs u = zkl_code_limbs_minus(&x, &b.low[bin], log_cells),
                                 v = zkl_code_limbs_minus(&b.last[bin], &x, log_cells);
            for (size_t i = 0; i < limbs; i++) {
                cells[i][t] = (uint16_t)u.limb[i];
                cells[limbs + i][t] = (uint16_t)v.limb[i];
            }
        }
    }
    return ZKL_OK;
}

const zkl_assertion_prover zkl_assertion_prover_histogram = {
    .bad_rows = bad_rows,
    .offender = "histogram",
    .fill_auxiliary = fill_auxiliary,
    .measure = measure,
};
