/* "sum(c)", "sum(c) >= v" and "mean(c)", "mean(c) <= p/q": two kinds, one module. A mean is a sum
 * over the number of values.
 *
 * Compiles to one assertion "sum" over codes. Its parameters wait for the data: the number of nulls
 * is always disclosed, the sum of the codes where the claim asks for the result. A code is value +
 * offset (proof-system.md section 8, "Offsets"), so
 *     sum of codes = sum of values + (rows - nulls) * offset,
 * values counted in units of the type's last decimal. A comparison becomes the least or greatest
 * whole sum that satisfies it. */
#include "claim/claim_kind.h"

/* The parameters of the assertion; the mode is one of ZKL_MODE_*. */
enum { SUM_TOTAL, SUM_NULLS, SUM_MODE, SUM_PARAMS };

typedef struct sum_body {
    unsigned mode; /* ZKL_MODE_EXACTLY of an open claim */
    zkl_quantity value;
    uint64_t null_count; /* once bound */
} sum_body;

static bool is_mean(const zkl_claim *claim)
{
    return claim->ops == &zkl_claim_kind_mean;
}

/* ---- Parsing and compiling */

/* Behind sum(c), mean(c): nothing, or a comparison and a value. Of a mean the value may be a
 * fraction. With "where" behind the column it is another kind. */
static zkl_status parse(zkl_claim_reader *r, zkl_claim *out)
{
    ZKL_TRY(zkl_claim_new_body(&out->body, r->arena, sizeof(sum_body), r->err));
    sum_body *body = out->body;
    ZKL_TRY(zkl_claim_expect(r, "("));
    ZKL_TRY(zkl_claim_read_column(r, out));
    if (zkl_claim_accept(r, "where")) {
        out->ops = is_mean(out) ? &zkl_claim_kind_mean_where : &zkl_claim_kind_sum_where;
        return out->ops->parse(r, out);
    }
    ZKL_TRY(zkl_claim_expect(r, ")"));
    out->is_open = !zkl_claim_accept_comparison(r, &body->mode);
    if (out->is_open)
        return ZKL_OK;
    return is_mean(out) ? zkl_claim_read_ratio(r, &body->value)
                        : zkl_claim_read_quantity(r, &body->value, true);
}

/* The parameters stay 0 until the claim is bound. */
static zkl_status compile(const zkl_claim_maker *m, zkl_compiled_claim *out)
{
    ZKL_TRY(zkl_claim_check_number(m, out->column, "only integers and decimals have a sum"));
    out->claim.body = zkl_arena_copy(m->arena, out->claim.body, sizeof(sum_body));
    if (!out->claim.body)
        return zkl_no_memory(m->err, sizeof(sum_body));
    zkl_claim_assertion *sum = NULL;
    ZKL_TRY(zkl_claim_add_assertion(&sum, m, out, ZKL_ASSERTION_SUM, SUM_PARAMS));
    ZKL_ASSERT(out->assertion_count == 1);
    return zkl_claim_put_named(m, &sum->sources[0], out->column);
}

/* ---- Binding */

/* The smallest (at least), largest (at most) or only (exactly) whole sum that satisfies the
 * comparison, in units of the column's last decimal: v * 10^scale * count / denominator, rounded
 * down, up for "at least". */
static zkl_status wanted_sum(const zkl_compiled_claim *claim, uint64_t value_count, zkl_exact *out,
                             zkl_error *err)
{
    const sum_body *body = claim->claim.body;
    const zkl_quantity *v = &body->value;
    ZKL_ASSERT(body->mode < ZKL_MODE_COUNT && v->denominator > 0);
    const unsigned scale = zkl_claim_schema_column(claim->scope, claim->column)->type.scale;
    const bool mean = is_mean(&claim->claim);
    const zkl_exact count = zkl_exact_of_u64(mean ? value_count : 1), one = zkl_exact_of_u64(1);
    zkl_exact above = v->digits, below = zkl_exact_of_u64(v->denominator), power, rest;
    const bool fits = zkl_exact_power_of_ten(&power, scale > v->scale ? scale - v->scale : 0) &&
                      zkl_exact_mul(&above, &above, &power) &&
                      zkl_exact_mul(&above, &above, &count) &&
                      zkl_exact_power_of_ten(&power, v->scale > scale ? v->scale - scale : 0) &&
                      zkl_exact_mul(&below, &below, &power);
    if (!fits)
        return zkl_fail(err, ZKL_LIMIT, "the value of the claim has too many digits");
    zkl_exact_divide(out, &rest, &above, &below);
    if (zkl_exact_is_zero(&rest))
        return ZKL_OK;
    if (body->mode == ZKL_MODE_EXACTLY)
        return zkl_fail(err, ZKL_REJECTED,
                        "no column of this type and row count has exactly that %s",
                        mean ? "mean" : "sum");
    if (body->mode == ZKL_MODE_AT_LEAST && !zkl_exact_add(out, out, &one))
        return zkl_fail(err, ZKL_LIMIT, "the value of the claim has too many digits");
    return ZKL_OK;
}

/* total: a bound on the sum of codes, which lies in [0, most]. A bound that none reaches is
 * false, one that all reach is empty; either could be a number that is equal mod r to another
 * one. */
static zkl_status check_reach(unsigned mode, const zkl_exact *total, const zkl_exact *most,
                              zkl_error *err)
{
    const bool below = total->negative, above = zkl_exact_compare(total, most) > 0;
    if ((mode != ZKL_MODE_AT_MOST && above) || (mode != ZKL_MODE_AT_LEAST && below))
        return zkl_fail(err, ZKL_REJECTED, "no column of this type and row count has such a sum");
    if (below || above)
        return zkl_fail(
            err, ZKL_USAGE,
            "every column of this type and row count has such a sum: the claim says nothing");
    return ZKL_OK;
}

/* The parameters may come from a statement, so from outside: each is bounded before it is used. */
static zkl_status bind(zkl_compiled_claim *claim, const zkl_scalar *params, zkl_error *err)
{
    const zkl_column *column = zkl_claim_schema_column(claim->scope, claim->column);
    const zkl_exact nulls = zkl_exact_of_bytes(params[SUM_NULLS].bytes);
    sum_body *body = claim->claim.body;
    uint64_t null_count;
    if (!zkl_exact_to_u64(&null_count, &nulls) ||
        null_count > (column->nullable ? claim->row_count : 0))
        return zkl_fail(err, ZKL_REJECTED, "more nulls than rows that may be null");
    const uint64_t value_count = claim->row_count - null_count;
    if (is_mean(&claim->claim) && !value_count)
        return zkl_fail(err, ZKL_REJECTED, "a column of nulls alone has no mean");

    /* From values to codes: each of the value_count codes is its value + offset, and at most
     * `last`. */
    const zkl_exact count = zkl_exact_of_u64(value_count),
                    offset = zkl_exact_of_u128(zkl_type_offset(&column->type)),
                    last = zkl_exact_of_u128(zkl_claim_last_code(&column->type));
    zkl_exact shift, most, total, sum;
    /* below 2^40 * 2^128 */
    ZKL_ASSERT(zkl_exact_mul(&shift, &count, &offset) && zkl_exact_mul(&most, &count, &last));
    if (claim->claim.is_open) {
        /* The result is what the parameters say, as long as rows of this type can have it. */
        total = zkl_exact_of_bytes(params[SUM_TOTAL].bytes);
        if (zkl_exact_compare(&total, &most) > 0 || !zkl_exact_sub(&sum, &total, &shift))
            return zkl_fail(err, ZKL_REJECTED,
                            "no column of this type and row count has such a sum");
        body->value = (zkl_quantity){ .digits = sum,
                                      .scale = column->type.scale,
                                      .denominator = is_mean(&claim->claim) ? value_count : 1 };
        claim->claim.is_open = false;
    } else {
        /* The bound is the claim's own: the total among the parameters is not read. */
        ZKL_TRY(wanted_sum(claim, value_count, &sum, err));
        if (!zkl_exact_add(&total, &sum, &shift))
            return zkl_fail(err, ZKL_LIMIT, "the value of the claim has too many digits");
        ZKL_TRY(check_reach(body->mode, &total, &most, err));
    }
    zkl_scalar *own = claim->assertions[0].params;
    zkl_claim_scalar(&own[SUM_TOTAL], &total);
    zkl_claim_scalar(&own[SUM_NULLS], &nulls);
    own[SUM_MODE].bytes[31] = (uint8_t)body->mode;
    body->null_count = null_count;
    return ZKL_OK;
}

/* ---- Words */

static void print(zkl_buffer *out, const zkl_claim *claim)
{
    const sum_body *body = claim->body;
    zkl_claim_put_call(out, claim);
    zkl_claim_put_comparison(out, claim, body->mode, &body->value);
}

/* A comparison is said by people; an exact value may be what the data decided. */
static void print_without_result(zkl_buffer *out, const zkl_claim *claim)
{
    const sum_body *body = claim->body;
    (body->mode == ZKL_MODE_EXACTLY ? zkl_claim_put_call : print)(out, claim);
}

/* The number of nulls is disclosed whatever the comparison. */
static void json(zkl_claim_members *out, const zkl_compiled_claim *claim)
{
    const sum_body *body = claim->claim.body;
    ZKL_ASSERT(claim->is_bound);
    zkl_claim_member_column(out, &claim->claim);
    zkl_claim_member_text(out, "comparison", zkl_bytes_of_text(zkl_claim_mode_sign(body->mode)));
    zkl_buffer_format(zkl_claim_member(out, "nulls"), "%llu", (unsigned long long)body->null_count);
    zkl_claim_member_quantity(out, "value", &body->value);
}

/* "over its 342 non-null values": without their number a mean, or a sum of few values, would
 * mislead. */
static void sentence(zkl_buffer *out, const zkl_compiled_claim *claim)
{
    const sum_body *body = claim->claim.body;
    const zkl_column *column = zkl_claim_schema_column(claim->scope, claim->column);
    ZKL_ASSERT(body->null_count <= claim->row_count);
    const unsigned long long count = claim->row_count - body->null_count;
    zkl_buffer_format(out, "the %s of ", claim->claim.ops->word);
    zkl_claim_name_print(out, column->name);
    zkl_buffer_format(out, " over its %llu %svalue%s is %s ", count,
                      column->nullable ? "non-null " : "", count == 1 ? "" : "s",
                      zkl_claim_mode_words(body->mode));
    zkl_claim_put_quantity(out, &body->value);
    zkl_claim_put_about(out, &body->value);
}

/* ---- Properties */

static zkl_claim_nulls nulls(const zkl_compiled_claim *claim)
{
    (void)claim;
    return ZKL_CLAIM_NULLS_COUNTED;
}

static zkl_claim_values values(const zkl_compiled_claim *claim)
{
    const sum_body *body = claim->claim.body;
    return (zkl_claim_values){ claim->row_count - body->null_count, true };
}

/* Which side the sum lies on, and no more: the value of a false claim is not disclosed. */
static const char *false_words(const zkl_compiled_claim *claim)
{
    static const char *const words[ZKL_MODE_COUNT][2] = {
        [ZKL_MODE_EXACTLY] = { "its values add up to something else",
                               "its values have another mean" },
        [ZKL_MODE_AT_LEAST] = { "its values add up to less", "the mean of its values is less" },
        [ZKL_MODE_AT_MOST] = { "its values add up to more", "the mean of its values is more" },
    };
    const sum_body *body = claim->claim.body;
    return words[body->mode][is_mean(&claim->claim)];
}

/* Neither is by row: the parts of a sum that was cut would be disclosed. */
#define SUM_METHODS                                                                                \
    .parse = parse, .compile = compile, .bind = bind, .print = print,                              \
    .print_bare = print_without_result, .json = json, .sentence = sentence, .nulls = nulls,        \
    .values = values, .false_words = false_words

const zkl_claim_ops zkl_claim_kind_sum = { .word = "sum", SUM_METHODS };
const zkl_claim_ops zkl_claim_kind_mean = { .word = "mean", SUM_METHODS };
