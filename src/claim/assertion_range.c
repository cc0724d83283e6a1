/* "range": lo, hi, nulls. lo <= x <= hi in every row; null rows are passed over (1) or refused (0).
 *
 * x - lo and hi - x are numbers of j limbs, j = limbs of hi - lo. The limbs above the lowest are
 * committed as auxiliary columns da, db; the lowest is a rest, never committed:
 *   x - 2^16 da - lo,   hi - x - 2^16 db   lie in [0, C).
 * A null has the weight -one (0 then) or -2^W (negative). */
#include "claim/assertion.h"

enum { RANGE_LO, RANGE_HI, RANGE_NULLS, RANGE_PARAMS };

/* Limbs of hi - lo above the lowest: hi - lo < 2^(16 j) takes j limbs, the lowest of which is a
 * rest. One that is 0 needs none. */
zkl_range_sides zkl_assertion_range_sides(const zkl_scalar *lo, const zkl_scalar *hi,
                                          unsigned x_limbs, const zkl_proof_format *format)
{
    const zkl_wide low = zkl_wide_of_scalar(lo), high = zkl_wide_of_scalar(hi);
    const zkl_wide top = zkl_wide_shifted(1, format->log_cells * x_limbs),
                   one = zkl_wide_shifted(1, 0);
    const zkl_wide last = zkl_wide_minus(&top, &one), width = zkl_wide_minus(&high, &low);
    const unsigned bits = zkl_wide_bits(&width);
    return (zkl_range_sides){ .below = !zkl_wide_is_zero(&low),
                              .above = zkl_wide_compare(&high, &last) < 0,
                              .limb_count = bits ? (bits - 1) / format->log_cells : 0 };
}

/* lo <= hi < 2^W, a flag where nulls are spoken of, and 2 * 2^W < r: then x - lo and hi - x,
 * which lie within 2^W of 0, are numbers of j limbs only when they are not negative. */
static zkl_status check_range(const zkl_assertion_facts *facts, zkl_error *err)
{
    const zkl_scalar *p = facts->params;
    const unsigned bits = zkl_assertion_x_bits(facts);
    if (facts->param_count != RANGE_PARAMS)
        return zkl_fail(err, ZKL_REJECTED, "parameters: range takes 3, not %zu",
                        facts->param_count);
    const zkl_wide lo = zkl_wide_of_scalar(&p[RANGE_LO]), hi = zkl_wide_of_scalar(&p[RANGE_HI]);
    const zkl_wide top = zkl_wide_shifted(1, bits), twice = zkl_wide_shifted(2, bits),
                   order = zkl_wide_field_order();
    uint64_t nulls;
    if (zkl_wide_compare(&lo, &hi) > 0 || zkl_wide_compare(&hi, &top) >= 0)
        return zkl_fail(err, ZKL_REJECTED, "parameters: not lo <= hi < 2^%u", bits);
    if (!zkl_assertion_param_u64(&nulls, &p[RANGE_NULLS]) ||
        nulls > (zkl_assertion_x_nullable(facts) ? 1 : 0))
        return zkl_fail(err, ZKL_REJECTED,
                        "parameters: nulls is not 0, or 1 for a nullable column");
    if (zkl_wide_compare(&twice, &order) >= 0)
        return zkl_fail(err, ZKL_REJECTED,
                        "no wrap: differences of %u bits can reach the field order", bits);
    const zkl_range_sides sides = zkl_assertion_range_sides(
        &p[RANGE_LO], &p[RANGE_HI], zkl_assertion_x_limbs(facts), facts->format);
    if (!sides.below && !sides.above)
        return zkl_fail(err, ZKL_REJECTED, "parameters: the range holds every value");
    return ZKL_OK;
}

/* One table for both sides: its columns are da, db or one of them. */
static size_t auxiliary_range(zkl_auxiliary out[static ZKL_ASSERTION_AUXILIARY_MAX],
                              const zkl_assertion_facts *facts)
{
    const zkl_range_sides sides =
        zkl_assertion_range_sides(&facts->params[RANGE_LO], &facts->params[RANGE_HI],
                                  zkl_assertion_x_limbs(facts), facts->format);
    if (!sides.limb_count)
        return 0;
    out[0] = (zkl_auxiliary){ .row_count = facts->sources[0]->row_count };
    for (unsigned side = 0; side < 2; side++)
        if (side ? sides.above : sides.below) {
            memcpy(out[0].columns[out[0].column_count].role, side ? "db" : "da", 3);
            out[0].columns[out[0].column_count++].limb_count = sides.limb_count;
        }
    return 1;
}

/* side 0: x - lo, side 1: hi - x. First the range leaves of the auxiliary limbs, then the rests
 * chunk by chunk, da's before db's. */
static void compile_range(zkl_shape *shape, unsigned tag, const zkl_assertion *assertion)
{
    (void)tag;
    const zkl_table_view *x = &shape->tables[assertion->tables[0]];
    const zkl_scalar *p = assertion->params;
    ZKL_ASSERT(assertion->param_count == RANGE_PARAMS && assertion->table_count <= 2);
    const uint32_t limbs = x->table->columns[0].limb_count;
    const zkl_range_sides sides =
        zkl_assertion_range_sides(&p[RANGE_LO], &p[RANGE_HI], limbs, shape->format);
    const bool skip_nulls = p[RANGE_NULLS].bytes[31] == 1;
    zkl_fr one[2], null[2];

    ZKL_ASSERT(zkl_fr_decode(&one[0], p[RANGE_LO].bytes) &&
               zkl_fr_decode(&one[1], p[RANGE_HI].bytes));
    zkl_fr_neg(&one[0], &one[0]);
    /* A null is code 0: its rest would be `one`. Passed over, -one makes it 0; refused, -2^W
     * makes it negative. */
    for (unsigned side = 0; side < 2; side++)
        zkl_fr_neg(&null[side], skip_nulls ? &one[side] : &shape->limb[limbs]);

    if (assertion->table_count > 1)
        zkl_shape_range(shape, assertion->tables[1], false);
    for (uint64_t c = 0; c < x->chunk_count; c++)
        for (unsigned side = 0, column = 0; side < 2; side++) {
            if (!(side ? sides.above : sides.below))
                continue;
            const zkl_rest rest = {
                .source = assertion->tables[0],
                .minus_x = side == 1,
                .above = assertion->table_count > 1 ? assertion->tables[1] : ZKL_TABLE_NONE,
                .above_column = column++,
                .one = one[side],
                .null = null[side],
            };
            zkl_shape_rest(shape, &rest, c);
        }
}

const zkl_assertion_ops zkl_assertion_range = {
    .names_roles = true,
    .check = check_range,
    .auxiliary = auxiliary_range,
    .compile = compile_range,
};
