/* Each operation is a row of the table at the end: how many sources it takes, and the function that
 * makes its plan from what stands behind its word. Queries are written with names and texts in
 * quotes, so nothing that was read becomes SQL, but for the query of `sql` itself. */
#include "service/transform_ops.h"

#include <stdio.h>
#include <string.h>

#include "claim/assertion_pick.h"
#include "claim/claim_predicate.h"
#include "input/engine.h"

void transform_plan_clear(transform_plan *plan)
{
    zkl_arena_clear(&plan->memory);
    *plan = (transform_plan){ 0 };
}

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

/* A plan in the making, and the reader behind the operation's word. */
typedef struct maker {
    transform_plan *plan;
    zkl_claim_reader reader;
    zkl_buffer sql, claim;
} maker;

static void maker_clear(maker *m)
{
    zkl_buffer_clear(&m->sql);
    zkl_buffer_clear(&m->claim);
}

/* ---- Writing */

static const char *keep(maker *m, zkl_buffer *text, zkl_error *err)
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
static zkl_status end_claim(maker *m)
{
    transform_plan *p = m->plan;
    ZKL_ASSERT(p->claim_count < TRANSFORM_CLAIMS_MAX);
    const char *text = keep(m, &m->claim, m->reader.err);
    if (!text)
        return ZKL_NO_MEMORY;
    p->claims[p->claim_count++] = text;
    return ZKL_OK;
}

void transform_put_name(zkl_buffer *out, zkl_bytes name)
{
    zkl_buffer_put_u8(out, '"');
    for (size_t i = 0; i < name.size; i++) {
        if (name.data[i] == '"' || name.data[i] == '\\')
            zkl_buffer_put_u8(out, '\\');
        zkl_buffer_put_u8(out, name.data[i]);
    }
    zkl_buffer_put_u8(out, '"');
}

static void put_source_claim(maker *m, const char *word)
{
    zkl_buffer_format(&m->claim, "%s(%s)", word, m->plan->sources[0].reference);
}

/* A claim about a source, whose text is m->claim up to the result's name. */
static zkl_status end_back(maker *m, size_t source, const char *after)
{
    transform_plan *p = m->plan;
    ZKL_ASSERT(p->back_count < TRANSFORM_BACKS_MAX && source < p->source_count);
    const char *before = keep(m, &m->claim, m->reader.err);
    if (!before || !after)
        return ZKL_NO_MEMORY;
    p->backs[p->back_count++] = (transform_back){ source, before, after };
    return ZKL_OK;
}

static const zkl_schema *schema_of(const maker *m, size_t source)
{
    return m->plan->sources[source].schema;
}

/* All columns of a source, by name. */
static void put_columns(zkl_buffer *sql, const zkl_schema *schema, const char *table)
{
    for (size_t i = 0; i < schema->column_count; i++) {
        zkl_buffer_format(sql, "%s%s.", i ? ", " : "", table);
        zkl_engine_put_name(sql, schema->columns[i].name);
    }
}

/* "SELECT all columns FROM s0" */
static void put_all(maker *m)
{
    zkl_buffer_put_text(&m->sql, "SELECT ");
    put_columns(&m->sql, schema_of(m, 0), "s0");
    zkl_buffer_put_text(&m->sql, " FROM s0");
}

static zkl_status add_types_as(maker *m, const zkl_types_source *one)
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

static zkl_status add_types(maker *m, size_t source, const char *column, const char *as)
{
    const zkl_types_source one = { m->plan->sources[source].reference, column, as, NULL };
    return add_types_as(m, &one);
}

/* A column of the result that has no type of the sources'. */
static zkl_status add_more(maker *m, zkl_bytes name)
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
static zkl_status add_types_of(maker *m, zkl_bytes column, zkl_bytes as)
{
    zkl_arena *memory = &m->plan->memory;
    const char *own = zkl_arena_text(memory, (const char *)column.data, column.size);
    const char *made = zkl_arena_text(memory, (const char *)as.data, as.size);
    if (!own || !made)
        return zkl_no_memory(m->reader.err, column.size + as.size);
    return add_types(m, 0, own, made);
}

/* ---- Reading */

static zkl_status find_column(size_t *out, const maker *m, size_t source, zkl_bytes name)
{
    const zkl_schema *schema = schema_of(m, source);
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
static zkl_status read_column(maker *m, size_t *out)
{
    zkl_bytes name;
    ZKL_TRY(zkl_claim_read_name(&m->reader, &name));
    return find_column(out, m, 0, name);
}

/* Nothing stands behind the operation. */
static zkl_status end_reading(maker *m)
{
    return zkl_claim_peek(&m->reader) == 0
               ? ZKL_OK
               : zkl_claim_fail_at(&m->reader, m->reader.at, "nothing more expected");
}

/* The word, not as the beginning of a longer one. */
static bool accept_word(maker *m, const char *word)
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
static zkl_bytes rest_of(maker *m)
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

/* ---- Columns: select, drop, rename */

/* Which columns the result has, and what they are called. */
typedef struct chosen_columns {
    size_t *at;
    zkl_bytes *names;
    size_t count;
} chosen_columns;

static zkl_status choose_room(chosen_columns *out, maker *m)
{
    const size_t most = schema_of(m, 0)->column_count;
    *out = (chosen_columns){ ZKL_ARENA_NEW(&m->plan->memory, size_t, most),
                             ZKL_ARENA_NEW(&m->plan->memory, zkl_bytes, most), 0 };
    return out->at && out->names ? ZKL_OK : zkl_no_memory(m->reader.err, most * sizeof *out->names);
}

static zkl_status choose(chosen_columns *c, const maker *m, size_t column, zkl_bytes name)
{
    for (size_t i = 0; i < c->count; i++) {
        if (c->at[i] == column)
            return zkl_fail(m->reader.err, ZKL_USAGE, "column '%.*s' stands there twice",
                            (int)schema_of(m, 0)->columns[column].name.size,
                            (const char *)schema_of(m, 0)->columns[column].name.data);
        if (zkl_bytes_equal(c->names[i], name))
            return zkl_fail(m->reader.err, ZKL_USAGE, "two columns would be called '%.*s'",
                            (int)(name.size < 200 ? name.size : 200), (const char *)name.data);
    }
    c->at[c->count] = column;
    c->names[c->count++] = name;
    return ZKL_OK;
}

/* "same(own names, source's names)", the types of each, and the query without its order. */
static zkl_status take_chosen(maker *m, const chosen_columns *c)
{
    const zkl_schema *schema = schema_of(m, 0);
    zkl_buffer_put_text(&m->claim, "same(");
    for (size_t i = 0; i < c->count; i++) {
        transform_put_name(&m->claim, c->names[i]);
        zkl_buffer_put_text(&m->claim, ", ");
    }
    zkl_buffer_put_text(&m->sql, "SELECT ");
    for (size_t i = 0; i < c->count; i++) {
        const zkl_bytes from = schema->columns[c->at[i]].name;
        zkl_buffer_format(&m->claim, "%s%s.", i ? ", " : "", m->plan->sources[0].reference);
        transform_put_name(&m->claim, from);
        zkl_buffer_put_text(&m->sql, i ? ", " : "");
        zkl_engine_put_name(&m->sql, from);
        zkl_buffer_put_text(&m->sql, " AS ");
        zkl_engine_put_name(&m->sql, c->names[i]);
        ZKL_TRY(add_types_of(m, from, c->names[i]));
    }
    zkl_buffer_put_u8(&m->claim, ')');
    return end_claim(m);
}

static zkl_status end_columns(maker *m, const chosen_columns *c)
{
    ZKL_TRY(end_reading(m));
    ZKL_TRY(take_chosen(m, c));
    zkl_buffer_put_text(&m->sql, " FROM s0 ORDER BY zkl_row");
    return ZKL_OK;
}

static zkl_status make_select(maker *m)
{
    chosen_columns c;
    ZKL_TRY(choose_room(&c, m));
    do {
        size_t column = 0;
        ZKL_TRY(read_column(m, &column));
        zkl_bytes name = schema_of(m, 0)->columns[column].name;
        if (accept_word(m, "as"))
            ZKL_TRY(zkl_claim_read_name(&m->reader, &name));
        ZKL_TRY(choose(&c, m, column, name));
    } while (zkl_claim_accept(&m->reader, ","));
    return end_columns(m, &c);
}

static zkl_status make_drop(maker *m)
{
    chosen_columns c;
    const size_t count = schema_of(m, 0)->column_count;
    bool *gone = ZKL_ARENA_NEW(&m->plan->memory, bool, count);
    if (!gone)
        return zkl_no_memory(m->reader.err, count);
    ZKL_TRY(choose_room(&c, m));
    do {
        size_t column = 0;
        ZKL_TRY(read_column(m, &column));
        gone[column] = true;
    } while (zkl_claim_accept(&m->reader, ","));
    for (size_t i = 0; i < count; i++)
        if (!gone[i])
            ZKL_TRY(choose(&c, m, i, schema_of(m, 0)->columns[i].name));
    return c.count ? end_columns(m, &c)
                   : zkl_fail(m->reader.err, ZKL_USAGE, "no column would be left");
}

static zkl_status make_rename(maker *m)
{
    chosen_columns c;
    const zkl_schema *schema = schema_of(m, 0);
    zkl_bytes *names = ZKL_ARENA_NEW(&m->plan->memory, zkl_bytes, schema->column_count);
    if (!names)
        return zkl_no_memory(m->reader.err, schema->column_count * sizeof *names);
    for (size_t i = 0; i < schema->column_count; i++)
        names[i] = schema->columns[i].name;
    ZKL_TRY(choose_room(&c, m));
    do {
        size_t column = 0;
        ZKL_TRY(read_column(m, &column));
        if (!accept_word(m, "as"))
            return zkl_claim_fail_at(&m->reader, m->reader.at, "'as' expected");
        ZKL_TRY(zkl_claim_read_name(&m->reader, &names[column]));
    } while (zkl_claim_accept(&m->reader, ","));
    for (size_t i = 0; i < schema->column_count; i++)
        ZKL_TRY(choose(&c, m, i, names[i]));
    return end_columns(m, &c);
}

/* ---- Types: cast */

/* "pay to decimal(9,2)", or with "as paid" beside the column and not in its place. */
typedef struct cast_item {
    size_t column;
    zkl_type type;
    char sql[TRANSFORM_SQL_TYPE_BYTES];
    const char *name, *as, *type_text;
    bool is_beside;
} cast_item;

typedef struct cast_list {
    cast_item items[TRANSFORM_CLAIMS_MAX - 1];
    size_t count;
} cast_list;

/* "int64", "decimal(9, 2)" */
static zkl_status read_type(maker *m, cast_item *out)
{
    zkl_bytes word;
    uint64_t precision, scale;
    zkl_claim_peek(&m->reader);
    const size_t start = m->reader.at;
    ZKL_TRY(zkl_claim_read_name(&m->reader, &word));
    out->type_text = zkl_arena_text(&m->plan->memory, (const char *)word.data, word.size);
    if (zkl_bytes_equal_text(word, "decimal") && zkl_claim_accept(&m->reader, "(")) {
        ZKL_TRY(zkl_claim_read_count(&m->reader, &precision));
        ZKL_TRY(zkl_claim_expect(&m->reader, ","));
        ZKL_TRY(zkl_claim_read_count(&m->reader, &scale));
        ZKL_TRY(zkl_claim_expect(&m->reader, ")"));
        out->type_text = zkl_arena_format(&m->plan->memory, "decimal(%llu,%llu)",
                                          (unsigned long long)precision, (unsigned long long)scale);
    }
    if (!out->type_text)
        return zkl_no_memory(m->reader.err, word.size);
    if (!zkl_type_parse(&out->type, zkl_bytes_of_text(out->type_text)) ||
        !zkl_type_is_number(&out->type))
        return zkl_claim_fail_at(&m->reader, start,
                                 "int16, int32, int64, uint16, uint32, uint64 or decimal(p,s) "
                                 "expected");
    (void)transform_sql_type(out->sql, &out->type);
    return ZKL_OK;
}

/* No two columns of the result have one name. */
static zkl_status check_cast_name(const maker *m, const cast_list *list, const cast_item *item)
{
    const zkl_schema *schema = schema_of(m, 0);
    bool taken = false;
    for (size_t i = 0; i < schema->column_count && item->is_beside; i++)
        taken |= zkl_bytes_equal_text(schema->columns[i].name, item->as);
    for (size_t i = 0; i < list->count; i++)
        taken |= strcmp(list->items[i].as, item->as) == 0;
    return taken ? zkl_fail(m->reader.err, ZKL_USAGE, "two columns would be called '%.200s'",
                            item->as)
                 : ZKL_OK;
}

static zkl_status read_cast(maker *m, cast_list *list)
{
    zkl_bytes as;
    if (list->count == ZKL_COUNT(list->items))
        return zkl_fail(m->reader.err, ZKL_LIMIT, "more than %zu columns are cast", list->count);
    cast_item item = { 0 };
    ZKL_TRY(read_column(m, &item.column));
    const zkl_column *column = &schema_of(m, 0)->columns[item.column];
    if (!zkl_type_is_number(&column->type))
        return zkl_fail(m->reader.err, ZKL_NOT_SUPPORTED,
                        "column '%.*s' holds no integers or decimals",
                        (int)(column->name.size < 200 ? column->name.size : 200),
                        (const char *)column->name.data);
    if (!accept_word(m, "to"))
        return zkl_claim_fail_at(&m->reader, m->reader.at, "'to' expected, and a type");
    ZKL_TRY(read_type(m, &item));
    as = column->name;
    item.is_beside = accept_word(m, "as");
    if (item.is_beside)
        ZKL_TRY(zkl_claim_read_name(&m->reader, &as));
    item.name =
        zkl_arena_text(&m->plan->memory, (const char *)column->name.data, column->name.size);
    item.as = zkl_arena_text(&m->plan->memory, (const char *)as.data, as.size);
    if (!item.name || !item.as)
        return zkl_no_memory(m->reader.err, as.size);
    ZKL_TRY(check_cast_name(m, list, &item));
    list->items[list->count++] = item;
    return ZKL_OK;
}

/* The column under its new type: the query, and what is proven of it. Where the old one stands
 * beside it each value is compared; else the two lie in two tables, and their sums are. */
static zkl_status put_cast(maker *m, const cast_item *item)
{
    const zkl_bytes name = zkl_bytes_of_text(item->name), as = zkl_bytes_of_text(item->as);
    const zkl_types_source type = { m->plan->sources[0].reference, item->name, item->as,
                                    item->type_text };
    zkl_buffer_put_text(&m->sql, "CAST(");
    zkl_engine_put_name(&m->sql, name);
    zkl_buffer_format(&m->sql, " AS %s) AS ", item->sql);
    zkl_engine_put_name(&m->sql, as);
    zkl_buffer_put_text(&m->claim, item->is_beside ? "linear(" : "balance(");
    transform_put_name(&m->claim, as);
    zkl_buffer_put_text(&m->claim, " = ");
    if (!item->is_beside)
        zkl_buffer_format(&m->claim, "%s.", m->plan->sources[0].reference);
    transform_put_name(&m->claim, name);
    zkl_buffer_put_u8(&m->claim, ')');
    if (!item->is_beside)
        m->plan->recorded = "of a column that was cast in its place: that each value is the one "
                            "that stood there; their sums are equal, which is proven";
    ZKL_TRY(add_types_as(m, &type));
    return end_claim(m);
}

/* A value fits when it comes back as it was: casting rounds. */
static zkl_status put_misfits(maker *m, const cast_list *list)
{
    ZKL_AUTO_CLEAR(zkl_buffer) sql = { 0 };
    char own[TRANSFORM_SQL_TYPE_BYTES];
    zkl_buffer_put_text(&sql, "SELECT count(*) FROM s0 WHERE");
    for (size_t i = 0; i < list->count; i++) {
        const cast_item *item = &list->items[i];
        const zkl_column *column = &schema_of(m, 0)->columns[item->column];
        zkl_buffer_format(&sql, "%s TRY_CAST(TRY_CAST(", i ? " OR" : "");
        zkl_engine_put_name(&sql, column->name);
        zkl_buffer_format(&sql, " AS %s) AS %s) IS DISTINCT FROM ", item->sql,
                          transform_sql_type(own, &column->type));
        zkl_engine_put_name(&sql, column->name);
    }
    m->plan->misfits = keep(m, &sql, m->reader.err);
    return m->plan->misfits ? ZKL_OK : ZKL_NO_MEMORY;
}

/* All columns in their order, then those that stand beside theirs. */
static zkl_status put_casts(maker *m, const cast_list *list)
{
    const zkl_schema *schema = schema_of(m, 0);
    for (size_t i = 0; i < schema->column_count; i++) {
        const cast_item *item = NULL;
        for (size_t k = 0; k < list->count; k++)
            if (list->items[k].column == i && !list->items[k].is_beside)
                item = &list->items[k];
        zkl_buffer_put_text(&m->sql, i ? ", " : "SELECT ");
        if (item)
            ZKL_TRY(put_cast(m, item));
        else
            zkl_engine_put_name(&m->sql, schema->columns[i].name);
    }
    for (size_t k = 0; k < list->count; k++)
        if (list->items[k].is_beside) {
            zkl_buffer_put_text(&m->sql, ", ");
            ZKL_TRY(put_cast(m, &list->items[k]));
        }
    zkl_buffer_put_text(&m->sql, " FROM s0 ORDER BY zkl_row");
    return ZKL_OK;
}

static zkl_status make_cast(maker *m)
{
    const zkl_schema *schema = schema_of(m, 0);
    cast_list list = { 0 };
    chosen_columns stay;
    ZKL_TRY(choose_room(&stay, m));
    do {
        ZKL_TRY(read_cast(m, &list));
    } while (zkl_claim_accept(&m->reader, ","));
    ZKL_TRY(end_reading(m));
    for (size_t i = 0; i < schema->column_count; i++) {
        bool is_cast = false;
        for (size_t k = 0; k < list.count; k++)
            is_cast |= list.items[k].column == i && !list.items[k].is_beside;
        if (!is_cast)
            ZKL_TRY(choose(&stay, m, i, schema->columns[i].name));
    }
    if (stay.count) {
        ZKL_TRY(take_chosen(m, &stay));
        zkl_buffer_clear(&m->sql); /* without those between them */
        m->sql = (zkl_buffer){ 0 };
    }
    ZKL_TRY(put_misfits(m, &list));
    return put_casts(m, &list);
}

/* "add t = 2*a + b": what stands behind '=' is a sum of columns with weights, and numbers. */
static zkl_status make_add(maker *m)
{
    chosen_columns c;
    zkl_bytes name;
    bool minus = false, first = true;
    const zkl_schema *schema = schema_of(m, 0);
    ZKL_TRY(choose_room(&c, m));
    for (size_t i = 0; i < schema->column_count; i++)
        ZKL_TRY(choose(&c, m, i, schema->columns[i].name));
    ZKL_TRY(take_chosen(m, &c));
    ZKL_TRY(zkl_claim_read_name(&m->reader, &name));
    for (size_t i = 0; i < c.count; i++)
        if (zkl_bytes_equal(c.names[i], name))
            return zkl_fail(m->reader.err, ZKL_USAGE, "there is a column '%.*s' already",
                            (int)(name.size < 200 ? name.size : 200), (const char *)name.data);
    ZKL_TRY(add_more(m, name));
    ZKL_TRY(zkl_claim_expect(&m->reader, "="));
    zkl_buffer_put_text(&m->claim, "linear(");
    transform_put_name(&m->claim, name);
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
            ZKL_TRY(read_column(m, &column));
            transform_put_name(&m->claim, schema->columns[column].name);
            zkl_engine_put_name(&m->sql, schema->columns[column].name);
        }
        minus = zkl_claim_accept(&m->reader, "-");
    } while (minus || zkl_claim_accept(&m->reader, "+"));
    ZKL_TRY(end_reading(m));
    zkl_buffer_put_u8(&m->claim, ')');
    zkl_buffer_put_text(&m->sql, " AS ");
    zkl_engine_put_name(&m->sql, name);
    zkl_buffer_put_text(&m->sql, " FROM s0 ORDER BY zkl_row");
    return end_claim(m);
}

/* ---- Rows: filter, sort, shuffle, slice, sample, dedup, concat, append */

static zkl_status make_filter(maker *m)
{
    zkl_said_predicate predicate;
    zkl_claim claim = { 0 };
    zkl_claim_peek(&m->reader);
    const size_t start = m->reader.at;
    ZKL_TRY(zkl_said_predicate_read(&m->reader, &predicate, &claim));
    const size_t end = m->reader.at;
    ZKL_TRY(end_reading(m));
    for (size_t i = 0; i < claim.column_count; i++) {
        size_t column = 0;
        ZKL_TRY(find_column(&column, m, 0, claim.columns[i].name));
    }
    put_all(m);
    zkl_buffer_put_text(&m->sql, " WHERE ");
    zkl_said_predicate_sql(&m->sql, &predicate);
    zkl_buffer_put_text(&m->sql, " ORDER BY zkl_row");
    zkl_buffer_format(&m->claim, "filter(%s, where %.*s)", m->plan->sources[0].reference,
                      (int)(end - start), (const char *)m->reader.text.data + start);
    ZKL_TRY(end_claim(m));
    return add_types(m, 0, NULL, NULL);
}

/* All rows, in another order. */
static zkl_status end_order(maker *m)
{
    put_source_claim(m, "split");
    ZKL_TRY(end_claim(m));
    return add_types(m, 0, NULL, NULL);
}

/* Rows with the same keys keep their order. Nulls are last, and first when the order falls. */
static zkl_status make_sort(maker *m)
{
    const zkl_schema *schema = schema_of(m, 0);
    size_t *columns = ZKL_ARENA_NEW(&m->plan->memory, size_t, schema->column_count), count = 0;
    if (!columns)
        return zkl_no_memory(m->reader.err, schema->column_count * sizeof *columns);
    do {
        if (count == schema->column_count)
            return zkl_claim_fail_at(&m->reader, m->reader.at, "more columns than there are");
        ZKL_TRY(read_column(m, &columns[count++]));
    } while (zkl_claim_accept(&m->reader, ","));
    const bool falls = accept_word(m, "desc");
    ZKL_TRY(end_reading(m));
    put_all(m);
    zkl_buffer_put_text(&m->sql, " ORDER BY ");
    zkl_buffer_put_text(&m->claim, "sorted(");
    for (size_t i = 0; i < count; i++) {
        zkl_engine_put_name(&m->sql, schema->columns[columns[i]].name);
        zkl_buffer_put_text(&m->sql, falls ? " DESC NULLS FIRST, " : " ASC NULLS LAST, ");
        zkl_buffer_put_text(&m->claim, i ? ", " : "");
        transform_put_name(&m->claim, schema->columns[columns[i]].name);
    }
    zkl_buffer_put_text(&m->sql, "zkl_row");
    zkl_buffer_put_text(&m->claim, falls ? ", order=falling)" : ")");
    ZKL_TRY(end_claim(m));
    return end_order(m);
}

/* By a hash of seed and row: which order it is, is recorded. */
static zkl_status make_shuffle(maker *m)
{
    ZKL_TRY(end_reading(m));
    put_all(m);
    zkl_buffer_format(&m->sql, " ORDER BY md5('%s:' || zkl_row), zkl_row", m->plan->seed);
    m->plan->uses_seed = true;
    m->plan->recorded = "that the order follows from the seed";
    return end_order(m);
}

static zkl_status make_slice(maker *m)
{
    uint64_t first, last;
    ZKL_TRY(zkl_claim_read_count(&m->reader, &first));
    ZKL_TRY(zkl_claim_expect(&m->reader, ".."));
    ZKL_TRY(zkl_claim_read_count(&m->reader, &last));
    ZKL_TRY(end_reading(m));
    if (first > last || (!m->plan->is_trial && last >= m->plan->sources[0].row_count))
        return zkl_fail(m->reader.err, ZKL_USAGE, "rows %llu..%llu: '%s' has rows 0..%llu",
                        (unsigned long long)first, (unsigned long long)last,
                        m->plan->sources[0].reference,
                        (unsigned long long)m->plan->sources[0].row_count - 1);
    put_all(m);
    zkl_buffer_format(&m->sql, " WHERE zkl_row BETWEEN %llu AND %llu ORDER BY zkl_row",
                      (unsigned long long)first, (unsigned long long)last);
    zkl_buffer_format(&m->claim, "slice(%s, %llu..%llu)", m->plan->sources[0].reference,
                      (unsigned long long)first, (unsigned long long)last);
    ZKL_TRY(end_claim(m));
    return add_types(m, 0, NULL, NULL);
}

/* The numbers are drawn here, by the rule that the claim is checked by. */
static zkl_status make_sample(maker *m)
{
    transform_plan *p = m->plan;
    zkl_scalar seed;
    uint64_t count;
    ZKL_TRY(zkl_claim_read_count(&m->reader, &count));
    ZKL_TRY(end_reading(m));
    if (p->is_trial) /* how many rows there are to draw from is not known */
        return add_types(m, 0, NULL, NULL);
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
    put_all(m);
    zkl_buffer_put_text(&m->sql, " JOIN picks ON s0.zkl_row = zkl_pick ORDER BY s0.zkl_row");
    zkl_buffer_format(&m->claim, "sample(%s, %llu, %s)", p->sources[0].reference,
                      (unsigned long long)count, p->seed);
    p->uses_seed = true;
    p->recorded = "who chose the seed, and when: it says something only if it came after the "
                  "source was logged";
    ZKL_TRY(end_claim(m));
    return add_types(m, 0, NULL, NULL);
}

/* Each different row once, where it stands first. That no row is lost is a claim about the
 * source. */
static zkl_status make_dedup(maker *m)
{
    const zkl_schema *schema = schema_of(m, 0);
    ZKL_AUTO_CLEAR(zkl_buffer) back = { 0 };
    bool any_null = false;
    ZKL_TRY(end_reading(m));
    put_all(m);
    zkl_buffer_put_text(&m->sql, " GROUP BY ALL ORDER BY min(zkl_row)");
    zkl_buffer_put_text(&m->claim, "unique(");
    zkl_buffer_put_text(&back, "subset(");
    for (size_t i = 0; i < schema->column_count; i++) {
        zkl_buffer_put_text(&m->claim, i ? ", " : "");
        transform_put_name(&m->claim, schema->columns[i].name);
        transform_put_name(&back, schema->columns[i].name);
        zkl_buffer_put_text(&back, ", ");
        any_null |= schema->columns[i].nullable;
    }
    zkl_buffer_put_u8(&m->claim, ')');
    ZKL_TRY(end_claim(m));
    ZKL_TRY(zkl_buffer_status(&back, m->reader.err));
    const char *after = any_null ? ", nulls=match)" : ")";
    zkl_buffer_format(&m->claim, "%.*s%s%s", (int)back.size, (const char *)back.data,
                      m->plan->sources[0].reference, after);
    ZKL_TRY(end_claim(m));
    zkl_buffer_put(&m->claim, back.data, back.size);
    ZKL_TRY(end_back(m, 0, after));
    return add_types(m, 0, NULL, NULL);
}

static zkl_status make_concat(maker *m)
{
    ZKL_TRY(end_reading(m));
    zkl_buffer_put_text(&m->claim, "split(");
    zkl_buffer_put_text(&m->sql, "SELECT ");
    put_columns(&m->sql, schema_of(m, 0), "u");
    zkl_buffer_put_text(&m->sql, " FROM (");
    for (size_t i = 0; i < m->plan->source_count; i++) {
        zkl_buffer_format(&m->claim, "%s%s", i ? ", " : "", m->plan->sources[i].reference);
        zkl_buffer_format(&m->sql, "%sSELECT *, %zu AS zkl_part FROM s%zu",
                          i ? " UNION ALL BY NAME " : "", i, i);
    }
    zkl_buffer_put_u8(&m->claim, ')');
    zkl_buffer_put_text(&m->sql, ") u ORDER BY zkl_part, zkl_row");
    m->plan->recorded = "that the tables stand one behind the other, in their order";
    ZKL_TRY(end_claim(m));
    return add_types(m, 0, NULL, NULL);
}

/* The first table, then the second: each is a slice of the result, and both together are as long as
 * it is. */
static zkl_status make_append(maker *m)
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
        ZKL_TRY(end_back(m, i, after));
        first += rows;
    }
    return ZKL_OK;
}

/* ---- Several tables: join, group */

static zkl_status make_join(maker *m)
{
    const zkl_schema *left = schema_of(m, 0), *right = schema_of(m, 1);
    bool *is_key = ZKL_ARENA_NEW(&m->plan->memory, bool, right->column_count);
    bool any = false;
    if (!is_key)
        return zkl_no_memory(m->reader.err, right->column_count);
    if (!accept_word(m, "on"))
        return zkl_claim_fail_at(&m->reader, m->reader.at, "'on' expected, and the key");
    zkl_buffer_format(&m->claim, "joined(%s, %s, on ", m->plan->sources[0].reference,
                      m->plan->sources[1].reference);
    ZKL_AUTO_CLEAR(zkl_buffer) on = { 0 };
    do {
        size_t column = 0, other = 0;
        ZKL_TRY(read_column(m, &column));
        ZKL_TRY(find_column(&other, m, 1, left->columns[column].name));
        is_key[other] = true;
        zkl_buffer_put_text(&m->claim, any ? ", " : "");
        transform_put_name(&m->claim, left->columns[column].name);
        zkl_buffer_put_text(&on, any ? " AND s0." : "s0.");
        zkl_engine_put_name(&on, left->columns[column].name);
        zkl_buffer_put_text(&on, " = s1.");
        zkl_engine_put_name(&on, left->columns[column].name);
        any = true;
    } while (zkl_claim_accept(&m->reader, ","));
    ZKL_TRY(end_reading(m));
    ZKL_TRY(zkl_buffer_status(&on, m->reader.err));
    zkl_buffer_put_u8(&m->claim, ')');
    zkl_buffer_put_text(&m->sql, "SELECT ");
    put_columns(&m->sql, left, "s0");
    for (size_t i = 0; i < right->column_count; i++)
        if (!is_key[i]) {
            zkl_buffer_put_text(&m->sql, ", s1.");
            zkl_engine_put_name(&m->sql, right->columns[i].name);
        }
    zkl_buffer_format(&m->sql, " FROM s0 JOIN s1 ON %.*s ORDER BY s0.zkl_row", (int)on.size,
                      (const char *)on.data);
    ZKL_TRY(end_claim(m));
    ZKL_TRY(add_types(m, 0, NULL, NULL));
    return add_types(m, 1, NULL, NULL);
}

/* "n = rows", "t = sum(a)", "f = values(a)", "l = min(a)", "g = max(a)" into the query. */
/* SQL's sum over no value is null, the claim's is 0. A least or greatest value is one of the
 * column's, so of its type, whatever the values would show. */
static zkl_status read_aggregate(maker *m)
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
    ZKL_TRY(add_more(m, name));
    ZKL_TRY(zkl_claim_expect(&m->reader, "="));
    zkl_buffer_put_text(&m->claim, ", ");
    transform_put_name(&m->claim, name);
    zkl_buffer_put_text(&m->claim, " = ");
    zkl_buffer_put_text(&m->sql, ", ");
    if (accept_word(m, "rows") || zkl_claim_accept(&m->reader, "rows")) {
        zkl_buffer_put_text(&m->claim, "rows");
        zkl_buffer_put_text(&m->sql, "count(*)");
    } else {
        while (kind < ZKL_COUNT(kinds) && !zkl_claim_accept(&m->reader, kinds[kind].word))
            kind++;
        if (kind == ZKL_COUNT(kinds))
            return zkl_claim_fail_at(&m->reader, m->reader.at,
                                     "rows, sum(c), min(c), max(c) or values(c) expected");
        ZKL_TRY(zkl_claim_expect(&m->reader, "("));
        ZKL_TRY(read_column(m, &column));
        ZKL_TRY(zkl_claim_expect(&m->reader, ")"));
        const zkl_bytes of = schema_of(m, 0)->columns[column].name;
        zkl_buffer_format(&m->claim, "%s(", kinds[kind].word);
        transform_put_name(&m->claim, of);
        zkl_buffer_put_u8(&m->claim, ')');
        zkl_buffer_put_text(&m->sql, kinds[kind].sql);
        zkl_engine_put_name(&m->sql, of);
        zkl_buffer_put_text(&m->sql, kinds[kind].end);
        if (kinds[kind].is_value)
            ZKL_TRY(add_types_of(m, of, name));
    }
    zkl_buffer_put_text(&m->sql, " AS ");
    zkl_engine_put_name(&m->sql, name);
    return ZKL_OK;
}

static zkl_status make_group(maker *m)
{
    ZKL_AUTO_CLEAR(zkl_buffer) keys = { 0 };
    if (!accept_word(m, "by"))
        return zkl_claim_fail_at(&m->reader, m->reader.at, "'by' expected, and the keys");
    zkl_buffer_format(&m->claim, "grouped(%s, by ", m->plan->sources[0].reference);
    do {
        size_t column = 0;
        ZKL_TRY(read_column(m, &column));
        const zkl_bytes name = schema_of(m, 0)->columns[column].name;
        zkl_buffer_put_text(&m->claim, keys.size ? ", " : "");
        transform_put_name(&m->claim, name);
        zkl_buffer_put_text(&keys, keys.size ? ", " : "");
        zkl_engine_put_name(&keys, name);
        ZKL_TRY(add_types_of(m, name, name));
    } while (zkl_claim_accept(&m->reader, ","));
    ZKL_TRY(zkl_claim_expect(&m->reader, ":"));
    ZKL_TRY(zkl_buffer_status(&keys, m->reader.err));
    zkl_buffer_format(&m->sql, "SELECT %.*s", (int)keys.size, (const char *)keys.data);
    do {
        ZKL_TRY(read_aggregate(m));
    } while (zkl_claim_accept(&m->reader, ","));
    ZKL_TRY(end_reading(m));
    zkl_buffer_put_u8(&m->claim, ')');
    zkl_buffer_format(&m->sql, " FROM s0 GROUP BY %.*s ORDER BY %.*s", (int)keys.size,
                      (const char *)keys.data, (int)keys.size, (const char *)keys.data);
    return end_claim(m);
}

/* ---- Tokens: tokens, pseudonymise */

/* "patient_token" */
static zkl_status token_name(const char **out, maker *m, zkl_bytes column)
{
    *out = zkl_arena_format(&m->plan->memory, "%.*s_token", (int)column.size,
                            (const char *)column.data);
    return *out ? ZKL_OK : zkl_no_memory(m->reader.err, column.size);
}

static zkl_status read_token_columns(maker *m)
{
    transform_plan *p = m->plan;
    do {
        size_t column = 0;
        if (p->token_count == TRANSFORM_TOKENS_MAX)
            return zkl_fail(m->reader.err, ZKL_LIMIT, "more than %d columns", TRANSFORM_TOKENS_MAX);
        ZKL_TRY(read_column(m, &column));
        for (size_t i = 0; i < p->token_count; i++)
            if (p->token_columns[i] == column)
                return zkl_claim_fail_at(&m->reader, m->reader.at, "a column stands there twice");
        p->token_columns[p->token_count++] = column;
    } while (zkl_claim_accept(&m->reader, ","));
    return end_reading(m);
}

/* The columns and a token beside each value, in the rows' order. That a value has one token and a
 * token one value follows from three numbers, which are not known before the rows are read. */
static zkl_status make_tokens(maker *m)
{
    transform_plan *p = m->plan;
    ZKL_AUTO_CLEAR(zkl_buffer) theirs = { 0 };
    ZKL_TRY(read_token_columns(m));
    zkl_buffer_put_text(&m->claim, "same(");
    for (size_t i = 0; i < p->token_count; i++) {
        const zkl_bytes name = schema_of(m, 0)->columns[p->token_columns[i]].name;
        const char *column = zkl_arena_text(&p->memory, (const char *)name.data, name.size), *token;
        ZKL_TRY(token_name(&token, m, name));
        if (!column)
            return zkl_no_memory(m->reader.err, name.size);
        const zkl_types_source type = { p->sources[0].reference, column, token, "uint64" };
        ZKL_TRY(add_types(m, 0, column, column));
        ZKL_TRY(add_types_as(m, &type));
        transform_put_name(&m->claim, name);
        zkl_buffer_put_text(&m->claim, ", ");
        zkl_buffer_format(&theirs, "%s%s.", i ? ", " : "", p->sources[0].reference);
        transform_put_name(&theirs, name);
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
    return end_claim(m);
}

zkl_status transform_plan_add_distinct(transform_plan *plan, const uint64_t *distinct,
                                       zkl_error *err)
{
    ZKL_AUTO_CLEAR(maker) m = { .plan = plan, .reader = { .err = err } };
    for (size_t i = 0; i < plan->token_count; i++) {
        const zkl_bytes name = plan->sources[0].schema->columns[plan->token_columns[i]].name;
        const char *token;
        ZKL_TRY(token_name(&token, &m, name));
        for (size_t k = 1; k <= 3; k++) { /* the value, the token, both */
            zkl_buffer_put_text(&m.claim, "distinct(");
            if (k & 1)
                transform_put_name(&m.claim, name);
            zkl_buffer_put_text(&m.claim, k == 3 ? ", " : "");
            if (k & 2)
                transform_put_name(&m.claim, zkl_bytes_of_text(token));
            zkl_buffer_format(&m.claim, ") = %llu", (unsigned long long)distinct[i]);
            ZKL_TRY(end_claim(&m));
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
static zkl_status claim_tokens(maker *m)
{
    transform_plan *p = m->plan;
    ZKL_AUTO_CLEAR(zkl_buffer) theirs = { 0 };
    zkl_buffer_put_text(&m->claim, "same(");
    for (size_t i = 0; i < p->token_count; i++) {
        const zkl_bytes name = schema_of(m, 0)->columns[p->token_columns[i]].name;
        const char *as = zkl_arena_text(&p->memory, (const char *)name.data, name.size), *token;
        size_t there;
        ZKL_TRY(token_name(&token, m, name));
        ZKL_TRY(find_column(&there, m, 1, name));
        ZKL_TRY(find_column(&there, m, 1, zkl_bytes_of_text(token)));
        if (!as)
            return zkl_no_memory(m->reader.err, name.size);
        ZKL_TRY(add_types(m, 1, token, as));
        zkl_buffer_put_text(&m->claim, i ? ", " : "");
        transform_put_name(&m->claim, name);
        zkl_buffer_format(&theirs, ", %s.", p->sources[1].reference);
        transform_put_name(&theirs, zkl_bytes_of_text(token));
    }
    ZKL_TRY(zkl_buffer_status(&theirs, m->reader.err));
    zkl_buffer_put(&m->claim, theirs.data, theirs.size);
    zkl_buffer_put_u8(&m->claim, ')');
    return end_claim(m);
}

/* All columns in their order. */
static zkl_status query_tokens(maker *m)
{
    const zkl_schema *schema = schema_of(m, 0);
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
static zkl_status make_pseudonymise(maker *m)
{
    transform_plan *p = m->plan;
    const zkl_schema *schema = schema_of(m, 0);
    chosen_columns stay;
    ZKL_TRY(read_token_columns(m));
    ZKL_TRY(choose_room(&stay, m));
    for (size_t i = 0; i < schema->column_count; i++)
        if (!has_token(p, i))
            ZKL_TRY(choose(&stay, m, i, schema->columns[i].name));
    if (stay.count)
        ZKL_TRY(take_chosen(m, &stay));
    zkl_buffer_clear(&m->sql); /* without those between them */
    m->sql = (zkl_buffer){ 0 };
    ZKL_TRY(claim_tokens(m));
    ZKL_TRY(query_tokens(m));
    p->token_count = 0; /* they are there */
    return ZKL_OK;
}

/* ---- Anything */

static zkl_status make_sql(maker *m)
{
    const zkl_bytes query = rest_of(m);
    if (!query.size)
        return zkl_claim_fail_at(&m->reader, m->reader.at, "a query expected");
    zkl_buffer_put(&m->sql, query.data, query.size);
    m->plan->needs_names = true;
    m->plan->is_open = true;
    m->plan->recorded = "all of it: that the result is what the query makes of its sources";
    for (size_t i = 0; i < m->plan->source_count; i++)
        ZKL_TRY(add_types(m, i, NULL, NULL));
    return ZKL_OK;
}

/* What somebody ran, in words: it is not run here. */
static zkl_status make_custom(maker *m)
{
    if (!rest_of(m).size)
        return zkl_claim_fail_at(&m->reader, m->reader.at, "a command expected");
    m->plan->is_elsewhere = true;
    m->plan->is_open = true;
    m->plan->recorded = "all of it: that the result is what the command makes of its sources";
    for (size_t i = 0; i < m->plan->source_count; i++)
        ZKL_TRY(add_types(m, i, NULL, NULL));
    return ZKL_OK;
}

/* ---- The table */

#define ANY SIZE_MAX

static const struct {
    const char *word;
    size_t sources_min, sources_max;
    zkl_status (*make)(maker *m);
} operations[] = {
    { "select", 1, 1, make_select },
    { "drop", 1, 1, make_drop },
    { "rename", 1, 1, make_rename },
    { "add", 1, 1, make_add },
    { "cast", 1, 1, make_cast },
    { "filter", 1, 1, make_filter },
    { "sort", 1, 1, make_sort },
    { "shuffle", 1, 1, make_shuffle },
    { "slice", 1, 1, make_slice },
    { "sample", 1, 1, make_sample },
    { "dedup", 1, 1, make_dedup },
    { "concat", 2, ANY, make_concat },
    { "join", 2, 2, make_join },
    { "append", 2, 2, make_append },
    { "group", 1, 1, make_group },
    { "tokens", 1, 1, make_tokens },
    { "pseudonymise", 2, 2, make_pseudonymise },
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
static zkl_status find_operation(size_t *out, maker *m, size_t source_count)
{
    size_t i = 0;
    while (i < ZKL_COUNT(operations) && !accept_word(m, operations[i].word))
        i++;
    if (i == ZKL_COUNT(operations))
        return fail_word(m->reader.err);
    *out = i;
    if (source_count < operations[i].sources_min || source_count > operations[i].sources_max)
        return zkl_fail(m->reader.err, ZKL_USAGE, "'%s' takes %zu source%s%s, not %zu",
                        operations[i].word, operations[i].sources_min,
                        operations[i].sources_min == 1 ? "" : "s",
                        operations[i].sources_max == ANY ? " or more" : "", source_count);
    return ZKL_OK;
}

zkl_status transform_check_word(const char *operation, size_t source_count, zkl_error *err)
{
    size_t ignored;
    maker m = { .reader = { .text = zkl_bytes_of_text(operation), .err = err } };
    return find_operation(&ignored, &m, source_count);
}

zkl_status transform_plan_make(transform_plan *out, const char *operation, zkl_error *err)
{
    ZKL_AUTO_CLEAR(maker) m = { .plan = out };
    size_t at = 0;
    m.reader = (zkl_claim_reader){ .text = zkl_bytes_of_text(operation),
                                   .arena = &out->memory,
                                   .err = err };
    ZKL_TRY(find_operation(&at, &m, out->source_count));
    ZKL_TRY(operations[at].make(&m));
    out->sql = keep(&m, &m.sql, err);
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
