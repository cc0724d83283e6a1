/* "k_anonymous(a, b, 5)": every combination of these columns that occurs, occurs in at least 5
 * rows.
 *
 * Compiles to one assertion "groups" over the columns by number: least k, most 0, mode "hidden",
 * n = rows div k, as many groups as there can be. So the ladder has room for any, and nothing but k
 * shows. A claim has one text: columns stand in the schema's order. A null is a value like others.
 *
 * What agree are codes. A dictionary may hold a text under two of them; rows of one text are then
 * those of both, so the sentence may say it of texts. */
#include "claim/assertion_groups.h"
#include "claim/claim_combination.h"

typedef struct anonymous_body {
    uint64_t least;
} anonymous_body;

/* Columns, then the number: a name without quotes does not begin with a digit. */
static zkl_status parse(zkl_claim_reader *r, zkl_claim *out)
{
    ZKL_TRY(zkl_claim_new_body(&out->body, r->arena, sizeof(anonymous_body), r->err));
    anonymous_body *body = out->body;
    ZKL_TRY(zkl_claim_expect(r, "("));
    do {
        ZKL_TRY(zkl_claim_read_column(r, out));
        if (zkl_claim_peek(r) == ')')
            return zkl_claim_fail_at(r, r->at, "k is missing: k_anonymous(a, b, 5)");
        ZKL_TRY(zkl_claim_expect(r, ","));
    } while (zkl_claim_begins_name(zkl_claim_peek(r)));
    ZKL_TRY(zkl_claim_read_count(r, &body->least));
    return zkl_claim_expect(r, ")");
}

static zkl_status compile(const zkl_claim_maker *m, zkl_compiled_claim *out)
{
    anonymous_body *body = zkl_arena_copy(m->arena, out->claim.body, sizeof *body);
    const size_t count = out->claim.column_count;
    const uint64_t rows = out->row_count;
    zkl_claim_assertion *made = NULL;
    uint32_t *columns = NULL, limbs = 0;
    if (!body)
        return zkl_no_memory(m->err, sizeof *body);
    out->claim.body = body;
    if (body->least < 2)
        return zkl_fail(m->err, ZKL_USAGE,
                        "what occurs is in one row at least: the claim says nothing");
    ZKL_TRY(zkl_claim_find_combination(m, &out->claim, count, &columns, &limbs));
    if (body->least > rows)
        return zkl_fail(m->err, ZKL_REJECTED, "there are only %llu rows", (unsigned long long)rows);
    out->column = columns[0];
    ZKL_TRY(zkl_claim_add_assertion(&made, m, out, ZKL_ASSERTION_GROUPS, ZKL_GROUPS_PARAMS));
    ZKL_TRY(zkl_claim_put_numbered(m, &made->sources[0], columns, count));
    zkl_claim_scalar_u64(&made->params[ZKL_GROUPS_LEAST], body->least);
    zkl_claim_scalar_u64(&made->params[ZKL_GROUPS_NUMBER], rows / body->least);
    zkl_claim_scalar_u64(&made->params[ZKL_GROUPS_MODE], ZKL_GROUPS_HIDDEN);
    return zkl_claim_check_combination(m, made);
}

/* ---- Words */

static void print(zkl_buffer *out, const zkl_claim *claim)
{
    const anonymous_body *body = claim->body;
    zkl_buffer_put_text(out, "k_anonymous(");
    zkl_claim_put_names(out, claim, ", ");
    zkl_buffer_format(out, ", %llu)", (unsigned long long)body->least);
}

static void json(zkl_claim_members *out, const zkl_compiled_claim *claim)
{
    const anonymous_body *body = claim->claim.body;
    zkl_claim_member_columns(out, &claim->claim);
    zkl_buffer_format(zkl_claim_member(out, "k"), "%llu", (unsigned long long)body->least);
}

/* "every combination of age, city that occurs, occurs in at least 5 rows" */
static void sentence(zkl_buffer *out, const zkl_compiled_claim *claim)
{
    const anonymous_body *body = claim->claim.body;
    zkl_buffer_put_text(out, "every ");
    zkl_claim_put_combination(out, claim, claim->claim.column_count, false,
                              ZKL_CLAIM_DICTIONARY_TEXTS);
    zkl_buffer_format(out, " that occurs, occurs in at least %llu rows",
                      (unsigned long long)body->least);
    zkl_claim_put_null_counts(out, claim);
}

/* With fewer rows than k. */
static zkl_claim_offenders offenders(const zkl_claim *claim)
{
    (void)claim;
    return ZKL_CLAIM_OFFENDERS_ALL;
}

/* Not by row: a combination may have its rows in several spans. */
const zkl_claim_ops zkl_claim_kind_k_anonymous = {
    .word = "k_anonymous",
    .whole_form = "k_anonymous",
    .parse = parse,
    .compile = compile,
    .print = print,
    .json = json,
    .sentence = sentence,
    .offenders = offenders,
};
