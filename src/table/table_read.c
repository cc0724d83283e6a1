/* Reading a table: files -> segments -> final types -> cells. See table_internal.h for what lies where. */
#include <stdio.h>

#include "text/nearest.h"
#include "text/json_object.h"
#include "input/input_text.h"
#include "table/schema_file.h"
#include "input/formats.h"
#include "table/table_internal.h"
#include "text/utf8.h"
#include "types/value.h"

#define DICTIONARIES_BYTES_MAX ((size_t)512 << 20) /* entries of all columns together */
#define NAME_SHOWN 200

static int shown(zkl_bytes name)
{
    return (int)(name.size < NAME_SHOWN ? name.size : NAME_SHOWN);
}

static bool same_name(zkl_bytes a, zkl_bytes b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

static bool name_is(zkl_bytes name, const char *text)
{
    return same_name(name, zkl_bytes_of_text(text));
}

void zkl_table_free(zkl_table *table)
{
    if (!table)
        return;
    for (size_t i = 0; i < table->column_count; i++)
        zkl_string_set_clear(&table->columns[i].strings);
    zkl_inputs_clear(&table->inputs);
    zkl_spool_free(table->spool);
    zkl_free(table->columns);
    zkl_free(table->segments);
    zkl_free(table->cell_offsets);
    zkl_arena_clear(&table->arena);
    zkl_free(table);
}

/* ---- what is asked for */

typedef struct reading {
    zkl_table *table;
    const zkl_read_options *options;
    const zkl_env *env;
    const zkl_format *format;
    zkl_source_options source_options;
    const zkl_source_ops *ops;
    zkl_source *source;
    uint64_t *stated_rows; /* of each file; NULL: files of the format state none */
    zkl_loader loader;
    zkl_schema_rules rules;
    zkl_source_layout layout; /* of the first file */
    uint32_t *selected;       /* its columns that are read, rising */
    size_t selected_count;
    zkl_json_object object;
    zkl_string_set keys; /* JSON: the columns' names, by number */
    uint32_t *guess;     /* JSON: column of the i-th member of the last row */
    size_t guess_count;
    uint64_t *last_row; /* JSON: row + 1 in which a column was last given */
    size_t last_row_count;
    zkl_bad_list bad;
} reading;

static void reading_clear(reading *r)
{
    if (r->source)
        r->ops->close(r->source);
    zkl_loader_clear(&r->loader);
    zkl_json_object_clear(&r->object);
    zkl_string_set_clear(&r->keys);
    zkl_free(r->selected);
    zkl_free(r->guess);
    zkl_free(r->last_row);
    pthread_mutex_destroy(&r->bad.lock);
}

static bool is_wanted(const zkl_read_options *options, zkl_bytes name)
{
    if (options->schema && options->reading.columns_chosen == ZKL_NO)
        return true; /* the files have the schema's columns and no other */
    if (options->schema) {
        for (size_t i = 0; i < options->schema->column_count; i++)
            if (same_name(options->schema->columns[i].name, name))
                return true;
        return false;
    }
    for (size_t i = 0; i < options->column_count; i++)
        if (name_is(name, options->columns[i]))
            return true;
    return options->column_count == 0;
}

/* ---- columns of CSV and Parquet */

static const char header_hint[] = "; if the first line is data, say --no-header";

static bool is_number(zkl_bytes name)
{
    zkl_number_text ignored;
    return zkl_number_scan(&ignored, name.data, name.size);
}

static zkl_status check_name(const zkl_source_layout *layout, size_t index, const char *file,
                             zkl_error *err)
{
    const zkl_bytes name = layout->columns[index].name;
    if (name.size == 0)
        return zkl_fail(err, ZKL_BAD_INPUT,
                        "'%s': column %zu has no name; give it one, or name the others with "
                        "--columns",
                        file, index + 1);
    if (memchr(name.data, 0, name.size))
        return zkl_fail(err, ZKL_BAD_INPUT, "'%s': the name of column %zu holds a NUL byte", file,
                        index + 1);
    if (name.size > ZKL_NAME_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT, "'%s': the name of column %zu has %zu bytes, at most %d",
                        file, index + 1, name.size, ZKL_NAME_BYTES_MAX);
    return ZKL_OK;
}

/* Of the columns that are read: others may be without a name, such as pandas' index. */
static zkl_status check_names(const zkl_source_layout *layout, const zkl_read_options *options,
                              const char *file, zkl_error *err)
{
    size_t wanted = 0;
    ZKL_AUTO_CLEAR(zkl_string_set) names = { .entries_max = ZKL_COLUMNS_MAX };
    for (size_t i = 0; i < layout->column_count; i++) {
        if (!is_wanted(options, layout->columns[i].name))
            continue;
        ZKL_TRY(check_name(layout, i, file, err));
        ZKL_TRY(zkl_string_set_add(&names, layout->columns[i].name, SIZE_MAX / 2, err));
        if (names.entry_count != ++wanted)
            return zkl_fail(err, ZKL_BAD_INPUT, "'%s': the column name '%.*s' stands twice%s", file,
                            shown(layout->columns[i].name),
                            (const char *)layout->columns[i].name.data,
                            is_number(layout->columns[i].name) ? header_hint : "");
    }
    return ZKL_OK;
}

static zkl_status fail_unknown(const zkl_source_layout *layout, const char *file, const char *name,
                               zkl_error *err)
{
    char hint[ZKL_NEAREST_HINT_BYTES];
    zkl_nearest nearest = zkl_nearest_to(zkl_bytes_of_text(name));
    for (size_t i = 0; i < layout->column_count; i++)
        zkl_nearest_try(&nearest, layout->columns[i].name);
    return zkl_fail(err, ZKL_BAD_INPUT, "'%s' has no column '%s'%s", file, name,
                    zkl_nearest_hint(hint, &nearest));
}

static zkl_status check_selected(const reading *r, zkl_error *err)
{
    const zkl_read_options *o = r->options;
    zkl_bytes *names = ZKL_ARENA_NEW(&r->table->arena, zkl_bytes, r->selected_count);
    if (!names)
        return zkl_no_memory(err, r->selected_count * sizeof *names);
    for (size_t i = 0; i < r->selected_count; i++)
        names[i] = r->layout.columns[r->selected[i]].name;
    return o->check_columns ? o->check_columns(o->check_opaque, names, r->selected_count, err)
                            : ZKL_OK;
}

static zkl_status select_columns(reading *r, const char *file, zkl_error *err)
{
    const zkl_source_layout *layout = &r->layout;
    r->selected = zkl_malloc(layout->column_count, sizeof *r->selected);
    if (!r->selected)
        return zkl_no_memory(err, layout->column_count * sizeof *r->selected);
    for (size_t i = 0; i < layout->column_count; i++) {
        const zkl_source_column *column = &layout->columns[i];
        if (!is_wanted(r->options, column->name))
            continue;
        if (column->refused)
            return zkl_fail(err, ZKL_NOT_SUPPORTED,
                            "'%s': column '%.*s' has the type '%s', which a table cannot hold; "
                            "leave it out with --columns",
                            file, shown(column->name), (const char *)column->name.data,
                            column->refused);
        ZKL_TRY(zkl_loader_add_column(&r->loader, column->name, &column->type, err));
        r->selected[r->selected_count++] = (uint32_t)i;
    }
    for (size_t i = 0; !r->options->schema && i < r->options->column_count; i++) {
        bool found = false;
        for (size_t k = 0; k < layout->column_count && !found; k++)
            found = name_is(layout->columns[k].name, r->options->columns[i]);
        if (!found)
            return fail_unknown(layout, file, r->options->columns[i], err);
    }
    return check_selected(r, err);
}

static bool same_type(const zkl_raw_type *a, const zkl_raw_type *b)
{
    return a->kind == b->kind && a->value_bytes == b->value_bytes &&
           a->is_unsigned == b->is_unsigned && a->precision == b->precision &&
           a->scale == b->scale && a->units_per_second == b->units_per_second;
}

static zkl_status check_same_layout(const reading *r, const zkl_source_layout *layout,
                                    const char *file, zkl_error *err)
{
    const char *first = r->table->inputs.list[0].name;
    if (layout->column_count != r->layout.column_count)
        return zkl_fail(err, ZKL_BAD_INPUT, "'%s' has %zu columns, '%s' has %zu", file,
                        layout->column_count, first, r->layout.column_count);
    if (r->format->has_csv_options && layout->column_count > 1 &&
        strcmp(layout->delimiter, r->layout.delimiter) != 0)
        return zkl_fail(err, ZKL_BAD_INPUT,
                        "the fields of '%s' are separated by '%s', those of '%s' by '%s'", file,
                        zkl_reading_delimiter_word(layout->delimiter), first,
                        zkl_reading_delimiter_word(r->layout.delimiter));
    for (size_t i = 0; i < layout->column_count; i++) {
        const zkl_source_column *a = &r->layout.columns[i], *b = &layout->columns[i];
        if (!same_name(a->name, b->name))
            return zkl_fail(err, ZKL_BAD_INPUT, "column %zu is '%.*s' in '%s' and '%.*s' in '%s'",
                            i + 1, shown(a->name), (const char *)a->name.data, first,
                            shown(b->name), (const char *)b->name.data, file);
        if (!same_type(&a->type, &b->type))
            return zkl_fail(err, ZKL_BAD_INPUT,
                            "column '%.*s' has another type in '%s' than in '%s'", shown(a->name),
                            (const char *)a->name.data, file, first);
    }
    return ZKL_OK;
}

static bool column_is_wanted(const void *options, zkl_bytes column)
{
    return is_wanted(options, column);
}

/* The rows that the file states, if its format states any. */
static zkl_status check_file(reading *r, size_t file, zkl_error *err)
{
    const zkl_input *input = &r->table->inputs.list[file];
    const zkl_format_check check = { input->path, input->name, column_is_wanted, r->options };
    return r->format->check(&r->stated_rows[file], &check, err);
}

static zkl_status describe_file(reading *r, size_t file, zkl_error *err)
{
    const char *name = r->table->inputs.list[file].name;
    zkl_source_layout layout;
    if (r->stated_rows)
        ZKL_TRY(check_file(r, file, err));
    ZKL_TRY(r->ops->describe(r->source, &layout, &r->table->arena, file, err));
    if (layout.column_count == 0)
        return zkl_fail(err, ZKL_BAD_INPUT, "'%s' has no columns", name);
    ZKL_TRY(check_names(&layout, r->options, name, err));
    if (file > 0)
        return check_same_layout(r, &layout, name, err);
    r->layout = layout;
    return select_columns(r, name, err);
}

/* The reader's message for what could not be split; its rows, when it can name them. */
static zkl_status explain_bad_lines(reading *r, size_t file, zkl_status status)
{
    zkl_bad_rows *bad = &r->bad.bad;
    if (status != ZKL_BAD_INPUT || !r->ops->bad_lines)
        return status;
    r->ops->bad_lines(r->source, bad, file, &r->layout);
    for (size_t i = 0; i < bad->count; i++)
        snprintf(bad->rows[i].file, sizeof bad->rows[i].file, "%s",
                 r->table->inputs.list[file].name);
    return status;
}

static zkl_status scan_columns(reading *r, size_t file, zkl_error *err)
{
    zkl_raw_chunk chunk;
    ZKL_TRY(r->ops->scan(r->source, file, &r->layout, r->selected, r->selected_count, err));
    do {
        const zkl_status status = r->ops->next(r->source, &chunk, err);
        if (status != ZKL_OK)
            return explain_bad_lines(r, file, status);
        ZKL_TRY(zkl_loader_add_chunk(&r->loader, &chunk, err));
    } while (chunk.row_count);
    return ZKL_OK;
}

/* ---- columns of JSON: found as they come */

static zkl_status find_json_column(reading *r, size_t *out, zkl_bytes key, size_t position,
                                   zkl_error *err)
{
    static const zkl_raw_type text = { .kind = ZKL_RAW_TEXT };
    zkl_table *table = r->table;
    if (position < r->guess_count && r->guess[position] < table->column_count &&
        same_name(table->columns[r->guess[position]].name, key)) {
        *out = r->guess[position];
        return ZKL_OK;
    }
    size_t column = table->column_count;
    if (!zkl_string_set_find(&column, &r->keys, key)) {
        if (key.size == 0)
            return zkl_fail(err, ZKL_BAD_INPUT, "a key is empty");
        if (memchr(key.data, 0, key.size))
            return zkl_fail(err, ZKL_BAD_INPUT, "a key holds a NUL byte (\\u0000)");
        if (key.size > ZKL_NAME_BYTES_MAX)
            return zkl_fail(err, ZKL_LIMIT, "a key has %zu bytes, at most %d", key.size,
                            ZKL_NAME_BYTES_MAX);
        ZKL_TRY(zkl_loader_add_column(&r->loader, key, &text, err));
        ZKL_TRY(zkl_string_set_add(&r->keys, key, SIZE_MAX / 2, err));
    }
    if (position >= r->guess_count) {
        const size_t old = r->guess_count, count = 2 * position + 16;
        uint32_t *guess = zkl_realloc(r->guess, old * sizeof *guess, count * sizeof *guess);
        if (!guess)
            return zkl_no_memory(err, count * sizeof *guess);
        memset(guess + old, 0, (count - old) * sizeof *guess);
        r->guess = guess;
        r->guess_count = count;
    }
    if (column >= r->last_row_count) {
        const size_t old = r->last_row_count, count = 2 * column + 16;
        uint64_t *rows = zkl_realloc(r->last_row, old * sizeof *rows, count * sizeof *rows);
        if (!rows)
            return zkl_no_memory(err, count * sizeof *rows);
        memset(rows + old, 0, (count - old) * sizeof *rows);
        r->last_row = rows;
        r->last_row_count = count;
    }
    r->guess[position] = (uint32_t)column;
    *out = column;
    return ZKL_OK;
}

static zkl_status add_json_member(reading *r, const zkl_json_member *member, size_t position,
                                  uint64_t row, uint64_t line, zkl_error *err)
{
    size_t column = 0;
    if (!is_wanted(r->options, member->key))
        return ZKL_OK;
    ZKL_TRY(find_json_column(r, &column, member->key, position, err));
    if (r->last_row[column] == row + 1)
        return zkl_fail(err, ZKL_BAD_INPUT, "the key '%.*s' stands twice", shown(member->key),
                        (const char *)member->key.data);
    r->last_row[column] = row + 1;
    if (member->kind == ZKL_JSON_NULL)
        return ZKL_OK;
    if (member->kind == ZKL_JSON_NESTED)
        return zkl_fail(
            err, ZKL_NOT_SUPPORTED,
            "column '%.*s' holds %s, which a table cannot hold; leave it out with --columns",
            shown(member->key), (const char *)member->key.data,
            member->value.data[0] == '[' ? "a list" : "an object");
    const uint32_t shapes = member->kind == ZKL_JSON_NUMBER ? ZKL_SHAPE_NUMBERS
                            : member->kind == ZKL_JSON_BOOL ? ZKL_SHAPE_BOOL
                                                            : ZKL_SHAPE_MOMENTS;
    r->table->columns[column].facts.line = line;
    zkl_facts_add_text(&r->table->columns[column].facts, shapes, member->value.data,
                       member->value.size);
    return zkl_loader_put_text(&r->loader, column, member->value, err);
}

static zkl_status add_json_row(reading *r, zkl_bytes text, uint64_t line, zkl_error *err)
{
    ZKL_TRY(zkl_json_object_parse(&r->object, text, err));
    ZKL_TRY(zkl_loader_put_line(&r->loader, line, err));
    const uint64_t row = r->loader.segment_first + r->loader.row_count;
    size_t nested = 0;
    for (size_t i = 0; i < r->object.member_count; i++)
        nested += r->object.members[i].kind == ZKL_JSON_NESTED;
    if (nested > 1 && nested == r->object.member_count && !r->options->column_count &&
        !r->options->schema)
        return zkl_fail(err, ZKL_NOT_SUPPORTED,
                        "all members hold lists or objects: rows are wanted, an object each with "
                        "its values, not columns");
    for (size_t i = 0; i < r->object.member_count; i++)
        ZKL_TRY(add_json_member(r, &r->object.members[i], i, row, line, err));
    return zkl_loader_end_row(&r->loader, err);
}

/* The line of the fault: of the row's beginning, and the line ends up to where its text was last good. */
static zkl_status wrap_json(const reading *r, zkl_status status, const char *name, zkl_bytes text,
                            uint64_t line, zkl_error *err)
{
    if (line == 0)
        return zkl_wrap(err, status, "'%s'", name);
    for (size_t i = 0; i < r->object.fault_at && i < text.size; i++)
        line += text.data[i] == '\n';
    return zkl_wrap(err, status, "'%s' line %llu", name, (unsigned long long)line);
}

static zkl_status scan_objects(reading *r, size_t file, zkl_error *err)
{
    const char *name = r->table->inputs.list[file].name;
    zkl_raw_chunk chunk;
    ZKL_TRY(r->ops->scan(r->source, file, &r->layout, NULL, 0, err));
    do {
        zkl_status status = r->ops->next(r->source, &chunk, err);
        if (status != ZKL_OK)
            return status;
        const zkl_raw_text *texts = chunk.row_count ? chunk.vectors[0].values : NULL;
        for (size_t i = 0; i < chunk.row_count; i++) {
            const zkl_bytes text = zkl_raw_text_bytes(&texts[i]);
            status = add_json_row(r, text, chunk.lines ? chunk.lines[i] : 0, err);
            if (status != ZKL_OK)
                return wrap_json(r, status, name, text, chunk.lines ? chunk.lines[i] : 0, err);
        }
    } while (chunk.row_count);
    return ZKL_OK;
}

/* ---- the read */

/* What says how CSV is read would be passed over in silence with any other file. */
static zkl_status check_csv_options(const zkl_read_options *o, const zkl_format *format,
                                    zkl_error *err)
{
    const zkl_reading *how = &o->reading;
    const char *const given = how->delimiter                ? "a delimiter"
                              : how->quote                  ? "a quote"
                              : how->encoding               ? "an encoding"
                              : how->header == ZKL_NO       ? "'no header'"
                              : how->null_text_count        ? "a text that means null"
                              : how->null_quoted == ZKL_YES ? "'null quoted'"
                                                            : NULL;
    if (!zkl_encoding_is_known(how->encoding))
        return zkl_fail(err, ZKL_USAGE, "unknown encoding '%s'; known: " ZKL_ENCODINGS_KNOWN,
                        how->encoding);
    if (format->has_csv_options || !given)
        return ZKL_OK;
    return zkl_fail(err, ZKL_USAGE, "%s is said, which is for CSV; these files are not", given);
}

static zkl_status open_source(reading *r, zkl_error *err)
{
    const zkl_read_options *o = r->options;
    zkl_table *table = r->table;
    const zkl_reading *how = &table->reading;
    const char **paths = ZKL_ARENA_NEW(&table->arena, const char *, table->inputs.count);
    const char **names = ZKL_ARENA_NEW(&table->arena, const char *, table->inputs.count);
    if (!paths || !names)
        return zkl_no_memory(err, table->inputs.count * sizeof *paths);
    for (size_t i = 0; i < table->inputs.count; i++) {
        paths[i] = table->inputs.list[i].path;
        if (!zkl_utf8_valid(zkl_bytes_of_text(paths[i])) ||
            !zkl_utf8_valid(zkl_bytes_of_text(table->inputs.list[i].name)))
            return zkl_fail(
                err, ZKL_NOT_SUPPORTED,
                "'%s': a file whose path is not UTF-8 cannot be opened as a table; give "
                "it another name, or as standard input",
                table->inputs.list[i].name);
        names[i] = table->inputs.list[i].name;
    }
    r->source_options = (zkl_source_options){ .files = paths,
                                              .names = names,
                                              .file_count = table->inputs.count,
                                              .format = r->format->name,
                                              .delimiter = zkl_reading_delimiter(how),
                                              .quote = zkl_reading_quote(how),
                                              .encoding = how->encoding,
                                              .no_header = how->header == ZKL_NO,
                                              .null_quoted = how->null_quoted == ZKL_YES,
                                              .null_texts = how->null_texts,
                                              .null_text_count = how->null_text_count,
                                              .memory_bytes = o->memory_bytes,
                                              .thread_count = zkl_pool_threads(r->env->pool) };
    r->ops = o->source;
    if (!r->ops)
        ZKL_TRY(r->format->reader(&r->ops, err));
    if (!o->source && r->format->check) {
        r->stated_rows = ZKL_ARENA_NEW(&table->arena, uint64_t, table->inputs.count);
        if (!r->stated_rows)
            return zkl_no_memory(err, table->inputs.count * sizeof *r->stated_rows);
    }
    return r->ops->open(&r->source, &r->source_options, err);
}

/* A Parquet file says how many rows it has: a reader that gives another number has lost or made some. */
static zkl_status count_rows(reading *r, size_t file, zkl_error *err)
{
    const zkl_input *input = &r->table->inputs.list[file];
    const uint64_t count = r->loader.file_row + r->loader.row_count;
    r->table->inputs.digests[file].row_count = count;
    if (!r->stated_rows || r->stated_rows[file] == count)
        return ZKL_OK;
    return zkl_fail(err, ZKL_BAD_INPUT, "'%s' is damaged: it states %llu rows, and has %llu",
                    input->name, (unsigned long long)r->stated_rows[file],
                    (unsigned long long)count);
}

/* JSON has no header: which columns there are is known behind the last row. */
static zkl_status check_found(const reading *r, zkl_error *err)
{
    const zkl_read_options *o = r->options;
    for (size_t i = 0; !o->schema && i < o->column_count; i++) {
        bool found = false;
        for (size_t k = 0; k < r->table->column_count && !found; k++)
            found = name_is(r->table->columns[k].name, o->columns[i]);
        if (!found)
            return zkl_fail(err, ZKL_BAD_INPUT, "'%s' has no column '%s': no row has that key",
                            r->table->inputs.list[0].name, o->columns[i]);
    }
    return ZKL_OK;
}

static zkl_status read_files(reading *r, zkl_error *err)
{
    const bool objects = r->format->has_objects;
    r->loader.facts_are_known = objects;
    for (size_t file = 0; !objects && file < r->table->inputs.count; file++)
        ZKL_TRY(describe_file(r, file, err));
    for (size_t file = 0; file < r->table->inputs.count; file++) {
        ZKL_TRY(zkl_loader_start_file(&r->loader, (uint32_t)file, err));
        ZKL_TRY(objects ? scan_objects(r, file, err) : scan_columns(r, file, err));
        ZKL_TRY(count_rows(r, file, err));
    }
    ZKL_TRY(zkl_loader_finish(&r->loader, err));
    if (r->table->row_count == 0)
        return zkl_fail(err, ZKL_BAD_INPUT,
                        "'%s' has no rows: there is nothing to prove about an empty table",
                        r->table->inputs.list[0].name);
    ZKL_TRY(check_found(r, err));
    if (r->table->column_count == 0)
        return zkl_fail(err, ZKL_BAD_INPUT, "'%s' has no columns", r->table->inputs.list[0].name);
    return ZKL_OK;
}

/* ---- final types */

static const zkl_schema_rule *rule_of(const reading *r, zkl_bytes name)
{
    for (size_t i = 0; i < r->rules.rule_count; i++)
        if (same_name(r->rules.rules[i].name, name))
            return &r->rules.rules[i];
    return NULL;
}

static zkl_status check_rules(const reading *r, zkl_error *err)
{
    for (size_t i = 0; i < r->rules.rule_count; i++) {
        bool found = false;
        for (size_t k = 0; k < r->table->column_count && !found; k++)
            found = same_name(r->table->columns[k].name, r->rules.rules[i].name);
        if (!found)
            return zkl_fail(err, ZKL_BAD_INPUT, "'%s': line %u: there is no column '%.*s'",
                            r->options->schema_file ? r->options->schema_file : "schema",
                            r->rules.rules[i].line, shown(r->rules.rules[i].name),
                            (const char *)r->rules.rules[i].name.data);
    }
    for (size_t i = 0; i < r->rules.key_count; i++) {
        bool found = false;
        for (size_t k = 0; k < r->table->column_count && !found; k++)
            found = name_is(r->table->columns[k].name, r->rules.key[i]);
        if (!found)
            return zkl_fail(err, ZKL_BAD_INPUT, "'%s': there is no key column '%s'",
                            r->options->schema_file, r->rules.key[i]);
    }
    return ZKL_OK;
}

/* The columns must be the given schema's, in its order. */
static zkl_status take_schema(reading *r, const zkl_schema *schema, zkl_error *err)
{
    zkl_table *table = r->table;
    for (size_t i = 0; i < schema->column_count || i < table->column_count; i++)
        if (i >= schema->column_count || i >= table->column_count ||
            !same_name(schema->columns[i].name, table->columns[i].name)) {
            const zkl_bytes name =
                i < schema->column_count ? schema->columns[i].name : table->columns[i].name;
            return zkl_fail(err, ZKL_BAD_INPUT,
                            "'%s': column %zu is not '%.*s': these are not the dataset's columns",
                            table->inputs.list[0].name, i + 1, shown(name),
                            (const char *)name.data);
        }
    for (size_t i = 0; i < table->column_count; i++) {
        zkl_table_column *column = &table->columns[i];
        column->type = schema->columns[i].type;
        column->nullable = column->nan_is_null = schema->columns[i].nullable;
        column->wants_dictionary = column->must_be_dictionary =
            column->type.kind == ZKL_TYPE_DICTIONARY;
        snprintf(column->note, sizeof column->note, "the dataset's");
    }
    return ZKL_OK;
}

static void decide_column(const reading *r, zkl_table_column *column)
{
    const zkl_schema_rule *rule = rule_of(r, column->name);
    bool is_string;
    zkl_facts_decide(&column->type, &is_string, column->note, sizeof column->note, &column->facts,
                     &column->raw, r->options->keep_types);
    column->wants_dictionary = is_string;
    column->nullable = column->facts.null_count > 0;
    if (!rule)
        return;
    if (rule->has_type) {
        column->type = rule->type;
        column->wants_dictionary = rule->is_dictionary || rule->is_string;
        column->must_be_dictionary = rule->is_dictionary;
        column->type_is_given = true;
        snprintf(column->note, sizeof column->note, "given by the schema");
    }
    column->nan_is_null = rule->nan_is_null;
    column->nullable_is_given = rule->nullable >= 0 || rule->nan_is_null;
    if (rule->nullable >= 0)
        column->nullable = rule->nullable;
    else if (rule->nan_is_null)
        column->nullable = true;
}

typedef struct collect_job {
    reading *r;
    size_t bytes_max;
    zkl_status *statuses;
} collect_job;

static zkl_status collect_strings(const zkl_table *table, size_t index, size_t bytes_max,
                                  zkl_error *err)
{
    zkl_string_set *set = &((zkl_table *)(uintptr_t)table)->columns[index].strings;
    for (size_t i = 0; i < table->segment_count && !set->full; i++) {
        zkl_piece_view view = { 0 };
        ZKL_TRY(zkl_piece_load(&view, table, &table->segments[i], index, err));
        const uint8_t *at = view.heap;
        zkl_status status = ZKL_OK;
        for (uint32_t row = 0; row < view.row_count && status == ZKL_OK && !set->full;
             at += view.sizes[row], row++)
            if (!zkl_piece_is_null(&view, row))
                status = zkl_string_set_add(set, zkl_bytes_of(at, view.sizes[row]), bytes_max, err);
        zkl_piece_view_clear(&view);
        ZKL_TRY(status);
    }
    return set->full ? ZKL_OK : zkl_string_set_sort(set, err);
}

static void collect_task(void *context, size_t index, size_t worker)
{
    collect_job *job = context;
    (void)worker;
    if (job->r->table->columns[index].wants_dictionary)
        job->statuses[index] = collect_strings(job->r->table, index, job->bytes_max, NULL);
}

/* What the caller knows of a dictionary that is read again; NULL: nothing. */
static const zkl_read_dictionary *known_dictionary(const reading *r, const zkl_table_column *column)
{
    const zkl_read_options *o = r->options;
    for (size_t i = 0; o->schema && i < o->dictionary_count; i++)
        if (&r->table->columns[o->dictionaries[i].column] == column)
            return &o->dictionaries[i];
    return NULL;
}

/* The codes of the part's entries; other strings than those give no root, so another schema. */
static zkl_status take_part(reading *r, zkl_table_column *column, const zkl_dictionary_part *part,
                            zkl_error *err)
{
    size_t present = 0;
    for (size_t code = 0; code < part->entry_count; code++)
        present += zkl_dictionary_present(part->present, code);
    if (present != column->strings.entry_count)
        return ZKL_OK;
    ZKL_TRY(zkl_string_set_spread(&column->strings, part->present, part->entry_count, err));
    return zkl_dictionary_part_root(&column->type.root, r->table->hash, part,
                                    column->strings.entries, err);
}

/* A new dictionary draws its seed; one that is read again, or whose strings are the same, has it from before. */
static zkl_status make_dictionary(reading *r, zkl_table_column *column, zkl_error *err)
{
    uint8_t key[32];
    const size_t noted = strlen(column->note);
    const zkl_read_dictionary *known = known_dictionary(r, column);
    bool found = false;
    snprintf(column->note + noted, sizeof column->note - noted, ", dictionary of %zu",
             column->strings.entry_count);
    if (column->previous_dictionary)
        ZKL_TRY(
            zkl_dictionary_rebuild(&found, column, r->table->hash, r->options->owner_secret, err));
    if (found)
        return ZKL_OK;
    column->type = (zkl_type){ .kind = ZKL_TYPE_DICTIONARY };
    if (known) {
        column->seed = known->seed;
        if (known->part.entry_count)
            return take_part(r, column, &known->part, err);
        memcpy(key, known->key, sizeof key);
    } else {
        ZKL_TRY(zkl_env_random(r->env, column->seed.bytes, sizeof column->seed.bytes, err));
        zkl_owner_secret_dictionary_key(key, r->options->owner_secret, &column->seed);
    }
    const zkl_status status =
        zkl_dictionary_root(&column->type.root, r->table->hash, key, column->strings.entries,
                            column->strings.entry_count, err);
    zkl_wipe(key, sizeof key);
    return status;
}

static zkl_status make_dictionaries(reading *r, zkl_error *err)
{
    zkl_table *table = r->table;
    size_t strings = 0;
    for (size_t i = 0; i < table->column_count; i++) {
        const zkl_table_column *column = &table->columns[i];
        strings += column->wants_dictionary;
        if (column->wants_dictionary && column->raw.kind != ZKL_RAW_TEXT)
            return zkl_fail(err, ZKL_BAD_INPUT,
                            "column '%.*s' does not hold text; it cannot be a string",
                            shown(column->name), (const char *)column->name.data);
    }
    if (strings == 0)
        return ZKL_OK;
    const size_t share = DICTIONARIES_BYTES_MAX / strings;
    ZKL_AUTO_BLOCK zkl_status *statuses = zkl_calloc(table->column_count, sizeof *statuses);
    if (!statuses)
        return zkl_no_memory(err, table->column_count * sizeof *statuses);
    collect_job job = { r, share < ZKL_DICTIONARY_BYTES_MAX ? share : ZKL_DICTIONARY_BYTES_MAX,
                        statuses };
    zkl_pool_run(r->env->pool, table->column_count, collect_task, &job);
    for (size_t i = 0; i < table->column_count; i++) {
        zkl_table_column *column = &table->columns[i];
        if (!column->wants_dictionary)
            continue;
        if (statuses[i] != ZKL_OK)
            return zkl_fail(err, statuses[i], "column '%.*s': %s", shown(column->name),
                            (const char *)column->name.data, zkl_status_text(statuses[i]));
        if (!column->strings.full) {
            if (!r->options->schema || known_dictionary(r, column))
                ZKL_TRY(make_dictionary(r, column, err));
            continue;
        }
        if (column->must_be_dictionary)
            return zkl_fail(err, ZKL_BAD_INPUT,
                            "column '%.*s' has more than %d different values, or too long ones, "
                            "for a dictionary; "
                            "use \"string16\" or \"string32\"",
                            shown(column->name), (const char *)column->name.data,
                            ZKL_DICTIONARY_ENTRIES_MAX);
        zkl_string_set_clear(&column->strings);
        if (column->previous_dictionary)
            zkl_column_changes(column, "too many different strings");
        const size_t noted = strlen(column->note);
        snprintf(column->note + noted, sizeof column->note - noted,
                 ", too many different values for a dictionary: hashed");
    }
    return ZKL_OK;
}

static zkl_status make_schema(reading *r, zkl_error *err)
{
    zkl_table *table = r->table;
    zkl_column *columns = ZKL_ARENA_NEW(&table->arena, zkl_column, table->column_count);
    size_t offsets;
    if (!columns || !zkl_size_mul(&offsets, (size_t)zkl_table_chunks(table), table->column_count))
        return zkl_no_memory(err, table->column_count * sizeof *columns);
    for (size_t i = 0; i < table->column_count; i++)
        columns[i] = (zkl_column){ table->columns[i].name, table->columns[i].type,
                                   table->columns[i].nullable };
    table->schema = (zkl_schema){ .hash = table->hash,
                                  .columns = columns,
                                  .column_count = table->column_count };
    table->cell_offsets = zkl_malloc(offsets, sizeof *table->cell_offsets);
    return table->cell_offsets ? ZKL_OK : zkl_no_memory(err, offsets * sizeof *table->cell_offsets);
}

/* ---- what is told about the read */

/* What was said, what was found out, and the usual of the rest. */
static zkl_status tell_reading(reading *r, zkl_error *err)
{
    zkl_table *table = r->table;
    zkl_reading *out = &table->reading;
    out->format = r->format->name;
    if (!r->options->schema)
        out->columns_chosen = r->options->column_count ? ZKL_YES : ZKL_NO;
    out->delimiter = zkl_reading_delimiter_word(r->layout.delimiter);
    zkl_reading_complete(out);
    return zkl_reading_check(out, err);
}

/* Ranges of the schema file, as claims. */
static zkl_status tell_claims(reading *r, zkl_error *err)
{
    zkl_table *table = r->table;
    table->key = r->rules.key;
    table->key_count = r->rules.key_count;
    table->claims = ZKL_ARENA_NEW(&table->arena, const char *, r->rules.rule_count);
    if (!table->claims)
        return zkl_no_memory(err, r->rules.rule_count * sizeof *table->claims);
    for (size_t i = 0; i < r->rules.rule_count; i++) {
        const zkl_schema_rule *rule = &r->rules.rules[i];
        ZKL_AUTO_CLEAR(zkl_buffer) text = { 0 };
        if (!rule->low)
            continue;
        zkl_buffer_put_text(&text, "range(");
        zkl_name_quote(&text, rule->name);
        zkl_buffer_format(&text, ", %s, %s)", rule->low, rule->high);
        ZKL_TRY(zkl_buffer_status(&text, err));
        table->claims[table->claim_count] =
            zkl_arena_text(&table->arena, (const char *)text.data, text.size);
        if (!table->claims[table->claim_count++])
            return zkl_no_memory(err, text.size);
    }
    return ZKL_OK;
}

static zkl_status fail_bad_rows(const reading *r, zkl_error *err)
{
    const zkl_bad_row *first = &r->bad.bad.rows[0];
    char line[32] = "";
    if (first->line)
        snprintf(line, sizeof line, " (line %llu)", (unsigned long long)first->line);
    return zkl_fail(
        err, ZKL_BAD_INPUT, "%llu value%s not fit; the first: '%s' row %llu%s, column '%s': %s",
        (unsigned long long)r->bad.bad.total, r->bad.bad.total == 1 ? " does" : "s do", first->file,
        (unsigned long long)first->row, line, first->column, first->reason);
}

static zkl_status read_table(reading *r, zkl_error *err)
{
    zkl_table *table = r->table;
    const zkl_read_options *o = r->options;
    ZKL_TRY(zkl_reading_take(&table->reading, &table->arena, &o->reading, err));
    if (o->schema_file && !o->schema)
        ZKL_TRY(zkl_schema_rules_read(&r->rules, &table->arena, o->schema_file, err));
    const zkl_inputs_request files = { .names = o->files,
                                       .count = o->file_count,
                                       .spool_folder = o->spool_folder,
                                       .stream_memory_bytes = o->input_memory_bytes,
                                       .hash = o->hash };
    ZKL_TRY(zkl_format_find(&r->format, o->reading.format, o->files, o->file_count, err));
    ZKL_TRY(check_csv_options(o, r->format, err));
    ZKL_TRY(zkl_inputs_open(&table->inputs, &table->arena, &files, r->env, err));
    ZKL_TRY(zkl_spool_new(&table->spool, o->spool_folder, r->env, err));
    ZKL_TRY(open_source(r, err));
    ZKL_TRY(read_files(r, err));
    ZKL_TRY(zkl_inputs_check(&table->inputs, err));
    if (o->schema) {
        ZKL_TRY(take_schema(r, o->schema, err));
    } else {
        ZKL_TRY(check_rules(r, err));
        for (size_t i = 0; i < table->column_count; i++)
            decide_column(r, &table->columns[i]);
        if (o->previous)
            ZKL_TRY(zkl_table_inherit(table, o, r->env, err));
    }
    ZKL_TRY(make_dictionaries(r, err));
    ZKL_TRY(make_schema(r, err));
    ZKL_TRY(zkl_table_convert(table, &r->bad, r->env, err));
    if (r->bad.bad.total)
        return fail_bad_rows(r, err);
    ZKL_TRY(tell_claims(r, err));
    return tell_reading(r, err);
}

zkl_status zkl_table_read(zkl_table **out, const zkl_read_options *options, zkl_bad_rows *bad,
                          const zkl_env *env, zkl_error *err)
{
    *bad = (zkl_bad_rows){ 0 };
    ZKL_AUTO_FREE(zkl_table) table = zkl_calloc(1, sizeof *table);
    if (!table)
        return zkl_no_memory(err, sizeof *table);
    table->hash = options->hash;
    ZKL_AUTO_CLEAR(reading)
    r = { .table = table,
          .options = options,
          .env = env,
          .keys = { .entries_max = ZKL_COLUMNS_MAX },
          .bad = { .lock = PTHREAD_MUTEX_INITIALIZER } };
    r.loader.table = table;
    r.loader.env = env;
    const zkl_status status = read_table(&r, err);
    if (status == ZKL_BAD_INPUT)
        *bad = r.bad.bad;
    if (status != ZKL_OK)
        return status;
    *out = table;
    table = NULL;
    return ZKL_OK;
}

/* ---- what a table tells */

const zkl_schema *zkl_table_schema(const zkl_table *table)
{
    return &table->schema;
}

uint64_t zkl_table_rows(const zkl_table *table)
{
    return table->row_count;
}

const zkl_column *zkl_table_column_previous(const zkl_table *table, size_t column)
{
    ZKL_ASSERT(column < table->column_count);
    return table->columns[column].previous;
}

const char *zkl_table_column_change(const zkl_table *table, size_t column)
{
    ZKL_ASSERT(column < table->column_count);
    return table->columns[column].change;
}

const char *zkl_table_column_note(const zkl_table *table, size_t column)
{
    ZKL_ASSERT(column < table->column_count);
    return table->columns[column].note;
}

const char *zkl_table_column_misfit(uint64_t *line, const zkl_table *table, size_t column)
{
    ZKL_ASSERT(column < table->column_count);
    const zkl_table_column *c = &table->columns[column];
    *line = c->facts.misfit_line;
    return c->is_kept_text || c->type_is_given ? NULL : c->facts.misfit_why;
}

bool zkl_table_column_is_all_null(const zkl_table *table, size_t column)
{
    ZKL_ASSERT(column < table->column_count);
    const zkl_table_column *c = &table->columns[column];
    return !c->type_is_given && c->facts.value_count == 0;
}

bool zkl_table_column_is_kept_text(const zkl_table *table, size_t column)
{
    ZKL_ASSERT(column < table->column_count);
    return table->columns[column].is_kept_text;
}

size_t zkl_table_dictionary(const zkl_table *table, size_t column, const zkl_bytes **entries)
{
    ZKL_ASSERT(column < table->column_count);
    const bool has = table->columns[column].type.kind == ZKL_TYPE_DICTIONARY;
    *entries = has ? table->columns[column].strings.entries : NULL;
    return has ? table->columns[column].strings.entry_count : 0;
}

const zkl_digest *zkl_table_dictionary_seed(const zkl_table *table, size_t column)
{
    ZKL_ASSERT(column < table->column_count);
    return &table->columns[column].seed;
}

const zkl_digest *zkl_table_content_hash(const zkl_table *table)
{
    return &table->inputs.content_hash;
}

size_t zkl_table_files(const zkl_table *table, const zkl_file_digest **files)
{
    *files = table->inputs.digests;
    return table->inputs.count;
}

const zkl_reading *zkl_table_reading(const zkl_table *table)
{
    return &table->reading;
}

size_t zkl_table_key(const zkl_table *table, const char *const **names)
{
    *names = table->key;
    return table->key_count;
}

size_t zkl_table_claims(const zkl_table *table, const char *const **claims)
{
    *claims = table->claims;
    return table->claim_count;
}
