/* "count": lo, hi, n, mode. Of the rows that are not null, those with lo <= x <= hi are at least
 * (0), exactly (1), at most (2) n.
 *
 * Auxiliary: da when lo > 0, db when hi < 2^W - 1, of k limbs, x having k. With v = lo for da and
 * v = hi + 1 for db, the number x + 2^W - v lies in [0, 2^(W+1)): its limbs above the lowest are
 * committed, the lowest is a rest. So the top limb of da is the bit [x >= v], and
 *
 *   [lo <= x <= hi] = top(da) - top(db);   without da: 1 - x? - top(db), on real rows only.
 *
 * Padding and nulls have neither: their rest is 0. With mode 0 and 2 a slack q, any C numbers of
 * one limb, makes up the difference:
 *
 *   sum (top(da) - top(db)) + (mode - 1) sum q = n;   without da: sum (-x? - top(db)) + .. = n - N.
 *
 * No wrap. 2^16 da, a number of k limbs, reaches 2^(W+16), and x + 2^W - v reaches 2^(W+1): both
 * together stay below r. (A bound of 2^(W+1) alone would let da be another number mod r, whose top
 * limb is anything.) The sums lie within 2^41 of 0. */
#include "claim/assertion.h"

enum { COUNT_LO, COUNT_HI, COUNT_ROWS, COUNT_MODE, COUNT_PARAMS };

static zkl_status check_count(const zkl_assertion_facts *facts, zkl_error *err)
{
    const zkl_scalar *p = facts->params;
    const unsigned bits = zkl_assertion_x_bits(facts), limb_bits = facts->format->log_cells;
    uint64_t count, mode;
    if (facts->param_count != COUNT_PARAMS)
        return zkl_fail(err, ZKL_REJECTED, "parameters: count takes 4, not %zu",
                        facts->param_count);
    if (!zkl_assertion_param_u64(&mode, &p[COUNT_MODE]) || mode >= ZKL_MODE_COUNT)
        return zkl_fail(err, ZKL_REJECTED, "parameters: mode is not 0, 1 or 2");
    if (!zkl_assertion_param_u64(&count, &p[COUNT_ROWS]) || count > facts->sources[0]->row_count)
        return zkl_fail(err, ZKL_REJECTED, "parameters: more rows than there are");
    const zkl_wide lo = zkl_wide_of_scalar(&p[COUNT_LO]), hi = zkl_wide_of_scalar(&p[COUNT_HI]),
                   top = zkl_wide_shifted(1, bits), order = zkl_wide_field_order();
    if (zkl_wide_compare(&lo, &hi) > 0 || zkl_wide_compare(&hi, &top) >= 0)
        return zkl_fail(err, ZKL_REJECTED, "parameters: not lo <= hi < 2^%u", bits);
    zkl_wide reach = zkl_wide_shifted(1, bits + limb_bits);
    zkl_wide_add_shifted(&reach, 2, bits);
    if (zkl_wide_compare(&reach, &order) >= 0)
        return zkl_fail(err, ZKL_REJECTED,
                        "no wrap: differences of %u bits can reach the field order", bits);
    return ZKL_OK;
}

static uint64_t mode_of(const zkl_scalar *params)
{
    uint64_t mode = 0;
    (void)zkl_assertion_param_u64(&mode, &params[COUNT_MODE]); /* checked */
    return mode;
}

/* Of the sides only which there are: their limbs are x's, whatever the bounds. */
static zkl_range_sides sides_of(const zkl_scalar *params, unsigned x_limbs,
                                const zkl_proof_format *format)
{
    return zkl_assertion_range_sides(&params[COUNT_LO], &params[COUNT_HI], x_limbs, format);
}

/* da, db in one table, then the slack. */
static size_t auxiliary_count(zkl_auxiliary out[static ZKL_ASSERTION_AUXILIARY_MAX],
                              const zkl_assertion_facts *facts)
{
    const unsigned limbs = zkl_assertion_x_limbs(facts);
    const zkl_range_sides sides = sides_of(facts->params, limbs, facts->format);
    size_t count = 0;
    if (sides.below || sides.above) {
        out[count] = (zkl_auxiliary){ .row_count = facts->sources[0]->row_count };
        for (unsigned side = 0; side < 2; side++)
            if (side ? sides.above : sides.below) {
                memcpy(out[count].columns[out[count].column_count].role, side ? "db" : "da", 3);
                out[count].columns[out[count].column_count++].limb_count = limbs;
            }
        count++;
    }
    if (mode_of(facts->params) != ZKL_MODE_EXACTLY)
        out[count++] = (zkl_auxiliary){ .columns = { { "q", 1 } },
                                        .column_count = 1,
                                        .row_count = (uint64_t)1 << facts->format->log_cells };
    return count;
}

/* The rest of x + 2^W - v, of one side in one chunk. */
static void add_rest(zkl_shape *shape, const zkl_assertion *assertion, unsigned side, size_t column,
                     uint64_t chunk)
{
    const uint32_t limbs = shape->tables[assertion->tables[0]].table->columns[0].limb_count;
    zkl_rest rest = { .source = assertion->tables[0],
                      .above = assertion->tables[1],
                      .above_column = column };
    zkl_fr v;
    ZKL_ASSERT(zkl_fr_decode(&v, assertion->params[side ? COUNT_HI : COUNT_LO].bytes));
    if (side)
        zkl_fr_add(&v, &v, &ZKL_FR_ONE);
    zkl_fr_sub(&rest.one, &shape->limb[limbs], &v);
    zkl_fr_neg(&rest.null, &rest.one); /* a null is code 0: its rest is 0 */
    zkl_shape_rest(shape, &rest, chunk);
}

/* n, or n - N where rows are counted by what they are not. */
static void begin_total(zkl_shape *shape, zkl_fr *weight, const zkl_assertion *assertion,
                        bool has_below)
{
    zkl_fr value, rows;
    ZKL_ASSERT(zkl_fr_decode(&value, assertion->params[COUNT_ROWS].bytes));
    zkl_fr_from_u64(&rows, shape->tables[assertion->tables[0]].table->row_count);
    if (!has_below)
        zkl_fr_sub(&value, &value, &rows);
    zkl_shape_next_total(shape, weight, &value);
}

static void compile_count(zkl_shape *shape, unsigned tag, const zkl_assertion *assertion)
{
    (void)tag;
    const uint32_t source = assertion->tables[0];
    const zkl_table_view *x = &shape->tables[source];
    const uint32_t limbs = x->table->columns[0].limb_count;
    const zkl_range_sides sides = sides_of(assertion->params, limbs, shape->format);
    const bool sided = sides.below || sides.above;
    const uint64_t mode = mode_of(assertion->params);
    ZKL_ASSERT(assertion->table_count == 1u + sided + (mode != ZKL_MODE_EXACTLY));
    zkl_fr weight, minus;

    if (sided)
        zkl_shape_range(shape, assertion->tables[1], false);
    for (uint64_t c = 0; c < x->chunk_count; c++)
        for (unsigned side = 0, column = 0; side < 2; side++)
            if (side ? sides.above : sides.below)
                add_rest(shape, assertion, side, column++, c);

    begin_total(shape, &weight, assertion, sides.below);
    zkl_fr_neg(&minus, &weight);
    for (uint64_t c = 0; c < x->chunk_count; c++) {
        if (sides.below)
            zkl_shape_total_limb(shape, &(zkl_block_column){ assertion->tables[1], c, 0 },
                                 limbs - 1, &weight);
        else if (x->table->column_count > 1)
            zkl_shape_total_limb(shape, &(zkl_block_column){ source, c, 1 }, 0, &minus);
        if (sides.above)
            zkl_shape_total_limb(shape, &(zkl_block_column){ assertion->tables[1], c, sides.below },
                                 limbs - 1, &minus);
    }
    if (mode == ZKL_MODE_EXACTLY)
        return;
    const uint32_t slack = assertion->tables[1 + sided];
    zkl_shape_range(shape, slack, false);
    zkl_shape_total_limb(shape, &(zkl_block_column){ slack, 0, 0 }, 0,
                         mode == ZKL_MODE_AT_LEAST ? &minus : &weight);
}

const zkl_assertion_ops zkl_assertion_count = {
    .names_roles = true,
    .check = check_count,
    .auxiliary = auxiliary_count,
    .compile = compile_count,
};
