#pragma once
/* Policies as files: found, read, and made into claims. docs/formats/policy.md */
#include <zkl/policy.h>

#include "base/arena.h"
#include "base/buffer.h"

/* A value in place of a name, as "key=id" says it. Borrowed. */
typedef struct zkl_setting {
    zkl_bytes name;
    const char *value;
} zkl_setting;

/* Read a policy out of its bytes. Lives in memory. ZKL_BAD_INPUT with line and column; the caller
 * names the file. */
zkl_status zkl_policy_parse(zkl_policy_info *out, zkl_arena *memory, zkl_bytes text,
                            zkl_error *err) ZKL_MUST_USE;
/* Is it a path, and no name? NULL is none. */
bool zkl_policy_is_path(const char *policy);
/* The policy of a path or a name, as zkl_policy_choice has it. ZKL_NOT_FOUND for a name that none
 * has, with the names that there are. */
zkl_status zkl_policy_read(zkl_policy_info *out, zkl_arena *memory, const char *policy,
                           zkl_error *err) ZKL_MUST_USE;
/* The file of a policy that came with the program. ZKL_NOT_FOUND as above. */
zkl_status zkl_policy_text(zkl_buffer *out, const char *name, zkl_error *err) ZKL_MUST_USE;
/* All that came with the program, by name. */
zkl_status zkl_policy_list(zkl_policies_result *out, zkl_error *err) ZKL_MUST_USE;

/* What a policy's claims are handed to, one text after the other. */
typedef struct zkl_policy_sink {
    zkl_status (*add)(void *opaque, const char *text, zkl_error *err);
    void *opaque;
} zkl_policy_sink;

/* The claims of a policy with these settings in their places: every claim once for each choice of
 * values, in the order given. ZKL_USAGE for a setting that is no "name=value", that the policy
 * does not know, or that it lacks: then the words name it and what the policy needs. Nothing is
 * handed on then. What the sink says ends it. */
zkl_status zkl_policy_fill(const zkl_policy_info *policy, const zkl_policy_choice *choice,
                           const zkl_policy_sink *sink, zkl_error *err) ZKL_MUST_USE;
