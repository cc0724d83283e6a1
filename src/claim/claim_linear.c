/* "linear(2*a + b = c + 5)": the equation holds in every row, exactly, and none of its columns has
 * a null.
 *
 * Read as sum_j w_j a_j = v: columns are gathered on the left, numbers on the right. Compiles to an
 * assertion "linear" over codes: weights and value are made whole by a common power of ten, divided
 * by what the weights have in common, and shifted by the offsets o_j of the types (proof-system.md
 * section 8, "Offsets"):
 *     sum_j w_j x_j = v + sum_j w_j o_j,   x_j = a_j + o_j.
 * A null is code 0 and could satisfy it. So a second assertion over the same columns says that
 * no flag is set. */
#include "claim/claim_kind.h"

#include <stdlib.h>
#include <string.h>

#include "text/json_text.h"

typedef struct linear_body {
    zkl_quantity *weights; /* of each column of the claim */
    size_t weight_capacity;
    zkl_quantity value;
} linear_body;

/* ---- Parsing */

/* value -= constant, or += when it is negated. */
static zkl_status move_constant(zkl_claim_reader *r, zkl_quantity *out,
                                const zkl_quantity *constant, bool negated)
{
    const unsigned scale = out->scale > constant->scale ? out->scale : constant->scale;
    zkl_exact power, value, moved;
    const bool fits =
        zkl_exact_power_of_ten(&power, scale - out->scale) &&
        zkl_exact_mul(&value, &out->digits, &power) &&
        zkl_exact_power_of_ten(&power, scale - constant->scale) &&
        zkl_exact_mul(&moved, &constant->digits, &power) &&
        (negated ? zkl_exact_add(&value, &value, &moved) : zkl_exact_sub(&value, &value, &moved));
    if (!fits)
        return zkl_fail(r->err, ZKL_LIMIT, "the value of the linear claim has too many digits");
    out->digits = value;
    out->scale = scale;
    return ZKL_OK;
}

/* The weight of the column that was read last. Weights have as much room as columns. */
static zkl_status put_weight(zkl_claim_reader *r, const zkl_claim *claim,
                             const zkl_quantity *weight)
{
    linear_body *body = claim->body;
    if (body->weight_capacity != r->column_capacity) {
        zkl_quantity *more = ZKL_ARENA_NEW(r->arena, zkl_quantity, r->column_capacity);
        if (!more)
            return zkl_no_memory(r->err, r->column_capacity * sizeof *more);
        if (claim->column_count > 1)
            memcpy(more, body->weights, (claim->column_count - 1) * sizeof *more);
        body->weights = more;
        body->weight_capacity = r->column_capacity;
    }
    ZKL_ASSERT(claim->column_count > 0 && claim->column_count <= body->weight_capacity);
    body->weights[claim->column_count - 1] = *weight;
    return ZKL_OK;
}

/* A number alone, or a column with or without its weight. negated: it is subtracted from the
 * left side, or added to the right one. */
static zkl_status parse_item(zkl_claim_reader *r, zkl_claim *out, bool negated)
{
    linear_body *body = out->body;
    zkl_quantity weight = { .digits = zkl_exact_of(1), .denominator = 1 };
    const uint8_t first = zkl_claim_peek(r);
    if (zkl_is_digit(first)) {
        ZKL_TRY(zkl_claim_read_quantity(r, &weight, false));
        if (zkl_claim_begins_name(zkl_claim_peek(r)))
            return zkl_claim_expect(r, "*");
        if (!zkl_claim_accept(r, "*"))
            return move_constant(r, &body->value, &weight, negated);
    }
    ZKL_TRY(zkl_claim_read_column(r, out));
    if (negated)
        weight.digits = zkl_exact_negate(weight.digits);
    return put_weight(r, out, &weight);
}

/* Items joined by signs; the first may have a minus. On the right side every sign turns around. */
static zkl_status parse_side(zkl_claim_reader *r, zkl_claim *out, bool is_right)
{
    bool minus = zkl_claim_accept(r, "-");
    do {
        ZKL_TRY(parse_item(r, out, minus != is_right));
        minus = zkl_claim_accept(r, "-");
    } while (minus || zkl_claim_accept(r, "+"));
    return ZKL_OK;
}

/* What numbers of two sides add up to stands in the canonical text, which is read again: so it
 * has no more digits than one number may have. */
static zkl_status check_digits(const zkl_claim_reader *r, const zkl_quantity *value)
{
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    size_t digits = 0;
    zkl_exact_format(&text, &value->digits, value->scale);
    ZKL_TRY(zkl_buffer_status(&text, r->err));
    for (size_t i = 0; i < text.size; i++)
        digits += zkl_is_digit(text.data[i]);
    if (digits > ZKL_EXACT_DIGITS_MAX)
        return zkl_fail(r->err, ZKL_LIMIT,
                        "the value of the linear claim has %zu digits, at most %d", digits,
                        ZKL_EXACT_DIGITS_MAX);
    return ZKL_OK;
}

/* Both sides around one '='; an inequality is told from a missing sign. */
static zkl_status parse(zkl_claim_reader *r, zkl_claim *out)
{
    ZKL_TRY(zkl_claim_new_body(&out->body, r->arena, sizeof(linear_body), r->err));
    linear_body *body = out->body;
    body->value = (zkl_quantity){ .denominator = 1 };
    ZKL_TRY(zkl_claim_expect(r, "("));
    const size_t start = r->at;
    ZKL_TRY(parse_side(r, out, false));
    const uint8_t sign = zkl_claim_peek(r);
    if (sign == '<' || sign == '>')
        return zkl_claim_fail_at(r, r->at, "a linear claim is an equation: '=' expected");
    ZKL_TRY(zkl_claim_expect(r, "="));
    ZKL_TRY(parse_side(r, out, true));
    if (!out->column_count)
        return zkl_claim_fail_at(r, start, "a column name expected");
    ZKL_TRY(check_digits(r, &body->value));
    return zkl_claim_expect(r, ")");
}

/* ---- Compiling */

/* One column's weight, over the common denominator 10^scale. */
typedef struct linear_column {
    uint32_t column;
    zkl_exact weight;
} linear_column;

/* The equation over whole numbers: columns ascending, each once. */
typedef struct linear_equation {
    linear_column *columns;
    size_t count;
    zkl_exact value;
} linear_equation;

/* Ascending by column: the order in which a source has them. */
static int compare_linear(const void *a, const void *b)
{
    const uint32_t x = ((const linear_column *)a)->column, y = ((const linear_column *)b)->column;
    return (x > y) - (x < y);
}

/* out = digits * 10^up */
static bool scale_up(zkl_exact *out, const zkl_exact *digits, unsigned up)
{
    zkl_exact power;
    return zkl_exact_power_of_ten(&power, up) && zkl_exact_mul(out, digits, &power);
}

/* Make weights and value whole: the scale of a weighted column is that of its weight and its
 * type. */
static zkl_status read_equation(const zkl_claim_maker *m, const zkl_claim *claim,
                                linear_equation *out)
{
    const linear_body *body = claim->body;
    const size_t named = claim->column_count;
    linear_column *columns = ZKL_ARENA_NEW(m->arena, linear_column, named);
    unsigned scale = body->value.scale; /* the largest of all: the common denominator is 10^scale */
    if (!columns)
        return zkl_no_memory(m->err, named * sizeof *columns);
    for (size_t i = 0; i < named; i++) {
        ZKL_TRY(zkl_claim_find_column(m, &claim->columns[i], &columns[i].column));
        const zkl_type *type = &zkl_claim_schema_column(m->scope, columns[i].column)->type;
        if (!zkl_type_is_number(type))
            return zkl_claim_fail_column(m, ZKL_USAGE, columns[i].column,
                                         "only integers and decimals stand in a linear relation");
        const unsigned own = body->weights[i].scale + type->scale;
        scale = own > scale ? own : scale;
    }
    for (size_t i = 0; i < named; i++) {
        const unsigned own = body->weights[i].scale +
                             zkl_claim_schema_column(m->scope, columns[i].column)->type.scale;
        if (!scale_up(&columns[i].weight, &body->weights[i].digits, scale - own))
            return zkl_fail(m->err, ZKL_LIMIT, "the weights of the linear claim are too far apart");
    }
    if (!scale_up(&out->value, &body->value.digits, scale - body->value.scale))
        return zkl_fail(m->err, ZKL_LIMIT, "the value of the linear claim is too large");
    qsort(columns, named, sizeof *columns, compare_linear);
    for (size_t i = 1; i < named; i++)
        ZKL_DEBUG_ASSERT(columns[i - 1].column <= columns[i].column);
    out->columns = columns;
    return ZKL_OK;
}

/* A column that is named twice has both weights. */
static zkl_status join_columns(const zkl_claim_maker *m, linear_equation *equation, size_t named)
{
    linear_column *columns = equation->columns;
    ZKL_ASSERT(named > 0);
    equation->count = 0;
    for (size_t i = 0; i < named; i++) {
        linear_column *last = equation->count ? &columns[equation->count - 1] : NULL;
        if (!last || last->column != columns[i].column)
            columns[equation->count++] = columns[i];
        else if (!zkl_exact_add(&last->weight, &last->weight, &columns[i].weight))
            return zkl_fail(m->err, ZKL_LIMIT, "the weights of the linear claim are too large");
    }
    return ZKL_OK;
}

/* Divide by what all weights have in common. A value that it does not divide is one that no row
 * has. */
static zkl_status reduce(const zkl_claim_maker *m, linear_equation *equation)
{
    zkl_exact common = { 0 }, rest;
    for (size_t i = 0; i < equation->count; i++) {
        if (zkl_exact_is_zero(&equation->columns[i].weight))
            return zkl_claim_fail_column(m, ZKL_USAGE, equation->columns[i].column,
                                         "its weight in the linear claim is 0");
        common = zkl_exact_gcd(common, equation->columns[i].weight);
    }
    for (size_t i = 0; i < equation->count; i++) {
        linear_column *column = &equation->columns[i];
        uint64_t magnitude;
        zkl_exact_divide(&column->weight, &rest, &column->weight, &common);
        ZKL_ASSERT(zkl_exact_is_zero(&rest));
        zkl_exact absolute = column->weight;
        absolute.negative = false;
        if (!zkl_exact_to_u64(&magnitude, &absolute))
            return zkl_claim_fail_column(m, ZKL_LIMIT, column->column,
                                         "its weight, made whole, has more than 64 bits");
    }
    zkl_exact_divide(&equation->value, &rest, &equation->value, &common);
    if (!zkl_exact_is_zero(&rest))
        return zkl_fail(m->err, ZKL_REJECTED,
                        "no row can satisfy the linear claim: its left side is always a multiple "
                        "of something that its value is not");
    return ZKL_OK;
}

/* value: the constant in codes. A constant that no codes reach is refused: so among the integers
 * that are equal mod r at most one can be said. The sums have at most 12 + 64 + 128 bits. */
static zkl_status check_reach(const zkl_claim_maker *m, const linear_equation *equation)
{
    zkl_exact least = { 0 }, most = { 0 };
    for (size_t i = 0; i < equation->count; i++) {
        const linear_column *column = &equation->columns[i];
        const zkl_exact last = zkl_exact_of_u128(
            zkl_claim_last_code(&zkl_claim_schema_column(m->scope, column->column)->type));
        zkl_exact *end = column->weight.negative ? &least : &most, reach;
        ZKL_ASSERT(zkl_exact_mul(&reach, &column->weight, &last) &&
                   zkl_exact_add(end, end, &reach));
    }
    if (zkl_exact_compare(&equation->value, &least) >= 0 &&
        zkl_exact_compare(&equation->value, &most) <= 0)
        return ZKL_OK;
    return zkl_fail(m->err, ZKL_REJECTED,
                    "no row of these types can satisfy the linear claim: its left side cannot be "
                    "that %s",
                    equation->value.negative ? "small" : "large");
}

/* The assertion "linear" of the equation: c, then a weight for each column, 0 for flags. Shifts
 * the value by the offsets. */
static zkl_status assert_equation(const zkl_claim_maker *m, zkl_compiled_claim *out,
                                  linear_equation *equation, const uint32_t *numbers,
                                  size_t column_count)
{
    zkl_claim_assertion *sum = NULL;
    ZKL_TRY(zkl_claim_add_assertion(&sum, m, out, ZKL_ASSERTION_LINEAR, 1 + column_count));
    ZKL_TRY(zkl_claim_put_numbered(m, &sum->sources[0], numbers, equation->count));
    ZKL_ASSERT(sum->sources[0].column_count == column_count);
    for (size_t i = 0, at = 1; i < equation->count; i++) {
        const zkl_column *c = zkl_claim_schema_column(m->scope, numbers[i]);
        const zkl_exact offset = zkl_exact_of_u128(zkl_type_offset(&c->type));
        zkl_exact shift;
        if (!zkl_exact_mul(&shift, &equation->columns[i].weight, &offset) ||
            !zkl_exact_add(&equation->value, &equation->value, &shift))
            return zkl_fail(m->err, ZKL_LIMIT, "the value of the linear claim is too large");
        zkl_claim_scalar(&sum->params[at++], &equation->columns[i].weight);
        at += c->nullable;
    }
    /* Out of reach is refused here, before the constant is taken mod r. */
    ZKL_TRY(check_reach(m, equation));
    zkl_claim_scalar(&sum->params[0], &equation->value);
    return ZKL_OK;
}

/* The second assertion: the sum of the flags is 0 in every row. Flags are 0 or 1 and fewer than
 * r, so each is 0. */
static zkl_status assert_no_nulls(const zkl_claim_maker *m, zkl_compiled_claim *out,
                                  const uint32_t *numbers, size_t count)
{
    const zkl_claim_source *source = &out->assertions[0].sources[0];
    zkl_claim_assertion *flags = NULL;
    ZKL_TRY(
        zkl_claim_add_assertion(&flags, m, out, ZKL_ASSERTION_LINEAR, 1 + source->column_count));
    flags->sources = out->assertions[0].sources; /* equal tables are one table of the statement */
    for (size_t i = 0, at = 1; i < count; i++, at++)
        if (zkl_claim_schema_column(m->scope, numbers[i])->nullable)
            flags->params[++at].bytes[31] = 1;
    return ZKL_OK;
}

/* The canonical text keeps the equation as it was said; only the assertions have it in lowest
 * terms. */
static zkl_status compile(const zkl_claim_maker *m, zkl_compiled_claim *out)
{
    linear_equation equation = { 0 };
    ZKL_TRY(read_equation(m, &out->claim, &equation));
    ZKL_TRY(join_columns(m, &equation, out->claim.column_count));
    ZKL_TRY(reduce(m, &equation));
    ZKL_ASSERT(equation.count > 0 && equation.count <= out->claim.column_count);

    uint32_t *numbers = ZKL_ARENA_NEW(m->arena, uint32_t, equation.count);
    size_t flags = 0;
    if (!numbers)
        return zkl_no_memory(m->err, equation.count * sizeof *numbers);
    for (size_t i = 0; i < equation.count; i++) {
        numbers[i] = equation.columns[i].column;
        flags += zkl_claim_schema_column(m->scope, numbers[i])->nullable;
    }
    ZKL_TRY(assert_equation(m, out, &equation, numbers, equation.count + flags));
    return flags ? assert_no_nulls(m, out, numbers, equation.count) : ZKL_OK;
}

/* ---- Words */

/* A weight of 1 is not written. */
static bool is_one(const zkl_quantity *weight)
{
    const zkl_exact one = zkl_exact_of(1);
    return weight->scale == 0 && zkl_exact_compare(&weight->digits, &one) == 0;
}

/* "2*a + b - c = 5" */
static void put_equation(zkl_buffer *out, const zkl_claim *claim)
{
    const linear_body *body = claim->body;
    ZKL_ASSERT(claim->column_count > 0 && claim->column_count <= body->weight_capacity);
    for (size_t i = 0; i < claim->column_count; i++) {
        zkl_quantity weight = body->weights[i];
        const bool minus = weight.digits.negative;
        weight.digits.negative = false;
        zkl_buffer_put_text(out, i == 0 ? (minus ? "-" : "") : (minus ? " - " : " + "));
        if (!is_one(&weight)) {
            zkl_claim_put_quantity(out, &weight);
            zkl_buffer_put_u8(out, '*');
        }
        zkl_claim_name_print(out, claim->columns[i].name);
    }
    zkl_buffer_put_text(out, " = ");
    zkl_claim_put_quantity(out, &body->value);
}

/* Terms stay as they were said; a constant on the left has moved to the right. */
static void print(zkl_buffer *out, const zkl_claim *claim)
{
    zkl_buffer_put_text(out, "linear(");
    put_equation(out, claim);
    zkl_buffer_put_u8(out, ')');
}

/* "terms": the columns with their weights, as in the text. */
static void json(zkl_claim_members *out, const zkl_compiled_claim *claim)
{
    const linear_body *body = claim->claim.body;
    zkl_buffer *terms = zkl_claim_member(out, "terms");
    for (size_t i = 0; i < claim->claim.column_count; i++) {
        zkl_buffer_put_text(terms, i ? ",{\"column\":" : "[{\"column\":");
        zkl_json_put_string(terms, claim->claim.columns[i].name);
        zkl_buffer_put_text(terms, ",\"weight\":\"");
        zkl_claim_put_quantity(terms, &body->weights[i]);
        zkl_buffer_put_text(terms, "\"}");
    }
    zkl_buffer_put_u8(terms, ']');
    zkl_claim_member_quantity(out, "value", &body->value);
}

/* Two assertions: some of the columns may hold nulls, and none does. */
static void sentence(zkl_buffer *out, const zkl_compiled_claim *claim)
{
    put_equation(out, &claim->claim);
    zkl_buffer_put_text(out, claim->assertion_count > 1
                                 ? " holds in every row, and none of these columns has a null"
                                 : " holds in every row");
}

/* ---- Properties */

/* Of every column it names, by its second assertion or by the schema. */
static zkl_claim_nulls nulls(const zkl_compiled_claim *claim)
{
    (void)claim;
    return ZKL_CLAIM_NULLS_REFUSED;
}

/* An equation that no row of these types satisfies is offended by all. */
static zkl_claim_offenders offenders(const zkl_claim *claim)
{
    (void)claim;
    return ZKL_CLAIM_OFFENDERS_ALL;
}

const zkl_claim_ops zkl_claim_kind_linear = {
    .word = "linear",
    .is_by_row = true,
    .parse = parse,
    .compile = compile,
    .print = print,
    .json = json,
    .sentence = sentence,
    .nulls = nulls,
    .offenders = offenders,
};
