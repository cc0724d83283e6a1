/* The policies that came with the program: what each claims, and what it needs to be told. */
#include "api/operation.h"

static const api_field setting_fields[] = {
    { "name", API_TEXT, API_AT(zkl_policy_setting, name), .help = "its place in the claims" },
    { "help", API_TEXT, API_AT(zkl_policy_setting, help), .help = "what stands there" },
};
static const api_object setting = API_OBJECT(zkl_policy_setting, setting_fields);

#define AT(member) API_AT(zkl_policy_info, member)
#define COUNT(member) API_COUNT(zkl_policy_info, member)
static const api_field policy_fields[] = {
    { "name", API_TEXT, AT(name), .help = "its name" },
    { "about", API_TEXT, AT(about), .help = "what its claims say together" },
    { "sha256", API_DIGEST, AT(sha256), .help = "of its file" },
    { "settings", API_LIST, AT(settings), COUNT(setting_count), .of = &setting,
      .help = "what it needs, all of it" },
    { "claims", API_TEXTS, AT(claims), COUNT(claim_count),
      .help = "its claims, with {places} for the settings" },
};
#undef AT
#undef COUNT
static const api_object policy = API_OBJECT(zkl_policy_info, policy_fields);

static const api_field policies_fields[] = {
    { "policies", API_LIST, API_AT(zkl_policies_result, policies),
      API_COUNT(zkl_policies_result, count), .of = &policy, .help = "all of them, by name" },
};
static const api_object policies_object = API_OBJECT(zkl_policies_result, policies_fields);

static zkl_status run(void *result, zkl_ledger *ledger, const void *request, const zkl_env *env,
                      zkl_error *err)
{
    (void)ledger;
    (void)request;
    (void)env;
    return zkl_policies(result, err);
}

const api_operation api_policies = {
    .name = "policies",
    .summary = "list the policies that came with the program",
    .permission = "datasets:read",
    .effect = API_WITHOUT_LEDGER,
    .result = &policies_object,
    .memory_offset = offsetof(zkl_policies_result, memory),
    .run = run,
};
