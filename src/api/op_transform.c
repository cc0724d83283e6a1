/* A table made of others, notarised, with proofs of how.
 *
 * The result's notarisation is an entry, the proofs about it are one, and of an operation that must
 * not lose rows so is the proof about each of its sources. */
#include "api/objects.h"
#include "api/operation.h"
#include "api/proofs.h"

/* ---- Request */

#define AT(member) API_AT(zkl_transform_request, member)
#define COUNT(member) API_COUNT(zkl_transform_request, member)
static const api_field request_fields[] = {
    { "reference", API_TEXT, AT(reference), .required = true,
      .help = "the source: NAME, or NAME@VERSION" },
    { "data", API_TEXTS, AT(files), COUNT(file_count), .is_path = true,
      .help = "the files that were notarised; none: the spool" },
    { "reading", API_STRUCT, AT(reading), .of = &api_asked_reading,
      .help = "how the data are to be read, where not as the manifest says" },
    { "with", API_LIST, AT(with), COUNT(with_count), .of = &api_with_dataset,
      .help = "further sources, in the order in which the operation takes them" },
    { "operation", API_TEXT, AT(operation), .required = true,
      .help = "what is done, such as 'filter age >= 18'" },
    { "seed", API_TEXT, AT(seed),
      .help = "of shuffle, sample and, secret, of tokens and keys: 64 hex digits; else drawn" },
    { "mapping.name", API_TEXT, AT(mapping_name),
      .help = "of pseudonymise and key: the dataset of tokens or numbers that is made too" },
    { "mapping.file", API_TEXT, AT(mapping_output), .is_path = true, .path_use = API_PATH_WRITTEN,
      .help = "its file, secret" },
    { "name", API_TEXT, AT(name), .required = true, .help = "of the dataset that is made" },
    { "result", API_TEXT, AT(output), .required = true, .is_path = true,
      .path_use = API_PATH_EITHER, .help = "its file: Parquet by its ending, else CSV" },
    { "made", API_BOOL, AT(is_made), .help = "that file was made elsewhere, and is checked" },
    { "dry_run", API_BOOL, AT(dry_run), .help = "check, say what would be; record nothing" },
    { "leaf_blocks", API_NUMBER, AT(leaf_blocks_max),
      .help = "most leaf blocks of one proof: 4, 16, 64, 256 (usual) or 1,024" },
    { "output", API_TEXT, AT(receipt_path), .is_path = true, .path_use = API_PATH_WRITTEN,
      .help = "also write the receipt of the proofs" },
    { "force", API_BOOL, AT(force), .help = "replace those files whatever they hold" },
};
#undef AT
#undef COUNT
static const api_object request_object = API_OBJECT(zkl_transform_request, request_fields);

/* ---- Result */

#define AT(member) API_AT(zkl_transform_result, member)
#define COUNT(member) API_COUNT(zkl_transform_result, member)
static bool is_recorded(const void *record)
{
    return !((const zkl_transform_result *)record)->made.is_dry_run;
}

static bool has_proof(const void *record)
{
    return ((const zkl_transform_result *)record)->is_proven;
}

static bool has_mapping(const void *record)
{
    return ((const zkl_transform_result *)record)->has_mapping;
}

static const api_field result_fields[] = {
    { "dry_run", API_BOOL, AT(made.is_dry_run), .help = "was nothing written, on request" },
    { "operation", API_TEXT, AT(operation), .help = "what was done, with its seed" },
    { "recorded", API_TEXT, AT(recorded), .nullable = true,
      .help = "what of it is recorded and not proven; null: nothing" },
    { "result", API_TEXT, AT(output), .help = "the file" },
    { "dataset.name", API_TEXT, AT(made.name), .help = "the dataset that was made" },
    { "dataset.version", API_NUMBER, AT(made.version), .help = "its version" },
    { "dataset.id", API_DIGEST, AT(made.dataset), .when = is_recorded,
      .help = "hash of its manifest; not of a dry run" },
    { "dataset.rows", API_NUMBER, AT(made.row_count), .help = "its rows" },
    { "entry.index", API_NUMBER, AT(made.index), .when = is_recorded,
      .help = "its notarisation's place in the log; not of a dry run" },
    { "entry.receipt_id", API_DIGEST, AT(made.receipt_id), .when = is_recorded,
      .help = "that entry's leaf hash; not of a dry run" },
    { "columns", API_LIST, AT(made.columns), COUNT(made.column_count), .of = &api_column,
      .help = "its schema" },
    { "proven", API_STRUCT, AT(proven), .when = has_proof,
      API_FLAG(zkl_transform_result, is_proven), .of = &api_added_claims,
      .help = "proofs over source and result; only when there are any" },
    { "proven_of_sources", API_LIST, AT(backs), COUNT(back_count), .of = &api_added_claims,
      .help = "proofs about sources" },
    { "mapping.name", API_TEXT, AT(mapping.name), .when = has_mapping,
      API_FLAG(zkl_transform_result, has_mapping),
      .help = "the dataset of tokens or numbers that was made; only then" },
    { "mapping.version", API_NUMBER, AT(mapping.version), .when = has_mapping,
      .help = "its version" },
    { "mapping.id", API_DIGEST, AT(mapping.dataset), .when = has_mapping,
      .help = "hash of its manifest" },
    { "mapping.entry.index", API_NUMBER, AT(mapping.index), .when = has_mapping,
      .help = "its notarisation's place in the log" },
    { "mapping.proven", API_STRUCT, AT(mapping_proven), .when = has_mapping,
      .of = &api_added_claims, .help = "proofs about it" },
};
static const api_object result_object = API_OBJECT(zkl_transform_result, result_fields);

static const api_field failure_fields[] = {
    { "", API_SPREAD, AT(made), .of = &api_failed_claims },
};
#undef AT
#undef COUNT
static const api_object failure_object = API_OBJECT(zkl_transform_result, failure_fields);

static zkl_status run(void *result, zkl_ledger *ledger, const void *request, const zkl_env *env,
                      zkl_error *err)
{
    return zkl_transform(result, ledger, request, env, err);
}

const api_operation api_transform = {
    .name = "transform",
    .summary = "make a table of others, notarise it, prove what was done",
    .permission = "datasets:create",
    .effect = API_WRITES,
    .needs_keys = true,
    .is_long = true,
    .request = &request_object,
    .result = &result_object,
    .failure = &failure_object,
    .memory_offset = offsetof(zkl_transform_result, memory),
    .run = run,
};

/* ---- Several of them */

#define AT(member) API_AT(zkl_pipeline_request, member)
#define COUNT(member) API_COUNT(zkl_pipeline_request, member)
static const api_field pipeline_request_fields[] = {
    { "reference", API_TEXT, AT(reference), .required = true,
      .help = "the source of the first step: NAME, or NAME@VERSION" },
    { "data", API_TEXTS, AT(files), COUNT(file_count), .is_path = true,
      .help = "the files that were notarised; none: the spool" },
    { "reading", API_STRUCT, AT(reading), .of = &api_asked_reading,
      .help = "how the data are to be read, where not as the manifest says" },
    { "with", API_LIST, AT(with), COUNT(with_count), .of = &api_with_dataset,
      .help = "further tables that steps may take" },
    { "steps", API_TEXT, AT(steps_file), .required = true, .is_path = true,
      .path_use = API_PATH_OWN, /* it names files itself */
      .help = "a TOML file, a table [[step]] for each" },
    { "dry_run", API_BOOL, AT(dry_run), .help = "check the steps, run none" },
    { "leaf_blocks", API_NUMBER, AT(leaf_blocks_max),
      .help = "most leaf blocks of one proof: 4, 16, 64, 256 (usual) or 1,024" },
    { "force", API_BOOL, AT(force), .help = "replace files whatever they hold" },
};
#undef AT
#undef COUNT
static const api_object pipeline_request =
    API_OBJECT(zkl_pipeline_request, pipeline_request_fields);

#define AT(member) API_AT(zkl_pipeline_result, member)
#define COUNT(member) API_COUNT(zkl_pipeline_result, member)
static const api_field pipeline_result_fields[] = {
    { "dry_run", API_BOOL, AT(is_dry_run), .help = "was nothing run, on request" },
    { "planned", API_NUMBER, AT(planned), .help = "how many steps the file has" },
    { "steps", API_LIST, AT(steps), COUNT(step_count), .of = &result_object,
      .help = "what each made" },
};
static const api_object pipeline_result = API_OBJECT(zkl_pipeline_result, pipeline_result_fields);

/* Steps before the one that failed are recorded. */
static const api_field pipeline_failure_fields[] = {
    { "failed_step", API_NUMBER, AT(failed), .help = "its number from 1 on; 0: none was run" },
    { "", API_SPREAD, AT(problems), .of = &api_failed_claims },
};
#undef AT
#undef COUNT
static const api_object pipeline_failure = API_OBJECT(zkl_pipeline_result, pipeline_failure_fields);

static zkl_status run_pipeline(void *result, zkl_ledger *ledger, const void *request,
                               const zkl_env *env, zkl_error *err)
{
    return zkl_transform_pipeline(result, ledger, request, env, err);
}

const api_operation api_pipeline = {
    .name = "pipeline",
    .summary = "transform step by step, as a file says",
    .permission = "datasets:create",
    .effect = API_WRITES,
    .needs_keys = true,
    .is_long = true,
    .request = &pipeline_request,
    .result = &pipeline_result,
    .failure = &pipeline_failure,
    .memory_offset = offsetof(zkl_pipeline_result, memory),
    .run = run_pipeline,
};
