/* Plans in the making: what operations read and write alike. */
#include "service/transform_maker.h"

#include <stdio.h>
#include <string.h>

const char *transform_sql_type(char out[static TRANSFORM_SQL_TYPE_BYTES], const zkl_type *type)
{
    static const char *const names[ZKL_TYPE_COUNT] = {
        [ZKL_TYPE_BOOL] = "BOOLEAN",       [ZKL_TYPE_INT16] = "SMALLINT",
        [ZKL_TYPE_INT32] = "INTEGER",      [ZKL_TYPE_INT64] = "BIGINT",
        [ZKL_TYPE_UINT16] = "USMALLINT",   [ZKL_TYPE_UINT32] = "UINTEGER",
        [ZKL_TYPE_UINT64] = "UBIGINT",     [ZKL_TYPE_FLOAT32] = "FLOAT",
        [ZKL_TYPE_FLOAT64] = "DOUBLE",     [ZKL_TYPE_DATE] = "DATE",
        [ZKL_TYPE_TIME] = "TIME",          [ZKL_TYPE_TIMESTAMP] = "TIMESTAMP",
        [ZKL_TYPE_STRING16] = "VARCHAR",   [ZKL_TYPE_STRING32] = "VARCHAR",
        [ZKL_TYPE_BINARY16] = "BLOB",      [ZKL_TYPE_BINARY32] = "BLOB",
        [ZKL_TYPE_DICTIONARY] = "VARCHAR",
    };
    if (type->kind == ZKL_TYPE_DECIMAL)
        snprintf(out, TRANSFORM_SQL_TYPE_BYTES, "DECIMAL(%u,%u)", type->precision, type->scale);
    else
        snprintf(out, TRANSFORM_SQL_TYPE_BYTES, "%s", names[type->kind]);
    return out;
}

void transform_maker_clear(transform_maker *m)
{
    zkl_buffer_clear(&m->sql);
    zkl_buffer_clear(&m->claim);
}

/* ---- Writing */

const char *maker_keep(transform_maker *m, zkl_buffer *text, zkl_error *err)
{
    if (zkl_buffer_status(text, err) != ZKL_OK)
        return NULL;
    const char *copy = zkl_arena_text(&m->plan->memory, (const char *)text->data, text->size);
    if (!copy)
        (void)zkl_no_memory(err, text->size); /* said by the caller */
    zkl_buffer_clear(text);
    *text = (zkl_buffer){ 0 };
    return copy;
}

/* The claim that was written is one of the plan's. */
zkl_status maker_end_claim(transform_maker *m)
{
    transform_plan *p = m->plan;
    ZKL_ASSERT(p->claim_count < TRANSFORM_CLAIMS_MAX);
    const char *text = maker_keep(m, &m->claim, m->reader.err);
    if (!text)
        return ZKL_NO_MEMORY;
    p->claims[p->claim_count++] = text;
    return ZKL_OK;
}

void maker_put_source_claim(transform_maker *m, const char *word)
{
    zkl_buffer_format(&m->claim, "%s(%s)", word, m->plan->sources[0].reference);
}

/* A claim about a source, whose text is m->claim up to the result's name. */
zkl_status maker_end_back(transform_maker *m, size_t source, const char *after)
{
    transform_plan *p = m->plan;
    ZKL_ASSERT(p->back_count < TRANSFORM_BACKS_MAX && source < p->source_count);
    const char *before = maker_keep(m, &m->claim, m->reader.err);
    if (!before || !after)
        return ZKL_NO_MEMORY;
    p->backs[p->back_count++] =
        (transform_back){ .source = source, .before = before, .after = after };
    return ZKL_OK;
}

zkl_status maker_end_own(transform_maker *m)
{
    transform_plan *p = m->plan;
    ZKL_ASSERT(p->own_count < TRANSFORM_OWN_MAX);
    const char *text = maker_keep(m, &m->claim, m->reader.err);
    if (!text)
        return ZKL_NO_MEMORY;
    p->own_claims[p->own_count++] = text;
    return ZKL_OK;
}

zkl_status maker_end_pair(transform_maker *m, size_t source, size_t other)
{
    ZKL_ASSERT(other < m->plan->source_count);
    ZKL_TRY(maker_end_back(m, source, ""));
    transform_back *back = &m->plan->backs[m->plan->back_count - 1];
    back->is_of_sources = true;
    back->other = other;
    return ZKL_OK;
}

const zkl_schema *maker_schema_of(const transform_maker *m, size_t source)
{
    return m->plan->sources[source].schema;
}

/* All columns of a source, by name. */
void maker_put_columns(zkl_buffer *sql, const zkl_schema *schema, const char *table)
{
    for (size_t i = 0; i < schema->column_count; i++) {
        zkl_buffer_format(sql, "%s%s.", i ? ", " : "", table);
        zkl_engine_put_name(sql, schema->columns[i].name);
    }
}

/* "SELECT all columns FROM s0" */
void maker_put_all(transform_maker *m)
{
    zkl_buffer_put_text(&m->sql, "SELECT ");
    maker_put_columns(&m->sql, maker_schema_of(m, 0), "s0");
    zkl_buffer_put_text(&m->sql, " FROM s0");
}

zkl_status maker_add_types_as(transform_maker *m, const zkl_types_source *one)
{
    transform_plan *p = m->plan;
    zkl_types_source *types = ZKL_ARENA_NEW(&p->memory, zkl_types_source, p->type_count + 1);
    if (!types)
        return zkl_no_memory(m->reader.err, sizeof *types);
    if (p->type_count)
        memcpy(types, p->types, p->type_count * sizeof *types);
    types[p->type_count++] = *one;
    p->types = types;
    return ZKL_OK;
}

zkl_status maker_add_types(transform_maker *m, size_t source, const char *column, const char *as)
{
    const zkl_types_source one = { m->plan->sources[source].reference, column, as, NULL };
    return maker_add_types_as(m, &one);
}

/* A column of the result that has no type of the sources'. */
zkl_status maker_add_more(transform_maker *m, zkl_bytes name)
{
    transform_plan *p = m->plan;
    const char **more = ZKL_ARENA_NEW(&p->memory, const char *, p->more_count + 1);
    const char *copy = zkl_arena_text(&p->memory, (const char *)name.data, name.size);
    if (!more || !copy)
        return zkl_no_memory(m->reader.err, name.size);
    if (p->more_count)
        memcpy(more, p->more, p->more_count * sizeof *more);
    more[p->more_count++] = copy;
    p->more = more;
    return ZKL_OK;
}

/* The column `as` of the result has the type of this one of the source. */
zkl_status maker_add_types_of(transform_maker *m, zkl_bytes column, zkl_bytes as)
{
    zkl_arena *memory = &m->plan->memory;
    const char *own = zkl_arena_text(memory, (const char *)column.data, column.size);
    const char *made = zkl_arena_text(memory, (const char *)as.data, as.size);
    if (!own || !made)
        return zkl_no_memory(m->reader.err, column.size + as.size);
    return maker_add_types(m, 0, own, made);
}

/* ---- Reading */

zkl_status maker_find_column(size_t *out, const transform_maker *m, size_t source, zkl_bytes name)
{
    const zkl_schema *schema = maker_schema_of(m, source);
    for (size_t i = 0; i < schema->column_count; i++)
        if (zkl_bytes_equal(schema->columns[i].name, name)) {
            *out = i;
            return ZKL_OK;
        }
    return zkl_fail(m->reader.err, ZKL_NOT_FOUND, "'%s' has no column '%.*s'",
                    m->plan->sources[source].reference, (int)(name.size < 200 ? name.size : 200),
                    (const char *)name.data);
}

/* A column of the first source. */
zkl_status maker_read_column(transform_maker *m, size_t *out)
{
    zkl_bytes name;
    ZKL_TRY(zkl_claim_read_name(&m->reader, &name));
    return maker_find_column(out, m, 0, name);
}

/* Nothing stands behind the operation. */
zkl_status maker_end_reading(transform_maker *m)
{
    return zkl_claim_peek(&m->reader) == 0
               ? ZKL_OK
               : zkl_claim_fail_at(&m->reader, m->reader.at, "nothing more expected");
}

/* The word, not as the beginning of a longer one. */
bool maker_accept_word(transform_maker *m, const char *word)
{
    zkl_claim_peek(&m->reader);
    const size_t start = m->reader.at;
    if (!zkl_claim_accept(&m->reader, word))
        return false;
    const uint8_t next =
        m->reader.at < m->reader.text.size ? m->reader.text.data[m->reader.at] : ' ';
    if (next == ' ' || next == '\t' || next == ',' || next == ':')
        return true;
    m->reader.at = start;
    return false;
}

/* What is left, without the blanks around it. */
zkl_bytes maker_rest_of(transform_maker *m)
{
    zkl_claim_peek(&m->reader);
    size_t end = m->reader.text.size;
    while (end > m->reader.at &&
           (m->reader.text.data[end - 1] == ' ' || m->reader.text.data[end - 1] == '\t'))
        end--;
    const zkl_bytes out = zkl_bytes_of(m->reader.text.data + m->reader.at, end - m->reader.at);
    m->reader.at = m->reader.text.size;
    return out;
}

/* ---- Columns of the first source */

zkl_status maker_choose_room(chosen_columns *out, transform_maker *m)
{
    const size_t most = maker_schema_of(m, 0)->column_count;
    *out = (chosen_columns){ ZKL_ARENA_NEW(&m->plan->memory, size_t, most),
                             ZKL_ARENA_NEW(&m->plan->memory, zkl_bytes, most), 0 };
    return out->at && out->names ? ZKL_OK : zkl_no_memory(m->reader.err, most * sizeof *out->names);
}

zkl_status maker_choose(chosen_columns *c, const transform_maker *m, size_t column, zkl_bytes name)
{
    for (size_t i = 0; i < c->count; i++) {
        if (c->at[i] == column)
            return zkl_fail(m->reader.err, ZKL_USAGE, "column '%.*s' stands there twice",
                            (int)maker_schema_of(m, 0)->columns[column].name.size,
                            (const char *)maker_schema_of(m, 0)->columns[column].name.data);
        if (zkl_bytes_equal(c->names[i], name))
            return zkl_fail(m->reader.err, ZKL_USAGE, "two columns would be called '%.*s'",
                            (int)(name.size < 200 ? name.size : 200), (const char *)name.data);
    }
    c->at[c->count] = column;
    c->names[c->count++] = name;
    return ZKL_OK;
}

/* "same(own names, source's names)", the types of each, and the query without its order. */
zkl_status maker_take_chosen(transform_maker *m, const chosen_columns *c)
{
    const zkl_schema *schema = maker_schema_of(m, 0);
    zkl_buffer_put_text(&m->claim, "same(");
    for (size_t i = 0; i < c->count; i++) {
        zkl_claim_put_text(&m->claim, c->names[i]);
        zkl_buffer_put_text(&m->claim, ", ");
    }
    zkl_buffer_put_text(&m->sql, "SELECT ");
    for (size_t i = 0; i < c->count; i++) {
        const zkl_bytes from = schema->columns[c->at[i]].name;
        zkl_buffer_format(&m->claim, "%s%s.", i ? ", " : "", m->plan->sources[0].reference);
        zkl_claim_put_text(&m->claim, from);
        zkl_buffer_put_text(&m->sql, i ? ", " : "");
        zkl_engine_put_name(&m->sql, from);
        zkl_buffer_put_text(&m->sql, " AS ");
        zkl_engine_put_name(&m->sql, c->names[i]);
        ZKL_TRY(maker_add_types_of(m, from, c->names[i]));
    }
    zkl_buffer_put_u8(&m->claim, ')');
    return maker_end_claim(m);
}

zkl_status maker_take_all(transform_maker *m)
{
    chosen_columns c;
    const zkl_schema *schema = maker_schema_of(m, 0);
    ZKL_TRY(maker_choose_room(&c, m));
    for (size_t i = 0; i < schema->column_count; i++)
        ZKL_TRY(maker_choose(&c, m, i, schema->columns[i].name));
    return maker_take_chosen(m, &c);
}

zkl_status maker_check_new(const transform_maker *m, zkl_bytes name)
{
    const zkl_schema *schema = maker_schema_of(m, 0);
    for (size_t i = 0; i < schema->column_count; i++)
        if (zkl_bytes_equal(schema->columns[i].name, name))
            return zkl_fail(m->reader.err, ZKL_USAGE, "there is a column '%.*s' already",
                            (int)(name.size < 200 ? name.size : 200), (const char *)name.data);
    return ZKL_OK;
}
