/* Each operation is a row of the table at the end: how many sources it takes, and the function that
 * makes its plan from what stands behind its word. Queries are written with names and texts in
 * quotes, so nothing that was read becomes SQL, but for the query of `sql` itself. */
#include "service/transform_ops.h"

#include <stdio.h>
#include <string.h>

#include "claim/assertion_pick.h"
#include "claim/claim_predicate.h"
#include "service/transform_maker.h"

void transform_plan_clear(transform_plan *plan)
{
    zkl_arena_clear(&plan->memory);
    *plan = (transform_plan){ 0 };
}

/* ---- Columns: select, drop, rename */

static zkl_status end_columns(transform_maker *m, const chosen_columns *c)
{
    ZKL_TRY(maker_end_reading(m));
    ZKL_TRY(maker_take_chosen(m, c));
    zkl_buffer_put_text(&m->sql, " FROM s0 ORDER BY zkl_row");
    return ZKL_OK;
}

static zkl_status make_select(transform_maker *m)
{
    chosen_columns c;
    ZKL_TRY(maker_choose_room(&c, m));
    do {
        size_t column = 0;
        ZKL_TRY(maker_read_column(m, &column));
        zkl_bytes name = maker_schema_of(m, 0)->columns[column].name;
        if (maker_accept_word(m, "as"))
            ZKL_TRY(zkl_claim_read_name(&m->reader, &name));
        ZKL_TRY(maker_choose(&c, m, column, name));
    } while (zkl_claim_accept(&m->reader, ","));
    return end_columns(m, &c);
}

static zkl_status make_drop(transform_maker *m)
{
    chosen_columns c;
    const size_t count = maker_schema_of(m, 0)->column_count;
    bool *gone = ZKL_ARENA_NEW(&m->plan->memory, bool, count);
    if (!gone)
        return zkl_no_memory(m->reader.err, count);
    ZKL_TRY(maker_choose_room(&c, m));
    do {
        size_t column = 0;
        ZKL_TRY(maker_read_column(m, &column));
        gone[column] = true;
    } while (zkl_claim_accept(&m->reader, ","));
    for (size_t i = 0; i < count; i++)
        if (!gone[i])
            ZKL_TRY(maker_choose(&c, m, i, maker_schema_of(m, 0)->columns[i].name));
    return c.count ? end_columns(m, &c)
                   : zkl_fail(m->reader.err, ZKL_USAGE, "no column would be left");
}

static zkl_status make_rename(transform_maker *m)
{
    chosen_columns c;
    const zkl_schema *schema = maker_schema_of(m, 0);
    zkl_bytes *names = ZKL_ARENA_NEW(&m->plan->memory, zkl_bytes, schema->column_count);
    if (!names)
        return zkl_no_memory(m->reader.err, schema->column_count * sizeof *names);
    for (size_t i = 0; i < schema->column_count; i++)
        names[i] = schema->columns[i].name;
    ZKL_TRY(maker_choose_room(&c, m));
    do {
        size_t column = 0;
        ZKL_TRY(maker_read_column(m, &column));
        if (!maker_accept_word(m, "as"))
            return zkl_claim_fail_at(&m->reader, m->reader.at, "'as' expected");
        ZKL_TRY(zkl_claim_read_name(&m->reader, &names[column]));
    } while (zkl_claim_accept(&m->reader, ","));
    for (size_t i = 0; i < schema->column_count; i++)
        ZKL_TRY(maker_choose(&c, m, i, names[i]));
    return end_columns(m, &c);
}

/* "add t = 2*a + b": what stands behind '=' is a sum of columns with weights, and numbers. */
static zkl_status make_add(transform_maker *m)
{
    zkl_bytes name;
    bool minus = false, first = true;
    const zkl_schema *schema = maker_schema_of(m, 0);
    ZKL_TRY(maker_take_all(m));
    ZKL_TRY(zkl_claim_read_name(&m->reader, &name));
    ZKL_TRY(maker_check_new(m, name));
    ZKL_TRY(maker_add_more(m, name));
    ZKL_TRY(zkl_claim_expect(&m->reader, "="));
    zkl_buffer_put_text(&m->claim, "linear(");
    zkl_claim_put_text(&m->claim, name);
    zkl_buffer_put_text(&m->claim, " = ");
    zkl_buffer_put_text(&m->sql, ", ");
    do {
        zkl_quantity weight;
        size_t column = 0;
        const bool negated = minus || (first && zkl_claim_accept(&m->reader, "-"));
        zkl_buffer_put_text(&m->claim, negated ? " - " : first ? "" : " + ");
        zkl_buffer_put_text(&m->sql, negated ? " - " : first ? "" : " + ");
        first = false;
        const uint8_t next = zkl_claim_peek(&m->reader);
        const bool has_weight = next >= '0' && next <= '9';
        if (has_weight) {
            ZKL_TRY(zkl_claim_read_quantity(&m->reader, &weight, false));
            zkl_claim_put_quantity(&m->claim, &weight);
            zkl_claim_put_quantity(&m->sql, &weight);
        }
        if (!has_weight || zkl_claim_accept(&m->reader, "*")) {
            zkl_buffer_put_text(&m->claim, has_weight ? "*" : "");
            zkl_buffer_put_text(&m->sql, has_weight ? "*" : "");
            ZKL_TRY(maker_read_column(m, &column));
            zkl_claim_put_text(&m->claim, schema->columns[column].name);
            zkl_engine_put_name(&m->sql, schema->columns[column].name);
        }
        minus = zkl_claim_accept(&m->reader, "-");
    } while (minus || zkl_claim_accept(&m->reader, "+"));
    ZKL_TRY(maker_end_reading(m));
    zkl_buffer_put_u8(&m->claim, ')');
    zkl_buffer_put_text(&m->sql, " AS ");
    zkl_engine_put_name(&m->sql, name);
    zkl_buffer_put_text(&m->sql, " FROM s0 ORDER BY zkl_row");
    return maker_end_claim(m);
}

/* ---- Rows: filter, sort, shuffle, slice, sample, dedup, concat, append */

/* What the claim would refuse is refused in its words, and no query is run. */
static zkl_status check_predicate(const transform_maker *m, zkl_said_predicate *predicate,
                                  const zkl_claim *claim)
{
    const transform_source *source = &m->plan->sources[0];
    const zkl_claim_dataset dataset = { .schema = source->schema, .row_count = source->row_count };
    const zkl_claim_scope scope = { .datasets = &dataset, .dataset_count = 1 };
    const zkl_claim_maker maker = { &m->plan->memory, &scope, m->reader.err };
    return zkl_said_predicate_check(&maker, predicate, claim);
}

static zkl_status make_filter(transform_maker *m)
{
    zkl_said_predicate predicate;
    zkl_claim claim = { 0 };
    zkl_claim_peek(&m->reader);
    const size_t start = m->reader.at;
    ZKL_TRY(zkl_said_predicate_read(&m->reader, &predicate, &claim));
    const size_t end = m->reader.at;
    ZKL_TRY(maker_end_reading(m));
    for (size_t i = 0; i < claim.column_count; i++) {
        size_t column = 0;
        ZKL_TRY(maker_find_column(&column, m, 0, claim.columns[i].name));
    }
    ZKL_TRY(check_predicate(m, &predicate, &claim));
    maker_put_all(m);
    zkl_buffer_put_text(&m->sql, " WHERE ");
    zkl_said_predicate_sql(&m->sql, &predicate);
    zkl_buffer_put_text(&m->sql, " ORDER BY zkl_row");
    zkl_buffer_format(&m->claim, "filter(%s, where %.*s)", m->plan->sources[0].reference,
                      (int)(end - start), (const char *)m->reader.text.data + start);
    ZKL_TRY(maker_end_claim(m));
    return maker_add_types(m, 0, NULL, NULL);
}

/* All rows, in another order. */
static zkl_status end_order(transform_maker *m)
{
    maker_put_source_claim(m, "split");
    ZKL_TRY(maker_end_claim(m));
    return maker_add_types(m, 0, NULL, NULL);
}

/* Rows with the same keys keep their order. Nulls are last, and first when the order falls. */
static zkl_status make_sort(transform_maker *m)
{
    const zkl_schema *schema = maker_schema_of(m, 0);
    size_t *columns = ZKL_ARENA_NEW(&m->plan->memory, size_t, schema->column_count), count = 0;
    if (!columns)
        return zkl_no_memory(m->reader.err, schema->column_count * sizeof *columns);
    do {
        if (count == schema->column_count)
            return zkl_claim_fail_at(&m->reader, m->reader.at, "more columns than there are");
        ZKL_TRY(maker_read_column(m, &columns[count++]));
    } while (zkl_claim_accept(&m->reader, ","));
    const bool falls = maker_accept_word(m, "desc");
    ZKL_TRY(maker_end_reading(m));
    maker_put_all(m);
    zkl_buffer_put_text(&m->sql, " ORDER BY ");
    zkl_buffer_put_text(&m->claim, "sorted(");
    for (size_t i = 0; i < count; i++) {
        zkl_engine_put_name(&m->sql, schema->columns[columns[i]].name);
        zkl_buffer_put_text(&m->sql, falls ? " DESC NULLS FIRST, " : " ASC NULLS LAST, ");
        zkl_buffer_put_text(&m->claim, i ? ", " : "");
        zkl_claim_put_text(&m->claim, schema->columns[columns[i]].name);
    }
    zkl_buffer_put_text(&m->sql, "zkl_row");
    zkl_buffer_put_text(&m->claim, falls ? ", order=falling)" : ")");
    ZKL_TRY(maker_end_claim(m));
    return end_order(m);
}

/* The result's rows are different, by that column, and each is one of the source: as many as there
 * are, so they are all of them. */
static zkl_status put_rank_claims(transform_maker *m, zkl_bytes by, zkl_bytes name)
{
    const transform_source *source = &m->plan->sources[0];
    const zkl_schema *schema = source->schema;
    bool any_null = false;
    zkl_buffer_put_text(&m->claim, "subset(");
    for (size_t i = 0; i < schema->column_count; i++) {
        zkl_claim_put_text(&m->claim, schema->columns[i].name);
        zkl_buffer_put_text(&m->claim, ", ");
        any_null |= schema->columns[i].nullable;
    }
    zkl_buffer_format(&m->claim, "%s%s", source->reference, any_null ? ", nulls=match)" : ")");
    ZKL_TRY(maker_end_claim(m));
    for (size_t i = 0; i < 2; i++) {
        zkl_buffer_put_text(&m->claim, "sorted(");
        zkl_claim_put_text(&m->claim, i ? name : by);
        zkl_buffer_put_text(&m->claim, ", ties=refuse)");
        ZKL_TRY(maker_end_claim(m));
    }
    if (m->plan->is_trial) /* how many rows there are is not known */
        return ZKL_OK;
    zkl_buffer_put_text(&m->claim, "range(");
    zkl_claim_put_text(&m->claim, name);
    zkl_buffer_format(&m->claim, ", 1, %llu)", (unsigned long long)source->row_count);
    ZKL_TRY(maker_end_claim(m));
    zkl_buffer_format(&m->claim, "rows(%llu)", (unsigned long long)source->row_count);
    return maker_end_claim(m);
}

/* "rank score as r": all rows by a column's values, and a column more that numbers them from 1. */
static zkl_status make_rank(transform_maker *m)
{
    size_t column = 0;
    zkl_bytes name;
    const zkl_schema *schema = maker_schema_of(m, 0);
    ZKL_TRY(maker_read_column(m, &column));
    if (!maker_accept_word(m, "as"))
        return zkl_claim_fail_at(&m->reader, m->reader.at, "'as' expected");
    ZKL_TRY(zkl_claim_read_name(&m->reader, &name));
    ZKL_TRY(maker_end_reading(m));
    ZKL_TRY(maker_check_new(m, name));
    const zkl_bytes by = schema->columns[column].name;
    if (schema->columns[column].nullable)
        return zkl_fail(m->reader.err, ZKL_USAGE, "'%.*s' may hold nulls, which have no rank",
                        (int)(by.size < 200 ? by.size : 200), (const char *)by.data);
    ZKL_AUTO_CLEAR(zkl_buffer) quoted = { 0 };
    zkl_engine_put_name(&quoted, by);
    ZKL_TRY(zkl_buffer_status(&quoted, m->reader.err));
    zkl_buffer_put_text(&m->sql, "SELECT ");
    maker_put_columns(&m->sql, schema, "s0");
    zkl_buffer_format(&m->sql, ", row_number() OVER (ORDER BY s0.%.*s) AS ", (int)quoted.size,
                      (const char *)quoted.data);
    zkl_engine_put_name(&m->sql, name);
    zkl_buffer_format(&m->sql, " FROM s0 ORDER BY s0.%.*s", (int)quoted.size,
                      (const char *)quoted.data);
    m->plan->misfit_kind = TRANSFORM_MISFIT_TIES;
    m->plan->misfits = zkl_arena_format(
        &m->plan->memory,
        "SELECT coalesce(sum(n), 0)::BIGINT FROM (SELECT count(*) AS n FROM s0 GROUP BY %.*s "
        "HAVING count(*) > 1)",
        (int)quoted.size, (const char *)quoted.data);
    if (!m->plan->misfits)
        return zkl_no_memory(m->reader.err, quoted.size);
    ZKL_TRY(put_rank_claims(m, by, name));
    ZKL_TRY(maker_add_types(m, 0, NULL, NULL));
    return maker_add_more(m, name);
}

/* By a hash of seed and row: which order it is, is recorded. */
static zkl_status make_shuffle(transform_maker *m)
{
    ZKL_TRY(maker_end_reading(m));
    maker_put_all(m);
    zkl_buffer_format(&m->sql, " ORDER BY md5('%s:' || zkl_row), zkl_row", m->plan->seed);
    m->plan->uses_seed = true;
    m->plan->recorded = "that the order follows from the seed";
    m->plan->recorded_unseeded = "how the order came about";
    return end_order(m);
}

static zkl_status make_slice(transform_maker *m)
{
    uint64_t first, last;
    ZKL_TRY(zkl_claim_read_count(&m->reader, &first));
    ZKL_TRY(zkl_claim_expect(&m->reader, ".."));
    ZKL_TRY(zkl_claim_read_count(&m->reader, &last));
    ZKL_TRY(maker_end_reading(m));
    if (first > last || (!m->plan->is_trial && last >= m->plan->sources[0].row_count))
        return zkl_fail(m->reader.err, ZKL_USAGE, "rows %llu..%llu: '%s' has rows 0..%llu",
                        (unsigned long long)first, (unsigned long long)last,
                        m->plan->sources[0].reference,
                        (unsigned long long)m->plan->sources[0].row_count - 1);
    maker_put_all(m);
    zkl_buffer_format(&m->sql, " WHERE zkl_row BETWEEN %llu AND %llu ORDER BY zkl_row",
                      (unsigned long long)first, (unsigned long long)last);
    zkl_buffer_format(&m->claim, "slice(%s, %llu..%llu)", m->plan->sources[0].reference,
                      (unsigned long long)first, (unsigned long long)last);
    ZKL_TRY(maker_end_claim(m));
    return maker_add_types(m, 0, NULL, NULL);
}

/* The numbers are drawn here, by the rule that the claim is checked by. */
static zkl_status make_sample(transform_maker *m)
{
    transform_plan *p = m->plan;
    zkl_scalar seed;
    uint64_t count;
    ZKL_TRY(zkl_claim_read_count(&m->reader, &count));
    ZKL_TRY(maker_end_reading(m));
    if (p->is_trial) /* how many rows there are to draw from is not known */
        return maker_add_types(m, 0, NULL, NULL);
    const uint64_t rows = p->sources[0].row_count;
    if (!count || (count != 1 && count > rows / 2) || count > rows || count > ZKL_PICK_SAMPLE_MAX)
        return zkl_fail(m->reader.err, ZKL_USAGE,
                        "a sample of %llu of %llu rows: it has at most half of them, and at most "
                        "%llu",
                        (unsigned long long)count, (unsigned long long)rows,
                        (unsigned long long)ZKL_PICK_SAMPLE_MAX);
    ZKL_ASSERT(zkl_hex_decode(seed.bytes, sizeof seed.bytes, p->seed, strlen(p->seed)));
    zkl_fr reduced;
    zkl_fr_reduce(&reduced, seed.bytes, sizeof seed.bytes);
    zkl_fr_encode(seed.bytes, &reduced);
    const zkl_pick pick = {
        .rule = ZKL_PICK_SAMPLE, .count = count, .source_count = rows, .seed = &seed
    };
    ZKL_TRY(zkl_pick_numbers(&p->picks, &p->memory, &pick, m->reader.err));
    p->pick_count = (size_t)count;
    maker_put_all(m);
    zkl_buffer_put_text(&m->sql, " JOIN picks ON s0.zkl_row = zkl_pick ORDER BY s0.zkl_row");
    zkl_buffer_format(&m->claim, "sample(%s, %llu, %s)", p->sources[0].reference,
                      (unsigned long long)count, p->seed);
    p->uses_seed = true;
    p->claims_seed = true;
    p->recorded = "who chose the seed, and when: it says something only if it came after the "
                  "source was logged";
    ZKL_TRY(maker_end_claim(m));
    return maker_add_types(m, 0, NULL, NULL);
}

/* Each different row once, where it stands first. That no row is lost is a claim about the
 * source. */
static zkl_status make_dedup(transform_maker *m)
{
    const zkl_schema *schema = maker_schema_of(m, 0);
    ZKL_AUTO_CLEAR(zkl_buffer) back = { 0 };
    bool any_null = false;
    ZKL_TRY(maker_end_reading(m));
    maker_put_all(m);
    zkl_buffer_put_text(&m->sql, " GROUP BY ALL ORDER BY min(zkl_row)");
    zkl_buffer_put_text(&m->claim, "unique(");
    zkl_buffer_put_text(&back, "subset(");
    for (size_t i = 0; i < schema->column_count; i++) {
        zkl_buffer_put_text(&m->claim, i ? ", " : "");
        zkl_claim_put_text(&m->claim, schema->columns[i].name);
        zkl_claim_put_text(&back, schema->columns[i].name);
        zkl_buffer_put_text(&back, ", ");
        any_null |= schema->columns[i].nullable;
    }
    zkl_buffer_put_u8(&m->claim, ')');
    ZKL_TRY(maker_end_claim(m));
    ZKL_TRY(zkl_buffer_status(&back, m->reader.err));
    const char *after = any_null ? ", nulls=match)" : ")";
    zkl_buffer_format(&m->claim, "%.*s%s%s", (int)back.size, (const char *)back.data,
                      m->plan->sources[0].reference, after);
    ZKL_TRY(maker_end_claim(m));
    zkl_buffer_put(&m->claim, back.data, back.size);
    ZKL_TRY(maker_end_back(m, 0, after));
    return maker_add_types(m, 0, NULL, NULL);
}

static zkl_status make_concat(transform_maker *m)
{
    ZKL_TRY(maker_end_reading(m));
    zkl_buffer_put_text(&m->claim, "split(");
    zkl_buffer_put_text(&m->sql, "SELECT ");
    maker_put_columns(&m->sql, maker_schema_of(m, 0), "u");
    zkl_buffer_put_text(&m->sql, " FROM (");
    for (size_t i = 0; i < m->plan->source_count; i++) {
        zkl_buffer_format(&m->claim, "%s%s", i ? ", " : "", m->plan->sources[i].reference);
        zkl_buffer_format(&m->sql, "%sSELECT *, %zu AS zkl_part FROM s%zu",
                          i ? " UNION ALL BY NAME " : "", i, i);
    }
    zkl_buffer_put_u8(&m->claim, ')');
    zkl_buffer_put_text(&m->sql, ") u ORDER BY zkl_part, zkl_row");
    m->plan->recorded = "that the tables stand one behind the other, in their order";
    ZKL_TRY(maker_end_claim(m));
    return maker_add_types(m, 0, NULL, NULL);
}

/* The first table, then the second: each is a slice of the result, and both together are as long as
 * it is. */
static zkl_status make_append(transform_maker *m)
{
    uint64_t first = 0;
    ZKL_TRY(make_concat(m));
    m->plan->recorded = NULL;
    for (size_t i = 0; i < m->plan->source_count; i++) {
        const uint64_t rows = m->plan->sources[i].row_count;
        const char *after =
            zkl_arena_format(&m->plan->memory, ", %llu..%llu)", (unsigned long long)first,
                             (unsigned long long)(first + rows - 1));
        zkl_buffer_put_text(&m->claim, "slice(");
        ZKL_TRY(maker_end_back(m, i, after));
        first += rows;
    }
    return ZKL_OK;
}

/* ---- Several tables: join, group */

static zkl_status make_join(transform_maker *m)
{
    const zkl_schema *left = maker_schema_of(m, 0), *right = maker_schema_of(m, 1);
    bool *is_key = ZKL_ARENA_NEW(&m->plan->memory, bool, right->column_count);
    bool any = false;
    if (!is_key)
        return zkl_no_memory(m->reader.err, right->column_count);
    if (!maker_accept_word(m, "on"))
        return zkl_claim_fail_at(&m->reader, m->reader.at, "'on' expected, and the key");
    zkl_buffer_format(&m->claim, "joined(%s, %s, on ", m->plan->sources[0].reference,
                      m->plan->sources[1].reference);
    ZKL_AUTO_CLEAR(zkl_buffer) on = { 0 };
    do {
        size_t column = 0, other = 0;
        ZKL_TRY(maker_read_column(m, &column));
        ZKL_TRY(maker_find_column(&other, m, 1, left->columns[column].name));
        is_key[other] = true;
        zkl_buffer_put_text(&m->claim, any ? ", " : "");
        zkl_claim_put_text(&m->claim, left->columns[column].name);
        zkl_buffer_put_text(&on, any ? " AND s0." : "s0.");
        zkl_engine_put_name(&on, left->columns[column].name);
        zkl_buffer_put_text(&on, " = s1.");
        zkl_engine_put_name(&on, left->columns[column].name);
        any = true;
    } while (zkl_claim_accept(&m->reader, ","));
    ZKL_TRY(maker_end_reading(m));
    ZKL_TRY(zkl_buffer_status(&on, m->reader.err));
    zkl_buffer_put_u8(&m->claim, ')');
    zkl_buffer_put_text(&m->sql, "SELECT ");
    maker_put_columns(&m->sql, left, "s0");
    for (size_t i = 0; i < right->column_count; i++)
        if (!is_key[i]) {
            zkl_buffer_put_text(&m->sql, ", s1.");
            zkl_engine_put_name(&m->sql, right->columns[i].name);
        }
    zkl_buffer_format(&m->sql, " FROM s0 JOIN s1 ON %.*s ORDER BY s0.zkl_row", (int)on.size,
                      (const char *)on.data);
    ZKL_TRY(maker_end_claim(m));
    ZKL_TRY(maker_add_types(m, 0, NULL, NULL));
    return maker_add_types(m, 1, NULL, NULL);
}

/* "n = rows", "t = sum(a)", "f = values(a)", "l = min(a)", "g = max(a)" into the query. */
/* SQL's sum over no value is null, the claim's is 0. A least or greatest value is one of the
 * column's, so of its type, whatever the values would show. */
static zkl_status read_aggregate(transform_maker *m)
{
    static const struct {
        const char *word, *sql, *end;
        bool is_value;
    } kinds[] = { { "sum", "coalesce(sum(", "), 0)", false },
                  { "min", "min(", ")", true },
                  { "max", "max(", ")", true },
                  { "values", "count(", ")", false } };
    zkl_bytes name;
    size_t column = 0, kind = 0;
    ZKL_TRY(zkl_claim_read_name(&m->reader, &name));
    ZKL_TRY(zkl_claim_expect(&m->reader, "="));
    zkl_buffer_put_text(&m->claim, ", ");
    zkl_claim_put_text(&m->claim, name);
    zkl_buffer_put_text(&m->claim, " = ");
    zkl_buffer_put_text(&m->sql, ", ");
    if (maker_accept_word(m, "rows") || zkl_claim_accept(&m->reader, "rows")) {
        zkl_buffer_put_text(&m->claim, "rows");
        zkl_buffer_put_text(&m->sql, "count(*)");
        ZKL_TRY(maker_add_more(m, name));
    } else {
        while (kind < ZKL_COUNT(kinds) && !zkl_claim_accept(&m->reader, kinds[kind].word))
            kind++;
        if (kind == ZKL_COUNT(kinds))
            return zkl_claim_fail_at(&m->reader, m->reader.at,
                                     "rows, sum(c), min(c), max(c) or values(c) expected");
        ZKL_TRY(zkl_claim_expect(&m->reader, "("));
        ZKL_TRY(maker_read_column(m, &column));
        ZKL_TRY(zkl_claim_expect(&m->reader, ")"));
        const zkl_bytes of = maker_schema_of(m, 0)->columns[column].name;
        zkl_buffer_format(&m->claim, "%s(", kinds[kind].word);
        zkl_claim_put_text(&m->claim, of);
        zkl_buffer_put_u8(&m->claim, ')');
        zkl_buffer_put_text(&m->sql, kinds[kind].sql);
        zkl_engine_put_name(&m->sql, of);
        zkl_buffer_put_text(&m->sql, kinds[kind].end);
        ZKL_TRY(kinds[kind].is_value ? maker_add_types_of(m, of, name) : maker_add_more(m, name));
    }
    zkl_buffer_put_text(&m->sql, " AS ");
    zkl_engine_put_name(&m->sql, name);
    return ZKL_OK;
}

static zkl_status make_group(transform_maker *m)
{
    ZKL_AUTO_CLEAR(zkl_buffer) keys = { 0 };
    if (!maker_accept_word(m, "by"))
        return zkl_claim_fail_at(&m->reader, m->reader.at, "'by' expected, and the keys");
    zkl_buffer_format(&m->claim, "grouped(%s, by ", m->plan->sources[0].reference);
    do {
        size_t column = 0;
        ZKL_TRY(maker_read_column(m, &column));
        const zkl_bytes name = maker_schema_of(m, 0)->columns[column].name;
        zkl_buffer_put_text(&m->claim, keys.size ? ", " : "");
        zkl_claim_put_text(&m->claim, name);
        zkl_buffer_put_text(&keys, keys.size ? ", " : "");
        zkl_engine_put_name(&keys, name);
        ZKL_TRY(maker_add_types_of(m, name, name));
    } while (zkl_claim_accept(&m->reader, ","));
    ZKL_TRY(zkl_claim_expect(&m->reader, ":"));
    ZKL_TRY(zkl_buffer_status(&keys, m->reader.err));
    zkl_buffer_format(&m->sql, "SELECT %.*s", (int)keys.size, (const char *)keys.data);
    do {
        ZKL_TRY(read_aggregate(m));
    } while (zkl_claim_accept(&m->reader, ","));
    ZKL_TRY(maker_end_reading(m));
    zkl_buffer_put_u8(&m->claim, ')');
    zkl_buffer_format(&m->sql, " FROM s0 GROUP BY %.*s ORDER BY %.*s", (int)keys.size,
                      (const char *)keys.data, (int)keys.size, (const char *)keys.data);
    return maker_end_claim(m);
}

/* ---- Anything */

static zkl_status make_sql(transform_maker *m)
{
    const zkl_bytes query = maker_rest_of(m);
    if (!query.size)
        return zkl_claim_fail_at(&m->reader, m->reader.at, "a query expected");
    zkl_buffer_put(&m->sql, query.data, query.size);
    m->plan->needs_names = true;
    m->plan->is_open = true;
    m->plan->recorded = "all of it: that the result is what the query makes of its sources";
    for (size_t i = 0; i < m->plan->source_count; i++)
        ZKL_TRY(maker_add_types(m, i, NULL, NULL));
    return ZKL_OK;
}

/* What somebody ran, in words: it is not run here. */
static zkl_status make_custom(transform_maker *m)
{
    if (!maker_rest_of(m).size)
        return zkl_claim_fail_at(&m->reader, m->reader.at, "a command expected");
    m->plan->is_elsewhere = true;
    m->plan->is_open = true;
    m->plan->recorded = "all of it: that the result is what the command makes of its sources";
    for (size_t i = 0; i < m->plan->source_count; i++)
        ZKL_TRY(maker_add_types(m, i, NULL, NULL));
    return ZKL_OK;
}

/* ---- The table */

#define ANY SIZE_MAX

static const struct {
    const char *word;
    size_t sources_min, sources_max;
    zkl_status (*make)(transform_maker *m);
} operations[] = {
    { "select", 1, 1, make_select },
    { "drop", 1, 1, make_drop },
    { "rename", 1, 1, make_rename },
    { "add", 1, 1, make_add },
    { "bucket", 1, 1, transform_make_bucket },
    { "key", 2, 2, transform_make_key },
    { "keys", 1, ANY, transform_make_keys },
    { "cast", 1, 1, transform_make_cast },
    { "filter", 1, 1, make_filter },
    { "sort", 1, 1, make_sort },
    { "rank", 1, 1, make_rank },
    { "shuffle", 1, 1, make_shuffle },
    { "slice", 1, 1, make_slice },
    { "sample", 1, 1, make_sample },
    { "dedup", 1, 1, make_dedup },
    { "concat", 2, ANY, make_concat },
    { "join", 2, 2, make_join },
    { "append", 2, 2, make_append },
    { "group", 1, 1, make_group },
    { "merge", 3, 3, transform_make_merge },
    { "tokens", 1, 1, transform_make_tokens },
    { "pseudonymise", 2, 2, transform_make_pseudonymise },
    { "sql", 1, ANY, make_sql },
    { "custom", 1, ANY, make_custom },
};

const char *transform_word(size_t index)
{
    return index < ZKL_COUNT(operations) ? operations[index].word : NULL;
}

static zkl_status fail_word(zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) words = { 0 };
    for (size_t i = 0; i < ZKL_COUNT(operations); i++)
        zkl_buffer_format(&words, "%s%s", i ? ", " : "", operations[i].word);
    zkl_buffer_put_u8(&words, 0);
    ZKL_TRY(zkl_buffer_status(&words, err));
    return zkl_fail(err, ZKL_USAGE, "unknown operation; known: %s", (const char *)words.data);
}

/* The reader stands behind the word. */
static zkl_status find_operation(size_t *out, transform_maker *m, size_t source_count)
{
    size_t i = 0;
    while (i < ZKL_COUNT(operations) && !maker_accept_word(m, operations[i].word))
        i++;
    if (i == ZKL_COUNT(operations))
        return fail_word(m->reader.err);
    *out = i;
    const bool takes_mapping = operations[i].make == transform_make_key ||
                               operations[i].make == transform_make_pseudonymise;
    if (source_count < operations[i].sources_min || source_count > operations[i].sources_max)
        return zkl_fail_hint(m->reader.err, ZKL_USAGE,
                             takes_mapping ? ZKL_HINT_GIVE_MAPPING : ZKL_HINT_NONE,
                             "'%s' takes %zu source%s%s, not %zu", operations[i].word,
                             operations[i].sources_min, operations[i].sources_min == 1 ? "" : "s",
                             operations[i].sources_max == ANY ? " or more" : "", source_count);
    return ZKL_OK;
}

zkl_status transform_check_word(const char *operation, size_t source_count, zkl_error *err)
{
    size_t ignored;
    transform_maker m = { .reader = { .text = zkl_bytes_of_text(operation), .err = err } };
    return find_operation(&ignored, &m, source_count);
}

zkl_status transform_plan_make(transform_plan *out, const char *operation, zkl_error *err)
{
    ZKL_AUTO_CLEAR(transform_maker) m = { .plan = out };
    size_t at = 0;
    m.reader = (zkl_claim_reader){ .text = zkl_bytes_of_text(operation),
                                   .arena = &out->memory,
                                   .err = err };
    ZKL_TRY(find_operation(&at, &m, out->source_count));
    ZKL_TRY(operations[at].make(&m));
    out->sql = maker_keep(&m, &m.sql, err);
    return out->sql ? ZKL_OK : ZKL_NO_MEMORY;
}

/* ---- The result's columns */

static const zkl_schema *schema_named(const transform_plan *plan, const char *reference)
{
    size_t i = 0;
    while (strcmp(plan->sources[i].reference, reference) != 0)
        i++;
    ZKL_ASSERT(i < plan->source_count);
    return plan->sources[i].schema;
}

/* The columns that a types source means, those behind that are there already. */
static size_t put_columns_of(zkl_column *columns, size_t count, const zkl_schema *schema,
                             const zkl_types_source *types)
{
    for (size_t i = 0; i < schema->column_count; i++) {
        zkl_column column = schema->columns[i];
        bool is_there = types->column && !zkl_bytes_equal_text(column.name, types->column);
        if (!is_there && types->as)
            column.name = zkl_bytes_of_text(types->as);
        if (!is_there && types->type)
            ZKL_ASSERT(zkl_type_parse(&column.type, zkl_bytes_of_text(types->type)));
        column.nullable = column.nullable && !types->is_filled;
        for (size_t k = 0; k < count && !is_there; k++)
            is_there = zkl_bytes_equal(columns[k].name, column.name);
        if (!is_there)
            columns[count++] = column;
    }
    return count;
}

zkl_status transform_plan_columns(zkl_schema *out, zkl_arena *arena, const transform_plan *plan,
                                  zkl_error *err)
{
    size_t most = plan->more_count, count = 0;
    ZKL_ASSERT(!plan->is_open);
    for (size_t i = 0; i < plan->type_count; i++)
        most += schema_named(plan, plan->types[i].reference)->column_count;
    zkl_column *columns = ZKL_ARENA_NEW(arena, zkl_column, most);
    if (!columns)
        return zkl_no_memory(err, most * sizeof *columns);
    for (size_t i = 0; i < plan->type_count; i++)
        count = put_columns_of(columns, count, schema_named(plan, plan->types[i].reference),
                               &plan->types[i]);
    for (size_t i = 0; i < plan->more_count; i++)
        columns[count++] = (zkl_column){ .name = zkl_bytes_of_text(plan->more[i]),
                                         .type = { .kind = ZKL_TYPE_INT64 } };
    for (size_t i = 0; i < count; i++) { /* the plan ends before the schema does */
        const char *name =
            zkl_arena_text(arena, (const char *)columns[i].name.data, columns[i].name.size);
        if (!name)
            return zkl_no_memory(err, columns[i].name.size);
        columns[i].name = zkl_bytes_of(name, columns[i].name.size);
    }
    *out = (zkl_schema){ .columns = columns, .column_count = count };
    return ZKL_OK;
}
