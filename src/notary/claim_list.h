#pragma once
/* The claims that somebody asks for, and what is wrong with them.
 *
 * Faults are noted claim by claim while the steps go on, so that a caller sees all of them at once.
 * A claim has one fault: the first kind and reason stay, rows add up over the spans that it was cut
 * into. */
#include <zkl/dataset.h>

#include "claim/claim.h"
#include "notary/policy.h"

#define ZKL_CLAIM_LIST_MAX 1024

/* What a step found wrong with a claim. */
typedef struct zkl_claim_finding {
    zkl_claim_fault fault;
    zkl_status status;
    uint64_t rows;
    /* NULL: the rows say it. */
    const char *reason;
    /* What can be done about it. */
    zkl_hint hint;
} zkl_claim_finding;

typedef struct zkl_claim_list {
    zkl_arena memory;
    zkl_claim *claims;
    /* As the caller wrote them. */
    const char **texts;
    /* Of each: how many values its columns have at least, as it says: "range(a, 0, 9) at least 5
     * values". 0: it does not say. */
    uint64_t *least_values;
    /* Of each; status ZKL_OK: none is known. */
    zkl_claim_finding *findings;
    size_t count;
    /* zkl_claim_list_judge refused: every fault of this stage is found. */
    bool is_refused;
    /* The policy that was asked for (name NULL: none), and the number of its first claim. */
    zkl_policy_use policy;
    size_t policy_at;
} zkl_claim_list;

void zkl_claim_list_clear(zkl_claim_list *list);

/* Add a claim. A text that is none is noted as its fault. ZKL_LIMIT: there are ZKL_CLAIM_LIST_MAX
 * already. */
zkl_status zkl_claim_list_add(zkl_claim_list *list, const char *text, zkl_error *err) ZKL_MUST_USE;
/* The claims of a TOML file with one array, `claims`, of such texts. */
zkl_status zkl_claim_list_add_file(zkl_claim_list *list, const char *path,
                                   zkl_error *err) ZKL_MUST_USE;
/* The claims of a policy. */
zkl_status zkl_claim_list_add_policy(zkl_claim_list *list, const zkl_policy_choice *choice,
                                     zkl_error *err) ZKL_MUST_USE;

/* What a request asks for. All borrowed. */
typedef struct zkl_asked_claims {
    const char *const *texts;
    size_t count;
    /* NULL: none. */
    const char *file;
    zkl_policy_choice policy;
} zkl_asked_claims;
/* The claims of a request: the texts, then those of the file, then the policy's. Problems are
 * listed in this order. Judges: ends here when one cannot be parsed. */
zkl_status zkl_claim_list_ask(zkl_claim_list *list, const zkl_asked_claims *asked,
                              zkl_error *err) ZKL_MUST_USE;
/* Note claims on columns that are not among these, and judge. A read calls it with the header,
 * before any row. list: a zkl_claim_list, as zkl_read_options has its opaque. */
zkl_status zkl_claim_list_check_columns(void *list, const zkl_bytes *names, size_t count,
                                        zkl_error *err) ZKL_MUST_USE;

/* Note what is wrong with claim number `number`. reason is copied. A status that is no matter of
 * one claim (no memory, a store that fails) is returned instead: it ends the whole. */
zkl_status zkl_claim_list_note(zkl_claim_list *list, size_t number,
                               const zkl_claim_finding *finding, zkl_error *err) ZKL_MUST_USE;
/* ZKL_OK when nothing is wrong. Else the status and words of the first fault: of claims that make
 * no sense before those that are false. */
zkl_status zkl_claim_list_judge(zkl_claim_list *list, zkl_error *err) ZKL_MUST_USE;
/* The policy of the list with what has become of its claims. Its name lives in memory. */
zkl_status zkl_claim_list_policy(zkl_policy_use *out, zkl_arena *memory, const zkl_claim_list *list,
                                 zkl_error *err) ZKL_MUST_USE;
/* Every fault, in the order of the claims. Lives in memory. */
zkl_status zkl_claim_list_problems(const zkl_claim_problem **out, size_t *count, zkl_arena *memory,
                                   const zkl_claim_list *list, zkl_error *err) ZKL_MUST_USE;
