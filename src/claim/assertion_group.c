/* "group": the second table, B, has a row for each combination of keys in the first, A, with the
 * number of its rows, and sums, least and greatest values, numbers of values of A's columns.
 * Parameters: the number of key columns, the first ones of A and of B; then for each further column
 * of B, the first of which is the number of rows: what it is, of which column of A, the offsets of
 * A's column and of its own.
 *
 * One sum under the tag, v = fingerprint of the keys:
 *   (1 + sum_i eta^i (x_i - o_i (1 - null)) + sum_i eta^i (1 - null)) / (alpha - beta - v)  over A,
 *   -(count + sum_i eta^i (s_i - o'_i)) / (alpha - beta - v)                                over B.
 * A key stands in B once (`unique` or `groups` beside it), so at its pole the numerators of A's
 * rows add up to those of one row of B, each power of eta for itself. Both are integers within r/4
 * of 0, so equal mod r is equal. A group that is not in A would have a count of 0, which a `range`
 * beside it refuses.
 *
 * A least or greatest value: each row of A has g, the bound of its group. g stands in A's
 * fingerprint and the bound in B's, so g is that of B's row. The rest x - g - 2^16 h (greatest: g -
 * x - 2^16 h) in [0, C) says that the row keeps it, and under sub(1 + i) the pair (keys, bound) is
 * one (keys, x) of A: somebody meets it. There multiplicities are free, so padded rows of A have a
 * pole of their own. */
#include "claim/assertion_group.h"

#include <stdio.h>

enum { GROUP_KEYS, GROUP_AGGREGATES };

/* The sources; behind them, with a least or greatest value, g, h, m and perhaps the live rows of
 * A. */
enum { GROUP_A, GROUP_B, GROUP_SOURCES, GROUP_BOUNDS = GROUP_SOURCES, GROUP_LIVE };

/* ---- Parameters */

/* Columns without flags. NULL: only their number. */
static size_t find_plain(uint16_t *out, const zkl_statement_table *table)
{
    size_t count = 0;
    for (size_t i = 0; i < table->column_count; i++)
        if (!zkl_column_is_flag(table, i)) {
            if (out)
                out[count] = (uint16_t)i;
            count++;
        }
    return count;
}

/* Keys are the first columns of both, pairwise with the same limbs, a flag against a flag. */
static bool keys_pair(const zkl_group *group)
{
    const zkl_statement_table *a = group->a, *b = group->b;
    bool same = group->key_columns <= a->column_count && group->key_columns < b->column_count;
    for (size_t i = 0; same && i < group->key_columns; i++)
        same = a->columns[i].limb_count == b->columns[i].limb_count &&
               zkl_column_is_flag(a, i) == zkl_column_is_flag(b, i);
    return same;
}

static zkl_status read_keys(zkl_group *out, const zkl_assertion_facts *facts, zkl_error *err)
{
    const size_t own = find_plain(NULL, out->b);
    uint64_t keys;
    if (!facts->param_count || !zkl_assertion_param_u64(&keys, &facts->params[GROUP_KEYS]) ||
        !keys || keys > out->plain_count || keys >= own)
        return zkl_fail(err, ZKL_REJECTED, "parameters: the number of key columns");
    out->aggregate_count = own - (size_t)keys;
    if (facts->param_count != GROUP_AGGREGATES + ZKL_AGGREGATE_PARAMS * out->aggregate_count)
        return zkl_fail(err, ZKL_REJECTED, "parameters: group takes %zu of %zu aggregates, not %zu",
                        GROUP_AGGREGATES + ZKL_AGGREGATE_PARAMS * out->aggregate_count,
                        out->aggregate_count, facts->param_count);
    out->params = facts->params + GROUP_AGGREGATES;
    out->key_columns = keys < out->plain_count ? out->plain[keys] : out->a->column_count;
    if (!keys_pair(out))
        return zkl_fail(err, ZKL_REJECTED, "keys: they have other limbs or flags in both tables");
    if (out->b->column_count != out->key_columns + out->aggregate_count)
        return zkl_fail(err, ZKL_REJECTED, "aggregates: one of them may be null");
    return ZKL_OK;
}

/* 4 rows 2^W < r. */
static bool fits(uint64_t rows, uint32_t limbs, const zkl_proof_format *format)
{
    const zkl_wide reach = zkl_wide_shifted(rows, 2 + format->log_cells * limbs),
                   order = zkl_wide_field_order();
    return zkl_wide_compare(&reach, &order) < 0;
}

static bool is_zero(const zkl_scalar *param)
{
    const zkl_wide wide = zkl_wide_of_scalar(param);
    return zkl_wide_is_zero(&wide);
}

static bool is_offset(const zkl_scalar *param)
{
    const zkl_wide wide = zkl_wide_of_scalar(param), most = zkl_wide_shifted(1, 127);
    return zkl_wide_compare(&wide, &most) <= 0;
}

/* Its column of A, and what the code wants of it. */
static zkl_status check_column(const zkl_group *group, size_t at, zkl_aggregate_code code,
                               const zkl_assertion_facts *facts, zkl_error *err)
{
    const zkl_scalar *p = group->params + at * ZKL_AGGREGATE_PARAMS;
    const uint32_t own = group->b->columns[group->key_columns + at].limb_count;
    uint64_t number;
    if (!zkl_assertion_param_u64(&number, &p[ZKL_AGGREGATE_COLUMN]) ||
        number >= group->plain_count || group->plain[number] < group->key_columns)
        return zkl_fail(err, ZKL_REJECTED, "parameters: aggregate %zu is of no column", at);
    const size_t column = group->plain[number];
    const uint32_t limbs = group->a->columns[column].limb_count;
    const bool nullable =
        column + 1 < group->a->column_count && zkl_column_is_flag(group->a, column + 1);
    if (zkl_aggregate_is_end(code) && (nullable || limbs != own))
        return zkl_fail(err, ZKL_REJECTED,
                        "parameters: aggregate %zu is a bound of a column that may be null or has "
                        "other limbs",
                        at);
    if (code == ZKL_AGGREGATE_VALUES && !nullable)
        return zkl_fail(err, ZKL_REJECTED,
                        "parameters: aggregate %zu counts nulls of a column without any", at);
    if (!fits(group->a->row_count, limbs, facts->format))
        return zkl_fail(err, ZKL_REJECTED, "no wrap: aggregate %zu can reach the field order", at);
    return ZKL_OK;
}

/* The first one is the number of rows and has no column. */
static zkl_status read_aggregate(zkl_group *out, size_t at, const zkl_assertion_facts *facts,
                                 zkl_error *err)
{
    const zkl_scalar *p = out->params + at * ZKL_AGGREGATE_PARAMS;
    const uint32_t own = out->b->columns[out->key_columns + at].limb_count;
    uint64_t code;
    if (!zkl_assertion_param_u64(&code, &p[ZKL_AGGREGATE_CODE]) || code >= ZKL_AGGREGATE_CODES ||
        (code == ZKL_AGGREGATE_ROWS) != (at == 0))
        return zkl_fail(err, ZKL_REJECTED, "parameters: the code of aggregate %zu", at);
    if (code == ZKL_AGGREGATE_SUM
            ? !is_offset(&p[ZKL_AGGREGATE_OFFSET]) || !is_offset(&p[ZKL_AGGREGATE_OFFSET_OWN])
            : !is_zero(&p[ZKL_AGGREGATE_OFFSET]) || !is_zero(&p[ZKL_AGGREGATE_OFFSET_OWN]))
        return zkl_fail(err, ZKL_REJECTED, "parameters: the offsets of aggregate %zu", at);
    if (!fits(1, own, facts->format))
        return zkl_fail(err, ZKL_REJECTED, "no wrap: aggregate %zu can reach the field order", at);
    if (at == 0)
        return is_zero(&p[ZKL_AGGREGATE_COLUMN])
                   ? ZKL_OK
                   : zkl_fail(err, ZKL_REJECTED, "parameters: aggregate 0 has no column");
    ZKL_TRY(check_column(out, at, (zkl_aggregate_code)code, facts, err));
    if (!zkl_aggregate_is_end((zkl_aggregate_code)code))
        return ZKL_OK;
    if (out->end_count == ZKL_GROUP_ENDS_MAX)
        return zkl_fail(err, ZKL_REJECTED, "parameters: more than %d least and greatest values",
                        ZKL_GROUP_ENDS_MAX);
    out->ends[out->end_count++] = at;
    out->high_count += own > 1;
    return ZKL_OK;
}

zkl_status zkl_group_read(zkl_group *out, const zkl_assertion_facts *facts, zkl_error *err)
{
    *out = (zkl_group){ .a = facts->sources[GROUP_A], .b = facts->sources[GROUP_B] };
    if (out->a->column_count > ZKL_STATEMENT_COLUMNS_MAX)
        return zkl_fail(err, ZKL_REJECTED, "columns: %zu in one table", out->a->column_count);
    out->plain_count = find_plain(out->plain, out->a);
    ZKL_TRY(read_keys(out, facts, err));
    for (size_t i = 0; i < out->aggregate_count; i++)
        ZKL_TRY(read_aggregate(out, i, facts, err));
    return ZKL_OK;
}

void zkl_group_aggregate(zkl_aggregate *out, const zkl_group *group, size_t at)
{
    const zkl_scalar *p = group->params + at * ZKL_AGGREGATE_PARAMS;
    uint64_t code, column;
    ZKL_ASSERT(at < group->aggregate_count);
    ZKL_ASSERT(zkl_assertion_param_u64(&code, &p[ZKL_AGGREGATE_CODE]) &&
               zkl_assertion_param_u64(&column, &p[ZKL_AGGREGATE_COLUMN]) &&
               column < group->plain_count);
    ZKL_ASSERT(zkl_fr_decode(&out->offset, p[ZKL_AGGREGATE_OFFSET].bytes) &&
               zkl_fr_decode(&out->offset_own, p[ZKL_AGGREGATE_OFFSET_OWN].bytes));
    out->code = (zkl_aggregate_code)code;
    out->a = group->plain[column];
    out->b = group->key_columns + at;
    out->nullable = out->a + 1 < group->a->column_count && zkl_column_is_flag(group->a, out->a + 1);
}

static zkl_status check_group(const zkl_assertion_facts *facts, zkl_error *err)
{
    zkl_group group;
    return zkl_group_read(&group, facts, err);
}

/* ---- Auxiliary tables */

static void add_column(zkl_auxiliary *out, char letter, size_t number, uint32_t limbs)
{
    ZKL_ASSERT(out->column_count < ZKL_AUXILIARY_COLUMNS_MAX);
    snprintf(out->columns[out->column_count].role, ZKL_AUXILIARY_ROLE_BYTES, "%c%u", letter,
             (unsigned)number % 100000);
    out->columns[out->column_count++].limb_count = limbs;
}

static uint32_t end_limbs(const zkl_group *group, size_t end)
{
    return group->b->columns[group->key_columns + group->ends[end]].limb_count;
}

static size_t auxiliary_group(zkl_auxiliary out[static ZKL_ASSERTION_AUXILIARY_MAX],
                              const zkl_assertion_facts *facts)
{
    zkl_group group;
    ZKL_ASSERT(zkl_group_read(&group, facts, NULL) == ZKL_OK); /* it has been checked */
    if (!group.end_count)
        return 0;
    out[0] = (zkl_auxiliary){ .row_count = group.a->row_count };
    for (size_t e = 0; e < group.end_count; e++)
        add_column(&out[0], 'g', group.ends[e], end_limbs(&group, e));
    for (size_t e = 0; e < group.end_count; e++)
        if (end_limbs(&group, e) > 1)
            add_column(&out[0], 'h', group.ends[e], end_limbs(&group, e) - 1);
    for (size_t e = 0; e < group.end_count; e++)
        add_column(&out[0], 'm', group.ends[e], 1);
    return 1 + zkl_auxiliary_live(&out[1], group.a, facts->format);
}

/* ---- Leaves */

typedef struct group_shape {
    zkl_shape *shape;
    unsigned tag;
    zkl_group group;
    uint32_t a, b, bounds; /* bounds: the table g, h, m */
    uint32_t live_table, live;
} group_shape;

/* Range leaves of h alone: g is looked up, m is free. */
static void bound_high_limbs(const group_shape *s)
{
    const zkl_table_view *view = &s->shape->tables[s->bounds];
    const size_t first = s->group.end_count;
    for (uint64_t c = 0; s->group.high_count && c < view->chunk_count; c++)
        for (size_t i = first; i < first + s->group.high_count; i++) {
            const uint32_t block = zkl_table_block(view, c, i);
            for (uint32_t limb = 0; limb < view->table->columns[i].limb_count; limb++) {
                const zkl_leaf_term cell = { block + limb, ZKL_FR_ONE };
                zkl_shape_leaf(s->shape, &(zkl_leaf){ .null = ZKL_BLOCK_NONE }, &cell, 1);
            }
        }
}

/* Keys of a chunk of A or B, and room behind them. */
static zkl_term_list keys_of(const group_shape *s, uint32_t table, uint64_t chunk, zkl_fr *power)
{
    const zkl_table_view *view = &s->shape->tables[table];
    size_t more = 1; /* the mark of live rows */
    for (size_t e = 0; e < s->group.end_count; e++)
        more += end_limbs(&s->group, e);
    zkl_term_list out = zkl_terms_new(s->shape, view->blocks_per_chunk + more);
    *power = ZKL_FR_ONE;
    for (size_t i = 0; out.capacity && i < s->group.key_columns; i++)
        zkl_terms_put_print(&out, &(zkl_block_column){ table, chunk, i }, power);
    return out;
}

/* What a row of A adds to its group besides cells: 1 - sum eta^i o_i, and eta^i for a number of
 * values. */
static void row_constant(zkl_fr *out, const group_shape *s)
{
    zkl_fr power = ZKL_FR_ONE, v;
    zkl_aggregate g;
    *out = ZKL_FR_ONE;
    for (size_t i = 1; i < s->group.aggregate_count; i++) {
        zkl_group_aggregate(&g, &s->group, i);
        zkl_fr_mul(&power, &power, &s->shape->eta);
        zkl_fr_mul(&v, &power, &g.offset);
        zkl_fr_sub(out, out, &v);
        if (g.code == ZKL_AGGREGATE_VALUES)
            zkl_fr_add(out, out, &power);
    }
}

/* eta^i x_i, less what the constant has for a null: o_i of a sum, 1 of a number of values. */
static void put_row_values(zkl_term_list *list, const group_shape *s, uint64_t chunk)
{
    const zkl_table_view *view = &s->shape->tables[s->a];
    zkl_fr power = ZKL_FR_ONE, v;
    zkl_aggregate g;
    for (size_t i = 1; list->capacity && i < s->group.aggregate_count; i++) {
        zkl_group_aggregate(&g, &s->group, i);
        zkl_fr_mul(&power, &power, &s->shape->eta);
        if (g.code == ZKL_AGGREGATE_SUM)
            zkl_terms_put_value(list, &(zkl_block_column){ s->a, chunk, g.a }, &power);
        if (!g.nullable || (g.code != ZKL_AGGREGATE_SUM && g.code != ZKL_AGGREGATE_VALUES))
            continue;
        zkl_fr_neg(&v, &power);
        if (g.code == ZKL_AGGREGATE_SUM)
            zkl_fr_mul(&v, &power, &g.offset);
        zkl_terms_put(list, zkl_table_block(view, chunk, g.a + 1), &v);
    }
}

/* Most terms of a numerator: each aggregate's column and its flag. */
static size_t numerator_room(const group_shape *s)
{
    size_t room = 0;
    zkl_aggregate g;
    for (size_t i = 0; i < s->group.aggregate_count; i++) {
        zkl_group_aggregate(&g, &s->group, i);
        room += s->group.a->columns[g.a].limb_count + s->group.b->columns[g.b].limb_count + 1;
    }
    return room;
}

static void add_rows(const group_shape *s)
{
    const uint64_t chunks = s->shape->tables[s->a].chunk_count;
    const size_t room = numerator_room(s);
    zkl_fr one, power;
    row_constant(&one, s);
    for (uint64_t c = 0; c < chunks; c++) {
        zkl_term_list below = keys_of(s, s->a, c, &power), above = zkl_terms_new(s->shape, room);
        put_row_values(&above, s, c);
        for (size_t e = 0; below.capacity && e < s->group.end_count; e++)
            zkl_terms_put_print(&below, &(zkl_block_column){ s->bounds, c, e }, &power);
        zkl_shape_fraction(
            s->shape,
            &(zkl_fraction){ .tag = s->tag, .sign = one, .above = &above, .below = &below });
    }
    zkl_shape_expect_pads(s->shape, s->a, s->tag, &ZKL_FR_ZERO, &one);
}

/* -(count + sum eta^i (s_i - o'_i)): *sign is what has no cells. */
static void put_group_values(zkl_term_list *list, zkl_fr *sign, const group_shape *s,
                             uint64_t chunk)
{
    zkl_fr power = ZKL_FR_ONE, v;
    zkl_aggregate g;
    *sign = ZKL_FR_ZERO;
    for (size_t i = 0; i < s->group.aggregate_count; i++) {
        zkl_group_aggregate(&g, &s->group, i);
        if (i)
            zkl_fr_mul(&power, &power, &s->shape->eta);
        zkl_fr_mul(&v, &power, &g.offset_own);
        zkl_fr_add(sign, sign, &v);
        zkl_fr_neg(&v, &power);
        if (list->capacity && !zkl_aggregate_is_end(g.code))
            zkl_terms_put_value(list, &(zkl_block_column){ s->b, chunk, g.b }, &v);
    }
}

static void take_groups(const group_shape *s)
{
    const uint64_t chunks = s->shape->tables[s->b].chunk_count;
    const size_t room = numerator_room(s);
    zkl_fr sign = ZKL_FR_ZERO, power;
    for (uint64_t c = 0; c < chunks; c++) {
        zkl_term_list below = keys_of(s, s->b, c, &power), above = zkl_terms_new(s->shape, room);
        if (above.capacity || c == 0)
            put_group_values(&above, &sign, s, c);
        for (size_t e = 0; below.capacity && e < s->group.end_count; e++) {
            const size_t column = s->group.key_columns + s->group.ends[e];
            zkl_terms_put_print(&below, &(zkl_block_column){ s->b, c, column }, &power);
        }
        zkl_shape_fraction(
            s->shape,
            &(zkl_fraction){ .tag = s->tag, .sign = sign, .above = &above, .below = &below });
    }
    zkl_shape_expect_pads(s->shape, s->b, s->tag, &ZKL_FR_ZERO, &sign);
}

/* Every row keeps its group's bound: x - g - 2^16 h lies in [0, C), of a greatest value g - x. */
static void keep_bound(const group_shape *s, const zkl_aggregate *g, size_t end, size_t high)
{
    const uint64_t chunks = s->shape->tables[s->a].chunk_count;
    const uint32_t limbs = end_limbs(&s->group, end);
    zkl_fr minus, weight, high_weight;
    zkl_fr_neg(&minus, &ZKL_FR_ONE);
    zkl_fr_neg(&high_weight, &s->shape->limb[1]);
    const bool least = g->code == ZKL_AGGREGATE_LEAST;
    for (uint64_t c = 0; c < chunks; c++) {
        zkl_term_list terms = zkl_terms_new(s->shape, 3 * (size_t)limbs);
        weight = least ? ZKL_FR_ONE : minus;
        if (terms.capacity) {
            zkl_terms_put_value(&terms, &(zkl_block_column){ s->a, c, g->a }, &weight);
            weight = least ? minus : ZKL_FR_ONE;
            zkl_terms_put_value(&terms, &(zkl_block_column){ s->bounds, c, end }, &weight);
        }
        if (terms.capacity && limbs > 1)
            zkl_terms_put_value(&terms, &(zkl_block_column){ s->bounds, c, high }, &high_weight);
        zkl_shape_rest_of(s->shape, &terms, NULL);
    }
}

/* Every bound is met by one row of its group: (keys, bound) of B among (keys, x) of A. */
static void meet_bound(const group_shape *s, const zkl_aggregate *g, size_t end)
{
    const unsigned tag = zkl_sub_tag(s->tag, 1 + (unsigned)s->group.ends[end]);
    const size_t count_column = s->group.end_count + s->group.high_count + end;
    zkl_fr power, minus;
    zkl_fr_neg(&minus, &ZKL_FR_ONE);
    for (uint64_t c = 0; c < s->shape->tables[s->b].chunk_count; c++) {
        zkl_term_list below = keys_of(s, s->b, c, &power);
        if (below.capacity)
            zkl_terms_put_print(&below, &(zkl_block_column){ s->b, c, g->b }, &power);
        zkl_shape_fraction(s->shape,
                           &(zkl_fraction){ .tag = tag, .sign = ZKL_FR_ONE, .below = &below });
    }
    zkl_shape_expect_pads(s->shape, s->b, tag, &ZKL_FR_ZERO, &ZKL_FR_ONE);
    for (uint64_t c = 0; c < s->shape->tables[s->a].chunk_count; c++) {
        zkl_fr one = ZKL_FR_ZERO;
        zkl_term_list below = keys_of(s, s->a, c, &power), above = zkl_terms_new(s->shape, 1);
        if (above.capacity)
            zkl_terms_put_value(&above, &(zkl_block_column){ s->bounds, c, count_column }, &minus);
        if (below.capacity)
            zkl_terms_put_print(&below, &(zkl_block_column){ s->a, c, g->a }, &power);
        zkl_terms_put_live(&below, &one, s->a, c, s->live, &power);
        zkl_shape_fraction(
            s->shape,
            &(zkl_fraction){
                .tag = tag, .sign = ZKL_FR_ZERO, .above = &above, .one = &one, .below = &below });
    }
}

static void compile_group(zkl_shape *shape, unsigned tag, const zkl_assertion *assertion)
{
    ZKL_ASSERT(assertion->table_count >= GROUP_SOURCES);
    const zkl_statement_table *sources[GROUP_SOURCES] = {
        shape->tables[assertion->tables[GROUP_A]].table,
        shape->tables[assertion->tables[GROUP_B]].table
    };
    const zkl_assertion_facts facts = { shape->format, assertion->params, assertion->param_count,
                                        sources, GROUP_SOURCES };
    group_shape s = {
        .shape = shape, .tag = tag, .a = assertion->tables[GROUP_A], .b = assertion->tables[GROUP_B]
    };
    ZKL_ASSERT(zkl_group_read(&s.group, &facts, NULL) == ZKL_OK); /* it has been checked */
    if (s.group.end_count)
        s.bounds = assertion->tables[GROUP_BOUNDS];
    if (assertion->table_count > GROUP_LIVE)
        s.live_table = assertion->tables[GROUP_LIVE];
    bound_high_limbs(&s);
    add_rows(&s);
    take_groups(&s);
    if (s.group.end_count)
        s.live = zkl_shape_live(shape, s.a, s.live_table);
    for (size_t e = 0, high = s.group.end_count; e < s.group.end_count; e++) {
        zkl_aggregate g;
        zkl_group_aggregate(&g, &s.group, s.group.ends[e]);
        keep_bound(&s, &g, e, high);
        meet_bound(&s, &g, e);
        high += end_limbs(&s.group, e) > 1;
    }
}

const zkl_assertion_ops zkl_assertion_group = {
    .check = check_group,
    .auxiliary = auxiliary_group,
    .compile = compile_group,
};
