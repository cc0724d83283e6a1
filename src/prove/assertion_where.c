/* "where", the prover's half: sums and slack follow from how often each G of its predicate occurs.
 * What is counted here is secret. */
#include "prove/filling.h"
#include "prove/predicate.h"

#include "claim/assertion_where.h"

/* One assertion, read, with its public tables. */
typedef struct where_data {
    zkl_arena arena; /* wipes */
    zkl_where where;
    zkl_predicate_data rows;
} where_data;

static void where_data_clear(where_data *data)
{
    zkl_arena_clear(&data->arena);
    *data = (where_data){ 0 };
}

/* Read, tabulate, count. Cost: a pass over the conditions' columns. */
static zkl_status where_data_read(where_data *out, const zkl_assertion_data *assertion,
                                  zkl_error *err)
{
    const zkl_source_table *source = assertion->sources[0];
    const zkl_statement_table *sources[1] = { &source->table };
    const zkl_assertion_facts facts = { assertion->format, assertion->params,
                                        assertion->param_count, sources, 1 };
    ZKL_TRY(zkl_where_read(&out->where, &facts, err));
    return zkl_predicate_data_read(&out->rows, &out->arena, &out->where.predicate, source, err);
}

/* ---- What is true */

/* *up - *down = the weighted number of rows of a bound, less n. */
typedef struct balance {
    zkl_wide up, down;
} balance;

/* times * param: a parameter beyond r / 2 counts down. times has 40 bits, the parameter 112. */
static void add_product(balance *out, const zkl_scalar *param, uint64_t times, bool minus)
{
    const zkl_wide value = zkl_wide_of_scalar(param), order = zkl_wide_field_order(),
                   below = zkl_wide_minus(&order, &value);
    const bool negative = zkl_wide_compare(&below, &value) < 0;
    const zkl_wide *near = negative ? &below : &value;
    zkl_wide *side = negative != minus ? &out->down : &out->up;
    for (unsigned i = 0; i < 2; i++) { /* 64 bits a word */
        const unsigned __int128 product = (unsigned __int128)near->word[i] * times;
        zkl_wide_add_shifted(side, (uint64_t)product, 64 * i);
        zkl_wide_add_shifted(side, (uint64_t)(product >> 64), 64 * i + 64);
    }
}

/* Rows of which the bit is true. */
static uint64_t count_bit(const where_data *data, size_t bit)
{
    const zkl_predicate *p = &data->where.predicate;
    uint64_t count = 0;
    for (size_t g = 0; g < zkl_predicate_size(p); g++)
        count += zkl_predicate_holds(p, &data->rows.tables, g, bit) ? data->rows.counts[g] : 0;
    return count;
}

static balance weigh_bound(const where_data *data, size_t bound)
{
    const size_t bits = data->where.predicate.bit_count;
    const zkl_scalar *params = zkl_where_bound(&data->where, bound);
    balance out = { 0 };
    for (size_t bit = 0; bit < bits; bit++)
        add_product(&out, &params[bit], count_bit(data, bit), false);
    add_product(&out, &params[bits], 1, true);
    return out;
}

static bool bound_holds(const where_data *data, size_t bound)
{
    const balance b = weigh_bound(data, bound);
    const int order = zkl_wide_compare(&b.up, &b.down);
    const uint64_t mode = zkl_where_mode(&data->where, bound);
    return mode == ZKL_MODE_EXACTLY    ? order == 0
           : mode == ZKL_MODE_AT_LEAST ? order >= 0
                                       : order <= 0;
}

/* The sum of x - o over the rows of bit 0 that are not null, mod r. */
static zkl_status find_sum(zkl_fr *out, where_data *data, const zkl_assertion_data *assertion,
                           size_t sum, zkl_error *err)
{
    const zkl_source_table *source = assertion->sources[0];
    const zkl_predicate *p = &data->where.predicate;
    const zkl_statement_table *table = &source->table;
    const size_t column = zkl_where_summand(table, sum);
    const bool nullable = column + 1 < table->column_count && zkl_column_is_flag(table, column + 1);
    const size_t cells = (size_t)1 << assertion->format->log_cells;
    uint32_t *codes = ZKL_ARENA_NEW(&data->arena, uint32_t, cells);
    zkl_wide total = { { 0 } };
    uint64_t count = 0;
    zkl_fr offset, v;
    uint8_t bytes[64] = { 0 };
    if (!codes)
        return zkl_no_memory(err, cells * sizeof *codes);
    for (uint64_t c = 0; c < zkl_statement_chunk_count(table, assertion->format); c++) {
        const zkl_column_cells x = zkl_column_of(source, assertion->format, c, column);
        const uint16_t *flags =
            nullable ? zkl_column_of(source, assertion->format, c, column + 1).limbs[0] : NULL;
        zkl_predicate_codes(codes, &data->rows, c);
        for (size_t t = 0; t < zkl_chunk_rows_of(source, assertion->format, c); t++) {
            if ((flags && flags[t]) || !zkl_predicate_holds(p, &data->rows.tables, codes[t], 0))
                continue;
            count++;
            for (size_t i = 0; i < x.limb_count; i++)
                zkl_wide_add_shifted(&total, x.limbs[i][t],
                                     (unsigned)i * assertion->format->log_cells);
        }
    }
    for (size_t i = 0; i < 8 * ZKL_WIDE_WORDS; i++)
        bytes[sizeof bytes - 1 - i] = (uint8_t)(total.word[i / 8] >> 8 * (i % 8));
    zkl_fr_reduce(out, bytes, sizeof bytes);
    const zkl_scalar *params = data->where.sums + sum * ZKL_WHERE_SUM_PARAMS;
    ZKL_ASSERT(zkl_fr_decode(&offset, params[ZKL_WHERE_SUM_OFFSET].bytes));
    zkl_fr_from_u64(&v, count);
    zkl_fr_mul(&v, &v, &offset);
    zkl_fr_sub(out, out, &v);
    return ZKL_OK;
}

/* Is the parameter 0, 1 or -1? */
static bool is_unit(const zkl_scalar *param)
{
    const zkl_wide value = zkl_wide_of_scalar(param), order = zkl_wide_field_order(),
                   below = zkl_wide_minus(&order, &value);
    return zkl_wide_bits(&value) <= 1 || zkl_wide_bits(&below) <= 1;
}

/* What offends a bound that is false. Where no row may be counted, those that are; else it is no
 * matter of rows, and counts 1. */
static uint64_t offenders_of(const where_data *data, size_t bound)
{
    const size_t bits = data->where.predicate.bit_count;
    const zkl_scalar *params = zkl_where_bound(&data->where, bound);
    const zkl_wide n = zkl_wide_of_scalar(&params[bits]);
    const balance b = weigh_bound(data, bound);
    bool counts_rows =
        zkl_wide_is_zero(&n) && zkl_where_mode(&data->where, bound) != ZKL_MODE_AT_LEAST;
    for (size_t bit = 0; bit < bits; bit++)
        counts_rows = counts_rows && is_unit(&params[bit]);
    return counts_rows && zkl_wide_compare(&b.up, &b.down) > 0
               ? zkl_wide_minus(&b.up, &b.down).word[0]
               : 1;
}

/* Each bound and sum that is false counts. */
static zkl_status bad_rows(uint64_t *out, const zkl_assertion_data *assertion, zkl_error *err)
{
    ZKL_AUTO_CLEAR(where_data) data = { 0 };
    uint64_t bad = 0;
    ZKL_TRY(where_data_read(&data, assertion, err));
    for (size_t i = 0; i < data.where.bound_count; i++)
        bad += bound_holds(&data, i) ? 0 : offenders_of(&data, i);
    for (size_t i = 0; i < data.where.sum_count; i++) {
        zkl_fr sum, stated;
        const zkl_scalar *params = data.where.sums + i * ZKL_WHERE_SUM_PARAMS;
        ZKL_TRY(find_sum(&sum, &data, assertion, i, err));
        ZKL_ASSERT(zkl_fr_decode(&stated, params[ZKL_WHERE_SUM_TOTAL].bytes));
        bad += !zkl_fr_equal(&sum, &stated);
    }
    *out = bad;
    return ZKL_OK;
}

/* n of each exact bound, and each sum; the others are the claim's own. A bound's n is the weighted
 * number of rows, so its own n in the assertion is not read. */
static zkl_status measure(zkl_scalar *params, const zkl_assertion_data *assertion, zkl_error *err)
{
    ZKL_AUTO_CLEAR(where_data) data = { 0 };
    ZKL_TRY(where_data_read(&data, assertion, err));
    memmove(params, assertion->params, assertion->param_count * sizeof *params);
    const size_t bits = data.where.predicate.bit_count;
    for (size_t i = 0; i < data.where.bound_count; i++) {
        zkl_fr count = ZKL_FR_ZERO, v, w;
        const zkl_scalar *bound = zkl_where_bound(&data.where, i);
        for (size_t bit = 0; bit < bits; bit++) {
            ZKL_ASSERT(zkl_fr_decode(&w, bound[bit].bytes));
            zkl_fr_from_u64(&v, count_bit(&data, bit));
            zkl_fr_mul(&v, &v, &w);
            zkl_fr_add(&count, &count, &v);
        }
        if (zkl_where_mode(&data.where, i) == ZKL_MODE_EXACTLY)
            zkl_fr_encode(params[bound - assertion->params + (ptrdiff_t)bits].bytes, &count);
    }
    for (size_t i = 0; i < data.where.sum_count; i++) {
        zkl_fr sum;
        ZKL_TRY(find_sum(&sum, &data, assertion, i, err));
        const ptrdiff_t at = data.where.sums - assertion->params;
        zkl_fr_encode(
            params[at + (ptrdiff_t)(i * ZKL_WHERE_SUM_PARAMS + ZKL_WHERE_SUM_TOTAL)].bytes, &sum);
    }
    return ZKL_OK;
}

/* ---- Auxiliary tables: the predicate's, then a slack for each bound that is not exact */

/* |weighted number - n| as C numbers: as many full ones as fit, then the rest. */
static void fill_slack(uint16_t *const *cells, const where_data *data, size_t bound,
                       const zkl_assertion_data *assertion)
{
    const balance b = weigh_bound(data, bound);
    const zkl_wide slack = zkl_wide_compare(&b.up, &b.down) >= 0 ? zkl_wide_minus(&b.up, &b.down)
                                                                 : zkl_wide_minus(&b.down, &b.up);
    /* C numbers of 7 limbs hold 2^128 */
    zkl_fill_slack(cells, ZKL_WHERE_SLACK_LIMBS, &slack, assertion->format->log_cells);
}

/* The bound that slack number `slack` belongs to: exact ones have none. */
static size_t bound_of(const where_data *data, size_t slack)
{
    size_t bound = 0;
    for (;; bound++) {
        ZKL_ASSERT(bound < data->where.bound_count);
        if (zkl_where_mode(&data->where, bound) != ZKL_MODE_EXACTLY && slack-- == 0)
            return bound;
    }
}

static zkl_status fill_auxiliary(uint16_t *const *cells, size_t which,
                                 const zkl_assertion_data *assertion, zkl_error *err)
{
    ZKL_AUTO_CLEAR(where_data) data = { 0 };
    ZKL_TRY(where_data_read(&data, assertion, err));
    if (which < ZKL_PREDICATE_TABLES)
        return zkl_predicate_fill(cells, which, &data.rows, err);
    fill_slack(cells, &data, bound_of(&data, which - ZKL_PREDICATE_TABLES), assertion);
    return ZKL_OK;
}

const zkl_assertion_prover zkl_assertion_prover_where = {
    .bad_rows = bad_rows,
    .offender = "row",
    .fill_auxiliary = fill_auxiliary,
    .measure = measure,
};
