/* tokens, pseudonymise: values, and what stands for them. */
#include "service/transform_maker.h"

#include <stdio.h>
#include <string.h>

/* "patient_token" */
static zkl_status token_name(const char **out, transform_maker *m, zkl_bytes column)
{
    *out = zkl_arena_format(&m->plan->memory, "%.*s_token", (int)column.size,
                            (const char *)column.data);
    return *out ? ZKL_OK : zkl_no_memory(m->reader.err, column.size);
}

static zkl_status read_token_columns(transform_maker *m)
{
    transform_plan *p = m->plan;
    do {
        size_t column = 0;
        if (p->token_count == TRANSFORM_TOKENS_MAX)
            return zkl_fail(m->reader.err, ZKL_LIMIT, "more than %d columns", TRANSFORM_TOKENS_MAX);
        ZKL_TRY(maker_read_column(m, &column));
        for (size_t i = 0; i < p->token_count; i++)
            if (p->token_columns[i] == column)
                return zkl_claim_fail_at(&m->reader, m->reader.at, "a column stands there twice");
        p->token_columns[p->token_count++] = column;
    } while (zkl_claim_accept(&m->reader, ","));
    return maker_end_reading(m);
}

/* The columns and a token beside each value, in the rows' order. That a value has one token and a
 * token one value follows from three numbers, which are not known before the rows are read. */
zkl_status transform_make_tokens(transform_maker *m)
{
    transform_plan *p = m->plan;
    ZKL_AUTO_CLEAR(zkl_buffer) theirs = { 0 };
    ZKL_TRY(read_token_columns(m));
    zkl_buffer_put_text(&m->claim, "same(");
    for (size_t i = 0; i < p->token_count; i++) {
        const zkl_bytes name = maker_schema_of(m, 0)->columns[p->token_columns[i]].name;
        const char *column = zkl_arena_text(&p->memory, (const char *)name.data, name.size), *token;
        ZKL_TRY(token_name(&token, m, name));
        if (!column)
            return zkl_no_memory(m->reader.err, name.size);
        const zkl_types_source type = { p->sources[0].reference, column, token, "uint64" };
        ZKL_TRY(maker_add_types(m, 0, column, column));
        ZKL_TRY(maker_add_types_as(m, &type));
        zkl_claim_put_text(&m->claim, name);
        zkl_buffer_put_text(&m->claim, ", ");
        zkl_buffer_format(&theirs, "%s%s.", i ? ", " : "", p->sources[0].reference);
        zkl_claim_put_text(&theirs, name);
        zkl_buffer_put_text(&m->sql, i ? ", s0." : "SELECT s0.");
        zkl_engine_put_name(&m->sql, name);
        zkl_buffer_format(&m->sql, ", zkl_t%zu AS ", i);
        zkl_engine_put_name(&m->sql, zkl_bytes_of_text(token));
    }
    ZKL_TRY(zkl_buffer_status(&theirs, m->reader.err));
    zkl_buffer_put(&m->claim, theirs.data, theirs.size);
    zkl_buffer_put_u8(&m->claim, ')');
    zkl_buffer_put_text(&m->sql, " FROM s0 JOIN zkl_tokens USING (zkl_row) ORDER BY zkl_row");
    p->recorded = "how tokens follow from values: by a seed that is secret and kept nowhere";
    return maker_end_claim(m);
}

zkl_status transform_plan_add_distinct(transform_plan *plan, const uint64_t *distinct,
                                       zkl_error *err)
{
    ZKL_AUTO_CLEAR(transform_maker) m = { .plan = plan, .reader = { .err = err } };
    for (size_t i = 0; i < plan->token_count; i++) {
        const zkl_bytes name = plan->sources[0].schema->columns[plan->token_columns[i]].name;
        const char *token;
        ZKL_TRY(token_name(&token, &m, name));
        for (size_t k = 1; k <= 3; k++) { /* the value, the token, both */
            zkl_buffer_put_text(&m.claim, "distinct(");
            if (k & 1)
                zkl_claim_put_text(&m.claim, name);
            zkl_buffer_put_text(&m.claim, k == 3 ? ", " : "");
            if (k & 2)
                zkl_claim_put_text(&m.claim, zkl_bytes_of_text(token));
            zkl_buffer_format(&m.claim, ") = %llu", (unsigned long long)distinct[i]);
            ZKL_TRY(maker_end_claim(&m));
        }
    }
    return ZKL_OK;
}

static bool has_token(const transform_plan *p, size_t column)
{
    for (size_t i = 0; i < p->token_count; i++)
        if (p->token_columns[i] == column)
            return true;
    return false;
}

/* "same(patient, map@1.patient_token)" */
static zkl_status claim_tokens(transform_maker *m)
{
    transform_plan *p = m->plan;
    ZKL_AUTO_CLEAR(zkl_buffer) theirs = { 0 };
    zkl_buffer_put_text(&m->claim, "same(");
    for (size_t i = 0; i < p->token_count; i++) {
        const zkl_bytes name = maker_schema_of(m, 0)->columns[p->token_columns[i]].name;
        const char *as = zkl_arena_text(&p->memory, (const char *)name.data, name.size), *token;
        size_t there;
        ZKL_TRY(token_name(&token, m, name));
        ZKL_TRY(maker_find_column(&there, m, 1, name));
        ZKL_TRY(maker_find_column(&there, m, 1, zkl_bytes_of_text(token)));
        if (!as)
            return zkl_no_memory(m->reader.err, name.size);
        ZKL_TRY(maker_add_types(m, 1, token, as));
        zkl_buffer_put_text(&m->claim, i ? ", " : "");
        zkl_claim_put_text(&m->claim, name);
        zkl_buffer_format(&theirs, ", %s.", p->sources[1].reference);
        zkl_claim_put_text(&theirs, zkl_bytes_of_text(token));
    }
    ZKL_TRY(zkl_buffer_status(&theirs, m->reader.err));
    zkl_buffer_put(&m->claim, theirs.data, theirs.size);
    zkl_buffer_put_u8(&m->claim, ')');
    return maker_end_claim(m);
}

/* "same(patient, people@1.patient)" of the mapping: row by row it has the values that are replaced,
 * or tokens of other rows would stand for them. */
static zkl_status claim_mapping(transform_maker *m)
{
    const transform_plan *p = m->plan;
    ZKL_AUTO_CLEAR(zkl_buffer) theirs = { 0 };
    zkl_buffer_put_text(&m->claim, "same(");
    for (size_t i = 0; i < p->token_count; i++) {
        const zkl_bytes name = maker_schema_of(m, 0)->columns[p->token_columns[i]].name;
        zkl_buffer_put_text(&m->claim, i ? ", " : "");
        zkl_claim_put_text(&m->claim, name);
        zkl_buffer_format(&theirs, ", %s.", p->sources[0].reference);
        zkl_claim_put_text(&theirs, name);
    }
    ZKL_TRY(zkl_buffer_status(&theirs, m->reader.err));
    zkl_buffer_put(&m->claim, theirs.data, theirs.size);
    zkl_buffer_put_u8(&m->claim, ')');
    return maker_end_pair(m, 1, 0);
}

/* All columns in their order. */
static zkl_status query_tokens(transform_maker *m)
{
    const zkl_schema *schema = maker_schema_of(m, 0);
    for (size_t i = 0; i < schema->column_count; i++) {
        const bool goes = has_token(m->plan, i);
        const char *token = NULL;
        if (goes)
            ZKL_TRY(token_name(&token, m, schema->columns[i].name));
        zkl_buffer_format(&m->sql, "%s%s.", i ? ", " : "SELECT ", goes ? "s1" : "s0");
        zkl_engine_put_name(&m->sql, goes ? zkl_bytes_of_text(token) : schema->columns[i].name);
        zkl_buffer_put_text(&m->sql, " AS ");
        zkl_engine_put_name(&m->sql, schema->columns[i].name);
    }
    zkl_buffer_put_text(&m->sql, " FROM s0 JOIN s1 USING (zkl_row) ORDER BY zkl_row");
    return ZKL_OK;
}

/* The first source's columns, some of them replaced by what stands in the second for them. */
zkl_status transform_make_pseudonymise(transform_maker *m)
{
    transform_plan *p = m->plan;
    const zkl_schema *schema = maker_schema_of(m, 0);
    chosen_columns stay;
    ZKL_TRY(read_token_columns(m));
    ZKL_TRY(maker_choose_room(&stay, m));
    for (size_t i = 0; i < schema->column_count; i++)
        if (!has_token(p, i))
            ZKL_TRY(maker_choose(&stay, m, i, schema->columns[i].name));
    if (stay.count)
        ZKL_TRY(maker_take_chosen(m, &stay));
    zkl_buffer_clear(&m->sql); /* without those between them */
    m->sql = (zkl_buffer){ 0 };
    ZKL_TRY(claim_tokens(m));
    ZKL_TRY(claim_mapping(m));
    ZKL_TRY(query_tokens(m));
    p->recorded = "that tokens tell nothing of values: how the mapping was made";
    p->token_count = 0; /* they are there */
    return ZKL_OK;
}
