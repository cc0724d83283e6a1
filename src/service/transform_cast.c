/* cast: columns get other types. */
#include "service/transform_maker.h"

#include <stdio.h>
#include <string.h>

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
static zkl_status read_type(transform_maker *m, cast_item *out)
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
static zkl_status check_cast_name(const transform_maker *m, const cast_list *list,
                                  const cast_item *item)
{
    const zkl_schema *schema = maker_schema_of(m, 0);
    bool taken = false;
    for (size_t i = 0; i < schema->column_count && item->is_beside; i++)
        taken |= zkl_bytes_equal_text(schema->columns[i].name, item->as);
    for (size_t i = 0; i < list->count; i++)
        taken |= strcmp(list->items[i].as, item->as) == 0;
    return taken ? zkl_fail(m->reader.err, ZKL_USAGE, "two columns would be called '%.200s'",
                            item->as)
                 : ZKL_OK;
}

static zkl_status read_cast(transform_maker *m, cast_list *list)
{
    zkl_bytes as;
    if (list->count == ZKL_COUNT(list->items))
        return zkl_fail(m->reader.err, ZKL_LIMIT, "more than %zu columns are cast", list->count);
    cast_item item = { 0 };
    ZKL_TRY(maker_read_column(m, &item.column));
    const zkl_column *column = &maker_schema_of(m, 0)->columns[item.column];
    if (!zkl_type_is_number(&column->type))
        return zkl_fail(m->reader.err, ZKL_NOT_SUPPORTED,
                        "column '%.*s' holds no integers or decimals",
                        (int)(column->name.size < 200 ? column->name.size : 200),
                        (const char *)column->name.data);
    if (!maker_accept_word(m, "to"))
        return zkl_claim_fail_at(&m->reader, m->reader.at, "'to' expected, and a type");
    ZKL_TRY(read_type(m, &item));
    as = column->name;
    item.is_beside = maker_accept_word(m, "as");
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
static zkl_status put_cast(transform_maker *m, const cast_item *item)
{
    const zkl_bytes name = zkl_bytes_of_text(item->name), as = zkl_bytes_of_text(item->as);
    const zkl_types_source type = { m->plan->sources[0].reference, item->name, item->as,
                                    item->type_text };
    zkl_buffer_put_text(&m->sql, "CAST(");
    zkl_engine_put_name(&m->sql, name);
    zkl_buffer_format(&m->sql, " AS %s) AS ", item->sql);
    zkl_engine_put_name(&m->sql, as);
    zkl_buffer_put_text(&m->claim, item->is_beside ? "linear(" : "balance(");
    zkl_claim_put_text(&m->claim, as);
    zkl_buffer_put_text(&m->claim, " = ");
    if (!item->is_beside)
        zkl_buffer_format(&m->claim, "%s.", m->plan->sources[0].reference);
    zkl_claim_put_text(&m->claim, name);
    zkl_buffer_put_u8(&m->claim, ')');
    if (!item->is_beside)
        m->plan->recorded = "of a column that was cast in its place: that each value is the one "
                            "that stood there";
    ZKL_TRY(maker_add_types_as(m, &type));
    return maker_end_claim(m);
}

/* A value fits when it comes back as it was: casting rounds. */
static zkl_status put_misfits(transform_maker *m, const cast_list *list)
{
    ZKL_AUTO_CLEAR(zkl_buffer) sql = { 0 };
    char own[TRANSFORM_SQL_TYPE_BYTES];
    zkl_buffer_put_text(&sql, "SELECT count(*) FROM s0 WHERE");
    for (size_t i = 0; i < list->count; i++) {
        const cast_item *item = &list->items[i];
        const zkl_column *column = &maker_schema_of(m, 0)->columns[item->column];
        zkl_buffer_format(&sql, "%s TRY_CAST(TRY_CAST(", i ? " OR" : "");
        zkl_engine_put_name(&sql, column->name);
        zkl_buffer_format(&sql, " AS %s) AS %s) IS DISTINCT FROM ", item->sql,
                          transform_sql_type(own, &column->type));
        zkl_engine_put_name(&sql, column->name);
    }
    m->plan->misfits = maker_keep(m, &sql, m->reader.err);
    return m->plan->misfits ? ZKL_OK : ZKL_NO_MEMORY;
}

/* All columns in their order, then those that stand beside theirs. */
static zkl_status put_casts(transform_maker *m, const cast_list *list)
{
    const zkl_schema *schema = maker_schema_of(m, 0);
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

zkl_status transform_make_cast(transform_maker *m)
{
    const zkl_schema *schema = maker_schema_of(m, 0);
    cast_list list = { 0 };
    chosen_columns stay;
    ZKL_TRY(maker_choose_room(&stay, m));
    do {
        ZKL_TRY(read_cast(m, &list));
    } while (zkl_claim_accept(&m->reader, ","));
    ZKL_TRY(maker_end_reading(m));
    for (size_t i = 0; i < schema->column_count; i++) {
        bool is_cast = false;
        for (size_t k = 0; k < list.count; k++)
            is_cast |= list.items[k].column == i && !list.items[k].is_beside;
        if (!is_cast)
            ZKL_TRY(maker_choose(&stay, m, i, schema->columns[i].name));
    }
    if (stay.count) {
        ZKL_TRY(maker_take_chosen(m, &stay));
        zkl_buffer_clear(&m->sql); /* without those between them */
        m->sql = (zkl_buffer){ 0 };
    }
    ZKL_TRY(put_misfits(m, &list));
    return put_casts(m, &list);
}
