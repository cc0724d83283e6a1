/* The reader of Parquet on DuckDB, a module of its own (see source.h): loading DuckDB costs 10
 * ms and 70 MB that commands without such a file must not pay.
 *
 * 1. It may touch the input files and nothing else: no extensions, no network, no temporary
 *    files.
 * 2. A NULL chunk means the end or an error; the error is asked for every time.
 * 3. Results are streamed; the streaming call is marked deprecated in DuckDB and is the only one
 *    that streams.
 * 4. DuckDB's own words never reach people: they quote SQL and values, and advise on DuckDB.
 *    What is wrong with a file is found by parquet_check.c before DuckDB opens it. */
#include <duckdb.h>
#include <stddef.h>
#include <stdio.h>

#include "base/buffer.h"
#include "input/engine.h"
#include "input/source.h"

#define LIBRARY_VERSION "v1.5.6"
#define MEMORY_BYTES_MIN ((size_t)256 << 20)
#define MEMORY_BYTES_DEFAULT ((size_t)512 << 20)
#define DECIMAL_DIGITS_MAX 38
/* What DuckDB needs for a column: vectors of 2,048 rows, 16 bytes each, several at a time. */
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
    size_t memory_bytes; /* the limit that the database has now */
    duckdb_database database;
    duckdb_connection connection;
    /* the scan that runs */
    size_t file;
    duckdb_prepared_statement statement;
    duckdb_result result;
    bool has_result;
    duckdb_data_chunk chunk;
    zkl_raw_vector *vectors;
    size_t vector_count;
} duck_reader;

/* ---- errors
 *
 * DuckDB's messages have no codes, so they are told apart by words that its version has; what no
 * word fits is damaged data. Its own text is dropped (4). */

/* What DuckDB's message means. path: NULL when no file is at fault. */
static zkl_status fail_duckdb(zkl_error *err, const char *message, const char *path)
{
    static const struct {
        const char *words;
        zkl_status status;
        const char *text;
    } known[] = {
        { "Invalid string encoding", ZKL_BAD_INPUT,
          "holds a text that is not UTF-8; write such a column as binary" },
        { "Need at least one non-root column", ZKL_BAD_INPUT, "has no columns" },
        { "Out of Memory Error", ZKL_NO_MEMORY, "not enough memory to read it" },
        { "INTERRUPT Error", ZKL_CANCELLED, "interrupted" },
        { "Permission Error", ZKL_DENIED, "may not be read" },
        { "IO Error: Cannot open", ZKL_IO, "cannot be opened" },
        { "IO Error: Could not read", ZKL_IO, "cannot be read" },
        { "crypt", ZKL_NOT_SUPPORTED, "is encrypted, which is not read" },
        { "not implemented", ZKL_NOT_SUPPORTED, "uses a part of Parquet that is not read" },
        { "Not implemented", ZKL_NOT_SUPPORTED, "uses a part of Parquet that is not read" },
        { "nsupported", ZKL_NOT_SUPPORTED, "uses a part of Parquet that is not read" },
        { "only supported for", ZKL_NOT_SUPPORTED, "uses a part of Parquet that is not read" },
        { "should only be", ZKL_NOT_SUPPORTED, "uses a part of Parquet that is not read" },
    };
    zkl_status status = ZKL_BAD_INPUT;
    const char *text =
        "cannot be decoded: its Parquet data are damaged, or of a kind that is not read";
    /* the first that fits: words of one cause may stand in the sentence of another */
    for (size_t i = 0; message && i < ZKL_COUNT(known); i++)
        if (strstr(message, known[i].words)) {
            status = known[i].status;
            text = known[i].text;
            break;
        }
    if (path)
        return zkl_fail(err, status, "'%s' %s", path, text);
    return zkl_fail(err, status, "the reader of Parquet failed: %s",
                    status == ZKL_NO_MEMORY ? "not enough memory" : "it cannot start");
}

/* ---- small pieces of SQL
 *
 * Paths reach a statement as its parameter; only the list of allowed ones is spelled out,
 * quoted. */

/* A statement whose rows do not matter. */
static zkl_status run_sql(duck_reader *reader, const char *sql, zkl_error *err)
{
    duckdb_result result;
    zkl_status status = ZKL_OK;
    if (duckdb_query(reader->connection, sql, &result) != DuckDBSuccess)
        status = fail_duckdb(err, duckdb_result_error(&result), NULL);
    duckdb_destroy_result(&result);
    return status;
}

/* The statement as C text; a buffer without memory is found here. */
static zkl_status sql_text(zkl_buffer *sql, const char **out, zkl_error *err)
{
    zkl_buffer_put_u8(sql, 0);
    ZKL_TRY(zkl_buffer_status(sql, err));
    *out = (const char *)sql->data;
    return ZKL_OK;
}

/* A statement with one parameter, the path of a file. */
static zkl_status prepare(duck_reader *reader, duckdb_prepared_statement *out, zkl_buffer *sql,
                          size_t file, zkl_error *err)
{
    const char *text;
    ZKL_ASSERT(file < reader->options->file_count);
    ZKL_TRY(sql_text(sql, &text, err));
    if (duckdb_prepare(reader->connection, text, out) == DuckDBSuccess &&
        duckdb_bind_varchar(*out, 1, reader->options->files[file]) == DuckDBSuccess)
        return ZKL_OK;
    const zkl_status status =
        fail_duckdb(err, duckdb_prepare_error(*out), reader->options->names[file]);
    duckdb_destroy_prepare(out);
    return status;
}

/* ---- opening
 *
 *   configure: database, threads, memory  ->  restrict_access: paths, no extensions, locked */

/* A database in memory. Settings that must hold before it opens are given here. */
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
        status = fail_duckdb(err, message, NULL);
    duckdb_free(message);
    duckdb_destroy_config(&config);
    if (status == ZKL_OK && duckdb_connect(reader->database, &reader->connection) != DuckDBSuccess)
        status = zkl_fail(err, ZKL_IO, "table reader: no connection");
    return status;
}

/* What the reader may touch: the files of the options, and nothing else. Locking the
 * configuration comes last: it refuses all the rest. */
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
        zkl_engine_put_text(&paths, zkl_bytes_of_text(reader->options->files[i]));
    }
    zkl_buffer_put_text(&paths, "]");
    ZKL_TRY(sql_text(&paths, &text, err));
    ZKL_TRY(run_sql(reader, text, err));
    ZKL_TRY(run_sql(reader, "SET enable_external_access=false", err));
    return run_sql(reader, "SET lock_configuration=true", err);
}

/* In this order: a chunk is of its result, a result of its statement. */
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

/* Back to no database: with another memory limit it must be opened anew. */
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

/* A database with that memory limit, restricted before any file is named to it. */
static zkl_status connect_with(duck_reader *reader, size_t memory_bytes, zkl_error *err)
{
    ZKL_ASSERT(!reader->database && !reader->connection);
    reader->memory_bytes = memory_bytes;
    ZKL_TRY(configure(reader, err));
    return restrict_access(reader, err);
}

/* Vectors of 2,048 rows for every column, several times over, must fit: wide tables get a larger
 * limit. */
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

/* ---- streaming
 *
 *   statement -> pending result -> result -> chunk after chunk, each gone with the next
 *
 * Vectors of a chunk are given out as they lie: values, and a bitmap of valid rows or none. */

/* Takes the statement, also when it fails. The result is destroyed in every case in which it may
 * have been made. */
static zkl_status start_stream(duck_reader *reader, duckdb_prepared_statement statement,
                               size_t file, zkl_error *err)
{
    duckdb_pending_result pending = NULL;
    zkl_status status = ZKL_OK;
    ZKL_ASSERT(file < reader->options->file_count);
    end_scan(reader);
    reader->file = file;
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

/* Empty chunks are passed over: to the caller one says that the rows are at their end. */
static zkl_status duck_next(zkl_source *base, zkl_raw_chunk *out, zkl_error *err)
{
    duck_reader *reader = (duck_reader *)base;
    *out = (zkl_raw_chunk){ 0 };
    /* what the last chunk pointed to goes now */
    if (reader->chunk)
        duckdb_destroy_data_chunk(&reader->chunk);
    if (!reader->has_result)
        return ZKL_OK;
    ZKL_ASSERT(reader->statement && reader->vectors);
    do {
        if (reader->chunk)
            duckdb_destroy_data_chunk(&reader->chunk);
        reader->chunk = duckdb_fetch_chunk(reader->result);
    } while (reader->chunk && duckdb_data_chunk_get_size(reader->chunk) == 0);
    if (!reader->chunk) {
        const char *message = duckdb_result_error(&reader->result);
        return message && *message ? fail_duckdb(err, message, reader->options->names[reader->file])
                                   : ZKL_OK;
    }
    for (size_t i = 0; i < reader->vector_count; i++) {
        duckdb_vector vector = duckdb_data_chunk_get_vector(reader->chunk, (idx_t)i);
        reader->vectors[i] =
            (zkl_raw_vector){ duckdb_vector_get_data(vector), duckdb_vector_get_validity(vector) };
    }
    *out =
        (zkl_raw_chunk){ (size_t)duckdb_data_chunk_get_size(reader->chunk), reader->vectors, NULL };
    return ZKL_OK;
}

/* Row `row` of a text vector of the chunk at hand; NULL in `data` for a null. */
static zkl_bytes text_at(const zkl_raw_vector *vector, size_t row)
{
    if (vector->valid && !(vector->valid[row / 64] >> row % 64 & 1))
        return (zkl_bytes){ 0 };
    return zkl_raw_text_bytes((const zkl_raw_text *)vector->values + row);
}

/* A number that a query gave as text; 0 for a null. */
static uint64_t number_at(const zkl_raw_vector *vector, size_t row)
{
    ZKL_DEBUG_ASSERT(vector->values);
    const zkl_bytes text = text_at(vector, row);
    uint64_t value = 0;
    for (size_t i = 0; i < text.size && text.data[i] >= '0' && text.data[i] <= '9'; i++)
        value = value * 10 + (uint64_t)(text.data[i] - '0');
    return value;
}

/* Of DuckDB's words about a type, which have no fixed form. */
static bool bytes_hold(zkl_bytes text, const char *word)
{
    return text.size && memmem(text.data, text.size, word, strlen(word));
}

/* ---- Parquet */

/* Signed or not, little-endian, as DuckDB's vectors hold it. */
static zkl_raw_type integer_of(uint8_t bytes, bool is_unsigned)
{
    return (
        zkl_raw_type){ .kind = ZKL_RAW_INTEGER, .value_bytes = bytes, .is_unsigned = is_unsigned };
}

/* units: a second. */
static zkl_raw_type timestamp_of(uint32_t units)
{
    return (zkl_raw_type){ .kind = ZKL_RAW_TIMESTAMP, .value_bytes = 8, .units_per_second = units };
}

/* DuckDB keeps decimals in the smallest integer that holds their digits. */
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

/* Only types that a table holds exactly are read; the others are named, and a column of one may be
 * left out.
 * *refused: the name of a type that has no place in our table. Those marked by needs_cast are
 * read as text. */
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

/* Types that DuckDB would read, but not exactly: it makes floats of wide decimals and cuts these
 * times to microseconds. */
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

/* By the key that Spark leaves in the footer. */
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

/* The file's own words about its columns: DuckDB renames those that differ by case only, and
 * hides how exact a type is. The rows are the schema's tree, depth first; what lies within a
 * column is passed over. */
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
            /* `inside`: elements still to come below the column of the top that was seen last */
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

/* Types are DuckDB's, of a query without rows; names and what is refused are the file's own. */
static zkl_status describe_parquet(duck_reader *reader, zkl_source_layout *out, zkl_arena *arena,
                                   size_t file, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) sql = { 0 };
    duckdb_prepared_statement statement;
    zkl_buffer_put_text(
        /* no rows: values of columns that are not wanted need not be readable */
        &sql,
        "SELECT * FROM read_parquet(?, hive_partitioning=false, union_by_name=false) LIMIT 0");
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
    for (size_t i = 0; i < count; i++)
        ZKL_ASSERT(columns[i].name.data);
    *out = (zkl_source_layout){ .columns = columns, .column_count = count };
    return make_room_for(reader, count, err);
}

/* ---- the operations */

/* The columns, and a memory limit that their vectors fit into. */
static zkl_status duck_describe(zkl_source *base, zkl_source_layout *out, zkl_arena *arena,
                                size_t file, zkl_error *err)
{
    duck_reader *reader = (duck_reader *)base;
    *out = (zkl_source_layout){ 0 };
    zkl_status status = describe_parquet(reader, out, arena, file, err);
    /* how wide the table is, is known only now */
    while (status == ZKL_NO_MEMORY && reader->memory_bytes < MEMORY_BYTES_MAX) {
        disconnect(reader);
        ZKL_TRY(connect_with(reader, 2 * reader->memory_bytes, err));
        status = describe_parquet(reader, out, arena, file, err);
    }
    end_scan(reader);
    return status;
}

/* By position: names are the file's, not DuckDB's. Enums and UUIDs too become text. */
static void put_selection(zkl_buffer *sql, const zkl_source_layout *layout, const uint32_t *columns,
                          size_t column_count)
{
    for (size_t i = 0; i < column_count; i++) {
        ZKL_ASSERT(columns[i] < layout->column_count);
        const bool is_text = layout->columns[columns[i]].type.kind == ZKL_RAW_TEXT;
        zkl_buffer_format(sql, is_text ? "%sCAST(#%u AS VARCHAR)" : "%s#%u", i ? "," : "",
                          columns[i] + 1);
    }
}

/* Columns are cast by nobody but put_selection, so a value is what the file has. */
static zkl_status duck_scan(zkl_source *base, size_t file, const zkl_source_layout *layout,
                            const uint32_t *columns, size_t column_count, zkl_error *err)
{
    duck_reader *reader = (duck_reader *)base;
    ZKL_AUTO_CLEAR(zkl_buffer) sql = { 0 };
    duckdb_prepared_statement statement;
    end_scan(reader);
    ZKL_ASSERT(column_count <= layout->column_count);
    zkl_buffer_put_text(&sql, "SELECT ");
    put_selection(&sql, layout, columns, column_count);
    zkl_buffer_put_text(&sql, " FROM read_parquet(?, hive_partitioning=false)");
    ZKL_TRY(prepare(reader, &statement, &sql, file, err));
    return start_stream(reader, statement, file, err);
}

static const zkl_source_ops duck_ops = {
    .name = "duckdb",
    .open = duck_open,
    .describe = duck_describe,
    .scan = duck_scan,
    .next = duck_next,
    .close = duck_close,
};

extern const zkl_engine_ops zkl_engine_duckdb; /* module_engine.c */

__attribute__((visibility("default"))) const zkl_source_module_info *zkl_source_module(void);

const zkl_source_module_info *zkl_source_module(void)
{
    static const zkl_source_module_info info = { ZKL_SOURCE_VERSION, &duck_ops,
                                                 &zkl_engine_duckdb };
    return &info;
}
