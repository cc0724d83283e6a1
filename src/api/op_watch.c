/* The files of a folder, notarised one by one. A call looks once at what is there and returns:
 * who wants to go on calls it again, as a timer does, or zkl_watch. */
#include "api/objects.h"
#include "api/operation.h"
#include "api/proofs.h"
#include "api/requests.h"
#include "api/results.h"

#define AT(member) API_AT(api_watch_request, as.member)
static const api_field request_fields[] = {
    { "folder", API_TEXT, API_AT(api_watch_request, folder), .required = true, .is_path = true,
      .help = "whose tables are notarised, each as a dataset called after its file" },
    { "name_prefix", API_TEXT, API_AT(api_watch_request, name_prefix),
      .help = "stands before each name" },
    { "settle_ms", API_NUMBER, API_AT(api_watch_request, settle_ms),
      .help = "a file is finished when nothing was written to it for so long" },
    { "claims", API_TEXTS, AT(claims), API_COUNT(api_watch_request, as.claim_count),
      .help = "claims to prove of each" },
    { "claims_file", API_TEXT, AT(claims_file), .is_path = true,
      .help = "a TOML file with an array 'claims'" },
    API_POLICY_ROWS(api_watch_request, as.policy),
    { "schema_file", API_TEXT, AT(schema_file), .is_path = true,
      .help = "a TOML file that fixes types and nullability" },
    { "reading", API_STRUCT, AT(reading), .of = &api_asked_reading,
      .help = "how the files are read, where it is not to be found out" },
    { "float_decimals", API_BOOL, AT(float_decimals),
      .help = "floats of Parquet become decimals or integers" },
    { "public_digest", API_BOOL, AT(public_digest), .help = "show the plain hashes of the files" },
    { "hide_file_names", API_BOOL, AT(hide_file_names), .help = "do not record the files' names" },
    { "keep_spool", API_BOOL, AT(keep_spool), .help = "keep the tables, encrypted" },
    { "allow_empty", API_BOOL, AT(allow_empty),
      .help = "permit claims over columns that hold only nulls" },
};
#undef AT
static const api_object request_object = API_OBJECT(api_watch_request, request_fields);

/* By zkl_watch_kind's numbers. */
static const char *const kinds[] = { "notarised", "unchanged", "failed", NULL };

static bool is_failure(const void *record)
{
    return ((const zkl_watch_event *)record)->kind == ZKL_WATCH_FAILED;
}

static bool is_version(const void *record)
{
    return !is_failure(record);
}

#define AT(member) API_AT(zkl_watch_event, member)
static const api_field event_fields[] = {
    { "event", API_ENUM, AT(kind), .names = kinds, .help = "what became of the file" },
    { "path", API_TEXT, AT(path), .help = "the file" },
    { "name", API_TEXT, AT(name), .nullable = true,
      .help = "its dataset; null: the file's name makes none" },
    { "version", API_NUMBER, AT(version), .when = is_version, .help = "its version" },
    { "index", API_NUMBER, AT(index), .when = is_version, .help = "that version's entry" },
    { "id", API_DIGEST, AT(dataset), .when = is_version, .help = "that version's id" },
    { "rows", API_NUMBER, AT(row_count), .when = is_version, .help = "how many rows" },
    { "error", API_TEXT, AT(error), .when = is_failure, .help = "why it was passed over" },
};
#undef AT
const api_object api_watch_event = API_OBJECT(zkl_watch_event, event_fields);

#define AT(member) API_AT(zkl_watch_result, member)
static const api_field watch_fields[] = {
    { "notarised", API_NUMBER, AT(notarised_count), .help = "files with a new version" },
    { "unchanged", API_NUMBER, AT(unchanged_count), .help = "files that are as they were" },
    { "known", API_NUMBER, AT(known_count),
      .help = "files that nobody wrote since, and that were not read" },
    { "failed", API_NUMBER, AT(failed_count), .help = "files that were passed over" },
    { "events", API_LIST, AT(events), API_COUNT(zkl_watch_result, event_count),
      .of = &api_watch_event, .help = "those that were read, in the order of their names" },
};
#undef AT
static const api_object watch_object = API_OBJECT(zkl_watch_result, watch_fields);

static zkl_status run(void *result, zkl_ledger *ledger, const void *request, const zkl_env *env,
                      zkl_error *err)
{
    const api_watch_request *asked = request;
    const zkl_watch_request watch = { .folder = asked->folder,
                                      .name_prefix = asked->name_prefix,
                                      .settle_ms = asked->settle_ms,
                                      .once = true,
                                      .as = &asked->as };
    return zkl_watch(result, ledger, &watch, env, err);
}

const api_operation api_watch = {
    .name = "watch",
    .summary = "notarise the files of a folder, those that are not yet or changed",
    .permission = "datasets:create",
    .effect = API_WRITES,
    .needs_keys = true,
    .is_long = true,
    .request = &request_object,
    .result = &watch_object,
    .failure = &watch_object,
    .memory_offset = offsetof(zkl_watch_result, memory),
    .run = run,
};
