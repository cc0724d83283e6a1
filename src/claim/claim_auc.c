/* "auc(label, score, rank)", "auc(label, score, rank) >= 0.8": the area under the ROC curve, that
 * is the share of all pairs of a row where `label` is true and one where it is false in which the
 * true one has the higher score. The rows stand in order of the score, and `rank` numbers them
 * from 1.
 *
 * Of N rows P are true, and S is the sum of their ranks. Below a true row of rank r stand r - 1
 * others, so
 *     U = S - P (P + 1) / 2   pairs are in order,   of P (N - P).
 * P and S are disclosed, and so the result is, whatever is compared.
 *
 * Compiles to
 *     sorted(score), strictly   no two scores are equal, else pairs would be neither
 *     sorted(rank), strictly, and range(rank, 1, N)   N different numbers from 1 to N: rank i is i
 *     where: the number of rows where label is true, and the sum of rank over them. */
#include "claim/claim_kind.h"

#include "claim/claim_weighing.h"

/* The assertions, and their parameters. */
enum { BY_SCORE, BY_RANK, RANKS, PAIRS, PARTS };
enum { SORTED_STRICT, SORTED_DOWN, SORTED_PARAMS };
enum { RANGE_LO, RANGE_HI, RANGE_NULLS, RANGE_PARAMS };
/* The columns, as they are named. */
enum { LABEL, SCORE, RANK, COLUMNS };

typedef struct auc_body {
    unsigned mode; /* ZKL_MODE_EXACTLY of an open claim */
    zkl_quantity value;
    /* Once compiled, in the schema. */
    uint32_t columns[COLUMNS];
    /* Once bound: P and S. */
    uint64_t true_count;
    zkl_exact rank_sum;
} auc_body;

static zkl_status parse(zkl_claim_reader *r, zkl_claim *out)
{
    ZKL_TRY(zkl_claim_new_body(&out->body, r->arena, sizeof(auc_body), r->err));
    auc_body *body = out->body;
    for (size_t i = 0; i < COLUMNS; i++) {
        ZKL_TRY(zkl_claim_expect(r, i ? "," : "("));
        ZKL_TRY(zkl_claim_read_column(r, out));
    }
    ZKL_TRY(zkl_claim_expect(r, ")"));
    out->is_open = !zkl_claim_accept_comparison(r, &body->mode);
    return out->is_open ? ZKL_OK : zkl_claim_read_ratio(r, &body->value);
}

/* ---- Compiling */

static const zkl_column *column_of(const zkl_claim_scope *scope, const auc_body *body, size_t at)
{
    return zkl_claim_schema_column(scope, body->columns[at]);
}

static bool is_float(const zkl_type *type)
{
    return type->kind == ZKL_TYPE_FLOAT32 || type->kind == ZKL_TYPE_FLOAT64;
}

/* Three columns without nulls: a bool, one whose codes have the order of its values, an integer. */
static zkl_status find_columns(const zkl_claim_maker *m, auc_body *body, zkl_claim *claim)
{
    uint32_t sorted[COLUMNS];
    for (size_t i = 0; i < COLUMNS; i++) {
        ZKL_TRY(zkl_claim_find_column(m, &claim->columns[i], &body->columns[i]));
        sorted[i] = body->columns[i];
    }
    ZKL_TRY(zkl_claim_sort_columns(m, sorted, COLUMNS)); /* none stands there twice */
    for (size_t i = 0; i < COLUMNS; i++) {
        const zkl_column *column = column_of(m->scope, body, i);
        const zkl_type *type = &column->type;
        if (column->nullable)
            return zkl_claim_fail_column(m, ZKL_USAGE, body->columns[i],
                                         "it may hold nulls, and this claim is of columns without");
        if (i == LABEL && type->kind != ZKL_TYPE_BOOL)
            return zkl_claim_fail_no_bool(m, body->columns[i], false);
        if (i == SCORE && (type->kind == ZKL_TYPE_DICTIONARY || zkl_type_is_hashed(type)))
            return zkl_claim_fail_column(m, ZKL_NOT_SUPPORTED, body->columns[i],
                                         "codes of texts and binaries have no order");
        if (i == RANK && (!zkl_type_is_number(type) || type->kind == ZKL_TYPE_DECIMAL))
            return zkl_claim_fail_column(m, ZKL_USAGE, body->columns[i],
                                         "ranks are integers, from 1 to the number of rows");
    }
    return zkl_claim_keep_names(m, claim);
}

/* An area that there is not, or that every one is beside. */
static zkl_status check_says(const zkl_claim_maker *m, const zkl_claim *claim)
{
    const auc_body *body = claim->body;
    const zkl_exact zero = zkl_exact_of(0), one = zkl_exact_of(1);
    if (claim->is_open)
        return ZKL_OK;
    const int least = zkl_claim_compare_quantity(&zero, 0, NULL, 0, &body->value),
              most = zkl_claim_compare_quantity(&one, 0, NULL, 0, &body->value);
    if ((body->mode != ZKL_MODE_AT_MOST && most < 0) ||
        (body->mode != ZKL_MODE_AT_LEAST && least > 0))
        return zkl_fail(m->err, ZKL_REJECTED, "an area under the curve lies between 0 and 1");
    if ((body->mode == ZKL_MODE_AT_LEAST && least >= 0) ||
        (body->mode == ZKL_MODE_AT_MOST && most <= 0))
        return zkl_fail(m->err, ZKL_USAGE,
                        "an area under the curve lies between 0 and 1: the claim says nothing");
    return ZKL_OK;
}

static zkl_status add_sorted(const zkl_claim_maker *m, zkl_compiled_claim *out, uint32_t column)
{
    zkl_claim_assertion *sorted = NULL;
    ZKL_TRY(zkl_claim_add_assertion(&sorted, m, out, ZKL_ASSERTION_SORTED, SORTED_PARAMS));
    sorted->params[SORTED_STRICT].bytes[31] = 1;
    return zkl_claim_put_numbered(m, &sorted->sources[0], &column, 1);
}

/* In codes, which are values + offset. ZKL_REJECTED: the type does not reach so far. */
static zkl_status add_ranks(const zkl_claim_maker *m, zkl_compiled_claim *out, uint32_t column)
{
    const zkl_type *type = &zkl_claim_schema_column(m->scope, column)->type;
    const zkl_code offset = zkl_type_offset(type), last = zkl_claim_last_code(type);
    zkl_claim_assertion *range = NULL;
    if (out->row_count > last - offset)
        return zkl_claim_fail_column(m, ZKL_REJECTED, column,
                                     "ranks up to the number of rows do not fit its type");
    ZKL_TRY(zkl_claim_add_assertion(&range, m, out, ZKL_ASSERTION_RANGE, RANGE_PARAMS));
    const zkl_exact lo = zkl_exact_of_u128(offset + 1),
                    hi = zkl_exact_of_u128(offset + out->row_count);
    zkl_claim_scalar(&range->params[RANGE_LO], &lo);
    zkl_claim_scalar(&range->params[RANGE_HI], &hi);
    return zkl_claim_put_named(m, &range->sources[0], column);
}

/* One cut, at true. */
static bool label_holds(const zkl_weighing *weighing, size_t bit, const uint32_t *digits)
{
    (void)weighing;
    ZKL_ASSERT(bit == 0);
    return digits[0] == 1;
}

/* P and S stay 0 until the claim is bound. */
static zkl_status add_pairs(const zkl_claim_maker *m, zkl_compiled_claim *out, const auc_body *body)
{
    zkl_weighing weighing = {
        .holds = label_holds, .bit_count = 1, .has_sum = true, .summand = body->columns[RANK]
    };
    weighing.columns.count = 1;
    ZKL_TRY(zkl_cut_column_init(m, &weighing.columns.items[0], body->columns[LABEL]));
    zkl_cut_put(&weighing.columns.items[0], 1, 1);
    zkl_weighing_put_bound(&weighing, (int64_t[ZKL_WEIGHING_BITS_MAX]){ 1 }, 0, ZKL_MODE_EXACTLY);
    return zkl_weighing_assert(m, out, &weighing);
}

static zkl_status compile(const zkl_claim_maker *m, zkl_compiled_claim *out)
{
    auc_body *body = zkl_arena_copy(m->arena, out->claim.body, sizeof *body);
    if (!body)
        return zkl_no_memory(m->err, sizeof *body);
    out->claim.body = body;
    ZKL_TRY(find_columns(m, body, &out->claim));
    ZKL_TRY(check_says(m, &out->claim));
    ZKL_TRY(add_sorted(m, out, body->columns[SCORE]));
    ZKL_TRY(add_sorted(m, out, body->columns[RANK]));
    ZKL_TRY(add_ranks(m, out, body->columns[RANK]));
    ZKL_TRY(add_pairs(m, out, body));
    ZKL_ASSERT(out->assertion_count == PARTS);
    return ZKL_OK;
}

/* ---- Binding: parameters may come from a statement, so from outside */

/* U of the sum of the ranks of so many true rows; pairs: of how many. */
static zkl_status find_area(zkl_exact *out, uint64_t pairs, uint64_t true_count,
                            const zkl_exact *rank_sum, zkl_error *err)
{
    const unsigned __int128 product = (unsigned __int128)true_count * (true_count + 1);
    const zkl_exact least = zkl_exact_of_u128(product / 2), most = zkl_exact_of_u64(pairs);
    if (!zkl_exact_sub(out, rank_sum, &least) || out->negative || zkl_exact_compare(out, &most) > 0)
        return zkl_fail(err, ZKL_REJECTED,
                        "so many rows of the ranks 1 to the number of rows do not have such a sum");
    return ZKL_OK;
}

static zkl_status bind(zkl_compiled_claim *claim, const zkl_scalar *params, zkl_error *err)
{
    auc_body *body = claim->claim.body;
    zkl_claim_assertion *own = &claim->assertions[PAIRS];
    const uint64_t rows = claim->row_count;
    uint64_t true_count, pairs;
    zkl_exact rank_sum, area;
    for (size_t i = 0; i < PAIRS; i++)
        params += claim->assertions[i].param_count;
    ZKL_TRY(zkl_weighing_bind_count(&true_count, own, params, rows, err));
    if (!true_count || true_count == rows)
        return zkl_fail(err, ZKL_REJECTED, "the label is %s in every row: there is no pair",
                        true_count ? "true" : "false");
    ZKL_TRY(zkl_weighing_bind_sum(&rank_sum, own, params,
                                  &column_of(claim->scope, body, RANK)->type, true_count, err));
    if (__builtin_mul_overflow(true_count, rows - true_count, &pairs))
        return zkl_fail(err, ZKL_LIMIT, "there are more pairs than are counted");
    ZKL_TRY(find_area(&area, pairs, true_count, &rank_sum, err));
    if (claim->claim.is_open)
        body->value = (zkl_quantity){ .digits = area, .denominator = pairs };
    else
        ZKL_TRY(zkl_claim_check_order(
            body->mode, zkl_claim_compare_quantity(&area, 0, &pairs, 1, &body->value), err));
    body->true_count = true_count;
    body->rank_sum = rank_sum;
    claim->claim.is_open = false;
    return ZKL_OK;
}

/* ---- Words */

static void print(zkl_buffer *out, const zkl_claim *claim)
{
    const auc_body *body = claim->body;
    zkl_claim_put_call(out, claim);
    zkl_claim_put_comparison(out, claim, body->mode, &body->value);
}

/* A comparison is said by people; an exact value may be what the data decided. */
static void print_without_result(zkl_buffer *out, const zkl_claim *claim)
{
    const auc_body *body = claim->body;
    (body->mode == ZKL_MODE_EXACTLY ? zkl_claim_put_call : print)(out, claim);
}

static void json(zkl_claim_members *out, const zkl_compiled_claim *claim)
{
    const auc_body *body = claim->claim.body;
    const zkl_quantity sum = { body->rank_sum, 0, 1 };
    ZKL_ASSERT(claim->is_bound);
    zkl_claim_member_text(out, "label", claim->claim.columns[LABEL].name);
    zkl_claim_member_text(out, "score", claim->claim.columns[SCORE].name);
    zkl_claim_member_text(out, "rank", claim->claim.columns[RANK].name);
    zkl_claim_member_text(out, "comparison", zkl_bytes_of_text(zkl_claim_mode_sign(body->mode)));
    zkl_buffer_format(zkl_claim_member(out, "count"), "%llu", (unsigned long long)body->true_count);
    zkl_claim_member_quantity(out, "sum", &sum);
    zkl_claim_member_quantity(out, "value", &body->value);
}

static void sentence(zkl_buffer *out, const zkl_compiled_claim *claim)
{
    const auc_body *body = claim->claim.body;
    const zkl_bytes label = claim->claim.columns[LABEL].name;
    zkl_buffer_put_text(out, "the area under the ROC curve of ");
    zkl_claim_name_print(out, claim->claim.columns[SCORE].name);
    zkl_buffer_put_text(out, " for ");
    zkl_claim_name_print(out, label);
    zkl_buffer_format(out, " is %s ", zkl_claim_mode_words(body->mode));
    zkl_claim_put_quantity(out, &body->value);
    zkl_claim_put_about(out, &body->value);
    zkl_buffer_put_text(out, ": in so large a share of all pairs of a row where ");
    zkl_claim_name_print(out, label);
    zkl_buffer_put_text(out, " is true and one where it is false the true one has the higher "
                             "score; no two rows have one score; shown are that ");
    zkl_claim_name_print(out, label);
    zkl_buffer_format(out, " is true in %llu of the %llu rows, and the sum of their ranks",
                      (unsigned long long)body->true_count, (unsigned long long)claim->row_count);
    if (is_float(&column_of(claim->scope, body, SCORE)->type))
        zkl_claim_put_float_order(out);
}

/* The claim may also be false as it is bound, and says then on which side the area lies. */
const zkl_claim_ops zkl_claim_kind_auc = {
    .word = "auc",
    .whole_form = "auc(label, score, rank)",
    .parse = parse,
    .compile = compile,
    .bind = bind,
    .print = print,
    .print_bare = print_without_result,
    .json = json,
    .sentence = sentence,
};
