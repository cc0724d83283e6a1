/* What the prover knows of each kind of assertion: whether it is true of the cells, and its auxiliary columns. Codes are
 * handled as the limbs they are stored in, least significant first. */
#include "claim/assertion.h"
#include "prove/prove_internal.h"

/* ---- columns of a source */

/* A column of a source table: the limb blocks of one chunk. */
typedef struct column_view {
    const uint16_t *const *limbs;
    size_t limb_count;
} column_view;

static column_view view_column(const zkl_source_table *source, const zkl_proof_format *format,
                               uint64_t chunk, size_t column)
{
    const size_t blocks = zkl_statement_table_blocks(&source->table, format);
    size_t at = (size_t)chunk * (blocks / zkl_statement_chunk_count(&source->table, format));
    for (size_t i = 0; i < column; i++)
        at += source->table.columns[i].limb_count;
    return (column_view){ source->cells + at, source->table.columns[column].limb_count };
}

/* Rows of the chunk that are not padding. */
static size_t chunk_rows(const zkl_source_table *source, const zkl_proof_format *format,
                         uint64_t chunk)
{
    const uint64_t cells = (uint64_t)1 << format->log_cells,
                   left = source->table.row_count - chunk * cells;
    return (size_t)(left < cells ? left : cells);
}

/* ---- codes as limbs */

typedef struct code {
    uint32_t limb[ZKL_TABLE_LIMBS_MAX];
} code;

static code read_code(const column_view *column, size_t t)
{
    code out = { { 0 } };
    for (size_t i = 0; i < column->limb_count; i++)
        out.limb[i] = column->limbs[i][t];
    return out;
}

/* A parameter below C^16. */
static code param_code(const zkl_scalar *param, unsigned log_cells)
{
    const zkl_wide w = zkl_wide_of_scalar(param);
    code out = { { 0 } };
    for (unsigned i = 0; i < 16; i++) {
        const unsigned bit = i * log_cells;
        out.limb[i] =
            (uint32_t)(w.word[bit / 64] >> bit % 64 &
                       (((uint64_t)1 << log_cells) - 1)); /* limbs do not straddle words */
    }
    return out;
}

static bool code_below(const code *a, const code *b)
{
    for (size_t i = ZKL_TABLE_LIMBS_MAX; i--;)
        if (a->limb[i] != b->limb[i])
            return a->limb[i] < b->limb[i];
    return false;
}

/* a - b >= 0 */
static code code_minus(const code *a, const code *b, unsigned log_cells)
{
    code out;
    uint32_t borrow = 0;
    for (size_t i = 0; i < ZKL_TABLE_LIMBS_MAX; i++) {
        const uint32_t d = a->limb[i] - b->limb[i] - borrow;
        borrow = d >> 31;
        out.limb[i] = d & (((uint32_t)1 << log_cells) - 1);
    }
    return out;
}

/* ---- cells */

static uint64_t bad_rows_cells(const zkl_assertion_data *assertion)
{
    const zkl_source_table *source = assertion->sources[0];
    const zkl_statement_table *table = &source->table;
    const size_t cells = (size_t)1 << assertion->format->log_cells;
    uint64_t bad = 0;
    for (uint64_t c = 0; c < zkl_statement_chunk_count(table, assertion->format); c++) {
        const size_t rows = chunk_rows(source, assertion->format, c);
        for (size_t i = 0; i < table->column_count; i++) {
            const column_view column = view_column(source, assertion->format, c, i);
            column_view flag = { 0 };
            for (size_t j = 0; j < table->column_count; j++)
                if (zkl_role_is_flag_of(table->columns[j].role, table->columns[i].role))
                    flag = view_column(source, assertion->format, c, j);
            const bool boolean = zkl_role_is_boolean(table->columns[i].role);
            for (size_t limb = 0; limb < column.limb_count; limb++)
                for (size_t t = 0; t < cells; t++) {
                    const uint16_t v = column.limbs[limb][t];
                    bad += v && (t >= rows || (flag.limb_count && flag.limbs[0][t]) ||
                                 (boolean && v > 1) || v >= cells);
                }
        }
    }
    return bad;
}

/* ---- range: lo, hi, nulls */

static uint64_t bad_rows_range(const zkl_assertion_data *assertion)
{
    const zkl_source_table *source = assertion->sources[0];
    const code lo = param_code(&assertion->params[0], assertion->format->log_cells);
    const code hi = param_code(&assertion->params[1], assertion->format->log_cells);
    const bool skip_nulls = assertion->params[2].bytes[31] == 1,
               nullable = source->table.column_count > 1;
    uint64_t bad = 0;
    for (uint64_t c = 0; c < zkl_statement_chunk_count(&source->table, assertion->format); c++) {
        const column_view x = view_column(source, assertion->format, c, 0);
        const column_view flag =
            nullable ? view_column(source, assertion->format, c, 1) : (column_view){ 0 };
        for (size_t t = 0; t < chunk_rows(source, assertion->format, c); t++) {
            const code v = read_code(&x, t);
            const bool null = nullable && flag.limbs[0][t];
            bad += null ? !skip_nulls : code_below(&v, &lo) || code_below(&hi, &v);
        }
    }
    return bad;
}

static void fill_range(uint16_t *const *cells, const zkl_assertion_data *assertion)
{
    const zkl_source_table *source = assertion->sources[0];
    const unsigned log_cells = assertion->format->log_cells;
    const zkl_range_sides sides =
        zkl_assertion_range_sides(&assertion->params[0], &assertion->params[1],
                                  source->table.columns[0].limb_count, assertion->format);
    const code lo = param_code(&assertion->params[0], log_cells),
               hi = param_code(&assertion->params[1], log_cells);
    const bool nullable = source->table.column_count > 1;
    for (uint64_t c = 0; c < zkl_statement_chunk_count(&source->table, assertion->format); c++) {
        const column_view x = view_column(source, assertion->format, c, 0);
        const column_view flag =
            nullable ? view_column(source, assertion->format, c, 1) : (column_view){ 0 };
        for (unsigned side = 0; side < 2; side++) {
            if (!(side ? sides.above : sides.below))
                continue;
            for (size_t t = 0; t < chunk_rows(source, assertion->format, c); t++) {
                if (nullable && flag.limbs[0][t])
                    continue;
                const code v = read_code(&x, t), d = side ? code_minus(&hi, &v, log_cells)
                                                          : code_minus(&v, &lo, log_cells);
                for (size_t i = 0; i < sides.limb_count; i++)
                    cells[i][t] = (uint16_t)d.limb[i + 1]; /* the lowest limb is the rest */
            }
            cells += sides.limb_count;
        }
    }
}

/* ---- sum: total, nulls, mode */

static void sum_column(zkl_wide *total, uint64_t *nulls, const zkl_source_table *source,
                       const zkl_proof_format *format)
{
    *total = (zkl_wide){ { 0 } };
    *nulls = 0;
    for (uint64_t c = 0; c < zkl_statement_chunk_count(&source->table, format); c++) {
        const column_view x = view_column(source, format, c, 0);
        const size_t rows = chunk_rows(source, format, c);
        for (size_t i = 0; i < x.limb_count; i++) {
            uint64_t sum = 0;
            for (size_t t = 0; t < rows; t++)
                sum += x.limbs[i][t];
            zkl_wide_add_shifted(total, sum, (unsigned)i * format->log_cells);
        }
        if (source->table.column_count > 1) {
            const column_view flag = view_column(source, format, c, 1);
            for (size_t t = 0; t < rows; t++)
                *nulls += flag.limbs[0][t];
        }
    }
}

zkl_status zkl_prove_sum(zkl_scalar *total, uint64_t *nulls, const zkl_source_table *source,
                         zkl_error *err)
{
    zkl_wide sum;
    const zkl_wide order = zkl_wide_field_order();
    sum_column(&sum, nulls, source, &zkl_proof_format_v1);
    if (zkl_wide_compare(&sum, &order) >= 0)
        return zkl_fail(err, ZKL_LIMIT, "the sum of a column of %u limbs is no field element",
                        source->table.columns[0].limb_count);
    for (size_t i = 0; i < 32; i++)
        total->bytes[31 - i] = (uint8_t)(sum.word[i / 8] >> 8 * (i % 8));
    return ZKL_OK;
}

static uint64_t bad_rows_sum(const zkl_assertion_data *assertion)
{
    const zkl_wide bound = zkl_wide_of_scalar(&assertion->params[0]);
    uint64_t nulls, stated = 0, mode = 0;
    zkl_wide total;
    sum_column(&total, &nulls, assertion->sources[0], assertion->format);
    (void)zkl_assertion_param_u64(&stated,
                                  &assertion->params[1]); /* both checked by zkl_assertion_check */
    (void)zkl_assertion_param_u64(&mode, &assertion->params[2]);
    const int order = zkl_wide_compare(&total, &bound);
    const bool holds = mode == ZKL_MODE_EXACTLY    ? order == 0
                       : mode == ZKL_MODE_AT_LEAST ? order >= 0
                                                   : order <= 0;
    return !holds || nulls != stated;
}

/* The slack, |total - bound|, as C numbers of k + 1 limbs: as many full ones as fit, then the rest. */
static void fill_sum(uint16_t *const *cells, const zkl_assertion_data *assertion)
{
    const unsigned log_cells = assertion->format->log_cells,
                   limbs = assertion->sources[0]->table.columns[0].limb_count + 1;
    const zkl_wide bound = zkl_wide_of_scalar(&assertion->params[0]), one = zkl_wide_shifted(1, 0);
    const zkl_wide top = zkl_wide_shifted(1, limbs * log_cells), full = zkl_wide_minus(&top, &one);
    zkl_wide total, slack;
    uint64_t nulls;
    sum_column(&total, &nulls, assertion->sources[0], assertion->format);
    const bool above = zkl_wide_compare(&total, &bound) > 0;
    slack = above ? zkl_wide_minus(&total, &bound) : zkl_wide_minus(&bound, &total);
    for (size_t t = 0; t < (size_t)1 << log_cells; t++) {
        const zkl_wide part = zkl_wide_compare(&slack, &full) > 0 ? full : slack;
        for (unsigned i = 0; i < limbs; i++) {
            const unsigned bit = i * log_cells;
            cells[i][t] =
                (uint16_t)(part.word[bit / 64] >> bit % 64 & (((uint64_t)1 << log_cells) - 1));
        }
        slack = zkl_wide_minus(&slack, &part);
    }
}

/* ---- linear: c, weights */

#define LINEAR_RUN 256

/* Which of `count` rows from `from` on offend the assertion. */
static void mark_linear(bool bad[static LINEAR_RUN], const zkl_assertion_data *assertion,
                        uint64_t chunk, size_t from, size_t count)
{
    zkl_fr c, sum[LINEAR_RUN], base;
    size_t at = 1;
    zkl_fr_power_of_two(&base, assertion->format->log_cells);
    ZKL_ASSERT(zkl_fr_decode(&c, assertion->params[0].bytes));
    memset(sum, 0, sizeof sum);
    for (size_t i = 0; i < assertion->source_count; i++)
        for (size_t j = 0; j < assertion->sources[i]->table.column_count; j++) {
            zkl_fr weights[ZKL_TABLE_LIMBS_MAX], part[LINEAR_RUN];
            const column_view column =
                view_column(assertion->sources[i], assertion->format, chunk, j);
            ZKL_ASSERT(zkl_fr_decode(&weights[0], assertion->params[at++].bytes));
            for (size_t limb = 1; limb < column.limb_count; limb++)
                zkl_fr_mul(&weights[limb], &weights[limb - 1], &base);
            zkl_cells_combine(part, weights, column.limbs, column.limb_count, from, count);
            for (size_t t = 0; t < count; t++)
                zkl_fr_add(&sum[t], &sum[t], &part[t]);
        }
    for (size_t t = 0; t < count; t++)
        bad[t] = !zkl_fr_equal(&sum[t], &c);
}

/* other: rows that offend it too are not counted; NULL: all are. */
static uint64_t count_linear(const zkl_assertion_data *assertion, const zkl_assertion_data *other)
{
    const zkl_source_table *first = assertion->sources[0];
    uint64_t count = 0;
    for (uint64_t chunk = 0; chunk < zkl_statement_chunk_count(&first->table, assertion->format);
         chunk++)
        for (size_t from = 0, rows = chunk_rows(first, assertion->format, chunk); from < rows;
             from += LINEAR_RUN) {
            const size_t run = rows - from < LINEAR_RUN ? rows - from : LINEAR_RUN;
            bool bad[LINEAR_RUN], told[LINEAR_RUN] = { false };
            mark_linear(bad, assertion, chunk, from, run);
            if (other)
                mark_linear(told, other, chunk, from, run);
            for (size_t t = 0; t < run; t++)
                count += bad[t] && !told[t];
        }
    return count;
}

static uint64_t bad_rows_linear(const zkl_assertion_data *assertion)
{
    return count_linear(assertion, NULL);
}

uint64_t zkl_assertion_bad_rows_besides(const zkl_assertion_data *assertion,
                                        const zkl_assertion_data *other)
{
    ZKL_ASSERT(assertion->kind == ZKL_ASSERTION_LINEAR && other->kind == ZKL_ASSERTION_LINEAR &&
               assertion->sources[0] == other->sources[0]);
    return count_linear(assertion, other);
}

/* ---- the table */

uint64_t zkl_assertion_bad_rows(const zkl_assertion_data *assertion)
{
    static uint64_t (*const kinds[ZKL_ASSERTION_KIND_COUNT])(const zkl_assertion_data *) = {
        [ZKL_ASSERTION_CELLS] = bad_rows_cells,
        [ZKL_ASSERTION_RANGE] = bad_rows_range,
        [ZKL_ASSERTION_SUM] = bad_rows_sum,
        [ZKL_ASSERTION_LINEAR] = bad_rows_linear,
    };
    return kinds[assertion->kind](assertion);
}

void zkl_assertion_fill_auxiliary(uint16_t *const *cells, size_t which,
                                  const zkl_assertion_data *assertion)
{
    static void (*const kinds[ZKL_ASSERTION_KIND_COUNT])(uint16_t *const *,
                                                         const zkl_assertion_data *) = {
        [ZKL_ASSERTION_RANGE] = fill_range,
        [ZKL_ASSERTION_SUM] = fill_sum,
    };
    ZKL_ASSERT(which == 0 && kinds[assertion->kind]);
    kinds[assertion->kind](cells, assertion);
}
