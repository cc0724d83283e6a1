/* "filter(source@1, where P)": the rows of the dataset are those rows of another one of which P is
 * true, each as often, in any order.
 *
 * Compiles to one assertion "filter" over all columns of all rows, the other dataset first. Both
 * have one schema, so that columns named in P are those of either, and equal codes are equal
 * values. */
#include "claim/claim_kind.h"

#include "claim/claim_predicate.h"

typedef struct filter_body {
    zkl_said_predicate said;
} filter_body;

static zkl_status parse(zkl_claim_reader *r, zkl_claim *out)
{
    ZKL_TRY(zkl_claim_new_body(&out->body, r->arena, sizeof(filter_body), r->err));
    ZKL_TRY(zkl_claim_expect(r, "("));
    ZKL_TRY(zkl_claim_read_other(r, out));
    ZKL_TRY(zkl_claim_expect(r, ","));
    ZKL_TRY(zkl_claim_expect(r, "where"));
    ZKL_TRY(zkl_said_predicate_read(r, &((filter_body *)out->body)->said, out));
    return zkl_claim_expect(r, ")");
}

/* Codes of which P is true, ascending. */
typedef struct code_list {
    uint32_t *items;
    size_t count;
} code_list;

static zkl_status find_codes(const zkl_claim_maker *m, const zkl_said_predicate *said,
                             const zkl_cut_columns *columns, code_list *out)
{
    size_t count;
    ZKL_TRY(zkl_cut_code_count(m, columns, &count));
    code_list made = { .items = ZKL_ARENA_NEW(m->arena, uint32_t, count) };
    if (!made.items)
        return zkl_no_memory(m->err, count * sizeof *made.items);
    for (size_t code = 0; code < count; code++) {
        uint32_t digits[ZKL_SAID_COLUMNS_MAX];
        zkl_cut_digits(digits, columns, code);
        if (zkl_said_predicate_holds(said, columns, digits))
            made.items[made.count++] = (uint32_t)code;
    }
    if (!made.count || made.count == count)
        return zkl_fail(m->err, ZKL_USAGE, "%s row can satisfy the predicate",
                        made.count ? "every" : "no");
    *out = made;
    return ZKL_OK;
}

/* In the order of claim/predicate.h: conditions, one bit, its codes. */
static zkl_status put_parameters(const zkl_claim_maker *m, const zkl_cut_columns *columns,
                                 const code_list *codes, zkl_claim_assertion *made)
{
    uint32_t places[ZKL_SAID_COLUMNS_MAX]; /* the source has all columns */
    for (size_t i = 0; i < columns->count; i++)
        places[i] = columns->items[i].column;
    size_t at = zkl_cut_put_conditions(made->params, columns, places);
    zkl_claim_scalar_u64(&made->params[at++], 1);
    zkl_claim_scalar_u64(&made->params[at++], codes->count);
    for (size_t i = 0; i < codes->count; i++)
        zkl_claim_scalar_u64(&made->params[at++], codes->items[i]);
    ZKL_ASSERT(at == made->param_count);
    return zkl_claim_check_assertion(m, made, "the predicate is too wide for a proof");
}

static zkl_status make_assertion(const zkl_claim_maker *m, zkl_compiled_claim *out,
                                 const zkl_cut_columns *columns, const code_list *codes)
{
    const size_t all = m->scope->datasets[0].schema->column_count,
                 count = zkl_cut_condition_params(columns) + 2 + codes->count;
    const size_t source = out->claim.others[0].dataset;
    zkl_claim_assertion *made = NULL;
    const uint32_t *numbers;
    if (count > ZKL_STATEMENT_PARAMS_MAX)
        return zkl_fail(m->err, ZKL_LIMIT,
                        "the predicate takes %zu numbers in the statement, at most %d", count,
                        ZKL_STATEMENT_PARAMS_MAX);
    ZKL_TRY(zkl_claim_all_columns(m, &numbers, 0));
    ZKL_TRY(zkl_claim_add_joint_assertion(&made, m, out, ZKL_ASSERTION_FILTER, count, 2));
    ZKL_TRY(zkl_claim_put_source(m, &made->sources[0], source, numbers, all));
    ZKL_TRY(zkl_claim_put_source(m, &made->sources[1], 0, numbers, all));
    return put_parameters(m, columns, codes, made);
}

static zkl_status compile(const zkl_claim_maker *m, zkl_compiled_claim *out)
{
    const zkl_claim *claim = &out->claim;
    filter_body *body = zkl_arena_copy(m->arena, claim->body, sizeof *body);
    zkl_cut_columns columns;
    code_list codes = { 0 };
    if (!body)
        return zkl_no_memory(m->err, sizeof *body);
    out->claim.body = body;
    ZKL_ASSERT(claim->other_count == 1);
    ZKL_TRY(zkl_claim_check_schema(m, &claim->others[0]));
    ZKL_TRY(zkl_said_predicate_compile(m, &body->said, claim, &columns));
    ZKL_TRY(find_codes(m, &body->said, &columns, &codes));
    const uint64_t rows = m->scope->datasets[claim->others[0].dataset].row_count;
    if (out->row_count > rows)
        return zkl_fail(m->err, ZKL_REJECTED,
                        "the dataset has %llu rows, more than its source's "
                        "%llu",
                        (unsigned long long)out->row_count, (unsigned long long)rows);
    ZKL_TRY(make_assertion(m, out, &columns, &codes));
    return zkl_claim_keep_names(m, claim);
}

static void print(zkl_buffer *out, const zkl_claim *claim)
{
    const filter_body *body = claim->body;
    zkl_buffer_put_text(out, "filter(");
    zkl_claim_put_others(out, claim, ", ", ", ");
    zkl_buffer_put_text(out, ", where ");
    zkl_said_predicate_print(out, &body->said);
    zkl_buffer_put_u8(out, ')');
}

static void json(zkl_claim_members *out, const zkl_compiled_claim *claim)
{
    const filter_body *body = claim->claim.body;
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    zkl_said_predicate_print(&text, &body->said);
    zkl_claim_member_others(out, &claim->claim);
    zkl_claim_member_columns(out, &claim->claim);
    zkl_said_predicate_member_texts(out, claim->scope, &body->said);
    zkl_claim_member_text(out, "where", zkl_buffer_bytes(&text));
    out->values.failed = out->values.failed || text.failed;
}

static void sentence(zkl_buffer *out, const zkl_compiled_claim *claim)
{
    const filter_body *body = claim->claim.body;
    zkl_buffer_put_text(out, "its rows are those of ");
    zkl_claim_put_others(out, &claim->claim, ", ", ", ");
    zkl_buffer_put_text(out, " that satisfy ");
    zkl_said_predicate_put_words(out, claim, &body->said);
    zkl_buffer_put_text(out, ", each as often, in any order");
    zkl_claim_put_fingerprints(out, claim);
}

const zkl_claim_ops zkl_claim_kind_filter = {
    .word = "filter",
    .origin = ZKL_CLAIM_ORIGIN_OF_OWN,
    .whole_form = "filter",
    .parse = parse,
    .compile = compile,
    .print = print,
    .json = json,
    .sentence = sentence,
};
