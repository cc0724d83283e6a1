/* "rates", the prover's half: rows are counted by their group. tau is the greatest one that no
 * group's share lies below: if any tau does, this one does. */
#include "claim/assertion_rates.h"

#include "prove/filling.h"

/* Of a value of g: its rows, those of them with y. */
typedef struct group_counts {
    uint64_t rows, yes;
} group_counts;

/* The assertion's parameters, and what is counted. Secret. */
typedef struct rates_data {
    zkl_rates rates;
    uint64_t cells;
    group_counts *groups, *rest; /* of rows that count; of those with w = 0 */
    bool is_empty;               /* no row counts */
    uint64_t tau;
} rates_data;

static void rates_data_clear(rates_data *data)
{
    zkl_free(data->groups); /* wipes */
    zkl_free(data->rest);
    *data = (rates_data){ 0 };
}

static void count_rows(rates_data *out, const zkl_assertion_data *assertion)
{
    const zkl_source_table *source = assertion->sources[0];
    const zkl_proof_format *format = assertion->format;
    for (uint64_t c = 0; c < zkl_statement_chunk_count(&source->table, format); c++) {
        const uint16_t *g = zkl_column_of(source, format, c, ZKL_RATES_GROUP).limbs[0],
                       *y = zkl_column_of(source, format, c, ZKL_RATES_Y).limbs[0],
                       *w = out->rates.has_w
                                ? zkl_column_of(source, format, c, ZKL_RATES_W).limbs[0]
                                : NULL;
        for (size_t t = 0; t < zkl_chunk_rows_of(source, format, c); t++) {
            group_counts *group = &(w && !w[t] ? out->rest : out->groups)[g[t]];
            group->rows++;
            group->yes += y[t];
        }
    }
}

/* The least of floor(U k / n). */
static void find_tau(rates_data *data)
{
    uint64_t tau = data->rates.units;
    data->is_empty = true;
    for (uint64_t i = 0; i < data->cells; i++) {
        const group_counts *group = &data->groups[i];
        if (!group->rows)
            continue;
        const uint64_t share = data->rates.units * group->yes / group->rows;
        tau = share < tau ? share : tau;
        data->is_empty = false;
    }
    data->tau = tau;
}

/* A pass over the rows. */
static zkl_status rates_data_read(rates_data *out, const zkl_assertion_data *assertion,
                                  zkl_error *err)
{
    const zkl_statement_table *tables[1] = { &assertion->sources[0]->table };
    const zkl_assertion_facts facts = { assertion->format, assertion->params,
                                        assertion->param_count, tables, 1 };
    ZKL_ASSERT(zkl_rates_read(&out->rates, &facts, NULL) == ZKL_OK); /* checked */
    out->cells = (uint64_t)1 << assertion->format->log_cells;
    out->groups = zkl_calloc(out->cells, sizeof *out->groups);
    out->rest = zkl_calloc(out->cells, sizeof *out->rest);
    if (!out->groups || !out->rest)
        return zkl_no_memory(err, 2 * out->cells * sizeof *out->groups);
    count_rows(out, assertion);
    find_tau(out);
    return ZKL_OK;
}

/* U k - tau n: not negative. Below 2^57. */
static uint64_t above_tau(const rates_data *data, const group_counts *group)
{
    return data->rates.units * group->yes - data->tau * group->rows;
}

/* a tau n + b U n - c U k, as two sides below 2^96. */
static bool below_bound(unsigned __int128 *out, const rates_data *data, const group_counts *group)
{
    const zkl_rates *r = &data->rates;
    const unsigned __int128 most =
        ((unsigned __int128)r->a * data->tau + (unsigned __int128)r->b * r->units) * group->rows;
    const unsigned __int128 share = (unsigned __int128)r->c * r->units * group->yes;
    *out = most - share;
    return most >= share;
}

/* It is no matter of rows: 1 when some share is too far from the least one. Of no rows that count
 * nothing is said, and it counts as false: r would not fit where they fill all rows but padded
 * ones. */
static zkl_status bad_rows(uint64_t *out, const zkl_assertion_data *assertion, zkl_error *err)
{
    ZKL_AUTO_CLEAR(rates_data) data = { 0 };
    unsigned __int128 below;
    ZKL_TRY(rates_data_read(&data, assertion, err));
    *out = data.is_empty;
    for (uint64_t i = 0; i < data.cells; i++)
        *out |= !below_bound(&below, &data, &data.groups[i]);
    return ZKL_OK;
}

/* The same of the least share itself, where tau is rounded down: a k n' + b n n' >= c k' n of the
 * least share k / n and every other. Numbers of rows are below 2^40, parts below 2^32. */
static zkl_status is_true_unrounded(bool *out, const zkl_assertion_data *assertion, zkl_error *err)
{
    ZKL_AUTO_CLEAR(rates_data) data = { 0 };
    const group_counts *least = NULL;
    typedef unsigned __int128 wide;
    ZKL_TRY(rates_data_read(&data, assertion, err));
    const zkl_rates *r = &data.rates;
    for (uint64_t i = 0; i < data.cells; i++) {
        const group_counts *group = &data.groups[i];
        if (group->rows &&
            (!least || (wide)group->yes * least->rows < (wide)least->yes * group->rows))
            least = group;
    }
    *out = least != NULL;
    for (uint64_t i = 0; least && i < data.cells; i++) {
        const group_counts *group = &data.groups[i];
        *out = *out && ((wide)r->a * least->yes + (wide)r->b * least->rows) * group->rows >=
                           (wide)r->c * least->rows * group->yes;
    }
    return ZKL_OK;
}

/* The counts of one value: see claim/assertion_rates.c. Padded rows have g = 0, w = 0. */
static void fill_counts(const zkl_filling *filling, const rates_data *data, uint64_t value,
                        uint64_t pads)
{
    const zkl_rates *rates = &data->rates;
    const group_counts *group = &data->groups[value], *rest = &data->rest[value];
    const uint32_t n = rates->count_limbs, h = rates->slack_limbs;
    unsigned __int128 below;
    const bool holds = below_bound(&below, data, group);
    ZKL_ASSERT(holds); /* of a true assertion */
    size_t block = 0;
    zkl_filling_number(filling, block, value, value, 1);
    zkl_filling_number(filling, block += 1, value, group->rows, n);
    zkl_filling_number(filling, block += n, value, group->yes, n);
    zkl_filling_number(filling, block += n, value, data->tau * group->rows, n + 1);
    zkl_filling_number(filling, block += n + 1, value, above_tau(data, group) >> filling->log_cells,
                       h);
    zkl_filling_wide(filling, block += h, value, below >> filling->log_cells, h);
    if (!rates->has_w)
        return;
    zkl_filling_number(filling, block += h, value, rest->rows + (value == 0 ? pads : 0), n);
    zkl_filling_number(filling, block += n, value, rest->yes, n);
    zkl_filling_number(filling, block += n, value, data->tau * rest->rows, n + 1);
}

/* Table 0: tau in every row; 1: tau and zeros; 2: the counts. */
static zkl_status fill_auxiliary(uint16_t *const *cells, size_t which,
                                 const zkl_assertion_data *assertion, zkl_error *err)
{
    ZKL_AUTO_CLEAR(rates_data) data = { 0 };
    const uint64_t rows = assertion->sources[0]->table.row_count;
    ZKL_ASSERT(which + 1 < ZKL_RATES_TABLES);
    ZKL_TRY(rates_data_read(&data, assertion, err));
    zkl_filling filling = { cells, 1, assertion->format->log_cells };
    if (which + 1 == ZKL_RATES_TAU)
        for (uint64_t t = 0; t < rows; t++)
            zkl_filling_number(&filling, 0, t, data.tau, 1);
    if (which + 1 == ZKL_RATES_SUM)
        zkl_filling_number(&filling, 0, 0, data.tau, 1);
    if (which + 1 != ZKL_RATES_COUNTS)
        return ZKL_OK;
    const zkl_rates *r = &data.rates;
    filling.blocks_per_chunk = 2 + 3 * (size_t)r->count_limbs + 2 * (size_t)r->slack_limbs;
    if (r->has_w)
        filling.blocks_per_chunk += 1 + 3 * (size_t)r->count_limbs;
    for (uint64_t i = 0; i < data.cells; i++)
        fill_counts(&filling, &data, i, -rows & (data.cells - 1));
    return ZKL_OK;
}

const zkl_assertion_prover zkl_assertion_prover_rates = {
    .bad_rows = bad_rows,
    .offender = "share",
    .is_true_unrounded = is_true_unrounded,
    .fill_auxiliary = fill_auxiliary,
};
