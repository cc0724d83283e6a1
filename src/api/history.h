#pragma once
/* Checkpoints that were compared: their member of results, and the call from paths. */
#include <zkl/zkl.h>

#include "api/field.h"
#include "api/results.h"

/* zkl_history_result. */
extern const api_object api_history;

/* Files of evidence, as requests name them. */
typedef struct api_evidence {
    const char *tiles;
    const char *const *consistency_files;
    size_t consistency_count;
    bool remember;
    /* It must be shown that all that is compared is of one history. */
    bool one_log;
    /* Each of the receipts of its dataset. */
    const char *const *standing_files;
    size_t standing_count;
} api_evidence;

bool api_evidence_is_given(const api_evidence *evidence);
/* ZKL_UNCHECKED: one history is not shown, and `evidence` wants it. */
zkl_status api_check_one_log(const zkl_history_result *history, const api_evidence *evidence,
                             zkl_error *err) ZKL_MUST_USE;
/* zkl_verify_history of these receipts and standings, which are read already, with what the
 * evidence's other files hold. */
zkl_status api_history_run(zkl_history_result *out, zkl_ledger *ledger,
                           const zkl_history_request *receipts, const api_evidence *evidence,
                           const zkl_env *env, zkl_error *err) ZKL_MUST_USE;

/* A verdict that was reached by itself, as the only one: its memory moves. file: NULL, or the
 * receipt's. */
zkl_status api_receipts_take(api_receipts_result *out, const char *file, zkl_verify_result *verdict,
                             zkl_error *err) ZKL_MUST_USE;
/* Verify each of the receipts, compare their checkpoints, and give each its standing. After a
 * failure the caller clears out->memory, as after success. */
zkl_status api_verify_receipts_run(api_receipts_result *out, zkl_ledger *ledger,
                                   const zkl_history_request *receipts,
                                   const api_evidence *evidence, const zkl_env *env,
                                   zkl_error *err) ZKL_MUST_USE;
/* The same of a lineage receipt. After a failure the caller clears out->lineage.memory, as after
 * success. */
zkl_status api_lineage_verdict(api_lineage_result *out, zkl_ledger *ledger,
                               const zkl_named_bytes *file, zkl_bytes trust,
                               const api_evidence *evidence, const zkl_env *env,
                               zkl_error *err) ZKL_MUST_USE;
/* What the caller asks of them besides. */
typedef struct api_receipts_wish {
    const char *trust_path;
    bool allow_revoked;           /* else none may be known to be revoked */
    const char *policy_path;      /* that each must meet; NULL: none */
    const api_evidence *evidence; /* with one_log */
} api_receipts_wish;
/* ZKL_REJECTED: one is revoked, or misses the policy. ZKL_UNCHECKED: one history is not shown. Of
 * the last two all answers are in place. */
zkl_status api_receipts_accept(api_receipts_result *out, const api_receipts_wish *wish,
                               const zkl_env *env, zkl_error *err) ZKL_MUST_USE;
/* A folder, and what lies beside it, as paths. policy_file: NULL: none. */
typedef struct api_folder {
    const char *folder, *policy_file;
    api_evidence evidence;
    bool allow_revoked;
} api_folder;

/* zkl_verify_folder, and its worst as the status: the result is in place then too. */
zkl_status api_verify_folder_run(zkl_verify_folder_result *out, zkl_ledger *ledger,
                                 const api_folder *folder, zkl_bytes trust, const zkl_env *env,
                                 zkl_error *err) ZKL_MUST_USE;

/* The files' bytes, in arena. */
zkl_status api_receipts_read(zkl_named_bytes **out, zkl_arena *arena, const char *const *files,
                             size_t count, zkl_error *err) ZKL_MUST_USE;
zkl_status api_standings_read(zkl_named_bytes **out, zkl_arena *arena, const api_evidence *evidence,
                              zkl_error *err) ZKL_MUST_USE;
zkl_status api_consistency_read(zkl_named_bytes **out, zkl_arena *arena,
                                const api_evidence *evidence, zkl_error *err) ZKL_MUST_USE;
