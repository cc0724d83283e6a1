/* What people say of rows by a predicate, and of the order of a column's values. All of it compiles
 * to one assertion "where": weighted numbers of rows against public ones.
 *
 *   count(where P) = n        #P = n                      also >= and <=; open: found and disclosed
 *   share(where P) >= x       #P >= x N, rounded up       N is public
 *   null_rate(c) <= x         share(where c is null)
 *   accuracy(a, b) >= x       the share of rows where two bools without nulls are equal
 *   min(c) = v                #(c < v) = 0, #(c <= v) >= 1
 *   max(c) = v                #(c > v) = 0, #(c >= v) >= 1
 *   quantile(c, a/b) = v      b #(c < v) < a n, b #(c <= v) >= a n, n = #(c is not null), hidden
 *   median(c) = v             quantile(c, 1/2)
 *
 * Without a value the latter ask for it: it is put in before they are compiled, and proven with
 * "=".
 * A bound on one of the latter takes one of its two halves, and shows nothing else. So a quantile
 * is the least value v with b #(c <= v) >= a n, that is number ceil(a n / b) in ascending order; of
 * two in the middle the median is the lower one. Each says also that there is a value. */
#include "claim/claim_kind.h"

#include <string.h>

#include "claim/claim_bound.h"
#include "claim/claim_weighing.h"

#define QUANTILE_MAX 1000000000 /* of the denominator */

/* The bits of min, max, quantile, median. */
enum { BELOW, UPTO, LIVE, BIT_COUNT };

typedef struct where_body {
    unsigned mode; /* ZKL_MODE_EXACTLY of an open claim */
    /* count, share, null_rate. */
    zkl_said_predicate said;
    uint64_t count;
    zkl_quantity value;
    /* min, max, quantile, median: a literal, empty of an open claim; which of the values, a/b. */
    zkl_bytes literal;
    zkl_quantity place;
} where_body;

static bool is_kind(const zkl_claim *claim, const zkl_claim_ops *ops)
{
    return claim->ops == ops;
}

/* Does it compare a share? */
static bool is_share(const zkl_claim *claim)
{
    return is_kind(claim, &zkl_claim_kind_share) || is_kind(claim, &zkl_claim_kind_null_rate) ||
           is_kind(claim, &zkl_claim_kind_accuracy);
}

/* ---- Reading */

static zkl_status new_body(zkl_claim_reader *r, zkl_claim *out)
{
    return zkl_claim_new_body(&out->body, r->arena, sizeof(where_body), r->err);
}

/* "(where P)": of count its first word was taken, to see that it is this kind. */
static zkl_status parse_count(zkl_claim_reader *r, zkl_claim *out)
{
    ZKL_TRY(new_body(r, out));
    where_body *body = out->body;
    ZKL_TRY(zkl_said_predicate_read(r, &body->said, out));
    ZKL_TRY(zkl_claim_expect(r, ")"));
    out->is_open = !zkl_claim_accept_comparison(r, &body->mode);
    return out->is_open ? ZKL_OK : zkl_claim_read_count(r, &body->count);
}

static zkl_status parse_ratio(zkl_claim_reader *r, zkl_claim *out)
{
    where_body *body = out->body;
    ZKL_TRY(zkl_claim_expect(r, ")"));
    out->is_open = !zkl_claim_accept_comparison(r, &body->mode);
    return out->is_open ? ZKL_OK : zkl_claim_read_ratio(r, &body->value);
}

static zkl_status parse_share(zkl_claim_reader *r, zkl_claim *out)
{
    ZKL_TRY(new_body(r, out));
    ZKL_TRY(zkl_claim_expect(r, "("));
    ZKL_TRY(zkl_claim_expect(r, "where"));
    ZKL_TRY(zkl_said_predicate_read(r, &((where_body *)out->body)->said, out));
    return parse_ratio(r, out);
}

static zkl_status parse_null_rate(zkl_claim_reader *r, zkl_claim *out)
{
    ZKL_TRY(new_body(r, out));
    ZKL_TRY(zkl_claim_expect(r, "("));
    ZKL_TRY(zkl_claim_read_column(r, out));
    return parse_ratio(r, out);
}

/* "(label, prediction)" */
static zkl_status parse_accuracy(zkl_claim_reader *r, zkl_claim *out)
{
    ZKL_TRY(new_body(r, out));
    ZKL_TRY(zkl_claim_expect(r, "("));
    ZKL_TRY(zkl_claim_read_column(r, out));
    ZKL_TRY(zkl_claim_expect(r, ","));
    ZKL_TRY(zkl_claim_read_column(r, out));
    return parse_ratio(r, out);
}

/* min(c), max(c), median(c), quantile(c, a/b), and what it is compared with, or nothing. */
static zkl_status parse_order(zkl_claim_reader *r, zkl_claim *out)
{
    ZKL_TRY(new_body(r, out));
    where_body *body = out->body;
    ZKL_TRY(zkl_claim_expect(r, "("));
    ZKL_TRY(zkl_claim_read_column(r, out));
    body->place = (zkl_quantity){ .digits = zkl_exact_of_u64(1), .denominator = 2 };
    if (is_kind(out, &zkl_claim_kind_quantile)) {
        ZKL_TRY(zkl_claim_expect(r, ","));
        ZKL_TRY(zkl_claim_read_ratio(r, &body->place));
    }
    ZKL_TRY(zkl_claim_expect(r, ")"));
    out->is_open = !zkl_claim_accept_comparison(r, &body->mode);
    if (out->is_open)
        return ZKL_OK;
    zkl_claim_peek(r);
    const size_t value = r->at;
    if (r->at < r->text.size && r->text.data[r->at] == '"')
        return zkl_claim_read_literal(r, &body->literal);
    /* a literal up to a blank: "in rows" may follow */
    while (r->at < r->text.size && !strchr(" \t,()", r->text.data[r->at]))
        r->at++;
    body->literal = zkl_bytes_of(r->text.data + value, r->at - value);
    return body->literal.size ? ZKL_OK : zkl_claim_fail_at(r, value, "a value expected");
}

/* ---- Bits */

/* Of order statistics: the digits from which on values are at least the constant, above it. */
typedef struct order_digits {
    uint32_t from, behind;
} order_digits;

static bool said_holds(const zkl_weighing *weighing, size_t bit, const uint32_t *digits)
{
    ZKL_ASSERT(bit == 0);
    return zkl_said_predicate_holds(weighing->context, &weighing->columns, digits);
}

/* Both are true or both are not: one cut each, and no nulls. */
static bool agree_holds(const zkl_weighing *weighing, size_t bit, const uint32_t *digits)
{
    ZKL_ASSERT(bit == 0 && weighing->columns.count == 2);
    return digits[0] == digits[1];
}

static bool order_holds(const zkl_weighing *weighing, size_t bit, const uint32_t *digits)
{
    const order_digits *order = weighing->context;
    const bool live = digits[0] <= weighing->columns.items[0].cut_count;
    return live && (bit == LIVE || digits[0] < (bit == BELOW ? order->from : order->behind));
}

/* ---- Compiling */

static zkl_status copy_body(const zkl_claim_maker *m, zkl_compiled_claim *out)
{
    out->claim.body = zkl_arena_copy(m->arena, out->claim.body, sizeof(where_body));
    return out->claim.body ? ZKL_OK : zkl_no_memory(m->err, sizeof(where_body));
}

/* The least (at least), greatest (at most) or only (exactly) number of rows that has the share. */
static zkl_status count_of_share(const zkl_claim_maker *m, const where_body *body, uint64_t rows,
                                 zkl_exact *out)
{
    const zkl_quantity *v = &body->value;
    const zkl_exact count = zkl_exact_of_u64(rows), one = zkl_exact_of_u64(1);
    zkl_exact above = v->digits, below = zkl_exact_of_u64(v->denominator), power, rest;
    if (!zkl_exact_power_of_ten(&power, v->scale) || !zkl_exact_mul(&below, &below, &power) ||
        !zkl_exact_mul(&above, &above, &count))
        return zkl_fail(m->err, ZKL_LIMIT, "the value of the claim has too many digits");
    zkl_exact_divide(out, &rest, &above, &below);
    if (zkl_exact_is_zero(&rest))
        return ZKL_OK;
    if (body->mode == ZKL_MODE_EXACTLY)
        return zkl_fail(m->err, ZKL_REJECTED, "no table of so many rows has exactly that share");
    if (body->mode == ZKL_MODE_AT_LEAST)
        ZKL_ASSERT(zkl_exact_add(out, out, &one)); /* a quotient is far from 2^256 */
    return ZKL_OK;
}

/* A number that no rows have is false, a comparison that all have is empty. */
static zkl_status check_reach(const zkl_claim_maker *m, unsigned mode, const zkl_exact *n,
                              uint64_t rows)
{
    const zkl_exact most = zkl_exact_of_u64(rows);
    const int top = zkl_exact_compare(n, &most);
    const bool below = n->negative;
    if ((mode != ZKL_MODE_AT_MOST && top > 0) || (mode != ZKL_MODE_AT_LEAST && below))
        return zkl_fail(m->err, ZKL_REJECTED, "there are only %llu rows, and no fewer than none",
                        (unsigned long long)rows);
    if ((mode == ZKL_MODE_AT_LEAST && (below || zkl_exact_is_zero(n))) ||
        (mode == ZKL_MODE_AT_MOST && top >= 0))
        return zkl_fail(m->err, ZKL_USAGE,
                        "every table of so many rows is like that: the claim says "
                        "nothing");
    return ZKL_OK;
}

/* The bound of one bit. n stays 0 until an open claim is bound. */
static zkl_status put_count_bound(const zkl_claim_maker *m, const zkl_compiled_claim *claim,
                                  zkl_weighing *weighing)
{
    const where_body *body = claim->claim.body;
    zkl_exact n = zkl_exact_of_u64(body->count);
    if (!claim->claim.is_open) {
        if (is_share(&claim->claim))
            ZKL_TRY(count_of_share(m, body, claim->row_count, &n));
        ZKL_TRY(check_reach(m, body->mode, &n, claim->row_count));
    }
    weighing->bit_count = weighing->bound_count = 1;
    weighing->bounds[0].weights[0] = 1;
    weighing->bounds[0].n = n;
    weighing->bounds[0].mode = body->mode;
    return ZKL_OK;
}

/* One bit and one bound. */
static zkl_status compile_count(const zkl_claim_maker *m, zkl_compiled_claim *out)
{
    ZKL_TRY(copy_body(m, out));
    where_body *body = out->claim.body;
    zkl_weighing weighing = { .context = &body->said, .holds = said_holds };
    ZKL_TRY(put_count_bound(m, out, &weighing));
    ZKL_TRY(zkl_said_predicate_compile(m, &body->said, &out->claim, &weighing.columns));
    ZKL_TRY(zkl_weighing_find_predicate(m, &weighing));
    ZKL_TRY(zkl_weighing_assert(m, out, &weighing));
    return zkl_claim_keep_names(m, &out->claim);
}

/* Two bools, in the order of the schema, each with a cut at true. */
static zkl_status compile_accuracy(const zkl_claim_maker *m, zkl_compiled_claim *out)
{
    uint32_t columns[2];
    ZKL_TRY(copy_body(m, out));
    zkl_weighing weighing = { .holds = agree_holds };
    ZKL_TRY(put_count_bound(m, out, &weighing));
    for (size_t i = 0; i < 2; i++) {
        ZKL_TRY(zkl_claim_find_column(m, &out->claim.columns[i], &columns[i]));
        const zkl_column *column = zkl_claim_schema_column(m->scope, columns[i]);
        if (column->type.kind != ZKL_TYPE_BOOL)
            return zkl_claim_fail_no_bool(m, columns[i], true);
        if (column->nullable)
            return zkl_claim_fail_column(m, ZKL_USAGE, columns[i],
                                         "it may hold nulls, and this claim is of columns without");
    }
    ZKL_TRY(zkl_claim_sort_columns(m, columns, 2)); /* none stands there twice */
    weighing.columns.count = 2;
    for (size_t i = 0; i < 2; i++) {
        ZKL_TRY(zkl_cut_column_init(m, &weighing.columns.items[i], columns[i]));
        zkl_cut_put(&weighing.columns.items[i], 1, 1);
    }
    ZKL_TRY(zkl_weighing_assert(m, out, &weighing));
    return zkl_claim_keep_names(m, &out->claim);
}

/* Of a column without nulls the schema says the rate, and there is nothing to prove. */
static zkl_status compile_no_nulls(const zkl_claim_maker *m, zkl_compiled_claim *out)
{
    zkl_weighing asked = { 0 };
    ZKL_TRY(copy_body(m, out));
    where_body *body = out->claim.body;
    ZKL_TRY(put_count_bound(m, out, &asked));
    if (!out->claim.is_open && body->mode != ZKL_MODE_AT_MOST &&
        !zkl_exact_is_zero(&asked.bounds[0].n))
        return zkl_fail(m->err, ZKL_REJECTED, "the column holds no nulls");
    if (out->claim.is_open)
        body->value = (zkl_quantity){ .denominator = out->row_count };
    out->claim.is_open = false;
    out->claim.columns[0].name = zkl_claim_schema_column(m->scope, out->column)->name;
    return ZKL_OK;
}

/* "c is null". */
static zkl_status compile_null_rate(const zkl_claim_maker *m, zkl_compiled_claim *out)
{
    if (!zkl_claim_schema_column(m->scope, out->column)->nullable)
        return compile_no_nulls(m, out);
    const where_body *read = out->claim.body;
    where_body *body = zkl_arena_copy(m->arena, read, sizeof *read);
    if (!body)
        return zkl_no_memory(m->err, sizeof *body);
    ZKL_TRY(zkl_said_predicate_is_null(m, &body->said, out->claim.columns[0].name));
    out->claim.body = body;
    return compile_count(m, out);
}

/* a and b of a quantile, without a common factor: 0 < a < b <= 10^9. */
static zkl_status read_place(const where_body *body, int64_t *above, int64_t *below, zkl_error *err)
{
    zkl_exact power, a = body->place.digits, b = zkl_exact_of_u64(body->place.denominator), rest;
    uint64_t x = 0, y = 0;
    bool fits = zkl_exact_power_of_ten(&power, body->place.scale) &&
                zkl_exact_mul(&b, &b, &power) && !a.negative && !zkl_exact_is_zero(&a) &&
                zkl_exact_compare(&a, &b) < 0;
    if (fits) {
        const zkl_exact common = zkl_exact_gcd(a, b);
        zkl_exact_divide(&a, &rest, &a, &common);
        zkl_exact_divide(&b, &rest, &b, &common);
        fits = zkl_exact_to_u64(&x, &a) && zkl_exact_to_u64(&y, &b) && y <= QUANTILE_MAX;
    }
    if (!fits)
        return zkl_fail(err, ZKL_USAGE,
                        "a quantile lies above 0 and below 1, with a denominator of at most %d",
                        QUANTILE_MAX);
    *above = (int64_t)x;
    *below = (int64_t)y;
    return ZKL_OK;
}

/* Number ceil(a n / b) of n: of two in the middle the median is the lower one. */
static zkl_status place(uint64_t *out, const zkl_claim *claim, uint64_t value_count, zkl_error *err)
{
    int64_t a = 0, b = 1;
    if (is_kind(claim, &zkl_claim_kind_max))
        a = 1;
    else if (!is_kind(claim, &zkl_claim_kind_min))
        ZKL_TRY(read_place(claim->body, &a, &b, err));
    /* below 2^30 2^64 */
    const unsigned __int128 above = (unsigned __int128)a * value_count;
    *out = (uint64_t)((above + (uint64_t)b - 1) / (uint64_t)b);
    *out += *out == 0; /* the least */
    return ZKL_OK;
}

static void put_value(zkl_claim *claim, zkl_bytes literal)
{
    where_body *body = claim->body;
    body->literal = literal;
}

/* "At least" takes the half that nothing is below, "at most" the other one. */
static zkl_status put_order_bounds(const zkl_claim_maker *m, const zkl_compiled_claim *claim,
                                   zkl_weighing *weighing)
{
    const where_body *body = claim->claim.body;
    const bool lower = body->mode != ZKL_MODE_AT_MOST, upper = body->mode != ZKL_MODE_AT_LEAST;
    bool has_value = false; /* do the bounds say that there is one? */
    int64_t a = 0, b = 0;
    if (is_kind(&claim->claim, &zkl_claim_kind_min)) {
        if (lower)
            zkl_weighing_put_bound(weighing, (int64_t[]){ 1, 0, 0 }, 0, ZKL_MODE_EXACTLY);
        if (upper)
            zkl_weighing_put_bound(weighing, (int64_t[]){ 0, 1, 0 }, 1, ZKL_MODE_AT_LEAST);
        has_value = upper;
    } else if (is_kind(&claim->claim, &zkl_claim_kind_max)) {
        if (upper)
            zkl_weighing_put_bound(weighing, (int64_t[]){ 0, -1, 1 }, 0, ZKL_MODE_EXACTLY);
        if (lower)
            zkl_weighing_put_bound(weighing, (int64_t[]){ -1, 0, 1 }, 1, ZKL_MODE_AT_LEAST);
        has_value = lower;
    } else {
        ZKL_TRY(read_place(body, &a, &b, m->err));
        if (lower)
            zkl_weighing_put_bound(weighing, (int64_t[]){ b, 0, -a }, -1, ZKL_MODE_AT_MOST);
        if (upper)
            zkl_weighing_put_bound(weighing, (int64_t[]){ 0, b, -a }, 0, ZKL_MODE_AT_LEAST);
        has_value = lower;
    }
    if (!has_value && weighing->columns.items[0].nullable)
        zkl_weighing_put_bound(weighing, (int64_t[]){ 0, 0, 1 }, 1, ZKL_MODE_AT_LEAST);
    return ZKL_OK;
}

static zkl_status compile_order(const zkl_claim_maker *m, zkl_compiled_claim *out)
{
    ZKL_TRY(copy_body(m, out));
    where_body *body = out->claim.body;
    order_digits digits;
    zkl_weighing weighing = { .context = &digits, .holds = order_holds, .bit_count = BIT_COUNT };
    zkl_cut_column *column = &weighing.columns.items[0];
    zkl_bound bound;
    ZKL_TRY(zkl_cut_check_type(m, out->column));
    ZKL_TRY(zkl_cut_column_init(m, column, out->column));
    if (out->claim.is_open) { /* a place that there is, but no value was put in */
        uint64_t at;
        ZKL_TRY(place(&at, &out->claim, 1, m->err));
        return zkl_fail(m->err, ZKL_REJECTED, "the claim says no result");
    }
    ZKL_TRY(zkl_claim_read_bound(m, &bound, &body->literal, out->column));
    if (body->mode == ZKL_MODE_EXACTLY && bound.least != bound.greatest)
        return zkl_claim_fail_column(m, ZKL_USAGE, out->column,
                                     "no value of this type is equal to the constant");
    weighing.columns.count = 1;
    ZKL_TRY(put_order_bounds(m, out, &weighing));
    /* cuts that a bound hangs on */
    const zkl_code last =
        zkl_claim_last_code(&zkl_claim_schema_column(m->scope, out->column)->type);
    for (size_t i = 0; i < weighing.bound_count; i++) {
        if (weighing.bounds[i].weights[BELOW])
            zkl_cut_put(column, bound.least, last);
        if (weighing.bounds[i].weights[UPTO])
            zkl_cut_put(column, bound.greatest + 1, last);
    }
    if (!column->cut_count && column->nullable) /* a condition has a cut */
        zkl_cut_put(column, 1, last);
    digits.from = zkl_cut_digit(column, bound.least);
    digits.behind = bound.greatest == last ? (uint32_t)column->cut_count + 1
                                           : zkl_cut_digit(column, bound.greatest + 1);
    out->claim.columns[0].name = zkl_claim_schema_column(m->scope, out->column)->name;
    return zkl_weighing_assert(m, out, &weighing);
}

/* n of an open claim comes from the data or from a statement, so from outside. */
static zkl_status bind(zkl_compiled_claim *claim, const zkl_scalar *params, zkl_error *err)
{
    where_body *body = claim->claim.body;
    uint64_t count;
    if (!claim->claim.is_open)
        return ZKL_OK;
    ZKL_TRY(zkl_weighing_bind_count(&count, &claim->assertions[0], params, claim->row_count, err));
    body->count = count;
    body->value =
        (zkl_quantity){ .digits = zkl_exact_of_u64(count), .denominator = claim->row_count };
    claim->claim.is_open = false;
    return ZKL_OK;
}

/* ---- Words */

/* "count(where age >= 18)", "null_rate(c)", "quantile(c, 0.9)" */
static void print_bare(zkl_buffer *out, const zkl_claim *claim)
{
    const where_body *body = claim->body;
    zkl_buffer_format(out, "%s(", claim->ops->word);
    if (is_kind(claim, &zkl_claim_kind_count_where) || is_kind(claim, &zkl_claim_kind_share)) {
        zkl_buffer_put_text(out, "where ");
        zkl_said_predicate_print(out, &body->said);
    } else {
        zkl_claim_put_names(out, claim, ", ");
    }
    if (is_kind(claim, &zkl_claim_kind_quantile)) {
        zkl_buffer_put_text(out, ", ");
        zkl_claim_put_quantity(out, &body->place);
    }
    zkl_buffer_put_u8(out, ')');
}

static bool is_order(const zkl_claim *claim)
{
    return !is_kind(claim, &zkl_claim_kind_count_where) && !is_share(claim);
}

static void put_result(zkl_buffer *out, const zkl_claim *claim)
{
    const where_body *body = claim->body;
    if (is_order(claim))
        zkl_claim_put_literal(out, body->literal);
    else if (is_share(claim))
        zkl_claim_put_quantity(out, &body->value);
    else
        zkl_buffer_format(out, "%llu", (unsigned long long)body->count);
}

static void print(zkl_buffer *out, const zkl_claim *claim)
{
    const where_body *body = claim->body;
    print_bare(out, claim);
    if (claim->is_open)
        return;
    zkl_buffer_format(out, " %s ", zkl_claim_mode_sign(body->mode));
    put_result(out, claim);
}

/* A comparison is said by people; an exact value may be what the data decided. */
static void print_without_result(zkl_buffer *out, const zkl_claim *claim)
{
    const where_body *body = claim->body;
    (body->mode == ZKL_MODE_EXACTLY ? print_bare : print)(out, claim);
}

static void json(zkl_claim_members *out, const zkl_compiled_claim *claim)
{
    const where_body *body = claim->claim.body;
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    const bool said = is_kind(&claim->claim, &zkl_claim_kind_count_where) ||
                      is_kind(&claim->claim, &zkl_claim_kind_share);
    ZKL_ASSERT(claim->is_bound);
    if (said) {
        zkl_said_predicate_print(&text, &body->said);
        zkl_claim_member_columns(out, &claim->claim);
        zkl_said_predicate_member_texts(out, claim->scope, &body->said);
        zkl_claim_member_text(out, "where", zkl_buffer_bytes(&text));
    } else if (is_kind(&claim->claim, &zkl_claim_kind_accuracy)) {
        zkl_claim_member_text(out, "label", claim->claim.columns[0].name);
        zkl_claim_member_text(out, "prediction", claim->claim.columns[1].name);
    } else {
        zkl_claim_member_column(out, &claim->claim);
    }
    zkl_claim_member_text(out, "comparison", zkl_bytes_of_text(zkl_claim_mode_sign(body->mode)));
    if (is_kind(&claim->claim, &zkl_claim_kind_quantile))
        zkl_claim_member_quantity(out, "quantile", &body->place);
    if (is_order(&claim->claim))
        zkl_claim_member_text(out, "value", body->literal);
    else if (is_share(&claim->claim))
        zkl_claim_member_quantity(out, "value", &body->value);
    else
        zkl_buffer_format(zkl_claim_member(out, "count"), "%llu", (unsigned long long)body->count);
    out->values.failed = out->values.failed || text.failed;
}

/* "a share of at least 0.9 of the 344 rows" */
static void put_share(zkl_buffer *out, const zkl_compiled_claim *claim)
{
    const where_body *body = claim->claim.body;
    zkl_buffer_format(out, "a share of %s ", zkl_claim_mode_words(body->mode));
    zkl_claim_put_quantity(out, &body->value);
    zkl_buffer_format(out, " of the %llu rows", (unsigned long long)claim->row_count);
}

/* "exactly 300 of the 344 rows satisfy age >= 18 (no comparison holds of a null)" */
static void put_predicate_sentence(zkl_buffer *out, const zkl_compiled_claim *claim)
{
    const where_body *body = claim->claim.body;
    const zkl_exact one = zkl_exact_of_u64(1);
    if (is_share(&claim->claim) && body->mode == ZKL_MODE_EXACTLY &&
        zkl_claim_compare_quantity(&one, 0, NULL, 0, &body->value) == 0) {
        zkl_buffer_format(out, "all %llu rows satisfy ", (unsigned long long)claim->row_count);
    } else if (is_share(&claim->claim)) {
        put_share(out, claim);
        zkl_buffer_put_text(out, " satisfies ");
    } else {
        zkl_buffer_format(out, "%s %llu of the %llu rows satisf%s ",
                          zkl_claim_mode_words(body->mode), (unsigned long long)body->count,
                          (unsigned long long)claim->row_count, body->count == 1 ? "ies" : "y");
    }
    zkl_said_predicate_put_words(out, claim, &body->said);
}

static void sentence(zkl_buffer *out, const zkl_compiled_claim *claim)
{
    const where_body *body = claim->claim.body;
    const zkl_claim *said = &claim->claim;
    if (is_kind(said, &zkl_claim_kind_count_where) || is_kind(said, &zkl_claim_kind_share)) {
        put_predicate_sentence(out, claim);
        return;
    }
    if (is_share(said)) {
        const bool agree = is_kind(said, &zkl_claim_kind_accuracy);
        put_share(out, claim);
        zkl_buffer_put_text(out, agree ? " agrees in " : " has no value of ");
        zkl_claim_put_names(out, said, agree ? " and " : ", ");
        return;
    }
    if (is_kind(said, &zkl_claim_kind_quantile)) {
        zkl_buffer_put_text(out, "the quantile ");
        zkl_claim_put_quantity(out, &body->place);
    } else {
        zkl_buffer_put_text(out, is_kind(said, &zkl_claim_kind_min)   ? "the least value"
                                 : is_kind(said, &zkl_claim_kind_max) ? "the greatest value"
                                                                      : "the median");
    }
    zkl_buffer_put_text(out, " of ");
    zkl_claim_put_names(out, said, ", ");
    if (is_kind(said, &zkl_claim_kind_median))
        zkl_buffer_put_text(out, " (of two in the middle the lower one)");
    if (is_kind(said, &zkl_claim_kind_quantile))
        zkl_buffer_put_text(out,
                            " (the least value that so large a share of the values is at most)");
    zkl_buffer_format(out, " is %s ", zkl_claim_mode_words(body->mode));
    put_result(out, said);
}

/* Are the rows that offend it those with a value on the wrong side, and nothing else? Of a nullable
 * column it may also be that there is no value. */
static bool offends_by_rows(const zkl_compiled_claim *claim)
{
    const where_body *body = claim->claim.body;
    const zkl_column *column = zkl_claim_schema_column(claim->scope, claim->column);
    return !column->nullable &&
           ((is_kind(&claim->claim, &zkl_claim_kind_min) && body->mode == ZKL_MODE_AT_LEAST) ||
            (is_kind(&claim->claim, &zkl_claim_kind_max) && body->mode == ZKL_MODE_AT_MOST));
}

/* Which side it lies on, and no more. */
static const char *false_words(const zkl_compiled_claim *claim)
{
    static const char *const rows[ZKL_MODE_COUNT] = {
        [ZKL_MODE_EXACTLY] = "another number of rows is like that",
        [ZKL_MODE_AT_LEAST] = "fewer rows are like that",
        [ZKL_MODE_AT_MOST] = "more rows are like that",
    };
    static const char *const order[ZKL_MODE_COUNT] = {
        [ZKL_MODE_EXACTLY] = "it is another value, or there is none",
        [ZKL_MODE_AT_LEAST] = "it is less, or there is no value",
        [ZKL_MODE_AT_MOST] = "it is more, or there is no value",
    };
    const where_body *body = claim->claim.body;
    if (offends_by_rows(claim))
        return NULL;
    return (is_order(&claim->claim) ? order : rows)[body->mode];
}

/* None is by row: the numbers of parts would be disclosed. None says how many nulls there are, but
 * by what it says of them itself. */
const zkl_claim_ops zkl_claim_kind_count_where = {
    .word = "count",
    .parse = parse_count,
    .compile = compile_count,
    .bind = bind,
    .print = print,
    .print_bare = print_without_result,
    .json = json,
    .sentence = sentence,
    .false_words = false_words,
};

const zkl_claim_ops zkl_claim_kind_share = {
    .word = "share",
    .parse = parse_share,
    .compile = compile_count,
    .bind = bind,
    .print = print,
    .print_bare = print_without_result,
    .json = json,
    .sentence = sentence,
    .false_words = false_words,
};

const zkl_claim_ops zkl_claim_kind_null_rate = {
    .word = "null_rate",
    .parse = parse_null_rate,
    .compile = compile_null_rate,
    .bind = bind,
    .print = print,
    .print_bare = print_without_result,
    .json = json,
    .sentence = sentence,
    .false_words = false_words,
};

const zkl_claim_ops zkl_claim_kind_accuracy = {
    .word = "accuracy",
    .parse = parse_accuracy,
    .compile = compile_accuracy,
    .bind = bind,
    .print = print,
    .print_bare = print_without_result,
    .json = json,
    .sentence = sentence,
    .false_words = false_words,
};

#define ORDER_KIND(name)                                                                           \
    const zkl_claim_ops zkl_claim_kind_##name = {                                                  \
        .word = #name,                                                                             \
        .parse = parse_order,                                                                      \
        .compile = compile_order,                                                                  \
        .place = place,                                                                            \
        .put_value = put_value,                                                                    \
        .print = print,                                                                            \
        .print_bare = print_without_result,                                                        \
        .json = json,                                                                              \
        .sentence = sentence,                                                                      \
        .false_words = false_words,                                                                \
    }
ORDER_KIND(min);
ORDER_KIND(max);
ORDER_KIND(median);
ORDER_KIND(quantile);
