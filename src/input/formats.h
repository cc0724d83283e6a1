#pragma once
/* The formats of table files, each with its reader: one list, formats.c.
 *
 * To add one: a file reader_<name>.c that defines its zkl_format and zkl_source_ops
 * (input/source.h), and a line in the list. A format whose name is new to manifests is also
 * named in record/reading.c, since the verifier must know the word;
 * tests/unit/input/test_formats.c compares the two. */
#include "input/source.h"

#define ZKL_FORMAT_ENDINGS_MAX 3

/* A check of a file before its reader, which believes what it reads, may open it. */
typedef struct zkl_format_check {
    const char *path, *name;
    /* Whether a column of that name will be read. */
    bool (*wanted)(const void *opaque, zkl_bytes column);
    const void *opaque;
} zkl_format_check;

typedef struct zkl_format {
    /* The word of --format, of manifests and of receipts: "csv". */
    const char *name;
    /* Of file names, without that of a compression; in any case. */
    const char *endings[ZKL_FORMAT_ENDINGS_MAX];
    /* Every row is an object that names its members, so columns are found as they come. Else a
     * file says its columns first. */
    bool has_objects;
    /* Delimiter, quote, encoding, header and null texts count. */
    bool has_csv_options;
    /* What reads it. */
    zkl_status (*reader)(const zkl_source_ops **out, zkl_error *err);
    /* *row_count: the rows that the file states. NULL: there is nothing to check, and files
     * state no rows. */
    zkl_status (*check)(uint64_t *row_count, const zkl_format_check *check, zkl_error *err);
} zkl_format;

extern const zkl_format zkl_format_csv, zkl_format_parquet, zkl_format_ndjson, zkl_format_json;

/* The i-th format; NULL behind the last. */
const zkl_format *zkl_format_at(size_t i);
/* The format of all those files: the one that is said (NULL: none; else a name of the list), or
 * by the endings of their names. ZKL_USAGE when there is no file or an ending says nothing,
 * ZKL_NOT_SUPPORTED when it says what cannot be read, ZKL_BAD_INPUT when they differ. */
zkl_status zkl_format_find(const zkl_format **out, const char *said, const char *const *names,
                           size_t count, zkl_error *err) ZKL_MUST_USE;
