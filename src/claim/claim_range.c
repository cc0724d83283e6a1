/* "range(c, lo, hi)", "range(c, lo, hi, nulls=refuse)": every value of the column lies between the
 * bounds; its nulls are passed over, or refused.
 *
 * Compiles to one assertion "range" with the bounds in codes, rounded inward
 * (claim/claim_bound.h). A range over all codes says nothing that `cells` does not say: it
 * compiles to nothing, or to "no flag is set" when nulls are refused. */
#include "claim/claim_kind.h"

#include <stdio.h>

/* The parameters of the assertion. */
enum { RANGE_LO, RANGE_HI, RANGE_NULLS, RANGE_PARAMS };

typedef struct range_body {
    zkl_bytes low, high; /* literals without quotes; data NULL for '*' */
    bool refuse_nulls;   /* compiled: false on a column that has none */
} range_body;

/* A column, two bounds, perhaps what becomes of nulls. "nulls=pass" is what a claim without it
 * says, and is not printed. */
static zkl_status parse(zkl_claim_reader *r, zkl_claim *out)
{
    ZKL_TRY(zkl_claim_new_body(&out->body, r->arena, sizeof(range_body), r->err));
    range_body *body = out->body;
    ZKL_TRY(zkl_claim_expect(r, "("));
    ZKL_TRY(zkl_claim_read_column(r, out));
    ZKL_TRY(zkl_claim_expect(r, ","));
    ZKL_TRY(zkl_claim_read_literal(r, &body->low));
    ZKL_TRY(zkl_claim_expect(r, ","));
    ZKL_TRY(zkl_claim_read_literal(r, &body->high));
    if (zkl_claim_accept(r, ",")) {
        ZKL_TRY(zkl_claim_expect(r, "nulls"));
        ZKL_TRY(zkl_claim_expect(r, "="));
        body->refuse_nulls = zkl_claim_accept(r, "refuse");
        if (!body->refuse_nulls)
            ZKL_TRY(zkl_claim_expect(r, "pass"));
    }
    return zkl_claim_expect(r, ")");
}

/* One bound in codes. *literal becomes its canonical text. The literal is cut before it is
 * quoted: it may be long. */
static zkl_status read_bound(const zkl_claim_maker *m, zkl_bound *out, zkl_bytes *literal,
                             uint32_t column)
{
    const char *reason = "";
    if (!zkl_bound_parse(out, &zkl_claim_schema_column(m->scope, column)->type, *literal,
                         &reason)) {
        char what[240];
        snprintf(what, sizeof what, "'%.*s' is %s",
                 (int)(literal->size < 100 ? literal->size : 100), (const char *)literal->data,
                 reason);
        return zkl_claim_fail_column(m, ZKL_USAGE, column, what);
    }
    const char *copy = zkl_arena_text(m->arena, out->text, out->text_size);
    *literal = zkl_bytes_of(copy, out->text_size);
    return copy ? ZKL_OK : zkl_no_memory(m->err, out->text_size);
}

/* The codes from low to high, and the bounds' canonical texts. ZKL_REJECTED when no value of the
 * type lies between the bounds. */
static zkl_status read_bounds(const zkl_claim_maker *m, range_body *body, uint32_t column,
                              zkl_code *low, zkl_code *high)
{
    const zkl_type *type = &zkl_claim_schema_column(m->scope, column)->type;
    zkl_bound least = { 0 }, most = { 0 };
    zkl_type_code_range(low, high, type);
    if (body->low.data)
        ZKL_TRY(read_bound(m, &least, &body->low, column));
    if (body->high.data)
        ZKL_TRY(read_bound(m, &most, &body->high, column));
    if (body->low.data && body->high.data && zkl_bound_compare(type, &least, &most) > 0)
        return zkl_claim_fail_column(m, ZKL_USAGE, column,
                                     "the lower bound is above the upper one");
    const bool none =
        (body->low.data && !least.has_least) || (body->high.data && !most.has_greatest);
    *low = body->low.data ? least.least : *low;
    *high = body->high.data ? most.greatest : *high;
    if (none || *low > *high)
        return zkl_claim_fail_column(m, ZKL_REJECTED, column,
                                     "no value of this type lies in the range");
    return ZKL_OK;
}

/* Hashed and dictionary columns have codes, but their order says nothing about their values. */
static zkl_status compile(const zkl_claim_maker *m, zkl_compiled_claim *out)
{
    const zkl_column *c = zkl_claim_schema_column(m->scope, out->column);
    zkl_code low, high;
    if (zkl_type_is_hashed(&c->type) || c->type.kind == ZKL_TYPE_DICTIONARY)
        return zkl_claim_fail_column(m, ZKL_NOT_SUPPORTED, out->column,
                                     "texts and binaries have no range");
    ZKL_ASSERT(out->claim.column_count == 1 && out->claim.body);
    range_body *body = zkl_arena_copy(m->arena, out->claim.body, sizeof *body);
    if (!body)
        return zkl_no_memory(m->err, sizeof *body);
    out->claim.body = body;
    ZKL_TRY(read_bounds(m, body, out->column, &low, &high));
    body->refuse_nulls = body->refuse_nulls && c->nullable;

    /* All codes: `cells` has shown that every value is one of them. */
    if (low == 0 && high == zkl_claim_last_code(&c->type))
        return body->refuse_nulls ? zkl_claim_refuse_nulls(m, out, out->column) : ZKL_OK;
    /* The code range of a type may be narrower than its limbs: then range(c, *, *) has something
     * to prove. */
    ZKL_ASSERT(low <= high && high <= zkl_claim_last_code(&c->type));
    zkl_claim_assertion *range = NULL;
    ZKL_TRY(zkl_claim_add_assertion(&range, m, out, ZKL_ASSERTION_RANGE, RANGE_PARAMS));
    ZKL_TRY(zkl_claim_put_named(m, &range->sources[0], out->column));
    const zkl_exact lo = zkl_exact_of_u128(low), hi = zkl_exact_of_u128(high);
    zkl_claim_scalar(&range->params[RANGE_LO], &lo);
    zkl_claim_scalar(&range->params[RANGE_HI], &hi);
    range->params[RANGE_NULLS].bytes[31] = c->nullable && !body->refuse_nulls;
    return ZKL_OK;
}

/* Bounds as they were asked, not as they were rounded. */
static void print(zkl_buffer *out, const zkl_claim *claim)
{
    const range_body *body = claim->body;
    ZKL_ASSERT(claim->column_count == 1 && body);
    zkl_buffer_put_text(out, "range(");
    zkl_claim_put_names(out, claim, ", ");
    zkl_buffer_put_text(out, ", ");
    zkl_claim_put_literal(out, body->low);
    zkl_buffer_put_text(out, ", ");
    zkl_claim_put_literal(out, body->high);
    zkl_buffer_put_text(out, body->refuse_nulls ? ", nulls=refuse)" : ")");
}

/* Bounds are text: they may be dates, infinities, or have more digits than a double. */
static void json(zkl_claim_members *out, const zkl_compiled_claim *claim)
{
    const range_body *body = claim->claim.body;
    zkl_claim_member_column(out, &claim->claim);
    zkl_claim_member_bound(out, "low", body->low);
    zkl_claim_member_bound(out, "high", body->high);
    zkl_claim_member_text(out, "nulls", zkl_bytes_of_text(body->refuse_nulls ? "refuse" : "pass"));
}

/* On a column without nulls the range says of every row that it has a value. */
static zkl_claim_nulls nulls(const zkl_compiled_claim *claim)
{
    const range_body *body = claim->claim.body;
    return zkl_claim_schema_column(claim->scope, claim->column)->nullable && !body->refuse_nulls
               ? ZKL_CLAIM_NULLS_PASSED
               : ZKL_CLAIM_NULLS_REFUSED;
}

/* Says of a nullable column whether nulls are among the rows: "non-null value", or that there
 * are none. */
static void sentence(zkl_buffer *out, const zkl_compiled_claim *claim)
{
    const range_body *body = claim->claim.body;
    const zkl_column *column = zkl_claim_schema_column(claim->scope, claim->column);
    ZKL_ASSERT(!body->refuse_nulls || column->nullable); /* compile has seen to it */
    if (body->refuse_nulls) {
        zkl_claim_name_print(out, column->name);
        zkl_buffer_put_text(out, " has no nulls, and ");
    }
    zkl_buffer_format(out, "every %svalue of ",
                      nulls(claim) == ZKL_CLAIM_NULLS_PASSED ? "non-null " : "");
    zkl_claim_name_print(out, column->name);
    if (body->low.data && body->high.data) {
        zkl_buffer_put_text(out, " lies between ");
        zkl_claim_put_literal(out, body->low);
        zkl_buffer_put_text(out, " and ");
        zkl_claim_put_literal(out, body->high);
    } else if (body->low.data) {
        zkl_buffer_put_text(out, " is at least ");
        zkl_claim_put_literal(out, body->low);
    } else if (body->high.data) {
        zkl_buffer_put_text(out, " is at most ");
        zkl_claim_put_literal(out, body->high);
    } else {
        zkl_buffer_put_text(out, " is a value of its type ");
        zkl_type_format(out, &column->type);
    }
}

/* A range that no value of the type lies in is offended by every value, and by nulls when they
 * are refused. */
static zkl_claim_offenders offenders(const zkl_claim *claim)
{
    const range_body *body = claim->body;
    return body->refuse_nulls ? ZKL_CLAIM_OFFENDERS_ALL : ZKL_CLAIM_OFFENDERS_VALUES;
}

const zkl_claim_ops zkl_claim_kind_range = {
    .word = "range",
    .is_by_row = true,
    .parse = parse,
    .compile = compile,
    .print = print,
    .json = json,
    .sentence = sentence,
    .nulls = nulls,
    .offenders = offenders,
};
