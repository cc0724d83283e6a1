/* "subset": every row of the first table has a key that a row of the second has. How often is not
 * said. The key: all columns, pairwise of the same limbs; either side of a pair may be nullable.
 *
 * Parameter: what becomes of nulls. 0: a row of the first table with a null is found nowhere. 1:
 * such rows are passed over; the first table has one nullable column. 2: a null is a value like
 * others. With 0 and 1 a row of the second table with a null is no key.
 *
 * A free lookup (docs/proof-system.md section 8). Under the assertion's tag a row of the first
 * table has 1, or 1 - null, over alpha - beta - v, and a row of the second -m over the same. At the
 * pole of a key the first table has a number from 1 to N < r, so some row of the second has this
 * pole, whatever m is: m is no limbs' business and has no range leaf.
 *
 * v is the fingerprint of the limbs of all K of them, then a power of theta for each flag. Column
 * i's flag has theta^(K + 2i) in the first table and theta^(K + 2i + 1) in the second, so that a
 * null meets nobody, not even another null; where a null is a value both have theta^(K + 2i). The
 * padding of the first table is rows of zeros, and public; that of the second is told from rows of
 * zeros by live rows, whose mark is theta^(3K): a table has at most K flags. */
#include "claim/assertion_subset.h"

/* The next column from *at on that is no flag; column_count behind the last. */
static size_t next_key_column(const zkl_statement_table *table, size_t at)
{
    while (at < table->column_count && zkl_column_is_flag(table, at))
        at++;
    return at;
}

/* Do the columns that are no flags pair off, limb for limb? */
static bool keys_pair(const zkl_statement_table *a, const zkl_statement_table *b)
{
    size_t i = next_key_column(a, 0), j = next_key_column(b, 0);
    while (i < a->column_count && j < b->column_count &&
           a->columns[i].limb_count == b->columns[j].limb_count) {
        i = next_key_column(a, i + 1);
        j = next_key_column(b, j + 1);
    }
    return i == a->column_count && j == b->column_count;
}

static size_t count_flags(const zkl_statement_table *table)
{
    size_t flags = 0;
    for (size_t i = 0; i < table->column_count; i++)
        flags += zkl_column_is_flag(table, i);
    return flags;
}

zkl_subset_nulls zkl_subset_nulls_of(const zkl_scalar *params)
{
    uint64_t nulls;
    ZKL_ASSERT(zkl_assertion_param_u64(&nulls, params) && nulls < ZKL_SUBSET_NULLS_COUNT);
    return (zkl_subset_nulls)nulls;
}

static zkl_status check_subset(const zkl_assertion_facts *facts, zkl_error *err)
{
    uint64_t nulls;
    if (facts->param_count != 1)
        return zkl_fail(err, ZKL_REJECTED, "parameters: subset takes one, not %zu",
                        facts->param_count);
    if (!zkl_assertion_param_u64(&nulls, &facts->params[0]) || nulls >= ZKL_SUBSET_NULLS_COUNT)
        return zkl_fail(err, ZKL_REJECTED, "parameters: nulls are refused, passed over or matched");
    if (!keys_pair(facts->sources[0], facts->sources[1]))
        return zkl_fail(err, ZKL_REJECTED, "key: the columns of the two tables do not pair off");
    const size_t flags = count_flags(facts->sources[0]);
    if (nulls == ZKL_SUBSET_NULLS_PASSED && flags != 1)
        return zkl_fail(err, ZKL_REJECTED,
                        "parameters: nulls of one column are passed over, not of %zu", flags);
    return ZKL_OK;
}

static size_t auxiliary_subset(zkl_auxiliary out[static ZKL_ASSERTION_AUXILIARY_MAX],
                               const zkl_assertion_facts *facts)
{
    const zkl_statement_table *asked = facts->sources[0], *table = facts->sources[1];
    out[0] =
        (zkl_auxiliary){ .columns = { { "m", zkl_limbs_for(asked->row_count, facts->format) } },
                         .column_count = 1,
                         .row_count = table->row_count };
    return 1 + zkl_auxiliary_live(out + 1, table, facts->format);
}

/* ---- Leaves */

/* What the leaves of one side share. */
typedef struct key_powers {
    zkl_fr first_flag, flag_step; /* theta^K or theta^(K + 1), theta^2 */
    zkl_fr live_mark;             /* theta^(3K) */
} key_powers;

static key_powers powers_of(const zkl_shape *shape, const zkl_statement_table *table, bool apart)
{
    key_powers out;
    const uint64_t limbs = zkl_table_limbs(table) - count_flags(table); /* a flag has one */
    zkl_fr_pow_u64(&out.first_flag, &shape->theta, limbs + apart);
    zkl_fr_pow_u64(&out.flag_step, &shape->theta, 2);
    zkl_fr_pow_u64(&out.live_mark, &shape->theta, 3 * limbs);
    return out;
}

/* v of a chunk's rows, with room for one term more. */
static zkl_term_list put_key(zkl_shape *shape, uint32_t table, uint64_t chunk,
                             const key_powers *powers)
{
    const zkl_table_view *view = &shape->tables[table];
    zkl_term_list out = zkl_terms_new(shape, view->blocks_per_chunk + 1);
    zkl_fr power = ZKL_FR_ONE, flag = powers->first_flag;
    uint32_t block = zkl_table_block(view, chunk, 0);
    for (size_t i = 0; out.capacity && i < view->table->column_count; i++) {
        const bool is_flag = zkl_column_is_flag(view->table, i);
        if (is_flag)
            zkl_terms_put(&out, block++, &flag);
        else if (i > 0)
            zkl_fr_mul(&flag, &flag, &powers->flag_step);
        for (uint32_t k = 0; !is_flag && k < view->table->columns[i].limb_count; k++) {
            zkl_terms_put(&out, block++, &power);
            zkl_fr_mul(&power, &power, &shape->theta);
        }
    }
    return out;
}

/* By chunk: 1 / v, or (1 - null) / v. */
static void add_asked(zkl_shape *shape, unsigned tag, uint32_t table, zkl_subset_nulls nulls)
{
    const zkl_table_view *view = &shape->tables[table];
    const key_powers powers = powers_of(shape, view->table, false);
    zkl_fr minus;
    size_t flag = 0;
    zkl_fr_neg(&minus, &ZKL_FR_ONE);
    while (nulls == ZKL_SUBSET_NULLS_PASSED && !zkl_column_is_flag(view->table, flag))
        flag++; /* there is one */
    for (uint64_t c = 0; c < view->chunk_count; c++) {
        const zkl_term_list key = put_key(shape, table, c, &powers);
        zkl_term_list passed = zkl_terms_new(shape, 1);
        if (nulls == ZKL_SUBSET_NULLS_PASSED)
            zkl_terms_put(&passed, zkl_table_block(view, c, flag), &minus);
        zkl_shape_fraction(
            shape,
            &(zkl_fraction){ .tag = tag, .sign = ZKL_FR_ONE, .above = &passed, .below = &key });
    }
    zkl_shape_expect_pads(shape, table, tag, &ZKL_FR_ZERO, &ZKL_FR_ONE);
}

/* By chunk: -m / v, in the last one with the mark of rows that are not live. */
static void add_table(zkl_shape *shape, unsigned tag, const zkl_assertion *assertion,
                      zkl_subset_nulls nulls)
{
    const uint32_t table = assertion->tables[1], counts = assertion->tables[2];
    const uint32_t live =
        zkl_shape_live(shape, table, assertion->table_count > 3 ? assertion->tables[3] : 0);
    const key_powers powers =
        powers_of(shape, shape->tables[table].table, nulls != ZKL_SUBSET_NULLS_MATCHED);
    zkl_fr minus;
    zkl_fr_neg(&minus, &ZKL_FR_ONE);
    for (uint64_t c = 0; c < shape->tables[table].chunk_count; c++) {
        zkl_fr one = ZKL_FR_ZERO;
        zkl_term_list key = put_key(shape, table, c, &powers);
        zkl_term_list count =
            zkl_terms_new(shape, shape->tables[counts].table->columns[0].limb_count);
        zkl_terms_put_value(&count, &(zkl_block_column){ counts, c, 0 }, &minus);
        zkl_terms_put_live(&key, &one, table, c, live, &powers.live_mark);
        zkl_shape_fraction(
            shape,
            &(zkl_fraction){
                .tag = tag, .sign = ZKL_FR_ZERO, .above = &count, .one = &one, .below = &key });
    }
}

static void compile_subset(zkl_shape *shape, unsigned tag, const zkl_assertion *assertion)
{
    const zkl_subset_nulls nulls = zkl_subset_nulls_of(assertion->params);
    ZKL_ASSERT(assertion->table_count == 3 || assertion->table_count == 4);
    add_asked(shape, tag, assertion->tables[0], nulls);
    add_table(shape, tag, assertion, nulls);
}

const zkl_assertion_ops zkl_assertion_subset = {
    .check = check_subset,
    .auxiliary = auxiliary_subset,
    .compile = compile_subset,
};
