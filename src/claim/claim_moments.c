/* "variance(c) >= v" and its like: what follows from the number of values, their sums and the sums
 * of their products. All of these are disclosed, and so the result is, whatever is compared.
 *
 *   variance(c)         (n S_cc - S_c^2) / n^2
 *   stddev(c)           its root
 *   mean_square(c)      (sum of the squares of the values) / n
 *   rmse(c)             its root: of residuals, the root mean square error
 *   covariance(a, b)    (n S_ab - S_a S_b) / n^2
 *   correlation(a, b)   (n S_ab - S_a S_b) / sqrt((n S_aa - S_a^2) (n S_bb - S_b^2))
 *
 * These are of a population: divided by n, not by n - 1.
 *
 * n is the number of rows that are not null. S are sums over codes. A code is value + offset, and
 * what is about the mean is the same of codes and of values; for the others
 *   sum of values = S_a - n o_a,   of their products = S_ab - o_b S_a - o_a S_b + n o_a o_b.
 * Values are counted in units of their type's last decimal.
 *
 * Compiles to `linear` (two columns have their nulls in the same rows, else a product would be of
 * other rows than the sums), `sum` for each column, `product` of a and b, and for a correlation of
 * each with itself. All of them stand in one statement, and their parameters wait for the data.
 *
 * Roots and fractions are compared by multiplying out, exactly. */
#include "claim/claim_kind.h"

#include <string.h>

#include "base/memory.h"

/* Parameters of "sum". */
enum { SUM_TOTAL, SUM_NULLS, SUM_MODE, SUM_PARAMS };
/* 16 limbs, 256 bits, are no field element; types have 1, 2, 4 or 8. */
#define PRODUCT_LIMBS_MAX 12

typedef enum value_form {
    FORM_PLAIN,      /* v, p/q */
    FORM_ROOT,       /* sqrt(v), sqrt(p/q): of a root */
    FORM_OVER_ROOTS, /* p/sqrt(a*b): of a correlation */
} value_form;

/* Sums over the rows with values: of codes, and once shifted by the offsets of values. */
typedef struct moment_sums {
    uint64_t count;
    zkl_exact x, y, xy, xx, yy; /* of one column x is y, and xx is xy */
} moment_sums;

typedef struct moments_body {
    unsigned mode; /* ZKL_MODE_EXACTLY of an open claim */
    value_form form;
    zkl_quantity value;
    zkl_exact radicands[2]; /* of FORM_OVER_ROOTS */
    /* In the schema; equal of a claim on one column. Once compiled. */
    uint32_t x, y;
    /* Once bound. */
    uint64_t null_count;
    moment_sums codes, values;
} moments_body;

static bool is_kind(const zkl_claim *claim, const zkl_claim_ops *ops)
{
    return claim->ops == ops;
}

/* A root, whose square is what is found and compared. */
static bool is_root(const zkl_claim *claim)
{
    return is_kind(claim, &zkl_claim_kind_stddev) || is_kind(claim, &zkl_claim_kind_rmse);
}

/* Of values and not about their mean. */
static bool is_about_zero(const zkl_claim *claim)
{
    return is_kind(claim, &zkl_claim_kind_mean_square) || is_kind(claim, &zkl_claim_kind_rmse);
}

static bool is_of_two(const zkl_claim *claim)
{
    return is_kind(claim, &zkl_claim_kind_covariance) ||
           is_kind(claim, &zkl_claim_kind_correlation);
}

/* ---- Reading */

/* "p/q" behind p; "p/sqrt(a*b)" of a correlation. */
static zkl_status read_denominator(zkl_claim_reader *r, moments_body *body, bool may_have_roots)
{
    const size_t start = r->at;
    zkl_quantity radicand;
    if (!may_have_roots || !zkl_claim_accept(r, "sqrt")) {
        ZKL_TRY(zkl_claim_read_count(r, &body->value.denominator));
        return body->value.denominator ? ZKL_OK
                                       : zkl_claim_fail_at(r, start, "the denominator is 0");
    }
    body->form = FORM_OVER_ROOTS;
    for (size_t i = 0; i < 2; i++) {
        ZKL_TRY(zkl_claim_expect(r, i ? "*" : "("));
        ZKL_TRY(zkl_claim_read_quantity(r, &radicand, false));
        body->radicands[i] = radicand.digits;
        if (radicand.scale || body->value.scale || zkl_exact_is_zero(&radicand.digits))
            return zkl_claim_fail_at(r, start, "whole numbers expected, none of the two 0");
    }
    return zkl_claim_expect(r, ")");
}

static zkl_status read_value(zkl_claim_reader *r, moments_body *body, const zkl_claim *claim)
{
    const bool root = is_root(claim) && zkl_claim_accept(r, "sqrt");
    if (root) {
        body->form = FORM_ROOT;
        ZKL_TRY(zkl_claim_expect(r, "("));
    }
    /* the others are never negative, so that no bound below 0 says anything */
    ZKL_TRY(zkl_claim_read_quantity(r, &body->value, is_of_two(claim)));
    if (zkl_claim_accept(r, "/"))
        ZKL_TRY(read_denominator(r, body, is_kind(claim, &zkl_claim_kind_correlation)));
    return root ? zkl_claim_expect(r, ")") : ZKL_OK;
}

static zkl_status parse(zkl_claim_reader *r, zkl_claim *out)
{
    ZKL_TRY(zkl_claim_new_body(&out->body, r->arena, sizeof(moments_body), r->err));
    moments_body *body = out->body;
    ZKL_TRY(zkl_claim_expect(r, "("));
    ZKL_TRY(zkl_claim_read_column(r, out));
    if (is_of_two(out)) {
        ZKL_TRY(zkl_claim_expect(r, ","));
        ZKL_TRY(zkl_claim_read_column(r, out));
    }
    ZKL_TRY(zkl_claim_expect(r, ")"));
    out->is_open = !zkl_claim_accept_comparison(r, &body->mode);
    return out->is_open ? ZKL_OK : read_value(r, body, out);
}

/* ---- Comparing */

/* Factors of a product, or of what stands below it. */
typedef struct factors {
    zkl_exact of[ZKL_EXACT_FACTORS_MAX];
    size_t count;
} factors;

static void put_factor(factors *out, const zkl_exact *factor, unsigned times)
{
    for (unsigned i = 0; i < times; i++) {
        ZKL_ASSERT(out->count < ZKL_EXACT_FACTORS_MAX);
        out->of[out->count++] = *factor;
    }
}

/* Of a scale of at most 76. */
static void put_power_of_ten(factors *out, unsigned scale, unsigned times)
{
    zkl_exact power;
    ZKL_ASSERT(zkl_exact_power_of_ten(&power, scale));
    put_factor(out, &power, times);
}

/* p / (q 10^s), to a power, beside what stands in *left over *right: both are multiplied by what is
 * below the other. */
static void put_value(factors *left, factors *right, const moments_body *body, unsigned power)
{
    const zkl_exact q = zkl_exact_of_u64(body->value.denominator);
    put_factor(right, &body->value.digits, power);
    if (body->form == FORM_OVER_ROOTS) { /* squared: power is 2 */
        put_factor(left, &body->radicands[0], 1);
        put_factor(left, &body->radicands[1], 1);
        return;
    }
    put_factor(left, &q, power);
    put_power_of_ten(left, body->value.scale, power);
}

static int sign_of(const zkl_exact *a)
{
    return zkl_exact_is_zero(a) ? 0 : a->negative ? -1 : 1;
}

static int compare(const factors *left, const factors *right)
{
    return zkl_exact_compare_products(left->of, left->count, right->of, right->count);
}

/* A correlation's numerator over the root of the two, beside the value: -1, 0, 1. Of one sign their
 * squares are compared, of negative ones the other way round. */
static int compare_correlation(const moments_body *body, const zkl_exact *numerator,
                               const zkl_exact radicands[static 2])
{
    factors left = { .count = 0 }, right = { .count = 0 };
    const int sign = sign_of(numerator), value_sign = sign_of(&body->value.digits);
    if (sign != value_sign)
        return sign < value_sign ? -1 : 1;
    put_factor(&left, numerator, 2);
    put_factor(&right, &radicands[0], 1);
    put_factor(&right, &radicands[1], 1);
    put_value(&left, &right, body, 2);
    return compare(&left, &right) * (sign < 0 ? -1 : 1);
}

/* ---- Compiling */

/* A value of a correlation that none exceeds, or none reaches; a bound of 0 from below on what is
 * never negative. */
static zkl_status check_says(const zkl_claim_maker *m, const zkl_claim *claim)
{
    const moments_body *body = claim->body;
    const zkl_exact one[2] = { zkl_exact_of(1), zkl_exact_of(1) }, minus = zkl_exact_of(-1);
    if (is_kind(claim, &zkl_claim_kind_correlation)) {
        const int beside_1 = compare_correlation(body, &one[0], one),
                  beside_minus_1 = compare_correlation(body, &minus, one);
        const bool above = beside_1<0, below = beside_minus_1> 0;
        if ((above && body->mode != ZKL_MODE_AT_MOST) || (below && body->mode != ZKL_MODE_AT_LEAST))
            return zkl_fail(m->err, ZKL_REJECTED, "a correlation lies between -1 and 1");
        if ((body->mode == ZKL_MODE_AT_MOST && beside_1 <= 0) ||
            (body->mode == ZKL_MODE_AT_LEAST && beside_minus_1 >= 0))
            return zkl_fail(m->err, ZKL_USAGE,
                            "a correlation lies between -1 and 1: the claim says nothing");
    } else if (!is_of_two(claim) && body->mode == ZKL_MODE_AT_LEAST &&
               zkl_exact_is_zero(&body->value.digits)) {
        return zkl_fail(m->err, ZKL_USAGE, "it is never below 0: the claim says nothing");
    }
    return ZKL_OK;
}

static zkl_status check_column(const zkl_claim_maker *m, uint32_t column)
{
    return zkl_claim_check_number(m, column, "only integers and decimals have this");
}

static unsigned limbs_of(const zkl_claim_maker *m, uint32_t column)
{
    return zkl_type_limbs(&zkl_claim_schema_column(m->scope, column)->type);
}

static zkl_status add_sum(const zkl_claim_maker *m, zkl_compiled_claim *out, uint32_t column)
{
    zkl_claim_assertion *sum = NULL;
    ZKL_TRY(zkl_claim_add_assertion(&sum, m, out, ZKL_ASSERTION_SUM, SUM_PARAMS));
    sum->params[SUM_MODE].bytes[31] = ZKL_MODE_EXACTLY;
    return zkl_claim_put_named(m, &sum->sources[0], column);
}

/* Of two columns the narrower one stands second: it takes the leaves. */
static zkl_status add_product(const zkl_claim_maker *m, zkl_compiled_claim *out, uint32_t a,
                              uint32_t b)
{
    zkl_claim_assertion *product = NULL;
    if (limbs_of(m, a) + limbs_of(m, b) > PRODUCT_LIMBS_MAX)
        return zkl_claim_fail_column(
            m, ZKL_NOT_SUPPORTED, a,
            "sums of its products can be larger than a proof counts; declare at most 18 digits");
    ZKL_TRY(zkl_claim_add_joint_assertion(&product, m, out, ZKL_ASSERTION_PRODUCT, 1, 2));
    for (size_t i = 0; i < 2; i++)
        product->sources[i] =
            (zkl_claim_source){ .first_row = out->first_row, .row_count = out->row_count };
    const bool turned = limbs_of(m, a) < limbs_of(m, b);
    ZKL_TRY(zkl_claim_put_named(m, &product->sources[0], turned ? b : a));
    return zkl_claim_put_named(m, &product->sources[1], turned ? a : b);
}

/* Totals and nulls stay 0 until the claim is bound. */
static zkl_status compile(const zkl_claim_maker *m, zkl_compiled_claim *out)
{
    out->claim.body = zkl_arena_copy(m->arena, out->claim.body, sizeof(moments_body));
    if (!out->claim.body)
        return zkl_no_memory(m->err, sizeof(moments_body));
    moments_body *body = out->claim.body;
    const bool of_two = is_of_two(&out->claim);
    body->x = body->y = out->column;
    ZKL_TRY(check_column(m, body->x));
    if (of_two) {
        ZKL_TRY(zkl_claim_find_column(m, &out->claim.columns[1], &body->y));
        if (body->x == body->y)
            return zkl_claim_fail_column(m, ZKL_USAGE, body->x, "named twice");
        ZKL_TRY(check_column(m, body->y));
    }
    if (!out->claim.is_open)
        ZKL_TRY(check_says(m, &out->claim));
    if (of_two)
        ZKL_TRY(zkl_claim_same_nulls(m, out, body->x, body->y));
    ZKL_TRY(add_sum(m, out, body->x));
    if (of_two)
        ZKL_TRY(add_sum(m, out, body->y));
    ZKL_TRY(add_product(m, out, body->x, body->y));
    if (!is_kind(&out->claim, &zkl_claim_kind_correlation))
        return ZKL_OK;
    ZKL_TRY(add_product(m, out, body->x, body->x));
    return add_product(m, out, body->y, body->y);
}

/* ---- Binding: parameters may come from a statement, so from outside */

static zkl_status fail_sums(zkl_error *err)
{
    return zkl_fail(err, ZKL_REJECTED, "no columns of these types and row count have such sums");
}

static zkl_status fail_nulls(zkl_error *err)
{
    return zkl_fail(err, ZKL_REJECTED, "its columns do not have their nulls in the same rows");
}

static zkl_status fail_digits(zkl_error *err)
{
    return zkl_fail(err, ZKL_LIMIT, "the sums of the claim have too many digits");
}

/* The parameters of all assertions, and the next one to be read. */
typedef struct params_reader {
    const zkl_scalar *params;
    size_t at;
} params_reader;

/* The sum of a column's codes and its nulls, each bounded: count codes of at most `last`. */
static zkl_status read_sum(zkl_exact *out, uint64_t *nulls, params_reader *reader,
                           const zkl_compiled_claim *claim, uint32_t column, zkl_error *err)
{
    const zkl_column *c = zkl_claim_schema_column(claim->scope, column);
    const zkl_scalar *params = reader->params + reader->at;
    const zkl_exact stated = zkl_exact_of_bytes(params[SUM_NULLS].bytes),
                    last = zkl_exact_of_u128(zkl_claim_last_code(&c->type));
    zkl_exact most;
    reader->at += SUM_PARAMS;
    *out = zkl_exact_of_bytes(params[SUM_TOTAL].bytes);
    if (!zkl_exact_to_u64(nulls, &stated) || *nulls > (c->nullable ? claim->row_count : 0))
        return zkl_fail(err, ZKL_REJECTED, "more nulls than rows that may be null");
    const zkl_exact count = zkl_exact_of_u64(claim->row_count - *nulls);
    ZKL_ASSERT(zkl_exact_mul(&most, &count, &last)); /* below 2^40 2^128 */
    return zkl_exact_compare(out, &most) > 0 ? fail_sums(err) : ZKL_OK;
}

/* A sum of products of codes, bounded by as many products of the last ones. */
static zkl_status read_product(zkl_exact *out, params_reader *reader,
                               const zkl_compiled_claim *claim, uint32_t a, uint32_t b,
                               zkl_error *err)
{
    const moments_body *body = claim->claim.body;
    const zkl_exact last[2] = {
        zkl_exact_of_u128(zkl_claim_last_code(&zkl_claim_schema_column(claim->scope, a)->type)),
        zkl_exact_of_u128(zkl_claim_last_code(&zkl_claim_schema_column(claim->scope, b)->type)),
    };
    const zkl_exact most[3] = { zkl_exact_of_u64(body->codes.count), last[0], last[1] };
    *out = zkl_exact_of_bytes(reader->params[reader->at++].bytes);
    return zkl_exact_compare_products(out, 1, most, 3) > 0 ? fail_sums(err) : ZKL_OK;
}

/* Everything that is stated, in the order of the assertions. */
static zkl_status read_codes(zkl_compiled_claim *claim, const zkl_scalar *params, zkl_error *err)
{
    moments_body *body = claim->claim.body;
    moment_sums *codes = &body->codes;
    params_reader reader = { params, 0 };
    uint64_t nulls[2];
    if (claim->assertions[0].kind == ZKL_ASSERTION_LINEAR)
        reader.at += claim->assertions[0].param_count;
    ZKL_TRY(read_sum(&codes->x, &nulls[0], &reader, claim, body->x, err));
    codes->y = codes->x;
    nulls[1] = nulls[0];
    if (is_of_two(&claim->claim))
        ZKL_TRY(read_sum(&codes->y, &nulls[1], &reader, claim, body->y, err));
    if (nulls[0] != nulls[1])
        return fail_nulls(err);
    body->null_count = nulls[0];
    codes->count = claim->row_count - nulls[0];
    if (!codes->count)
        return zkl_fail(err, ZKL_REJECTED, "there is no value that it could be of");
    ZKL_TRY(read_product(&codes->xy, &reader, claim, body->x, body->y, err));
    codes->xx = codes->yy = codes->xy;
    if (is_kind(&claim->claim, &zkl_claim_kind_correlation)) {
        ZKL_TRY(read_product(&codes->xx, &reader, claim, body->x, body->x, err));
        ZKL_TRY(read_product(&codes->yy, &reader, claim, body->y, body->y, err));
    }
    ZKL_ASSERT(reader.at == zkl_claim_param_count(claim));
    return ZKL_OK;
}

/* n s_ab - s_a s_b. */
static bool about_the_mean(zkl_exact *out, const zkl_exact *n, const zkl_exact *s_ab,
                           const zkl_exact *s_a, const zkl_exact *s_b)
{
    zkl_exact both;
    return zkl_exact_mul(out, n, s_ab) && zkl_exact_mul(&both, s_a, s_b) &&
           zkl_exact_sub(out, out, &both);
}

/* s - n o: the sum of values of that of codes. */
static bool without_offset(zkl_exact *out, const zkl_exact *s, const zkl_exact *n,
                           const zkl_exact *offset)
{
    zkl_exact shift;
    return zkl_exact_mul(&shift, n, offset) && zkl_exact_sub(out, s, &shift);
}

/* s_ab - o_b s_a - o_a (s_b - n o_b), the sum of (a - o_a)(b - o_b); b_values = s_b - n o_b. */
static bool product_of_values(zkl_exact *out, const zkl_exact *s_ab, const zkl_exact *s_a,
                              const zkl_exact *b_values, const zkl_exact offsets[static 2])
{
    zkl_exact a, b;
    return zkl_exact_mul(&a, &offsets[1], s_a) && zkl_exact_mul(&b, &offsets[0], b_values) &&
           zkl_exact_sub(out, s_ab, &a) && zkl_exact_sub(out, out, &b);
}

static zkl_status find_values(zkl_compiled_claim *claim, zkl_error *err)
{
    moments_body *body = claim->claim.body;
    const moment_sums *codes = &body->codes;
    moment_sums *values = &body->values;
    const zkl_exact n = zkl_exact_of_u64(codes->count);
    const zkl_exact offset[2] = {
        zkl_exact_of_u128(zkl_type_offset(&zkl_claim_schema_column(claim->scope, body->x)->type)),
        zkl_exact_of_u128(zkl_type_offset(&zkl_claim_schema_column(claim->scope, body->y)->type)),
    };
    const zkl_exact of_x[2] = { offset[0], offset[0] }, of_y[2] = { offset[1], offset[1] };
    values->count = codes->count;
    const bool fits = without_offset(&values->x, &codes->x, &n, &offset[0]) &&
                      without_offset(&values->y, &codes->y, &n, &offset[1]) &&
                      product_of_values(&values->xy, &codes->xy, &codes->x, &values->y, offset) &&
                      product_of_values(&values->xx, &codes->xx, &codes->x, &values->x, of_x) &&
                      product_of_values(&values->yy, &codes->yy, &codes->y, &values->y, of_y);
    return fits ? ZKL_OK : fail_digits(err);
}

/* The result: numerator over the denominator and over 10^scale, or over the root of the two
 * radicands. */
typedef struct moment_result {
    zkl_exact numerator, radicands[2];
    uint64_t denominator;
    unsigned scale;
} moment_result;

/* as_many_nulls: both columns have nulls, as many; measured sums that fit no rows are then sums of
 * different ones. */
static zkl_status find_correlation(moment_result *out, const moment_sums *s, bool as_many_nulls,
                                   zkl_error *err)
{
    const zkl_exact n = zkl_exact_of_u64(s->count);
    if (!about_the_mean(&out->numerator, &n, &s->xy, &s->x, &s->y) ||
        !about_the_mean(&out->radicands[0], &n, &s->xx, &s->x, &s->x) ||
        !about_the_mean(&out->radicands[1], &n, &s->yy, &s->y, &s->y))
        return fail_digits(err);
    const zkl_exact squared[2] = { out->numerator, out->numerator };
    if (out->radicands[0].negative || out->radicands[1].negative ||
        zkl_exact_compare_products(squared, 2, out->radicands, 2) > 0)
        return (as_many_nulls ? fail_nulls : fail_sums)(err); /* Cauchy and Schwarz */
    if (zkl_exact_is_zero(&out->radicands[0]) || zkl_exact_is_zero(&out->radicands[1]))
        return zkl_fail(err, ZKL_REJECTED,
                        "a column whose values are all the same has no correlation");
    return ZKL_OK;
}

static zkl_status find_result(moment_result *out, const zkl_compiled_claim *claim, zkl_error *err)
{
    const moments_body *body = claim->claim.body;
    const moment_sums *s = &body->codes;
    const zkl_exact n = zkl_exact_of_u64(s->count);
    *out =
        (moment_result){ .denominator = s->count,
                         .scale =
                             zkl_claim_schema_column(claim->scope, body->x)->type.scale +
                             (unsigned)zkl_claim_schema_column(claim->scope, body->y)->type.scale };
    if (is_kind(&claim->claim, &zkl_claim_kind_correlation))
        return find_correlation(out, s, body->null_count > 0, err);
    if (is_about_zero(&claim->claim)) {
        out->numerator = body->values.xx;
        return out->numerator.negative ? fail_sums(err) : ZKL_OK;
    }
    if (!about_the_mean(&out->numerator, &n, &s->xy, &s->x, &s->y) ||
        __builtin_mul_overflow(s->count, s->count, &out->denominator))
        return fail_digits(err);
    return !is_of_two(&claim->claim) && out->numerator.negative ? fail_sums(err) : ZKL_OK;
}

/* The result beside the claim's value: -1, 0, 1. */
static int compare_result(const zkl_claim *claim, const moment_result *result)
{
    const moments_body *body = claim->body;
    factors left = { .count = 0 }, right = { .count = 0 };
    const zkl_exact denominator = zkl_exact_of_u64(result->denominator);
    /* a root is compared by its square, which is what result is */
    const unsigned power = is_root(claim) && body->form == FORM_PLAIN ? 2 : 1;
    if (is_kind(claim, &zkl_claim_kind_correlation))
        return compare_correlation(body, &result->numerator, result->radicands);
    put_factor(&left, &result->numerator, 1);
    put_factor(&right, &denominator, 1);
    put_power_of_ten(&right, result->scale, 1);
    put_value(&left, &right, body, power);
    return compare(&left, &right);
}

/* An open claim takes the result. */
static void take_result(zkl_claim *claim, const moment_result *result)
{
    moments_body *body = claim->body;
    body->form = is_root(claim)                                ? FORM_ROOT
                 : is_kind(claim, &zkl_claim_kind_correlation) ? FORM_OVER_ROOTS
                                                               : FORM_PLAIN;
    body->value = (zkl_quantity){ result->numerator, result->scale, result->denominator };
    if (body->form == FORM_OVER_ROOTS) {
        body->value = (zkl_quantity){ result->numerator, 0, 1 };
        memcpy(body->radicands, result->radicands, sizeof body->radicands);
    }
    claim->is_open = false;
}

/* The claim's own parameters: what was read, in the same order. Codes and their sums are below
 * r. */
static void put_params(zkl_compiled_claim *claim)
{
    const moments_body *body = claim->claim.body;
    const zkl_exact nulls = zkl_exact_of_u64(body->null_count),
                    *sums[2] = { &body->codes.x, &body->codes.y },
                    *products[3] = { &body->codes.xy, &body->codes.xx, &body->codes.yy };
    size_t sum = 0, product = 0;
    for (size_t i = 0; i < claim->assertion_count; i++) {
        zkl_scalar *own = claim->assertions[i].params;
        if (claim->assertions[i].kind == ZKL_ASSERTION_SUM) {
            zkl_claim_scalar(&own[SUM_TOTAL], sums[sum++]);
            zkl_claim_scalar(&own[SUM_NULLS], &nulls);
        } else if (claim->assertions[i].kind == ZKL_ASSERTION_PRODUCT) {
            zkl_claim_scalar(&own[0], products[product++]);
        }
    }
}

static zkl_status bind(zkl_compiled_claim *claim, const zkl_scalar *params, zkl_error *err)
{
    const moments_body *body = claim->claim.body;
    moment_result result;
    ZKL_TRY(read_codes(claim, params, err));
    ZKL_TRY(find_values(claim, err));
    ZKL_TRY(find_result(&result, claim, err));
    if (claim->claim.is_open)
        take_result(&claim->claim, &result);
    else
        ZKL_TRY(zkl_claim_check_order(body->mode, compare_result(&claim->claim, &result), err));
    put_params(claim);
    return ZKL_OK;
}

/* ---- Words */

static void put_value_text(zkl_buffer *out, const moments_body *body)
{
    if (body->form == FORM_ROOT)
        zkl_buffer_put_text(out, "sqrt(");
    zkl_claim_put_quantity(out, &body->value);
    if (body->form == FORM_ROOT)
        zkl_buffer_put_u8(out, ')');
    if (body->form != FORM_OVER_ROOTS)
        return;
    zkl_buffer_put_text(out, "/sqrt(");
    zkl_exact_format(out, &body->radicands[0], 0);
    zkl_buffer_put_u8(out, '*');
    zkl_exact_format(out, &body->radicands[1], 0);
    zkl_buffer_put_u8(out, ')');
}

/* Of a correlation: the root of n n / (a b), which has too many digits for some. */
static void put_about(zkl_buffer *out, const moments_body *body)
{
    zkl_quantity square = { .denominator = 1 };
    zkl_exact below, power, rest;
    if (body->form == FORM_PLAIN)
        zkl_claim_put_about(out, &body->value);
    else if (body->form == FORM_ROOT)
        zkl_claim_put_about_root(out, &body->value, false);
    else if (zkl_exact_power_of_ten(&power, 12) &&
             zkl_exact_mul(&square.digits, &body->value.digits, &body->value.digits) &&
             zkl_exact_mul(&square.digits, &square.digits, &power) &&
             zkl_exact_mul(&below, &body->radicands[0], &body->radicands[1])) {
        zkl_exact_divide(&square.digits, &rest, &square.digits, &below);
        square.scale = 12;
        zkl_claim_put_about_root(out, &square, body->value.digits.negative);
    }
}

static void print(zkl_buffer *out, const zkl_claim *claim)
{
    const moments_body *body = claim->body;
    zkl_claim_put_call(out, claim);
    if (claim->is_open)
        return;
    zkl_buffer_format(out, " %s ", zkl_claim_mode_sign(body->mode));
    put_value_text(out, body);
}

/* A comparison is said by people; an exact value may be what the data decided. */
static void print_without_result(zkl_buffer *out, const zkl_claim *claim)
{
    const moments_body *body = claim->body;
    (body->mode == ZKL_MODE_EXACTLY ? zkl_claim_put_call : print)(out, claim);
}

static void put_number(zkl_buffer *out, const zkl_exact *number, unsigned scale)
{
    zkl_buffer_put_u8(out, '"');
    zkl_exact_format(out, number, scale);
    zkl_buffer_put_u8(out, '"');
}

/* One number, or a list of two, under this name. */
static void put_member(zkl_claim_members *out, const char *name, const zkl_exact *a,
                       unsigned a_scale, const zkl_exact *b, unsigned b_scale)
{
    zkl_buffer *value = zkl_claim_member(out, name);
    if (b)
        zkl_buffer_put_u8(value, '[');
    put_number(value, a, a_scale);
    if (!b)
        return;
    zkl_buffer_put_u8(value, ',');
    put_number(value, b, b_scale);
    zkl_buffer_put_u8(value, ']');
}

/* The numbers that the result is made of, and the result as it is, beside the value that is
 * said. */
static void json(zkl_claim_members *out, const zkl_compiled_claim *claim)
{
    const moments_body *body = claim->claim.body;
    const moment_sums *v = &body->values;
    const zkl_claim *said = &claim->claim;
    const unsigned x = zkl_claim_schema_column(claim->scope, body->x)->type.scale,
                   y = zkl_claim_schema_column(claim->scope, body->y)->type.scale;
    const bool two = is_of_two(said), correlation = is_kind(said, &zkl_claim_kind_correlation);
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    moment_result result;
    ZKL_ASSERT(claim->is_bound && find_result(&result, claim, NULL) == ZKL_OK);
    const zkl_exact denominator = zkl_exact_of_u64(result.denominator);
    put_value_text(&text, body);
    (two ? zkl_claim_member_columns : zkl_claim_member_column)(out, said);
    zkl_claim_member_text(out, "comparison", zkl_bytes_of_text(zkl_claim_mode_sign(body->mode)));
    zkl_claim_member_text(out, "value", zkl_buffer_bytes(&text));
    zkl_buffer_format(zkl_claim_member(out, "nulls"), "%llu", (unsigned long long)body->null_count);
    put_member(out, two ? "sums" : "sum", &v->x, x, two ? &v->y : NULL, y);
    if (two)
        put_member(out, "sum_of_products", &v->xy, x + y, NULL, 0);
    if (!two)
        put_member(out, "sum_of_squares", &v->xx, 2 * x, NULL, 0);
    if (correlation)
        put_member(out, "sums_of_squares", &v->xx, 2 * x, &v->yy, 2 * y);
    put_member(out, "numerator", &result.numerator, result.scale, NULL, 0);
    if (correlation)
        put_member(out, "radicands", &result.radicands[0], 2 * x, &result.radicands[1], 2 * y);
    else
        put_member(out, "denominator", &denominator, 0, NULL, 0);
    out->values.failed = out->values.failed || text.failed;
}

/* "over its 342 non-null values": without their number it would mislead. */
static void put_count(zkl_buffer *out, const zkl_compiled_claim *claim)
{
    const moments_body *body = claim->claim.body;
    const unsigned long long count = body->values.count;
    const bool nullable = zkl_claim_schema_column(claim->scope, body->x)->nullable;
    if (is_of_two(&claim->claim)) {
        const bool any = nullable || zkl_claim_schema_column(claim->scope, body->y)->nullable;
        zkl_buffer_format(out, " over the %llu row%s%s", count, count == 1 ? "" : "s",
                          any ? " where they are not null" : "");
    } else {
        zkl_buffer_format(out, " over its %llu %svalue%s", count, nullable ? "non-null " : "",
                          count == 1 ? "" : "s");
    }
}

static void sentence(zkl_buffer *out, const zkl_compiled_claim *claim)
{
    static const struct {
        const zkl_claim_ops *ops;
        const char *what, *how, *shown;
    } words[] = {
        { &zkl_claim_kind_variance, "the variance", " (of a population: divided by their number)",
          "their sum and the sum of their squares" },
        { &zkl_claim_kind_stddev, "the standard deviation",
          " (of a population: divided by their number)", "their sum and the sum of their squares" },
        { &zkl_claim_kind_mean_square, "the mean of the squares", "",
          "their sum and the sum of their squares" },
        { &zkl_claim_kind_rmse, "the root of the mean of the squares", "",
          "their sum and the sum of their squares" },
        { &zkl_claim_kind_covariance, "the covariance",
          " (of a population: divided by their number)", "the sums of both and of their products" },
        { &zkl_claim_kind_correlation, "the correlation", "",
          "the sums of both, of their squares and of their products" },
    };
    const moments_body *body = claim->claim.body;
    size_t i = 0;
    while (words[i].ops != claim->claim.ops)
        i++;
    zkl_buffer_format(out, "%s of ", words[i].what);
    zkl_claim_put_names(out, &claim->claim, " and ");
    put_count(out, claim);
    zkl_buffer_format(out, "%s is %s ", words[i].how, zkl_claim_mode_words(body->mode));
    put_value_text(out, body);
    put_about(out, body);
    zkl_buffer_format(out, "; %s are shown", words[i].shown);
}

/* ---- Properties */

static zkl_claim_nulls nulls(const zkl_compiled_claim *claim)
{
    (void)claim;
    return ZKL_CLAIM_NULLS_COUNTED;
}

static zkl_claim_values values(const zkl_compiled_claim *claim)
{
    const moments_body *body = claim->claim.body;
    return (zkl_claim_values){ claim->row_count - body->null_count, true };
}

/* None is by row: the sums of parts would be disclosed. Bound claims are false where two columns
 * have their nulls in other rows, and nowhere else: the rows say it. */
#define MOMENT_KIND(name)                                                                          \
    const zkl_claim_ops zkl_claim_kind_##name = {                                                  \
        .word = #name,                                                                             \
        .parse = parse,                                                                            \
        .compile = compile,                                                                        \
        .bind = bind,                                                                              \
        .print = print,                                                                            \
        .print_bare = print_without_result,                                                        \
        .json = json,                                                                              \
        .sentence = sentence,                                                                      \
        .nulls = nulls,                                                                            \
        .values = values,                                                                          \
    }
MOMENT_KIND(variance);
MOMENT_KIND(stddev);
MOMENT_KIND(mean_square);
MOMENT_KIND(rmse);
MOMENT_KIND(covariance);
MOMENT_KIND(correlation);
