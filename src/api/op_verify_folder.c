/* Every receipt of a folder: one table, and the worst of what came of them. */
#include <string.h>

#include "api/history.h"
#include "api/objects.h"
#include "api/results.h"
#include "api/standing.h"
#include "api/trust.h"
#include "base/file.h"

typedef struct folder_request {
    api_folder asked;
    const char *trust, *trust_file;
} folder_request;

static const api_field request_fields[] = {
    { "folder", API_TEXT, API_AT(folder_request, asked.folder), .required = true, .is_path = true,
      .help = "its files that end in .zkl are verified" },
    { "trust", API_TEXT, API_AT(folder_request, trust),
      .help = "what to trust: the text of a trust.toml; else what the ledger trusts" },
    { "trust_file", API_TEXT, API_AT(folder_request, trust_file), .is_path = true,
      .help = "the same as a file" },
    { "policy_file", API_TEXT, API_AT(folder_request, asked.policy_file), .is_path = true,
      .help = "what each must have: a policy of docs/formats/verify-policy.md" },
    { "allow_revoked", API_BOOL, API_AT(folder_request, asked.allow_revoked),
      .help = "accept versions that are known to be revoked; else one is rejected" },
    { "standing_files", API_TEXTS, API_AT(folder_request, asked.evidence.standing_files),
      API_COUNT(folder_request, asked.evidence.standing_count), .is_path = true,
      .help = "what the owner says of newer versions and revocations, a file for each dataset" },
    { "tiles", API_TEXT, API_AT(folder_request, asked.evidence.tiles), .is_path = true,
      .help = "a folder with the log as tiles: are the receipts of its history" },
    { "consistency_files", API_TEXTS, API_AT(folder_request, asked.evidence.consistency_files),
      API_COUNT(folder_request, asked.evidence.consistency_count), .is_path = true,
      .help = "files that 'export' writes as 'consistency'" },
    { "one_log", API_BOOL, API_AT(folder_request, asked.evidence.one_log),
      .help = "it must be shown that all receipts are of one history; else 'unchecked'" },
    { "remember", API_BOOL, API_AT(folder_request, asked.evidence.remember),
      .help = "compare with the log's checkpoints that were verified before, and remember these" },
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

static bool has_missing(const void *record)
{
    return ((const zkl_verify_folder_line *)record)->missing_count > 0;
}

static bool has_newer(const void *record)
{
    return ((const zkl_verify_folder_line *)record)->newer_version > 0;
}

static json_t *status_word(zkl_status status)
{
    return api_text(status == ZKL_OK ? "valid" : zkl_status_text(status));
}

static json_t *write_status(const void *record)
{
    return status_word(((const zkl_verify_folder_line *)record)->status);
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
    { "all_missing", API_TEXTS, AT(missing), API_COUNT(zkl_verify_folder_line, missing_count),
      .when = has_missing, .help = "all that the policy asks for and is not there" },
    { "kind", API_TEXT, AT(kind), .when = is_valid, .help = "of its entry, or lineage" },
    { "name", API_TEXT, AT(name), .when = is_valid, .help = "of the dataset" },
    { "version", API_NUMBER, AT(version), .when = has_rows, .help = "of it" },
    { "rows", API_NUMBER, AT(row_count), .when = has_rows, .help = "of it" },
    { "time", API_TEXT, AT(time), .when = has_rows, .help = "the signer's word" },
    { "claims", API_NUMBER, AT(claim_count), .when = has_rows, .help = "how many are proven" },
    { "sentences", API_TEXTS, AT(sentences), API_COUNT(zkl_verify_folder_line, claim_count),
      .when = has_rows, .help = "these claims in words" },
    { "origin", API_TEXT, AT(origin), .when = is_valid, .help = "the log's name" },
    { "tree_size", API_NUMBER, AT(tree_size), .when = is_valid,
      .help = "entries of the log in its checkpoint" },
    { "setup", API_ENUM, AT(is_development), .when = is_valid, .names = api_made,
      .help = "of all its keys" },
    { "is_revoked", API_BOOL, AT(is_revoked), .when = is_valid,
      .help = "is it known that its owner took it back; of a lineage: anything in it" },
    { "newer_version", API_NUMBER, AT(newer_version), .when = has_newer,
      .help = "by a standing there is a newer version, the newest of which is this" },
    /* The same by the names that `verify` has. */
    { "dataset.name", API_TEXT, AT(name), .when = is_valid, .help = "as in 'verify'" },
    { "dataset.version", API_NUMBER, AT(version), .when = has_rows, .help = "as in 'verify'" },
    { "dataset.rows", API_NUMBER, AT(row_count), .when = has_rows, .help = "as in 'verify'" },
    { "entry.kind", API_TEXT, AT(kind), .when = is_valid, .help = "as in 'verify'" },
    { "entry.time", API_TEXT, AT(time), .when = has_rows, .help = "as in 'verify'" },
    { "log.origin", API_TEXT, AT(origin), .when = is_valid, .help = "as in 'verify'" },
    { "log.size", API_NUMBER, AT(tree_size), .when = is_valid, .help = "as in 'verify'" },
};
#undef AT
static const api_object line_object = API_OBJECT(zkl_verify_folder_line, line_fields);

/* ---- Standings, and the history of all */

static bool is_verified(const void *record)
{
    return ((const zkl_verify_folder_standing *)record)->name != NULL;
}

static bool is_refused(const void *record)
{
    return ((const zkl_verify_folder_standing *)record)->error != NULL;
}

static json_t *write_standing_status(const void *record)
{
    return status_word(((const zkl_verify_folder_standing *)record)->status);
}

#define AT(member) API_AT(zkl_verify_folder_standing, member)
static const api_field standing_fields[] = {
    { "file", API_TEXT, AT(file), .help = "as the request names it" },
    { "status", API_WRITTEN, .write = write_standing_status, .schema = "{\"type\":\"string\"}",
      .help = "\"valid\", or why it counts for nothing" },
    { "error", API_TEXT, AT(error), .when = is_refused, .help = "that in words" },
    { "name", API_TEXT, AT(name), .when = is_verified, .help = "the dataset that it is of" },
    { "", API_SPREAD, AT(word), .when = is_verified, .of = &api_standing_word },
    { "receipts", API_NUMBER, AT(receipt_count), .help = "to how many it was put" },
};
#undef AT
static const api_object standing_object = API_OBJECT(zkl_verify_folder_standing, standing_fields);

static bool has_history(const void *record)
{
    const zkl_verify_folder_result *r = record;
    return r->is_compared && r->history_status == ZKL_OK;
}

static bool has_no_history(const void *record)
{
    return ((const zkl_verify_folder_result *)record)->history_error != NULL;
}

static bool has_passed(const void *record)
{
    return ((const zkl_verify_folder_result *)record)->passed_name_count > 0;
}

static const api_field result_fields[] = {
    { "receipts", API_LIST, API_AT(zkl_verify_folder_result, lines),
      API_COUNT(zkl_verify_folder_result, count), .of = &line_object, .help = "by their names" },
    { "accepted", API_NUMBER, API_AT(zkl_verify_folder_result, accepted_count),
      .help = "valid, and with all that the policy asks for" },
    { "missing", API_NUMBER, API_AT(zkl_verify_folder_result, missing_count),
      .help = "valid, and without something that the policy asks for" },
    { "refused", API_NUMBER, API_AT(zkl_verify_folder_result, refused_count),
      .help = "not valid, or not checked" },
    { "passed_over", API_TEXTS, API_AT(zkl_verify_folder_result, passed),
      API_COUNT(zkl_verify_folder_result, passed_name_count), .when = has_passed,
      .help = "what else is in the folder and was not looked at: the first thousand" },
    { "passed_over_count", API_NUMBER, API_AT(zkl_verify_folder_result, passed_count),
      .help = "how many these are" },
    { "standings", API_LIST, API_AT(zkl_verify_folder_result, standings),
      API_COUNT(zkl_verify_folder_result, standing_count), .of = &standing_object,
      .help = "what came of each standing" },
    { "history", API_STRUCT, API_AT(zkl_verify_folder_result, history), .of = &api_history,
      .when = has_history,
      .help = "what the checkpoints prove about each other; receipts under one are named by the "
              "first of them" },
    { "history_error", API_TEXT, API_AT(zkl_verify_folder_result, history_error),
      .when = has_no_history, .help = "or why that is refused, or was not found out" },
};
static const api_object result_object = API_OBJECT(zkl_verify_folder_result, result_fields);

/* Of all that is not accepted the first: receipts, then standings, then their history. */
static zkl_status tell_worst(const zkl_verify_folder_result *r, zkl_error *err)
{
    if (r->accepted_count < r->count)
        return zkl_fail(err, r->worst, "%zu of %zu receipts are not accepted",
                        r->count - r->accepted_count, r->count);
    for (size_t i = 0; i < r->standing_count; i++)
        if (r->standings[i].status == r->worst)
            return zkl_fail_check(err, r->worst, ZKL_CHECK_STANDING, "'%s': %s",
                                  r->standings[i].file, r->standings[i].error);
    return zkl_fail_check(err, r->worst, ZKL_CHECK_HISTORY, "%s", r->history_error);
}

/* One file alone is of one history with itself, which shows nothing. */
static bool was_compared(const zkl_verify_folder_result *r)
{
    bool has_other = r->count > 1;
    for (size_t i = 0; i < r->history.checkpoint_count && !has_other; i++)
        has_other = r->history.checkpoints[i].source != ZKL_HISTORY_RECEIPT;
    return r->is_compared && has_other;
}

static zkl_status check_one_log(const zkl_verify_folder_result *r, const api_evidence *evidence,
                                zkl_error *err)
{
    if (!evidence->one_log)
        return ZKL_OK;
    return was_compared(r)
               ? api_check_one_log(&r->history, evidence, err)
               : zkl_fail_check(err, ZKL_UNCHECKED, ZKL_CHECK_HISTORY,
                                "nothing is here that the receipt's checkpoint is compared with");
}

zkl_status api_verify_folder_run(zkl_verify_folder_result *out, zkl_ledger *ledger,
                                 const api_folder *folder, zkl_bytes trust, const zkl_env *env,
                                 zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) policy = { 0 };
    const api_evidence *evidence = &folder->evidence;
    zkl_named_bytes *standings, *consistency;
    if (folder->policy_file)
        ZKL_TRY(zkl_file_read(&policy, folder->policy_file, API_POLICY_BYTES_MAX, err));
    if (folder->policy_file && !policy.size)
        return zkl_fail(err, ZKL_BAD_INPUT, "policy '%s' is empty", folder->policy_file);
    ZKL_TRY(api_standings_read(&standings, &arena, evidence, err));
    ZKL_TRY(api_consistency_read(&consistency, &arena, evidence, err));
    const zkl_verify_folder_request request = { .folder = folder->folder,
                                                .trust = trust,
                                                .policy = zkl_buffer_bytes(&policy),
                                                .policy_name = folder->policy_file,
                                                .standings = standings,
                                                .standing_count = evidence->standing_count,
                                                .tiles = evidence->tiles,
                                                .consistency = consistency,
                                                .consistency_count = evidence->consistency_count,
                                                .remember = evidence->remember,
                                                .allow_revoked = folder->allow_revoked };
    ZKL_TRY(zkl_verify_folder(out, ledger, &request, env, err));
    if (out->worst != ZKL_OK)
        return tell_worst(out, err);
    return check_one_log(out, evidence, err);
}

static zkl_status run_folder(void *result, zkl_ledger *ledger, const void *request,
                             const zkl_env *env, zkl_error *err)
{
    const folder_request *asked = request;
    ZKL_AUTO_CLEAR(zkl_buffer) trust_file = { 0 };
    zkl_bytes trust;
    ZKL_TRY(api_trust_take(&trust, &trust_file, asked->trust, asked->trust_file, err));
    return api_verify_folder_run(result, ledger, &asked->asked, trust, env, err);
}

/* A failure of a receipt has the whole table too: it is what was asked for. */
const api_operation api_verify_folder = {
    .name = "verify-folder",
    .summary = "verify every receipt of a folder, and that they are of one history",
    .permission = "datasets:verify",
    .effect = API_MAY_READ,
    .is_long = true,
    .verifies = true,
    .request = &request_object,
    .result = &result_object,
    .failure = &result_object,
    .memory_offset = offsetof(zkl_verify_folder_result, memory),
    .run = run_folder,
};
