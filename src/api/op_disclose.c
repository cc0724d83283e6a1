/* Rows of a notarised version, shown to somebody. The file holds their values; the answer names
 * rows and columns alone, since answers are kept and logged. */
#include "api/data_key.h"
#include "api/operation.h"
#include "api/objects.h"
#include "api/requests.h"
#include "base/buffer.h"

#define AT(member) API_AT(api_disclose_request, asked.member)
#define COUNT(member) API_COUNT(api_disclose_request, asked.member)
static const api_field request_fields[] = {
    { "reference", API_TEXT, AT(reference), .required = true, .help = "NAME, or NAME@VERSION" },
    { "data", API_TEXTS, AT(files), COUNT(file_count), .is_path = true,
      .help = "the files that were notarised; none: the spool. They are compared first" },
    { "rows", API_TEXT, AT(rows), .help = "which rows, counted from 0: '5,17,100-110'" },
    { "sample", API_NUMBER, AT(sample), .help = "draw so many rows, at most half of them" },
    { "challenge", API_TEXT, AT(challenge),
      .help = "by what they are drawn: 16 to 64 bytes in hex, chosen by who is to see them" },
    { "columns", API_TEXTS, AT(columns), COUNT(column_count),
      .help = "the columns that are shown; else all" },
    { "data_key_file", API_TEXT, API_AT(api_disclose_request, data_key_file), .is_path = true,
      .help = "the .zklkey, when the ledger has lost its own" },
    { "reading", API_STRUCT, AT(reading), .of = &api_asked_reading,
      .help = "how the data are to be read, where not as the manifest says" },
    { "output", API_TEXT, AT(output), .required = true, .is_path = true,
      .path_use = API_PATH_WRITTEN, .help = "where the disclosure goes" },
    { "force", API_BOOL, AT(force), .help = "replace that file whatever it holds" },
    { "dry_run", API_BOOL, AT(dry_run),
      .help = "check, say what would be shown; write and record nothing" },
};
#undef AT
#undef COUNT
static const api_object request_object = API_OBJECT(api_disclose_request, request_fields);

#define AT(member) API_AT(zkl_disclose_result, member)
#define COUNT(member) API_COUNT(zkl_disclose_result, member)
static bool is_recorded(const void *record)
{
    return !((const zkl_disclose_result *)record)->is_dry_run;
}

static const api_field result_fields[] = {
    { "dry_run", API_BOOL, AT(is_dry_run), .help = "was nothing written, on request" },
    { "dataset.name", API_TEXT, AT(name), .help = "the dataset's name" },
    { "dataset.version", API_NUMBER, AT(version), .help = "its version" },
    { "dataset.id", API_DIGEST, AT(dataset), .help = "hash of its manifest" },
    { "entry.index", API_NUMBER, AT(index), .when = is_recorded,
      .help = "place in the log; not of a dry run" },
    { "entry.receipt_id", API_DIGEST, AT(receipt_id), .when = is_recorded,
      .help = "the entry's leaf hash; not of a dry run" },
    { "rows", API_NUMBERS, AT(rows), COUNT(row_count), .help = "the rows that are shown, from 0" },
    { "columns", API_TEXTS, AT(columns), COUNT(column_count), .help = "of which columns" },
    { "bytes", API_NUMBER, AT(byte_count), .when = is_recorded,
      .help = "size of the file; not of a dry run" },
};
#undef AT
#undef COUNT
static const api_object result_object = API_OBJECT(zkl_disclose_result, result_fields);

static zkl_status run(void *result, zkl_ledger *ledger, const void *request, const zkl_env *env,
                      zkl_error *err)
{
    const api_disclose_request *given = request;
    ZKL_AUTO_CLEAR(zkl_buffer) data_key = { 0 };
    zkl_disclose_request asked = given->asked;
    if (given->data_key_file)
        ZKL_TRY(api_data_key_read(&data_key, given->data_key_file, err));
    asked.data_key = zkl_buffer_bytes(&data_key);
    return zkl_disclose(result, ledger, &asked, env, err);
}

/* Cancelled or failed, it leaves the ledger as it was. */
const api_operation api_disclose = {
    .name = "disclose",
    .summary = "show rows of a dataset in a file that can be verified",
    .permission = "datasets:disclose",
    .effect = API_WRITES,
    .needs_keys = true,
    .is_long = true,
    .request = &request_object,
    .result = &result_object,
    .memory_offset = offsetof(zkl_disclose_result, memory),
    .run = run,
};
