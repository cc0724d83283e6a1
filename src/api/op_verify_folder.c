/* Every receipt of a folder: one table, and the worst of what came of them. */
#include <string.h>

#include "api/objects.h"
#include "api/results.h"
#include "api/trust.h"
#include "base/file.h"

#define POLICY_BYTES_MAX ((size_t)1 << 20)

typedef struct folder_request {
    const char *folder, *trust, *trust_file, *policy_file;
} folder_request;

static const api_field request_fields[] = {
    { "folder", API_TEXT, API_AT(folder_request, folder), .required = true, .is_path = true,
      .help = "its files that end in .zkl are verified" },
    { "trust", API_TEXT, API_AT(folder_request, trust),
      .help = "what to trust: the text of a trust.toml; else what the ledger trusts" },
    { "trust_file", API_TEXT, API_AT(folder_request, trust_file), .is_path = true,
      .help = "the same as a file" },
    { "policy_file", API_TEXT, API_AT(folder_request, policy_file), .is_path = true,
      .help = "what each must have: a policy of docs/formats/verify-policy.md" },
};
static const api_object request_object = API_OBJECT(folder_request, request_fields);

static bool is_valid(const void *record)
{
    return ((const zkl_verify_folder_line *)record)->is_valid;
}

static bool has_rows(const void *record)
{
    return ((const zkl_verify_folder_line *)record)->time != NULL;
}

static bool has_error(const void *record)
{
    return ((const zkl_verify_folder_line *)record)->error != NULL;
}

static bool has_check(const void *record)
{
    return ((const zkl_verify_folder_line *)record)->check != ZKL_CHECK_NONE;
}

static json_t *write_status(const void *record)
{
    const zkl_verify_folder_line *line = record;
    return api_text(line->status == ZKL_OK ? "valid" : zkl_status_text(line->status));
}

static json_t *write_check(const void *record)
{
    return api_text(zkl_check_name(((const zkl_verify_folder_line *)record)->check));
}

#define AT(member) API_AT(zkl_verify_folder_line, member)
static const api_field line_fields[] = {
    { "file", API_TEXT, AT(file), .help = "its name in the folder" },
    { "status", API_WRITTEN, .write = write_status, .schema = "{\"type\":\"string\"}",
      .help = "\"valid\", or why it is not accepted" },
    { "error", API_TEXT, AT(error), .when = has_error, .help = "that in words" },
    { "check", API_WRITTEN, .write = write_check, .schema = "{\"type\":\"string\"}",
      .when = has_check, .help = "the check that refused it" },
    { "misses_policy", API_BOOL, AT(misses_policy), .when = is_valid,
      .help = "is it valid without what the policy asks for" },
    { "kind", API_TEXT, AT(kind), .when = is_valid, .help = "of its entry, or lineage" },
    { "name", API_TEXT, AT(name), .when = is_valid, .help = "of the dataset" },
    { "version", API_NUMBER, AT(version), .when = has_rows, .help = "of it" },
    { "rows", API_NUMBER, AT(row_count), .when = has_rows, .help = "of it" },
    { "time", API_TEXT, AT(time), .when = has_rows, .help = "the signer's word" },
    { "claims", API_NUMBER, AT(claim_count), .when = has_rows, .help = "how many are proven" },
    { "origin", API_TEXT, AT(origin), .when = is_valid, .help = "the log's name" },
    { "tree_size", API_NUMBER, AT(tree_size), .when = is_valid,
      .help = "entries of the log in its checkpoint" },
    { "setup", API_ENUM, AT(is_development), .when = is_valid, .names = api_made,
      .help = "of all its keys" },
};
#undef AT
static const api_object line_object = API_OBJECT(zkl_verify_folder_line, line_fields);

static const api_field result_fields[] = {
    { "receipts", API_LIST, API_AT(zkl_verify_folder_result, lines),
      API_COUNT(zkl_verify_folder_result, count), .of = &line_object, .help = "by their names" },
    { "accepted", API_NUMBER, API_AT(zkl_verify_folder_result, accepted_count),
      .help = "valid, and with all that the policy asks for" },
    { "missing", API_NUMBER, API_AT(zkl_verify_folder_result, missing_count),
      .help = "valid, and without something that the policy asks for" },
    { "refused", API_NUMBER, API_AT(zkl_verify_folder_result, refused_count),
      .help = "not valid, or not checked" },
};
static const api_object result_object = API_OBJECT(zkl_verify_folder_result, result_fields);

zkl_status api_verify_folder_run(zkl_verify_folder_result *out, zkl_ledger *ledger,
                                 const char *folder, zkl_bytes trust, const char *policy_path,
                                 const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_buffer) policy = { 0 };
    if (policy_path)
        ZKL_TRY(zkl_file_read(&policy, policy_path, POLICY_BYTES_MAX, err));
    if (policy_path && !policy.size)
        return zkl_fail(err, ZKL_BAD_INPUT, "policy '%s' is empty", policy_path);
    const zkl_verify_folder_request request = { .folder = folder,
                                                .trust = trust,
                                                .policy = zkl_buffer_bytes(&policy),
                                                .policy_name = policy_path };
    ZKL_TRY(zkl_verify_folder(out, ledger, &request, env, err));
    if (out->worst == ZKL_OK)
        return ZKL_OK;
    return zkl_fail(err, out->worst, "%zu of %zu receipts are not accepted",
                    out->count - out->accepted_count, out->count);
}

static zkl_status run_folder(void *result, zkl_ledger *ledger, const void *request,
                             const zkl_env *env, zkl_error *err)
{
    const folder_request *asked = request;
    ZKL_AUTO_CLEAR(zkl_buffer) trust_file = { 0 };
    zkl_bytes trust;
    ZKL_TRY(api_trust_take(&trust, &trust_file, asked->trust, asked->trust_file, err));
    return api_verify_folder_run(result, ledger, asked->folder, trust, asked->policy_file, env,
                                 err);
}

/* A failure of a receipt has the whole table too: it is what was asked for. */
const api_operation api_verify_folder = {
    .name = "verify-folder",
    .summary = "verify every receipt of a folder",
    .effect = API_MAY_READ,
    .is_long = true,
    .verifies = true,
    .request = &request_object,
    .result = &result_object,
    .failure = &result_object,
    .memory_offset = offsetof(zkl_verify_folder_result, memory),
    .run = run_folder,
};
