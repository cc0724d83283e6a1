/* bucket: a column of a few numbers beside one of values, for claims that count by value.
 *
 * The edges cut the column's values, ascending. A value's bucket is how many edges are at most it,
 * and a null's is the number behind the last. Counts of all rows say it:
 *
 *   c < e0 and b = 0 or c >= e0 and c < e1 and b = 1 or .. or c is null and b = n
 *
 * Many edges of a wide type have several: part by part the edges up to the next one, and the edge
 * where two parts meet is in one of them the last and in the other the first bucket's end.
 *
 * An edge that is the least value has nothing below it: its bucket 0 is empty, and what every value
 * or none would satisfy is left out. */
#include <string.h>

#include "claim/claim_bound.h"
#include "claim/claim_predicate.h"
#include "service/transform_maker.h"

#define BUCKETS_MAX 255

typedef struct bucket_edges {
    zkl_bytes texts[BUCKETS_MAX]; /* canonical */
    zkl_code codes[BUCKETS_MAX];
    size_t count;
} bucket_edges;

/* ---- Reading */

static zkl_status check_type(const zkl_claim_maker *m, uint32_t column)
{
    const zkl_type *type = &zkl_claim_schema_column(m->scope, column)->type;
    if (type->kind == ZKL_TYPE_DICTIONARY || zkl_type_is_hashed(type))
        return zkl_claim_fail_column(m, ZKL_NOT_SUPPORTED, column,
                                     "codes of texts and binaries have no order");
    return zkl_cut_check_type(m, column);
}

/* An edge is one of the type's values, and above the one before it. */
static zkl_status read_edge(transform_maker *m, bucket_edges *edges, uint32_t column)
{
    const zkl_claim_dataset dataset = { .schema = maker_schema_of(m, 0) };
    const zkl_claim_scope scope = { &dataset, 1 };
    const zkl_claim_maker maker = { &m->plan->memory, &scope, m->reader.err };
    zkl_bytes text;
    zkl_bound bound;
    ZKL_TRY(check_type(&maker, column));
    if (edges->count == BUCKETS_MAX)
        return zkl_fail(m->reader.err, ZKL_LIMIT, "more than %d edges", BUCKETS_MAX);
    zkl_claim_peek(&m->reader);
    const size_t start = m->reader.at;
    if (zkl_claim_peek(&m->reader) == '"')
        ZKL_TRY(zkl_claim_read_literal(&m->reader, &text));
    else {
        while (m->reader.at < m->reader.text.size &&
               !strchr(" \t,", m->reader.text.data[m->reader.at]))
            m->reader.at++;
        text = zkl_bytes_of(m->reader.text.data + start, m->reader.at - start);
    }
    if (!text.size)
        return zkl_claim_fail_at(&m->reader, start, "an edge expected");
    ZKL_TRY(zkl_claim_read_bound(&maker, &bound, &text, column));
    if (bound.least != bound.greatest)
        return zkl_claim_fail_at(&m->reader, start, "the column's type has no such value");
    if (edges->count && bound.least <= edges->codes[edges->count - 1])
        return zkl_claim_fail_at(&m->reader, start, "edges rise");
    edges->texts[edges->count] = text;
    edges->codes[edges->count++] = bound.least;
    return ZKL_OK;
}

/* "c by 0, 18, 65 as b" */
static zkl_status read_bucket(transform_maker *m, bucket_edges *edges, size_t *column,
                              zkl_bytes *name)
{
    ZKL_TRY(maker_read_column(m, column));
    if (!maker_accept_word(m, "by"))
        return zkl_claim_fail_at(&m->reader, m->reader.at, "'by' expected, and the edges");
    do {
        ZKL_TRY(read_edge(m, edges, (uint32_t)*column));
    } while (zkl_claim_accept(&m->reader, ","));
    if (!maker_accept_word(m, "as"))
        return zkl_claim_fail_at(&m->reader, m->reader.at, "'as' expected, and a name");
    ZKL_TRY(zkl_claim_read_name(&m->reader, name));
    ZKL_TRY(maker_end_reading(m));
    const zkl_column *of = &maker_schema_of(m, 0)->columns[*column];
    const size_t buckets = edges->count + 1 + of->nullable;
    if (buckets > BUCKETS_MAX)
        return zkl_fail(m->reader.err, ZKL_LIMIT, "%zu buckets, at most %d", buckets, BUCKETS_MAX);
    return maker_check_new(m, *name);
}

/* ---- What is claimed, and how it is made */

/* "c >= e and " */
static void put_test(zkl_buffer *out, zkl_bytes column, const char *sign, zkl_bytes edge)
{
    zkl_claim_put_text(out, column);
    zkl_buffer_put_text(out, sign);
    zkl_claim_put_text(out, edge); /* in quotes, as a name */
    zkl_buffer_put_text(out, " and ");
}

/* "b = 3", or of a bucket at the end of a part, for which other parts speak too, "b <= 3" */
static void put_bucket(zkl_buffer *out, zkl_bytes name, const char *sign, size_t bucket)
{
    zkl_claim_put_text(out, name);
    zkl_buffer_format(out, " %s %zu", sign, bucket);
}

static void put_null(transform_maker *m, const bucket_edges *edges, const zkl_column *column,
                     zkl_bytes name)
{
    zkl_buffer_put_text(&m->claim, " or ");
    zkl_claim_put_text(&m->claim, column->name);
    zkl_buffer_put_text(&m->claim, " is null and ");
    put_bucket(&m->claim, name, "=", edges->count + 1);
}

/* Of edges first..end - 1: what lies between two of them has its bucket, what lies below them one
 * up to the first of them, what lies above the last one beyond. */
static zkl_status claim_part(transform_maker *m, const bucket_edges *edges,
                             const zkl_column *column, zkl_bytes name, size_t first, size_t end)
{
    const size_t n = edges->count, start = first + (edges->codes[first] == 0);
    zkl_buffer_put_text(&m->claim, "count(where ");
    for (size_t i = start; i <= end; i++) {
        zkl_buffer_put_text(&m->claim, i > start ? " or " : "");
        if (i > start)
            put_test(&m->claim, column->name, " >= ", edges->texts[i - 1]);
        if (i < end)
            put_test(&m->claim, column->name, " < ", edges->texts[i]);
        else if (i == start && column->nullable) { /* the least value alone is an edge */
            zkl_claim_put_text(&m->claim, column->name);
            zkl_buffer_put_text(&m->claim, " is not null and ");
        }
        put_bucket(&m->claim, name,
                   i == first && first   ? "<="
                   : i == end && end < n ? ">="
                                         : "=",
                   i);
    }
    if (column->nullable)
        put_null(m, edges, column, name);
    zkl_buffer_format(&m->claim, ") = %llu", (unsigned long long)m->plan->sources[0].row_count);
    return maker_end_claim(m);
}

/* As many edges in each claim as a predicate takes whatever their limbs are, of four at most. */
static zkl_status claim_buckets(transform_maker *m, const bucket_edges *edges,
                                const zkl_column *column, zkl_bytes name)
{
    const uint32_t limbs = zkl_type_limbs(&column->type);
    const size_t most = limbs == 1 ? BUCKETS_MAX : limbs == 2 ? 32 : 9;
    for (size_t i = 0; i < edges->count; i += most)
        ZKL_TRY(claim_part(m, edges, column, name, i,
                           edges->count - i < most ? edges->count : i + most));
    return ZKL_OK;
}

static void put_cases(zkl_buffer *sql, const bucket_edges *edges, zkl_bytes column, zkl_bytes name)
{
    zkl_buffer_put_text(sql, ", CASE WHEN ");
    zkl_engine_put_name(sql, column);
    zkl_buffer_format(sql, " IS NULL THEN %zu", edges->count + 1);
    for (size_t i = 0; i < edges->count; i++) {
        zkl_buffer_put_text(sql, " WHEN ");
        zkl_engine_put_name(sql, column);
        zkl_buffer_put_text(sql, " < ");
        zkl_engine_put_text(sql, edges->texts[i]);
        zkl_buffer_format(sql, " THEN %zu", i);
    }
    zkl_buffer_format(sql, " ELSE %zu END AS ", edges->count);
    zkl_engine_put_name(sql, name);
    zkl_buffer_put_text(sql, " FROM s0 ORDER BY zkl_row");
}

/* A number of the result's own: never null, whatever the column holds. */
static zkl_status add_type(transform_maker *m, zkl_bytes column, zkl_bytes name)
{
    zkl_arena *memory = &m->plan->memory;
    const zkl_types_source type = { m->plan->sources[0].reference,
                                    zkl_arena_text(memory, (const char *)column.data, column.size),
                                    zkl_arena_text(memory, (const char *)name.data, name.size),
                                    "uint16", true };
    return type.column && type.as ? maker_add_types_as(m, &type)
                                  : zkl_no_memory(m->reader.err, name.size);
}

zkl_status transform_make_bucket(transform_maker *m)
{
    bucket_edges edges = { 0 };
    size_t at = 0;
    zkl_bytes name;
    ZKL_TRY(read_bucket(m, &edges, &at, &name));
    const zkl_column *column = &maker_schema_of(m, 0)->columns[at];
    ZKL_TRY(maker_take_all(m));
    put_cases(&m->sql, &edges, column->name, name);
    ZKL_TRY(add_type(m, column->name, name));
    return claim_buckets(m, &edges, column, name);
}
