/* "l_diverse(a, b, s, 3)": every combination of a, b that occurs, occurs with at least 3 different
 * values of s. The sensitive column is the last one.
 *
 * Compiles to one assertion "diverse": the sensitive column first, then the others by number; l,
 * and room for as many different rows as there are rows. So nothing but l shows. A claim has one
 * text: the columns before the last stand in the schema's order. A null is a value like others, on
 * both sides.
 *
 * What differs in s are codes: a dictionary may hold a text under two, and the sentence says so.
 * What agree in the others are codes too; rows of one text are those of one code, or more. */
#include "claim/assertion_diverse.h"
#include "claim/claim_combination.h"

typedef struct diverse_body {
    uint64_t least;
} diverse_body;

/* Two columns or more, then the number: a name without quotes does not begin with a digit. */
static zkl_status parse(zkl_claim_reader *r, zkl_claim *out)
{
    ZKL_TRY(zkl_claim_new_body(&out->body, r->arena, sizeof(diverse_body), r->err));
    diverse_body *body = out->body;
    ZKL_TRY(zkl_claim_expect(r, "("));
    do {
        ZKL_TRY(zkl_claim_read_column(r, out));
        if (zkl_claim_peek(r) == ')')
            return zkl_claim_fail_at(r, r->at, "l is missing: l_diverse(a, b, 3)");
        ZKL_TRY(zkl_claim_expect(r, ","));
    } while (out->column_count < 2 || zkl_claim_begins_name(zkl_claim_peek(r)));
    ZKL_TRY(zkl_claim_read_count(r, &body->least));
    return zkl_claim_expect(r, ")");
}

/* The source's columns: the sensitive one, then those before it in the claim. */
static zkl_status find_columns(const zkl_claim_maker *m, zkl_compiled_claim *out,
                               const uint32_t **columns)
{
    const size_t groups = out->claim.column_count - 1;
    uint32_t *found, *all = ZKL_ARENA_NEW(m->arena, uint32_t, groups + 1), limbs = 0;
    if (!all)
        return zkl_no_memory(m->err, (groups + 1) * sizeof *all);
    ZKL_TRY(zkl_claim_find_combination(m, &out->claim, groups, &found, &limbs));
    ZKL_TRY(zkl_claim_find_column(m, &out->claim.columns[groups], &all[0]));
    ZKL_TRY(zkl_claim_widen_combination(m, all[0], &limbs));
    for (size_t i = 0; i < groups; i++) {
        if (found[i] == all[0])
            return zkl_claim_fail_column(m, ZKL_USAGE, all[0], "named twice");
        all[1 + i] = found[i];
    }
    out->claim.columns[groups].name = zkl_claim_schema_column(m->scope, all[0])->name;
    out->column = found[0];
    *columns = all;
    return ZKL_OK;
}

static zkl_status compile(const zkl_claim_maker *m, zkl_compiled_claim *out)
{
    diverse_body *body = zkl_arena_copy(m->arena, out->claim.body, sizeof *body);
    const uint64_t rows = out->row_count;
    zkl_claim_assertion *made = NULL;
    const uint32_t *columns = NULL;
    if (!body)
        return zkl_no_memory(m->err, sizeof *body);
    out->claim.body = body;
    if (body->least < 2)
        return zkl_fail(m->err, ZKL_USAGE,
                        "what occurs has one value at least: the claim says nothing");
    ZKL_TRY(find_columns(m, out, &columns));
    if (body->least > rows)
        return zkl_fail(m->err, ZKL_REJECTED, "there are only %llu rows", (unsigned long long)rows);
    ZKL_TRY(zkl_claim_add_assertion(&made, m, out, ZKL_ASSERTION_DIVERSE, ZKL_DIVERSE_PARAMS));
    ZKL_TRY(zkl_claim_put_numbered(m, &made->sources[0], columns, out->claim.column_count));
    zkl_claim_scalar_u64(&made->params[ZKL_DIVERSE_LEAST], body->least);
    zkl_claim_scalar_u64(&made->params[ZKL_DIVERSE_ROOM], rows);
    return zkl_claim_check_combination(m, made);
}

/* ---- Words */

static void print(zkl_buffer *out, const zkl_claim *claim)
{
    const diverse_body *body = claim->body;
    zkl_buffer_put_text(out, "l_diverse(");
    zkl_claim_put_names(out, claim, ", ");
    zkl_buffer_format(out, ", %llu)", (unsigned long long)body->least);
}

static void json(zkl_claim_members *out, const zkl_compiled_claim *claim)
{
    const diverse_body *body = claim->claim.body;
    zkl_claim groups = claim->claim;
    groups.column_count--;
    zkl_claim_member_columns(out, &groups);
    zkl_claim_member_text(out, "sensitive", groups.columns[groups.column_count].name);
    zkl_buffer_format(zkl_claim_member(out, "l"), "%llu", (unsigned long long)body->least);
}

/* "every combination of age, city that occurs, occurs with at least 3 different values of pay" */
static void sentence(zkl_buffer *out, const zkl_compiled_claim *claim)
{
    const diverse_body *body = claim->claim.body;
    const size_t groups = claim->claim.column_count - 1;
    zkl_buffer_put_text(out, "every ");
    zkl_claim_put_combination(out, claim, groups, false, ZKL_CLAIM_DICTIONARY_TEXTS);
    zkl_buffer_format(out, " that occurs, occurs with at least %llu different values of ",
                      (unsigned long long)body->least);
    zkl_claim_put_coded(out, zkl_claim_named_column(claim, groups));
    zkl_claim_put_null_counts(out, claim);
}

/* With fewer rows than l. */
static zkl_claim_offenders offenders(const zkl_claim *claim)
{
    (void)claim;
    return ZKL_CLAIM_OFFENDERS_ALL;
}

/* Not by row: a combination may have its rows in several spans. */
const zkl_claim_ops zkl_claim_kind_l_diverse = {
    .word = "l_diverse",
    .whole_form = "l_diverse",
    .parse = parse,
    .compile = compile,
    .print = print,
    .json = json,
    .sentence = sentence,
    .offenders = offenders,
};
