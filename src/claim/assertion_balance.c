/* "balance": a weighted sum of the sums of columns, each of a table of its own, compared with a
 * number. Parameters: how many tables, a weight for each, an offset for each, T, mode.
 *
 *   sum_i w_i (sum of x - o_i over the rows of table i that are not null)  >=, =, <=  T
 *
 * One total over all chunks of all tables; chunks of one index share a leaf block. A null is code
 * 0, so o_i is taken back for it, and N_i o_i is public:
 *
 *   sum_i w_i sum_c (x_c + o_i x?_c) + (mode - 1) q = T + sum_i w_i o_i N_i
 *
 * With mode 0 (at least) and 2 (at most) a slack column q, any C numbers of range, makes up the
 * difference. How many nulls there are is said by nothing.
 *
 * No wrap. The weighted sum lies within S = sum_i |w_i| N_i (2^W_i + o_i) of 0. q has the limbs of
 * 2 S, so C numbers of it are below C C 2 S, in production 2^33 S. With T and 2^33 S below r/8 both
 * sides differ by less than r. */
#include "claim/row_leaves.h"

/* Parameters, of `tables` tables. */
enum { BALANCE_COUNT, BALANCE_WEIGHTS };
#define BALANCE_PARAMS(tables) (3 + 2 * (tables))
#define BALANCE_OFFSETS(tables) (BALANCE_WEIGHTS + (tables))
#define BALANCE_TOTAL(tables) (BALANCE_WEIGHTS + 2 * (tables))
#define BALANCE_MODE(tables) (BALANCE_TOTAL(tables) + 1)

/* floor(r / 8) */
static zkl_wide eighth_of_order(void)
{
    const zkl_wide order = zkl_wide_field_order();
    zkl_wide out = { { 0 } };
    for (unsigned i = 0; i < 4; i++)
        out.word[i] = order.word[i] >> 3 | order.word[i + 1] << 61;
    return out;
}

/* What table `at` adds to S: |w| N (2^W + o), below 2^(64 + 40 + 257). */
static void add_reach(zkl_wide *reach, const zkl_assertion_facts *facts, size_t at)
{
    const size_t count = facts->source_count;
    const zkl_statement_table *table = facts->sources[at];
    const zkl_wide rows = zkl_wide_shifted(table->row_count, 0),
                   offset = zkl_wide_of_scalar(&facts->params[BALANCE_OFFSETS(count) + at]);
    bool negative;
    const zkl_wide weight =
        zkl_assertion_param_centred(&negative, &facts->params[BALANCE_WEIGHTS + at]);
    zkl_wide product = { { 0 } };
    zkl_wide_add_product(&product, &rows, weight.word[0], 0);
    zkl_wide_add_product(reach, &product, 1,
                         facts->format->log_cells * table->columns[0].limb_count);
    for (unsigned i = 0; i < 2; i++)
        zkl_wide_add_product(reach, &product, offset.word[i], 64 * i);
}

/* S. The weights and offsets are checked. */
static zkl_wide reach_of(const zkl_assertion_facts *facts)
{
    zkl_wide reach = { { 0 } };
    for (size_t i = 0; i < facts->source_count; i++)
        add_reach(&reach, facts, i);
    return reach;
}

/* C C 2 S < r / 8, by production 2^33 S. */
static zkl_status check_reach(const zkl_assertion_facts *facts, zkl_error *err)
{
    const zkl_wide reach = reach_of(facts), eighth = eighth_of_order();
    zkl_wide most = { { 0 } };
    if (zkl_wide_bits(&reach) <= 256)
        zkl_wide_add_product(&most, &reach, 1, 2 * facts->format->log_cells + 1);
    if (zkl_wide_bits(&reach) > 256 || zkl_wide_compare(&most, &eighth) >= 0)
        return zkl_fail(err, ZKL_REJECTED, "no wrap: the sums can reach the field order");
    return ZKL_OK;
}

/* |w| < 2^64, o <= 2^127, and no table twice: its time would be that of the list of tables times
 * their chunks. */
static zkl_status check_table(const zkl_assertion_facts *facts, size_t at, zkl_error *err)
{
    const size_t count = facts->source_count;
    const zkl_wide offset = zkl_wide_of_scalar(&facts->params[BALANCE_OFFSETS(count) + at]),
                   most = zkl_wide_shifted(1, 127);
    bool negative;
    const zkl_wide weight =
        zkl_assertion_param_centred(&negative, &facts->params[BALANCE_WEIGHTS + at]);
    if (zkl_wide_bits(&weight) > 64)
        return zkl_fail(err, ZKL_REJECTED, "parameters: weight %zu has more than 64 bits", at);
    if (zkl_wide_compare(&offset, &most) > 0)
        return zkl_fail(err, ZKL_REJECTED, "parameters: offset %zu is beyond 2^127", at);
    for (size_t i = 0; i < at; i++)
        if (facts->sources[i] == facts->sources[at])
            return zkl_fail(err, ZKL_REJECTED, "sources: table %zu is table %zu again", at, i);
    return ZKL_OK;
}

/* The number of tables is the first parameter: zkl_assertion_check has compared it with those that
 * are there, so it is at least 1 and at most 2,046. */
static zkl_status check_balance(const zkl_assertion_facts *facts, zkl_error *err)
{
    const size_t count = facts->source_count;
    uint64_t mode;
    bool negative;
    if (facts->param_count != BALANCE_PARAMS(count))
        return zkl_fail(err, ZKL_REJECTED, "parameters: balance of %zu tables takes %zu, not %zu",
                        count, BALANCE_PARAMS(count), facts->param_count);
    if (!zkl_assertion_param_u64(&mode, &facts->params[BALANCE_MODE(count)]) ||
        mode >= ZKL_MODE_COUNT)
        return zkl_fail(err, ZKL_REJECTED, "parameters: mode is not 0, 1 or 2");
    const zkl_wide total =
                       zkl_assertion_param_centred(&negative, &facts->params[BALANCE_TOTAL(count)]),
                   eighth = eighth_of_order();
    if (zkl_wide_compare(&total, &eighth) >= 0)
        return zkl_fail(err, ZKL_REJECTED, "parameters: the total is beyond r/8");
    for (size_t i = 0; i < count; i++)
        ZKL_TRY(check_table(facts, i, err));
    return check_reach(facts, err);
}

/* q of the limbs of 2 S. An exact balance needs no slack. */
static size_t auxiliary_balance(zkl_auxiliary out[static ZKL_ASSERTION_AUXILIARY_MAX],
                                const zkl_assertion_facts *facts)
{
    uint64_t mode = 0;
    (void)zkl_assertion_param_u64(&mode, &facts->params[BALANCE_MODE(facts->source_count)]);
    if (mode == ZKL_MODE_EXACTLY)
        return 0;
    const zkl_wide reach = reach_of(facts);
    const unsigned bits = zkl_wide_is_zero(&reach) ? 1 : zkl_wide_bits(&reach) + 1;
    const uint32_t limbs = (bits + facts->format->log_cells - 1) / facts->format->log_cells;
    out[0] = (zkl_auxiliary){ .columns = { { "q", limbs } },
                              .column_count = 1,
                              .row_count = (uint64_t)1 << facts->format->log_cells };
    return 1;
}

/* T + sum_i w_i o_i N_i */
static void sum_public(zkl_fr *out, const zkl_shape *shape, const zkl_assertion *assertion,
                       size_t count)
{
    zkl_fr weight, offset, rows;
    ZKL_ASSERT(zkl_fr_decode(out, assertion->params[BALANCE_TOTAL(count)].bytes));
    for (size_t i = 0; i < count; i++) {
        ZKL_ASSERT(zkl_fr_decode(&weight, assertion->params[BALANCE_WEIGHTS + i].bytes) &&
                   zkl_fr_decode(&offset, assertion->params[BALANCE_OFFSETS(count) + i].bytes));
        zkl_fr_from_u64(&rows, shape->tables[assertion->tables[i]].table->row_count);
        zkl_fr_mul(&weight, &weight, &offset);
        zkl_fr_mul(&weight, &weight, &rows);
        zkl_fr_add(out, out, &weight);
    }
}

/* eta^r w_i x in each chunk, and eta^r w_i o_i x? */
static void add_table(zkl_shape *shape, const zkl_assertion *assertion, size_t at, size_t count,
                      const zkl_fr *power)
{
    const zkl_table_view *view = &shape->tables[assertion->tables[at]];
    zkl_fr weight, offset;
    ZKL_ASSERT(zkl_fr_decode(&weight, assertion->params[BALANCE_WEIGHTS + at].bytes) &&
               zkl_fr_decode(&offset, assertion->params[BALANCE_OFFSETS(count) + at].bytes));
    zkl_fr_mul(&weight, &weight, power);
    zkl_fr_mul(&offset, &offset, &weight);
    for (uint64_t c = 0; c < view->chunk_count; c++) {
        zkl_shape_total_column(shape, assertion->tables[at], c, 0, &weight);
        if (view->table->column_count > 1)
            zkl_shape_total_column(shape, assertion->tables[at], c, 1, &offset);
    }
}

/* The slack is subtracted for "at least", added for "at most". */
static void compile_balance(zkl_shape *shape, unsigned tag, const zkl_assertion *assertion)
{
    (void)tag;
    const size_t count = zkl_statement_source_count(assertion);
    ZKL_ASSERT(assertion->param_count == BALANCE_PARAMS(count));
    uint64_t mode = 0;
    zkl_fr value, power, slack;
    sum_public(&value, shape, assertion, count);
    zkl_shape_next_total(shape, &power, &value);
    for (size_t i = 0; i < count; i++)
        add_table(shape, assertion, i, count, &power);
    if (assertion->table_count == count)
        return;
    (void)zkl_assertion_param_u64(&mode, &assertion->params[BALANCE_MODE(count)]); /* checked */
    slack = power;
    if (mode == ZKL_MODE_AT_LEAST)
        zkl_fr_neg(&slack, &slack);
    zkl_shape_range(shape, assertion->tables[count], false);
    zkl_shape_total_column(shape, assertion->tables[count], 0, 0, &slack);
}

const zkl_assertion_ops zkl_assertion_balance = {
    .names_roles = true,
    .check = check_balance,
    .auxiliary = auxiliary_balance,
    .compile = compile_balance,
};
