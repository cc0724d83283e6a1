/* "distinct(a, b) = n", ">= n", "<= n": how many different combinations of these columns there are.
 * Without a comparison their number is found and disclosed.
 *
 * Compiles to one assertion "groups" over the columns by number: least 1, most 0, n, and the
 * comparison as its mode. A claim has one text: columns stand in the schema's order. A null is a
 * value like others.
 *
 * What is counted are codes. A dictionary may hold a text under two of them, so of texts there may
 * be fewer; the sentence says which. */
#include "claim/assertion_groups.h"
#include "claim/claim_combination.h"

/* The ladder of an open claim grows with what is found. It is planned for so many combinations. */
#define PLANNED_MAX ((uint64_t)1 << 20)

typedef struct distinct_body {
    unsigned mode; /* ZKL_MODE_EXACTLY of an open claim */
    uint64_t count;
} distinct_body;

static zkl_status parse(zkl_claim_reader *r, zkl_claim *out)
{
    ZKL_TRY(zkl_claim_new_body(&out->body, r->arena, sizeof(distinct_body), r->err));
    distinct_body *body = out->body;
    ZKL_TRY(zkl_claim_read_columns(r, out));
    out->is_open = !zkl_claim_accept_comparison(r, &body->mode);
    return out->is_open ? ZKL_OK : zkl_claim_read_count(r, &body->count);
}

/* How many combinations well-formed cells can have: a null is one more value. UINT64_MAX: those, or
 * more. */
static uint64_t most_combinations(const zkl_claim_maker *m, const uint32_t *columns, size_t count)
{
    uint64_t most = 1;
    for (size_t i = 0; i < count; i++) {
        const zkl_column *c = zkl_claim_schema_column(m->scope, columns[i]);
        const zkl_code last = c->type.kind == ZKL_TYPE_BOOL ? 1 : zkl_claim_last_code(&c->type);
        const zkl_code values = last < UINT64_MAX - 1 ? last + 1 + c->nullable : UINT64_MAX;
        if (__builtin_mul_overflow(most, (uint64_t)values, &most))
            return UINT64_MAX;
    }
    return most;
}

/* A table of N rows has 1 to N combinations, and no more than the types have. */
static zkl_status check_count(const zkl_claim_maker *m, const distinct_body *body, uint64_t rows,
                              uint64_t most)
{
    if (body->mode != ZKL_MODE_AT_MOST && body->count > rows)
        return zkl_fail(m->err, ZKL_REJECTED, "there are only %llu rows", (unsigned long long)rows);
    if (body->mode != ZKL_MODE_AT_MOST && body->count > most)
        return zkl_fail(m->err, ZKL_REJECTED,
                        "columns of these types have %llu combinations at most",
                        (unsigned long long)most);
    if (body->mode != ZKL_MODE_AT_LEAST && body->count == 0)
        return zkl_fail(m->err, ZKL_REJECTED, "a table has rows, so there is one at least");
    if ((body->mode == ZKL_MODE_AT_LEAST && body->count <= 1) ||
        (body->mode == ZKL_MODE_AT_MOST && body->count >= rows))
        return zkl_fail(m->err, ZKL_USAGE,
                        "every table of so many rows is like that: the claim says nothing");
    if (body->mode == ZKL_MODE_AT_MOST && body->count >= most)
        return zkl_fail(m->err, ZKL_USAGE,
                        "columns of these types have %llu combinations at most: the claim says "
                        "nothing",
                        (unsigned long long)most);
    return ZKL_OK;
}

static zkl_status compile(const zkl_claim_maker *m, zkl_compiled_claim *out)
{
    distinct_body *body = zkl_arena_copy(m->arena, out->claim.body, sizeof *body);
    const size_t count = out->claim.column_count;
    const uint64_t rows = out->row_count;
    zkl_claim_assertion *made = NULL;
    uint32_t *columns = NULL, limbs = 0;
    if (!body)
        return zkl_no_memory(m->err, sizeof *body);
    out->claim.body = body;
    ZKL_TRY(zkl_claim_find_combination(m, &out->claim, count, &columns, &limbs));
    if (out->claim.is_open)
        body->count = rows < PLANNED_MAX ? rows : PLANNED_MAX;
    else
        ZKL_TRY(check_count(m, body, rows, most_combinations(m, columns, count)));
    out->column = columns[0];
    ZKL_TRY(zkl_claim_add_assertion(&made, m, out, ZKL_ASSERTION_GROUPS, ZKL_GROUPS_PARAMS));
    ZKL_TRY(zkl_claim_put_numbered(m, &made->sources[0], columns, count));
    zkl_claim_scalar_u64(&made->params[ZKL_GROUPS_LEAST], 1);
    zkl_claim_scalar_u64(&made->params[ZKL_GROUPS_NUMBER], body->count);
    zkl_claim_scalar_u64(&made->params[ZKL_GROUPS_MODE], body->mode);
    return zkl_claim_check_combination(m, made);
}

/* n of an open claim comes from the data or from a statement, so from outside. */
static zkl_status bind(zkl_compiled_claim *claim, const zkl_scalar *params, zkl_error *err)
{
    distinct_body *body = claim->claim.body;
    uint64_t count;
    if (!claim->claim.is_open)
        return ZKL_OK;
    if (!zkl_assertion_param_u64(&count, &params[ZKL_GROUPS_NUMBER]) || count < 1 ||
        count > claim->row_count)
        return zkl_fail(err, ZKL_REJECTED, "a table has 1 combination to as many as rows");
    body->count = count;
    zkl_claim_scalar_u64(&claim->assertions[0].params[ZKL_GROUPS_NUMBER], count);
    claim->claim.is_open = false;
    return ZKL_OK;
}

/* ---- Words */

static void print(zkl_buffer *out, const zkl_claim *claim)
{
    const distinct_body *body = claim->body;
    zkl_claim_put_call(out, claim);
    if (!claim->is_open)
        zkl_buffer_format(out, " %s %llu", zkl_claim_mode_sign(body->mode),
                          (unsigned long long)body->count);
}

/* A comparison is said by people; an exact number may be what the data decided. */
static void print_bare(zkl_buffer *out, const zkl_claim *claim)
{
    const distinct_body *body = claim->body;
    (body->mode == ZKL_MODE_EXACTLY ? zkl_claim_put_call : print)(out, claim);
}

static void json(zkl_claim_members *out, const zkl_compiled_claim *claim)
{
    const distinct_body *body = claim->claim.body;
    ZKL_ASSERT(claim->is_bound);
    zkl_claim_member_columns(out, &claim->claim);
    zkl_claim_member_text(out, "comparison", zkl_bytes_of_text(zkl_claim_mode_sign(body->mode)));
    zkl_buffer_format(zkl_claim_member(out, "count"), "%llu", (unsigned long long)body->count);
}

/* "there are exactly 12 different combinations of id, the code of city (not its text)" */
static void sentence(zkl_buffer *out, const zkl_compiled_claim *claim)
{
    const distinct_body *body = claim->claim.body;
    const bool plural = body->count != 1;
    zkl_buffer_format(out, "there %s %s %llu different ", plural ? "are" : "is",
                      zkl_claim_mode_words(body->mode), (unsigned long long)body->count);
    zkl_claim_put_combination(out, claim, claim->claim.column_count, plural,
                              ZKL_CLAIM_DICTIONARY_CODES);
    zkl_claim_put_null_counts(out, claim);
}

/* Which side it lies on, and no more. */
static const char *false_words(const zkl_compiled_claim *claim)
{
    static const char *const words[ZKL_MODE_COUNT] = {
        [ZKL_MODE_EXACTLY] = "there is another number of them",
        [ZKL_MODE_AT_LEAST] = "there are fewer",
        [ZKL_MODE_AT_MOST] = "there are more",
    };
    return words[((const distinct_body *)claim->claim.body)->mode];
}

/* Not by row: spans may share combinations. */
const zkl_claim_ops zkl_claim_kind_distinct = {
    .word = "distinct",
    .whole_form = "distinct",
    .parse = parse,
    .compile = compile,
    .bind = bind,
    .print = print,
    .print_bare = print_bare,
    .json = json,
    .sentence = sentence,
    .false_words = false_words,
};
