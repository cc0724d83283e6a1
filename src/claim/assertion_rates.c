/* "rates": the shares of rows with y, of all groups of rows that agree in g, lie close together.
 * With w only rows with w = 1 count. There is a tau, the same for all groups and hidden, and in
 * every group of n rows, k of them with y,
 *
 *   tau n <= k   and   c k <= a tau n + b n.
 *
 * Parameters: a, b, c; 0 < c < 2^32, a, b < 2^32. (c, b, c): the shares of two groups differ by at
 * most b/c; (a, 0, c): by at most the factor a/c.
 *
 * Source: g, y? and perhaps w?: one limb, and bools; no nulls. tau is a whole number of U-ths,
 * U = C - 16 (in toy blocks C - 4): one limb holds it, and halves to tenths are exact.
 *
 * Auxiliary: t, which is tau in every row; z, C cells whose sum is tau; and for each value of a
 * limb a row: the value i, n, p, T, U-ths u and v, with w also r, R, S.
 *
 *   i is 0 .. C - 1, public
 *   sum_t s^t t_t - (1 + s + .. + s^(N-1)) sum z = 0     all t are one number, 0 on padding
 *   (1 + eta y + eta^2 t) / (alpha - beta - g)           of each row; with w = 0 it falls on
 *                                                        beta_sub, where (r, R, S) may be anything
 *   -(n + eta p + eta^2 T) / (alpha - beta - i)          so these are the counts, and T = tau n
 *   U p - T       in [0, C^(h+1)), written with u        tau n / U <= k
 *   a T + b U n - c U p   in the same, written with v
 *
 * T has range leaves, n and p need none: they are counts. T = tau n mod r, so for two groups
 * T n' = T' n mod r, both sides are below 2^104, and T / n is one rational number: a tau that is no
 * cell proves no more than it should. No wrap: all that is compared is below 2^112. */
#include "claim/assertion_rates.h"

#include "claim/row_leaves.h"

/* ---- Parameters */

static bool read_number(uint64_t *out, const zkl_scalar *param)
{
    return zkl_assertion_param_u64(out, param) && *out < (uint64_t)1 << 32;
}

static uint32_t limbs_of(const zkl_wide *most, const zkl_proof_format *format)
{
    return (zkl_wide_bits(most) + format->log_cells - 1) / format->log_cells;
}

static zkl_status check_columns(const zkl_statement_table *source, zkl_error *err)
{
    static const char *const roles[] = {
        [ZKL_RATES_GROUP] = "g", [ZKL_RATES_Y] = "y?", [ZKL_RATES_W] = "w?"
    };
    if (source->column_count != ZKL_RATES_W && source->column_count != ZKL_RATES_W + 1)
        return zkl_fail(err, ZKL_REJECTED, "columns: rates has g, y? and perhaps w?");
    for (size_t i = 0; i < source->column_count; i++)
        if (!zkl_role_is(source->columns[i].role, roles[i]))
            return zkl_fail(err, ZKL_REJECTED, "roles: column %zu is not %s", i, roles[i]);
    for (size_t i = 0; i < source->column_count; i++)
        if (source->columns[i].limb_count != 1)
            return zkl_fail(err, ZKL_REJECTED, "limbs: %s has %u, not one", roles[i],
                            source->columns[i].limb_count);
    return ZKL_OK;
}

zkl_status zkl_rates_read(zkl_rates *out, const zkl_assertion_facts *facts, zkl_error *err)
{
    const zkl_statement_table *source = facts->sources[0];
    const unsigned log_cells = facts->format->log_cells;
    *out = (zkl_rates){ .has_w = source->column_count > ZKL_RATES_W,
                        .units = ((uint64_t)1 << log_cells) - log_cells };
    if (facts->param_count != ZKL_RATES_PARAMS)
        return zkl_fail(err, ZKL_REJECTED, "parameters: rates takes %d, not %zu", ZKL_RATES_PARAMS,
                        facts->param_count);
    if (!read_number(&out->a, &facts->params[ZKL_RATES_A]) ||
        !read_number(&out->b, &facts->params[ZKL_RATES_B]) ||
        !read_number(&out->c, &facts->params[ZKL_RATES_C]) || !out->c)
        return zkl_fail(err, ZKL_REJECTED, "parameters: a, b and c of rates are below 2^32, c > 0");
    ZKL_TRY(check_columns(source, err));
    /* (a + b + c) N 2 C, which no side of a comparison reaches */
    zkl_wide most = { { 0 } };
    const zkl_wide rows = zkl_wide_shifted(source->row_count, 0);
    zkl_wide_add_product(&most, &rows, out->a + out->b + out->c, log_cells + 1);
    out->count_limbs = zkl_limbs_for(source->row_count, facts->format);
    out->slack_limbs = limbs_of(&most, facts->format);
    if (out->slack_limbs > ZKL_TABLE_LIMBS_MAX) /* never in blocks of 2^16 cells */
        return zkl_fail(err, ZKL_REJECTED, "limbs: those of what is compared are too many");
    return ZKL_OK;
}

static zkl_status check_rates(const zkl_assertion_facts *facts, zkl_error *err)
{
    zkl_rates rates;
    return zkl_rates_read(&rates, facts, err);
}

static size_t auxiliary_rates(zkl_auxiliary out[static ZKL_ASSERTION_AUXILIARY_MAX],
                              const zkl_assertion_facts *facts)
{
    const uint64_t cells = (uint64_t)1 << facts->format->log_cells;
    zkl_rates rates;
    ZKL_ASSERT(zkl_rates_read(&rates, facts, NULL) == ZKL_OK); /* checked */
    const uint32_t n = rates.count_limbs, h = rates.slack_limbs;
    out[0] = (zkl_auxiliary){ .columns = { { "t", 1 } },
                              .column_count = 1,
                              .row_count = facts->sources[0]->row_count };
    out[1] = (zkl_auxiliary){ .columns = { { "z", 1 } }, .column_count = 1, .row_count = cells };
    out[2] = (zkl_auxiliary){ .columns = { { "i", 1 },
                                           { "n", n },
                                           { "p", n },
                                           { "T", n + 1 },
                                           { "u", h },
                                           { "v", h },
                                           { "r", n },
                                           { "R", n },
                                           { "S", n + 1 } },
                              .column_count =
                                  rates.has_w ? ZKL_RATES_COUNT_COLUMNS : ZKL_RATES_COUNT_REST,
                              .row_count = cells };
    return ZKL_RATES_TABLES - 1;
}

/* ---- Equations */

/* The sum of s^t t_t over the rows, less 1 + s + .. + s^(N-1) times the sum of z, is 0. */
static void compile_tau(zkl_shape *shape, const uint32_t *tables)
{
    const zkl_table_view *tau = &shape->tables[tables[ZKL_RATES_TAU]];
    zkl_fr weight, powers, chunk_power, v;
    zkl_shape_next_total(shape, &weight, &ZKL_FR_ZERO);
    zkl_fr_pow_u64(&powers, &shape->s, tau->table->row_count);
    zkl_fr_sub(&powers, &powers, &ZKL_FR_ONE);
    zkl_fr_sub(&v, &shape->s, &ZKL_FR_ONE); /* not 0: derive_challenges */
    zkl_fr_inverse_vartime(&v, &v);
    zkl_fr_mul(&powers, &powers, &v);
    zkl_fr_mul(&powers, &powers, &weight);
    zkl_fr_neg(&powers, &powers);
    zkl_shape_total_column(shape, tables[ZKL_RATES_SUM], 0, 0, &powers);
    zkl_fr_pow_u64(&chunk_power, &shape->s, (uint64_t)1 << shape->format->log_cells);
    for (uint64_t c = 0; c < tau->chunk_count; c++) {
        zkl_shape_power_column(shape, &(zkl_block_column){ tables[ZKL_RATES_TAU], c, 0 }, &weight);
        zkl_fr_mul(&weight, &weight, &chunk_power);
    }
}

/* (1 + eta y + eta^2 t) / (alpha - beta - g), a leaf block a chunk; with w = 0 over
 * alpha - beta_sub - g: the leaf is that of the sub-tag, and w moves it. */
static void compile_rows(zkl_shape *shape, unsigned tag, const uint32_t *tables, bool has_w)
{
    const zkl_table_view *source = &shape->tables[tables[ZKL_RATES_SOURCE]],
                         *tau = &shape->tables[tables[ZKL_RATES_TAU]];
    zkl_fr square, move, v;
    zkl_fr_mul(&square, &shape->eta, &shape->eta);
    zkl_shape_beta(&move, shape, tag);
    zkl_shape_beta(&v, shape, zkl_sub_tag(tag, 1));
    zkl_fr_sub(&move, &move, &v);
    for (uint64_t c = 0; c < source->chunk_count; c++) {
        zkl_term_list above = zkl_terms_new(shape, 2), below = zkl_terms_new(shape, 2);
        zkl_terms_put(&above, zkl_table_block(source, c, ZKL_RATES_Y), &shape->eta);
        zkl_terms_put(&above, zkl_table_block(tau, c, 0), &square);
        zkl_terms_put(&below, zkl_table_block(source, c, ZKL_RATES_GROUP), &ZKL_FR_ONE);
        if (has_w)
            zkl_terms_put(&below, zkl_table_block(source, c, ZKL_RATES_W), &move);
        zkl_shape_fraction(shape, &(zkl_fraction){ .tag = has_w ? zkl_sub_tag(tag, 1) : tag,
                                                   .sign = ZKL_FR_ONE,
                                                   .above = &above,
                                                   .below = &below });
    }
}

/* -(x + eta y + eta^2 z) / (alpha - beta_tag - i), of three columns of counts from `first` on */
static void compile_counts(zkl_shape *shape, unsigned tag, uint32_t counts, size_t first)
{
    const zkl_table_view *view = &shape->tables[counts];
    zkl_term_list above = zkl_terms_new(shape, 3 * ZKL_TABLE_LIMBS_MAX),
                  below = zkl_terms_new(shape, 1);
    zkl_fr weight;
    zkl_fr_neg(&weight, &ZKL_FR_ONE);
    for (size_t i = 0; i < 3; i++) {
        zkl_terms_put_value(&above, &(zkl_block_column){ counts, 0, first + i }, &weight);
        zkl_fr_mul(&weight, &weight, &shape->eta);
    }
    zkl_terms_put(&below, zkl_table_block(view, 0, ZKL_RATES_COUNT_VALUE), &ZKL_FR_ONE);
    zkl_shape_fraction(
        shape,
        &(zkl_fraction){ .tag = tag, .sign = ZKL_FR_ZERO, .above = &above, .below = &below });
}

/* The lowest limb of T' T + n' n + p' p, whose others are `above`, lies in [0, C). */
static void compile_rest(zkl_shape *shape, uint32_t counts, size_t above, const zkl_fr *of_least,
                         const zkl_fr *of_rows, const zkl_fr *of_yes)
{
    zkl_term_list terms = zkl_terms_new(shape, 4 * ZKL_TABLE_LIMBS_MAX);
    zkl_fr minus;
    zkl_fr_neg(&minus, &shape->limb[1]);
    zkl_terms_put_value(&terms, &(zkl_block_column){ counts, 0, ZKL_RATES_COUNT_LEAST }, of_least);
    zkl_terms_put_value(&terms, &(zkl_block_column){ counts, 0, ZKL_RATES_COUNT_ROWS }, of_rows);
    zkl_terms_put_value(&terms, &(zkl_block_column){ counts, 0, ZKL_RATES_COUNT_YES }, of_yes);
    zkl_terms_put_value(&terms, &(zkl_block_column){ counts, 0, above }, &minus);
    zkl_shape_rest_of(shape, &terms, NULL);
}

/* U p - T, and a T + b U n - c U p */
static void compile_rests(zkl_shape *shape, uint32_t counts, const zkl_rates *rates)
{
    zkl_fr units, a, b, c, minus;
    zkl_fr_from_u64(&units, rates->units);
    zkl_fr_from_u64(&a, rates->a);
    zkl_fr_from_u64(&b, rates->b);
    zkl_fr_from_u64(&c, rates->c);
    zkl_fr_mul(&b, &b, &units);
    zkl_fr_mul(&c, &c, &units);
    zkl_fr_neg(&c, &c);
    zkl_fr_neg(&minus, &ZKL_FR_ONE);
    compile_rest(shape, counts, ZKL_RATES_COUNT_ABOVE, &minus, &ZKL_FR_ZERO, &units);
    compile_rest(shape, counts, ZKL_RATES_COUNT_BELOW, &a, &b, &c);
}

static void compile_rates(zkl_shape *shape, unsigned tag, const zkl_assertion *assertion)
{
    const uint32_t *tables = assertion->tables, counts = tables[ZKL_RATES_COUNTS];
    const zkl_statement_table *sources[1] = { shape->tables[tables[ZKL_RATES_SOURCE]].table };
    const zkl_assertion_facts facts = { shape->format, assertion->params, assertion->param_count,
                                        sources, 1 };
    zkl_rates rates;
    ZKL_ASSERT(zkl_rates_read(&rates, &facts, NULL) == ZKL_OK); /* checked */
    ZKL_ASSERT(assertion->table_count == ZKL_RATES_TABLES);
    zkl_shape_public(shape, &(zkl_public_column){ .table = counts,
                                                  .column = ZKL_RATES_COUNT_VALUE,
                                                  .count = (size_t)1 << shape->format->log_cells });
    compile_tau(shape, tables);
    compile_rows(shape, tag, tables, rates.has_w);
    if (rates.has_w) /* padded rows among them */
        compile_counts(shape, zkl_sub_tag(tag, 1), counts, ZKL_RATES_COUNT_REST);
    else
        zkl_shape_expect_padding(shape, tables[ZKL_RATES_SOURCE], tag, false);
    compile_counts(shape, tag, counts, ZKL_RATES_COUNT_ROWS);
    zkl_shape_range_some(shape, counts, ZKL_RATES_COUNT_LEAST, 3);
    compile_rests(shape, counts, &rates);
}

const zkl_assertion_ops zkl_assertion_rates = {
    .names_rates = true,
    .check = check_rates,
    .auxiliary = auxiliary_rates,
    .compile = compile_rates,
};
