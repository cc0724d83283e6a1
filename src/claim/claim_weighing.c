/* Bits and bounds to the parameters of "where" (claim/predicate.h, claim/assertion_where.c), and
 * back to what was measured.
 *
 * A bit that is true of every code, or of none, is a number and no bit. */
#include "claim/claim_weighing.h"

#include <string.h>

#include "claim/assertion_where.h"

void zkl_weighing_put_bound(zkl_weighing *weighing,
                            const int64_t weights[static ZKL_WEIGHING_BITS_MAX], int64_t n,
                            unsigned mode)
{
    ZKL_ASSERT(weighing->bound_count < ZKL_WEIGHING_BOUNDS_MAX);
    memcpy(weighing->bounds[weighing->bound_count].weights, weights,
           ZKL_WEIGHING_BITS_MAX * sizeof *weights);
    weighing->bounds[weighing->bound_count].n = zkl_exact_of(n);
    weighing->bounds[weighing->bound_count++].mode = mode;
}

/* ---- Bits and bounds that are left */

zkl_status zkl_weighing_find_codes(const zkl_claim_maker *m, zkl_weighing *weighing)
{
    size_t count;
    ZKL_TRY(zkl_cut_code_count(m, &weighing->columns, &count));
    weighing->code_count = count;
    weighing->codes = ZKL_ARENA_NEW(m->arena, uint8_t, count);
    if (!weighing->codes)
        return zkl_no_memory(m->err, count);
    for (size_t code = 0; code < count; code++) {
        uint32_t digits[ZKL_SAID_COLUMNS_MAX];
        zkl_cut_digits(digits, &weighing->columns, code);
        for (size_t bit = 0; bit < weighing->bit_count; bit++)
            if (weighing->holds(weighing, bit, digits)) {
                weighing->codes[code] |= (uint8_t)(1 << bit);
                weighing->true_count[bit]++;
            }
    }
    return ZKL_OK;
}

zkl_status zkl_weighing_find_predicate(const zkl_claim_maker *m, zkl_weighing *weighing)
{
    ZKL_TRY(zkl_weighing_find_codes(m, weighing));
    return weighing->true_count[0] && weighing->true_count[0] < weighing->code_count
               ? ZKL_OK
               : zkl_fail(m->err, ZKL_USAGE, "%s row can satisfy the predicate",
                          weighing->true_count[0] ? "every" : "no");
}

/* Is the bit true of some codes, and not of all? */
static bool is_open_bit(const zkl_weighing *weighing, size_t bit)
{
    return weighing->true_count[bit] > 0 && weighing->true_count[bit] < weighing->code_count;
}

/* Bits that are numbers leave the bounds: n -= w N for those that are always true. A bound without
 * bits is true or false by itself. */
static zkl_status fold_bounds(const zkl_claim_maker *m, zkl_weighing *weighing, uint64_t rows)
{
    size_t kept = 0;
    for (size_t i = 0; i < weighing->bound_count; i++) {
        bool has_bits = false;
        for (size_t bit = 0; bit < weighing->bit_count; bit++) {
            int64_t *weight = &weighing->bounds[i].weights[bit];
            zkl_exact part = zkl_exact_of(*weight), count = zkl_exact_of_u64(rows);
            if (is_open_bit(weighing, bit)) {
                has_bits |= *weight != 0;
                continue;
            }
            if (weighing->true_count[bit]) /* below 2^30 2^40 */
                ZKL_ASSERT(zkl_exact_mul(&part, &part, &count) &&
                           zkl_exact_sub(&weighing->bounds[i].n, &weighing->bounds[i].n, &part));
            *weight = 0;
        }
        const zkl_exact zero = zkl_exact_of(0);
        const int order = zkl_exact_compare(&zero, &weighing->bounds[i].n);
        const bool holds = weighing->bounds[i].mode == ZKL_MODE_EXACTLY    ? order == 0
                           : weighing->bounds[i].mode == ZKL_MODE_AT_LEAST ? order >= 0
                                                                           : order <= 0;
        if (has_bits)
            weighing->bounds[kept++] = weighing->bounds[i];
        else if (ZKL_NEVER(!holds)) /* the constant is one of the type's, and there is a row */
            return zkl_fail(m->err, ZKL_REJECTED, "no column of this type is like that");
    }
    weighing->bound_count = kept;
    return kept || weighing->has_sum
               ? ZKL_OK
               : zkl_fail(m->err, ZKL_USAGE,
                          "every column of this type is like that: the claim says nothing");
}

/* Does some bound weigh the bit, or is its column summed? */
static bool is_used(const zkl_weighing *weighing, size_t bit)
{
    bool used = weighing->has_sum && bit == 0;
    for (size_t i = 0; i < weighing->bound_count; i++)
        used |= weighing->bounds[i].weights[bit] != 0;
    return used;
}

/* ---- The assertion */

#define COLUMNS_MAX (ZKL_SAID_COLUMNS_MAX + 1)

static size_t place_of(const uint32_t *columns, size_t count, uint32_t column)
{
    size_t at = 0;
    while (at < count && columns[at] != column)
        at++;
    return at;
}

/* Columns that bits hang on, and the one that is summed, ascending. */
static size_t find_columns(uint32_t out[static COLUMNS_MAX], const zkl_weighing *weighing)
{
    size_t count = weighing->columns.count, at = count;
    for (size_t i = 0; i < count; i++)
        out[i] = weighing->columns.items[i].column;
    if (!weighing->has_sum || place_of(out, count, weighing->summand) < count)
        return count;
    for (; at > 0 && out[at - 1] > weighing->summand; at--)
        out[at] = out[at - 1];
    out[at] = weighing->summand;
    return count + 1;
}

/* The column that is summed has a role of its own, and its flag too. columns: of the schema. */
static void name_summand(const zkl_claim_maker *m, zkl_claim_source *source,
                         const uint32_t *columns, size_t place)
{
    size_t at = place;
    for (size_t i = 0; i < place; i++)
        at += zkl_claim_schema_column(m->scope, columns[i])->nullable;
    source->columns[at].role = zkl_bytes_of_text("x0");
    if (zkl_claim_schema_column(m->scope, columns[place])->nullable)
        source->columns[at + 1].role = zkl_bytes_of_text("x0?");
}

static void put_number(zkl_scalar *params, size_t *at, uint64_t value)
{
    zkl_claim_scalar_u64(&params[(*at)++], value);
}

/* In the order of claim/predicate.h and claim/assertion_where.c. columns: of the source, without
 * flags. */
static void put_parameters(const zkl_claim_maker *m, zkl_claim_assertion *made,
                           const zkl_weighing *weighing, const uint32_t *columns, size_t count)
{
    uint32_t places[ZKL_SAID_COLUMNS_MAX];
    zkl_scalar *params = made->params;
    size_t used_count = 0;
    for (size_t i = 0; i < weighing->columns.count; i++)
        places[i] = (uint32_t)place_of(columns, count, weighing->columns.items[i].column);
    for (size_t bit = 0; bit < weighing->bit_count; bit++)
        used_count += is_used(weighing, bit);
    size_t at = zkl_cut_put_conditions(params, &weighing->columns, places);
    put_number(params, &at, used_count);
    for (size_t bit = 0; bit < weighing->bit_count; bit++) {
        if (!is_used(weighing, bit))
            continue;
        put_number(params, &at, weighing->true_count[bit]);
        for (size_t code = 0; code < weighing->code_count; code++)
            if (weighing->codes[code] >> bit & 1)
                put_number(params, &at, code);
    }
    put_number(params, &at, weighing->bound_count);
    for (size_t i = 0; i < weighing->bound_count; i++) {
        for (size_t bit = 0; bit < weighing->bit_count; bit++) {
            const zkl_exact weight = zkl_exact_of(weighing->bounds[i].weights[bit]);
            if (is_used(weighing, bit))
                zkl_claim_scalar(&params[at++], &weight);
        }
        zkl_claim_scalar(&params[at++], &weighing->bounds[i].n);
        put_number(params, &at, weighing->bounds[i].mode);
    }
    if (weighing->has_sum) {
        const zkl_column *c = zkl_claim_schema_column(m->scope, weighing->summand);
        const zkl_exact offset = zkl_exact_of_u128(zkl_type_offset(&c->type));
        zkl_claim_scalar(&params[at + ZKL_WHERE_SUM_OFFSET], &offset);
        at += ZKL_WHERE_SUM_PARAMS;
    }
    ZKL_ASSERT(at == made->param_count);
}

static size_t count_parameters(const zkl_weighing *weighing)
{
    size_t used_count = 0, count = zkl_cut_condition_params(&weighing->columns) + 2;
    for (size_t bit = 0; bit < weighing->bit_count; bit++)
        if (is_used(weighing, bit)) {
            used_count++;
            count += 1 + weighing->true_count[bit];
        }
    return count + weighing->bound_count * (used_count + 2) +
           (weighing->has_sum ? ZKL_WHERE_SUM_PARAMS : 0);
}

zkl_status zkl_weighing_assert(const zkl_claim_maker *m, zkl_compiled_claim *out,
                               zkl_weighing *weighing)
{
    uint32_t columns[COLUMNS_MAX];
    zkl_claim_assertion *made = NULL;
    if (!weighing->codes)
        ZKL_TRY(zkl_weighing_find_codes(m, weighing));
    ZKL_TRY(fold_bounds(m, weighing, out->row_count));
    ZKL_ASSERT(!weighing->has_sum || is_open_bit(weighing, 0));
    const size_t column_count = find_columns(columns, weighing), count = count_parameters(weighing);
    if (count > ZKL_STATEMENT_PARAMS_MAX)
        return zkl_fail(m->err, ZKL_LIMIT,
                        "the predicate takes %zu numbers in the statement, at most %d", count,
                        ZKL_STATEMENT_PARAMS_MAX);
    ZKL_TRY(zkl_claim_add_assertion(&made, m, out, ZKL_ASSERTION_WHERE, count));
    ZKL_TRY(zkl_claim_put_numbered(m, &made->sources[0], columns, column_count));
    if (weighing->has_sum)
        name_summand(m, &made->sources[0], columns,
                     place_of(columns, column_count, weighing->summand));
    put_parameters(m, made, weighing, columns, column_count);
    return zkl_claim_check_assertion(m, made, "the predicate is too wide for a proof");
}

/* ---- What the data decide */

/* The parameters of a sum stand last. */
static size_t sum_params(const zkl_claim_assertion *assertion)
{
    const zkl_claim_source *source = &assertion->sources[0];
    bool has_sum = false;
    for (size_t i = 0; i < source->column_count; i++)
        has_sum |= zkl_bytes_equal_text(source->columns[i].role, "x0");
    return has_sum ? ZKL_WHERE_SUM_PARAMS : 0;
}

zkl_status zkl_weighing_bind_count(uint64_t *out, zkl_claim_assertion *assertion,
                                   const zkl_scalar *params, uint64_t most, zkl_error *err)
{
    const size_t at = assertion->param_count - sum_params(assertion) - 2; /* n, mode */
    const zkl_exact stated = zkl_exact_of_bytes(params[at].bytes);
    if (!zkl_exact_to_u64(out, &stated) || *out > most)
        return zkl_fail(err, ZKL_REJECTED, "more rows than there are");
    zkl_claim_scalar(&assertion->params[at], &stated);
    return ZKL_OK;
}

/* Values lie between -offset and last - offset, and some or all of them are summed. */
zkl_status zkl_weighing_bind_sum(zkl_exact *out, zkl_claim_assertion *assertion,
                                 const zkl_scalar *params, const zkl_type *type,
                                 uint64_t value_count, zkl_error *err)
{
    const size_t at = assertion->param_count - ZKL_WHERE_SUM_PARAMS + ZKL_WHERE_SUM_TOTAL;
    zkl_exact least, most;
    ZKL_ASSERT(sum_params(assertion) > 0);
    zkl_claim_sum_range(&least, &most, type, value_count);
    zkl_claim_signed(out, &params[at]);
    if (zkl_exact_compare(out, &least) < 0 || zkl_exact_compare(out, &most) > 0)
        return zkl_fail(err, ZKL_REJECTED, "no column of this type and row count has such a sum");
    assertion->params[at] = params[at];
    return ZKL_OK;
}
