#pragma once
/* Readers of table files: they open, decompress and split; what the values mean is decided above
 * them.
 *
 * CSV and JSON are read by reader_text.c. Parquet is read by a module,
 * lib/zkp-ledger/zkl_reader_duckdb.so, loaded when the first such file is. formats.h lists them
 * all; tests have their own. One file is scanned at a time, so every row's file is known. */
#include "base/arena.h"
#include "input/bad_row.h"
#include "types/schema.h"

#define ZKL_SOURCE_VERSION 5 /* raise with every change of the structs below */

/* How one column's values lie in a chunk. */
typedef enum zkl_raw_kind {
    ZKL_RAW_TEXT,   /* zkl_raw_text, UTF-8 as far as the reader checked */
    ZKL_RAW_BINARY, /* zkl_raw_text */
    ZKL_RAW_BOOL,   /* uint8_t, 0 or 1 */
    ZKL_RAW_INTEGER, /* value_bytes 1, 2, 4, 8 or 16, little-endian, two's complement unless is_unsigned */
    ZKL_RAW_DECIMAL, /* the same, signed: unscaled */
    ZKL_RAW_FLOAT32,
    ZKL_RAW_FLOAT64,
    ZKL_RAW_DATE,      /* int32_t days; +-INT32_MAX: infinite, refused */
    ZKL_RAW_TIME,      /* int64_t microseconds of the day */
    ZKL_RAW_TIMESTAMP, /* int64_t, units_per_second a second, UTC; +-INT64_MAX: infinite, refused */
} zkl_raw_kind;

typedef struct zkl_raw_type {
    zkl_raw_kind kind;
    uint8_t value_bytes;
    bool is_unsigned;
    uint8_t precision, scale;
    uint32_t units_per_second;
} zkl_raw_type;

/* Up to 12 bytes lie inside; else the pointer is good until the next chunk. The layout is
 * DuckDB's. */
typedef union zkl_raw_text {
    struct {
        uint32_t size;
        char bytes[12];
    } inside;
    struct {
        uint32_t size;
        char prefix[4];
        const char *data;
    } outside;
} zkl_raw_text;

static inline zkl_bytes zkl_raw_text_bytes(const zkl_raw_text *text)
{
    const uint32_t size = text->inside.size;
    return zkl_bytes_of(size <= sizeof text->inside.bytes ? text->inside.bytes : text->outside.data,
                        size);
}

typedef struct zkl_raw_vector {
    const void *values;
    const uint64_t *valid; /* bit i: row i is not null; NULL: none is */
} zkl_raw_vector;

typedef struct zkl_raw_chunk {
    size_t row_count;              /* 0: the end */
    const zkl_raw_vector *vectors; /* one for each scanned column */
    const uint64_t *lines;         /* where each row begins in its text, from 1; NULL: not known */
} zkl_raw_chunk;

typedef struct zkl_source_column {
    zkl_bytes name;
    zkl_raw_type type;
    const char *refused; /* NULL; else the name of the type, which cannot be read */
} zkl_source_column;

/* What one file holds. Objects (JSON) have no columns here: a scan delivers one text vector, an
 * object a row. */
typedef struct zkl_source_layout {
    const zkl_source_column *columns;
    size_t column_count;
    const char *delimiter, *quote; /* CSV: as found or given */
} zkl_source_layout;

typedef struct zkl_source_options {
    const char *const *files; /* paths to open */
    const char *const *names; /* what people call them; endings tell the compression: .gz, .zst */
    size_t file_count;
    const char *format;                       /* its name (input/formats.h) */
    const char *delimiter, *quote, *encoding; /* NULL: found out; '"'; UTF-8 */
    bool no_header;
    bool null_quoted;              /* CSV: quoted fields too are null where unquoted ones are */
    const char *const *null_texts; /* CSV: unquoted fields that are null, besides the empty one */
    size_t null_text_count;
    size_t memory_bytes, thread_count;
} zkl_source_options;

typedef struct zkl_source zkl_source;

typedef struct zkl_source_ops {
    const char *name;
    /* No other file than those of the options is ever touched. options are borrowed until close. */
    zkl_status (*open)(zkl_source **out, const zkl_source_options *options, zkl_error *err);
    zkl_status (*describe)(zkl_source *reader, zkl_source_layout *out, zkl_arena *arena,
                           size_t file, zkl_error *err);
    /* Start reading those columns (rising indexes into the layout that describe gave for the
     * file; ignored for objects). Ends a scan before it. */
    zkl_status (*scan)(zkl_source *reader, size_t file, const zkl_source_layout *layout,
                       const uint32_t *columns, size_t column_count, zkl_error *err);
    /* Rows in file order. What *out points to is good until the next call. */
    zkl_status (*next)(zkl_source *reader, zkl_raw_chunk *out, zkl_error *err);
    /* After a scan of a file ended in ZKL_BAD_INPUT: rows that could not be split (line, column,
     * reason; file is left empty), and how many there are. May find none. NULL: the reader
     * cannot name rows. */
    void (*bad_lines)(zkl_source *reader, zkl_bad_rows *out, size_t file,
                      const zkl_source_layout *layout);
    void (*close)(zkl_source *reader); /* NULL is fine */
} zkl_source_ops;

struct zkl_source {
    const zkl_source_ops *ops; /* first member of every reader's own struct */
};

/* What the module exports as zkl_source_module. */
typedef struct zkl_source_module_info {
    uint32_t version; /* ZKL_SOURCE_VERSION */
    const zkl_source_ops *ops;
    const struct zkl_engine_ops *engine; /* input/engine.h */
} zkl_source_module_info;

/* Load the module: from $ZKP_LEDGER_MODULE_DIR (an absolute path; ignored in a setuid program),
 * beside the running program or library (lib/zkp-ledger, ../lib/zkp-ledger, zkp-ledger), or
 * where it was configured to be installed. It stays loaded. ZKL_NOT_SUPPORTED with a place tried
 * when there is none; ZKL_DENIED when the module, DuckDB's library beside it or their folder
 * belongs to another user or can be written by group or others; ZKL_USAGE for a relative path. */
zkl_status zkl_source_load_module(const zkl_source_module_info **out, zkl_error *err) ZKL_MUST_USE;
zkl_status zkl_source_load(const zkl_source_ops **out, zkl_error *err) ZKL_MUST_USE;
