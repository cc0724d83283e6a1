#pragma once
/* How the files of a table are read: every option that changes which rows and values there are, and
 * what columns came of it. The manifest binds the whole of it (docs/formats/manifest.md,
 * "Reading").
 *
 *     zkl_notarize_request request = {
 *         .reading = { .format = "csv", .delimiter = ";", .encoding = "windows-1252",
 *                      .header = ZKL_NO },
 *     };
 *
 * Why so much is asked: the same bytes are another table under another delimiter or null text. What
 * cannot be found out for certain is refused with a hint, and never guessed. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <zkl/bytes.h>

#ifdef __cplusplus
extern "C" {
#endif

/* An option that may be left open. ZKL_UNSAID is 0: a request that is all zeros says nothing. */
typedef enum zkl_answer { ZKL_UNSAID, ZKL_NO, ZKL_YES } zkl_answer;

/* In a request NULL and ZKL_UNSAID mean: found out, or the usual. In a manifest nothing that counts
 * is left out; what does not count with the format is NULL or ZKL_UNSAID.
 *
 * A word that is none of those below is ZKL_USAGE. So is a delimiter or quote that values are made
 * of, such as a letter, a digit or a point: "12.50" could be split by it into other values. */
typedef struct zkl_reading {
    /* One for all files: "csv", "parquet", "ndjson" or "json". In a request NULL: by the ending of
     * the files' names. */
    const char *format;
    /* Only some of the files' columns were read: those of the schema. Requests say it by naming
     * columns. */
    zkl_answer columns_chosen;

    /* The rest is of CSV. One to four bytes, or one of the words "tab" and "space". NULL: found
     * out. */
    const char *delimiter;
    /* One byte, or the word "none". NULL: '"'. */
    const char *quote;
    /* "utf-8", "utf-16", "utf-16le", "utf-16be", "latin-1" or "windows-1252". NULL: UTF-8. A
     * byte order mark of another encoding is refused, with a hint. */
    const char *encoding;
    /* The first line holds the columns' names. Unsaid: yes. */
    zkl_answer header;
    /* A quoted empty field is null too, not an empty text. Unsaid: no. */
    zkl_answer null_quoted;
    /* Unquoted fields that are null, besides the empty one: "NA", "\\N". Compared byte by byte. */
    const char *const *null_texts;
    size_t null_text_count;
} zkl_reading;

/* A column of a table, as schema or manifest has it. */
typedef struct zkl_column_info {
    /* name: UTF-8, as the file has it.
     * type: as a schema file writes it: "uint16", "decimal(7,2)".
     * note: what was found out about its type, and why; NULL or "" when nothing is to say. */
    const char *name, *type, *note;
    /* Its schema permits nulls. Whether there are any, only a claim says. */
    bool nullable;
    /* 16-bit cells that one value takes. */
    uint32_t limb_count;
} zkl_column_info;

/* One file, with its plain hashes: only where they are published. A plain hash confirms a guess of
 * the whole file, which is why it is not published unless it is asked for. */
typedef struct zkl_file_info {
    /* Without the folder that all files share. */
    const char *name;
    /* In bytes, as the file lies on the disk: compressed ones are not unpacked for it. */
    uint64_t size;
    /* By the ledger's algorithm. */
    zkl_digest hash;
    /* For other tools: what `sha256sum` prints. */
    zkl_digest sha256;
} zkl_file_info;

/* What a manifest says of how its table was read, for people.
 *
 * Where it was verified, it is what the proofs are about: the file as it is read this way. A person
 * who opens the file in another program may see other values, so a program shows `unusual` beside
 * every verdict. */
typedef struct zkl_read_info {
    /* Every option as it counted, also those that nobody said. */
    zkl_reading reading;
    /* "CSV, delimiter ',', quote '\"', encoding utf-8, header, nulls: empty, 'NA'". */
    const char *words;
    /* Each option that people seldom mean, as a sentence: by such options a file can be read as
     * other values than it shows. */
    const char *const *unusual;
    size_t unusual_count;
    /* Names of the files that were read, in the order in which they count; NULL: only their number
     * is told. */
    const char *const *files;
    size_t file_count;
    /* Rows and bytes of each of `files`. Known only where they were just read; else NULL. */
    const uint64_t *file_rows, *file_bytes;
    /* What lay in the folders and was not read: hidden files, and marks such as Spark's. */
    const char *const *left_out;
    size_t left_out_count;
    /* Plain digests of all files, or none: whoever has a file can then confirm that it is this
     * one. */
    const zkl_file_info *digests;
    size_t digest_count;
} zkl_read_info;

#ifdef __cplusplus
}
#endif
