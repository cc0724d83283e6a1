#pragma once
/* How the files of a table are read: every option that changes which rows and values there are, and
 * what columns came of it. The manifest binds the whole of it (docs/formats/manifest.md,
 * "Reading"). */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zkl/bytes.h>

#ifdef __cplusplus
extern "C" {
#endif

/* An option that may be left open. */
typedef enum zkl_answer { ZKL_UNSAID, ZKL_NO, ZKL_YES } zkl_answer;

/* In a request NULL and ZKL_UNSAID mean: found out, or the usual. In a manifest nothing that counts
 * is left out; what does not count with the format is NULL or ZKL_UNSAID. */
typedef struct zkl_reading {
    /* "csv", "parquet", "ndjson" or "json"; in a request NULL: by the ending of the files'
     * names. */
    const char *format;
    /* Only some of the files' columns were read: those of the schema. Requests say it by naming
     * columns. */
    zkl_answer columns_chosen;

    /* The rest is of CSV. One to four bytes, or one of the words "tab" and "space". NULL: found
     * out. */
    const char *delimiter;
    /* One byte, or the word "none". NULL: '"'. */
    const char *quote;
    /* "utf-8" and others. NULL: UTF-8. */
    const char *encoding;
    /* The first line holds the columns' names. Unsaid: yes. */
    zkl_answer header;
    /* A quoted empty field is null too, not an empty text. Unsaid: no. */
    zkl_answer null_quoted;
    /* Unquoted fields that are null, besides the empty one. */
    const char *const *null_texts;
    size_t null_text_count;
} zkl_reading;

/* A column of a table, as schema or manifest has it. */
typedef struct zkl_column_info {
    /* note: what was found out about its type, and why; NULL or "" when nothing is to say. */
    const char *name, *type, *note;
    bool nullable;
    /* 16-bit cells that one value takes. */
    uint32_t limb_count;
} zkl_column_info;

/* One file, with its plain hashes: only where they are published. */
typedef struct zkl_file_info {
    const char *name;
    uint64_t size;
    /* By the ledger's algorithm. */
    zkl_digest hash;
    zkl_digest sha256;
} zkl_file_info;

/* What a manifest says of how its table was read, for people. */
typedef struct zkl_read_info {
    zkl_reading reading;
    /* "CSV, delimiter ',', quote '\"', UTF-8, header, nulls: empty, 'NA'". */
    const char *words;
    /* The same, as a JSON object. */
    const char *json;
    /* Each option that people seldom mean, as a sentence: by such options a file can be read as
     * other values than it shows. */
    const char *const *unusual;
    size_t unusual_count;
    /* Names of the files that were read, in the order in which they count; NULL: only their number
     * is told. */
    const char *const *files;
    size_t file_count;
    /* Known only where the files were just read, in their order; else NULL. */
    const uint64_t *file_rows, *file_bytes;
    /* What lay in the folders and was not read: hidden files, and marks such as Spark's. */
    const char *const *left_out;
    size_t left_out_count;
    /* Plain digests of all files, or none. */
    const zkl_file_info *digests;
    size_t digest_count;
} zkl_read_info;

#ifdef __cplusplus
}
#endif
