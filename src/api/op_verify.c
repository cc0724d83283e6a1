/* Verify receipts of one log, or a dataset of a ledger. Success is called "valid": everything that
 * was asked about was checked, and all of it holds.
 *
 * Trust is never guessed. A receipt is checked against the trust that the request says, else
 * against what an open ledger trusts, and without either it is not checked (ZKL_UNCHECKED). The
 * answer names whose word counted.
 *
 * Each of several receipts is verified as by itself; what they prove about each other is said once,
 * for all of them. */
#include <string.h>

#include "api/data_key.h"
#include "api/history.h"
#include "api/objects.h"
#include "api/results.h"
#include "api/standing.h"
#include "api/trust.h"
#include "base/buffer.h"
#include "base/file.h"

/* ---- verify: request */

typedef struct verify_request {
    const char *reference, *receipt_file, *trust, *trust_file, *data_key_file, *policy_file;
    zkl_bytes receipt;
    const char *const *receipt_files;
    size_t receipt_count;
    const char *const *files;
    size_t file_count;
    zkl_reading reading;
    api_evidence evidence;
    bool allow_revoked;
} verify_request;

static const api_field verify_request_fields[] = {
    { "reference", API_TEXT, API_AT(verify_request, reference),
      .help = "of the ledger: NAME, NAME@VERSION or NAME#ENTRY. This, or one of the next "
              "three" },
    { "receipt", API_BYTES, API_AT(verify_request, receipt),
      .help = "the bytes of a receipt, or of a disclosure" },
    { "receipt_file", API_TEXT, API_AT(verify_request, receipt_file), .is_path = true,
      .help = "the file of one" },
    { "receipt_files", API_TEXTS, API_AT(verify_request, receipt_files),
      API_COUNT(verify_request, receipt_count), .is_path = true,
      .help = "the files of several: each is verified, and their checkpoints are compared" },
    { "trust", API_TEXT, API_AT(verify_request, trust),
      .help = "what to trust: the text of a trust.toml; else what the ledger trusts" },
    { "trust_file", API_TEXT, API_AT(verify_request, trust_file), .is_path = true,
      .help = "the same as a file" },
    { "policy_file", API_TEXT, API_AT(verify_request, policy_file), .is_path = true,
      .help = "what each verdict must have: a policy of docs/formats/verify-policy.md" },
    { "data", API_TEXTS, API_AT(verify_request, files), API_COUNT(verify_request, file_count),
      .is_path = true, .help = "recompute everything from these files" },
    { "data_key_file", API_TEXT, API_AT(verify_request, data_key_file), .is_path = true,
      .help = "the .zklkey for it; else the ledger's own. Of chosen chunks: data has their rows" },
    { "reading", API_STRUCT, API_AT(verify_request, reading), .of = &api_asked_reading,
      .help = "how the data are to be read, where not as the manifest says" },
    { "allow_revoked", API_BOOL, API_AT(verify_request, allow_revoked),
      .help = "accept a version that is known to be revoked: 'revoked' says so; else rejected" },
    { "tiles", API_TEXT, API_AT(verify_request, evidence.tiles), .is_path = true,
      .help = "a folder with the log as tiles: are the receipts of its history" },
    { "standing_files", API_TEXTS, API_AT(verify_request, evidence.standing_files),
      API_COUNT(verify_request, evidence.standing_count), .is_path = true,
      .help =
          "what the owner says of newer versions and revocations, a file for each dataset; with "
          "tiles it is compared" },
    { "remember", API_BOOL, API_AT(verify_request, evidence.remember),
      .help = "compare with the log's checkpoints that were verified before, and remember this" },
    { "one_log", API_BOOL, API_AT(verify_request, evidence.one_log),
      .help = "it must be shown that all that is compared is of one history; else 'unchecked'" },
    { "consistency_files", API_TEXTS, API_AT(verify_request, evidence.consistency_files),
      API_COUNT(verify_request, evidence.consistency_count), .is_path = true,
      .help = "consistency files that the receipt's checkpoint is compared with" },
};
static const api_object verify_request_object = API_OBJECT(verify_request, verify_request_fields);

/* ---- The answer
 *
 * One shape for one receipt and for several: `receipts` has each. The members of one alone stand
 * beside it too, for whoever asks about one. */

static bool is_one(const void *record)
{
    return ((const api_receipts_result *)record)->count == 1;
}

static bool was_compared(const void *record)
{
    return ((const api_receipts_result *)record)->is_compared;
}

static const api_field answer_fields[] = {
    { "", API_SPREAD_POINTED, API_AT(api_receipts_result, receipts), .of = &api_verdict_object,
      .when = is_one },
    { "receipts", API_LIST, API_AT(api_receipts_result, receipts),
      API_COUNT(api_receipts_result, count), .of = &api_verdict_object,
      .help = "of each receipt what stands beside this of one" },
    { "history", API_STRUCT, API_AT(api_receipts_result, history), .of = &api_history,
      .when = was_compared,
      .help = "of several, or with evidence: what their checkpoints prove about each other" },
};
static const api_object answer_object = API_OBJECT(api_receipts_result, answer_fields);

/* What is valid and not accepted has a verdict all the same. */
static bool is_answered(const void *record)
{
    return ((const api_receipts_result *)record)->is_answered;
}

static bool is_one_answered(const void *record)
{
    return is_one(record) && is_answered(record);
}

static const api_field failure_fields[] = {
    { "", API_SPREAD_POINTED, API_AT(api_receipts_result, receipts), .of = &api_policy_object,
      .when = is_one_answered },
    { "verdict", API_STRUCT, API_WHOLE(api_receipts_result), .of = &answer_object,
      .when = is_answered,
      .help =
          "of valid receipts of which one does not meet the policy, or that are not shown to be "
          "of one log: all that is said of them" },
};
static const api_object failure_object = API_OBJECT(api_receipts_result, failure_fields);

/* ---- Several receipts, and what lies beside them */

/* The verdict's texts move into the result's memory, where all of them live. */
static void take(api_receipts_result *out, const char *file, zkl_verify_result *verdict)
{
    zkl_arena_join(&out->memory, &verdict->memory);
    out->receipts[out->count++] = (api_verify_result){ .file = file, .verdict = *verdict };
    *verdict = (zkl_verify_result){ 0 };
}

static zkl_status make_room(api_receipts_result *out, size_t count, zkl_error *err)
{
    out->receipts = ZKL_ARENA_NEW(&out->memory, api_verify_result, count);
    return out->receipts ? ZKL_OK : zkl_no_memory(err, count * sizeof *out->receipts);
}

zkl_status api_receipts_take(api_receipts_result *out, const char *file, zkl_verify_result *verdict,
                             zkl_error *err)
{
    ZKL_TRY(make_room(out, 1, err));
    take(out, file, verdict);
    return ZKL_OK;
}

static zkl_status verify_one(api_receipts_result *out, const zkl_named_bytes *receipt,
                             zkl_ledger *ledger, zkl_bytes trust, const zkl_env *env,
                             zkl_error *err)
{
    zkl_verify_result verdict = { 0 };
    const zkl_status status =
        trust.size ? zkl_verify_receipt(&verdict, receipt->bytes, trust, env, err)
                   : zkl_verify_receipt_in(&verdict, ledger, receipt->bytes, env, err);
    if (status != ZKL_OK)
        return zkl_wrap(err, status, "'%s'", receipt->name);
    take(out, receipt->name, &verdict);
    return ZKL_OK;
}

/* To each receipt of the name that the standing is of: there is one at least. */
static zkl_status put_standing(api_receipts_result *out, const zkl_standing_result *standing,
                               bool is_only, zkl_error *err)
{
    size_t found = 0;
    for (size_t i = 0; i < out->count; i++) {
        zkl_verify_result *verdict = &out->receipts[i].verdict;
        /* One receipt and one standing were meant for each other: the error says of what each
         * is. */
        if (!(is_only && out->count == 1) && strcmp(verdict->name, standing->name) != 0)
            continue;
        found++;
        if (verdict->standing)
            return zkl_fail(err, ZKL_USAGE, "two standings are of '%s'", standing->name);
        /* What a verdict gets lives in the common memory, where its other texts are. */
        verdict->memory = out->memory;
        const zkl_status status = zkl_verdict_add_standing(verdict, standing, err);
        out->memory = verdict->memory;
        verdict->memory = (zkl_arena){ 0 };
        if (status != ZKL_OK)
            return out->receipts[i].file ? zkl_wrap(err, status, "'%s'", out->receipts[i].file)
                                         : status;
    }
    return found ? ZKL_OK
                 : zkl_fail_check(err, ZKL_UNCHECKED, ZKL_CHECK_STANDING,
                                  "the standing is of '%s', and none of the receipts is",
                                  standing->name);
}

static zkl_status add_standings(api_receipts_result *out, zkl_ledger *ledger,
                                const zkl_history_request *receipts, const char *tiles,
                                const zkl_env *env, zkl_error *err)
{
    zkl_standing_request request = { .trust = receipts->trust,
                                     .receipts = receipts->receipts,
                                     .receipt_count = receipts->receipt_count,
                                     .tiles = tiles };
    for (size_t i = 0; i < receipts->standing_count; i++) {
        zkl_standing_result standing = { 0 };
        request.standing = receipts->standings[i];
        zkl_status status = zkl_verify_standing(&standing, ledger, &request, env, err);
        if (status == ZKL_OK)
            status = put_standing(out, &standing, receipts->standing_count == 1, err);
        zkl_arena_clear(&standing.memory);
        ZKL_TRY(status);
    }
    return ZKL_OK;
}

static zkl_status add_evidence(api_receipts_result *out, zkl_ledger *ledger,
                               const zkl_history_request *receipts, const api_evidence *evidence,
                               const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    zkl_history_request words = *receipts;
    zkl_named_bytes *standings;
    /* Read once: the checkpoint that is compared is that of the standing that is told. */
    ZKL_TRY(api_standings_read(&standings, &arena, evidence, err));
    words.standings = standings;
    words.standing_count = evidence->standing_count;
    ZKL_TRY(api_history_run(&out->history, ledger, &words, evidence, env, err));
    zkl_arena_join(&out->memory, &out->history.memory);
    out->is_compared = true;
    return add_standings(out, ledger, &words, evidence->tiles, env, err);
}

zkl_status api_verify_receipts_run(api_receipts_result *out, zkl_ledger *ledger,
                                   const zkl_history_request *receipts,
                                   const api_evidence *evidence, const zkl_env *env, zkl_error *err)
{
    ZKL_TRY(make_room(out, receipts->receipt_count, err));
    for (size_t i = 0; i < receipts->receipt_count; i++)
        ZKL_TRY(verify_one(out, &receipts->receipts[i], ledger, receipts->trust, env, err));
    return add_evidence(out, ledger, receipts, evidence, env, err);
}

/* "'may.zkl': " before what is wrong with one of several. */
static zkl_status wrap_file(const api_receipts_result *out, size_t i, zkl_status status,
                            zkl_error *err)
{
    return out->count > 1 ? zkl_wrap(err, status, "'%s'", out->receipts[i].file) : status;
}

zkl_status api_receipts_accept(api_receipts_result *out, const api_receipts_wish *wish,
                               const zkl_env *env, zkl_error *err)
{
    zkl_status worst = ZKL_OK;
    const char *const policy_path = wish->policy_path;
    for (size_t i = 0; i < out->count; i++) {
        api_verify_result *one = &out->receipts[i];
        one->trust_path = one->verdict.trust_folder ? one->verdict.trust_folder : wish->trust_path;
        const zkl_status status = api_check_revoked(&one->verdict, wish->allow_revoked, err);
        if (status != ZKL_OK)
            return wrap_file(out, i, status, err);
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
            worst = wrap_file(out, i, worst, err);
        }
    }
    const bool wants_one = wish->evidence && wish->evidence->one_log;
    out->is_answered = policy_path || wants_one;
    return worst == ZKL_OK && wants_one ? api_check_one_log(&out->history, wish->evidence, err)
                                        : worst;
}

/* ---- verify: run */

/* What contradicts itself, or could be meant in two ways, is refused before a file is read. */
static zkl_status check_request(const verify_request *asked, const zkl_ledger *ledger,
                                zkl_error *err)
{
    const bool has_trust = asked->trust || asked->trust_file;
    const int named =
        !!asked->reference + !!asked->receipt_file + !!asked->receipt.size + !!asked->receipt_count;
    if (named != 1)
        return zkl_fail(err, ZKL_USAGE,
                        "say one of 'reference', 'receipt', 'receipt_file' and 'receipt_files'");
    if (asked->receipt_count > 1 && asked->file_count)
        return zkl_fail(err, ZKL_USAGE, "'data' are those of one receipt");
    if (asked->reference && has_trust)
        return zkl_fail(err, ZKL_USAGE,
                        "a dataset of a ledger is verified with what the ledger trusts");
    if (asked->reference && api_evidence_is_given(&asked->evidence))
        return zkl_fail(err, ZKL_USAGE, "evidence is compared with a receipt's checkpoint");
    if (asked->evidence.one_log && asked->receipt_count < 2 && ledger == NULL &&
        !api_evidence_is_given(&asked->evidence))
        return zkl_fail(err, ZKL_USAGE, "'one_log' needs what the receipt is compared with");
    if (asked->data_key_file && !asked->file_count)
        return zkl_fail(err, ZKL_USAGE, "'data_key_file' goes with 'data'");
    if (asked->reference && !ledger)
        return zkl_fail(err, ZKL_USAGE, "'reference' needs a ledger");
    if (!has_trust && !ledger)
        return zkl_fail(err, ZKL_UNCHECKED,
                        "no trust file and no ledger: nothing is trusted on first use");
    return ZKL_OK;
}

/* Four calls of the library for what is one question to people: by data or not, and by whose
 * trust. */
static zkl_status verify_single(api_receipts_result *out, const verify_request *asked,
                                const zkl_verify_data_request *data, zkl_ledger *ledger,
                                const zkl_env *env, zkl_error *err)
{
    zkl_verify_result verdict = { 0 };
    zkl_status status;
    if (data->file_count)
        status = zkl_verify_data(&verdict, ledger, data, env, err);
    else if (asked->reference)
        status = zkl_verify_own(&verdict, ledger, asked->reference, env, err);
    else if (data->trust.size)
        status = zkl_verify_receipt(&verdict, data->receipt, data->trust, env, err);
    else
        status = zkl_verify_receipt_in(&verdict, ledger, data->receipt, env, err);
    if (status == ZKL_OK)
        status = api_receipts_take(out, asked->receipt_file, &verdict, err);
    zkl_arena_clear(&verdict.memory);
    return status;
}

static zkl_status verify_asked(api_receipts_result *out, const verify_request *asked,
                               zkl_verify_data_request *data, zkl_ledger *ledger,
                               const zkl_env *env, zkl_error *err)
{
    ZKL_AUTO_CLEAR(zkl_arena) arena = { 0 };
    const api_evidence *evidence = &asked->evidence;
    zkl_named_bytes single = { asked->receipt_file ? asked->receipt_file : "the receipt",
                               data->receipt };
    zkl_named_bytes *files = &single;
    if (asked->receipt_count)
        ZKL_TRY(api_receipts_read(&files, &arena, asked->receipt_files, asked->receipt_count, err));
    const zkl_history_request receipts = { .receipts = files,
                                           .receipt_count =
                                               asked->receipt_count ? asked->receipt_count : 1,
                                           .trust = data->trust };
    if (asked->receipt_count)
        return api_verify_receipts_run(out, ledger, &receipts, evidence, env, err);
    ZKL_TRY(verify_single(out, asked, data, ledger, env, err));
    return api_evidence_is_given(evidence)
               ? add_evidence(out, ledger, &receipts, evidence, env, err)
               : ZKL_OK;
}

static zkl_status run_verify(void *result, zkl_ledger *ledger, const void *request,
                             const zkl_env *env, zkl_error *err)
{
    const verify_request *asked = request;
    api_receipts_result *out = result;
    ZKL_AUTO_CLEAR(zkl_buffer) receipt = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) trust = { 0 };
    ZKL_AUTO_CLEAR(zkl_buffer) data_key = { 0 };
    zkl_verify_data_request data = { .reference = asked->reference,
                                     .receipt = asked->receipt,
                                     .files = asked->files,
                                     .file_count = asked->file_count,
                                     .reading = asked->reading };
    ZKL_TRY(check_request(asked, ledger, err));
    ZKL_TRY(api_trust_take(&data.trust, &trust, asked->trust, asked->trust_file, err));
    if (asked->receipt_file) {
        ZKL_TRY(zkl_file_read(&receipt, asked->receipt_file, API_RECEIPT_BYTES_MAX, err));
        data.receipt = zkl_buffer_bytes(&receipt);
    }
    if (asked->data_key_file) {
        ZKL_TRY(api_data_key_read(&data_key, asked->data_key_file, err));
        data.data_key = zkl_buffer_bytes(&data_key);
    }
    ZKL_TRY(verify_asked(out, asked, &data, ledger, env, err));
    const api_receipts_wish wish = { asked->trust_file, asked->allow_revoked, asked->policy_file,
                                     &asked->evidence };
    return api_receipts_accept(out, &wish, env, err);
}

/* Milliseconds for a receipt, but as long as reading and committing takes with data. */
const api_operation api_verify = {
    .name = "verify",
    .summary = "verify receipts of one log, or a dataset of a ledger",
    .permission = "datasets:verify",
    .effect = API_MAY_READ,
    .is_long = true,
    .verifies = true,
    .request = &verify_request_object,
    .result = &answer_object,
    .failure = &failure_object,
    .memory_offset = offsetof(api_receipts_result, memory),
    .run = run_verify,
};
