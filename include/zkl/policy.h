#pragma once
/* Policies: claims that belong together, under a name, with places for the columns and numbers in
 * which datasets differ.
 *
 *     const char *settings[] = { "quasi=age, city", "sensitive=diagnosis", "k=5", "l=2" };
 *     zkl_notarize_request request = {
 *         .name = "patients", .files = &file, .file_count = 1,
 *         .policy = { .policy = "privacy", .settings = settings, .setting_count = 4 },
 *     };
 *
 * A policy is a TOML file; docs/formats/policy.md has the form. Some come with the program. A
 * policy only writes claims down: what is proven and recorded are these claims, and no entry or
 * receipt names the policy. Whoever wants to know that a dataset keeps one reads its claims.
 *
 * The rules of zkl/ledger.h hold. */
#include <zkl/ledger.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The policy of a request. All zeros: none. */
typedef struct zkl_policy_choice {
    /* The path of a file, when it has a '/' or ends in ".toml". Else the name of a policy that came
     * with the program: no other file is ever read for a name. */
    const char *policy;
    /* "key=id": what stands in the place {key}. One that is given several times makes a claim for
     * each. */
    const char *const *settings;
    size_t setting_count;
} zkl_policy_choice;

/* What became of it. */
typedef struct zkl_policy_use {
    /* NULL: no policy was asked for, or it could not be read. */
    const char *name;
    /* Of the file's bytes. */
    zkl_digest sha256;
    /* Claims it made, and how many of them are refused or false. */
    size_t claim_count, refused_count;
} zkl_policy_use;

/* A place of a policy. */
typedef struct zkl_policy_setting {
    const char *name;
    /* One line for people; "" when the file says none. */
    const char *help;
} zkl_policy_setting;

typedef struct zkl_policy_info {
    const char *name, *about;
    zkl_digest sha256;
    /* As they stand in the file. */
    const char *const *claims;
    size_t claim_count;
    /* All of them are needed. In the order in which the claims name them. */
    const zkl_policy_setting *settings;
    size_t setting_count;
} zkl_policy_info;

typedef struct zkl_policies_result {
    zkl_arena memory;
    /* By name. */
    const zkl_policy_info *policies;
    size_t count;
} zkl_policies_result;

/* The policies that came with the program.
 *
 * Errors: ZKL_NOT_FOUND  they are not beside the program, nor where it was to be installed.
 *         ZKL_BAD_INPUT  one of them is damaged.
 *         ZKL_DENIED     others can write them, or they belong to a stranger.
 * Clear out->memory, also after a failure. */
ZKL_API zkl_status zkl_policies(zkl_policies_result *out, zkl_error *err) ZKL_MUST_USE;

#ifdef __cplusplus
}
#endif
