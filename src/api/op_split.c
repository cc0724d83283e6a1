/* A table into parts, proven to be all of it. */
#include "api/objects.h"
#include "api/operation.h"
#include "api/proofs.h"

static const api_field part_fields[] = {
    { "name", API_TEXT, API_AT(zkl_split_part, name), .required = true,
      .help = "of the dataset that it becomes" },
    { "file", API_TEXT, API_AT(zkl_split_part, output), .required = true, .is_path = true,
      .path_use = API_PATH_EITHER, .help = "its file: Parquet by its ending, else CSV" },
    { "ratio", API_NUMBER, API_AT(zkl_split_part, weight),
      .help = "its share of the sum of all ratios" },
    { "value", API_TEXT, API_AT(zkl_split_part, value),
      .help = "with 'by': it has the rows with this value; one part may have none, and has all "
              "others" },
};
static const api_object part = API_OBJECT(zkl_split_part, part_fields);

#define AT(member) API_AT(zkl_split_request, member)
#define COUNT(member) API_COUNT(zkl_split_request, member)
static const api_field request_fields[] = {
    { "reference", API_TEXT, AT(reference), .required = true,
      .help = "the source: NAME, or NAME@VERSION" },
    { "data", API_TEXTS, AT(files), COUNT(file_count), .is_path = true,
      .help = "the files that were notarised; none: the spool" },
    { "reading", API_STRUCT, AT(reading), .of = &api_asked_reading,
      .help = "how the data are to be read, where not as the manifest says" },
    { "parts", API_LIST, AT(parts), COUNT(part_count), .required = true, .of = &part,
      .help = "two or more" },
    { "seed", API_TEXT, AT(seed), .help = "64 hex digits; else drawn" },
    { "public_seed", API_TEXT, AT(public_seed),
      .help =
          "instead of 'seed': one that came after the source was logged; that it drew is proven" },
    { "stratify", API_TEXT, AT(stratify), .help = "a column whose values are shared out alike" },
    { "group", API_TEXT, AT(group), .help = "a column whose values stay together" },
    { "by", API_TEXT, AT(by), .help = "with 'at', or values of parts: the column" },
    { "at", API_TEXT, AT(at),
      .help = "rows below this value are the first part, others and those with a null the second" },
    { "made", API_BOOL, AT(is_made), .help = "the files were made elsewhere, and are checked" },
    { "leaf_blocks", API_NUMBER, AT(leaf_blocks_max),
      .help = "most leaf blocks of one proof: 4, 16, 64, 256 (usual) or 1,024" },
    { "output", API_TEXT, AT(receipt_path), .is_path = true, .path_use = API_PATH_WRITTEN,
      .help = "also write the receipt of the proof" },
    { "force", API_BOOL, AT(force), .help = "replace those files whatever they hold" },
    { "dry_run", API_BOOL, AT(dry_run), .help = "check, say what would be; record nothing" },
};
#undef AT
#undef COUNT
static const api_object request_object = API_OBJECT(zkl_split_request, request_fields);

/* A part of a dry run has no entry. */
static bool is_logged(const void *record)
{
    return !zkl_digest_is_zero(&((const zkl_notarize_result *)record)->receipt_id);
}

#define AT(member) API_AT(zkl_notarize_result, member)
#define COUNT(member) API_COUNT(zkl_notarize_result, member)
static const api_field made_fields[] = {
    { "name", API_TEXT, AT(name), .help = "the dataset" },
    { "version", API_NUMBER, AT(version), .help = "its version" },
    { "id", API_DIGEST, AT(dataset), .when = is_logged, .help = "hash of its manifest" },
    { "rows", API_NUMBER, AT(row_count), .help = "its rows" },
    { "entry.index", API_NUMBER, AT(index), .when = is_logged,
      .help = "its notarisation's place in the log" },
    { "entry.receipt_id", API_DIGEST, AT(receipt_id), .when = is_logged,
      .help = "that entry's leaf hash" },
    { "claims", API_TEXTS, AT(claims), COUNT(claim_count), .when = is_logged,
      .help = "what is proven of it alone, a sentence each" },
};
#undef AT
#undef COUNT
static const api_object made = API_OBJECT(zkl_notarize_result, made_fields);

#define AT(member) API_AT(zkl_split_result, member)
#define COUNT(member) API_COUNT(zkl_split_result, member)
static bool has_drawn(const void *record)
{
    return ((const zkl_split_result *)record)->has_drawn;
}

static bool is_recorded(const void *record)
{
    return !((const zkl_split_result *)record)->is_dry_run;
}

static const api_field result_fields[] = {
    { "dry_run", API_BOOL, AT(is_dry_run), .help = "was nothing written, on request" },
    { "operation", API_TEXT, AT(operation), .help = "what was done, with its seed" },
    { "recorded", API_TEXT, AT(recorded), .nullable = true,
      .help = "what of it is recorded and not proven; null: nothing" },
    { "parts", API_LIST, AT(parts), COUNT(part_count), .of = &made, .help = "the parts" },
    { "proven", API_STRUCT, AT(proven), .when = is_recorded, .of = &api_added_claims,
      .help = "that the source's rows are those of the parts" },
    { "drawn", API_STRUCT, AT(drawn), .when = has_drawn, API_FLAG(zkl_split_result, has_drawn),
      .of = &api_added_claims,
      .help = "that one part is a sample by the seed; only when a seed alone decides" },
    { "apart", API_LIST, AT(apart), COUNT(apart_count), .of = &api_added_claims,
      .help = "that no group, or text, is in two parts" },
};
static const api_object result_object = API_OBJECT(zkl_split_result, result_fields);

static const api_field failure_fields[] = {
    { "", API_SPREAD, AT(proven), .of = &api_failed_claims },
};
#undef AT
#undef COUNT
static const api_object failure_object = API_OBJECT(zkl_split_result, failure_fields);

static zkl_status run(void *result, zkl_ledger *ledger, const void *request, const zkl_env *env,
                      zkl_error *err)
{
    return zkl_split(result, ledger, request, env, err);
}

const api_operation api_split = {
    .name = "split",
    .summary = "split a table into parts, proven to be all of it",
    .permission = "datasets:create",
    .effect = API_WRITES,
    .needs_keys = true,
    .is_long = true,
    .request = &request_object,
    .result = &result_object,
    .failure = &failure_object,
    .memory_offset = offsetof(zkl_split_result, memory),
    .run = run,
};
