/* How evenly a bool is true over the groups of a column: fairness of predictions.
 *
 *   parity(p, g) <= x                 the shares of rows with p, of two values of g, differ by at
 *                                     most x: demographic parity
 *   equal_opportunity(y, p, g) <= x   the same of the rows with y
 *   four_fifths(p, g)                 no share is less than 4/5 of another
 *
 * All compile to one assertion "rates" over all rows: g, p as y?, and y as w?. x = b/c in lowest
 * terms gives (c, b, c), the rule of four fifths (5, 0, 4). g is one limb without nulls, the others
 * are bools without nulls.
 *
 * Groups are those of codes. Where a dictionary holds a text under two of them, the share of the
 * text lies between those of its codes, so that the sentence may speak of values. */
#include "claim/assertion_rates.h"
#include "claim/claim_kind.h"

#define COLUMNS_MAX 3
#define PART_MAX UINT32_MAX /* of a ratio's two numbers */

typedef struct parity_body {
    zkl_quantity value; /* not of four_fifths */
} parity_body;

static bool is_fifths(const zkl_claim *claim)
{
    return claim->ops == &zkl_claim_kind_four_fifths;
}

/* Has it a label, before the prediction? */
static bool has_label(const zkl_claim *claim)
{
    return claim->ops == &zkl_claim_kind_equal_opportunity;
}

/* ---- Reading */

static zkl_status parse(zkl_claim_reader *r, zkl_claim *out)
{
    ZKL_TRY(zkl_claim_new_body(&out->body, r->arena, sizeof(parity_body), r->err));
    parity_body *body = out->body;
    for (size_t i = 0; i < 2u + has_label(out); i++) {
        ZKL_TRY(zkl_claim_expect(r, i ? "," : "("));
        ZKL_TRY(zkl_claim_read_column(r, out));
    }
    ZKL_TRY(zkl_claim_expect(r, ")"));
    if (is_fifths(out))
        return ZKL_OK;
    ZKL_TRY(zkl_claim_expect(r, "<="));
    return zkl_claim_read_ratio(r, &body->value);
}

/* ---- Compiling */

/* x as b/c in lowest terms, b < c: every two shares differ by 1 at most. */
static zkl_status read_value(const zkl_claim_maker *m, const parity_body *body, uint64_t *above,
                             uint64_t *below)
{
    zkl_exact power, rest, b = body->value.digits, c = zkl_exact_of_u64(body->value.denominator);
    if (!zkl_exact_power_of_ten(&power, body->value.scale) || !zkl_exact_mul(&c, &c, &power))
        return zkl_fail(m->err, ZKL_LIMIT, "the value of the claim has too many digits");
    if (b.negative)
        return zkl_fail(m->err, ZKL_REJECTED, "a difference is at least 0");
    if (zkl_exact_compare(&b, &c) >= 0)
        return zkl_fail(m->err, ZKL_USAGE, "shares differ by 1 at most: the claim says nothing");
    const zkl_exact common = zkl_exact_gcd(b, c);
    zkl_exact_divide(&b, &rest, &b, &common);
    zkl_exact_divide(&c, &rest, &c, &common);
    if (!zkl_exact_to_u64(above, &b) || !zkl_exact_to_u64(below, &c) || *below > PART_MAX)
        return zkl_fail(m->err, ZKL_LIMIT,
                        "the value of the claim, as a fraction, has a denominator above %u",
                        PART_MAX);
    return ZKL_OK;
}

static const char may_be_null[] = "it may hold nulls, and this claim is of columns without";

/* One limb, and no nulls. */
static zkl_status check_group(const zkl_claim_maker *m, uint32_t at, const zkl_column *column)
{
    zkl_status status = ZKL_OK;
    if (column->nullable)
        status = zkl_claim_fail_column(m, ZKL_USAGE, at, may_be_null);
    else if (zkl_type_limbs(&column->type) != 1)
        status = zkl_claim_fail_column(m, ZKL_NOT_SUPPORTED, at,
                                       "groups are short texts, bools or numbers of 16 bits");
    return status == ZKL_OK ? ZKL_OK
                            : zkl_hint_add(m->err, status, ZKL_HINT_MAKE_BUCKETS_OR_KEY, NULL);
}

/* Columns of the source from those of the claim: group, prediction, label. */
static zkl_status find_columns(const zkl_claim_maker *m, const zkl_compiled_claim *out,
                               uint32_t columns[static COLUMNS_MAX])
{
    const size_t count = out->claim.column_count;
    for (size_t i = 0; i < count; i++) {
        ZKL_TRY(zkl_claim_find_column(m, &out->claim.columns[count - 1 - i], &columns[i]));
        const zkl_column *column = zkl_claim_schema_column(m->scope, columns[i]);
        for (size_t k = 0; k < i; k++)
            if (columns[k] == columns[i])
                return zkl_claim_fail_column(m, ZKL_USAGE, columns[i], "named twice");
        if (i == 0)
            ZKL_TRY(check_group(m, columns[i], column));
        else if (column->nullable)
            return zkl_claim_fail_column(m, ZKL_USAGE, columns[i], may_be_null);
        else if (column->type.kind != ZKL_TYPE_BOOL)
            return zkl_claim_fail_no_bool(m, columns[i], false);
    }
    return ZKL_OK;
}

static zkl_status compile(const zkl_claim_maker *m, zkl_compiled_claim *out)
{
    static const char *const roles[COLUMNS_MAX] = {
        [ZKL_RATES_GROUP] = "g", [ZKL_RATES_Y] = "y?", [ZKL_RATES_W] = "w?"
    };
    const parity_body *body = out->claim.body;
    uint64_t a = 5, b = 0, c = 4;
    uint32_t columns[COLUMNS_MAX];
    zkl_claim_assertion *made = NULL;
    if (!is_fifths(&out->claim)) {
        ZKL_TRY(read_value(m, body, &b, &c));
        a = c;
    }
    ZKL_TRY(find_columns(m, out, columns));
    ZKL_TRY(zkl_claim_add_assertion(&made, m, out, ZKL_ASSERTION_RATES, ZKL_RATES_PARAMS));
    ZKL_TRY(zkl_claim_put_roles(m, &made->sources[0], columns, roles, out->claim.column_count));
    zkl_claim_scalar_u64(&made->params[ZKL_RATES_A], a);
    zkl_claim_scalar_u64(&made->params[ZKL_RATES_B], b);
    zkl_claim_scalar_u64(&made->params[ZKL_RATES_C], c);
    return zkl_claim_keep_names(m, &out->claim);
}

/* ---- Words */

static void print(zkl_buffer *out, const zkl_claim *claim)
{
    const parity_body *body = claim->body;
    zkl_buffer_format(out, "%s(", claim->ops->word);
    zkl_claim_put_names(out, claim, ", ");
    zkl_buffer_put_u8(out, ')');
    if (is_fifths(claim))
        return;
    zkl_buffer_put_text(out, " <= ");
    zkl_claim_put_quantity(out, &body->value);
}

static void json(zkl_claim_members *out, const zkl_compiled_claim *claim)
{
    const parity_body *body = claim->claim.body;
    const zkl_claim_column *columns = claim->claim.columns;
    const size_t count = claim->claim.column_count;
    if (has_label(&claim->claim))
        zkl_claim_member_text(out, "label", columns[0].name);
    zkl_claim_member_text(out, "prediction", columns[count - 2].name);
    zkl_claim_member_text(out, "group", columns[count - 1].name);
    if (is_fifths(&claim->claim))
        return;
    zkl_claim_member_text(out, "comparison", zkl_bytes_of_text("<="));
    zkl_claim_member_quantity(out, "value", &body->value);
}

/* "of the rows where good is true with one value of sex, the share where hired is true differs from
 * that of any other value by at most 0.1 (which values occur, how often and with what share is not
 * said)" */
static void sentence(zkl_buffer *out, const zkl_compiled_claim *claim)
{
    const parity_body *body = claim->claim.body;
    const zkl_claim_column *columns = claim->claim.columns;
    const size_t count = claim->claim.column_count;
    zkl_buffer_put_text(out, "of the rows ");
    if (has_label(&claim->claim)) {
        zkl_buffer_put_text(out, "where ");
        zkl_claim_name_print(out, columns[0].name);
        zkl_buffer_put_text(out, " is true ");
    }
    zkl_buffer_put_text(out, "with one value of ");
    zkl_claim_name_print(out, columns[count - 1].name);
    zkl_buffer_put_text(out, ", the share where ");
    zkl_claim_name_print(out, columns[count - 2].name);
    if (is_fifths(&claim->claim)) {
        zkl_buffer_put_text(out, " is true is at least 4/5 of that of any other value");
    } else {
        zkl_buffer_put_text(out, " is true differs from that of any other value by at most ");
        zkl_claim_put_quantity(out, &body->value);
    }
    zkl_buffer_put_text(out, " (which values occur, how often and with what share is not said");
    zkl_buffer_put_text(out, has_label(&claim->claim) ? "; a value without such a row is left out)"
                                                      : ")");
}

/* tau has a grid: see claim/assertion_rates.c. */
static const char *false_words(const zkl_compiled_claim *claim)
{
    return has_label(&claim->claim) ? "shares lie farther apart, or no row has the label"
                                    : "shares lie farther apart";
}

/* Not by row: a group may have its rows in several spans. */
#define RATES_KIND(name)                                                                           \
    const zkl_claim_ops zkl_claim_kind_##name = {                                                  \
        .word = #name,                                                                             \
        .whole_form = #name,                                                                       \
        .parse = parse,                                                                            \
        .compile = compile,                                                                        \
        .print = print,                                                                            \
        .json = json,                                                                              \
        .sentence = sentence,                                                                      \
        .false_words = false_words,                                                                \
    }
RATES_KIND(parity);
RATES_KIND(equal_opportunity);
RATES_KIND(four_fifths);
