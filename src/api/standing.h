#pragma once
/* Standings: their member of a verdict, and the call from a path. */
#include <zkl/zkl.h>

#include "api/field.h"

/* zkl_standing_word. */
extern const api_object api_standing_word;

/* zkl_verify_standing of a file, with the trust, receipts and tiles of request. */
zkl_status api_standing_run(zkl_standing_result *out, zkl_ledger *ledger, const char *path,
                            const zkl_standing_request *request, const zkl_env *env,
                            zkl_error *err) ZKL_MUST_USE;
