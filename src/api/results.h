#pragma once
/* Results that no single call of the library gives whole. The operations fill them, and so does
 * the command line where it goes another way to the same members. */
#include <zkl/zkl.h>

#include "api/operation.h"
#include "service/exchanged.h"

/* The largest files that are read for a receipt, a disclosure or a lineage, and for a policy. */
#define API_RECEIPT_BYTES_MAX ((size_t)1 << 30)
#define API_POLICY_BYTES_MAX ((size_t)1 << 20)

/* Of the lines in log, those of the last `count` alone. */
void api_keep_last(zkl_log_result *log, uint64_t count);

/* Of the lines in log those that name a file of this content. ZKL_NOT_FOUND: none does. */
zkl_status api_keep_file(zkl_log_result *log, const char *path, const zkl_env *env,
                         zkl_error *err) ZKL_MUST_USE;

/* ---- export: one file, or one for each format of the configuration. */

typedef struct api_exported {
    zkl_export_format format;
    const char *output;
    uint64_t byte_count;
} api_exported;

typedef struct api_export_result {
    zkl_arena memory;
    api_exported exported[ZKL_EXPORT_FORMAT_COUNT];
    size_t count;
    bool is_several; /* several formats were asked for */
} api_export_result;

/* ---- verify */

/* Of one receipt, or of a dataset of a ledger. */
typedef struct api_verify_result {
    /* The receipt's; NULL: it was given as bytes, or it is a ledger's dataset. */
    const char *file;
    zkl_verify_result verdict;
    /* Of the trust file or the ledger that was trusted. NULL: the trust was a text. */
    const char *trust_path;
    /* By a policy; asked_count 0: none was given. */
    zkl_policy_answer answer;
    const char *policy_path;
} api_verify_result;

/* A verdict on a version that was revoked is none, unless the caller accepts such: ZKL_REJECTED,
 * under the check "revoked". */
zkl_status api_check_revoked(const zkl_verify_result *verdict, bool allow,
                             zkl_error *err) ZKL_MUST_USE;

/* The members of one verified receipt, for lists of them; and its policy's answer alone. */
extern const api_object api_verdict_object, api_policy_object;

/* What `verify` answers: one receipt, or several of one log. Each verdict's texts live in
 * memory. */
typedef struct api_receipts_result {
    zkl_arena memory;
    api_verify_result *receipts;
    size_t count;
    /* Of several, or with evidence: else nothing was compared. */
    bool is_compared;
    zkl_history_result history;
    /* Each was held against a policy. */
    bool is_answered;
} api_receipts_result;

/* Hold the verdict against the policy in a file, when there is one: ZKL_REJECTED where it is not
 * met, with the verdict in place. */
zkl_status api_verify_policy(api_verify_result *out, const char *policy_path, const zkl_env *env,
                             zkl_error *err) ZKL_MUST_USE;

/* ---- lineage */

typedef struct api_lineage_request {
    zkl_lineage_request of;
    bool picture, allow_revoked;
} api_lineage_request;

/* One with its picture. */
typedef struct api_drawn_lineage {
    zkl_lineage_result result;
    const char *picture; /* NULL: not asked for */
} api_drawn_lineage;

/* A lineage receipt, and what its checkpoint was compared with. */
typedef struct api_lineage_result {
    zkl_lineage_result lineage;
    /* With evidence; its texts live with the lineage's. */
    bool is_compared;
    zkl_history_result history;
} api_lineage_result;

/* ZKL_REJECTED: it was verified, a version in it is known to be revoked, and that is not
 * allowed. */
zkl_status api_lineage_accept(const zkl_lineage_result *result, bool allow_revoked,
                              zkl_error *err) ZKL_MUST_USE;

typedef struct api_chain_result {
    zkl_arena memory;
    zkl_ledger_info log; /* whose log it is; its texts are the open ledger's */
    zkl_verify_chain_result chain;
    uint64_t from, last; /* the entries whose content was looked at, both included */
    bool has_bad_entry;
    bool has_segments; /* they were compared */
    zkl_verify_segments_result segments;
} api_chain_result;

typedef struct api_chain_request {
    zkl_verify_chain_request chain;
    const char *segments; /* folder of an audit log; NULL: none */
} api_chain_request;

/* Verify the whole log, the segments of an audit log too, and say whose it is: its keys and policy
 * lead back to its first key, and to nothing outside. The errors are those of zkl_verify_chain and
 * zkl_verify_segments, and ZKL_NOT_FOUND when the log ends before `from`. */
zkl_status api_verify_chain_run(api_chain_result *out, zkl_ledger *ledger,
                                const api_chain_request *request, const zkl_env *env,
                                zkl_error *err) ZKL_MUST_USE;

/* ---- timestamp */

typedef struct api_timestamp_request_result {
    zkl_timestamp_asked asked;
    const char *output;
} api_timestamp_request_result;

typedef struct api_timestamp_attach_result {
    zkl_timestamp_attached attached;
    const char *output; /* NULL: the store */
} api_timestamp_attach_result;

/* The request into a file. */
zkl_status api_timestamp_request_run(api_timestamp_request_result *out, zkl_ledger *ledger,
                                     const zkl_timestamp_subject *subject,
                                     const service_exchanged *to, const zkl_env *env,
                                     zkl_error *err) ZKL_MUST_USE;

/* ---- witnesses */

typedef struct api_cosign_request_result {
    zkl_cosign_asked asked;
    const char *output;
} api_cosign_request_result;

/* The request into a file. */
zkl_status api_cosign_request_run(api_cosign_request_result *out, zkl_ledger *ledger,
                                  const zkl_cosign_ask_request *request,
                                  const service_exchanged *to, const zkl_env *env,
                                  zkl_error *err) ZKL_MUST_USE;

typedef struct api_witness_cosign_result {
    zkl_witness_cosigned cosigned;
    const char *output;
} api_witness_cosign_result;

/* The signature line into a file. */
zkl_status api_witness_cosign_run(api_witness_cosign_result *out,
                                  const zkl_witness_cosign_request *request,
                                  const service_exchanged *to, const zkl_env *env,
                                  zkl_error *err) ZKL_MUST_USE;

/* ---- keys */

typedef struct api_rotate_result {
    zkl_arena memory;
    uint64_t index;
} api_rotate_result;

typedef struct api_output_result {
    zkl_arena memory;
    const char *output;
} api_output_result;

typedef struct api_restore_result {
    zkl_arena memory;
    zkl_keys_restore_result files;
} api_restore_result;

/* ---- setup */

typedef struct api_setup_export_result {
    zkl_arena memory;
    zkl_setup_form form;
    const char *output;
    uint64_t byte_count;
    zkl_digest powers;
} api_setup_export_result;

/* ---- status */

/* zkl_disk_status, and ZKL_REJECTED where something is not as it was notarised, or a dataset that
 * was named has files that are not known. The result is filled then too. */
zkl_status api_status_run(zkl_disk_result *out, zkl_ledger *ledger, const zkl_disk_request *request,
                          const zkl_env *env, zkl_error *err) ZKL_MUST_USE;

/* ---- diff */

/* zkl_diff, and ZKL_REJECTED where they differ. The result is filled then too. */
zkl_status api_diff_run(zkl_diff_result *out, zkl_ledger *ledger, const zkl_diff_request *request,
                        zkl_error *err) ZKL_MUST_USE;

/* ---- watch: what became of one file (zkl_watch_event). */
extern const api_object api_watch_event;
