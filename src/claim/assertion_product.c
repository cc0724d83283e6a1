/* "product": T is the sum, over the rows, of x of the first source times x of the second, called y
 * here. Both sources are of the same rows of one dataset, and may be one table: then it is the sum
 * of squares. A null and a padded row are code 0 and add nothing.
 *
 * No circuit for products is needed: rows are gathered by the value of a limb of y. Leaves, all
 * under the assertion's tag, X = alpha - beta_tag, w the sum of C^j over the limbs of y:
 *   of each row, for each limb j of y:   C^j x / (X - y_j),
 *   of C rows i, s, z of an auxiliary table:   s / (X - i),   -s / (X - i - 1),   -w z / X.
 * Total: the sum of all s is T.
 *
 * Why: the leaves add up to 0 for a random alpha, and no other leaf has their poles. So they add up
 * to 0 as a function of X. Its expansion in 1 / X has the coefficients sum of numerator times
 * pole^m, and that of m = 1 is
 *   sum_rows x sum_j C^j y_j + sum_i (s i - s (i + 1)) = sum_rows x y - sum_i s = 0.
 * This takes nothing for granted of i, s and z. Honest ones are there for all rows: i = 0..C-1, and
 * s_i is the sum of C^j x over all rows and limbs with y_j > i, so that at each pole v > 0 the rows
 * have s_(v-1) - s_v; z adds up to the sum of x.
 *
 * No wrap: all of this holds mod r. Limbs of x and y are below C by their `cells`, N 2^(W_x + W_y)
 * stays below r, and so does T: it is the integer. */
#include "claim/assertion.h"

enum { PRODUCT_TOTAL, PRODUCT_PARAMS };
/* Its tables. */
enum { PRODUCT_X, PRODUCT_Y, PRODUCT_AUXILIARY, PRODUCT_TABLES };
enum { COLUMN_I, COLUMN_S, COLUMN_Z };

/* Limbs of the sum of x over all rows, and of the same times w, which no s passes. */
typedef struct product_limbs {
    uint32_t sum, weighted;
} product_limbs;

static uint32_t limbs_of(const zkl_wide *most, unsigned log_cells)
{
    return (zkl_wide_bits(most) + log_cells - 1) / log_cells;
}

/* N (2^W_x - 1), and times w: sum_j N C^j (2^W_x - 1). After check_bits. */
static product_limbs limbs_of_sums(const zkl_assertion_facts *facts)
{
    const unsigned log_cells = facts->format->log_cells;
    const uint64_t rows = facts->sources[PRODUCT_X]->row_count;
    const unsigned x_bits = log_cells * facts->sources[PRODUCT_X]->columns[0].limb_count;
    const uint32_t y_limbs = facts->sources[PRODUCT_Y]->columns[0].limb_count;
    zkl_wide sum = zkl_wide_shifted(rows, x_bits), weighted = { { 0 } }, less = { { 0 } };
    for (uint32_t j = 0; j < y_limbs; j++) {
        zkl_wide_add_shifted(&weighted, rows, x_bits + j * log_cells);
        zkl_wide_add_shifted(&less, rows, j * log_cells);
    }
    const zkl_wide rows_wide = zkl_wide_shifted(rows, 0);
    sum = zkl_wide_minus(&sum, &rows_wide);
    weighted = zkl_wide_minus(&weighted, &less);
    return (product_limbs){ limbs_of(&sum, log_cells), limbs_of(&weighted, log_cells) };
}

/* Widths first: what is computed from them then fits. 2^40 rows are more than a table has. */
static zkl_status check_bits(zkl_wide *most, const zkl_assertion_facts *facts, zkl_error *err)
{
    const zkl_statement_column *x = &facts->sources[PRODUCT_X]->columns[0],
                               *y = &facts->sources[PRODUCT_Y]->columns[0];
    const uint64_t bits =
        (uint64_t)facts->format->log_cells * ((uint64_t)x->limb_count + y->limb_count);
    const zkl_wide order = zkl_wide_field_order();
    if (!x->limb_count || !y->limb_count)
        return zkl_fail(err, ZKL_REJECTED, "limbs: a factor has none");
    if (bits < 255) {
        *most = zkl_wide_shifted(facts->sources[PRODUCT_X]->row_count, (unsigned)bits);
        if (zkl_wide_compare(most, &order) < 0)
            return ZKL_OK;
    }
    return zkl_fail(err, ZKL_REJECTED, "no wrap: the sum of products can reach the field order");
}

static zkl_status check_product(const zkl_assertion_facts *facts, zkl_error *err)
{
    const zkl_statement_table *x = facts->sources[PRODUCT_X], *y = facts->sources[PRODUCT_Y];
    zkl_wide most;
    if (facts->param_count != PRODUCT_PARAMS)
        return zkl_fail(err, ZKL_REJECTED, "parameters: product takes 1, not %zu",
                        facts->param_count);
    if (!zkl_digest_equal(&x->dataset, &y->dataset) || x->first_row != y->first_row ||
        x->row_count != y->row_count)
        return zkl_fail(err, ZKL_REJECTED, "rows: the factors are not of the same rows");
    ZKL_TRY(check_bits(&most, facts, err));
    const zkl_wide total = zkl_wide_of_scalar(&facts->params[PRODUCT_TOTAL]);
    if (zkl_wide_compare(&total, &most) > 0)
        return zkl_fail(err, ZKL_REJECTED,
                        "parameters: the sum of products is larger than the rows can make it");
    /* always so in blocks of 2^16 cells: no s reaches r */
    if (limbs_of_sums(facts).weighted > ZKL_TABLE_LIMBS_MAX)
        return zkl_fail(err, ZKL_REJECTED, "limbs: those of the sums are too many");
    return ZKL_OK;
}

static size_t auxiliary_product(zkl_auxiliary out[static ZKL_ASSERTION_AUXILIARY_MAX],
                                const zkl_assertion_facts *facts)
{
    const product_limbs limbs = limbs_of_sums(facts);
    out[0] = (zkl_auxiliary){ .columns = { [COLUMN_I] = { "i", 1 },
                                           [COLUMN_S] = { "s", limbs.weighted },
                                           [COLUMN_Z] = { "z", limbs.sum } },
                              .column_count = 3,
                              .row_count = (uint64_t)1 << facts->format->log_cells };
    return 1;
}

/* C^j x / (X - y_j), of one chunk: a leaf block for each limb of y. */
static void compile_chunk(zkl_shape *shape, unsigned tag, const uint32_t *tables, uint64_t chunk)
{
    const zkl_table_view *y = &shape->tables[tables[PRODUCT_Y]];
    zkl_leaf_term numerators[ZKL_TABLE_LIMBS_MAX];
    for (uint32_t j = 0; j < y->table->columns[0].limb_count; j++) {
        zkl_leaf leaf = {
            .is_weighted = true, .tag = tag, .null = ZKL_BLOCK_NONE, .numerators = numerators
        };
        zkl_shape_column_terms(numerators, &leaf.numerator_count, shape,
                               &(zkl_block_column){ tables[PRODUCT_X], chunk, 0 }, &shape->limb[j]);
        const zkl_leaf_term limb = { zkl_table_block(y, chunk, 0) + j, ZKL_FR_ONE };
        zkl_shape_leaf(shape, &leaf, &limb, 1);
    }
}

/* Where the auxiliary table's rows have their poles. */
typedef enum product_pole { AT_I, BEHIND_I, AT_ZERO } product_pole;

/* weight times a column of the auxiliary table, over X - pole. */
static void compile_column(zkl_shape *shape, unsigned tag, const zkl_block_column *column,
                           const zkl_fr *weight, product_pole pole)
{
    zkl_leaf_term numerators[ZKL_TABLE_LIMBS_MAX];
    const zkl_leaf_term i = { zkl_table_block(&shape->tables[column->table], 0, COLUMN_I),
                              ZKL_FR_ONE };
    zkl_leaf leaf = { .is_weighted = true,
                      .tag = tag,
                      .null = ZKL_BLOCK_NONE,
                      .has_one = pole == BEHIND_I,
                      .one = ZKL_FR_ONE,
                      .numerators = numerators };
    zkl_shape_column_terms(numerators, &leaf.numerator_count, shape, column, weight);
    zkl_shape_leaf(shape, &leaf, &i, pole != AT_ZERO);
}

static void compile_product(zkl_shape *shape, unsigned tag, const zkl_assertion *assertion)
{
    const zkl_table_view *y = &shape->tables[assertion->tables[PRODUCT_Y]];
    const uint32_t auxiliary = assertion->tables[PRODUCT_AUXILIARY];
    const zkl_block_column s = { auxiliary, 0, COLUMN_S }, z = { auxiliary, 0, COLUMN_Z };
    zkl_fr minus, weight, w = ZKL_FR_ZERO;
    ZKL_ASSERT(assertion->param_count == PRODUCT_PARAMS &&
               assertion->table_count == PRODUCT_TABLES);
    for (uint64_t c = 0; c < y->chunk_count; c++)
        compile_chunk(shape, tag, assertion->tables, c);
    zkl_fr_neg(&minus, &ZKL_FR_ONE);
    compile_column(shape, tag, &s, &ZKL_FR_ONE, AT_I);
    compile_column(shape, tag, &s, &minus, BEHIND_I);
    for (uint32_t j = 0; j < y->table->columns[0].limb_count; j++)
        zkl_fr_sub(&w, &w, &shape->limb[j]); /* -w */
    compile_column(shape, tag, &z, &w, AT_ZERO);
    zkl_shape_total(shape, &weight, &assertion->params[PRODUCT_TOTAL]);
    zkl_shape_total_column(shape, auxiliary, 0, COLUMN_S, &weight);
}

const zkl_assertion_ops zkl_assertion_product = {
    .names_roles = true,
    .check = check_product,
    .auxiliary = auxiliary_product,
    .compile = compile_product,
};
