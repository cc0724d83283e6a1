/* merge: two tables that both come from a third, row by row of a key.
 *
 * A row, and in it a cell, is taken from the side that changed it. What both changed, and not
 * alike, is a conflict: it is named, or one side is preferred. In the query o, t and b are the
 * owner's line, the other one, and what both come from. */
#include "service/transform_maker.h"

#include <stdio.h>
#include <string.h>

#define CONFLICTS_NAMED 10

typedef enum merge_side { MERGE_NEITHER, MERGE_FIRST, MERGE_SECOND } merge_side;

typedef struct merge_plan {
    bool *is_key; /* of each column of the first source */
    merge_side preferred;
    zkl_buffer tables; /* FROM .. on */
} merge_plan;

static void merge_plan_clear(merge_plan *p)
{
    zkl_buffer_clear(&p->tables);
}

/* "on a, b prefer first" */
static zkl_status read_merge(merge_plan *out, transform_maker *m)
{
    out->is_key = ZKL_ARENA_NEW(&m->plan->memory, bool, maker_schema_of(m, 0)->column_count);
    if (!out->is_key)
        return zkl_no_memory(m->reader.err, maker_schema_of(m, 0)->column_count);
    if (!maker_accept_word(m, "on"))
        return zkl_claim_fail_at(&m->reader, m->reader.at, "'on' expected, and the key");
    do {
        size_t column = 0;
        ZKL_TRY(maker_read_column(m, &column));
        out->is_key[column] = true;
    } while (zkl_claim_accept(&m->reader, ","));
    if (maker_accept_word(m, "prefer")) {
        if (maker_accept_word(m, "first"))
            out->preferred = MERGE_FIRST;
        else if (maker_accept_word(m, "second"))
            out->preferred = MERGE_SECOND;
        else
            return zkl_claim_fail_at(&m->reader, m->reader.at, "'first' or 'second' expected");
    }
    return maker_end_reading(m);
}

/* All three have the columns of the first. */
static zkl_status check_schemas(const transform_maker *m)
{
    const zkl_schema *own = maker_schema_of(m, 0);
    for (size_t source = 1; source < m->plan->source_count; source++) {
        size_t ignored;
        for (size_t i = 0; i < own->column_count; i++)
            ZKL_TRY(maker_find_column(&ignored, m, source, own->columns[i].name));
        if (maker_schema_of(m, source)->column_count != own->column_count)
            return zkl_fail(m->reader.err, ZKL_USAGE, "'%s' has columns that '%s' has not",
                            m->plan->sources[source].reference, m->plan->sources[0].reference);
    }
    return ZKL_OK;
}

/* ---- The query. */

/* "o.k = t.k AND ..": keys of two tables, the second perhaps a coalesced one. */
static void put_on(zkl_buffer *sql, const transform_maker *m, const merge_plan *p, bool is_base)
{
    const zkl_schema *schema = maker_schema_of(m, 0);
    const char *between = "";
    for (size_t i = 0; i < schema->column_count; i++) {
        if (!p->is_key[i])
            continue;
        zkl_buffer_put_text(sql, between);
        zkl_buffer_put_text(sql, is_base ? "b." : "o.");
        zkl_engine_put_name(sql, schema->columns[i].name);
        zkl_buffer_put_text(sql, is_base ? " = coalesce(o." : " = t.");
        zkl_engine_put_name(sql, schema->columns[i].name);
        if (is_base) {
            zkl_buffer_put_text(sql, ", t.");
            zkl_engine_put_name(sql, schema->columns[i].name);
            zkl_buffer_put_u8(sql, ')');
        }
        between = " AND ";
    }
}

static void put_tables(merge_plan *p, const transform_maker *m)
{
    zkl_buffer_put_text(&p->tables, " FROM s0 o FULL OUTER JOIN s1 t ON ");
    put_on(&p->tables, m, p, false);
    zkl_buffer_put_text(&p->tables, " LEFT JOIN s2 b ON ");
    put_on(&p->tables, m, p, true);
}

/* "(o.c IS DISTINCT FROM b.c)" */
static void put_differ(zkl_buffer *sql, const char *one, const char *other, zkl_bytes column)
{
    zkl_buffer_format(sql, "(%s.", one);
    zkl_engine_put_name(sql, column);
    zkl_buffer_format(sql, " IS DISTINCT FROM %s.", other);
    zkl_engine_put_name(sql, column);
    zkl_buffer_put_u8(sql, ')');
}

/* "(false OR o.c differs from b.c OR ..)" */
static void put_row_differs(zkl_buffer *sql, const transform_maker *m, const merge_plan *p,
                            const char *one, const char *other)
{
    const zkl_schema *schema = maker_schema_of(m, 0);
    zkl_buffer_put_text(sql, "(false");
    for (size_t i = 0; i < schema->column_count; i++)
        if (!p->is_key[i]) {
            zkl_buffer_put_text(sql, " OR ");
            put_differ(sql, one, other, schema->columns[i].name);
        }
    zkl_buffer_put_u8(sql, ')');
}

/* A cell: of the side that has the row, else of the side that changed it. */
static void put_cell(zkl_buffer *sql, zkl_bytes column, merge_side preferred)
{
    zkl_buffer_put_text(sql, "CASE WHEN o.zkl_row IS NULL THEN t.");
    zkl_engine_put_name(sql, column);
    zkl_buffer_put_text(sql, " WHEN t.zkl_row IS NULL THEN o.");
    zkl_engine_put_name(sql, column);
    zkl_buffer_put_text(sql, " WHEN b.zkl_row IS NOT NULL AND NOT ");
    put_differ(sql, "o", "b", column);
    zkl_buffer_put_text(sql, " THEN t.");
    zkl_engine_put_name(sql, column);
    zkl_buffer_put_text(sql, " WHEN b.zkl_row IS NOT NULL AND NOT ");
    put_differ(sql, "t", "b", column);
    zkl_buffer_put_text(sql, " THEN o.");
    zkl_engine_put_name(sql, column);
    zkl_buffer_put_text(sql, preferred == MERGE_SECOND ? " ELSE t." : " ELSE o.");
    zkl_engine_put_name(sql, column);
    zkl_buffer_put_text(sql, " END AS ");
    zkl_engine_put_name(sql, column);
}

/* A row of the base that one side took out is gone, unless the other side changed it and is
 * preferred. */
static void put_rows_that_stay(zkl_buffer *sql, const transform_maker *m, const merge_plan *p)
{
    zkl_buffer_put_text(sql, " WHERE b.zkl_row IS NULL OR (o.zkl_row IS NOT NULL AND t.zkl_row IS "
                             "NOT NULL)");
    if (p->preferred == MERGE_NEITHER)
        return;
    const char *side = p->preferred == MERGE_FIRST ? "o" : "t";
    zkl_buffer_format(sql, " OR (%s.zkl_row IS NOT NULL AND ", side);
    put_row_differs(sql, m, p, side, "b");
    zkl_buffer_put_u8(sql, ')');
}

static void put_query(transform_maker *m, const merge_plan *p)
{
    const zkl_schema *schema = maker_schema_of(m, 0);
    zkl_buffer_put_text(&m->sql, "SELECT ");
    for (size_t i = 0; i < schema->column_count; i++) {
        zkl_buffer_put_text(&m->sql, i ? ", " : "");
        put_cell(&m->sql, schema->columns[i].name, p->preferred);
    }
    zkl_buffer_put(&m->sql, p->tables.data, p->tables.size);
    put_rows_that_stay(&m->sql, m, p);
    zkl_buffer_put_text(&m->sql, " ORDER BY o.zkl_row NULLS LAST, t.zkl_row");
}

/* ---- What stands against it. */

/* Keys that are null, or stand twice in one of the tables. */
static const char *misfits_of(transform_maker *m, const merge_plan *p)
{
    const zkl_schema *schema = maker_schema_of(m, 0);
    ZKL_AUTO_CLEAR(zkl_buffer) keys = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) nulls = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) sql = { 0 };
    for (size_t i = 0; i < schema->column_count; i++)
        if (p->is_key[i]) {
            zkl_buffer_put_text(&keys, keys.size ? ", " : "");
            zkl_engine_put_name(&keys, schema->columns[i].name);
            zkl_buffer_put_text(&nulls, nulls.size ? " OR " : "");
            zkl_engine_put_name(&nulls, schema->columns[i].name);
            zkl_buffer_put_text(&nulls, " IS NULL");
        }
    if (zkl_buffer_status(&keys, m->reader.err) != ZKL_OK ||
        zkl_buffer_status(&nulls, m->reader.err) != ZKL_OK)
        return NULL;
    for (int i = 0; i < 3; i++)
        zkl_buffer_format(&sql,
                          "%s(SELECT count(*) FROM (SELECT 1 FROM s%d GROUP BY %.*s HAVING "
                          "count(*) > 1)) + (SELECT count(*) FROM s%d WHERE %.*s)",
                          i ? " + " : "SELECT ", i, (int)keys.size, (const char *)keys.data, i,
                          (int)nulls.size, (const char *)nulls.data);
    return maker_keep(m, &sql, m->reader.err);
}

/* "'age, '" where both changed the cell, and not alike; else nothing. */
static void put_cell_conflict(zkl_buffer *sql, zkl_bytes column)
{
    zkl_buffer_put_text(sql, ", CASE WHEN ");
    put_differ(sql, "o", "t", column);
    zkl_buffer_put_text(sql, " AND (b.zkl_row IS NULL OR (");
    put_differ(sql, "o", "b", column);
    zkl_buffer_put_text(sql, " AND ");
    put_differ(sql, "t", "b", column);
    zkl_buffer_put_text(sql, ")) THEN ");
    zkl_engine_put_text(sql, column);
    zkl_buffer_put_text(sql, " END");
}

/* A table of conflicts: the key in words, and what is in conflict. */
static void put_conflicts(zkl_buffer *sql, const transform_maker *m, const merge_plan *p)
{
    const zkl_schema *schema = maker_schema_of(m, 0);
    zkl_buffer_put_text(sql, "(SELECT concat_ws(', '");
    for (size_t i = 0; i < schema->column_count; i++)
        if (p->is_key[i]) {
            zkl_buffer_put_text(sql, ", coalesce(o.");
            zkl_engine_put_name(sql, schema->columns[i].name);
            zkl_buffer_put_text(sql, ", t.");
            zkl_engine_put_name(sql, schema->columns[i].name);
            zkl_buffer_put_u8(sql, ')');
        }
    zkl_buffer_put_text(sql, ") AS zkl_key, CASE WHEN o.zkl_row IS NULL THEN CASE WHEN "
                             "b.zkl_row IS NOT NULL AND ");
    put_row_differs(sql, m, p, "t", "b");
    zkl_buffer_put_text(sql, " THEN 'taken out by the first' END WHEN t.zkl_row IS NULL THEN CASE "
                             "WHEN b.zkl_row IS NOT NULL AND ");
    put_row_differs(sql, m, p, "o", "b");
    zkl_buffer_put_text(sql, " THEN 'taken out by the second' END ELSE concat_ws(', '");
    for (size_t i = 0; i < schema->column_count; i++)
        if (!p->is_key[i])
            put_cell_conflict(sql, schema->columns[i].name);
    zkl_buffer_put_text(sql, ") END AS zkl_what, coalesce(o.zkl_row, t.zkl_row) AS zkl_at");
    zkl_buffer_put(sql, p->tables.data, p->tables.size);
    zkl_buffer_put_text(sql, ")");
}

static zkl_status find_conflicts(transform_maker *m, const merge_plan *p)
{
    ZKL_AUTO_CLEAR(zkl_buffer) table = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) count = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) names = { 0 };
    put_conflicts(&table, m, p);
    ZKL_TRY(zkl_buffer_status(&table, m->reader.err));
    zkl_buffer_format(&count, "SELECT count(*) FROM %.*s WHERE zkl_what <> ''", (int)table.size,
                      (const char *)table.data);
    zkl_buffer_format(&names,
                      "SELECT string_agg(zkl_key || ' (' || zkl_what || ')', '; ') FROM (SELECT * "
                      "FROM %.*s WHERE zkl_what <> '' ORDER BY zkl_at LIMIT %d)",
                      (int)table.size, (const char *)table.data, CONFLICTS_NAMED);
    m->plan->conflicts = maker_keep(m, &count, m->reader.err);
    m->plan->conflict_names = maker_keep(m, &names, m->reader.err);
    return m->plan->conflicts && m->plan->conflict_names ? ZKL_OK : ZKL_NO_MEMORY;
}

/* ---- What can be proven: that no key stands twice. */
static zkl_status claim_keys(transform_maker *m, const merge_plan *p)
{
    const zkl_schema *schema = maker_schema_of(m, 0);
    const char *between = "unique(";
    for (size_t i = 0; i < schema->column_count; i++)
        if (p->is_key[i]) {
            zkl_buffer_put_text(&m->claim, between);
            zkl_claim_put_text(&m->claim, schema->columns[i].name);
            between = ", ";
        }
    zkl_buffer_put_u8(&m->claim, ')');
    return maker_end_own(m);
}

zkl_status transform_make_merge(transform_maker *m)
{
    ZKL_AUTO_CLEAR(merge_plan) p = { 0 };
    ZKL_TRY(read_merge(&p, m));
    ZKL_TRY(check_schemas(m));
    put_tables(&p, m);
    ZKL_TRY(zkl_buffer_status(&p.tables, m->reader.err));
    put_query(m, &p);
    m->plan->misfits = misfits_of(m, &p);
    if (!m->plan->misfits)
        return ZKL_NO_MEMORY;
    m->plan->misfit_kind = TRANSFORM_MISFIT_KEYS;
    if (p.preferred == MERGE_NEITHER)
        ZKL_TRY(find_conflicts(m, &p));
    m->plan->recorded = "that its rows and cells are those of the two lines";
    ZKL_TRY(claim_keys(m, &p));
    return maker_add_types(m, 0, NULL, NULL);
}
