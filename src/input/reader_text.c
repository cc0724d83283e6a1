/* The reader of CSV and JSON: files are decompressed, decoded and split here, exactly, and every
 * fault has its line.
 *
 * 1. The text goes through one window. A row lies in it whole; the window grows for longer rows,
 *    up to ROW_BYTES_MAX.
 * 2. What a chunk points to lies in the window, which moves only at the next call.
 * 3. A row of another number of fields ends the scan: none is padded, cut or passed over.
 *
 *   file --input_bytes--> bytes --input_text--> UTF-8 --window--> csv_split or json_split
 *                                                                 --> rows of a chunk
 *
 * A CSV file is opened twice, to be described and to be scanned: its delimiter is judged by up
 * to 10,000 records, which would otherwise have to be kept. */
#include "input/formats.h"

#include <stdio.h>
#include <strings.h>

#include "input/csv_split.h"
#include "input/input_text.h"
#include "input/json_split.h"

#define WINDOW_BYTES ((size_t)1 << 20)
/* An open quote or bracket makes a row of the rest of the file: this is where the search for its
 * end stops. */
#define ROW_BYTES_MAX ((size_t)256 << 20)
#define CHUNK_ROWS 2048                    /* as many as DuckDB's */
#define CHUNK_VALUES_MAX ((size_t)1 << 20) /* of wide tables, whose chunks have fewer rows */

typedef struct text_window {
    uint8_t *data;
    /* Rows before `at` were handed out; text ends at size. */
    size_t size, capacity, at;
    /* All of the file's text has been read. */
    bool is_last;
    /* In the file, before `at`. */
    uint64_t lines;
    /* Of CSV: where its signs stand, a bit a byte, when it was last marked at this size. */
    uint64_t *marks;
    size_t marked;
} text_window;

typedef enum text_kind { TEXT_CSV, TEXT_NDJSON, TEXT_JSON } text_kind;

typedef struct text_source {
    zkl_source base;
    text_kind kind;
    const zkl_source_options *options;
    /* the scan that runs */
    size_t file;
    zkl_input_text *text;
    text_window window;
    zkl_csv_splitter csv;
    zkl_json_splitter json;
    zkl_csv_field *fields;
    size_t field_count; /* of a row */
    const uint32_t *selected;
    /* The chunk: a vector for each selected column (one of whole rows for JSON). */
    zkl_raw_vector *vectors;
    size_t vector_count, chunk_rows;
    zkl_raw_text *texts;  /* vector_count times chunk_rows */
    uint64_t *valid_bits; /* vector_count times valid_words */
    size_t valid_words;
    uint64_t *lines; /* one a row */
} text_source;

static const char *name_of(const text_source *source)
{
    ZKL_ASSERT(source->file < source->options->file_count);
    return source->options->names[source->file];
}

/* In the file, for people: `lines` behind those that were handed out. */
static unsigned long long line_at(const text_source *source, uint64_t lines)
{
    const uint64_t line = source->window.lines + lines + 1;
    return line;
}

static bool is_csv(const text_source *source)
{
    return source->kind == TEXT_CSV;
}

/* Rules of the window: handed out, then text, then room. */
static void window_invariant(const text_window *w)
{
    ZKL_ASSERT(w->at <= w->size && w->size <= w->capacity);
}

/* ---- the scan's memory */

/* Back to what text_open made: the file is closed and the window is gone. */
static void end_scan(text_source *source)
{
    zkl_input_text_close(source->text);
    zkl_free(source->window.data);
    zkl_free(source->window.marks);
    zkl_free(source->fields);
    zkl_free(source->vectors);
    zkl_free(source->texts);
    zkl_free(source->valid_bits);
    zkl_free(source->lines);
    *source = (text_source){ source->base, source->kind, source->options };
}

static void text_close(zkl_source *base)
{
    if (!base)
        return;
    end_scan((text_source *)base);
    zkl_free(base);
}

/* ---- the window
 *
 *   0        at            size          capacity
 *   | handed out | text to come | room for more |
 */

/* Twice the window, for a row that does not end in it. Marks are of whole blocks. */
static zkl_status grow(text_source *source, zkl_error *err)
{
    text_window *w = &source->window;
    if (w->capacity >= ROW_BYTES_MAX)
        return zkl_fail(err, ZKL_LIMIT,
                        "'%s' line %llu: a row is longer than %zu MiB; perhaps a quote or bracket "
                        "in it is never closed",
                        name_of(source), line_at(source, 0), ROW_BYTES_MAX >> 20);
    const size_t capacity = w->capacity ? 2 * w->capacity : WINDOW_BYTES;
    uint8_t *data = zkl_realloc(w->data, w->size, capacity);
    if (!data)
        return zkl_no_memory(err, capacity);
    w->data = data;
    w->capacity = capacity;
    ZKL_ASSERT(capacity % ZKL_MARKS_BLOCK == 0);
    zkl_free(w->marks);
    w->marks = is_csv(source) ? zkl_malloc(capacity / ZKL_MARKS_BLOCK, sizeof *w->marks) : NULL;
    return w->marks || !is_csv(source)
               ? ZKL_OK
               : zkl_no_memory(err, capacity / ZKL_MARKS_BLOCK * sizeof *w->marks);
}

/* Anew whenever text moved or came. */
static void mark(text_source *source)
{
    text_window *w = &source->window;
    uint8_t signs[ZKL_MARKS_SIGNS];
    const size_t blocks = (w->size + ZKL_MARKS_BLOCK - 1) / ZKL_MARKS_BLOCK;
    memset(w->data + w->size, 0, blocks * ZKL_MARKS_BLOCK - w->size);
    zkl_csv_signs(signs, &source->csv);
    zkl_marks_best()->find(w->marks, w->data, blocks, signs);
    w->marked = w->size;
}

/* More text behind what is left, which moves to the front. */
static zkl_status fill(text_source *source, zkl_error *err)
{
    text_window *w = &source->window;
    window_invariant(w);
    w->marked = 0;
    if (w->at) {
        w->size -= w->at;
        memmove(w->data, w->data + w->at, w->size);
        w->at = 0;
    }
    if (w->capacity - w->size < ZKL_INPUT_TEXT_BYTES_MIN)
        ZKL_TRY(grow(source, err));
    while (!w->is_last && w->capacity - w->size >= ZKL_INPUT_TEXT_BYTES_MIN) {
        size_t got;
        ZKL_TRY(
            zkl_input_text_read(source->text, w->data + w->size, w->capacity - w->size, &got, err));
        w->size += got;
        w->is_last = got == 0;
    }
    window_invariant(w);
    return ZKL_OK;
}

/* A row was handed out. */
static void step_over(text_window *w, size_t bytes, uint64_t lines)
{
    ZKL_ASSERT(bytes <= w->size - w->at);
    w->at += bytes;
    w->lines += lines;
}

/* Ends the scan before, and fills the window for the first time. */
static zkl_status open_file(text_source *source, size_t file, zkl_error *err)
{
    end_scan(source);
    source->file = file;
    ZKL_TRY(zkl_input_text_open(&source->text, source->options->files[file],
                                source->options->names[file], source->options->encoding,
                                is_csv(source), err));
    ZKL_TRY(fill(source, err));
    if (source->window.size == 0)
        return zkl_fail(err, ZKL_BAD_INPUT, "'%s' is empty", name_of(source));
    return ZKL_OK;
}

/* ---- CSV: one record
 *
 * A record that does not lie in the window is asked for again with more text, unless rows of the
 * open chunk point into the window: then the chunk ends before it. */

/* What was not handed out yet. */
static zkl_csv_text csv_text(const text_window *w)
{
    ZKL_DEBUG_ASSERT(w->at <= w->size);
    return (zkl_csv_text){ w->data + w->at, w->size - w->at, w->is_last };
}

/* The next record, in source->fields; *found is false at the end, or when it does not lie in the
 * window and !may_fill. */
static zkl_status next_record(text_source *source, zkl_csv_record *record, bool *found,
                              bool may_fill, zkl_error *err)
{
    *found = false;
    for (;;) {
        switch (zkl_csv_next(record, source->fields, source->field_count, &source->csv,
                             csv_text(&source->window))) {
        case ZKL_CSV_RECORD:
            *found = true;
            return ZKL_OK;
        case ZKL_CSV_END:
            return ZKL_OK;
        case ZKL_CSV_BAD:
            return zkl_fail(err, ZKL_BAD_INPUT, "'%s' line %llu: %s", name_of(source),
                            line_at(source, record->line), zkl_csv_fault_text(record->fault));
        case ZKL_CSV_MORE:
            if (!may_fill)
                return ZKL_OK;
            ZKL_TRY(fill(source, err));
            break;
        }
    }
}

/* The same of a row of the table, which is mostly an ordinary one. */
static zkl_status next_row(text_source *source, zkl_csv_record *record, bool *found, bool may_fill,
                           zkl_error *err)
{
    text_window *w = &source->window;
    if (w->marked != w->size)
        mark(source);
    *found = zkl_csv_next_plain(record, source->fields, source->field_count, &source->csv,
                                csv_text(w), (zkl_csv_marks){ w->marks, w->at });
    return *found ? ZKL_OK : next_record(source, record, found, may_fill, err);
}

static bool name_ends_with(const char *name, size_t size, const char *ending)
{
    const size_t length = strlen(ending);
    return size >= length && strncasecmp(name + size - length, ending, length) == 0;
}

/* The one that was said; a tab where the name says so; NULL: to be found out. */
static const char *wanted_delimiter(const text_source *source)
{
    size_t bare_bytes;
    const char *name = name_of(source);
    if (source->options->delimiter)
        return source->options->delimiter;
    (void)zkl_compression_of_name(name, &bare_bytes); /* only its length is wanted */
    return name_ends_with(name, bare_bytes, ".tsv") || name_ends_with(name, bare_bytes, ".tab")
               ? "\t"
               : NULL;
}

/* In quotes, or a word. */
typedef struct delimiter_shown {
    char text[8];
} delimiter_shown;

static delimiter_shown shown_delimiter(const char *delimiter)
{
    delimiter_shown shown;
    if (strcmp(delimiter, "\t") == 0)
        snprintf(shown.text, sizeof shown.text, "a tab");
    else if (strcmp(delimiter, " ") == 0)
        snprintf(shown.text, sizeof shown.text, "a blank");
    else
        snprintf(shown.text, sizeof shown.text, "'%.4s'", delimiter);
    return shown;
}

/* The delimiter is judged by whole records: the first one at least must lie in the window. */
static zkl_status fill_first_record(text_source *source, zkl_error *err)
{
    for (;;) {
        zkl_csv_splitter any = { .delimiter = ",", .quote = source->csv.quote, .skip_empty = true };
        zkl_csv_record record;
        if (zkl_csv_next(&record, NULL, 0, &any, csv_text(&source->window)) != ZKL_CSV_MORE)
            return ZKL_OK;
        ZKL_TRY(fill(source, err));
    }
}

/* What cannot be decided is asked: a wrong delimiter would give a table of other values, and a
 * proof about them. */
static zkl_status guess_delimiter(text_source *source, zkl_error *err)
{
    ZKL_TRY(fill_first_record(source, err));
    const zkl_csv_guess guess =
        zkl_csv_guess_delimiter(source->csv.quote, csv_text(&source->window));
    source->csv.delimiter = guess.delimiter;
    switch (guess.kind) {
    case ZKL_CSV_GUESSED:
        return ZKL_OK;
    case ZKL_CSV_AMBIGUOUS:
        return zkl_fail_hint(err, ZKL_BAD_INPUT, ZKL_HINT_SAY_DELIMITER,
                             "'%s': cannot tell whether %s or %s separates the fields: either "
                             "splits every line alike",
                             name_of(source), shown_delimiter(guess.delimiter).text,
                             shown_delimiter(guess.other).text);
    case ZKL_CSV_BLANKS:
        return zkl_fail_hint(err, ZKL_BAD_INPUT, ZKL_HINT_SAY_BLANKS_SEPARATE,
                             "'%s': cannot tell whether blanks separate %zu fields or each line is "
                             "one",
                             name_of(source), guess.columns);
    case ZKL_CSV_BLANK_RUNS:
        return zkl_fail_hint(err, ZKL_BAD_INPUT, ZKL_HINT_WRITE_ONE_SIGN,
                             "'%s': several blanks in a row seem to separate %zu fields, which is "
                             "not read",
                             name_of(source), guess.columns);
    case ZKL_CSV_TITLE_LINES:
        break;
    }
    return zkl_fail_hint(err, ZKL_BAD_INPUT, ZKL_HINT_REMOVE_TITLE,
                         "'%s': the first line does not have the %zu fields of the rest (separated "
                         "by %s)",
                         name_of(source), guess.columns, shown_delimiter(guess.delimiter).text);
}

/* Delimiter and quote of the file, for it and for the layout. */
static zkl_status choose_splitting(text_source *source, zkl_source_layout *layout, zkl_error *err)
{
    source->csv = (zkl_csv_splitter){
        .delimiter = wanted_delimiter(source),
        .quote = source->options->quote ? source->options->quote : "\"",
        .skip_empty = true,
    };
    if (!source->csv.delimiter)
        ZKL_TRY(guess_delimiter(source, err));
    if (*source->csv.quote && strstr(source->csv.delimiter, source->csv.quote))
        return zkl_fail(err, ZKL_USAGE, "'%s' cannot be both delimiter and quote",
                        source->csv.quote);
    layout->quote = source->csv.quote;
    layout->delimiter = source->csv.delimiter;
    return ZKL_OK;
}

/* ---- CSV: the columns of a file
 *
 * The header is split as every record is: its fields are the names. */

/* Fields of the first record, which is not handed out. */
static zkl_status count_columns(text_source *source, size_t *out, zkl_error *err)
{
    zkl_csv_splitter splitter = source->csv;
    zkl_csv_record record;
    bool found;
    ZKL_TRY(next_record(source, &record, &found, true, err));
    source->csv = splitter; /* the record is read again, with places for its fields */
    if (!found)
        return zkl_fail(err, ZKL_BAD_INPUT, "'%s' has no rows: only empty lines", name_of(source));
    if (record.field_count > ZKL_COLUMNS_MAX)
        return zkl_fail(err, ZKL_LIMIT, "'%s' has %zu columns, at most %d", name_of(source),
                        record.field_count, ZKL_COLUMNS_MAX);
    *out = record.field_count;
    return ZKL_OK;
}

/* Places for the fields of a row. */
static zkl_status make_fields(text_source *source, size_t count, zkl_error *err)
{
    ZKL_ASSERT(!source->fields && count > 0);
    source->fields = zkl_calloc(count, sizeof *source->fields);
    if (!source->fields)
        return zkl_no_memory(err, count * sizeof *source->fields);
    source->field_count = count;
    return ZKL_OK;
}

/* By the first record, or by number where it is data: column1, column2, ... */
static zkl_status name_columns(text_source *source, zkl_source_column *columns, zkl_arena *arena,
                               zkl_error *err)
{
    zkl_csv_record record;
    bool found;
    ZKL_TRY(next_record(source, &record, &found, true, err));
    for (size_t i = 0; i < source->field_count; i++) {
        const char *name =
            source->options->no_header
                ? zkl_arena_format(arena, "column%zu", i + 1)
                : zkl_arena_copy(arena, source->fields[i].data, source->fields[i].size);
        if (!name)
            return zkl_no_memory(err, source->fields[i].size);
        columns[i] = (zkl_source_column){
            .name = source->options->no_header ? zkl_bytes_of_text(name)
                                               : zkl_bytes_of(name, source->fields[i].size),
            .type = { .kind = ZKL_RAW_TEXT },
        };
    }
    return ZKL_OK;
}

/* The header, or the first row, says how many columns there are; rows behind it are only looked
 * at to judge the delimiter. */
static zkl_status describe_csv(text_source *source, zkl_source_layout *out, zkl_arena *arena,
                               size_t file, zkl_error *err)
{
    zkl_source_layout layout = { 0 };
    ZKL_TRY(open_file(source, file, err));
    ZKL_TRY(choose_splitting(source, &layout, err));
    ZKL_TRY(count_columns(source, &layout.column_count, err));
    ZKL_TRY(make_fields(source, layout.column_count, err));
    zkl_source_column *columns = ZKL_ARENA_NEW(arena, zkl_source_column, layout.column_count);
    if (!columns)
        return zkl_no_memory(err, layout.column_count * sizeof *columns);
    ZKL_TRY(name_columns(source, columns, arena, err));
    layout.columns = columns;
    *out = layout;
    return ZKL_OK;
}

/* Objects have no columns to describe. The file is closed again: all files are described before
 * the first is scanned. */
static zkl_status text_describe(zkl_source *base, zkl_source_layout *out, zkl_arena *arena,
                                size_t file, zkl_error *err)
{
    text_source *source = (text_source *)base;
    *out = (zkl_source_layout){ 0 };
    const zkl_status status = is_csv(source) ? describe_csv(source, out, arena, file, err) : ZKL_OK;
    end_scan(source);
    return status;
}

/* ---- the scan */

/* Room for CHUNK_ROWS rows, or for fewer of a wide table, at least one. Vectors and their texts
 * are made once a scan. */
static zkl_status make_chunk(text_source *source, size_t vector_count, zkl_error *err)
{
    const size_t fitting = CHUNK_VALUES_MAX / (vector_count ? vector_count : 1);
    source->vector_count = vector_count;
    ZKL_ASSERT(!source->vectors); /* end_scan */
    source->chunk_rows = fitting >= CHUNK_ROWS ? CHUNK_ROWS : fitting ? fitting : 1;
    source->valid_words = (source->chunk_rows + 63) / 64;
    const size_t value_count = source->chunk_rows * vector_count;
    source->vectors = zkl_calloc(vector_count, sizeof *source->vectors);
    source->texts = zkl_calloc(value_count, sizeof *source->texts);
    source->valid_bits = zkl_calloc(vector_count * source->valid_words, sizeof(uint64_t));
    source->lines = zkl_calloc(source->chunk_rows, sizeof *source->lines);
    if (!source->vectors || !source->texts || !source->valid_bits || !source->lines)
        return zkl_no_memory(err, value_count * sizeof *source->texts);
    for (size_t i = 0; i < vector_count; i++)
        source->vectors[i] = (zkl_raw_vector){ source->texts + i * source->chunk_rows,
                                               source->valid_bits + i * source->valid_words };
    return ZKL_OK;
}

/* The usual causes of a row with another number of fields. A header of one field has another cause:
 * a title stands before it (ZKL_HINT_REMOVE_TITLE). */
static const char *ragged_cause(const text_source *source, const zkl_csv_record *record)
{
    if (source->field_count == 1)
        return "";
    if (strcmp(source->csv.delimiter, " ") == 0)
        return "; each blank separates, also several in a row";
    if (source->window.lines + record->line == 1 && record->field_count == source->field_count + 1)
        return "; perhaps it begins with a row's name, which the header has no column for: write "
               "the file without row names";
    return "";
}

static zkl_status fail_ragged(const text_source *source, const zkl_csv_record *record,
                              zkl_error *err)
{
    return zkl_fail_hint(err, ZKL_BAD_INPUT,
                         source->field_count == 1 ? ZKL_HINT_REMOVE_TITLE : ZKL_HINT_NONE,
                         "'%s' line %llu has %zu field%s, not %zu (separated by %s)%s",
                         name_of(source), line_at(source, record->line), record->field_count,
                         record->field_count == 1 ? "" : "s", source->field_count,
                         shown_delimiter(source->csv.delimiter).text, ragged_cause(source, record));
}

/* No row is padded or cut to the number of columns. */
static zkl_status check_count(const text_source *source, const zkl_csv_record *record,
                              zkl_error *err)
{
    return record->field_count == source->field_count ? ZKL_OK : fail_ragged(source, record, err);
}

/* The header is passed. Its empty lines before it are no records; those of a file with one
 * column are, behind it: each is a row with an empty field. */
static zkl_status start_csv(text_source *source, const zkl_source_layout *layout, zkl_error *err)
{
    zkl_csv_record record;
    bool found = true;
    source->csv = (zkl_csv_splitter){ .delimiter = layout->delimiter,
                                      .quote = layout->quote,
                                      .skip_empty = true };
    ZKL_ASSERT(layout->delimiter && layout->quote && layout->column_count > 0);
    ZKL_TRY(make_fields(source, layout->column_count, err));
    if (source->options->no_header) {
        source->csv.skip_empty = layout->column_count > 1;
        return ZKL_OK;
    }
    ZKL_TRY(next_record(source, &record, &found, true, err));
    ZKL_TRY(check_count(source, &record, err));
    step_over(&source->window, record.size, record.lines);
    source->csv.skip_empty = layout->column_count > 1;
    return ZKL_OK;
}

static zkl_status text_scan(zkl_source *base, size_t file, const zkl_source_layout *layout,
                            const uint32_t *columns, size_t column_count, zkl_error *err)
{
    text_source *source = (text_source *)base;
    ZKL_ASSERT(!is_csv(source) || columns || column_count == 0);
    ZKL_TRY(open_file(source, file, err));
    ZKL_TRY(make_chunk(source, is_csv(source) ? column_count : 1, err));
    source->selected = columns;
    source->json = (zkl_json_splitter){ .by_lines = source->kind == TEXT_NDJSON };
    return is_csv(source) ? start_csv(source, layout, err) : ZKL_OK;
}

/* A quoted field is data, also when it is empty, unless null_quoted says otherwise. */
static bool is_null_text(const zkl_source_options *options, const zkl_csv_field *field)
{
    if (field->size == 0)
        return !field->is_quoted || options->null_quoted;
    for (size_t i = 0; i < options->null_text_count && !field->is_quoted; i++)
        if (strlen(options->null_texts[i]) == field->size &&
            memcmp(options->null_texts[i], field->data, field->size) == 0)
            return true;
    return false;
}

/* Short values lie in the chunk, longer ones in the window. A copy of fixed size costs a fifth of
 * one of the value's own. */
static zkl_status put_value(text_source *source, size_t vector, size_t row, zkl_bytes value,
                            zkl_error *err)
{
    ZKL_DEBUG_ASSERT(vector < source->vector_count && row < source->chunk_rows);
    zkl_raw_text *text = &source->texts[vector * source->chunk_rows + row];
    if (ZKL_NEVER(value.size > UINT32_MAX)) /* a row has at most ROW_BYTES_MAX */
        return zkl_fail(err, ZKL_LIMIT, "a value has %zu bytes", value.size);
    const text_window *w = &source->window;
    text->inside.size = (uint32_t)value.size;
    if (value.size > sizeof text->inside.bytes)
        text->outside.data = (const char *)value.data;
    else if (value.data <= w->data + (w->capacity - sizeof text->inside.bytes))
        memcpy(text->inside.bytes, value.data, sizeof text->inside.bytes); /* and what is behind */
    else if (value.size)
        memcpy(text->inside.bytes, value.data, value.size);
    return ZKL_OK;
}

/* The selected fields, each a text or a null. */
static zkl_status put_record(text_source *source, size_t row, zkl_error *err)
{
    for (size_t i = 0; i < source->vector_count; i++) {
        ZKL_DEBUG_ASSERT(source->selected[i] < source->field_count);
        const zkl_csv_field *field = &source->fields[source->selected[i]];
        uint64_t *valid = &source->valid_bits[i * source->valid_words + row / 64];
        const bool is_null = is_null_text(source->options, field);
        *valid = is_null ? *valid & ~((uint64_t)1 << row % 64) : *valid | (uint64_t)1 << row % 64;
        if (!is_null)
            ZKL_TRY(put_value(source, i, row, zkl_bytes_of(field->data, field->size), err));
    }
    return ZKL_OK;
}

/* Only the first row of a chunk may move the window: the texts of the rows before it point into
 * it. */
static zkl_status next_csv(text_source *source, size_t *rows, zkl_error *err)
{
    zkl_csv_record record;
    for (*rows = 0; *rows < source->chunk_rows; ++*rows) {
        bool found;
        ZKL_TRY(next_row(source, &record, &found, *rows == 0, err));
        if (!found)
            return ZKL_OK;
        ZKL_TRY(check_count(source, &record, err));
        source->lines[*rows] = source->window.lines + record.line + 1;
        ZKL_TRY(put_record(source, *rows, err));
        step_over(&source->window, record.size, record.lines);
    }
    return ZKL_OK;
}

/* JSON has no lines of its own; faults are named by those of the text. */
static uint64_t count_lines(const uint8_t *at, size_t size)
{
    uint64_t lines = 0;
    for (size_t i = 0; i < size; i++)
        lines += at[i] == '\n';
    return lines;
}

/* The text of the next row. What lies before it is stepped over; the row itself is by the
 * caller. */
static zkl_status next_json_row(text_source *source, zkl_bytes *row, bool *found, bool may_fill,
                                zkl_error *err)
{
    text_window *w = &source->window;
    const char *why;
    size_t used;
    *found = false;
    for (;;) {
        switch (zkl_json_next(&used, row, &why, &source->json,
                              zkl_bytes_of(w->data + w->at, w->size - w->at), w->is_last)) {
        case ZKL_JSON_ROW:
            *found = true;
            w->lines += count_lines(w->data + w->at, (size_t)(row->data - (w->data + w->at)));
            w->at = (size_t)(row->data - w->data);
            return ZKL_OK;
        case ZKL_JSON_END:
            return ZKL_OK;
        case ZKL_JSON_BAD:
            return zkl_fail(err, ZKL_BAD_INPUT, "'%s' line %llu: %s", name_of(source),
                            line_at(source, count_lines(w->data + w->at, used)), why);
        case ZKL_JSON_MORE:
            if (!may_fill)
                return ZKL_OK;
            ZKL_TRY(fill(source, err));
            break;
        }
    }
}

/* One vector of the texts of rows; none is null. */
static zkl_status next_json(text_source *source, size_t *rows, zkl_error *err)
{
    for (*rows = 0; *rows < source->chunk_rows; ++*rows) {
        zkl_bytes row;
        bool found;
        ZKL_TRY(next_json_row(source, &row, &found, *rows == 0, err));
        if (!found)
            return ZKL_OK;
        source->lines[*rows] = source->window.lines + 1;
        source->valid_bits[*rows / 64] |= (uint64_t)1 << *rows % 64;
        ZKL_TRY(put_value(source, 0, *rows, row, err));
        step_over(&source->window, row.size, count_lines(row.data, row.size));
    }
    return ZKL_OK;
}

static zkl_status text_next(zkl_source *base, zkl_raw_chunk *out, zkl_error *err)
{
    text_source *source = (text_source *)base;
    size_t rows = 0;
    *out = (zkl_raw_chunk){ 0 };
    ZKL_ASSERT(!source->text || source->vectors);
    if (!source->text)
        return ZKL_OK;
    ZKL_TRY(is_csv(source) ? next_csv(source, &rows, err) : next_json(source, &rows, err));
    ZKL_ASSERT(rows <= source->chunk_rows);
    *out = (zkl_raw_chunk){ rows, source->vectors, source->lines };
    return ZKL_OK;
}

/* ---- the rows that could not be split */

static void note_bad_line(zkl_bad_rows *bad, uint64_t line, size_t found, size_t wanted)
{
    bad->total++;
    if (bad->count == ZKL_COUNT(bad->rows))
        return;
    zkl_bad_row *row = &bad->rows[bad->count++];
    *row = (zkl_bad_row){ .line = line };
    snprintf(row->reason, sizeof row->reason, "has %zu field%s, not %zu", found,
             found == 1 ? "" : "s", wanted);
}

/* Every record of the file is counted anew. */
static zkl_status find_bad_lines(text_source *source, zkl_bad_rows *bad, size_t file,
                                 const zkl_source_layout *layout)
{
    zkl_csv_record record;
    bool found = true;
    ZKL_TRY(open_file(source, file, NULL));
    source->csv = (zkl_csv_splitter){ .delimiter = layout->delimiter,
                                      .quote = layout->quote,
                                      .skip_empty = true };
    ZKL_TRY(make_fields(source, layout->column_count, NULL));
    for (;;) {
        ZKL_TRY(next_record(source, &record, &found, true, NULL));
        if (!found)
            return ZKL_OK;
        ZKL_DEBUG_ASSERT(record.lines > 0 || source->window.is_last);
        if (record.field_count != layout->column_count)
            note_bad_line(bad, source->window.lines + record.line + 1, record.field_count,
                          layout->column_count);
        step_over(&source->window, record.size, record.lines);
    }
}

/* A second pass, only to name the rows: the scan that failed ended at the first of them. */
static void text_bad_lines(zkl_source *base, zkl_bad_rows *out, size_t file,
                           const zkl_source_layout *layout)
{
    text_source *source = (text_source *)base;
    *out = (zkl_bad_rows){ 0 };
    if (!is_csv(source))
        return;
    /* the file has failed already; where this pass fails too, the first message says why */
    (void)find_bad_lines(source, out, file, layout);
    end_scan(source);
}

/* ---- the formats */

static const zkl_source_ops text_ops;

static zkl_status text_open(zkl_source **out, const zkl_source_options *options, zkl_error *err)
{
    text_source *source = zkl_calloc(1, sizeof *source);
    if (!source)
        return zkl_no_memory(err, sizeof *source);
    const text_kind kind = strcmp(options->format, zkl_format_csv.name) == 0      ? TEXT_CSV
                           : strcmp(options->format, zkl_format_ndjson.name) == 0 ? TEXT_NDJSON
                                                                                  : TEXT_JSON;
    *source = (text_source){ { &text_ops }, kind, options };
    *out = &source->base;
    return ZKL_OK;
}

static const zkl_source_ops text_ops = {
    .name = "text",
    .open = text_open,
    .describe = text_describe,
    .scan = text_scan,
    .next = text_next,
    .bad_lines = text_bad_lines,
    .close = text_close,
};

static zkl_status text_reader(const zkl_source_ops **out, zkl_error *err)
{
    (void)err; /* always there */
    *out = &text_ops;
    return ZKL_OK;
}

const zkl_format zkl_format_csv = {
    .name = "csv",
    .endings = { ".csv", ".tsv", ".txt" },
    .has_csv_options = true,
    .reader = text_reader,
};
const zkl_format zkl_format_ndjson = {
    .name = "ndjson",
    .endings = { ".ndjson", ".jsonl" },
    .has_objects = true,
    .reader = text_reader,
};
const zkl_format zkl_format_json = {
    .name = "json",
    .endings = { ".json" },
    .has_objects = true,
    .reader = text_reader,
};
