#pragma once
/* Many receipts at once: each file of a folder verified by itself, and one table of what came of
 * it.
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
    size_t claim_count;
    bool is_development;
} zkl_verify_folder_line;

typedef struct zkl_verify_folder_result {
    zkl_arena memory;
    /* By the names of the files. */
    const zkl_verify_folder_line *lines;
    size_t count;
    /* Valid ones that meet the policy; valid ones that do not; all others. */
    size_t accepted_count, missing_count, refused_count;
    /* ZKL_OK: all are accepted. ZKL_REJECTED: a check of one failed, or one does not meet the
     * policy. Else what the first of the others failed with. */
    zkl_status worst;
} zkl_verify_folder_result;

/* Verify each of them. Nothing that is wrong with one ends it: the result says it.
 *
 * ledger: NULL, or the one whose trust counts when `trust` is empty.
 *
 * ZKL_OK also when one of them is refused: `worst` says so.
 *
 * Errors: ZKL_NOT_FOUND  there is no such folder, or no receipt in it.
 *         ZKL_UNCHECKED  nothing is trusted.
 *         ZKL_BAD_INPUT  the trust file or the policy is none.
 *         ZKL_LIMIT      more than 100,000 files.
 * Cost:   that of each receipt, and the memory of one at a time. */
ZKL_API zkl_status zkl_verify_folder(zkl_verify_folder_result *out, zkl_ledger *ledger,
                                     const zkl_verify_folder_request *request, const zkl_env *env,
                                     zkl_error *err) ZKL_MUST_USE;

#ifdef __cplusplus
}
#endif
