/* The policies that came with the program. No ledger is asked. */
#include <zkl/policy.h>

#include "notary/policy.h"

zkl_status zkl_policies(zkl_policies_result *out, zkl_error *err)
{
    *out = (zkl_policies_result){ 0 };
    return zkl_policy_list(out, err);
}
