/* What changed on disk since it was notarised. Something that did is a failure of status
 * `rejected`, as a fault is that doctor finds: it was checked, and it is not as the log has it. */
#include "api/results.h"

static const char *const states[] = { "unchanged", "touched", "changed", "new",
                                      "missing",   "unknown", NULL };

static const api_field request_fields[] = {
    { "names", API_TEXTS, API_AT(zkl_disk_request, names), API_COUNT(zkl_disk_request, name_count),
      .help = "of datasets; none: every one" },
    { "full", API_BOOL, API_AT(zkl_disk_request, full),
      .help = "read the files, and compare their content with the log's commitment" },
};
static const api_object request_object = API_OBJECT(zkl_disk_request, request_fields);

static const api_field file_fields[] = {
    { "path", API_TEXT, API_AT(zkl_disk_file, path), .help = "from the root on" },
    { "state", API_ENUM, API_AT(zkl_disk_file, state), .names = states,
      .help = "touched: its times are others and its size is not, so its content may be" },
    { "bytes", API_NUMBER, API_AT(zkl_disk_file, size), .help = "its size now" },
    { "bytes_then", API_NUMBER, API_AT(zkl_disk_file, size_then),
      .help = "its size when it was notarised" },
};
static const api_object file = API_OBJECT(zkl_disk_file, file_fields);

#define AT(member) API_AT(zkl_disk_dataset, member)
static const api_field dataset_fields[] = {
    { "name", API_TEXT, AT(name), .help = "its name" },
    { "version", API_NUMBER, AT(version), .help = "its latest version" },
    { "index", API_NUMBER, AT(index), .help = "that version's entry" },
    { "id", API_DIGEST, AT(dataset), .help = "that version's id" },
    { "state", API_ENUM, AT(state), .names = states,
      .help = "that of its worst file; unknown: where its files lie is not known" },
    { "full", API_BOOL, AT(is_full), .help = "was its content compared" },
    { "why", API_TEXT, AT(why), .nullable = true,
      .help = "why that could not be, or what is noted cannot be used; else null" },
    { "files", API_LIST, AT(files), API_COUNT(zkl_disk_dataset, file_count), .of = &file,
      .help = "what was read, then what is new" },
};
#undef AT
static const api_object dataset = API_OBJECT(zkl_disk_dataset, dataset_fields);

static const api_field status_fields[] = {
    { "changed", API_NUMBER, API_AT(zkl_disk_result, changed_count),
      .help = "datasets that are not known to be unchanged, without those of unknown files" },
    { "unknown", API_NUMBER, API_AT(zkl_disk_result, unknown_count),
      .help = "datasets whose files are not known" },
    { "datasets", API_LIST, API_AT(zkl_disk_result, datasets),
      API_COUNT(zkl_disk_result, dataset_count), .of = &dataset, .help = "by name" },
};
static const api_object status_object = API_OBJECT(zkl_disk_result, status_fields);

/* Also when something changed. A look that could not begin found nothing. */
static bool has_looked(const void *record)
{
    return ((const zkl_disk_result *)record)->datasets != NULL;
}

static const api_field failure_fields[] = {
    { "changed", API_NUMBER, API_AT(zkl_disk_result, changed_count), .when = has_looked,
      .help = "as above" },
    { "unknown", API_NUMBER, API_AT(zkl_disk_result, unknown_count), .when = has_looked,
      .help = "as above" },
    { "datasets", API_LIST, API_AT(zkl_disk_result, datasets),
      API_COUNT(zkl_disk_result, dataset_count), .when = has_looked, .of = &dataset,
      .help = "as above" },
};
static const api_object failure_object = API_OBJECT(zkl_disk_result, failure_fields);

zkl_status api_status_run(zkl_disk_result *out, zkl_ledger *ledger, const zkl_disk_request *request,
                          const zkl_env *env, zkl_error *err)
{
    ZKL_TRY(zkl_disk_status(out, ledger, request, env, err));
    /* A name that was asked for has an answer, and "not known" is none that says yes. */
    const size_t asked_unknown = request->name_count ? out->unknown_count : 0;
    if (out->changed_count + asked_unknown)
        return zkl_fail(err, ZKL_REJECTED, "%zu of %zu %s not known to be unchanged",
                        out->changed_count + asked_unknown, out->dataset_count,
                        out->changed_count + asked_unknown == 1 ? "datasets is" : "datasets are");
    return ZKL_OK;
}

static zkl_status run(void *result, zkl_ledger *ledger, const void *request, const zkl_env *env,
                      zkl_error *err)
{
    return api_status_run(result, ledger, request, env, err);
}

const api_operation api_status = {
    .name = "status",
    .summary = "what changed on disk since it was notarised",
    .permission = "datasets:manage",
    .effect = API_READS,
    .needs_keys = true,
    .is_long = true,
    .request = &request_object,
    .result = &status_object,
    .failure = &failure_object,
    .memory_offset = offsetof(zkl_disk_result, memory),
    .run = run,
};
