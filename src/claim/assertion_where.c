/* "where": bounds on weighted numbers of rows of which predicates are true, and sums over such
 * rows.
 *
 * Parameters: the predicate (claim/predicate.h); number of bounds; each: a weight for each bit, n,
 * mode; then for each column x0, x1, .. of the source its offset o and T.
 *
 *   w_0 #(bit 0) + w_1 #(bit 1) + .. is at least (0), exactly (1), at most (2) n
 *   the sum of x - o over the rows where bit 0 is true and x is not null is T
 *
 * A bound is a total of the bits, which are public sums of rows, 0 or 1 each. A padded row is a row
 * of zeros, and its bits are public: they are added to n. Modes 0 and 2 have a slack q, any C
 * numbers of 7 limbs. No wrap: |w| < 2^64, 64 bits and 2^40 rows stay below 2^110, |n| < 2^112, and
 * the slack below 2^128.
 *
 * A sum is a fraction sum under a sub-tag of its own. Row t has the numerator x - o, 0 for a null,
 * over alpha - beta_sub where bit 0 is true. One bit more, its complement, is the null term of
 * these leaves: what is left out falls on beta_1, whose sum u is hidden. No wrap: 4 N 2^W < r, and
 * o is at most 2^127. */
#include "claim/assertion_where.h"

#include <stdio.h>

#define WEIGHT_BITS 64
#define BOUND_BITS 112
#define OFFSET_BITS 127

/* ---- Parameters */

/* min(v, r - v) below 2^bits: a number, or minus one. */
static bool is_near_zero(const zkl_scalar *param, unsigned bits)
{
    const zkl_wide value = zkl_wide_of_scalar(param), order = zkl_wide_field_order(),
                   minus = zkl_wide_minus(&order, &value); /* params are below r */
    return zkl_wide_bits(&value) <= bits || zkl_wide_bits(&minus) <= bits;
}

uint64_t zkl_where_mode(const zkl_where *where, size_t bound)
{
    uint64_t mode = ZKL_MODE_COUNT;
    const zkl_scalar *at = zkl_where_bound(where, bound) + where->predicate.bit_count + 1;
    ZKL_ASSERT(bound < where->bound_count && zkl_assertion_param_u64(&mode, at));
    return mode;
}

static zkl_status read_bounds(zkl_where *out, size_t *at, const zkl_assertion_facts *facts,
                              zkl_error *err)
{
    const size_t bits = out->predicate.bit_count;
    uint64_t count, mode;
    if (*at >= facts->param_count || !zkl_assertion_param_u64(&count, &facts->params[*at]) ||
        count > ZKL_WHERE_BOUNDS_MAX)
        return zkl_fail(err, ZKL_REJECTED, "parameters: no number of bounds up to %d",
                        ZKL_WHERE_BOUNDS_MAX);
    out->bound_count = (size_t)count;
    out->bounds = facts->params + ++*at;
    if (facts->param_count - *at < out->bound_count * (bits + 2))
        return zkl_fail(err, ZKL_REJECTED, "parameters: they end early");
    for (size_t i = 0; i < out->bound_count; i++) {
        const zkl_scalar *bound = zkl_where_bound(out, i);
        for (size_t bit = 0; bit < bits; bit++)
            if (!is_near_zero(&bound[bit], WEIGHT_BITS))
                return zkl_fail(err, ZKL_REJECTED, "parameters: a weight of bound %zu", i);
        if (!is_near_zero(&bound[bits], BOUND_BITS))
            return zkl_fail(err, ZKL_REJECTED, "parameters: the number of bound %zu", i);
        if (!zkl_assertion_param_u64(&mode, &bound[bits + 1]) || mode >= ZKL_MODE_COUNT)
            return zkl_fail(err, ZKL_REJECTED, "parameters: mode is not 0, 1 or 2");
    }
    *at += out->bound_count * (bits + 2);
    return ZKL_OK;
}

/* Is the column summed? Roles of all others are their numbers. */
static bool is_summand(const zkl_statement_column *column)
{
    return column->role.size > 0 && column->role.data[0] == 'x';
}

size_t zkl_where_summand(const zkl_statement_table *source, size_t sum)
{
    size_t i = 0;
    for (; i < source->column_count; i++)
        if (is_summand(&source->columns[i]) && !zkl_column_is_flag(source, i) && sum-- == 0)
            break;
    ZKL_ASSERT(i < source->column_count);
    return i;
}

/* x0, x1, .. in this order, each narrow enough that its sum is what it seems. */
static zkl_status check_summand(const zkl_assertion_facts *facts, size_t column, size_t number,
                                zkl_error *err)
{
    const zkl_statement_table *source = facts->sources[0];
    char role[ZKL_ROLE_BYTES_MAX];
    snprintf(role, sizeof role, "x%zu", number);
    if (!zkl_role_is(source->columns[column].role, role))
        return zkl_fail(err, ZKL_REJECTED, "roles: column %zu is not %s", column, role);
    const zkl_wide most = zkl_wide_shifted(source->row_count,
                                           2 + facts->format->log_cells *
                                                   source->columns[column].limb_count),
                   order = zkl_wide_field_order();
    if (zkl_wide_compare(&most, &order) >= 0)
        return zkl_fail(err, ZKL_REJECTED,
                        "no wrap: the sum of column %zu can reach the field order", column);
    return ZKL_OK;
}

static zkl_status read_sums(zkl_where *out, size_t *at, const zkl_assertion_facts *facts,
                            zkl_error *err)
{
    const zkl_statement_table *source = facts->sources[0];
    const zkl_wide offset_most = zkl_wide_shifted(1, OFFSET_BITS);
    out->sums = facts->params + *at;
    for (size_t i = 0; i < source->column_count; i++) {
        if (!is_summand(&source->columns[i]) || zkl_column_is_flag(source, i))
            continue;
        ZKL_TRY(check_summand(facts, i, out->sum_count, err));
        if (facts->param_count - *at < ZKL_WHERE_SUM_PARAMS)
            return zkl_fail(err, ZKL_REJECTED, "parameters: they end early");
        const zkl_wide offset = zkl_wide_of_scalar(&facts->params[*at + ZKL_WHERE_SUM_OFFSET]);
        if (zkl_wide_compare(&offset, &offset_most) > 0)
            return zkl_fail(err, ZKL_REJECTED, "parameters: the offset of sum %zu", out->sum_count);
        out->sum_count++;
        *at += ZKL_WHERE_SUM_PARAMS;
    }
    return ZKL_OK;
}

zkl_status zkl_where_read(zkl_where *out, const zkl_assertion_facts *facts, zkl_error *err)
{
    size_t at = 0;
    *out = (zkl_where){ 0 };
    ZKL_TRY(zkl_predicate_read(&out->predicate, &at, facts, err));
    ZKL_TRY(read_bounds(out, &at, facts, err));
    ZKL_TRY(read_sums(out, &at, facts, err));
    if (at != facts->param_count)
        return zkl_fail(err, ZKL_REJECTED, "parameters: %zu too many", facts->param_count - at);
    if (!out->bound_count && !out->sum_count)
        return zkl_fail(err, ZKL_REJECTED, "parameters: neither a bound nor a sum");
    out->predicate.has_complement = out->sum_count > 0;
    return ZKL_OK;
}

static zkl_status check_where(const zkl_assertion_facts *facts, zkl_error *err)
{
    zkl_where where;
    return zkl_where_read(&where, facts, err);
}

/* ---- Auxiliary tables */

static size_t auxiliary_where(zkl_auxiliary out[static ZKL_ASSERTION_AUXILIARY_MAX],
                              const zkl_assertion_facts *facts)
{
    _Static_assert(ZKL_PREDICATE_TABLES + ZKL_WHERE_BOUNDS_MAX <= ZKL_ASSERTION_AUXILIARY_MAX &&
                       ZKL_PREDICATE_PARTS_MAX + ZKL_PREDICATE_BITS_MAX + 1 <=
                           ZKL_AUXILIARY_COLUMNS_MAX,
                   "room for all tables and columns");
    zkl_where where;
    size_t count = ZKL_PREDICATE_TABLES;
    ZKL_ASSERT(zkl_where_read(&where, facts, NULL) == ZKL_OK); /* checked */
    zkl_predicate_auxiliary(out, &where.predicate, facts->sources[0]->row_count);
    for (size_t i = 0; i < where.bound_count; i++)
        if (zkl_where_mode(&where, i) != ZKL_MODE_EXACTLY)
            out[count++] = (zkl_auxiliary){ .columns = { { "q", ZKL_WHERE_SLACK_LIMBS } },
                                            .column_count = 1,
                                            .row_count = (uint64_t)1 << facts->format->log_cells };
    return count;
}

/* ---- Equations */

typedef struct compiling {
    zkl_shape *shape;
    unsigned tag;
    const zkl_assertion *assertion;
    const zkl_where *where;
    zkl_fr pads;         /* padded rows of the source */
    uint64_t zeros_bits; /* what is true of a row of zeros */
} compiling;

static void decode(zkl_fr *out, const zkl_scalar *param)
{
    ZKL_ASSERT(zkl_fr_decode(out, param->bytes)); /* canonical: zkl_statement_parse */
}

/* sum_c sum_t sum_i w_i b_i (+ (mode - 1) q) = n + pads sum of w_i over bits true of zeros */
static void compile_bound(const compiling *c, size_t bound, size_t *slack)
{
    zkl_shape *shape = c->shape;
    const zkl_predicate *p = &c->where->predicate;
    const zkl_scalar *params = zkl_where_bound(c->where, bound);
    const uint64_t mode = zkl_where_mode(c->where, bound);
    zkl_fr value, weight, w, v, paid = ZKL_FR_ZERO;
    decode(&value, &params[p->bit_count]);
    for (size_t i = 0; i < p->bit_count; i++) {
        decode(&w, &params[i]);
        if (c->zeros_bits >> i & 1)
            zkl_fr_add(&paid, &paid, &w);
    }
    zkl_fr_mul(&paid, &paid, &c->pads);
    zkl_fr_add(&value, &value, &paid);
    zkl_shape_next_total(shape, &weight, &value);
    for (size_t i = 0; i < p->bit_count; i++) {
        decode(&w, &params[i]);
        zkl_fr_mul(&v, &w, &weight);
        for (uint64_t k = 0; k < shape->tables[c->assertion->tables[0]].chunk_count; k++) {
            const zkl_block_column at = zkl_predicate_bit(c->assertion->tables, p, k, i);
            zkl_shape_total_limb(shape, &at, 0, &v);
        }
    }
    if (mode == ZKL_MODE_EXACTLY)
        return;
    const uint32_t q = c->assertion->tables[(*slack)++];
    if (mode == ZKL_MODE_AT_LEAST)
        zkl_fr_neg(&weight, &weight);
    zkl_shape_range(shape, q, false);
    zkl_shape_total_column(shape, q, 0, 0, &weight);
}

/* (x - o + o null) / (alpha - beta_sub), where bit 0 is true */
static void compile_sum(const compiling *c, size_t sum)
{
    zkl_shape *shape = c->shape;
    const zkl_predicate *p = &c->where->predicate;
    const uint32_t source = c->assertion->tables[0];
    const zkl_statement_table *table = shape->tables[source].table;
    const zkl_scalar *params = c->where->sums + sum * ZKL_WHERE_SUM_PARAMS;
    const size_t column = zkl_where_summand(table, sum);
    const bool nullable = column + 1 < table->column_count && zkl_column_is_flag(table, column + 1);
    const unsigned tag = zkl_sub_tag(c->tag, ZKL_PREDICATE_SUB_TAG_OWN + (unsigned)sum);
    zkl_leaf_term numerators[ZKL_TABLE_LIMBS_MAX + 1];
    zkl_fr offset, expected, v;
    decode(&offset, &params[ZKL_WHERE_SUM_OFFSET]);
    decode(&expected, &params[ZKL_WHERE_SUM_TOTAL]);
    zkl_leaf leaf = { .is_weighted = true, .tag = tag, .numerators = numerators };
    zkl_fr_neg(&leaf.sign, &offset);
    for (uint64_t k = 0; k < shape->tables[source].chunk_count; k++) {
        leaf.numerator_count = 0;
        zkl_shape_column_terms(numerators, &leaf.numerator_count, shape,
                               &(zkl_block_column){ source, k, column }, &ZKL_FR_ONE);
        if (nullable)
            numerators[leaf.numerator_count++] =
                (zkl_leaf_term){ zkl_table_block(&shape->tables[source], k, column + 1), offset };
        const zkl_block_column left_out =
            zkl_predicate_bit(c->assertion->tables, p, k, p->bit_count);
        leaf.null = zkl_table_block(&shape->tables[left_out.table], k, left_out.column);
        zkl_shape_leaf(shape, &leaf, NULL, 0);
    }
    if (c->zeros_bits & 1) { /* a padded row has x = 0, and is no null */
        zkl_fr_mul(&v, &offset, &c->pads);
        zkl_fr_sub(&expected, &expected, &v);
    }
    zkl_shape_expect(shape, tag, &ZKL_FR_ZERO, &expected);
}

/* Row of zeros: every limb is in class 0, no flag is set, so G is 0. */
static void compile_where(zkl_shape *shape, unsigned tag, const zkl_assertion *assertion)
{
    const zkl_table_view *view = &shape->tables[assertion->tables[0]];
    const zkl_statement_table *sources[1] = { view->table };
    const zkl_assertion_facts facts = { shape->format, assertion->params, assertion->param_count,
                                        sources, 1 };
    ZKL_AUTO_CLEAR(zkl_arena) scratch = { 0 }; /* not the shape's: it holds all assertions' */
    zkl_predicate_tables tables;
    zkl_where where;
    const bool is_whole = !shape->is_counted; /* what is true of rows changes no count */
    ZKL_ASSERT(zkl_where_read(&where, &facts, NULL) == ZKL_OK); /* checked */
    if (is_whole && zkl_predicate_tabulate(&tables, &scratch, &where.predicate, NULL) != ZKL_OK) {
        zkl_shape_no_memory(shape);
        return;
    }
    zkl_predicate_compile(shape, tag, assertion->tables, &where.predicate,
                          is_whole ? &tables : NULL);
    compiling c = { shape, tag, assertion, &where, .zeros_bits = is_whole ? tables.truth[0] : 0 };
    zkl_fr_from_u64(&c.pads,
                    (view->chunk_count << shape->format->log_cells) - view->table->row_count);
    size_t slack = 1 + ZKL_PREDICATE_TABLES;
    for (size_t i = 0; i < where.bound_count; i++)
        compile_bound(&c, i, &slack);
    ZKL_ASSERT(slack == assertion->table_count);
    for (size_t i = 0; i < where.sum_count; i++)
        compile_sum(&c, i);
}

const zkl_assertion_ops zkl_assertion_where = {
    .names_summands = true,
    .check = check_where,
    .auxiliary = auxiliary_where,
    .compile = compile_where,
};
