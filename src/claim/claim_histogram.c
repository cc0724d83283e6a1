/* "histogram(c, 18, 65)": how many values of the column lie below 18, from 18 to below 65, and from
 * 65 on. "histogram(c, 0, 100, bins=10)" is the same with edges 0, 10, .., 100. The counts are
 * disclosed, and with them the number of nulls: rows less the counts.
 *
 * Compiles to one assertion "histogram" over codes, whose counts wait for the data. An edge may lie
 * between two values of the type, and becomes the least code whose value is at least the edge; it
 * may not lie outside the type. So the bins of codes are the bins that were asked, of whatever
 * codes are committed: integers, decimals, dates and times have a value for every code. Floats do
 * not, and are refused.
 *
 * There is a bin below the first edge, unless no code lies there. */
#include "claim/claim_kind.h"

#include "text/json_text.h"
#include "types/value.h"

/* The parameters of a bin. */
enum { BIN_LOW, BIN_WIDTH, BIN_COUNT, BIN_PARAMS };

#define EDGES_MAX 1024 /* check: 3 * (EDGES_MAX + 1) <= 4096 */

typedef struct histogram_body {
    /* As they were read; once compiled their canonical texts, ascending. */
    zkl_bytes *edges;
    size_t edge_count;
    /* "bins=": equal bins between two edges. 0: not said; compiled: 0. */
    uint64_t equal_bins;
    /* As they were read, or once bound. Compiled: has_below of them more than edges. */
    uint64_t *counts;
    size_t count_count;
    /* Compiled: there is a bin below the first edge. */
    bool has_below;
    uint64_t null_count; /* once bound */
} histogram_body;

/* ---- Parsing */

static zkl_status read_edge(zkl_claim_reader *r, histogram_body *body)
{
    zkl_claim_peek(r);
    const size_t start = r->at;
    if (body->edge_count == EDGES_MAX)
        return zkl_fail(r->err, ZKL_LIMIT, "the claim has more than %d edges", EDGES_MAX);
    ZKL_TRY(zkl_claim_read_literal(r, &body->edges[body->edge_count]));
    if (!body->edges[body->edge_count++].data)
        return zkl_claim_fail_at(r, start, "an edge is a value, not '*'");
    return ZKL_OK;
}

/* Behind "=": a count for each bin. */
static zkl_status read_counts(zkl_claim_reader *r, histogram_body *body)
{
    do {
        if (body->count_count > EDGES_MAX)
            return zkl_fail(r->err, ZKL_LIMIT, "the claim has more than %d counts", EDGES_MAX + 1);
        ZKL_TRY(zkl_claim_read_count(r, &body->counts[body->count_count++]));
    } while (zkl_claim_accept(r, ","));
    return ZKL_OK;
}

static zkl_status read_edges(zkl_claim_reader *r, histogram_body *body)
{
    ZKL_TRY(zkl_claim_expect(r, ","));
    do {
        zkl_claim_peek(r);
        const size_t start = r->at;
        if (!zkl_claim_accept(r, "bins")) {
            ZKL_TRY(read_edge(r, body));
            continue;
        }
        if (body->edge_count != 2)
            return zkl_claim_fail_at(r, start, "'bins=' stands behind two edges");
        ZKL_TRY(zkl_claim_expect(r, "="));
        ZKL_TRY(zkl_claim_read_count(r, &body->equal_bins));
        if (body->equal_bins < 1 || body->equal_bins >= EDGES_MAX)
            return zkl_claim_fail_at(r, start, "from 1 to 1023 equal bins");
        break;
    } while (zkl_claim_accept(r, ","));
    return ZKL_OK;
}

/* A column, edges, perhaps "bins=k" behind two of them, perhaps the counts. */
static zkl_status parse(zkl_claim_reader *r, zkl_claim *out)
{
    ZKL_TRY(zkl_claim_new_body(&out->body, r->arena, sizeof(histogram_body), r->err));
    histogram_body *body = out->body;
    body->edges = ZKL_ARENA_NEW(r->arena, zkl_bytes, EDGES_MAX);
    body->counts = ZKL_ARENA_NEW(r->arena, uint64_t, EDGES_MAX + 1);
    if (!body->edges || !body->counts)
        return zkl_no_memory(r->err, EDGES_MAX * sizeof *body->edges);
    ZKL_TRY(zkl_claim_expect(r, "("));
    ZKL_TRY(zkl_claim_read_column(r, out));
    ZKL_TRY(read_edges(r, body));
    ZKL_TRY(zkl_claim_expect(r, ")"));
    out->is_open = !zkl_claim_accept(r, "=");
    return out->is_open ? ZKL_OK : read_counts(r, body);
}

/* ---- Compiling */

/* The edges that "bins=" stands for, in place of the two that were said. Both are values of the
 * type, and their distance is a multiple of the number of bins. */
static zkl_status spread_edges(const zkl_claim_maker *m, histogram_body *body, uint32_t column)
{
    const zkl_type *type = &zkl_claim_schema_column(m->scope, column)->type;
    zkl_bound low, high;
    ZKL_ASSERT(body->edge_count == 2 && body->equal_bins < EDGES_MAX);
    ZKL_TRY(zkl_claim_read_bound(m, &low, &body->edges[0], column));
    ZKL_TRY(zkl_claim_read_bound(m, &high, &body->edges[1], column));
    if (low.least != low.greatest || high.least != high.greatest || high.least <= low.least ||
        (high.least - low.least) % body->equal_bins)
        return zkl_claim_fail_column(m, ZKL_USAGE, column,
                                     "between these edges there are no such equal bins of whole "
                                     "units");
    const zkl_code width = (high.least - low.least) / body->equal_bins;
    body->edge_count = body->equal_bins + 1;
    for (size_t i = 0; i < body->edge_count; i++) {
        char text[ZKL_VALUE_TEXT_BYTES_MAX];
        const size_t size = zkl_value_format(text, type, low.least + i * width);
        const char *copy = zkl_arena_text(m->arena, text, size);
        if (!copy)
            return zkl_no_memory(m->err, size);
        body->edges[i] = zkl_bytes_of(copy, size);
    }
    body->equal_bins = 0;
    return ZKL_OK;
}

/* A body of the claim's own, with room for all edges. */
static zkl_status copy_body(const zkl_claim_maker *m, zkl_compiled_claim *out)
{
    const histogram_body *read = out->claim.body;
    histogram_body *body = zkl_arena_copy(m->arena, read, sizeof *read);
    zkl_bytes *edges = ZKL_ARENA_NEW(m->arena, zkl_bytes, EDGES_MAX);
    uint64_t *counts = ZKL_ARENA_NEW(m->arena, uint64_t, EDGES_MAX + 1);
    if (!body || !edges || !counts)
        return zkl_no_memory(m->err, sizeof *body);
    memcpy(edges, read->edges, read->edge_count * sizeof *edges);
    memcpy(counts, read->counts, read->count_count * sizeof *counts);
    body->edges = edges;
    body->counts = counts;
    out->claim.body = body;
    return ZKL_OK;
}

/* Where each edge's bin begins, and the canonical texts. */
static zkl_status read_lows(const zkl_claim_maker *m, histogram_body *body, uint32_t column,
                            zkl_code *lows)
{
    for (size_t i = 0; i < body->edge_count; i++) {
        zkl_bound edge;
        ZKL_TRY(zkl_claim_read_bound(m, &edge, &body->edges[i], column));
        lows[i] = edge.least;
        if (i && lows[i - 1] >= lows[i])
            return zkl_claim_fail_column(
                m, ZKL_USAGE, column,
                "the edges are not ascending, or no value lies between two of them");
    }
    body->has_below = lows[0] > 0;
    if (body->count_count && body->count_count != body->edge_count + body->has_below)
        return zkl_fail(m->err, ZKL_USAGE, "there are %zu bins, and %zu counts",
                        body->edge_count + body->has_below, body->count_count);
    body->count_count = body->edge_count + body->has_below;
    return ZKL_OK;
}

static zkl_status check_type(const zkl_claim_maker *m, uint32_t column)
{
    const zkl_type *type = &zkl_claim_schema_column(m->scope, column)->type;
    if (type->kind == ZKL_TYPE_FLOAT32 || type->kind == ZKL_TYPE_FLOAT64)
        return zkl_claim_fail_float(m, column, "NaN has codes beyond all numbers");
    if (!zkl_type_is_number(type) && type->kind != ZKL_TYPE_DATE && type->kind != ZKL_TYPE_TIME &&
        type->kind != ZKL_TYPE_TIMESTAMP)
        return zkl_claim_fail_column(m, ZKL_USAGE, column,
                                     "only integers, decimals, dates and times have a histogram");
    return ZKL_OK;
}

/* The counts among the parameters stay 0 until the claim is bound. */
static zkl_status compile(const zkl_claim_maker *m, zkl_compiled_claim *out)
{
    ZKL_TRY(check_type(m, out->column));
    ZKL_TRY(copy_body(m, out));
    histogram_body *body = out->claim.body;
    zkl_code *lows = ZKL_ARENA_NEW(m->arena, zkl_code, EDGES_MAX + 1);
    zkl_claim_assertion *made = NULL;
    if (!lows)
        return zkl_no_memory(m->err, EDGES_MAX * sizeof *lows);
    if (body->equal_bins)
        ZKL_TRY(spread_edges(m, body, out->column));
    ZKL_TRY(read_lows(m, body, out->column, lows + 1));
    ZKL_TRY(zkl_claim_add_assertion(&made, m, out, ZKL_ASSERTION_HISTOGRAM,
                                    BIN_PARAMS * body->count_count));
    ZKL_TRY(zkl_claim_put_named(m, &made->sources[0], out->column));
    const zkl_code last =
        zkl_claim_last_code(&zkl_claim_schema_column(m->scope, out->column)->type);
    lows += !body->has_below; /* lows[0] is 0 either way: of the bin below, or of the first edge */
    for (size_t i = 0; i < body->count_count; i++) {
        const zkl_code end = i + 1 < body->count_count ? lows[i + 1] - 1 : last;
        const zkl_exact low = zkl_exact_of_u128(lows[i]), width = zkl_exact_of_u128(end - lows[i]);
        zkl_claim_scalar(&made->params[BIN_PARAMS * i + BIN_LOW], &low);
        zkl_claim_scalar(&made->params[BIN_PARAMS * i + BIN_WIDTH], &width);
    }
    return ZKL_OK;
}

/* The counts may come from a statement, so from outside: each is bounded before it is used. */
static zkl_status bind(zkl_compiled_claim *claim, const zkl_scalar *params, zkl_error *err)
{
    histogram_body *body = claim->claim.body;
    uint64_t left = claim->row_count;
    for (size_t i = 0; i < body->count_count; i++) {
        const zkl_exact stated = zkl_exact_of_bytes(params[BIN_PARAMS * i + BIN_COUNT].bytes);
        uint64_t count = body->counts[i];
        if ((claim->claim.is_open && !zkl_exact_to_u64(&count, &stated)) || count > left)
            return zkl_fail(err, ZKL_REJECTED, "more values in the bins than rows");
        body->counts[i] = count;
        left -= count;
    }
    if (left && !zkl_claim_schema_column(claim->scope, claim->column)->nullable)
        return zkl_fail(err, ZKL_REJECTED, "fewer values in the bins than rows, and no nulls");
    for (size_t i = 0; i < body->count_count; i++) {
        const zkl_exact count = zkl_exact_of_u64(body->counts[i]);
        zkl_claim_scalar(&claim->assertions[0].params[BIN_PARAMS * i + BIN_COUNT], &count);
    }
    body->null_count = left;
    claim->claim.is_open = false;
    return ZKL_OK;
}

/* ---- Words */

/* "histogram(c, 18, 65)": the claim as it asks for the counts. */
static void print_bare(zkl_buffer *out, const zkl_claim *claim)
{
    const histogram_body *body = claim->body;
    zkl_buffer_format(out, "%s(", claim->ops->word);
    zkl_claim_put_names(out, claim, ", ");
    for (size_t i = 0; i < body->edge_count; i++) {
        zkl_buffer_put_text(out, ", ");
        zkl_claim_put_literal(out, body->edges[i]);
    }
    if (body->equal_bins)
        zkl_buffer_format(out, ", bins=%llu", (unsigned long long)body->equal_bins);
    zkl_buffer_put_u8(out, ')');
}

static void print(zkl_buffer *out, const zkl_claim *claim)
{
    const histogram_body *body = claim->body;
    print_bare(out, claim);
    for (size_t i = 0; !claim->is_open && i < body->count_count; i++)
        zkl_buffer_format(out, "%s%llu", i ? ", " : " = ", (unsigned long long)body->counts[i]);
}

static void put_edges(zkl_buffer *list, const histogram_body *body)
{
    for (size_t i = 0; i < body->edge_count; i++) {
        zkl_buffer_put_u8(list, i ? ',' : '[');
        zkl_json_put_string(list, body->edges[i]);
    }
    zkl_buffer_put_u8(list, ']');
}

/* Edges are text, as bounds are; counts and nulls are rows. */
static void json(zkl_claim_members *out, const zkl_compiled_claim *claim)
{
    const histogram_body *body = claim->claim.body;
    ZKL_ASSERT(claim->is_bound);
    zkl_claim_member_column(out, &claim->claim);
    put_edges(zkl_claim_member(out, "edges"), body);
    zkl_buffer *list = zkl_claim_member(out, "counts");
    for (size_t i = 0; i < body->count_count; i++)
        zkl_buffer_format(list, "%c%llu", i ? ',' : '[', (unsigned long long)body->counts[i]);
    zkl_buffer_put_u8(list, ']');
    zkl_buffer_format(zkl_claim_member(out, "nulls"), "%llu", (unsigned long long)body->null_count);
}

/* "12 are below 18", "300 lie from 18 to below 65", "32 are at least 65" */
static void put_bin(zkl_buffer *out, const histogram_body *body, size_t bin)
{
    const size_t edge = bin - body->has_below; /* of a bin that has one below */
    const bool one = body->counts[bin] == 1;
    zkl_buffer_format(out, "%llu ", (unsigned long long)body->counts[bin]);
    if (body->has_below && bin == 0) {
        zkl_buffer_put_text(out, one ? "is below " : "are below ");
        zkl_claim_put_literal(out, body->edges[0]);
    } else if (edge + 1 == body->edge_count) {
        zkl_buffer_put_text(out, one ? "is at least " : "are at least ");
        zkl_claim_put_literal(out, body->edges[edge]);
    } else {
        zkl_buffer_put_text(out, one ? "lies from " : "lie from ");
        zkl_claim_put_literal(out, body->edges[edge]);
        zkl_buffer_put_text(out, " to below ");
        zkl_claim_put_literal(out, body->edges[edge + 1]);
    }
}

static void sentence(zkl_buffer *out, const zkl_compiled_claim *claim)
{
    const histogram_body *body = claim->claim.body;
    const zkl_column *column = zkl_claim_schema_column(claim->scope, claim->column);
    const unsigned long long count = claim->row_count - body->null_count;
    zkl_buffer_format(out, "of the %llu %svalue%s of ", count, column->nullable ? "non-null " : "",
                      count == 1 ? "" : "s");
    zkl_claim_name_print(out, column->name);
    for (size_t i = 0; i < body->count_count; i++) {
        zkl_buffer_put_text(out, ", ");
        put_bin(out, body, i);
    }
}

/* ---- Properties */

static zkl_claim_nulls nulls(const zkl_compiled_claim *claim)
{
    (void)claim;
    return ZKL_CLAIM_NULLS_COUNTED;
}

static zkl_claim_values values(const zkl_compiled_claim *claim)
{
    const histogram_body *body = claim->claim.body;
    return (zkl_claim_values){ claim->row_count - body->null_count, true };
}

/* No count: those of a false claim are not disclosed. */
static const char *false_words(const zkl_compiled_claim *claim)
{
    (void)claim;
    return "its values fall into these bins in other numbers";
}

/* Not by row: the counts of parts would be disclosed. */
const zkl_claim_ops zkl_claim_kind_histogram = {
    .word = "histogram",
    .parse = parse,
    .compile = compile,
    .bind = bind,
    .print = print,
    .print_bare = print_bare,
    .json = json,
    .sentence = sentence,
    .nulls = nulls,
    .values = values,
    .false_words = false_words,
};
