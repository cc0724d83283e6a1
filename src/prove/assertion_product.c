/* "product", the prover's half: the sum of x y over the rows, found as the assertion says it. Rows
 * are gathered by the value of each limb of y: Y_v is the sum of C^j x over all rows and limbs with
 * y_j = v, s_i that of Y_v over v > i, and T the sum of all s. A null is code 0 and adds nothing.
 *
 * Cost: an addition for each row, limb of x and limb of y. Memory: 48 + 8 k_x bytes for each of the
 * C values. */
#include "prove/assertion.h"

enum { PRODUCT_TOTAL };
enum { PRODUCT_X, PRODUCT_Y };

/* sums[v * k_x + l] += limb l of x over the rows of a chunk with y_j = v. A limb of 2^40 rows adds
 * less than 2^56. */
static void gather_chunk(uint64_t *sums, const zkl_column_cells *x, const uint16_t *y_limb,
                         size_t rows)
{
    for (size_t l = 0; l < x->limb_count; l++)
        for (size_t t = 0; t < rows; t++)
            sums[y_limb[t] * x->limb_count + l] += x->limbs[l][t];
}

/* C^j times what one limb of y gathered, on top of the limbs below. */
static void add_gathered(zkl_wide *by_value, const uint64_t *sums, size_t x_limbs, size_t j,
                         unsigned log_cells)
{
    for (size_t v = 0; v < (size_t)1 << log_cells; v++)
        for (size_t l = 0; l < x_limbs; l++)
            zkl_wide_add_shifted(&by_value[v], sums[v * x_limbs + l],
                                 (unsigned)(l + j) * log_cells);
}

/* Y_v for all C values v, into zeros. Fits: below 2^40 rows of at most 16 limbs together
 * (zkl_assertion_check). */
static zkl_status gather(zkl_wide *by_value, const zkl_assertion_data *assertion, zkl_error *err)
{
    const zkl_proof_format *format = assertion->format;
    const zkl_source_table *x = assertion->sources[PRODUCT_X], *y = assertion->sources[PRODUCT_Y];
    const size_t x_limbs = x->table.columns[0].limb_count, y_limbs = y->table.columns[0].limb_count,
                 count = x_limbs << format->log_cells;
    ZKL_ASSERT(x->table.row_count == y->table.row_count && x_limbs + y_limbs <= 16);
    ZKL_AUTO_BLOCK uint64_t *sums = zkl_calloc(count, sizeof *sums);
    if (!sums)
        return zkl_no_memory(err, count * sizeof *sums);
    for (size_t j = 0; j < y_limbs; j++) {
        memset(sums, 0, count * sizeof *sums);
        for (uint64_t c = 0; c < zkl_statement_chunk_count(&x->table, format); c++) {
            const zkl_column_cells of_x = zkl_column_of(x, format, c, 0),
                                   of_y = zkl_column_of(y, format, c, 0);
            gather_chunk(sums, &of_x, of_y.limbs[j], zkl_chunk_rows_of(x, format, c));
        }
        add_gathered(by_value, sums, x_limbs, j, format->log_cells);
    }
    return ZKL_OK;
}

/* T = sum_i s_i, where s_(C-1) = 0 and s_(i-1) = s_i + Y_i. */
static zkl_status sum_products(zkl_wide *total, const zkl_assertion_data *assertion, zkl_error *err)
{
    const size_t cells = (size_t)1 << assertion->format->log_cells;
    ZKL_AUTO_BLOCK zkl_wide *by_value = zkl_calloc(cells, sizeof *by_value);
    zkl_wide above = { { 0 } };
    if (!by_value)
        return zkl_no_memory(err, cells * sizeof *by_value);
    ZKL_TRY(gather(by_value, assertion, err));
    *total = above;
    for (size_t v = cells; --v > 0;) {
        zkl_wide_add(&above, &by_value[v]);
        zkl_wide_add(total, &above);
    }
    return ZKL_OK;
}

static zkl_status measure(zkl_scalar *params, const zkl_assertion_data *assertion, zkl_error *err)
{
    zkl_wide total;
    const zkl_wide order = zkl_wide_field_order();
    const uint32_t limbs = assertion->sources[PRODUCT_X]->table.columns[0].limb_count +
                           assertion->sources[PRODUCT_Y]->table.columns[0].limb_count;
    if (limbs <= 16)
        ZKL_TRY(sum_products(&total, assertion, err));
    if (limbs > 16 || zkl_wide_compare(&total, &order) >= 0)
        return zkl_fail(err, ZKL_LIMIT, "the sum of products of %u limbs is no field element",
                        limbs);
    for (size_t i = 0; i < 32; i++)
        params[PRODUCT_TOTAL].bytes[31 - i] = (uint8_t)(total.word[i / 8] >> 8 * (i % 8));
    return ZKL_OK;
}

/* No matter of rows: 1 when the sum is another. */
static zkl_status bad_rows(uint64_t *out, const zkl_assertion_data *assertion, zkl_error *err)
{
    const zkl_wide stated = zkl_wide_of_scalar(&assertion->params[PRODUCT_TOTAL]);
    zkl_wide total;
    ZKL_TRY(sum_products(&total, assertion, err));
    *out = zkl_wide_compare(&total, &stated) != 0;
    return ZKL_OK;
}

/* A number of the table: limb by limb into row t. */
static void put_number(uint16_t *const *cells, size_t limbs, size_t t, const zkl_wide *value,
                       unsigned log_cells)
{
    ZKL_ASSERT(zkl_wide_bits(value) <= limbs * log_cells);
    for (size_t i = 0; i < limbs; i++) {
        const size_t bit = i * log_cells;
        cells[i][t] =
            (uint16_t)(value->word[bit / 64] >> bit % 64 & (((uint64_t)1 << log_cells) - 1));
    }
}

/* Limbs of the table's columns, as the assertion computes them. */
static void find_limbs(uint32_t limbs[static 3], const zkl_assertion_data *assertion)
{
    zkl_auxiliary auxiliary[ZKL_ASSERTION_AUXILIARY_MAX];
    const zkl_statement_table *tables[2] = { &assertion->sources[PRODUCT_X]->table,
                                             &assertion->sources[PRODUCT_Y]->table };
    const zkl_assertion_facts facts = { assertion->format, assertion->params,
                                        assertion->param_count, tables, 2 };
    const size_t count = zkl_assertion_auxiliary(auxiliary, assertion->kind, &facts);
    ZKL_ASSERT(count == 1 && auxiliary[0].column_count == 3);
    for (size_t i = 0; i < 3; i++)
        limbs[i] = auxiliary[0].columns[i].limb_count;
}

/* The sum of x over all rows. */
static zkl_wide sum_factor(const zkl_assertion_data *assertion)
{
    const zkl_source_table *source = assertion->sources[PRODUCT_X];
    zkl_wide out = { { 0 } };
    for (uint64_t c = 0; c < zkl_statement_chunk_count(&source->table, assertion->format); c++) {
        const zkl_column_cells x = zkl_column_of(source, assertion->format, c, 0);
        for (size_t l = 0; l < x.limb_count; l++) {
            uint64_t sum = 0;
            for (size_t t = 0; t < zkl_chunk_rows_of(source, assertion->format, c); t++)
                sum += x.limbs[l][t];
            zkl_wide_add_shifted(&out, sum, (unsigned)l * assertion->format->log_cells);
        }
    }
    return out;
}

/* i; s_i, from the last row up; z, the sum of x in row 0 and nothing behind it. */
static zkl_status fill_auxiliary(uint16_t *const *cells, size_t which,
                                 const zkl_assertion_data *assertion, zkl_error *err)
{
    const unsigned log_cells = assertion->format->log_cells;
    const size_t count = (size_t)1 << log_cells;
    ZKL_AUTO_BLOCK zkl_wide *by_value = zkl_calloc(count, sizeof *by_value);
    zkl_wide above = { { 0 } };
    uint32_t limbs[3];
    ZKL_ASSERT(which == 0); /* there is one */
    if (!by_value)
        return zkl_no_memory(err, count * sizeof *by_value);
    find_limbs(limbs, assertion);
    ZKL_TRY(gather(by_value, assertion, err));
    for (size_t t = count; t--;) {
        cells[0][t] = (uint16_t)t;
        put_number(cells + limbs[0], limbs[1], t, &above, log_cells);
        zkl_wide_add(&above, &by_value[t]);
    }
    const zkl_wide sum = sum_factor(assertion);
    put_number(cells + limbs[0] + limbs[1], limbs[2], 0, &sum, log_cells);
    return ZKL_OK;
}

const zkl_assertion_prover zkl_assertion_prover_product = {
    .bad_rows = bad_rows,
    .offender = "sum",
    .fill_auxiliary = fill_auxiliary,
    .measure = measure,
};
