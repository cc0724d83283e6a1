#include "api/objects.h"

#include <zkl/zkl.h>

/* ---- How a table was read */

static const api_field digest_fields[] = {
    { "name", API_TEXT, API_AT(zkl_file_info, name), .help = "the file's name" },
    { "size", API_NUMBER, API_AT(zkl_file_info, size), .help = "its bytes" },
    { "hash", API_DIGEST, API_AT(zkl_file_info, hash),
      .help = "hash under the ledger's algorithm" },
    { "sha256", API_DIGEST, API_AT(zkl_file_info, sha256), .help = "SHA-256" },
};
static const api_object file_digest = API_OBJECT(zkl_file_info, digest_fields);

static json_t *write_reading(const void *record)
{
    const zkl_read_info *info = record;
    return json_loads(info->json, 0, NULL);
}

static bool has_names(const void *record)
{
    return ((const zkl_read_info *)record)->files != NULL;
}

static bool was_just_read(const void *record)
{
    return ((const zkl_read_info *)record)->file_rows != NULL;
}

static const api_field read_info_fields[] = {
    { "reading", API_WRITTEN, .write = write_reading,
      .help = "how the files became rows: format, columns_chosen, and of CSV delimiter, quote, "
              "encoding, header, null_quoted, null" },
    { "unusual_reading", API_TEXTS, API_AT(zkl_read_info, unusual),
      API_COUNT(zkl_read_info, unusual_count),
      .help = "a sentence for each option of it that is seldom meant" },
    { "files", API_TEXTS, API_AT(zkl_read_info, files), API_COUNT(zkl_read_info, file_count),
      .when = has_names, .nullable = true, .help = "names of the files; null when hidden" },
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

/* ---- Columns */

static const api_field column_fields[] = {
    { "name", API_TEXT, API_AT(zkl_column_info, name), .help = "its name" },
    { "type", API_TEXT, API_AT(zkl_column_info, type), .help = "its type, as in a schema file" },
    { "nullable", API_BOOL, API_AT(zkl_column_info, nullable), .help = "may it hold nulls" },
};
const api_object api_column = API_OBJECT(zkl_column_info, column_fields);

/* ---- Succession */

static const api_field succeeds_fields[] = {
    { "origin", API_CHARS, API_AT(zkl_succeeds, origin), .help = "the old log's name" },
    { "size", API_NUMBER, API_AT(zkl_succeeds, size), .help = "entries it had" },
    { "root", API_DIGEST, API_AT(zkl_succeeds, root), .help = "root of its tree then" },
    { "key", API_CHARS, API_AT(zkl_succeeds, key), .help = "verifier key that signed it" },
};
const api_object api_succeeds = API_OBJECT(zkl_succeeds, succeeds_fields);
