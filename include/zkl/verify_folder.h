#pragma once
/* Many receipts at once: each file of a folder verified by itself, then what their checkpoints
 * prove about each other, and one table of what came of it.
 *
 *     zkl_verify_folder_request request = { .folder = "incoming", .trust = trust };
 *     zkl_verify_folder_result result = { 0 };
 *     status = zkl_verify_folder(&result, NULL, &request, &env, &err);
 *     for (size_t i = 0; i < result.count; i++)
 *         printf("%s: %s\n", result.lines[i].file, zkl_status_text(result.lines[i].status));
 *     zkl_arena_clear(&result.memory);
 */
#include <zkl/verify_policy.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct zkl_verify_folder_request {
    /* Its files whose names end in ".zkl", those of folders in it left out: receipts, disclosures,
     * lineage receipts. */
    const char *folder;
    /* A trust file's text. Empty: what the ledger trusts. */
    zkl_bytes trust;
    /* A verify policy that each must meet; empty: none. A lineage receipt meets none. */
    zkl_bytes policy;
    /* What errors call the policy; NULL: nothing. */
    const char *policy_name;
    /* Standings, each of another dataset: it is put to the receipts of that name, and to the
     * lineage receipts that have entries about it. */
    const zkl_named_bytes *standings;
    size_t standing_count;
    /* Evidence and memory for the receipts' checkpoints, as in zkl_history_request. */
    const char *tiles;
    const zkl_named_bytes *consistency;
    size_t consistency_count;
    bool remember;
    const char *memory_folder;
    /* Accept versions that are known to be revoked: is_revoked says so; else one is rejected. */
    bool allow_revoked;
} zkl_verify_folder_request;

/* What came of one file. */
typedef struct zkl_verify_folder_line {
    const char *file;
    /* ZKL_OK: it is valid, and meets the policy. */
    zkl_status status;
    /* Why not, else NULL, and which check of a receipt refused it. */
    const char *error;
    zkl_check check;
    /* It is valid. The rest counts only then. */
    bool is_valid;
    /* It does not have what the policy asks for: error says what. */
    bool misses_policy;
    /* "notarise", "prove", "disclose", "provenance", "lineage". */
    const char *kind;
    /* Of the dataset; rows and time (the signer's word) not of a lineage. */
    const char *name;
    uint32_t version;
    uint64_t row_count;
    const char *time;
    /* The log's name, and how many entries its checkpoint had. */
    const char *origin;
    uint64_t tree_size;
    /* In words, one a claim besides well-formedness; of a lineage none. */
    const char *const *sentences;
    size_t claim_count;
    bool is_development;
    /* Known from the ledger, or from a standing: of a lineage, any version in it. */
    bool is_revoked;
    /* A standing of its name says that there is a newer version; 0: none does. Of a lineage: of its
     * first. */
    uint32_t newer_version;
    /* What the policy asks for and is not there; error has the first. */
    const char *const *missing;
    size_t missing_count;
} zkl_verify_folder_line;

/* What came of one standing. */
typedef struct zkl_verify_folder_standing {
    const char *file;
    /* ZKL_OK: it is verified, and some receipt is of its dataset. */
    zkl_status status;
    /* Why not, else NULL. */
    const char *error;
    /* Of a verified one; NULL otherwise. */
    const char *name;
    zkl_standing_word word;
    /* Receipts that it was put to. */
    size_t receipt_count;
} zkl_verify_folder_standing;

typedef struct zkl_verify_folder_result {
    zkl_arena memory;
    /* By the names of the files. */
    const zkl_verify_folder_line *lines;
    size_t count;
    /* Valid ones that meet the policy; valid ones that do not; all others. */
    size_t accepted_count, missing_count, refused_count;
    /* What else is in the folder and was not looked at: files of other names, and folders, which
     * end in "/". How many, and the first thousand by name. */
    size_t passed_count;
    const char *const *passed;
    size_t passed_name_count;
    /* In the order of the request. */
    const zkl_verify_folder_standing *standings;
    size_t standing_count;
    /* Were their checkpoints compared? Not where none counts, which evidence makes ZKL_UNCHECKED.
     * history_status: ZKL_OK, and history says what was found; or why it says nothing, in words.
     * Receipts under one checkpoint are named by the first of them. */
    bool is_compared;
    zkl_status history_status;
    const char *history_error;
    zkl_history_result history;
    /* ZKL_OK: all are accepted. ZKL_REJECTED: a check of one failed, or one does not meet the
     * policy, or a standing is false, or the log is forked. Else what the first of the others
     * failed with. */
    zkl_status worst;
} zkl_verify_folder_result;

/* Verify each of them. Nothing that is wrong with one ends it: the result says it.
 *
 * Without evidence their history is not shown where checkpoints are of several sizes, and that
 * refuses nothing (history.is_one is false).
 *
 * ledger: NULL, or the one whose trust counts when `trust` is empty.
 *
 * ZKL_OK also when one of them is refused: `worst` says so.
 *
 * Errors: ZKL_NOT_FOUND  there is no such folder, or no receipt in it.
 *         ZKL_UNCHECKED  nothing is trusted.
 *         ZKL_BAD_INPUT  the trust file or the policy is none.
 *         ZKL_USAGE      two standings are of one dataset; `remember` goes with a trust file.
 *         ZKL_LIMIT      more than 100,000 files.
 * A file is a regular one, and the same each time that it is read; else its line says so.
 *
 * Cost:   that of each receipt. Memory: one receipt at a time, and one of each checkpoint. */
ZKL_API zkl_status zkl_verify_folder(zkl_verify_folder_result *out, zkl_ledger *ledger,
                                     const zkl_verify_folder_request *request, const zkl_env *env,
                                     zkl_error *err) ZKL_MUST_USE;

#ifdef __cplusplus
}
#endif
