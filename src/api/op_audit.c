/* Audit reports: the log verified, told as files. What fails is in the answer too: the files were
 * written, and say it at length. */
#include "api/requests.h"
#include "api/results.h"

#include <string.h>

static const char *const names[] = {
#define REPORT_NAME(constant, module, name, ending, about) name,
    ZKL_REPORT_FORMATS(REPORT_NAME)
#undef REPORT_NAME
        NULL,
};
static const char *const pictures[] = { "configured", "yes", "no", NULL };

#define AT(member) API_AT(api_audit_request, asked.member)
static const api_field request_fields[] = {
    { "reference", API_TEXT, AT(reference),
      .help = "NAME, all its versions, or NAME@VERSION; else the whole log" },
    { "since", API_TEXT, AT(since), .help = "a day or a time in UTC, by the signers' word" },
    { "until", API_TEXT, AT(until), .help = "the same; a day counts whole" },
    { "kinds", API_TEXTS, AT(kinds), API_COUNT(api_audit_request, asked.kind_count),
      .help = "kinds of entries, such as notarise; else all" },
    { "formats", API_TEXTS, API_AT(api_audit_request, formats),
      API_COUNT(api_audit_request, format_count),
      .help = "html, json, json-ld, csv, md, pdf; none: the answer alone" },
    { "output", API_TEXT, AT(output), .is_path = true, .path_use = API_PATH_WRITTEN,
      .help = "a file, of several formats a folder" },
    { "visualizations", API_ENUM, AT(pictures), .names = pictures,
      .help = "drawings in HTML and PDF; else as the configuration says" },
    { "fresh", API_BOOL, AT(fresh), .help = "verify every proof anew" },
    { "notarize", API_BOOL, AT(notarize), .help = "log the hashes of the files" },
    { "force", API_BOOL, AT(force), .help = "overwrite what is no report of this ledger" },
};
#undef AT
static const api_object request_object = API_OBJECT(api_audit_request, request_fields);

/* ---- Result */

static const api_field fault_fields[] = {
    { "index", API_NUMBER, API_AT(zkl_audit_fault, index), .help = "its place in the log" },
    { "kind", API_TEXT, API_AT(zkl_audit_fault, kind), .help = "empty: it cannot be read" },
    { "what", API_TEXT, API_AT(zkl_audit_fault, what), .help = "in words" },
    { "fault", API_TEXT, API_AT(zkl_audit_fault, fault), .help = "what does not hold" },
};
static const api_object fault = API_OBJECT(zkl_audit_fault, fault_fields);

static const api_field file_fields[] = {
    { "format", API_ENUM, API_AT(zkl_audit_file, format), .names = names, .help = "its format" },
    { "output", API_TEXT, API_AT(zkl_audit_file, path), .help = "where it was written" },
    { "bytes", API_NUMBER, API_AT(zkl_audit_file, byte_count), .help = "its size" },
    { "sha256", API_DIGEST, API_AT(zkl_audit_file, sha256), .help = "of its bytes" },
};
static const api_object file = API_OBJECT(zkl_audit_file, file_fields);

static bool is_notarized(const void *record)
{
    return ((const zkl_audit_result *)record)->is_notarized;
}

#define AT(member) API_AT(zkl_audit_result, member)
static const api_field audit_fields[] = {
    { "log.origin", API_TEXT, AT(origin), .help = "the log's name" },
    { "log.ledger", API_DIGEST, AT(ledger), .help = "the ledger's id" },
    { "log.size", API_NUMBER, AT(tree_size), .help = "entries of the log that it is of" },
    { "log.root", API_DIGEST, AT(root), .help = "root of its tree" },
    { "log.fault", API_TEXT, AT(log_fault), .nullable = true,
      .help = "what does not hold of the log; null: nothing" },
    { "log.newest", API_TEXT, AT(newest),
      .help = "time of its last entry, by its signer's word; empty: it cannot be read" },
    { "entries", API_NUMBER, AT(entry_count), .help = "that the report is about" },
    { "verified", API_NUMBER, AT(verified_count), .help = "of these" },
    { "broken", API_NUMBER, AT(broken_count), .help = "of these" },
    { "unchecked", API_NUMBER, AT(unchecked_count), .help = "of these: the log breaks before" },
    { "datasets", API_NUMBER, AT(dataset_count), .help = "dataset versions" },
    { "revoked", API_NUMBER, AT(revoked_count),
      .help = "of these, by an entry that the report is about" },
    { "claims", API_NUMBER, AT(claim_count), .help = "proven, besides well-formedness" },
    { "proofs", API_NUMBER, AT(proof_count), .help = "verified" },
    { "remembered", API_NUMBER, AT(remembered_count), .help = "of these, at an earlier time" },
    { "development", API_BOOL, AT(is_development), .help = "a set-up was made on one machine" },
    { "faults", API_LIST, AT(faults), API_COUNT(zkl_audit_result, fault_count), .of = &fault,
      .help = "the broken entries" },
    { "files", API_LIST, AT(files), API_COUNT(zkl_audit_result, file_count), .of = &file,
      .help = "what was written" },
    { "notarized.index", API_NUMBER, AT(report_index), .when = is_notarized,
      API_FLAG(zkl_audit_result, is_notarized), .help = "the entry that logs the files" },
    { "notarized.receipt_id", API_DIGEST, AT(receipt_id), .when = is_notarized,
      .help = "its leaf hash" },
};
#undef AT
static const api_object audit_object = API_OBJECT(zkl_audit_result, audit_fields);

static zkl_status run(void *result, zkl_ledger *ledger, const void *request, const zkl_env *env,
                      zkl_error *err)
{
    const api_audit_request *given = request;
    zkl_report_format formats[ZKL_REPORT_FORMAT_COUNT];
    zkl_audit_request asked = given->asked;
    if (given->format_count > ZKL_COUNT(formats))
        return zkl_fail(err, ZKL_USAGE, "member 'formats' has more than there are");
    for (size_t i = 0; i < given->format_count; i++)
        if (!zkl_report_format_find(&formats[i], given->formats[i]))
            return zkl_fail(err, ZKL_USAGE, "member 'formats': '%.64s' is none", given->formats[i]);
    asked.formats = formats;
    asked.format_count = given->format_count;
    return zkl_audit(result, ledger, &asked, env, err);
}

/* It writes into the log only when it is asked to, and then needs the keys. */
const api_operation api_audit = {
    .name = "audit",
    .summary = "verify the log, and report every entry with its result",
    .permission = "log:audit",
    .effect = API_WRITES,
    .needs_keys = true,
    .is_long = true,
    .verifies = true,
    .request = &request_object,
    .result = &audit_object,
    .failure = &audit_object,
    .memory_offset = offsetof(zkl_audit_result, memory),
    .run = run,
};
