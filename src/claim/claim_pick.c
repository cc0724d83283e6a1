/* The rows of the dataset are given rows of another one, in this order.
 *
 *   slice(source@1, 100..199)          the rows from 100 to 199
 *   pick(source@1, 3, 5, 10..19)       a list
 *   sample(source@1, 50, SEED)         50 rows, drawn by the seed, ascending
 *
 * Rows are counted from 0. All compile to one assertion "rows" over all columns of all rows, the
 * other dataset first. Both have one schema, so equal codes are equal values. A list is canonical
 * when its numbers that follow one another stand as a range. */
#include "claim/claim_kind.h"

#include <string.h>

#include "claim/assertion_pick.h"

/* Numbers of a list: the rule stands before them. */
#define LIST_MAX (ZKL_STATEMENT_PARAMS_MAX - 1)
/* Ranges of a list that its sentence names. */
#define RANGES_SAID_MAX 16
#define SEED_DIGITS 64

typedef struct pick_body {
    uint64_t first, last; /* of a slice */
    uint64_t *numbers;    /* of a list */
    size_t count, capacity;
    uint64_t drawn; /* rows of a sample */
    char seed[SEED_DIGITS + 1];
} pick_body;

static bool is_kind(const zkl_claim *claim, const zkl_claim_ops *ops)
{
    return claim->ops == ops;
}

/* ---- Reading */

/* "(", the other dataset, ",". */
static zkl_status parse_source(zkl_claim_reader *r, zkl_claim *out)
{
    ZKL_TRY(zkl_claim_new_body(&out->body, r->arena, sizeof(pick_body), r->err));
    ZKL_TRY(zkl_claim_expect(r, "("));
    ZKL_TRY(zkl_claim_read_other(r, out));
    return zkl_claim_expect(r, ",");
}

/* "FIRST..LAST", or, when `alone`, one number. */
static zkl_status read_range(zkl_claim_reader *r, uint64_t *first, uint64_t *last, bool alone)
{
    zkl_claim_peek(r);
    const size_t start = r->at;
    ZKL_TRY(zkl_claim_read_count(r, first));
    *last = *first;
    if (alone && !zkl_claim_accept(r, ".."))
        return ZKL_OK;
    if (!alone)
        ZKL_TRY(zkl_claim_expect(r, ".."));
    ZKL_TRY(zkl_claim_read_count(r, last));
    return *last >= *first ? ZKL_OK : zkl_claim_fail_at(r, start, "the rows end before they begin");
}

static zkl_status parse_slice(zkl_claim_reader *r, zkl_claim *out)
{
    ZKL_TRY(parse_source(r, out));
    pick_body *body = out->body;
    ZKL_TRY(read_range(r, &body->first, &body->last, false));
    return zkl_claim_expect(r, ")");
}

/* The numbers from first to last, behind the others. */
static zkl_status put_numbers(zkl_claim_reader *r, pick_body *body, uint64_t first, uint64_t last)
{
    if (last - first >= LIST_MAX - body->count)
        return zkl_fail(r->err, ZKL_LIMIT, "the claim names more than %d rows", LIST_MAX);
    const size_t more = (size_t)(last - first + 1);
    if (body->capacity - body->count < more) {
        const size_t capacity = 2 * body->count + more;
        uint64_t *numbers = ZKL_ARENA_NEW(r->arena, uint64_t, capacity);
        if (!numbers)
            return zkl_no_memory(r->err, capacity * sizeof *numbers);
        if (body->count)
            memcpy(numbers, body->numbers, body->count * sizeof *numbers);
        body->numbers = numbers;
        body->capacity = capacity;
    }
    for (size_t i = 0; i < more; i++)
        body->numbers[body->count++] = first + i;
    return ZKL_OK;
}

static zkl_status parse_pick(zkl_claim_reader *r, zkl_claim *out)
{
    ZKL_TRY(parse_source(r, out));
    do {
        uint64_t first, last;
        ZKL_TRY(read_range(r, &first, &last, true));
        ZKL_TRY(put_numbers(r, out->body, first, last));
    } while (zkl_claim_accept(r, ","));
    return zkl_claim_expect(r, ")");
}

/* Lower case alone, so that a seed has one spelling. */
static bool is_seed_digit(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

static zkl_status parse_sample(zkl_claim_reader *r, zkl_claim *out)
{
    ZKL_TRY(parse_source(r, out));
    pick_body *body = out->body;
    ZKL_TRY(zkl_claim_read_count(r, &body->drawn));
    ZKL_TRY(zkl_claim_expect(r, ","));
    zkl_claim_peek(r);
    const size_t start = r->at;
    while (r->at < r->text.size && is_seed_digit(r->text.data[r->at]))
        r->at++;
    if (r->at - start != SEED_DIGITS)
        return zkl_claim_fail_at(r, start, "a seed of 64 digits expected, 0 to 9 and a to f");
    memcpy(body->seed, r->text.data + start, SEED_DIGITS);
    return zkl_claim_expect(r, ")");
}

/* ---- Compiling */

static zkl_status check_row(const zkl_claim_maker *m, uint64_t row, uint64_t rows)
{
    return row < rows ? ZKL_OK
                      : zkl_fail(m->err, ZKL_REJECTED,
                                 "there is no row %llu: the source has %llu, counted from 0",
                                 (unsigned long long)row, (unsigned long long)rows);
}

static zkl_status check_count(const zkl_claim_maker *m, uint64_t named, uint64_t own)
{
    return named == own
               ? ZKL_OK
               : zkl_fail(m->err, ZKL_REJECTED, "the claim names %llu rows, the dataset has %llu",
                          (unsigned long long)named, (unsigned long long)own);
}

/* An assertion with as many parameters behind its rule. */
static zkl_status add_assertion(const zkl_claim_maker *m, zkl_compiled_claim *out,
                                zkl_pick_rule rule, size_t param_count, zkl_scalar **params)
{
    const size_t all = m->scope->datasets[0].schema->column_count,
                 source = out->claim.others[0].dataset;
    zkl_claim_assertion *made = NULL;
    const uint32_t *numbers;
    ZKL_TRY(zkl_claim_all_columns(m, &numbers, 0));
    ZKL_TRY(zkl_claim_add_joint_assertion(&made, m, out, ZKL_ASSERTION_PICK, 1 + param_count, 2));
    ZKL_TRY(zkl_claim_put_source(m, &made->sources[0], source, numbers, all));
    ZKL_TRY(zkl_claim_put_source(m, &made->sources[1], 0, numbers, all));
    zkl_claim_scalar_u64(&made->params[0], rule);
    *params = made->params + 1;
    return ZKL_OK;
}

static zkl_status compile_slice(const zkl_claim_maker *m, zkl_compiled_claim *out, uint64_t rows)
{
    const pick_body *body = out->claim.body;
    zkl_scalar *params;
    ZKL_TRY(check_row(m, body->last, rows));
    const uint64_t count = body->last - body->first + 1;
    ZKL_TRY(check_count(m, count, out->row_count));
    ZKL_TRY(add_assertion(m, out, ZKL_PICK_SLICE, 2, &params));
    zkl_claim_scalar_u64(&params[0], body->first);
    zkl_claim_scalar_u64(&params[1], count);
    return ZKL_OK;
}

static zkl_status compile_list(const zkl_claim_maker *m, zkl_compiled_claim *out, uint64_t rows)
{
    const pick_body *body = out->claim.body;
    zkl_scalar *params;
    for (size_t i = 0; i < body->count; i++)
        ZKL_TRY(check_row(m, body->numbers[i], rows));
    ZKL_TRY(check_count(m, body->count, out->row_count));
    ZKL_TRY(add_assertion(m, out, ZKL_PICK_LIST, body->count, &params));
    for (size_t i = 0; i < body->count; i++)
        zkl_claim_scalar_u64(&params[i], body->numbers[i]);
    return ZKL_OK;
}

/* The seed mod r: what the statement holds. */
static void put_seed(zkl_scalar *out, const pick_body *body)
{
    uint8_t bytes[SEED_DIGITS / 2];
    zkl_fr seed;
    ZKL_ASSERT(zkl_hex_decode(bytes, sizeof bytes, body->seed, SEED_DIGITS));
    zkl_fr_reduce(&seed, bytes, sizeof bytes);
    zkl_fr_encode(out->bytes, &seed);
}

static zkl_status compile_sample(const zkl_claim_maker *m, zkl_compiled_claim *out, uint64_t rows)
{
    const pick_body *body = out->claim.body;
    zkl_scalar *params;
    ZKL_TRY(check_count(m, body->drawn, out->row_count));
    if (body->drawn > 1 && body->drawn > rows / 2)
        return zkl_fail(m->err, ZKL_USAGE, "a sample has at most half of the %llu rows, or one",
                        (unsigned long long)rows);
    if (body->drawn > ZKL_PICK_SAMPLE_MAX)
        return zkl_fail(m->err, ZKL_LIMIT, "a sample has at most %llu rows",
                        (unsigned long long)ZKL_PICK_SAMPLE_MAX);
    ZKL_TRY(add_assertion(m, out, ZKL_PICK_SAMPLE, 2, &params));
    put_seed(&params[0], body);
    zkl_claim_scalar_u64(&params[1], body->drawn);
    return ZKL_OK;
}

static zkl_status compile(const zkl_claim_maker *m, zkl_compiled_claim *out)
{
    const zkl_claim *claim = &out->claim;
    ZKL_ASSERT(claim->other_count == 1);
    ZKL_TRY(zkl_claim_check_schema(m, &claim->others[0]));
    const uint64_t rows = m->scope->datasets[claim->others[0].dataset].row_count;
    if (is_kind(claim, &zkl_claim_kind_slice))
        ZKL_TRY(compile_slice(m, out, rows));
    else if (is_kind(claim, &zkl_claim_kind_pick))
        ZKL_TRY(compile_list(m, out, rows));
    else
        ZKL_TRY(compile_sample(m, out, rows));
    return zkl_claim_check_assertion(m, &out->assertions[0], "no proof says it");
}

/* ---- Words */

/* How many numbers from `at` on follow one another. */
static size_t run_of(const pick_body *body, size_t at)
{
    size_t count = 1;
    while (at + count < body->count && body->numbers[at + count] == body->numbers[at] + count)
        count++;
    return count;
}

static void put_range(zkl_buffer *out, uint64_t first, uint64_t last, bool alone)
{
    zkl_buffer_format(out, "%llu", (unsigned long long)first);
    if (!alone || first != last)
        zkl_buffer_format(out, "..%llu", (unsigned long long)last);
}

static void put_list(zkl_buffer *out, const pick_body *body)
{
    for (size_t at = 0, count; at < body->count; at += count) {
        count = run_of(body, at);
        zkl_buffer_put_text(out, at ? ", " : "");
        put_range(out, body->numbers[at], body->numbers[at] + count - 1, true);
    }
}

static void print(zkl_buffer *out, const zkl_claim *claim)
{
    const pick_body *body = claim->body;
    zkl_buffer_format(out, "%s(", claim->ops->word);
    zkl_claim_put_others(out, claim, ", ", ", ");
    zkl_buffer_put_text(out, ", ");
    if (is_kind(claim, &zkl_claim_kind_slice))
        put_range(out, body->first, body->last, false);
    else if (is_kind(claim, &zkl_claim_kind_pick))
        put_list(out, body);
    else
        zkl_buffer_format(out, "%llu, %s", (unsigned long long)body->drawn, body->seed);
    zkl_buffer_put_u8(out, ')');
}

static void json(zkl_claim_members *out, const zkl_compiled_claim *claim)
{
    const pick_body *body = claim->claim.body;
    zkl_claim_member_others(out, &claim->claim);
    if (is_kind(&claim->claim, &zkl_claim_kind_slice)) {
        zkl_buffer_format(zkl_claim_member(out, "first"), "%llu", (unsigned long long)body->first);
        zkl_buffer_format(zkl_claim_member(out, "last"), "%llu", (unsigned long long)body->last);
    } else if (is_kind(&claim->claim, &zkl_claim_kind_pick)) {
        zkl_buffer *numbers = zkl_claim_member(out, "numbers");
        zkl_buffer_put_u8(numbers, '[');
        for (size_t i = 0; i < body->count; i++)
            zkl_buffer_format(numbers, "%s%llu", i ? "," : "",
                              (unsigned long long)body->numbers[i]);
        zkl_buffer_put_u8(numbers, ']');
    } else {
        zkl_buffer_format(zkl_claim_member(out, "count"), "%llu", (unsigned long long)body->drawn);
        zkl_claim_member_text(out, "seed", zkl_bytes_of(body->seed, SEED_DIGITS));
    }
}

static size_t range_count(const pick_body *body)
{
    size_t count = 0;
    for (size_t at = 0; at < body->count; at += run_of(body, at))
        count++;
    return count;
}

/* "its rows are rows 100..199 of all@1 (counted from 0), in this order" */
static void put_given(zkl_buffer *out, const zkl_claim *claim)
{
    const pick_body *body = claim->body;
    const bool is_slice = is_kind(claim, &zkl_claim_kind_slice);
    if (!is_slice && range_count(body) > RANGES_SAID_MAX) {
        zkl_buffer_format(out, "its rows are the %zu rows of ", body->count);
        zkl_claim_put_others(out, claim, ", ", ", ");
        zkl_buffer_put_text(out, " that the claim names, in its order");
        return;
    }
    const bool is_one = is_slice ? body->first == body->last : body->count == 1;
    zkl_buffer_put_text(out, is_one ? "its only row is row " : "its rows are rows ");
    if (is_slice)
        put_range(out, body->first, body->last, true);
    else
        put_list(out, body);
    zkl_buffer_put_text(out, " of ");
    zkl_claim_put_others(out, claim, ", ", ", ");
    zkl_buffer_put_text(out, is_one ? " (counted from 0)" : " (counted from 0), in this order");
}

/* What a draw is worth hangs on when the seed came, which is not proven. */
static void put_drawn(zkl_buffer *out, const zkl_claim *claim)
{
    const pick_body *body = claim->body;
    zkl_buffer_format(out, body->drawn == 1 ? "its only row is one of " : "its rows are %llu of ",
                      (unsigned long long)body->drawn);
    zkl_claim_put_others(out, claim, ", ", ", ");
    zkl_buffer_format(out, ", drawn by the seed %s%s; this says something only if the seed came ",
                      body->seed, body->drawn == 1 ? "" : ", in their order there");
    zkl_buffer_put_text(out, "after ");
    zkl_claim_put_others(out, claim, ", ", ", ");
    zkl_buffer_put_text(out, " was logged, and nobody chose it");
}

static void sentence(zkl_buffer *out, const zkl_compiled_claim *claim)
{
    if (is_kind(&claim->claim, &zkl_claim_kind_sample))
        put_drawn(out, &claim->claim);
    else
        put_given(out, &claim->claim);
    zkl_claim_put_fingerprints(out, claim);
}

#define PICK_KIND(name)                                                                            \
    const zkl_claim_ops zkl_claim_kind_##name = {                                                  \
        .word = #name,                                                                             \
        .whole_form = #name,                                                                       \
        .origin = ZKL_CLAIM_ORIGIN_OF_OWN,                                                         \
        .parse = parse_##name,                                                                     \
        .compile = compile,                                                                        \
        .print = print,                                                                            \
        .json = json,                                                                              \
        .sentence = sentence,                                                                      \
    }
PICK_KIND(slice);
PICK_KIND(pick);
PICK_KIND(sample);
