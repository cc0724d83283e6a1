/* Files out of a ledger. A call writes one; the command line may write one for each format of
 * the configuration, and has then a list in the place of the members. Bytes in the answer would
 * be an operation of their own: a receipt has megabytes, tiles are a folder. */
#include "api/results.h"

/* As zkl_export_format_name; a test holds the two together. Absent is 0, a receipt. */
static const char *const formats[] = {
#define EXPORT_NAME(constant, module, name, is_secret, about) name,
    ZKL_EXPORT_FORMATS(EXPORT_NAME)
#undef EXPORT_NAME
        NULL,
};

static const api_field fact_fields[] = {
    { "name", API_TEXT, API_AT(zkl_fact, name), .required = true, .help = "such as license" },
    { "value", API_TEXT, API_AT(zkl_fact, value), .required = true, .help = "a text" },
};
static const api_object fact = API_OBJECT(zkl_fact, fact_fields);

static const api_field request_fields[] = {
    { "reference", API_TEXT, API_AT(zkl_export_request, reference),
      .help = "NAME, NAME@VERSION or NAME#ENTRY; not of tlog-tiles and consistency" },
    { "format", API_ENUM, API_AT(zkl_export_request, format), .names = formats,
      .help = "what to write; else a receipt. A data-key is secret" },
    { "output", API_TEXT, API_AT(zkl_export_request, output), .required = true, .is_path = true,
      .path_use = API_PATH_WRITTEN,
      .help = "where to: a file, or a folder for tlog-tiles and snarkjs" },
    { "chunks", API_TEXT, API_AT(zkl_export_request, chunks),
      .help = "of a data-key: the chunks that it opens, from 0: '0,3-5'; else all" },
    { "data", API_TEXTS, API_AT(zkl_export_request, files),
      API_COUNT(zkl_export_request, file_count), .is_path = true,
      .help = "with chunks: the files that were notarised; none: the spool" },
    { "from", API_TEXT, API_AT(zkl_export_request, from), .is_path = true,
      .path_use = API_PATH_READ_OR_COUNT,
      .help = "of consistency: the older checkpoint: a number of entries, or a receipt's file" },
    { "to", API_TEXT, API_AT(zkl_export_request, to), .is_path = true,
      .path_use = API_PATH_READ_OR_COUNT,
      .help = "of consistency: the same of the newer one; else the log's newest" },
    { "declared", API_LIST, API_AT(zkl_export_request, declared),
      API_COUNT(zkl_export_request, declared_count), .of = &fact,
      .help = "what no entry says, as a licence: marked as declared" },
    { "declared_file", API_TEXT, API_AT(zkl_export_request, declared_file), .is_path = true,
      .help = "the same from a file: TOML, one string a name" },
    { "signing_key", API_TEXT, API_AT(zkl_export_request, signing_key), .is_path = true,
      .help = "of oms: PEM with a P-256 key, not encrypted" },
    { "force", API_BOOL, API_AT(zkl_export_request, force),
      .help = "replace a file that is not this format of this version" },
};
static const api_object request_object = API_OBJECT(zkl_export_request, request_fields);

/* Of one format its members stand by themselves, of several in a list: readers of the first form
 * came before the second. */
static bool is_one(const void *record)
{
    return !((const api_export_result *)record)->is_several;
}

static bool is_several(const void *record)
{
    return ((const api_export_result *)record)->is_several;
}

static const api_field exported_fields[] = {
    { "format", API_ENUM, API_AT(api_exported, format), .names = formats, .help = "its format" },
    { "output", API_TEXT, API_AT(api_exported, output), .help = "where it was written" },
    { "bytes", API_NUMBER, API_AT(api_exported, byte_count), .help = "its size; 0 for folders" },
};
static const api_object exported = API_OBJECT(api_exported, exported_fields);

static const api_field export_fields[] = {
    { "", API_SPREAD, API_AT(api_export_result, exported[0]), .when = is_one, .of = &exported },
    { "exports", API_ARRAY, API_AT(api_export_result, exported),
      API_COUNT(api_export_result, count), .when = is_several, .of = &exported,
      .help = "of several formats of the configuration: the members above of each" },
};
static const api_object export_object = API_OBJECT(api_export_result, export_fields);

/* Of several formats the first may be written when a later one fails. */
static const api_field failure_fields[] = {
    { "exports", API_ARRAY, API_AT(api_export_result, exported),
      API_COUNT(api_export_result, count), .when = is_several, .of = &exported,
      .help = "what was written before" },
};
static const api_object failure_object = API_OBJECT(api_export_result, failure_fields);

static zkl_status run(void *result, zkl_ledger *ledger, const void *request, const zkl_env *env,
                      zkl_error *err)
{
    const zkl_export_request *asked = request;
    api_export_result *out = result;
    if (!asked->reference && !zkl_export_kind_of(asked->format)->is_of_log)
        return zkl_fail(err, ZKL_USAGE, "member 'reference' is missing: of which dataset");
    out->exported[0] = (api_exported){ .format = asked->format, .output = asked->output };
    out->count = 1;
    return zkl_export(&out->exported[0].byte_count, ledger, asked, env, err);
}

/* Keys are needed for a data key, which is under the owner's secret, and to sign. Long is a data
 * key of chosen chunks, which reads the data. */
const api_operation api_export = {
    .name = "export",
    .summary = "write a receipt, log tiles, the data key, other forms",
    .permission = "datasets:export",
    .effect = API_WRITES, /* of `scitt`, the first time: an entry */
    .needs_keys = true,
    .is_long = true,
    .request = &request_object,
    .result = &export_object,
    .failure = &failure_object,
    .memory_offset = offsetof(api_export_result, memory),
    .run = run,
};
