/* "count", the prover's half: rows that are not null and lie between the bounds are counted. The
 * auxiliary columns are the limbs of x + 2^W - v above the lowest, v = lo (da) and hi + 1 (db), 0
 * under nulls and in the padding; then the slack of a comparison, spread over C cells. */
#include "prove/assertion.h"

/* The parameters. */
enum { COUNT_LO, COUNT_HI, COUNT_ROWS, COUNT_MODE };

/* What of the assertion the loops over rows need. */
typedef struct counted_column {
    const zkl_source_table *source;
    const zkl_proof_format *format;
    zkl_code_limbs lo, hi;
    bool nullable;
} counted_column;

static counted_column column_of(const zkl_assertion_data *assertion)
{
    const unsigned log_cells = assertion->format->log_cells;
    return (counted_column){
        .source = assertion->sources[0],
        .format = assertion->format,
        .lo = zkl_code_limbs_of_param(&assertion->params[COUNT_LO], log_cells),
        .hi = zkl_code_limbs_of_param(&assertion->params[COUNT_HI], log_cells),
        .nullable = assertion->sources[0]->table.column_count > 1,
    };
}

static uint64_t count_rows(const counted_column *column)
{
    const zkl_source_table *source = column->source;
    uint64_t count = 0;
    for (uint64_t c = 0; c < zkl_statement_chunk_count(&source->table, column->format); c++) {
        const zkl_column_cells x = zkl_column_of(source, column->format, c, 0);
        const zkl_column_cells flag = column->nullable ? zkl_column_of(source, column->format, c, 1)
                                                       : (zkl_column_cells){ 0 };
        for (size_t t = 0; t < zkl_chunk_rows_of(source, column->format, c); t++) {
            const zkl_code_limbs v = zkl_code_limbs_read(&x, t);
            count += !(column->nullable && flag.limbs[0][t]) &&
                     !zkl_code_limbs_below(&v, &column->lo) &&
                     !zkl_code_limbs_below(&column->hi, &v);
        }
    }
    return count;
}

/* The count; bounds and mode are the claim's own. */
static zkl_status measure(zkl_scalar *params, const zkl_assertion_data *assertion, zkl_error *err)
{
    (void)err; /* takes no memory */
    const counted_column column = column_of(assertion);
    params[COUNT_ROWS] = (zkl_scalar){ { 0 } };
    zkl_be64_put(params[COUNT_ROWS].bytes + 24, count_rows(&column));
    return ZKL_OK;
}

/* What the parameters say, of an assertion that was checked. */
static uint64_t param_of(const zkl_assertion_data *assertion, size_t param)
{
    uint64_t value = 0;
    ZKL_ASSERT(zkl_assertion_param_u64(&value, &assertion->params[param]));
    return value;
}

/* A count is no matter of rows: 1 when it is another, compared as the mode says. */
static zkl_status bad_rows(uint64_t *out, const zkl_assertion_data *assertion, zkl_error *err)
{
    (void)err; /* takes no memory */
    const counted_column column = column_of(assertion);
    const uint64_t count = count_rows(&column), stated = param_of(assertion, COUNT_ROWS),
                   mode = param_of(assertion, COUNT_MODE);
    ZKL_ASSERT(mode < ZKL_MODE_COUNT);
    *out = mode == ZKL_MODE_EXACTLY    ? count != stated
           : mode == ZKL_MODE_AT_LEAST ? count < stated
                                       : count > stated;
    return ZKL_OK;
}

/* 2^W - v, v = lo or hi + 1: the complement of v - 1 in W bits. v is not 0. */
static zkl_code_limbs complement_of(const counted_column *column, unsigned side)
{
    const size_t limbs = column->source->table.columns[0].limb_count;
    const uint32_t mask = ((uint32_t)1 << column->format->log_cells) - 1;
    zkl_code_limbs before = side ? column->hi : column->lo, out = { { 0 } };
    const zkl_code_limbs one = { { 1 } };
    if (!side)
        before = zkl_code_limbs_minus(&before, &one, column->format->log_cells);
    for (size_t i = 0; i < limbs; i++)
        out.limb[i] = mask - before.limb[i];
    return out;
}

/* One side in all chunks; in a chunk its limbs are those from block `at` on, of `blocks`. */
static void fill_side(uint16_t *const *cells, size_t at, size_t blocks,
                      const counted_column *column, unsigned side)
{
    const zkl_source_table *source = column->source;
    const unsigned log_cells = column->format->log_cells;
    const size_t limbs = source->table.columns[0].limb_count;
    const zkl_code_limbs more = complement_of(column, side);
    for (uint64_t c = 0; c < zkl_statement_chunk_count(&source->table, column->format);
         c++, at += blocks) {
        const zkl_column_cells x = zkl_column_of(source, column->format, c, 0);
        const zkl_column_cells flag = column->nullable ? zkl_column_of(source, column->format, c, 1)
                                                       : (zkl_column_cells){ 0 };
        for (size_t t = 0; t < zkl_chunk_rows_of(source, column->format, c); t++) {
            if (column->nullable && flag.limbs[0][t])
                continue;
            uint32_t carry = 0; /* x + 2^W - v, of which the lowest limb is the rest */
            for (size_t i = 0; i < limbs; i++) {
                carry += x.limbs[i][t] + more.limb[i];
                if (i > 0)
                    cells[at + i - 1][t] = (uint16_t)(carry & (((uint32_t)1 << log_cells) - 1));
                carry >>= log_cells;
            }
            cells[at + limbs - 1][t] = (uint16_t)carry;
        }
    }
}

/* |count - n| as C cells: as many full ones as fit, then the rest. */
static void fill_slack(uint16_t *cells, const zkl_assertion_data *assertion,
                       const counted_column *column)
{
    const uint64_t full = ((uint64_t)1 << assertion->format->log_cells) - 1,
                   count = count_rows(column), stated = param_of(assertion, COUNT_ROWS);
    uint64_t slack = count > stated ? count - stated : stated - count;
    for (size_t t = 0; t <= full; t++) {
        cells[t] = (uint16_t)(slack > full ? full : slack);
        slack -= cells[t];
    }
    ZKL_ASSERT(!slack); /* C cells hold 2^32: more rows than a proof has */
}

static zkl_status fill_auxiliary(uint16_t *const *cells, size_t which,
                                 const zkl_assertion_data *assertion, zkl_error *err)
{
    (void)err; /* takes no memory */
    const counted_column column = column_of(assertion);
    const size_t limbs = column.source->table.columns[0].limb_count;
    const zkl_range_sides sides =
        zkl_assertion_range_sides(&assertion->params[COUNT_LO], &assertion->params[COUNT_HI],
                                  (unsigned)limbs, assertion->format);
    const size_t blocks = limbs * ((size_t)sides.below + sides.above);
    if (which == 1 || !blocks) {
        fill_slack(cells[0], assertion, &column);
        return ZKL_OK;
    }
    ZKL_ASSERT(which == 0);
    if (sides.below)
        fill_side(cells, 0, blocks, &column, 0);
    if (sides.above)
        fill_side(cells, sides.below ? limbs : 0, blocks, &column, 1);
    return ZKL_OK;
}

const zkl_assertion_prover zkl_assertion_prover_count = {
    .bad_rows = bad_rows,
    .offender = "count",
    .fill_auxiliary = fill_auxiliary,
    .measure = measure,
};
