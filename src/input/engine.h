#pragma once
/* An SQL engine in memory: tables given row by row, statements over them, results written to a
 * file. It is DuckDB, in the module that reads Parquet (source.h), and is loaded when it is first
 * needed.
 *
 * 1. It touches the files that were named when it was opened, for writing, and nothing else: no
 *    other file, no network, no extension. So a statement may come from anybody.
 * 2. Values go in as texts, of which the engine makes the column's type; a text that does not fit
 *    is a failure.
 * 3. Its words are shown where they speak of the statement. What it says of values is not. */
#include "base/bytes.h"
#include "base/buffer.h"

typedef struct zkl_engine zkl_engine;

typedef struct zkl_engine_column {
    const char *name;
    const char *type; /* in SQL: "DECIMAL(9,2)" */
    bool is_binary;   /* values are bytes, no text */
} zkl_engine_column;

typedef struct zkl_engine_options {
    const char *const *outputs; /* absolute paths that may be written */
    size_t output_count;
    size_t memory_bytes, thread_count; /* 0: 2 GiB, one */
} zkl_engine_options;

typedef struct zkl_engine_ops {
    zkl_status (*open)(zkl_engine **out, const zkl_engine_options *options, zkl_error *err);
    /* A table of this name, empty. Behind the columns it has "zkl_row", the row's number from 0
     * on. */
    zkl_status (*create)(zkl_engine *engine, const char *table, const zkl_engine_column *columns,
                         size_t count, zkl_error *err);
    /* One more row of the table that was created last; data NULL: null. */
    zkl_status (*append)(zkl_engine *engine, const zkl_bytes *values, zkl_error *err);
    /* No more rows of it. */
    zkl_status (*finish)(zkl_engine *engine, zkl_error *err);
    /* One statement. ZKL_USAGE: it is no statement, or speaks of what there is not. */
    zkl_status (*run)(zkl_engine *engine, const char *sql, zkl_error *err);
    /* One number, the first value of the first row. */
    zkl_status (*number)(zkl_engine *engine, uint64_t *out, const char *sql, zkl_error *err);
    /* One text, the first value of the first row, into out; nothing of a null. */
    zkl_status (*text)(zkl_engine *engine, zkl_buffer *out, const char *sql, zkl_error *err);
    /* The rows of a query into a file, by its ending: ".parquet", where integers have 64 bits, else
     * CSV in which every text stands in quotes and a null is nothing. Replaces the file. */
    zkl_status (*write)(zkl_engine *engine, const char *sql, const char *path, zkl_error *err);
    void (*close)(zkl_engine *engine); /* NULL is fine */
} zkl_engine_ops;

/* The module's. As zkl_source_load. */
zkl_status zkl_engine_load(const zkl_engine_ops **out, zkl_error *err) ZKL_MUST_USE;

/* A name, and a text, as SQL has them. */
static inline void zkl_engine_put_name(zkl_buffer *sql, zkl_bytes name)
{
    zkl_buffer_put_doubled(sql, name, '"');
}
static inline void zkl_engine_put_text(zkl_buffer *sql, zkl_bytes text)
{
    zkl_buffer_put_doubled(sql, text, '\'');
}
