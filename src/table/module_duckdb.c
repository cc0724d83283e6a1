/* The table reader on DuckDB, a module of its own (see source.h): loading DuckDB costs 10 ms and 70 MB that commands
 * without a file to read must not pay.
 *
 * 1. DuckDB splits and decompresses; it never guesses a type of text (its sniffer rounds and drops).
 * 2. It may touch the input files and nothing else: no extensions, no network, no temporary files.
 * 3. A NULL chunk means the end or an error; the error is asked for every time.
 * 4. Results are streamed; the streaming call is marked deprecated in DuckDB and is the only one that streams. */
#include <duckdb.h>
#include <stddef.h>
#include <stdio.h>
#include <strings.h>

#include "base/buffer.h"
#include "table/source.h"

#define LIBRARY_VERSION "v1.5.6"
#define MEMORY_BYTES_MIN ((size_t)256 << 20)
#define MEMORY_BYTES_DEFAULT ((size_t)512 << 20)
#define REJECTS_MAX "1000"
#define DECIMAL_DIGITS_MAX 38
#define VECTOR_BYTES ((size_t)2048 * 16)
#define VECTORS_A_COLUMN 8
#define MEMORY_BYTES_MAX ((size_t)8 << 30) /* where raising the limit for wide tables ends */

_Static_assert(sizeof(zkl_raw_text) == sizeof(duckdb_string_t) && sizeof(zkl_raw_text) == 16,
               "one layout");
_Static_assert(offsetof(zkl_raw_text, outside.data) == offsetof(duckdb_string_t, value.pointer.ptr),
               "one layout");

typedef struct duck_reader {
    zkl_source base;
    const zkl_source_options *options;
    size_t memory_bytes;
    duckdb_database database;
    duckdb_connection connection;
    /* the scan that runs */
    duckdb_prepared_statement statement;
    duckdb_result result;
    bool has_result;
    duckdb_data_chunk chunk;
    zkl_raw_vector *vectors;
    size_t vector_count;
} duck_reader;

/* ---- errors */

/* DuckDB's text of a bad CSV line quotes the line, which may hold secrets, and gives advice about DuckDB. Here the line's
 * number and what is wrong are kept. False: no such text. */
static bool csv_message(char *out, size_t out_bytes, const char *message)
{
    static const char counts[] = "Expected Number of Columns: ", lines[] = "CSV Error on Line: ";
    static const struct {
        const char *words, *fault;
    } faults[] = {
        { "Invalid unicode", "not UTF-8; if the text is in another encoding, say --encoding" },
        { "unterminated quote",
          "a quoted field does not end as it should; a quote within quotes is written twice" },
        { "Maximum line size", "longer than 2,000,000 bytes" },
    };
    if (strstr(message, "It was not possible to automatically detect")) {
        snprintf(out, out_bytes,
                 "cannot tell how lines and fields are separated (rows of different lengths, an "
                 "open quote, or line ends of several kinds)");
        return true;
    }
    const char *line = strstr(message, lines), *fault = "cannot be split into fields";
    if (!line)
        return false;
    unsigned want, found;
    char text[64];
    for (size_t i = 0; i < ZKL_COUNT(faults); i++)
        if (strstr(message, faults[i].words))
            fault = faults[i].fault;
    for (const char *at = message; (at = strstr(at, counts)) != NULL; at++)
        if (sscanf(at + sizeof counts - 1, "%u Found: %u", &want, &found) == 2) {
            snprintf(text, sizeof text, "has %u field%s, not %u", found, found == 1 ? "" : "s",
                     want);
            fault = text;
        }
    snprintf(out, out_bytes, "line %.*s: %s", (int)strspn(line + sizeof lines - 1, "0123456789"),
             line + sizeof lines - 1, fault);
    return true;
}

/* The first lines of a message, joined, without its kind ("Invalid Input Error: ") and the advice. */
static void clean_message(char *out, size_t out_bytes, const char *message)
{
    static const char *const stops[] = {
        "Possible fix", "Possible Solution",    "  file =",         "  file=", "* Enable",
        "LINE 1:",      "Database is launched", "Possible solution"
    };
    const char *real = strstr(message, "Error: ");
    if (csv_message(out, out_bytes, message))
        return;
    if (strncmp(message, "Attempting to execute", 21) == 0 && real)
        message = real + 7;
    if (strncmp(message, "Invalid Input Error: ", 21) == 0)
        message += 21;
    size_t at = 0;
    while (*message && at + 1 < out_bytes) {
        size_t line = strcspn(message, "\n");
        for (size_t i = 0; i < ZKL_COUNT(stops); i++)
            if (strncmp(message, stops[i], strlen(stops[i])) == 0)
                goto done;
        if (line) {
            const int put = snprintf(out + at, out_bytes - at, "%s%.*s", at ? "; " : "",
                                     (int)(line < 400 ? line : 400), message);
            at += (size_t)put < out_bytes - at ? (size_t)put : out_bytes - at - 1;
        }
        message += line;
        message += *message == '\n';
    }
done:
    out[at] = 0;
}

static zkl_status status_of_message(const char *message)
{
    static const struct {
        const char *words;
        zkl_status status;
    } table[] = {
        { "Out of Memory Error", ZKL_NO_MEMORY },
        { "IO Error", ZKL_IO },
        { "Permission Error", ZKL_DENIED },
        { "INTERRUPT Error", ZKL_CANCELLED },
    };
    for (size_t i = 0; i < ZKL_COUNT(table); i++)
        if (strstr(message, table[i].words))
            return table[i].status;
    return ZKL_BAD_INPUT;
}

static zkl_status fail_duckdb(zkl_error *err, const char *message, const char *path)
{
    char text[600];
    if (!message)
        message = "unknown error of the reader";
    clean_message(text, sizeof text, message);
    if (path)
        return zkl_fail(err, status_of_message(message), "'%s': %s", path, text);
    return zkl_fail(err, status_of_message(message), "%s", text);
}

/* ---- small pieces of SQL */

static void put_quoted(zkl_buffer *sql, const char *text)
{
    zkl_buffer_put_u8(sql, '\'');
    for (; *text; text++) {
        if (*text == '\'')
            zkl_buffer_put_u8(sql, '\'');
        zkl_buffer_put_u8(sql, (uint8_t)*text);
    }
    zkl_buffer_put_u8(sql, '\'');
}

static zkl_status run_sql(duck_reader *reader, const char *sql, zkl_error *err)
{
    duckdb_result result;
    zkl_status status = ZKL_OK;
    if (duckdb_query(reader->connection, sql, &result) != DuckDBSuccess)
        status =
            zkl_wrap(err, fail_duckdb(err, duckdb_result_error(&result), NULL), "table reader");
    duckdb_destroy_result(&result);
    return status;
}

static zkl_status sql_text(zkl_buffer *sql, const char **out, zkl_error *err)
{
    zkl_buffer_put_u8(sql, 0);
    ZKL_TRY(zkl_buffer_status(sql, err));
    *out = (const char *)sql->data;
    return ZKL_OK;
}

static zkl_status prepare(duck_reader *reader, duckdb_prepared_statement *out, zkl_buffer *sql,
                          size_t file, zkl_error *err)
{
    const char *text;
    ZKL_TRY(sql_text(sql, &text, err));
    if (duckdb_prepare(reader->connection, text, out) == DuckDBSuccess &&
        duckdb_bind_varchar(*out, 1, reader->options->files[file]) == DuckDBSuccess)
        return ZKL_OK;
    const zkl_status status =
        fail_duckdb(err, duckdb_prepare_error(*out), reader->options->names[file]);
    duckdb_destroy_prepare(out);
    return status;
}

/* ---- opening */

static zkl_status configure(duck_reader *reader, zkl_error *err)
{
    const zkl_source_options *options = reader->options;
    char memory[32], threads[32];
    snprintf(memory, sizeof memory, "%zuMiB", reader->memory_bytes >> 20);
    snprintf(threads, sizeof threads, "%zu", options->thread_count ? options->thread_count : 1);
    const char *const settings[][2] = {
        { "threads", threads },
        { "memory_limit", memory },
        { "autoinstall_known_extensions", "false" },
        { "autoload_known_extensions", "false" },
        { "temp_directory", "" },
    };
    duckdb_config config = NULL;
    if (duckdb_create_config(&config) != DuckDBSuccess)
        return zkl_no_memory(err, sizeof config);
    char *message = NULL;
    zkl_status status = ZKL_OK;
    for (size_t i = 0; i < ZKL_COUNT(settings) && status == ZKL_OK; i++)
        if (duckdb_set_config(config, settings[i][0], settings[i][1]) != DuckDBSuccess)
            status = zkl_fail(err, ZKL_NOT_SUPPORTED, "table reader: setting '%s' was refused",
                              settings[i][0]);
    if (status == ZKL_OK &&
        duckdb_open_ext(NULL, &reader->database, config, &message) != DuckDBSuccess)
        status = zkl_wrap(err, fail_duckdb(err, message, NULL), "table reader");
    duckdb_free(message);
    duckdb_destroy_config(&config);
    if (status == ZKL_OK && duckdb_connect(reader->database, &reader->connection) != DuckDBSuccess)
        status = zkl_fail(err, ZKL_IO, "table reader: no connection");
    return status;
}

/* Locking the configuration comes last: it refuses all the rest. */
static zkl_status restrict_access(duck_reader *reader, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) paths = { 0 };
    const char *text;
    ZKL_TRY(run_sql(reader, "SET TimeZone='UTC'", err));
    ZKL_TRY(run_sql(reader, "SET preserve_insertion_order=true", err));
    ZKL_TRY(run_sql(reader, "SET allow_community_extensions=false", err));
    zkl_buffer_put_text(&paths, "SET allowed_paths=[");
    for (size_t i = 0; i < reader->options->file_count; i++) {
        if (i)
            zkl_buffer_put_u8(&paths, ',');
        put_quoted(&paths, reader->options->files[i]);
    }
    zkl_buffer_put_text(&paths, "]");
    ZKL_TRY(sql_text(&paths, &text, err));
    ZKL_TRY(run_sql(reader, text, err));
    ZKL_TRY(run_sql(reader, "SET enable_external_access=false", err));
    return run_sql(reader, "SET lock_configuration=true", err);
}

static void end_scan(duck_reader *reader)
{
    if (reader->chunk)
        duckdb_destroy_data_chunk(&reader->chunk);
    if (reader->has_result)
        duckdb_destroy_result(&reader->result);
    reader->has_result = false;
    if (reader->statement)
        duckdb_destroy_prepare(&reader->statement);
    zkl_free(reader->vectors);
    reader->vectors = NULL;
}

static void disconnect(duck_reader *reader)
{
    end_scan(reader);
    if (reader->connection)
        duckdb_disconnect(&reader->connection);
    if (reader->database)
        duckdb_close(&reader->database);
}

static void duck_close(zkl_source *base)
{
    duck_reader *reader = (duck_reader *)base;
    if (!reader)
        return;
    disconnect(reader);
    zkl_free(reader);
}

static zkl_status connect_with(duck_reader *reader, size_t memory_bytes, zkl_error *err)
{
    reader->memory_bytes = memory_bytes;
    ZKL_TRY(configure(reader, err));
    return restrict_access(reader, err);
}

/* Vectors of 2,048 rows for every column, several times over, must fit: wide tables get a larger limit. */
static zkl_status make_room_for(duck_reader *reader, size_t column_count, zkl_error *err)
{
    const size_t bytes = MEMORY_BYTES_MIN + column_count * VECTOR_BYTES * VECTORS_A_COLUMN;
    if (bytes <= reader->memory_bytes)
        return ZKL_OK;
    disconnect(reader);
    return connect_with(reader, bytes, err);
}

static const zkl_source_ops duck_ops;

static zkl_status duck_open(zkl_source **out, const zkl_source_options *options, zkl_error *err)
{
    if (strcmp(duckdb_library_version(), LIBRARY_VERSION) != 0)
        return zkl_fail(err, ZKL_NOT_SUPPORTED, "table reader: DuckDB is %s, wanted %s",
                        duckdb_library_version(), LIBRARY_VERSION);
    duck_reader *reader = zkl_calloc(1, sizeof *reader);
    if (!reader)
        return zkl_no_memory(err, sizeof *reader);
    reader->base.ops = &duck_ops;
    reader->options = options;
    const size_t bytes = options->memory_bytes ? options->memory_bytes : MEMORY_BYTES_DEFAULT;
    const zkl_status status =
        connect_with(reader, bytes < MEMORY_BYTES_MIN ? MEMORY_BYTES_MIN : bytes, err);
    if (status != ZKL_OK) {
        duck_close(&reader->base);
        return status;
    }
    *out = &reader->base;
    return ZKL_OK;
}

/* ---- streaming */

/* Takes the statement. */
static zkl_status start_stream(duck_reader *reader, duckdb_prepared_statement statement,
                               size_t file, zkl_error *err)
{
    duckdb_pending_result pending = NULL;
    zkl_status status = ZKL_OK;
    end_scan(reader);
    reader->statement = statement;
    if (duckdb_pending_prepared_streaming(statement, &pending) != DuckDBSuccess) {
        status = fail_duckdb(err, duckdb_pending_error(pending), reader->options->names[file]);
    } else {
        const bool ok = duckdb_execute_pending(pending, &reader->result) == DuckDBSuccess;
        reader->has_result = true;
        if (!ok)
            status = fail_duckdb(err, duckdb_result_error(&reader->result),
                                 reader->options->names[file]);
    }
    duckdb_destroy_pending(&pending);
    if (status != ZKL_OK) {
        end_scan(reader);
        return status;
    }
    reader->vector_count = (size_t)duckdb_column_count(&reader->result);
    reader->vectors = zkl_calloc(reader->vector_count, sizeof *reader->vectors);
    return reader->vectors ? ZKL_OK
                           : zkl_no_memory(err, reader->vector_count * sizeof *reader->vectors);
}

static zkl_status duck_next(zkl_source *base, zkl_raw_chunk *out, zkl_error *err)
{
    duck_reader *reader = (duck_reader *)base;
    *out = (zkl_raw_chunk){ 0 };
    if (reader->chunk)
        duckdb_destroy_data_chunk(&reader->chunk);
    if (!reader->has_result)
        return ZKL_OK;
    do {
        if (reader->chunk)
            duckdb_destroy_data_chunk(&reader->chunk);
        reader->chunk = duckdb_fetch_chunk(reader->result);
    } while (reader->chunk && duckdb_data_chunk_get_size(reader->chunk) == 0);
    if (!reader->chunk) {
        const char *message = duckdb_result_error(&reader->result);
        return message && *message ? fail_duckdb(err, message, NULL) : ZKL_OK;
    }
    for (size_t i = 0; i < reader->vector_count; i++) {
        duckdb_vector vector = duckdb_data_chunk_get_vector(reader->chunk, (idx_t)i);
        reader->vectors[i] =
            (zkl_raw_vector){ duckdb_vector_get_data(vector), duckdb_vector_get_validity(vector) };
    }
    *out = (zkl_raw_chunk){ (size_t)duckdb_data_chunk_get_size(reader->chunk), reader->vectors };
    return ZKL_OK;
}

/* Row `row` of a text vector of the chunk at hand; NULL in `data` for a null. */
static zkl_bytes text_at(const zkl_raw_vector *vector, size_t row)
{
    if (vector->valid && !(vector->valid[row / 64] >> row % 64 & 1))
        return (zkl_bytes){ 0 };
    return zkl_raw_text_bytes((const zkl_raw_text *)vector->values + row);
}

static uint64_t number_at(const zkl_raw_vector *vector, size_t row)
{
    const zkl_bytes text = text_at(vector, row);
    uint64_t value = 0;
    for (size_t i = 0; i < text.size && text.data[i] >= '0' && text.data[i] <= '9'; i++)
        value = value * 10 + (uint64_t)(text.data[i] - '0');
    return value;
}

static bool bytes_hold(zkl_bytes text, const char *word)
{
    return text.size && memmem(text.data, text.size, word, strlen(word));
}

/* ---- CSV */

static bool ends_with(const char *path, const char *ending)
{
    const size_t a = strlen(path), b = strlen(ending);
    return a >= b && strcasecmp(path + a - b, ending) == 0;
}

/* By the ending of the name: the path may be another. */
static void put_compression(zkl_buffer *sql, const char *name)
{
    const char *kind = ends_with(name, ".gz") ? "gzip" : ends_with(name, ".zst") ? "zstd" : NULL;
    if (kind)
        zkl_buffer_format(sql, ", compression='%s'", kind);
}

static void put_common_csv_options(zkl_buffer *sql, const zkl_source_options *options, size_t file)
{
    if (options->encoding) {
        zkl_buffer_put_text(sql, ", encoding=");
        put_quoted(sql, options->encoding);
    }
    put_compression(sql, options->names[file]);
}

static const char *wanted_delimiter(const zkl_source_options *options, size_t file)
{
    if (options->delimiter)
        return options->delimiter;
    const char *name = options->names[file];
    return ends_with(name, ".tsv") || ends_with(name, ".tsv.gz") || ends_with(name, ".tsv.zst")
               ? "\t"
               : NULL;
}

/* The first lines of the file do not have the fields of the rest. */
static zkl_status fail_first_lines(const duck_reader *reader, zkl_bytes skip, zkl_bytes delimiter,
                                   size_t columns, size_t file, zkl_error *err)
{
    const bool one = skip.size == 1 && skip.data[0] == '1';
    return zkl_fail(
        err, ZKL_BAD_INPUT,
        "'%s': the first %.*s%s not have the %zu field%s of the rest (separated by '%.*s'); "
        "remove what stands before the header, or say --delimiter",
        reader->options->names[file], one ? 0 : (int)skip.size, (const char *)skip.data,
        one ? "line does" : " lines do", columns, columns == 1 ? "" : "s", (int)delimiter.size,
        (const char *)delimiter.data);
}

/* Finds the delimiter and the number of columns. The quote is not guessed: where values stand in apostrophes by chance, a
 * guess would drop them; and a quote within quotes is written twice, since a backslash may be data too. */
static zkl_status sniff(duck_reader *reader, zkl_source_layout *out, zkl_arena *arena, size_t file,
                        zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) sql = { 0 };
    zkl_raw_chunk chunk;
    duckdb_prepared_statement statement;
    const char *delimiter = wanted_delimiter(reader->options, file);
    const char *quote = reader->options->quote ? reader->options->quote : "\"";
    zkl_buffer_put_text(
        &sql, "SELECT Delimiter, CAST(SkipRows AS VARCHAR), CAST(len(Columns) AS VARCHAR) "
              "FROM sniff_csv(?, header=false, all_varchar=true, strict_mode=true, quote=");
    put_quoted(&sql, quote);
    zkl_buffer_put_text(&sql, ", escape=");
    put_quoted(&sql, quote);
    if (delimiter) {
        zkl_buffer_put_text(&sql, ", delim=");
        put_quoted(&sql, delimiter);
    }
    put_common_csv_options(&sql, reader->options, file);
    zkl_buffer_put_text(&sql, ")");
    ZKL_TRY(prepare(reader, &statement, &sql, file, err));
    ZKL_TRY(start_stream(reader, statement, file, err));
    ZKL_TRY(duck_next(&reader->base, &chunk, err));
    if (chunk.row_count != 1)
        return zkl_fail(err, ZKL_BAD_INPUT, "'%s': cannot tell how the fields are separated",
                        reader->options->names[file]);
    const zkl_bytes found = text_at(&chunk.vectors[0], 0), skip = text_at(&chunk.vectors[1], 0);
    const size_t columns = (size_t)number_at(&chunk.vectors[2], 0);
    if (skip.size != 1 || skip.data[0] != '0')
        return fail_first_lines(reader, skip, found, columns, file, err);
    if (columns < 1 || columns > ZKL_COLUMNS_MAX)
        return zkl_fail(err, ZKL_LIMIT, "'%s' has %zu columns, at most %d",
                        reader->options->names[file], columns, ZKL_COLUMNS_MAX);
    out->column_count = columns;
    out->delimiter =
        delimiter ? delimiter : zkl_arena_text(arena, (const char *)found.data, found.size);
    out->quote = quote;
    return out->delimiter ? ZKL_OK : zkl_no_memory(err, found.size);
}

/* read_csv(?, ...) that splits and nothing more; columns are by position, so their names here do not matter. */
static void put_read_csv(zkl_buffer *sql, const zkl_source_options *options, size_t file,
                         const zkl_source_layout *layout, bool header, const char *extra)
{
    zkl_buffer_format(
        sql,
        "read_csv(?, auto_detect=false, header=%s, strict_mode=true, null_padding=false, "
        "allow_quoted_nulls=false, hive_partitioning=false, delim=",
        header ? "true" : "false");
    put_quoted(sql, layout->delimiter);
    zkl_buffer_put_text(sql, ", quote=");
    put_quoted(sql, layout->quote);
    zkl_buffer_put_text(sql, ", escape=");
    put_quoted(sql, layout->quote);
    zkl_buffer_put_text(sql, ", nullstr=[''");
    for (size_t i = 0; i < options->null_text_count; i++) {
        zkl_buffer_put_u8(sql, ',');
        put_quoted(sql, options->null_texts[i]);
    }
    zkl_buffer_put_text(sql, "]");
    put_common_csv_options(sql, options, file);
    zkl_buffer_put_text(sql, extra);
    zkl_buffer_put_text(sql, ", columns={");
    for (size_t i = 0; i < layout->column_count; i++)
        zkl_buffer_format(sql, "%s'c%zu':'VARCHAR'", i ? "," : "", i);
    zkl_buffer_put_text(sql, "})");
}

/* The first row, as names; --null texts do not apply to it. */
static zkl_status read_header(duck_reader *reader, zkl_source_column *columns,
                              const zkl_source_layout *layout, zkl_arena *arena, size_t file,
                              zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) sql = { 0 };
    zkl_source_options plain = *reader->options;
    zkl_raw_chunk chunk;
    duckdb_prepared_statement statement;
    plain.null_text_count = 0;
    zkl_buffer_put_text(&sql, "SELECT * FROM ");
    put_read_csv(&sql, &plain, file, layout, false, "");
    zkl_buffer_put_text(&sql, " LIMIT 1");
    ZKL_TRY(prepare(reader, &statement, &sql, file, err));
    ZKL_TRY(start_stream(reader, statement, file, err));
    const zkl_status status = duck_next(&reader->base, &chunk, err);
    if (status != ZKL_OK)
        return zkl_wrap(err, status, "'%s'", reader->options->names[file]);
    if (chunk.row_count == 0)
        return zkl_fail(err, ZKL_BAD_INPUT, "'%s' is empty", reader->options->names[file]);
    for (size_t i = 0; i < layout->column_count; i++) {
        const zkl_bytes name = text_at(&chunk.vectors[i], 0);
        columns[i].name = zkl_bytes_of(zkl_arena_copy(arena, name.data, name.size), name.size);
        if (!columns[i].name.data)
            return zkl_no_memory(err, name.size);
    }
    return ZKL_OK;
}

static zkl_status describe_csv(duck_reader *reader, zkl_source_layout *out, zkl_arena *arena,
                               size_t file, zkl_error *err)
{
    zkl_source_layout layout = { 0 };
    ZKL_TRY(sniff(reader, &layout, arena, file, err));
    ZKL_TRY(make_room_for(reader, layout.column_count, err));
    zkl_source_column *columns = ZKL_ARENA_NEW(arena, zkl_source_column, layout.column_count);
    if (!columns)
        return zkl_no_memory(err, layout.column_count * sizeof *columns);
    layout.columns = columns;
    if (!reader->options->no_header)
        ZKL_TRY(read_header(reader, columns, &layout, arena, file, err));
    for (size_t i = 0; i < layout.column_count; i++) {
        columns[i].type = (zkl_raw_type){ .kind = ZKL_RAW_TEXT };
        if (reader->options->no_header) {
            const char *name = zkl_arena_format(arena, "column%zu", i + 1);
            if (!name)
                return zkl_no_memory(err, 16);
            columns[i].name = zkl_bytes_of_text(name);
        }
    }
    *out = layout;
    return ZKL_OK;
}

/* ---- Parquet */

static zkl_raw_type integer_of(uint8_t bytes, bool is_unsigned)
{
    return (
        zkl_raw_type){ .kind = ZKL_RAW_INTEGER, .value_bytes = bytes, .is_unsigned = is_unsigned };
}

static zkl_raw_type timestamp_of(uint32_t units)
{
    return (zkl_raw_type){ .kind = ZKL_RAW_TIMESTAMP, .value_bytes = 8, .units_per_second = units };
}

static zkl_raw_type decimal_of(duckdb_logical_type logical)
{
    zkl_raw_type type = { .kind = ZKL_RAW_DECIMAL,
                          .precision = duckdb_decimal_width(logical),
                          .scale = duckdb_decimal_scale(logical) };
    type.value_bytes = type.precision <= 4    ? 2
                       : type.precision <= 9  ? 4
                       : type.precision <= 18 ? 8
                                              : 16;
    return type;
}

/* *refused: the name of a type that has no place in our table. Those marked by needs_cast are read as text. */
static zkl_raw_type raw_type_of(duckdb_logical_type logical, const char **refused)
{
    *refused = NULL;
    switch ((int)duckdb_get_type_id(logical)) {
    case DUCKDB_TYPE_BOOLEAN:
        return (zkl_raw_type){ .kind = ZKL_RAW_BOOL, .value_bytes = 1 };
    case DUCKDB_TYPE_TINYINT:
        return integer_of(1, false);
    case DUCKDB_TYPE_SMALLINT:
        return integer_of(2, false);
    case DUCKDB_TYPE_INTEGER:
        return integer_of(4, false);
    case DUCKDB_TYPE_BIGINT:
        return integer_of(8, false);
    case DUCKDB_TYPE_HUGEINT:
        return integer_of(16, false);
    case DUCKDB_TYPE_UTINYINT:
        return integer_of(1, true);
    case DUCKDB_TYPE_USMALLINT:
        return integer_of(2, true);
    case DUCKDB_TYPE_UINTEGER:
        return integer_of(4, true);
    case DUCKDB_TYPE_UBIGINT:
        return integer_of(8, true);
    case DUCKDB_TYPE_FLOAT:
        return (zkl_raw_type){ .kind = ZKL_RAW_FLOAT32, .value_bytes = 4 };
    case DUCKDB_TYPE_DOUBLE:
        return (zkl_raw_type){ .kind = ZKL_RAW_FLOAT64, .value_bytes = 8 };
    case DUCKDB_TYPE_DECIMAL:
        return decimal_of(logical);
    case DUCKDB_TYPE_DATE:
        return (zkl_raw_type){ .kind = ZKL_RAW_DATE, .value_bytes = 4 };
    case DUCKDB_TYPE_TIME:
        return (zkl_raw_type){ .kind = ZKL_RAW_TIME, .value_bytes = 8 };
    case DUCKDB_TYPE_TIMESTAMP:
    case DUCKDB_TYPE_TIMESTAMP_TZ:
        return timestamp_of(1000000);
    case DUCKDB_TYPE_TIMESTAMP_S:
        return timestamp_of(1);
    case DUCKDB_TYPE_TIMESTAMP_MS:
        return timestamp_of(1000);
    case DUCKDB_TYPE_TIMESTAMP_NS:
        return timestamp_of(1000000000);
    case DUCKDB_TYPE_BLOB:
        return (zkl_raw_type){ .kind = ZKL_RAW_BINARY };
    case DUCKDB_TYPE_VARCHAR:
    case DUCKDB_TYPE_ENUM:
    case DUCKDB_TYPE_UUID:
        return (zkl_raw_type){ .kind = ZKL_RAW_TEXT };
    case DUCKDB_TYPE_INTERVAL:
        *refused = "interval";
        break;
    case DUCKDB_TYPE_LIST:
    case DUCKDB_TYPE_ARRAY:
        *refused = "list";
        break;
    case DUCKDB_TYPE_STRUCT:
        *refused = "struct";
        break;
    case DUCKDB_TYPE_MAP:
        *refused = "map";
        break;
    case DUCKDB_TYPE_UNION:
        *refused = "union";
        break;
    case DUCKDB_TYPE_BIT:
        *refused = "bit string";
        break;
    case DUCKDB_TYPE_TIME_TZ:
        *refused = "time with a zone";
        break;
    case DUCKDB_TYPE_TIME_NS:
        *refused = "time in nanoseconds";
        break;
    case DUCKDB_TYPE_UHUGEINT:
        *refused = "unsigned 128-bit integer";
        break;
    case DUCKDB_TYPE_SQLNULL:
        *refused = "null";
        break;
    default:
        *refused = "unknown type";
        break;
    }
    return (zkl_raw_type){ 0 };
}

/* Types that DuckDB would read, but not exactly: it makes floats of wide decimals and cuts these times to microseconds. */
static const char *inexact_type(zkl_bytes physical, zkl_bytes logical, uint64_t precision,
                                bool by_spark)
{
    if (precision > DECIMAL_DIGITS_MAX)
        return "decimal of more than 38 digits";
    /* in nanoseconds, but Spark's, which still writes them, have microseconds only */
    if (bytes_hold(physical, "INT96") && !by_spark)
        return "INT96 timestamp (write a TIMESTAMP in microseconds)";
    if (bytes_hold(logical, "TimestampType(") && bytes_hold(logical, "isAdjustedToUTC=1") &&
        bytes_hold(logical, "NanoSeconds"))
        return "timestamp in nanoseconds with a zone (write microseconds)";
    return NULL;
}

static zkl_status is_written_by_spark(duck_reader *reader, bool *out, size_t file, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) sql = { 0 };
    duckdb_prepared_statement statement;
    zkl_raw_chunk chunk;
    zkl_buffer_put_text(&sql, "SELECT CAST(value AS VARCHAR) FROM parquet_kv_metadata(?) WHERE "
                              "CAST(key AS VARCHAR) = 'org.apache.spark.version'");
    ZKL_TRY(prepare(reader, &statement, &sql, file, err));
    ZKL_TRY(start_stream(reader, statement, file, err));
    ZKL_TRY(duck_next(&reader->base, &chunk, err));
    *out = chunk.row_count > 0;
    return ZKL_OK;
}

/* The file's own words about its columns: DuckDB renames those that differ by case only, and hides how exact a type is.
 * The rows are the schema's tree, depth first; what lies within a column is passed over. */
static zkl_status read_parquet_schema(duck_reader *reader, zkl_source_column *columns, size_t count,
                                      zkl_arena *arena, size_t file, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) sql = { 0 };
    duckdb_prepared_statement statement;
    zkl_raw_chunk chunk;
    bool by_spark;
    ZKL_TRY(is_written_by_spark(reader, &by_spark, file, err));
    zkl_buffer_put_text(&sql, "SELECT name, type, logical_type, CAST(precision AS VARCHAR), "
                              "CAST(num_children AS VARCHAR) FROM parquet_schema(?)");
    ZKL_TRY(prepare(reader, &statement, &sql, file, err));
    ZKL_TRY(start_stream(reader, statement, file, err));
    size_t column = 0;
    uint64_t inside = 0;
    bool is_root = true;
    do {
        ZKL_TRY(duck_next(&reader->base, &chunk, err));
        for (size_t row = 0; row < chunk.row_count; row++) {
            const uint64_t children = number_at(&chunk.vectors[4], row);
            if (is_root || inside) {
                inside = is_root ? 0 : inside - 1 + children;
                is_root = false;
                continue;
            }
            inside = children;
            if (column == count)
                return zkl_fail(err, ZKL_BAD_INPUT, "'%s': the reader lost columns",
                                reader->options->names[file]);
            const zkl_bytes name = text_at(&chunk.vectors[0], row);
            zkl_source_column *at = &columns[column++];
            at->name = zkl_bytes_of(zkl_arena_copy(arena, name.data, name.size), name.size);
            if (!at->name.data)
                return zkl_no_memory(err, name.size);
            if (!at->refused)
                at->refused =
                    inexact_type(text_at(&chunk.vectors[1], row), text_at(&chunk.vectors[2], row),
                                 number_at(&chunk.vectors[3], row), by_spark);
        }
    } while (chunk.row_count);
    return column == count ? ZKL_OK
                           : zkl_fail(err, ZKL_BAD_INPUT, "'%s': the reader found other columns",
                                      reader->options->names[file]);
}

static zkl_status describe_parquet(duck_reader *reader, zkl_source_layout *out, zkl_arena *arena,
                                   size_t file, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) sql = { 0 };
    duckdb_prepared_statement statement;
    zkl_buffer_put_text(
        &sql, "SELECT * FROM read_parquet(?, hive_partitioning=false, union_by_name=false)");
    ZKL_TRY(prepare(reader, &statement, &sql, file, err));
    ZKL_TRY(start_stream(reader, statement, file, err));
    const size_t count = reader->vector_count;
    zkl_source_column *columns = ZKL_ARENA_NEW(arena, zkl_source_column, count);
    if (!columns || count > ZKL_COLUMNS_MAX)
        return columns ? zkl_fail(err, ZKL_LIMIT, "'%s' has %zu columns, at most %d",
                                  reader->options->names[file], count, ZKL_COLUMNS_MAX)
                       : zkl_no_memory(err, count * sizeof *columns);
    for (size_t i = 0; i < count; i++) {
        duckdb_logical_type logical = duckdb_column_logical_type(&reader->result, (idx_t)i);
        columns[i].type = raw_type_of(logical, &columns[i].refused);
        duckdb_destroy_logical_type(&logical);
    }
    end_scan(reader);
    ZKL_TRY(read_parquet_schema(reader, columns, count, arena, file, err));
    *out = (zkl_source_layout){ .columns = columns, .column_count = count };
    return make_room_for(reader, count, err);
}

/* ---- the operations */

static zkl_status describe_once(duck_reader *reader, zkl_source_layout *out, zkl_arena *arena,
                                size_t file, zkl_error *err)
{
    *out = (zkl_source_layout){ 0 };
    if (reader->options->format == ZKL_FORMAT_CSV)
        return describe_csv(reader, out, arena, file, err);
    if (reader->options->format == ZKL_FORMAT_PARQUET)
        return describe_parquet(reader, out, arena, file, err);
    return ZKL_OK;
}

static zkl_status duck_describe(zkl_source *base, zkl_source_layout *out, zkl_arena *arena,
                                size_t file, zkl_error *err)
{
    duck_reader *reader = (duck_reader *)base;
    zkl_status status = describe_once(reader, out, arena, file, err);
    /* how wide the table is, is known only now */
    while (status == ZKL_NO_MEMORY && reader->memory_bytes < MEMORY_BYTES_MAX) {
        disconnect(reader);
        ZKL_TRY(connect_with(reader, 2 * reader->memory_bytes, err));
        status = describe_once(reader, out, arena, file, err);
    }
    end_scan(reader);
    return status;
}

static void put_selection(zkl_buffer *sql, const duck_reader *reader,
                          const zkl_source_layout *layout, const uint32_t *columns,
                          size_t column_count)
{
    for (size_t i = 0; i < column_count; i++) {
        const zkl_source_column *column = &layout->columns[columns[i]];
        if (i)
            zkl_buffer_put_u8(sql, ',');
        if (reader->options->format == ZKL_FORMAT_CSV) {
            zkl_buffer_format(sql, "c%u", columns[i]);
        } else if (column->type.kind == ZKL_RAW_TEXT) { /* enums and UUIDs too become text */
            zkl_buffer_format(sql, "CAST(#%u AS VARCHAR)", columns[i] + 1);
        } else { /* by position: names are the file's, not DuckDB's */
            zkl_buffer_format(sql, "#%u", columns[i] + 1);
        }
    }
}

static zkl_status duck_scan(zkl_source *base, size_t file, const zkl_source_layout *layout,
                            const uint32_t *columns, size_t column_count, zkl_error *err)
{
    duck_reader *reader = (duck_reader *)base;
    ZKL_AUTO_CLEAR(zkl_buffer) sql = { 0 };
    duckdb_prepared_statement statement;
    end_scan(reader);
    zkl_buffer_put_text(&sql, "SELECT ");
    switch (reader->options->format) {
    case ZKL_FORMAT_CSV:
        put_selection(&sql, reader, layout, columns, column_count);
        zkl_buffer_put_text(&sql, " FROM ");
        put_read_csv(&sql, reader->options, file, layout, !reader->options->no_header, "");
        break;
    case ZKL_FORMAT_PARQUET:
        put_selection(&sql, reader, layout, columns, column_count);
        zkl_buffer_put_text(&sql, " FROM read_parquet(?, hive_partitioning=false)");
        break;
    case ZKL_FORMAT_NDJSON:
    case ZKL_FORMAT_JSON:
        zkl_buffer_format(
            &sql,
            "CAST(json AS VARCHAR) FROM read_json_objects(?, format='%s', hive_partitioning=false",
            reader->options->format == ZKL_FORMAT_NDJSON ? "newline_delimited" : "auto");
        put_compression(&sql, reader->options->names[file]);
        zkl_buffer_put_text(&sql, ")");
        break;
    }
    ZKL_TRY(prepare(reader, &statement, &sql, file, err));
    return start_stream(reader, statement, file, err);
}

static void copy_cut(char *out, size_t out_bytes, zkl_bytes text)
{
    const size_t size = text.size < out_bytes - 1 ? text.size : out_bytes - 1;
    if (size)
        memcpy(out, text.data, size);
    out[size] = 0;
}

/* A second pass only to tell the first bad lines: the recording read never skips a row. */
static zkl_status read_rejects(duck_reader *reader, zkl_bad_row bad[static 10], size_t *bad_count,
                               uint64_t *bad_total, size_t file, const zkl_source_layout *layout)
{
    ZKL_AUTO_CLEAR(zkl_buffer) sql = { 0 }, list = { 0 };
    duckdb_prepared_statement statement;
    zkl_raw_chunk chunk;
    zkl_buffer_put_text(&sql, "SELECT c0 FROM ");
    put_read_csv(&sql, reader->options, file, layout, !reader->options->no_header,
                 ", store_rejects=true, rejects_limit=" REJECTS_MAX);
    ZKL_TRY(prepare(reader, &statement, &sql, file, NULL));
    ZKL_TRY(start_stream(reader, statement, file, NULL));
    do
        ZKL_TRY(duck_next(&reader->base, &chunk, NULL));
    while (chunk.row_count);
    zkl_buffer_put_text(&list,
                        "SELECT CAST(line AS VARCHAR), CAST(error_type AS VARCHAR), error_message, "
                        "CAST(count(*) OVER () AS VARCHAR) FROM reject_errors WHERE ? <> '' ORDER "
                        "BY line LIMIT 10");
    ZKL_TRY(prepare(reader, &statement, &list, file, NULL));
    ZKL_TRY(start_stream(reader, statement, file, NULL));
    ZKL_TRY(duck_next(&reader->base, &chunk, NULL));
    for (size_t row = 0; row < chunk.row_count && row < 10; row++) {
        bad[row] = (zkl_bad_row){ .line = number_at(&chunk.vectors[0], row) };
        char message[sizeof bad[row].reason];
        copy_cut(message, sizeof message, text_at(&chunk.vectors[2], row));
        copy_cut(bad[row].reason, sizeof bad[row].reason,
                 text_at(&chunk.vectors[2], row).data ? zkl_bytes_of_text(message)
                                                      : text_at(&chunk.vectors[1], row));
        *bad_total = number_at(&chunk.vectors[3], row);
    }
    *bad_count = chunk.row_count < 10 ? chunk.row_count : 10;
    return ZKL_OK;
}

static void duck_bad_lines(zkl_source *base, zkl_bad_row bad[static 10], size_t *bad_count,
                           uint64_t *bad_total, size_t file, const zkl_source_layout *layout)
{
    duck_reader *reader = (duck_reader *)base;
    *bad_count = 0;
    *bad_total = 0;
    if (reader->options->format != ZKL_FORMAT_CSV)
        return;
    /* the file has failed already; when this pass fails too, the first message stands alone */
    (void)read_rejects(reader, bad, bad_count, bad_total, file, layout);
    end_scan(reader);
}

static const zkl_source_ops duck_ops = {
    .name = "duckdb",
    .open = duck_open,
    .describe = duck_describe,
    .scan = duck_scan,
    .next = duck_next,
    .bad_lines = duck_bad_lines,
    .close = duck_close,
};

__attribute__((visibility("default"))) const zkl_source_module_info *zkl_source_module(void);

const zkl_source_module_info *zkl_source_module(void)
{
    static const zkl_source_module_info info = { ZKL_SOURCE_VERSION, &duck_ops };
    return &info;
}
