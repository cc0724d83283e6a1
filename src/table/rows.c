/* From files to the spool: a format's reader gives chunks of raw values, and the loader makes
 * segments of them.
 *
 *   header known:  describe every file  ->  scan each file's columns
 *   objects:       scan each file's rows, columns appear as they come (objects.c)
 *
 * 1. Every file is described before any row is read: files that do not belong together are
 *    refused at once.
 * 2. All files have the first one's columns, by name, type and order.
 * 3. A file whose format states its rows must give as many: a reader that gives another number
 *    has lost or made some. */
#include <stdio.h>

#include "base/bytes.h"
#include "input/input_text.h"
#include "table/table_internal.h"
#include "text/nearest.h"
#include "text/utf8.h"
#include "types/value.h"

/* A reader that is open on the files of a table, and what is taken of them. */
typedef struct scan {
    /* Columns, segments and row counts are added to it. */
    zkl_table *table;
    const zkl_read_options *options;
    const zkl_format *format;
    const zkl_source_ops *ops;
    zkl_source *source;
    zkl_source_options source_options;
    zkl_loader loader;
    /* Of the first file. */
    zkl_source_layout layout;
    /* Its columns that are read, rising. */
    uint32_t *selected;
    size_t selected_count;
    /* What each file states; NULL: files of the format state nothing. */
    uint64_t *stated_rows;
    zkl_objects objects;
} scan;

/* The reader is closed first: it may hold pointers into its options. */
static void scan_clear(scan *s)
{
    if (s->source)
        s->ops->close(s->source);
    zkl_loader_clear(&s->loader);
    zkl_objects_clear(&s->objects);
    zkl_free(s->selected);
}

static const char *file_name(const scan *s, size_t file)
{
    ZKL_ASSERT(file < s->table->inputs.count);
    return s->table->inputs.list[file].name;
}

/* ---- which columns are wanted */

/* By a manifest's schema where there is one; else by the names that were asked for; else all. */
bool zkl_column_is_wanted(const zkl_read_options *options, zkl_bytes name)
{
    if (options->schema && options->reading.columns_chosen == ZKL_NO)
        return true; /* the files have the schema's columns and no other */
    if (options->schema) {
        for (size_t i = 0; i < options->schema->column_count; i++)
            if (zkl_bytes_equal(options->schema->columns[i].name, name))
                return true;
        return false;
    }
    for (size_t i = 0; i < options->column_count; i++)
        if (zkl_bytes_equal_text(name, options->columns[i]))
            return true;
    return options->column_count == 0;
}

static bool is_wanted(const void *options, zkl_bytes name)
{
    return zkl_column_is_wanted(options, name);
}

/* ---- the columns of a file that says them first */

static bool is_number(zkl_bytes name)
{
    zkl_number_text ignored;
    return zkl_number_scan(&ignored, name.data, name.size);
}

/* A name goes into the schema, whose form allows no empty one, no NUL and ZKL_NAME_BYTES_MAX
 * bytes. */
static zkl_status check_name(const zkl_source_layout *layout, size_t index, const char *file,
                             zkl_error *err)
{
    const zkl_bytes name = layout->columns[index].name;
    if (name.size == 0)
        return zkl_fail_hint(err, ZKL_BAD_INPUT, ZKL_HINT_NAME_COLUMNS,
                             "'%s': column %zu has no name", file, index + 1);
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
        const zkl_bytes name = layout->columns[i].name;
        if (!zkl_column_is_wanted(options, name))
            continue;
        ZKL_TRY(check_name(layout, i, file, err));
        ZKL_TRY(zkl_string_set_add(&names, name, SIZE_MAX / 2, err));
        /* a set does not grow by a name that it has */
        if (names.entry_count != ++wanted)
            return zkl_fail_hint(err, ZKL_BAD_INPUT,
                                 is_number(name) ? ZKL_HINT_SAY_NO_HEADER : ZKL_HINT_NONE,
                                 "'%s': the column name '%.*s' stands twice", file,
                                 zkl_name_shown(name), (const char *)name.data);
    }
    return ZKL_OK;
}

/* The name that is nearest to it is said too. */
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

/* The caller may end the read here, before any row: claims about columns that are not there, for
 * example. */
static zkl_status ask_caller(const scan *s, zkl_error *err)
{
    const zkl_read_options *o = s->options;
    if (!o->check_columns)
        return ZKL_OK;
    zkl_bytes *names = ZKL_ARENA_NEW(&s->table->arena, zkl_bytes, s->selected_count);
    if (!names)
        return zkl_no_memory(err, s->selected_count * sizeof *names);
    for (size_t i = 0; i < s->selected_count; i++)
        names[i] = s->layout.columns[s->selected[i]].name;
    return o->check_columns(o->check_opaque, names, s->selected_count, err);
}

/* Columns of the first file that are wanted; each named one must be there, unless a schema names
 * them. */
static zkl_status select_columns(scan *s, const char *file, zkl_error *err)
{
    const zkl_source_layout *layout = &s->layout;
    s->selected = zkl_malloc(layout->column_count, sizeof *s->selected);
    if (!s->selected)
        return zkl_no_memory(err, layout->column_count * sizeof *s->selected);
    for (size_t i = 0; i < layout->column_count; i++) {
        const zkl_source_column *column = &layout->columns[i];
        if (!zkl_column_is_wanted(s->options, column->name))
            continue;
        if (column->refused)
            return zkl_fail_hint(err, ZKL_NOT_SUPPORTED, ZKL_HINT_LEAVE_COLUMN_OUT,
                                 "'%s': column '%.*s' has the type '%s', which a table cannot hold",
                                 file, zkl_name_shown(column->name),
                                 (const char *)column->name.data, column->refused);
        ZKL_TRY(zkl_loader_add_column(&s->loader, column->name, &column->type, err));
        s->selected[s->selected_count++] = (uint32_t)i;
    }
    /* columns and selection are parallel: chunks give vectors in this order */
    ZKL_ASSERT(s->selected_count == s->table->column_count);
    for (size_t i = 0; !s->options->schema && i < s->options->column_count; i++) {
        bool found = false;
        for (size_t k = 0; k < layout->column_count && !found; k++)
            found = zkl_bytes_equal_text(layout->columns[k].name, s->options->columns[i]);
        if (!found)
            return fail_unknown(layout, file, s->options->columns[i], err);
    }
    return ask_caller(s, err);
}

static bool same_type(const zkl_raw_type *a, const zkl_raw_type *b)
{
    return a->kind == b->kind && a->value_bytes == b->value_bytes &&
           a->is_unsigned == b->is_unsigned && a->precision == b->precision &&
           a->scale == b->scale && a->units_per_second == b->units_per_second;
}

/* Rows of all files become one table, so a column must be the same thing in each. */
static zkl_status check_same_layout(const scan *s, const zkl_source_layout *layout,
                                    const char *file, zkl_error *err)
{
    const char *first = file_name(s, 0);
    if (layout->column_count != s->layout.column_count)
        return zkl_fail(err, ZKL_BAD_INPUT, "'%s' has %zu columns, '%s' has %zu", file,
                        layout->column_count, first, s->layout.column_count);
    /* one delimiter stands in the manifest; of a file with one column none was found out */
    if (s->format->has_csv_options && layout->column_count > 1 &&
        strcmp(layout->delimiter, s->layout.delimiter) != 0)
        return zkl_fail(err, ZKL_BAD_INPUT,
                        "the fields of '%s' are separated by '%s', those of '%s' by '%s'", file,
                        zkl_reading_delimiter_word(layout->delimiter), first,
                        zkl_reading_delimiter_word(s->layout.delimiter));
    for (size_t i = 0; i < layout->column_count; i++) {
        const zkl_source_column *a = &s->layout.columns[i], *b = &layout->columns[i];
        if (!zkl_bytes_equal(a->name, b->name))
            return zkl_fail(err, ZKL_BAD_INPUT, "column %zu is '%.*s' in '%s' and '%.*s' in '%s'",
                            i + 1, zkl_name_shown(a->name), (const char *)a->name.data, first,
                            zkl_name_shown(b->name), (const char *)b->name.data, file);
        if (!same_type(&a->type, &b->type))
            return zkl_fail(err, ZKL_BAD_INPUT,
                            "column '%.*s' has another type in '%s' than in '%s'",
                            zkl_name_shown(a->name), (const char *)a->name.data, file, first);
    }
    return ZKL_OK;
}

/* In this order: the file against itself, what its reader says of it, its names, and the first
 * file's layout. */
static zkl_status describe_file(scan *s, size_t file, zkl_error *err)
{
    const zkl_input *input = &s->table->inputs.list[file];
    zkl_source_layout layout;
    if (s->stated_rows) {
        const zkl_format_check check = { input->path, input->name, is_wanted, s->options };
        ZKL_TRY(s->format->check(&s->stated_rows[file], &check, err));
    }
    ZKL_TRY(s->ops->describe(s->source, &layout, &s->table->arena, file, err));
    if (layout.column_count == 0)
        return zkl_fail(err, ZKL_BAD_INPUT, "'%s' has no columns", input->name);
    ZKL_TRY(check_names(&layout, s->options, input->name, err));
    ZKL_ASSERT((file == 0) == (s->layout.column_count == 0));
    if (file > 0)
        return check_same_layout(s, &layout, input->name, err);
    s->layout = layout;
    return select_columns(s, input->name, err);
}

/* ---- rows
 *
 * One file is scanned at a time, so every row's file is known. */

/* The reader's message says what could not be split. Here are its rows, when it can name them. */
static zkl_status name_bad_lines(scan *s, zkl_bad_rows *bad, size_t file, zkl_status status)
{
    if (status != ZKL_BAD_INPUT || !s->ops->bad_lines)
        return status;
    s->ops->bad_lines(s->source, bad, file, &s->layout);
    ZKL_ASSERT(bad->count <= ZKL_COUNT(bad->rows) && bad->count <= bad->total);
    for (size_t i = 0; i < bad->count; i++)
        snprintf(bad->rows[i].file, sizeof bad->rows[i].file, "%s", file_name(s, file));
    return status;
}

/* The rows of one file on their way into segments. */
typedef struct filling {
    scan *scan;
    zkl_raw_chunk chunk;
    /* Rows of the chunk that were taken. */
    size_t taken;
    bool is_done;
    /* The reader failed, and not we. */
    bool is_of_reader;
    zkl_status status;
    zkl_error error;
} filling;

/* A chunk of no rows is the end. */
static zkl_status next_chunk(filling *f)
{
    f->taken = 0;
    const zkl_status status = f->scan->ops->next(f->scan->source, &f->chunk, &f->error);
    f->is_of_reader = status != ZKL_OK;
    f->is_done = f->is_of_reader || f->chunk.row_count == 0;
    return status;
}

/* Until the open segment is full, or the file ends. A chunk that crosses the end of a segment
 * stays for the next one: it is good until the reader is asked for more. */
static void fill_segment(void *context)
{
    filling *f = context;
    zkl_loader *loader = &f->scan->loader;
    while (f->status == ZKL_OK && !f->is_done && !zkl_loader_is_full(loader)) {
        if (f->taken == f->chunk.row_count)
            f->status = next_chunk(f);
        if (f->status == ZKL_OK)
            f->status = zkl_loader_add_chunk(loader, &f->chunk, &f->taken, &f->error);
    }
}

/* Rounds, until the file ends: the next segment is filled while the one before is written. */
static zkl_status scan_columns(scan *s, zkl_bad_rows *bad, size_t file, zkl_error *err)
{
    filling f = { .scan = s };
    ZKL_TRY(s->ops->scan(s->source, file, &s->layout, s->selected, s->selected_count, err));
    while (f.status == ZKL_OK && !f.is_done)
        ZKL_TRY(zkl_loader_round(&s->loader, fill_segment, &f, err));
    if (f.status != ZKL_OK && err)
        *err = f.error;
    return f.is_of_reader ? name_bad_lines(s, bad, file, f.status) : f.status;
}

/* The line of a fault: of the row's beginning, and the line ends up to where its text was last
 * good. */
static zkl_status wrap_line(const scan *s, size_t file, zkl_bytes text, uint64_t line,
                            zkl_status status, zkl_error *err)
{
    const char *name = file_name(s, file);
    if (line == 0)
        return zkl_wrap(err, status, "'%s'", name);
    for (size_t i = 0; i < s->objects.object.fault_at && i < text.size; i++)
        line += text.data[i] == '\n';
    return zkl_wrap(err, status, "'%s' line %llu", name, (unsigned long long)line);
}

/* The reader gives the text of each object, one vector of them; where a row's fault is depends
 * on what its parser took. */
static zkl_status scan_objects(scan *s, size_t file, zkl_error *err)
{
    zkl_raw_chunk chunk;
    ZKL_TRY(s->ops->scan(s->source, file, &s->layout, NULL, 0, err));
    do {
        ZKL_TRY(s->ops->next(s->source, &chunk, err));
        const zkl_raw_text *texts = chunk.row_count ? chunk.vectors[0].values : NULL;
        for (size_t i = 0; i < chunk.row_count; i++) {
            const zkl_bytes text = zkl_raw_text_bytes(&texts[i]);
            const uint64_t line = chunk.lines ? chunk.lines[i] : 0;
            const zkl_status status =
                zkl_objects_add_row(&s->objects, &s->loader, s->options, text, line, err);
            if (status != ZKL_OK)
                return wrap_line(s, file, text, line, status, err);
        }
    } while (chunk.row_count);
    return ZKL_OK;
}

/* The rows of the file, which is at its end but for the open segment. */
static zkl_status count_rows(scan *s, size_t file, zkl_error *err)
{
    const uint64_t count = s->loader.open.file_row + s->loader.open.row_count;
    s->table->inputs.digests[file].row_count = count;
    if (!s->stated_rows || s->stated_rows[file] == count)
        return ZKL_OK;
    return zkl_fail(err, ZKL_BAD_INPUT, "'%s' is damaged: it states %llu rows, and has %llu",
                    file_name(s, file), (unsigned long long)s->stated_rows[file],
                    (unsigned long long)count);
}

/* Without a header, which columns there are is known behind the last row. */
static zkl_status check_found(const scan *s, zkl_error *err)
{
    const zkl_read_options *o = s->options;
    const zkl_table *table = s->table;
    for (size_t i = 0; !o->schema && i < o->column_count; i++) {
        bool found = false;
        for (size_t k = 0; k < table->column_count && !found; k++)
            found = zkl_bytes_equal_text(table->columns[k].name, o->columns[i]);
        if (!found)
            return zkl_fail(err, ZKL_BAD_INPUT, "'%s' has no column '%s': no row has that key",
                            file_name(s, 0), o->columns[i]);
    }
    return ZKL_OK;
}

/* Files in the order of their names. An empty table is refused: nothing can be proven of it. */
static zkl_status read_files(scan *s, zkl_bad_rows *bad, zkl_error *err)
{
    const size_t files = s->table->inputs.count;
    const bool objects = s->format->has_objects;
    s->loader.facts_are_known = objects;
    s->loader.float_decimals = s->options->float_decimals;
    for (size_t file = 0; !objects && file < files; file++)
        ZKL_TRY(describe_file(s, file, err));
    for (size_t file = 0; file < files; file++) {
        ZKL_TRY(zkl_loader_start_file(&s->loader, (uint32_t)file, err));
        ZKL_TRY(objects ? scan_objects(s, file, err) : scan_columns(s, bad, file, err));
        ZKL_TRY(count_rows(s, file, err));
    }
    ZKL_TRY(zkl_loader_finish(&s->loader, err));
    if (s->table->row_count == 0)
        return zkl_fail(err, ZKL_BAD_INPUT,
                        "'%s' has no rows: there is nothing to prove about an empty table",
                        file_name(s, 0));
    ZKL_TRY(check_found(s, err));
    if (s->table->column_count == 0)
        return zkl_fail(err, ZKL_BAD_INPUT, "'%s' has no columns", file_name(s, 0));
    return ZKL_OK;
}

/* ---- the reader */

/* Options of CSV would be passed over in silence with any other format. */
static zkl_status check_csv_options(const zkl_reading *how, const zkl_format *format,
                                    zkl_error *err)
{
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

/* Readers take paths as UTF-8 (DuckDB's SQL does). */
static zkl_status list_paths(scan *s, const char **paths, const char **names, zkl_error *err)
{
    for (size_t i = 0; i < s->table->inputs.count; i++) {
        const zkl_input *input = &s->table->inputs.list[i];
        paths[i] = input->path;
        names[i] = input->name;
        if (!zkl_utf8_valid(zkl_bytes_of_text(paths[i])) ||
            !zkl_utf8_valid(zkl_bytes_of_text(names[i])))
            return zkl_fail(
                err, ZKL_NOT_SUPPORTED,
                "'%s': a file whose path is not UTF-8 cannot be opened as a table; give "
                "it another name, or as standard input",
                names[i]);
    }
    return ZKL_OK;
}

/* The options of the reader are borrowed by it until it is closed: they live in the scan and in
 * the table's arena. */
static zkl_status open_reader(scan *s, size_t threads, zkl_error *err)
{
    zkl_table *table = s->table;
    const zkl_read_options *o = s->options;
    const zkl_reading *how = &table->reading;
    const size_t files = table->inputs.count;
    const char **paths = ZKL_ARENA_NEW(&table->arena, const char *, files);
    const char **names = ZKL_ARENA_NEW(&table->arena, const char *, files);
    if (!paths || !names)
        return zkl_no_memory(err, files * sizeof *paths);
    ZKL_ASSERT(!s->source && files > 0);
    ZKL_TRY(list_paths(s, paths, names, err));
    s->source_options = (zkl_source_options){ .files = paths,
                                              .names = names,
                                              .file_count = files,
                                              .format = s->format->name,
                                              .delimiter = zkl_reading_delimiter(how),
                                              .quote = zkl_reading_quote(how),
                                              .encoding = how->encoding,
                                              .no_header = how->header == ZKL_NO,
                                              .null_quoted = how->null_quoted == ZKL_YES,
                                              .null_texts = how->null_texts,
                                              .null_text_count = how->null_text_count,
                                              .memory_bytes = o->memory_bytes,
                                              .thread_count = threads };
    s->ops = o->source;
    if (!s->ops)
        ZKL_TRY(s->format->reader(&s->ops, err));
    /* the check is for the format's own reader; a caller's reader need not read such files */
    if (!o->source && s->format->check) {
        s->stated_rows = ZKL_ARENA_NEW(&table->arena, uint64_t, files);
        if (!s->stated_rows)
            return zkl_no_memory(err, files * sizeof *s->stated_rows);
    }
    return s->ops->open(&s->source, &s->source_options, err);
}

/* What was said, what was found out, and the usual of the rest. */
static zkl_status complete_reading(const scan *s, zkl_error *err)
{
    zkl_reading *reading = &s->table->reading;
    reading->format = s->format->name;
    if (!s->options->schema)
        reading->columns_chosen = s->options->column_count ? ZKL_YES : ZKL_NO;
    reading->delimiter = zkl_reading_delimiter_word(s->layout.delimiter);
    zkl_reading_complete(reading);
    return zkl_reading_check(reading, err);
}

zkl_status zkl_rows_check_format(const zkl_format **out, const zkl_read_options *options,
                                 zkl_error *err)
{
    const zkl_reading *how = &options->reading;
    ZKL_TRY(zkl_format_find(out, how->format, options->files, options->file_count, err));
    return check_csv_options(how, *out, err);
}

zkl_status zkl_rows_read(zkl_table *table, zkl_bad_rows *bad, const zkl_format *format,
                         const zkl_read_options *options, const zkl_env *env, zkl_error *err)
{
    ZKL_ASSERT(table->spool && table->inputs.count && table->column_count == 0);
    ZKL_AUTO_CLEAR(scan)
    s = { .table = table,
          .options = options,
          .format = format,
          .loader = { .table = table, .env = env },
          .objects = { .names = { .entries_max = ZKL_COLUMNS_MAX } } };
    ZKL_TRY(open_reader(&s, zkl_pool_threads(env->pool), err));
    ZKL_TRY(read_files(&s, bad, err));
    zkl_table_invariant(table);
    return complete_reading(&s, err);
}
