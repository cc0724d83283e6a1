/* "count(c, 18, 65)", "count(c, 18, 65) >= 300": how many rows have a value of c between the
 * bounds; nulls are not counted. Without a comparison the count is found and disclosed.
 *
 * Compiles to one assertion "count" over codes. Bounds are rounded inward, as those of ranges are,
 * but lie inside the type: codes beyond the type's can be committed and are numbers as well, so
 * '*' leaves no code out. Of floats and texts only their values are counted, count(c, *, *): -0 has
 * a code of its own, below that of 0, and texts have no order here. */
#include "claim/claim_kind.h"

/* The parameters of the assertion; the mode is one of ZKL_MODE_*. */
enum { COUNT_LO, COUNT_HI, COUNT_ROWS, COUNT_MODE, COUNT_PARAMS };

typedef struct count_body {
    zkl_bytes low, high; /* literals without quotes; data NULL for '*' */
    unsigned mode;       /* ZKL_MODE_EXACTLY of an open claim */
    uint64_t count;
} count_body;

/* "where", and then no "," as behind a column of that name. Takes the word. */
static bool begins_predicate(zkl_claim_reader *r)
{
    const size_t start = r->at;
    if (zkl_claim_accept(r, "where") && r->at < r->text.size &&
        (r->text.data[r->at] == ' ' || r->text.data[r->at] == '\t' || r->text.data[r->at] == '(' ||
         r->text.data[r->at] == '"') &&
        zkl_claim_peek(r) != ',')
        return true;
    r->at = start;
    return false;
}

/* A column, two bounds, perhaps a comparison and a number. */
static zkl_status parse(zkl_claim_reader *r, zkl_claim *out)
{
    ZKL_TRY(zkl_claim_new_body(&out->body, r->arena, sizeof(count_body), r->err));
    count_body *body = out->body;
    ZKL_TRY(zkl_claim_expect(r, "("));
    if (begins_predicate(r)) {
        out->ops = &zkl_claim_kind_count_where;
        return out->ops->parse(r, out);
    }
    ZKL_TRY(zkl_claim_read_column(r, out));
    ZKL_TRY(zkl_claim_expect(r, ","));
    ZKL_TRY(zkl_claim_read_literal(r, &body->low));
    ZKL_TRY(zkl_claim_expect(r, ","));
    ZKL_TRY(zkl_claim_read_literal(r, &body->high));
    ZKL_TRY(zkl_claim_expect(r, ")"));
    out->is_open = !zkl_claim_accept_comparison(r, &body->mode);
    return out->is_open ? ZKL_OK : zkl_claim_read_count(r, &body->count);
}

/* The codes from *low to *high; '*' is the first or last of all codes. */
static zkl_status read_bounds(const zkl_claim_maker *m, count_body *body, uint32_t column,
                              zkl_code *low, zkl_code *high)
{
    const zkl_type *type = &zkl_claim_schema_column(m->scope, column)->type;
    zkl_bound least, most;
    *low = 0;
    *high = zkl_claim_last_code(type);
    if (body->low.data) {
        ZKL_TRY(zkl_claim_read_bound(m, &least, &body->low, column));
        *low = least.least;
    }
    if (body->high.data) {
        ZKL_TRY(zkl_claim_read_bound(m, &most, &body->high, column));
        *high = most.greatest;
    }
    if (*low > *high)
        return zkl_claim_fail_column(m, ZKL_USAGE, column,
                                     "no value of this type lies between the bounds");
    return ZKL_OK;
}

static zkl_status check_type(const zkl_claim_maker *m, uint32_t column)
{
    const zkl_type *type = &zkl_claim_schema_column(m->scope, column)->type;
    if (type->kind == ZKL_TYPE_FLOAT32 || type->kind == ZKL_TYPE_FLOAT64)
        return zkl_claim_fail_float(m, column, "-0 has a code of its own");
    if (zkl_type_is_hashed(type) || type->kind == ZKL_TYPE_DICTIONARY)
        return zkl_claim_fail_column(m, ZKL_NOT_SUPPORTED, column,
                                     "texts and binaries have no range");
    return ZKL_OK;
}

/* A number that no rows have is false, a comparison that all have is empty. */
static zkl_status check_reach(const zkl_claim_maker *m, const zkl_compiled_claim *claim)
{
    const count_body *body = claim->claim.body;
    if (claim->claim.is_open)
        return ZKL_OK;
    if (body->mode != ZKL_MODE_AT_MOST && body->count > claim->row_count)
        return zkl_fail(m->err, ZKL_REJECTED, "there are only %llu rows",
                        (unsigned long long)claim->row_count);
    if ((body->mode == ZKL_MODE_AT_LEAST && body->count == 0) ||
        (body->mode == ZKL_MODE_AT_MOST && body->count >= claim->row_count))
        return zkl_fail(m->err, ZKL_USAGE,
                        "every column of this row count has such a count: the claim says nothing");
    return ZKL_OK;
}

/* The count among the parameters stays 0 until the claim is bound. */
static zkl_status compile(const zkl_claim_maker *m, zkl_compiled_claim *out)
{
    const zkl_column *c = zkl_claim_schema_column(m->scope, out->column);
    zkl_claim_assertion *made = NULL;
    zkl_code low, high;
    count_body *body = zkl_arena_copy(m->arena, out->claim.body, sizeof *body);
    if (!body)
        return zkl_no_memory(m->err, sizeof *body);
    if (body->low.data || body->high.data)
        ZKL_TRY(check_type(m, out->column));
    out->claim.body = body;
    ZKL_TRY(read_bounds(m, body, out->column, &low, &high));
    if (low == 0 && high == zkl_claim_last_code(&c->type) && !c->nullable)
        return zkl_claim_fail_column(m, ZKL_USAGE, out->column,
                                     "all rows have a value between these bounds: 'rows' says how "
                                     "many there are");
    ZKL_TRY(check_reach(m, out));
    ZKL_TRY(zkl_claim_add_assertion(&made, m, out, ZKL_ASSERTION_COUNT, COUNT_PARAMS));
    ZKL_TRY(zkl_claim_put_named(m, &made->sources[0], out->column));
    const zkl_exact lo = zkl_exact_of_u128(low), hi = zkl_exact_of_u128(high);
    zkl_claim_scalar(&made->params[COUNT_LO], &lo);
    zkl_claim_scalar(&made->params[COUNT_HI], &hi);
    made->params[COUNT_MODE].bytes[31] = (uint8_t)body->mode;
    return ZKL_OK;
}

/* The count may come from a statement, so from outside. */
static zkl_status bind(zkl_compiled_claim *claim, const zkl_scalar *params, zkl_error *err)
{
    count_body *body = claim->claim.body;
    const zkl_exact stated = zkl_exact_of_bytes(params[COUNT_ROWS].bytes);
    uint64_t count = body->count;
    if (claim->claim.is_open && (!zkl_exact_to_u64(&count, &stated) || count > claim->row_count))
        return zkl_fail(err, ZKL_REJECTED, "more rows than there are");
    body->count = count;
    claim->claim.is_open = false;
    const zkl_exact own = zkl_exact_of_u64(count);
    zkl_claim_scalar(&claim->assertions[0].params[COUNT_ROWS], &own);
    return ZKL_OK;
}

/* ---- Words */

/* "count(c, 18, 65)": the claim as it asks for a result. */
static void print_bare(zkl_buffer *out, const zkl_claim *claim)
{
    const count_body *body = claim->body;
    zkl_buffer_put_text(out, "count(");
    zkl_claim_put_names(out, claim, ", ");
    zkl_buffer_put_text(out, ", ");
    zkl_claim_put_literal(out, body->low);
    zkl_buffer_put_text(out, ", ");
    zkl_claim_put_literal(out, body->high);
    zkl_buffer_put_u8(out, ')');
}

static void print(zkl_buffer *out, const zkl_claim *claim)
{
    const count_body *body = claim->body;
    print_bare(out, claim);
    if (!claim->is_open)
        zkl_buffer_format(out, " %s %llu", zkl_claim_mode_sign(body->mode),
                          (unsigned long long)body->count);
}

/* A comparison is said by people; an exact value may be what the data decided. */
static void print_without_result(zkl_buffer *out, const zkl_claim *claim)
{
    const count_body *body = claim->body;
    (body->mode == ZKL_MODE_EXACTLY ? print_bare : print)(out, claim);
}

static void json(zkl_claim_members *out, const zkl_compiled_claim *claim)
{
    const count_body *body = claim->claim.body;
    ZKL_ASSERT(claim->is_bound);
    zkl_claim_member_column(out, &claim->claim);
    zkl_claim_member_text(out, "comparison", zkl_bytes_of_text(zkl_claim_mode_sign(body->mode)));
    zkl_buffer_format(zkl_claim_member(out, "count"), "%llu", (unsigned long long)body->count);
    zkl_claim_member_bound(out, "low", body->low);
    zkl_claim_member_bound(out, "high", body->high);
}

/* "exactly 300 of the 344 rows have a value of age between 18 and 65" */
static void sentence(zkl_buffer *out, const zkl_compiled_claim *claim)
{
    const count_body *body = claim->claim.body;
    zkl_buffer_format(out, "%s %llu of the %llu rows ha%s a value of ",
                      zkl_claim_mode_words(body->mode), (unsigned long long)body->count,
                      (unsigned long long)claim->row_count, body->count == 1 ? "s" : "ve");
    zkl_claim_name_print(out, zkl_claim_schema_column(claim->scope, claim->column)->name);
    if (body->low.data && body->high.data) {
        zkl_buffer_put_text(out, " between ");
        zkl_claim_put_literal(out, body->low);
        zkl_buffer_put_text(out, " and ");
        zkl_claim_put_literal(out, body->high);
    } else if (body->low.data || body->high.data) {
        zkl_buffer_put_text(out, body->low.data ? " that is at least " : " that is at most ");
        zkl_claim_put_literal(out, body->low.data ? body->low : body->high);
    }
}

/* Which side the count lies on, and no more. */
static const char *false_words(const zkl_compiled_claim *claim)
{
    static const char *const words[ZKL_MODE_COUNT] = {
        [ZKL_MODE_EXACTLY] = "another number of rows has such a value",
        [ZKL_MODE_AT_LEAST] = "fewer rows have such a value",
        [ZKL_MODE_AT_MOST] = "more rows have such a value",
    };
    const count_body *body = claim->claim.body;
    return words[body->mode];
}

/* Each row that is counted has a value. */
static zkl_claim_values values(const zkl_compiled_claim *claim)
{
    const count_body *body = claim->claim.body;
    const bool all = !body->low.data && !body->high.data;
    return (zkl_claim_values){ body->mode == ZKL_MODE_AT_MOST ? 0 : body->count,
                               all && body->mode == ZKL_MODE_EXACTLY };
}

static bool is_value_count(const zkl_claim *claim)
{
    const count_body *body = claim->body;
    return !body->low.data && !body->high.data && body->mode != ZKL_MODE_AT_MOST;
}

/* It says nothing of nulls, and not by row: the counts of parts would be disclosed. */
const zkl_claim_ops zkl_claim_kind_count = {
    .word = "count",
    .parse = parse,
    .compile = compile,
    .bind = bind,
    .print = print,
    .print_bare = print_without_result,
    .json = json,
    .sentence = sentence,
    .values = values,
    .is_value_count = is_value_count,
    .false_words = false_words,
};
