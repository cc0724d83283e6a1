/* Whether claims that were proven say what is asked for.
 *
 * Both go the way of every claim, from text to assertions, so literals are compared in their
 * canonical form and ranges by their codes. Nothing is concluded from what does not compile here,
 * such as claims with texts of a dictionary or over other datasets: of these the texts are
 * compared.
 *
 * The answer errs to one side: "no" where it cannot tell. */
#include "claim/implied.h"

#include <string.h>

#include "claim/claim_kind.h"
#include "text/exact.h"

/* Of the assertion `range` (claim_range.c). */
enum { RANGE_LO, RANGE_HI, RANGE_NULLS };

/* ---- One proven claim beside what is asked, rows apart. */

/* "sum(pay) >= 5": what is said of what, and how. */
typedef struct said_comparison {
    zkl_bytes head;
    char sign; /* '=', '>', '<' */
    /* number / divisor, times 10^-scale. */
    zkl_exact number, divisor;
    unsigned scale;
} said_comparison;

/* "5", "-1.25", "1/3". */
static bool read_number(said_comparison *out, zkl_bytes text)
{
    const uint8_t *slash = memchr(text.data, '/', text.size);
    unsigned none;
    out->divisor = zkl_exact_of(1);
    if (slash) {
        const size_t at = (size_t)(slash - text.data);
        if (!zkl_exact_parse(&out->divisor, &none, zkl_bytes_of(slash + 1, text.size - at - 1)) ||
            none || out->divisor.negative || zkl_exact_is_zero(&out->divisor))
            return false;
        text.size = at;
    }
    return zkl_exact_parse(&out->number, &out->scale, text);
}

/* The last ")" is the claim's own, since no number has one. */
static bool read_comparison(said_comparison *out, zkl_bytes text)
{
    const uint8_t *close = memrchr(text.data, ')', text.size);
    size_t at = close ? (size_t)(close - text.data) + 1 : text.size;
    if (at + 3 > text.size || text.data[at] != ' ')
        return false;
    out->head = zkl_bytes_of(text.data, at);
    out->sign = (char)text.data[at + 1];
    at += 2;
    if (out->sign == '>' || out->sign == '<')
        at += at < text.size && text.data[at] == '=' ? 1 : text.size;
    else if (out->sign != '=')
        return false;
    return at < text.size && text.data[at] == ' ' &&
           read_number(out, zkl_bytes_of(text.data + at + 1, text.size - at - 1));
}

/* a beside b as fractions: a.number 10^b.scale b.divisor beside b.number 10^a.scale a.divisor. */
static bool compare_numbers(int *out, const said_comparison *a, const said_comparison *b)
{
    zkl_exact a_scale, b_scale;
    if (!zkl_exact_power_of_ten(&a_scale, a->scale) || !zkl_exact_power_of_ten(&b_scale, b->scale))
        return false;
    const zkl_exact left[] = { a->number, b_scale, b->divisor },
                    right[] = { b->number, a_scale, a->divisor };
    *out = zkl_exact_compare_products(left, ZKL_COUNT(left), right, ZKL_COUNT(right));
    return true;
}

/* "mean(a) = 5" says that it is at least 4, and so does "mean(a) >= 4.5". */
static bool compares_as_strictly(zkl_bytes proven, zkl_bytes asked)
{
    said_comparison have, want;
    int order;
    if (!read_comparison(&have, proven) || !read_comparison(&want, asked) ||
        !zkl_bytes_equal(have.head, want.head) || !compare_numbers(&order, &have, &want))
        return false;
    if (want.sign == '=')
        return have.sign == '=' && order == 0;
    return (have.sign == '=' || have.sign == want.sign) &&
           (want.sign == '>' ? order >= 0 : order <= 0);
}

/* "k_anonymous(a, b, 5)": the number at the end may be larger. */
static bool has_larger_number(const zkl_claim *asked, zkl_bytes proven, zkl_bytes text)
{
    uint64_t numbers[2];
    zkl_bytes heads[2];
    if (asked->ops != &zkl_claim_kind_k_anonymous && asked->ops != &zkl_claim_kind_l_diverse)
        return false;
    for (int i = 0; i < 2; i++) {
        const zkl_bytes all = i ? text : proven;
        const uint8_t *blank = memrchr(all.data, ' ', all.size);
        zkl_exact number;
        unsigned scale;
        if (!blank || all.data[all.size - 1] != ')')
            return false;
        heads[i] = zkl_bytes_of(all.data, (size_t)(blank - all.data));
        if (!zkl_exact_parse(&number, &scale,
                             zkl_bytes_of(blank + 1, all.size - heads[i].size - 2)) ||
            scale || !zkl_exact_to_u64(&numbers[i], &number))
            return false;
    }
    return zkl_bytes_equal(heads[0], heads[1]) && numbers[0] >= numbers[1];
}

/* The only assertion of a range; NULL: it is none, or says nothing of codes. */
static const zkl_claim_assertion *range_of(const zkl_compiled_claim *claim)
{
    return claim->claim.ops == &zkl_claim_kind_range && claim->assertion_count == 1 &&
                   claim->assertions[0].kind == ZKL_ASSERTION_RANGE
               ? &claim->assertions[0]
               : NULL;
}

static bool is_at_most(const zkl_scalar *a, const zkl_scalar *b)
{
    return memcmp(a->bytes, b->bytes, sizeof a->bytes) <= 0;
}

/* Codes rise with values, so a range of codes inside another is one of values. */
static bool is_narrower(const zkl_compiled_claim *proven, const zkl_compiled_claim *asked)
{
    const zkl_claim_assertion *have = range_of(proven), *want = range_of(asked);
    return have && want && proven->column == asked->column &&
           is_at_most(&want->params[RANGE_LO], &have->params[RANGE_LO]) &&
           is_at_most(&have->params[RANGE_HI], &want->params[RANGE_HI]) &&
           is_at_most(&have->params[RANGE_NULLS], &want->params[RANGE_NULLS]);
}

/* A range that has no row with a null. */
static bool refuses_nulls_of(const zkl_compiled_claim *proven, const zkl_compiled_claim *asked)
{
    static const zkl_scalar none = { { 0 } };
    const zkl_claim_assertion *have = range_of(proven);
    return asked->claim.ops == &zkl_claim_kind_not_null && have &&
           proven->column == asked->column && is_at_most(&have->params[RANGE_NULLS], &none);
}

/* ---- The same in words, where one does not compile. */

/* Without its rows: these are compared apart. An open claim is met by every result. */
static void print_apart(zkl_buffer *out, zkl_claim claim, bool is_bare)
{
    claim.has_span = false;
    if (is_bare)
        zkl_claim_print_bare(out, &claim);
    else
        zkl_claim_print(out, &claim);
}

static zkl_status words_say(bool *out, const zkl_claim *proven, const zkl_claim *asked,
                            zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) have = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) want = { 0 };
    *out = false;
    print_apart(&have, *proven, asked->is_open);
    print_apart(&want, *asked, asked->is_open);
    ZKL_TRY(zkl_buffer_status(&have, err));
    ZKL_TRY(zkl_buffer_status(&want, err));
    const zkl_bytes texts[2] = { zkl_buffer_bytes(&have), zkl_buffer_bytes(&want) };
    *out = zkl_bytes_equal(texts[0], texts[1]) ||
           (!asked->is_open && (compares_as_strictly(texts[0], texts[1]) ||
                                has_larger_number(asked, texts[0], texts[1])));
    return ZKL_OK;
}

/* ---- Claims that are proven. */

typedef struct row_span {
    uint64_t first, end;
} row_span;

typedef struct implied_check {
    const zkl_claim *asked;
    uint64_t least_values;
    const zkl_proven_claims *proven;
    zkl_claim_scope scope;
    zkl_claim_dataset dataset;
    /* What is asked; assertion_count 0 and is_compiled false: it names what is not here. */
    zkl_compiled_claim compiled;
    bool is_compiled;
    row_span rows;
    zkl_arena arena;
} implied_check;

/* A failure that says that a claim cannot be compiled here, and no more. */
static bool is_of_words(zkl_status status)
{
    return status == ZKL_NOT_FOUND || status == ZKL_NOT_SUPPORTED || status == ZKL_USAGE ||
           status == ZKL_REJECTED || status == ZKL_LIMIT || status == ZKL_BAD_INPUT;
}

/* Does this proven claim say what is asked, of its own rows? *rows: these. */
static zkl_status one_says(bool *out, row_span *rows, implied_check *c,
                           const zkl_proven_claim *item, zkl_error *err)
{
    zkl_claim claim;
    zkl_compiled_claim compiled;
    zkl_error why = { 0 };
    *out = false;
    if (zkl_claim_parse(&claim, &c->arena, item->text, &why) != ZKL_OK)
        return why.status == ZKL_NO_MEMORY ? zkl_fail_as(err, why.status, &why) : ZKL_OK;
    uint64_t first, count;
    ZKL_TRY(zkl_claim_rows(&first, &count, &claim, c->proven->row_count, err));
    *rows = (row_span){ first, first + count };
    if (claim.ops != c->asked->ops && c->asked->ops != &zkl_claim_kind_not_null)
        return ZKL_OK;
    const zkl_status status = c->is_compiled
                                  ? zkl_claim_compile(&compiled, &c->arena, &claim, &c->scope, &why)
                                  : ZKL_NOT_FOUND;
    if (status != ZKL_OK && !is_of_words(status))
        return zkl_fail_as(err, status, &why);
    if (status != ZKL_OK)
        return claim.ops == c->asked->ops ? words_say(out, &claim, c->asked, err) : ZKL_OK;
    *out = is_narrower(&compiled, &c->compiled) || refuses_nulls_of(&compiled, &c->compiled);
    if (*out || claim.ops != c->asked->ops)
        return ZKL_OK;
    return words_say(out, &compiled.claim, &c->compiled.claim, err);
}

/* Compile what is asked. What names a text or another dataset is compared in words. */
static zkl_status compile_asked(implied_check *c, zkl_error *err)
{
    zkl_error why = { 0 };
    uint64_t count;
    c->dataset =
        (zkl_claim_dataset){ .schema = c->proven->schema, .row_count = c->proven->row_count };
    c->scope = (zkl_claim_scope){ .datasets = &c->dataset, .dataset_count = 1 };
    ZKL_TRY(zkl_claim_rows(&c->rows.first, &count, c->asked, c->proven->row_count, err));
    c->rows.end = c->rows.first + count;
    const zkl_status status = zkl_claim_compile(&c->compiled, &c->arena, c->asked, &c->scope, &why);
    c->is_compiled = status == ZKL_OK;
    /* A claim with texts finds none of them here, and one over other datasets finds no dataset. */
    if (c->is_compiled || status == ZKL_NOT_FOUND || status == ZKL_NOT_SUPPORTED)
        return ZKL_OK;
    return zkl_fail_as(err, status, &why);
}

/* Do these spans hold all of the rows? By taking, again and again, one that goes on from where the
 * last one ended. */
static bool hold_rows(const row_span *spans, size_t count, row_span rows)
{
    bool found = true;
    while (rows.first < rows.end && found) {
        found = false;
        for (size_t i = 0; i < count; i++)
            if (spans[i].first <= rows.first && spans[i].end > rows.first) {
                rows.first = spans[i].end;
                found = true;
            }
    }
    return rows.first >= rows.end;
}

static bool shares_rows(const row_span *spans, size_t count, row_span rows)
{
    bool shares = false;
    for (size_t i = 0; i < count; i++)
        shares |= spans[i].first < rows.end && rows.first < spans[i].end;
    return shares;
}

/* What follows from the manifest says nothing of values where there may be nulls. */
static bool has_rows_of_values(const implied_check *c)
{
    bool has = c->asked->column_count > 0;
    for (size_t i = 0; i < c->asked->column_count; i++)
        for (uint32_t k = 0; k < c->proven->schema->column_count; k++)
            if (zkl_bytes_equal(c->proven->schema->columns[k].name, c->asked->columns[i].name))
                has = has && !c->proven->schema->columns[k].nullable;
    return has && c->least_values <= c->rows.end - c->rows.first;
}

static zkl_status find(bool *out, implied_check *c, zkl_error *err)
{
    row_span *spans = ZKL_ARENA_NEW(&c->arena, row_span, c->proven->count);
    size_t span_count = 0;
    uint64_t values = 0;
    if (!spans)
        return zkl_no_memory(err, c->proven->count * sizeof *spans);
    ZKL_TRY(compile_asked(c, err));
    *out = c->is_compiled && c->compiled.assertion_count == 0 &&
           (!c->least_values || has_rows_of_values(c));
    for (size_t i = 0; !*out && i < c->proven->count; i++) {
        const zkl_proven_claim *item = &c->proven->items[i];
        bool says;
        row_span rows;
        ZKL_TRY(one_says(&says, &rows, c, item, err));
        if (!says)
            continue;
        const bool is_whole = rows.first == c->rows.first && rows.end == c->rows.end;
        *out = is_whole && item->least_values >= c->least_values;
        /* Rows that two spans share would be counted twice. */
        const bool is_inside = rows.first >= c->rows.first && rows.end <= c->rows.end;
        values += is_inside && !shares_rows(spans, span_count, rows) ? item->least_values : 0;
        spans[span_count++] = rows;
    }
    *out = *out || (zkl_claim_is_by_row(c->asked) && values >= c->least_values &&
                    hold_rows(spans, span_count, c->rows));
    return ZKL_OK;
}

zkl_status zkl_claim_is_implied(bool *out, const zkl_claim *asked, uint64_t least_values,
                                const zkl_proven_claims *proven, zkl_error *err)
{
    implied_check check = { .asked = asked, .least_values = least_values, .proven = proven };
    *out = false;
    const zkl_status status = find(out, &check, err);
    zkl_arena_clear(&check.arena);
    return status;
}
