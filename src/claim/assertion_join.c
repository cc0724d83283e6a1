/* "join": every row of the third table, J, is a row of the first, A, with the other columns of the
 * row of the second, B, that has its key. J has the rows of A, each as often, in any order; every
 * row of A has a partner. One parameter: how many columns are the key, the first ones of A and of
 * B. J's columns are those of A, then B's without its key.
 *
 * Two sums, each under a tag of its own, v = sum_j theta^j limb_j over limbs and flags:
 *   tag:     1 / (alpha - beta - v) over the rows of A,  -1 / (..) over A's columns of J: the rows
 *            are the same, each as often;
 *   sub(1):  1 / (..) over J's key and B's columns,  -m / (..) over the rows of B: each of these is
 *            a row of B. m is free: on the left a pole has a number between 1 and N < r.
 * Padded rows are zero by their `cells`, and what they add is public; but on the side of B, where m
 * would pay for a key 0, they have a pole of their own (claim/row_leaves.h).
 *
 * That a key stands in B once is what a `unique` beside it says, and that limbs of two tables are
 * the same values, that their types are (claim_joined.c sees to both). Nothing can wrap: limbs are
 * compared, no sums of them. */
#include "claim/row_leaves.h"

enum { JOIN_KEYS, JOIN_PARAMS };

/* The sources, in their order; behind them the auxiliary tables, the last one only where the last
 * chunk of B has padding. */
enum { JOIN_A, JOIN_B, JOIN_J, JOIN_SOURCES, JOIN_COUNTS = JOIN_SOURCES, JOIN_LIVE };

/* The first `count` columns are there and none of them has a flag. */
static bool has_plain_columns(const zkl_statement_table *table, uint64_t count)
{
    bool plain = count <= table->column_count;
    for (size_t i = 0; plain && i < count; i++)
        plain = !zkl_column_is_flag(table, i);
    return plain && !(count < table->column_count && zkl_column_is_flag(table, (size_t)count));
}

/* Columns of J from `at` on are those of the table from `from` on: limbs, and which are flags. */
static bool holds_columns(const zkl_statement_table *j, size_t at, const zkl_statement_table *table,
                          size_t from)
{
    bool same = at + (table->column_count - from) <= j->column_count;
    for (size_t i = from; same && i < table->column_count; i++, at++)
        same = j->columns[at].limb_count == table->columns[i].limb_count &&
               zkl_column_is_flag(j, at) == zkl_column_is_flag(table, i);
    return same;
}

static zkl_status check_join(const zkl_assertion_facts *facts, zkl_error *err)
{
    const zkl_statement_table *a = facts->sources[JOIN_A], *b = facts->sources[JOIN_B],
                              *j = facts->sources[JOIN_J];
    uint64_t keys;
    if (facts->param_count != JOIN_PARAMS)
        return zkl_fail(err, ZKL_REJECTED, "parameters: join takes 1, not %zu", facts->param_count);
    if (!zkl_assertion_param_u64(&keys, &facts->params[JOIN_KEYS]) || !keys)
        return zkl_fail(err, ZKL_REJECTED, "parameters: the number of key columns");
    if (!has_plain_columns(a, keys) || !has_plain_columns(b, keys) || keys >= b->column_count)
        return zkl_fail(err, ZKL_REJECTED,
                        "key: its columns are not there, may be null, or are all of the second "
                        "table");
    for (size_t i = 0; i < keys; i++)
        if (a->columns[i].limb_count != b->columns[i].limb_count)
            return zkl_fail(err, ZKL_REJECTED, "key: column %zu has other limbs in the two tables",
                            i);
    if (j->column_count != a->column_count + b->column_count - (size_t)keys ||
        !holds_columns(j, 0, a, 0) || !holds_columns(j, a->column_count, b, (size_t)keys))
        return zkl_fail(err, ZKL_REJECTED,
                        "columns: the joined table has not those of the first and then the other "
                        "ones of the second");
    if (j->row_count != a->row_count || j->first_row != a->first_row)
        return zkl_fail(err, ZKL_REJECTED, "rows: the joined table has %llu, the first one %llu",
                        (unsigned long long)j->row_count, (unsigned long long)a->row_count);
    return ZKL_OK;
}

/* How often each row of B is asked for: at most once for each row of A. */
static size_t auxiliary_join(zkl_auxiliary out[static ZKL_ASSERTION_AUXILIARY_MAX],
                             const zkl_assertion_facts *facts)
{
    const zkl_statement_table *b = facts->sources[JOIN_B];
    out[0] = (zkl_auxiliary){
        .columns = { { "m", zkl_limbs_for(facts->sources[JOIN_A]->row_count, facts->format) } },
        .column_count = 1,
        .row_count = b->row_count,
    };
    return 1 + zkl_auxiliary_live(&out[1], b, facts->format);
}

/* Columns from `from` up to before `to`. */
static void put_columns(zkl_term_list *list, const zkl_block_column *row, size_t from, size_t to,
                        zkl_fr *power)
{
    for (size_t i = from; list->capacity && i < to; i++)
        zkl_terms_put_print(list, &(zkl_block_column){ row->table, row->chunk, i }, power);
}

/* -1 over A's columns of J, by chunk; then 1 over its key and B's columns. */
static void compare_joined(zkl_shape *shape, unsigned tag, const zkl_assertion *assertion,
                           size_t keys)
{
    const uint32_t j = assertion->tables[JOIN_J];
    const zkl_table_view *view = &shape->tables[j];
    const size_t of_a = shape->tables[assertion->tables[JOIN_A]].table->column_count,
                 all = view->table->column_count;
    zkl_fr minus;
    zkl_fr_neg(&minus, &ZKL_FR_ONE);
    for (unsigned side = 0; side < 2; side++)
        for (uint64_t c = 0; c < view->chunk_count; c++) {
            const zkl_block_column row = { j, c, 0 };
            zkl_term_list terms = zkl_terms_new(shape, view->blocks_per_chunk);
            zkl_fr power = ZKL_FR_ONE;
            put_columns(&terms, &row, 0, side ? keys : of_a, &power);
            if (side)
                put_columns(&terms, &row, of_a, all, &power);
            zkl_shape_fraction(shape, &(zkl_fraction){ .tag = side ? zkl_sub_tag(tag, 1) : tag,
                                                       .sign = side ? ZKL_FR_ONE : minus,
                                                       .below = &terms });
        }
    zkl_shape_expect_padding(shape, j, tag, true);
    zkl_shape_expect_padding(shape, j, zkl_sub_tag(tag, 1), false);
}

/* -m over the rows of B. */
static void answer_lookups(zkl_shape *shape, unsigned tag, const zkl_assertion *assertion)
{
    const uint32_t b = assertion->tables[JOIN_B], m = assertion->tables[JOIN_COUNTS];
    const zkl_table_view *view = &shape->tables[b], *counts = &shape->tables[m];
    const uint32_t live = zkl_shape_live(
        shape, b, assertion->table_count > JOIN_LIVE ? assertion->tables[JOIN_LIVE] : 0);
    zkl_fr minus;
    zkl_fr_neg(&minus, &ZKL_FR_ONE);
    for (uint64_t c = 0; c < view->chunk_count; c++) {
        zkl_fr power, one = ZKL_FR_ZERO;
        zkl_term_list below = zkl_terms_of_row(shape, b, c, 1, &power),
                      above = zkl_terms_new(shape, counts->blocks_per_chunk);
        zkl_terms_put_value(&above, &(zkl_block_column){ m, c, 0 }, &minus);
        zkl_terms_put_live(&below, &one, b, c, live, &power);
        zkl_shape_fraction(shape, &(zkl_fraction){ .tag = zkl_sub_tag(tag, 1),
                                                   .sign = ZKL_FR_ZERO,
                                                   .above = &above,
                                                   .one = &one,
                                                   .below = &below });
    }
}

static void compile_join(zkl_shape *shape, unsigned tag, const zkl_assertion *assertion)
{
    uint64_t keys;
    ZKL_ASSERT(assertion->table_count >= JOIN_LIVE && assertion->param_count == JOIN_PARAMS);
    ZKL_ASSERT(zkl_assertion_param_u64(&keys, &assertion->params[JOIN_KEYS]));
    zkl_shape_fingerprints(shape, assertion->tables[JOIN_A], tag, false);
    zkl_shape_expect_padding(shape, assertion->tables[JOIN_A], tag, false);
    compare_joined(shape, tag, assertion, (size_t)keys);
    answer_lookups(shape, tag, assertion);
}

const zkl_assertion_ops zkl_assertion_join = {
    .check = check_join,
    .auxiliary = auxiliary_join,
    .compile = compile_join,
};
