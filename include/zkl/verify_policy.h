#pragma once
/* What somebody who is given a receipt asks of it, as a file: which claims must be proven, by whom,
 * under which set-up, how fresh. docs/formats/verify-policy.md
 *
 *     zkl_verify_result verdict = { 0 };
 *     zkl_policy_answer answer = { 0 };
 *     if (zkl_verify_receipt(&verdict, receipt, trust, &env, &err) == ZKL_OK &&
 *         zkl_verify_policy(&answer, &verdict, policy, "policy.toml", &env, &err) == ZKL_OK)
 *         puts(answer.is_met ? "accepted" : answer.missing);
 *     zkl_arena_clear(&answer.memory);
 *     zkl_arena_clear(&verdict.memory);
 *
 * It adds to verification and takes nothing from it: a receipt that is not valid has no verdict
 * that could be accepted. */
#include <zkl/verify.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct zkl_policy_answer {
    zkl_arena memory;
    /* What the file says of itself; "" when it does not. */
    const char *about;
    /* Of the file's bytes. */
    zkl_digest sha256;
    /* How many things it asks for. */
    size_t asked_count;
    /* All of them are there. */
    bool is_met;
    /* Else the first that is not, in words: "no claim says range(age, 0, 120)". NULL when met. */
    const char *missing;
    /* All that are not, in the order in which they are asked, and how many. */
    const char *const *all_missing;
    size_t missing_count;
} zkl_policy_answer;

/* Does the verdict have what the policy asks for?
 *
 * policy: the file's bytes. name: what errors call it; NULL: nothing.
 * env:    its clock says how old an entry is, where the policy asks.
 *
 * ZKL_OK also when it is not met: is_met says so.
 *
 * Errors: ZKL_BAD_INPUT  it is no such policy: line and column, and what is wrong.
 * Cost:   under a millisecond for a dozen claims. */
ZKL_API zkl_status zkl_verify_policy(zkl_policy_answer *out, const zkl_verify_result *verdict,
                                     zkl_bytes policy, const char *name, const zkl_env *env,
                                     zkl_error *err) ZKL_MUST_USE;

/* Is this a verify policy? Before there is a verdict. ZKL_BAD_INPUT, as above. */
ZKL_API zkl_status zkl_verify_policy_check_text(zkl_bytes policy, const char *name,
                                                zkl_error *err) ZKL_MUST_USE;

#ifdef __cplusplus
}
#endif
