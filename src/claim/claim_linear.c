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
#include "claim/equation.h"

typedef struct linear_body {
    zkl_equation_text text;
} linear_body;

static const zkl_equation_form form = { .noun = "the linear claim" };

static zkl_status parse(zkl_claim_reader *r, zkl_claim *out)
{
    ZKL_TRY(zkl_claim_new_body(&out->body, r->arena, sizeof(linear_body), r->err));
    linear_body *body = out->body;
    return zkl_equation_parse(r, out, &body->text, &form);
}

/* ---- Compiling */

/* value: the constant in codes. A constant that no codes reach is refused: so among the integers
 * that are equal mod r at most one can be said. The sums have at most 12 + 64 + 128 bits. */
static zkl_status check_reach(const zkl_claim_maker *m, const zkl_equation *equation)
{
    zkl_exact least = { 0 }, most = { 0 };
    for (size_t i = 0; i < equation->count; i++) {
        const zkl_equation_column *column = &equation->columns[i];
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
                                  zkl_equation *equation, const uint32_t *numbers,
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
    const linear_body *body = out->claim.body;
    zkl_equation equation;
    ZKL_TRY(zkl_equation_make(&equation, m, &out->claim, &body->text, &form));
    if (equation.has_rest)
        return zkl_fail(m->err, ZKL_REJECTED,
                        "no row can satisfy the linear claim: its left side is always a multiple "
                        "of something that its value is not");
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

static void print(zkl_buffer *out, const zkl_claim *claim)
{
    const linear_body *body = claim->body;
    zkl_buffer_put_text(out, "linear(");
    zkl_equation_put(out, claim, &body->text, &form);
    zkl_buffer_put_u8(out, ')');
}

static void json(zkl_claim_members *out, const zkl_compiled_claim *claim)
{
    const linear_body *body = claim->claim.body;
    zkl_equation_member(out, &claim->claim, &body->text);
}

/* Two assertions: some of the columns may hold nulls, and none does. */
static void sentence(zkl_buffer *out, const zkl_compiled_claim *claim)
{
    const linear_body *body = claim->claim.body;
    zkl_equation_put(out, &claim->claim, &body->text, &form);
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
