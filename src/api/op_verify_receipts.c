/* Verify several receipts of one log, and compare their checkpoints. Each is verified as by itself;
 * what they prove about each other is said once, for all of them. */
#include <string.h>

#include "api/history.h"
#include "api/results.h"
#include "api/standing.h"
#include "api/trust.h"
#include "base/buffer.h"
#include "base/file.h"

#define RECEIPT_BYTES_MAX ((size_t)1 << 30)

typedef struct receipts_request {
    const char *const *files;
    size_t file_count;
    const char *trust, *trust_file, *policy_file;
    api_evidence evidence;
    bool allow_revoked;
} receipts_request;

static const api_field request_fields[] = {
    { "receipt_files", API_TEXTS, API_AT(receipts_request, files),
      API_COUNT(receipts_request, file_count), .is_path = true, .required = true,
      .help = "the files of receipts, or of disclosures" },
    { "trust", API_TEXT, API_AT(receipts_request, trust),
      .help = "what to trust: the text of a trust.toml; else what the ledger trusts" },
    { "trust_file", API_TEXT, API_AT(receipts_request, trust_file), .is_path = true,
      .help = "the same as a file" },
    { "policy_file", API_TEXT, API_AT(receipts_request, policy_file), .is_path = true,
      .help = "what each must have: a policy of docs/formats/verify-policy.md" },
    { "allow_revoked", API_BOOL, API_AT(receipts_request, allow_revoked),
      .help = "accept versions that are known to be revoked; else one is rejected" },
    { "tiles", API_TEXT, API_AT(receipts_request, evidence.tiles), .is_path = true,
      .help = "a folder with the log as tiles" },
    { "standing_file", API_TEXT, API_AT(receipts_request, evidence.standing_file), .is_path = true,
      .help = "what the owner says of newer versions and revocations of one name" },
    { "remember", API_BOOL, API_AT(receipts_request, evidence.remember),
      .help = "compare with the log's checkpoints that were verified before, and remember this" },
    { "consistency_files", API_TEXTS, API_AT(receipts_request, evidence.consistency_files),
      API_COUNT(receipts_request, evidence.consistency_count), .is_path = true,
      .help = "files that 'export' writes as 'consistency'" },
};
static const api_object request_object = API_OBJECT(receipts_request, request_fields);

static const api_field result_fields[] = {
    { "files", API_TEXTS, API_AT(api_receipts_result, files), API_COUNT(api_receipts_result, count),
      .help = "the files, in the order of `receipts`" },
    { "receipts", API_LIST, API_AT(api_receipts_result, receipts),
      API_COUNT(api_receipts_result, count), .of = &api_verify_object,
      .help = "of each what 'verify' says" },
    { "history", API_STRUCT, API_AT(api_receipts_result, history), .of = &api_history,
      .help = "what their checkpoints prove about each other" },
};
static const api_object result_object = API_OBJECT(api_receipts_result, result_fields);

/* They are valid, and one is not accepted: the verdicts are told all the same. */
static bool is_answered(const void *record)
{
    return ((const api_receipts_result *)record)->is_answered;
}

static const api_field failure_fields[] = {
    { "verdict", API_STRUCT, API_WHOLE(api_receipts_result), .of = &result_object,
      .when = is_answered,
      .help = "of valid receipts of which one does not meet the policy: all that is said of them" },
};
static const api_object failure_object = API_OBJECT(api_receipts_result, failure_fields);

/* The verdict's texts move into the result's memory, where all of them live. */
static zkl_status verify_one(api_receipts_result *out, const zkl_named_bytes *receipt,
                             zkl_ledger *ledger, zkl_bytes trust, const zkl_env *env,
                             zkl_error *err)
{
    api_verify_result *verdict = &out->receipts[out->count];
    *verdict = (api_verify_result){ 0 };
    const zkl_status status =
        trust.size ? zkl_verify_receipt(&verdict->verdict, receipt->bytes, trust, env, err)
                   : zkl_verify_receipt_in(&verdict->verdict, ledger, receipt->bytes, env, err);
    if (status != ZKL_OK)
        return zkl_wrap(err, status, "'%s'", receipt->name);
    zkl_arena_join(&out->memory, &verdict->verdict.memory);
    out->files[out->count++] = receipt->name;
    return ZKL_OK;
}

/* To each receipt of the name that the standing is of: there is one at least. */
static zkl_status put_standing(api_receipts_result *out, const zkl_standing_result *standing,
                               zkl_error *err)
{
    size_t found = 0;
    for (size_t i = 0; i < out->count; i++) {
        zkl_verify_result *verdict = &out->receipts[i].verdict;
        /* What a verdict gets lives in the common memory, where its other texts are. */
        verdict->memory = out->memory;
        zkl_status status = ZKL_OK;
        if (out->count == 1 || strcmp(verdict->name, standing->name) == 0) {
            status = zkl_verdict_add_standing(verdict, standing, err);
            found++;
        }
        out->memory = verdict->memory;
        verdict->memory = (zkl_arena){ 0 };
        if (status != ZKL_OK)
            return zkl_wrap(err, status, "'%s'", out->files[i]);
    }
    return found ? ZKL_OK
                 : zkl_fail_check(err, ZKL_UNCHECKED, ZKL_CHECK_STANDING,
                                  "the standing is of '%s', and none of the receipts is",
                                  standing->name);
}

static zkl_status add_standing(api_receipts_result *out, zkl_ledger *ledger,
                               const zkl_history_request *receipts, const api_evidence *evidence,
                               const zkl_env *env, zkl_error *err)
{
    const zkl_standing_request request = { .trust = receipts->trust,
                                           .receipts = receipts->receipts,
                                           .receipt_count = receipts->receipt_count,
                                           .tiles = evidence->tiles };
    zkl_standing_result standing = { 0 };
    zkl_status status =
        api_standing_run(&standing, ledger, evidence->standing_file, &request, env, err);
    if (status == ZKL_OK)
        status = put_standing(out, &standing, err);
    zkl_arena_clear(&standing.memory);
    return status;
}

zkl_status api_verify_receipts_run(api_receipts_result *out, zkl_ledger *ledger,
                                   const zkl_history_request *receipts,
                                   const api_evidence *evidence, const zkl_env *env, zkl_error *err)
{
    const size_t count = receipts->receipt_count;
    out->receipts = ZKL_ARENA_NEW(&out->memory, api_verify_result, count);
    out->files = ZKL_ARENA_NEW(&out->memory, const char *, count);
    if (!out->receipts || !out->files)
        return zkl_no_memory(err, count * sizeof *out->receipts);
    for (size_t i = 0; i < count; i++)
        ZKL_TRY(verify_one(out, &receipts->receipts[i], ledger, receipts->trust, env, err));
    ZKL_TRY(api_history_run(&out->history, ledger, receipts, evidence, env, err));
    zkl_arena_join(&out->memory, &out->history.memory);
    return evidence->standing_file ? add_standing(out, ledger, receipts, evidence, env, err)
                                   : ZKL_OK;
}

zkl_status api_receipts_accept(api_receipts_result *out, const char *trust_path, bool allow_revoked,
                               const char *policy_path, const zkl_env *env, zkl_error *err)
{
    zkl_status worst = ZKL_OK;
    for (size_t i = 0; i < out->count; i++) {
        api_verify_result *one = &out->receipts[i];
        one->trust_path = one->verdict.trust_folder ? one->verdict.trust_folder : trust_path;
        const zkl_status status = api_check_revoked(&one->verdict, allow_revoked, err);
        if (status != ZKL_OK)
            return zkl_wrap(err, status, "'%s'", out->files[i]);
    }
    for (size_t i = 0; policy_path && i < out->count; i++) {
        api_verify_result *one = &out->receipts[i];
        zkl_error why = { 0 };
        const zkl_status status = api_verify_policy(one, policy_path, env, &why);
        zkl_arena_join(&out->memory, &one->verdict.memory);
        if (status != ZKL_OK && !one->answer.asked_count) /* no policy, or no memory */
            return zkl_fail_as(err, status, &why);
        if (status != ZKL_OK && worst == ZKL_OK) {
            worst = zkl_fail_as(err, status, &why);
            worst = zkl_wrap(err, worst, "'%s'", out->files[i]);
        }
    }
    out->is_answered = policy_path != NULL;
    return worst;
}

zkl_status api_receipts_read(zkl_named_bytes **out, zkl_arena *arena, const char *const *files,
                             size_t count, zkl_error *err)
{
    zkl_named_bytes *receipts = ZKL_ARENA_NEW(arena, zkl_named_bytes, count);
    if (!receipts)
        return zkl_no_memory(err, count * sizeof *receipts);
    for (size_t i = 0; i < count; i++) {
        ZKL_AUTO_CLEAR(zkl_buffer) file = { 0 };
        ZKL_TRY(zkl_file_read(&file, files[i], RECEIPT_BYTES_MAX, err));
        receipts[i] =
            (zkl_named_bytes){ files[i], zkl_bytes_of(zkl_arena_copy(arena, file.data, file.size),
                                                      file.size) };
        if (!receipts[i].bytes.data)
            return zkl_no_memory(err, file.size);
    }
    *out = receipts;
    return ZKL_OK;
}

static zkl_status run(void *result, zkl_ledger *ledger, const void *request, const zkl_env *env,
                      zkl_error *err)
{
    const receipts_request *asked = request;
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) trust = { 0 };
    api_receipts_result *out = result;
    zkl_history_request receipts = { .receipt_count = asked->file_count };
    zkl_named_bytes *files;
    if (!asked->file_count)
        return zkl_fail(err, ZKL_USAGE, "member 'receipt_files' names no file");
    if (!asked->trust && !asked->trust_file && !ledger)
        return zkl_fail(err, ZKL_UNCHECKED,
                        "no trust file and no ledger: nothing is trusted on first use");
    ZKL_TRY(api_trust_take(&receipts.trust, &trust, asked->trust, asked->trust_file, err));
    ZKL_TRY(api_receipts_read(&files, &arena, asked->files, asked->file_count, err));
    receipts.receipts = files;
    ZKL_TRY(api_verify_receipts_run(out, ledger, &receipts, &asked->evidence, env, err));
    return api_receipts_accept(out, asked->trust_file, asked->allow_revoked, asked->policy_file,
                               env, err);
}

const api_operation api_verify_receipts = {
    .name = "verify-receipts",
    .summary = "verify receipts of one log, and that they are of one history",
    .effect = API_MAY_READ,
    .is_long = true,
    .verifies = true,
    .request = &request_object,
    .result = &result_object,
    .failure = &failure_object,
    .memory_offset = offsetof(api_receipts_result, memory),
    .run = run,
};
