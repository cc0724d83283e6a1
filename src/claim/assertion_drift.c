/* "drift": the distributions of two columns over bins lie close together. n_A, n_B are the numbers
 * of rows of a bin, N_A, N_B those of the tables:
 *
 *   the sum over the bins of |N_B n_A - N_A n_B| is at most X;
 *   with f > 0, in every bin: g N_A n_B <= f N_B n_A and g N_B n_A <= f N_A n_B.
 *
 * Parameters: cuts v_1 < v_2 < .. of [1, C), perhaps none, between which the bins lie; without,
 * every value of the limb is a bin; X, at most 2 N_A N_B; f, g: 0, 0 or 0 < g <= f < 2^32.
 *
 * Sources: A, B, a column of one limb each, no nulls. Auxiliary: a row for each value, i, a, b,
 * with cuts its bin c, and the bins' A, B, then e, u, v, with f > 0 y, z; a slack q, any C numbers.
 *
 *   i is 0 .. C - 1, c the bin of i: public
 *   1 / (alpha - beta_tag - x) of A's rows,        -a / (alpha - beta_tag - i)
 *   1 / (alpha - beta_sub(1) - x) of B's,          -b / (alpha - beta_sub(1) - i)
 *   (a + eta b) / (alpha - beta_sub(2) - c),       -(A + eta B) / (alpha - beta_sub(2) - i)
 *   e + (N_B A - N_A B) in range, written with u;  e - (N_B A - N_A B), with v
 *   f N_B A - g N_A B, with y;                     f N_A B - g N_B A, with z
 *   sum e + q = X
 *
 * The poles i are different, so a, b and A, B are the counts mod r, and need no range. e is at
 * least both differences, so at least what they are without sign. No wrap: what is compared is
 * below 2^144, the sum of C numbers q below 2^128. */
#include "claim/assertion_drift.h"

#include "claim/row_leaves.h"

/* ---- Parameters */

uint64_t zkl_drift_cut(const zkl_drift *drift, size_t i)
{
    uint64_t cut = 0;
    ZKL_ASSERT(i < drift->cut_count && zkl_assertion_param_u64(&cut, &drift->cuts[i]));
    return cut;
}

static zkl_status check_sources(const zkl_assertion_facts *facts, zkl_error *err)
{
    for (size_t i = 0; i < 2; i++) {
        const zkl_statement_table *source = facts->sources[i];
        if (source->column_count != 1)
            return zkl_fail(err, ZKL_REJECTED, "columns: drift is of one of each table, no nulls");
        if (source->columns[0].limb_count != 1)
            return zkl_fail(err, ZKL_REJECTED, "limbs: a column of drift has %u, not one",
                            source->columns[0].limb_count);
    }
    return ZKL_OK;
}

static zkl_status read_cuts(zkl_drift *out, const zkl_assertion_facts *facts, zkl_error *err)
{
    uint64_t before = 0, cut;
    if (facts->param_count < ZKL_DRIFT_PARAMS)
        return zkl_fail(err, ZKL_REJECTED, "parameters: drift takes %d or more, not %zu",
                        ZKL_DRIFT_PARAMS, facts->param_count);
    out->cuts = facts->params;
    out->cut_count = facts->param_count - ZKL_DRIFT_PARAMS;
    for (size_t i = 0; i < out->cut_count; i++, before = cut)
        if (!zkl_assertion_param_u64(&cut, &out->cuts[i]) || cut <= before ||
            cut >> facts->format->log_cells)
            return zkl_fail(err, ZKL_REJECTED, "parameters: cut %zu of drift", i);
    return ZKL_OK;
}

/* X, f, g; *reach becomes 2 N_A N_B, below 2^81. */
static zkl_status read_bounds(zkl_drift *out, zkl_wide *reach, const zkl_assertion_facts *facts,
                              zkl_error *err)
{
    const zkl_scalar *p = facts->params + out->cut_count;
    const zkl_wide rows = zkl_wide_shifted(out->rows_a, 0);
    *reach = (zkl_wide){ { 0 } };
    zkl_wide_add_product(reach, &rows, out->rows_b, 1);
    out->most = zkl_wide_of_scalar(&p[ZKL_DRIFT_MOST]);
    if (zkl_wide_compare(&out->most, reach) > 0)
        return zkl_fail(err, ZKL_REJECTED, "parameters: distributions are never so far apart");
    if (!zkl_assertion_param_u64(&out->factor, &p[ZKL_DRIFT_FACTOR]) ||
        !zkl_assertion_param_u64(&out->divisor, &p[ZKL_DRIFT_DIVISOR]) || out->factor >> 32 ||
        out->divisor > out->factor || (out->factor && !out->divisor))
        return zkl_fail(err, ZKL_REJECTED, "parameters: the factor of drift");
    return ZKL_OK;
}

static uint32_t limbs_of(const zkl_wide *most, const zkl_proof_format *format)
{
    const unsigned bits = zkl_wide_bits(most);
    return bits ? (bits + format->log_cells - 1) / format->log_cells : 1;
}

static void place_columns(zkl_drift *out)
{
    out->of_a = 1;
    out->of_b = 2;
    out->columns = 3;
    out->bin_a = out->of_a;
    out->bin_b = out->of_b;
    if (out->cut_count) {
        out->bin = out->columns++;
        out->bin_a = out->columns++;
        out->bin_b = out->columns++;
    }
    out->apart = out->columns++;
    out->above = out->columns++;
    out->below = out->columns++;
    if (out->factor) {
        out->factor_a = out->columns++;
        out->factor_b = out->columns++;
    }
}

zkl_status zkl_drift_read(zkl_drift *out, const zkl_assertion_facts *facts, zkl_error *err)
{
    zkl_wide reach, twice = { { 0 } }, by_factor = { { 0 } };
    *out = (zkl_drift){ .rows_a = facts->sources[0]->row_count,
                        .rows_b = facts->sources[1]->row_count };
    ZKL_TRY(check_sources(facts, err));
    ZKL_TRY(read_cuts(out, facts, err));
    ZKL_TRY(read_bounds(out, &reach, facts, err));
    zkl_wide_add_product(&twice, &reach, 2, 0);
    zkl_wide_add_product(&by_factor, &reach, out->factor, 0);
    const uint32_t of_a = zkl_limbs_for(out->rows_a, facts->format),
                   of_b = zkl_limbs_for(out->rows_b, facts->format);
    out->count_limbs = of_a > of_b ? of_a : of_b;
    out->limbs = limbs_of(&twice, facts->format);
    out->factor_limbs = limbs_of(&by_factor, facts->format);
    out->slack_limbs = out->limbs + 1;
    place_columns(out);
    /* never in blocks of 2^16 cells */
    if (out->slack_limbs > ZKL_TABLE_LIMBS_MAX || out->factor_limbs > ZKL_TABLE_LIMBS_MAX)
        return zkl_fail(err, ZKL_REJECTED, "limbs: those of what is compared are too many");
    return ZKL_OK;
}

static zkl_status check_drift(const zkl_assertion_facts *facts, zkl_error *err)
{
    zkl_drift drift;
    return zkl_drift_read(&drift, facts, err);
}

static void put_column(zkl_auxiliary *out, const char *role, uint32_t limbs)
{
    memcpy(out->columns[out->column_count].role, role, strlen(role) + 1);
    out->columns[out->column_count++].limb_count = limbs;
}

static size_t auxiliary_drift(zkl_auxiliary out[static ZKL_ASSERTION_AUXILIARY_MAX],
                              const zkl_assertion_facts *facts)
{
    const uint64_t cells = (uint64_t)1 << facts->format->log_cells;
    zkl_drift d;
    ZKL_ASSERT(zkl_drift_read(&d, facts, NULL) == ZKL_OK); /* checked */
    out[0] = (zkl_auxiliary){ .row_count = cells };
    put_column(&out[0], "i", 1);
    put_column(&out[0], "a", d.count_limbs);
    put_column(&out[0], "b", d.count_limbs);
    if (d.cut_count) {
        put_column(&out[0], "c", 1);
        put_column(&out[0], "A", d.count_limbs);
        put_column(&out[0], "B", d.count_limbs);
    }
    put_column(&out[0], "e", d.limbs);
    put_column(&out[0], "u", d.limbs);
    put_column(&out[0], "v", d.limbs);
    if (d.factor) {
        put_column(&out[0], "y", d.factor_limbs);
        put_column(&out[0], "z", d.factor_limbs);
    }
    ZKL_ASSERT(out[0].column_count == d.columns);
    out[1] = (zkl_auxiliary){ .row_count = cells };
    put_column(&out[1], "q", d.slack_limbs);
    return ZKL_DRIFT_TABLES - 2;
}

/* ---- Equations */

typedef struct compiling {
    zkl_shape *shape;
    const zkl_drift *drift;
    uint32_t bins; /* the auxiliary table */
} compiling;

/* Values and, with cuts, the bin of each. */
static void compile_public(const compiling *c)
{
    const size_t cells = (size_t)1 << c->shape->format->log_cells;
    zkl_shape_public(c->shape, &(zkl_public_column){ .table = c->bins, .count = cells });
    if (!c->drift->cut_count)
        return;
    uint16_t *bins = ZKL_ARENA_NEW(&c->shape->arena, uint16_t, cells);
    if (!bins) {
        zkl_shape_no_memory(c->shape);
        return;
    }
    for (size_t i = 0, below = 0; i < cells; i++) {
        while (below < c->drift->cut_count && zkl_drift_cut(c->drift, below) <= i)
            below++;
        bins[i] = (uint16_t)below;
    }
    zkl_shape_public(
        c->shape, &(zkl_public_column){
                      .table = c->bins, .column = c->drift->bin, .values = bins, .count = cells });
}

/* sign (x + eta y) / (alpha - beta_tag - at), of columns of the bins; y may be none (0). */
static void compile_counts(const compiling *c, unsigned tag, size_t x, size_t y, size_t at,
                           bool negative)
{
    zkl_shape *shape = c->shape;
    zkl_term_list above = zkl_terms_new(shape, 2 * ZKL_TABLE_LIMBS_MAX),
                  below = zkl_terms_new(shape, 1);
    zkl_fr weight = ZKL_FR_ONE;
    if (negative)
        zkl_fr_neg(&weight, &weight);
    zkl_terms_put_value(&above, &(zkl_block_column){ c->bins, 0, x }, &weight);
    zkl_fr_mul(&weight, &weight, &shape->eta);
    if (y)
        zkl_terms_put_value(&above, &(zkl_block_column){ c->bins, 0, y }, &weight);
    zkl_terms_put(&below, zkl_table_block(&shape->tables[c->bins], 0, at), &ZKL_FR_ONE);
    zkl_shape_fraction(
        shape,
        &(zkl_fraction){ .tag = tag, .sign = ZKL_FR_ZERO, .above = &above, .below = &below });
}

/* One table's rows against its counts. */
static void compile_side(const compiling *c, uint32_t table, unsigned tag, size_t counts)
{
    zkl_shape_fingerprints(c->shape, table, tag, false);
    zkl_shape_expect_padding(c->shape, table, tag, false);
    compile_counts(c, tag, counts, 0, c->drift->value, true);
}

/* The lowest limb of own e + a A + b B, whose others are the column `above`, lies in [0, C). */
static void compile_rest(const compiling *c, size_t above, const zkl_fr *own, const zkl_fr *a,
                         const zkl_fr *b)
{
    zkl_term_list terms = zkl_terms_new(c->shape, 4 * ZKL_TABLE_LIMBS_MAX);
    zkl_fr minus;
    zkl_fr_neg(&minus, &c->shape->limb[1]);
    if (own)
        zkl_terms_put_value(&terms, &(zkl_block_column){ c->bins, 0, c->drift->apart }, own);
    zkl_terms_put_value(&terms, &(zkl_block_column){ c->bins, 0, c->drift->bin_a }, a);
    zkl_terms_put_value(&terms, &(zkl_block_column){ c->bins, 0, c->drift->bin_b }, b);
    zkl_terms_put_value(&terms, &(zkl_block_column){ c->bins, 0, above }, &minus);
    zkl_shape_rest_of(c->shape, &terms, NULL);
}

static void compile_rests(const compiling *c)
{
    const zkl_drift *d = c->drift;
    zkl_fr a, b, minus_a, minus_b, f, g;
    zkl_fr_from_u64(&a, d->rows_b); /* the weight of A is N_B */
    zkl_fr_from_u64(&b, d->rows_a);
    zkl_fr_neg(&minus_a, &a);
    zkl_fr_neg(&minus_b, &b);
    compile_rest(c, d->above, &ZKL_FR_ONE, &a, &minus_b);
    compile_rest(c, d->below, &ZKL_FR_ONE, &minus_a, &b);
    if (!d->factor)
        return;
    zkl_fr f_a, f_b;
    zkl_fr_from_u64(&f, d->factor);
    zkl_fr_from_u64(&g, d->divisor);
    zkl_fr_mul(&f_a, &f, &a);
    zkl_fr_mul(&f_b, &f, &b);
    zkl_fr_mul(&minus_a, &minus_a, &g);
    zkl_fr_mul(&minus_b, &minus_b, &g);
    compile_rest(c, d->factor_a, NULL, &f_a, &minus_b);
    compile_rest(c, d->factor_b, NULL, &minus_a, &f_b);
}

/* sum e + sum q = X */
static void compile_total(const compiling *c, const zkl_scalar *most, uint32_t slack)
{
    zkl_fr weight;
    zkl_shape_range(c->shape, slack, false);
    zkl_shape_total(c->shape, &weight, most);
    zkl_shape_total_column(c->shape, c->bins, 0, c->drift->apart, &weight);
    zkl_shape_total_column(c->shape, slack, 0, 0, &weight);
}

static void compile_drift(zkl_shape *shape, unsigned tag, const zkl_assertion *assertion)
{
    const uint32_t *tables = assertion->tables;
    const zkl_statement_table *sources[2] = { shape->tables[tables[ZKL_DRIFT_A]].table,
                                              shape->tables[tables[ZKL_DRIFT_B]].table };
    const zkl_assertion_facts facts = { shape->format, assertion->params, assertion->param_count,
                                        sources, 2 };
    zkl_drift drift;
    ZKL_ASSERT(zkl_drift_read(&drift, &facts, NULL) == ZKL_OK); /* checked */
    ZKL_ASSERT(assertion->table_count == ZKL_DRIFT_TABLES);
    const compiling c = { shape, &drift, tables[ZKL_DRIFT_BINS] };
    compile_public(&c);
    compile_side(&c, tables[ZKL_DRIFT_A], tag, drift.of_a);
    compile_side(&c, tables[ZKL_DRIFT_B], zkl_sub_tag(tag, 1), drift.of_b);
    if (drift.cut_count) {
        compile_counts(&c, zkl_sub_tag(tag, 2), drift.of_a, drift.of_b, drift.bin, false);
        compile_counts(&c, zkl_sub_tag(tag, 2), drift.bin_a, drift.bin_b, drift.value, true);
    }
    zkl_shape_range_from(shape, c.bins, drift.apart);
    compile_rests(&c);
    compile_total(&c, &assertion->params[drift.cut_count + ZKL_DRIFT_MOST],
                  tables[ZKL_DRIFT_SLACK]);
}

const zkl_assertion_ops zkl_assertion_drift = {
    .check = check_drift,
    .auxiliary = auxiliary_drift,
    .compile = compile_drift,
};
