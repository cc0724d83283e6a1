#pragma once
/* zkl_transform with a mapping: made first, by an operation of its own. */
#include "service/service_internal.h"

#include <zkl/transform.h>

/* What the mapping recorded stays when the result fails. */
zkl_status transform_with_mapping(zkl_transform_result *out, zkl_ledger *ledger,
                                  const zkl_transform_request *request, const zkl_env *env,
                                  zkl_error *err) ZKL_MUST_USE;
