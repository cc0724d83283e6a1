/* "disjoint": no row of the first table has a key that a row of the second has. The key: all
 * columns, pairwise of the same limbs, none nullable.
 *
 * Parameter: room, from 1 to the rows of both tables together. Only the size of the ladder comes
 * from it: more keys than room fit where its rows are rounded up, so it bounds nothing. Rows of
 * both tables together are always enough, and say nothing of the data.
 *
 * Auxiliary: a ladder of keys y with a side f and a number m, and its gaps d. Under the assertion's
 * tag a row of the first table has 1 / (alpha - beta - v), one of the second the same with v +
 * theta^k, a row of the ladder -m / (alpha - beta - v(y) - theta^k f), v being the fingerprint of k
 * limbs. So a key of the first table needs a row of the ladder that has its limbs and f = 0, a key
 * of the second one with f = 1; and a ladder has each key once. f and m are free: a row with
 * another f is nobody's. Padded rows are zeros, and what they add on either side is public and
 * taken off again: 0 is no key for it.
 *
 * No wrap: D 2^W < r for a ladder of D rows (claim/ladder.h). Limbs are compared one by one. */
#include "claim/ladder.h"

static zkl_status check_disjoint(const zkl_assertion_facts *facts, zkl_error *err)
{
    const zkl_statement_table *a = facts->sources[0], *b = facts->sources[1];
    uint64_t room;
    if (facts->param_count != 1)
        return zkl_fail(err, ZKL_REJECTED, "parameters: disjoint takes one, not %zu",
                        facts->param_count);
    if (!zkl_assertion_param_u64(&room, &facts->params[0]) || !room ||
        room > a->row_count + b->row_count)
        return zkl_fail(err, ZKL_REJECTED,
                        "parameters: the room is none, or more than the rows of both tables");
    if (!zkl_tables_pair(a, b))
        return zkl_fail(err, ZKL_REJECTED, "key: the columns of the two tables do not pair off");
    for (size_t i = 0; i < a->column_count; i++)
        if (zkl_column_is_flag(a, i) || zkl_column_is_flag(b, i))
            return zkl_fail(err, ZKL_REJECTED, "key: column %zu may be null", i - 1);
    const uint32_t limbs = zkl_table_limbs(a);
    return zkl_ladder_check(zkl_ladder_rows(room, limbs, facts->format), limbs, facts->format, err);
}

static size_t auxiliary_disjoint(zkl_auxiliary out[static ZKL_ASSERTION_AUXILIARY_MAX],
                                 const zkl_assertion_facts *facts)
{
    const zkl_statement_table *a = facts->sources[0], *b = facts->sources[1];
    const uint64_t most = a->row_count > b->row_count ? a->row_count : b->row_count;
    const uint32_t limbs = zkl_table_limbs(a);
    uint64_t room;
    ZKL_ASSERT(zkl_assertion_param_u64(&room, &facts->params[0]));
    const uint64_t rows = zkl_ladder_rows(room, limbs, facts->format);
    out[0] = (zkl_auxiliary){
        .columns = { { "y", limbs }, { "f", 1 }, { "m", zkl_limbs_for(most, facts->format) } },
        .column_count = 3,
        .row_count = rows
    };
    out[1] = zkl_ladder_gaps(rows, limbs);
    return 2;
}

/* By chunk: 1 / (v + side), side NULL for 0. */
static void add_side(zkl_shape *shape, unsigned tag, uint32_t table, const zkl_fr *side)
{
    for (uint64_t c = 0; c < shape->tables[table].chunk_count; c++) {
        zkl_fr power;
        const zkl_term_list row = zkl_terms_of_row(shape, table, c, 0, &power);
        zkl_shape_fraction(
            shape, &(zkl_fraction){ .tag = tag, .sign = ZKL_FR_ONE, .one = side, .below = &row });
    }
    zkl_shape_expect_pads(shape, table, tag, side ? side : &ZKL_FR_ZERO, &ZKL_FR_ONE);
}

/* By chunk of the ladder: -m / (v(y) + theta^k f). */
static void add_ladder(zkl_shape *shape, unsigned tag, uint32_t ladder)
{
    const zkl_statement_column *columns = shape->tables[ladder].table->columns;
    zkl_fr minus;
    zkl_fr_neg(&minus, &ZKL_FR_ONE);
    for (uint64_t c = 0; c < shape->tables[ladder].chunk_count; c++) {
        zkl_fr power = ZKL_FR_ONE;
        zkl_term_list key = zkl_terms_new(shape, columns[0].limb_count + 1),
                      count = zkl_terms_new(shape, columns[2].limb_count);
        zkl_terms_put_print(&key, &(zkl_block_column){ ladder, c, 0 }, &power);
        zkl_terms_put_print(&key, &(zkl_block_column){ ladder, c, 1 }, &power);
        zkl_terms_put_value(&count, &(zkl_block_column){ ladder, c, 2 }, &minus);
        zkl_shape_fraction(
            shape,
            &(zkl_fraction){ .tag = tag, .sign = ZKL_FR_ZERO, .above = &count, .below = &key });
    }
}

/* Range leaves of the gaps, the two tables, the ladder. */
static void compile_disjoint(zkl_shape *shape, unsigned tag, const zkl_assertion *assertion)
{
    ZKL_ASSERT(assertion->param_count == 1 && assertion->table_count == 4);
    const uint32_t ladder = assertion->tables[2];
    zkl_fr side;
    zkl_fr_pow_u64(&side, &shape->theta, shape->tables[ladder].table->columns[0].limb_count);
    zkl_ladder_compile(shape, ladder, 1, assertion->tables[3]);
    add_side(shape, tag, assertion->tables[0], NULL);
    add_side(shape, tag, assertion->tables[1], &side);
    add_ladder(shape, tag, ladder);
}

const zkl_assertion_ops zkl_assertion_disjoint = {
    .check = check_disjoint,
    .auxiliary = auxiliary_disjoint,
    .compile = compile_disjoint,
};
