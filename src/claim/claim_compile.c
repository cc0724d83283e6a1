/* What the kinds share when they compile: columns found in a schema, and the sources and
 * parameters of assertions. docs/proof-system.md section 8, section 9 for the numbers of
 * columns. */
#include "claim/claim_kind.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/ids.h"

static const zkl_exact field_order = { .words = ZKL_FR_ORDER_WORDS };

/* A negative number v stands as r + v. Both are below r in magnitude: the callers bound what
 * they compute. */
void zkl_claim_scalar(zkl_scalar *out, const zkl_exact *value)
{
    zkl_exact reduced = *value;
    if (value->negative)
        ZKL_ASSERT(zkl_exact_add(&reduced, value, &field_order) && !reduced.negative);
    ZKL_ASSERT(zkl_exact_compare(&reduced, &field_order) < 0);
    zkl_exact_to_bytes(out->bytes, &reduced);
}

/* 2^(16 limbs) - 1: what range leaves alone allow. The type's own last code may be smaller. */
zkl_code zkl_claim_last_code(const zkl_type *type)
{
    const unsigned bits = 16 * zkl_type_limbs(type);
    return bits == 128 ? ~(zkl_code)0 : ((zkl_code)1 << bits) - 1;
}

/* ---- Columns of the schema */

/* Of the first dataset, which most kinds speak of alone. */
const zkl_column *zkl_claim_schema_column(const zkl_claim_scope *scope, uint32_t column)
{
    ZKL_ASSERT(column < scope->datasets[0].schema->column_count);
    return &scope->datasets[0].schema->columns[column];
}

/* Names are compared by bytes; a schema has none twice. */
zkl_status zkl_claim_find_column(const zkl_claim_maker *m, const zkl_claim_column *column,
                                 uint32_t *out)
{
    ZKL_ASSERT(column->dataset < m->scope->dataset_count);
    const zkl_schema *schema = m->scope->datasets[column->dataset].schema;
    for (size_t i = 0; i < schema->column_count; i++)
        if (zkl_bytes_equal(schema->columns[i].name, column->name)) {
            *out = (uint32_t)i;
            return ZKL_OK;
        }
    return zkl_fail(m->err, ZKL_NOT_FOUND, "there is no column '%.*s'",
                    (int)(column->name.size < 200 ? column->name.size : 200),
                    (const char *)column->name.data);
}

static int compare_u32(const void *a, const void *b)
{
    const uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* The schema's order is the canonical one where a claim's own order says nothing. */
zkl_status zkl_claim_sort_columns(const zkl_claim_maker *m, uint32_t *columns, size_t count)
{
    qsort(columns, count, sizeof *columns, compare_u32);
    for (size_t i = 1; i < count; i++)
        if (columns[i - 1] == columns[i])
            return zkl_claim_fail_column(m, ZKL_USAGE, columns[i], "named twice");
    return ZKL_OK;
}

/* The type is part of the message: most faults are a type that the caller did not expect. */
zkl_status zkl_claim_fail_column(const zkl_claim_maker *m, zkl_status status, uint32_t column,
                                 const char *what)
{
    ZKL_AUTO_CLEAR(zkl_buffer) type = { 0 };
    const zkl_column *c = zkl_claim_schema_column(m->scope, column);
    if (c->type.kind == ZKL_TYPE_DICTIONARY) /* its root says nothing to people */
        zkl_buffer_put_text(&type, "text");
    else
        zkl_type_format(&type, &c->type);
    return zkl_fail(m->err, status, "column '%.*s' is %.*s: %s",
                    (int)(c->name.size < 200 ? c->name.size : 200), (const char *)c->name.data,
                    (int)type.size, type.data ? (const char *)type.data : "", what);
}

/* The literal is cut before it is quoted: it may be long. */
zkl_status zkl_claim_read_bound(const zkl_claim_maker *m, zkl_bound *out, zkl_bytes *literal,
                                uint32_t column)
{
    const char *reason = "";
    const zkl_type *type = &zkl_claim_schema_column(m->scope, column)->type;
    if (zkl_bound_parse(out, type, *literal, &reason)) {
        reason = "outside the type";
        if (out->has_least && out->has_greatest) {
            const char *copy = zkl_arena_text(m->arena, out->text, out->text_size);
            *literal = zkl_bytes_of(copy, out->text_size);
            return copy ? ZKL_OK : zkl_no_memory(m->err, out->text_size);
        }
    }
    char what[240];
    snprintf(what, sizeof what, "'%.*s' is %s", (int)(literal->size < 100 ? literal->size : 100),
             (const char *)literal->data, reason);
    return zkl_claim_fail_column(m, ZKL_USAGE, column, what);
}

/* ---- Assertions */

/* Most assertions have one source; a kind with more replaces the list. */
zkl_status zkl_claim_add_assertion(zkl_claim_assertion **out, const zkl_claim_maker *m,
                                   zkl_compiled_claim *claim, zkl_assertion_kind kind,
                                   size_t param_count)
{
    ZKL_ASSERT(claim->assertion_count < ZKL_CLAIM_ASSERTIONS_MAX);
    zkl_claim_assertion made = { .kind = kind, .param_count = param_count, .source_count = 1 };
    made.sources = ZKL_ARENA_NEW(m->arena, zkl_claim_source, 1);
    made.params = ZKL_ARENA_NEW(m->arena, zkl_scalar, param_count);
    if (!made.sources || !made.params)
        return zkl_no_memory(m->err, sizeof *made.sources + param_count * sizeof *made.params);
    made.sources[0] =
        (zkl_claim_source){ .first_row = claim->first_row, .row_count = claim->row_count };
    *out = &claim->assertions[claim->assertion_count++];
    **out = made;
    return ZKL_OK;
}

/* The number of a column counts the flags before it (section 9): a nullable column takes two
 * numbers. */
static uint32_t number_of(const zkl_schema *schema, uint32_t column)
{
    uint32_t number = column;
    for (uint32_t i = 0; i < column; i++)
        number += schema->columns[i].nullable;
    return number;
}

/* "3", "3?" for a bool, one more "?" for the flag, which has the next number and one limb. */
static bool put_role(const zkl_claim_maker *m, zkl_claim_source *source, uint32_t column,
                     uint32_t number, bool is_flag)
{
    const zkl_type *type = &m->scope->datasets[source->dataset].schema->columns[column].type;
    const char *role = zkl_arena_format(m->arena, "%u%s%s", number,
                                        type->kind == ZKL_TYPE_BOOL ? "?" : "", is_flag ? "?" : "");
    if (!role)
        return false;
    source->columns[source->column_count++] =
        (zkl_statement_column){ .role = zkl_bytes_of_text(role),
                                .index = number + is_flag,
                                .limb_count = is_flag ? 1 : zkl_type_limbs(type) };
    return true;
}

/* Numbers are counted while going through the schema once: the cost is its length, not its
 * square. */
zkl_status zkl_claim_put_numbered(const zkl_claim_maker *m, zkl_claim_source *source,
                                  const uint32_t *columns, size_t count)
{
    const zkl_schema *schema = m->scope->datasets[source->dataset].schema;
    source->columns = ZKL_ARENA_NEW(m->arena, zkl_statement_column, 2 * count);
    bool made = source->columns != NULL;
    uint32_t number = 0, next = 0;
    for (size_t i = 0; made && i < count; i++) {
        ZKL_ASSERT(columns[i] < schema->column_count && columns[i] >= next);
        for (; next < columns[i]; next++)
            number += 1u + schema->columns[next].nullable;
        made = put_role(m, source, columns[i], number, false);
        if (made && schema->columns[columns[i]].nullable)
            made = put_role(m, source, columns[i], number, true);
    }
    return made ? ZKL_OK : zkl_no_memory(m->err, 2 * count * sizeof *source->columns);
}

zkl_status zkl_claim_put_named(const zkl_claim_maker *m, zkl_claim_source *source, uint32_t column)
{
    const zkl_schema *schema = m->scope->datasets[source->dataset].schema;
    ZKL_ASSERT(column < schema->column_count && !source->column_count);
    const zkl_column *c = &schema->columns[column];
    const uint32_t number = number_of(schema, column);
    source->columns = ZKL_ARENA_NEW(m->arena, zkl_statement_column, 2);
    if (!source->columns)
        return zkl_no_memory(m->err, 2 * sizeof *source->columns);
    source->columns[source->column_count++] =
        (zkl_statement_column){ zkl_bytes_of_text("x"), number, zkl_type_limbs(&c->type) };
    if (c->nullable)
        source->columns[source->column_count++] =
            (zkl_statement_column){ zkl_bytes_of_text("x?"), number + 1, 1 };
    return ZKL_OK;
}

/* 1 * flag = 0 in every row: c = 0, one weight of 1. */
zkl_status zkl_claim_refuse_nulls(const zkl_claim_maker *m, zkl_compiled_claim *claim,
                                  uint32_t column)
{
    zkl_claim_assertion *flag = NULL;
    ZKL_ASSERT(zkl_claim_schema_column(m->scope, column)->nullable);
    ZKL_TRY(zkl_claim_add_assertion(&flag, m, claim, ZKL_ASSERTION_LINEAR, 2));
    zkl_claim_source *source = &flag->sources[0];
    source->columns = ZKL_ARENA_NEW(m->arena, zkl_statement_column, 1);
    if (!source->columns ||
        !put_role(m, source, column, number_of(m->scope->datasets[0].schema, column), true))
        return zkl_no_memory(m->err, sizeof *source->columns);
    flag->params[1].bytes[31] = 1;
    return ZKL_OK;
}
