/* "drift(c, D@1.x) <= 0.1": the distributions of a column and of one of another dataset lie within
 * 0.1, as total variation has it: half the sum, over the values, of the differences of their
 * shares of rows.
 *
 *     cuts=(18, 65)   over the bins below 18, from 18 to below 65, from 65 on, in place of values
 *     factor=5/4      and in none of them one share is more than 5/4 of the other
 *
 * Compiles to one assertion "drift" over all rows of both: a cut is the least code whose value is
 * at least the number; X = 2 N_A N_B x, rounded down, for the sum on the left is whole. With a
 * factor f/g a share's logarithm differs by ln(f/g) at most, so the population stability index, the
 * sum of difference times difference of logarithms, is at most 2 x ln(f/g): the sentence says so.
 *
 * Values are those of codes. Where a dictionary holds a text under two of them, distances of texts
 * are those of unions, which are no larger, and so are the factors of shares. */
#include "claim/assertion_drift.h"
#include "claim/claim_kind.h"
#include "claim/claim_predicate.h"

#include "text/json_text.h"

#define CUTS_MAX 1024
#define PART_MAX UINT32_MAX /* of the factor's two numbers */

typedef struct drift_body {
    zkl_bytes *cuts; /* as they were read; compiled: canonical texts */
    size_t cut_count;
    bool has_factor;
    zkl_quantity factor, value;
} drift_body;

/* ---- Reading */

enum { NO_OPTION, CUTS, FACTOR };
static const char *const option_words[] = { "cuts", "factor", NULL };

/* "(18, 65)" */
static zkl_status read_cuts(zkl_claim_reader *r, drift_body *body)
{
    body->cuts = ZKL_ARENA_NEW(r->arena, zkl_bytes, CUTS_MAX);
    if (!body->cuts)
        return zkl_no_memory(r->err, CUTS_MAX * sizeof *body->cuts);
    ZKL_TRY(zkl_claim_expect(r, "("));
    do {
        zkl_claim_peek(r);
        const size_t start = r->at;
        if (body->cut_count == CUTS_MAX)
            return zkl_fail(r->err, ZKL_LIMIT, "the claim has more than %d cuts", CUTS_MAX);
        ZKL_TRY(zkl_claim_read_literal(r, &body->cuts[body->cut_count]));
        if (!body->cuts[body->cut_count++].data)
            return zkl_claim_fail_at(r, start, "a cut is a value, not '*'");
    } while (zkl_claim_accept(r, ","));
    return zkl_claim_expect(r, ")");
}

/* Behind the pair, one of the words and "=" taken: cuts, the factor, or both in this order. */
static zkl_status read_options(zkl_claim_reader *r, drift_body *body, size_t option)
{
    if (option == CUTS) {
        ZKL_TRY(read_cuts(r, body));
        if (!zkl_claim_accept(r, ","))
            return ZKL_OK;
        ZKL_TRY(zkl_claim_expect(r, option_words[FACTOR - 1]));
        ZKL_TRY(zkl_claim_expect(r, "="));
    }
    body->has_factor = true;
    return zkl_claim_read_ratio(r, &body->factor);
}

static zkl_status parse(zkl_claim_reader *r, zkl_claim *out)
{
    size_t option;
    ZKL_TRY(zkl_claim_new_body(&out->body, r->arena, sizeof(drift_body), r->err));
    drift_body *body = out->body;
    ZKL_TRY(zkl_claim_expect(r, "("));
    const size_t start = r->at;
    ZKL_TRY(zkl_claim_read_pairs(r, out, option_words, &option));
    if (out->column_count != 2)
        return zkl_claim_fail_at(r, start, "one column expected, and one of another dataset");
    if (option)
        ZKL_TRY(read_options(r, body, option));
    ZKL_TRY(zkl_claim_expect(r, ")"));
    ZKL_TRY(zkl_claim_expect(r, "<="));
    return zkl_claim_read_ratio(r, &body->value);
}

/* ---- Compiling */

/* above / below; false with too many digits. */
static bool parts_of(const zkl_quantity *value, zkl_exact *above, zkl_exact *below)
{
    zkl_exact power;
    *above = value->digits;
    *below = zkl_exact_of_u64(value->denominator);
    return zkl_exact_power_of_ten(&power, value->scale) && zkl_exact_mul(below, below, &power);
}

/* X: 2 N_A N_B x, rounded down. */
static zkl_status read_value(const zkl_claim_maker *m, const drift_body *body, uint64_t rows,
                             uint64_t others, zkl_exact *out)
{
    zkl_exact above, below, rest;
    const zkl_exact n_a = zkl_exact_of_u64(rows), n_b = zkl_exact_of_u64(others),
                    two = zkl_exact_of_u64(2);
    if (!parts_of(&body->value, &above, &below))
        return zkl_fail(m->err, ZKL_LIMIT, "the value of the claim has too many digits");
    if (above.negative)
        return zkl_fail(m->err, ZKL_REJECTED, "a distance is at least 0");
    if (zkl_exact_compare(&above, &below) >= 0)
        return zkl_fail(m->err, ZKL_USAGE,
                        "distributions are 1 apart at most: the claim says nothing");
    if (!zkl_exact_mul(&above, &above, &n_a) || !zkl_exact_mul(&above, &above, &n_b) ||
        !zkl_exact_mul(&above, &above, &two))
        return zkl_fail(m->err, ZKL_LIMIT, "the value of the claim has too many digits");
    zkl_exact_divide(out, &rest, &above, &below);
    return ZKL_OK;
}

/* f and g in lowest terms, 0 < g <= f; 0, 0 without. */
static zkl_status read_factor(const zkl_claim_maker *m, const drift_body *body, uint64_t *f,
                              uint64_t *g)
{
    zkl_exact above, below, rest;
    *f = *g = 0;
    if (!body->has_factor)
        return ZKL_OK;
    if (!parts_of(&body->factor, &above, &below))
        return zkl_fail(m->err, ZKL_LIMIT, "the factor has too many digits");
    if (zkl_exact_compare(&above, &below) < 0)
        return zkl_fail(m->err, ZKL_USAGE, "a factor between two shares is at least 1");
    const zkl_exact common = zkl_exact_gcd(above, below);
    zkl_exact_divide(&above, &rest, &above, &common);
    zkl_exact_divide(&below, &rest, &below, &common);
    if (!zkl_exact_to_u64(f, &above) || !zkl_exact_to_u64(g, &below) || *f > PART_MAX)
        return zkl_fail(m->err, ZKL_LIMIT, "the factor, as a fraction, has a numerator above %u",
                        PART_MAX);
    return ZKL_OK;
}

/* Their codes, rising from 1 on: below each lies a value, and between two of them. */
static zkl_status compile_cuts(const zkl_claim_maker *m, drift_body *body, uint32_t column,
                               zkl_scalar *params)
{
    zkl_code before = 0;
    zkl_bound bound;
    if (body->cut_count)
        ZKL_TRY(zkl_cut_check_type(m, column));
    for (size_t i = 0; i < body->cut_count; i++) {
        ZKL_TRY(zkl_claim_read_bound(m, &bound, &body->cuts[i], column));
        if (bound.least <= before)
            return zkl_claim_fail_column(m, ZKL_USAGE, column,
                                         "cuts rise, and a value lies below each");
        before = bound.least;
        zkl_claim_scalar_u64(&params[i], (uint64_t)bound.least);
    }
    return ZKL_OK;
}

/* One limb and no nulls, on both sides; the types are the same. */
static zkl_status check_columns(const zkl_claim_maker *m, const zkl_claim_pairs *pairs)
{
    static const char may_be_null[] = "it may hold nulls, and this claim is of columns without";
    const zkl_column *own = zkl_claim_schema_column(m->scope, pairs->own[0]);
    zkl_status status = ZKL_OK;
    if (zkl_type_limbs(&own->type) != 1)
        status =
            zkl_claim_fail_column(m, ZKL_NOT_SUPPORTED, pairs->own[0],
                                  "distributions are of short texts, bools or numbers of 16 bits");
    else if (own->nullable)
        status = zkl_claim_fail_column(m, ZKL_USAGE, pairs->own[0], may_be_null);
    else if (zkl_claim_column_of(m->scope, pairs->other, pairs->others[0])->nullable)
        status =
            zkl_claim_fail_column_of(m, ZKL_USAGE, pairs->other, pairs->others[0], may_be_null);
    return status == ZKL_OK ? ZKL_OK
                            : zkl_hint_add(m->err, status, ZKL_HINT_MAKE_BUCKETS_OR_KEY, NULL);
}

static zkl_status copy_body(const zkl_claim_maker *m, zkl_compiled_claim *out)
{
    drift_body *body = zkl_arena_copy(m->arena, out->claim.body, sizeof *body);
    if (!body)
        return zkl_no_memory(m->err, sizeof *body);
    out->claim.body = body;
    if (!body->cut_count)
        return ZKL_OK;
    body->cuts = zkl_arena_copy(m->arena, body->cuts, body->cut_count * sizeof *body->cuts);
    return body->cuts ? ZKL_OK : zkl_no_memory(m->err, body->cut_count * sizeof *body->cuts);
}

static zkl_status compile(const zkl_claim_maker *m, zkl_compiled_claim *out)
{
    zkl_claim_assertion *made = NULL;
    zkl_claim_pairs pairs;
    zkl_exact most;
    uint64_t f, g;
    ZKL_TRY(copy_body(m, out));
    drift_body *body = out->claim.body;
    ZKL_TRY(zkl_claim_find_pairs(m, &pairs, &out->claim, false));
    out->column = pairs.own[0];
    ZKL_TRY(check_columns(m, &pairs));
    ZKL_TRY(read_value(m, body, out->row_count, m->scope->datasets[pairs.other].row_count, &most));
    ZKL_TRY(read_factor(m, body, &f, &g));
    ZKL_TRY(zkl_claim_add_joint_assertion(&made, m, out, ZKL_ASSERTION_DRIFT,
                                          body->cut_count + ZKL_DRIFT_PARAMS, 2));
    ZKL_TRY(compile_cuts(m, body, pairs.own[0], made->params));
    zkl_claim_scalar(&made->params[body->cut_count + ZKL_DRIFT_MOST], &most);
    zkl_claim_scalar_u64(&made->params[body->cut_count + ZKL_DRIFT_FACTOR], f);
    zkl_claim_scalar_u64(&made->params[body->cut_count + ZKL_DRIFT_DIVISOR], g);
    ZKL_TRY(zkl_claim_put_source(m, &made->sources[0], 0, pairs.own, 1));
    return zkl_claim_put_source(m, &made->sources[1], pairs.other, pairs.others, 1);
}

/* ---- Words */

static void put_cuts(zkl_buffer *out, const drift_body *body)
{
    for (size_t i = 0; i < body->cut_count; i++) {
        zkl_buffer_put_text(out, i ? ", " : "");
        zkl_claim_put_literal(out, body->cuts[i]);
    }
}

static void print(zkl_buffer *out, const zkl_claim *claim)
{
    const drift_body *body = claim->body;
    zkl_buffer_put_text(out, "drift(");
    zkl_claim_put_pairs(out, claim);
    if (body->cut_count) {
        zkl_buffer_put_text(out, ", cuts=(");
        put_cuts(out, body);
        zkl_buffer_put_u8(out, ')');
    }
    if (body->has_factor) {
        zkl_buffer_put_text(out, ", factor=");
        zkl_claim_put_quantity(out, &body->factor);
    }
    zkl_buffer_put_text(out, ") <= ");
    zkl_claim_put_quantity(out, &body->value);
}

static void json(zkl_claim_members *out, const zkl_compiled_claim *claim)
{
    const drift_body *body = claim->claim.body;
    zkl_claim_member_pairs(out, &claim->claim);
    zkl_claim_member_text(out, "comparison", zkl_bytes_of_text("<="));
    zkl_claim_member_quantity(out, "value", &body->value);
    if (body->has_factor)
        zkl_claim_member_quantity(out, "factor", &body->factor);
    if (!body->cut_count)
        return;
    zkl_buffer *list = zkl_claim_member(out, "cuts");
    for (size_t i = 0; i < body->cut_count; i++) {
        zkl_buffer_put_u8(list, i ? ',' : '[');
        zkl_json_put_string(list, body->cuts[i]);
    }
    zkl_buffer_put_u8(list, ']');
}

/* "the distribution of age and that of train@1, over bins that begin at 18, 65, are at most 0.1
 * apart (total variation: half the sum of the differences of shares; which differ is not said); .."
 */
static void sentence(zkl_buffer *out, const zkl_compiled_claim *claim)
{
    const drift_body *body = claim->claim.body;
    zkl_buffer_put_text(out, "the distribution of ");
    zkl_claim_put_matched(out, claim);
    zkl_buffer_put_text(out, " and that of ");
    zkl_claim_put_there(out, &claim->claim);
    if (body->cut_count) {
        zkl_buffer_put_text(out, ", over bins cut at ");
        put_cuts(out, body);
        zkl_buffer_put_u8(out, ',');
    }
    zkl_buffer_put_text(out, " are at most ");
    zkl_claim_put_quantity(out, &body->value);
    zkl_buffer_format(out,
                      " apart (total variation: half the sum of the differences of shares of rows, "
                      "by %s; which differ is not said)",
                      body->cut_count ? "bin" : "value");
    if (!body->has_factor)
        return;
    zkl_buffer_format(out, "; of no %s is one share more than ", body->cut_count ? "bin" : "value");
    zkl_claim_put_quantity(out, &body->factor);
    zkl_buffer_put_text(out, " of the other, so the population stability index is at most 2 * ");
    zkl_claim_put_quantity(out, &body->value);
    zkl_buffer_put_text(out, " * ln(");
    zkl_claim_put_quantity(out, &body->factor);
    zkl_buffer_put_u8(out, ')');
}

static const char *false_words(const zkl_compiled_claim *claim)
{
    const drift_body *body = claim->claim.body;
    return body->has_factor ? "the distributions lie farther apart, or two shares do"
                            : "the distributions lie farther apart";
}

/* Not by row: shares are of all rows. */
const zkl_claim_ops zkl_claim_kind_drift = {
    .word = "drift",
    .whole_form = "drift",
    .parse = parse,
    .compile = compile,
    .print = print,
    .json = json,
    .sentence = sentence,
    .false_words = false_words,
};
