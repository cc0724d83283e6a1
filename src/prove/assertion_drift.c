/* "drift", the prover's half: both tables are counted by value, then by bin. */
#include "claim/assertion_drift.h"

#include "prove/filling.h"

/* Of a value, or of a bin: its rows in A and in B. */
typedef struct both_counts {
    uint64_t a, b;
} both_counts;

/* The assertion's parameters, and what is counted. Secret. */
typedef struct drift_data {
    zkl_drift drift;
    uint64_t cells;
    both_counts *values, *bins; /* without cuts the bins are the values */
    uint16_t *bin_of;           /* of each value its bin */
} drift_data;

static void drift_data_clear(drift_data *data)
{
    zkl_free(data->values); /* wipes */
    zkl_free(data->bins);
    zkl_free(data->bin_of);
    *data = (drift_data){ 0 };
}

static void count_rows(drift_data *out, const zkl_source_table *source,
                       const zkl_proof_format *format, bool of_b)
{
    for (uint64_t c = 0; c < zkl_statement_chunk_count(&source->table, format); c++) {
        const uint16_t *x = zkl_column_of(source, format, c, 0).limbs[0];
        for (size_t t = 0; t < zkl_chunk_rows_of(source, format, c); t++) {
            out->values[x[t]].a += !of_b;
            out->values[x[t]].b += of_b;
        }
    }
}

static void count_bins(drift_data *out)
{
    const zkl_drift *d = &out->drift;
    for (uint64_t i = 0, below = 0; i < out->cells; i++) {
        while (below < d->cut_count && zkl_drift_cut(d, below) <= i)
            below++;
        out->bin_of[i] = (uint16_t)(d->cut_count ? below : i);
        out->bins[out->bin_of[i]].a += out->values[i].a;
        out->bins[out->bin_of[i]].b += out->values[i].b;
    }
}

/* A pass over the rows of both. */
static zkl_status drift_data_read(drift_data *out, const zkl_assertion_data *assertion,
                                  zkl_error *err)
{
    const zkl_statement_table *tables[2] = { &assertion->sources[0]->table,
                                             &assertion->sources[1]->table };
    const zkl_assertion_facts facts = { assertion->format, assertion->params,
                                        assertion->param_count, tables, 2 };
    ZKL_ASSERT(zkl_drift_read(&out->drift, &facts, NULL) == ZKL_OK); /* checked */
    out->cells = (uint64_t)1 << assertion->format->log_cells;
    out->values = zkl_calloc(out->cells, sizeof *out->values);
    out->bins = zkl_calloc(out->cells, sizeof *out->bins);
    out->bin_of = zkl_calloc(out->cells, sizeof *out->bin_of);
    if (!out->values || !out->bins || !out->bin_of)
        return zkl_no_memory(err, 2 * out->cells * sizeof *out->values);
    count_rows(out, assertion->sources[0], assertion->format, false);
    count_rows(out, assertion->sources[1], assertion->format, true);
    count_bins(out);
    return ZKL_OK;
}

/* N_B n_A and N_A n_B: below 2^80. */
typedef struct bin_shares {
    unsigned __int128 a, b;
} bin_shares;

static bin_shares shares_of(const drift_data *data, uint64_t bin)
{
    const both_counts *counts = &data->bins[bin];
    return (bin_shares){ (unsigned __int128)data->drift.rows_b * counts->a,
                         (unsigned __int128)data->drift.rows_a * counts->b };
}

static unsigned __int128 apart(bin_shares s)
{
    return s.a > s.b ? s.a - s.b : s.b - s.a;
}

/* f of the one and g of the other: below 2^112. */
static bool is_within(const zkl_drift *d, bin_shares s)
{
    return !d->factor ||
           (d->factor * s.a >= d->divisor * s.b && d->factor * s.b >= d->divisor * s.a);
}

/* The sum over the bins: at most 2 N_A N_B. */
static zkl_wide sum_of(const drift_data *data)
{
    zkl_wide out = { { 0 } };
    for (uint64_t i = 0; i < data->cells; i++) {
        const unsigned __int128 e = apart(shares_of(data, i));
        zkl_wide_add_shifted(&out, (uint64_t)e, 0);
        zkl_wide_add_shifted(&out, (uint64_t)(e >> 64), 64);
    }
    return out;
}

/* It is no matter of rows: 1 when the sum is larger, or a bin beyond the factor. */
static zkl_status bad_rows(uint64_t *out, const zkl_assertion_data *assertion, zkl_error *err)
{
    ZKL_AUTO_CLEAR(drift_data) data = { 0 };
    ZKL_TRY(drift_data_read(&data, assertion, err));
    const zkl_wide sum = sum_of(&data);
    *out = zkl_wide_compare(&sum, &data.drift.most) > 0;
    for (uint64_t i = 0; i < data.cells; i++)
        *out |= !is_within(&data.drift, shares_of(&data, i));
    return ZKL_OK;
}

/* The row of value i: see claim/assertion_drift.c. */
static void fill_row(const zkl_filling *filling, const drift_data *data, uint64_t i)
{
    const zkl_drift *d = &data->drift;
    const bin_shares s = shares_of(data, i);
    const unsigned __int128 e = apart(s);
    const uint32_t n = d->count_limbs, h = d->limbs;
    size_t block = 0;
    ZKL_ASSERT(is_within(d, s)); /* of a true assertion */
    zkl_filling_number(filling, block, i, i, 1);
    zkl_filling_number(filling, block += 1, i, data->values[i].a, n);
    zkl_filling_number(filling, block += n, i, data->values[i].b, n);
    if (d->cut_count) {
        zkl_filling_number(filling, block += n, i, data->bin_of[i], 1);
        zkl_filling_number(filling, block += 1, i, data->bins[i].a, n);
        zkl_filling_number(filling, block += n, i, data->bins[i].b, n);
    }
    zkl_filling_wide(filling, block += n, i, e, h);
    zkl_filling_wide(filling, block += h, i, (e + s.a - s.b) >> filling->log_cells, h);
    zkl_filling_wide(filling, block += h, i, (e + s.b - s.a) >> filling->log_cells, h);
    if (!d->factor)
        return;
    zkl_filling_wide(filling, block += h, i,
                     (d->factor * s.a - d->divisor * s.b) >> filling->log_cells, d->factor_limbs);
    zkl_filling_wide(filling, block + d->factor_limbs, i,
                     (d->factor * s.b - d->divisor * s.a) >> filling->log_cells, d->factor_limbs);
}

/* Table 0: the bins; 1: X less their sum. */
static zkl_status fill_auxiliary(uint16_t *const *cells, size_t which,
                                 const zkl_assertion_data *assertion, zkl_error *err)
{
    ZKL_AUTO_CLEAR(drift_data) data = { 0 };
    const unsigned log_cells = assertion->format->log_cells;
    ZKL_ASSERT(which + 2 < ZKL_DRIFT_TABLES);
    ZKL_TRY(drift_data_read(&data, assertion, err));
    const zkl_drift *d = &data.drift;
    if (which + 2 == ZKL_DRIFT_SLACK) {
        const zkl_wide sum = sum_of(&data), slack = zkl_wide_minus(&d->most, &sum);
        zkl_fill_slack(cells, d->slack_limbs, &slack, log_cells);
        return ZKL_OK;
    }
    const zkl_filling filling = { cells,
                                  1 + 2 * (size_t)d->count_limbs +
                                      (d->cut_count ? 1 + 2 * (size_t)d->count_limbs : 0) +
                                      3 * (size_t)d->limbs +
                                      (d->factor ? 2 * (size_t)d->factor_limbs : 0),
                                  log_cells };
    for (uint64_t i = 0; i < data.cells; i++)
        fill_row(&filling, &data, i);
    return ZKL_OK;
}

const zkl_assertion_prover zkl_assertion_prover_drift = {
    .bad_rows = bad_rows,
    .offender = "distribution",
    .fill_auxiliary = fill_auxiliary,
};
