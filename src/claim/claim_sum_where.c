/* "sum(c where P)", "mean(c where P) >= v": the sum or mean of c over the rows that satisfy P. The
 * sum is disclosed whatever is compared, of a mean the number of values too.
 *
 * Compiles to one assertion "where" (claim/assertion_where.h) whose bit is P and whose sum is that
 * of c, nulls left out. Of a mean the bit is "P and c is not null", and its rows are counted. A
 * comparison is of what the statement then says, exactly.
 *
 * How many rows satisfy P is not said of a sum: it is 0 also where none does. */
#include "claim/claim_kind.h"

#include <string.h>

#include "claim/claim_weighing.h"

typedef struct sum_where_body {
    unsigned mode; /* ZKL_MODE_EXACTLY of an open claim */
    zkl_quantity value;
    zkl_said_predicate said;
    /* The columns of P; the claim's are c and these. */
    zkl_claim_column *columns;
    size_t column_count;
    /* Once bound: in units of the type's last decimal; of a mean how many values. */
    zkl_exact sum;
    uint64_t count;
} sum_where_body;

static bool is_mean(const zkl_claim *claim)
{
    return claim->ops == &zkl_claim_kind_mean_where;
}

/* ---- Reading */

/* P, into a claim of its own: what it names is kept apart from c. */
static zkl_status read_predicate(zkl_claim_reader *r, zkl_claim *out, sum_where_body *body)
{
    zkl_claim where = { 0 };
    const zkl_claim_column summand = out->columns[0];
    r->column_capacity = 0;
    ZKL_TRY(zkl_said_predicate_read(r, &body->said, &where));
    body->columns = where.columns;
    body->column_count = where.column_count;
    r->column_capacity = where.column_count + 1;
    out->columns = ZKL_ARENA_NEW(r->arena, zkl_claim_column, r->column_capacity);
    if (!out->columns)
        return zkl_no_memory(r->err, r->column_capacity * sizeof *out->columns);
    out->columns[0] = summand;
    for (size_t i = 0; i < where.column_count; i++)
        if (!zkl_bytes_equal(where.columns[i].name, summand.name))
            out->columns[out->column_count++] = where.columns[i];
    return ZKL_OK;
}

/* Behind "(c where". */
static zkl_status parse(zkl_claim_reader *r, zkl_claim *out)
{
    ZKL_TRY(zkl_claim_new_body(&out->body, r->arena, sizeof(sum_where_body), r->err));
    sum_where_body *body = out->body;
    ZKL_ASSERT(out->column_count == 1);
    ZKL_TRY(read_predicate(r, out, body));
    ZKL_TRY(zkl_claim_expect(r, ")"));
    out->is_open = !zkl_claim_accept_comparison(r, &body->mode);
    if (out->is_open)
        return ZKL_OK;
    return is_mean(out) ? zkl_claim_read_ratio(r, &body->value)
                        : zkl_claim_read_quantity(r, &body->value, true);
}

/* ---- Compiling */

/* P as its digits say, and c is not null: said where c is among the columns of the bits. */
static bool row_counts(const zkl_weighing *weighing, size_t bit, const uint32_t *digits)
{
    bool is_null = false;
    ZKL_ASSERT(bit == 0);
    for (size_t i = 0; i < weighing->columns.count; i++)
        is_null |= weighing->columns.items[i].column == weighing->summand &&
                   digits[i] > weighing->columns.items[i].cut_count;
    return !is_null && zkl_said_predicate_holds(weighing->context, &weighing->columns, digits);
}

/* A result that every table has, or none. A mean is that of one value at least. */
static zkl_status check_reach(const zkl_claim_maker *m, const zkl_compiled_claim *claim)
{
    const sum_where_body *body = claim->claim.body;
    const zkl_type *type = &zkl_claim_schema_column(m->scope, claim->column)->type;
    zkl_exact least, most;
    if (claim->claim.is_open)
        return ZKL_OK;
    zkl_claim_sum_range(&least, &most, type, is_mean(&claim->claim) ? 1 : claim->row_count);
    const int low = zkl_claim_compare_quantity(&least, type->scale, NULL, 0, &body->value),
              high = zkl_claim_compare_quantity(&most, type->scale, NULL, 0, &body->value);
    if ((body->mode != ZKL_MODE_AT_MOST && high < 0) ||
        (body->mode != ZKL_MODE_AT_LEAST && low > 0))
        return zkl_fail(m->err, ZKL_REJECTED, "no column of this type and row count has such a %s",
                        claim->claim.ops->word);
    if ((body->mode == ZKL_MODE_AT_LEAST && low >= 0) ||
        (body->mode == ZKL_MODE_AT_MOST && high <= 0))
        return zkl_fail(m->err, ZKL_USAGE,
                        "every column of this type and row count has such a %s: the claim says "
                        "nothing",
                        claim->claim.ops->word);
    return ZKL_OK;
}

/* The columns that the bit hangs on: those of P, and of a mean c where it may be null. */
static zkl_status copy_columns(const zkl_claim_maker *m, const zkl_compiled_claim *claim,
                               sum_where_body *body, zkl_claim *out)
{
    *out = (zkl_claim){ .column_count = body->column_count };
    out->columns = ZKL_ARENA_NEW(m->arena, zkl_claim_column, body->column_count + 1);
    if (!out->columns)
        return zkl_no_memory(m->err, (body->column_count + 1) * sizeof *out->columns);
    memcpy(out->columns, body->columns, body->column_count * sizeof *out->columns);
    ZKL_TRY(zkl_claim_keep_names(m, out));
    body->columns = out->columns;
    bool has_summand = !zkl_claim_schema_column(m->scope, claim->column)->nullable;
    for (size_t i = 0; i < body->column_count; i++)
        has_summand |= zkl_bytes_equal(out->columns[i].name, claim->claim.columns[0].name);
    if (!has_summand && is_mean(&claim->claim))
        out->columns[out->column_count++] = claim->claim.columns[0];
    return out->column_count <= ZKL_SAID_COLUMNS_MAX
               ? ZKL_OK
               : zkl_fail(m->err, ZKL_LIMIT, "the predicate and the mean name more than %d columns",
                          ZKL_SAID_COLUMNS_MAX);
}

/* n and the sum stay 0 until the claim is bound. */
static zkl_status compile(const zkl_claim_maker *m, zkl_compiled_claim *out)
{
    sum_where_body *body = zkl_arena_copy(m->arena, out->claim.body, sizeof *body);
    zkl_claim where;
    if (!body)
        return zkl_no_memory(m->err, sizeof *body);
    out->claim.body = body;
    ZKL_TRY(zkl_claim_check_number(m, out->column, "only integers and decimals have a sum"));
    ZKL_TRY(check_reach(m, out));
    ZKL_TRY(zkl_claim_keep_names(m, &out->claim));
    ZKL_TRY(copy_columns(m, out, body, &where));
    zkl_weighing weighing = { .context = &body->said,
                              .holds = row_counts,
                              .bit_count = 1,
                              .has_sum = true,
                              .summand = out->column };
    ZKL_TRY(zkl_said_predicate_compile(m, &body->said, &where, &weighing.columns));
    ZKL_TRY(zkl_weighing_find_predicate(m, &weighing));
    if (is_mean(&out->claim))
        zkl_weighing_put_bound(&weighing, (int64_t[ZKL_WEIGHING_BITS_MAX]){ 1 }, 0,
                               ZKL_MODE_EXACTLY);
    return zkl_weighing_assert(m, out, &weighing);
}

/* ---- Binding: parameters may come from a statement, so from outside */

static zkl_status bind(zkl_compiled_claim *claim, const zkl_scalar *params, zkl_error *err)
{
    const zkl_type *type = &zkl_claim_schema_column(claim->scope, claim->column)->type;
    zkl_claim_assertion *own = &claim->assertions[0];
    sum_where_body *body = claim->claim.body;
    const bool mean = is_mean(&claim->claim);
    uint64_t count = claim->row_count;
    zkl_exact sum;
    if (mean)
        ZKL_TRY(zkl_weighing_bind_count(&count, own, params, claim->row_count, err));
    if (!count)
        return zkl_fail(err, ZKL_REJECTED, "no such row has a value that it could be of");
    ZKL_TRY(zkl_weighing_bind_sum(&sum, own, params, type, count, err));
    if (claim->claim.is_open)
        body->value = (zkl_quantity){ sum, type->scale, mean ? count : 1 };
    else
        ZKL_TRY(zkl_claim_check_order(
            body->mode,
            zkl_claim_compare_quantity(&sum, type->scale, &count, mean ? 1 : 0, &body->value),
            err));
    body->sum = sum;
    body->count = count;
    claim->claim.is_open = false;
    return ZKL_OK;
}

/* ---- Words */

/* "sum(c where age >= 18)" */
static void print_bare(zkl_buffer *out, const zkl_claim *claim)
{
    const sum_where_body *body = claim->body;
    zkl_buffer_format(out, "%s(", claim->ops->word);
    zkl_claim_name_print(out, claim->columns[0].name);
    zkl_buffer_put_text(out, " where ");
    zkl_said_predicate_print(out, &body->said);
    zkl_buffer_put_u8(out, ')');
}

static void print(zkl_buffer *out, const zkl_claim *claim)
{
    const sum_where_body *body = claim->body;
    print_bare(out, claim);
    zkl_claim_put_comparison(out, claim, body->mode, &body->value);
}

/* A comparison is said by people; an exact value may be what the data decided. */
static void print_without_result(zkl_buffer *out, const zkl_claim *claim)
{
    const sum_where_body *body = claim->body;
    (body->mode == ZKL_MODE_EXACTLY ? print_bare : print)(out, claim);
}

static void json(zkl_claim_members *out, const zkl_compiled_claim *claim)
{
    const sum_where_body *body = claim->claim.body;
    const zkl_quantity sum = { body->sum,
                               zkl_claim_schema_column(claim->scope, claim->column)->type.scale,
                               1 };
    ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
    ZKL_ASSERT(claim->is_bound);
    zkl_said_predicate_print(&text, &body->said);
    zkl_claim_member_column(out, &claim->claim);
    zkl_claim_member_text(out, "comparison", zkl_bytes_of_text(zkl_claim_mode_sign(body->mode)));
    if (is_mean(&claim->claim))
        zkl_buffer_format(zkl_claim_member(out, "count"), "%llu", (unsigned long long)body->count);
    zkl_claim_member_quantity(out, "sum", &sum);
    zkl_said_predicate_member_texts(out, claim->scope, &body->said);
    zkl_claim_member_quantity(out, "value", &body->value);
    zkl_claim_member_text(out, "where", zkl_buffer_bytes(&text));
    out->values.failed = out->values.failed || text.failed;
}

/* "the mean of pay over the 3 non-null values in rows that satisfy age >= 18 (no comparison holds
 * of a null) is at least 10.50; their sum and their number are shown" */
static void sentence(zkl_buffer *out, const zkl_compiled_claim *claim)
{
    const sum_where_body *body = claim->claim.body;
    const bool nullable = zkl_claim_schema_column(claim->scope, claim->column)->nullable;
    zkl_compiled_claim where = *claim; /* what is said of nulls in P is said of its columns */
    where.claim.columns = body->columns;
    where.claim.column_count = body->column_count;
    zkl_buffer_format(out, "the %s of ", claim->claim.ops->word);
    zkl_claim_name_print(out, claim->claim.columns[0].name);
    if (is_mean(&claim->claim))
        zkl_buffer_format(out, " over the %llu %svalue%s in", (unsigned long long)body->count,
                          nullable ? "non-null " : "", body->count == 1 ? "" : "s");
    else
        zkl_buffer_put_text(out, nullable ? " over its non-null values in" : " over the");
    zkl_buffer_put_text(out, " rows that satisfy ");
    zkl_said_predicate_put_words(out, &where, &body->said);
    zkl_buffer_format(out, " is %s ", zkl_claim_mode_words(body->mode));
    zkl_claim_put_quantity(out, &body->value);
    zkl_claim_put_about(out, &body->value);
    zkl_buffer_put_text(out, is_mean(&claim->claim)
                                 ? "; their sum and their number are shown"
                                 : "; the sum is shown, and not how many rows these are");
}

/* A mean tells how many values it is of, and there is one. A sum of no rows is 0. */
static zkl_claim_nulls nulls(const zkl_compiled_claim *claim)
{
    return is_mean(&claim->claim) ? ZKL_CLAIM_NULLS_PICKED_COUNTED : ZKL_CLAIM_NULLS_PICKED;
}

/* Neither is by row: the sums of parts would be disclosed. They are false when they are bound, and
 * nowhere else: the rows say it. */
#define SUM_WHERE_KIND(name, said_word)                                                            \
    const zkl_claim_ops zkl_claim_kind_##name = {                                                  \
        .word = said_word,                                                                         \
        .parse = parse,                                                                            \
        .compile = compile,                                                                        \
        .bind = bind,                                                                              \
        .print = print,                                                                            \
        .print_bare = print_without_result,                                                        \
        .json = json,                                                                              \
        .sentence = sentence,                                                                      \
        .nulls = nulls,                                                                            \
    }
SUM_WHERE_KIND(sum_where, "sum");
SUM_WHERE_KIND(mean_where, "mean");
