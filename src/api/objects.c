/* Objects that stand in the results of several operations, and in requests. One home for each: a
 * member has the same name, type and meaning wherever it is met. */
#include "api/objects.h"

#include <string.h>

#include <zkl/zkl.h>

#include "service/service_internal.h"

/* ---- Words of several results */

const char *const api_made[] = { "ceremony", "development", NULL };

/* ---- How a table was read */

/* Of data that is public anyway: a plain hash of private data could be guessed at. */
static const api_field digest_fields[] = {
    { "name", API_TEXT, API_AT(zkl_file_info, name), .help = "the file's name" },
    { "size", API_NUMBER, API_AT(zkl_file_info, size), .help = "its bytes" },
    { "hash", API_DIGEST, API_AT(zkl_file_info, hash),
      .help = "hash under the ledger's algorithm" },
    { "sha256", API_DIGEST, API_AT(zkl_file_info, sha256), .help = "SHA-256" },
};
static const api_object file_digest = API_OBJECT(zkl_file_info, digest_fields);

/* Of CSV alone. A reading of another format leaves these out; a request may say any of them. */
#define CSV_ROWS(is_there)                                                                         \
    { "delimiter", API_TEXT, API_AT(zkl_reading, delimiter), .when = (is_there),                   \
      .help = "of CSV: one character, or 'tab' or 'space'" },                                      \
        { "quote", API_TEXT, API_AT(zkl_reading, quote), .when = (is_there),                       \
          .help = "of CSV: one character, or 'none'" },                                            \
        { "encoding", API_TEXT, API_AT(zkl_reading, encoding), .when = (is_there),                 \
          .help = "of CSV: of its text, such as utf-8" },                                          \
        { "header", API_ANSWER, API_AT(zkl_reading, header), .when = (is_there),                   \
          .help = "of CSV: does the first line hold the columns' names" },                         \
        { "null_quoted", API_ANSWER, API_AT(zkl_reading, null_quoted), .when = (is_there),         \
          .help = "of CSV: is a quoted empty field null too" },                                    \
    {                                                                                              \
        "null", API_TEXTS, API_AT(zkl_reading, null_texts),                                        \
            API_COUNT(zkl_reading, null_text_count),                                               \
            .when = (is_there), .help = "of CSV: texts that mean null, besides the empty field"    \
    }

static bool is_csv(const void *record)
{
    const char *format = ((const zkl_reading *)record)->format;
    return format && strcmp(format, "csv") == 0;
}

/* What a manifest binds: nothing that counts with the format is left out. */
static const api_field reading_fields[] = {
    { "format", API_TEXT, API_AT(zkl_reading, format), .help = "csv, parquet, json or ndjson" },
    { "columns_chosen", API_ANSWER, API_AT(zkl_reading, columns_chosen),
      .help = "were only some of the files' columns read" },
    CSV_ROWS(is_csv),
};
static const api_object reading = API_OBJECT(zkl_reading, reading_fields);

/* columns_chosen is not to be asked for: naming columns says it. */
static const api_field asked_reading_fields[] = {
    { "format", API_TEXT, API_AT(zkl_reading, format),
      .help = "csv, parquet, json or ndjson; else by the files' endings" },
    CSV_ROWS(NULL),
};
const api_object api_asked_reading = API_OBJECT(zkl_reading, asked_reading_fields);

/* Hidden names are null and not [], which would say that no file was read. */
static bool hides_names(const void *record)
{
    return ((const zkl_read_info *)record)->files == NULL;
}

/* The manifest binds names and their number. Sizes and what was left out are known to whoever
 * read the files just now. */
static bool was_just_read(const void *record)
{
    return ((const zkl_read_info *)record)->file_rows != NULL;
}

/* The words follow from the reading. */
static zkl_status settle_words(void *record, zkl_arena *memory, zkl_error *err)
{
    zkl_read_info *const info = record;
    info->words = service_reading_words(memory, &info->reading);
    return info->words ? ZKL_OK : zkl_no_memory(err, 0);
}

static const api_field read_info_fields[] = {
    { "reading", API_STRUCT, API_AT(zkl_read_info, reading), .of = &reading, .settle = settle_words,
      .help = "how the files became rows" },
    { "unusual_reading", API_TEXTS, API_AT(zkl_read_info, unusual),
      API_COUNT(zkl_read_info, unusual_count),
      .help = "a sentence for each option of it that is seldom meant" },
    { "files", API_TEXTS, API_AT(zkl_read_info, files), API_COUNT(zkl_read_info, file_count),
      .is_null = hides_names, .help = "names of the files; null when hidden" },
    { "file_count", API_NUMBER, API_AT(zkl_read_info, file_count), .help = "how many there are" },
    { "file_rows", API_NUMBERS, API_AT(zkl_read_info, file_rows),
      API_COUNT(zkl_read_info, file_count), .when = was_just_read, .help = "rows of each file" },
    { "file_bytes", API_NUMBERS, API_AT(zkl_read_info, file_bytes),
      API_COUNT(zkl_read_info, file_count), .when = was_just_read, .help = "bytes of each file" },
    { "left_out", API_TEXTS, API_AT(zkl_read_info, left_out),
      API_COUNT(zkl_read_info, left_out_count), .when = was_just_read,
      .help = "what lay in a folder and was not read: hidden files, and marks such as Spark's" },
    { "public_digests", API_LIST, API_AT(zkl_read_info, digests),
      API_COUNT(zkl_read_info, digest_count), .of = &file_digest,
      .help = "plain digests of the files, where they were asked for" },
};
const api_object api_read_info = API_OBJECT(zkl_read_info, read_info_fields);

/* ---- How keys that are written are kept
 *
 * A passphrase never stands in a request: requests are kept, logged and shown. Its file is
 * named. */

static const api_field new_passphrase_fields[] = {
    { "passphrase_file", API_TEXT, API_AT(api_new_passphrase, file), .is_path = true,
      .help = "its first line is the passphrase of the keys that are written" },
    { "in_clear", API_BOOL, API_AT(api_new_passphrase, in_clear),
      .help = "write the keys without a passphrase" },
};
const api_object api_new_passphrase_object = API_OBJECT(api_new_passphrase, new_passphrase_fields);

/* ---- Columns */

/* The type is the text of a schema file, with a dictionary's root. */
static const api_field column_fields[] = {
    { "name", API_TEXT, API_AT(zkl_column_info, name), .help = "its name" },
    { "type", API_TEXT, API_AT(zkl_column_info, type), .help = "its type, as in a schema file" },
    { "nullable", API_BOOL, API_AT(zkl_column_info, nullable), .help = "may it hold nulls" },
};
const api_object api_column = API_OBJECT(zkl_column_info, column_fields);

/* ---- Succession */

/* The owner's word about another log: whether the key is that log's, the reader has to know. */
static const api_field succeeds_fields[] = {
    { "origin", API_CHARS, API_AT(zkl_succeeds, origin), .help = "the old log's name" },
    { "size", API_NUMBER, API_AT(zkl_succeeds, size), .help = "entries it had" },
    { "root", API_DIGEST, API_AT(zkl_succeeds, root), .help = "root of its tree then" },
    { "key", API_CHARS, API_AT(zkl_succeeds, key), .help = "verifier key that signed it" },
};
const api_object api_succeeds = API_OBJECT(zkl_succeeds, succeeds_fields);

static const api_field with_fields[] = {
    { "reference", API_TEXT, API_AT(zkl_with_dataset, reference), .required = true,
      .help = "NAME, or NAME@VERSION, as claims name it" },
    { "data", API_TEXTS, API_AT(zkl_with_dataset, files), API_COUNT(zkl_with_dataset, file_count),
      .is_path = true, .help = "the files that were notarised; none: its spool is read" },
};
const api_object api_with_dataset = API_OBJECT(zkl_with_dataset, with_fields);

static const api_field revocation_fields[] = {
    { "index", API_NUMBER, API_AT(zkl_revocation, index), .help = "entry that says so" },
    { "time", API_TEXT, API_AT(zkl_revocation, time), .help = "its signer's word" },
    { "reason", API_TEXT, API_AT(zkl_revocation, reason), .help = "why, in the signer's words" },
};
const api_object api_revocation = API_OBJECT(zkl_revocation, revocation_fields);
