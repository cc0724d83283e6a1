/* The engine of engine.h on DuckDB: a part of the module that reads Parquet (module_duckdb.c).
 *
 * 1. Access is restricted before the first statement and cannot be widened again: the
 *    configuration is locked.
 * 2. Only one statement is run at a time: prepared, so that text behind a semicolon is refused.
 * 3. DuckDB's words reach people where they are about the statement (its parser, binder or
 *    catalogue). All others may quote values, and are replaced. */
#include <duckdb.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "input/engine.h"

#define MEMORY_BYTES_DEFAULT ((size_t)2 << 30)
#define MESSAGE_BYTES_MAX 400

struct zkl_engine {
    duckdb_database database;
    duckdb_connection connection;
    duckdb_appender appender; /* of the table that is being filled; NULL between */
    bool *is_binary;          /* of its columns */
    size_t column_count;
    uint64_t row_count;
};

/* ---- Errors */

/* Up to the end of its first line. */
static zkl_status fail_statement(zkl_error *err, const char *message)
{
    const size_t line = strcspn(message, "\n"),
                 size = line < MESSAGE_BYTES_MAX ? line : MESSAGE_BYTES_MAX;
    return zkl_fail(err, ZKL_USAGE, "SQL: %.*s", (int)size, message);
}

static zkl_status fail_engine(zkl_error *err, const char *message)
{
    static const char *const of_the_statement[] = { "Parser Error", "Binder Error", "Catalog Error",
                                                    "Syntax Error", "Permission Error" };
    if (!message)
        return zkl_fail(err, ZKL_IO, "SQL: it failed");
    for (size_t i = 0; i < ZKL_COUNT(of_the_statement); i++)
        if (strncmp(message, of_the_statement[i], strlen(of_the_statement[i])) == 0)
            return fail_statement(err, message);
    if (strstr(message, "multiple statements"))
        return zkl_fail(err, ZKL_USAGE, "SQL: one statement alone is run");
    if (strstr(message, "Out of Memory"))
        return zkl_fail(err, ZKL_NO_MEMORY, "SQL: not enough memory");
    if (strncmp(message, "IO Error", strlen("IO Error")) == 0)
        return zkl_fail(err, ZKL_IO, "SQL: a file cannot be written");
    if (strncmp(message, "Conversion Error", strlen("Conversion Error")) == 0)
        return zkl_fail(err, ZKL_BAD_INPUT,
                        "SQL: a value does not fit the type that it is cast to");
    const size_t kind = strcspn(message, ":");
    return zkl_fail(err, ZKL_BAD_INPUT, "SQL: %.*s", (int)(kind < 60 ? kind : 60), message);
}

/* ---- Opening */

static zkl_status run_plain(zkl_engine *engine, const char *sql, zkl_error *err)
{
    duckdb_result result;
    zkl_status status = ZKL_OK;
    if (duckdb_query(engine->connection, sql, &result) != DuckDBSuccess)
        status = fail_engine(err, duckdb_result_error(&result));
    duckdb_destroy_result(&result);
    return status;
}

/* Settings that must hold before it opens. */
static zkl_status configure(zkl_engine *engine, const zkl_engine_options *options, zkl_error *err)
{
    char memory[32], threads[32];
    snprintf(memory, sizeof memory, "%zuMiB",
             (options->memory_bytes ? options->memory_bytes : MEMORY_BYTES_DEFAULT) >> 20);
    snprintf(threads, sizeof threads, "%zu", options->thread_count ? options->thread_count : 1);
    const char *const settings[][2] = {
        { "threads", threads },
        { "memory_limit", memory },
        { "autoinstall_known_extensions", "false" },
        { "autoload_known_extensions", "false" },
        { "temp_directory", "" },
    };
    duckdb_config config = NULL;
    char *message = NULL;
    zkl_status status = ZKL_OK;
    if (duckdb_create_config(&config) != DuckDBSuccess)
        return zkl_no_memory(err, sizeof config);
    for (size_t i = 0; i < ZKL_COUNT(settings) && status == ZKL_OK; i++)
        if (duckdb_set_config(config, settings[i][0], settings[i][1]) != DuckDBSuccess)
            status =
                zkl_fail(err, ZKL_NOT_SUPPORTED, "SQL: setting '%s' was refused", settings[i][0]);
    if (status == ZKL_OK &&
        duckdb_open_ext(NULL, &engine->database, config, &message) != DuckDBSuccess)
        status = fail_engine(err, message);
    duckdb_free(message);
    duckdb_destroy_config(&config);
    if (status == ZKL_OK && duckdb_connect(engine->database, &engine->connection) != DuckDBSuccess)
        status = zkl_fail(err, ZKL_IO, "SQL: no connection");
    return status;
}

/* The outputs and nothing else. Locking comes last: it refuses all the rest. */
static zkl_status restrict_access(zkl_engine *engine, const zkl_engine_options *options,
                                  zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) paths = { 0 };
    ZKL_TRY(run_plain(engine, "SET TimeZone='UTC'", err));
    ZKL_TRY(run_plain(engine, "SET preserve_insertion_order=true", err));
    ZKL_TRY(run_plain(engine, "SET allow_community_extensions=false", err));
    zkl_buffer_put_text(&paths, "SET allowed_paths=[");
    for (size_t i = 0; i < options->output_count; i++) {
        if (i)
            zkl_buffer_put_u8(&paths, ',');
        zkl_engine_put_text(&paths, zkl_bytes_of_text(options->outputs[i]));
    }
    zkl_buffer_put(&paths, "]", 2);
    ZKL_TRY(zkl_buffer_status(&paths, err));
    ZKL_TRY(run_plain(engine, (const char *)paths.data, err));
    ZKL_TRY(run_plain(engine, "SET enable_external_access=false", err));
    return run_plain(engine, "SET lock_configuration=true", err);
}

static void engine_close(zkl_engine *engine)
{
    if (!engine)
        return;
    if (engine->appender)
        duckdb_appender_destroy(&engine->appender);
    if (engine->connection)
        duckdb_disconnect(&engine->connection);
    if (engine->database)
        duckdb_close(&engine->database);
    zkl_free(engine->is_binary);
    zkl_free(engine);
}

static zkl_status engine_open(zkl_engine **out, const zkl_engine_options *options, zkl_error *err)
{
    zkl_engine *engine = zkl_calloc(1, sizeof *engine);
    if (!engine)
        return zkl_no_memory(err, sizeof *engine);
    zkl_status status = configure(engine, options, err);
    if (status == ZKL_OK)
        status = restrict_access(engine, options, err);
    if (status != ZKL_OK) {
        engine_close(engine);
        return status;
    }
    *out = engine;
    return ZKL_OK;
}

/* ---- Statements */

/* One statement, prepared: of several the second would not be run, so they are refused. */
static zkl_status prepare(duckdb_prepared_statement *out, zkl_engine *engine, const char *sql,
                          zkl_error *err)
{
    if (duckdb_prepare(engine->connection, sql, out) == DuckDBSuccess)
        return ZKL_OK;
    const zkl_status status = fail_engine(err, duckdb_prepare_error(*out));
    duckdb_destroy_prepare(out);
    return status;
}

static zkl_status execute(duckdb_result *out, zkl_engine *engine, const char *sql, zkl_error *err)
{
    duckdb_prepared_statement statement;
    zkl_status status = ZKL_OK;
    ZKL_TRY(prepare(&statement, engine, sql, err));
    if (duckdb_execute_prepared(statement, out) != DuckDBSuccess) {
        status = fail_engine(err, duckdb_result_error(out));
        duckdb_destroy_result(out);
    }
    duckdb_destroy_prepare(&statement);
    return status;
}

static zkl_status engine_run(zkl_engine *engine, const char *sql, zkl_error *err)
{
    duckdb_result result;
    ZKL_TRY(execute(&result, engine, sql, err));
    duckdb_destroy_result(&result);
    return ZKL_OK;
}

static zkl_status engine_number(zkl_engine *engine, uint64_t *out, const char *sql, zkl_error *err)
{
    duckdb_result result;
    ZKL_TRY(execute(&result, engine, sql, err));
    duckdb_data_chunk chunk = duckdb_fetch_chunk(result);
    const bool has_row = chunk && duckdb_data_chunk_get_size(chunk) > 0;
    if (has_row)
        *out = (uint64_t) *
               (const int64_t *)duckdb_vector_get_data(duckdb_data_chunk_get_vector(chunk, 0));
    if (chunk)
        duckdb_destroy_data_chunk(&chunk);
    duckdb_destroy_result(&result);
    return has_row ? ZKL_OK : zkl_fail(err, ZKL_IO, "SQL: no number");
}

static zkl_status engine_text(zkl_engine *engine, zkl_buffer *out, const char *sql, zkl_error *err)
{
    duckdb_result result;
    ZKL_TRY(execute(&result, engine, sql, err));
    duckdb_data_chunk chunk = duckdb_fetch_chunk(result);
    if (chunk && duckdb_data_chunk_get_size(chunk) > 0) {
        duckdb_vector vector = duckdb_data_chunk_get_vector(chunk, 0);
        uint64_t *valid = duckdb_vector_get_validity(vector);
        duckdb_string_t *text = duckdb_vector_get_data(vector);
        if (!valid || duckdb_validity_row_is_valid(valid, 0))
            zkl_buffer_put(out, duckdb_string_t_data(text), duckdb_string_t_length(*text));
    }
    if (chunk)
        duckdb_destroy_data_chunk(&chunk);
    duckdb_destroy_result(&result);
    return zkl_buffer_status(out, err);
}

/* ---- Tables */

static zkl_status engine_create(zkl_engine *engine, const char *table,
                                const zkl_engine_column *columns, size_t count, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) sql = { 0 };
    ZKL_ASSERT(!engine->appender && count > 0);
    zkl_buffer_put_text(&sql, "CREATE TABLE ");
    zkl_engine_put_name(&sql, zkl_bytes_of_text(table));
    for (size_t i = 0; i < count; i++) {
        zkl_buffer_put_text(&sql, i ? ", " : " (");
        zkl_engine_put_name(&sql, zkl_bytes_of_text(columns[i].name));
        zkl_buffer_format(&sql, " %s", columns[i].type);
    }
    zkl_buffer_put_text(&sql, ", zkl_row BIGINT)");
    zkl_buffer_put_u8(&sql, 0);
    ZKL_TRY(zkl_buffer_status(&sql, err));
    ZKL_TRY(engine_run(engine, (const char *)sql.data, err));
    zkl_free(engine->is_binary);
    engine->is_binary = zkl_calloc(count, sizeof *engine->is_binary);
    if (!engine->is_binary)
        return zkl_no_memory(err, count);
    for (size_t i = 0; i < count; i++)
        engine->is_binary[i] = columns[i].is_binary;
    engine->column_count = count;
    engine->row_count = 0;
    if (duckdb_appender_create(engine->connection, NULL, table, &engine->appender) != DuckDBSuccess)
        return zkl_fail(err, ZKL_IO, "SQL: the table cannot be filled");
    return ZKL_OK;
}

static zkl_status engine_append(zkl_engine *engine, const zkl_bytes *values, zkl_error *err)
{
    bool good = true;
    ZKL_ASSERT(engine->appender);
    for (size_t i = 0; good && i < engine->column_count; i++) {
        const zkl_bytes v = values[i];
        good = (!v.data ? duckdb_append_null(engine->appender)
                : engine->is_binary[i]
                    ? duckdb_append_blob(engine->appender, v.data, v.size)
                    : duckdb_append_varchar_length(engine->appender, (const char *)v.data,
                                                   v.size)) == DuckDBSuccess;
    }
    good = good &&
           duckdb_append_int64(engine->appender, (int64_t)engine->row_count) == DuckDBSuccess &&
           duckdb_appender_end_row(engine->appender) == DuckDBSuccess;
    engine->row_count++;
    return good ? ZKL_OK : fail_engine(err, duckdb_appender_error(engine->appender));
}

static zkl_status engine_finish(zkl_engine *engine, zkl_error *err)
{
    ZKL_ASSERT(engine->appender);
    zkl_status status = ZKL_OK;
    if (duckdb_appender_close(engine->appender) != DuckDBSuccess)
        status = fail_engine(err, duckdb_appender_error(engine->appender));
    duckdb_appender_destroy(&engine->appender);
    return status;
}

/* ---- Results */

static bool ends_with(const char *text, const char *end)
{
    const size_t size = strlen(text), end_size = strlen(end);
    return size >= end_size && strcmp(text + size - end_size, end) == 0;
}

/* ", FORCE_QUOTE (..)": an empty text is told from a null by its quotes. */
static zkl_status put_text_columns(zkl_buffer *sql, zkl_engine *engine, const char *query,
                                   zkl_error *err)
{
    duckdb_prepared_statement statement;
    bool any = false;
    ZKL_TRY(prepare(&statement, engine, query, err));
    for (idx_t i = 0; i < duckdb_prepared_statement_column_count(statement); i++) {
        if (duckdb_prepared_statement_column_type(statement, i) != DUCKDB_TYPE_VARCHAR)
            continue;
        const char *name = duckdb_prepared_statement_column_name(statement, i);
        zkl_buffer_put_text(sql, any ? ", " : ", FORCE_QUOTE (");
        zkl_engine_put_name(sql, zkl_bytes_of_text(name ? name : ""));
        duckdb_free((void *)(uintptr_t)name);
        any = true;
    }
    if (any)
        zkl_buffer_put_u8(sql, ')');
    duckdb_destroy_prepare(&statement);
    return ZKL_OK;
}

static bool is_short_integer(duckdb_type type)
{
    return type == DUCKDB_TYPE_TINYINT || type == DUCKDB_TYPE_UTINYINT ||
           type == DUCKDB_TYPE_SMALLINT || type == DUCKDB_TYPE_USMALLINT ||
           type == DUCKDB_TYPE_INTEGER || type == DUCKDB_TYPE_UINTEGER;
}

/* The query with its short integers as 64 bits: types here are as narrow as the values allow, and
 * who computes with such columns, as pandas does, would wrap around without a word. */
static zkl_status put_wide_query(zkl_buffer *sql, zkl_engine *engine, const char *query,
                                 zkl_error *err)
{
    duckdb_prepared_statement statement;
    bool any = false;
    ZKL_TRY(prepare(&statement, engine, query, err));
    for (idx_t i = 0; i < duckdb_prepared_statement_column_count(statement); i++) {
        if (!is_short_integer(duckdb_prepared_statement_column_type(statement, i)))
            continue;
        const char *text = duckdb_prepared_statement_column_name(statement, i);
        const zkl_bytes name = zkl_bytes_of_text(text ? text : "");
        zkl_buffer_put_text(sql, any ? ", CAST(" : "SELECT * REPLACE (CAST(");
        zkl_engine_put_name(sql, name);
        zkl_buffer_put_text(sql, " AS BIGINT) AS ");
        zkl_engine_put_name(sql, name);
        duckdb_free((void *)(uintptr_t)text);
        any = true;
    }
    zkl_buffer_put_text(sql, any ? ") FROM (" : "");
    zkl_buffer_put_text(sql, query);
    zkl_buffer_put_text(sql, any ? ")" : "");
    duckdb_destroy_prepare(&statement);
    return ZKL_OK;
}

static zkl_status engine_write(zkl_engine *engine, const char *query, const char *path,
                               zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) sql = { 0 };
    const bool is_parquet = ends_with(path, ".parquet");
    zkl_buffer_put_text(&sql, "COPY (");
    if (is_parquet)
        ZKL_TRY(put_wide_query(&sql, engine, query, err));
    else
        zkl_buffer_put_text(&sql, query);
    zkl_buffer_put_text(&sql, ") TO ");
    zkl_engine_put_text(&sql, zkl_bytes_of_text(path));
    if (is_parquet) {
        zkl_buffer_put_text(&sql, " (FORMAT parquet, COMPRESSION zstd, USE_TMP_FILE false");
    } else {
        zkl_buffer_put_text(&sql, " (FORMAT csv, HEADER true, NULLSTR '', USE_TMP_FILE false");
        ZKL_TRY(put_text_columns(&sql, engine, query, err));
    }
    zkl_buffer_put(&sql, ")", 2);
    ZKL_TRY(zkl_buffer_status(&sql, err));
    return engine_run(engine, (const char *)sql.data, err);
}

extern const zkl_engine_ops zkl_engine_duckdb;
const zkl_engine_ops zkl_engine_duckdb = {
    .open = engine_open,
    .create = engine_create,
    .append = engine_append,
    .finish = engine_finish,
    .run = engine_run,
    .number = engine_number,
    .text = engine_text,
    .write = engine_write,
    .close = engine_close,
};
