/* "balance(2*amount - paid@1.amount + 3 = 0)", also ">=" and "<=": a weighted sum of the sums of
 * columns, of this dataset and of others, each over all rows that are not null.
 *
 * Read as sum_i w_i (sum of a_i) compared with v, as "linear" is read. Compiles to one assertion
 * "balance" with a table for each column: weights and v are made whole by a common power of ten and
 * divided by what the weights have in common, v rounded to the next whole number that satisfies the
 * comparison. Offsets of the types are parameters, so that sums are those of values, however many
 * nulls there are: nothing says how many. */
#include "claim/equation.h"

#define COLUMNS_MAX 1024 /* tables of one assertion */

typedef struct balance_body {
    zkl_equation_text text;
    bool has_nulls; /* once compiled: some column may hold them */
} balance_body;

static const zkl_equation_form form = { .noun = "the balance", .is_joint = true };

static zkl_status parse(zkl_claim_reader *r, zkl_claim *out)
{
    ZKL_TRY(zkl_claim_new_body(&out->body, r->arena, sizeof(balance_body), r->err));
    balance_body *body = out->body;
    return zkl_equation_parse(r, out, &body->text, &form);
}

/* ---- Compiling */

/* To the whole number that says the same: sums are whole. */
static zkl_status round_value(const zkl_claim_maker *m, zkl_equation *equation, unsigned mode)
{
    const zkl_exact one = zkl_exact_of(1);
    if (!equation->has_rest || mode == ZKL_MODE_AT_MOST)
        return ZKL_OK;
    if (mode == ZKL_MODE_EXACTLY)
        return zkl_fail(m->err, ZKL_REJECTED,
                        "no columns of these types can satisfy the balance: its left side is "
                        "always a multiple of something that its value is not");
    return zkl_exact_add(&equation->value, &equation->value, &one)
               ? ZKL_OK
               : zkl_fail(m->err, ZKL_LIMIT, "the value of the balance is too large");
}

/* What the left side can reach: below 2^(64 + 40 + 129 + 10). */
typedef struct balance_reach {
    zkl_exact least, most;
} balance_reach;

/* Values of N rows, each null or from -offset to last code - offset, weighted: both are added,
 * since -offset <= 0 <= the other. */
static bool add_column(balance_reach *reach, const zkl_claim_maker *m,
                       const zkl_equation_column *column)
{
    const zkl_type *type = &zkl_claim_column_of(m->scope, column->dataset, column->column)->type;
    const zkl_exact rows = zkl_exact_of_u64(m->scope->datasets[column->dataset].row_count),
                    offset = zkl_exact_of_u128(zkl_type_offset(type)),
                    last = zkl_exact_of_u128(zkl_claim_last_code(type));
    zkl_exact weight, low, high;
    const bool negative = column->weight.negative;
    if (!zkl_exact_mul(&weight, &column->weight, &rows) || !zkl_exact_sub(&high, &last, &offset) ||
        !zkl_exact_mul(&high, &high, &weight) || !zkl_exact_mul(&low, &offset, &weight))
        return false;
    low = zkl_exact_negate(low);
    return zkl_exact_add(&reach->least, &reach->least, negative ? &high : &low) &&
           zkl_exact_add(&reach->most, &reach->most, negative ? &low : &high);
}

/* A bound that none reaches is false, one that all reach is empty: so among the numbers that are
 * equal mod r at most one can be said, and the slack of a true one fits. */
static zkl_status check_reach(const zkl_claim_maker *m, const zkl_equation *equation, unsigned mode)
{
    balance_reach reach = { 0 };
    for (size_t i = 0; i < equation->count; i++)
        if (!add_column(&reach, m, &equation->columns[i]))
            return zkl_fail(m->err, ZKL_LIMIT, "the sums of the balance have too many digits");
    const bool below = zkl_exact_compare(
        &equation->value,
        &reach.least)<0, above = zkl_exact_compare(&equation->value, &reach.most)> 0;
    if ((mode != ZKL_MODE_AT_MOST && above) || (mode != ZKL_MODE_AT_LEAST && below))
        return zkl_fail(m->err, ZKL_REJECTED,
                        "no columns of these types and row counts have such sums");
    if (below || above)
        return zkl_fail(m->err, ZKL_USAGE,
                        "all columns of these types and row counts have such sums: the claim says "
                        "nothing");
    return ZKL_OK;
}

/* One source: x, and x? when nullable, over all rows of its dataset. */
static zkl_status put_column(const zkl_claim_maker *m, zkl_claim_assertion *balance, size_t at,
                             const zkl_equation *equation)
{
    const zkl_equation_column *column = &equation->columns[at];
    const zkl_exact offset = zkl_exact_of_u128(
        zkl_type_offset(&zkl_claim_column_of(m->scope, column->dataset, column->column)->type));
    zkl_claim_scalar(&balance->params[1 + at], &column->weight);
    zkl_claim_scalar(&balance->params[1 + equation->count + at], &offset);
    balance->sources[at] =
        (zkl_claim_source){ .dataset = column->dataset,
                            .row_count = m->scope->datasets[column->dataset].row_count };
    return zkl_claim_put_named(m, &balance->sources[at], column->column);
}

/* Does it fit? Types and row counts decide, so this is no lie but a limit. */
static zkl_status check_fits(const zkl_claim_maker *m, const zkl_claim_assertion *balance)
{
    const size_t count = balance->source_count;
    zkl_statement_table *tables = ZKL_ARENA_NEW(m->arena, zkl_statement_table, count);
    const zkl_statement_table **at = ZKL_ARENA_NEW(m->arena, const zkl_statement_table *, count);
    zkl_error why = { 0 };
    if (!tables || !at)
        return zkl_no_memory(m->err, count * sizeof *tables);
    for (size_t i = 0; i < count; i++) {
        tables[i] = (zkl_statement_table){ .row_count = balance->sources[i].row_count,
                                           .columns = balance->sources[i].columns,
                                           .column_count = balance->sources[i].column_count };
        at[i] = &tables[i];
    }
    const zkl_assertion_facts facts = { &zkl_proof_format_v1, balance->params, balance->param_count,
                                        at, count };
    return zkl_assertion_check(balance->kind, &facts, &why) == ZKL_OK
               ? ZKL_OK
               : zkl_fail(m->err, ZKL_LIMIT,
                          "the balance is too large: its sums, weighted, can "
                          "have more than 217 bits");
}

static zkl_status compile(const zkl_claim_maker *m, zkl_compiled_claim *out)
{
    balance_body *body = zkl_arena_copy(m->arena, out->claim.body, sizeof *body);
    zkl_equation equation;
    zkl_claim_assertion *balance = NULL;
    if (!body)
        return zkl_no_memory(m->err, sizeof *body);
    ZKL_TRY(zkl_equation_make(&equation, m, &out->claim, &body->text, &form));
    const size_t count = equation.count;
    if (equation.columns[0].dataset)
        return zkl_fail(m->err, ZKL_USAGE, "the balance names no column of this dataset");
    if (count > COLUMNS_MAX)
        return zkl_fail(m->err, ZKL_LIMIT, "the balance has %zu columns, at most %d", count,
                        COLUMNS_MAX);
    ZKL_TRY(round_value(m, &equation, body->text.mode));
    ZKL_TRY(check_reach(m, &equation, body->text.mode));
    ZKL_TRY(zkl_claim_add_joint_assertion(&balance, m, out, ZKL_ASSERTION_BALANCE, 3 + 2 * count,
                                          count));
    zkl_claim_scalar_u64(&balance->params[0], count);
    for (size_t i = 0; i < count; i++) {
        ZKL_TRY(put_column(m, balance, i, &equation));
        body->has_nulls |=
            zkl_claim_column_of(m->scope, equation.columns[i].dataset, equation.columns[i].column)
                ->nullable;
    }
    zkl_claim_scalar(&balance->params[1 + 2 * count], &equation.value);
    zkl_claim_scalar_u64(&balance->params[2 + 2 * count], body->text.mode);
    out->claim.body = body;
    return check_fits(m, balance);
}

/* ---- Words */

static void print(zkl_buffer *out, const zkl_claim *claim)
{
    const balance_body *body = claim->body;
    zkl_buffer_put_text(out, "balance(");
    zkl_equation_put(out, claim, &body->text, &form);
    zkl_buffer_put_u8(out, ')');
}

static void json(zkl_claim_members *out, const zkl_compiled_claim *claim)
{
    const balance_body *body = claim->claim.body;
    zkl_claim_member_text(out, "comparison",
                          zkl_bytes_of_text(zkl_claim_mode_sign(body->text.mode)));
    zkl_equation_member(out, &claim->claim, &body->text);
}

static void sentence(zkl_buffer *out, const zkl_compiled_claim *claim)
{
    const balance_body *body = claim->claim.body;
    zkl_buffer_put_text(out, claim->claim.other_count
                                 ? "of the sums over all rows of each dataset, "
                                 : "of the sums over all rows, ");
    zkl_equation_put(out, &claim->claim, &body->text, &form);
    if (body->has_nulls)
        zkl_buffer_put_text(out, "; a null adds nothing, and how many there are is not shown");
}

/* On which side the sums lie, and no more. */
static const char *false_words(const zkl_compiled_claim *claim)
{
    static const char *const words[ZKL_MODE_COUNT] = {
        [ZKL_MODE_EXACTLY] = "the sums give something else",
        [ZKL_MODE_AT_LEAST] = "the sums give less",
        [ZKL_MODE_AT_MOST] = "the sums give more",
    };
    const balance_body *body = claim->claim.body;
    return words[body->text.mode];
}

/* Not by row: a part of a sum is not the sum. */
const zkl_claim_ops zkl_claim_kind_balance = {
    .word = "balance",
    .whole_form = "balance",
    .parse = parse,
    .compile = compile,
    .print = print,
    .json = json,
    .sentence = sentence,
    .false_words = false_words,
};
