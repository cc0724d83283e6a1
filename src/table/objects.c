/* Columns of formats whose rows are objects (JSON): there is no header, so a column begins with
 * the first row that has its key, and was null in every row before it.
 *
 * 1. Rows mostly have the same keys in the same order. `guess` holds the column of the i-th
 *    member of the last row: a comparison of names instead of a search.
 * 2. A key that stands twice in a row is refused. `last_row` holds, for each column, the row in
 *    which it was last given, plus one, so that nothing is reset between rows. */
#include "table/table_internal.h"

#include "base/bytes.h"

void zkl_objects_clear(zkl_objects *objects)
{
    zkl_json_object_clear(&objects->object);
    zkl_string_set_clear(&objects->names);
    zkl_free(objects->guess);
    zkl_free(objects->last_row);
    *objects = (zkl_objects){ 0 };
}

/* New places guess column 0, whose name is then compared as any other. */
static zkl_status reserve_guess(zkl_objects *o, size_t position, zkl_error *err)
{
    if (position < o->guess_count)
        return ZKL_OK;
    const size_t old = o->guess_count, count = 2 * position + 16;
    uint32_t *guess = zkl_realloc(o->guess, old * sizeof *guess, count * sizeof *guess);
    if (!guess)
        return zkl_no_memory(err, count * sizeof *guess);
    memset(guess + old, 0, (count - old) * sizeof *guess);
    o->guess = guess;
    o->guess_count = count;
    return ZKL_OK;
}

/* New columns were given in no row. */
static zkl_status reserve_last_row(zkl_objects *o, size_t column, zkl_error *err)
{
    if (column < o->last_row_count)
        return ZKL_OK;
    const size_t old = o->last_row_count, count = 2 * column + 16;
    uint64_t *rows = zkl_realloc(o->last_row, old * sizeof *rows, count * sizeof *rows);
    if (!rows)
        return zkl_no_memory(err, count * sizeof *rows);
    memset(rows + old, 0, (count - old) * sizeof *rows);
    o->last_row = rows;
    o->last_row_count = count;
    return ZKL_OK;
}

/* The same rules as for the names of a header. */
static zkl_status check_key(zkl_bytes key, zkl_error *err)
{
    if (key.size == 0)
        return zkl_fail(err, ZKL_BAD_INPUT, "a key is empty");
    if (memchr(key.data, 0, key.size))
        return zkl_fail(err, ZKL_BAD_INPUT, "a key holds a NUL byte (\\u0000)");
    if (key.size > ZKL_NAME_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "a key has %zu bytes, at most %d", key.size,
                        ZKL_NAME_BYTES_MAX);
    return ZKL_OK;
}

/* The column of a key, the position-th of its row; a new one for a key that was not seen before. */
static zkl_status find_column(zkl_objects *o, size_t *out, zkl_loader *loader, zkl_bytes key,
                              size_t position, zkl_error *err)
{
    static const zkl_raw_type text = { .kind = ZKL_RAW_TEXT };
    const zkl_table *table = loader->table;
    if (position < o->guess_count && o->guess[position] < table->column_count &&
        zkl_bytes_equal(table->columns[o->guess[position]].name, key)) {
        *out = o->guess[position];
        return ZKL_OK;
    }
    size_t column = table->column_count;
    if (!zkl_string_set_find(&column, &o->names, key)) {
        ZKL_TRY(check_key(key, err));
        ZKL_TRY(zkl_loader_add_column(loader, key, &text, err));
        /* only their number is bounded here: ZKL_NAME_BYTES_MAX bounds each */
        ZKL_TRY(zkl_string_set_add(&o->names, key, SIZE_MAX / 2, err));
        /* names and columns are numbered alike: the loader refuses more than the set holds */
        ZKL_ASSERT(o->names.entry_count == table->column_count);
    }
    ZKL_TRY(reserve_guess(o, position, err));
    ZKL_TRY(reserve_last_row(o, column, err));
    ZKL_ASSERT(column < table->column_count && position < o->guess_count);
    o->guess[position] = (uint32_t)column;
    *out = column;
    return ZKL_OK;
}

/* A JSON string is never a number, though it may look like one: "007" is text. */
static uint32_t shapes_of(zkl_json_kind kind)
{
    return kind == ZKL_JSON_NUMBER ? ZKL_SHAPE_NUMBERS
           : kind == ZKL_JSON_BOOL ? ZKL_SHAPE_BOOL
                                   : ZKL_SHAPE_MOMENTS;
}

/* Facts are counted here, not at the end of the segment as for other formats: only the parser
 * has the difference between "7" and 7. */
static zkl_status add_member(zkl_objects *o, zkl_loader *loader, const zkl_json_member *member,
                             size_t position, uint64_t line, zkl_error *err)
{
    const uint64_t row = loader->open.first_row + loader->open.row_count;
    size_t column = 0;
    ZKL_TRY(find_column(o, &column, loader, member->key, position, err));
    if (o->last_row[column] == row + 1)
        return zkl_fail(err, ZKL_BAD_INPUT, "the key '%.*s' stands twice",
                        zkl_name_shown(member->key), (const char *)member->key.data);
    ZKL_DEBUG_ASSERT(column < o->last_row_count);
    o->last_row[column] = row + 1;
    if (member->kind == ZKL_JSON_NULL)
        return ZKL_OK; /* as if it were not there: columns not put are null */
    if (member->kind == ZKL_JSON_NESTED)
        return zkl_fail_hint(err, ZKL_NOT_SUPPORTED, ZKL_HINT_LEAVE_COLUMN_OUT,
                             "column '%.*s' holds %s, which a table cannot hold",
                             zkl_name_shown(member->key), (const char *)member->key.data,
                             member->value.data[0] == '[' ? "a list" : "an object");
    zkl_column_facts *facts = &loader->table->columns[column].facts;
    facts->line = line;
    zkl_facts_add_text(facts, shapes_of(member->kind), member->value.data, member->value.size);
    return zkl_loader_put_text(loader, column, member->value, err);
}

/* A file with a list a column, instead of an object a row, fails with the first list; this says
 * what is the matter. */
static zkl_status check_is_row(const zkl_json_object *object, const zkl_read_options *options,
                               zkl_error *err)
{
    size_t nested = 0;
    for (size_t i = 0; i < object->member_count; i++)
        nested += object->members[i].kind == ZKL_JSON_NESTED;
    if (nested > 1 && nested == object->member_count && !options->column_count && !options->schema)
        return zkl_fail(err, ZKL_NOT_SUPPORTED,
                        "all members hold lists or objects: rows are wanted, an object each with "
                        "its values, not columns");
    return ZKL_OK;
}

/* Members that are not wanted are parsed, so that the row is sound, and then passed over. */
zkl_status zkl_objects_add_row(zkl_objects *o, zkl_loader *loader, const zkl_read_options *options,
                               zkl_bytes text, uint64_t line, zkl_error *err)
{
    ZKL_TRY(zkl_json_object_parse(&o->object, text, err));
    ZKL_TRY(zkl_loader_put_line(loader, line, err));
    ZKL_TRY(check_is_row(&o->object, options, err));
    for (size_t i = 0; i < o->object.member_count; i++)
        if (zkl_column_is_wanted(options, o->object.members[i].key))
            ZKL_TRY(add_member(o, loader, &o->object.members[i], i, line, err));
    return zkl_loader_end_row(loader, err);
}
