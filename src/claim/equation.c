/* Equations of columns, read and made whole. All numbers are exact: one that needs more than 256
 * bits on the way is refused. */
#include "claim/equation.h"

#include <stdlib.h>
#include <string.h>

#include "text/json_text.h"

/* ---- Parsing */

/* An equation while it is read. */
typedef struct equation_reader {
    zkl_claim_reader *r;
    zkl_claim *claim;
    zkl_equation_text *text;
    const zkl_equation_form *form;
} equation_reader;

/* value -= constant, or += when it is negated. */
static zkl_status move_constant(const equation_reader *e, const zkl_quantity *constant,
                                bool negated)
{
    zkl_quantity *out = &e->text->value;
    const unsigned scale = out->scale > constant->scale ? out->scale : constant->scale;
    zkl_exact power, value, moved;
    const bool fits =
        zkl_exact_power_of_ten(&power, scale - out->scale) &&
        zkl_exact_mul(&value, &out->digits, &power) &&
        zkl_exact_power_of_ten(&power, scale - constant->scale) &&
        zkl_exact_mul(&moved, &constant->digits, &power) &&
        (negated ? zkl_exact_add(&value, &value, &moved) : zkl_exact_sub(&value, &value, &moved));
    if (!fits)
        return zkl_fail(e->r->err, ZKL_LIMIT, "the value of %s has too many digits", e->form->noun);
    out->digits = value;
    out->scale = scale;
    return ZKL_OK;
}

/* The weight of the column that was read last. Weights have as much room as columns. */
static zkl_status put_weight(const equation_reader *e, const zkl_quantity *weight)
{
    zkl_equation_text *text = e->text;
    const size_t count = e->claim->column_count, room = e->r->column_capacity;
    if (text->weight_capacity != room) {
        zkl_quantity *more = ZKL_ARENA_NEW(e->r->arena, zkl_quantity, room);
        if (!more)
            return zkl_no_memory(e->r->err, room * sizeof *more);
        if (count > 1)
            memcpy(more, text->weights, (count - 1) * sizeof *more);
        text->weights = more;
        text->weight_capacity = room;
    }
    ZKL_ASSERT(count > 0 && count <= text->weight_capacity);
    text->weights[count - 1] = *weight;
    return ZKL_OK;
}

/* A number alone, or a column with or without its weight; a dataset's name may begin with a digit.
 * negated: it is subtracted from the left side, or added to the right one. */
static zkl_status parse_item(const equation_reader *e, bool negated)
{
    zkl_claim_reader *r = e->r;
    zkl_quantity weight = { .digits = zkl_exact_of(1), .denominator = 1 };
    const uint8_t first = zkl_claim_peek(r);
    if (zkl_is_digit(first) && !(e->form->is_joint && zkl_claim_begins_dataset(r))) {
        ZKL_TRY(zkl_claim_read_quantity(r, &weight, false));
        if (zkl_claim_begins_name(zkl_claim_peek(r)))
            return zkl_claim_expect(r, "*");
        if (!zkl_claim_accept(r, "*"))
            return move_constant(e, &weight, negated);
    }
    ZKL_TRY(e->form->is_joint ? zkl_claim_read_any_column(r, e->claim)
                              : zkl_claim_read_column(r, e->claim));
    if (negated)
        weight.digits = zkl_exact_negate(weight.digits);
    return put_weight(e, &weight);
}

/* Items joined by signs; the first may have a minus. On the right side every sign turns around. */
static zkl_status parse_side(const equation_reader *e, bool is_right)
{
    bool minus = zkl_claim_accept(e->r, "-");
    do {
        ZKL_TRY(parse_item(e, minus != is_right));
        minus = zkl_claim_accept(e->r, "-");
    } while (minus || zkl_claim_accept(e->r, "+"));
    return ZKL_OK;
}

/* What numbers of two sides add up to stands in the canonical text, which is read again: so it
 * has no more digits than one number may have. */
static zkl_status check_digits(const equation_reader *e)
{
    const zkl_quantity *value = &e->text->value;
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    size_t digits = 0;
    zkl_exact_format(&text, &value->digits, value->scale);
    ZKL_TRY(zkl_buffer_status(&text, e->r->err));
    for (size_t i = 0; i < text.size; i++)
        digits += zkl_is_digit(text.data[i]);
    if (digits > ZKL_EXACT_DIGITS_MAX)
        return zkl_fail(e->r->err, ZKL_LIMIT, "the value of %s has %zu digits, at most %d",
                        e->form->noun, digits, ZKL_EXACT_DIGITS_MAX);
    return ZKL_OK;
}

/* Both sides around one sign; an inequality where none may be is told from a missing sign. */
zkl_status zkl_equation_parse(zkl_claim_reader *r, zkl_claim *claim, zkl_equation_text *text,
                              const zkl_equation_form *form)
{
    const equation_reader e = { r, claim, text, form };
    *text = (zkl_equation_text){ .value = { .denominator = 1 }, .mode = ZKL_MODE_EXACTLY };
    ZKL_TRY(zkl_claim_expect(r, "("));
    const size_t start = r->at;
    ZKL_TRY(parse_side(&e, false));
    const uint8_t sign = zkl_claim_peek(r);
    if (form->is_joint && sign != '=') {
        if (!zkl_claim_accept_comparison(r, &text->mode))
            return zkl_claim_fail_at(r, r->at, "'=', '>=' or '<=' expected");
    } else {
        if (sign == '<' || sign == '>')
            return zkl_claim_fail_at(r, r->at, "a linear claim is an equation: '=' expected");
        ZKL_TRY(zkl_claim_expect(r, "="));
    }
    ZKL_TRY(parse_side(&e, true));
    if (!claim->column_count)
        return zkl_claim_fail_at(r, start, "a column name expected");
    ZKL_TRY(check_digits(&e));
    return zkl_claim_expect(r, ")");
}

/* ---- Whole numbers */

/* By dataset as the claim names them, then by column: the order in which sources have them. */
static int compare_columns(const void *a, const void *b)
{
    const zkl_equation_column *x = a, *y = b;
    if (x->named != y->named)
        return x->named < y->named ? -1 : 1;
    return (x->column > y->column) - (x->column < y->column);
}

/* out = digits * 10^up */
static bool scale_up(zkl_exact *out, const zkl_exact *digits, unsigned up)
{
    zkl_exact power;
    return zkl_exact_power_of_ten(&power, up) && zkl_exact_mul(out, digits, &power);
}

/* 0, or 1 + the place among the claim's others. */
static size_t named_place(const zkl_claim *claim, size_t dataset)
{
    size_t i = 0;
    while (dataset && claim->others[i].dataset != dataset)
        i++;
    return dataset ? i + 1 : 0;
}

static zkl_status find_column(const zkl_claim_maker *m, const zkl_claim *claim, size_t at,
                              zkl_equation_column *out, const zkl_equation_form *form)
{
    const zkl_claim_column *named = &claim->columns[at];
    *out = (zkl_equation_column){ .dataset = named->dataset,
                                  .named = named_place(claim, named->dataset) };
    ZKL_TRY(zkl_claim_find_column(m, named, &out->column));
    if (zkl_type_is_number(&zkl_claim_column_of(m->scope, out->dataset, out->column)->type))
        return ZKL_OK;
    return zkl_claim_fail_column_of(m, ZKL_USAGE, out->dataset, out->column,
                                    form->is_joint
                                        ? "only integers and decimals stand in a balance"
                                        : "only integers and decimals stand in a linear relation");
}

/* Make weights and value whole: the scale of a weighted column is that of its weight and its
 * type. */
static zkl_status read_equation(zkl_equation *out, const zkl_claim_maker *m, const zkl_claim *claim,
                                const zkl_equation_text *text, const zkl_equation_form *form)
{
    const size_t named = claim->column_count;
    zkl_equation_column *columns = ZKL_ARENA_NEW(m->arena, zkl_equation_column, named);
    unsigned scale = text->value.scale; /* the largest of all: the common denominator is 10^scale */
    if (!columns)
        return zkl_no_memory(m->err, named * sizeof *columns);
    for (size_t i = 0; i < named; i++) {
        ZKL_TRY(find_column(m, claim, i, &columns[i], form));
        const unsigned own =
            text->weights[i].scale +
            zkl_claim_column_of(m->scope, columns[i].dataset, columns[i].column)->type.scale;
        scale = own > scale ? own : scale;
    }
    for (size_t i = 0; i < named; i++) {
        const unsigned own =
            text->weights[i].scale +
            zkl_claim_column_of(m->scope, columns[i].dataset, columns[i].column)->type.scale;
        if (!scale_up(&columns[i].weight, &text->weights[i].digits, scale - own))
            return zkl_fail(m->err, ZKL_LIMIT, "the weights of %s are too far apart", form->noun);
    }
    if (!scale_up(&out->value, &text->value.digits, scale - text->value.scale))
        return zkl_fail(m->err, ZKL_LIMIT, "the value of %s is too large", form->noun);
    qsort(columns, named, sizeof *columns, compare_columns);
    for (size_t i = 1; i < named; i++)
        ZKL_DEBUG_ASSERT(compare_columns(&columns[i - 1], &columns[i]) <= 0);
    out->columns = columns;
    return ZKL_OK;
}

/* A column that is named twice has both weights. */
static zkl_status join_columns(zkl_equation *equation, const zkl_claim_maker *m, size_t named,
                               const zkl_equation_form *form)
{
    zkl_equation_column *columns = equation->columns;
    ZKL_ASSERT(named > 0);
    equation->count = 0;
    for (size_t i = 0; i < named; i++) {
        zkl_equation_column *last = equation->count ? &columns[equation->count - 1] : NULL;
        if (!last || compare_columns(last, &columns[i]) != 0)
            columns[equation->count++] = columns[i];
        else if (!zkl_exact_add(&last->weight, &last->weight, &columns[i].weight))
            return zkl_fail(m->err, ZKL_LIMIT, "the weights of %s are too large", form->noun);
    }
    return ZKL_OK;
}

/* Divide by what all weights have in common. */
static zkl_status reduce(zkl_equation *equation, const zkl_claim_maker *m,
                         const zkl_equation_form *form)
{
    zkl_exact common = { 0 }, rest;
    for (size_t i = 0; i < equation->count; i++) {
        const zkl_equation_column *column = &equation->columns[i];
        if (zkl_exact_is_zero(&column->weight))
            return zkl_claim_fail_column_of(m, ZKL_USAGE, column->dataset, column->column,
                                            form->is_joint ? "its weight in the balance is 0"
                                                           : "its weight in the linear claim is 0");
        common = zkl_exact_gcd(common, column->weight);
    }
    for (size_t i = 0; i < equation->count; i++) {
        zkl_equation_column *column = &equation->columns[i];
        uint64_t magnitude;
        zkl_exact_divide(&column->weight, &rest, &column->weight, &common);
        ZKL_ASSERT(zkl_exact_is_zero(&rest));
        zkl_exact absolute = column->weight;
        absolute.negative = false;
        if (!zkl_exact_to_u64(&magnitude, &absolute))
            return zkl_claim_fail_column_of(m, ZKL_LIMIT, column->dataset, column->column,
                                            "its weight, made whole, has more than 64 bits");
    }
    zkl_exact_divide(&equation->value, &rest, &equation->value, &common);
    equation->has_rest = !zkl_exact_is_zero(&rest);
    return ZKL_OK;
}

zkl_status zkl_equation_make(zkl_equation *out, const zkl_claim_maker *m, const zkl_claim *claim,
                             const zkl_equation_text *text, const zkl_equation_form *form)
{
    zkl_equation made = { 0 };
    ZKL_TRY(read_equation(&made, m, claim, text, form));
    ZKL_TRY(join_columns(&made, m, claim->column_count, form));
    ZKL_TRY(reduce(&made, m, form));
    ZKL_ASSERT(made.count > 0 && made.count <= claim->column_count);
    *out = made;
    return ZKL_OK;
}

/* ---- Words */

/* A weight of 1 is not written. */
static bool is_one(const zkl_quantity *weight)
{
    const zkl_exact one = zkl_exact_of(1);
    return weight->scale == 0 && zkl_exact_compare(&weight->digits, &one) == 0;
}

/* Terms stay as they were said; a constant on the left has moved to the right. Where columns of
 * others may stand, a name with a point stands in quotes. */
void zkl_equation_put(zkl_buffer *out, const zkl_claim *claim, const zkl_equation_text *text,
                      const zkl_equation_form *form)
{
    ZKL_ASSERT(claim->column_count > 0 && claim->column_count <= text->weight_capacity);
    for (size_t i = 0; i < claim->column_count; i++) {
        zkl_quantity weight = text->weights[i];
        const bool minus = weight.digits.negative;
        weight.digits.negative = false;
        zkl_buffer_put_text(out, i == 0 ? (minus ? "-" : "") : (minus ? " - " : " + "));
        if (!is_one(&weight)) {
            zkl_claim_put_quantity(out, &weight);
            zkl_buffer_put_u8(out, '*');
        }
        if (form->is_joint)
            zkl_claim_put_column(out, claim, i);
        else
            zkl_claim_name_print(out, claim->columns[i].name);
    }
    zkl_buffer_format(out, " %s ", zkl_claim_mode_sign(text->mode));
    zkl_claim_put_quantity(out, &text->value);
}

void zkl_equation_member(zkl_claim_members *members, const zkl_claim *claim,
                         const zkl_equation_text *text)
{
    zkl_buffer *terms = zkl_claim_member(members, "terms");
    for (size_t i = 0; i < claim->column_count; i++) {
        zkl_buffer_put_text(terms, i ? ",{\"column\":" : "[{\"column\":");
        zkl_json_put_string(terms, claim->columns[i].name);
        if (claim->columns[i].dataset) {
            zkl_buffer_put_text(terms, ",\"dataset\":\""); /* its name needs no escape */
            zkl_claim_put_other(terms, claim, claim->columns[i].dataset);
            zkl_buffer_put_u8(terms, '"');
        }
        zkl_buffer_put_text(terms, ",\"weight\":\"");
        zkl_claim_put_quantity(terms, &text->weights[i]);
        zkl_buffer_put_text(terms, "\"}");
    }
    zkl_buffer_put_u8(terms, ']');
    zkl_claim_member_quantity(members, "value", &text->value);
}
